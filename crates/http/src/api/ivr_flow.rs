//! `/v1/ivr-flows`: what callers are asked.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_types::{Error, IvrFlowId};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::{List, page_request};
use crate::extract::{Auth, Body, Id, MaybeBody, NoParams, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::ivr_flow::{
    FlowFindingsView, IvrFlowRow, IvrFlowVersionRow, IvrFlowVersionView, IvrFlowView,
};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_ivr_flows, create_ivr_flow))
        .routes(routes!(read_ivr_flow, rename_ivr_flow, delete_ivr_flow))
        .routes(routes!(save_ivr_flow_draft))
        .routes(routes!(validate_ivr_flow))
        .routes(routes!(publish_ivr_flow))
        .routes(routes!(list_ivr_flow_versions))
        .routes(routes!(read_ivr_flow_version))
        .routes(routes!(restore_ivr_flow_version))
}

/// A new flow. Kinds of nodes and their fields: `docs/IVR.md`.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its annotations are used")]
pub struct NewIvrFlowDoc {
    /// Its name, which no other flow has.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// The first node.
    #[schema(example = "welcome")]
    start: String,
    /// Where a call goes when something goes wrong for which no exit is drawn.
    on_error: Option<String>,
    /// The nodes by their ids: `{"kind", …, "exits": {exit: node}, "label"?, "at"?}`.
    #[schema(value_type = Object)]
    nodes: Value,
}

/// A draft, whole.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its annotations are used")]
pub struct IvrFlowDraftDoc {
    /// The version that the change was made to; refused with `changed-meanwhile` where it is not the newest any more.
    version: Option<i64>,
    /// The first node.
    #[schema(example = "welcome")]
    start: String,
    /// Where a call goes when something goes wrong for which no exit is drawn.
    on_error: Option<String>,
    /// The nodes by their ids. A header that is written back without its value keeps it, as long as the address of its
    /// node leads to the same host.
    #[schema(value_type = Object)]
    nodes: Value,
}

/// A change to a flow.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IvrFlowPatchBody {
    /// Its name, which no other flow has.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
}

/// Which draft is published.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishBody {
    /// The version of the draft that was looked at; refused with `changed-meanwhile` where it is not the newest any more.
    version: Option<i64>,
}

/// Which page of versions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VersionParams {
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The id of the flow and the number of a version.
fn numbered((id, number): (String, String)) -> Result<(IvrFlowId, i64), Error> {
    let id = id.parse().map_err(|_| Error::NotFound("phone menu"))?;
    let number = number.parse().map_err(|_| Error::NotFound("version"))?;
    Ok((id, number))
}

/// All flows by name, without their documents.
#[utoipa::path(get, path = "/v1/ivr-flows", tag = "phone", operation_id = "list_ivr_flows",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = List<IvrFlowRow>), Refusals))]
async fn list_ivr_flows(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<List<IvrFlowRow>>, Failure> {
    let all = app.service.list_ivr_flows(&request).await?;
    Ok(Json(List::whole(all.iter().map(IvrFlowRow::from).collect())))
}

/// Adds a flow as a draft. It may be unfinished.
#[utoipa::path(post, path = "/v1/ivr-flows", tag = "phone", operation_id = "create_ivr_flow",
    security(("api_key" = []), ("session" = [])), request_body = NewIvrFlowDoc,
    responses((status = 201, body = IvrFlowView), Refusals))]
async fn create_ivr_flow(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(mut body): Body<Map<String, Value>>,
) -> Result<(StatusCode, Json<IvrFlowView>), Failure> {
    let name = match body.remove("name") {
        Some(Value::String(name)) => name,
        Some(_) => return Err(Error::invalid("/name", "invalid-value", "A name is a text.").into()),
        None => return Err(Error::invalid("/name", "missing-field", "The field `name` is needed.").into()),
    };
    let made = app.service.create_ivr_flow(&request, &name, body.into()).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// A flow with its draft.
#[utoipa::path(get, path = "/v1/ivr-flows/{id}", tag = "phone", operation_id = "read_ivr_flow",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = IvrFlowView), Refusals))]
async fn read_ivr_flow(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<IvrFlowId>,
    _: NoParams,
) -> Result<Json<IvrFlowView>, Failure> {
    Ok(Json(app.service.read_ivr_flow(&request, id).await?.into()))
}

/// Gives a flow another name.
#[utoipa::path(patch, path = "/v1/ivr-flows/{id}", tag = "phone", operation_id = "rename_ivr_flow",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = IvrFlowPatchBody,
    responses((status = 200, body = IvrFlowView), Refusals))]
