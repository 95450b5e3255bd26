//! A clock that tests move, and a way out that leads nowhere.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use countersign_service::port::{BoxFuture, Clock, Outbound, OutboundAnswer, OutboundError, OutboundRequest};
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

/// Takes every request and answers 200, or what a test wants.
#[derive(Debug, Default)]
pub struct RecordingOutbound {
    requests: Mutex<Vec<OutboundRequest>>,
    status: Mutex<Option<u16>>,
}

impl RecordingOutbound {
    /// What was sent so far.
    pub fn requests(&self) -> Vec<OutboundRequest> {
        self.requests.lock().unwrap().clone()
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

    fn call(&self, request: OutboundRequest) -> BoxFuture<'_, Result<OutboundAnswer, OutboundError>> {
        self.requests.lock().unwrap().push(request);
        let status = self.status.lock().unwrap().unwrap_or(200);
        Box::pin(async move {
            Ok(OutboundAnswer { status, retry_after_secs: None, body: Vec::new(), latency_ms: 1 })
        })
    }
}
