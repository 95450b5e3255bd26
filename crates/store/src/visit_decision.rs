//! What colleagues decided about who is in a visit. All of it stays; the newest one counts.

use countersign_types::Timestamp;
use countersign_types::audit::{Actor, ActorKind};

use crate::codec::{time, word};
use crate::{StoreError, Tx, args};

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// The number of the visit.
    pub visit: i64,
    /// When.
    pub at: Timestamp,
    /// The number of the identity that it is about.
    pub identity: i64,
    /// `confirm` or `reject`.
    pub decision: String,
    /// Who decided.
    pub by: Actor,
}

/// Adds a decision. Of two in the same moment the later one stays.
pub async fn insert_decision(tx: &mut Tx<'_>, new: &DecisionRow) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO visit_decision (visit_row, at, identity_row, decision, by_kind, by_id, by_name)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (visit_row, at) DO UPDATE SET identity_row = excluded.identity_row,
             decision = excluded.decision, by_kind = excluded.by_kind, by_id = excluded.by_id,
             by_name = excluded.by_name",
        args![new.visit, new.at, new.identity, &new.decision, new.by.kind.as_str(), &new.by.id, &new.by.name],
    )
    .await?;
    Ok(())
}

/// The newest decision about a visit.
pub async fn find_decision(tx: &mut Tx<'_>, visit: i64) -> Result<Option<DecisionRow>, StoreError> {
    tx.fetch_optional(
        "SELECT visit_row, at, identity_row, decision, by_kind, by_id, by_name FROM visit_decision
         WHERE visit_row = $1 ORDER BY at DESC LIMIT 1",
        args![visit],
        |row| {
            Ok(DecisionRow {
                visit: row.i64(0)?,
                at: time(row, 1)?,
                identity: row.i64(2)?,
                decision: row.text(3)?,
                by: Actor { kind: word(row, 4, ActorKind::parse)?, id: row.text(5)?, name: row.text(6)? },
            })
        },
    )
    .await
}

/// Takes back that somebody is in a visit, because a colleague now says that somebody else is.
pub async fn delete_confirmations(tx: &mut Tx<'_>, visit: i64, except: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM visit_contact
         WHERE visit_row = $1 AND event_row = 0 AND association = 'confirmed' AND identity_row <> $2",
        args![visit, except],
    )
    .await
}
