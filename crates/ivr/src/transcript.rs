//! What happened in a call, for people: which nodes, which exits, what was played, how many keys.
//!
//! An entry names variables and their classes, never a value; keys are counted, never shown. What a caller heard stands
//! here as the flow has it, with `{names}` instead of names. So a transcript holds nothing personal and can be kept.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Moment;
use crate::digits::Ended;
use crate::engine::{CodeOutcome, LegOutcome};
use crate::variable::Class;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptEntry {
    /// When, in milliseconds since the call began.
    pub at: Moment,
    /// At which node; `None`: at none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// The call came to the node.
    Entered {
        /// What the node does.
        kind: Cow<'static, str>,
    },
    /// It left by an exit.
    Exited {
        /// Which.
        exit: String,
    },
    /// Something was played.
    Prompted {
        /// Ids of recordings and sentences with their variables' names.
        pieces: Vec<String>,
    },
    /// An input is over.
    Keyed {
        /// How many keys counted.
        count: u32,
        /// How it ended.
        ended: Ended,
    },
    /// A variable was set.
    Set {
        /// Its name.
        variable: String,
        /// Its class.
        class: Class,
    },
    /// A look-up was answered.
    LookedUp {
        /// `found`, `not_found` or `unavailable`.
        outcome: Cow<'static, str>,
        /// Why it was unavailable.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Word>,
    },
    /// A code was checked.
    CodeChecked {
        /// What came of it.
        outcome: CodeOutcome,
    },
    /// The calendar was asked.
    Hours {
        /// Whether it is open; `None`: it could not be asked, and the call went on as if it were.
        is_open: Option<bool>,
    },
    /// Something became of a queue, a ringing telephone or a transfer.
    Leg {
        /// What.
        outcome: LegOutcome,
    },
    /// A message was recorded, so long; `None`: it was not.
    Recorded {
        /// Milliseconds.
        ms: Option<u64>,
    },
    /// A text message was handed over, or not.
    Sms {
        /// Whether it was.
        is_sent: bool,
    },
    /// Something is wrong with the flow or what it refers to.
    WentWrong {
        /// A stable word.
        code: Cow<'static, str>,
    },
    /// The call is over.
    Over {
        /// Who ended it.
        by: By,
    },
}

/// Who ended a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The caller hung up.
    Caller,
    /// The flow came to its end, or the call was passed on and is over.
    Flow,
    /// Something went wrong, and the caller was told.
    Trouble,
}

/// A short word of others, such as a reason: at most 64 letters, digits, hyphens and underscores; all else becomes `-`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Word(String);

impl Word {
    /// A word of a text.
    pub fn new(text: &str) -> Self {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
        Self(text.chars().take(64).map(plain).collect())
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One line: `3.100 ask: •••• (10 keys) match`.
impl fmt::Display for TranscriptEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03} {}: ", self.at / 1_000, self.at % 1_000, self.node.as_deref().unwrap_or("-"))?;
        match &self.what {
            What::Entered { kind } => f.write_str(kind),
            What::Exited { exit } => write!(f, "-> {exit}"),
            What::Prompted { pieces } => write!(f, "plays {}", pieces.join(" | ")),
            What::Keyed { count, ended } => write!(f, "•••• ({count} keys) {}", word(ended)),
            What::Set { variable, class } => write!(f, "sets {variable} ({})", word(class)),
            What::LookedUp { outcome, why: None } => write!(f, "look-up {outcome}"),
            What::LookedUp { outcome, why: Some(why) } => write!(f, "look-up {outcome}: {}", why.as_str()),
            What::CodeChecked { outcome } => write!(f, "code {}", word(outcome)),
            What::Hours { is_open: Some(true) } => f.write_str("open"),
            What::Hours { is_open: Some(false) } => f.write_str("closed"),
            What::Hours { is_open: None } => f.write_str("hours unknown"),
            What::Leg { outcome } => f.write_str(&word(outcome)),
            What::Recorded { ms: Some(ms) } => write!(f, "recorded {ms} ms"),
            What::Recorded { ms: None } => f.write_str("nothing recorded"),
            What::Sms { is_sent } => {
                f.write_str(if *is_sent { "text message sent" } else { "text message not sent" })
            }
            What::WentWrong { code } => write!(f, "went wrong: {code}"),
            What::Over { by } => write!(f, "over, by {}", word(by)),
        }
    }
}

/// The word that a value is written with.
fn word(of: &impl Serialize) -> String {
    match serde_json::to_value(of) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_read_as_they_are_written() {
        for what in [
            What::Entered { kind: "menu".into() },
            What::Keyed { count: 4, ended: Ended::TooShort },
            What::LookedUp { outcome: "unavailable".into(), why: Some(Word::new("timed out!")) },
            What::Hours { is_open: None },
            What::Over { by: By::Caller },
        ] {
            let entry = TranscriptEntry { at: 3_100, node: Some("ask".to_owned()), what };
            let written = serde_json::to_string(&entry).unwrap();
            assert_eq!(serde_json::from_str::<TranscriptEntry>(&written).unwrap(), entry, "{written}");
            assert!(entry.to_string().starts_with("3.100 ask: "), "{entry}");
        }
        assert_eq!(Word::new("<b>timed out!").as_str(), "-b-timed-out-");
    }
}
