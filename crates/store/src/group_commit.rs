//! How operations run on SQLite: one writer thread with group commit, and a few reader threads.
//!
//! The writer takes what is queued, opens one transaction, runs each operation under its own savepoint, commits
//! once, and only then answers them all, also those that failed by their own fault: what they saw of their
//! neighbours was not durable before. An operation runs to its end by being polled once, because every statement is
//! ready at once; one that is not ready then has awaited something else, and fails. One that panics fails alone.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use tokio::sync::{mpsc, oneshot, watch};

use crate::db::Tx;
use crate::notify::{Pending, Sender};
use crate::sqlite::{self, FileLock, from_sqlite};
use crate::{Cause, DbOptions, StoreError};

/// A group closes when it has been open this long, so that the first operation in it does not wait for the rest.
const GROUP_TIME_MAX: Duration = Duration::from_millis(10);
/// Checkpoint once the WAL holds this many pages, …
const WAL_PAGES_CHECKPOINT: i64 = 1_000;
/// … and make readers let go of it once it holds this many.
const WAL_PAGES_RESTART: i64 = 16_000;
/// Operations between two looks at the size of the WAL.
const OPERATIONS_PER_LOOK: usize = 64;

/// A bounded queue between callers and threads.
struct Queue {
    state: Mutex<QueueState>,
    filled: Condvar,
    max: usize,
}

struct QueueState {
    jobs: VecDeque<Box<dyn Job>>,
    is_closed: bool,
}

impl Queue {
    fn new(max: usize) -> Self {
        Self {
            state: Mutex::new(QueueState { jobs: VecDeque::new(), is_closed: false }),
            filled: Condvar::new(),
            max,
        }
    }

    fn state(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        let mut state = self.state();
        if state.is_closed {
            return Err(StoreError::unavailable("the database is closed"));
        }
        if state.jobs.len() >= self.max {
            return Err(StoreError::busy("the queue of operations is full"));
        }
        state.jobs.push_back(job);
        drop(state);
        self.filled.notify_one();
        Ok(())
    }

    /// The next job; waits for one. `None` when the queue is closed and empty.
    fn pop(&self) -> Option<Box<dyn Job>> {
        let mut state = self.state();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            if state.is_closed {
                return None;
            }
            state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn try_pop(&self) -> Option<Box<dyn Job>> {
        self.state().jobs.pop_front()
    }

    fn close(&self) {
        self.state().is_closed = true;
        self.filled.notify_all();
    }
}

/// What became of an operation before its commit.
struct Ran {
    is_kept: bool,
    /// The error of the statement that failed in it, if one did.
    failure: Option<StoreError>,
}

/// An operation whose types are forgotten.
trait Job: Send {
    /// Nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;
    fn run(&mut self, connection: &mut Connection) -> Ran;
    fn pending(&mut self) -> Pending;
    /// Answers: with the operation's own result, or with what happened to the whole group.
    fn settle(self: Box<Self>, commit: Result<(), StoreError>);
}

struct Operation<F, T, E> {
    closure: Option<F>,
    result: Option<Result<T, E>>,
    pending: Pending,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Operation<F, T, E>
where
    F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn run(&mut self, connection: &mut Connection) -> Ran {
        let Some(closure) = self.closure.take() else { return Ran { is_kept: false, failure: None } };
        let ran = catch_unwind(AssertUnwindSafe(|| {
            let mut tx = Tx::sqlite(connection);
            let polled = {
                let mut future = pin!(closure(&mut tx));
                future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
            };
            (polled, tx.finish())
        }));
        let (result, pending, failure) = match ran {
            Ok((Poll::Ready(result), (pending, failure))) => (result, pending, failure),
            Ok((Poll::Pending, (_, failure))) => (Err(waited().into()), Pending::default(), failure),
            Err(_) => (Err(panicked().into()), Pending::default(), None),
        };
        // Going on after a failed statement: PostgreSQL has aborted the transaction by then, so it fails here too.
        let result = match (&result, &failure) {
            (Ok(_), Some(_)) => Err(went_on().into()),
            _ => result,
        };
        let is_kept = result.is_ok();
        self.result = Some(result);
        self.pending = if is_kept { pending } else { Pending::default() };
        Ran { is_kept, failure }
    }

    fn pending(&mut self) -> Pending {
        std::mem::take(&mut self.pending)
    }

