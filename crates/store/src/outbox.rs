//! The outbox: everything that leaves the server, durable with what caused it.
//!
//! A row is claimed for a while (its lease) by moving `next_attempt_at` behind the lease's end, so that one index
//! tells what is due. The claim's owner and the number of the try are its fence: whoever comes back after their
//! lease is over changes nothing.

use countersign_types::webhook::{Attempt, DeliveryState};
use countersign_types::{Cursor, EventId, OutboxId, Page, PageRequest, Timestamp};

use crate::codec::{id, json, opt_time, time, to_json, word};
use crate::dialect::{claim_suffix, lock_suffix};
use crate::{Arg, Place, Row, StoreError, Subject, Tx, args};

/// The column in which a body is sealed.
pub const BODY: Place = Place("outbox.body_sealed");

/// The notice that something in the outbox is due at once.
pub const DUE: &str = "outbox.due ";

/// Something that leaves.
#[derive(Debug, Clone)]
pub struct NewOutbox {
    /// Its id; receivers of a webhook see `event_id`, which is the same for every endpoint.
    pub id: OutboxId,
    /// `webhook` or `message`.
    pub kind: &'static str,
    /// The webhook or the channel.
    pub target: [u8; 16],
    /// The event or the message.
    pub event_id: EventId,
    /// The event's kind, or `message`.
    pub event_type: String,
    /// What is sent.
    pub body: Vec<u8>,
}

/// A row of the outbox.
#[derive(Debug, Clone)]
pub struct OutboxRow {
    /// Its id.
    pub id: OutboxId,
    /// `webhook` or `message`.
    pub kind: String,
    /// The webhook or the channel.
    pub target: [u8; 16],
    /// The event or the message.
    pub event_id: EventId,
    /// The event's kind, or `message`.
    pub event_type: String,
    /// What is sent, sealed.
    pub body_sealed: Vec<u8>,
    /// Under whose key it is sealed.
    pub subject: Option<[u8; 16]>,
    /// Where it stands.
    pub state: DeliveryState,
    /// Tries so far, since it was last replayed; the one under way counts.
    pub attempt_count: i64,
    /// Tries so far, newest last.
    pub attempts: Vec<Attempt>,
    /// When it is tried next.
    pub next_attempt_at: Option<Timestamp>,
    /// When it came in.
    pub created_at: Timestamp,
    /// When it was delivered or given up.
    pub done_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, kind, target_id, event_id, event_type, body_sealed, subject_id, state, attempt_count, \
                       attempts, next_attempt_at, created_at, done_at";

fn outbox(row: &Row<'_>) -> Result<OutboxRow, StoreError> {
    Ok(OutboxRow {
        id: id(row, 0)?,
        kind: row.text(1)?,
        target: id(row, 2)?,
        event_id: id(row, 3)?,
        event_type: row.text(4)?,
        body_sealed: row.bytes(5)?,
        subject: row.opt_id(6)?,
        state: word(row, 7, DeliveryState::parse)?,
        attempt_count: row.i64(8)?,
        attempts: json(row, 9)?,
        next_attempt_at: opt_time(row, 10)?,
        created_at: time(row, 11)?,
        done_at: opt_time(row, 12)?,
    })
}

/// Puts something into the outbox, sealed under its subject's key, to be tried at once.
pub async fn insert_outbox(
    tx: &mut Tx<'_>,
    subject: &Subject,
    entry: &NewOutbox,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = subject.seal(BODY, entry.id.to_bytes(), &entry.body)?;
    tx.execute_later(
        "INSERT INTO outbox (id, kind, target_id, event_id, event_type, body_sealed, subject_id, state,
                             attempt_count, attempts, next_attempt_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', 0, $8, $9, $9)",
        args![
            entry.id.to_bytes(),
            entry.kind,
            entry.target,
            entry.event_id.to_bytes(),
            &entry.event_type,
            sealed,
            subject.id(),
            Arg::json("[]"),
            now.as_micros(),
        ],
    )
    .await?;
    tx.notify(DUE)
}

/// Every target that something waits for, and when the first of it is due. One look at the index for each target,
/// however much waits there.
pub async fn list_targets(tx: &mut Tx<'_>) -> Result<Vec<([u8; 16], Timestamp)>, StoreError> {
    tx.fetch_all(
        "WITH RECURSIVE target (id) AS (
             SELECT first.target_id FROM (SELECT target_id FROM outbox WHERE state = 'pending' ORDER BY target_id LIMIT 1) AS first
             UNION ALL
             SELECT (SELECT o.target_id FROM outbox o WHERE o.state = 'pending' AND o.target_id > target.id
                     ORDER BY o.target_id LIMIT 1)
             FROM target WHERE target.id IS NOT NULL
         )
         SELECT target.id, (SELECT MIN(o.next_attempt_at) FROM outbox o
                            WHERE o.state = 'pending' AND o.target_id = target.id)
         FROM target WHERE target.id IS NOT NULL",
        args![],
        |row| Ok((id(row, 0)?, opt_time(row, 1)?.unwrap_or_default())),
    )
    .await
}

