//! What the service needs from outside, as traits the binary (or a test) plugs in.

pub mod connector;
pub mod speech;

use countersign_types::{Error, Timestamp};
use tokio::io::{AsyncRead, AsyncWrite};

pub use connector::{
    Connector, Connectors, Done, Files, HookError, HookRequest, Hooked, Incoming, Line, OutboundMail,
    OutboundMessage, Polled, Provided, ProviderError, RemoteFile, SIGNING, SecretField, Secrets,
};
pub use speech::{Speech, SpeechError};

/// The time. Everything that expires asks it; tests move it.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// In which country an address stands, by a database that the operator gave.
pub trait Countries: Send + Sync + 'static {
    /// Two capital letters (ISO 3166), where it is known.
    fn country_of(&self, address: std::net::IpAddr) -> Option<String>;
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
    /// Bytes of the answer that are read at most.
    pub answer_bytes_max: usize,
}

/// Bytes of an ordinary answer that are read (I-5).
pub const ANSWER_BYTES_MAX: usize = 256 * 1_024;

/// The answer of somebody else's server, cut to a limit.
#[derive(Debug, Clone)]
pub struct OutboundAnswer {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After` in seconds, where given.
    pub retry_after_secs: Option<u64>,
    /// `Location`, where the answer leads somewhere else. Nobody follows it unasked.
    pub location: Option<String>,
    /// The first bytes of the body.
    pub body: Vec<u8>,
    /// How long it took, milliseconds.
    pub latency_ms: u64,
}

/// What [`OutboundError::Unreachable`] says of an answer that did not come in time.
pub const NO_ANSWER_IN_TIME: &str = "no answer in time";

/// Who we are to a server that asks for a client's certificate (mTLS).
#[derive(Clone, PartialEq, Eq)]
pub struct ClientIdentity {
    /// The certificate and those that lead to its authority, PEM.
    pub certificate: String,
    /// Its private key, PEM.
    pub key: String,
}

impl std::fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientIdentity(…)")
    }
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

/// A connection to somebody else's server that speaks no HTTP.
pub trait Wire: AsyncRead + AsyncWrite + std::fmt::Debug + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + std::fmt::Debug + Send + Unpin> Wire for T {}

/// A boxed connection.
pub type BoxWire = Box<dyn Wire>;

/// The one way out to other servers.
pub trait Outbound: Send + Sync + 'static {
    /// Whether an address may be called at all, checked when it is saved.
    fn check_url(&self, url: &str) -> Result<(), OutboundError>;

    /// Calls it.
    fn call(&self, request: OutboundRequest) -> BoxFuture<'_, Result<OutboundAnswer, OutboundError>>;

    /// Whether this is a certificate with its key, checked when it is saved.
    fn check_identity(&self, _identity: &ClientIdentity) -> Result<(), OutboundError> {
        Err(OutboundError::Refused("this server shows no certificates".to_owned()))
    }

    /// [`Outbound::call`], showing a certificate to a server that asks for one.
    fn call_as<'a>(
        &'a self,
        _identity: &'a ClientIdentity,
        _request: OutboundRequest,
    ) -> BoxFuture<'a, Result<OutboundAnswer, OutboundError>> {
        Box::pin(async { Err(OutboundError::Refused("this server shows no certificates".to_owned())) })
    }

    /// From which address calls go out, where the operator bound one: for the firewall of whoever is called.
    fn source_address(&self) -> Option<std::net::IpAddr> {
        None
    }

    /// Whether a server may be connected to, by a connection that is encrypted or never is.
    fn check_host(&self, _host: &str, _port: u16, _is_encrypted: bool) -> Result<(), OutboundError> {
        Err(OutboundError::Refused("this server makes no such connections".to_owned()))
    }

    /// Connects. What has to be encrypted is given to [`Outbound::encrypt`] before anything secret is said.
    fn dial<'a>(
        &'a self,
        _host: &'a str,
        _port: u16,
        _is_encrypted: bool,
    ) -> BoxFuture<'a, Result<BoxWire, OutboundError>> {
        Box::pin(async { Err(OutboundError::Refused("this server makes no such connections".to_owned())) })
    }

    /// Encrypts a connection by TLS; the server shows a certificate for `host`.
    fn encrypt<'a>(
        &'a self,
        _wire: BoxWire,
        _host: &'a str,
    ) -> BoxFuture<'a, Result<BoxWire, OutboundError>> {
        Box::pin(async { Err(OutboundError::Refused("this server makes no such connections".to_owned())) })
    }
}
