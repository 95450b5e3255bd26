//! Running programs and telling what became of them.

use std::io::{BufRead as _, BufReader, IsTerminal as _, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Done, or why not, in a sentence.
pub(crate) type Outcome = Result<(), String>;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The built server.
pub(crate) fn binary(profile: &str) -> PathBuf {
    target().join(profile).join("countersign")
}

/// Runs cargo.
pub(crate) fn cargo(args: &[&str]) -> Outcome {
    cargo_with(args, &[])
}

/// Runs cargo with variables of the environment.
pub(crate) fn cargo_with(args: &[&str], env: &[(&str, String)]) -> Outcome {
    let cargo = std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
    program_with(&cargo, args, env)
}

/// Runs a program in the root of the repository.
pub(crate) fn program(program: &Path, args: &[&str]) -> Outcome {
    program_with(program, args, &[])
}

/// Runs a program in the root of the repository with variables of the environment.
pub(crate) fn program_with(program: &Path, args: &[&str], env: &[(&str, String)]) -> Outcome {
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    for (name, value) in env {
        command.env(name, value);
    }
    status(command, &format!("{} {}", program.display(), args.join(" ")))
}

/// Runs a command to its end.
///
/// Where nobody watches (a build server keeps a log), what the command prints passes through here, so that the lines
/// that name a failure can be told once more at the end of a long run.
pub(crate) fn status(mut command: Command, what: &str) -> Outcome {
    let cannot_start = |error: std::io::Error| format!("`{what}` could not be started: {error}.");
    let failed = |status: ExitStatus| format!("`{what}` failed ({status}).");
    if std::io::stdout().is_terminal() {
        let status = command.status().map_err(cannot_start)?;
        return if status.success() { Ok(()) } else { Err(failed(status)) };
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(cannot_start)?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let told = std::thread::scope(|scope| {
        let err = scope.spawn(move || pass_on(err, &mut std::io::stderr()));
        let mut told = pass_on(out, &mut std::io::stdout());
        told.append(err.join().unwrap_or_default());
        told
    });
    let status = child.wait().map_err(|error| format!("`{what}` could not be waited for: {error}."))?;
    if status.success() {
        SECOND_TRY.lock().unwrap_or_else(PoisonError::into_inner).extend(told.again);
        return Ok(());
    }
    Err(told.failures.into_iter().fold(failed(status), |text, line| text + "\n          " + &line))
}

/// Tests that passed only when they were tried again: told at the end, because each is a defect somewhere.
static SECOND_TRY: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// How many lines that name a failure are told again.
const TOLD_AGAIN: usize = 12;

/// What a command's output says about failures.
#[derive(Default)]
struct Told {
    failures: Vec<String>,
    again: Vec<String>,
}

impl Told {
    fn append(&mut self, other: Self) {
        self.failures.extend(other.failures);
        self.again.extend(other.again);
    }

    /// Keeps the last different lines that name a failure, by the words with which nextest, rustc, Playwright, Vitest
    /// and schemathesis begin such a line.
    fn hear(&mut self, line: &str) {
        const BEGINNINGS: [&str; 10] = [
            "FAIL ",
            "TRY ",
            "TIMEOUT ",
            "SIGABRT ",
            "LEAK ",
            "error[",
            "error:",
            "Error:",
            "tests/",
            "AssertionError",
        ];
        let line: String = line.trim().chars().take(180).collect();
        if line.contains("FLAKY ") || line.contains("(retry #1)") {
            self.again.push(line);
        } else if (BEGINNINGS.iter().any(|word| line.starts_with(word))
            || line.contains("' panicked at ")
            || line.contains("] › tests/") && line.starts_with('['))
            && !self.failures.contains(&line)
        {
            self.failures.push(line);
            if self.failures.len() > TOLD_AGAIN {
                self.failures.remove(0);
            }
        }
    }
}

/// Prints what comes, line by line, and listens to it.
fn pass_on(from: Option<impl Read>, to: &mut impl Write) -> Told {
    let mut told = Told::default();
    let Some(from) = from else { return told };
    let (mut from, mut bytes) = (BufReader::new(from), Vec::new());
    while from.read_until(b'\n', &mut bytes).is_ok_and(|n| n > 0) {
        let _ = to.write_all(&bytes);
        told.hear(&String::from_utf8_lossy(&bytes));
        bytes.clear();
    }
    told
}

/// The steps of a run, each told with its name, outcome and time.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<(String, Outcome, f64)>,
}

impl Steps {
    /// A step without which the others make no sense.
    pub(crate) fn must(&mut self, name: &str, step: impl FnOnce() -> Outcome) -> Outcome {
        self.run(name, step);
        match self.done.last() {
            Some((_, Err(why), _)) => Err(format!("{name}: {why}")),
            _ => Ok(()),
        }
    }

    /// A step; the next ones run even if it fails, so that one run tells everything.
    pub(crate) fn run(&mut self, name: &str, step: impl FnOnce() -> Outcome) {
        println!("\n── {name}");
        #[allow(clippy::disallowed_methods, reason = "how long a step took is told to a person")]
        let start = Instant::now();
        let outcome = step();
        self.done.push((name.to_owned(), outcome, start.elapsed().as_secs_f64()));
    }

    /// Tells what passed and what failed.
    pub(crate) fn finish(self) -> Outcome {
        println!();
        let mut failed = Vec::new();
        for (name, outcome, seconds) in &self.done {
            match outcome {
                Ok(()) => println!("  passed  {name} ({seconds:.0} s)"),
                Err(why) => {
                    println!("  FAILED  {name} ({seconds:.0} s): {why}");
                    failed.push(name.as_str());
                }
            }
        }
        let again = SECOND_TRY.lock().unwrap_or_else(PoisonError::into_inner);
        if !again.is_empty() {
            println!("\nOn the record, tried twice (each hides a defect):\n  {}", again.join("\n  "));
        }
        println!("\n{} passed, {} failed", self.done.len() - failed.len(), failed.len());
        if failed.is_empty() { Ok(()) } else { Err(format!("Failed: {}.", failed.join(", "))) }
    }
}
