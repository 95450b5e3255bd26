//! Flows of phone calls and their published versions. What one says is JSON to this crate; the values of its headers are
//! a text of their own, sealed.

use countersign_types::ivr_flow::{FlowVersion, StoredFlow};
use countersign_types::{IvrFlowId, Timestamp};

use crate::codec::{id, json, time, to_json};
use crate::dialect::lock_suffix;
use crate::fold::folded;
use crate::{Arg, Place, Row, StoreError, Tx, Vault, args};

/// The rule that a name is given once.
pub const UNIQUE_NAME: &str = "uq_ivr_flow__name_folded";

const DRAFT: Place = Place("ivr_flow.secrets_sealed");
const VERSION: Place = Place("ivr_flow_version.secrets_sealed");

const SELECT: &str = "SELECT id, name, draft, version, published, published_from, created_at, updated_at,
                             secrets_sealed FROM ivr_flow";
const SELECT_VERSION: &str =
    "SELECT flow_id, number, body, at, by_id, by_name, secrets_sealed FROM ivr_flow_version";

/// A flow with the values of its draft's headers.
#[derive(Clone)]
pub struct FlowEntry {
    /// The flow.
    pub flow: StoredFlow,
    /// The values, as the service writes them.
    pub secrets: Option<String>,
}

/// A version with the values of its headers.
#[derive(Clone)]
pub struct FlowVersionEntry {
    /// The version.
    pub version: FlowVersion,
    /// The values, as the service writes them.
    pub secrets: Option<String>,
}

fn flow(row: &Row<'_>, vault: &Vault) -> Result<FlowEntry, StoreError> {
    let flow = StoredFlow {
        id: id(row, 0)?,
        name: row.text(1)?,
        draft: json(row, 2)?,
        version: row.i64(3)?,
        published: row.opt_i64(4)?,
        published_from: row.opt_i64(5)?,
        created_at: time(row, 6)?,
        updated_at: time(row, 7)?,
    };
    let of_row = flow.id.to_bytes();
    let sealed = row.opt_bytes_ref(8)?;
    let secrets = sealed.map(|sealed| vault.workspace().open_text(DRAFT, of_row, sealed)).transpose()?;
    Ok(FlowEntry { flow, secrets })
}

fn version(row: &Row<'_>, vault: &Vault) -> Result<FlowVersionEntry, StoreError> {
    let version = FlowVersion {
        flow: id(row, 0)?,
        number: row.i64(1)?,
        body: json(row, 2)?,
        at: time(row, 3)?,
        by_id: row.text(4)?,
        by_name: row.text(5)?,
    };
    let of_row = row_of(version.flow, version.number);
    let sealed = row.opt_bytes_ref(6)?;
    let secrets = sealed.map(|sealed| vault.workspace().open_text(VERSION, of_row, sealed)).transpose()?;
    Ok(FlowVersionEntry { version, secrets })
}

/// To what the values of a version are bound, so that those of another version do not open in its place.
fn row_of(flow: IvrFlowId, number: i64) -> [u8; 16] {
    let mut row = flow.to_bytes();
    for (at, byte) in number.to_be_bytes().into_iter().enumerate() {
        row[at] ^= byte;
    }
    row
}

fn seal(
    vault: &Vault,
    place: Place,
    row: [u8; 16],
    secrets: Option<&str>,
) -> Result<Option<Vec<u8>>, StoreError> {
    secrets.map(|text| vault.workspace().seal(place, row, text.as_bytes())).transpose()
}

/// All flows by name.
pub async fn list_ivr_flows(tx: &mut Tx<'_>, vault: &Vault) -> Result<Vec<FlowEntry>, StoreError> {
    tx.fetch_all(&format!("{SELECT} ORDER BY name_folded"), args![], |row| flow(row, vault)).await
}

/// The names of all flows.
pub async fn list_ivr_flow_names(tx: &mut Tx<'_>) -> Result<Vec<(IvrFlowId, String)>, StoreError> {
    tx.fetch_all("SELECT id, name FROM ivr_flow", args![], |row| Ok((id(row, 0)?, row.text(1)?))).await
}

/// A flow.
pub async fn find_ivr_flow(
    tx: &mut Tx<'_>,
    vault: &Vault,
    flow_id: IvrFlowId,
) -> Result<Option<FlowEntry>, StoreError> {
    tx.fetch_optional(&format!("{SELECT} WHERE id = $1"), args![flow_id], |row| flow(row, vault)).await
}

/// A flow as it stands now, locked until the operation ends.
pub async fn lock_ivr_flow(
    tx: &mut Tx<'_>,
    vault: &Vault,
    flow_id: IvrFlowId,
) -> Result<Option<FlowEntry>, StoreError> {
    let sql = format!("{SELECT} WHERE id = $1{}", lock_suffix(tx.backend()));
    tx.fetch_optional(&sql, args![flow_id], |row| flow(row, vault)).await
}

