//! Visits of websites: what trackers send, who it is said to be, and what the history shows of it (T-1 … T-6).

use countersign_testkit::{Answer, Client, TestApp, on_both};
use serde_json::{Value, json};

use super::widget::{Widget, widget};

pub(super) const PAGE: &str = "https://shop.example";

/// When browsers think that it began, and that they send: their clocks are theirs.
const START: i64 = 1_700_000_000_000;

/// A registered site, and what its pages send.
pub(super) struct Site {
    pub(super) key: String,
    pub(super) id: String,
}

impl Site {
    pub(super) async fn new(app: &TestApp) -> Self {
        Self::with(app, json!({})).await
    }

    /// With these settings besides.
    pub(super) async fn with(app: &TestApp, more: Value) -> Self {
        let mut config = json!({ "origins": [PAGE], "storage": "storage" });
        for (name, value) in more.as_object().cloned().unwrap_or_default() {
            config[name] = value;
        }
        let body = json!({ "name": "Shop", "config": config });
        let made = app.api().post("/v1/sites", body).await.expect(201);
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Self { key: text("write_key"), id: text("id") }
    }

    pub(super) async fn send(&self, app: &TestApp, batch: Value) -> Answer {
        page(app).post(&format!("/t/{}", self.key), batch).await
    }
}

pub(super) fn page(app: &TestApp) -> Client {
    app.anonymous().header("origin", PAGE)
}

/// A browser with one visit; `n` names its events, one after another.
pub(super) struct Browser {
    pub(super) visit: String,
    pub(super) device: String,
    n: i64,
}

impl Browser {
    pub(super) fn new(n: u8) -> Self {
        Self { visit: format!("{n:02x}").repeat(16), device: format!("{:02x}", n + 100).repeat(16), n: 0 }
    }

    pub(super) fn event(&mut self, name: &str, data: Value) -> Value {
        self.n += 1;
        json!({
            "id": format!("{}{:030x}", &self.visit[..2], self.n), "name": name, "at": START + self.n * 1_000,
            "page": format!("{:032x}", self.n), "url": format!("{PAGE}/{}?token=secret&utm_source=mail", self.n),
            "title": format!("Page {}", self.n), "data": data,
        })
    }

    pub(super) fn batch(&self, events: &[Value]) -> Value {
        json!({
            "v": 1, "sent": START + 200_000, "visit": self.visit, "device": self.device, "language": "en",
            "events": events,
        })
    }

    /// Sends one event.
    pub(super) async fn does(&mut self, app: &TestApp, site: &Site, name: &str, data: Value) -> Value {
        let event = self.event(name, data);
        site.send(app, self.batch(&[event])).await.expect(200)
    }

    /// The visit as the history shows it.
    pub(super) async fn read(&self, app: &TestApp) -> Value {
        let all = app.api().get("/v1/visits?limit=200").await.expect(200);
        for visit in all["data"].as_array().unwrap() {
            let path = format!("/v1/visits/{}?include=events", visit["id"].as_str().unwrap());
            let whole = app.api().get(&path).await.expect(200);
            let first = whole["events"][0]["data"]["mark"].as_str();
            if first == Some(&self.visit[..2]) {
                return whole;
            }
        }
        panic!("no such visit");
    }

    /// A page that says which browser it is.
    pub(super) async fn enters(&mut self, app: &TestApp, site: &Site) {
        let mark = self.visit[..2].to_owned();
        self.does(app, site, "PageEntered", json!({ "mark": mark })).await;
    }
}

pub(super) fn token(widget: &Widget, app: &TestApp, who: &str, jti: &str) -> Value {
    json!({ "token": widget.token(app, who, jti, json!({ "name": who })) })
}

fn owners(whole: &Value) -> Vec<(String, Value)> {
    let pages = whole["pages"].as_array().unwrap();
    pages.iter().map(|p| (p["title"].as_str().unwrap().to_owned(), p["identity"].clone())).collect()
}

