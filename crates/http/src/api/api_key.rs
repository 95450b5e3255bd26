//! `/v1/api-keys`: credentials of programs, and `/v1/permissions`: what they can be given.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::api_key::NewApiKey;
use countersign_types::{ApiKeyId, Permission, Role, Timestamp};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::user::PageParams;
use crate::cursor::List;
use crate::extract::{Auth, Body, Id, NoParams, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::api_key::{ApiKeyMade, ApiKeyView, PermissionView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_api_keys, create_api_key))
        .routes(routes!(revoke_api_key))
        .routes(routes!(rotate_api_key))
        .routes(routes!(list_permissions))
}

/// Keys that were not revoked, newest first.
#[utoipa::path(get, path = "/v1/api-keys", tag = "api keys", operation_id = "list_api_keys",
    security(("api_key" = []), ("session" = [])), params(PageParams),
    responses((status = 200, body = List<ApiKeyView>), Refusals))]
async fn list_api_keys(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(page): Params<PageParams>,
) -> Result<Json<List<ApiKeyView>>, Failure> {
    let page = app.service.list_api_keys(&request, page.request(&app, "api-keys")?).await?;
    Ok(Json(List::of(&app.service, "api-keys", page, ApiKeyView::from)))
}

/// A new key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApiKeyBody {
    /// Its name.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// What it may do; `/v1/permissions` lists the words.
    #[schema(min_items = 1, example = json!(["case.read", "case.write"]))]
    scopes: Vec<String>,
    /// Until when it works; a year if nothing is said.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// Addresses and networks it may be used from; from anywhere if empty.
    #[schema(example = json!(["192.0.2.0/24"]))]
    allowed_ips: Option<Vec<String>>,
}

/// Makes a key. Its secret is shown in this answer and never again.
#[utoipa::path(post, path = "/v1/api-keys", tag = "api keys", operation_id = "create_api_key",
    security(("api_key" = []), ("session" = [])), request_body = NewApiKeyBody,
    responses((status = 201, body = ApiKeyMade), Refusals))]
async fn create_api_key(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewApiKeyBody>,
) -> Result<(StatusCode, Json<ApiKeyMade>), Failure> {
    let new = NewApiKey {
        name: body.name,
        scopes: body.scopes,
        expires_at: body.expires_at,
        allowed_ips: body.allowed_ips.unwrap_or_default(),
    };
    Ok((StatusCode::CREATED, Json(app.service.create_api_key(&request, new).await?.into())))
}

/// Revokes a key, at once.
#[utoipa::path(delete, path = "/v1/api-keys/{id}", tag = "api keys", operation_id = "revoke_api_key",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn revoke_api_key(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ApiKeyId>,
) -> Result<StatusCode, Failure> {
    app.service.revoke_api_key(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a key in the place of another, which works for another 24 hours.
#[utoipa::path(post, path = "/v1/api-keys/{id}/rotate", tag = "api keys", operation_id = "rotate_api_key",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 201, body = ApiKeyMade), Refusals))]
async fn rotate_api_key(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ApiKeyId>,
) -> Result<(StatusCode, Json<ApiKeyMade>), Failure> {
    Ok((StatusCode::CREATED, Json(app.service.rotate_api_key(&request, id).await?.into())))
}

/// What a key can be given, each with a sentence.
#[utoipa::path(get, path = "/v1/permissions", tag = "api keys", operation_id = "list_permissions",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = List<PermissionView>), Refusals))]
async fn list_permissions(Auth(_request): Auth, _: NoParams) -> Result<Json<List<PermissionView>>, Failure> {
    let view = |p: &Permission| PermissionView {
        scope: p.as_str(),
        description: p.sentence(),
        roles: Role::ALL.iter().filter(|role| role.may(*p)).map(|role| role.as_str()).collect(),
    };
    Ok(Json(List::whole(Permission::ALL.iter().map(view).collect())))
}
