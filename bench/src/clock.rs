//! Work by its own processor time, for what runs on one thread.

use std::hint::black_box;
use std::time::Instant;

use crate::Plan;

/// Processor time of this thread, where the kernel counts it; else the clock.
fn processor_secs(since: Instant) -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = stat.split_whitespace().next().and_then(|n| n.parse::<f64>().ok());
    nanos.map_or_else(|| since.elapsed().as_secs_f64(), |n| n / 1e9)
}

/// What a round counts, a second of processor time: the best of seven rounds.
pub(crate) fn rate(plan: &Plan, mut round: impl FnMut() -> usize) -> f64 {
    let since = Instant::now();
    let slice = plan.time.as_secs_f64() / 7.0;
    let rounds = (0..7).map(|_| {
        let (begin, mut count) = (processor_secs(since), 0);
        loop {
            count += black_box(round());
            let took = processor_secs(since) - begin;
            if took >= slice {
                return count as f64 / took;
            }
        }
    });
    rounds.fold(0.0, f64::max)
}
