//! One bot: *Making requests*. The token stands in the address, so no address is ever part of an error.

use countersign_service::port::{
    ANSWER_BYTES_MAX, Line, OutboundAnswer, OutboundRequest, Provided, ProviderError,
};
use serde_json::{Value, json};

use super::{Config, TOKEN};
use crate::multipart::Form;
use crate::provider::{FILE_BYTES_MAX, given_out};
use crate::text;

/// How long a call may take, milliseconds: longer than Telegram holds a look.
const TIMEOUT_MS: u64 = 24_000;
/// How long a file may take.
const FILE_TIMEOUT_MS: u64 = 15_000;
/// Bytes of a look's answer at most: a hundred updates.
const UPDATES_BYTES_MAX: usize = 8 * 1_048_576;

/// A bot, and the way to it.
pub(super) struct Bot<'a> {
    line: Line<'a>,
    api_url: String,
    token: &'a str,
}

impl<'a> Bot<'a> {
    pub(super) fn of(line: Line<'a>, config: &Config) -> Provided<Self> {
        let token = line.secrets.get(TOKEN).unwrap_or_default();
        // *Authorizing your bot*: digits, a colon, letters, digits, `_` and `-`. Nothing else may become an address.
        let is_fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b':');
        if !token.contains(':') || !token.bytes().all(is_fine) {
            let detail = "a bot's token looks like 123456:ABC-DEF, as @BotFather shows it";
            return Err(ProviderError::settings(None, detail));
        }
        Ok(Self { line, api_url: config.api_url.clone(), token })
    }

    /// The bot's name, and thereby that the token is good.
    pub(super) async fn username(&self) -> Provided<String> {
        let me = self.call("getMe", json!({})).await?;
        let name = me["username"].as_str().unwrap_or_default();
        let is_fine = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        if (1..=64).contains(&name.len()) && name.bytes().all(is_fine) {
            Ok(name.to_owned())
        } else {
            Err(ProviderError::settings(200, "what answers there is not the Bot API"))
        }
    }

    /// Calls a method with a JSON body; answers with its `result`.
    pub(super) async fn call(&self, method: &str, body: Value) -> Provided<Value> {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        self.request(method, headers, body.to_string().into_bytes()).await
    }

    /// Calls a method with a form, which may carry files.
    pub(super) async fn post(&self, method: &str, form: Form) -> Provided<Value> {
        let (content_type, body) = form.finish();
        self.request(method, vec![("content-type".to_owned(), content_type)], body).await
    }

    async fn request(&self, method: &str, headers: Vec<(String, String)>, body: Vec<u8>) -> Provided<Value> {
        let is_look = method == "getUpdates";
        let request = OutboundRequest {
            method: "POST",
            url: format!("{}/bot{}/{method}", self.api_url, self.token),
            headers,
            body,
            timeout_ms: TIMEOUT_MS,
            answer_bytes_max: if is_look { UPDATES_BYTES_MAX } else { ANSWER_BYTES_MAX },
        };
        result(self.line.outbound.call(request).await?)
    }

    /// A file's bytes: *getFile*.
    pub(super) async fn file(&self, path: &str) -> Provided<Vec<u8>> {
        let is_fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'/');
        if path.is_empty() || path.contains("..") || !path.bytes().all(is_fine) {
            return Err(ProviderError::refused(None, "Telegram does not give out this file"));
        }
        let request = OutboundRequest {
            method: "GET",
            url: format!("{}/file/bot{}/{path}", self.api_url, self.token),
            headers: Vec::new(),
            body: Vec::new(),
            timeout_ms: FILE_TIMEOUT_MS,
            answer_bytes_max: FILE_BYTES_MAX + 1,
        };
        let answer = self.line.outbound.call(request).await?;
        given_out(answer, "Telegram")
    }
}

/// *Making requests*: `ok`, `result`, `description`, `error_code`, `parameters.retry_after`.
fn result(answer: OutboundAnswer) -> Provided<Value> {
    let mut body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    if answer.status == 200 && body["ok"] == true {
        return Ok(body["result"].take());
    }
    let why = text::cut(body["description"].as_str().unwrap_or("no description"), 200);
    let status = answer.status;
    Err(match status {
        401 | 404 => ProviderError::settings(status, "Telegram does not know this token"),
        403 => ProviderError::refused(status, "the customer has blocked the bot, or never started it"),
        409 => ProviderError::settings(
            status,
            "another program fetches this bot's messages, or a webhook is set",
        ),
        429 => ProviderError::Unavailable {
            status: Some(status),
            detail: "Telegram asks to slow down".to_owned(),
            retry_after_secs: body["parameters"]["retry_after"].as_u64().or(answer.retry_after_secs),
        },
        400..=499 => ProviderError::refused(status, format!("Telegram refused it: {why}")),
        _ => ProviderError::unavailable(status, format!("Telegram answered {status}")),
    })
}
