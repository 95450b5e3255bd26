//! Who may act for whom, in which topics, from when until when.
//!
//! ```
//! use countersign_types::{ProfileId, Timestamp};
//! use countersign_verification::mandate::{Gap, Kind, Mandate, Scope};
//!
//! let (ann, bob) = (ProfileId::from_bytes([1; 16]), ProfileId::from_bytes([2; 16]));
//! let mandate = Mandate {
//!     id: "mnd_1".into(),
//!     kind: Kind::PowerOfAttorney,
//!     representative: bob,
//!     represented: ann,
//!     granted_by: Some(ann),
//!     scope: Scope::Topics(["balance".to_owned()].into()),
//!     valid_from: Timestamp::from_micros(100),
//!     valid_until: Some(Timestamp::from_micros(200)),
//!     revoked_at: None,
//! };
//! let at = Timestamp::from_micros;
//! assert_eq!(mandate.check(bob, "balance", at(100)), Ok(()));
//! assert_eq!(mandate.check(bob, "payment", at(100)), Err(Gap::OtherTopic));
//! assert_eq!(mandate.check(bob, "balance", at(200)), Err(Gap::Ended));
//! assert_eq!(mandate.check(ann, "balance", at(150)), Err(Gap::OtherRepresentative));
//! ```

use std::collections::BTreeSet;

use countersign_types::{ProfileId, Timestamp};
use serde::{Deserialize, Serialize};

/// What kind of authority it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Given by the represented.
    PowerOfAttorney,
    /// Given by a court or by law: parents, guardians.
    Guardian,
    /// By an office in the organisation that is represented.
    CompanyOfficer,
    /// Of the estate of somebody who died.
    Executor,
    /// Anything else on paper.
    Other,
}

/// In which topics a mandate counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// In all, those included that are made later.
    All,
    /// In those named.
    Topics(BTreeSet<String>),
}

/// A stored authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    /// Its id.
    pub id: String,
    /// What kind of authority it is.
    pub kind: Kind,
    /// Who acts.
    pub representative: ProfileId,
    /// For whom.
    pub represented: ProfileId,
    /// Which customer gave it; `None` if a court, a register or the law did.
    pub granted_by: Option<ProfileId>,
    /// In which topics.
    pub scope: Scope,
    /// From when on.
    pub valid_from: Timestamp,
    /// Until when; this moment is outside.
    pub valid_until: Option<Timestamp>,
    /// When it was revoked. A revocation entered for a later day counts from that day on.
    pub revoked_at: Option<Timestamp>,
}

/// Why a mandate does not cover what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// It names somebody else as representative.
    #[error("the mandate names another representative")]
    OtherRepresentative,
    /// Somebody would represent themself.
    #[error("nobody represents themself")]
    Oneself,
    /// A representative gave it on.
    #[error("the mandate was given by somebody who is a representative themself")]
    GivenOn,
    /// It does not name the topic.
    #[error("the mandate does not cover this topic")]
    OtherTopic,
    /// It is not valid yet.
    #[error("the mandate is not valid yet")]
    NotYet,
    /// It is over.
    #[error("the mandate is over")]
    Ended,
    /// It was revoked.
    #[error("the mandate was revoked")]
    Revoked,
}

impl Mandate {
    /// Whether somebody may act by it, in a topic, now.
    pub fn check(&self, representative: ProfileId, topic: &str, now: Timestamp) -> Result<(), Gap> {
        let gaps = [
            (self.representative != representative, Gap::OtherRepresentative),
            (self.representative == self.represented, Gap::Oneself),
            (self.granted_by.is_some_and(|by| by != self.represented), Gap::GivenOn),
            (self.revoked_at.is_some_and(|at| at <= now), Gap::Revoked),
            (now < self.valid_from, Gap::NotYet),
            (self.valid_until.is_some_and(|until| until <= now), Gap::Ended),
            (!self.covers(topic), Gap::OtherTopic),
        ];
        gaps.into_iter().find(|(is_gap, _)| *is_gap).map_or(Ok(()), |(_, gap)| Err(gap))
    }

    /// Whether it covers a topic.
    pub fn covers(&self, topic: &str) -> bool {
        match &self.scope {
            Scope::All => true,
            Scope::Topics(topics) => topics.contains(topic),
        }
    }

    /// When it ends as things stand: by its term, or by a revocation entered in advance.
    pub fn ends_at(&self) -> Option<Timestamp> {
        match (self.valid_until, self.revoked_at) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }
}
