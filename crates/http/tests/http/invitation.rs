//! Invitations to a web chat: who is invited, how many at once, and what becomes of it.

use countersign_testkit::{Answer, Client, TestApp, on_both};
use serde_json::{Value, json};

const PAGE: &str = "https://shop.example";
/// When browsers think that it began.
const START: i64 = 1_700_000_000_000;

struct Shop {
    key: String,
    site: String,
    chat: String,
    team: Client,
}

impl Shop {
    /// A site, a web chat that invites, and somebody of the team who is there.
    async fn new(app: &TestApp) -> Self {
        let text = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
        let body = json!({ "name": "Shop", "config": { "origins": [PAGE], "storage": "storage",
            "categories": [{ "name": "checkout", "in": "url", "contains": "/checkout" }] } });
        let site = app.api().post("/v1/sites", body).await.expect(201);
        let body = json!({ "kind": "web_chat", "name": "Chat",
            "config": { "origins": [PAGE], "invitations": true } });
        let chat = app.api().post("/v1/channels", body).await.expect(201);
        let team = app.person("agent").await;
        let shop =
            Self { key: text(&site, "write_key"), site: text(&site, "id"), chat: text(&chat, "id"), team };
        shop.online("online").await;
        shop
    }

    async fn online(&self, state: &str) {
        self.team.put("/v1/me/presence", json!({ "state": state })).await.expect(204);
    }

    async fn invitation(&self, app: &TestApp, more: Value) -> Value {
        let mut body = json!({ "name": "Checkout", "site": self.site, "channel": self.chat,
            "when": { "url_contains": ["/checkout"], "pages_at_least": 2 },
            "texts": { "en": "Can we help?", "de": "Können wir helfen?" } });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        app.api().post("/v1/invitations", body).await.expect(201)
    }

    /// A browser enters pages, in a visit of its own.
    async fn browses(&self, app: &TestApp, visit: u8, device: u8, pages: &[&str]) -> String {
        let key = format!("{visit:02x}").repeat(16);
        let events: Vec<Value> = (1..)
            .zip(pages)
            .map(|(n, path)| {
                json!({ "id": format!("{visit:02x}{n:030x}"), "name": "PageEntered", "at": START + n * 1_000,
                    "page": format!("{n:032x}"), "url": format!("{PAGE}{path}"), "title": "Page" })
            })
            .collect();
        let batch = json!({ "v": 1, "sent": START + 5_000, "visit": key, "device": format!("{device:02x}").repeat(16),
            "language": "de-AT", "events": events });
        page(app).post(&format!("/t/{}", self.key), batch).await.expect(200);
        key
    }

    async fn asks(&self, app: &TestApp, visit: &str) -> Answer {
        page(app).get(&format!("/public/web-chats/{}/invitation?visit={visit}", self.chat)).await
    }

    async fn becomes(&self, app: &TestApp, offer: &Value, outcome: &str) {
        let path = format!("/public/web-chats/{}/invitation/{}", self.chat, offer["id"].as_str().unwrap());
        page(app).post(&path, json!({ "outcome": outcome })).await.expect_text(204);
    }

    async fn writes(&self, app: &TestApp, visit: &str, offer: &Value) -> Value {
        let path = format!("/public/web-chats/{}", self.chat);
        let session =
            page(app).post(&format!("{path}/sessions"), json!({ "visit": visit })).await.expect(201);
        let frame = page(app).bearer(session["session"].as_str().unwrap());
        let body = json!({ "id": "m1", "text": "Yes, please.", "visit": visit, "invitation": offer["id"] });
        frame.post(&format!("{path}/messages"), body).await.expect(201);
        app.api().get("/v1/cases").await.expect(200)["data"][0].clone()
    }

    async fn figures(&self, app: &TestApp) -> Value {
        app.api().get("/v1/invitations").await.expect(200)["data"][0]["figures"].clone()
    }
}

fn page(app: &TestApp) -> Client {
    app.anonymous().header("origin", PAGE)
}

