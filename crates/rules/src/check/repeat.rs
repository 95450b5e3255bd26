//! Rules for existing cases that would write to the customer each half hour.

use super::effect::{Shared, effects};
use crate::compile::Compiled;
use crate::compile::field::Field;
use crate::compile::word::WordSlot;
use crate::finding::Warning;
use crate::model::Trigger;

/// Warns of each, unless something it does ends its own condition.
pub(crate) fn check(
    words: &[WordSlot],
    numbers: &[Field],
    labels: &[Box<str>],
    rules: &[Compiled],
    warnings: &mut Vec<Warning>,
) {
    let shared = Shared { words, numbers, labels };
    for (index, rule) in rules.iter().enumerate().filter(|(_, rule)| super::is_on(rule)) {
        let body = &rule.rule.body;
        let is_repeated = body.trigger == Trigger::ExistingCase
            && body.delay_secs.is_none()
            && !body.once_per_case
            && body.cooldown_secs.is_none()
            && rule.steps.iter().any(|step| step.action().is_reply());
        let is_ended = || {
            let effects = effects(rule);
            super::tests(rule)
                .any(|test| effects.iter().any(|effect| shared.holds_after(test, effect) == Some(false)))
        };
        if is_repeated && !is_ended() {
            let what = format!("\"{}\" would write to the customer each half hour.", body.name);
            let hint = "Make it *once per case*, give it a cool-down, or let it change what it waits for.";
            warnings.push(super::warn(index, rule, Warning::new("", "repeats", what, hint)));
        }
    }
}
