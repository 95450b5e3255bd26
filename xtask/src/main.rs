//! What cargo cannot do: `cargo xtask demo | test | check | bench | openapi | screenshots`.
//!
//! Only the standard library, so that it compiles in a moment on a fresh machine.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it talks to the person who runs it")]

mod check;
mod run;
mod tool;
mod web;

use std::process::ExitCode;

use run::{Outcome, Steps};

const HELP: &str = "\
cargo xtask demo         build everything and serve the example: two customers, a shop, a messenger, a team
cargo xtask test         install what is missing and run every test
cargo xtask check        format, lints, documentation, licences, generated files, import rules
cargo xtask bench        measure beside limits and peers (arguments are handed on)
cargo xtask openapi      write api/openapi.json from the handlers
cargo xtask screenshots  save every page: three widths, light, dark, both directions, full, empty, failing";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let outcome = match command.as_str() {
        "demo" => demo(&rest),
        "test" => test(),
        "check" => check::check(),
        "bench" => bench(&rest),
        "openapi" => check::write_openapi(),
        "screenshots" => screenshots(),
        _ => {
            println!("{HELP}");
            return if command.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) };
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\n{message}");
            ExitCode::FAILURE
        }
    }
}

fn demo(rest: &[String]) -> Outcome {
    web::build("console")?;
    web::build("site")?;
    run::cargo(&["build", "--release", "--package", "countersign"])?;
    let mut args = vec!["demo"];
    args.extend(rest.iter().map(String::as_str));
    run::program(&run::binary("release"), &args)
}

fn test() -> Outcome {
    tool::install_for_tests()?;
    let mut steps = Steps::default();
    steps.must("build the console", || web::build("console"))?;
    steps.must("build the site", || web::build("site"))?;
    steps.must("build the server", || run::cargo(&["build", "--package", "countersign"]))?;
    steps.run("test the crates", test_crates);
    steps.run("test the examples in the documentation", || run::cargo(&["test", "--doc", "--workspace"]));
    steps.run("test the console", || web::script("console", "test"));
    steps.run("check the console", || web::script("console", "check"));
    steps.run("test the site", || web::script("site", "test"));
    steps.run("check the site", || web::script("site", "check"));
    steps.run("journeys in the browser", journeys);
    steps.run("schemathesis against the served contract", schemathesis);
    steps.finish()
}

/// One process a test where cargo-nextest is at hand; otherwise cargo's own runner, which takes longer.
fn test_crates() -> Outcome {
    let binary = run::binary("debug");
    let synapse = tool::homeserver()?.to_string_lossy().into_owned();
    let twilio = tool::twilio()?.to_string_lossy().into_owned();
    let binary = binary.to_string_lossy().into_owned();
    let mut env =
        vec![("COUNTERSIGN_BIN", binary), ("COUNTERSIGN_SYNAPSE", synapse), ("COUNTERSIGN_TWILIO", twilio)];
    if tool::can_mount() {
        env.push(("COUNTERSIGN_TEST_MOUNTS", "1".to_owned()));
    } else {
        println!("── SKIPPED ft4, the full disk: file systems cannot be mounted here (try as root)");
    }
    if tool::exists("cargo-nextest") {
        run::cargo_with(&["nextest", "run", "--workspace", "--no-fail-fast"], &env)
    } else {
        run::cargo_with(&["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"], &env)
    }
}

fn journeys() -> Outcome {
    web::install("e2e")?;
    let binary = run::binary("debug");
    web::script_with("e2e", "test", &[("COUNTERSIGN_BIN", binary.to_string_lossy().into_owned())])
}

fn schemathesis() -> Outcome {
    let python = tool::python_environment("python", "schemathesis", "import schemathesis")?;
    let binary = run::binary("debug");
    let script = run::root().join("e2e/schemathesis.py");
    run::program_with(
        &python,
        &[&script.to_string_lossy()],
        &[("COUNTERSIGN_BIN", binary.to_string_lossy().into_owned())],
    )
}

/// Benchmarks that start no server, so that none is built for them.
const SERVERLESS: [&str; 6] = ["seam", "rules", "ivr", "mask", "link", "merge"];

fn bench(rest: &[String]) -> Outcome {
    let names = rest.iter().filter(|word| word.chars().all(char::is_alphabetic));
    let is_serverless =
        names.clone().count() > 0 && names.clone().all(|name| SERVERLESS.contains(&name.as_str()));
    if !is_serverless {
        run::cargo(&["build", "--release", "--package", "countersign"])?;
    }
    let mut args = vec!["run", "--release", "--package", "countersign-bench", "--"];
    args.extend(rest.iter().map(String::as_str));
    let binary = run::binary("release");
    run::cargo_with(&args, &[("COUNTERSIGN_BIN", binary.to_string_lossy().into_owned())])
}

fn screenshots() -> Outcome {
    tool::install_for_tests()?;
    web::build("console")?;
    web::build("site")?;
    run::cargo(&["build", "--package", "countersign"])?;
    web::install("e2e")?;
    let binary = run::binary("debug");
    web::script_with("e2e", "screenshots", &[("COUNTERSIGN_BIN", binary.to_string_lossy().into_owned())])
}