#[tokio::test]
async fn a_visitor_who_fits_is_invited_once_and_the_conversation_says_so() {
    on_both(async |app| {
        let shop = Shop::new(&app).await;
        shop.invitation(&app, json!({})).await;
        let visit = shop.browses(&app, 1, 101, &["/"]).await;
        shop.asks(&app, &visit).await.expect_text(204);
        shop.browses(&app, 1, 101, &["/", "/checkout"]).await;
        let answer = shop.asks(&app, &visit).await;
        let offer = answer.expect(200);
        assert_eq!(offer["text"], "Können wir helfen?", "in the browser's language");
        shop.asks(&app, &visit).await.expect_text(204);
        shop.becomes(&app, &offer, "opened").await;
        shop.becomes(&app, &offer, "opened").await;
        let case = shop.writes(&app, &visit, &offer).await;
        let path = format!("/v1/cases/{}/messages", case["id"].as_str().unwrap());
        let all = app.api().get(&path).await.expect(200);
        let lines: Vec<&str> =
            all["data"].as_array().unwrap().iter().filter_map(|m| m["text"].as_str()).collect();
        assert!(lines.contains(&"Invited: Checkout\nKönnen wir helfen?"), "{lines:?}");
        assert_eq!(case["assurance"].as_str().unwrap_or("al0"), "al0", "an invitation proves nothing");
        let figures = json!({ "offered": 1, "opened": 1, "answered": 1, "dismissed": 0 });
        assert_eq!(shop.figures(&app).await, figures);
        // The same browser in another visit, days before its time is over.
        let again = shop.browses(&app, 2, 101, &["/", "/checkout"]).await;
        shop.asks(&app, &again).await.expect_text(204);
    })
    .await;
}

