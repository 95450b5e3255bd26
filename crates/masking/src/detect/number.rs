//! Numbers: what begins with a digit, or has digits in it.

use super::context::{Hint, Hints};
use super::national::{self, Nation};
use super::run::{self, Run};
use super::{FindingKind, Scan, card, iban};

/// The fewest digits of a number that is hidden.
pub(super) const DIGITS_MIN: usize = 7;
/// The most letters that stand before the first digit of something.
const LETTERS_MAX: usize = 7;

impl Scan<'_> {
    /// A digit, the first of its number. Answers where to go on.
    pub(super) fn number(&mut self, at: usize) -> usize {
        let special = self.after_letters(at).or_else(|| self.ip(at)).or_else(|| self.date(at));
        if let Some(end) = special {
            return end;
        }
        let (end, count) = run::measure(self.text, at);
        if count >= DIGITS_MIN {
            return self.long(at, end);
        }
        let nino = (count == 6).then(|| self.nino(at, end)).flatten();
        let group =
            || at + self.text.as_bytes()[at..].iter().take(3).take_while(|b| b.is_ascii_digit()).count();
        nino.or_else(|| self.written_date(at, group())).unwrap_or(end)
    }

    /// What has letters before its first digit.
    fn after_letters(&mut self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let last = at.checked_sub(1).map(|i| bytes[i])?;
        if last == b' ' {
            return self.after_country(at);
        }
        if !last.is_ascii_alphabetic() {
            return None;
        }
        let floor = self.taken().max(at.saturating_sub(LETTERS_MAX));
        let letters = bytes[floor..at].iter().rev().take_while(|b| b.is_ascii_alphabetic()).count();
        let start = at - letters;
        // Nothing begins in the middle of a word.
        if start > 0 && bytes[start - 1].is_ascii_alphanumeric() {
            return None;
        }
        let (end, kind) = match letters {
            1 => (nie_end(bytes, start)?, FindingKind::National(Nation::EsDni)),
            2 => match iban::end(self.text, start, true) {
                Some(end) => (end, FindingKind::Iban),
                None => (nino_end(bytes, start)?, FindingKind::National(Nation::GbNino)),
            },
            6 => (tax_code_end(bytes, start)?, FindingKind::National(Nation::ItTax)),
            _ => return None,
        };
        self.push(start..end, kind);
        Some(end)
    }

    /// `DE 89 3704 …`: the country stands apart.
    fn after_country(&mut self, at: usize) -> Option<usize> {
        let start = at.checked_sub(3).filter(|start| *start >= self.taken())?;
        let bytes = self.text.as_bytes();
        let is_word = start == 0 || !bytes[start - 1].is_ascii_alphanumeric();
        let is_country = bytes[start].is_ascii_alphabetic() && bytes[start + 1].is_ascii_alphabetic();
        let end = (is_word && is_country).then(|| iban::end(self.text, start, false)).flatten()?;
        self.push(start..end, FindingKind::Iban);
        Some(end)
    }

    /// `AB 12 34 56 C`; the letters stand apart.
    fn nino(&mut self, at: usize, end: usize) -> Option<usize> {
        let start = at.checked_sub(3).filter(|start| *start >= self.taken())?;
        let bytes = self.text.as_bytes();
        let is_start = start == 0 || !bytes[start - 1].is_ascii_alphanumeric();
        if !is_start || !matches!(bytes[at - 1], b' ' | b'-') {
            return None;
        }
        let found = nino_end(bytes, start).filter(|found| *found > end)?;
        self.push(start..found, FindingKind::National(Nation::GbNino));
        Some(found)
    }

    /// Seven digits or more: hidden, whatever they are.
    fn long(&mut self, at: usize, end: usize) -> usize {
        let run = run::read(self.text, at, end);
        // `030 901820 / 0170 1234567` are two.
        let mut first = 0;
        for (i, group) in run.groups.iter().enumerate() {
            let is_apart = group.marks > 1 && self.text[..group.start].trim_end().ends_with('/');
            let is_enough = group.first - run.groups[first].first >= DIGITS_MIN
                && run.digits.len() - group.first >= DIGITS_MIN;
            if is_apart && is_enough {
                self.one(&run.part(first..i));
                first = i;
            }
        }
        match first {
            0 => self.one(&run),
            first => self.one(&run.part(first..run.groups.len())),
        }
    }

    fn one(&mut self, run: &Run) -> usize {
        let mut span = run.start..run.end;
        let kind = match national::lettered(run, self.text) {
            Some((nation, end)) => {
                span.end = end;
                FindingKind::National(nation)
            }
            None => self.kind(run),
        };
        let is_closed = self.text[span.clone()].contains(')');
        if self.before(span.start) == Some('(') && is_closed {
            span.start -= 1;
        }
        if let Some(plus @ ('+' | '＋')) = self.before(span.start) {
            span.start -= plus.len_utf8();
        }
        let end = span.end;
        self.push(span, kind);
        end
    }

    fn kind(&self, run: &Run) -> FindingKind {
        let d = &run.digits[..];
        let before = self.text[..run.start].trim_end_matches('(').chars().next_back();
        if matches!(before, Some('+' | '＋')) && d[0] != 0 && d.len() <= 16 {
            return FindingKind::Phone;
        }
        if d.len() >= 13 && card::find(run).is_some() {
            return FindingKind::Card;
        }
        if d.starts_with(&[0, 0]) && (9..=17).contains(&d.len()) && d[2] != 0 {
            return FindingKind::Phone;
        }
        if let Some(nation) = national::strong(run) {
            return FindingKind::National(nation);
        }
        let hints = Hints::before(self.text, run.start);
        if let Some(nation) = national::hinted(run, &hints) {
            return FindingKind::National(nation);
        }
        let is_phone = d.len() <= 16
            && (hints.has(Hint::Phone)
                || !hints.has(Hint::Thing) && is_phone_shaped(run, self.before(run.start) == Some('(')));
        if is_phone { FindingKind::Phone } else { FindingKind::Number }
    }
}

