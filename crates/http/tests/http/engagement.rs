//! Guided verification through the router: the sentences of the seed, and what must never be said (V-1 … V-8).

use countersign_store::testing::{TestDb, both};
use countersign_store::{Db, StoreError, Tx, Vault, mandate, topic, verification_policy};
use countersign_testkit::{Answer, Client, TestApp};
use countersign_types::audit::Actor;
use countersign_types::mandate::{Mandate, MandateContent, MandateKind, MandateScope};
use countersign_types::time::{DAY, HOUR};
use countersign_types::topic::{NextAction, Script, Topic};
use countersign_types::verification_policy::{PolicyVersion, StoredPolicy};
use countersign_types::{Assurance, MandateId, ProfileId, Timestamp, TopicId, VerificationPolicyId};
use serde_json::{Value, json};

pub(super) const BALANCE: u8 = 1;
pub(super) const PAYMENT: u8 = 2;
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
    pub(super) twin: String,
}

pub(super) fn topic_id(n: u8) -> String {
    TopicId::from_bytes([n; 16]).to_string()
}

pub(super) fn mandate_id(n: u8) -> String {
    MandateId::from_bytes([n; 16]).to_string()
}

pub(super) fn policy() -> Value {
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
        "sent_code_after_hours": 0,
    });
    json!({ "name": "Accounts", "customer": party.clone(), "representative": party })
}

pub(super) async fn person(app: &TestApp, external_id: &str, name: &str, of: Value) -> String {
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
                name: "W accounts".to_owned(),
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

    pub(super) async fn revoke(&self, n: u8) {
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

pub(super) async fn publish(
    tx: &mut Tx<'_>,
    number: u32,
    body: Value,
    now: Timestamp,
) -> Result<(), StoreError> {
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
    pub(super) world: &'a World,
    pub(super) agent: Client,
    pub(super) now: Value,
}

impl Talk<'_> {
    pub(super) fn id(&self) -> &str {
        self.now["id"].as_str().unwrap()
    }

    pub(super) fn verification(&self) -> &Value {
        &self.now["verification"]
    }

    pub(super) fn stage(&self) -> &str {
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

    pub(super) async fn search(&mut self, query: &str) -> Vec<Value> {
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

    pub(super) fn outcome(&self) -> (&str, Option<&str>, &str) {
        let outcome = &self.verification()["outcome"];
        let text = |key: &str| outcome[key].as_str();
        (text("result").unwrap_or("none"), text("class"), text("level").unwrap_or(""))
    }

    pub(super) async fn record(&self, client: &Client) -> Value {
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
