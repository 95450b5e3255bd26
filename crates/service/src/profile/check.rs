//! What callers write into profiles: normalised, checked, refused with reasons that never repeat the value.

use countersign_identity::identifier::{
    IdentifierError, Normalised, Region, normalise_email, normalise_external_id, normalise_phone,
};
use countersign_store::profile::Keyed;
use countersign_types::attribute::AttributeLevel;
use countersign_types::pii::{Class, Email, ExternalId, Kind, Name, Phone, Pii, Purpose, Viewer};
use countersign_types::profile::ProfilePatch;
use countersign_types::{AttributeId, Error, FieldError, Result};
use serde_json::Value;

use super::Checked;
use crate::Service;
use crate::attribute::{check_value, unknown_attribute};
use crate::session::language_tag;
use crate::snapshot::Snapshot;

/// Longest name, characters.
pub const NAME_CHARS_MAX: usize = 200;
/// Attribute values in one request at most.
pub const VALUES_MAX: usize = 200;

impl Service {
    /// Checks data that is pushed with a code, without writing it.
    pub(crate) fn check_patch(&self, patch: &ProfilePatch) -> Result<()> {
        self.checked(patch, "/profile").map(|_| ())
    }

    /// Normalises and checks a patch; `base` is where it stands in the body. Everything wrong is named at once.
    pub(crate) fn checked(&self, patch: &ProfilePatch, base: &str) -> Result<Checked> {
        let snapshot = self.snapshot();
        let mut errors = Vec::new();
        let mut checked = Checked::default();
        let change = &mut checked.change;
        change.kind = patch.kind;
        change.external_id = patch.external_id.as_ref().and_then(|value| {
            field(base, "external_id", value.as_ref(), &mut errors, |v: &Pii<ExternalId>| external_id(v))
        });
        change.name = patch
            .name
            .as_ref()
            .and_then(|value| field(base, "name", value.as_ref(), &mut errors, |v: &Pii<Name>| name(v)));
        change.email = patch
            .email
            .as_ref()
            .and_then(|value| field(base, "email", value.as_ref(), &mut errors, |v: &Pii<Email>| email(v)));
        change.phone = patch.phone.as_ref().and_then(|value| {
            field(base, "phone", value.as_ref(), &mut errors, |v: &Pii<Phone>| phone(v, &snapshot))
        });
        change.language = patch.language.as_ref().and_then(|value| {
            field(base, "language", value.as_ref(), &mut errors, |tag: &String| {
                language_tag("", tag).map_err(|e| ("invalid-language", e.to_string()))
            })
        });
        if patch.attributes.len() > VALUES_MAX {
            let detail = format!("At most {VALUES_MAX} attributes can be set in one request.");
            errors.push(FieldError::new(format!("{base}/attributes"), "too-many", detail));
        } else {
            for (key, value) in &patch.attributes {
                match attribute(&snapshot, base, key, value) {
                    Ok(value) => checked.values.push(value),
                    Err(error) => errors.push(error),
                }
            }
        }
        if errors.is_empty() { Ok(checked) } else { Err(Error::Invalid(errors)) }
    }

    /// The part of a patch that can be written now; the rest is left out. Nothing is cleared.
    pub(crate) fn usable(&self, patch: &ProfilePatch) -> Checked {
        let snapshot = self.snapshot();
        let mut checked = Checked::default();
        let change = &mut checked.change;
        change.name = said(patch.name.as_ref()).and_then(|v| name(v).ok()).map(Some);
        change.email = said(patch.email.as_ref()).and_then(|v| email(v).ok()).map(Some);
        change.phone = said(patch.phone.as_ref()).and_then(|v| phone(v, &snapshot).ok()).map(Some);
        change.language = said(patch.language.as_ref()).and_then(|tag| language_tag("", tag).ok()).map(Some);
        let values = patch.attributes.iter().take(VALUES_MAX).filter(|(_, value)| !value.is_null());
        checked.values =
            values.filter_map(|(key, value)| attribute(&snapshot, "", key, value).ok()).collect();
        checked
    }
}

/// Whether a text is what a masked value looks like.
pub(crate) fn is_mask(text: &str) -> bool {
    let text = text.trim();
    text.contains(countersign_masking::BULLETS) || text.starts_with("****") || text.starts_with("XXX-XXX-")
}

/// A mask came back as a value.
pub(crate) fn masked_value(pointer: String) -> FieldError {
    let detail = "This is a mask, not a value. Leave the field out to keep what is stored.";
    FieldError::new(pointer, "masked-value", detail)
}