#[tokio::test]
async fn t_1_a_page_names_somebody_a_signed_token_proves_who_it_is() {
    on_both(async |app| {
        let (site, widget) = (Site::new(&app).await, widget(&app, "signed").await);
        let mut browser = Browser::new(1);
        browser.enters(&app, &site).await;
        let anonymous = browser.read(&app).await;
        assert_eq!((&anonymous["state"], &anonymous["assurance"]), (&json!("anonymous"), &json!("al0")));
        browser.does(&app, &site, "SignIn", json!({ "identity": "ann@example.org" })).await;
        let named = browser.read(&app).await;
        assert_eq!((&named["state"], &named["assurance"]), (&json!("authenticated"), &json!("al1")));
        assert_eq!(named["identity"]["value"], "ann@example.org");
        browser.does(&app, &site, "SignOut", json!({})).await;
        let out = browser.read(&app).await;
        assert_eq!((&out["state"], &out["assurance"]), (&json!("recognised"), &json!("al1")));
        browser.does(&app, &site, "SignIn", token(&widget, &app, "ann", "token-0001")).await;
        let signed = browser.read(&app).await;
        assert_eq!((&signed["state"], &signed["assurance"]), (&json!("authenticated"), &json!("al3")));
        assert_eq!(signed["identity"]["name"], "ann");
        let found = app.api().get("/v1/profiles?external_id=ann").await.expect(200);
        assert_eq!(signed["identity"]["profile"]["id"], found["data"][0]["id"]);
        let profile = found["data"][0]["id"].as_str().unwrap();
        let visits = app.api().get(&format!("/v1/profiles/{profile}/visits")).await.expect(200);
        assert_eq!(visits["data"][0]["id"], signed["id"]);
    })
    .await;
}

#[tokio::test]
async fn t_1_forged_expired_and_replayed_tokens_prove_nothing_and_are_seen_in_the_inspector() {
    on_both(async |app| {
        let (site, widget) = (Site::new(&app).await, widget(&app, "signed").await);
        let (mut ann, mut thief) = (Browser::new(1), Browser::new(2));
        let good = token(&widget, &app, "ann", "token-0001");
        ann.enters(&app, &site).await;
        thief.enters(&app, &site).await;
        ann.does(&app, &site, "SignIn", good.clone()).await;
        for _ in 0..2 {
            // Once and again: what was refused is not let in because it was asked before.
            thief.does(&app, &site, "SignIn", good.clone()).await;
        }
        let forged = format!("{}x", good["token"].as_str().unwrap());
        thief.does(&app, &site, "SignIn", json!({ "token": forged })).await;
        thief.does(&app, &site, "SignIn", json!({ "token": "no token" })).await;
        // Nobody becomes a signed account by calling themselves as it is called inside.
        let profile = app.api().get("/v1/profiles?external_id=ann").await.expect(200);
        let inside = format!("signed-{}", profile["data"][0]["id"].as_str().unwrap());
        let stolen = thief.read(&app).await;
        assert_eq!((&stolen["state"], &stolen["assurance"]), (&json!("anonymous"), &json!("al0")));
        thief.does(&app, &site, "SignIn", json!({ "identity": inside })).await;
        assert_eq!(thief.read(&app).await["assurance"], "al1");
        assert_eq!(ann.read(&app).await["assurance"], "al3");
        // The same visit may send its own token twice, as a retry does.
        ann.does(&app, &site, "SignIn", good).await;
        assert_eq!(ann.read(&app).await["assurance"], "al3");
        let seen = app.api().get(&format!("/v1/sites/{}/inspector", site.id)).await.expect(200);
        let reasons: Vec<&str> =
            seen["data"].as_array().unwrap().iter().filter_map(|l| l["reason"].as_str()).collect();
        assert_eq!(reasons.iter().filter(|r| **r == "token-replayed").count(), 2, "{reasons:?}");
        assert!(reasons.iter().any(|r| r.starts_with("token-")), "{reasons:?}");
    })
    .await;
}

