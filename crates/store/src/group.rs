//! Groups of the team and who is in them.

use std::collections::{HashMap, HashSet};

use countersign_types::group::{Group, GroupMember};
use countersign_types::user::UserState;
use countersign_types::{GroupId, Timestamp, UserId};

use crate::codec::{id, time, word};
use crate::fold::folded;
use crate::{Arg, Row, StoreError, Tx, args};

/// The rule that a name is given once.
pub const UNIQUE_NAME: &str = "uq_user_group__name_folded";

const MEMBERS: &str = "SELECT m.group_id, m.user_id, u.name, u.state
     FROM group_member m JOIN console_user u ON u.id = m.user_id";

/// What changed when members were set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MembersChange {
    /// Who came.
    pub added: Vec<UserId>,
    /// Who went.
    pub removed: Vec<UserId>,
    /// Who is nobody: the operation has to fail.
    pub unknown: Vec<UserId>,
}

fn group(row: &Row<'_>) -> Result<Group, StoreError> {
    Ok(Group {
        id: id(row, 0)?,
        name: row.text(1)?,
        members: Vec::new(),
        created_at: time(row, 2)?,
        updated_at: time(row, 3)?,
    })
}

fn member(row: &Row<'_>) -> Result<(GroupId, GroupMember), StoreError> {
    let member =
        GroupMember { user: id(row, 1)?, name: row.text(2)?, state: word(row, 3, UserState::parse)? };
    Ok((id(row, 0)?, member))
}

/// By name, as people read a list.
fn sort(members: &mut [GroupMember]) {
    members.sort_by_cached_key(|member| (folded(&member.name), member.user));
}

/// All groups with their members, both by name.
pub async fn list_groups(tx: &mut Tx<'_>) -> Result<Vec<Group>, StoreError> {
    let mut groups = tx
        .fetch_all(
            "SELECT id, name, created_at, updated_at FROM user_group ORDER BY name_folded",
            args![],
            group,
        )
        .await?;
    let mut members: HashMap<GroupId, Vec<GroupMember>> = HashMap::new();
    for (of, member) in tx.fetch_all(MEMBERS, args![], member).await? {
        members.entry(of).or_default().push(member);
    }
    for group in &mut groups {
        group.members = members.remove(&group.id).unwrap_or_default();
        sort(&mut group.members);
    }
    Ok(groups)
}

/// A group with its members by name.
pub async fn find_group(tx: &mut Tx<'_>, group_id: GroupId) -> Result<Option<Group>, StoreError> {
    let found = tx
        .fetch_optional(
            "SELECT id, name, created_at, updated_at FROM user_group WHERE id = $1",
            args![group_id],
            group,
        )
        .await?;
    let Some(mut group) = found else { return Ok(None) };
    let sql = format!("{MEMBERS} WHERE m.group_id = $1");
    let members = tx.fetch_all(&sql, args![group_id], member).await?;
    group.members = members.into_iter().map(|(_, member)| member).collect();
    sort(&mut group.members);
    Ok(Some(group))
}

/// How many groups there are.
pub async fn count_groups(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.fetch_one("SELECT count(*) FROM user_group", args![], |row| row.i64(0)).await
}

/// Adds a group without members. A name that is taken is refused by [`UNIQUE_NAME`].
pub async fn insert_group(
    tx: &mut Tx<'_>,
    group_id: GroupId,
    name: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO user_group (id, name, name_folded, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)",
        args![group_id, name, folded(name), now],
    )
    .await?;
    Ok(())
}

/// Saves the name of a group, and holds its row until the end of the operation: set members after it.
pub async fn update_group(
    tx: &mut Tx<'_>,
    group_id: GroupId,
    name: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE user_group SET name = $2, name_folded = $3, updated_at = $4 WHERE id = $1",
            args![group_id, name, folded(name), now],
        )
        .await?;
    Ok(changed == 1)
}

/// Puts these people into a group in place of those before, and says who came, who went and who is nobody.
pub async fn set_group_members(
    tx: &mut Tx<'_>,
    group_id: GroupId,
    users: &[UserId],
) -> Result<MembersChange, StoreError> {
    let list = "SELECT user_id FROM group_member WHERE group_id = $1";
    let before: Vec<UserId> = tx.fetch_all(list, args![group_id], |row| id(row, 0)).await?;
    let mut seen: HashSet<UserId> = before.iter().copied().collect();
    let added: Vec<UserId> = users.iter().copied().filter(|user| seen.insert(*user)).collect();
    let wanted: HashSet<UserId> = users.iter().copied().collect();
    let removed: Vec<UserId> = before.into_iter().filter(|user| !wanted.contains(user)).collect();
    let rows = |users: &[UserId]| -> Vec<[Arg<'static>; 2]> {
        users.iter().map(|user| [Arg::from(group_id), Arg::from(*user)]).collect()
    };
    if !removed.is_empty() {
        let sql = "DELETE FROM group_member WHERE group_id = $1 AND user_id = $2";
        tx.execute_many(sql, &rows(&removed)).await?;
    }
    let mut change = MembersChange { added, removed, unknown: Vec::new() };
    if !change.added.is_empty() {
        let sql =
            "INSERT INTO group_member (group_id, user_id) SELECT $1, id FROM console_user WHERE id = $2";
        let inserted = tx.execute_many(sql, &rows(&change.added)).await?;
        if inserted != change.added.len() as u64 {
            let known: Vec<UserId> = tx.fetch_all(list, args![group_id], |row| id(row, 0)).await?;
            (change.added, change.unknown) = change.added.into_iter().partition(|user| known.contains(user));
        }
    }
    Ok(change)
}

/// Deletes a group; its members stay who they are, and its views are those of who saved them.
pub async fn delete_group(tx: &mut Tx<'_>, group_id: GroupId) -> Result<bool, StoreError> {
    tx.execute("UPDATE support_case SET group_id = NULL WHERE group_id = $1", args![group_id]).await?;
    let views = "UPDATE saved_view SET audience = 'personal', group_id = NULL WHERE group_id = $1";
    tx.execute(views, args![group_id]).await?;
    Ok(tx.execute("DELETE FROM user_group WHERE id = $1", args![group_id]).await? == 1)
}
