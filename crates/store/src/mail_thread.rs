//! Conversations by mail: which one a mail goes on with, and what the next one answers.

use countersign_types::case::{CaseStatus, MailThread};
use countersign_types::pii::{FreeText, Pii, Purpose};
use countersign_types::{AccountId, CaseId};

use crate::case::SUBJECT;
use crate::codec::{from_json, id, to_json, word};
use crate::{Place, StoreError, Subject, Tx, Vault, args};

const THREAD: Place = Place("support_case.thread_sealed");

/// The blind index of the mail that began a conversation. Conversations of different accounts do not meet.
fn root_hash(vault: &Vault, account: AccountId, root: &str) -> [u8; 32] {
    let mut value = account.to_bytes().to_vec();
    value.extend_from_slice(root.as_bytes());
    vault.blind_bytes("mail_thread", &value)
}

/// The newest conversation of an account that one of these mails began, and its status.
pub async fn find_thread_case(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
    root: &str,
) -> Result<Option<(CaseId, CaseStatus)>, StoreError> {
    tx.fetch_optional(
        "SELECT id, status FROM support_case WHERE account_id = $1 AND thread_hash = $2
         ORDER BY created_at DESC, id DESC LIMIT 1",
        args![account.to_bytes(), root_hash(vault, account, root)],
        |row| Ok((id(row, 0)?, word(row, 1, CaseStatus::parse)?)),
    )
    .await
}

/// The status of a conversation, if it is of this account.
pub async fn find_status_of(
    tx: &mut Tx<'_>,
    account: AccountId,
    case: CaseId,
) -> Result<Option<CaseStatus>, StoreError> {
    tx.fetch_optional(
        "SELECT status FROM support_case WHERE id = $1 AND account_id = $2",
        args![case.to_bytes(), account.to_bytes()],
        |row| word(row, 0, CaseStatus::parse),
    )
    .await
}

/// Notes the mail that began a conversation, and what that is about.
pub async fn begin_thread(
    tx: &mut Tx<'_>,
    vault: &Vault,
    key: &Subject,
    (account, case): (AccountId, CaseId),
    root: &str,
    subject: Option<&Pii<FreeText>>,
) -> Result<(), StoreError> {
    let sealed = subject
        .map(|subject| key.seal(SUBJECT, case.to_bytes(), subject.plain(Purpose::Seal).as_bytes()))
        .transpose()?;
    tx.execute_later(
        "UPDATE support_case SET subject_sealed = $2, thread_hash = $3 WHERE id = $1",
        args![case.to_bytes(), sealed, root_hash(vault, account, root)],
    )
    .await?;
    Ok(())
}

/// Notes the newest mail of a conversation.
pub async fn update_thread(
    tx: &mut Tx<'_>,
    key: &Subject,
    case: CaseId,
    thread: &MailThread,
) -> Result<(), StoreError> {
    let sealed = key.seal(THREAD, case.to_bytes(), to_json(thread)?.as_bytes())?;
    tx.execute_later(
        "UPDATE support_case SET thread_sealed = $2 WHERE id = $1",
        args![case.to_bytes(), sealed],
    )
    .await?;
    Ok(())
}

/// The newest mail of a conversation: what the next one answers.
pub async fn find_thread(
    tx: &mut Tx<'_>,
    key: &Subject,
    case: CaseId,
) -> Result<Option<MailThread>, StoreError> {
    let sql = "SELECT thread_sealed FROM support_case WHERE id = $1";
    let found = tx.fetch_optional(sql, args![case.to_bytes()], |row| row.opt_bytes(0)).await?;
    let Some(sealed) = found.flatten() else { return Ok(None) };
    Ok(Some(from_json(&key.open_text(THREAD, case.to_bytes(), &sealed)?)?))
}
