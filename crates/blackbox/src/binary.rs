//! Where the server's binary is.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// The server's binary: `COUNTERSIGN_BIN`, or else built once beside what is running now, with its profile.
pub fn binary() -> &'static PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match std::env::var_os("COUNTERSIGN_BIN") {
        Some(path) => PathBuf::from(path),
        None => build(),
    })
}

/// Tests run from `target/<profile>/deps`, programs from `target/<profile>`.
fn build() -> PathBuf {
    let here = std::env::current_exe().expect("this program has a path");
    let directory = here
        .ancestors()
        .skip(1)
        .find(|d| !d.ends_with("deps") && !d.ends_with("examples"))
        .expect("programs stand in a target directory");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--package", "countersign", "--bin", "countersign"]);
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    if directory.ends_with("release") {
        command.arg("--release");
    }
    command.env("CARGO_TARGET_DIR", directory.parent().expect("a profile's directory stands in another"));
    let status = command.status().expect("cargo runs");
    assert!(status.success(), "the server does not build");
    directory.join("countersign")
}
