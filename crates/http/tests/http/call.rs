//! Calls on the bench: the seed's scenario, codes keyed in, secrets, masks, mistakes.

use countersign_fakes::{Call, Reply};
use countersign_store::testing::TestDb;
use countersign_testkit::{TestApp, on_both};
use serde_json::{Value, json};

pub(crate) const CALLER: &str = "+46706170786";

/// The company's system of the seed: a number in the address, a customer in the answer.
pub(crate) fn crm(call: &Call<'_>) -> Reply {
    match call.path {
        "/customers/1234567890" => Reply::json(
            200,
            &json!({ "customer": { "name": "Jane Doe", "phoneNumber": CALLER, "accountNumber": "1234567890" } }),
        ),
        _ => Reply::json(404, &json!({})),
    }
}

/// The seed's flow: ten digits and a pound key, the company's own system, an agent.
pub(crate) fn seed() -> Value {
    json!({ "name": "Bank", "start": "ask", "nodes": {
        "ask": { "kind": "keypad_input", "variable": "accountNumber", "min": 10, "max": 10,
            "prompt": { "say": "Enter your account number, 10 digits, and end with pound." },
            "exits": { "next": "look", "failed": "agent" } },
        "look": { "kind": "http_request", "method": "GET", "url": "https://crm.example/customers/{accountNumber}",
            "variable": "customerInfo", "json_path": "",
            "exits": { "found": "agent", "not_found": "agent", "unavailable": "agent" } },
        "agent": { "kind": "connect", "to": "+46771123456", "exits": { "no_answer": "bye", "busy": "bye", "failed": "bye" } },
        "bye": { "kind": "hang_up", "prompt": { "say": "Goodbye." } },
    } })
}

/// The seed's widget.
fn widget() -> Value {
    json!({ "name": "Customer", "show_if": "accountNumber", "title": "Verified customer",
        "action": { "label": "Open the file", "url": "https://crm.example/files/{accountNumber}" }, "autorun": true,
        "buttons": [{ "label": "Create ticket", "url": "https://desk.example/new?from=%caller%" }],
        "rows": [{ "title": "{customerInfo.customer.name}", "label": "Name" }] })
}

pub(crate) async fn published(app: &TestApp, flow: Value) -> String {
    let made = app.api().post("/v1/ivr-flows", flow).await.expect(201);
    let id = made["id"].as_str().unwrap().to_owned();
    app.api().post(&format!("/v1/ivr-flows/{id}/publish"), json!({})).await.expect(200);
    id
}

pub(crate) async fn ring(app: &TestApp, flow: &str, keys: &str) -> Value {
    let call = json!({ "flow": flow, "from": CALLER, "to": "+46771123456",
        "script": [{ "after_ms": 6_000, "press": keys }] });
    app.api().post("/v1/bench/calls", call).await.expect(201)
}

/// The transcript, a line each: when, where, what.
pub(crate) fn lines(call: &Value) -> String {
    let line = |entry: &Value| {
        let mut rest = entry.as_object().unwrap().clone();
        let [at, node, what] = ["at", "node", "what"].map(|key| rest.remove(key).unwrap_or_default());
        let rest: Vec<String> = rest.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let node = node.as_str().unwrap_or("-");
        format!("{at} {node} {} {}", what.as_str().unwrap(), rest.join(" ")).trim_end().to_owned()
    };
    call["transcript"].as_array().unwrap().iter().map(line).collect::<Vec<_>>().join("\n")
}

pub(crate) fn variable<'a>(call: &'a Value, name: &str) -> &'a Value {
    let all = call["variables"].as_array().unwrap();
    all.iter().find(|variable| variable["name"] == name).map_or(&Value::Null, |variable| &variable["value"])
}

