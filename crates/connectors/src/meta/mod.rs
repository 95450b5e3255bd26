//! What WhatsApp, Messenger and Instagram share: the Graph API, its webhooks and their signature.
//!
//! *Webhooks, Getting started*: an app verifies the address once (`hub.mode`, `hub.verify_token`, `hub.challenge`) and
//! signs every notification with the app secret in `X-Hub-Signature-256`.

pub mod page;
pub mod whatsapp;

use countersign_service::port::{
    ANSWER_BYTES_MAX, HookError, HookRequest, Hooked, Line, OutboundAnswer, OutboundRequest, Provided,
    ProviderError, SecretField,
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use crate::multipart::Form;
use crate::provider::{FILE_BYTES_MAX, given_out};
use crate::text;

/// The app's secret: signs what Meta posts.
const APP_SECRET: &str = "app_secret";
/// The version of the Graph API that all of this is written for.
const VERSION: &str = "v23.0";
/// How long a call may take, milliseconds.
const TIMEOUT_MS: u64 = 15_000;

/// The two secrets of a channel of Meta's.
const fn fields(token: &'static str) -> [SecretField; 2] {
    [SecretField { name: token, is_required: true }, SecretField { name: APP_SECRET, is_required: true }]
}

/// The Graph API with a channel's token.
struct Graph<'a> {
    line: Line<'a>,
    api_url: &'a str,
    token: &'a str,
}

impl<'a> Graph<'a> {
    fn of(line: Line<'a>, api_url: &'a str, token: &'static str) -> Provided<Self> {
        let token = line.secrets.get(token).unwrap_or_default();
        if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(ProviderError::settings(None, "the access token is not one"));
        }
        Ok(Self { line, api_url, token })
    }

    /// Asks for an object.
    async fn get(&self, path: &str) -> Provided<Value> {
        self.request("GET", path, Vec::new(), Vec::new()).await
    }

    /// Posts JSON.
    async fn post(&self, path: &str, body: &Value) -> Provided<Value> {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        self.request("POST", path, headers, body.to_string().into_bytes()).await
    }

    /// Posts a form with a file.
    async fn post_form(&self, path: &str, form: Form) -> Provided<Value> {
        let (content_type, body) = form.finish();
        self.request("POST", path, vec![("content-type".to_owned(), content_type)], body).await
    }

    async fn request(
        &self,
        method: &'static str,
        path: &str,
        mut headers: Vec<(String, String)>,
        body: Vec<u8>,
    ) -> Provided<Value> {
        headers.push(("authorization".to_owned(), format!("Bearer {}", self.token)));
        let request = OutboundRequest {
            method,
            url: format!("{}/{VERSION}/{path}", self.api_url),
            headers,
            body,
            timeout_ms: TIMEOUT_MS,
            answer_bytes_max: ANSWER_BYTES_MAX,
        };
        result(self.line.outbound.call(request).await?)
    }

    /// A file's bytes, with the token only where Meta asks for it.
    async fn file(&self, url: &str, with_token: bool) -> Provided<Vec<u8>> {
        let headers = if with_token {
            vec![("authorization".to_owned(), format!("Bearer {}", self.token))]
        } else {
            Vec::new()
        };
        let request = OutboundRequest {
            method: "GET",
            url: url.to_owned(),
            headers,
            body: Vec::new(),
            timeout_ms: TIMEOUT_MS,
            answer_bytes_max: FILE_BYTES_MAX + 1,
        };
        let answer = self.line.outbound.call(request).await?;
        given_out(answer, "Meta")
    }

    /// Whether an address is one that the token may be sent to: the Graph API's own host, or Meta's for files.
    fn is_of_meta(&self, url: &str) -> bool {
        let Ok(url) = url::Url::parse(url) else { return false };
        let own = url::Url::parse(self.api_url).ok();
        let is_own = own.is_some_and(|own| own.origin() == url.origin());
        let is_known = |host: &str| {
            ["fbsbx.com", "fbcdn.net", "facebook.com", "whatsapp.net"].iter().any(|known| {
                host == *known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.'))
            })
        };
        is_own || (url.scheme() == "https" && url.host_str().is_some_and(is_known))
    }
}

