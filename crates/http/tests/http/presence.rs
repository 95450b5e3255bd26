//! Who of the team is here, and which case they look at.

use std::time::Duration;

use countersign_service::live::{LiveUpdate, LiveUpdates};
use countersign_testkit::{Client, TestApp, on_both};
use countersign_types::time::{MINUTE, SECOND};
use serde_json::{Value, json};

async fn say(client: &Client, state: &str, case: Option<&str>) {
    client.put("/v1/me/presence", json!({ "state": state, "case": case })).await.expect(204);
}

async fn list(client: &Client) -> Vec<Value> {
    client.get("/v1/presence").await.expect(200)["data"].as_array().unwrap().clone()
}

async fn case(app: &TestApp) -> String {
    let channel = app.custom_channel("Messenger").await;
    app.say(&channel, "jo", "m1", "hello").await;
    app.api().get("/v1/cases").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned()
}

/// Whose presence was told since; asked after something else was told, so that silence is known and not waited for.
async fn told(live: &mut LiveUpdates, until: &str) -> Vec<String> {
    let mut whose = Vec::new();
    let reading = async {
        while let Some(update) = live.recv().await {
            match update {
                LiveUpdate::Changed { name: "presence.updated", id, .. } => whose.push(id.to_string()),
                LiveUpdate::Changed { name, .. } if name == until => return,
                _ => {}
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(5), reading).await.unwrap();
    whose
}

#[tokio::test]
async fn who_is_here_is_listed_with_the_case_they_look_at_until_they_are_silent() {
    on_both(async |app| {
        let (admin, agent) = (app.admin().await, app.person("agent").await);
        let case = case(&app).await;
        say(&agent, "online", Some(&case)).await;
        app.clock.advance(30 * SECOND);
        say(&admin, "away", None).await;
        let id = |me: &Value| me["user"]["id"].as_str().unwrap().to_owned();
        let (ann, ben) =
            (id(&admin.get("/v1/me").await.expect(200)), id(&agent.get("/v1/me").await.expect(200)));
        let here = list(&agent).await;
        let found = |who: &str| here.iter().find(|one| one["id"] == who).unwrap().clone();
        assert_eq!(found(&ben), json!({ "id": ben, "name": "A agent", "state": "online", "cases": [{ "case": case, "is_writing": false }] }));
        assert_eq!((&found(&ann)["state"], &found(&ann)["cases"]), (&json!("away"), &json!([])));
        app.clock.advance(46 * SECOND);
        assert_eq!(list(&admin).await.len(), 1, "silent for 76 seconds");
        app.clock.advance(MINUTE);
        assert!(list(&admin).await.is_empty());
        let events = app.api().get("/v1/audit?limit=100").await.expect(200).to_string();
        assert!(!events.contains("presence"), "nothing was done");
    })
    .await;
}

#[tokio::test]
async fn only_news_is_told_and_not_that_somebody_is_still_here() {
    on_both(async |app| {
        let agent = app.person("agent").await;
        let mut live = app.service.subscribe_live();
        let case = case(&app).await;
        // What was told of the case itself may come late, and would look like the first mark.
        told(&mut live, "message.created").await;
        let me = agent.get("/v1/me").await.expect(200)["user"]["id"].as_str().unwrap().to_owned();
        // Told after its commit like presence itself, and so behind it.
        let notes = format!("/v1/cases/{case}/messages");
        let mark = async || {
            let note = json!({ "kind": "note", "text": "A mark" });
            app.api().post(&notes, note).await.expect(201);
        };
        say(&agent, "online", None).await;
        app.clock.advance(30 * SECOND);
        say(&agent, "online", None).await;
        mark().await;
        assert_eq!(
            told(&mut live, "message.created").await,
            std::slice::from_ref(&me),
            "came, and is still here"
        );
        say(&agent, "online", Some(&case)).await;
        say(&agent, "away", Some(&case)).await;
        say(&agent, "away", Some(&case)).await;
        mark().await;
        assert_eq!(told(&mut live, "message.created").await.len(), 2, "another case, another state");
        app.clock.advance(2 * MINUTE);
        say(&agent, "away", Some(&case)).await;
        mark().await;
        assert_eq!(told(&mut live, "message.created").await, [me], "was gone and is back");
    })
    .await;
}

#[tokio::test]
async fn a_window_does_not_speak_for_another_of_the_same_person() {
    on_both(async |app| {
        let (admin, agent) = (app.admin().await, app.person("agent").await);
        let case = case(&app).await;
        let say = async |tab: &str, state: &str, case: Option<&str>| {
            let body = json!({ "state": state, "case": case, "tab": tab });
            agent.put("/v1/me/presence", body).await.expect(204);
        };
        say("left", "online", Some(&case)).await;
        app.clock.advance(SECOND);
        say("right", "away", None).await;
        let seen = list(&admin).await;
        assert_eq!(seen.len(), 1, "one person");
        assert_eq!(seen[0]["state"], "online");
        assert_eq!(seen[0]["cases"], json!([{ "case": case, "is_writing": false }]));
        app.clock.advance(74 * SECOND + SECOND / 2);
        assert_eq!(list(&admin).await[0]["cases"], json!([]), "the first window fell silent");
    })
    .await;
}

#[tokio::test]
async fn who_writes_is_told_once_and_shown_for_ten_seconds() {
    on_both(async |app| {
        let (admin, agent) = (app.admin().await, app.person("agent").await);
        let mut live = app.service.subscribe_live();
        let case = case(&app).await;
        told(&mut live, "message.created").await;
        let me = agent.get("/v1/me").await.expect(200)["user"]["id"].as_str().unwrap().to_owned();
        let say = async |is_writing: bool| {
            let body = json!({ "state": "online", "case": case, "is_writing": is_writing });
            agent.put("/v1/me/presence", body).await.expect(204);
        };
        let is_writing = async || list(&admin).await[0]["cases"][0]["is_writing"] == json!(true);
        say(true).await;
        assert!(is_writing().await);
        app.clock.advance(6 * SECOND);
        say(true).await;
        app.clock.advance(6 * SECOND);
        assert!(is_writing().await, "still writing");
        app.clock.advance(5 * SECOND);
        assert!(!is_writing().await, "nothing for eleven seconds");
        say(true).await;
        say(false).await;
        assert!(!is_writing().await, "sent, or given up");
        app.say(&app.custom_channel("Other").await, "mo", "m2", "hello").await;
        assert_eq!(told(&mut live, "message.created").await, [me.as_str(), &me, &me]);
        // Without a case there is nothing to write in.
        agent.put("/v1/me/presence", json!({ "state": "online", "is_writing": true })).await.expect(204);
        assert_eq!(list(&admin).await[0]["cases"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn presence_belongs_to_people_and_is_read_by_those_who_read_cases() {
    on_both(async |app| {
        let agent = app.person("agent").await;
        let body = json!({ "state": "online" });
        assert_eq!(app.api().put("/v1/me/presence", body.clone()).await.problem(403), "people-only");
        assert_eq!(app.anonymous().put("/v1/me/presence", body).await.problem(401), "not-logged-in");
        let case = case(&app).await;
        let unknown = format!("{}{}", &case[..case.len() - 1], if case.ends_with('0') { '1' } else { '0' });
        for body in [
            json!({ "state": "online", "case": unknown }),
            json!({ "state": "online", "case": "C-1" }),
            json!({ "state": "asleep" }),
            json!({ "case": case }),
            json!({ "state": "online", "tab": "x".repeat(65) }),
        ] {
            assert_eq!(
                agent.put("/v1/me/presence", body.clone()).await.problem(400),
                "invalid-request",
                "{body}"
            );
        }
        assert!(list(&agent).await.is_empty());
        let key = json!({ "name": "Shop", "scopes": ["code.issue"] });
        let made = app.admin().await.post("/v1/api-keys", key).await.expect(201);
        let shop = app.anonymous().bearer(made["secret"].as_str().unwrap());
        assert_eq!(shop.get("/v1/presence").await.problem(403), "forbidden");
        app.api().get("/v1/presence").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn x_2_a_console_that_nobody_sits_at_keeps_no_session_alive() {
    on_both(async |app| {
        let agent = app.person("agent").await;
        for _ in 0..29 {
            app.clock.advance(MINUTE);
            say(&agent, "away", None).await;
            list(&agent).await;
        }
        app.clock.advance(MINUTE);
        assert_eq!(agent.get("/v1/presence").await.problem(401), "session-ended");
    })
    .await;
}
