//! Settings of the workspace, each a JSON document under a name.

use countersign_types::Timestamp;

use crate::codec::from_json;
use crate::{StoreError, Tx, args};

/// A setting, if it was ever saved.
pub async fn find_setting<T: serde::de::DeserializeOwned + Send>(
    tx: &mut Tx<'_>,
    name: &str,
) -> Result<Option<T>, StoreError> {
    tx.fetch_optional("SELECT value FROM setting WHERE name = $1", args![name], |row| from_json(row.str(0)?))
        .await
}

/// A setting about to be changed: held until the end of the operation, where it was ever saved.
pub async fn lock_setting<T: serde::de::DeserializeOwned + Send>(
    tx: &mut Tx<'_>,
    name: &str,
) -> Result<Option<T>, StoreError> {
    let sql =
        format!("SELECT value FROM setting WHERE name = $1{}", crate::dialect::lock_suffix(tx.backend()));
    tx.fetch_optional(&sql, args![name], |row| from_json(row.str(0)?)).await
}

/// Saves a setting.
pub async fn update_setting<T: serde::Serialize + Sync>(
    tx: &mut Tx<'_>,
    name: &str,
    value: &T,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO setting (name, value, updated_at) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
        args![name, crate::codec::to_json(value)?, now.as_micros()],
    )
    .await?;
    Ok(())
}

/// Saves a setting that is saved once; `false` when it was before.
pub async fn insert_setting<T: serde::Serialize + Sync>(
    tx: &mut Tx<'_>,
    name: &str,
    value: &T,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let added = tx
        .execute(
            "INSERT INTO setting (name, value, updated_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
            args![name, crate::codec::to_json(value)?, now.as_micros()],
        )
        .await?;
    Ok(added == 1)
}
