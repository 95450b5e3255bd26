//! Engagements: conversations in which somebody is verified before anything confidential is done for them.

use crate::audit::Actor;
use crate::pii::{FreeText, Pii};
use crate::words::words;
use crate::{CallId, CaseId, EngagementId, ProfileId, Timestamp, TopicId};

words! {
    /// Who began the conversation.
    EngagementDirection {
        /// The customer.
        Inbound = "inbound",
        /// The company.
        Outbound = "outbound",
    }
}

words! {
    /// How far it is.
    EngagementStatus {
        /// No step was taken.
        New = "new",
        /// The first step was taken.
        InProgress = "in_progress",
        /// It came out.
        Completed = "completed",
    }
}

words! {
    /// How it came out.
    EngagementOutcome {
        /// The request may be processed.
        Proceed = "proceed",
        /// It may not.
        Stop = "stop",
        /// Nothing confidential was touched; nobody was verified.
        NotNeeded = "not_needed",
    }
}

words! {
    /// How it is known who began the conversation.
    AttendeeSource {
        /// A colleague said so.
        ByHand = "by_hand",
        /// The number that rings is registered for them alone.
        Number = "number",
        /// The conversation's account stands under them.
        Account = "account",
        /// Somebody new, whom a colleague wrote down.
        Lead = "lead",
        /// It came out in the verification.
        Verified = "verified",
    }
}

/// An engagement. It names customers by id; what people wrote of it is sealed under its own key.
#[derive(Debug, Clone, PartialEq)]
pub struct Engagement {
    /// Its id.
    pub id: EngagementId,
    /// How people talk: `in_person`, `voice`, `video`, `chat`, or a word of the company's own.
    pub channel: String,
    /// Who began it.
    pub direction: EngagementDirection,
    /// How far it is.
    pub status: EngagementStatus,
    /// The conversation that it belongs to.
    pub case: Option<CaseId>,
    /// The call that it belongs to.
    pub call: Option<CallId>,
    /// Who opened it.
    pub owner: Actor,
    /// Who began the conversation, as far as is known.
    pub attendee: Option<ProfileId>,
    /// How that is known.
    pub attendee_source: Option<AttendeeSource>,
    /// Who was selected as the customer.
    pub customer: Option<ProfileId>,
    /// Who was selected as representing them.
    pub representative: Option<ProfileId>,
    /// The topic.
    pub topic: Option<TopicId>,
    /// How it came out, once it did.
    pub outcome: Option<EngagementOutcome>,
    /// Where the verification stands and what was done, as JSON. It holds no answer.
    pub state: Pii<FreeText>,
    /// What people wrote: reason, notes, fields; `None` once somebody it names was erased.
    pub about: Option<Pii<FreeText>>,
    /// Counts the steps of the verification.
    pub revision: i64,
    /// When it expires if nothing is done; nothing once it came out, and while it waits.
    pub idle_at: Option<Timestamp>,
    /// When the conversation began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Engagement {
    /// Whether it opened when its conversation was accepted, and nobody took it up.
    pub const fn is_waiting(&self) -> bool {
        self.outcome.is_none() && self.idle_at.is_none()
    }
}

/// A customer whom nobody is verified as for the time being.
#[derive(Debug, Clone, PartialEq)]
pub struct VerificationFailures {
    /// The customer.
    pub profile: ProfileId,
    /// The failed sessions, as `countersign_verification::lock::Failures` writes them.
    pub failures: serde_json::Value,
    /// Until when they are locked, overrides aside.
    pub locked_until: Option<Timestamp>,
}
