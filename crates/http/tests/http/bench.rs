//! The bench by hand: a call that is played key by key, on the real clock.

use countersign_fakes::{Call, Reply};
use countersign_store::testing::TestDb;
use countersign_testkit::{Client, TestApp, on_both};
use serde_json::{Value, json};

use super::call::{crm, lines, published, seed, variable};

const CALLER: &str = "+46706170786";

/// A call by hand.
struct Hand<'a> {
    app: &'a TestApp,
    who: Client,
    path: String,
}

impl<'a> Hand<'a> {
    async fn begin(app: &'a TestApp, flow: &str) -> Self {
        let body = json!({ "flow": flow, "from": CALLER, "to": "+46771123456", "by_hand": true });
        let call = app.api().post("/v1/bench/calls", body).await.expect(201);
        assert_eq!((&call["state"], &call["ended_at"]), (&json!("in_flow"), &Value::Null));
        let path = format!("/v1/bench/calls/{}", call["id"].as_str().unwrap());
        Self { app, who: app.api(), path }
    }

    async fn now(&self) -> Value {
        self.who.get(&self.path).await.expect(200)
    }

    async fn does(&self, input: Value) -> Value {
        self.who.post(&format!("{}/inputs", self.path), input).await.expect(200)
    }

    /// Lets so many milliseconds pass.
    fn passes(&self, ms: i64) -> &Self {
        self.app.clock.advance(ms * 1_000);
        self
    }

    async fn heard(&self) -> Value {
        let id = self.now().await["playing"]["id"].clone();
        self.does(json!({ "heard": id })).await
    }
}

#[tokio::test]
async fn i_2_the_seeds_call_is_played_by_hand() {
    on_both(async |app| {
        app.outbound.provide("https://crm.example", crm);
        let hand = Hand::begin(&app, &published(&app, seed()).await).await;
        let begun = hand.now().await;
        assert_eq!((&begun["node"], &begun["is_over"]), (&json!("ask"), &json!(false)));
        let playing = &begun["playing"];
        assert_eq!(playing["may_be_interrupted"], true);
        assert_eq!(playing["pieces"][0]["kind"], "say");
        let heard = hand.passes(4_000).heard().await;
        assert_eq!(heard["playing"], Value::Null);
        let (now, tick) = (heard["at_ms"].as_u64().unwrap(), heard["tick_at_ms"].as_u64().unwrap());
        assert_eq!(tick - now, 5_000, "the first-digit time begins with the end of the prompt");
        // Time that has not passed changes nothing, and is no step.
        assert_eq!(hand.passes(4_000).does(json!({ "tick": true })).await["tick_at_ms"], tick);
        assert_eq!(hand.does(json!({ "press": "1" })).await["node"], "ask");
        hand.passes(2_900).does(json!({ "press": "234567890" })).await;
        let asked = hand.does(json!({ "press": "#" })).await;
        assert_eq!(asked["node"], "look", "found and not found take as long");
        assert_eq!(asked["call"]["look_ups"][0]["outcome"], "found");
        let ringing = hand.passes(1_500).does(json!({ "tick": true })).await;
        assert_eq!(ringing["call"]["state"], "ringing");
        assert_eq!(ringing["rings"], json!({ "kind": "connect", "to": "+46771123456" }));
        let talking = hand.does(json!({ "agent": "answer" })).await;
        assert_eq!((&talking["call"]["state"], &talking["rings"]), (&json!("connected"), &Value::Null));
        let live = app.api().get("/v1/calls?live=true").await.expect(200);
        assert_eq!(live["data"].as_array().unwrap().len(), 1);
        let over = hand.passes(60_000).does(json!({ "agent": "end" })).await;
        assert_eq!(over["is_over"], true);
        assert_eq!((&over["call"]["outcome"], &over["node"]), (&json!("answered"), &Value::Null));
        assert_eq!(variable(&over["call"], "accountNumber"), "1234567890");
        // Whatever still comes does nothing.
        for late in [json!({ "press": "1" }), json!({ "hang_up": true }), json!({ "tick": true })] {
            assert_eq!(hand.does(late).await, over);
        }
    })
    .await;
}

