//! Text messages by Twilio's *Programmable Messaging* <https://www.twilio.com/docs/messaging/api>, or a provider that
//! speaks its dialect.
//!
//! A customer is known by the number they write from. Numbers of senders can be forged: a number is a claim, never a
//! proof.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_service::message::Inbound;
use countersign_service::port::{
    ANSWER_BYTES_MAX, BoxFuture, Connector, Done, HookError, HookRequest, Hooked, Incoming, Line, Outbound,
    OutboundAnswer, OutboundMessage, OutboundRequest, Provided, ProviderError, RemoteFile, SecretField,
    Secrets,
};
use countersign_types::message::Delivery;
use countersign_types::pii::Pii;
use countersign_types::profile::Claims;
use countersign_types::{Error, FieldError, MessageId, Result};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha1::Sha1;

use crate::provider::{FILE_BYTES_MAX, check_api_url, checked, given_out};
use crate::text;

/// The account's token: authorises calls and signs what is posted.
const TOKEN: &str = "auth_token";
/// *Message body*: 1,600 characters.
const TEXT_MAX: usize = 1_600;
const TIMEOUT_MS: u64 = 15_000;
/// Where our id of a reply stands in the address that its statuses are posted to.
const MESSAGE: &str = "message";

/// The connector of text messages.
#[derive(Debug, Default, Clone, Copy)]
pub struct Sms;

/// Settings of a number.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The account.
    account_sid: String,
    /// The number that replies come from, E.164, or the SID of a messaging service.
    from: String,
    /// Where the API is.
    #[serde(default = "api")]
    api_url: String,
}

fn api() -> String {
    "https://api.twilio.com".to_owned()
}

fn config(value: &Value) -> Result<Config> {
    Config::deserialize(value).map_err(|_| {
        let detail = "A number for text messages takes `account_sid`, `from` and `api_url`.";
        Error::invalid("/config", "invalid-config", detail)
    })
}

fn saved(line: Line<'_>) -> Provided<Config> {
    config(line.config).map_err(|_| ProviderError::settings(None, "the settings are not of this kind"))
}

fn is_sid(text: &str, prefix: &str) -> bool {
    text.len() == 34 && text.starts_with(prefix) && text[2..].bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_number(text: &str) -> bool {
    text.strip_prefix('+')
        .is_some_and(|d| (5..=15).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()))
}

