//! Identification codes: the record of one, and what became of a message that carried one.

use crate::words::words;
use crate::{ApiKeyId, ChannelId, CodeId, LinkId, ProfileId, Timestamp, WidgetId};

words! {
    /// How a code is written.
    CodeForm {
        /// Twelve consonants, `WDJB-MJHT-KLPX`.
        Text = "text",
        /// Fourteen digits, for keypads.
        Keypad = "keypad",
    }
}

words! {
    /// Where a code stands.
    CodeState {
        /// Can be sent.
        Live = "live",
        /// Was sent and accepted.
        Used = "used",
        /// Its time was over.
        Expired = "expired",
        /// A newer one of the same subject took its place.
        Superseded = "superseded",
        /// Taken back.
        Revoked = "revoked",
    }
}

words! {
    /// Why a code was not accepted. Agents see it; customers get one neutral text.
    Invalid {
        /// Looks like a code, but its check symbol is wrong.
        Malformed = "malformed",
        /// No such code was issued in the last 24 hours.
        Unknown = "unknown",
        /// Too late.
        Expired = "expired",
        /// A newer one was issued.
        Superseded = "superseded",
        /// Already used.
        Used = "used",
        /// Bound to another channel.
        WrongChannel = "wrong_channel",
        /// This sender tried too often.
        Locked = "locked",
        /// Taken back, or its profile is blocked or gone.
        Revoked = "revoked",
        /// Right, but codes are being guessed: the page that issued it must say that the sender is the customer.
        Unconfirmed = "unconfirmed",
    }
}

/// What a message was, as a proof of identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// No code in it.
    NotSent,
    /// A code that was not accepted.
    Invalid(Invalid),
    /// A code that was accepted.
    Valid,
}

impl Outcome {
    /// `not_sent`, `invalid`, `valid`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Invalid(_) => "invalid",
            Self::Valid => "valid",
        }
    }

    /// Why it was invalid.
    pub const fn reason(self) -> Option<Invalid> {
        match self {
            Self::Invalid(reason) => Some(reason),
            Self::NotSent | Self::Valid => None,
        }
    }

    /// The word of the column: `not_sent`, `valid`, or `invalid:<reason>`.
    pub fn to_column(self) -> String {
        match self {
            Self::Invalid(reason) => format!("invalid:{}", reason.as_str()),
            other => other.as_str().to_owned(),
        }
    }

    /// Reads the word of the column.
    pub fn from_column(text: &str) -> Option<Self> {
        match text {
            "not_sent" => Some(Self::NotSent),
            "valid" => Some(Self::Valid),
            other => Invalid::parse(other.strip_prefix("invalid:")?).map(Self::Invalid),
        }
    }
}

/// Who asked for a code; decides which evidence its use makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issuer {
    /// An API key of the company's server.
    ApiKey(ApiKeyId),
    /// A widget whose page carried a signed token.
    SignedWidget(WidgetId),
    /// A widget in plain mode.
    PlainWidget(WidgetId),
}

/// The record of an issued code; the code itself is nowhere, only its keyed hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentificationCode {
    /// Its id.
    pub id: CodeId,
    /// For whom.
    pub profile: ProfileId,
    /// How it is written.
    pub form: CodeForm,
    /// Who asked.
    pub issuer: Issuer,
    /// Only good on these channels; empty = on any.
    pub channels: Vec<ChannelId>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Until when it can be sent.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
    /// When it was superseded or revoked.
    pub ended_at: Option<Timestamp>,
    /// Whether the end was a newer code.
    pub is_superseded: bool,
    /// The link that its use made.
    pub link: Option<LinkId>,
}

impl IdentificationCode {
    /// Where it stands at `now`.
    pub fn state(&self, now: Timestamp) -> CodeState {
        if self.used_at.is_some() {
            CodeState::Used
        } else if self.ended_at.is_some() {
            if self.is_superseded { CodeState::Superseded } else { CodeState::Revoked }
        } else if now >= self.expires_at {
            CodeState::Expired
        } else {
            CodeState::Live
        }
    }
}
