//! What every request passes: a request id, an idempotency key, problems, headers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use countersign_types::Error;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use sha2::{Digest, Sha256};

use crate::problem::{self, Failure, ProblemCode};

/// Bytes of a request body at most.
pub const BODY_BYTES_MAX: usize = 1_048_576;
/// Bytes of a request body of many rows at most.
pub const ROWS_BYTES_MAX: usize = 4 * BODY_BYTES_MAX;
/// The operation that takes many rows.
pub const ROWS_PATH: &str = "/v1/profiles/batch";

/// The id of a request, in every answer and every log line about it.
#[derive(Debug, Clone)]
pub struct RequestId(pub Arc<str>);

impl RequestId {
    /// The header of the answer that carries it.
    pub const HEADER: &str = "x-request-id";
}

/// An idempotency key as sent, with the fingerprint of its request; joined with who called by the extractor.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    /// As sent.
    pub key: Arc<str>,
    /// SHA-256 over method, path and body.
    pub fingerprint: [u8; 32],
    /// Set by the service when the answer was given before.
    pub is_replay: Arc<AtomicBool>,
}

/// Gives the request an id, turns errors into problems and logs them.
pub async fn envelope(mut request: Request, next: Next) -> Response {
    let id: Arc<str> = Arc::from(crate::extract::new_request_id());
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    if let Some(error) = response.extensions_mut().remove::<Arc<Error>>() {
        if let Error::Internal(source) = &*error {
            tracing::error!(request_id = %id, error = %chain(source.as_ref()), "a request failed");
        }
        let cookies: Vec<_> = response.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
        // A page that may ask may also read why it was refused.
        let allowed: Vec<_> = response
            .headers()
            .iter()
            .filter(|(name, _)| name.as_str().starts_with("access-control-") || **name == header::VARY)
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        response = problem::render(&error, &id);
        response.extensions_mut().insert(ProblemCode(error.code()));
        for cookie in cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response.headers_mut().extend(allowed);
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(RequestId::HEADER, value);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Reads `Idempotency-Key` of a `POST` and takes the fingerprint of what it stands for.
pub async fn idempotency(request: Request, next: Next) -> Response {
    let Some(value) = request.headers().get("idempotency-key") else { return next.run(request).await };
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let key = match value.to_str() {
        Ok(key) if (1..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) => {
            Arc::<str>::from(key)
        }
        _ => {
            let detail = "An idempotency key is 1 to 255 visible ASCII characters.";
            return Failure(Error::invalid("Idempotency-Key", "invalid-header", detail)).into_response();
        }
    };
    let (mut parts, body) = request.into_parts();
    let bytes_max = if parts.uri.path() == ROWS_PATH { ROWS_BYTES_MAX } else { BODY_BYTES_MAX };
    let bytes = match Limited::new(body, bytes_max).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Failure(too_large()).into_response(),
        Err(_) => return Failure(broken_body()).into_response(),
    };
    let mut hash = Sha256::new();
    hash.update(parts.method.as_str());
    hash.update([0]);
    hash.update(parts.uri.path());
    hash.update([0]);
    hash.update(&bytes);
    let is_replay = Arc::new(AtomicBool::new(false));
    parts.extensions.insert(IdempotencyKey {
        key,
        fingerprint: hash.finalize().into(),
        is_replay: is_replay.clone(),
    });
    let mut response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    if is_replay.load(Ordering::Relaxed) {
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    response
}

/// The body is over the limit.
pub fn too_large() -> Error {
    Error::Refused {
        code: "payload-too-large",
        detail: "The request body is larger than 1 MiB, or one of many rows than 4 MiB.",
        hint: "Send less in one request; attachments go by URL.",
    }
}

/// The body ended early or was not well framed.
pub fn broken_body() -> Error {
    Error::invalid("", "broken-body", "The request body did not arrive whole.")
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
