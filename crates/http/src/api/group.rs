//! `/v1/groups`: people who share the work on cases.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::group::{GroupPatch, NewGroup};
use countersign_types::{GroupId, UserId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::List;
use crate::extract::{Auth, Body, Id};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::group::GroupView;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_groups, create_group)).routes(routes!(
        read_group,
        update_group,
        delete_group
    ))
}

/// A new group.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroupBody {
    /// Its name, which no other group has.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// Ids of people who are in it.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 500)]
    members: Vec<UserId>,
}

/// A change to a group.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupPatchBody {
    /// Its name, which no other group has.
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    /// Ids of people who are in it, whole.
    #[schema(value_type = Option<Vec<String>>, max_items = 500)]
    members: Option<Vec<UserId>>,
}

/// Groups, by name.
#[utoipa::path(get, path = "/v1/groups", tag = "people", operation_id = "list_groups",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = List<GroupView>), Refusals))]
async fn list_groups(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
) -> Result<Json<List<GroupView>>, Failure> {
    let all = app.service.list_groups(&request).await?;
    Ok(Json(List::whole(all.into_iter().map(GroupView::from).collect())))
}

/// Adds a group.
#[utoipa::path(post, path = "/v1/groups", tag = "people", operation_id = "create_group",
    security(("api_key" = []), ("session" = [])), request_body = NewGroupBody,
    responses((status = 201, body = GroupView), Refusals))]
async fn create_group(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewGroupBody>,
) -> Result<(StatusCode, Json<GroupView>), Failure> {
    let new = NewGroup { name: body.name, members: body.members };
    Ok((StatusCode::CREATED, Json(app.service.create_group(&request, new).await?.into())))
}

/// A group.
#[utoipa::path(get, path = "/v1/groups/{id}", tag = "people", operation_id = "read_group",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = GroupView), Refusals))]
async fn read_group(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<GroupId>,
) -> Result<Json<GroupView>, Failure> {
    Ok(Json(app.service.read_group(&request, id).await?.into()))
}

/// Changes a group: its name, or who is in it.
#[utoipa::path(patch, path = "/v1/groups/{id}", tag = "people", operation_id = "update_group",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = GroupPatchBody,
    responses((status = 200, body = GroupView), Refusals))]
async fn update_group(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<GroupId>,
    Body(body): Body<GroupPatchBody>,
) -> Result<Json<GroupView>, Failure> {
    let patch = GroupPatch { name: body.name, members: body.members };
    Ok(Json(app.service.update_group(&request, id, patch).await?.into()))
}

/// Deletes a group. Its members stay who they are.
#[utoipa::path(delete, path = "/v1/groups/{id}", tag = "people", operation_id = "delete_group",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_group(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<GroupId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_group(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
