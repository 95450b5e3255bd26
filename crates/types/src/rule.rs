//! Rules as they are kept: what they say is JSON here; `countersign-rules` reads and runs it.

use crate::words::words;
use crate::{Assurance, CaseId, FiringId, RuleGroupId, RuleId, Timestamp};

/// A rule as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleRow {
    /// Its id.
    pub id: RuleId,
    /// Its place among the others, from 1.
    pub position: i64,
    /// What it says, as JSON.
    pub body: serde_json::Value,
    /// Counted up by each change, from 1.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When what it says last changed.
    pub updated_at: Timestamp,
}

/// What a rule said, and who had it say so.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleVersion {
    /// Which of its versions.
    pub version: i64,
    /// What it said.
    pub body: serde_json::Value,
    /// When it was saved.
    pub at: Timestamp,
    /// Printed id of who saved it.
    pub by_id: String,
    /// Their name at that time.
    pub by_name: String,
}

/// Rules that are switched together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleGroup {
    /// Its id.
    pub id: RuleGroupId,
    /// Its name.
    pub name: String,
    /// Whether its rules take part.
    pub is_enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

words! {
    /// What made rules be asked.
    RuleOccasion {
        /// The customer began a conversation.
        NewCase = "new_case",
        /// A message came.
        Message = "message",
        /// Something was changed.
        Change = "change",
        /// Half an hour was over.
        HalfHour = "half_hour",
        /// A rule's delay was over.
        Delay = "delay",
    }
}

/// That a rule fired in a case, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Firing {
    /// Its id.
    pub id: FiringId,
    /// Which rule.
    pub rule: RuleId,
    /// Its name at that time.
    pub rule_name: String,
    /// In which case.
    pub case: CaseId,
    /// When.
    pub at: Timestamp,
    /// What made it be asked.
    pub happened: RuleOccasion,
    /// How many passes of rules lay before it.
    pub depth: u8,
    /// The chance by which variants were chosen.
    pub seed: u64,
    /// What it did, action by action; names of things, never values.
    pub done: Vec<Done>,
}

/// What became of one action.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// The action's kind, such as `send_message`.
    pub action: String,
    /// `done`, `held` (a limit of R-1) or `skipped`.
    pub outcome: String,
    /// Why it was not done; or which object came of it, by its printed id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// How often a rule fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiringCount {
    /// Which rule.
    pub rule: RuleId,
    /// How often since the moment asked for.
    pub count: i64,
    /// When last.
    pub last_at: Timestamp,
}

/// Settings of all rules together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSettings {
    /// The switch that stops all of them at once.
    pub is_enabled: bool,
    /// From which level a customer counts as identified: AL3, or AL1 where pages cannot sign.
    pub identified_at: Assurance,
}

impl Default for RuleSettings {
    fn default() -> Self {
        Self { is_enabled: true, identified_at: Assurance::Al3 }
    }
}