/// How many flows there are.
pub async fn count_ivr_flows(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.fetch_one("SELECT count(*) FROM ivr_flow", args![], |row| row.i64(0)).await
}

/// Adds a flow. A name that is taken is refused by [`UNIQUE_NAME`].
pub async fn insert_ivr_flow(tx: &mut Tx<'_>, vault: &Vault, entry: &FlowEntry) -> Result<(), StoreError> {
    let flow = &entry.flow;
    let sealed = seal(vault, DRAFT, flow.id.to_bytes(), entry.secrets.as_deref())?;
    tx.execute(
        "INSERT INTO ivr_flow (id, name, name_folded, draft, secrets_sealed, version, published, published_from,
                               created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        args![
            flow.id,
            &flow.name,
            folded(&flow.name),
            Arg::json(to_json(&flow.draft)?),
            sealed,
            flow.version,
            flow.published,
            flow.published_from,
            flow.created_at,
            flow.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Gives a flow a name.
pub async fn update_ivr_flow_name(
    tx: &mut Tx<'_>,
    flow_id: IvrFlowId,
    name: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE ivr_flow SET name = $2, name_folded = $3, updated_at = $4 WHERE id = $1",
            args![flow_id, name, folded(name), now],
        )
        .await?;
    Ok(changed == 1)
}

/// Saves a draft as its next version; `false` when somebody else saved that version first, or deleted the flow.
pub async fn update_ivr_flow_draft(
    tx: &mut Tx<'_>,
    vault: &Vault,
    entry: &FlowEntry,
) -> Result<bool, StoreError> {
    let flow = &entry.flow;
    let sealed = seal(vault, DRAFT, flow.id.to_bytes(), entry.secrets.as_deref())?;
    let changed = tx
        .execute(
            "UPDATE ivr_flow SET draft = $2, secrets_sealed = $3, version = $4, updated_at = $5
             WHERE id = $1 AND version = $6",
            args![
                flow.id,
                Arg::json(to_json(&flow.draft)?),
                sealed,
                flow.version,
                flow.updated_at,
                flow.version - 1,
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Keeps a version for good, and has calls take it from here on. `from` is the version of the draft that it was.
pub async fn insert_ivr_flow_version(
    tx: &mut Tx<'_>,
    vault: &Vault,
    entry: &FlowVersionEntry,
    from: i64,
) -> Result<(), StoreError> {
    let version = &entry.version;
    let of_row = row_of(version.flow, version.number);
    let sealed = seal(vault, VERSION, of_row, entry.secrets.as_deref())?;
    tx.execute(
        "INSERT INTO ivr_flow_version (flow_id, number, body, secrets_sealed, at, by_id, by_name)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            version.flow,
            version.number,
            Arg::json(to_json(&version.body)?),
            sealed,
            version.at,
            &version.by_id,
            &version.by_name,
        ],
    )
    .await?;
    tx.execute(
        "UPDATE ivr_flow SET published = $2, published_from = $3 WHERE id = $1",
        args![version.flow, version.number, from],
    )
    .await?;
    Ok(())
}

/// The published versions of a flow, newest first, as many as `limit`, older than `before` where that is given.
pub async fn list_ivr_flow_versions(
    tx: &mut Tx<'_>,
    vault: &Vault,
    flow_id: IvrFlowId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<FlowVersionEntry>, StoreError> {
    let sql = format!("{SELECT_VERSION} WHERE flow_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3");
    tx.fetch_all(&sql, args![flow_id, before.unwrap_or(i64::MAX), limit], |row| version(row, vault)).await
}

/// A published version.
pub async fn find_ivr_flow_version(
    tx: &mut Tx<'_>,
    vault: &Vault,
    flow_id: IvrFlowId,
    number: i64,
) -> Result<Option<FlowVersionEntry>, StoreError> {
    let sql = format!("{SELECT_VERSION} WHERE flow_id = $1 AND number = $2");
    tx.fetch_optional(&sql, args![flow_id, number], |row| version(row, vault)).await
}

/// Deletes a flow with its versions. One that a number names is held by the database.
pub async fn delete_ivr_flow(tx: &mut Tx<'_>, flow_id: IvrFlowId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM ivr_flow WHERE id = $1", args![flow_id]).await? == 1)
}

/// What every flow says: its name, its draft and its newest published version, without values of headers.
pub async fn list_ivr_flow_documents(
    tx: &mut Tx<'_>,
) -> Result<Vec<(String, serde_json::Value, Option<serde_json::Value>)>, StoreError> {
    let sql = "SELECT f.name, f.draft, coalesce(v.body, f.draft), v.flow_id IS NOT NULL
               FROM ivr_flow f LEFT JOIN ivr_flow_version v ON v.flow_id = f.id AND v.number = f.published
               ORDER BY f.name_folded";
    let read = |row: &Row<'_>| {
        let published = if row.bool(3)? { Some(json(row, 2)?) } else { None };
        Ok((row.text(0)?, json(row, 1)?, published))
    };
    tx.fetch_all(sql, args![], read).await
}
