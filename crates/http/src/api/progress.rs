//! `/v1/progress`: how far a workspace has come.

use std::sync::Arc;

use axum::extract::State;
use countersign_service::progress::Progress;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Auth, NoParams};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_progress))
}

/// When each first step was taken; `null` while it was not.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgressView {
    /// A channel was made.
    #[schema(format = DateTime)]
    channel_at: Option<String>,
    /// A widget was made.
    #[schema(format = DateTime)]
    widget_at: Option<String>,
    /// A widget was opened on a page of the company.
    #[schema(format = DateTime)]
    widget_seen_at: Option<String>,
    /// A code was issued.
    #[schema(format = DateTime)]
    code_at: Option<String>,
    /// Somebody was authenticated.
    #[schema(format = DateTime)]
    authenticated_at: Option<String>,
    /// A second person was invited.
    #[schema(format = DateTime)]
    invited_at: Option<String>,
}

impl From<Progress> for ProgressView {
    fn from(progress: Progress) -> Self {
        let text = |at: Option<countersign_types::Timestamp>| at.map(|at| at.to_string());
        Self {
            channel_at: text(progress.channel_at),
            widget_at: text(progress.widget_at),
            widget_seen_at: text(progress.widget_seen_at),
            code_at: text(progress.code_at),
            authenticated_at: text(progress.authenticated_at),
            invited_at: text(progress.invited_at),
        }
    }
}

/// The first steps of a workspace, and which of them were taken.
#[utoipa::path(get, path = "/v1/progress", tag = "start", operation_id = "get_progress",
    security(("api_key" = []), ("session" = [])), responses((status = 200, body = ProgressView), Refusals))]
async fn get_progress(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<ProgressView>, Failure> {
    Ok(Json(app.service.get_progress(&request).await?.into()))
}
