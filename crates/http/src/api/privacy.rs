//! `/v1/privacy`: a person's data as a file, their erasure, holds, requests with their deadlines, the record of
//! processing.

pub mod file;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_service::privacy::Closing;
use countersign_types::privacy::{RequestFilter, RequestKind, RequestState, Retention};
use countersign_types::{PrivacyRequestId, ProfileId, Timestamp};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::csv;
use crate::cursor::{List, narrowed, page_request};
use crate::extract::{Auth, Body, Id, NoParams, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::privacy::{
    ErasurePreviewView, HeldCustomerView, HoldView, PrivacyRecordView, PrivacyRequestView,
    ProfilePrivacyView, RetentionView,
};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_privacy_registry))
        .routes(routes!(list_privacy_requests, record_privacy_request))
        .routes(routes!(get_privacy_request))
        .routes(routes!(close_privacy_request))
        .routes(routes!(begin_privacy_export))
        .routes(routes!(get_privacy_export))
        .routes(routes!(file::download_privacy_export))
        .routes(routes!(file::list_erasures, erase_for_privacy))
        .routes(routes!(preview_erasure))
        .routes(routes!(list_holds))
        .routes(routes!(put_hold, lift_hold))
        .routes(routes!(get_profile_privacy))
        .routes(routes!(get_retention, update_retention))
}

/// In which form.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableFormat {
    /// For programs.
    #[default]
    Json,
    /// For spreadsheets.
    Csv,
}

/// In which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TableParams {
    /// `json` or `csv`; `json` if nothing is said.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^(json|csv)$")]
    format: TableFormat,
}

/// The record of processing (Art. 30 GDPR): each place where personal data lies with its purpose and its end, from the
/// settings in force; whom data goes to; how it is protected.
#[utoipa::path(get, path = "/v1/privacy/registry", tag = "privacy", operation_id = "get_privacy_registry",
    security(("api_key" = []), ("session" = [])), params(TableParams),
    responses((status = 200, description = "The record",
        content((PrivacyRecordView = "application/json"), (String = "text/csv"))), Refusals))]
async fn get_privacy_registry(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<TableParams>,
) -> Result<Response, Failure> {
    let view = PrivacyRecordView::from(app.service.get_privacy_record(&request).await?);
    if params.format == TableFormat::Json {
        return Ok(Json(view).into_response());
    }
    let mut file = csv::BOM.to_vec();
    file.extend(csv::lines(view.rows().into_iter())?);
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"record-of-processing.csv\""),
    ];
    Ok((head, file).into_response())
}

/// Which requests.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PrivacyRequestParams {
    /// `export` or `erasure`.
    #[param(value_type = Option<String>, pattern = "^(export|erasure)$")]
    kind: Option<RequestKind>,
    /// `open`, `making`, `ready`, `done`, `refused`, `expired`, `destroyed` or `failed`.
    #[param(value_type = Option<String>, pattern = "^(open|making|ready|done|refused|expired|destroyed|failed)$")]
    state: Option<RequestState>,
    /// Of this customer; also of one who was erased.
    #[param(value_type = Option<String>)]
    profile: Option<ProfileId>,
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What people asked for about their own data, newest first, each with the day by which it has to be answered.
#[utoipa::path(get, path = "/v1/privacy/requests", tag = "privacy", operation_id = "list_privacy_requests",
    security(("api_key" = []), ("session" = [])), params(PrivacyRequestParams),
    responses((status = 200, body = List<PrivacyRequestView>), Refusals))]
async fn list_privacy_requests(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<PrivacyRequestParams>,
) -> Result<Json<List<PrivacyRequestView>>, Failure> {
    let filter = RequestFilter { kind: params.kind, state: params.state, profile: params.profile };
    let profile = params.profile.map(|id| id.to_string());
    let by =
        [params.kind.map(RequestKind::as_str), params.state.map(RequestState::as_str), profile.as_deref()];
    let name = narrowed("privacy-requests", &by);
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let page = app.service.list_privacy_requests(&request, filter, page).await?;
    let now = app.service.now();
    Ok(Json(List::of(&app.service, &name, page, |found| PrivacyRequestView::of(found, now))))
}

/// That a person asked for something.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrivacyRequestBody {
    /// `export` or `erasure`.
    #[schema(value_type = String, pattern = "^(export|erasure)$")]
    kind: RequestKind,
    /// The customer.
    #[schema(value_type = String)]
    profile_id: ProfileId,
    /// How they asked, and how it was made sure that it was they.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// When they asked; now, if nothing is said.
    #[schema(value_type = Option<String>, format = DateTime)]
    received_at: Option<Timestamp>,
}