/// Claims up to `limit` due rows of one target until `until`. Replies to one customer keep their order: one is
/// claimed only when none before it waits or is under way.
pub async fn claim_outbox(
    tx: &mut Tx<'_>,
    target: [u8; 16],
    owner: [u8; 16],
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<OutboxRow>, StoreError> {
    let sql = format!(
        "UPDATE outbox SET lease_owner = $1, next_attempt_at = $2, attempt_count = attempt_count + 1
         WHERE id IN (
             SELECT o.id FROM outbox o
             WHERE o.state = 'pending' AND o.target_id = $3 AND o.next_attempt_at <= $4
               AND (o.kind <> 'message' OR NOT EXISTS (
                   SELECT 1 FROM outbox e
                   WHERE e.state = 'pending' AND e.kind = 'message'
                     AND e.target_id = o.target_id AND e.subject_id = o.subject_id
                     AND (e.created_at, e.id) < (o.created_at, o.id)))
             ORDER BY o.next_attempt_at, o.id LIMIT $5{}
         )
         RETURNING {COLUMNS}",
        claim_suffix(tx.backend())
    );
    let mut rows = tx.fetch_all(&sql, args![owner, until, target, now, limit], outbox).await?;
    rows.sort_by_key(|row| (row.created_at, row.id));
    Ok(rows)
}

/// How a try ended.
#[derive(Debug, Clone)]
pub struct Finished {
    /// Where the row stands now.
    pub state: DeliveryState,
    /// When it is tried next, while it is pending.
    pub next_attempt_at: Option<Timestamp>,
    /// All tries, newest last.
    pub attempts: Vec<Attempt>,
}

/// Ends a try. `false` when the claim is not this one's any more: somebody else has it, or it was erased.
pub async fn finish_outbox(
    tx: &mut Tx<'_>,
    claimed: &OutboxRow,
    owner: [u8; 16],
    finished: &Finished,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done_at = (finished.state != DeliveryState::Pending).then_some(now);
    let changed = tx
        .execute(
            "UPDATE outbox SET state = $4, next_attempt_at = $5, attempts = $6, done_at = $7, lease_owner = NULL
             WHERE id = $1 AND state = 'pending' AND lease_owner = $2 AND attempt_count = $3",
            args![
                claimed.id,
                owner,
                claimed.attempt_count,
                finished.state.as_str(),
                finished.next_attempt_at,
                Arg::json(to_json(&finished.attempts)?),
                done_at,
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Gives back what a server claimed and did not try: it is due at once, and the try does not count.
pub async fn release_outbox(tx: &mut Tx<'_>, owner: [u8; 16], now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE outbox SET next_attempt_at = $2, lease_owner = NULL,
                           attempt_count = attempt_count - 1
         WHERE state = 'pending' AND lease_owner = $1",
        args![owner, now],
    )
    .await
}

/// Makes due at once what servers that are gone had claimed. Only where this is the one server: on SQLite.
pub async fn release_all(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE outbox SET next_attempt_at = $1, lease_owner = NULL
         WHERE state = 'pending' AND lease_owner IS NOT NULL",
        args![now],
    )
    .await
}

/// A row.
pub async fn find_outbox(tx: &mut Tx<'_>, outbox_id: OutboxId) -> Result<Option<OutboxRow>, StoreError> {
    tx.fetch_optional(&format!("SELECT {COLUMNS} FROM outbox WHERE id = $1"), args![outbox_id], outbox).await
}

/// A row about to be changed: held until the end of the operation.
pub async fn lock_outbox(tx: &mut Tx<'_>, outbox_id: OutboxId) -> Result<Option<OutboxRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM outbox WHERE id = $1{}", lock_suffix(tx.backend()));
    tx.fetch_optional(&sql, args![outbox_id], outbox).await
}

/// What went to one target, newest first.
pub async fn list_outbox(
    tx: &mut Tx<'_>,
    target: [u8; 16],
    state: Option<DeliveryState>,
    page: PageRequest,
) -> Result<Page<OutboxRow>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [255; 16] });
    let rows = tx
        .fetch_all(
            &format!(
                "SELECT {COLUMNS} FROM outbox
                 WHERE target_id = $1 AND (created_at, id) < ($2, $3) AND ($4 = '' OR state = $4)
                 ORDER BY created_at DESC, id DESC LIMIT $5"
            ),
            args![target, after.at, after.id, state.map_or("", DeliveryState::as_str), page.limit + 1],
            outbox,
        )
        .await?;
    Ok(paged(rows, page))
}

