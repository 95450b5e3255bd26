//! WhatsApp, by the Cloud API <https://developers.facebook.com/docs/whatsapp/cloud-api>.
//!
//! A customer is known by their *business-scoped user id* where Meta sends one; the phone number may be absent and may
//! pass to somebody else. Who was known by the number before becomes known by the id with the first message that has
//! both. Free text goes out within 24 hours of the customer's last message; after that a template does, if one is set.

use countersign_service::message::Inbound;
use countersign_service::port::{
    BoxFuture, Connector, Done, HookError, HookRequest, Hooked, Incoming, Line, Outbound, OutboundMessage,
    Provided, ProviderError, RemoteFile, SecretField, Secrets,
};
use countersign_types::message::{Attachment, Delivery};
use countersign_types::pii::Pii;
use countersign_types::profile::Claims;
use countersign_types::{Error, FieldError, Result, Timestamp, time};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Graph, LATE, Opened, each, fields, opened};
use crate::multipart::Form;
use crate::provider::{check_api_url, checked, filled, reply_file};
use crate::text;

const TOKEN: &str = "access_token";
/// Characters of a text message at most; of a template's parameter.
const TEXT_MAX: usize = 4_096;
const PARAMETER_MAX: usize = 1_000;
/// How long after the customer's last message free text is taken.
const WINDOW: i64 = time::DAY;

/// The connector of WhatsApp numbers.
#[derive(Debug, Default, Clone, Copy)]
pub struct WhatsApp;

/// Settings of a WhatsApp number.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The number's id, as Meta shows it.
    phone_number_id: String,
    /// What Meta says when it verifies the address; empty: the channel's id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    verify_token: String,
    /// What is sent when free text is not taken any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    template: Option<Template>,
    /// Where the Graph API is.
    #[serde(default = "graph")]
    api_url: String,
    /// The number, which Meta fills in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    display_phone_number: String,
}

/// An approved template with one parameter in its body: the reply.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    name: String,
    language: String,
}

fn graph() -> String {
    "https://graph.facebook.com".to_owned()
}

fn config(value: &Value) -> Result<Config> {
    Config::deserialize(value).map_err(|_| {
        let detail = "A WhatsApp number takes `phone_number_id`, `verify_token`, `template` (`name`, `language`) and `api_url`.";
        Error::invalid("/config", "invalid-config", detail)
    })
}

fn saved(line: Line<'_>) -> Provided<Config> {
    config(line.config).map_err(|_| ProviderError::settings(None, "the settings are not a WhatsApp number's"))
}

