//! Channels: places where messages come from.

use crate::words::words;
use crate::{ChannelId, Timestamp};

words! {
    /// What kind of channel it is.
    ChannelKind {
        /// The company's own connector: inbound by API, outbound by signed webhook.
        Custom = "custom",
        /// The built-in chat for any page.
        WebChat = "web_chat",
        /// A Telegram bot.
        Telegram = "telegram",
        /// A mailbox.
        Email = "email",
        /// A number of the WhatsApp Business Platform, Cloud API.
        WhatsApp = "whatsapp",
        /// A Facebook page's Messenger.
        Messenger = "messenger",
        /// An Instagram professional account.
        Instagram = "instagram",
        /// A number for text messages, of Twilio or a provider that speaks its dialect.
        Sms = "sms",
        /// A Viber bot.
        Viber = "viber",
        /// A LINE official account.
        Line = "line",
        /// An account at a Matrix homeserver.
        Matrix = "matrix",
        /// A website of the company that carries the tracker. People there do not write: it names them.
        Website = "website",
        /// The company's telephone. Each call is an account there, and writes nothing.
        Phone = "phone",
    }
}

impl ChannelKind {
    /// Whether people write to each other there. Sites and telephones are channels because people are known by them, and
    /// have pages of their own.
    pub const fn has_messages(self) -> bool {
        !matches!(self, Self::Website | Self::Phone)
    }

    /// Whether messages come by the connector that is built in, rather than from the company's program or page.
    pub const fn is_messenger(self) -> bool {
        !matches!(self, Self::Custom | Self::WebChat | Self::Website | Self::Phone)
    }

    /// Whether people wait for each other's answer, so that a conversation ends when nobody gives one. Named one by one:
    /// whoever adds a kind decides.
    pub const fn is_chat(self) -> bool {
        match self {
            Self::Custom
            | Self::WebChat
            | Self::Telegram
            | Self::WhatsApp
            | Self::Messenger
            | Self::Instagram
            | Self::Sms
            | Self::Viber
            | Self::Line
            | Self::Matrix => true,
            // Who writes a mail does not wait beside it.
            Self::Email => false,
            // Nobody writes there.
            Self::Website | Self::Phone => false,
        }
    }
}

/// How a channel's provider got on with us, when that last changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelHealth {
    /// Whether it works.
    pub is_ok: bool,
    /// What happened, in words without anybody's data.
    pub detail: String,
    /// Since when.
    pub at: Timestamp,
}

words! {
    /// Whether it takes part.
    ChannelState {
        /// Ordinary.
        Active = "active",
        /// Takes nothing in and sends nothing out.
        Paused = "paused",
    }
}

/// A channel. `config` is what the kind's connector understands; secrets are not in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Its kind.
    pub kind: ChannelKind,
    /// Its name.
    pub name: String,
    /// Active or paused.
    pub state: ChannelState,
    /// Settings of the kind, JSON object without secrets.
    pub config: serde_json::Value,
    /// The last message that came in.
    pub last_inbound_at: Option<Timestamp>,
    /// The last message that went out.
    pub last_outbound_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its settings last changed.
    pub updated_at: Timestamp,
}
