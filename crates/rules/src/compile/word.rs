//! Conditions on words: closed sets, yes and no, levels, ids, options. Each field becomes one small number, filled once
//! a snapshot; each condition one comparison of it with a set of bits.

use countersign_types::Assurance;
use countersign_types::attribute::AttributeType;
use serde_json::Value as Json;

use super::field::{Family, Field};
use super::{Builder, Test, value};
use crate::finding::Problem;
use crate::model::Op;

/// Nothing stands there.
pub(crate) const EMPTY: u16 = 0;
/// Something that no condition names.
pub(crate) const OTHER: u16 = 1;
/// In the slot of a message's text: there is no message.
pub(crate) const NO_MESSAGE: u16 = 2;
/// Not looked up yet.
pub(crate) const UNKNOWN: u16 = u16::MAX;

/// Which words of a field a condition takes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct WordSet {
    /// Sorted.
    pub values: Vec<u16>,
    pub is_negated: bool,
    pub takes_empty: bool,
}

impl WordSet {
    pub(crate) fn contains(&self, value: u16) -> bool {
        if value == EMPTY {
            self.takes_empty
        } else {
            self.values.binary_search(&value).is_ok() != self.is_negated
        }
    }
}

/// How the values of a slot are numbered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Numbering {
    /// By the place of the word in a closed list, from 1.
    Closed(u16),
    /// Ids that conditions name, from 2.
    Ids(Vec<[u8; 16]>),
    /// Texts that conditions name, from 2.
    Texts(Vec<Box<str>>),
    /// 1: something stands there.
    Presence,
}

/// A field that is filled with a word.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WordSlot {
    pub field: Field,
    pub numbering: Numbering,
}

impl WordSlot {
    /// How many different values it can have, empty among them.
    pub(crate) fn len(&self) -> usize {
        match &self.numbering {
            Numbering::Closed(count) => usize::from(*count) + 1,
            Numbering::Ids(ids) => ids.len() + 2,
            Numbering::Texts(texts) => texts.len() + 2,
            Numbering::Presence => 3,
        }
    }

    /// Whether a snapshot can hold this value at all. Fields that always hold something are never empty.
    pub(crate) fn can_be(&self, value: u16) -> bool {
        let can_be_empty = matches!(self.numbering, Numbering::Presence | Numbering::Texts(_))
            || matches!(
                self.field,
                Field::Assignee | Field::Group | Field::Weekday | Field::VisitDevice | Field::Attribute(..)
            );
        value != EMPTY || can_be_empty
    }
}

fn is_choice(field: &Field) -> bool {
    matches!(field.family(), Family::Id | Family::Choice)
}

