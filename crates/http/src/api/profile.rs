//! `/v1/profiles`: who the company knows, what is proved about them, and what is only claimed.

pub mod batch;
pub mod export;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_service::caller::Request;
use countersign_service::profile::ProfileDetail;
use countersign_types::pii::{Kind, Pii};
use countersign_types::profile::{ProfileFilter, ProfileKind, ProfilePatch, ProfileState};
use countersign_types::{Error, ProfileId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::user::PageParams;
use crate::cursor::{List, narrowed, page_request};
use crate::extract::{Auth, Body, Id, MaybeBody, NoParams, Params, absent_or};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::case::EvidenceView;
use crate::view::habit::HabitsView;
use crate::view::profile::{IdentifierView, LookView, ProfileView, TimelineView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_profiles, create_profile))
        .routes(routes!(upsert_profile))
        .routes(routes!(batch::update_profiles))
        .routes(routes!(export::export_profiles))
        .routes(routes!(export::preview_profile_export))
        .routes(routes!(get_profile, update_profile, delete_profile))
        .routes(routes!(block_profile))
        .routes(routes!(unblock_profile))
        .routes(routes!(list_identifiers))
        .routes(routes!(list_evidence))
        .routes(routes!(list_timeline))
        .routes(routes!(list_viewers))
        .routes(routes!(get_habits))
}

/// What the company says about a customer. A field that is left out stays as it is; `null` clears it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileFields {
    /// `person` or `organisation`.
    #[schema(value_type = Option<String>, pattern = "^(person|organisation)$")]
    kind: Option<ProfileKind>,
    /// Name.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 200)]
    name: Option<Option<String>>,
    /// E-mail address.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 254)]
    email: Option<Option<String>>,
    /// Phone; one without a country is of the workspace's default country.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 64)]
    phone: Option<Option<String>>,
    /// Language tag.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 35)]
    language: Option<Option<String>>,
    /// Attribute values by key.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    attributes: BTreeMap<String, serde_json::Value>,
}

/// What the company says about a customer, with the company's own id.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileBody {
    /// The company's own id; it belongs to one customer.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 200)]
    external_id: Option<Option<String>>,
    /// `person` or `organisation`.
    #[schema(value_type = Option<String>, pattern = "^(person|organisation)$")]
    kind: Option<ProfileKind>,
    /// Name.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 200)]
    name: Option<Option<String>>,
    /// E-mail address.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 254)]
    email: Option<Option<String>>,
    /// Phone; one without a country is of the workspace's default country.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 64)]
    phone: Option<Option<String>>,
    /// Language tag.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 35)]
    language: Option<Option<String>>,
    /// Attribute values by key.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    attributes: BTreeMap<String, serde_json::Value>,
}

fn pii<K: Kind>(value: Option<Option<String>>) -> Option<Option<Pii<K>>> {
    value.map(|value| value.map(Pii::new))
}

impl From<ProfileFields> for ProfilePatch {
    fn from(body: ProfileFields) -> Self {
        Self {
            kind: body.kind,
            external_id: None,
            name: pii(body.name),
            email: pii(body.email),
            phone: pii(body.phone),
            language: body.language,
            attributes: body.attributes,
        }
    }
}

impl From<ProfileBody> for ProfilePatch {
    fn from(body: ProfileBody) -> Self {
        Self {
            kind: body.kind,
            external_id: pii(body.external_id),
            name: pii(body.name),
            email: pii(body.email),
            phone: pii(body.phone),
            language: body.language,
            attributes: body.attributes,
        }
    }
}

/// What a list of profiles is narrowed to; one of the first four.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProfileParams {
    /// Exactly this id of the company.
    external_id: Option<String>,
    /// Exactly this e-mail address, where it is proved.
    email: Option<String>,
    /// Exactly this phone, where it is proved.
    phone: Option<String>,
    /// An e-mail address, a phone, an external id, a reference (`C-1042`), or the beginning of a name (3 letters).
    q: Option<String>,
    /// `active` or `blocked`.
    #[param(value_type = Option<String>, pattern = "^(active|blocked)$")]
    state: Option<ProfileState>,
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

