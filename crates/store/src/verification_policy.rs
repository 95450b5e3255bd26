//! Policies of guided verification and their published versions. What one says is JSON to this crate.
//!
//! A policy that was published is put away where it is deleted: its versions stay, because records of verifications name
//! them.

use countersign_types::verification_policy::{PolicyVersion, StoredPolicy};
use countersign_types::{Cursor, Page, PageRequest, Timestamp, VerificationPolicyId};

use crate::codec::{id, json, time, to_json};
use crate::dialect::lock_suffix;
use crate::fold::folded;
use crate::{Arg, Row, StoreError, Tx, args};

/// The rule that a name is given once.
pub const UNIQUE_NAME: &str = "uq_verification_policy__name_folded";

const SELECT: &str = "SELECT id, name, draft, revision, published, published_from, created_at, updated_at
                      FROM verification_policy WHERE deleted_at IS NULL";
const SELECT_VERSION: &str =
    "SELECT policy_id, number, body, acknowledged, at, by_id, by_name FROM verification_policy_version";

fn count(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| StoreError::corrupt("a policy's version has no such number"))
}

fn policy(row: &Row<'_>) -> Result<StoredPolicy, StoreError> {
    Ok(StoredPolicy {
        id: id(row, 0)?,
        name: row.text(1)?,
        draft: json(row, 2)?,
        revision: row.i64(3)?,
        published: row.opt_i64(4)?.map(count).transpose()?,
        published_from: row.opt_i64(5)?,
        created_at: time(row, 6)?,
        updated_at: time(row, 7)?,
    })
}

fn version(row: &Row<'_>) -> Result<PolicyVersion, StoreError> {
    Ok(PolicyVersion {
        policy: id(row, 0)?,
        number: count(row.i64(1)?)?,
        body: json(row, 2)?,
        acknowledged: json(row, 3)?,
        at: time(row, 4)?,
        by_id: row.text(5)?,
        by_name: row.text(6)?,
    })
}

/// Policies in the order in which they were made.
pub async fn list_policies(tx: &mut Tx<'_>, page: PageRequest) -> Result<Page<StoredPolicy>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MIN, id: [0; 16] });
    let sql = format!("{SELECT} AND (created_at, id) > ($1, $2) ORDER BY created_at, id LIMIT $3");
    let rows = tx.fetch_all(&sql, args![after.at, after.id, page.limit + 1], policy).await?;
    Ok(Page::from_overfetch(rows, page.limit, |p| Cursor {
        at: p.created_at.as_micros(),
        id: p.id.to_bytes(),
    }))
}

/// A policy.
pub async fn find_policy(
    tx: &mut Tx<'_>,
    policy_id: VerificationPolicyId,
) -> Result<Option<StoredPolicy>, StoreError> {
    tx.fetch_optional(&format!("{SELECT} AND id = $1"), args![policy_id], policy).await
}

/// A policy as it stands now, locked until the operation ends.
pub async fn lock_policy(
    tx: &mut Tx<'_>,
    policy_id: VerificationPolicyId,
) -> Result<Option<StoredPolicy>, StoreError> {
    let sql = format!("{SELECT} AND id = $1{}", lock_suffix(tx.backend()));
    tx.fetch_optional(&sql, args![policy_id], policy).await
}

/// How many policies there are.
pub async fn count_policies(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) FROM verification_policy WHERE deleted_at IS NULL";
    tx.fetch_one(sql, args![], |row| row.i64(0)).await
}

/// Whether there are, or were, any policies at all.
pub async fn has_policies(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM verification_policy LIMIT 1";
    Ok(tx.fetch_optional(sql, args![], |_| Ok(())).await?.is_some())
}

