//! Development only: a whole server in a test, without a socket: real router, real service, real database.
//!
//! Every answer that passes through [`Client`] is held against the served OpenAPI document: status, media type and
//! body. A handler that says something its annotations do not is found by whichever test meets it first.

// A test that cannot go on must stop at once and say why.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod client;
mod contract;
mod fake;

use std::sync::Arc;

use axum::Router;
use countersign_http::{Options, app};
use countersign_service::config::Config;
use countersign_service::port::{BoxFuture, Countries, Speech, SpeechError, SystemEntropy};
use countersign_service::{Parts, Service};
pub use countersign_store::testing::{TestDb, both};
use countersign_store::{Db, Vault};

pub use client::{Answer, Client};
pub use fake::{ManualClock, RecordingOutbound};

/// The address under which the test application believes to be reached.
pub const ORIGIN: &str = "https://countersign.test";
const MASTER: [u8; 32] = [7; 32];

/// A server in a test.
#[derive(Clone)]
pub struct TestApp {
    pub router: Router,
    pub service: Service,
    pub clock: Arc<ManualClock>,
    pub outbound: Arc<RecordingOutbound>,
    pub admin_email: String,
    pub admin_password: String,
    pub api_key: String,
    _home: Option<Arc<TestDb>>,
}

impl TestApp {
    /// A server that was set up, on a fresh database.
    pub async fn on(db: TestDb) -> Self {
        Self::with(db, |_| {}).await
    }

    /// [`TestApp::on`] with other settings.
    pub async fn with(db: TestDb, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config { public_url: ORIGIN.to_owned(), ..Config::default() };
        change(&mut config);
        let clock = Arc::new(ManualClock::default());
        let outbound = Arc::new(RecordingOutbound::default());
        let service = start((*db).clone(), config, clock.clone(), outbound.clone()).await;
        let made = service.setup_without_person("admin@example.test", None).await.expect("the set-up");
        let router = app(service.clone(), Options::default());
        Self {
            router,
            service,
            clock,
            outbound,
            admin_email: made.email,
            admin_password: made.password,
            api_key: made.api_key,
            _home: Some(Arc::new(db)),
        }
    }

    /// Another server on the same database, with its own memory.
    pub async fn another_server(&self, db: Db) -> Self {
        self.another_server_with(db, |_| {}).await
    }

    /// [`TestApp::another_server`] with other settings.
    pub async fn another_server_with(&self, db: Db, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = self.service.config().clone();
        change(&mut config);
        let service = start(db, config, self.clock.clone(), self.outbound.clone()).await;
        Self { router: app(service.clone(), Options::default()), service, ..self.clone() }
    }

    /// The company's server: an API key with every scope.
    pub fn api(&self) -> Client {
        Client::new(self.router.clone()).bearer(&self.api_key)
    }

    /// The router, with every answer held against the document: for what does not speak through [`Client`].
    pub fn checked(&self) -> Router {
        self.router.clone().layer(axum::middleware::from_fn(contract::hold))
    }

