//! Rules, their versions and their groups. What a rule says is JSON to this crate.

use countersign_types::rule::{RuleGroup, RuleRow, RuleVersion};
use countersign_types::{RuleGroupId, RuleId, UserId};

use crate::codec::{id, json, time, to_json};
use crate::{Arg, Row, StoreError, Tx, args};

/// Versions of a rule that are kept.
pub const VERSIONS_KEPT: i64 = 50;

fn rule(row: &Row<'_>) -> Result<RuleRow, StoreError> {
    Ok(RuleRow {
        id: id(row, 0)?,
        position: row.i64(1)?,
        body: json(row, 2)?,
        version: row.i64(3)?,
        created_at: time(row, 4)?,
        updated_at: time(row, 5)?,
    })
}

/// All rules in their order.
pub async fn list_rules(tx: &mut Tx<'_>) -> Result<Vec<RuleRow>, StoreError> {
    tx.fetch_all(
        "SELECT id, position, body, version, created_at, updated_at FROM rule ORDER BY position, created_at, id",
        args![],
        rule,
    )
    .await
}

/// Adds a rule.
pub async fn insert_rule(tx: &mut Tx<'_>, rule: &RuleRow) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO rule (id, position, body, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6)",
        args![
            rule.id,
            rule.position,
            Arg::json(to_json(&rule.body)?),
            rule.version,
            rule.created_at,
            rule.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Saves what a rule says as its next version; `false` when somebody else saved that version first, or deleted it.
pub async fn update_rule(tx: &mut Tx<'_>, rule: &RuleRow) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE rule SET body = $2, version = $3, updated_at = $4 WHERE id = $1 AND version = $5",
            args![rule.id, Arg::json(to_json(&rule.body)?), rule.version, rule.updated_at, rule.version - 1,],
        )
        .await?;
    Ok(changed == 1)
}

/// Puts rules in this order; those that are not named keep their place numbers.
pub async fn update_rule_positions(tx: &mut Tx<'_>, order: &[RuleId]) -> Result<(), StoreError> {
    for (at, rule) in order.iter().enumerate() {
        let position = i64::try_from(at).unwrap_or(i64::MAX) + 1;
        tx.execute_later("UPDATE rule SET position = $2 WHERE id = $1", args![*rule, position]).await?;
    }
    Ok(())
}

/// Deletes a rule with its versions; its firings stay.
pub async fn delete_rule(tx: &mut Tx<'_>, rule: RuleId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM rule WHERE id = $1", args![rule]).await? == 1)
}

/// Keeps what a rule says now as one of its versions, and forgets those older than the newest [`VERSIONS_KEPT`].
pub async fn insert_rule_version(
    tx: &mut Tx<'_>,
    rule: RuleId,
    version: &RuleVersion,
) -> Result<(), StoreError> {
    tx.execute_later(
        "INSERT INTO rule_version (rule_id, version, body, at, by_id, by_name) VALUES ($1, $2, $3, $4, $5, $6)",
        args![
            rule,
            version.version,
            Arg::json(to_json(&version.body)?),
            version.at,
            &version.by_id,
            &version.by_name,
        ],
    )
    .await?;
    tx.execute_later(
        "DELETE FROM rule_version WHERE rule_id = $1 AND version <= $2",
        args![rule, version.version - VERSIONS_KEPT],
    )
    .await?;
    Ok(())
}

/// The versions of a rule, newest first.
pub async fn list_rule_versions(tx: &mut Tx<'_>, rule: RuleId) -> Result<Vec<RuleVersion>, StoreError> {
    tx.fetch_all(
        "SELECT version, body, at, by_id, by_name FROM rule_version WHERE rule_id = $1 ORDER BY version DESC",
        args![rule],
        |row| {
            Ok(RuleVersion {
                version: row.i64(0)?,
                body: json(row, 1)?,
                at: time(row, 2)?,
                by_id: row.text(3)?,
                by_name: row.text(4)?,
            })
        },
    )
    .await
}

/// All groups of rules, oldest first.
pub async fn list_rule_groups(tx: &mut Tx<'_>) -> Result<Vec<RuleGroup>, StoreError> {
    tx.fetch_all(
        "SELECT id, name, is_enabled, created_at, updated_at FROM rule_group ORDER BY created_at, id",
        args![],
        |row| {
            Ok(RuleGroup {
                id: id(row, 0)?,
                name: row.text(1)?,
                is_enabled: row.bool(2)?,
                created_at: time(row, 3)?,
                updated_at: time(row, 4)?,
            })
        },
    )
    .await
}

/// Adds a group of rules.
pub async fn insert_rule_group(tx: &mut Tx<'_>, group: &RuleGroup) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO rule_group (id, name, is_enabled, created_at, updated_at) VALUES ($1, $2, $3, $4, $5)",
        args![group.id, &group.name, group.is_enabled, group.created_at, group.updated_at],
    )
    .await?;
    Ok(())
}

/// Saves name and switch of a group of rules.
pub async fn update_rule_group(tx: &mut Tx<'_>, group: &RuleGroup) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE rule_group SET name = $2, is_enabled = $3, updated_at = $4 WHERE id = $1",
            args![group.id, &group.name, group.is_enabled, group.updated_at],
        )
        .await?;
    Ok(changed == 1)
}

/// Deletes a group of rules.
pub async fn delete_rule_group(tx: &mut Tx<'_>, group: RuleGroupId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM rule_group WHERE id = $1", args![group]).await? == 1)
}

/// People whom rules may assign to and notify: everybody whose log-in is active.
pub async fn list_active_people(tx: &mut Tx<'_>) -> Result<Vec<UserId>, StoreError> {
    let sql = "SELECT id FROM console_user WHERE state = 'active' ORDER BY id";
    tx.fetch_all(sql, args![], |row| id(row, 0)).await
}
