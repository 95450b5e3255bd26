//! E-mail addresses.

use unicode_normalization::UnicodeNormalization;

use super::{IdentifierError, IdentifierKind, Normalised, checked};

/// The most bytes an address may have on the wire.
const BYTES_MAX: usize = 254;
const LOCAL_BYTES_MAX: usize = 64;

pub(super) fn normalise(text: &str) -> Result<Normalised, IdentifierError> {
    let raw = checked(text, BYTES_MAX)?;
    let (local, domain) = raw.rsplit_once('@').ok_or(IdentifierError::NotEmail)?;
    // NFC, not NFKC: mail servers tell compatibility forms apart, and so must we.
    let local: String = local.nfc().collect();
    if !is_local(&local) {
        return Err(IdentifierError::NotEmail);
    }
    let domain = ascii_domain(domain)?;
    if local.len() + 1 + domain.len() > BYTES_MAX {
        return Err(IdentifierError::TooLong);
    }
    // Lower-casing may decompose (İ), so compose again: the key of a key is the key.
    let key_local: String = local.to_lowercase().nfc().collect();
    let key = format!("{key_local}@{domain}");
    if key.len() > BYTES_MAX || key_local.len() > LOCAL_BYTES_MAX {
        return Err(IdentifierError::TooLong);
    }
    Ok(Normalised {
        kind: IdentifierKind::Email,
        value: format!("{local}@{domain}"),
        raw: raw.to_owned(),
        key,
    })
}

/// A dot-atom of RFC 5321, letters of any script included (RFC 6531). Quoted local parts are refused: no
/// provider gives them out, and they hide a second `@`.
fn is_local(local: &str) -> bool {
    let is_atom = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        c if c.is_ascii() => "!#$%&'*+-/=?^_`{|}~.".contains(c),
        c => !c.is_whitespace(),
    };
    (1..=LOCAL_BYTES_MAX).contains(&local.len())
        && local.chars().all(is_atom)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

fn ascii_domain(domain: &str) -> Result<String, IdentifierError> {
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let ascii =
        if domain.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-')
            && !domain.contains("xn--")
        {
            domain.to_owned()
        } else {
            idna::domain_to_ascii_strict(domain).map_err(|_| IdentifierError::NotEmail)?
        };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top = ascii.rsplit('.').next().unwrap_or_default();
    let is_named = ascii.contains('.') && top.len() >= 2 && !top.bytes().all(|b| b.is_ascii_digit());
    if is_named && ascii.len() <= 253 && ascii.split('.').all(is_label) {
        Ok(ascii)
    } else {
        Err(IdentifierError::NotEmail)
    }
}
