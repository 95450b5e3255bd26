//! Viber bots, by the *REST Bot API* <https://developers.viber.com/docs/api/rest-bot-api/>.
//!
//! Setting the webhook makes Viber call it at once and expect an answer, while the channel is still being connected.

use countersign_service::message::Inbound;
use countersign_service::port::{
    ANSWER_BYTES_MAX, BoxFuture, Connector, Done, HookError, HookRequest, Hooked, Incoming, Line, Outbound,
    OutboundMessage, OutboundRequest, Provided, ProviderError, RemoteFile, SecretField, Secrets,
};
use countersign_types::message::Delivery;
use countersign_types::pii::Pii;
use countersign_types::{Error, Result, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::provider::{FILE_BYTES_MAX, check_api_url, checked, filled, given_out};
use crate::text;

/// The bot's token: authorises calls and signs what is posted.
const TOKEN: &str = "auth_token";
/// *Text message*: 7,000 characters.
const TEXT_MAX: usize = 7_000;
const TIMEOUT_MS: u64 = 15_000;

/// The connector of Viber bots.
#[derive(Debug, Default, Clone, Copy)]
pub struct Viber;

/// Settings of a bot.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Where the API is.
    api_url: String,
    /// The bot's name in links, which Viber fills in.
    #[serde(skip_serializing_if = "String::is_empty")]
    uri: String,
    /// The bot's name as people see it, which Viber fills in.
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
}

impl Default for Config {
    fn default() -> Self {
        Self { api_url: "https://chatapi.viber.com".to_owned(), uri: String::new(), name: String::new() }
    }
}

fn config(value: &Value) -> Result<Config> {
    if value.is_null() {
        return Ok(Config::default());
    }
    Config::deserialize(value)
        .map_err(|_| Error::invalid("/config", "invalid-config", "A Viber bot takes `api_url`."))
}

fn saved(line: Line<'_>) -> Provided<Config> {
    config(line.config).map_err(|_| ProviderError::settings(None, "the settings are not a Viber bot's"))
}

