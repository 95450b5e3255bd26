//! Parts of one visit, one identity, one session or one page.

use std::sync::Arc;

use axum::extract::State;
use countersign_service::caller::Request;
use countersign_service::visit::{EventDetail, EventQuery, PageDetail, SessionDetail, VisitWhole};
use countersign_types::{IdentityId, PageId, VisitId, WebSessionId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::PageParams;
use super::collection::FilterParams;
use crate::cursor::{List, narrowed, page_request};
use crate::extract::{Auth, Id, NoParams, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::visit::{PageView, VisitView, WebEventView, WebIdentityView, WebSessionView};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_visit_pages))
        .routes(routes!(list_visit_events))
        .routes(routes!(list_visit_sessions))
        .routes(routes!(list_visit_identities))
        .routes(routes!(get_identity))
        .routes(routes!(list_identity_visits))
        .routes(routes!(list_identity_pages))
        .routes(routes!(list_identity_events))
        .routes(routes!(list_identity_sessions))
        .routes(routes!(get_web_session))
        .routes(routes!(list_session_pages))
        .routes(routes!(list_session_events))
        .routes(routes!(get_page))
        .routes(routes!(list_page_events))
}

fn pages(app: &App, request: &Request, pages: Vec<PageDetail>, query: &EventQuery) -> List<PageView> {
    let (viewer, now) = (app.service.viewer(request), app.service.now());
    let wanted = pages.into_iter().filter(|page| query.has(&page.event, now));
    List::whole(wanted.map(|page| PageView::of(page, viewer)).collect())
}

fn events(app: &App, request: &Request, events: Vec<EventDetail>, query: &EventQuery) -> List<WebEventView> {
    let (viewer, now) = (app.service.viewer(request), app.service.now());
    let wanted = events.into_iter().filter(|event| query.has(&event.event, now));
    List::whole(wanted.map(|event| WebEventView::of(event, viewer)).collect())
}

fn sessions(app: &App, request: &Request, sessions: Vec<SessionDetail>) -> List<WebSessionView> {
    let viewer = app.service.viewer(request);
    List::whole(sessions.into_iter().map(|session| WebSessionView::of(session, viewer)).collect())
}

/// The pages of a visit, in the order of time.
#[utoipa::path(get, path = "/v1/visits/{id}/pages", tag = "website", operation_id = "list_visit_pages",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), FilterParams),
    responses((status = 200, body = List<PageView>), Refusals))]
async fn list_visit_pages(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<VisitId>,
    Params(params): Params<FilterParams>,
) -> Result<Json<List<PageView>>, Failure> {
    let whole = app.service.get_visit(&request, id).await?;
    Ok(Json(pages(&app, &request, whole.pages, &params.query(app.service.viewer(&request))?)))
}

/// The events of a visit, in the order of time.
#[utoipa::path(get, path = "/v1/visits/{id}/events", tag = "website", operation_id = "list_visit_events",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), FilterParams),
    responses((status = 200, body = List<WebEventView>), Refusals))]
async fn list_visit_events(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<VisitId>,
    Params(params): Params<FilterParams>,
) -> Result<Json<List<WebEventView>>, Failure> {
    let whole = app.service.get_visit(&request, id).await?;
    Ok(Json(events(&app, &request, whole.events, &params.query(app.service.viewer(&request))?)))
}

/// The sessions of a visit.
#[utoipa::path(get, path = "/v1/visits/{id}/sessions", tag = "website", operation_id = "list_visit_sessions",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = List<WebSessionView>), Refusals))]
async fn list_visit_sessions(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<VisitId>,
    _: NoParams,
) -> Result<Json<List<WebSessionView>>, Failure> {
    let whole = app.service.get_visit(&request, id).await?;
    Ok(Json(sessions(&app, &request, whole.sessions)))
}

/// Everybody who took part in a visit.
#[utoipa::path(get, path = "/v1/visits/{id}/identities", tag = "website", operation_id = "list_visit_identities",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = List<WebIdentityView>), Refusals))]
async fn list_visit_identities(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<VisitId>,
    _: NoParams,
) -> Result<Json<List<WebIdentityView>>, Failure> {
    let whole = app.service.get_visit(&request, id).await?;
    let viewer = app.service.viewer(&request);
    let view = |(identity, state): &(_, countersign_service::visit::State)| {
        WebIdentityView::of(identity, state.as_str(), viewer)
    };
    Ok(Json(List::whole(whole.identities.iter().map(view).collect())))
}

/// An identity.
#[utoipa::path(get, path = "/v1/identities/{id}", tag = "website", operation_id = "get_identity",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = WebIdentityView), Refusals))]
async fn get_identity(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<IdentityId>,
    _: NoParams,
) -> Result<Json<WebIdentityView>, Failure> {
    let identity = app.service.get_identity(&request, id).await?;
    Ok(Json(WebIdentityView::of(&identity, "recognised", app.service.viewer(&request))))
}

/// The visits of an identity, those with the newest event first.
#[utoipa::path(get, path = "/v1/identities/{id}/visits", tag = "website", operation_id = "list_identity_visits",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), PageParams),
    responses((status = 200, body = List<VisitView>), Refusals))]
