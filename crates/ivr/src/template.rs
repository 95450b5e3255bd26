//! Texts with variables in them: `{accountNumber}`, `%accountNumber%`, `{customerInfo.customer.name}`.
//!
//! What looks like a variable and is not one by its form stays as it is, so that JSON bodies and percent-encoded
//! addresses can be written without escapes: `{"a": 1}` holds no variable, nor does `%20%C3%A9`. Where a name of two
//! hexadecimal digits is meant, write it in braces.
//!
//! A template says what stands where; how a value is written there (encoded for an address, escaped for JSON) is the
//! business of whoever renders it, with one encoder for each place (I-6).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::variable::{Variables, is_path};

/// Longest template, in bytes.
pub const TEMPLATE_BYTES_MAX: usize = 64 * 1024;
/// Longest text that comes out, in bytes. More than any place takes, so whatever is cut is refused there.
pub const RENDERED_BYTES_MAX: usize = 512 * 1024;

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// As it is written.
    Literal(String),
    /// The value at this path.
    Variable(String),
}

/// A text with variables.
///
/// ```
/// use countersign_ivr::{Class, Template, Variables};
///
/// let template = Template::parse("Account {accountNumber} of %owner%");
/// let mut variables = Variables::default();
/// variables.set("accountNumber", Class::Personal, "1234567890").unwrap();
/// assert_eq!(template.text(&variables), "Account 1234567890 of ");
/// assert_eq!(template.paths().collect::<Vec<_>>(), ["accountNumber", "owner"]);
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Template {
    source: String,
    parts: Vec<Part>,
}

impl Template {
    /// Reads a template. Every text is one.
    pub fn parse(source: &str) -> Self {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = source;
        while let Some(at) = rest.find(['{', '%']) {
            literal.push_str(&rest[..at]);
            rest = &rest[at..];
            match variable_at(rest) {
                Some((path, after)) => {
                    if !literal.is_empty() {
                        parts.push(Part::Literal(std::mem::take(&mut literal)));
                    }
                    parts.push(Part::Variable(path.to_owned()));
                    rest = after;
                }
                None => {
                    literal.push_str(&rest[..1]);
                    rest = &rest[1..];
                }
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Self { source: source.to_owned(), parts }
    }

    /// As it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Its pieces, in turn.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The paths of its variables, in turn, repeated where they are.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable(path) => Some(path.as_str()),
            Part::Literal(_) => None,
        })
    }

    /// Whether it has no variable.
    pub fn is_fixed(&self) -> bool {
        self.paths().next().is_none()
    }

    /// Writes it out, up to [`RENDERED_BYTES_MAX`]. `put` gets each variable's path and writes its value, encoded for where it stands; its error
    /// ends the rendering.
    pub fn render<E>(&self, mut put: impl FnMut(&str, &mut String) -> Result<(), E>) -> Result<String, E> {
        let mut text = String::with_capacity(self.source.len());
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Variable(path) => put(path, &mut text)?,
            }
            if text.len() > RENDERED_BYTES_MAX {
                let end = (0..=RENDERED_BYTES_MAX).rev().find(|at| text.is_char_boundary(*at));
                text.truncate(end.unwrap_or(0));
                break;
            }
        }
        Ok(text)
    }

    /// Writes it out for a caller's ear: values as they are, missing ones as nothing.
    pub fn text(&self, variables: &Variables) -> String {
        let put = |path: &str, text: &mut String| {
            if let Some(value) = variables.text(path) {
                text.push_str(&value);
            }
            Ok::<(), std::convert::Infallible>(())
        };
        self.render(put).unwrap_or_default()
    }
}

/// The variable that a text begins with, and what comes after it.
fn variable_at(text: &str) -> Option<(&str, &str)> {
    let close = match text.as_bytes().first()? {
        b'{' => '}',
        _ => '%',
    };
    let (path, after) = text[1..].split_once(close)?;
    let is_encoded = close == '%' && path.len() == 2 && path.bytes().all(|b| b.is_ascii_hexdigit());
    (is_path(path) && !is_encoded).then_some((path, after))
}

/// Shows what was written: templates hold no values.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.source)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let source = String::deserialize(from)?;
        if source.len() > TEMPLATE_BYTES_MAX {
            return Err(serde::de::Error::custom("a text has at most 65536 bytes"));
        }
        Ok(Self::parse(&source))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paths(source: &str) -> Vec<String> {
        Template::parse(source).paths().map(ToOwned::to_owned).collect()
    }

    #[test]
    fn both_ways_of_writing_a_variable() {
        assert_eq!(paths("{a}%b%{c.d.0}%B-NUMBER%"), ["a", "b", "c.d.0", "B-NUMBER"]);
    }

    #[test]
    fn what_is_not_a_variable_stays() {
        for fixed in ["{}", "{ a }", r#"{"a": 1}"#, "100% of %", "%20%C3%A9", "{a", "%a", "{1}", "%%", "{a.}"]
        {
            assert!(paths(fixed).is_empty(), "{fixed}");
        }
        assert_eq!(paths(r#"{"account": "{accountNumber}", "x": {"y": {z}}}"#), ["accountNumber", "z"]);
        assert_eq!(paths("https://a.example/%20%name%"), ["name"]);
    }

    #[test]
    fn i_5_a_template_does_not_multiply_an_answer() {
        let template = Template::parse(&"{a}".repeat(20_000));
        let put = |_: &str, text: &mut String| {
            text.push_str(&"ä".repeat(1_000));
            Ok::<(), ()>(())
        };
        let text = template.render(put).unwrap();
        assert!((RENDERED_BYTES_MAX - 4..=RENDERED_BYTES_MAX).contains(&text.len()), "{}", text.len());
    }

    proptest! {
        #[test]
        fn what_is_rendered_with_its_own_names_reads_as_written(source in "[a-c{}%.0 é]{0,40}") {
            let template = Template::parse(&source);
            let parsed_again = Template::parse(template.source());
            prop_assert_eq!(&template, &parsed_again);
            let length: usize = template.parts().iter().map(|part| match part {
                Part::Literal(text) => text.len(),
                Part::Variable(path) => path.len() + 2,
            }).sum();
            prop_assert_eq!(length, source.len());
        }
    }
}
