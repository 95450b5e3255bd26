//! Events of visits: written in bulk, each once.

use std::collections::BTreeSet;

use countersign_types::{ChannelId, Timestamp};

use crate::codec::time;
use crate::dialect::{contains, like_contains};
use crate::{Arg, Backend, Row, StoreError, Tx, args};

/// Rows that one statement of PostgreSQL takes: the sizes into which a batch is cut, so that few statements are prepared.
const SIZES: [usize; 5] = [100, 32, 8, 4, 1];
/// Refused events that are kept of a site.
const REFUSED_MAX: i64 = 1_000;

/// An event of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its number.
    pub row: i64,
    /// The number of its visit.
    pub visit: i64,
    /// What its sender calls it.
    pub key: [u8; 16],
    /// The word of its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// When it happened.
    pub at: Timestamp,
    /// When it came.
    pub received_at: Timestamp,
    /// Its page, as the browser calls it.
    pub page: Option<[u8; 16]>,
    /// The number of the identity that it names.
    pub identity: Option<i64>,
    /// Whether a signed token named it.
    pub is_signed: bool,
    /// Whether the last page was left for good.
    pub is_leaving: bool,
    /// How long the page was looked at, milliseconds.
    pub active_ms: Option<i64>,
    /// The page's address, without what is nobody's business.
    pub url: Option<String>,
    /// The page's title.
    pub title: Option<String>,
    /// Its categories, joined by `;`.
    pub categories: Option<String>,
    /// The page's language.
    pub language: Option<String>,
    /// What it says besides: a JSON text; none: nothing.
    pub data: Option<String>,
    /// What was wrong with it though it was taken.
    pub warning: Option<String>,
}

const COLUMNS: &str = "row_id, visit_row, key, kind, name, at, received_at, page_key, identity_row, is_signed, \
    is_leaving, active_ms, url, title, categories, language, data, warning";
const WIDTH: usize = 18;

fn event(row: &Row<'_>) -> Result<EventRow, StoreError> {
    Ok(EventRow {
        row: row.i64(0)?,
        visit: row.i64(1)?,
        key: row.uuid(2)?.into_bytes(),
        kind: row.text(3)?,
        name: row.text(4)?,
        at: time(row, 5)?,
        received_at: time(row, 6)?,
        page: row.opt_uuid(7)?.map(uuid::Uuid::into_bytes),
        identity: row.opt_i64(8)?,
        is_signed: row.bool(9)?,
        is_leaving: row.bool(10)?,
        active_ms: row.opt_i64(11)?,
        url: row.opt_text(12)?,
        title: row.opt_text(13)?,
        categories: row.opt_text(14)?,
        language: row.opt_text(15)?,
        data: row.opt_text(16)?,
        warning: row.opt_text(17)?,
    })
}

fn arguments(event: &EventRow) -> [Arg<'_>; WIDTH] {
    [
        Arg::from(event.row),
        event.visit.into(),
        event.key.into(),
        event.kind.as_str().into(),
        event.name.as_str().into(),
        event.at.into(),
        event.received_at.into(),
        event.page.into(),
        event.identity.into(),
        event.is_signed.into(),
        event.is_leaving.into(),
        event.active_ms.into(),
        event.url.as_deref().into(),
        event.title.as_deref().into(),
        event.categories.as_deref().into(),
        event.language.as_deref().into(),
        event.data.as_deref().into(),
        event.warning.as_deref().into(),
    ]
}

/// Adds events, each unless its visit has one of its key already; answers with the numbers of those that are new.
pub async fn insert_events(tx: &mut Tx<'_>, events: &[EventRow]) -> Result<BTreeSet<i64>, StoreError> {
    if tx.backend() == Backend::Sqlite {
        return insert_in_turn(tx, events).await;
    }
    let mut added = BTreeSet::new();
    let mut rest = events;
    while !rest.is_empty() {
        let size = SIZES.into_iter().find(|size| *size <= rest.len()).unwrap_or(1);
        let (now, later) = rest.split_at(size);
        let with: Vec<Arg<'_>> = now.iter().flat_map(arguments).collect();
        let rows = tx.fetch_all(statement(size), &with, |row| row.i64(0)).await?;
        added.extend(rows);
        rest = later;
    }
    Ok(added)
}

