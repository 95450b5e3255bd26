//! Messages, sealed under the key of the account they belong to.

use countersign_types::code::{Invalid, Outcome};
use countersign_types::message::{Attachment, Author, AuthorKind, Delivery, Direction, Message, MessageKind};
use countersign_types::pii::{Pii, Purpose};
use countersign_types::{
    AccountId, Assurance, CaseId, ChannelId, Cursor, MessageId, Page, PageRequest, Timestamp,
};

use crate::codec::{from_json, id, opt_time, time, to_json, word};
use crate::subject_key::subject;
use crate::{Arg, Place, Row, StoreError, Subject, Tx, Vault, args};

pub(crate) const TEXT: Place = Place("message.text_sealed");
const ATTACHMENTS: Place = Place("message.attachments_sealed");

/// Adds a message. With a `provider_id` that the channel sent before, the operation fails on
/// `uq_message__channel_id__provider_id`, at its end at the latest.
pub async fn insert_message(
    tx: &mut Tx<'_>,
    key: &Subject,
    channel: ChannelId,
    provider_id: Option<&str>,
    message: &Message,
) -> Result<(), StoreError> {
    let row = message.id.to_bytes();
    let attachments = if message.attachments.is_empty() {
        None
    } else {
        Some(key.seal(ATTACHMENTS, row, to_json(&message.attachments)?.as_bytes())?)
    };
    tx.execute_later(
        "INSERT INTO message (id, case_id, channel_id, provider_id, direction, kind, author_kind, author_id,
                              author_name, text_sealed, attachments_sealed, delivery, delivery_detail, outcome,
                              assurance, sent_at, received_at, is_automatic)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        args![
            row,
            message.case.to_bytes(),
            channel.to_bytes(),
            provider_id,
            message.direction.as_str(),
            message.kind.as_str(),
            message.author.kind.as_str(),
            message.author.id.as_deref(),
            message.author.name.as_deref(),
            key.seal(TEXT, row, message.text.plain(Purpose::Seal).as_bytes())?,
            attachments,
            message.delivery.map(Delivery::as_str),
            message.delivery_detail.as_deref(),
            message.outcome.map(Outcome::to_column),
            message.assurance.as_i64(),
            message.sent_at.map(Timestamp::as_micros),
            message.received_at.as_micros(),
            message.is_automatic,
        ],
    )
    .await?;
    Ok(())
}

/// The message that a channel handed in under this id before.
pub async fn find_message_by_provider_id(
    tx: &mut Tx<'_>,
    channel: ChannelId,
    provider_id: &str,
) -> Result<Option<(MessageId, CaseId)>, StoreError> {
    tx.fetch_optional(
        "SELECT id, case_id FROM message WHERE channel_id = $1 AND provider_id = $2",
        args![channel.to_bytes(), provider_id],
        |row| Ok((id(row, 0)?, id(row, 1)?)),
    )
    .await
}

pub(crate) const SELECT: &str =
    "SELECT m.id, m.case_id, m.direction, m.kind, m.author_kind, m.author_id, m.author_name,
        m.text_sealed, m.attachments_sealed, m.delivery, m.delivery_detail, m.outcome, m.assurance, m.sent_at,
        m.received_at, c.account_id, m.is_automatic
     FROM message m JOIN support_case c ON c.id = m.case_id";

struct Sealed {
    account: AccountId,
    message: Message,
    text: Vec<u8>,
    attachments: Option<Vec<u8>>,
}

fn sealed(row: &Row<'_>) -> Result<Sealed, StoreError> {
    let delivery = row.opt_str(9)?;
    Ok(Sealed {
        account: id(row, 15)?,
        text: row.bytes(7)?,
        attachments: row.opt_bytes(8)?,
        message: Message {
            id: id(row, 0)?,
            case: id(row, 1)?,
            direction: word(row, 2, Direction::parse)?,
            kind: word(row, 3, MessageKind::parse)?,
            author: Author {
                kind: word(row, 4, AuthorKind::parse)?,
                id: row.opt_text(5)?,
                name: row.opt_text(6)?,
            },
            text: Pii::new(""),
            attachments: Vec::new(),
            delivery: delivery.and_then(Delivery::parse),
            delivery_detail: row.opt_text(10)?,
            outcome: row.opt_str(11)?.and_then(Outcome::from_column),
            assurance: Assurance::from_i64(row.i64(12)?),
            sent_at: opt_time(row, 13)?,
            is_automatic: row.bool(16)?,
            received_at: time(row, 14)?,
        },
    })
}

