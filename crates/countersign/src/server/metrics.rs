//! Metrics for Prometheus, on a listener of their own. Labels are routes and words of ours, never data.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::get;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::failure::{Exit, Failure, Result};

const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 30.0];

/// Begins to count.
pub fn start() -> Result<PrometheusHandle> {
    let failed = |e: &dyn std::fmt::Display| Failure::new(Exit::Internal, "Metrics cannot be kept").cause(e);
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
        .map_err(|e| failed(&e))?
        .install_recorder()
        .map_err(|e| failed(&e))
}

/// What the metrics listener answers.
pub fn router(handle: PrometheusHandle) -> Router {
    metrics::gauge!("countersign_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    let render = async |State(handle): State<Arc<PrometheusHandle>>| {
        ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render())
    };
    Router::new().route("/metrics", get(render)).with_state(Arc::new(handle))
}

/// Keeps histograms from growing without bound.
pub async fn upkeep(handle: PrometheusHandle) {
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    loop {
        ticks.tick().await;
        handle.run_upkeep();
    }
}

/// Counts a request by route, method and status.
#[allow(clippy::disallowed_methods, reason = "how long an answer took decides nothing")]
pub async fn record(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let method = match request.method().as_str() {
        known @ ("GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD") => known.to_owned(),
        _ => "other".to_owned(),
    };
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    tracing::debug!(
        request_id = response.headers().get("x-request-id").and_then(|v| v.to_str().ok()),
        method,
        route,
        status,
        millis = took.as_millis(),
        "answered"
    );
    let labels = [("route", route), ("method", method), ("status", status.to_string())];
    metrics::counter!("countersign_http_requests_total", &labels).increment(1);
    metrics::histogram!("countersign_http_request_seconds", &labels[..1]).record(took.as_secs_f64());
    response
}
