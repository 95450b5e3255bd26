//! Which identifiers make one customer of what channels know, and suggestions for people.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_types::merge::{SuggestionState, Unification};
use countersign_types::{ProfileId, SuggestionId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::{List, narrowed, page_request};
use crate::extract::{Auth, Body, Id, NoParams, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::merge::MergeView;
use crate::view::suggestion::{SuggestionView, UnificationSimulationView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_unification, update_unification))
        .routes(routes!(simulate_unification))
        .routes(routes!(list_suggestions, suggest_merge))
        .routes(routes!(accept_suggestion))
        .routes(routes!(refuse_suggestion))
        .routes(routes!(postpone_suggestion))
}

/// Which identifiers join what channels know.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnificationBody {
    /// E-mail addresses.
    email: IdentifierToggle,
    /// Phone numbers.
    phone: IdentifierToggle,
}

/// Whether an identifier joins.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentifierToggle {
    /// Two customers of whom providers attest the same one become one, while neither is authenticated. It can be undone.
    enabled: bool,
}

impl From<Unification> for UnificationBody {
    fn from(setting: Unification) -> Self {
        Self {
            email: IdentifierToggle { enabled: setting.email },
            phone: IdentifierToggle { enabled: setting.phone },
        }
    }
}

/// Which identifiers join what channels know.
#[utoipa::path(get, path = "/v1/settings/unification", tag = "settings", operation_id = "get_unification",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = UnificationBody), Refusals))]
async fn get_unification(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<UnificationBody>, Failure> {
    Ok(Json(app.service.get_unification(&request).await?.into()))
}

/// Says which identifiers join what channels know, from now on.
#[utoipa::path(put, path = "/v1/settings/unification", tag = "settings", operation_id = "update_unification",
    security(("api_key" = []), ("session" = [])), request_body = UnificationBody,
    responses((status = 200, body = UnificationBody), Refusals))]
async fn update_unification(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<UnificationBody>,
) -> Result<Json<UnificationBody>, Failure> {
    let setting = Unification { email: body.email.enabled, phone: body.phone.enabled };
    Ok(Json(app.service.update_unification(&request, setting).await?.into()))
}

/// Which settings to try.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SimulationParams {
    /// Whether e-mail addresses join; as it is now if nothing is said.
    email: Option<bool>,
    /// Whether phone numbers join; as it is now if nothing is said.
    phone: Option<bool>,
}

/// How many of the customers there are would become one by these settings, with examples. Nothing is changed; the look is
/// on record. At most 1,000 pairs are weighed.
#[utoipa::path(get, path = "/v1/settings/unification/simulation", tag = "settings",
    operation_id = "simulate_unification", security(("api_key" = []), ("session" = [])), params(SimulationParams),
    responses((status = 200, body = UnificationSimulationView), Refusals))]
async fn simulate_unification(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<SimulationParams>,
) -> Result<Json<UnificationSimulationView>, Failure> {
    let found = app.service.simulate_unification(&request, params.email, params.phone).await?;
    let (snapshot, viewer) = (app.service.snapshot(), app.service.viewer(&request));
    Ok(Json(UnificationSimulationView::of(&found, &snapshot, viewer)))
}

/// Which suggestions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SuggestionParams {
    /// `open` (if nothing is said), `later`, `accepted` or `not_the_same`.
    #[param(value_type = Option<String>, pattern = "^(open|later|accepted|not_the_same)$")]
    state: Option<SuggestionState>,
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Customers that may be one, newest first, each with its reasons.
#[utoipa::path(get, path = "/v1/merge-suggestions", tag = "profiles", operation_id = "list_suggestions",
    security(("api_key" = []), ("session" = [])), params(SuggestionParams),
    responses((status = 200, body = List<SuggestionView>), Refusals))]
async fn list_suggestions(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<SuggestionParams>,
) -> Result<Json<List<SuggestionView>>, Failure> {
    let state = params.state.unwrap_or(SuggestionState::Open);
    let name = narrowed("suggestions", &[Some(state.as_str())]);
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let page = app.service.list_suggestions(&request, state, page).await?;
    let (snapshot, viewer) = (app.service.snapshot(), app.service.viewer(&request));
    Ok(Json(List::of(&app.service, &name, page, |found| SuggestionView::of(&found, &snapshot, viewer))))
}

/// Two customers that a colleague thinks are one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuggestionBody {
    /// The one.
    #[schema(value_type = String)]
    profile: ProfileId,
    /// The other one.
    #[schema(value_type = String)]
    other: ProfileId,
}

/// Suggests that two customers are one, for somebody who may merge.
#[utoipa::path(post, path = "/v1/merge-suggestions", tag = "profiles", operation_id = "suggest_merge",
    security(("api_key" = []), ("session" = [])), request_body = SuggestionBody,
    responses((status = 201, body = SuggestionView), Refusals))]
async fn suggest_merge(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<SuggestionBody>,
) -> Result<(StatusCode, Json<SuggestionView>), Failure> {
    let made = app.service.suggest_merge(&request, body.profile, body.other).await?;
    let view = SuggestionView::of(&made, &app.service.snapshot(), app.service.viewer(&request));
    Ok((StatusCode::CREATED, Json(view)))
}

/// They are one: merges the two. The surer, the known or the older one goes on.
#[utoipa::path(post, path = "/v1/merge-suggestions/{id}/accept", tag = "profiles", operation_id = "accept_suggestion",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = MergeView), Refusals))]
async fn accept_suggestion(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<SuggestionId>,
) -> Result<Json<MergeView>, Failure> {
    Ok(Json(app.service.accept_suggestion(&request, id).await?.into()))
}

/// They are two people: never joined by themselves and never suggested again.
#[utoipa::path(post, path = "/v1/merge-suggestions/{id}/refuse", tag = "profiles", operation_id = "refuse_suggestion",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn refuse_suggestion(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<SuggestionId>,
) -> Result<StatusCode, Failure> {
    app.service.decide_suggestion(&request, id, SuggestionState::NotTheSame).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Not now: it goes to those that wait (`state=later`).
#[utoipa::path(post, path = "/v1/merge-suggestions/{id}/postpone", tag = "profiles",
    operation_id = "postpone_suggestion", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), responses((status = 204), Refusals))]
async fn postpone_suggestion(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<SuggestionId>,
) -> Result<StatusCode, Failure> {
    app.service.decide_suggestion(&request, id, SuggestionState::Later).await?;
    Ok(StatusCode::NO_CONTENT)
}