/// Puts on record that a person asked, with the day by which they have to be answered. An export or an erasure of the same
/// customer that is begun later answers it.
#[utoipa::path(post, path = "/v1/privacy/requests", tag = "privacy", operation_id = "record_privacy_request",
    security(("api_key" = []), ("session" = [])), request_body = PrivacyRequestBody,
    responses((status = 201, body = PrivacyRequestView), Refusals))]
async fn record_privacy_request(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<PrivacyRequestBody>,
) -> Result<(StatusCode, Json<PrivacyRequestView>), Failure> {
    let of = (body.kind, body.profile_id);
    let made = app.service.record_privacy_request(&request, of, &body.reason, body.received_at).await?;
    Ok((StatusCode::CREATED, Json(PrivacyRequestView::of(made, app.service.now()))))
}

/// A request.
#[utoipa::path(get, path = "/v1/privacy/requests/{id}", tag = "privacy", operation_id = "get_privacy_request",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = PrivacyRequestView), Refusals))]
async fn get_privacy_request(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<PrivacyRequestId>,
    _: NoParams,
) -> Result<Json<PrivacyRequestView>, Failure> {
    let found = app.service.get_privacy_request(&request, id).await?;
    Ok(Json(PrivacyRequestView::of(found, app.service.now())))
}

/// How a request is closed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosePrivacyRequestBody {
    /// `refused`, or `done` in another way.
    #[schema(value_type = String, pattern = "^(refused|done)$")]
    outcome: Closing,
    /// Why, as the person is told.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Closes a request that is not carried out here, with the reason.
#[utoipa::path(post, path = "/v1/privacy/requests/{id}/close", tag = "privacy",
    operation_id = "close_privacy_request", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = ClosePrivacyRequestBody,
    responses((status = 200, body = PrivacyRequestView), Refusals))]
async fn close_privacy_request(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<PrivacyRequestId>,
    Body(body): Body<ClosePrivacyRequestBody>,
) -> Result<Json<PrivacyRequestView>, Failure> {
    let closed = app.service.close_privacy_request(&request, id, body.outcome, &body.reason).await?;
    Ok(Json(PrivacyRequestView::of(closed, app.service.now())))
}

/// Of whom, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrivacyBody {
    /// The customer.
    #[schema(value_type = String)]
    profile_id: ProfileId,
    /// Why; it stays on record.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Begins to make a file of everything that is held of a customer (Art. 15 and 20 GDPR). Only for whoever sees no value
/// masked. It is ready within seconds, here for some hours, and each download stands under *Who looked*.
#[utoipa::path(post, path = "/v1/privacy/exports", tag = "privacy", operation_id = "begin_privacy_export",
    security(("api_key" = []), ("session" = [])), request_body = PrivacyBody,
    responses((status = 202, body = PrivacyRequestView), Refusals))]
async fn begin_privacy_export(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<PrivacyBody>,
) -> Result<(StatusCode, Json<PrivacyRequestView>), Failure> {
    let begun = app.service.begin_privacy_export(&request, body.profile_id, &body.reason).await?;
    Ok((StatusCode::ACCEPTED, Json(PrivacyRequestView::of(begun, app.service.now()))))
}

/// An export.
#[utoipa::path(get, path = "/v1/privacy/exports/{id}", tag = "privacy", operation_id = "get_privacy_export",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = PrivacyRequestView), Refusals))]
async fn get_privacy_export(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<PrivacyRequestId>,
    _: NoParams,
) -> Result<Json<PrivacyRequestView>, Failure> {
    let found = app.service.get_privacy_export(&request, id).await?;
    Ok(Json(PrivacyRequestView::of(found, app.service.now())))
}

/// Erases a customer for good (Art. 17 GDPR): keys, rows and indexes, in one transaction. Refused with `on-hold` while
/// nothing of them may go. Look at the preview first.
#[utoipa::path(post, path = "/v1/privacy/erasures", tag = "privacy", operation_id = "erase_for_privacy",
    security(("api_key" = []), ("session" = [])), request_body = PrivacyBody,
    responses((status = 201, body = PrivacyRequestView), Refusals))]
async fn erase_for_privacy(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<PrivacyBody>,
) -> Result<(StatusCode, Json<PrivacyRequestView>), Failure> {
    let done = app.service.erase_for_privacy(&request, body.profile_id, &body.reason).await?;
    Ok((StatusCode::CREATED, Json(PrivacyRequestView::of(done, app.service.now()))))
}

/// Of whom.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ErasurePreviewParams {
    /// The customer.
    #[param(value_type = String)]
    profile_id: ProfileId,
}

