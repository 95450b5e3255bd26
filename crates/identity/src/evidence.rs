//! Evidence and the assurance it gives.
//!
//! [`assess`] is the only function that raises an assurance level. It needs evidence that is alive now; missing,
//! expired, ended, future or unreadable evidence gives nothing. No error can raise a level.

use countersign_types::Assurance;
pub use countersign_types::evidence::Method;

/// The highest level that a method can give. An unknown method is no method: evidence without one is no evidence.
///
/// ```
/// use countersign_identity::evidence::{Method, max_assurance};
/// use countersign_types::Assurance;
/// assert_eq!(Method::parse("api_code").map(max_assurance), Some(Assurance::Al3));
/// assert_eq!(Method::parse("root"), None);
/// ```
pub const fn max_assurance(method: Method) -> Assurance {
    match method {
        Method::ApiCode
        | Method::SignedWidgetCode
        | Method::SignedSession
        | Method::Oidc
        | Method::CallBack => Assurance::Al3,
        Method::Policy | Method::LookUpPin => Assurance::Al2,
        Method::PlainWidgetCode
        | Method::CallerId
        | Method::Device
        | Method::PageEvent
        | Method::Claimed
        | Method::Attested
        | Method::AgentConfirmed
        | Method::Import => Assurance::Al1,
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
    let rank = |e: &Evidence| (max_assurance(e.method), e.expires_at.unwrap_or(i64::MAX), e.recorded_at);
    let mut best: Option<(usize, &Evidence)> = None;
    for (i, evidence) in evidences.iter().enumerate().filter(|(_, e)| e.is_live(now)) {
        if best.is_none_or(|(_, b)| rank(evidence) > rank(b)) {
            best = Some((i, evidence));
        }
    }
    best.map_or(Assessment::ANONYMOUS, |(i, evidence)| Assessment {
        level: max_assurance(evidence.method),
        decided_by: Some(i),
        expires_at: evidence.expires_at,
    })
}
