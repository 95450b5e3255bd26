//! What an action changes, held against what a condition waits for.

use countersign_types::attribute::AttributeLevel;
use serde_json::Value as Json;

use crate::action::Action;
use crate::compile::field::{Family, Field};
use crate::compile::word::{EMPTY, Numbering, OTHER, WordSlot};
use crate::compile::{Compiled, Labels, Side, Test};
use crate::model::Op;

/// What a field becomes.
pub(super) enum Becomes<'a> {
    Word(&'static str),
    Id([u8; 16], String),
    Json(&'a Json),
    Nothing,
    /// It depends on the moment.
    Something,
    With(&'a [String]),
    Without(&'a [String]),
}

/// One field that a rule sets.
pub(super) struct Effect<'a> {
    name: String,
    becomes: Becomes<'a>,
}

fn add<'a>(out: &mut Vec<Effect<'a>>, field: Field, becomes: Becomes<'a>) {
    out.push(Effect { name: field.name(), becomes });
}

/// What a rule sets.
pub(super) fn effects(rule: &Compiled) -> Vec<Effect<'_>> {
    let mut out = Vec::new();
    for step in &rule.steps {
        match step.action() {
            Action::EndChat { status } => {
                add(&mut out, Field::Chat, Becomes::Word("ended"));
                add(&mut out, Field::Status, Becomes::Word(status.as_str()));
            }
            Action::SetStatus { status } => add(&mut out, Field::Status, Becomes::Word(status.as_str())),
            Action::AssignAgent { agent } => {
                add(&mut out, Field::Assignee, Becomes::Id(agent.to_bytes(), agent.to_string()))
            }
            Action::AssignGroup { group } => {
                add(&mut out, Field::Group, Becomes::Id(group.to_bytes(), group.to_string()))
            }
            Action::AssignRoundRobin { group } => {
                add(&mut out, Field::Group, Becomes::Id(group.to_bytes(), group.to_string()));
                add(&mut out, Field::Assignee, Becomes::Something);
            }
            Action::Unassign {} => add(&mut out, Field::Assignee, Becomes::Nothing),
            Action::SetPriority { priority } => {
                add(&mut out, Field::Priority, Becomes::Word(priority.as_str()))
            }
            Action::AddLabels { labels } => add(&mut out, Field::Labels, Becomes::With(labels)),
            Action::RemoveLabels { labels } => add(&mut out, Field::Labels, Becomes::Without(labels)),
            Action::SetAttribute { field, value } => {
                let of = match field.level {
                    AttributeLevel::Profile => "profile",
                    AttributeLevel::Case => "case",
                };
                let becomes = if value.is_null() { Becomes::Nothing } else { Becomes::Json(value) };
                out.push(Effect { name: format!("{of}.attributes.{}", field.key), becomes });
            }
            _ => {}
        }
    }
    out
}

/// What the rules share while they are compiled.
pub(super) struct Shared<'a> {
    pub words: &'a [WordSlot],
    pub numbers: &'a [Field],
    pub labels: &'a [Box<str>],
}

impl Shared<'_> {
    /// Whether the test holds once the effect is there; `None` when it looks at something else or nobody can say.
    pub(super) fn holds_after(&self, test: &Test, effect: &Effect<'_>) -> Option<bool> {
        match test {
            Test::Set { slot, set } => {
                let slot = &self.words[usize::from(*slot)];
                (slot.field.name() == effect.name).then(|| word(slot, effect).is_none_or(|v| set.contains(v)))
            }
            Test::Changed(test) if *test.name == *effect.name => Some(side(&test.to, &effect.becomes)),
            Test::Number { slot, relation, value }
                if self.numbers[usize::from(*slot)].name() == effect.name =>
            {
                match &effect.becomes {
                    Becomes::Json(json) if json.is_number() => Some(relation.holds(json.as_f64()?, *value)),
                    _ => Some(true),
                }
            }
            Test::Labels(test) if effect.name == test.field.name() => self.labels_hold(test, effect),
            _ => None,
        }
    }

    fn labels_hold(&self, test: &crate::compile::LabelTest, effect: &Effect<'_>) -> Option<bool> {
        let touched = |names: &[String]| {
            let mut bits = Labels::default();
            for name in names {
                if let Some(at) = self.labels.iter().position(|known| **known == **name) {
                    bits[at / 64] |= 1 << (at % 64);
                }
            }
            bits.iter().zip(&test.wanted).any(|(b, w)| b & w != 0)
        };
        match (&effect.becomes, test.op) {
            (Becomes::With(names), op) if touched(names) => Some(op != Op::HasNot),
            (Becomes::Without(names), op) if touched(names) => Some(op == Op::HasNot),
            _ => None,
        }
    }
}

/// The number of what an effect makes of a slot; `None`: any.
fn word(slot: &WordSlot, effect: &Effect<'_>) -> Option<u16> {
    let text = |text: &str| match (&slot.numbering, slot.field.family()) {
        (Numbering::Texts(known), _) => {
            Some(known.iter().position(|k| **k == *text).map_or(OTHER, |at| at as u16 + 2))
        }
        (Numbering::Closed(_), Family::Words(words)) => {
            words.iter().position(|w| *w == text).map(|at| at as u16 + 1)
        }
        _ => Some(OTHER),
    };
    match &effect.becomes {
        Becomes::Nothing => Some(EMPTY),
        Becomes::Something | Becomes::With(_) | Becomes::Without(_) => None,
        Becomes::Word(word) => text(word),
        Becomes::Id(id, _) => match &slot.numbering {
            Numbering::Ids(known) => {
                Some(known.iter().position(|k| k == id).map_or(OTHER, |at| at as u16 + 2))
            }
            _ => Some(OTHER),
        },
        Becomes::Json(Json::Bool(is_so)) => Some(u16::from(*is_so) + 1),
        Becomes::Json(Json::String(word)) => text(word),
        Becomes::Json(_) => Some(OTHER),
    }
}

fn side(side: &Side, becomes: &Becomes<'_>) -> bool {
    match (side, becomes) {
        (Side::Anything, _) | (_, Becomes::Something | Becomes::With(_) | Becomes::Without(_)) => true,
        (Side::Empty, becomes) => matches!(becomes, Becomes::Nothing),
        (Side::Text(wanted), Becomes::Word(word)) => **wanted == **word,
        (Side::Text(wanted), Becomes::Id(_, id)) => **wanted == **id,
        (Side::Text(wanted), Becomes::Json(json)) => json.as_str() == Some(wanted),
        (Side::Bool(wanted), Becomes::Json(json)) => json.as_bool() == Some(*wanted),
        (Side::Number(wanted), Becomes::Json(json)) => json.as_f64() == Some(*wanted),
        (Side::Date(wanted), Becomes::Json(json)) => json.as_str() == Some(&*wanted.to_string()),
        _ => false,
    }
}
