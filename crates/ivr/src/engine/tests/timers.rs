//! Keys around timers: a written table of what VoiceXML gives.

use serde_json::{Value, json};

use super::{drive, exits, inputs, parse};
use crate::Flow;
use crate::digits::Ended;
use crate::engine::Effect;
use crate::testing::good_world;

/// Asks for one or two digits; the prompt takes two seconds.
fn timed(fields: Value) -> Flow {
    let mut ask = json!({"kind": "keypad_input", "variable": "v", "min": 2, "max": 2, "tries": 1,
        "prompt": {"say": "x"}, "exits": {"next": "h", "failed": "h"}});
    for (name, value) in fields.as_object().unwrap() {
        ask[name] = value.clone();
    }
    parse(json!({"start": "a", "nodes": {"a": ask, "h": {"kind": "hang_up"}}}))
}

/// The first key this long after the prompt, the second and `#` this long after the one before: how the input ends, and
/// when, counted from the end of the prompt.
type Row = ((u64, u64, u64), Ended, u64, u32);

fn holds(flow: &Flow, rows: &[Row]) {
    for &((first, second, pound), ended, after, count) in rows {
        let at = 2_000 + first;
        let keys = [(at, "1"), (at + second, "2"), (at + second + pound, "#")];
        let drive = drive(flow, good_world(), &keys);
        assert_eq!(inputs(&drive), [(ended, 2_000 + after, count)], "{first} {second} {pound}");
        let is_match = ended == Ended::Match;
        assert_eq!(exits(&drive), [if is_match { "next" } else { "failed" }]);
        assert_eq!(drive.state.variables().has_value("v"), is_match);
    }
}

#[test]
fn keys_around_every_timer_give_the_voicexml_result() {
    use Ended::{Match, NoInput, NotTerminated, TooShort};
    // The timers as they are: 5 s for the first digit, 3 s for each other; # is required.
    holds(
        &timed(json!({})),
        &[
            ((100, 100, 100), Match, 300, 2),
            ((100, 100, 3_000), Match, 3_200, 2),
            ((100, 100, 7_900), NotTerminated, 3_200, 2),
            ((100, 3_000, 100), Match, 3_200, 2),
            ((100, 3_000, 3_000), Match, 6_100, 2),
            ((100, 3_000, 7_900), NotTerminated, 6_100, 2),
            ((100, 7_900, 100), TooShort, 3_100, 1),
            ((3_000, 100, 100), Match, 3_200, 2),
            ((3_000, 100, 3_000), Match, 6_100, 2),
            ((3_000, 100, 7_900), NotTerminated, 6_100, 2),
            ((3_000, 3_000, 100), Match, 6_100, 2),
            ((3_000, 3_000, 3_000), Match, 9_000, 2),
            ((3_000, 3_000, 7_900), NotTerminated, 9_000, 2),
            ((3_000, 7_900, 100), TooShort, 6_000, 1),
            ((7_900, 100, 100), NoInput, 5_000, 0),
            ((7_900, 3_000, 100), NoInput, 5_000, 0),
            ((5_000, 100, 100), Match, 5_200, 2),
            ((5_001, 100, 100), NoInput, 5_000, 0),
            ((100, 3_001, 100), TooShort, 3_100, 1),
        ],
    );
    // Eight seconds each: 7.9 s is in time everywhere, and nobody who still types is cut off by a total time.
    holds(
        &timed(json!({"first_digit_ms": 8_000, "inter_digit_ms": 8_000})),
        &[
            ((100, 7_900, 100), Match, 8_100, 2),
            ((7_900, 100, 100), Match, 8_100, 2),
            ((7_900, 7_900, 100), Match, 15_900, 2),
            ((7_900, 7_900, 7_900), Match, 23_700, 2),
            ((7_900, 8_100, 100), TooShort, 15_900, 1),
        ],
    );
    // Without a required terminator, the last digit ends it; # after it is nobody's.
    holds(
        &timed(json!({"require_terminator": false})),
        &[
            ((100, 100, 100), Match, 200, 2),
            ((3_000, 3_000, 7_900), Match, 6_000, 2),
            ((100, 7_900, 100), TooShort, 3_100, 1),
            ((7_900, 100, 100), NoInput, 5_000, 0),
        ],
    );
    // Up to four digits: silence ends it well.
    holds(
        &timed(json!({"require_terminator": false, "max": 4})),
        &[
            ((100, 100, 100), Match, 300, 2),
            ((100, 100, 7_900), Match, 3_200, 2),
            ((3_000, 7_900, 100), TooShort, 6_000, 1),
        ],
    );
}

#[test]
fn barge_in_stops_the_prompt_and_begins_the_inter_digit_time() {
    let flow = timed(json!({}));
    let with = drive(&flow, good_world(), &[(100, "1"), (3_000, "2"), (5_900, "#")]);
    assert_eq!(inputs(&with), [(Ended::Match, 5_900, 2)]);
    assert!(with.effects.contains(&(100, Effect::StopPlaying)));
    // Without: what is keyed during the prompt does not count.
    let flow = timed(json!({"barge_in": false}));
    let without = drive(&flow, good_world(), &[(100, "9"), (1_900, "9"), (2_000, "1"), (3_000, "12#")]);
    assert_eq!(inputs(&without), [(Ended::Match, 3_000, 2)]);
    assert_eq!(without.state.variables().text("v").as_deref(), Some("12"));
    let is_stopped = without.effects.iter().any(|(_, effect)| *effect == Effect::StopPlaying);
    assert!(!is_stopped);
}
