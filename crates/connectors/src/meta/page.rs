//! Messenger of a Facebook page and Instagram of a professional account: the same *Messenger Platform*
//! <https://developers.facebook.com/docs/messenger-platform>, with other names in places.
//!
//! A customer is known by the id that Meta gives them for this page. The code of a deep link comes as the `ref` of a
//! referral, and counts like a message with the code in it. What the page itself writes comes back as an echo and is let
//! go.

use countersign_service::message::Inbound;
use countersign_service::port::{
    BoxFuture, Connector, Done, HookError, HookRequest, Hooked, Incoming, Line, Outbound, OutboundMessage,
    Provided, ProviderError, RemoteFile, SecretField, Secrets,
};
use countersign_types::message::{Attachment, Delivery};
use countersign_types::pii::Pii;
use countersign_types::{Error, FieldError, Result, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Graph, Opened, each, fields, opened};
use crate::multipart::Form;
use crate::provider::{check_api_url, checked, filled, reply_file};
use crate::text;

/// Which of the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// A Facebook page.
    Messenger,
    /// An Instagram account.
    Instagram,
}

/// Settings of either.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// What Meta says when it verifies the address; empty: the channel's id.
    #[serde(skip_serializing_if = "String::is_empty")]
    verify_token: String,
    /// Where the Graph API is; empty: Meta's own.
    #[serde(skip_serializing_if = "String::is_empty")]
    api_url: String,
    /// The page's or the account's id, which Meta fills in.
    #[serde(skip_serializing_if = "String::is_empty")]
    page_id: String,
    /// Its name in addresses, which Meta fills in.
    #[serde(skip_serializing_if = "String::is_empty")]
    username: String,
}

impl Page {
    const fn token(self) -> &'static str {
        match self {
            Self::Messenger => "page_access_token",
            Self::Instagram => "access_token",
        }
    }

    /// What `object` a notification is about.
    const fn object(self) -> &'static str {
        match self {
            Self::Messenger => "page",
            Self::Instagram => "instagram",
        }
    }

    const fn api_url(self) -> &'static str {
        match self {
            Self::Messenger => "https://graph.facebook.com",
            Self::Instagram => "https://graph.instagram.com",
        }
    }

    /// *Send API*: characters on Messenger, bytes on Instagram.
    const fn text_max(self) -> usize {
        match self {
            Self::Messenger => 2_000,
            // A thousand bytes: no character has more than three for each UTF-16 unit.
            Self::Instagram => 333,
        }
    }

    fn config(value: &Value) -> Result<Config> {
        if value.is_null() {
            return Ok(Config::default());
        }
        Config::deserialize(value).map_err(|_| {
            let detail = "This kind of channel takes `verify_token` and `api_url`.";
            Error::invalid("/config", "invalid-config", detail)
        })
    }

    fn saved(line: Line<'_>) -> Provided<Config> {
        Self::config(line.config)
            .map_err(|_| ProviderError::settings(None, "the settings are not of this kind"))
    }

    fn graph<'a>(self, line: Line<'a>, config: &'a Config) -> Provided<Graph<'a>> {
        let api_url = if config.api_url.is_empty() { self.api_url() } else { &config.api_url };
        Graph::of(line, api_url, self.token())
    }

    /// The page or account that the token is for.
    async fn about(self, graph: &Graph<'_>) -> Provided<(String, String)> {
        let found = graph
            .get(match self {
                Self::Messenger => "me?fields=id,username",
                Self::Instagram => "me?fields=user_id,username",
            })
            .await?;
        let id = found["user_id"].as_str().or(found["id"].as_str()).unwrap_or_default();
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ProviderError::settings(200, "what answers there does not know this token's page"));
        }
        let is_fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
        let username =
            found["username"].as_str().filter(|name| name.bytes().all(is_fine)).unwrap_or_default();
        Ok((id.to_owned(), text::cut(username, 100)))
    }
}

