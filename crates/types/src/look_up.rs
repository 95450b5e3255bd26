//! Look-ups as the store keeps them. What they mean is known to `ivr::look_up`.

use crate::{LookUpId, Timestamp};

/// A look-up: how one of the company's own systems is asked about a caller.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredLookUp {
    /// Its id.
    pub id: LookUpId,
    /// Its name; no other look-up has it, however it is written in small and capital letters.
    pub name: String,
    /// Request, answer, limits and the kind of log-in, without secrets.
    pub body: serde_json::Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
