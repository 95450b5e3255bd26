//! Views of channels. Nothing here is personal.

use countersign_service::channel::{ChannelDetail, ChannelTest};
use countersign_types::channel::ChannelHealth;
use serde::Serialize;
use utoipa::ToSchema;

/// A channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelView {
    /// Its id.
    #[schema(example = "chan_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// `custom`, `web_chat`, or what its connector is for: `email`, `telegram`, `whatsapp`, `messenger`, `instagram`, `sms`, `viber`, `line`, `matrix`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// `active` or `paused`.
    pub state: &'static str,
    /// Settings of its kind.
    #[schema(value_type = Object)]
    pub config: serde_json::Value,
    /// The last message that came in.
    #[schema(format = DateTime)]
    pub last_inbound_at: Option<String>,
    /// The last message that went out.
    #[schema(format = DateTime)]
    pub last_outbound_at: Option<String>,
    /// Cases of status open.
    pub open_cases: i64,
    /// Names of the secrets that it has.
    pub secrets: Vec<&'static str>,
    /// Where its provider posts what happens; `null` where nothing is posted.
    pub hook_url: Option<String>,
    /// How its provider gets on with this server; `null` before anything was asked of it.
    pub health: Option<ChannelHealthView>,
    /// What could be set better, by words: `senders_unproved` (a mailbox without the name of the server that vouches for
    /// senders: every mail is of somebody unknown).
    pub hints: Vec<&'static str>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// How a channel's provider gets on with this server.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelHealthView {
    /// Whether it works.
    pub ok: bool,
    /// What is wrong, in words; empty where nothing is.
    pub detail: String,
    /// Since when.
    #[schema(format = DateTime)]
    pub at: String,
}

impl From<ChannelHealth> for ChannelHealthView {
    fn from(health: ChannelHealth) -> Self {
        Self { ok: health.is_ok, detail: health.detail, at: health.at.to_string() }
    }
}

impl From<ChannelDetail> for ChannelView {
    fn from(detail: ChannelDetail) -> Self {
        let ChannelDetail { row, secrets, hook_url, hints } = detail;
        let channel = row.channel;
        Self {
            id: channel.id.to_string(),
            kind: channel.kind.as_str(),
            name: channel.name,
            state: channel.state.as_str(),
            config: channel.config,
            last_inbound_at: channel.last_inbound_at.map(|t| t.to_string()),
            last_outbound_at: channel.last_outbound_at.map(|t| t.to_string()),
            open_cases: row.open_cases,
            secrets,
            hook_url,
            health: row.health.map(Into::into),
            hints: hints.to_vec(),
            created_at: channel.created_at.to_string(),
        }
    }
}

/// A channel just made, with its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelMade {
    /// The channel.
    #[serde(flatten)]
    pub channel: ChannelView,
    /// Signs what goes out; shown this once. `null` for kinds without one.
    pub secret: Option<String>,
}

/// A secret, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecretView {
    /// The secret.
    pub secret: String,
}

/// What came of a test.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelTestView {
    /// Whether the channel took it.
    pub ok: bool,
    /// HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// How long it took, milliseconds.
    pub latency_ms: i64,
    /// What happened, in words.
    pub detail: String,
}

impl From<ChannelTest> for ChannelTestView {
    fn from(test: ChannelTest) -> Self {
        Self { ok: test.ok, status: test.status, latency_ms: test.latency_ms, detail: test.detail }
    }
}
