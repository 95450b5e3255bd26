//! How many events sites sent on a day, counted by each server in a row of its own.

use countersign_types::{ChannelId, Timestamp};

use crate::{StoreError, Tx, args};

/// What a site sent on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DayCount {
    /// Events that were taken.
    pub events: i64,
    /// Events that were not, because there had been too many.
    pub refused: i64,
}

/// The number of a day.
pub fn day_of(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(countersign_types::time::DAY)
}

/// Says what this server counted.
pub async fn upsert_day(
    tx: &mut Tx<'_>,
    (site, day): (ChannelId, i64),
    server: [u8; 16],
    count: DayCount,
) -> Result<(), StoreError> {
    tx.execute_later(
        "INSERT INTO visit_day (site_id, day, server_id, events, refused) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (site_id, day, server_id) DO UPDATE SET events = excluded.events, refused = excluded.refused",
        args![site, day, server, count.events, count.refused],
    )
    .await?;
    Ok(())
}

/// What all servers counted but this one.
pub async fn count_day_elsewhere(
    tx: &mut Tx<'_>,
    (site, day): (ChannelId, i64),
    server: [u8; 16],
) -> Result<DayCount, StoreError> {
    tx.fetch_one(
        "SELECT CAST(COALESCE(SUM(events), 0) AS BIGINT), CAST(COALESCE(SUM(refused), 0) AS BIGINT) FROM visit_day
         WHERE site_id = $1 AND day = $2 AND server_id <> $3",
        args![site, day, server],
        |row| Ok(DayCount { events: row.i64(0)?, refused: row.i64(1)? }),
    )
    .await
}

/// Removes what was counted before a day.
pub async fn delete_days(tx: &mut Tx<'_>, before: i64) -> Result<u64, StoreError> {
    tx.execute("DELETE FROM visit_day WHERE day < $1", args![before]).await
}
