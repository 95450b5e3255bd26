//! Text messages that a flow sends: through the workspace's channel for them and the outbox, once for each time that the
//! call comes to the node. Nobody's telephone is flooded: each number, and each caller, has few in a day.

use std::time::Duration;

use countersign_identity::identifier::{is_premium_rate, normalise_phone};
use countersign_identity::limits::WindowPolicy;
use countersign_ivr::engine::Id;
use countersign_store::account::find_account_ref_for_update;
use countersign_store::channel::ChannelEntry;
use countersign_store::limit::{lock_counter, update_counter};
use countersign_store::outbox::{NewOutbox, OutboxRow, insert_outbox};
use countersign_store::{Tx, Vault, call as store, phone_number, subject_key};
use countersign_types::audit::Actor;
use countersign_types::channel::{ChannelKind, ChannelState};
use countersign_types::webhook::DeliveryState;
use countersign_types::{CallId, Error, EventId, OutboxId, Result, Timestamp, time};
use serde::{Deserialize, Serialize};

use super::Known;
use super::limits::{window, with};
use super::world::World;
use crate::Service;
use crate::caller::Grant;
use crate::port::OutboundMessage;
use crate::work::Log;

/// What entries of the outbox are called that a call sends.
pub(crate) const KIND: &str = "sms";
/// Text messages of one call at most.
const OF_CALL: usize = 5;
/// Text messages that stand in the record of a call, those that were refused too.
const KEPT_MAX: usize = 20;
/// Text messages to one number.
const NUMBER: &str = "call_text_number";
/// Text messages that one caller's calls send.
const CALLER: &str = "call_text_caller";
const OF_NUMBER: WindowPolicy = WindowPolicy { count_max: 10, span: time::DAY };
const OF_CALLER: WindowPolicy = WindowPolicy { count_max: 20, span: time::DAY };
/// Of all whose number is withheld.
const OF_WITHHELD: WindowPolicy = WindowPolicy { count_max: 100, span: time::DAY };
/// How long the caller waits to hear whether the provider took it; the webhook of the call waits a little longer.
const PATIENCE: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(100);

/// What became of a text message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextOutcome {
    /// On the bench: it would be sent.
    Tried,
    /// It is on its way.
    Queued,
    /// The provider took it.
    Sent,
    /// It is not sent.
    Failed,
}

impl TextOutcome {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tried => "tried",
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

/// A text message of a call, sealed with it. Secrets are left out before it comes here (I-3).
#[derive(Clone, Serialize, Deserialize)]
pub struct CallText {
    /// At which node.
    pub node: String,
    /// To which number.
    pub to: String,
    /// What it says.
    pub text: String,
    /// What became of it.
    pub outcome: TextOutcome,
    /// Why it was not sent: a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What the engine calls this visit of the node.
    asked: Id,
    /// Its entry of the outbox, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entry: Option<OutboxId>,
}

impl std::fmt::Debug for CallText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CallText({}, {})", self.node, self.outcome.as_str())
    }
}

impl CallText {
    pub(super) fn new(node: &str, asked: Id, to: &str, text: &str) -> Self {
        Self {
            node: node.to_owned(),
            to: to.to_owned(),
            text: text.to_owned(),
            outcome: TextOutcome::Tried,
            why: None,
            asked,
            entry: None,
        }
    }

    /// Whether the flow goes on as if it were sent: it was, or it is still tried.
    pub(super) const fn is_sent(&self) -> bool {
        !matches!(self.outcome, TextOutcome::Failed)
    }

    fn failed(mut self, why: &str) -> Self {
        (self.outcome, self.why) = (TextOutcome::Failed, Some(why.to_owned()));
        self
    }
}

/// Writes a text message into the record of a call. A flow that goes round and round makes it no longer than that.
pub(super) fn keep(all: &mut Vec<CallText>, text: CallText) {
    if all.len() < KEPT_MAX {
        all.push(text);
    }
}

