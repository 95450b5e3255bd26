//! Outgoing webhooks: endpoints, their secrets, what was sent there, and what was given up.

use async_recursion::async_recursion as boxed;
use countersign_store::outbox::{self, OutboxRow};
use countersign_store::{Tx, message, subject_key, webhook as store};
use countersign_types::event::EventKind;
use countersign_types::message::Delivery;
use countersign_types::webhook::{Attempt, DeliveryState, Webhook, WebhookDelivery, WebhookState};
use countersign_types::{
    ChannelId, DeliveryId, EngagementId, Error, EventId, FieldError, MessageId, OutboxId, Page, PageRequest,
    Permission, PhoneNumberId, Result, RuleId, Timestamp, Viewer, WebhookId, time,
};
use serde::{Deserialize, Serialize};

use crate::Service;
use crate::caller::{Caller, Request};
use crate::work::Log;

/// Webhooks at most.
const WEBHOOKS_MAX: usize = 50;
/// How long the secret before a rotation signs too.
const OVERLAP: i64 = time::DAY;

/// A webhook to be made.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    /// Where.
    pub url: String,
    /// Event types, or `*`.
    pub events: Vec<String>,
    /// For people.
    pub description: String,
    /// Whether bodies carry personal data.
    pub with_personal_data: bool,
}

/// A change to a webhook.
#[derive(Debug, Clone, Default)]
pub struct WebhookPatch {
    /// Where.
    pub url: Option<String>,
    /// Event types, or `*`.
    pub events: Option<Vec<String>>,
    /// For people.
    pub description: Option<String>,
    /// Whether bodies carry personal data.
    pub with_personal_data: Option<bool>,
    /// Called or not.
    pub state: Option<WebhookState>,
}

/// A webhook and its secret, shown this once.
#[derive(Debug, Clone)]
pub struct MadeWebhook {
    /// The webhook.
    pub webhook: Webhook,
    /// The secret.
    pub secret: String,
}

/// A delivery as a viewer may see it.
#[derive(Debug, Clone)]
pub struct DeliveryView {
    /// The delivery.
    pub delivery: WebhookDelivery,
    /// Whether personal data was taken out of the body.
    pub is_masked: bool,
}

/// Something that left the outbox without success.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    /// Its id.
    pub id: OutboxId,
    /// `webhook` or `message`.
    pub kind: String,
    /// Printed id of the webhook or the channel.
    pub target: String,
    /// The webhook's address or the channel's name, where it still is.
    pub target_name: Option<String>,
    /// The event's kind, or `message`.
    pub event_type: String,
    /// Printed id of the event or the message.
    pub event_id: String,
    /// Tries, newest last.
    pub attempts: Vec<Attempt>,
    /// When it came in.
    pub created_at: Timestamp,
    /// When it was given up.
    pub died_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct Made {
    id: WebhookId,
    secret: String,
}

impl Service {
    /// Webhooks, oldest first.
    #[boxed]
    pub async fn list_webhooks(&self, request: &Request) -> Result<Vec<Webhook>> {
        self.authorise(request, Permission::WebhookRead).await?;
        Ok(self.snapshot().webhooks.iter().map(|entry| entry.webhook.clone()).collect())
    }

    /// A webhook.
    #[boxed]
    pub async fn get_webhook(&self, request: &Request, id: WebhookId) -> Result<Webhook> {
        self.authorise(request, Permission::WebhookRead).await?;
        self.webhook(id)
    }

