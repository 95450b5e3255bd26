//! LINE official accounts, by the *Messaging API* <https://developers.line.biz/en/reference/messaging-api/>.
//!
//! LINE tells no delivery receipts. A reply carries its id as `X-Line-Retry-Key`: however often it is tried, it arrives
//! once.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_service::message::Inbound;
use countersign_service::port::{
    ANSWER_BYTES_MAX, BoxFuture, Connector, Done, HookError, HookRequest, Hooked, Incoming, Line as Wire,
    Outbound, OutboundMessage, OutboundRequest, Provided, ProviderError, RemoteFile, SecretField, Secrets,
};
use countersign_types::pii::Pii;
use countersign_types::{Error, MessageId, Result, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::provider::{FILE_BYTES_MAX, check_api_url, checked, filled, given_out};
use crate::text;

const TOKEN: &str = "channel_access_token";
const SECRET: &str = "channel_secret";
/// *Text message*: 5,000 UTF-16 units; five messages a call.
const TEXT_MAX: usize = 5_000;
const MESSAGES_MAX: usize = 5;
const TIMEOUT_MS: u64 = 15_000;

/// The connector of LINE official accounts.
#[derive(Debug, Default, Clone, Copy)]
pub struct LineApp;

/// Settings of an official account.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Where the API is. Files lie at the same place with `api-data` for `api`.
    api_url: String,
    /// The account's id as people see it, which LINE fills in.
    #[serde(skip_serializing_if = "String::is_empty")]
    basic_id: String,
}

impl Default for Config {
    fn default() -> Self {
        Self { api_url: "https://api.line.me".to_owned(), basic_id: String::new() }
    }
}

fn config(value: &Value) -> Result<Config> {
    if value.is_null() {
        return Ok(Config::default());
    }
    Config::deserialize(value)
        .map_err(|_| Error::invalid("/config", "invalid-config", "A LINE account takes `api_url`."))
}

fn saved(wire: Wire<'_>) -> Provided<Config> {
    config(wire.config).map_err(|_| ProviderError::settings(None, "the settings are not a LINE account's"))
}