/// SQLite has no way to save: a statement that is run for each row costs it less than one of many rows, which keeps a
/// journal of its own and puts its answer together first.
async fn insert_in_turn(tx: &mut Tx<'_>, events: &[EventRow]) -> Result<BTreeSet<i64>, StoreError> {
    const SQL: &str = "INSERT INTO visit_event (row_id, visit_row, key, kind, name, at, received_at, page_key, identity_row,
            is_signed, is_leaving, active_ms, url, title, categories, language, data, warning)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        ON CONFLICT (visit_row, key) DO NOTHING";
    let rows: Vec<[Arg<'_>; WIDTH]> = events.iter().map(arguments).collect();
    let ours = events.iter().map(|event| event.row);
    if tx.execute_many(SQL, &rows).await? == events.len() as u64 {
        return Ok(ours.collect());
    }
    let (first, last) = (ours.clone().min().unwrap_or(0), ours.clone().max().unwrap_or(0));
    let between = "SELECT row_id FROM visit_event WHERE row_id BETWEEN $1 AND $2";
    let there: BTreeSet<i64> =
        tx.fetch_all(between, args![first, last], |row| row.i64(0)).await?.into_iter().collect();
    Ok(ours.filter(|row| there.contains(row)).collect())
}

/// The statement that adds so many events.
fn statement(size: usize) -> &'static str {
    static STATEMENTS: std::sync::OnceLock<[String; SIZES.len()]> = std::sync::OnceLock::new();
    let all = STATEMENTS.get_or_init(|| {
        SIZES.map(|size| {
            let rows: Vec<String> = (0..size)
                .map(|row| {
                    let places: Vec<String> =
                        (1..=WIDTH).map(|place| format!("${}", row * WIDTH + place)).collect();
                    format!("({})", places.join(", "))
                })
                .collect();
            format!(
                "INSERT INTO visit_event ({COLUMNS}) VALUES {} ON CONFLICT (visit_row, key) DO NOTHING RETURNING row_id",
                rows.join(", ")
            )
        })
    });
    let at = SIZES.iter().position(|known| *known == size).unwrap_or(SIZES.len() - 1);
    &all[at]
}

/// What the state of a visit follows from: its system events, and when others were, in no order.
pub async fn list_facts(tx: &mut Tx<'_>, visit: i64) -> Result<Vec<EventRow>, StoreError> {
    let sql = "SELECT row_id, visit_row, key, kind, name, at, received_at, page_key, identity_row, is_signed,
                      is_leaving, active_ms, url, title, NULL, NULL, NULL, NULL
               FROM visit_event WHERE visit_row = $1";
    tx.fetch_all(sql, args![visit], |row| {
        Ok(EventRow {
            row: row.i64(0)?,
            visit: row.i64(1)?,
            key: row.uuid(2)?.into_bytes(),
            kind: row.text(3)?,
            name: row.text(4)?,
            at: time(row, 5)?,
            received_at: time(row, 6)?,
            page: row.opt_uuid(7)?.map(uuid::Uuid::into_bytes),
            identity: row.opt_i64(8)?,
            is_signed: row.bool(9)?,
            is_leaving: row.bool(10)?,
            active_ms: row.opt_i64(11)?,
            url: row.opt_text(12)?,
            title: row.opt_text(13)?,
            categories: None,
            language: None,
            data: None,
            warning: None,
        })
    })
    .await
}

/// All events of a visit, in no order.
pub async fn list_events_of_visit(tx: &mut Tx<'_>, visit: i64) -> Result<Vec<EventRow>, StoreError> {
    tx.fetch_all(&format!("SELECT {COLUMNS} FROM visit_event WHERE visit_row = $1"), args![visit], event)
        .await
}

/// An event by its number.
pub async fn find_event_by_row(tx: &mut Tx<'_>, row: i64) -> Result<Option<EventRow>, StoreError> {
    tx.fetch_optional(&format!("SELECT {COLUMNS} FROM visit_event WHERE row_id = $1"), args![row], event)
        .await
}

/// Which events.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Of this site.
    pub site: Option<ChannelId>,
    /// Of these kinds.
    pub kinds: Vec<&'static str>,
    /// Of this name.
    pub name: Option<String>,
    /// With this in the address of the page.
    pub url: Option<String>,
    /// With this in its title.
    pub title: Option<String>,
    /// Of this category.
    pub category: Option<String>,
    /// Since.
    pub since: Option<Timestamp>,
    /// Of visits of this browser.
    pub device: Option<i64>,
    /// With a smaller number.
    pub before: Option<i64>,
}