impl Connector for WhatsApp {
    fn secrets(&self) -> &'static [SecretField] {
        const FIELDS: [SecretField; 2] = fields(TOKEN);
        &FIELDS
    }

    fn check_config(&self, value: &Value, outbound: &dyn Outbound) -> Result<Value> {
        let mut config = config(value)?;
        let mut errors = Vec::new();
        let is_id = |id: &str| (1..=40).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
        if !is_id(&config.phone_number_id) {
            let detail =
                "A phone number id is digits, as Meta shows it under API setup. It is not the number.";
            errors.push(FieldError::new("/config/phone_number_id", "invalid-id", detail));
        }
        let is_word =
            |word: &str| word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        if config.verify_token.len() > 100 || !is_word(&config.verify_token) {
            let detail = "A verify token has letters, digits, _, - and . only.";
            errors.push(FieldError::new("/config/verify_token", "invalid-token", detail));
        }
        if let Some(template) = &config.template
            && (template.name.is_empty()
                || template.name.len() > 512
                || !is_word(&template.name)
                || !(2..=10).contains(&template.language.len())
                || !is_word(&template.language))
        {
            let detail =
                "A template has the name and the language under which Meta approved it, such as `en_US`.";
            errors.push(FieldError::new("/config/template", "invalid-template", detail));
        }
        check_api_url(&mut config.api_url, outbound, &mut errors);
        checked(&config, errors)
    }

    fn deep_link(&self, value: &Value, code: &str) -> Option<String> {
        let number: String =
            config(value).ok()?.display_phone_number.chars().filter(char::is_ascii_digit).collect();
        // *Click to chat*.
        let is_fine = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        let is_link = !number.is_empty() && !code.is_empty() && code.bytes().all(is_fine);
        is_link.then(|| format!("https://wa.me/{number}?text={code}"))
    }

    fn account(&self, value: &Value, _secrets: &Secrets) -> Option<String> {
        let Config { api_url, phone_number_id, .. } = config(value).ok()?;
        Some(format!("{api_url} {phone_number_id}"))
    }

    fn connect<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Value>> {
        Box::pin(async move {
            let mut config = saved(line)?;
            config.display_phone_number = number(line, &config).await?;
            filled(&config)
        })
    }

    fn test<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            let number = number(line, &saved(line)?).await?;
            Ok(Done {
                status: Some(200),
                detail: format!("Meta knows the number {number} and takes the token."),
            })
        })
    }

    fn send<'a>(&'a self, line: Line<'a>, message: &'a OutboundMessage) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            let config = saved(line)?;
            let graph = Graph::of(line, &config.api_url, TOKEN)?;
            let path = format!("{}/messages", config.phone_number_id);
            let is_open = message.customer_wrote_at.is_some_and(|at| line.now.since(at) < WINDOW);
            if !is_open {
                let Some(template) = config.template.as_ref().filter(|_| message.attachments.is_empty())
                else {
                    return Err(ProviderError::refused(None, LATE));
                };
                graph.post(&path, &templated(message, template)).await?;
                return Ok(Done { status: Some(200), detail: "sent as a template".to_owned() });
            }
            let mut parts = 0;
            for part in text::parts(&message.text, TEXT_MAX) {
                let mut body = addressed(message);
                body["type"] = json!("text");
                body["text"] = json!({ "body": part, "preview_url": false });
                graph.post(&path, &body).await.map_err(|error| text::after_parts(error, parts))?;
                parts += 1;
            }
            for file in &message.attachments {
                let sent = send_file(line, &graph, &config, message, file).await;
                sent.map_err(|error| text::after_parts(error, parts))?;
                parts += 1;
            }
            Ok(Done { status: Some(200), detail: String::new() })
        })
    }

    fn is_posted_to(&self, _config: &Value) -> bool {
        true
    }

    fn shares_hook(&self) -> bool {
        true
    }

    fn hook(&self, line: Line<'_>, request: &HookRequest) -> std::result::Result<Hooked, HookError> {
        let config = config(line.config).map_err(|_| HookError::Unknown)?;
        Ok(match opened(line, &config.verify_token, request)? {
            Opened::Verified(hooked) => hooked,
            Opened::Notified(body) => {
                Hooked { news: read(&config.phone_number_id, &body), answer: String::new() }
            }
        })
    }

    fn fetch<'a>(&'a self, line: Line<'a>, reference: &'a str) -> BoxFuture<'a, Provided<Vec<u8>>> {
        Box::pin(async move {
            let config = saved(line)?;
            let graph = Graph::of(line, &config.api_url, TOKEN)?;
            // *Media*: an id leads to an address that lives five minutes and takes the token.
            let found = graph.get(reference).await?;
            let url = found["url"].as_str().unwrap_or_default();
            if !graph.is_of_meta(url) {
                return Err(ProviderError::refused(None, "the file's address is not one of Meta's"));
            }
            graph.file(url, true).await
        })
    }
}

/// The number, and thereby that the token is good for it.
async fn number(line: Line<'_>, config: &Config) -> Provided<String> {
    let graph = Graph::of(line, &config.api_url, TOKEN)?;
    let found = graph.get(&format!("{}?fields=display_phone_number", config.phone_number_id)).await?;
    let number = text::cut(found["display_phone_number"].as_str().unwrap_or_default(), 40);
    if number.is_empty() {
        return Err(ProviderError::settings(200, "what answers there does not know this number"));
    }
    Ok(number)
}

