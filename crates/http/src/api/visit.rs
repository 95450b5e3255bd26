//! The history of the company's websites: visits, identities, sessions, pages, events, contacts. Reading takes a person
//! logged in or an API key with the scope `visit.read`: knowing a visit's id opens nothing (T-2).

mod collection;
mod part;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use countersign_service::visit::{Decision, State as VisitState, VisitQuery};
use countersign_types::pii::Viewer;
use countersign_types::{CaseId, DeviceId, Error, IdentityId, ProfileId, SiteId, VisitId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::{List, narrowed, page_request};
use crate::extract::{Auth, Body, Id, NoParams, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::visit::{
    PageView, VisitView, VisitWholeView, WebEventView, WebIdentityView, WebSessionView, may_look_for,
};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_visits))
        .routes(routes!(query_visits))
        .routes(routes!(get_visit))
        .routes(routes!(decide_visit))
        .routes(routes!(list_profile_visits))
        .routes(routes!(get_case_visit))
        .merge(collection::routes())
        .merge(part::routes())
}

/// Which visits.
#[derive(Debug, Default, Deserialize, IntoParams, ToSchema)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VisitParams {
    /// Of this site.
    site: Option<String>,
    /// `anonymous`, `recognised`, `assumed` or `authenticated`, as they read now.
    #[param(pattern = "^(anonymous|recognised|assumed|authenticated)$")]
    state: Option<String>,
    /// Only those that go on.
    live: Option<bool>,
    /// In which this customer took part.
    profile: Option<String>,
    /// Of this browser.
    device: Option<String>,
    /// The same, by its other name.
    global_visit_id: Option<String>,
    /// With an event in so many seconds.
    #[param(minimum = 0, maximum = 315_360_000)]
    age: Option<i64>,
    /// With a page of this category.
    #[param(max_length = 200)]
    category: Option<String>,
    /// With this in a page's address.
    #[param(max_length = 500)]
    url: Option<String>,
    /// With this in a page's title.
    #[param(max_length = 500)]
    title: Option<String>,
    /// From this country: two capital letters.
    #[param(pattern = "^[A-Z]{2}$")]
    country: Option<String>,
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

pub(super) fn id<T: std::str::FromStr>(
    text: Option<&str>,
    key: &'static str,
    what: &'static str,
) -> Result<Option<T>, Error> {
    let Some(text) = text else { return Ok(None) };
    let detail = format!("`{key}` is no id of a {what}.");
    text.parse().map(Some).map_err(|_| Error::invalid(key, "invalid", detail))
}

impl VisitParams {
    fn query(&self) -> Result<VisitQuery, Error> {
        let device = self.device.as_deref().or(self.global_visit_id.as_deref());
        let state = match &self.state {
            Some(word) => Some(VisitState::parse(word).ok_or_else(|| {
                Error::invalid("state", "invalid", "`anonymous`, `recognised`, `assumed` or `authenticated`.")
            })?),
            None => None,
        };
        Ok(VisitQuery {
            site: id::<SiteId>(self.site.as_deref(), "site", "site")?,
            state,
            is_live: self.live.unwrap_or(false),
            profile: id::<ProfileId>(self.profile.as_deref(), "profile", "profile")?,
            device: id::<DeviceId>(device, "device", "device")?,
            identity: None,
            association: None,
            age_secs: age(self.age)?,
            category: self.category.clone(),
            url: self.url.clone(),
            title: self.title.clone(),
            country: country(self.country.as_deref())?,
        })
    }

    fn name(&self) -> String {
        let age = self.age.map(|age| age.to_string());
        narrowed(
            "visits",
            &[
                self.site.as_deref(),
                self.state.as_deref(),
                self.live.map(|live| if live { "1" } else { "0" }),
                self.profile.as_deref(),
                self.device.as_deref().or(self.global_visit_id.as_deref()),
                age.as_deref(),
                self.category.as_deref(),
                self.url.as_deref(),
                self.title.as_deref(),
                self.country.as_deref(),
            ],
        )
    }
}

fn country(code: Option<&str>) -> Result<Option<String>, Error> {
    match code {
        Some(code) if code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase()) => {
            Err(Error::invalid("country", "invalid", "`country` is two capital letters, such as `SE`."))
        }
        code => Ok(code.map(str::to_owned)),
    }
}

pub(super) fn age(age: Option<i64>) -> Result<Option<i64>, Error> {
    match age {
        Some(age) if !(0..=315_360_000).contains(&age) => {
            Err(Error::invalid("age", "out-of-range", "`age` is 0 to 315360000 seconds."))
        }
        age => Ok(age),
    }
}

async fn visits(
    app: &App,
    request: &countersign_service::caller::Request,
    params: &VisitParams,
) -> Result<List<VisitView>, Failure> {
    let parts = [&params.url, &params.title, &params.category].map(Clone::clone);
    may_look_for(app.service.viewer(request), &parts)?;
    let name = params.name();
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let found = app.service.list_visits(request, params.query()?, page).await?;
    let viewer = app.service.viewer(request);
    Ok(List::of(&app.service, &name, found, |visit| VisitView::of(&visit, viewer)))
}