impl Connector for LineApp {
    fn secrets(&self) -> &'static [SecretField] {
        &[SecretField { name: TOKEN, is_required: true }, SecretField { name: SECRET, is_required: true }]
    }

    fn check_config(&self, value: &Value, outbound: &dyn Outbound) -> Result<Value> {
        let mut config = config(value)?;
        let mut errors = Vec::new();
        check_api_url(&mut config.api_url, outbound, &mut errors);
        checked(&config, errors)
    }

    fn deep_link(&self, value: &Value, code: &str) -> Option<String> {
        let id = config(value).ok()?.basic_id;
        let is_fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let name = id.strip_prefix('@').filter(|name| !name.is_empty() && name.bytes().all(is_fine))?;
        // *LINE URL scheme*, oaMessage.
        let is_link = !code.is_empty() && code.bytes().all(is_fine);
        is_link.then(|| format!("https://line.me/R/oaMessage/%40{name}/?{code}"))
    }

    fn account(&self, value: &Value, secrets: &Secrets) -> Option<String> {
        // An account has one secret and any number of tokens.
        Some(format!("{} {}", config(value).ok()?.api_url, secrets.get(SECRET)?))
    }

    fn connect<'a>(&'a self, wire: Wire<'a>) -> BoxFuture<'a, Provided<Value>> {
        Box::pin(async move {
            let mut config = saved(wire)?;
            let bot = call(wire, &config, "GET", "/v2/bot/info", None, None).await?;
            config.basic_id = text::cut(bot["basicId"].as_str().unwrap_or_default(), 40);
            if wire.hook_url.starts_with("https://") {
                let body = json!({ "endpoint": wire.hook_url });
                call(wire, &config, "PUT", "/v2/bot/channel/webhook/endpoint", Some(body), None).await?;
            }
            filled(&config)
        })
    }

    fn test<'a>(&'a self, wire: Wire<'a>) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            let config = saved(wire)?;
            let bot = call(wire, &config, "GET", "/v2/bot/info", None, None).await?;
            let name = text::cut(bot["displayName"].as_str().unwrap_or(&config.basic_id), 100);
            let told = call(wire, &config, "GET", "/v2/bot/channel/webhook/endpoint", None, None).await?;
            if told["endpoint"] != wire.hook_url || told["active"] == false {
                let detail =
                    "LINE posts this account's messages somewhere else, or its webhook is switched off";
                return Err(ProviderError::settings(None, detail));
            }
            Ok(Done { status: Some(200), detail: format!("LINE knows {name} and posts its messages here.") })
        })
    }

    fn send<'a>(&'a self, wire: Wire<'a>, message: &'a OutboundMessage) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            if !message.attachments.is_empty() {
                return Err(ProviderError::refused(None, "LINE takes files only from public addresses"));
            }
            let config = saved(wire)?;
            let parts = text::parts(&message.text, TEXT_MAX);
            let texts: Vec<Value> =
                parts.iter().take(MESSAGES_MAX).map(|part| json!({ "type": "text", "text": part })).collect();
            let body = json!({ "to": message.to, "messages": texts });
            let sent =
                call(wire, &config, "POST", "/v2/bot/message/push", Some(body), Some(&message.id)).await;
            match sent {
                // *Retry failed API requests*: 409 says that this very reply was taken before.
                Ok(_) | Err(ProviderError::Refused { status: Some(409), .. }) => {
                    Ok(Done { status: Some(200), detail: String::new() })
                }
                Err(error) => Err(error),
            }
        })
    }

    fn shows_typing(&self) -> bool {
        true
    }

    fn type_to<'a>(&'a self, wire: Wire<'a>, to: &'a str) -> BoxFuture<'a, Provided<()>> {
        Box::pin(async move {
            let config = saved(wire)?;
            // *Display a loading animation*: in steps of five seconds, or until a message comes.
            let body = json!({ "chatId": to, "loadingSeconds": 5 });
            call(wire, &config, "POST", "/v2/bot/chat/loading/start", Some(body), None).await.map(|_| ())
        })
    }

    fn is_posted_to(&self, _config: &Value) -> bool {
        true
    }

    fn hook(&self, wire: Wire<'_>, request: &HookRequest) -> std::result::Result<Hooked, HookError> {
        if request.is_get {
            return Err(HookError::Unknown);
        }
        let secret = wire.secrets.get(SECRET).filter(|s| !s.is_empty()).ok_or(HookError::Forged)?;
        // *Signature validation*: base 64 of HMAC-SHA-256 over the body. Compared in constant time.
        let given = request.header("x-line-signature").and_then(|text| STANDARD.decode(text).ok());
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| HookError::Forged)?;
        mac.update(&request.body);
        mac.verify_slice(&given.ok_or(HookError::Forged)?).map_err(|_| HookError::Forged)?;
        let body: Value = serde_json::from_slice(&request.body).map_err(|_| HookError::Malformed)?;
        let events = body["events"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(Hooked { news: events.iter().filter_map(event).collect(), answer: String::new() })
    }

    fn fetch<'a>(&'a self, wire: Wire<'a>, reference: &'a str) -> BoxFuture<'a, Provided<Vec<u8>>> {
        Box::pin(async move {
            let config = saved(wire)?;
            // *Get content*: on a host of its own.
            let host = config.api_url.replacen("https://api.line.me", "https://api-data.line.me", 1);
            let request = OutboundRequest {
                method: "GET",
                url: format!("{host}/v2/bot/message/{reference}/content"),
                headers: vec![authorization(wire)?],
                body: Vec::new(),
                timeout_ms: TIMEOUT_MS,
                answer_bytes_max: FILE_BYTES_MAX + 1,
            };
            let answer = wire.outbound.call(request).await?;
            given_out(answer, "LINE")
        })
    }
}

/// *Webhook event objects*: what a person said to the account, alone. Groups and rooms are let go: others read there.
fn event(event: &Value) -> Option<Incoming> {
    if event["type"] != "message" || event["source"]["type"] != "user" || event["mode"] == "standby" {
        return None;
    }
    let is_id = |id: &&str| (1..=100).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric());
    let user = event["source"]["userId"].as_str().filter(is_id)?;
    let message = &event["message"];
    let id = message["id"].as_str().filter(is_id)?;
    let (words, remote) = content(message, id);
    let millis = event["timestamp"].as_i64();
    let inbound = Inbound {
        sent_at: millis.and_then(|ms| ms.checked_mul(1_000)).map(Timestamp::from_micros),
        remote: remote.into_iter().collect(),
        // The message's own id: a redelivered event has another one than the first.
        ..Inbound::new(id.to_owned(), Pii::new(user), Pii::new(text::clean(&words)))
    };
    Some(Incoming::Message(Box::new(inbound)))
}