#[tokio::test]
async fn i_2_the_seeds_call_shows_the_agent_who_it_is_and_proves_nothing() {
    on_both(async |app| {
        app.outbound.provide("https://crm.example", crm);
        app.api().post("/v1/call-widgets", widget()).await.expect(201);
        let flow = published(&app, seed()).await;
        let call = ring(&app, &flow, "1234567890#").await;
        let told = lines(&call);
        let mut rest = told.as_str();
        for step in [
            "0 ask entered kind=\"keypad_input\"",
            "ask prompted",
            "ask keyed count=10",
            "ask set class=\"personal\" variable=\"accountNumber\"",
            "look entered",
            "look looked_up outcome=\"found\"",
            "look set class=\"personal\" variable=\"customerInfo\"",
            "agent entered kind=\"connect\"",
            "leg outcome=\"answered\"",
            "over by=\"caller\"",
        ] {
            let at = rest.find(step).unwrap_or_else(|| panic!("no {step} in its place:\n{told}"));
            rest = &rest[at + step.len()..];
        }
        let card = &call["widgets"][0]["card"];
        assert_eq!(card["title"], "Verified customer");
        assert_eq!(card["action"]["target"]["url"], "https://crm.example/files/1234567890");
        assert_eq!(card["buttons"][0]["label"], "Create ticket");
        assert_eq!(
            (&card["rows"][0]["title"], &card["rows"][0]["label"]),
            (&json!("Jane Doe"), &json!("Name"))
        );
        assert_eq!(variable(&call, "accountNumber"), "1234567890");
        assert_eq!(variable(&call, "customerInfo")["customer"]["phoneNumber"], CALLER);
        let made = &call["look_ups"][0];
        assert_eq!((&made["node"], &made["outcome"]), (&json!("look"), &json!("found")));
        assert_eq!((&made["status"], &made["host"]), (&json!(200), &json!("https://crm.example")));
        // Whoever knows an account number, or sends a number that is not theirs, is nobody yet.
        assert_eq!(
            (&call["identity"]["assurance"], &call["identity"]["anonymous"]),
            (&json!("al0"), &json!(true))
        );
        assert_eq!((&call["outcome"], &call["state"]), (&json!("answered"), &json!("ended")));
        assert!(call["started_at"].as_str() < call["answered_at"].as_str());
        assert!(call["answered_at"].as_str() < call["ended_at"].as_str());
        // It is kept.
        let path = format!("/v1/calls/{}", call["id"].as_str().unwrap());
        let mut kept = app.api().get(&path).await.expect(200);
        assert_eq!(kept.as_object_mut().unwrap().remove("rings_for_you"), Some(json!(false)));
        assert_eq!(kept, call);
        let listed = app.api().get("/v1/calls?outcome=answered").await.expect(200);
        let mut row = call.clone();
        row.as_object_mut().unwrap().remove("candidates");
        row["rings_for_you"] = json!(false);
        assert_eq!(listed["data"], json!([row]));
    })
    .await;
}

#[tokio::test]
async fn i_1_a_number_that_is_not_there_sounds_the_same_and_takes_as_long() {
    on_both(async |app| {
        app.outbound.provide("https://crm.example", crm);
        let flow = published(&app, seed()).await;
        let [hit, miss] = [ring(&app, &flow, "1234567890#").await, ring(&app, &flow, "9999999999#").await];
        let heard = |call: &Value| -> Vec<(Value, Value)> {
            let prompts = call["transcript"].as_array().unwrap().iter();
            let prompts = prompts.filter(|entry| entry["what"] == "prompted" || entry["what"] == "entered");
            prompts.map(|entry| (entry["at"].clone(), entry["node"].clone())).collect()
        };
        assert_eq!(heard(&hit), heard(&miss));
        assert_eq!(miss["look_ups"][0]["outcome"], "not_found");
        assert_eq!(variable(&miss, "customerInfo"), &Value::Null);
        // The digits reach the agent.
        assert_eq!(variable(&miss, "accountNumber"), "9999999999");
    })
    .await;
}

#[tokio::test]
async fn i_5_a_system_that_is_down_leads_to_a_person_with_the_digits() {
    on_both(async |app| {
        app.outbound.provide("https://crm.example", |_: &Call<'_>| Reply::json(500, &json!({})));
        let flow = published(&app, seed()).await;
        let call = ring(&app, &flow, "1234567890#").await;
        assert_eq!(
            (&call["look_ups"][0]["outcome"], &call["look_ups"][0]["status"]),
            (&json!("unavailable"), &json!(500))
        );
        assert_eq!(
            (&call["outcome"], variable(&call, "accountNumber")),
            (&json!("answered"), &json!("1234567890"))
        );
    })
    .await;
}

#[tokio::test]
async fn i_5_a_call_on_the_bench_asks_a_system_twenty_times_at_most() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    app.outbound.provide("https://crm.example", crm);
    let mut flow = seed();
    flow["nodes"]["look"]["exits"]["not_found"] = json!("ask");
    // Nothing that the caller keyed in: how often that may be asked is counted otherwise.
    flow["nodes"]["look"]["url"] = json!("https://crm.example/opening-hours");
    let flow = published(&app, flow).await;
    let steps: Vec<Value> =
        (0..30).map(|n| json!({ "after_ms": 6_000, "press": format!("99999999{n:02}#") })).collect();
    let call = json!({ "flow": flow, "script": steps });
    let call = app.api().post("/v1/bench/calls", call).await.expect(201);
    assert_eq!(call["look_ups"].as_array().unwrap().len(), 20);
    assert_eq!(app.outbound.requests().len(), 20);
    assert_eq!(call["outcome"], "answered", "the caller reaches a person: {}", lines(&call));
}

