//! Servers on this database, and the database itself.

use countersign_types::Timestamp;

use crate::codec::{id, time};
use crate::dialect::{database_size, database_version};
use crate::{StoreError, Tx, args};

/// A server on this database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerRow {
    /// Its id, new at each start.
    pub id: [u8; 16],
    /// Its version.
    pub version: String,
    /// When it started.
    pub started_at: Timestamp,
    /// When it last said that it is there.
    pub seen_at: Timestamp,
}

/// Says that a server is there.
pub async fn update_server(tx: &mut Tx<'_>, server: &ServerRow) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO server (id, version, started_at, seen_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at",
        args![server.id, &server.version, server.started_at, server.seen_at],
    )
    .await?;
    Ok(())
}

/// Says that a server is not there any more.
pub async fn delete_server(tx: &mut Tx<'_>, server: [u8; 16]) -> Result<(), StoreError> {
    tx.execute("DELETE FROM server WHERE id = $1", args![server]).await?;
    Ok(())
}

/// Servers that were there since this moment, oldest first.
pub async fn list_servers(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<ServerRow>, StoreError> {
    tx.fetch_all(
        "SELECT id, version, started_at, seen_at FROM server WHERE seen_at >= $1 ORDER BY started_at, id",
        args![since],
        |row| {
            Ok(ServerRow {
                id: id(row, 0)?,
                version: row.text(1)?,
                started_at: time(row, 2)?,
                seen_at: time(row, 3)?,
            })
        },
    )
    .await
}

/// Forgets servers that were not there since this moment.
pub async fn delete_servers(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute("DELETE FROM server WHERE seen_at < $1", args![before]).await
}

/// Version and size in bytes of the database.
pub async fn database(tx: &mut Tx<'_>) -> Result<(String, i64), StoreError> {
    let version = tx.fetch_one(database_version(tx.backend()), args![], |row| row.text(0)).await?;
    let size = tx.fetch_one(database_size(tx.backend()), args![], |row| row.i64(0)).await?;
    Ok((version, size))
}

/// A time at which the schema was brought to a newer version of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaStep {
    /// When.
    pub at: Timestamp,
    /// The version that it came to.
    pub version: i64,
    /// How many migrations ran.
    pub count: i64,
}

/// When the schema was migrated, newest first.
pub async fn list_schema_steps(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<SchemaStep>, StoreError> {
    tx.fetch_all(
        "SELECT applied_at, MAX(version), COUNT(*) FROM schema_migration
         GROUP BY applied_at ORDER BY applied_at DESC LIMIT $1",
        args![limit],
        |row| Ok(SchemaStep { at: time(row, 0)?, version: row.i64(1)?, count: row.i64(2)? }),
    )
    .await
}
