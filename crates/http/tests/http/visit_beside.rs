//! The website's visit beside a conversation, and rules that ask about it. It tells where somebody is, and proves nothing.

use countersign_testkit::{Client, ORIGIN, TestApp, on_both};
use countersign_types::time;
use serde_json::{Value, json};

use super::visit::{Browser, PAGE, Site, token};
use super::widget::widget;

async fn chat(app: &TestApp, origin: &str) -> String {
    let body = json!({ "kind": "web_chat", "name": "Shop", "config": { "origins": [origin] } });
    app.api().post("/v1/channels", body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

fn frame(app: &TestApp) -> Client {
    app.anonymous().header("origin", ORIGIN)
}

async fn open(app: &TestApp, chat: &str, body: Value) -> Value {
    frame(app).post(&format!("/public/web-chats/{chat}/sessions"), body).await.expect(201)
}

/// Writes; answers with the id of the newest case.
async fn write(app: &TestApp, chat: &str, session: &Value, body: Value) -> String {
    // No two cases have the same time: the newest one is this.
    app.clock.advance(time::SECOND);
    let client = frame(app).bearer(session["session"].as_str().unwrap());
    client.post(&format!("/public/web-chats/{chat}/messages"), body).await.expect(201);
    app.api().get("/v1/cases?sort=newest").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned()
}

async fn beside(app: &TestApp, case: &str) -> Option<Value> {
    let answer = app.api().get(&format!("/v1/cases/{case}/visit")).await;
    if answer.status == 204 {
        return None;
    }
    Some(answer.expect(200))
}

async fn case(app: &TestApp, case: &str) -> Value {
    app.api().get(&format!("/v1/cases/{case}")).await.expect(200)
}

#[tokio::test]
async fn t_1_a_chat_shows_the_visit_its_page_is_in_and_is_known_no_better_for_it() {
    on_both(async |app| {
        let (site, widget) = (Site::new(&app).await, widget(&app, "signed").await);
        let chat = chat(&app, PAGE).await;
        let (mut one, mut other) = (Browser::new(1), Browser::new(2));
        one.enters(&app, &site).await;
        other.enters(&app, &site).await;
        let session = open(&app, &chat, json!({ "visit": one.visit })).await;
        let id = write(&app, &chat, &session, json!({ "id": "m1", "text": "Hello" })).await;
        let shown = beside(&app, &id).await.unwrap();
        assert_eq!((&shown["state"], &shown["is_live"]), (&json!("anonymous"), &json!(true)));
        assert_eq!(shown["current_page"]["title"], "Page 1");
        let before = case(&app, &id).await["identity"].clone();
        // Their own file says that it stood there, and nothing of what was looked at: others use that browser too.
        let profile = case(&app, &id).await["identity"]["profile"]["id"].as_str().unwrap().to_owned();
        let admin = app.admin().await;
        let begun = json!({ "profile_id": profile, "reason": "asked for it" });
        let begun = admin.post("/v1/privacy/exports", begun).await.expect(202);
        app.service.run_exports_now().await.unwrap();
        let file = format!("/v1/privacy/exports/{}/file?format=json", begun["id"].as_str().unwrap());
        let file: Value = serde_json::from_str(&admin.get(&file).await.expect_text(200)).unwrap();
        let tells = |part: &Value| part["beside_visit_of"].is_string();
        assert!(
            file["sections"]["sessions"].as_array().unwrap().iter().any(tells),
            "{}",
            file["sections"]["sessions"]
        );
        assert!(!file.to_string().contains("Page 1"));
        // Somebody signs in there with a token: the visit is as sure as can be, the chat is who it was.
        one.does(&app, &site, "SignIn", token(&widget, &app, "ann", "token-0001")).await;
        let id =
            write(&app, &chat, &session, json!({ "id": "m2", "text": "It is me", "visit": one.visit })).await;
        let shown = beside(&app, &id).await.unwrap();
        assert_eq!((&shown["state"], &shown["assurance"]), (&json!("authenticated"), &json!("al3")));
        assert_eq!(shown["identity"]["name"], "ann");
        let after = case(&app, &id).await["identity"].clone();
        assert_eq!((&after["assurance"], &after), (&json!("al0"), &before), "no level and no link follows");
        let profile = after["profile"]["id"].as_str().unwrap();
        let own = app.api().get(&format!("/v1/profiles/{profile}/visits")).await.expect(200);
        assert_eq!(own["data"], json!([]), "nor is the visit one of the customer's");
        let meeting = app.api().get("/v1/merge-suggestions").await.expect(200);
        assert_eq!(meeting["data"], json!([]), "nor a candidate");
        // The newest word counts.
        let id =
            write(&app, &chat, &session, json!({ "id": "m3", "text": "Moved", "visit": other.visit })).await;
        assert_eq!(beside(&app, &id).await.unwrap()["id"], other.read(&app).await["id"]);
        let agent = app.person("agent").await;
        agent.get(&format!("/v1/cases/{id}/visit")).await.expect(200);
        app.anonymous().get(&format!("/v1/cases/{id}/visit")).await.problem(401);
        let weak = json!({ "name": "weak", "scopes": ["case.read"] });
        let weak = app.api().post("/v1/api-keys", weak).await.expect(201);
        let weak = app.anonymous().bearer(weak["secret"].as_str().unwrap());
        weak.get(&format!("/v1/cases/{id}/visit")).await.problem(403);
    })
    .await;
}

#[tokio::test]
async fn t_2_a_forged_a_foreign_and_an_old_key_show_nothing() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let (here, elsewhere) = (chat(&app, PAGE).await, chat(&app, "https://other.example").await);
        let mut browser = Browser::new(1);
        browser.enters(&app, &site).await;
        let upper = format!("{}-", &browser.visit[..31]);
        for key in
            ["", "nonsense", "ffffffffffffffffffffffffffffffff", "00000000000000000000000000000000", &upper]
        {
            let session = open(&app, &here, json!({ "visit": key })).await;
            let id = write(&app, &here, &session, json!({ "id": "m1", "text": "Hi", "visit": key })).await;
            assert_eq!(beside(&app, &id).await, None, "{key}");
        }
        // A chat of other pages than those of the site cannot point at a visit of it.
        let session = open(&app, &elsewhere, json!({ "visit": browser.visit })).await;
        let id =
            write(&app, &elsewhere, &session, json!({ "id": "m1", "text": "Hi", "visit": browser.visit }))
                .await;
        assert_eq!(beside(&app, &id).await, None);
        let session = open(&app, &here, json!({ "visit": browser.visit })).await;
        let id = write(&app, &here, &session, json!({ "id": "m1", "text": "Hi" })).await;
        assert!(beside(&app, &id).await.is_some());
        app.clock.advance(time::DAY + time::HOUR);
        assert_eq!(beside(&app, &id).await, None, "after a day without an event it stands beside nothing");
        let session = open(&app, &here, json!({ "visit": browser.visit })).await;
        let id = write(&app, &here, &session, json!({ "id": "m2", "text": "Hi" })).await;
        assert_eq!(beside(&app, &id).await, None);
    })
    .await;
}

