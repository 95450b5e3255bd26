//! Invitations to a web chat, as the company's page asks for them.
//!
//! The page itself asks, not our frame, so another site's script gets the answer: only pages of the chat's origins may read it.
//! A visit's key opens nothing (T-2): whoever has it learns that the visit fits an invitation, and its text.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_types::{ChannelId, ChatOfferId, Error};
use http_body_util::{BodyExt, Limited};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::PageOrigin;
use super::web_chat::origins;
use crate::extract::{ClientAddress, Id, Ids, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// Bytes of what a page says of an offer.
const OUTCOME_BYTES_MAX: usize = 1_024;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(invite_visitor)).routes(routes!(record_offer))
}

/// Lets the page that asks read the answer, if it is one of the chat's.
fn allow(answer: &mut HeaderMap, asked: &HeaderMap, origins: &[String]) {
    if let Some(origin) = asked.get(header::ORIGIN)
        && origin.to_str().is_ok_and(|origin| origins.iter().any(|known| known == origin))
    {
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    }
    answer.append(header::VARY, HeaderValue::from_static("origin"));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Whose page asks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InviteParams {
    /// The key that the tracker made for the visit: 32 hexadecimal digits.
    visit: Option<String>,
}

/// An invitation, as the page shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferView {
    /// Its id, to say what became of it.
    id: String,
    /// The text.
    text: String,
    /// Who invites.
    name: String,
}

/// Whether the visitor of a page is invited to the chat now. What is answered with 200 is taken as shown. 404: nobody is
/// invited to this chat; the page asks no more.
#[utoipa::path(get, path = "/public/web-chats/{id}/invitation", tag = "public", operation_id = "invite_visitor",
    params(("id" = String, Path), InviteParams),
    responses((status = 200, body = OfferView), (status = 204, description = "Not now."), Refusals))]
async fn invite_visitor(
    State(app): State<Arc<App>>,
    Id(id): Id<ChannelId>,
    origin: PageOrigin,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    Params(params): Params<InviteParams>,
) -> Response {
    let known = origins(&app, id).await;
    let answered = async {
        let known = known.as_ref().map_err(|_| Failure(Error::NotFound("web chat")))?;
        app.service.count_batch(address)?;
        // A page of our own origin says none.
        if headers.contains_key(header::ORIGIN) {
            origin.check(&app, known)?;
        }
        let visit = params.visit.unwrap_or_default();
        Ok::<_, Failure>(app.service.invite_visitor(id, &visit).await?)
    }
    .await;
    let mut response = match answered {
        Ok(Some(offer)) => {
            Json(OfferView { id: offer.id.to_string(), text: offer.text, name: offer.name }).into_response()
        }
        Ok(None) => StatusCode::NO_CONTENT.into_response(),
        Err(failure) => failure.into_response(),
    };
    allow(response.headers_mut(), &headers, known.as_deref().unwrap_or_default());
    response
}

/// What became of an invitation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeBody {
    /// `opened` or `dismissed`.
    outcome: Outcome,
}

/// What became of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InvitationOutcome)]
pub enum Outcome {
    /// The visitor opened the chat by it.
    Opened,
    /// The visitor closed it.
    Dismissed,
}

/// What the visitor did with an invitation. JSON, sent as `text/plain`, so that the browser asks nobody first.
#[utoipa::path(post, path = "/public/web-chats/{id}/invitation/{offer}", tag = "public", operation_id = "record_offer",
    params(("id" = String, Path), ("offer" = String, Path)),
    request_body(content = OutcomeBody, content_type = "text/plain"),
    responses((status = 204), Refusals))]
async fn record_offer(
    State(app): State<Arc<App>>,
    Ids((id, offer)): Ids<(ChannelId, ChatOfferId)>,
    origin: PageOrigin,
    ClientAddress(address): ClientAddress,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    let known = origins(&app, id).await;
    let answered = async {
        let known = known.as_ref().map_err(|_| Failure(Error::NotFound("web chat")))?;
        app.service.count_batch(address)?;
        origin.check(&app, known)?;
        let wrong = || {
            let detail = "Say `{\"outcome\":\"opened\"}` or `{\"outcome\":\"dismissed\"}`.";
            Failure(Error::invalid("/outcome", "invalid-value", detail))
        };
        let body = Limited::new(request.into_body(), OUTCOME_BYTES_MAX).collect().await;
        let body = body.map_err(|_| wrong())?.to_bytes();
        let said: OutcomeBody = serde_json::from_slice(&body).map_err(|_| wrong())?;
        Ok::<_, Failure>(app.service.record_offer(id, offer, said.outcome == Outcome::Opened).await?)
    }
    .await;
    let mut response = match answered {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(failure) => failure.into_response(),
    };
    allow(response.headers_mut(), &headers, known.as_deref().unwrap_or_default());
    response
}
