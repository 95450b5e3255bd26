//! Evidence: one recorded reason to believe.

use crate::words::words;
use crate::{AccountId, Assurance, EvidenceId, LinkId, ProfileId, Timestamp};

words! {
    /// How it was found out. The highest level each can give is decided in `countersign_identity::evidence`.
    Method {
        /// A code that the company's server asked for, with its API key, and the customer sent.
        ApiCode = "api_code",
        /// A code from the widget on a page that carried a token signed by the company's server.
        SignedWidgetCode = "signed_widget_code",
        /// A code from a widget in plain mode: anybody could have written the page data.
        PlainWidgetCode = "plain_widget_code",
        /// A session whose sign-in was signed by the company's server.
        SignedSession = "signed_session",
        /// A sign-in at an OpenID provider that the company trusts.
        Oidc = "oidc",
        /// An answer at an address that was proved before.
        CallBack = "call_back",
        /// A verification policy that was passed.
        Policy = "policy",
        /// Account number and PIN matched by a look-up.
        LookUpPin = "lookup_pin",
        /// The calling number.
        CallerId = "caller_id",
        /// A device that was recognised.
        Device = "device",
        /// Unsigned data of a page or an event.
        PageEvent = "page_event",
        /// What the person typed or said.
        Claimed = "claimed",
        /// What the channel's provider says of the account: a shared phone number, a verified address.
        Attested = "attested",
        /// An agent was satisfied, outside a policy.
        AgentConfirmed = "agent_confirmed",
        /// Data that was imported.
        Import = "import",
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
