//! Pigeon, a messenger that never was: people write in it, companies are connected to it as a custom channel.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use countersign_service::port::{Clock, SystemClock};
use countersign_types::time;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::{broadcast, watch};

use super::Demo;
use super::api::text;
use super::pages::{header_text, random_name};
use super::signature::is_signed;

/// Messages kept for each person.
const KEPT: usize = 50;
/// People at most.
const PEOPLE_MAX: usize = 500;
/// The people that the page offers.
pub(super) const NAMES: &[(&str, &str)] =
    &[("anna.k", "Anna K."), ("vic", "Vic"), ("jo", "Jo"), ("sunny99", "Sunny")];

/// A message as the page shows it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) from: &'static str,
    pub(super) author: Option<String>,
    pub(super) text: String,
    pub(super) at: String,
    pub(super) state: &'static str,
}

/// Who wrote what.
pub(super) struct Messenger {
    chats: Mutex<HashMap<String, VecDeque<Message>>>,
    news: broadcast::Sender<(String, Message)>,
    over: watch::Sender<bool>,
}

impl Messenger {
    /// A messenger in which nobody has written yet.
    pub(super) fn new() -> Self {
        Self { chats: Mutex::default(), news: broadcast::channel(256).0, over: watch::channel(false).0 }
    }

    /// Tells when the streams end.
    pub(super) fn over(&self) -> watch::Receiver<bool> {
        self.over.subscribe()
    }

    /// Ends the open pages' streams.
    pub(super) fn close(&self) {
        self.over.send_replace(true);
    }

    /// Keeps a message, in place of one with the same id, and tells the open pages.
    pub(super) fn keep(&self, person: &str, message: Message) {
        let mut chats = self.chats.lock().unwrap_or_else(PoisonError::into_inner);
        if chats.len() >= PEOPLE_MAX && !chats.contains_key(person) {
            return;
        }
        let chat = chats.entry(person.to_owned()).or_default();
        match chat.iter_mut().find(|m| m.id == message.id) {
            Some(found) => *found = message.clone(),
            None => {
                chat.push_back(message.clone());
                if chat.len() > KEPT {
                    chat.pop_front();
                }
            }
        }
        drop(chats);
        let _ = self.news.send((person.to_owned(), message));
    }

    /// The conversation of a person, after a message where one is named.
    fn history(&self, person: &str, after: &str) -> VecDeque<Message> {
        let chats = self.chats.lock().unwrap_or_else(PoisonError::into_inner);
        let chat = chats.get(person).cloned().unwrap_or_default();
        match chat.iter().position(|m| m.id == after) {
            Some(at) => chat.into_iter().skip(at + 1).collect(),
            None => chat,
        }
    }
}

pub(super) fn is_handle(text: &str) -> bool {
    let is_fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-');
    (1..=40).contains(&text.len()) && text.bytes().all(is_fine)
}

/// What a person sends.
#[derive(Deserialize)]
pub(super) struct Sent {
    pub(super) r#as: String,
    pub(super) text: String,
}

