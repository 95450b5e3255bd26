//! What is kept no longer, some rows at a time.

use countersign_types::Timestamp;

use crate::{StoreError, Tx, args};

/// Removes records of codes whose time was over before this moment.
pub async fn delete_codes(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM identification_code WHERE id IN
             (SELECT id FROM identification_code WHERE expires_at < $1 LIMIT $2)",
        args![before, limit],
    )
    .await
}

/// Removes answers under idempotency keys that were given before this moment.
pub async fn delete_receipts(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM idempotency WHERE key_hash IN
             (SELECT key_hash FROM idempotency WHERE created_at < $1 LIMIT $2)",
        args![before, limit],
    )
    .await
}