fn code_flow() -> Value {
    json!({ "name": "Code", "start": "code", "nodes": {
        "code": { "kind": "verify_code", "prompt": { "say": "Key in your code." },
            "exits": { "verified": "thanks", "failed": "bye" } },
        "thanks": { "kind": "hang_up", "prompt": { "say": "Thank you." } },
        "bye": { "kind": "hang_up", "prompt": { "say": "Goodbye." } },
    } })
}

#[tokio::test]
async fn i_2_a_code_keyed_in_proves_the_caller_in_this_call_and_in_no_other() {
    on_both(async |app| {
        let flow = published(&app, code_flow()).await;
        let issue = json!({ "profile": { "external_id": "ann", "name": "Ann Lee" }, "form": "keypad" });
        let code = app.api().post("/v1/identification-codes", issue).await.expect(201);
        let digits = code["code"].as_str().unwrap();
        let call = ring(&app, &flow, &format!("{digits}#")).await;
        let identity = &call["identity"];
        assert_eq!(
            (&identity["assurance"], &identity["name"]),
            (&json!("al3"), &json!("Ann Lee")),
            "{}",
            lines(&call)
        );
        assert_eq!(identity["evidence"]["method"], "api_code");
        let ann = identity["profile"].as_str().unwrap();
        let theirs = app.api().get(&format!("/v1/calls?profile={ann}")).await.expect(200);
        assert_eq!(theirs["data"].as_array().unwrap().len(), 1);
        // The same number, the same code: it is used up, and nothing is left of the call before.
        let next = ring(&app, &flow, &format!("{digits}#")).await;
        assert_eq!(
            (&next["identity"]["assurance"], &next["identity"]["anonymous"]),
            (&json!("al0"), &json!(true))
        );
        // The digits of a code stand nowhere.
        for text in
            [call.to_string(), next.to_string(), app.api().get("/v1/audit").await.expect(200).to_string()]
        {
            assert!(!text.contains(digits), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn i_1_hanging_up_is_no_fresh_start_for_whoever_guesses_codes() {
    on_both(async |app| {
        let flow = published(&app, code_flow()).await;
        let issue = async |who: &str| {
            let body = json!({ "profile": { "external_id": who }, "form": "keypad" });
            app.api().post("/v1/identification-codes", body).await.expect(201)["code"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let right = issue("ann").await;
        // Codes that are right by their form, and superseded.
        let mut old = Vec::new();
        for n in 0..7 {
            let who = format!("ben-{n}");
            old.push(issue(&who).await);
            issue(&who).await;
        }
        let keys = |code: &str| format!("{code}#");
        for code in &old {
            ring(&app, &flow, &keys(code)).await;
        }
        let locked = ring(&app, &flow, &keys(&right)).await;
        assert_eq!(locked["identity"]["assurance"], "al0", "{}", lines(&locked));
        // It is whoever plays that is locked: nobody locks a customer's telephone from the bench.
        let call =
            json!({ "flow": flow, "from": CALLER, "script": [{ "after_ms": 3_000, "press": keys(&right) }] });
        let other = app.admin().await.post("/v1/bench/calls", call).await.expect(201);
        assert_eq!(other["identity"]["assurance"], "al3", "{}", lines(&other));
    })
    .await;
}

#[tokio::test]
async fn i_3_a_secret_is_asked_with_and_stands_nowhere() {
    on_both(async |app| {
        app.outbound.provide("https://crm.example", |call: &Call<'_>| {
            let is_right = String::from_utf8_lossy(call.body).contains("471147");
            Reply::json(if is_right { 200 } else { 404 }, &json!({ "ok": true }))
        });
        let mut flow = seed();
        let nodes = flow["nodes"].as_object_mut().unwrap();
        nodes.insert("pin".to_owned(), json!({ "kind": "keypad_input", "variable": "pin", "class": "secret", "min": 6,
            "max": 6, "prompt": { "say": "Your PIN." }, "exits": { "next": "look", "failed": "agent" } }));
        nodes["ask"]["exits"]["next"] = json!("pin");
        nodes.insert("look".to_owned(), json!({ "kind": "http_request", "method": "POST",
            "url": "https://crm.example/pin", "body": { "kind": "json", "value": { "pin": "{pin}" } },
            "variable": "answer", "exits": { "found": "agent", "not_found": "agent", "unavailable": "agent" } }));
        let flow = published(&app, flow).await;
        let call = json!({ "flow": flow, "from": CALLER, "script": [
            { "after_ms": 6_000, "press": "1234567890#" }, { "after_ms": 3_000, "press": "471147#" }] });
        let call = app.api().post("/v1/bench/calls", call).await.expect(201);
        assert_eq!(call["look_ups"][0]["outcome"], "found", "{}", lines(&call));
        assert_eq!(variable(&call, "pin"), &Value::Null);
        assert!(!call.to_string().contains("471147"));
        let audit = app.api().get("/v1/audit?limit=100").await.expect(200);
        assert!(!audit.to_string().contains("471147"));
    })
    .await;
}

#[tokio::test]
async fn m_8_a_call_is_masked_for_whoever_sees_values_masked() {
    on_both(async |app| {
        app.outbound.provide("https://crm.example", crm);
        app.api().post("/v1/call-widgets", widget()).await.expect(201);
        let flow = published(&app, seed()).await;
        let call = ring(&app, &flow, "1234567890#").await;
        let path = format!("/v1/calls/{}", call["id"].as_str().unwrap());
        let none = json!({ "name": false, "email": false, "phone": false, "ids": false, "attributes": false, "text": false });
        let all = json!({ "name": true, "email": true, "phone": true, "ids": true, "attributes": true, "text": true });
        let roles = json!({ "roles": { "admin": none, "team_manager": none, "agent": all } });
        app.api().put("/v1/masking", roles).await.expect(200);
        let agent = app.person("agent").await;
        let note = json!({ "note": "Jane rang from +46706170786, card 4111 1111 1111 1111" });
        let masked = agent.patch(&path, note).await.expect(200);
        for shown in [masked.clone(), agent.get(&path).await.expect(200), agent.get("/v1/calls").await.expect(200)] {
            for value in ["Jane", "Doe", "1234567890", "6170786"] {
                assert!(!shown.to_string().contains(value), "{value}: {shown}");
            }
        }
        assert_eq!(masked["caller"], "XXX-XXX-0786");
        let open = app.admin().await.get(&path).await.expect(200);
        let note = open["note"].as_str().unwrap();
        assert!(note.starts_with("Jane rang from +46706170786, card ") && !note.contains("4111 1111"), "M-5: {note}");
        assert_eq!(open["caller"], CALLER);
        assert_eq!(open["masked"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn what_is_no_call_is_refused_where_it_is_wrong() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let draft = app.api().post("/v1/ivr-flows", code_flow()).await.expect(201)["id"].clone();
    let api = app.api();
    let bench = async |more: Value| {
        let mut body = json!({ "flow": draft });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        api.post("/v1/bench/calls", body).await
    };
    assert_eq!(bench(json!({})).await.problem(409), "not-published");
    let call = bench(json!({ "version": "draft" })).await.expect(201);
    assert_eq!((&call["flow_version"], &call["outcome"]), (&Value::Null, &json!("handled")));
    assert_eq!(call["caller"], Value::Null, "a withheld number");
    for (more, pointer) in [
        (json!({ "version": "draft", "script": [{ "press": "12x" }] }), "/script/0/press"),
        (json!({ "version": "draft", "script": [{ "press": "1".repeat(101) }] }), "/script/0/press"),
        (json!({ "version": "draft", "script": [{ "after_ms": 600_001 }] }), "/script/0/after_ms"),
        (json!({ "version": "draft", "from": "call me" }), "/from"),
    ] {
        let refused = bench(more).await.expect(400);
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    let gone = json!({ "flow": "flow_00000000000000000000000000" });
    assert_eq!(api.post("/v1/bench/calls", gone).await.problem(404), "not-found");
    assert_eq!(api.get("/v1/calls?outcome=lost").await.problem(400), "invalid-request");
    let agent = app.person("agent").await;
    assert_eq!(agent.post("/v1/bench/calls", json!({ "flow": draft })).await.problem(403), "forbidden");
    let two_hundred = json!({ "version": "draft", "script": [{ "after_ms": 100, "press": "1".repeat(100) },
        { "after_ms": 100, "press": "1".repeat(100) }, { "after_ms": 10, "hang_up": true }] });
    bench(two_hundred).await.expect(201);
}
