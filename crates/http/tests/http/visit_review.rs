//! What the review of visits asked for: clients for browsers, quotas, masks, keys that can be guessed, uncertain visitors.

use std::time::Duration;

use axum::http::Method;
use countersign_testkit::{Answer, Client, TestApp, TestDb, on_both};
use serde_json::{Value, json};

use super::visit::{Browser, PAGE, Site, page, token};
use super::widget::widget;

const AT: &str = "2026-01-01T00:00:00.000Z";

fn basic(site: &Site) -> String {
    use base64::Engine as _;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{}:", site.key)))
}

/// What `@segment/analytics-next` 1.84 sends for a call, as text.
fn segment(site: &Site, kind: &str, id: &str, more: Value) -> Value {
    let mut body = json!({
        "timestamp": AT, "integrations": {}, "type": kind, "anonymousId": "0d2c1c1e-6a9b-4a8e-9b8e-0d0f7c5b6a11",
        "userId": null, "messageId": format!("ajs-next-1767225600000-{id}"), "writeKey": site.key, "sentAt": AT,
        "context": {
            "page": { "path": "/loans", "referrer": "", "search": "?token=secret", "title": "Loans",
                      "url": format!("{PAGE}/loans?token=secret") },
            "userAgent": "Mozilla/5.0", "locale": "en-GB", "library": { "name": "analytics.js", "version": "npm:next-1.84.3" },
            "timezone": "Europe/Stockholm",
        },
        "_metadata": { "bundled": ["Segment.io"], "unbundled": [], "bundledIds": [] },
    });
    for (name, value) in more.as_object().cloned().unwrap_or_default() {
        body[name] = value;
    }
    body
}

async fn as_text(client: &Client, path: &str, body: &Value) -> Answer {
    let body = Some(body.to_string().into_bytes());
    client.clone().header("content-type", "text/plain").send(Method::POST, path, body).await
}

#[tokio::test]
async fn segment_s_client_for_browsers_delivers_to_its_short_paths() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let client = page(&app).header("authorization", &basic(&site));
        let calls = [
            ("/v1/i", segment(&site, "identify", "1", json!({ "userId": "ann", "traits": { "plan": "gold" } }))),
            ("/v1/p", segment(&site, "page", "2", json!({ "userId": "ann", "properties": { "title": "Loans", "url": format!("{PAGE}/loans?token=secret") } }))),
            ("/v1/t", segment(&site, "track", "3", json!({ "userId": "ann", "event": "Bought", "properties": { "price": 3 } }))),
            ("/v1/s", segment(&site, "screen", "4", json!({ "userId": "ann", "name": "Home" }))),
            ("/v1/g", segment(&site, "group", "5", json!({ "userId": "ann", "groupId": "team-1", "traits": {} }))),
            ("/v1/a", segment(&site, "alias", "6", json!({ "userId": "ann", "previousId": "0d2c1c1e" }))),
        ];
        for (path, body) in &calls {
            let answer = as_text(&client, path, body).await;
            assert_eq!(answer.headers["access-control-allow-origin"], PAGE, "{path}");
            assert_eq!(answer.expect(200)["accepted"], 1, "{path}");
        }
        // Batched, and without the header: the key stands in the body.
        let batch = json!({ "writeKey": site.key, "sentAt": AT, "batch": [calls[2].1, segment(&site, "track", "7", json!({ "event": "Paid" }))] });
        let taken = as_text(&page(&app), "/v1/b", &batch).await.expect(200);
        assert_eq!((&taken["accepted"], &taken["duplicates"]), (&json!(1), &json!(1)), "{taken}");
        // RudderStack's beacon has no headers of its own: the key stands in the address.
        let batch = json!({ "batch": [segment(&site, "track", "8", json!({ "event": "Left" }))] });
        let path = format!("/beacon/v1/batch?writeKey={}", site.key);
        let mut batch_without_key = batch;
        batch_without_key["batch"][0].as_object_mut().unwrap().remove("writeKey");
        assert_eq!(as_text(&page(&app), &path, &batch_without_key).await.expect(200)["accepted"], 1);
        // What it counts about itself is not kept.
        let metrics = json!({ "series": [{ "type": "Counter", "metric": "analytics_js.invoke", "value": 1, "tags": {} }] });
        assert_eq!(as_text(&page(&app), "/v1/m", &metrics).await.expect(200)["accepted"], 0);
        let visits = app.api().get("/v1/visits").await.expect(200);
        let visit = &visits["data"][0];
        assert_eq!(visits["data"].as_array().unwrap().len(), 1, "{visits}");
        assert_eq!((&visit["identity"]["value"], &visit["assurance"]), (&json!("ann"), &json!("al1")));
        assert!(!visits.to_string().contains("secret"), "{visits}");
        // A page of somebody else's is refused, whatever key it has.
        let foreign = app.anonymous().header("origin", "https://evil.example");
        as_text(&foreign.header("authorization", &basic(&site)), "/v1/t", &calls[2].1).await.problem(403);
    })
    .await;
}

