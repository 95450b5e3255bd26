//! What rules look at: one case at one moment, and what just happened to it.
//!
//! Everything is borrowed from the service for the length of one evaluation. Nothing here has `Debug` or `Serialize`:
//! values may be personal.

use countersign_types::attribute::AttributeType;
use countersign_types::case::{CaseStatus, ChatState, Priority};
use countersign_types::channel::ChannelKind;
use countersign_types::code::Outcome;
use countersign_types::evidence::Method;
use countersign_types::message::{AuthorKind, Direction, MessageKind};
use countersign_types::profile::{ProfileKind, ProfileState};
use countersign_types::{Assurance, ChannelId, GroupId, RuleId, Timestamp, UserId};
use jiff::civil::Date;

use crate::schema::IdentifiedAt;

/// The value of an attribute, or one side of a change.
#[derive(Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Nothing; an empty text is nothing, too.
    Empty,
    /// A text, or the stored word of a dropdown's option.
    Text(&'a str),
    /// A tick box. Not ticked and never touched are two things.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A day.
    Date(Date),
}

impl<'a> Value<'a> {
    /// Reads a stored value by the attribute's type; what does not fit the type is nothing.
    pub fn from_json(value: &'a serde_json::Value, r#type: AttributeType) -> Self {
        use serde_json::Value as Json;
        match (r#type, value) {
            (AttributeType::Text | AttributeType::TextArea | AttributeType::Dropdown, Json::String(text)) => {
                Self::text(text)
            }
            (AttributeType::Checkbox, Json::Bool(is_ticked)) => Self::Bool(*is_ticked),
            (AttributeType::Number, Json::Number(n)) => n.as_f64().map_or(Self::Empty, Self::Number),
            (AttributeType::Date, Json::String(day)) => day.parse().map_or(Self::Empty, Self::Date),
            _ => Self::Empty,
        }
    }

    /// A text, or nothing.
    pub fn text(text: &'a str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

/// An attribute's value by key.
#[derive(Clone, Copy)]
pub struct Attribute<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its value.
    pub value: Value<'a>,
}

/// The value of a key.
pub(crate) fn value_of<'a>(attributes: &[Attribute<'a>], key: &str) -> Value<'a> {
    attributes.iter().find(|a| a.key == key).map_or(Value::Empty, |a| a.value)
}

/// The case.
#[derive(Clone, Copy)]
pub struct CaseFacts<'a> {
    /// Status.
    pub status: CaseStatus,
    /// Live or ended.
    pub chat: ChatState,
    /// Its channel.
    pub channel: ChannelId,
    /// The channel's kind.
    pub channel_kind: ChannelKind,
    /// Who works on it.
    pub assignee: Option<UserId>,
    /// The group it is with.
    pub group: Option<GroupId>,
    /// Its labels.
    pub labels: &'a [String],
    /// Its priority.
    pub priority: Priority,
    /// Its attributes.
    pub attributes: &'a [Attribute<'a>],
    /// Messages in it, of all kinds but lines of the record.
    pub message_count: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the newest message or note came; a rule's own counts.
    pub last_message_at: Option<Timestamp>,
    /// When a person, customer or colleague, last wrote: what a rule's delay is counted from. If a rule's own message
    /// counted, a reminder would remind of itself for ever.
    pub last_person_at: Option<Timestamp>,
}

/// A message.
#[derive(Clone, Copy)]
pub struct MessageFacts<'a> {
    /// Its text. Codes in it are redacted before rules run.
    pub text: &'a str,
    /// Who wrote it.
    pub author: AuthorKind,
    /// Which way it went.
    pub direction: Direction,
    /// Reply, note or event.
    pub kind: MessageKind,
    /// Whether a machine wrote it: flagged automatic, `Auto-Submitted`, a bot's, an echo of our own.
    pub is_automatic: bool,
    /// What it was as a proof of identity; `None` unless it is the customer's.
    pub outcome: Option<Outcome>,
    /// Whether a file came with it.
    pub has_attachment: bool,
}

impl MessageFacts<'_> {
    /// Whether it may make rules run: the customer's or a colleague's, written by a person. What this server,
    /// its rules or a program with an API key wrote never does, nor a line of the record.
    pub fn may_trigger(&self) -> bool {
        let is_own = matches!(self.author, AuthorKind::System | AuthorKind::Rule | AuthorKind::Api);
        !self.is_automatic && !is_own && self.kind != MessageKind::Event
    }
}

/// The profile that the case's account stands under.
#[derive(Clone, Copy)]
pub struct ProfileFacts<'a> {
    /// The level of the account's live link at this moment; AL0 without one.
    pub assurance: Assurance,
    /// How that link was proved.
    pub method: Option<Method>,
    /// When the profile was made.
    pub created_at: Timestamp,
    /// Person or organisation.
    pub kind: ProfileKind,
    /// Active or blocked.
    pub state: ProfileState,
    /// Language tag.
    pub language: Option<&'a str>,
    /// Name. Personal.
    pub name: Option<&'a str>,
    /// E-mail address. Personal.
    pub email: Option<&'a str>,
    /// Phone number in E.164. Personal.
    pub phone: Option<&'a str>,
    /// The company's id. Personal.
    pub external_id: Option<&'a str>,
    /// Its attributes.
    pub attributes: &'a [Attribute<'a>],
}

