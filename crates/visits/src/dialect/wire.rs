//! What stands in a body, read without copying and without falling over what clients get wrong.

use std::borrow::Cow;
use std::fmt;

use countersign_types::Timestamp;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::BadBatch;

/// A text, or a number or a truth value as text (`"userId": 77` is common); anything else is nothing.
#[derive(Debug, Default, Clone)]
pub(super) struct Text<'a>(pub(super) Option<Cow<'a, str>>);

impl<'a> Text<'a> {
    pub(super) fn of(raw: &'a RawValue) -> Self {
        serde_json::from_str(raw.get()).unwrap_or_default()
    }

    /// The text, if there is one.
    pub(super) fn get(&self) -> Option<&str> {
        self.0.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    pub(super) fn is(&self, word: &str) -> bool {
        self.get() == Some(word)
    }

    /// A moment: RFC 3339, or milliseconds since 1970.
    pub(super) fn moment(&self) -> Option<Timestamp> {
        let text = self.get()?;
        self.millis().map(|ms| Timestamp::from_micros(ms.saturating_mul(1_000))).or_else(|| text.parse().ok())
    }

    /// A whole number; a fraction is cut.
    pub(super) fn millis(&self) -> Option<i64> {
        let text = self.get()?;
        // Casting stops at the ends of the range.
        text.parse().ok().or_else(|| text.parse::<f64>().ok().filter(|n| n.is_finite()).map(|n| n as i64))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Borrowed(text))))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Owned(text.to_owned()))))
            }
            fn visit_i64<E>(self, n: i64) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Owned(n.to_string()))))
            }
            fn visit_u64<E>(self, n: u64) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Owned(n.to_string()))))
            }
            fn visit_f64<E>(self, n: f64) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Owned(n.to_string()))))
            }
            fn visit_bool<E>(self, is: bool) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Borrowed(if is { "true" } else { "false" }))))
            }
            fn visit_unit<E>(self) -> Result<Text<'de>, E> {
                Ok(Text(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Text<'de>, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Text(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text<'de>, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Text(None))
            }
        }
        d.deserialize_any(Any)
    }
}

/// The fields of an object, in order, not looked into.
pub(super) struct Fields<'a>(pub(super) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some((name, value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
                    fields.push((name.0.unwrap_or_default(), value));
                }
                Ok(Fields(fields))
            }
        }
        d.deserialize_map(Object)
    }
}

/// Goes through an object: what `take` takes is left out, the rest is written again. `None`: it is no object.
pub(super) fn sift<'a>(
    raw: &'a RawValue,
    mut take: impl FnMut(&str, &'a RawValue) -> bool,
) -> Option<String> {
    let Fields(fields) = serde_json::from_str(raw.get()).ok()?;
    let mut rest = String::from("{");
    for (name, value) in fields {
        if !take(&name, value) {
            if rest.len() > 1 {
                rest.push(',');
            }
            rest.push_str(&serde_json::to_string(&name).ok()?);
            rest.push(':');
            rest.push_str(value.get());
        }
    }
    rest.push('}');
    Some(rest)
}

/// Reads a whole body, or says why not.
pub(super) fn body<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, BadBatch> {
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        Category::Data => BadBatch::NotABatch,
        _ => BadBatch::NotJson { line: error.line(), column: error.column() },
    })
}

/// Is JSON nested deeper than `max`? Whoever reads it into a tree later must not run out of stack.
pub(super) fn is_deeper(json: &str, max: usize) -> bool {
    let (mut depth, mut is_text, mut is_escaped) = (0_usize, false, false);
    json.bytes().any(|byte| {
        if is_text {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => is_text = false,
                _ => {}
            }
        } else {
            match byte {
                b'"' => is_text = true,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        depth > max
    })
}

/// A text for people: without control characters, at most `max` characters; `None` if nothing is left.
pub(super) fn clean(text: Cow<'_, str>, max: usize) -> Option<Cow<'_, str>> {
    let is_clean = !text.is_empty()
        && (text.len() <= max || text.chars().count() <= max)
        && !text.chars().any(char::is_control)
        && text.trim().len() == text.len();
    if is_clean {
        return Some(text);
    }
    let cleaned: String = text.trim().chars().filter(|c| !c.is_control()).take(max).collect();
    let cleaned = cleaned.trim();
    (!cleaned.is_empty()).then(|| Cow::Owned(cleaned.to_owned()))
}
