//! LINE's *Messaging API*: push messages with retry keys, bot info, the webhook's address, signed webhooks.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{Call, Post, Provider, Reply, Sent, Troubles};

const TOKEN: &str = "a-channel-access-token";
const SECRET: &str = "a-channel-secret";

/// One official account.
#[derive(Default)]
pub struct LineApp(Mutex<State>);

#[derive(Default)]
struct State {
    hook_url: String,
    sent: Vec<Sent>,
    keys: HashSet<String>,
    typed: Vec<String>,
    troubles: Troubles,
}

impl LineApp {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A webhook with one event, signed: *Signature validation*.
    pub fn event(&self, n: u32, message: &Value) -> Post {
        let event = json!({
            "type": "message", "mode": "active", "timestamp": 1_780_315_200_000_i64,
            "webhookEventId": format!("01HEVENT{n}"), "deliveryContext": { "isRedelivery": false },
            "source": { "type": "user", "userId": self.user() }, "message": message,
        });
        let body = json!({ "destination": "U0", "events": [event] }).to_string().into_bytes();
        let signature = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).map_or_else(
            |_| String::new(),
            |mut mac| {
                mac.update(&body);
                STANDARD.encode(mac.finalize().into_bytes())
            },
        );
        Post {
            url: self.state().hook_url.clone(),
            headers: vec![
                ("content-type".to_owned(), "application/json".to_owned()),
                ("x-line-signature".to_owned(), signature),
            ],
            body,
        }
    }

    /// *Send push message*, with *Retry failed API requests*.
    fn push(&self, call: &Call<'_>) -> Reply {
        let body: Value = serde_json::from_slice(call.body).unwrap_or(Value::Null);
        let mut state = self.state();
        if let Some(key) = call.header("x-line-retry-key") {
            let is_uuid = key.len() == 36 && key.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
            if !is_uuid {
                return Reply::json(400, &json!({ "message": "The retry key is invalid." }));
            }
            if !state.keys.insert(key.to_owned()) {
                return Reply::json(409, &json!({ "message": "The retry key is already accepted" }));
            }
        }
        let to = body["to"].as_str().unwrap_or_default();
        let texts: Vec<&str> =
            body["messages"].as_array().into_iter().flatten().filter_map(|m| m["text"].as_str()).collect();
        if to.is_empty() || texts.is_empty() || texts.len() > 5 {
            return Reply::json(400, &json!({ "message": "The request body has 1 error(s)" }));
        }
        let sent = texts.iter().map(|text| Sent { to: to.to_owned(), text: (*text).to_owned() });
        state.sent.extend(sent);
        Reply::json(200, &json!({ "sentMessages": [{ "id": "1" }] }))
    }
}

impl Provider for LineApp {
    fn address(&self) -> &'static str {
        "https://api.line.me"
    }

    fn channel(&self) -> Value {
        json!({ "kind": "line", "config": {}, "secrets": { "channel_access_token": TOKEN, "channel_secret": SECRET } })
    }

    fn token(&self) -> &'static str {
        "channel_access_token"
    }

    fn told(&self, hook_url: &str, _channel: &str) {
        assert_eq!(self.state().hook_url, hook_url, "LINE was told by the server itself");
    }

    fn user(&self) -> &'static str {
        "U4af4980629"
    }

    fn says(&self, n: u32, text: &str) -> Post {
        self.event(n, &json!({ "id": format!("4689{n}"), "type": "text", "text": text }))
    }

    fn odd(&self, n: u32) -> Post {
        self.event(n, &json!({ "id": format!("4689{n}"), "type": "hologram" }))
    }

    fn signature(&self) -> &'static str {
        "x-line-signature"
    }

    fn sent(&self) -> Vec<Sent> {
        self.state().sent.clone()
    }

    fn typed(&self) -> Vec<String> {
        self.state().typed.clone()
    }

    fn trouble(&self, reply: Reply) {
        self.state().troubles.push(reply);
    }

    fn answer(&self, call: &Call<'_>) -> Reply {
        let trouble = self.state().troubles.take();
        if let Some(reply) = trouble {
            return reply;
        }
        if call.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
            return Reply::json(
                401,
                &json!({ "message": "Authentication failed. Confirm that the access token is valid." }),
            );
        }
        let body: Value = serde_json::from_slice(call.body).unwrap_or(Value::Null);
        match (call.method, call.path) {
            ("GET", "/v2/bot/info") => {
                Reply::json(200, &json!({ "userId": "U0", "basicId": "@216ru", "displayName": "Acme Bank" }))
            }
            // *Display a loading animation*: from five to sixty seconds, in steps of five.
            ("POST", "/v2/bot/chat/loading/start") => {
                match (body["chatId"].as_str(), body["loadingSeconds"].as_u64()) {
                    (Some(to), Some(5..=60)) => {
                        self.state().typed.push(to.to_owned());
                        Reply::json(202, &json!({}))
                    }
                    _ => Reply::json(400, &json!({ "message": "The request body has 1 error(s)" })),
                }
            }
            ("PUT", "/v2/bot/channel/webhook/endpoint") => {
                self.state().hook_url = body["endpoint"].as_str().unwrap_or_default().to_owned();
                Reply::json(200, &json!({}))
            }
            ("GET", "/v2/bot/channel/webhook/endpoint") => {
                Reply::json(200, &json!({ "endpoint": self.state().hook_url, "active": true }))
            }
            ("POST", "/v2/bot/message/push") => self.push(call),
            _ => Reply::json(404, &json!({ "message": "Not found" })),
        }
    }
}
