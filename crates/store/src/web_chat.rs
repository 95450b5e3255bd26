//! Sessions of visitors' browsers in the web chat.

use countersign_types::{AccountId, ChannelId, Timestamp, WebChatSessionId};

use crate::codec::{id, time};
use crate::{StoreError, Tx, args};

/// Adds a session of an account.
pub async fn insert_web_chat_session(
    tx: &mut Tx<'_>,
    session: WebChatSessionId,
    channel: ChannelId,
    account: AccountId,
    token_hash: [u8; 32],
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO web_chat_session (id, channel_id, account_id, token_hash, created_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $5, $5)",
        args![session.to_bytes(), channel.to_bytes(), account.to_bytes(), token_hash, now.as_micros()],
    )
    .await?;
    Ok(())
}

/// A session that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebChatSession {
    /// Its id.
    pub id: WebChatSessionId,
    /// The visitor's account.
    pub account: AccountId,
    /// When it was last noted as used.
    pub last_seen_at: Timestamp,
}

/// The session of a token on a channel.
pub async fn find_web_chat_session(
    tx: &mut Tx<'_>,
    channel: ChannelId,
    token_hash: [u8; 32],
) -> Result<Option<WebChatSession>, StoreError> {
    tx.fetch_optional(
        "SELECT id, account_id, last_seen_at FROM web_chat_session
         WHERE channel_id = $1 AND token_hash = $2 AND ended_at IS NULL",
        args![channel.to_bytes(), token_hash],
        |row| Ok(WebChatSession { id: id(row, 0)?, account: id(row, 1)?, last_seen_at: time(row, 2)? }),
    )
    .await
}

/// Notes that a session is used.
pub async fn touch_web_chat_session(
    tx: &mut Tx<'_>,
    session: WebChatSessionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_chat_session SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2",
        args![session, now],
    )
    .await?;
    Ok(())
}

/// Removes sessions that were last used before this moment, at most `limit`.
pub async fn delete_web_chat_sessions(
    tx: &mut Tx<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM web_chat_session WHERE id IN
             (SELECT id FROM web_chat_session WHERE last_seen_at < $1 LIMIT $2)",
        args![before, limit],
    )
    .await
}

/// Ends a session: somebody else uses the browser now.
pub async fn end_web_chat_session(
    tx: &mut Tx<'_>,
    session: WebChatSessionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_chat_session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL",
        args![session.to_bytes(), now.as_micros()],
    )
    .await?;
    Ok(())
}
