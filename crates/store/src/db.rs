//! The seam: a database, an operation inside it, and how the two are joined.
//!
//! Rules of an operation, the same on both databases and held by both:
//!
//! - It is all or nothing. `Err` from the closure undoes it; `Ok` is answered only after a durable commit.
//! - Inside it, only the database is awaited. Anything else fails with [`StoreError::Bug`].
//! - After a failed statement nothing more can be done in it: return the error. (PostgreSQL aborts the transaction;
//!   the seam does so on SQLite too.) Where a conflict is expected, write `ON CONFLICT`.
//! - What the operation does not wait for ([`Tx::execute_later`]) still fails it: with a later statement or the commit.
//! - A panic undoes it and becomes [`StoreError::Bug`].
//! - On PostgreSQL operations run beside each other at READ COMMITTED: a row that is read, decided upon and then
//!   changed is read with [`crate::dialect::lock_suffix`], or changed by one statement that checks.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::group_commit::Sqlite;
use crate::notify::{Notices, Pending};
use crate::postgres::{PgTx, Postgres};
use crate::{Arg, Cause, Row, StoreError, sqlite};

/// The kind of database behind a [`Db`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Backend {
    /// A SQLite file, for one server.
    Sqlite,
    /// PostgreSQL 15 or newer, for any number of servers.
    Postgres,
}

/// How to open a database. Times out, waits and queues within limits.
#[derive(Clone)]
pub struct DbOptions {
    /// `sqlite:PATH` or a path, or `postgres://user:password@host:port/database`. Holds a secret: not for logs.
    pub url: String,
    /// SQLite: threads that read.
    pub readers: usize,
    /// SQLite: operations that wait at most, for the writer and for the readers each; beyond, [`StoreError::Busy`].
    pub queue_max: usize,
    /// SQLite: operations in one commit at most.
    pub group_max: usize,
    /// SQLite: how long a lock is waited for.
    pub busy_timeout: Duration,
    /// SQLite: bytes in a page of a new file.
    pub page_size: u32,
    /// SQLite: the file does not grow beyond this; then [`StoreError::Full`].
    pub size_bytes_max: Option<i64>,
    /// SQLite, for benchmarks: `synchronous=NORMAL`, which a power cut can take acknowledged commits from.
    #[cfg(feature = "test-support")]
    pub is_normal: bool,
    /// PostgreSQL: connections, besides the one that listens.
    pub pool_size: usize,
    /// PostgreSQL: how long a free connection is waited for; then [`StoreError::Busy`].
    pub acquire_timeout: Duration,
    /// PostgreSQL: how long connecting may take; then [`StoreError::Unavailable`].
    pub connect_timeout: Duration,
    /// PostgreSQL: how long one statement may run; then [`StoreError::Busy`].
    pub statement_timeout: Duration,
}

impl DbOptions {
    /// The defaults for the database at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            readers: 4,
            queue_max: 8_192,
            group_max: 512,
            busy_timeout: Duration::from_secs(5),
            page_size: 8_192,
            size_bytes_max: None,
            #[cfg(feature = "test-support")]
            is_normal: false,
            pool_size: 16,
            acquire_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
        }
    }
}

/// A database. Cheap to clone; the last clone dropped closes it.
#[derive(Clone)]
pub struct Db(Of);

#[derive(Clone)]
enum Of {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

impl Db {
    /// Opens the database, checks its version and takes its lock. Does not migrate: see [`Db::migrate`].
    pub async fn open(options: &DbOptions) -> Result<Self, StoreError> {
        if options.url.starts_with("postgres://") || options.url.starts_with("postgresql://") {
            return Ok(Self(Of::Postgres(Arc::new(Postgres::open(options).await?))));
        }
        let path = options.url.strip_prefix("sqlite:").unwrap_or(&options.url);
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.contains("://") || path.contains('?') || path.starts_with(':') {
            // Not repeated: a mistyped URL may hold a password.
            return Err(StoreError::Refused(
                "The database URL is not understood. Write sqlite:PATH or postgres://user:password@host/database."
                    .to_owned(),
            ));
        }
        let (path, options) = (PathBuf::from(path), options.clone());
        let opened = tokio::task::spawn_blocking(move || Sqlite::open(&path, &options)).await;
        let sqlite = opened.map_err(|_| StoreError::unavailable("opening the database panicked"))??;
        Ok(Self(Of::Sqlite(Arc::new(sqlite))))
    }