    fn settle(self: Box<Self>, commit: Result<(), StoreError>) {
        let answer = match (commit, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(StoreError::unavailable("the operation did not run").into()),
            (Err(error), _) => Err(error.into()),
        };
        // The caller may have gone away; the operation is done all the same.
        let _ = self.reply.send(answer);
    }
}

pub(crate) fn waited() -> StoreError {
    tracing::error!("a store operation awaited something other than the database and was undone");
    StoreError::bug("the operation awaited something other than the database")
}

pub(crate) fn panicked() -> StoreError {
    tracing::error!("a store operation panicked and was undone");
    StoreError::bug("the operation panicked")
}

pub(crate) fn went_on() -> StoreError {
    tracing::error!("a store operation went on after a failed statement and was undone");
    StoreError::bug("the operation went on after a failed statement")
}

/// A SQLite database with its threads. Dropping it, or `close`, lets them finish what is queued and end.
pub(crate) struct Sqlite {
    writes: Arc<Queue>,
    reads: Arc<Queue>,
    notices: Sender,
    fatal: watch::Receiver<Option<Cause>>,
    /// Never receives: closes when the last thread has ended.
    ended: tokio::sync::Mutex<mpsc::Receiver<()>>,
}

impl Sqlite {
    pub(crate) fn open(path: &std::path::Path, options: &DbOptions) -> Result<Self, StoreError> {
        let lock = Arc::new(sqlite::lock(path)?);
        let (fatal_sender, fatal) = watch::channel(None);
        let (alive, ended) = mpsc::channel(1);
        let (reading, readers) = std::sync::mpsc::channel();
        let database = Self {
            writes: Arc::new(Queue::new(options.queue_max)),
            reads: Arc::new(Queue::new(options.queue_max)),
            notices: Sender::new(),
            fatal,
            ended: tokio::sync::Mutex::new(ended),
        };
        let writer = Writer {
            connection: sqlite::open_writer(path, options)?,
            queue: Arc::clone(&database.writes),
            notices: database.notices.clone(),
            fatal: fatal_sender.clone(),
            group_max: options.group_max.max(1),
            since_look: 0,
            readers,
        };
        spawn("store-writer", (Arc::clone(&lock), alive.clone()), move || writer.run())?;
        for _ in 0..options.readers.max(1) {
            let connection = sqlite::open_reader(path, options)?;
            let (queue, fatal) = (Arc::clone(&database.reads), fatal_sender.clone());
            let reading = reading.clone();
            spawn("store-reader", (Arc::clone(&lock), alive.clone()), move || {
                read(connection, &queue, &fatal);
                drop(reading);
            })?;
        }
        Ok(database)
    }

    pub(crate) async fn write<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        enqueue(&self.writes, closure)?.await.unwrap_or_else(|_| Err(ended().into()))
    }

    pub(crate) async fn read<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        enqueue(&self.reads, closure)?.await.unwrap_or_else(|_| Err(ended().into()))
    }

    pub(crate) fn notices(&self) -> &Sender {
        &self.notices
    }

    /// Resolves when the disk has failed under the database.
    pub(crate) async fn fatal(&self) -> Cause {
        let mut fatal = self.fatal.clone();
        loop {
            if let Some(cause) = fatal.borrow_and_update().clone() {
                return cause;
            }
            if fatal.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    pub(crate) async fn close(&self) {
        self.end();
        while self.ended.lock().await.recv().await.is_some() {}
    }

    fn end(&self) {
        self.writes.close();
        self.reads.close();
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.end();
    }
}

fn ended() -> StoreError {
    StoreError::unavailable("the database was closed before the operation ran")
}

type Answer<T, E> = oneshot::Receiver<Result<T, E>>;

fn enqueue<T, E, F>(queue: &Queue, closure: F) -> Result<Answer<T, E>, E>
where
    F: AsyncFnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    queue.push(Box::new(Operation {
        closure: Some(closure),
        result: None,
        pending: Pending::default(),
        reply,
    }))?;
    Ok(answer)
}

/// Starts a thread that holds the file lock, and the sign of being alive, until it has ended.
fn spawn(
    name: &str,
    held: (Arc<FileLock>, mpsc::Sender<()>),
    body: impl FnOnce() + Send + 'static,
) -> Result<(), StoreError> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            body();
            drop(held);
        })
        .map(drop)
        .map_err(|error| StoreError::unavailable(format!("a database thread did not start: {error}")))
}

/// Runs a statement without arguments.
fn plain(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]))
        .map(drop)
        .map_err(from_sqlite)
}

fn mark_fatal(fatal: &watch::Sender<Option<Cause>>, error: &StoreError) {
    if let StoreError::Fatal(cause) = error {
        tracing::error!(%cause, "the disk under the database failed: stop and recover");
        fatal.send_if_modified(|known| known.is_none() && known.replace(cause.clone()).is_none());
    }
}

/// The life of a reader thread: each operation in a deferred transaction, so that it sees one state throughout.
fn read(mut connection: Connection, queue: &Queue, fatal: &watch::Sender<Option<Cause>>) {
    while let Some(mut job) = queue.pop() {
        if job.is_abandoned() {
            continue;
        }
        if let Err(error) = plain(&connection, "BEGIN") {
            mark_fatal(fatal, &error);
            job.settle(Err(error));
            continue;
        }
        if let Some(error) = job.run(&mut connection).failure {
            mark_fatal(fatal, &error);
        }
        if !connection.is_autocommit()
            && let Err(error) = plain(&connection, "COMMIT").or_else(|_| plain(&connection, "ROLLBACK"))
        {
            mark_fatal(fatal, &error);
        }
        job.settle(Ok(()));
    }
}

