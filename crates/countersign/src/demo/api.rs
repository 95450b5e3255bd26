//! Countersign's API as a company's server calls it: over HTTP, with an API key.

use countersign_connectors::outbound::Guarded;
use countersign_service::port::{ANSWER_BYTES_MAX, Outbound, OutboundRequest};
use serde_json::Value;

use crate::failure::{Exit, Failure, Result};

/// A caller with an API key.
pub(super) struct Api {
    way: Guarded,
    base: String,
    key: String,
}

/// What Countersign did not do.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The status, 0 if there was no answer.
    pub(super) status: u16,
    pub(super) what: String,
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::new(Exit::Internal, "The example cannot be set up").cause(refusal.what)
    }
}

impl Api {
    /// For the server at `base`.
    pub(super) fn new(base: &str, key: &str) -> Result<Self> {
        let host = base.split_once("://").map_or(base, |(_, host)| host).to_owned();
        let way = Guarded::new(&[host])
            .map_err(|e| Failure::new(Exit::Internal, "The example cannot call its server").cause(e))?;
        Ok(Self { way, base: base.to_owned(), key: key.to_owned() })
    }

    /// Calls an operation; answers with its body.
    pub(super) async fn call(
        &self,
        method: &'static str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Refusal> {
        let mut headers = vec![("authorization".to_owned(), format!("Bearer {}", self.key))];
        if body.is_some() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        let request = OutboundRequest {
            method,
            url: format!("{}{path}", self.base),
            headers,
            body: body.map(|b| b.to_string().into_bytes()).unwrap_or_default(),
            timeout_ms: 20_000,
            answer_bytes_max: ANSWER_BYTES_MAX,
        };
        let answer = self
            .way
            .call(request)
            .await
            .map_err(|e| Refusal { status: 0, what: format!("{method} {path}: {e}") })?;
        let value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
        if (200..300).contains(&answer.status) {
            return Ok(value);
        }
        let what = format!("{method} {path} answered {}: {value}", answer.status);
        Err(Refusal { status: answer.status, what })
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value, Refusal> {
        self.call("GET", path, None).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Result<Value, Refusal> {
        self.call("POST", path, Some(&body)).await
    }

    pub(super) async fn put(&self, path: &str, body: Value) -> Result<Value, Refusal> {
        self.call("PUT", path, Some(&body)).await
    }

    pub(super) async fn patch(&self, path: &str, body: Value) -> Result<Value, Refusal> {
        self.call("PATCH", path, Some(&body)).await
    }
}

/// A text of an answer; empty where it is not there.
pub(super) fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}
