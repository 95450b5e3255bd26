//! Identification widgets: what a signed-in customer presses to get a code.

use crate::words::words;
use crate::{ChannelId, Timestamp, WidgetId, WidgetKeyId};

words! {
    /// Whether the page's data is signed.
    WidgetMode {
        /// The page carries a token that the company's server signed: AL3.
        Signed = "signed",
        /// The page says what it likes: AL1 at most, on only with a reason.
        Plain = "plain",
    }
}

words! {
    /// The algorithm of a widget key, pinned to the key.
    WidgetAlgorithm {
        /// HMAC with SHA-256; we make the secret.
        Hs256 = "HS256",
        /// Ed25519; the company keeps its private key.
        EdDsa = "EdDSA",
        /// ECDSA P-256 with SHA-256; the company keeps its private key.
        Es256 = "ES256",
    }
}

/// A key that verifies a widget's tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WidgetKey {
    /// Its id; printed, it is the `kid`.
    pub id: WidgetKeyId,
    /// Its algorithm, whatever a token says.
    pub algorithm: WidgetAlgorithm,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a token last verified with it.
    pub last_used_at: Option<Timestamp>,
}

/// A widget.
#[derive(Debug, Clone, PartialEq)]
pub struct Widget {
    /// Its id.
    pub id: WidgetId,
    /// Its name.
    pub name: String,
    /// Origins of pages that may carry it, such as `https://bank.example`.
    pub origins: Vec<String>,
    /// Signed or plain.
    pub mode: WidgetMode,
    /// Why plain mode was turned on.
    pub plain_reason: Option<String>,
    /// At most two live keys.
    pub keys: Vec<WidgetKey>,
    /// Language when the page's is not offered.
    pub default_language: String,
    /// Languages offered.
    pub languages: Vec<String>,
    /// Phrases that differ from ours: language → key → text.
    pub phrases: serde_json::Value,
    /// Accent, radius, scheme.
    pub theme: serde_json::Value,
    /// Channels named as the official ones; empty = every active one.
    pub channels: Vec<ChannelId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Whether a text is a colour as themes write it: `#2f5bd0`.
pub fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_a_hash_and_six_hexadecimal_digits() {
        assert!(is_colour("#2f5bd0") && is_colour("#FFFFFF"));
        for text in ["", "#", "2f5bd0", "#2f5bd", "#2f5bd00", "#2f5bdg", "red", "#é5bd0"] {
            assert!(!is_colour(text), "{text}");
        }
    }
}
