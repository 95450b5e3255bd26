//! Pieces of a rendered card, each with its class.

use std::fmt;

use countersign_types::pii;

use crate::Class;

/// A piece of a text or of an address.
#[derive(Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it says.
    pub text: String,
    /// Public or personal; a secret is in no piece.
    pub class: Class,
    /// The variable it came from; `None` where the company wrote it.
    pub path: Option<String>,
}

impl Piece {
    /// What the company wrote.
    pub(super) fn literal(text: &str) -> Self {
        Self { text: text.to_owned(), class: Class::Public, path: None }
    }

    /// A personal value, told by where it stands.
    pub fn personal(text: String, path: &str) -> Self {
        Self { text, class: Class::Personal, path: Some(path.to_owned()) }
    }

    /// Whether it is somebody's personal value.
    pub fn is_personal(&self) -> bool {
        self.class != Class::Public
    }
}

/// Shows no value that is personal.
impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.path, self.is_personal()) {
            (Some(path), true) => write!(f, "{{{path}}}"),
            _ => fmt::Debug::fmt(&self.text, f),
        }
    }
}

/// A text of a card.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text(pub Vec<Piece>);

impl Text {
    /// The whole text, unmasked.
    pub fn plain(&self) -> String {
        self.0.iter().map(|piece| piece.text.as_str()).collect()
    }
}

/// What kind of personal value stands at a path, told by its name: what a look-up answers has no other description. What
/// no name tells is masked like an attribute.
pub fn value_class(path: &str) -> pii::Class {
    let last = path.rsplit('.').find(|step| !step.bytes().all(|b| b.is_ascii_digit())).unwrap_or(path);
    let folded: String = last.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    if is(&["mail"]) {
        pii::Class::Email
    } else if matches!(
        folded.as_str(),
        "number" | "bnumber" | "cnumber" | "caller" | "callee" | "from" | "tel"
    ) || is(&["phone", "mobile", "msisdn", "telefon"])
    {
        pii::Class::Phone
    } else if folded.ends_with("name") {
        pii::Class::Name
    } else if folded.ends_with("id") || is(&["account", "customernumber"]) {
        pii::Class::ExternalId
    } else {
        pii::Class::Attribute
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_personal_piece_shows_no_value_in_debug() {
        let piece = |class| Piece { text: "Jane".to_owned(), class, path: Some("customer.name".to_owned()) };
        assert_eq!(format!("{:?}", piece(Class::Personal)), "{customer.name}");
        assert_eq!(format!("{:?}", piece(Class::Public)), "\"Jane\"");
    }

    #[test]
    fn the_name_of_a_variable_says_what_it_is() {
        for (path, class) in [
            ("customerInfo.customer.name", pii::Class::Name),
            ("firstName", pii::Class::Name),
            ("a.emails.0", pii::Class::Email),
            ("system.caller", pii::Class::Phone),
            ("customerInfo.customer.phoneNumber", pii::Class::Phone),
            ("B-NUMBER", pii::Class::Phone),
            ("accountNumber", pii::Class::ExternalId),
            ("customer_id", pii::Class::ExternalId),
            ("balance", pii::Class::Attribute),
        ] {
            assert_eq!(value_class(path), class, "{path}");
        }
    }
}
