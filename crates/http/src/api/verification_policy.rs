//! `/v1/verification-policies`: what is asked of whom before anything confidential is released.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_types::{Error, VerificationPolicyId};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::{List, page_request};
use crate::extract::{Auth, Body, Id, NoParams, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::verification_policy::{
    PolicyCheckView, PolicyVersionRow, PolicyVersionView, VerificationPolicyView,
};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_verification_policies, create_verification_policy))
        .routes(routes!(check_verification_policy))
        .routes(routes!(get_verification_policy, save_verification_policy, delete_verification_policy))
        .routes(routes!(publish_verification_policy))
        .routes(routes!(list_verification_policy_versions))
        .routes(routes!(get_verification_policy_version))
}

/// A policy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyBody {
    /// What it says, as `docs/VERIFICATION.md` describes it, 64 KiB at most.
    #[schema(value_type = Object)]
    policy: Map<String, Value>,
}

/// A draft, whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyDraftBody {
    /// The revision that the change was made to; refused with `changed-meanwhile` where it is not the newest any more.
    revision: i64,
    /// What it says, 64 KiB at most.
    #[schema(value_type = Object)]
    policy: Map<String, Value>,
}

/// Which draft is published.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyPublishBody {
    /// The revision that was looked at; refused with `changed-meanwhile` where it is not the newest any more.
    revision: i64,
    /// Codes of the warnings that are put up with.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 50, example = json!(["too-weak"]))]
    acknowledged: Vec<String>,
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PolicyParams {
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Policies in the order in which they were made.
#[utoipa::path(get, path = "/v1/verification-policies", tag = "verification",
    operation_id = "list_verification_policies", security(("api_key" = []), ("session" = [])), params(PolicyParams),
    responses((status = 200, body = List<VerificationPolicyView>), Refusals))]
async fn list_verification_policies(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<PolicyParams>,
) -> Result<Json<List<VerificationPolicyView>>, Failure> {
    let name = "verification_policies";
    let page = page_request(&app.service, name, params.limit, params.cursor.as_deref())?;
    let page = app.service.list_verification_policies(&request, page).await?;
    Ok(Json(List::of(&app.service, name, page, VerificationPolicyView::from)))
}

/// Adds a policy as a draft. It may have problems; only what is no policy at all is refused.
#[utoipa::path(post, path = "/v1/verification-policies", tag = "verification",
    operation_id = "create_verification_policy", security(("api_key" = []), ("session" = [])),
    request_body = PolicyBody, responses((status = 201, body = VerificationPolicyView), Refusals))]
async fn create_verification_policy(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<PolicyBody>,
) -> Result<(StatusCode, Json<VerificationPolicyView>), Failure> {
    let made = app.service.create_verification_policy(&request, &body.policy.into()).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Says what is wrong or doubtful about a policy, and how strong its questions are. Nothing is kept.
#[utoipa::path(post, path = "/v1/verification-policies/check", tag = "verification",
    operation_id = "check_verification_policy", security(("api_key" = []), ("session" = [])),
    request_body = PolicyBody, responses((status = 200, body = PolicyCheckView), Refusals))]
async fn check_verification_policy(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<PolicyBody>,
) -> Result<Json<PolicyCheckView>, Failure> {
    Ok(Json(app.service.check_verification_policy(&request, &body.policy.into()).await?.into()))
}

/// A policy with its draft.
#[utoipa::path(get, path = "/v1/verification-policies/{id}", tag = "verification",
    operation_id = "get_verification_policy", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), responses((status = 200, body = VerificationPolicyView), Refusals))]
async fn get_verification_policy(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<VerificationPolicyId>,
    _: NoParams,
) -> Result<Json<VerificationPolicyView>, Failure> {
    Ok(Json(app.service.read_verification_policy(&request, id).await?.into()))
}

/// Saves the draft, whole. What is published stays as it is until the draft is published.
#[utoipa::path(patch, path = "/v1/verification-policies/{id}", tag = "verification",
    operation_id = "save_verification_policy", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = PolicyDraftBody,
    responses((status = 200, body = VerificationPolicyView), Refusals))]
async fn save_verification_policy(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<VerificationPolicyId>,
    Body(body): Body<PolicyDraftBody>,
) -> Result<Json<VerificationPolicyView>, Failure> {
    let saved =
        app.service.save_verification_policy(&request, id, body.revision, &body.policy.into()).await?;
    Ok(Json(saved.into()))
}

/// Deletes a policy that no topic names. Its published versions stay: records of verifications name them.
#[utoipa::path(delete, path = "/v1/verification-policies/{id}", tag = "verification",
    operation_id = "delete_verification_policy", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), responses((status = 204), Refusals))]
async fn delete_verification_policy(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<VerificationPolicyId>,
    _: NoParams,
) -> Result<StatusCode, Failure> {
    app.service.delete_verification_policy(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Publishes the draft: engagements that begin from here on take it. Refused with its problems where it has any, and
/// until each kind of warning is acknowledged.
#[utoipa::path(post, path = "/v1/verification-policies/{id}/publish", tag = "verification",
    operation_id = "publish_verification_policy", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = PolicyPublishBody,
    responses((status = 200, body = VerificationPolicyView), Refusals))]
async fn publish_verification_policy(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<VerificationPolicyId>,
    Body(body): Body<PolicyPublishBody>,
) -> Result<Json<VerificationPolicyView>, Failure> {
    let published = app.service.publish_verification_policy(&request, id, body.revision, body.acknowledged);
    Ok(Json(published.await?.into()))
}

/// The published versions of a policy, newest first, without what they say.
#[utoipa::path(get, path = "/v1/verification-policies/{id}/versions", tag = "verification",
    operation_id = "list_verification_policy_versions", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path), PolicyParams),
    responses((status = 200, body = List<PolicyVersionRow>), Refusals))]
async fn list_verification_policy_versions(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<VerificationPolicyId>,
    Params(params): Params<PolicyParams>,
) -> Result<Json<List<PolicyVersionRow>>, Failure> {
    let name = format!("verification_policy_versions:{id}");
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let page = app.service.list_verification_policy_versions(&request, id, page).await?;
    Ok(Json(List::of(&app.service, &name, page, |version| PolicyVersionRow::from(&version))))
}

/// A published version, also of a policy that was deleted since.
#[utoipa::path(get, path = "/v1/verification-policies/{id}/versions/{number}", tag = "verification",
    operation_id = "get_verification_policy_version", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path), ("number" = i64, Path)),
    responses((status = 200, body = PolicyVersionView), Refusals))]
async fn get_verification_policy_version(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Path((id, number)): Path<(String, String)>,
    _: NoParams,
) -> Result<Json<PolicyVersionView>, Failure> {
    let id = id.parse().map_err(|_| Error::NotFound("verification policy"))?;
    let number = number.parse().map_err(|_| Error::NotFound("version"))?;
    Ok(Json(app.service.read_verification_policy_version(&request, id, number).await?.into()))
}
