//! What a widget's settings may be.

use std::collections::BTreeSet;

use countersign_types::widget::{Widget, WidgetMode};
use countersign_types::{Error, FieldError, Result};
use serde_json::{Map, Value};
use url::{Host, Url};

use crate::Service;
use crate::phrase::{checked_phrases, object, shown};
use crate::session::language_tag;

/// Longest name, characters.
pub const NAME_CHARS_MAX: usize = 100;
/// Origins at most.
pub const ORIGINS_MAX: usize = 20;
const LANGUAGES_MAX: usize = 50;
const CHANNELS_MAX: usize = 50;

/// The phrases of the widget that can be written anew, as in `site/src/widget/phrases`.
pub const PHRASES: &[&str] = &[
    "title",
    "intro",
    "get",
    "getting",
    "code",
    "copy",
    "copied",
    "copied_say",
    "copy_blocked",
    "valid",
    "soon",
    "renew",
    "channels",
    "open",
    "open_in",
    "scan",
    "scan_text",
    "scan_plain",
    "warn",
    "warn_short",
    "linked",
    "linked_to",
    "linked_text",
    "not_you",
    "undo",
    "undo_until",
    "undoing",
    "undone",
    "undone_text",
    "held",
    "held_text",
    "held_why",
    "held_yes",
    "held_no",
    "disowned",
    "disowned_text",
    "expired",
    "expired_text",
    "replaced",
    "replaced_text",
    "offline",
    "no_net",
    "no_net_text",
    "unavailable",
    "unavailable_text",
    "refused",
    "refused_text",
    "signed_out",
    "signed_out_text",
    "many",
    "many_text",
    "setup",
    "setup_text",
    "retry",
    "close",
    "reference",
    "loading",
    "mine",
    "mine_text",
    "mine_none",
    "since",
    "unlink",
    "unlink_ask",
    "unlinked",
    "back",
];

impl Service {
    /// The widget with its settings checked and in their one form. Everything wrong is named at once.
    pub(super) fn checked_widget(&self, mut widget: Widget) -> Result<Widget> {
        let mut errors = Vec::new();
        widget.name = widget.name.trim().to_owned();
        let chars = widget.name.chars().count();
        if chars == 0 || chars > NAME_CHARS_MAX || widget.name.chars().any(char::is_control) {
            let detail = format!("A name has 1 to {NAME_CHARS_MAX} characters on one line.");
            errors.push(FieldError::new("/name", "invalid-name", detail));
        }
        widget.origins = origins(&widget.origins, &mut errors);
        match (widget.mode, crate::text::reason(widget.plain_reason.as_deref())) {
            (WidgetMode::Signed, _) => widget.plain_reason = None,
            (WidgetMode::Plain, Ok(Some(reason))) => widget.plain_reason = Some(reason),
            (WidgetMode::Plain, Ok(None)) => errors.push(FieldError::new(
                "/plain_reason",
                "missing-field",
                "In plain mode anybody can claim to be anybody. Say why this widget needs it.",
            )),
            (WidgetMode::Plain, Err(_)) => {
                let detail = "A reason has at most 500 characters.";
                errors.push(FieldError::new("/plain_reason", "too-long", detail));
            }
        }
        languages(&mut widget, &mut errors);
        let known = &self.snapshot().channels;
        let mut seen = BTreeSet::new();
        widget.channels.retain(|channel| seen.insert(*channel));
        if widget.channels.len() > CHANNELS_MAX || widget.channels.iter().any(|c| !known.contains_key(c)) {
            errors.push(FieldError::new(
                "/channels",
                "unknown-channel",
                "One of these channels is not in use.",
            ));
        }
        widget.phrases = checked_phrases(&widget.phrases, PHRASES, "/phrases", &mut errors);
        widget.theme = theme(&widget.theme, &mut errors);
        if errors.is_empty() { Ok(widget) } else { Err(Error::Invalid(errors)) }
    }
}

fn origins(given: &[String], errors: &mut Vec<FieldError>) -> Vec<String> {
    if given.is_empty() || given.len() > ORIGINS_MAX {
        let detail = format!("Name 1 to {ORIGINS_MAX} origins of the pages that carry the widget.");
        errors.push(FieldError::new("/origins", "out-of-range", detail));
        return Vec::new();
    }
    let mut checked: Vec<String> = Vec::with_capacity(given.len());
    for (n, text) in given.iter().enumerate() {
        match origin(text) {
            Ok(origin) if checked.contains(&origin) => {}
            Ok(origin) => checked.push(origin),
            Err(detail) => errors.push(FieldError::new(format!("/origins/{n}"), "invalid-origin", detail)),
        }
    }
    checked
}

/// An origin in the spelling in which browsers send it: scheme, host, and a port that is not the scheme's own.
pub(super) fn origin(text: &str) -> std::result::Result<String, &'static str> {
    const FORM: &str = "An origin is a scheme, a host and perhaps a port, such as `https://bank.example`.";
    let text = text.trim();
    if text.len() > 300 || text.contains(['*', '\\', '?', '#', '@', '%']) {
        return Err(FORM);
    }
    let url = Url::parse(text).map_err(|_| FORM)?;
    let is_bare = matches!(url.path(), "" | "/") && url.username().is_empty() && url.password().is_none();
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(FORM),
    };
    match url.scheme() {
        "https" if is_bare => Ok(url.origin().ascii_serialization()),
        "http" if is_bare && is_local => Ok(url.origin().ascii_serialization()),
        "http" if is_bare => Err("An origin begins with `https`; `http` is for localhost alone."),
        _ => Err(FORM),
    }
}