    /// Adds a webhook. Its secret is shown this once.
    #[boxed]
    pub async fn create_webhook(&self, request: &Request, new: NewWebhook) -> Result<MadeWebhook> {
        let grant = self.authorise(request, Permission::WebhookWrite).await?;
        if new.with_personal_data {
            may_send_personal_data(&request.caller)?;
        }
        let now = self.now();
        let webhook = Webhook {
            id: self.new_id()?,
            url: self.webhook_url(&new.url)?,
            events: events(&new.events)?,
            description: description(&new.description)?,
            with_personal_data: new.with_personal_data,
            state: WebhookState::Active,
            disabled_reason: None,
            created_at: now,
            updated_at: now,
        };
        let is_full = self.snapshot().webhooks.len() >= WEBHOOKS_MAX;
        let secret = self.new_webhook_secret()?;
        let vault = self.vault().clone();
        let made = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Made> {
                if is_full {
                    return Err(Error::conflict(
                        "too-many-webhooks",
                        format!("A workspace has at most {WEBHOOKS_MAX} webhooks."),
                        "Delete one that is not needed any more.",
                    ));
                }
                store::insert_webhook(tx, &vault, &webhook, &secret).await?;
                log.audit("webhook.create", webhook.id, describe(&webhook));
                log.reload("webhook.updated", webhook.id);
                Ok(Made { id: webhook.id, secret })
            })
            .await?;
        Ok(MadeWebhook { webhook: self.webhook(made.id)?, secret: made.secret })
    }

    /// Changes a webhook. Set to active again, it gets what happens from now on; what was given up is replayed by hand.
    #[boxed]
    pub async fn update_webhook(
        &self,
        request: &Request,
        id: WebhookId,
        patch: WebhookPatch,
    ) -> Result<Webhook> {
        let grant = self.authorise(request, Permission::WebhookWrite).await?;
        let url = patch.url.as_deref().map(|text| self.webhook_url(text)).transpose()?;
        let list = patch.events.as_deref().map(events).transpose()?;
        let text = patch.description.as_deref().map(description).transpose()?;
        let (caller, now) = (request.caller.clone(), self.now());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let before = store::lock_webhook(tx, id).await?.ok_or(Error::NotFound("webhook"))?;
            // Also where it goes to and when, once it carries them.
            if patch.with_personal_data.unwrap_or(before.with_personal_data) {
                may_send_personal_data(&caller)?;
            }
            let mut after = before.clone();
            after.url = url.unwrap_or(after.url);
            after.events = list.unwrap_or(after.events);
            after.description = text.unwrap_or(after.description);
            after.with_personal_data = patch.with_personal_data.unwrap_or(after.with_personal_data);
            match patch.state {
                Some(WebhookState::Active) => {
                    (after.state, after.disabled_reason) = (WebhookState::Active, None)
                }
                Some(WebhookState::Disabled) if before.state == WebhookState::Active => {
                    after.state = WebhookState::Disabled;
                    after.disabled_reason = Some("Disabled by a person.".to_owned());
                }
                Some(WebhookState::Disabled) | None => {}
            }
            after.updated_at = now;
            store::update_webhook(tx, &after).await?;
            log.audit(
                "webhook.update",
                id,
                serde_json::json!({ "old": describe(&before), "new": describe(&after) }),
            );
            log.reload("webhook.updated", id);
            Ok(())
        })
        .await?;
        self.webhook(id)
    }

    /// Takes a webhook out of use. What waits for it becomes dead letters at once.
    #[boxed]
    pub async fn delete_webhook(&self, request: &Request, id: WebhookId) -> Result<()> {
        let grant = self.authorise(request, Permission::WebhookWrite).await?;
        let (vault, now) = (self.vault().clone(), self.now());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !store::delete_webhook(tx, &vault, id, now).await? {
                return Err(Error::NotFound("webhook"));
            }
            log.audit("webhook.delete", id, serde_json::json!({}));
            log.reload("webhook.updated", id);
            outbox::hasten_outbox(tx, id.to_bytes(), now).await?;
            Ok(())
        })
        .await
    }

    /// Gives a webhook a new secret, shown this once. The one before signs too for 24 hours.
    #[boxed]
    pub async fn rotate_webhook_secret(&self, request: &Request, id: WebhookId) -> Result<String> {
        let grant = self.authorise(request, Permission::WebhookWrite).await?;
        let secret = self.new_webhook_secret()?;
        let (vault, now) = (self.vault().clone(), self.now());
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<String> {
            let until = now.plus(OVERLAP);
            if !store::update_webhook_secret(tx, &vault, id, &secret, until, now).await? {
                return Err(Error::NotFound("webhook"));
            }
            log.audit("webhook.rotate_secret", id, serde_json::json!({ "old_ends_at": until }));
            log.reload("webhook.updated", id);
            Ok(secret)
        })
        .await
    }

    /// Sends a `webhook.test` event to one webhook, by the same way as every other.
    #[boxed]
    pub async fn test_webhook(&self, request: &Request, id: WebhookId) -> Result<DeliveryView> {
        let grant = self.authorise(request, Permission::WebhookWrite).await?;
        let snapshot = self.snapshot();
        let entry =
            snapshot.webhooks.iter().find(|e| e.webhook.id == id).ok_or(Error::NotFound("webhook"))?;
        if entry.webhook.state == WebhookState::Disabled {
            return Err(Error::conflict(
                "webhook-disabled",
                "This webhook is disabled.",
                "Set its state to active first.",
            ));
        }
        let event = self.event(EventKind::WebhookTest, grant.actor(), self.now())?;
        let (service, entry) = (self.clone(), entry.clone());
        let made = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<OutboxId> {
                let body = crate::outbox::body(&event, None);
                let made = service.put_out(tx, &entry, &event, service.vault().workspace(), body).await?;
                log.audit("webhook.test", id, serde_json::json!({}));
                Ok(made)
            })
            .await?;
        self.delivery(made, grant.viewer()).await
    }

    /// What went to a webhook, newest first.
    #[boxed]
    pub async fn list_deliveries(
        &self,
        request: &Request,
        id: WebhookId,
        state: Option<DeliveryState>,
        page: PageRequest,
    ) -> Result<Page<DeliveryView>> {
        let grant = self.authorise(request, Permission::WebhookRead).await?;
        self.webhook(id)?;
        let service = self.clone();
        self.read(async move |tx: &mut Tx<'_>| -> Result<Page<DeliveryView>> {
            let page = outbox::list_outbox(tx, id.to_bytes(), state, page).await?;
            let mut items = Vec::with_capacity(page.items.len());
            for row in page.items {
                items.push(service.delivery_view(tx, row, grant.viewer()).await?);
            }
            Ok(Page { items, next: page.next })
        })
        .await
    }

    /// Sends an event to a webhook again, delivered or given up.
    #[boxed]
    pub async fn replay_delivery(&self, request: &Request, id: DeliveryId) -> Result<DeliveryView> {
        let grant = self.authorise(request, Permission::WebhookWrite).await?;
        let id = OutboxId::from_bytes(id.to_bytes());
        let now = self.now();
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let row = outbox::lock_outbox(tx, id).await?.filter(|row| row.kind == "webhook");
            let row = row.ok_or(Error::NotFound("webhook delivery"))?;
            if !outbox::replay_outbox(tx, id, now).await? {
                return Err(pending());
            }
            let printed = DeliveryId::from_bytes(id.to_bytes());
            log.audit("webhook.replay", printed, serde_json::json!({ "event": row.event_id }));
            log.live("webhook.updated", WebhookId::from_bytes(row.target));
            Ok(())
        })
        .await?;
        self.delivery(id, grant.viewer()).await
    }

    /// Everything that left the outbox without success, newest first.
    #[boxed]
    pub async fn list_dead_letters(&self, request: &Request, page: PageRequest) -> Result<Page<DeadLetter>> {
        self.authorise(request, Permission::WebhookRead).await?;
        let page = self.read(async move |tx: &mut Tx<'_>| Ok(outbox::list_dead(tx, page).await?)).await?;
        Ok(page.map(|row| self.dead_letter(row)))
    }

    /// Sends a dead letter again.
    #[boxed]
    pub async fn replay_dead_letter(&self, request: &Request, id: OutboxId) -> Result<()> {
        let grant = self.authorise(request, Permission::WebhookWrite).await?;
        let now = self.now();
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let row = outbox::lock_outbox(tx, id).await?.ok_or(Error::NotFound("dead letter"))?;
            if row.state != DeliveryState::Dead {
                return Err(pending());
            }
            outbox::replay_outbox(tx, id, now).await?;
            if row.kind == "message" {
                let reply = MessageId::from_bytes(row.event_id.to_bytes());
                if let Some(case) = message::update_delivery(tx, reply, Delivery::Queued, None).await? {
                    log.live("message.updated", case);
                }
            }
            log.audit("outbox.replay", id, serde_json::json!({ "kind": row.kind }));
            log.live("webhook.updated", "");
            Ok(())
        })
        .await
    }

    fn dead_letter(&self, row: OutboxRow) -> DeadLetter {
        let snapshot = self.snapshot();
        let (target, target_name) = match row.kind.as_str() {
            "message" | crate::call::text::KIND | crate::engagement::send::KIND => {
                let id = ChannelId::from_bytes(row.target);
                (id.to_string(), snapshot.channel(id).ok().map(|entry| entry.channel.name.clone()))
            }
            crate::call::recording::KIND => (PhoneNumberId::from_bytes(row.target).to_string(), None),
            "call" => {
                let id = RuleId::from_bytes(row.target);
                let found = snapshot.rules.find(id);
                (id.to_string(), found.map(|(_, row)| crate::rule::body_of(row).name))
            }
            _ => {
                let id = WebhookId::from_bytes(row.target);
                let entry = snapshot.webhooks.iter().find(|entry| entry.webhook.id == id);
                (id.to_string(), entry.map(|entry| entry.webhook.url.clone()))
            }
        };
        let about = row.event_id.to_bytes();
        let event_id = match row.kind.as_str() {
            "message" => MessageId::from_bytes(about).to_string(),
            crate::engagement::send::KIND => EngagementId::from_bytes(about).to_string(),
            _ => row.event_id.to_string(),
        };
        DeadLetter {
            id: row.id,
            kind: row.kind,
            target,
            target_name,
            event_type: row.event_type,
            event_id,
            attempts: row.attempts,
            created_at: row.created_at,
            died_at: row.done_at,
        }
    }

    fn webhook(&self, id: WebhookId) -> Result<Webhook> {
        let snapshot = self.snapshot();
        let entry = snapshot.webhooks.iter().find(|entry| entry.webhook.id == id);
        entry.map(|entry| entry.webhook.clone()).ok_or(Error::NotFound("webhook"))
    }

    async fn delivery(&self, id: OutboxId, viewer: Viewer) -> Result<DeliveryView> {
        let service = self.clone();
        self.read(async move |tx: &mut Tx<'_>| -> Result<DeliveryView> {
            let row = outbox::find_outbox(tx, id).await?.ok_or(Error::NotFound("webhook delivery"))?;
            service.delivery_view(tx, row, viewer).await
        })
        .await
    }

    /// Opens a delivery's body; personal data is shown to whom nothing is masked, and to nobody else.
    async fn delivery_view(&self, tx: &mut Tx<'_>, row: OutboxRow, viewer: Viewer) -> Result<DeliveryView> {
        let body = self.open_body(tx, &row).await?.unwrap_or_default();
        let body = String::from_utf8(body).unwrap_or_default();
        let sees_all = viewer.masked() == countersign_types::pii::Masked::NONE
            && !self.snapshot().attributes.iter().any(|attribute| attribute.is_masked_for(&viewer));
        let (body, is_masked) = if sees_all { (body, false) } else { without_personal(body) };
        let delivery = WebhookDelivery {
            id: DeliveryId::from_bytes(row.id.to_bytes()),
            webhook: WebhookId::from_bytes(row.target),
            event_id: EventId::from_bytes(row.event_id.to_bytes()),
            event_type: row.event_type,
            state: row.state,
            attempts: row.attempts,
            next_attempt_at: row.next_attempt_at.filter(|_| row.state == DeliveryState::Pending),
            created_at: row.created_at,
            body,
        };
        Ok(DeliveryView { delivery, is_masked })
    }

    /// What is sent; `None` when it was about somebody who was erased.
    pub(crate) async fn open_body(&self, tx: &mut Tx<'_>, row: &OutboxRow) -> Result<Option<Vec<u8>>> {
        let workspace = self.vault().workspace();
        let subject = match row.subject {
            Some(id) if id != workspace.id() => subject_key::find_subject(tx, self.vault(), id).await?,
            _ => Some(workspace.clone()),
        };
        let Some(subject) = subject else { return Ok(None) };
        Ok(Some(subject.open(outbox::BODY, row.id.to_bytes(), &row.body_sealed)?))
    }

    /// An address that may be called.
    fn webhook_url(&self, text: &str) -> Result<String> {
        let text = text.trim();
        if text.len() > 2_048 {
            return Err(Error::invalid("/url", "too-long", "An address has at most 2,048 characters."));
        }
        match self.outbound().check_url(text) {
            Ok(()) => Ok(text.to_owned()),
            Err(why) => Err(Error::invalid("/url", "address-not-allowed", sentence(&why.to_string()))),
        }
    }
}

