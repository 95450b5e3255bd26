//! `/v1/me/views`: views of lists that a person saved.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_types::SavedViewId;
use countersign_types::saved_view::SavedView;
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
        .routes(routes!(delete_saved_view))
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
    /// When it was saved.
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<SavedView> for SavedViewView {
    fn from(view: SavedView) -> Self {
        Self {
            id: view.id.to_string(),
            page: view.page,
            name: view.name,
            query: view.query,
            created_at: view.created_at.to_string(),
        }
    }
}

/// One's own saved views, oldest first.
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
    let view = app.service.create_saved_view(&request, body.page, body.name, body.query).await?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// Removes a saved view.
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
