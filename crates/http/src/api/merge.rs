//! Two customers that are one: merge, look before, take back.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use countersign_types::{MergeId, ProfileId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::{List, narrowed, page_request};
use crate::extract::{Auth, Body, Id, NoParams, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::merge::{MergePreviewView, MergeView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(merge_profiles))
        .routes(routes!(list_merges))
        .routes(routes!(get_merge))
        .routes(routes!(undo_merge))
}

/// Which customer to merge into this one, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeBody {
    /// The customer that becomes part of the one in the path.
    #[schema(value_type = String)]
    from: ProfileId,
    /// `true`: only say what would happen.
    #[serde(default)]
    preview: bool,
    /// Why the two are one customer; needed unless it is a preview.
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// Merges a customer into this one, or says what that would do. Everything of `from` goes over: channel accounts with
/// their conversations, links with their evidence, and what this one does not say itself. Its id and reference lead here
/// from then on. For 30 days the merge can be taken back.
#[utoipa::path(post, path = "/v1/profiles/{id}/merge", tag = "profiles", operation_id = "merge_profiles",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = MergeBody,
    responses((status = 200, description = "What would happen.", body = MergePreviewView),
        (status = 201, description = "They are one.", body = MergeView), Refusals))]
async fn merge_profiles(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(into): Id<ProfileId>,
    Body(body): Body<MergeBody>,
) -> Result<Response, Failure> {
    if body.preview {
        let preview = app.service.preview_merge(&request, into, body.from).await?;
        let view = MergePreviewView::of(&app.service, &preview, app.service.viewer(&request));
        return Ok(Json(view).into_response());
    }
    let merge = app.service.merge_profiles(&request, into, body.from, body.reason.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(MergeView::from(merge))).into_response())
}

/// Which merges.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MergeParams {
    /// Of this customer, on either side.
    #[param(value_type = Option<String>)]
    profile: Option<ProfileId>,
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Merges, newest first, those that were taken back too.
#[utoipa::path(get, path = "/v1/merges", tag = "profiles", operation_id = "list_merges",
    security(("api_key" = []), ("session" = [])), params(MergeParams),
    responses((status = 200, body = List<MergeView>), Refusals))]
async fn list_merges(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<MergeParams>,
) -> Result<Json<List<MergeView>>, Failure> {
    let profile = params.profile.map(|id| id.to_string());
    let name = narrowed("merges", &[profile.as_deref()]);
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let page = app.service.list_merges(&request, params.profile, page).await?;
    Ok(Json(List::of(&app.service, &name, page, MergeView::from)))
}

/// A merge.
#[utoipa::path(get, path = "/v1/merges/{id}", tag = "profiles", operation_id = "get_merge",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = MergeView), Refusals))]
async fn get_merge(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<MergeId>,
    _: NoParams,
) -> Result<Json<MergeView>, Failure> {
    Ok(Json(app.service.get_merge(&request, id).await?.into()))
}

/// Takes a merge back. What was written later stays where it is and is named in `conflicts`; nothing joins the two by
/// itself again.
#[utoipa::path(post, path = "/v1/merges/{id}/undo", tag = "profiles", operation_id = "undo_merge",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = MergeView), Refusals))]
async fn undo_merge(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<MergeId>,
) -> Result<Json<MergeView>, Failure> {
    Ok(Json(app.service.undo_merge(&request, id).await?.into()))
}
