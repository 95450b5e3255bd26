//! Who looked at a customer: read from the audit log, where every look is written.

use countersign_types::audit::{Actor, ActorKind};
use countersign_types::{AuditId, Cursor, Page, PageRequest, Timestamp};

use crate::codec::{id, json, time, word};
use crate::{StoreError, Tx, args};

/// Somebody who looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The audit row.
    pub id: AuditId,
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// At what: the action of the audit row.
    pub action: String,
    /// Its details: which value was revealed, and why.
    pub details: serde_json::Value,
}

/// Whether this actor's look at the object was written since a moment.
pub async fn has_looked(
    tx: &mut Tx<'_>,
    object: &str,
    action: &str,
    actor_id: &str,
    since: Timestamp,
) -> Result<bool, StoreError> {
    let found = tx
        .fetch_optional(
            "SELECT 1 FROM audit WHERE object = $1 AND at > $2 AND action = $3 AND actor_id = $4 LIMIT 1",
            args![object, since, action, actor_id],
            |_| Ok(()),
        )
        .await?;
    Ok(found.is_some())
}

/// Who did one of these things to the object, newest first.
pub async fn list_looks(
    tx: &mut Tx<'_>,
    object: &str,
    actions: [&str; 4],
    page: PageRequest,
) -> Result<Page<Look>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [0xff; 16] });
    let rows = tx
        .fetch_all(
            "SELECT id, actor_kind, actor_id, actor_name, at, action, details FROM audit
             WHERE object = $1 AND (at, id) < ($2, $3) AND action IN ($5, $6, $7, $8)
             ORDER BY at DESC, id DESC LIMIT $4",
            args![object, after.at, after.id, page.limit + 1, actions[0], actions[1], actions[2], actions[3]],
            |row| {
                Ok(Look {
                    id: id(row, 0)?,
                    actor: Actor {
                        kind: word(row, 1, ActorKind::parse)?,
                        id: row.text(2)?,
                        name: row.text(3)?,
                    },
                    at: time(row, 4)?,
                    action: row.text(5)?,
                    details: json(row, 6)?,
                })
            },
        )
        .await?;
    Ok(Page::from_overfetch(rows, page.limit, |l| Cursor { at: l.at.as_micros(), id: l.id.to_bytes() }))
}
