//! Logging in and out, one's own password and sessions.
//!
//! Every failure reads and takes alike: an unknown address, a wrong password, a disabled person. Attempts are
//! counted before the password is looked at, so that many at once are all counted, and given back on success.

use async_recursion::async_recursion as boxed;
use std::net::IpAddr;

use countersign_identity::limits::{MissPolicy, WindowPolicy, lock_left, record_miss};
use countersign_store::limit::{delete_counter, lock_counter, update_counter};
use countersign_store::user::{self, Credential};
use countersign_store::{Tx, session as store};
use countersign_types::audit::{Actor, ActorKind};
use countersign_types::network::client_network;
use countersign_types::user::{Session, Theme, User, UserState};
use countersign_types::{Error, Result, SessionId, time};

use crate::auth::secret_hash;
use crate::caller::{Grant, Request};
use crate::work::Log;
use crate::{Service, limit, password};

/// Longest name of a person, characters.
pub const NAME_CHARS_MAX: usize = 100;
/// What is kept of a browser's name, characters.
const USER_AGENT_CHARS_MAX: usize = 200;

/// One address trying one account: 5 misses in 15 minutes, 20 in a day.
const PAIR: MissPolicy = MissPolicy {
    short: WindowPolicy { count_max: 5, span: 15 * time::MINUTE },
    long: WindowPolicy { count_max: 20, span: time::DAY },
    lock_span: 5 * time::MINUTE,
    lock_span_max: 12 * time::HOUR,
    strike_span: time::DAY,
};
/// Any address trying one account. Short locks: this one could be used to lock somebody out.
const ACCOUNT: MissPolicy = MissPolicy {
    short: WindowPolicy { count_max: 50, span: 15 * time::MINUTE },
    long: WindowPolicy { count_max: 100, span: time::DAY },
    lock_span: 5 * time::MINUTE,
    lock_span_max: 30 * time::MINUTE,
    strike_span: time::DAY,
};
/// One address trying any account.
const ADDRESS: MissPolicy = MissPolicy {
    short: WindowPolicy { count_max: 60, span: 15 * time::MINUTE },
    long: WindowPolicy { count_max: 300, span: time::DAY },
    lock_span: 15 * time::MINUTE,
    lock_span_max: 12 * time::HOUR,
    strike_span: time::DAY,
};

/// From where somebody calls who is not known yet.
#[derive(Debug, Clone)]
pub struct Client {
    /// Their address.
    pub address: IpAddr,
    /// Their browser.
    pub user_agent: String,
}

/// Somebody who just came in.
#[derive(Debug, Clone)]
pub struct LogIn {
    /// Who.
    pub user: User,
    /// Their session.
    pub session: SessionId,
    /// The token for the cookie; nowhere else.
    pub token: String,
    /// The token for mutations.
    pub csrf_token: String,
}

/// A change to oneself.
#[derive(Debug, Clone, Default)]
pub struct MePatch {
    /// Name.
    pub name: Option<String>,
    /// Language of the console.
    pub language: Option<String>,
    /// Colours.
    pub theme: Option<Theme>,
}

/// A session in the list of one's own.
#[derive(Debug, Clone)]
pub struct OwnSession {
    /// The session.
    pub session: Session,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

/// What an attempt was counted under.
type Counted = Vec<(&'static str, [u8; 32], &'static MissPolicy)>;

impl Service {
    /// Logs somebody in. `previous` is the token of the session that the browser had; it ends.
    #[boxed]
    pub async fn log_in(
        &self,
        client: &Client,
        email: &str,
        password: &str,
        previous: Option<&str>,
    ) -> Result<LogIn> {
        let email = normal_email(email);
        let counted = self.counted(&email, client.address);
        let locks = self.count_attempt(&counted).await?;
        let address = email.clone();
        let found =
            self.read(async move |tx: &mut Tx<'_>| Ok(user::find_credential(tx, &address).await?)).await?;
        let kept = found.as_ref().and_then(|f| f.password_hash.as_deref());
        let is_right = self.passwords().is_right(password, kept).await?;
        match found {
            Some(Credential { user, .. }) if is_right && user.state == UserState::Active => {
                self.come_in(client, user, "auth.login", counted, previous).await
            }
            found => {
                let known = found.map(|f| f.user.id.to_string()).unwrap_or_default();
                let stranger = Grant::internal(stranger());
                self.write(&stranger, async move |_tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
                    log.refused("auth.login", known, "bad-credentials", serde_json::json!({}));
                    for scope in locks {
                        log.refused("auth.lock", "", "locked", serde_json::json!({ "scope": scope }));
                    }
                    Ok(())
                })
                .await?;
                Err(bad_credentials())
            }
        }
    }

