//! Channels: set up, connected, paused, tested, taken out of use.

use async_recursion::async_recursion as boxed;
use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_store::channel::ChannelEntry;
pub use countersign_store::channel::ChannelRow;
use countersign_store::{Tx, Vault, channel as store, channel_state};
use countersign_types::channel::{Channel, ChannelKind, ChannelState};
use countersign_types::{ChannelId, Error, FieldError, Permission, Result};
use serde::{Deserialize, Serialize};

use crate::Service;
use crate::caller::Request;
use crate::port::{Provided, ProviderError, SIGNING, Secrets};
use crate::work::{Log, is_unique};

/// Longest name of a channel, characters.
pub const NAME_CHARS_MAX: usize = 80;
/// Longest secret of a channel, bytes.
const SECRET_BYTES_MAX: usize = 4_096;

/// A channel with what stands around it.
#[derive(Debug, Clone)]
pub struct ChannelDetail {
    /// The channel, and what is going on there.
    pub row: ChannelRow,
    /// Names of secrets that people entered.
    pub secrets: Vec<&'static str>,
    /// Where its provider posts, where it does.
    pub hook_url: Option<String>,
    /// What could be set better.
    pub hints: &'static [&'static str],
}

/// A new channel.
#[derive(Debug, Clone)]
pub struct NewChannel {
    /// Its kind.
    pub kind: ChannelKind,
    /// Its name.
    pub name: String,
    /// Settings of its kind.
    pub config: serde_json::Value,
    /// Secrets by name.
    pub secrets: BTreeMap<String, String>,
}

/// A change to a channel.
#[derive(Debug, Clone, Default)]
pub struct ChannelPatch {
    /// Name.
    pub name: Option<String>,
    /// Active or paused.
    pub state: Option<ChannelState>,
    /// Settings of its kind, whole.
    pub config: Option<serde_json::Value>,
    /// Secrets to put in place of those of the same names.
    pub secrets: BTreeMap<String, String>,
}

/// What came of a test.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChannelTest {
    /// Whether the channel took it.
    pub ok: bool,
    /// HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// How long it took, milliseconds.
    pub latency_ms: i64,
    /// What happened, in words.
    pub detail: String,
}

#[derive(Serialize, Deserialize)]
struct Made {
    id: ChannelId,
    secret: Option<String>,
}

impl Service {
    /// All channels, oldest first, with what is going on there.
    #[boxed]
    pub async fn list_channels(&self, request: &Request) -> Result<Vec<ChannelDetail>> {
        self.authorise(request, Permission::ChannelRead).await?;
        let rows = self.read(async move |tx: &mut Tx<'_>| Ok(store::list_channels(tx).await?)).await?;
        // Websites have their own list (`site`): nobody writes there.
        let rows = rows.into_iter().filter(|row| row.channel.kind.has_messages());
        Ok(rows.map(|row| self.detail(row)).collect())
    }

    /// A channel.
    #[boxed]
    pub async fn get_channel(&self, request: &Request, id: ChannelId) -> Result<ChannelDetail> {
        let all = self.list_channels(request).await?;
        all.into_iter().find(|found| found.row.channel.id == id).ok_or(Error::NotFound("channel"))
    }

    /// Adds a channel, once its provider takes the settings. A custom channel gets a secret, which is shown this once.
    #[boxed]
    pub async fn create_channel(
        &self,
        request: &Request,
        new: NewChannel,
    ) -> Result<(ChannelDetail, Option<String>)> {
        let grant = self.authorise(request, Permission::ChannelWrite).await?;
        if let Some(made) = self.replayed::<Made>(&grant).await? {
            return Ok((self.channel_detail(made.id).await?, made.secret));
        }
        if !new.kind.has_messages() {
            return Err(Error::invalid(
                "/kind",
                "not-a-channel",
                "Websites are registered under `/v1/sites`.",
            ));
        }
        let name = name(&new.name)?;
        let config = self.check_config(new.kind, &new.config)?;
        let secrets = self.check_secrets(new.kind, Secrets::default(), new.secrets)?;
        let (now, id) = (self.now(), self.new_id()?);
        let secret = (new.kind == ChannelKind::Custom).then(|| self.new_webhook_secret()).transpose()?;
        let channel = Channel {
            id,
            kind: new.kind,
            name,
            state: ChannelState::Active,
            config,
            last_inbound_at: None,
            last_outbound_at: None,
            created_at: now,
            updated_at: now,
        };
        let stored = secret.clone().or_else(|| secrets.to_stored());
        let entry = ChannelEntry { channel, secret: stored };
        // Before the provider is asked: being told where to post, it would take the messages away from the other one.
        self.free_account(&entry)?;
        let entry = self.connect(entry).await?;
        let account = self.free_account(&entry)?;
        let vault = self.vault().clone();
        let made = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Made> {
                let channel = entry.channel;
                store::insert_channel(tx, &vault, &channel, entry.secret.as_deref()).await?;
                take_account(tx, &vault, id, account.as_deref()).await?;
                if channel.kind.is_messenger() {
                    channel_state::update_health(tx, id, true, "", now).await?;
                }
                let details = serde_json::json!({ "kind": channel.kind, "name": channel.name });
                log.audit("channel.create", id, details);
                log.reload("channel.updated", id);
                Ok(Made { id, secret })
            })
            .await?;
        Ok((self.channel_detail(made.id).await?, made.secret))
    }

