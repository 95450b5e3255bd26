//! Rings a person, a group or a number.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::question::cancel;
use super::queue::leg;
use super::{Exits, Step, fixed};
use crate::check::{Look, Place};
use crate::engine::{Effect, Input, LegOutcome, Next, Run};
use crate::prompt::{Filled, Prompts, target};
use crate::template::Template;

/// `connect`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connect {
    /// A user (`usr_…`), a group (`grp_…`), a number or a SIP address, with variables.
    #[serde(default)]
    pub to: Template,
    /// How long it rings.
    #[serde(default = "ring_ms")]
    pub ring_ms: u32,
    /// Played over and over while it rings.
    #[serde(default, skip_serializing_if = "Prompts::is_empty")]
    pub hold_prompt: Prompts,
}

fn ring_ms() -> u32 {
    25_000
}

/// An id as it is written, or what can be dialled.
fn called(to: &Template, filled: &str) -> Option<String> {
    let is_id = |prefix: &str| {
        filled.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    // Only the flow's author names people; a caller cannot key one in.
    if to.is_fixed() && (is_id("usr_") || is_id("grp_")) {
        return Some(filled.to_owned());
    }
    target(filled)
}

impl Step for Connect {
    fn exits<'a>(&'a self, _drawn: &'a Exits) -> Vec<Cow<'a, str>> {
        fixed(&["no_answer", "busy", "failed"])
    }

    fn waits(&self) -> bool {
        true
    }

    fn is_end(&self) -> bool {
        true
    }

    fn look(&self, look: &mut Look<'_>) {
        look.prompt("hold_prompt", &self.hold_prompt);
        look.range("ring_ms", self.ring_ms, &(5_000..=300_000));
        look.reads("to", &self.to, Place::Heard);
        let filled = self.to.source();
        look.target("to", &self.to, called(&self.to, filled).is_some());
    }

    fn enter(&self, run: &mut Run<'_>) -> Next {
        run.forget_ahead();
        let filled = Filled::new(&self.to, run.variables());
        let Some(to) = called(&self.to, filled.as_str()) else {
            return leg(run, LegOutcome::Failed, "failed");
        };
        let id = run.ask();
        let hold = run.fill(&self.hold_prompt);
        run.effect(Effect::Connect { id, to: Filled::fixed(&to), ring_ms: self.ring_ms, hold });
        run.wait(self.ring_ms);
        Next::Stay
    }

    fn handle(&self, run: &mut Run<'_>, input: &Input) -> Next {
        match input {
            Input::Leg { outcome, .. } => {
                let exit = match outcome {
                    LegOutcome::NoAnswer => "no_answer",
                    LegOutcome::Busy => "busy",
                    _ => "failed",
                };
                leg(run, *outcome, exit)
            }
            Input::Timer { .. } => {
                cancel(run);
                leg(run, LegOutcome::NoAnswer, "no_answer")
            }
            _ => Next::Stay,
        }
    }
}
