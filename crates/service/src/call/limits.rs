//! Limits on guessing (I-1): who keys in numbers that the company's system does not know hears after some tries what
//! everybody hears whose number is not known, and the system is asked no more.
//!
//! A try is taken before anything is asked, so that tries at once are all counted, and given back unless it missed.

use countersign_identity::limits::{
    GuessPolicy, GuessState, Window, WindowPolicy, is_guessed, record_guess, record_guess_miss,
};
use countersign_ivr::look_up::{Guessed, LookUpOutcome};
use countersign_store::Tx;
use countersign_store::limit::{Counter, lock_counter, update_counter};
use countersign_types::audit::Actor;
use countersign_types::{CallId, Result, time};
use serde_json::json;

use super::world::World;
use crate::Service;
use crate::caller::Grant;
use crate::work::Log;

/// Counts of one call.
const CALL: &str = "look_up_call";
/// Counts of one caller's number, or of whoever plays on the bench.
const CALLER: &str = "look_up_caller";
/// Counts of what was keyed in, whoever keyed it.
const NUMBER: &str = "look_up_number";
/// Counts of the whole workspace.
const WORKSPACE: &str = "look_up_alarm";

/// Misses of one call at most; a call is shorter than the span.
const OF_CALL: WindowPolicy = WindowPolicy { count_max: 3, span: time::DAY };
/// Misses of one caller, and of one number, at most.
const OF_HOUR: WindowPolicy = WindowPolicy { count_max: 5, span: time::HOUR };

/// Misses of all whose number is withheld.
const OF_WITHHELD: WindowPolicy = WindowPolicy { count_max: 60, span: time::HOUR };

/// A try to be known by what was keyed in.
#[derive(Debug, Clone)]
pub(super) struct Guess {
    call: CallId,
    /// What is counted, in the order in which it is locked.
    counted: Vec<(&'static str, [u8; 32], WindowPolicy)>,
    /// Whether the workspace is warned by it: colleagues who try a flow out do not.
    is_real: bool,
}

impl Service {
    /// The try that a look-up makes of what was keyed in; none where nothing was.
    pub(super) fn guess(&self, world: &World, guessed: &Guessed) -> Guess {
        let vault = self.vault();
        let mut counted = vec![(CALL, vault.blind_bytes(CALL, &world.call.to_bytes()), OF_CALL)];
        counted.push(match &world.sender {
            Some(caller) => (CALLER, vault.blind(CALLER, caller), OF_HOUR),
            None => (CALLER, vault.blind(CALLER, "withheld"), OF_WITHHELD),
        });
        if let Some(number) = guessed.number.as_ref().filter(|_| !world.is_bench) {
            // Whoever tries PINs of an account keeps nobody from being found by its number.
            let purpose = if guessed.is_secret { "pin" } else { "number" };
            counted.push((NUMBER, vault.blind(NUMBER, &format!("{purpose}:{number}")), OF_HOUR));
        }
        Guess { call: world.call, counted, is_real: !world.is_bench }
    }

    /// Takes the try. `false`: there were too many misses, and nothing is to be asked.
    pub(super) async fn take_guess(&self, guess: &Guess) -> Result<bool> {
        let (service, guess, now) = (self.clone(), guess.clone(), self.now());
        let grant = Grant::internal(Actor::system());
        self.write(&grant, async move |tx: &mut Tx<'_>, _log: &mut Log| -> Result<bool> {
            let mut taken = Vec::with_capacity(guess.counted.len());
            for (scope, subject, policy) in &guess.counted {
                let counter = lock_counter(tx, scope, *subject).await?;
                match window(counter).take(now.as_micros(), *policy) {
                    Ok(after) => taken.push((*scope, *subject, with(counter, after, now.as_micros()))),
                    Err(_) => return Ok(false),
                }
            }
            if guess.is_real {
                let subject = service.vault().blind(WORKSPACE, "");
                let before = alarm(lock_counter(tx, WORKSPACE, subject).await?);
                if is_guessed(&before, now.as_micros()) {
                    return Ok(false);
                }
                let after = record_guess(before, now.as_micros(), &GuessPolicy::default());
                update_counter(tx, WORKSPACE, subject, &stored(after)).await?;
            }
            for (scope, subject, counter) in taken {
                update_counter(tx, scope, subject, &counter).await?;
            }
            Ok(true)
        })
        .await
    }

    /// What came of a try that was taken.
    pub(super) async fn settle_guess(&self, guess: &Guess, outcome: &LookUpOutcome) -> Result<()> {
        let is_miss = matches!(outcome, LookUpOutcome::NotFound);
        let (service, guess, now) = (self.clone(), guess.clone(), self.now());
        let grant = Grant::internal(Actor::system());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !is_miss {
                for (scope, subject, _) in &guess.counted {
                    let mut counter = lock_counter(tx, scope, *subject).await?;
                    counter.short_count = (counter.short_count - 1).max(0);
                    update_counter(tx, scope, *subject, &counter).await?;
                }
                return Ok(());
            }
            if !guess.is_real {
                return Ok(());
            }
            let subject = service.vault().blind(WORKSPACE, "");
            let before = alarm(lock_counter(tx, WORKSPACE, subject).await?);
            let after = record_guess_miss(before, now.as_micros(), &GuessPolicy::default());
            update_counter(tx, WORKSPACE, subject, &stored(after)).await?;
            if is_guessed(&after, now.as_micros()) && !is_guessed(&before, now.as_micros()) {
                tracing::warn!(
                    "numbers are being guessed on the telephone: look-ups of what is keyed in rest"
                );
                log.audit("look_up.alarm", guess.call, json!({ "misses_in_a_minute": after.missed }));
            }
            Ok(())
        })
        .await
    }
}

fn count(n: i64) -> u32 {
    u32::try_from(n.max(0)).unwrap_or(u32::MAX)
}

pub(super) fn window(counter: Counter) -> Window {
    Window { started_at: counter.short_since, count: count(counter.short_count) }
}

pub(super) fn with(counter: Counter, window: Window, now: i64) -> Counter {
    Counter {
        short_count: window.count.into(),
        short_since: window.started_at,
        seen_at: now.max(counter.seen_at),
        ..counter
    }
}

fn alarm(counter: Counter) -> GuessState {
    GuessState {
        asked: window(counter),
        missed: count(counter.long_count),
        guessed_until: counter.locked_until,
        seen_at: counter.seen_at,
    }
}

fn stored(state: GuessState) -> Counter {
    Counter {
        short_count: state.asked.count.into(),
        short_since: state.asked.started_at,
        long_count: state.missed.into(),
        locked_until: state.guessed_until,
        seen_at: state.seen_at,
        ..Counter::default()
    }
}
