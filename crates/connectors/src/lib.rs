//! One module per messenger: payload to message and back. No decisions.

pub mod custom;
mod multipart;
pub mod outbound;
pub mod telegram;
mod text;
pub mod web_chat;

use std::sync::Arc;

use countersign_service::port::Connectors;
pub use countersign_service::sign;
use countersign_types::channel::ChannelKind;

/// Every connector there is.
pub fn all() -> Connectors {
    let mut connectors = Connectors::new();
    connectors.insert(ChannelKind::Custom, Arc::new(custom::Custom));
    connectors.insert(ChannelKind::Telegram, Arc::new(telegram::Telegram));
    connectors.insert(ChannelKind::WebChat, Arc::new(web_chat::WebChat));
    connectors
}
