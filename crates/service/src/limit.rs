//! Counters of limits: the pure arithmetic of `countersign_identity::limits` over numbers that survive restarts.

use countersign_identity::limits::{MissState, Window};
use countersign_store::limit::Counter;

fn count(n: i64) -> u32 {
    u32::try_from(n.max(0)).unwrap_or(u32::MAX)
}

/// The state that stored numbers stand for.
pub(crate) fn state(counter: Counter) -> MissState {
    MissState {
        short: Window { started_at: counter.short_since, count: count(counter.short_count) },
        long: Window { started_at: counter.long_since, count: count(counter.long_count) },
        locked_until: counter.locked_until,
        strikes: count(counter.strikes),
        seen_at: counter.seen_at,
    }
}

/// The numbers to store for a state.
pub(crate) fn counter(state: MissState) -> Counter {
    Counter {
        short_count: state.short.count.into(),
        short_since: state.short.started_at,
        long_count: state.long.count.into(),
        long_since: state.long.started_at,
        strikes: state.strikes.into(),
        locked_until: state.locked_until,
        seen_at: state.seen_at,
    }
}
