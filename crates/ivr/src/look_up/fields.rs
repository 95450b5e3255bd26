//! The declared parts of an answer, each with its type (I-9). What nobody declared is not taken over, nor is what is not a
//! text, a number or yes/no.

use std::collections::BTreeMap;
use std::str::FromStr;

use countersign_types::pii::{Attribute, Email, ExternalId, Name, Phone, Pii};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::Problem;
use super::path::Path;

/// Most fields of one answer.
pub const FIELDS_MAX: usize = 50;
/// Longest value that is taken over, characters; longer ones are dropped, not cut into something else.
pub const VALUE_CHARS_MAX: usize = 1_000;

/// Where a field of the answer goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The customer's name.
    Name,
    /// The customer's e-mail address.
    Email,
    /// The customer's phone number.
    Phone,
    /// The company's own id of the customer.
    ExternalId,
    /// An attribute, by its key.
    Attribute(String),
}

impl FromStr for Target {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_key = |key: &&str| {
            (1..=64).contains(&key.len())
                && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        };
        match text {
            "name" => Ok(Self::Name),
            "email" => Ok(Self::Email),
            "phone" => Ok(Self::Phone),
            "external_id" => Ok(Self::ExternalId),
            _ => text
                .strip_prefix("attributes.")
                .filter(is_key)
                .map(|key| Self::Attribute(key.to_owned()))
                .ok_or("A field goes to `name`, `email`, `phone`, `external_id` or `attributes.` and a key."),
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name => f.write_str("name"),
            Self::Email => f.write_str("email"),
            Self::Phone => f.write_str("phone"),
            Self::ExternalId => f.write_str("external_id"),
            Self::Attribute(key) => write!(f, "attributes.{key}"),
        }
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// One part of the answer and where it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Where it stands in what was saved.
    pub path: String,
    /// Where it goes.
    pub to: Target,
}

/// What an answer says of the caller, typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapped {
    /// Name.
    pub name: Option<Pii<Name>>,
    /// E-mail address.
    pub email: Option<Pii<Email>>,
    /// Phone number.
    pub phone: Option<Pii<Phone>>,
    /// The company's own id.
    pub external_id: Option<Pii<ExternalId>>,
    /// Attributes by key, as texts.
    pub attributes: BTreeMap<String, Pii<Attribute>>,
}

impl Mapped {
    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Clone)]
pub(super) struct Compiled(Vec<(Path, Target)>);

impl Compiled {
    pub(super) fn new(fields: &[Field]) -> Result<Self, Problem> {
        if fields.len() > FIELDS_MAX {
            return Err(Problem::new("/answer/fields", "too-many", "An answer has at most 50 fields."));
        }
        let mut compiled: Vec<(Path, Target)> = Vec::with_capacity(fields.len());
        for (at, field) in fields.iter().enumerate() {
            let path = Path::compile(&field.path)
                .map_err(|why| Problem::new(format!("/answer/fields/{at}/path"), "invalid-path", why))?;
            if path.is_whole() {
                let detail = "Say which part of the answer this is, as in `$.customer.name`.";
                return Err(Problem::new(format!("/answer/fields/{at}/path"), "missing-field", detail));
            }
            if compiled.iter().any(|(_, to)| *to == field.to) {
                let detail = "Another field goes there already.";
                return Err(Problem::new(format!("/answer/fields/{at}/to"), "duplicate-field", detail));
            }
            compiled.push((path, field.to.clone()));
        }
        Ok(Self(compiled))
    }

    /// Whether one of them says who somebody is.
    pub(super) fn is_identifying(&self) -> bool {
        self.0.iter().any(|(_, to)| matches!(to, Target::ExternalId | Target::Email | Target::Phone))
    }

    pub(super) fn map(&self, value: &Value) -> Mapped {
        let mut mapped = Mapped::default();
        for (path, to) in &self.0 {
            let Some(text) = path.find(value).as_ref().and_then(plain) else { continue };
            match to {
                Target::Name => mapped.name = Some(Pii::new(text)),
                Target::Email => mapped.email = Some(Pii::new(text)),
                Target::Phone => mapped.phone = Some(Pii::new(text)),
                Target::ExternalId => mapped.external_id = Some(Pii::new(text)),
                Target::Attribute(key) => {
                    mapped.attributes.insert(key.clone(), Pii::new(text));
                }
            }
        }
        mapped
    }
}

/// A value as a text of one line; `None` where it is no such thing.
fn plain(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(is) => is.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    // Controls and the marks that turn the direction of a line would show something else than what is stored.
    let turns =
        |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
    let text: String = text.chars().map(|c| if c.is_control() || turns(c) { ' ' } else { c }).collect();
    let text = text.trim();
    (!text.is_empty() && text.chars().count() <= VALUE_CHARS_MAX).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use countersign_types::pii::Purpose;
    use serde_json::json;

    use super::*;

    fn compiled(fields: Value) -> Result<Compiled, Problem> {
        Compiled::new(&serde_json::from_value::<Vec<Field>>(fields).unwrap())
    }

    #[test]
    fn i_9_only_declared_fields_of_plain_types_are_taken_over() {
        let fields = compiled(json!([
            {"path": "$.customer.name", "to": "name"},
            {"path": "$.customer.phones[0]", "to": "phone"},
            {"path": "$.customer.id", "to": "external_id"},
            {"path": "$.customer.mail", "to": "email"},
            {"path": "$.customer.vip", "to": "attributes.vip"},
            {"path": "$.customer.address", "to": "attributes.address"},
        ]))
        .unwrap();
        let mapped = fields.map(&json!({"customer": {
            "name": " <b>Jane</b>\r\nDoe\u{202e} ", "phones": ["+46706170786"], "id": 1_234_567_890_u64, "vip": true,
            "mail": null, "address": {"street": "x"}, "password": "not declared",
        }}));
        // Text is text: whoever shows it escapes it.
        assert_eq!(mapped.name.as_ref().unwrap().plain(Purpose::Render), "<b>Jane</b>  Doe");
        assert_eq!(mapped.phone.as_ref().unwrap().plain(Purpose::Render), "+46706170786");
        assert_eq!(mapped.external_id.as_ref().unwrap().plain(Purpose::Render), "1234567890");
        assert_eq!(mapped.email, None);
        assert_eq!(mapped.attributes.keys().collect::<Vec<_>>(), ["vip"]);
        assert!(!format!("{mapped:?}").contains("Jane"));
        assert!(fields.map(&json!([1, 2])).is_empty());
    }

    #[test]
    fn wrong_fields_are_named() {
        let at = |fields| compiled(fields).unwrap_err().pointer;
        assert_eq!(at(json!([{"path": "name", "to": "name"}])), "/answer/fields/0/path");
        assert_eq!(at(json!([{"path": "", "to": "name"}])), "/answer/fields/0/path");
        let twice = json!([{"path": "$.a", "to": "name"}, {"path": "$.b", "to": "name"}]);
        assert_eq!(at(twice), "/answer/fields/1/to");
        for bad in ["Name", "attributes.", "attributes.a b", "role", "attributes.a.b"] {
            assert!(bad.parse::<Target>().is_err(), "{bad}");
        }
        let long = Compiled::new(&vec![Field { path: "$.a".to_owned(), to: Target::Name }; 51]).unwrap_err();
        assert_eq!(long.code, "too-many");
        assert_eq!(plain(&json!("x".repeat(VALUE_CHARS_MAX + 1))), None);
    }
}
