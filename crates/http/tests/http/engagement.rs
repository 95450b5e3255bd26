//! Guided verification through the router: the sentences of the seed, and what must never be said (V-1 … V-8).

use countersign_store::testing::{TestDb, both};
use countersign_store::{Db, StoreError, Tx, Vault, mandate, topic, verification_policy};
use countersign_testkit::{Answer, Client, TestApp};
use countersign_types::audit::Actor;
use countersign_types::mandate::{Mandate, MandateContent, MandateKind, MandateScope};
use countersign_types::time::{DAY, HOUR, MINUTE};
use countersign_types::topic::{NextAction, Script, Topic};
use countersign_types::verification_policy::{PolicyVersion, StoredPolicy};
use countersign_types::{Assurance, MandateId, ProfileId, Timestamp, TopicId, VerificationPolicyId};
use serde_json::{Value, json};

pub(super) const BALANCE: u8 = 1;
const PAYMENT: u8 = 2;
const HOURS: u8 = 3;

/// What Ann and Rob would say.
pub(super) const ANN: [(&str, &str); 4] =
    [("name", "Ann Müller"), ("birth_date", "3. Mai 1990"), ("phone", "030 901820"), ("postcode", "10115")];
pub(super) const ROB: [(&str, &str); 4] =
    [("name", "Rob Weber"), ("birth_date", "1.2.1970"), ("phone", "030 901821"), ("postcode", "20095")];

/// A bank with a customer, her representative, and somebody else of the same name and day of birth.
pub(super) struct World {
    pub(super) app: TestApp,
    pub(super) db: Db,
    pub(super) agent: Client,
    pub(super) ann: String,
    pub(super) rob: String,
    twin: String,
}

pub(super) fn topic_id(n: u8) -> String {
    TopicId::from_bytes([n; 16]).to_string()
}

pub(super) fn mandate_id(n: u8) -> String {
    MandateId::from_bytes([n; 16]).to_string()
}

fn policy() -> Value {
    let party = json!({
        "searches": [
            { "kind": "text", "fields": ["name", "phone", "email"], "results": ["name", "birth_date", "town"],
              "sort": [{ "field": "name" }] },
            { "kind": "object", "object": "account", "fields": ["external_id"], "results": ["town"],
              "filters": [{ "field": "town", "equals": "Berlin" }] },
        ],
        "required": [{ "field": "name", "answer": "name", "bits": 10, "slips": 1 },
                     { "field": "birth_date", "answer": "date", "bits": 14 }],
        "additional": [{ "field": "phone", "answer": "phone", "bits": 20 },
                       { "field": "postcode", "answer": "postcode", "bits": 10 }],
        "additional_minimum": 1,
        "strong_evidence_replaces": true,
    });
    json!({ "name": "Accounts", "customer": party.clone(), "representative": party })
}

async fn person(app: &TestApp, external_id: &str, name: &str, of: Value) -> String {
    let mut body = json!({ "external_id": external_id, "name": name });
    for (key, value) in of.as_object().unwrap() {
        body[key] = value.clone();
    }
    let made = app.api().post("/v1/profiles", body).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

impl World {
    pub(super) async fn new(db: TestDb) -> Self {
        let raw: Db = (*db).clone();
        Self::on(TestApp::on(db).await, raw).await
    }

    /// [`World::new`] on a server that does other things as well.
    pub(super) async fn on(app: TestApp, db: Db) -> Self {
        app.api().patch("/v1/workspace", json!({ "default_country": "DE" })).await.expect(200);
        for (key, r#type) in [("birth_date", "date"), ("postcode", "text"), ("town", "text")] {
            let body =
                json!({ "key": key, "label": key, "level": "profile", "type": r#type, "pii": "personal" });
            app.api().post("/v1/attributes", body).await.expect(201);
        }
        let of = |phone: &str, born: &str, postcode: &str, town: &str| json!({ "phone": phone, "attributes": { "birth_date": born, "postcode": postcode, "town": town } });
        let berlin = of("+4930901820", "1990-05-03", "10115", "Berlin");
        let ann = person(&app, "w-ann", "Ann Müller", berlin).await;
        let rob =
            person(&app, "w-rob", "Rob Weber", of("+4930901821", "1970-02-01", "20095", "Hamburg")).await;
        let twin =
            person(&app, "w-twin", "Ann Müller", of("+4930901822", "1990-05-03", "80331", "Munich")).await;
        let world = Self { agent: app.person("agent").await, app, db, ann, rob, twin };
        world.configure().await;
        world
    }

    async fn configure(&self) {
        let now = self.app.service.now();
        let (ann, rob) = (self.ann.parse().unwrap(), self.rob.parse().unwrap());
        self.write(async move |tx: &mut Tx<'_>| {
            let id = VerificationPolicyId::from_bytes([1; 16]);
            let stored = StoredPolicy {
                id,
                name: "Accounts".to_owned(),
                draft: policy(),
                revision: 1,
                published: None,
                published_from: None,
                created_at: now,
                updated_at: now,
            };
            verification_policy::insert_policy(tx, &stored).await?;
            publish(tx, 1, policy(), now).await?;
            for (n, key, policy) in
                [(BALANCE, "w_balance", Some(id)), (PAYMENT, "w_payment", Some(id)), (HOURS, "w_hours", None)]
            {
                let script = |text: &str| Some(format!("{text} {key}"));
                let topic = Topic {
                    id: TopicId::from_bytes([n; 16]),
                    key: key.to_owned(),
                    name: format!("Topic {key}"),
                    is_confidential: policy.is_some(),
                    minimum_level: if policy.is_some() { Assurance::Al2 } else { Assurance::Al0 },
                    policy,
                    script: Script { opening: None, proceed: script("Go on with"), stop: script("No") },
                    next_action: Some(NextAction { label: "Open the account".to_owned(), url: None }),
                    is_active: true,
                    created_at: now,
                    updated_at: now,
                };
                topic::insert_topic(tx, &topic).await?;
            }
            mandate_of(tx, 1, (rob, ann), None, now).await?;
            mandate_of(tx, 2, (rob, ann), Some(now.plus(-HOUR)), now).await
        })
        .await;
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        operation: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.db.write(operation).await.unwrap()
    }

    async fn revoke(&self, n: u8) {
        let now = self.app.service.now();
        self.write(async move |tx: &mut Tx<'_>| {
            let mut mandate = mandate::get_mandate(tx, MandateId::from_bytes([n; 16])).await?.unwrap();
            (mandate.revoked_at, mandate.revoked_by) = (Some(now), Some(Actor::system()));
            mandate::update_mandate(tx, &vault(), &mandate, &MandateContent::default()).await?;
            Ok(())
        })
        .await;
    }

    pub(super) async fn open(&self) -> Talk<'_> {
        self.open_as(&self.agent, json!({ "channel": "in_person", "type": "inbound" })).await
    }

    pub(super) async fn open_as<'a>(&'a self, agent: &Client, body: Value) -> Talk<'a> {
        let made = agent.post("/v1/engagements", body).await.expect(201);
        Talk { world: self, agent: agent.clone(), now: made }
    }
}