#[tokio::test]
async fn t_3_two_people_on_one_browser_each_have_their_own_pages() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let mut browser = Browser::new(1);
        browser.enters(&app, &site).await; // 1: before anybody signed in
        browser.does(&app, &site, "SignIn", json!({ "identity": "ann" })).await;
        browser.enters(&app, &site).await; // 3: Ann's
        browser.does(&app, &site, "SignOut", json!({})).await;
        browser.does(&app, &site, "SignIn", json!({ "identity": "ben" })).await;
        browser.enters(&app, &site).await; // 6: Ben's
        let whole = browser.read(&app).await;
        assert_eq!(whole["is_shared_device"], true);
        let sessions = whole["sessions"].as_array().unwrap();
        assert_eq!(sessions.len(), 2);
        let ann = sessions[0]["identity"]["id"].clone();
        let ben = sessions[1]["identity"]["id"].clone();
        assert_eq!(
            owners(&whole),
            [
                ("Page 1".to_owned(), ann.clone()),
                ("Page 3".to_owned(), ann.clone()),
                ("Page 6".to_owned(), ben.clone())
            ]
        );
        for (who, titles) in [(&ann, vec!["Page 1", "Page 3"]), (&ben, vec!["Page 6"])] {
            let path = format!("/v1/identities/{}/pages", who.as_str().unwrap());
            let pages = app.api().get(&path).await.expect(200);
            let found: Vec<&str> =
                pages["data"].as_array().unwrap().iter().map(|p| p["title"].as_str().unwrap()).collect();
            assert_eq!(found, titles);
        }
        let session = sessions[1]["id"].as_str().unwrap();
        let pages = app.api().get(&format!("/v1/sessions/{session}/pages")).await.expect(200);
        assert_eq!(pages["data"][0]["title"], "Page 6");
        assert_eq!(app.api().get("/v1/contacts").await.expect(200)["data"].as_array().unwrap().len(), 2);
        let said = app.api().get("/v1/user-identifications").await.expect(200);
        let names: Vec<&str> =
            said["data"].as_array().unwrap().iter().map(|e| e["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["SignIn", "SignOut", "SignIn"]);
    })
    .await;
}

#[tokio::test]
async fn t_6_duplicates_and_late_events_end_in_the_state_of_their_order() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let (mut one, mut other) = (Browser::new(1), Browser::new(2));
        for (browser, order) in [(&mut one, [0, 1, 2, 3, 4]), (&mut other, [4, 2, 0, 3, 1])] {
            let mark = json!({ "mark": browser.visit[..2].to_owned() });
            let events = [
                browser.event("PageEntered", mark),
                browser.event("SignIn", json!({ "identity": "ann" })),
                browser.event("PageEntered", json!({})),
                browser.event("SignOut", json!({})),
                browser.event("AddToCart", json!({ "price": 12 })),
            ];
            for at in order {
                let batch = browser.batch(&[events[at].clone()]);
                let first = site.send(&app, batch.clone()).await.expect(200);
                assert_eq!((&first["accepted"], &first["duplicates"]), (&json!(1), &json!(0)));
                let again = site.send(&app, batch).await.expect(200);
                assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(1)));
            }
        }
        let (one, other) = (one.read(&app).await, other.read(&app).await);
        for field in ["state", "assurance", "pages_count", "events_count", "current_page", "entry_page"] {
            assert_eq!(one[field], other[field], "{field}");
        }
        assert_eq!(
            (&one["state"], &one["pages_count"], &one["events_count"]),
            (&json!("recognised"), &json!(2), &json!(5))
        );
        let order = |whole: &Value| -> Vec<String> {
            whole["events"]
                .as_array()
                .unwrap()
                .iter()
                .map(|e| e["name"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(order(&one), order(&other));
    })
    .await;
}

