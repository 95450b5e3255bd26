//! Files of conversations, in pieces, sealed under the key of the account they belong to.
//!
//! A file is written in pieces, each in an operation of its own, so that an upload never holds up the writer; it is
//! there once it is complete, and belongs to a conversation once a message names it.

use countersign_types::message::Attachment;
use countersign_types::{AccountId, AttachmentId, CallId, CaseId, MessageId, Timestamp};
use sha2::{Digest, Sha256};

use crate::codec::{from_json, id, time, to_json};
use crate::subject_key::subject;
use crate::{Place, Row, StoreError, Subject, Tx, Vault, args};

pub(crate) const ABOUT: Place = Place("attachment.about_sealed");
pub(crate) const DATA: Place = Place("attachment_piece.data_sealed");

/// A file whose pieces are to come.
#[derive(Debug, Clone, Copy)]
pub struct NewAttachment {
    /// Its id.
    pub id: AttachmentId,
    /// Whose conversation it is for.
    pub account: AccountId,
    /// Whether the customer sends it.
    pub is_inbound: bool,
    /// When the upload began.
    pub created_at: Timestamp,
}

/// A file that a message names.
#[derive(Debug, Clone)]
pub struct StoredAttachment {
    /// Name, type and size.
    pub about: Attachment,
    /// Whose conversation it is in.
    pub account: AccountId,
    /// In which case.
    pub case: CaseId,
    /// How many pieces it has.
    pub pieces: i64,
}

/// What an account has uploaded lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uploads {
    /// Files that no message names.
    pub loose: i64,
    /// Bytes since the moment asked about.
    pub bytes: i64,
}

/// Begins a file.
pub async fn insert_attachment(tx: &mut Tx<'_>, new: &NewAttachment) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO attachment (id, account_id, is_inbound, size_bytes, pieces, created_at)
         VALUES ($1, $2, $3, 0, 0, $4)",
        args![new.id.to_bytes(), new.account.to_bytes(), new.is_inbound, new.created_at.as_micros()],
    )
    .await?;
    Ok(())
}

/// Adds a piece. `false` when the file is gone or complete.
pub async fn insert_piece(
    tx: &mut Tx<'_>,
    key: &Subject,
    attachment: AttachmentId,
    number: i64,
    data: &[u8],
) -> Result<bool, StoreError> {
    let sealed = key.seal(DATA, piece_row(attachment, number), data)?;
    let length = i64::try_from(data.len()).unwrap_or(i64::MAX);
    let changed = tx
        .execute(
            "UPDATE attachment SET size_bytes = size_bytes + $2, pieces = pieces + 1
             WHERE id = $1 AND pieces = $3 AND completed_at IS NULL",
            args![attachment.to_bytes(), length, number],
        )
        .await?;
    if changed == 0 {
        return Ok(false);
    }
    tx.execute(
        "INSERT INTO attachment_piece (attachment_id, number, data_sealed) VALUES ($1, $2, $3)",
        args![attachment.to_bytes(), number, sealed],
    )
    .await?;
    Ok(true)
}

/// Says what a file is, now that all of it is here. `false` when it is gone or was complete.
pub async fn complete_attachment(
    tx: &mut Tx<'_>,
    key: &Subject,
    attachment: AttachmentId,
    about: &Attachment,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = attachment.to_bytes();
    let changed = tx
        .execute(
            "UPDATE attachment SET about_sealed = $2, completed_at = $3 WHERE id = $1 AND completed_at IS NULL",
            args![row, key.seal(ABOUT, row, to_json(about)?.as_bytes())?, now.as_micros()],
        )
        .await?;
    Ok(changed > 0)
}

/// Removes a file whose upload came to nothing.
pub async fn delete_attachment(tx: &mut Tx<'_>, attachment: AttachmentId) -> Result<(), StoreError> {
    let sql = "DELETE FROM attachment WHERE id = $1 AND message_id IS NULL AND call_id IS NULL";
    tx.execute(sql, args![attachment.to_bytes()]).await?;
    Ok(())
}

/// A complete file of this account that no message names yet, in this direction.
pub async fn find_loose_attachment(
    tx: &mut Tx<'_>,
    key: &Subject,
    account: AccountId,
    is_inbound: bool,
    attachment: AttachmentId,
) -> Result<Option<Attachment>, StoreError> {
    let row = attachment.to_bytes();
    let sealed = tx
        .fetch_optional(
            "SELECT about_sealed FROM attachment WHERE id = $1 AND account_id = $2 AND is_inbound = $3
             AND message_id IS NULL AND call_id IS NULL AND completed_at IS NOT NULL",
            args![row, account.to_bytes(), is_inbound],
            |row| row.bytes(0),
        )
        .await?;
    sealed.map(|sealed| from_json(&key.open_text(ABOUT, row, &sealed)?)).transpose()
}

/// Gives a file to a message. `false` when another message has it.
pub async fn attach(
    tx: &mut Tx<'_>,
    attachment: AttachmentId,
    message: MessageId,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE attachment SET message_id = $2 WHERE id = $1 AND message_id IS NULL AND call_id IS NULL",
            args![attachment.to_bytes(), message.to_bytes()],
        )
        .await?;
    Ok(changed > 0)
}

