//! Viber's *REST Bot API*: account info, webhook with its call at once, messages, signed callbacks.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::{Call, Post, Provider, Reply, Sent, Troubles, hmac_sha256_hex};

const TOKEN: &str = "445da6az1s345z78-dazcczb2542zv51a-e0vc5fva17480im9";

/// Carries a post while the call that caused it waits; answers with its status.
type Carry = Box<dyn Fn(&Post) -> u16 + Send + Sync>;

/// One bot.
#[derive(Default)]
pub struct Viber(Mutex<State>);

#[derive(Default)]
struct State {
    hook_url: String,
    carry: Option<Carry>,
    sent: Vec<Sent>,
    troubles: Troubles,
}

impl Viber {
    /// A bot whose webhook is called as soon as it is set: *Setting a webhook*.
    pub fn calling(carry: impl Fn(&Post) -> u16 + Send + Sync + 'static) -> Self {
        let state = State { carry: Some(Box::new(carry)), ..State::default() };
        Self(Mutex::new(state))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn signed(url: &str, body: &Value) -> Post {
        let body = body.to_string().into_bytes();
        let signature = hmac_sha256_hex(TOKEN.as_bytes(), &body);
        Post {
            url: url.to_owned(),
            headers: vec![
                ("content-type".to_owned(), "application/json".to_owned()),
                ("x-viber-content-signature".to_owned(), signature),
            ],
            body,
        }
    }

    /// A callback of any kind.
    pub fn callback(&self, body: &Value) -> Post {
        Self::signed(&self.state().hook_url, body)
    }

    fn message(&self, n: u32, message: &Value) -> Post {
        self.callback(&json!({
            "event": "message", "timestamp": 1_780_315_200_000_i64, "message_token": 4_912_661_846_655_i64 + i64::from(n),
            "sender": { "id": self.user(), "name": "Ann" }, "message": message,
        }))
    }
}

fn ok(more: Value) -> Reply {
    let mut body = json!({ "status": 0, "status_message": "ok" });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    Reply::json(200, &body)
}

fn error(status: i64, message: &str) -> Reply {
    Reply::json(200, &json!({ "status": status, "status_message": message }))
}

impl Provider for Viber {
    fn address(&self) -> &'static str {
        "https://chatapi.viber.com"
    }

    fn channel(&self) -> Value {
        json!({ "kind": "viber", "config": {}, "secrets": { "auth_token": TOKEN } })
    }

    fn token(&self) -> &'static str {
        "auth_token"
    }

    fn told(&self, hook_url: &str, _channel: &str) {
        assert_eq!(self.state().hook_url, hook_url, "Viber was told by the server itself");
    }

    fn user(&self) -> &'static str {
        "01234567890A="
    }

    fn says(&self, n: u32, text: &str) -> Post {
        self.message(n, &json!({ "type": "text", "text": text }))
    }

    fn odd(&self, n: u32) -> Post {
        self.message(n, &json!({ "type": "hologram" }))
    }

    fn signature(&self) -> &'static str {
        "x-viber-content-signature"
    }

    fn sent(&self) -> Vec<Sent> {
        self.state().sent.clone()
    }

    fn trouble(&self, reply: Reply) {
        self.state().troubles.push(reply);
    }

    fn answer(&self, call: &Call<'_>) -> Reply {
        let trouble = self.state().troubles.take();
        if let Some(reply) = trouble {
            return reply;
        }
        if call.header("x-viber-auth-token") != Some(TOKEN) {
            return error(2, "invalidAuthToken");
        }
        let body: Value = serde_json::from_slice(call.body).unwrap_or(Value::Null);
        match call.path {
            "/pa/get_account_info" => ok(
                json!({ "id": "pa:1", "name": "Acme Bank", "uri": "acmebank", "webhook": self.state().hook_url }),
            ),
            "/pa/set_webhook" => {
                let url = body["url"].as_str().unwrap_or_default().to_owned();
                let carry = self.state().carry.take();
                if let Some(carry) = carry.filter(|_| !url.is_empty()) {
                    let called = json!({ "event": "webhook", "timestamp": 1, "message_token": 1 });
                    if carry(&Self::signed(&url, &called)) != 200 {
                        return error(1, "invalidUrl");
                    }
                }
                self.state().hook_url = url;
                ok(json!({ "event_types": body["event_types"] }))
            }
            "/pa/send_message" => {
                let (to, text) = (body["receiver"].as_str(), body["text"].as_str());
                let (Some(to), Some(text)) = (to, text) else { return error(3, "badData") };
                self.state().sent.push(Sent { to: to.to_owned(), text: text.to_owned() });
                ok(json!({ "message_token": 1 }))
            }
            _ => error(3, "badData"),
        }
    }
}
