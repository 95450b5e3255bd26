//! The report on visits of the company's websites: counted where they stand, so it costs taking events nothing.

use countersign_store::Tx;
use countersign_store::traffic::{Traffic, TrafficBy, count_traffic};
use countersign_types::analytics::{By, Dimension, Report};
use countersign_types::channel::ChannelKind;
use countersign_types::{ChannelId, Error, Result, SiteId, Timestamp, time};
use jiff::tz::TimeZone;

use super::table::{Value, columns};
use super::{EPOCH, Line, Span, Table, date};
use crate::Service;
use crate::site::site_of;

/// A page on which fewer people than this began their visits is not told by itself: its address may be about one of them.
const VISITORS_MIN: i64 = 3;
/// Rows of what is not a time.
const ROWS_MAX: usize = 100;
/// The row of all that have none of their own.
const OTHERS: &str = "others";

impl Service {
    /// The report of those days, of one site or of all.
    pub(super) async fn read_traffic(&self, span: Span, by: By, site: Option<SiteId>) -> Result<Table> {
        let site = site.map(|site| self.known_site(site)).transpose()?;
        let zone = self.snapshot().zone.clone().unwrap_or(TimeZone::UTC);
        let (from, to) = (midnight(&zone, span.from)?, midnight(&zone, span.to)?);
        let told = match by {
            By::Day | By::Week => TrafficBy::Day(offsets(&zone, (from, to))),
            By::Site => TrafficBy::Site,
            By::Source => TrafficBy::Source,
            By::Entry => TrafficBy::Entry,
            By::Device => TrafficBy::Device,
            By::Language => TrafficBy::Language,
            By::Channel | By::Group | By::Agent => TrafficBy::All,
        };
        let read = self.read(async move |tx: &mut Tx<'_>| -> Result<_> {
            let all = count_traffic(tx, &TrafficBy::All, site, (from, to)).await?;
            Ok((all, count_traffic(tx, &told, site, (from, to)).await?))
        });
        let (all, counted) = read.await?;
        let total = values(&all.into_iter().next().unwrap_or_default());
        let rows = match by {
            By::Day => by_days(&counted, span, 1),
            By::Week => by_days(&counted, span, 7),
            By::Site => self.by_sites(&counted),
            _ => by_words(counted, if by == By::Entry { VISITORS_MIN } else { 0 }),
        };
        let columns = columns(Report::Traffic, Dimension::All);
        Ok(Table {
            report: Report::Traffic,
            period: self.period(span, None),
            by,
            columns,
            rows,
            total,
            now: Vec::new(),
        })
    }

    fn known_site(&self, site: SiteId) -> Result<ChannelId> {
        let id = ChannelId::from_bytes(site.to_bytes());
        let snapshot = self.snapshot();
        let known = snapshot.channels.get(&id).filter(|entry| entry.channel.kind == ChannelKind::Website);
        known.map(|_| id).ok_or_else(|| Error::invalid("site", "unknown-site", "There is no such website."))
    }

    fn by_sites(&self, counted: &[Traffic]) -> Vec<Line> {
        let snapshot = self.snapshot();
        let line = |one: &Traffic| {
            let name = one.site.and_then(|id| Some(snapshot.channels.get(&id)?.channel.name.clone()));
            let key = one.site.map_or_else(|| "none".to_owned(), |id| site_of(id).to_string());
            Line { key, name, values: values(one) }
        };
        counted.iter().map(line).collect()
    }
}

/// The moment at which a day begins, where the workspace is.
fn midnight(zone: &TimeZone, day: i64) -> Result<Timestamp> {
    let date = jiff::Span::new().try_days(day).and_then(|days| EPOCH.checked_add(days));
    let begins = date.and_then(|date| date.to_zoned(zone.clone())).map_err(Error::internal)?;
    Ok(Timestamp::from_micros(begins.timestamp().as_microsecond()))
}