/// A person writes to the bank.
pub(super) async fn send(State(demo): State<Arc<Demo>>, Json(sent): Json<Sent>) -> Response {
    let (person, words) = (sent.r#as, sent.text);
    if !is_handle(&person) || !(1..=4_000).contains(&words.chars().count()) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let id = format!("pg_{}", random_name());
    let name = NAMES.iter().find(|(handle, _)| *handle == person).map(|(_, name)| *name);
    let body = json!({ "id": id, "from": { "id": person, "name": name }, "text": words });
    let path = format!("/v1/channels/{}/messages", demo.state.pigeon);
    match demo.connector.post(&path, body).await {
        Ok(_) => {
            let at = SystemClock::default().now().to_string();
            let message =
                Message { id: id.clone(), from: "me", author: None, text: words, at, state: "delivered" };
            demo.messenger.keep(&person, message);
            Json(json!({ "id": id })).into_response()
        }
        Err(refusal) if (400..429).contains(&refusal.status) => StatusCode::BAD_REQUEST.into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Countersign hands over what the bank's agent wrote.
pub(super) async fn webhook(State(demo): State<Arc<Demo>>, headers: HeaderMap, body: String) -> StatusCode {
    let now = SystemClock::default().now();
    if !is_signed(&demo.state.pigeon_secret, &headers, &body, now.as_micros() / time::SECOND) {
        return StatusCode::UNAUTHORIZED;
    }
    let event: Value = serde_json::from_str(&body).unwrap_or_default();
    let (id, person) = (text(&event, "/data/id"), text(&event, "/data/to/id"));
    if id.starts_with("test_") {
        return StatusCode::NO_CONTENT;
    }
    if id.is_empty() || !is_handle(&person) {
        return StatusCode::BAD_REQUEST;
    }
    let author = event.pointer("/data/author/name").and_then(Value::as_str).map(ToOwned::to_owned);
    let message = Message {
        id: id.clone(),
        from: "company",
        author,
        text: text(&event, "/data/text"),
        at: now.to_string(),
        state: "delivered",
    };
    demo.messenger.keep(&person, message);
    tokio::spawn(report(demo, person, id));
    StatusCode::NO_CONTENT
}

/// Tells Countersign that a reply has arrived, and, where the person's page is open, that it was read.
async fn report(demo: Arc<Demo>, person: String, message: String) {
    let path = format!("/v1/channels/{}/receipts", demo.state.pigeon);
    let is_open = demo.messenger.news.receiver_count() > 0;
    let states: &[(&str, u64)] =
        if is_open { &[("delivered", 150), ("read", 900)] } else { &[("delivered", 150)] };
    for (state, after_ms) in states {
        tokio::time::sleep(Duration::from_millis(*after_ms)).await;
        if let Err(refusal) = demo.connector.post(&path, json!({ "message": message, "state": state })).await
        {
            tracing::debug!(status = refusal.status, person = person.len(), "a receipt was not taken");
            return;
        }
    }
}

/// Whose stream it is.
#[derive(Deserialize)]
pub(super) struct Whose {
    #[serde(default)]
    pub(super) r#as: String,
}

/// A person's conversation so far, then what comes.
pub(super) async fn events(
    State(demo): State<Arc<Demo>>,
    Query(whose): Query<Whose>,
    headers: HeaderMap,
) -> Response {
    follow(&demo.messenger, whose.r#as, &headers)
}

/// The stream of a person's conversation.
pub(super) fn follow(messenger: &Messenger, person: String, headers: &HeaderMap) -> Response {
    if !is_handle(&person) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    // First listen, then look: what comes in between is told twice, which the page allows.
    let news = messenger.news.subscribe();
    let over = messenger.over.subscribe();
    let history = messenger.history(&person, header_text(headers, "last-event-id"));
    let stream =
        stream::unfold((history, news, over, person), async |(mut history, mut news, mut over, person)| {
            if let Some(message) = history.pop_front() {
                return Some((Ok::<_, Infallible>(event(&message)), (history, news, over, person)));
            }
            loop {
                let heard = tokio::select! {
                    heard = news.recv() => heard.ok()?,
                    _ = over.wait_for(|is_over| *is_over) => return None,
                };
                if heard.0 == person {
                    return Some((Ok(event(&heard.1)), (history, news, over, person)));
                }
            }
        });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

fn event(message: &Message) -> Event {
    let data = serde_json::to_string(message).unwrap_or_default();
    Event::default().id(&message.id).event("message").data(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_short_and_plain() {
        assert!(is_handle("anna.k") && is_handle("sunny99") && is_handle("t_o-k"));
        assert!(!is_handle("") && !is_handle("Anna") && !is_handle("a b") && !is_handle(&"a".repeat(41)));
    }
}
