//! Codes in a call: what a caller reads out and an agent types (V-4).

use countersign_store::testing::{TestDb, both};
use countersign_testkit::Answer;
use serde_json::{Value, json};

use super::engagement::{Talk, World};

/// A call that waits for somebody, and its engagement about Ann.
async fn ringing(world: &World) -> (String, Talk<'_>) {
    let (call, mut talk) = waiting(world).await;
    talk.begin("self").await.pick("Müller", &world.ann).await;
    (call, talk)
}

/// A call that waits for somebody, and its engagement.
async fn waiting(world: &World) -> (String, Talk<'_>) {
    let queue = json!({ "name": "Queue", "start": "q", "nodes": {
        "q": { "kind": "queue", "queue": "Support", "exits": {} } } });
    let flow = world.app.api().post("/v1/ivr-flows", queue).await.expect(201);
    let call = json!({ "flow": flow["id"], "version": "draft", "from": "+46706170786", "by_hand": true });
    let call =
        world.app.api().post("/v1/bench/calls", call).await.expect(201)["id"].as_str().unwrap().to_owned();
    let body = json!({ "channel": "voice", "type": "inbound", "call_id": call });
    let talk = world.open_as(&world.agent, body).await;
    (call, talk)
}

async fn typed(world: &World, talk: &Talk<'_>, code: &str) -> Answer {
    let path = format!("/v1/engagements/{}/redeem", talk.id());
    let body = json!({ "revision": talk.verification()["revision"], "code": code });
    world.agent.post(&path, body).await
}

async fn level(world: &World, call: &str) -> Value {
    world.app.api().get(&format!("/v1/calls/{call}")).await.expect(200)["identity"]["assurance"].clone()
}

#[tokio::test]
async fn v_4_a_code_that_a_caller_reads_out_is_redeemed_for_the_call_and_replaces_the_questions() {
    both(async |db| {
        let world = World::new(db).await;
        let (call, mut talk) = ringing(&world).await;
        let evidence = &talk.verification()["evidence"];
        assert_eq!(
            (&evidence["can_redeem_code"], &evidence["can_send_code"], &evidence["held"]),
            (&json!(true), &json!(false), &Value::Null)
        );
        assert_eq!(typed(&world, &talk, "no code at all").await.problem(409), "code-refused");
        assert_eq!(level(&world, &call).await, "al0", "no error raises a level");
        let code = world.app.code("w-ann").await;
        let now = typed(&world, &talk, &code).await.expect(200);
        assert_eq!(now["verification"]["evidence"]["held"]["level"], "al3", "{now}");
        assert_eq!(level(&world, &call).await, "al3");
        assert_eq!(typed(&world, &talk, &code).await.problem(409), "code-refused", "a code is used once");
        talk.step("evidence", json!({})).await;
        assert_eq!(talk.outcome(), ("proceed", None, "al3"));
        assert_eq!(typed(&world, &talk, &code).await.problem(409), "engagement-over");
        let audit = world.app.api().get("/v1/audit?action=engagement.redeem_code").await.expect(200);
        assert_eq!(audit["data"].as_array().unwrap().len(), 3, "{audit}");
        assert!(!audit.to_string().contains(&code));
    })
    .await;
}

#[tokio::test]
async fn v_4_somebody_elses_code_passes_nobody_and_one_after_the_call_counts_for_nothing() {
    let world = World::new(TestDb::sqlite().await).await;
    let (call, talk) = ringing(&world).await;
    let code = world.app.code("w-rob").await;
    let now = typed(&world, &talk, &code).await.expect(200);
    assert_eq!(now["verification"]["evidence"]["held"], Value::Null, "it is not Ann who speaks: {now}");
    let path = format!("/v1/engagements/{}", talk.id());
    let body = json!({ "revision": now["verification"]["revision"] });
    let refused = world.agent.post(&format!("{path}/evidence"), body.clone()).await;
    assert_eq!(refused.problem(409), "evidence-too-weak");
    let stale = json!({ "revision": 0, "code": code });
    assert_eq!(world.agent.post(&format!("{path}/redeem"), stale).await.problem(409), "engagement-changed");

    let hang_up = json!({ "hang_up": true });
    world.app.api().post(&format!("/v1/bench/calls/{call}/inputs"), hang_up).await.expect(200);
    let late = world.app.code("w-ann").await;
    assert_eq!(typed(&world, &talk, &late).await.problem(409), "call-over");
    // It was not used up.
    let channel = world.app.custom_channel("Later").await;
    let said = world.app.say(&channel, "u-9", "9", &late).await;
    assert_eq!(said["identification"]["outcome"], "valid", "{said}");

    let alone = json!({ "channel": "in_person", "type": "inbound" });
    let talk = world.open_as(&world.agent, alone).await;
    assert_eq!(typed(&world, &talk, &code).await.problem(409), "no-call");
}

#[tokio::test]
async fn v_6_nobody_makes_a_caller_themself_and_a_program_says_for_whom_it_types() {
    both(async |db| {
        let world = World::new(db).await;
        let own = json!({ "email": "agent@example.test" });
        world.app.api().patch(&format!("/v1/profiles/{}", world.rob), own).await.expect(200);
        let (call, talk) = waiting(&world).await;
        // Rob is the agent, who represents Ann.
        for customer in ["w-rob", "w-ann"] {
            let code = world.app.code(customer).await;
            assert_eq!(typed(&world, &talk, &code).await.problem(403), "own-profile");
            assert_eq!(level(&world, &call).await, "al0", "the link went with the refusal");
            let path = format!("/v1/engagements/{}/redeem", talk.id());
            let body = json!({ "revision": talk.verification()["revision"], "code": code });
            let refused = world.app.api().post(&path, body).await.expect(400);
            assert_eq!(refused["errors"][0]["pointer"], "/on_behalf_of");
            // The code stayed good for whoever else sends it.
            let channel = world.app.custom_channel(customer).await;
            let said = world.app.say(&channel, customer, customer, &code).await;
            assert_eq!(said["identification"]["outcome"], "valid", "{said}");
        }
    })
    .await;
}