impl Connector for Viber {
    fn secrets(&self) -> &'static [SecretField] {
        &[SecretField { name: TOKEN, is_required: true }]
    }

    fn check_config(&self, value: &Value, outbound: &dyn Outbound) -> Result<Value> {
        let mut config = config(value)?;
        let mut errors = Vec::new();
        check_api_url(&mut config.api_url, outbound, &mut errors);
        checked(&config, errors)
    }

    fn deep_link(&self, _value: &Value, _code: &str) -> Option<String> {
        // `viber://` addresses open nothing without the app, and no page may follow them unasked: the code is pasted.
        None
    }

    fn account(&self, value: &Value, secrets: &Secrets) -> Option<String> {
        // A bot has one token.
        Some(format!("{} {}", config(value).ok()?.api_url, secrets.get(TOKEN)?))
    }

    fn connect<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Value>> {
        Box::pin(async move {
            let mut config = saved(line)?;
            let account = call(line, &config, "get_account_info", json!({})).await?;
            let is_word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
            let uri = account["uri"].as_str().filter(|uri| uri.bytes().all(is_word)).unwrap_or_default();
            (config.uri, config.name) =
                (text::cut(uri, 100), text::cut(account["name"].as_str().unwrap_or_default(), 28));
            if !line.hook_url.starts_with("https://") {
                let detail = "Viber posts only to https:// addresses, and this server's `public_url` is none";
                return Err(ProviderError::settings(None, detail));
            }
            let events = ["delivered", "seen", "failed", "conversation_started"];
            let body = json!({ "url": line.hook_url, "event_types": events, "send_name": true });
            call(line, &config, "set_webhook", body).await?;
            filled(&config)
        })
    }

    fn disconnect<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<()>> {
        Box::pin(async move {
            // *Removing the webhook*: an empty address.
            call(line, &saved(line)?, "set_webhook", json!({ "url": "" })).await.map(|_| ())
        })
    }

    fn test<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            let account = call(line, &saved(line)?, "get_account_info", json!({})).await?;
            if account["webhook"] != line.hook_url {
                let detail = "Viber posts this bot's messages somewhere else: save the channel again";
                return Err(ProviderError::settings(None, detail));
            }
            let name = text::cut(account["name"].as_str().unwrap_or_default(), 100);
            Ok(Done { status: Some(200), detail: format!("Viber knows {name} and posts its messages here.") })
        })
    }

    fn send<'a>(&'a self, line: Line<'a>, message: &'a OutboundMessage) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            if !message.attachments.is_empty() {
                return Err(ProviderError::refused(None, "Viber takes files only from public addresses"));
            }
            let config = saved(line)?;
            let name = if config.name.is_empty() { "Support" } else { &config.name };
            for (sent, part) in text::parts(&message.text, TEXT_MAX).into_iter().enumerate() {
                let body = json!({
                    "receiver": message.to, "type": "text", "sender": { "name": name }, "text": part,
                    "tracking_data": message.id,
                });
                let called = call(line, &config, "send_message", body).await;
                called.map_err(|error| text::after_parts(error, sent))?;
            }
            Ok(Done { status: Some(200), detail: String::new() })
        })
    }

    fn is_posted_to(&self, _config: &Value) -> bool {
        true
    }

    fn hook(&self, line: Line<'_>, request: &HookRequest) -> std::result::Result<Hooked, HookError> {
        if request.is_get {
            return Err(HookError::Unknown);
        }
        let token = line.secrets.get(TOKEN).filter(|t| !t.is_empty()).ok_or(HookError::Forged)?;
        // *Callbacks*: hexadecimal digits of HMAC-SHA-256 over the body. Compared in constant time.
        let given = request.header("x-viber-content-signature").and_then(|digits| hex::decode(digits).ok());
        let mut mac = Hmac::<Sha256>::new_from_slice(token.as_bytes()).map_err(|_| HookError::Forged)?;
        mac.update(&request.body);
        mac.verify_slice(&given.ok_or(HookError::Forged)?).map_err(|_| HookError::Forged)?;
        let body: Value = serde_json::from_slice(&request.body).map_err(|_| HookError::Malformed)?;
        Ok(Hooked { news: event(&body).into_iter().collect(), answer: String::new() })
    }

    fn fetch<'a>(&'a self, line: Line<'a>, reference: &'a str) -> BoxFuture<'a, Provided<Vec<u8>>> {
        Box::pin(async move {
            let request = OutboundRequest {
                method: "GET",
                url: reference.to_owned(),
                headers: Vec::new(),
                body: Vec::new(),
                timeout_ms: TIMEOUT_MS,
                answer_bytes_max: FILE_BYTES_MAX + 1,
            };
            let answer = line.outbound.call(request).await?;
            given_out(answer, "Viber")
        })
    }
}

/// *Callbacks*: `message`, `conversation_started` with the context of a link, `delivered`, `seen`, `failed`.
fn event(event: &Value) -> Option<Incoming> {
    let is_id = |id: &&str| (1..=100).contains(&id.len()) && !id.chars().any(char::is_control);
    let millis = event["timestamp"].as_i64();
    let at = millis.and_then(|ms| ms.checked_mul(1_000)).map(Timestamp::from_micros);
    let token = event["message_token"].as_i64().unwrap_or_default();
    let (person, words, remote) = match event["event"].as_str()? {
        "message" => {
            let (words, remote) = content(&event["message"]);
            (&event["sender"], words, remote)
        }
        "conversation_started" => {
            let context = event["context"].as_str().filter(|context| !context.is_empty())?;
            (&event["user"], context.to_owned(), None)
        }
        kind @ ("delivered" | "seen") => {
            let delivery = if kind == "seen" { Delivery::Read } else { Delivery::Delivered };
            let user = event["user_id"].as_str().filter(is_id)?;
            return Some(Incoming::ReceiptUntil { user_id: Pii::new(user), delivery, at: at? });
        }
        _ => return None,
    };
    let user = person["id"].as_str().filter(is_id)?;
    let name =
        person["name"].as_str().map(|name| text::cut(name, 200)).filter(|name| !name.trim().is_empty());
    let id = format!("{}:{token}", event["event"].as_str().unwrap_or_default());
    let inbound = Inbound {
        name: name.map(Pii::new),
        sent_at: at,
        remote: remote.into_iter().collect(),
        ..Inbound::new(id, Pii::new(user), Pii::new(text::clean(&words)))
    };
    Some(Incoming::Message(Box::new(inbound)))
}

