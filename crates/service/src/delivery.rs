//! The outbox worker: claims what is due, hands it over, tries again with growing waits, gives up in sight of everybody.
//!
//! It runs on every server. Each target has few deliveries under way at once, so that an endpoint that only fails or
//! hangs takes no room from the others. A delivery that panics counts as a failed try. What is under way when a server
//! dies is claimed by another once its lease is over: a delivery may happen twice, and receivers tell by its id.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use countersign_store::outbox::{self, Finished, OutboxRow};
use countersign_store::{Notice, Tx, message, webhook as webhook_store};
use countersign_types::audit::Actor;
use countersign_types::channel::ChannelState;
use countersign_types::message::Delivery;
use countersign_types::webhook::{Attempt, DeliveryState, WebhookState};
use countersign_types::{MessageId, Result, Timestamp, WebhookId, time};
use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Service;
use crate::call::{recording, text};
use crate::caller::Grant;
use crate::engagement::send;
use crate::port::{
    ANSWER_BYTES_MAX, Done, OutboundAnswer, OutboundError, OutboundMessage, OutboundRequest, Provided,
    ProviderError,
};
use crate::sign::standard_webhook_headers;
use crate::work::Log;

/// Tries of a reply at most: after about an hour and a quarter its author is told instead.
const REPLY_TRIES_MAX: i64 = 6;
/// Tries of a text message of a call, and of a code, at most, within three minutes: who hears of it waits for it now.
const TEXT_TRIES_MAX: i64 = 4;
/// Tries that are kept with a delivery.
const ATTEMPTS_KEPT: usize = 20;
/// How long nothing is looked at when nobody says that something is due.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long what is due and cannot be claimed (it waits for its turn, or another server has it) is left alone.
const BLOCKED: Duration = Duration::from_millis(500);
/// How long deliveries under way may take at a stop.
const DRAIN: Duration = Duration::from_secs(5);
/// The longest wait that a receiver may ask for, seconds.
const RETRY_AFTER_SECS_MAX: u64 = 86_400;

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tried {
    /// Taken.
    Delivered,
    /// Try again, after so many seconds at least.
    Retry(Option<u64>),
    /// It will never be taken.
    Failed,
    /// The endpoint says that it is gone for good.
    Gone,
}

/// A try and what is kept of it.
#[derive(Debug, Clone)]
struct Try {
    how: Tried,
    attempt: Attempt,
}

struct Worker {
    service: Service,
    running: JoinSet<[u8; 16]>,
    in_flight: HashMap<[u8; 16], usize>,
}

