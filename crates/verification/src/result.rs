//! What is signed about a result: the claims alone. Signing them, and for how long a signature counts, is the server's.
//!
//! No name, no answer, no field: whoever gets the token learns who was verified for what, by ids they know.

use countersign_types::{Assurance, ProfileId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::engagement::{About, Engagement, Outcome, Role, StopClass};

/// For how long a signed result is accepted (V-7).
pub const TOKEN_SECS: u32 = 600;

/// What the result says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The request may be processed.
    Proceed,
    /// It may not.
    Stop,
    /// Nothing confidential; nobody was verified.
    NotNeeded,
}

/// The claims of a signed result. Times are seconds since 1970, as in every JWT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// For whom the token is.
    pub aud: String,
    /// This token's own: another one is signed under another.
    pub jti: String,
    /// The engagement.
    pub engagement: String,
    /// When it was signed.
    pub iat: i64,
    /// When it is accepted no more: ten minutes later, or when the result itself does not count any more.
    pub exp: i64,
    /// What the result says.
    pub decision: Decision,
    /// How sure; AL0 for anything but *proceed*.
    pub level: Assurance,
    /// The topic.
    pub topic: String,
    /// The customer, once verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<ProfileId>,
    /// Who acts for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub representative: Option<ProfileId>,
    /// By which mandate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mandate: Option<String>,
    /// The policy and its version, as `pol_1@3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Why it stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<StopClass>,
}

/// The claims about an engagement that is over, under the token's own id and the engagement's; `None` while it is not over, or
/// once its result counts no more.
///
/// ```
/// use countersign_types::{Assurance, Timestamp};
/// use countersign_verification::engagement::Engagement;
/// use countersign_verification::result::claims;
/// let open = Engagement::open([0; 32], Timestamp::from_micros(0));
/// assert_eq!(claims(&open, ("t1", "eng_1"), "https://bank.example", Timestamp::from_micros(0)), None);
/// ```
pub fn claims(of: &Engagement, (jti, id): (&str, &str), audience: &str, now: Timestamp) -> Option<Claims> {
    let secs = |at: Timestamp| at.as_micros().div_euclid(1_000_000);
    let (iat, topic) = (secs(now), of.topic());
    let longest = iat + i64::from(TOKEN_SECS);
    let (decision, level, exp, reason) = match *of.outcome()? {
        Outcome::NotNeeded { .. } => (Decision::NotNeeded, Assurance::Al0, longest, None),
        Outcome::Proceed { until, .. } if until <= now => return None,
        Outcome::Proceed { level, until, .. } => (Decision::Proceed, level, longest.min(secs(until)), None),
        Outcome::Stop { class, .. } => (Decision::Stop, Assurance::Al0, longest, Some(class)),
    };
    let is_proceed = decision == Decision::Proceed;
    let is_for_other = of.about() == Some(About::SomebodyElse);
    // Whom a stopped engagement was about is nobody's business outside.
    let party = |role| of.party(role).profile().filter(|_| is_proceed);
    Some(Claims {
        aud: audience.to_owned(),
        jti: jti.to_owned(),
        engagement: id.to_owned(),
        iat,
        exp,
        decision,
        level,
        topic: topic.map(|topic| topic.key.clone()).unwrap_or_default(),
        customer: party(Role::Customer),
        representative: party(Role::Representative).filter(|_| is_for_other),
        mandate: of.mandate().filter(|_| is_proceed).map(str::to_owned),
        policy: of.policy().map(|used| format!("{}@{}", used.id, used.version)),
        reason,
    })
}
