//! What a test run needs besides cargo and Node, and how it gets there.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::run::{self, Outcome};

/// The version of Synapse that tests run.
const SYNAPSE: &str = "1.163.2";
/// The version of Twilio's SDK that tests are held against.
const TWILIO: &str = "9.13.0";

/// Whether a program is on the path.
pub(crate) fn exists(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

/// Whether PostgreSQL's server programs are there; Debian keeps them off the path.
fn has_postgres() -> bool {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    exists("initdb") || debian.map(|entry| entry.path().join("bin/initdb")).any(|path| path.is_file())
}

/// Installs PostgreSQL, Chromium, fonts, a voice and mail servers where they are missing.
pub(crate) fn install_for_tests() -> Outcome {
    if !exists("node") || !exists("npm") {
        return Err("Node.js 20 or newer with npm is needed; please install it.".to_owned());
    }
    let mut packages = Vec::new();
    if !has_postgres() {
        packages.push("postgresql");
    }
    if !exists("chromium") {
        packages.extend(["chromium", "fonts-noto-core"]);
    }
    if !exists("python3") {
        packages.extend(["python3", "python3-venv"]);
    }
    if !exists("espeak-ng") {
        packages.push("espeak-ng");
    }
    let mail = ["postfix", "dovecot", "opendkim"];
    if mail.iter().any(|program| !exists(program) && !Path::new("/usr/sbin").join(program).is_file()) {
        packages.extend(["postfix", "dovecot-imapd", "dovecot-lmtpd", "opendkim", "openssl"]);
    }
    if packages.is_empty() {
        return Ok(());
    }
    if !exists("apt-get") {
        return Err(format!(
            "Please install these with your system's package manager: {}.",
            packages.join(", ")
        ));
    }
    println!("── install {}", packages.join(", "));
    let sudo = !is_root();
    apt(sudo, &["update", "-qq"])?;
    if packages.contains(&"postfix") {
        // Installed, not set up: the tests start it with settings of their own, and the machine stays as it is.
        let answer =
            "echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections";
        let mut command = Command::new(if sudo { "sudo" } else { "sh" });
        if sudo {
            command.arg("sh");
        }
        command.args(["-c", answer]).stdout(Stdio::null());
        run::status(command, "debconf-set-selections")?;
    }
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(packages);
    apt(sudo, &args)
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|o| String::from_utf8_lossy(&o.stdout).trim() == "0")
}

/// Whether a small file system in memory can be mounted: the test of a full disk needs one.
pub(crate) fn can_mount() -> bool {
    let folder = run::target().join("mount-probe");
    let quietly = |program: &str, args: &[&str]| {
        let mut command = Command::new(program);
        command.args(args).arg(&folder).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    is_root()
        && std::fs::create_dir_all(&folder).is_ok()
        && quietly("mount", &["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
        && quietly("umount", &["-l"])
}

fn apt(sudo: bool, args: &[&str]) -> Outcome {
    let mut command = if sudo {
        let mut command = Command::new("sudo");
        command.arg("apt-get");
        command
    } else {
        Command::new("apt-get")
    };
    command.args(args).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
    run::status(command, &format!("apt-get {}", args.join(" ")))
}

/// A Python with one package, and what that needs, in a folder of its own under `target`; answers with its interpreter.
/// `is_there` is Python that succeeds once the package is there as wanted.
pub(crate) fn python_environment(name: &str, package: &str, is_there: &str) -> Result<PathBuf, String> {
    let folder = run::target().join(name);
    let python = folder.join("bin/python");
    if !python.is_file() {
        run::program(Path::new("python3"), &["-m", "venv", &folder.to_string_lossy()])?;
    }
    let is_there = Command::new(&python)
        .args(["-c", is_there])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success());
    if !is_there {
        let args = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", package];
        run::program(&python, &args)?;
    }
    Ok(python)
}

/// The Matrix homeserver that tests talk to: only they use it, as they use Postfix.
pub(crate) fn homeserver() -> Result<PathBuf, String> {
    let is_there = format!("import synapse; assert synapse.__version__ == '{SYNAPSE}'");
    python_environment("synapse", &format!("matrix-synapse=={SYNAPSE}"), &is_there)
}

/// Twilio's own SDK, which the tests of cloud numbers are held against.
pub(crate) fn twilio() -> Result<PathBuf, String> {
    let is_there = format!("import twilio; assert twilio.__version__ == '{TWILIO}'");
    python_environment("twilio", &format!("twilio=={TWILIO}"), &is_there)
}