#[tokio::test]
async fn no_more_are_invited_than_may_wait_and_who_is_answered_makes_room() {
    on_both(async |app| {
        let shop = Shop::new(&app).await;
        shop.invitation(&app, json!({ "waiting_max": 1 })).await;
        let one = shop.browses(&app, 1, 101, &["/", "/checkout"]).await;
        let two = shop.browses(&app, 2, 102, &["/", "/checkout"]).await;
        let offer = shop.asks(&app, &one).await.expect(200);
        shop.asks(&app, &two).await.expect_text(204);
        shop.becomes(&app, &offer, "opened").await;
        let case = shop.writes(&app, &one, &offer).await;
        shop.asks(&app, &two).await.expect_text(204);
        let path = format!("/v1/cases/{}/messages", case["id"].as_str().unwrap());
        shop.team.post(&path, json!({ "text": "Of course." })).await.expect(201);
        shop.asks(&app, &two).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn visitors_who_ask_at_the_same_moment_are_not_invited_over_the_limit() {
    on_both(async |app| {
        let shop = Shop::new(&app).await;
        shop.invitation(&app, json!({ "waiting_max": 2 })).await;
        let mut visits = Vec::new();
        for n in 1..=6 {
            visits.push(shop.browses(&app, n, 100 + n, &["/", "/checkout"]).await);
        }
        let [a, b, c, d, e, f] = &visits[..] else { panic!() };
        let answers = tokio::join!(
            shop.asks(&app, a),
            shop.asks(&app, b),
            shop.asks(&app, c),
            shop.asks(&app, d),
            shop.asks(&app, e),
            shop.asks(&app, f)
        );
        let all = [answers.0, answers.1, answers.2, answers.3, answers.4, answers.5];
        assert_eq!(all.iter().filter(|answer| answer.status == 200).count(), 2);
        assert_eq!(shop.figures(&app).await["offered"], 2);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_invited_while_nobody_is_there_or_the_company_is_closed() {
    on_both(async |app| {
        let shop = Shop::new(&app).await;
        let made = shop.invitation(&app, json!({})).await;
        let path = format!("/v1/invitations/{}", made["id"].as_str().unwrap());
        let visit = shop.browses(&app, 1, 101, &["/", "/checkout"]).await;
        shop.online("away").await;
        shop.asks(&app, &visit).await.expect_text(204);
        shop.online("online").await;
        let closed = json!({ "name": "Never", "time_zone": "UTC" });
        let closed = app.api().post("/v1/calendars", closed).await.expect(201);
        app.api().patch(&path, json!({ "calendar": closed["id"] })).await.expect(200);
        shop.asks(&app, &visit).await.expect_text(204);
        app.api().patch(&path, json!({ "calendar": null, "state": "paused" })).await.expect(200);
        shop.asks(&app, &visit).await.problem(404);
        app.api().patch(&path, json!({ "state": "active" })).await.expect(200);
        shop.asks(&app, &visit).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn who_closed_it_is_left_alone() {
    on_both(async |app| {
        let shop = Shop::new(&app).await;
        shop.invitation(&app, json!({ "per_visitor_days": 30 })).await;
        let visit = shop.browses(&app, 1, 101, &["/", "/checkout"]).await;
        let offer = shop.asks(&app, &visit).await.expect(200);
        shop.becomes(&app, &offer, "dismissed").await;
        shop.becomes(&app, &offer, "opened").await;
        let figures = json!({ "offered": 1, "opened": 0, "answered": 0, "dismissed": 1 });
        assert_eq!(shop.figures(&app).await, figures);
        shop.asks(&app, &visit).await.expect_text(204);
        let next = shop.browses(&app, 2, 101, &["/", "/checkout"]).await;
        shop.asks(&app, &next).await.expect_text(204);
        let another = shop.browses(&app, 3, 103, &["/", "/checkout"]).await;
        shop.asks(&app, &another).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn t_2_a_key_opens_nothing_and_other_pages_read_nothing() {
    on_both(async |app| {
        let shop = Shop::new(&app).await;
        shop.invitation(&app, json!({})).await;
        let visit = shop.browses(&app, 1, 101, &["/", "/checkout"]).await;
        for key in ["", "nonsense", &"ee".repeat(16)] {
            shop.asks(&app, key).await.expect_text(204);
        }
        let path = format!("/public/web-chats/{}/invitation?visit={visit}", shop.chat);
        let foreign = app.anonymous().header("origin", "https://evil.example").get(&path).await;
        foreign.problem(403);
        assert!(foreign.headers.get("access-control-allow-origin").is_none());
        let own = shop.asks(&app, &visit).await;
        assert_eq!(own.headers["access-control-allow-origin"], PAGE);
        assert_eq!(own.headers["cache-control"], "no-store");
        own.expect(200);
        // A chat whose settings do not say so invites nobody.
        let settings = json!({ "config": { "origins": [PAGE] } });
        app.api().patch(&format!("/v1/channels/{}", shop.chat), settings).await.expect(200);
        shop.asks(&app, &visit).await.problem(404);
    })
    .await;
}

#[tokio::test]
async fn invitations_are_kept_in_order_and_what_is_wrong_is_said_with_its_place() {
    on_both(async |app| {
        let shop = Shop::new(&app).await;
        let first = shop.invitation(&app, json!({ "name": "First" })).await;
        shop.invitation(&app, json!({ "name": "Second" })).await;
        let third = shop.invitation(&app, json!({ "name": "Third", "position": 1 })).await;
        assert_eq!((&first["position"], &third["position"]), (&json!(1), &json!(1)));
        let names = async || -> Vec<String> {
            let all = app.api().get("/v1/invitations").await.expect(200);
            all["data"].as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names().await, ["Third", "First", "Second"]);
        let path = format!("/v1/invitations/{}", third["id"].as_str().unwrap());
        app.api().patch(&path, json!({ "position": 9 })).await.expect(200);
        assert_eq!(names().await, ["First", "Second", "Third"]);
        let wrong = json!({ "name": " ", "site": shop.site, "channel": shop.chat, "texts": { "en": "" },
            "when": { "pages_at_least": -1 }, "waiting_max": 0 });
        let answer = app.api().post("/v1/invitations", wrong).await.expect(400);
        let places: Vec<&str> =
            answer["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        assert_eq!(places, ["/name", "/when/pages_at_least", "/texts/en", "/waiting_max"]);
        assert_eq!(shop.team.get("/v1/invitations").await.problem(403), "forbidden");
        let manager = app.person("team_manager").await;
        manager.get(&path).await.expect(200);
        assert_eq!(manager.patch(&path, json!({ "name": "Mine" })).await.problem(403), "forbidden");
        app.api().delete(&path).await.expect_text(204);
        assert_eq!(app.api().get(&path).await.problem(404), "not-found");
        let log = app.admin().await.get("/v1/audit?limit=20").await.expect(200).to_string();
        for action in ["invitation.create", "invitation.update", "invitation.delete"] {
            assert!(log.contains(action), "{action}");
        }
    })
    .await;
}
