//! `/hooks/voice/{number}`: what providers of telephone numbers post of calls. The signature is checked over our public
//! address; whoever does not sign hears nothing. The answer is a document of the TwiML dialect, always.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_service::call::VoiceAnswer;
use countersign_service::port::HookRequest;
use countersign_types::PhoneNumberId;
use http_body_util::{BodyExt, Limited};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::Id;
use crate::router::App;

/// Longest webhook, bytes.
const BODY_BYTES_MAX: usize = 64 * 1_024;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(receive_voice))
}

/// Takes in what a provider of telephone numbers posts of a call, and answers what the caller hears now.
#[utoipa::path(post, path = "/hooks/voice/{id}", tag = "hooks", operation_id = "receive_voice",
    params(("id" = String, Path)),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = String, content_type = "text/xml"), (status = 403),
        (status = 404, body = crate::problem::Problem, content_type = "application/problem+json")))]
async fn receive_voice(State(app): State<Arc<App>>, Id(id): Id<PhoneNumberId>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    // The address as the provider called it, under our public name: `Host` is whatever somebody writes.
    let path = parts.uri.path_and_query().map_or_else(|| parts.uri.path(), |path| path.as_str());
    let url = format!("{}{path}", app.origin().trim_end_matches('/'));
    let Ok(body) = Limited::new(body, BODY_BYTES_MAX).collect().await else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let headers = parts.headers.iter();
    let headers = headers
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let hook = HookRequest { is_get: false, url, query, headers, body: body.to_bytes().to_vec() };
    match app.service.receive_voice(id, &hook).await {
        VoiceAnswer::Document(document) => {
            ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], document).into_response()
        }
        VoiceAnswer::Refused => StatusCode::FORBIDDEN.into_response(),
    }
}
