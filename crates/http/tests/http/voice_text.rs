//! Text messages that flows send: to whom, once, and what the caller hears of it.

use std::sync::Arc;

use countersign_fakes::twilio::Twilio;
use countersign_fakes::{Provider, Reply};
use countersign_store::testing::TestDb;
use countersign_testkit::{TestApp, on_both};
use serde_json::{Value, json};

use super::call::{lines, published};
use super::voice::{CALLER, Line, OURS, TOKEN, number};

const TEXT: &str = "Your link: https://bank.example/a";

/// A workspace that sends text messages.
async fn provider(app: &TestApp) -> Arc<Twilio> {
    let provider: Arc<Twilio> = Arc::default();
    let there = provider.clone();
    app.outbound.provide(provider.address(), move |call| there.answer(call));
    let mut body = provider.channel();
    body["name"] = json!("Texts");
    app.api().post("/v1/channels", body).await.expect(201);
    provider
}

fn texting(name: &str, to: &str) -> Value {
    json!({ "name": name, "start": "text", "nodes": {
        "text": { "kind": "send_sms", "to": to, "text": TEXT, "exits": { "next": "good", "failed": "bad" } },
        "good": { "kind": "hang_up", "prompt": { "say": "It is on its way." } },
        "bad": { "kind": "hang_up", "prompt": { "say": "It cannot be sent." } } } })
}

/// A call to a flow; what the caller hears at its end.
async fn heard(app: &TestApp, path: &str, sid: &str) -> (String, Value) {
    let mut line = Line::begin(app, path, sid, &[]).await;
    let document = line.document.clone();
    line.run().await;
    app.clock.advance(1_000_000);
    (document, line.call().await)
}

/// Calls a flow that sends to this; why it failed.
async fn failed(app: &TestApp, sid: &str, to: &str) -> Value {
    let path = number(app, Some(&published(app, texting(sid, to)).await), "twilio", TOKEN).await;
    let (document, call) = heard(app, &path, sid).await;
    app.api().delete(&path.replace("/hooks/voice", "/v1/phone-numbers")).await.expect(204);
    assert!(document.contains("It cannot be sent."), "{document}");
    assert!(lines(&call).contains("is_sent=false"), "{}", lines(&call));
    let text = &call["texts"][0];
    assert_eq!((&text["outcome"], &text["node"]), (&json!("failed"), &json!("text")));
    text["why"].clone()
}

