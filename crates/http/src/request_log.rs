//! What the request log keeps of a request: whose key, method, the path as the API's document writes it, the answer's
//! status, how long it took. Never a body, a query, an id in the path or an address.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use countersign_types::request_line::RequestLine;
use countersign_types::{ApiKeyId, WidgetId};

use crate::middleware::RequestId;
use crate::problem::ProblemCode;
use crate::router::App;

const WIDGET_FRAME: &str = "/widget/frame/{id}";

/// Where the extractor writes down whose key it saw.
#[derive(Debug, Clone, Default)]
pub struct SeenKey(pub Arc<OnceLock<ApiKeyId>>);

/// Notes requests of API keys, and that a widget was opened on a page of the company. Nothing waits for it.
pub async fn note(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let Some(path) = request.extensions().get::<MatchedPath>().cloned() else {
        return next.run(request).await;
    };
    if path.as_str() == WIDGET_FRAME {
        return note_widget(&app, request, next).await;
    }
    let seen = SeenKey::default();
    request.extensions_mut().insert(seen.clone());
    let method = request.method().to_string();
    let began = Instant::now();
    let response = next.run(request).await;
    if let Some(key) = seen.0.get() {
        let id = response.headers().get(RequestId::HEADER).and_then(|v| v.to_str().ok());
        app.service.note_request(RequestLine {
            request_id: id.unwrap_or_default().to_owned(),
            at: app.service.now(),
            key: *key,
            method,
            path: path.as_str().to_owned(),
            status: i64::from(response.status().as_u16()),
            duration_micros: i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX),
            problem: response.extensions().get::<ProblemCode>().map(|code| code.0.to_owned()),
        });
    }
    response
}

async fn note_widget(app: &App, request: Request, next: Next) -> Response {
    let is_embedded = is_embedded(request.headers());
    let id = request.uri().path().rsplit('/').next().and_then(|id| id.parse::<WidgetId>().ok());
    let response = next.run(request).await;
    let is_there = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    if let Some(id) = id.filter(|_| is_embedded && is_there) {
        app.service.note_widget(id);
    }
    response
}

/// Whether a page of another origin shows it. The console's own preview is not that.
fn is_embedded(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    text("sec-fetch-dest") == "iframe" && matches!(text("sec-fetch-site"), "cross-site" | "same-site")
}
