//! WhatsApp's Cloud API, and the Messenger Platform of Facebook pages and Instagram accounts: the Graph API's shapes, its
//! errors, and signed notifications.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::{Call, Post, Provider, Reply, Sent, Troubles, hmac_sha256_hex};

/// Which product it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// A WhatsApp number.
    WhatsApp,
    /// A Facebook page.
    Messenger,
    /// An Instagram account.
    Instagram,
}

const TOKEN: &str = "EAAG-a-token";
const APP_SECRET: &str = "the-app-s-secret";
const OURS: &str = "106540352242922";
/// Another number of the same app.
pub const ANOTHER: &str = "106540352242923";

/// One number, page or account, and the people who write to it.
pub struct Meta {
    product: Product,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    hook_url: String,
    verify_token: String,
    next: u64,
    sent: Vec<Sent>,
    bodies: Vec<Value>,
    typed: Vec<String>,
    troubles: Troubles,
}

impl Meta {
    /// Nobody has written yet.
    pub fn new(product: Product) -> Self {
        Self { product, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bodies of everything that was sent, as they came.
    pub fn bodies(&self) -> Vec<Value> {
        self.state().bodies.clone()
    }

    /// A notification, signed: *Webhooks, Getting started*, `X-Hub-Signature-256`.
    pub fn notify(&self, body: &Value) -> Post {
        let body = body.to_string().into_bytes();
        let signature = format!("sha256={}", hmac_sha256_hex(APP_SECRET.as_bytes(), &body));
        Post {
            url: self.state().hook_url.clone(),
            headers: vec![
                ("content-type".to_owned(), "application/json".to_owned()),
                ("x-hub-signature-256".to_owned(), signature),
            ],
            body,
        }
    }

    /// A change of the number's messages: *Webhooks, messages*.
    pub fn change(&self, value: Value) -> Post {
        let mut value = value;
        value["messaging_product"] = json!("whatsapp");
        value["metadata"] = json!({ "display_phone_number": "15550783881", "phone_number_id": OURS });
        let change = json!({ "field": "messages", "value": value });
        self.notify(
            &json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [change] }] }),
        )
    }

    /// [`Meta::change`] of another number of the same app.
    pub fn change_of(&self, phone_number_id: &str, value: Value) -> Post {
        let mut value = value;
        value["messaging_product"] = json!("whatsapp");
        value["metadata"] =
            json!({ "display_phone_number": "15550783882", "phone_number_id": phone_number_id });
        let change = json!({ "field": "messages", "value": value });
        self.notify(
            &json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [change] }] }),
        )
    }

    /// An event of the page's conversations: *Webhooks, messaging*.
    pub fn event(&self, user: &str, millis: i64, event: Value) -> Post {
        let mut event = event;
        event["sender"] = json!({ "id": user });
        event["recipient"] = json!({ "id": OURS });
        event["timestamp"] = json!(millis);
        let object = if self.product == Product::Instagram { "instagram" } else { "page" };
        self.notify(
            &json!({ "object": object, "entry": [{ "id": OURS, "time": millis, "messaging": [event] }] }),
        )
    }

    /// The address that Meta asks once whether it is ours: *Verification requests*.
    pub fn verification(&self, token: &str) -> String {
        let url = self.state().hook_url.clone();
        format!("{url}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={token}")
    }

    fn graph(&self, call: &Call<'_>) -> Reply {
        // *Access tokens*: as a bearer.
        if call.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
            let error =
                json!({ "message": "Invalid OAuth access token.", "type": "OAuthException", "code": 190 });
            return Reply::json(401, &json!({ "error": error }));
        }
        let path = call.path.trim_start_matches('/').split_once('/').map_or("", |(_, rest)| rest);
        let body: Value = serde_json::from_slice(call.body).unwrap_or(Value::Null);
        match (self.product, call.method, path) {
            (Product::WhatsApp, "GET", path) if path == OURS || path == ANOTHER => {
                Reply::json(200, &json!({ "display_phone_number": "+1 555-078-3881", "id": OURS }))
            }
            (Product::WhatsApp, "POST", path) if path == format!("{OURS}/messages") => self.whatsapp(&body),
            (Product::WhatsApp, "POST", path) if path == format!("{OURS}/media") => {
                Reply::json(200, &json!({ "id": "4490709327384033" }))
            }
            (Product::Messenger, "GET", "me") => {
                Reply::json(200, &json!({ "id": OURS, "username": "acmebank" }))
            }
            (Product::Instagram, "GET", "me") => {
                Reply::json(200, &json!({ "user_id": OURS, "id": "9", "username": "acme.bank" }))
            }
            (Product::Messenger | Product::Instagram, "POST" | "DELETE", "me/subscribed_apps") => {
                Reply::json(200, &json!({ "success": true }))
            }
            (Product::Messenger | Product::Instagram, "POST", "me/messages") => self.page(&body),
            _ => {
                let error =
                    json!({ "message": "Unsupported request", "type": "GraphMethodException", "code": 100 });
                Reply::json(400, &json!({ "error": error }))
            }
        }
    }

    /// *Cloud API, Messages*.
    fn whatsapp(&self, body: &Value) -> Reply {
        let to = body["to"].as_str().or(body["recipient"].as_str()).unwrap_or_default().to_owned();
        let text = match body["type"].as_str() {
            Some("text") => body["text"]["body"].as_str().unwrap_or_default().to_owned(),
            Some("template") => {
                let parameter = &body["template"]["components"][0]["parameters"][0]["text"];
                format!("template {}: {}", body["template"]["name"], parameter.as_str().unwrap_or_default())
            }
            Some(kind) => format!("{kind} {}", body[kind]["id"]),
            None => String::new(),
        };
        if to.is_empty()
            || text.is_empty()
            || text.chars().count() > 4_096
            || body["messaging_product"] != "whatsapp"
        {
            let error =
                json!({ "message": "(#100) Invalid parameter", "type": "OAuthException", "code": 100 });
            return Reply::json(400, &json!({ "error": error }));
        }
        let mut state = self.state();
        state.next += 1;
        let id = format!("wamid.{}", state.next);
        let reply = json!({ "messaging_product": "whatsapp", "contacts": [{ "input": to }], "messages": [{ "id": id }] });
        state.sent.push(Sent { to, text });
        state.bodies.push(body.clone());
        Reply::json(200, &reply)
    }

    /// *Send API*.
    fn page(&self, body: &Value) -> Reply {
        let to = body["recipient"]["id"].as_str().unwrap_or_default().to_owned();
        // *Sender actions*: alone, without a message.
        if self.product == Product::Messenger
            && body["sender_action"] == "typing_on"
            && body["message"].is_null()
        {
            let reply = json!({ "recipient_id": to });
            self.state().typed.push(to);
            return Reply::json(200, &reply);
        }
        let text = body["message"]["text"].as_str().unwrap_or_default().to_owned();
        if to.is_empty() || text.is_empty() || text.chars().count() > 2_000 {
            let error =
                json!({ "message": "(#100) Param recipient[id] must be a valid ID string", "code": 100 });
            return Reply::json(400, &json!({ "error": error }));
        }
        let mut state = self.state();
        state.next += 1;
        let reply = json!({ "recipient_id": to, "message_id": format!("m_{}", state.next) });
        state.sent.push(Sent { to, text });
        state.bodies.push(body.clone());
        Reply::json(200, &reply)
    }
}

