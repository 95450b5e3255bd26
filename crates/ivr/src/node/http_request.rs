//! Asks the company's own system: a stored look-up, or a request written here.
//!
//! The engine only hands the request out ([`LookUpRef`]) and takes the outcome. Whoever is not found waits exactly as
//! long as whoever is: exits are taken on even marks of [`EVEN_MS`], so that a caller cannot tell by the clock whether
//! an account number exists (I-1).

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::question::cancel;
use super::{Exits, Step, fixed};
use crate::check::{Look, Place};
use crate::engine::{Effect, Input, LookUpOutcome, Next, Run, WORLD_MS};
use crate::finding::Finding;
use crate::look_up::{self, Body, Definition, Found, Method, Plan, Why};
use crate::prompt::Prompts;
use crate::template::Template;
use crate::transcript::{What, Word};
use crate::variable::Class;

/// Exits are taken on multiples of this time after the request.
pub const EVEN_MS: u64 = 1_500;
/// Most headers, and most fields of a form.
pub const HEADERS_MAX: usize = 20;
/// How long an answer is awaited where nothing is said, in milliseconds.
pub const TIMEOUT_MS: u32 = 5_000;
/// Deepest body.
pub const BODY_DEPTH_MAX: usize = 32;

/// `http_request`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpRequest {
    /// A stored look-up, `lku_…`; then nothing of the request stands here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look_up: Option<String>,
    /// The method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// The address, with variables in path segments and query values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Template>,
    /// Headers, in turn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// The body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// Which part of the answer is kept (RFC 9535); empty: all of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub json_path: String,
    /// Which answers count as found; absent: 200 to 299 with a value at the path; 404 and 410 are not found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<Found>,
    /// How long the answer is awaited; absent: 5 seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u32>,
    /// How long an answer may be used again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_secs: Option<u32>,
    /// Where the answer is kept.
    #[serde(default)]
    pub variable: String,
    /// Who may see it.
    #[serde(default)]
    pub class: Class,
    /// Played while the answer is awaited.
    #[serde(default, skip_serializing_if = "Prompts::is_empty")]
    pub hold_prompt: Prompts,
}

/// A header. Its value is a secret of the company (I-7): `Debug` does not show it, and a stored flow may hold it sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value, with variables; absent where it is kept elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Template>,
    /// Whether a value is kept elsewhere.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secret: bool,
    /// The last four characters of a value that is kept elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last4: Option<String>,
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ••••", self.name)
    }
}

/// The request that is handed out.
#[derive(Debug, Clone, PartialEq)]
pub enum LookUpRef {
    /// A stored look-up.
    Stored {
        /// Its id, `lku_…`.
        look_up: String,
    },
    /// One that stands in the flow.
    Inline(Box<Inline>),
}

/// A request that stands in the flow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inline {
    /// The method.
    pub method: Method,
    /// The address.
    pub url: Template,
    /// Headers, in turn.
    pub headers: Vec<Header>,
    /// The body.
    pub body: Option<Body>,
    /// Which part of the answer is kept.
    pub json_path: String,
    /// Which answers count as found.
    pub found: Option<Found>,
    /// How long the answer is awaited.
    pub timeout_ms: u32,
    /// How long an answer may be used again.
    pub cache_secs: u32,
}

impl Inline {
    /// The request as a stored look-up is written: `{"request", "answer", "timeout_ms", "cache_secs"}`. Headers whose
    /// values are kept elsewhere are left out.
    pub fn definition(&self) -> Value {
        let with_value = |header: &&Header| header.value.is_some();
        let header = |header: &Header| json!({"name": header.name, "value": header.value});
        let headers: Vec<Value> = self.headers.iter().filter(with_value).map(header).collect();
        let mut request = json!({"method": self.method, "url": self.url, "headers": headers});
        if let Some(body) = &self.body {
            request["body"] = json!(body);
        }
        let mut answer = json!({"json_path": self.json_path});
        if let Some(found) = &self.found {
            answer["found"] = json!(found);
        }
        json!({
            "request": request, "answer": answer, "timeout_ms": self.timeout_ms, "cache_secs": self.cache_secs,
        })
    }
}

impl HttpRequest {
    /// What is asked. `None`: nothing is, yet.
    pub fn request(&self) -> Option<LookUpRef> {
        if let Some(look_up) = &self.look_up {
            return Some(LookUpRef::Stored { look_up: look_up.clone() });
        }
        Some(LookUpRef::Inline(Box::new(Inline {
            method: self.method.unwrap_or_default(),
            url: self.url.clone()?,
            headers: self.headers.clone(),
            body: self.body.clone(),
            json_path: self.json_path.clone(),
            found: self.found.clone(),
            timeout_ms: self.timeout_ms.unwrap_or(TIMEOUT_MS),
            cache_secs: self.cache_secs.unwrap_or(0),
        })))
    }

    fn outcome(&self, run: &mut Run<'_>, outcome: &LookUpOutcome) -> Next {
        run.answered();
        run.entry(What::LookedUp {
            outcome: outcome.as_str().into(),
            why: outcome.why().map(|why| Word::new(why.as_str())),
        });
        let exit = match outcome {
            LookUpOutcome::Found { value } => {
                run.set(&self.variable, self.class, value.clone());
                "found"
            }
            LookUpOutcome::NotFound => "not_found",
            LookUpOutcome::Unavailable { .. } => "unavailable",
        };
        let since = run.here().since;
        let took = run.now().saturating_sub(since);
        let even = took.div_ceil(EVEN_MS).max(1) * EVEN_MS;
        if even == took {
            return Next::exit(exit);
        }
        run.here().then = Some(exit.to_owned());
        run.wait_until(since + even);
        Next::Stay
    }
}

