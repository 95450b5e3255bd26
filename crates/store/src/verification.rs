//! Failed verifications: what locks customers, and how many sessions of each agent fail (V-2).

use countersign_types::engagement::VerificationFailures;
use countersign_types::{ProfileId, Timestamp, UserId};
use serde_json::Value;

use crate::codec::{id, json, opt_time, to_json};
use crate::dialect::lock_suffix;
use crate::{Arg, Row, StoreError, Tx, args};

const SELECT: &str = "SELECT f.profile_id, f.failures, f.locked_until FROM verification_failure f";

/// Under which id everybody's sessions are counted.
pub const EVERYBODY: [u8; 16] = [0; 16];

fn failures(row: &Row<'_>) -> Result<VerificationFailures, StoreError> {
    Ok(VerificationFailures {
        profile: id(row, 0)?,
        failures: json(row, 1)?,
        locked_until: opt_time(row, 2)?,
    })
}

/// The failures of a customer, and of those who became part of them: a lock outlives a merge. Locked until the operation
/// ends.
pub async fn find_failures_for_update(
    tx: &mut Tx<'_>,
    profile: ProfileId,
) -> Result<Vec<VerificationFailures>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE f.profile_id IN (SELECT id FROM profile WHERE id = $1 OR merged_into = $1)
         ORDER BY f.profile_id{}",
        lock_suffix(tx.backend())
    );
    tx.fetch_all(&sql, args![profile], failures).await
}

/// Saves the failures of a customer.
pub async fn upsert_failures(
    tx: &mut Tx<'_>,
    of: &VerificationFailures,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO verification_failure (profile_id, failures, locked_until, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (profile_id) DO UPDATE SET failures = excluded.failures, locked_until = excluded.locked_until,
             updated_at = excluded.updated_at",
        args![of.profile, Arg::json(to_json(&of.failures)?), of.locked_until, now],
    )
    .await?;
    Ok(())
}

/// Customers who are locked now or were given one more session, those locked longest first.
pub async fn list_locked(
    tx: &mut Tx<'_>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<VerificationFailures>, StoreError> {
    let sql =
        format!("{SELECT} WHERE f.locked_until > $1 ORDER BY f.locked_until DESC, f.profile_id LIMIT $2");
    tx.fetch_all(&sql, args![now, limit], failures).await
}

/// The sessions of somebody, with when they were last told of; locked until the operation ends.
pub async fn find_tally_for_update(
    tx: &mut Tx<'_>,
    of: [u8; 16],
) -> Result<Option<(Value, Option<Timestamp>)>, StoreError> {
    let sql = format!(
        "SELECT tally, told_at FROM verification_tally WHERE agent_id = $1{}",
        lock_suffix(tx.backend())
    );
    tx.fetch_optional(&sql, args![of], |row| Ok((json(row, 0)?, opt_time(row, 1)?))).await
}

/// Saves the sessions of somebody.
pub async fn upsert_tally(
    tx: &mut Tx<'_>,
    of: [u8; 16],
    (tally, told_at): (&Value, Option<Timestamp>),
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO verification_tally (agent_id, tally, told_at, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (agent_id) DO UPDATE SET tally = excluded.tally, told_at = excluded.told_at,
             updated_at = excluded.updated_at",
        args![of, Arg::json(to_json(tally)?), told_at, now],
    )
    .await?;
    Ok(())
}

/// Agents who were told of since a moment, the last first.
pub async fn list_told(
    tx: &mut Tx<'_>,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<(UserId, Value, Timestamp)>, StoreError> {
    let sql = "SELECT agent_id, tally, told_at FROM verification_tally WHERE told_at > $1 ORDER BY told_at DESC LIMIT $2";
    tx.fetch_all(sql, args![since, limit], |row| {
        Ok((id(row, 0)?, json(row, 1)?, crate::codec::time(row, 2)?))
    })
    .await
}
