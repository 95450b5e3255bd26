//! The web chat: strangers, signed-in customers, and people who change.

use std::time::{Duration, Instant};

use countersign_testkit::{Answer, Client, ORIGIN, TestApp, on_both};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

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
async fn a_signed_in_customer_is_the_one_that_the_company_knows_on_whatever_browser() {
    on_both(async |app| {
        app.api().post("/v1/profiles", json!({ "external_id": "ann" })).await.expect(201);
        let (chat, widget) = (chat(&app).await, widget(&app, "signed").await);
        let token = widget.token(
            &app,
            "ann",
            "token-0001",
            json!({ "email": "ann@example.org", "email_verified": true }),
        );
        let first = open(&app, &chat, json!({ "token": token })).await;
        write(&app, &chat, &first, "m1", "from the laptop").await;
        let again = widget.token(&app, "ann", "token-0002", json!({}));
        let second = open(&app, &chat, json!({ "token": again })).await;
        assert_eq!(second["messages"][0]["text"], "from the laptop");
        let found = app.api().get("/v1/profiles?external_id=ann").await.expect(200);
        assert_eq!(found["data"][0]["email"], "ann@example.org");
        let case = &app.api().get("/v1/cases").await.expect(200)["data"][0];
        assert_eq!(case["identity"]["profile"]["id"], found["data"][0]["id"]);
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

#[tokio::test]
async fn typing_is_told_both_ways_and_ticks_say_what_was_read() {
    on_both(async |app| {
        let chat = super::attachment::chat(&app, json!({}), json!({})).await;
        let visitor = chat.visitor(&app);
        let mut live = app.service.subscribe_live();
        // Before there is a conversation, there is nobody to tell.
        visitor.post(&chat.path("typing"), json!({})).await.expect(204);
        let mine = chat.write(&app, json!({ "id": "m1", "text": "hello" })).await.expect(201);
        visitor.post(&chat.path("typing"), json!({})).await.expect(204);
        let case = app.api().get("/v1/cases").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        let heard = async {
            loop {
                if let Some(countersign_service::live::LiveUpdate::Changed { name, id, .. }) =
                    live.recv().await
                    && name == "customer.typing"
                {
                    return id;
                }
            }
        };
        let heard = tokio::time::timeout(std::time::Duration::from_secs(5), heard).await.unwrap();
        assert_eq!(*heard, *case);

        let agent = app.person("agent").await;
        let after = mine["id"].as_str().unwrap();
        let path = chat.path(&format!("messages?after={after}&wait=5"));
        let (news, ()) = tokio::join!(visitor.get(&path), async {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            agent.post(&format!("/v1/cases/{case}/typing"), json!({})).await.expect(204);
        });
        let news = news.expect(200);
        assert_eq!(
            (&news["typing"], &news["data"], &news["read_until"]),
            (&json!(true), &json!([]), &Value::Null)
        );

        agent.post(&format!("/v1/cases/{case}/read"), json!({})).await.expect(204);
        let news = visitor.get(&path).await.expect(200);
        assert_eq!((&news["typing"], &news["read_until"]), (&json!(false), &mine["id"]));

        let reply =
            agent.post(&format!("/v1/cases/{case}/messages"), json!({ "text": "hi" })).await.expect(201);
        for (state, told) in [("read", "read"), ("delivered", "read")] {
            let body = json!({ "message": reply["id"], "state": state });
            visitor.post(&chat.path("receipts"), body).await.expect(204);
            let all = agent.get(&format!("/v1/cases/{case}/messages")).await.expect(200);
            assert_eq!(all["data"][1]["delivery"], told);
        }
    })
    .await;
}

#[tokio::test]
async fn typing_has_a_limit() {
    on_both(async |app| {
        let chat = super::attachment::chat(&app, json!({}), json!({})).await;
        for _ in 0..40 {
            chat.visitor(&app).post(&chat.path("typing"), json!({})).await.expect(204);
        }
        chat.visitor(&app).post(&chat.path("typing"), json!({})).await.expect(429);
    })
    .await;
}

#[tokio::test]
async fn a_company_says_it_in_its_own_words() {
    on_both(async |app| {
        let phrases = json!({ "de": { "placeholder": " Schreiben Sie uns … ", "away": "" }, "sv": {} });
        let chat = super::attachment::chat(&app, json!({ "phrases": phrases }), json!({})).await;
        let opened = chat.visitor(&app).post(&chat.path("sessions"), json!({})).await.expect(201);
        assert_eq!(opened["phrases"], json!({ "de": { "placeholder": "Schreiben Sie uns …" } }));
        let admin = app.api();
        let path = chat.path("").replace("/public/web-chats/", "/v1/channels/");
        let path = path.trim_end_matches('/');
        let channel = admin.get(path).await.expect(200);
        assert_eq!(channel["config"]["phrases"], opened["phrases"]);
        let mut config = channel["config"].clone();
        config["phrases"] = json!({ "de": { "shout": "!", "send": "x".repeat(301) }, "not a tag": {} });
        let refused = admin.patch(path, json!({ "config": config })).await.expect(400);
        let wrong: Vec<_> =
            refused["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone()).collect();
        assert_eq!(
            wrong,
            ["/config/phrases/de/send", "/config/phrases/de/shout", "/config/phrases/not a tag"]
        );
        config["phrases"] = json!({});
        let plain = admin.patch(path, json!({ "config": config })).await.expect(200);
        assert_eq!(plain["config"].get("phrases"), None, "none of its own");
        let opened = chat.visitor(&app).post(&chat.path("sessions"), json!({})).await.expect(201);
        assert_eq!(opened["phrases"], json!({}));
    })
    .await;
}

#[tokio::test]
async fn answers_before_the_chat_are_claims_and_prove_nothing() {
    on_both(async |app| {
        app.api()
            .post("/v1/profiles", json!({ "external_id": "ann", "email": "ann@example.org" }))
            .await
            .expect(201);
        let questions = json!([
            { "key": "email", "label": "Your e-mail", "kind": "email", "required": true },
            { "key": "order", "label": "Order number" },
            { "key": "about", "label": "What about?", "kind": "choice", "options": ["Order", "Other"] },
        ]);
        let config =
            json!({ "questions": questions, "availability": "offline", "offline_text": "Back at nine." });
        let chat = super::attachment::chat(&app, config, json!({})).await;
        let opened =
            chat.visitor(&app).post(&chat.path("sessions"), json!({ "session": chat.session })).await;
        let opened = opened.expect(201);
        assert_eq!((&opened["online"], &opened["offline_text"]), (&json!(false), &json!("Back at nine.")));
        assert_eq!(opened["questions"][2]["options"], json!(["Order", "Other"]));
        let answers = json!({ "name": "Mallory", "email": "ann@example.org", "order": "A-17" });
        chat.write(&app, json!({ "id": "m1", "text": "hello", "answers": answers })).await.expect(201);
        let case = &app.api().get("/v1/cases").await.expect(200)["data"][0];
        assert_eq!(case["identity"]["assurance"], "al0");
        let who = case["identity"]["profile"]["id"].as_str().unwrap();
        let profile = app.api().get(&format!("/v1/profiles/{who}")).await.expect(200);
        assert_eq!(profile["claims"]["email"], "ann@example.org");
        assert_ne!(profile["external_id"], "ann");
        let path = format!("/v1/cases/{}/messages", case["id"].as_str().unwrap());
        let messages = app.api().get(&path).await.expect(200);
        assert_eq!(messages["data"][1]["text"], "Asked before the chat, not verified.\nOrder number: A-17");
        let odd = json!({ "id": "m2", "text": "x", "answers": { "iban": "DE00" } });
        assert_eq!(chat.write(&app, odd).await.expect(400)["errors"][0]["code"], "unknown-question");
        let long = json!({ "id": "m3", "text": "x", "answers": { "order": "x".repeat(501) } });
        assert_eq!(chat.write(&app, long).await.expect(400)["errors"][0]["code"], "too-long");
    })
    .await;
}

#[tokio::test]
async fn somebody_active_in_the_console_is_somebody_online() {
    on_both(async |app| {
        let chat = chat(&app).await;
        assert_eq!(open(&app, &chat, json!({})).await["online"], false);
        let agent = app.person("agent").await;
        agent.get("/v1/me").await.expect(200);
        assert_eq!(open(&app, &chat, json!({})).await["online"], true);
        app.clock.advance(6 * 60 * 1_000_000);
        assert_eq!(open(&app, &chat, json!({})).await["online"], false);
    })
    .await;
}

/// Waits for news of a chat, as a page does, for at most 20 seconds.
fn wait(app: &TestApp, chat: &str, session: &Value, after: &Value) -> JoinHandle<Answer> {
    let client = frame(app).bearer(session["session"].as_str().unwrap());
    let after = after.as_str().unwrap_or_default();
    let path = format!("/public/web-chats/{chat}/messages?after={after}&wait=20");
    tokio::spawn(async move { client.get(&path).await })
}

/// Until everything that was spawned waits. What is asserted afterwards holds without it too.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}

#[tokio::test]
async fn an_open_chat_hears_of_its_own_case_and_of_nobody_elses() {
    on_both(async |app| {
        let chat = chat(&app).await;
        let (mine, other) = (open(&app, &chat, json!({})).await, open(&app, &chat, json!({})).await);
        let sent = write(&app, &chat, &mine, "m1", "hello").await;
        let case = app.api().get("/v1/cases").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        let waiting = wait(&app, &chat, &mine, &sent["id"]);
        settle().await;
        write(&app, &chat, &other, "m1", "somebody else").await;
        settle().await;
        assert!(!waiting.is_finished(), "somebody else's message is no news");
        app.api().post(&format!("/v1/cases/{case}/messages"), json!({ "text": "We do." })).await.expect(201);
        let news = waiting.await.unwrap().expect(200);
        assert_eq!(news["data"][0]["text"], "We do.");
        let (after, seen) = (&news["data"][0]["id"], &news["read_until"]);
        let after = format!("{}&seen={}", after.as_str().unwrap(), seen.as_str().unwrap());
        let waiting = wait(&app, &chat, &mine, &json!(after));
        settle().await;
        app.api().post(&format!("/v1/cases/{case}/end"), json!({})).await.expect(200);
        assert_eq!(waiting.await.unwrap().expect(200)["chat"], "ended");
    })
    .await;
}

#[tokio::test]
async fn ft16_long_polls_are_answered_when_the_server_stops() {
    on_both(async |app| {
        let chat = chat(&app).await;
        let session = open(&app, &chat, json!({})).await;
        let widget = widget(&app, "signed").await;
        let token = widget.token(&app, "ann", "token-0001", json!({}));
        let code = widget.issue(&frame(&app), &token).await.expect(201);
        let client = frame(&app).bearer(code["status_token"].as_str().unwrap());
        let path = format!("/public/codes/{}?wait=20&seen=live", code["id"].as_str().unwrap());
        let polls =
            [wait(&app, &chat, &session, &json!("")), tokio::spawn(async move { client.get(&path).await })];
        settle().await;
        let begun = Instant::now();
        app.service.stop();
        for poll in polls {
            poll.await.unwrap().expect(200);
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        // Whoever comes while it stops is answered at once as well.
        wait(&app, &chat, &session, &json!("")).await.unwrap().expect(200);
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    })
    .await;
}

#[tokio::test]
async fn x_15_one_session_cannot_take_every_seat() {
    on_both(async |app| {
        let chat = chat(&app).await;
        let (mine, other) = (open(&app, &chat, json!({})).await, open(&app, &chat, json!({})).await);
        let mut polls: Vec<_> = (0..7).map(|_| wait(&app, &chat, &mine, &json!(""))).collect();
        settle().await;
        // Six wait; the seventh was answered at once.
        for _ in 0..400 {
            if polls.iter().any(JoinHandle::is_finished) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert_eq!(polls.iter().filter(|poll| poll.is_finished()).count(), 1);
        polls.push(wait(&app, &chat, &other, &json!("")));
        settle().await;
        assert!(!polls[7].is_finished(), "another visitor waits");
        app.service.stop();
        for poll in polls {
            poll.await.unwrap().expect(200);
        }
    })
    .await;
}

#[tokio::test]
async fn a_reply_is_never_earlier_than_what_the_chat_has_whatever_the_clock_says() {
    on_both(async |app| {
        let chat = chat(&app).await;
        let session = open(&app, &chat, json!({})).await;
        write(&app, &chat, &session, "m1", "hello").await;
        let case = app.api().get("/v1/cases").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/cases/{case}/messages");
        let first = app.api().post(&path, json!({ "text": "one" })).await.expect(201);
        // Another server's clock is behind, or its transaction took longer.
        app.clock.advance(-10_000_000);
        app.api().post(&path, json!({ "text": "two" })).await.expect(201);
        let last = write(&app, &chat, &session, "m2", "three").await;
        let client = frame(&app).bearer(session["session"].as_str().unwrap());
        let after = first["id"].as_str().unwrap();
        let news = client.get(&format!("/public/web-chats/{chat}/messages?after={after}")).await.expect(200);
        let texts: Vec<&str> =
            news["data"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap()).collect();
        assert_eq!(texts, ["two", "three"]);
        let list = app.api().get(&path).await.expect(200);
        assert_eq!(list["data"].as_array().unwrap().last().unwrap()["id"], last["id"]);
    })
    .await;
}

#[tokio::test]
async fn x_10_a_session_that_is_used_stays_and_an_idle_one_goes() {
    const DAY: i64 = 86_400_000_000;
    on_both(async |app| {
        let chat = chat(&app).await;
        let (used, idle) = (open(&app, &chat, json!({})).await, open(&app, &chat, json!({})).await);
        let path = format!("/public/web-chats/{chat}/messages");
        let ask = |session: &Value| frame(&app).bearer(session["session"].as_str().unwrap());
        for _ in 0..4 {
            app.clock.advance(9 * DAY);
            ask(&used).get(&path).await.expect(200);
        }
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let service = app.service.clone();
        let jobs = tokio::spawn(async move { service.run_jobs(stopped).await });
        // The clean-up runs when the jobs begin, and is done when they have ended.
        tokio::time::sleep(Duration::from_millis(500)).await;
        stop.send_replace(true);
        jobs.await.unwrap();
        let status = ask(&idle).get(&path).await.status.as_u16();
        assert_eq!(status, 401, "thirty-six days without a word");
        ask(&used).get(&path).await.expect(200);
    })
    .await;
}
