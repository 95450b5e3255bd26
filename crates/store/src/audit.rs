//! The audit log and the events: what was done, in the same transaction as what it did.

use countersign_types::audit::{Actor, ActorKind, AuditRow};
use countersign_types::{Cursor, Event, Page, PageRequest, Timestamp};

use crate::codec::{id, json, word};
use crate::{Arg, Row, StoreError, Tx, args};

/// Adds a row to the audit log. It gets its place in the chain when it is sealed.
pub async fn insert_audit(tx: &mut Tx<'_>, row: &AuditRow) -> Result<(), StoreError> {
    tx.execute_later(
        "INSERT INTO audit (id, at, action, actor_kind, actor_id, actor_name, object, outcome, details)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            row.id.to_bytes(),
            row.at.as_micros(),
            &row.action,
            row.actor.kind.as_str(),
            &row.actor.id,
            &row.actor.name,
            &row.object,
            &row.outcome,
            row.details.to_string(),
        ],
    )
    .await?;
    Ok(())
}

/// Adds an event to the timelines of what it names.
pub async fn insert_event(tx: &mut Tx<'_>, event: &Event) -> Result<(), StoreError> {
    tx.execute_later(
        "INSERT INTO event (id, kind, at, actor_kind, actor_id, actor_name, profile_id, account_id, case_id,
                            message_id, link_id, code_id, details)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        args![
            event.id.to_bytes(),
            event.kind.as_str(),
            event.at.as_micros(),
            event.actor.kind.as_str(),
            &event.actor.id,
            &event.actor.name,
            event.profile.map(|id| id.to_bytes()),
            event.account.map(|id| id.to_bytes()),
            event.case.map(|id| id.to_bytes()),
            event.message.map(|id| id.to_bytes()),
            event.link.map(|id| id.to_bytes()),
            event.code.map(|id| id.to_bytes()),
            Arg::json(event.details.to_string()),
        ],
    )
    .await?;
    Ok(())
}

/// Remembers an answer under an idempotency key; `false` when the key is taken.
pub async fn insert_receipt(
    tx: &mut Tx<'_>,
    key_hash: [u8; 32],
    fingerprint: [u8; 32],
    receipt_sealed: &[u8],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let added = tx
        .execute(
            "INSERT INTO idempotency (key_hash, fingerprint, receipt_sealed, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (key_hash) DO NOTHING",
            args![key_hash, fingerprint, receipt_sealed, now.as_micros()],
        )
        .await?;
    Ok(added == 1)
}

/// The fingerprint and the sealed answer under an idempotency key, while it is remembered.
pub async fn find_receipt(
    tx: &mut Tx<'_>,
    key_hash: [u8; 32],
    since: Timestamp,
) -> Result<Option<(Vec<u8>, Vec<u8>)>, StoreError> {
    tx.fetch_optional(
        "SELECT fingerprint, receipt_sealed FROM idempotency WHERE key_hash = $1 AND created_at > $2",
        args![key_hash, since.as_micros()],
        |row| Ok((row.bytes(0)?, row.bytes(1)?)),
    )
    .await
}

/// What a list of the audit log is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// What, exactly.
    pub action: Option<String>,
    /// Printed id of the actor.
    pub actor: Option<String>,
    /// Printed id of the object.
    pub object: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
}

/// The audit log, newest first.
pub async fn list_audit(
    tx: &mut Tx<'_>,
    filter: &AuditFilter,
    page: PageRequest,
) -> Result<Page<AuditRow>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [255; 16] });
    let rows = tx
        .fetch_all(
            "SELECT id, seq, at, action, actor_kind, actor_id, actor_name, object, outcome, details, hash FROM audit
             WHERE (at, id) < ($1, $2) AND at >= $3 AND at < $4
               AND ($5 = '' OR action = $5) AND ($6 = '' OR actor_id = $6) AND ($7 = '' OR object = $7)
             ORDER BY at DESC, id DESC LIMIT $8",
            args![
                after.at,
                after.id,
                filter.from.map_or(i64::MIN, Timestamp::as_micros),
                filter.to.map_or(i64::MAX, Timestamp::as_micros),
                filter.action.as_deref().unwrap_or_default(),
                filter.actor.as_deref().unwrap_or_default(),
                filter.object.as_deref().unwrap_or_default(),
                page.limit + 1,
            ],
            audit_row,
        )
        .await?;
    Ok(Page::from_overfetch(rows, page.limit, |r| Cursor { at: r.at.as_micros(), id: r.id.to_bytes() }))
}

/// What happened to one object, newest first. For objects that are asked for often: it goes by their index.
pub async fn list_audit_of(tx: &mut Tx<'_>, object: &str, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
    tx.fetch_all(
        "SELECT id, seq, at, action, actor_kind, actor_id, actor_name, object, outcome, details, hash FROM audit
         WHERE object = $1 ORDER BY at DESC, id DESC LIMIT $2",
        args![object, limit],
        audit_row,
    )
    .await
}

fn audit_row(row: &Row) -> Result<AuditRow, StoreError> {
    let actor = Actor { kind: word(row, 4, ActorKind::parse)?, id: row.text(5)?, name: row.text(6)? };
    Ok(AuditRow {
        id: id(row, 0)?,
        seq: row.opt_i64(1)?,
        at: row.time(2)?,
        action: row.text(3)?,
        actor,
        object: row.text(7)?,
        outcome: row.text(8)?,
        details: json(row, 9)?,
        hash: row.opt_bytes_ref(10)?.map(hex::encode),
    })
}
