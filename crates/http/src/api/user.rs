//! `/v1/users`: who works here.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::user::{NewUser, UserPatch};
use countersign_types::user::UserState;
use countersign_types::{Role, UserId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::{List, page_request};
use crate::extract::{Auth, Body, Id, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::user::{InvitedView, UserView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_users, invite_user))
        .routes(routes!(update_user))
        .routes(routes!(renew_invitation))
}

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl PageParams {
    /// As the service asks for it.
    pub fn request(&self, app: &App, name: &str) -> Result<countersign_types::PageRequest, Failure> {
        Ok(page_request(&app.service, name, self.limit, self.cursor.as_deref())?)
    }
}

/// People, in the order in which they were added.
#[utoipa::path(get, path = "/v1/users", tag = "people", operation_id = "list_users",
    security(("api_key" = []), ("session" = [])), params(PageParams),
    responses((status = 200, body = List<UserView>), Refusals))]
async fn list_users(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(page): Params<PageParams>,
) -> Result<Json<List<UserView>>, Failure> {
    let page = app.service.list_users(&request, page.request(&app, "users")?).await?;
    Ok(Json(List::of(&app.service, "users", page, UserView::from)))
}

/// Somebody to be invited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUserBody {
    /// Their address.
    email: String,
    /// Their name.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// `admin`, `team_manager` or `agent`.
    #[schema(value_type = String, pattern = "^(admin|team_manager|agent)$")]
    role: Role,
}

/// Invites somebody. The link in the answer works once, for seven days.
#[utoipa::path(post, path = "/v1/users", tag = "people", operation_id = "invite_user",
    security(("api_key" = []), ("session" = [])), request_body = NewUserBody,
    responses((status = 201, body = InvitedView), Refusals))]
async fn invite_user(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewUserBody>,
) -> Result<(StatusCode, Json<InvitedView>), Failure> {
    let new = NewUser { email: body.email, name: body.name, role: body.role };
    Ok((StatusCode::CREATED, Json(app.service.invite_user(&request, new).await?.into())))
}

/// A change to a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPatchBody {
    /// Name.
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    /// `admin`, `team_manager` or `agent`.
    #[schema(value_type = Option<String>, pattern = "^(admin|team_manager|agent)$")]
    role: Option<Role>,
    /// `active` or `disabled`.
    #[schema(value_type = Option<String>, pattern = "^(active|disabled|invited)$")]
    state: Option<UserState>,
}

/// Changes a person. Their own role and state nobody changes; the last active administrator stays one.
#[utoipa::path(patch, path = "/v1/users/{id}", tag = "people", operation_id = "update_user",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = UserPatchBody,
    responses((status = 200, body = UserView), Refusals))]
async fn update_user(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<UserId>,
    Body(body): Body<UserPatchBody>,
) -> Result<Json<UserView>, Failure> {
    let patch = UserPatch { name: body.name, role: body.role, state: body.state };
    Ok(Json(app.service.update_user(&request, id, patch).await?.into()))
}

/// A new link for somebody invited, or for somebody who forgot their password. Earlier links end.
#[utoipa::path(post, path = "/v1/users/{id}/invitation", tag = "people", operation_id = "renew_invitation",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = InvitedView), Refusals))]
async fn renew_invitation(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<UserId>,
) -> Result<Json<InvitedView>, Failure> {
    Ok(Json(app.service.renew_invitation(&request, id).await?.into()))
}
