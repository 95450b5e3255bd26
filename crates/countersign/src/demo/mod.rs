//! `countersign demo`: Acme Bank, a messenger called Pigeon, customers, people of each role, on a second origin.
//!
//! Two servers in one process: Countersign itself, and what the make-believe companies would run (`site/demo/README.md`
//! says what that answers). They speak to each other over HTTP like strangers: API key in, signed webhook out.

mod api;
mod assistant;
mod bank;
mod messenger;
mod pages;
mod seed;
mod signature;
mod state;
mod story;
mod telegram;
mod telephone;
mod verification;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use countersign_service::port::{Entropy, SystemEntropy};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::assets;
use crate::command::serve;
use crate::config::{Config, Flags, Settings};
use crate::failure::{Exit, Failure, Result, Style, note, print_json};
use crate::server;
use api::Api;
use messenger::Messenger;
use state::State;

/// Where it listens if nothing is said.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);
/// How many ports are tried, from the wanted one on.
const PORTS_TRIED: u16 = 50;

/// What the pages and their backend stand on.
struct Demo {
    /// The address of Countersign.
    server_url: String,
    /// The address of the make-believe companies.
    site_url: String,
    state: State,
    /// As the messenger calls it: hands messages in.
    connector: Api,
    /// As whoever calls the bank by telephone: on the bench.
    phone: Api,
    calls: telephone::Calls,
    /// As the bank's assistant calls it: reads cases and answers.
    assistant: Api,
    messenger: Messenger,
    telegram: telegram::Telegram,
}

/// Runs the demo until it is told to stop.
pub async fn demo(data_dir: Option<PathBuf>, listen: Option<SocketAddr>, json: bool) -> Result<()> {
    if !assets::has_demo() || assets::ASSETS.console.is_empty() {
        return Err(Failure::new(Exit::Found, "This binary was built without its pages")
            .cause("console/build or site/dist was missing when it was built")
            .hint("run `cargo xtask demo`: it builds the pages, then the server, then runs it"));
    }
    let place = Place::take(data_dir)?;
    let wanted = listen.unwrap_or(LISTEN);
    let server = bind_near(wanted, listen.is_none()).await?;
    let server_at = server.local_addr().unwrap_or(wanted);
    let site = bind_near(SocketAddr::new(server_at.ip(), server_at.port().wrapping_add(1)), true).await?;
    let site_at = site.local_addr().unwrap_or(server_at);
    let settings = settings(place.path(), server_at, site_at)?;
    crate::log::start(&settings.log);
    let stop = serve::stop_signal()?;

    let started = serve::start(&settings).await?;
    let service = started.service.clone();
    let db = started.db.clone();
    let (end, ended) = watch::channel(false);
    let running = tokio::spawn({
        let settings = settings.clone();
        async move { serve::run(&settings, server, started, ended).await }
    });
    let site_url = format!("http://{}", local(site_at));
    let ready = prepare(&settings, &service, place.path(), &site_url).await;
    let demo = match ready {
        Ok(demo) => Arc::new(demo),
        Err(failure) => {
            let _ = end.send(true);
            let _ = running.await;
            return Err(failure);
        }
    };
    let site_task = tokio::spawn(serve_site(site, demo.clone(), stop.clone()));
    // Only now is somebody there whom the server can ask whether the bot's token is good.
    if let Err(refusal) = telegram::connect(&demo).await {
        note(&format!("The make-believe Telegram was not connected: {}", refusal.what));
    }
    if json {
        print_json(&pages::config(&demo))?;
    }
    tell(&demo, &place);
    let mut stop = stop;
    let _ = stop.wait_for(|is_stopping| *is_stopping).await;
    demo.messenger.close();
    demo.telegram.close();
    let _ = end.send(true);
    let _ = site_task.await;
    let outcome = running.await.map_err(|e| Failure::new(Exit::Internal, "The server ended").cause(e))?;
    drop((service, db));
    place.leave();
    outcome
}

async fn serve_site(listener: TcpListener, demo: Arc<Demo>, mut stop: watch::Receiver<bool>) {
    let limits = server::Limits {
        per_ip: 500,
        connections: 1_000,
        requests: 500,
        proxies: Vec::new(),
        drain: Duration::from_secs(2),
        deadlines: server::Deadlines::default(),
    };
    let until = async move {
        let _ = stop.wait_for(|is_stopping| *is_stopping).await;
    };
    server::serve(listener, pages::router(demo), limits, until).await;
}

