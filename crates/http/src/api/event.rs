//! `/v1/events`: the event log.

use std::sync::Arc;

use axum::extract::State;
use countersign_service::event::LoggedEvent;
use countersign_types::Error;
use countersign_types::event::EventKind;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::audit::AuditActorView;
use crate::cursor::{List, page_request};
use crate::extract::{Auth, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_events))
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventView {
    /// Its id; webhooks carry the same.
    #[schema(example = "evt_01jd3k6q9we3t8v2c4x5z6b7n8")]
    id: String,
    /// Its type; `/v1/event-types` lists them.
    #[schema(example = "identification.succeeded")]
    r#type: &'static str,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who.
    actor: AuditActorView,
    /// What a webhook without personal data carries of it: ids and words.
    #[schema(value_type = Object)]
    payload: serde_json::Value,
}

impl From<LoggedEvent> for EventView {
    fn from(logged: LoggedEvent) -> Self {
        let event = logged.event;
        Self {
            id: event.id.to_string(),
            r#type: event.kind.as_str(),
            at: event.at.to_string(),
            actor: event.actor.into(),
            payload: logged.payload,
        }
    }
}

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventParams {
    /// Of this type.
    r#type: Option<String>,
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What happened in the workspace, newest first. Messages stand in their cases, not here.
#[utoipa::path(get, path = "/v1/events", tag = "webhooks", operation_id = "list_events",
    security(("api_key" = []), ("session" = [])), params(EventParams),
    responses((status = 200, body = List<EventView>), Refusals))]
async fn list_events(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(query): Params<EventParams>,
) -> Result<Json<List<EventView>>, Failure> {
    let page = page_request(&app.service, "events", query.limit, query.cursor.as_deref())?;
    let unknown =
        || Error::invalid("type", "unknown-event-type", "/v1/event-types lists the types of events.");
    let kind = query.r#type.map(|word| EventKind::parse(&word).ok_or_else(unknown)).transpose()?;
    let page = app.service.list_events(&request, kind, page).await?;
    Ok(Json(List::of(&app.service, "events", page, EventView::from)))
}