impl Service {
    /// Sends a text message of a call, and waits a moment for the provider to take or refuse it. Whether it is sent.
    pub(super) async fn send_call_text(&self, world: &World, text: CallText) -> bool {
        match self.hand_over(world, text).await {
            Ok(None) => false,
            Ok(Some(asked)) => self.is_text_sent(world.call, asked).await,
            Err(error) => {
                tracing::error!(%error, call = %world.call, "a text message of a call was not handed over");
                false
            }
        }
    }

    /// Writes the text message into the call and into the outbox, once. `None`: it is not sent.
    async fn hand_over(&self, world: &World, text: CallText) -> Result<Option<Id>> {
        let (service, grant) = (self.clone(), Grant::internal(Actor::system()));
        let (call, account, sender) = (world.call, world.account.id, world.sender.clone());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<_> {
            let (vault, now) = (service.vault(), service.now());
            // The account before the call: the order in which whoever erases a customer locks them.
            find_account_ref_for_update(tx, account).await?.ok_or(Error::NotFound("call"))?;
            let found = store::find_call_for_update(tx, vault, call).await?;
            let mut call = found.ok_or(Error::NotFound("call"))?;
            let mut known = Known::of(&call)?;
            if let Some(before) = known.texts.iter().find(|before| before.asked == text.asked) {
                return Ok(before.is_sent().then_some(before.asked));
            }
            let mut text = service.addressed(tx, text, known.texts.len(), sender.as_deref(), now).await?;
            let channel = service.text_channel(known.callee.as_deref());
            if text.is_sent() && channel.is_none() {
                text = text.failed("no_channel");
            }
            let channel = channel.filter(|_| text.is_sent());
            if let Some(channel) = &channel {
                let entry = entry_of(&text, service.new_id()?, call.id, channel, now)?;
                (text.outcome, text.entry) = (TextOutcome::Queued, Some(entry.id));
                let key = subject_key::subject(tx, vault, account.to_bytes()).await?;
                insert_outbox(tx, &key, &entry, now).await?;
                let details = serde_json::json!({ "channel": channel.channel.id, "node": text.node });
                log.audit("call.text", call.id, details);
            }
            let handed = text.is_sent().then_some(text.asked);
            keep(&mut known.texts, text);
            save(tx, vault, &mut call, &known, now).await?;
            log.live("call.updated", call.id);
            Ok(handed)
        })
        .await
    }

    /// Who gets it, unless that number takes none.
    async fn addressed(
        &self,
        tx: &mut Tx<'_>,
        mut text: CallText,
        before: usize,
        sender: Option<&str>,
        now: Timestamp,
    ) -> Result<CallText> {
        let region = self.snapshot().workspace.default_country.parse().ok();
        let Ok(number) = normalise_phone(&text.to, region) else { return Ok(text.failed("not_a_number")) };
        text.to = number.value;
        if is_premium_rate(&text.to) {
            return Ok(text.failed("premium_rate"));
        }
        if phone_number::find_phone_number_by_number(tx, &text.to).await?.is_some() {
            return Ok(text.failed("own_number"));
        }
        let vault = self.vault();
        let (caller, of_caller) = match sender {
            Some(caller) => (caller, OF_CALLER),
            None => ("withheld", OF_WITHHELD),
        };
        let counted = [
            (CALLER, vault.blind(CALLER, caller), of_caller),
            (NUMBER, vault.blind(NUMBER, &text.to), OF_NUMBER),
        ];
        let mut taken = Vec::with_capacity(counted.len());
        for (scope, subject, policy) in counted {
            let counter = lock_counter(tx, scope, subject).await?;
            match window(counter).take(now.as_micros(), policy) {
                Ok(after) if before < OF_CALL => {
                    taken.push((scope, subject, with(counter, after, now.as_micros())))
                }
                _ => return Ok(text.failed("too_many")),
            }
        }
        for (scope, subject, counter) in taken {
            update_counter(tx, scope, subject, &counter).await?;
        }
        Ok(text)
    }

    /// The channel of text messages: the one of the number that was called, else the oldest that takes some.
    fn text_channel(&self, callee: Option<&str>) -> Option<ChannelEntry> {
        let snapshot = self.snapshot();
        let takes = |entry: &&ChannelEntry| {
            entry.channel.kind == ChannelKind::Sms && entry.channel.state == ChannelState::Active
        };
        let is_other =
            |entry: &&ChannelEntry| callee.is_none() || entry.channel.config["from"].as_str() != callee;
        let all = snapshot.channels.values().filter(takes);
        all.min_by_key(|entry| (is_other(entry), entry.channel.created_at, entry.channel.id)).cloned()
    }

    /// Waits until the provider took or refused a text message. One that is still tried counts as sent.
    async fn is_text_sent(&self, call: CallId, asked: Id) -> bool {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            let service = self.clone();
            let outcome = self.read(async move |tx: &mut Tx<'_>| -> Result<Option<TextOutcome>> {
                let Some(found) = store::find_call(tx, service.vault(), call).await? else { return Ok(None) };
                let texts = Known::of(&found)?.texts;
                Ok(texts.iter().find(|text| text.asked == asked).map(|text| text.outcome))
            });
            match outcome.await {
                Ok(Some(TextOutcome::Queued)) if tokio::time::Instant::now() < until => {
                    tokio::time::sleep(LOOK).await;
                }
                Ok(Some(outcome)) => return outcome != TextOutcome::Failed,
                // The caller was erased, or nothing can be read now; it stands in the outbox.
                Ok(None) | Err(_) => return true,
            }
        }
    }
}

