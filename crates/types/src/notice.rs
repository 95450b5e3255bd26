//! Notices: what people of the team are told by rules, and of chats that are about to end.

use crate::pii::{FreeText, Pii};
use crate::words::words;
use crate::{CaseId, NoticeId, Timestamp, UserId};

words! {
    /// What a notice is about.
    NoticeKind {
        /// A rule says so.
        Rule = "rule",
        /// A chat of theirs ends in a minute.
        ChatEnds = "chat_ends",
    }
}

/// A notice.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// Who is told.
    pub user: UserId,
    /// About which case.
    pub case: CaseId,
    /// What it is about.
    pub kind: NoticeKind,
    /// The name of the rule at that time; empty where none speaks.
    pub rule_name: String,
    /// What it says, as an agent may see it.
    pub text: Pii<FreeText>,
    /// When.
    pub created_at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
}