async fn rename_ivr_flow(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<IvrFlowId>,
    Body(body): Body<IvrFlowPatchBody>,
) -> Result<Json<IvrFlowView>, Failure> {
    Ok(Json(app.service.rename_ivr_flow(&request, id, &body.name).await?.into()))
}

/// Deletes a flow with its versions. One that callers of a number hear stays.
#[utoipa::path(delete, path = "/v1/ivr-flows/{id}", tag = "phone", operation_id = "delete_ivr_flow",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_ivr_flow(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<IvrFlowId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_ivr_flow(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Saves the draft, whole. It may be unfinished; calls take what is published.
#[utoipa::path(put, path = "/v1/ivr-flows/{id}/draft", tag = "phone", operation_id = "save_ivr_flow_draft",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = IvrFlowDraftDoc,
    responses((status = 200, body = IvrFlowView), Refusals))]
async fn save_ivr_flow_draft(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<IvrFlowId>,
    Body(mut body): Body<Map<String, Value>>,
) -> Result<Json<IvrFlowView>, Failure> {
    let version = match body.remove("version") {
        None | Some(Value::Null) => None,
        Some(value) => Some(value.as_i64().ok_or_else(|| {
            Error::invalid("/version", "invalid-value", "`version` is the number that the draft has.")
        })?),
    };
    Ok(Json(app.service.save_ivr_flow_draft(&request, id, version, body.into()).await?.into()))
}

/// What is wrong or doubtful about the draft.
#[utoipa::path(post, path = "/v1/ivr-flows/{id}/validate", tag = "phone", operation_id = "validate_ivr_flow",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = FlowFindingsView), Refusals))]
async fn validate_ivr_flow(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<IvrFlowId>,
) -> Result<Json<FlowFindingsView>, Failure> {
    Ok(Json(app.service.validate_ivr_flow(&request, id).await?.into()))
}

/// Publishes the draft: calls take it from here on. Refused with its problems where it has any.
#[utoipa::path(post, path = "/v1/ivr-flows/{id}/publish", tag = "phone", operation_id = "publish_ivr_flow",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = Option<PublishBody>,
    responses((status = 200, body = IvrFlowVersionView), Refusals))]
async fn publish_ivr_flow(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<IvrFlowId>,
    MaybeBody(body): MaybeBody<PublishBody>,
) -> Result<Json<IvrFlowVersionView>, Failure> {
    Ok(Json(app.service.publish_ivr_flow(&request, id, body.version).await?.into()))
}

/// The published versions of a flow, newest first, without their documents.
#[utoipa::path(get, path = "/v1/ivr-flows/{id}/versions", tag = "phone", operation_id = "list_ivr_flow_versions",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), VersionParams),
    responses((status = 200, body = List<IvrFlowVersionRow>), Refusals))]
async fn list_ivr_flow_versions(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<IvrFlowId>,
    Params(params): Params<VersionParams>,
) -> Result<Json<List<IvrFlowVersionRow>>, Failure> {
    let name = format!("ivr_flow_versions:{id}");
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let page = app.service.list_ivr_flow_versions(&request, id, page).await?;
    Ok(Json(List::of(&app.service, &name, page, |version| IvrFlowVersionRow::from(&version))))
}

/// A published version.
#[utoipa::path(get, path = "/v1/ivr-flows/{id}/versions/{number}", tag = "phone",
    operation_id = "read_ivr_flow_version", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path), ("number" = i64, Path)),
    responses((status = 200, body = IvrFlowVersionView), Refusals))]
async fn read_ivr_flow_version(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Path(path): Path<(String, String)>,
    _: NoParams,
) -> Result<Json<IvrFlowVersionView>, Failure> {
    let (id, number) = numbered(path)?;
    Ok(Json(app.service.read_ivr_flow_version(&request, id, number).await?.into()))
}

/// Puts what was published into the draft.
#[utoipa::path(post, path = "/v1/ivr-flows/{id}/versions/{number}/restore", tag = "phone",
    operation_id = "restore_ivr_flow_version", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path), ("number" = i64, Path)),
    responses((status = 200, body = IvrFlowView), Refusals))]
async fn restore_ivr_flow_version(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Path(path): Path<(String, String)>,
) -> Result<Json<IvrFlowView>, Failure> {
    let (id, number) = numbered(path)?;
    Ok(Json(app.service.restore_ivr_flow_version(&request, id, number).await?.into()))
}
