//! Calls by webhooks of cloud providers: signatures, repeats, and the same transcript as on the bench.

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_store::testing::TestDb;
use countersign_testkit::{Answer, TestApp, on_both};
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;

use super::call::{crm, lines, published, seed, variable};

pub(super) const TOKEN: &str = "a1b2c3d4e5f60718293a4b5c6d7e8f90";
pub(super) const CALLER: &str = "+46706170786";
pub(super) const OURS: &str = "+46771123456";
pub(super) const ORIGIN: &str = countersign_testkit::ORIGIN;

pub(super) async fn number(app: &TestApp, flow: Option<&str>, provider: &str, token: &str) -> String {
    let body = json!({ "number": OURS, "name": "Support", "adapter": "twiml", "provider": provider,
        "flow": flow, "auth_token": token });
    let made = app.api().post("/v1/phone-numbers", body).await.expect(201);
    format!("/hooks/voice/{}", made["id"].as_str().unwrap())
}

pub(super) fn form(fields: &[(&str, &str)]) -> String {
    let coded = |text: &str| -> String {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
        text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
    };
    fields.iter().map(|(name, value)| format!("{name}={}", coded(value))).collect::<Vec<_>>().join("&")
}

/// As Twilio signs: by its published rules, not by our code.
pub(super) fn signature(path: &str, fields: &[(&str, &str)]) -> String {
    let mut sorted = fields.to_vec();
    sorted.sort_unstable();
    let told: String = sorted.iter().map(|(name, value)| format!("{name}{value}")).collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(TOKEN.as_bytes()).unwrap();
    mac.update(format!("{ORIGIN}{path}{told}").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

pub(super) async fn posted(app: &TestApp, path: &str, fields: &[(&str, &str)], signature: &str) -> Answer {
    let client = app
        .anonymous()
        .header("content-type", "application/x-www-form-urlencoded")
        .header("host", "evil.example")
        .header("x-twilio-signature", signature);
    client.send(Method::POST, path, Some(form(fields).into_bytes())).await
}

/// A provider that does what documents say, on the clock of the test.
pub(super) struct Line<'a> {
    pub(super) app: &'a TestApp,
    pub(super) path: String,
    pub(super) sid: String,
    /// Milliseconds since the call began.
    pub(super) now: i64,
    pub(super) keys: Vec<(i64, char)>,
    /// The last document.
    pub(super) document: String,
}

impl<'a> Line<'a> {
    pub(super) async fn begin(app: &'a TestApp, path: &str, sid: &str, keys: &[(i64, char)]) -> Self {
        let mut line = Self {
            app,
            path: path.to_owned(),
            sid: sid.to_owned(),
            now: 0,
            keys: keys.to_vec(),
            document: String::new(),
        };
        line.document = line.post(path, "in-progress", &[]).await;
        line
    }

    pub(super) async fn post(&self, path: &str, status: &str, more: &[(&str, &str)]) -> String {
        let mut fields = vec![
            ("CallSid", self.sid.as_str()),
            ("From", CALLER),
            ("To", OURS),
            ("CallStatus", status),
            ("CallerName", "<Hangup/>\u{202e}&\"'"),
        ];
        fields.extend_from_slice(more);
        let answer = posted(self.app, path, &fields, &signature(path, &fields)).await;
        answer.expect_text(200)
    }

    pub(super) fn until(&mut self, at: i64) {
        self.app.clock.advance((at - self.now).max(0) * 1_000);
        self.now = self.now.max(at);
    }

    fn heard(text: &str) -> i64 {
        (i64::try_from(text.chars().count()).unwrap() * 60).max(500)
    }

    /// Goes on until the call is over.
    pub(super) async fn run(&mut self) {
        for _ in 0..60 {
            match self.follow().await {
                Some(document) => self.document = document,
                None => return,
            }
        }
        panic!("the call does not end: {}", self.document);
    }

    /// Does what the document says, up to the next question to us.
    pub(super) async fn follow(&mut self) -> Option<String> {
        let document = self.document.clone();
        let mut rest = document.as_str();
        while let Some((tag, after)) = next(rest) {
            rest = after;
            match tag.name {
                "Say" => {
                    let text = rest.split('<').next().unwrap();
                    self.until(self.now + Self::heard(&plain(text)));
                }
                "Pause" => self.until(self.now + tag.number("length") * 1_000),
                "Gather" => {
                    let within = rest.split("</Gather>").next().unwrap().to_owned();
                    return Some(self.gather(&tag, &within).await);
                }
                "Redirect" => {
                    let url = plain(rest.split('<').next().unwrap());
                    return Some(self.post(url.strip_prefix(ORIGIN).unwrap(), "in-progress", &[]).await);
                }
                "Dial" => return Some(self.dial(&tag, rest).await),
                "Hangup" => return None,
                _ => {}
            }
        }
        panic!("a document without an end: {document}");
    }

    async fn gather(&mut self, tag: &Tag<'_>, within: &str) -> String {
        let texts = within
            .split("<Say")
            .skip(1)
            .map(|said| said.split('>').nth(1).unwrap().split('<').next().unwrap());
        let prompt: i64 = texts.map(|text| Self::heard(&plain(text))).sum();
        let (timeout, most) =
            (tag.number("timeout") * 1_000, tag.attribute("numDigits").map(|n| n.parse::<usize>().unwrap()));
        let (mut digits, mut finished) = (String::new(), String::new());
        let mut until = self.now + prompt + timeout;
        let begun = self.now;
        self.keys.retain(|(at, _)| *at >= begun);
        while let Some((at, key)) = self.keys.first().copied().filter(|(at, _)| *at <= until) {
            self.keys.remove(0);
            self.until(at);
            until = at + timeout;
            if tag.attribute("finishOnKey").unwrap().contains(key) {
                finished.push(key);
                break;
            }
            digits.push(key);
            if most == Some(digits.len()) {
                break;
            }
        }
        if finished.is_empty() && most != Some(digits.len()) {
            self.until(until);
        }
        let action = plain(tag.attribute("action").unwrap());
        let more = [("Digits", digits.as_str()), ("FinishedOnKey", finished.as_str())];
        self.post(action.strip_prefix(ORIGIN).unwrap(), "in-progress", &more).await
    }

    /// The other end answers after three seconds, and both part ten seconds later.
    async fn dial(&mut self, tag: &Tag<'_>, rest: &str) -> String {
        let (number, _) = next(rest).unwrap();
        self.until(self.now + 3_000);
        let told = plain(number.attribute("statusCallback").unwrap());
        let told = told.strip_prefix(ORIGIN).unwrap();
        let fields =
            [("CallSid", "CAother"), ("ParentCallSid", self.sid.as_str()), ("CallStatus", "in-progress")];
        posted(self.app, told, &fields, &signature(told, &fields)).await.expect_text(200);
        self.until(self.now + 10_000);
        let action = plain(tag.attribute("action").unwrap());
        let more = [("DialCallStatus", "completed"), ("DialCallDuration", "10")];
        self.post(action.strip_prefix(ORIGIN).unwrap(), "in-progress", &more).await
    }

    pub(super) async fn call(&self) -> Value {
        self.app.api().get("/v1/calls").await.expect(200)["data"][0].clone()
    }
}

pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
}

