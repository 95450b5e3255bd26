//! Passing over what cannot be anything: most of what people write.
//!
//! Sixteen bytes at a time are asked one question with the answers joined, which compilers turn into a few vector
//! instructions; a byte after another is looked at only where one of the sixteen may begin something.

use super::email::may_be_dot;

/// What may begin at a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    Nothing,
    Digit,
    At,
    /// `(at)`, `[dot]`.
    Bracket,
    /// ` dot `, ` punto `.
    Word,
    /// The first byte of a character beyond ASCII that may be a digit or an at sign.
    Wide,
}

const CLASS: [Begin; 256] = {
    let mut class = [Begin::Nothing; 256];
    let mut b = b'0';
    while b <= b'9' {
        class[b as usize] = Begin::Digit;
        b += 1;
    }
    class[b'@' as usize] = Begin::At;
    class[b'(' as usize] = Begin::Bracket;
    class[b'[' as usize] = Begin::Bracket;
    class[b'{' as usize] = Begin::Bracket;
    class[b'<' as usize] = Begin::Bracket;
    class[b'd' as usize] = Begin::Word;
    class[b'D' as usize] = Begin::Word;
    class[b'p' as usize] = Begin::Word;
    class[b'P' as usize] = Begin::Word;
    // Digits are of the blocks that begin so; Latin, Greek, Cyrillic, Hebrew and Chinese have none.
    let wide = [0xc2, 0xd9, 0xdb, 0xdf, 0xe0, 0xe1, 0xe2, 0xe3, 0xea, 0xef, 0xf0];
    let mut i = 0;
    while i < wide.len() {
        class[wide[i]] = Begin::Wide;
        i += 1;
    }
    class
};

/// How many bytes are passed over at once.
const STEP: usize = 16;

/// Goes through a text, from place to place where something may begin.
pub(super) struct Skip<'t> {
    bytes: &'t [u8],
    /// Where the step begins that was looked at last.
    step: usize,
    /// Where in it something may begin.
    places: u128,
}

impl<'t> Skip<'t> {
    pub(super) fn through(bytes: &'t [u8]) -> Self {
        Self { bytes, step: usize::MAX, places: 0 }
    }

    /// The next place from `at` on where something may begin, and what.
    pub(super) fn next(&mut self, mut at: usize) -> Option<(usize, Begin)> {
        let bytes = self.bytes;
        // A window has a byte before the step and one behind it, as words are told by their neighbours. So the first and
        // the last byte of a text, and those of a short one, are looked at alone.
        let Some(last_window) = bytes.len().checked_sub(STEP + 2) else {
            return (at..bytes.len()).find_map(|at| self.begins(at));
        };
        if at == 0 {
            if let Some(found) = self.begins(0) {
                return Some(found);
            }
            at = 1;
        }
        while at <= last_window + STEP {
            if !(self.step <= at && at < self.step + STEP) {
                self.step = at.min(last_window + 1);
                self.places = places(bytes[self.step - 1..].first_chunk()?);
            }
            let mut places = self.places >> (8 * (at - self.step));
            while places != 0 {
                let found = self.begins(at + places.trailing_zeros() as usize / 8);
                if found.is_some() {
                    return found;
                }
                places &= places - 1;
            }
            at = self.step + STEP;
        }
        (at < bytes.len()).then(|| self.begins(bytes.len() - 1)).flatten()
    }

    fn begins(&self, at: usize) -> Option<(usize, Begin)> {
        let begin = CLASS[usize::from(self.bytes[at])];
        let is_one = begin != Begin::Nothing && (begin != Begin::Word || may_be_dot(self.bytes, at));
        is_one.then_some((at, begin))
    }
}

/// Where in a window something may begin, its first and last byte aside: a byte of 1 for each place. It may say so of
/// places where nothing does.
///
/// Written so that compilers make vectors of it: no branch, one array in, one out.
fn places(window: &[u8; STEP + 2]) -> u128 {
    let mut begins = [0u8; STEP];
    for (i, begin) in begins.iter_mut().enumerate() {
        let (before, byte, after) = (window[i], window[i + 1], window[i + 2] | 0x20);
        let letter = byte | 0x20;
        let is_word = (before == b' ')
            & ((letter == b'd') & (after == b'o')
                | (letter == b'p') & ((after == b'u') | (after == b'o') | (after == b'r')));
        // `[` and `{` differ in the bit of capitals only, `(` and `<` do not.
        let is_sign = (byte == b'@') | (byte == b'(') | (byte == b'<') | (letter == b'{');
        let is_wide = (byte == 0xc2) | (byte >= 0xd9);
        *begin = u8::from((byte.wrapping_sub(b'0') < 10) | is_sign | is_wide | is_word);
    }
    u128::from_le_bytes(begins)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, a byte after another.
    fn slow(bytes: &[u8], from: usize) -> Option<(usize, Begin)> {
        (from..bytes.len()).find_map(|i| match CLASS[usize::from(bytes[i])] {
            Begin::Nothing => None,
            Begin::Word if !may_be_dot(bytes, i) => None,
            begin => Some((i, begin)),
        })
    }

    fn next(text: &[u8], at: usize) -> Option<(usize, Begin)> {
        Skip::through(text).next(at)
    }

    #[test]
    fn every_byte_is_met_at_every_place_of_a_step() {
        for byte in 0..=255 {
            for place in 0..3 * STEP {
                let mut bytes = [b'x'; 3 * STEP];
                bytes[place] = byte;
                assert_eq!(next(&bytes, 0), slow(&bytes, 0), "{byte:#x} at {place}");
                assert_eq!(next(&bytes, place), slow(&bytes, place), "{byte:#x} at {place}");
            }
        }
        for word in ["dot", "DOT", "Punkt", "punto", "Point", "ponto", "prick"] {
            for place in 1..3 * STEP {
                let text = format!("{} {word} org and more of it", "x".repeat(place));
                assert_eq!(next(text.as_bytes(), 0), Some((place + 1, Begin::Word)), "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn it_finds_what_a_look_at_each_byte_finds(text in "[ dopunktriDOPé١٢@(\\[a-z0-9]{0,90}", from in 0usize..90) {
            prop_assert_eq!(next(text.as_bytes(), from), slow(text.as_bytes(), from.min(text.len())));
        }
    }
}
