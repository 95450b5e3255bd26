//! The command line as a person or a supervisor meets it: exit statuses, sentences, files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

fn countersign(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(args).env("NO_COLOR", "1");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("COUNTERSIGN_")) {
        command.env_remove(name);
    }
    command
}

fn run(args: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = countersign(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

fn place(directory: &TempDir) -> String {
    directory.path().join("data").display().to_string()
}

fn set_up(data: &str) -> Value {
    let (status, stdout, stderr) = run(&["setup", "--data-dir", data, "--json"]);
    assert_eq!(status, 0, "{stderr}");
    serde_json::from_str(&stdout).unwrap()
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// A running server; killed when dropped.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(data: &str) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let child = countersign(&["serve", "--data-dir", data, "--listen", &address.to_string()])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let server = Self { child, address };
        let begun = Instant::now();
        while server.get("/livez").is_none() {
            assert!(begun.elapsed() < Duration::from_secs(30), "the server does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// Asks with an API key; the status and the body.
    fn ask(&self, method: &str, path: &str, key: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let (length, kind) = (body.len(), "application/json");
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {key}\r\n\
             Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
    }

    fn get(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }

    fn terminate(&mut self) -> i32 {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn x_1_set_up_makes_one_administrator_and_refuses_a_second_time() {
    let directory = tempfile::tempdir().unwrap();
    let data = place(&directory);
    let made = set_up(&data);
    assert_eq!(made["admin"]["email"], "admin@example.org");
    assert!(made["admin"]["password"].as_str().unwrap().len() >= 15);
    assert!(made["api_key"].as_str().unwrap().starts_with("cs_live_"));
    let (status, stdout, stderr) = run(&["setup", "--data-dir", &data, "--json"]);
    assert_eq!((status, stdout.as_str()), (1, ""));
    assert!(stderr.starts_with("error: This workspace was set up before\n"), "{stderr}");
    assert!(stderr.contains("hint: "), "{stderr}");
}

#[test]
fn x_1_set_up_refuses_a_short_password() {
    let directory = tempfile::tempdir().unwrap();
    let data = place(&directory);
    let (status, _, stderr) = run(&["setup", "--data-dir", &data, "--password", "short"]);
    assert_eq!(status, 1);
    assert!(stderr.contains("15"), "{stderr}");
}

#[test]
fn x_11_the_key_and_the_data_are_for_the_owner_alone() {
    let directory = tempfile::tempdir().unwrap();
    let data = place(&directory);
    set_up(&data);
    let data_path = Path::new(&data);
    assert_eq!(mode(data_path), 0o700);
    assert_eq!(mode(&data_path.join("keys")), 0o700);
    assert_eq!(mode(&data_path.join("countersign.db")), 0o600);
    let key = data_path.join("keys/master.key");
    assert_eq!(mode(&key), 0o600);

    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    let (status, _, stderr) = run(&["migrate", "--data-dir", &data]);
    assert_eq!(status, 77, "{stderr}");
    assert!(stderr.contains("chmod 600"), "{stderr}");

    // A database without its key is not started with a new one.
    let kept = data_path.join("kept");
    std::fs::rename(&key, &kept).unwrap();
    let (status, _, stderr) = run(&["migrate", "--data-dir", &data]);
    assert_eq!(status, 78, "{stderr}");
    assert!(!key.exists());

    std::fs::write(&key, [9; 32]).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let (status, _, stderr) = run(&["migrate", "--data-dir", &data]);
    assert_eq!(status, 65, "{stderr}");
    assert!(stderr.contains("another master key"), "{stderr}");

    // The same key in hexadecimal is the same key.
    let hex: String = std::fs::read(&kept).unwrap().iter().map(|b| format!("{b:02x}")).collect();
    std::fs::write(&key, hex + "\n").unwrap();
    assert_eq!(run(&["migrate", "--data-dir", &data]).0, 0);
}

#[test]
fn a_directory_with_other_files_that_others_can_read_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::write(directory.path().join("thesis.odt"), "x").unwrap();
    let (status, _, stderr) = run(&["migrate", "--data-dir", &directory.path().display().to_string()]);
    assert_eq!(status, 77, "{stderr}");
    assert_eq!(mode(directory.path()), 0o755);
}

#[test]
fn an_unknown_setting_is_refused_with_a_suggestion() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("c.toml");
    std::fs::write(&file, "[server]\nlisen = \"127.0.0.1:1\"\n").unwrap();
    let (status, _, stderr) = run(&["config", "check", "--config", &file.display().to_string()]);
    assert_eq!(status, 78);
    assert!(stderr.contains("did you mean `listen`?"), "{stderr}");
    assert_eq!(run(&["config", "check", "--config", "/nowhere.toml"]).0, 78);
}

#[test]
fn the_printed_defaults_are_a_configuration() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("c.toml");
    let (status, stdout, _) = run(&["config", "default"]);
    assert_eq!(status, 0);
    std::fs::write(&file, stdout).unwrap();
    assert_eq!(run(&["config", "check", "--config", &file.display().to_string()]).0, 0);
}

#[test]
fn settings_are_shown_without_their_secrets() {
    let (status, stdout, _) =
        run(&["config", "show", "--json", "--database", "postgres://me:hunter2hunter2@db/x"]);
    assert_eq!(status, 0);
    assert!(!stdout.contains("hunter2"), "{stdout}");
    let shown: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(shown["origins"]["database.url"], "--database");
}

#[test]
fn the_document_of_the_api_is_printed() {
    let (status, stdout, _) = run(&["openapi"]);
    assert_eq!(status, 0);
    let document: Value = serde_json::from_str(&stdout).unwrap();
    assert!(document["paths"]["/v1/cases"].is_object());
}

#[test]
fn ft24_a_second_server_on_one_file_is_refused_and_a_stop_is_orderly() {
    let directory = tempfile::tempdir().unwrap();
    let data = place(&directory);
    let mut server = Server::start(&data);
    assert!(server.get("/readyz").unwrap().starts_with("HTTP/1.1 200"));
    let listen = server.address.to_string();
    assert_eq!(run(&["healthcheck", "--listen", &listen]).0, 0);

    let (status, _, stderr) = run(&["serve", "--data-dir", &data, "--listen", "127.0.0.1:0"]);
    assert_eq!(status, 75, "{stderr}");
    assert!(stderr.contains("another Countersign server has it open"), "{stderr}");
    let other = tempfile::tempdir().unwrap();
    let (status, _, stderr) = run(&["serve", "--data-dir", &place(&other), "--listen", &listen]);
    assert_eq!(status, 69, "{stderr}");
    assert!(stderr.contains("--listen"), "{stderr}");
    // Nothing was made for a server that could not listen.
    assert!(!Path::new(&place(&other)).exists());

    assert_eq!(server.terminate(), 0);
    assert_eq!(run(&["healthcheck", "--listen", &listen]).0, 1);
    let mut said = String::new();
    BufReader::new(server.child.stderr.take().unwrap()).read_to_string(&mut said).unwrap();
    assert!(said.contains("/setup#token="), "{said}");
    let last = said.lines().last().unwrap();
    let last: Value = serde_json::from_str(last).unwrap_or_else(|_| panic!("not JSON: {last}"));
    assert_eq!(last["message"], "stopped");
}

#[test]
fn the_set_up_link_is_printed_until_somebody_used_it() {
    let directory = tempfile::tempdir().unwrap();
    let data = place(&directory);
    set_up(&data);
    let mut server = Server::start(&data);
    assert_eq!(server.terminate(), 0);
    let said = BufReader::new(server.child.stderr.take().unwrap());
    assert!(said.lines().all(|line| !line.unwrap().contains("/setup#token=")));
}

#[test]
fn the_audit_log_of_a_new_workspace_holds() {
    let directory = tempfile::tempdir().unwrap();
    let data = place(&directory);
    set_up(&data);
    let (status, stdout, stderr) = run(&["audit", "verify", "--data-dir", &data, "--json"]);
    assert_eq!(status, 0, "{stderr}");
    let verdict: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(verdict["ok"], true);
}

#[test]
fn the_doctor_finds_a_key_that_others_can_read() {
    let directory = tempfile::tempdir().unwrap();
    let data = place(&directory);
    set_up(&data);
    let (status, stdout, _) = run(&["doctor", "--data-dir", &data, "--json"]);
    assert_eq!(status, 0, "{stdout}");
    let key = Path::new(&data).join("keys/master.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (status, stdout, _) = run(&["doctor", "--data-dir", &data, "--json"]);
    assert_eq!(status, 1);
    let found: Value = serde_json::from_str(&stdout).unwrap();
    let problems: Vec<_> =
        found["checks"].as_array().unwrap().iter().filter(|c| c["verdict"] == "problem").collect();
    assert_eq!(problems.len(), 1, "{stdout}");
    assert_eq!(problems[0]["name"], "master key");
}

#[test]
fn m_8_the_doctor_plants_personal_values_and_meets_none_in_the_clear() {
    let (status, stdout, stderr) = run(&["doctor", "--canary", "--json"]);
    assert_eq!(status, 0, "{stdout}{stderr}");
    let found: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&found["ok"], &found["hits"], &found["unmet"]), (&true.into(), &json!([]), &json!([])));
    assert!(found["planted"].as_u64().unwrap() > 20, "{stdout}");
    let told = found["told"].as_array().unwrap();
    assert_eq!(
        told.iter().map(|of| of["who"].as_str().unwrap()).collect::<Vec<_>>(),
        ["admin", "agent", "key", "nobody", "team_manager"]
    );
    for besides in ["live", "log", "metrics", "webhooks"] {
        assert!(found["searched_bytes"][besides].as_u64().unwrap() > 1_000, "{stdout}");
    }
}

#[test]
fn m_8_the_canary_is_never_pointed_at_a_database() {
    for place in ["--data-dir", "--database", "--config"] {
        assert_eq!(run(&["doctor", "--canary", place, "x"]).0, 2, "{place}");
    }
}

/// Copies what a server keeps, as somebody who makes a backup while it stands.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    std::fs::set_permissions(to, std::fs::Permissions::from_mode(0o700)).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn x_10_after_a_restore_a_replay_erases_again_who_was_erased_since() {
    let directory = tempfile::tempdir().unwrap();
    let data = place(&directory);
    let key = set_up(&data)["api_key"].as_str().unwrap().to_owned();
    let backup = directory.path().join("backup");
    let mut made = Vec::new();
    {
        let mut server = Server::start(&data);
        for body in
            [r#"{"external_id":"ann","name":"Ann Example"}"#, r#"{"external_id":"bob","name":"Bob Example"}"#]
        {
            let (status, answer) = server.ask("POST", "/v1/profiles", &key, body);
            assert_eq!(status, 201, "{answer}");
            made.push(serde_json::from_str::<Value>(&answer).unwrap()["id"].as_str().unwrap().to_owned());
        }
        assert_eq!(server.terminate(), 0);
    }
    copy(Path::new(&data), &backup);
    let list = {
        let mut server = Server::start(&data);
        let (status, answer) = server.ask("DELETE", &format!("/v1/profiles/{}", made[0]), &key, "");
        assert_eq!(status, 204, "{answer}");
        let (status, list) = server.ask("GET", "/v1/privacy/erasures?format=csv", &key, "");
        assert_eq!(status, 200);
        assert_eq!(server.terminate(), 0);
        list
    };
    // The body comes in chunks: what is between the lines of their lengths is the file.
    let lines: Vec<&str> = list.lines().filter(|l| l.contains(',')).collect();
    assert_eq!(lines.len(), 2, "{list}");
    let file = directory.path().join("erasures.csv");
    std::fs::write(&file, lines.join("\r\n")).unwrap();
    let (restored, file) = (backup.display().to_string(), file.display().to_string());
    let replay = ["privacy", "replay", "--data-dir", &restored, "--from", &file, "--json"];
    {
        let mut server = Server::start(&restored);
        let (status, _) = server.ask("GET", &format!("/v1/profiles/{}", made[0]), &key, "");
        assert_eq!(status, 200, "a restore brings her back");
        assert_eq!(run(&replay).0, 75, "nobody is served meanwhile");
        assert_eq!(server.terminate(), 0);
    }
    for (erased, gone) in [(1, 0), (0, 1)] {
        let (status, stdout, stderr) = run(&replay);
        assert_eq!(status, 0, "{stderr}");
        let said: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!((&said["erased"], &said["gone_already"]), (&erased.into(), &gone.into()));
    }
    let mut server = Server::start(&restored);
    for (id, expected) in [(&made[0], 404), (&made[1], 200)] {
        assert_eq!(server.ask("GET", &format!("/v1/profiles/{id}"), &key, "").0, expected);
    }
    assert_eq!(server.terminate(), 0);
    let (status, _, stderr) = run(&["audit", "verify", "--data-dir", &restored]);
    assert_eq!(status, 0, "{stderr}");
    std::fs::write(&file, "profiles\nAnn\n").unwrap();
    let (status, _, stderr) = run(&replay);
    assert_eq!(status, 2, "{stderr}");
}
