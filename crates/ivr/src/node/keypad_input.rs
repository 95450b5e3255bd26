//! Asks for digits, by the rules of [`crate::digits`], and keeps them in a variable.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::menu::{first_digit_ms, tries};
use super::question::{Answer, Question, TIMER_MS, TRIES, keep_unaccepted};
use super::{Exits, Step, fixed};
use crate::check::Look;
use crate::digits::{DIGITS_MAX, Rules};
use crate::engine::{Input, Next, Run};
use crate::finding::Finding;
use crate::key::{Key, Keys};
use crate::prompt::Prompts;
use crate::variable::Class;

/// Most terminators.
pub const TERMINATORS_MAX: u32 = 5;

/// `keypad_input`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeypadInput {
    /// What is asked.
    #[serde(default)]
    pub prompt: Prompts,
    /// Where the digits are kept.
    #[serde(default)]
    pub variable: String,
    /// Who may see them.
    #[serde(default)]
    pub class: Class,
    /// Fewest digits.
    #[serde(default = "min")]
    pub min: u32,
    /// Most digits.
    #[serde(default = "max")]
    pub max: u32,
    /// Whether only a terminator ends the input well.
    #[serde(default = "yes")]
    pub require_terminator: bool,
    /// Keys that end the input.
    #[serde(default = "terminators")]
    pub terminators: Keys,
    /// The key that begins anew; `null`: none.
    #[serde(default = "clear_key")]
    pub clear_key: Option<Key>,
    /// Whether a key stops the prompt. Without, keys during it do not count.
    #[serde(default = "yes")]
    pub barge_in: bool,
    /// How long the first key is awaited after the prompt.
    #[serde(default = "first_digit_ms")]
    pub first_digit_ms: u32,
    /// How long each further key is awaited.
    #[serde(default = "inter_digit_ms")]
    pub inter_digit_ms: u32,
    /// How often is asked.
    #[serde(default = "tries")]
    pub tries: u32,
    /// Played before the prompt after input that does not fit.
    #[serde(default, skip_serializing_if = "Prompts::is_empty")]
    pub wrong_prompt: Prompts,
    /// Played before the prompt after silence.
    #[serde(default, skip_serializing_if = "Prompts::is_empty")]
    pub no_input_prompt: Prompts,
}

fn min() -> u32 {
    1
}

fn max() -> u32 {
    20
}

pub(super) fn yes() -> bool {
    true
}

fn terminators() -> Keys {
    Keys::default().with(Key::POUND)
}

#[allow(clippy::unnecessary_wraps, reason = "the default of an optional field")]
fn clear_key() -> Option<Key> {
    Some(Key::STAR)
}

pub(super) fn inter_digit_ms() -> u32 {
    3_000
}

impl KeypadInput {
    fn question(&self) -> Question<'_> {
        // A key that ends the input is no digit of it.
        let digits = Key::all().filter(|key| key.is_digit() && !self.terminators.has(*key));
        Question {
            rules: Rules {
                min: self.min,
                max: self.max,
                require_terminator: self.require_terminator,
                terminators: self.terminators,
                clear_key: self.clear_key,
                accepts: digits.fold(Keys::default(), Keys::with),
            },
            first_digit_ms: self.first_digit_ms,
            inter_digit_ms: self.inter_digit_ms,
            tries: self.tries,
            barge_in: self.barge_in,
            is_secret: self.class == Class::Secret,
            drops_pound: self.clear_key != Some(Key::POUND),
            prompt: &self.prompt,
            wrong_prompt: &self.wrong_prompt,
            no_input_prompt: &self.no_input_prompt,
        }
    }

    fn next(&self, run: &mut Run<'_>, answer: Answer) -> Next {
        match answer {
            Answer::Pending => Next::Stay,
            Answer::Given(digits) => {
                run.set(&self.variable, self.class, digits);
                Next::exit("next")
            }
            Answer::Failed => {
                keep_unaccepted(run, &self.variable);
                Next::exit("failed")
            }
        }
    }

    /// The call leaves in the middle of it: what was keyed in so far reaches the agent.
    pub(crate) fn leave(&self, run: &mut Run<'_>) {
        keep_unaccepted(run, &self.variable);
    }
}

impl Step for KeypadInput {
    fn exits<'a>(&'a self, _drawn: &'a Exits) -> Vec<Cow<'a, str>> {
        fixed(&["next", "failed"])
    }

    fn waits(&self) -> bool {
        true
    }

    fn look(&self, look: &mut Look<'_>) {
        look.needed_prompt("prompt", &self.prompt);
        look.prompt("wrong_prompt", &self.wrong_prompt);
        look.prompt("no_input_prompt", &self.no_input_prompt);
        look.range("min", self.min, &(1..=DIGITS_MAX));
        look.range("max", self.max, &(1..=DIGITS_MAX));
        look.range("first_digit_ms", self.first_digit_ms, &TIMER_MS);
        look.range("inter_digit_ms", self.inter_digit_ms, &TIMER_MS);
        look.range("tries", self.tries, &TRIES);
        look.writes("variable", &self.variable, self.class, Some("next"));
        if self.min > self.max {
            look.add(Finding::problem("min", "min-over-max", "Fewest digits are more than most digits.", "Lower min or raise max."));
        }
        self.look_at_keys(look);
    }

    fn enter(&self, run: &mut Run<'_>) -> Next {
        let answer = self.question().ask(run);
        self.next(run, answer)
    }

    fn handle(&self, run: &mut Run<'_>, input: &Input) -> Next {
        let answer = self.question().handle(run, input);
        self.next(run, answer)
    }
}

impl KeypadInput {
    fn look_at_keys(&self, look: &mut Look<'_>) {
        if self.require_terminator && self.terminators.is_empty() {
            look.add(Finding::problem(
                "require_terminator",
                "no-terminator",
                "A terminator is required, but there is none.",
                "Name a terminator such as #, or do not require one.",
            ));
        }
        if self.terminators.count() > TERMINATORS_MAX {
            look.add(Finding::problem(
                "terminators",
                "too-many-terminators",
                "There are more than five terminators.",
                "Keep those that callers are told.",
            ));
        }
        if self.terminators.iter().any(Key::is_digit) {
            look.add(Finding::warning(
                "terminators",
                "digit-terminates",
                "A digit ends the input, so that no input can contain it.",
                "Use # or * to end the input.",
            ));
        }
        let clears = |key: Key| self.terminators.has(key) || key.is_digit();
        if self.clear_key.is_some_and(clears) {
            look.add(Finding::problem(
                "clear_key",
                "clear-key-taken",
                "The key that clears the input is also a digit or ends the input.",
                "Clear with * and end with #, or set clear_key to null.",
            ));
        }
    }
}
