//! `/v1/workspace`: settings of the organisation.

use std::sync::Arc;

use axum::extract::State;
use countersign_service::workspace::WorkspacePatch;
use countersign_types::case::CaseStatus;
use countersign_types::workspace::Workspace;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Auth, Body, NoParams};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_workspace, update_workspace))
}

/// Settings of the organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceView {
    /// Its name.
    name: String,
    /// Languages of widgets and templates.
    languages: Vec<String>,
    /// The one used when a person's is not offered.
    default_language: String,
    /// Region of phone numbers given without country.
    default_country: String,
    /// IANA time zone.
    time_zone: String,
    /// After so many minutes without an answer to a colleague's reply a chat ends by itself; 0: never.
    chat_end_minutes: u32,
    /// The status in which such a case stays: `open`, `pending` or `closed`.
    chat_end_status: &'static str,
    /// Whether whoever accepts a call or a conversation has its engagement opened.
    opens_engagements: bool,
    /// For which systems results of verifications are signed; for any, if it names none.
    result_audiences: Vec<String>,
}

impl From<Workspace> for WorkspaceView {
    fn from(workspace: Workspace) -> Self {
        Self {
            name: workspace.name,
            languages: workspace.languages,
            default_language: workspace.default_language,
            default_country: workspace.default_country,
            time_zone: workspace.time_zone,
            chat_end_minutes: workspace.chat_end_minutes,
            chat_end_status: workspace.chat_end_status.as_str(),
            opens_engagements: workspace.opens_engagements,
            result_audiences: workspace.result_audiences,
        }
    }
}

/// A change to the settings.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkspacePatchBody {
    /// Its name.
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    /// Languages of widgets and templates.
    #[schema(min_items = 1, max_items = 50)]
    languages: Option<Vec<String>>,
    /// The one used when a person's is not offered.
    default_language: Option<String>,
    /// Region of phone numbers given without country.
    #[schema(example = "DE")]
    default_country: Option<String>,
    /// IANA time zone.
    #[schema(example = "Europe/Berlin")]
    time_zone: Option<String>,
    /// After so many minutes without an answer to a colleague's reply a chat ends by itself; 0: never.
    #[schema(minimum = 0, maximum = 1440)]
    chat_end_minutes: Option<u32>,
    /// The status in which such a case stays: `open`, `pending` or `closed`.
    #[schema(value_type = Option<String>, pattern = "^(open|pending|closed)$")]
    chat_end_status: Option<CaseStatus>,
    /// Whether whoever accepts a call or a conversation has its engagement opened.
    opens_engagements: Option<bool>,
    /// For which systems results of verifications are signed, such as their addresses; for any, if it names none.
    #[schema(max_items = 50)]
    result_audiences: Option<Vec<String>>,
}

/// Settings of the organisation.
#[utoipa::path(get, path = "/v1/workspace", tag = "settings", operation_id = "get_workspace",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = WorkspaceView), Refusals))]
async fn get_workspace(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<WorkspaceView>, Failure> {
    Ok(Json(app.service.get_workspace(&request).await?.into()))
}

/// Changes settings of the organisation.
#[utoipa::path(patch, path = "/v1/workspace", tag = "settings", operation_id = "update_workspace",
    security(("api_key" = []), ("session" = [])), request_body = WorkspacePatchBody,
    responses((status = 200, body = WorkspaceView), Refusals))]
async fn update_workspace(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<WorkspacePatchBody>,
) -> Result<Json<WorkspaceView>, Failure> {
    let patch = WorkspacePatch {
        name: body.name,
        languages: body.languages,
        default_language: body.default_language,
        default_country: body.default_country,
        time_zone: body.time_zone,
        chat_end_minutes: body.chat_end_minutes,
        chat_end_status: body.chat_end_status,
        opens_engagements: body.opens_engagements,
        result_audiences: body.result_audiences,
    };
    Ok(Json(app.service.update_workspace(&request, patch).await?.into()))
}
