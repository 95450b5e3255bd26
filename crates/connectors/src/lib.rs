//! One module per messenger: payload to message and back. No decisions.

pub mod custom;
pub mod email;
pub mod line;
pub mod matrix;
pub mod meta;
mod multipart;
pub mod outbound;
mod provider;
pub mod sms;
pub mod speech;
pub mod telegram;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod text;
pub mod viber;
pub mod web_chat;

use std::sync::Arc;

use countersign_service::port::Connectors;
pub use countersign_service::sign;
use countersign_types::channel::ChannelKind;

/// Every connector there is.
pub fn all() -> Connectors {
    let mut connectors = Connectors::new();
    connectors.insert(ChannelKind::Custom, Arc::new(custom::Custom));
    connectors.insert(ChannelKind::Email, Arc::new(email::Email::default()));
    connectors.insert(ChannelKind::Instagram, Arc::new(meta::page::Page::Instagram));
    connectors.insert(ChannelKind::Line, Arc::new(line::LineApp));
    connectors.insert(ChannelKind::Matrix, Arc::new(matrix::Matrix));
    connectors.insert(ChannelKind::Messenger, Arc::new(meta::page::Page::Messenger));
    connectors.insert(ChannelKind::Sms, Arc::new(sms::Sms));
    connectors.insert(ChannelKind::Telegram, Arc::new(telegram::Telegram));
    connectors.insert(ChannelKind::Viber, Arc::new(viber::Viber));
    connectors.insert(ChannelKind::WebChat, Arc::new(web_chat::WebChat));
    connectors.insert(ChannelKind::WhatsApp, Arc::new(meta::whatsapp::WhatsApp));
    connectors
}
