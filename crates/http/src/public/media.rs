//! Recordings for telephone providers: they log in nowhere, and fetch what a caller is to hear from an address that
//! nobody guesses.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use countersign_types::{Error, PromptId};
use serde::Deserialize;

use crate::extract::Params;
use crate::problem::Failure;
use crate::router::App;

/// What is at such an address does not change: another recording has another.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// The paths of this file. They stand beside the API's document: only addresses that the server gave lead here.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/media/prompts/{id}/{file}", get(prompt))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tag {
    #[serde(default)]
    t: String,
}

async fn prompt(
    State(app): State<Arc<App>>,
    Path((id, file)): Path<(String, String)>,
    Params(tag): Params<Tag>,
) -> Result<Response, Failure> {
    let missing = || Failure(Error::NotFound("recording"));
    let id: PromptId = id.parse().map_err(|_| missing())?;
    let language = file.strip_suffix(".wav").ok_or_else(missing)?;
    let wav = app.service.open_media(id, language, &tag.t).await?;
    Ok(sound(wav, FOR_GOOD, "cross-origin"))
}

/// A WAV file, to be heard and nothing else.
pub fn sound(wav: Vec<u8>, cache: &'static str, readers: &'static str) -> Response {
    let mut response = Body::from(wav).into_response();
    for (name, value) in [
        (header::CONTENT_TYPE, "audio/wav"),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::CACHE_CONTROL, cache),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (HeaderName::from_static("cross-origin-resource-policy"), readers),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
