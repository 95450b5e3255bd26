//! Imports: rows of a file in pieces, sealed under a key of the import's own, and how far they were gone through.
//!
//! How far is a number that moves in the transaction of the rows it counts, and only from where it was believed to be:
//! each row is counted once, whoever goes through the file and however often that is cut off.

use countersign_types::audit::{Actor, ActorKind};
use countersign_types::import::{Import, ImportAbout, ImportCounts, ImportFailure, ImportLine, ImportState};
use countersign_types::{Cursor, ImportId, Page, PageRequest, Timestamp};
use sha2::{Digest, Sha256};

use crate::codec::{from_json, id, time, to_json, word};
use crate::subject_key::{find_subject, insert_subject, subject};
use crate::{Place, Row, StoreError, Tx, Vault, args};

const ABOUT: Place = Place("profile_import.about_sealed");
const ROWS: Place = Place("profile_import_piece.rows_sealed");
const FAILURE: Place = Place("profile_import_failure.about_sealed");

const SELECT: &str =
    "SELECT id, state, actor_kind, actor_id, actor_name, about_sealed, row_count, next_row, created,
        updated, unchanged, failed, created_at, changed_at, warned FROM profile_import";

/// An import with what is known of its file still sealed.
type Found = (Import, Option<Vec<u8>>);

fn found(row: &Row<'_>) -> Result<Found, StoreError> {
    let import = Import {
        id: id(row, 0)?,
        state: word(row, 1, ImportState::parse)?,
        actor: Actor { kind: word(row, 2, ActorKind::parse)?, id: row.text(3)?, name: row.text(4)? },
        about: None,
        rows: row.i64(6)?,
        next_row: row.i64(7)?,
        counts: ImportCounts {
            created: row.i64(8)?,
            updated: row.i64(9)?,
            unchanged: row.i64(10)?,
            failed: row.i64(11)?,
            warned: row.i64(14)?,
        },
        created_at: time(row, 12)?,
        changed_at: time(row, 13)?,
    };
    Ok((import, row.opt_bytes(5)?))
}

async fn opened(tx: &mut Tx<'_>, vault: &Vault, (import, sealed): Found) -> Result<Import, StoreError> {
    let (Some(sealed), Some(key)) = (sealed, find_subject(tx, vault, import.id.to_bytes()).await?) else {
        return Ok(import);
    };
    let about = from_json(&key.open_text(ABOUT, import.id.to_bytes(), &sealed)?)?;
    Ok(Import { about: Some(about), ..import })
}

/// Begins an import whose pieces are to come.
pub async fn insert_import(
    tx: &mut Tx<'_>,
    vault: &Vault,
    import: ImportId,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    insert_subject(tx, vault, import.to_bytes(), now).await?;
    tx.execute(
        "INSERT INTO profile_import (id, state, actor_kind, actor_id, actor_name, row_count, next_row, created, updated,
                                     unchanged, failed, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, 0, 0, $6, $6)",
        args![import, ImportState::Uploading.as_str(), actor.kind.as_str(), &actor.id, &actor.name, now],
    )
    .await?;
    Ok(())
}

/// Adds a piece of rows, as JSON.
pub async fn insert_piece(
    tx: &mut Tx<'_>,
    vault: &Vault,
    import: ImportId,
    number: i64,
    rows: &[u8],
) -> Result<(), StoreError> {
    let key = subject(tx, vault, import.to_bytes()).await?;
    tx.execute_later(
        "INSERT INTO profile_import_piece (import_id, number, rows_sealed) VALUES ($1, $2, $3)",
        args![import, number, key.seal(ROWS, part(import, number), rows)?],
    )
    .await
}

/// The rows of a piece; none when there is no such piece.
pub async fn find_piece(
    tx: &mut Tx<'_>,
    vault: &Vault,
    import: ImportId,
    number: i64,
) -> Result<Vec<ImportLine>, StoreError> {
    let sealed = tx
        .fetch_optional(
            "SELECT rows_sealed FROM profile_import_piece WHERE import_id = $1 AND number = $2",
            args![import, number],
            |row| row.bytes(0),
        )
        .await?;
    let Some(sealed) = sealed else { return Ok(Vec::new()) };
    let key = subject(tx, vault, import.to_bytes()).await?;
    from_json(&key.open_text(ROWS, part(import, number), &sealed)?)
}

