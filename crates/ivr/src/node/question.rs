//! What menu, keypad input and code have in common: ask, collect, ask again.

use serde_json::json;

use crate::digits::{Collector, Ended, Press, Rules};
use crate::engine::{Effect, Input, Run};
use crate::key::Key;
use crate::prompt::Prompts;
use crate::transcript::What;

/// Shortest and longest time that a timer may have, in milliseconds.
pub(crate) const TIMER_MS: std::ops::RangeInclusive<u32> = 1_000..=20_000;
/// Fewest and most tries.
pub(crate) const TRIES: std::ops::RangeInclusive<u32> = 1..=10;

/// A question to the caller.
pub(crate) struct Question<'a> {
    pub rules: Rules,
    pub first_digit_ms: u32,
    pub inter_digit_ms: u32,
    pub tries: u32,
    pub barge_in: bool,
    pub is_secret: bool,
    /// Whether `#` after the last digit is dropped: where digits are asked for, not where `#` may be a choice.
    pub drops_pound: bool,
    pub prompt: &'a Prompts,
    pub wrong_prompt: &'a Prompts,
    pub no_input_prompt: &'a Prompts,
}

/// What became of it.
pub(crate) enum Answer {
    /// Not over.
    Pending,
    /// The caller keyed in what was asked for.
    Given(String),
    /// All tries are used up; the digits of the last, unless they are secret.
    Failed,
}

impl Question<'_> {
    /// Asks for the first time.
    pub(crate) fn ask(&self, run: &mut Run<'_>) -> Answer {
        self.play(run, &Prompts::default())
    }

    /// Asks again because an answer that had the right form was wrong. `Failed` if that was the last try.
    pub(crate) fn again(&self, run: &mut Run<'_>) -> Answer {
        self.next_try(run, self.wrong_prompt)
    }

    fn play(&self, run: &mut Run<'_>, lead: &Prompts) -> Answer {
        run.here().collector = Some(Collector::new(self.is_secret));
        if !self.barge_in {
            run.forget_ahead();
        } else if run.has_ahead() {
            // Who knows the way keys ahead; the prompt is not played to them.
            return self.drain(run);
        }
        if !run.play_all(&[lead, self.prompt], self.barge_in) {
            run.wait(self.first_digit_ms);
        }
        Answer::Pending
    }

    /// Takes keys that were pressed before the question.
    fn drain(&self, run: &mut Run<'_>) -> Answer {
        while let Some(key) = run.take_ahead() {
            match self.key(run, key) {
                Answer::Pending => {}
                over => return over,
            }
        }
        Answer::Pending
    }

    /// Something happened while the question is open.
    pub(crate) fn handle(&self, run: &mut Run<'_>, input: &Input) -> Answer {
        match input {
            Input::Digit(key) => {
                if run.here().playing.is_some() {
                    if !self.barge_in {
                        return Answer::Pending;
                    }
                    run.stop_playing();
                }
                self.key(run, *key)
            }
            Input::PlaybackEnded { .. } | Input::PlaybackFailed { .. } => {
                run.wait(self.first_digit_ms);
                Answer::Pending
            }
            Input::Timer { .. } => {
                let ended = run.here().collector.as_ref().map(|c| c.silence(&self.rules));
                self.over(run, ended.unwrap_or(Ended::NoInput))
            }
            _ => Answer::Pending,
        }
    }

    fn key(&self, run: &mut Run<'_>, key: Key) -> Answer {
        let Some(collector) = run.here().collector.as_mut() else { return Answer::Pending };
        match collector.press(&self.rules, key) {
            Press::More => run.wait(self.inter_digit_ms),
            Press::Cleared => run.wait(self.first_digit_ms),
            Press::Ended(ended) => {
                if self.drops_pound && !self.rules.terminators.has(key) {
                    // Many end with # whatever they are told; it must not answer the next question.
                    run.swallow(self.rules.terminators.with(Key::POUND), self.inter_digit_ms);
                }
                return self.over(run, ended);
            }
        }
        Answer::Pending
    }

    fn over(&self, run: &mut Run<'_>, ended: Ended) -> Answer {
        run.no_timer();
        let collector = run.here().collector.take().unwrap_or_default();
        run.entry(What::Keyed { count: collector.count(), ended });
        if ended == Ended::Match {
            return Answer::Given(collector.digits().as_str().to_owned());
        }
        if collector.count() > 0 {
            run.here().last = Some(collector);
        }
        let lead = if ended == Ended::NoInput { self.no_input_prompt } else { self.wrong_prompt };
        self.next_try(run, lead)
    }

    fn next_try(&self, run: &mut Run<'_>, lead: &Prompts) -> Answer {
        run.forget_ahead();
        run.here().tries += 1;
        if run.here().tries >= self.tries.clamp(*TRIES.start(), *TRIES.end()) {
            return Answer::Failed;
        }
        self.play(run, lead)
    }
}

/// Keeps what was keyed in last and not accepted, for the agent: `{keyed.accountNumber}`. Never of a secret.
pub(crate) fn keep_unaccepted(run: &mut Run<'_>, variable: &str) {
    let here = run.here();
    let last = here.collector.take().filter(|c| c.count() > 0).or_else(|| here.last.take());
    let digits = last.map(|mut collector| std::mem::take(collector.digits_mut()));
    if let Some(digits) = digits.filter(|digits| !digits.is_secret() && !digits.is_empty()) {
        run.set_keyed(variable, json!(digits.as_str()));
    }
}

/// Ends an effect that nobody waits for any more.
pub(crate) fn cancel(run: &mut Run<'_>) {
    if let Some(id) = run.here().awaited.take() {
        run.effect(Effect::Cancel { id });
    }
}
