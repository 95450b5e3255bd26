//! Random flows and callers.

use proptest::prelude::*;

use super::{facts, parse};
use crate::engine::{Effect, State};
use crate::prompt::Spoken;
use crate::testing::generate::{any_world, flow as random_flow, script};
use crate::testing::{Drive, Rng, any_document};

/// Secrets of a call, as far as they are long enough not to be found by chance.
fn no_secret_is_told(state: &State, effects: &[Effect]) {
    if state.variables().secrets().is_empty() {
        return;
    }
    let written = serde_json::to_string(state).unwrap();
    let shown = format!("{state:?} {effects:?}");
    let entries: Vec<_> = effects.iter().filter(|effect| matches!(effect, Effect::Entry(_))).collect();
    for (_, value) in state.variables().secrets() {
        let value = crate::variable::text_of(&value).unwrap_or_default();
        if value.len() >= 8 && value.bytes().all(|b| b.is_ascii_digit()) {
            assert!(!written.contains(&value) && !shown.contains(&value), "{value} {written} {shown}");
            assert!(!format!("{entries:?}").contains(&value));
            let spoken = effects.iter().any(|effect| match effect {
                Effect::Play { prompts, .. } => prompts.iter().any(|prompt| match prompt {
                    Spoken::Say { text, .. } | Spoken::Digits { digits: text, .. } => {
                        text.as_str().contains(&value)
                    }
                    Spoken::Recorded { .. } => false,
                }),
                Effect::SendSms { to, text, .. } => {
                    to.as_str().contains(&value) || text.as_str().contains(&value)
                }
                Effect::Transfer { to, .. } | Effect::Connect { to, .. } => to.as_str().contains(&value),
                _ => false,
            });
            assert!(!spoken, "{value}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Never panics, never loops for ever, always ends; whoever goes on from a written state tells the same.
    #[test]
    fn random_flows_end_and_can_be_written_down_anywhere(seed: u64) {
        let rng = &mut Rng(seed);
        let flow = parse(random_flow(rng, false));
        let _ = flow.check(&crate::Known::default());
        let again = rng.clone();
        let run = |writes_down: bool| {
            let mut drive = Drive::begin(&flow, facts(), any_world(seed));
            drive.writes_down = writes_down;
            script(&mut again.clone(), &mut drive);
            let is_over = drive.run();
            (is_over, drive.steps, drive.lines(), drive.effects)
        };
        let (is_over, steps, lines, effects) = run(false);
        prop_assert!(is_over, "{steps} steps: {:?}", &lines[lines.len().saturating_sub(20)..]);
        let (_, _, written_lines, written_effects) = run(true);
        prop_assert_eq!(&lines, &written_lines);
        prop_assert_eq!(effects.len(), written_effects.len());
    }

    #[test]
    fn any_document_is_refused_or_gives_a_call_that_ends(seed: u64, cut in 0_usize..4_000) {
        let text = random_flow(&mut Rng(seed), false).to_string();
        any_document(&text, seed);
        any_document(text.get(..cut).unwrap_or("[]"), seed);
    }

    #[test]
    fn i_3_secrets_are_in_no_state_transcript_or_debug(seed: u64) {
        let rng = &mut Rng(seed);
        let flow = parse(random_flow(rng, true));
        let mut drive = Drive::begin(&flow, facts(), any_world(seed));
        drive.look = Some(no_secret_is_told);
        // Long inputs that fit, so that there are secrets to find.
        for at in 0..6 {
            let digits: String = (0..12).map(|_| char::from(b'0' + u8::try_from(rng.below(10)).unwrap())).collect();
            drive.press(at * 2_500, &digits).press(at * 2_500 + 10, "#");
        }
        script(rng, &mut drive);
        prop_assert!(drive.run());
    }
}
