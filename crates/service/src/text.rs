//! Short texts that people type: reasons, names.

use countersign_store::fold::folded;
use countersign_types::{Error, Result};

/// Longest reason, characters.
const REASON_CHARS_MAX: usize = 500;

/// A reason as it goes into the audit log, trimmed; `None` when nothing was said. A colleague's words, but about a
/// customer, and kept for good: what could be an address or a number is hidden.
pub(crate) fn reason(text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = text.map(str::trim).filter(|t| !t.is_empty()) else { return Ok(None) };
    if text.chars().count() > REASON_CHARS_MAX {
        let detail = format!("A reason has at most {REASON_CHARS_MAX} characters.");
        return Err(Error::invalid("/reason", "too-long", detail));
    }
    Ok(Some(countersign_masking::mask_text(text)))
}

/// Longest name of a group or a calendar, characters.
const NAME_CHARS_MAX: usize = 80;

/// A name that people give to something, trimmed: on one line, with something to be seen in it, and read in the
/// order in which it was written.
pub(crate) fn name(pointer: &str, text: &str) -> Result<String> {
    line(pointer, "A name", text)
}

/// [`name`], called what it is.
pub(crate) fn line(pointer: &str, what: &str, text: &str) -> Result<String> {
    let name = text.trim();
    let turns =
        |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
    let is_good = (1..=NAME_CHARS_MAX).contains(&name.chars().count())
        && !name.chars().any(|c| c.is_control() || turns(c))
        && !folded(name).is_empty();
    if is_good {
        return Ok(name.to_owned());
    }
    let detail = format!("{what} has 1 to {NAME_CHARS_MAX} characters on one line.");
    Err(Error::invalid(pointer, "invalid-name", detail))
}
