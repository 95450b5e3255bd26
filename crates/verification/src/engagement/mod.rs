//! A verification as a state machine: who is asked, in which order, and what is released (V-5).
//!
//! Topic → about whom → search → select → questions → result. For somebody else: the representative first, found by a
//! search even if their number is registered, then the mandate, then the represented. [`Engagement::apply`] takes what
//! happened and gives a new state, or a [`Refusal`] that changes nothing. What one step rests on goes when that step is
//! taken again: no pass outlives the topic, the choice or the person it was given for.
//!
//! ```
//! use std::collections::BTreeMap;
//! use countersign_types::pii::{Attribute, FreeText};
//! use countersign_types::{Assurance, Pii, ProfileId, Timestamp, UserId};
//! use countersign_verification::compare::Locale;
//! use countersign_verification::engagement::{
//!     About, Actor, Context, Engagement, Event, Outcome, Person, PolicyUsed, Reply, Standing, Topic,
//! };
//! use countersign_verification::policy::default_policy;
//!
//! let ann = ProfileId::from_bytes([1; 16]);
//! let values: BTreeMap<String, Pii<Attribute>> = [
//!     ("name", "Ann Müller"), ("birth_date", "1990-05-03"), ("phone", "+4930901820"), ("postcode", "10115"),
//! ].map(|(field, value)| (field.to_owned(), Pii::new(value))).into();
//! let people = [Person { profile: ann, standing: Standing::Live, is_locked: false, age: Some(36), values: &values }];
//! let (policy, used) = (default_policy(), PolicyUsed { id: "pol_1".into(), version: 3 });
//! let context = Context {
//!     now: Timestamp::from_micros(1_000_000),
//!     actor: Actor { user: UserId::from_bytes([9; 16]), related: &[] },
//!     policy: Some((&used, &policy)),
//!     people: &people,
//!     candidates: &[],
//!     mandate: None,
//!     locale: Locale::of("DE"),
//! };
//!
//! let topic = Topic { key: "balance".into(), is_confidential: true, minimum_level: Assurance::Al2 };
//! let mut engagement = Engagement::open([7; 32], context.now);
//! let mut then = |event| {
//!     let step = engagement.apply(engagement.revision(), event, &context).unwrap();
//!     engagement = step.engagement;
//!     engagement.outcome().copied()
//! };
//! then(Event::ChooseTopic(topic));
//! then(Event::ChooseAbout(About::Oneself));
//! then(Event::Search(0, vec![ann]));
//! then(Event::Select(ann));
//! let said = |field: &str, words: &str| Event::Answer(field.into(), Reply::Said(Pii::<FreeText>::new(words)));
//! then(said("name", "Mueller, Ann"));
//! assert_eq!(then(said("birth_date", "3. Mai 1990")), None, "no verdict before the end");
//! // The server drew one of phone and post code.
//! then(said("postcode", "10115"));
//! assert!(matches!(then(Event::Finish), Some(Outcome::Proceed { level: Assurance::Al2, .. })));
//! ```

mod apply;
mod event;
mod progress;
mod refusal;

pub use apply::{IDLE_SPAN, WHOLE_SPAN};
use countersign_types::{Assurance, ProfileId, Timestamp};
pub use event::{Actor, Context, Effect, Event, LookedUp, Person, Reply, Standing, Step, StepName, Strong};
pub use progress::{Count, Progress, Stage};
pub use refusal::Refusal;
use serde::{Deserialize, Deserializer, Serialize};

use crate::choose::Seed;

/// The form of a stored engagement. Another form is refused, not guessed at.
pub const FORM: u8 = 1;

/// What the conversation is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Its key: mandates name it.
    pub key: String,
    /// Whether anything confidential is touched. If not, nobody is verified.
    pub is_confidential: bool,
    /// The least level that it may proceed with.
    pub minimum_level: Assurance,
}

/// Which policy, in which version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyUsed {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u32,
}

/// Whom the conversation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Whoever is speaking.
    Oneself,
    /// Somebody whom they represent.
    SomebodyElse,
}

/// Which of the two is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Who speaks for somebody else.
    Representative,
    /// Whom it is about.
    Customer,
}

/// How an answer came out. Agents do not see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Right.
    Right,
    /// Wrong.
    Wrong,
    /// Skipped, which counts as wrong.
    Skipped,
    /// The source could not be asked: neither a pass nor a failure.
    Unavailable,
}

/// A question that is asked, and how it came out; never the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The field.
    pub field: String,
    /// Whether it has to be right.
    pub is_required: bool,
    /// How it came out; nothing as long as it was not answered.
    pub verdict: Option<Verdict>,
}

/// What a party was let pass by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassedBy {
    /// Questions.
    Questions,
    /// A code, a signed session, a call back.
    StrongEvidence,
}

/// That a party was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pass {
    /// How sure that is.
    pub level: Assurance,
    /// By what.
    pub by: PassedBy,
    /// Since when.
    pub at: Timestamp,
    /// Until when; this moment is outside.
    pub until: Timestamp,
}