/// To whom, and our id of it, which comes back with every status.
fn addressed(message: &OutboundMessage) -> Value {
    let mut body = json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "biz_opaque_callback_data": message.id,
    });
    // *Business-scoped user ids*: a country, a dot, and more; numbers are digits.
    let key = if message.to.contains('.') { "recipient" } else { "to" };
    body[key] = json!(message.to);
    body
}

/// A reply as the only parameter of a template. Parameters take no ends of lines and no wide gaps.
fn templated(message: &OutboundMessage, template: &Template) -> Value {
    let words: Vec<&str> = message.text.split_whitespace().collect();
    let words: String = words.join(" ").chars().take(PARAMETER_MAX).collect();
    let mut body = addressed(message);
    body["type"] = json!("template");
    body["template"] = json!({
        "name": template.name, "language": { "code": template.language },
        "components": [{ "type": "body", "parameters": [{ "type": "text", "text": words }] }],
    });
    body
}

/// *Media*: uploaded first, then sent by its id.
async fn send_file(
    line: Line<'_>,
    graph: &Graph<'_>,
    config: &Config,
    message: &OutboundMessage,
    file: &Attachment,
) -> Provided<()> {
    let bytes = reply_file(line, file).await?;
    let mut form = Form::new(&message.id);
    form.text("messaging_product", "whatsapp");
    form.text("type", &file.mime_type);
    form.file("file", &file.name, &file.mime_type, &bytes);
    let uploaded = graph.post_form(&format!("{}/media", config.phone_number_id), form).await?;
    let is_picture =
        matches!(file.mime_type.as_str(), "image/png" | "image/jpeg") && bytes.len() <= 5 * 1_048_576;
    let kind = if is_picture { "image" } else { "document" };
    let mut body = addressed(message);
    body["type"] = json!(kind);
    body[kind] = json!({ "id": uploaded["id"] });
    if !is_picture {
        body[kind]["filename"] = json!(file.name);
    }
    graph.post(&format!("{}/messages", config.phone_number_id), &body).await.map(|_| ())
}

/// *Webhooks*: `entry[].changes[].value` with `messages` and `statuses`. Other numbers of the same app are not ours.
fn read(phone_number_id: &str, body: &Value) -> Vec<Incoming> {
    let mut news = Vec::new();
    for change in each(&body["entry"]).flat_map(|entry| each(&entry["changes"])) {
        let value = &change["value"];
        if change["field"] != "messages" || value["metadata"]["phone_number_id"] != phone_number_id {
            continue;
        }
        news.extend(each(&value["messages"]).filter_map(|message| said(value, message)));
        news.extend(each(&value["statuses"]).filter_map(status));
    }
    news
}

