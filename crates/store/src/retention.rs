//! What is kept no longer, some rows at a time.

use countersign_types::{CaseId, Timestamp};

use crate::codec::id;
use crate::privacy::HELD;
use crate::{StoreError, Tx, args};

/// Removes records of codes whose time was over before this moment. Those of customers who are on hold stay.
pub async fn delete_codes(
    tx: &mut Tx<'_>,
    before: Timestamp,
    now: Timestamp,
    limit: i64,
) -> Result<u64, StoreError> {
    let sql = format!(
        "DELETE FROM identification_code WHERE id IN
             (SELECT id FROM identification_code WHERE expires_at < $1
                AND (profile_id IS NULL OR profile_id NOT IN ({HELD})) LIMIT $3)"
    );
    tx.execute(&sql, args![before, now, limit]).await
}

/// Removes conversations that are not open and in which nothing was said or changed since this moment, with their
/// messages and files; at most `limit`. Those of customers who are on hold stay.
pub async fn delete_conversations(
    tx: &mut Tx<'_>,
    before: Timestamp,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<CaseId>, StoreError> {
    let sql = format!(
        "DELETE FROM support_case WHERE id IN
             (SELECT c.id FROM support_case c JOIN channel_account a ON a.id = c.account_id
              WHERE c.status <> 'open' AND c.updated_at < $1 AND COALESCE(c.last_message_at, c.created_at) < $1
                AND a.profile_id NOT IN ({HELD}) ORDER BY c.id LIMIT $3)
         RETURNING id"
    );
    let cases: Vec<CaseId> = tx.fetch_all(&sql, args![before, now, limit], |row| id(row, 0)).await?;
    for case in &cases {
        // The record of a code outlives the conversation in which it was used.
        let sql = "UPDATE identification_code SET used_case_id = NULL WHERE used_case_id = $1";
        tx.execute_later(sql, args![*case]).await?;
    }
    Ok(cases)
}

/// Removes events from before this moment, at most `limit`. Those of customers who are on hold stay.
pub async fn delete_events(
    tx: &mut Tx<'_>,
    before: Timestamp,
    now: Timestamp,
    limit: i64,
) -> Result<u64, StoreError> {
    let sql = format!(
        "DELETE FROM event WHERE id IN
             (SELECT id FROM event WHERE at < $1
                AND (profile_id IS NULL OR profile_id NOT IN ({HELD}))
                AND (account_id IS NULL OR account_id NOT IN
                     (SELECT id FROM channel_account WHERE profile_id IN ({HELD})))
              ORDER BY at LIMIT $3)"
    );
    tx.execute(&sql, args![before, now, limit]).await
}

/// Forgets what people were found by who were erased before this moment.
pub async fn delete_erased_identifiers(
    tx: &mut Tx<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM erased_identifier WHERE (kind, key_hash) IN
             (SELECT kind, key_hash FROM erased_identifier WHERE erased_at < $1 LIMIT $2)",
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
