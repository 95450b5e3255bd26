//! Policies of guided verification, as the store keeps them. What they say is known to `verification::policy`.

use crate::{Timestamp, VerificationPolicyId};

/// A policy: what will be asked once it is published.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredPolicy {
    /// Its id.
    pub id: VerificationPolicyId,
    /// Its name, which stands in the draft; no other policy has it, whatever its case.
    pub name: String,
    /// The draft: a `verification::Policy`.
    pub draft: serde_json::Value,
    /// Counted up by each change of the draft, from 1.
    pub revision: i64,
    /// The number of the published version that engagements take; `None` before the first.
    pub published: Option<u32>,
    /// The revision of the draft that was published; what differs is not in force.
    pub published_from: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the draft last changed.
    pub updated_at: Timestamp,
}

/// A policy as it was published. It never changes and never goes: records of verifications name it.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyVersion {
    /// Whose version it is.
    pub policy: VerificationPolicyId,
    /// Its number, from 1.
    pub number: u32,
    /// What it says.
    pub body: serde_json::Value,
    /// Codes of the linter's warnings that whoever published it put up with.
    pub acknowledged: Vec<String>,
    /// When it was published.
    pub at: Timestamp,
    /// Printed id of who published it.
    pub by_id: String,
    /// Their name at that time.
    pub by_name: String,
}
