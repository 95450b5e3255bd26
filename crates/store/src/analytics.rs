//! Facts and their sums, for reports; and what was counted of a conversation already.
//!
//! A fact is a row of its own: whoever adds one contends with nobody. A job takes facts away and adds them to the sums in
//! one transaction, so a reader who asks both finds each of them once, whenever they ask.

use std::collections::BTreeMap;

use countersign_types::analytics::{Dimension, Fact, Metric, Sum};
use countersign_types::case::CaseStatus;
use countersign_types::merge::SuggestionState;
use countersign_types::{AccountId, Assurance, CaseId, ChannelId, Timestamp};

use crate::codec::{id, opt_time, time, word};
use crate::dialect::places;
use crate::{Arg, StoreError, Tx, args};

/// The item of those that have none.
pub const NO_ITEM: [u8; 16] = [0; 16];
/// The migration that began the counting.
const MIGRATION: i64 = 18;

/// Adds a fact.
pub async fn insert_fact(tx: &mut Tx<'_>, id: [u8; 16], fact: &Fact, day: i64) -> Result<(), StoreError> {
    tx.execute_later(
        "INSERT INTO metric_fact (id, day, metric, word, channel_id, group_id, user_id, bucket, amount)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            id,
            day,
            fact.metric.as_str(),
            &fact.word,
            fact.channel,
            fact.group,
            fact.agent,
            fact.bucket,
            fact.amount
        ],
    )
    .await?;
    Ok(())
}

/// Whether there are facts that are not in the sums yet.
pub async fn has_facts(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(tx.fetch_optional("SELECT 1 FROM metric_fact LIMIT 1", args![], |_| Ok(())).await?.is_some())
}

/// Takes facts away, the oldest first, at most so many, and adds them to the sums; answers how many.
pub async fn fold_facts(tx: &mut Tx<'_>, limit: i64) -> Result<usize, StoreError> {
    let taken = tx
        .fetch_all(
            "DELETE FROM metric_fact WHERE id IN (SELECT id FROM metric_fact ORDER BY id LIMIT $1)
             RETURNING day, metric, word, channel_id, group_id, user_id, bucket, amount",
            args![limit],
            |row| {
                let item = |index| Ok::<_, StoreError>(row.opt_uuid(index)?.map(uuid::Uuid::into_bytes));
                Ok((
                    (row.i64(0)?, word(row, 1, Metric::parse)?, row.text(2)?, row.i64(6)?),
                    [None, item(3)?, item(4)?, item(5)?],
                    row.i64(7)?,
                ))
            },
        )
        .await?;
    // In the order of their key: two servers that fold at once, where one lost its lease without noticing, wait for each
    // other and not in a circle.
    let mut sums = BTreeMap::new();
    for ((day, metric, word, bucket), items, amount) in &taken {
        for dimension in metric.dimensions() {
            let item = items[*dimension as usize].unwrap_or(NO_ITEM);
            *sums.entry((*dimension, *metric, *day, item, word, *bucket)).or_insert(0) += amount;
        }
    }
    for ((dimension, metric, day, item, word, bucket), amount) in sums {
        tx.execute_later(
            "INSERT INTO metric_day (dimension, metric, day, item, word, bucket, amount)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (dimension, metric, day, item, word, bucket)
             DO UPDATE SET amount = metric_day.amount + excluded.amount",
            args![dimension.as_str(), metric.as_str(), day, item, word, bucket, amount],
        )
        .await?;
    }
    Ok(taken.len())
}

/// The sums of these metrics from a day to the day before another: for each day, or for each item over all days.
pub async fn list_sums(
    tx: &mut Tx<'_>,
    dimension: Dimension,
    metrics: &[Metric],
    (from, to): (i64, i64),
) -> Result<Vec<Sum>, StoreError> {
    // Words of an enum, no text of anybody's.
    let words = metrics.iter().map(|metric| format!("'{}'", metric.as_str())).collect::<Vec<_>>().join(", ");
    let item = match dimension {
        Dimension::All => "$4",
        Dimension::Channel => "COALESCE(channel_id, $4)",
        Dimension::Group => "COALESCE(group_id, $4)",
        Dimension::Agent => "COALESCE(user_id, $4)",
    };
    let day = if dimension == Dimension::All { "day" } else { "CAST(0 AS BIGINT)" };
    let sql = format!(
        "SELECT {day}, item, metric, word, bucket, CAST(SUM(amount) AS BIGINT) FROM (
             SELECT day, item, metric, word, bucket, amount FROM metric_day
             WHERE dimension = $1 AND metric IN ({words}) AND day >= $2 AND day < $3
             UNION ALL
             SELECT day, {item} AS item, metric, word, bucket, amount FROM metric_fact
             WHERE metric IN ({words}) AND day >= $2 AND day < $3) AS counted
         GROUP BY {group} item, metric, word, bucket",
        group = if dimension == Dimension::All { "day," } else { "" },
    );
    tx.fetch_all(&sql, args![dimension.as_str(), from, to, NO_ITEM], |row| {
        Ok(Sum {
            day: row.i64(0)?,
            item: row.uuid(1)?.into_bytes(),
            metric: word(row, 2, Metric::parse)?,
            word: row.text(3)?,
            bucket: row.i64(4)?,
            amount: row.i64(5)?,
        })
    })
    .await
}

