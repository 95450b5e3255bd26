//! Requests that programs made, as the request log keeps them: never a body, never a query, never an address.

use crate::{ApiKeyId, Timestamp};

/// One request of an API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLine {
    /// The id that the answer carried.
    pub request_id: String,
    /// When it was answered.
    pub at: Timestamp,
    /// Whose key.
    pub key: ApiKeyId,
    /// `GET`, `POST` …
    pub method: String,
    /// The path as the API's document writes it, such as `/v1/profiles/{id}`: ids in it are not kept.
    pub path: String,
    /// The status of the answer.
    pub status: i64,
    /// How long the answer took, microseconds.
    pub duration_micros: i64,
    /// The code of the problem, when it was one.
    pub problem: Option<String>,
}
