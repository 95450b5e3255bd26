//! Schemas of the data of a site's own events: JSON Schema, drafts 2020-12 and 7.
//!
//! The library checks; here stands what a schema may ask for. Settings are written by a company's people, but the data is
//! a stranger's, so a schema must not let it decide how long a check takes, or where it looks: references stay within the
//! schema and never go round, what they unfold to is counted, patterns run on the linear engine. A word that the draft
//! does not know is an error, so that no schema promises what nobody checks.

use std::collections::BTreeSet;
use std::sync::Arc;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::Value;

/// Characters of a schema, at most.
pub const TEXT_MAX: usize = 16_384;
/// How deep schemas may stand within each other.
pub const DEPTH_MAX: usize = 16;
/// How many schemas within each other, all in all.
pub const PARTS_MAX: usize = 500;
/// How many they are once every reference is followed, and how deep: the most that is asked of one value.
pub const UNFOLDED_MAX: usize = 2_000;
/// How many patterns.
pub const PATTERNS_MAX: usize = 20;
const UNFOLDED_DEPTH_MAX: usize = 64;
/// Bytes of a compiled pattern, and of what it remembers while it runs.
const PATTERN_BYTES_MAX: usize = 128 * 1_024;
/// Characters of what the library says of a schema.
const SAID_MAX: usize = 300;

/// Words that both drafts know and that hold no schema.
const PLAIN: &[&str] = &[
    "$schema",
    "$id",
    "$comment",
    "deprecated",
    "title",
    "description",
    "default",
    "examples",
    "readOnly",
    "writeOnly",
    "type",
    "enum",
    "const",
    "required",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minProperties",
    "maxProperties",
    "contentEncoding",
    "contentMediaType",
];
/// Words that hold one schema, in both drafts.
const ONE: &[&str] =
    &["items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else"];
/// Words that hold a list of schemas.
const LIST: &[&str] = &["allOf", "anyOf", "oneOf"];
/// Words that hold schemas by name.
const NAMED: &[&str] = &["properties", "patternProperties", "$defs", "definitions"];

/// What a word holds.
#[derive(Clone, Copy, PartialEq)]
enum Holds {
    Nothing,
    One,
    List,
    Named,
}

fn holds(draft: Draft, word: &str, value: &Value) -> Option<Holds> {
    let is_new = draft == Draft::Draft202012;
    Some(match word {
        // Of a list each entry has its own: in draft 7.
        "items" if value.is_array() && !is_new => Holds::List,
        word if PLAIN.contains(&word) => Holds::Nothing,
        word if ONE.contains(&word) => Holds::One,
        word if LIST.contains(&word) => Holds::List,
        word if NAMED.contains(&word) => Holds::Named,
        "$ref" | "pattern" | "format" => Holds::Nothing,
        "dependentRequired" | "minContains" | "maxContains" if is_new => Holds::Nothing,
        "unevaluatedProperties" | "unevaluatedItems" if is_new => Holds::One,
        "prefixItems" if is_new => Holds::List,
        "dependentSchemas" if is_new => Holds::Named,
        "additionalItems" if !is_new => Holds::One,
        "dependencies" if !is_new => Holds::Named,
        _ => return None,
    })
}

/// A schema, with its text as it was written, ready to check.
#[derive(Debug, Clone)]
pub struct Schema {
    text: Value,
    /// Names that the schema gives to entries: in what is told of a failure other names are the sender's.
    names: Arc<BTreeSet<String>>,
    validator: Arc<Validator>,
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// What is wrong, and where: as a JSON Pointer.
pub type Wrong = (String, String);

impl Schema {
    /// Reads a schema, and makes it ready to check: once for each change of settings, not for each event.
    ///
    /// ```
    /// use countersign_visits::schema::Schema;
    /// use serde_json::json;
    /// let schema = Schema::parse(&json!({"type": "object", "required": ["price"], "properties": {"price": {"type": "number"}}}));
    /// let schema = schema.unwrap();
    /// assert_eq!(schema.check(&json!({"price": 12.5})), None);
    /// assert_eq!(schema.check(&json!({"price": "12.5"})).unwrap(), "/price is not of the type number");
    /// let elsewhere = Schema::parse(&json!({"properties": {"a": {"$ref": "https://example.org/a.json"}}}));
    /// assert_eq!(elsewhere.unwrap_err()[0].0, "/properties/a/$ref");
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong, each with its place.
    pub fn parse(text: &Value) -> Result<Self, Vec<Wrong>> {
        let here = |message: String| vec![(String::new(), message)];
        if !text.is_object() {
            return Err(here("A schema is an object.".to_owned()));
        }
        if text.to_string().len() > TEXT_MAX {
            return Err(here(format!("A schema has at most {TEXT_MAX} characters.")));
        }
        let draft = draft_of(text).ok_or_else(|| {
            let message = "Schemas are of the drafts 2020-12 (without `$schema`) and 7.".to_owned();
            vec![("/$schema".to_owned(), message)]
        })?;
        let mut reader =
            Reader { root: text, draft, wrong: Vec::new(), parts: 0, patterns: 0, names: BTreeSet::new() };
        reader.schema(text, String::new(), 0);
        if reader.wrong.is_empty() {
            let mut unfolded = 0;
            reader.unfold(text, "", 0, &mut Vec::new(), &mut unfolded);
        }
        if !reader.wrong.is_empty() {
            return Err(reader.wrong);
        }
        let validator = options(draft).build(text).map_err(|error| {
            let said: String = error.to_string().chars().take(SAID_MAX).collect();
            vec![(error.instance_path().to_string(), format!("This is no part of a schema: {said}."))]
        })?;
        Ok(Self { text: text.clone(), names: Arc::new(reader.names), validator: Arc::new(validator) })
    }

