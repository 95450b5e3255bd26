//! `/v1/presence`: who of the team is here, which cases they look at, and where they write.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::presence::SignOfLife;
use countersign_types::presence::{CasePresence, Presence, PresenceState};
use countersign_types::{CaseId, Error};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::List;
use crate::extract::{Body, NoParams, QuietAuth};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(update_presence)).routes(routes!(list_presence))
}

/// Somebody who is here.
#[derive(Debug, Serialize, ToSchema)]
pub struct PresenceView {
    /// Who.
    #[schema(example = "usr_01jd3k6q9we3t8v2c4x5z6b7n8")]
    id: String,
    /// Their name.
    name: String,
    /// `online` or `away`.
    #[schema(pattern = "^(online|away)$")]
    state: &'static str,
    /// The cases they look at, in any of their windows.
    cases: Vec<CasePresenceView>,
}

/// A case that somebody looks at.
#[derive(Debug, Serialize, ToSchema)]
pub struct CasePresenceView {
    /// Which.
    #[schema(example = "case_01jd3k6q9we3t8v2c4x5z6b7n8")]
    case: String,
    /// Whether they wrote something in it within the last ten seconds.
    is_writing: bool,
}

impl From<CasePresence> for CasePresenceView {
    fn from(seen: CasePresence) -> Self {
        Self { case: seen.case.to_string(), is_writing: seen.is_writing }
    }
}

impl From<Presence> for PresenceView {
    fn from(presence: Presence) -> Self {
        Self {
            id: presence.user.to_string(),
            name: presence.name,
            state: presence.state.as_str(),
            cases: presence.cases.into_iter().map(CasePresenceView::from).collect(),
        }
    }
}

/// A sign of life.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresenceBody {
    /// `online` or `away`.
    #[schema(value_type = String, pattern = "^(online|away)$")]
    state: PresenceState,
    /// The case that one looks at; `null` or left out for none.
    case: Option<String>,
    /// Whether something was written in it just now. Colleagues see that for ten seconds; nothing of what it is.
    #[serde(default)]
    is_writing: bool,
    /// Which of one's windows this is: any text, the same each time. Each window speaks for itself.
    #[schema(max_length = 64)]
    tab: Option<String>,
}

/// Says that one is here. It counts for 75 seconds; consoles send it on each change, and every 30 seconds while a page
/// is in view.
#[utoipa::path(put, path = "/v1/me/presence", tag = "start", operation_id = "update_presence",
    security(("session" = [])), request_body = PresenceBody, responses((status = 204), Refusals))]
async fn update_presence(
    State(app): State<Arc<App>>,
    QuietAuth(request): QuietAuth,
    Body(body): Body<PresenceBody>,
) -> Result<StatusCode, Failure> {
    let case = body.case.as_deref().map(read_case).transpose()?;
    let sign = SignOfLife { state: body.state, case, is_writing: body.is_writing, tab: body.tab };
    app.service.update_presence(&request, sign).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn read_case(text: &str) -> Result<CaseId, Error> {
    text.parse().map_err(|_| Error::invalid("/case", "unknown-case", "There is no case with this id."))
}

/// Who of the team is here, by name.
#[utoipa::path(get, path = "/v1/presence", tag = "people", operation_id = "list_presence",
    security(("api_key" = []), ("session" = [])), responses((status = 200, body = List<PresenceView>), Refusals))]
async fn list_presence(
    State(app): State<Arc<App>>,
    QuietAuth(request): QuietAuth,
    _: NoParams,
) -> Result<Json<List<PresenceView>>, Failure> {
    let present = app.service.list_presence(&request).await?;
    Ok(Json(List::whole(present.into_iter().map(PresenceView::from).collect())))
}