    /// Ends the caller's session.
    #[boxed]
    pub async fn log_out(&self, request: &Request) -> Result<()> {
        let (_, _, session) = self.authorise_own(request)?;
        self.end_own_session(request, session, "auth.logout").await
    }

    /// Who is logged in, and their session. Programs are refused.
    pub fn me(&self, request: &Request) -> Result<(User, SessionId)> {
        let (_, user, session) = self.authorise_own(request)?;
        Ok((user, session))
    }

    /// Changes one's own name, language or colours.
    #[boxed]
    pub async fn update_me(&self, request: &Request, patch: MePatch) -> Result<User> {
        let (grant, me, _) = self.authorise_own(request)?;
        let name = patch.name.as_deref().map(|text| person_name("/name", text)).transpose()?;
        let language = patch.language.as_deref().map(|text| language_tag("/language", text)).transpose()?;
        let now = self.now();
        let user = self
            .write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<User> {
                let mut user = user::lock_user(tx, me.id).await?.ok_or(Error::NotFound("user"))?;
                user.name = name.unwrap_or(user.name);
                user.language = language.unwrap_or(user.language);
                user.theme = patch.theme.unwrap_or(user.theme);
                user::update_user(tx, &user, now).await?;
                log.audit("user.update_own", user.id, serde_json::json!({ "name": user.name }));
                log.live("user.updated", user.id);
                Ok(user)
            })
            .await?;
        self.remembered().forget();
        Ok(user)
    }

