//! Asks for an identification code in its keypad form: 14 digits. Whether it is good is the service's to say; the
//! digits are a secret and are nowhere kept.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::keypad_input::{inter_digit_ms, yes};
use super::menu::{first_digit_ms, tries};
use super::question::{Answer, Question, TIMER_MS, TRIES};
use super::{Exits, Step, fixed};
use crate::check::Look;
use crate::digits::Rules;
use crate::engine::{CodeOutcome, Effect, Input, Next, Run, WORLD_MS};
use crate::key::{Key, Keys};
use crate::prompt::{Filled, Prompts};
use crate::transcript::What;

/// Digits of a code in its keypad form.
pub const CODE_DIGITS: u32 = 14;

/// `verify_code`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyCode {
    /// What is asked.
    #[serde(default)]
    pub prompt: Prompts,
    /// Whether a key stops the prompt.
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
    /// Played before the prompt after a code that is not good.
    #[serde(default, skip_serializing_if = "Prompts::is_empty")]
    pub wrong_prompt: Prompts,
    /// Played before the prompt after silence.
    #[serde(default, skip_serializing_if = "Prompts::is_empty")]
    pub no_input_prompt: Prompts,
}

impl VerifyCode {
    fn question(&self) -> Question<'_> {
        let digits = Key::all().filter(|key| key.is_digit());
        Question {
            rules: Rules {
                min: CODE_DIGITS,
                max: CODE_DIGITS,
                require_terminator: false,
                terminators: Keys::default().with(Key::POUND),
                clear_key: Some(Key::STAR),
                accepts: digits.fold(Keys::default(), Keys::with),
            },
            first_digit_ms: self.first_digit_ms,
            inter_digit_ms: self.inter_digit_ms,
            tries: self.tries,
            barge_in: self.barge_in,
            is_secret: true,
            drops_pound: true,
            prompt: &self.prompt,
            wrong_prompt: &self.wrong_prompt,
            no_input_prompt: &self.no_input_prompt,
        }
    }

    /// Goes on after what the caller did. A code that is typed ahead can be given more than once in a row.
    fn next(run: &mut Run<'_>, answer: Answer) -> Next {
        match answer {
            Answer::Pending => Next::Stay,
            Answer::Failed => Next::exit("failed"),
            Answer::Given(digits) => {
                let id = run.ask();
                run.effect(Effect::CheckCode { id, digits: Filled::fixed(&digits) });
                run.wait(WORLD_MS);
                Next::Stay
            }
        }
    }

    fn checked(&self, run: &mut Run<'_>, outcome: CodeOutcome) -> Next {
        run.answered();
        run.entry(What::CodeChecked { outcome });
        match outcome {
            CodeOutcome::Verified => Next::exit("verified"),
            CodeOutcome::Wrong => {
                let answer = self.question().again(run);
                Self::next(run, answer)
            }
            CodeOutcome::Locked | CodeOutcome::Unavailable => Next::exit("failed"),
        }
    }
}

impl Step for VerifyCode {
    fn exits<'a>(&'a self, _drawn: &'a Exits) -> Vec<Cow<'a, str>> {
        fixed(&["verified", "failed"])
    }

    fn waits(&self) -> bool {
        true
    }

    fn look(&self, look: &mut Look<'_>) {
        look.needed_prompt("prompt", &self.prompt);
        look.prompt("wrong_prompt", &self.wrong_prompt);
        look.prompt("no_input_prompt", &self.no_input_prompt);
        look.range("first_digit_ms", self.first_digit_ms, &TIMER_MS);
        look.range("inter_digit_ms", self.inter_digit_ms, &TIMER_MS);
        look.range("tries", self.tries, &TRIES);
    }

    fn enter(&self, run: &mut Run<'_>) -> Next {
        let answer = self.question().ask(run);
        Self::next(run, answer)
    }

    fn handle(&self, run: &mut Run<'_>, input: &Input) -> Next {
        let is_checking = run.here().awaited.is_some();
        match input {
            Input::Code { outcome, .. } => self.checked(run, *outcome),
            Input::Digit(key) if is_checking => {
                run.type_ahead(*key);
                Next::Stay
            }
            Input::Timer { .. } if is_checking => {
                super::question::cancel(run);
                self.checked(run, CodeOutcome::Unavailable)
            }
            _ => {
                let answer = self.question().handle(run, input);
                Self::next(run, answer)
            }
        }
    }
}
