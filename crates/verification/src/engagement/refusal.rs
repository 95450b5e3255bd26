//! Why a step is refused. A refusal changes nothing.

use super::Role;
use crate::compare::Unreadable;
use crate::mandate::Gap;

/// Why a step is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Somebody else changed it meanwhile.
    #[error("somebody else went on with this engagement")]
    Stale,
    /// It is over.
    #[error("this engagement is over")]
    Concluded,
    /// Its time is over.
    #[error("this engagement has expired")]
    Expired,
    /// Its time is not over.
    #[error("this engagement has not expired")]
    NotExpired,
    /// Another step comes first.
    #[error("another step comes first")]
    NotNow,
    /// The topic is confidential and has no policy.
    #[error("the topic has no policy")]
    NoPolicy,
    /// The policy given is not the one it began with.
    #[error("the engagement goes by another version of the policy")]
    OtherPolicy,
    /// Nobody acts for others under this policy.
    #[error("nobody acts for somebody else in this topic")]
    NotForOthers,
    /// The level asked for cannot be reached.
    #[error("the level that this topic asks for cannot be reached")]
    LevelImpossible,
    /// The policy has no such search.
    #[error("there is no such search")]
    NoSuchSearch,
    /// Nobody was searched for, or the last search found others, and no number of theirs is registered.
    #[error("search first, and select one of those found")]
    SearchFirst,
    /// The profile was merged, erased, or is not there.
    #[error("the customer's profile is not there any more")]
    ProfileGone(Role),
    /// The agent's own profile, or that of a relative.
    #[error("nobody verifies themself or their relatives")]
    OwnProfile,
    /// The representative and the represented are one.
    #[error("nobody represents themself")]
    RepresentsOneself,
    /// Too many sessions failed.
    #[error("too many sessions failed for this customer")]
    Locked(Role),
    /// Below the least age, or of unknown age.
    #[error("the customer is below the least age of this policy, or of unknown age")]
    TooYoung(Role),
    /// The customer has too little data for the policy.
    #[error("the customer has too little data for this policy")]
    TooLittleData {
        /// Fields without an answer.
        missing: Vec<String>,
    },
    /// That question is not asked.
    #[error("this question is not asked")]
    NotAsked,
    /// Another way of answering belongs to the question.
    #[error("this question is judged in another way")]
    OtherJudge,
    /// Nothing can be read out of what was said.
    #[error("this cannot be read: {0}")]
    Unreadable(Unreadable),
    /// There are no questions, so they cannot be passed.
    #[error("nothing was asked")]
    NothingAsked,
    /// A source could not be asked.
    #[error("a source could not be asked; try again, or end the engagement")]
    SourceUnavailable,
    /// Evidence does not replace the questions here.
    #[error("evidence does not replace the questions here")]
    EvidenceNotTaken,
    /// The evidence is of somebody else, is not AL3, or is over.
    #[error("the evidence is of somebody else, too weak or over")]
    EvidenceTooWeak,
    /// No such mandate.
    #[error("there is no such mandate")]
    NoSuchMandate,
    /// The mandate does not cover this.
    #[error("{0}")]
    Mandate(Gap),
    /// The mandate names somebody else as represented.
    #[error("the mandate is for somebody else")]
    NotTheRepresented,
    /// The representative was verified too long ago.
    #[error("the representative has to be verified again")]
    PassExpired,
}

impl Refusal {
    /// Stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Concluded => "concluded",
            Self::Expired => "expired",
            Self::NotExpired => "not-expired",
            Self::NotNow => "not-now",
            Self::NoPolicy => "no-policy",
            Self::OtherPolicy => "other-policy",
            Self::NotForOthers => "not-for-others",
            Self::LevelImpossible => "level-impossible",
            Self::NoSuchSearch => "no-such-search",
            Self::SearchFirst => "search-first",
            Self::ProfileGone(_) => "profile-gone",
            Self::OwnProfile => "own-profile",
            Self::RepresentsOneself => "represents-oneself",
            Self::Locked(_) => "locked",
            Self::TooYoung(_) => "too-young",
            Self::TooLittleData { .. } => "too-little-data",
            Self::NotAsked => "not-asked",
            Self::OtherJudge => "other-judge",
            Self::Unreadable(_) => "unreadable",
            Self::NothingAsked => "nothing-asked",
            Self::SourceUnavailable => "source-unavailable",
            Self::EvidenceNotTaken => "evidence-not-taken",
            Self::EvidenceTooWeak => "evidence-too-weak",
            Self::NoSuchMandate => "no-such-mandate",
            Self::Mandate(_) => "mandate",
            Self::NotTheRepresented => "not-the-represented",
            Self::PassExpired => "pass-expired",
        }
    }
}
