//! Channels whose messages are fetched: one server at a time follows each, from where the last one stopped.
//!
//! What a look brought is made durable before the provider is told, with the next look, that we have it. A server that
//! dies in between fetches the same again, and every message is known by its id.

use std::collections::HashMap;
use std::time::Duration;

use countersign_store::channel::ChannelEntry;
use countersign_store::{Tx, channel_state};
use countersign_types::channel::ChannelState;
use countersign_types::{ChannelId, Result, Timestamp};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Service;
use crate::port::{Polled, Provided, ProviderError};

/// How often it is looked which channels are to be followed.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often it is looked whether what is left has ended.
const LEAVE_EVERY: Duration = Duration::from_millis(50);
/// The least time between two looks that brought nothing: a provider that does not wait is not asked in a circle.
const EMPTY_PAUSE: Duration = Duration::from_millis(250);
/// The longest wait after looks that failed.
const FAILED_PAUSE_MAX: Duration = Duration::from_secs(60);
/// How long a server that another one is ahead of waits.
const BEHIND_PAUSE: Duration = Duration::from_secs(5);

impl Service {
    /// Follows every channel that is fetched, until `stop` says so. Changed settings are followed anew.
    pub(crate) async fn run_polls(&self, mut stop: watch::Receiver<bool>) {
        let mut running = JoinSet::new();
        let mut followed: HashMap<ChannelId, (Timestamp, tokio::task::AbortHandle)> = HashMap::new();
        let mut left: HashMap<ChannelId, tokio::task::AbortHandle> = HashMap::new();
        while !*stop.borrow() {
            while running.try_join_next().is_some() {}
            let snapshot = self.snapshot();
            let wanted: HashMap<ChannelId, Timestamp> = snapshot
                .channels
                .values()
                .filter(|entry| self.is_followed(entry))
                .map(|entry| (entry.channel.id, entry.channel.updated_at))
                .collect();
            followed.retain(|id, (since, task)| {
                let stays = wanted.get(id) == Some(since) && !task.is_finished();
                if !stays {
                    task.abort();
                    left.insert(*id, task.clone());
                }
                stays
            });
            // What one of them may still be putting back is closed once it has ended.
            left.retain(|id, task| {
                let has_ended = task.is_finished();
                if has_ended && !wanted.contains_key(id) {
                    for connector in self.connectors().values() {
                        running.spawn(connector.release(*id));
                    }
                }
                !has_ended
            });
            let pause = if left.is_empty() { LOOK_EVERY } else { LEAVE_EVERY };
            for (id, since) in wanted {
                followed.entry(id).or_insert_with(|| {
                    let service = self.clone();
                    (since, running.spawn(async move { service.follow_channel(id, since).await }))
                });
            }
            tokio::select! {
                _ = stop.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        // What is under way is durable or will be fetched again.
        running.shutdown().await;
    }

    fn is_followed(&self, entry: &ChannelEntry) -> bool {
        entry.channel.state == ChannelState::Active
            && self.connector(entry.channel.kind).is_ok_and(|c| c.polls(&entry.channel.config))
    }

    /// Follows one channel with the settings it had at `since`.
    async fn follow_channel(&self, id: ChannelId, since: Timestamp) {
        let mut failures: u32 = 0;
        loop {
            let snapshot = self.snapshot();
            let Ok(entry) = snapshot.channel(id) else { return };
            if entry.channel.updated_at != since || !self.is_followed(entry) {
                return;
            }
            let pause = match self.look_at(entry).await {
                Ok(Looked::Elsewhere) => {
                    if let Ok(connector) = self.connector(entry.channel.kind) {
                        connector.release(id).await;
                    }
                    BEHIND_PAUSE
                }
                Ok(Looked::Empty) => {
                    failures = 0;
                    EMPTY_PAUSE
                }
                Ok(Looked::News) => {
                    failures = 0;
                    Duration::ZERO
                }
                Err(wish) => {
                    failures = failures.saturating_add(1);
                    let wait = Duration::from_secs(1 << failures.min(6)).max(wish.unwrap_or_default());
                    wait.min(FAILED_PAUSE_MAX)
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Looks once; what it brought is durable afterwards. Fails with the provider's own wish when to come again.
    async fn look_at(&self, entry: &ChannelEntry) -> std::result::Result<Looked, Option<Duration>> {
        let id = entry.channel.id;
        match self.has_lease(&format!("poll:{id}")).await {
            Ok(true) => {}
            Ok(false) => return Ok(Looked::Elsewhere),
            Err(error) => return Err(failed(&error)),
        }
        let read = self
            .read(async move |tx: &mut Tx<'_>| Ok(channel_state::find_read_until(tx, id).await?))
            .await
            .map_err(|error| failed(&error))?;
        let polled = self.poll_once(entry, read.as_deref()).await;
        self.note_provided(id, &polled).await;
        let polled = match polled {
            Ok(polled) => polled,
            Err(ProviderError::Unavailable { retry_after_secs, .. }) => {
                return Err(retry_after_secs.map(Duration::from_secs));
            }
            Err(_) => return Err(None),
        };
        let is_empty = polled.news.is_empty();
        self.keep_news(entry, polled, read).await.map_err(|error| failed(&error))?;
        Ok(if is_empty { Looked::Empty } else { Looked::News })
    }

    async fn poll_once(&self, entry: &ChannelEntry, read_until: Option<&str>) -> Provided<Polled> {
        let Ok(connector) = self.connector(entry.channel.kind).cloned() else {
            return Err(ProviderError::settings(
                None,
                "this server has no connector for this kind of channel",
            ));
        };
        let desk = self.desk(entry);
        let looking = connector.poll(desk.line(self, entry), read_until);
        tokio::time::timeout(connector.look_max(), looking)
            .await
            .unwrap_or_else(|_| Err(ProviderError::unavailable(None, "no answer in time")))
    }

    async fn keep_news(&self, entry: &ChannelEntry, polled: Polled, before: Option<String>) -> Result<()> {
        for news in polled.news {
            self.take_news(entry, news).await?;
        }
        let before = before.unwrap_or_default();
        if let Some(until) = polled.read_until.filter(|until| *until != before) {
            let id = entry.channel.id;
            self.db()
                .write(async move |tx: &mut Tx<'_>| -> Result<()> {
                    Ok(channel_state::update_read_until(tx, id, &until).await?)
                })
                .await?;
        }
        Ok(())
    }
}

/// What a look came to.
enum Looked {
    /// Something happened.
    News,
    /// Nothing did.
    Empty,
    /// Another server follows this channel.
    Elsewhere,
}

fn failed(error: &countersign_types::Error) -> Option<Duration> {
    tracing::warn!(%error, "what a channel brought could not be kept; it will be fetched again");
    None
}
