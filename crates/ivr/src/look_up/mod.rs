//! Look-ups: asking a company's own system about a caller.
//!
//! - [`request`] is what is asked: address, headers and body with variables, each written by the encoder of its place.
//! - [`answer`] reads what came back: found, not found, or unavailable.
//! - [`path`] leads into an answer (RFC 9535).
//! - [`fields`] are the declared parts of an answer, typed; what nobody declared is dropped (I-9).
//!
//! A [`Definition`] is what people write; a [`Plan`] is the same compiled, once.

pub mod answer;
pub mod fields;
pub mod path;
pub mod request;

mod address;
mod body;
mod steps;

use serde::{Deserialize, Serialize};

use crate::variable::{Class, Variables};

pub use answer::{Answer, Found, LookUpOutcome, Proves, Why};
pub use fields::{Field, Mapped, Target};
pub use path::Path;
pub use request::{Body, FormField, Header, Method, Prepared, Refused, Request};

/// How long a look-up may take if nothing is said, milliseconds (I-5).
pub const TIMEOUT_MS: u64 = 5_000;
/// Shortest and longest time of a look-up, milliseconds.
pub const TIMEOUT_MS_RANGE: std::ops::RangeInclusive<u64> = 100..=10_000;
/// Longest time for which an answer is kept, seconds.
pub const CACHE_SECS_MAX: u32 = 3_600;
/// Biggest answer, bytes (I-5).
pub const ANSWER_BYTES_MAX: usize = 256 * 1_024;
/// A secret that is shorter is no PIN.
pub const PIN_CHARS_MIN: usize = 4;
/// Deepest answer and deepest JSON body (I-5).
pub const DEPTH_MAX: usize = 32;

/// What a request tries of what a caller keyed in.
#[derive(Clone, PartialEq, Eq)]
pub struct Guessed {
    /// What is guessed at: the number of an account. Personal.
    pub number: Option<String>,
    /// Whether a secret is sent along that is long enough to be a PIN.
    pub has_pin: bool,
    /// Whether a secret is what is tried.
    pub is_secret: bool,
}

/// A look-up as people write it, without its secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// What is asked.
    pub request: Request,
    /// How the answer is read.
    #[serde(default)]
    pub answer: Answer,
    /// How long all of it may take, milliseconds.
    #[serde(default = "timeout_ms")]
    pub timeout_ms: u64,
    /// How long an answer is good for the same question, seconds; 0: it is asked each time.
    #[serde(default)]
    pub cache_secs: u32,
}

fn timeout_ms() -> u64 {
    TIMEOUT_MS
}

/// Why a definition is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {detail}")]
pub struct Problem {
    /// Where, as a JSON Pointer into the [`Definition`].
    pub pointer: String,
    /// Stable word for programs.
    pub code: &'static str,
    /// Sentences for people: what is wrong and what to do.
    pub detail: String,
}

impl Problem {
    pub(crate) fn new(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, detail: detail.into() }
    }
}

/// A look-up, compiled.
///
/// ```
/// use countersign_ivr::look_up::{Definition, LookUpOutcome, Plan};
/// use countersign_ivr::{Class, Variables};
/// use serde_json::json;
///
/// let definition: Definition = serde_json::from_value(json!({
///     "request": { "method": "GET", "url": "https://crm.example/customers/{accountNumber}" },
/// }))
/// .unwrap();
/// let plan = Plan::compile(&definition).unwrap();
/// let mut variables = Variables::default();
/// variables.set("accountNumber", Class::Personal, "12345/67").unwrap();
/// assert_eq!(plan.request(&variables).unwrap().url, "https://crm.example/customers/12345%2F67");
/// let outcome = plan.read(200, br#"{"customer": {"name": "Jane Doe"}}"#);
/// assert!(matches!(outcome, LookUpOutcome::Found { .. }));
/// ```
#[derive(Debug, Clone)]
pub struct Plan {
    request: request::Compiled,
    answer: answer::Compiled,
    timeout_ms: u64,
    cache_secs: u32,
    /// How the answer is read, as JSON.
    reading: String,
}

