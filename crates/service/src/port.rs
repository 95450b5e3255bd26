//! What the service needs from outside, as traits the binary (or a test) plugs in.

use std::sync::Arc;

use countersign_types::{Error, Timestamp};

/// The time. Everything that expires asks it; tests move it.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Randomness for ids, codes, secrets and tokens.
pub trait Entropy: Send + Sync + 'static {
    /// Fills `out` with bytes that nobody can guess.
    fn fill(&self, out: &mut [u8]) -> Result<(), Error>;
}

/// The computer's clock, never running backwards within this process.
#[derive(Debug, Default)]
pub struct SystemClock(std::sync::atomic::AtomicI64);

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place where the clock is read")]
    fn now(&self) -> Timestamp {
        let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let micros = since_1970.map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(i64::MAX));
        let seen = self.0.fetch_max(micros, std::sync::atomic::Ordering::Relaxed);
        Timestamp::from_micros(micros.max(seen))
    }
}

/// The operating system's randomness.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, out: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(out).map_err(|_| Error::Unavailable("system's randomness"))
    }
}

/// An HTTP request to somebody else's server, made by the guarded client (I-4, I-5).
#[derive(Debug, Clone)]
pub struct OutboundRequest {
    /// `POST`, `GET` …
    pub method: &'static str,
    /// Where.
    pub url: String,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
    /// How long everything may take, milliseconds.
    pub timeout_ms: u64,
}

/// The answer of somebody else's server, cut to a limit.
#[derive(Debug, Clone)]
pub struct OutboundAnswer {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After` in seconds, where given.
    pub retry_after_secs: Option<u64>,
    /// The first bytes of the body.
    pub body: Vec<u8>,
    /// How long it took, milliseconds.
    pub latency_ms: u64,
}

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The address is not one this server may call.
    #[error("the address is not allowed: {0}")]
    Refused(String),
    /// No answer: connection, name or time.
    #[error("no answer: {0}")]
    Unreachable(String),
}

/// A boxed future, because ports are trait objects.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The one way out to other servers.
pub trait Outbound: Send + Sync + 'static {
    /// Whether an address may be called at all, checked when it is saved.
    fn check_url(&self, url: &str) -> Result<(), OutboundError>;
    /// Calls it.
    fn call(&self, request: OutboundRequest) -> BoxFuture<'_, Result<OutboundAnswer, OutboundError>>;
}

/// A reply on its way to a customer, as a connector gets it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct OutboundMessage {
    /// Printed message id, also the provider's idempotency key.
    pub id: String,
    /// Printed case id.
    pub case: String,
    /// Printed channel id.
    pub channel: String,
    /// The customer's id on the channel.
    pub to: String,
    /// Who of the company wrote it.
    #[serde(default)]
    pub author: Option<String>,
    /// The text.
    pub text: String,
    /// Files; each has the address at which the API gives it to an API key.
    #[serde(default)]
    pub attachments: Vec<countersign_types::message::Attachment>,
    /// Whether no person wrote it: a rule did. Receivers that answer by themselves leave it alone.
    #[serde(default)]
    pub is_automatic: bool,
    /// When it was written, RFC 3339.
    pub at: String,
}

/// What came of handing a reply over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// The channel took it.
    Sent {
        /// HTTP status, for the record.
        status: Option<u16>,
    },
    /// Try again later.
    Retry {
        /// HTTP status, for the record.
        status: Option<u16>,
        /// Why, in words without data.
        detail: String,
        /// The provider's own wish.
        retry_after_secs: Option<u64>,
    },
    /// It will never go.
    Failed {
        /// HTTP status, for the record.
        status: Option<u16>,
        /// Why, in words without data.
        detail: String,
    },
}

/// One kind of channel: payload ↔ message, no decisions.
pub trait Connector: Send + Sync + 'static {
    /// Checks the settings of a channel of this kind; answers with them in their stored form.
    fn check_config(
        &self,
        config: &serde_json::Value,
        outbound: &dyn Outbound,
    ) -> Result<serde_json::Value, Error>;

    /// The address that opens this channel with the code filled in, where it has one.
    fn deep_link(&self, config: &serde_json::Value, code: &str) -> Option<String>;

    /// Hands a reply over.
    fn send<'a>(
        &'a self,
        config: &'a serde_json::Value,
        secret: Option<&'a str>,
        message: &'a OutboundMessage,
        now: Timestamp,
        outbound: &'a dyn Outbound,
    ) -> BoxFuture<'a, SendOutcome>;
}

/// The connectors by kind.
pub type Connectors = std::collections::HashMap<countersign_types::channel::ChannelKind, Arc<dyn Connector>>;
