//! The one way out to other servers (I-4, I-5).
//!
//! Before a call the name is resolved here, once, and every address it has is judged; the connection then goes to a
//! judged address and to no other, because the client's own resolver knows nothing else. Literal addresses, which
//! clients do not resolve, are judged the same way. There are no redirects, no proxies from the environment, no
//! cookies and no decompression; an answer is read up to a limit.
//!
//! https on port 443 or 8443 to public addresses is allowed, and encrypted connections to the ports of mail. Everything
//! else takes an entry in the operator's `outbound.allow`, which no console reaches.

mod address;
mod allow;
mod identity;
mod names;
mod wire;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign_service::port::{
    BoxFuture, BoxWire, ClientIdentity, NO_ANSWER_IN_TIME, Outbound, OutboundAnswer, OutboundError,
    OutboundRequest,
};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, redirect};
use rustls::ClientConfig;
use rustls::RootCertStore;
use url::{Host, Url};

pub use allow::{Allow, BadEntry};
pub use names::{Names, SystemNames};

use identity::Clients;
use names::Judged;

/// How long a connection may take to stand (I-5).
const CONNECT: Duration = Duration::from_secs(2);
/// Ports that need no entry.
const PORTS: [u16; 2] = [443, 8_443];

/// Why the guarded client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// An entry of the allow-list is not one.
    #[error(transparent)]
    Entry(#[from] BadEntry),
    /// The client did not start.
    #[error("the client for outgoing calls did not start")]
    Client(#[from] reqwest::Error),
    /// TLS did not start.
    #[error("TLS for outgoing calls did not start")]
    Tls(#[from] rustls::Error),
}

/// What the operator says of the way out.
#[derive(Default)]
pub struct Settings {
    /// Hosts, addresses and networks, each with or without a port, that may be called besides the public internet.
    pub allow: Vec<String>,
    /// Certificates of authorities that are believed besides the system's, DER.
    pub roots: Vec<Vec<u8>>,
    /// The address of this computer from which calls go out; none: the system chooses.
    pub source_address: Option<IpAddr>,
    /// Who says which addresses a name has; none: the system.
    pub names: Option<Arc<dyn Names>>,
}

/// The guarded client.
pub struct Guarded {
    allow: Allow,
    client: Client,
    clients: Clients,
    judged: Arc<Judged>,
    names: Arc<dyn Names>,
    source: Option<IpAddr>,
    roots: Arc<RootCertStore>,
    tls: tokio_rustls::TlsConnector,
}

impl Guarded {
    /// With the operator's allow-list: hosts, addresses and networks, each with or without a port.
    pub fn new(allow: &[String]) -> Result<Self, BuildError> {
        Self::with(Settings { allow: allow.to_vec(), ..Settings::default() })
    }

    /// With all that can be set.
    pub fn with(settings: Settings) -> Result<Self, BuildError> {
        let judged = Arc::new(Judged::default());
        let roots = Arc::new(roots(&settings.roots));
        let tls = verifying(&roots)?.with_no_client_auth();
        let client = client(tls.clone(), &judged, settings.source_address)?;
        Ok(Self {
            allow: Allow::parse(&settings.allow)?,
            client,
            clients: Clients::default(),
            judged,
            names: settings.names.unwrap_or_else(|| Arc::new(SystemNames)),
            source: settings.source_address,
            roots,
            tls: Arc::new(tls).into(),
        })
    }

    /// Judges an address as far as it can be without asking anybody.
    fn judge_url(&self, text: &str) -> Result<Url, OutboundError> {
        let refused = |why: &str| OutboundError::Refused(why.to_owned());
        // Programs read these differently; nobody needs them.
        if text.chars().any(|c| c == '\\' || c.is_whitespace() || c.is_control()) {
            return Err(refused("it is not a URL"));
        }
        let url = Url::parse(text).map_err(|_| refused("it is not a URL"))?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(refused("only https addresses can be called"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("an address does not carry a name or a password"));
        }
        let host = url.host().ok_or_else(|| refused("the address has no host"))?;
        let port = url.port_or_known_default().ok_or_else(|| refused("the address has no port"))?;
        let may_be_listed = match host {
            Host::Domain(name) => self.allow.has_name(name, port) || self.allow.has_networks(port),
            Host::Ipv4(v4) => self.allow.has_address(v4.into(), port),
            Host::Ipv6(v6) => self.allow.has_address(v6.into(), port),
        };
        if may_be_listed {
            return Ok(url);
        }
        if url.scheme() != "https" {
            return Err(refused(
                "only https addresses can be called, unless the operator lists this one in the configuration (outbound.allow)",
            ));
        }
        if !PORTS.contains(&port) {
            return Err(refused(
                "only the ports 443 and 8443 can be called, unless the operator lists this address in the configuration (outbound.allow)",
            ));
        }
        match host {
            Host::Ipv4(v4) if !address::is_public(v4.into()) => Err(not_public()),
            Host::Ipv6(v6) if !address::is_public(v6.into()) => Err(not_public()),
            Host::Domain(name) if address::is_private_name(name) => Err(not_public()),
            _ => Ok(url),
        }
    }

    /// Judges every address that the host has now; connections go to these alone.
    async fn judge_host(&self, url: &Url) -> Result<(), OutboundError> {
        let refused = |why: &str| OutboundError::Refused(why.to_owned());
        let port = url.port_or_known_default().ok_or_else(|| refused("the address has no port"))?;
        let name = match url.host() {
            Some(Host::Domain(name)) => name,
            // Judged with the URL: it is its own address.
            Some(Host::Ipv4(v4)) => return self.of_source_family(vec![v4.into()]).map(|_| ()),
            Some(Host::Ipv6(v6)) => return self.of_source_family(vec![v6.into()]).map(|_| ()),
            None => return Err(refused("the address has no host")),
        };
        let is_plain = url.scheme() != "https" || !PORTS.contains(&port);
        self.judge_name(name, port, is_plain).await.map(|_| ())
    }

    /// The addresses that a name has now, every one of which may be connected to. `is_plain`: only what the operator
    /// listed.
    async fn judge_name(&self, name: &str, port: u16, is_plain: bool) -> Result<Vec<IpAddr>, OutboundError> {
        let addresses = match self.judged.fresh(name) {
            Some(addresses) => addresses,
            None => names::resolve(&*self.names, name).await?,
        };
        if addresses.is_empty() {
            return Err(OutboundError::Unreachable("the name has no address".to_owned()));
        }
        let is_listed = self.allow.has_name(name, port);
        let may = |address: &IpAddr| {
            is_listed
                || self.allow.has_address(*address, port)
                || (!is_plain && !address::is_private_name(name) && address::is_public(*address))
        };
        if !addresses.iter().all(may) {
            return Err(not_public());
        }
        let addresses = self.of_source_family(addresses)?;
        self.judged.keep(name, addresses.clone());
        Ok(addresses)
    }

    /// Those of these addresses that can be reached from the address that the operator bound: a firewall that knows it
    /// must not see another one.
    fn of_source_family(&self, mut addresses: Vec<IpAddr>) -> Result<Vec<IpAddr>, OutboundError> {
        if let Some(source) = self.source {
            addresses.retain(|address| address.is_ipv4() == source.is_ipv4());
        }
        if addresses.is_empty() {
            let why = "it has no address of the kind of `outbound.source_address`";
            return Err(OutboundError::Unreachable(why.to_owned()));
        }
        Ok(addresses)
    }

    async fn guarded_call(
        &self,
        client: &Client,
        request: OutboundRequest,
    ) -> Result<OutboundAnswer, OutboundError> {
        let begun = Instant::now();
        let url = self.judge_url(&request.url)?;
        let limit = Duration::from_millis(request.timeout_ms);
        let calling = async {
            self.judge_host(&url).await?;
            let most = request.answer_bytes_max;
            let method = Method::from_bytes(request.method.as_bytes())
                .map_err(|_| OutboundError::Refused("the method is not one".to_owned()))?;
            let built = client.request(method, url).headers(headers(&request.headers)?).body(request.body);
            let mut response = built.send().await.map_err(|e| unreachable(&e))?;
            let mut body = Vec::new();
            while body.len() < most {
                match response.chunk().await.map_err(|e| unreachable(&e))? {
                    Some(chunk) => body.extend_from_slice(&chunk[..chunk.len().min(most - body.len())]),
                    None => break,
                }
            }
            let headers = response.headers();
            let location = headers.get("location").and_then(|to| to.to_str().ok()).map(ToOwned::to_owned);
            Ok((response.status().as_u16(), retry_after(headers), location, body))
        };
        let (status, retry_after_secs, location, body) = tokio::time::timeout(limit, calling)
            .await
            .map_err(|_| OutboundError::Unreachable(NO_ANSWER_IN_TIME.to_owned()))??;
        let latency_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(OutboundAnswer { status, retry_after_secs, location, body, latency_ms })
    }
}

impl Outbound for Guarded {
    fn check_url(&self, url: &str) -> Result<(), OutboundError> {
        self.judge_url(url).map(|_| ())
    }

    fn call(&self, request: OutboundRequest) -> BoxFuture<'_, Result<OutboundAnswer, OutboundError>> {
        Box::pin(self.guarded_call(&self.client, request))
    }

    fn check_identity(&self, identity: &ClientIdentity) -> Result<(), OutboundError> {
        self.client_of(identity).map(|_| ())
    }

    fn call_as<'a>(
        &'a self,
        identity: &'a ClientIdentity,
        request: OutboundRequest,
    ) -> BoxFuture<'a, Result<OutboundAnswer, OutboundError>> {
        Box::pin(async move { self.guarded_call(&self.client_of(identity)?, request).await })
    }

    fn source_address(&self) -> Option<IpAddr> {
        self.source
    }

    fn check_host(&self, host: &str, port: u16, is_encrypted: bool) -> Result<(), OutboundError> {
        self.judge_wire(host, port, is_encrypted).map(|_| ())
    }

    fn dial<'a>(
        &'a self,
        host: &'a str,
        port: u16,
        is_encrypted: bool,
    ) -> BoxFuture<'a, Result<BoxWire, OutboundError>> {
        Box::pin(self.guarded_dial(host, port, is_encrypted))
    }

    fn encrypt<'a>(&'a self, wire: BoxWire, host: &'a str) -> BoxFuture<'a, Result<BoxWire, OutboundError>> {
        Box::pin(self.encrypted(wire, host))
    }
}

