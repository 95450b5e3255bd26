//! Where a call stands. Small, and enough to go on with in another process, together with the flow.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{CallFacts, Id};
use crate::Moment;
use crate::digits::{Collector, Digits};
use crate::key::Keys;
use crate::transcript::By;
use crate::variable::{Class, Variables};

/// Where a call stands.
///
/// Written down, it holds no secret (I-3): neither secret variables nor the digits of one that is being keyed in, nor keys
/// that were pressed ahead. Whoever moves a call to another process without losing them carries [`State::secrets`] in
/// memory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The node; `None` while the built-in last word is said.
    pub(super) node: Option<String>,
    pub(super) variables: Variables,
    pub(super) here: Here,
    /// Keys that nobody asked for yet.
    pub(super) ahead: Digits,
    pub(super) swallow: Option<Swallow>,
    /// The language in which the caller was last spoken to.
    pub(super) language: Option<String>,
    pub(super) last_id: Id,
    /// Nodes since the last key.
    pub(super) steps: u32,
    /// Nodes of the call.
    pub(super) steps_of_call: u32,
    pub(super) now: Moment,
    /// Whether `on_error` was taken already.
    pub(super) had_trouble: bool,
    pub(super) over: Option<By>,
}

/// What is under way at the node.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Here {
    /// Tries that are used up.
    pub tries: u32,
    /// The input that is keyed in.
    pub collector: Option<Collector>,
    /// The last input that was not accepted.
    pub last: Option<Collector>,
    /// What is playing.
    pub playing: Option<Id>,
    /// What is waited for.
    pub timer: Option<Timer>,
    /// What was asked of the world.
    pub awaited: Option<Id>,
    /// When it was asked.
    pub since: Moment,
    /// The exit that is taken when the time has come.
    pub then: Option<String>,
    /// Whether the caller is with somebody.
    pub is_connected: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Timer {
    pub id: Id,
    pub until: Moment,
}

/// One key that is dropped if it comes in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Swallow {
    pub keys: Keys,
    pub until: Moment,
}

/// What a written [`State`] leaves out. It cannot be written down, and shows nothing.
#[derive(Clone, PartialEq)]
pub struct Secrets {
    variables: Vec<(String, Value)>,
    collector: Option<Collector>,
    last: Option<Collector>,
    ahead: Digits,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(••••)")
    }
}

impl State {
    pub(super) fn new(facts: CallFacts, now: Moment) -> Self {
        Self {
            node: None,
            variables: variables(facts),
            here: Here::default(),
            ahead: Digits::new(true),
            swallow: None,
            language: None,
            last_id: 0,
            steps: 0,
            steps_of_call: 0,
            now,
            had_trouble: false,
            over: None,
        }
    }

    /// What is known in the call.
    pub fn variables(&self) -> &Variables {
        &self.variables
    }

    /// The node the call is at; `None` when it is over or the built-in last word is said.
    pub fn node(&self) -> Option<&str> {
        self.node.as_deref().filter(|_| self.over.is_none())
    }

    /// The language in which the caller was last spoken to.
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// Whether nothing can happen any more.
    pub fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// Who ended it.
    pub fn ended_by(&self) -> Option<By> {
        self.over
    }

    /// Whether the caller is with a person.
    pub fn is_connected(&self) -> bool {
        self.here.is_connected && self.over.is_none()
    }

    /// Until when the engine waits, for drivers that were started anew: the id of the timer and its time.
    pub fn timer(&self) -> Option<(Id, Moment)> {
        self.here.timer.filter(|_| self.over.is_none()).map(|timer| (timer.id, timer.until))
    }

    /// What is playing, and what is asked of the world, for drivers that were started anew. What they cannot go on with
    /// they report as failed.
    pub fn under_way(&self) -> (Option<Id>, Option<Id>) {
        if self.over.is_some() { (None, None) } else { (self.here.playing, self.here.awaited) }
    }

    /// The secrets, for the memory of the server that takes the call and nowhere else.
    pub fn secrets(&self) -> Secrets {
        let secret = |collector: &Option<Collector>| collector.clone().filter(|c| c.digits().is_secret());
        Secrets {
            variables: self.variables.secrets(),
            collector: secret(&self.here.collector),
            last: secret(&self.here.last),
            ahead: self.ahead.clone(),
        }
    }

    /// A state that was read, with its secrets. They must be of the same moment.
    #[must_use]
    pub fn with_secrets(mut self, secrets: Secrets) -> Self {
        for (name, value) in secrets.variables {
            // As many as there were.
            let _ = self.variables.set(&name, Class::Secret, value);
        }
        let is_secret =
            |collector: &Option<Collector>| collector.as_ref().is_some_and(|c| c.digits().is_secret());
        if is_secret(&self.here.collector) {
            self.here.collector = secrets.collector;
        }
        if is_secret(&self.here.last) {
            self.here.last = secrets.last;
        }
        self.ahead = secrets.ahead;
        self
    }
}

/// The variables that every call has. What is not known has no value.
fn variables(facts: CallFacts) -> Variables {
    let CallFacts { caller, callee, from, attestation } = facts;
    let mut variables = Variables::default();
    let value = |of: &Option<String>| of.as_deref().map_or(Value::Null, |text| json!(clean(text)));
    let (caller, callee, from, attestation) =
        (value(&caller), value(&callee), value(&from), value(&attestation));
    let system = json!({"caller": caller, "callee": callee, "from": from, "attestation": attestation});
    let all = [
        ("caller", Class::Personal, caller.clone()),
        ("callee", Class::Public, callee.clone()),
        ("from", Class::Personal, from.clone()),
        ("NUMBER", Class::Personal, caller),
        ("B-NUMBER", Class::Public, callee),
        ("C-NUMBER", Class::Personal, from),
        ("attestation", Class::Public, attestation),
        ("system", Class::Personal, system),
    ];
    for (name, class, value) in all {
        // The names are good, and there are eight.
        let _ = variables.set(name, class, value);
    }
    variables
}

/// What a carrier says of a caller is not ours: short, and without control characters.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(255).collect()
}
