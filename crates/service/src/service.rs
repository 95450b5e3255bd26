//! The service: what every operation stands on.

use async_recursion::async_recursion as boxed;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, RwLock};
use std::time::{Duration, Instant};

use countersign_store::{Backend, Db, Tx, Vault};
use countersign_types::{Error, Permission, Result, Timestamp};
use tokio::sync::{Mutex, watch};

use crate::auth::Remembered;
use crate::caller::{Grant, Request};
use crate::config::Config;
use crate::password::Passwords;
use crate::port::{Clock, Connectors, Countries, Entropy, Outbound, Speech};
use crate::request_log::Notebook;
use crate::snapshot::Snapshot;
use crate::work::Log;

/// How often something that is not in memory makes it be read anew, at most.
const MISS_PAUSE: Duration = Duration::from_millis(500);

/// What the binary plugs in.
pub struct Parts {
    /// The database, migrated.
    pub db: Db,
    /// The keys.
    pub vault: Vault,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The way out.
    pub outbound: Arc<dyn Outbound>,
    /// The connectors.
    pub connectors: Connectors,
    /// In which country an address stands; none: nobody is asked.
    pub countries: Option<Arc<dyn Countries>>,
    /// The voice that reads prompts out; none: the operator installed none.
    pub speech: Option<Arc<dyn Speech>>,
    /// Settings.
    pub config: Config,
}

struct Inner {
    parts: Parts,
    snapshot: RwLock<Arc<Snapshot>>,
    /// Held while the snapshot is read anew; when that last began.
    reloading: Mutex<Option<Instant>>,
    server_id: [u8; 16],
    flood: crate::code::Flood,
    storm: crate::rule::Storm,
    healths: crate::desk::Healths,
    connecting: crate::desk::Connecting,
    passwords: Passwords,
    remembered: Remembered,
    started_at: Timestamp,
    stopping: watch::Sender<bool>,
    audit_head_file: OnceLock<PathBuf>,
    notebook: Notebook,
    rows: crate::visit::Rows,
    told: crate::visit::Told,
    quotas: crate::visit::Quotas,
    look_ups: crate::look_up::LookUpMemory,
    calls: crate::call::CallMemory,
}

/// The service. Cheap to clone.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

impl Service {
    /// Starts the service on a migrated database: reads what every server keeps in memory.
    #[boxed]
    pub async fn start(parts: Parts) -> Result<Self> {
        let mut server_id = [0; 16];
        parts.entropy.fill(&mut server_id)?;
        let snapshot = Snapshot::load(&parts.db, &parts.vault, Arc::default()).await?;
        let (mut salt, mut nobody) = ([0; 16], [0; 32]);
        parts.entropy.fill(&mut salt)?;
        parts.entropy.fill(&mut nobody)?;
        let started_at = parts.clock.now();
        Ok(Self(Arc::new(Inner {
            parts,
            snapshot: RwLock::new(Arc::new(snapshot)),
            reloading: Mutex::new(None),
            server_id,
            flood: crate::code::Flood::default(),
            storm: crate::rule::Storm::default(),
            healths: crate::desk::Healths::default(),
            connecting: crate::desk::Connecting::default(),
            passwords: Passwords::new(salt, nobody)?,
            remembered: Remembered::default(),
            rows: crate::visit::Rows::new(server_id),
            told: crate::visit::Told::default(),
            quotas: crate::visit::Quotas::default(),
            look_ups: crate::look_up::LookUpMemory::default(),
            calls: crate::call::CallMemory::default(),
            started_at,
            stopping: watch::Sender::new(false),
            audit_head_file: OnceLock::new(),
            notebook: Notebook::default(),
        })))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.0.parts.clock.now()
    }

    /// Settings.
    pub fn config(&self) -> &Config {
        &self.0.parts.config
    }

    /// The voice that reads prompts out, where there is one.
    pub(crate) fn speech(&self) -> Option<&dyn Speech> {
        self.0.parts.speech.as_deref()
    }

    /// The keys.
    pub fn vault(&self) -> &Vault {
        &self.0.parts.vault
    }

    /// This server among those on the same database.
    pub fn server_id(&self) -> [u8; 16] {
        self.0.server_id
    }

    /// What is kept in memory: settings, channels, widgets, attributes, webhooks.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        match self.0.snapshot.read() {
            Ok(snapshot) => snapshot.clone(),
            // A thread that panicked while swapping left a whole snapshot: it is swapped as one pointer.
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    /// Reads anew what is kept in memory.
    ///
    /// One at a time: what began to read before somebody's write must not be what stays.
    #[boxed]
    pub async fn reload(&self) -> Result<()> {
        let mut began = self.0.reloading.lock().await;
        *began = Some(Instant::now());
        let fresh = Arc::new(Snapshot::load(self.db(), self.vault(), self.snapshot()).await?);
        match self.0.snapshot.write() {
            Ok(mut snapshot) => *snapshot = fresh,
            Err(poisoned) => *poisoned.into_inner() = fresh,
        }
        Ok(())
    }

