//! Settings of a mailbox.

use std::hash::{DefaultHasher, Hash, Hasher};

use countersign_service::port::{Line, Outbound, Provided, ProviderError};
use countersign_types::{Error, FieldError, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::read::{is_address, lower};
use crate::provider::checked;

/// The password to read with.
pub(super) const IMAP_PASSWORD: &str = "imap_password";
/// The password to send with; without one, the one to read with.
pub(super) const SMTP_PASSWORD: &str = "smtp_password";

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Security {
    /// From its first byte.
    Tls,
    /// Begun in the open and encrypted before anything secret is said.
    StartTls,
    /// Never: only to servers that the operator listed.
    None,
}

/// One server.
#[derive(Debug, Clone, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Server {
    /// Its name.
    pub(super) host: String,
    /// Its port.
    pub(super) port: u16,
    /// How the connection is encrypted.
    pub(super) security: Security,
    /// Who logs in; nobody does where it is empty.
    #[serde(default)]
    pub(super) username: String,
}

/// Settings of a mailbox.
#[derive(Debug, Clone, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The address that customers write to and get answers from.
    pub(super) address: String,
    /// The name beside it.
    #[serde(default)]
    pub(super) sender_name: String,
    /// Where mails are read.
    pub(super) imap: Server,
    /// Where mails are handed over.
    pub(super) smtp: Server,
    /// The folder that is read.
    #[serde(default = "inbox")]
    pub(super) folder: String,
    /// Whether mails that were read are marked so.
    #[serde(default = "yes")]
    pub(super) mark_seen: bool,
    /// The name that the company's own server writes `Authentication-Results` under. Without it nobody vouches for senders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) authserv_id: Option<String>,
    /// Where reading began, filled in when the mailbox was connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<Mark>,
}

/// A place in a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Mark {
    /// Which numbering it is of.
    pub(super) validity: u32,
    /// The last mail before it.
    pub(super) uid: u32,
}

impl Mark {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (validity, uid) = text.split_once(':')?;
        Some(Self { validity: validity.parse().ok()?, uid: uid.parse().ok()? })
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.validity, self.uid)
    }
}

impl Serialize for Mark {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Mark {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a place in a mailbox is two numbers"))
    }
}

fn inbox() -> String {
    "INBOX".to_owned()
}

fn yes() -> bool {
    true
}

impl Config {
    fn parse(value: &Value) -> Result<Self> {
        Self::deserialize(value).map_err(|_| {
            let detail = "A mailbox takes `address`, `sender_name`, `imap` and `smtp` (each `host`, `port`, `security`: tls, starttls or none, `username`), `folder`, `mark_seen` and `authserv_id`.";
            Error::invalid("/config", "invalid-config", detail)
        })
    }

    /// As saved.
    pub(super) fn saved(line: Line<'_>) -> Provided<Self> {
        Self::parse(line.config)
            .map_err(|_| ProviderError::settings(None, "the settings are not of this kind"))
    }

    /// Checked to be saved.
    pub(super) fn checked(value: &Value, outbound: &dyn Outbound) -> Result<Value> {
        let mut config = Self::parse(value)?;
        let mut errors = Vec::new();
        config.address = lower(config.address.trim());
        if !is_address(&config.address) {
            let detail = "An address looks like support@example.com, with at most 120 bytes.";
            errors.push(FieldError::new("/config/address", "invalid-email", detail));
        }
        let is_line = |text: &str, most: usize| text.len() <= most && !text.chars().any(char::is_control);
        config.sender_name = config.sender_name.trim().to_owned();
        if !is_line(&config.sender_name, 100) {
            let detail = "A sender's name has at most 100 bytes on one line.";
            errors.push(FieldError::new("/config/sender_name", "invalid-name", detail));
        }
        if config.folder.is_empty() || !is_line(&config.folder, 200) || !config.folder.is_ascii() {
            let detail = "A folder's name has 1 to 200 plain letters; one with others is written as the server stores it.";
            errors.push(FieldError::new("/config/folder", "invalid-name", detail));
        }
        config.authserv_id = config.authserv_id.map(|id| lower(id.trim())).filter(|id| !id.is_empty());
        if config
            .authserv_id
            .as_ref()
            .is_some_and(|id| !is_line(id, 200) || id.contains([' ', ';', '(', '"']))
        {
            let detail = "The name is one word, mostly the name of your mail server, such as mx.example.com.";
            errors.push(FieldError::new("/config/authserv_id", "invalid-name", detail));
        }
        config.imap.check("/config/imap", outbound, &mut errors);
        config.smtp.check("/config/smtp", outbound, &mut errors);
        if config.imap.username.is_empty() {
            let detail = "A mailbox is read by somebody: give the user name, mostly the address.";
            errors.push(FieldError::new("/config/imap/username", "missing-field", detail));
        }
        checked(&config, errors)
    }

    /// Settings and secrets that an open mailbox depends on, in one number.
    pub(super) fn fingerprint(&self, line: Line<'_>) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.imap, &self.folder, line.secrets.get(IMAP_PASSWORD)).hash(&mut hasher);
        hasher.finish()
    }

    /// What a test of the settings found, given the servers that wrote results into the newest mails.
    pub(super) fn verdict(&self, servers: &[String]) -> String {
        let works = "Reading and sending work.";
        let names = servers.join(", ");
        match (&self.authserv_id, servers) {
            (Some(id), found) if found.contains(id) => {
                format!("{works} Senders are vouched for by {id}.")
            }
            (Some(id), []) => {
                format!(
                    "{works} No newer mail carries Authentication-Results of {id}: nobody is vouched for yet."
                )
            }
            (Some(id), _) => format!("{works} The newest mails carry results of {names}, not of {id}."),
            (None, []) => format!(
                "{works} The newest mails carry no Authentication-Results: senders stay unproved until your server writes them."
            ),
            (None, _) => format!(
                "{works} The newest mails carry results of {names}. If that is your own server, enter its name: senders stay unproved until then."
            ),
        }
    }
}

impl Server {
    fn check(&mut self, place: &str, outbound: &dyn Outbound, errors: &mut Vec<FieldError>) {
        self.host = lower(self.host.trim().trim_end_matches('.'));
        self.username = self.username.trim().to_owned();
        if self.username.len() > 200 || self.username.chars().any(char::is_control) {
            let detail = "A user name has at most 200 bytes on one line.";
            errors.push(FieldError::new(format!("{place}/username"), "invalid-name", detail));
        }
        if self.port == 0 {
            errors.push(FieldError::new(format!("{place}/port"), "invalid-number", "A port is 1 to 65535."));
            return;
        }
        if let Err(error) = outbound.check_host(&self.host, self.port, self.security != Security::None) {
            let detail = format!("{error}.");
            errors.push(FieldError::new(format!("{place}/host"), "address-not-allowed", detail));
        }
    }
}