impl Service {
    /// Works on the outbox until `stop` says so; then finishes what is under way and gives back the rest.
    pub(crate) async fn run_outbox(&self, mut stop: watch::Receiver<bool>) {
        let mut notices = self.db().subscribe();
        let mut worker = Worker { service: self.clone(), running: JoinSet::new(), in_flight: HashMap::new() };
        while !*stop.borrow() {
            let wait = match worker.claim().await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::warn!(%error, "the outbox could not be looked at");
                    Duration::from_secs(1)
                }
            };
            let mut sleep = std::pin::pin!(tokio::time::sleep(wait));
            loop {
                tokio::select! {
                    _ = stop.changed() => break,
                    () = &mut sleep => break,
                    Some(ended) = worker.running.join_next() => {
                        worker.ended(ended);
                        while let Some(ended) = worker.running.try_join_next() {
                            worker.ended(ended);
                        }
                        break;
                    }
                    notice = notices.recv() => match notice {
                        Some(Notice::Message(text)) if &*text != outbox::DUE => {}
                        Some(_) => {
                            // Many come at once; one look serves all.
                            while notices.recv().now_or_never().flatten().is_some() {}
                            break;
                        }
                        None => return,
                    },
                }
            }
        }
        worker.drain().await;
    }

    /// Tries one delivery.
    async fn deliver(&self, row: &OutboxRow) -> Try {
        let begun = self.now();
        let patience = Duration::from_millis(self.config().outbox.timeout_ms + 5_000);
        let trying = async {
            match row.kind.as_str() {
                "webhook" => self.deliver_webhook(row).await,
                send::KIND if send::is_over(row, begun) => failed("the code is not good any more"),
                "message" | text::KIND | send::KIND => self.deliver_message(row).await,
                "call" => self.deliver_call(row).await,
                "fetch" | recording::KIND => self.deliver_file(row).await,
                _ => failed("this version does not know this kind"),
            }
        };
        let tried = AssertUnwindSafe(tokio::time::timeout(patience, trying)).catch_unwind().await;
        let (how, status, detail) = match tried {
            Ok(Ok(tried)) => tried,
            Ok(Err(_)) => retry(None, "no answer in time"),
            Err(_) => retry(None, "the delivery failed inside the server"),
        };
        let latency_ms = self.now().since(begun) / 1_000;
        Try { how, attempt: Attempt { at: begun, status, latency_ms, detail } }
    }

    async fn deliver_webhook(&self, row: &OutboxRow) -> (Tried, Option<u16>, String) {
        let id = WebhookId::from_bytes(row.target);
        let find = || self.snapshot().webhooks.iter().find(|e| e.webhook.id == id).cloned();
        let entry = match find() {
            Some(entry) => Some(entry),
            // Made by another server a moment ago, perhaps.
            None => self.reload().await.ok().and_then(|()| find()),
        };
        let Some(entry) = entry else { return failed("the webhook was deleted") };
        if entry.webhook.state == WebhookState::Disabled {
            return failed("the webhook is disabled");
        }
        let body = match self.body_text(row).await {
            Ok(Some(body)) => body,
            Ok(None) => return failed("it was about somebody who was erased"),
            Err(error) => return retry(None, &format!("the body could not be read: {}", error.code())),
        };
        let now = self.now();
        let mut secrets = vec![entry.secret.as_str()];
        if let Some((previous, until)) = &entry.previous
            && *until > now
        {
            secrets.push(previous);
        }
        let Some(mut headers) = standard_webhook_headers(&secrets, &row.event_id.to_string(), now, &body)
        else {
            return failed("the webhook's secret does not sign");
        };
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
        headers
            .push(("user-agent".to_owned(), concat!("Countersign/", env!("CARGO_PKG_VERSION")).to_owned()));
        let request = OutboundRequest {
            method: "POST",
            url: entry.webhook.url,
            headers,
            body: body.into_bytes(),
            timeout_ms: self.config().outbox.timeout_ms,
            answer_bytes_max: ANSWER_BYTES_MAX,
        };
        judge(self.outbound().call(request).await)
    }

    async fn deliver_message(&self, row: &OutboxRow) -> (Tried, Option<u16>, String) {
        let entry = match self.channel_of(row.target).await {
            Ok(entry) => entry,
            Err(error) => return tried(Err(error)),
        };
        if entry.channel.state == ChannelState::Paused {
            return retry(None, "the channel is paused");
        }
        let body = match self.body_text(row).await {
            Ok(Some(body)) => body,
            Ok(None) => return failed("the customer was erased"),
            Err(error) => return retry(None, &format!("the reply could not be read: {}", error.code())),
        };
        let Ok(mut reply) = serde_json::from_str::<OutboundMessage>(&body) else {
            return failed("the reply is not one that this version understands");
        };
        let Ok(connector) = self.connector(entry.channel.kind).cloned() else {
            return failed("this server has no connector for this kind of channel");
        };
        if entry.channel.kind.is_messenger() {
            reply.customer_wrote_at = self.last_inbound(&reply.case).await;
        }
        let desk = self.desk(&entry);
        let sent = connector.send(desk.line(self, &entry), &reply).await;
        self.note_provided(entry.channel.id, &sent).await;
        tried(sent)
    }

    async fn last_inbound(&self, case: &str) -> Option<Timestamp> {
        let case = case.parse().ok()?;
        self.read(async move |tx: &mut Tx<'_>| Ok(message::find_last_inbound(tx, case).await?)).await.ok()?
    }

    /// A file that stays with a provider until it is fetched.
    async fn deliver_file(&self, row: &OutboxRow) -> (Tried, Option<u16>, String) {
        let body = match self.body_text(row).await {
            Ok(Some(body)) => body,
            Ok(None) => return failed("the customer was erased"),
            Err(error) => return retry(None, &format!("the file could not be read: {}", error.code())),
        };
        let fetched = match row.kind.as_str() {
            recording::KIND => self.fetch_recording(row, &body).await,
            _ => self.fetch_file(row, &body).await,
        };
        tried(fetched.map(|()| Done { status: None, detail: "fetched".to_owned() }))
    }

    /// A rule's call of another server. The address was checked when the rule was saved, and is again where it leads.
    async fn deliver_call(&self, row: &OutboxRow) -> (Tried, Option<u16>, String) {
        let body = match self.body_text(row).await {
            Ok(Some(body)) => body,
            Ok(None) => return failed("the customer was erased"),
            Err(error) => return retry(None, &format!("the call could not be read: {}", error.code())),
        };
        let Ok(call) = serde_json::from_str::<crate::rule::Call>(&body) else {
            return failed("the call is not one that this version understands");
        };
        let Some(request) = call.into_request(row.event_id, self.config().outbox.timeout_ms) else {
            return failed("the call has a method that rules do not use");
        };
        judge(self.outbound().call(request).await)
    }

    async fn body_text(&self, row: &OutboxRow) -> Result<Option<String>> {
        let (service, row) = (self.clone(), row.clone());
        let body = self.read(async move |tx: &mut Tx<'_>| service.open_body(tx, &row).await).await?;
        body.map(|bytes| String::from_utf8(bytes).map_err(countersign_types::Error::internal)).transpose()
    }

    /// Writes down how a try ended, and what follows.
    async fn settle(&self, row: OutboxRow, tried: Try) -> Result<()> {
        let now = self.now();
        let owner = self.server_id();
        let next = match tried.how {
            Tried::Retry(after) => self.next_try(&row, after, now)?,
            Tried::Delivered | Tried::Failed | Tried::Gone => None,
        };
        let state = match (&tried.how, next) {
            (Tried::Delivered, _) => DeliveryState::Delivered,
            (_, Some(_)) => DeliveryState::Pending,
            (_, None) => DeliveryState::Dead,
        };
        let mut attempts = row.attempts.clone();
        attempts.push(tried.attempt.clone());
        attempts.drain(..attempts.len().saturating_sub(ATTEMPTS_KEPT));
        let finished = Finished { state, next_attempt_at: next, attempts };
        let outcome = match state {
            DeliveryState::Delivered => "delivered",
            DeliveryState::Pending => "retry",
            DeliveryState::Dead => "dead",
        };
        let kind = match row.kind.as_str() {
            "message" => "message",
            "call" => "call",
            "fetch" => "fetch",
            text::KIND => text::KIND,
            send::KIND => send::KIND,
            recording::KIND => recording::KIND,
            _ => "webhook",
        };
        metrics::counter!("countersign_outbox_tries_total", "kind" => kind, "outcome" => outcome)
            .increment(1);
        let system = Grant::internal(Actor::system());
        let vault = self.vault().clone();
        self.write(&system, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !outbox::finish_outbox(tx, &row, owner, &finished, now).await? {
                return Ok(());
            }
            if row.kind == "message" {
                record_reply(tx, log, &row, state, &tried.attempt.detail).await?;
            }
            if row.kind == text::KIND {
                text::record_text(tx, &vault, log, &row, state).await?;
            }
            if row.kind == send::KIND {
                send::record_sent(tx, &vault, log, &row, state).await?;
            }
            if row.kind == recording::KIND {
                recording::record_recording(tx, &vault, log, &row, state, &tried.attempt).await?;
            }
            if state == DeliveryState::Dead {
                let details = serde_json::json!({ "kind": row.kind, "tries": row.attempt_count });
                log.refused("outbox.give_up", row.id, "dead", details);
                if row.kind == "webhook" {
                    after_death(tx, log, &row, &tried, now).await?;
                }
            }
            Ok(())
        })
        .await
    }

    /// When a delivery is tried next: by the schedule, later if the receiver asks for it, a little apart from others.
    fn next_try(&self, row: &OutboxRow, after: Option<u64>, now: Timestamp) -> Result<Option<Timestamp>> {
        let schedule = &self.config().outbox.schedule_secs;
        let tries_max = match row.kind.as_str() {
            "message" => REPLY_TRIES_MAX,
            text::KIND | send::KIND => TEXT_TRIES_MAX,
            _ => i64::MAX,
        };
        let place = usize::try_from(row.attempt_count).unwrap_or(usize::MAX);
        let Some(wait) = schedule.get(place).filter(|_| row.attempt_count < tries_max) else {
            return Ok(None);
        };
        let asked = after.unwrap_or(0).min(RETRY_AFTER_SECS_MAX);
        let wait = wait.saturating_mul(time::SECOND).max(i64::try_from(asked).unwrap_or(0) * time::SECOND);
        let jitter = i64::from(u16::from_be_bytes(self.random::<2>()?));
        Ok(Some(now.plus(wait + wait / 5 * jitter / i64::from(u16::MAX))))
    }
}

