//! What providers tell us: checked by their connector, then made durable one by one before we say that we have it.

use async_recursion::async_recursion as boxed;
use countersign_store::channel::ChannelEntry;
use countersign_store::{Tx, account, message as store};
use countersign_types::channel::ChannelState;
use countersign_types::message::Delivery;
use countersign_types::pii::Purpose;
use countersign_types::{ChannelId, Error, MessageId, Result, Timestamp};

use crate::Service;
use crate::message::Inbound;
use crate::port::{HookError, HookRequest, Incoming};
use crate::work::Log;

impl Service {
    /// Takes in a provider's request; answers with what the provider wants to hear. Nothing is acknowledged that is not
    /// durable: what cannot be kept now is asked for again.
    #[boxed]
    pub async fn receive_hook(&self, channel: ChannelId, request: &HookRequest) -> Result<String> {
        if let Some(entry) = self.connecting().find(channel) {
            return self.answer_while_connecting(&entry, request);
        }
        let snapshot = self.snapshot_with(|s| s.channels.contains_key(&channel)).await?;
        let unknown = || Error::NotFound("channel");
        let entry = snapshot.channel(channel).map_err(|_| unknown())?;
        let connector = self.connector(entry.channel.kind)?;
        let desk = self.desk(entry);
        let hooked = connector.hook(desk.line(self, entry), request).map_err(|error| match error {
            // A channel that is not posted to is as unknown as one that does not exist.
            HookError::Unknown => unknown(),
            HookError::Forged => Error::Unauthenticated {
                code: "bad-signature",
                detail: "The request is not signed by this channel's provider.",
            },
            HookError::Malformed => {
                Error::invalid("", "invalid-payload", "The request is signed and cannot be read.")
            }
        })?;
        self.take_all(entry, hooked.news).await?;
        if connector.shares_hook() && !request.is_get {
            let is_other = |other: &&ChannelEntry| {
                other.channel.kind == entry.channel.kind && other.channel.id != entry.channel.id
            };
            for other in snapshot.channels.values().filter(is_other) {
                let desk = self.desk(other);
                // Each believes it by its own secret and takes its own part.
                if let Ok(theirs) = connector.hook(desk.line(self, other), request) {
                    self.take_all(other, theirs.news).await?;
                }
            }
        }
        Ok(hooked.answer)
    }

    /// A provider that calls the address before it says yes to it. What happens there is not taken in yet: it comes again.
    fn answer_while_connecting(&self, entry: &ChannelEntry, request: &HookRequest) -> Result<String> {
        let desk = self.desk(entry);
        match self.connector(entry.channel.kind)?.hook(desk.line(self, entry), request) {
            Ok(hooked) if hooked.news.is_empty() => Ok(hooked.answer),
            Ok(_) => Err(Error::Unavailable("channel")),
            Err(_) => Err(Error::NotFound("channel")),
        }
    }

    async fn take_all(&self, entry: &ChannelEntry, all: Vec<Incoming>) -> Result<()> {
        if entry.channel.state == ChannelState::Paused && !all.is_empty() {
            // The provider keeps it and tries again.
            return Err(Error::Unavailable("channel"));
        }
        for news in all {
            self.take_news(entry, news).await?;
        }
        Ok(())
    }

    /// Makes one thing that happened on a channel durable. What can never be kept is told in the log and let go, so that
    /// what comes after it is not held up for ever.
    pub(crate) async fn take_news(&self, entry: &ChannelEntry, news: Incoming) -> Result<()> {
        let taken = match news {
            Incoming::Message(inbound) => self.take_message(entry, *inbound).await,
            Incoming::Receipt { message, delivery, detail } => {
                self.take_receipt(entry, message, delivery, detail).await
            }
            Incoming::ReceiptUntil { user_id, delivery, at } => {
                let user = user_id.plain(Purpose::Match).to_owned();
                self.take_receipts_until(entry, &user, delivery, at).await
            }
        };
        match taken {
            Err(error @ (Error::Invalid(_) | Error::NotFound(_))) => {
                metrics::counter!("countersign_channel_news_refused_total").increment(1);
                tracing::warn!(channel = %entry.channel.id, code = error.code(), "news of a channel were not kept");
                Ok(())
            }
            other => other,
        }
    }

    async fn take_message(&self, entry: &ChannelEntry, inbound: Inbound) -> Result<()> {
        let grant = Self::public_grant(entry.channel.id, &entry.channel.name);
        self.accept(&grant, entry, inbound, &std::sync::Arc::default()).await.map(|_| ())
    }

    async fn take_receipt(
        &self,
        entry: &ChannelEntry,
        message: MessageId,
        delivery: Delivery,
        detail: Option<String>,
    ) -> Result<()> {
        let (grant, channel) = (Self::public_grant(entry.channel.id, &entry.channel.name), entry.channel.id);
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if store::find_message_place(tx, message).await?.is_none_or(|(on, _)| on != channel) {
                return Err(Error::NotFound("message"));
            }
            if let Some(case) = store::update_delivery(tx, message, delivery, detail.as_deref()).await? {
                log.live("message.updated", case);
            }
            Ok(())
        })
        .await
    }

    async fn take_receipts_until(
        &self,
        entry: &ChannelEntry,
        user_id: &str,
        delivery: Delivery,
        at: Timestamp,
    ) -> Result<()> {
        let grant = Self::public_grant(entry.channel.id, &entry.channel.name);
        let hash = account::user_hash(self.vault(), entry.channel.id, user_id);
        let channel = entry.channel.id;
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let Some(found) = account::find_account_for_update(tx, channel, hash).await? else {
                return Err(Error::NotFound("account"));
            };
            for case in store::update_replies_before(tx, found.id, at, delivery).await? {
                log.live("message.updated", case);
            }
            Ok(())
        })
        .await
    }
}
