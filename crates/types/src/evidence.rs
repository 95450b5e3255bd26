//! Evidence: one recorded reason to believe.

use crate::words::words;
use crate::{AccountId, Assurance, EvidenceId, LinkId, ProfileId, Timestamp};

words! {
    /// How it was found out. The highest level each can give is decided in `countersign_identity::evidence`.
    Method {
        /// A code issued by the company's server through the API.
        ApiCode = "api_code",
        /// A code issued to a page that carried a signed token.
        SignedWidgetCode = "signed_widget_code",
        /// A code issued to a page in plain mode: anybody could have written the page data.
        PlainWidgetCode = "plain_widget_code",
        /// A web chat that carried a signed token.
        SignedSession = "signed_session",
        /// An agent said so.
        AgentConfirmed = "agent_confirmed",
        /// The customer or the channel said so.
        Claimed = "claimed",
        /// The company's server addressed the account as this person's.
        Imported = "import",
    }
}

/// Who recorded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceBy {
    /// `user`, `api_key`, `widget`, `system`.
    pub kind: String,
    /// Its printed id.
    pub id: String,
    /// Its name at that time.
    pub name: String,
}

/// One recorded reason to believe that a channel account belongs to a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its id.
    pub id: EvidenceId,
    /// About whom.
    pub profile: ProfileId,
    /// Which channel account.
    pub account: AccountId,
    /// The link it carries.
    pub link: LinkId,
    /// How it was found out.
    pub method: Method,
    /// The level it gives.
    pub assurance: Assurance,
    /// When.
    pub recorded_at: Timestamp,
    /// Until when; `None` = until it is ended.
    pub expires_at: Option<Timestamp>,
    /// When it was ended before that.
    pub ended_at: Option<Timestamp>,
    /// Who recorded it.
    pub by: EvidenceBy,
}