impl Connector for Page {
    fn secrets(&self) -> &'static [SecretField] {
        const MESSENGER: [SecretField; 2] = fields("page_access_token");
        const INSTAGRAM: [SecretField; 2] = fields("access_token");
        match self {
            Self::Messenger => &MESSENGER,
            Self::Instagram => &INSTAGRAM,
        }
    }

    fn check_config(&self, value: &Value, outbound: &dyn Outbound) -> Result<Value> {
        let mut config = Self::config(value)?;
        let mut errors = Vec::new();
        let is_word =
            |word: &str| word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        if config.verify_token.len() > 100 || !is_word(&config.verify_token) {
            let detail = "A verify token has letters, digits, _, - and . only.";
            errors.push(FieldError::new("/config/verify_token", "invalid-token", detail));
        }
        if !config.api_url.is_empty() {
            check_api_url(&mut config.api_url, outbound, &mut errors);
        }
        checked(&config, errors)
    }

    fn deep_link(&self, value: &Value, code: &str) -> Option<String> {
        let config = Self::config(value).ok()?;
        let is_fine = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        if code.is_empty() || !code.bytes().all(is_fine) {
            return None;
        }
        let name = if config.username.is_empty() { &config.page_id } else { &config.username };
        match self {
            _ if name.is_empty() => None,
            // *m.me links*; *ig.me links*.
            Self::Messenger => Some(format!("https://m.me/{name}?ref={code}")),
            Self::Instagram => Some(format!("https://ig.me/m/{name}?ref={code}")),
        }
    }

    fn account(&self, value: &Value, _secrets: &Secrets) -> Option<String> {
        // Known once Meta was asked; asking changes nothing for another channel of the page.
        let Config { api_url, page_id, .. } = Self::config(value).ok()?;
        (!page_id.is_empty()).then(|| format!("{api_url} {page_id}"))
    }

    fn connect<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Value>> {
        Box::pin(async move {
            let mut config = Self::saved(line)?;
            let (id, username) = {
                let graph = self.graph(line, &config)?;
                let about = self.about(&graph).await?;
                let wanted = match self {
                    Self::Messenger => {
                        "messages,messaging_postbacks,messaging_referrals,message_deliveries,message_reads"
                    }
                    Self::Instagram => "messages,messaging_postbacks,messaging_referral,messaging_seen",
                };
                // *Subscribe your page*: without it nothing is posted.
                graph.post("me/subscribed_apps", &json!({ "subscribed_fields": wanted })).await?;
                about
            };
            (config.page_id, config.username) = (id, username);
            filled(&config)
        })
    }

    fn disconnect<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<()>> {
        Box::pin(async move {
            let config = Self::saved(line)?;
            self.graph(line, &config)?
                .request("DELETE", "me/subscribed_apps", Vec::new(), Vec::new())
                .await
                .map(|_| ())
        })
    }

    fn test<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            let config = Self::saved(line)?;
            let (id, username) = self.about(&self.graph(line, &config)?).await?;
            let name = if username.is_empty() { id } else { username };
            Ok(Done { status: Some(200), detail: format!("Meta knows {name} and takes the token.") })
        })
    }

    fn send<'a>(&'a self, line: Line<'a>, message: &'a OutboundMessage) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            let config = Self::saved(line)?;
            let graph = self.graph(line, &config)?;
            let mut parts = 0;
            for part in text::parts(&message.text, self.text_max()) {
                let body = json!({
                    "recipient": { "id": message.to }, "messaging_type": "RESPONSE", "message": { "text": part },
                });
                graph.post("me/messages", &body).await.map_err(|error| text::after_parts(error, parts))?;
                parts += 1;
            }
            for file in &message.attachments {
                let sent = send_file(line, &graph, message, file).await;
                sent.map_err(|error| text::after_parts(error, parts))?;
                parts += 1;
            }
            Ok(Done { status: Some(200), detail: String::new() })
        })
    }

    fn shows_typing(&self) -> bool {
        // Instagram's reference names no such action.
        *self == Self::Messenger
    }

    fn type_to<'a>(&'a self, line: Line<'a>, to: &'a str) -> BoxFuture<'a, Provided<()>> {
        Box::pin(async move {
            let config = Self::saved(line)?;
            // *Sender actions*: for twenty seconds, or until a message comes.
            let body = json!({ "recipient": { "id": to }, "sender_action": "typing_on" });
            self.graph(line, &config)?.post("me/messages", &body).await.map(|_| ())
        })
    }

    fn is_posted_to(&self, _config: &Value) -> bool {
        true
    }

    fn shares_hook(&self) -> bool {
        true
    }

    fn hook(&self, line: Line<'_>, request: &HookRequest) -> std::result::Result<Hooked, HookError> {
        let config = Self::config(line.config).map_err(|_| HookError::Unknown)?;
        Ok(match opened(line, &config.verify_token, request)? {
            Opened::Verified(hooked) => hooked,
            Opened::Notified(body) => {
                Hooked { news: read(self.object(), &config.page_id, &body), answer: String::new() }
            }
        })
    }

    fn fetch<'a>(&'a self, line: Line<'a>, reference: &'a str) -> BoxFuture<'a, Provided<Vec<u8>>> {
        Box::pin(async move {
            let config = Self::saved(line)?;
            let graph = self.graph(line, &config)?;
            if !graph.is_of_meta(reference) {
                return Err(ProviderError::refused(None, "the file's address is not one of Meta's"));
            }
            // The address carries its own permission.
            graph.file(reference, false).await
        })
    }
}

