//! What is found in rules before they run: contradictions, which refuse them, and what may not be meant, which warns.

pub(crate) mod always;
pub(crate) mod contradiction;
pub(crate) mod cycle;
mod effect;
pub(crate) mod repeat;
pub(crate) mod shadow;

use crate::compile::{Compiled, State, Term, Test};
use crate::finding::Warning;

/// The conditions that must all hold when a rule fires, with the place of their block.
fn needed(rule: &Compiled) -> impl Iterator<Item = (usize, &Term)> {
    let is_conjunction = !rule.is_or || rule.blocks.len() == 1;
    rule.blocks
        .iter()
        .enumerate()
        .filter(move |(_, block)| is_conjunction && (block.is_all || block.terms.len() == 1))
        .flat_map(|(at, block)| block.terms.iter().map(move |term| (at, term)))
}

/// Whether [`needed`] is all there is to a rule.
fn is_plain(rule: &Compiled) -> bool {
    (!rule.is_or || rule.blocks.len() <= 1) && rule.blocks.iter().all(|b| b.is_all || b.terms.len() == 1)
}

fn tests(rule: &Compiled) -> impl Iterator<Item = &Test> {
    needed(rule).map(|(_, term)| &term.test)
}

fn is_on(rule: &Compiled) -> bool {
    rule.state == State::On
}

fn warn(index: usize, rule: &Compiled, warning: Warning) -> Warning {
    Warning { index, rule: Some(rule.rule.id), ..warning }
}
