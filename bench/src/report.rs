//! Lines of figures, for people and as JSON.

use serde::Serialize;

/// Something else that does the same, or the most that could be done.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Other {
    /// What it is, with its version.
    pub name: String,
    /// Its figure.
    pub value: f64,
}

/// One figure.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Line {
    /// What was measured.
    pub name: String,
    /// In what.
    pub unit: &'static str,
    /// Ours.
    pub ours: f64,
    /// Peers.
    pub peers: Vec<Other>,
    /// The most there is.
    pub limit: Option<Other>,
    /// What was aimed at, in words.
    pub goal: String,
    /// Whether it was reached; `None` when there is no goal.
    pub is_reached: Option<bool>,
    /// How much data, how many clients.
    pub size: String,
}

impl Line {
    /// A figure without a comparison.
    pub(crate) fn new(
        name: impl Into<String>,
        unit: &'static str,
        ours: f64,
        size: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            unit,
            ours,
            peers: Vec::new(),
            limit: None,
            goal: String::new(),
            is_reached: None,
            size: size.into(),
        }
    }

    /// Beside a peer.
    pub(crate) fn peer(mut self, name: impl Into<String>, value: Option<f64>) -> Self {
        if let Some(value) = value {
            self.peers.push(Other { name: name.into(), value });
        }
        self
    }

    /// Beside its limit.
    pub(crate) fn limit(mut self, name: impl Into<String>, value: f64) -> Self {
        self.limit = Some(Other { name: name.into(), value });
        self
    }

    /// With a goal.
    pub(crate) fn goal(mut self, goal: impl Into<String>, is_reached: bool) -> Self {
        self.goal = goal.into();
        self.is_reached = Some(is_reached);
        self
    }

    /// Ours to the limit's.
    pub(crate) fn share(&self) -> f64 {
        self.limit.as_ref().map_or(f64::NAN, |l| self.ours / l.value)
    }
}

/// All lines of a run.
pub(crate) struct Report {
    is_json: bool,
    lines: Vec<Line>,
}

impl Report {
    pub(crate) fn new(is_json: bool) -> Self {
        Self { is_json, lines: Vec::new() }
    }

    /// Adds a line, and shows on standard error that it is there.
    pub(crate) fn add(&mut self, line: Line) {
        eprintln!("{}", text(&line));
        self.lines.push(line);
    }

    /// Prints all of it.
    pub(crate) fn print(&self) {
        if self.is_json {
            println!("{}", serde_json::to_string_pretty(&self.lines).unwrap_or_default());
            return;
        }
        println!("\n{}\n", versions());
        for line in &self.lines {
            println!("{}", text(line));
        }
        let missed = self.lines.iter().filter(|l| l.is_reached == Some(false)).count();
        let aimed = self.lines.iter().filter(|l| l.is_reached.is_some()).count();
        println!("\n{} of {aimed} goals reached", aimed - missed);
    }
}

fn text(line: &Line) -> String {
    let mut text = format!("{:<52} {:>10} {:<10}", line.name, figure(line.ours), line.unit);
    for peer in &line.peers {
        text.push_str(&format!(" | {} {} ({:.2} x)", peer.name, figure(peer.value), line.ours / peer.value));
    }
    if let Some(limit) = &line.limit {
        text.push_str(&format!(" | limit: {} {} ({:.2} x)", limit.name, figure(limit.value), line.share()));
    }
    if let Some(is_reached) = line.is_reached {
        text.push_str(&format!(" | goal {}: {}", line.goal, if is_reached { "reached" } else { "MISSED" }));
    }
    text + &format!(" | {}", line.size)
}

fn figure(value: f64) -> String {
    match value.abs() {
        v if v >= 10_000.0 => format!("{value:.0}"),
        v if v >= 100.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn versions() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let ask = |program: &str, flag: &str| {
        let output = std::process::Command::new(program).arg(flag).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).lines().next()?.trim().to_owned())
    };
    let known = [
        ask("rustc", "--version"),
        ask("node", "--version").map(|v| format!("Node {v}")),
        ask("python3", "--version"),
        ask("psql", "--version"),
    ];
    let known: Vec<String> = known.into_iter().flatten().collect();
    format!("{cores} cores · countersign {} · {}", env!("CARGO_PKG_VERSION"), known.join(" · "))
}
