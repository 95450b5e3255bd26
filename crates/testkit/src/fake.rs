//! A clock that tests move, and a way out that leads nowhere.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use countersign_fakes::{Call, Reply};
use countersign_service::port::{
    BoxFuture, ClientIdentity, Clock, Outbound, OutboundAnswer, OutboundError, OutboundRequest,
};
use countersign_types::Timestamp;

/// A clock that stands still until a test moves it.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl Default for ManualClock {
    fn default() -> Self {
        // 2026-06-01T12:00:00Z
        Self(AtomicI64::new(1_780_315_200_000_000))
    }
}

impl ManualClock {
    /// Lets `micros` pass.
    pub fn advance(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        // Every look is a microsecond later: what happens after something has a later time.
        Timestamp::from_micros(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// A provider that never was, at an address.
type Provider = Box<dyn Fn(&Call<'_>) -> Reply + Send + Sync>;

/// Takes every request and answers 200, or what a test or the provider at that address wants.
#[derive(Default)]
pub struct RecordingOutbound {
    requests: Mutex<Vec<OutboundRequest>>,
    status: Mutex<Option<u16>>,
    providers: Mutex<Vec<(String, Provider)>>,
    down: Mutex<Vec<(String, OutboundError)>>,
}

impl RecordingOutbound {
    /// What was sent so far.
    pub fn requests(&self) -> Vec<OutboundRequest> {
        self.requests.lock().unwrap().clone()
    }

    /// From now on this provider answers at every address that begins so.
    pub fn provide(&self, address: &str, provider: impl Fn(&Call<'_>) -> Reply + Send + Sync + 'static) {
        self.providers.lock().unwrap().push((address.to_owned(), Box::new(provider)));
    }

    /// From now on nobody answers at any address that begins so, or again, where no reason is given.
    pub fn take_down(&self, address: &str, why: Option<OutboundError>) {
        let mut down = self.down.lock().unwrap();
        down.retain(|(known, _)| known != address);
        down.extend(why.map(|why| (address.to_owned(), why)));
    }

    fn provided(&self, request: &OutboundRequest) -> Option<Reply> {
        let providers = self.providers.lock().unwrap();
        let (address, provider) = providers.iter().find(|(at, _)| request.url.starts_with(at))?;
        let path = request.url[address.len()..].split('?').next().unwrap_or_default();
        let (method, headers) = (request.method, &request.headers);
        Some(provider(&Call { method, path, headers, body: &request.body }))
    }

    /// From now on answers with this status.
    pub fn answer(&self, status: u16) {
        *self.status.lock().unwrap() = Some(status);
    }
}

impl Outbound for RecordingOutbound {
    fn check_url(&self, url: &str) -> Result<(), OutboundError> {
        if url.starts_with("https://") {
            Ok(())
        } else {
            Err(OutboundError::Refused("Only https:// addresses are allowed.".to_owned()))
        }
    }

    /// Takes what begins like PEM.
    fn check_identity(&self, identity: &ClientIdentity) -> Result<(), OutboundError> {
        let is_pem = |text: &str| text.starts_with("-----BEGIN ");
        if is_pem(&identity.certificate) && is_pem(&identity.key) {
            Ok(())
        } else {
            Err(OutboundError::Refused("the certificate is not PEM".to_owned()))
        }
    }

    /// What was shown stands in a header of the request that is recorded.
    fn call_as<'a>(
        &'a self,
        identity: &'a ClientIdentity,
        mut request: OutboundRequest,
    ) -> BoxFuture<'a, Result<OutboundAnswer, OutboundError>> {
        request.headers.push(("test-certificate".to_owned(), identity.certificate.clone()));
        self.call(request)
    }

    fn call(&self, request: OutboundRequest) -> BoxFuture<'_, Result<OutboundAnswer, OutboundError>> {
        let down = self.down.lock().unwrap();
        if let Some((_, why)) = down.iter().find(|(at, _)| request.url.starts_with(at)) {
            let why = why.clone();
            self.requests.lock().unwrap().push(request);
            return Box::pin(async move { Err(why) });
        }
        drop(down);
        let provided = self.provided(&request);
        let most = request.answer_bytes_max;
        self.requests.lock().unwrap().push(request);
        if let Some(Reply { status, mut body, .. }) = provided {
            body.truncate(most);
            return Box::pin(async move {
                Ok(OutboundAnswer { status, retry_after_secs: None, location: None, body, latency_ms: 1 })
            });
        }
        let status = self.status.lock().unwrap().unwrap_or(200);
        Box::pin(async move {
            Ok(OutboundAnswer {
                status,
                retry_after_secs: None,
                location: None,
                body: Vec::new(),
                latency_ms: 1,
            })
        })
    }
}
