//! Identification widgets and the keys that verify their tokens.

use std::collections::HashMap;

use countersign_types::widget::{Widget, WidgetAlgorithm, WidgetKey, WidgetMode};
use countersign_types::{Timestamp, WidgetId, WidgetKeyId};

use crate::codec::{id, json, opt_time, time, to_json, word};
use crate::dialect::lock_suffix;
use crate::{Arg, Place, Row, StoreError, Tx, Vault, args};

const KEY: Place = Place("widget_key.key_sealed");

/// A widget as every server keeps it in memory, with its keys' material by `kid`.
#[derive(Debug, Clone)]
pub struct WidgetEntry {
    /// The widget.
    pub widget: Widget,
    /// HMAC secret or PEM of each live key.
    pub material: HashMap<WidgetKeyId, Vec<u8>>,
}

fn widget(row: &Row<'_>) -> Result<Widget, StoreError> {
    Ok(Widget {
        id: id(row, 0)?,
        name: row.text(1)?,
        origins: json(row, 2)?,
        mode: word(row, 3, WidgetMode::parse)?,
        plain_reason: row.opt_text(4)?,
        keys: Vec::new(),
        default_language: row.text(5)?,
        languages: json(row, 6)?,
        phrases: json(row, 7)?,
        theme: json(row, 8)?,
        channels: json(row, 9)?,
        created_at: time(row, 10)?,
        updated_at: time(row, 11)?,
    })
}

/// All widgets with their live keys, oldest first.
pub async fn list_widget_entries(tx: &mut Tx<'_>, vault: &Vault) -> Result<Vec<WidgetEntry>, StoreError> {
    let widgets = tx
        .fetch_all(
            "SELECT id, name, origins, mode, plain_reason, default_language, languages, phrases, theme, channels,
                    created_at, updated_at
             FROM widget WHERE deleted_at IS NULL ORDER BY created_at, id",
            args![],
            widget,
        )
        .await?;
    let keys = tx
        .fetch_all(
            "SELECT widget_id, id, algorithm, created_at, last_used_at, key_sealed
             FROM widget_key WHERE ended_at IS NULL ORDER BY created_at, id",
            args![],
            |row| {
                let key = WidgetKey {
                    id: id(row, 1)?,
                    algorithm: word(row, 2, WidgetAlgorithm::parse)?,
                    created_at: time(row, 3)?,
                    last_used_at: opt_time(row, 4)?,
                };
                let material = vault.workspace().open(KEY, key.id.to_bytes(), row.bytes_ref(5)?)?;
                Ok((id::<WidgetId>(row, 0)?, key, material))
            },
        )
        .await?;
    let mut entries: Vec<WidgetEntry> =
        widgets.into_iter().map(|widget| WidgetEntry { widget, material: HashMap::new() }).collect();
    for (widget, key, material) in keys {
        if let Some(entry) = entries.iter_mut().find(|e| e.widget.id == widget) {
            entry.material.insert(key.id, material);
            entry.widget.keys.push(key);
        }
    }
    Ok(entries)
}

