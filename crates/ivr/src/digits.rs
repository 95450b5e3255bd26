//! What a caller keys in, key by key, by the rules of VoiceXML 2.0 (section 4.1.3, appendix D).
//!
//! Two timers, never both: until the first key the *first-digit* time runs, from the end of the prompt; from then on
//! only the *inter-digit* time, anew with each key. Nobody who is still typing is ever cut off by a total time.
//!
//! | what happens | result |
//! |---|---|
//! | no key in the first-digit time | [`Ended::NoInput`] |
//! | a terminator after `min` to `max` digits | [`Ended::Match`] |
//! | a terminator after fewer | [`Ended::TooShort`]: never a success |
//! | a terminator after more | [`Ended::TooLong`] |
//! | the inter-digit time ends, a terminator is required | [`Ended::NotTerminated`] |
//! | the inter-digit time ends, none is required | [`Ended::Match`] or [`Ended::TooShort`] |
//! | `max` keys, no terminator is required | ends at once |
//! | a key that is neither digit, terminator nor clear | [`Ended::OtherKey`], when the input ends |
//! | the clear key | all keys so far are forgotten, the first-digit time begins anew |

use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::key::{Key, Keys};

/// Most digits of one input.
pub const DIGITS_MAX: u32 = 50;
/// Most keys that are kept while nobody asks for any.
pub const AHEAD_MAX: usize = 50;

/// How an input is collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Fewest digits.
    pub min: u32,
    /// Most digits.
    pub max: u32,
    /// Whether only a terminator ends it well.
    pub require_terminator: bool,
    /// Keys that end it.
    pub terminators: Keys,
    /// The key that begins it anew.
    pub clear_key: Option<Key>,
    /// Keys that count as input.
    pub accepts: Keys,
}

/// How an input ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// As asked.
    Match,
    /// Fewer digits than asked.
    TooShort,
    /// More digits than asked.
    TooLong,
    /// The required terminator did not come.
    NotTerminated,
    /// A key that was not asked for.
    OtherKey,
    /// Nothing was keyed in.
    NoInput,
}

/// What a key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// More is awaited, for one inter-digit time.
    More,
    /// All is forgotten, the first digit is awaited.
    Cleared,
    /// The input is over.
    Ended(Ended),
}

/// Digits that a caller keyed in. Secret ones are not written down (I-3), and `Debug` shows how many there are.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Digits {
    text: String,
    is_secret: bool,
}

impl Digits {
    /// None yet, of this kind.
    pub fn new(is_secret: bool) -> Self {
        Self { text: String::new(), is_secret }
    }

    /// As keyed in.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether they are never written down.
    pub fn is_secret(&self) -> bool {
        self.is_secret
    }

    /// One more.
    pub fn push(&mut self, key: Key) {
        self.text.push(key.as_char());
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.text.clear();
    }

    /// The first of them, taken out.
    pub fn take_first(&mut self) -> Option<Key> {
        let first = self.text.chars().next().and_then(Key::new);
        if !self.text.is_empty() {
            self.text.remove(0);
        }
        first
    }
}

impl fmt::Debug for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} keys", self.text.len())
    }
}

impl Serialize for Digits {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut written = to.serialize_struct("Digits", 2)?;
        written.serialize_field("text", if self.is_secret { "" } else { &self.text })?;
        written.serialize_field("is_secret", &self.is_secret)?;
        written.end()
    }
}

/// An input on its way.
///
/// ```
/// use countersign_ivr::digits::{Collector, Ended, Press, Rules};
/// use countersign_ivr::{Key, Keys};
///
/// let digits = Keys::parse("0123456789").unwrap();
/// let rules = Rules { min: 2, max: 4, require_terminator: true, terminators: Keys::parse("#").unwrap(),
///     clear_key: Some(Key::STAR), accepts: digits };
/// let mut input = Collector::new(false);
/// let last = "1*12#".chars().filter_map(Key::new).map(|key| input.press(&rules, key)).last();
/// assert_eq!(last, Some(Press::Ended(Ended::Match)));
/// assert_eq!(input.digits().as_str(), "12");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Collector {
    digits: Digits,
    /// Digits beyond the most that are kept.
    excess: u32,
    /// Keys that were not asked for.
    others: u32,
}

impl Collector {
    /// Nothing keyed in yet.
    pub fn new(is_secret: bool) -> Self {
        Self { digits: Digits::new(is_secret), ..Self::default() }
    }

    /// The digits so far, without terminator, excess and other keys.
    pub fn digits(&self) -> &Digits {
        &self.digits
    }

    pub(crate) fn digits_mut(&mut self) -> &mut Digits {
        &mut self.digits
    }

    /// How many keys count so far.
    pub fn count(&self) -> u32 {
        u32::try_from(self.digits.len())
            .unwrap_or(u32::MAX)
            .saturating_add(self.excess)
            .saturating_add(self.others)
    }