    /// What is kept in memory, read anew first where it lacks what `has` looks for: another server on the same database
    /// may have made it a moment ago. At most once in `MISS_PAUSE`, so that ids that nobody has cost little.
    pub async fn snapshot_with(&self, has: impl Fn(&Snapshot) -> bool) -> Result<Arc<Snapshot>> {
        let snapshot = self.snapshot();
        if has(&snapshot) || self.db().kind() == Backend::Sqlite {
            return Ok(snapshot);
        }
        let is_recent = self.0.reloading.lock().await.is_some_and(|began| began.elapsed() < MISS_PAUSE);
        if !is_recent {
            self.reload().await?;
        }
        Ok(self.snapshot())
    }

    /// Makes sure that a caller may, and says who they are from here on. A refusal is written to the audit log.
    #[boxed]
    pub async fn authorise(&self, request: &Request, permission: Permission) -> Result<Grant> {
        let caller = &request.caller;
        let actor = caller.actor();
        if !caller.may(permission) {
            let denied = Grant::internal(actor);
            let word = permission.as_str();
            self.write(&denied, async move |_tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
                log.refused("access.denied", "", "forbidden", serde_json::json!({ "permission": word }));
                Ok(())
            })
            .await?;
            return Err(Error::Forbidden(permission));
        }
        Ok(self.grant(request))
    }

    /// The grant of a request that was allowed, by a permission or because it is about the caller alone.
    pub(crate) fn grant(&self, request: &Request) -> Grant {
        let caller = &request.caller;
        Grant {
            actor: caller.actor(),
            viewer: caller.viewer(&self.snapshot().masking),
            idempotency: request.idempotency,
            is_replay: request.is_replay.clone(),
        }
    }

    /// What a caller sees masked.
    pub fn viewer(&self, request: &Request) -> countersign_types::Viewer {
        request.caller.viewer(&self.snapshot().masking)
    }

    /// A new id: UUIDv7 of this moment.
    pub(crate) fn new_id<I: From<[u8; 16]>>(&self) -> Result<I> {
        let mut random = [0; 10];
        self.0.parts.entropy.fill(&mut random)?;
        let millis = u64::try_from(self.now().as_micros() / 1_000).unwrap_or(0);
        Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().into_bytes().into())
    }

    /// Fills with random bytes.
    pub(crate) fn fill(&self, out: &mut [u8]) -> Result<()> {
        self.0.parts.entropy.fill(out)
    }

    pub(crate) fn storm(&self) -> &crate::rule::Storm {
        &self.0.storm
    }

    pub(crate) fn healths(&self) -> &crate::desk::Healths {
        &self.0.healths
    }

    pub(crate) fn connecting(&self) -> &crate::desk::Connecting {
        &self.0.connecting
    }

    pub(crate) fn flood(&self) -> &crate::code::Flood {
        &self.0.flood
    }

    pub(crate) fn rows(&self) -> &crate::visit::Rows {
        &self.0.rows
    }

    pub(crate) fn told(&self) -> &crate::visit::Told {
        &self.0.told
    }

    pub(crate) fn quotas(&self) -> &crate::visit::Quotas {
        &self.0.quotas
    }

    pub(crate) fn look_up_memory(&self) -> &crate::look_up::LookUpMemory {
        &self.0.look_ups
    }

    /// What of calls under way stands in memory alone.
    pub(crate) fn call_memory(&self) -> &crate::call::CallMemory {
        &self.0.calls
    }

    /// The country that an address stands in, where a database of them was given.
    pub(crate) fn country_of(&self, address: std::net::IpAddr) -> Option<String> {
        self.0.parts.countries.as_ref()?.country_of(address)
    }

    /// Random bytes.
    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.0.parts.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.parts.db
    }

    /// When this server started.
    pub fn started_at(&self) -> Timestamp {
        self.0.started_at
    }

    /// Becomes `true` when this server stops: streams and long polls end then, so that it stops soon.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stopping.subscribe()
    }

    /// Resolves when this server stops.
    pub(crate) async fn stopped(&self) {
        let _ = self.stopping().wait_for(|is_stopping| *is_stopping).await;
    }

    /// Ends streams, long polls and jobs. [`Service::run_jobs`] does so when it is told to end.
    pub fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    /// Keeps the signed heads of the audit chain in this file too, where whoever changes the database does not reach
    /// them; set once, before the jobs run.
    pub fn keep_audit_heads_in(&self, file: PathBuf) {
        let _ = self.0.audit_head_file.set(file);
    }

    pub(crate) fn audit_head_file(&self) -> Option<&PathBuf> {
        self.0.audit_head_file.get()
    }

    pub(crate) fn notebook(&self) -> &Notebook {
        &self.0.notebook
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    pub(crate) fn remembered(&self) -> &Remembered {
        &self.0.remembered
    }

    pub(crate) fn outbound(&self) -> &Arc<dyn Outbound> {
        &self.0.parts.outbound
    }

    pub(crate) fn connectors(&self) -> &Connectors {
        &self.0.parts.connectors
    }
}
