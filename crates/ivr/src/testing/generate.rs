//! Random flows and scripts, sound and unsound ones.

use serde_json::{Map, Value, json};

use super::{Drive, Rng, World};
use crate::engine::{CodeOutcome, LegOutcome, RecordOutcome};
use crate::flow::Flow;
use crate::node::Kind;
use crate::{Effect, Input, LookUpOutcome};

const VARIABLES: &[&str] = &["a", "b", "accountNumber", "customerInfo", "pin", "caller", "nobody"];
const CLASSES: &[&str] = &["public", "personal", "secret"];
const TEXTS: &[&str] = &[
    "Hello.",
    "{a}",
    "Account {accountNumber}",
    "{customerInfo.customer.name}",
    "%pin%",
    "",
    "+46701234567",
    "{caller}",
];

/// A flow of a few nodes with exits anywhere, also to nodes that do not exist; or one whose inputs are all secret.
pub fn flow(rng: &mut Rng, is_secret: bool) -> Value {
    let count = 1 + rng.below(8);
    let ids: Vec<String> = (0..count).map(|at| format!("n{at}")).collect();
    let nodes: Map<String, Value> = ids.iter().map(|id| (id.clone(), node(rng, &ids, is_secret))).collect();
    let mut flow = json!({"start": "n0", "nodes": nodes});
    if rng.once_in(2) {
        flow["on_error"] = json!(rng.pick(&ids));
    }
    flow
}

fn node(rng: &mut Rng, ids: &[String], is_secret: bool) -> Value {
    let word = if rng.once_in(2) {
        *rng.pick(&["menu", "keypad_input", "verify_code"])
    } else {
        *rng.pick(Kind::WORDS)
    };
    let mut node = json!({"kind": word});
    fields(rng, word, &mut node, is_secret);
    let read = Flow::parse(&json!({"start": "n0", "nodes": {"n0": node}}));
    let exits: Vec<String> = match read.as_ref().ok().and_then(|flow| flow.node("n0")) {
        Some(read) => read.exits_offered().iter().map(ToString::to_string).collect(),
        None => Vec::new(),
    };
    let drawn = exits.into_iter().filter_map(|exit| match rng.below(12) {
        0 => None,
        1 => Some((exit, json!("nowhere"))),
        _ => Some((exit, json!(rng.pick(ids)))),
    });
    node["exits"] = Value::Object(drawn.collect());
    node
}

fn prompts(rng: &mut Rng) -> Value {
    let piece = |rng: &mut Rng| match rng.below(3) {
        0 => json!({"prompt": "prm_1"}),
        1 => json!({"say": rng.pick(TEXTS), "language": "sv"}),
        _ => json!({"digits": rng.pick(TEXTS)}),
    };
    let count = rng.below(3);
    Value::Array((0..count).map(|_| piece(rng)).collect())
}

fn fields(rng: &mut Rng, word: &str, node: &mut Value, is_secret: bool) {
    let class = if is_secret { "secret" } else { rng.pick(CLASSES) };
    match word {
        "menu" => {
            node["prompt"] = prompts(rng);
            node["choices"] = json!(["1", "2", "*"]);
            node["tries"] = json!(rng.below(5));
        }
        "keypad_input" => {
            node["prompt"] = prompts(rng);
            node["wrong_prompt"] = prompts(rng);
            node["variable"] = json!(rng.pick(&VARIABLES[..5]));
            node["class"] = json!(class);
            let min = if is_secret { 8 } else { rng.below(6) };
            node["min"] = json!(min);
            node["max"] = json!(min + rng.below(10));
            node["require_terminator"] = json!(rng.once_in(2));
            node["terminators"] = json!(rng.pick(&["", "#", "*#"]));
            node["barge_in"] = json!(!rng.once_in(3));
            node["first_digit_ms"] = json!(rng.below(6_000));
            node["inter_digit_ms"] = json!(rng.below(4_000));
        }
        "verify_code" | "play" => node["prompt"] = prompts(rng),
        "http_request" => {
            node["variable"] = json!(rng.pick(VARIABLES));
            node["class"] = json!(rng.pick(CLASSES));
            node["hold_prompt"] = prompts(rng);
            if !rng.once_in(5) {
                node["url"] = json!("https://bank.example/{accountNumber}");
            }
        }
        "condition" => {
            let tests = json!([{"variable": rng.pick(VARIABLES), "op": rng.pick(&["equals", "has_value", "less_than"]),
                "value": rng.pick(TEXTS)}]);
            node["branches"] = json!([{"exit": "x", "all": tests}]);
        }
        "set_variable" => {
            node["variable"] = json!(rng.pick(VARIABLES));
            node["class"] = json!(rng.pick(CLASSES));
            node["value"] = json!(rng.pick(TEXTS));
        }
        "transfer" | "connect" => node["to"] = json!(rng.pick(TEXTS)),
        "send_sms" => node["text"] = json!(rng.pick(TEXTS)),
        "queue" => node["timeout_ms"] = json!(1_000 * rng.below(10)),
        _ => {}
    }
}

