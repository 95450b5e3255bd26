//! `/livez`: the process answers. `/readyz`: it can do its work, down to a durable write.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use countersign_service::port::{Clock, SystemClock};
use countersign_store::{Db, StoreError, Tx, setting};
use tokio::sync::Mutex;

/// The setting that a check of readiness writes.
const PROBE: &str = "readiness_probe";
/// An answer is good for so long, microseconds: a check is a durable write.
const FRESH: i64 = 1_000_000;
/// How long the write may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Free bytes below which nothing should be sent here any more.
const FREE_BYTES_MIN: u64 = 64 * 1024 * 1024;

/// Whether this server is ready.
pub struct Health {
    db: Db,
    data_dir: PathBuf,
    clock: SystemClock,
    is_stopping: AtomicBool,
    last: Mutex<Option<(i64, Vec<&'static str>)>>,
}

impl Health {
    /// Of a server on this database.
    pub fn new(db: Db, data_dir: PathBuf) -> Arc<Self> {
        Arc::new(Self {
            db,
            data_dir,
            clock: SystemClock::default(),
            is_stopping: AtomicBool::new(false),
            last: Mutex::new(None),
        })
    }

    /// From here on it is not ready.
    pub fn stop(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }

    /// What is in the way, in words without data.
    async fn problems(&self) -> Vec<&'static str> {
        if self.is_stopping.load(Ordering::Relaxed) {
            return vec!["the server is stopping"];
        }
        // One check at a time; those who waited take its answer.
        let mut last = self.last.lock().await;
        let now = self.clock.now();
        if let Some((at, problems)) = &*last
            && now.as_micros() - at < FRESH
        {
            return problems.clone();
        }
        let mut problems = Vec::new();
        let write = self.db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            setting::update_setting(tx, PROBE, &now.as_micros(), now).await
        });
        match tokio::time::timeout(PATIENCE, write).await {
            Ok(Ok(())) => {}
            Ok(Err(StoreError::Full(_))) => problems.push("the disk is full"),
            Ok(Err(_)) => problems.push("the database refuses a write"),
            Err(_) => problems.push("the database does not answer"),
        }
        if free_bytes(&self.data_dir).is_some_and(|free| free < FREE_BYTES_MIN) {
            problems.push("less than 64 MB are free in the data directory");
        }
        *last = Some((self.clock.now().as_micros(), problems.clone()));
        problems
    }
}

/// Free bytes where this directory is.
pub fn free_bytes(path: &std::path::Path) -> Option<u64> {
    let found = rustix::fs::statvfs(path).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Where they are: never refused for being one request too many.
pub const PATHS: [&str; 2] = ["/livez", "/readyz"];

/// The two paths. Without data and without authentication: a load balancer asks them.
pub fn router(health: Arc<Health>) -> Router {
    Router::new()
        .route("/livez", get(async || answer(&[])))
        .route("/readyz", get(async |State(health): State<Arc<Health>>| answer(&health.problems().await)))
        .with_state(health)
}

fn answer(problems: &[&str]) -> Response {
    let body = Json(serde_json::json!({
        "status": if problems.is_empty() { "ok" } else { "unavailable" },
        "problems": problems,
    }));
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let mut response = (status, [(header::CACHE_CONTROL, "no-store")], body).into_response();
    if !problems.is_empty() {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("1"));
    }
    response
}
