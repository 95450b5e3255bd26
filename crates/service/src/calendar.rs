//! Calendars: business hours of the company, by which rules and the console know whether it is open.

use async_recursion::async_recursion as boxed;
use std::collections::HashSet;

use countersign_rules::Problem;
pub use countersign_rules::calendar::{Calendar, Holiday, Span, Weekday};
use countersign_store::{StoreError, Tx, calendar as store};
use countersign_types::calendar::StoredCalendar;
use countersign_types::{CalendarId, Error, FieldError, Permission, Result, Timestamp};

use crate::Service;
use crate::caller::Request;
use crate::named::all_that_name;
use crate::text::name;
use crate::work::{Log, is_unique};

/// Calendars at most.
pub const CALENDARS_MAX: usize = 50;
/// How far the next change from open to closed, or back, is looked for.
const CHANGE_DAYS: u16 = 366;

/// A calendar, as every server keeps it in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarEntry {
    /// Its id.
    pub id: CalendarId,
    /// Its name.
    pub name: String,
    /// Time zone, week and holidays.
    pub calendar: Calendar,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl TryFrom<StoredCalendar> for CalendarEntry {
    type Error = Error;

    fn try_from(stored: StoredCalendar) -> Result<Self> {
        Ok(Self {
            id: stored.id,
            name: stored.name,
            calendar: serde_json::from_value(stored.body).map_err(Error::internal)?,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        })
    }
}

/// A calendar and what it says at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarNow {
    /// The calendar.
    pub entry: CalendarEntry,
    /// Whether it is open.
    pub is_open: bool,
    /// When that changes next; `None` if not within a year.
    pub next_change_at: Option<Timestamp>,
}

/// A change to a calendar.
#[derive(Debug, Clone, Default)]
pub struct CalendarPatch {
    /// Its name.
    pub name: Option<String>,
    /// Its time zone.
    pub time_zone: Option<String>,
    /// Its week, whole.
    pub week: Option<std::collections::BTreeMap<Weekday, Vec<Span>>>,
    /// Its holidays, whole.
    pub holidays: Option<Vec<Holiday>>,
}

impl Service {
    /// All calendars by name, with what they say now.
    #[boxed]
    pub async fn list_calendars(&self, request: &Request) -> Result<Vec<CalendarNow>> {
        self.authorise(request, Permission::CalendarRead).await?;
        let stored = self.read(async move |tx: &mut Tx<'_>| Ok(store::list_calendars(tx).await?)).await?;
        self.ask(stored).await
    }

    /// A calendar, with what it says now.
    #[boxed]
    pub async fn read_calendar(&self, request: &Request, id: CalendarId) -> Result<CalendarNow> {
        self.authorise(request, Permission::CalendarRead).await?;
        self.find_calendar(id).await
    }

    /// Adds a calendar.
    #[boxed]
    pub async fn create_calendar(
        &self,
        request: &Request,
        calendar_name: String,
        calendar: Calendar,
    ) -> Result<CalendarNow> {
        let grant = self.authorise(request, Permission::CalendarWrite).await?;
        let name = check(&calendar_name, &calendar)?;
        let now = self.now();
        let new = StoredCalendar {
            id: self.new_id()?,
            name,
            body: serde_json::to_value(&calendar).map_err(Error::internal)?,
            created_at: now,
            updated_at: now,
        };
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<CalendarId> {
                if store::count_calendars(tx).await? >= CALENDARS_MAX as i64 {
                    let detail = format!("There are {CALENDARS_MAX} calendars, which is the most.");
                    let hint = "Delete one that nobody needs.";
                    return Err(Error::conflict("too-many-calendars", detail, hint));
                }
                store::insert_calendar(tx, &new).await.map_err(name_taken)?;
                let details = serde_json::json!({ "name": new.name, "time_zone": calendar.time_zone });
                log.audit("calendar.create", new.id, details);
                log.reload("calendar.updated", new.id);
                Ok(new.id)
            })
            .await?;
        self.find_calendar(id).await
    }