#[tokio::test]
async fn w_6_no_answer_names_an_origin_that_is_not_registered() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let named = |answer: &Answer| {
            answer.headers.get("access-control-allow-origin").map(|v| v.to_str().unwrap().to_owned())
        };
        let (ours, evil) = (page(&app), app.anonymous().header("origin", "https://evil.example"));
        let path = format!("/t/{}", site.key);
        for (client, origin) in [(&ours, Some(PAGE.to_owned())), (&evil, None)] {
            for (method, path) in [
                (Method::OPTIONS, path.as_str()),
                (Method::GET, path.as_str()),
                (Method::OPTIONS, "/v1/t"),
                (Method::OPTIONS, "/v1/batch"),
                (Method::POST, "/v1/m"),
            ] {
                let answer = client.send(method.clone(), path, None).await;
                assert_eq!(named(&answer), origin, "{method} {path}");
                assert_eq!(answer.headers["vary"], "origin", "{method} {path}");
            }
            let sent = as_text(client, &path, &json!({ "visit": "no visit", "events": [] })).await;
            assert_eq!(named(&sent), origin, "{}", sent.status);
        }
        // The origin of one site is no origin of another's key.
        let body = json!({ "name": "Bank", "config": { "origins": ["https://bank.example"] } });
        let bank = app.api().post("/v1/sites", body).await.expect(201);
        let key = bank["write_key"].as_str().unwrap();
        assert_eq!(named(&ours.send(Method::OPTIONS, &format!("/t/{key}"), None).await), None);
        assert_eq!(named(&ours.send(Method::OPTIONS, "/t/cswk_nobody", None).await), None);
    })
    .await;
}

