//! Load on a server: as fast as its connections answer, or at a pace of its own.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use countersign_blackbox::Client;
use serde_json::Value;
use tokio::time::Instant;

/// What one request is: its path and its body.
pub(crate) type Make = Arc<dyn Fn(u64) -> (String, Value) + Send + Sync>;

/// A process whose processor time is counted.
pub(crate) trait Counted {
    /// Seconds of processor time it has used.
    fn cpu(&self) -> f64;
}

impl Counted for countersign_blackbox::Server {
    fn cpu(&self) -> f64 {
        self.cpu_seconds()
    }
}

/// Posts over `connections` connections, each as fast as it is answered. Gives requests a second of the server's
/// processor time, and a second.
pub(crate) async fn closed(
    server: &impl Counted,
    client: &Client,
    connections: usize,
    time: Duration,
    make: Make,
) -> (f64, f64) {
    let next = Arc::new(AtomicU64::new(0));
    // Warm: connections, prepared statements, caches.
    drive(client, connections, time / 4, &next, &make).await;
    let (before, since) = (server.cpu(), Instant::now());
    let count = drive(client, connections, time, &next, &make).await;
    let took = since.elapsed().as_secs_f64();
    (count as f64 / (server.cpu() - before).max(0.01), count as f64 / took)
}

async fn drive(
    client: &Client,
    connections: usize,
    time: Duration,
    next: &Arc<AtomicU64>,
    make: &Make,
) -> u64 {
    let is_over = Arc::new(AtomicBool::new(false));
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            let (mut client, make) = (client.clone(), make.clone());
            let (is_over, next) = (is_over.clone(), next.clone());
            tokio::spawn(async move {
                let mut count = 0;
                while !is_over.load(Ordering::Relaxed) {
                    let (path, body) = make(next.fetch_add(1, Ordering::Relaxed));
                    client.post(&path, &body).await.ok();
                    count += 1;
                }
                count
            })
        })
        .collect();
    tokio::time::sleep(time).await;
    is_over.store(true, Ordering::Relaxed);
    let mut total = 0;
    for task in tasks {
        total += task.await.expect("no request fails");
    }
    total
}

/// One request, asked over a client that is given back.
pub(crate) type Ask = Arc<dyn Fn(Client, u64) -> Pin<Box<dyn Future<Output = Client> + Send>> + Send + Sync>;

/// Posts at a fixed pace, whether or not earlier ones were answered. Gives the latencies, sorted: from the moment a
/// request was due.
pub(crate) async fn open(client: &Client, per_second: u32, time: Duration, make: Make) -> Vec<Duration> {
    let ask: Ask = Arc::new(move |mut client, n| {
        let (path, body) = make(n);
        Box::pin(async move {
            client.post(&path, &body).await.ok();
            client
        })
    });
    paced(client, per_second, time, ask).await
}

/// As [`open`], for requests of any kind.
pub(crate) async fn paced(client: &Client, per_second: u32, time: Duration, ask: Ask) -> Vec<Duration> {
    let count = (time.as_secs_f64() * f64::from(per_second)) as u64;
    let idle = Arc::new(tokio::sync::Mutex::new(Vec::<Client>::new()));
    let begun = Instant::now() + Duration::from_millis(50);
    let mut tasks = Vec::new();
    for n in 0..count {
        let due = begun + Duration::from_secs_f64(n as f64 / f64::from(per_second));
        tokio::time::sleep_until(due).await;
        let (idle, fresh, ask) = (idle.clone(), client.clone(), ask.clone());
        tasks.push(tokio::spawn(async move {
            let client = idle.lock().await.pop().unwrap_or(fresh);
            let client = ask(client, n).await;
            let took = due.elapsed();
            idle.lock().await.push(client);
            took
        }));
    }
    let mut took = Vec::new();
    for task in tasks {
        took.push(task.await.expect("no request fails"));
    }
    took.sort_unstable();
    took
}

/// A percentile of sorted durations, in milliseconds.
pub(crate) fn percentile(sorted: &[Duration], share: f64) -> f64 {
    let at = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(f64::NAN, |d| d.as_secs_f64() * 1_000.0)
}
