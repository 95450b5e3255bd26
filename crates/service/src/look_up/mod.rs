//! Look-ups: how the company's own systems are asked about a caller. Stored once, used by flows.
//!
//! Secrets are written and never read back (I-7). They go where they were meant to go: when the host changes they are
//! asked for again, so that whoever may change an address cannot have them sent elsewhere.

mod breaker;
mod cache;
mod check;
mod oauth;
mod run;
mod test;

use async_recursion::async_recursion as boxed;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

pub use countersign_ivr::look_up::{
    Answer, Body, Definition, Field, FormField, Found, Header, LookUpOutcome, Mapped, Method, Plan, Prepared,
    Proves, Request as LookUpRequest, TIMEOUT_MS, Target, Why,
};
pub use countersign_ivr::{Class, Template, Variables};
use countersign_store::look_up::{self as store, LookUpRow};
use countersign_store::{StoreError, Tx, Vault};
use countersign_types::look_up::StoredLookUp;
use countersign_types::{Error, LookUpId, Permission, Result};
use serde::{Deserialize, Serialize};

pub use breaker::Health;
pub use run::{LookUpRun, Which};

use crate::Service;
use crate::caller::Request;
use crate::named::flows_that_name;
use crate::verification_policy::policies_that_ask;
use crate::work::{Log, is_unique};

/// Look-ups at most.
pub const LOOK_UPS_MAX: usize = 200;

/// How a look-up logs in, without what is secret of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Auth {
    /// It does not, or by a header of its own.
    #[default]
    None,
    /// A name and a password.
    Basic {
        /// The name.
        username: String,
    },
    /// A fixed token.
    Bearer,
    /// A token of a token server (RFC 6749, 4.4).
    Oauth2ClientCredentials {
        /// The token server.
        token_url: String,
        /// Who asks it.
        client_id: String,
        /// What for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scope: Option<String>,
    },
    /// A client certificate.
    Mtls,
}

/// What is secret of a look-up.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookUpSecrets {
    /// Values of headers, by name in small letters.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Password, token, client secret or private key, as the kind of log-in has it.
    #[serde(default)]
    pub auth: Option<String>,
    /// The client certificate, which is shown to whoever is asked.
    #[serde(default)]
    pub certificate: Option<String>,
}

impl std::fmt::Debug for LookUpSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LookUpSecrets(…)")
    }
}

impl LookUpSecrets {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A header whose value is secret.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretHeader {
    /// Its name.
    pub name: String,
    /// Its value; `None`: the one it has.
    pub value: Option<String>,
}

/// A log-in as it is handed in.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct NewAuth {
    /// Its kind and what is not secret.
    pub auth: Auth,
    /// What is; `None`: the one it has.
    pub secret: Option<String>,
    /// The client certificate; `None`: the one it has.
    pub certificate: Option<String>,
}

/// A look-up to be made, or how one is to be.
#[derive(Clone)]
pub struct NewLookUp {
    /// Its name.
    pub name: String,
    /// Request, answer and limits.
    pub definition: Definition,
    /// Headers whose values are secret.
    pub secret_headers: Vec<SecretHeader>,
    /// How it logs in.
    pub auth: NewAuth,
}

/// A change to a look-up; each part is replaced as a whole.
#[derive(Clone, Default)]
pub struct LookUpPatch {
    /// Its name.
    pub name: Option<String>,
    /// What is asked, with the headers whose values are secret.
    pub request: Option<(LookUpRequest, Vec<SecretHeader>)>,
    /// How it logs in.
    pub auth: Option<NewAuth>,
    /// How the answer is read.
    pub answer: Option<Answer>,
    /// How long all of it may take.
    pub timeout_ms: Option<u64>,
    /// How long an answer is good.
    pub cache_secs: Option<u32>,
}

/// What is stored besides the secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Settings {
    definition: Definition,
    auth: Auth,
}

/// A look-up, as every server keeps it in memory, ready to ask.
#[derive(Debug, Clone)]
pub struct LookUpEntry {
    /// Its id, name and times.
    pub stored: StoredLookUp,
    /// Request, answer and limits.
    pub definition: Definition,
    /// How it logs in.
    pub auth: Auth,
    /// What is secret.
    pub(crate) secrets: LookUpSecrets,
    /// None: it was valid when it was saved and is not any more.
    plan: Option<Plan>,
}

/// What is shown of a secret value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The last four characters of a long one.
    pub last4: Option<String>,
}

impl LookUpEntry {
    /// All of them by name; those that did not change are taken from before.
    pub(crate) async fn load(tx: &mut Tx<'_>, vault: &Vault, before: &[Arc<Self>]) -> Result<Vec<Arc<Self>>> {
        let rows = store::list_look_ups(tx, vault).await?;
        let entry = |row: LookUpRow| {
            let known = before.iter().find(|entry| entry.stored == row.look_up);
            known.map_or_else(|| Self::of(row).map(Arc::new), |known| Ok(known.clone()))
        };
        rows.into_iter().map(entry).collect()
    }

