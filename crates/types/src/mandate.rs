//! Mandates: who may act for whom, in which topics, until when. Whether one covers something is known to
//! `verification::mandate`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::audit::Actor;
use crate::pii::{FreeText, Pii};
use crate::words::words;
use crate::{MandateId, ProfileId, Timestamp};

words! {
    /// What kind of authority it is.
    MandateKind {
        /// Given by the represented.
        PowerOfAttorney = "power_of_attorney",
        /// Given by a court or by law: parents, guardians.
        Guardian = "guardian",
        /// By an office in the organisation that is represented.
        CompanyOfficer = "company_officer",
        /// Of the estate of somebody who died.
        Executor = "executor",
        /// Anything else on paper.
        Other = "other",
    }
}

words! {
    /// How a mandate stands at a moment.
    MandateState {
        /// It counts.
        Active = "active",
        /// It will count.
        Future = "future",
        /// Its term is over.
        Ended = "ended",
        /// It was taken back.
        Revoked = "revoked",
    }
}

/// In which topics a mandate counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MandateScope {
    /// In all, those included that are made later.
    All,
    /// In those named by their keys.
    Topics(BTreeSet<String>),
}

/// A mandate, without what is written about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// Its id.
    pub id: MandateId,
    /// What kind of authority it is.
    pub kind: MandateKind,
    /// Who acts. Of a profile that was merged, the one that goes on; so with the others.
    pub representative: ProfileId,
    /// For whom.
    pub represented: ProfileId,
    /// Which customer gave it; `None` if a court, a register or the law did.
    pub granted_by: Option<ProfileId>,
    /// In which topics.
    pub scope: MandateScope,
    /// From when on.
    pub valid_from: Timestamp,
    /// Until when; this moment is outside.
    pub valid_until: Option<Timestamp>,
    /// When it was entered.
    pub created_at: Timestamp,
    /// Who entered it.
    pub created_by: Actor,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// From when on it is taken back.
    pub revoked_at: Option<Timestamp>,
    /// Who took it back.
    pub revoked_by: Option<Actor>,
}

impl Mandate {
    /// How it stands.
    pub fn state(&self, now: Timestamp) -> MandateState {
        if self.revoked_at.is_some_and(|at| at <= now) {
            MandateState::Revoked
        } else if self.valid_until.is_some_and(|until| until <= now) {
            MandateState::Ended
        } else if now < self.valid_from {
            MandateState::Future
        } else {
            MandateState::Active
        }
    }
}

/// A paper that a mandate rests on.
#[derive(Debug, Clone)]
pub struct MandateDocument {
    /// What it is.
    pub title: Pii<FreeText>,
    /// Where it is found: a number of a register or of the company's archive.
    pub reference: Option<Pii<FreeText>>,
}

/// What is written about a mandate. It lies sealed under the key of whom it is about.
#[derive(Debug, Clone, Default)]
pub struct MandateContent {
    /// The papers it rests on.
    pub documents: Vec<MandateDocument>,
    /// What the team should know.
    pub note: Option<Pii<FreeText>>,
    /// Why it was taken back.
    pub revoke_reason: Option<Pii<FreeText>>,
}