impl Builder<'_> {
    /// The slot of a field's word, made when it is first needed.
    pub(super) fn word_slot(&mut self, field: &Field) -> u16 {
        let numbering = match field {
            Field::Attribute(level, key, AttributeType::Dropdown) => {
                let options =
                    self.schema.attribute(*level, key).map(|a| a.options.as_slice()).unwrap_or_default();
                Numbering::Texts(options.iter().map(|o| o.value.as_str().into()).collect())
            }
            field => match field.family() {
                Family::Words(words) => Numbering::Closed(words.len() as u16),
                Family::YesNo | Family::Hours => Numbering::Closed(2),
                Family::Level => Numbering::Closed(Assurance::ALL.len() as u16),
                Family::Id => Numbering::Ids(Vec::new()),
                Family::Choice => Numbering::Texts(Vec::new()),
                _ => Numbering::Presence,
            },
        };
        let found = self.words.iter().position(|slot| slot.field == *field);
        let at = found.unwrap_or_else(|| {
            self.words.push(WordSlot { field: field.clone(), numbering });
            self.words.len() - 1
        });
        at as u16
    }

    pub(super) fn set(&self, slot: u16, values: Vec<u16>, is_negated: bool) -> Test {
        let mut values = values;
        values.sort_unstable();
        values.dedup();
        let takes_empty = is_negated && !self.words[usize::from(slot)].field.is_of_message();
        Test::Set { slot, set: WordSet { values, is_negated, takes_empty } }
    }

    /// `is_empty` and `is_not_empty` of any field.
    pub(super) fn presence(&mut self, field: &Field, op: Op, condition: &Json) -> Result<Test, Problem> {
        value::none(condition)?;
        let slot = self.word_slot(field);
        let is_empty = op == Op::IsEmpty;
        let set = if field.is_of_message() {
            // A message without text; where there is no message, the slot holds NO_MESSAGE and neither holds.
            WordSet {
                values: if is_empty { Vec::new() } else { vec![OTHER] },
                is_negated: false,
                takes_empty: is_empty,
            }
        } else {
            WordSet { values: Vec::new(), is_negated: !is_empty, takes_empty: is_empty }
        };
        Ok(Test::Set { slot, set })
    }

    pub(super) fn word(&mut self, field: &Field, op: Op, condition: &Json) -> Result<Test, Problem> {
        match op {
            Op::IsEmpty | Op::IsNotEmpty => self.presence(field, op, condition),
            Op::AtLeast | Op::Below => {
                let level = level(value::one(condition)?)
                    .ok_or_else(|| value::wrong("/value", &field.name(), LEVELS))?;
                let values = (level as u16 + 1..=Assurance::ALL.len() as u16).collect();
                let slot = self.word_slot(field);
                Ok(self.set(slot, values, op == Op::Below))
            }
            _ => {
                let slot = self.word_slot(field);
                let mut values = Vec::new();
                for (place, wanted) in value::list(condition)? {
                    values.push(self.number(field, slot, &place, wanted)?);
                }
                Ok(self.set(slot, values, op == Op::IsNot))
            }
        }
    }

    /// The number of a value in its slot.
    pub(super) fn number(
        &mut self,
        field: &Field,
        slot: u16,
        place: &str,
        wanted: &Json,
    ) -> Result<u16, Problem> {
        let name = field.name();
        if is_choice(field) {
            return self.choice(field, slot, place, wanted);
        }
        let closed =
            |word: &str, words: &[&str]| words.iter().position(|w| *w == word).map(|at| at as u16 + 1);
        match (field.family(), wanted) {
            (Family::YesNo, Json::Bool(is_so)) => Ok(u16::from(*is_so) + 1),
            (Family::YesNo, _) => Err(value::wrong(place, &name, "`true` or `false`")),
            (Family::Level, wanted) => {
                level(wanted).map(|l| l as u16 + 1).ok_or_else(|| value::wrong(place, &name, LEVELS))
            }
            (Family::Words(words), Json::String(word)) => {
                closed(word, words).ok_or_else(|| value::wrong(place, &name, one_of(words)))
            }
            (Family::Words(words), _) => Err(value::wrong(place, &name, one_of(words))),
            _ => Err(value::wrong(place, &name, "another value")),
        }
    }

    fn choice(&mut self, field: &Field, slot: u16, place: &str, wanted: &Json) -> Result<u16, Problem> {
        let Json::String(text) = wanted else { return Err(value::wrong(place, &field.name(), "a text")) };
        let id = self.check_choice(field, place, text)?;
        let numbers = &mut self.words[usize::from(slot)].numbering;
        let at = match (numbers, id) {
            (Numbering::Ids(ids), Some(id)) => intern(ids, id),
            (Numbering::Texts(texts), _) => intern(texts, text.as_str().into()),
            _ => 0,
        };
        Ok(at as u16 + 2)
    }

    /// Whether what is named is there; gives the bytes of an id.
    fn check_choice(&self, field: &Field, place: &str, text: &str) -> Result<Option<[u8; 16]>, Problem> {
        use countersign_types::{ChannelId, GroupId, UserId};
        let gone = |what: &str| {
            let what = format!("There is no {what} `{text}`; it may have been deleted.");
            Problem::new(place, "unknown-id", what, "Choose one that is there.")
        };
        Ok(match field {
            Field::Channel => Some(
                text.parse::<ChannelId>()
                    .ok()
                    .filter(|id| self.schema.channels.contains(id))
                    .ok_or_else(|| gone("channel"))?
                    .to_bytes(),
            ),
            Field::Assignee => Some(
                text.parse::<UserId>()
                    .ok()
                    .filter(|id| self.schema.users.contains(id))
                    .ok_or_else(|| gone("user"))?
                    .to_bytes(),
            ),
            Field::Group => Some(
                text.parse::<GroupId>()
                    .ok()
                    .filter(|id| self.schema.groups.contains(id))
                    .ok_or_else(|| gone("group"))?
                    .to_bytes(),
            ),
            Field::Attribute(level, key, _) => {
                let options =
                    self.schema.attribute(*level, key).map(|a| a.options.as_slice()).unwrap_or_default();
                // A retired option may still stand in old values, so conditions may name it.
                if !options.iter().any(|o| o.value == text) {
                    let known = options.iter().map(|o| o.value.as_str()).collect::<Vec<_>>();
                    let what = format!("`{text}` is no option of `{}`.", field.name());
                    return Err(Problem::new(
                        place,
                        "unknown-option",
                        what,
                        format!("Give {}.", one_of(&known)),
                    ));
                }
                None
            }
            _ if text.is_empty() || text.len() > 35 => {
                return Err(value::wrong(place, &field.name(), "a language tag, such as `de`"));
            }
            _ => None,
        })
    }
}

fn intern<T: PartialEq>(list: &mut Vec<T>, item: T) -> usize {
    list.iter().position(|known| *known == item).unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    })
}

const LEVELS: &str = "`al0`, `al1`, `al2` or `al3`";

fn level(value: &Json) -> Option<Assurance> {
    value.as_str().and_then(Assurance::parse)
}

pub(super) fn one_of(words: &[&str]) -> String {
    match words {
        [] => "one that is there".to_owned(),
        [one] => format!("`{one}`"),
        [most @ .., last] => {
            let most: Vec<String> = most.iter().map(|w| format!("`{w}`")).collect();
            format!("{} or `{last}`", most.join(", "))
        }
    }
}
