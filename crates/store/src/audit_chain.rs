//! The chain of the audit log: rows get their place when they are sealed, heads are signed, and nothing is parsed
//! here that a verifier has to judge.

use countersign_types::{AuditId, Timestamp};

use crate::codec::{id, time};
use crate::{Row, StoreError, Tx, args};

/// A row as it stands in the database, unjudged: a changed one must reach the verifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRow {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub action: String,
    /// What kind of actor.
    pub actor_kind: String,
    /// Which actor.
    pub actor_id: String,
    /// Their name.
    pub actor_name: String,
    /// To what.
    pub object: String,
    /// How it ended.
    pub outcome: String,
    /// More, JSON text.
    pub details: String,
    /// Its place in the chain.
    pub seq: Option<i64>,
    /// The hash that chains it.
    pub hash: Option<Vec<u8>>,
}

/// A signed head of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The place of the last row it covers.
    pub seq: i64,
    /// That row's hash.
    pub hash: Vec<u8>,
    /// Ed25519 over place, hash and time.
    pub signature: Vec<u8>,
    /// When it was signed.
    pub signed_at: Timestamp,
}

const COLUMNS: &str = "id, at, action, actor_kind, actor_id, actor_name, object, outcome, details, seq, hash";

fn raw(row: &Row<'_>) -> Result<RawRow, StoreError> {
    Ok(RawRow {
        id: id(row, 0)?,
        at: time(row, 1)?,
        action: row.text(2)?,
        actor_kind: row.text(3)?,
        actor_id: row.text(4)?,
        actor_name: row.text(5)?,
        object: row.text(6)?,
        outcome: row.text(7)?,
        details: row.text(8)?,
        seq: row.opt_i64(9)?,
        hash: row.opt_bytes(10)?,
    })
}

/// Rows that have no place yet and were written before `before`, in their order. One that was written earlier and
/// committed later gets its place later: the chain's order is the order of sealing.
pub async fn list_unsealed(
    tx: &mut Tx<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<RawRow>, StoreError> {
    tx.fetch_all(
        &format!("SELECT {COLUMNS} FROM audit WHERE seq IS NULL AND at <= $1 ORDER BY at, id LIMIT $2"),
        args![before, limit],
        raw,
    )
    .await
}

/// Rows that have no place yet.
pub async fn count_unsealed(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.fetch_one("SELECT COUNT(*) FROM audit WHERE seq IS NULL", args![], |row| row.i64(0)).await
}

/// The place and the hash of the last sealed row.
pub async fn last_sealed(tx: &mut Tx<'_>) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    tx.fetch_optional(
        "SELECT seq, hash FROM audit WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1",
        args![],
        |row| Ok((row.i64(0)?, row.opt_bytes(1)?.unwrap_or_default())),
    )
    .await
}

/// Sealed rows after a place, up to another, in order.
pub async fn list_sealed(
    tx: &mut Tx<'_>,
    after: i64,
    up_to: i64,
    limit: i64,
) -> Result<Vec<RawRow>, StoreError> {
    tx.fetch_all(
        &format!("SELECT {COLUMNS} FROM audit WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3"),
        args![after, up_to, limit],
        raw,
    )
    .await
}

/// The hash of the row at a place.
pub async fn find_hash(tx: &mut Tx<'_>, seq: i64) -> Result<Option<Vec<u8>>, StoreError> {
    let found = tx
        .fetch_optional("SELECT hash FROM audit WHERE seq = $1", args![seq], |row| row.opt_bytes(0))
        .await?;
    Ok(found.flatten())
}

/// Gives rows their places and hashes. A place that is taken, or a row that has one, undoes everything: another
/// server sealed meanwhile.
pub async fn seal_rows(tx: &mut Tx<'_>, rows: &[(AuditId, i64, [u8; 32])]) -> Result<bool, StoreError> {
    let rows: Vec<_> =
        rows.iter().map(|(id, seq, hash)| [(*id).into(), (*seq).into(), (*hash).into()]).collect();
    let expected = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let changed =
        tx.execute_many("UPDATE audit SET seq = $2, hash = $3 WHERE id = $1 AND seq IS NULL", &rows).await?;
    Ok(changed == expected)
}

/// Keeps a signed head.
pub async fn insert_head(tx: &mut Tx<'_>, head: &Head) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO audit_head (seq, hash, signature, signed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (seq) DO NOTHING",
        args![head.seq, &head.hash, &head.signature, head.signed_at],
    )
    .await?;
    Ok(())
}

/// Signed heads after a place, in order.
pub async fn list_heads(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<Head>, StoreError> {
    tx.fetch_all(
        "SELECT seq, hash, signature, signed_at FROM audit_head WHERE seq > $1 ORDER BY seq LIMIT $2",
        args![after, limit],
        head,
    )
    .await
}

/// The last signed head.
pub async fn last_head(tx: &mut Tx<'_>) -> Result<Option<Head>, StoreError> {
    tx.fetch_optional(
        "SELECT seq, hash, signature, signed_at FROM audit_head ORDER BY seq DESC LIMIT 1",
        args![],
        head,
    )
    .await
}

fn head(row: &Row<'_>) -> Result<Head, StoreError> {
    Ok(Head { seq: row.i64(0)?, hash: row.bytes(1)?, signature: row.bytes(2)?, signed_at: time(row, 3)? })
}