/// What an erasure would take, by the entries of the registry; what would stay, and why.
#[utoipa::path(get, path = "/v1/privacy/erasures/preview", tag = "privacy", operation_id = "preview_erasure",
    security(("api_key" = []), ("session" = [])), params(ErasurePreviewParams),
    responses((status = 200, body = ErasurePreviewView), Refusals))]
async fn preview_erasure(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<ErasurePreviewParams>,
) -> Result<Json<ErasurePreviewView>, Failure> {
    Ok(Json(app.service.preview_erasure(&request, params.profile_id).await?.into()))
}

/// Customers who are on hold, newest first, at most 500.
#[utoipa::path(get, path = "/v1/privacy/holds", tag = "privacy", operation_id = "list_holds",
    security(("api_key" = []), ("session" = [])), responses((status = 200, body = List<HeldCustomerView>), Refusals))]
async fn list_holds(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<List<HeldCustomerView>>, Failure> {
    let holds = app.service.list_holds(&request).await?;
    Ok(Json(List::whole(holds.into_iter().map(HeldCustomerView::of).collect())))
}

/// Why, and until when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldBody {
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// Until when; until somebody lifts it, if nothing is said.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

/// Puts a customer on hold: nobody erases them, and nothing of them goes by itself. Said again, it takes the place of the
/// hold before.
#[utoipa::path(put, path = "/v1/profiles/{id}/hold", tag = "privacy", operation_id = "put_hold",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = HoldBody,
    responses((status = 200, body = HoldView), Refusals))]
async fn put_hold(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ProfileId>,
    Body(body): Body<HoldBody>,
) -> Result<Json<HoldView>, Failure> {
    Ok(Json(app.service.put_hold(&request, id, &body.reason, body.until).await?.into()))
}

/// Lifts the hold of a customer.
#[utoipa::path(delete, path = "/v1/profiles/{id}/hold", tag = "privacy", operation_id = "lift_hold",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn lift_hold(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ProfileId>,
) -> Result<StatusCode, Failure> {
    app.service.lift_hold(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What stands around a customer's privacy: the hold, what was asked for, and whether somebody who was erased was found by
/// the same address, number or id.
#[utoipa::path(get, path = "/v1/profiles/{id}/privacy", tag = "privacy", operation_id = "get_profile_privacy",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = ProfilePrivacyView), Refusals))]
async fn get_profile_privacy(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ProfileId>,
    _: NoParams,
) -> Result<Json<ProfilePrivacyView>, Failure> {
    let found = app.service.get_privacy(&request, id).await?;
    Ok(Json(ProfilePrivacyView::of(found, app.service.now())))
}

/// How long things are kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetentionBody {
    /// Conversations that are not open, after the last message, days: 7 to 3650, or 0 for ever.
    #[schema(maximum = 3650)]
    conversation_days: u32,
    /// Events of timelines, days: 7 to 3650, or 0 for ever.
    #[schema(maximum = 3650)]
    event_days: u32,
    /// Visits of websites after their last event, days: 7 to 3650, or 0 for ever; as before, if nothing is said.
    #[schema(maximum = 3650)]
    visit_days: Option<u32>,
    /// Engagements that came out, after their last change, days: 7 to 3650, or 0 for ever; as before, if nothing is said.
    #[schema(maximum = 3650)]
    engagement_days: Option<u32>,
    /// Files of exports, hours.
    #[schema(minimum = 1, maximum = 72)]
    export_hours: u32,
    /// Hashes of what erased people were found by, days; 0: for ever.
    #[schema(maximum = 3650)]
    erased_identifier_days: u32,
}

/// How long things are kept.
#[utoipa::path(get, path = "/v1/settings/retention", tag = "settings", operation_id = "get_retention",
    security(("api_key" = []), ("session" = [])), responses((status = 200, body = RetentionView), Refusals))]
async fn get_retention(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<RetentionView>, Failure> {
    Ok(Json(app.service.get_retention(&request).await?.into()))
}

/// Sets how long things are kept. What is older goes within a minute, for good; customers on hold are passed over.
#[utoipa::path(put, path = "/v1/settings/retention", tag = "settings", operation_id = "update_retention",
    security(("api_key" = []), ("session" = [])), request_body = RetentionBody,
    responses((status = 200, body = RetentionView), Refusals))]
async fn update_retention(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<RetentionBody>,
) -> Result<Json<RetentionView>, Failure> {
    let before = app.service.snapshot().retention;
    let after = Retention {
        conversation_days: body.conversation_days,
        event_days: body.event_days,
        visit_days: body.visit_days.unwrap_or(before.visit_days),
        engagement_days: body.engagement_days.unwrap_or(before.engagement_days),
        export_hours: body.export_hours,
        erased_identifier_days: body.erased_identifier_days,
    };
    Ok(Json(app.service.update_retention(&request, after).await?.into()))
}