/// Gives a complete file of a call's own account to the call. `false` when it is not such a one, or has a place already.
pub async fn attach_to_call(
    tx: &mut Tx<'_>,
    attachment: AttachmentId,
    call: CallId,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE attachment SET call_id = $2 WHERE id = $1 AND message_id IS NULL AND call_id IS NULL
             AND completed_at IS NOT NULL AND account_id = (SELECT account_id FROM phone_call WHERE id = $2)",
            args![attachment.to_bytes(), call],
        )
        .await?;
    Ok(changed > 0)
}

/// A file of a call.
#[derive(Debug, Clone)]
pub struct CallFile {
    /// Its id.
    pub id: AttachmentId,
    /// Of which call.
    pub call: CallId,
    /// Name, type and size.
    pub about: Attachment,
    /// Whose call it is.
    pub account: AccountId,
    /// How many pieces it has.
    pub pieces: i64,
    /// When it came.
    pub created_at: Timestamp,
}

/// The files of the calls of an account, in the order in which they came.
pub async fn list_call_files(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
) -> Result<Vec<CallFile>, StoreError> {
    let read = |row: &Row<'_>| Ok((id(row, 0)?, id(row, 1)?, row.bytes(2)?, row.i64(3)?, time(row, 4)?));
    let found: Vec<(AttachmentId, CallId, Vec<u8>, i64, Timestamp)> = tx
        .fetch_all(
            "SELECT id, call_id, about_sealed, pieces, created_at FROM attachment
             WHERE account_id = $1 AND call_id IS NOT NULL AND completed_at IS NOT NULL ORDER BY created_at, id",
            args![account],
            read,
        )
        .await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let key = subject(tx, vault, account.to_bytes()).await?;
    let opened = found.into_iter().map(|(file, call, sealed, pieces, created_at)| -> Result<_, StoreError> {
        let about = from_json(&key.open_text(ABOUT, file.to_bytes(), &sealed)?)?;
        Ok(CallFile { id: file, call, about, account, pieces, created_at })
    });
    opened.collect()
}

/// A file that a message names.
pub async fn find_attachment(
    tx: &mut Tx<'_>,
    vault: &Vault,
    attachment: AttachmentId,
) -> Result<Option<StoredAttachment>, StoreError> {
    let row = attachment.to_bytes();
    let read = |row: &Row<'_>| Ok((row.bytes(0)?, id(row, 1)?, id(row, 2)?, row.i64(3)?));
    let found = tx
        .fetch_optional(
            "SELECT a.about_sealed, a.account_id, m.case_id, a.pieces
             FROM attachment a JOIN message m ON m.id = a.message_id
             WHERE a.id = $1 AND a.completed_at IS NOT NULL",
            args![row],
            read,
        )
        .await?;
    let Some((sealed, account, case, pieces)): Option<(Vec<u8>, AccountId, CaseId, i64)> = found else {
        return Ok(None);
    };
    let key = subject(tx, vault, account.to_bytes()).await?;
    let about = from_json(&key.open_text(ABOUT, row, &sealed)?)?;
    Ok(Some(StoredAttachment { about, account, case, pieces }))
}

/// One piece of a file.
pub async fn find_piece(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
    attachment: AttachmentId,
    number: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    let sealed = tx
        .fetch_optional(
            "SELECT data_sealed FROM attachment_piece WHERE attachment_id = $1 AND number = $2",
            args![attachment.to_bytes(), number],
            |row| row.bytes(0),
        )
        .await?;
    let Some(sealed) = sealed else { return Ok(None) };
    let key = subject(tx, vault, account.to_bytes()).await?;
    Ok(Some(key.open(DATA, piece_row(attachment, number), &sealed)?))
}

/// What the customer of an account has uploaded: files not sent, and bytes since a moment.
pub async fn count_uploads(
    tx: &mut Tx<'_>,
    account: AccountId,
    since: Timestamp,
) -> Result<Uploads, StoreError> {
    let found = tx
        .fetch_optional(
            "SELECT CAST(COALESCE(SUM(CASE WHEN message_id IS NULL AND call_id IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT),
                    CAST(COALESCE(SUM(CASE WHEN created_at >= $2 THEN size_bytes ELSE 0 END), 0) AS BIGINT)
             FROM attachment WHERE account_id = $1 AND is_inbound = $3",
            args![account.to_bytes(), since.as_micros(), true],
            |row| Ok(Uploads { loose: row.i64(0)?, bytes: row.i64(1)? }),
        )
        .await?;
    Ok(found.unwrap_or(Uploads { loose: 0, bytes: 0 }))
}

/// Removes files that no message and no call names and whose upload began before a moment, some at a time.
pub async fn delete_loose_attachments(
    tx: &mut Tx<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM attachment WHERE id IN (
             SELECT id FROM attachment WHERE message_id IS NULL AND call_id IS NULL AND created_at < $1 LIMIT $2)",
        args![before.as_micros(), limit],
    )
    .await
}

/// Where a piece is sealed for: its file and its place in it, so that pieces cannot be put in another order.
fn piece_row(attachment: AttachmentId, number: i64) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(attachment.to_bytes());
    hash.update(number.to_be_bytes());
    let mut row = [0; 16];
    row.copy_from_slice(&hash.finalize()[..16]);
    row
}