fn opened(key: &Subject, sealed: Sealed) -> Result<Message, StoreError> {
    let mut message = sealed.message;
    let row = message.id.to_bytes();
    message.text = Pii::new(key.open_text(TEXT, row, &sealed.text)?);
    if let Some(attachments) = sealed.attachments {
        message.attachments =
            from_json::<Vec<Attachment>>(&key.open_text(ATTACHMENTS, row, &attachments)?)?;
    }
    Ok(message)
}

/// A message.
pub async fn find_message(
    tx: &mut Tx<'_>,
    vault: &Vault,
    message: MessageId,
) -> Result<Option<Message>, StoreError> {
    let sql = format!("{SELECT} WHERE m.id = $1");
    match tx.fetch_optional(&sql, args![message.to_bytes()], sealed).await? {
        Some(sealed) => {
            let key = subject(tx, vault, sealed.account.to_bytes()).await?;
            Ok(Some(opened(&key, sealed)?))
        }
        None => Ok(None),
    }
}

/// The newest message of a case whose code waits for the word of its page.
pub async fn find_unconfirmed_message(
    tx: &mut Tx<'_>,
    vault: &Vault,
    case: CaseId,
) -> Result<Option<Message>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE m.case_id = $1 AND m.outcome = $2 ORDER BY m.received_at DESC, m.id DESC LIMIT 1"
    );
    let waits = Outcome::Invalid(Invalid::Unconfirmed).to_column();
    match tx.fetch_optional(&sql, args![case, waits], sealed).await? {
        Some(sealed) => {
            let key = subject(tx, vault, sealed.account.to_bytes()).await?;
            Ok(Some(opened(&key, sealed)?))
        }
        None => Ok(None),
    }
}

/// The messages of a case, newest first.
pub async fn list_messages(
    tx: &mut Tx<'_>,
    vault: &Vault,
    case: CaseId,
    page: PageRequest,
) -> Result<Page<Message>, StoreError> {
    let before = page.after.unwrap_or(Cursor { at: i64::MAX, id: [0xff; 16] });
    let sql = format!(
        "{SELECT} WHERE m.case_id = $1 AND (m.received_at, m.id) < ($2, $3)
         ORDER BY m.received_at DESC, m.id DESC LIMIT $4"
    );
    let rows =
        tx.fetch_all(&sql, args![case.to_bytes(), before.at, before.id, page.limit + 1], sealed).await?;
    opened_page(tx, vault, rows, page.limit).await
}

/// What customer and company said to each other on an account's cases since a moment, oldest first: for the web chat.
pub async fn list_replies_since(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
    after: Cursor,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE c.account_id = $1 AND m.kind = 'reply' AND (m.received_at, m.id) > ($2, $3)
         ORDER BY m.received_at, m.id LIMIT $4"
    );
    let rows = tx.fetch_all(&sql, args![account.to_bytes(), after.at, after.id, limit], sealed).await?;
    Ok(opened_page(tx, vault, rows, limit).await?.items)
}

/// The newest replies of an account, oldest first: what the web chat shows when it opens.
pub async fn list_newest_replies(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE c.account_id = $1 AND m.kind = 'reply' ORDER BY m.received_at DESC, m.id DESC LIMIT $2"
    );
    let rows = tx.fetch_all(&sql, args![account.to_bytes(), limit], sealed).await?;
    let mut items = opened_page(tx, vault, rows, limit).await?.items;
    items.reverse();
    Ok(items)
}

