//! Short texts that people type: reasons, names.

use countersign_types::{Error, Result};

/// Longest reason, characters.
const REASON_CHARS_MAX: usize = 500;

/// A reason, trimmed; `None` when nothing was said.
pub(crate) fn reason(text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = text.map(str::trim).filter(|t| !t.is_empty()) else { return Ok(None) };
    if text.chars().count() > REASON_CHARS_MAX {
        let detail = format!("A reason has at most {REASON_CHARS_MAX} characters.");
        return Err(Error::invalid("/reason", "too-long", detail));
    }
    Ok(Some(text.to_owned()))
}
