//! Errors as RFC 9457 problems: what happened, why, and what to do next.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_types::{Error, Permission};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The body of every answer that is not a success.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A URN that names the kind of problem.
    #[schema(example = "urn:countersign:problem:not-found")]
    pub r#type: String,
    /// The kind of problem in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The stable word for programs.
    #[schema(example = "not-found")]
    pub code: &'static str,
    /// What happened, for a person.
    pub detail: String,
    /// What to do next.
    pub hint: &'static str,
    /// Names this request in the server's log.
    pub request_id: String,
    /// The fields that were refused.
    pub errors: Vec<ProblemField>,
}

/// One refused field.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// JSON Pointer into the body, or the name of a query key.
    #[schema(example = "/email")]
    pub pointer: String,
    /// The stable word for programs.
    pub code: &'static str,
    /// The reason, for a person.
    pub detail: String,
}

/// An error on its way out. The middleware renders it, because only it knows the request id.
#[derive(Debug)]
pub struct Failure(pub Error);

/// The code of the problem that an answer is, for whoever looks at answers from outside.
#[derive(Debug, Clone, Copy)]
pub struct ProblemCode(pub &'static str);

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = status(&self.0).into_response();
        response.extensions_mut().insert(Arc::new(self.0));
        response
    }
}

/// The HTTP status of an error: the one place where it is decided.
pub fn status(error: &Error) -> StatusCode {
    match error {
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::Conflict { .. } | Error::Wanting(_) => StatusCode::CONFLICT,
        Error::Invalid(_) => StatusCode::BAD_REQUEST,
        Error::Unauthenticated { .. } => StatusCode::UNAUTHORIZED,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::Refused { code, .. } => match *code {
            "idempotency-mismatch" => StatusCode::UNPROCESSABLE_ENTITY,
            "payload-too-large" | "file-too-large" => StatusCode::PAYLOAD_TOO_LARGE,
            "unsupported-media-type" | "file-type" => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "method-not-allowed" => StatusCode::METHOD_NOT_ALLOWED,
            _ => StatusCode::FORBIDDEN,
        },
        Error::TooMany { .. } | Error::QuotaReached { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        Error::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn title(error: &Error) -> &'static str {
    match error {
        Error::NotFound(_) => "Not found",
        Error::Conflict { .. } => "Conflict",
        Error::Wanting(_) => "Attributes required",
        Error::Invalid(_) => "Invalid request",
        Error::Unauthenticated { .. } => "Not logged in",
        Error::Forbidden(_) => "Not allowed",
        Error::Refused { .. } => "Refused",
        Error::TooMany { .. } => "Too many attempts",
        Error::QuotaReached { .. } => "Quota reached",
        Error::Unavailable(_) => "Unavailable",
        Error::StorageFull => "Storage full",
        Error::Internal(_) => "Internal error",
    }
}

/// Renders an error as a problem.
pub fn render(error: &Error, request_id: &str) -> Response {
    let status = status(error);
    let problem = Problem {
        r#type: format!("urn:countersign:problem:{}", error.code()),
        title: title(error),
        status: status.as_u16(),
        code: error.code(),
        detail: error.to_string(),
        hint: match error {
            Error::NotFound("path") => "Check the address; /docs/api lists every path of this server.",
            _ => error.hint(),
        },
        request_id: request_id.to_owned(),
        errors: match error {
            Error::Invalid(fields) | Error::Wanting(fields) => fields
                .iter()
                .map(|f| ProblemField { pointer: f.pointer.clone(), code: f.code, detail: f.detail.clone() })
                .collect(),
            _ => Vec::new(),
        },
    };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    let retry = match error {
        Error::TooMany { retry_after_secs, .. } | Error::QuotaReached { retry_after_secs, .. } => {
            Some(*retry_after_secs)
        }
        Error::Unavailable(_) => Some(1),
        Error::StorageFull => Some(30),
        _ => None,
    };
    if let Some(secs) = retry {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(secs));
    }
    if matches!(error, Error::Unauthenticated { .. }) {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// No operation stands here.
pub fn no_such_path() -> Error {
    Error::NotFound("path")
}

/// The path is right, the method is not.
pub fn no_such_method() -> Error {
    Error::Refused {
        code: "method-not-allowed",
        detail: "This path does not answer that method.",
        hint: "See the API reference for the methods of this path.",
    }
}

/// For documentation: names a permission in an operation's description.
pub const fn needs(permission: Permission) -> &'static str {
    permission.as_str()
}
