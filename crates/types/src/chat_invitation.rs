//! Invitations of a website's visitors to a web chat, as the store keeps them. What they mean is known to `visits::invite`.

use crate::{CaseId, ChannelId, ChatInvitationId, ChatOfferId, Timestamp};

crate::words::words! {
    /// What became of an offer.
    OfferState {
        /// It is shown.
        Offered = "offered",
        /// The visitor opened the chat by it.
        Opened = "opened",
        /// The visitor wrote.
        Answered = "answered",
        /// The visitor closed it.
        Dismissed = "dismissed",
    }
}

/// How often an invitation was shown, and what became of that.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Shown.
    pub offered: i64,
    /// The chat was opened by it.
    pub opened: i64,
    /// The visitor wrote.
    pub answered: i64,
    /// The visitor closed it.
    pub dismissed: i64,
}

/// An invitation.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredChatInvitation {
    /// Its id.
    pub id: ChatInvitationId,
    /// Its name, for the team.
    pub name: String,
    /// Whether it is in use.
    pub is_active: bool,
    /// The site whose visitors are meant: a channel.
    pub site: ChannelId,
    /// The web chat to which they are invited.
    pub channel: ChannelId,
    /// Which one is tried first.
    pub position: i64,
    /// Whom, with which words, how many.
    pub body: serde_json::Value,
    /// What became of it.
    pub figures: Figures,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// That one visitor was invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatOffer {
    /// Its id.
    pub id: ChatOfferId,
    /// The invitation.
    pub invitation: ChatInvitationId,
    /// The number of the visit.
    pub visit: i64,
    /// The number of the browser, where it is known.
    pub device: Option<i64>,
    /// The language of the text that was shown.
    pub language: String,
    /// What became of it.
    pub state: OfferState,
    /// When it was made.
    pub offered_at: Timestamp,
    /// Since when it is in that state.
    pub state_at: Timestamp,
    /// The conversation that came of it.
    pub case: Option<CaseId>,
}
