//! Visits of the company's website, and the browsers they come from.
//!
//! Rows have numbers of the caller's making, so that a batch of events knows them before it is written. How a visit
//! stands is decided elsewhere; here it is kept.

use countersign_types::time::MINUTE;
use countersign_types::{ChannelId, DeviceId, ProfileId, Timestamp, VisitId};

use crate::codec::{id, opt_time, time};
use crate::dialect::{blob, contains, like_contains, lock_suffix};
use crate::{Arg, Row, StoreError, Tx, args};

/// A visit as it stands after its newest event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitRow {
    /// Its number.
    pub row: i64,
    /// Its id.
    pub id: VisitId,
    /// The site, which is a channel.
    pub site: ChannelId,
    /// The keyed hash of the key that its browser made for it.
    pub key_hash: [u8; 16],
    /// The number of the browser, where it said one.
    pub device: Option<i64>,
    /// The first event.
    pub started_at: Timestamp,
    /// The last event, by its own time.
    pub last_at: Timestamp,
    /// The place of the newest event in the order of events.
    pub newest: (Timestamp, [u8; 16]),
    /// The word of its state.
    pub state: String,
    /// The number of the identity it stands for.
    pub identity: Option<i64>,
    /// Whether a signed token said so.
    pub is_signed: bool,
    /// Since when it is in that state.
    pub since: Timestamp,
    /// The event that began the session that is open.
    pub session_row: Option<i64>,
    /// The pages that are open, each sixteen bytes, in the order in which they were entered.
    pub open_pages: Vec<u8>,
    /// After how many minutes of silence it is over.
    pub idle_minutes: i64,
    /// When its last page was left for good.
    pub left_at: Option<Timestamp>,
    /// Pages entered.
    pub pages: i64,
    /// Events.
    pub events: i64,
    /// The page entered last: address, title, when.
    pub page: (Option<String>, Option<String>, Option<Timestamp>),
    /// The page it began on: address, title.
    pub entry: (Option<String>, Option<String>),
    /// Where it came from.
    pub referrer: Option<String>,
    /// The campaign or the site it came from.
    pub source: Option<String>,
    /// The browser's language.
    pub language: Option<String>,
    /// The kind of browser: a JSON text.
    pub agent: Option<String>,
    /// How far the browser's clock was ahead, milliseconds.
    pub offset_ms: i64,
    /// The country that its address stood in: two letters. The address is kept nowhere.
    pub country: Option<String>,
}

/// What of a visit stands in indexes, which are left alone as long as it stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indexed {
    device: Option<i64>,
    identity: Option<i64>,
    active_at: Timestamp,
}

impl VisitRow {
    /// What of it stands in indexes.
    pub fn indexed(&self) -> Indexed {
        Indexed { device: self.device, identity: self.identity, active_at: minute(self.last_at) }
    }
}

/// The minute of a moment: what lists go by first, because it seldom changes.
fn minute(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.as_micros() / MINUTE * MINUTE)
}

const COLUMNS: &str = "row_id, id, site_id, key_hash, device_row, started_at, last_at, newest_at, newest_key, state, \
    identity_row, is_signed, since, session_row, open_pages, idle_minutes, left_at, pages, events, page_url, page_title, page_at, \
    entry_url, entry_title, referrer, source, language, agent, offset_ms, country";

fn visit(row: &Row<'_>) -> Result<VisitRow, StoreError> {
    let bytes = |index| Ok::<_, StoreError>(row.uuid(index)?.into_bytes());
    Ok(VisitRow {
        row: row.i64(0)?,
        id: id(row, 1)?,
        site: id(row, 2)?,
        key_hash: bytes(3)?,
        device: row.opt_i64(4)?,
        started_at: time(row, 5)?,
        last_at: time(row, 6)?,
        newest: (time(row, 7)?, bytes(8)?),
        state: row.text(9)?,
        identity: row.opt_i64(10)?,
        is_signed: row.bool(11)?,
        since: time(row, 12)?,
        session_row: row.opt_i64(13)?,
        open_pages: row.opt_bytes(14)?.unwrap_or_default(),
        idle_minutes: row.i64(15)?,
        left_at: opt_time(row, 16)?,
        pages: row.i64(17)?,
        events: row.i64(18)?,
        page: (row.opt_text(19)?, row.opt_text(20)?, opt_time(row, 21)?),
        entry: (row.opt_text(22)?, row.opt_text(23)?),
        referrer: row.opt_text(24)?,
        source: row.opt_text(25)?,
        language: row.opt_text(26)?,
        agent: row.opt_text(27)?,
        offset_ms: row.i64(28)?,
        country: row.opt_text(29)?,
    })
}

