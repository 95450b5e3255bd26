//! `/v1/request-log`: which requests API keys made.

use std::sync::Arc;

use axum::extract::State;
use countersign_service::request_log::{Filter, Logged};
use countersign_types::{ApiKeyId, Error};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::{List, page_request};
use crate::extract::{Auth, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_requests))
}

/// A request of an API key. Bodies, queries, ids in paths and addresses are not kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestView {
    /// The id that the answer carried as `X-Request-Id`.
    #[schema(example = "req_8b7a0c1d2e3f4a5b6c7d8e9f")]
    request_id: String,
    /// When it was answered.
    #[schema(format = DateTime)]
    at: String,
    /// Whose key.
    api_key: RequestKeyView,
    /// The method.
    #[schema(example = "POST")]
    method: String,
    /// The path as this document writes it.
    #[schema(example = "/v1/profiles/{id}")]
    path: String,
    /// The status of the answer.
    status: i64,
    /// The code of the problem, when it was one.
    problem: Option<String>,
    /// How long the answer took, milliseconds.
    duration_ms: f64,
}

/// An API key, as the request log names it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestKeyView {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
}

impl From<Logged> for RequestView {
    fn from(logged: Logged) -> Self {
        let line = logged.line;
        Self {
            request_id: line.request_id,
            at: line.at.to_string(),
            api_key: RequestKeyView { id: line.key.to_string(), name: logged.key_name },
            method: line.method,
            path: line.path,
            status: line.status,
            problem: line.problem,
            duration_ms: line.duration_micros as f64 / 1_000.0,
        }
    }
}

/// Which requests.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RequestParams {
    /// Of this API key.
    #[param(value_type = Option<String>)]
    api_key: Option<ApiKeyId>,
    /// With this id.
    request_id: Option<String>,
    /// Of this method.
    method: Option<String>,
    /// To this path, as this document writes it.
    path: Option<String>,
    /// A status, such as `404`, or a class: `2xx`, `4xx`, `5xx`, `failed` (400 and above).
    #[param(pattern = "^([1-5][0-9][0-9]|[1-5]xx|failed)$")]
    status: Option<String>,
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Statuses from and to.
fn statuses(word: &str) -> Result<(i64, i64), Error> {
    let class =
        word.strip_suffix("xx").and_then(|digit| digit.parse::<i64>().ok()).filter(|n| (1..=5).contains(n));
    match (word, class, word.parse::<i64>()) {
        ("failed", ..) => Ok((400, 599)),
        (_, Some(class), _) => Ok((class * 100, class * 100 + 99)),
        (_, None, Ok(status)) if (100..=599).contains(&status) => Ok((status, status)),
        _ => {
            Err(Error::invalid("status", "invalid-value", "`status` is a status, `2xx` … `5xx` or `failed`."))
        }
    }
}

/// Requests of API keys, newest first: those of the last seven days, 100,000 at most.
#[utoipa::path(get, path = "/v1/request-log", tag = "api keys", operation_id = "list_requests",
    security(("api_key" = []), ("session" = [])), params(RequestParams),
    responses((status = 200, body = List<RequestView>), Refusals))]
async fn list_requests(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(query): Params<RequestParams>,
) -> Result<Json<List<RequestView>>, Failure> {
    let page = page_request(&app.service, "request-log", query.limit, query.cursor.as_deref())?;
    let statuses = query.status.as_deref().map(statuses).transpose()?;
    let filter = Filter {
        key: query.api_key,
        request_id: query.request_id,
        method: query.method.map(|method| method.to_uppercase()),
        path: query.path,
        status_from: statuses.map(|(from, _)| from),
        status_to: statuses.map(|(_, to)| to),
    };
    let page = app.service.list_requests(&request, filter, page).await?;
    Ok(Json(List::of(&app.service, "request-log", page, RequestView::from)))
}