fn content(message: &Value, id: &str) -> (String, Option<RemoteFile>) {
    let file = |name: &str, mime_type: &str| RemoteFile {
        reference: id.to_owned(),
        name: text::cut(message["fileName"].as_str().unwrap_or(name), 200),
        mime_type: mime_type.to_owned(),
        size_bytes: message["fileSize"].as_i64().unwrap_or_default().max(0),
    };
    match message["type"].as_str().unwrap_or("unknown") {
        "text" => {
            let words = message["text"].as_str().unwrap_or_default();
            (if words.trim().is_empty() { "[unsupported message]" } else { words }.to_owned(), None)
        }
        "image" => (String::new(), Some(file("photo.jpg", "image/jpeg"))),
        "video" => (String::new(), Some(file("video.mp4", "video/mp4"))),
        "audio" => (String::new(), Some(file("voice.m4a", "audio/mp4"))),
        "file" => (String::new(), Some(file("document", "application/octet-stream"))),
        "sticker" => {
            let words = message["keywords"][0].as_str().or(message["text"].as_str()).unwrap_or_default();
            (format!("[sticker] {}", text::cut(words, 60)).trim().to_owned(), None)
        }
        "location" => {
            let place =
                text::cut(message["address"].as_str().or(message["title"].as_str()).unwrap_or_default(), 200);
            (
                format!("[location] {place} {}, {}", message["latitude"], message["longitude"])
                    .replace("  ", " "),
                None,
            )
        }
        other => (format!("[unsupported: {}]", text::cut(other, 60)), None),
    }
}

fn authorization(wire: Wire<'_>) -> Provided<(String, String)> {
    let token = wire.secrets.get(TOKEN).unwrap_or_default();
    if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(ProviderError::settings(None, "the channel access token is not one"));
    }
    Ok(("authorization".to_owned(), format!("Bearer {token}")))
}

async fn call(
    wire: Wire<'_>,
    config: &Config,
    method: &'static str,
    path: &str,
    body: Option<Value>,
    reply: Option<&str>,
) -> Provided<Value> {
    let mut headers = vec![authorization(wire)?, ("content-type".to_owned(), "application/json".to_owned())];
    // *Retry failed API requests*: a UUID, which our ids are.
    if let Some(id) = reply.and_then(|id| id.parse::<MessageId>().ok()) {
        headers.push(("x-line-retry-key".to_owned(), uuid(id.to_bytes())));
    }
    let request = OutboundRequest {
        method,
        url: format!("{}{path}", config.api_url),
        headers,
        body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
        timeout_ms: TIMEOUT_MS,
        answer_bytes_max: ANSWER_BYTES_MAX,
    };
    let answer = wire.outbound.call(request).await?;
    let found: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let status = answer.status;
    let why = text::cut(found["message"].as_str().unwrap_or("no description"), 200);
    match status {
        200..=299 => Ok(found),
        401 | 403 => Err(ProviderError::settings(status, "LINE does not accept the channel access token")),
        429 | 500..=599 => Err(ProviderError::Unavailable {
            status: Some(status),
            detail: if status == 429 {
                format!("LINE asks to slow down: {why}")
            } else {
                format!("LINE answered {status}")
            },
            retry_after_secs: answer.retry_after_secs,
        }),
        _ => Err(ProviderError::refused(status, format!("LINE refused it: {why}"))),
    }
}

/// The form of a UUID with its hyphens.
fn uuid(bytes: [u8; 16]) -> String {
    let digits = hex::encode(bytes);
    format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use countersign_types::pii::Purpose;

    use super::*;

    fn told(message: Value) -> Option<Incoming> {
        event(&json!({ "type": "message", "mode": "active", "timestamp": 1_780_315_200_000_i64,
                       "source": { "type": "user", "userId": "U42" }, "message": message }))
    }

    #[test]
    fn everything_a_customer_can_send_is_shown_or_said() {
        let words = |message: Value| match told(message) {
            Some(Incoming::Message(inbound)) => inbound.text.plain(Purpose::Match).to_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(words(json!({ "id": "1", "type": "text", "text": "hello" })), "hello");
        assert_eq!(words(json!({ "id": "1", "type": "text", "text": " " })), "[unsupported message]");
        assert_eq!(words(json!({ "id": "1", "type": "sticker", "keywords": ["happy"] })), "[sticker] happy");
        assert_eq!(words(json!({ "id": "1", "type": "flex" })), "[unsupported: flex]");
        assert_eq!(words(json!({ "id": "1", "type": "image" })), "");
    }

    #[test]
    fn groups_other_events_and_odd_ones_say_nothing() {
        let group = json!({ "type": "message", "source": { "type": "group", "userId": "U42", "groupId": "C1" },
                            "message": { "id": "1", "type": "text", "text": "K7QF" } });
        for odd in [
            json!(null),
            json!({}),
            json!({ "type": "follow" }),
            group,
            json!({ "type": "message", "source": { "type": "user" } }),
        ] {
            assert!(event(&odd).is_none(), "{odd}");
        }
        assert!(
            told(json!({ "id": "../x", "type": "image" })).is_none(),
            "an id that becomes an address is digits"
        );
    }

    #[test]
    fn a_reply_s_id_is_a_uuid() {
        assert_eq!(uuid([0xab; 16]), "abababab-abab-abab-abab-abababababab");
    }
}
