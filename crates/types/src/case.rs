//! Cases: one conversation with a customer on one channel.

use crate::pii::{FreeText, Pii};
use crate::words::words;
use crate::{AccountId, Assurance, CaseId, ChannelId, GroupId, MessageId, ProfileId, Timestamp, UserId};

words! {
    /// Where the work stands.
    CaseStatus {
        /// Somebody has to act.
        Open = "open",
        /// Waiting for the customer.
        Pending = "pending",
        /// Done.
        Closed = "closed",
    }
}

words! {
    /// The live part of a case; can be ended while the case stays in any status.
    ChatState {
        /// The customer is here or may write on.
        Live = "live",
        /// Ended; the next message opens it again, or a new case when the old one is closed.
        Ended = "ended",
    }
}

words! {
    /// How urgent.
    Priority {
        /// Low.
        Low = "low",
        /// Normal.
        Normal = "normal",
        /// High.
        High = "high",
        /// Urgent.
        Urgent = "urgent",
    }
}

/// A case.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// Its number, counted from 1.
    pub number: i64,
    /// The channel.
    pub channel: ChannelId,
    /// The customer as the channel knows them.
    pub account: AccountId,
    /// The profile that the account stands under now.
    pub profile: ProfileId,
    /// Status.
    pub status: CaseStatus,
    /// Live or ended.
    pub chat: ChatState,
    /// Who works on it.
    pub assignee: Option<UserId>,
    /// The group it is with.
    pub group: Option<GroupId>,
    /// Labels, sorted.
    pub labels: Vec<String>,
    /// Priority.
    pub priority: Priority,
    /// Values of case attributes by key.
    pub attributes: serde_json::Map<String, serde_json::Value>,
    /// Inbound messages that the team has not seen.
    pub unread_count: i64,
    /// Since when the customer waits for an answer.
    pub waiting_since: Option<Timestamp>,
    /// When the chat ends by itself unless the customer answers.
    pub chat_ends_at: Option<Timestamp>,
    /// The newest message.
    pub last_message: Option<MessageId>,
    /// When the newest message came.
    pub last_message_at: Option<Timestamp>,
    /// When a person, customer or colleague, last wrote: what a delay of rules is counted from.
    pub last_person_at: Option<Timestamp>,
    /// Messages and notes in it.
    pub message_count: i64,
    /// When the customer was last asked for a code.
    pub code_requested_at: Option<Timestamp>,
    /// How the last message that looked like a code ended.
    pub last_code_outcome: Option<crate::code::Outcome>,
    /// When that was.
    pub last_code_at: Option<Timestamp>,
    /// What it is about, as the customer's mail says.
    pub subject: Option<Pii<FreeText>>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Case {
    /// Draws what follows from its status and its chat: nobody waits in a case that is not open, and a chat that is over
    /// does not end once more.
    pub fn settle(&mut self) {
        if self.status != CaseStatus::Open || self.chat == ChatState::Ended {
            self.waiting_since = None;
        }
        if self.status == CaseStatus::Closed || self.chat == ChatState::Ended {
            self.chat_ends_at = None;
        }
    }
}

/// Where the newest mail of a conversation stands, so that the next one is put behind it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MailThread {
    /// The mail's own `Message-ID`, without brackets.
    pub id: String,
    /// Those of the mails before it, oldest first.
    pub references: Vec<String>,
}

words! {
    /// In which order cases are listed.
    CaseSort {
        /// Who waits longest first.
        Waiting = "waiting",
        /// The newest message first.
        Newest = "newest",
    }
}

/// Whose cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssigneeFilter {
    /// Of that user.
    User(UserId),
    /// Of nobody yet.
    Nobody,
}

/// What a list of cases is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// Status.
    pub status: Option<CaseStatus>,
    /// Channel.
    pub channel: Option<ChannelId>,
    /// Whose.
    pub assignee: Option<AssigneeFilter>,
    /// With which group.
    pub group: Option<GroupId>,
    /// Level of the customer's link at this moment.
    pub assurance: Option<Assurance>,
    /// Of that customer.
    pub profile: Option<ProfileId>,
}

/// A change to a case.
#[derive(Debug, Clone, Default)]
pub struct CasePatch {
    /// Status.
    pub status: Option<CaseStatus>,
    /// Assignee; the inner `None` gives it back to the team.
    pub assignee: Option<Option<UserId>>,
    /// The group; the inner `None` takes it away.
    pub group: Option<Option<GroupId>>,
    /// Labels.
    pub labels: Option<Vec<String>>,
    /// Priority.
    pub priority: Option<Priority>,
    /// Case attributes by key; `null` clears.
    pub attributes: serde_json::Map<String, serde_json::Value>,
}
