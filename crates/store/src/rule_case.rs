//! What rules need of accounts and cases: the limits of automatic replies, timers, and the load of agents.

use countersign_types::{AccountId, CaseId, Timestamp, UserId};

use crate::codec::{from_json, id, to_json};
use crate::{Arg, StoreError, Tx, args};

/// The state of the limits of automatic replies to an account, as JSON; `None` while there was none. The account must
/// be locked.
pub async fn find_automatic_replies(
    tx: &mut Tx<'_>,
    account: AccountId,
) -> Result<Option<serde_json::Value>, StoreError> {
    let sql = "SELECT auto_replies FROM channel_account WHERE id = $1";
    let found =
        tx.fetch_optional(sql, args![account], |row| row.opt_str(0)?.map(from_json).transpose()).await?;
    Ok(found.flatten())
}

/// Saves the state of the limits of automatic replies to an account.
pub async fn update_automatic_replies(
    tx: &mut Tx<'_>,
    account: AccountId,
    state: &serde_json::Value,
) -> Result<(), StoreError> {
    tx.execute_later(
        "UPDATE channel_account SET auto_replies = $2 WHERE id = $1",
        args![account, Arg::json(to_json(state)?)],
    )
    .await?;
    Ok(())
}

/// Saves when rules with a delay look at a case next; `None`: not before somebody writes.
pub async fn update_rules_due(
    tx: &mut Tx<'_>,
    case: CaseId,
    due: Option<Timestamp>,
) -> Result<(), StoreError> {
    tx.execute_later(
        "UPDATE support_case SET rules_due_at = $2 WHERE id = $1",
        args![case, due.map(Timestamp::as_micros)],
    )
    .await?;
    Ok(())
}

/// Brings forward when rules look at cases to `delay` microseconds after the last message of a person, where that is
/// still to come: for a rule that was made or changed. Answers how many.
pub async fn hasten_rules_due(tx: &mut Tx<'_>, delay: i64, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE support_case SET rules_due_at = last_person_at + $1
         WHERE last_person_at > $2 AND (rules_due_at IS NULL OR rules_due_at > last_person_at + $1)",
        args![delay, now.plus(-delay)],
    )
    .await
}

/// Cases at which rules with a delay are due to look, those that wait longest first.
pub async fn list_rules_due(
    tx: &mut Tx<'_>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(CaseId, AccountId)>, StoreError> {
    tx.fetch_all(
        "SELECT id, account_id FROM support_case WHERE rules_due_at IS NOT NULL AND rules_due_at <= $1
         ORDER BY rules_due_at, id LIMIT $2",
        args![now, limit],
        |row| Ok((id(row, 0)?, id(row, 1)?)),
    )
    .await
}

/// Cases in which something was said since a moment, by id, behind `after`: for the half hour.
pub async fn list_active_cases(
    tx: &mut Tx<'_>,
    since: Timestamp,
    after: CaseId,
    limit: i64,
) -> Result<Vec<(CaseId, AccountId)>, StoreError> {
    tx.fetch_all(
        "SELECT id, account_id FROM support_case WHERE id > $1 AND last_message_at >= $2 ORDER BY id LIMIT $3",
        args![after, since, limit],
        |row| Ok((id(row, 0)?, id(row, 1)?)),
    )
    .await
}

/// How many open cases somebody has.
pub async fn count_open_cases(tx: &mut Tx<'_>, assignee: UserId) -> Result<i64, StoreError> {
    tx.fetch_one(
        "SELECT COUNT(*) FROM support_case WHERE assignee_id = $1 AND status = 'open'",
        args![assignee],
        |row| row.i64(0),
    )
    .await
}
