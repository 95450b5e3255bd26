//! Steps of calls through the seed's flow: ten digits and `#`, a look-up, an agent. A step is one input: a key, an answer,
//! the end of a time. The limit is the same call written by hand, for this one flow and without a transcript.

use std::hint::black_box;

use countersign_ivr::testing::{Drive, good_world};
use countersign_ivr::{CallFacts, Class, Engine, Flow, Input, LookUpOutcome, Variables};
use serde_json::json;

use crate::Plan;
use crate::clock::rate;
use crate::report::{Line, Report};

const CALLS: usize = 200;

fn flow() -> Flow {
    Flow::parse(&json!({"start": "ask", "nodes": {
        "ask": {"kind": "keypad_input", "variable": "accountNumber", "min": 10, "max": 10,
            "prompt": {"say": "Enter your account number, ten digits, and end with pound."},
            "exits": {"next": "look", "failed": "agents"}},
        "look": {"kind": "http_request", "url": "https://bank.example/customers/{accountNumber}", "variable": "customerInfo",
            "exits": {"found": "agents", "not_found": "agents", "unavailable": "agents"}},
        "agents": {"kind": "queue", "queue": "Support", "exits": {"timeout": "bye", "failed": "bye"}},
        "bye": {"kind": "hang_up"}
    }}))
    .expect("a flow")
}

/// The inputs of one call, as the driver gives them.
fn inputs(flow: &Flow) -> Vec<(u64, Input)> {
    let mut drive = Drive::begin(flow, CallFacts::default(), good_world());
    drive.given = Some(Vec::new());
    for (at, key) in (0_u64..).zip("1234567890#".chars()) {
        drive.press(3_000 + 400 * at, &key.to_string());
    }
    assert!(drive.run(), "the call ends");
    assert_eq!(drive.state.variables().text("customerInfo.customer.name").as_deref(), Some("Jane Doe"));
    drive.given.take().unwrap_or_default()
}

/// The same call by hand. What is set is what the engine sets.
fn by_hand(inputs: &[(u64, Input)]) -> Variables {
    let mut variables = Variables::default();
    let (mut digits, mut until) = (String::new(), 7_000);
    for (at, input) in inputs {
        match input {
            Input::Digit(key) if key.is_digit() && *at <= until => {
                digits.push(key.as_char());
                until = at + 3_000;
            }
            Input::Digit(_) if digits.len() == 10 => {
                let _ = variables.set("accountNumber", Class::Personal, std::mem::take(&mut digits));
            }
            Input::LookUp { outcome: LookUpOutcome::Found { value }, .. } => {
                let _ = variables.set("customerInfo", Class::Personal, value.clone());
            }
            _ => {}
        }
    }
    variables
}

/// The figure beside its limit.
pub(crate) fn run(plan: &Plan, report: &mut Report) {
    let flow = flow();
    let inputs = inputs(&flow);
    let ours = rate(plan, || {
        for _ in 0..CALLS {
            let (mut state, effects) = Engine::begin(&flow, CallFacts::default(), 0);
            black_box(effects);
            for (at, input) in &inputs {
                black_box(state.step(&flow, black_box(input.clone()), *at));
            }
            assert!(state.is_over(), "the call ends");
        }
        CALLS * inputs.len()
    });
    let hand = rate(plan, || {
        for _ in 0..CALLS {
            let variables = by_hand(black_box(&inputs));
            assert_eq!(variables.len(), 2, "by hand sets the same");
            black_box(variables);
        }
        CALLS * inputs.len()
    });
    let size = format!("the seed's flow, {} inputs a call, with transcript", inputs.len());
    report.add(Line::new("steps of calls", "/cpu-s", ours, size).limit("by hand, no transcript", hand));
}
