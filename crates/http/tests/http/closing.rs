//! What has to be known before a conversation is closed by people and programs; rules and timers close without it.

use countersign_testkit::{TestApp, on_both};
use countersign_types::time;
use serde_json::{Value, json};

/// A case attribute, a profile attribute, and one that nobody is asked for.
async fn attributes(app: &TestApp) -> Value {
    let api = app.api();
    let body = json!({ "key": "reason", "label": "Reason", "level": "case", "type": "dropdown", "required_to_close": true,
        "options": [{ "value": "late", "label": "Late" }, { "value": "broken", "label": "Broken" }] });
    let reason = api.post("/v1/attributes", body).await.expect(201);
    assert_eq!(reason["required_to_close"], true);
    let body = json!({ "key": "vip", "label": "Is a VIP", "level": "profile", "type": "checkbox", "pii": "personal",
        "required_to_close": true });
    api.post("/v1/attributes", body).await.expect(201);
    let body = json!({ "key": "colour", "label": "Colour", "level": "case", "type": "text" });
    assert_eq!(api.post("/v1/attributes", body).await.expect(201)["required_to_close"], false);
    reason
}

async fn case_of(app: &TestApp, from: &str) -> (String, String) {
    let channel = app.custom_channel(&format!("Pigeon of {from}")).await;
    let case = app.say(&channel, from, "m1", "hello").await["case"].clone();
    let word = |at: &str| case.pointer(at).unwrap().as_str().unwrap().to_owned();
    (format!("/v1/cases/{}", word("/id")), format!("/v1/profiles/{}", word("/identity/profile/id")))
}

fn pointers(refused: &countersign_testkit::Answer) -> Vec<String> {
    let body = refused.json();
    assert!(body["errors"].as_array().unwrap().iter().all(|e| e["code"] == "required-to-close"));
    body["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn nobody_closes_a_case_by_hand_without_what_is_required() {
    on_both(async |app| {
        attributes(&app).await;
        let agent = app.person("agent").await;
        let (case, profile) = case_of(&app, "jo").await;
        let (closed, end) = (json!({ "status": "closed" }), format!("{case}/end"));
        for client in [&agent, &app.api()] {
            let by_status = client.patch(&case, closed.clone()).await;
            assert_eq!(by_status.problem(409), "attributes-required");
            assert_eq!(pointers(&by_status), ["/profile/attributes/vip", "/attributes/reason"]);
            let by_end = client.post(&end, closed.clone()).await;
            assert_eq!(by_end.problem(409), "attributes-required");
            assert!(by_end.json()["errors"][1]["detail"].as_str().unwrap().contains("`Reason`"));
        }
        assert_eq!(app.api().get(&case).await.expect(200)["status"], "open", "nothing was changed");
        // Everything else goes on: a chat ends, a case waits, fields are filled one by one.
        agent.patch(&case, json!({ "status": "pending" })).await.expect(200);
        agent.post(&end, json!({})).await.expect(200);
        // `No` is an answer; clearing what is required in the moment of closing is none.
        app.api().patch(&profile, json!({ "attributes": { "vip": false } })).await.expect(200);
        agent.patch(&case, json!({ "attributes": { "reason": "late" } })).await.expect(200);
        let cleared = json!({ "status": "closed", "attributes": { "reason": null } });
        assert_eq!(pointers(&agent.patch(&case, cleared).await), ["/attributes/reason"]);
        agent.patch(&case, json!({ "attributes": { "reason": null } })).await.expect(200);
        // What is missing may come with the closing.
        let both = json!({ "status": "closed", "attributes": { "reason": "broken" } });
        assert_eq!(agent.patch(&case, both).await.expect(200)["status"], "closed");
        // A closed case is not closed again: its fields may be corrected.
        let body = json!({ "status": "closed", "attributes": { "reason": null } });
        agent.patch(&case, body).await.expect(200);
        agent.post(&end, closed).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn rules_and_timers_close_without_asking() {
    on_both(async |app| {
        attributes(&app).await;
        let admin = app.admin().await;
        let settings = json!({ "chat_end_minutes": 1, "chat_end_status": "closed" });
        admin.patch("/v1/workspace", settings).await.expect(200);
        let agent = app.person("agent").await;
        let (case, _) = case_of(&app, "jo").await;
        let body = json!({ "text": "How can I help?", "kind": "reply" });
        agent.post(&format!("{case}/messages"), body).await.expect(201);
        app.clock.advance(time::MINUTE + time::SECOND);
        app.service.run_chat_timers_now().await.unwrap();
        assert_eq!(app.api().get(&case).await.expect(200)["status"], "closed");
        let rule = json!({ "name": "Bye", "trigger": "new_case",
            "actions": [{ "kind": "end_chat", "status": "closed" }] });
        admin.post("/v1/rules", rule).await.expect(201);
        let channel = app.custom_channel("Second pigeon").await;
        let said = app.say(&channel, "ida", "m1", "bye").await;
        let path = format!("/v1/cases/{}", said["case"]["id"].as_str().unwrap());
        assert_eq!(app.api().get(&path).await.expect(200)["status"], "closed");
    })
    .await;
}

#[tokio::test]
async fn what_nobody_can_choose_is_not_required() {
    on_both(async |app| {
        let reason = attributes(&app).await;
        let path = format!("/v1/attributes/{}", reason["id"].as_str().unwrap());
        let retired = json!({ "options": [{ "value": "late", "label": "Late", "retired": true }] });
        let refused = app.api().patch(&path, retired.clone()).await;
        assert_eq!(refused.json()["errors"][0]["code"], "nothing-to-choose");
        app.api().patch(&path, json!({ "required_to_close": false })).await.expect(200);
        app.api().patch(&path, retired).await.expect(200);
        let again = app.api().patch(&path, json!({ "required_to_close": true })).await;
        assert_eq!(again.problem(400), "invalid-request");
    })
    .await;
}
