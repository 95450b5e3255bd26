//! Views of webhooks, their deliveries, and dead letters.

use countersign_service::webhook::{DeadLetter, DeliveryView, MadeWebhook};
use countersign_types::webhook::{Attempt, Webhook};
use serde::Serialize;
use utoipa::ToSchema;

use super::Field;

/// An endpoint of the company.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookView {
    /// Its id.
    #[schema(example = "hook_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Where.
    pub url: String,
    /// Event types, or `*`.
    pub events: Vec<String>,
    /// For people.
    pub description: String,
    /// Whether bodies carry personal data instead of ids alone.
    pub with_personal_data: bool,
    /// `active` or `disabled`.
    pub state: &'static str,
    /// Why it is disabled.
    pub disabled_reason: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<Webhook> for WebhookView {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id.to_string(),
            url: webhook.url,
            events: webhook.events,
            description: webhook.description,
            with_personal_data: webhook.with_personal_data,
            state: webhook.state.as_str(),
            disabled_reason: webhook.disabled_reason,
            created_at: webhook.created_at.to_string(),
            updated_at: webhook.updated_at.to_string(),
        }
    }
}

/// A webhook just made, with its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookMade {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: WebhookView,
    /// Signs what is sent (Standard Webhooks); shown this once.
    #[schema(example = "whsec_…")]
    pub secret: String,
}

impl From<MadeWebhook> for WebhookMade {
    fn from(made: MadeWebhook) -> Self {
        Self { webhook: made.webhook.into(), secret: made.secret }
    }
}

/// One try to hand something over.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttemptView {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// How long it took, milliseconds.
    pub latency_ms: i64,
    /// What happened, in words.
    pub detail: String,
}

impl From<Attempt> for AttemptView {
    fn from(attempt: Attempt) -> Self {
        Self {
            at: attempt.at.to_string(),
            status: attempt.status,
            latency_ms: attempt.latency_ms,
            detail: attempt.detail,
        }
    }
}

/// One event on its way to one endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookDeliveryView {
    /// Its id.
    #[schema(example = "dlv_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// To which endpoint.
    pub webhook: String,
    /// Of which type.
    pub event_type: String,
    /// Which event; also the header `webhook-id`.
    pub event_id: String,
    /// `pending`, `delivered` or `dead`.
    pub state: &'static str,
    /// Tries, newest last.
    pub attempts: Vec<AttemptView>,
    /// When it is tried next.
    #[schema(format = DateTime)]
    pub next_attempt_at: Option<String>,
    /// When the event happened.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// What is sent.
    #[schema(value_type = Object)]
    pub body: serde_json::Value,
    /// The names of fields that this viewer sees masked.
    #[schema(value_type = Vec<String>)]
    pub masked: Vec<Field>,
}

impl From<DeliveryView> for WebhookDeliveryView {
    fn from(view: DeliveryView) -> Self {
        let delivery = view.delivery;
        Self {
            id: delivery.id.to_string(),
            webhook: delivery.webhook.to_string(),
            event_type: delivery.event_type,
            event_id: delivery.event_id.to_string(),
            state: delivery.state.as_str(),
            attempts: delivery.attempts.into_iter().map(AttemptView::from).collect(),
            next_attempt_at: delivery.next_attempt_at.map(|t| t.to_string()),
            created_at: delivery.created_at.to_string(),
            body: serde_json::from_str(&delivery.body).unwrap_or_else(|_| serde_json::json!({})),
            masked: if view.is_masked { vec!["body".into()] } else { Vec::new() },
        }
    }
}

/// Something that left the outbox without success.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetterView {
    /// Its id.
    #[schema(example = "out_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// `webhook` or `message`.
    pub kind: String,
    /// The webhook or the channel.
    pub target: String,
    /// The webhook's address or the channel's name, where it still is.
    pub target_name: Option<String>,
    /// The event's type, or `message`.
    pub event_type: String,
    /// The event or the message.
    pub event_id: String,
    /// What happened at the last try.
    pub detail: Option<String>,
    /// Tries, newest last.
    pub attempts: Vec<AttemptView>,
    /// When it came in.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was given up.
    #[schema(format = DateTime)]
    pub died_at: Option<String>,
}

impl From<DeadLetter> for DeadLetterView {
    fn from(letter: DeadLetter) -> Self {
        Self {
            id: letter.id.to_string(),
            kind: letter.kind,
            target: letter.target,
            target_name: letter.target_name,
            event_type: letter.event_type,
            event_id: letter.event_id,
            detail: letter.attempts.last().map(|attempt| attempt.detail.clone()),
            attempts: letter.attempts.into_iter().map(AttemptView::from).collect(),
            created_at: letter.created_at.to_string(),
            died_at: letter.died_at.map(|t| t.to_string()),
        }
    }
}

/// A type of event that a webhook can want.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventTypeView {
    /// The word.
    #[schema(example = "identification.succeeded")]
    pub name: &'static str,
    /// What it means.
    pub description: &'static str,
}
