//! Plays something. Keys during it are kept for the next question; what is announced here is heard to its end.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Exits, Step, fixed};
use crate::check::Look;
use crate::engine::{Input, Next, Run};
use crate::prompt::Prompts;

/// `play`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Play {
    /// What is played.
    #[serde(default)]
    pub prompt: Prompts,
}

impl Step for Play {
    fn exits<'a>(&'a self, _drawn: &'a Exits) -> Vec<Cow<'a, str>> {
        fixed(&["next"])
    }

    fn look(&self, look: &mut Look<'_>) {
        look.needed_prompt("prompt", &self.prompt);
    }

    fn enter(&self, run: &mut Run<'_>) -> Next {
        if run.play_all(&[&self.prompt], false) { Next::Stay } else { Next::exit("next") }
    }

    fn handle(&self, run: &mut Run<'_>, input: &Input) -> Next {
        match input {
            Input::Digit(key) => run.type_ahead(*key),
            Input::PlaybackEnded { .. } | Input::PlaybackFailed { .. } => return Next::exit("next"),
            _ => {}
        }
        Next::Stay
    }
}
