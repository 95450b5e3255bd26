//! Digits and what stands between them.

use smallvec::SmallVec;

/// The most separators between two digits of one number.
const SEPARATORS_MAX: usize = 3;
/// What stands for a numeral that is no decimal digit: no check digit fits it.
pub(crate) const NO_DIGIT: u8 = 0xff;

/// A decimal digit of any script in use, or another numeral that reads as one.
pub(crate) fn is_digit(c: char) -> bool {
    match c {
        '0'..='9' => true,
        c if c.is_ascii() => false,
        c => {
            c.is_numeric()
                && !matches!(c, '¼'..='¾' | '\u{2150}'..='\u{218b}' | '\u{3007}' | '\u{3021}'..='\u{3029}')
        }
    }
}

/// The zeros of the scripts in use; nine digits follow each.
const ZEROS: [u32; 28] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
    0xf20, 0x1040, 0x17e0, 0x1810, 0x1946, 0x2080, 0xa9d0, 0xff10, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec,
    0x1d7f6,
];

/// The value of a digit.
pub(crate) fn digit(c: char) -> u8 {
    if let '0'..='9' = c {
        return c as u8 - b'0';
    }
    let at = u32::from(c);
    let of = |zero: &u32| at.checked_sub(*zero).filter(|d| *d < 10).map(|d| d as u8);
    ZEROS.iter().find_map(of).unwrap_or(match c {
        '\u{b9}' => 1,
        '\u{b2}' => 2,
        '\u{b3}' => 3,
        '\u{2070}' => 0,
        '\u{2074}'..='\u{2079}' => (at - 0x2070) as u8,
        _ => NO_DIGIT,
    })
}

/// What may stand between digits of one number; also what cannot be seen.
pub(crate) const fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '\t' | '-' | '.' | '(' | ')' | '/' | '[' | ']' | '_' | '*' | '\u{a0}' | '\u{ad}' | '\u{2000}'..='\u{2015}'
        | '\u{202a}'..='\u{202f}' | '\u{2060}'..='\u{2064}' | '\u{20e3}' | '\u{2212}' | '\u{3000}' | '\u{fe0f}' | '\u{feff}' | '・')
}

/// Digits without anything between them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    /// Where it begins in the text.
    pub start: usize,
    /// … and ends.
    pub end: usize,
    /// The first of its digits.
    pub first: usize,
    /// How many they are.
    pub len: usize,
    /// The first character of what stands before it.
    pub mark: char,
    /// How many characters stand before it.
    pub marks: usize,
}

/// A number as it is written: groups of digits.
#[derive(Debug)]
pub(crate) struct Run {
    /// Where its first digit stands.
    pub start: usize,
    /// Behind its last.
    pub end: usize,
    /// Its digits.
    pub digits: SmallVec<[u8; 32]>,
    /// Its groups.
    pub groups: SmallVec<[Group; 8]>,
}

impl Run {
    /// The sizes of its groups are these.
    pub(crate) fn is_grouped(&self, sizes: &[usize]) -> bool {
        self.groups.len() == sizes.len() && self.groups.iter().zip(sizes).all(|(g, size)| g.len == *size)
    }

    /// Nothing stands between its digits.
    pub(crate) fn is_bare(&self) -> bool {
        self.groups.len() == 1
    }

    /// Its digits in ASCII, for what reads such.
    pub(crate) fn value(&self) -> u64 {
        self.digits.iter().fold(0, |n: u64, d| n.wrapping_mul(10).wrapping_add(u64::from(*d)))
    }

    /// Some of its groups; there is one at least.
    pub(crate) fn part(&self, range: std::ops::Range<usize>) -> Self {
        let groups = &self.groups[range];
        let (head, last) = (groups[0], groups[groups.len() - 1]);
        let digits = self.digits[head.first..last.first + last.len].iter().copied().collect();
        let groups = groups.iter().map(|group| Group { first: group.first - head.first, ..*group }).collect();
        Self { start: head.start, end: last.end, digits, groups }
    }
}

/// Where a number that begins here ends, and how many digits it has. The way taken where nothing is found: it only counts.
pub(crate) fn measure(text: &str, start: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let (mut at, mut end, mut count, mut marks) = (start, start, 0, 0);
    while at < bytes.len() {
        let byte = bytes[at];
        if byte.is_ascii_digit() {
            (at, count, marks) = (at + 1, count + 1, 0);
            end = at;
            continue;
        }
        let c = if byte < 0x80 { char::from(byte) } else { text[at..].chars().next().unwrap_or(' ') };
        if byte >= 0x80 && is_digit(c) {
            (at, count, marks) = (at + c.len_utf8(), count + 1, 0);
            end = at;
        } else if marks < SEPARATORS_MAX && is_separator(c) {
            (at, marks) = (at + c.len_utf8(), marks + 1);
        } else {
            break;
        }
    }
    (end, count)
}

/// Reads the number between two places that [`measure`] gave.
pub(crate) fn read(text: &str, start: usize, end: usize) -> Run {
    let mut run = Run { start, end, digits: SmallVec::new(), groups: SmallVec::new() };
    let (mut mark, mut marks) = (' ', 0);
    for (i, c) in text[start..end].char_indices() {
        if !is_digit(c) {
            if marks == 0 {
                mark = c;
            }
            marks += 1;
            continue;
        }
        let (at, first) = (start + i, run.digits.len());
        run.digits.push(digit(c));
        let end = at + c.len_utf8();
        match run.groups.last_mut() {
            Some(group) if marks == 0 => (group.end, group.len) = (end, group.len + 1),
            _ => run.groups.push(Group { start: at, end, first, len: 1, mark, marks }),
        }
        marks = 0;
    }
    run
}