    /// Changes one's own password. All other sessions of the person end.
    #[boxed]
    pub async fn change_password(
        &self,
        request: &Request,
        client: &Client,
        current: &str,
        new: &str,
    ) -> Result<()> {
        let (grant, me, session) = self.authorise_own(request)?;
        if let Some(()) = self.replayed(&grant).await? {
            return Ok(());
        }
        let counted = self.counted(&me.email, client.address);
        self.count_attempt(&counted).await?;
        let id = me.id;
        let kept = self.read(async move |tx: &mut Tx<'_>| Ok(user::find_password(tx, id).await?)).await?;
        if !self.passwords().is_right(current, kept.as_deref()).await? {
            self.write(&grant, async move |_tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
                log.refused("user.change_password", id, "wrong-password", serde_json::json!({}));
                Ok(())
            })
            .await?;
            return Err(Error::invalid(
                "/current_password",
                "wrong-password",
                "This is not your current password.",
            ));
        }
        self.check_password("/new_password", new, &[&me.email, &me.name])?;
        let hash = self.passwords().hash(new, self.random()?).await?;
        let now = self.now();
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            user::update_password(tx, id, &hash, now).await?;
            let ended = store::end_sessions(tx, id, Some(session), now).await?;
            give_back(tx, &counted).await?;
            log.audit("user.change_password", id, serde_json::json!({ "sessions_ended": ended }));
            log.live("session.ended", id);
            Ok(())
        })
        .await?;
        self.remembered().forget();
        Ok(())
    }

    /// One's own sessions, newest first.
    #[boxed]
    pub async fn list_own_sessions(&self, request: &Request) -> Result<Vec<OwnSession>> {
        let (_, me, current) = self.authorise_own(request)?;
        let now = self.now();
        let sessions =
            self.read(async move |tx: &mut Tx<'_>| Ok(store::list_sessions(tx, me.id, now).await?)).await?;
        let (idle, _) = self.session_spans(me.role);
        let live = sessions.into_iter().filter(|s| s.id == current || now.since(s.last_seen_at) < idle);
        Ok(live.map(|session| OwnSession { is_current: session.id == current, session }).collect())
    }

    /// Ends one of one's own sessions.
    #[boxed]
    pub async fn delete_own_session(&self, request: &Request, id: SessionId) -> Result<()> {
        self.end_own_session(request, id, "session.end").await
    }

    async fn end_own_session(&self, request: &Request, id: SessionId, action: &'static str) -> Result<()> {
        let (grant, me, _) = self.authorise_own(request)?;
        let now = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !store::end_session(tx, id, me.id, now).await? {
                return Err(Error::NotFound("session"));
            }
            log.audit(action, id, serde_json::json!({}));
            log.live("session.ended", id);
            Ok(())
        })
        .await?;
        self.remembered().forget();
        Ok(())
    }

    /// Begins a session of somebody who proved who they are.
    pub(crate) async fn come_in(
        &self,
        client: &Client,
        user: User,
        action: &'static str,
        counted: Counted,
        previous: Option<&str>,
    ) -> Result<LogIn> {
        let grant = Grant::internal(actor_of(&user));
        let (session, token) = self.new_session(client, &user)?;
        let (id, hash) = (session.id, secret_hash(&token));
        let previous = previous.map(secret_hash);
        let user_id = user.id;
        let now = self.now();
        let user = self
            .write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<User> {
                // Looked at again: they may have been disabled while the password was hashed.
                let mut user = user::lock_user(tx, user_id)
                    .await?
                    .filter(|user| user.state == UserState::Active)
                    .ok_or_else(bad_credentials)?;
                if let Some(previous) = previous
                    && let Some((old, _)) = store::find_session(tx, previous).await?
                {
                    store::end_session(tx, old.id, old.user, now).await?;
                }
                store::insert_session(tx, &session, hash).await?;
                store::update_session_seen(tx, session.id, user.id, now).await?;
                give_back(tx, &counted).await?;
                user.last_seen_at = Some(now);
                log.audit(action, user.id, serde_json::json!({ "session": session.id }));
                Ok(user)
            })
            .await?;
        if previous.is_some() {
            self.remembered().forget();
        }
        Ok(LogIn { user, session: id, token, csrf_token: self.csrf_token(id) })
    }

    /// A session that is not stored yet, and its token.
    pub(crate) fn new_session(&self, client: &Client, user: &User) -> Result<(Session, String)> {
        let now = self.now();
        let (_, max) = self.session_spans(user.role);
        let user_agent = client.user_agent.chars().filter(|c| !c.is_control());
        let session = Session {
            id: self.new_id()?,
            user: user.id,
            created_at: now,
            last_seen_at: now,
            expires_at: now.plus(max),
            user_agent: user_agent.take(USER_AGENT_CHARS_MAX).collect(),
        };
        Ok((session, self.new_token()?))
    }

    /// Refuses a password that is easy to guess for this person.
    pub(crate) fn check_password(&self, pointer: &str, password: &str, known: &[&str]) -> Result<()> {
        let snapshot = self.snapshot();
        let mut all = vec![snapshot.workspace.name.as_str()];
        all.extend_from_slice(known);
        password::check(pointer, password, &all)
    }

    /// What an attempt on an account from an address counts under.
    fn counted(&self, email: &str, address: IpAddr) -> Counted {
        let network = client_network(address);
        let hash = |label: &str, value: &str| self.vault().blind(label, value);
        vec![
            ("login_pair", hash("login_pair", &format!("{email}\n{network}")), &PAIR),
            ("login_account", hash("login_account", email), &ACCOUNT),
            ("login_address", hash("login_address", &network.to_string()), &ADDRESS),
        ]
    }

    /// Counts an attempt before it is made; refuses it while one of its counters is locked. Answers which counters this
    /// attempt locks, should it fail.
    async fn count_attempt(&self, counted: &Counted) -> Result<Vec<&'static str>> {
        let counted = counted.clone();
        let now = self.now().as_micros();
        let counting = self.db().write(async move |tx: &mut Tx<'_>| -> Result<(i64, Vec<&'static str>)> {
            let mut states = Vec::with_capacity(counted.len());
            for (scope, hash, policy) in &counted {
                let state = limit::state(lock_counter(tx, scope, *hash).await?);
                states.push((*scope, *hash, *policy, state));
            }
            let left = states.iter().map(|(.., state)| lock_left(state, now)).max().unwrap_or(0);
            let mut locks = Vec::new();
            if left == 0 {
                for (scope, hash, policy, state) in states {
                    let next = record_miss(state, now, policy);
                    update_counter(tx, scope, hash, &limit::counter(next)).await?;
                    if lock_left(&next, now) > 0 {
                        locks.push(scope);
                    }
                }
            }
            Ok((left, locks))
        });
        let (left, locks) = counting.await?;
        if left == 0 {
            return Ok(locks);
        }
        let secs = u64::try_from(left / time::SECOND).unwrap_or(0) + 1;
        Err(Error::TooMany { what: "log-in attempts", retry_after_secs: secs })
    }
}

