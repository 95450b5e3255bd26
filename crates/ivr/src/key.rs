//! The keys of a telephone.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const ALL: [char; 12] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'];

/// One key: `0` to `9`, `*` or `#`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u8);

/// Shows that there is one, not which: it may be of a PIN (I-3).
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•")
    }
}

impl Key {
    /// The key that ends most inputs.
    pub const POUND: Self = Self(11);
    /// The key that clears most inputs.
    pub const STAR: Self = Self(10);

    /// The key of a character. `None` for all else, `A` to `D` of military telephones among them.
    pub fn new(of: char) -> Option<Self> {
        (0_u8..).zip(ALL).find(|(_, known)| *known == of).map(|(at, _)| Self(at))
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..12).map(Self)
    }

    /// Its character.
    pub fn as_char(self) -> char {
        ALL.get(usize::from(self.0)).copied().unwrap_or('#')
    }

    /// Whether it is one of `0` to `9`.
    pub fn is_digit(self) -> bool {
        self.0 < 10
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_char())
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_char(self.as_char())
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let mut chars = text.chars();
        let key = chars.next().and_then(Self::new).filter(|_| chars.next().is_none());
        key.ok_or_else(|| serde::de::Error::custom("a key is one of 0 to 9, * and #"))
    }
}

/// Some keys, written as a text such as `#` or `0*`.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Keys(u16);

impl Keys {
    /// The keys of a text. `None` if there is anything else in it.
    pub fn parse(text: &str) -> Option<Self> {
        text.chars().try_fold(Self::default(), |keys, of| Key::new(of).map(|key| keys.with(key)))
    }

    /// One more.
    #[must_use]
    pub fn with(self, key: Key) -> Self {
        Self(self.0 | 1 << key.0)
    }

    /// Whether a key is one of them.
    pub fn has(self, key: Key) -> bool {
        self.0 & 1 << key.0 != 0
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many.
    pub fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Key> {
        Key::all().filter(move |key| self.has(*key))
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.iter().map(Key::as_char).collect::<String>(), f)
    }
}

impl Serialize for Keys {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.iter().map(Key::as_char).collect::<String>())
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("keys are 0 to 9, * and #"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_twelve() {
        assert_eq!(Key::all().map(Key::as_char).collect::<String>(), "0123456789*#");
        assert!(Key::all().all(|key| Key::new(key.as_char()) == Some(key)));
        assert_eq!(Key::new('*'), Some(Key::STAR));
        assert_eq!(Key::new('#'), Some(Key::POUND));
        for other in ['A', 'D', 'a', ' ', '٣', '+'] {
            assert_eq!(Key::new(other), None, "{other}");
        }
    }

    #[test]
    fn keys_read_as_they_are_written() {
        let keys = Keys::parse("#0*").unwrap();
        assert_eq!(keys.count(), 3);
        assert!(keys.has(Key::POUND) && !keys.has(Key(1)));
        assert_eq!(serde_json::to_string(&keys).unwrap(), "\"0*#\"");
        assert_eq!(Keys::parse("12a"), None);
        assert!(Keys::parse("").unwrap().is_empty());
    }
}
