//! Outgoing webhooks.

use countersign_types::webhook::{Webhook, WebhookState};
use countersign_types::{Timestamp, WebhookId};

use crate::codec::{id, json, opt_time, time, to_json, word};
use crate::{Arg, Place, Row, StoreError, Tx, Vault, args};

const SECRET: Place = Place("webhook.secret_sealed");
const PREVIOUS: Place = Place("webhook.previous_secret_sealed");

/// A webhook as every server keeps it in memory, with the secrets that sign.
#[derive(Debug, Clone)]
pub struct WebhookEntry {
    /// The webhook.
    pub webhook: Webhook,
    /// Its secret, `whsec_…`.
    pub secret: String,
    /// The secret before the last rotation and until when it still signs too.
    pub previous: Option<(String, Timestamp)>,
}

fn webhook(row: &Row<'_>) -> Result<Webhook, StoreError> {
    Ok(Webhook {
        id: id(row, 0)?,
        url: row.text(1)?,
        events: json(row, 2)?,
        description: row.text(3)?,
        with_personal_data: row.bool(4)?,
        state: word(row, 5, WebhookState::parse)?,
        disabled_reason: row.opt_text(6)?,
        created_at: time(row, 7)?,
        updated_at: time(row, 8)?,
    })
}

/// All webhooks with their secrets, oldest first.
pub async fn list_webhook_entries(tx: &mut Tx<'_>, vault: &Vault) -> Result<Vec<WebhookEntry>, StoreError> {
    tx.fetch_all(
        "SELECT id, url, events, description, with_personal_data, state, disabled_reason, created_at, updated_at,
                secret_sealed, previous_secret_sealed, previous_until
         FROM webhook WHERE deleted_at IS NULL ORDER BY created_at, id",
        args![],
        |row| {
            let webhook = webhook(row)?;
            let key = webhook.id.to_bytes();
            let secret = vault.workspace().open_text(SECRET, key, row.bytes_ref(9)?)?;
            let previous = match (row.opt_bytes_ref(10)?, opt_time(row, 11)?) {
                (Some(sealed), Some(until)) => {
                    Some((vault.workspace().open_text(PREVIOUS, key, sealed)?, until))
                }
                _ => None,
            };
            Ok(WebhookEntry { webhook, secret, previous })
        },
    )
    .await
}

/// Adds a webhook.
pub async fn insert_webhook(
    tx: &mut Tx<'_>,
    vault: &Vault,
    webhook: &Webhook,
    secret: &str,
) -> Result<(), StoreError> {
    let sealed = vault.workspace().seal(SECRET, webhook.id.to_bytes(), secret.as_bytes())?;
    tx.execute(
        "INSERT INTO webhook (id, url, events, description, with_personal_data, state, disabled_reason, secret_sealed,
                              created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        args![
            webhook.id,
            &webhook.url,
            Arg::json(to_json(&webhook.events)?),
            &webhook.description,
            webhook.with_personal_data,
            webhook.state.as_str(),
            webhook.disabled_reason.as_deref(),
            sealed,
            webhook.created_at,
            webhook.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// A webhook about to be changed: held until the end of the operation.
pub async fn lock_webhook(tx: &mut Tx<'_>, webhook_id: WebhookId) -> Result<Option<Webhook>, StoreError> {
    let sql = format!(
        "SELECT id, url, events, description, with_personal_data, state, disabled_reason, created_at, updated_at
         FROM webhook WHERE id = $1 AND deleted_at IS NULL{}",
        crate::dialect::lock_suffix(tx.backend())
    );
    tx.fetch_optional(&sql, args![webhook_id], webhook).await
}

/// Saves address, events, description, state and reason of a webhook.
pub async fn update_webhook(tx: &mut Tx<'_>, webhook: &Webhook) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE webhook SET url = $2, events = $3, description = $4, with_personal_data = $5, state = $6,
                                disabled_reason = $7, updated_at = $8
             WHERE id = $1 AND deleted_at IS NULL",
            args![
                webhook.id,
                &webhook.url,
                Arg::json(to_json(&webhook.events)?),
                &webhook.description,
                webhook.with_personal_data,
                webhook.state.as_str(),
                webhook.disabled_reason.as_deref(),
                webhook.updated_at,
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Gives a webhook a new secret; the one before signs too until `until`.
pub async fn update_webhook_secret(
    tx: &mut Tx<'_>,
    vault: &Vault,
    webhook_id: WebhookId,
    secret: &str,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = webhook_id.to_bytes();
    let sql = format!(
        "SELECT secret_sealed FROM webhook WHERE id = $1 AND deleted_at IS NULL{}",
        crate::dialect::lock_suffix(tx.backend())
    );
    let Some(old) = tx.fetch_optional(&sql, args![webhook_id], |r| r.bytes(0)).await? else {
        return Ok(false);
    };
    let old = vault.workspace().open(SECRET, row, &old)?;
    let previous = vault.workspace().seal(PREVIOUS, row, &old)?;
    let sealed = vault.workspace().seal(SECRET, row, secret.as_bytes())?;
    let changed = tx
        .execute(
            "UPDATE webhook SET secret_sealed = $2, previous_secret_sealed = $3, previous_until = $4, updated_at = $5
             WHERE id = $1",
            args![webhook_id, sealed, previous, until, now],
        )
        .await?;
    Ok(changed == 1)
}

/// Takes a webhook out of use and forgets its secrets. What waits for it is given up by the worker.
pub async fn delete_webhook(
    tx: &mut Tx<'_>,
    vault: &Vault,
    webhook_id: WebhookId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let nothing = vault.workspace().seal(SECRET, webhook_id.to_bytes(), b"")?;
    let changed = tx
        .execute(
            "UPDATE webhook SET deleted_at = $2, secret_sealed = $3, previous_secret_sealed = NULL, previous_until = NULL
             WHERE id = $1 AND deleted_at IS NULL",
            args![webhook_id, now, nothing],
        )
        .await?;
    Ok(changed == 1)
}