/// An import.
pub async fn find_import(
    tx: &mut Tx<'_>,
    vault: &Vault,
    import: ImportId,
) -> Result<Option<Import>, StoreError> {
    let row = tx.fetch_optional(&format!("{SELECT} WHERE id = $1"), args![import], found).await?;
    match row {
        Some(row) => Ok(Some(opened(tx, vault, row).await?)),
        None => Ok(None),
    }
}

/// The import that the server is to work on: previews first, because somebody waits for them.
pub async fn find_active_import(tx: &mut Tx<'_>, vault: &Vault) -> Result<Option<Import>, StoreError> {
    let sql =
        format!("{SELECT} WHERE state IN ('previewing', 'running') ORDER BY state, changed_at, id LIMIT 1");
    match tx.fetch_optional(&sql, args![], found).await? {
        Some(row) => Ok(Some(opened(tx, vault, row).await?)),
        None => Ok(None),
    }
}

/// Imports, newest first.
pub async fn list_imports(
    tx: &mut Tx<'_>,
    vault: &Vault,
    page: PageRequest,
) -> Result<Page<Import>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [0xff; 16] });
    let sql = format!(
        "{SELECT} WHERE (created_at, id) < ($1, $2) AND state <> 'uploading' ORDER BY created_at DESC, id DESC LIMIT $3"
    );
    let mut rows = tx.fetch_all(&sql, args![after.at, after.id, page.limit + 1], found).await?;
    let has_more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > page.limit;
    rows.truncate(usize::try_from(page.limit).unwrap_or(0));
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(opened(tx, vault, row).await?);
    }
    let last = items.last().map(|i: &Import| Cursor { at: i.created_at.as_micros(), id: i.id.to_bytes() });
    Ok(Page { items, next: last.filter(|_| has_more) })
}

/// How many imports hold a file that is not applied.
pub async fn count_open_imports(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM profile_import
               WHERE state IN ('uploading', 'ready', 'previewing', 'previewed', 'running')";
    tx.fetch_one(sql, args![], |row| row.i64(0)).await
}

/// Says what the file is, or what its columns are.
pub async fn update_about(
    tx: &mut Tx<'_>,
    vault: &Vault,
    import: ImportId,
    about: &ImportAbout,
    rows: i64,
) -> Result<(), StoreError> {
    let key = subject(tx, vault, import.to_bytes()).await?;
    let sealed = key.seal(ABOUT, import.to_bytes(), to_json(about)?.as_bytes())?;
    tx.execute(
        "UPDATE profile_import SET about_sealed = $2, row_count = $3 WHERE id = $1",
        args![import, sealed, rows],
    )
    .await?;
    Ok(())
}

/// Moves an import from a state to another; `false` when it is in another one by now.
pub async fn update_state(
    tx: &mut Tx<'_>,
    import: ImportId,
    from: ImportState,
    to: ImportState,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE profile_import SET state = $3, changed_at = $4 WHERE id = $1 AND state = $2",
            args![import, from.as_str(), to.as_str(), now],
        )
        .await?;
    Ok(changed == 1)
}

/// Begins to go through the rows, from the first.
pub async fn restart(tx: &mut Tx<'_>, import: ImportId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM profile_import_failure WHERE import_id = $1", args![import]).await?;
    tx.execute(
        "UPDATE profile_import SET next_row = 0, created = 0, updated = 0, unchanged = 0, failed = 0, warned = 0
         WHERE id = $1",
        args![import],
    )
    .await?;
    Ok(())
}

/// Claims the rows from one to another, in the transaction that goes through them; `false` when somebody else did, or the
/// import is not in that state any more.
pub async fn advance(
    tx: &mut Tx<'_>,
    import: ImportId,
    state: ImportState,
    from: i64,
    to: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE profile_import SET next_row = $4, changed_at = $5 WHERE id = $1 AND state = $2 AND next_row = $3",
            args![import, state.as_str(), from, to, now],
        )
        .await?;
    Ok(changed == 1)
}