#[tokio::test]
async fn t_3_on_a_shared_browser_a_conversation_is_shown_with_its_own_customer_s_pages_only() {
    on_both(async |app| {
        let (site, widget) = (Site::new(&app).await, widget(&app, "signed").await);
        let chat = chat(&app, PAGE).await;
        let mut browser = Browser::new(1);
        browser.enters(&app, &site).await; // 1: before anybody; Ann's
        browser.does(&app, &site, "SignIn", token(&widget, &app, "ann", "token-0001")).await;
        browser.enters(&app, &site).await; // 3: Ann's
        let ann =
            json!({ "token": widget.token(&app, "ann", "token-0002", json!({})), "visit": browser.visit });
        let session = open(&app, &chat, ann).await;
        let of_ann = write(&app, &chat, &session, json!({ "id": "m1", "text": "Ann here" })).await;
        let shown = beside(&app, &of_ann).await.unwrap();
        assert_eq!((&shown["current_page"]["title"], &shown["pages_count"]), (&json!("Page 3"), &json!(2)));
        browser.does(&app, &site, "SignOut", json!({})).await;
        browser.does(&app, &site, "SignIn", token(&widget, &app, "ben", "token-0003")).await;
        browser.enters(&app, &site).await; // 6: Ben's
        let shown = beside(&app, &of_ann).await.unwrap();
        assert_eq!((&shown["identity"], &shown["current_page"]), (&Value::Null, &Value::Null), "{shown}");
        assert_eq!((&shown["state"], &shown["pages_count"]), (&json!("anonymous"), &json!(2)));
        assert_eq!(shown["entry_page"]["title"], "Page 1");
        assert!(!shown.to_string().contains("\"ben\"") && !shown.to_string().contains("Page 6"), "{shown}");
        let ben =
            json!({ "token": widget.token(&app, "ben", "token-0004", json!({})), "visit": browser.visit });
        let session = open(&app, &chat, ben).await;
        let of_ben = write(&app, &chat, &session, json!({ "id": "m1", "text": "Ben here" })).await;
        let shown = beside(&app, &of_ben).await.unwrap();
        assert_eq!((&shown["current_page"]["title"], &shown["pages_count"]), (&json!("Page 6"), &json!(1)));
        assert_eq!(
            (&shown["identity"]["name"], &shown["entry_page"]),
            (&json!("ben"), &Value::Null),
            "{shown}"
        );
        // The timeline tells each of them the same.
        for (who, pages, signs) in [("ann", 2, 2), ("ben", 1, 1)] {
            let found = app.api().get(&format!("/v1/profiles?external_id={who}")).await.expect(200);
            let path = format!("/v1/profiles/{}/timeline", found["data"][0]["id"].as_str().unwrap());
            let lines = app.api().get(&path).await.expect(200);
            let line = lines["data"].as_array().unwrap().iter().find(|l| l["kind"] == "visit").unwrap();
            assert_eq!(line["visit"]["pages_count"], pages, "{line}");
            assert_eq!(line["visit"]["events"].as_array().unwrap().len(), signs, "{line}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_customer_s_newest_visit_stands_beside_a_conversation_that_came_another_way() {
    on_both(async |app| {
        let (site, widget) = (Site::new(&app).await, widget(&app, "signed").await);
        let channel = app.custom_channel("Pigeon").await;
        let code = app.code("ann").await;
        let said = app.say(&channel, "ann-7", "1", &code).await;
        let id = said["case"]["id"].as_str().unwrap();
        assert_eq!(beside(&app, id).await, None);
        let mut browser = Browser::new(1);
        browser.enters(&app, &site).await;
        browser.does(&app, &site, "SignIn", token(&widget, &app, "ann", "token-0001")).await;
        let shown = beside(&app, id).await.unwrap();
        assert_eq!((&shown["state"], &shown["pages_count"]), (&json!("authenticated"), &json!(1)));
        // What stands in titles and names is masked for whoever sees texts so (M-8).
        let mut page = browser.event("PageEntered", json!({}));
        page["title"] = json!("Mail to ann@canary.example");
        let wrote = browser.event("Wrote ann@canary.example", json!({}));
        site.send(&app, browser.batch(&[page, wrote])).await.expect(200);
        let all = json!({ "name": true, "email": true, "phone": true, "attributes": true, "text": true });
        let none =
            json!({ "name": false, "email": false, "phone": false, "attributes": false, "text": false });
        let roles = json!({ "roles": { "admin": none, "team_manager": none, "agent": all } });
        app.api().put("/v1/masking", roles).await.expect(200);
        let profile = shown["identity"]["profile"]["id"].as_str().unwrap();
        let agent = app.person("agent").await;
        for path in [format!("/v1/cases/{id}/visit"), format!("/v1/profiles/{profile}/timeline")] {
            let plain = app.api().get(&path).await.expect(200).to_string();
            assert!(plain.contains("Mail to ann@canary.example"), "{plain}");
            let masked = agent.get(&path).await.expect(200);
            assert!(!masked.to_string().contains("ann@canary"), "{masked}");
        }
    })
    .await;
}

async fn rule(app: &TestApp, name: &str, conditions: Value) {
    let body = json!({
        "name": name, "trigger": "updated_case", "match": [{ "mode": "all", "conditions": conditions }],
        "actions": [{ "kind": "add_labels", "labels": [name] }],
    });
    app.admin().await.post("/v1/rules", body).await.expect(201);
}

#[tokio::test]
async fn a_rule_asks_where_on_the_website_somebody_is() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let chat = chat(&app, PAGE).await;
        let ask = json!({
            "name": "Checkout", "trigger": "new_case", "match": [{ "mode": "all", "conditions": [
                { "field": "visit.url", "op": "contains", "value": "/checkout" },
                { "field": "visit.state", "op": "is", "value": "anonymous" } ] }],
            "actions": [{ "kind": "ask_for_code", "texts": ["Please send your code."] }],
        });
        app.admin().await.post("/v1/rules", ask.clone()).await.expect(201);
        let (mut buyer, mut reader, mut known) = (Browser::new(1), Browser::new(2), Browser::new(3));
        let mut fired = Vec::new();
        for (browser, path) in [(&mut buyer, "checkout"), (&mut reader, "help"), (&mut known, "checkout")] {
            let is_known = browser.visit.starts_with("03");
            let mut page = browser.event("PageEntered", json!({ "mark": browser.visit[..2].to_owned() }));
            page["url"] = json!(format!("{PAGE}/{path}"));
            site.send(&app, browser.batch(&[page])).await.expect(200);
            if is_known {
                browser.does(&app, &site, "SignIn", json!({ "identity": "ann" })).await;
            }
            let session = open(&app, &chat, json!({})).await;
            let message = json!({ "id": "m1", "text": "Help me", "visit": browser.visit });
            let id = write(&app, &chat, &session, message).await;
            let all = app.api().get(&format!("/v1/cases/{id}/firings")).await.expect(200);
            fired.push(all["data"].as_array().unwrap().len());
        }
        assert_eq!(fired, [1, 0, 0], "the first message has its visit already");
        // No visit at all.
        let session = open(&app, &chat, json!({})).await;
        let id = write(&app, &chat, &session, json!({ "id": "m1", "text": "Help" })).await;
        let all = app.api().get(&format!("/v1/cases/{id}/firings")).await.expect(200);
        assert_eq!(all["data"], json!([]));
        // Played: with a typed visit, and with the one that stands there now.
        let play = async |body: Value| {
            let steps = app.admin().await.post("/v1/rules/dry-run", body).await.expect(200);
            steps["data"][0]["rules"][0]["verdict"].as_str().unwrap().to_owned()
        };
        let hello = json!([{ "text": "Hello" }]);
        assert_eq!(play(json!({ "messages": hello })).await, "unmet");
        let visit = json!({ "pages": ["https://shop.example/", "https://shop.example/checkout"] });
        assert_eq!(play(json!({ "messages": hello, "visit": visit })).await, "fired");
        let mut signed_in = visit.clone();
        signed_in["state"] = json!("authenticated");
        assert_eq!(play(json!({ "messages": hello, "visit": signed_in })).await, "unmet");
        let wrong = json!({ "messages": hello, "visit": { "state": "somebody" } });
        app.admin().await.post("/v1/rules/dry-run", wrong).await.problem(400);
        let cases = app.api().get("/v1/cases?sort=newest&limit=10").await.expect(200);
        let first = cases["data"].as_array().unwrap().last().unwrap()["id"].clone();
        assert_eq!(play(json!({ "case": first })).await, "fired");
    })
    .await;
}

#[tokio::test]
async fn rules_know_pages_categories_and_figures_of_a_visit() {
    on_both(async |app| {
        let site = Site::new(&app).await;
        let chat = chat(&app, PAGE).await;
        let of = |field: &str, op: &str, value: Value| json!([{ "field": field, "op": op, "value": value }]);
        rule(&app, "loans", of("visit.categories", "has", json!(["loans"]))).await;
        rule(&app, "cards", of("visit.categories", "has", json!(["cards"]))).await;
        rule(&app, "seen-1", of("visit.pages", "contains", json!("shop.example/1"))).await;
        rule(&app, "seen-9", of("visit.pages", "contains", json!("shop.example/9"))).await;
        rule(&app, "many", of("visit.pages_seen", "at_least", json!(2))).await;
        rule(&app, "live", of("visit.is_live", "is", json!(true))).await;
        rule(&app, "long", of("visit.seconds", "more", json!(3600))).await;
        rule(&app, "mail", of("visit.source", "equals", json!("mail"))).await;
        let mut browser = Browser::new(1);
        let mut page = browser.event("PageEntered", json!({}));
        page["category"] = json!("loans;home");
        let more = browser.event("PageEntered", json!({}));
        site.send(&app, browser.batch(&[page, more])).await.expect(200);
        let session = open(&app, &chat, json!({ "visit": browser.visit })).await;
        write(&app, &chat, &session, json!({ "id": "m1", "text": "Hello" })).await;
        let id = write(&app, &chat, &session, json!({ "id": "m2", "text": "Anybody?" })).await;
        let labels = case(&app, &id).await["labels"].clone();
        let labels: Vec<&str> = labels.as_array().unwrap().iter().map(|l| l.as_str().unwrap()).collect();
        for wanted in ["loans", "seen-1", "many", "live", "mail"] {
            assert!(labels.contains(&wanted), "{wanted}: {labels:?}");
        }
        for refused in ["cards", "seen-9", "long"] {
            assert!(!labels.contains(&refused), "{refused}: {labels:?}");
        }
        // Whoever sees texts masked makes no rule that asks what stands in addresses.
        let all = json!({ "name": true, "email": true, "phone": true, "attributes": true, "text": true });
        let none =
            json!({ "name": false, "email": false, "phone": false, "attributes": false, "text": false });
        let roles = json!({ "roles": { "admin": all, "team_manager": none, "agent": none } });
        let admin = app.admin().await;
        admin.put("/v1/masking", roles).await.expect(200);
        let body = json!({
            "name": "Peek", "trigger": "updated_case", "actions": [{ "kind": "stop" }],
            "match": [{ "mode": "all", "conditions": of("visit.url", "contains", json!("secret")) }],
        });
        assert!(admin.post("/v1/rules", body).await.problem(400).contains("invalid"));
    })
    .await;
}