async fn publish(tx: &mut Tx<'_>, number: u32, body: Value, now: Timestamp) -> Result<(), StoreError> {
    let version = PolicyVersion {
        policy: VerificationPolicyId::from_bytes([1; 16]),
        number,
        body,
        acknowledged: Vec::new(),
        at: now,
        by_id: String::new(),
        by_name: "Admin".to_owned(),
    };
    verification_policy::insert_policy_version(tx, &version, 1).await
}

fn vault() -> Vault {
    Vault::new(&[7; 32])
}

async fn mandate_of(
    tx: &mut Tx<'_>,
    n: u8,
    (representative, represented): (ProfileId, ProfileId),
    until: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mandate = Mandate {
        id: MandateId::from_bytes([n; 16]),
        kind: MandateKind::PowerOfAttorney,
        representative,
        represented,
        granted_by: Some(represented),
        scope: MandateScope::Topics(["w_balance".to_owned()].into()),
        valid_from: now.plus(-DAY / 2),
        valid_until: until,
        created_at: now.plus(n.into()),
        created_by: Actor::system(),
        updated_at: now,
        revoked_at: None,
        revoked_by: None,
    };
    mandate::insert_mandate(tx, &vault(), &mandate, &MandateContent::default()).await
}

/// A conversation, as the agent sees it.
pub(super) struct Talk<'a> {
    world: &'a World,
    agent: Client,
    pub(super) now: Value,
}

impl Talk<'_> {
    pub(super) fn id(&self) -> &str {
        self.now["id"].as_str().unwrap()
    }

    pub(super) fn verification(&self) -> &Value {
        &self.now["verification"]
    }

    fn stage(&self) -> &str {
        self.verification()["stage"].as_str().unwrap()
    }

    pub(super) async fn try_step(&self, step: &str, mut body: Value) -> Answer {
        body["revision"] = self.verification()["revision"].clone();
        self.agent.post(&format!("/v1/engagements/{}/{step}", self.id()), body).await
    }

    pub(super) async fn step(&mut self, step: &str, body: Value) -> &mut Self {
        self.now = self.try_step(step, body).await.expect(200);
        self
    }

    async fn search(&mut self, query: &str) -> Vec<Value> {
        let body = json!({ "search": 0, "query": query });
        let found = self.try_step("search", body).await.expect(200);
        self.now = found["engagement"].clone();
        found["results"].as_array().unwrap().clone()
    }

    pub(super) async fn begin(&mut self, about: &str) -> &mut Self {
        self.step("topic", json!({ "topic_id": topic_id(BALANCE) })).await;
        self.step("subject", json!({ "about": about })).await
    }

    pub(super) async fn pick(&mut self, name: &str, profile: &str) -> &mut Self {
        self.search(name).await;
        self.step("select", json!({ "profile_id": profile })).await
    }

    /// Answers what is asked.
    pub(super) async fn answer(&mut self, as_whom: &[(&str, &str)]) -> &mut Self {
        let asked = self.verification()["questions"].as_array().unwrap().clone();
        let answers: Vec<Value> = asked
            .iter()
            .map(|question| {
                let field = question["field"].as_str().unwrap();
                let said = as_whom.iter().find(|(of, _)| *of == field).unwrap().1;
                json!({ "field": field, "said": said })
            })
            .collect();
        self.step("answers", json!({ "answers": answers })).await
    }

    pub(super) async fn pass(&mut self, as_whom: &[(&str, &str)]) -> &mut Self {
        self.answer(as_whom).await.step("finish", json!({})).await
    }

    fn outcome(&self) -> (&str, Option<&str>, &str) {
        let outcome = &self.verification()["outcome"];
        let text = |key: &str| outcome[key].as_str();
        (text("result").unwrap_or("none"), text("class"), text("level").unwrap_or(""))
    }

    async fn record(&self, client: &Client) -> Value {
        client.get(&format!("/v1/engagements/{}/record", self.id())).await.expect(200)
    }
}

/// Fails a verification of Ann.
pub(super) async fn fail(world: &World, agent: &Client) {
    let mut talk = world.open_as(agent, json!({ "channel": "voice", "type": "inbound" })).await;
    talk.begin("self").await.pick("Müller", &world.ann).await.answer(&ROB).await;
    talk.step("finish", json!({})).await;
    assert_eq!(talk.outcome(), ("stop", Some("not_verified"), "al0"));
}

