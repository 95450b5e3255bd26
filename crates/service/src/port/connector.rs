//! What a connector is to the service: one kind of channel, payload ↔ message, no decisions.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use countersign_types::case::MailThread;
use countersign_types::channel::ChannelKind;
use countersign_types::message::{Attachment, Delivery};
use countersign_types::pii::{ExternalId, Pii};
use countersign_types::{AttachmentId, ChannelId, Error, MessageId, Timestamp};
use serde_json::Value;

use super::{BoxFuture, Outbound};
use crate::message::Inbound;

/// Secrets of a channel, by name. They are sealed in the database and shown to nobody.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets(BTreeMap<String, String>);

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The name of the only secret of a channel that has one without a name: a custom channel's signing secret.
pub const SIGNING: &str = "signing";

impl Secrets {
    /// As they are stored: named ones as a JSON object, a custom channel's signing secret as it is.
    pub fn parse(stored: Option<&str>) -> Self {
        let Some(stored) = stored else { return Self::default() };
        match serde_json::from_str(stored) {
            Ok(named) => Self(named),
            Err(_) => Self(BTreeMap::from([(SIGNING.to_owned(), stored.to_owned())])),
        }
    }

    /// To be stored.
    pub fn to_stored(&self) -> Option<String> {
        if self.0.is_empty() { None } else { serde_json::to_string(&self.0).ok() }
    }

    /// A secret.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Puts a secret in place of an earlier one.
    pub fn set(&mut self, name: &str, value: String) {
        self.0.insert(name.to_owned(), value);
    }
}

/// Files of conversations, for connectors that hand them over byte by byte.
pub trait Files: Send + Sync {
    /// A file that a reply names, whole.
    fn read(&self, file: AttachmentId) -> BoxFuture<'_, Result<Vec<u8>, Error>>;
}

/// One channel, as its connector works with it.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    /// The channel.
    pub channel: ChannelId,
    /// Its settings.
    pub config: &'a Value,
    /// Its secrets.
    pub secrets: &'a Secrets,
    /// Where the provider posts what happens there.
    pub hook_url: &'a str,
    /// The way out.
    pub outbound: &'a dyn Outbound,
    /// Files of replies.
    pub files: &'a dyn Files,
    /// Now.
    pub now: Timestamp,
}

/// A reply on its way to a customer.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct OutboundMessage {
    /// Printed message id, also the provider's idempotency key.
    pub id: String,
    /// Printed case id.
    pub case: String,
    /// Printed channel id.
    pub channel: String,
    /// The customer's id on the channel.
    pub to: String,
    /// Who of the company wrote it.
    #[serde(default)]
    pub author: Option<String>,
    /// The text.
    pub text: String,
    /// Files; each has the address at which the API gives it to an API key.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// Whether no person wrote it: a rule did. Receivers that answer by themselves leave it alone (R-1).
    #[serde(default)]
    pub is_automatic: bool,
    /// When the customer last wrote, as it is when the reply leaves: some providers take free text only for a while
    /// after.
    #[serde(skip)]
    pub customer_wrote_at: Option<Timestamp>,
    /// Where it stands among the mails of its conversation, on channels where there is such a thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<OutboundMail>,
    /// When it was written, RFC 3339.
    pub at: String,
}

/// What a mail has besides its text.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct OutboundMail {
    /// What it is about.
    pub subject: String,
    /// The mail that it answers.
    pub answers: Option<MailThread>,
}

/// That a provider did what it was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// HTTP status, for the record.
    pub status: Option<u16>,
    /// What it said, in words without anybody's data.
    pub detail: String,
}

/// Why a provider did not do what it was asked. Details are words without anybody's data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// This one thing will never be done.
    #[error("{detail}")]
    Refused {
        /// HTTP status, for the record.
        status: Option<u16>,
        /// Why.
        detail: String,
    },
    /// Nothing will be done until somebody mends the channel's settings.
    #[error("{detail}")]
    Settings {
        /// HTTP status, for the record.
        status: Option<u16>,
        /// What is wrong.
        detail: String,
    },
    /// Not now.
    #[error("{detail}")]
    Unavailable {
        /// HTTP status, for the record.
        status: Option<u16>,
        /// Why.
        detail: String,
        /// The provider's own wish.
        retry_after_secs: Option<u64>,
    },
}

