//! `countersign migrate`.

use crate::config::{Config, Flags};
use crate::failure::{Result, note, print_json};
use crate::open::{kind_name, open};

/// Brings the database to this version.
pub async fn migrate(flags: &Flags, json: bool) -> Result<()> {
    let config = Config::load(flags)?;
    let opened = open(&config.settings).await?;
    let version = opened.db.schema_version().await?;
    let kind = kind_name(&opened.db);
    opened.db.close().await;
    if json {
        return print_json(&serde_json::json!({
            "database": kind, "schema_version": version, "migrations_run": opened.migrations,
        }));
    }
    note(&match opened.migrations {
        0 => format!("The {kind} database is up to date (schema {version})."),
        n => format!("The {kind} database was brought to schema {version}: migrations run: {n}."),
    });
    Ok(())
}