/// Adds a widget, without keys.
pub async fn insert_widget(tx: &mut Tx<'_>, widget: &Widget) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO widget (id, name, origins, mode, plain_reason, default_language, languages, phrases, theme,
                             channels, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        args![
            widget.id,
            &widget.name,
            Arg::json(to_json(&widget.origins)?),
            widget.mode.as_str(),
            widget.plain_reason.as_deref(),
            &widget.default_language,
            Arg::json(to_json(&widget.languages)?),
            Arg::json(to_json(&widget.phrases)?),
            Arg::json(to_json(&widget.theme)?),
            Arg::json(to_json(&widget.channels)?),
            widget.created_at,
            widget.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Saves the settings of a widget.
pub async fn update_widget(tx: &mut Tx<'_>, widget: &Widget) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE widget SET name = $2, origins = $3, mode = $4, plain_reason = $5, default_language = $6,
                               languages = $7, phrases = $8, theme = $9, channels = $10, updated_at = $11
             WHERE id = $1 AND deleted_at IS NULL",
            args![
                widget.id,
                &widget.name,
                Arg::json(to_json(&widget.origins)?),
                widget.mode.as_str(),
                widget.plain_reason.as_deref(),
                &widget.default_language,
                Arg::json(to_json(&widget.languages)?),
                Arg::json(to_json(&widget.phrases)?),
                Arg::json(to_json(&widget.theme)?),
                Arg::json(to_json(&widget.channels)?),
                widget.updated_at,
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Takes a widget out of use with all its keys.
pub async fn delete_widget(tx: &mut Tx<'_>, widget: WidgetId, now: Timestamp) -> Result<bool, StoreError> {
    let deleted = tx
        .execute("UPDATE widget SET deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL", args![widget, now])
        .await?;
    tx.execute(
        "UPDATE widget_key SET ended_at = $2 WHERE widget_id = $1 AND ended_at IS NULL",
        args![widget, now],
    )
    .await?;
    Ok(deleted == 1)
}

/// How many live keys a widget has, the widget locked until the operation ends; `None` when it is not in use.
pub async fn count_widget_keys(tx: &mut Tx<'_>, widget: WidgetId) -> Result<Option<i64>, StoreError> {
    let sql = format!(
        "SELECT (SELECT COUNT(*) FROM widget_key WHERE widget_id = widget.id AND ended_at IS NULL)
         FROM widget WHERE id = $1 AND deleted_at IS NULL{}",
        lock_suffix(tx.backend())
    );
    tx.fetch_optional(&sql, args![widget], |row| row.i64(0)).await
}

/// Adds a key to a widget: an HMAC secret or a PEM, sealed under the workspace's key.
pub async fn insert_widget_key(
    tx: &mut Tx<'_>,
    vault: &Vault,
    widget: WidgetId,
    key: &WidgetKey,
    material: &[u8],
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO widget_key (id, widget_id, algorithm, key_sealed, created_at) VALUES ($1, $2, $3, $4, $5)",
        args![
            key.id,
            widget,
            key.algorithm.as_str(),
            vault.workspace().seal(KEY, key.id.to_bytes(), material)?,
            key.created_at,
        ],
    )
    .await?;
    Ok(())
}

/// Ends a key of a widget; its material is overwritten. `false` when there is no such live key.
pub async fn end_widget_key(
    tx: &mut Tx<'_>,
    widget: WidgetId,
    key: WidgetKeyId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let ended = tx
        .execute(
            "UPDATE widget_key SET ended_at = $3, key_sealed = $4
             WHERE id = $2 AND widget_id = $1 AND ended_at IS NULL",
            args![widget, key, now, Vec::<u8>::new()],
        )
        .await?;
    Ok(ended == 1)
}

/// Remembers, to the minute, that a token verified with a key.
pub async fn touch_widget_key(tx: &mut Tx<'_>, key: WidgetKeyId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE widget_key SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $3)",
        args![key, now, now.plus(-countersign_types::time::MINUTE)],
    )
    .await?;
    Ok(())
}

/// When the live keys of a widget were last used, for the views: the copy in memory is not read anew for it.
pub async fn list_key_uses(
    tx: &mut Tx<'_>,
    widget: WidgetId,
) -> Result<HashMap<WidgetKeyId, Timestamp>, StoreError> {
    let rows = tx
        .fetch_all(
            "SELECT id, last_used_at FROM widget_key
             WHERE widget_id = $1 AND ended_at IS NULL AND last_used_at IS NOT NULL",
            args![widget],
            |row| Ok((id(row, 0)?, time(row, 1)?)),
        )
        .await?;
    Ok(rows.into_iter().collect())
}

/// Whether the use of a token is remembered.
pub async fn is_token_used(tx: &mut Tx<'_>, token_hash: [u8; 32]) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM token_use WHERE token_hash = $1";
    Ok(tx.fetch_optional(sql, args![token_hash], |_| Ok(())).await?.is_some())
}

/// Marks a token as used; `false` when it was used before (W-1). Kept until the token can no longer be sent.
pub async fn insert_token_use(
    tx: &mut Tx<'_>,
    token_hash: [u8; 32],
    expires_at: Timestamp,
) -> Result<bool, StoreError> {
    let added = tx
        .execute(
            "INSERT INTO token_use (token_hash, expires_at) VALUES ($1, $2) ON CONFLICT (token_hash) DO NOTHING",
            args![token_hash, expires_at],
        )
        .await?;
    Ok(added == 1)
}

/// Forgets tokens that can no longer be sent, at most `limit`.
pub async fn delete_token_uses(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM token_use WHERE token_hash IN
             (SELECT token_hash FROM token_use WHERE expires_at < $1 LIMIT $2)",
        args![before, limit],
    )
    .await
}

/// Codes that widgets issued since a moment, and how many of them were used.
pub async fn count_widget_codes(
    tx: &mut Tx<'_>,
    since: Timestamp,
) -> Result<HashMap<WidgetId, (i64, i64)>, StoreError> {
    let rows = tx
        .fetch_all(
            "SELECT issuer_id, COUNT(*), COUNT(used_at) FROM identification_code
             WHERE issued_at > $1 AND issuer_kind <> 'api_key' GROUP BY issuer_id",
            args![since],
            |row| Ok((id(row, 0)?, (row.i64(1)?, row.i64(2)?))),
        )
        .await?;
    Ok(rows.into_iter().collect())
}