impl Worker {
    /// Claims what is due and starts it; answers how long nothing more can be done.
    async fn claim(&mut self) -> Result<Duration> {
        let config = &self.service.config().outbox;
        let concurrency = config.concurrency.max(1);
        let per_target = (concurrency / 4).max(1);
        let mut free = concurrency.saturating_sub(self.running.len());
        if free == 0 {
            return Ok(LOOK_EVERY);
        }
        let service = &self.service;
        let targets = service.read(async |tx: &mut Tx<'_>| Ok(outbox::list_targets(tx).await?)).await?;
        let now = service.now();
        let (mut due, mut next) = (Vec::new(), None);
        for (target, at) in targets {
            let room = per_target.saturating_sub(self.in_flight.get(&target).copied().unwrap_or(0));
            if at > now {
                next = Some(next.map_or(at, |known: Timestamp| known.min(at)));
            } else if room > 0 {
                due.push((target, room));
            }
        }
        // The one with the fewest under way first: nobody waits because others are many.
        due.sort_by_key(|(_, room)| std::cmp::Reverse(*room));
        let mut claims = Vec::new();
        let share = (free / due.len().max(1)).max(1);
        for (target, room) in due {
            let limit = room.min(share).min(free);
            if limit > 0 {
                free -= limit;
                claims.push((target, i64::try_from(limit).unwrap_or(1)));
            }
        }
        if claims.is_empty() {
            let wait = next.map_or(i64::MAX, |at| at.since(now));
            let wait = Duration::from_micros(u64::try_from(wait).unwrap_or(0));
            return Ok(wait.clamp(Duration::from_millis(1), LOOK_EVERY));
        }
        let owner = service.server_id();
        let lease = i64::try_from(config.timeout_ms).unwrap_or(i64::MAX / 2_000) * 1_000 + 20 * time::SECOND;
        let rows = service
            .db()
            .write(async move |tx: &mut Tx<'_>| -> Result<Vec<OutboxRow>> {
                let mut rows = Vec::new();
                for (target, limit) in claims {
                    rows.extend(outbox::claim_outbox(tx, target, owner, now, now.plus(lease), limit).await?);
                }
                Ok(rows)
            })
            .await?;
        if rows.is_empty() {
            return Ok(BLOCKED);
        }
        for row in rows {
            self.start(row);
        }
        // There may be more than was asked for.
        Ok(Duration::from_millis(1))
    }