/// How far the place is from UTC, until when.
fn offsets(zone: &TimeZone, (from, to): (Timestamp, Timestamp)) -> Vec<(Timestamp, i64)> {
    let Ok(begin) = jiff::Timestamp::from_microsecond(from.as_micros()) else { return Vec::new() };
    let mut offset = i64::from(zone.to_offset(begin).seconds()) * time::SECOND;
    let mut all = Vec::new();
    for change in zone.following(begin) {
        let at = Timestamp::from_micros(change.timestamp().as_microsecond());
        if at >= to {
            break;
        }
        all.push((at, offset));
        offset = i64::from(change.offset().seconds()) * time::SECOND;
    }
    all.push((to, offset));
    all
}

/// A row for each day, or for each week from Monday. Browsers of a week are those of its days added up.
fn by_days(counted: &[Traffic], span: Span, length: i64) -> Vec<Line> {
    let first = |day: i64| if length == 7 { day - (day + 3).rem_euclid(7) } else { day };
    let mut rows: std::collections::BTreeMap<i64, Traffic> =
        (span.from..span.to).map(|day| (first(day), Traffic::default())).collect();
    for one in counted {
        add(rows.entry(first(one.day)).or_default(), one);
    }
    rows.into_iter().map(|(day, sum)| Line { key: date(day), name: None, values: values(&sum) }).collect()
}

/// A row for each word, those with the most visits; the rest together.
fn by_words(counted: Vec<Traffic>, visitors_min: i64) -> Vec<Line> {
    let mut others = Traffic::default();
    let mut rows = Vec::new();
    for one in counted {
        if rows.len() >= ROWS_MAX || (one.word.is_some() && one.visitors < visitors_min) {
            add(&mut others, &one);
            continue;
        }
        let key = one.word.clone().unwrap_or_else(|| "none".to_owned());
        rows.push(Line { name: one.word.clone(), key, values: values(&one) });
    }
    if others.visits > 0 {
        rows.push(Line { key: OTHERS.to_owned(), name: None, values: values(&others) });
    }
    rows
}

fn add(sum: &mut Traffic, one: &Traffic) {
    sum.visits += one.visits;
    sum.visitors += one.visitors;
    sum.pages += one.pages;
    sum.with_pages += one.with_pages;
    sum.single_page += one.single_page;
    sum.micros += one.micros;
    sum.signed_in += one.signed_in;
    sum.named += one.named;
}

/// A number for each column of the report.
fn values(of: &Traffic) -> Vec<Value> {
    let part = |some: i64, all: i64| match all {
        0 => Value::Nothing,
        all => Value::Share(some as f64 / all as f64),
    };
    let length =
        if of.visits == 0 { Value::Nothing } else { Value::Whole(of.micros / of.visits / time::SECOND) };
    vec![
        Value::Whole(of.visits),
        Value::Whole(of.visitors),
        Value::Whole(of.pages),
        part(of.pages, of.with_pages),
        length,
        part(of.single_page, of.with_pages),
        Value::Whole(of.signed_in),
        Value::Whole(of.named),
        part(of.named, of.visits),
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn there_is_a_number_for_each_column() {
        let columns = columns(Report::Traffic, Dimension::All);
        assert_eq!(values(&Traffic::default()).len(), columns.len());
    }

    #[test]
    fn clocks_change_within_the_days_of_a_report() {
        let zone = countersign_rules::calendar::time_zone("Europe/Berlin").unwrap();
        let day = |text: &str| super::super::day("from", text).unwrap();
        let span = (midnight(&zone, day("2026-03-28")).unwrap(), midnight(&zone, day("2026-03-31")).unwrap());
        let told = offsets(&zone, span);
        assert_eq!(told.iter().map(|(_, offset)| offset / time::HOUR).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(told[0].0.to_string(), "2026-03-29T01:00:00.000000Z");
        assert_eq!(span.1.since(span.0), 71 * time::HOUR);
    }

    #[test]
    fn a_page_that_few_began_on_is_told_with_the_others() {
        let of = |word: &str, visitors| Traffic {
            word: Some(word.to_owned()),
            visits: visitors,
            visitors,
            ..Traffic::default()
        };
        let rows = by_words(vec![of("/loans", 5), of("/u/ada", 1), of("/u/bob", 2)], VISITORS_MIN);
        let told: Vec<_> = rows.iter().map(|row| (row.key.as_str(), row.values[0])).collect();
        assert_eq!(told, [("/loans", Value::Whole(5)), (OTHERS, Value::Whole(3))]);
    }
}
