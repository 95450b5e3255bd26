//! Waits for a free agent. Who is with an agent leaves the flow; when they part, the call is over.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::question::cancel;
use super::{Exits, Step, fixed};
use crate::check::Look;
use crate::engine::{Effect, Input, LegOutcome, Next, Run};
use crate::finding::Finding;
use crate::prompt::Prompts;
use crate::transcript::What;

/// Longest time that a caller waits, in milliseconds: four hours.
pub const WAIT_MS_MAX: u32 = 14_400_000;

/// `queue`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// Its name or id.
    #[serde(default)]
    pub queue: String,
    /// Played over and over while waiting.
    #[serde(default, skip_serializing_if = "Prompts::is_empty")]
    pub hold_prompt: Prompts,
    /// How long is waited; absent: four hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u32>,
}

/// What becomes of a leg that a caller waits for. `exit`: the exit for what did not come about.
pub(super) fn leg(run: &mut Run<'_>, outcome: LegOutcome, exit: &'static str) -> Next {
    if run.here().is_connected {
        // Whatever is reported after they were together: they have parted.
        return if outcome == LegOutcome::Answered { Next::Stay } else { ended(run) };
    }
    run.entry(What::Leg { outcome });
    match outcome {
        LegOutcome::Answered => {
            run.no_timer();
            run.here().is_connected = true;
            Next::Stay
        }
        LegOutcome::Ended => Next::Over,
        _ => {
            run.answered();
            Next::exit(exit)
        }
    }
}

fn ended(run: &mut Run<'_>) -> Next {
    run.entry(What::Leg { outcome: LegOutcome::Ended });
    Next::Over
}

impl Step for Queue {
    fn exits<'a>(&'a self, _drawn: &'a Exits) -> Vec<Cow<'a, str>> {
        fixed(&["timeout", "failed"])
    }

    fn waits(&self) -> bool {
        true
    }

    fn is_end(&self) -> bool {
        true
    }

    fn look(&self, look: &mut Look<'_>) {
        look.prompt("hold_prompt", &self.hold_prompt);
        match self.queue.starts_with("grp_") {
            true => look.group("queue", &self.queue),
            false => look.queue("queue", &self.queue),
        }
        if let Some(ms) = self.timeout_ms {
            look.range("timeout_ms", ms, &(1_000..=WAIT_MS_MAX));
        } else if look.drawn().contains_key("timeout") {
            look.add(Finding::warning(
                "timeout_ms",
                "no-timeout",
                "The exit timeout is drawn, but callers wait for four hours before it is taken.",
                "Say how long callers wait.",
            ));
        }
    }

    fn enter(&self, run: &mut Run<'_>) -> Next {
        run.forget_ahead();
        let id = run.ask();
        let hold = run.fill(&self.hold_prompt);
        run.effect(Effect::Queue { id, queue: self.queue.clone(), hold });
        run.wait(self.timeout_ms.unwrap_or(WAIT_MS_MAX));
        Next::Stay
    }

    fn handle(&self, run: &mut Run<'_>, input: &Input) -> Next {
        match input {
            Input::Leg { outcome: LegOutcome::NoAnswer, .. } => leg(run, LegOutcome::NoAnswer, "timeout"),
            Input::Leg { outcome, .. } => leg(run, *outcome, "failed"),
            Input::Timer { .. } => {
                cancel(run);
                leg(run, LegOutcome::NoAnswer, "timeout")
            }
            _ => Next::Stay,
        }
    }
}
