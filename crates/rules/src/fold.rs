//! How texts are compared: so that a person would call them the same.
//!
//! [`fold`] brings a text to compatibility form (NFKC: full-width and ligatures become plain letters), to lower case
//! letter by letter (`ß` as `ss`, final `ς` as `σ`, dotted `İ` as `i`), turns typographic quotes into plain ones, drops
//! characters without width, makes runs of white space one space, and takes space off both ends. It is the same in
//! every language and knows no grammar: accents stay, because `año` and `ano` are two words.
//!
//! Both what is looked for and where it is looked for are folded, so it does not matter how either was typed. Only
//! regular expressions see the text as it came.
//!
//! ```
//! use countersign_rules::fold::fold;
//! assert_eq!(fold("  I DON’T\n have\u{200b} an Account "), "i don't have an account");
//! assert_eq!(fold("ＳＴＡＲＴ"), fold("start"));
//! assert_eq!(fold("STRASSE"), fold("Straße"));
//! ```

use unicode_normalization::UnicodeNormalization;

/// Bytes of a text that conditions look at; what stands behind is not looked at (R-3).
pub const LOOKED_AT_MAX: usize = 16 * 1024;

/// The beginning of a text that conditions look at.
pub fn looked_at(text: &str) -> &str {
    if text.len() <= LOOKED_AT_MAX {
        return text;
    }
    let end = (0..=LOOKED_AT_MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

/// The form in which texts are compared; see the module.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

pub(crate) fn fold_into(text: &str, out: &mut String) {
    out.clear();
    if text.is_ascii() {
        return fold_ascii(text, out);
    }
    let mut sink = Sink { out, is_gap: false };
    for c in text.nfkc() {
        sink.push_folded(c);
    }
}

fn fold_ascii(text: &str, out: &mut String) {
    out.reserve(text.len());
    let mut is_gap = false;
    for byte in text.bytes() {
        if byte.is_ascii_whitespace() || byte == 0x0b {
            is_gap = true;
            continue;
        }
        if is_gap && !out.is_empty() {
            out.push(' ');
        }
        is_gap = false;
        out.push(char::from(byte.to_ascii_lowercase()));
    }
}

struct Sink<'a> {
    out: &'a mut String,
    is_gap: bool,
}

impl Sink<'_> {
    fn push_folded(&mut self, c: char) {
        match c {
            '\u{200b}'..='\u{200f}'
            | '\u{2060}'
            | '\u{feff}'
            | '\u{ad}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{307}' => {}
            'ß' | 'ẞ' => "ss".chars().for_each(|c| self.push(c)),
            'ς' => self.push('σ'),
            '’' | '‘' | 'ʼ' | '´' => self.push('\''),
            '“' | '”' | '„' | '«' | '»' => self.push('"'),
            c if c.is_whitespace() => self.is_gap = true,
            c if c.is_ascii() => self.push(c.to_ascii_lowercase()),
            c => c.to_lowercase().filter(|c| *c != '\u{307}').for_each(|c| self.push(c)),
        }
    }

    fn push(&mut self, c: char) {
        if self.is_gap && !self.out.is_empty() {
            self.out.push(' ');
        }
        self.is_gap = false;
        self.out.push(c);
    }
}

/// Whether a match from `from` to `to` in a folded text is made of whole words: no letter or digit touches it.
pub(crate) fn is_word(text: &str, from: usize, to: usize) -> bool {
    let bytes = text.as_bytes();
    let touches = |byte: Option<u8>, c: fn(&str) -> Option<char>, part: &str| match byte {
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        Some(_) => c(part).is_some_and(char::is_alphanumeric),
        None => false,
    };
    !touches(from.checked_sub(1).map(|at| bytes[at]), |p| p.chars().next_back(), &text[..from])
        && !touches(bytes.get(to).copied(), |p| p.chars().next(), &text[to..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn folding_what_was_folded_changes_little_and_never_panics(text in "\\PC{0,60}") {
            let once = fold(&text);
            prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
            fold(&once);
        }

        #[test]
        fn ascii_folds_the_same_on_both_paths(text in "[ -~\t\n]{0,60}") {
            let slow = fold(&format!("{text}\u{200b}"));
            prop_assert_eq!(fold(&text), slow);
        }

        #[test]
        fn case_does_not_matter(text in "[a-zäöüéèñåąęłżźćśàâçœа-яєіїґ ]{0,40}") {
            prop_assert_eq!(fold(&text.to_uppercase()), fold(&text));
        }
    }

    #[test]
    fn whole_words_in_any_script() {
        let text = "старт start, start5 рестарт";
        let words: Vec<bool> = ["старт", "start"]
            .iter()
            .flat_map(|w| text.match_indices(w))
            .map(|(at, w)| is_word(text, at, at + w.len()))
            .collect();
        assert_eq!(words, [true, false, true, false]);
    }

    #[test]
    fn a_long_text_is_looked_at_up_to_a_limit_r_3() {
        let text = "ä".repeat(LOOKED_AT_MAX);
        assert!(looked_at(&text).len() <= LOOKED_AT_MAX && looked_at(&text).len() > LOOKED_AT_MAX - 4);
    }
}
