//! Rules that could set each other off (R-2: "cycle warning at save"). They end in any case: no rule fires twice in a
//! chain of causes, and a chain has five passes at most.

use super::effect::{Effect, Shared, effects};
use crate::compile::field::Field;
use crate::compile::word::WordSlot;
use crate::compile::{Compiled, Test, TextSlot};
use crate::finding::Warning;
use crate::model::Trigger;

/// Warns once for each set of rules that could go round.
pub(crate) fn check(
    words: &[WordSlot],
    numbers: &[Field],
    texts: &[TextSlot],
    labels: &[Box<str>],
    rules: &[Compiled],
    warnings: &mut Vec<Warning>,
) {
    let shared = Shared { words, numbers, labels };
    let all: Vec<Vec<Effect<'_>>> = rules.iter().map(effects).collect();
    let waits: Vec<bool> = rules.iter().map(|rule| can_wait(words, texts, rule)).collect();
    let leads: Vec<Vec<usize>> = all
        .iter()
        .enumerate()
        .map(|(from, effects)| {
            let to = |to: &usize| waits[from] && waits[*to] && sets_off(&shared, effects, &rules[*to]);
            (0..rules.len()).filter(to).collect()
        })
        .collect();
    let mut is_told = vec![false; rules.len()];
    for index in 0..rules.len() {
        let reached = reach(&leads, index);
        if !reached[index] || is_told[index] {
            continue;
        }
        let round: Vec<usize> =
            (0..rules.len()).filter(|at| reached[*at] && reach(&leads, *at)[index]).collect();
        round.iter().for_each(|at| is_told[*at] = true);
        let names: Vec<String> =
            round.iter().map(|at| format!("\"{}\"", rules[*at].rule.body.name)).collect();
        let what = if names.len() == 1 {
            format!("{} sets what it waits for itself.", names[0])
        } else {
            format!("These rules could set each other off: {}.", names.join(", "))
        };
        let hint = "Each fires once at most in such a round. Add a condition that the other's change ends, or make one *once per case*.";
        warnings.push(super::warn(index, &rules[index], Warning::new("/actions", "cycle", what, hint)));
    }
}

/// Whether a change alone, without a message, can be what a rule waits for.
fn can_wait(words: &[WordSlot], texts: &[TextSlot], rule: &Compiled) -> bool {
    let is_of_message = |test: &Test| match test {
        Test::Set { slot, .. } => words[usize::from(*slot)].field.is_of_message(),
        Test::Text { slot, .. } | Test::Regex { slot, .. } => texts[usize::from(*slot)].field.is_of_message(),
        _ => false,
    };
    let can_block = |block: &crate::compile::Terms| {
        let mut terms = block.terms.iter().map(|term| !is_of_message(&term.test));
        if block.is_all { terms.all(|can| can) } else { terms.any(|can| can) }
    };
    let mut blocks = rule.blocks.iter().map(can_block);
    super::is_on(rule)
        && rule.rule.body.trigger == Trigger::UpdatedCase
        && (rule.blocks.is_empty() || if rule.is_or { blocks.any(|can| can) } else { blocks.all(|can| can) })
}

fn sets_off(shared: &Shared<'_>, effects: &[Effect<'_>], rule: &Compiled) -> bool {
    let mut terms = rule.blocks.iter().flat_map(|block| &block.terms);
    let is_wanted =
        terms.any(|t| effects.iter().any(|effect| shared.holds_after(&t.test, effect) == Some(true)));
    let is_refused = super::tests(rule).any(|test| {
        // What is set last is what stays.
        effects.iter().rev().find_map(|effect| shared.holds_after(test, effect)) == Some(false)
    });
    is_wanted && !is_refused
}

fn reach(leads: &[Vec<usize>], from: usize) -> Vec<bool> {
    let mut reached = vec![false; leads.len()];
    let mut open = leads[from].clone();
    while let Some(at) = open.pop() {
        if !std::mem::replace(&mut reached[at], true) {
            open.extend(&leads[at]);
        }
    }
    reached
}