    fn of(row: LookUpRow) -> Result<Self> {
        let Settings { definition, auth } =
            serde_json::from_value(row.look_up.body.clone()).map_err(Error::internal)?;
        let secrets = match &row.secrets {
            Some(text) => serde_json::from_str(text).map_err(Error::internal)?,
            None => LookUpSecrets::default(),
        };
        let plan = Plan::compile(&definition).ok();
        Ok(Self { stored: row.look_up, definition, auth, secrets, plan })
    }

    fn row(&self) -> Result<LookUpRow> {
        let settings = Settings { definition: self.definition.clone(), auth: self.auth.clone() };
        let body = serde_json::to_value(settings).map_err(Error::internal)?;
        let secrets = (!self.secrets.is_empty()).then(|| serde_json::to_string(&self.secrets));
        let look_up = StoredLookUp { body, ..self.stored.clone() };
        Ok(LookUpRow { look_up, secrets: secrets.transpose().map_err(Error::internal)? })
    }

    /// The look-up, compiled; `None`: it was valid when it was saved and is not any more.
    pub fn plan(&self) -> Option<&Plan> {
        self.plan.as_ref()
    }

    /// The headers whose values are secret.
    pub fn secret_headers(&self) -> impl Iterator<Item = (&str, Hint)> {
        self.secrets.headers.iter().map(|(name, value)| (name.as_str(), hint(value)))
    }

    /// What is shown of the secret of its log-in; `None`: it has none. Of a password and a private key, nothing is.
    pub fn auth_hint(&self) -> Option<Hint> {
        let secret = self.secrets.auth.as_deref()?;
        Some(match self.auth {
            Auth::Bearer | Auth::Oauth2ClientCredentials { .. } => hint(secret),
            _ => Hint { last4: None },
        })
    }

    /// The client certificate, which is no secret.
    pub fn certificate(&self) -> Option<&str> {
        self.secrets.certificate.as_deref()
    }
}

/// Four characters of a secret that is long enough to lose them.
fn hint(secret: &str) -> Hint {
    let count = secret.chars().count();
    Hint { last4: (count >= 16).then(|| secret.chars().skip(count - 4).collect()) }
}

/// What this server remembers of look-ups, in memory alone.
pub(crate) struct LookUpMemory {
    breakers: breaker::Breakers,
    answers: cache::Answers,
    tokens: oauth::Tokens,
    in_flight: tokio::sync::Semaphore,
}

impl Default for LookUpMemory {
    fn default() -> Self {
        Self {
            breakers: breaker::Breakers::default(),
            answers: cache::Answers::default(),
            tokens: oauth::Tokens::default(),
            in_flight: tokio::sync::Semaphore::new(run::IN_FLIGHT_MAX),
        }
    }
}

/// A look-up and how its system gets on.
#[derive(Debug, Clone)]
pub struct LookUpNow {
    /// The look-up.
    pub entry: Arc<LookUpEntry>,
    /// How its system gets on, as this server sees it.
    pub health: Health,
    /// From which address it is asked, where the operator bound one.
    pub source_address: Option<IpAddr>,
}

impl Service {
    /// All look-ups by name.
    #[boxed]
    pub async fn list_look_ups(&self, request: &Request) -> Result<Vec<LookUpNow>> {
        self.authorise(request, Permission::PhoneRead).await?;
        Ok(self.snapshot().look_ups.iter().cloned().map(|entry| self.look_up_now(entry)).collect())
    }

    /// A look-up.
    #[boxed]
    pub async fn get_look_up(&self, request: &Request, id: LookUpId) -> Result<LookUpNow> {
        self.authorise(request, Permission::PhoneRead).await?;
        Ok(self.look_up_now(self.look_up_entry(id).await?))
    }

