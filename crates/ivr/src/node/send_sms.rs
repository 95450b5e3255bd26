//! Sends a text message, to the caller unless said otherwise.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::question::cancel;
use super::{Exits, Step, fixed};
use crate::check::{Look, Place};
use crate::engine::{Effect, Input, Next, Run, WORLD_MS};
use crate::finding::Finding;
use crate::prompt::{Filled, target};
use crate::template::Template;
use crate::transcript::What;

/// `send_sms`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendSms {
    /// The number, with variables.
    #[serde(default = "caller")]
    pub to: Template,
    /// What is sent, with variables.
    #[serde(default)]
    pub text: Template,
}

fn caller() -> Template {
    Template::parse("{caller}")
}

/// A number and nothing else.
fn number(text: &str) -> Option<String> {
    target(text).filter(|to| !to.contains(':'))
}

impl SendSms {
    fn sent(run: &mut Run<'_>, is_sent: bool) -> Next {
        run.answered();
        run.entry(What::Sms { is_sent });
        Next::exit(if is_sent { "next" } else { "failed" })
    }
}

impl Step for SendSms {
    fn exits<'a>(&'a self, _drawn: &'a Exits) -> Vec<Cow<'a, str>> {
        fixed(&["next", "failed"])
    }

    fn look(&self, look: &mut Look<'_>) {
        look.reads("to", &self.to, Place::Heard);
        look.reads("text", &self.text, Place::Heard);
        look.target("to", &self.to, number(self.to.source()).is_some());
        if self.text.source().trim().is_empty() {
            look.add(Finding::problem("text", "no-text", "The message has no text.", "Write what is sent."));
        }
    }

    fn enter(&self, run: &mut Run<'_>) -> Next {
        let to = number(Filled::new(&self.to, run.variables()).as_str());
        let text = Filled::new(&self.text, run.variables());
        let Some(to) = to.filter(|_| !text.as_str().trim().is_empty()) else {
            return Self::sent(run, false);
        };
        let id = run.ask();
        run.effect(Effect::SendSms { id, to: Filled::fixed(&to), text });
        run.wait(WORLD_MS);
        Next::Stay
    }

    fn handle(&self, run: &mut Run<'_>, input: &Input) -> Next {
        match input {
            Input::Digit(key) => run.type_ahead(*key),
            Input::Sms { is_sent, .. } => return Self::sent(run, *is_sent),
            Input::Timer { .. } => {
                cancel(run);
                return Self::sent(run, false);
            }
            _ => {}
        }
        Next::Stay
    }
}
