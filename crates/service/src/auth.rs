//! Who a credential belongs to, cheaply and with at most two seconds of memory.
//!
//! What was looked up is remembered for [`REMEMBERED`]; whatever ends a session or a key on this server forgets
//! everything at once, and other servers follow by a live update, or by the two seconds at the latest.

use async_recursion::async_recursion as boxed;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_store::{Tx, api_key, session};
use countersign_types::api_key::ApiKey;
use countersign_types::user::{Session, User, UserState};
use countersign_types::{Error, Result, Role, SessionId, Timestamp, time};
use ipnet::IpNet;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::caller::{Grant, Request};
use crate::{Caller, Service};

/// How long a look-up is believed.
const REMEMBERED: Duration = Duration::from_secs(2);
/// Look-ups that are remembered at most; then all are forgotten.
const REMEMBERED_MAX: usize = 8_192;
/// How often it is noted that a session or a key is in use.
const NOTED_EVERY: i64 = time::MINUTE;

/// Live updates after which nothing remembered holds any more.
pub(crate) const FORGETS: &[&str] = &["user.updated", "session.ended", "api_key.updated"];

#[derive(Clone)]
enum Known {
    Session(Box<(Session, User)>),
    Key(Box<ApiKey>, Vec<IpNet>),
}

#[derive(Default)]
struct Memory {
    generation: u64,
    known: HashMap<[u8; 32], (Instant, Known)>,
}

/// What was looked up lately.
#[derive(Default)]
pub(crate) struct Remembered(Mutex<Memory>);

impl Remembered {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is remembered under a hash, or the generation under which a fresh look-up may be kept.
    fn get(&self, hash: &[u8; 32]) -> Result<Known, u64> {
        let memory = self.memory();
        match memory.known.get(hash) {
            Some((since, known)) if since.elapsed() < REMEMBERED => Ok(known.clone()),
            _ => Err(memory.generation),
        }
    }

    /// Keeps a look-up, unless something was ended since it began.
    fn keep(&self, hash: [u8; 32], generation: u64, known: Known) {
        let mut memory = self.memory();
        if memory.generation == generation {
            if memory.known.len() >= REMEMBERED_MAX {
                memory.known.clear();
            }
            memory.known.insert(hash, (Instant::now(), known));
        }
    }

    /// Forgets everything, also what is being looked up at this moment.
    pub(crate) fn forget(&self) {
        let mut memory = self.memory();
        memory.generation += 1;
        memory.known.clear();
    }

    fn note(&self, hash: &[u8; 32], now: Timestamp) {
        match self.memory().known.get_mut(hash) {
            Some((_, Known::Session(known))) => known.0.last_seen_at = now,
            Some((_, Known::Key(key, _))) => key.last_used_at = Some(now),
            None => {}
        }
    }
}

/// The hash under which a random secret is kept.
pub(crate) fn secret_hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

impl Service {
    /// The caller of a session token; `None` when the session is over. It counts as use of the session.
    #[boxed]
    pub async fn authenticate_session(&self, token: &str) -> Result<Option<Caller>> {
        let Some((session, user)) = self.session_of(token).await? else { return Ok(None) };
        let now = self.now();
        if now.since(session.last_seen_at) >= NOTED_EVERY {
            self.remembered().note(&secret_hash(token), now);
            self.note_session(session.id, &user, now);
        }
        Ok(Some(Caller::User { user, session: session.id }))
    }

    /// [`Service::authenticate_session`] for what a console asks by itself: it does not count as use, so a screen that
    /// nobody sits at is logged out in time.
    #[boxed]
    pub async fn recognise_session(&self, token: &str) -> Result<Option<Caller>> {
        let found = self.session_of(token).await?;
        Ok(found.map(|(session, user)| Caller::User { user, session: session.id }))
    }