#[tokio::test]
async fn t_2_browsers_write_and_read_nothing() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let mut browser = Browser::new(1);
        browser.enters(&app, &site).await;
        let whole = browser.read(&app).await;
        let visit = whole["id"].as_str().unwrap();
        for path in [
            format!("/v1/visits/{visit}"),
            "/v1/visits".to_owned(),
            format!("/backend/data/visits/{visit}"),
            "/server/data/identities".to_owned(),
        ] {
            page(&app).get(&path).await.problem(401);
            // The write key is no key of the API.
            page(&app).bearer(&site.key).get(&path).await.problem(401);
        }
        // A key without the scope, and an agent who may not set sites up.
        let weak = app
            .api()
            .post("/v1/api-keys", json!({ "name": "weak", "scopes": ["case.read"] }))
            .await
            .expect(201);
        let weak = app.anonymous().bearer(weak["secret"].as_str().unwrap());
        weak.get("/v1/visits").await.problem(403);
        weak.get("/backend/data/visits").await.problem(403);
        let agent = app.person("agent").await;
        agent.get("/v1/visits").await.expect(200);
        agent.get("/v1/sites").await.problem(403);
        // What trackers get back says nothing about anybody.
        let answer = browser.does(&app, &site, "PageEntered", json!({})).await;
        assert_eq!(answer, json!({ "accepted": 1, "duplicates": 0, "refused": [], "success": true }));
    })
    .await;
}

#[tokio::test]
async fn w_6_foreign_pages_unknown_keys_and_what_is_no_batch_are_refused_in_words() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let mut browser = Browser::new(1);
        let event = browser.event("PageEntered", json!({}));
        let batch = browser.batch(&[event]);
        let path = format!("/t/{}", site.key);
        let problem = app
            .anonymous()
            .header("origin", "https://evil.example")
            .post(&path, batch.clone())
            .await
            .problem(403);
        assert!(problem.contains("unknown-origin"), "{problem}");
        app.anonymous().post(&path, batch.clone()).await.problem(403);
        page(&app).post("/t/cswk_nobody", batch.clone()).await.problem(404);
        page(&app).post(&path, json!("no batch")).await.problem(400);
        let many: Vec<Value> = (0..51).map(|_| browser.event("PageEntered", json!({}))).collect();
        page(&app).post(&path, browser.batch(&many)).await.problem(400);
        let old = {
            let mut event = browser.event("PageEntered", json!({}));
            event["at"] = json!(START - 25 * 3_600_000);
            event
        };
        let large = browser.event("PageEntered", json!({ "text": "x".repeat(9_000) }));
        let nobody = browser.event("SignIn", json!({ "identity": "undefined" }));
        let answer = site.send(&app, browser.batch(&[old, large, nobody])).await.expect(200);
        let reasons: Vec<&str> =
            answer["refused"].as_array().unwrap().iter().map(|r| r["reason"].as_str().unwrap()).collect();
        assert!(reasons.contains(&"too_old") && reasons.contains(&"too_large"), "{answer}");
        app.api().patch(&format!("/v1/sites/{}", site.id), json!({ "state": "paused" })).await.expect(200);
        page(&app).post(&path, batch).await.problem(404);
    })
    .await;
}

#[tokio::test]
async fn t_4_addresses_are_stripped_and_cards_scrubbed_before_anything_is_stored() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let mut browser = Browser::new(1);
        browser.enters(&app, &site).await;
        browser
            .does(
                &app,
                &site,
                "Paid",
                json!({ "card": "4111 1111 1111 1111", "raw": 4_111_111_111_111_111_i64 }),
            )
            .await;
        let link = json!({ "links": [{ "href": format!("{PAGE}/reset?token=secret#secret") }] });
        browser.does(&app, &site, "Followed", link).await;
        let whole = browser.read(&app).await.to_string();
        assert!(!whole.contains("secret") && !whole.contains("4111111111111111"), "{whole}");
        assert!(!whole.contains("4111 1111"), "{whole}");
        assert!(whole.contains("utm_source=mail"));
    })
    .await;
}