    fn start(&mut self, row: OutboxRow) {
        *self.in_flight.entry(row.target).or_default() += 1;
        let service = self.service.clone();
        self.running.spawn(async move {
            let target = row.target;
            let tried = service.deliver(&row).await;
            if let Err(error) = service.settle(row, tried).await {
                tracing::warn!(%error, "the end of a delivery was not written down; it will be tried again");
            }
            target
        });
    }

    fn ended(&mut self, ended: std::result::Result<[u8; 16], tokio::task::JoinError>) {
        match ended {
            Ok(target) => {
                if let Some(count) = self.in_flight.get_mut(&target) {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        self.in_flight.remove(&target);
                    }
                }
            }
            Err(error) => {
                // Which target it was is not known; with nothing under way, nothing is counted.
                tracing::error!(%error, "a delivery ended in a panic");
                if self.running.is_empty() {
                    self.in_flight.clear();
                }
            }
        }
    }

    /// Lets what is under way end, within limits, and gives the rest back.
    async fn drain(&mut self) {
        let all = async { while self.running.join_next().await.is_some() {} };
        if tokio::time::timeout(DRAIN, all).await.is_err() {
            self.running.abort_all();
        }
        let (owner, now) = (self.service.server_id(), self.service.now());
        let released = self
            .service
            .db()
            .write(async move |tx: &mut Tx<'_>| outbox::release_outbox(tx, owner, now).await);
        if let Err(error) = released.await {
            tracing::debug!(%error, "claims were not given back; their leases end by themselves");
        }
    }
}