    /// Changes a calendar. Week and holidays are replaced as a whole.
    #[boxed]
    pub async fn update_calendar(
        &self,
        request: &Request,
        id: CalendarId,
        patch: CalendarPatch,
    ) -> Result<CalendarNow> {
        let grant = self.authorise(request, Permission::CalendarWrite).await?;
        let now = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let stored = store::find_calendar(tx, id).await?.ok_or(Error::NotFound("calendar"))?;
            let before = CalendarEntry::try_from(stored)?;
            let mut after = before.clone();
            after.name = patch.name.unwrap_or(after.name);
            after.calendar.time_zone = patch.time_zone.unwrap_or(after.calendar.time_zone);
            after.calendar.week = patch.week.unwrap_or(after.calendar.week);
            after.calendar.holidays = patch.holidays.unwrap_or(after.calendar.holidays);
            after.name = check(&after.name, &after.calendar)?;
            let new = StoredCalendar {
                id,
                name: after.name.clone(),
                body: serde_json::to_value(&after.calendar).map_err(Error::internal)?,
                created_at: after.created_at,
                updated_at: now,
            };
            if !store::update_calendar(tx, &new).await.map_err(name_taken)? {
                return Err(Error::NotFound("calendar"));
            }
            log.audit("calendar.update", id, difference(&before, &after));
            log.reload("calendar.updated", id);
            Ok(())
        })
        .await?;
        self.find_calendar(id).await
    }

    /// Deletes a calendar.
    #[boxed]
    pub async fn delete_calendar(&self, request: &Request, id: CalendarId) -> Result<()> {
        let grant = self.authorise(request, Permission::CalendarWrite).await?;
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let calendar = store::find_calendar(tx, id).await?.ok_or(Error::NotFound("calendar"))?;
            // A calendar that is gone is open for a flow, and for a rule never.
            if let Some(by) = all_that_name(tx, &id.to_string(), None).await? {
                let hint = "Let them name another calendar, and publish the phone menus, first.";
                return Err(Error::conflict("calendar-is-named", format!("It is named by {by}."), hint));
            }
            if !store::delete_calendar(tx, id).await? {
                return Err(Error::NotFound("calendar"));
            }
            log.audit("calendar.delete", id, serde_json::json!({ "name": calendar.name }));
            log.reload("calendar.updated", id);
            Ok(())
        })
        .await
    }

    async fn find_calendar(&self, id: CalendarId) -> Result<CalendarNow> {
        let found = self.read(async move |tx: &mut Tx<'_>| Ok(store::find_calendar(tx, id).await?)).await?;
        let one = vec![found.ok_or(Error::NotFound("calendar"))?];
        self.ask(one).await?.pop().ok_or(Error::NotFound("calendar"))
    }

    /// What calendars say now. Those that never change are followed through a year, hence on a thread of its own.
    async fn ask(&self, stored: Vec<StoredCalendar>) -> Result<Vec<CalendarNow>> {
        let now = self.now();
        let ask = move |stored| -> Result<CalendarNow> {
            let entry = CalendarEntry::try_from(stored)?;
            // One that was good when it was saved and is not any more (its zone left the database) is never open.
            let hours = entry.calendar.compile().ok();
            Ok(CalendarNow {
                entry,
                is_open: hours.as_ref().is_some_and(|hours| hours.is_open(now)),
                next_change_at: hours.and_then(|hours| hours.next_change(now, CHANGE_DAYS)),
            })
        };
        tokio::task::spawn_blocking(move || stored.into_iter().map(ask).collect())
            .await
            .map_err(Error::internal)?
    }
}

/// What changed, for the audit log.
fn difference(before: &CalendarEntry, after: &CalendarEntry) -> serde_json::Value {
    let mut changes = serde_json::Map::new();
    if before.name != after.name {
        changes.insert("name".to_owned(), serde_json::json!({ "old": before.name, "new": after.name }));
    }
    let (old, new) = (&before.calendar, &after.calendar);
    if old.time_zone != new.time_zone {
        let change = serde_json::json!({ "old": old.time_zone, "new": new.time_zone });
        changes.insert("time_zone".to_owned(), change);
    }
    if old.week != new.week {
        changes.insert("week".to_owned(), serde_json::json!({ "old": old.week, "new": new.week }));
    }
    if old.holidays != new.holidays {
        let count = serde_json::json!({ "old": old.holidays.len(), "new": new.holidays.len() });
        changes.insert("holidays".to_owned(), count);
    }
    changes.into()
}

fn name_taken(error: StoreError) -> Error {
    if !is_unique(&error, store::UNIQUE_NAME) {
        return error.into();
    }
    Error::conflict("name-taken", "There is a calendar with this name.", "Choose another name.")
}

