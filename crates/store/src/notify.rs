//! Live updates: small messages that reach every server after the commit they belong to, and never without it.
//!
//! A message carries names, never data, and is a wake-up: the content comes from the tables. Everything is
//! delivered at most once, and whoever may have missed something is told so by [`Notice::Resync`].
//!
//! On PostgreSQL most messages are sent once their commit is done (`announce.rs`): a server that dies in between
//! sends none, and tells everybody to look again when it is back. What other servers must not miss, because they would
//! go on with what holds no more, is part of the commit itself ([`crate::Tx::notify_within`]).

use std::sync::Arc;

use tokio::sync::broadcast;

use crate::StoreError;

/// The channel of PostgreSQL's `LISTEN` and `NOTIFY`, per database.
pub const CHANNEL: &str = "countersign";
/// The longest message [`crate::Tx::notify`] takes, in bytes.
pub const MESSAGE_BYTES_MAX: usize = 1_000;
/// The most messages one transaction sends; beyond, receivers get one [`Notice::Resync`] instead.
pub const MESSAGES_PER_TX_MAX: usize = 1_000;
/// The longest payload of one `pg_notify` (PostgreSQL's limit is just under 8,000 bytes).
pub(crate) const PAYLOAD_BYTES_MAX: usize = 7_500;
/// How many notices a slow receiver may lag behind before it is told to resynchronise.
const BUFFER: usize = 4_096;
/// Stands for [`Notice::Resync`] in a payload; not a possible message, which holds no control characters.
const RESYNC: &str = "\u{1}resync";

/// What a subscriber receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A message sent with [`crate::Tx::notify`] by a transaction that is committed.
    Message(Arc<str>),
    /// Messages may have been missed: the receiver was slow, or the connection was lost and is back.
    Resync,
}

/// A subscription to the notices of all servers on this database. Made by [`crate::Db::subscribe`].
pub struct Notices(broadcast::Receiver<Notice>);

impl Notices {
    /// The next notice; `None` once the database is closed.
    pub async fn recv(&mut self) -> Option<Notice> {
        match self.0.recv().await {
            Ok(notice) => Some(notice),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Notice::Resync),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

/// The sending side within this process.
#[derive(Clone)]
pub(crate) struct Sender(broadcast::Sender<Notice>);

impl Sender {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(BUFFER))
    }

    pub(crate) fn subscribe(&self) -> Notices {
        Notices(self.0.subscribe())
    }

    pub(crate) fn send(&self, notice: Notice) {
        // Without receivers there is nobody to miss it.
        let _ = self.0.send(notice);
    }

    /// Delivers the messages of one committed transaction.
    pub(crate) fn deliver(&self, pending: Pending) {
        if self.0.receiver_count() == 0 {
            return;
        }
        if pending.is_over {
            self.send(Notice::Resync);
        }
        for message in pending.messages {
            self.send(Notice::Message(message.into()));
        }
    }

    /// Delivers what a payload made by [`Pending::payloads`] holds.
    pub(crate) fn deliver_payload(&self, payload: &str) {
        for line in payload.split('\n').filter(|line| !line.is_empty()) {
            self.send(if line == RESYNC { Notice::Resync } else { Notice::Message(line.into()) });
        }
    }
}

/// The messages of one transaction, until its commit. A message sent twice in one transaction is one message.
#[derive(Default)]
pub(crate) struct Pending {
    messages: Vec<String>,
    is_over: bool,
}

impl Pending {
    pub(crate) fn push(&mut self, message: &str) -> Result<(), StoreError> {
        if message.is_empty() || message.len() > MESSAGE_BYTES_MAX || message.chars().any(char::is_control) {
            return Err(StoreError::bug("a notice is empty, too long or holds a control character"));
        }
        if self.is_over || self.messages.iter().any(|known| known == message) {
            return Ok(());
        }
        if self.messages.len() == MESSAGES_PER_TX_MAX {
            self.messages.clear();
            self.is_over = true;
            return Ok(());
        }
        self.messages.push(message.to_owned());
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.messages.is_empty() && !self.is_over
    }

    pub(crate) fn into_parts(self) -> (Vec<String>, bool) {
        (self.messages, self.is_over)
    }

    pub(crate) fn from_parts(messages: Vec<String>, is_over: bool) -> Self {
        Self { messages, is_over }
    }

    /// The messages of both, those of `other` last.
    pub(crate) fn joined(mut self, other: Self) -> Self {
        self.is_over |= other.is_over;
        self.messages.extend(other.messages);
        self
    }

    /// The messages joined to as few payloads as `pg_notify` takes.
    pub(crate) fn payloads(self) -> Vec<String> {
        let mut payloads: Vec<String> = Vec::new();
        if self.is_over {
            payloads.push(RESYNC.to_owned());
        }
        for message in self.messages {
            match payloads.last_mut() {
                Some(last) if last.len() + 1 + message.len() <= PAYLOAD_BYTES_MAX => {
                    last.push('\n');
                    last.push_str(&message);
                }
                _ => payloads.push(message),
            }
        }
        payloads
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_never_passes_the_limit_and_loses_nothing() {
        let mut pending = Pending::default();
        for n in 0..900 {
            pending.push(&format!("case.updated case_{n:0>40}")).unwrap();
            pending.push(&format!("case.updated case_{n:0>40}")).unwrap();
        }
        let payloads = pending.payloads();
        assert!(payloads.iter().all(|payload| payload.len() <= PAYLOAD_BYTES_MAX));
        assert_eq!(payloads.iter().flat_map(|payload| payload.split('\n')).count(), 900);
    }

    #[test]
    fn too_many_messages_become_one_resync() {
        let mut pending = Pending::default();
        for n in 0..=MESSAGES_PER_TX_MAX {
            pending.push(&format!("case.updated case_{n}")).unwrap();
        }
        let sender = Sender::new();
        let mut notices = sender.subscribe();
        for payload in pending.payloads() {
            sender.deliver_payload(&payload);
        }
        assert_eq!(notices.0.try_recv(), Ok(Notice::Resync));
        assert!(notices.0.try_recv().is_err());
    }
}
