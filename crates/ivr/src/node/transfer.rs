//! Passes the call on to a number or a SIP address and is done with it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::question::cancel;
use super::queue::leg;
use super::{Exits, Step, fixed};
use crate::check::{Look, Place};
use crate::engine::{Effect, Input, LegOutcome, Next, Run, WORLD_MS};
use crate::prompt::{Filled, target};
use crate::template::Template;

/// `transfer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// A number or a SIP address, with variables.
    #[serde(default)]
    pub to: Template,
}

impl Step for Transfer {
    fn exits<'a>(&'a self, _drawn: &'a Exits) -> Vec<Cow<'a, str>> {
        fixed(&["failed"])
    }

    fn waits(&self) -> bool {
        true
    }

    fn is_end(&self) -> bool {
        true
    }

    fn look(&self, look: &mut Look<'_>) {
        look.reads("to", &self.to, Place::Heard);
        look.target("to", &self.to, target(self.to.source()).is_some());
    }

    fn enter(&self, run: &mut Run<'_>) -> Next {
        run.forget_ahead();
        let filled = Filled::new(&self.to, run.variables());
        let Some(to) = target(filled.as_str()) else {
            return leg(run, LegOutcome::Failed, "failed");
        };
        let id = run.ask();
        run.effect(Effect::Transfer { id, to: Filled::fixed(&to) });
        run.wait(WORLD_MS);
        Next::Stay
    }

    fn handle(&self, run: &mut Run<'_>, input: &Input) -> Next {
        match input {
            // Whoever answered has the call; it is no longer ours.
            Input::Leg { outcome: LegOutcome::Answered | LegOutcome::Ended, .. } => {
                leg(run, LegOutcome::Ended, "failed")
            }
            Input::Leg { outcome, .. } => leg(run, *outcome, "failed"),
            Input::Timer { .. } => {
                cancel(run);
                leg(run, LegOutcome::NoAnswer, "failed")
            }
            _ => Next::Stay,
        }
    }
}
