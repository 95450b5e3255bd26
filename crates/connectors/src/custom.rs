//! The custom channel: the company's own connector. Messages come in by the API; replies go out as signed webhooks
//! (Standard Webhooks), so that the company's side verifies them with any of its libraries.

use countersign_service::port::{
    ANSWER_BYTES_MAX, BoxFuture, Connector, Done, Line, Outbound, OutboundAnswer, OutboundError,
    OutboundMessage, OutboundRequest, Provided, ProviderError, SIGNING,
};
use countersign_types::{Error, FieldError, Result};
use serde::{Deserialize, Serialize};

use crate::sign::standard_webhook_headers;

/// How long the company's endpoint may take, milliseconds.
const TIMEOUT_MS: u64 = 15_000;
/// Where the code goes in a deep link.
const CODE: &str = "{code}";

/// The connector of custom channels.
#[derive(Debug, Default, Clone, Copy)]
pub struct Custom;

/// Settings of a custom channel.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    /// Where replies are posted; without it they wait to be fetched by the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outbound_url: Option<String>,
    /// Opens the channel with the code filled in: `https://…{code}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deep_link: Option<String>,
}

fn config(value: &serde_json::Value) -> Result<Config> {
    if value.is_null() {
        return Ok(Config::default());
    }
    Config::deserialize(value).map_err(|_| {
        let detail = "A custom channel takes `outbound_url` and `deep_link`, both texts.";
        Error::invalid("/config", "invalid-config", detail)
    })
}

/// Whether a deep link is one that a page may offer: https, or a local address for trying out, with the place of the
/// code after the host.
fn is_deep_link(text: &str) -> bool {
    let Ok(url) = url::Url::parse(&text.replace(CODE, "BCDF")) else { return false };
    let host_end = text.find("://").map_or(0, |i| i + 3);
    let path = text[host_end..].find('/').map_or(text.len(), |i| host_end + i);
    let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let scheme_is_fine = url.scheme() == "https" || (url.scheme() == "http" && is_local);
    scheme_is_fine && url.host().is_some() && text.find(CODE).is_some_and(|i| i > path)
}

impl Connector for Custom {
    fn check_config(&self, value: &serde_json::Value, outbound: &dyn Outbound) -> Result<serde_json::Value> {
        let config = config(value)?;
        let mut errors = Vec::new();
        if let Some(url) = &config.outbound_url
            && let Err(OutboundError::Refused(why) | OutboundError::Unreachable(why)) =
                outbound.check_url(url)
        {
            errors.push(FieldError::new("/config/outbound_url", "address-not-allowed", why));
        }
        if let Some(link) = &config.deep_link
            && !is_deep_link(link)
        {
            let detail = "A deep link starts with https:// and has {code} after the host.";
            errors.push(FieldError::new("/config/deep_link", "invalid-deep-link", detail));
        }
        if errors.is_empty() {
            serde_json::to_value(config).map_err(Error::internal)
        } else {
            Err(Error::Invalid(errors))
        }
    }

    fn deep_link(&self, value: &serde_json::Value, code: &str) -> Option<String> {
        config(value).ok()?.deep_link.map(|link| link.replace(CODE, code))
    }

    fn test<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            let message = OutboundMessage {
                // A receiver that remembers ids does not take it for a repetition.
                id: format!("test_{}", line.now.as_micros()),
                case: String::new(),
                channel: line.channel.to_string(),
                to: "test".to_owned(),
                author: None,
                text: "This is a test from Countersign.".to_owned(),
                attachments: Vec::new(),
                is_automatic: true,
                customer_wrote_at: None,
                mail: None,
                at: line.now.to_string(),
            };
            self.send(line, &message).await
        })
    }

    fn send<'a>(&'a self, line: Line<'a>, message: &'a OutboundMessage) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            let url = match config(line.config) {
                Ok(Config { outbound_url: Some(url), .. }) => url,
                // Nobody is called: the company fetches replies by the API and reports them as delivered.
                _ => return Ok(Done::default()),
            };
            let Some(secret) = line.secrets.get(SIGNING) else {
                return Err(ProviderError::refused(None, "the channel has no secret to sign with"));
            };
            let body = serde_json::json!({
                "type": "message.outbound",
                "timestamp": message.at,
                "data": {
                    "id": message.id, "case": message.case, "channel": message.channel,
                    "to": { "id": message.to }, "author": { "name": message.author }, "text": message.text,
                    "is_automatic": message.is_automatic,
                    "attachments": attachments(message),
                },
            })
            .to_string();
            let Some(mut headers) = standard_webhook_headers(&[secret], &message.id, line.now, &body) else {
                return Err(ProviderError::refused(None, "the channel's secret is not a webhook secret"));
            };
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
            let request = OutboundRequest {
                method: "POST",
                url,
                headers,
                body: body.into_bytes(),
                timeout_ms: TIMEOUT_MS,
                answer_bytes_max: ANSWER_BYTES_MAX,
            };
            answer(line.outbound.call(request).await)
        })
    }
}

/// The files of a reply, as the company's connector fetches them: by the API, with its key.
fn attachments(message: &OutboundMessage) -> Vec<serde_json::Value> {
    let one = |a: &countersign_types::message::Attachment| serde_json::json!({ "name": a.name, "mime_type": a.mime_type, "size_bytes": a.size_bytes, "url": a.url });
    message.attachments.iter().map(one).collect()
}

fn answer(answer: std::result::Result<OutboundAnswer, OutboundError>) -> Provided<Done> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(OutboundError::Refused(why)) => return Err(ProviderError::refused(None, why)),
        Err(OutboundError::Unreachable(why)) => return Err(ProviderError::unavailable(None, why)),
    };
    let status = answer.status;
    match status {
        200..=299 => Ok(Done { status: Some(status), detail: String::new() }),
        410 => Err(ProviderError::refused(status, "the endpoint says that it is gone (410)")),
        400 | 401 | 403 | 404 | 405 | 413 | 415 | 422 => {
            Err(ProviderError::refused(status, format!("the endpoint refused the message ({status})")))
        }
        _ => Err(ProviderError::Unavailable {
            status: Some(status),
            detail: format!("the endpoint answered {status}"),
            retry_after_secs: answer.retry_after_secs,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_link_is_https_with_the_code_after_the_host() {
        assert!(is_deep_link("https://m.example/start?code={code}"));
        assert!(is_deep_link("https://m.example/{code}"));
        assert!(is_deep_link("http://127.0.0.1:8081/messenger?text={code}"));
        for bad in [
            "http://m.example/{code}",
            "https://m.example/",
            "https://{code}.example/",
            "https://{code}",
            "javascript:alert({code})",
            "",
        ] {
            assert!(!is_deep_link(bad), "{bad}");
        }
    }
}