#[tokio::test]
async fn if_the_engagement_isnt_related_to_confidential_information_there_is_no_need_to_verify() {
    both(async |db| {
        let world = World::new(db).await;
        let mut talk = world.open().await;
        assert_eq!((talk.stage(), &talk.now["status"]), ("topic", &json!("new")));
        talk.step("topic", json!({ "topic_id": topic_id(HOURS) })).await;
        assert_eq!(talk.outcome(), ("not_needed", None, "al0"));
        assert_eq!((talk.stage(), &talk.now["status"]), ("done", &json!("completed")));
        assert_eq!(talk.verification()["outcome"]["words"], "Go on with w_hours");
        let after = talk.try_step("subject", json!({ "about": "self" })).await;
        assert_eq!(after.problem(409), "engagement-over");
    })
    .await;
}

#[tokio::test]
async fn if_the_engagement_is_about_the_customer_verify_their_identity_and_it_ends_here() {
    both(async |db| {
        let world = World::new(db).await;
        let mut talk = world.open().await;
        talk.begin("self").await;
        assert_eq!((talk.stage(), &talk.verification()["role"]), ("search", &json!("customer")));
        let found = talk.search("Müller").await;
        let ids: Vec<&str> = found.iter().map(|one| one["profile"]["id"].as_str().unwrap()).collect();
        assert_eq!(ids, [world.ann.as_str(), world.twin.as_str()], "two of one name, by their references");
        talk.step("select", json!({ "profile_id": world.ann })).await;
        assert_eq!(talk.stage(), "questions");
        talk.answer(&ANN).await;
        let party = &talk.verification()["parties"]["customer"];
        assert_eq!(
            (&party["required"], &party["additional"]),
            (&json!({ "answered": 2, "of": 2 }), &json!({ "answered": 1, "of": 1 }))
        );
        assert_eq!(talk.outcome().0, "none", "no verdict before the end");
        talk.step("finish", json!({})).await;
        assert_eq!(talk.outcome(), ("proceed", None, "al2"));
        let outcome = talk.verification()["outcome"].clone();
        assert_eq!(
            (&outcome["profile_id"], &outcome["words"], &outcome["next_action"]["label"]),
            (&json!(world.ann), &json!("Go on with w_balance"), &json!("Open the account"))
        );
        // Who was unknown is filled in by itself.
        let attendee = &talk.now["initiating_attendee"];
        assert_eq!(
            (&attendee["profile"]["id"], &attendee["source"], &attendee["assurance"]),
            (&json!(world.ann), &json!("verified"), &json!("al2"))
        );
        assert_eq!(
            (&talk.now["attendees"][0]["role"], &talk.now["attendees"][0]["is_verified"]),
            (&json!("self"), &json!(true))
        );
        assert_eq!(
            (&talk.now["topics"][0]["status"], &talk.now["result"]),
            (&json!("completed"), &json!("proceed"))
        );
    })
    .await;
}

#[tokio::test]
async fn if_about_someone_else_first_the_representative_then_the_customer_they_are_authorized_to_represent() {
    both(async |db| {
        let world = World::new(db).await;
        let mut talk = world.open().await;
        talk.begin("someone_else").await;
        assert_eq!(talk.verification()["role"], "representative");
        talk.pick("Weber", &world.rob).await.pass(&ROB).await;
        assert_eq!((talk.outcome().0, talk.stage()), ("none", "mandate"));
        let offers = talk.verification()["mandates"].as_array().unwrap().clone();
        let gaps: Vec<(&str, Option<&str>)> =
            offers.iter().map(|offer| (offer["id"].as_str().unwrap(), offer["gap"].as_str())).collect();
        assert_eq!(gaps, [(mandate_id(1).as_str(), None), (mandate_id(2).as_str(), Some("ended"))]);
        let early = talk.try_step("search", json!({ "search": 0, "query": "Müller" })).await;
        assert_eq!(early.problem(409), "another-step-first", "the mandate comes first");
        let ended = talk.try_step("mandate", json!({ "mandate_id": mandate_id(2) })).await;
        assert_eq!(ended.problem(409), "mandate-gap");
        talk.step("mandate", json!({ "mandate_id": mandate_id(1) })).await;
        talk.search("Müller").await;
        let twin = talk.try_step("select", json!({ "profile_id": world.twin })).await;
        assert_eq!(twin.problem(409), "not-the-represented");
        talk.step("select", json!({ "profile_id": world.ann })).await;
        talk.pass(&ANN).await;
        assert_eq!(talk.outcome(), ("proceed", None, "al2"));
        assert_eq!(talk.now["attendees"][0]["role"], "on_behalf");
        assert_eq!(talk.now["attendees"][0]["profile"]["id"], json!(world.rob));
        assert_eq!(talk.now["topics"][0]["related_person"]["id"], json!(world.ann));
    })
    .await;
}

#[tokio::test]
async fn if_verification_fails_you_are_asked_to_stop_processing_the_representatives_request() {
    both(async |db| {
        let world = World::new(db).await;
        let mut talk = world.open().await;
        talk.begin("someone_else").await.pick("Weber", &world.rob).await.pass(&ROB).await;
        talk.step("mandate", json!({ "mandate_id": mandate_id(1) })).await;
        talk.pick("Müller", &world.ann).await.pass(&ROB).await;
        assert_eq!(talk.outcome(), ("stop", Some("not_verified"), "al0"));
        let outcome = &talk.verification()["outcome"];
        assert_eq!(
            (&outcome["role"], &outcome["words"], &outcome["profile_id"]),
            (&json!("customer"), &json!("No w_balance"), &Value::Null)
        );
        assert_eq!(talk.now["topics"][0]["failure_reason"], "not_verified");
    })
    .await;
}