/// A sentence from a clause: with a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    let end = if text.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}

/// The body without the part that holds personal data.
fn without_personal(body: String) -> (String, bool) {
    let Ok(mut value) = serde_json::from_str::<serde_json::Value>(&body) else { return (body, false) };
    let data = value.get_mut("data").and_then(serde_json::Value::as_object_mut);
    let taken =
        data.map(|data| [crate::outbox::PERSONAL, crate::outbox::WEB].map(|field| data.remove(field)));
    if taken.is_some_and(|taken| taken.iter().any(Option::is_some)) {
        (value.to_string(), true)
    } else {
        (body, false)
    }
}

/// The kinds of events a webhook can want, in order, each with a sentence.
pub fn event_types() -> Vec<(&'static str, &'static str)> {
    let sentence = |kind: EventKind| match kind {
        EventKind::IdentificationSucceeded => "A code or a signed session made a customer known.",
        EventKind::IdentificationFailed => "A code was sent and not accepted.",
        EventKind::CodeReuse => "A used code was sent again: somebody may have passed it on.",
        EventKind::CodeIssued => "An identification code was issued.",
        EventKind::CodeRevoked => "An identification code was taken back.",
        EventKind::LinkCreated => "A channel account was linked to a customer.",
        EventKind::LinkEnded => "A link ended: unlinked, undone, superseded or expired.",
        EventKind::ProfileCreated => "A customer was added.",
        EventKind::ProfileUpdated => "A customer's data changed.",
        EventKind::ProfileDeleted => "A customer was deleted for good.",
        EventKind::ProfileBlocked => "A customer was blocked.",
        EventKind::ProfileUnblocked => "A customer was unblocked.",
        EventKind::ProfileMerged => "Another customer was merged into this one.",
        EventKind::EngagementOpened => "A guided conversation was opened.",
        EventKind::EngagementVerified => {
            "A customer, or who acts for them, was verified in a guided conversation."
        }
        EventKind::EngagementStopped => "A guided verification stopped: the request may not be processed.",
        EventKind::ProfileUnmerged => "A merge of two customers was taken back.",
        EventKind::MandateCreated => "A mandate was entered: somebody may act for this customer.",
        EventKind::MandateRevoked => "A mandate to act for this customer was revoked.",
        EventKind::CaseCreated => "A conversation began.",
        EventKind::CaseUpdated => "A conversation's status, assignee, labels or priority changed.",
        EventKind::ChatEnded => "A chat was ended.",
        EventKind::MessageCreated => "A message came in or went out.",
        EventKind::VisitIdentified => {
            "A website said who a visitor is, or a token proved it. Webhooks have to name it: `*` is without it."
        }
        EventKind::VisitEvent => {
            "A business event of a website: `visit.event:AddToCart` for those of one name. Webhooks have to name it: `*` is without it."
        }
        EventKind::WebhookTest => "A test from the console.",
    };
    EventKind::ALL.iter().map(|kind| (kind.as_str(), sentence(*kind))).collect()
}

