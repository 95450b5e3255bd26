//! What built-in connectors remember of a channel: how far they have read, and how its provider got on with us.

use countersign_types::channel::ChannelHealth;
use countersign_types::{ChannelId, Timestamp};

use crate::{StoreError, Tx, args};

/// How far a connector that fetches has read, in its provider's own words.
pub async fn find_read_until(tx: &mut Tx<'_>, channel: ChannelId) -> Result<Option<String>, StoreError> {
    let sql = "SELECT read_until FROM channel_state WHERE channel_id = $1";
    let found = tx.fetch_optional(sql, args![channel.to_bytes()], |row| row.opt_text(0)).await?;
    Ok(found.flatten())
}

/// Notes how far a connector has read: everything before that is durable here.
pub async fn update_read_until(
    tx: &mut Tx<'_>,
    channel: ChannelId,
    read_until: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO channel_state (channel_id, read_until) VALUES ($1, $2)
         ON CONFLICT (channel_id) DO UPDATE SET read_until = excluded.read_until",
        args![channel.to_bytes(), read_until],
    )
    .await?;
    Ok(())
}

/// Notes how the provider gets on with us. `false` when it was known: only what changes is written.
pub async fn update_health(
    tx: &mut Tx<'_>,
    channel: ChannelId,
    is_ok: bool,
    detail: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "INSERT INTO channel_state (channel_id, is_ok, detail, changed_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (channel_id) DO UPDATE SET is_ok = excluded.is_ok, detail = excluded.detail,
                                                    changed_at = excluded.changed_at
                 WHERE channel_state.is_ok IS NULL OR channel_state.is_ok <> excluded.is_ok
                    OR channel_state.detail <> excluded.detail",
            args![channel.to_bytes(), is_ok, detail, now.as_micros()],
        )
        .await?;
    Ok(changed > 0)
}

/// Forgets everything about a channel, whose settings now lead somewhere else.
pub async fn delete_channel_state(tx: &mut Tx<'_>, channel: ChannelId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM channel_state WHERE channel_id = $1", args![channel.to_bytes()]).await?;
    Ok(())
}

/// The three columns of a health, as other lists join them.
pub(crate) fn health(
    is_ok: Option<bool>,
    detail: Option<String>,
    at: Option<Timestamp>,
) -> Option<ChannelHealth> {
    Some(ChannelHealth { is_ok: is_ok?, detail: detail?, at: at? })
}