fn said(value: &Value, message: &Value) -> Option<Incoming> {
    let id = message["id"].as_str().filter(|id| !id.is_empty())?;
    let is_number = |text: &&str| (5..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let number = message["from"].as_str().filter(is_number);
    let is_scoped = |text: &&str| (3..=140).contains(&text.len()) && text.contains('.');
    let scoped = message["from_user_id"].as_str().filter(is_scoped);
    let user = scoped.or(number)?;
    let is_theirs = |contact: &&Value| {
        [&contact["wa_id"], &contact["user_id"]]
            .iter()
            .any(|id| id.as_str().is_some_and(|id| Some(id) == number || id == user))
    };
    let name = each(&value["contacts"]).find(is_theirs).and_then(|contact| {
        let profile = &contact["profile"];
        profile["name"].as_str().or(profile["username"].as_str())
    });
    let (words, remote) = content(message);
    let seconds = message["timestamp"].as_str().and_then(|text| text.parse::<i64>().ok());
    let inbound = Inbound {
        name: name.map(|name| Pii::new(text::cut(name, 200))).filter(|_| name != Some("")),
        // WhatsApp answers for the number of its account; it is still a claim about the person.
        claims: Claims { phone: number.map(|digits| Pii::new(format!("+{digits}"))), ..Claims::default() },
        sent_at: seconds.and_then(|s| s.checked_mul(time::SECOND)).map(Timestamp::from_micros),
        is_automatic: message["type"] == "system",
        remote,
        former_ids: number.filter(|_| scoped.is_some()).map(Pii::new).into_iter().collect(),
        ..Inbound::new(text::id(id), Pii::new(user), Pii::new(text::clean(&words)))
    };
    Some(Incoming::Message(Box::new(inbound)))
}

/// The text of a message and its file. What cannot be shown is said.
fn content(message: &Value) -> (String, Vec<RemoteFile>) {
    let kind = message["type"].as_str().unwrap_or("unknown");
    let words = |text: &Value| text.as_str().unwrap_or_default().to_owned();
    let of = &message[kind];
    match kind {
        "text" => (words(&of["body"]), Vec::new()),
        "button" => (words(&of["text"]), Vec::new()),
        "interactive" => {
            let chosen = of["button_reply"]["title"].as_str().or(of["list_reply"]["title"].as_str());
            (chosen.unwrap_or("[unsupported: interactive]").to_owned(), Vec::new())
        }
        "image" | "video" | "audio" | "document" | "sticker" => match file(kind, of) {
            Some(file) => (words(&of["caption"]), vec![file]),
            None => (format!("[unsupported: {kind}]"), Vec::new()),
        },
        "location" => {
            let place = of["name"].as_str().unwrap_or_default();
            (
                format!("[location] {place} {}, {}", of["latitude"], of["longitude"]).replace("  ", " "),
                Vec::new(),
            )
        }
        "reaction" => (format!("[reaction] {}", words(&of["emoji"])).trim().to_owned(), Vec::new()),
        "contacts" => {
            // A card says who somebody is, not who writes.
            let names: Vec<_> = each(of).filter_map(|card| card["name"]["formatted_name"].as_str()).collect();
            (format!("[somebody's contact, not verified] {}", names.join(", ")).trim().to_owned(), Vec::new())
        }
        "system" => (format!("[WhatsApp] {}", words(&of["body"])), Vec::new()),
        other => (format!("[unsupported: {}]", text::cut(other, 60)), Vec::new()),
    }
}

fn file(kind: &str, of: &Value) -> Option<RemoteFile> {
    let is_id = |id: &&str| {
        (1..=100).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let (name, mime_type) = match kind {
        "image" => ("photo.jpg", "image/jpeg"),
        "video" => ("video.mp4", "video/mp4"),
        "audio" => ("voice.ogg", "audio/ogg"),
        "sticker" => ("sticker.webp", "image/webp"),
        _ => ("document", "application/octet-stream"),
    };
    let given = of["mime_type"].as_str().and_then(|t| t.split(';').next()).unwrap_or(mime_type);
    Some(RemoteFile {
        reference: of["id"].as_str().filter(is_id)?.to_owned(),
        name: text::cut(of["filename"].as_str().filter(|n| !n.is_empty()).unwrap_or(name), 200),
        mime_type: text::cut(given.trim(), 100),
        size_bytes: 0,
    })
}

/// *Status*: how far a message of ours has come, told by our own id of it.
fn status(status: &Value) -> Option<Incoming> {
    let message = status["biz_opaque_callback_data"].as_str()?.parse().ok()?;
    let delivery = match status["status"].as_str()? {
        "sent" => Delivery::Sent,
        "delivered" => Delivery::Delivered,
        "read" | "played" => Delivery::Read,
        "failed" => Delivery::Failed,
        _ => return None,
    };
    let detail = (delivery == Delivery::Failed).then(|| {
        let error = &status["errors"][0];
        match error["code"].as_i64() {
            Some(131_047) => LATE.to_owned(),
            code => {
                let title = text::cut(error["title"].as_str().unwrap_or("no reason given"), 200);
                format!("WhatsApp: {title} (code {})", code.unwrap_or_default())
            }
        }
    });
    Some(Incoming::Receipt { message, delivery, detail })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use countersign_types::pii::Purpose;

    use super::*;

    fn notified(message: Value) -> Vec<Incoming> {
        let contact = json!({ "wa_id": "491512345678", "user_id": "DE.1349", "profile": { "name": "Ann" } });
        read(
            "1",
            &json!({ "object": "whatsapp_business_account", "entry": [{ "id": "0", "changes": [{
            "field": "messages",
            "value": { "messaging_product": "whatsapp", "metadata": { "phone_number_id": "1" },
                       "contacts": [contact], "messages": [message] } }] }] }),
        )
    }

    fn said(message: Value) -> Inbound {
        match notified(message).pop() {
            Some(Incoming::Message(inbound)) => *inbound,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_customer_is_known_by_the_scoped_id_and_was_by_the_number() {
        let text = json!({ "body": "hi" });
        let both =
            said(json!({ "id": "w1", "from": "491512345678", "from_user_id": "DE.1349", "type": "text",
                                "timestamp": "1780315200", "text": text }));
        assert_eq!(both.user_id.plain(Purpose::Match), "DE.1349");
        assert_eq!(both.former_ids[0].plain(Purpose::Match), "491512345678");
        assert_eq!(both.name.unwrap().plain(Purpose::Match), "Ann");
        let hidden = said(json!({ "id": "w2", "from_user_id": "DE.1349", "type": "text", "text": text }));
        assert_eq!(hidden.user_id.plain(Purpose::Match), "DE.1349");
        assert!(hidden.former_ids.is_empty() && hidden.claims.is_empty());
        let old = said(json!({ "id": "w3", "from": "491512345678", "type": "text", "text": text }));
        assert_eq!(old.user_id.plain(Purpose::Match), "491512345678");
        assert!(notified(json!({ "id": "w4", "type": "text", "text": text })).is_empty(), "from nobody");
    }

    #[test]
    fn everything_a_customer_can_send_is_shown_or_said() {
        let words = |mut message: Value| {
            message["id"] = json!("w1");
            message["from"] = json!("491512345678");
            said(message).text.plain(Purpose::Match).to_owned()
        };
        assert_eq!(words(json!({ "type": "button", "button": { "text": "Yes" } })), "Yes");
        assert_eq!(
            words(json!({ "type": "interactive", "interactive": { "button_reply": { "title": "Yes" } } })),
            "Yes"
        );
        assert_eq!(words(json!({ "type": "reaction", "reaction": { "emoji": "👍" } })), "[reaction] 👍");
        assert_eq!(words(json!({ "type": "order", "order": {} })), "[unsupported: order]");
        assert_eq!(words(json!({ "type": "unsupported" })), "[unsupported: unsupported]");
        assert_eq!(words(json!({})), "[unsupported: unknown]");
        assert_eq!(words(json!({ "type": "image", "image": { "id": "../../me" } })), "[unsupported: image]");
        let card = json!({ "type": "contacts", "contacts": [{ "name": { "formatted_name": "Bob" }, "phones": [{ "phone": "1" }] }] });
        assert_eq!(words(card), "[somebody's contact, not verified] Bob");
    }

    #[test]
    fn another_number_of_the_same_app_is_not_ours() {
        let value = json!({ "metadata": { "phone_number_id": "2" }, "messages": [{ "id": "w", "from": "491512345678", "type": "text", "text": { "body": "x" } }] });
        assert!(
            read("1", &json!({ "entry": [{ "changes": [{ "field": "messages", "value": value }] }] }))
                .is_empty()
        );
    }

    #[test]
    fn odd_notifications_say_nothing() {
        for body in [
            json!(null),
            json!([]),
            json!({ "entry": 1 }),
            json!({ "entry": [{ "changes": [null, 1, {}] }] }),
        ] {
            assert!(read("1", &body).is_empty(), "{body}");
        }
    }
}