#[tokio::test]
async fn a_call_goes_on_on_another_server_and_asks_again_for_what_was_secret() {
    let db = TestDb::sqlite().await;
    let other = (*db).clone();
    let app = TestApp::on(db).await;
    app.outbound.provide("https://crm.example", |call: &Call<'_>| {
        let is_right = String::from_utf8_lossy(call.body).contains("471147");
        Reply::json(if is_right { 200 } else { 404 }, &json!({ "ok": true }))
    });
    let pin = |next: &str, variable: &str, class: &str| {
        json!({ "kind": "keypad_input", "variable": variable, "class": class,
        "min": 6, "max": 6, "prompt": { "say": "Six digits." }, "exits": { "next": next, "failed": "bye" } })
    };
    let flow = json!({ "name": "Pin", "start": "number", "nodes": {
        "number": pin("pin", "number", "personal"), "pin": pin("look", "pin", "secret"),
        "look": { "kind": "http_request", "method": "POST", "url": "https://crm.example/pin",
            "body": { "kind": "json", "value": { "pin": "{pin}" } }, "variable": "answer",
            "exits": { "found": "bye", "not_found": "bye", "unavailable": "bye" } },
        "bye": { "kind": "hang_up" } } });
    let flow = published(&app, flow).await;
    let second = app.another_server(other).await;
    let mut outcomes = Vec::new();
    for moves in [false, true] {
        let hand = Hand::begin(&app, &flow).await;
        hand.does(json!({ "press": "123456#" })).await;
        hand.does(json!({ "press": "471" })).await;
        let there = if moves { second.api() } else { app.api() };
        let asked =
            there.post(&format!("{}/inputs", hand.path), json!({ "press": "147#" })).await.expect(200);
        let told = asked.to_string();
        assert!(!told.contains("471147") && !told.contains("147#"), "{told}");
        assert_eq!(variable(&asked["call"], "number"), "123456");
        outcomes.push((asked["node"].clone(), asked["call"]["look_ups"][0]["outcome"].clone()));
    }
    assert_eq!(outcomes[0], (json!("look"), json!("found")));
    // What was keyed in on the other server was not enough: the caller is asked once more.
    assert_eq!(outcomes[1], (json!("pin"), Value::Null));
}