    /// Changes a channel. New settings and secrets are saved once the provider takes them.
    #[boxed]
    pub async fn update_channel(
        &self,
        request: &Request,
        id: ChannelId,
        patch: ChannelPatch,
    ) -> Result<ChannelDetail> {
        let grant = self.authorise(request, Permission::ChannelWrite).await?;
        let snapshot = self.snapshot();
        let mut entry = ours(&snapshot, id)?.clone();
        let (kind, before) = (entry.channel.kind, entry.channel.config.clone());
        if let Some(text) = &patch.name {
            entry.channel.name = name(text)?;
        }
        if let Some(config) = &patch.config {
            entry.channel.config = self.check_config(kind, config)?;
        }
        let has_secrets = !patch.secrets.is_empty();
        if has_secrets {
            let before = Secrets::parse(entry.secret.as_deref());
            entry.secret = self.check_secrets(kind, before, patch.secrets)?.to_stored();
        }
        let was = entry.channel.state;
        entry.channel.state = patch.state.unwrap_or(was);
        let is_back = was == ChannelState::Paused && entry.channel.state == ChannelState::Active;
        let is_new = patch.config.is_some() || has_secrets;
        // What a paused channel is given is checked once it is to work.
        let is_connected = entry.channel.state == ChannelState::Active && (is_new || is_back);
        let is_asked = is_new || is_back;
        if is_asked {
            self.free_account(&entry)?;
        }
        if is_connected {
            entry = self.connect(entry).await?;
        }
        let account = if is_asked { self.free_account(&entry)? } else { None };
        entry.channel.updated_at = self.now();
        let is_elsewhere =
            is_new && !(is_connected && self.connector(kind)?.keeps_place(&before, &entry.channel.config));
        let vault = self.vault().clone();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let ChannelEntry { channel, secret } = entry;
            if !store::update_channel(tx, &channel).await? {
                return Err(Error::NotFound("channel"));
            }
            if let Some(secret) = secret.filter(|_| has_secrets) {
                store::update_channel_secret(tx, &vault, id, &secret, channel.updated_at).await?;
            }
            if is_asked {
                take_account(tx, &vault, id, account.as_deref()).await?;
            }
            if is_elsewhere && channel.kind.is_messenger() {
                // It may be another bot now: how far the one before was read says nothing.
                channel_state::delete_channel_state(tx, id).await?;
            }
            if is_connected && channel.kind.is_messenger() {
                channel_state::update_health(tx, id, true, "", channel.updated_at).await?;
            }
            let details =
                serde_json::json!({ "state": channel.state, "name": channel.name, "secrets": has_secrets });
            log.audit("channel.update", id, details);
            log.reload("channel.updated", id);
            Ok(())
        })
        .await?;
        self.channel_detail(id).await
    }

    /// Gives a custom channel a new secret, shown this once. The old one stops signing at once.
    #[boxed]
    pub async fn rotate_channel_secret(&self, request: &Request, id: ChannelId) -> Result<String> {
        let grant = self.authorise(request, Permission::ChannelWrite).await?;
        if self.snapshot().channel(id)?.channel.kind != ChannelKind::Custom {
            return Err(Error::conflict(
                "no-secret",
                "Channels of this kind have no secret.",
                "Only custom channels sign what they send.",
            ));
        }
        let secret = self.new_webhook_secret()?;
        let vault = self.vault().clone();
        let now = self.now();
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<String> {
            if !store::update_channel_secret(tx, &vault, id, &secret, now).await? {
                return Err(Error::NotFound("channel"));
            }
            log.audit("channel.rotate_secret", id, serde_json::json!({}));
            log.reload("channel.updated", id);
            Ok(secret)
        })
        .await
    }

    /// Takes a channel out of use. Its cases stay readable.
    #[boxed]
    pub async fn delete_channel(&self, request: &Request, id: ChannelId) -> Result<()> {
        let grant = self.authorise(request, Permission::ChannelWrite).await?;
        let snapshot = self.snapshot();
        let (entry, now) = (ours(&snapshot, id)?, self.now());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !store::delete_channel(tx, id, now).await? {
                return Err(Error::NotFound("channel"));
            }
            log.audit("channel.delete", id, serde_json::json!({}));
            log.reload("channel.updated", id);
            Ok(())
        })
        .await?;
        // The channel is gone whether or not its provider hears of it: what it posts from now on is refused.
        let desk = self.desk(entry);
        if let Ok(connector) = self.connector(entry.channel.kind)
            && let Err(error) = connector.disconnect(desk.line(self, entry)).await
        {
            tracing::info!(channel = %id, %error, "the provider was not told that a channel is out of use");
        }
        Ok(())
    }

    /// Looks whether a channel works: for a custom one, sends a test to where its replies go.
    #[boxed]
    pub async fn test_channel(&self, request: &Request, id: ChannelId) -> Result<ChannelTest> {
        let grant = self.authorise(request, Permission::ChannelWrite).await?;
        if let Some(tested) = self.replayed(&grant).await? {
            return Ok(tested);
        }
        let snapshot = self.snapshot();
        let entry = snapshot.channel(id)?;
        let (connector, desk, now) = (self.connector(entry.channel.kind)?, self.desk(entry), self.now());
        let tested = connector.test(desk.line(self, entry)).await;
        self.note_provided(id, &tested).await;
        let latency_ms = self.now().since(now) / 1_000;
        let (ok, status, detail) = match tested {
            Ok(done) if done.detail.is_empty() => {
                (true, done.status, "The channel took the test.".to_owned())
            }
            Ok(done) => (true, done.status, done.detail),
            Err(error) => (false, error.status(), error.to_string()),
        };
        self.write_once(&grant, async move |_tx: &mut Tx<'_>, log: &mut Log| -> Result<ChannelTest> {
            log.audit("channel.test", id, serde_json::json!({ "ok": ok }));
            Ok(ChannelTest { ok, status, latency_ms, detail })
        })
        .await
    }

    /// A secret as Standard Webhooks writes it: `whsec_` and 32 random bytes in base 64.
    pub(crate) fn new_webhook_secret(&self) -> Result<String> {
        Ok(format!("whsec_{}", STANDARD.encode(self.random::<32>()?)))
    }

    pub(crate) fn connector(&self, kind: ChannelKind) -> Result<&std::sync::Arc<dyn crate::port::Connector>> {
        self.connectors().get(&kind).ok_or(Error::Unavailable("connector of this kind of channel"))
    }

    fn check_config(&self, kind: ChannelKind, config: &serde_json::Value) -> Result<serde_json::Value> {
        self.connector(kind)?.check_config(config, self.outbound().as_ref())
    }

    /// The secrets of a channel once `given` are put in place: known ones only, all that are needed, and those that this
    /// server makes up.
    fn check_secrets(
        &self,
        kind: ChannelKind,
        mut secrets: Secrets,
        given: BTreeMap<String, String>,
    ) -> Result<Secrets> {
        let connector = self.connector(kind)?;
        let mut errors = Vec::new();
        for (name, value) in given {
            let at = format!("/secrets/{name}");
            let value = value.trim();
            if !connector.secrets().iter().any(|field| field.name == name) {
                errors.push(FieldError::new(
                    at,
                    "unknown-field",
                    "Channels of this kind have no such secret.",
                ));
            } else if value.is_empty()
                || value.len() > SECRET_BYTES_MAX
                || value.chars().any(char::is_control)
            {
                let detail = "A secret is a text on one line, as the provider shows it.";
                errors.push(FieldError::new(at, "invalid-secret", detail));
            } else {
                secrets.set(&name, value.to_owned());
            }
        }
        for field in connector.secrets().iter().filter(|field| field.is_required) {
            let is_told = errors.iter().any(|e| e.pointer == format!("/secrets/{}", field.name));
            if secrets.get(field.name).is_none() && !is_told {
                let detail = "The channel does not work without this secret.";
                errors.push(FieldError::new(format!("/secrets/{}", field.name), "missing-field", detail));
            }
        }
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        for name in connector.made_secrets() {
            if secrets.get(name).is_none() {
                secrets.set(name, hex::encode(self.random::<32>()?));
            }
        }
        Ok(secrets)
    }

    /// Has the provider take the settings; what only it knows is filled in.
    async fn connect(&self, mut entry: ChannelEntry) -> Result<ChannelEntry> {
        let (desk, connector) = (self.desk(&entry), self.connector(entry.channel.kind)?);
        self.connecting().begin(&entry);
        let connected: Provided<_> = connector.connect(desk.line(self, &entry)).await;
        self.connecting().end(entry.channel.id);
        match connected {
            Ok(config) => {
                entry.channel.config = config;
                Ok(entry)
            }
            Err(ProviderError::Unavailable { detail, .. }) => {
                let detail = format!("The provider does not answer: {detail}. Nothing was saved.");
                Err(Error::invalid("", "provider-unavailable", detail))
            }
            Err(ProviderError::Settings { detail, .. } | ProviderError::Refused { detail, .. }) => {
                let detail = format!("The provider does not take these settings: {detail}.");
                Err(Error::invalid("", "provider-refused", detail))
            }
        }
    }

    /// The account of a channel, which no other channel may have. Every channel in use is asked, also those that were
    /// there before accounts were written down.
    fn free_account(&self, entry: &ChannelEntry) -> Result<Option<String>> {
        let Some(account) = self.account_of(entry) else { return Ok(None) };
        let snapshot = self.snapshot();
        let mut others = snapshot.channels.values().filter(|other| other.channel.id != entry.channel.id);
        match others.find(|other| self.account_of(other).is_some_and(|known| known == account)) {
            Some(other) => Err(account_taken(Some(&other.channel.name))),
            None => Ok(Some(account)),
        }
    }

    fn account_of(&self, entry: &ChannelEntry) -> Option<String> {
        let kind = entry.channel.kind;
        let secrets = Secrets::parse(entry.secret.as_deref());
        let account = self.connector(kind).ok()?.account(&entry.channel.config, &secrets)?;
        Some(format!("{} {account}", kind.as_str()))
    }

    async fn channel_detail(&self, id: ChannelId) -> Result<ChannelDetail> {
        let rows = self.read(async move |tx: &mut Tx<'_>| Ok(store::list_channels(tx).await?)).await?;
        let row = rows.into_iter().find(|row| row.channel.id == id).ok_or(Error::NotFound("channel"))?;
        Ok(self.detail(row))
    }

    fn detail(&self, row: ChannelRow) -> ChannelDetail {
        let snapshot = self.snapshot();
        let stored = snapshot.channels.get(&row.channel.id).and_then(|entry| entry.secret.as_deref());
        let has = Secrets::parse(stored);
        let Ok(connector) = self.connector(row.channel.kind) else {
            return ChannelDetail { row, secrets: Vec::new(), hook_url: None, hints: &[] };
        };
        let named = connector.secrets().iter().map(|field| field.name);
        let signing = (row.channel.kind == ChannelKind::Custom).then_some(SIGNING);
        let secrets = named.chain(signing).filter(|name| has.get(name).is_some()).collect();
        let hook_url = connector.is_posted_to(&row.channel.config).then(|| self.hook_url(row.channel.id));
        let hints = connector.hints(&row.channel.config);
        ChannelDetail { row, secrets, hook_url, hints }
    }
}