fn view(app: &App, detail: &ProfileDetail, request: &Request) -> Json<ProfileView> {
    Json(ProfileView::of(detail, &app.service.snapshot(), app.service.viewer(request)))
}

/// Customers, newest first. Strangers of whom only a channel account is known are found by reference alone.
#[utoipa::path(get, path = "/v1/profiles", tag = "profiles", operation_id = "list_profiles",
    security(("api_key" = []), ("session" = [])), params(ProfileParams),
    responses((status = 200, body = List<ProfileView>), Refusals))]
async fn list_profiles(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<ProfileParams>,
) -> Result<Json<List<ProfileView>>, Failure> {
    let filter_by = [&params.external_id, &params.email, &params.phone, &params.q].map(Option::as_deref);
    let state = params.state.map(ProfileState::as_str);
    let name = narrowed("profiles", &[&filter_by[..], &[state]].concat());
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let filter = ProfileFilter {
        external_id: params.external_id.map(Pii::new),
        email: params.email.map(Pii::new),
        phone: params.phone.map(Pii::new),
        q: params.q.map(Pii::new),
        state: params.state,
        with_anonymous: false,
    };
    let page = app.service.list_profiles(&request, filter, page).await?;
    let (snapshot, viewer) = (app.service.snapshot(), app.service.viewer(&request));
    let row = |detail: ProfileDetail| ProfileView::of(&detail, &snapshot, viewer);
    Ok(Json(List::of(&app.service, &name, page, row)))
}

/// Adds a customer.
#[utoipa::path(post, path = "/v1/profiles", tag = "profiles", operation_id = "create_profile",
    security(("api_key" = []), ("session" = [])), request_body = ProfileBody,
    responses((status = 201, body = ProfileView), Refusals))]
async fn create_profile(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<ProfileBody>,
) -> Result<(StatusCode, Json<ProfileView>), Failure> {
    let detail = app.service.create_profile(&request, body.into()).await?;
    Ok((StatusCode::CREATED, view(&app, &detail, &request)))
}

/// Adds or changes the customer with the company's id: 201 when it was added.
#[utoipa::path(put, path = "/v1/profiles/by-external-id/{external_id}", tag = "profiles",
    operation_id = "upsert_profile", security(("api_key" = []), ("session" = [])),
    params(("external_id" = String, Path)), request_body = ProfileFields,
    responses((status = 200, body = ProfileView), (status = 201, body = ProfileView), Refusals))]
async fn upsert_profile(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Path(external_id): Path<String>,
    Body(body): Body<ProfileFields>,
) -> Result<(StatusCode, Json<ProfileView>), Failure> {
    let (detail, made) = app.service.upsert_profile(&request, Pii::new(external_id), body.into()).await?;
    let status = if made { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, view(&app, &detail, &request)))
}

/// A customer. A look by a person, or by a program that sees personal values, is written to the audit log.
#[utoipa::path(get, path = "/v1/profiles/{id}", tag = "profiles", operation_id = "get_profile",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = ProfileView), Refusals))]
async fn get_profile(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ProfileId>,
    _: NoParams,
) -> Result<Json<ProfileView>, Failure> {
    let detail = app.service.get_profile(&request, id).await?;
    Ok(view(&app, &detail, &request))
}

/// Changes a customer.
#[utoipa::path(patch, path = "/v1/profiles/{id}", tag = "profiles", operation_id = "update_profile",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = ProfileBody,
    responses((status = 200, body = ProfileView), Refusals))]
async fn update_profile(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ProfileId>,
    Body(body): Body<ProfileBody>,
) -> Result<Json<ProfileView>, Failure> {
    let detail = app.service.update_profile(&request, id, body.into()).await?;
    Ok(view(&app, &detail, &request))
}

/// Erases a customer for good, with their channel accounts and conversations: the keys that open their data are
/// destroyed, and a backup that is restored later erases them again.
#[utoipa::path(delete, path = "/v1/profiles/{id}", tag = "profiles", operation_id = "delete_profile",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_profile(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ProfileId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_profile(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a customer is blocked or unblocked.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StateBody {
    /// For the record; needed to block.
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// Blocks a customer: nobody can be identified as them, and their live codes are taken back. Links stay.
#[utoipa::path(post, path = "/v1/profiles/{id}/block", tag = "profiles", operation_id = "block_profile",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = StateBody,
    responses((status = 200, body = ProfileView), Refusals))]
