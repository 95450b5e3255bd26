//! Engagements: guided verification of customers, and of those who act for them.
//!
//! What may be done is decided by `countersign_verification`; here its state is read, one step is taken in one transaction
//! with what it rests on, and what follows is stored with it. `docs/decisions/0033-engagements.md` says why.

mod accept;
mod around;
mod code;
mod index;
mod job;
mod kept;
mod lock;
mod open;
mod record;
mod refusal;
mod search;
pub(crate) mod send;
mod show;
mod step;
mod take;
mod token;
mod words;

use countersign_types::engagement::Engagement;
use countersign_types::mandate::Mandate;
use countersign_types::pii::{Name, Pii, Viewer};
use countersign_types::topic::Topic;
use countersign_types::{Assurance, ProfileId, Timestamp};
use countersign_verification::policy::Policy;
use std::collections::BTreeMap;

pub use countersign_store::engagement::EngagementFilter;
pub use countersign_verification::engagement::{
    About, Count, Outcome, Party, PassedBy, Role, Stage, StepName, StopClass, Verdict,
};
pub use countersign_verification::policy::{
    Answer, Judge, Party as PolicyParty, Question, Search, SearchKind,
};
pub use kept::{Kept, Lead, StepTold, Texts, TopicStatus, TopicTold};
pub(crate) use lock::regrouped;
pub use lock::{Lock, LockList, Told};
pub use open::{EngagementPatch, InitiatingAttendee, NewEngagement};
pub use record::EngagementRecord;
pub use search::{Found, SearchInput, SearchResults};
pub use send::{SendBy, SendState, SentCode, Way};
pub use step::{Given, GivenReply, Step};
pub(crate) use token::audience;
pub use token::{Jwk, ResultToken};

/// What is shown of a customer wherever one is named.
#[derive(Debug, Clone)]
pub struct Brief {
    /// The profile, or the one that it was merged into.
    pub id: ProfileId,
    /// The short stable reference.
    pub reference: String,
    /// The name.
    pub name: Option<Pii<Name>>,
}

/// A mandate that may be chosen.
#[derive(Debug, Clone)]
pub struct MandateOffer {
    /// The mandate.
    pub mandate: Mandate,
    /// Why it does not cover the topic now.
    pub gap: Option<&'static str>,
}

/// Strong evidence that whoever is speaking is the one selected.
#[derive(Debug, Clone)]
pub struct Held {
    /// How it was found out.
    pub method: countersign_types::evidence::Method,
    /// The level it gives.
    pub level: Assurance,
    /// Until when.
    pub until: Option<Timestamp>,
}

/// An engagement with everything that is shown of it.
#[derive(Debug, Clone)]
pub struct EngagementDetail {
    /// The engagement.
    pub engagement: Engagement,
    /// Where its verification stands, and what was done.
    pub kept: Kept,
    /// What people wrote.
    pub texts: Texts,
    /// Everybody it names, by the id it names them by. Who is missing was erased.
    pub people: BTreeMap<ProfileId, Brief>,
    /// Who may be speaking.
    pub candidates: Vec<ProfileId>,
    /// The topic under way.
    pub topic: Option<Topic>,
    /// The policy it goes by.
    pub policy: Option<Policy>,
    /// Mandates of the representative.
    pub mandates: Vec<MandateOffer>,
    /// Strong evidence that the conversation holds of whoever was selected.
    pub held: Option<Held>,
    /// Whether a code can be asked for in the conversation.
    pub can_send_code: bool,
    /// Whether strong evidence replaces the questions about whoever is verified now.
    pub may_replace: bool,
    /// The ways on which a code reaches whoever was selected.
    pub ways: Vec<Way>,
    /// For whom it is rendered.
    pub viewer: Viewer,
}
