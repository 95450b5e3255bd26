//! The Bot API <https://core.telegram.org/bots/api>, as far as a support desk needs it.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::{Call, Post, Reply, Troubles};

/// One bot, and the people who write to it.
pub struct Telegram {
    token: String,
    username: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next_update: i64,
    next_message: i64,
    pending: Vec<Value>,
    webhook: Option<(String, String)>,
    sent: Vec<Sent>,
    typed: Vec<String>,
    files: BTreeMap<String, (String, Vec<u8>)>,
    blocked_by: HashSet<i64>,
    troubles: Troubles,
}

/// What the bot sent to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// To whom.
    pub chat_id: String,
    /// By which method.
    pub method: String,
    /// The words.
    pub text: String,
    /// The whole body of a file's form.
    pub form: Vec<u8>,
}

impl Telegram {
    /// A bot that nobody has written to.
    pub fn new(token: &str, username: &str) -> Self {
        let state = State { next_update: 1_000, next_message: 1, ..State::default() };
        Self { token: token.to_owned(), username: username.to_owned(), state: Mutex::new(state) }
    }

    /// Counts messages and updates from here on: a provider that comes back after a restart repeats no id.
    #[must_use]
    pub fn counting_from(self, first: i64) -> Self {
        let mut state = self.state();
        (state.next_update, state.next_message) = (first, first);
        drop(state);
        self
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody writes to the bot in a private chat. `content` is what a *Message* holds besides who, where and when.
    pub fn write(&self, user: i64, first_name: &str, date: i64, content: Value) -> Value {
        let mut state = self.state();
        // *Message*: `message_id`, `from`, `chat`, `date`; in a private chat the chat's id is the person's.
        let mut message = json!({
            "message_id": state.next_message, "date": date,
            "chat": { "id": user, "type": "private", "first_name": first_name },
            "from": { "id": user, "is_bot": false, "first_name": first_name, "language_code": "en" },
        });
        state.next_message += 1;
        merge(&mut message, content);
        // *Update*: `update_id` goes up by one; one optional member says what happened.
        let update = json!({ "update_id": state.next_update, "message": message });
        state.next_update += 1;
        state.pending.push(update.clone());
        update
    }

    /// Any update, as it is.
    pub fn push(&self, update: Value) {
        self.state().pending.push(update);
    }

    /// Keeps a file for [`Telegram::write`] to name by its `file_id`.
    pub fn keep(&self, file_id: &str, path: &str, bytes: &[u8]) {
        self.state().files.insert(file_id.to_owned(), (path.to_owned(), bytes.to_vec()));
    }

    /// Somebody blocks the bot.
    pub fn block(&self, user: i64) {
        self.state().blocked_by.insert(user);
    }

    /// The next call is answered with this instead.
    pub fn trouble(&self, status: u16, body: Value) {
        self.state().troubles.push(Reply::json(status, &body));
    }

    /// Everything that the bot sent.
    pub fn sent(&self) -> Vec<Sent> {
        self.state().sent.clone()
    }

    /// To whom it was shown that somebody writes to them.
    pub fn typed(&self) -> Vec<String> {
        self.state().typed.clone()
    }

    /// Updates that nobody has confirmed.
    pub fn pending(&self) -> Vec<Value> {
        self.state().pending.clone()
    }

    /// *setWebhook*: an update as it is posted, with the secret token in its header. `None` while none is set.
    pub fn post(&self, update: &Value) -> Option<Post> {
        let (url, secret) = self.state().webhook.clone()?;
        Some(Post {
            url,
            headers: vec![
                ("content-type".to_owned(), "application/json".to_owned()),
                ("x-telegram-bot-api-secret-token".to_owned(), secret),
            ],
            body: update.to_string().into_bytes(),
        })
    }

    /// Answers a call.
    pub fn answer(&self, call: &Call<'_>) -> Reply {
        let trouble = self.state().troubles.take();
        if let Some(reply) = trouble {
            return reply;
        }
        // *getFile*: `https://api.telegram.org/file/bot<token>/<file_path>`.
        if let Some(rest) = call.path.strip_prefix("/file/bot") {
            let Some((token, path)) = rest.split_once('/') else { return not_found() };
            return if token == self.token { self.file(path) } else { not_found() };
        }
        // *Making requests*: `https://api.telegram.org/bot<token>/METHOD_NAME`.
        let Some((token, method)) = call.path.strip_prefix("/bot").and_then(|rest| rest.split_once('/'))
        else {
            return not_found();
        };
        if token != self.token {
            return error(401, "Unauthorized");
        }
        let body: Value = serde_json::from_slice(call.body).unwrap_or(Value::Null);
        self.method(method, &body, call)
    }

    fn method(&self, method: &str, body: &Value, call: &Call<'_>) -> Reply {
        let mut state = self.state();
        match method {
            "getMe" => ok(&json!({
                "id": 1, "is_bot": true, "first_name": self.username, "username": self.username,
            })),
            "setWebhook" => {
                let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
                let url = text("url");
                if !url.is_empty() && !url.starts_with("https://") {
                    return error(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook");
                }
                state.webhook = (!url.is_empty()).then(|| (url, text("secret_token")));
                ok(&json!(true))
            }
            "deleteWebhook" => {
                state.webhook = None;
                ok(&json!(true))
            }
            "getWebhookInfo" => {
                let url = state.webhook.as_ref().map_or("", |(url, _)| url);
                ok(&json!({
                    "url": url, "has_custom_certificate": false, "pending_update_count": state.pending.len(),
                }))
            }
            "getUpdates" => updates(&mut state, body),
            "getFile" => {
                let id = body["file_id"].as_str().unwrap_or_default();
                match state.files.get(id) {
                    Some((path, bytes)) => ok(&json!({
                        "file_id": id, "file_unique_id": id, "file_size": bytes.len(), "file_path": path,
                    })),
                    None => error(400, "Bad Request: invalid file_id"),
                }
            }
            "sendMessage" => {
                let text = body["text"].as_str().unwrap_or_default().to_owned();
                // *sendMessage*: 1–4096 characters after entities parsing.
                if text.is_empty() {
                    return error(400, "Bad Request: message text is empty");
                }
                if text.encode_utf16().count() > 4_096 {
                    return error(400, "Bad Request: message is too long");
                }
                let chat_id = text_or_number(&body["chat_id"]);
                send(&mut state, Sent { chat_id, method: method.to_owned(), text, form: Vec::new() })
            }
            // *sendChatAction*.
            "sendChatAction" if body["action"] == "typing" => {
                state.typed.push(text_or_number(&body["chat_id"]));
                ok(&json!(true))
            }
            "sendPhoto" | "sendDocument" => {
                let is_form = call
                    .header("content-type")
                    .is_some_and(|t| t.starts_with("multipart/form-data; boundary="));
                let chat_id = form_field(call.body, "chat_id").filter(|_| is_form);
                let Some(chat_id) = chat_id else { return error(400, "Bad Request: chat_id is empty") };
                let form = call.body.to_vec();
                send(&mut state, Sent { chat_id, method: method.to_owned(), text: String::new(), form })
            }
            _ => error(404, "Not Found"),
        }
    }

    fn file(&self, path: &str) -> Reply {
        let state = self.state();
        match state.files.values().find(|(known, _)| known == path) {
            Some((_, bytes)) => {
                Reply { status: 200, content_type: "application/octet-stream", body: bytes.clone() }
            }
            None => not_found(),
        }
    }
}

/// *getUpdates*: an offset confirms everything before it; not while a webhook is set.
fn updates(state: &mut State, body: &Value) -> Reply {
    if state.webhook.is_some() {
        let why = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the \
                   webhook first";
        return error(409, why);
    }
    if let Some(offset) = body["offset"].as_i64() {
        state.pending.retain(|update| update["update_id"].as_i64().unwrap_or_default() >= offset);
    }
    let limit = body["limit"].as_u64().unwrap_or(100).min(100) as usize;
    let found: Vec<Value> = state.pending.iter().take(limit).cloned().collect();
    ok(&Value::Array(found))
}

fn send(state: &mut State, sent: Sent) -> Reply {
    let Ok(user) = sent.chat_id.parse::<i64>() else { return error(400, "Bad Request: chat not found") };
    if state.blocked_by.contains(&user) {
        return error(403, "Forbidden: bot was blocked by the user");
    }
    let id = state.next_message;
    state.next_message += 1;
    let text = sent.text.clone();
    state.sent.push(sent);
    ok(&json!({ "message_id": id, "chat": { "id": user, "type": "private" }, "text": text }))
}

fn merge(into: &mut Value, more: Value) {
    if let (Some(into), Value::Object(more)) = (into.as_object_mut(), more) {
        into.extend(more);
    }
}

fn text_or_number(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// A text field of a form.
fn form_field(body: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let (_, rest) = text.split_once(&format!("name=\"{name}\"\r\n\r\n"))?;
    rest.split_once("\r\n").map(|(value, _)| value.to_owned())
}

/// *Making requests*: `{"ok": true, "result": …}`.
fn ok(result: &Value) -> Reply {
    Reply::json(200, &json!({ "ok": true, "result": result }))
}

/// *Making requests*: `{"ok": false, "error_code", "description"}`.
fn error(status: u16, description: &str) -> Reply {
    Reply::json(status, &json!({ "ok": false, "error_code": status, "description": description }))
}

fn not_found() -> Reply {
    error(404, "Not Found")
}