/// Messages that a statement of [`SELECT`] names.
pub(crate) async fn list_messages_by(
    tx: &mut Tx<'_>,
    vault: &Vault,
    sql: &str,
    args: &[Arg<'_>],
) -> Result<Vec<Message>, StoreError> {
    let rows = tx.fetch_all(sql, args, sealed).await?;
    Ok(opened_page(tx, vault, rows, i64::MAX).await?.items)
}

async fn opened_page(
    tx: &mut Tx<'_>,
    vault: &Vault,
    rows: Vec<Sealed>,
    limit: i64,
) -> Result<Page<Message>, StoreError> {
    let page = Page::from_overfetch(rows, limit, |row| Cursor {
        at: row.message.received_at.as_micros(),
        id: row.message.id.to_bytes(),
    });
    let mut items = Vec::with_capacity(page.items.len());
    for sealed in page.items {
        let key = subject(tx, vault, sealed.account.to_bytes()).await?;
        items.push(opened(&key, sealed)?);
    }
    Ok(Page { items, next: page.next })
}

/// Notes how far a reply has come. Delivery only moves forward, whatever order the news arrive in: queued, sent, failed,
/// delivered, read; a retry puts a failed one back to queued. What a provider took can still come back.
pub async fn update_delivery(
    tx: &mut Tx<'_>,
    message: MessageId,
    delivery: Delivery,
    detail: Option<&str>,
) -> Result<Option<CaseId>, StoreError> {
    let from: &str = match delivery {
        Delivery::Queued => "('failed')",
        Delivery::Sent => "('queued')",
        Delivery::Failed => "('queued', 'sent', 'failed')",
        Delivery::Delivered => "('queued', 'sent', 'failed')",
        Delivery::Read => "('queued', 'sent', 'failed', 'delivered')",
    };
    let sql = format!(
        "UPDATE message SET delivery = $2, delivery_detail = $3 WHERE id = $1 AND delivery IN {from}
         RETURNING case_id"
    );
    tx.fetch_optional(&sql, args![message.to_bytes(), delivery.as_str(), detail], |row| id(row, 0)).await
}

/// On which channel and in which case a message is.
pub async fn find_message_place(
    tx: &mut Tx<'_>,
    message: MessageId,
) -> Result<Option<(ChannelId, CaseId)>, StoreError> {
    tx.fetch_optional(
        "SELECT channel_id, case_id FROM message WHERE id = $1",
        args![message.to_bytes()],
        |row| Ok((id(row, 0)?, id(row, 1)?)),
    )
    .await
}

/// Notes that an account's browser has, or its person saw, every reply up to one of them. Answers with the cases whose
/// messages moved. Forward only, like [`update_delivery`]; a message of somebody else moves nothing.
pub async fn update_replies_until(
    tx: &mut Tx<'_>,
    account: AccountId,
    until: MessageId,
    delivery: Delivery,
) -> Result<Vec<CaseId>, StoreError> {
    let from = match delivery {
        Delivery::Delivered => "('queued', 'failed', 'sent')",
        Delivery::Read => "('queued', 'failed', 'sent', 'delivered')",
        Delivery::Queued | Delivery::Sent | Delivery::Failed => return Ok(Vec::new()),
    };
    let sql = format!(
        "UPDATE message SET delivery = $3, delivery_detail = NULL
         WHERE case_id IN (SELECT id FROM support_case WHERE account_id = $1) AND direction = 'outbound'
         AND kind = 'reply' AND delivery IN {from} AND received_at <= (
             SELECT m.received_at FROM message m JOIN support_case c ON c.id = m.case_id
             WHERE m.id = $2 AND c.account_id = $1)
         RETURNING case_id"
    );
    let args = args![account.to_bytes(), until.to_bytes(), delivery.as_str()];
    let mut cases: Vec<CaseId> = tx.fetch_all(&sql, args, |row| id(row, 0)).await?;
    cases.sort_unstable();
    cases.dedup();
    Ok(cases)
}

/// Notes that every reply to an account that was on its way at a moment has come so far, as its provider says. Answers
/// with the cases whose messages moved. What still waits here to be handed over stays where it is.
pub async fn update_replies_before(
    tx: &mut Tx<'_>,
    account: AccountId,
    at: Timestamp,
    delivery: Delivery,
) -> Result<Vec<CaseId>, StoreError> {
    let from = match delivery {
        Delivery::Delivered => "('sent')",
        Delivery::Read => "('sent', 'delivered')",
        Delivery::Queued | Delivery::Sent | Delivery::Failed => return Ok(Vec::new()),
    };
    let sql = format!(
        "UPDATE message SET delivery = $3, delivery_detail = NULL
         WHERE case_id IN (SELECT id FROM support_case WHERE account_id = $1) AND direction = 'outbound'
         AND kind = 'reply' AND delivery IN {from} AND received_at <= $2
         RETURNING case_id"
    );
    let args = args![account.to_bytes(), at.as_micros(), delivery.as_str()];
    let mut cases: Vec<CaseId> = tx.fetch_all(&sql, args, |row| id(row, 0)).await?;
    cases.sort_unstable();
    cases.dedup();
    Ok(cases)
}

/// The case and the files of a message that has some, held until the end of the operation.
pub async fn lock_attachments(
    tx: &mut Tx<'_>,
    key: &Subject,
    message: MessageId,
) -> Result<Option<(CaseId, Vec<Attachment>)>, StoreError> {
    let row = message.to_bytes();
    let sql = format!(
        "SELECT case_id, attachments_sealed FROM message
         WHERE id = $1 AND attachments_sealed IS NOT NULL{}",
        crate::dialect::lock_suffix(tx.backend())
    );
    let found = tx.fetch_optional(&sql, args![row], |row| Ok((id(row, 0)?, row.bytes(1)?))).await?;
    let Some((case, sealed)) = found else { return Ok(None) };
    Ok(Some((case, from_json(&key.open_text(ATTACHMENTS, row, &sealed)?)?)))
}

/// Saves the files of a message anew.
pub async fn update_attachments(
    tx: &mut Tx<'_>,
    key: &Subject,
    message: MessageId,
    attachments: &[Attachment],
) -> Result<(), StoreError> {
    let row = message.to_bytes();
    let sealed = key.seal(ATTACHMENTS, row, to_json(&attachments)?.as_bytes())?;
    tx.execute("UPDATE message SET attachments_sealed = $2 WHERE id = $1", args![row, sealed]).await?;
    Ok(())
}

/// Who else than this person answered in a case after a message of it: the newest such reply's author by name, where
/// they have one. What machines sent is no answer.
pub async fn find_answer_since(
    tx: &mut Tx<'_>,
    case: CaseId,
    seen: MessageId,
    author: &str,
) -> Result<Option<Option<String>>, StoreError> {
    tx.fetch_optional(
        "SELECT m.author_name FROM message m JOIN message s ON s.id = $2
         WHERE m.case_id = $1 AND m.kind = 'reply' AND m.direction = 'outbound' AND NOT m.is_automatic
         AND (m.author_id IS NULL OR m.author_id <> $3) AND (m.received_at, m.id) > (s.received_at, s.id)
         ORDER BY m.received_at DESC, m.id DESC LIMIT 1",
        args![case, seen, author],
        |row| row.opt_text(0),
    )
    .await
}

/// When the customer of a case last wrote.
pub async fn find_last_inbound(tx: &mut Tx<'_>, case: CaseId) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT last_inbound_at FROM support_case WHERE id = $1";
    let found = tx.fetch_optional(sql, args![case.to_bytes()], |row| row.opt_time(0)).await?;
    Ok(found.flatten())
}

/// The newest message of an account's newest case that the team has read: all but the unread ones at its end.
pub async fn find_last_read(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<MessageId>, StoreError> {
    let newest = tx
        .fetch_optional(
            "SELECT id, unread_count FROM support_case WHERE account_id = $1
             ORDER BY created_at DESC, id DESC LIMIT 1",
            args![account.to_bytes()],
            |row| Ok((id::<CaseId>(row, 0)?, row.i64(1)?)),
        )
        .await?;
    let Some((case, unread)) = newest else { return Ok(None) };
    tx.fetch_optional(
        "SELECT id FROM message WHERE case_id = $1 AND direction = 'inbound' AND kind = 'reply'
         ORDER BY received_at DESC, id DESC LIMIT 1 OFFSET $2",
        args![case.to_bytes(), unread],
        |row| id(row, 0),
    )
    .await
}
