//! API keys. The secret is nowhere, only its SHA-256.

use countersign_types::api_key::ApiKey;
use countersign_types::{ApiKeyId, Cursor, Page, PageRequest, Permission, Timestamp};

use crate::codec::{id, json, opt_time, time, to_json};
use crate::dialect::lock_suffix;
use crate::{Arg, Row, StoreError, Tx, args};

const COLUMNS: &str =
    "id, name, scopes, last4, allowed_ips, created_at, expires_at, revoked_at, last_used_at";

fn api_key(row: &Row<'_>) -> Result<ApiKey, StoreError> {
    let words: Vec<String> = json(row, 2)?;
    Ok(ApiKey {
        id: id(row, 0)?,
        name: row.text(1)?,
        // A scope that this version does not know gives nothing.
        scopes: words.iter().filter_map(|word| Permission::parse(word)).collect(),
        last4: row.text(3)?,
        allowed_ips: json(row, 4)?,
        created_at: time(row, 5)?,
        expires_at: opt_time(row, 6)?,
        revoked_at: opt_time(row, 7)?,
        last_used_at: opt_time(row, 8)?,
    })
}

/// Adds a key.
pub async fn insert_api_key(tx: &mut Tx<'_>, key: &ApiKey, secret_hash: [u8; 32]) -> Result<(), StoreError> {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    tx.execute(
        "INSERT INTO api_key (id, name, scopes, secret_hash, last4, allowed_ips, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            key.id,
            &key.name,
            Arg::json(to_json(&scopes)?),
            secret_hash,
            &key.last4,
            Arg::json(to_json(&key.allowed_ips)?),
            key.created_at,
            key.expires_at,
        ],
    )
    .await?;
    Ok(())
}

/// The key of a secret, revoked and expired ones too: the caller decides.
pub async fn find_api_key_by_secret(
    tx: &mut Tx<'_>,
    secret_hash: [u8; 32],
) -> Result<Option<ApiKey>, StoreError> {
    tx.fetch_optional(
        &format!("SELECT {COLUMNS} FROM api_key WHERE secret_hash = $1"),
        args![secret_hash],
        api_key,
    )
    .await
}

/// A key.
pub async fn find_api_key(tx: &mut Tx<'_>, key_id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
    tx.fetch_optional(&format!("SELECT {COLUMNS} FROM api_key WHERE id = $1"), args![key_id], api_key).await
}

/// A key about to be changed: held until the end of the operation.
pub async fn lock_api_key(tx: &mut Tx<'_>, key_id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM api_key WHERE id = $1{}", lock_suffix(tx.backend()));
    tx.fetch_optional(&sql, args![key_id], api_key).await
}

/// Keys that were not revoked, newest first.
pub async fn list_api_keys(tx: &mut Tx<'_>, page: PageRequest) -> Result<Page<ApiKey>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [255; 16] });
    let rows = tx
        .fetch_all(
            &format!(
                "SELECT {COLUMNS} FROM api_key WHERE revoked_at IS NULL AND (created_at, id) < ($1, $2)
                 ORDER BY created_at DESC, id DESC LIMIT $3"
            ),
            args![after.at, after.id, page.limit + 1],
            api_key,
        )
        .await?;
    Ok(Page::from_overfetch(rows, page.limit, |k| Cursor {
        at: k.created_at.as_micros(),
        id: k.id.to_bytes(),
    }))
}

/// Revokes a key; `false` when there is none that works.
pub async fn revoke_api_key(tx: &mut Tx<'_>, key_id: ApiKeyId, now: Timestamp) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE api_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
            args![key_id, now],
        )
        .await?;
    Ok(changed == 1)
}

/// Lets a key work until this moment.
pub async fn update_api_key_expiry(
    tx: &mut Tx<'_>,
    key_id: ApiKeyId,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute("UPDATE api_key SET expires_at = $2 WHERE id = $1", args![key_id, expires_at]).await?;
    Ok(())
}

/// Notes that a key was used. Never moves backwards.
pub async fn update_api_key_used(
    tx: &mut Tx<'_>,
    key_id: ApiKeyId,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE api_key SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)",
        args![key_id, now],
    )
    .await?;
    Ok(())
}
