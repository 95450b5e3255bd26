//! The canary crawl (M-8): a value of its own in every personal field; everything that a server says, to everybody who
//! sees values masked, is searched for each of them, written in any way it might be.
//!
//! The crawl needs a server that nobody uses: it fills it. Tests give it theirs, `countersign doctor --canary` one on a
//! database that is thrown away. Decision 0031 says why it is a crate of its own.

mod client;
mod crawl;
mod plant;
pub mod registry;
pub mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use countersign_service::Service;
use futures_util::StreamExt;
use serde_json::{Value, json};

use client::Client;
use values::{CANARIES, Needles, SCRUBBED};

/// How long the crawl waits for what the server does beside requests.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a live stream is silent before it is taken to have said everything.
const SILENCE: Duration = Duration::from_millis(500);

/// Why the crawl could not be made. Says nothing about leaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble(String);

impl Trouble {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Trouble {}

/// What a server writes down about its own work, kept to be searched.
#[derive(Clone, Default)]
pub struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    /// All of it.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What a server sent out: the address and the body of each request.
pub type Sent = Arc<dyn Fn() -> Vec<(String, Vec<u8>)> + Send + Sync>;

/// A server that nobody uses, set up, with its jobs running.
#[derive(Clone)]
pub struct Stage {
    /// Its answers.
    pub router: Router,
    /// Its operations.
    pub service: Service,
    /// The address of the administrator of the set-up.
    pub admin_email: String,
    /// Their password.
    pub admin_password: String,
    /// An API key with every scope.
    pub api_key: String,
    /// What it sent out.
    pub sent: Sent,
    /// What it wrote to its log, at every level.
    pub written: Written,
    /// What it would tell Prometheus, where that is counted.
    pub metrics: Option<Arc<dyn Fn() -> String + Send + Sync>>,
}

impl Stage {
    fn anonymous(&self) -> Client {
        Client::new(self.router.clone())
    }

    fn api(&self) -> Client {
        self.anonymous().bearer(&self.api_key)
    }

    async fn admin(&self) -> Result<Client, Trouble> {
        self.log_in(&self.admin_email, &self.admin_password).await
    }

    /// Somebody of that role, invited and logged in.
    async fn another(&self, role: &str, name: &str) -> Result<Client, Trouble> {
        let email = format!("canary-{name}@example.test");
        let body = json!({ "email": email, "name": format!("A {role}"), "role": role });
        let invited = self.admin().await?.post("/v1/users", body).await?.ok()?;
        let url = invited["invitation_url"].as_str().unwrap_or_default();
        let token = url.split("token=").nth(1).unwrap_or_default();
        let password = "a rather long passphrase 1";
        let body = json!({ "token": token, "password": password });
        self.anonymous().post("/v1/invitations/accept", body).await?.ok()?;
        self.log_in(&email, password).await
    }

    async fn log_in(&self, email: &str, password: &str) -> Result<Client, Trouble> {
        let body = json!({ "email": email, "password": password });
        let answer = self.anonymous().post("/v1/auth/login", body).await?;
        let said = answer.ok()?;
        let (cookie, csrf) =
            (answer.cookie().unwrap_or_default(), said["csrf_token"].as_str().unwrap_or_default());
        Ok(self.anonymous().with("cookie", &cookie).with("x-csrf-token", csrf))
    }

    /// An API key with every scope but the one for personal data.
    async fn blind_key(&self) -> Result<Client, Trouble> {
        let all = self.api().get("/v1/permissions").await?.ok()?;
        let scopes: Vec<&str> = all["data"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|permission| permission["scope"].as_str())
            .filter(|scope| *scope != "personal_data.read")
            .collect();
        let body = json!({ "name": "Blind", "scopes": scopes });
        let key = self.api().post("/v1/api-keys", body).await?.ok()?;
        Ok(self.anonymous().bearer(key["secret"].as_str().unwrap_or_default()))
    }
}

/// Which classes of values every role sees masked.
pub const EVERYTHING: &[&str] = &["name", "email", "phone", "ids", "attributes", "text"];

fn matrix(is_masked: impl Fn(&str) -> bool) -> Value {
    EVERYTHING
        .iter()
        .map(|class| ((*class).to_owned(), Value::Bool(is_masked(class))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

async fn mask(stage: &Stage, masked: &[&str]) -> Result<(), Trouble> {
    let row = matrix(|class| masked.contains(&class));
    let roles = json!({ "roles": { "admin": row, "team_manager": row, "agent": row } });
    stage.api().put("/v1/masking", roles).await?.ok()?;
    Ok(())
}

/// A canary where somebody was told it who must not know it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Who was told.
    pub who: &'static str,
    /// Where.
    pub place: String,
    /// The field that the value is planted in.
    pub field: &'static str,
}

/// What one caller was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    /// Answers that were searched.
    pub answers: usize,
    /// Of these, those that were no refusals.
    pub successes: usize,
}

/// What a crawl found.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// How many canaries were planted.
    pub planted: usize,
    /// How many paths of the document are read.
    pub paths: usize,
    /// Paths that answered nobody, so that nothing is known of them.
    pub unvisited: Vec<String>,
    /// Who heard how much.
    pub told: BTreeMap<&'static str, Told>,
    /// Bytes of what was searched besides answers: streams, webhooks, log, metrics.
    pub besides: BTreeMap<&'static str, usize>,
    /// Canaries that not even whoever sees everything met: of them the crawl proves nothing.
    pub unmet: Vec<&'static str>,
    /// The leaks.
    pub hits: BTreeSet<Hit>,
}

impl Outcome {
    /// Whether nothing leaked and the crawl could have seen it.
    pub fn is_clean(&self) -> bool {
        self.hits.is_empty() && self.unmet.is_empty()
    }

