//! `/v1/workspace` and `/v1/masking`: settings of the organisation.

use std::sync::Arc;

use axum::extract::State;
use countersign_service::workspace::WorkspacePatch;
use countersign_types::case::CaseStatus;
use countersign_types::pii::Masked;
use countersign_types::workspace::{MaskingMatrix, Workspace};
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
    OpenApiRouter::new()
        .routes(routes!(get_workspace, update_workspace))
        .routes(routes!(get_masking, update_masking))
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
    };
    Ok(Json(app.service.update_workspace(&request, patch).await?.into()))
}

/// Who sees what masked.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaskingBody {
    /// By role.
    roles: MaskingRoles,
}

/// Each role with what it sees masked.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaskingRoles {
    /// Administrators.
    admin: MaskingClasses,
    /// Team managers.
    team_manager: MaskingClasses,
    /// Agents.
    agent: MaskingClasses,
}

/// `true`: this role sees it masked.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaskingClasses {
    /// Names.
    name: bool,
    /// E-mail addresses.
    email: bool,
    /// Phone numbers.
    phone: bool,
    /// Attributes marked personal or sensitive, and external ids.
    attributes: bool,
    /// Personal data found in what people wrote.
    text: bool,
}

impl From<Masked> for MaskingClasses {
    fn from(m: Masked) -> Self {
        Self { name: m.name, email: m.email, phone: m.phone, attributes: m.attributes, text: m.text }
    }
}

impl From<MaskingClasses> for Masked {
    fn from(m: MaskingClasses) -> Self {
        Self { name: m.name, email: m.email, phone: m.phone, attributes: m.attributes, text: m.text }
    }
}

impl From<MaskingMatrix> for MaskingBody {
    fn from(matrix: MaskingMatrix) -> Self {
        Self {
            roles: MaskingRoles {
                admin: matrix.admin.into(),
                team_manager: matrix.team_manager.into(),
                agent: matrix.agent.into(),
            },
        }
    }
}

/// Who sees what masked.
#[utoipa::path(get, path = "/v1/masking", tag = "settings", operation_id = "get_masking",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = MaskingBody), Refusals))]
async fn get_masking(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<MaskingBody>, Failure> {
    Ok(Json(app.service.get_masking(&request).await?.into()))
}

/// Sets who sees what masked.
#[utoipa::path(put, path = "/v1/masking", tag = "settings", operation_id = "update_masking",
    security(("api_key" = []), ("session" = [])), request_body = MaskingBody,
    responses((status = 200, body = MaskingBody), Refusals))]
async fn update_masking(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<MaskingBody>,
) -> Result<Json<MaskingBody>, Failure> {
    let matrix = MaskingMatrix {
        admin: body.roles.admin.into(),
        team_manager: body.roles.team_manager.into(),
        agent: body.roles.agent.into(),
    };
    Ok(Json(app.service.update_masking(&request, matrix).await?.into()))
}