#[tokio::test]
async fn you_have_to_search_for_the_person_initiating_the_engagement_even_if_their_number_was_registered() {
    both(async |db| {
        let world = World::new(db).await;
        let body = json!({ "channel": "voice", "type": "inbound",
            "initiating_attendee": { "phone": "030 901821" } });
        let mut talk = world.open_as(&world.agent, body.clone()).await;
        let attendee = &talk.now["initiating_attendee"];
        assert_eq!(
            (&attendee["profile"]["id"], &attendee["source"], &attendee["assurance"]),
            (&json!(world.rob), &json!("number"), &json!("al1")),
            "auto-populated, and no more than that"
        );
        assert_eq!(talk.now["candidates"][0]["id"], json!(world.rob));
        talk.begin("someone_else").await;
        let unsearched = talk.try_step("select", json!({ "profile_id": world.rob })).await;
        assert_eq!(unsearched.problem(409), "search-first");
        talk.pick("Weber", &world.rob).await;
        // About themself, the registered number is enough to select by; it verifies nothing.
        let mut talk = world.open_as(&world.agent, body).await;
        talk.begin("self").await.step("select", json!({ "profile_id": world.rob })).await;
        assert_eq!(talk.verification()["parties"]["customer"]["is_passed"], false);
        let other = talk.try_step("select", json!({ "profile_id": world.ann })).await;
        assert_eq!(other.problem(409), "search-first");
    })
    .await;
}

#[tokio::test]
async fn if_the_customer_is_new_create_a_lead_record() {
    both(async |db| {
        let world = World::new(db).await;
        let lead = json!({ "name": "Nova Neu", "phone": "030 5551234", "email": "nova@new.example" });
        let body = json!({ "channel": "in_person", "type": "inbound", "reason": "wants an account",
            "initiating_attendee": { "lead": lead } });
        let admin = world.app.admin().await;
        let talk = world.open_as(&admin, body).await;
        let attendee = &talk.now["initiating_attendee"];
        assert_eq!(
            (&attendee["lead_name"], &attendee["source"], &attendee["profile"]),
            (&json!("Nova Neu"), &json!("lead"), &Value::Null)
        );
        let path = format!("/v1/engagements/{}", talk.id());
        let patch = json!({ "sentiment": "glad", "notes": "comes back", "custom": { "branch": "Mitte" } });
        let now = admin.patch(&path, patch).await.expect(200);
        assert_eq!(
            (&now["sentiment"], &now["custom"]["branch"], &now["reason"]),
            (&json!("glad"), &json!("Mitte"), &json!("wants an account"))
        );
        let now = admin.patch(&path, json!({ "notes": null })).await.expect(200);
        assert_eq!((&now["notes"], &now["sentiment"]), (&Value::Null, &json!("glad")));
        let many: serde_json::Map<String, Value> = (0..51).map(|n| (format!("f{n}"), json!("x"))).collect();
        admin.patch(&path, json!({ "custom": many })).await.expect(400);
        let wrong = json!({ "channel": "in_person", "type": "inbound", "initiating_attendee": {} });
        admin.post("/v1/engagements", wrong).await.expect(400);
        admin
            .post("/v1/engagements", json!({ "channel": "In Person!", "type": "inbound" }))
            .await
            .expect(400);
    })
    .await;
}

#[tokio::test]
async fn select_the_search_type_and_search_using_keywords_or_available_fields() {
    both(async |db| {
        let world = World::new(db).await;
        let mut talk = world.open().await;
        talk.begin("self").await;
        assert_eq!(talk.verification()["searches"][1]["object"], "account");
        talk.try_step("search", json!({ "search": 2, "query": "x" })).await.expect(400);
        talk.try_step("search", json!({ "search": 1, "fields": { "phone": "1" } })).await.expect(400);
        for (wanted, expected) in [("w-ann", 1), ("w-rob", 0), ("nobody", 0)] {
            let body = json!({ "search": 1, "fields": { "external_id": wanted } });
            let found = talk.try_step("search", body).await.expect(200);
            talk.now = found["engagement"].clone();
            assert_eq!(
                found["results"].as_array().unwrap().len(),
                expected,
                "{wanted}: the filter is by town"
            );
        }
        for query in ["030/901820", "Ann Mueller", "C-1"] {
            talk.search(query).await;
        }
        assert_eq!(talk.search("+49 30 901820").await[0]["profile"]["id"], json!(world.ann));
    })
    .await;
}

#[tokio::test]
async fn v_1_no_stored_answer_reaches_the_agent_whoever_they_are() {
    both(async |db| {
        let world = World::new(db).await;
        // Even whoever sees everything unmasked elsewhere.
        let admin = world.app.admin().await;
        let mut talk = world.open_as(&admin, json!({ "channel": "in_person", "type": "inbound" })).await;
        let mut all = String::new();
        talk.begin("self").await;
        let body = json!({ "search": 0, "query": "Müller" });
        let found = talk.try_step("search", body).await;
        all += &found.json().to_string();
        assert_eq!(
            found.json()["results"][0]["fields"],
            json!({ "birth_date": "•••", "name": "•••", "town": "Berlin" }),
            "what is asked is not shown"
        );
        talk.now = found.expect(200)["engagement"].clone();
        talk.step("select", json!({ "profile_id": world.ann })).await;
        all += &talk.now.to_string();
        talk.answer(&ROB).await;
        all += &talk.now.to_string();
        let wrong = json!({ "answers": [{ "field": "birth_date", "said": "3.5.90" }] });
        let unreadable = talk.try_step("answers", wrong).await;
        all += &unreadable.json().to_string();
        assert_eq!(unreadable.json()["errors"][0]["code"], "two-digit-year");
        all += &talk.record(&admin).await.to_string();
        let html = admin.get(&format!("/v1/engagements/{}/record.html", talk.id())).await;
        all += &html.expect_text(200);
        let list = admin.get("/v1/engagements").await.expect(200);
        all += &list.to_string();
        for stored in ["Müller", "1990", "901820", "10115"] {
            assert!(!all.contains(stored), "{stored}: {all}");
        }
        talk.step("finish", json!({})).await;
        assert!(!talk.now.to_string().contains("Müller"), "nor after it failed");
    })
    .await;
}

