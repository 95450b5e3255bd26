//! The audit log: who did what to which object, chained so that a change or a gap is seen.

use crate::words::words;
use crate::{AuditId, Timestamp};

words! {
    /// What kind of actor it was.
    ActorKind {
        /// A person with a log-in.
        User = "user",
        /// A program with an API key.
        ApiKey = "api_key",
        /// A page with a widget or web chat.
        Public = "public",
        /// The customer, by a channel.
        Customer = "customer",
        /// The server itself, or an operator at its command line.
        System = "system",
    }
}

/// Who did it. The name is a colleague's or a key's; customers appear by id alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// What it was.
    pub kind: ActorKind,
    /// Printed id, empty for the system.
    pub id: String,
    /// Name at that time.
    pub name: String,
}

impl Actor {
    /// The server itself.
    pub fn system() -> Self {
        Self { kind: ActorKind::System, id: String::new(), name: "Countersign".to_owned() }
    }
}

/// A row of the audit log. `details` never holds personal data.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    /// Its id.
    pub id: AuditId,
    /// Its place in the chain, from 1, once sealed.
    pub seq: Option<i64>,
    /// When.
    pub at: Timestamp,
    /// What, as `noun.verb`.
    pub action: String,
    /// Who.
    pub actor: Actor,
    /// To what: a printed id, or empty.
    pub object: String,
    /// `ok`, or the error's code.
    pub outcome: String,
    /// More, without personal data.
    pub details: serde_json::Value,
    /// SHA-256 over the previous hash and this row, hex, once sealed.
    pub hash: Option<String>,
}
