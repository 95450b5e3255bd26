//! What Countersign does in a second, beside its limit and its peers, in one run on one machine.
//!
//! `cargo xtask bench [--json] [--seconds N] [--identifiers N] [--events N] [names …]`; the names are those of [`NAMES`].
//!
//! Goals are ratios: the speed of a disk's fsync and of a shared processor cancels out. Servers are measured by what
//! they do in a second of their own processor time (`/proc/PID/stat`), so that the load generator on the same cores
//! does not count.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::disallowed_methods, reason = "a benchmark's clock is the real one")]

mod clock;
mod codes;
mod footprint;
mod inbound;
mod ingest;
mod ivr;
mod json_path;
mod link;
mod load;
mod mask;
mod merge;
mod page;
mod peer;
mod report;
mod rules;
mod seam;
mod sse;
mod verification;
mod visits;
mod webhooks;

use std::time::Duration;

use report::Report;

/// What can be asked for by name.
const NAMES: [&str; 18] = [
    "seam",
    "inbound",
    "ingest",
    "events",
    "visits",
    "codes",
    "rules",
    "ivr",
    "json_path",
    "mask",
    "link",
    "merge",
    "page",
    "verification",
    "latency",
    "webhooks",
    "sse",
    "footprint",
];

/// How much is measured.
pub(crate) struct Plan {
    /// For each figure.
    pub time: Duration,
    /// How many identifiers are there when some of them are linked, and how many customers when some are searched for.
    pub identifiers: u64,
    /// How many events of websites are there when visits are read.
    pub events: u64,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|w| w == "--peer") {
        return peer::run(&words[1..]).await;
    }
    let mut report = Report::new(take_flag(&mut words, "--json"));
    let seconds = take_value(&mut words, "--seconds").and_then(|t| t.parse().ok()).unwrap_or(4.0);
    let identifiers =
        take_value(&mut words, "--identifiers").and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let events = take_value(&mut words, "--events").and_then(|n| n.parse().ok()).unwrap_or(10_000_000);
    let plan = Plan { time: Duration::from_secs_f64(seconds), identifiers, events };
    if let Some(unknown) = words.iter().find(|w| !NAMES.contains(&w.as_str())) {
        eprintln!("there is no benchmark {unknown}; there are {}", NAMES.join(", "));
        std::process::exit(2);
    }
    let is_wanted = |name: &str| words.is_empty() || words.iter().any(|w| w == name);
    if is_wanted("seam") {
        seam::run(&plan, &mut report);
    }
    if is_wanted("inbound") {
        inbound::run(&plan, &mut report).await;
    }
    if is_wanted("ingest") {
        ingest::run(&plan, &mut report).await;
    }
    if is_wanted("events") {
        visits::stored(&plan, &mut report).await;
    }
    if is_wanted("visits") {
        visits::read(&plan, &mut report).await;
        visits::live(&plan, &mut report).await;
    }
    if is_wanted("codes") {
        codes::run(&plan, &mut report).await;
    }
    if is_wanted("rules") {
        tokio::task::block_in_place(|| rules::run(&plan, &mut report));
    }
    if is_wanted("ivr") {
        tokio::task::block_in_place(|| ivr::run(&plan, &mut report));
    }
    if is_wanted("json_path") {
        tokio::task::block_in_place(|| json_path::run(&plan, &mut report));
    }
    if is_wanted("mask") {
        tokio::task::block_in_place(|| mask::run(&plan, &mut report));
    }
    if is_wanted("link") {
        tokio::task::block_in_place(|| link::run(&plan, &mut report));
    }
    if is_wanted("merge") {
        merge::run(&plan, &mut report).await;
    }
    if is_wanted("page") {
        page::run(&plan, &mut report).await;
    }
    if is_wanted("verification") {
        verification::run(&plan, &mut report).await;
    }
    if is_wanted("latency") {
        inbound::latency(&plan, &mut report).await;
    }
    if is_wanted("webhooks") {
        webhooks::run(&plan, &mut report).await;
    }
    if is_wanted("sse") {
        sse::run(&plan, &mut report).await;
    }
    if is_wanted("footprint") {
        footprint::run(&mut report).await;
    }
    report.print();
}

fn take_flag(words: &mut Vec<String>, flag: &str) -> bool {
    let before = words.len();
    words.retain(|w| w != flag);
    words.len() < before
}

fn take_value(words: &mut Vec<String>, flag: &str) -> Option<String> {
    let at = words.iter().position(|w| w == flag)?;
    words.remove(at);
    (at < words.len()).then(|| words.remove(at))
}