#[tokio::test]
async fn v_2_three_failed_sessions_lock_over_agents_and_servers_and_another_person_allows_one_more() {
    both(async |db| {
        let world = World::new(db).await;
        let other = world.app.another("agent", "second").await;
        let manager = world.app.person("team_manager").await;
        let second = world.app.another_server(world.db.clone()).await;
        fail(&world, &world.agent).await;
        fail(&world, &other).await;
        fail(&world, &manager).await;
        let mut talk =
            world.open_as(&second.admin().await, json!({ "channel": "chat", "type": "inbound" })).await;
        talk.begin("self").await.search("Müller").await;
        let locked = talk.try_step("select", json!({ "profile_id": world.ann })).await;
        assert_eq!(locked.problem(409), "customer-locked");
        // Somebody else of the same name is not concerned.
        talk.step("select", json!({ "profile_id": world.twin })).await;
        let list = manager.get("/v1/verification-locks").await.expect(200);
        assert_eq!(
            (
                &list["data"][0]["profile"]["id"],
                &list["data"][0]["may_override"],
                &list["data"][0]["failures"]
            ),
            (&json!(world.ann), &json!(false), &json!(3))
        );
        let path = format!("/v1/verification-locks/{}/override", world.ann);
        let reason = json!({ "reason": "she is here with her passport" });
        assert_eq!(manager.post(&path, reason.clone()).await.problem(403), "same-person");
        world.agent.post(&path, reason.clone()).await.expect(403);
        let admin = world.app.admin().await;
        admin.post(&path, json!({ "reason": "because" })).await.expect(400);
        let open = admin.post(&path, reason.clone()).await.expect(200);
        assert_eq!(open["data"][0]["is_open"], true);
        fail(&world, &world.agent).await;
        let mut talk = world.open().await;
        talk.begin("self").await.search("Müller").await;
        let again = talk.try_step("select", json!({ "profile_id": world.ann })).await;
        assert_eq!(again.problem(409), "customer-locked", "one session, not three");
        world.app.clock.advance(DAY + MINUTE);
        let agent = world.app.another("agent", "third").await;
        talk = world.open_as(&agent, json!({ "channel": "chat", "type": "inbound" })).await;
        talk.begin("self").await.pick("Müller", &world.ann).await.pass(&ANN).await;
        assert_eq!(talk.outcome().0, "proceed", "a day later");
    })
    .await;
}

#[tokio::test]
async fn v_2_leaving_after_an_answer_counts_as_a_failure_and_so_does_being_idle() {
    both(async |db| {
        let world = World::new(db).await;
        for end in ["end", "back", "idle"] {
            let mut talk = world.open().await;
            talk.begin("self").await.pick("Müller", &world.ann).await.answer(&ROB).await;
            match end {
                "end" => {
                    talk.step("end", json!({})).await;
                    assert_eq!(talk.outcome(), ("stop", Some("ended"), "al0"));
                }
                "back" => {
                    talk.step("back", json!({ "to": "customer" })).await;
                    assert_eq!(talk.stage(), "search");
                }
                _ => {
                    world.app.clock.advance(30 * MINUTE);
                    assert!(world.app.service.expire_engagements_now().await.unwrap() >= 1);
                }
            }
        }
        let manager = world.app.person("team_manager").await;
        let list = manager.get("/v1/verification-locks").await.expect(200);
        assert_eq!(list["data"][0]["profile"]["id"], json!(world.ann));
    })
    .await;
}

#[tokio::test]
async fn v_3_no_verdict_before_the_end_and_details_are_for_supervisors() {
    both(async |db| {
        let world = World::new(db).await;
        let (mut right, mut wrong) = (world.open().await, world.open().await);
        right.begin("self").await.pick("Müller", &world.ann).await.answer(&ANN).await;
        wrong.begin("self").await.pick("Müller", &world.ann).await.answer(&ROB).await;
        let mut told = [right.now.clone(), wrong.now.clone()];
        for one in &mut told {
            for key in ["id", "started_at"] {
                one[key] = Value::Null;
            }
            one["topics"][0]["started_at"] = Value::Null;
            one["verification"]["idle_until"] = Value::Null;
            one["verification"]["ends_at"] = Value::Null;
        }
        assert_eq!(told[0], told[1], "right and wrong answers look alike");
        wrong.step("finish", json!({})).await;
        let manager = world.app.person("team_manager").await;
        let (seen, hidden) = (wrong.record(&manager).await, wrong.record(&world.agent).await);
        assert_eq!(seen["parties"][0]["questions"][1]["result"], "wrong");
        assert_eq!(hidden["parties"][0]["questions"][1]["result"], Value::Null);
        let early = right.record(&manager).await;
        assert_eq!(
            early["parties"][0]["questions"][1]["result"],
            Value::Null,
            "not even they before the end"
        );
    })
    .await;
}

