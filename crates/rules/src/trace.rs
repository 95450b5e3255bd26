//! Why a rule fired or did not, in a form that can be shown in sentences.
//!
//! A trace holds places in rules, never values of the snapshot: it can be shown to whoever may see the rules.

use countersign_types::RuleId;
use serde::Serialize;
use serde_json::Value as Json;

use crate::compile::{Compiled, RuleSet, State};
use crate::evaluate::{Evaluation, Refused, Rests, gate, rests};
use crate::facts::Facts;
use crate::model::{Condition, Mode};
use crate::snapshot::{Firing, Occasion, Snapshot};

/// What became of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It fired.
    Fired,
    /// Its conditions did not hold.
    Unmet,
    /// Its conditions held, but its history was against it.
    Rested {
        /// What it was.
        why: Rests,
    },
    /// A rule above it stopped the others.
    Stopped {
        /// The place of that rule.
        by: usize,
    },
    /// It is off.
    Off,
    /// Its group is off.
    GroupOff,
    /// It names something that is gone, or is wrong otherwise; it takes no part.
    Broken,
}

/// What became of a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlockTrace {
    /// Whether it held.
    pub holds: bool,
    /// Whether each condition held.
    pub conditions: Vec<bool>,
    /// The condition that decided: in an `all` block the first that did not hold, in an `any` block the first that did.
    /// `None` where it took all of them together.
    pub decided_by: Option<usize>,
}

/// What became of a rule, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleTrace {
    /// Its place in the set.
    pub index: usize,
    /// Its id.
    pub rule: RuleId,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Its blocks; empty where they were not asked.
    pub blocks: Vec<BlockTrace>,
    /// The block that decided: joined by `and` the first that did not hold, by `or` the first that did.
    pub decided_by: Option<usize>,
}

/// What became of every rule of the occasion's trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// Why no rule was looked at.
    pub refused: Option<Refused>,
    /// The rules in their order.
    pub rules: Vec<RuleTrace>,
}

impl RuleSet {
    /// The same as [`RuleSet::evaluate`], with the reasons. Asks every condition, so it is slower.
    pub fn explain(&self, snapshot: &Snapshot<'_>, occasion: &Occasion<'_>) -> (Evaluation, Trace) {
        self.explain_with(snapshot, occasion, &[])
    }

    pub(crate) fn explain_with(
        &self,
        snapshot: &Snapshot<'_>,
        occasion: &Occasion<'_>,
        more: &[Firing],
    ) -> (Evaluation, Trace) {
        let evaluation = self.evaluate_with(snapshot, occasion, more);
        let trigger = match gate(snapshot, occasion) {
            Ok(trigger) => trigger,
            Err(refused) => return (evaluation, Trace { refused: Some(refused), rules: Vec::new() }),
        };
        let mut facts = Facts::new(self, snapshot, occasion);
        let of_trigger = self.rules.iter().enumerate().filter(|(_, c)| c.rule.body.trigger == trigger);
        let rules = of_trigger
            .map(|(index, compiled)| {
                let mut trace = conditions(index, compiled, &mut facts);
                trace.verdict = match (compiled.state, evaluation.stopped_by()) {
                    (State::Off, _) => Verdict::Off,
                    (State::GroupOff, _) => Verdict::GroupOff,
                    (State::Broken, _) => Verdict::Broken,
                    (State::On, Some(by)) if index > by => Verdict::Stopped { by },
                    _ if evaluation.fired().any(|fired| fired == index) => Verdict::Fired,
                    _ if trace.verdict == Verdict::Unmet => Verdict::Unmet,
                    _ => match rests(compiled, snapshot, occasion, more) {
                        Some(why) => Verdict::Rested { why },
                        None => Verdict::Fired,
                    },
                };
                trace
            })
            .collect();
        (evaluation, Trace { refused: None, rules })
    }
}

/// Asks all conditions. The verdict is *unmet* or *fired*.
fn conditions(index: usize, compiled: &Compiled, facts: &mut Facts<'_>) -> RuleTrace {
    let mut blocks = Vec::new();
    for block in &compiled.blocks {
        let mut answers: Vec<(u8, bool)> =
            block.terms.iter().map(|t| (t.place, facts.holds(&t.test))).collect();
        answers.sort_unstable();
        let conditions: Vec<bool> = answers.into_iter().map(|(_, holds)| holds).collect();
        let decided_by = conditions.iter().position(|holds| *holds != block.is_all);
        blocks.push(BlockTrace { holds: decided_by.is_some() != block.is_all, conditions, decided_by });
    }
    let is_or = compiled.is_or && !blocks.is_empty();
    let decided_by = blocks.iter().position(|block| block.holds == is_or);
    let holds = decided_by.is_some() == is_or;
    let verdict = if holds { Verdict::Fired } else { Verdict::Unmet };
    RuleTrace { index, rule: compiled.rule.id, verdict, blocks, decided_by }
}

