//! What is known of a customer, found in what people write.

use std::borrow::Cow;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::detect::{Day, Finding, FindingKind};
use crate::pattern::Patterns;

/// Fewest characters of a value that is looked for, so that the name `Al` hides no `al`.
const CHARS_MIN: usize = 3;
/// … in writing without spaces, where two characters are a name.
const CHARS_MIN_UNSPACED: usize = 2;
/// Fewest characters of a part of an address or of the name in an e-mail address.
const PART_CHARS_MIN: usize = 4;
/// More values of one customer are not looked for.
const WORDS_MAX: usize = 200;
/// Bytes of a value that are looked at.
const VALUE_BYTES_MAX: usize = 1_000;

/// A value that is known of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownValue<'a> {
    /// A name: found as a whole, and each part by itself.
    Name(&'a str),
    /// An e-mail address: the part before the at sign too.
    Email(&'a str),
    /// Anything else: an address by its lines, a date in any spelling.
    Text(&'a str),
}

/// What is known of a customer, made ready to be found: once for all texts about them.
#[derive(Default)]
pub struct Known {
    words: Option<AhoCorasick>,
    days: Vec<Day>,
    patterns: Option<Arc<Patterns>>,
}

impl std::fmt::Debug for Known {
    /// Without the values.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Known(…)")
    }
}

impl Known {
    /// Nothing is known.
    pub const fn nothing() -> Self {
        Self { words: None, days: Vec::new(), patterns: None }
    }

    /// These are known. They are found in any case, with accents or without, as words of their own.
    pub fn of<'a>(values: impl IntoIterator<Item = KnownValue<'a>>) -> Self {
        let (mut words, mut known) = (Vec::new(), Self::nothing());
        for value in values {
            match value {
                KnownValue::Name(name) => {
                    add(&mut words, name, CHARS_MIN);
                    name.split([' ', '\u{a0}', ',']).for_each(|part| add(&mut words, part, CHARS_MIN));
                }
                KnownValue::Email(address) => {
                    add(&mut words, address, CHARS_MIN);
                    let name = address.split('@').next().unwrap_or_default();
                    add(&mut words, name, PART_CHARS_MIN);
                }
                KnownValue::Text(text) => {
                    known.days.extend(Day::from_iso(text));
                    add(&mut words, text, CHARS_MIN);
                    text.split([',', '\n', ';']).for_each(|part| add(&mut words, part, PART_CHARS_MIN));
                }
            }
        }
        words.sort_unstable();
        words.dedup();
        words.truncate(WORDS_MAX);
        if !words.is_empty() {
            // Made for a few texts: quick to make counts for more than quick to run.
            let mut builder = AhoCorasick::builder();
            let builder = builder.kind(Some(AhoCorasickKind::NoncontiguousNFA)).prefilter(false);
            known.words = builder.build(&words).ok();
        }
        known
    }

    /// With the workspace's own patterns, which are found in every text.
    #[must_use]
    pub fn with_patterns(mut self, patterns: Arc<Patterns>) -> Self {
        self.patterns = Some(patterns).filter(|patterns| !patterns.is_empty());
        self
    }

    /// Whether nothing is known.
    pub fn is_nothing(&self) -> bool {
        self.days.is_empty() && !self.has_words()
    }

    /// Whether there is anything that [`Known::find`] could find.
    pub(crate) fn has_words(&self) -> bool {
        self.words.is_some() || self.patterns.is_some()
    }

    pub(crate) fn is_known(&self, day: &Day) -> bool {
        self.days.iter().any(|known| known.is_like(day))
    }

    /// Where known words and the workspace's patterns stand in a text.
    pub(crate) fn find(&self, text: &str) -> Vec<Finding> {
        let mut found = Vec::new();
        if let Some(patterns) = &self.patterns {
            patterns.find(text, &mut found);
        }
        let Some(words) = &self.words else { return found };
        let folded = Folded::of(text);
        for hit in words.find_overlapping_iter(&*folded.text) {
            if is_word(&folded.text, hit.start(), hit.end()) {
                let span = folded.place(hit.start())..folded.end(hit.end(), text);
                found.push(Finding { span, kind: FindingKind::Known });
            }
        }
        found
    }
}

/// Adds a value as it is looked for, if it is long enough.
fn add(words: &mut Vec<String>, value: &str, min: usize) {
    let value = &value[..value.floor_char_boundary(VALUE_BYTES_MAX)];
    let folded = Folded::of(value.trim()).text;
    let min = if folded.chars().any(is_unspaced) { CHARS_MIN_UNSPACED } else { min };
    if folded.chars().filter(|c| c.is_alphanumeric()).count() >= min {
        words.push(folded.into_owned());
    }
}

/// Whether what stands between two places is a word of its own. Writing without spaces has no words.
fn is_word(text: &str, start: usize, end: usize) -> bool {
    let joins = |inner: Option<char>, outer: Option<char>| match (inner, outer) {
        (Some(a), Some(b)) => {
            a.is_alphanumeric() && b.is_alphanumeric() && !is_unspaced(a) && !is_unspaced(b)
        }
        _ => false,
    };
    let (before, within, after) = (&text[..start], &text[start..end], &text[end..]);
    !joins(within.chars().next(), before.chars().next_back())
        && !joins(within.chars().next_back(), after.chars().next())
}

/// Chinese, Japanese, Korean, Thai and their neighbours.
const fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{1100}'..='\u{11ff}' | '\u{20000}'..='\u{3ffff}')
}

/// A text in one spelling, and where each of its bytes came from.
struct Folded<'a> {
    text: Cow<'a, str>,
    /// For each byte the place in the text it was made of; empty where they are the same.
    places: Vec<usize>,
}

impl<'a> Folded<'a> {
    /// Lower case, without accents, without what cannot be seen.
    fn of(text: &'a str) -> Self {
        if text.is_ascii() {
            let is_lower = !text.bytes().any(|b| b.is_ascii_uppercase());
            let text = if is_lower { Cow::Borrowed(text) } else { Cow::Owned(text.to_ascii_lowercase()) };
            return Self { text, places: Vec::new() };
        }
        let mut folded = String::with_capacity(text.len());
        let mut places = Vec::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            let mut push = |c: char| {
                folded.push(c);
                places.resize(folded.len(), at);
            };
            match c {
                c if c.is_ascii() => push(c.to_ascii_lowercase()),
                // No letter with a mark, but read as one.
                'ł' | 'Ł' => push('l'),
                'ø' | 'Ø' => push('o'),
                'đ' | 'Đ' => push('d'),
                'ı' => push('i'),
                'ß' | 'ẞ' => "ss".chars().for_each(push),
                'æ' | 'Æ' => "ae".chars().for_each(push),
                'œ' | 'Œ' => "oe".chars().for_each(push),
                '\u{ad}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{2064}'
                | '\u{feff}' => {}
                c => std::iter::once(c)
                    .nfkd()
                    .filter(|c| !is_combining_mark(*c))
                    .flat_map(char::to_lowercase)
                    .for_each(push),
            }
        }
        Self { text: Cow::Owned(folded), places }
    }

    /// Where a byte came from.
    fn place(&self, at: usize) -> usize {
        if self.places.is_empty() { at } else { self.places[at] }
    }

    /// Behind the last character of what ends here, with the marks that follow it.
    fn end(&self, at: usize, text: &str) -> usize {
        if self.places.is_empty() {
            return at;
        }
        let last = self.places[at - 1];
        let mut chars = text[last..].char_indices().skip(1);
        chars.find(|(_, c)| !is_combining_mark(*c)).map_or(text.len(), |(i, _)| last + i)
    }
}