/// Tells the conversation what became of its reply.
async fn record_reply(
    tx: &mut Tx<'_>,
    log: &mut Log,
    row: &OutboxRow,
    state: DeliveryState,
    detail: &str,
) -> Result<()> {
    let id = MessageId::from_bytes(row.event_id.to_bytes());
    let (delivery, detail) = match state {
        DeliveryState::Delivered => (Delivery::Sent, None),
        DeliveryState::Dead => (Delivery::Failed, Some(detail)),
        DeliveryState::Pending => return Ok(()),
    };
    if let Some(case) = message::update_delivery(tx, id, delivery, detail).await? {
        log.live("message.updated", case);
    }
    Ok(())
}

/// Disables a webhook that is gone, or that took nothing for as long as its oldest event was tried.
async fn after_death(
    tx: &mut Tx<'_>,
    log: &mut Log,
    row: &OutboxRow,
    tried: &Try,
    now: Timestamp,
) -> Result<()> {
    let id = WebhookId::from_bytes(row.target);
    log.live("webhook.updated", id);
    let reason = match tried.how {
        Tried::Gone => "The endpoint answered 410: it is gone.",
        Tried::Retry(_) if !outbox::has_delivered_since(tx, row.target, row.created_at).await? => {
            "The endpoint took nothing, however often it was tried."
        }
        _ => return Ok(()),
    };
    let Some(mut webhook) = webhook_store::lock_webhook(tx, id).await? else { return Ok(()) };
    if webhook.state == WebhookState::Active {
        webhook.state = WebhookState::Disabled;
        webhook.disabled_reason = Some(reason.to_owned());
        webhook.updated_at = now;
        webhook_store::update_webhook(tx, &webhook).await?;
        log.audit("webhook.disable", id, serde_json::json!({ "reason": reason }));
        log.reload("webhook.updated", id);
    }
    Ok(())
}

/// What a provider's answer means for the delivery. Settings can be mended while it waits.
fn tried(provided: Provided<Done>) -> (Tried, Option<u16>, String) {
    match provided {
        Ok(done) if done.detail.is_empty() => (Tried::Delivered, done.status, "sent".to_owned()),
        Ok(done) => (Tried::Delivered, done.status, done.detail),
        Err(ProviderError::Refused { status, detail }) => (Tried::Failed, status, detail),
        Err(ProviderError::Settings { status, detail }) => (Tried::Retry(None), status, detail),
        Err(ProviderError::Unavailable { status, detail, retry_after_secs }) => {
            (Tried::Retry(retry_after_secs), status, detail)
        }
    }
}

fn failed(detail: &str) -> (Tried, Option<u16>, String) {
    (Tried::Failed, None, detail.to_owned())
}

fn retry(status: Option<u16>, detail: &str) -> (Tried, Option<u16>, String) {
    (Tried::Retry(None), status, detail.to_owned())
}

/// What an answer means: only 2xx is a success, 3xx is not followed, 410 is for good.
fn judge(answer: std::result::Result<OutboundAnswer, OutboundError>) -> (Tried, Option<u16>, String) {
    match answer {
        Ok(answer) => {
            let status = answer.status;
            let (how, detail) = match status {
                200..=299 => (Tried::Delivered, format!("taken ({status})")),
                300..=399 => (Tried::Retry(None), format!("a redirect ({status}), which is not followed")),
                410 => (Tried::Gone, "gone (410)".to_owned()),
                _ => (Tried::Retry(answer.retry_after_secs), format!("refused ({status})")),
            };
            (how, Some(status), detail)
        }
        Err(OutboundError::Refused(why)) => (Tried::Failed, None, why),
        Err(OutboundError::Unreachable(why)) => (Tried::Retry(None), None, why),
    }
}
