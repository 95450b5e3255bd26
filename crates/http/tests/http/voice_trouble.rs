//! Calls by webhooks when something goes wrong, and in which language: hang-ups everywhere, a database that fails, guesses.

use countersign_store::testing::TestDb;
use countersign_store::{Tx, args};
use countersign_testkit::{Client, TestApp, on_both, wav};
use countersign_types::time::{MINUTE, SECOND};
use serde_json::{Value, json};

use super::call::{crm, lines, published, variable};
use super::voice::{
    CALLER, Line, ORIGIN, OURS, TOKEN, asking_the_bank, form, keyed, next, number, plain, posted, signature,
};

/// The address that a document leads to from a tag.
fn leads(document: &str, name: &str) -> String {
    let mut rest = document;
    while let Some((tag, after)) = next(rest) {
        if tag.name == name && tag.text.contains('=') {
            let to = tag.attribute("action").unwrap_or_else(|| after.split('<').next().unwrap());
            return plain(to).replace(ORIGIN, "");
        }
        rest = after;
    }
    panic!("no {name}: {document}")
}

#[tokio::test]
async fn who_hangs_up_at_any_node_ends_the_call_there() {
    on_both(async |app| {
        app.outbound.provide("https://crm.example", crm);
        let say = json!({ "say": "Listen." });
        // Each with what leads there, and what the call came to.
        let nodes = [
            (json!({ "kind": "play", "prompt": say, "exits": { "next": "bye" } }), "handled"),
            (json!({ "kind": "menu", "prompt": say, "exits": { "1": "bye", "failed": "bye" } }), "handled"),
            (
                json!({ "kind": "keypad_input", "variable": "v", "prompt": say, "exits": { "next": "bye", "failed": "bye" } }),
                "handled",
            ),
            (json!({ "kind": "verify_code", "prompt": say, "exits": { "verified": "bye", "failed": "bye" } }), "handled"),
            (
                json!({ "kind": "http_request", "method": "GET", "url": "https://crm.example/customers/1", "variable": "v",
                    "exits": { "found": "long", "not_found": "long", "unavailable": "long" } }),
                "handled",
            ),
            (json!({ "kind": "voicemail", "exits": { "recorded": "bye", "failed": "bye" } }), "handled"),
            (
                json!({ "kind": "connect", "to": "+46701740605",
                    "exits": { "no_answer": "bye", "busy": "bye", "failed": "bye" } }),
                "abandoned",
            ),
            (json!({ "kind": "transfer", "to": "+46701740605", "exits": { "failed": "bye" } }), "handled"),
            (json!({ "kind": "send_sms", "text": "x", "exits": { "next": "long", "failed": "long" } }), "handled"),
            (json!({ "kind": "set_variable", "variable": "v", "value": "1", "exits": { "next": "long" } }), "handled"),
            (
                json!({ "kind": "condition", "branches": [{ "exit": "yes", "any": [{ "variable": "caller", "op": "has_value" }] }],
                    "exits": { "yes": "long", "otherwise": "long" } }),
                "handled",
            ),
            (json!({ "kind": "hang_up", "prompt": say }), "handled"),
        ];
        for (at, (node, outcome)) in nodes.into_iter().enumerate() {
            let flow = json!({ "name": format!("Hang up {at}"), "start": "n", "nodes": { "n": node.clone(),
                "long": { "kind": "play", "prompt": { "say": "More." }, "exits": { "next": "bye" } },
                "bye": { "kind": "hang_up" } } });
            let path = number(&app, Some(&published(&app, flow).await), "twilio", TOKEN).await;
            let line = Line::begin(&app, &path, &format!("CA{at}"), &[]).await;
            assert!(!line.document.contains("<Hangup/>"), "{node}: {}", line.document);
            app.clock.advance(SECOND);
            let end = line.post(&path, "completed", &[]).await;
            assert!(end.contains("<Response><Hangup/></Response>"), "{node}: {end}");
            let call = line.call().await;
            assert_eq!((&call["state"], &call["outcome"]), (&json!("ended"), &json!(outcome)), "{node}");
            let last = call["transcript"].as_array().unwrap().last().unwrap().clone();
            assert_eq!((&last["what"], &last["by"]), (&json!("over"), &json!("caller")), "{}", lines(&call));
            // What comes after it changes nothing.
            assert!(line.post(&path, "in-progress", &[]).await.contains("<Hangup/>"));
            assert_eq!(line.call().await, call);
            let id = path.rsplit('/').next().unwrap();
            app.api().delete(&format!("/v1/phone-numbers/{id}")).await.expect(204);
        }
    })
    .await;
}

