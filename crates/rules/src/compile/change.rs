//! The condition *changed*, from something to something.

use countersign_types::attribute::AttributeType;
use jiff::civil::Date;
use serde_json::Value as Json;

use super::field::{Family, Field};
use super::{Builder, Test, value};
use crate::finding::Problem;
use crate::snapshot::{Change, Value};

/// One side of a change, as the rule's author wrote it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Side {
    Anything,
    Empty,
    Text(Box<str>),
    Bool(bool),
    Number(f64),
    Date(Date),
}

impl Side {
    fn takes(&self, value: Value<'_>) -> bool {
        match (self, value) {
            (Self::Anything, _) | (Self::Empty, Value::Empty) => true,
            (Self::Text(wanted), Value::Text(text)) => **wanted == *text,
            (Self::Bool(wanted), Value::Bool(is_so)) => *wanted == is_so,
            (Self::Number(wanted), Value::Number(number)) => *wanted == number,
            (Self::Date(wanted), Value::Date(date)) => *wanted == date,
            _ => false,
        }
    }
}

/// What is asked of the changes of an occasion.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ChangeTest {
    pub field: Field,
    pub name: Box<str>,
    pub from: Side,
    pub to: Side,
}

impl ChangeTest {
    pub(crate) fn holds(&self, changes: &[Change<'_>]) -> bool {
        changes.iter().any(|c| *self.name == *c.field && self.from.takes(c.from) && self.to.takes(c.to))
    }
}

impl Builder<'_> {
    pub(super) fn change(&mut self, field: &Field, condition: &Json) -> Result<Test, Problem> {
        let mut test = ChangeTest {
            field: field.clone(),
            name: field.name().into(),
            from: Side::Anything,
            to: Side::Anything,
        };
        match condition {
            Json::Null => {}
            Json::Object(sides) if *field != Field::Labels => {
                for (which, wanted) in sides {
                    let place = format!("/value/{which}");
                    let side = self.side(field, &place, wanted)?;
                    match which.as_str() {
                        "from" => test.from = side,
                        "to" => test.to = side,
                        _ => return Err(value::wrong(place, &test.name, "`from`, `to` or both")),
                    }
                }
            }
            _ if *field == Field::Labels => {
                return Err(Problem::new(
                    "/value",
                    "wrong-value",
                    "This question takes no value for labels.",
                    "Take the value out.",
                ));
            }
            _ => {
                return Err(value::wrong(
                    "/value",
                    &test.name,
                    "an object with `from`, `to` or both, or nothing",
                ));
            }
        }
        if test.from == test.to && test.from != Side::Anything {
            let what = "Nothing changes from a value to the same value.";
            return Err(Problem::new("/value", "never-true", what, "Change `from` or `to`."));
        }
        Ok(Test::Changed(Box::new(test)))
    }

    /// `null` is nothing; everything else must fit the field.
    fn side(&mut self, field: &Field, place: &str, wanted: &Json) -> Result<Side, Problem> {
        let name = field.name();
        let wrong = |what: &str| value::wrong(place, &name, what);
        Ok(match (field.family(), wanted) {
            (_, Json::Null) => Side::Empty,
            (Family::YesNo, Json::Bool(is_so)) => Side::Bool(*is_so),
            (Family::Number, Json::Number(n)) => Side::Number(n.as_f64().ok_or_else(|| wrong("a number"))?),
            (Family::Day, Json::String(day)) => Side::Date(day.parse().map_err(|_| wrong("a day"))?),
            (Family::Text, Json::String(text)) => Side::Text(text.as_str().into()),
            (Family::Words(_) | Family::Level | Family::Id | Family::Choice, Json::String(text)) => {
                let slot = self.word_slot(field);
                self.number(field, slot, place, wanted)?;
                Side::Text(text.as_str().into())
            }
            (Family::Number, _) => return Err(wrong("a number")),
            (Family::Day, _) => return Err(wrong("a day, such as `2026-12-24`")),
            (Family::YesNo, _) => return Err(wrong("`true`, `false` or `null`")),
            _ => return Err(wrong("a text or `null`")),
        })
    }
}

/// Whether a value fits an attribute, for the action that sets it.
pub(super) fn fits(r#type: AttributeType, value: &Json) -> bool {
    match r#type {
        _ if value.is_null() => true,
        AttributeType::Text | AttributeType::TextArea | AttributeType::Dropdown => value.is_string(),
        AttributeType::Checkbox => value.is_boolean(),
        AttributeType::Number => value.as_f64().is_some_and(f64::is_finite),
        AttributeType::Date => value.as_str().is_some_and(|day| day.parse::<Date>().is_ok()),
    }
}