fn arguments(visit: &VisitRow) -> [Arg<'_>; 30] {
    [
        visit.row.into(),
        visit.id.into(),
        visit.site.into(),
        visit.key_hash.into(),
        visit.device.into(),
        visit.started_at.into(),
        visit.last_at.into(),
        visit.newest.0.into(),
        visit.newest.1.into(),
        visit.state.as_str().into(),
        visit.identity.into(),
        visit.is_signed.into(),
        visit.since.into(),
        visit.session_row.into(),
        visit.open_pages.as_slice().into(),
        visit.idle_minutes.into(),
        visit.left_at.into(),
        visit.pages.into(),
        visit.events.into(),
        visit.page.0.as_deref().into(),
        visit.page.1.as_deref().into(),
        visit.page.2.into(),
        visit.entry.0.as_deref().into(),
        visit.entry.1.as_deref().into(),
        visit.referrer.as_deref().into(),
        visit.source.as_deref().into(),
        visit.language.as_deref().into(),
        visit.agent.as_deref().into(),
        visit.offset_ms.into(),
        visit.country.as_deref().into(),
    ]
}

/// The visit that goes by a key at a site, locked until the operation ends.
pub async fn find_visit_for_update(
    tx: &mut Tx<'_>,
    site: ChannelId,
    key_hash: [u8; 16],
) -> Result<Option<VisitRow>, StoreError> {
    let sql = match lock_suffix(tx.backend()) {
        "" => format!("SELECT {COLUMNS} FROM visit WHERE site_id = $1 AND key_hash = $2"),
        suffix => format!("SELECT {COLUMNS} FROM visit WHERE site_id = $1 AND key_hash = $2{suffix}"),
    };
    tx.fetch_optional(&sql, args![site, key_hash], visit).await
}

/// The visit that goes by a key at a site.
pub async fn find_visit_by_key(
    tx: &mut Tx<'_>,
    site: ChannelId,
    key_hash: [u8; 16],
) -> Result<Option<VisitRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM visit WHERE site_id = $1 AND key_hash = $2");
    tx.fetch_optional(&sql, args![site, key_hash], visit).await
}

/// A visit by its id.
pub async fn find_visit(tx: &mut Tx<'_>, visit_id: VisitId) -> Result<Option<VisitRow>, StoreError> {
    tx.fetch_optional(&format!("SELECT {COLUMNS} FROM visit WHERE id = $1"), args![visit_id], visit).await
}

/// A visit by its number.
pub async fn find_visit_by_row(tx: &mut Tx<'_>, row: i64) -> Result<Option<VisitRow>, StoreError> {
    tx.fetch_optional(&format!("SELECT {COLUMNS} FROM visit WHERE row_id = $1"), args![row], visit).await
}

/// Adds a visit; `false` where another server did a moment ago.
pub async fn insert_visit(tx: &mut Tx<'_>, new: &VisitRow) -> Result<bool, StoreError> {
    let sql = format!(
        "INSERT INTO visit ({COLUMNS}, active_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                 $23, $24, $25, $26, $27, $28, $29, $30, $31)
         ON CONFLICT (site_id, key_hash) DO NOTHING"
    );
    let mut with = arguments(new).to_vec();
    with.push(new.indexed().active_at.into());
    Ok(tx.execute(&sql, &with).await? == 1)
}

/// Saves how a visit stands, which was so indexed before.
pub async fn update_visit(tx: &mut Tx<'_>, visit: &VisitRow, was: Indexed) -> Result<(), StoreError> {
    // What a statement names it writes into the indexes, changed or not.
    const USUAL: &str =
        "UPDATE visit SET started_at = $2, last_at = $3, newest_at = $4, newest_key = $5, state = $6,
            is_signed = $7, since = $8, session_row = $9, open_pages = $10, idle_minutes = $11, left_at = $12,
            pages = $13, events = $14, page_url = $15, page_title = $16, page_at = $17, entry_url = $18,
            entry_title = $19, referrer = $20, source = $21, language = $22, agent = $23, offset_ms = $24,
             country = $25
        WHERE row_id = $1";
    const INDEXED: &str =
        "UPDATE visit SET device_row = $2, identity_row = $3, active_at = $4 WHERE row_id = $1";
    let [row, _, _, _, _, started, last, at, key, state, _, rest @ ..] = arguments(visit);
    let mut with = vec![row, started, last, at, key, state];
    with.extend(rest);
    tx.execute_later(USUAL, &with).await?;
    let now = visit.indexed();
    if now != was {
        tx.execute_later(INDEXED, args![visit.row, now.device, now.identity, now.active_at]).await?;
    }
    Ok(())
}

