//! The bank's assistant: a program of the company's own that hears of events by webhook and answers by the API. It asks
//! strangers in the messenger for a code, and greets by name whoever proved who they are.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use countersign_service::port::{Clock, SystemClock};
use countersign_types::time;
use serde_json::{Value, json};

use super::Demo;
use super::api::{Api, Refusal, text};
use super::signature::is_signed;

/// What it says to somebody whose code did not count. The reason is for agents alone.
const NOT_VALID: &str =
    "This code does not work, or not any more. Please get a new one on your account's page and send it here.";

/// Hears of an event.
pub(super) async fn webhook(State(demo): State<Arc<Demo>>, headers: HeaderMap, body: String) -> StatusCode {
    let now = SystemClock::default().now().as_micros() / time::SECOND;
    if !is_signed(&demo.state.webhook_secret, &headers, &body, now) {
        return StatusCode::UNAUTHORIZED;
    }
    let event: Value = serde_json::from_str(&body).unwrap_or_default();
    let (kind, case) = (text(&event, "/type"), text(&event, "/data/case"));
    if !case.is_empty() {
        // The event is acknowledged now: what follows from it is the bank's own affair.
        tokio::spawn(async move {
            if let Err(refusal) = act(&demo, &kind, &case).await {
                tracing::warn!(status = refusal.status, "the assistant could not answer");
            }
        });
    }
    StatusCode::NO_CONTENT
}

async fn act(demo: &Demo, kind: &str, case: &str) -> Result<(), Refusal> {
    if !matches!(kind, "case.created" | "identification.succeeded" | "identification.failed") {
        return Ok(());
    }
    let api: &Api = &demo.assistant;
    let found = api.call("GET", &format!("/v1/cases/{case}"), None).await?;
    if text(&found, "/channel/kind") == "web_chat" {
        // In the shop people ask about kettles: nobody has to be known for that.
        return Ok(());
    }
    let reply = match kind {
        "case.created" if text(&found, "/identity/assurance") == "al0" => {
            api.post(&format!("/v1/cases/{case}/ask-for-code"), json!({})).await?;
            return Ok(());
        }
        "identification.succeeded" => {
            let name = text(&found, "/identity/profile/name");
            let first = name.split(' ').next().filter(|first| !first.is_empty());
            let name = first.map_or_else(String::new, |first| format!(", {first}"));
            format!("Thank you{name}, now we know that it is you. What can we do for you?")
        }
        "identification.failed" => NOT_VALID.to_owned(),
        _ => return Ok(()),
    };
    api.post(&format!("/v1/cases/{case}/messages"), json!({ "text": reply })).await?;
    Ok(())
}