#[tokio::test]
async fn t_1_a_visit_that_a_user_s_name_finds_is_no_browser_s_and_never_signed() {
    on_both(async |app| {
        let (site, widget) = (Site::new(&app).await, widget(&app, "signed").await);
        let client = app.anonymous().header("authorization", &basic(&site));
        // A server's client names no browser: what is known of it is the user, and anybody can guess that.
        let of_user = |id: &str, event: &str, more: Value| {
            let mut call = json!({ "type": "track", "userId": "4a4f2c2e-6a9b-4a8e-9b8e-0d0f7c5b6a11", "event": event, "messageId": id, "timestamp": AT });
            call["properties"] = more;
            json!({ "batch": [call], "sentAt": AT })
        };
        let signed = token(&widget, &app, "ann", "token-0001");
        let refused = client.post("/v1/batch", of_user("m1", "Signed In", signed)).await.expect(200);
        assert_eq!(refused["accepted"], 1);
        let visits = app.api().get("/v1/visits").await.expect(200);
        assert_eq!(visits["data"][0]["assurance"], "al0", "{visits}");
        let lines = app.api().get(&format!("/v1/sites/{}/inspector", site.id)).await.expect(200);
        assert_eq!(lines["data"][0]["reason"], "token-without-browser");
        // A browser that calls itself as the user is called is another one.
        let mut thief = Browser::new(1);
        thief.device = "4a4f2c2e6a9b4a8e9b8e0d0f7c5b6a11".to_owned();
        thief.enters(&app, &site).await;
        let visits = app.api().get("/v1/visits").await.expect(200);
        let devices: Vec<&Value> = visits["data"].as_array().unwrap().iter().map(|v| &v["device"]).collect();
        assert_eq!(devices.len(), 2);
        assert_ne!(devices[0], devices[1]);
        // It goes on with itself.
        client.post("/v1/batch", of_user("m2", "Bought", json!({}))).await.expect(200);
        assert_eq!(app.api().get("/v1/visits").await.expect(200)["data"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn t_5_batches_that_name_the_same_people_in_opposite_order_do_not_block_each_other() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let client = app.anonymous().header("authorization", &basic(&site));
        for round in 0..6 {
            let call = |n: i64, side: &str| {
                json!({
                    "type": "track", "event": "Bought", "userId": format!("user-{round}-{n}"),
                    "anonymousId": format!("browser-{round}-{n}"), "messageId": format!("{side}-{round}-{n}"),
                    "timestamp": AT,
                })
            };
            let there: Vec<Value> = (0..12).map(|n| call(n, "a")).collect();
            let back: Vec<Value> = (0..12).rev().map(|n| call(n, "b")).collect();
            let [one, other] = [there, back].map(|batch| json!({ "batch": batch, "sentAt": AT }));
            let both = async {
                tokio::join!(client.post("/v1/batch", one.clone()), client.post("/v1/batch", other.clone()))
            };
            let (mut first, mut second) =
                tokio::time::timeout(Duration::from_secs(20), both).await.expect("nobody waits for ever");
            // Two that make the same newcomer at the same moment: one is sent again, as clients do.
            if first.status == 503 {
                first = client.post("/v1/batch", one).await;
            }
            if second.status == 503 {
                second = client.post("/v1/batch", other).await;
            }
            assert_eq!(
                (first.expect(200)["accepted"].clone(), second.expect(200)["accepted"].clone()),
                (json!(12), json!(12))
            );
        }
        let visits = app.api().get("/v1/visits?limit=200").await.expect(200);
        assert_eq!(visits["data"].as_array().unwrap().len(), 72);
        assert!(visits["data"].as_array().unwrap().iter().all(|visit| visit["events_count"] == 2));
    })
    .await;
}

#[tokio::test]
async fn t_5_a_token_in_many_events_of_a_batch_is_good_once_and_for_all_of_them() {
    on_both(async |app| {
        let (site, widget) = (Site::new(&app).await, widget(&app, "signed").await);
        let mut browser = Browser::new(1);
        let said = token(&widget, &app, "ann", "token-0001");
        let mut events = vec![browser.event("PageEntered", json!({ "mark": "01" }))];
        for _ in 0..20 {
            events.push(browser.event("SignIn", said.clone()));
        }
        assert_eq!(site.send(&app, browser.batch(&events)).await.expect(200)["accepted"], 21);
        let whole = browser.read(&app).await;
        assert_eq!((&whole["assurance"], &whole["state"]), (&json!("al3"), &json!("authenticated")));
        let warned = whole["events"].as_array().unwrap().iter().filter(|e| !e["warning"].is_null()).count();
        assert_eq!(warned, 0, "{whole}");
    })
    .await;
}

#[tokio::test]
async fn t_5_a_site_sends_so_many_events_on_a_day() {
    on_both(async |app| {
        let site = Site::with(&app, json!({ "daily_events_max": 100 })).await;
        let mut browser = Browser::new(1);
        for _ in 0..2 {
            let events: Vec<Value> = (0..50).map(|_| browser.event("AddToCart", json!({}))).collect();
            site.send(&app, browser.batch(&events)).await.expect(200);
        }
        let event = browser.event("AddToCart", json!({}));
        let more = browser.batch(&[event]);
        let full = site.send(&app, more.clone()).await;
        assert!(full.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() <= 3_600);
        assert_eq!(full.problem(429), "quota-reached");
        let path = format!("/v1/sites/{}", site.id);
        let today = &app.api().get(&path).await.expect(200)["today"];
        assert_eq!(*today, json!({ "events": 100, "refused": 1, "events_max": 100 }));
        // Raised, and on another day, it goes on.
        app.api()
            .patch(
                &path,
                json!({ "config": { "origins": [PAGE], "storage": "storage", "daily_events_max": 200 } }),
            )
            .await
            .expect(200);
        site.send(&app, more).await.expect(200);
        app.clock.advance(24 * 3_600 * 1_000_000);
        let today = &app.api().get(&path).await.expect(200)["today"];
        assert_eq!((&today["events"], &today["refused"]), (&json!(0), &json!(0)));
    })
    .await;
}

#[tokio::test]
async fn m_3_what_is_known_of_a_customer_is_hidden_in_the_texts_of_their_visits() {
    on_both(async |app| {
        let (site, widget) = (Site::new(&app).await, widget(&app, "signed").await);
        let mut browser = Browser::new(1);
        browser.enters(&app, &site).await;
        let said = json!({ "token": widget.token(&app, "c-77", "token-0001", json!({ "name": "Wilhelmina Oak" })) });
        browser.does(&app, &site, "SignIn", said).await;
        let data = json!({ "greeting": "Hello Wilhelmina", "note": "contract KX-12345" });
        browser.does(&app, &site, "Greeted", data).await;
        let pattern = json!({ "patterns": [{ "name": "contract", "pattern": "KX-[0-9]{5}" }] });
        app.admin().await.put("/v1/masking/patterns", pattern).await.expect(200);
        let is = |name: bool| json!({ "name": name, "email": true, "phone": true, "ids": true, "attributes": true, "text": true });
        let open = json!({ "name": false, "email": false, "phone": false, "ids": false, "attributes": false, "text": false });
        let matrix = json!({ "roles": { "admin": open, "team_manager": open, "agent": is(true) } });
        app.admin().await.put("/v1/masking", matrix).await.expect(200);
        let agent = app.person("agent").await;
        let visit = app.api().get("/v1/visits").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        for path in [
            format!("/v1/visits/{visit}?include=events"),
            format!("/v1/visits/{visit}/events"),
            "/v1/web-events".to_owned(),
            format!("/backend/data/visits/{visit}/events"),
        ] {
            let seen = agent.get(&path).await.expect(200).to_string();
            assert!(seen.contains("Hello") && !seen.contains("Wilhelmina") && !seen.contains("KX-12345"), "{path}: {seen}");
        }
        let open = app.admin().await.get(&format!("/v1/visits/{visit}/events")).await.expect(200).to_string();
        assert!(open.contains("Wilhelmina"), "{open}");
    })
    .await;
}

#[tokio::test]
async fn t_3_what_a_site_does_with_whom_it_recognises() {
    on_both(async |app| {
        for (strategy, state, is_named) in [
            ("anonymous", "anonymous", false),
            ("identified", "recognised", true),
            ("ask", "recognised", true),
        ] {
            let site =
                Site::with(&app, json!({ "strategies": { "recognised": strategy, "assumed": "ask" } })).await;
            let mut browser = Browser::new(strategy.len() as u8);
            browser.enters(&app, &site).await;
            browser.does(&app, &site, "UserInfo", json!({ "identity": format!("user-{strategy}") })).await;
            browser.enters(&app, &site).await;
            let whole = browser.read(&app).await;
            assert_eq!(
                (&whole["state"], whole["identity"].is_null()),
                (&json!(state), !is_named),
                "{strategy}"
            );
            let count = whole["identities"].as_array().unwrap().len();
            assert_eq!(count, usize::from(is_named), "{strategy}");
            assert!(whole["pages"].as_array().unwrap().iter().all(|p| p["identity"].is_null() != is_named));
            let identities = app.api().get(&format!("/v1/identities?site={}", site.id)).await.expect(200);
            let identity = &identities["data"][0];
            let profile = identity["profile"]["id"].as_str().unwrap();
            let shown = app.api().get(&format!("/v1/profiles/{profile}/visits")).await.expect(200);
            assert_eq!(shown["data"].as_array().unwrap().len(), usize::from(is_named), "{strategy}");
            let history = app
                .api()
                .get(&format!("/backend/data/identities/{}/visits", identity["id"].as_str().unwrap()))
                .await;
            assert_eq!(history.status, if is_named { 200 } else { 204 }, "{strategy}");
            // A sign-in counts whatever the strategy says.
            browser.does(&app, &site, "SignIn", json!({ "identity": format!("user-{strategy}") })).await;
            assert_eq!(browser.read(&app).await["state"], "authenticated");
        }
    })
    .await;
}

#[tokio::test]
async fn t_3_what_a_site_does_with_whom_it_assumes() {
    on_both(async |app| {
        for (n, strategy) in [(10, "anonymous"), (20, "identified"), (30, "ask")] {
            let site =
                Site::with(&app, json!({ "strategies": { "recognised": "ask", "assumed": strategy } })).await;
            let mut first = Browser::new(n);
            first.enters(&app, &site).await;
            first.does(&app, &site, "SignIn", json!({ "identity": "ann" })).await;
            first.does(&app, &site, "SignOut", json!({})).await;
            let mut second = Browser::new(n + 1);
            second.device = first.device.clone();
            second.enters(&app, &site).await;
            let back = second.read(&app).await;
            let (identity, candidates) =
                (back["identity"]["value"].as_str(), back["candidates"].as_array().unwrap().len());
            match strategy {
                "anonymous" => {
                    assert_eq!((&back["state"], identity, candidates), (&json!("anonymous"), None, 0))
                }
                "identified" => {
                    assert_eq!((&back["state"], identity, candidates), (&json!("assumed"), Some("ann"), 0));
                    assert!(back["confidence"].as_f64().unwrap() < 1.0);
                }
                _ => assert_eq!((&back["state"], identity, candidates), (&json!("assumed"), None, 1)),
            }
            assert_eq!(back["assurance"], "al0", "{strategy}: a guess proves nothing");
        }
    })
    .await;
}

#[tokio::test]
async fn a_decision_is_seen_after_a_reload_and_a_later_one_takes_its_place() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let mut first = Browser::new(1);
        first.enters(&app, &site).await;
        for who in ["ann", "ben"] {
            first.does(&app, &site, "SignIn", json!({ "identity": who })).await;
        }
        first.does(&app, &site, "SignOut", json!({})).await;
        let mut second = Browser::new(2);
        second.device = first.device.clone();
        second.enters(&app, &site).await;
        let back = second.read(&app).await;
        assert_eq!(back["decision"], Value::Null);
        let path = format!("/v1/visits/{}/identity", back["id"].as_str().unwrap());
        let of = |n: usize| back["candidates"][n]["identity"]["id"].clone();
        let say = |n: usize, decision: &str| json!({ "identity": of(n), "decision": decision, "reason": "on the phone" });
        let agent = app.person("agent").await;
        let me = agent.get("/v1/me").await.expect(200);
        for (n, decision, state) in [(0, "confirm", "recognised"), (1, "confirm", "recognised"), (1, "reject", "assumed")] {
            app.clock.advance(1_000_000);
            let answer = agent.post(&path, say(n, decision)).await.expect(200);
            let read = second.read(&app).await;
            assert_eq!(answer["decision"], read["decision"]);
            assert_eq!((&read["decision"]["decision"], &read["decision"]["identity"]), (&json!(decision), &of(n)));
            assert_eq!(read["decision"]["by"]["id"], me["user"]["id"], "{me}");
            assert_eq!(read["state"], state, "{n} {decision}");
            if decision == "confirm" {
                assert_eq!(read["identity"]["id"], of(n));
            }
        }
        // Who was confirmed first and then not is a candidate as before; who was ruled out is none.
        let read = second.read(&app).await;
        let left: Vec<&Value> = read["candidates"].as_array().unwrap().iter().map(|c| &c["identity"]["id"]).collect();
        assert_eq!(left, [&of(0)]);
        for (action, count) in [("visit.confirm", 2), ("visit.reject", 1)] {
            let audit = app.api().get(&format!("/v1/audit?action={action}")).await.expect(200);
            assert_eq!(audit["data"].as_array().unwrap().len(), count, "both stay on record");
        }
    })
    .await;
}