/// Adds to what became of rows.
pub async fn add_counts(tx: &mut Tx<'_>, import: ImportId, counts: ImportCounts) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE profile_import SET created = created + $2, updated = updated + $3, unchanged = unchanged + $4,
                                   failed = failed + $5, warned = warned + $6 WHERE id = $1",
        args![import, counts.created, counts.updated, counts.unchanged, counts.failed, counts.warned],
    )
    .await?;
    Ok(())
}

/// Puts a row that failed on record.
pub async fn insert_failure(
    tx: &mut Tx<'_>,
    vault: &Vault,
    import: ImportId,
    failure: &ImportFailure,
) -> Result<(), StoreError> {
    let key = subject(tx, vault, import.to_bytes()).await?;
    let sealed = key.seal(FAILURE, part(import, failure.line), to_json(failure)?.as_bytes())?;
    tx.execute_later(
        "INSERT INTO profile_import_failure (import_id, line, about_sealed) VALUES ($1, $2, $3)
         ON CONFLICT (import_id, line) DO NOTHING",
        args![import, failure.line, sealed],
    )
    .await
}

/// Rows that failed, by line, after one.
pub async fn list_failures(
    tx: &mut Tx<'_>,
    vault: &Vault,
    import: ImportId,
    after: i64,
    limit: i64,
) -> Result<Vec<ImportFailure>, StoreError> {
    let Some(key) = find_subject(tx, vault, import.to_bytes()).await? else { return Ok(Vec::new()) };
    tx.fetch_all(
        "SELECT line, about_sealed FROM profile_import_failure WHERE import_id = $1 AND line > $2
         ORDER BY line LIMIT $3",
        args![import, after, limit],
        |row| from_json(&key.open_text(FAILURE, part(import, row.i64(0)?), row.bytes_ref(1)?)?),
    )
    .await
}

/// Removes the rows of a file that was gone through; those that failed stay.
pub async fn delete_pieces(tx: &mut Tx<'_>, import: ImportId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM profile_import_piece WHERE import_id = $1", args![import]).await?;
    Ok(())
}

/// Imports that hold something of a file and were not touched since a moment, except those the server works on.
pub async fn list_stale_imports(
    tx: &mut Tx<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<(ImportId, ImportState)>, StoreError> {
    tx.fetch_all(
        "SELECT i.id, i.state FROM profile_import i JOIN subject_key k ON k.subject_id = i.id
         WHERE i.changed_at < $1 AND i.state NOT IN ('previewing', 'running') ORDER BY i.changed_at LIMIT $2",
        args![before, limit],
        |row| Ok((id(row, 0)?, word(row, 1, ImportState::parse)?)),
    )
    .await
}

/// Removes everything of a file, its key too. Who brought it and what came of it stays.
pub async fn delete_file(tx: &mut Tx<'_>, vault: &Vault, import: ImportId) -> Result<(), StoreError> {
    delete_pieces(tx, import).await?;
    tx.execute("DELETE FROM profile_import_failure WHERE import_id = $1", args![import]).await?;
    tx.execute("UPDATE profile_import SET about_sealed = NULL WHERE id = $1", args![import]).await?;
    tx.execute("DELETE FROM subject_key WHERE subject_id = $1", args![import.to_bytes()]).await?;
    vault.forget(import.to_bytes());
    Ok(())
}

/// Removes an import whose upload came to nothing.
pub async fn delete_import(tx: &mut Tx<'_>, vault: &Vault, import: ImportId) -> Result<(), StoreError> {
    delete_file(tx, vault, import).await?;
    tx.execute("DELETE FROM profile_import WHERE id = $1", args![import]).await?;
    Ok(())
}

/// Where a part is sealed for: its import and its place in it, so that parts cannot be put in another order.
fn part(import: ImportId, number: i64) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(import.to_bytes());
    hash.update(number.to_be_bytes());
    let mut row = [0; 16];
    row.copy_from_slice(&hash.finalize()[..16]);
    row
}