impl Step for HttpRequest {
    fn exits<'a>(&'a self, _drawn: &'a Exits) -> Vec<Cow<'a, str>> {
        fixed(&["found", "not_found", "unavailable"])
    }

    fn waits(&self) -> bool {
        true
    }

    fn look(&self, look: &mut Look<'_>) {
        look.prompt("hold_prompt", &self.hold_prompt);
        look.writes("variable", &self.variable, self.class, Some("found"));
        let is_inline = self.method.is_some()
            || self.url.is_some()
            || !self.headers.is_empty()
            || self.body.is_some()
            || !self.json_path.is_empty()
            || self.found.is_some();
        match (&self.look_up, &self.url) {
            (Some(_), _) if is_inline => look.add(Finding::problem(
                "look_up",
                "two-requests",
                "The node names a stored look-up and has a request of its own.",
                "Keep one of them.",
            )),
            (Some(look_up), _) => look.look_up("look_up", look_up),
            (None, None) => look.add(Finding::problem(
                "url",
                "no-request",
                "The node asks nobody.",
                "Choose a look-up, or write the address.",
            )),
            (None, Some(url)) => self.look_at_inline(look, url),
        }
    }

    fn enter(&self, run: &mut Run<'_>) -> Next {
        run.play_all(&[&self.hold_prompt], false);
        let Some(request) = self.request() else {
            return self.outcome(run, &LookUpOutcome::Unavailable { why: Why::Invalid });
        };
        let id = run.ask();
        run.effect(Effect::LookUp { id, request, variable: self.variable.clone() });
        run.wait(WORLD_MS);
        Next::Stay
    }

    fn handle(&self, run: &mut Run<'_>, input: &Input) -> Next {
        match input {
            Input::Digit(key) => run.type_ahead(*key),
            Input::LookUp { outcome, .. } => return self.outcome(run, outcome),
            Input::Timer { .. } => {
                if let Some(exit) = run.here().then.take() {
                    return Next::Exit(exit);
                }
                cancel(run);
                return self.outcome(run, &LookUpOutcome::Unavailable { why: Why::TimedOut });
            }
            _ => {}
        }
        Next::Stay
    }
}

impl HttpRequest {
    fn look_at_inline(&self, look: &mut Look<'_>, url: &Template) {
        look.range("timeout_ms", self.timeout_ms.unwrap_or(TIMEOUT_MS), &(100..=10_000));
        look.range("cache_secs", self.cache_secs.unwrap_or(0), &(0..=3_600));
        look.reads("url", url, Place::Address);
        for (at, header) in self.headers.iter().take(HEADERS_MAX).enumerate() {
            if let Some(value) = &header.value {
                look.reads(&format!("headers.{at}.value"), value, Place::Sent);
            }
        }
        match &self.body {
            Some(Body::Json { value }) => look_at_json(look, "body.value", value, 0),
            Some(Body::Form { fields }) => {
                for (at, field) in fields.iter().take(HEADERS_MAX).enumerate() {
                    look.reads(&format!("body.fields.{at}.value"), &field.value, Place::Sent);
                }
            }
            None => {}
        }
        let forms = match &self.body {
            Some(Body::Form { fields }) => fields.len(),
            _ => 0,
        };
        if self.headers.len() > HEADERS_MAX || forms > HEADERS_MAX {
            look.add(Finding::problem(
                "headers",
                "too-many-headers",
                "There are more than 20 headers or fields of a form.",
                "Send what the other system needs.",
            ));
        }
        self.look_at_plan(look);
    }

    /// What no call could ask is said before the flow is published, not by the first caller.
    fn look_at_plan(&self, look: &mut Look<'_>) {
        let Some(LookUpRef::Inline(inline)) = self.request() else { return };
        let compiled = match serde_json::from_value::<Definition>(inline.definition()) {
            Ok(definition) => Plan::compile(&definition).map(drop),
            Err(error) => Err(look_up::Problem {
                pointer: "/request".to_owned(),
                code: "not-a-request",
                detail: format!("The request cannot be made: {error}."),
            }),
        };
        let Err(problem) = compiled else { return };
        // Of the stored look-up's document, the request and the answer stand in the node itself.
        let field = problem.pointer.trim_start_matches('/').replace('/', ".");
        let field = field.trim_start_matches("request.").trim_start_matches("answer.");
        let field = if field == "request" { "url" } else { field };
        if !look.has_problem_at(field) {
            look.add(Finding::problem(field, problem.code, problem.detail, "Correct it, and try it on the bench."));
        }
    }
}

fn look_at_json(look: &mut Look<'_>, field: &str, value: &Value, depth: usize) {
    if depth > BODY_DEPTH_MAX {
        return look.add(Finding::problem(
            "body",
            "body-too-deep",
            "The body is nested deeper than 32 levels.",
            "Send a flatter document.",
        ));
    }
    match value {
        Value::String(text) => look.reads(field, &Template::parse(text), Place::Sent),
        Value::Array(of) => {
            for (at, value) in of.iter().enumerate() {
                look_at_json(look, &format!("{field}.{at}"), value, depth + 1);
            }
        }
        Value::Object(of) => {
            for (name, value) in of {
                look_at_json(look, &format!("{field}.{name}"), value, depth + 1);
            }
        }
        _ => {}
    }
}