/// The names of channels, groups or people, also of those that are gone from use.
pub async fn list_names(
    tx: &mut Tx<'_>,
    dimension: Dimension,
    items: &[[u8; 16]],
) -> Result<BTreeMap<[u8; 16], String>, StoreError> {
    let table = match dimension {
        Dimension::All => return Ok(BTreeMap::new()),
        Dimension::Channel => "channel",
        Dimension::Group => "user_group",
        Dimension::Agent => "console_user",
    };
    let mut names = BTreeMap::new();
    for some in items.chunks(200) {
        let sql = format!("SELECT id, name FROM {table} WHERE id IN ({})", places(some.len()));
        let ids: Vec<Arg<'_>> = some.iter().map(Arg::from).collect();
        names.extend(tx.fetch_all(&sql, &ids, |row| Ok((row.uuid(0)?.into_bytes(), row.text(1)?))).await?);
    }
    Ok(names)
}

/// Since when facts are written: what happened before is in no report.
pub async fn find_counted_since(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT applied_at FROM schema_migration WHERE version = $1";
    tx.fetch_optional(sql, args![MIGRATION], |row| time(row, 0)).await
}

/// Notes the day on which a new conversation is counted.
pub async fn update_begun(tx: &mut Tx<'_>, case: CaseId, day: i64) -> Result<(), StoreError> {
    let sql = "UPDATE support_case SET begun_day = $2 WHERE id = $1";
    tx.execute_later(sql, args![case, day]).await?;
    Ok(())
}

/// An open conversation as it was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Its case.
    pub case: CaseId,
    /// Its channel.
    pub channel: ChannelId,
    /// The day on which it is counted.
    pub day: i64,
    /// The highest level that was proved in it.
    pub level: i64,
    /// When it began.
    pub created_at: Timestamp,
}

/// The open conversations of an account that were counted at their beginning. The account must be locked.
pub async fn list_counted(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Counted>, StoreError> {
    tx.fetch_all(
        "SELECT id, channel_id, begun_day, identified_level, created_at FROM support_case
         WHERE account_id = $1 AND status <> 'closed' AND begun_day IS NOT NULL",
        args![account],
        |row| {
            Ok(Counted {
                case: id(row, 0)?,
                channel: id(row, 1)?,
                day: row.i64(2)?,
                level: row.i64(3)?,
                created_at: time(row, 4)?,
            })
        },
    )
    .await
}

/// Notes the highest level that was proved in a conversation.
pub async fn update_identified(tx: &mut Tx<'_>, case: CaseId, level: Assurance) -> Result<(), StoreError> {
    let sql = "UPDATE support_case SET identified_level = $2 WHERE id = $1";
    tx.execute_later(sql, args![case, level.as_i64()]).await?;
    Ok(())
}

/// Notes the first reply of a colleague; when the conversation began, if this is the first and its beginning was counted.
pub async fn claim_first_reply(
    tx: &mut Tx<'_>,
    case: CaseId,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    tx.fetch_optional(
        "UPDATE support_case SET first_reply_at = $2
         WHERE id = $1 AND first_reply_at IS NULL AND begun_day IS NOT NULL RETURNING created_at",
        args![case, now],
        |row| time(row, 0),
    )
    .await
}

/// Notes the first closing; when the conversation began, if this is the first and its beginning was counted.
pub async fn claim_resolved(
    tx: &mut Tx<'_>,
    case: CaseId,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    tx.fetch_optional(
        "UPDATE support_case SET resolved_at = $2
         WHERE id = $1 AND resolved_at IS NULL AND begun_day IS NOT NULL RETURNING created_at",
        args![case, now],
        |row| time(row, 0),
    )
    .await
}

/// Whether rules answered in a case, and neither a colleague nor a program.
pub async fn is_answered_by_rules_alone(tx: &mut Tx<'_>, case: CaseId) -> Result<bool, StoreError> {
    let (by_rules, by_others) = tx
        .fetch_one(
            "SELECT MAX(CASE WHEN author_kind = 'rule' THEN received_at END),
                    MAX(CASE WHEN author_kind IN ('user', 'api') THEN received_at END)
             FROM message WHERE case_id = $1 AND kind = 'reply' AND direction = 'outbound'",
            args![case],
            |row| Ok((opt_time(row, 0)?, opt_time(row, 1)?)),
        )
        .await?;
    Ok(by_rules.is_some() && by_others.is_none())
}

/// How many cases are not closed, by channel and status.
pub async fn count_open_cases(tx: &mut Tx<'_>) -> Result<Vec<(ChannelId, CaseStatus, i64)>, StoreError> {
    tx.fetch_all(
        "SELECT channel_id, status, COUNT(*) FROM support_case WHERE status IN ('open', 'pending')
         GROUP BY channel_id, status ORDER BY channel_id, status",
        args![],
        |row| Ok((id(row, 0)?, word(row, 1, CaseStatus::parse)?, row.i64(2)?)),
    )
    .await
}

/// How many suggestions to merge wait for somebody.
pub async fn count_open_suggestions(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM merge_suggestion WHERE state = $1";
    tx.fetch_one(sql, args![SuggestionState::Open.as_str()], |row| row.i64(0)).await
}
