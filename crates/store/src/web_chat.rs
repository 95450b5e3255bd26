//! Sessions of visitors' browsers in the web chat.

use countersign_types::{AccountId, ChannelId, Timestamp, WebChatSessionId};

use crate::codec::id;
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

/// The account of a session token on a channel.
pub async fn find_web_chat_session(
    tx: &mut Tx<'_>,
    channel: ChannelId,
    token_hash: [u8; 32],
) -> Result<Option<(WebChatSessionId, AccountId)>, StoreError> {
    tx.fetch_optional(
        "SELECT id, account_id FROM web_chat_session
         WHERE channel_id = $1 AND token_hash = $2 AND ended_at IS NULL",
        args![channel.to_bytes(), token_hash],
        |row| Ok((id(row, 0)?, id(row, 1)?)),
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