impl Connector for Sms {
    fn secrets(&self) -> &'static [SecretField] {
        &[SecretField { name: TOKEN, is_required: true }]
    }

    fn check_config(&self, value: &Value, outbound: &dyn Outbound) -> Result<Value> {
        let mut config = config(value)?;
        let mut errors = Vec::new();
        if !is_sid(&config.account_sid, "AC") {
            let detail = "An account SID is AC and 32 hexadecimal digits.";
            errors.push(FieldError::new("/config/account_sid", "invalid-id", detail));
        }
        config.from = config.from.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
        if !is_number(&config.from) && !is_sid(&config.from, "MG") {
            let detail = "A number is + and digits, such as +491512345678; a messaging service is MG and 32 hexadecimal digits.";
            errors.push(FieldError::new("/config/from", "invalid-number", detail));
        }
        check_api_url(&mut config.api_url, outbound, &mut errors);
        checked(&config, errors)
    }

    fn deep_link(&self, _value: &Value, _code: &str) -> Option<String> {
        // `sms:` addresses open nothing on most desktops: the code is shown to be typed.
        None
    }

    fn account(&self, value: &Value, _secrets: &Secrets) -> Option<String> {
        let Config { api_url, account_sid, from } = config(value).ok()?;
        Some(format!("{api_url} {account_sid} {from}"))
    }

    fn connect<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Value>> {
        Box::pin(async move {
            account(line, &saved(line)?).await?;
            Ok(line.config.clone())
        })
    }

    fn test<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            account(line, &saved(line)?).await?;
            Ok(Done {
                status: Some(200),
                detail: "The provider knows the account and takes the token.".to_owned(),
            })
        })
    }

    fn send<'a>(&'a self, line: Line<'a>, message: &'a OutboundMessage) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            let config = saved(line)?;
            if !message.attachments.is_empty() {
                return Err(ProviderError::refused(None, "text messages carry no files"));
            }
            let callback = format!("{}?{MESSAGE}={}", line.hook_url, message.id);
            for (sent, part) in text::parts(&message.text, TEXT_MAX).into_iter().enumerate() {
                let from = if config.from.starts_with("MG") { "MessagingServiceSid" } else { "From" };
                let mut form =
                    vec![("To", message.to.as_str()), (from, config.from.as_str()), ("Body", part)];
                // *Status callbacks* need an address that the provider reaches.
                if callback.starts_with("https://") {
                    form.push(("StatusCallback", callback.as_str()));
                }
                let body = serde_urlencoded::to_string(&form).unwrap_or_default();
                let called = call(line, &config, "POST", "/Messages.json", body).await;
                called.map_err(|error| text::after_parts(error, sent))?;
            }
            Ok(Done { status: Some(201), detail: String::new() })
        })
    }

    fn is_posted_to(&self, _config: &Value) -> bool {
        true
    }

    fn hook(&self, line: Line<'_>, request: &HookRequest) -> std::result::Result<Hooked, HookError> {
        if request.is_get {
            return Err(HookError::Unknown);
        }
        let fields: Vec<(String, String)> =
            serde_urlencoded::from_bytes(&request.body).map_err(|_| HookError::Forged)?;
        let token = line.secrets.get(TOKEN).filter(|t| !t.is_empty()).ok_or(HookError::Forged)?;
        let given = request.header("x-twilio-signature").unwrap_or_default();
        if !is_signed(token, &request.url, &fields, given) {
            return Err(HookError::Forged);
        }
        let config = config(line.config).map_err(|_| HookError::Unknown)?;
        let field =
            |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        if field("AccountSid") != config.account_sid {
            return Err(HookError::Forged);
        }
        let news = match field("MessageStatus") {
            "" | "received" => said(&fields),
            _ => status(&request.query, &fields),
        };
        Ok(Hooked { news: news.into_iter().collect(), answer: String::new() })
    }

    fn fetch<'a>(&'a self, line: Line<'a>, reference: &'a str) -> BoxFuture<'a, Provided<Vec<u8>>> {
        Box::pin(async move {
            let config = saved(line)?;
            // *Media*: the address leads on to where the file lies, and that one takes no credential.
            if !reference.starts_with(&format!("{}/", config.api_url)) {
                return Err(ProviderError::refused(None, "the file's address is not one of the provider's"));
            }
            let mut answer = get(line, reference, vec![authorization(line, &config)?]).await?;
            if let (300..=399, Some(next)) = (answer.status, answer.location.take()) {
                answer = get(line, &next, Vec::new()).await?;
            }
            given_out(answer, "the provider")
        })
    }
}

/// *Security*: base 64 of HMAC-SHA-1 over the address and every field, in the order of their names. Compared in constant
/// time.
fn is_signed(token: &str, url: &str, fields: &[(String, String)], given: &str) -> bool {
    let mut sorted: Vec<&(String, String)> = fields.iter().collect();
    sorted.sort();
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(token.as_bytes()) else { return false };
    mac.update(url.as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    STANDARD.decode(given).is_ok_and(|given| mac.verify_slice(&given).is_ok())
}

fn said(fields: &[(String, String)]) -> Option<Incoming> {
    let field =
        |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let (id, from) = (field("MessageSid"), field("From"));
    // Short codes and names of senders cannot be answered, and are kept all the same.
    let is_sender = (1..=100).contains(&from.len()) && !from.chars().any(char::is_control);
    if id.is_empty() || !is_sender {
        return None;
    }
    let count = field("NumMedia").parse::<usize>().unwrap_or(0).min(10);
    let remote: Vec<RemoteFile> = (0..count)
        .filter_map(|n| media(field(&format!("MediaUrl{n}")), field(&format!("MediaContentType{n}"))))
        .collect();
    let mut words = text::clean(field("Body"));
    if words.is_empty() && remote.is_empty() {
        words = "[unsupported message]".to_owned();
    }
    let phone = is_number(from).then(|| Pii::new(from));
    let inbound = Inbound {
        claims: Claims { phone, ..Claims::default() },
        remote,
        ..Inbound::new(text::id(id), Pii::new(from), Pii::new(words))
    };
    Some(Incoming::Message(Box::new(inbound)))
}

fn media(url: &str, mime_type: &str) -> Option<RemoteFile> {
    if url.is_empty() || url.len() > 2_000 {
        return None;
    }
    let name = match mime_type.split('/').next() {
        Some("image") => "photo",
        Some("video") => "video",
        Some("audio") => "audio",
        _ => "document",
    };
    let mime_type = if mime_type.is_empty() { "application/octet-stream" } else { mime_type };
    Some(RemoteFile {
        reference: url.to_owned(),
        name: name.to_owned(),
        mime_type: text::cut(mime_type, 100),
        size_bytes: 0,
    })
}

/// *Status callbacks*: how far a reply has come, by our id in the address.
fn status(query: &str, fields: &[(String, String)]) -> Option<Incoming> {
    let asked: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    let message: MessageId = asked.iter().find(|(key, _)| key == MESSAGE)?.1.parse().ok()?;
    let field =
        |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let delivery = match field("MessageStatus") {
        "sent" => Delivery::Sent,
        "delivered" => Delivery::Delivered,
        "read" => Delivery::Read,
        "failed" | "undelivered" => Delivery::Failed,
        _ => return None,
    };
    let detail = (delivery == Delivery::Failed).then(|| match field("ErrorCode") {
        "30003" | "30005" => "the customer's phone cannot be reached".to_owned(),
        "30006" => "this is a number that takes no text messages".to_owned(),
        "" => "the provider gave no reason".to_owned(),
        code => format!("the provider says code {}", text::cut(code, 10)),
    });
    Some(Incoming::Receipt { message, delivery, detail })
}

fn authorization(line: Line<'_>, config: &Config) -> Provided<(String, String)> {
    let token = line.secrets.get(TOKEN).unwrap_or_default();
    if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(ProviderError::settings(None, "the auth token is not one"));
    }
    let basic = STANDARD.encode(format!("{}:{token}", config.account_sid));
    Ok(("authorization".to_owned(), format!("Basic {basic}")))
}

