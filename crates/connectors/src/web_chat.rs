//! The built-in web chat: the customer's frame fetches replies itself, so nothing has to be sent anywhere.

use countersign_service::port::{BoxFuture, Connector, Outbound, OutboundMessage, SendOutcome};
use countersign_types::{Error, FieldError, Result, Timestamp};
use serde::{Deserialize, Serialize};

/// The connector of web chats.
#[derive(Debug, Default, Clone, Copy)]
pub struct WebChat;

/// Settings of a web chat.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Origins of pages that may carry it.
    origins: Vec<String>,
    /// Heading of the chat.
    title: String,
    /// First words to a visitor.
    greeting: String,
    /// Colour, `#rrggbb`.
    accent: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            title: "Chat with us".to_owned(),
            greeting: "Hello! How can we help?".to_owned(),
            accent: "#3355dd".to_owned(),
        }
    }
}

/// Whether a text is an origin: scheme, host and port, nothing else; https, or a local address for trying out.
pub fn is_origin(text: &str) -> bool {
    let Ok(url) = url::Url::parse(text) else { return false };
    let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let scheme_is_fine = url.scheme() == "https" || (url.scheme() == "http" && is_local);
    scheme_is_fine && !text.contains('*') && url.origin().ascii_serialization() == text
}

fn is_colour(text: &str) -> bool {
    text.len() == 7 && text.starts_with('#') && text[1..].bytes().all(|b| b.is_ascii_hexdigit())
}

impl Connector for WebChat {
    fn check_config(&self, value: &serde_json::Value, _outbound: &dyn Outbound) -> Result<serde_json::Value> {
        let config = if value.is_null() { Ok(Config::default()) } else { Config::deserialize(value) };
        let config = config.map_err(|_| {
            let detail = "A web chat takes `origins` (a list), `title`, `greeting` and `accent`.";
            Error::invalid("/config", "invalid-config", detail)
        })?;
        let mut errors = Vec::new();
        if config.origins.len() > 50 {
            errors.push(FieldError::new("/config/origins", "too-many", "At most 50 origins."));
        }
        for (i, origin) in config.origins.iter().enumerate() {
            if !is_origin(origin) {
                let detail =
                    "An origin is https:// and a host, such as https://shop.example, without a path.";
                errors.push(FieldError::new(format!("/config/origins/{i}"), "invalid-origin", detail));
            }
        }
        for (name, text, max) in [("title", &config.title, 80), ("greeting", &config.greeting, 500)] {
            if text.chars().count() > max {
                let detail = format!("At most {max} characters.");
                errors.push(FieldError::new(format!("/config/{name}"), "too-long", detail));
            }
        }
        if !is_colour(&config.accent) {
            errors.push(FieldError::new(
                "/config/accent",
                "invalid-colour",
                "A colour is # and six hex digits.",
            ));
        }
        if errors.is_empty() {
            serde_json::to_value(config).map_err(Error::internal)
        } else {
            Err(Error::Invalid(errors))
        }
    }

    fn deep_link(&self, _config: &serde_json::Value, _code: &str) -> Option<String> {
        None
    }

    fn send<'a>(
        &'a self,
        _config: &'a serde_json::Value,
        _secret: Option<&'a str>,
        _message: &'a OutboundMessage,
        _now: Timestamp,
        _outbound: &'a dyn Outbound,
    ) -> BoxFuture<'a, SendOutcome> {
        Box::pin(async { SendOutcome::Sent { status: None } })
    }
}

#[cfg(test)]
mod tests {
    use super::is_origin;

    #[test]
    fn an_origin_is_scheme_host_and_port_alone() {
        for good in [
            "https://shop.example",
            "https://shop.example:8443",
            "http://localhost:8081",
            "http://127.0.0.1:1",
        ] {
            assert!(is_origin(good), "{good}");
        }
        for bad in [
            "http://shop.example",
            "https://shop.example/",
            "https://shop.example/x",
            "https://*.example",
            "https://u@shop.example",
            "shop.example",
            "null",
            "",
            "https://shop.example:443",
            "HTTPS://SHOP.EXAMPLE",
        ] {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