    /// Holds data against the schema: the first thing wrong with it, without any of its values or names.
    pub fn check(&self, data: &Value) -> Option<String> {
        let error = self.validator.validate(data).err()?;
        let place = self.place(&error, data);
        let what = match error.kind() {
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                return Some(format!("{place}/{} is missing", escaped(name)));
            }
            ValidationErrorKind::AdditionalProperties { .. }
            | ValidationErrorKind::UnevaluatedProperties { .. } => {
                "has an entry that the schema does not name".to_owned()
            }
            ValidationErrorKind::Type { kind } => format!("is not of the type {}", types(kind)),
            kind => format!("does not fit `{}`", kind.keyword()),
        };
        Some(if place.is_empty() { format!("The data {what}") } else { format!("{place} {what}") })
    }

    /// Where in the data: places in lists, and the names that the schema itself gives; any other is the sender's text.
    fn place(&self, error: &ValidationError<'_>, data: &Value) -> String {
        let (mut place, mut at) = (String::new(), Some(data));
        for part in error.instance_path().as_str().split('/').skip(1) {
            let name = part.replace("~1", "/").replace("~0", "~");
            let is_list = at.is_some_and(Value::is_array);
            place.push('/');
            place.push_str(if is_list || self.names.contains(&name) { part } else { "*" });
            at = at.and_then(|at| match at {
                Value::Array(items) => items.get(name.parse::<usize>().ok()?),
                Value::Object(fields) => fields.get(&name),
                _ => None,
            });
        }
        place
    }
}

impl serde::Serialize for Schema {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(s)
    }
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => one.to_string(),
        TypeKind::Multiple(several) => {
            several.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(" or ")
        }
    }
}

fn draft_of(text: &Value) -> Option<Draft> {
    let Some(named) = text.get("$schema") else { return Some(Draft::Draft202012) };
    match named.as_str()?.trim_end_matches('#') {
        "https://json-schema.org/draft/2020-12/schema" => Some(Draft::Draft202012),
        "http://json-schema.org/draft-07/schema" | "https://json-schema.org/draft-07/schema" => {
            Some(Draft::Draft7)
        }
        _ => None,
    }
}

/// No network, no files, no backtracking; what a format promises is held.
fn options<'i>(draft: Draft) -> jsonschema::ValidationOptions<'i> {
    let patterns = PatternOptions::regex().size_limit(PATTERN_BYTES_MAX).dfa_size_limit(PATTERN_BYTES_MAX);
    jsonschema::options()
        .with_draft(draft)
        .offline()
        .should_validate_formats(true)
        .with_pattern_options(patterns)
}

struct Reader<'s> {
    root: &'s Value,
    draft: Draft,
    wrong: Vec<Wrong>,
    parts: usize,
    patterns: usize,
    names: BTreeSet<String>,
}

impl<'s> Reader<'s> {
    fn say(&mut self, pointer: String, message: impl Into<String>) {
        self.wrong.push((pointer, message.into()));
    }

    fn schema(&mut self, text: &'s Value, at: String, depth: usize) {
        self.parts += 1;
        if depth > DEPTH_MAX || self.parts > PARTS_MAX {
            // Said once: what follows is not looked at.
            if self.parts <= PARTS_MAX + 1 {
                self.say(at, format!("A schema has at most {PARTS_MAX} parts, {DEPTH_MAX} deep."));
            }
            return;
        }
        // `true`, `false`, and what is neither: the library says.
        let Some(words) = text.as_object() else { return };
        for (word, value) in words {
            let place = format!("{at}/{}", escaped(word));
            let Some(holds) = holds(self.draft, word, value) else {
                self.say(place, format!("`{}` is no word that is checked here.", short(word)));
                continue;
            };
            self.word(word, value, &place, depth);
            match (holds, value) {
                (Holds::One, value) => self.schema(value, place, depth + 1),
                (Holds::List, Value::Array(all)) => {
                    for (n, one) in all.iter().enumerate() {
                        self.schema(one, format!("{place}/{n}"), depth + 1);
                    }
                }
                (Holds::Named, Value::Object(all)) => {
                    for (name, one) in all {
                        self.schema(one, format!("{place}/{}", escaped(name)), depth + 1);
                    }
                }
                _ => {}
            }
        }
    }