    /// Which kind of database this is.
    pub fn kind(&self) -> Backend {
        match &self.0 {
            Of::Sqlite(_) => Backend::Sqlite,
            Of::Postgres(_) => Backend::Postgres,
        }
    }

    /// Runs an operation that only reads and sees one state of the database throughout.
    pub async fn read<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.0 {
            Of::Sqlite(database) => database.read(operation).await,
            // Boxed: the operation's own state would make every request's future as large as the largest operation, on
            // SQLite too, and futures are moved.
            Of::Postgres(database) => Box::pin(database.read(operation)).await,
        }
    }

    /// Runs an operation that writes. `Ok` means that it is durable.
    pub async fn write<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.0 {
            Of::Sqlite(database) => database.write(operation).await,
            Of::Postgres(database) => Box::pin(database.write(operation)).await,
        }
    }

    /// Receives, from now on, what operations on all servers send with [`Tx::notify`].
    pub fn subscribe(&self) -> Notices {
        match &self.0 {
            Of::Sqlite(database) => database.notices().subscribe(),
            Of::Postgres(database) => database.notices().subscribe(),
        }
    }

    /// Tells whoever listens on any server to look at everything again: at the start of a server, which may have died
    /// before it had told of its last commits.
    pub fn resync(&self) {
        let everything = Pending::from_parts(Vec::new(), true);
        match &self.0 {
            Of::Sqlite(database) => database.notices().deliver(everything),
            Of::Postgres(database) => database.announce(everything),
        }
    }

    /// Resolves when the disk has failed under the database; the program must then exit with 74 and recover at its
    /// next start. Never resolves on PostgreSQL, which guards its own disk.
    pub async fn fatal(&self) -> Cause {
        match &self.0 {
            Of::Sqlite(database) => database.fatal().await,
            Of::Postgres(_) => std::future::pending().await,
        }
    }

    /// Finishes what is queued, refuses what comes, and resolves when the database is closed, for all clones.
    pub async fn close(&self) {
        match &self.0 {
            Of::Sqlite(database) => database.close().await,
            Of::Postgres(database) => database.close().await,
        }
    }
}

/// An operation inside a database: one transaction, on SQLite a savepoint within a group's transaction.
pub struct Tx<'a> {
    inner: Inner<'a>,
    pending: Pending,
    within: Pending,
    failure: Option<StoreError>,
}

