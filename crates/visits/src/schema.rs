//! Schemas of the data of a site's own events: a part of JSON Schema, checked when it is written.
//!
//! Known are `type`, `enum`, `const`, `properties`, `required`, `additionalProperties` (true or false), `items`,
//! `minItems`, `maxItems`, `minLength`, `maxLength`, `minimum`, `maximum`, and words that only describe. Patterns and
//! references are not: they would let a stranger's event decide how long the check takes, or where it looks. A word
//! that is not known is an error, so that no schema promises what nobody checks.

use serde_json::{Map, Value};

use crate::words::words;

/// How deep a schema may be.
pub const DEPTH_MAX: usize = 8;
/// How many schemas within each other, all in all.
pub const PARTS_MAX: usize = 200;
/// How many values an `enum` may list.
pub const ENUM_MAX: usize = 200;

/// Words that describe and decide nothing.
const SAYING: &[&str] =
    &["$schema", "$id", "$comment", "title", "description", "default", "examples", "deprecated"];

words! {
    /// A type of JSON.
    Type {
        /// `null`.
        Null = "null",
        /// `true` or `false`.
        Boolean = "boolean",
        /// A number without a fraction.
        Integer = "integer",
        /// Any number.
        Number = "number",
        /// A text.
        String = "string",
        /// A list.
        Array = "array",
        /// An object.
        Object = "object",
    }
}

/// A schema, with its text as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    text: Value,
    rule: Rule,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Rule {
    types: Vec<Type>,
    any_of: Option<Vec<Value>>,
    properties: Vec<(String, Rule)>,
    required: Vec<String>,
    is_closed: bool,
    items: Option<Box<Rule>>,
    count: (Option<u64>, Option<u64>),
    length: (Option<u64>, Option<u64>),
    range: (Option<f64>, Option<f64>),
}

/// What is wrong, and where: as a JSON Pointer.
pub type Wrong = (String, String);

impl Schema {
    /// Reads a schema.
    ///
    /// ```
    /// use countersign_visits::schema::Schema;
    /// use serde_json::json;
    /// let schema = Schema::parse(&json!({"type": "object", "required": ["price"], "properties": {"price": {"type": "number"}}}));
    /// let schema = schema.unwrap();
    /// assert_eq!(schema.check(&json!({"price": 12.5})), None);
    /// assert_eq!(schema.check(&json!({"price": "12.5"})).unwrap(), "/price is not of the type number");
    /// assert!(Schema::parse(&json!({"pattern": "(a+)+$"})).is_err());
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong, each with its place.
    pub fn parse(text: &Value) -> Result<Self, Vec<Wrong>> {
        let mut reader = Reader { wrong: Vec::new(), parts: 0 };
        let rule = reader.rule(text, String::new(), 0);
        if reader.wrong.is_empty() { Ok(Self { text: text.clone(), rule }) } else { Err(reader.wrong) }
    }

    /// Holds data against the schema: the first thing wrong with it, without any of its values.
    pub fn check(&self, data: &Value) -> Option<String> {
        self.rule.check(data, &mut String::new())
    }
}

impl serde::Serialize for Schema {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(s)
    }
}

struct Reader {
    wrong: Vec<Wrong>,
    parts: usize,
}

impl Reader {
    fn say(&mut self, pointer: String, message: impl Into<String>) {
        self.wrong.push((pointer, message.into()));
    }

    fn rule(&mut self, text: &Value, at: String, depth: usize) -> Rule {
        let mut rule = Rule::default();
        self.parts += 1;
        if depth > DEPTH_MAX || self.parts > PARTS_MAX {
            if self.parts <= PARTS_MAX + 1 {
                self.say(at, format!("A schema has at most {PARTS_MAX} parts, {DEPTH_MAX} deep."));
            }
            return rule;
        }
        let Some(words) = text.as_object() else {
            self.say(at, "A schema is an object.");
            return rule;
        };
        for (word, value) in words {
            let place = format!("{at}/{}", escaped(word));
            self.word(&mut rule, word, value, place, depth);
        }
        rule
    }

    fn word(&mut self, rule: &mut Rule, word: &str, value: &Value, at: String, depth: usize) {
        match word {
            "type" => rule.types = self.types(value, at),
            "enum" => rule.any_of = self.list(value, at),
            "const" => rule.any_of = Some(vec![value.clone()]),
            "properties" => rule.properties = self.properties(value, &at, depth),
            "required" => rule.required = self.names(value, at),
            "additionalProperties" => match value.as_bool() {
                Some(is_open) => rule.is_closed = !is_open,
                None => self.say(at, "`additionalProperties` is true or false here."),
            },
            "items" => rule.items = Some(Box::new(self.rule(value, at, depth + 1))),
            "minItems" => rule.count.0 = self.count(value, at),
            "maxItems" => rule.count.1 = self.count(value, at),
            "minLength" => rule.length.0 = self.count(value, at),
            "maxLength" => rule.length.1 = self.count(value, at),
            "minimum" => rule.range.0 = self.number(value, at),
            "maximum" => rule.range.1 = self.number(value, at),
            word if SAYING.contains(&word) => {}
            _ => self.say(at, "This word of JSON Schema is not checked here. Take it out."),
        }
    }

