//! SQLite: connections, statements, and what its errors mean.
//!
//! WAL with `synchronous=FULL`: an acknowledged commit survives a power cut (measured; `NORMAL` does not). No
//! memory mapping. The library is bundled and its version checked, because versions up to 3.51.2 can corrupt a WAL.
//! A parameter `$n` of the shared SQL text is a *name* to SQLite, numbered by first appearance; arguments are
//! therefore bound by that name, looked up once per statement, and the text needs no translation.

use std::cell::RefCell;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OpenFlags, ffi};
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::row::RowOf;
use crate::{Arg, Cause, DbOptions, Row, StoreError};

/// The first version without the WAL-reset corruption bug.
const VERSION_MIN: i32 = 3_051_003;
/// Prepared statements kept per connection.
const STATEMENTS_MAX: usize = 512;
/// What the writer keeps of the file in memory: it changes pages all over the indexes. Taken as it is needed.
const WRITER_CACHE_KIB: u32 = 64 << 10;
/// The WAL file is cut back to this after a checkpoint.
const WAL_KEPT_BYTES: u32 = 64 << 20;

/// Keeps a second process off the file for as long as it lives.
pub(crate) struct FileLock {
    _file: File,
}

/// Takes the lock `<path>.lock`, or says who is in the way.
pub(crate) fn lock(path: &Path) -> Result<FileLock, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(PathBuf::from(&name))
        .map_err(|error| refused(path, &format!("its lock file cannot be opened: {error}")))?;
    match file.try_lock() {
        Ok(()) => Ok(FileLock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(refused(
            path,
            "another Countersign server has it open. One SQLite file takes one server; stop the other one, or \
             use PostgreSQL to run several",
        )),
        Err(TryLockError::Error(error)) => Err(refused(path, &format!("it cannot be locked: {error}"))),
    }
}

fn refused(path: &Path, why: &str) -> StoreError {
    StoreError::Refused(format!("The database {} was not opened: {why}.", path.display()))
}

/// Opens the one connection that writes, creating the file, readable by its owner only, if there is none.
pub(crate) fn open_writer(path: &Path, options: &DbOptions) -> Result<Connection, StoreError> {
    let found = rusqlite::version_number();
    if found < VERSION_MIN {
        return Err(refused(path, &format!("SQLite {} can corrupt it", rusqlite::version())));
    }
    create_private(path).map_err(|error| refused(path, &error.to_string()))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(path, flags, options)?;
    let wal: String = connection
        .execute_batch(&format!("PRAGMA page_size={};", options.page_size))
        .and_then(|()| connection.query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0)))
        .map_err(|error| refused(path, &from_sqlite(error).with_cause()))?;
    if wal != "wal" {
        return Err(refused(
            path,
            "its file system does not allow write-ahead logging (is it a network share?)",
        ));
    }
    // An older file has pages of another size.
    let page_size: i64 =
        connection.query_row("PRAGMA page_size", [], |row| row.get(0)).map_err(from_sqlite)?;
    let pages = options.size_bytes_max.map_or(i64::from(u32::MAX) - 1, |max| max / page_size.max(1));
    connection
        .execute_batch(&format!(
            "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit={WAL_KEPT_BYTES};
             PRAGMA max_page_count={pages}; PRAGMA cache_size=-{WRITER_CACHE_KIB};"
        ))
        .map_err(from_sqlite)?;
    #[cfg(feature = "test-support")]
    if options.is_normal {
        connection.execute_batch("PRAGMA synchronous=NORMAL").map_err(from_sqlite)?;
    }
    Ok(connection)
}

/// Opens a connection that cannot write.
pub(crate) fn open_reader(path: &Path, options: &DbOptions) -> Result<Connection, StoreError> {
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX, options)
}

fn open(path: &Path, flags: OpenFlags, options: &DbOptions) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags)
        .map_err(|error| refused(path, &from_sqlite(error).with_cause()))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // A plan that may depend on the values bound is made anew for each of them: a third of a message's processor time.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(|error| refused(path, &from_sqlite(error).with_cause()))?;
    connection
        .busy_timeout(options.busy_timeout)
        .and_then(|()| {
            connection.execute_batch(
                "PRAGMA foreign_keys=ON; PRAGMA mmap_size=0; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;
                 PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384; PRAGMA secure_delete=ON;",
            )
        })
        .map_err(|error| refused(path, &from_sqlite(error).with_cause()))?;
    Ok(connection)
}

fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Runs a statement and says how many rows it changed.
pub(crate) fn execute(connection: &Connection, sql: &str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(from_sqlite)?;
    run(&mut statement, sql, args)
}

/// Runs one statement once per row of arguments.
pub(crate) fn execute_many<'r, R: AsRef<[Arg<'r>]>>(
    connection: &Connection,
    sql: &str,
    rows: &[R],
) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(from_sqlite)?;
    let mut changed = 0;
    for args in rows {
        changed += run(&mut statement, sql, args.as_ref())?;
    }
    Ok(changed)
}

fn run(
    statement: &mut rusqlite::CachedStatement<'_>,
    sql: &str,
    args: &[Arg<'_>],
) -> Result<u64, StoreError> {
    bind(statement, sql, args)?;
    statement.raw_execute().map(|changed| changed as u64).map_err(from_sqlite)
}

/// Runs a query and maps at most `limit` rows of the answer, in order. The statement runs to its end all the same,
/// so that a `RETURNING` changes every row.
pub(crate) fn query<T>(
    connection: &Connection,
    sql: &str,
    args: &[Arg<'_>],
    limit: usize,
    map: &mut impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(from_sqlite)?;
    bind(&mut statement, sql, args)?;
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(from_sqlite)? {
        if found.len() < limit {
            found.push(map(&Row(RowOf::Sqlite(row)))?);
        }
    }
    Ok(found)
}

/// Binds each parameter to the argument its name says: `$3` to the third.
fn bind(
    statement: &mut rusqlite::CachedStatement<'_>,
    sql: &str,
    args: &[Arg<'_>],
) -> Result<(), StoreError> {
    ORDERS.with_borrow_mut(|orders| {
        if !orders.contains_key(sql) {
            if orders.len() >= STATEMENTS_MAX {
                orders.clear();
            }
            orders.insert(sql.into(), order_of(statement)?);
        }
        let order = orders.get(sql).map(|order| &**order).unwrap_or_default();
        let mut highest = 0;
        for (index, number) in order.iter().map(|number| usize::from(*number)).enumerate() {
            let Some(arg) = args.get(number - 1) else { return Err(misfit()) };
            highest = highest.max(number);
            statement.raw_bind_parameter(index + 1, Bound(arg)).map_err(from_sqlite)?;
        }
        if highest == args.len() { Ok(()) } else { Err(misfit()) }
    })
}

thread_local! {
    /// The numbers of a statement's parameters in their order. SQLite finds a parameter's name by going through all
    /// of them: of a statement with hundreds that was half of the time of a batch of events.
    static ORDERS: RefCell<FxHashMap<Box<str>, Box<[u16]>>> =
        const { RefCell::new(FxHashMap::with_hasher(FxBuildHasher)) };
}

fn order_of(statement: &rusqlite::CachedStatement<'_>) -> Result<Box<[u16]>, StoreError> {
    let number = |index| {
        let name = statement.parameter_name(index)?.strip_prefix('$')?;
        name.parse::<u16>().ok().filter(|number| *number >= 1)
    };
    (1..=statement.parameter_count())
        .map(|index| number(index).ok_or_else(|| StoreError::bug("a parameter is not written $1, $2, …")))
        .collect()
}

fn misfit() -> StoreError {
    StoreError::bug("the number of arguments does not fit the statement")
}

struct Bound<'b>(&'b Arg<'b>);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let borrowed = |value| Ok(ToSqlOutput::Borrowed(value));
        match self.0 {
            Arg::I64(Some(v)) => borrowed(ValueRef::Integer(*v)),
            Arg::Bool(Some(v)) => borrowed(ValueRef::Integer(i64::from(*v))),
            Arg::Text(Some(v)) | Arg::Json(Some(v)) => borrowed(ValueRef::Text(v.as_bytes())),
            Arg::Bytes(Some(v)) => borrowed(ValueRef::Blob(v)),
            Arg::Uuid(Some(v)) => borrowed(ValueRef::Blob(v.as_bytes())),
            Arg::I64(None)
            | Arg::Bool(None)
            | Arg::Text(None)
            | Arg::Json(None)
            | Arg::Bytes(None)
            | Arg::Uuid(None) => Ok(ToSqlOutput::Owned(Value::Null)),
        }
    }
}

/// What an error of SQLite means. Its messages name tables and columns and never quote values.
pub(crate) fn from_sqlite(error: rusqlite::Error) -> StoreError {
    match error {
        rusqlite::Error::SqliteFailure(failure, message) => {
            from_code(failure.extended_code, message.unwrap_or_default())
        }
        rusqlite::Error::SqlInputError { error, msg, .. } => from_code(error.extended_code, msg),
        rusqlite::Error::InvalidParameterCount(..) => misfit(),
        other => StoreError::Sql(Cause::new(match other {
            rusqlite::Error::ExecuteReturnedResults => {
                "execute was used for a statement that answers with rows"
            }
            rusqlite::Error::MultipleStatement => "one text holds several statements",
            _ => "the SQLite driver refused the call",
        })),
    }
}

fn from_code(extended: i32, message: String) -> StoreError {
    let cause = |message: String| Cause::new(format!("SQLite {extended}: {message}"));
    match extended {
        ffi::SQLITE_CONSTRAINT_UNIQUE => {
            StoreError::Unique { constraint: constraint_name(&message, "uq", true) }
        }
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            StoreError::Unique { constraint: constraint_name(&message, "pk", false) }
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => StoreError::ForeignKey,
        ffi::SQLITE_CONSTRAINT_CHECK => StoreError::Check { constraint: after_colon(&message).to_owned() },
        // The shared-memory file could not be grown: that is space, not a failing disk.
        ffi::SQLITE_IOERR_SHMSIZE => StoreError::Full(cause(message)),
        ffi::SQLITE_IOERR_NOMEM => StoreError::Unavailable(cause(message)),
        _ => match extended & 0xff {
            ffi::SQLITE_FULL => StoreError::Full(cause(message)),
            ffi::SQLITE_IOERR => StoreError::Fatal(cause(message)),
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => StoreError::Busy(cause(message)),
            ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => StoreError::Corrupt(cause(message)),
            ffi::SQLITE_CANTOPEN | ffi::SQLITE_NOMEM | ffi::SQLITE_PERM => {
                StoreError::Unavailable(cause(message))
            }
            _ => StoreError::Sql(cause(message)),
        },
    }
}

fn after_colon(message: &str) -> &str {
    message.split_once(": ").map_or(message, |(_, rest)| rest)
}

/// `UNIQUE constraint failed: code.chat_id, code.digits` → `uq_code__chat_id__digits`, or `pk_code`. A unique index
/// on an expression is named by SQLite itself: `… failed: index 'uq_code__lower'`.
fn constraint_name(message: &str, prefix: &str, with_columns: bool) -> String {
    let list = after_colon(message);
    if let Some(index) = list.strip_prefix("index '") {
        return index.trim_end_matches('\'').to_owned();
    }
    let mut name = String::from(prefix);
    for (place, part) in list.split(", ").enumerate() {
        let (table, column) = part.split_once('.').unwrap_or((part, ""));
        if place == 0 {
            name.push('_');
            name.push_str(table);
        }
        if with_columns {
            name.push_str("__");
            name.push_str(column);
        }
    }
    name
}

impl StoreError {
    /// The sentence and its cause in one, for a refusal at start.
    pub(crate) fn with_cause(&self) -> String {
        match std::error::Error::source(self) {
            Some(cause) => format!("{self} ({cause})"),
            None => self.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constraint_is_named_from_the_message() {
        let name = |m: &str| constraint_name(m, "uq", true);
        assert_eq!(name("UNIQUE constraint failed: code.chat_id, code.digits"), "uq_code__chat_id__digits");
        assert_eq!(name("UNIQUE constraint failed: index 'uq_code__lower'"), "uq_code__lower");
        assert_eq!(constraint_name("UNIQUE constraint failed: code.id", "pk", false), "pk_code");
    }

    #[test]
    fn only_a_failing_disk_is_fatal() {
        let fatal = |code| matches!(from_code(code, String::new()), StoreError::Fatal(_));
        assert!(fatal(ffi::SQLITE_IOERR_FSYNC) && fatal(ffi::SQLITE_IOERR_WRITE) && fatal(ffi::SQLITE_IOERR));
        assert!(!fatal(ffi::SQLITE_FULL) && !fatal(ffi::SQLITE_IOERR_SHMSIZE) && !fatal(ffi::SQLITE_BUSY));
    }
}
