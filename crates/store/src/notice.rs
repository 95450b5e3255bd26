//! Notices to people of the team, sealed under the key of the account they are about.

use countersign_types::notice::{Notice, NoticeKind};
use countersign_types::pii::{Pii, Purpose};
use countersign_types::{AccountId, Cursor, Page, PageRequest, Timestamp, UserId};

use crate::codec::{id, opt_time, time, word};
use crate::subject_key::find_subject;
use crate::{Place, StoreError, Subject, Tx, Vault, args};

const TEXT: Place = Place("notice.text_sealed");

/// Adds a notice.
pub async fn insert_notice(tx: &mut Tx<'_>, key: &Subject, notice: &Notice) -> Result<(), StoreError> {
    let row = notice.id.to_bytes();
    tx.execute_later(
        "INSERT INTO notice (id, user_id, case_id, rule_name, text_sealed, created_at, kind)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            row,
            notice.user,
            notice.case,
            &notice.rule_name,
            key.seal(TEXT, row, notice.text.plain(Purpose::Seal).as_bytes())?,
            notice.created_at,
            notice.kind.as_str(),
        ],
    )
    .await?;
    Ok(())
}

/// What somebody was told, newest first.
pub async fn list_notices(
    tx: &mut Tx<'_>,
    vault: &Vault,
    user: UserId,
    page: PageRequest,
) -> Result<Page<Notice>, StoreError> {
    let before = page.after.unwrap_or(Cursor { at: i64::MAX, id: [0xff; 16] });
    let rows = tx
        .fetch_all(
            "SELECT n.id, n.case_id, n.rule_name, n.text_sealed, n.created_at, n.read_at, c.account_id,
                    n.kind
             FROM notice n JOIN support_case c ON c.id = n.case_id
             WHERE n.user_id = $1 AND (n.created_at, n.id) < ($2, $3) ORDER BY n.created_at DESC, n.id DESC LIMIT $4",
            args![user, before.at, before.id, page.limit + 1],
            |row| {
                let account: AccountId = id(row, 6)?;
                let notice = Notice {
                    id: id(row, 0)?,
                    user,
                    case: id(row, 1)?,
                    kind: word(row, 7, NoticeKind::parse)?,
                    rule_name: row.text(2)?,
                    text: Pii::new(""),
                    created_at: time(row, 4)?,
                    read_at: opt_time(row, 5)?,
                };
                Ok((notice, account, row.bytes(3)?))
            },
        )
        .await?;
    let page = Page::from_overfetch(rows, page.limit, |(notice, ..)| Cursor {
        at: notice.created_at.as_micros(),
        id: notice.id.to_bytes(),
    });
    let mut items = Vec::with_capacity(page.items.len());
    for (mut notice, account, sealed) in page.items {
        let Some(key) = find_subject(tx, vault, account.to_bytes()).await? else { continue };
        notice.text = Pii::new(key.open_text(TEXT, notice.id.to_bytes(), &sealed)?);
        items.push(notice);
    }
    Ok(Page { items, next: page.next })
}

/// Notes that somebody has read everything they were told.
pub async fn update_notices_read(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE notice SET read_at = $2 WHERE user_id = $1 AND read_at IS NULL", args![user, now])
        .await?;
    Ok(())
}

/// Deletes notices made before a moment, some at a time; answers how many.
pub async fn delete_notices(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE created_at < $1 LIMIT $2)",
        args![before, limit],
    )
    .await
}
