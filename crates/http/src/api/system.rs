//! `/v1/system`: the state of storage, queues and servers.

use std::sync::Arc;

use axum::extract::State;
use countersign_service::system::{System, SystemEvent, SystemEventKind};
use countersign_types::time;
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
    OpenApiRouter::new().routes(routes!(get_system)).routes(routes!(list_system_history))
}

/// The state of storage, queues and servers.
#[derive(Debug, Serialize, ToSchema)]
pub struct SystemView {
    /// This server's version.
    version: &'static str,
    /// Since when it runs, seconds.
    uptime_secs: i64,
    /// The database.
    database: DatabaseView,
    /// What waits, and what was given up.
    outbox: OutboxView,
    /// Servers on this database.
    servers: Vec<ServerView>,
    /// Identification codes.
    codes: CodesView,
    /// The program that speaks prompts, such as `espeak-ng`; `null`: none is installed.
    speech: Option<String>,
}

/// The database.
#[derive(Debug, Serialize, ToSchema)]
pub struct DatabaseView {
    /// `sqlite` or `postgres`.
    kind: &'static str,
    /// Its version.
    version: String,
    /// Bytes it takes.
    size_bytes: i64,
}

/// What waits, and what was given up.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutboxView {
    /// Rows that wait or are under way.
    pending: i64,
    /// Seconds that the oldest waits.
    oldest_secs: Option<i64>,
    /// Rows that were given up.
    dead: i64,
}

/// A server on this database.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServerView {
    /// Its id, new at each start.
    id: String,
    /// Whether it is the one that answers.
    current: bool,
    /// Its version.
    version: String,
    /// When it started.
    #[schema(format = DateTime)]
    started_at: String,
    /// When it last said that it is there.
    #[schema(format = DateTime)]
    seen_at: String,
}

/// Identification codes.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodesView {
    /// Alive at this moment.
    live: i64,
}

impl From<System> for SystemView {
    fn from(system: System) -> Self {
        let hex = |id: [u8; 16]| id.iter().map(|b| format!("{b:02x}")).collect::<String>();
        Self {
            version: system.version,
            uptime_secs: system.now.since(system.started_at) / time::SECOND,
            database: DatabaseView {
                kind: system.database_kind,
                version: system.database_version,
                size_bytes: system.database_bytes,
            },
            outbox: OutboxView {
                pending: system.outbox.pending,
                oldest_secs: system.oldest_secs,
                dead: system.outbox.dead,
            },
            servers: system
                .servers
                .into_iter()
                .map(|server| ServerView {
                    current: server.id == system.server_id,
                    id: hex(server.id),
                    version: server.version,
                    started_at: server.started_at.to_string(),
                    seen_at: server.seen_at.to_string(),
                })
                .collect(),
            codes: CodesView { live: system.live_codes },
            speech: system.speech,
        }
    }
}

/// The state of storage, queues and servers.
#[utoipa::path(get, path = "/v1/system", tag = "system", operation_id = "get_system",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = SystemView), Refusals))]
async fn get_system(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<SystemView>, Failure> {
    Ok(Json(app.service.get_system(&request).await?.into()))
}

/// What happened to this installation.
#[derive(Debug, Serialize, ToSchema)]
pub struct SystemHistoryView {
    /// Newest first, at most a hundred.
    data: Vec<SystemEventView>,
}

/// Something that happened to this installation.
#[derive(Debug, Serialize, ToSchema)]
pub struct SystemEventView {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// `started`, `stopped`, `lost` (a server was gone without a word), `migrated` (the schema was brought to a newer
    /// version) or `gave_up` (deliveries were given up).
    kind: &'static str,
    /// The server's id.
    server: Option<String>,
    /// The server's version, or that of the schema.
    version: Option<String>,
    /// How many migrations ran, or deliveries were given up one after another.
    count: Option<i64>,
    /// What was given up: `webhook` or `message`.
    delivery: Option<String>,
}

impl From<SystemEvent> for SystemEventView {
    fn from(event: SystemEvent) -> Self {
        let (kind, server, count, delivery) = match event.kind {
            SystemEventKind::Started(server) => ("started", Some(server), None, None),
            SystemEventKind::Stopped(server) => ("stopped", Some(server), None, None),
            SystemEventKind::Lost(server) => ("lost", Some(server), None, None),
            SystemEventKind::Migrated { version, count } => {
                let view = Self::of(event.at.to_string(), "migrated");
                return Self { version: Some(version.to_string()), count: Some(count), ..view };
            }
            SystemEventKind::GaveUp { kind, count } => ("gave_up", None, Some(count), Some(kind)),
        };
        let (server, version) = server.map(|s| (s.id, s.version)).unzip();
        Self { server, version, count, delivery, ..Self::of(event.at.to_string(), kind) }
    }
}

impl SystemEventView {
    fn of(at: String, kind: &'static str) -> Self {
        Self { at, kind, server: None, version: None, count: None, delivery: None }
    }
}

/// What happened to this installation: servers that began, ended or were lost, migrations of the database, deliveries
/// that were given up.
#[utoipa::path(get, path = "/v1/system/history", tag = "system", operation_id = "list_system_history",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = SystemHistoryView), Refusals))]
async fn list_system_history(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<SystemHistoryView>, Failure> {
    let events = app.service.list_system_history(&request).await?;
    Ok(Json(SystemHistoryView { data: events.into_iter().map(Into::into).collect() }))
}
