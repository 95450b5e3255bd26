//! Asking: guarded, bounded, with one more try where that is safe, and a record without values.

use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_ivr::Variables;
use countersign_ivr::look_up::{ANSWER_BYTES_MAX, LookUpOutcome, Mapped, Plan, Prepared, Why};
use countersign_types::LookUpId;

use super::oauth::Asked;
use super::{Auth, LookUpEntry};
use crate::Service;
use crate::port::{ClientIdentity, NO_ANSWER_IN_TIME, OutboundAnswer, OutboundError, OutboundRequest};

/// Look-ups that are on their way at most (I-5).
pub(super) const IN_FLIGHT_MAX: usize = 50;
/// Shortest time that is left for another try.
const RETRY_MS: u64 = 200;

/// What is asked.
#[derive(Clone, Copy)]
pub enum Which<'a> {
    /// A stored look-up, with its secrets.
    Stored(&'a LookUpEntry),
    /// What a node of a flow says itself; it has no secrets.
    Inline(&'a Plan),
}

/// What came of it, and what may be told of it later.
#[derive(Debug, Clone)]
pub struct LookUpRun {
    /// Which stored look-up.
    pub look_up: Option<LookUpId>,
    /// Found, not found or unavailable. What was found is the caller's.
    pub outcome: LookUpOutcome,
    /// The declared fields of what was found.
    pub mapped: Mapped,
    /// What was asked, without the value of any personal or secret variable, and without the log-in.
    pub sent: Prepared,
    /// Status of the last answer.
    pub status: Option<u16>,
    /// How long all of it took, milliseconds.
    pub latency_ms: u64,
    /// How often it was asked.
    pub tries: u8,
    /// Whether the answer had been kept from before.
    pub from_cache: bool,
}

impl LookUpRun {
    /// Nothing was asked: there is no such look-up, or it cannot be one.
    pub(crate) fn invalid(look_up: Option<LookUpId>) -> Self {
        let nothing =
            Prepared { method: Default::default(), url: String::new(), headers: vec![], body: vec![] };
        Self {
            look_up,
            outcome: LookUpOutcome::Unavailable { why: Why::Invalid },
            mapped: Mapped::default(),
            sent: nothing,
            status: None,
            latency_ms: 0,
            tries: 0,
            from_cache: false,
        }
    }
}

/// One try.
struct Try {
    outcome: LookUpOutcome,
    status: Option<u16>,
    /// Whether the system, or the way to it, is down.
    is_down: bool,
}

impl Try {
    fn failed(why: Why, is_down: bool) -> Self {
        Self { outcome: LookUpOutcome::Unavailable { why }, status: None, is_down }
    }
}

impl Service {
    /// Asks. Not an operation of its own: whoever takes the call, or presses the button, was authorised for that.
    /// `is_fresh`: what was kept from before does not do.
    pub async fn look_up_run(&self, which: Which<'_>, variables: &Variables, is_fresh: bool) -> LookUpRun {
        let begun = Instant::now();
        let (look_up, plan) = match which {
            Which::Stored(entry) => (Some(entry.stored.id), entry.plan.as_ref()),
            Which::Inline(plan) => (None, Some(plan)),
        };
        let mut run = LookUpRun::invalid(look_up);
        if let Some(plan) = plan {
            run.sent = plan.shown(variables);
        }
        if let Some(plan) = plan {
            self.ask_look_up(which, plan, variables, is_fresh, &mut run).await;
            if let LookUpOutcome::Found { value } = &run.outcome {
                run.mapped = plan.map(value);
            }
        }
        run.latency_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        metrics::counter!("countersign_look_ups_total", "outcome" => run.outcome.as_str()).increment(1);
        run
    }

    async fn ask_look_up(
        &self,
        which: Which<'_>,
        plan: &Plan,
        variables: &Variables,
        is_fresh: bool,
        run: &mut LookUpRun,
    ) {
        let prepared = match plan.request(variables) {
            Ok(prepared) => prepared,
            Err(refused) => return run.outcome = LookUpOutcome::Unavailable { why: refused.why },
        };
        let question = self.look_up_question(which, &prepared);
        let memory = self.look_up_memory();
        if plan.cache_secs() > 0
            && !is_fresh
            && let Some(known) = memory.answers.find(&question, self.now())
        {
            (run.outcome, run.from_cache) = (known, true);
            return;
        }
        let Ok(_permit) = memory.in_flight.try_acquire() else {
            return run.outcome = LookUpOutcome::Unavailable { why: Why::Busy };
        };
        let system = system(which, plan);
        if !memory.breakers.admits(&system, self.now()) {
            return run.outcome = LookUpOutcome::Unavailable { why: Why::Paused };
        }
        let last = self.try_look_up(which, plan, prepared, run).await;
        memory.breakers.record(&system, self.now(), !last.is_down);
        (run.outcome, run.status) = (last.outcome, last.status);
        memory.answers.keep(question, &run.outcome, plan.cache_secs(), self.now());
    }

    /// Tries once, and again where a reading question failed on the way, or a token was refused; all of it in time.
    async fn try_look_up(
        &self,
        which: Which<'_>,
        plan: &Plan,
        prepared: Prepared,
        run: &mut LookUpRun,
    ) -> Try {
        let begun = Instant::now();
        let mut refused: Option<String> = None;
        let mut may_repeat = plan.is_repeatable();
        loop {
            let spent = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            let left = plan.timeout_ms().saturating_sub(spent);
            let token = match self.look_up_token(which, refused.as_deref(), left).await {
                Ok(token) => token,
                Err(failed) => return failed,
            };
            let spent = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            let left = plan.timeout_ms().saturating_sub(spent);
            if left == 0 {
                return Try::failed(Why::TimedOut, true);
            }
            run.tries += 1;
            let request = request(which, &prepared, token.as_deref(), left);
            let answer = match identity_of(which) {
                Some(identity) => self.outbound().call_as(&identity, request).await,
                None => self.outbound().call(request).await,
            };
            let tried = read(plan, answer).await;
            let has_time = left > RETRY_MS
                && begun.elapsed().as_millis() + u128::from(RETRY_MS) < u128::from(plan.timeout_ms());
            if tried.status == Some(401) && refused.is_none() && token.is_some() && has_time {
                refused = token;
            } else if tried.is_down && may_repeat && has_time {
                may_repeat = false;
            } else {
                return tried;
            }
        }
    }

    async fn look_up_token(
        &self,
        which: Which<'_>,
        refused: Option<&str>,
        timeout_ms: u64,
    ) -> Result<Option<String>, Try> {
        let Which::Stored(entry) = which else { return Ok(None) };
        let Auth::Oauth2ClientCredentials { token_url, client_id, scope } = &entry.auth else {
            return Ok(None);
        };
        let asked = Asked {
            url: token_url,
            client_id,
            client_secret: entry.secrets.auth.as_deref().unwrap_or_default(),
            scope: scope.as_deref(),
        };
        let fetching = self.access_token(entry, &asked, refused, timeout_ms);
        let limit = std::time::Duration::from_millis(timeout_ms);
        match tokio::time::timeout(limit, fetching).await {
            Ok(Some(token)) => Ok(Some(token)),
            Ok(None) | Err(_) => Err(Try::failed(Why::NoToken, true)),
        }
    }

    /// The question as a keyed hash: what is asked, by which state of which look-up.
    fn look_up_question(&self, which: Which<'_>, prepared: &Prepared) -> [u8; 32] {
        let mut text = match which {
            Which::Stored(entry) => format!("{} {}", entry.stored.id, entry.stored.updated_at),
            Which::Inline(plan) => plan.reading().to_owned(),
        };
        // A NUL stands in none of them.
        for piece in [prepared.method.as_str(), &prepared.url] {
            text.push('\0');
            text.push_str(piece);
        }
        for (name, value) in &prepared.headers {
            text.push('\0');
            text.push_str(name);
            text.push('\0');
            text.push_str(value);
        }
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(b"\0\0");
        bytes.extend_from_slice(&prepared.body);
        self.vault().blind_bytes("look_up.question", &bytes)
    }
}

/// Reads an answer. A path over a large one takes its time, so not on a thread that serves others.
async fn read(plan: &Plan, answer: Result<OutboundAnswer, OutboundError>) -> Try {
    let answer = match answer {
        Ok(answer) => answer,
        Err(OutboundError::Refused(_)) => return Try::failed(Why::AddressRefused, false),
        Err(OutboundError::Unreachable(why)) if why == NO_ANSWER_IN_TIME => {
            return Try::failed(Why::TimedOut, true);
        }
        Err(OutboundError::Unreachable(_)) => return Try::failed(Why::Unreachable, true),
    };
    let status = answer.status;
    let outcome = if answer.body.len() > 16 * 1_024 {
        let plan = plan.clone();
        let reading = tokio::task::spawn_blocking(move || plan.read(answer.status, &answer.body));
        reading.await.unwrap_or(LookUpOutcome::Unavailable { why: Why::NotJson })
    } else {
        plan.read(status, &answer.body)
    };
    let is_down =
        matches!(outcome, LookUpOutcome::Unavailable { why: Why::Status } if status >= 500 || status == 429);
    Try { outcome, status: Some(status), is_down }
}

fn identity_of(which: Which<'_>) -> Option<ClientIdentity> {
    let Which::Stored(entry) = which else { return None };
    if entry.auth != Auth::Mtls {
        return None;
    }
    let certificate = entry.secrets.certificate.clone().unwrap_or_default();
    Some(ClientIdentity { certificate, key: entry.secrets.auth.clone().unwrap_or_default() })
}

/// Under which name a system's failures are counted: each stored look-up for itself, others by whom they ask.
pub(super) fn system(which: Which<'_>, plan: &Plan) -> String {
    match which {
        Which::Stored(entry) => entry.stored.id.to_string(),
        Which::Inline(_) => plan.origin().to_owned(),
    }
}

fn request(which: Which<'_>, prepared: &Prepared, token: Option<&str>, timeout_ms: u64) -> OutboundRequest {
    let mut headers = prepared.headers.clone();
    if let Which::Stored(entry) = which {
        headers.extend(entry.secrets.headers.iter().map(|(name, value)| (name.clone(), value.clone())));
        let secret = entry.secrets.auth.as_deref().unwrap_or_default();
        let login = match &entry.auth {
            Auth::Basic { username } => {
                Some(format!("Basic {}", STANDARD.encode(format!("{username}:{secret}"))))
            }
            Auth::Bearer => Some(format!("Bearer {secret}")),
            Auth::Oauth2ClientCredentials { .. } => token.map(|token| format!("Bearer {token}")),
            Auth::None | Auth::Mtls => None,
        };
        headers.extend(login.map(|login| ("authorization".to_owned(), login)));
    }
    headers.push(("accept-encoding".to_owned(), "identity".to_owned()));
    OutboundRequest {
        method: prepared.method.as_str(),
        url: prepared.url.clone(),
        headers,
        body: prepared.body.clone(),
        timeout_ms,
        // One more than is read tells that there was more.
        answer_bytes_max: ANSWER_BYTES_MAX + 1,
    }
}