/// Takes back what [`Service::count_attempt`] counted: the attempt was right. The pair and the account start anew;
/// of the address's other attempts nothing is known, so it only gets this one back.
async fn give_back(tx: &mut Tx<'_>, counted: &Counted) -> Result<()> {
    for (scope, hash, policy) in counted {
        if *scope != "login_address" {
            delete_counter(tx, scope, *hash).await?;
            continue;
        }
        let mut state = limit::state(lock_counter(tx, scope, *hash).await?);
        if state.short.count == 0 && state.locked_until > 0 {
            // This attempt filled the window and locked.
            state.short = countersign_identity::limits::Window {
                started_at: state.seen_at,
                count: policy.short.count_max.saturating_sub(1),
            };
            state.locked_until = 0;
            state.strikes = state.strikes.saturating_sub(1);
        } else {
            state.short.count = state.short.count.saturating_sub(1);
        }
        state.long.count = state.long.count.saturating_sub(1);
        update_counter(tx, scope, *hash, &limit::counter(state)).await?;
    }
    Ok(())
}

fn stranger() -> Actor {
    Actor { kind: ActorKind::Public, id: String::new(), name: String::new() }
}

fn actor_of(user: &User) -> Actor {
    Actor { kind: ActorKind::User, id: user.id.to_string(), name: user.name.clone() }
}

fn bad_credentials() -> Error {
    Error::Unauthenticated { code: "bad-credentials", detail: "The address or the password is not right." }
}

/// The one spelling of a log-in address.
pub(crate) fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A log-in address that could be one.
pub(crate) fn email(pointer: &str, text: &str) -> Result<String> {
    let email = normal_email(text);
    let is_one = email.len() <= 254
        && !email.chars().any(|c| c.is_whitespace() || c.is_control())
        && email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.contains('@')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
                && domain.split('.').all(|label| !label.is_empty())
                // Mail goes to names with a dot; a server's own people may have it on the machine itself.
                && (domain.contains('.') || domain == "localhost")
        });
    if is_one {
        Ok(email)
    } else {
        Err(Error::invalid(pointer, "invalid-email", "This is not an e-mail address."))
    }
}

/// The name of a person.
pub(crate) fn person_name(pointer: &str, text: &str) -> Result<String> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        let detail = format!("A name has 1 to {NAME_CHARS_MAX} characters.");
        return Err(Error::invalid(pointer, "invalid-name", detail));
    }
    Ok(name.to_owned())
}

/// A language tag such as `en` or `pt-BR`.
pub(crate) fn language_tag(pointer: &str, text: &str) -> Result<String> {
    let is_one = text.len() <= 35
        && text.split('-').enumerate().all(|(n, part)| {
            let first =
                n == 0 && (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_lowercase());
            let later =
                n > 0 && (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
            first || later
        });
    if is_one {
        Ok(text.to_owned())
    } else {
        Err(Error::invalid(pointer, "invalid-language", "A language is a tag such as `en` or `pt-BR`."))
    }
}
