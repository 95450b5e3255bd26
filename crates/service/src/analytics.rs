//! Reports: numbers of conversations, codes, replies and people of the team; never of a single customer.
//!
//! Where something happens it is counted in its transaction (`count.rs`); a job adds facts up; a report is made of both
//! (`table.rs`). What each number means stands in docs/ANALYTICS.md, why so in docs/decisions/0022-analytics.md.

mod count;
mod histogram;
mod table;
mod traffic;

use async_recursion::async_recursion as boxed;
use std::collections::BTreeMap;

use countersign_store::{Tx, analytics as store};
use countersign_types::analytics::{By, Dimension, Report, Sum};
use countersign_types::case::CaseStatus;
use countersign_types::{ChannelId, Error, GroupId, Permission, Result, SiteId, Timestamp, UserId};
use jiff::civil::Date;

pub(crate) use self::count::{count_merge, count_outcome, count_refused, revealed};
pub use self::table::{Column, Kind, Value};
use self::table::{OVERVIEW, OVERVIEW_DAYS, Sums, columns, metrics};
use crate::Service;
use crate::caller::Request;

/// Days of a report at most.
pub const DAYS_MAX: i64 = 400;
/// Days of a report where nothing is said.
const DAYS_USUAL: i64 = 30;
/// Facts that are added up in one transaction.
const FOLD_MAX: i64 = 2_000;

/// The days of a report, in days since 1970: from the first to the day before `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: i64,
    to: i64,
}

/// Which days, and of which place.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    /// The first day, `YYYY-MM-DD`.
    pub from: String,
    /// The day after the last one.
    pub to: String,
    /// The time zone by which days begin now.
    pub time_zone: String,
    /// Since when anything is counted.
    pub counted_since: Option<Timestamp>,
}

/// A row of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The day, the Monday of a week, an id, or `none`.
    pub key: String,
    /// The name of what has an id.
    pub name: Option<String>,
    /// A number for each column.
    pub values: Vec<Value>,
}

/// How something stands at this moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// What: a status of cases, or `suggestions`.
    pub key: &'static str,
    /// On which channel, by id and name.
    pub channel: Option<(ChannelId, Option<String>)>,
    /// How many.
    pub count: i64,
}

/// A report.
#[derive(Debug, Clone)]
pub struct Table {
    /// Which.
    pub report: Report,
    /// Which days.
    pub period: Period,
    /// What its rows are.
    pub by: By,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Line>,
    /// All rows together.
    pub total: Vec<Value>,
    /// How things stand now.
    pub now: Vec<Standing>,
}

/// A figure of the overview.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// What.
    pub column: Column,
    /// Its number.
    pub value: Value,
    /// Its number in as many days before; nothing where not all of them were counted.
    pub before: Value,
}

/// The most important figures, compared with the time before.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Which days.
    pub period: Period,
    /// The figures.
    pub figures: Vec<Figure>,
    /// What is told of each day.
    pub columns: Vec<Column>,
    /// The days.
    pub days: Vec<Line>,
    /// How things stand now.
    pub now: Vec<Standing>,
}

