//! Evidence and the assurance it gives.
//!
//! [`assess`] is the only function that raises an assurance level. It needs evidence that is alive now; missing,
//! expired, ended, future or unreadable evidence gives nothing. No error can raise a level.

use countersign_types::Assurance;

/// Why a channel account, call or visit is believed to belong to a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// A code that the company's server asked for, with its API key, and the customer sent.
    ApiCode,
    /// A code from the widget on a page signed by the company's server.
    SignedWidgetCode,
    /// A code from a widget that took unsigned page data.
    PlainWidgetCode,
    /// A session whose sign-in was signed by the company's server.
    SignedSession,
    /// A sign-in at an OpenID provider that the company trusts.
    Oidc,
    /// An answer at an address that was proved before.
    CallBack,
    /// A verification policy that was passed.
    Policy,
    /// Account number and PIN matched by a look-up.
    LookUpPin,
    /// The calling number.
    CallerId,
    /// A device that was recognised.
    Device,
    /// Unsigned data of a page or an event.
    PageEvent,
    /// What the person typed or said.
    Claimed,
    /// What the channel's provider says of the account (a shared phone number, a verified address).
    Attested,
    /// An agent was satisfied, outside a policy.
    AgentConfirmed,
    /// Data that was imported.
    Import,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 15] = [
        Self::ApiCode,
        Self::SignedWidgetCode,
        Self::PlainWidgetCode,
        Self::SignedSession,
        Self::Oidc,
        Self::CallBack,
        Self::Policy,
        Self::LookUpPin,
        Self::CallerId,
        Self::Device,
        Self::PageEvent,
        Self::Claimed,
        Self::Attested,
        Self::AgentConfirmed,
        Self::Import,
    ];

    /// The highest level this method can give.
    pub const fn max_assurance(self) -> Assurance {
        match self {
            Self::ApiCode | Self::SignedWidgetCode | Self::SignedSession | Self::Oidc | Self::CallBack => {
                Assurance::Al3
            }
            Self::Policy | Self::LookUpPin => Assurance::Al2,
            Self::PlainWidgetCode
            | Self::CallerId
            | Self::Device
            | Self::PageEvent
            | Self::Claimed
            | Self::Attested
            | Self::AgentConfirmed
            | Self::Import => Assurance::Al1,
        }
    }

    /// The word on the wire and in a column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiCode => "api_code",
            Self::SignedWidgetCode => "signed_widget_code",
            Self::PlainWidgetCode => "plain_widget_code",
            Self::SignedSession => "signed_session",
            Self::Oidc => "oidc",
            Self::CallBack => "call_back",
            Self::Policy => "policy",
            Self::LookUpPin => "lookup_pin",
            Self::CallerId => "caller_id",
            Self::Device => "device",
            Self::PageEvent => "page_event",
            Self::Claimed => "claimed",
            Self::Attested => "attested",
            Self::AgentConfirmed => "agent_confirmed",
            Self::Import => "import",
        }
    }

    /// Reads the word. An unknown word is `None`, and evidence without a known method is no evidence.
    ///
    /// ```
    /// use countersign_identity::evidence::Method;
    /// assert_eq!(Method::parse("api_code"), Some(Method::ApiCode));
    /// assert_eq!(Method::parse("root"), None);
    /// ```
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == word)
    }
}

/// One recorded reason. Times are microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// How.
    pub method: Method,
    /// When it was recorded; it says nothing about the time before.
    pub recorded_at: i64,
    /// From when on it counts no more.
    pub expires_at: Option<i64>,
    /// When it was ended: undone, unlinked, disputed, signed out, superseded.
    pub ended_at: Option<i64>,
}

impl Evidence {
    /// Does it count now? An expiry before the recording, or an end in the future, does not lengthen its life.
    pub const fn is_live(&self, now: i64) -> bool {
        let is_unexpired = match self.expires_at {
            Some(at) => now < at,
            None => true,
        };
        self.recorded_at <= now && is_unexpired && self.ended_at.is_none()
    }
}

/// How sure, why and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assessment {
    /// The level.
    pub level: Assurance,
    /// Which evidence decided it: an index into the given list; `None` at AL0.
    pub decided_by: Option<usize>,
    /// When the level may fall; `None` if never, or at AL0.
    pub expires_at: Option<i64>,
}

impl Assessment {
    const ANONYMOUS: Self = Self { level: Assurance::Al0, decided_by: None, expires_at: None };
}

/// The assurance that this evidence gives now: the highest level of any that is live. Among equals the one that
/// lasts longest decides, then the latest recorded, then the first in the list.
///
/// ```
/// use countersign_identity::evidence::{assess, Evidence, Method};
/// use countersign_types::Assurance;
/// let call = Evidence { method: Method::CallerId, recorded_at: 0, expires_at: None, ended_at: None };
/// let code = Evidence { method: Method::ApiCode, recorded_at: 5, expires_at: Some(100), ended_at: None };
/// assert_eq!(assess(&[call, code], 10).level, Assurance::Al3);
/// assert_eq!(assess(&[call, code], 10).expires_at, Some(100));
/// assert_eq!(assess(&[call, code], 100).level, Assurance::Al1);
/// assert_eq!(assess(&[], 10).level, Assurance::Al0);
/// ```
pub fn assess(evidences: &[Evidence], now: i64) -> Assessment {
    let rank = |e: &Evidence| (e.method.max_assurance(), e.expires_at.unwrap_or(i64::MAX), e.recorded_at);
    let mut best: Option<(usize, &Evidence)> = None;
    for (i, evidence) in evidences.iter().enumerate().filter(|(_, e)| e.is_live(now)) {
        if best.is_none_or(|(_, b)| rank(evidence) > rank(b)) {
            best = Some((i, evidence));
        }
    }
    best.map_or(Assessment::ANONYMOUS, |(i, evidence)| Assessment {
        level: evidence.method.max_assurance(),
        decided_by: Some(i),
        expires_at: evidence.expires_at,
    })
}
