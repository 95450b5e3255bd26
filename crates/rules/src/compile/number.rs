//! Conditions on numbers, days and moments: each becomes one comparison of two numbers.

use countersign_types::Timestamp;
use jiff::civil::Date;
use serde_json::Value as Json;

use super::field::{Family, Field};
use super::{Builder, Test, value};
use crate::finding::Problem;
use crate::model::Op;

/// How two numbers compare. Nothing at all (not a number) is in no relation, but is not equal to anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Relation {
    Equal,
    NotEqual,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Relation {
    pub(crate) fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::More => left > right,
            Self::AtLeast => left >= right,
        }
    }
}

/// Days since 1970, as a number.
pub(crate) fn day_number(date: Date) -> f64 {
    let epoch = Date::constant(1970, 1, 1);
    epoch.until((jiff::Unit::Day, date)).map_or(f64::NAN, |span| f64::from(span.get_days()))
}

/// Microseconds as a number; exact for 140 years around 1970 and more.
pub(crate) fn moment_number(at: Timestamp) -> f64 {
    at.as_micros() as f64
}

impl Builder<'_> {
    fn number_slot(&mut self, field: &Field) -> u16 {
        let at = self.numbers.iter().position(|known| known == field).unwrap_or_else(|| {
            self.numbers.push(field.clone());
            self.numbers.len() - 1
        });
        at as u16
    }

    pub(super) fn quantity(&mut self, field: &Field, op: Op, condition: &Json) -> Result<Test, Problem> {
        let relation = match op {
            Op::IsEmpty | Op::IsNotEmpty => return self.presence(field, op, condition),
            Op::Equals | Op::On => Relation::Equal,
            Op::NotEquals => Relation::NotEqual,
            Op::Less | Op::Before | Op::Below => Relation::Less,
            Op::AtMost => Relation::AtMost,
            Op::AtLeast => Relation::AtLeast,
            _ => Relation::More,
        };
        let wanted = value::one(condition)?;
        let name = field.name();
        let text = || wanted.as_str().unwrap_or_default();
        let number = match field.family() {
            Family::Day => text()
                .parse()
                .map(day_number)
                .map_err(|_| value::wrong("/value", &name, "a day, such as `2026-12-24`"))?,
            Family::Moment => moment(text()).map(moment_number).ok_or_else(|| {
                value::wrong(
                    "/value",
                    &name,
                    "a moment, such as `2026-12-24T08:00:00Z`, or a day, which begins in UTC",
                )
            })?,
            _ => wanted
                .as_f64()
                .filter(|n| n.is_finite())
                .ok_or_else(|| value::wrong("/value", &name, "a number"))?,
        };
        let slot = self.number_slot(field);
        Ok(Test::Number { slot, relation, value: number })
    }
}

pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    let day = || {
        text.parse::<Date>()
            .ok()
            .filter(|_| text.len() == 10)?
            .at(0, 0, 0, 0)
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()
    };
    match day() {
        Some(begin) => Some(Timestamp::from_micros(begin.timestamp().as_microsecond())),
        None => text.parse().ok(),
    }
}
