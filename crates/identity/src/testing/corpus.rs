//! Chat lines that hold no identification code, made from a seed: talk in many languages, and everything people
//! paste into a chat that is built of letters and digits. The shapes are the real ones, with right check digits.

use super::Rng;

mod numbers;
mod words;

/// One line and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The class, for counting.
    pub class: &'static str,
    /// The text.
    pub text: String,
}

/// A source of lines of one class.
type Source = (&'static str, fn(&mut Rng) -> String);

/// Classes in which nothing can be a code, with their shares.
const SOURCES: [(usize, Source); 21] = [
    (30, ("talk", words::talk)),
    (6, ("talk, shouted", words::shouted)),
    (4, ("talk, bare of vowels or accents", words::bare)),
    (3, ("interjections", words::interjection)),
    (4, ("keyboard mash", words::mash)),
    (3, ("acronyms", words::acronyms)),
    (8, ("phone", numbers::phone)),
    (5, ("iban", numbers::iban)),
    (5, ("order", numbers::order)),
    (6, ("parcel", numbers::parcel)),
    (3, ("card", numbers::card)),
    (4, ("date", numbers::date)),
    (4, ("url", numbers::url)),
    (2, ("email", numbers::email)),
    (3, ("coupon", numbers::coupon)),
    (2, ("isbn, ean, gtin", numbers::gtin)),
    (2, ("tax and company ids", numbers::company)),
    (2, ("keys and hashes", numbers::hash)),
    (2, ("one-time codes of others", numbers::otp)),
    (1, ("logs and tables", numbers::log)),
    (1, ("emoji and scripts", words::emoji)),
];

/// Classes that have a code's very shape, and are one by chance.
const CHANCE: [Source; 5] = [
    ("fourteen random digits, alone", numbers::digits_alone),
    ("parcel of fourteen digits, alone", numbers::parcel_alone),
    ("voucher of twelve capitals and digits", numbers::voucher_solid),
    ("voucher of 4-4-4 capitals and digits", numbers::voucher_grouped),
    ("twelve random consonants, alone", numbers::consonants_alone),
];

/// Lines in which nothing can be a code, without end.
#[derive(Debug, Clone)]
pub struct Corpus {
    rng: Rng,
}

impl Corpus {
    /// The corpus of this seed.
    pub fn new(seed: u64) -> Self {
        Self { rng: Rng(seed) }
    }
}

impl Iterator for Corpus {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let total: usize = SOURCES.iter().map(|(share, _)| share).sum();
        let mut at = self.rng.below(total);
        for (share, (class, make)) in SOURCES {
            if at < share {
                let mut text = make(&mut self.rng);
                // One line in eight is two or three things at once.
                if self.rng.below(8) == 0 {
                    let more = SOURCES[self.rng.below(SOURCES.len())].1.1(&mut self.rng);
                    text = format!("{text}{}{more}", self.rng.pick(&[" ", ", ", "\n", " / ", ": "]));
                }
                return Some(Line { class, text });
            }
            at -= share;
        }
        None
    }
}

/// `count` lines of each class that is a code by chance.
pub fn chance_lines(seed: u64, count: usize) -> impl Iterator<Item = Line> {
    let mut rng = Rng(seed);
    CHANCE
        .into_iter()
        .flat_map(move |source| std::iter::repeat_n(source, count))
        .map(move |(class, make)| Line { class, text: make(&mut rng) })
}
