//! Topics: what a customer wants, how sure the company has to be of them for that, and what is said and done then.

use serde::{Deserialize, Serialize};

use crate::{Assurance, Timestamp, TopicId, VerificationPolicyId};

/// What the agent says, and where they go on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Script {
    /// To begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<String>,
    /// When it may go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proceed: Option<String>,
    /// When it may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<String>,
}

/// What comes after *proceed*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextAction {
    /// What it is called.
    pub label: String,
    /// The page of the company where it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its id.
    pub id: TopicId,
    /// The word that mandates and records name it by; never changes.
    pub key: String,
    /// Its name; no other topic has it, whatever its case.
    pub name: String,
    /// Whether anything confidential is touched. If not, nobody is verified.
    pub is_confidential: bool,
    /// The least level that it may proceed with.
    pub minimum_level: Assurance,
    /// How customers are verified for it.
    pub policy: Option<VerificationPolicyId>,
    /// What the agent says.
    pub script: Script,
    /// What comes after *proceed*.
    pub next_action: Option<NextAction>,
    /// Whether it can be chosen. Topics are switched off, never deleted.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