    async fn hear(
        &mut self,
        needles: &Needles,
        who: &'static str,
        client: &Client,
        reads: &[String],
    ) -> Result<(), Trouble> {
        let mut told = Told::default();
        let hits = &mut self.hits;
        let hear = |place: &str, answer: &client::Answer| {
            told.answers += 1;
            told.successes += usize::from(answer.status.is_success());
            let seen = needles.seen(&answer.text).into_iter();
            hits.extend(seen.map(|field| Hit { who, place: place.to_owned(), field }));
        };
        crawl::listen(client, reads, hear).await?;
        self.told.insert(who, told);
        Ok(())
    }

    fn search(&mut self, needles: &Needles, who: &'static str, text: &str) {
        *self.besides.entry(who).or_default() += text.len();
        let seen = needles.seen(text).into_iter();
        self.hits.extend(seen.map(|field| Hit { who, place: who.to_owned(), field }));
    }
}

/// Plants, crawls, searches. `masked` are the classes that every role sees masked: all of [`EVERYTHING`], unless a test
/// wants to see that the crawl finds a leak.
pub async fn run(stage: &Stage, masked: &[&str]) -> Result<Outcome, Trouble> {
    let needles = Needles::default();
    let mut outcome = Outcome { planted: CANARIES.len(), ..Outcome::default() };
    mask(stage, masked).await?;
    let people = [
        ("agent", stage.another("agent", "agent").await?),
        ("team_manager", stage.another("team_manager", "manager").await?),
        ("admin", stage.admin().await?),
    ];
    let mut streams = Vec::new();
    for (who, client) in &people {
        streams.push((*who, client.open("/v1/live").await?));
    }
    let bringer = plant::plant(stage).await?;
    for (_, stream) in &mut streams {
        outcome.search(&needles, "live", &hear_live(stream).await?);
    }
    drop(streams);
    webhooks(stage, &needles, &mut outcome).await?;

    // Whoever sees everything meets each of them: else what follows would prove nothing.
    mask(stage, &[]).await?;
    let mut ids = BTreeSet::new();
    let mut known = crawl::every_read(&stage.api(), &mut ids, None).await?;
    // Some of it is a person's own, and no program's.
    let (rest, _) = crawl::covered(&known)?;
    known.extend(crawl::every_read(&bringer, &mut ids, Some(rest)).await?);
    known.sort_unstable();
    known.dedup();
    (outcome.unvisited, outcome.paths) = crawl::covered(&known)?;
    let mut all = Outcome::default();
    all.hear(&needles, "bringer", &bringer, &known).await?;
    let met: BTreeSet<&str> = all.hits.iter().map(|hit| hit.field).collect();
    let hidden = |field: &&str| !SCRUBBED.contains(field);
    outcome.unmet =
        CANARIES.iter().map(|(field, _)| *field).filter(|f| !met.contains(f)).filter(hidden).collect();
    outcome.hits.extend(all.hits.into_iter().filter(|hit| SCRUBBED.contains(&hit.field)));

    mask(stage, masked).await?;
    for (who, client) in &people {
        outcome.hear(&needles, who, client, &known).await?;
    }
    outcome.hear(&needles, "key", &stage.blind_key().await?, &known).await?;
    outcome.hear(&needles, "nobody", &stage.anonymous(), &known).await?;
    let written = stage.written.text();
    if written.is_empty() {
        return Err(Trouble::new("the log is empty, so nothing is known of it"));
    }
    outcome.search(&needles, "log", &written);
    if let Some(metrics) = &stage.metrics {
        outcome.search(&needles, "metrics", &metrics());
    }
    Ok(outcome)
}

/// What a live stream says until it is silent.
async fn hear_live(stream: &mut axum::body::BodyDataStream) -> Result<String, Trouble> {
    let mut text = String::new();
    while let Ok(Some(bytes)) = tokio::time::timeout(SILENCE, stream.next()).await {
        let bytes = bytes.map_err(|e| Trouble::new(format!("a live stream broke off: {e}")))?;
        text.push_str(&String::from_utf8_lossy(&bytes));
    }
    if text.contains("case.updated") { Ok(text) } else { Err(Trouble::new("a live stream told of no case")) }
}

/// What webhooks are sent that asked for no personal data.
async fn webhooks(stage: &Stage, needles: &Needles, outcome: &mut Outcome) -> Result<(), Trouble> {
    let all_of = |end: &str| -> String {
        let sent = (stage.sent)();
        let ours = sent.iter().filter(|(url, _)| url.ends_with(end));
        ours.map(|(_, body)| String::from_utf8_lossy(body)).collect()
    };
    let sends = async {
        while !(all_of("/thin").contains("message.created") && all_of("/full").contains("message.created")) {
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    };
    if tokio::time::timeout(PATIENCE, sends).await.is_err() {
        return Err(Trouble::new("no webhook was sent, so nothing is known of them"));
    }
    outcome.search(needles, "webhooks", &all_of("/thin"));
    Ok(())
}
