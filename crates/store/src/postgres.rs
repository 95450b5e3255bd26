//! PostgreSQL: the pool, one transaction per operation, and what its errors mean.
//!
//! `BEGIN` travels with the first statement, statements of which nobody reads the answer travel with the next one or
//! with `COMMIT`, and nobody waits for the end of a transaction that only read: a read of one statement costs one round
//! trip, a look with any number of writes after it two. Connections are not encrypted: PostgreSQL is reached over a
//! private network, a Unix socket or a tunnel; `sslmode=require` is refused rather than ignored.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::BytesMut;
use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, TimeoutType,
};
use futures_util::future::{join_all, join3, try_join_all};
use tokio::task::AbortHandle;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::{DbError, SqlState};
use tokio_postgres::types::{IsNull, ToSql, Type};
use tokio_postgres::{Config, NoTls, Statement};

use crate::announce::Announcer;
use crate::db::Tx;
use crate::group_commit::{panicked, waited, went_on};
use crate::notify::{CHANNEL, Pending, Sender};
use crate::row::RowOf;
use crate::{Arg, Cause, DbOptions, Row, StoreError};

/// PostgreSQL 15.
const VERSION_MIN: i64 = 150_000;
/// Statements of one batch on their way at once.
const PIPELINED_MAX: usize = 512;
/// Statements that wait for the next one at most. [`join_all`] polls up to 30 futures in their order, more in any.
const LATER_MAX: usize = 24;
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

/// A PostgreSQL database: its pool, and the task that listens.
pub(crate) struct Postgres {
    pool: Pool,
    notices: Sender,
    announcer: Announcer,
    listener: AbortHandle,
}

/// Tells of a commit once it was sent: also when its caller has gone away meanwhile and nobody sees how it ended.
struct Committing<'a> {
    announcer: &'a Announcer,
    pending: Pending,
}

impl Drop for Committing<'_> {
    fn drop(&mut self) {
        self.announcer.send(std::mem::take(&mut self.pending));
    }
}

impl Postgres {
    pub(crate) async fn open(options: &DbOptions) -> Result<Self, StoreError> {
        let config = config(options)?;
        let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let pool = Pool::builder(Manager::from_config(config.clone(), NoTls, manager))
            .max_size(options.pool_size.max(1))
            .wait_timeout(Some(options.acquire_timeout))
            .create_timeout(Some(options.connect_timeout))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|_| StoreError::unavailable("the connection pool was not built"))?;
        check_server(&pool).await?;
        let notices = Sender::new();
        let listener = crate::listen::start(config.clone(), notices.clone()).await?;
        Ok(Self { pool, notices, announcer: Announcer::start(config), listener })
    }

    pub(crate) fn notices(&self) -> &Sender {
        &self.notices
    }

    pub(crate) fn announce(&self, pending: Pending) {
        self.announcer.send(pending);
    }

    pub(crate) async fn close(&self) {
        self.announcer.close().await;
        self.end();
    }

    fn end(&self) {
        self.announcer.end();
        self.pool.close();
        self.listener.abort();
    }

    pub(crate) async fn read<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        let client = self.client().await?;
        let is_waiting = AtomicBool::new(false);
        let mut tx = Tx::postgres(PgTx::new(&client, &is_waiting, BEGIN_READ));
        // Dropping the transaction ends it; for one that read there is nothing to wait for.
        run(operation, &mut tx, &is_waiting).await
    }

    pub(crate) async fn write<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        let client = self.client().await?;
        let is_waiting = AtomicBool::new(false);
        let mut tx = Tx::postgres(PgTx::new(&client, &is_waiting, BEGIN_WRITE));
        let result = run(operation, &mut tx, &is_waiting).await?;
        let within = tx.take_within();
        let (pending, _) = tx.finish();
        let mut committing = Committing { announcer: &self.announcer, pending };
        if let Some(tx) = tx.as_postgres()
            && let Err(error) = tx.commit(within).await
        {
            committing.pending = Pending::default();
            return Err(error.into());
        }
        Ok(result)
    }

    async fn client(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(from_pool)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.end();
    }
}