impl<'a> Tag<'a> {
    pub(super) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.text.split_once(&format!(" {name}=\"")).map(|(_, rest)| rest.split('"').next().unwrap())
    }

    pub(super) fn number(&self, name: &str) -> i64 {
        self.attribute(name).unwrap().parse().unwrap()
    }
}

pub(super) fn next(rest: &str) -> Option<(Tag<'_>, &str)> {
    let (_, rest) = rest.split_once('<')?;
    let (text, rest) = rest.split_once('>')?;
    let name = text.split([' ', '/']).next()?;
    Some((Tag { name, text }, rest))
}

pub(super) fn plain(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

/// What happened, without when.
pub(super) fn told(call: &Value) -> Vec<String> {
    let text = lines(call);
    text.lines().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect()
}

fn asking(fields: Value) -> Value {
    let mut ask = json!({ "kind": "keypad_input", "variable": "v", "min": 2, "max": 2, "tries": 2,
        "prompt": { "say": "Two digits please." }, "wrong_prompt": { "say": "That was wrong." },
        "exits": { "next": "bye", "failed": "bye" } });
    ask.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json!({ "name": "Ask", "start": "menu", "nodes": { "ask": ask,
        "menu": { "kind": "menu", "prompt": { "say": "Press 1." }, "tries": 1, "exits": { "1": "ask", "failed": "bye" } },
        "bye": { "kind": "hang_up", "prompt": { "say": "Goodbye." } } } })
}

#[tokio::test]
async fn the_same_script_gives_the_same_transcript_on_the_bench_and_by_webhooks() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let long = json!({ "first_digit_ms": 8_000, "inter_digit_ms": 8_000 });
    let free = json!({ "require_terminator": false, "max": 4 });
    let deaf = json!({ "barge_in": false });
    // The menu is answered at 0.3 s; then keys, each so long after the one before, in tenths of a second.
    let scripts: [(&Value, &[(i64, char)]); 14] = [
        (&json!({}), &[(40, '1'), (1, '2'), (1, '#')]),
        (&json!({}), &[(1, '1'), (1, '2'), (1, '#')]),
        (&json!({}), &[(40, '1'), (30, '2'), (30, '#')]),
        (&json!({}), &[(40, '1'), (79, '2')]),
        (&json!({}), &[(40, '1'), (1, '2'), (79, '#')]),
        (&json!({}), &[(40, '1'), (1, '#'), (60, '3'), (1, '4'), (1, '#')]),
        (&json!({}), &[(40, '1'), (1, '*'), (1, '3'), (1, '4'), (1, '#')]),
        (&json!({}), &[(40, '1'), (1, '2'), (1, '3'), (1, '#')]),
        (&json!({}), &[]),
        (&long, &[(79, '1'), (79, '2'), (79, '#')]),
        (&long, &[(79, '1'), (30, '2'), (1, '#')]),
        (&free, &[(40, '1'), (1, '2'), (79, '9')]),
        (&free, &[(40, '1'), (1, '2'), (1, '3'), (1, '4')]),
        (&deaf, &[(1, '9'), (30, '1'), (1, '2'), (1, '#')]),
    ];
    for (at, (fields, keys)) in scripts.into_iter().enumerate() {
        let mut flow = asking(fields.clone());
        flow["name"] = json!(format!("Ask {at}"));
        let flow = published(&app, flow).await;
        let mut pressed = vec![(300, '1')];
        let mut script = vec![json!({ "after_ms": 300, "press": "1" })];
        for (gap, key) in keys {
            pressed.push((pressed.last().unwrap().0 + gap * 100, *key));
            script.push(json!({ "after_ms": gap * 100, "press": key.to_string() }));
        }
        let bench = json!({ "flow": flow, "from": CALLER, "script": script });
        let bench = app.api().post("/v1/bench/calls", bench).await.expect(201);
        app.clock.advance(1_000_000);
        let path = number(&app, Some(&flow), "twilio", TOKEN).await;
        let mut line = Line::begin(&app, &path, &format!("CA{at}"), &pressed).await;
        line.run().await;
        let call = line.call().await;
        assert_eq!(call["adapter"], "twiml");
        assert_eq!(told(&call), told(&bench), "{at} {fields} {keys:?}");
        assert_eq!(variable(&call, "v"), variable(&bench, "v"));
        let id = path.rsplit('/').next().unwrap();
        app.api().delete(&format!("/v1/phone-numbers/{id}")).await.expect(204);
        app.clock.advance(60_000_000);
    }
}

