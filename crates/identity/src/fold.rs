//! What one character of a message means to the search for codes.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::code::value_of;

/// The part a character plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// As if it were not there: zero-width and direction marks, variation selectors, chat markup.
    Drop,
    /// Ends a line.
    Newline,
    /// Any space that stays in the line; a tab is punctuation, because it separates the cells of a table.
    Space,
    /// Any dash.
    Hyphen,
    /// A full stop.
    Dot,
    /// An underscore.
    Under,
    /// Other punctuation, symbols, emoji.
    Punct(char),
    /// A symbol of a text code, perhaps written with a look-alike.
    Letter { value: u8, is_upper: bool, is_latin: bool },
    /// A decimal digit of any script.
    Digit(u8),
    /// A letter or number that is part of a word when it touches a code: the word is then no code.
    Glue { is_upper: bool, is_lower: bool },
    /// A letter of a script without case. Such scripts often do without spaces, so it ends a code.
    Loose,
    /// A combining mark: it makes the symbol before it another letter.
    Mark,
}

impl Class {
    /// Part of a word in which a code may stand.
    pub(crate) const fn is_word(self) -> bool {
        matches!(self, Self::Letter { .. } | Self::Digit(_) | Self::Glue { .. })
    }
}

/// Zero-width characters, direction marks, fillers, variation selectors, the keycap, tags.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{20e3}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Capital letters of other alphabets that look like a symbol.
const fn look_alike(c: char) -> Option<u8> {
    Some(match c {
        'В' | 'Β' => b'B',
        'С' | 'Ϲ' => b'C',
        'Ԁ' => b'D',
        'Ԍ' => b'G',
        'Н' | 'Η' => b'H',
        'Ј' | 'Ϳ' => b'J',
        'К' | 'Κ' => b'K',
        'М' | 'Μ' => b'M',
        'Ν' => b'N',
        'Р' | 'Ρ' => b'P',
        'Ԛ' => b'Q',
        'Ѕ' => b'S',
        'Т' | 'Τ' => b'T',
        'Ѵ' => b'V',
        'Ԝ' => b'W',
        'Х' | 'Χ' => b'X',
        'Ζ' => b'Z',
        _ => return None,
    })
}

/// Zeros of the decimal digits of every script; each is followed by its one to nine.
const ZEROS: [u32; 70] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
    0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
    0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40,
    0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da,
    0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50, 0x11d50, 0x11da0, 0x11f50, 0x16130, 0x16a60, 0x16ac0,
    0x16b50, 0x16d70, 0x1ccf0, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950,
];

/// The value of a decimal digit of any script.
pub(crate) fn digit_of(c: char) -> Option<u8> {
    let point = u32::from(c);
    let zero = ZEROS.partition_point(|zero| *zero <= point).checked_sub(1).map(|i| ZEROS[i])?;
    u8::try_from(point - zero).ok().filter(|d| *d < 10)
}

fn class_of_ascii(byte: u8) -> Class {
    let c = char::from(byte);
    match byte {
        b'*' | b'~' | b'`' => Class::Drop,
        b'\n' | b'\r' | 0x0b | 0x0c => Class::Newline,
        b' ' => Class::Space,
        b'-' => Class::Hyphen,
        b'.' => Class::Dot,
        b'_' => Class::Under,
        b'0'..=b'9' => Class::Digit(byte - b'0'),
        b'a'..=b'z' | b'A'..=b'Z' => match value_of(byte) {
            Some(value) => Class::Letter { value, is_upper: c.is_ascii_uppercase(), is_latin: true },
            None => Class::Glue { is_upper: c.is_ascii_uppercase(), is_lower: c.is_ascii_lowercase() },
        },
        _ => Class::Punct(c),
    }
}

/// The only item of an iterator of exactly one.
fn single<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

fn class_of_other(c: char) -> Class {
    match c {
        '\u{85}' | '\u{2028}' | '\u{2029}' => return Class::Newline,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' => return Class::Hyphen,
        _ if is_invisible(c) => return Class::Drop,
        _ if c.is_whitespace() => return Class::Space,
        _ if is_combining_mark(c) => return Class::Mark,
        _ => {}
    }
    let Some(plain) = single(c.nfkc()) else {
        // Ligatures, fractions, ㏄: more than one character, so nobody's code.
        let is_word = c.nfkc().any(|part| matches!(class_of(part), class if class.is_word()));
        return if is_word { Class::Glue { is_upper: false, is_lower: false } } else { Class::Punct(c) };
    };
    if plain.is_ascii() {
        return class_of_ascii(plain as u8);
    }
    if let Some(digit) = digit_of(plain) {
        return Class::Digit(digit);
    }
    if let Some(upper) = single(plain.to_uppercase())
        && let Some(value) = look_alike(upper).or_else(|| u8::try_from(upper).ok()).and_then(value_of)
    {
        return Class::Letter { value, is_upper: plain == upper, is_latin: look_alike(upper).is_none() };
    }
    match plain {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Class::Hyphen,
        _ if plain.is_uppercase() || plain.is_lowercase() || plain.is_numeric() => {
            Class::Glue { is_upper: plain.is_uppercase(), is_lower: plain.is_lowercase() }
        }
        _ if plain.is_alphabetic() => Class::Loose,
        _ => Class::Punct(plain),
    }
}

/// The part that a character plays.
pub(crate) fn class_of(c: char) -> Class {
    match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => class_of_ascii(byte),
        _ => class_of_other(c),
    }
}

