//! The web chat: strangers, signed-in customers, and people who change.

use countersign_testkit::{Client, ORIGIN, TestApp, on_both};
use serde_json::{Value, json};

use super::widget::widget;

async fn chat(app: &TestApp) -> String {
    let body =
        json!({ "kind": "web_chat", "name": "Shop", "config": { "origins": ["https://shop.example"] } });
    app.api().post("/v1/channels", body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

fn frame(app: &TestApp) -> Client {
    app.anonymous().header("origin", ORIGIN)
}

async fn open(app: &TestApp, chat: &str, body: Value) -> Value {
    frame(app).post(&format!("/public/web-chats/{chat}/sessions"), body).await.expect(201)
}

async fn write(app: &TestApp, chat: &str, session: &Value, id: &str, text: &str) -> Value {
    let client = frame(app).bearer(session["session"].as_str().unwrap());
    client
        .post(&format!("/public/web-chats/{chat}/messages"), json!({ "id": id, "text": text }))
        .await
        .expect(201)
}

#[tokio::test]
async fn a_visitor_chats_gets_an_answer_and_finds_it_after_a_reload() {
    on_both(async |app| {
        let chat = chat(&app).await;
        let session = open(&app, &chat, json!({})).await;
        assert_eq!(session["assurance"], "al0");
        write(&app, &chat, &session, "m1", "Do you ship to Malta?").await;
        let case = app.api().get("/v1/cases").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        let agent = app.person("agent").await;
        agent.post(&format!("/v1/cases/{case}/messages"), json!({ "text": "We do." })).await.expect(201);
        let again = open(&app, &chat, json!({ "session": session["session"] })).await;
        assert_eq!(again["session"], session["session"]);
        let texts: Vec<&str> =
            again["messages"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap()).collect();
        assert_eq!(texts, ["Do you ship to Malta?", "We do."]);
        let after = again["messages"][0]["id"].as_str().unwrap();
        let path = format!("/public/web-chats/{chat}/messages?after={after}&wait=1");
        let news = frame(&app).bearer(session["session"].as_str().unwrap()).get(&path).await.expect(200);
        assert_eq!(news["data"][0]["text"], "We do.");
    })
    .await;
}

#[tokio::test]
async fn a_note_for_the_team_never_reaches_the_visitor() {
    on_both(async |app| {
        let chat = chat(&app).await;
        let session = open(&app, &chat, json!({})).await;
        write(&app, &chat, &session, "m1", "hello").await;
        let case = app.api().get("/v1/cases").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        let body = json!({ "text": "smells like fraud", "kind": "note" });
        app.api().post(&format!("/v1/cases/{case}/messages"), body).await.expect(201);
        let again = open(&app, &chat, json!({ "session": session["session"] })).await;
        assert!(!again.to_string().contains("fraud"));
    })
    .await;
}

#[tokio::test]
async fn a_signed_in_customer_is_authenticated_from_the_first_message() {
    on_both(async |app| {
        let (chat, widget) = (chat(&app).await, widget(&app, "signed").await);
        let token = widget.token(&app, "ann", "token-0001", json!({ "name": "Ann" }));
        let session = open(&app, &chat, json!({ "token": token })).await;
        assert_eq!((&session["assurance"], &session["customer_name"]), (&json!("al3"), &json!("Ann")));
        write(&app, &chat, &session, "m1", "hi").await;
        let case = &app.api().get("/v1/cases").await.expect(200)["data"][0];
        assert_eq!(case["identity"]["assurance"], "al3");
        assert_eq!(case["identity"]["evidence"]["method"], "signed_session");
    })
    .await;
}

#[tokio::test]
async fn when_the_person_changes_the_history_of_the_one_before_is_gone() {
    on_both(async |app| {
        let (chat, widget) = (chat(&app).await, widget(&app, "signed").await);
        let ann = widget.token(&app, "ann", "token-0001", json!({}));
        let first = open(&app, &chat, json!({ "token": ann })).await;
        write(&app, &chat, &first, "m1", "my secret").await;
        let bob = widget.token(&app, "bob", "token-0002", json!({}));
        let second = open(&app, &chat, json!({ "token": bob, "session": first["session"] })).await;
        assert_ne!(second["session"], first["session"]);
        assert_eq!(second["messages"], json!([]));
        // Signed out: the browser is a stranger's, whatever session it still holds.
        let third = open(&app, &chat, json!({ "session": second["session"] })).await;
        assert_eq!((&third["assurance"], &third["messages"]), (&json!("al0"), &json!([])));
        let old = frame(&app).bearer(first["session"].as_str().unwrap());
        old.get(&format!("/public/web-chats/{chat}/messages")).await.expect(401);
    })
    .await;
}

#[tokio::test]
async fn w6_a_foreign_page_opens_no_chat() {
    on_both(async |app| {
        let chat = chat(&app).await;
        let path = format!("/public/web-chats/{chat}/sessions");
        for (origin, status) in [("https://evil.example", 403), ("https://shop.example", 201)] {
            let client = app.anonymous().header("origin", origin);
            assert_eq!(client.post(&path, json!({})).await.status.as_u16(), status, "{origin}");
        }
    })
    .await;
}