/// Checks a calendar whole and answers with its name; every wrong field is named.
fn check(calendar_name: &str, calendar: &Calendar) -> Result<String> {
    let mut wrong = Vec::new();
    let name = name("/name", calendar_name).unwrap_or_else(|error| {
        wrong.extend(fields(error));
        String::new()
    });
    if let Err(problem) = calendar.compile() {
        wrong.push(field(&problem));
    } else {
        for (day, spans) in &calendar.week {
            overlaps(&format!("/week/{}", Weekday::WORDS[*day as usize]), spans, &mut wrong);
        }
        for (at, holiday) in calendar.holidays.iter().enumerate() {
            overlaps(&format!("/holidays/{at}/hours"), &holiday.hours, &mut wrong);
        }
    }
    let mut dates = HashSet::new();
    for (at, holiday) in calendar.holidays.iter().enumerate().take(countersign_rules::calendar::HOLIDAYS_MAX)
    {
        let pointer = format!("/holidays/{at}/date");
        if !is_day(&holiday.date) {
            if !wrong.iter().any(|field| field.pointer == pointer) {
                wrong.push(FieldError::new(pointer, "not-a-day", "This is not a day such as `2026-12-25`."));
            }
        } else if !dates.insert(&holiday.date) {
            wrong.push(FieldError::new(pointer, "duplicate-day", "This day is among the holidays already."));
        }
        if !holiday.name.is_empty()
            && let Err(error) = crate::text::name(&format!("/holidays/{at}/name"), &holiday.name)
        {
            wrong.extend(fields(error));
        }
    }
    if wrong.is_empty() { Ok(name) } else { Err(Error::Invalid(wrong)) }
}

fn fields(error: Error) -> Vec<FieldError> {
    match error {
        Error::Invalid(fields) => fields,
        _ => Vec::new(),
    }
}

/// What the compiler says, without the value that it repeats: answers never do.
fn field(problem: &Problem) -> FieldError {
    let (code, what) = match problem.code {
        "unknown-time-zone" => ("invalid-time-zone", "There is no such time zone."),
        "not-a-time" => ("not-a-time", "This is not a time of day."),
        "not-a-day" => ("not-a-day", "This is not a day."),
        other => (other, problem.detail.as_str()),
    };
    FieldError::new(problem.pointer.as_str(), code, format!("{what} {}", problem.hint))
}

/// Whether a text is a day in the one form that is taken; the compiler's parser would also take times and weeks.
fn is_day(text: &str) -> bool {
    text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(n, b)| if n == 4 || n == 7 { b == b'-' } else { b.is_ascii_digit() })
        && text.parse::<jiff::civil::Date>().is_ok()
}

/// Spans of a day that lie over one another are a slip: said where the later one begins. All are `HH:MM` here, which
/// sorts as time does.
fn overlaps(place: &str, spans: &[Span], wrong: &mut Vec<FieldError>) {
    // Until midnight and past it is the same for what begins on this day.
    let end = |span: &Span| if span.to <= span.from { "24:01".to_owned() } else { span.to.clone() };
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.sort_by(|a, b| spans[*a].from.cmp(&spans[*b].from));
    for pair in order.windows(2) {
        if spans[pair[1]].from < end(&spans[pair[0]]) {
            let pointer = format!("{place}/{}/from", pair[1]);
            wrong.push(FieldError::new(pointer, "overlap", "These hours lie over others of the same day."));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hours_that_lie_over_one_another_overlap() {
        let said = |spans: &[(&str, &str)]| {
            let spans: Vec<Span> = spans
                .iter()
                .map(|(from, to)| Span { from: (*from).to_owned(), to: (*to).to_owned() })
                .collect();
            let mut wrong = Vec::new();
            overlaps("/week/mon", &spans, &mut wrong);
            wrong.into_iter().map(|field| field.pointer).collect::<Vec<_>>()
        };
        assert!(said(&[("13:00", "17:00"), ("09:00", "12:00"), ("12:00", "13:00")]).is_empty());
        assert!(said(&[("22:00", "06:00"), ("00:00", "06:00")]).is_empty());
        assert!(said(&[("09:00", "24:00")]).is_empty());
        assert_eq!(said(&[("09:00", "12:01"), ("12:00", "13:00")]), ["/week/mon/1/from"]);
        assert_eq!(said(&[("12:00", "13:00"), ("00:00", "00:00")]), ["/week/mon/0/from"]);
        assert_eq!(said(&[("09:00", "10:00"), ("09:00", "10:00")]), ["/week/mon/1/from"]);
    }
}
