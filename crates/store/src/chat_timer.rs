//! When chats end in which nobody answers: a moment on the case, and one before it at which its assignee is told.

use countersign_types::{AccountId, CaseId, Timestamp};

use crate::codec::id;
use crate::{Row, StoreError, Tx, args};

/// When a chat ends, and when its assignee is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatTimer {
    /// When it ends.
    pub ends_at: Timestamp,
    /// When its assignee is told that it soon will.
    pub warns_at: Timestamp,
}

/// Sets when the chat of a case ends, if it is live and the case not closed.
pub async fn start_chat_timer(tx: &mut Tx<'_>, case: CaseId, timer: ChatTimer) -> Result<(), StoreError> {
    tx.execute_later(
        "UPDATE support_case SET chat_ends_at = $2, chat_warns_at = $3
         WHERE id = $1 AND chat = 'live' AND status <> 'closed'",
        args![case, timer.ends_at, timer.warns_at],
    )
    .await?;
    Ok(())
}

/// Takes the warning of a chat that has not ended yet; `false` where another server was faster, the customer wrote, or
/// somebody put the end off.
pub async fn take_chat_warning(tx: &mut Tx<'_>, case: CaseId, now: Timestamp) -> Result<bool, StoreError> {
    let taken = tx
        .execute(
            "UPDATE support_case SET chat_warns_at = NULL WHERE id = $1 AND chat_warns_at <= $2 AND chat_ends_at > $2",
            args![case, now],
        )
        .await?;
    Ok(taken == 1)
}

/// Chats whose time is over, those first that have waited longest.
pub async fn list_chats_to_end(
    tx: &mut Tx<'_>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(CaseId, AccountId)>, StoreError> {
    tx.fetch_all(
        "SELECT id, account_id FROM support_case WHERE chat_ends_at IS NOT NULL AND chat_ends_at <= $1
         ORDER BY chat_ends_at, id LIMIT $2",
        args![now, limit],
        pair,
    )
    .await
}

/// Chats that end soon and whose assignee has not been told.
pub async fn list_chats_to_warn(
    tx: &mut Tx<'_>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(CaseId, AccountId)>, StoreError> {
    tx.fetch_all(
        "SELECT id, account_id FROM support_case
         WHERE chat_warns_at IS NOT NULL AND chat_warns_at <= $1 AND chat_ends_at > $1
         ORDER BY chat_warns_at, id LIMIT $2",
        args![now, limit],
        pair,
    )
    .await
}

fn pair(row: &Row<'_>) -> Result<(CaseId, AccountId), StoreError> {
    Ok((id(row, 0)?, id(row, 1)?))
}

/// From now on the chat of this case does not end by itself.
pub async fn clear_chat_timer(tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    let sql = "UPDATE support_case SET chat_ends_at = NULL, chat_warns_at = NULL WHERE id = $1";
    tx.execute(sql, args![case]).await?;
    Ok(())
}

/// From now on no chat ends by itself.
pub async fn clear_chat_timers(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE support_case SET chat_ends_at = NULL, chat_warns_at = NULL WHERE chat_ends_at IS NOT NULL",
        args![],
    )
    .await?;
    Ok(())
}
