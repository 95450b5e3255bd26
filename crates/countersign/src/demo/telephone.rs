//! The bank's telephone: a phone menu that asks the bank's own system, and a telephone on a page to call it with.
//!
//! The page is the caller. It is told what a caller hears and nothing else: not who the bank takes them for, and not
//! what an agent sees.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Demo;
use super::api::{Api, text};
use super::pages::{fresh, header_text, random_name};
use super::story::CUSTOMERS;
use crate::failure::Result;

/// The bank's number, of those that nobody has.
const NUMBER: &str = "+493090182099";

/// Calls that the page remembers.
const CALLS_MAX: usize = 200;

/// What the bank knows of its own telephone.
#[derive(Debug, Clone, Default, serde::Serialize, Deserialize)]
pub(super) struct Telephone {
    /// By number, by PIN.
    by_number: String,
    by_pin: String,
    flow: String,
    /// The key of the bank's own system.
    key: String,
    /// Calls the bank, and hears what a caller hears.
    pub(super) caller_key: String,
}

/// The calls that were begun on the page, the latest.
#[derive(Default)]
pub(super) struct Calls(Mutex<VecDeque<String>>);

impl Calls {
    fn keep(&self, call: String) -> String {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= CALLS_MAX {
            all.pop_front();
        }
        all.push_back(call.clone());
        call
    }

    fn has(&self, call: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|known| known == call)
    }
}

/// Sets it up.
pub(super) async fn seed(api: &Api, site_url: &str) -> Result<Telephone> {
    let key = random_name();
    let by_number = text(&api.post("/v1/look-ups", by_number(site_url, &key)).await?, "/id");
    let by_pin = text(&api.post("/v1/look-ups", by_pin(site_url, &key)).await?, "/id");
    let flow = text(&api.post("/v1/ivr-flows", flow(&by_number, &by_pin)).await?, "/id");
    api.post(&format!("/v1/ivr-flows/{flow}/publish"), json!({})).await?;
    api.post("/v1/call-widgets", card()).await?;
    let number = json!({ "number": NUMBER, "name": "Acme Bank", "adapter": "bench", "flow": flow });
    api.post("/v1/phone-numbers", number).await?;
    // Who plays makes somebody known only where they could do so without a call.
    let scopes =
        ["phone.read", "phone.write", "call.read", "personal_data.read", "profile.write", "link.write"];
    let caller_key = super::seed::key_for(api, "The page's telephone", &scopes).await?;
    Ok(Telephone { by_number, by_pin, flow, key, caller_key })
}

/// Points the look-ups at the address that the second origin has this time.
pub(super) async fn point_at(api: &Api, phone: &Telephone, site_url: &str) -> Result<()> {
    if phone.flow.is_empty() {
        return Ok(());
    }
    for (id, whole) in
        [(&phone.by_number, by_number(site_url, &phone.key)), (&phone.by_pin, by_pin(site_url, &phone.key))]
    {
        // The key is meant for the bank's own system: at another address it is entered again.
        api.patch(&format!("/v1/look-ups/{id}"), json!({ "request": whole["request"] })).await?;
    }
    Ok(())
}

fn answer(proves: &str) -> Value {
    json!({ "proves": proves, "fields": [
        { "path": "$.customer.id", "to": "external_id" }, { "path": "$.customer.name", "to": "name" },
        { "path": "$.customer.accountNumber", "to": "attributes.account_number" },
    ] })
}

fn by_number(site_url: &str, key: &str) -> Value {
    json!({
        "name": "Customer by account number",
        "request": {
            "method": "GET", "url": format!("{site_url}/bank/accounts/{{accountNumber}}"),
            "headers": [{ "name": "X-Api-Key", "value": key, "secret": true }],
        },
        "answer": answer("nothing"),
    })
}

fn by_pin(site_url: &str, key: &str) -> Value {
    let content = json!({ "kind": "json", "value": { "account": "{accountNumber}", "pin": "{pin}" } });
    json!({
        "name": "Customer by account number and PIN",
        "request": {
            "method": "POST", "url": format!("{site_url}/bank/pins"), "body": content,
            "headers": [{ "name": "X-Api-Key", "value": key, "secret": true }],
        },
        "answer": answer("pin"),
    })
}

/// The seed's own example, with a PIN or a code for whoever wants to do more by telephone.
fn flow(by_number: &str, by_pin: &str) -> Value {
    let say = |text: &str| json!({ "say": text, "language": "en" });
    let at = |column: u32, row: u32| json!({ "column": column, "row": row });
    json!({ "name": "Acme Bank", "start": "welcome", "on_error": "agent", "nodes": {
        "welcome": { "kind": "play", "prompt": say("Welcome to Acme Bank."), "exits": { "next": "account" }, "at": at(0, 1) },
        "account": {
            "kind": "keypad_input", "variable": "accountNumber", "min": 10, "max": 10, "label": "Account number",
            "prompt": say("Enter your account number, ten digits, and end with the pound key."),
            "wrong_prompt": say("That was not ten digits."),
            "exits": { "next": "look", "failed": "agent" }, "at": at(1, 1),
        },
        "look": {
            "kind": "http_request", "look_up": by_number, "variable": "customerInfo", "label": "Ask the bank's system",
            "hold_prompt": say("One moment, please."),
            "exits": { "found": "how", "not_found": "how", "unavailable": "agent" }, "at": at(2, 1),
        },
        "how": {
            "kind": "menu", "prompt": say("Press 1 to key in your PIN, 2 for a code from our website, or 0 to speak with somebody."),
            "exits": { "1": "pin", "2": "code", "0": "agent", "failed": "agent" }, "at": at(3, 1),
        },
        "pin": {
            "kind": "keypad_input", "variable": "pin", "class": "secret", "min": 4, "max": 4, "label": "PIN",
            "prompt": say("Enter your PIN, four digits, and end with the pound key."),
            "exits": { "next": "compare", "failed": "agent" }, "at": at(4, 0),
        },
        "compare": {
            "kind": "http_request", "look_up": by_pin, "variable": "verified", "label": "Compare the PIN",
            "exits": { "found": "thanks", "not_found": "agent", "unavailable": "agent" }, "at": at(5, 0),
        },
        "code": {
            "kind": "verify_code", "prompt": say("Enter the code, and end with the pound key."),
            "exits": { "verified": "thanks", "failed": "agent" }, "at": at(4, 2),
        },
        "thanks": { "kind": "play", "prompt": say("Thank you. We know who you are."), "exits": { "next": "agent" }, "at": at(6, 1) },
        "agent": {
            "kind": "queue", "queue": "Support", "hold_prompt": say("Please hold. Somebody will be with you in a moment."),
            "exits": { "timeout": "sorry", "failed": "sorry" }, "at": at(7, 1),
        },
        "sorry": {
            "kind": "hang_up", "prompt": say("Nobody is free now. Please call again later. Goodbye."), "at": at(8, 1),
        },
    } })
}

