//! What connectors work with, put together for one channel; and how their providers get on with us.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use countersign_store::channel::ChannelEntry;
use countersign_store::{Tx, attachment, channel_state};
use countersign_types::audit::Actor;
use countersign_types::{AttachmentId, ChannelId, Error, Result, Timestamp, time};

use crate::Service;
use crate::attachment::Download;
use crate::caller::Grant;
use crate::port::{BoxFuture, Files, Line, Provided, ProviderError, Secrets};
use crate::work::Log;

/// What a [`Line`] borrows.
pub(crate) struct Desk {
    secrets: Secrets,
    hook_url: String,
    files: CaseFiles,
}

impl Desk {
    /// One channel, as its connector works with it.
    pub(crate) fn line<'a>(&'a self, service: &'a Service, entry: &'a ChannelEntry) -> Line<'a> {
        Line {
            channel: entry.channel.id,
            config: &entry.channel.config,
            secrets: &self.secrets,
            hook_url: &self.hook_url,
            outbound: service.outbound().as_ref(),
            files: &self.files,
            now: service.now(),
        }
    }
}

/// Files of conversations, read for replies that name them.
struct CaseFiles(Service);

impl Files for CaseFiles {
    fn read(&self, file: AttachmentId) -> BoxFuture<'_, Result<Vec<u8>>> {
        Box::pin(async move {
            let vault = self.0.vault().clone();
            let found = self
                .0
                .read(async move |tx: &mut Tx<'_>| Ok(attachment::find_attachment(tx, &vault, file).await?))
                .await?
                .ok_or(Error::NotFound("attachment"))?;
            let file = Download::of(file, found);
            let (mut bytes, mut number) = (Vec::new(), 0);
            while let Some(piece) = self.0.attachment_piece(&file, number).await? {
                bytes.extend_from_slice(&piece);
                number += 1;
            }
            Ok(bytes)
        })
    }
}

/// How long what is known of a provider is not compared with what is written: settings that are saved anew, here or on
/// another server, begin with a clean sheet.
const KNOWN: i64 = 30 * time::SECOND;

/// How each provider got on with us when that was last compared with what is written.
#[derive(Debug, Default)]
pub(crate) struct Healths(Mutex<HashMap<ChannelId, (bool, String, Timestamp)>>);

impl Healths {
    /// Whether it may be news.
    fn is_new(&self, channel: ChannelId, is_ok: bool, detail: &str, now: Timestamp) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = known
            .get(&channel)
            .is_some_and(|(was_ok, was, at)| *was_ok == is_ok && was == detail && now.since(*at) < KNOWN);
        if !is_known {
            known.insert(channel, (is_ok, detail.to_owned(), now));
        }
        !is_known
    }
}

/// Channels that their providers are being asked about: one may call the address it is told before it answers, when
/// nothing is saved yet.
#[derive(Default)]
pub(crate) struct Connecting(Mutex<HashMap<ChannelId, ChannelEntry>>);

impl Connecting {
    /// Known by its address from now on.
    pub(crate) fn begin(&self, entry: &ChannelEntry) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(entry.channel.id, entry.clone());
    }

    /// Saved by now, or not at all.
    pub(crate) fn end(&self, channel: ChannelId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&channel);
    }

    /// The channel, with the settings that are being tried.
    pub(crate) fn find(&self, channel: ChannelId) -> Option<ChannelEntry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&channel).cloned()
    }
}

impl Service {
    /// Where a provider posts what happens on a channel.
    pub fn hook_url(&self, channel: ChannelId) -> String {
        format!("{}/hooks/{channel}", self.config().public_url.trim_end_matches('/'))
    }

    /// What a channel's connector works with.
    pub(crate) fn desk(&self, entry: &ChannelEntry) -> Desk {
        Desk {
            secrets: Secrets::parse(entry.secret.as_deref()),
            hook_url: self.hook_url(entry.channel.id),
            files: CaseFiles(self.clone()),
        }
    }

    /// A channel that something waits for in the outbox.
    pub(crate) async fn channel_of(&self, target: [u8; 16]) -> Provided<ChannelEntry> {
        let id = ChannelId::from_bytes(target);
        let find = || self.snapshot().channel(id).ok().cloned();
        let entry = match find() {
            Some(entry) => Some(entry),
            // Made by another server a moment ago, perhaps.
            None => self.reload().await.ok().and_then(|()| find()),
        };
        entry.ok_or_else(|| ProviderError::refused(None, "the channel was taken out of use"))
    }

    /// Notes how a provider gets on with us: what it did, or that its settings do not work. What concerns one customer
    /// alone says nothing of the channel.
    pub(crate) async fn note_provided<T>(&self, channel: ChannelId, provided: &Provided<T>) {
        let (is_ok, detail) = match provided {
            Ok(_) => (true, String::new()),
            Err(ProviderError::Refused { .. }) => return,
            Err(error) => (false, error.to_string()),
        };
        let now = self.now();
        if !self.healths().is_new(channel, is_ok, &detail, now) {
            return;
        }
        let system = Grant::internal(Actor::system());
        let written = self
            .write(&system, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
                if channel_state::update_health(tx, channel, is_ok, &detail, now).await? {
                    log.live("channel.health", channel);
                }
                Ok(())
            })
            .await;
        if let Err(error) = written {
            tracing::debug!(%error, "how a channel is doing was not written down");
        }
    }
}