/// *Send API*, attachments: a form with the message as JSON beside the file.
async fn send_file(
    line: Line<'_>,
    graph: &Graph<'_>,
    message: &OutboundMessage,
    file: &Attachment,
) -> Provided<()> {
    let bytes = reply_file(line, file).await?;
    let kind = file.mime_type.split('/').next().unwrap_or_default();
    let kind = if ["image", "video", "audio"].contains(&kind) { kind } else { "file" };
    let mut form = Form::new(&message.id);
    form.text("recipient", &json!({ "id": message.to }).to_string());
    form.text("messaging_type", "RESPONSE");
    form.text("message", &json!({ "attachment": { "type": kind, "payload": {} } }).to_string());
    form.file("filedata", &file.name, &file.mime_type, &bytes);
    graph.post_form("me/messages", form).await.map(|_| ())
}

/// *Webhooks*: `entry[].messaging[]`. What is about another page is not ours.
fn read(object: &str, page_id: &str, body: &Value) -> Vec<Incoming> {
    if body["object"] != object {
        return Vec::new();
    }
    let is_ours = |event: &&Value| event["recipient"]["id"] == page_id;
    each(&body["entry"])
        .flat_map(|entry| each(&entry["messaging"]))
        .filter(is_ours)
        .filter_map(event)
        .collect()
}

fn event(event: &Value) -> Option<Incoming> {
    let is_id = |id: &&str| (1..=100).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric());
    let user = event["sender"]["id"].as_str().filter(is_id)?;
    let millis = event["timestamp"].as_i64().unwrap_or_default();
    let at = millis.checked_mul(1_000).map(Timestamp::from_micros);
    if let Some(read) = event.get("read") {
        let until =
            read["watermark"].as_i64().and_then(|ms| ms.checked_mul(1_000)).map(Timestamp::from_micros);
        return Some(Incoming::ReceiptUntil {
            user_id: Pii::new(user),
            delivery: Delivery::Read,
            at: until.or(at)?,
        });
    }
    if let Some(delivery) = event.get("delivery") {
        let until = delivery["watermark"].as_i64()?.checked_mul(1_000).map(Timestamp::from_micros)?;
        return Some(Incoming::ReceiptUntil {
            user_id: Pii::new(user),
            delivery: Delivery::Delivered,
            at: until,
        });
    }
    let (id, words, remote) = said(event, user, millis)?;
    let inbound = Inbound {
        sent_at: at.filter(|_| millis > 0),
        remote,
        ..Inbound::new(id, Pii::new(user), Pii::new(text::clean(&words)))
    };
    Some(Incoming::Message(Box::new(inbound)))
}

/// Id, words and files of what somebody did.
fn said(event: &Value, user: &str, millis: i64) -> Option<(String, String, Vec<RemoteFile>)> {
    let referred =
        |referral: &Value| referral["ref"].as_str().filter(|r| !r.is_empty()).map(ToOwned::to_owned);
    if let Some(message) = event.get("message") {
        // *Message echoes*: the page's own words, from here or from another tool.
        if message["is_echo"] == true {
            return None;
        }
        let id = text::id(message["mid"].as_str().filter(|id| !id.is_empty())?);
        let has_words = message["text"].as_str().is_some_and(|words| !words.trim().is_empty());
        let (words, remote) = content(message);
        let code = referred(&message["referral"]).filter(|_| !has_words);
        return Some((id, code.unwrap_or(words), remote));
    }
    if let Some(postback) = event.get("postback") {
        let title = postback["title"].as_str().unwrap_or_default();
        let words = referred(&postback["referral"]).unwrap_or_else(|| title.to_owned());
        let id = postback["mid"].as_str().map_or_else(|| format!("postback:{user}:{millis}"), text::id);
        let words = if words.trim().is_empty() { "[postback]".to_owned() } else { words };
        return Some((id, words, Vec::new()));
    }
    let referral = event.get("referral")?;
    Some((format!("referral:{user}:{millis}"), referred(referral)?, Vec::new()))
}

fn content(message: &Value) -> (String, Vec<RemoteFile>) {
    let mut words = message["text"].as_str().unwrap_or_default().to_owned();
    let mut files = Vec::new();
    for attachment in each(&message["attachments"]).take(10) {
        let kind = attachment["type"].as_str().unwrap_or("unknown");
        match (kind, attachment["payload"]["url"].as_str().filter(|url| url.len() <= 4_000)) {
            ("image" | "video" | "audio" | "file", Some(url)) => files.push(file(kind, url)),
            _ => {
                let said = match attachment["title"].as_str() {
                    Some(title) => format!("[{}] {}", text::cut(kind, 40), text::cut(title, 200)),
                    None => format!("[unsupported: {}]", text::cut(kind, 40)),
                };
                words = if words.is_empty() { said } else { format!("{words}\n{said}") };
            }
        }
    }
    if message["is_deleted"] == true {
        words = "[deleted]".to_owned();
    }
    if words.trim().is_empty() && files.is_empty() {
        words = "[unsupported message]".to_owned();
    }
    (words, files)
}