/// Grouped or begun as phone numbers are somewhere.
fn is_phone_shaped(run: &Run, is_after_bracket: bool) -> bool {
    let d = &run.digits[..];
    let is_nanp = |d: &[u8]| d.len() == 10 && d[0] > 1 && d[3] > 1;
    let is_marked = is_after_bracket || run.groups.iter().any(|g| matches!(g.mark, '(' | ')'));
    match d.len() {
        7 => run.is_grouped(&[3, 4]) && d[0] > 1 || run.is_grouped(&[3, 2, 2]),
        8 => !run.is_bare() && run.groups.iter().all(|g| (2..=4).contains(&g.len)),
        9..=12 if d[0] == 0 || is_nanp(d) => true,
        11 if d[0] == 1 && is_nanp(&d[1..]) || d[0] == 8 => true,
        9..=12 => is_marked || run.is_bare() && d.len() < 12 || run.groups.iter().all(|g| g.len <= 5),
        _ => is_marked,
    }
}

/// `X1234567L`, `Y-1234567-L`.
fn nie_end(bytes: &[u8], start: usize) -> Option<usize> {
    let which = match bytes[start].to_ascii_uppercase() {
        b'X' => 0,
        b'Y' => 1,
        b'Z' => 2,
        _ => return None,
    };
    let digits = bytes.get(start + 1..start + 8)?;
    let number = digits
        .iter()
        .try_fold(which, |n: u64, b| b.is_ascii_digit().then(|| n * 10 + u64::from(b - b'0')))?;
    let letter = start + 8 + usize::from(bytes.get(start + 8) == Some(&b'-'));
    let is_right = bytes.get(letter)?.to_ascii_uppercase() == national::dni(number);
    (is_right && !bytes.get(letter + 1).is_some_and(u8::is_ascii_alphanumeric)).then_some(letter + 1)
}

/// Two letters, six digits, a letter from A to D, with or without spaces.
fn nino_end(bytes: &[u8], start: usize) -> Option<usize> {
    let prefix = [bytes.get(start)?.to_ascii_uppercase(), bytes.get(start + 1)?.to_ascii_uppercase()];
    let is_prefix = prefix.iter().all(|b| b.is_ascii_uppercase() && !b"DFIQUV".contains(b))
        && prefix[1] != b'O'
        && ![b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"].contains(&&prefix);
    let (mut at, mut digits) = (start + 2, 0);
    while digits < 6 {
        at += usize::from(matches!(bytes.get(at), Some(b' ' | b'-')));
        if !bytes.get(at)?.is_ascii_digit() {
            return None;
        }
        (at, digits) = (at + 1, digits + 1);
    }
    at += usize::from(matches!(bytes.get(at), Some(b' ' | b'-')));
    let is_suffix = matches!(bytes.get(at)?.to_ascii_uppercase(), b'A'..=b'D');
    let is_end = !bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
    (is_prefix && is_suffix && is_end).then_some(at + 1)
}

/// `RSSMRA85T10A562S`: the shape is nobody else's.
fn tax_code_end(bytes: &[u8], start: usize) -> Option<usize> {
    let code = bytes.get(start..start + 16)?;
    let is_shaped = code.iter().zip(b"LLLLLLDDLDDLDDDL").all(|(b, shape)| match shape {
        b'L' => b.is_ascii_alphabetic(),
        // Letters stand for digits where two people would have the same code.
        _ => b.is_ascii_digit() || b"LMNPQRSTUV".contains(&b.to_ascii_uppercase()),
    });
    (is_shaped && !bytes.get(start + 16).is_some_and(u8::is_ascii_alphanumeric)).then_some(start + 16)
}
