//! `countersign doctor --canary`: does this program say personal values to whoever must see them masked?
//!
//! It never opens the database of an installation: it fills one of its own, in a directory that is thrown away, and asks
//! the very router that `serve` serves. Nothing listens and nothing is sent.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use axum::middleware::from_fn;
use countersign_canary::{EVERYTHING, Outcome, Stage, Written};
use countersign_service::port::{
    BoxFuture, ClientIdentity, Entropy as _, Outbound, OutboundAnswer, OutboundError, OutboundRequest,
    SystemClock, SystemEntropy,
};
use countersign_service::{Parts, Service};
use serde_json::json;
use tokio::sync::watch;
use tracing_subscriber::filter::LevelFilter;

use crate::config::{Config, Flags, Settings};
use crate::failure::{Exit, Failure, Result, Style, note, print_json};
use crate::open;
use crate::server::metrics;

/// A way out that leads nowhere: what would have been sent is kept.
#[derive(Default)]
struct Kept(Mutex<Vec<(String, Vec<u8>)>>);

impl Kept {
    fn sent(&self) -> Vec<(String, Vec<u8>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Outbound for Kept {
    fn check_url(&self, _url: &str) -> Result<(), OutboundError> {
        Ok(())
    }

    fn check_identity(&self, _identity: &ClientIdentity) -> Result<(), OutboundError> {
        Ok(())
    }

    fn call_as<'a>(
        &'a self,
        _identity: &'a ClientIdentity,
        request: OutboundRequest,
    ) -> BoxFuture<'a, Result<OutboundAnswer, OutboundError>> {
        self.call(request)
    }

    fn call(&self, request: OutboundRequest) -> BoxFuture<'_, Result<OutboundAnswer, OutboundError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((request.url, request.body));
        let (status, body) = (200, Vec::new());
        let answer = OutboundAnswer { status, retry_after_secs: None, location: None, body, latency_ms: 1 };
        Box::pin(std::future::ready(Ok(answer)))
    }
}

/// A directory that is gone when this is.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self> {
        let mut name = [0; 8];
        SystemEntropy.fill(&mut name)?;
        Ok(Self(std::env::temp_dir().join(format!("countersign-canary-{}", hex::encode(name)))))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            note(&format!("{} was not removed: {error}", self.0.display()));
        }
    }
}

/// Crawls and says what it found. Exit status 1 where something leaked, or where the crawl would not have seen it.
pub async fn canary(json: bool) -> Result<()> {
    let scratch = Scratch::new()?;
    if !json {
        note(&format!(
            "Made-up customers are put into {}, which is thrown away at the end. Your own data is not touched.",
            scratch.0.display()
        ));
    }
    let outcome = crawl(&scratch.0).await?;
    if json {
        print_json(&report(&outcome))?;
    } else {
        show(&outcome);
    }
    match (outcome.hits.len(), outcome.unmet.len()) {
        (0, 0) => Ok(()),
        (0, _) => Err(Failure::new(Exit::Found, "The crawl did not meet everything that it planted")
            .cause("of those values it cannot say whether they leak")),
        (hits, _) => {
            Err(Failure::new(Exit::Found, format!("Personal values were said in the clear: {hits}"))
                .hint("do not serve with this program; report it, see SECURITY.md"))
        }
    }
}

async fn crawl(directory: &Path) -> Result<Outcome> {
    let settings = settings(directory)?;
    let written = Written::default();
    let writer = written.clone();
    // A reader at the most talkative level sees everything that a log could ever hold.
    let reader = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_ansi(false);
    let reader = reader.with_writer(move || writer.clone()).finish();
    tracing::subscriber::set_global_default(reader)
        .map_err(|e| Failure::new(Exit::Internal, "The log cannot be read").cause(e))?;
    let opened = open::open(&settings).await?;
    let db = opened.db.clone();
    let kept = Arc::new(Kept::default());
    let service = Service::start(Parts {
        countries: None,
        speech: None,
        db: opened.db,
        vault: opened.vault,
        clock: Arc::new(SystemClock::default()),
        entropy: Arc::new(SystemEntropy),
        outbound: kept.clone(),
        connectors: countersign_connectors::all(),
        config: settings.service(),
    })
    .await?;
    let made = service.setup_without_person("canary-admin@example.test", None).await?;
    let counted = metrics::start()?;
    let router = countersign_http::app(service.clone(), countersign_http::Options::default());
    let stage = Stage {
        router: router.layer(from_fn(metrics::record)),
        service: service.clone(),
        admin_email: made.email,
        admin_password: made.password,
        api_key: made.api_key,
        sent: Arc::new(move || kept.sent()),
        written,
        metrics: Some(Arc::new(move || counted.render())),
    };
    let (stop, stopped) = watch::channel(false);
    let jobs = tokio::spawn(async move { service.run_jobs(stopped).await });
    let outcome = countersign_canary::run(&stage, EVERYTHING).await;
    let _ = stop.send(true);
    let _ = jobs.await;
    drop(stage);
    db.close().await;
    outcome.map_err(|e| Failure::new(Exit::Internal, "The crawl could not be made").cause(e))
}

fn settings(directory: &Path) -> Result<Settings> {
    let set = |path, text: &str| (path, "doctor --canary", text.to_owned());
    let values = vec![
        set("data_dir", &directory.to_string_lossy()),
        set("server.public_url", "https://countersign.test"),
    ];
    Ok(Config::load_alone(&Flags { config: None, values })?.settings)
}

fn report(outcome: &Outcome) -> serde_json::Value {
    let told = outcome
        .told
        .iter()
        .map(|(who, told)| json!({ "who": who, "answers": told.answers, "successes": told.successes }));
    let hits =
        outcome.hits.iter().map(|hit| json!({ "who": hit.who, "place": hit.place, "field": hit.field }));
    json!({
        "ok": outcome.is_clean(), "planted": outcome.planted, "unmet": outcome.unmet,
        "paths": outcome.paths, "unvisited": outcome.unvisited, "told": told.collect::<Vec<_>>(),
        "searched_bytes": outcome.besides, "hits": hits.collect::<Vec<_>>(),
    })
}

fn show(outcome: &Outcome) {
    let style = Style::of_stderr();
    let visited = outcome.paths - outcome.unvisited.len();
    note(&format!("planted   {} values, each in a field of its own", outcome.planted));
    note(&format!("visited   {visited} of {} paths of the API that are read", outcome.paths));
    for path in &outcome.unvisited {
        note(&format!("          not {path}: nothing there, or not without a visitor's own secret"));
    }
    for (who, told) in &outcome.told {
        note(&format!(
            "          as {who}: {} answers, {} of them no refusals",
            told.answers, told.successes
        ));
    }
    for (what, bytes) in &outcome.besides {
        note(&format!("          {what}: {bytes} bytes"));
    }
    for field in &outcome.unmet {
        note(&format!("{}   {field} was planted and met nowhere", style.paint("31;1", "unseen")));
    }
    for hit in &outcome.hits {
        note(&format!("{}      {} in {}, as {}", style.paint("31;1", "hit"), hit.field, hit.place, hit.who));
    }
    let hits = format!("{} hits", outcome.hits.len());
    let colour = if outcome.hits.is_empty() { "32" } else { "31;1" };
    note(&format!("found     {}", style.paint(colour, &hits)));
}