#[tokio::test]
async fn segment_s_batch_identifies_and_a_page_and_a_visit_appear() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let basic = {
            use base64::Engine as _;
            format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{}:", site.key)))
        };
        let at = "2026-01-01T00:00:00.000Z";
        let body = json!({
            "batch": [
                { "type": "identify", "userId": "ann", "anonymousId": "browser-1", "messageId": "m1", "timestamp": at, "traits": { "email": "ann@example.org", "name": "Ann" } },
                { "type": "page", "userId": "ann", "anonymousId": "browser-1", "messageId": "m2", "timestamp": at, "name": "Home", "properties": { "url": "https://shop.example/?x=1", "title": "Home" } },
                { "type": "track", "userId": "ann", "anonymousId": "browser-1", "messageId": "m3", "timestamp": at, "event": "Bought", "properties": { "price": 3 } },
                { "type": "track", "userId": "null", "messageId": "m4", "timestamp": at, "event": "Bought" },
            ],
            "sentAt": at,
        });
        let client = app.anonymous().header("authorization", &basic);
        let taken = client.post("/v1/batch", body.clone()).await.expect(200);
        assert_eq!(taken["accepted"], 3, "{taken}");
        let again = client.post("/v1/batch", body).await.expect(200);
        assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(3)));
        let visits = app.api().get("/v1/visits").await.expect(200);
        let visit = &visits["data"][0];
        assert_eq!((&visit["state"], &visit["assurance"]), (&json!("recognised"), &json!("al1")));
        assert_eq!(visit["identity"]["value"], "ann");
        assert_eq!(visit["current_page"]["title"], "Home");
        app.anonymous().post("/v1/batch", json!({ "batch": [] })).await.problem(401);
    })
    .await;
}

#[tokio::test]
async fn the_seed_s_paths_answer_in_the_seed_s_words() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let mut browser = Browser::new(1);
        let empty = app.api().get("/backend/data/visits").await;
        assert_eq!(empty.status, 204);
        browser.enters(&app, &site).await;
        browser.does(&app, &site, "SignIn", json!({ "identity": "ann" })).await;
        for _ in 0..3 {
            browser.enters(&app, &site).await;
        }
        let all = app.api().get("/backend/data/visits").await.expect(200);
        let visit = all[0]["visitId"].as_str().unwrap().to_owned();
        for root in ["/backend/data", "/server/data"] {
            let one = app.api().get(&format!("{root}/visits/{visit}")).await.expect(200);
            assert_eq!(one["pages"].as_array().unwrap().len(), 4);
            assert_eq!(one["endDate"], 0);
            assert_eq!(one["pages"][0]["visitId"], visit);
            let first = app.api().get(&format!("{root}/visits/{visit}/pages?page_size=3")).await;
            assert_eq!(first.json().as_array().unwrap().len(), 3);
            let next = first.headers["paging-next"].to_str().unwrap().to_owned();
            let rest =
                app.api().get(&format!("{root}/visits/{visit}/pages?page_size=3&paging_next={next}")).await;
            assert_eq!(rest.json().as_array().unwrap().len(), 1);
            assert!(rest.headers.get("paging-next").is_none());
            let posted = app
                .api()
                .post(&format!("{root}/visits/{visit}/events"), json!({ "eventName": "SignIn" }))
                .await;
            let posted = posted.expect(200);
            assert_eq!(
                (&posted[0]["eventType"], &posted[0]["eventName"]),
                (&json!("SYSTEM"), &json!("SignIn"))
            );
            let identities = app.api().get(&format!("{root}/visits/{visit}/identities")).await.expect(200);
            assert_eq!(identities[0]["visitScope"], "Authenticated");
            let identity = identities[0]["identityId"].as_str().unwrap();
            for part in ["visits", "pages", "events", "sessions"] {
                app.api().get(&format!("{root}/identities/{identity}/{part}")).await.expect(200);
            }
            let session = app.api().get(&format!("{root}/visits/{visit}/sessions")).await.expect(200);
            let session = session[0]["sessionID"].as_str().unwrap();
            let path = format!("{root}/sessions/{session}?include_pages=true&include_pages_detail=true");
            let session = app.api().get(&path).await.expect(200);
            assert_eq!(session["pages"].as_array().unwrap().len(), 3);
            let id = one["pages"][0]["pageId"].as_str().unwrap();
            assert_eq!(
                app.api().get(&format!("{root}/pages/{id}/events")).await.expect(200)[0]["eventName"],
                "PageEntered"
            );
            assert_eq!(app.api().get(&format!("{root}/contacts")).await.expect(200)[0]["visitId"], visit);
            app.api().get(&format!("{root}/useridentifications")).await.expect(200);
            assert_eq!(app.api().get(&format!("{root}/visits?eventName=x&url=nowhere")).await.status, 204);
            app.api().get(&format!("{root}/visits?colour=red")).await.problem(400);
            app.api().get(&format!("{root}/visits/visit_00000000000000000000000000")).await.problem(404);
            app.api().get(&format!("{root}/nothing")).await.problem(404);
        }
    })
    .await;
}