    /// Adds a look-up.
    #[boxed]
    pub async fn create_look_up(&self, request: &Request, new: NewLookUp) -> Result<LookUpNow> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let now = self.now();
        let stored = StoredLookUp {
            id: self.new_id()?,
            name: String::new(),
            body: serde_json::Value::Null,
            created_at: now,
            updated_at: now,
        };
        let entry = self.checked_look_up(stored, new, None)?;
        let (row, details) = (entry.row()?, describe(&entry));
        let vault = self.vault().clone();
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<LookUpId> {
                if store::count_look_ups(tx).await? >= LOOK_UPS_MAX as i64 {
                    let detail = format!("There are {LOOK_UPS_MAX} look-ups, which is the most.");
                    let hint = "Delete one that nobody needs.";
                    return Err(Error::conflict("too-many-look-ups", detail, hint));
                }
                store::insert_look_up(tx, &vault, &row).await.map_err(name_taken)?;
                log.audit("look_up.create", row.look_up.id, details);
                log.reload("look_up.updated", row.look_up.id);
                Ok(row.look_up.id)
            })
            .await?;
        Ok(self.look_up_now(self.look_up_entry(id).await?))
    }

    /// Changes a look-up. Secrets that are not handed in stay, as long as they go to the same host.
    #[boxed]
    pub async fn update_look_up(
        &self,
        request: &Request,
        id: LookUpId,
        patch: LookUpPatch,
    ) -> Result<LookUpNow> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let (service, now, vault) = (self.clone(), self.now(), self.vault().clone());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let row = store::lock_look_up(tx, &vault, id).await?.ok_or(Error::NotFound("look-up"))?;
            let before = LookUpEntry::of(row)?;
            let stored = StoredLookUp { updated_at: now, ..before.stored.clone() };
            let after = service.checked_look_up(stored, patched(&before, patch), Some(&before))?;
            let row = after.row()?;
            if !store::update_look_up(tx, &vault, &row).await.map_err(name_taken)? {
                return Err(Error::NotFound("look-up"));
            }
            let mut details = serde_json::json!({ "old": describe(&before), "new": describe(&after) });
            details["secrets_changed"] = (before.secrets != after.secrets).into();
            log.audit("look_up.update", id, details);
            log.reload("look_up.updated", id);
            Ok(())
        })
        .await?;
        Ok(self.look_up_now(self.look_up_entry(id).await?))
    }

    /// Deletes a look-up with its secrets. One that a flow asks stays.
    #[boxed]
    pub async fn delete_look_up(&self, request: &Request, id: LookUpId) -> Result<()> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let vault = self.vault().clone();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let row = store::lock_look_up(tx, &vault, id).await?.ok_or(Error::NotFound("look-up"))?;
            if let Some(flows) = flows_that_name(tx, &id.to_string()).await? {
                let hint = "Take it out of these phone menus, and publish them, first.";
                return Err(Error::conflict("look-up-in-use", format!("It is asked by {flows}."), hint));
            }
            if let Some(policies) = policies_that_ask(tx, &id.to_string()).await? {
                let hint = "Take it out of these policies, and publish them, first.";
                return Err(Error::conflict(
                    "look-up-in-policy",
                    format!("It is asked by {policies}."),
                    hint,
                ));
            }
            if !store::delete_look_up(tx, id).await? {
                return Err(Error::NotFound("look-up"));
            }
            log.audit("look_up.delete", id, serde_json::json!({ "name": row.look_up.name }));
            log.reload("look_up.updated", id);
            Ok(())
        })
        .await?;
        let snapshot = self.snapshot();
        self.look_up_memory().tokens.retain(|id| snapshot.look_ups.iter().any(|entry| entry.stored.id == id));
        Ok(())
    }

    /// A look-up, ready to ask.
    pub(crate) async fn look_up_entry(&self, id: LookUpId) -> Result<Arc<LookUpEntry>> {
        let is_it = |entry: &&Arc<LookUpEntry>| entry.stored.id == id;
        let snapshot = self.snapshot_with(|known| known.look_ups.iter().any(|entry| is_it(&entry))).await?;
        snapshot.look_ups.iter().find(is_it).cloned().ok_or(Error::NotFound("look-up"))
    }

    fn look_up_now(&self, entry: Arc<LookUpEntry>) -> LookUpNow {
        let health = self.look_up_memory().breakers.health(&entry.stored.id.to_string());
        LookUpNow { health, source_address: self.outbound().source_address(), entry }
    }
}

/// How a look-up is to be after a change.
fn patched(before: &LookUpEntry, patch: LookUpPatch) -> NewLookUp {
    let kept = before.secrets.headers.keys();
    let kept = || kept.clone().map(|name| SecretHeader { name: name.clone(), value: None }).collect();
    let (request, secret_headers) =
        patch.request.unwrap_or_else(|| (before.definition.request.clone(), kept()));
    NewLookUp {
        name: patch.name.unwrap_or_else(|| before.stored.name.clone()),
        definition: Definition {
            request,
            answer: patch.answer.unwrap_or_else(|| before.definition.answer.clone()),
            timeout_ms: patch.timeout_ms.unwrap_or(before.definition.timeout_ms),
            cache_secs: patch.cache_secs.unwrap_or(before.definition.cache_secs),
        },
        secret_headers,
        auth: patch.auth.unwrap_or_else(|| NewAuth { auth: before.auth.clone(), ..NewAuth::default() }),
    }
}

/// For the audit log: whom it asks and how, no secrets and no address, in which somebody may have written one.
fn describe(entry: &LookUpEntry) -> serde_json::Value {
    let kind = serde_json::to_value(&entry.auth).ok().and_then(|auth| auth.get("kind").cloned());
    serde_json::json!({
        "name": entry.stored.name,
        "method": entry.definition.request.method.as_str(),
        "host": entry.plan.as_ref().map(Plan::origin),
        "auth": kind,
        "timeout_ms": entry.definition.timeout_ms,
        "cache_secs": entry.definition.cache_secs,
    })
}

fn name_taken(error: StoreError) -> Error {
    if !is_unique(&error, store::UNIQUE_NAME) {
        return error.into();
    }
    Error::conflict("name-taken", "There is a look-up with this name.", "Choose another name.")
}