impl ProviderError {
    /// It will never be done.
    pub fn refused(status: impl Into<Option<u16>>, detail: impl Into<String>) -> Self {
        Self::Refused { status: status.into(), detail: detail.into() }
    }

    /// The settings do not work.
    pub fn settings(status: impl Into<Option<u16>>, detail: impl Into<String>) -> Self {
        Self::Settings { status: status.into(), detail: detail.into() }
    }

    /// Not now.
    pub fn unavailable(status: impl Into<Option<u16>>, detail: impl Into<String>) -> Self {
        Self::Unavailable { status: status.into(), detail: detail.into(), retry_after_secs: None }
    }

    /// HTTP status, where there was an answer.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. }
            | Self::Settings { status, .. }
            | Self::Unavailable { status, .. } => *status,
        }
    }
}

impl From<super::OutboundError> for ProviderError {
    fn from(error: super::OutboundError) -> Self {
        match error {
            super::OutboundError::Refused(why) => Self::settings(None, why),
            super::OutboundError::Unreachable(why) => Self::unavailable(None, why),
        }
    }
}

/// What a provider did.
pub type Provided<T> = Result<T, ProviderError>;

/// A secret that people enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretField {
    /// Its name.
    pub name: &'static str,
    /// Whether the channel does not work without it.
    pub is_required: bool,
}

/// A request that a provider makes to us.
#[derive(Debug, Clone)]
pub struct HookRequest {
    /// Whether it is a `GET`: a provider asking whether we are there.
    pub is_get: bool,
    /// The address as the provider called it, with its query.
    pub url: String,
    /// The query as it stands in the address, without `?`.
    pub query: String,
    /// Header names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

impl HookRequest {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What a request of a provider said.
#[derive(Debug, Default)]
pub struct Hooked {
    /// What happened there, in its order.
    pub news: Vec<Incoming>,
    /// What the provider wants to hear, as plain text.
    pub answer: String,
}

/// Why a request of a provider is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookError {
    /// Channels of this kind have no such address.
    Unknown,
    /// The signature is missing or is not the provider's (R-4).
    Forged,
    /// It is signed and cannot be read.
    Malformed,
}

/// Something that happened on a channel.
#[derive(Debug)]
pub enum Incoming {
    /// Somebody wrote.
    Message(Box<Inbound>),
    /// How far a reply has come, told by our id of it.
    Receipt {
        /// The reply.
        message: MessageId,
        /// How far.
        delivery: Delivery,
        /// Why not further.
        detail: Option<String>,
    },
    /// How far everything has come that was said to somebody before a moment.
    ReceiptUntil {
        /// The customer's id on the channel.
        user_id: Pii<ExternalId>,
        /// How far.
        delivery: Delivery,
        /// The moment.
        at: Timestamp,
    },
}

/// A file that stays with the provider until it is fetched.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RemoteFile {
    /// What the provider calls it.
    pub reference: String,
    /// File name.
    pub name: String,
    /// Media type, as the provider says.
    pub mime_type: String,
    /// Bytes, as the provider says.
    pub size_bytes: i64,
}

/// What a look at the provider brought.
#[derive(Debug, Default)]
pub struct Polled {
    /// What happened there, in its order.
    pub news: Vec<Incoming>,
    /// How far that was, to be said at the next look once all of it is durable.
    pub read_until: Option<String>,
}

