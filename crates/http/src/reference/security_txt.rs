//! `/.well-known/security.txt` (RFC 9116): to whom a security problem of this deployment is reported.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use countersign_types::time;

use crate::problem::{Failure, no_such_path};
use crate::router::App;

/// Valid for so long from each fetch, days.
const DAYS: i64 = 90;

pub(super) async fn security_txt(State(app): State<Arc<App>>) -> Result<Response, Failure> {
    let contact = &app.options.security_contact;
    if contact.is_empty() {
        return Err(Failure(no_such_path()));
    }
    // To the second: the format knows no fractions.
    let expires = app.service.now().plus(DAYS * time::DAY).to_string();
    let expires = expires.split('.').next().unwrap_or_default();
    let text = format!(
        "Contact: {contact}\nExpires: {expires}Z\nPreferred-Languages: en\nCanonical: {}/.well-known/security.txt\n",
        app.origin()
    );
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}
