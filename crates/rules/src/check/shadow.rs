//! Rules that never come to their turn, because a rule above them holds whenever they do, and stops.

use crate::compile::word::WordSlot;
use crate::compile::{Compiled, Test};
use crate::finding::Warning;

/// Warns of each such rule once.
pub(crate) fn check(words: &[WordSlot], rules: &[Compiled], warnings: &mut Vec<Warning>) {
    for (index, rule) in rules.iter().enumerate().filter(|(_, rule)| super::is_on(rule)) {
        if let Some(above) = rules[..index].iter().find(|above| shadows(words, above, rule)) {
            let name = &above.rule.body.name;
            let what = format!(
                "\"{}\" never comes to its turn: \"{name}\" above it holds whenever it would, and stops.",
                rule.rule.body.name
            );
            let hint = format!("Move it above \"{name}\", or take the stop out there.");
            warnings.push(super::warn(index, rule, Warning::new("", "shadowed", what, hint)));
        }
    }
}

fn shadows(words: &[WordSlot], above: &Compiled, below: &Compiled) -> bool {
    let body = (&above.rule.body, &below.rule.body);
    super::is_on(above)
        && above.is_stopping
        && !body.0.once_per_case
        && body.0.cooldown_secs.is_none()
        && (body.0.trigger, body.0.delay_secs) == (body.1.trigger, body.1.delay_secs)
        && super::is_plain(above)
        && super::tests(above).all(|wanted| super::tests(below).any(|given| implies(words, given, wanted)))
}

/// Whether the second holds whenever the first does.
fn implies(words: &[WordSlot], given: &Test, wanted: &Test) -> bool {
    match (given, wanted) {
        (Test::Set { slot, set }, Test::Set { slot: other, set: wider }) if slot == other => {
            let count = words[usize::from(*slot)].len() as u16;
            (0..=count).all(|v| !set.contains(v) || wider.contains(v))
        }
        (given, wanted) => given == wanted,
    }
}
