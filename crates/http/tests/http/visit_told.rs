//! What webhooks and timelines are told of visits.

use countersign_testkit::{TestApp, on_both};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::visit::{Browser, Site, token};
use super::widget::widget;

async fn hook(app: &TestApp, host: &str, events: Value, is_full: bool) {
    let body = json!({ "url": format!("https://{host}/"), "events": events, "with_personal_data": is_full });
    app.api().post("/v1/webhooks", body).await.expect(201);
}

fn running(app: &TestApp) -> watch::Sender<bool> {
    let (stop, stopped) = watch::channel(false);
    let service = app.service.clone();
    tokio::spawn(async move { service.run_jobs(stopped).await });
    stop
}

/// What went to an address, once nothing waits any more.
async fn told(app: &TestApp, host: &str, count: usize) -> Vec<Value> {
    let of = || -> Vec<Value> {
        let all = app.outbound.requests();
        let own = all.iter().filter(|request| request.url.contains(host));
        own.map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
    };
    for _ in 0..200 {
        if of().len() >= count {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    of()
}

#[tokio::test]
async fn x_8_business_events_of_websites_are_told_once_to_webhooks_that_name_them() {
    on_both(async |app| {
        let (site, widget) = (Site::new(&app).await, widget(&app, "signed").await);
        let mut browser = Browser::new(1);
        // Before anybody asks, nothing leaves.
        browser.does(&app, &site, "AddToCart", json!({ "price": 1 })).await;
        hook(&app, "all.example", json!(["*"]), true).await;
        hook(&app, "thin.example", json!(["visit.event"]), false).await;
        hook(&app, "full.example", json!(["visit.event", "visit.identified"]), true).await;
        hook(&app, "orders.example", json!(["visit.event:Order"]), false).await;
        let bad = json!({ "url": "https://x.example/", "events": ["visit.identified:SignIn"] });
        app.api().post("/v1/webhooks", bad).await.problem(400);
        let stop = running(&app);
        let added = browser.event("AddToCart", json!({ "price": 12, "note": "canary-note" }));
        for _ in 0..3 {
            site.send(&app, browser.batch(std::slice::from_ref(&added))).await.expect(200);
        }
        browser.does(&app, &site, "SignIn", token(&widget, &app, "ann", "token-0001")).await;
        let forged = json!({ "token": "no token" });
        browser.does(&app, &site, "SignIn", forged).await;
        browser.does(&app, &site, "Order", json!({ "total": 12, "note": "canary-note" })).await;
        let thin = told(&app, "thin.example", 2).await;
        let names = |all: &[Value]| -> Vec<String> {
            let mut names: Vec<String> =
                all.iter().map(|b| b["data"]["details"]["name"].as_str().unwrap().to_owned()).collect();
            names.sort();
            names
        };
        assert_eq!(names(&thin), ["AddToCart", "Order"], "once each, however often a batch comes");
        assert!(!format!("{thin:?}").contains("canary-note"));
        let visit = browser_visit(&app).await;
        assert!(
            thin.iter().all(|b| b["data"]["details"]["visit"] == visit["id"] && b["type"] == "visit.event")
        );
        assert!(thin.iter().all(|b| b["data"]["details"]["site"] == site.id.as_str()));
        let full = told(&app, "full.example", 3).await;
        assert_eq!(
            names(&full),
            ["AddToCart", "Order", "SignIn"],
            "a token that proves nothing names nobody"
        );
        let of =
            |name: &str| full.iter().find(|b| b["data"]["details"]["name"] == name).unwrap()["data"].clone();
        assert_eq!(of("SignIn")["details"]["is_signed"], true);
        let ann = app.api().get("/v1/profiles?external_id=ann").await.expect(200)["data"][0]["id"].clone();
        assert_eq!((&of("SignIn")["profile"], &of("Order")["profile"]), (&ann, &ann));
        assert_eq!(of("Order")["event_data"]["data"]["note"], "canary-note");
        // Of a visit that is nobody's, ids alone leave: no erasure could take back what a page said in it.
        assert_eq!((&of("AddToCart")["profile"], of("AddToCart").get("event_data")), (&Value::Null, None));
        let event = of("AddToCart")["details"]["event"].as_str().unwrap().to_owned();
        let read = app.api().get("/v1/web-events?event_type=business").await.expect(200);
        let read = read["data"].as_array().unwrap().iter().find(|e| e["id"] == event.as_str()).unwrap();
        assert_eq!(read["data"]["price"], 12, "whoever may see visits asks for it by its id");
        assert_eq!(names(&told(&app, "orders.example", 1).await), ["Order"]);
        let all = told(&app, "all.example", 1).await;
        assert!(
            all.iter().all(|b| !b["type"].as_str().unwrap().starts_with("visit.")),
            "`*` is without them"
        );
        // They stand among the visit's events, not among those of the product, and not in the timeline.
        let log = app.api().get("/v1/events").await.expect(200);
        assert!(
            log["data"]
                .as_array()
                .unwrap()
                .iter()
                .all(|e| !e["type"].as_str().unwrap_or_default().starts_with("visit."))
        );
        stop.send_replace(true);
    })
    .await;
}

async fn browser_visit(app: &TestApp) -> Value {
    app.api().get("/v1/visits").await.expect(200)["data"][0].clone()
}

#[tokio::test]
async fn a_customer_s_timeline_tells_a_visit_in_one_line_and_pages_through_all() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let mut id = String::new();
        for n in 1..=4 {
            let mut browser = Browser::new(n);
            browser.enters(&app, &site).await;
            browser.does(&app, &site, "SignIn", json!({ "identity": "ann" })).await;
            for _ in 0..3 {
                browser.enters(&app, &site).await;
            }
            browser.does(&app, &site, "AddToCart", json!({ "price": 12 })).await;
            let whole = browser.read(&app).await;
            id = whole["identity"]["profile"]["id"].as_str().unwrap().to_owned();
            app.clock.advance(countersign_types::time::MINUTE);
        }
        let path = format!("/v1/profiles/{id}/timeline");
        let all = app.api().get(&path).await.expect(200);
        let lines = all["data"].as_array().unwrap();
        let visits: Vec<&Value> = lines.iter().filter(|line| line["kind"] == "visit").collect();
        assert_eq!(visits.len(), 4);
        assert!(lines.len() > 4, "what else happened stands among them");
        let first = visits[0];
        assert_eq!(
            (&first["visit"]["pages_count"], &first["summary"]),
            (&json!(4), &json!("Visited Shop: 4 pages."))
        );
        assert_eq!(
            (&first["visit"]["site"]["name"], &first["visit"]["entry_page"]["title"]),
            (&json!("Shop"), &json!("Page 1"))
        );
        let names: Vec<&str> = first["visit"]["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["SignIn", "AddToCart"], "no row for each page");
        let at: Vec<&str> = lines.iter().map(|line| line["at"].as_str().unwrap()).collect();
        assert!(at.windows(2).all(|two| two[0] >= two[1]), "{at:?}");
        // One by one, the pages hold the same lines.
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = app.api().get(&format!("{path}?limit=1{cursor}")).await.expect(200);
            seen.extend(page["data"].as_array().unwrap().iter().map(|line| line["id"].clone()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let ids: Vec<Value> = lines.iter().map(|line| line["id"].clone()).collect();
        assert_eq!(seen, ids);
        // Whoever may not see visits reads the rest.
        let keys = json!({ "name": "k", "scopes": ["profile.read"] });
        let key = app.api().post("/v1/api-keys", keys).await.expect(201);
        let rest = app.anonymous().bearer(key["secret"].as_str().unwrap()).get(&path).await.expect(200);
        assert_eq!(rest["data"].as_array().unwrap().len(), lines.len() - 4);
    })
    .await;
}

#[tokio::test]
async fn t_3_where_the_recognised_count_as_anybody_nobody_is_told_who_they_are() {
    on_both(async |app| {
        let strategies = |word: &str| json!({ "strategies": { "recognised": word, "assumed": "ask" } });
        hook(&app, "who.example", json!(["visit.identified"]), false).await;
        let stop = running(&app);
        let anonymous = Site::with(&app, strategies("anonymous")).await;
        let mut browser = Browser::new(1);
        browser.enters(&app, &anonymous).await;
        browser.does(&app, &anonymous, "UserInfo", json!({ "identity": "ann" })).await;
        let identified = Site::with(&app, strategies("identified")).await;
        let mut other = Browser::new(2);
        other.enters(&app, &identified).await;
        other.does(&app, &identified, "UserInfo", json!({ "identity": "ben" })).await;
        let told = told(&app, "who.example", 1).await;
        let sites: Vec<&Value> = told.iter().map(|body| &body["data"]["details"]["site"]).collect();
        assert_eq!(sites, [identified.id.as_str()]);
        stop.send_replace(true);
    })
    .await;
}
