//! `cargo xtask check`: what holds without running a test.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{self, Outcome, Steps};
use crate::tool;

/// Which of our crates each crate may use: the arrows of the architecture.
const ALLOWED: &[(&str, &[&str])] = &[
    ("types", &[]),
    ("identity", &["types"]),
    ("masking", &["types"]),
    ("rules", &["types"]),
    ("visits", &["types"]),
    ("ivr", &["types"]),
    ("audio", &[]),
    ("verification", &["types", "identity"]),
    ("store", &["types"]),
    ("telephony", &["types", "ivr"]),
    (
        "service",
        &[
            "types",
            "identity",
            "masking",
            "rules",
            "visits",
            "ivr",
            "audio",
            "telephony",
            "verification",
            "store",
        ],
    ),
    ("http", &["types", "masking", "service"]),
    ("connectors", &["types", "service"]),
    ("fakes", &[]),
    ("canary", &["types", "service", "http"]),
    ("countersign", &["types", "store", "service", "http", "connectors", "fakes", "canary"]),
];

/// Crates that decide: no I/O, no clock, no randomness.
const PURE: &[&str] =
    &["types", "identity", "masking", "rules", "visits", "ivr", "audio", "telephony", "verification"];
const IMPURE: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Uuid::now_v7",
    "getrandom::",
    "std::fs",
    "std::net",
];

/// Everything that holds without running a test.
pub(crate) fn check() -> Outcome {
    let mut steps = Steps::default();
    steps.run("format", || run::cargo(&["fmt", "--all", "--check"]));
    steps.run("lints", || {
        run::cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])
    });
    steps.run("documentation", || {
        let env = [("RUSTDOCFLAGS", "-D warnings".to_owned())];
        run::cargo_with(&["doc", "--workspace", "--no-deps", "--quiet"], &env)
    });
    steps.run("licences, bans, sources", deny);
    steps.run("generated files", openapi_is_current);
    steps.run("import rules", import_rules);
    steps.run("store contracts", store_contracts);
    steps.finish()
}

fn deny() -> Outcome {
    if !tool::exists("cargo-deny") {
        // Built once; the advisory database is out of reach, the other checks need nothing from outside.
        run::cargo(&["install", "cargo-deny", "--locked", "--quiet"])?;
    }
    run::cargo(&["deny", "--all-features", "check", "bans", "licenses", "sources"])
}

fn openapi() -> Result<String, String> {
    run::cargo(&["build", "--quiet", "--package", "countersign"])?;
    let output = Command::new(run::binary("debug")).arg("openapi").output();
    let output = output.map_err(|e| format!("`countersign openapi` could not be started: {e}."))?;
    if !output.status.success() {
        return Err("`countersign openapi` failed.".to_owned());
    }
    String::from_utf8(output.stdout).map_err(|_| "the document is not UTF-8".to_owned())
}

/// Writes the served document into the repository, where it is reviewed as the public contract.
pub(crate) fn write_openapi() -> Outcome {
    let folder = run::root().join("api");
    fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    fs::write(folder.join("openapi.json"), openapi()?).map_err(|e| e.to_string())
}

fn openapi_is_current() -> Outcome {
    let stored = fs::read_to_string(run::root().join("api/openapi.json")).unwrap_or_default();
    if openapi()? == stored {
        Ok(())
    } else {
        Err("api/openapi.json is not what the server serves. Run `cargo xtask openapi` and review the change.".to_owned())
    }
}

fn sources(folder: &Path, out: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap_or_default();
            out.insert(path, text);
        }
    }
}

/// Statements by their words in capitals, and what has to follow on the way to the next `;` of Rust.
const SQL: &[(&str, &str)] = &[
    ("SELECT ", " FROM "),
    ("SELECT ", "()"),
    ("INSERT INTO ", ""),
    ("UPDATE ", " SET "),
    ("DELETE FROM ", ""),
    ("CREATE TABLE ", ""),
    ("CREATE INDEX ", ""),
    ("ALTER TABLE ", ""),
    ("DROP TABLE ", ""),
    ("TRUNCATE ", ""),
    ("PRAGMA ", ""),
    (" ON CONFLICT ", ""),
    (" RETURNING ", ""),
];

