//! Who becomes one customer by themselves, who is only suggested, and that a no is remembered.

use countersign_testkit::{TestApp, on_both};
use serde_json::{Value, json};

async fn made(app: &TestApp, body: Value) -> String {
    app.api().post("/v1/profiles", body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

/// Lets the job look at everything that was recorded so far.
async fn look(app: &TestApp) {
    while app.service.unify_until(app.service.now()).await.unwrap() {}
}

async fn suggestions(app: &TestApp) -> Vec<Value> {
    let found = app.api().get("/v1/merge-suggestions").await.expect(200);
    found["data"].as_array().unwrap().clone()
}

/// A customer with this address of whom a chat was proved.
async fn authenticated(app: &TestApp, channel: &str, who: &str, email: &str) -> String {
    let id = made(app, json!({ "external_id": who, "email": email })).await;
    let code = app.code(who).await;
    let said = app.say(channel, who, who, &code).await;
    assert_eq!(said["case"]["identity"]["assurance"], "al3");
    id
}

#[tokio::test]
async fn p_1_a_claimed_address_of_somebody_gives_no_merge_and_one_suggestion() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let ann = authenticated(&app, &channel, "ann", "ann@a.example").await;
        for (n, email) in ["ann@a.example", "ANN@A.EXAMPLE", "ann+x@a.example"].iter().enumerate() {
            let from = json!({ "id": "mallory", "email": email });
            let body = json!({ "id": format!("m{n}"), "from": from, "text": "hello" });
            app.api().post(&format!("/v1/channels/{channel}/messages"), body).await.expect(200);
        }
        look(&app).await;
        look(&app).await;
        assert_eq!(app.api().get("/v1/merges").await.expect(200)["data"], json!([]));
        let found = suggestions(&app).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((&found[0]["into"]["id"], &found[0]["state"]), (&json!(ann), &json!("open")));
        assert_eq!(found[0]["reasons"][0]["what"], "email");
        let score = found[0]["score"].as_f64().unwrap();
        let sum: f64 =
            found[0]["reasons"].as_array().unwrap().iter().map(|r| r["weight"].as_f64().unwrap()).sum();
        assert!((score - sum).abs() < 0.01);
        // An agent sees it masked and cannot decide.
        let agent = app.person("agent").await;
        let text = agent.get("/v1/merge-suggestions").await.expect(200).to_string();
        assert!(!text.to_lowercase().contains("ann@a.example"), "{text}");
        let path = format!("/v1/merge-suggestions/{}", found[0]["id"].as_str().unwrap());
        assert_eq!(agent.post(&format!("{path}/accept"), json!({})).await.problem(403), "forbidden");
        // Never again after a no.
        let manager = app.person("team_manager").await;
        manager.post(&format!("{path}/refuse"), json!({})).await.expect(204);
        let twice = manager.post(&format!("{path}/accept"), json!({})).await;
        assert_eq!(twice.problem(409), "suggestion-decided");
        let body = json!({ "phone": "+4930901820" });
        app.api().patch(&format!("/v1/profiles/{ann}"), body).await.expect(200);
        look(&app).await;
        assert!(suggestions(&app).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn p_1_the_same_address_proved_on_both_sides_joins_and_external_ids_keep_apart() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        authenticated(&app, &channel, "ann", "home@a.example").await;
        authenticated(&app, &channel, "bob", "home@a.example").await;
        look(&app).await;
        assert_eq!(
            app.api().get("/v1/merges").await.expect(200)["data"],
            json!([]),
            "the company says they are two"
        );
        // Somebody whom the company knows by the address alone, with a chat proved.
        let eve = made(&app, json!({ "external_id": "eve", "email": "eve@a.example" })).await;
        let code = app
            .api()
            .post("/v1/identification-codes", json!({ "profile": { "email": "eve@a.example" } }))
            .await;
        app.say(&channel, "eve", "e1", code.expect(201)["code"].as_str().unwrap()).await;
        let body = json!({ "name": "Eve", "phone": "+4930901820" });
        let other = made(&app, body).await;
        let code = app
            .api()
            .post("/v1/identification-codes", json!({ "profile": { "phone": "+4930901820" } }))
            .await;
        app.say(&channel, "eve2", "e2", code.expect(201)["code"].as_str().unwrap()).await;
        let body = json!({ "email": "eve@a.example" });
        app.api().patch(&format!("/v1/profiles/{other}"), body).await.expect(200);
        look(&app).await;
        let merges = app.api().get("/v1/merges").await.expect(200);
        assert_eq!(
            (&merges["data"][0]["into"]["id"], &merges["data"][0]["ground"]),
            (&json!(eve), &json!("proved"))
        );
        // A person takes it back: it does not join again.
        let path = format!("/v1/merges/{}/undo", merges["data"][0]["id"].as_str().unwrap());
        app.admin().await.post(&path, json!({})).await.expect(200);
        let body = json!({ "email": "eve2@a.example" });
        app.api().patch(&format!("/v1/profiles/{other}"), body).await.expect(200);
        let body = json!({ "email": "eve@a.example" });
        app.api().patch(&format!("/v1/profiles/{other}"), body).await.expect(200);
        look(&app).await;
        assert_eq!(app.api().get(&format!("/v1/profiles/{other}")).await.expect(200)["id"], json!(other));
    })
    .await;
}

#[tokio::test]
async fn a_colleague_suggests_and_a_manager_accepts() {
    on_both(async |app| {
        let ann = made(&app, json!({ "name": "Ann" })).await;
        let jo = made(&app, json!({ "external_id": "jo", "name": "Jo" })).await;
        let agent = app.person("agent").await;
        let body = json!({ "profile": jo, "other": ann });
        let made = agent.post("/v1/merge-suggestions", body.clone()).await.expect(201);
        assert_eq!(made["reasons"][0]["what"], "colleague");
        let path = format!("/v1/merge-suggestions/{}", made["id"].as_str().unwrap());
        let manager = app.person("team_manager").await;
        manager.post(&format!("{path}/postpone"), json!({})).await.expect(204);
        assert!(suggestions(&app).await.is_empty());
        let waiting = app.api().get("/v1/merge-suggestions?state=later").await.expect(200);
        assert_eq!(waiting["data"].as_array().unwrap().len(), 1);
        let merge = manager.post(&format!("{path}/accept"), json!({})).await.expect(200);
        assert_eq!(
            (&merge["into"]["id"], &merge["ground"]),
            (&json!(ann), &json!("suggestion")),
            "the older one"
        );
        let same = agent.post("/v1/merge-suggestions", body).await;
        assert_eq!(same.json()["errors"][0]["code"], "same-customer");
    })
    .await;
}

#[tokio::test]
async fn the_toggles_are_kept_and_only_settings_may_be_changed_by_who_may() {
    on_both(async |app| {
        let path = "/v1/settings/unification";
        let off = json!({ "email": { "enabled": false }, "phone": { "enabled": false } });
        assert_eq!(app.api().get(path).await.expect(200), off);
        let on = json!({ "email": { "enabled": true }, "phone": { "enabled": false } });
        let admin = app.admin().await;
        assert_eq!(admin.put(path, on.clone()).await.expect(200), on);
        assert_eq!(app.api().get(path).await.expect(200), on);
        let manager = app.person("team_manager").await;
        assert_eq!(manager.put(path, off).await.problem(403), "forbidden");
        assert_eq!(admin.put(path, json!({ "email": { "enabled": "true" } })).await.status.as_u16(), 400);
    })
    .await;
}
