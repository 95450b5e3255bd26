//! The task that sends notices on PostgreSQL, after the commits they belong to and many in one statement.
//!
//! A `NOTIFY` inside a transaction holds one lock of the whole cluster until its commit is on the disk, so that commits
//! with notices wait for the disk one after another. Here commits are told of when they are done, and what is committed
//! while one statement is under way travels with the next.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, NoTls};

use crate::StoreError;
use crate::notify::{CHANNEL, MESSAGES_PER_TX_MAX, Pending};
use crate::postgres::from_postgres;

const BACKOFF: Duration = Duration::from_millis(500);
/// Transactions whose notices wait at most; beyond, everybody is told to look at everything.
const QUEUE_MAX: usize = 4_096;
/// Closing waits this long for what is not sent yet.
const CLOSE_MAX: Duration = Duration::from_secs(1);
/// Notices are wake-ups: whether one is on the disk is nobody's concern.
const SEND: &str = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)";

/// Hands notices to the task. Dropped or closed, the task sends what it has and ends.
pub(crate) struct Announcer {
    queue: Mutex<Option<mpsc::Sender<Pending>>>,
    /// Something did not reach the queue, or whoever listens.
    is_lost: Arc<AtomicBool>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Announcer {
    pub(crate) fn start(config: Config) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE_MAX);
        let is_lost = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(keep(config, waiting, is_lost.clone()));
        Self { queue: Mutex::new(Some(queue)), is_lost, task: Mutex::new(Some(task)) }
    }

    /// Sends the notices of a transaction that is committed.
    pub(crate) fn send(&self, pending: Pending) {
        if pending.is_empty() {
            return;
        }
        if let Some(queue) = self.queue.lock().ok().as_deref().and_then(Option::as_ref) {
            // When it is full the task has work, and says with that what was left out. It ends only with the queue.
            if queue.try_send(pending).is_err() {
                self.is_lost.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Takes nothing more.
    pub(crate) fn end(&self) {
        if let Ok(mut queue) = self.queue.lock() {
            queue.take();
        }
    }

    /// Takes nothing more and waits a moment for what is under way.
    pub(crate) async fn close(&self) {
        self.end();
        let task = self.task.lock().ok().and_then(|mut task| task.take());
        if let Some(task) = task {
            let _ = tokio::time::timeout(CLOSE_MAX, task).await;
        }
    }
}

/// Sends for as long as the database is open.
async fn keep(config: Config, mut waiting: mpsc::Receiver<Pending>, is_lost: Arc<AtomicBool>) {
    let mut client = None;
    while let Some(first) = waiting.recv().await {
        let mut batch = Batch::default();
        batch.add(first);
        while let Ok(more) = waiting.try_recv() {
            batch.add(more);
        }
        // After the queue was emptied: whoever finds it full from here on leaves something that comes here again.
        batch.is_over |= is_lost.swap(false, Ordering::Relaxed);
        if let Err(error) = send(&config, &mut client, batch.into_pending()).await {
            tracing::warn!(error = %error.with_cause(), "live updates are not sent: the database connection is lost");
            client = None;
            // Whoever listens has missed something, and hears so with the next one.
            is_lost.store(true, Ordering::Relaxed);
            tokio::time::sleep(BACKOFF).await;
        }
    }
}

async fn send(config: &Config, client: &mut Option<Client>, pending: Pending) -> Result<(), StoreError> {
    let client = match client {
        Some(client) => client,
        None => {
            let (connected, connection) = config.connect(NoTls).await.map_err(from_postgres)?;
            // Ends with the client.
            tokio::spawn(async move { drop(connection.await) });
            client.insert(connected)
        }
    };
    for payload in pending.payloads() {
        client.query_typed(SEND, &[(&CHANNEL, TEXT), (&payload, TEXT)]).await.map_err(from_postgres)?;
    }
    Ok(())
}

const TEXT: tokio_postgres::types::Type = tokio_postgres::types::Type::TEXT;

/// Notices of several transactions, each message once.
#[derive(Default)]
struct Batch {
    known: HashSet<String>,
    messages: Vec<String>,
    is_over: bool,
}

impl Batch {
    fn add(&mut self, pending: Pending) {
        let (messages, is_over) = pending.into_parts();
        self.is_over |= is_over || self.messages.len() + messages.len() > MESSAGES_PER_TX_MAX;
        for message in messages {
            if !self.is_over && self.known.insert(message.clone()) {
                self.messages.push(message);
            }
        }
    }

    /// Who is told to look at everything need not hear what changed.
    fn into_pending(self) -> Pending {
        let messages = if self.is_over { Vec::new() } else { self.messages };
        Pending::from_parts(messages, self.is_over)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(messages: &[&str]) -> Pending {
        Pending::from_parts(messages.iter().map(|&m| m.to_owned()).collect(), false)
    }

    #[test]
    fn several_transactions_are_told_of_once_and_in_order() {
        let mut batch = Batch::default();
        batch.add(pending(&["case.updated a", "case.updated b"]));
        batch.add(pending(&["case.updated b", "case.updated c"]));
        assert_eq!(batch.into_pending().payloads(), ["case.updated a\ncase.updated b\ncase.updated c"]);
    }

    #[test]
    fn too_many_become_one_resync() {
        let mut batch = Batch::default();
        for n in 0..=MESSAGES_PER_TX_MAX {
            batch.add(pending(&[&format!("case.updated {n}")]));
        }
        assert_eq!(batch.into_pending().payloads(), ["\u{1}resync"]);
    }
}
