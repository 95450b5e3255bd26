mod properties;
mod timers;

use serde_json::{Value, json};

use super::*;
use crate::digits::Ended;
use crate::testing::{Drive, World, good_world};
use crate::transcript::{By, What};

fn parse(document: Value) -> Flow {
    Flow::parse(&document).unwrap()
}

fn facts() -> CallFacts {
    CallFacts {
        caller: Some("+46706170786".to_owned()),
        callee: Some("+46812345".to_owned()),
        from: None,
        attestation: Some("A".to_owned()),
    }
}

/// The world with another answer to some effects.
fn world(mut other: impl FnMut(&Effect) -> Option<Vec<(u64, Input)>> + 'static) -> World<'static> {
    let mut good = good_world();
    Box::new(move |effect| other(effect).unwrap_or_else(|| good(effect)))
}

fn drive<'a>(flow: &'a Flow, world: World<'a>, keys: &[(Moment, &str)]) -> Drive<'a> {
    let mut drive = Drive::begin(flow, facts(), world);
    for (at, keys) in keys {
        drive.press(*at, keys);
    }
    drive.push(10_000_000, Input::HangUp);
    drive.run();
    drive
}

fn exits<'a>(drive: &'a Drive<'_>) -> Vec<&'a str> {
    drive
        .happened()
        .filter_map(|what| match what {
            What::Exited { exit } => Some(exit.as_str()),
            _ => None,
        })
        .collect()
}

/// Each input that ended: how, when, after how many keys.
fn inputs(drive: &Drive<'_>) -> Vec<(Ended, Moment, u32)> {
    let keyed = |entry: &TranscriptEntry| match entry.what {
        What::Keyed { count, ended } => Some((ended, entry.at, count)),
        _ => None,
    };
    drive.transcript.iter().filter_map(keyed).collect()
}

fn seed() -> Flow {
    parse(json!({"start": "ask", "nodes": {
        "ask": {"kind": "keypad_input", "variable": "accountNumber", "min": 10, "max": 10,
            "prompt": {"say": "Enter your account number, ten digits, and end with pound."},
            "wrong_prompt": {"say": "That was not right."}, "no_input_prompt": {"say": "We heard nothing."},
            "exits": {"next": "look", "failed": "agents"}},
        "look": {"kind": "http_request", "method": "GET", "url": "https://bank.example/customers/{accountNumber}",
            "variable": "customerInfo", "hold_prompt": {"say": "One moment."},
            "exits": {"found": "agents", "not_found": "agents", "unavailable": "agents"}},
        "agents": {"kind": "queue", "queue": "Support", "timeout_ms": 600_000, "exits": {"timeout": "bye", "failed": "bye"}},
        "bye": {"kind": "hang_up", "prompt": {"say": "Goodbye."}}
    }}))
}

#[test]
fn the_example_of_the_seed() {
    let flow = seed();
    let drive = drive(&flow, good_world(), &[(3_000, "12345"), (4_000, "67890#")]);
    assert_eq!(
        drive.lines(),
        [
            "0.000 ask: keypad_input",
            "0.000 ask: plays Enter your account number, ten digits, and end with pound.",
            "4.000 ask: •••• (10 keys) match",
            "4.000 ask: sets accountNumber (personal)",
            "4.000 ask: -> next",
            "4.000 look: http_request",
            "4.000 look: plays One moment.",
            "4.200 look: look-up found",
            "4.200 look: sets customerInfo (personal)",
            "5.500 look: -> found",
            "5.500 agents: queue",
            "8.500 agents: answered",
            "65.500 agents: ended",
            "65.500 agents: over, by flow",
        ]
    );
    let variables = drive.state.variables();
    assert_eq!(variables.text("accountNumber").as_deref(), Some("1234567890"));
    assert_eq!(variables.text("customerInfo.customer.name").as_deref(), Some("Jane Doe"));
    assert_eq!(variables.text("system.caller"), variables.text("caller"));
    assert_eq!(variables.text("from"), None);
}

#[test]
fn silence_and_mistakes_are_asked_again_and_then_fail() {
    let flow = seed();
    let drive = drive(&flow, good_world(), &[(3_000, "123#"), (17_001, "1234567")]);
    assert_eq!(
        inputs(&drive),
        [(Ended::TooShort, 3_000, 3), (Ended::NoInput, 10_000, 0), (Ended::NoInput, 17_000, 0)]
    );
    let played: Vec<_> = drive
        .happened()
        .filter_map(|what| match what {
            What::Prompted { pieces } => Some(pieces.first().unwrap().as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(played[1..], ["That was not right.", "We heard nothing."]);
    assert_eq!(exits(&drive), ["failed"]);
    // What was keyed in and not accepted reaches the agent, under another name.
    assert_eq!(drive.state.variables().text("keyed.accountNumber").as_deref(), Some("123"));
    assert!(!drive.state.variables().has_value("accountNumber"));
}

#[test]
fn who_hangs_up_while_keying_leaves_the_digits_so_far() {
    let flow = seed();
    let mut drive = Drive::begin(&flow, facts(), good_world());
    drive.press(1_000, "12*4567").push(1_500, Input::HangUp).press(1_600, "8");
    assert!(drive.run());
    assert_eq!(drive.state.ended_by(), Some(By::Caller));
    assert_eq!(drive.state.variables().text("keyed.accountNumber").as_deref(), Some("4567"));
    assert!(drive.state.step(&flow, Input::HangUp, 9_000).is_empty());
}

#[test]
fn keys_ahead_are_kept_for_the_next_question() {
    let mut document = seed().to_json();
    document["nodes"]["look"]["exits"]["found"] = json!("menu");
    document["nodes"]["menu"] = json!({"kind": "menu", "prompt": {"say": "Press 1."},
        "exits": {"1": "bye", "2": "agents", "failed": "bye"}});
    let flow = parse(document.clone());
    let ahead = drive(&flow, good_world(), &[(1_000, "1234567890#"), (1_100, "2")]);
    assert_eq!(exits(&ahead), ["next", "found", "2"]);
    // A menu whose caller knew the way is not read out.
    let is_played = |drive: &Drive<'_>| drive.lines().iter().any(|line| line.ends_with("plays Press 1."));
    assert!(!is_played(&ahead));
    // 200 keys: fifty are kept, the first of them is no choice, then the menu is read out.
    let flood = drive(&flow, good_world(), &[(1_000, "1234567890#"), (1_100, &"7".repeat(200))]);
    assert!(is_played(&flood));
    assert_eq!(exits(&flood).last(), Some(&"failed"));
    // A question without barge-in takes none.
    document["nodes"]["menu"] = json!({"kind": "keypad_input", "variable": "v", "prompt": {"say": "Press 1."}, "tries": 1,
        "barge_in": false, "exits": {"next": "agents", "failed": "bye"}});
    let flow = parse(document);
    let dropped = drive(&flow, good_world(), &[(1_000, "1234567890#"), (1_100, "2#")]);
    assert_eq!(exits(&dropped), ["next", "found", "failed"]);
}

#[test]
fn pound_after_the_last_digit_does_not_answer_the_next_question() {
    let flow = parse(json!({"start": "a", "nodes": {
        "a": {"kind": "keypad_input", "variable": "v", "min": 4, "max": 4, "require_terminator": false, "prompt": {"say": "x"},
            "exits": {"next": "m", "failed": "h"}},
        "m": {"kind": "menu", "prompt": {"say": "y"}, "exits": {"#": "h", "1": "h", "failed": "h"}},
        "h": {"kind": "hang_up"}}}));
    for keys in [vec![(3_000, "1234#"), (4_000, "1")], vec![(3_000, "1234"), (4_000, "#"), (4_500, "1")]] {
        assert_eq!(exits(&drive(&flow, good_world(), &keys)), ["next", "1"]);
    }
    // Only one, and only soon after.
    assert_eq!(exits(&drive(&flow, good_world(), &[(3_000, "1234"), (6_001, "#")])), ["next", "#"]);
    assert_eq!(exits(&drive(&flow, good_world(), &[(3_000, "1234##")])), ["next", "#"]);
}

#[test]
fn i_1_found_and_not_found_take_the_same_time() {
    let flow = seed();
    for took in [0, 1, 200, 1_499, 1_500, 1_501, 2_900, 4_999] {
        let left = |outcome: LookUpOutcome| {
            let world = world(move |effect| match effect {
                Effect::LookUp { id, .. } => {
                    Some(vec![(took, Input::LookUp { id: *id, outcome: outcome.clone() })])
                }
                _ => None,
            });
            let drive = drive(&flow, world, &[(3_000, "1234567890#")]);
            let is_left = |entry: &&TranscriptEntry| {
                entry.node.as_deref() == Some("look") && matches!(entry.what, What::Exited { .. })
            };
            drive.transcript.iter().find(is_left).unwrap().at - 3_000
        };
        let found = left(LookUpOutcome::Found { value: json!(1) });
        assert_eq!(found, left(LookUpOutcome::NotFound));
        assert!(found % 1_500 == 0 && found >= took && found < took + 1_500 + 1, "{took} {found}");
    }
}

/// Every kind with a world and keys for each of its exits.
#[test]
fn every_exit_of_every_node() {
    fn leg(outcome: LegOutcome) -> World<'static> {
        world(move |effect| match effect {
            Effect::Queue { id, .. } | Effect::Connect { id, .. } | Effect::Transfer { id, .. } => {
                Some(vec![(100, Input::Leg { id: *id, outcome })])
            }
            _ => None,
        })
    }
    fn asked(answer: fn(Id) -> Option<Input>) -> World<'static> {
        world(move |effect| match effect {
            Effect::LookUp { id, .. }
            | Effect::CheckCode { id, .. }
            | Effect::AskHours { id, .. }
            | Effect::Record { id, .. }
            | Effect::SendSms { id, .. }
            | Effect::Queue { id, .. }
            | Effect::Connect { id, .. }
            | Effect::Transfer { id, .. } => {
                Some(answer(*id).map(|input| (100, input)).into_iter().collect())
            }
            _ => None,
        })
    }
    let say = json!({"say": "x"});
    let menu = json!({"kind": "menu", "prompt": say, "choices": ["1", "#"]});
    let keypad = json!({"kind": "keypad_input", "prompt": say, "variable": "v", "tries": 2});
    let request = json!({"kind": "http_request", "look_up": "lku_1", "variable": "v"});
    let condition = |value: &str| {
        let test = json!({"variable": "callee", "op": "equals", "value": value});
        json!({"kind": "condition", "branches": [{"exit": "yes", "any": [test]}]})
    };
    let code = json!({"kind": "verify_code", "prompt": say});
    let queue = json!({"kind": "queue", "queue": "q", "timeout_ms": 5_000});
    let connect = json!({"kind": "connect", "to": "usr_1"});
    let transfer = json!({"kind": "transfer", "to": "{caller}"});
    let voicemail = json!({"kind": "voicemail", "prompt": say});
    let hours = json!({"kind": "business_hours", "calendar": "cal_1"});
    let sms = json!({"kind": "send_sms", "text": "x"});
    let good = good_world;
    let none: fn(Id) -> Option<Input> = |_| None;
    let cases: Vec<(&Value, &str, World<'static>, &str)> = vec![
        (&menu, "1", good(), "1"),
        (&menu, "#", good(), "5#"),
        (&menu, "failed", good(), "555"),
        (&menu, "failed", good(), ""),
        (&keypad, "next", good(), "12#"),
        (&keypad, "failed", good(), "##"),
        (&request, "found", good(), ""),
        (&request, "not_found", asked(|id| Some(Input::LookUp { id, outcome: LookUpOutcome::NotFound })), ""),
        (&request, "unavailable", asked(none), ""),
        (&code, "verified", good(), "12345678901234"),
        (
            &code,
            "failed",
            asked(|id| Some(Input::Code { id, outcome: CodeOutcome::Wrong })),
            "12345678901234",
        ),
        (
            &code,
            "failed",
            asked(|id| Some(Input::Code { id, outcome: CodeOutcome::Locked })),
            "12345678901234",
        ),
        (&code, "failed", asked(none), "12345678901234"),
        (&queue, "timeout", asked(none), ""),
        (&queue, "timeout", leg(LegOutcome::NoAnswer), ""),
        (&queue, "failed", leg(LegOutcome::Failed), ""),
        (&connect, "no_answer", asked(none), ""),
        (&connect, "busy", leg(LegOutcome::Busy), ""),
        (&connect, "failed", leg(LegOutcome::Failed), ""),
        (&transfer, "failed", leg(LegOutcome::Busy), ""),
        (&transfer, "failed", asked(none), ""),
        (&voicemail, "recorded", good(), ""),
        (&voicemail, "failed", asked(none), ""),
        (&hours, "open", good(), ""),
        (&hours, "closed", asked(|id| Some(Input::Hours { id, is_open: false })), ""),
        (&hours, "open", asked(none), ""),
        (&sms, "next", good(), ""),
        (&sms, "failed", asked(|id| Some(Input::Sms { id, is_sent: false })), ""),
        (&sms, "failed", asked(none), ""),
    ];
    let play = json!({"kind": "play", "prompt": say});
    let (yes, no) = (condition("+46812345"), condition("+1"));
    let set = json!({"kind": "set_variable", "variable": "v", "value": "{caller}"});
    let more: Vec<(&Value, &str, World<'static>, &str)> = vec![
        (&play, "next", good(), ""),
        (&yes, "yes", good(), ""),
        (&no, "otherwise", good(), ""),
        (&set, "next", good(), ""),
    ];
    for (node, exit, world, keys) in cases.into_iter().chain(more) {
        let mut node = node.clone();
        let offered = parse(json!({"start": "n", "nodes": {"n": node}}));
        let targets = offered.node("n").unwrap().exits_offered();
        node["exits"] = targets
            .iter()
            .map(|exit| (exit.to_string(), json!("h")))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let flow = parse(json!({"start": "n", "nodes": {"n": node, "h": {"kind": "hang_up"}}}));
        let drive = drive(&flow, world, &[(2_500, keys)]);
        assert_eq!(exits(&drive), [exit], "{node}");
        assert_eq!(drive.state.ended_by(), Some(By::Flow));
    }
}

#[test]
fn whatever_is_missing_the_caller_hears_an_end_or_comes_to_a_person() {
    let last = |document: Value, world: World<'static>| {
        let flow = parse(document);
        let drive = drive(&flow, world, &[]);
        assert!(matches!(
            drive.effects.iter().rev().find(|(_, e)| !matches!(e, Effect::Entry(_))),
            Some((_, Effect::HangUp))
        ));
        drive.lines()
    };
    let hears = |lines: &[String]| lines.iter().any(|line| line.ends_with("plays sorry"));
    let play = |next: &str| json!({"kind": "play", "prompt": {"say": "Hej", "language": "sv"}, "exits": {"next": next}});
    // No such first node, no such next node, no exit at all, a loop.
    assert!(hears(&last(json!({"start": "x", "nodes": {}}), good_world())));
    assert!(hears(&last(json!({"start": "p", "nodes": {"p": play("x")}}), good_world())));
    assert!(hears(&last(json!({"start": "p", "nodes": {"p": {"kind": "play"}}}), good_world())));
    let looped =
        last(json!({"start": "p", "nodes": {"p": {"kind": "play", "exits": {"next": "p"}}}}), good_world());
    assert!(hears(&looped) && looped.iter().any(|line| line.ends_with("too-many-steps")));
    // The flow's own word for it, once.
    let with = json!({"start": "p", "on_error": "q", "nodes": {"p": play("x"), "q": {"kind": "queue", "queue": "a"}}});
    assert!(!hears(&last(with.clone(), good_world())));
    let failing = world(|effect| match effect {
        Effect::Queue { id, .. } => Some(vec![(1, Input::Leg { id: *id, outcome: LegOutcome::Failed })]),
        _ => None,
    });
    assert!(hears(&last(with, failing)));
    // A last word that is gone.
    let gone = world(|effect| match effect {
        Effect::Play { id, prompts, .. } if matches!(prompts[0], Spoken::Recorded { .. }) => {
            Some(vec![(0, Input::PlaybackFailed { id: *id })])
        }
        _ => None,
    });
    let bye = json!({"start": "h", "nodes": {"h": {"kind": "hang_up", "prompt": {"prompt": "prm_1"}}}});
    assert!(hears(&last(bye, gone)));
}

#[test]
fn the_last_word_is_in_the_language_of_the_call() {
    let flow = parse(json!({"start": "p", "nodes": {
        "p": {"kind": "play", "prompt": {"say": "Hej", "language": "sv-SE"}, "exits": {"next": "x"}}}}));
    let drive = drive(&flow, good_world(), &[]);
    let spoken = drive.effects.iter().rev().find_map(|(_, effect)| match effect {
        Effect::Play { prompts, .. } => prompts[0].language(),
        _ => None,
    });
    assert_eq!(spoken, Some("sv"));
}

#[test]
fn what_is_late_or_repeated_does_nothing() {
    let flow = seed();
    let (mut state, effects) = Engine::begin(&flow, facts(), 0);
    let play = effects.iter().find_map(|effect| match effect {
        Effect::Play { id, .. } => Some(*id),
        _ => None,
    });
    let id = play.unwrap();
    let effects = state.step(&flow, Input::PlaybackEnded { id }, 2_000);
    let timer = state.timer().unwrap();
    assert_eq!(effects, [Effect::Wait { id: timer.0, until: 7_000 }]);
    let before = state.clone();
    for input in [
        Input::PlaybackEnded { id },
        Input::Timer { id: id + 100 },
        Input::LookUp { id, outcome: LookUpOutcome::NotFound },
        Input::Leg { id, outcome: LegOutcome::Answered },
        Input::Hours { id: timer.0, is_open: true },
    ] {
        assert_eq!(state.step(&flow, input, 2_000), []);
        assert_eq!(state, before);
    }
    // A timer that comes too early is asked for again.
    assert_eq!(
        state.step(&flow, Input::Timer { id: timer.0 }, 6_999),
        [Effect::Wait { id: timer.0, until: 7_000 }]
    );
    // A driver that sleeps through a timer gives the same as one that does not.
    let (mut late, mut punctual) = (state.clone(), state);
    let mut told = punctual.step(&flow, Input::Timer { id: timer.0 }, 7_000);
    told.extend(punctual.step(&flow, Input::Digit(Key::STAR), 7_900));
    assert_eq!(late.step(&flow, Input::Digit(Key::STAR), 7_900), told);
    assert_eq!(late, punctual);
}

#[test]
fn keys_during_a_conversation_are_not_ours() {
    let flow = seed();
    let drive = drive(&flow, good_world(), &[(1_000, "1234567890#"), (20_000, "4711")]);
    assert!(drive.lines().last().unwrap().ends_with("over, by flow"));
    assert_eq!(inputs(&drive).len(), 1);
}

#[test]
fn a_key_ends_a_message() {
    let flow = parse(json!({"start": "v", "nodes": {
        "v": {"kind": "voicemail", "exits": {"recorded": "h", "failed": "h"}}, "h": {"kind": "hang_up"}}}));
    let drive = drive(&flow, good_world(), &[(500, "#")]);
    assert!(
        drive.effects.iter().any(|(at, effect)| *at == 500 && matches!(effect, Effect::StopRecording { .. }))
    );
}

#[test]
fn hostile_callers_are_texts_and_nothing_else() {
    let flow = parse(json!({"start": "p", "nodes": {
        "p": {"kind": "play", "prompt": {"say": "You call from {caller}."}, "exits": {"next": "t"}},
        "t": {"kind": "transfer", "to": "{caller}", "exits": {"failed": "h"}}, "h": {"kind": "hang_up"}}}));
    for hostile in [
        "<Dial>+1900</Dial>",
        "{pin}",
        "%x%\r\nX: y",
        "sip:a@b?Replaces=1",
        "javascript:alert(1)",
        "\u{202e}1234",
    ] {
        let facts = CallFacts { caller: Some(hostile.to_owned()), ..facts() };
        let mut drive = Drive::begin(&flow, facts, good_world());
        assert!(drive.run());
        assert_eq!(exits(&drive), ["next", "failed"], "{hostile}");
        assert!(!format!("{:?}", drive.effects).contains(hostile));
    }
}
