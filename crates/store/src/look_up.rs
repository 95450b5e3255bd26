//! Look-ups and their secrets.

use countersign_types::LookUpId;
use countersign_types::look_up::StoredLookUp;

use crate::codec::{id, json, time, to_json};
use crate::dialect::lock_suffix;
use crate::fold::folded;
use crate::{Arg, Place, Row, StoreError, Tx, Vault, args};

/// The rule that a name is given once.
pub const UNIQUE_NAME: &str = "uq_look_up__name_folded";

const SECRETS: Place = Place("look_up.secrets_sealed");
const SELECT: &str = "SELECT id, name, body, created_at, updated_at, secrets_sealed FROM look_up";

/// A look-up with its secrets, a text that only the service reads.
#[derive(Clone, PartialEq)]
pub struct LookUpRow {
    /// The look-up.
    pub look_up: StoredLookUp,
    /// Its secrets; none: it has no secrets.
    pub secrets: Option<String>,
}

/// Without the secrets.
impl std::fmt::Debug for LookUpRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LookUpRow").field("look_up", &self.look_up).finish_non_exhaustive()
    }
}

fn opened(vault: &Vault, row: &Row<'_>) -> Result<LookUpRow, StoreError> {
    let look_up = StoredLookUp {
        id: id(row, 0)?,
        name: row.text(1)?,
        body: json(row, 2)?,
        created_at: time(row, 3)?,
        updated_at: time(row, 4)?,
    };
    let secrets = row
        .opt_bytes_ref(5)?
        .map(|sealed| vault.workspace().open_text(SECRETS, look_up.id.to_bytes(), sealed))
        .transpose()?;
    Ok(LookUpRow { look_up, secrets })
}

fn sealed(vault: &Vault, row: &LookUpRow) -> Result<Option<Vec<u8>>, StoreError> {
    let seal = |text: &String| vault.workspace().seal(SECRETS, row.look_up.id.to_bytes(), text.as_bytes());
    row.secrets.as_ref().map(seal).transpose()
}

/// All look-ups with their secrets, by name.
pub async fn list_look_ups(tx: &mut Tx<'_>, vault: &Vault) -> Result<Vec<LookUpRow>, StoreError> {
    tx.fetch_all(&format!("{SELECT} ORDER BY name_folded"), args![], |row| opened(vault, row)).await
}

/// A look-up about to be changed: held until the end of the operation.
pub async fn lock_look_up(
    tx: &mut Tx<'_>,
    vault: &Vault,
    look_up: LookUpId,
) -> Result<Option<LookUpRow>, StoreError> {
    let sql = format!("{SELECT} WHERE id = $1{}", lock_suffix(tx.backend()));
    tx.fetch_optional(&sql, args![look_up], |row| opened(vault, row)).await
}

/// How many look-ups there are.
pub async fn count_look_ups(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.fetch_one("SELECT count(*) FROM look_up", args![], |row| row.i64(0)).await
}

/// Adds a look-up. A name that is taken is refused by [`UNIQUE_NAME`].
pub async fn insert_look_up(tx: &mut Tx<'_>, vault: &Vault, row: &LookUpRow) -> Result<(), StoreError> {
    let look_up = &row.look_up;
    tx.execute(
        "INSERT INTO look_up (id, name, name_folded, body, secrets_sealed, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            look_up.id,
            &look_up.name,
            folded(&look_up.name),
            Arg::json(to_json(&look_up.body)?),
            sealed(vault, row)?,
            look_up.created_at,
            look_up.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Saves name, settings and secrets of a look-up.
pub async fn update_look_up(tx: &mut Tx<'_>, vault: &Vault, row: &LookUpRow) -> Result<bool, StoreError> {
    let look_up = &row.look_up;
    let changed = tx
        .execute(
            "UPDATE look_up SET name = $2, name_folded = $3, body = $4, secrets_sealed = $5, updated_at = $6
             WHERE id = $1",
            args![
                look_up.id,
                &look_up.name,
                folded(&look_up.name),
                Arg::json(to_json(&look_up.body)?),
                sealed(vault, row)?,
                look_up.updated_at,
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Deletes a look-up with its secrets.
pub async fn delete_look_up(tx: &mut Tx<'_>, look_up: LookUpId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM look_up WHERE id = $1", args![look_up]).await? == 1)
}