fn languages(widget: &mut Widget, errors: &mut Vec<FieldError>) {
    if widget.languages.is_empty() || widget.languages.len() > LANGUAGES_MAX {
        errors.push(FieldError::new("/languages", "out-of-range", "A widget has 1 to 50 languages."));
        return;
    }
    for (n, tag) in widget.languages.iter().enumerate() {
        if let Err(Error::Invalid(wrong)) = language_tag(&format!("/languages/{n}"), tag) {
            errors.extend(wrong);
        }
    }
    let mut seen = BTreeSet::new();
    widget.languages.retain(|tag| seen.insert(tag.clone()));
    if !widget.languages.contains(&widget.default_language) {
        let detail = "The default language is one of the widget's languages.";
        errors.push(FieldError::new("/default_language", "not-offered", detail));
    }
}

fn theme(given: &Value, errors: &mut Vec<FieldError>) -> Value {
    let mut checked = Map::new();
    let Some(members) = object(given) else {
        let detail = "A theme is an object with `accent`, `radius` and `scheme`.";
        errors.push(FieldError::new("/theme", "invalid-theme", detail));
        return Value::Object(checked);
    };
    for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        let (is_good, detail) = match name.as_str() {
            "accent" => (
                value.as_str().is_some_and(countersign_types::widget::is_colour),
                "A colour is written as `#2f5bd0`.",
            ),
            "radius" => (
                value.as_i64().is_some_and(|px| (0..=24).contains(&px)),
                "A radius is a whole number of pixels from 0 to 24.",
            ),
            "scheme" => (
                value.as_str().is_some_and(|s| matches!(s, "auto" | "light" | "dark")),
                "A scheme is `auto`, `light` or `dark`.",
            ),
            _ => (false, "A theme has `accent`, `radius` and `scheme` only."),
        };
        if is_good {
            checked.insert(name.clone(), value.clone());
        } else {
            errors.push(FieldError::new(format!("/theme/{}", shown(name)), "invalid-theme", detail));
        }
    }
    Value::Object(checked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_phrases_are_those_of_the_widget() {
        let english: Map<String, Value> =
            serde_json::from_str(include_str!("../../../../site/src/widget/phrases/en.json")).unwrap();
        let known: BTreeSet<&str> = PHRASES.iter().copied().collect();
        assert_eq!(english.keys().map(String::as_str).collect::<BTreeSet<_>>(), known);
    }

    #[test]
    fn w_3_an_origin_is_scheme_host_and_port_and_nothing_else() {
        let good = [
            ("https://bank.example", "https://bank.example"),
            ("HTTPS://Bank.Example:443/", "https://bank.example"),
            (" https://bank.example:8443 ", "https://bank.example:8443"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("http://localhost:5173", "http://localhost:5173"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ];
        for (text, expected) in good {
            assert_eq!(origin(text).as_deref(), Ok(expected), "{text}");
        }
        let bad = [
            "",
            "bank.example",
            "//bank.example",
            "https://",
            "http://bank.example",
            "https://*.bank.example",
            "*",
            "https://bank.example/path",
            "https://bank.example/?a",
            "https://bank.example/#a",
            "null",
            "ftp://a.example",
            "https://user@bank.example",
            "https://user:pw@bank.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "https://bank.example\\@evil.example",
            "https://bank.example:99999",
            "https://bank%2eexample",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "blob:https://bank.example/1",
            "https://bank.example evil.example",
        ];
        for text in bad {
            assert!(origin(text).is_err(), "{text}");
        }
    }

    #[test]
    fn phrases_and_themes_hold_only_what_the_widget_understands() {
        let check = |given: Value| {
            let mut errors = Vec::new();
            let kept = checked_phrases(&given, PHRASES, "/phrases", &mut errors);
            (kept, errors.into_iter().map(|e| e.pointer).collect::<Vec<_>>())
        };
        assert_eq!(check(Value::Null), (json!({}), vec![]));
        let given = json!({"de": {"title": " Wer? ", "copy": ""}, "fr": {"copy": ""}});
        assert_eq!(check(given), (json!({"de": {"title": "Wer?"}}), vec![]));
        let bad = json!({"de": {"nope": "x", "title": 7, "copy": "a\nb", "undo": "x".repeat(301)}, "DE!": {}, "en": []});
        let (kept, pointers) = check(bad);
        assert_eq!(kept, json!({}));
        assert_eq!(pointers.len(), 6, "{pointers:?}");
        let theme_of = |given: Value| {
            let mut errors = Vec::new();
            let kept = theme(&given, &mut errors);
            (kept, errors.len())
        };
        let good = json!({"accent": "#2F5bd0", "radius": 8, "scheme": "auto"});
        assert_eq!(theme_of(good.clone()), (good, 0));
        let bad = json!({"accent": "red;}", "radius": 25, "scheme": "x", "font": "y"});
        assert_eq!(theme_of(bad), (json!({}), 4));
        assert_eq!(theme_of(json!([])).1, 1);
    }
}
