//! Views of calendars.

use countersign_service::calendar::{CalendarNow, Span, Weekday};
use serde::Serialize;
use utoipa::ToSchema;

/// From a time of day to another. `to` at or before `from` is on the next day.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpanView {
    /// `HH:MM`.
    #[schema(example = "09:00")]
    pub from: String,
    /// `HH:MM`, up to `24:00`.
    #[schema(example = "17:30")]
    pub to: String,
}

/// Hours by day; an empty list: closed.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct WeekView {
    /// Monday.
    pub mon: Vec<SpanView>,
    /// Tuesday.
    pub tue: Vec<SpanView>,
    /// Wednesday.
    pub wed: Vec<SpanView>,
    /// Thursday.
    pub thu: Vec<SpanView>,
    /// Friday.
    pub fri: Vec<SpanView>,
    /// Saturday.
    pub sat: Vec<SpanView>,
    /// Sunday.
    pub sun: Vec<SpanView>,
}

/// A day that is not like others.
#[derive(Debug, Serialize, ToSchema)]
pub struct HolidayView {
    /// `YYYY-MM-DD`.
    #[schema(example = "2026-12-25")]
    pub date: String,
    /// What day it is; may be empty.
    pub name: String,
    /// Hours of that day; an empty list: closed.
    pub hours: Vec<SpanView>,
}

/// Business hours.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarView {
    /// Its id.
    #[schema(example = "cal_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Its name.
    #[schema(example = "Support")]
    pub name: String,
    /// A name of the IANA database.
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    /// Hours by day.
    pub week: WeekView,
    /// Days that are not like others.
    pub holidays: Vec<HolidayView>,
    /// Whether it is open now.
    pub is_open: bool,
    /// When that changes next; `null` if not within a year.
    #[schema(format = DateTime)]
    pub next_change_at: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

fn spans(spans: Vec<Span>) -> Vec<SpanView> {
    spans.into_iter().map(|span| SpanView { from: span.from, to: span.to }).collect()
}

impl From<CalendarNow> for CalendarView {
    fn from(now: CalendarNow) -> Self {
        let (entry, mut calendar) = (now.entry.clone(), now.entry.calendar);
        let mut day = |day| spans(calendar.week.remove(&day).unwrap_or_default());
        let week = WeekView {
            mon: day(Weekday::Mon),
            tue: day(Weekday::Tue),
            wed: day(Weekday::Wed),
            thu: day(Weekday::Thu),
            fri: day(Weekday::Fri),
            sat: day(Weekday::Sat),
            sun: day(Weekday::Sun),
        };
        Self {
            id: entry.id.to_string(),
            name: entry.name,
            time_zone: calendar.time_zone,
            week,
            holidays: calendar
                .holidays
                .into_iter()
                .map(|day| HolidayView { date: day.date, name: day.name, hours: spans(day.hours) })
                .collect(),
            is_open: now.is_open,
            next_change_at: now.next_change_at.map(|at| at.to_string()),
            created_at: entry.created_at.to_string(),
            updated_at: entry.updated_at.to_string(),
        }
    }
}
