//! Events: what happened, as webhooks, timelines and live updates name it.

use crate::audit::Actor;
use crate::words::words;
use crate::{AccountId, CaseId, CodeId, EventId, LinkId, MessageId, ProfileId, Timestamp};

words! {
    /// The catalogue. The word is the `type` of a webhook and the `kind` of a timeline entry.
    EventKind {
        /// A code or a signed session made somebody known.
        IdentificationSucceeded = "identification.succeeded",
        /// A code was sent and not accepted.
        IdentificationFailed = "identification.failed",
        /// A used code was sent again.
        CodeReuse = "code.reuse",
        /// A code was issued.
        CodeIssued = "code.issued",
        /// A code was taken back.
        CodeRevoked = "code.revoked",
        /// An account was linked.
        LinkCreated = "link.created",
        /// A link ended.
        LinkEnded = "link.ended",
        /// A profile was made.
        ProfileCreated = "profile.created",
        /// A profile changed.
        ProfileUpdated = "profile.updated",
        /// A profile was deleted.
        ProfileDeleted = "profile.deleted",
        /// A profile was blocked.
        ProfileBlocked = "profile.blocked",
        /// A profile was unblocked.
        ProfileUnblocked = "profile.unblocked",
        /// Another profile became part of a profile.
        ProfileMerged = "profile.merged",
        /// Two profiles that had become one are two again.
        ProfileUnmerged = "profile.unmerged",
        /// Somebody may act for a customer.
        MandateCreated = "mandate.created",
        /// A mandate was taken back.
        MandateRevoked = "mandate.revoked",
        /// A case was made.
        CaseCreated = "case.created",
        /// A case changed.
        CaseUpdated = "case.updated",
        /// A chat was ended.
        ChatEnded = "chat.ended",
        /// A message was added.
        MessageCreated = "message.created",
        /// A website said who somebody is, or a token proved it.
        VisitIdentified = "visit.identified",
        /// Something happened on a website that the company named itself.
        VisitEvent = "visit.event",
        /// A guided conversation was opened.
        EngagementOpened = "engagement.opened",
        /// Somebody was verified: their request may be processed.
        EngagementVerified = "engagement.verified",
        /// A verification stopped: the request may not be processed.
        EngagementStopped = "engagement.stopped",
        /// A test from the console.
        WebhookTest = "webhook.test",
    }
}

impl EventKind {
    /// Whether it is about a visit of a website. Those are many: a webhook has to name them, `*` is without them, and they
    /// stand among the events of their visit, not in timelines.
    pub const fn is_of_visit(self) -> bool {
        matches!(self, Self::VisitIdentified | Self::VisitEvent)
    }
}

/// Something that happened. Names objects, carries no personal data.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its id; also the webhook id, so that receivers can drop doubles.
    pub id: EventId,
    /// What.
    pub kind: EventKind,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// About which profile.
    pub profile: Option<ProfileId>,
    /// About which account.
    pub account: Option<AccountId>,
    /// About which case.
    pub case: Option<CaseId>,
    /// About which message.
    pub message: Option<MessageId>,
    /// About which link.
    pub link: Option<LinkId>,
    /// About which code.
    pub code: Option<CodeId>,
    /// More, without personal data.
    pub details: serde_json::Value,
}