enum Inner<'a> {
    Sqlite(&'a mut rusqlite::Connection),
    Postgres(PgTx<'a>),
}

impl<'a> Tx<'a> {
    pub(crate) fn sqlite(connection: &'a mut rusqlite::Connection) -> Self {
        Self::of(Inner::Sqlite(connection))
    }

    pub(crate) fn postgres(tx: PgTx<'a>) -> Self {
        Self::of(Inner::Postgres(tx))
    }

    fn of(inner: Inner<'a>) -> Self {
        Self { inner, pending: Pending::default(), within: Pending::default(), failure: None }
    }

    /// What the operation wants to send, and the error of the statement that failed in it.
    pub(crate) fn finish(&mut self) -> (Pending, Option<StoreError>) {
        (self.take_within().joined(std::mem::take(&mut self.pending)), self.failure.take())
    }

    /// What has to be part of the commit.
    pub(crate) fn take_within(&mut self) -> Pending {
        std::mem::take(&mut self.within)
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    pub(crate) fn as_postgres(&mut self) -> Option<&mut PgTx<'a>> {
        match &mut self.inner {
            Inner::Sqlite(_) => None,
            Inner::Postgres(tx) => Some(tx),
        }
    }

    /// Which kind of database this is, for [`crate::dialect`].
    pub fn backend(&self) -> Backend {
        match &self.inner {
            Inner::Sqlite(_) => Backend::Sqlite,
            Inner::Postgres(_) => Backend::Postgres,
        }
    }

    /// Runs a statement; answers with the number of rows it changed.
    pub async fn execute(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        self.check()?;
        let done = match &mut self.inner {
            Inner::Sqlite(connection) => sqlite::execute(connection, sql, args),
            Inner::Postgres(tx) => tx.execute(sql, args).await,
        };
        self.note(sql, done)
    }

    /// Runs a statement of which nobody reads the answer. On PostgreSQL it travels with the next one, or with the commit,
    /// and fails there: the operation is undone all the same, but cannot tell which of them it was. Where the failure
    /// decides something inside the operation, use [`Tx::execute`].
    pub async fn execute_later(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<(), StoreError> {
        self.check()?;
        let done = match &mut self.inner {
            Inner::Sqlite(connection) => sqlite::execute(connection, sql, args).map(drop),
            Inner::Postgres(tx) => tx.execute_later(sql, args).await,
        };
        self.note(sql, done)
    }

    /// Runs one statement once per row of arguments (each of the same types), in one round trip on PostgreSQL;
    /// answers with the number of rows changed. For batches of up to some thousand rows.
    pub async fn execute_many<'r, R>(&mut self, sql: &str, rows: &[R]) -> Result<u64, StoreError>
    where
        R: AsRef<[Arg<'r>]> + Sync,
    {
        self.check()?;
        let done = match &mut self.inner {
            Inner::Sqlite(connection) => sqlite::execute_many(connection, sql, rows),
            Inner::Postgres(tx) => tx.execute_many(sql, rows).await,
        };
        self.note(sql, done)
    }

    /// The first row of the answer, mapped, if there is one.
    pub async fn fetch_optional<T, M>(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        map: M,
    ) -> Result<Option<T>, StoreError>
    where
        M: FnMut(&Row<'_>) -> Result<T, StoreError> + Send,
        T: Send,
    {
        Ok(self.fetch(sql, args, 1, map).await?.into_iter().next())
    }

    /// The first row of an answer that always has one: a count, or a `RETURNING`. None is [`StoreError::Bug`].
    pub async fn fetch_one<T, M>(&mut self, sql: &str, args: &[Arg<'_>], map: M) -> Result<T, StoreError>
    where
        M: FnMut(&Row<'_>) -> Result<T, StoreError> + Send,
        T: Send,
    {
        let found = self.fetch_optional(sql, args, map).await?;
        found.ok_or_else(|| StoreError::bug("a query that always answers with a row had none"))
    }

    /// All rows of the answer, mapped, in order. The SQL text limits their number.
    pub async fn fetch_all<T, M>(&mut self, sql: &str, args: &[Arg<'_>], map: M) -> Result<Vec<T>, StoreError>
    where
        M: FnMut(&Row<'_>) -> Result<T, StoreError> + Send,
        T: Send,
    {
        self.fetch(sql, args, usize::MAX, map).await
    }

    /// Sends a message to the subscribers on all servers, after the commit and only then. At most
    /// [`crate::notify::MESSAGE_BYTES_MAX`] bytes without control characters; names, never data.
    ///
    /// A server that dies right after the commit sends none; it tells everybody to look again when it is back
    /// ([`Db::resync`]).
    pub fn notify(&mut self, message: &str) -> Result<(), StoreError> {
        self.pending.push(message)
    }

    /// [`Tx::notify`] as part of the commit: for what other servers must not miss. On PostgreSQL such commits wait for
    /// each other; not for what happens often.
    pub fn notify_within(&mut self, message: &str) -> Result<(), StoreError> {
        self.within.push(message)
    }

    /// Runs a text of several statements without arguments: for migrations.
    pub(crate) async fn execute_batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.check()?;
        let done = match &mut self.inner {
            Inner::Sqlite(connection) => connection.execute_batch(sql).map_err(sqlite::from_sqlite),
            Inner::Postgres(tx) => tx.execute_batch(sql).await,
        };
        self.note("a batch", done)
    }

    async fn fetch<T, M>(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        limit: usize,
        mut map: M,
    ) -> Result<Vec<T>, StoreError>
    where
        M: FnMut(&Row<'_>) -> Result<T, StoreError> + Send,
        T: Send,
    {
        self.check()?;
        let found = match &mut self.inner {
            Inner::Sqlite(connection) => sqlite::query(connection, sql, args, limit, &mut map),
            Inner::Postgres(tx) => tx.query(sql, args, limit, &mut map).await,
        };
        self.note(sql, found)
    }

    fn check(&self) -> Result<(), StoreError> {
        match &self.failure {
            None => Ok(()),
            Some(_) => Err(StoreError::bug("a statement after one that failed")),
        }
    }

    fn note<T>(&mut self, sql: &str, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &done {
            if matches!(error, StoreError::Sql(_) | StoreError::Bug(_) | StoreError::Corrupt(_)) {
                tracing::error!(sql, error = %error.with_cause(), "a statement failed");
            }
            self.failure = Some(error.clone());
        }
        done
    }
}
