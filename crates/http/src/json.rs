//! Answers as JSON.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use countersign_types::Error;
use serde::Serialize;

use crate::problem::Failure;

/// Most answers fit: written into one piece of memory that need not grow.
const USUAL_BYTES: usize = 2_048;

/// An answer as JSON. Written in one go; axum's own grows its buffer from 128 bytes, which was 3 % of a message.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut body = Vec::with_capacity(USUAL_BYTES);
        match serde_json::to_writer(&mut body, &self.0) {
            Ok(()) => {
                let kind = HeaderValue::from_static("application/json");
                ([(header::CONTENT_TYPE, kind)], body).into_response()
            }
            Err(error) => Failure(Error::internal(error)).into_response(),
        }
    }
}
