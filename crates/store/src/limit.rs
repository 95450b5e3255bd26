//! Counters of limits that survive restarts. The arithmetic is `countersign_identity::limits`; here are its numbers.

use crate::dialect::lock_suffix;
use crate::{StoreError, Tx, args};

/// The numbers of one counted subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counter {
    /// Events in the short window.
    pub short_count: i64,
    /// When the short window began.
    pub short_since: i64,
    /// Events in the long window.
    pub long_count: i64,
    /// When the long window began.
    pub long_since: i64,
    /// Locks so far.
    pub strikes: i64,
    /// Until when everything is refused.
    pub locked_until: i64,
    /// The latest time seen.
    pub seen_at: i64,
}

/// The numbers of a subject, held until the end of the operation, so that attempts at once are all counted.
pub async fn lock_counter(
    tx: &mut Tx<'_>,
    scope: &str,
    subject_hash: [u8; 32],
) -> Result<Counter, StoreError> {
    tx.execute_later(
        "INSERT INTO limit_counter (scope, subject_hash, short_count, short_since, long_count, long_since, strikes,
                                    locked_until, seen_at)
         VALUES ($1, $2, 0, 0, 0, 0, 0, 0, 0)
         ON CONFLICT (scope, subject_hash) DO NOTHING",
        args![scope, subject_hash],
    )
    .await?;
    let sql = format!(
        "SELECT short_count, short_since, long_count, long_since, strikes, locked_until, seen_at
         FROM limit_counter WHERE scope = $1 AND subject_hash = $2{}",
        lock_suffix(tx.backend())
    );
    tx.fetch_one(&sql, args![scope, subject_hash], counter).await
}

/// Saves the numbers of a subject that [`lock_counter`] holds.
pub async fn update_counter(
    tx: &mut Tx<'_>,
    scope: &str,
    subject_hash: [u8; 32],
    counter: &Counter,
) -> Result<(), StoreError> {
    tx.execute_later(
        "UPDATE limit_counter SET short_count = $3, short_since = $4, long_count = $5, long_since = $6, strikes = $7,
                                  locked_until = $8, seen_at = $9
         WHERE scope = $1 AND subject_hash = $2",
        args![
            scope,
            subject_hash,
            counter.short_count,
            counter.short_since,
            counter.long_count,
            counter.long_since,
            counter.strikes,
            counter.locked_until,
            counter.seen_at,
        ],
    )
    .await?;
    Ok(())
}

/// Forgets a subject.
pub async fn delete_counter(tx: &mut Tx<'_>, scope: &str, subject_hash: [u8; 32]) -> Result<(), StoreError> {
    tx.execute_later(
        "DELETE FROM limit_counter WHERE scope = $1 AND subject_hash = $2",
        args![scope, subject_hash],
    )
    .await?;
    Ok(())
}

/// Forgets subjects that were last seen before this moment and are not locked any more, at most `limit`.
pub async fn delete_counters(
    tx: &mut Tx<'_>,
    before: countersign_types::Timestamp,
    limit: i64,
) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM limit_counter WHERE (scope, subject_hash) IN
             (SELECT scope, subject_hash FROM limit_counter WHERE seen_at < $1 AND locked_until < $1 LIMIT $2)",
        args![before, limit],
    )
    .await
}

/// The numbers of a subject, if it was ever counted; nothing is held.
pub async fn find_counter(
    tx: &mut Tx<'_>,
    scope: &str,
    subject_hash: [u8; 32],
) -> Result<Option<Counter>, StoreError> {
    tx.fetch_optional(
        "SELECT short_count, short_since, long_count, long_since, strikes, locked_until, seen_at
         FROM limit_counter WHERE scope = $1 AND subject_hash = $2",
        args![scope, subject_hash],
        counter,
    )
    .await
}

fn counter(row: &crate::Row<'_>) -> Result<Counter, StoreError> {
    Ok(Counter {
        short_count: row.i64(0)?,
        short_since: row.i64(1)?,
        long_count: row.i64(2)?,
        long_since: row.i64(3)?,
        strikes: row.i64(4)?,
        locked_until: row.i64(5)?,
        seen_at: row.i64(6)?,
    })
}