impl ProfileFacts<'_> {
    /// Issue 4: this channel account has a live link made by a code or a signed session, at the level the workspace
    /// asks for. An agent's word, an import or what a channel attests identifies nobody.
    pub fn is_identified(&self, at: IdentifiedAt) -> bool {
        let is_by_proof = match self.method {
            Some(Method::ApiCode | Method::SignedWidgetCode | Method::SignedSession | Method::Oidc) => true,
            Some(Method::PlainWidgetCode) => at == IdentifiedAt::Recognised,
            _ => false,
        };
        is_by_proof && self.assurance >= at.level()
    }
}

/// The customer's visit of the website: the one that stands beside the conversation, with what may be shown of it there
/// (T-3). It says where somebody is, and proves nothing of who it is.
#[derive(Clone, Copy)]
pub struct VisitFacts<'a> {
    /// Whether it goes on.
    pub is_live: bool,
    /// `anonymous`, `recognised`, `assumed` or `authenticated`.
    pub state: &'a str,
    /// How likely the person is who is named, in percent, where that is estimated.
    pub confidence: Option<f64>,
    /// The address of the page that is looked at. Personal.
    pub url: Option<&'a str>,
    /// Its title. Personal.
    pub title: Option<&'a str>,
    /// The address that it began on. Personal.
    pub entry_url: Option<&'a str>,
    /// The campaign or the site it came from. Personal.
    pub source: Option<&'a str>,
    /// The address it came from. Personal.
    pub referrer: Option<&'a str>,
    /// How many pages were entered.
    pub pages_seen: u32,
    /// The addresses of the pages, each once and on a line, the newest first. Personal.
    pub pages: &'a str,
    /// The categories of the pages, each once.
    pub categories: &'a [String],
    /// `desktop`, `mobile` or `tablet`.
    pub device: Option<&'a str>,
    /// How long it goes on, or went on, in seconds.
    pub seconds: u32,
}

/// That a rule fired in this case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Firing {
    /// Which.
    pub rule: RuleId,
    /// When.
    pub at: Timestamp,
}

/// One case at one moment.
#[derive(Clone, Copy)]
pub struct Snapshot<'a> {
    /// The case.
    pub case: CaseFacts<'a>,
    /// Its newest message.
    pub message: Option<MessageFacts<'a>>,
    /// The customer's profile, after codes were redeemed and data was written (A.4: rules run last).
    pub profile: ProfileFacts<'a>,
    /// The customer's visit of the website, where there is one.
    pub visit: Option<VisitFacts<'a>>,
    /// Firings in this case, in any order: for *once per case* of the rules that ask for it all of them, for cool-downs
    /// those of the last 30 days.
    pub firings: &'a [Firing],
}

/// What was changed from what to what, by the names of conditions' fields: `case.status`, `case.priority`,
/// `case.assignee`, `case.group`, `case.labels`, `profile.attributes.<key>`, `case.attributes.<key>`,
/// `profile.assurance`. Words and ids are texts.
#[derive(Clone, Copy)]
pub struct Change<'a> {
    /// What was changed.
    pub field: &'a str,
    /// Before.
    pub from: Value<'a>,
    /// After.
    pub to: Value<'a>,
}

/// What just happened.
#[derive(Clone, Copy, PartialEq)]
pub enum Happened {
    /// The customer began a conversation with the snapshot's message.
    NewCase,
    /// The snapshot's message came to the case.
    Message,
    /// Something was changed, by a person, a program or a rule. There is no message in it: conditions on the message
    /// and the code do not hold (decision 0010).
    Change,
    /// Half an hour is over (:00, :30): rules for existing cases, with a delay or without.
    HalfHour,
    /// The time that [`crate::RuleSet::next_delay`] gave is there: rules for existing cases with a delay.
    Delay,
}

/// The chain of causes that led here: a rule's change is an occasion of its own, one deeper.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chain {
    /// How many passes of rules lie before this one; 0 for what a person or the clock did.
    pub depth: u8,
    /// Rules that fired in those passes. None fires twice in one chain.
    pub fired: Vec<RuleId>,
}

/// Passes in a chain, at most (R-2: "every event carries cause chain, depth ≤ 5").
pub const CHAIN_MAX: u8 = 5;

impl Chain {
    /// The chain of what these rules change.
    #[must_use]
    pub fn after(&self, fired: impl IntoIterator<Item = RuleId>) -> Self {
        let mut next = self.clone();
        next.depth = next.depth.saturating_add(1);
        next.fired.extend(fired);
        next
    }
}

/// Why rules are asked, when, and by which chance.
#[derive(Clone, Copy)]
pub struct Occasion<'a> {
    /// What happened.
    pub happened: Happened,
    /// When. The only clock.
    pub at: Timestamp,
    /// Chance for the choice of variants. Store it with the firing, and the same text comes out again.
    pub seed: u64,
    /// What was changed.
    pub changes: &'a [Change<'a>],
    /// What led here.
    pub chain: &'a Chain,
}
