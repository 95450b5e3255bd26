//! Records a message. Any key ends it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::question::cancel;
use super::{Exits, Step, fixed};
use crate::check::Look;
use crate::engine::{Effect, Input, Next, RecordOutcome, Run, WORLD_MS};
use crate::prompt::Prompts;
use crate::transcript::What;

/// `voicemail`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voicemail {
    /// Played before the tone.
    #[serde(default, skip_serializing_if = "Prompts::is_empty")]
    pub prompt: Prompts,
    /// Longest message.
    #[serde(default = "max_ms")]
    pub max_ms: u32,
    /// The group that gets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

fn max_ms() -> u32 {
    120_000
}

impl Voicemail {
    fn record(&self, run: &mut Run<'_>) {
        let id = run.ask();
        run.effect(Effect::Record { id, max_ms: self.max_ms, to: self.to.clone() });
        run.wait(self.max_ms.saturating_add(WORLD_MS));
    }

    fn recorded(run: &mut Run<'_>, outcome: &RecordOutcome) -> Next {
        run.answered();
        let ms = match outcome {
            RecordOutcome::Recorded { ms, .. } => Some(*ms),
            RecordOutcome::Failed => None,
        };
        run.entry(What::Recorded { ms });
        Next::exit(if ms.is_some() { "recorded" } else { "failed" })
    }
}

impl Step for Voicemail {
    fn exits<'a>(&'a self, _drawn: &'a Exits) -> Vec<Cow<'a, str>> {
        fixed(&["recorded", "failed"])
    }

    fn waits(&self) -> bool {
        true
    }

    fn is_end(&self) -> bool {
        true
    }

    fn look(&self, look: &mut Look<'_>) {
        look.prompt("prompt", &self.prompt);
        look.range("max_ms", self.max_ms, &(5_000..=600_000));
        if let Some(to) = &self.to {
            look.group("to", to);
        }
    }

    fn enter(&self, run: &mut Run<'_>) -> Next {
        run.forget_ahead();
        if !run.play_all(&[&self.prompt], false) {
            self.record(run);
        }
        Next::Stay
    }

    fn handle(&self, run: &mut Run<'_>, input: &Input) -> Next {
        match input {
            Input::PlaybackEnded { .. } | Input::PlaybackFailed { .. } => self.record(run),
            Input::Digit(_) => {
                if let Some(id) = run.here().awaited {
                    run.effect(Effect::StopRecording { id });
                }
            }
            Input::Recorded { outcome, .. } => return Self::recorded(run, outcome),
            Input::Timer { .. } => {
                cancel(run);
                return Self::recorded(run, &RecordOutcome::Failed);
            }
            _ => {}
        }
        Next::Stay
    }
}
