//! Help for tests, benches and fuzzing; never part of the product.
#![allow(clippy::expect_used, clippy::panic, reason = "tests stop at once and say why")]

pub mod generate;
pub mod oracle;

use countersign_types::attribute::{AttributeLevel, AttributeOption, AttributeType};
use countersign_types::case::{CaseStatus, ChatState, Priority};
use countersign_types::channel::ChannelKind;
use countersign_types::code::Outcome;
use countersign_types::evidence::Method;
use countersign_types::message::{AuthorKind, Direction, MessageKind};
use countersign_types::profile::{ProfileKind, ProfileState};
use countersign_types::{Assurance, ChannelId, GroupId, Timestamp, UserId};
use jiff::civil::Date;

use crate::schema::AttributeDefinition;
use crate::snapshot::{
    Attribute, CaseFacts, Chain, Change, Firing, Happened, MessageFacts, Occasion, ProfileFacts, Snapshot,
    Value, VisitFacts,
};

/// A small deterministic generator (SplitMix64) for tests.
#[derive(Debug, Clone)]
pub struct Rng(pub u64);

impl Rng {
    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n` (which must not be zero).
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next_u64()) * n as u128) >> 64) as usize
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// Yes in one of `n` cases.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// A value that owns its text.
#[derive(Debug, Clone, PartialEq)]
pub enum Held {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// Number.
    Number(f64),
    /// Day.
    Date(Date),
}

impl Held {
    /// Borrowed for a snapshot.
    pub fn value(&self) -> Value<'_> {
        match self {
            Self::Empty => Value::Empty,
            Self::Text(text) => Value::text(text),
            Self::Bool(is_so) => Value::Bool(*is_so),
            Self::Number(number) => Value::Number(*number),
            Self::Date(day) => Value::Date(*day),
        }
    }
}

/// A message that owns its text.
#[derive(Debug, Clone)]
pub struct Said {
    /// Its text.
    pub text: String,
    /// Who wrote it.
    pub author: AuthorKind,
    /// Whether a machine wrote it.
    pub is_automatic: bool,
    /// What became of a code.
    pub outcome: Option<Outcome>,
    /// Whether a file came with it.
    pub has_attachment: bool,
}

/// A visit of the website that owns what it holds.
#[derive(Debug, Clone, Default)]
pub struct Visited {
    /// Whether it goes on.
    pub is_live: bool,
    /// The word of its state.
    pub state: &'static str,
    /// Percent.
    pub confidence: Option<f64>,
    /// The addresses of its pages, the newest first: the first one is looked at, the last one is where it began.
    pub pages: Vec<String>,
    /// Title of the page that is looked at.
    pub title: Option<String>,
    /// Where it came from.
    pub source: Option<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// What the visitor holds.
    pub device: Option<&'static str>,
    /// How long.
    pub seconds: u32,
    /// All addresses, a line each; filled by [`Visited::of`].
    pub lines: String,
}

impl Visited {
    /// Of these pages, the newest first.
    pub fn of(state: &'static str, pages: &[&str]) -> Self {
        Self {
            is_live: true,
            state,
            pages: pages.iter().map(|page| (*page).to_owned()).collect(),
            lines: pages.join("\n"),
            ..Self::default()
        }
    }

    fn facts(&self) -> VisitFacts<'_> {
        VisitFacts {
            is_live: self.is_live,
            state: self.state,
            confidence: self.confidence,
            url: self.pages.first().map(String::as_str),
            title: self.title.as_deref(),
            entry_url: self.pages.last().map(String::as_str),
            source: self.source.as_deref(),
            referrer: None,
            pages_seen: self.pages.len() as u32,
            pages: &self.lines,
            categories: &self.categories,
            device: self.device,
            seconds: self.seconds,
        }
    }
}

/// A snapshot and an occasion that own what they hold.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The case's status.
    pub status: CaseStatus,
    /// Its chat.
    pub chat: ChatState,
    /// Its channel.
    pub channel: ChannelId,
    /// Its assignee.
    pub assignee: Option<UserId>,
    /// Its group.
    pub group: Option<GroupId>,
    /// Its labels.
    pub labels: Vec<String>,
    /// Its priority.
    pub priority: Priority,
    /// Its number of messages.
    pub message_count: u32,
    /// The newest message.
    pub message: Option<Said>,
    /// The level of the link.
    pub assurance: Assurance,
    /// How it was proved.
    pub method: Option<Method>,
    /// When the profile was made.
    pub profile_created_at: Timestamp,
    /// Language.
    pub language: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Attributes of profile and case.
    pub attributes: Vec<(AttributeLevel, String, Held)>,
    /// The visit of the website.
    pub visit: Option<Visited>,
    /// Firings.
    pub firings: Vec<Firing>,
    /// When a person last wrote; the newest message is the same age.
    pub last_at: Option<Timestamp>,
    /// What happened.
    pub happened: HappenedWord,
    /// When.
    pub at: Timestamp,
    /// Chance.
    pub seed: u64,
    /// Changes.
    pub changes: Vec<(String, Held, Held)>,
    /// The chain.
    pub chain: Chain,
}

/// [`Happened`] with `Debug`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the same as Happened")]
pub enum HappenedWord {
    NewCase,
    Message,
    Change,
    HalfHour,
    Delay,
}

impl From<HappenedWord> for Happened {
    fn from(word: HappenedWord) -> Self {
        match word {
            HappenedWord::NewCase => Self::NewCase,
            HappenedWord::Message => Self::Message,
            HappenedWord::Change => Self::Change,
            HappenedWord::HalfHour => Self::HalfHour,
            HappenedWord::Delay => Self::Delay,
        }
    }
}

/// 2026-11-21T10:00:00Z, a Saturday.
pub const NOW: Timestamp = Timestamp::from_micros(1_795_255_200_000_000);

impl Scene {
    /// A stranger's first message.
    pub fn new_case(text: &str) -> Self {
        Self {
            status: CaseStatus::Open,
            chat: ChatState::Live,
            channel: ChannelId::from_bytes([1; 16]),
            assignee: None,
            group: None,
            labels: Vec::new(),
            priority: Priority::Normal,
            message_count: 1,
            message: Some(Said {
                text: text.to_owned(),
                author: AuthorKind::Customer,
                is_automatic: false,
                outcome: Some(Outcome::NotSent),
                has_attachment: false,
            }),
            assurance: Assurance::Al0,
            method: None,
            profile_created_at: NOW,
            language: None,
            name: None,
            email: None,
            attributes: Vec::new(),
            visit: None,
            firings: Vec::new(),
            last_at: Some(NOW),
            happened: HappenedWord::NewCase,
            at: NOW,
            seed: 1,
            changes: Vec::new(),
            chain: Chain::default(),
        }
    }

    /// A further message of a stranger.
    pub fn message(text: &str) -> Self {
        Self { happened: HappenedWord::Message, message_count: 3, ..Self::new_case(text) }
    }

    /// With this value of an attribute.
    #[must_use]
    pub fn with(mut self, level: AttributeLevel, key: &str, value: Held) -> Self {
        self.attributes.retain(|(l, k, _)| (*l, k.as_str()) != (level, key));
        self.attributes.push((level, key.to_owned(), value));
        self
    }

    /// With what became of a code in the message.
    #[must_use]
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        if let Some(said) = &mut self.message {
            said.outcome = Some(outcome);
        }
        self
    }

    /// Identified by a code of the API.
    #[must_use]
    pub fn identified(self) -> Self {
        Self { assurance: Assurance::Al3, method: Some(Method::ApiCode), ..self }
    }

    /// Asks something of the snapshot and the occasion.
    pub fn ask<T>(&self, question: impl FnOnce(&Snapshot<'_>, &Occasion<'_>) -> T) -> T {
        let of = |level: AttributeLevel| -> Vec<Attribute<'_>> {
            let list = self.attributes.iter().filter(|(l, _, _)| *l == level);
            list.map(|(_, key, value)| Attribute { key, value: value.value() }).collect()
        };
        let (of_case, of_profile) = (of(AttributeLevel::Case), of(AttributeLevel::Profile));
        let changes: Vec<Change<'_>> = self
            .changes
            .iter()
            .map(|(field, from, to)| Change { field, from: from.value(), to: to.value() })
            .collect();
        let snapshot = self.borrow(&of_case, &of_profile);
        let occasion = Occasion {
            happened: self.happened.into(),
            at: self.at,
            seed: self.seed,
            changes: &changes,
            chain: &self.chain,
        };
        question(&snapshot, &occasion)
    }

    /// A snapshot with attributes of one's own instead of the scene's.
    pub fn borrow<'a>(
        &'a self,
        of_case: &'a [Attribute<'a>],
        of_profile: &'a [Attribute<'a>],
    ) -> Snapshot<'a> {
        Snapshot {
            case: self.case(of_case),
            message: self.message.as_ref().map(Said::facts),
            profile: self.profile(of_profile),
            visit: self.visit.as_ref().map(Visited::facts),
            firings: &self.firings,
        }
    }

    fn case<'a>(&'a self, attributes: &'a [Attribute<'a>]) -> CaseFacts<'a> {
        CaseFacts {
            status: self.status,
            chat: self.chat,
            channel: self.channel,
            channel_kind: ChannelKind::Custom,
            assignee: self.assignee,
            group: self.group,
            labels: &self.labels,
            priority: self.priority,
            attributes,
            message_count: self.message_count,
            created_at: NOW,
            last_message_at: self.last_at,
            last_person_at: self.last_at,
        }
    }

    fn profile<'a>(&'a self, attributes: &'a [Attribute<'a>]) -> ProfileFacts<'a> {
        ProfileFacts {
            assurance: self.assurance,
            method: self.method,
            created_at: self.profile_created_at,
            kind: ProfileKind::Person,
            state: ProfileState::Active,
            language: self.language.as_deref(),
            name: self.name.as_deref(),
            email: self.email.as_deref(),
            phone: None,
            external_id: None,
            attributes,
        }
    }
}

impl Said {
    fn facts(&self) -> MessageFacts<'_> {
        let is_inbound = self.author == AuthorKind::Customer;
        MessageFacts {
            text: &self.text,
            author: self.author,
            direction: if is_inbound { Direction::Inbound } else { Direction::Outbound },
            kind: MessageKind::Reply,
            is_automatic: self.is_automatic,
            outcome: self.outcome.filter(|_| is_inbound),
            has_attachment: self.has_attachment,
        }
    }
}

/// The definition of an attribute; options are their own labels.
pub fn attribute(
    level: AttributeLevel,
    key: &str,
    r#type: AttributeType,
    options: &[&str],
) -> AttributeDefinition {
    let option = |value: &&str| AttributeOption {
        value: (*value).to_owned(),
        label: (*value).to_owned(),
        is_retired: false,
    };
    AttributeDefinition { level, key: key.to_owned(), r#type, options: options.iter().map(option).collect() }
}