/// Writes down whose account it is; of two servers that connect the same at once, one comes too late.
async fn take_account(tx: &mut Tx<'_>, vault: &Vault, id: ChannelId, account: Option<&str>) -> Result<()> {
    match store::update_channel_account(tx, vault, id, account).await {
        Err(error) if is_unique(&error, store::UNIQUE_ACCOUNT) => Err(account_taken(None)),
        done => Ok(done.map(|_| ())?),
    }
}

fn account_taken(name: Option<&str>) -> Error {
    let detail = match name {
        Some(name) => format!("The channel “{name}” has this account. Nothing was saved."),
        None => "Another channel has this account. Nothing was saved.".to_owned(),
    };
    let hint = "Change that channel, or delete it: two would take messages away from each other.";
    Error::conflict("account-taken", detail, hint)
}

/// A channel that is changed here: websites are changed as sites, by whoever may.
fn ours(snapshot: &crate::snapshot::Snapshot, id: ChannelId) -> Result<&ChannelEntry> {
    let entry = snapshot.channel(id)?;
    if !entry.channel.kind.has_messages() { Err(Error::NotFound("channel")) } else { Ok(entry) }
}

fn name(text: &str) -> Result<String> {
    let name = text.trim();
    let long = name.chars().count() > NAME_CHARS_MAX;
    if name.is_empty() || long || name.chars().any(char::is_control) {
        let detail = format!("A name has 1 to {NAME_CHARS_MAX} characters on one line.");
        return Err(Error::Invalid(vec![FieldError::new("/name", "invalid-name", detail)]));
    }
    Ok(name.to_owned())
}