#[tokio::test]
async fn two_inputs_at_once_come_one_after_the_other_and_the_same_one_twice_counts_once() {
    on_both(async |app| {
        app.outbound.provide("https://crm.example", crm);
        let hand = Hand::begin(&app, &published(&app, seed()).await).await;
        let inputs = format!("{}/inputs", hand.path);
        let five = async || app.api().post(&inputs, json!({ "press": "12345" })).await.expect(200);
        let (one, two) = tokio::join!(five(), five());
        assert!(one["is_over"] == false && two["is_over"] == false);
        let keyed = app.api().header("idempotency-key", "pound");
        for _ in 0..2 {
            keyed.post(&inputs, json!({ "press": "#" })).await.expect(200);
        }
        let now = hand.now().await;
        assert_eq!(variable(&now["call"], "accountNumber"), "1234512345", "{}", lines(&now["call"]));
        assert_eq!(now["call"]["look_ups"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn one_request_under_one_key_plays_one_call_also_at_once() {
    on_both(async |app| {
        app.outbound.provide("https://crm.example", crm);
        let flow = published(&app, seed()).await;
        let keyed = app.api().header("idempotency-key", "once");
        let call = json!({ "flow": flow, "script": [{ "after_ms": 6_000, "press": "1234567890#" }] });
        let ring = async || keyed.post("/v1/bench/calls", call.clone()).await;
        let (one, two) = tokio::join!(ring(), ring());
        let played = |answer: countersign_testkit::Answer| (answer.status == 201).then(|| answer.expect(201));
        let made: Vec<Value> = [one, two].into_iter().filter_map(played).collect();
        // The second may be told that the first is on its way; it never plays.
        assert!(!made.is_empty() && made.iter().all(|call| *call == made[0]));
        assert_eq!(app.outbound.requests().len(), 1);
        assert_eq!(app.api().get("/v1/calls").await.expect(200)["data"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_call_that_nobody_touches_ends_after_a_quarter_of_an_hour() {
    on_both(async |app| {
        let hand = Hand::begin(&app, &published(&app, seed()).await).await;
        hand.passes(14 * 60_000).does(json!({ "press": "12" })).await;
        hand.passes(14 * 60_000);
        app.service.end_idle_calls_now().await.unwrap();
        assert_eq!(hand.now().await["is_over"], false);
        hand.passes(2 * 60_000);
        app.service.end_idle_calls_now().await.unwrap();
        let over = hand.now().await;
        assert_eq!((&over["is_over"], &over["call"]["outcome"]), (&json!(true), &json!("handled")));
        // The digits keyed so far are there.
        assert_eq!(variable(&over["call"], "keyed")["accountNumber"], "12");
        let audit = app.api().get("/v1/audit?limit=100").await.expect(200).to_string();
        assert!(audit.contains("call.expire"));
    })
    .await;
}

#[tokio::test]
async fn a_message_ends_with_a_key_or_as_the_page_says() {
    on_both(async |app| {
        let flow = json!({ "name": "Mail", "start": "mail", "nodes": {
            "mail": { "kind": "voicemail", "max_ms": 60_000, "exits": { "recorded": "bye", "failed": "bye" } },
            "bye": { "kind": "hang_up" } } });
        let flow = published(&app, flow).await;
        for (input, ms) in [(json!({ "press": "#" }), 4_000), (json!({ "recorded": { "ms": 3_500 } }), 3_500)] {
            let hand = Hand::begin(&app, &flow).await;
            assert_eq!(hand.now().await["records"], true);
            let over = hand.passes(4_000).does(input).await;
            assert_eq!((&over["records"], &over["call"]["outcome"]), (&json!(false), &json!("voicemail")));
            let transcript = over["call"]["transcript"].as_array().unwrap();
            let recorded = transcript.iter().find(|entry| entry["what"] == "recorded").unwrap();
            assert!(recorded["ms"].as_i64().unwrap().abs_diff(ms) <= 5, "{recorded}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_call_that_rings_is_taken_once_by_whom_it_rings_for() {
    on_both(async |app| {
        let (ann, ben) = (app.another("agent", "ann").await, app.another("agent", "ben").await);
        let user = ann.get("/v1/me").await.expect(200)["user"]["id"].clone();
        let group = json!({ "name": "Support", "members": [user] });
        app.api().post("/v1/groups", group).await.expect(201);
        let flow = json!({ "name": "Queue", "start": "q", "nodes": {
            "q": { "kind": "queue", "queue": "Support", "exits": {} } } });
        let draft = app.api().post("/v1/ivr-flows", flow).await.expect(201);
        let begin = async || {
            let body = json!({ "flow": draft["id"], "version": "draft", "by_hand": true });
            let call = app.api().post("/v1/bench/calls", body).await.expect(201);
            assert_eq!(call["state"], "waiting");
            call["id"].as_str().unwrap().to_owned()
        };
        let id = begin().await;
        let path = format!("/v1/calls/{id}/accept");
        assert_eq!(app.api().post(&path, json!({})).await.problem(403), "people-only");
        assert_eq!(ben.post(&path, json!({})).await.problem(403), "not-your-call");
        let taken = ann.post(&path, json!({})).await.expect(200);
        assert_eq!((&taken["state"], &taken["agent"]), (&json!("connected"), &user));
        assert_eq!(ann.post(&path, json!({})).await.expect(200)["agent"], user, "once more is no harm");
        assert_eq!(ben.post(&path, json!({})).await.problem(409), "call-taken");
        let end = json!({ "hang_up": true });
        app.api().post(&format!("/v1/bench/calls/{id}/inputs"), end.clone()).await.expect(200);
        assert_eq!(ben.post(&path, json!({})).await.problem(409), "call-over");
        // Whoever is quicker has it.
        let path = format!("/v1/calls/{}/accept", begin().await);
        let admin = app.admin().await;
        let me = admin.get("/v1/me").await.expect(200)["user"]["id"].clone();
        let id = app.api().get("/v1/groups").await.expect(200)["data"][0]["id"].clone();
        let members = json!({ "members": [user, me] });
        app.api().patch(&format!("/v1/groups/{}", id.as_str().unwrap()), members).await.expect(200);
        let (one, two) = tokio::join!(ann.post(&path, json!({})), admin.post(&path, json!({})));
        assert_eq!([one.status, two.status].iter().filter(|status| **status == 200).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn m_8_what_the_caller_hears_is_masked_for_whoever_plays() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let flow = json!({ "name": "Echo", "start": "ask", "nodes": {
        "ask": { "kind": "keypad_input", "variable": "accountNumber", "prompt": { "say": "Number." },
            "exits": { "next": "tell", "failed": "tell" } },
        "tell": { "kind": "hang_up", "prompt": [{ "say": "You rang from {caller}." }, { "digits": "{accountNumber}" }] } } });
    let flow = published(&app, flow).await;
    let hand = Hand::begin(&app, &flow).await;
    let open = hand.does(json!({ "press": "99887766#" })).await;
    assert_eq!(open["playing"]["pieces"][0]["text"], format!("You rang from {CALLER}."));
    let none = json!({ "name": false, "email": false, "phone": false, "ids": false, "attributes": false, "text": false });
    let all =
        json!({ "name": true, "email": true, "phone": true, "ids": true, "attributes": true, "text": true });
    let roles = json!({ "roles": { "admin": all, "team_manager": none, "agent": none } });
    app.api().put("/v1/masking", roles).await.expect(200);
    let masked = app.admin().await.get(&hand.path).await.expect(200).to_string();
    for value in ["6170786", "99887766"] {
        assert!(!masked.contains(value), "{value}: {masked}");
    }
}

#[tokio::test]
async fn what_is_no_input_is_refused_where_it_is_wrong() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let flow = published(&app, seed()).await;
    for more in [json!({ "script": [] }), json!({ "agent": "busy" })] {
        let mut body = json!({ "flow": flow, "by_hand": true });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let refused = app.api().post("/v1/bench/calls", body).await.expect(400);
        assert_eq!(refused["errors"][0]["code"], "not-expected");
    }
    let hand = Hand::begin(&app, &flow).await;
    let inputs = format!("{}/inputs", hand.path);
    for (body, code) in [
        (json!({}), "not-one"),
        (json!({ "press": "1", "tick": true }), "not-one"),
        (json!({ "tick": false }), "not-one"),
        (json!({ "press": "12x" }), "not-keys"),
        (json!({ "press": "" }), "not-keys"),
    ] {
        let refused = app.api().post(&inputs, body).await.expect(400);
        assert_eq!(refused["errors"][0]["code"], code, "{refused}");
    }
    let gone = "/v1/bench/calls/call_00000000000000000000000000/inputs";
    assert_eq!(app.api().post(gone, json!({ "tick": true })).await.problem(404), "not-found");
    let agent = app.person("agent").await;
    assert_eq!(agent.post(&inputs, json!({ "tick": true })).await.problem(403), "forbidden");
}
