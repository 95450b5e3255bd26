//! Channels and their secrets.

use countersign_types::channel::{Channel, ChannelHealth, ChannelKind, ChannelState};
use countersign_types::{ChannelId, Timestamp};

use crate::channel_state::health;
use crate::codec::{id, json, opt_time, time, to_json, word};
use crate::dialect::lock_suffix;
use crate::{Arg, Place, Row, StoreError, Tx, Vault, args};

/// The rule that an account of a provider is one channel.
pub const UNIQUE_ACCOUNT: &str = "uq_channel__account_hash";

const SECRET: Place = Place("channel.secret_sealed");

/// What a list of channels shows besides the channel.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelRow {
    /// The channel, with the times of its last messages.
    pub channel: Channel,
    /// Cases of status open.
    pub open_cases: i64,
    /// How its provider gets on with us, where there is one.
    pub health: Option<ChannelHealth>,
}

/// A channel as every server keeps it in memory, with its secret.
#[derive(Debug, Clone)]
pub struct ChannelEntry {
    /// The channel; the times of its last messages are not filled in.
    pub channel: Channel,
    /// The secret that signs what goes out.
    pub secret: Option<String>,
}

fn channel(row: &Row<'_>) -> Result<Channel, StoreError> {
    Ok(Channel {
        id: id(row, 0)?,
        kind: word(row, 1, ChannelKind::parse)?,
        name: row.text(2)?,
        state: word(row, 3, ChannelState::parse)?,
        config: json(row, 4)?,
        created_at: time(row, 5)?,
        updated_at: time(row, 6)?,
        last_inbound_at: None,
        last_outbound_at: None,
    })
}

/// All channels with their secrets, for the snapshot in memory.
pub async fn list_channel_entries(tx: &mut Tx<'_>, vault: &Vault) -> Result<Vec<ChannelEntry>, StoreError> {
    tx.fetch_all(
        "SELECT id, kind, name, state, config, created_at, updated_at, secret_sealed
         FROM channel WHERE deleted_at IS NULL ORDER BY created_at, id",
        args![],
        |row| {
            let channel = channel(row)?;
            let secret = row
                .opt_bytes_ref(7)?
                .map(|sealed| vault.workspace().open_text(SECRET, channel.id.to_bytes(), sealed))
                .transpose()?;
            Ok(ChannelEntry { channel, secret })
        },
    )
    .await
}

/// All channels with what is going on there, oldest first.
pub async fn list_channels(tx: &mut Tx<'_>) -> Result<Vec<ChannelRow>, StoreError> {
    tx.fetch_all(
        "SELECT id, kind, name, state, config, created_at, updated_at,
                (SELECT MAX(last_inbound_at) FROM support_case WHERE channel_id = channel.id),
                (SELECT MAX(last_outbound_at) FROM support_case WHERE channel_id = channel.id),
                (SELECT COUNT(*) FROM support_case WHERE channel_id = channel.id AND status = 'open'),
                state.is_ok, state.detail, state.changed_at
         FROM channel LEFT JOIN channel_state state ON state.channel_id = channel.id
         WHERE deleted_at IS NULL ORDER BY created_at, id",
        args![],
        |row| {
            let mut channel = channel(row)?;
            channel.last_inbound_at = opt_time(row, 7)?;
            channel.last_outbound_at = opt_time(row, 8)?;
            let health = health(row.opt_bool(10)?, row.opt_text(11)?, opt_time(row, 12)?);
            Ok(ChannelRow { channel, open_cases: row.i64(9)?, health })
        },
    )
    .await
}