async fn get(line: Line<'_>, url: &str, headers: Vec<(String, String)>) -> Provided<OutboundAnswer> {
    let request = OutboundRequest {
        method: "GET",
        url: url.to_owned(),
        headers,
        body: Vec::new(),
        timeout_ms: TIMEOUT_MS,
        answer_bytes_max: FILE_BYTES_MAX + 1,
    };
    Ok(line.outbound.call(request).await?)
}

/// Whether the account is there and the token is its own.
async fn account(line: Line<'_>, config: &Config) -> Provided<()> {
    call(line, config, "GET", ".json", String::new()).await.map(|_| ())
}

async fn call(
    line: Line<'_>,
    config: &Config,
    method: &'static str,
    path: &str,
    body: String,
) -> Provided<Value> {
    let mut headers = vec![authorization(line, config)?];
    if !body.is_empty() {
        headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
    }
    let request = OutboundRequest {
        method,
        url: format!("{}/2010-04-01/Accounts/{}{path}", config.api_url, config.account_sid),
        headers,
        body: body.into_bytes(),
        timeout_ms: TIMEOUT_MS,
        answer_bytes_max: ANSWER_BYTES_MAX,
    };
    let answer = line.outbound.call(request).await?;
    let found: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let (status, code) = (answer.status, found["code"].as_i64());
    Err(match (status, code) {
        (200..=299, _) => return Ok(found),
        (401 | 403, _) | (404, Some(20_404)) if method == "GET" => ProviderError::settings(
            status,
            "the provider does not know this account, or the token is not its own",
        ),
        (401, _) | (_, Some(20_003 | 21_606 | 21_660)) => ProviderError::settings(
            status,
            "the provider does not take the token, or the number is not the account's",
        ),
        (_, Some(21_610)) => {
            ProviderError::refused(status, "the customer wants no more text messages (STOP)")
        }
        (_, Some(21_211 | 21_614)) => {
            ProviderError::refused(status, "the customer's number takes no text messages")
        }
        (429, _) | (500..=599, _) => ProviderError::Unavailable {
            status: Some(status),
            detail: format!("the provider answered {status}"),
            retry_after_secs: answer.retry_after_secs,
        },
        (_, code) => {
            let code = code.map_or_else(|| status.to_string(), |code| format!("code {code}"));
            ProviderError::refused(status, format!("the provider refused it ({code})"))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of *Security*, with the account's token 12345.
    #[test]
    fn r4_the_published_vector_holds_and_one_flipped_bit_does_not() {
        let url = "https://example.com/myapp.php?foo=1&bar=2";
        let fields = [
            ("Digits", "1234"),
            ("To", "+18005551212"),
            ("From", "+14158675310"),
            ("Caller", "+14158675310"),
            ("CallSid", "CA1234567890ABCDE"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let good = "L/OH5YylLD5NRKLltdqwSvS0BnU=";
        assert!(is_signed("12345", url, &fields, good));
        assert!(!is_signed("12346", url, &fields, good));
        assert!(!is_signed("12345", "https://example.com/myapp.php?foo=1&bar=3", &fields, good));
        assert!(!is_signed("12345", url, &fields[1..], good));
        for bad in ["", "L/OH5YylLD5NRKLltdqwSvS0BnQ=", "L/OH5Yyl", "not base 64"] {
            assert!(!is_signed("12345", url, &fields, bad), "{bad}");
        }
    }
}
