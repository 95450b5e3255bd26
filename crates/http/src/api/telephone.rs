//! `/v1/me/telephone` and `/v1/users/{id}/telephone`: where people take calls that come by a provider.

use std::sync::Arc;

use axum::extract::State;
use countersign_service::telephone::TelephoneChange;
use countersign_types::UserId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Auth, Body, Id, NoParams};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::telephone::TelephoneView;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(read_own_telephone, update_own_telephone))
        .routes(routes!(read_telephone, update_telephone))
}

/// A telephone as it is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TelephoneBody {
    /// The number, in E.164 or as the workspace's country writes it; `null`: there is no telephone any more.
    #[schema(max_length = 64)]
    number: Option<String>,
    /// Whether it rings.
    takes_calls: bool,
}

impl From<TelephoneBody> for TelephoneChange {
    fn from(body: TelephoneBody) -> Self {
        Self { number: body.number, takes_calls: body.takes_calls }
    }
}

/// The telephone on which one takes calls.
#[utoipa::path(get, path = "/v1/me/telephone", tag = "start", operation_id = "read_own_telephone",
    security(("session" = [])), responses((status = 200, body = TelephoneView), Refusals))]
async fn read_own_telephone(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<TelephoneView>, Failure> {
    Ok(Json(app.service.read_own_telephone(&request).await?.into()))
}

/// Sets the telephone on which one takes calls, and whether it rings.
#[utoipa::path(put, path = "/v1/me/telephone", tag = "start", operation_id = "update_own_telephone",
    security(("session" = [])), request_body = TelephoneBody,
    responses((status = 200, body = TelephoneView), Refusals))]
async fn update_own_telephone(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<TelephoneBody>,
) -> Result<Json<TelephoneView>, Failure> {
    Ok(Json(app.service.update_own_telephone(&request, body.into()).await?.into()))
}

/// The telephone on which somebody takes calls.
#[utoipa::path(get, path = "/v1/users/{id}/telephone", tag = "people", operation_id = "read_telephone",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = TelephoneView), Refusals))]
async fn read_telephone(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<UserId>,
    _: NoParams,
) -> Result<Json<TelephoneView>, Failure> {
    Ok(Json(app.service.read_telephone(&request, id).await?.into()))
}

/// Sets the telephone on which somebody takes calls, and whether it rings.
#[utoipa::path(put, path = "/v1/users/{id}/telephone", tag = "people", operation_id = "update_telephone",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = TelephoneBody,
    responses((status = 200, body = TelephoneView), Refusals))]
async fn update_telephone(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<UserId>,
    Body(body): Body<TelephoneBody>,
) -> Result<Json<TelephoneView>, Failure> {
    Ok(Json(app.service.update_telephone(&request, id, body.into()).await?.into()))
}
