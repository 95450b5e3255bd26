//! Short texts that people type: reasons, names.

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
