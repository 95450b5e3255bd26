//! The condition on business hours: inside or outside those of a calendar.

use countersign_types::CalendarId;
use serde_json::Value as Json;

use super::field::Field;
use super::{Builder, Test, value};
use crate::finding::Problem;
use crate::model::Op;

impl Builder<'_> {
    pub(super) fn business_hours(&mut self, op: Op, condition: &Json) -> Result<Test, Problem> {
        let wanted = value::one(condition)?;
        let id = wanted.as_str().and_then(|text| text.parse::<CalendarId>().ok());
        let id = id.ok_or_else(|| value::wrong("/value", super::field::HOURS, "the id of a calendar"))?;
        if !self.hours.iter().any(|(known, _)| *known == id) {
            let hours = self.schema.hours(id).ok_or_else(|| {
                let what = format!("There is no calendar `{id}`; it may have been deleted.");
                Problem::new("/value", "unknown-id", what, "Choose one that is there.")
            })?;
            let hours = hours.map_err(|problem| Problem { pointer: "/value".to_owned(), ..problem })?;
            self.hours.push((id, hours));
        }
        let slot = self.word_slot(&Field::Hours(id));
        Ok(self.set(slot, vec![if op == Op::Inside { 2 } else { 1 }], false))
    }
}