/// Visits, those with the newest event first. A filter that matches little may answer with a short page and a cursor.
#[utoipa::path(get, path = "/v1/visits", tag = "website", operation_id = "list_visits",
    security(("api_key" = []), ("session" = [])), params(VisitParams),
    responses((status = 200, body = List<VisitView>), Refusals))]
async fn list_visits(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<VisitParams>,
) -> Result<Json<List<VisitView>>, Failure> {
    Ok(Json(visits(&app, &request, &params).await?))
}

/// The same with the filter as a body, for addresses that must not stand in logs.
#[utoipa::path(post, path = "/v1/visits/query", tag = "website", operation_id = "query_visits",
    security(("api_key" = []), ("session" = [])), request_body = VisitParams,
    responses((status = 200, body = List<VisitView>), Refusals))]
async fn query_visits(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(params): Body<VisitParams>,
) -> Result<Json<List<VisitView>>, Failure> {
    Ok(Json(visits(&app, &request, &params).await?))
}

/// What to put into the answer besides.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IncludeParams {
    /// `events`: with its events. Pages, sessions and identities are always there.
    #[param(max_length = 100)]
    include: Option<String>,
}

/// A visit with its pages, sessions and identities.
#[utoipa::path(get, path = "/v1/visits/{id}", tag = "website", operation_id = "get_visit",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), IncludeParams),
    responses((status = 200, body = VisitWholeView), Refusals))]
async fn get_visit(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<VisitId>,
    Params(params): Params<IncludeParams>,
) -> Result<Json<VisitWholeView>, Failure> {
    let words: Vec<&str> =
        params.include.as_deref().map(|text| text.split(',').collect()).unwrap_or_default();
    const KNOWN: [&str; 4] = ["events", "pages", "sessions", "identities"];
    if words.iter().any(|word| !KNOWN.contains(word)) {
        let detail = "`include` names `events`, `pages`, `sessions`, `identities`, with commas between.";
        return Err(Error::invalid("include", "invalid", detail).into());
    }
    let whole = app.service.get_visit(&request, id).await?;
    let viewer: Viewer = app.service.viewer(&request);
    let with_events = words.contains(&"events");
    Ok(Json(VisitWholeView {
        visit: VisitView::of(&whole.visit, viewer),
        pages: whole.pages.into_iter().map(|page| PageView::of(page, viewer)).collect(),
        sessions: whole.sessions.into_iter().map(|s| WebSessionView::of(s, viewer)).collect(),
        identities: whole
            .identities
            .iter()
            .map(|(identity, state)| WebIdentityView::of(identity, state.as_str(), viewer))
            .collect(),
        events: with_events
            .then(|| whole.events.into_iter().map(|event| WebEventView::of(event, viewer)).collect()),
    }))
}

/// What you say about who is there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionBody {
    /// Of whom.
    #[schema(value_type = String)]
    identity: IdentityId,
    /// `confirm` or `reject`.
    #[schema(pattern = "^(confirm|reject)$")]
    decision: String,
    /// What makes you sure; it is on record.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Says that an uncertain visit is, or is not, somebody's. It proves nothing: the level stays AL1.
#[utoipa::path(post, path = "/v1/visits/{id}/identity", tag = "website", operation_id = "decide_visit",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = DecisionBody,
    responses((status = 200, body = VisitView), Refusals))]
async fn decide_visit(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<VisitId>,
    Body(body): Body<DecisionBody>,
) -> Result<Json<VisitView>, Failure> {
    let decision = match body.decision.as_str() {
        "confirm" => Decision::Confirm,
        "reject" => Decision::Reject,
        _ => return Err(Error::invalid("/decision", "invalid", "`confirm` or `reject`.").into()),
    };
    app.service.decide_visit(&request, id, body.identity, decision, &body.reason).await?;
    let whole = app.service.get_visit(&request, id).await?;
    Ok(Json(VisitView::of(&whole.visit, app.service.viewer(&request))))
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

/// Visits in which a customer took part, those with the newest event first.
#[utoipa::path(get, path = "/v1/profiles/{id}/visits", tag = "website", operation_id = "list_profile_visits",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), PageParams),
    responses((status = 200, body = List<VisitView>), Refusals))]
async fn list_profile_visits(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(profile): Id<ProfileId>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<VisitView>>, Failure> {
    let name = narrowed("profile_visits", &[Some(&profile.to_string())]);
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let found = app.service.list_profile_visits(&request, profile, page).await?;
    let viewer = app.service.viewer(&request);
    Ok(Json(List::of(&app.service, &name, found, |visit| VisitView::of(&visit, viewer))))
}

/// The website's visit beside a conversation: the one that its chat's page is in, else the customer's newest of the last
/// day. It tells where somebody is, and proves nothing of who it is. 204 where there is none.
#[utoipa::path(get, path = "/v1/cases/{id}/visit", tag = "website", operation_id = "get_case_visit",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = VisitView), (status = 204, description = "No visit is known"), Refusals))]
async fn get_case_visit(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CaseId>,
    _: NoParams,
) -> Result<Response, Failure> {
    let found = app.service.get_case_visit(&request, id).await?;
    Ok(match found {
        Some(visit) => Json(VisitView::of(&visit, app.service.viewer(&request))).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}
