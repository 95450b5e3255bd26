//! The parts that npm builds: `console`, `site`, `e2e`.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{self, Outcome};

/// Installs the locked packages of a part, once for each lock file.
pub(crate) fn install(part: &str) -> Outcome {
    let folder = run::root().join(part);
    let lock =
        fs::read(folder.join("package-lock.json")).map_err(|e| format!("{part}/package-lock.json: {e}."))?;
    let mut hasher = DefaultHasher::new();
    lock.hash(&mut hasher);
    once(&folder.join("node_modules/.countersign-installed"), hasher.finish(), || {
        npm(part, &["ci", "--no-audit", "--no-fund", "--loglevel=error"], &[])
    })
}

/// Builds a part, once for each state of its sources.
pub(crate) fn build(part: &str) -> Outcome {
    install(part)?;
    let folder = run::root().join(part);
    let output = folder.join(if part == "console" { "build" } else { "dist" });
    let mut files = Vec::new();
    collect(&folder, &mut files);
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        fs::read(&file).unwrap_or_default().hash(&mut hasher);
    }
    let stamp = folder.join("node_modules/.countersign-built");
    if !output.is_dir() {
        let _ = fs::remove_file(&stamp);
    }
    once(&stamp, hasher.finish(), || npm(part, &["run", "--silent", "build"], &[]))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let is_made =
            ["node_modules", "build", "dist", ".svelte-kit", "test-results"].iter().any(|n| name == *n);
        if path.is_dir() && !is_made {
            collect(&path, files);
        } else if path.is_file() {
            files.push(path);
        }
    }
}

/// Does something unless the stamp says that it was done for this state.
fn once(stamp: &Path, state: u64, work: impl FnOnce() -> Outcome) -> Outcome {
    let state = format!("{state:016x}");
    if fs::read_to_string(stamp).is_ok_and(|text| text == state) {
        return Ok(());
    }
    work()?;
    fs::write(stamp, state).map_err(|e| format!("{}: {e}.", stamp.display()))
}

/// Runs a script of a part.
pub(crate) fn script(part: &str, name: &str) -> Outcome {
    script_with(part, name, &[])
}

/// Runs a script of a part with variables of the environment.
pub(crate) fn script_with(part: &str, name: &str, env: &[(&str, String)]) -> Outcome {
    npm(part, &["run", "--silent", name], env)
}

fn npm(part: &str, args: &[&str], env: &[(&str, String)]) -> Outcome {
    let mut command = Command::new("npm");
    command.args(args).current_dir(run::root().join(part));
    for (name, value) in env {
        command.env(name, value);
    }
    run::status(command, &format!("npm {} (in {part})", args.join(" ")))
}