/// Everything that was given up, newest first.
pub async fn list_dead(tx: &mut Tx<'_>, page: PageRequest) -> Result<Page<OutboxRow>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [255; 16] });
    let rows = tx
        .fetch_all(
            &format!(
                "SELECT {COLUMNS} FROM outbox WHERE state = 'dead' AND (created_at, id) < ($1, $2)
                 ORDER BY created_at DESC, id DESC LIMIT $3"
            ),
            args![after.at, after.id, page.limit + 1],
            outbox,
        )
        .await?;
    Ok(paged(rows, page))
}

fn paged(rows: Vec<OutboxRow>, page: PageRequest) -> Page<OutboxRow> {
    Page::from_overfetch(rows, page.limit, |r| Cursor { at: r.created_at.as_micros(), id: r.id.to_bytes() })
}

/// A row that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUp {
    /// `webhook` or `message`.
    pub kind: String,
    /// The webhook or the channel.
    pub target: [u8; 16],
    /// When it was given up.
    pub at: Timestamp,
}

/// Rows that were given up, without what was in them: the newest by when they were made.
pub async fn list_given_up(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<GivenUp>, StoreError> {
    tx.fetch_all(
        "SELECT kind, target_id, COALESCE(done_at, created_at) FROM outbox WHERE state = 'dead'
         ORDER BY created_at DESC, id DESC LIMIT $1",
        args![limit],
        |row| Ok(GivenUp { kind: row.text(0)?, target: id(row, 1)?, at: time(row, 2)? }),
    )
    .await
}

/// Sends a row again, from its first try on; `false` while it is still pending.
pub async fn replay_outbox(tx: &mut Tx<'_>, outbox_id: OutboxId, now: Timestamp) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE outbox SET state = 'pending', attempt_count = 0, next_attempt_at = $2, done_at = NULL
             WHERE id = $1 AND state <> 'pending'",
            args![outbox_id, now],
        )
        .await?;
    tx.notify(DUE)?;
    Ok(changed == 1)
}

/// What was given up of a message: its dead letter, where that is still kept.
pub async fn find_dead_of(tx: &mut Tx<'_>, message: [u8; 16]) -> Result<Option<OutboxId>, StoreError> {
    tx.fetch_optional(
        "SELECT id FROM outbox WHERE state = 'dead' AND kind = 'message' AND event_id = $1
         ORDER BY created_at DESC, id DESC LIMIT 1",
        args![message],
        |row| id(row, 0),
    )
    .await
}

/// Makes everything that waits for a target due at once.
pub async fn hasten_outbox(tx: &mut Tx<'_>, target: [u8; 16], now: Timestamp) -> Result<u64, StoreError> {
    let changed = tx
        .execute(
            "UPDATE outbox SET next_attempt_at = $2
             WHERE target_id = $1 AND state = 'pending' AND lease_owner IS NULL AND next_attempt_at > $2",
            args![target, now],
        )
        .await?;
    tx.notify(DUE)?;
    Ok(changed)
}

/// Whether anything was delivered to a target since this moment.
pub async fn has_delivered_since(
    tx: &mut Tx<'_>,
    target: [u8; 16],
    since: Timestamp,
) -> Result<bool, StoreError> {
    let found = tx
        .fetch_optional(
            "SELECT id FROM outbox
             WHERE target_id = $1 AND created_at >= $2 AND state = 'delivered' LIMIT 1",
            args![target, since],
            |_| Ok(()),
        )
        .await?;
    Ok(found.is_some())
}

/// What waits and what was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxStats {
    /// Rows that wait or are under way.
    pub pending: i64,
    /// When the oldest of them came in.
    pub oldest_at: Option<Timestamp>,
    /// Rows that were given up.
    pub dead: i64,
}

/// Counts what waits and what was given up.
pub async fn outbox_stats(tx: &mut Tx<'_>) -> Result<OutboxStats, StoreError> {
    tx.fetch_one(
        "SELECT (SELECT COUNT(*) FROM outbox WHERE state = 'pending'),
                (SELECT MIN(created_at) FROM outbox WHERE state = 'pending'),
                (SELECT COUNT(*) FROM outbox WHERE state = 'dead')",
        args![],
        |row| Ok(OutboxStats { pending: row.i64(0)?, oldest_at: opt_time(row, 1)?, dead: row.i64(2)? }),
    )
    .await
}

/// Removes what was delivered, or given up, before this moment.
pub async fn delete_outbox(
    tx: &mut Tx<'_>,
    state: DeliveryState,
    before: Timestamp,
    limit: i64,
) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM outbox WHERE id IN
             (SELECT id FROM outbox WHERE state <> 'pending' AND state = $1 AND done_at < $2 LIMIT $3)",
        args![state.as_str(), before, limit],
    )
    .await
}