/// Events of all visits, the newest that came first, at most `limit`.
pub async fn list_events(
    tx: &mut Tx<'_>,
    filter: &EventFilter,
    limit: i64,
) -> Result<Vec<EventRow>, StoreError> {
    let mut sql = format!("SELECT {COLUMNS} FROM visit_event e WHERE 1 = 1");
    let mut with: Vec<Arg<'_>> = Vec::new();
    let mut and = |condition: &dyn Fn(usize) -> String, arg: Arg<'static>| {
        with.push(arg);
        sql.push_str(" AND ");
        sql.push_str(&condition(with.len()));
    };
    if let Some(before) = filter.before {
        and(&|n| format!("e.row_id < ${n}"), before.into());
    }
    if let Some(since) = filter.since {
        and(&|n| format!("e.at >= ${n}"), since.into());
    }
    if let Some(site) = filter.site {
        let sql =
            |n| format!("EXISTS (SELECT 1 FROM visit v WHERE v.row_id = e.visit_row AND v.site_id = ${n})");
        and(&sql, site.into());
    }
    if let Some(device) = filter.device {
        and(&|n| format!("e.visit_row IN (SELECT row_id FROM visit WHERE device_row = ${n})"), device.into());
    }
    if !filter.kinds.is_empty() {
        let words = filter.kinds.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ");
        and(&|n| format!("(e.kind IN ({words}) AND ${n})"), true.into());
    }
    if let Some(name) = &filter.name {
        and(&|n| format!("e.name = ${n}"), name.clone().into());
    }
    let backend = tx.backend();
    for (column, wanted) in
        [("e.url", &filter.url), ("e.title", &filter.title), ("e.categories", &filter.category)]
    {
        if let Some(text) = wanted {
            let sql = move |n: usize| contains(backend, column, u8::try_from(n).unwrap_or(u8::MAX));
            and(&sql, like_contains(text).into());
        }
    }
    sql.push_str(&format!(" ORDER BY e.row_id DESC LIMIT {limit}"));
    tx.fetch_all(&sql, &with, event).await
}

/// An event that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// Its number.
    pub row: i64,
    /// When.
    pub at: Timestamp,
    /// What it called itself.
    pub name: String,
    /// The word of the reason.
    pub reason: String,
}

/// Notes events that were not taken. Of each site the newest are kept.
pub async fn insert_refused(
    tx: &mut Tx<'_>,
    site: ChannelId,
    refused: &[RefusedRow],
) -> Result<(), StoreError> {
    for row in refused {
        tx.execute_later(
            "INSERT INTO visit_refused (row_id, site_id, at, name, reason) VALUES ($1, $2, $3, $4, $5)",
            args![row.row, site, row.at, &row.name, &row.reason],
        )
        .await?;
    }
    tx.execute_later(
        "DELETE FROM visit_refused WHERE site_id = $1 AND row_id <= COALESCE(
             (SELECT row_id FROM visit_refused WHERE site_id = $1 ORDER BY row_id DESC LIMIT 1 OFFSET $2), 0)",
        args![site, REFUSED_MAX],
    )
    .await?;
    Ok(())
}

/// Events that were not taken at a site, the newest first.
pub async fn list_refused(
    tx: &mut Tx<'_>,
    site: ChannelId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<RefusedRow>, StoreError> {
    tx.fetch_all(
        "SELECT row_id, at, name, reason FROM visit_refused WHERE site_id = $1 AND row_id < $2
         ORDER BY row_id DESC LIMIT $3",
        args![site, before.unwrap_or(i64::MAX), limit],
        |row| {
            Ok(RefusedRow { row: row.i64(0)?, at: time(row, 1)?, name: row.text(2)?, reason: row.text(3)? })
        },
    )
    .await
}

/// When the newest event of a site was; events of visits that have gone do not count.
pub async fn find_newest_at(tx: &mut Tx<'_>, site: ChannelId) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT last_at FROM visit WHERE site_id = $1 ORDER BY active_at DESC, last_at DESC LIMIT 1";
    tx.fetch_optional(sql, args![site], |row| time(row, 0)).await
}
