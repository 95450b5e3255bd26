//! Twilio's *Programmable Messaging*: the Messages resource, incoming messages, status callbacks, and their signature.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;

use crate::{Call, Post, Provider, Reply, Sent, Troubles};

const ACCOUNT: &str = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const TOKEN: &str = "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6";
const NUMBER: &str = "+15005550006";

/// One account with a number.
#[derive(Default)]
pub struct Twilio(Mutex<State>);

#[derive(Default)]
struct State {
    hook_url: String,
    sent: Vec<Sent>,
    callbacks: Vec<String>,
    troubles: Troubles,
    recordings: BTreeMap<String, Vec<u8>>,
}

impl Twilio {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A webhook: a form, signed over the address and every field (*Security*).
    pub fn post(&self, url: &str, fields: &[(&str, &str)]) -> Post {
        let mut all = vec![("AccountSid", ACCOUNT)];
        all.extend_from_slice(fields);
        let mut sorted = all.clone();
        sorted.sort_unstable();
        let signed: String = sorted.iter().fold(url.to_owned(), |text, (name, value)| text + name + value);
        let signature = Hmac::<Sha1>::new_from_slice(TOKEN.as_bytes()).map_or_else(
            |_| String::new(),
            |mut mac| {
                mac.update(signed.as_bytes());
                STANDARD.encode(mac.finalize().into_bytes())
            },
        );
        Post {
            url: url.to_owned(),
            headers: vec![
                ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
                ("x-twilio-signature".to_owned(), signature),
            ],
            body: serde_urlencoded::to_string(&all).unwrap_or_default().into_bytes(),
        }
    }

    /// *Status callbacks*: how far the newest message has come.
    pub fn status(&self, status: &str, error_code: &str) -> Post {
        let url = self.state().callbacks.last().cloned().unwrap_or_default();
        self.post(&url, &[("MessageSid", "SM1"), ("MessageStatus", status), ("ErrorCode", error_code)])
    }

    /// *Recordings*: somebody spoke. Where the recording is, as webhooks say it.
    pub fn record(&self, sid: &str, bytes: Vec<u8>) -> String {
        self.state().recordings.insert(sid.to_owned(), bytes);
        format!("https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}")
    }

    /// The recordings that are there.
    pub fn recordings(&self) -> Vec<String> {
        self.state().recordings.keys().cloned().collect()
    }

    /// *Recordings*: fetched as WAV with the extension, removed by `DELETE`.
    fn recording(&self, method: &str, name: &str) -> Reply {
        let mut state = self.state();
        let missing = || error(404, 20_404, "The requested resource was not found");
        match (method, name.strip_suffix(".wav"), name.strip_suffix(".json")) {
            ("GET", Some(sid), _) => state.recordings.get(sid).map_or_else(missing, |bytes| Reply {
                status: 200,
                content_type: "audio/x-wav",
                body: bytes.clone(),
            }),
            ("DELETE", _, Some(sid)) => state.recordings.remove(sid).map_or_else(missing, |_| Reply {
                status: 204,
                content_type: "application/json",
                body: Vec::new(),
            }),
            _ => missing(),
        }
    }

    /// *Messages*: `To`, `From`, `Body`, `StatusCallback`.
    fn messages(&self, call: &Call<'_>) -> Reply {
        let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(call.body).unwrap_or_default();
        let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let (to, text) = (field("To").unwrap_or_default(), field("Body").unwrap_or_default());
        if text.is_empty() || text.chars().count() > 1_600 {
            return error(400, 21_617, "The concatenated message body exceeds the 1600 character limit.");
        }
        if field("From").as_deref() != Some(NUMBER) {
            return error(
                400,
                21_606,
                "The From phone number is not a valid, SMS-capable Twilio phone number.",
            );
        }
        let mut state = self.state();
        state.callbacks.extend(field("StatusCallback"));
        state.sent.push(Sent { to, text });
        Reply::json(201, &json!({ "sid": "SM1", "status": "queued" }))
    }
}

/// *Errors*: `code`, `message`, `more_info`, `status`.
fn error(status: u16, code: u32, message: &str) -> Reply {
    Reply::json(status, &json!({ "code": code, "message": message, "status": status }))
}

impl Provider for Twilio {
    fn address(&self) -> &'static str {
        "https://api.twilio.com"
    }

    fn channel(&self) -> Value {
        json!({ "kind": "sms", "config": { "account_sid": ACCOUNT, "from": NUMBER }, "secrets": { "auth_token": TOKEN } })
    }

    fn token(&self) -> &'static str {
        "auth_token"
    }

    fn told(&self, hook_url: &str, _channel: &str) {
        self.state().hook_url = hook_url.to_owned();
    }

    fn user(&self) -> &'static str {
        "+491512345678"
    }

    fn says(&self, n: u32, text: &str) -> Post {
        let (url, id) = (self.state().hook_url.clone(), format!("SMin{n}"));
        self.post(
            &url,
            &[("MessageSid", &id), ("From", self.user()), ("To", NUMBER), ("Body", text), ("NumMedia", "0")],
        )
    }

    fn odd(&self, n: u32) -> Post {
        self.says(n, "")
    }

    fn signature(&self) -> &'static str {
        "x-twilio-signature"
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
        let basic = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:{TOKEN}")));
        if call.header("authorization") != Some(&basic) {
            return error(401, 20_003, "Authenticate");
        }
        let root = format!("/2010-04-01/Accounts/{ACCOUNT}");
        match (call.method, call.path.strip_prefix(&root)) {
            ("GET", Some(".json")) => Reply::json(200, &json!({ "sid": ACCOUNT, "status": "active" })),
            ("POST", Some("/Messages.json")) => self.messages(call),
            (method, Some(path)) if path.starts_with("/Recordings/") => {
                self.recording(method, path.trim_start_matches("/Recordings/"))
            }
            _ => error(404, 20_404, "The requested resource was not found"),
        }
    }
}