/// Seeds a new example, or goes on with the one that is there.
async fn prepare(
    settings: &Settings,
    service: &countersign_service::Service,
    directory: &Path,
    site_url: &str,
) -> Result<Demo> {
    let server_url = settings.public_url();
    let found = State::load(directory)?;
    let state = match found {
        Some(state) => state,
        None => seed::seed(service, &server_url, site_url).await?,
    };
    seed::point_at(&Api::new(&server_url, &state.api_key)?, &state, site_url).await?;
    state.save(directory)?;
    let connector = Api::new(&server_url, &state.connector_key)?;
    let assistant = Api::new(&server_url, &state.assistant_key)?;
    let calls = telephone::Calls::default();
    let phone = Api::new(&server_url, &state.telephone.caller_key)?;
    let site_url = site_url.to_owned();
    let (messenger, telegram) = (Messenger::new(), telegram::Telegram::new());
    Ok(Demo { server_url, site_url, state, connector, phone, calls, assistant, messenger, telegram })
}

fn settings(directory: &Path, server_at: SocketAddr, site_at: SocketAddr) -> Result<Settings> {
    let set = |path, text: String| (path, "demo", text);
    let flags = Flags {
        config: None,
        values: vec![
            set("data_dir", directory.to_string_lossy().into_owned()),
            set("server.listen", server_at.to_string()),
            set("server.public_url", format!("http://{}", local(server_at))),
            // The backend of the example is called by http, on this computer, on this one port.
            set("outbound.allow", local(site_at).to_string()),
            set("session.agent_idle_secs", "28800".to_owned()),
            set("session.admin_idle_secs", "14400".to_owned()),
            set("log.format", "text".to_owned()),
            set("log.level", "warn".to_owned()),
        ],
    };
    Ok(Config::load_alone(&flags)?.settings)
}

/// The address by which this computer reaches a listener of its own.
fn local(at: SocketAddr) -> SocketAddr {
    if at.ip().is_unspecified() { SocketAddr::new(LISTEN.ip(), at.port()) } else { at }
}

/// Takes an address; where its port is taken, the next free one, and says so.
async fn bind_near(wanted: SocketAddr, may_move: bool) -> Result<TcpListener> {
    for step in 0..PORTS_TRIED {
        let at = SocketAddr::new(wanted.ip(), wanted.port().saturating_add(step));
        match TcpListener::bind(at).await {
            Ok(listener) => {
                if step > 0 {
                    note(&format!("Port {} is taken, so this is on {}.", wanted.port(), at.port()));
                }
                return Ok(listener);
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse && may_move && wanted.port() != 0 => {}
            Err(_) => break,
        }
    }
    server::bind(&wanted.to_string(), "--listen").await
}

/// The directory of the example.
enum Place {
    /// Kept.
    Kept(PathBuf),
    /// Thrown away at the end.
    Fleeting(PathBuf),
}

impl Place {
    fn take(wanted: Option<PathBuf>) -> Result<Self> {
        if let Some(path) = wanted {
            return Ok(Self::Kept(path));
        }
        let mut name = [0; 8];
        SystemEntropy.fill(&mut name)?;
        Ok(Self::Fleeting(std::env::temp_dir().join(format!("countersign-demo-{}", hex::encode(name)))))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Kept(path) | Self::Fleeting(path) => path,
        }
    }

    fn leave(&self) {
        if let Self::Fleeting(path) = self
            && let Err(error) = std::fs::remove_dir_all(path)
        {
            note(&format!("{} was not removed: {error}", path.display()));
        }
    }
}

/// Prints where everything is and what to try.
fn tell(demo: &Demo, place: &Place) {
    let style = Style::of_stderr();
    let bold = |text: &str| style.paint("1", text);
    let (server, site) = (&demo.server_url, &demo.site_url);
    note(&format!(
        "\n  {}\n\n  Start here  {}\n\n  Acme Bank   {site}/bank\n  Messenger   {site}/messenger\n  Telegram    {site}/telegram\n  \
         Shop        {site}/shop\n  Console     {server}/\n  API         {server}/docs/api\n\n  \
         Log in to the console as\n",
        bold("The Countersign demo is running."),
        bold(&format!("{site}/")),
    ));
    for person in &demo.state.people {
        note(&format!("    {:<13} {:<22} {}", person.role, person.email, bold(&person.password)));
    }
    note(&format!(
        "\n  Try this: write to the bank in the messenger as Jo. Sign in to the bank as Victor VIP, press\n  \
         \"Get identification code\", and paste the code in the messenger. In the console, where the agent\n  \
         saw \"Anonymous\", stands \"Authenticated\".\n\n  For programs: API key {}\n",
        demo.state.api_key
    ));
    note(&match place {
        Place::Kept(path) => format!("  Ctrl+C stops it. The example stays in {}.\n", path.display()),
        Place::Fleeting(_) => "  Ctrl+C stops it and throws the example away.\n".to_owned(),
    });
}
