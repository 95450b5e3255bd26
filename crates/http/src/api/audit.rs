//! `/v1/audit`: who did what to which object, and whether the log still is what was written.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use countersign_service::audit::{Filter, Verdict};
use countersign_types::Timestamp;
use countersign_types::audit::AuditRow;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::{List, page_request};
use crate::extract::{Auth, Params};
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_audit)).routes(routes!(verify_audit))
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
            actor: AuditActorView { kind: row.actor.kind.as_str(), id: row.actor.id, name: row.actor.name },
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
    let page = page_request(&app.service, "audit", query.limit, query.cursor.as_deref())?;
    let filter = Filter {
        action: query.action,
        actor: query.actor,
        object: query.object,
        from: query.from,
        to: query.to,
    };
    let page = app.service.list_audit(&request, filter, page).await?;
    Ok(Json(List::of(&app.service, "audit", page, AuditView::from)))
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