    fn types(&mut self, value: &Value, at: String) -> Vec<Type> {
        let given = match value {
            Value::Array(given) => given.as_slice(),
            one => std::slice::from_ref(one),
        };
        let types: Vec<Type> = given.iter().filter_map(|t| t.as_str().and_then(Type::parse)).collect();
        if types.len() != given.len() || types.is_empty() {
            self.say(
                at,
                "A type is null, boolean, integer, number, string, array or object, or a list of them.",
            );
        }
        types
    }

    fn list(&mut self, value: &Value, at: String) -> Option<Vec<Value>> {
        let list = value.as_array().filter(|list| !list.is_empty() && list.len() <= ENUM_MAX);
        if list.is_none() {
            self.say(at, format!("`enum` is a list of 1 to {ENUM_MAX} values."));
        }
        list.cloned()
    }

    fn properties(&mut self, value: &Value, at: &str, depth: usize) -> Vec<(String, Rule)> {
        let Some(given) = value.as_object() else {
            self.say(at.to_owned(), "`properties` is an object: name → schema.");
            return Vec::new();
        };
        given
            .iter()
            .map(|(name, schema)| {
                (name.clone(), self.rule(schema, format!("{at}/{}", escaped(name)), depth + 1))
            })
            .collect()
    }

    fn names(&mut self, value: &Value, at: String) -> Vec<String> {
        let given = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let names: Vec<String> = given.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
        if !value.is_array() || names.len() != given.len() || names.len() > PARTS_MAX {
            self.say(at, format!("`required` is a list of at most {PARTS_MAX} names."));
        }
        names
    }

    fn count(&mut self, value: &Value, at: String) -> Option<u64> {
        let count = value.as_u64();
        if count.is_none() {
            self.say(at, "This is a whole number from 0.");
        }
        count
    }

    fn number(&mut self, value: &Value, at: String) -> Option<f64> {
        let number = value.as_f64();
        if number.is_none() {
            self.say(at, "This is a number.");
        }
        number
    }
}

impl Rule {
    fn check(&self, data: &Value, at: &mut String) -> Option<String> {
        let says = |at: &str, what: String| {
            Some(if at.is_empty() { format!("The data {what}") } else { format!("{at} {what}") })
        };
        if !self.types.is_empty() && !self.types.iter().any(|t| is_of(*t, data)) {
            let names: Vec<&str> = self.types.iter().map(|t| t.as_str()).collect();
            return says(at, format!("is not of the type {}", names.join(" or ")));
        }
        if self.any_of.as_ref().is_some_and(|values| !values.iter().any(|value| is_equal(value, data))) {
            return says(at, "is none of the values allowed".to_owned());
        }
        match data {
            Value::Object(data) => self.check_object(data, at),
            Value::Array(data) => {
                if !is_within(data.len() as u64, self.count) {
                    return says(at, "has too few or too many entries".to_owned());
                }
                let rule = self.items.as_ref()?;
                data.iter()
                    .enumerate()
                    .find_map(|(n, one)| nested(at, &n.to_string(), |at| rule.check(one, at)))
            }
            Value::String(text) if !is_within(text.chars().count() as u64, self.length) => {
                says(at, "is too short or too long".to_owned())
            }
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or_default();
                let is_in = self.range.0.is_none_or(|min| number >= min)
                    && self.range.1.is_none_or(|max| number <= max);
                if is_in { None } else { says(at, "is too small or too large".to_owned()) }
            }
            _ => None,
        }
    }

    fn check_object(&self, data: &Map<String, Value>, at: &mut String) -> Option<String> {
        if let Some(name) = self.required.iter().find(|name| !data.contains_key(*name)) {
            return Some(format!("{at}/{} is missing", escaped(name)));
        }
        // The name of a surplus entry is the sender's text: not repeated.
        if self.is_closed && data.keys().any(|name| self.properties.iter().all(|(known, _)| known != name)) {
            let place = if at.is_empty() { "The data" } else { at.as_str() };
            return Some(format!("{place} has an entry that the schema does not name"));
        }
        self.properties.iter().find_map(|(name, rule)| {
            let value = data.get(name)?;
            nested(at, name, |at| rule.check(value, at))
        })
    }
}

