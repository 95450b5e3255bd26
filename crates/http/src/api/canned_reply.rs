//! `/v1/canned-replies`: texts that people insert instead of typing them again.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::canned_reply::{AudienceWord, CannedReplyPatch, NewCannedReply};
use countersign_types::{CannedReplyId, CaseId, GroupId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::List;
use crate::extract::{Auth, Body, Id, NoParams, Params, absent_or};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::canned_reply::{CannedReplyView, FilledReplyView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_canned_replies, create_canned_reply))
        .routes(routes!(read_canned_reply, update_canned_reply, delete_canned_reply))
        .routes(routes!(fill_canned_reply))
}

/// What the list is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CannedReplyParams {
    /// `true`: those that are one's own to insert, without those of other groups that one only looks after.
    #[serde(default)]
    usable: bool,
}

/// A new canned reply.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCannedReplyBody {
    /// The short name that is typed behind `/`: one word, which no other one of the team, or of one's own, has.
    #[schema(min_length = 1, max_length = 40)]
    name: String,
    /// What it is for.
    #[schema(min_length = 1, max_length = 80)]
    title: String,
    /// The text, with variables as in rules: `Hello {profile.name|there}`.
    #[schema(min_length = 1, max_length = 5000)]
    text: String,
    /// The language it is written in.
    #[schema(max_length = 35)]
    language: Option<String>,
    /// `everybody`, `group` or `personal`.
    #[schema(value_type = String, pattern = "^(everybody|group|personal)$")]
    audience: AudienceWord,
    /// The group it is for.
    #[schema(value_type = Option<String>)]
    group: Option<GroupId>,
}

/// A change to a canned reply.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CannedReplyPatchBody {
    /// The short name that is typed behind `/`.
    #[schema(min_length = 1, max_length = 40)]
    name: Option<String>,
    /// What it is for.
    #[schema(min_length = 1, max_length = 80)]
    title: Option<String>,
    /// The text, with variables as in rules.
    #[schema(min_length = 1, max_length = 5000)]
    text: Option<String>,
    /// The language it is written in; `null` takes it away.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 35)]
    language: Option<Option<String>>,
    /// `everybody`, `group` or `personal`.
    #[schema(value_type = Option<String>, pattern = "^(everybody|group|personal)$")]
    audience: Option<AudienceWord>,
    /// The group it is for; `null` takes it away.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>)]
    group: Option<Option<GroupId>>,
}

/// For which conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FillBody {
    /// A case's id.
    #[schema(value_type = String)]
    case: CaseId,
}

/// Canned replies that one may see, by name: of everybody, of one's groups, one's own. Whoever writes those of the team
/// sees those of all groups.
#[utoipa::path(get, path = "/v1/canned-replies", tag = "cases", operation_id = "list_canned_replies",
    security(("api_key" = []), ("session" = [])), params(CannedReplyParams),
    responses((status = 200, body = List<CannedReplyView>), Refusals))]
async fn list_canned_replies(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<CannedReplyParams>,
) -> Result<Json<List<CannedReplyView>>, Failure> {
    let all = app.service.list_canned_replies(&request, params.usable).await?;
    Ok(Json(List::whole(all.into_iter().map(CannedReplyView::from).collect())))
}

/// Adds a canned reply.
#[utoipa::path(post, path = "/v1/canned-replies", tag = "cases", operation_id = "create_canned_reply",
    security(("api_key" = []), ("session" = [])), request_body = NewCannedReplyBody,
    responses((status = 201, body = CannedReplyView), Refusals))]
async fn create_canned_reply(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewCannedReplyBody>,
) -> Result<(StatusCode, Json<CannedReplyView>), Failure> {
    let new = NewCannedReply {
        name: body.name,
        title: body.title,
        text: body.text,
        language: body.language,
        audience: body.audience,
        group: body.group,
    };
    let made = app.service.create_canned_reply(&request, new).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// A canned reply.
#[utoipa::path(get, path = "/v1/canned-replies/{id}", tag = "cases", operation_id = "read_canned_reply",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = CannedReplyView), Refusals))]
async fn read_canned_reply(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CannedReplyId>,
    _: NoParams,
) -> Result<Json<CannedReplyView>, Failure> {
    Ok(Json(app.service.read_canned_reply(&request, id).await?.into()))
}

/// Changes a canned reply.
#[utoipa::path(patch, path = "/v1/canned-replies/{id}", tag = "cases", operation_id = "update_canned_reply",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = CannedReplyPatchBody,
    responses((status = 200, body = CannedReplyView), Refusals))]
async fn update_canned_reply(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CannedReplyId>,
    Body(body): Body<CannedReplyPatchBody>,
) -> Result<Json<CannedReplyView>, Failure> {
    let patch = CannedReplyPatch {
        name: body.name,
        title: body.title,
        text: body.text,
        language: body.language,
        audience: body.audience,
        group: body.group,
    };
    Ok(Json(app.service.update_canned_reply(&request, id, patch).await?.into()))
}

/// Deletes a canned reply.
#[utoipa::path(delete, path = "/v1/canned-replies/{id}", tag = "cases", operation_id = "delete_canned_reply",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_canned_reply(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CannedReplyId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_canned_reply(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Fills a canned reply for the customer of a case, and counts the use. Nothing is sent. What the caller sees masked is
/// left out.
#[utoipa::path(post, path = "/v1/canned-replies/{id}/fill", tag = "cases", operation_id = "fill_canned_reply",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = FillBody,
    responses((status = 200, body = FilledReplyView), Refusals))]
async fn fill_canned_reply(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CannedReplyId>,
    Body(body): Body<FillBody>,
) -> Result<Json<FilledReplyView>, Failure> {
    Ok(Json(app.service.fill_canned_reply(&request, id, body.case).await?.into()))
}