#[tokio::test]
async fn a_flow_sends_the_caller_a_text_message_once() {
    on_both(async |app| {
        let provider = provider(&app).await;
        let jobs = app.jobs();
        let flow = published(&app, texting("Link", "{caller}")).await;
        let path = number(&app, Some(&flow), "twilio", TOKEN).await;
        let line = Line::begin(&app, &path, "CA1", &[]).await;
        assert!(line.document.contains("It is on its way."), "{}", line.document);
        // The provider repeats itself: the call is the same, and so is the text message.
        assert_eq!(line.post(&path, "in-progress", &[]).await, line.document);
        let call = line.call().await;
        let text = json!({ "node": "text", "to": CALLER, "text": TEXT, "outcome": "sent", "why": null });
        assert_eq!(call["texts"], json!([text]), "{}", lines(&call));
        assert!(lines(&call).contains("is_sent=true"));
        let sent = provider.sent();
        assert_eq!(sent.len(), 1);
        assert_eq!((sent[0].to.as_str(), sent[0].text.as_str()), (CALLER, TEXT));
        // Who sees numbers masked does so here.
        let agent = app.person("agent").await;
        let seen = agent.get(&format!("/v1/calls/{}", call["id"].as_str().unwrap())).await.expect(200);
        assert!(!seen["texts"].to_string().contains(&CALLER[1..]), "{}", seen["texts"]);
        jobs.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_text_message_that_cannot_be_sent_is_told_to_the_caller() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    assert_eq!(failed(&app, "CA0", "{caller}").await, "no_channel");
    let provider = provider(&app).await;
    let jobs = app.jobs();
    assert_eq!(failed(&app, "CA1", "+999123456789").await, "not_a_number");
    assert_eq!(failed(&app, "CA2", "+19002345678").await, "premium_rate");
    assert_eq!(failed(&app, "CA3", OURS).await, "own_number", "it would come back");
    assert!(provider.sent().is_empty());
    provider.trouble(Reply::json(400, &json!({ "code": 21_614 })));
    assert_eq!(failed(&app, "CA4", "{caller}").await, "refused", "a telephone that takes none");
    let dead = app.api().get("/v1/dead-letters").await.expect(200);
    assert_eq!((&dead["data"][0]["kind"], &dead["data"][0]["target_name"]), (&json!("sms"), &json!("Texts")));
    jobs.stop().await;
}

#[tokio::test]
async fn nobodys_telephone_is_flooded() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let provider = provider(&app).await;
    let jobs = app.jobs();
    let path = number(&app, Some(&published(&app, texting("Link", "{caller}")).await), "twilio", TOKEN).await;
    for n in 0..10 {
        assert_eq!(heard(&app, &path, &format!("CA{n}")).await.1["texts"][0]["outcome"], "sent");
    }
    let (document, call) = heard(&app, &path, "CA10").await;
    assert!(document.contains("It cannot be sent."));
    assert_eq!((&call["texts"][0]["why"], provider.sent().len()), (&json!("too_many"), 10));
    app.clock.advance(86_400 * 1_000_000);
    assert_eq!(heard(&app, &path, "CA11").await.1["texts"][0]["outcome"], "sent");
    // One call with a text after the other.
    let mut round = texting("Round", "+46706170787");
    for n in (1..6).rev() {
        let mut next = round["nodes"]["text"].clone();
        if n < 5 {
            next["exits"]["next"] = json!(format!("text_{}", n + 1));
        }
        round["nodes"][format!("text_{n}")] = next;
    }
    round["nodes"]["text"]["exits"]["next"] = json!("text_1");
    let round = published(&app, round).await;
    let id = path.rsplit('/').next().unwrap();
    app.api().patch(&format!("/v1/phone-numbers/{id}"), json!({ "flow": round })).await.expect(200);
    let texts = heard(&app, &path, "CA12").await.1["texts"].clone();
    let outcomes: Vec<&str> =
        texts.as_array().unwrap().iter().map(|text| text["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["sent", "sent", "sent", "sent", "sent", "failed"]);
    jobs.stop().await;
}

#[tokio::test]
async fn i_3_the_bench_tells_what_it_would_send_and_no_secret_is_in_it() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let provider = provider(&app).await;
    let mut flow = texting("Secret", "{caller}");
    flow["start"] = json!("pin");
    flow["nodes"]["pin"] = json!({ "kind": "keypad_input", "variable": "pin", "class": "secret",
        "prompt": { "say": "Your PIN." }, "exits": { "next": "text", "failed": "bad" } });
    flow["nodes"]["text"]["text"] = json!("Hello {caller}, [{pin}].");
    let flow = app.api().post("/v1/ivr-flows", flow).await.expect(201)["id"].clone();
    let jobs = app.jobs();
    let script = json!([{ "after_ms": 2_000, "press": "471147#" }]);
    let body = json!({ "flow": flow, "version": "draft", "from": CALLER, "script": script });
    let call = app.api().post("/v1/bench/calls", body).await.expect(201);
    let text = format!("Hello {CALLER}, [].");
    assert_eq!((&call["texts"][0]["text"], &call["texts"][0]["outcome"]), (&json!(text), &json!("tried")));
    // By hand, too.
    let body = json!({ "flow": flow, "version": "draft", "from": CALLER, "by_hand": true });
    let call = app.api().post("/v1/bench/calls", body).await.expect(201);
    let inputs = format!("/v1/bench/calls/{}/inputs", call["id"].as_str().unwrap());
    let moment = app.api().post(&inputs, json!({ "press": "471147#" })).await.expect(200);
    assert_eq!(moment["call"]["texts"][0]["text"], json!(text), "{}", lines(&moment["call"]));
    assert!(!moment.to_string().contains("471147") && provider.sent().is_empty());
    jobs.stop().await;
}
