//! Jobs that run on one server at a time.

use countersign_types::Timestamp;

use crate::{StoreError, Tx, args};

/// Takes or keeps a lease until `until`. `false` when another server has it.
pub async fn take_lease(
    tx: &mut Tx<'_>,
    name: &str,
    owner: [u8; 16],
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let taken = tx
        .fetch_optional(
            "INSERT INTO lease (name, owner, until) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
                 WHERE lease.owner = excluded.owner OR lease.until < $4
             RETURNING name",
            args![name, owner, until, now],
            |_| Ok(()),
        )
        .await?;
    Ok(taken.is_some())
}

/// Gives up every lease of a server.
pub async fn delete_leases(tx: &mut Tx<'_>, owner: [u8; 16]) -> Result<u64, StoreError> {
    tx.execute("DELETE FROM lease WHERE owner = $1", args![owner]).await
}
