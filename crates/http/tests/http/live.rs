//! Live updates: names to whom they concern, resumed, bounded, closed (M-4, FT13).

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use countersign_store::testing::{TestDb, both};
use countersign_testkit::{TestApp, on_both};
use futures_util::StreamExt;
use serde_json::json;
use tower::ServiceExt;

const SECOND: i64 = 1_000_000;

/// An open stream.
struct Stream {
    body: BodyDataStream,
    text: String,
}

impl Stream {
    async fn open(app: &TestApp, headers: &[(&str, &str)]) -> Self {
        let mut request = Request::get("/v1/live");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = app.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// Reads until the text holds this, or the stream ends; answers whether it held it.
    async fn holds(&mut self, wanted: &str) -> bool {
        let reading = async {
            while !self.text.contains(wanted) {
                match self.body.next().await {
                    Some(bytes) => self.text.push_str(std::str::from_utf8(&bytes.unwrap()).unwrap()),
                    None => return false,
                }
            }
            true
        };
        tokio::time::timeout(Duration::from_secs(3), reading).await.unwrap_or(false)
    }

    async fn ends_within(&mut self, limit: Duration) -> bool {
        let reading = async { while self.body.next().await.is_some() {} };
        tokio::time::timeout(limit, reading).await.is_ok()
    }

    fn last_id(&self) -> String {
        let line = self.text.lines().rfind(|line| line.starts_with("id: ")).unwrap();
        line["id: ".len()..].to_owned()
    }
}

async fn cookie(app: &TestApp, email: &str, password: &str) -> String {
    let body = json!({ "email": email, "password": password });
    app.anonymous().post("/v1/auth/login", body).await.cookie().unwrap()
}

async fn agent(app: &TestApp) -> (String, String) {
    let client = app.person("agent").await;
    let id = client.get("/v1/me").await.expect(200)["user"]["id"].as_str().unwrap().to_owned();
    (id, cookie(app, "agent@example.test", "a rather long passphrase 1").await)
}

#[tokio::test]
async fn m_4_a_stream_names_what_its_reader_may_see_and_nothing_else() {
    on_both(async |app| {
        let (_, cookie) = agent(&app).await;
        let key = format!("Bearer {}", app.api_key);
        let mut of_agent = Stream::open(&app, &[("cookie", &cookie)]).await;
        let mut of_admin = Stream::open(&app, &[("authorization", &key)]).await;
        assert!(of_agent.holds("retry: ").await && of_admin.holds("retry: ").await);
        let hook = json!({ "url": "https://hooks.example/", "events": ["*"] });
        app.api().post("/v1/webhooks", hook).await.expect(201);
        let channel = app.custom_channel("Pigeon").await;
        app.say(&channel, "jo", "1", "My name is Josephine").await;
        assert!(of_admin.holds("event: webhook.updated").await);
        assert!(of_admin.holds("event: case.created").await || of_admin.holds("event: case.updated").await);
        assert!(of_agent.holds(&format!("event: channel.updated\ndata: {{\"id\":\"{channel}\"}}\n\n")).await);
        assert!(of_agent.holds("event: case.").await);
        assert!(!of_agent.text.contains("webhook") && !of_agent.text.contains("Josephine"));
    })
    .await;
}

#[tokio::test]
async fn a_stream_resumes_where_it_broke_and_an_unknown_place_is_told_to_fetch_anew() {
    on_both(async |app| {
        let key = format!("Bearer {}", app.api_key);
        let mut stream = Stream::open(&app, &[("authorization", &key)]).await;
        stream.holds("retry").await;
        let one = app.custom_channel("One").await;
        assert!(stream.holds(&one).await);
        let place = stream.last_id();
        drop(stream);
        let two = app.custom_channel("Two").await;
        let mut again = Stream::open(&app, &[("authorization", &key), ("last-event-id", &place)]).await;
        assert!(again.holds(&two).await);
        assert!(!again.text.contains(&one) && !again.text.contains("resync"));
        for unknown in ["x", "0-1", "", &format!("{}-999999", place.split('-').next().unwrap())] {
            let mut stream = Stream::open(&app, &[("authorization", &key), ("last-event-id", unknown)]).await;
            assert!(stream.holds("event: resync").await, "{unknown}");
        }
    })
    .await;
}

#[tokio::test]
async fn m_4_a_stream_ends_when_its_session_ends_or_its_role_changes() {
    on_both(async |app| {
        let admin = app.admin().await;
        let (id, first) = agent(&app).await;
        let mut stream = Stream::open(&app, &[("cookie", &first)]).await;
        assert!(stream.holds("retry").await);
        admin.patch(&format!("/v1/users/{id}"), json!({ "role": "team_manager" })).await.expect(200);
        assert!(stream.ends_within(Duration::from_secs(5)).await, "role");
        let mut stream = Stream::open(&app, &[("cookie", &first)]).await;
        assert!(stream.holds("retry").await);
        admin.patch(&format!("/v1/users/{id}"), json!({ "state": "disabled" })).await.expect(200);
        assert!(stream.ends_within(Duration::from_secs(5)).await, "disabled");
        let made =
            app.api().post("/v1/api-keys", json!({ "name": "x", "scopes": ["case.read"] })).await.expect(201);
        let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
        let mut stream = Stream::open(&app, &[("authorization", &bearer)]).await;
        assert!(stream.holds("retry").await);
        app.api().delete(&format!("/v1/api-keys/{}", made["id"].as_str().unwrap())).await.expect(204);
        assert!(stream.ends_within(Duration::from_secs(5)).await, "revoked");
        let bearer = format!("Bearer {}", app.api_key);
        let mut stream = Stream::open(&app, &[("authorization", &bearer)]).await;
        assert!(stream.holds("retry").await);
        app.service.stop();
        assert!(stream.ends_within(Duration::from_secs(1)).await, "shutdown");
    })
    .await;
}

#[tokio::test]
async fn ft13_a_reader_that_does_not_read_is_closed_and_nobody_waits_for_it() {
    on_both(async |app| {
        let key = format!("Bearer {}", app.api_key);
        let mut slow = Stream::open(&app, &[("authorization", &key)]).await;
        let mut fast = Stream::open(&app, &[("authorization", &key)]).await;
        assert!(slow.holds("retry").await && fast.holds("retry").await);
        let channel = app.custom_channel("Pigeon").await;
        let mut named = 0;
        for n in 0..300 {
            let body = json!({ "name": format!("Pigeon {n}") });
            app.api().patch(&format!("/v1/channels/{channel}"), body).await.expect(200);
            assert!(fast.holds("channel.updated").await);
            named += fast.text.matches("event: channel.updated").count();
            fast.text.clear();
        }
        assert!(named >= 300, "{named}");
        assert!(slow.ends_within(Duration::from_secs(2)).await, "it lagged more than 256 behind");
    })
    .await;
}

#[tokio::test]
async fn what_another_server_changes_is_heard_here() {
    let db = TestDb::postgres().await;
    let other = db.another_server().await;
    let app = TestApp::on(db).await;
    let elsewhere = app.another_server(other).await;
    let key = format!("Bearer {}", app.api_key);
    let mut stream = Stream::open(&elsewhere, &[("authorization", &key)]).await;
    assert!(stream.holds("retry").await);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let service = elsewhere.service.clone();
    let jobs = tokio::spawn(async move { service.run_jobs(stopped).await });
    let channel = app.custom_channel("Pigeon").await;
    assert!(stream.holds(&channel).await);
    let mut known = false;
    for _ in 0..100 {
        known = elsewhere.api().get(&format!("/v1/channels/{channel}")).await.status == 200;
        if known && elsewhere.service.snapshot().channels.len() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(known, "its settings were read anew");
    assert_eq!(elsewhere.service.snapshot().channels.len(), 1);
    stop.send_replace(true);
    jobs.await.unwrap();
}

#[tokio::test]
async fn the_state_of_the_system_is_told() {
    both(async |db: TestDb| {
        let app = TestApp::on(db).await;
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let service = app.service.clone();
        let jobs = tokio::spawn(async move { service.run_jobs(stopped).await });
        let mut view = json!({});
        for _ in 0..100 {
            view = app.api().get("/v1/system").await.expect(200);
            if view["servers"].as_array().unwrap().len() == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(view["servers"][0]["current"], true);
        assert_eq!(view["outbox"], json!({ "pending": 0, "oldest_secs": null, "dead": 0 }));
        assert!(view["database"]["size_bytes"].as_i64().unwrap() > 10_000);
        app.clock.advance(SECOND);
        stop.send_replace(true);
        jobs.await.unwrap();
        assert_eq!(app.api().get("/v1/system").await.expect(200)["servers"], json!([]));

        let history = app.api().get("/v1/system/history").await.expect(200);
        let kinds: Vec<_> = history["data"].as_array().unwrap().iter().map(|e| e["kind"].clone()).collect();
        assert_eq!(kinds, ["stopped", "started", "migrated"]);
        assert_eq!(history["data"][0]["server"], history["data"][1]["server"]);
        assert_eq!(history["data"][1]["version"], env!("CARGO_PKG_VERSION"));
        assert!(history["data"][2]["count"].as_i64().unwrap() > 20);
        let agent = app.person("agent").await;
        assert_eq!(agent.get("/v1/system/history").await.problem(403), "forbidden");
    })
    .await;
}

#[tokio::test]
async fn a_server_that_ended_without_a_word_is_on_record() {
    both(async |db: TestDb| {
        let raw = (*db).clone();
        let app = TestApp::on(db).await;
        let next = app.another_server(raw).await;
        let count = async |kind: &str| {
            let history = app.api().get("/v1/system/history").await.expect(200);
            history["data"].as_array().unwrap().iter().filter(|e| e["kind"] == kind).count()
        };
        let jobs = app.jobs();
        jobs.until(async || count("started").await == 1).await;
        jobs.kill().await;
        app.clock.advance(60 * SECOND);
        let jobs = next.jobs();
        jobs.until(async || count("started").await == 2).await;
        assert_eq!((count("lost").await, count("stopped").await), (1, 0));
        jobs.stop().await;
        assert_eq!((count("lost").await, count("stopped").await), (1, 1));
    })
    .await;
}