#[tokio::test]
async fn a_colleague_says_who_an_uncertain_visitor_is_and_it_proves_nothing() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let mut first = Browser::new(1);
        first.enters(&app, &site).await;
        first.does(&app, &site, "SignIn", json!({ "identity": "ann" })).await;
        first.does(&app, &site, "SignOut", json!({})).await;
        // The same browser comes back.
        let mut second = Browser { device: first.device.clone(), ..Browser::new(2) };
        second.enters(&app, &site).await;
        let back = second.read(&app).await;
        assert_eq!((&back["state"], &back["assurance"]), (&json!("assumed"), &json!("al0")));
        let candidate = &back["candidates"][0];
        assert!(candidate["confidence"].as_f64().unwrap() < 1.0);
        let path = format!("/v1/visits/{}/identity", back["id"].as_str().unwrap());
        let agent = app.person("agent").await;
        let say = |decision: &str, reason: &str| json!({ "identity": candidate["identity"]["id"], "decision": decision, "reason": reason });
        agent.post(&path, say("confirm", "")).await.problem(400);
        let confirmed = agent.post(&path, say("confirm", "she said her name")).await.expect(200);
        assert_eq!((&confirmed["state"], &confirmed["assurance"]), (&json!("recognised"), &json!("al1")));
        let rejected = agent.post(&path, say("reject", "it was her son")).await.expect(200);
        assert_eq!((&rejected["state"], &rejected["identity"]), (&json!("anonymous"), &Value::Null));
        let stranger = json!({ "identity": "ident_00000000000000000000000000", "decision": "confirm", "reason": "x" });
        agent.post(&path, stranger).await.problem(404);
        let audit = app.api().get("/v1/audit?action=visit.reject").await.expect(200);
        assert_eq!(audit["data"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn t_1_inside_of_a_signed_session_what_a_page_says_is_data() {
    on_both(async |app| {
        let (site, widget) = (Site::new(&app).await, widget(&app, "signed").await);
        let mut browser = Browser::new(1);
        browser.enters(&app, &site).await;
        browser.does(&app, &site, "SignIn", token(&widget, &app, "ann", "token-0001")).await;
        browser.does(&app, &site, "UserInfo", json!({ "identity": "77", "email": "ann@example.org" })).await;
        let whole = browser.read(&app).await;
        assert_eq!((&whole["state"], &whole["assurance"]), (&json!("authenticated"), &json!("al3")));
        assert_eq!(whole["sessions"].as_array().unwrap().len(), 1);
        // Silence ends the visit, and with it what the session proved.
        app.clock.advance(31 * 60 * 1_000_000);
        let over = browser.read(&app).await;
        assert_eq!((&over["is_live"], &over["assurance"]), (&json!(false), &json!("al1")));
    })
    .await;
}

#[tokio::test]
async fn m_2_who_sees_texts_masked_does_not_look_for_parts_of_them() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let mut browser = Browser::new(1);
        browser.enters(&app, &site).await;
        let data = json!({ "mail": "ann@example.org", "ann@example.org": "+49 170 1234567" });
        browser.does(&app, &site, "Ordered ann@example.org", data).await;
        let [open, masked] = [false, true].map(
            |is| json!({ "name": is, "email": is, "phone": is, "ids": is, "attributes": is, "text": is }),
        );
        let matrix = json!({ "roles": { "admin": open, "team_manager": open, "agent": masked } });
        app.admin().await.put("/v1/masking", matrix).await.expect(200);
        let agent = app.person("agent").await;
        for path in [
            "/v1/visits?title=a",
            "/v1/pages?url=b",
            "/v1/web-events?category=c",
            "/backend/data/visits?title=a",
        ] {
            assert_eq!(agent.get(path).await.problem(403), "masked-field", "{path}");
        }
        let visit = agent.get("/v1/visits").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        let seen = agent.get(&format!("/v1/visits/{visit}?include=events")).await.expect(200).to_string();
        assert!(!seen.contains("ann@example.org") && !seen.contains("1234567"), "{seen}");
        // An API key that may see them may also look for them.
        app.api().get("/v1/visits?title=page").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn t_5_a_visit_has_so_many_events_and_a_batch_names_few() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let mut browser = Browser::new(1);
        for _ in 0..40 {
            let events: Vec<Value> = (0..50).map(|_| browser.event("AddToCart", json!({}))).collect();
            let answer = site.send(&app, browser.batch(&events)).await.expect(200);
            assert_eq!(answer["accepted"], 50);
        }
        let more = browser.event("AddToCart", json!({}));
        let answer = site.send(&app, browser.batch(&[more])).await.expect(200);
        assert_eq!((&answer["accepted"], &answer["refused"][0]["reason"]), (&json!(0), &json!("visit_full")));
        let mut crowd = Browser::new(2);
        let names: Vec<Value> =
            (0..5).map(|n| crowd.event("SignIn", json!({ "identity": format!("somebody-{n}") }))).collect();
        site.send(&app, crowd.batch(&names)).await.problem(400);
        site.send(&app, crowd.batch(&names[..4])).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn t_4_a_browser_that_takes_consent_back_is_forgotten() {
    on_both(async |app| {
        let body = json!({ "name": "Shop", "config": { "origins": [PAGE], "storage": "cookie" } });
        let made = app.api().post("/v1/sites", body).await.expect(201);
        let site = Site {
            key: made["write_key"].as_str().unwrap().to_owned(),
            id: made["id"].as_str().unwrap().to_owned(),
        };
        let mut browser = Browser::new(1);
        let event = browser.event("PageEntered", json!({ "mark": "01" }));
        let mut batch = browser.batch(&[event]);
        // Without the tracker's word the browser gets no cookie.
        assert_eq!(site.send(&app, batch.clone()).await.cookie(), None);
        batch["keep"] = json!(true);
        let cookie = site.send(&app, batch.clone()).await.cookie().unwrap();
        assert!(cookie.starts_with("__Secure-cs_device=") && cookie.len() > 30, "{cookie}");
        let known = page(&app).header("cookie", &cookie);
        assert_eq!(known.post(&format!("/t/{}", site.key), batch).await.cookie(), None);
        let forgotten = known.send(axum::http::Method::POST, &format!("/t/{}?forget", site.key), None).await;
        assert_eq!(
            (forgotten.status.as_u16(), forgotten.cookie().as_deref()),
            (204, Some("__Secure-cs_device="))
        );
        let foreign = app.anonymous().header("origin", "https://evil.example").header("cookie", &cookie);
        foreign.send(axum::http::Method::POST, &format!("/t/{}?forget", site.key), None).await.problem(403);
    })
    .await;
}

#[tokio::test]
async fn sites_are_changed_as_sites_alone() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let channel = site.id.replace("site_", "chan_");
        let key = json!({ "name": "k", "scopes": ["channel.read", "channel.write"] });
        let made = app.api().post("/v1/api-keys", key).await.expect(201);
        let key = app.anonymous().bearer(made["secret"].as_str().unwrap());
        assert_eq!(key.get("/v1/channels").await.expect(200)["data"], json!([]));
        key.patch(&format!("/v1/channels/{channel}"), json!({ "state": "paused" })).await.problem(404);
        key.delete(&format!("/v1/channels/{channel}")).await.problem(404);
        key.post("/v1/channels", json!({ "kind": "website", "name": "x", "config": {} })).await.problem(400);
        let path = format!("/v1/sites/{}", site.id);
        let wrong = app
            .api()
            .patch(&path, json!({ "config": { "origins": ["no origin"], "idle_minutes": 0 } }))
            .await
            .expect(400);
        assert!(wrong["errors"].as_array().unwrap().len() >= 2, "{wrong}");
        app.api().delete(&path).await.expect(204);
        app.api().get(&path).await.problem(404);
    })
    .await;
}

