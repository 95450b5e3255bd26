//! Channels: set up, paused, tested, taken out of use.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
pub use countersign_store::channel::ChannelRow;
use countersign_store::{Tx, channel as store};
use countersign_types::channel::{Channel, ChannelKind, ChannelState};
use countersign_types::{ChannelId, Error, FieldError, Permission, Result};
use serde::{Deserialize, Serialize};

use crate::Service;
use crate::caller::Request;
use crate::port::{OutboundMessage, SendOutcome};
use crate::work::Log;

/// Longest name of a channel, characters.
pub const NAME_CHARS_MAX: usize = 80;

/// A new channel.
#[derive(Debug, Clone)]
pub struct NewChannel {
    /// Its kind.
    pub kind: ChannelKind,
    /// Its name.
    pub name: String,
    /// Settings of its kind.
    pub config: serde_json::Value,
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
    pub async fn list_channels(&self, request: &Request) -> Result<Vec<ChannelRow>> {
        self.authorise(request, Permission::ChannelRead).await?;
        self.read(async move |tx: &mut Tx<'_>| Ok(store::list_channels(tx).await?)).await
    }

    /// A channel.
    pub async fn get_channel(&self, request: &Request, id: ChannelId) -> Result<ChannelRow> {
        let all = self.list_channels(request).await?;
        all.into_iter().find(|row| row.channel.id == id).ok_or(Error::NotFound("channel"))
    }

    /// Adds a channel. A custom channel gets a secret, which is shown this once.
    pub async fn create_channel(
        &self,
        request: &Request,
        new: NewChannel,
    ) -> Result<(ChannelRow, Option<String>)> {
        let grant = self.authorise(request, Permission::ChannelWrite).await?;
        let name = name(&new.name)?;
        let config = self.check_config(new.kind, &new.config)?;
        let now = self.now();
        let id: ChannelId = self.new_id()?;
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
        let vault = self.vault().clone();
        let made = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Made> {
                store::insert_channel(tx, &vault, &channel, secret.as_deref()).await?;
                log.audit(
                    "channel.create",
                    id,
                    serde_json::json!({ "kind": channel.kind, "name": channel.name }),
                );
                log.reload("channel.updated", id);
                Ok(Made { id, secret })
            })
            .await?;
        Ok((self.channel_row(made.id).await?, made.secret))
    }

    /// Changes a channel.
    pub async fn update_channel(
        &self,
        request: &Request,
        id: ChannelId,
        patch: ChannelPatch,
    ) -> Result<ChannelRow> {
        let grant = self.authorise(request, Permission::ChannelWrite).await?;
        let snapshot = self.snapshot();
        let mut channel = snapshot.channel(id)?.channel.clone();
        if let Some(text) = &patch.name {
            channel.name = name(text)?;
        }
        if let Some(state) = patch.state {
            channel.state = state;
        }
        if let Some(config) = &patch.config {
            channel.config = self.check_config(channel.kind, config)?;
        }
        channel.updated_at = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !store::update_channel(tx, &channel).await? {
                return Err(Error::NotFound("channel"));
            }
            log.audit(
                "channel.update",
                id,
                serde_json::json!({ "state": channel.state, "name": channel.name }),
            );
            log.reload("channel.updated", id);
            Ok(())
        })
        .await?;
        self.channel_row(id).await
    }

    /// Gives a custom channel a new secret, shown this once. The old one stops signing at once.
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
    pub async fn delete_channel(&self, request: &Request, id: ChannelId) -> Result<()> {
        let grant = self.authorise(request, Permission::ChannelWrite).await?;
        let now = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !store::delete_channel(tx, id, now).await? {
                return Err(Error::NotFound("channel"));
            }
            log.audit("channel.delete", id, serde_json::json!({}));
            log.reload("channel.updated", id);
            Ok(())
        })
        .await
    }

    /// Sends a test to where the channel's replies go.
    pub async fn test_channel(&self, request: &Request, id: ChannelId) -> Result<ChannelTest> {
        let grant = self.authorise(request, Permission::ChannelWrite).await?;
        if let Some(tested) = self.replayed(&grant).await? {
            return Ok(tested);
        }
        let snapshot = self.snapshot();
        let entry = snapshot.channel(id)?;
        let connector = self.connector(entry.channel.kind)?;
        let now = self.now();
        let message = OutboundMessage {
            id: format!("test_{}", self.new_id::<countersign_types::MessageId>()?),
            case: String::new(),
            channel: id.to_string(),
            to: "test".to_owned(),
            author: None,
            text: "This is a test from Countersign.".to_owned(),
            attachments: Vec::new(),
            is_automatic: true,
            at: now.to_string(),
        };
        let secret = entry.secret.as_deref();
        let outcome =
            connector.send(&entry.channel.config, secret, &message, now, self.outbound().as_ref()).await;
        let latency_ms = self.now().since(now) / 1_000;
        let (ok, status, detail) = match outcome {
            SendOutcome::Sent { status } => (true, status, "The channel took the test.".to_owned()),
            SendOutcome::Retry { status, detail, .. } | SendOutcome::Failed { status, detail } => {
                (false, status, detail)
            }
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

    async fn channel_row(&self, id: ChannelId) -> Result<ChannelRow> {
        let rows = self.read(async move |tx: &mut Tx<'_>| Ok(store::list_channels(tx).await?)).await?;
        rows.into_iter().find(|row| row.channel.id == id).ok_or(Error::NotFound("channel"))
    }
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