#[tokio::test]
async fn t_4_a_visit_carries_its_country_and_no_address() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let mut browser = Browser::new(1);
        browser.enters(&app, &site).await;
        assert_eq!(browser.read(&app).await["country"], "SE");
        let found = app.api().get("/v1/visits?country=SE").await.expect(200);
        assert_eq!(found["data"].as_array().unwrap().len(), 1);
        assert_eq!(app.api().get("/v1/visits?country=NO").await.expect(200)["data"], json!([]));
        app.api().get("/v1/visits?country=sweden").await.problem(400);
        // What a company's server sends does not come from where the visitor is.
        let call = json!({ "type": "track", "event": "Bought", "userId": "ben", "messageId": "m1", "timestamp": AT });
        let server = app.anonymous().header("authorization", &basic(&site));
        server.post("/v1/batch", json!({ "batch": [call], "sentAt": AT })).await.expect(200);
        let all = app.api().get("/v1/visits").await.expect(200);
        let countries: Vec<&Value> = all["data"].as_array().unwrap().iter().map(|v| &v["country"]).collect();
        assert!(countries.contains(&&Value::Null) && countries.len() == 2, "{all}");
    })
    .await;
}

#[tokio::test]
async fn x_5_whoever_lists_visits_stands_in_the_audit_log() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        Browser::new(1).does(&app, &site, "SignIn", json!({ "identity": "ann" })).await;
        let agent = app.person("agent").await;
        for (path, action) in [
            ("/v1/visits", "visit.list"),
            ("/v1/web-events", "web_event.list"),
            ("/v1/contacts", "contact.list"),
            ("/v1/identities", "identity.list"),
        ] {
            for _ in 0..2 {
                agent.get(path).await.expect(200);
            }
            let audit = app.api().get(&format!("/v1/audit?action={action}")).await.expect(200);
            assert_eq!(
                audit["data"].as_array().unwrap().len(),
                1,
                "{action}: drawn again is not looked at again"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn x_5_whoever_watches_all_live_visitors_is_written_down_once_in_a_while() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        for n in 1..=3 {
            Browser::new(n).enters(&app, &site).await;
        }
        let agent = app.person("agent").await;
        let lines = async |query: &str| {
            for _ in 0..3 {
                let mut path = format!("/v1/visits?limit=1{query}");
                while let Some(next) = agent.get(&path).await.expect(200)["next_cursor"].as_str() {
                    path = format!("/v1/visits?limit=1{query}&cursor={next}");
                }
            }
            let audit = app.api().get("/v1/audit?action=visit.list").await.expect(200);
            audit["data"].as_array().unwrap().len()
        };
        assert_eq!(lines("&live=true").await, 2, "the first page, and the rest");
        // Whoever turns the pages of the past reads them.
        let further = lines("").await - 2;
        assert_eq!(further, 6, "each further page, each time");
    })
    .await;
}

