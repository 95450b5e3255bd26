//! Running programs and telling what became of them.

use std::path::{Path, PathBuf};
use std::process::Command;
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
pub(crate) fn status(mut command: Command, what: &str) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{what}` failed ({status}).")),
        Err(error) => Err(format!("`{what}` could not be started: {error}.")),
    }
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
        println!("\n{} passed, {} failed", self.done.len() - failed.len(), failed.len());
        if failed.is_empty() { Ok(()) } else { Err(format!("Failed: {}.", failed.join(", "))) }
    }
}