fn events(words: &[String]) -> Result<Vec<String>> {
    if words.is_empty() {
        return Err(Error::invalid(
            "/events",
            "missing-field",
            "Name at least one event type, or `*` for all.",
        ));
    }
    let is_known =
        |word: &str| word == "*" || EventKind::parse(word).is_some() || is_name_of_visit_event(word);
    let errors: Vec<FieldError> = words
        .iter()
        .enumerate()
        .filter(|(_, word)| !is_known(word))
        .map(|(n, _)| {
            let detail = "There is no such event type; /v1/event-types lists them.";
            FieldError::new(format!("/events/{n}"), "unknown-event-type", detail)
        })
        .collect();
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let mut list: Vec<String> = Vec::new();
    for word in words {
        if !list.contains(word) {
            list.push(word.clone());
        }
    }
    Ok(list)
}

/// `visit.event:` and the name of a business event.
fn is_name_of_visit_event(word: &str) -> bool {
    let name = word.strip_prefix(EventKind::VisitEvent.as_str()).and_then(|rest| rest.strip_prefix(':'));
    name.is_some_and(|name| (1..=64).contains(&name.chars().count()) && !name.chars().any(char::is_control))
}

fn description(text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > 200 || text.chars().any(char::is_control) {
        return Err(Error::invalid("/description", "too-long", "A description has at most 200 characters."));
    }
    Ok(text.to_owned())
}

fn describe(webhook: &Webhook) -> serde_json::Value {
    serde_json::json!({
        "url": webhook.url,
        "events": webhook.events,
        "with_personal_data": webhook.with_personal_data,
        "state": webhook.state,
    })
}

fn pending() -> Error {
    Error::conflict(
        "still-pending",
        "This is on its way already.",
        "Wait for its next try, or look at its attempts.",
    )
}

/// A webhook with personal data shows them to its receiver: an API key that may not see them may not send them.
fn may_send_personal_data(caller: &Caller) -> Result<()> {
    match caller {
        Caller::ApiKey(key) if !key.scopes.contains(&Permission::PersonalDataRead) => {
            Err(Error::Forbidden(Permission::PersonalDataRead))
        }
        _ => Ok(()),
    }
}
