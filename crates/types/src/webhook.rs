//! Outgoing webhooks and their deliveries.

use crate::words::words;
use crate::{DeliveryId, EventId, Timestamp, WebhookId};

words! {
    /// Whether an endpoint is called.
    WebhookState {
        /// Called.
        Active = "active",
        /// Not called: by a person, or because it answered 410 or kept failing.
        Disabled = "disabled",
    }
}

words! {
    /// Where a delivery stands.
    DeliveryState {
        /// Will be tried.
        Pending = "pending",
        /// The endpoint answered 2xx.
        Delivered = "delivered",
        /// Given up; can be replayed.
        Dead = "dead",
    }
}

/// An endpoint of the company that is told what happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Where.
    pub url: String,
    /// Event types, or `*`.
    pub events: Vec<String>,
    /// For people.
    pub description: String,
    /// Whether bodies carry personal data instead of ids alone.
    pub with_personal_data: bool,
    /// Called or not.
    pub state: WebhookState,
    /// Why not.
    pub disabled_reason: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// One try to hand over an event.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// How long it took, milliseconds.
    pub latency_ms: i64,
    /// What happened, in words, without bodies.
    pub detail: String,
}

/// One event on its way to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookDelivery {
    /// Its id.
    pub id: DeliveryId,
    /// To which endpoint.
    pub webhook: WebhookId,
    /// Which event.
    pub event_id: EventId,
    /// Of which type.
    pub event_type: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// Tries so far, newest last.
    pub attempts: Vec<Attempt>,
    /// When it is tried next.
    pub next_attempt_at: Option<Timestamp>,
    /// When the event happened.
    pub created_at: Timestamp,
    /// What is sent, JSON.
    pub body: String,
}
