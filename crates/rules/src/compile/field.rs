//! The names of what conditions look at, and their types.

use countersign_types::CalendarId;
use countersign_types::attribute::{AttributeLevel, AttributeType};
use countersign_types::case::{CaseStatus, ChatState, Priority};
use countersign_types::channel::ChannelKind;
use countersign_types::message::{AuthorKind, Direction, MessageKind};
use countersign_types::profile::{ProfileKind, ProfileState};

use crate::calendar::Weekday;
use crate::finding::Problem;
use crate::model::Op;
use crate::schema::{Schema, nearest};

macro_rules! fields {
    ($($name:ident $text:literal,)*) => {
        /// Something a condition can look at.
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum Field {
            $($name,)*
            Hours(CalendarId),
            Attribute(AttributeLevel, Box<str>, AttributeType),
        }

        /// Names of fields, without those of attributes.
        pub(crate) const NAMES: &[&str] = &[$($text,)* HOURS];

        fn named(text: &str) -> Option<Field> {
            match text { $($text => Some(Field::$name),)* _ => None }
        }

        impl Field {
            /// Its name, as conditions and changes write it.
            pub(crate) fn name(&self) -> String {
                match self {
                    $(Self::$name => $text.to_owned(),)*
                    Self::Hours(_) => HOURS.to_owned(),
                    Self::Attribute(level, key, _) => format!("{}.attributes.{key}", level.as_str()),
                }
            }
        }
    };
}

pub(crate) const HOURS: &str = "time.business_hours";

fields! {
    Status "case.status",
    Chat "case.chat",
    Channel "case.channel",
    ChannelKind "case.channel_kind",
    Assignee "case.assignee",
    Group "case.group",
    Labels "case.labels",
    Priority "case.priority",
    MessageCount "case.message_count",
    CaseCreated "case.created_at",
    MessageText "message.text",
    Author "message.author",
    Direction "message.direction",
    MessageKind "message.kind",
    HasAttachment "message.has_attachment",
    Outcome "identification_code.outcome",
    IsIdentified "profile.is_identified",
    Assurance "profile.assurance",
    ProfileCreated "profile.created_at",
    ProfileKind "profile.kind",
    ProfileState "profile.state",
    Language "profile.language",
    Name "profile.name",
    Email "profile.email",
    Phone "profile.phone",
    ExternalId "profile.external_id",
    Weekday "time.weekday",
    VisitIsLive "visit.is_live",
    VisitState "visit.state",
    VisitConfidence "visit.confidence",
    VisitUrl "visit.url",
    VisitTitle "visit.title",
    VisitEntryUrl "visit.entry_url",
    VisitSource "visit.source",
    VisitReferrer "visit.referrer",
    VisitPagesSeen "visit.pages_seen",
    VisitPages "visit.pages",
    VisitCategories "visit.categories",
    VisitDevice "visit.device",
    VisitSeconds "visit.seconds",
}

impl Field {
    /// Whether it stands on the profile itself, not on the link of the case's account, and is neither its name nor its
    /// kind, which every case tells.
    pub(crate) fn is_of_profile(&self) -> bool {
        matches!(
            self,
            Self::ProfileCreated
                | Self::ProfileState
                | Self::Language
                | Self::Email
                | Self::Phone
                | Self::ExternalId
        )
    }

    /// Whether it stands on the customer's visit of the website.
    pub(crate) fn is_of_visit(&self) -> bool {
        self.is_of_pages()
            || matches!(
                self,
                Self::VisitIsLive
                    | Self::VisitState
                    | Self::VisitConfidence
                    | Self::VisitUrl
                    | Self::VisitTitle
                    | Self::VisitEntryUrl
                    | Self::VisitSource
                    | Self::VisitReferrer
                    | Self::VisitPagesSeen
                    | Self::VisitDevice
                    | Self::VisitSeconds
            )
    }