    /// Nobody in particular.
    pub fn anonymous(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// The administrator of the set-up, logged in.
    pub async fn admin(&self) -> Client {
        self.log_in(&self.admin_email, &self.admin_password).await
    }

    /// Somebody of that role (`agent`, `team_manager`), invited and logged in.
    pub async fn person(&self, role: &str) -> Client {
        self.another(role, role).await
    }

    /// Somebody more of that role, under an address of their own.
    pub async fn another(&self, role: &str, name: &str) -> Client {
        let admin = self.admin().await;
        let email = format!("{name}@example.test");
        let body = serde_json::json!({ "email": email, "name": format!("A {role}"), "role": role });
        let invited = admin.post("/v1/users", body).await.expect(201);
        let url = invited["invitation_url"].as_str().expect("an invitation link").to_owned();
        let token = url.split("token=").nth(1).expect("a token in the link").to_owned();
        let password = "a rather long passphrase 1";
        let body = serde_json::json!({ "token": token, "password": password });
        self.anonymous().post("/v1/invitations/accept", body).await;
        self.log_in(&email, password).await
    }

    async fn log_in(&self, email: &str, password: &str) -> Client {
        let body = serde_json::json!({ "email": email, "password": password });
        let answer = self.anonymous().post("/v1/auth/login", body).await;
        let cookie = answer.cookie().expect("a session cookie");
        let csrf = answer.expect(200)["csrf_token"].as_str().expect("a CSRF token").to_owned();
        Client::new(self.router.clone()).session(&cookie, &csrf)
    }

    /// A custom channel; answers with its id.
    pub async fn custom_channel(&self, name: &str) -> String {
        let body = serde_json::json!({ "kind": "custom", "name": name, "config": {} });
        self.api().post("/v1/channels", body).await.expect(201)["id"].as_str().expect("an id").to_owned()
    }

    /// A code for the customer with this external id.
    pub async fn code(&self, external_id: &str) -> String {
        let body = serde_json::json!({ "profile": { "external_id": external_id, "name": "Ann Example" } });
        let made = self.api().post("/v1/identification-codes", body).await.expect(201);
        made["display"].as_str().expect("a code").to_owned()
    }

    /// Starts what runs beside requests: deliveries, looks at providers. A server does that once in its life.
    pub fn jobs(&self) -> Jobs {
        let (stop, until) = tokio::sync::watch::channel(false);
        let service = self.service.clone();
        Jobs { stop, task: tokio::spawn(async move { service.run_jobs(until).await }) }
    }

    /// Carries what a provider posts to the server it was told.
    pub async fn carry(&self, post: &countersign_fakes::Post) -> Answer {
        let path = post.url.strip_prefix(ORIGIN).expect("an address of this server").to_owned();
        let mut client = self.anonymous();
        for (name, value) in &post.headers {
            client = client.header(name.clone().leak(), value);
        }
        client.send(axum::http::Method::POST, &path, Some(post.body.clone())).await
    }

    /// A message on a custom channel; answers with what became of it.
    pub async fn say(&self, channel: &str, from: &str, id: &str, text: &str) -> serde_json::Value {
        let body = serde_json::json!({ "id": id, "from": { "id": from }, "text": text });
        self.api().post(&format!("/v1/channels/{channel}/messages"), body).await.expect(200)
    }
}

/// The jobs of a server in a test.
pub struct Jobs {
    stop: tokio::sync::watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Jobs {
    /// Waits until `is_done`; a test that waits for ten seconds stops and says so.
    #[track_caller]
    pub fn until<'a>(&'a self, is_done: impl AsyncFn() -> bool + 'a) -> impl Future<Output = ()> + 'a {
        let place = std::panic::Location::caller();
        async move {
            for _ in 0..400 {
                if is_done().await {
                    return;
                }
                tokio::time::sleep(std::time::Duration::from_millis(25)).await;
            }
            panic!("the jobs ran for ten seconds and what was waited for at {place} did not happen");
        }
    }

    /// Ends them as a power failure does: nobody is told.
    pub async fn kill(self) {
        self.task.abort();
        self.task.await.ok();
    }

    /// Ends them.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        self.task.await.expect("the jobs end");
    }
}

/// A database of countries for tests: wherever they come from, it is Sweden.
struct AllInSweden;

impl Countries for AllInSweden {
    fn country_of(&self, _address: std::net::IpAddr) -> Option<String> {
        Some("SE".to_owned())
    }
}

/// A voice for tests: it hums, as long as the text is, in two languages.
struct Hum;

impl Speech for Hum {
    fn engine(&self) -> &str {
        "hum"
    }

    fn languages(&self) -> &[String] {
        static LANGUAGES: std::sync::LazyLock<[String; 2]> =
            std::sync::LazyLock::new(|| ["en".to_owned(), "sv".to_owned()]);
        &*LANGUAGES
    }

    fn speak<'a>(&'a self, _: &'a str, text: &'a str) -> BoxFuture<'a, Result<Vec<u8>, SpeechError>> {
        let secs = text.split_whitespace().count() as f64 / 4.0;
        Box::pin(std::future::ready(if text.contains("cough") {
            Err(SpeechError::Failed("it coughed".to_owned()))
        } else {
            Ok(wav(22_050, secs))
        }))
    }
}

/// A WAV file of a tone, 16 bits, one channel.
pub fn wav(rate: u32, secs: f64) -> Vec<u8> {
    let count = (f64::from(rate) * secs) as u32;
    let mut file = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    file.extend(rate.to_le_bytes());
    file.extend((rate * 2).to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend((count * 2).to_le_bytes());
    for n in 0..count {
        let angle = std::f64::consts::TAU * 440.0 * f64::from(n) / f64::from(rate);
        file.extend(((angle.sin() * 8_000.0) as i16).to_le_bytes());
    }
    file
}

async fn start(db: Db, config: Config, clock: Arc<ManualClock>, outbound: Arc<RecordingOutbound>) -> Service {
    let parts = Parts {
        db,
        vault: Vault::new(&MASTER),
        clock,
        entropy: Arc::new(SystemEntropy),
        outbound,
        connectors: countersign_connectors::all(),
        countries: Some(Arc::new(AllInSweden)),
        speech: Some(Arc::new(Hum)),
        config,
    };
    Service::start(parts).await.expect("the service starts")
}

/// Runs a test of the whole server on both databases.
pub async fn on_both(test: impl AsyncFn(TestApp)) {
    both(async |db| test(TestApp::on(db).await).await).await;
}