#[tokio::test]
async fn i_2_the_seeds_call_comes_by_webhooks() {
    on_both(async |app| {
        app.outbound.provide("https://crm.example", crm);
        let flow = published(&app, seed()).await;
        let path = number(&app, Some(&flow), "twilio", TOKEN).await;
        let keys: Vec<(i64, char)> = (40..).map(|at| at * 100).zip("1234567890#".chars()).collect();
        let mut line = Line::begin(&app, &path, "CA1", &keys).await;
        assert!(line.document.contains("<Gather") && !line.document.contains(CALLER));
        line.run().await;
        let call = line.call().await;
        assert_eq!(
            (&call["outcome"], &call["caller"]),
            (&json!("answered"), &json!(CALLER)),
            "{}",
            lines(&call)
        );
        assert_eq!(variable(&call, "customerInfo")["customer"]["name"], "Jane Doe");
        assert_eq!(call["look_ups"][0]["outcome"], "found");
        assert!(call["answered_at"].as_str() < call["ended_at"].as_str());
        assert_eq!(call["number_name"], "Support");
    })
    .await;
}

#[tokio::test]
async fn a_webhook_that_is_forged_repeated_or_late_changes_nothing() {
    on_both(async |app| {
        app.outbound.provide("https://crm.example", crm);
        let flow = published(&app, seed()).await;
        let path = number(&app, Some(&flow), "twilio", TOKEN).await;
        let fields = [("CallSid", "CA1"), ("From", CALLER), ("To", OURS), ("CallStatus", "ringing")];
        let right = signature(&path, &fields);
        let mut wrong = right.clone().into_bytes();
        wrong[3] ^= 1;
        for given in [String::from_utf8(wrong).unwrap().as_str(), "", "not base 64 !"] {
            let refused = posted(&app, &path, &fields, given).await;
            assert_eq!((refused.status.as_u16(), refused.body.len()), (403, 0), "without a word");
        }
        let none = "/hooks/voice/num_00000000000000000000000000";
        assert_eq!(posted(&app, none, &fields, &signature(none, &fields)).await.status.as_u16() / 100, 4);
        assert_eq!(app.api().get("/v1/calls").await.expect(200)["data"], json!([]));
        // Two at once, and once more: one call, one document.
        let ring = async || posted(&app, &path, &fields, &right).await.expect_text(200);
        let (one, two) = tokio::join!(ring(), ring());
        assert_eq!((&one, &two), (&ring().await, &one));
        assert_eq!(app.api().get("/v1/calls").await.expect(200)["data"].as_array().unwrap().len(), 1);
        let action =
            plain(next(one.split_once("<Response>").unwrap().1).unwrap().0.attribute("action").unwrap());
        let action = action.strip_prefix(ORIGIN).unwrap();
        let line = Line {
            app: &app,
            path: path.clone(),
            sid: "CA1".to_owned(),
            now: 0,
            keys: vec![],
            document: one,
        };
        let keyed = [("Digits", "1234567890"), ("FinishedOnKey", "#")];
        let first = line.post(action, "in-progress", &keyed).await;
        assert!(first.contains("<Pause"), "{first}");
        assert_eq!(line.post(action, "in-progress", &keyed).await, first, "repeated");
        assert_eq!(line.post(action, "in-progress", &[("Digits", "999")]).await, first, "late");
        assert_eq!(app.outbound.requests().len(), 1);
        // Somebody else's call.
        let other =
            Line { app: &app, path, sid: "CA2".to_owned(), now: 0, keys: vec![], document: String::new() };
        let theirs = other.post(action, "in-progress", &keyed).await;
        assert!(theirs.contains("<Gather"), "a call of its own: {theirs}");
        // That it is over is never late.
        let over = line.post(&line.path, "completed", &[]).await;
        assert!(over.contains("<Hangup/>"));
        let calls = app.api().get("/v1/calls?live=false").await.expect(200);
        assert_eq!(calls["data"][0]["outcome"], "handled");
        assert_eq!(variable(&calls["data"][0], "accountNumber"), "1234567890");
    })
    .await;
}

