//! E-mail addresses, also as people write them who hide them from machines.

use std::ops::Range;

use super::{FindingKind, Scan};

/// The longest part of an address that is spelled out.
const PART_MAX: usize = 64;

/// Sign or look-alike.
pub(super) const fn is_at(c: char) -> bool {
    matches!(c, '@' | '＠' | '﹫')
}

fn is_local(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || c.is_ascii() && "!#$%&'*+-/=?^_`{|}~.".contains(c)
        || !c.is_ascii() && !c.is_whitespace() && !is_at(c)
}

const fn is_dot(c: char) -> bool {
    matches!(c, '.' | '．' | '。' | '｡')
}

fn is_host(c: char) -> bool {
    c == '-' || is_dot(c) || c.is_alphanumeric()
}

/// Written without spaces between words: what stands before an address is not part of it.
const fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}')
}

/// The host that begins here, without what is no part of one.
fn host(text: &str) -> &str {
    let len = text.find(|c| !is_host(c)).unwrap_or(text.len());
    let mut host = &text[..len];
    // `web.de请发票`: a top level changes no script.
    if let Some((dot, c)) = host.char_indices().rev().find(|(_, c)| is_dot(*c)) {
        let top = &host[dot + c.len_utf8()..];
        let ascii = top.len() - top.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        if ascii >= 2 && top[ascii..].starts_with(is_unspaced) {
            host = &host[..host.len() - top.len() + ascii];
        }
    }
    host.trim_end_matches(|c| is_dot(c) || c == '-')
}

/// Is it a host with a top level of letters? Asked where an at sign alone says too little.
fn is_whole_host(host: &str) -> bool {
    let top = host.rsplit(is_dot).next().unwrap_or_default();
    top.len() < host.len() && top.len() >= 2 && top.chars().all(|c| c.is_ascii_alphabetic())
}

/// Where the word that ends here begins.
fn word_start(text: &str, end: usize, floor: usize) -> usize {
    let from = text.floor_char_boundary(floor.max(end.saturating_sub(PART_MAX)));
    end - (text[from..end].len() - text[from..end].trim_end_matches(is_local).len())
}

impl Scan<'_> {
    /// An at sign. With nothing before it, it is a mention.
    pub(super) fn email(&mut self, at: usize, after: usize) -> usize {
        let text = self.text;
        let mut start = self.floor + text[self.floor..at].trim_end_matches(is_local).len();
        let (mut name_end, mut from) = (at, after);
        if start == at && text[self.floor..at].ends_with(' ') {
            // `ann @ example.org`
            (name_end, from) = (at - 1, after + usize::from(text[after..].starts_with(' ')));
            start = word_start(text, name_end, self.floor);
            if !is_whole_host(host(&text[from..])) {
                start = name_end;
            }
        }
        let host = host(&text[from..]);
        let end = from + host.len();
        self.floor = after;
        if start == name_end || host.is_empty() {
            return after;
        }
        let name = &text[start..name_end];
        if let Some((i, c)) = name.char_indices().rev().find(|(_, c)| is_unspaced(*c))
            && i + c.len_utf8() < name.len()
            && name.is_char_boundary(i + c.len_utf8())
        {
            start += i + c.len_utf8();
        }
        self.push(start..end, FindingKind::Email);
        self.floor = end;
        end
    }

    /// `ann (at) example.org`, `ann [at] example [dot] org`; at the bracket.
    pub(super) fn written_at(&mut self, at: usize) -> usize {
        let Some(after) = bracketed(&self.text[at..], &AT_WORDS).map(|len| at + len) else { return at + 1 };
        let name_end = at - usize::from(self.text[..at].ends_with(' '));
        let start = word_start(self.text, name_end, self.floor);
        let from = after + usize::from(self.text[after..].starts_with(' '));
        match written_host(self.text, from) {
            Some(end) if start < name_end => {
                self.push(start..end, FindingKind::Email);
                self.floor = end;
                end
            }
            _ => after,
        }
    }

    /// `ann at example dot org`; at the word after the host's name.
    pub(super) fn written_dot(&mut self, at: usize) -> usize {
        let text = self.text;
        if dot_word(&text[at..]).is_none() {
            return at + 1;
        }
        let label = word_start(text, at - 1, self.floor);
        let before = text[..label].trim_end_matches(' ');
        let floor = self.floor.min(before.len());
        let Some(sign) = AT_WORDS.iter().find_map(|word| {
            let start = before.len().checked_sub(word.len()).filter(|start| *start >= floor)?;
            let is_word = before.is_char_boundary(start) && before[start..].eq_ignore_ascii_case(word);
            (is_word && before[..start].ends_with(' ')).then_some(start)
        }) else {
            return at + 1;
        };
        let name_end = sign - 1;
        let start = word_start(text, name_end, floor);
        match written_host(text, label) {
            Some(end) if start < name_end && label < at - 1 && !ARTICLES.contains(&&text[label..at - 1]) => {
                self.push(start..end, FindingKind::Email);
                self.floor = end;
                end
            }
            _ => at + 1,
        }
    }
}

