//! Keys: 128 bits that a browser made up for a visit, a device, a page or an event.

use std::fmt;

use sha2::{Digest, Sha256};

/// A key of a visit, a device, a page or an event. It names things; it proves nothing and opens nothing (T-2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub [u8; 16]);

impl Key {
    /// The key of an id in any shape: 32 hexadecimal digits and UUIDs as they are, any other text by a hash of it.
    ///
    /// Ids of foreign clients are any text (`ajs-next-1764…`). `domain` keeps the same text apart where it means
    /// different things, so that a device called `x` is not the visit called `x`.
    ///
    /// ```
    /// use countersign_visits::Key;
    /// assert_eq!(Key::of("0198c4f0-7f4e-7abc-8def-0123456789ab", "event").to_hex(), "0198c4f07f4e7abc8def0123456789ab");
    /// assert_eq!(Key::of("node-next-1", "event"), Key::of("node-next-1", "event"));
    /// assert_ne!(Key::of("node-next-1", "event"), Key::of("node-next-1", "device"));
    /// ```
    pub fn of(text: &str, domain: &str) -> Self {
        Self::parse(text).unwrap_or_else(|| {
            let mut hash = Sha256::new_with_prefix("countersign-visits\0");
            hash.update(domain.as_bytes());
            hash.update([0]);
            hash.update(text.as_bytes());
            let mut key = [0; 16];
            key.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
            Self(key)
        })
    }

    /// Reads 32 hexadecimal digits or a UUID with hyphens. All zeros is what broken clients send: refused.
    ///
    /// ```
    /// use countersign_visits::Key;
    /// assert!(Key::parse("0198C4F07F4E7ABC8DEF0123456789AB").is_some());
    /// assert!(Key::parse("00000000-0000-0000-0000-000000000000").is_none());
    /// assert!(Key::parse("visitor 7").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let mut key = [0; 16];
        match bytes.len() {
            32 => hex::decode_to_slice(bytes, &mut key).ok()?,
            36 => {
                let mut plain = [0; 32];
                let mut to = plain.iter_mut();
                for (at, byte) in bytes.iter().enumerate() {
                    if matches!(at, 8 | 13 | 18 | 23) {
                        if *byte != b'-' {
                            return None;
                        }
                    } else if let Some(to) = to.next() {
                        *to = *byte;
                    }
                }
                hex::decode_to_slice(plain, &mut key).ok()?;
            }
            _ => return None,
        }
        (key != [0; 16]).then_some(Self(key))
    }

    /// 32 hexadecimal digits in lower case.
    pub fn to_hex(self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.to_hex())
    }
}

impl serde::Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.to_hex())
    }
}

impl<'de> serde::Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        let mut key = [0; 16];
        // Not `parse`: what was stored is read back whatever it is.
        hex::decode_to_slice(text.as_bytes(), &mut key).map_err(serde::de::Error::custom)?;
        Ok(Self(key))
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn the_same_bits_are_the_same_key_however_they_are_written() {
        let plain = Key::parse("0198c4f07f4e7abc8def0123456789ab").unwrap();
        assert_eq!(Key::parse("0198C4F0-7F4E-7ABC-8DEF-0123456789AB"), Some(plain));
        assert_eq!(Key::of("0198C4F0-7F4E-7ABC-8DEF-0123456789AB", "x"), plain);
        assert_eq!(serde_json::to_string(&plain).unwrap(), "\"0198c4f07f4e7abc8def0123456789ab\"");
        assert_eq!(serde_json::from_str::<Key>("\"0198c4f07f4e7abc8def0123456789ab\"").unwrap(), plain);
    }

    #[test]
    fn what_is_no_key_is_refused_and_hashed_where_any_text_will_do() {
        for text in [
            "",
            "0198c4f07f4e7abc8def0123456789a",
            "0198c4f07f4e7abc8def0123456789ag",
            "00000000000000000000000000000000",
            "0198c4f0_7f4e_7abc_8def_0123456789ab",
            "0198c4f0-7f4e-7abc-8def-0123456789a-",
            "öööööööööööööööö",
        ] {
            assert_eq!(Key::parse(text), None, "{text}");
            assert_ne!(Key::of(text, "device"), Key([0; 16]), "{text}");
        }
    }
}
