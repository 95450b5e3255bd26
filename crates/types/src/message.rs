//! Messages of a case.

use crate::code::Outcome;
use crate::pii::{self, Pii};
use crate::words::words;
use crate::{Assurance, AttachmentId, CaseId, MessageId, Timestamp};

words! {
    /// Which way it went.
    Direction {
        /// From the customer.
        Inbound = "inbound",
        /// To the customer, or for the team only.
        Outbound = "outbound",
    }
}

words! {
    /// What it is.
    MessageKind {
        /// Said between customer and company.
        Reply = "reply",
        /// For the team only.
        Note = "note",
        /// A line of the record, such as "Authenticated by code".
        Event = "event",
    }
}

words! {
    /// How far a reply has come.
    Delivery {
        /// Durable here, not yet handed over.
        Queued = "queued",
        /// The channel took it.
        Sent = "sent",
        /// It reached the customer's device.
        Delivered = "delivered",
        /// The customer saw it.
        Read = "read",
        /// It did not go; can be sent again.
        Failed = "failed",
    }
}

words! {
    /// Who wrote it.
    AuthorKind {
        /// The customer.
        Customer = "customer",
        /// Somebody of the team.
        User = "user",
        /// The server itself.
        System = "system",
        /// A rule.
        Rule = "rule",
        /// A program with an API key.
        Api = "api",
    }
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// What it is.
    pub kind: AuthorKind,
    /// Printed id, where it has one.
    pub id: Option<String>,
    /// Name, where it is not the customer's (that is the account's).
    pub name: Option<String>,
}

impl Author {
    /// The name that a customer may see: a colleague's. Names of rules and keys are the company's own.
    pub fn public_name(&self) -> Option<&str> {
        self.name.as_deref().filter(|_| self.kind == AuthorKind::User)
    }
}

/// A file that came or goes with a message: kept here by its id, or with the channel, at its address.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// File name.
    pub name: String,
    /// Media type.
    pub mime_type: String,
    /// Bytes.
    pub size_bytes: i64,
    /// Where the channel keeps it.
    #[serde(default)]
    pub url: Option<String>,
    /// The file, where it is kept here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<AttachmentId>,
}

/// A message. Codes in `text` are redacted before it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Of which case.
    pub case: CaseId,
    /// Which way.
    pub direction: Direction,
    /// What it is.
    pub kind: MessageKind,
    /// Who wrote it.
    pub author: Author,
    /// The text.
    pub text: Pii<pii::FreeText>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// How far a reply has come.
    pub delivery: Option<Delivery>,
    /// Why it failed, or what the channel said.
    pub delivery_detail: Option<String>,
    /// What the classifier and the redemption made of an inbound message.
    pub outcome: Option<Outcome>,
    /// The customer's level once this message was handled.
    pub assurance: Assurance,
    /// When the customer's channel says that it was sent.
    pub sent_at: Option<Timestamp>,
    /// Whether a machine wrote it: an automatic reply, a bot, this server.
    pub is_automatic: bool,
    /// When it became durable here.
    pub received_at: Timestamp,
}