/// One kind of channel.
pub trait Connector: Send + Sync + 'static {
    /// Secrets that people enter.
    fn secrets(&self) -> &'static [SecretField] {
        &[]
    }

    /// Names of secrets that this server makes up for each channel.
    fn made_secrets(&self) -> &'static [&'static str] {
        &[]
    }

    /// Checks the settings of a channel of this kind; answers with them in their stored form.
    fn check_config(&self, config: &Value, outbound: &dyn Outbound) -> Result<Value, Error>;

    /// The address that opens this channel, where it has one, with the code filled in where it can be.
    fn deep_link(&self, config: &Value, code: &str) -> Option<String>;

    /// Asks the provider whether the settings work and tells it where to post. Answers with the settings, in which the
    /// provider may have filled in what only it knows.
    fn connect<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Value>> {
        Box::pin(async move { Ok(line.config.clone()) })
    }

    /// What names the account at its provider, as far as settings and secrets tell: two channels of one account would
    /// take its messages away from each other. It is kept as a keyed hash only. `None`: that is not known, or does not
    /// matter.
    fn account(&self, _config: &Value, _secrets: &Secrets) -> Option<String> {
        None
    }

    /// What could be set better, in stable words: the channel works all the same.
    fn hints(&self, _config: &Value) -> &'static [&'static str] {
        &[]
    }

    /// Nobody here follows this channel any more: what is held open for it is closed.
    fn release(&self, _channel: ChannelId) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }

    /// Whether channels with these settings, both as [`Connector::connect`] gave them, are the same place at the provider:
    /// then how far it was read still holds.
    fn keeps_place(&self, before: &Value, after: &Value) -> bool {
        before == after
    }

    /// Tells the provider that we listen no more.
    fn disconnect<'a>(&'a self, _line: Line<'a>) -> BoxFuture<'a, Provided<()>> {
        Box::pin(async { Ok(()) })
    }

    /// Looks whether the channel works, without a customer seeing anything of it.
    fn test<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Done>>;

    /// Hands a reply over.
    fn send<'a>(&'a self, line: Line<'a>, message: &'a OutboundMessage) -> BoxFuture<'a, Provided<Done>>;

    /// Whether customers can be shown that somebody writes to them.
    fn shows_typing(&self) -> bool {
        false
    }

    /// Shows a customer, for some seconds, that somebody writes to them.
    fn type_to<'a>(&'a self, _line: Line<'a>, _to: &'a str) -> BoxFuture<'a, Provided<()>> {
        Box::pin(async { Ok(()) })
    }

    /// Whether messages are fetched, rather than posted to us.
    fn polls(&self, _config: &Value) -> bool {
        false
    }

    /// How long one look may take.
    fn look_max(&self) -> Duration {
        Duration::from_secs(25)
    }

    /// Waits a while for what happens. What came before `read_until` is durable here.
    fn poll<'a>(&'a self, _line: Line<'a>, _read_until: Option<&'a str>) -> BoxFuture<'a, Provided<Polled>> {
        Box::pin(async { Err(ProviderError::settings(None, "channels of this kind are not fetched")) })
    }

    /// Whether a provider posts what happens to the channel's own address here.
    fn is_posted_to(&self, _config: &Value) -> bool {
        false
    }

    /// Whether one request may be about several channels of this kind: an app of Meta's has one address for all its
    /// numbers and pages.
    fn shares_hook(&self) -> bool {
        false
    }

    /// Believes a provider's request, or not, and reads it.
    fn hook(&self, _line: Line<'_>, _request: &HookRequest) -> Result<Hooked, HookError> {
        Err(HookError::Unknown)
    }

    /// Fetches a file's bytes.
    fn fetch<'a>(&'a self, _line: Line<'a>, _reference: &'a str) -> BoxFuture<'a, Provided<Vec<u8>>> {
        Box::pin(async { Err(ProviderError::refused(None, "channels of this kind have no files to fetch")) })
    }
}

/// The connectors by kind.
pub type Connectors = std::collections::HashMap<ChannelKind, Arc<dyn Connector>>;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn secrets_are_stored_by_name_and_never_printed() {
        let mut secrets = Secrets::default();
        assert_eq!(secrets.to_stored(), None);
        secrets.set("bot_token", "1:abc".to_owned());
        let again = Secrets::parse(secrets.to_stored().as_deref());
        assert_eq!(again.get("bot_token"), Some("1:abc"));
        assert_eq!(format!("{again:?}"), r#"{"bot_token"}"#);
        let custom = Secrets::parse(Some("whsec_AAAA"));
        assert_eq!(custom.get(SIGNING), Some("whsec_AAAA"));
        assert_eq!(Secrets::parse(None), Secrets::default());
    }
}