/// A world in which anything may happen, also nothing, twice, late, and for something else.
pub fn any_world(seed: u64) -> World<'static> {
    let mut rng = Rng(seed);
    Box::new(move |effect| {
        let Some(input) = answer(&mut rng, effect) else { return Vec::new() };
        let after = *rng.pick(&[0, 1, 400, 1_500, 3_000, 7_900, 40_000]);
        let is_playback = matches!(input, Input::PlaybackEnded { .. });
        match rng.below(12) {
            // A driver always reports the end of what it played; all else may be lost.
            0 if !is_playback => Vec::new(),
            1 => vec![(after, input.clone()), (after + 300, input)],
            _ => vec![(after, input)],
        }
    })
}

fn answer(rng: &mut Rng, effect: &Effect) -> Option<Input> {
    let legs =
        [LegOutcome::Answered, LegOutcome::Ended, LegOutcome::NoAnswer, LegOutcome::Busy, LegOutcome::Failed];
    Some(match effect {
        Effect::Play { id, .. } if rng.once_in(8) => Input::PlaybackFailed { id: *id },
        Effect::Play { id, .. } => Input::PlaybackEnded { id: *id },
        Effect::LookUp { id, .. } => {
            let outcome = match rng.below(3) {
                0 => LookUpOutcome::Found { value: json!({"customer": {"name": "Jane Doe"}}) },
                1 => LookUpOutcome::NotFound,
                _ => LookUpOutcome::Unavailable { why: "timeout".to_owned() },
            };
            Input::LookUp { id: *id, outcome }
        }
        Effect::CheckCode { id, .. } => {
            let outcomes =
                [CodeOutcome::Verified, CodeOutcome::Wrong, CodeOutcome::Wrong, CodeOutcome::Locked];
            Input::Code { id: *id, outcome: *rng.pick(&outcomes) }
        }
        Effect::AskHours { id, .. } => Input::Hours { id: *id, is_open: rng.once_in(2) },
        Effect::Queue { id, .. } | Effect::Connect { id, .. } | Effect::Transfer { id, .. } => {
            Input::Leg { id: *id, outcome: *rng.pick(&legs) }
        }
        Effect::Record { id, .. } | Effect::StopRecording { id } => {
            let recorded = RecordOutcome::Recorded { recording: "rec".to_owned(), ms: 1 };
            let outcome = if rng.once_in(2) { recorded } else { RecordOutcome::Failed };
            Input::Recorded { id: *id, outcome }
        }
        Effect::SendSms { id, .. } => Input::Sms { id: *id, is_sent: rng.once_in(2) },
        _ => return None,
    })
}

/// Random keys at random times, and sometimes the caller hangs up. Whoever is connected for long hangs up in the end.
pub fn script(rng: &mut Rng, drive: &mut Drive<'_>) {
    let mut at = 0;
    for _ in 0..rng.below(60) {
        at += *rng.pick(&[0, 100, 100, 100, 200, 3_000, 7_900]);
        let key = "0123456789*#".chars().nth(rng.below(12)).unwrap_or('#');
        drive.press(at, &key.to_string());
    }
    let end = if rng.once_in(4) { at + rng.number() % 60_000 } else { 20_000_000_000 };
    drive.push(end, Input::HangUp);
}