fn card() -> Value {
    json!({
        "name": "Customer", "show_if": "accountNumber", "title": "Customer on the telephone",
        "action": { "label": "Open the customer's file", "url": "https://bank.example/files/{accountNumber}" },
        "buttons": [{ "label": "Create ticket", "url": "https://desk.example/new?account={accountNumber}" }],
        "rows": [
            { "title": "{customerInfo.customer.name}", "label": "Name" },
            { "title": "{customerInfo.customer.tariff}", "label": "Tariff" },
            { "title": "{accountNumber}", "label": "Account number" },
        ],
    })
}

/// Who can call from the page.
pub(super) fn callers() -> Value {
    let known = CUSTOMERS.iter().filter(|c| !c.account.is_empty());
    let known = known.map(|c| json!({ "as": c.id, "name": c.name, "account": c.account, "pin": c.pin }));
    known.chain([json!({ "as": "stranger", "name": "Somebody", "account": null, "pin": null })]).collect()
}

/// The bank's own system: whose account is this?
pub(super) async fn account(
    State(demo): State<Arc<Demo>>,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Response {
    known(&demo, &headers, |account, _| account == number)
}

/// What the bank's own system is asked to compare.
#[derive(Deserialize)]
pub(super) struct PinBody {
    account: String,
    pin: String,
}

/// The bank's own system: is this the PIN of this account?
pub(super) async fn pin(
    State(demo): State<Arc<Demo>>,
    headers: HeaderMap,
    Json(body): Json<PinBody>,
) -> Response {
    known(&demo, &headers, |account, pin| account == body.account && pin == body.pin)
}

fn known(demo: &Demo, headers: &HeaderMap, is_it: impl Fn(&str, &str) -> bool) -> Response {
    let key = &demo.state.telephone.key;
    if key.is_empty() || header_text(headers, "x-api-key") != key {
        return fresh(StatusCode::UNAUTHORIZED);
    }
    match CUSTOMERS.iter().find(|c| !c.account.is_empty() && is_it(c.account, c.pin)) {
        Some(c) => fresh(Json(json!({ "customer": {
            "id": c.id, "name": c.name, "phoneNumber": c.phone, "accountNumber": c.account, "tariff": c.tariff_label(),
        } }))),
        None => fresh((StatusCode::NOT_FOUND, Json(json!({})))),
    }
}

/// Who calls.
#[derive(Deserialize)]
pub(super) struct CallBody {
    r#as: String,
}

/// The page's telephone calls the bank.
pub(super) async fn call(State(demo): State<Arc<Demo>>, Json(body): Json<CallBody>) -> Response {
    let caller = CUSTOMERS.iter().find(|c| c.id == body.r#as).map(|c| c.phone);
    let call = json!({ "flow": demo.state.telephone.flow, "by_hand": true, "from": caller, "to": NUMBER });
    let begun = match demo.phone.post("/v1/bench/calls", call).await {
        Ok(begun) => demo.calls.keep(text(&begun, "/id")),
        Err(_) => return fresh(StatusCode::SERVICE_UNAVAILABLE),
    };
    told(demo.phone.get(&format!("/v1/bench/calls/{begun}")).await)
}

/// What the caller does.
#[derive(Deserialize)]
pub(super) struct InputBody {
    call: String,
    input: Value,
}

/// Something happens at the caller's end.
pub(super) async fn input(State(demo): State<Arc<Demo>>, Json(body): Json<InputBody>) -> Response {
    // A caller presses keys, listens and hangs up; what agents do is not theirs to do.
    let may = |name: &String| matches!(name.as_str(), "press" | "heard" | "tick" | "hang_up");
    let is_callers = body.input.as_object().is_some_and(|input| input.keys().all(may));
    // And only in calls from this page.
    if !is_callers || !demo.calls.has(&body.call) {
        return fresh(StatusCode::BAD_REQUEST);
    }
    told(demo.phone.post(&format!("/v1/bench/calls/{}/inputs", body.call), body.input).await)
}

/// What a caller can know of a call.
fn told(moment: std::result::Result<Value, super::api::Refusal>) -> Response {
    let Ok(moment) = moment else { return fresh(StatusCode::SERVICE_UNAVAILABLE) };
    let heard = json!({
        "call": moment["call"]["id"], "is_over": moment["is_over"], "at_ms": moment["at_ms"],
        "is_with_agent": moment["call"]["state"] == "connected", "tick_at_ms": moment["tick_at_ms"],
        "playing": moment["playing"],
    });
    fresh(Json(heard))
}
