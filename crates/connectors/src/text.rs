//! Text between providers' limits and ours.

use countersign_service::message::TEXT_CHARS_MAX;
use countersign_service::port::ProviderError;
use sha2::{Digest, Sha256};

/// The first `max` characters, on one line where it was on one.
pub(crate) fn cut(text: &str, max: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(max).collect()
}

/// A provider's id of a message as it can be kept: one that is longer than ids may be goes by its digest, so that two
/// that begin alike stay two.
pub(crate) fn id(text: &str) -> String {
    if text.len() <= 200 && !text.chars().any(char::is_control) {
        return text.to_owned();
    }
    format!("sha256:{}", hex::encode(Sha256::digest(text.as_bytes())))
}

/// A customer's words as they can be kept: no NUL, not longer than a message may be, not empty.
pub(crate) fn clean(text: &str) -> String {
    let mut kept: String = text.chars().filter(|c| *c != '\0').take(TEXT_CHARS_MAX).collect();
    if kept.trim().is_empty() {
        kept.clear();
    }
    kept
}

/// A reply in parts that a provider takes, at most `max` UTF-16 units each: cut at the end of a line, else of a word,
/// else of a character.
pub(crate) fn parts(text: &str, max: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.trim().is_empty() {
        let end = end_of_part(rest, max);
        let (part, after) = rest.split_at(end);
        if !part.trim().is_empty() {
            parts.push(part.trim_end());
        }
        rest = after.trim_start_matches([' ', '\n']);
    }
    parts
}

fn end_of_part(text: &str, max: usize) -> usize {
    let (mut units, mut end) = (0, text.len());
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > max {
            end = at;
            break;
        }
    }
    if end == text.len() {
        return end;
    }
    let head = &text[..end];
    let border = head.rfind('\n').or_else(|| head.rfind(' ')).filter(|at| *at > end / 2);
    // A character that is longer than `max` goes whole: nothing would ever end otherwise.
    border.unwrap_or(end).max(text.chars().next().map_or(1, char::len_utf8))
}

/// A failure after `sent` parts went out: to send all of it again would say the same twice, so people are told instead.
pub(crate) fn after_parts(error: ProviderError, sent: usize) -> ProviderError {
    if sent == 0 {
        return error;
    }
    let status = error.status();
    ProviderError::refused(status, format!("only the first parts ({sent}) were sent: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_reply_is_cut_where_people_would_cut_it() {
        assert_eq!(parts("short", 10), ["short"]);
        assert_eq!(parts("one two three", 8), ["one two", "three"]);
        assert_eq!(parts("line one\nline two", 12), ["line one", "line two"]);
        assert_eq!(parts("aaaaaaaaaa", 4), ["aaaa", "aaaa", "aa"]);
        assert_eq!(parts("  \n ", 4), Vec::<&str>::new());
        assert_eq!(parts("😀😀😀", 2), ["😀", "😀", "😀"]);
        assert_eq!(parts("😀", 1), ["😀"], "a character is never cut in two");
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost_between_the_parts(text in "\\PC{0,200}", max in 1_usize..40) {
            let parts = parts(&text, max);
            let squeeze = |text: &str| text.split_whitespace().collect::<String>();
            proptest::prop_assert_eq!(squeeze(&parts.concat()), squeeze(&text));
            for part in &parts {
                let units: usize = part.chars().map(char::len_utf16).sum();
                proptest::prop_assert!(units <= max.max(2), "{units}");
            }
        }
    }
}
