//! Canned replies.

use countersign_types::canned_reply::{Audience, CannedReply};
use countersign_types::{CannedReplyId, GroupId, Timestamp, UserId};

use crate::codec::{id, opt_id, opt_time, time};
use crate::dialect::lock_suffix;
use crate::fold::folded;
use crate::{Row, StoreError, Tx, args};

/// The rule that a name is given once among those of the team.
pub const UNIQUE_NAME: &str = "uq_canned_reply__name_folded";
/// The rule that a name is given once among a person's own.
pub const UNIQUE_OWN_NAME: &str = "uq_canned_reply__owner_id__name_folded";

const SELECT: &str =
    "SELECT id, name, title, text, language, group_id, owner_id, use_count, last_used_at, created_at,
        updated_at FROM canned_reply";

fn canned_reply(row: &Row<'_>) -> Result<CannedReply, StoreError> {
    let audience = match (opt_id::<GroupId>(row, 5)?, opt_id::<UserId>(row, 6)?) {
        (_, Some(user)) => Audience::Person(user),
        (Some(group), None) => Audience::Group(group),
        (None, None) => Audience::Everybody,
    };
    Ok(CannedReply {
        id: id(row, 0)?,
        name: row.text(1)?,
        title: row.text(2)?,
        text: row.text(3)?,
        language: row.opt_text(4)?,
        audience,
        use_count: row.i64(7)?,
        last_used_at: opt_time(row, 8)?,
        created_at: time(row, 9)?,
        updated_at: time(row, 10)?,
    })
}

/// Those of the team, and those of one person, by name.
pub async fn list_canned_replies(
    tx: &mut Tx<'_>,
    user: Option<UserId>,
) -> Result<Vec<CannedReply>, StoreError> {
    let sql = format!("{SELECT} WHERE owner_id IS NULL OR owner_id = $1 ORDER BY name_folded, id");
    tx.fetch_all(&sql, args![user.map(UserId::to_bytes)], canned_reply).await
}

/// A canned reply, whoever may see it.
pub async fn find_canned_reply(
    tx: &mut Tx<'_>,
    reply: CannedReplyId,
) -> Result<Option<CannedReply>, StoreError> {
    tx.fetch_optional(&format!("{SELECT} WHERE id = $1"), args![reply], canned_reply).await
}

/// [`find_canned_reply`], locked until the operation ends: two changes at once do not undo each other.
pub async fn find_canned_reply_for_update(
    tx: &mut Tx<'_>,
    reply: CannedReplyId,
) -> Result<Option<CannedReply>, StoreError> {
    let sql = format!("{SELECT} WHERE id = $1{}", lock_suffix(tx.backend()));
    tx.fetch_optional(&sql, args![reply], canned_reply).await
}

/// How many there are: of the team, or of one person.
pub async fn count_canned_replies(tx: &mut Tx<'_>, user: Option<UserId>) -> Result<i64, StoreError> {
    match user {
        Some(user) => {
            let sql = "SELECT COUNT(*) FROM canned_reply WHERE owner_id = $1";
            tx.fetch_one(sql, args![user], |row| row.i64(0)).await
        }
        None => {
            let sql = "SELECT COUNT(*) FROM canned_reply WHERE owner_id IS NULL";
            tx.fetch_one(sql, args![], |row| row.i64(0)).await
        }
    }
}

/// How many are for a group.
pub async fn count_canned_replies_of_group(tx: &mut Tx<'_>, group: GroupId) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM canned_reply WHERE group_id = $1";
    tx.fetch_one(sql, args![group], |row| row.i64(0)).await
}

/// Adds one.
pub async fn insert_canned_reply(tx: &mut Tx<'_>, reply: &CannedReply) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO canned_reply (id, name, name_folded, title, text, language, group_id, owner_id, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        args![
            reply.id,
            &reply.name,
            folded(&reply.name),
            &reply.title,
            &reply.text,
            reply.language.as_deref(),
            reply.audience.group().map(GroupId::to_bytes),
            reply.audience.person().map(UserId::to_bytes),
            reply.created_at,
            reply.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Saves one; how often it was used stays as it is.
pub async fn update_canned_reply(tx: &mut Tx<'_>, reply: &CannedReply) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE canned_reply SET name = $2, name_folded = $3, title = $4, text = $5, language = $6, group_id = $7,
                    owner_id = $8, updated_at = $9
             WHERE id = $1",
            args![
                reply.id,
                &reply.name,
                folded(&reply.name),
                &reply.title,
                &reply.text,
                reply.language.as_deref(),
                reply.audience.group().map(GroupId::to_bytes),
                reply.audience.person().map(UserId::to_bytes),
                reply.updated_at,
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Notes that one was inserted.
pub async fn record_use(tx: &mut Tx<'_>, reply: CannedReplyId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE canned_reply SET use_count = use_count + 1, last_used_at = $2 WHERE id = $1",
        args![reply, now],
    )
    .await?;
    Ok(())
}

/// Deletes one.
pub async fn delete_canned_reply(tx: &mut Tx<'_>, reply: CannedReplyId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM canned_reply WHERE id = $1", args![reply]).await? == 1)
}
