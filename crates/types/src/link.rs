//! Links: channel account ↔ profile, carried by evidence; can be undone.

use crate::channel::ChannelKind;
use crate::evidence::Evidence;
use crate::pii::{self, Pii};
use crate::words::words;
use crate::{AccountId, Assurance, ChannelId, LinkId, ProfileId, Timestamp};

words! {
    /// Why a link ended.
    LinkEnd {
        /// Somebody unlinked it.
        Unlinked = "unlinked",
        /// The customer or an agent took it back; what was before is restored.
        Undone = "undone",
        /// A newer proof linked the account to somebody else.
        Superseded = "superseded",
        /// Its time was over.
        Expired = "expired",
        /// The provider gave the account a new id.
        ProviderIdChanged = "provider_id_changed",
        /// The customer was erased.
        Erased = "erased",
    }
}

/// Somebody as one channel knows them. Its messages are encrypted under its own key, so that linking and unlinking
/// never re-encrypts anything and erasing a profile erases the accounts linked to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// On which channel.
    pub channel: ChannelId,
    /// The id of the user there.
    pub user_id: Pii<pii::ExternalId>,
    /// The name shown there.
    pub name: Option<Pii<pii::Name>>,
    /// The profile it stands under: its own anonymous one, or the linked one.
    pub profile: ProfileId,
    /// The profile that its first message made, to which it returns when unlinked.
    pub home_profile: ProfileId,
    /// First heard of.
    pub created_at: Timestamp,
}

/// A link with its evidence and its two ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Its id.
    pub id: LinkId,
    /// Whose.
    pub profile: ProfileId,
    /// Which account.
    pub account: Account,
    /// Name of the account's channel.
    pub channel_name: String,
    /// Kind of the account's channel.
    pub channel_kind: ChannelKind,
    /// The level its evidence gave when linked; what counts now is assessed from the evidence.
    pub assurance: Assurance,
    /// The evidence that carries it.
    pub evidence: Evidence,
    /// The link that this one replaced, put back by an undo.
    pub replaced: Option<LinkId>,
    /// When it was made.
    pub linked_at: Timestamp,
    /// Until when.
    pub expires_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why it ended.
    pub ended_reason: Option<LinkEnd>,
}

impl Link {
    /// Whether it carries anything at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && self.expires_at.is_none_or(|t| now < t)
    }
}