#[tokio::test]
async fn whoever_rings_hears_a_sentence_where_nothing_is_set_up() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let path = number(&app, None, "twilio", TOKEN).await;
    let line = Line::begin(&app, &path, "CA1", &[]).await;
    assert!(line.document.contains("<Say") && line.document.contains("<Hangup/>"), "{}", line.document);
    assert_eq!(app.api().get("/v1/calls").await.expect(200)["data"], json!([]));
    let huge = vec![b'a'; 70_000];
    let client = app.anonymous().header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(client.send(Method::POST, &path, Some(huge)).await.status, 403);
}

#[tokio::test]
async fn a_queue_that_nobody_can_answer_by_telephone_holds_nobody() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let flow = json!({ "name": "Queue", "start": "q", "nodes": {
        "q": { "kind": "queue", "queue": "Support", "hold_prompt": { "say": "Please hold." },
            "exits": { "timeout": "bye", "failed": "bye" } },
        "bye": { "kind": "hang_up", "prompt": { "say": "Nobody is free." } } } });
    let path = number(&app, Some(&published(&app, flow).await), "twilio", TOKEN).await;
    let mut line = Line::begin(&app, &path, "CA1", &[]).await;
    assert!(line.document.contains("Nobody is free."), "{}", line.document);
    line.run().await;
    assert_eq!(line.call().await["outcome"], "missed");
}

