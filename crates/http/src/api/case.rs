//! `/v1/cases`: the conversations.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::caller::Request;
use countersign_service::case::CaseRow;
use countersign_service::known::KnownCustomers;
use countersign_types::attribute::AttributeLevel;
use countersign_types::case::{CaseFilter, CasePatch, CaseSort, CaseStatus, Priority};
use countersign_types::pii::Viewer;
use countersign_types::{Assurance, CaseId, Error, GroupId, UserId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::{List, narrowed, page_request};
use crate::extract::{Auth, Body, Id, NoParams, Params, absent_or};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::case::{CaseView, ChannelRef, MessageView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_cases))
        .routes(routes!(get_case, update_case))
        .routes(routes!(end_chat))
        .routes(routes!(extend_chat))
        .routes(routes!(read_case))
        .routes(routes!(type_in_case))
        .routes(routes!(ask_for_code))
}

/// What a list of cases is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseParams {
    /// `open`, `pending` or `closed`.
    status: Option<String>,
    /// A channel's id.
    channel: Option<String>,
    /// A user's id, `me` or `none`.
    assignee: Option<String>,
    /// A group's id.
    group: Option<String>,
    /// `al0` … `al3`: the level of the customer now.
    assurance: Option<String>,
    /// A profile's id.
    profile: Option<String>,
    /// `waiting` (who waits longest first) or `newest`.
    sort: Option<String>,
    /// 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// From the page before.
    cursor: Option<String>,
}

/// A query value that has to be one of some words.
pub(super) fn word<T>(
    name: &str,
    text: Option<&str>,
    parse: fn(&str) -> Option<T>,
    known: &str,
) -> Result<Option<T>, Error> {
    text.map(|t| {
        parse(t).ok_or_else(|| Error::invalid(name, "invalid-value", format!("`{name}` is one of {known}.")))
    })
    .transpose()
}

/// A query value that has to be an id.
fn id<T: std::str::FromStr>(name: &str, text: Option<&str>) -> Result<Option<T>, Error> {
    text.map(|t| t.parse().map_err(|_| Error::invalid(name, "invalid-value", format!("`{name}` is an id."))))
        .transpose()
}

/// Renders a case for a viewer.
pub fn view(app: &App, row: &CaseRow, viewer: Viewer, known: &KnownCustomers) -> CaseView {
    let snapshot = app.service.snapshot();
    let channel = snapshot.channels.get(&row.case.channel).map_or_else(
        || ChannelRef {
            id: row.case.channel.to_string(),
            name: "Deleted channel".to_owned(),
            kind: "custom",
        },
        |entry| ChannelRef::from(&entry.channel),
    );
    let definition = |key: &str| snapshot.attribute_by_key(AttributeLevel::Case, key);
    CaseView::of(row, channel, definition, viewer, known.of(row.case.id))
}

/// Renders one case for whoever asks.
async fn show(app: &App, row: &CaseRow, request: &Request) -> Result<Json<CaseView>, Failure> {
    let viewer = app.service.viewer(request);
    let known = app.service.known_customers(viewer, [row]).await?;
    Ok(Json(view(app, row, viewer, &known)))
}

/// Cases, narrowed and sorted.
#[utoipa::path(get, path = "/v1/cases", tag = "cases", operation_id = "list_cases",
    security(("api_key" = []), ("session" = [])), params(CaseParams),
    responses((status = 200, body = List<CaseView>), Refusals))]
async fn list_cases(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<CaseParams>,
) -> Result<Json<List<CaseView>>, Failure> {
    let filter = CaseFilter {
        status: word("status", params.status.as_deref(), CaseStatus::parse, "open, pending, closed")?,
        channel: id("channel", params.channel.as_deref())?,
        assignee: params.assignee.as_deref().map(|t| app.service.assignee_filter(&request, t)).transpose()?,
        group: id("group", params.group.as_deref())?,
        assurance: word("assurance", params.assurance.as_deref(), Assurance::parse, "al0, al1, al2, al3")?,
        profile: id("profile", params.profile.as_deref())?,
    };
    let sort =
        word("sort", params.sort.as_deref(), CaseSort::parse, "waiting, newest")?.unwrap_or(CaseSort::Newest);
    let narrowed_by = [
        &params.status,
        &params.channel,
        &params.assignee,
        &params.group,
        &params.assurance,
        &params.profile,
    ];
    let name = narrowed(&format!("cases:{}", sort.as_str()), &narrowed_by.map(Option::as_deref));
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let page = app.service.list_cases(&request, filter, sort, page).await?;
    let viewer = app.service.viewer(&request);
    let known = app.service.known_customers(viewer, &page.items).await?;
    Ok(Json(List::of(&app.service, &name, page, |row| view(&app, &row, viewer, &known))))
}