fn file(kind: &str, url: &str) -> RemoteFile {
    let (name, mime_type) = match kind {
        "image" => ("photo.jpg", "image/jpeg"),
        "video" => ("video.mp4", "video/mp4"),
        "audio" => ("voice.mp4", "audio/mp4"),
        _ => ("document", "application/octet-stream"),
    };
    let last =
        url.split('?').next().and_then(|path| path.rsplit('/').next()).filter(|last| last.contains('.'));
    let name = last.filter(|_| kind == "file").unwrap_or(name);
    RemoteFile {
        reference: url.to_owned(),
        name: text::cut(name, 200),
        mime_type: mime_type.to_owned(),
        size_bytes: 0,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use countersign_types::pii::Purpose;

    use super::*;

    fn told(mut event: Value) -> Vec<Incoming> {
        event["sender"] = json!({ "id": "42" });
        event["recipient"] = json!({ "id": "7" });
        event["timestamp"] = json!(1_780_315_200_000_i64);
        read("page", "7", &json!({ "object": "page", "entry": [{ "id": "7", "messaging": [event] }] }))
    }

    fn words(event: Value) -> String {
        match told(event).pop() {
            Some(Incoming::Message(inbound)) => inbound.text.plain(Purpose::Match).to_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_code_of_a_deep_link_comes_as_a_referral_in_three_ways() {
        let referral = json!({ "ref": "WDJB-MJHT-KLPX", "source": "SHORTLINK", "type": "OPEN_THREAD" });
        assert_eq!(words(json!({ "referral": referral })), "WDJB-MJHT-KLPX");
        assert_eq!(
            words(json!({ "postback": { "title": "Get started", "payload": "x", "referral": referral } })),
            "WDJB-MJHT-KLPX"
        );
        assert_eq!(
            words(json!({ "message": { "mid": "m1", "text": "", "referral": referral } })),
            "WDJB-MJHT-KLPX"
        );
        assert_eq!(
            words(json!({ "message": { "mid": "m1", "text": "hello", "referral": referral } })),
            "hello"
        );
    }

    #[test]
    fn everything_a_customer_can_send_is_shown_or_said() {
        assert_eq!(words(json!({ "message": { "mid": "m1", "text": "hello" } })), "hello");
        assert_eq!(words(json!({ "message": { "mid": "m1" } })), "[unsupported message]");
        assert_eq!(words(json!({ "message": { "mid": "m1", "is_deleted": true } })), "[deleted]");
        let card = json!({ "type": "template", "title": "Offer", "payload": {} });
        assert_eq!(words(json!({ "message": { "mid": "m1", "attachments": [card] } })), "[template] Offer");
        let odd = json!({ "type": "hologram", "payload": {} });
        assert_eq!(
            words(json!({ "message": { "mid": "m1", "attachments": [odd] } })),
            "[unsupported: hologram]"
        );
    }

    #[test]
    fn echoes_other_pages_and_odd_notifications_say_nothing() {
        assert!(told(json!({ "message": { "mid": "m1", "text": "ours", "is_echo": true } })).is_empty());
        assert!(told(json!({ "message": { "text": "no id" } })).is_empty());
        assert!(told(json!({ "referral": { "ref": "" } })).is_empty());
        let other = json!({ "sender": { "id": "42" }, "recipient": { "id": "8" }, "message": { "mid": "m", "text": "x" } });
        assert!(
            read("page", "7", &json!({ "object": "page", "entry": [{ "messaging": [other] }] })).is_empty()
        );
        for body in
            [json!(null), json!([]), json!({ "object": "page", "entry": [1, {}, { "messaging": [null] }] })]
        {
            assert!(read("page", "7", &body).is_empty(), "{body}");
        }
    }

    #[test]
    fn what_was_delivered_and_read_is_told_by_moments() {
        for (event, expected) in [
            (json!({ "delivery": { "watermark": 1_780_315_199_000_i64 } }), Delivery::Delivered),
            (json!({ "read": { "watermark": 1_780_315_199_000_i64 } }), Delivery::Read),
            (json!({ "read": { "mid": "m1" } }), Delivery::Read),
        ] {
            let Some(Incoming::ReceiptUntil { delivery, .. }) = told(event).pop() else {
                panic!("no receipt")
            };
            assert_eq!(delivery, expected);
        }
    }
}