#[tokio::test]
async fn telnyx_signs_with_a_key_and_a_time() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let key = SigningKey::from_bytes(&[9; 32]);
    let public = STANDARD.encode(key.verifying_key().as_bytes());
    let flow = published(&app, seed()).await;
    let path = number(&app, Some(&flow), "telnyx", &public).await;
    let body = form(&[("CallSid", "v3:abc"), ("From", CALLER), ("To", OURS), ("CallStatus", "ringing")]);
    let now = app.service.now().as_micros() / 1_000_000;
    for (at, status) in [(now, 200), (now - 400, 403)] {
        let signature = STANDARD.encode(key.sign(format!("{at}|{body}").as_bytes()).to_bytes());
        let client = app
            .anonymous()
            .header("content-type", "application/x-www-form-urlencoded")
            .header("telnyx-signature-ed25519", &signature)
            .header("telnyx-timestamp", &at.to_string());
        let answer = client.send(Method::POST, &path, Some(body.clone().into_bytes())).await;
        assert_eq!(answer.status.as_u16(), status);
    }
}

/// A flow that asks the bank for a number by a stored look-up, and again where nothing is found.
pub(super) async fn asking_the_bank(app: &TestApp) -> String {
    let fields = json!([{ "path": "$.customer.accountNumber", "to": "external_id" }, { "path": "$.customer.name", "to": "name" },
        { "path": "$.tier", "to": "attributes.tier" }]);
    let look_up = json!({ "name": "By number", "request": { "url": "https://crm.example/customers/{number}" },
        "answer": { "fields": fields } });
    let look_up = app.api().post("/v1/look-ups", look_up).await.expect(201)["id"].clone();
    let flow = json!({ "name": "Bank", "start": "ask", "nodes": {
        "ask": { "kind": "keypad_input", "variable": "number", "prompt": { "say": "Your number." },
            "exits": { "next": "look", "failed": "bye" } },
        "look": { "kind": "http_request", "look_up": look_up, "variable": "found",
            "exits": { "found": "bye", "not_found": "bye", "unavailable": "bye" } },
        "bye": { "kind": "hang_up" } } });
    published(app, flow).await
}

/// A call that keys in one number.
pub(super) async fn keyed(app: &TestApp, path: &str, sid: &str, number: &str) -> Value {
    let keys: Vec<(i64, char)> = (20..).map(|at| at * 100).zip(format!("{number}#").chars()).collect();
    let mut line = Line::begin(app, path, sid, &keys).await;
    line.run().await;
    app.clock.advance(1_000_000);
    line.call().await
}

#[tokio::test]
async fn i_9_what_the_companys_system_says_of_a_caller_makes_a_customer() {
    on_both(async |app| {
        app.outbound.provide("https://crm.example", crm);
        let path = number(&app, Some(&asking_the_bank(&app).await), "twilio", TOKEN).await;
        let call = keyed(&app, &path, "CA1", "1234567890").await;
        let identity = &call["identity"];
        assert_eq!(
            (&identity["assurance"], &identity["name"], &identity["evidence"]["method"]),
            (&json!("al1"), &json!("Jane Doe"), &json!("claimed")),
            "anybody can know a number: {}",
            lines(&call)
        );
        let jane = app.api().get("/v1/profiles?external_id=1234567890").await.expect(200)["data"][0].clone();
        assert_eq!((&jane["id"], &jane["name"]), (&identity["profile"], &json!("Jane Doe")));
        let again = keyed(&app, &path, "CA2", "1234567890").await;
        assert_eq!(again["identity"]["profile"], identity["profile"], "the same customer");
    })
    .await;
}

#[tokio::test]
async fn i_1_a_number_that_is_guessed_at_rests_for_everybody_and_so_does_a_workspace() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    app.outbound.provide("https://crm.example", crm);
    let path = number(&app, Some(&asking_the_bank(&app).await), "twilio", TOKEN).await;
    let why = |call: &Value| call["look_ups"][0]["why"].clone();
    // One caller, five misses; each call is its own, and hanging up is no fresh start.
    for n in 0..5 {
        assert_eq!(why(&keyed(&app, &path, &format!("CA{n}"), &format!("55{n}")).await), Value::Null);
    }
    assert_eq!(why(&keyed(&app, &path, "CA5", "1234567890").await), "too_many_misses");
    assert_eq!(app.outbound.requests().len(), 5);
    app.clock.advance(3_600 * 1_000_000);
    assert_eq!(keyed(&app, &path, "CA6", "1234567890").await["look_ups"][0]["outcome"], "found");
}
