//! Notices: what rules tell people of the team.

use crate::pii::{FreeText, Pii};
use crate::{CaseId, NoticeId, Timestamp, UserId};

/// A notice.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// Who is told.
    pub user: UserId,
    /// About which case.
    pub case: CaseId,
    /// The name of the rule at that time.
    pub rule_name: String,
    /// What it says, as an agent may see it.
    pub text: Pii<FreeText>,
    /// When.
    pub created_at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
}