#[tokio::test]
async fn v_5_going_back_keeps_no_pass_and_a_mandate_revoked_in_mid_flow_stops() {
    both(async |db| {
        let world = World::new(db).await;
        let mut talk = world.open().await;
        talk.begin("someone_else").await.pick("Weber", &world.rob).await.pass(&ROB).await;
        talk.step("mandate", json!({ "mandate_id": mandate_id(1) })).await;
        talk.step("back", json!({ "to": "about" })).await;
        assert_eq!(
            (talk.stage(), &talk.verification()["parties"]["representative"]["is_passed"]),
            ("about", &json!(false))
        );
        talk.step("subject", json!({ "about": "someone_else" })).await;
        talk.pick("Weber", &world.rob).await.pass(&ROB).await;
        talk.step("mandate", json!({ "mandate_id": mandate_id(1) })).await;
        talk.pick("Müller", &world.ann).await.answer(&ANN).await;
        world.revoke(1).await;
        talk.step("finish", json!({})).await;
        assert_eq!(talk.outcome(), ("stop", Some("not_authorised"), "al0"));
        // Another topic is not in the mandate.
        let mut talk = world.open().await;
        talk.step("topic", json!({ "topic_id": topic_id(PAYMENT) })).await;
        talk.step("subject", json!({ "about": "someone_else" })).await;
        talk.pick("Weber", &world.rob).await.pass(&ROB).await;
        let other = talk.try_step("mandate", json!({ "mandate_id": mandate_id(1) })).await;
        assert_eq!(other.problem(409), "mandate-gap");
    })
    .await;
}

#[tokio::test]
async fn v_6_agents_verify_neither_themselves_nor_whom_they_represent() {
    both(async |db| {
        let world = World::new(db).await;
        let rob = json!({ "email": "agent@example.test" });
        world.app.api().patch(&format!("/v1/profiles/{}", world.rob), rob).await.expect(200);
        for own in [&world.rob, &world.ann] {
            let mut talk = world.open().await;
            talk.begin("self").await.search("Weber").await;
            let refused = talk.try_step("select", json!({ "profile_id": own })).await;
            assert_eq!(refused.problem(403), "own-profile");
        }
        // Going on with what a colleague began does not help.
        let colleague = world.app.another("agent", "second").await;
        let mut talk = world.open_as(&colleague, json!({ "channel": "chat", "type": "inbound" })).await;
        talk.begin("self").await.pick("Weber", &world.rob).await;
        talk.agent = world.agent.clone();
        let answers = json!({ "answers": [{ "field": "name", "said": "Rob Weber" }] });
        assert_eq!(talk.try_step("answers", answers).await.problem(403), "own-profile");
    })
    .await;
}

#[tokio::test]
async fn v_7_a_result_is_signed_for_ten_minutes_and_one_audience() {
    both(async |db| {
        use base64::Engine as _;
        use ed25519_dalek::Verifier as _;
        let decode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap();
        let world = World::new(db).await;
        let mut talk = world.open().await;
        let path = format!("/v1/engagements/{}/result-token", talk.id());
        let body = json!({ "audience": "https://core.bank.example" });
        assert_eq!(world.agent.post(&path, body.clone()).await.problem(409), "no-result");
        talk.begin("someone_else").await.pick("Weber", &world.rob).await.pass(&ROB).await;
        talk.step("mandate", json!({ "mandate_id": mandate_id(1) })).await;
        talk.pick("Müller", &world.ann).await.pass(&ANN).await;
        let signed = world.agent.post(&path, body.clone()).await.expect(200);
        let parts: Vec<&str> = signed["token"].as_str().unwrap().split('.').collect();
        let keys = world.app.anonymous().get("/.well-known/jwks.json").await.expect(200);
        let x: [u8; 32] = decode(keys["keys"][0]["x"].as_str().unwrap()).try_into().unwrap();
        let key = ed25519_dalek::VerifyingKey::from_bytes(&x).unwrap();
        let signature = ed25519_dalek::Signature::from_slice(&decode(parts[2])).unwrap();
        key.verify(format!("{}.{}", parts[0], parts[1]).as_bytes(), &signature).unwrap();
        let header: Value = serde_json::from_slice(&decode(parts[0])).unwrap();
        assert_eq!((&header["alg"], &header["kid"]), (&json!("EdDSA"), &keys["keys"][0]["kid"]));
        let claims: Value = serde_json::from_slice(&decode(parts[1])).unwrap();
        assert_eq!(
            (&claims["decision"], &claims["level"], &claims["aud"], &claims["topic"]),
            (&json!("proceed"), &json!("al2"), &json!("https://core.bank.example"), &json!("w_balance"))
        );
        assert_eq!((&claims["customer"], &claims["representative"]), (&json!(world.ann), &json!(world.rob)));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
        world.agent.post(&path, json!({ "audience": "" })).await.expect(400);
        world.revoke(1).await;
        assert_eq!(
            world.agent.post(&path, body).await.problem(409),
            "no-result",
            "the mandate is looked at again"
        );
    })
    .await;
}

