//! Masking of what people write: the obvious first, and rather too much than too little.

use std::ops::Range;

use crate::value::{is_digit, is_domain, mask_phone};

/// The fewest digits of a number that is hidden.
const DIGITS_MIN: usize = 7;
/// The most separators between two digits of one number.
const SEPARATORS_MAX: usize = 3;

/// Hides e-mail addresses and numbers of seven digits or more (phones, cards, accounts, orders) in free text, in
/// time linear in its length. Calendar dates stay. Numbers may be grouped in any way and be in any script's
/// digits. It hides more than personal data rather than less.
///
/// ```
/// use countersign_masking::mask_text;
/// assert_eq!(
///     mask_text("I am ann@example.org, +49 (0)30 / 901820, since 2026-11-20."),
///     "I am ****@example.org, XXX-XXX-1820, since 2026-11-20."
/// );
/// ```
pub fn mask_text(text: &str) -> String {
    if !may_hold_personal_data(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, domain) in emails(text) {
        mask_numbers(&text[at..span.start], &mut out);
        out.push_str("****");
        if is_domain(&text[domain.clone()]) {
            out.push('@');
            out.push_str(&text[domain]);
        }
        at = span.end;
    }
    mask_numbers(&text[at..], &mut out);
    out
}

/// Most messages have neither an at sign nor seven digits; bytes beyond ASCII count as digits here.
fn may_hold_personal_data(text: &str) -> bool {
    let mut digits = 0;
    text.bytes().any(|byte| {
        digits += usize::from(byte.is_ascii_digit() || byte >= 0x80);
        // 0xEF begins the full-width at signs.
        matches!(byte, b'@' | 0xef) || digits >= DIGITS_MIN
    })
}

const fn is_at(c: char) -> bool {
    matches!(c, '@' | '＠' | '﹫')
}

fn is_local(c: char) -> bool {
    c.is_alphanumeric()
        || "!#$%&'*+-/=?^_`{|}~.".contains(c)
        || !c.is_ascii() && !c.is_whitespace() && !is_at(c)
}

fn is_host(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '.'
}

/// Addresses: the whole span and the domain's. An at sign with nothing before it is a mention, not an address.
fn emails(text: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let mut found: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    let mut floor = 0;
    for (at, sign) in text.char_indices().filter(|(_, c)| is_at(*c)) {
        if at < floor {
            continue;
        }
        let before = &text[floor..at];
        let start = floor + before.trim_end_matches(is_local).len();
        let after = at + sign.len_utf8();
        let host = &text[after..];
        let host_len = host.len() - host.trim_start_matches(is_host).len();
        let host = host[..host_len].trim_end_matches(['.', '-']);
        let end = after + host.len();
        if start < at && !host.is_empty() {
            found.push((start..end, after..end));
            floor = end;
        } else {
            floor = after;
        }
    }
    found
}

const fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '\t' | '-' | '.' | '(' | ')' | '/' | '[' | ']' | '_' | '*' | '\u{a0}' | '\u{ad}' | '\u{2000}'..='\u{2015}'
        | '\u{202a}'..='\u{202f}' | '\u{2060}'..='\u{2064}' | '\u{2212}' | '\u{3000}' | '\u{feff}' | '・')
}

/// Copies text with long numbers masked.
fn mask_numbers(text: &str, out: &mut String) {
    let mut copied = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if !is_digit(c) {
            continue;
        }
        if let Some(end) = date_end(&text[start..], text[..start].chars().next_back()) {
            while chars.next_if(|(i, _)| *i < start + end).is_some() {}
            continue;
        }
        let (mut end, mut digits, mut separators) = (start + c.len_utf8(), 1, 0);
        while let Some((i, c)) =
            chars.next_if(|(_, c)| is_digit(*c) || is_separator(*c) && separators < SEPARATORS_MAX)
        {
            if is_digit(c) {
                (end, digits, separators) = (i + c.len_utf8(), digits + 1, 0);
            } else {
                separators += 1;
            }
        }
        if digits >= DIGITS_MIN {
            out.push_str(text[copied..start].trim_end_matches(['+', '＋', '(']));
            out.push_str(&mask_phone(&text[start..end]));
            copied = end;
        }
    }
    out.push_str(&text[copied..]);
}

/// Where a calendar date that begins here ends: `2026-11-20`, `20.11.2026`, `11/20/2026`, with the same separator
/// twice, a year of this or the last century, and nothing that continues a number.
fn date_end(text: &str, before: Option<char>) -> Option<usize> {
    let bytes = text.as_bytes().get(..10)?;
    if before.is_some_and(|c| is_digit(c) || matches!(c, '+' | '-' | '.' | '/' | '(')) {
        return None;
    }
    let number = |range: Range<usize>| {
        bytes[range].iter().try_fold(0u32, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
    };
    let is_mark = |i: usize, j: usize| matches!(bytes[i], b'-' | b'.' | b'/') && bytes[i] == bytes[j];
    let is_date = if is_mark(4, 7) {
        is_year(number(0..4)?) && is_day_and_month(number(8..10)?, number(5..7)?)
    } else if is_mark(2, 5) {
        is_year(number(6..10)?) && is_day_and_month(number(0..2)?, number(3..5)?)
    } else {
        false
    };
    let after = text.get(10..)?.chars().next();
    let is_end = !after.is_some_and(|c| is_digit(c) || matches!(c, '-' | '/'));
    (is_date && is_end).then_some(10)
}

const fn is_year(year: u32) -> bool {
    year >= 1900 && year <= 2099
}

/// In either order.
const fn is_day_and_month(a: u32, b: u32) -> bool {
    a >= 1 && b >= 1 && a <= 31 && b <= 31 && (a <= 12 || b <= 12)
}
