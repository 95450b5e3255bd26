//! Personal data in what people write: where it stands and what it is.
//!
//! One pass over the bytes. [`skip`] says where something could begin (a digit, an at sign, a bracket); everything else is
//! passed over. From such a place a detector looks a bounded way back and as far ahead as
//! what it reads goes, so the time is linear in the text. Nothing is allocated while nothing is found.
//!
//! Two rules stand above all detectors: whatever has seven digits or more and is no plain date is found, as
//! [`FindingKind::Number`] if nothing better is known, and so is whatever surrounds an at sign. A detector says what
//! something is; it never makes that anything is shown.

mod card;
mod context;
mod date;
mod email;
mod iban;
mod ip;
mod national;
mod number;
mod run;
mod skip;

use std::ops::Range;
use std::sync::LazyLock;

pub(crate) use card::cards;
pub(crate) use date::Day;
pub(crate) use email::domain_of;
pub use national::Nation;
pub(crate) use run::{digit, is_digit};

use self::skip::{Begin, Skip};
use crate::known::Known;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FindingKind {
    /// An e-mail address, also one spelled out.
    Email,
    /// A phone number.
    Phone,
    /// A payment card.
    Card,
    /// An international bank account number.
    Iban,
    /// A number that a state gave.
    National(Nation),
    /// An IP address.
    Ip,
    /// A date of birth.
    Birth,
    /// Seven digits or more that are none of these.
    Number,
    /// A value that is known of the customer.
    Known,
    /// What the workspace's own patterns say.
    Custom,
}

/// Something personal in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where, in bytes.
    pub span: Range<usize>,
    /// What.
    pub kind: FindingKind,
}

/// Finds personal data in a text: in order, none over another.
///
/// ```
/// use countersign_masking::{FindingKind, Known, detect};
/// let text = "Ring +49 30 901820 or write to ann@example.org, please";
/// let kinds: Vec<_> = detect(text, &Known::nothing()).into_iter().map(|f| (&text[f.span], f.kind)).collect();
/// assert_eq!(kinds, [("+49 30 901820", FindingKind::Phone), ("ann@example.org", FindingKind::Email)]);
/// ```
pub fn detect(text: &str, known: &Known) -> Vec<Finding> {
    let found = scan(text, known);
    if known.has_words() { with(found, known.find(text)) } else { found }
}

/// Both, in order; what lies over another becomes one. Where something known is part of it, nothing of it is left to be
/// seen, unless it is no more than an address's own name.
fn with(mut found: Vec<Finding>, more: Vec<Finding>) -> Vec<Finding> {
    if more.is_empty() {
        return found;
    }
    found.extend(more);
    found.sort_by_key(|f| (f.span.start, f.span.end));
    found.dedup_by(|next, last| {
        let is_over = next.span.start < last.span.end;
        if is_over {
            let holds = |a: &Finding, b: &Finding| {
                a.kind == FindingKind::Email && a.span.start <= b.span.start && b.span.end <= a.span.end
            };
            let is_address = holds(last, next) || holds(next, last);
            last.kind = if is_address { FindingKind::Email } else { FindingKind::Known };
            last.span.end = last.span.end.max(next.span.end);
        }
        is_over
    });
    found
}

/// Which characters of the first plane may be a digit or an at sign: a bit for each, 64 to a word. Most letters of Arabic,
/// Hindi or Japanese stand in a word of their digits' neighbours, so that a table by bytes would stop at all of them.
static WIDES: LazyLock<Box<[u64; 1_024]>> = LazyLock::new(|| {
    let mut wides = Box::new([0; 1_024]);
    for c in ('\u{80}'..='\u{ffff}').filter(|c| is_digit(*c) || email::is_at(*c)) {
        let at = c as usize;
        wides[at >> 6] |= 1 << (at & 63);
    }
    wides
});

/// The state of a pass.
struct Scan<'t> {
    text: &'t str,
    wides: &'t [u64; 1_024],
    known: &'t Known,
    found: Vec<Finding>,
    /// Where an e-mail address may begin at the earliest.
    floor: usize,
}

fn scan(text: &str, known: &Known) -> Vec<Finding> {
    let mut skip = Skip::through(text.as_bytes());
    let mut scan = Scan { text, wides: &WIDES, known, found: Vec::new(), floor: 0 };
    let mut at = 0;
    while let Some((begin, what)) = skip.next(at) {
        at = match what {
            Begin::Digit => scan.number(begin),
            Begin::At => scan.email(begin, begin + 1),
            Begin::Bracket => scan.written_at(begin),
            Begin::Word => scan.written_dot(begin),
            Begin::Wide => scan.wide(begin),
            Begin::Nothing => begin + 1,
        };
    }
    scan.found
}

impl Scan<'_> {
    /// A character beyond ASCII.
    fn wide(&mut self, at: usize) -> usize {
        let low = |byte: u8| usize::from(byte & 0x3f);
        let (of, bit, len) = match self.text.as_bytes()[at..] {
            [head @ 0xc2..=0xdf, next, ..] => (usize::from(head & 0x1f), low(next), 2),
            [head @ 0xe0..=0xef, next, last, ..] => (usize::from(head & 0x0f) << 6 | low(next), low(last), 3),
            // Beyond the first plane.
            _ => (0, 0, 0),
        };
        if len > 0 && self.wides[of] >> bit & 1 == 0 {
            return at + len;
        }
        let Some(c) = self.text[at..].chars().next() else { return self.text.len() };
        if is_digit(c) {
            self.number(at)
        } else if email::is_at(c) {
            self.email(at, at + c.len_utf8())
        } else {
            at + c.len_utf8()
        }
    }

    /// Notes a finding. What it lies over becomes part of it.
    fn push(&mut self, mut span: Range<usize>, kind: FindingKind) {
        while let Some(last) = self.found.last().filter(|last| last.span.end > span.start) {
            span = last.span.start.min(span.start)..last.span.end.max(span.end);
            self.found.pop();
        }
        self.found.push(Finding { span, kind });
    }

    /// Where the last finding ends.
    fn taken(&self) -> usize {
        self.found.last().map_or(0, |last| last.span.end)
    }

    fn before(&self, at: usize) -> Option<char> {
        self.text[..at].chars().next_back()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_and_at_sign_beyond_ascii_is_met_and_nothing_else() {
        for c in ('\u{80}'..=char::MAX).filter(|c| !c.is_whitespace()) {
            let digits: String = std::iter::repeat_n(c, 7).collect();
            let found = detect(&digits, &Known::nothing());
            assert_eq!(found.len(), usize::from(is_digit(c)), "{c:?} {:x}", c as u32);
            let address = format!("ann{c}example.org");
            assert_eq!(detect(&address, &Known::nothing()).len(), usize::from(email::is_at(c)), "{c:?}");
        }
    }

    #[test]
    fn every_word_for_a_dot_is_met() {
        for word in ["dot", "Punkt", "PUNTO", "point", "ponto", "prick"] {
            let text = format!("ann at example {word} org");
            assert_eq!(detect(&text, &Known::nothing()).len(), 1, "{text}");
        }
        assert!(!email::may_be_dot(b"dot", 0));
        assert!(!email::may_be_dot(b" do", 1));
    }
}