/// Reads the URL and adds what every connection must have.
fn config(options: &DbOptions) -> Result<Config, StoreError> {
    let refused = |text: &str| StoreError::Refused(text.to_owned());
    let mut config: Config = options
        .url
        .parse()
        .map_err(|_| refused("The PostgreSQL URL in the configuration is not understood."))?;
    if config.get_ssl_mode() == SslMode::Require {
        return Err(refused(
            "The PostgreSQL URL asks for TLS (sslmode=require), which this version does not speak. Use a private \
             network, a Unix socket or a tunnel.",
        ));
    }
    let settings = format!(
        "{} -c synchronous_commit=on -c statement_timeout={} -c lock_timeout={} \
         -c idle_in_transaction_session_timeout=60000",
        config.get_options().unwrap_or_default(),
        options.statement_timeout.as_millis(),
        options.statement_timeout.as_millis() / 2,
    );
    config.options(settings.trim());
    config.application_name("countersign");
    config.connect_timeout(options.connect_timeout);
    config.keepalives_idle(Duration::from_secs(15));
    config.keepalives_interval(Duration::from_secs(5));
    config.keepalives_retries(3);
    #[cfg(target_os = "linux")]
    config.tcp_user_timeout(Duration::from_secs(30));
    Ok(config)
}

async fn check_server(pool: &Pool) -> Result<(), StoreError> {
    let client = pool.get().await.map_err(from_pool)?;
    let sql =
        "SELECT CAST(current_setting('server_version_num') AS BIGINT), current_setting('server_encoding')";
    let row = client.query_one(sql, &[]).await.map_err(from_postgres)?;
    let (version, encoding): (i64, &str) = (row.get(0), row.get(1));
    if version < VERSION_MIN {
        return Err(StoreError::Refused(format!(
            "The PostgreSQL server has version {}.{}; 15 or newer is needed.",
            version / 10_000,
            version % 10_000
        )));
    }
    if encoding != "UTF8" {
        return Err(StoreError::Refused(format!(
            "The PostgreSQL database is encoded as {encoding}; create it with ENCODING 'UTF8'."
        )));
    }
    Ok(())
}

