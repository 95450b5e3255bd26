//! Topics of guided verification.

use countersign_types::topic::{NextAction, Script, Topic};
use countersign_types::{Assurance, Cursor, Page, PageRequest, TopicId, VerificationPolicyId};
use serde::{Deserialize, Serialize};

use crate::codec::{id, json, opt_id, time, to_json};
use crate::dialect::lock_suffix;
use crate::fold::folded;
use crate::{Arg, Row, StoreError, Tx, args};

/// The rule that a key is given once.
pub const UNIQUE_KEY: &str = "uq_topic__key";
/// The rule that a name is given once.
pub const UNIQUE_NAME: &str = "uq_topic__name_folded";

const SELECT: &str =
    "SELECT id, key, name, is_confidential, minimum_level, policy_id, body, is_active, created_at,
                             updated_at FROM topic";

/// What is said and what comes next, as it lies in its column.
#[derive(Serialize, Deserialize)]
struct Body {
    script: Script,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_action: Option<NextAction>,
}

fn topic(row: &Row<'_>) -> Result<Topic, StoreError> {
    let body: Body = json(row, 6)?;
    Ok(Topic {
        id: id(row, 0)?,
        key: row.text(1)?,
        name: row.text(2)?,
        is_confidential: row.bool(3)?,
        // A level that this version does not know asks for the highest: it must not let anybody through.
        minimum_level: Assurance::ALL
            .into_iter()
            .find(|level| row.i64(4).ok() == Some(level.as_i64()))
            .unwrap_or(Assurance::Al3),
        policy: opt_id(row, 5)?,
        script: body.script,
        next_action: body.next_action,
        is_active: row.bool(7)?,
        created_at: time(row, 8)?,
        updated_at: time(row, 9)?,
    })
}

fn body(topic: &Topic) -> Result<String, StoreError> {
    to_json(&Body { script: topic.script.clone(), next_action: topic.next_action.clone() })
}

/// Topics in the order in which they were made.
pub async fn list_topics(tx: &mut Tx<'_>, page: PageRequest) -> Result<Page<Topic>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MIN, id: [0; 16] });
    let sql = format!("{SELECT} WHERE (created_at, id) > ($1, $2) ORDER BY created_at, id LIMIT $3");
    let rows = tx.fetch_all(&sql, args![after.at, after.id, page.limit + 1], topic).await?;
    Ok(Page::from_overfetch(rows, page.limit, |t| Cursor {
        at: t.created_at.as_micros(),
        id: t.id.to_bytes(),
    }))
}

/// A topic.
pub async fn get_topic(tx: &mut Tx<'_>, topic_id: TopicId) -> Result<Option<Topic>, StoreError> {
    tx.fetch_optional(&format!("{SELECT} WHERE id = $1"), args![topic_id], topic).await
}

/// A topic by its key.
pub async fn get_topic_by_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<Topic>, StoreError> {
    tx.fetch_optional(&format!("{SELECT} WHERE key = $1"), args![key], topic).await
}

/// A topic as it stands now, locked until the operation ends.
pub async fn lock_topic(tx: &mut Tx<'_>, topic_id: TopicId) -> Result<Option<Topic>, StoreError> {
    let sql = format!("{SELECT} WHERE id = $1{}", lock_suffix(tx.backend()));
    tx.fetch_optional(&sql, args![topic_id], topic).await
}

/// The keys of all topics.
pub async fn list_topic_keys(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    tx.fetch_all("SELECT key FROM topic ORDER BY key", args![], |row| row.text(0)).await
}

/// Which topics name which policy: (policy, topic, its name), by name.
pub async fn list_policy_uses(
    tx: &mut Tx<'_>,
) -> Result<Vec<(VerificationPolicyId, TopicId, String)>, StoreError> {
    let sql = "SELECT policy_id, id, name FROM topic WHERE policy_id IS NOT NULL ORDER BY name_folded";
    tx.fetch_all(sql, args![], |row| Ok((id(row, 0)?, id(row, 1)?, row.text(2)?))).await
}

/// How many topics there are.
pub async fn count_topics(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.fetch_one("SELECT count(*) FROM topic", args![], |row| row.i64(0)).await
}

/// Adds a topic. A key or a name that is taken is refused by [`UNIQUE_KEY`] and [`UNIQUE_NAME`].
pub async fn insert_topic(tx: &mut Tx<'_>, topic: &Topic) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO topic (id, key, name, name_folded, is_confidential, minimum_level, policy_id, body, is_active,
                            created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        args![
            topic.id,
            &topic.key,
            &topic.name,
            folded(&topic.name),
            topic.is_confidential,
            topic.minimum_level.as_i64(),
            topic.policy,
            Arg::json(body(topic)?),
            topic.is_active,
            topic.created_at,
            topic.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Saves everything of a topic but its key.
pub async fn update_topic(tx: &mut Tx<'_>, topic: &Topic) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE topic SET name = $2, name_folded = $3, is_confidential = $4, minimum_level = $5, policy_id = $6,
                              body = $7, is_active = $8, updated_at = $9
             WHERE id = $1",
            args![
                topic.id,
                &topic.name,
                folded(&topic.name),
                topic.is_confidential,
                topic.minimum_level.as_i64(),
                topic.policy,
                Arg::json(body(topic)?),
                topic.is_active,
                topic.updated_at,
            ],
        )
        .await?;
    Ok(changed == 1)
}