/// *Handling Errors*: `error.code`, `error.message`.
fn result(answer: OutboundAnswer) -> Provided<Value> {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    if (200..300).contains(&answer.status) && body.get("error").is_none() {
        return Ok(body);
    }
    let (status, code) = (answer.status, body["error"]["code"].as_i64());
    let why = |words: &str| match code {
        Some(code) => format!("{words} (code {code})"),
        None => format!("{words} ({status})"),
    };
    Err(match code {
        // Access tokens, permissions, and objects that this token does not see.
        Some(0 | 3 | 10 | 33 | 102 | 190 | 200..=299) => {
            ProviderError::settings(status, why("Meta does not accept the access token for this"))
        }
        // Rate limits of the app, the page, the number, and the pair of two numbers.
        Some(4 | 17 | 32 | 613 | 80_000..=80_014 | 130_429 | 131_048 | 131_056) => {
            ProviderError::Unavailable {
                status: Some(status),
                detail: why("Meta asks to slow down"),
                retry_after_secs: answer.retry_after_secs.or(Some(30)),
            }
        }
        Some(1 | 2 | 131_000 | 131_016 | 131_057 | 133_004) => {
            ProviderError::unavailable(status, why("Meta has trouble at the moment"))
        }
        Some(131_026) => {
            ProviderError::refused(status, why("the customer cannot get messages from this number"))
        }
        Some(131_047 | 2_018_278) => ProviderError::refused(status, why(LATE)),
        Some(131_050) => ProviderError::refused(status, why("the customer wants no more messages")),
        Some(131_051) => {
            ProviderError::refused(status, why("the customer's app does not take this kind of message"))
        }
        _ if status >= 500 || status == 429 => ProviderError::Unavailable {
            status: Some(status),
            detail: why("Meta does not answer as it should"),
            retry_after_secs: answer.retry_after_secs,
        },
        _ if status == 401 => ProviderError::settings(status, why("Meta does not accept the access token")),
        _ => {
            let words = text::cut(body["error"]["message"].as_str().unwrap_or("no description"), 200);
            ProviderError::refused(status, why(&format!("Meta refused it: {words}")))
        }
    })
}

/// Why free text does not go out.
const LATE: &str =
    "more than 24 hours have passed since the customer last wrote, and free text is only taken until then";

/// Answers the verification, or believes a notification.
///
/// Nothing follows from a verification: it says that the address is ours, to whoever asks with the right token.
fn opened(line: Line<'_>, verify_token: &str, request: &HookRequest) -> Result<Opened, HookError> {
    if request.is_get {
        let fields: Vec<(String, String)> =
            serde_urlencoded::from_str(&request.query).map_err(|_| HookError::Malformed)?;
        let field = |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value);
        let wanted = if verify_token.is_empty() { line.channel.to_string() } else { verify_token.to_owned() };
        let is_right = field("hub.mode") == "subscribe" && field("hub.verify_token") == wanted;
        let challenge = field("hub.challenge");
        let is_fine = challenge.len() <= 200 && challenge.bytes().all(|b| b.is_ascii_alphanumeric());
        return match is_right {
            true if is_fine => {
                Ok(Opened::Verified(Hooked { news: Vec::new(), answer: challenge.to_owned() }))
            }
            true => Err(HookError::Malformed),
            false => Err(HookError::Forged),
        };
    }
    let secret = line.secrets.get(APP_SECRET).filter(|s| !s.is_empty()).ok_or(HookError::Forged)?;
    let given = request.header("x-hub-signature-256").and_then(|value| value.strip_prefix("sha256="));
    let given = given.and_then(|digits| hex::decode(digits).ok()).ok_or(HookError::Forged)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| HookError::Forged)?;
    mac.update(&request.body);
    // Compared in constant time.
    mac.verify_slice(&given).map_err(|_| HookError::Forged)?;
    serde_json::from_slice(&request.body).map(Opened::Notified).map_err(|_| HookError::Malformed)
}

/// What Meta asked or told.
enum Opened {
    Verified(Hooked),
    Notified(Value),
}

/// Members of a list, wherever the list is none.
fn each(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