fn nested(at: &mut String, name: &str, check: impl FnOnce(&mut String) -> Option<String>) -> Option<String> {
    let before = at.len();
    at.push('/');
    at.push_str(&escaped(name));
    let wrong = check(at);
    at.truncate(before);
    wrong
}

fn is_within(count: u64, (min, max): (Option<u64>, Option<u64>)) -> bool {
    min.is_none_or(|min| count >= min) && max.is_none_or(|max| count <= max)
}

fn is_of(kind: Type, data: &Value) -> bool {
    match (kind, data) {
        (Type::Null, Value::Null)
        | (Type::Boolean, Value::Bool(_))
        | (Type::Number, Value::Number(_))
        | (Type::String, Value::String(_))
        | (Type::Array, Value::Array(_))
        | (Type::Object, Value::Object(_)) => true,
        // 12.0 is a whole number in JSON Schema.
        (Type::Integer, Value::Number(number)) => {
            number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|n| n.fract() == 0.0)
        }
        _ => false,
    }
}

/// 1 and 1.0 are the same number.
fn is_equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        _ => a == b,
    }
}

/// A name in a JSON Pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Schema;

    fn check(schema: serde_json::Value, data: serde_json::Value) -> Option<String> {
        Schema::parse(&schema).unwrap().check(&data)
    }

    #[test]
    fn every_word_decides() {
        let cases = [
            (json!({"type": "integer"}), json!(3), json!(3.5)),
            (json!({"type": "integer"}), json!(3.0), json!("3")),
            (json!({"type": ["string", "null"]}), json!(null), json!(1)),
            (json!({"enum": ["a", 1]}), json!(1.0), json!("b")),
            (json!({"const": {"a": [true]}}), json!({"a": [true]}), json!({"a": [false]})),
            (json!({"required": ["a"]}), json!({"a": null}), json!({"b": 1})),
            (json!({"properties": {"a": {"type": "string"}}}), json!({"b": 1}), json!({"a": 1})),
            (
                json!({"properties": {"a": {}}, "additionalProperties": false}),
                json!({"a": 1}),
                json!({"b": 1}),
            ),
            (json!({"items": {"type": "number"}}), json!([1, 2]), json!([1, "2"])),
            (json!({"minItems": 1}), json!([1]), json!([])),
            (json!({"maxItems": 1}), json!([1]), json!([1, 2])),
            (json!({"minLength": 2}), json!("öö"), json!("ö")),
            (json!({"maxLength": 2}), json!("öö"), json!("ööö")),
            (json!({"minimum": 0.5}), json!(0.5), json!(0)),
            (json!({"maximum": 5}), json!(5), json!(5.1)),
        ];
        for (schema, good, bad) in cases {
            assert_eq!(check(schema.clone(), good), None, "{schema}");
            assert!(check(schema.clone(), bad).is_some(), "{schema}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_without_its_value() {
        let schema = json!({"properties": {"a/b": {"items": {"maxLength": 3}}}, "required": ["a/b"]});
        assert_eq!(
            check(schema.clone(), json!({"a/b": ["ok", "secret"]})).unwrap(),
            "/a~1b/1 is too short or too long"
        );
        assert_eq!(check(schema, json!({"secret": 1})).unwrap(), "/a~1b is missing");
        let closed = json!({"additionalProperties": false});
        assert!(!check(closed, json!({"secret": 1})).unwrap().contains("secret"));
    }

    #[test]
    fn a_schema_that_would_not_be_checked_is_refused() {
        for schema in [
            json!(true),
            json!({"type": "text"}),
            json!({"type": []}),
            json!({"pattern": "a"}),
            json!({"$ref": "#"}),
            json!({"oneOf": []}),
            json!({"additionalProperties": {}}),
            json!({"properties": {"a": {"minItems": -1}}}),
            json!({"enum": []}),
        ] {
            assert!(Schema::parse(&schema).is_err(), "{schema}");
        }
        assert_eq!(
            Schema::parse(&json!({"properties": {"a": {"if": {}}}})).unwrap_err()[0].0,
            "/properties/a/if"
        );
    }

    #[test]
    fn x_15_schemas_have_a_size() {
        let mut deep = json!({});
        for _ in 0..9 {
            deep = json!({"items": deep});
        }
        assert!(Schema::parse(&deep).is_err());
        let wide: serde_json::Map<_, _> = (0..300).map(|n| (n.to_string(), json!({}))).collect();
        assert_eq!(Schema::parse(&json!({"properties": wide})).unwrap_err().len(), 1);
    }
}