#[tokio::test]
async fn a_database_that_fails_in_the_middle_of_a_webhook_loses_nothing() {
    let db = TestDb::sqlite().await;
    let handle = (*db).clone();
    let app = TestApp::on(db).await;
    let rename = async |from: &str, to: &str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        handle.write(async move |tx: &mut Tx<'_>| tx.execute(&sql, args![]).await).await.unwrap();
    };
    let flow = json!({ "name": "Ask", "start": "ask", "nodes": {
        "ask": { "kind": "keypad_input", "variable": "v", "min": 2, "max": 2, "tries": 1, "prompt": { "say": "Two digits." },
            "exits": { "next": "dial", "failed": "bye" } },
        "dial": { "kind": "connect", "to": "+46701740605", "exits": { "no_answer": "bye", "busy": "busy", "failed": "bye" } },
        "busy": { "kind": "hang_up", "prompt": { "say": "Busy." } },
        "bye": { "kind": "hang_up", "prompt": { "say": "Goodbye." } } } });
    let path = number(&app, Some(&published(&app, flow).await), "twilio", TOKEN).await;
    let mut line = Line::begin(&app, &path, "CA1", &[]).await;
    let keys = [("Digits", "12"), ("FinishedOnKey", "#")];
    rename("phone_call", "phone_call_away").await;
    let ask = leads(&line.document, "Gather");
    let again = line.post(&ask, "in-progress", &keys).await;
    assert!(again.contains("<Pause") && !again.contains("12&"), "{again}");
    let redirect = leads(&again, "Redirect");
    assert_eq!(redirect, format!("{ask}&again=1"), "keys stand in no address");
    // It fails three times more; the caller hears an end and not silence. Whoever is more patient finds the call as it was.
    let last = line.post(&format!("{ask}&again=3"), "in-progress", &[]).await;
    assert!(last.contains("<Say") && last.contains("<Hangup/>"), "{last}");
    rename("phone_call_away", "phone_call").await;
    app.clock.advance(30 * SECOND);
    // The question is asked anew: nobody was silent.
    line.document = line.post(&redirect, "in-progress", &[]).await;
    assert!(line.document.contains("Two digits."), "{}", line.document);
    line.document = line.post(&leads(&line.document, "Gather"), "in-progress", &keys).await;
    assert!(line.document.contains("+46701740605"), "{}", line.document);
    assert_eq!(variable(&line.call().await, "v"), "12");
    // What is no key goes along.
    rename("phone_call", "phone_call_away").await;
    let dialled = leads(&line.document, "Dial");
    let again = line.post(&dialled, "in-progress", &[("DialCallStatus", "busy")]).await;
    rename("phone_call_away", "phone_call").await;
    let redirect = leads(&again, "Redirect");
    assert_eq!(redirect, format!("{dialled}&again=1&DialCallStatus=busy"));
    let heard = line.post(&redirect, "in-progress", &[]).await;
    assert!(heard.contains("Busy."), "{heard}");
}

#[tokio::test]
async fn signalwire_signs_under_its_own_name() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    app.outbound.provide("https://crm.example", crm);
    let path = number(&app, Some(&asking_the_bank(&app).await), "signalwire", TOKEN).await;
    let fields = [("CallSid", "3f0a-1"), ("From", CALLER), ("To", OURS), ("CallStatus", "ringing")];
    let send = async |path: &str, fields: &[(&str, &str)], name: &'static str, signature: &str| {
        let client = app.anonymous().header("content-type", "application/x-www-form-urlencoded");
        let body = form(fields).into_bytes();
        client.header(name, signature).send(axum::http::Method::POST, path, Some(body)).await
    };
    let right = signature(&path, &fields);
    assert_eq!(send(&path, &fields, "x-signalwire-signature", &right.replace('=', "A")).await.status, 403);
    assert_eq!(send(&path, &fields, "telnyx-signature-ed25519", &right).await.status, 403);
    let asked = send(&path, &fields, "x-signalwire-signature", &right).await.expect_text(200);
    assert!(asked.contains("Your number."), "{asked}");
    // It does not say which key ended an input; it came sooner than silence takes.
    let ask = leads(&asked, "Gather");
    let keys = [("CallSid", "3f0a-1"), ("CallStatus", "in-progress"), ("Digits", "1234567890")];
    app.clock.advance(2 * SECOND);
    send(&ask, &keys, "x-twilio-signature", &signature(&ask, &keys)).await.expect_text(200);
    let call = app.api().get("/v1/calls").await.expect(200)["data"][0].clone();
    assert_eq!(variable(&call, "number"), "1234567890", "{}", lines(&call));
    assert_eq!(call["look_ups"][0]["outcome"], "found");
}

