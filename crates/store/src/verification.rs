//! Failed verifications: what locks customers, and how many sessions of each agent fail (V-2).

use countersign_types::engagement::VerificationFailures;
use countersign_types::pii::{FreeText, Pii, Purpose};
use countersign_types::{ProfileId, Timestamp, UserId};
use serde_json::Value;

use crate::codec::{id, json, opt_time, time, to_json};
use crate::dialect::lock_suffix;
use crate::subject_key::{find_subject, subject};
use crate::{Arg, Place, Row, StoreError, Tx, Vault, args};

const SELECT: &str = "SELECT f.profile_id, f.failures, f.locked_until FROM verification_failure f";

/// Of `$1` and of those who became part of them.
const OF_ALL: &str =
    " WHERE f.profile_id IN (SELECT id FROM profile WHERE id = $1 OR merged_into = $1) ORDER BY f.profile_id";

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
    let sql = format!("{SELECT}{OF_ALL}{}", lock_suffix(tx.backend()));
    tx.fetch_all(&sql, args![profile], failures).await
}

/// The failures of a customer, and of those who became part of them, to be looked at.
pub async fn find_failures(
    tx: &mut Tx<'_>,
    profile: ProfileId,
) -> Result<Vec<VerificationFailures>, StoreError> {
    tx.fetch_all(&format!("{SELECT}{OF_ALL}"), args![profile], failures).await
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

/// Why one more session was allowed of a customer, who allowed it, and when.
#[derive(Debug, Clone)]
pub struct Override {
    /// Its id.
    pub id: [u8; 16],
    /// The customer.
    pub profile: ProfileId,
    /// Who allowed it.
    pub user: UserId,
    /// Why, in their words.
    pub reason: Pii<FreeText>,
    /// When.
    pub at: Timestamp,
}

const REASON: Place = Place("verification_override.reason_sealed");

/// Adds what was allowed, under the key of the customer.
pub async fn insert_override(tx: &mut Tx<'_>, vault: &Vault, of: &Override) -> Result<(), StoreError> {
    let key = subject(tx, vault, of.profile.to_bytes()).await?;
    let sealed = key.seal(REASON, of.id, of.reason.plain(Purpose::Seal).as_bytes())?;
    tx.execute(
        "INSERT INTO verification_override (id, profile_id, user_id, reason_sealed, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        args![of.id, of.profile, of.user, sealed, of.at],
    )
    .await?;
    Ok(())
}

/// What was last allowed of a customer, or of whoever became part of them.
pub async fn find_last_override(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
) -> Result<Option<Override>, StoreError> {
    let sql = "SELECT id, profile_id, user_id, reason_sealed, created_at FROM verification_override
               WHERE profile_id IN (SELECT id FROM profile WHERE id = $1 OR merged_into = $1)
               ORDER BY created_at DESC, id DESC LIMIT 1";
    let read = |row: &Row<'_>| {
        let own: UserId = id(row, 0)?;
        Ok((own.to_bytes(), id::<ProfileId>(row, 1)?, id::<UserId>(row, 2)?, row.bytes(3)?, time(row, 4)?))
    };
    let Some((own, of, user, sealed, at)) = tx.fetch_optional(sql, args![profile], read).await? else {
        return Ok(None);
    };
    let Some(key) = find_subject(tx, vault, of.to_bytes()).await? else { return Ok(None) };
    let reason = Pii::new(key.open_text(REASON, own, &sealed)?);
    Ok(Some(Override { id: own, profile: of, user, reason, at }))
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

/// The sessions of somebody, with when they were last told of; locked until the operation ends, also where there were none:
/// of two that are the first at once the second counts on what the first wrote.
pub async fn lock_tally(
    tx: &mut Tx<'_>,
    of: [u8; 16],
    none: &Value,
    now: Timestamp,
) -> Result<(Value, Option<Timestamp>), StoreError> {
    let sql =
        "INSERT INTO verification_tally (agent_id, tally, told_at, updated_at) VALUES ($1, $2, NULL, $3)
               ON CONFLICT (agent_id) DO NOTHING";
    tx.execute(sql, args![of, Arg::json(to_json(none)?), now]).await?;
    let sql = format!(
        "SELECT tally, told_at FROM verification_tally WHERE agent_id = $1{}",
        lock_suffix(tx.backend())
    );
    tx.fetch_one(&sql, args![of], |row| Ok((json(row, 0)?, opt_time(row, 1)?))).await
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
    tx.fetch_all(sql, args![since, limit], |row| Ok((id(row, 0)?, json(row, 1)?, time(row, 2)?))).await
}
