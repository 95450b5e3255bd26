//! Files of conversations: both ways, and what is not taken.

use axum::http::{Method, header};
use countersign_testkit::{Answer, Client, ORIGIN, TestApp, on_both};
use serde_json::{Value, json};

use super::widget::widget;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and the rest of a picture";

pub(super) struct Chat {
    pub(super) id: String,
    pub(super) session: String,
}

pub(super) async fn chat(app: &TestApp, config: Value, body: Value) -> Chat {
    let mut settings = json!({ "origins": ["https://shop.example"] });
    for (name, value) in config.as_object().cloned().unwrap_or_default() {
        settings[name] = value;
    }
    let made = json!({ "kind": "web_chat", "name": "Shop", "config": settings });
    let id = app.api().post("/v1/channels", made).await.expect(201)["id"].as_str().unwrap().to_owned();
    let path = format!("/public/web-chats/{id}/sessions");
    let opened = app.anonymous().header("origin", ORIGIN).post(&path, body).await.expect(201);
    Chat { session: opened["session"].as_str().unwrap().to_owned(), id }
}

impl Chat {
    pub(super) fn path(&self, rest: &str) -> String {
        format!("/public/web-chats/{}/{rest}", self.id)
    }

    pub(super) fn visitor(&self, app: &TestApp) -> Client {
        app.anonymous().header("origin", ORIGIN).bearer(&self.session)
    }

    async fn upload(&self, app: &TestApp, name: &str, bytes: &[u8]) -> Answer {
        upload(&self.visitor(app), &self.path("attachments"), name, bytes).await
    }

    pub(super) async fn write(&self, app: &TestApp, body: Value) -> Answer {
        self.visitor(app).post(&self.path("messages"), body).await
    }
}

async fn upload(client: &Client, path: &str, name: &str, bytes: &[u8]) -> Answer {
    let disposition = format!("attachment; filename*=UTF-8''{name}");
    let client = client
        .clone()
        .header("content-type", "application/octet-stream")
        .header("content-disposition", &disposition);
    client.send(Method::POST, path, Some(bytes.to_vec())).await
}

async fn first_case(app: &TestApp) -> String {
    app.api().get("/v1/cases").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned()
}

fn text(answer: &Answer, name: header::HeaderName) -> &str {
    answer.headers[name].to_str().unwrap()
}

