//! Takes an exit by a calendar of business hours, the same calendars that rules use.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::question::cancel;
use super::{Exits, Step, fixed};
use crate::check::Look;
use crate::engine::{Effect, Input, Next, Run, WORLD_MS};
use crate::transcript::What;

/// `business_hours`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusinessHours {
    /// The calendar, `cal_…`.
    #[serde(default)]
    pub calendar: String,
}

impl BusinessHours {
    fn answered(run: &mut Run<'_>, is_open: Option<bool>) -> Next {
        run.answered();
        run.entry(What::Hours { is_open });
        // A calendar that cannot be asked is no reason to send callers away.
        Next::exit(if is_open.unwrap_or(true) { "open" } else { "closed" })
    }
}

impl Step for BusinessHours {
    fn exits<'a>(&'a self, _drawn: &'a Exits) -> Vec<Cow<'a, str>> {
        fixed(&["open", "closed"])
    }

    fn look(&self, look: &mut Look<'_>) {
        look.calendar("calendar", &self.calendar);
    }

    fn enter(&self, run: &mut Run<'_>) -> Next {
        let id = run.ask();
        run.effect(Effect::AskHours { id, calendar: self.calendar.clone() });
        run.wait(WORLD_MS);
        Next::Stay
    }

    fn handle(&self, run: &mut Run<'_>, input: &Input) -> Next {
        match input {
            Input::Digit(key) => run.type_ahead(*key),
            Input::Hours { is_open, .. } => return Self::answered(run, Some(*is_open)),
            Input::Timer { .. } => {
                cancel(run);
                return Self::answered(run, None);
            }
            _ => {}
        }
        Next::Stay
    }
}
