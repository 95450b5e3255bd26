//! Phrases that a company wrote itself, in place of ours: of the widget and of the web chat.

use std::sync::LazyLock;

use countersign_types::FieldError;
use serde_json::{Map, Value};

use crate::session::language_tag;

/// Longest phrase, characters.
pub const PHRASE_CHARS_MAX: usize = 300;
/// Languages at most.
pub const PHRASE_LANGUAGES_MAX: usize = 50;

/// Language → key → text, in its one form. An empty text is no phrase; keys are those of `known`. What is wrong is
/// named below the pointer `at`.
pub fn checked_phrases(given: &Value, known: &[&str], at: &str, errors: &mut Vec<FieldError>) -> Value {
    const SHAPE: &str = "Phrases are an object: language → key → text.";
    let mut checked = Map::new();
    let Some(languages) = object(given).filter(|languages| languages.len() <= PHRASE_LANGUAGES_MAX) else {
        errors.push(FieldError::new(at, "invalid-phrases", SHAPE));
        return Value::Object(checked);
    };
    for (language, texts) in languages {
        let place = format!("{at}/{}", shown(language));
        let Some(texts) = texts.as_object().filter(|_| language_tag("", language).is_ok()) else {
            errors.push(FieldError::new(place, "invalid-phrases", SHAPE));
            continue;
        };
        let mut kept = Map::new();
        for (key, text) in texts {
            let pointer = format!("{place}/{}", shown(key));
            match text.as_str().map(str::trim) {
                _ if !known.contains(&key.as_str()) => {
                    let detail = format!("There is no such phrase. Known: {}.", known.join(", "));
                    errors.push(FieldError::new(pointer, "unknown-phrase", detail));
                }
                Some("") => {}
                Some(text)
                    if text.chars().count() <= PHRASE_CHARS_MAX && !text.chars().any(char::is_control) =>
                {
                    kept.insert(key.clone(), Value::String(text.to_owned()));
                }
                _ => {
                    let detail =
                        format!("A phrase is a text of at most {PHRASE_CHARS_MAX} characters on one line.");
                    errors.push(FieldError::new(pointer, "invalid-phrase", detail));
                }
            }
        }
        if !kept.is_empty() {
            checked.insert(language.clone(), Value::Object(kept));
        }
    }
    Value::Object(checked)
}

/// An object; nothing at all is an empty one.
pub(crate) fn object(value: &Value) -> Option<&Map<String, Value>> {
    static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
    if value.is_null() { Some(&NONE) } else { value.as_object() }
}

/// A member's name in a pointer.
pub(crate) fn shown(name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
    name.replace('~', "~0").replace('/', "~1")
}
