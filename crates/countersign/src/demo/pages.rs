//! The second origin: the companies' pages and what they ask their own servers.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use countersign_http::assets::{Asset, TRACKER, WEB_CHAT_LOADER, WIDGET_LOADER};
use countersign_service::port::{Clock, Entropy, SystemClock, SystemEntropy};
use countersign_types::time;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Demo, assistant, bank, messenger, telegram, telephone};
use crate::assets::{ASSETS, DEMO};

/// Everything the second origin answers.
pub(super) fn router(demo: Arc<Demo>) -> Router {
    let mut router = Router::new()
        .route("/demo/config.json", get(async |State(demo): State<Arc<Demo>>| fresh(Json(config(&demo)))))
        .route("/bank/token", get(token))
        .route("/bank/accounts/{number}", get(telephone::account))
        .route("/bank/pins", post(telephone::pin))
        .route("/telephone/call", post(telephone::call))
        .route("/telephone/input", post(telephone::input))
        .route("/messenger/send", post(messenger::send))
        .route("/messenger/events", get(messenger::events))
        .route("/messenger/webhook", post(messenger::webhook))
        .route("/telegram/send", post(telegram::send))
        .route("/telegram/events", get(telegram::events))
        .route("/telegram/api/{*method}", any(telegram::api))
        .route("/telegram/open/{bot}", get(telegram::open))
        .route("/assistant/webhook", post(assistant::webhook));
    for asset in &DEMO {
        router = router.route(asset.path, get(async move |State(demo): State<Arc<Demo>>| page(asset, &demo)));
    }
    router.with_state(demo)
}

fn page(asset: &'static Asset, demo: &Demo) -> Response {
    let server = &demo.server_url;
    let policy = format!(
        "default-src 'none'; script-src 'self' {server}; style-src 'self'; connect-src 'self' {server}; \
         img-src 'self' data:; frame-src {server}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let mut response = Response::new(Body::from(asset.plain));
    let headers = response.headers_mut();
    let pairs = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, &policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in pairs {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}

/// An answer that nobody keeps.
pub(super) fn fresh(answer: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], answer).into_response()
}

/// Where everything is; also what `--json` prints.
pub(super) fn config(demo: &Demo) -> Value {
    let state = &demo.state;
    let people: Vec<_> = state
        .people
        .iter()
        .map(|p| json!({ "role": p.role, "email": p.email, "password": p.password }))
        .collect();
    json!({
        "console_url": format!("{}/", demo.server_url),
        "server_url": demo.server_url,
        "site_url": demo.site_url,
        "widget_id": state.widget,
        "widget_sri": ASSETS.integrity(WIDGET_LOADER),
        "web_chat_id": state.web_chat,
        "web_chat_sri": ASSETS.integrity(WEB_CHAT_LOADER),
        "site_key": Some(&state.site_key).filter(|key| !key.is_empty()),
        "tracker_sri": ASSETS.integrity(TRACKER),
        "customers": bank::customers(),
        "callers": telephone::callers(),
        "people": people,
        "channels": [{ "id": state.pigeon, "name": "Pigeon", "kind": "custom" }],
    })
}

#[derive(Deserialize)]
struct TokenQuery {
    #[serde(default)]
    customer: String,
}

/// What the bank's page asks for on behalf of whoever is signed in.
async fn token(State(demo): State<Arc<Demo>>, Query(query): Query<TokenQuery>) -> Response {
    let now = SystemClock::default().now().as_micros() / time::SECOND;
    match bank::token(&demo.state, &query.customer, now, &random_name()) {
        Some(token) => fresh(Json(json!({ "token": token }))),
        None => fresh(StatusCode::UNAUTHORIZED),
    }
}

/// A name that nothing else has.
pub(super) fn random_name() -> String {
    let mut bytes = [0; 16];
    // Without randomness every name would be the same, and be refused as a repetition.
    let _ = SystemEntropy.fill(&mut bytes);
    hex::encode(bytes)
}

/// The text of a header.
pub(super) fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
}
