//! Webhooks, the audit log and settings over HTTP.

use std::time::Duration;

use countersign_store::testing::{TestDb, both};
use countersign_testkit::{TestApp, on_both};
use serde_json::{Value, json};
use tokio::sync::watch;

async fn running(app: &TestApp) -> watch::Sender<bool> {
    let (stop, stopped) = watch::channel(false);
    let service = app.service.clone();
    tokio::spawn(async move { service.run_jobs(stopped).await });
    stop
}

async fn hook(app: &TestApp, body: Value) -> (String, String) {
    let made = app.api().post("/v1/webhooks", body).await.expect(201);
    (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
}

async fn sent(app: &TestApp, count: usize) -> Vec<Value> {
    for _ in 0..200 {
        if app.outbound.requests().len() >= count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    app.outbound.requests().iter().map(|r| serde_json::from_slice(&r.body).unwrap()).collect()
}

#[tokio::test]
async fn x_8_bodies_are_thin_unless_asked_otherwise_and_never_over_20_kb() {
    both(async |db: TestDb| {
        let app = TestApp::on(db).await;
        let stop = running(&app).await;
        let (thin, secret) =
            hook(&app, json!({ "url": "https://a.example/", "events": ["profile.created"] })).await;
        assert!(secret.starts_with("whsec_"));
        let (full, _) =
            hook(&app, json!({ "url": "https://b.example/", "events": ["*"], "with_personal_data": true }))
                .await;
        let ann = json!({ "external_id": "c-1", "name": "Ann Canary", "email": "ann@canary.example" });
        app.api().post("/v1/profiles", ann).await.expect(201);
        let bodies = sent(&app, 2).await;
        let of = |host: &str| {
            let at = app.outbound.requests().iter().position(|r| r.url.contains(host)).unwrap();
            bodies[at].clone()
        };
        assert_eq!(of("a.example")["type"], "profile.created");
        assert!(of("a.example")["data"]["profile"].as_str().unwrap().starts_with("pro_"));
        assert!(!of("a.example").to_string().contains("anary"));
        assert_eq!(of("b.example")["data"]["profile_data"]["name"], "Ann Canary");
        assert!(app.outbound.requests().iter().all(|r| r.body.len() <= 20_480));
        // Who sees values masked sees them masked here too.
        let everything =
            json!({ "name": true, "email": true, "phone": true, "attributes": true, "text": true });
        let nothing =
            json!({ "name": false, "email": false, "phone": false, "attributes": false, "text": false });
        let roles = json!({ "roles": { "admin": nothing, "team_manager": everything, "agent": everything } });
        app.api().put("/v1/masking", roles).await.expect(200);
        let manager = app.person("team_manager").await;
        let path = format!("/v1/webhooks/{full}/deliveries");
        let masked = manager.get(&path).await;
        assert!(!String::from_utf8_lossy(&masked.body).contains("anary"));
        assert_eq!(masked.expect(200)["data"][0]["masked"], json!(["body"]));
        let whole = app.admin().await.get(&path).await.expect(200);
        assert_eq!(whole["data"][0]["body"]["data"]["profile_data"]["email"], "ann@canary.example");
        assert_eq!(app.api().get(&format!("/v1/webhooks/{thin}")).await.expect(200)["state"], "active");
        stop.send_replace(true);
    })
    .await;
}

#[tokio::test]
async fn x_8_a_webhook_is_made_changed_tested_and_deleted() {
    on_both(async |app| {
        let stop = running(&app).await;
        let (id, secret) = hook(&app, json!({ "url": "https://a.example/", "events": ["*"] })).await;
        let path = format!("/v1/webhooks/{id}");
        let list = app.api().get("/v1/webhooks").await;
        assert!(!String::from_utf8_lossy(&list.body).contains(&secret));
        for bad in [
            json!({ "url": "http://a.example/", "events": ["*"] }),
            json!({ "url": "https://a.example/", "events": [] }),
            json!({ "url": "https://a.example/", "events": ["nonsense"] }),
        ] {
            assert_eq!(
                app.api().post("/v1/webhooks", bad.clone()).await.problem(400),
                "invalid-request",
                "{bad}"
            );
        }
        let test = app.api().post(&format!("{path}/test"), json!({})).await.expect(201);
        assert_eq!(test["event_type"], "webhook.test");
        assert_eq!(sent(&app, 1).await[0]["type"], "webhook.test");
        let delivery = test["id"].as_str().unwrap();
        let mut state = Value::Null;
        for _ in 0..200 {
            let list = app.api().get(&format!("{path}/deliveries?state=delivered")).await.expect(200);
            state = list["data"][0]["id"].clone();
            if state == delivery {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(state, delivery);
        app.api().post(&format!("/v1/webhook-deliveries/{delivery}/replay"), json!({})).await.expect(200);
        assert_eq!(sent(&app, 2).await.len(), 2);
        let changed = app
            .api()
            .patch(&path, json!({ "state": "disabled", "events": ["case.created"] }))
            .await
            .expect(200);
        assert_eq!(
            (changed["state"].as_str(), changed["events"][0].as_str()),
            (Some("disabled"), Some("case.created"))
        );
        assert_eq!(app.api().post(&format!("{path}/test"), json!({})).await.problem(409), "webhook-disabled");
        app.api().post(&format!("{path}/secret"), json!({})).await.expect(200);
        app.api().delete(&path).await.expect(204);
        assert_eq!(app.api().get(&path).await.problem(404), "not-found");
        let types = app.api().get("/v1/event-types").await.expect(200);
        assert!(types["data"].as_array().unwrap().iter().any(|t| t["name"] == "identification.succeeded"));
        let agent = app.person("agent").await;
        assert_eq!(agent.get("/v1/webhooks").await.problem(403), "forbidden");
        assert_eq!(agent.get("/v1/dead-letters").await.problem(403), "forbidden");
        stop.send_replace(true);
    })
    .await;
}

#[tokio::test]
async fn d3_a_reply_that_cannot_be_delivered_is_told_to_its_author_and_sent_again() {
    both(async |db: TestDb| {
        let app = TestApp::with(db, |config| config.outbox.schedule_secs = vec![0, 0, 0]).await;
        app.outbound.answer(500);
        let stop = running(&app).await;
        let body =
            json!({ "kind": "custom", "name": "P", "config": { "outbound_url": "https://p.example/out" } });
        let channel =
            app.api().post("/v1/channels", body).await.expect(201)["id"].as_str().unwrap().to_owned();
        let case = app.say(&channel, "jo", "1", "Hello").await["case"]["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/cases/{case}/messages");
        let agent = app.person("agent").await;
        let message = agent.post(&path, json!({ "text": "Hi Jo" })).await.expect(201);
        assert_eq!(message["delivery"], "queued");
        let id = message["id"].as_str().unwrap().to_owned();
        let delivery = async || {
            let list = agent.get(&path).await.expect(200);
            let all = list["data"].as_array().unwrap().clone();
            all.iter().find(|m| m["id"] == id.as_str()).unwrap()["delivery"].as_str().unwrap().to_owned()
        };
        for _ in 0..200 {
            if delivery().await == "failed" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(delivery().await, "failed");
        let letters = app.api().get("/v1/dead-letters").await.expect(200);
        let letter = &letters["data"][0];
        assert_eq!(
            (letter["kind"].as_str(), letter["event_id"].as_str()),
            (Some("message"), Some(id.as_str()))
        );
        assert_eq!(letter["target_name"], "P");
        assert!(!letters.to_string().contains("Hi Jo"));
        app.outbound.answer(200);
        let letter = letter["id"].as_str().unwrap();
        app.api().post(&format!("/v1/dead-letters/{letter}/replay"), json!({})).await.expect(204);
        for _ in 0..200 {
            if delivery().await == "sent" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(delivery().await, "sent");
        stop.send_replace(true);
    })
    .await;
}

#[tokio::test]
async fn x_9_the_log_shows_the_old_and_the_new_and_verifies() {
    on_both(async |app| {
        let admin = app.admin().await;
        admin
            .patch("/v1/workspace", json!({ "name": "Nordbank", "languages": ["en", "de"] }))
            .await
            .expect(200);
        for bad in [
            json!({ "languages": [] }),
            json!({ "default_language": "fr" }),
            json!({ "default_country": "de" }),
            json!({ "time_zone": "../etc/passwd" }),
            json!({ "name": " " }),
        ] {
            assert_eq!(
                admin.patch("/v1/workspace", bad.clone()).await.problem(400),
                "invalid-request",
                "{bad}"
            );
        }
        let rows = admin.get("/v1/audit?action=workspace.update").await.expect(200);
        assert_eq!(rows["data"].as_array().unwrap().len(), 1);
        let row = &rows["data"][0];
        assert_eq!(
            (row["details"]["old"]["name"].as_str(), row["details"]["new"]["name"].as_str()),
            (Some("Countersign"), Some("Nordbank"))
        );
        assert_eq!((row["actor"]["kind"].as_str(), row["outcome"].as_str()), (Some("user"), Some("ok")));
        app.service.seal_all().await.unwrap();
        let verdict = admin.post("/v1/audit/verify", json!({})).await.expect(200);
        assert_eq!((verdict["ok"].as_bool(), verdict["problem"].as_str()), (Some(true), None), "{verdict}");
        assert!(verdict["head"]["seq"].as_i64().unwrap() >= 1);
        let agent = app.person("agent").await;
        assert_eq!(agent.get("/v1/audit").await.problem(403), "forbidden");
        assert_eq!(agent.get("/v1/workspace").await.problem(403), "forbidden");
        assert_eq!(admin.get("/v1/audit?from=yesterday").await.problem(400), "invalid-request");
    })
    .await;
}