    async fn session_of(&self, token: &str) -> Result<Option<(Session, User)>> {
        if token.len() != 43 {
            return Ok(None);
        }
        let hash = secret_hash(token);
        let (session, user) = match self.remembered().get(&hash) {
            Ok(Known::Session(known)) => *known,
            Ok(Known::Key(..)) => return Ok(None),
            Err(generation) => {
                let found = self
                    .read(async move |tx: &mut Tx<'_>| Ok(session::find_session(tx, hash).await?))
                    .await?;
                let Some(found) = found else { return Ok(None) };
                self.remembered().keep(hash, generation, Known::Session(Box::new(found.clone())));
                found
            }
        };
        let is_live = self.is_session_live(&session, &user, self.now());
        Ok(is_live.then_some((session, user)))
    }

    /// Whether the session or key behind a stream that stays open still holds, with the same rights as when it was
    /// opened. Being open does not count as use.
    #[boxed]
    pub async fn still_holds(&self, caller: &Caller) -> Result<bool> {
        let now = self.now();
        match caller {
            Caller::User { user, session } => {
                let id = *session;
                let found = self
                    .read(async move |tx: &mut Tx<'_>| Ok(session::find_live_session(tx, id).await?))
                    .await?;
                Ok(found.is_some_and(|(session, fresh)| {
                    fresh.role == user.role && self.is_session_live(&session, &fresh, now)
                }))
            }
            Caller::ApiKey(key) => {
                let id = key.id;
                let found =
                    self.read(async move |tx: &mut Tx<'_>| Ok(api_key::find_api_key(tx, id).await?)).await?;
                Ok(found.is_some_and(|key| {
                    key.revoked_at.is_none() && key.expires_at.is_none_or(|until| until > now)
                }))
            }
            Caller::System => Ok(true),
        }
    }

    /// The caller of an API key used from `address`.
    #[boxed]
    pub async fn authenticate_key(&self, secret: &str, address: IpAddr) -> Result<Caller> {
        if !crate::api_key::is_well_formed(secret) {
            return Err(bad_key());
        }
        let hash = secret_hash(secret);
        let (key, allowed) = match self.remembered().get(&hash) {
            Ok(Known::Key(key, allowed)) => (*key, allowed),
            Ok(Known::Session(_)) => return Err(bad_key()),
            Err(generation) => {
                let key = self
                    .read(async move |tx: &mut Tx<'_>| Ok(api_key::find_api_key_by_secret(tx, hash).await?))
                    .await?
                    .ok_or_else(bad_key)?;
                // A network that cannot be read admits nobody.
                let allowed: Vec<IpNet> = key.allowed_ips.iter().filter_map(|net| net.parse().ok()).collect();
                self.remembered().keep(hash, generation, Known::Key(Box::new(key.clone()), allowed.clone()));
                (key, allowed)
            }
        };
        let now = self.now();
        if key.revoked_at.is_some() || key.expires_at.is_some_and(|until| until <= now) {
            return Err(bad_key());
        }
        let address = address.to_canonical();
        if !key.allowed_ips.is_empty() && !allowed.iter().any(|net| net.contains(&address)) {
            return Err(Error::Unauthenticated {
                code: "api-key-address",
                detail: "This API key may not be used from this address.",
            });
        }
        if key.last_used_at.is_none_or(|at| now.since(at) >= NOTED_EVERY) {
            self.remembered().note(&hash, now);
            self.note_key(key.id, now);
        }
        Ok(Caller::ApiKey(key))
    }

    /// The CSRF token of a session; it needs no storage.
    pub fn csrf_token(&self, session: SessionId) -> String {
        URL_SAFE_NO_PAD.encode(self.vault().token_mac("csrf", &session.to_bytes()))
    }

    /// Whether a CSRF token belongs to this caller's session.
    pub fn is_csrf_token(&self, caller: &Caller, token: &str) -> bool {
        match caller {
            Caller::User { session, .. } => {
                self.csrf_token(*session).as_bytes().ct_eq(token.as_bytes()).into()
            }
            Caller::ApiKey(_) | Caller::System => false,
        }
    }

    /// A random secret of 256 bits, as text that is safe in a URL and a cookie.
    pub(crate) fn new_token(&self) -> Result<String> {
        Ok(URL_SAFE_NO_PAD.encode(self.random::<32>()?))
    }

    /// How long a session of this role lives: without use, and at most. Microseconds.
    pub(crate) fn session_spans(&self, role: Role) -> (i64, i64) {
        let config = &self.config().session;
        let (idle, max) = match role {
            Role::Admin => (config.admin_idle_secs, config.admin_max_secs),
            Role::TeamManager | Role::Agent => (config.agent_idle_secs, config.agent_max_secs),
        };
        (idle.saturating_mul(time::SECOND), max.saturating_mul(time::SECOND))
    }

    fn is_session_live(&self, session: &Session, user: &User, now: Timestamp) -> bool {
        let now = now.max(session.last_seen_at);
        let (idle, max) = self.session_spans(user.role);
        user.state == UserState::Active
            && now < session.expires_at
            && now.since(session.created_at) < max
            && now.since(session.last_seen_at) < idle
    }

    /// Grants somebody what is theirs whatever their role: their own name, password, sessions. Refused to programs.
    pub(crate) fn authorise_own(&self, request: &Request) -> Result<(Grant, User, SessionId)> {
        match &request.caller {
            Caller::User { user, session } => Ok((self.grant(request), user.clone(), *session)),
            Caller::ApiKey(_) | Caller::System => Err(Error::Refused {
                code: "people-only",
                detail: "This belongs to a person's session; an API key has none.",
                hint: "Log in with an address and a password.",
            }),
        }
    }

    fn note_session(&self, id: SessionId, user: &User, now: Timestamp) {
        let (service, user) = (self.clone(), user.id);
        tokio::spawn(async move {
            let noted = service
                .db()
                .write(async move |tx: &mut Tx<'_>| session::update_session_seen(tx, id, user, now).await)
                .await;
            if let Err(error) = noted {
                tracing::debug!(%error, "the use of a session was not noted");
            }
        });
    }

    fn note_key(&self, id: countersign_types::ApiKeyId, now: Timestamp) {
        let service = self.clone();
        tokio::spawn(async move {
            let noted = service
                .db()
                .write(async move |tx: &mut Tx<'_>| api_key::update_api_key_used(tx, id, now).await)
                .await;
            if let Err(error) = noted {
                tracing::debug!(%error, "the use of an API key was not noted");
            }
        });
    }
}

fn bad_key() -> Error {
    Error::Unauthenticated { code: "bad-api-key", detail: "This API key is not valid." }
}