/// The part of a character as far as the pre-scan cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Hint {
    /// Ends whatever run of symbols there was.
    Break,
    /// May be a symbol of a text code.
    Letter,
    /// May be a digit.
    Digit,
    /// May stand inside a code without being part of it.
    Join,
}

const fn hint(class: Class) -> Hint {
    match class {
        Class::Letter { .. } => Hint::Letter,
        Class::Digit(_) => Hint::Digit,
        Class::Drop | Class::Space | Class::Hyphen | Class::Dot | Class::Under | Class::Mark => Hint::Join,
        Class::Newline | Class::Punct(_) | Class::Glue { .. } | Class::Loose => Hint::Break,
    }
}

const TABLE_LEN: usize = 0x3001;

static TABLE: LazyLock<Box<[Hint]>> = LazyLock::new(|| {
    (0..TABLE_LEN)
        .map(|point| char::from_u32(point as u32).map_or(Hint::Break, |c| hint(class_of(c))))
        .collect()
});

/// A pre-scan over the characters of a text.
pub(crate) struct PreScan(&'static [Hint]);

impl PreScan {
    pub(crate) fn new() -> Self {
        Self(&TABLE)
    }

    fn hint_of(&self, c: char) -> Hint {
        match c {
            '\0'..='\u{3000}' => self.0[c as usize],
            // Kana, Han, Hangul, Yi: by far the most frequent characters above the table.
            '\u{3040}'..='\u{3098}'
            | '\u{309b}'..='\u{3163}'
            | '\u{3400}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7ff}' => Hint::Break,
            '\u{1f300}'..='\u{1faff}' => Hint::Break,
            _ => hint(class_of(c)),
        }
    }

    /// May there be a code in this text? Says no only when there is none: a code needs twelve letters or
    /// fourteen digits with nothing but joining characters between them.
    pub(crate) fn may_hold_code(&self, text: &str) -> bool {
        if text.is_ascii() { self.may_ascii_hold_code(text.as_bytes()) } else { self.may_run_hold_code(text) }
    }

    /// Every code covers twelve bytes in a row that break nothing, so looking at every twelfth byte finds all runs
    /// that matter; in most languages that byte is a vowel two times in five.
    fn may_ascii_hold_code(&self, bytes: &[u8]) -> bool {
        let ascii: &[Hint] = &self.0[..128];
        let breaks = |byte: &u8| ascii[usize::from(byte & 127)] == Hint::Break;
        let (mut floor, mut at) = (0, 11);
        while let Some(byte) = bytes.get(at) {
            if breaks(byte) {
                floor = at + 1;
            } else {
                let start = bytes[floor..at].iter().rposition(breaks).map_or(floor, |i| floor + i + 1);
                let end = bytes[at..].iter().position(breaks).map_or(bytes.len(), |i| at + i);
                if end - start >= 12
                    && self.may_run_hold_code(std::str::from_utf8(&bytes[start..end]).unwrap_or_default())
                {
                    return true;
                }
                floor = end;
            }
            at = floor + 11;
        }
        false
    }

    fn may_run_hold_code(&self, text: &str) -> bool {
        let ascii: &[Hint] = &self.0[..128];
        let bytes = text.as_bytes();
        let (mut letters, mut digits) = (0u32, 0u32);
        let mut i = 0;
        while i < bytes.len() {
            let byte = bytes[i];
            let found = if byte < 128 {
                i += 1;
                ascii[usize::from(byte & 127)]
            } else {
                let Some(c) = text[i..].chars().next() else { return true };
                i += c.len_utf8();
                self.hint_of(c)
            };
            match found {
                Hint::Break => (letters, digits) = (0, 0),
                Hint::Letter => (letters, digits) = (letters + 1, 0),
                Hint::Digit => (letters, digits) = (0, digits + 1),
                Hint::Join => {}
            }
            if letters >= 12 || digits >= 14 {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(c: char) -> Option<char> {
        match class_of(c) {
            Class::Letter { value, .. } => Some(char::from(crate::check::ALPHABET[usize::from(value)])),
            _ => None,
        }
    }

    #[test]
    fn look_alikes_full_width_and_styled_letters_are_symbols() {
        for (from, to) in "вВсСнкмртхѕјＷｗ𝐖𝔚Ⓦ🅆ΒΝΖſ".chars().zip("BBCCHKMPTXSJWWWWWWBNZS".chars())
        {
            assert_eq!(letter(from), Some(to), "{from}");
        }
        for c in "aeiouyАЕОбжëñ".chars() {
            assert!(matches!(class_of(c), Class::Glue { .. }), "{c}");
        }
    }

    #[test]
    fn digits_of_every_script_are_digits() {
        for c in ['7', '٧', '۷', '७', '৭', '๗', '７', '𝟕', '៧', '၇', '༧', '７'] {
            assert_eq!(class_of(c), Class::Digit(7), "{c}");
        }
    }

    #[test]
    fn the_pre_scan_never_overlooks_a_character_of_a_code() {
        let scan = PreScan::new();
        for c in (0..=0x10_ffffu32).filter_map(char::from_u32) {
            let (fast, slow) = (scan.hint_of(c), hint(class_of(c)));
            assert!(fast == slow || fast == Hint::Break && slow == Hint::Break, "{c:?} {fast:?} {slow:?}");
        }
    }
}