impl Service {
    /// A report of the days from `from` to the day before `to`, both `YYYY-MM-DD`; of the last 30 days, if nothing is said.
    /// That on traffic may be of one site.
    #[boxed]
    pub async fn read_report(
        &self,
        request: &Request,
        report: Report,
        (from, to): (Option<&str>, Option<&str>),
        by: By,
        site: Option<SiteId>,
    ) -> Result<Table> {
        self.authorise(request, Permission::ReportRead).await?;
        if !report.bys().contains(&by) {
            let known: Vec<_> = report.bys().iter().map(|by| format!("`{}`", by.as_str())).collect();
            let detail = format!("This report is made by {}.", known.join(", "));
            return Err(Error::invalid("by", "unknown-by", detail));
        }
        let span = self.span(from, to)?;
        if report == Report::Traffic {
            return self.read_traffic(span, by, site).await;
        }
        if site.is_some() {
            let detail = "Only the report `traffic` is of one website.";
            return Err(Error::invalid("site", "unknown-site", detail));
        }
        let dimension = by.dimension();
        let columns = columns(report, dimension);
        let counted = metrics(&columns);
        let read = self.read(async move |tx: &mut Tx<'_>| -> Result<_> {
            let days = store::list_sums(tx, Dimension::All, &counted, (span.from, span.to)).await?;
            let items = match dimension {
                Dimension::All => Vec::new(),
                _ => store::list_sums(tx, dimension, &counted, (span.from, span.to)).await?,
            };
            let mut ids: Vec<[u8; 16]> = items.iter().map(|sum| sum.item).collect();
            ids.sort_unstable();
            ids.dedup();
            let names = store::list_names(tx, dimension, &ids).await?;
            let now = standing(tx, report).await?;
            Ok((days, items, names, now, store::find_counted_since(tx).await?))
        });
        let (days, items, names, now, since) = read.await?;
        let rows = match by {
            By::Week => by_days(&columns, &days, span, 7),
            By::Channel | By::Group | By::Agent => by_items(&columns, &items, dimension, &names),
            _ => by_days(&columns, &days, span, 1),
        };
        let total = values(&columns, &together(&days));
        Ok(Table { report, period: self.period(span, since), by, columns, rows, total, now })
    }

    /// The overview of those days.
    #[boxed]
    pub async fn read_overview(
        &self,
        request: &Request,
        (from, to): (Option<&str>, Option<&str>),
    ) -> Result<Overview> {
        self.authorise(request, Permission::ReportRead).await?;
        let span = self.span(from, to)?;
        let earlier = Span { from: span.from - (span.to - span.from), to: span.from };
        let counted = metrics(&[OVERVIEW, OVERVIEW_DAYS].concat());
        let read = self.read(async move |tx: &mut Tx<'_>| -> Result<_> {
            let sums = store::list_sums(tx, Dimension::All, &counted, (earlier.from, span.to)).await?;
            Ok((sums, standing(tx, Report::Cases).await?, store::find_counted_since(tx).await?))
        });
        let (sums, now, since) = read.await?;
        let (before, during): (Vec<Sum>, Vec<Sum>) = sums.into_iter().partition(|sum| sum.day < span.from);
        // What was not counted all the time would look like growth.
        let is_comparable = since.is_none_or(|since| self.day_of(since) <= earlier.from);
        let (all, earlier) = (together(&during), together(&before));
        let figure = |column: &Column| Figure {
            column: *column,
            value: column.of(&all),
            before: if is_comparable { column.of(&earlier) } else { Value::Nothing },
        };
        Ok(Overview {
            period: self.period(span, since),
            figures: OVERVIEW.iter().map(figure).collect(),
            columns: OVERVIEW_DAYS.to_vec(),
            days: by_days(OVERVIEW_DAYS, &during, span, 1),
            now,
        })
    }

    /// Job: adds facts to the sums.
    pub(crate) async fn fold_job(&self) -> Result<()> {
        let has_facts = self.read(async |tx: &mut Tx<'_>| Ok(store::has_facts(tx).await?)).await?;
        if has_facts && self.has_lease("analytics").await? {
            self.fold_now().await?;
        }
        Ok(())
    }

    /// Adds all facts to the sums, as the job does: for tests whose clock stands still.
    #[doc(hidden)]
    #[boxed]
    pub async fn fold_now(&self) -> Result<()> {
        loop {
            let fold =
                async |tx: &mut Tx<'_>| -> Result<usize> { Ok(store::fold_facts(tx, FOLD_MAX).await?) };
            if (self.db().write(fold).await? as i64) < FOLD_MAX || *self.stopping().borrow() {
                return Ok(());
            }
        }
    }

    fn span(&self, from: Option<&str>, to: Option<&str>) -> Result<Span> {
        let to = to.map_or_else(|| Ok(self.day_of(self.now()) + 1), |text| day("to", text))?;
        let from = from.map_or(Ok(to - DAYS_USUAL), |text| day("from", text))?;
        if from >= to {
            let detail = "`to` is the day after the last one of the report: it comes after `from`.";
            return Err(Error::invalid("to", "invalid-range", detail));
        }
        if to - from > DAYS_MAX {
            let detail = format!("A report has at most {DAYS_MAX} days: ask for some at a time.");
            return Err(Error::invalid("from", "invalid-range", detail));
        }
        Ok(Span { from, to })
    }

    fn period(&self, span: Span, counted_since: Option<Timestamp>) -> Period {
        Period {
            from: date(span.from),
            to: date(span.to),
            time_zone: self.snapshot().workspace.time_zone.clone(),
            counted_since,
        }
    }
}

/// How things stand at this moment, for the reports that say it.
async fn standing(tx: &mut Tx<'_>, report: Report) -> Result<Vec<Standing>> {
    Ok(match report {
        Report::Cases => {
            let open = store::count_open_cases(tx).await?;
            let ids: Vec<[u8; 16]> = open.iter().map(|(channel, ..)| channel.to_bytes()).collect();
            let names = store::list_names(tx, Dimension::Channel, &ids).await?;
            let of = |(channel, status, count): (ChannelId, CaseStatus, i64)| Standing {
                key: status.as_str(),
                channel: Some((channel, names.get(&channel.to_bytes()).cloned())),
                count,
            };
            open.into_iter().map(of).collect()
        }
        Report::Merges => {
            vec![Standing {
                key: "suggestions",
                channel: None,
                count: store::count_open_suggestions(tx).await?,
            }]
        }
        _ => Vec::new(),
    })
}