/// Adds a channel.
pub async fn insert_channel(
    tx: &mut Tx<'_>,
    vault: &Vault,
    channel: &Channel,
    secret: Option<&str>,
) -> Result<(), StoreError> {
    let sealed = seal_secret(vault, channel.id, secret)?;
    tx.execute(
        "INSERT INTO channel (id, kind, name, state, config, secret_sealed, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            channel.id.to_bytes(),
            channel.kind.as_str(),
            &channel.name,
            channel.state.as_str(),
            Arg::json(to_json(&channel.config)?),
            sealed,
            channel.created_at.as_micros(),
            channel.updated_at.as_micros(),
        ],
    )
    .await?;
    Ok(())
}

/// Adds a channel that every workspace has one of, under an id of its own; `false` where it is there.
pub async fn insert_built_in_channel(tx: &mut Tx<'_>, channel: &Channel) -> Result<bool, StoreError> {
    let added = tx
        .execute(
            "INSERT INTO channel (id, kind, name, state, config, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (id) DO NOTHING",
            args![
                channel.id,
                channel.kind.as_str(),
                &channel.name,
                channel.state.as_str(),
                Arg::json(to_json(&channel.config)?),
                channel.created_at,
            ],
        )
        .await?;
    Ok(added == 1)
}

/// A channel as it stands now, locked until the operation ends; without the times of its last messages.
pub async fn find_channel_for_update(
    tx: &mut Tx<'_>,
    channel_id: ChannelId,
) -> Result<Option<Channel>, StoreError> {
    let sql = format!(
        "SELECT id, kind, name, state, config, created_at, updated_at FROM channel
         WHERE id = $1 AND deleted_at IS NULL{}",
        lock_suffix(tx.backend())
    );
    tx.fetch_optional(&sql, args![channel_id], channel).await
}

/// Saves name, state and settings of a channel.
pub async fn update_channel(tx: &mut Tx<'_>, channel: &Channel) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE channel SET name = $2, state = $3, config = $4, updated_at = $5
             WHERE id = $1 AND deleted_at IS NULL",
            args![
                channel.id.to_bytes(),
                &channel.name,
                channel.state.as_str(),
                Arg::json(to_json(&channel.config)?),
                channel.updated_at.as_micros(),
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Gives a channel a new secret.
pub async fn update_channel_secret(
    tx: &mut Tx<'_>,
    vault: &Vault,
    channel: ChannelId,
    secret: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sealed = seal_secret(vault, channel, Some(secret))?;
    let changed = tx
        .execute(
            "UPDATE channel SET secret_sealed = $2, updated_at = $3 WHERE id = $1 AND deleted_at IS NULL",
            args![channel.to_bytes(), sealed, now.as_micros()],
        )
        .await?;
    Ok(changed == 1)
}

/// Says of which account of its provider a channel is, by a keyed hash; `None` where that is not known. Fails on
/// [`UNIQUE_ACCOUNT`] when another channel that is not deleted has it.
pub async fn update_channel_account(
    tx: &mut Tx<'_>,
    vault: &Vault,
    channel: ChannelId,
    account: Option<&str>,
) -> Result<bool, StoreError> {
    let hash = account.map(|account| vault.blind("channel.account", account).to_vec());
    let changed = tx
        .execute(
            "UPDATE channel SET account_hash = $2 WHERE id = $1 AND deleted_at IS NULL",
            args![channel.to_bytes(), hash],
        )
        .await?;
    Ok(changed == 1)
}

/// Takes a channel out of use; its cases stay, and its account is free.
pub async fn delete_channel(tx: &mut Tx<'_>, channel: ChannelId, now: Timestamp) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE channel SET deleted_at = $2, secret_sealed = $3, account_hash = $3 WHERE id = $1 AND deleted_at IS NULL",
            args![channel.to_bytes(), now.as_micros(), None::<Vec<u8>>],
        )
        .await?;
    Ok(changed == 1)
}

fn seal_secret(vault: &Vault, id: ChannelId, secret: Option<&str>) -> Result<Option<Vec<u8>>, StoreError> {
    secret.map(|s| vault.workspace().seal(SECRET, id.to_bytes(), s.as_bytes())).transpose()
}
