//! What it takes to be there.

use std::time::{Duration, Instant};

use countersign_blackbox::{World, binary};

use crate::report::{Line, Report};

/// Idle memory, cold start, size of the binary.
pub(crate) async fn run(report: &mut Report) {
    let mut world = World::sqlite().await;
    let mut best = Duration::MAX;
    for _ in 0..5 {
        world.servers[0].kill();
        let since = Instant::now();
        world.servers[0].start_again().await;
        best = best.min(since.elapsed());
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = world.servers[0].resident_bytes() as f64 / (1024.0 * 1024.0);
    report.add(
        Line::new("idle memory", "MiB", idle, "resident, two seconds after the start")
            .goal("≤ 60", idle <= 60.0),
    );
    let start = best.as_secs_f64();
    report.add(
        Line::new("cold start, kill -9 to ready", "s", start, "best of 5, SQLite")
            .goal("≤ 0.5", start <= 0.5),
    );
    let size = std::fs::metadata(binary()).map_or(0, |m| m.len()) as f64 / (1024.0 * 1024.0);
    report.add(Line::new("the binary", "MiB", size, "one file").goal("≤ 40", size <= 40.0));
}
