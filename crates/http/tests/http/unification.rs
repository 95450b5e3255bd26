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

#[tokio::test]
async fn p_1_the_simulation_says_what_the_job_then_does_and_does_nothing_itself() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        // Two of whom the same address is proved, and one who only claims an address of a third.
        let eve = made(&app, json!({ "external_id": "eve", "email": "eve@a.example" })).await;
        let code = app.code("eve").await;
        app.say(&channel, "eve", "e1", &code).await;
        let other = made(&app, json!({ "name": "Eve", "phone": "+4930901820" })).await;
        let code = json!({ "profile": { "phone": "+4930901820" } });
        let code = app.api().post("/v1/identification-codes", code).await.expect(201);
        app.say(&channel, "eve2", "e2", code["code"].as_str().unwrap()).await;
        app.api().patch(&format!("/v1/profiles/{other}"), json!({ "email": "eve@a.example" })).await.expect(200);
        authenticated(&app, &channel, "ann", "ann@a.example").await;
        let from = json!({ "id": "mallory", "email": "ann@a.example" });
        let body = json!({ "id": "m", "from": from, "text": "hello" });
        app.api().post(&format!("/v1/channels/{channel}/messages"), body).await.expect(200);

        let path = "/v1/settings/unification/simulation?email=true";
        let admin = app.admin().await;
        let found = admin.get(path).await.expect(200);
        let numbers = ["email", "phone", "merges", "suggestions", "complete"].map(|name| found[name].clone());
        assert_eq!(json!(numbers), json!([true, false, 1, 1, true]), "{found}");
        let example = &found["examples"][0];
        assert_eq!((&example["ground"], &example["into"]["id"]), (&json!("proved"), &json!(eve)));
        assert_eq!(example["from"]["id"], json!(other));
        assert_eq!(app.api().get("/v1/merges").await.expect(200)["data"], json!([]), "nothing happened");
        assert!(suggestions(&app).await.is_empty());
        let setting = app.api().get("/v1/settings/unification").await.expect(200);
        assert_eq!(setting["email"]["enabled"], false);
        let audit = app.api().get("/v1/audit?limit=20").await.expect(200).to_string();
        assert!(audit.contains("unification.simulate"), "{audit}");
        // Whoever may not change the settings is told nothing; whoever sees values masked, no values.
        for role in ["agent", "team_manager"] {
            assert_eq!(app.person(role).await.get(path).await.problem(403), "forbidden");
        }
        let all = json!({ "name": true, "email": true, "phone": true, "ids": true, "attributes": true, "text": true });
        let roles = json!({ "roles": { "admin": all, "team_manager": all, "agent": all } });
        app.api().put("/v1/masking", roles).await.expect(200);
        let masked = admin.get(path).await.expect(200).to_string();
        assert!(!masked.contains("eve@a.example") && !masked.contains("30901820"), "{masked}");

        look(&app).await;
        let merges = app.api().get("/v1/merges").await.expect(200);
        let merges = merges["data"].as_array().unwrap();
        assert_eq!((merges.len(), &merges[0]["into"]["id"]), (1, &json!(eve)));
        assert_eq!(suggestions(&app).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn p_3_an_accepted_suggestion_is_listed_with_its_merge_until_that_is_taken_back() {
    on_both(async |app| {
        let ann = made(&app, json!({ "external_id": "ann", "name": "Ann" })).await;
        let jo = made(&app, json!({ "name": "Joanna", "email": "joanna@letters.example" })).await;
        let pair = json!({ "profile": ann, "other": jo });
        let suggested = app.api().post("/v1/merge-suggestions", pair).await.expect(201);
        assert_eq!(suggested["merge"], json!(null));
        let manager = app.person("team_manager").await;
        let path = format!("/v1/merge-suggestions/{}/accept", suggested["id"].as_str().unwrap());
        let merge = manager.post(&path, json!({})).await.expect(200);
        let accepted = "/v1/merge-suggestions?state=accepted";
        let found = manager.get(accepted).await.expect(200)["data"].clone();
        assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
        let one = &found[0];
        assert_eq!((&one["id"], &one["state"]), (&suggested["id"], &json!("accepted")));
        assert_eq!((&one["merge"]["id"], &one["into"]["id"]), (&merge["id"], &merge["into"]["id"]));
        let names = [&one["into"], &one["from"]].map(|side| side["id"].clone());
        assert_eq!(json!(names), json!([ann, jo]), "what the other one said is still there: {one}");
        assert_eq!(one["from"]["name"], "Joanna");
        let seen = app.person("agent").await.get(accepted).await.expect(200).to_string();
        assert!(seen.contains("Joanna") && !seen.contains("joanna@letters"), "an agent's masks: {seen}");
        let path = format!("/v1/merges/{}/undo", merge["id"].as_str().unwrap());
        manager.post(&path, json!({})).await.expect(200);
        assert_eq!(manager.get(accepted).await.expect(200)["data"], json!([]));
        let kept = manager.get("/v1/merge-suggestions?state=not_the_same").await.expect(200)["data"].clone();
        assert_eq!(kept[0]["id"], suggested["id"]);
    })
    .await;
}
