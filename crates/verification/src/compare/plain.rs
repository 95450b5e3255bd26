//! Forms of post codes, last four characters and words.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Unreadable;
use super::alphabet::{Script, digit, native, script};

/// Letters and digits alone, in capitals. A country before a hyphen is dropped (`D-10115`), and so is what an American
/// code has behind its five digits, which few know of themselves.
pub(super) fn postcode(text: &str) -> Result<String, Unreadable> {
    let plain: String = text.nfkc().map(|c| digit(c).unwrap_or(c)).collect::<String>().to_uppercase();
    let plain = plain.trim();
    let is_all = |text: &str, is: fn(char) -> bool| !text.is_empty() && text.chars().all(is);
    let is_dash = |c: char| matches!(c, '-' | '\u{2010}'..='\u{2015}');
    let rest = match plain.split_once(is_dash) {
        Some((country, rest))
            if country.len() <= 2 && is_all(country, |c| c.is_ascii_uppercase()) && !rest.is_empty() =>
        {
            rest
        }
        Some((five, four))
            if five.len() == 5
                && four.len() == 4
                && is_all(five, |c| c.is_ascii_digit())
                && is_all(four, |c| c.is_ascii_digit()) =>
        {
            five
        }
        _ => plain,
    };
    let is_gap = |c: char| c.is_whitespace() || is_dash(c) || c == '.';
    let code: String = rest.chars().filter(|c| !is_gap(*c)).collect();
    let is_code = (3..=10).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric());
    // No country has more than three letters in a row: a town was said as well.
    let has_word = code.split(|c: char| c.is_ascii_digit()).any(|letters| letters.len() > 3);
    if is_code && !has_word && code.bytes().any(|b| b.is_ascii_digit()) {
        Ok(code)
    } else {
        Err(Unreadable::NotAPostcode)
    }
}

/// The last four letters and digits, in capitals: of a stored number, or all that was said.
pub(super) fn last_four(text: &str, is_stored: bool) -> Result<String, Unreadable> {
    let plain: Vec<char> = text
        .nfkc()
        .map(|c| digit(c).unwrap_or(c))
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    match plain.len() {
        4 => Ok(plain.into_iter().collect()),
        5.. if is_stored => Ok(plain[plain.len() - 4..].iter().collect()),
        _ => Err(Unreadable::NotFour),
    }
}

/// Words in lower case with one space between them, without punctuation and without what sits on letters.
pub(super) fn words(text: &str) -> Result<String, Unreadable> {
    let mut out = String::with_capacity(text.len());
    for word in split(text) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&native(&word));
    }
    if out.is_empty() { Err(Unreadable::Empty) } else { Ok(out) }
}

/// The words of a text, in lower case: letters, digits and what sits on them. Apostrophes stand in a word, hyphens do not.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.nfkc().flat_map(char::to_lowercase).nfc() {
        let c = digit(c).unwrap_or(c);
        let is_inside = is_apostrophe(c) || is_invisible(c);
        match words.last_mut() {
            Some(word) if c.is_alphanumeric() || is_combining_mark(c) => word.push(c),
            Some(word) if !is_inside && !word.is_empty() => words.push(String::new()),
            _ => {}
        }
    }
    words.retain(|word| word.chars().any(|c| script(c) != Script::None));
    words
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`' | '´' | '\u{2bb}'..='\u{2bf}' | '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{ff07}')
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{640}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
