//! `/v1/audit`: who did what to which object, and whether the log still is what was written.

mod csv;

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use countersign_service::audit::{Filter, Verdict};
use countersign_types::Timestamp;
use countersign_types::audit::{Actor, AuditRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::{List, narrowed, page_request};
use crate::extract::{Auth, Params, SameOrigin};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_audit))
        .routes(routes!(export_audit))
        .routes(routes!(verify_audit))
}

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditActorView {
    /// `user`, `api_key`, `public`, `customer` or `system`.
    kind: &'static str,
    /// Their id; empty for the system and for strangers.
    id: String,
    /// Their name at that time.
    name: String,
}

impl From<Actor> for AuditActorView {
    fn from(actor: Actor) -> Self {
        Self { kind: actor.kind.as_str(), id: actor.id, name: actor.name }
    }
}

/// A row of the audit log. Its hash is SHA-256 over the hash before it and the canonical JSON (RFC 8785) of these
/// fields without `hash`.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditView {
    /// Its id.
    #[schema(example = "aud_01jd3k6q9we3t8v2c4x5z6b7n8")]
    id: String,
    /// Its place in the chain; `null` for some seconds.
    seq: Option<i64>,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// What, as `noun.verb`.
    #[schema(example = "channel.create")]
    action: String,
    /// Who.
    actor: AuditActorView,
    /// To what; empty for nothing in particular.
    object: String,
    /// `ok`, or the error's code.
    outcome: String,
    /// More, without personal data.
    #[schema(value_type = Object)]
    details: serde_json::Value,
    /// The hash that chains it, hex; `null` for some seconds.
    hash: Option<String>,
}

impl From<AuditRow> for AuditView {
    fn from(row: AuditRow) -> Self {
        Self {
            id: row.id.to_string(),
            seq: row.seq,
            at: row.at.to_string(),
            action: row.action,
            actor: row.actor.into(),
            object: row.object,
            outcome: row.outcome,
            details: row.details,
            hash: row.hash,
        }
    }
}

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditParams {
    /// What, exactly, such as `channel.create`.
    action: Option<String>,
    /// Id of who did it.
    actor: Option<String>,
    /// Id of what it was done to.
    object: Option<String>,
    /// Not before.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Before.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The audit log, newest first.
#[utoipa::path(get, path = "/v1/audit", tag = "audit", operation_id = "list_audit",
    security(("api_key" = []), ("session" = [])), params(AuditParams),
    responses((status = 200, body = List<AuditView>), Refusals))]
async fn list_audit(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(query): Params<AuditParams>,
) -> Result<Json<List<AuditView>>, Failure> {
    let (from, to) = (query.from.map(|t| t.to_string()), query.to.map(|t| t.to_string()));
    let narrowed_by = [&query.action, &query.actor, &query.object, &from, &to];
    let name = narrowed("audit", &narrowed_by.map(Option::as_deref));
    let page = page_request(&app.service, &name, query.limit, query.cursor.as_deref())?;
    let filter = Filter {
        action: query.action,
        actor: query.actor,
        object: query.object,
        from: query.from,
        to: query.to,
    };
    let page = app.service.list_audit(&request, filter, page).await?;
    Ok(Json(List::of(&app.service, &name, page, AuditView::from)))
}

/// Which rows, and how they are written.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportParams {
    /// `csv`, for spreadsheets, or `jsonl`: a row as the list shows it on every line.
    #[param(value_type = String, pattern = "^(csv|jsonl)$")]
    format: ExportFormat,
    /// What, exactly, such as `channel.create`.
    action: Option<String>,
    /// Id of who did it.
    actor: Option<String>,
    /// Id of what it was done to.
    object: Option<String>,
    /// Not before.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Before.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// How an export is written.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Comma-separated values.
    Csv,
    /// A JSON document on every line.
    Jsonl,
}

/// The audit log as a file, newest first; itself a row in it. Comes in pieces, so that its length does not matter.
#[utoipa::path(get, path = "/v1/audit/export", tag = "audit", operation_id = "export_audit",
    security(("api_key" = []), ("session" = [])), params(ExportParams),
    responses((status = 200, description = "The file", content((String = "text/csv"), (String = "application/jsonl"))),
        Refusals))]
async fn export_audit(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: SameOrigin,
    Params(query): Params<ExportParams>,
) -> Result<Response, Failure> {
    let (name, media_type) = match query.format {
        ExportFormat::Csv => ("csv", "text/csv; charset=utf-8; header=present"),
        ExportFormat::Jsonl => ("jsonl", "application/jsonl"),
    };
    let filter = Filter {
        action: query.action,
        actor: query.actor,
        object: query.object,
        from: query.from,
        to: query.to,
    };
    let export = app.service.begin_audit_export(&request, name, filter).await?;
    let day = app.service.now().to_string();
    let disposition = format!("attachment; filename=\"audit-{}.{name}\"", day.get(..10).unwrap_or_default());
    let head = [(header::CONTENT_TYPE, media_type.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    let file = csv::stream(export, query.format);
    Ok((head, axum::body::Body::from_stream(file)).into_response())
}

/// What came of a verification.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerdictView {
    /// Whether everything holds.
    ok: bool,
    /// Rows that were verified; where something is wrong, those before it.
    rows: i64,
    /// Rows of the last seconds, which have no place yet.
    unsealed: i64,
    /// The last signed head.
    head: Option<HeadView>,
    /// What is wrong, and with which row.
    problem: Option<String>,
}

/// A signed head of the chain.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeadView {
    /// The place of the last row it covers.
    seq: i64,
    /// That row's hash, hex.
    hash: String,
    /// When it was signed.
    #[schema(format = DateTime)]
    signed_at: String,
}

impl From<Verdict> for VerdictView {
    fn from(verdict: Verdict) -> Self {
        Self {
            ok: verdict.ok,
            rows: verdict.rows,
            unsealed: verdict.unsealed,
            head: verdict.head.map(|head| HeadView {
                seq: head.seq,
                hash: head.hash,
                signed_at: head.signed_at.to_string(),
            }),
            problem: verdict.problem,
        }
    }
}

/// Verifies the whole log: every row, every gap, every signed head. One at a time.
#[utoipa::path(post, path = "/v1/audit/verify", tag = "audit", operation_id = "verify_audit",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = VerdictView), Refusals))]
async fn verify_audit(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
) -> Result<Json<VerdictView>, Failure> {
    Ok(Json(app.service.verify_audit(&request).await?.into()))
}
