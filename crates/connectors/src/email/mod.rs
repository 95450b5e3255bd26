//! Mail: IMAP in <https://www.rfc-editor.org/rfc/rfc9051>, SMTP out <https://www.rfc-editor.org/rfc/rfc6409>.
//!
//! A customer is known by the address that they write from, once the company's own mail server found that the mail comes
//! from that address' domain (RFC 8601). Anybody can write any address into a mail: where nobody vouches for it, the mail
//! is a conversation of its own and says nothing of the address' owner.

mod authentication;
mod bounce;
mod config;
mod imap;
mod quote;
mod read;
mod smtp;
mod write;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use countersign_service::port::{
    BoxFuture, Connector, Done, Line, Outbound, OutboundError, OutboundMessage, Polled, Provided,
    ProviderError, SecretField, Secrets,
};
use countersign_types::{ChannelId, Result};
use serde::Deserialize;
use serde_json::Value;

use self::config::{Config, IMAP_PASSWORD, SMTP_PASSWORD};
use self::imap::Mailbox;
use crate::provider::filled;

/// How long one look may take: a mail of 40 MB over a slow line.
const LOOK_MAX: Duration = Duration::from_secs(300);
/// How long a farewell may take.
const FAREWELL_MAX: Duration = Duration::from_secs(5);
/// How long a login, or a handing over, may take.
const SERVER_MAX: Duration = Duration::from_secs(60);

/// The connector of mail.
#[derive(Debug, Default)]
pub struct Email {
    /// Mailboxes that stay open between looks, with the settings they were opened by.
    open: Mutex<HashMap<ChannelId, (u64, Mailbox)>>,
}

impl Email {
    fn take(&self, channel: ChannelId, settings: u64) -> Option<Mailbox> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.remove(&channel).filter(|(known, _)| *known == settings).map(|(_, mailbox)| mailbox)
    }

    fn put(&self, channel: ChannelId, settings: u64, mailbox: Mailbox) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(channel, (settings, mailbox));
    }

    async fn look(&self, line: Line<'_>, read_until: Option<&str>) -> Provided<Polled> {
        let config = Config::saved(line)?;
        let settings = config.fingerprint(line);
        let mailbox = match self.take(line.channel, settings) {
            Some(mailbox) => mailbox,
            None => within(SERVER_MAX, Mailbox::open(line, &config)).await?,
        };
        // One that failed is not put back.
        let (mailbox, polled) = mailbox.look(&config, read_until).await?;
        self.put(line.channel, settings, mailbox);
        Ok(polled)
    }
}

/// Which of the two servers it is that does not answer.
fn unreached(which: &str, error: OutboundError) -> ProviderError {
    match error {
        OutboundError::Refused(why) => ProviderError::settings(None, format!("{which}: {why}")),
        OutboundError::Unreachable(why) => ProviderError::unavailable(None, format!("{which}: {why}")),
    }
}

async fn within<T>(limit: Duration, doing: impl Future<Output = Provided<T>>) -> Provided<T> {
    tokio::time::timeout(limit, doing)
        .await
        .unwrap_or_else(|_| Err(ProviderError::unavailable(None, "the mail server did not answer in time")))
}

impl Connector for Email {
    fn secrets(&self) -> &'static [SecretField] {
        &[
            SecretField { name: IMAP_PASSWORD, is_required: true },
            SecretField { name: SMTP_PASSWORD, is_required: false },
        ]
    }

    fn check_config(&self, value: &Value, outbound: &dyn Outbound) -> Result<Value> {
        Config::checked(value, outbound)
    }

    fn deep_link(&self, value: &Value, code: &str) -> Option<String> {
        let address = value["address"].as_str()?;
        let form: String = url::form_urlencoded::byte_serialize(code.as_bytes()).collect();
        // In these addresses a plus is a plus.
        let body = form.replace('+', "%20");
        Some(format!("mailto:{address}?subject={body}&body={body}"))
    }

    fn account(&self, value: &Value, _secrets: &Secrets) -> Option<String> {
        let config = Config::deserialize(value).ok()?;
        Some(format!("{}:{} {} {}", config.imap.host, config.imap.port, config.imap.username, config.folder))
    }

    fn connect<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Value>> {
        Box::pin(async move {
            let mut config = Config::saved(line)?;
            let mailbox = within(SERVER_MAX, Mailbox::open(line, &config)).await?;
            // What was there before is not answered.
            config.since.get_or_insert(mailbox.end());
            mailbox.close().await;
            within(SERVER_MAX, smtp::greet(line, &config)).await?;
            filled(&config)
        })
    }

    fn hints(&self, value: &Value) -> &'static [&'static str] {
        let names_server = value["authserv_id"].as_str().is_some_and(|id| !id.is_empty());
        if names_server { &[] } else { &["senders_unproved"] }
    }

    fn release(&self, channel: ChannelId) -> BoxFuture<'static, ()> {
        let held = self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&channel);
        Box::pin(async move {
            if let Some((_, mailbox)) = held {
                // Who does not hear a farewell is left without one.
                let _ = tokio::time::timeout(FAREWELL_MAX, mailbox.close()).await;
            }
        })
    }

    fn test<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            let config = Config::saved(line)?;
            let mut mailbox = within(SERVER_MAX, Mailbox::open(line, &config)).await?;
            let servers = within(SERVER_MAX, mailbox.result_servers()).await?;
            mailbox.close().await;
            within(SERVER_MAX, smtp::greet(line, &config)).await?;
            Ok(Done { status: None, detail: config.verdict(&servers) })
        })
    }

    fn send<'a>(&'a self, line: Line<'a>, message: &'a OutboundMessage) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            let config = Config::saved(line)?;
            let mail = write::mail(line, &config, message).await?;
            within(LOOK_MAX, smtp::hand_over(line, &config, mail)).await?;
            Ok(Done { status: None, detail: String::new() })
        })
    }

    fn polls(&self, _config: &Value) -> bool {
        true
    }

    fn look_max(&self) -> Duration {
        LOOK_MAX
    }

    fn poll<'a>(&'a self, line: Line<'a>, read_until: Option<&'a str>) -> BoxFuture<'a, Provided<Polled>> {
        Box::pin(self.look(line, read_until))
    }

    fn fetch<'a>(&'a self, line: Line<'a>, reference: &'a str) -> BoxFuture<'a, Provided<Vec<u8>>> {
        Box::pin(async move {
            let config = Config::saved(line)?;
            let mut mailbox = within(SERVER_MAX, Mailbox::open(line, &config)).await?;
            let bytes = within(LOOK_MAX, mailbox.file(reference)).await;
            mailbox.close().await;
            bytes
        })
    }
}

/// A mail as it may lie in a mailbox whose server vouches for senders.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn read_for_tests(raw: &[u8]) -> Vec<countersign_service::port::Incoming> {
    let server = serde_json::json!({ "host": "mail.test", "port": 993, "security": "tls", "username": "x" });
    let config = serde_json::json!({
        "address": "support@acme.test", "authserv_id": "mx.acme.test", "imap": server, "smtp": server
    });
    serde_json::from_value(config).map_or_else(|_| Vec::new(), |config| read::read(raw, &config, "1:1"))
}