async fn block_profile(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ProfileId>,
    MaybeBody(body): MaybeBody<StateBody>,
) -> Result<Json<ProfileView>, Failure> {
    let reason = body
        .reason
        .ok_or_else(|| Error::invalid("/reason", "missing-field", "Say why this customer is blocked."))?;
    let detail = app.service.block_profile(&request, id, &reason).await?;
    Ok(view(&app, &detail, &request))
}

/// Unblocks a customer.
#[utoipa::path(post, path = "/v1/profiles/{id}/unblock", tag = "profiles", operation_id = "unblock_profile",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = Option<StateBody>,
    responses((status = 200, body = ProfileView), Refusals))]
async fn unblock_profile(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ProfileId>,
    MaybeBody(body): MaybeBody<StateBody>,
) -> Result<Json<ProfileView>, Failure> {
    let detail = app.service.unblock_profile(&request, id, body.reason.as_deref()).await?;
    Ok(view(&app, &detail, &request))
}

/// What points at a customer: addresses, numbers and ids, proved ones first, then channel accounts.
#[utoipa::path(get, path = "/v1/profiles/{id}/identifiers", tag = "profiles", operation_id = "list_identifiers",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = List<IdentifierView>), Refusals))]
async fn list_identifiers(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ProfileId>,
    _: NoParams,
) -> Result<Json<List<IdentifierView>>, Failure> {
    let found = app.service.list_identifiers(&request, id).await?;
    let viewer = app.service.viewer(&request);
    Ok(Json(List::whole(found.iter().map(|found| IdentifierView::of(found, viewer)).collect())))
}

/// Every reason to believe that was recorded for a customer, newest first.
#[utoipa::path(get, path = "/v1/profiles/{id}/evidence", tag = "profiles", operation_id = "list_evidence",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = List<EvidenceView>), Refusals))]
async fn list_evidence(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ProfileId>,
    _: NoParams,
) -> Result<Json<List<EvidenceView>>, Failure> {
    let found = app.service.list_evidence(&request, id).await?;
    Ok(Json(List::whole(found.iter().map(EvidenceView::from).collect())))
}

/// What happened to a customer, newest first; visits of websites among it, a line each, for whoever may see those.
#[utoipa::path(get, path = "/v1/profiles/{id}/timeline", tag = "profiles", operation_id = "list_timeline",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), PageParams),
    responses((status = 200, body = List<TimelineView>), Refusals))]
async fn list_timeline(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ProfileId>,
    Params(page): Params<PageParams>,
) -> Result<Json<List<TimelineView>>, Failure> {
    let name = format!("timeline:{id}");
    let page = app.service.list_timeline(&request, id, page.request(&app, &name)?).await?;
    let snapshot = app.service.snapshot();
    let viewer = app.service.viewer(&request);
    Ok(Json(List::of(&app.service, &name, page, |line| TimelineView::of(line, &snapshot, viewer))))
}

/// Who looked at a customer, newest first.
#[utoipa::path(get, path = "/v1/profiles/{id}/viewers", tag = "profiles", operation_id = "list_viewers",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), PageParams),
    responses((status = 200, body = List<LookView>), Refusals))]
async fn list_viewers(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ProfileId>,
    Params(page): Params<PageParams>,
) -> Result<Json<List<LookView>>, Failure> {
    let name = format!("viewers:{id}");
    let page = app.service.list_viewers(&request, id, page.request(&app, &name)?).await?;
    Ok(Json(List::of(&app.service, &name, page, LookView::from)))
}

/// How a customer wrote in the last year, over all their channels: from when and where they wrote, never from what. What
/// is no habit, or cannot be told from so few messages, is `null`.
#[utoipa::path(get, path = "/v1/profiles/{id}/habits", tag = "profiles", operation_id = "get_habits",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = HabitsView), Refusals))]
async fn get_habits(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ProfileId>,
    _: NoParams,
) -> Result<Json<HabitsView>, Failure> {
    let found = app.service.get_habits(&request, id).await?;
    Ok(Json(HabitsView::of(found, &app.service.snapshot())))
}