/// The one thread that writes.
struct Writer {
    connection: Connection,
    queue: Arc<Queue>,
    notices: Sender,
    fatal: watch::Sender<Option<Cause>>,
    group_max: usize,
    since_look: usize,
    /// Never receives: closes when the last reader has closed its connection.
    readers: std::sync::mpsc::Receiver<()>,
}

impl Writer {
    fn run(mut self) {
        while let Some(job) = self.queue.pop() {
            if let Some(cause) = self.fatal.borrow().clone() {
                // Never written again: what a failed fsync left behind is not known.
                job.settle(Err(StoreError::Fatal(cause)));
                continue;
            }
            let mut group = Vec::new();
            let commit = self.group(job, &mut group);
            if let Err(error) = &commit {
                mark_fatal(&self.fatal, error);
            } else {
                for job in &mut group {
                    self.notices.deliver(job.pending());
                }
            }
            let size = group.len();
            for job in group {
                job.settle(commit.clone());
            }
            self.look_at_wal(size);
        }
        self.end();
    }

    /// Closes last: only a connection that may write moves the WAL into the file and removes it. After a failure of
    /// the disk nothing is moved.
    fn end(self) {
        while self.readers.recv().is_ok() {}
        if self.fatal.borrow().is_some() {
            let kept = self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
            if let Err(error) = kept {
                tracing::warn!(%error, "the write-ahead log may be moved into the database as it closes");
            }
        }
    }

    /// Runs what is queued in one transaction. An error means that nothing of it happened.
    fn group(&mut self, first: Box<dyn Job>, group: &mut Vec<Box<dyn Job>>) -> Result<(), StoreError> {
        if let Err(error) = plain(&self.connection, "BEGIN IMMEDIATE") {
            group.push(first);
            return Err(error);
        }
        let started = Instant::now();
        let mut next = Some(first);
        while let Some(mut job) = next {
            if !job.is_abandoned() {
                let ran = self.one(&mut job);
                group.push(job);
                if let Err(error) = ran {
                    self.undo();
                    return Err(error);
                }
            }
            let is_open = group.len() < self.group_max && started.elapsed() < GROUP_TIME_MAX;
            next = if is_open { self.queue.try_pop() } else { None };
        }
        plain(&self.connection, "COMMIT").inspect_err(|_| self.undo())
    }

    /// Runs one operation under a savepoint. An error means that the whole transaction is lost.
    fn one(&mut self, job: &mut Box<dyn Job>) -> Result<(), StoreError> {
        plain(&self.connection, "SAVEPOINT operation")?;
        let ran = job.run(&mut self.connection);
        match ran.failure {
            // SQLite itself undoes everything on some errors, a full disk for one.
            Some(error) if self.connection.is_autocommit() || matches!(error, StoreError::Fatal(_)) => {
                return Err(error);
            }
            _ => {}
        }
        if !ran.is_kept {
            plain(&self.connection, "ROLLBACK TO operation")?;
        }
        plain(&self.connection, "RELEASE operation")
    }

    fn undo(&self) {
        if !self.connection.is_autocommit()
            && let Err(error) = plain(&self.connection, "ROLLBACK")
        {
            mark_fatal(&self.fatal, &error);
        }
    }

    /// Moves the WAL into the database when it has grown. After the acknowledgement, so that nobody waits for it,
    /// and by hand, because SQLite hides the errors of its automatic checkpoints.
    fn look_at_wal(&mut self, operations: usize) {
        self.since_look += operations;
        if self.since_look < OPERATIONS_PER_LOOK {
            return;
        }
        self.since_look = 0;
        let pages = match self.checkpoint("PRAGMA wal_checkpoint(NOOP)") {
            Ok(pages) => pages,
            Err(error) => return mark_fatal(&self.fatal, &error),
        };
        let done = match pages {
            ..WAL_PAGES_CHECKPOINT => return,
            WAL_PAGES_CHECKPOINT..WAL_PAGES_RESTART => self.checkpoint("PRAGMA wal_checkpoint(PASSIVE)"),
            WAL_PAGES_RESTART.. => self.checkpoint("PRAGMA wal_checkpoint(RESTART)"),
        };
        if let Err(error) = done {
            tracing::warn!(error = %error.with_cause(), "the write-ahead log was not moved into the database");
            mark_fatal(&self.fatal, &error);
        }
    }

    /// Answers with the number of pages in the WAL.
    fn checkpoint(&self, pragma: &str) -> Result<i64, StoreError> {
        self.connection
            .prepare_cached(pragma)
            .and_then(|mut statement| statement.query_row([], |row| row.get(1)))
            .map_err(from_sqlite)
    }
}
