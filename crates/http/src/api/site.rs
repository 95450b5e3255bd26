//! Websites of the company: what their pages carry, and what came from it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::site::{SiteDetail, SitePatch};
use countersign_types::SiteId;
use countersign_types::channel::ChannelState;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::assets::TRACKER;
use crate::cursor::{List, page_request};
use crate::extract::{Auth, Body, Id, NoParams, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::site::{InspectedView, SiteView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_sites, create_site))
        .routes(routes!(get_site, update_site, delete_site))
        .routes(routes!(inspect_site))
}

fn view(app: &App, site: SiteDetail) -> SiteView {
    let src = format!("{}{TRACKER}", app.origin().trim_end_matches('/'));
    SiteView::of(site, src, app.options.assets.integrity(TRACKER))
}

/// All sites, oldest first.
#[utoipa::path(get, path = "/v1/sites", tag = "website", operation_id = "list_sites",
    security(("api_key" = []), ("session" = [])), responses((status = 200, body = List<SiteView>), Refusals))]
async fn list_sites(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<List<SiteView>>, Failure> {
    let sites = app.service.list_sites(&request).await?;
    Ok(Json(List::whole(sites.into_iter().map(|site| view(&app, site)).collect())))
}

/// A new site.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSiteBody {
    /// Its name.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// Settings; `origins` at least, such as `["https://shop.example"]`. The rest has defaults.
    #[schema(value_type = Object)]
    config: serde_json::Value,
}

/// Registers a website. The answer has the snippet for its pages.
#[utoipa::path(post, path = "/v1/sites", tag = "website", operation_id = "create_site",
    security(("api_key" = []), ("session" = [])), request_body = NewSiteBody,
    responses((status = 201, body = SiteView), Refusals))]
async fn create_site(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewSiteBody>,
) -> Result<(StatusCode, Json<SiteView>), Failure> {
    let site = app.service.create_site(&request, &body.name, &body.config).await?;
    Ok((StatusCode::CREATED, Json(view(&app, site))))
}

/// A site.
#[utoipa::path(get, path = "/v1/sites/{id}", tag = "website", operation_id = "get_site",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = SiteView), Refusals))]
async fn get_site(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<SiteId>,
    _: NoParams,
) -> Result<Json<SiteView>, Failure> {
    Ok(Json(view(&app, app.service.get_site(&request, id).await?)))
}

/// A change to a site.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SitePatchBody {
    /// Its name.
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    /// `active` or `paused`: a paused site takes nothing.
    #[schema(value_type = Option<String>, pattern = "^(active|paused)$")]
    state: Option<ChannelState>,
    /// Settings, whole.
    #[schema(value_type = Option<Object>)]
    config: Option<serde_json::Value>,
}

/// Changes a site.
#[utoipa::path(patch, path = "/v1/sites/{id}", tag = "website", operation_id = "update_site",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = SitePatchBody,
    responses((status = 200, body = SiteView), Refusals))]
async fn update_site(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<SiteId>,
    Body(body): Body<SitePatchBody>,
) -> Result<Json<SiteView>, Failure> {
    let patch = SitePatch { name: body.name, state: body.state, settings: body.config };
    Ok(Json(view(&app, app.service.update_site(&request, id, patch).await?)))
}

/// Takes a site out of use. Its visits stay as long as visits are kept.
#[utoipa::path(delete, path = "/v1/sites/{id}", tag = "website", operation_id = "delete_site",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_site(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<SiteId>,
    _: NoParams,
) -> Result<StatusCode, Failure> {
    app.service.delete_site(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InspectParams {
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What came from a site, taken or refused, newest first: for whoever sets the tracker up.
#[utoipa::path(get, path = "/v1/sites/{id}/inspector", tag = "website", operation_id = "inspect_site",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), InspectParams),
    responses((status = 200, body = List<InspectedView>), Refusals))]
async fn inspect_site(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<SiteId>,
    Params(params): Params<InspectParams>,
) -> Result<Json<List<InspectedView>>, Failure> {
    let page = page_request(&app.service, "inspector", params.limit, params.cursor.as_deref())?;
    let found = app.service.inspect_site(&request, id, page).await?;
    let (viewer, known) = (app.service.viewer(&request), app.service.known_of_everybody());
    Ok(Json(List::of(&app.service, "inspector", found, |line| InspectedView::of(line, viewer, &known))))
}