/// What stands before a dot that is meant.
const ARTICLES: [&str; 8] = ["the", "this", "that", "each", "a", "my", "your", "every"];
const AT_WORDS: [&str; 6] = ["at", "arroba", "ät", "arobase", "chiocciola", "a"];
const DOT_WORDS: [&str; 6] = ["dot", "punkt", "punto", "point", "ponto", "prick"];

/// How long a bracket with one of these words is, with the brackets.
fn bracketed(text: &str, words: &[&str]) -> Option<usize> {
    let inner = text.get(1..)?;
    let close = inner.bytes().take(16).position(|b| matches!(b, b')' | b']' | b'}' | b'>'))?;
    let word = inner.get(..close)?.trim();
    words.iter().any(|w| word.eq_ignore_ascii_case(w)).then_some(close + 2)
}

/// Whether one of [`DOT_WORDS`] may begin here, by its first letters: asked at each `d` and `p` of a text.
pub(super) fn may_be_dot(bytes: &[u8], at: usize) -> bool {
    let Some([b' ', head @ ..]) = at.checked_sub(1).and_then(|before| bytes.get(before..at + 3)) else {
        return false;
    };
    matches!(
        [head[0] | 0x20, head[1] | 0x20, head[2] | 0x20],
        [b'd', b'o', b't'] | [b'p', b'u', b'n'] | [b'p', b'o', b'i' | b'n'] | [b'p', b'r', b'i']
    )
}

/// How long a word for a dot is that stands here between spaces.
fn dot_word(text: &str) -> Option<usize> {
    let word = DOT_WORDS.iter().find(|w| text.get(..w.len()).is_some_and(|t| t.eq_ignore_ascii_case(w)))?;
    text[word.len()..].starts_with(' ').then_some(word.len())
}

/// Where a host ends whose dots may be words; it has one at least.
fn written_host(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    let mut dots = 0;
    for _ in 0..4 {
        let label = text[at..].find(|c: char| !(c.is_alphanumeric() || c == '-')).unwrap_or(text.len() - at);
        if label == 0 || label > PART_MAX {
            return None;
        }
        at += label;
        let Some(next) = written_dot(text, at) else { break };
        // `example.org. Then` ends with its top level.
        if !text[next..].starts_with(|c: char| c.is_alphanumeric()) {
            break;
        }
        (at, dots) = (next, dots + 1);
    }
    (dots > 0).then_some(at)
}

/// Where a dot, whichever way it is written, ends.
fn written_dot(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let c = rest.chars().next()?;
    if is_dot(c) {
        return Some(at + c.len_utf8());
    }
    let bare = rest.strip_prefix(' ').unwrap_or(rest);
    let begin = at + rest.len() - bare.len();
    let end = match bare.chars().next()? {
        '(' | '[' | '{' | '<' => begin + bracketed(bare, &DOT_WORDS).or_else(|| bracketed(bare, &["."]))?,
        _ if begin > at => begin + dot_word(bare)?,
        _ => return None,
    };
    Some(end + usize::from(text[end..].starts_with(' ')))
}

/// The domain in an address that was found, if it may be shown.
pub(crate) fn domain_of(text: &str, span: Range<usize>) -> Option<&str> {
    let found = &text[span];
    let (at, sign) = found.char_indices().rev().find(|(_, c)| is_at(*c))?;
    Some(found[at + sign.len_utf8()..].trim_start())
}