/// Refuses a mask where somebody who sees the field masked sends it back: it would replace what it hides.
pub(super) fn refuse_masks(patch: &ProfilePatch, viewer: Viewer, snapshot: &Snapshot) -> Result<()> {
    fn text<K: Kind>(value: Option<&Option<Pii<K>>>) -> Option<&str> {
        said(value).map(|value| value.plain(Purpose::Match))
    }
    let fields = [
        ("name", Class::Name, text(patch.name.as_ref())),
        ("email", Class::Email, text(patch.email.as_ref())),
        ("phone", Class::Phone, text(patch.phone.as_ref())),
        ("external_id", Class::ExternalId, text(patch.external_id.as_ref())),
    ];
    let fields =
        fields.into_iter().map(|(name, class, text)| (format!("/{name}"), viewer.is_masked(class), text));
    let values = patch.attributes.iter().map(|(key, value)| {
        let attribute = snapshot.attribute_by_key(AttributeLevel::Profile, key);
        let is_masked = attribute.is_some_and(|attribute| attribute.is_masked_for(&viewer));
        (format!("/attributes/{key}"), is_masked, value.as_str())
    });
    let errors: Vec<FieldError> = fields
        .chain(values)
        .filter(|(_, is_masked, text)| *is_masked && text.is_some_and(is_mask))
        .map(|(pointer, ..)| masked_value(pointer))
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

/// The country of national phone numbers.
fn region(snapshot: &Snapshot) -> Option<Region> {
    snapshot.workspace.default_country.parse().ok()
}

fn said<T>(value: Option<&Option<T>>) -> Option<&T> {
    value.and_then(Option::as_ref)
}

/// What is wrong with a field: a stable word and a sentence.
type Wrong = (&'static str, String);

/// Checks a field that is there: `Some(None)` clears it; what is wrong goes to `errors`.
fn field<T, U>(
    base: &str,
    pointer: &str,
    value: Option<&T>,
    errors: &mut Vec<FieldError>,
    check: impl FnOnce(&T) -> std::result::Result<U, Wrong>,
) -> Option<Option<U>> {
    let Some(value) = value else { return Some(None) };
    match check(value) {
        Ok(value) => Some(Some(value)),
        Err((code, detail)) => {
            errors.push(FieldError::new(format!("{base}/{pointer}"), code, detail));
            None
        }
    }
}

fn attribute(
    snapshot: &Snapshot,
    base: &str,
    key: &str,
    value: &Value,
) -> std::result::Result<(AttributeId, Option<Value>), FieldError> {
    let shown: String = key.chars().filter(|c| !c.is_control()).take(60).collect();
    let pointer = format!("{base}/attributes/{}", shown.replace('~', "~0").replace('/', "~1"));
    let level = AttributeLevel::Profile;
    let Some(attribute) = snapshot.attribute_by_key(level, key) else {
        return Err(unknown_attribute(&snapshot.attributes, level, pointer, key));
    };
    if value.is_null() {
        return Ok((attribute.id, None));
    }
    match check_value(attribute, value) {
        Ok(value) => Ok((attribute.id, Some(value))),
        Err(detail) => Err(FieldError::new(pointer, "invalid-value", detail)),
    }
}

fn name(value: &Pii<Name>) -> std::result::Result<Pii<Name>, Wrong> {
    let text = value.plain(Purpose::Seal).trim();
    if text.is_empty() {
        return Err(("empty", "This is empty; send `null` to clear it.".to_owned()));
    }
    if text.chars().count() > NAME_CHARS_MAX {
        return Err(("too-long", format!("A name has at most {NAME_CHARS_MAX} characters.")));
    }
    if text.chars().any(char::is_control) {
        return Err(("control-character", "A name holds no control characters.".to_owned()));
    }
    Ok(Pii::new(text))
}

fn keyed<K: Kind>(
    found: std::result::Result<Normalised, IdentifierError>,
) -> std::result::Result<Keyed<K>, Wrong> {
    found.map(|n| Keyed::new(n.value, n.key)).map_err(|error| {
        let code = match error {
            IdentifierError::Empty => "empty",
            IdentifierError::TooLong => "too-long",
            IdentifierError::Control => "control-character",
            IdentifierError::Placeholder => "placeholder",
            IdentifierError::NotEmail => "not-an-email",
            IdentifierError::NotPhone => "not-a-phone",
        };
        let hint = match error {
            IdentifierError::NotPhone => " Write it with its country, such as +49 30 901820.",
            IdentifierError::Placeholder => " Leave it out instead.",
            _ => "",
        };
        let mut sentence = error.to_string();
        if let Some(first) = sentence.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        (code, format!("{sentence}.{hint}"))
    })
}

pub(super) fn email(value: &Pii<Email>) -> std::result::Result<Keyed<Email>, Wrong> {
    keyed(normalise_email(value.plain(Purpose::Match)))
}

pub(super) fn external_id(value: &Pii<ExternalId>) -> std::result::Result<Keyed<ExternalId>, Wrong> {
    keyed(normalise_external_id(value.plain(Purpose::Match)))
}

pub(super) fn phone(value: &Pii<Phone>, snapshot: &Snapshot) -> std::result::Result<Keyed<Phone>, Wrong> {
    keyed(normalise_phone(value.plain(Purpose::Match), region(snapshot)))
}