#[tokio::test]
async fn a_customers_file_reaches_the_agent_and_the_agents_the_customer() {
    on_both(async |app| {
        let chat = chat(&app, json!({}), json!({})).await;
        let long: Vec<u8> = PNG.iter().copied().chain((0..600_000_u32).map(|n| n as u8)).collect();
        let up = chat.upload(&app, "my%20receipt.PNG", &long).await.expect(201);
        assert_eq!((&up["name"], &up["mime_type"]), (&json!("my receipt.png"), &json!("image/png")));
        let file = up["id"].as_str().unwrap().to_owned();
        // Before a message names it, it is nobody's to see.
        app.api().get(&format!("/v1/attachments/{file}")).await.expect(404);
        let sent = chat.write(&app, json!({ "id": "m1", "attachments": [file] })).await.expect(201);
        assert_eq!(sent["attachments"][0]["id"], *file);
        let again = chat.write(&app, json!({ "id": "m2", "attachments": [file] })).await;
        assert_eq!(again.expect(400)["errors"][0]["code"], "unknown-attachment");

        let agent = app.person("agent").await;
        let case = first_case(&app).await;
        let listed = agent.get(&format!("/v1/cases/{case}/messages")).await.expect(200);
        let seen = &listed["data"][0]["attachments"][0];
        assert_eq!(seen["url"], format!("/v1/attachments/{file}"));
        let got = agent.get(seen["url"].as_str().unwrap()).await;
        assert_eq!((got.status.as_u16(), got.body == long), (200, true));
        assert_eq!(text(&got, header::CONTENT_TYPE), "image/png");
        assert_eq!(text(&got, header::CONTENT_SECURITY_POLICY), "default-src 'none'; sandbox");
        assert_eq!(text(&got, header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        let audit = app.api().get("/v1/audit?action=attachment.open").await.expect(200);
        assert_eq!(audit["data"][0]["object"], *file);

        let path = format!("/v1/cases/{case}/attachments");
        let back = upload(&agent, &path, "offer.pdf", b"%PDF-1.7 offer").await.expect(201);
        let body = json!({ "text": "Here it is", "attachments": [back["id"]] });
        agent.post(&format!("/v1/cases/{case}/messages"), body).await.expect(201);
        let news = chat.visitor(&app).get(&chat.path("messages")).await.expect(200);
        let theirs = &news["data"][1]["attachments"][0];
        assert_eq!((&theirs["name"], &theirs["id"]), (&json!("offer.pdf"), &back["id"]));
        let path = chat.path(&format!("attachments/{}", back["id"].as_str().unwrap()));
        let got = chat.visitor(&app).get(&path).await;
        assert_eq!(got.body, b"%PDF-1.7 offer");
        assert_eq!(text(&got, header::CONTENT_TYPE), "application/octet-stream");
        assert_eq!(text(&got, header::CONTENT_DISPOSITION), "attachment; filename*=UTF-8''offer.pdf");
    })
    .await;
}

#[tokio::test]
async fn x_5_a_file_is_for_its_own_conversation_alone() {
    on_both(async |app| {
        let ann = chat(&app, json!({}), json!({})).await;
        let up = ann.upload(&app, "a.png", PNG).await.expect(201);
        let file = up["id"].as_str().unwrap().to_owned();
        let body = json!({ "id": "m", "attachments": [file] });
        let path = ann.path("sessions");
        let bob = app.anonymous().header("origin", ORIGIN).post(&path, json!({})).await.expect(201);
        let bob = Chat { id: ann.id.clone(), session: bob["session"].as_str().unwrap().to_owned() };
        assert_eq!(
            bob.write(&app, body.clone()).await.expect(400)["errors"][0]["code"],
            "unknown-attachment"
        );
        ann.write(&app, body).await.expect(201);
        bob.visitor(&app).get(&bob.path(&format!("attachments/{file}"))).await.expect(404);
        app.anonymous().get(&format!("/v1/attachments/{file}")).await.expect(401);
        app.anonymous()
            .header("origin", ORIGIN)
            .get(&ann.path(&format!("attachments/{file}")))
            .await
            .expect(401);
        // A link on another site opens nothing in an agent's browser.
        let agent = app.person("agent").await.header("sec-fetch-site", "cross-site");
        agent.get(&format!("/v1/attachments/{file}")).await.expect(403);
        // A note for the team takes none: it would be one press away from the customer.
        let case = first_case(&app).await;
        let up = upload(&app.api(), &format!("/v1/cases/{case}/attachments"), "a.png", PNG).await.expect(201);
        let note = json!({ "text": "x", "kind": "note", "attachments": [up["id"]] });
        app.api().post(&format!("/v1/cases/{case}/messages"), note).await.expect(400);
        // And a customer cannot send what the team uploaded.
        let theirs = json!({ "id": "m9", "attachments": [up["id"]] });
        assert_eq!(ann.write(&app, theirs).await.expect(400)["errors"][0]["code"], "unknown-attachment");
    })
    .await;
}

#[tokio::test]
async fn x_4_what_could_run_or_is_too_much_is_not_taken() {
    on_both(async |app| {
        let chat = chat(&app, json!({}), json!({})).await;
        for (name, bytes, status, code) in [
            ("page.png", &b"<html><script>alert(1)</script>"[..], 415, "file-type"),
            ("picture.svg", &b"<svg onload='alert(1)'/>"[..], 415, "file-type"),
            ("tool.exe", &b"MZ\x90\0\x03\0\0\0"[..], 415, "file-type"),
            ("run.txt", &b"#!/bin/sh\nrm -rf /"[..], 415, "file-type"),
        ] {
            assert_eq!(chat.upload(&app, name, bytes).await.problem(status), code, "{name}");
        }
        let empty = chat.upload(&app, "empty.txt", b"").await.expect(400);
        assert_eq!(empty["errors"][0]["code"], "empty-file");
        let huge = vec![b'a'; 25 * 1_048_576 + 1];
        assert_eq!(chat.upload(&app, "huge.txt", &huge).await.problem(413), "file-too-large");
        // An archive that unpacks to no end is a file like any other: nobody unpacks it here.
        let bomb = [&b"PK\x03\x04"[..], &[0; 1_000]].concat();
        let up = chat.upload(&app, "bomb.zip", &bomb).await.expect(201);
        assert_eq!(up["size_bytes"], 1_004);
        let hostile = "..%2F..%2F%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%E2%80%AEgnp.exe";
        let up = chat.upload(&app, hostile, PNG).await.expect(201);
        assert_eq!(up["name"], "_img src=x onerror=alert(1)_gnp.exe.png");
        let closed = super::attachment::chat(&app, json!({ "files": false }), json!({})).await;
        assert_eq!(closed.upload(&app, "a.png", PNG).await.problem(403), "no-files");
        let foreign = app.anonymous().header("origin", "https://evil.example").bearer(&chat.session);
        assert_eq!(
            upload(&foreign, &chat.path("attachments"), "a.png", PNG).await.problem(403),
            "unknown-origin"
        );
    })
    .await;
}

#[tokio::test]
async fn uploads_that_are_never_sent_have_a_limit() {
    on_both(async |app| {
        let chat = chat(&app, json!({}), json!({})).await;
        for n in 0..20 {
            chat.upload(&app, &format!("{n}.png"), PNG).await.expect(201);
        }
        chat.upload(&app, "one-more.png", PNG).await.expect(429);
    })
    .await;
}

#[tokio::test]
async fn x_10_erasing_a_customer_takes_their_files() {
    on_both(async |app| {
        let widget = widget(&app, "signed").await;
        let token = widget.token(&app, "ann", "token-0001", json!({}));
        let chat = chat(&app, json!({}), json!({ "token": token })).await;
        let up = chat.upload(&app, "passport.png", PNG).await.expect(201);
        let file = up["id"].as_str().unwrap();
        chat.write(&app, json!({ "id": "m1", "attachments": [file] })).await.expect(201);
        let found = app.api().get("/v1/profiles?external_id=ann").await.expect(200);
        let profile = found["data"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(app.api().get(&format!("/v1/attachments/{file}")).await.status.as_u16(), 200);
        app.api().delete(&format!("/v1/profiles/{profile}")).await.expect(204);
        app.api().get(&format!("/v1/attachments/{file}")).await.expect(404);
    })
    .await;
}