fn content(message: &Value) -> (String, Option<RemoteFile>) {
    let words = message["text"].as_str().unwrap_or_default().to_owned();
    let file = |name: &str, mime_type: &str| {
        let url =
            message["media"].as_str().filter(|url| url.starts_with("https://") && url.len() <= 4_000)?;
        let given = message["file_name"].as_str().map(|name| text::cut(name, 200)).filter(|n| !n.is_empty());
        Some(RemoteFile {
            reference: url.to_owned(),
            name: given.unwrap_or_else(|| name.to_owned()),
            mime_type: mime_type.to_owned(),
            size_bytes: message["size"].as_i64().unwrap_or_default().max(0),
        })
    };
    let kind = message["type"].as_str().unwrap_or("unknown");
    let found = match kind {
        "text" if !words.trim().is_empty() => return (words, None),
        "picture" => file("photo.jpg", "image/jpeg"),
        "video" => file("video.mp4", "video/mp4"),
        "file" => file("document", "application/octet-stream"),
        "sticker" => return ("[sticker]".to_owned(), None),
        "url" => return (text::cut(message["media"].as_str().unwrap_or("[unsupported: url]"), 2_000), None),
        "location" => {
            let at = &message["location"];
            return (format!("[location] {}, {}", at["lat"], at["lon"]), None);
        }
        "contact" => {
            // Viber does not say whose number a card shows.
            let name = text::cut(message["contact"]["name"].as_str().unwrap_or_default(), 200);
            return (format!("[somebody's contact, not verified] {name}").trim().to_owned(), None);
        }
        _ => None,
    };
    match found {
        Some(found) => (words, Some(found)),
        None => (format!("[unsupported: {}]", text::cut(kind, 60)), None),
    }
}

/// Calls a method. *General response*: `status` 0 is a success, whatever HTTP says.
async fn call(line: Line<'_>, config: &Config, method: &str, body: Value) -> Provided<Value> {
    let token = line.secrets.get(TOKEN).unwrap_or_default();
    if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(ProviderError::settings(None, "the auth token is not one"));
    }
    let request = OutboundRequest {
        method: "POST",
        url: format!("{}/pa/{method}", config.api_url),
        headers: vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("x-viber-auth-token".to_owned(), token.to_owned()),
        ],
        body: body.to_string().into_bytes(),
        timeout_ms: TIMEOUT_MS,
        answer_bytes_max: ANSWER_BYTES_MAX,
    };
    let answer = line.outbound.call(request).await?;
    let found: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let status = answer.status;
    let why = text::cut(found["status_message"].as_str().unwrap_or("no description"), 200);
    match found["status"].as_i64() {
        Some(0) if status == 200 => Ok(found),
        // *Error codes*.
        Some(1) => Err(ProviderError::settings(status, format!("Viber does not reach the webhook: {why}"))),
        Some(2) => Err(ProviderError::settings(status, "Viber does not accept the auth token")),
        Some(5) => Err(ProviderError::refused(status, "Viber does not know this customer")),
        Some(6) => Err(ProviderError::refused(status, "the customer has unsubscribed from the bot")),
        Some(7 | 10) => Err(ProviderError::settings(
            status,
            format!("Viber has blocked the bot, or no webhook is set: {why}"),
        )),
        Some(12) => Err(ProviderError::Unavailable {
            status: Some(status),
            detail: "Viber asks to slow down".to_owned(),
            retry_after_secs: answer.retry_after_secs.or(Some(30)),
        }),
        Some(_) => Err(ProviderError::refused(status, format!("Viber refused it: {why}"))),
        None => Err(ProviderError::Unavailable {
            status: Some(status),
            detail: format!("Viber answered {status}"),
            retry_after_secs: answer.retry_after_secs,
        }),
    }
}
