//! Identifiers: what a person writes, and the key it is found by.
//!
//! Normalising is idempotent: normalising what was normalised changes nothing. A value that cannot be normalised
//! is refused, never guessed at, because a wrong key joins two people.

mod email;
mod phone;
mod plan;

use std::fmt;

pub use phone::{Region, is_premium_rate, is_valid_e164, shown_in};

/// What an identifier is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdentifierKind {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// The company's own id of the person.
    ExternalId,
    /// The provider's id of a channel account.
    ChannelUser,
}

impl IdentifierKind {
    /// The word on the wire and in a column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::ExternalId => "external_id",
            Self::ChannelUser => "channel_user",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Email, Self::Phone, Self::ExternalId, Self::ChannelUser]
            .into_iter()
            .find(|k| k.as_str() == word)
    }
}

/// Why a value is not an identifier. It never repeats the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentifierError {
    /// Nothing there.
    Empty,
    /// More bytes than allowed.
    TooLong,
    /// Control or invisible characters.
    Control,
    /// A word that programs write when they have no value.
    Placeholder,
    /// Not an e-mail address.
    NotEmail,
    /// Not a telephone number that exists in its country's plan, or national without a known country.
    NotPhone,
}

impl IdentifierError {
    /// A stable code for the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::Control => "control_character",
            Self::Placeholder => "placeholder",
            Self::NotEmail => "not_an_email",
            Self::NotPhone => "not_a_phone",
        }
    }
}

impl fmt::Display for IdentifierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the identifier is empty",
            Self::TooLong => "the identifier is too long",
            Self::Control => "the identifier contains invisible characters",
            Self::Placeholder => "the identifier is a placeholder for a missing value",
            Self::NotEmail => "this is not an e-mail address",
            Self::NotPhone => "this is not a valid telephone number with its country",
        })
    }
}

impl std::error::Error for IdentifierError {}

/// A normalised identifier: personal data, so it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Normalised {
    /// What it is.
    pub kind: IdentifierKind,
    /// What to show and to write to: the e-mail address with its local part as given, the number in E.164.
    pub value: String,
    /// What the person wrote, trimmed.
    pub raw: String,
    /// What the blind index is taken of. Equal keys of one kind mean the same identifier.
    pub key: String,
}

impl fmt::Debug for Normalised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Normalised({}, redacted)", self.kind.as_str())
    }
}

/// Normalises an identifier of any kind. `region` is the country that national phone numbers belong to.
///
/// ```
/// use countersign_identity::identifier::{normalise, IdentifierKind};
/// let email = normalise(IdentifierKind::Email, "  Ann.Lee+shop@EXAMPLE.com ", None)?;
/// assert_eq!((email.value.as_str(), email.key.as_str()), ("Ann.Lee+shop@example.com", "ann.lee+shop@example.com"));
/// let phone = normalise(IdentifierKind::Phone, "(030) 901820", Some("DE".parse()?))?;
/// assert_eq!(phone.key, "+4930901820");
/// assert!(normalise(IdentifierKind::ExternalId, "undefined", None).is_err());
/// # Ok::<(), countersign_identity::identifier::IdentifierError>(())
/// ```
pub fn normalise(
    kind: IdentifierKind,
    text: &str,
    region: Option<Region>,
) -> Result<Normalised, IdentifierError> {
    match kind {
        IdentifierKind::Email => normalise_email(text),
        IdentifierKind::Phone => normalise_phone(text, region),
        IdentifierKind::ExternalId => normalise_external_id(text),
        IdentifierKind::ChannelUser => normalise_channel_user(text),
    }
}

/// Normalises an e-mail address: trimmed, the domain in lower case and, if it is international, in its ASCII
/// (`xn--`) form, so that a look-alike domain is seen for what it is. The local part is kept as given; the key
/// has it in lower case. Plus-addressing and dots are kept: they may be different people's.
pub fn normalise_email(text: &str) -> Result<Normalised, IdentifierError> {
    email::normalise(text)
}

/// Normalises a telephone number to E.164. National numbers need a region; a number that its country's plan does
/// not know is refused.
pub fn normalise_phone(text: &str, region: Option<Region>) -> Result<Normalised, IdentifierError> {
    phone::normalise(text, region)
}

/// The most bytes an external id or a channel user id may have.
pub const ID_BYTES_MAX: usize = 200;

/// What programs write when they have no value, in lower case.
const PLACEHOLDERS: &[&str] = &[
    "null",
    "(null)",
    "<null>",
    "nil",
    "none",
    "nan",
    "undefined",
    "unknown",
    "true",
    "false",
    "0",
    "-1",
    "00",
    "-",
    "n/a",
    "na",
    "[object object]",
    "[object undefined]",
    "{}",
    "[]",
    "\"\"",
    "''",
    "\"null\"",
    "anonymous",
    "guest",
    "string",
    "your_user_id_here",
    "user_id",
    "external_id",
    "test",
];

/// Is this what programs and people write when there is nothing? Zeros alone and unfilled templates are, too.
fn is_placeholder(text: &str) -> bool {
    let lower = text.to_lowercase();
    PLACEHOLDERS.contains(&lower.as_str())
        || lower.bytes().all(|b| matches!(b, b'0' | b'-'))
        || (lower.starts_with("{{") && lower.ends_with("}}"))
        || (lower.starts_with("${") && lower.ends_with('}'))
        || lower.bytes().all(|b| b == b'x')
}

/// Normalises the company's own id of a person: trimmed, otherwise kept to the letter, for ids may differ in case
/// only. Placeholders are refused, because two people without an id are not the same person.
pub fn normalise_external_id(text: &str) -> Result<Normalised, IdentifierError> {
    let value = checked(text, ID_BYTES_MAX)?;
    if is_placeholder(value) {
        return Err(IdentifierError::Placeholder);
    }
    Ok(plain(IdentifierKind::ExternalId, value))
}

/// Normalises the provider's id of a channel account; as an external id, but any value the provider gives counts,
/// save an empty one and `null` or `undefined`.
pub fn normalise_channel_user(text: &str) -> Result<Normalised, IdentifierError> {
    let value = checked(text, ID_BYTES_MAX)?;
    let lower = value.to_lowercase();
    if matches!(lower.as_str(), "null" | "undefined" | "nan" | "[object object]") {
        return Err(IdentifierError::Placeholder);
    }
    Ok(plain(IdentifierKind::ChannelUser, value))
}

fn plain(kind: IdentifierKind, value: &str) -> Normalised {
    Normalised { kind, value: value.to_owned(), raw: value.to_owned(), key: value.to_owned() }
}

/// Invisible characters that would make two ids look alike.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Trims, and refuses what is empty, too long or invisible in part.
fn checked(text: &str, bytes_max: usize) -> Result<&str, IdentifierError> {
    let value = text.trim();
    if value.is_empty() {
        Err(IdentifierError::Empty)
    } else if value.len() > bytes_max {
        Err(IdentifierError::TooLong)
    } else if value.chars().any(is_invisible) {
        Err(IdentifierError::Control)
    } else {
        Ok(value)
    }
}