/// The number of a browser at a site. A new one is added under the number and the id that were made for it.
pub async fn upsert_device(
    tx: &mut Tx<'_>,
    site: ChannelId,
    key_hash: [u8; 16],
    (row, device): (i64, DeviceId),
    now: Timestamp,
) -> Result<i64, StoreError> {
    let find = "SELECT row_id FROM visit_device WHERE site_id = $1 AND key_hash = $2";
    let found = tx.fetch_optional(find, args![site, key_hash], |row| row.i64(0)).await?;
    if let Some(found) = found {
        return Ok(found);
    }
    tx.execute(
        "INSERT INTO visit_device (row_id, id, site_id, key_hash, first_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (site_id, key_hash) DO NOTHING",
        args![row, device, site, key_hash, now],
    )
    .await?;
    tx.fetch_one(find, args![site, key_hash], |row| row.i64(0)).await
}

/// The id of a browser.
pub async fn find_device(tx: &mut Tx<'_>, row: i64) -> Result<Option<DeviceId>, StoreError> {
    let sql = "SELECT id FROM visit_device WHERE row_id = $1";
    tx.fetch_optional(sql, args![row], |row| id(row, 0)).await
}

/// The number of a browser.
pub async fn find_device_row(tx: &mut Tx<'_>, device: DeviceId) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT row_id FROM visit_device WHERE id = $1";
    tx.fetch_optional(sql, args![device], |row| row.i64(0)).await
}

/// The newest visit of a browser that had an event since a moment and had begun by another: whoever sends no visit's key
/// goes on with it.
pub async fn find_visit_of_device(
    tx: &mut Tx<'_>,
    device: i64,
    (since, until): (Timestamp, Timestamp),
) -> Result<Option<[u8; 16]>, StoreError> {
    tx.fetch_optional(
        "SELECT key_hash FROM visit WHERE device_row = $1 AND active_at >= $4 AND last_at >= $2 AND started_at <= $3
         ORDER BY active_at DESC, last_at DESC LIMIT 1",
        args![device, since, until, minute(since)],
        |row| Ok(row.uuid(0)?.into_bytes()),
    )
    .await
}

/// Which visits.
#[derive(Debug, Clone, Default)]
pub struct VisitFilter {
    /// Of this site.
    pub site: Option<ChannelId>,
    /// With an event since.
    pub since: Option<Timestamp>,
    /// With none since: for what follows in a list.
    pub before: Option<(Timestamp, i64)>,
    /// Of this browser.
    pub device: Option<i64>,
    /// In which one of these identities took part.
    pub identity: Option<i64>,
    /// In this way.
    pub association: Option<&'static str>,
    /// In which an account of this profile took part.
    pub profile: Option<ProfileId>,
    /// Whose last state is one of these words.
    pub states: Vec<&'static str>,
    /// Some page of which had this in its address.
    pub url: Option<String>,
    /// Or in its title.
    pub title: Option<String>,
    /// With an event of this category.
    pub category: Option<String>,
    /// From this country: two letters.
    pub country: Option<String>,
    /// Sites on which whom they recognise counts as nobody: taking part there takes a sign-in, or a colleague's word.
    pub unrecognised: Vec<ChannelId>,
}

