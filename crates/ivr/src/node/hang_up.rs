//! Ends the call, after a last word if there is one.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Exits, Step};
use crate::check::Look;
use crate::engine::{Input, Next, Run};
use crate::prompt::Prompts;

/// `hang_up`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HangUp {
    /// The last word.
    #[serde(default, skip_serializing_if = "Prompts::is_empty")]
    pub prompt: Prompts,
}

impl Step for HangUp {
    fn exits<'a>(&'a self, _drawn: &'a Exits) -> Vec<Cow<'a, str>> {
        Vec::new()
    }

    fn is_end(&self) -> bool {
        true
    }

    fn look(&self, look: &mut Look<'_>) {
        look.prompt("prompt", &self.prompt);
    }

    fn enter(&self, run: &mut Run<'_>) -> Next {
        if run.play_all(&[&self.prompt], false) { Next::Stay } else { Next::Over }
    }

    fn handle(&self, _run: &mut Run<'_>, input: &Input) -> Next {
        match input {
            Input::PlaybackEnded { .. } => Next::Over,
            // The last word is gone: the built-in one is said instead.
            Input::PlaybackFailed { .. } => Next::Goodbye,
            _ => Next::Stay,
        }
    }
}
