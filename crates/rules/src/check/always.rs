//! Blocks that always hold.

use crate::compile::word::{Numbering, WordSlot};
use crate::compile::{Compiled, Test};
use crate::finding::Warning;

/// Warns of an `any` block, or a lone condition, that every value satisfies.
pub(crate) fn check(words: &[WordSlot], rules: &[Compiled], warnings: &mut Vec<Warning>) {
    for (index, rule) in rules.iter().enumerate() {
        for (at, block) in rule.blocks.iter().enumerate() {
            if block.is_all && block.terms.len() != 1 {
                continue;
            }
            let is_always = block.terms.iter().any(|term| {
                let Test::Set { slot, .. } = &term.test else { return false };
                let known = &words[usize::from(*slot)];
                let is_open = !matches!(known.numbering, Numbering::Closed(_) | Numbering::Presence);
                !known.field.is_of_message()
                    && (0..known.len() as u16 + u16::from(is_open)).filter(|v| known.can_be(*v)).all(|v| {
                        block.terms.iter().any(
                            |t| matches!(&t.test, Test::Set { slot: s, set } if s == slot && set.contains(v)),
                        )
                    })
            });
            if is_always {
                let what = format!("This block of \"{}\" always holds.", rule.rule.body.name);
                let hint = "Take it out, or make it an `all` block if that is meant.";
                warnings.push(super::warn(
                    index,
                    rule,
                    Warning::new(format!("/match/{at}"), "always-true", what, hint),
                ));
            }
        }
    }
}
