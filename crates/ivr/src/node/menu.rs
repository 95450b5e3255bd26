//! Asks for one key and takes the exit of its name.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::question::{Answer, Question, TIMER_MS, TRIES};
use super::{Exits, Step};
use crate::check::Look;
use crate::digits::Rules;
use crate::engine::{Input, Next, Run};
use crate::finding::Finding;
use crate::key::{Key, Keys};
use crate::prompt::Prompts;

/// `menu`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    /// What is asked.
    #[serde(default)]
    pub prompt: Prompts,
    /// The keys to choose from; each is an exit. Absent: the keys that exits are drawn for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<Key>>,
    /// How long the key is awaited after the prompt.
    #[serde(default = "first_digit_ms")]
    pub first_digit_ms: u32,
    /// How often is asked.
    #[serde(default = "tries")]
    pub tries: u32,
    /// Played before the prompt after a key that is no choice.
    #[serde(default, skip_serializing_if = "Prompts::is_empty")]
    pub wrong_prompt: Prompts,
    /// Played before the prompt after silence.
    #[serde(default, skip_serializing_if = "Prompts::is_empty")]
    pub no_input_prompt: Prompts,
}

pub(super) fn first_digit_ms() -> u32 {
    5_000
}

pub(super) fn tries() -> u32 {
    3
}

impl Menu {
    fn keys(&self, drawn: &Exits) -> Keys {
        let of_exits = || {
            let one = |exit: &String| Keys::parse(exit).filter(|keys| exit.len() == 1 && keys.count() == 1);
            drawn.keys().filter_map(one).flat_map(Keys::iter).fold(Keys::default(), Keys::with)
        };
        let named = |choices: &Vec<Key>| choices.iter().copied().fold(Keys::default(), Keys::with);
        self.choices.as_ref().map_or_else(of_exits, named)
    }

    fn question(&self, accepts: Keys) -> Question<'_> {
        Question {
            rules: Rules {
                min: 1,
                max: 1,
                require_terminator: false,
                terminators: Keys::default(),
                clear_key: None,
                accepts,
            },
            first_digit_ms: self.first_digit_ms,
            inter_digit_ms: self.first_digit_ms,
            tries: self.tries,
            barge_in: true,
            is_secret: false,
            drops_pound: false,
            prompt: &self.prompt,
            wrong_prompt: &self.wrong_prompt,
            no_input_prompt: &self.no_input_prompt,
        }
    }
}

impl Step for Menu {
    fn exits<'a>(&'a self, drawn: &'a Exits) -> Vec<Cow<'a, str>> {
        let keys = self.keys(drawn).iter().map(|key| Cow::Owned(key.to_string()));
        keys.chain([Cow::Borrowed("failed")]).collect()
    }

    fn waits(&self) -> bool {
        true
    }

    fn look(&self, look: &mut Look<'_>) {
        look.needed_prompt("prompt", &self.prompt);
        look.prompt("wrong_prompt", &self.wrong_prompt);
        look.prompt("no_input_prompt", &self.no_input_prompt);
        look.range("first_digit_ms", self.first_digit_ms, &TIMER_MS);
        look.range("tries", self.tries, &TRIES);
        if self.keys(look.drawn()).is_empty() {
            look.add(Finding::problem("choices", "no-choice", "The menu has no key to choose.", "Draw an exit named 0 to 9, * or #."));
        }
    }

    fn enter(&self, run: &mut Run<'_>) -> Next {
        let answer = self.question(self.keys(run.exits())).ask(run);
        next(answer)
    }

    fn handle(&self, run: &mut Run<'_>, input: &Input) -> Next {
        let answer = self.question(self.keys(run.exits())).handle(run, input);
        next(answer)
    }
}

fn next(answer: Answer) -> Next {
    match answer {
        Answer::Pending => Next::Stay,
        Answer::Given(key) => Next::Exit(key),
        Answer::Failed => Next::exit("failed"),
    }
}
