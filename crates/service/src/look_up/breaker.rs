//! What keeps a system that is down from being asked again and again while callers wait (I-5): after five failures in
//! a row it is left alone for half a minute, then one look-up tries.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use countersign_types::{Timestamp, time};

/// Failures in a row after which a system is left alone.
const FAILURES_MAX: u32 = 5;
/// For how long.
const PAUSE: i64 = 30 * time::SECOND;
/// A try that was never heard of again does not keep others from trying.
const TRIAL: i64 = 15 * time::SECOND;
/// Systems that are remembered at most.
const SYSTEMS_MAX: usize = 1_024;

/// How a system gets on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Health {
    /// Failures in a row.
    pub failures: u32,
    /// Until when it is left alone; it is tried after that.
    pub paused_until: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Breaker {
    health: Health,
    trial_at: Option<Timestamp>,
}

/// All systems that failed last time, by a key.
#[derive(Debug, Default)]
pub(crate) struct Breakers(Mutex<HashMap<String, Breaker>>);

impl Breakers {
    /// Whether a system may be asked now.
    pub(super) fn admits(&self, key: &str, now: Timestamp) -> bool {
        let mut systems = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(breaker) = systems.get_mut(key) else { return true };
        match breaker.health.paused_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) if breaker.trial_at.is_some_and(|at| now < at.plus(TRIAL)) => false,
            Some(_) => {
                breaker.trial_at = Some(now);
                true
            }
        }
    }

    /// What came of asking it.
    pub(super) fn record(&self, key: &str, now: Timestamp, is_up: bool) {
        let mut systems = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if is_up {
            systems.remove(key);
            return;
        }
        if systems.len() >= SYSTEMS_MAX && !systems.contains_key(key) {
            systems.retain(|_, breaker| breaker.health.paused_until.is_some_and(|until| now < until));
        }
        let breaker = systems.entry(key.to_owned()).or_default();
        breaker.health.failures = breaker.health.failures.saturating_add(1);
        breaker.trial_at = None;
        if breaker.health.failures >= FAILURES_MAX {
            breaker.health.paused_until = Some(now.plus(PAUSE));
        }
    }

    /// How a system gets on.
    pub(super) fn health(&self, key: &str) -> Health {
        let systems = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        systems.get(key).map(|breaker| breaker.health).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_micros(secs * time::SECOND)
    }

    #[test]
    fn i_5_five_failures_pause_and_one_try_ends_it() {
        let breakers = Breakers::default();
        for n in 0..5 {
            assert!(breakers.admits("crm", at(n)), "{n}");
            breakers.record("crm", at(n), false);
        }
        assert_eq!(breakers.health("crm"), Health { failures: 5, paused_until: Some(at(34)) });
        assert!(!breakers.admits("crm", at(33)));
        assert!(breakers.admits("other", at(33)));
        assert!(breakers.admits("crm", at(34)), "one tries");
        assert!(!breakers.admits("crm", at(35)), "and no other meanwhile");
        assert!(breakers.admits("crm", at(49)), "unless it was never heard of again");
        breakers.record("crm", at(50), false);
        assert!(!breakers.admits("crm", at(79)), "paused anew");
        assert!(breakers.admits("crm", at(80)));
        breakers.record("crm", at(80), true);
        assert_eq!(breakers.health("crm"), Health::default());
        assert!(breakers.admits("crm", at(80)) && breakers.admits("crm", at(80)));
    }

    #[test]
    fn an_answer_between_failures_begins_anew() {
        let breakers = Breakers::default();
        for n in 0..40 {
            breakers.record("crm", at(n), n % 5 == 4);
            assert!(breakers.admits("crm", at(n)), "{n}");
        }
    }

    #[test]
    fn many_systems_are_not_remembered_for_good() {
        let breakers = Breakers::default();
        for n in 0..5_000 {
            breakers.record(&n.to_string(), at(n), false);
        }
        assert!(breakers.0.lock().unwrap().len() <= SYSTEMS_MAX);
    }
}