#[tokio::test]
async fn v_8_the_record_says_who_when_and_what_and_keeps_the_policys_version() {
    both(async |db| {
        let world = World::new(db).await;
        let mut talk = world.open().await;
        talk.begin("self").await;
        // Another version is published meanwhile; the engagement keeps its own.
        let (now, mut stricter) = (world.app.service.now(), policy());
        stricter["customer"]["additional_minimum"] = json!(2);
        world.write(async move |tx: &mut Tx<'_>| publish(tx, 2, stricter, now).await).await;
        talk.pick("Müller", &world.ann).await.pass(&ANN).await;
        assert_eq!(talk.outcome().0, "proceed");
        let manager = world.app.person("team_manager").await;
        let record = talk.record(&manager).await;
        assert_eq!(
            (&record["policy_version"], &record["is_final"], &record["level"]),
            (&json!(1), &json!(true), &json!("al2"))
        );
        let questions = record["parties"][0]["questions"].as_array().unwrap();
        let results: Vec<&str> = questions.iter().map(|q| q["result"].as_str().unwrap()).collect();
        assert_eq!(results, ["right", "right", "right"]);
        let steps: Vec<&str> =
            record["steps"].as_array().unwrap().iter().map(|s| s["step"].as_str().unwrap()).collect();
        assert_eq!(steps, ["topic", "about", "search", "select", "answers", "finish"]);
        assert!(record["steps"][0]["by"].as_str().unwrap().starts_with("usr_"));
        // Notes are written afterwards; the record does not change by them.
        let path = format!("/v1/engagements/{}", talk.id());
        world.agent.patch(&path, json!({ "notes": "was friendly" })).await.expect(200);
        assert_eq!(talk.record(&manager).await, record);
        let html = manager.get(&format!("{path}/record.html")).await;
        let page = html.expect_text(200);
        assert!(page.contains("Record of a verification") && !page.contains("friendly"), "{page}");
        let audit = world.app.api().get("/v1/audit?limit=200").await.expect(200).to_string();
        for word in ["engagement.open", "engagement.search", "engagement.step", "engagement.conclude"] {
            assert!(audit.contains(word), "{word}");
        }
        for said in ["3. Mai 1990", "10115", "901820", "Müller"] {
            assert!(!audit.contains(said), "{said}");
        }
        let events = world.app.api().get("/v1/events?limit=100").await.expect(200).to_string();
        assert!(events.contains("engagement.opened") && events.contains("engagement.verified"), "{events}");
    })
    .await;
}

#[tokio::test]
async fn of_two_agents_on_one_engagement_one_is_refused_and_sees_why() {
    both(async |db| {
        let world = World::new(db).await;
        let mut one = world.open().await;
        one.begin("self").await;
        let other =
            Talk { world: &world, agent: world.app.another("agent", "second").await, now: one.now.clone() };
        one.search("Müller").await;
        let stale = other.try_step("back", json!({ "to": "topic" })).await;
        assert_eq!(stale.problem(409), "engagement-changed");
        let now = other.agent.get(&format!("/v1/engagements/{}", other.id())).await.expect(200);
        assert_eq!(
            now["verification"]["revision"],
            one.verification()["revision"],
            "nothing was changed by it"
        );
        assert_eq!(other.world.ann, world.ann);
    })
    .await;
}

#[tokio::test]
async fn a_profile_merged_or_erased_in_mid_flow_and_an_idle_engagement_stop_the_step() {
    both(async |db| {
        let world = World::new(db).await;
        let mut merged = world.open().await;
        merged.begin("self").await.pick("Müller", &world.twin).await;
        let (ann, twin) = (world.ann.clone(), world.twin.parse::<ProfileId>().unwrap());
        let into: ProfileId = ann.parse().unwrap();
        world
            .write(async move |tx: &mut Tx<'_>| {
                let sql = "UPDATE profile SET merged_into = $2 WHERE id = $1";
                tx.execute(sql, countersign_store::args![twin, into]).await.map(|_| ())
            })
            .await;
        let answers = json!({ "answers": [{ "field": "name", "said": "Ann Müller" }] });
        assert_eq!(merged.try_step("answers", answers.clone()).await.problem(409), "profile-gone");
        let mut erased = world.open().await;
        erased.begin("self").await.pick("Weber", &world.rob).await;
        world.app.api().delete(&format!("/v1/profiles/{}", world.rob)).await;
        assert_eq!(erased.try_step("answers", answers.clone()).await.problem(409), "profile-gone");
        let shown = world.agent.get(&format!("/v1/engagements/{}", erased.id())).await.expect(200);
        let party = &shown["verification"]["parties"]["customer"]["profile"];
        assert_eq!((&party["reference"], &party["name"]), (&Value::Null, &Value::Null));
        world.app.clock.advance(30 * MINUTE);
        let late = merged.try_step("back", json!({ "to": "topic" })).await;
        assert_eq!(late.problem(409), "engagement-expired");
        let over = world.agent.get(&format!("/v1/engagements/{}", merged.id())).await.expect(200);
        assert_eq!(over["verification"]["outcome"]["class"], "expired", "which is on record");
    })
    .await;
}

