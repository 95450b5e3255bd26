//! Flows of phone calls, as the store keeps them. What they say is known to `ivr::flow`.

use crate::{IvrFlowId, Timestamp};

/// A flow: what callers will be asked once it is published.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredFlow {
    /// Its id.
    pub id: IvrFlowId,
    /// Its name; no other flow has it, whatever its case.
    pub name: String,
    /// The draft: an `ivr::flow::Flow`, without the values of its headers.
    pub draft: serde_json::Value,
    /// Counted up by each change of the draft, from 1.
    pub version: i64,
    /// The number of the published version that calls take; `None` before the first.
    pub published: Option<i64>,
    /// The version of the draft that was published; what differs is not live yet.
    pub published_from: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When name or draft last changed.
    pub updated_at: Timestamp,
}

/// A flow as it was published; it never changes.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowVersion {
    /// Whose version it is.
    pub flow: IvrFlowId,
    /// Its number, from 1.
    pub number: i64,
    /// What it says, without the values of its headers.
    pub body: serde_json::Value,
    /// When it was published.
    pub at: Timestamp,
    /// Printed id of who published it.
    pub by_id: String,
    /// Their name at that time.
    pub by_name: String,
}