    /// A key.
    pub fn press(&mut self, rules: &Rules, key: Key) -> Press {
        let max = rules.max.clamp(1, DIGITS_MAX);
        if rules.clear_key == Some(key) {
            *self = Self::new(self.digits.is_secret);
            return Press::Cleared;
        }
        if rules.terminators.has(key) {
            return Press::Ended(self.judge(rules));
        }
        if !rules.accepts.has(key) {
            self.others = self.others.saturating_add(1);
        } else if self.digits.len() < max as usize {
            self.digits.push(key);
        } else {
            self.excess = self.excess.saturating_add(1);
        }
        let is_full = self.count() >= max;
        if is_full && !rules.is_terminated() { Press::Ended(self.judge(rules)) } else { Press::More }
    }

    /// The time that runs is over.
    pub fn silence(&self, rules: &Rules) -> Ended {
        match self.judge(rules) {
            _ if self.count() == 0 => Ended::NoInput,
            Ended::Match if rules.is_terminated() => Ended::NotTerminated,
            judged => judged,
        }
    }

    fn judge(&self, rules: &Rules) -> Ended {
        if self.others > 0 {
            Ended::OtherKey
        } else if self.excess > 0 {
            Ended::TooLong
        } else if (self.digits.len() as u64) < u64::from(rules.min.max(1)) {
            Ended::TooShort
        } else {
            Ended::Match
        }
    }
}

impl Rules {
    /// Whether a terminator must come. One that no key gives cannot.
    fn is_terminated(&self) -> bool {
        self.require_terminator && !self.terminators.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(min: u32, max: u32, require_terminator: bool, terminators: &str) -> Rules {
        Rules {
            min,
            max,
            require_terminator,
            terminators: Keys::parse(terminators).unwrap(),
            clear_key: Some(Key::STAR),
            accepts: Keys::parse("0123456789").unwrap(),
        }
    }

    /// What the keys give, and where they were over; `None`: only silence ended them.
    fn ended(rules: &Rules, keys: &str) -> (Ended, Option<usize>) {
        let mut input = Collector::new(false);
        for (at, key) in keys.chars().filter_map(Key::new).enumerate() {
            if let Press::Ended(ended) = input.press(rules, key) {
                return (ended, Some(at));
            }
        }
        (input.silence(rules), None)
    }

    #[test]
    fn too_short_is_no_match_and_never_a_success() {
        for keys in ["1#", "123456789#", "12345678901#"] {
            assert_ne!(ended(&rules(10, 10, true, "#"), keys).0, Ended::Match, "{keys}");
        }
        assert_eq!(ended(&rules(10, 10, true, "#"), "1234567890#"), (Ended::Match, Some(10)));
        assert_eq!(ended(&rules(1, 4, true, "#"), "#"), (Ended::TooShort, Some(0)));
        assert_eq!(ended(&rules(3, 4, false, "#"), "12"), (Ended::TooShort, None));
    }

    #[test]
    fn a_required_terminator_is_awaited() {
        assert_eq!(ended(&rules(2, 2, true, "#"), "12"), (Ended::NotTerminated, None));
        assert_eq!(ended(&rules(2, 2, false, "#"), "12"), (Ended::Match, Some(1)));
        assert_eq!(ended(&rules(2, 4, false, "#"), "12"), (Ended::Match, None));
        assert_eq!(ended(&rules(2, 4, false, "#"), "12#"), (Ended::Match, Some(2)));
        assert_eq!(ended(&rules(2, 4, true, "0#"), "120"), (Ended::Match, Some(2)));
        // A terminator that is required and does not exist cannot be awaited.
        assert_eq!(ended(&rules(2, 2, true, ""), "12"), (Ended::Match, Some(1)));
    }

    #[test]
    fn other_keys_do_not_match() {
        assert_eq!(ended(&rules(2, 4, false, ""), "1#2"), (Ended::OtherKey, None));
        assert_eq!(ended(&rules(2, 2, false, ""), "1#"), (Ended::OtherKey, Some(1)));
    }

    #[test]
    fn clear_begins_anew() {
        assert_eq!(ended(&rules(2, 2, true, "#"), "199*12#"), (Ended::Match, Some(6)));
        assert_eq!(ended(&rules(2, 2, true, "#"), "12*"), (Ended::NoInput, None));
    }

    #[test]
    fn two_hundred_keys_are_too_long_and_are_not_kept() {
        let rules = rules(10, 10, true, "#");
        let mut input = Collector::new(false);
        for _ in 0..200 {
            assert_eq!(input.press(&rules, Key::new('7').unwrap()), Press::More);
        }
        assert_eq!(input.digits().len(), 10);
        assert_eq!(input.count(), 200);
        assert_eq!(input.press(&rules, Key::POUND), Press::Ended(Ended::TooLong));
    }

    #[test]
    fn i_3_secret_digits_are_not_written_down() {
        let mut input = Collector::new(true);
        for key in "4711".chars().filter_map(Key::new) {
            input.press(&rules(1, 9, true, "#"), key);
        }
        let written = serde_json::to_string(&input).unwrap() + &format!("{input:?}");
        assert!(!written.contains("4711"), "{written}");
        let read: Collector = serde_json::from_str(&serde_json::to_string(&input).unwrap()).unwrap();
        assert!(read.digits().is_secret() && read.digits().is_empty());
    }
}