async fn list_identity_visits(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<IdentityId>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<VisitView>>, Failure> {
    let name = narrowed("identity_visits", &[Some(&id.to_string())]);
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let found = app.service.list_identity_visits(&request, id, page).await?;
    let viewer = app.service.viewer(&request);
    Ok(Json(List::of(&app.service, &name, found, |visit| VisitView::of(&visit, viewer))))
}

/// What of the visits of an identity is theirs, some visits at a time.
async fn theirs<T>(
    app: &App,
    request: &Request,
    (id, list): (IdentityId, &str),
    params: &FilterParams,
    take: impl Fn(VisitWhole) -> Vec<T>,
) -> Result<List<T>, Failure> {
    let name = narrowed(&params.name(list), &[Some(&id.to_string())]);
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let found = app.service.list_wholes_of_identity(request, id, page.after).await?;
    let next_cursor = found.next.map(|cursor| app.service.sign_cursor(&name, cursor));
    Ok(List { data: found.items.into_iter().flat_map(take).collect(), next_cursor })
}

/// The pages that are shown with an identity: never those of somebody else on the same browser (T-3).
#[utoipa::path(get, path = "/v1/identities/{id}/pages", tag = "website", operation_id = "list_identity_pages",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), FilterParams),
    responses((status = 200, body = List<PageView>), Refusals))]
async fn list_identity_pages(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<IdentityId>,
    Params(params): Params<FilterParams>,
) -> Result<Json<List<PageView>>, Failure> {
    let (viewer, now) = (app.service.viewer(&request), app.service.now());
    let query = params.query(viewer)?;
    let take = |whole: VisitWhole| {
        let own = whole.pages.into_iter().filter(|p| p.identity == Some(id) && query.has(&p.event, now));
        own.map(|page| PageView::of(page, viewer)).collect()
    };
    Ok(Json(theirs(&app, &request, (id, "identity_pages"), &params, take).await?))
}

/// The events that are shown with an identity.
#[utoipa::path(get, path = "/v1/identities/{id}/events", tag = "website", operation_id = "list_identity_events",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), FilterParams),
    responses((status = 200, body = List<WebEventView>), Refusals))]
async fn list_identity_events(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<IdentityId>,
    Params(params): Params<FilterParams>,
) -> Result<Json<List<WebEventView>>, Failure> {
    let (viewer, now) = (app.service.viewer(&request), app.service.now());
    let query = params.query(viewer)?;
    let take = |whole: VisitWhole| {
        let own = whole.events.into_iter().filter(|e| e.identity == Some(id) && query.has(&e.event, now));
        own.map(|event| WebEventView::of(event, viewer)).collect()
    };
    Ok(Json(theirs(&app, &request, (id, "identity_events"), &params, take).await?))
}

/// The sessions of an identity.
#[utoipa::path(get, path = "/v1/identities/{id}/sessions", tag = "website", operation_id = "list_identity_sessions",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), FilterParams),
    responses((status = 200, body = List<WebSessionView>), Refusals))]
async fn list_identity_sessions(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<IdentityId>,
    Params(params): Params<FilterParams>,
) -> Result<Json<List<WebSessionView>>, Failure> {
    let viewer = app.service.viewer(&request);
    let take = |whole: VisitWhole| {
        let own = whole.sessions.into_iter().filter(|session| session.identity.id == id);
        own.map(|session| WebSessionView::of(session, viewer)).collect()
    };
    Ok(Json(theirs(&app, &request, (id, "identity_sessions"), &params, take).await?))
}

/// A session of a visit.
#[utoipa::path(get, path = "/v1/sessions/{id}", tag = "website", operation_id = "get_web_session",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = WebSessionView), Refusals))]
async fn get_web_session(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<WebSessionId>,
    _: NoParams,
) -> Result<Json<WebSessionView>, Failure> {
    let (session, _, _) = app.service.get_web_session(&request, id).await?;
    Ok(Json(WebSessionView::of(session, app.service.viewer(&request))))
}

/// The pages of a session.
#[utoipa::path(get, path = "/v1/sessions/{id}/pages", tag = "website", operation_id = "list_session_pages",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), FilterParams),
    responses((status = 200, body = List<PageView>), Refusals))]
async fn list_session_pages(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<WebSessionId>,
    Params(params): Params<FilterParams>,
) -> Result<Json<List<PageView>>, Failure> {
    let (_, own, _) = app.service.get_web_session(&request, id).await?;
    Ok(Json(pages(&app, &request, own, &params.query(app.service.viewer(&request))?)))
}

/// The events of a session.
#[utoipa::path(get, path = "/v1/sessions/{id}/events", tag = "website", operation_id = "list_session_events",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), FilterParams),
    responses((status = 200, body = List<WebEventView>), Refusals))]
async fn list_session_events(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<WebSessionId>,
    Params(params): Params<FilterParams>,
) -> Result<Json<List<WebEventView>>, Failure> {
    let (_, _, own) = app.service.get_web_session(&request, id).await?;
    Ok(Json(events(&app, &request, own, &params.query(app.service.viewer(&request))?)))
}

/// A page of a visit.
#[utoipa::path(get, path = "/v1/pages/{id}", tag = "website", operation_id = "get_page",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = PageView), Refusals))]
async fn get_page(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<PageId>,
    _: NoParams,
) -> Result<Json<PageView>, Failure> {
    let (page, _) = app.service.get_page(&request, id).await?;
    Ok(Json(PageView::of(page, app.service.viewer(&request))))
}

/// The events on a page.
#[utoipa::path(get, path = "/v1/pages/{id}/events", tag = "website", operation_id = "list_page_events",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), FilterParams),
    responses((status = 200, body = List<WebEventView>), Refusals))]
async fn list_page_events(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<PageId>,
    Params(params): Params<FilterParams>,
) -> Result<Json<List<WebEventView>>, Failure> {
    let (_, own) = app.service.get_page(&request, id).await?;
    Ok(Json(events(&app, &request, own, &params.query(app.service.viewer(&request))?)))
}