#[tokio::test]
async fn a_customer_with_too_little_data_is_said_at_once_with_what_is_missing() {
    both(async |db| {
        let world = World::new(db).await;
        let mut strict = policy();
        strict["customer"]["strong_evidence_replaces"] = json!(false);
        strict["customer"]["minimum_age"] = json!(18);
        let now = world.app.service.now();
        world.write(async move |tx: &mut Tx<'_>| publish(tx, 2, strict, now).await).await;
        let bare =
            person(&world.app, "bare", "Bob Bare", json!({ "attributes": { "birth_date": "1980-01-01" } }))
                .await;
        let today = json!({ "attributes": { "birth_date": "2100-01-01", "postcode": "10115" } });
        let child = person(&world.app, "child", "Kim Klein", today).await;
        let mut talk = world.open().await;
        talk.begin("self").await.search("Bare").await;
        let refused = talk.try_step("select", json!({ "profile_id": bare })).await;
        assert!(refused.json()["detail"].as_str().unwrap().contains("phone, postcode"), "{}", refused.json());
        assert_eq!(refused.problem(409), "too-little-data");
        talk.search("Klein").await;
        let refused = talk.try_step("select", json!({ "profile_id": child })).await;
        assert_eq!(refused.problem(409), "too-young");
    })
    .await;
}

#[tokio::test]
async fn a_source_that_is_down_is_neither_a_pass_nor_a_failure() {
    both(async |db| {
        use countersign_fakes::{Call, Reply};
        use std::sync::Arc;
        use std::sync::atomic::{AtomicU16, Ordering};
        let world = World::new(db).await;
        let status = Arc::new(AtomicU16::new(503));
        let says = status.clone();
        world.app.outbound.provide("https://core.example", move |call: &Call<'_>| {
            let is_right = String::from_utf8_lossy(call.body).contains("4711");
            match says.load(Ordering::SeqCst) {
                200 if is_right => Reply::json(200, &json!({ "ok": true })),
                200 => Reply::json(404, &json!({})),
                status => Reply::json(status, &json!({})),
            }
        });
        let content = json!({ "kind": "json", "value": { "customer": "{external_id}", "pin": "{answer}" } });
        let look_up = json!({ "name": "PIN of the card",
            "request": { "method": "POST", "url": "https://core.example/pins", "body": content } });
        let look_up = world.app.api().post("/v1/look-ups", look_up).await.expect(201);
        let mut asks = policy();
        asks["customer"]["required"][1] =
            json!({ "field": "pin", "answer": "text", "bits": 13, "look_up": look_up["id"] });
        let now = world.app.service.now();
        world.write(async move |tx: &mut Tx<'_>| publish(tx, 2, asks, now).await).await;
        let said = |pin: &str| {
            let mut all = ANN.to_vec();
            all.push(("pin", Box::leak(pin.to_owned().into_boxed_str())));
            all
        };
        let mut talk = world.open().await;
        talk.begin("self").await.pick("Müller", &world.ann).await;
        assert_eq!(talk.verification()["questions"][1]["judge"], "look_up");
        talk.answer(&said("4711")).await;
        assert_eq!(talk.try_step("finish", json!({})).await.problem(409), "source-unavailable");
        status.store(200, Ordering::SeqCst);
        world.app.clock.advance(MINUTE);
        talk.pass(&said("4711")).await;
        assert_eq!(talk.outcome().0, "proceed");
        let mut talk = world.open().await;
        talk.begin("self").await.pick("Müller", &world.ann).await.pass(&said("0000")).await;
        assert_eq!(talk.outcome(), ("stop", Some("not_verified"), "al0"));
    })
    .await;
}

#[tokio::test]
async fn a_pass_in_a_chat_is_the_levels_evidence_and_a_code_replaces_the_questions() {
    both(async |db| {
        let world = World::new(db).await;
        let channel = world.app.custom_channel("Chat").await;
        let case =
            world.app.say(&channel, "u-1", "1", "Hello").await["case"]["id"].as_str().unwrap().to_owned();
        let body = json!({ "channel": "chat", "type": "inbound", "case_id": case });
        let mut talk = world.open_as(&world.agent, body.clone()).await;
        let again = world.agent.post("/v1/engagements", body.clone()).await.expect(200);
        assert_eq!(again["id"], talk.now["id"], "one for each conversation");
        talk.begin("self").await.pick("Müller", &world.ann).await;
        assert_eq!(talk.try_step("evidence", json!({})).await.problem(409), "evidence-too-weak");
        talk.pass(&ANN).await;
        let shown = world.app.api().get(&format!("/v1/cases/{case}")).await.expect(200);
        assert_eq!(shown["identity"]["assurance"], "al2", "{shown}");
        assert_eq!(shown["identity"]["evidence"]["method"], "policy");
        // A code in another conversation.
        let code = world.app.code("w-ann").await;
        let said = world.app.say(&channel, "u-2", "2", &code).await;
        let other = said["case"]["id"].as_str().unwrap();
        let body = json!({ "channel": "chat", "type": "inbound", "case_id": other });
        let mut talk = world.open_as(&world.agent, body).await;
        assert_eq!(talk.now["initiating_attendee"]["source"], "account");
        talk.begin("self").await.step("select", json!({ "profile_id": world.ann })).await;
        let evidence = &talk.verification()["evidence"];
        assert_eq!(
            (&evidence["may_replace"], &evidence["held"]["level"], &evidence["can_send_code"]),
            (&json!(true), &json!("al3"), &json!(true))
        );
        talk.step("evidence", json!({})).await;
        assert_eq!(talk.outcome(), ("proceed", None, "al3"));
        assert_eq!(talk.now["attendees"][0]["is_authenticated"], true);
        let record = talk.record(&world.agent).await;
        assert_eq!(
            (&record["evidence"], &record["parties"][0]["passed_by"]),
            (&json!("api_code"), &json!("strong_evidence"))
        );
    })
    .await;
}

#[tokio::test]
async fn only_who_may_opens_engagements_and_reads_them() {
    both(async |db| {
        let world = World::new(db).await;
        let key = json!({ "name": "Reader", "scopes": ["verification.read"] });
        let made = world.app.api().post("/v1/api-keys", key).await.expect(201);
        let reader = world.app.anonymous().bearer(made["secret"].as_str().unwrap());
        let talk = world.open().await;
        reader.get(&format!("/v1/engagements/{}", talk.id())).await.expect(200);
        reader.get("/v1/engagements?status=new").await.expect(200);
        reader.get("/v1/verification-locks").await.expect(403);
        reader.post("/v1/engagements", json!({ "channel": "chat", "type": "inbound" })).await.expect(403);
        let end = format!("/v1/engagements/{}/end", talk.id());
        reader.post(&end, json!({ "revision": 0 })).await.expect(403);
        world.app.anonymous().get("/v1/engagements").await.expect(401);
    })
    .await;
}
