//! `countersign doctor`: looks at what a server needs, changes nothing.

use std::path::Path;

use countersign_service::port::{Clock, SystemClock};
use countersign_store::migrate::MIGRATIONS;
use serde::Serialize;

use crate::config::{Config, Flags, Settings};
use crate::failure::{Exit, Failure, Result, Style, note, print_json};
use crate::open::{self, KeyError, kind_name};
use crate::server::health::free_bytes;

/// Before this program was built, no clock that is right can stand: November 2026.
const EARLIEST_MICROS: i64 = 1_793_491_200_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Ok,
    Warning,
    Problem,
}

#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    verdict: Verdict,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Check {
    fn new(name: &'static str, verdict: Verdict, detail: impl Into<String>) -> Self {
        Self { name, verdict, detail: detail.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Looks at everything and says what it found. Exit status 1 when something is a problem.
pub async fn doctor(flags: &Flags, json: bool) -> Result<()> {
    let config = Config::load(flags)?;
    let settings = &config.settings;
    let mut checks = vec![configuration(&config), public_url(settings), key(settings)];
    checks.push(database(settings).await);
    checks.push(disk(&settings.data_dir));
    checks.push(clock());
    let problems = checks.iter().filter(|c| c.verdict == Verdict::Problem).count();
    if json {
        print_json(&serde_json::json!({ "ok": problems == 0, "checks": checks }))?;
    } else {
        show(&checks);
    }
    match problems {
        0 => Ok(()),
        1 => Err(Failure::new(Exit::Found, "One check found a problem")),
        n => Err(Failure::new(Exit::Found, format!("{n} checks found problems"))),
    }
}

fn show(checks: &[Check]) {
    let style = Style::of_stderr();
    for check in checks {
        let mark = match check.verdict {
            Verdict::Ok => style.paint("32", "ok     "),
            Verdict::Warning => style.paint("33", "warning"),
            Verdict::Problem => style.paint("31;1", "problem"),
        };
        note(&format!("{mark}  {:<13} {}", check.name, check.detail));
        if let Some(hint) = &check.hint {
            note(&format!("{:24}{}", "", style.paint("36", hint)));
        }
    }
}

fn configuration(config: &Config) -> Check {
    let detail = match config.origins.len() {
        0 => "every setting has its default".to_owned(),
        n => format!("valid; settings that are not defaults: {n}"),
    };
    Check::new("configuration", Verdict::Ok, detail)
}

fn public_url(settings: &Settings) -> Check {
    let url = settings.public_url();
    let is_open = !settings.server.listen.starts_with("127.") && !settings.server.listen.starts_with("[::1]");
    if is_open && url.starts_with("http://") {
        return Check::new(
            "public URL",
            Verdict::Warning,
            format!("{url}, while others can connect as well"),
        )
        .hint("people elsewhere cannot log in without TLS: set `server.public_url` to the https address");
    }
    Check::new("public URL", Verdict::Ok, url)
}

fn key(settings: &Settings) -> Check {
    let path = settings.master_key_file();
    let shown = path.display();
    match open::read_key(&path) {
        Ok(key) => {
            let id = countersign_store::Vault::new(&key).key_id();
            Check::new("master key", Verdict::Ok, format!("{shown}, key {id}"))
        }
        Err(KeyError::Io(e)) if e.kind() == std::io::ErrorKind::NotFound => {
            Check::new("master key", Verdict::Warning, format!("{shown} is not there"))
                .hint("the first start makes it; if there was one, put it back before you start")
        }
        Err(KeyError::Io(e)) => Check::new("master key", Verdict::Problem, format!("{shown}: {e}")),
        Err(KeyError::Open(mode)) => {
            Check::new("master key", Verdict::Problem, format!("{shown} can be read by others ({mode:04o})"))
                .hint(format!("chmod 600 {shown}"))
        }
        Err(KeyError::Form) => Check::new("master key", Verdict::Problem, format!("{shown} is not a key"))
            .hint("a master key is 32 bytes, or 64 hexadecimal digits"),
    }
}

/// Opens the database, unless that would make one.
async fn database(settings: &Settings) -> Check {
    const NAME: &str = "database";
    let failed = |failure: &Failure, hint: &str| {
        Check::new(NAME, Verdict::Problem, failure.one_line()).hint(hint.to_owned())
    };
    let url = match open::database_url(settings) {
        Ok(url) => url,
        Err(failure) => return failed(&failure, "correct `database.url_file`"),
    };
    if let Some(path) = url.strip_prefix("sqlite:")
        && !Path::new(path).exists()
    {
        return Check::new(NAME, Verdict::Warning, format!("{path} is not there"))
            .hint("the first start makes it");
    }
    let db = match open::database(settings).await {
        Ok(db) => db,
        Err(failure) if failure.exit == Exit::TryLater => {
            return Check::new(NAME, Verdict::Ok, "in use by a running server, so it was not looked into");
        }
        Err(failure) => return failed(&failure, "is the database running, and is `database.url` right?"),
    };
    let version = db.schema_version().await;
    let newest = MIGRATIONS.last().map_or(0, countersign_store::migrate::Migration::version);
    let kind = kind_name(&db);
    db.close().await;
    match version {
        Ok(version) if version == newest => {
            Check::new(NAME, Verdict::Ok, format!("{kind}, schema {version}"))
        }
        Ok(version) if version < newest => {
            Check::new(NAME, Verdict::Warning, format!("{kind}, schema {version}, this version has {newest}"))
                .hint("the next start migrates it; take a backup before")
        }
        Ok(version) => Check::new(
            NAME,
            Verdict::Problem,
            format!("{kind}, schema {version}, this version knows {newest}"),
        )
        .hint("start the newer version of Countersign that migrated it"),
        Err(error) => failed(&Failure::from(error), "the log of the database says more"),
    }
}

fn disk(path: &Path) -> Check {
    const NAME: &str = "disk space";
    match free_bytes(path) {
        None => Check::new(NAME, Verdict::Warning, format!("{} is not there yet", path.display())),
        Some(free) => {
            let shown = format!("{} MB free in {}", free / 1_048_576, path.display());
            match free {
                0..67_108_864 => Check::new(NAME, Verdict::Problem, shown).hint("free some space"),
                67_108_864..1_073_741_824 => {
                    Check::new(NAME, Verdict::Warning, shown).hint("free some space soon")
                }
                _ => Check::new(NAME, Verdict::Ok, shown),
            }
        }
    }
}

fn clock() -> Check {
    let now = SystemClock::default().now();
    if now.as_micros() < EARLIEST_MICROS {
        return Check::new("clock", Verdict::Problem, format!("it says {now}, which is long ago"))
            .hint("set the clock, for example with chrony: codes and sessions expire by it");
    }
    Check::new("clock", Verdict::Ok, now.to_string())
}
