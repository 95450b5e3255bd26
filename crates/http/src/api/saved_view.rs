//! `/v1/me/views`: views of lists that a person saved.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::canned_reply::AudienceWord;
use countersign_service::saved_view::{NewSavedView, OwnedView, SavedViewPatch, ViewCount};
use countersign_types::{GroupId, SavedViewId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::List;
use crate::extract::{Auth, Body, Id, NoParams};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_saved_views, create_saved_view))
        .routes(routes!(update_saved_view, delete_saved_view))
        .routes(routes!(order_saved_views))
        .routes(routes!(count_saved_views))
}

/// A saved view.
#[derive(Debug, Serialize, ToSchema)]
pub struct SavedViewView {
    /// Its id.
    #[schema(example = "view_01jd3k6q9we3t8v2c4x5z6b7n8")]
    id: String,
    /// Of which page.
    #[schema(example = "inbox")]
    page: String,
    /// Its name.
    name: String,
    /// The filters, as they stand in the page's address.
    #[schema(example = "status=open&assignee=none")]
    query: String,
    /// Who has it: `personal`, `group` or `everybody`.
    audience: &'static str,
    /// Which group.
    group: Option<String>,
    /// Whether it is yours to change.
    changeable: bool,
    /// When it was saved.
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<OwnedView> for SavedViewView {
    fn from(own: OwnedView) -> Self {
        let OwnedView { view, is_changeable } = own;
        Self {
            id: view.id.to_string(),
            page: view.page,
            name: view.name,
            query: view.query,
            audience: view.audience.as_str(),
            group: view.audience.group().map(|group| group.to_string()),
            changeable: is_changeable,
            created_at: view.created_at.to_string(),
        }
    }
}

/// The saved views that you have, your own and shared ones, in your order.
#[utoipa::path(get, path = "/v1/me/views", tag = "start", operation_id = "list_saved_views",
    security(("session" = [])), responses((status = 200, body = List<SavedViewView>), Refusals))]
async fn list_saved_views(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<List<SavedViewView>>, Failure> {
    let views = app.service.list_saved_views(&request).await?;
    Ok(Json(List::whole(views.into_iter().map(SavedViewView::from).collect())))
}

/// A view to be saved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedViewBody {
    /// Of which page.
    #[schema(pattern = "^[a-z-]{1,40}$")]
    page: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// The filters, as they stand in the page's address: words and ids, never personal data.
    #[schema(max_length = 500)]
    query: String,
    /// Who has it; `personal` when nothing is said. Sharing needs the permission `group.write`.
    #[serde(default = "personal")]
    #[schema(value_type = Option<String>, pattern = "^(personal|group|everybody)$")]
    audience: AudienceWord,
    /// Which group, for one.
    #[schema(value_type = Option<String>)]
    group: Option<GroupId>,
}

const fn personal() -> AudienceWord {
    AudienceWord::Personal
}

/// A change to a view.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedViewPatchBody {
    /// Its name.
    #[schema(min_length = 1, max_length = 60)]
    name: Option<String>,
    /// The filters, as they stand in the page's address: words and ids, never personal data.
    #[schema(max_length = 500)]
    query: Option<String>,
    /// Who has it. Sharing needs the permission `group.write`.
    #[schema(value_type = Option<String>, pattern = "^(personal|group|everybody)$")]
    audience: Option<AudienceWord>,
    /// Which group, with `audience`.
    #[schema(value_type = Option<String>)]
    group: Option<GroupId>,
}

/// The order of one's views.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewOrderBody {
    /// Their ids, the first one first.
    #[schema(value_type = Vec<String>, max_items = 500)]
    views: Vec<SavedViewId>,
}

/// How many cases are in a view.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewCountView {
    /// The view.
    #[schema(example = "view_01jd3k6q9we3t8v2c4x5z6b7n8")]
    view: String,
    /// So many, 99 at most.
    count: i64,
    /// Whether there are more.
    more: bool,
}

/// Saves a view of a list: a name for its filters.
#[utoipa::path(post, path = "/v1/me/views", tag = "start", operation_id = "create_saved_view",
    security(("session" = [])), request_body = SavedViewBody,
    responses((status = 201, body = SavedViewView), Refusals))]
async fn create_saved_view(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<SavedViewBody>,
) -> Result<(StatusCode, Json<SavedViewView>), Failure> {
    let SavedViewBody { page, name, query, audience, group } = body;
    let new = NewSavedView { page, name, query, audience, group };
    let view = app.service.create_saved_view(&request, new).await?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// Changes a saved view: your own, or with the permission `group.write` a shared one.
#[utoipa::path(patch, path = "/v1/me/views/{id}", tag = "start", operation_id = "update_saved_view",
    security(("session" = [])), params(("id" = String, Path)), request_body = SavedViewPatchBody,
    responses((status = 200, body = SavedViewView), Refusals))]
async fn update_saved_view(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<SavedViewId>,
    Body(body): Body<SavedViewPatchBody>,
) -> Result<Json<SavedViewView>, Failure> {
    let SavedViewPatchBody { name, query, audience, group } = body;
    let patch = SavedViewPatch { name, query, audience, group };
    Ok(Json(app.service.update_saved_view(&request, id, patch).await?.into()))
}

/// Gives your views an order; shared ones keep the order that others gave them.
#[utoipa::path(put, path = "/v1/me/view-order", tag = "start", operation_id = "order_saved_views",
    security(("session" = [])), request_body = ViewOrderBody, responses((status = 204), Refusals))]
async fn order_saved_views(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<ViewOrderBody>,
) -> Result<StatusCode, Failure> {
    app.service.order_saved_views(&request, body.views).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How many cases are in your views of the inbox, each counted up to 99.
#[utoipa::path(get, path = "/v1/me/view-counts", tag = "start", operation_id = "count_saved_views",
    security(("session" = [])), responses((status = 200, body = List<ViewCountView>), Refusals))]
async fn count_saved_views(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<List<ViewCountView>>, Failure> {
    let counts = app.service.count_saved_views(&request).await?;
    let view =
        |one: ViewCount| ViewCountView { view: one.view.to_string(), count: one.count, more: one.has_more };
    Ok(Json(List::whole(counts.into_iter().map(view).collect())))
}

/// Removes a saved view: your own, or with the permission `group.write` a shared one.
#[utoipa::path(delete, path = "/v1/me/views/{id}", tag = "start", operation_id = "delete_saved_view",
    security(("session" = [])), params(("id" = String, Path)), responses((status = 204), Refusals))]
async fn delete_saved_view(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<SavedViewId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_saved_view(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