    /// Whether it takes a look at all pages of the visit.
    pub(crate) fn is_of_pages(&self) -> bool {
        matches!(self, Self::VisitPages | Self::VisitCategories)
    }

    /// Whether a snapshot may leave it out: what costs a look at the profile or at the visit.
    pub(crate) fn is_left_out(&self) -> bool {
        self.is_of_profile()
            || self.is_of_visit()
            || matches!(self, Self::Attribute(AttributeLevel::Profile, ..))
    }
}

/// What kind of value stands in a field: the family of its conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// One of these words.
    Words(&'static [&'static str]),
    /// Yes or no.
    YesNo,
    /// A level.
    Level,
    /// The id of something in the schema.
    Id,
    /// A short word, or an option of a dropdown.
    Choice,
    /// Text.
    Text,
    /// Number.
    Number,
    /// Day.
    Day,
    /// Moment.
    Moment,
    /// Labels.
    Labels,
    /// Business hours.
    Hours,
}

const OUTCOMES: &[&str] = &["not_sent", "invalid", "valid"];
/// What a visit's state may be; the last one: there is no visit.
pub(crate) const VISIT_STATES: &[&str] = &["anonymous", "recognised", "assumed", "authenticated", "none"];
/// What a visitor may hold in hand.
pub(crate) const DEVICES: &[&str] = &["desktop", "mobile", "tablet"];

macro_rules! words_of {
    ($name:ident, $type:ty) => {
        const $name: &[&str] = &{
            let mut out = [""; <$type>::ALL.len()];
            let mut at = 0;
            while at < out.len() {
                out[at] = <$type>::ALL[at].as_str();
                at += 1;
            }
            out
        };
    };
}
words_of!(STATUSES, CaseStatus);
words_of!(CHATS, ChatState);
words_of!(PRIORITIES, Priority);
words_of!(CHANNEL_KINDS, ChannelKind);
words_of!(AUTHORS, AuthorKind);
words_of!(DIRECTIONS, Direction);
words_of!(MESSAGE_KINDS, MessageKind);
words_of!(PROFILE_KINDS, ProfileKind);
words_of!(PROFILE_STATES, ProfileState);

impl Family {
    /// The questions that fit.
    pub(crate) const fn ops(self) -> &'static [Op] {
        use Op::*;
        match self {
            Self::Words(_) | Self::YesNo => &[Is, IsNot, Changed],
            Self::Level => &[Is, IsNot, AtLeast, Below, Changed],
            Self::Id | Self::Choice => &[Is, IsNot, IsEmpty, IsNotEmpty, Changed],
            Self::Text => &[
                Equals,
                NotEquals,
                Contains,
                NotContains,
                StartsWith,
                HasWord,
                NotHasWord,
                Matches,
                NotMatches,
                IsEmpty,
                IsNotEmpty,
                Changed,
            ],
            Self::Number => &[Equals, NotEquals, Less, AtMost, More, AtLeast, IsEmpty, IsNotEmpty, Changed],
            Self::Day => &[On, Before, After, IsEmpty, IsNotEmpty, Changed],
            Self::Moment => &[Before, After],
            Self::Labels => &[Has, HasAll, HasNot, IsEmpty, IsNotEmpty, Changed],
            Self::Hours => &[Inside, Outside],
        }
    }
}

