//! Everything a database holds, for tests that something is gone.

use std::collections::BTreeSet;

use crate::migrate::MIGRATIONS;
use crate::{Db, StoreError, Tx};

/// Every value of every column of bytes (ids, sealed values, hashes, keys) under its `table.column`.
pub async fn every_value(db: &Db) -> BTreeSet<(String, Vec<u8>)> {
    let columns = columns_of_bytes();
    db.read(async move |tx: &mut Tx<'_>| -> Result<BTreeSet<(String, Vec<u8>)>, StoreError> {
        let mut found = BTreeSet::new();
        for (table, column) in columns {
            let sql = format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL");
            let name = format!("{table}.{column}");
            found.extend(tx.fetch_all(&sql, &[], |row| Ok((name.clone(), row.bytes(0)?))).await?);
        }
        Ok(found)
    })
    .await
    .expect("the database is read")
}

/// Tables and their columns of bytes, read from the migrations, so that a new one is looked at too.
fn columns_of_bytes() -> Vec<(String, String)> {
    let mut columns = Vec::new();
    for migration in MIGRATIONS {
        let mut table = String::new();
        for line in migration.sqlite.lines().map(str::trim) {
            if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
                table = rest.trim_end_matches([' ', '(']).to_owned();
            }
            if let Some(rest) = line.strip_prefix("ALTER TABLE ")
                && let Some((name, column)) = rest.split_once(" ADD COLUMN ")
                && let Some((column, "BLOB")) = column.trim_end_matches(';').split_once(' ')
            {
                columns.push((name.to_owned(), column.to_owned()));
            }
            let mut words = line.split([' ', ',']).filter(|word| !word.is_empty());
            if let (Some(column), Some("BLOB")) = (words.next(), words.next()) {
                columns.push((table.clone(), column.to_owned()));
            }
        }
    }
    assert!(columns.len() > 50, "the migrations are not written as this reader expects");
    columns
}
