//! `countersign serve`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::middleware::from_fn;
use countersign_connectors::speech::Voice;
use countersign_service::port::{Countries, Speech, SystemClock, SystemEntropy};
use countersign_service::{Parts, Service};
use countersign_store::Db;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::config::{Config, Flags, Settings};
use crate::country::CountryDatabase;
use crate::failure::{Exit, Failure, Result, Style, note};
use crate::server::{self, Limits, health, metrics};
use crate::{log, open};

/// A service on its database.
pub struct Started {
    /// The operations.
    pub service: Service,
    /// The database, to be closed at the end.
    pub db: Db,
    /// Whether the master key was made just now.
    pub is_new_key: bool,
}

impl Started {
    /// Says where a new key is, because nobody keeps a copy of what they do not know of.
    pub fn say_new_key(&self, settings: &Settings) {
        if self.is_new_key {
            note(&format!(
                "Made the master key {}. Keep a copy of it apart from copies of the database: without it nobody can \
                 read the database.",
                settings.master_key_file().display()
            ));
        }
    }
}

/// Opens what a server stands on, and starts the service.
pub async fn start(settings: &Settings) -> Result<Started> {
    let opened = open::open(settings).await?;
    let path = &settings.tracker.country_database;
    let countries = match path.is_empty() {
        true => None,
        false => Some(Arc::new(CountryDatabase::open(Path::new(path))?) as Arc<dyn Countries>),
    };
    let speech = Voice::find().await.map(|voice| Arc::new(voice) as Arc<dyn Speech>);
    let parts = Parts {
        countries,
        speech,
        db: opened.db.clone(),
        vault: opened.vault,
        clock: Arc::new(SystemClock::default()),
        entropy: Arc::new(SystemEntropy),
        outbound: crate::outbound::guarded(settings)?,
        connectors: countersign_connectors::all(),
        config: settings.service(),
    };
    let service = Service::start(parts).await?;
    service.keep_audit_heads_in(settings.audit_head_file());
    Ok(Started { service, db: opened.db, is_new_key: opened.is_new_key })
}

/// Runs the server until it is told to stop.
pub async fn serve(flags: &Flags) -> Result<()> {
    let config = Config::load(flags)?;
    let settings = config.settings;
    log::start(&settings.log);
    let listener = server::bind(&settings.server.listen, "--listen").await?;
    let started = start(&settings).await?;
    started.say_new_key(&settings);
    say_where(&settings, &started.service).await?;
    let stop = stop_signal()?;
    run(&settings, listener, started, stop).await
}

/// Serves a started service until `stop`, and closes everything in order.
pub async fn run(
    settings: &Settings,
    listener: TcpListener,
    started: Started,
    mut stop: watch::Receiver<bool>,
) -> Result<()> {
    let Started { service, db, .. } = started;
    let health = health::Health::new(db.clone(), settings.data_dir.clone());
    let measured = measured(settings, stop.clone()).await?;
    let options = countersign_http::Options {
        trusted_proxies: settings.server.trusted_proxies.clone(),
        assets: crate::assets::ASSETS,
        security_contact: settings.server.security_contact.clone(),
    };
    let mut app = countersign_http::app(service.clone(), options).merge(health::router(health.clone()));
    if measured {
        app = app.layer(from_fn(metrics::record));
    }
    let jobs = tokio::spawn({
        let (service, stop) = (service.clone(), stop.clone());
        async move { service.run_jobs(stop).await }
    });
    // A server that died may not have told the others of its last commits.
    db.resync();
    let limits = limits(settings);
    tracing::info!(listen = settings.server.listen, version = env!("CARGO_PKG_VERSION"), "serving");
    let unready = Duration::from_millis(settings.server.unready_ms);
    let stopping = async move {
        let _ = stop.wait_for(|is_stopping| *is_stopping).await;
        tracing::info!("stopping: requests under way finish first");
        health.stop();
        // Balancers see it and turn away; whoever comes until then is served.
        tokio::time::sleep(unready).await;
    };
    tokio::select! {
        () = server::serve(listener, app, limits, stopping) => {}
        cause = db.fatal() => {
            // What is durable is no longer known: nothing more is answered, the next start recovers.
            tracing::error!(%cause, "the disk under the database failed");
            return Err(Failure::new(Exit::Disk, "The disk under the database failed")
                .cause(cause)
                .hint("look at the disk, then start again: the database recovers by itself"));
        }
    }
    let patience = Duration::from_secs(settings.server.drain_secs.max(1));
    if !matches!(tokio::time::timeout(patience, jobs).await, Ok(Ok(()))) {
        tracing::warn!("the jobs did not end in time; what they had begun is done again at the next start");
    }
    db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// The second listener, for metrics, if one is wanted.
async fn measured(settings: &Settings, mut stop: watch::Receiver<bool>) -> Result<bool> {
    if settings.server.metrics_listen.is_empty() {
        return Ok(false);
    }
    let handle = metrics::start()?;
    let listener = server::bind(&settings.server.metrics_listen, "--metrics-listen").await?;
    let limits = Limits { connections: 64, ..limits(settings) };
    tokio::spawn(metrics::upkeep(handle.clone()));
    tokio::spawn(async move {
        let stop = async move {
            let _ = stop.wait_for(|is_stopping| *is_stopping).await;
        };
        server::serve(listener, metrics::router(handle), limits, stop).await;
    });
    Ok(true)
}

fn limits(settings: &Settings) -> Limits {
    Limits {
        per_ip: settings.server.connections_per_ip_max,
        connections: settings.server.connections_max,
        requests: settings.server.requests_max,
        proxies: settings.server.trusted_proxies.clone(),
        drain: Duration::from_secs(settings.server.drain_secs),
        deadlines: server::Deadlines::default(),
    }
}

/// True once the process is asked to stop.
pub fn stop_signal() -> Result<watch::Receiver<bool>> {
    let listen =
        |kind| signal(kind).map_err(|e| Failure::new(Exit::Internal, "Signals cannot be received").cause(e));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    let (tell, stop) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        let _ = tell.send(true);
        // Whoever asks twice does not want to wait.
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        std::process::exit(130);
    });
    Ok(stop)
}

/// Where it is, and at the first start the link by which it is set up.
async fn say_where(settings: &Settings, service: &Service) -> Result<()> {
    let url = settings.public_url();
    let style = Style::of_stderr();
    if let Some(token) = service.setup_link_token().await? {
        note(&format!(
            "\n  Countersign is not set up yet. Open this link within 7 days; it works once:\n\n  {}\n",
            style.paint("1", &format!("{url}/setup#token={token}"))
        ));
    } else if std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        note(&format!("\n  Countersign is at {}\n", style.paint("1", &url)));
    }
    Ok(())
}