    fn word(&mut self, word: &str, value: &'s Value, place: &str, depth: usize) {
        match word {
            // Within, it would move what references point into.
            "$schema" | "$id" if depth > 0 => {
                self.say(place.to_owned(), format!("`{word}` stands at the top alone."));
            }
            "$ref" if self.target(value).is_none() => {
                let message =
                    "A reference points into this schema, such as `#/$defs/price`; nothing is fetched.";
                self.say(place.to_owned(), message);
            }
            "format" => {
                let name = value.as_str().unwrap_or_default();
                // A format of patterns would compile what strangers send.
                if name == "regex" || !options(self.draft).is_known_format(self.draft, name) {
                    self.say(place.to_owned(), "There is no such format here.");
                }
            }
            "pattern" => self.pattern(value, place),
            "patternProperties" => {
                for name in value.as_object().into_iter().flat_map(|all| all.keys()) {
                    self.pattern(&Value::String(name.clone()), place);
                }
            }
            "properties" => {
                self.names.extend(value.as_object().into_iter().flat_map(|all| all.keys().cloned()))
            }
            _ => {}
        }
    }

    fn pattern(&mut self, text: &Value, place: &str) {
        self.patterns += 1;
        if self.patterns > PATTERNS_MAX {
            if self.patterns == PATTERNS_MAX + 1 {
                self.say(place.to_owned(), format!("A schema has at most {PATTERNS_MAX} patterns."));
            }
        } else if options(self.draft).build(&serde_json::json!({ "pattern": text })).is_err() {
            let message = "This is no pattern, looks around or back, or grows too large.";
            self.say(place.to_owned(), message);
        }
    }

    /// What a reference points to: a place in this schema, written plainly.
    fn target(&self, value: &Value) -> Option<(&'s Value, String)> {
        let pointer = value.as_str()?.strip_prefix('#')?;
        let found = self.root.pointer(pointer).filter(|_| !pointer.contains('%'))?;
        (found.is_object() || found.is_boolean()).then(|| (found, pointer.to_owned()))
    }

    /// Follows every reference: one that leads back to itself is refused, and so is what unfolds to too much.
    fn unfold(
        &mut self,
        text: &'s Value,
        at: &str,
        depth: usize,
        on_the_way: &mut Vec<String>,
        count: &mut usize,
    ) {
        *count += 1;
        if *count > UNFOLDED_MAX || depth > UNFOLDED_DEPTH_MAX {
            if self.wrong.is_empty() {
                let message = format!(
                    "With its references followed, a schema has at most {UNFOLDED_MAX} parts, {UNFOLDED_DEPTH_MAX} deep."
                );
                self.say(at.to_owned(), message);
            }
            return;
        }
        let Some(words) = text.as_object() else { return };
        for (word, value) in words {
            if !self.wrong.is_empty() {
                return;
            }
            let place = format!("{at}/{}", escaped(word));
            if word == "$ref" {
                let Some((found, pointer)) = self.target(value) else { continue };
                // Around by the places it stands in, or by the references that led here.
                if on_the_way.contains(&pointer) || at_or_below(at, &pointer) {
                    return self.say(place, "A reference does not lead back to where it stands.");
                }
                on_the_way.push(pointer.clone());
                self.unfold(found, &pointer, depth + 1, on_the_way, count);
                on_the_way.pop();
                continue;
            }
            match (holds(self.draft, word, value), value) {
                // Definitions count where they are referred to.
                (Some(Holds::Named), _) if matches!(word.as_str(), "$defs" | "definitions") => {}
                (Some(Holds::One), value) => self.unfold(value, &place, depth + 1, on_the_way, count),
                (Some(Holds::List), Value::Array(all)) => {
                    for (n, one) in all.iter().enumerate() {
                        self.unfold(one, &format!("{place}/{n}"), depth + 1, on_the_way, count);
                    }
                }
                (Some(Holds::Named), Value::Object(all)) => {
                    for (name, one) in all {
                        let place = format!("{place}/{}", escaped(name));
                        self.unfold(one, &place, depth + 1, on_the_way, count);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether a place is another one or within it.
fn at_or_below(at: &str, outer: &str) -> bool {
    at.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn short(word: &str) -> String {
    word.chars().take(40).collect()
}

/// A name in a JSON Pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests;