#[tokio::test]
async fn traffic_is_counted_without_telling_of_one_visitor() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        for n in 1..=4 {
            let mut browser = Browser::new(n);
            // Three begin on the same page, one on a page of their own.
            browser.n = if n == 4 { 40 } else { 0 };
            browser.enters(&app, &site).await;
            if n == 1 {
                browser.does(&app, &site, "SignIn", json!({ "identity": "c-1" })).await;
                browser.does(&app, &site, "PageEntered", json!({})).await;
            }
        }
        let manager = app.person("team_manager").await;
        let read =
            async |query: &str| manager.get(&format!("/v1/analytics/traffic?{query}")).await.expect(200);
        let days = read("").await;
        let expected = json!({
            "visits": 4, "visitors": 4, "pages": 5, "pages_per_visit": 1.25, "visit_length": 0,
            "bounce_rate": 0.75, "signed_in": 1, "named": 1, "known_rate": 0.25,
        });
        assert_eq!(days["total"], expected, "{days}");
        let today = days["rows"].as_array().unwrap().last().unwrap();
        assert_eq!(today["values"], expected);
        let told = async |query: &str| {
            let report = read(query).await;
            let rows = report["rows"].as_array().unwrap();
            rows.iter()
                .map(|row| (row["key"].as_str().unwrap().to_owned(), row["values"]["visits"].clone()))
                .collect()
        };
        let rows = |rows: &[(&str, i64)]| -> Vec<(String, Value)> {
            rows.iter().map(|(key, n)| ((*key).to_owned(), json!(n))).collect()
        };
        let of: Vec<(String, Value)> = told("by=entry").await;
        let first = format!("{PAGE}/1?utm_source=mail");
        assert_eq!(of, rows(&[(&first, 3), ("others", 1)]), "a page of one visitor is not told by itself");
        let of: Vec<(String, Value)> = told("by=source").await;
        assert_eq!(of, rows(&[("mail", 4)]));
        let of: Vec<(String, Value)> = told(&format!("by=site&site={}", site.id)).await;
        assert_eq!(of, rows(&[(&site.id, 4)]));
        let other = Site::new(&app).await;
        assert_eq!(read(&format!("site={}", other.id)).await["total"]["visits"], json!(0));
        let file = manager.get("/v1/analytics/traffic?by=device&format=csv").await.expect_text(200);
        assert!(
            file.contains("device,name,visits,visitors,pages,pages_per_visit,visit_length_seconds"),
            "{file}"
        );

        let channel = app.custom_channel("Chat").await.replace("chan_", "site_");
        for (query, code) in [
            ("traffic?by=agent".to_owned(), "unknown-by"),
            (format!("traffic?site={channel}"), "unknown-site"),
            ("traffic?site=shop".to_owned(), "invalid-id"),
            (format!("codes?site={}", site.id), "unknown-site"),
        ] {
            let refused = manager.get(&format!("/v1/analytics/{query}")).await.expect(400);
            assert_eq!(refused["errors"][0]["code"], code, "{query}");
        }
        let agent = app.person("agent").await;
        assert_eq!(agent.get("/v1/analytics/traffic").await.problem(403), "forbidden");
    })
    .await;
}