/// Visits, those with the newest event first, at most `limit`.
pub async fn list_visits(
    tx: &mut Tx<'_>,
    filter: &VisitFilter,
    limit: i64,
) -> Result<Vec<VisitRow>, StoreError> {
    let mut sql = format!("SELECT {COLUMNS} FROM visit v WHERE 1 = 1");
    let mut with: Vec<Arg<'_>> = Vec::new();
    let mut and = |condition: &dyn Fn(usize) -> String, arg: Arg<'static>| {
        with.push(arg);
        sql.push_str(" AND ");
        sql.push_str(&condition(with.len()));
    };
    if let Some(site) = filter.site {
        and(&|n| format!("v.site_id = ${n}"), site.into());
    }
    if let Some(since) = filter.since {
        let minute = minute(since).as_micros();
        and(&|n| format!("v.active_at >= {minute} AND v.last_at >= ${n}"), since.into());
    }
    if let Some((at, row)) = filter.before {
        let minute = minute(at).as_micros();
        and(&|n| format!("v.active_at <= {minute} AND v.last_at <= ${n}"), at.into());
        let at = at.as_micros();
        and(&|n| format!("(v.last_at < {at} OR v.row_id < ${n})"), row.into());
    }
    if let Some(device) = filter.device {
        and(&|n| format!("v.device_row = ${n}"), device.into());
    }
    if let Some(country) = &filter.country {
        and(&|n| format!("v.country = ${n}"), Arg::from(country.clone()));
    }
    // Ids of ours, written out: hexadecimal digits.
    let backend = tx.backend();
    let counts = match filter.unrecognised.as_slice() {
        [] => String::new(),
        sites => {
            let sites: Vec<String> = sites.iter().map(|site| blob(backend, &site.to_bytes())).collect();
            format!(" AND (c.association <> 'recognised' OR v.site_id NOT IN ({}))", sites.join(", "))
        }
    };
    if let Some(identity) = filter.identity {
        let way = filter.association.map_or(String::new(), |way| format!(" AND c.association = '{way}'"));
        let sql = |n| {
            format!(
                "v.row_id IN (SELECT c.visit_row FROM visit_contact c WHERE c.identity_row = ${n} AND c.association <> 'rejected'{way}{counts})"
            )
        };
        and(&sql, identity.into());
    }
    if let Some(profile) = filter.profile {
        let sql = |n| {
            format!(
                "v.row_id IN (SELECT c.visit_row FROM visit_contact c
                   JOIN visit_identity i ON i.row_id = c.identity_row
                   JOIN channel_account a ON a.id = i.account_id
                   WHERE a.profile_id = ${n} AND c.association <> 'rejected'{counts})"
            )
        };
        and(&sql, profile.into());
    }
    if !filter.states.is_empty() {
        let words = filter.states.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ");
        and(&|n| format!("(v.state IN ({words}) AND ${n})"), true.into());
    }
    for (column, wanted) in
        [("e.url", &filter.url), ("e.title", &filter.title), ("e.categories", &filter.category)]
    {
        if let Some(text) = wanted {
            let sql = move |n: usize| {
                let like = contains(backend, column, u8::try_from(n).unwrap_or(u8::MAX));
                format!("EXISTS (SELECT 1 FROM visit_event e WHERE e.visit_row = v.row_id AND {like})")
            };
            and(&sql, like_contains(text).into());
        }
    }
    sql.push_str(&format!(" ORDER BY v.active_at DESC, v.last_at DESC, v.row_id DESC LIMIT {limit}"));
    tx.fetch_all(&sql, &with, visit).await
}

/// Removes visits without an event since a moment, with their events; at most `limit`. Those in which a customer took part
/// who is on hold stay.
pub async fn delete_visits(
    tx: &mut Tx<'_>,
    before: Timestamp,
    now: Timestamp,
    limit: i64,
) -> Result<u64, StoreError> {
    let held = crate::privacy::HELD;
    let sql = format!(
        "SELECT row_id FROM visit WHERE active_at < $1 AND last_at < $1 AND row_id NOT IN (
             SELECT c.visit_row FROM visit_contact c JOIN visit_identity i ON i.row_id = c.identity_row
             JOIN channel_account a ON a.id = i.account_id
             WHERE a.profile_id IN ({held}) AND c.association <> 'rejected')
         ORDER BY active_at LIMIT $3"
    );
    let rows = tx.fetch_all(&sql, args![before, now, limit], |row| row.i64(0)).await?;
    let count = rows.len() as u64;
    for row in rows {
        delete_visit(tx, row).await?;
    }
    if count < limit.unsigned_abs() {
        tx.execute("DELETE FROM visit_refused WHERE at < $1", args![before]).await?;
    }
    Ok(count)
}

/// Removes a visit with its events.
pub async fn delete_visit(tx: &mut Tx<'_>, row: i64) -> Result<(), StoreError> {
    // The visit first: its row is what whoever adds to it locks, so that nothing is added after its events are gone.
    let sql = "DELETE FROM visit WHERE row_id = $1 RETURNING device_row";
    let device = tx.fetch_optional(sql, args![row], |row| row.opt_i64(0)).await?.flatten();
    tx.execute("DELETE FROM visit_event WHERE visit_row = $1", args![row]).await?;
    if let Some(device) = device {
        tx.execute(
            "DELETE FROM visit_device WHERE row_id = $1
               AND NOT EXISTS (SELECT 1 FROM visit WHERE device_row = $1)",
            args![device],
        )
        .await?;
    }
    Ok(())
}