impl Trace {
    /// One English sentence for each rule, for logs and for the console where it has no words of its own.
    pub fn sentences(&self, rules: &RuleSet) -> Vec<String> {
        if let Some(refused) = self.refused {
            let why = match refused {
                Refused::NotWrittenByAPerson => "a machine wrote the message",
                Refused::NotBegunByTheCustomer => "the customer did not begin the conversation",
                Refused::ChainTooLong => "rules had set off rules five times already",
                Refused::NotActive => "nothing was said for 30 days",
            };
            return vec![format!("No rule was looked at: {why}.")];
        }
        self.rules.iter().map(|rule| rule.sentence(rules)).collect()
    }
}

impl RuleTrace {
    /// What became of this rule, in a sentence.
    pub fn sentence(&self, rules: &RuleSet) -> String {
        let Some(compiled) = rules.rules.get(self.index) else { return String::new() };
        let name = &compiled.rule.body.name;
        match &self.verdict {
            Verdict::Fired => format!("\"{name}\" fired: {}.", self.reasons(compiled, true)),
            Verdict::Unmet => format!("\"{name}\" did not fire: {}.", self.reasons(compiled, false)),
            Verdict::Rested { why } => format!("\"{name}\" would have fired, but {}.", rest(*why)),
            Verdict::Stopped { by } => {
                let by = rules.rules.get(*by).map_or("", |c| &c.rule.body.name);
                format!("\"{name}\" did not come to its turn: \"{by}\" stopped further rules.")
            }
            Verdict::Off => format!("\"{name}\" is off."),
            Verdict::GroupOff => format!("The group of \"{name}\" is off."),
            Verdict::Broken => {
                format!("\"{name}\" takes no part: something is wrong with it. Open it to see what.")
            }
        }
    }

    fn reasons(&self, compiled: &Compiled, is_fired: bool) -> String {
        let body = &compiled.rule.body;
        if body.blocks.is_empty() {
            return "it has no conditions".to_owned();
        }
        let mut out = Vec::new();
        for (at, (block, trace)) in body.blocks.iter().zip(&self.blocks).enumerate() {
            if trace.holds != is_fired || (self.decided_by.is_some() && self.decided_by != Some(at)) {
                continue;
            }
            let told: Vec<String> = match trace.decided_by.and_then(|at| block.conditions.get(at)) {
                Some(one) => vec![sentence(one)],
                None => block.conditions.iter().map(sentence).collect(),
            };
            let words = match (is_fired, block.mode) {
                (false, Mode::Any) => format!("none of these held: {}", told.join("; ")),
                (false, Mode::All) => format!("this did not hold: {}", told.join("; ")),
                (true, _) => told.join(" and "),
            };
            out.push(words);
        }
        out.join(if is_fired { " and " } else { "; and " })
    }
}

/// A condition in words: `case.status is open`.
pub fn sentence(condition: &Condition) -> String {
    let value = |value: &Json| value.as_str().map_or_else(|| value.to_string(), |text| format!("\"{text}\""));
    let said = match &condition.value {
        Json::Null => String::new(),
        Json::Array(list) => format!(" {}", list.iter().map(value).collect::<Vec<_>>().join(" or ")),
        Json::Object(sides) => {
            sides.iter().map(|(side, of)| format!(" {side} {}", value(of))).collect::<Vec<_>>().join("")
        }
        one => format!(" {}", value(one)),
    };
    format!("{} {}{said}", condition.field, condition.op.words())
}

fn rest(why: Rests) -> String {
    match why {
        Rests::InChain => "it fired earlier in this chain of causes".to_owned(),
        Rests::Once { at } => format!("it fires once per case and did so at {at}"),
        Rests::Cooldown { until } => format!("it rests until {until}"),
        Rests::NotDue { due: Some(due) } => format!("its delay is over at {due} only"),
        Rests::NotDue { due: None } => "nobody has written yet".to_owned(),
        Rests::Done { at } => format!("it fired at {at}, after the last message"),
        Rests::NoDelay => "it waits for the half hour".to_owned(),
    }
}
