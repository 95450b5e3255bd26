//! The workspace's limit of automatic replies, counted by each server for itself: one that several servers counted
//! together would have every reply of the workspace wait for the one before.

use std::sync::{Mutex, PoisonError};

use countersign_rules::limits::{Pressure, Workspace};
use countersign_types::Timestamp;

/// Replies of this server in the present minute.
#[derive(Debug, Default)]
pub(crate) struct Storm(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    replies: Workspace,
    last: Option<Pressure>,
}

impl Storm {
    /// Counts one reply that is about to go out. The second part says whether this one made it worse, so that it is told
    /// once.
    pub(crate) fn take(&self, at: Timestamp) -> (Pressure, bool) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pressure = state.replies.take(at);
        let is_worse = pressure != Pressure::Calm && state.last.replace(pressure) != Some(pressure);
        if pressure == Pressure::Calm {
            state.last = Some(Pressure::Calm);
        }
        (pressure, is_worse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r1_a_storm_is_told_once_at_each_step_and_ends_with_its_minute() {
        let storm = Storm::default();
        let at = Timestamp::from_micros(1_000_000);
        let told: Vec<usize> = (1..=400).filter(|_| storm.take(at).1).collect();
        assert_eq!(told.len(), 2);
        assert_eq!(storm.take(at), (Pressure::Stop, false));
        assert_eq!(storm.take(at.plus(60_000_000)), (Pressure::Calm, false));
    }
}
