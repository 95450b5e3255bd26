//! What happens to an engagement, and what is known when it does.

use std::collections::BTreeMap;

use countersign_identity::evidence::Evidence;
use countersign_types::pii::{Attribute, FreeText};
use countersign_types::{Pii, ProfileId, Timestamp, UserId};

use super::{About, Engagement, PolicyUsed, Role, Topic};
use crate::compare::Locale;
use crate::mandate::Mandate;
use crate::policy::Policy;

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The reason was named. Everything begins anew.
    ChooseTopic(Topic),
    /// Whom it is about. Everything after that begins anew.
    ChooseAbout(About),
    /// A search of the policy was made, by its place in the list, and found these.
    Search(usize, Vec<ProfileId>),
    /// One of those whom the last search found, or a candidate, was selected.
    Select(ProfileId),
    /// A question was answered; until the end the last answer counts.
    Answer(String, Reply),
    /// All was asked: now it is decided. What was not answered is wrong.
    Finish,
    /// Evidence that whoever is speaking is that profile.
    Evidence(ProfileId, Strong),
    /// The mandate was chosen, by its id; [`Context::mandate`] is it.
    ChooseMandate(String),
    /// Back to an earlier step, which is taken anew with all that rests on it.
    Back(StepName),
    /// The agent ends it.
    End,
    /// Its time is over.
    Expire,
}

/// Evidence, as `countersign_identity` judges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strong(pub Evidence);

/// Steps that one can go back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepName {
    /// The reason.
    Topic,
    /// Whom it is about.
    About,
    /// The search for the representative.
    Representative,
    /// The mandate.
    Mandate,
    /// The search for the customer.
    Customer,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// What was said; the server compares.
    Said(Pii<FreeText>),
    /// The agent judged it.
    Ticked(bool),
    /// A look-up judged it.
    LookedUp(LookedUp),
    /// No answer was given; it counts as wrong.
    Skip,
}

/// What a look-up says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookedUp {
    /// That is the answer.
    Yes,
    /// It is not.
    No,
    /// It could not be asked.
    Unavailable,
}

/// What is known when something happens. All of it is of now, read in the transaction that stores the new state.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The time.
    pub now: Timestamp,
    /// Who does it.
    pub actor: Actor<'a>,
    /// The policy of the topic that is chosen; later the version that it began with.
    pub policy: Option<(&'a PolicyUsed, &'a Policy)>,
    /// The profiles that the engagement or the event names. Who is missing is gone.
    pub people: &'a [Person<'a>],
    /// Profiles that the number or account of whoever is speaking is registered for (AL1).
    pub candidates: &'a [ProfileId],
    /// The mandate that the engagement or the event names.
    pub mandate: Option<&'a Mandate>,
    /// How ambiguous texts are read.
    pub locale: Locale,
}

/// Who does something.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// The user.
    pub user: UserId,
    /// Their own profiles, and those of relatives.
    pub related: &'a [ProfileId],
}

/// A profile, as far as it matters.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// Its id.
    pub profile: ProfileId,
    /// Whether it is still there.
    pub standing: Standing,
    /// Whether too many sessions failed ([`crate::lock`]).
    pub is_locked: bool,
    /// Age in years, if known.
    pub age: Option<u8>,
    /// The stored answers by field.
    pub values: &'a BTreeMap<String, Pii<Attribute>>,
}

/// Whether a profile is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Live,
    /// It was merged into another, whose data are no longer those that were asked for.
    Merged,
    /// It was erased.
    Erased,
}

/// What follows, to be stored with the new state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// A session failed for this customer: it counts towards the lock.
    Failed(Role, ProfileId),
    /// This customer was verified.
    Passed(Role, ProfileId),
    /// It is over: the record can be written, the result signed, others told.
    Concluded,
}

/// A step taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The new state.
    pub engagement: Engagement,
    /// What follows.
    pub effects: Vec<Effect>,
}
