//! Profiles: one person or organisation as the company knows them.

use crate::pii::{self, Pii};
use crate::words::words;
use crate::{Assurance, AttributeId, ChannelId, IdentifierId, ProfileId, Timestamp};
use std::collections::BTreeMap;

words! {
    /// Person or organisation.
    ProfileKind {
        /// One human being.
        Person = "person",
        /// A company, a family, a club.
        Organisation = "organisation",
    }
}

words! {
    /// Whether the company serves this profile.
    ProfileState {
        /// Ordinary.
        Active = "active",
        /// No codes are issued and no code of theirs is accepted.
        Blocked = "blocked",
    }
}

words! {
    /// What kind of identifier it is.
    IdentifierKind {
        /// E-mail address.
        Email = "email",
        /// Phone number.
        Phone = "phone",
        /// The company's own id of the person.
        ExternalId = "external_id",
    }
}

words! {
    /// Who filled in a value. What it may do follows from the word alone, by the methods below.
    Source {
        /// The company's server.
        Api = "api",
        /// The server itself or its operator.
        System = "system",
        /// A page whose token the company's server signed.
        SignedWidget = "signed_widget",
        /// A web chat whose page brought such a token.
        SignedSession = "signed_session",
        /// A person in the console.
        Agent = "agent",
        /// A rule of the workspace.
        Rule = "rule",
        /// The company's own system, asked in a call.
        LookUp = "look_up",
        /// A page in plain mode: anybody could have written it.
        PlainWidget = "plain_widget",
        /// What a channel says of its user.
        Channel = "channel",
        /// What a channel's provider vouches for: the number or the address that its user writes from.
        Attested = "attested",
        /// A source that could prove something but did not.
        Claimed = "claimed",
    }
}

impl Source {
    /// Whether the company speaks: its values fill fields. What others say stays a claim (P-1).
    pub const fn is_proved(self) -> bool {
        match self {
            Self::Api
            | Self::System
            | Self::SignedWidget
            | Self::SignedSession
            | Self::Agent
            | Self::Rule
            | Self::LookUp => true,
            Self::PlainWidget | Self::Channel | Self::Attested | Self::Claimed => false,
        }
    }

    /// Whether an identifier from here may find the profile when a token or a code names it. What a colleague typed
    /// may not: one slip, or one bad intent, would link a customer to somebody else at AL3 (P-1).
    pub const fn is_matching(self) -> bool {
        match self {
            Self::Api | Self::System | Self::SignedWidget | Self::SignedSession | Self::LookUp => true,
            Self::Agent | Self::Rule | Self::PlainWidget | Self::Channel | Self::Attested | Self::Claimed => {
                false
            }
        }
    }
}

/// A profile, as the store keeps it and operations hand it on. Personal values are [`Pii`]; the JSON view renders them
/// for a viewer.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Its id.
    pub id: ProfileId,
    /// Number of the short stable reference `C-1042` that masked people can say to each other.
    pub number: i64,
    /// Person or organisation.
    pub kind: ProfileKind,
    /// Active or blocked.
    pub state: ProfileState,
    /// True while nothing but a channel account is known: made by the first message of a stranger.
    pub is_anonymous: bool,
    /// Name.
    pub name: Option<Pii<pii::Name>>,
    /// E-mail address the company uses.
    pub email: Option<Pii<pii::Email>>,
    /// Phone in E.164 where valid.
    pub phone: Option<Pii<pii::Phone>>,
    /// The company's id.
    pub external_id: Option<Pii<pii::ExternalId>>,
    /// Language tag, such as `de`.
    pub language: Option<String>,
    /// Values of attributes by definition.
    pub attributes: BTreeMap<AttributeId, AttributeEntry>,
    /// What channels said without proof.
    pub claims: Claims,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When the person was last heard of.
    pub last_seen_at: Option<Timestamp>,
}

impl Profile {
    /// The short stable reference, such as `C-1042`.
    pub fn reference(&self) -> String {
        format!("C-{}", self.number)
    }
}

/// What a channel said about a person without proof (AL1). Claims never overwrite proved values and never merge.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// A claimed name.
    pub name: Option<Pii<pii::Name>>,
    /// A claimed e-mail address.
    pub email: Option<Pii<pii::Email>>,
    /// A claimed phone number.
    pub phone: Option<Pii<pii::Phone>>,
}

impl Claims {
    /// Whether nothing was claimed.
    pub fn is_empty(&self) -> bool {
        self.name.is_none() && self.email.is_none() && self.phone.is_none()
    }
}

/// The value of one attribute of one profile, with where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributeEntry {
    /// The value as JSON of the attribute's type, wrapped: an attribute may be personal.
    pub value: Pii<pii::Attribute>,
    /// Whether the company itself said so (API, agent, signed token) rather than a claim.
    pub is_proved: bool,
    /// Who said so, such as `api`, `agent`, `signed_widget`, `plain_widget`.
    pub source: String,
    /// When it was set.
    pub updated_at: Timestamp,
}

/// An identifier on the list of a profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Identifier {
    /// Its id.
    pub id: IdentifierId,
    /// What it is.
    pub kind: IdentifierKind,
    /// The value as given, e-mail, phone or external id alike: the most careful class decides the mask.
    pub value: IdentifierValue,
    /// Whether the company itself said so.
    pub is_proved: bool,
    /// Who said so.
    pub source: String,
    /// When.
    pub recorded_at: Timestamp,
}

/// An identifier's value by class, so that each is masked in its own format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentifierValue {
    /// E-mail.
    Email(Pii<pii::Email>),
    /// Phone.
    Phone(Pii<pii::Phone>),
    /// External id.
    ExternalId(Pii<pii::ExternalId>),
}

/// How a profile is named by a caller, when it has no id at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileKey {
    /// By the company's id.
    ExternalId(Pii<pii::ExternalId>),
    /// By e-mail.
    Email(Pii<pii::Email>),
    /// By phone.
    Phone(Pii<pii::Phone>),
    /// By the user id on a custom channel (`user_custom_id` with `user_custom_channel`).
    ChannelUser {
        /// The channel.
        channel: ChannelId,
        /// The user id there.
        user_id: Pii<pii::ExternalId>,
    },
}

/// A change to a profile. The outer `Option` says whether to touch it, the inner `None` clears it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProfilePatch {
    /// Person or organisation.
    pub kind: Option<ProfileKind>,
    /// The company's id.
    pub external_id: Option<Option<Pii<pii::ExternalId>>>,
    /// Name.
    pub name: Option<Option<Pii<pii::Name>>>,
    /// E-mail.
    pub email: Option<Option<Pii<pii::Email>>>,
    /// Phone.
    pub phone: Option<Option<Pii<pii::Phone>>>,
    /// Language tag.
    pub language: Option<Option<String>>,
    /// Attribute values by key, JSON; `null` clears.
    pub attributes: BTreeMap<String, serde_json::Value>,
}

/// What a list of profiles is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct ProfileFilter {
    /// Exact: external id.
    pub external_id: Option<Pii<pii::ExternalId>>,
    /// Exact: e-mail.
    pub email: Option<Pii<pii::Email>>,
    /// Exact: phone.
    pub phone: Option<Pii<pii::Phone>>,
    /// Whatever somebody typed into the search box.
    pub q: Option<Pii<pii::FreeText>>,
    /// Active or blocked.
    pub state: Option<ProfileState>,
    /// Whether profiles of strangers are listed too.
    pub with_anonymous: bool,
}

/// A line of a profile's timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineEntry {
    /// The event.
    pub event: crate::Event,
    /// The assurance that the event reached, where it is about identification.
    pub assurance: Option<Assurance>,
}