impl Plan {
    /// Checks a definition and makes it ready.
    pub fn compile(definition: &Definition) -> Result<Self, Problem> {
        if !TIMEOUT_MS_RANGE.contains(&definition.timeout_ms) {
            return Err(Problem::new(
                "/timeout_ms",
                "out-of-range",
                "A look-up takes 100 to 10000 milliseconds: the caller waits.",
            ));
        }
        if definition.cache_secs > CACHE_SECS_MAX {
            return Err(Problem::new(
                "/cache_secs",
                "out-of-range",
                "An answer is kept for at most 3600 seconds.",
            ));
        }
        if definition.cache_secs > 0 && definition.request.method != Method::Get {
            return Err(Problem::new(
                "/cache_secs",
                "not-cacheable",
                "Only the answer of a GET can be kept: others may change something.",
            ));
        }
        Ok(Self {
            request: request::Compiled::new(&definition.request)?,
            answer: answer::Compiled::new(&definition.answer)?,
            timeout_ms: definition.timeout_ms,
            cache_secs: definition.cache_secs,
            reading: serde_json::to_string(&definition.answer).unwrap_or_default(),
        })
    }

    /// What is sent for these variables.
    pub fn request(&self, variables: &Variables) -> Result<Prepared, Refused> {
        self.request.prepare(variables)
    }

    /// What is sent, for people who look at the call later: without the value of any personal or secret variable.
    pub fn shown(&self, variables: &Variables) -> Prepared {
        self.request.shown(variables)
    }

    /// What came back. `body` may be one byte longer than [`ANSWER_BYTES_MAX`], to tell that it was.
    pub fn read(&self, status: u16, body: &[u8]) -> LookUpOutcome {
        self.answer.read(self.request.method(), status, body)
    }

    /// The declared fields of a value that was found.
    pub fn map(&self, value: &serde_json::Value) -> Mapped {
        self.answer.map(value)
    }

    /// What it proves of the caller that something is found.
    pub fn proves(&self) -> Proves {
        self.answer.proves
    }

    /// What a request tries of what a caller keyed in, by the names of [`crate::Flow::keyed`]; `None`: nothing of it.
    pub fn guessed(
        &self,
        keyed: &std::collections::BTreeSet<String>,
        variables: &Variables,
    ) -> Option<Guessed> {
        let paths: std::collections::BTreeSet<&str> = self.paths().into_iter().collect();
        let (mut own, mut others) = (Vec::new(), Vec::new());
        let (mut has_pin, mut is_secret) = (false, false);
        for path in paths {
            let (Some((class, _)), Some(text)) = (variables.find(path), variables.text(path)) else {
                continue;
            };
            let is_keyed = keyed.contains(crate::keyed::head(path));
            match class {
                Class::Secret if is_keyed => {
                    (is_secret, has_pin) = (true, has_pin || text.chars().count() >= PIN_CHARS_MIN);
                }
                Class::Secret => {}
                Class::Public | Class::Personal if is_keyed => own.push(text),
                Class::Public | Class::Personal => others.push(text),
            }
        }
        if own.is_empty() && !is_secret {
            return None;
        }
        // The longest is the number of an account, and not a date of birth or a postcode that stands beside it. Where only
        // a secret was keyed in, it is what was looked up before.
        let longest = |of: Vec<String>| of.into_iter().max_by_key(|text| text.chars().count());
        let number = longest(own).or_else(|| longest(others));
        Some(Guessed { number, has_pin, is_secret })
    }

    /// How the answer is read, as JSON: the same question read otherwise is another one.
    pub fn reading(&self) -> &str {
        &self.reading
    }

    /// The paths of the variables in the address, where no secret may stand.
    pub fn url_paths(&self) -> impl Iterator<Item = &str> {
        self.request.url_paths()
    }

    /// The paths of all variables, repeated where they are.
    pub fn paths(&self) -> Vec<&str> {
        self.request.paths()
    }

    /// Scheme, host and port that are asked, whatever the variables are: `https://crm.example`.
    pub fn origin(&self) -> &str {
        self.request.origin()
    }

    /// Whether it may be asked again after a failure.
    pub fn is_repeatable(&self) -> bool {
        self.request.method() == Method::Get
    }

    /// How long all of it may take, milliseconds.
    pub fn timeout_ms(&self) -> u64 {
        self.timeout_ms
    }

    /// How long an answer is good for the same question, seconds.
    pub fn cache_secs(&self) -> u32 {
        self.cache_secs
    }
}
