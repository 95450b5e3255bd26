//! Calendars: business hours, as the store keeps them. What they mean is known to `rules::calendar`.

use crate::{CalendarId, Timestamp};

/// A calendar of business hours.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredCalendar {
    /// Its id.
    pub id: CalendarId,
    /// Its name; no other calendar has it, however it is written in small and capital letters.
    pub name: String,
    /// Time zone, week and holidays: a `rules::calendar::Calendar`.
    pub body: serde_json::Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
