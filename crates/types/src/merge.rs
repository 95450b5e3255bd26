//! Merges: two profiles that became one, what that changed, and how it is taken back.

use std::collections::BTreeMap;

use crate::audit::Actor;
use crate::pii::{FreeText, Pii};
use crate::profile::IdentifierKind;
use crate::words::words;
use crate::{AccountId, AttributeId, CodeId, LinkId, MergeId, ProfileId, SuggestionId, Timestamp};

words! {
    /// Who decided that two profiles are one person.
    MergeGround {
        /// A person, by hand.
        Hand = "hand",
        /// A person who accepted a suggestion.
        Suggestion = "suggestion",
        /// The same identifier is proved on both.
        Proved = "proved",
        /// Providers attest the same identifier on both.
        Attested = "attested",
    }
}

words! {
    /// What became of a suggestion.
    SuggestionState {
        /// Somebody should look at it.
        Open = "open",
        /// Not now.
        Later = "later",
        /// The two are one profile.
        Accepted = "accepted",
        /// They are two people; never suggested again.
        NotTheSame = "not_the_same",
    }
}

/// One place of a profile that holds a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    /// Active or blocked.
    State,
    /// Person or organisation.
    Kind,
    /// Whether nothing but a channel account is known.
    Anonymous,
    /// Name.
    Name,
    /// E-mail address.
    Email,
    /// Phone.
    Phone,
    /// The company's id.
    ExternalId,
    /// Language tag.
    Language,
    /// When the person was last heard of.
    LastSeen,
    /// When the profile last changed.
    Updated,
    /// What is claimed as the name.
    ClaimedName,
    /// What is claimed as the e-mail address.
    ClaimedEmail,
    /// What is claimed as the phone.
    ClaimedPhone,
    /// The value of an attribute.
    Attribute(AttributeId),
    /// An identifier, by its kind and blind index.
    Identifier(IdentifierKind, [u8; 32]),
}

impl Cell {
    /// Whether it is kept for the program alone: no person decides about it, and it changes by itself.
    pub const fn is_bookkeeping(self) -> bool {
        matches!(self, Self::Anonymous | Self::LastSeen | Self::Updated)
    }

    /// The word for the API; of attributes and identifiers, what kind of thing it is.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Kind => "kind",
            Self::Anonymous => "anonymous",
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::ExternalId => "external_id",
            Self::Language => "language",
            Self::LastSeen => "last_seen_at",
            Self::Updated => "updated_at",
            Self::ClaimedName => "claims.name",
            Self::ClaimedEmail => "claims.email",
            Self::ClaimedPhone => "claims.phone",
            Self::Attribute(_) => "attribute",
            Self::Identifier(..) => "identifier",
        }
    }
}

/// A value with where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The value as text; of attributes, JSON.
    pub value: Pii<FreeText>,
    /// Who said so; empty where that is not recorded.
    pub source: String,
    /// Whether the company itself said so.
    pub is_proved: bool,
    /// When; the beginning of time where that is not recorded.
    pub at: Timestamp,
}

/// Everything that a profile holds.
pub type Sheet = BTreeMap<Cell, Held>;

/// What happened to one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What stood there.
    pub before: Option<Held>,
    /// What stands there now.
    pub after: Option<Held>,
}

/// All that a merge did, so that it can be taken back. The profile that was merged away is not in it: its own rows stay
/// as they were, under its own key.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Journal {
    /// Places of the surviving profile.
    pub cells: BTreeMap<Cell, Change>,
    /// Channel accounts that moved.
    pub accounts: Vec<AccountId>,
    /// Links that moved, with their evidence.
    pub links: Vec<LinkId>,
    /// Live codes that were taken back.
    pub codes: Vec<CodeId>,
    /// Profiles that stand behind the survivor since then: the one merged away, and those it had taken in before.
    pub joined: Vec<ProfileId>,
}

/// Two profiles that became one.
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    /// Its id.
    pub id: MergeId,
    /// The profile that goes on.
    pub into: ProfileId,
    /// Number of its reference.
    pub into_number: i64,
    /// The profile that stands behind it.
    pub from: ProfileId,
    /// Number of its reference.
    pub from_number: i64,
    /// Who decided.
    pub ground: MergeGround,
    /// Why, in the words of whoever did it.
    pub reason: Option<String>,
    /// Who did it.
    pub actor: Actor,
    /// When.
    pub merged_at: Timestamp,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
    /// What could not be put back, because it was written later: names of places.
    pub conflicts: Vec<String>,
}

/// Why two profiles may be one person, and how much that says.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Reason {
    /// What was compared, such as `email` or `birth_date`.
    pub what: String,
    /// How it came out, such as `same`, `close` or `different`.
    pub level: String,
    /// The logarithm to base 2 of how much likelier this is for one person than for two.
    pub weight: f64,
}

/// Two profiles that may be one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// Its id.
    pub id: SuggestionId,
    /// The one that would go on.
    pub profile: ProfileId,
    /// The other one.
    pub other: ProfileId,
    /// The sum of the weights.
    pub score: f64,
    /// Why.
    pub reasons: Vec<Reason>,
    /// What became of it.
    pub state: SuggestionState,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Which identifiers join what channels know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Unification {
    /// E-mail addresses that providers attest.
    pub email: bool,
    /// Phone numbers that providers attest.
    pub phone: bool,
}