impl Provider for Meta {
    fn address(&self) -> &'static str {
        match self.product {
            Product::WhatsApp | Product::Messenger => "https://graph.facebook.com",
            Product::Instagram => "https://graph.instagram.com",
        }
    }

    fn channel(&self) -> Value {
        match self.product {
            Product::WhatsApp => json!({
                "kind": "whatsapp", "config": { "phone_number_id": OURS },
                "secrets": { "access_token": TOKEN, "app_secret": APP_SECRET },
            }),
            Product::Messenger => json!({
                "kind": "messenger", "config": {},
                "secrets": { "page_access_token": TOKEN, "app_secret": APP_SECRET },
            }),
            Product::Instagram => json!({
                "kind": "instagram", "config": {},
                "secrets": { "access_token": TOKEN, "app_secret": APP_SECRET },
            }),
        }
    }

    fn token(&self) -> &'static str {
        match self.product {
            Product::Messenger => "page_access_token",
            Product::WhatsApp | Product::Instagram => "access_token",
        }
    }

    fn told(&self, hook_url: &str, channel: &str) {
        let mut state = self.state();
        (state.hook_url, state.verify_token) = (hook_url.to_owned(), channel.to_owned());
    }

    fn user(&self) -> &'static str {
        match self.product {
            Product::WhatsApp => "491512345678",
            Product::Messenger | Product::Instagram => "7042",
        }
    }

    fn says(&self, n: u32, text: &str) -> Post {
        match self.product {
            Product::WhatsApp => self.change(json!({
                "contacts": [{ "wa_id": self.user(), "profile": { "name": "Ann" } }],
                "messages": [{ "id": format!("wamid.in{n}"), "from": self.user(), "type": "text",
                               "timestamp": "1780315200", "text": { "body": text } }],
            })),
            Product::Messenger | Product::Instagram => {
                let message = json!({ "mid": format!("m_in{n}"), "text": text });
                self.event(self.user(), 1_780_315_200_000, json!({ "message": message }))
            }
        }
    }

    fn odd(&self, n: u32) -> Post {
        match self.product {
            Product::WhatsApp => self.change(json!({ "messages": [{
                "id": format!("wamid.in{n}"), "from": self.user(), "type": "hologram", "hologram": {} }] })),
            Product::Messenger | Product::Instagram => {
                let attachment = json!({ "type": "hologram", "payload": {} });
                let message = json!({ "mid": format!("m_in{n}"), "attachments": [attachment] });
                self.event(self.user(), 1_780_315_200_000, json!({ "message": message }))
            }
        }
    }

    fn signature(&self) -> &'static str {
        "x-hub-signature-256"
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
        trouble.unwrap_or_else(|| self.graph(call))
    }
}
