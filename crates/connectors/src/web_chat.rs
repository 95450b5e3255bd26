//! The built-in web chat: the customer's frame fetches replies itself, so nothing has to be sent anywhere.

use countersign_service::phrase::checked_phrases;
use countersign_service::port::{BoxFuture, Connector, Done, Line, Outbound, OutboundMessage, Provided};
use countersign_types::{Error, FieldError, Result};
use serde::{Deserialize, Serialize};

/// The phrases of the chat that can be written anew, as in `site/src/webchat/phrases`.
pub const PHRASES: &[&str] = &[
    "open",
    "unread",
    "chat",
    "close",
    "message",
    "placeholder",
    "send",
    "sending",
    "delivered",
    "read",
    "failed",
    "again",
    "new_below",
    "ended",
    "signed_as",
    "proved",
    "redacted",
    "connecting",
    "offline",
    "loading",
    "no_net",
    "no_net_text",
    "unavailable",
    "unavailable_text",
    "setup",
    "setup_text",
    "who_failed",
    "who_failed_text",
    "many",
    "retry",
    "reference",
    "fresh",
    "away",
    "away_text",
    "your_name",
    "your_email",
    "optional",
    "needed",
    "attach",
    "uploading",
    "too_big",
    "wrong_type",
    "upload_failed",
    "remove",
    "typing",
];

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
    /// `auto` (by who of the team is active), `online` or `offline`.
    availability: Availability,
    /// What a visitor reads when nobody is there; empty = our words in their language.
    offline_text: String,
    /// Whether visitors may send files.
    files: bool,
    /// Asked before the first message of a stranger. Answers are claims.
    questions: Vec<Question>,
    /// Whether visitors of websites may be invited; to whom and when stands in the invitations.
    invitations: bool,
    /// Phrases that differ from ours: language → key → text.
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    phrases: serde_json::Value,
}

#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Availability {
    #[default]
    Auto,
    Online,
    Offline,
}

/// A question before the chat.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    /// `name`, `email` and `phone` become claims; other keys are the company's.
    key: String,
    /// What is asked.
    label: String,
    /// `text`, `email`, `phone` or `choice`.
    #[serde(default)]
    kind: QuestionKind,
    /// What a choice offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    options: Vec<String>,
    /// Whether the chat waits for an answer.
    #[serde(default)]
    required: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum QuestionKind {
    #[default]
    Text,
    Email,
    Phone,
    Choice,
}

impl Question {
    fn check(&self, at: &str, errors: &mut Vec<FieldError>) {
        let is_key = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if self.key.is_empty() || self.key.len() > 40 || !self.key.bytes().all(is_key) {
            let detail = "A key has 1 to 40 lower-case letters, digits and _.";
            errors.push(FieldError::new(format!("{at}/key"), "invalid-key", detail));
        }
        if self.label.trim().is_empty() || self.label.chars().count() > 120 {
            let detail = "A question has 1 to 120 characters.";
            errors.push(FieldError::new(format!("{at}/label"), "invalid-label", detail));
        }
        let has_options = !self.options.is_empty();
        let is_long = self.options.len() > 20 || self.options.iter().any(|o| o.chars().count() > 80);
        if has_options != (self.kind == QuestionKind::Choice) || is_long {
            let detail = "A choice, and only a choice, has 1 to 20 options of at most 80 characters.";
            errors.push(FieldError::new(format!("{at}/options"), "invalid-options", detail));
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            title: "Chat with us".to_owned(),
            greeting: "Hello! How can we help?".to_owned(),
            accent: "#3355dd".to_owned(),
            availability: Availability::Auto,
            offline_text: String::new(),
            files: true,
            questions: Vec::new(),
            invitations: false,
            phrases: serde_json::Value::Null,
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

impl Connector for WebChat {
    fn check_config(&self, value: &serde_json::Value, _outbound: &dyn Outbound) -> Result<serde_json::Value> {
        let config = if value.is_null() { Ok(Config::default()) } else { Config::deserialize(value) };
        let mut config = config.map_err(|_| {
            let detail = "A web chat takes `origins` (a list), `title`, `greeting`, `accent`, `availability`, \
                          `offline_text`, `files`, `questions`, `invitations` and `phrases`.";
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
        if config.questions.len() > 6 {
            errors.push(FieldError::new("/config/questions", "too-many", "At most six questions."));
        }
        for (i, question) in config.questions.iter().enumerate() {
            let at = format!("/config/questions/{i}");
            question.check(&at, &mut errors);
            if config.questions[..i].iter().any(|other| other.key == question.key) {
                let detail = "Another question has this key.";
                errors.push(FieldError::new(format!("{at}/key"), "duplicate-key", detail));
            }
        }
        let texts = [
            ("title", &config.title, 80),
            ("greeting", &config.greeting, 500),
            ("offline_text", &config.offline_text, 500),
        ];
        for (name, text, max) in texts {
            if text.chars().count() > max {
                let detail = format!("At most {max} characters.");
                errors.push(FieldError::new(format!("/config/{name}"), "too-long", detail));
            }
        }
        if !countersign_types::widget::is_colour(&config.accent) {
            errors.push(FieldError::new(
                "/config/accent",
                "invalid-colour",
                "A colour is # and six hex digits.",
            ));
        }
        let phrases = checked_phrases(&config.phrases, PHRASES, "/config/phrases", &mut errors);
        // A chat without phrases of its own is stored as it was before there were any.
        let is_ours = phrases.as_object().is_none_or(serde_json::Map::is_empty);
        config.phrases = if is_ours { serde_json::Value::Null } else { phrases };
        if errors.is_empty() {
            serde_json::to_value(config).map_err(Error::internal)
        } else {
            Err(Error::Invalid(errors))
        }
    }

    fn deep_link(&self, _config: &serde_json::Value, _code: &str) -> Option<String> {
        None
    }

    fn test<'a>(&'a self, _line: Line<'a>) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async { Ok(Done::default()) })
    }

    fn send<'a>(&'a self, _line: Line<'a>, _message: &'a OutboundMessage) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async { Ok(Done::default()) })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{PHRASES, is_origin};

    #[test]
    fn the_phrases_are_those_of_the_chat() {
        let english: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(include_str!("../../../site/src/webchat/phrases/en.json")).unwrap();
        let known: BTreeSet<&str> = PHRASES.iter().copied().collect();
        assert_eq!(english.keys().map(String::as_str).collect::<BTreeSet<_>>(), known);
    }

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
