//! Guided verification: nobody deals with themself (V-6), failures add up over merges (V-2), and searches by object.

use countersign_store::Tx;
use countersign_store::testing::both;
use countersign_testkit::Client;
use serde_json::{Value, json};

use super::engagement::{ANN, BALANCE, ROB, Talk, World, fail, mandate_id, policy, publish, topic_id};

const OVERRIDE: &str = "she is here with her passport";

async fn merge(client: &Client, into: &str, from: &str) -> String {
    let body = json!({ "from": from, "reason": "she says so" });
    let made = client.post(&format!("/v1/profiles/{into}/merge"), body).await;
    assert!(made.status.is_success(), "{}", made.json());
    made.json()["id"].as_str().unwrap().to_owned()
}

/// Fails a verification of somebody.
async fn fail_as(world: &World, agent: &Client, name: &str, profile: &str) {
    let mut talk = world.open_as(agent, json!({ "channel": "voice", "type": "inbound" })).await;
    talk.begin("self").await.pick(name, profile).await.answer(&ROB).await;
    talk.step("finish", json!({})).await;
    assert_eq!(talk.outcome(), ("stop", Some("not_verified"), "al0"));
}

/// Ann once more, as somebody wrote her down elsewhere.
async fn namesake(world: &World) -> String {
    let new = json!({ "name": "Ann Mueller", "phone": "+4930901829",
        "attributes": { "birth_date": "1990-05-03", "postcode": "10115", "town": "Berlin" } });
    let made = world.app.api().post("/v1/profiles", new).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

async fn may_be_selected(world: &World, name: &str, profile: &str) -> bool {
    let mut talk = world.open().await;
    talk.begin("self").await.search(name).await;
    let answer = talk.try_step("select", json!({ "profile_id": profile })).await;
    if answer.status == 200 {
        return true;
    }
    assert_eq!(answer.problem(409), "customer-locked");
    false
}

#[tokio::test]
async fn v_2_failures_of_two_profiles_add_up_when_they_merge_and_undoing_it_restores_both() {
    both(async |db| {
        let world = World::new(db).await;
        let other = namesake(&world).await;
        let supervisor = world.app.person("team_manager").await;
        fail(&world, &world.agent).await;
        fail(&world, &world.agent).await;
        fail_as(&world, &world.agent, "Mueller", &other).await;
        let locks = async || supervisor.get("/v1/verification-locks").await.expect(200)["data"].clone();
        assert_eq!(locks().await, json!([]), "two here and one there lock nobody");
        let admin = world.app.admin().await;
        let done = merge(&admin, &world.ann, &other).await;
        assert!(!may_be_selected(&world, "Müller", &world.ann).await, "three of one customer");
        let listed = locks().await;
        assert_eq!(listed.as_array().unwrap().len(), 1, "once, whoever they were: {listed}");
        assert_eq!((&listed[0]["profile"]["id"], &listed[0]["failures"]), (&json!(world.ann), &json!(3)));
        // Another person opens it for one session, of all who became one.
        let path = format!("/v1/verification-locks/{}/override", world.ann);
        supervisor.post(&path, json!({ "reason": OVERRIDE })).await.expect(200);
        assert!(may_be_selected(&world, "Müller", &world.ann).await);
        fail(&world, &world.agent).await;
        assert!(!may_be_selected(&world, "Müller", &world.ann).await, "one session, not three");
        admin.post(&format!("/v1/merges/{done}/undo"), json!({})).await.expect(200);
        assert!(may_be_selected(&world, "Mueller", &other).await, "who had one failure has one again");
        let listed = locks().await;
        assert_eq!(
            (listed.as_array().unwrap().len(), &listed[0]["profile"]["id"], &listed[0]["failures"]),
            (1, &json!(world.ann), &json!(3)),
            "what failed since counts for whom it was led about"
        );
    })
    .await;
}

#[tokio::test]
async fn v_2_taking_back_a_merge_unlocks_who_was_locked_by_it_alone() {
    both(async |db| {
        let world = World::new(db).await;
        fail(&world, &world.agent).await;
        fail(&world, &world.agent).await;
        let other = namesake(&world).await;
        fail_as(&world, &world.agent, "Mueller", &other).await;
        let admin = world.app.admin().await;
        let done = merge(&admin, &world.ann, &other).await;
        assert!(!may_be_selected(&world, "Müller", &world.ann).await);
        admin.post(&format!("/v1/merges/{done}/undo"), json!({})).await.expect(200);
        assert!(may_be_selected(&world, "Müller", &world.ann).await);
        assert!(may_be_selected(&world, "Mueller", &other).await);
        let listed = admin.get("/v1/verification-locks").await.expect(200);
        assert_eq!(listed["data"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn v_6_who_is_linked_with_whom_decides_who_verifies_and_who_writes_mandates() {
    both(async |db| {
        let world = World::new(db).await;
        // Rob acts for Ann by a mandate; Ann's twin has to do with neither.
        let manager = world.app.another("team_manager", "manager").await;
        let people =
            [("rob", &world.rob, "Weber"), ("ann", &world.ann, "Müller"), ("twin", &world.twin, "Müller")];
        // Who the manager is as a customer, whom they may verify, and whether they may touch the mandate of the two.
        let cases: [(Option<&str>, &[&str], bool); 4] = [
            (None, &["rob", "ann", "twin"], true),
            (Some("rob"), &["twin"], false),
            (Some("ann"), &["twin"], false),
            (Some("twin"), &["rob", "ann"], true),
        ];
        for (own, may_verify, may_write) in cases {
            for (who, profile, _) in people {
                let email = if own == Some(who) { json!("manager@example.test") } else { Value::Null };
                let path = format!("/v1/profiles/{profile}");
                world.app.api().patch(&path, json!({ "email": email })).await.expect(200);
            }
            for (who, profile, name) in people {
                let mut talk = world.open_as(&manager, json!({ "channel": "chat", "type": "inbound" })).await;
                talk.begin("self").await.search(name).await;
                let answer = talk.try_step("select", json!({ "profile_id": profile })).await;
                match may_verify.contains(&who) {
                    true => drop(answer.expect(200)),
                    false => assert_eq!(answer.problem(403), "own-profile", "{own:?} verifies {who}"),
                }
            }
            let new = json!({ "kind": "other", "representative_id": world.rob, "represented_id": world.ann,
                "scope": "all", "valid_from": "2026-01-01T00:00:00Z" });
            let path = format!("/v1/mandates/{}", mandate_id(1));
            let answers = [
                (manager.post("/v1/mandates", new).await, 201),
                (manager.patch(&path, json!({ "note": "seen" })).await, 200),
            ];
            for (answer, allowed) in answers {
                match may_write {
                    true => assert_eq!(answer.status, allowed, "{own:?}: {}", answer.json()),
                    false => assert_eq!(answer.problem(403), "own-profile", "{own:?}"),
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn v_6_nobody_shortens_or_revokes_a_mandate_of_their_own() {
    both(async |db| {
        let world = World::new(db).await;
        let manager = world.app.another("team_manager", "manager").await;
        let own = json!({ "email": "manager@example.test" });
        world.app.api().patch(&format!("/v1/profiles/{}", world.ann), own).await.expect(200);
        let path = format!("/v1/mandates/{}", mandate_id(1));
        let revoke = json!({ "reason": "they fell out" });
        assert_eq!(manager.post(&format!("{path}/revoke"), revoke.clone()).await.problem(403), "own-profile");
        let until = world.app.service.now().plus(countersign_types::time::DAY).to_string();
        let shorter = json!({ "valid_until": until });
        assert_eq!(manager.patch(&path, shorter.clone()).await.problem(403), "own-profile");
        let colleague = world.app.another("team_manager", "colleague").await;
        colleague.patch(&path, shorter).await.expect(200);
        colleague.post(&format!("{path}/revoke"), revoke).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn v_2_whoever_took_a_step_in_a_failed_session_is_no_other_person() {
    both(async |db| {
        let world = World::new(db).await;
        let manager = world.app.person("team_manager").await;
        fail(&world, &world.agent).await;
        fail(&world, &world.agent).await;
        // The manager searches and selects, the agent goes on and ends it.
        let mut talk = world.open_as(&manager, json!({ "channel": "chat", "type": "inbound" })).await;
        talk.begin("self").await.pick("Müller", &world.ann).await;
        talk.agent = world.agent.clone();
        talk.answer(&ROB).await.step("finish", json!({})).await;
        assert_eq!(talk.outcome(), ("stop", Some("not_verified"), "al0"));
        let path = format!("/v1/verification-locks/{}/override", world.ann);
        let reason = json!({ "reason": OVERRIDE });
        assert_eq!(manager.post(&path, reason.clone()).await.problem(403), "same-person");
        let other = world.app.another("team_manager", "other").await;
        let listed = other.post(&path, reason).await.expect(200);
        assert_eq!(
            (&listed["data"][0]["is_open"], &listed["data"][0]["reason"]),
            (&json!(true), &json!(OVERRIDE))
        );
        let audit = world.app.api().get("/v1/audit?limit=200").await.expect(200).to_string();
        assert!(
            audit.contains("verification.override") && !audit.contains("passport"),
            "the reason is sealed"
        );
    })
    .await;
}

#[tokio::test]
async fn v_6_a_program_names_the_person_for_whom_it_acts_and_their_limits_hold() {
    both(async |db| {
        let world = World::new(db).await;
        let id = async |client: &Client| client.get("/v1/me").await.expect(200)["user"]["id"].clone();
        let (agent, api) = (id(&world.agent).await, world.app.api());
        let new = json!({ "channel": "chat", "type": "inbound", "on_behalf_of": agent });
        let mut talk = world.open_as(&api, new.clone()).await;
        assert_eq!(talk.now["owner"]["id"], agent);
        let topic = json!({ "topic_id": topic_id(BALANCE) });
        let nobody = talk.try_step("topic", topic.clone()).await.expect(400);
        assert_eq!(
            (&nobody["errors"][0]["pointer"], &nobody["errors"][0]["code"]),
            (&json!("/on_behalf_of"), &json!("missing-field"))
        );
        let mut unknown = topic.clone();
        unknown["on_behalf_of"] = json!("usr_00000000000000000000000000");
        talk.try_step("topic", unknown).await.expect(400);
        // A person acts for themself alone.
        let mut other = topic.clone();
        other["on_behalf_of"] = id(&world.app.admin().await).await;
        talk.agent = world.agent.clone();
        assert_eq!(talk.try_step("topic", other).await.problem(403), "acts-for-nobody");
        talk.agent = api.clone();
        let by = async |talk: &Talk<'_>, step: &str, mut body: Value| {
            body["on_behalf_of"] = agent.clone();
            talk.try_step(step, body).await
        };
        talk.now = by(&talk, "topic", topic).await.expect(200);
        talk.now = by(&talk, "subject", json!({ "about": "self" })).await.expect(200);
        let found = by(&talk, "search", json!({ "search": 0, "query": "Weber" })).await.expect(200);
        talk.now = found["engagement"].clone();
        // Rob is the agent as a customer.
        let own = json!({ "email": "agent@example.test" });
        api.patch(&format!("/v1/profiles/{}", world.rob), own).await.expect(200);
        let select = json!({ "profile_id": world.rob });
        assert_eq!(by(&talk, "select", select).await.problem(403), "own-profile");
        let record = talk.record(&world.agent).await;
        assert_eq!(record["steps"][0]["by"], agent, "the person stands in the record");
        // A key overrides nothing, whomever it names.
        let path = format!("/v1/verification-locks/{}/override", world.ann);
        assert_eq!(api.post(&path, json!({ "reason": OVERRIDE })).await.problem(403), "people-only");
    })
    .await;
}

#[tokio::test]
async fn search_by_object_finds_whose_contract_it_is_and_tells_no_answer() {
    both(async |db| {
        let world = World::new(db).await;
        for (key, pii) in [("contract", "personal"), ("pin", "sensitive")] {
            let body = json!({ "key": key, "label": key, "level": "profile", "type": "text", "pii": pii });
            world.app.api().post("/v1/attributes", body).await.expect(201);
        }
        let own = json!({ "attributes": { "contract": "DE-4711 a", "pin": "4711" } });
        world.app.api().patch(&format!("/v1/profiles/{}", world.ann), own).await.expect(200);
        let mut open = policy();
        open["customer"]["searches"][1] = json!({ "kind": "object", "object": "contract",
            "fields": ["contract", "birth_date", "pin"], "results": ["town"] });
        let now = world.app.service.now();
        world.write(async move |tx: &mut Tx<'_>| publish(tx, 2, open, now).await).await;
        let mut talk = world.open().await;
        talk.begin("self").await;
        let by = |fields: Value| json!({ "search": 1, "fields": fields });
        let early = talk.try_step("search", by(json!({ "contract": "de4711A" }))).await.expect(400);
        assert_eq!(early["errors"][0]["code"], "search-needs-more", "nothing is indexed yet");
        world.app.service.index_searched_values_now().await.unwrap();
        let later = json!({ "attributes": { "contract": "B 12" } });
        world.app.api().patch(&format!("/v1/profiles/{}", world.rob), later).await.expect(200);
        for (body, expected) in [
            (by(json!({ "contract": "de4711A" })), vec![&world.ann]),
            (json!({ "search": 1, "query": "DE 4711-A" }), vec![&world.ann]),
            (by(json!({ "contract": "b12" })), vec![&world.rob]),
            (by(json!({ "contract": "4711" })), vec![]),
        ] {
            let found = talk.try_step("search", body.clone()).await.expect(200);
            let ids: Vec<&str> = found["results"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["profile"]["id"].as_str().unwrap())
                .collect();
            assert_eq!(ids, expected, "{body}");
            talk.now = found["engagement"].clone();
        }
        // What is asked finds nobody, and what is sensitive is no index.
        let asked = talk.try_step("search", by(json!({ "birth_date": "1990-05-03" }))).await.expect(400);
        assert_eq!(asked["errors"][0]["code"], "field-is-asked");
        let pin = talk.try_step("search", by(json!({ "pin": "4711" }))).await.expect(400);
        assert_eq!(pin["errors"][0]["code"], "search-needs-more");
        // Whoever was found is verified as everybody is.
        talk.now =
            talk.try_step("search", by(json!({ "contract": "de4711A" }))).await.expect(200)["engagement"]
                .clone();
        talk.step("select", json!({ "profile_id": world.ann })).await.pass(&ANN).await;
        assert_eq!(talk.outcome().0, "proceed");
    })
    .await;
}