/// A case.
#[utoipa::path(get, path = "/v1/cases/{id}", tag = "cases", operation_id = "get_case",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = CaseView), Refusals))]
async fn get_case(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CaseId>,
    _: NoParams,
) -> Result<Json<CaseView>, Failure> {
    let row = app.service.get_case(&request, id).await?;
    show(&app, &row, &request).await
}

/// A change to a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CasePatchBody {
    /// `open`, `pending` or `closed`.
    #[schema(value_type = Option<String>, pattern = "^(open|pending|closed)$")]
    status: Option<CaseStatus>,
    /// A user's id; `null` gives the case back to the team.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>)]
    assignee: Option<Option<UserId>>,
    /// A group's id; `null` takes it away.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>)]
    group: Option<Option<GroupId>>,
    /// Labels, all of them.
    labels: Option<Vec<String>>,
    /// `low`, `normal`, `high` or `urgent`.
    #[schema(value_type = Option<String>, pattern = "^(low|normal|high|urgent)$")]
    priority: Option<Priority>,
    /// Case attributes by key; `null` clears.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: serde_json::Map<String, serde_json::Value>,
}

/// Changes a case.
#[utoipa::path(patch, path = "/v1/cases/{id}", tag = "cases", operation_id = "update_case",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = CasePatchBody,
    responses((status = 200, body = CaseView), Refusals))]
async fn update_case(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CaseId>,
    Body(body): Body<CasePatchBody>,
) -> Result<Json<CaseView>, Failure> {
    let patch = CasePatch {
        status: body.status,
        assignee: body.assignee,
        group: body.group,
        labels: body.labels,
        priority: body.priority,
        attributes: body.attributes,
    };
    let row = app.service.update_case(&request, id, patch).await?;
    show(&app, &row, &request).await
}

/// How a chat is ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndBody {
    /// The status in which the case stays: `open`, `pending` or `closed`.
    #[schema(value_type = Option<String>, pattern = "^(open|pending|closed)$")]
    status: Option<CaseStatus>,
}

/// Ends the chat of a case. The customer's next message opens it again, or a new case when this one is closed.
#[utoipa::path(post, path = "/v1/cases/{id}/end", tag = "cases", operation_id = "end_chat",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = EndBody,
    responses((status = 200, body = CaseView), Refusals))]
async fn end_chat(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CaseId>,
    Body(body): Body<EndBody>,
) -> Result<Json<CaseView>, Failure> {
    let row = app.service.end_chat(&request, id, body.status).await?;
    show(&app, &row, &request).await
}

/// By how much a chat is put off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtendBody {
    /// Minutes, 1 to 60.
    #[schema(minimum = 1, maximum = 60)]
    minutes: u32,
}

/// Puts off the end of a chat that ends by itself: at most until four hours from now.
#[utoipa::path(post, path = "/v1/cases/{id}/extend", tag = "cases", operation_id = "extend_chat",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = ExtendBody,
    responses((status = 200, body = CaseView), Refusals))]
async fn extend_chat(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CaseId>,
    Body(body): Body<ExtendBody>,
) -> Result<Json<CaseView>, Failure> {
    let row = app.service.extend_chat(&request, id, body.minutes).await?;
    show(&app, &row, &request).await
}

/// Marks a case as read by the team.
#[utoipa::path(post, path = "/v1/cases/{id}/read", tag = "cases", operation_id = "read_case",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn read_case(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CaseId>,
) -> Result<StatusCode, Failure> {
    app.service.read_case(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody of the team is writing an answer: the customer's chat shows it. Nothing is stored.
#[utoipa::path(post, path = "/v1/cases/{id}/typing", tag = "cases", operation_id = "type_in_case",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn type_in_case(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CaseId>,
) -> Result<StatusCode, Failure> {
    app.service.type_in_case(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// In which language to ask.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskBody {
    /// A language tag such as `de`; the workspace's default when nothing is said.
    #[schema(max_length = 35)]
    language: Option<String>,
}

/// Asks the customer for an identification code.
#[utoipa::path(post, path = "/v1/cases/{id}/ask-for-code", tag = "cases", operation_id = "ask_for_code",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = AskBody,
    responses((status = 201, body = MessageView), Refusals))]
async fn ask_for_code(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CaseId>,
    Body(body): Body<AskBody>,
) -> Result<(StatusCode, Json<MessageView>), Failure> {
    let message = app.service.ask_for_code(&request, id, body.language.as_deref()).await?;
    Ok((StatusCode::CREATED, super::message::show(&app, &message, &request).await?))
}
