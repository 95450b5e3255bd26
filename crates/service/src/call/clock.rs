//! A virtual clock: what is to happen in a call, in the order in which it happens.

use std::collections::BTreeMap;

use countersign_ivr::engine::{Id, Input};
use countersign_ivr::{Key, Moment};

/// What is to happen.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Happening {
    /// A key that the script presses.
    Key(Key),
    /// The script hangs up.
    HangUp,
    /// Something that was asked of the world is answered.
    Answer(Input),
    /// The engine's timer.
    Timer(Id),
}

/// What is to happen, soonest first; of one moment, keys first, then answers, then the timer: a key at the very moment
/// still counts.
#[derive(Debug, Default)]
pub(super) struct Clock {
    pending: BTreeMap<(Moment, u8, u64), Happening>,
    turn: u64,
    timer: Option<(Moment, u8, u64)>,
}

impl Clock {
    /// Something is to happen.
    pub(super) fn at(&mut self, at: Moment, what: Happening) {
        let key = self.key(at, &what);
        self.pending.insert(key, what);
    }

    /// The engine waits; its wait before is over.
    pub(super) fn wait(&mut self, id: Id, until: Moment) {
        if let Some(before) = self.timer.take() {
            self.pending.remove(&before);
        }
        let what = Happening::Timer(id);
        let key = self.key(until, &what);
        self.timer = Some(key);
        self.pending.insert(key, what);
    }

    /// What happens next.
    pub(super) fn next(&mut self) -> Option<(Moment, Happening)> {
        let ((at, _, _), what) = self.pending.pop_first()?;
        Some((at, what))
    }

    /// Whether the caller has something left to do.
    pub(super) fn has_script(&self) -> bool {
        self.pending.values().any(|what| matches!(what, Happening::Key(_) | Happening::HangUp))
    }

    fn key(&mut self, at: Moment, what: &Happening) -> (Moment, u8, u64) {
        self.turn += 1;
        let rank = match what {
            Happening::Key(_) => 0,
            Happening::HangUp => 1,
            Happening::Answer(_) => 2,
            Happening::Timer(_) => 3,
        };
        (at, rank, self.turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_at_the_very_moment_of_a_timer_still_counts_and_the_last_wait_replaces_the_one_before() {
        let mut clock = Clock::default();
        clock.wait(1, 4_000);
        clock.wait(2, 5_000);
        let key = Happening::Key(Key::new('1').unwrap());
        clock.at(5_000, Happening::Answer(Input::HangUp));
        clock.at(5_000, key.clone());
        assert!(clock.has_script());
        assert_eq!(clock.next(), Some((5_000, key)));
        assert!(!clock.has_script());
        assert_eq!(clock.next(), Some((5_000, Happening::Answer(Input::HangUp))));
        assert_eq!(clock.next(), Some((5_000, Happening::Timer(2))));
        assert_eq!(clock.next(), None);
    }
}