/// Adds a policy. A name that is taken is refused by [`UNIQUE_NAME`].
pub async fn insert_policy(tx: &mut Tx<'_>, policy: &StoredPolicy) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO verification_policy (id, name, name_folded, draft, revision, published, published_from,
                                          created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            policy.id,
            &policy.name,
            folded(&policy.name),
            Arg::json(to_json(&policy.draft)?),
            policy.revision,
            policy.published,
            policy.published_from,
            policy.created_at,
            policy.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Saves a draft with its name as its next revision; `false` when somebody else saved that one first.
pub async fn update_policy_draft(tx: &mut Tx<'_>, policy: &StoredPolicy) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE verification_policy SET name = $2, name_folded = $3, draft = $4, revision = $5, updated_at = $6
             WHERE id = $1 AND revision = $7 AND deleted_at IS NULL",
            args![
                policy.id,
                &policy.name,
                folded(&policy.name),
                Arg::json(to_json(&policy.draft)?),
                policy.revision,
                policy.updated_at,
                policy.revision - 1,
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Keeps a version for good, and has engagements take it from here on. `from` is the revision of the draft that it was.
pub async fn insert_policy_version(
    tx: &mut Tx<'_>,
    version: &PolicyVersion,
    from: i64,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO verification_policy_version (policy_id, number, body, acknowledged, at, by_id, by_name)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            version.policy,
            version.number,
            Arg::json(to_json(&version.body)?),
            Arg::json(to_json(&version.acknowledged)?),
            version.at,
            &version.by_id,
            &version.by_name,
        ],
    )
    .await?;
    tx.execute(
        "UPDATE verification_policy SET published = $2, published_from = $3 WHERE id = $1",
        args![version.policy, version.number, from],
    )
    .await?;
    Ok(())
}

/// The published versions of a policy, newest first, as many as `limit`, older than `before` where that is given.
pub async fn list_policy_versions(
    tx: &mut Tx<'_>,
    policy_id: VerificationPolicyId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<PolicyVersion>, StoreError> {
    let sql = format!("{SELECT_VERSION} WHERE policy_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3");
    tx.fetch_all(&sql, args![policy_id, before.unwrap_or(i64::MAX), limit], version).await
}

/// A published version, also of a policy that was put away.
pub async fn find_policy_version(
    tx: &mut Tx<'_>,
    policy_id: VerificationPolicyId,
    number: u32,
) -> Result<Option<PolicyVersion>, StoreError> {
    let sql = format!("{SELECT_VERSION} WHERE policy_id = $1 AND number = $2");
    tx.fetch_optional(&sql, args![policy_id, number], version).await
}

/// The version that is in force of each policy.
pub async fn list_versions_in_force(tx: &mut Tx<'_>) -> Result<Vec<PolicyVersion>, StoreError> {
    let sql = "SELECT v.policy_id, v.number, v.body, v.acknowledged, v.at, v.by_id, v.by_name
               FROM verification_policy p JOIN verification_policy_version v
                 ON v.policy_id = p.id AND v.number = p.published
               WHERE p.deleted_at IS NULL";
    tx.fetch_all(sql, args![], version).await
}

/// Number and text of the version that is in force; `None` before the first, or where the policy was put away.
pub async fn published_version(
    tx: &mut Tx<'_>,
    policy_id: VerificationPolicyId,
) -> Result<Option<(u32, String)>, StoreError> {
    let sql = "SELECT v.number, v.body FROM verification_policy p JOIN verification_policy_version v
                 ON v.policy_id = p.id AND v.number = p.published
               WHERE p.id = $1 AND p.deleted_at IS NULL";
    tx.fetch_optional(sql, args![policy_id], |row| Ok((count(row.i64(0)?)?, row.json(1)?.to_owned()))).await
}

/// The text of a published version.
pub async fn get_version(
    tx: &mut Tx<'_>,
    policy_id: VerificationPolicyId,
    number: u32,
) -> Result<Option<String>, StoreError> {
    let sql = "SELECT body FROM verification_policy_version WHERE policy_id = $1 AND number = $2";
    tx.fetch_optional(sql, args![policy_id, number], |row| Ok(row.json(0)?.to_owned())).await
}

/// Deletes a policy that was never published, and puts away one that was. One that a topic names is for the caller to
/// refuse.
pub async fn delete_policy(
    tx: &mut Tx<'_>,
    policy_id: VerificationPolicyId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM verification_policy WHERE id = $1 AND published IS NULL AND deleted_at IS NULL";
    if tx.execute(sql, args![policy_id]).await? == 1 {
        return Ok(true);
    }
    let sql = "UPDATE verification_policy SET deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL";
    Ok(tx.execute(sql, args![policy_id, now]).await? == 1)
}