/// A client that connects to judged addresses alone.
fn client(tls: ClientConfig, judged: &Arc<Judged>, source: Option<IpAddr>) -> Result<Client, reqwest::Error> {
    Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(judged.clone())
        .local_address(source)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .http1_only()
        .connect_timeout(CONNECT)
        .pool_idle_timeout(Duration::from_secs(20))
        .pool_max_idle_per_host(4)
        .build()
}

/// The system's certificates and those given.
fn roots(given: &[Vec<u8>]) -> RootCertStore {
    let mut store = RootCertStore::empty();
    let system = rustls_native_certs::load_native_certs();
    store.add_parsable_certificates(system.certs);
    store.add_parsable_certificates(given.iter().map(|der| der.clone().into()));
    if store.is_empty() {
        tracing::warn!(
            "the system has no certificates of authorities: https calls to other servers will fail"
        );
    }
    store
}

/// TLS 1.2 and 1.3 with ring.
fn verifying(
    roots: &Arc<RootCertStore>,
) -> Result<rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots.clone()))
}

fn headers(list: &[(String, String)]) -> Result<HeaderMap, OutboundError> {
    let bad = || OutboundError::Refused("a header is not one".to_owned());
    let mut headers = HeaderMap::with_capacity(list.len());
    for (name, value) in list {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
        headers.append(name, HeaderValue::from_str(value).map_err(|_| bad())?);
    }
    Ok(headers)
}

/// `Retry-After` in seconds; a date is read against the answer's own `Date`.
fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(secs) = text.parse() {
        return Some(secs);
    }
    let date = |text: &str| jiff::fmt::rfc2822::parse(text).ok().map(|at| at.timestamp().as_second());
    let now = date(headers.get("date")?.to_str().ok()?)?;
    Some(u64::try_from(date(text)? - now).unwrap_or(0))
}

fn not_public() -> OutboundError {
    OutboundError::Refused("the address is not a public one, and the operator has not listed it in the configuration (outbound.allow)".to_owned())
}

/// What went wrong, in words without addresses.
fn unreachable(error: &reqwest::Error) -> OutboundError {
    let why = if error.is_timeout() {
        NO_ANSWER_IN_TIME
    } else if error.is_connect() {
        "no connection, or its certificate is not trusted"
    } else if error.is_body() || error.is_decode() {
        "the answer broke off"
    } else {
        "the connection broke"
    };
    OutboundError::Unreachable(why.to_owned())
}
