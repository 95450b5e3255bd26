//! How sure the company may be of who somebody is.

use serde::{Deserialize, Serialize};

/// Assurance level of one link, call, visit or engagement. It rises only with evidence, through
/// `countersign_identity::evidence::assess`; no error raises it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Assurance {
    /// Anonymous: no evidence.
    #[default]
    Al0,
    /// Recognised: claimed or guessed (caller id, unsigned page data, typed e-mail).
    Al1,
    /// Verified by knowledge: a policy passed, account number and PIN matched.
    Al2,
    /// Authenticated: a code from a signed session or an API key, a signed sign-in.
    Al3,
}

impl Assurance {
    /// All levels, lowest first.
    pub const ALL: [Self; 4] = [Self::Al0, Self::Al1, Self::Al2, Self::Al3];

    /// The number stored in a column: 0 to 3.
    pub const fn as_i64(self) -> i64 {
        self as i64
    }

    /// Reads the stored number; anything unknown is `Al0` (fail closed).
    pub const fn from_i64(n: i64) -> Self {
        match n {
            1 => Self::Al1,
            2 => Self::Al2,
            3 => Self::Al3,
            _ => Self::Al0,
        }
    }

    /// The word on the wire: `al0` … `al3`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Al0 => "al0",
            Self::Al1 => "al1",
            Self::Al2 => "al2",
            Self::Al3 => "al3",
        }
    }

    /// Reads the word on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.as_str() == text)
    }

    /// The word for a person.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Al0 => "Anonymous",
            Self::Al1 => "Recognised",
            Self::Al2 => "Verified",
            Self::Al3 => "Authenticated",
        }
    }
}