fn together(sums: &[Sum]) -> Sums {
    let mut all = Sums::default();
    sums.iter().for_each(|sum| all.add(sum));
    all
}

fn values(columns: &[Column], sums: &Sums) -> Vec<Value> {
    columns.iter().map(|column| column.of(sums)).collect()
}

/// A row for each day, or for each week from Monday; also for those on which nothing happened.
fn by_days(columns: &[Column], sums: &[Sum], span: Span, length: i64) -> Vec<Line> {
    // 1970-01-01 was a Thursday.
    let first = |day: i64| if length == 7 { day - (day + 3).rem_euclid(7) } else { day };
    let mut rows: BTreeMap<i64, Sums> =
        (span.from..span.to).map(|day| (first(day), Sums::default())).collect();
    for sum in sums {
        rows.entry(first(sum.day)).or_default().add(sum);
    }
    let line = |(day, sums)| Line { key: date(day), name: None, values: values(columns, &sums) };
    rows.into_iter().map(line).collect()
}

/// A row for each channel, group or person of whom something is told; by name, what has none at the end.
fn by_items(
    columns: &[Column],
    sums: &[Sum],
    dimension: Dimension,
    names: &BTreeMap<[u8; 16], String>,
) -> Vec<Line> {
    let mut rows: BTreeMap<[u8; 16], Sums> = BTreeMap::new();
    for sum in sums {
        rows.entry(sum.item).or_default().add(sum);
    }
    let line = |(item, sums)| Line {
        key: print(dimension, item),
        name: names.get(&item).cloned(),
        values: values(columns, &sums),
    };
    let mut lines: Vec<Line> = rows.into_iter().map(line).collect();
    lines.sort_by_cached_key(|line| (line.name.is_none(), line.name.as_deref().map(str::to_lowercase)));
    lines
}

fn print(dimension: Dimension, item: [u8; 16]) -> String {
    match dimension {
        _ if item == store::NO_ITEM => "none".to_owned(),
        Dimension::All => String::new(),
        Dimension::Channel => ChannelId::from_bytes(item).to_string(),
        Dimension::Group => GroupId::from_bytes(item).to_string(),
        Dimension::Agent => UserId::from_bytes(item).to_string(),
    }
}

fn day(key: &'static str, text: &str) -> Result<i64> {
    let is_written = text.len() == 10 && text.is_ascii();
    let date = text.parse::<Date>().ok().filter(|date| is_written && (1970..=9000).contains(&date.year()));
    let date = date.ok_or_else(|| Error::invalid(key, "invalid-date", "Write a day as `YYYY-MM-DD`."))?;
    Ok(i64::from(date.since(EPOCH).map_err(Error::internal)?.get_days()))
}

const EPOCH: Date = Date::constant(1970, 1, 1);

fn date(day: i64) -> String {
    let days = jiff::Span::new().try_days(day);
    days.and_then(|days| EPOCH.checked_add(days)).map_or_else(|_| String::new(), |date| date.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use countersign_types::analytics::Metric;

    use super::*;

    fn begun(day: i64, amount: i64) -> Sum {
        Sum { day, item: [0; 16], metric: Metric::Begun, word: String::new(), bucket: -1, amount }
    }

    #[test]
    fn days_are_written_as_they_are_read() {
        for text in ["1970-01-01", "2024-02-29", "2026-03-29", "2026-12-31"] {
            assert_eq!(date(day("from", text).unwrap()), text);
        }
        for text in
            ["2026-02-30", "2026-3-1", "yesterday", "2026-03-01T00:00", "", "9999-12-31", "-000001-01-01"]
        {
            assert!(day("from", text).is_err(), "{text}");
        }
    }

    #[test]
    fn weeks_begin_on_monday_and_days_without_anything_are_rows() {
        let at = |text| day("from", text).unwrap();
        let span = Span { from: at("2026-03-27"), to: at("2026-04-07") };
        let sums = [begun(at("2026-03-27"), 1), begun(at("2026-03-29"), 2), begun(at("2026-03-30"), 4)];
        let columns = columns(Report::Cases, Dimension::All);
        let told = |length| {
            let rows = by_days(&columns[..1], &sums, span, length);
            rows.into_iter().map(|row| (row.key, row.values[0])).collect::<Vec<_>>()
        };
        let weeks = [("2026-03-23", 3), ("2026-03-30", 4), ("2026-04-06", 0)];
        assert_eq!(told(7), weeks.map(|(key, n)| (key.to_owned(), Value::Whole(n))));
        let days = told(1);
        assert_eq!((days.len(), &days[0]), (11, &("2026-03-27".to_owned(), Value::Whole(1))));
        assert_eq!(days[1].1, Value::Whole(0));
    }
}
