//! Collections across visits: identities, sessions, pages, events, contacts, user identifications.

use std::sync::Arc;

use axum::extract::State;
use countersign_service::caller::Request;
use countersign_service::visit::EventQuery;
use countersign_types::pii::Viewer;
use countersign_types::{DeviceId, Error, IdentityId, SiteId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{age, id};
use crate::cursor::{List, narrowed, page_request};
use crate::extract::{Auth, Body, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::visit::{
    ContactView, PageView, WebEventView, WebIdentityView, WebSessionView, may_look_for,
};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_identities))
        .routes(routes!(list_web_sessions))
        .routes(routes!(list_pages))
        .routes(routes!(query_pages))
        .routes(routes!(list_web_events))
        .routes(routes!(query_web_events))
        .routes(routes!(list_contacts))
        .routes(routes!(list_user_identifications))
}

/// Which events, pages or sessions.
#[derive(Debug, Default, Deserialize, IntoParams, ToSchema)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FilterParams {
    /// Of this site.
    pub site: Option<String>,
    /// Of this name: `PageEntered`, `AddToCart` …
    #[param(max_length = 64)]
    pub event_name: Option<String>,
    /// `system` or `business`.
    #[param(pattern = "^(system|business)$")]
    pub event_type: Option<String>,
    /// Of this category.
    #[param(max_length = 200)]
    pub category: Option<String>,
    /// With this in the page's address.
    #[param(max_length = 500)]
    pub url: Option<String>,
    /// With this in the page's title.
    #[param(max_length = 500)]
    pub title: Option<String>,
    /// In so many seconds.
    #[param(minimum = 0, maximum = 315_360_000)]
    pub age: Option<i64>,
    /// Of visits of this browser.
    pub global_visit_id: Option<String>,
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl FilterParams {
    /// What the service is asked.
    pub(super) fn query(&self, viewer: Viewer) -> Result<EventQuery, Error> {
        may_look_for(viewer, &[&self.url, &self.title, &self.category].map(Clone::clone))?;
        let is_system = match self.event_type.as_deref() {
            None => None,
            Some("system") => Some(true),
            Some("business") => Some(false),
            Some(_) => return Err(Error::invalid("event_type", "invalid", "`system` or `business`.")),
        };
        Ok(EventQuery {
            site: id::<SiteId>(self.site.as_deref(), "site", "site")?,
            is_system,
            name: self.event_name.clone(),
            url: self.url.clone(),
            title: self.title.clone(),
            category: self.category.clone(),
            age_secs: age(self.age)?,
            device: id::<DeviceId>(self.global_visit_id.as_deref(), "global_visit_id", "device")?,
        })
    }

    /// The name of the list that it makes of another.
    pub(super) fn name(&self, list: &str) -> String {
        let age = self.age.map(|age| age.to_string());
        narrowed(
            list,
            &[
                self.site.as_deref(),
                self.event_name.as_deref(),
                self.event_type.as_deref(),
                self.category.as_deref(),
                self.url.as_deref(),
                self.title.as_deref(),
                age.as_deref(),
                self.global_visit_id.as_deref(),
            ],
        )
    }
}

/// Which identities.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct IdentityParams {
    /// Of this site.
    site: Option<String>,
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Whom sites named, the latest newcomer first.
#[utoipa::path(get, path = "/v1/identities", tag = "website", operation_id = "list_identities",
    security(("api_key" = []), ("session" = [])), params(IdentityParams),
    responses((status = 200, body = List<WebIdentityView>), Refusals))]
async fn list_identities(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<IdentityParams>,
) -> Result<Json<List<WebIdentityView>>, Failure> {
    let name = narrowed("identities", &[params.site.as_deref()]);
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let site = id::<SiteId>(params.site.as_deref(), "site", "site")?;
    let found = app.service.list_identities(&request, site, page).await?;
    let viewer = app.service.viewer(&request);
    let view = |identity| WebIdentityView::of(&identity, "recognised", viewer);
    Ok(Json(List::of(&app.service, &name, found, view)))
}

/// Sessions of all visits, the latest sign-in that came in first.
#[utoipa::path(get, path = "/v1/sessions", tag = "website", operation_id = "list_web_sessions",
    security(("api_key" = []), ("session" = [])), params(FilterParams),
    responses((status = 200, body = List<WebSessionView>), Refusals))]
