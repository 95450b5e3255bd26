//! Calendar dates: plain ones stay, those of a birth do not.

use std::ops::Range;

use super::context::is_birth;
use super::run::{is_digit, is_separator};
use super::{FindingKind, Scan};

/// A day. Of the last two, one is the day and one the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    pub year: u32,
    pub parts: (u32, u32),
}

impl Day {
    /// An ISO date, which attributes hold.
    pub(crate) fn from_iso(text: &str) -> Option<Self> {
        numeric(text.get(..10)?, 0).map(|(day, _)| day)
    }

    /// Whether both may be the same day.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let (a, b) = self.parts;
        let is_year = self.year == other.year || self.year < 100 && self.year == other.year % 100;
        is_year && (other.parts == (a, b) || other.parts == (b, a))
    }
}

const fn is_year(year: u32) -> bool {
    year >= 1900 && year <= 2099
}

/// In either order.
const fn is_day_and_month(a: u32, b: u32) -> bool {
    a >= 1 && b >= 1 && a <= 31 && b <= 31 && (a <= 12 || b <= 12)
}

/// The ASCII number that begins here: its value, how many digits.
fn number(bytes: &[u8], at: usize) -> (u32, usize) {
    let digits = bytes[at.min(bytes.len())..].iter().take(5).take_while(|b| b.is_ascii_digit());
    digits.fold((0, 0), |(n, len), b| (n * 10 + u32::from(b - b'0'), len + 1))
}

/// A date in digits with the same mark twice that begins here, and where it ends: `2026-11-20`, `3.11.2026`, `11/20/26`.
fn numeric(text: &str, at: usize) -> Option<(Day, usize)> {
    let bytes = text.as_bytes();
    let (a, a_len) = number(bytes, at);
    let mark = *bytes.get(at + a_len)?;
    if !matches!(mark, b'-' | b'.' | b'/') {
        return None;
    }
    let (b, b_len) = number(bytes, at + a_len + 1);
    if !(1..=2).contains(&b_len) || bytes.get(at + a_len + 1 + b_len) != Some(&mark) {
        return None;
    }
    let (c, c_len) = number(bytes, at + a_len + b_len + 2);
    let end = at + a_len + b_len + c_len + 2;
    let day = match (a_len, c_len) {
        (4, 1 | 2) if is_year(a) && is_day_and_month(c, b) => Day { year: a, parts: (b, c) },
        (1 | 2, 4) if is_year(c) && is_day_and_month(a, b) => Day { year: c, parts: (a, b) },
        (1 | 2, 2) if is_day_and_month(a, b) => Day { year: c, parts: (a, b) },
        _ => return None,
    };
    Some((day, end))
}

/// Whether a date ends here. Digits that go on after it make it part of a number, unless they are a time of day.
fn is_end(text: &str, date: &str, end: usize) -> bool {
    let mut rest = text[end..].chars();
    match rest.next() {
        Some(c) if is_digit(c) || matches!(c, '-' | '/') => return false,
        // Written in full it is a date, whatever follows.
        _ if date.len() == 10 => return true,
        _ => {}
    }
    let rest = &text[end..];
    let number = rest.trim_start_matches(is_separator);
    if !number.starts_with(is_digit) {
        return true;
    }
    let (hour, len) = self::number(number.as_bytes(), 0);
    rest.starts_with(' ') && hour < 24 && len <= 2 && number.as_bytes().get(len) == Some(&b':')
}

impl Scan<'_> {
    /// A date in digits: passed over, and found if somebody is born on it.
    pub(super) fn date(&mut self, at: usize) -> Option<usize> {
        let before = self.before(at);
        if before.is_some_and(|c| is_digit(c) || matches!(c, '+' | '-' | '.' | '/')) {
            return None;
        }
        let (day, end) = numeric(self.text, at)?;
        let is_bracket = before == Some('(') && !self.text[end..].starts_with(')');
        if is_bracket || !is_end(self.text, &self.text[at..end], end) {
            return None;
        }
        if self.known.is_known(&day) || is_birth(self.text, at, end) {
            self.push(at..end, FindingKind::Birth);
        }
        Some(end)
    }

    /// A date with a word for its month, where somebody is born on it; `at` a number of one or two digits.
    pub(super) fn written_date(&mut self, at: usize, end: usize) -> Option<usize> {
        let text = self.text;
        let (day, _) = number(text.as_bytes(), at);
        if !(1..=31).contains(&day) {
            return None;
        }
        let span = after_day(text, end).map(|to| at..to).or_else(|| before_day(text, at, end))?;
        if span.start < self.taken() || !is_birth(text, span.start, span.end) {
            return None;
        }
        let to = span.end;
        self.push(span, FindingKind::Birth);
        Some(to)
    }
}

/// The year that begins here.
fn year_end(text: &str, at: usize) -> Option<usize> {
    let (year, len) = number(text.as_bytes(), at);
    (len == 4 && is_year(year)).then_some(at + 4)
}

/// ` March 1984`, `. März 1984`, ` de marzo de 1984`, `th of March 1984`.
fn after_day(text: &str, mut at: usize) -> Option<usize> {
    let rest = &text[at..];
    at += ["st", "nd", "rd", "th", ".", "º", "-", "er"]
        .iter()
        .find(|s| rest.starts_with(**s))
        .map_or(0, |s| s.len());
    let mut has_month = false;
    for _ in 0..4 {
        at += usize::from(text[at..].starts_with([' ', '-', '.', ',']));
        at += usize::from(text[at..].starts_with(' '));
        if let Some(end) = year_end(text, at) {
            return has_month.then_some(end);
        }
        let word = text[at..].find(|c: char| !c.is_alphabetic()).unwrap_or(text.len() - at);
        if word == 0 || word > 40 {
            return None;
        }
        has_month |= text[at..at + word].chars().count() > 2;
        at += word;
    }
    None
}

/// `March 17, 1984`.
fn before_day(text: &str, at: usize, end: usize) -> Option<Range<usize>> {
    let word_end = at.checked_sub(1).filter(|i| text.as_bytes()[*i] == b' ')?;
    let from = text.floor_char_boundary(word_end.saturating_sub(24));
    let window = &text[from..word_end];
    let month = window.len() - window.trim_end_matches(char::is_alphabetic).len();
    let ordinal = ["st", "nd", "rd", "th"].iter().find_map(|s| text[end..].strip_prefix(s));
    let rest = ordinal.unwrap_or(&text[end..]);
    let rest = rest.strip_prefix(',').unwrap_or(rest).strip_prefix(' ')?;
    let year = year_end(text, text.len() - rest.len())?;
    (month >= 3).then_some(word_end - month..year)
}
