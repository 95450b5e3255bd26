//! Firings: that a rule did something in a case. The case's history, and what *once per case* and cool-downs look at.

use countersign_types::rule::{Firing, FiringCount, RuleOccasion};
use countersign_types::{CaseId, Cursor, Page, PageRequest, RuleId, Timestamp};

use crate::codec::{id, json, time, to_json, word};
use crate::{Arg, Row, StoreError, Tx, args};

const SELECT: &str =
    "SELECT id, rule_id, rule_name, case_id, at, happened, depth, seed, done FROM rule_firing";

fn firing(row: &Row<'_>) -> Result<Firing, StoreError> {
    Ok(Firing {
        id: id(row, 0)?,
        rule: id(row, 1)?,
        rule_name: row.text(2)?,
        case: id(row, 3)?,
        at: time(row, 4)?,
        happened: word(row, 5, RuleOccasion::parse)?,
        depth: u8::try_from(row.i64(6)?).unwrap_or(u8::MAX),
        seed: row.i64(7)?.cast_unsigned(),
        done: json(row, 8)?,
    })
}

/// Adds a firing.
pub async fn insert_firing(tx: &mut Tx<'_>, firing: &Firing) -> Result<(), StoreError> {
    tx.execute_later(
        "INSERT INTO rule_firing (id, rule_id, rule_name, case_id, at, happened, depth, seed, done)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            firing.id,
            firing.rule,
            &firing.rule_name,
            firing.case,
            firing.at,
            firing.happened.as_str(),
            i64::from(firing.depth),
            firing.seed.cast_signed(),
            Arg::json(to_json(&firing.done)?),
        ],
    )
    .await?;
    Ok(())
}

/// Which rules fired in a case, and of each when first and when last: all that *once per case* and cool-downs ask, however
/// many there are.
pub async fn list_fired(
    tx: &mut Tx<'_>,
    case: CaseId,
) -> Result<Vec<(RuleId, Timestamp, Timestamp)>, StoreError> {
    tx.fetch_all(
        "SELECT rule_id, MIN(at), MAX(at) FROM rule_firing WHERE case_id = $1 GROUP BY rule_id ORDER BY rule_id",
        args![case],
        |row| Ok((id(row, 0)?, time(row, 1)?, time(row, 2)?)),
    )
    .await
}

/// What fired in a case, newest first.
pub async fn list_case_firings(
    tx: &mut Tx<'_>,
    case: CaseId,
    page: PageRequest,
) -> Result<Page<Firing>, StoreError> {
    list(tx, "case_id", case.to_bytes(), page).await
}

/// Where a rule fired, newest first.
pub async fn list_rule_firings(
    tx: &mut Tx<'_>,
    rule: RuleId,
    page: PageRequest,
) -> Result<Page<Firing>, StoreError> {
    list(tx, "rule_id", rule.to_bytes(), page).await
}

async fn list(
    tx: &mut Tx<'_>,
    column: &'static str,
    of: [u8; 16],
    page: PageRequest,
) -> Result<Page<Firing>, StoreError> {
    let before = page.after.unwrap_or(Cursor { at: i64::MAX, id: [0xff; 16] });
    let sql =
        format!("{SELECT} WHERE {column} = $1 AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4");
    let rows = tx.fetch_all(&sql, args![of, before.at, before.id, page.limit + 1], firing).await?;
    Ok(Page::from_overfetch(rows, page.limit, |f| Cursor { at: f.at.as_micros(), id: f.id.to_bytes() }))
}

/// How often each rule fired since a moment, and when last.
pub async fn count_firings(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<FiringCount>, StoreError> {
    tx.fetch_all(
        "SELECT rule_id, COUNT(*), MAX(at) FROM rule_firing WHERE at >= $1 GROUP BY rule_id ORDER BY rule_id",
        args![since],
        |row| Ok(FiringCount { rule: id(row, 0)?, count: row.i64(1)?, last_at: time(row, 2)? }),
    )
    .await
}
