//! Telegram as the demo has it: the Bot API that `countersign-fakes` answers, and a page on which its people write. The
//! server fetches their messages by long poll, as it does from behind any router.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use countersign_fakes::{Call, Reply, telegram as bot_api};
use countersign_service::port::{Clock, SystemClock};
use countersign_types::time;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::Demo;
use super::api::{Api, Refusal, text};
use super::messenger::{Message, Messenger, NAMES, Sent, Whose, follow, is_handle};
use super::pages::random_name;

const TOKEN: &str = "1000001:the-demo-s-bot";
const USERNAME: &str = "acme_bank_demo_bot";
/// The longest that a look is held.
const HELD_MAX: Duration = Duration::from_secs(20);
/// People at most.
const PEOPLE_MAX: usize = 500;

/// The make-believe Telegram.
pub(super) struct Telegram {
    bot: bot_api::Telegram,
    chats: Messenger,
    people: Mutex<HashMap<i64, String>>,
    news: Notify,
}

impl Telegram {
    /// A Telegram in which nobody has written yet.
    pub(super) fn new() -> Self {
        Self {
            // A demo that is kept knows the ids of the run before.
            bot: bot_api::Telegram::new(TOKEN, USERNAME).counting_from(seconds()),
            chats: Messenger::new(),
            people: Mutex::default(),
            news: Notify::new(),
        }
    }

    /// Ends streams and looks that are held.
    pub(super) fn close(&self) {
        self.chats.close();
    }

    /// The number under which Telegram knows somebody: the same at every start, so that a kept demo knows them again.
    fn number(&self, handle: &str) -> Option<i64> {
        let number = handle.bytes().fold(7_i64, |sum, byte| (sum * 131 + i64::from(byte)) % 900_000_007);
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if people.len() >= PEOPLE_MAX && !people.contains_key(&number) {
            return None;
        }
        people.insert(number, handle.to_owned());
        Some(number)
    }

    fn handle(&self, number: &str) -> Option<String> {
        let people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        let known = people.get(&number.parse().ok()?).cloned();
        drop(people);
        // After a restart, before they write again: one of those whom the page offers.
        known.or_else(|| {
            let is_theirs = |handle: &str| self.number(handle).is_some_and(|n| n.to_string() == number);
            NAMES.iter().map(|(handle, _)| (*handle).to_owned()).find(|handle| is_theirs(handle))
        })
    }
}

fn seconds() -> i64 {
    SystemClock::default().now().as_micros() / time::SECOND
}

fn now() -> String {
    SystemClock::default().now().to_string()
}

/// A person writes to the bot.
pub(super) async fn send(State(demo): State<Arc<Demo>>, Json(sent): Json<Sent>) -> Response {
    let (person, words) = (sent.r#as, sent.text);
    let is_text = (1..=4_000).contains(&words.chars().count());
    let Some(number) = demo.telegram.number(&person).filter(|_| is_handle(&person) && is_text) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let name = NAMES.iter().find(|(handle, _)| *handle == person).map_or(person.as_str(), |(_, name)| name);
    let update = demo.telegram.bot.write(number, name, seconds(), json!({ "text": words }));
    let id = format!("tg_{}", update["message"]["message_id"]);
    let message =
        Message { id: id.clone(), from: "me", author: None, text: words, at: now(), state: "delivered" };
    demo.telegram.chats.keep(&person, message);
    demo.telegram.news.notify_waiters();
    Json(json!({ "id": id })).into_response()
}

/// A person's conversation so far, then what comes.
pub(super) async fn events(
    State(demo): State<Arc<Demo>>,
    Query(whose): Query<Whose>,
    headers: HeaderMap,
) -> Response {
    follow(&demo.telegram.chats, whose.r#as, &headers)
}

/// A link that opens the bot with the code: the page fills it in.
pub(super) async fn open(Path(_bot): Path<String>, RawQuery(query): RawQuery) -> Redirect {
    Redirect::temporary(&format!("/telegram?{}", query.unwrap_or_default()))
}

/// The Bot API.
pub(super) async fn api(
    State(demo): State<Arc<Demo>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().strip_prefix("/telegram/api").unwrap_or_default();
    let headers: Vec<(String, String)> = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let call = Call { method: method.as_str(), path, headers: &headers, body: &body };
    let said: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let reply = if path.ends_with("/getUpdates") {
        look(&demo, &call, &said).await
    } else {
        demo.telegram.bot.answer(&call)
    };
    if path.ends_with("/sendMessage")
        && reply.status == 200
        && let Some(person) = demo.telegram.handle(&text(&said, "/chat_id"))
    {
        let (id, words) = (format!("tg_{}", random_name()), text(&said, "/text"));
        let message =
            Message { id, from: "company", author: None, text: words, at: now(), state: "delivered" };
        demo.telegram.chats.keep(&person, message);
    }
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, reply.content_type)], reply.body).into_response()
}

/// *getUpdates*: a look that brings nothing is held for as long as it asked.
async fn look(demo: &Demo, call: &Call<'_>, said: &Value) -> Reply {
    let held = Duration::from_secs(said["timeout"].as_u64().unwrap_or(0)).min(HELD_MAX);
    let until = tokio::time::Instant::now() + held;
    let mut over = demo.telegram.chats.over();
    loop {
        // Heard from here on: what comes between the look and the wait is not missed.
        let mut news = std::pin::pin!(demo.telegram.news.notified());
        news.as_mut().enable();
        let reply = demo.telegram.bot.answer(call);
        if reply.status != 200 || !demo.telegram.bot.pending().is_empty() {
            return reply;
        }
        tokio::select! {
            () = news => {}
            () = tokio::time::sleep_until(until) => return reply,
            _ = over.wait_for(|is_over| *is_over) => return reply,
        }
    }
}

/// Connects the bank's bot, or points it at the address that Telegram has this time.
pub(super) async fn connect(demo: &Demo) -> Result<(), Refusal> {
    let api = Api::new(&demo.server_url, &demo.state.api_key)
        .map_err(|_| Refusal { status: 0, what: "the example cannot call its server".to_owned() })?;
    let site = &demo.site_url;
    let config = json!({
        "receive": "poll", "api_url": format!("{site}/telegram/api"), "link_url": format!("{site}/telegram/open"),
    });
    let all = api.get("/v1/channels").await?;
    let channels = all["data"].as_array().map(Vec::as_slice).unwrap_or_default();
    match channels.iter().find(|channel| channel["kind"] == "telegram") {
        Some(channel) => {
            api.patch(&format!("/v1/channels/{}", text(channel, "/id")), json!({ "config": config })).await
        }
        None => {
            let body = json!({ "kind": "telegram", "name": "Telegram", "config": config,
                               "secrets": { "bot_token": TOKEN } });
            api.post("/v1/channels", body).await
        }
    }
    .map(|_| ())
}
