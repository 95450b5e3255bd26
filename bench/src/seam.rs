//! The storage seam on both databases: the store's own benchmark, read line by line.

use std::collections::HashMap;
use std::process::Command;

use crate::Plan;
use crate::report::{Line, Report};

/// Runs `seam_bench` of the store and reports its telling lines.
pub(crate) fn run(plan: &Plan, report: &mut Report) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let seconds = (plan.time.as_secs_f64() / 2.0).to_string();
    let output = Command::new(cargo)
        .args([
            "run",
            "--quiet",
            "--release",
            "-p",
            "countersign-store",
            "--example",
            "seam_bench",
            "--",
            &seconds,
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let sqlite = text.lines().find(|l| l.starts_with("SQLite")).unwrap_or("SQLite").to_owned();
    let (first, second) = text.split_once("PostgreSQL").unwrap_or((&text, ""));
    let (on_sqlite, on_postgres) = (rates(first), rates(second));
    let rate = |rates: &HashMap<String, (f64, f64)>, name: &str| {
        rates.iter().find(|(what, _)| what.starts_with(name)).map_or((f64::NAN, f64::NAN), |(_, r)| *r)
    };
    let ours = rate(&on_sqlite, "seam, 64 writers, pages of 4096");
    let size = format!("300 B rows, {sqlite}");
    let line = Line::new("seam, SQLite, durable inserts, 64 writers", "/cpu-s", ours.1, size)
        .peer("bare rusqlite, one a commit", Some(rate(&on_sqlite, "bare rusqlite, one insert").1))
        .limit("bare rusqlite, 64 a commit", rate(&on_sqlite, "bare rusqlite, 64").1);
    report.add(line);
    let read = rate(&on_sqlite, "seam, point reads, 64 readers");
    let line = Line::new("seam, SQLite, point reads, 64 readers", "/s", read.0, "300 B rows")
        .limit("bare rusqlite, one thread", rate(&on_sqlite, "bare rusqlite, point reads").0);
    report.add(line);
    let ours = rate(&on_postgres, "seam, 64 writers");
    let line =
        Line::new("seam, PostgreSQL, durable inserts, 64 writers", "/s", ours.0, "300 B rows, fsync on")
            .peer(
                "tokio-postgres, 16 × BEGIN, INSERT, COMMIT",
                Some(rate(&on_postgres, "bare, 16 connections, BEGIN").0),
            )
            .limit(
                "tokio-postgres, 16 × autocommit",
                rate(&on_postgres, "bare, 16 connections, an insert").0,
            );
    report.add(line);
}

/// `name … N/s N/cpu-s` by name.
fn rates(text: &str) -> HashMap<String, (f64, f64)> {
    let mut found = HashMap::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number =
            |end: &str| words.iter().find_map(|w| w.strip_suffix(end).and_then(|n| n.parse::<f64>().ok()));
        if let (Some(per_second), Some(per_cpu)) = (number("/s"), number("/cpu-s")) {
            found.insert(line.to_owned(), (per_second, per_cpu));
        }
    }
    found
}