/// How far one party is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    has_searched: bool,
    /// Whom the last search found: of these one is selected, and nobody else.
    #[serde(default)]
    found: Vec<ProfileId>,
    profile: Option<ProfileId>,
    asked: Vec<Asked>,
    /// Fields of additional questions that may be drawn if a source is down.
    spare: Vec<String>,
    /// What the customer lacks for questions, where evidence may replace them.
    missing: Vec<String>,
    pass: Option<Pass>,
}

impl Party {
    /// Who was selected.
    pub const fn profile(&self) -> Option<ProfileId> {
        self.profile
    }

    /// The questions, and how they came out: for records and supervisors, never for the agent.
    pub fn asked(&self) -> &[Asked] {
        &self.asked
    }

    /// The fields that the customer has no answer in. Nothing is asked then; only strong evidence helps.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Whether, and by what, they were verified.
    pub const fn pass(&self) -> Option<&Pass> {
        self.pass.as_ref()
    }
}

/// Why a conversation stops, as far as an agent is told. Which answers were wrong is for supervisors
/// ([`Party::asked`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopClass {
    /// The answers did not suffice.
    NotVerified,
    /// The mandate does not hold any more.
    NotAuthorised,
    /// Too many sessions failed for this customer.
    Locked,
    /// Nothing happened for half an hour, or it took four.
    Expired,
    /// The agent ended it.
    Ended,
}

/// How an engagement came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome", deny_unknown_fields)]
pub enum Outcome {
    /// Nothing confidential: the request is processed, and nobody was verified.
    NotNeeded {
        /// When.
        at: Timestamp,
    },
    /// The request may be processed.
    Proceed {
        /// The lower of the levels of those verified.
        level: Assurance,
        /// When.
        at: Timestamp,
        /// Until when this may be relied on; this moment is outside.
        until: Timestamp,
    },
    /// It may not.
    Stop {
        /// Why.
        class: StopClass,
        /// In whose verification; nothing if in neither.
        role: Option<Role>,
        /// When.
        at: Timestamp,
    },
}

/// A verification: all that is kept of it. Made by [`Engagement::open`], changed by [`Engagement::apply`] alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Engagement {
    #[serde(deserialize_with = "known_form")]
    form: u8,
    revision: u32,
    opened_at: Timestamp,
    touched_at: Timestamp,
    seed: Seed,
    topic: Option<Topic>,
    policy: Option<PolicyUsed>,
    about: Option<About>,
    needs_mandate: bool,
    representative: Party,
    mandate: Option<String>,
    customer: Party,
    outcome: Option<Outcome>,
}

fn known_form<'de, D: Deserializer<'de>>(d: D) -> Result<u8, D::Error> {
    let form = u8::deserialize(d)?;
    let unknown =
        || serde::de::Error::custom(format!("an engagement of form {form}; this program knows {FORM}"));
    if form == FORM { Ok(form) } else { Err(unknown()) }
}

impl Engagement {
    /// Begins one. What the draw of questions follows from: see [`Seed`].
    pub fn open(seed: Seed, now: Timestamp) -> Self {
        Self {
            form: FORM,
            revision: 0,
            opened_at: now,
            touched_at: now,
            seed,
            topic: None,
            policy: None,
            about: None,
            needs_mandate: false,
            representative: Party::default(),
            mandate: None,
            customer: Party::default(),
            outcome: None,
        }
    }

    /// Counts changes. Whoever changes it names the revision they saw, so that of two agents one is refused.
    pub const fn revision(&self) -> u32 {
        self.revision
    }

    /// When it began.
    pub const fn opened_at(&self) -> Timestamp {
        self.opened_at
    }

    /// The topic, once chosen.
    pub const fn topic(&self) -> Option<&Topic> {
        self.topic.as_ref()
    }

    /// The policy it goes by, in the version of when the topic was chosen.
    pub const fn policy(&self) -> Option<&PolicyUsed> {
        self.policy.as_ref()
    }

    /// Whom it is about, once chosen.
    pub const fn about(&self) -> Option<About> {
        self.about
    }

    /// The mandate, once chosen.
    pub fn mandate(&self) -> Option<&str> {
        self.mandate.as_deref()
    }

    /// One of the two.
    pub const fn party(&self, role: Role) -> &Party {
        match role {
            Role::Representative => &self.representative,
            Role::Customer => &self.customer,
        }
    }

    /// How it came out, once it did.
    pub const fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// Whether the outcome may be relied on now: it is *proceed*, its time is not over, and where somebody else is
    /// represented by a mandate, that mandate still holds. For what is done later in the conversation.
    pub fn may_proceed(&self, now: Timestamp, mandate: Option<&crate::mandate::Mandate>) -> bool {
        let Some(Outcome::Proceed { at, until, .. }) = self.outcome else { return false };
        let is_covered = match (&self.mandate, self.representative.profile, &self.topic) {
            (None, ..) => !self.needs_mandate,
            (Some(id), Some(representative), Some(topic)) => mandate.is_some_and(|mandate| {
                mandate.id == *id
                    && Some(mandate.represented) == self.customer.profile
                    && mandate.check(representative, &topic.key, now).is_ok()
            }),
            _ => false,
        };
        at <= now && now < until && is_covered
    }
}