/// Runs the closure. It may wait for its statements and for nothing else, as on SQLite; a panic fails it alone.
async fn run<T, E, F>(operation: F, tx: &mut Tx<'_>, is_waiting: &AtomicBool) -> Result<T, E>
where
    F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E>,
    E: From<StoreError>,
{
    let result = {
        let mut future = pin!(operation(tx));
        poll_fn(|context| {
            let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
            match polled {
                Ok(Poll::Pending) if !is_waiting.load(Ordering::Relaxed) => Poll::Ready(Err(waited().into())),
                Ok(polled) => polled,
                Err(_) => Poll::Ready(Err(panicked().into())),
            }
        })
        .await
    };
    // PostgreSQL would turn the commit of a failed transaction into a rollback and call that a success.
    if result.is_ok() && tx.has_failed() {
        return Err(went_on().into());
    }
    result
}

/// One transaction on one connection of the pool.
pub(crate) struct PgTx<'a> {
    client: &'a Object,
    is_waiting: &'a AtomicBool,
    begin: &'static str,
    is_open: bool,
    /// Not sent yet, in order.
    later: Vec<(Statement, Vec<Arg<'static>>)>,
}

impl<'a> PgTx<'a> {
    fn new(client: &'a Object, is_waiting: &'a AtomicBool, begin: &'static str) -> Self {
        Self { client, is_waiting, begin, is_open: false, later: Vec::new() }
    }

    /// Awaits the server: the only thing an operation may await.
    async fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.is_waiting.store(true, Ordering::Relaxed);
        let done = future.await;
        self.is_waiting.store(false, Ordering::Relaxed);
        done
    }

    /// Sends `statement`, with `BEGIN` and what waited to travel with it before it. The first error counts.
    async fn send<T>(
        &mut self,
        statement: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, StoreError> {
        // From the first poll on the transaction may be open, whatever becomes of this future.
        let begin = (!std::mem::replace(&mut self.is_open, true)).then_some(self.begin);
        let (client, later) = (self.client, std::mem::take(&mut self.later));
        let begun = async {
            match begin {
                Some(begin) => client.batch_execute(begin).await,
                None => Ok(()),
            }
        };
        let before = join_all(
            later.iter().map(|(statement, args)| client.execute_raw(statement, args.iter().map(Bound))),
        );
        // Polled in this order, they are sent in this order.
        let (begun, before, done) = self.wait(join3(begun, before, statement)).await;
        begun.map_err(from_postgres)?;
        for done in before {
            done.map_err(from_postgres)?;
        }
        done.map_err(from_postgres)
    }

    /// Sends a statement together with the next one, or with `COMMIT`.
    pub(crate) async fn execute_later(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<(), StoreError> {
        let statement = self.prepare(sql, args).await?;
        if self.later.len() == LATER_MAX {
            self.send(std::future::ready(Ok(()))).await?;
        }
        self.later.push((statement, args.iter().cloned().map(Arg::into_owned).collect()));
        Ok(())
    }

    async fn prepare(&self, sql: &str, args: &[Arg<'_>]) -> Result<Statement, StoreError> {
        let types: Vec<Type> = args.iter().map(type_of).collect();
        let statement =
            self.wait(self.client.prepare_typed_cached(sql, &types)).await.map_err(from_postgres)?;
        if statement.params().len() == args.len() {
            return Ok(statement);
        }
        Err(StoreError::bug("the number of arguments does not fit the statement"))
    }

    pub(crate) async fn execute(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        let statement = self.prepare(sql, args).await?;
        let client = self.client;
        self.send(client.execute_raw(&statement, args.iter().map(Bound))).await
    }

    pub(crate) async fn execute_many<'r, R>(&mut self, sql: &str, rows: &[R]) -> Result<u64, StoreError>
    where
        R: AsRef<[Arg<'r>]> + Sync,
    {
        let Some(first) = rows.first() else { return Ok(0) };
        let statement = self.prepare(sql, first.as_ref()).await?;
        let types = statement.params();
        if rows.iter().any(|row| !row.as_ref().iter().map(type_of).eq(types.iter().cloned())) {
            return Err(StoreError::bug("the rows of a batch differ in their types"));
        }
        let client = self.client;
        let mut changed = 0;
        for chunk in rows.chunks(PIPELINED_MAX) {
            let sent = chunk.iter().map(|row| client.execute_raw(&statement, row.as_ref().iter().map(Bound)));
            changed += self.send(try_join_all(sent)).await?.into_iter().sum::<u64>();
        }
        Ok(changed)
    }

    pub(crate) async fn query<T>(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        limit: usize,
        map: &mut (impl FnMut(&Row<'_>) -> Result<T, StoreError> + Send),
    ) -> Result<Vec<T>, StoreError> {
        let statement = self.prepare(sql, args).await?;
        let bound: Vec<Bound<'_>> = args.iter().map(Bound).collect();
        let params: Vec<&(dyn ToSql + Sync)> = bound.iter().map(|arg| arg as _).collect();
        let client = self.client;
        let rows = self.send(client.query(&statement, &params)).await?;
        rows.iter().take(limit).map(|row| map(&Row(RowOf::Postgres(row)))).collect()
    }

    pub(crate) async fn execute_batch(&mut self, sql: &str) -> Result<(), StoreError> {
        let client = self.client;
        self.send(client.batch_execute(sql)).await
    }

    /// Ends the transaction durably. An operation without a statement has nothing to commit.
    async fn commit(&mut self, within: Pending) -> Result<(), StoreError> {
        for payload in within.payloads() {
            self.execute_later("SELECT pg_notify($1, $2)", crate::args![CHANNEL, payload]).await?;
        }
        if !self.is_open && self.later.is_empty() {
            return Ok(());
        }
        let client = self.client;
        // After a statement that failed the server answers `COMMIT` by undoing; the failure is what is told.
        let committed = self.send(client.batch_execute("COMMIT")).await;
        self.is_open = committed.is_err();
        committed
    }
}

impl Drop for PgTx<'_> {
    fn drop(&mut self) {
        if self.is_open {
            // The first poll sends it; the answer is read and thrown away before the connection's next statement.
            let mut rollback = pin!(self.client.batch_execute("ROLLBACK"));
            let _ = rollback.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}

fn type_of(arg: &Arg<'_>) -> Type {
    match arg {
        Arg::I64(_) => Type::INT8,
        Arg::Bool(_) => Type::BOOL,
        Arg::Text(_) => Type::TEXT,
        Arg::Bytes(_) | Arg::Uuid(_) => Type::BYTEA,
        Arg::Json(_) => Type::JSONB,
    }
}

#[derive(Debug)]
struct Bound<'b>(&'b Arg<'b>);

impl ToSql for Bound<'_> {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self.0 {
            Arg::I64(Some(v)) => out.extend_from_slice(&v.to_be_bytes()),
            Arg::Bool(Some(v)) => out.extend_from_slice(&[u8::from(*v)]),
            Arg::Text(Some(v)) => out.extend_from_slice(v.as_bytes()),
            Arg::Bytes(Some(v)) => out.extend_from_slice(v),
            Arg::Uuid(Some(v)) => out.extend_from_slice(v.as_bytes()),
            Arg::Json(Some(v)) => {
                out.extend_from_slice(&[1]);
                out.extend_from_slice(v.as_bytes());
            }
            Arg::I64(None)
            | Arg::Bool(None)
            | Arg::Text(None)
            | Arg::Bytes(None)
            | Arg::Uuid(None)
            | Arg::Json(None) => return Ok(IsNull::Yes),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    // The statement was prepared with the types of its arguments.
    fn to_sql_checked(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        self.to_sql(ty, out)
    }
}

fn from_pool(error: PoolError) -> StoreError {
    match error {
        PoolError::Timeout(TimeoutType::Wait) => StoreError::busy("no connection was free in time"),
        PoolError::Timeout(_) => StoreError::unavailable("connecting took too long"),
        PoolError::Closed => StoreError::unavailable("the database is closed"),
        PoolError::Backend(error) => match from_postgres(error) {
            // Whatever the server says against a new connection, there is none.
            StoreError::Sql(cause) => StoreError::Unavailable(cause),
            other => other,
        },
        PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
            StoreError::unavailable("the connection pool failed")
        }
    }
}

/// What an error of PostgreSQL means. Kept are its code and the names in it; message and detail quote values,
/// except where the statement itself is wrong.
pub(crate) fn from_postgres(error: tokio_postgres::Error) -> StoreError {
    let Some(db) = error.as_db_error() else {
        // What the driver says of a lost connection, or of a value it could not send, quotes nothing.
        return StoreError::unavailable(match std::error::Error::source(&error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        });
    };
    let name = || db.constraint().unwrap_or_default().to_owned();
    let cause = Cause::new(described(db));
    match db.code() {
        &SqlState::UNIQUE_VIOLATION => StoreError::Unique { constraint: name() },
        &SqlState::FOREIGN_KEY_VIOLATION => StoreError::ForeignKey,
        &SqlState::CHECK_VIOLATION => StoreError::Check { constraint: name() },
        &SqlState::T_R_SERIALIZATION_FAILURE
        | &SqlState::T_R_DEADLOCK_DETECTED
        | &SqlState::LOCK_NOT_AVAILABLE
        | &SqlState::QUERY_CANCELED => StoreError::Busy(cause),
        &SqlState::DISK_FULL => StoreError::Full(cause),
        &SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED => StoreError::Corrupt(cause),
        code => match code.code().get(..2) {
            // Connection, resources, operator, system: the server, not the statement.
            Some("08" | "53" | "57" | "58") => StoreError::Unavailable(cause),
            _ => StoreError::Sql(cause),
        },
    }
}

fn described(db: &DbError) -> String {
    let mut text = format!("PostgreSQL {}", db.code().code());
    for (what, name) in [("table", db.table()), ("column", db.column()), ("constraint", db.constraint())] {
        if let Some(name) = name {
            text.push_str(&format!(", {what} {name}"));
        }
    }
    // 42: the statement is wrong; 08, 28, 3D, 53, 57: the connection. These speak of names, not of values.
    if matches!(db.code().code().get(..2), Some("42" | "08" | "28" | "3D" | "53" | "57" | "0A" | "25")) {
        text.push_str(": ");
        text.push_str(db.message());
    }
    text
}