async fn list_web_sessions(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<FilterParams>,
) -> Result<Json<List<WebSessionView>>, Failure> {
    let name = params.name("web_sessions");
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let found =
        app.service.list_web_sessions(&request, params.query(app.service.viewer(&request))?, page).await?;
    let viewer = app.service.viewer(&request);
    Ok(Json(List::of(&app.service, &name, found, |session| WebSessionView::of(session, viewer))))
}

async fn pages(app: &App, request: &Request, params: &FilterParams) -> Result<List<PageView>, Failure> {
    let name = params.name("pages");
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let found = app.service.list_pages(request, params.query(app.service.viewer(request))?, page).await?;
    let viewer = app.service.viewer(request);
    Ok(List::of(&app.service, &name, found, |page| PageView::of(page, viewer)))
}

/// Pages of all visits, those first that came in last.
#[utoipa::path(get, path = "/v1/pages", tag = "website", operation_id = "list_pages",
    security(("api_key" = []), ("session" = [])), params(FilterParams),
    responses((status = 200, body = List<PageView>), Refusals))]
async fn list_pages(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<FilterParams>,
) -> Result<Json<List<PageView>>, Failure> {
    Ok(Json(pages(&app, &request, &params).await?))
}

/// The same with the filter as a body.
#[utoipa::path(post, path = "/v1/pages/query", tag = "website", operation_id = "query_pages",
    security(("api_key" = []), ("session" = [])), request_body = FilterParams,
    responses((status = 200, body = List<PageView>), Refusals))]
async fn query_pages(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(params): Body<FilterParams>,
) -> Result<Json<List<PageView>>, Failure> {
    Ok(Json(pages(&app, &request, &params).await?))
}

async fn events(app: &App, request: &Request, params: &FilterParams) -> Result<List<WebEventView>, Failure> {
    let name = params.name("web_events");
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let found =
        app.service.list_web_events(request, params.query(app.service.viewer(request))?, page).await?;
    let viewer = app.service.viewer(request);
    Ok(List::of(&app.service, &name, found, |event| WebEventView::of(event, viewer)))
}

/// Events of all visits, those first that came in last.
#[utoipa::path(get, path = "/v1/web-events", tag = "website", operation_id = "list_web_events",
    security(("api_key" = []), ("session" = [])), params(FilterParams),
    responses((status = 200, body = List<WebEventView>), Refusals))]
async fn list_web_events(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<FilterParams>,
) -> Result<Json<List<WebEventView>>, Failure> {
    Ok(Json(events(&app, &request, &params).await?))
}

/// The same with the filter as a body.
#[utoipa::path(post, path = "/v1/web-events/query", tag = "website", operation_id = "query_web_events",
    security(("api_key" = []), ("session" = [])), request_body = FilterParams,
    responses((status = 200, body = List<WebEventView>), Refusals))]
async fn query_web_events(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(params): Body<FilterParams>,
) -> Result<Json<List<WebEventView>>, Failure> {
    Ok(Json(events(&app, &request, &params).await?))
}

/// Which contacts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ContactParams {
    /// Of this identity.
    identity: Option<String>,
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Which identity took part in which visit, in which session, on which browser.
#[utoipa::path(get, path = "/v1/contacts", tag = "website", operation_id = "list_contacts",
    security(("api_key" = []), ("session" = [])), params(ContactParams),
    responses((status = 200, body = List<ContactView>), Refusals))]
async fn list_contacts(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<ContactParams>,
) -> Result<Json<List<ContactView>>, Failure> {
    let name = narrowed("contacts", &[params.identity.as_deref()]);
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let identity = id::<IdentityId>(params.identity.as_deref(), "identity", "identity")?;
    let found = app.service.list_contacts(&request, identity, page).await?;
    let viewer = app.service.viewer(&request);
    Ok(Json(List::of(&app.service, &name, found, |contact| ContactView::of(contact, viewer))))
}

/// What sites said about who is there: the events SignIn, SignOut and UserInfo.
#[utoipa::path(get, path = "/v1/user-identifications", tag = "website", operation_id = "list_user_identifications",
    security(("api_key" = []), ("session" = [])), params(FilterParams),
    responses((status = 200, body = List<WebEventView>), Refusals))]
async fn list_user_identifications(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<FilterParams>,
) -> Result<Json<List<WebEventView>>, Failure> {
    let name = params.name("user_identifications");
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let found = app
        .service
        .list_user_identifications(&request, params.query(app.service.viewer(&request))?, page)
        .await?;
    let viewer = app.service.viewer(&request);
    Ok(Json(List::of(&app.service, &name, found, |event| WebEventView::of(event, viewer))))
}
