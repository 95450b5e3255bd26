//! Subjects' keys: made with the subject, destroyed with it.

use countersign_types::Timestamp;

use crate::vault::{Subject, Vault};
use crate::{StoreError, Tx, args};

/// Makes and stores the key of a new subject.
pub async fn insert_subject(
    tx: &mut Tx<'_>,
    vault: &Vault,
    id: [u8; 16],
    now: Timestamp,
) -> Result<Subject, StoreError> {
    let (subject, wrapped) = vault.new_subject(id)?;
    tx.execute_later(
        "INSERT INTO subject_key (subject_id, wrapped, created_at) VALUES ($1, $2, $3)",
        args![id, wrapped, now.as_micros()],
    )
    .await?;
    Ok(subject)
}

/// The key of a subject; `None` when it was destroyed.
pub async fn find_subject(
    tx: &mut Tx<'_>,
    vault: &Vault,
    id: [u8; 16],
) -> Result<Option<Subject>, StoreError> {
    if let Some(subject) = vault.ready(id) {
        return Ok(Some(subject));
    }
    let wrapped = tx
        .fetch_optional("SELECT wrapped FROM subject_key WHERE subject_id = $1", args![id], |row| {
            row.bytes(0)
        })
        .await?;
    wrapped.map(|wrapped| vault.unwrap_subject(id, &wrapped)).transpose()
}

/// The key of a subject whose row was just read; a missing key means that the subject is being erased.
pub async fn subject(tx: &mut Tx<'_>, vault: &Vault, id: [u8; 16]) -> Result<Subject, StoreError> {
    find_subject(tx, vault, id)
        .await?
        .ok_or_else(|| StoreError::Corrupt(crate::Cause::new("a subject's key is missing: it was erased")))
}

/// Destroys a subject's key for good and remembers that it was done.
pub async fn delete_subject(
    tx: &mut Tx<'_>,
    vault: &Vault,
    id: [u8; 16],
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_later("DELETE FROM subject_key WHERE subject_id = $1", args![id]).await?;
    tx.execute_later(
        "INSERT INTO erasure (subject_id, erased_at) VALUES ($1, $2) ON CONFLICT (subject_id) DO NOTHING",
        args![id, now.as_micros()],
    )
    .await?;
    vault.forget(id);
    Ok(())
}
