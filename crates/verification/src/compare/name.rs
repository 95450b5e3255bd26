//! Names of persons: words in any order, particles and titles, marks, hyphens, other scripts, slips.

use super::alphabet::{Script, native, script_of, spelt_out};
use super::plain::split;
use super::spelling::Spellings;
use super::{Unreadable, same};

/// Words in a name, at most.
const WORDS_MAX: usize = 8;
/// Characters in a word, at most.
const WORD_CHARS_MAX: usize = 40;

/// Words before a name that are not of it.
const TITLES: &str = "dr|prof|professor|mr|mrs|ms|miss|sir|herr|frau|fru|herrn|dipl|ing|mag|señor|señora|sr|sra|mme|mlle|monsieur|madame|pan|pani|пан|пані|господин|госпожа|г-н|κ|κος|κυρια|κυριος|السيد|السيدة|دكتور|الدكتور|د";
/// Words in a name that are often left out, or written together with the next.
const PARTICLES: &str = "von|van|der|den|de|del|della|da|di|do|dos|das|du|la|le|las|los|el|al|bin|ibn|ben|bint|y|e|af|av|zu|zum|zur|ter|ten|und|фон|ван|де|дер|оглы|оглу|кызы|του|της|بن|ابن|بنت|ال|آل";
/// Ends of patronymics, which are left out more often than said.
const PATRONYMICS: &[&str] = &[
    "ович",
    "евич",
    "ьич",
    "івна",
    "ївна",
    "овна",
    "евна",
    "ична",
    "инична",
    "йович",
    "ovich",
    "evich",
    "ovych",
    "yovych",
    "ivna",
    "yivna",
    "ovna",
    "evna",
];

/// A name, read: each word, and its spellings.
pub(super) struct Name {
    /// All words, in the order given.
    words: Vec<Word>,
}

#[derive(Clone)]
struct Word {
    text: String,
    script: Script,
}

impl Word {
    fn of(text: String) -> Self {
        let script = script_of(&text);
        Self { text, script }
    }

    fn is_in(&self, list: &str) -> bool {
        list.split('|').any(|word| word == self.text)
    }

    fn is_patronymic(&self) -> bool {
        PATRONYMICS.iter().any(|end| self.text.ends_with(end))
    }

    /// Slips between two words; `None` if they are not the same word.
    fn slips(&self, other: &Self, most: u8) -> Option<u8> {
        if self.script == other.script && self.script != Script::Other {
            return distance(self, other).filter(|slips| *slips <= most);
        }
        let is_shared = Spellings::of(&self.text).share_one(&Spellings::of(&other.text));
        is_shared.then_some(0)
    }
}

/// Slips between two words of one script, as far as their length allows any.
fn distance(a: &Word, b: &Word) -> Option<u8> {
    let forms = |word: &Word| match word.script {
        Script::Latin => [native(&word.text), spelt_out(&word.text)],
        _ => [native(&word.text), native(&word.text)],
    };
    let (a, b) = (forms(a), forms(b));
    let mut least = usize::MAX;
    for (a, b) in a.iter().flat_map(|a| b.iter().map(move |b| (a, b))) {
        let is_same = same(a, b);
        let far = strsim::damerau_levenshtein(a, b);
        let far = if far <= slips_for(a, b) { far } else { usize::MAX };
        least = least.min(if is_same { 0 } else { far });
    }
    u8::try_from(least).ok()
}

/// How many slips a word of this length may have: in a short one, every letter counts.
fn slips_for(a: &str, b: &str) -> usize {
    match a.chars().count().min(b.chars().count()) {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Whether two texts of words, in their form, are the same up to some slips.
pub(super) fn are_alike(a: &str, b: &str, slips: u8) -> bool {
    let is_same = same(a, b);
    let far = strsim::damerau_levenshtein(a, b);
    is_same | (far <= slips_for(a, b).min(usize::from(slips)))
}

impl Name {
    pub(super) fn read(text: &str) -> Result<Self, Unreadable> {
        let words: Vec<Word> = split(text).into_iter().map(Word::of).collect();
        let is_long = words.len() > WORDS_MAX
            || words.iter().any(|word| word.text.chars().nth(WORD_CHARS_MAX).is_some());
        if words.is_empty() {
            Err(Unreadable::Empty)
        } else if is_long {
            Err(Unreadable::TooLong)
        } else {
            Ok(Self { words })
        }
    }

    /// Whether two names are one. Neither side knows more than the other: it is the same both ways round.
    pub(super) fn is_same(&self, other: &Self, slips: u8) -> bool {
        let (a, b) = (self.shapes(), other.shapes());
        let mut is_same = false;
        // Words are written together on one side at a time; no early end.
        for (n, shape) in a.iter().enumerate() {
            for (m, other) in b.iter().enumerate() {
                if n == 0 || m == 0 {
                    is_same |= fit(shape, other, slips);
                }
            }
        }
        is_same
    }

    /// The words that count; then the same with two or three neighbours written as one.
    fn shapes(&self) -> Vec<Vec<Word>> {
        let titles = self.words.iter().take_while(|word| word.is_in(TITLES)).count();
        let words = &self.words[titles.min(self.words.len() - 1)..];
        let without: Vec<Word> = words.iter().filter(|word| !word.is_in(PARTICLES)).cloned().collect();
        let mut shapes = vec![if without.len() > 1 { without } else { words.to_vec() }];
        for len in 2..=3 {
            for from in 0..(words.len() + 1).saturating_sub(len) {
                let joined: String = words[from..from + len].iter().map(|word| word.text.as_str()).collect();
                let mut shape = words[..from].to_vec();
                shape.push(Word::of(joined));
                shape.extend_from_slice(&words[from + len..]);
                shapes.push(shape);
            }
        }
        shapes
    }
}

/// Whether the words of two names go together one to one, in any order. Of the longer one a name in the middle may be left
/// out, and a patronymic wherever it stands, if two words are said at least.
fn fit(a: &[Word], b: &[Word], slips: u8) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() > WORDS_MAX {
        return false;
    }
    let must: usize = (0..long.len())
        .filter(|at| {
            let is_end = *at == 0 || *at + 1 == long.len();
            short.len() == long.len() || short.len() < 2 || is_end && !long[*at].is_patronymic()
        })
        .map(|at| 1 << at)
        .sum();
    // The fewest slips for each set of words of the longer one that is used up.
    let mut least = vec![None; 1 << long.len()];
    least[0] = Some(0u8);
    for word in short {
        let costs: Vec<Option<u8>> = long.iter().map(|other| word.slips(other, slips)).collect();
        let mut next = vec![None; least.len()];
        for (used, so_far) in least.iter().enumerate().filter_map(|(used, sum)| sum.map(|sum| (used, sum))) {
            for (at, cost) in costs.iter().enumerate() {
                if let (Some(cost), 0) = (cost, used & (1 << at)) {
                    let sum: u8 = so_far + cost;
                    let best: &mut Option<u8> = &mut next[used | (1 << at)];
                    *best = Some(best.map_or(sum, |old| old.min(sum)));
                }
            }
        }
        least = next;
    }
    let is_fit =
        |(used, sum): (usize, &Option<u8>)| used & must == must && sum.is_some_and(|sum| sum <= slips);
    least.iter().enumerate().any(is_fit)
}
