//! Who calls: what the company's own system says of a number that was keyed in, and when it is asked no more.

use countersign_fakes::{Call, Reply};
use countersign_store::testing::TestDb;
use countersign_testkit::{TestApp, on_both};
use countersign_types::time::HOUR;
use serde_json::{Value, json};

use super::call::{CALLER, lines, published, ring};

/// The company's system: account numbers alone, or with a PIN.
fn bank(call: &Call<'_>) -> Reply {
    let body = String::from_utf8_lossy(call.body);
    let jane =
        json!({ "customer": { "id": "c-17", "name": "Jane Doe", "mail": "jane@bank.example", "tier": "7" } });
    let is_known = call.path == "/accounts/1234567890"
        || (call.path == "/pins" && body.contains("1234567890") && body.contains("4711"));
    if is_known { Reply::json(200, &jane) } else { Reply::json(404, &json!({})) }
}

fn fields() -> Value {
    json!([{ "path": "$.customer.id", "to": "external_id" }, { "path": "$.customer.name", "to": "name" },
        { "path": "$.customer.mail", "to": "email" }, { "path": "$.customer.tier", "to": "attributes.tier" }])
}

async fn look_up(app: &TestApp, body: Value) -> String {
    app.api().post("/v1/look-ups", body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

async fn by_number(app: &TestApp) -> String {
    let body = json!({ "name": "By number", "request": { "url": "https://bank.example/accounts/{number}" },
        "answer": { "fields": fields() } });
    look_up(app, body).await
}

async fn by_pin(app: &TestApp) -> String {
    let content = json!({ "kind": "json", "value": { "number": "{number}", "pin": "{pin}" } });
    let body = json!({ "name": "By PIN", "answer": { "fields": fields(), "proves": "pin" },
        "request": { "method": "POST", "url": "https://bank.example/pins", "body": content } });
    look_up(app, body).await
}

/// Asks for a number, and for a PIN of this class if there is one; asks again where nothing is found.
async fn flow(app: &TestApp, look_up: &str, pin: Option<&str>) -> String {
    let keys = |variable: &str, class: &str, next: &str| {
        json!({ "kind": "keypad_input", "variable": variable, "class": class, "prompt": { "say": variable },
            "exits": { "next": next, "failed": "bye" } })
    };
    let after = if pin.is_some() { "pin" } else { "look" };
    let mut nodes = json!({
        "ask": keys("number", "personal", after),
        "look": { "kind": "http_request", "look_up": look_up, "variable": "found",
            "exits": { "found": "bye", "not_found": "ask", "unavailable": "bye" } },
        "bye": { "kind": "hang_up" },
    });
    if let Some(class) = pin {
        nodes["pin"] = keys("pin", class, "look");
    }
    published(app, json!({ "name": format!("Bank {look_up} {pin:?}"), "start": "ask", "nodes": nodes })).await
}

async fn keyed(app: &TestApp, flow: &str, inputs: &[&str]) -> Value {
    let script: Vec<Value> = inputs.iter().map(|keys| json!({ "after_ms": 4_000, "press": keys })).collect();
    let call = json!({ "flow": flow, "from": CALLER, "script": script });
    app.api().post("/v1/bench/calls", call).await.expect(201)
}

/// The customer whom the bank's system calls `c-17`.
async fn jane(app: &TestApp) {
    let body = json!({ "external_id": "c-17", "name": "Jane Doe" });
    app.api().post("/v1/profiles", body).await.expect(201);
}

fn level(call: &Value) -> (&str, &Value, &Value) {
    let identity = &call["identity"];
    (identity["assurance"].as_str().unwrap(), &identity["name"], &identity["evidence"]["method"])
}

fn outcomes(call: &Value) -> Vec<(&str, Option<&str>)> {
    let made = call["look_ups"].as_array().unwrap().iter();
    made.map(|made| (made["outcome"].as_str().unwrap(), made["why"].as_str())).collect()
}

#[tokio::test]
async fn i_2_on_the_bench_an_answer_chooses_a_customer_and_changes_nobody() {
    on_both(async |app| {
        app.outbound.provide("https://bank.example", bank);
        let flow = flow(&app, &by_number(&app).await, None).await;
        let nobody = ring(&app, &flow, "1234567890#").await;
        assert_eq!(level(&nobody), ("al0", &Value::Null, &Value::Null), "nobody new is made");
        jane(&app).await;
        let call = ring(&app, &flow, "1234567890#").await;
        // Anybody can know a number: it may be Jane, and that is all.
        assert_eq!(level(&call), ("al1", &json!("Jane Doe"), &json!("claimed")), "{}", lines(&call));
        let profile = call["identity"]["profile"].as_str().unwrap().to_owned();
        let jane = app.api().get("/v1/profiles?external_id=c-17").await.expect(200)["data"][0].clone();
        assert_eq!((&jane["id"], &jane["email"]), (&json!(profile), &Value::Null));
        let again = ring(&app, &flow, "1234567890#").await;
        assert_eq!(again["identity"]["profile"], profile, "the same customer");
        let theirs = app.api().get(&format!("/v1/calls?profile={profile}")).await.expect(200);
        assert_eq!(theirs["data"].as_array().unwrap().len(), 2);
        let events = app.api().get("/v1/events?limit=100").await.expect(200).to_string();
        assert!(!events.contains("identification.succeeded"), "nobody was identified: {events}");
        app.api()
            .post(&format!("/v1/profiles/{profile}/block"), json!({ "reason": "fraud" }))
            .await
            .expect(200);
        let blocked = ring(&app, &flow, "1234567890#").await;
        assert_eq!(level(&blocked), ("al0", &Value::Null, &Value::Null), "nobody is identified as them");
    })
    .await;
}

#[tokio::test]
async fn i_2_a_pin_that_the_companys_system_compared_proves_more_than_a_number() {
    on_both(async |app| {
        app.outbound.provide("https://bank.example", bank);
        let look_up = by_pin(&app).await;
        jane(&app).await;
        let secret = flow(&app, &look_up, Some("secret")).await;
        let call = keyed(&app, &secret, &["1234567890#", "4711#"]).await;
        assert_eq!(level(&call), ("al2", &json!("Jane Doe"), &json!("lookup_pin")), "{}", lines(&call));
        let events = app.api().get("/v1/events?limit=100").await.expect(200).to_string();
        assert!(!events.contains("identification.succeeded"), "nobody called");
        // Who may not change customers makes nobody known by playing.
        let scopes = json!(["phone.read", "phone.write", "call.read"]);
        let key =
            app.api().post("/v1/api-keys", json!({ "name": "Bench", "scopes": scopes })).await.expect(201);
        let player = app.anonymous().bearer(key["secret"].as_str().unwrap());
        let script =
            json!([{ "after_ms": 4_000, "press": "1234567890#" }, { "after_ms": 4_000, "press": "4711#" }]);
        let played =
            player.post("/v1/bench/calls", json!({ "flow": secret, "script": script })).await.expect(201);
        assert_eq!(level(&played).0, "al0", "{}", lines(&played));
        // A wrong one finds nobody; the next one is asked for.
        let wrong = keyed(&app, &secret, &["1234567890#", "4712#"]).await;
        assert_eq!(level(&wrong), ("al0", &Value::Null, &Value::Null), "{}", lines(&wrong));
        // What is kept with the call was no PIN, whatever the look-up says of itself.
        let open = flow(&app, &look_up, Some("personal")).await;
        let call = keyed(&app, &open, &["1234567890#", "4711#"]).await;
        assert_eq!(level(&call), ("al1", &json!("Jane Doe"), &json!("claimed")), "{}", lines(&call));
        let audit = app.api().get("/v1/audit?limit=100").await.expect(200).to_string();
        assert!(audit.contains("call.identify") && !audit.contains("4712"));
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_proves_a_pin_says_whose_it_is() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let body = json!({ "name": "Nobody", "request": { "url": "https://bank.example/pins" },
        "answer": { "proves": "pin", "fields": [{ "path": "$.name", "to": "name" }] } });
    let refused = app.api().post("/v1/look-ups", body).await.expect(400);
    assert_eq!(refused["errors"][0]["pointer"], "/answer/proves", "{refused}");
    let made = by_pin(&app).await;
    let shown = app.api().get(&format!("/v1/look-ups/{made}")).await.expect(200);
    assert_eq!(shown["answer"]["proves"], "pin");
}

#[tokio::test]
async fn i_1_after_three_misses_a_call_asks_nobody_and_sounds_as_before() {
    on_both(async |app| {
        app.outbound.provide("https://bank.example", bank);
        let flow = flow(&app, &by_number(&app).await, None).await;
        let call = keyed(&app, &flow, &["1#", "2#", "3#", "1234567890#"]).await;
        let missed = ("not_found", None);
        assert_eq!(
            outcomes(&call),
            [missed, missed, missed, ("not_found", Some("too_many_misses"))],
            "{}",
            lines(&call)
        );
        assert_eq!(app.outbound.requests().len(), 3);
        assert_eq!(level(&call), ("al0", &Value::Null, &Value::Null), "the right one came too late");
        let at = |n: usize| {
            let entries = call["transcript"].as_array().unwrap();
            let mut looked = entries.iter().enumerate().filter(|(_, entry)| entry["what"] == "looked_up");
            let (index, looked) = looked.nth(n).unwrap();
            let entered = entries[..index].iter().rfind(|entry| entry["what"] == "entered").unwrap();
            let left = entries[index..].iter().find(|entry| entry["what"] == "entered").unwrap();
            let _ = looked;
            left["at"].as_u64().unwrap() - entered["at"].as_u64().unwrap()
        };
        assert_eq!(at(2), at(3), "as long as the one before: {}", lines(&call));
    })
    .await;
}

#[tokio::test]
async fn i_1_a_caller_misses_five_times_an_hour_whatever_they_find_between() {
    on_both(async |app| {
        app.outbound.provide("https://bank.example", bank);
        let flow = flow(&app, &by_number(&app).await, None).await;
        for n in 0..5 {
            assert_eq!(outcomes(&keyed(&app, &flow, &[&format!("{n}#")]).await), [("not_found", None)]);
            let known = app.admin().await;
            let call = json!({ "flow": flow, "script": [{ "after_ms": 4_000, "press": "1234567890#" }] });
            assert_eq!(outcomes(&known.post("/v1/bench/calls", call).await.expect(201)), [("found", None)]);
        }
        let late = keyed(&app, &flow, &["1234567890#"]).await;
        assert_eq!(outcomes(&late), [("not_found", Some("too_many_misses"))], "hanging up is no fresh start");
        app.clock.advance(HOUR);
        assert_eq!(outcomes(&keyed(&app, &flow, &["1234567890#"]).await), [("found", None)]);
    })
    .await;
}

#[tokio::test]
async fn i_2_a_number_that_rings_shows_who_may_be_calling_and_makes_nobody_known() {
    on_both(async |app| {
        let flow = flow(&app, &by_number(&app).await, None).await;
        let ann = json!({ "name": "Ann Lee", "phone": CALLER });
        let ann = app.api().post("/v1/profiles", ann).await.expect(201)["id"].clone();
        let call = ring(&app, &flow, "").await;
        assert_eq!(level(&call).0, "al0");
        assert_eq!(call["candidates"][0]["profile"], ann, "{call}");
        assert_eq!(call["candidates"][0]["name"], "Ann Lee");
        let none = json!({ "name": false, "email": false, "phone": false, "ids": false, "attributes": false, "text": false });
        let all = json!({ "name": true, "email": true, "phone": true, "ids": true, "attributes": true, "text": true });
        let roles = json!({ "roles": { "admin": none, "team_manager": none, "agent": all } });
        app.api().put("/v1/masking", roles).await.expect(200);
        let agent = app.person("agent").await;
        let shown = agent.get(&format!("/v1/calls/{}", call["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(shown["candidates"], json!([]), "M-2: on the bench anybody's number is tried");
        assert!(!shown.to_string().contains("Ann") && !shown.to_string().contains("6170786"), "M-8: {shown}");
    })
    .await;
}