#[tokio::test]
async fn i_1_more_than_twenty_misses_a_minute_rest_the_look_ups_of_a_workspace() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    app.outbound.provide("https://crm.example", crm);
    let path = number(&app, Some(&asking_the_bank(&app).await), "twilio", TOKEN).await;
    // Each from a number of its own, all within a minute: 21 misses, then nobody is looked up.
    let call = async |n: u32, digits: String| {
        let (sid, from) = (format!("CA{n}"), format!("+467061{n:05}"));
        let fields =
            [("CallSid", sid.as_str()), ("From", from.as_str()), ("To", OURS), ("CallStatus", "in-progress")];
        let asked = posted(&app, &path, &fields, &signature(&path, &fields)).await.expect_text(200);
        let ask = leads(&asked, "Gather");
        let mut keys = fields.to_vec();
        keys.extend([("Digits", digits.as_str()), ("FinishedOnKey", "#")]);
        posted(&app, &ask, &keys, &signature(&ask, &keys)).await.expect_text(200);
    };
    futures_util::future::join_all((0..21).map(|n| call(n, format!("77{n:02}")))).await;
    app.clock.advance(SECOND);
    call(21, "1234567890".to_owned()).await;
    let calls = app.api().get("/v1/calls").await.expect(200);
    let newest = &calls["data"][0];
    assert_eq!(newest["look_ups"][0]["why"], "too_many_misses", "{}", lines(newest));
    assert_eq!(app.outbound.requests().len(), 21);
    let alarms = app.api().get("/v1/audit?action=look_up.alarm").await.expect(200);
    assert_eq!(alarms["data"].as_array().unwrap().len(), 1);
    app.clock.advance(6 * MINUTE);
    assert_eq!(keyed(&app, &path, "CA99", "1234567890").await["look_ups"][0]["outcome"], "found");
}

async fn spoken(app: &TestApp, language: &str) {
    let languages = json!({ "languages": [language], "default_language": language });
    app.api().patch("/v1/workspace", languages).await.expect(200);
}

#[tokio::test]
async fn where_nothing_is_set_up_the_workspaces_language_is_spoken() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    spoken(&app, "de").await;
    let path = number(&app, None, "twilio", TOKEN).await;
    let line = Line::begin(&app, &path, "CA1", &[]).await;
    assert!(line.document.contains("<Say language=\"de-DE\">Es tut uns leid"), "{}", line.document);
}

#[tokio::test]
async fn a_recording_is_heard_in_the_language_of_the_call() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let admin: Client = app.admin().await;
    let made: Value = admin.post("/v1/prompts", json!({ "name": "Bye" })).await.expect(201);
    let prompt = made["id"].as_str().unwrap();
    for language in ["en", "sv"] {
        let path = format!("/v1/prompts/{prompt}/recordings/{language}");
        admin.send(axum::http::Method::PUT, &path, Some(wav(8_000, 0.5))).await.expect(200);
    }
    for (at, (said, heard)) in
        [("sv", "/sv.wav"), ("en", "/en.wav"), ("fr", "/en.wav")].into_iter().enumerate()
    {
        let flow = json!({ "name": format!("Bye {at}"), "start": "hello", "nodes": {
            "hello": { "kind": "play", "prompt": { "say": "Hello.", "language": said }, "exits": { "next": "bye" } },
            "bye": { "kind": "hang_up", "prompt": { "prompt": prompt } } } });
        let path = number(&app, Some(&published(&app, flow).await), "twilio", TOKEN).await;
        let mut line = Line::begin(&app, &path, &format!("CA{at}"), &[]).await;
        line.document = line.follow().await.unwrap();
        assert!(line.document.contains(heard), "{said}: {}", line.document);
        let id = path.rsplit('/').next().unwrap();
        app.api().delete(&format!("/v1/phone-numbers/{id}")).await.expect(204);
    }
}
