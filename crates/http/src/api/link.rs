//! Links: channel account ↔ profile.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_types::pii::Pii;
use countersign_types::{ChannelId, LinkId, ProfileId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::List;
use crate::extract::{Auth, Body, Id, MaybeBody, NoParams};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::case::LinkView;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_links, link_by_agent))
        .routes(routes!(unlink))
        .routes(routes!(undo_link))
}

/// The links of a profile, newest first, ended ones too.
#[utoipa::path(get, path = "/v1/profiles/{id}/links", tag = "profiles", operation_id = "list_links",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = List<LinkView>), Refusals))]
async fn list_links(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(profile): Id<ProfileId>,
    _: NoParams,
) -> Result<Json<List<LinkView>>, Failure> {
    let links = app.service.list_links(&request, profile).await?;
    let (viewer, now) = (app.service.viewer(&request), app.service.now());
    Ok(Json(List::whole(links.iter().map(|l| LinkView::of(l, viewer, now)).collect())))
}

/// An agent's own link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLinkBody {
    /// The channel.
    #[schema(value_type = String)]
    channel: ChannelId,
    /// The channel's id of the user.
    #[schema(min_length = 1, max_length = 200)]
    user_id: String,
    /// Why you believe that the account is theirs.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Says that a channel account is this customer's: AL1, and never in place of a proof.
#[utoipa::path(post, path = "/v1/profiles/{id}/links", tag = "profiles", operation_id = "link_by_agent",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = NewLinkBody,
    responses((status = 201, body = LinkView), Refusals))]
async fn link_by_agent(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(profile): Id<ProfileId>,
    Body(body): Body<NewLinkBody>,
) -> Result<(StatusCode, Json<LinkView>), Failure> {
    let user_id = Pii::new(body.user_id);
    let link = app.service.link_by_agent(&request, profile, body.channel, user_id, body.reason).await?;
    let view = LinkView::of(&link, app.service.viewer(&request), app.service.now());
    Ok((StatusCode::CREATED, Json(view)))
}

/// Why an account is unlinked.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnlinkBody {
    /// For the record.
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// Unlinks: the account is a stranger's again.
#[utoipa::path(delete, path = "/v1/links/{id}", tag = "profiles", operation_id = "unlink",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = Option<UnlinkBody>,
    responses((status = 200, body = LinkView), Refusals))]
async fn unlink(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<LinkId>,
    MaybeBody(body): MaybeBody<UnlinkBody>,
) -> Result<Json<LinkView>, Failure> {
    let link = app.service.unlink(&request, id, body.reason).await?;
    Ok(Json(LinkView::of(&link, app.service.viewer(&request), app.service.now())))
}

/// Takes a link back and puts in its place what it had replaced.
#[utoipa::path(post, path = "/v1/links/{id}/undo", tag = "profiles", operation_id = "undo_link",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = LinkView), Refusals))]
async fn undo_link(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<LinkId>,
) -> Result<Json<LinkView>, Failure> {
    let link = app.service.undo_link(&request, id).await?;
    Ok(Json(LinkView::of(&link, app.service.viewer(&request), app.service.now())))
}
