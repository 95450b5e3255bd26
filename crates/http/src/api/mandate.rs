//! `/v1/mandates`: who may act for whom.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::mandate::{
    MandateContent, MandateDocument, MandateKind, MandatePatch, MandateState, NewMandate,
};
use countersign_types::pii::Pii;
use countersign_types::{MandateId, ProfileId, Timestamp};
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
use crate::view::mandate::{MandateScopeView, MandateView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_mandates, create_mandate))
        .routes(routes!(get_mandate, update_mandate))
        .routes(routes!(revoke_mandate))
}

/// A paper that a mandate rests on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MandateDocumentBody {
    /// What it is.
    #[schema(min_length = 1, max_length = 200, example = "Power of attorney, notarised")]
    title: String,
    /// Where it is found: a number of a register or of the company's archive.
    #[schema(max_length = 200)]
    reference: Option<String>,
}

/// A new mandate.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMandateBody {
    /// `power_of_attorney`, `guardian`, `company_officer`, `executor` or `other`.
    #[schema(value_type = String, pattern = "^(power_of_attorney|guardian|company_officer|executor|other)$")]
    kind: MandateKind,
    /// Who acts.
    #[schema(value_type = String)]
    representative_id: ProfileId,
    /// For whom.
    #[schema(value_type = String)]
    represented_id: ProfileId,
    /// The represented, if they gave it themself; left out, if a court, a register or the law did. Representatives give
    /// nothing on.
    #[schema(value_type = Option<String>)]
    granted_by_id: Option<ProfileId>,
    /// In which topics.
    scope: MandateScopeView,
    /// From when on.
    #[schema(value_type = String, format = DateTime)]
    valid_from: Timestamp,
    /// Until when; this moment is outside. Left out: without an end.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_until: Option<Timestamp>,
    /// The papers it rests on.
    #[serde(default)]
    #[schema(value_type = Option<Vec<MandateDocumentBody>>, max_items = 10)]
    documents: Vec<MandateDocumentBody>,
    /// What the team should know.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// A change to a mandate. What it says of people, topics and beginning is fixed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MandatePatchBody {
    /// An earlier end, not before now.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_until: Option<Option<Timestamp>>,
    /// The papers, whole.
    #[schema(max_items = 10)]
    documents: Option<Vec<MandateDocumentBody>>,
    /// The note; `null`: none.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    note: Option<Option<String>>,
}

/// Why a mandate is revoked, and from when on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeMandateBody {
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// From when on; now, if nothing is said.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
}

fn documents(all: Vec<MandateDocumentBody>) -> Vec<MandateDocument> {
    let document = |body: MandateDocumentBody| MandateDocument {
        title: Pii::new(body.title),
        reference: body.reference.map(Pii::new),
    };
    all.into_iter().map(document).collect()
}

/// Which mandates.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MandateParams {
    /// About this customer.
    #[param(value_type = Option<String>)]
    represented: Option<ProfileId>,
    /// By which this customer acts.
    #[param(value_type = Option<String>)]
    representative: Option<ProfileId>,
    /// That stand so now: `active`, `future`, `ended` or `revoked`.
    #[param(value_type = Option<String>, pattern = "^(active|future|ended|revoked)$")]
    state: Option<MandateState>,
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Mandates, newest first.
#[utoipa::path(get, path = "/v1/mandates", tag = "verification", operation_id = "list_mandates",
    security(("api_key" = []), ("session" = [])), params(MandateParams),
    responses((status = 200, body = List<MandateView>), Refusals))]
async fn list_mandates(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<MandateParams>,
) -> Result<Json<List<MandateView>>, Failure> {
    let [represented, representative] =
        [params.represented, params.representative].map(|id| id.map(|id| id.to_string()));
    let filter = [represented.as_deref(), representative.as_deref(), params.state.map(MandateState::as_str)];
    let name = narrowed("mandates", &filter);
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let service = &app.service;
    let page = service
        .list_mandates(&request, params.represented, params.representative, params.state, page)
        .await?;
    let viewer = service.viewer(&request);
    Ok(Json(List::of(service, &name, page, |detail| MandateView::of(detail, viewer))))
}

/// Enters a mandate.
#[utoipa::path(post, path = "/v1/mandates", tag = "verification", operation_id = "create_mandate",
    security(("api_key" = []), ("session" = [])), request_body = NewMandateBody,
    responses((status = 201, body = MandateView), Refusals))]
async fn create_mandate(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewMandateBody>,
) -> Result<(StatusCode, Json<MandateView>), Failure> {
    let new = NewMandate {
        kind: body.kind,
        representative: body.representative_id,
        represented: body.represented_id,
        granted_by: body.granted_by_id,
        scope: body.scope.into(),
        valid_from: body.valid_from,
        valid_until: body.valid_until,
        content: MandateContent {
            documents: documents(body.documents),
            note: body.note.map(Pii::new),
            revoke_reason: None,
        },
    };
    let made = app.service.create_mandate(&request, new).await?;
    Ok((StatusCode::CREATED, Json(MandateView::of(made, app.service.viewer(&request)))))
}

/// A mandate.
#[utoipa::path(get, path = "/v1/mandates/{id}", tag = "verification", operation_id = "get_mandate",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = MandateView), Refusals))]
async fn get_mandate(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<MandateId>,
    _: NoParams,
) -> Result<Json<MandateView>, Failure> {
    let found = app.service.read_mandate(&request, id).await?;
    Ok(Json(MandateView::of(found, app.service.viewer(&request))))
}

/// Changes papers and note of a mandate, or ends it earlier. What is left out stays.
#[utoipa::path(patch, path = "/v1/mandates/{id}", tag = "verification", operation_id = "update_mandate",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = MandatePatchBody,
    responses((status = 200, body = MandateView), Refusals))]
async fn update_mandate(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<MandateId>,
    Body(body): Body<MandatePatchBody>,
) -> Result<Json<MandateView>, Failure> {
    let patch = MandatePatch {
        valid_until: body.valid_until,
        documents: body.documents.map(documents),
        note: body.note.map(|note| note.map(Pii::new)),
    };
    let changed = app.service.update_mandate(&request, id, patch).await?;
    Ok(Json(MandateView::of(changed, app.service.viewer(&request))))
}

/// Takes a mandate back: from now on, or from a later moment on, nobody acts by it. It stays on record.
#[utoipa::path(post, path = "/v1/mandates/{id}/revoke", tag = "verification", operation_id = "revoke_mandate",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = RevokeMandateBody,
    responses((status = 200, body = MandateView), Refusals))]
async fn revoke_mandate(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<MandateId>,
    Body(body): Body<RevokeMandateBody>,
) -> Result<Json<MandateView>, Failure> {
    let revoked = app.service.revoke_mandate(&request, id, Pii::new(body.reason), body.at).await?;
    Ok(Json(MandateView::of(revoked, app.service.viewer(&request))))
}