#[tokio::test]
async fn two_servers_count_together_and_overwrite_nothing_of_each_other() {
    let db = TestDb::postgres().await;
    let other = db.another_server().await;
    let app = TestApp::on(db).await;
    let site = Site::with(&app, json!({ "daily_events_max": 100 })).await;
    let path = format!("/v1/sites/{}", site.id);
    // The second one has not heard yet of what the first one changed.
    let elsewhere = app.another_server(other).await;
    app.api().patch(&path, json!({ "name": "Bank" })).await.expect(200);
    elsewhere.api().patch(&path, json!({ "state": "paused" })).await.expect(200);
    elsewhere.api().patch(&path, json!({ "state": "active" })).await.expect(200);
    let read = elsewhere.api().get(&path).await.expect(200);
    assert_eq!((&read["name"], &read["state"]), (&json!("Bank"), &json!("active")));
    // What one counted is too much for the other, once it is written down.
    let mut browser = Browser::new(1);
    for _ in 0..2 {
        let events: Vec<Value> = (0..50).map(|_| browser.event("AddToCart", json!({}))).collect();
        site.send(&app, browser.batch(&events)).await.expect(200);
        app.clock.advance(6_000_000);
    }
    let event = browser.event("AddToCart", json!({}));
    assert_eq!(site.send(&app, browser.batch(std::slice::from_ref(&event))).await.status, 429);
    assert_eq!(site.send(&elsewhere, browser.batch(&[event])).await.status, 429);
    let today = elsewhere.api().get(&path).await.expect(200)["today"].clone();
    assert_eq!(today["events"], 100, "{today}");
}