/// Whether a file holds SQL text outside its comments.
fn has_sql(code: &str) -> bool {
    let lines: Vec<&str> = code.lines().map(str::trim).filter(|line| !line.starts_with("//")).collect();
    let text = lines.join(" ");
    SQL.iter().any(|(begin, then)| {
        text.match_indices(begin).any(|(at, _)| {
            let is_word = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let rest = text[at + begin.len() - 1..].split(';').next().unwrap_or_default();
            is_word && rest.contains(then)
        })
    })
}

fn import_rules() -> Outcome {
    let mut broken = Vec::new();
    for (name, allowed) in ALLOWED {
        let manifest =
            fs::read_to_string(run::root().join(format!("crates/{name}/Cargo.toml"))).unwrap_or_default();
        let own = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        for line in own.lines().filter_map(|l| l.strip_prefix("countersign-")) {
            let used = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if used != *name && !allowed.contains(&used) {
                broken.push(format!("crates/{name} may not use crates/{used}"));
            }
        }
        let mut files = BTreeMap::new();
        sources(&run::root().join(format!("crates/{name}/src")), &mut files);
        for (path, text) in files {
            let code: String = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            let where_ = path.strip_prefix(run::root()).unwrap_or(&path).display().to_string();
            if *name != "store" && has_sql(&code) {
                broken.push(format!("{where_} contains SQL; only crates/store may"));
            }
            let is_testing = where_.contains("testing");
            if PURE.contains(name) && !is_testing {
                broken.extend(
                    IMPURE
                        .iter()
                        .filter(|word| code.contains(**word))
                        .map(|word| format!("{where_} uses {word}; crates that decide are pure")),
                );
            }
        }
    }
    if broken.is_empty() { Ok(()) } else { Err(format!("\n    {}", broken.join("\n    "))) }
}

/// Every function of the store is named in a test of `crates/store`, which run on both databases.
fn store_contracts() -> Outcome {
    let (mut code, mut tests) = (BTreeMap::new(), BTreeMap::new());
    sources(&run::root().join("crates/store/src"), &mut code);
    sources(&run::root().join("crates/store/tests"), &mut tests);
    let tests: Vec<String> = tests.into_values().collect();
    let mut missing = Vec::new();
    for (path, text) in code {
        for name in text.lines().filter_map(|line| line.strip_prefix("pub async fn ")) {
            let name = name.split(['(', '<']).next().unwrap_or_default();
            if !tests.iter().any(|test| has_word(test, name)) {
                let path = path.strip_prefix(run::root()).unwrap_or(&path).display();
                missing.push(format!("{path}: no test in crates/store/tests names `{name}`"));
            }
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(format!("\n    {}", missing.join("\n    "))) }
}

fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part))
}

#[cfg(test)]
mod tests {
    use super::{has_sql, has_word, import_rules, store_contracts};

    #[test]
    fn this_repository_keeps_its_import_rules() {
        assert_eq!(import_rules(), Ok(()));
    }

    #[test]
    fn every_function_of_the_store_has_a_contract_test() {
        assert_eq!(store_contracts(), Ok(()));
        assert!(has_word("code::hold_code(tx)", "hold_code"));
        assert!(!has_word("hold_codes(tx); uphold_code(tx)", "hold_code"));
    }

    #[test]
    fn sql_is_found_whatever_the_statement() {
        for code in [
            "tx.execute(\"UPDATE profile SET state = $2 WHERE id = $1\", args![])",
            "\"UPDATE profile\n             SET state = $2\"",
            "let sql = \"SELECT id FROM profile\";",
            "\"SELECT id,\n    name\n FROM profile\"",
            "\"SELECT sqlite_version()\"",
            "\"INSERT INTO setting (name) VALUES ($1)\"",
            "\"DELETE FROM setting\"",
            "\"PRAGMA journal_mode\"",
            "format!(\"{HEAD} RETURNING id\")",
        ] {
            assert!(has_sql(code), "{code}");
        }
    }

    #[test]
    fn what_only_looks_like_sql_is_not() {
        for code in [
            "// SELECT id FROM profile",
            "const SELECT: &str = store::SELECT;",
            "/// UPDATE is what SET does",
            "self.update(select, from)",
            "let update = \"Update your settings\";",
        ] {
            assert!(!has_sql(code), "{code}");
        }
    }
}