impl Field {
    /// Reads a name. The calendar of business hours stands in the value.
    pub(crate) fn parse(text: &str, schema: &Schema) -> Result<Self, Problem> {
        let attribute = [AttributeLevel::Profile, AttributeLevel::Case].into_iter().find_map(|level| {
            let key = text.strip_prefix(level.as_str())?.strip_prefix(".attributes.")?;
            Some((level, key))
        });
        if let Some((level, key)) = attribute {
            let definition = schema.attribute(level, key).ok_or_else(|| schema.no_attribute(level, key))?;
            return Ok(Self::Attribute(level, key.into(), definition.r#type));
        }
        if text == HOURS {
            return Ok(Self::Hours(CalendarId::from_bytes([0; 16])));
        }
        named(text).ok_or_else(|| {
            let hint = match nearest(text, NAMES.iter().map(|n| (*n).to_owned())) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => "docs/RULES.md lists the fields.".to_owned(),
            };
            Problem::new("", "unknown-field", format!("There is no field `{text}`."), hint)
        })
    }

    pub(crate) fn family(&self) -> Family {
        match self {
            Self::Status => Family::Words(STATUSES),
            Self::Chat => Family::Words(CHATS),
            Self::Priority => Family::Words(PRIORITIES),
            Self::ChannelKind => Family::Words(CHANNEL_KINDS),
            Self::Author => Family::Words(AUTHORS),
            Self::Direction => Family::Words(DIRECTIONS),
            Self::MessageKind => Family::Words(MESSAGE_KINDS),
            Self::Outcome => Family::Words(OUTCOMES),
            Self::ProfileKind => Family::Words(PROFILE_KINDS),
            Self::ProfileState => Family::Words(PROFILE_STATES),
            Self::Weekday => Family::Words(Weekday::WORDS),
            Self::VisitState => Family::Words(VISIT_STATES),
            Self::VisitDevice => Family::Words(DEVICES),
            Self::HasAttachment | Self::IsIdentified | Self::VisitIsLive => Family::YesNo,
            Self::Assurance => Family::Level,
            Self::Channel | Self::Assignee | Self::Group => Family::Id,
            Self::Language => Family::Choice,
            Self::Labels | Self::VisitCategories => Family::Labels,
            Self::MessageCount | Self::VisitConfidence | Self::VisitPagesSeen | Self::VisitSeconds => {
                Family::Number
            }
            Self::CaseCreated | Self::ProfileCreated => Family::Moment,
            Self::MessageText | Self::Name | Self::Email | Self::Phone | Self::ExternalId => Family::Text,
            Self::VisitUrl
            | Self::VisitTitle
            | Self::VisitEntryUrl
            | Self::VisitSource
            | Self::VisitReferrer
            | Self::VisitPages => Family::Text,
            Self::Hours(_) => Family::Hours,
            Self::Attribute(_, _, r#type) => match r#type {
                AttributeType::Text | AttributeType::TextArea => Family::Text,
                AttributeType::Checkbox => Family::YesNo,
                AttributeType::Dropdown => Family::Choice,
                AttributeType::Date => Family::Day,
                AttributeType::Number => Family::Number,
            },
        }
    }

    /// Whether this question fits. A field of the message or the clock is never changed; a tick box can be untouched.
    pub(crate) fn takes(&self, op: Op) -> bool {
        match op {
            Op::Changed => self.can_change(),
            Op::IsEmpty | Op::IsNotEmpty
                if matches!(self, Self::Attribute(_, _, AttributeType::Checkbox)) =>
            {
                true
            }
            Op::IsEmpty | Op::IsNotEmpty if *self == Self::MessageCount || *self == Self::Channel => false,
            // Many addresses stand there: what begins or is a whole text can be asked of one only.
            Op::Equals | Op::NotEquals | Op::StartsWith | Op::Matches | Op::NotMatches
                if *self == Self::VisitPages =>
            {
                false
            }
            op => self.family().ops().contains(&op),
        }
    }

    /// Whether changes tell of it.
    pub(crate) fn can_change(&self) -> bool {
        matches!(
            self,
            Self::Status
                | Self::Chat
                | Self::Priority
                | Self::Assignee
                | Self::Group
                | Self::Labels
                | Self::Assurance
                | Self::Attribute(..)
        )
    }

    /// Whether it is about the message that is the occasion. Without one no condition on it holds, *not* or otherwise.
    pub(crate) fn is_of_message(&self) -> bool {
        matches!(
            self,
            Self::MessageText
                | Self::Author
                | Self::Direction
                | Self::MessageKind
                | Self::HasAttachment
                | Self::Outcome
        )
    }
}