/// Tells a call what became of its text message.
pub(crate) async fn record_text(
    tx: &mut Tx<'_>,
    vault: &Vault,
    log: &mut Log,
    row: &OutboxRow,
    state: DeliveryState,
) -> Result<()> {
    let outcome = match state {
        DeliveryState::Delivered => TextOutcome::Sent,
        DeliveryState::Dead => TextOutcome::Failed,
        DeliveryState::Pending => return Ok(()),
    };
    let id = CallId::from_bytes(row.event_id.to_bytes());
    let Some(seen) = store::find_call(tx, vault, id).await? else { return Ok(()) };
    find_account_ref_for_update(tx, seen.account).await?;
    let Some(mut call) = store::find_call_for_update(tx, vault, id).await? else { return Ok(()) };
    let mut known = Known::of(&call)?;
    let Some(text) = known.texts.iter_mut().find(|text| text.entry == Some(row.id)) else { return Ok(()) };
    text.outcome = outcome;
    text.why = (outcome == TextOutcome::Failed).then(|| "refused".to_owned());
    // What the provider says of it is no sign of life of the call.
    let heard_of = call.updated_at;
    save(tx, vault, &mut call, &known, heard_of).await?;
    log.live("call.updated", id);
    Ok(())
}

/// Writes what is known of a call, and nothing else.
pub(super) async fn save(
    tx: &mut Tx<'_>,
    vault: &Vault,
    call: &mut countersign_types::call::Call,
    known: &Known,
    now: Timestamp,
) -> Result<()> {
    let note = call.about.note.take();
    call.about = known.about()?;
    (call.about.note, call.updated_at) = (note, now);
    store::update_call(tx, vault, call).await?;
    Ok(())
}

fn entry_of(
    text: &CallText,
    id: OutboxId,
    call: CallId,
    channel: &ChannelEntry,
    now: Timestamp,
) -> Result<NewOutbox> {
    let message = OutboundMessage {
        id: id.to_string(),
        case: String::new(),
        channel: channel.channel.id.to_string(),
        to: text.to.clone(),
        author: None,
        text: text.text.clone(),
        attachments: Vec::new(),
        is_automatic: true,
        customer_wrote_at: None,
        mail: None,
        at: now.to_string(),
    };
    Ok(NewOutbox {
        id,
        kind: KIND,
        target: channel.channel.id.to_bytes(),
        event_id: EventId::from_bytes(call.to_bytes()),
        event_type: KIND.to_owned(),
        body: serde_json::to_vec(&message).map_err(Error::internal)?,
    })
}
