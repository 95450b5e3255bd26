//! `/hooks/{channel}`: what providers of messengers post to us. The channel's connector checks the signature over the raw
//! body; nothing is acknowledged that is not durable.

mod voice;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use countersign_service::port::HookRequest;
use countersign_types::ChannelId;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::Id;
use crate::middleware::{BODY_BYTES_MAX, broken_body, too_large};
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(receive_hook, verify_hook)).merge(voice::routes())
}

/// Takes in what a provider posts: in its own form, signed in its own way.
#[utoipa::path(post, path = "/hooks/{id}", tag = "hooks", operation_id = "receive_hook",
    params(("id" = String, Path)),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 200, body = String, content_type = "text/plain"), Refusals))]
async fn receive_hook(
    State(app): State<Arc<App>>,
    Id(id): Id<ChannelId>,
    request: Request,
) -> Result<Response, Failure> {
    let hook = read(&app, request).await?;
    answer(app.service.receive_hook(id, &hook).await?)
}

/// Answers a provider that asks whether this address is ours.
#[utoipa::path(get, path = "/hooks/{id}", tag = "hooks", operation_id = "verify_hook",
    params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "text/plain"), Refusals))]
async fn verify_hook(
    State(app): State<Arc<App>>,
    Id(id): Id<ChannelId>,
    request: Request,
) -> Result<Response, Failure> {
    let hook = read(&app, request).await?;
    answer(app.service.receive_hook(id, &hook).await?)
}

async fn read(app: &App, request: Request) -> Result<HookRequest, Failure> {
    let (parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    // Signatures that cover the address cover it as the provider called it: under our public name.
    let path = parts.uri.path_and_query().map_or_else(|| parts.uri.path(), |p| p.as_str());
    let url = format!("{}{path}", app.origin().trim_end_matches('/'));
    let body = match Limited::new(body, BODY_BYTES_MAX).collect().await {
        Ok(body) => body.to_bytes().to_vec(),
        Err(error) if error.is::<LengthLimitError>() => return Err(Failure(too_large())),
        Err(_) => return Err(Failure(broken_body())),
    };
    Ok(HookRequest {
        is_get: parts.method == Method::GET,
        url,
        query,
        headers: headers(&parts.headers),
        body,
    })
}

fn headers(map: &HeaderMap) -> Vec<(String, String)> {
    map.iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect()
}

fn answer(words: String) -> Result<Response, Failure> {
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], words).into_response())
}
