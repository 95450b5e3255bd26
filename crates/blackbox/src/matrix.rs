//! A real Matrix homeserver: Synapse, with settings, database and port of its own, that talks to no other homeserver.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Client, free_port, unique};

/// A homeserver that does not answer by then never will.
const START_MAX: Duration = Duration::from_secs(90);
/// The domain of its accounts.
pub const MATRIX_DOMAIN: &str = "matrix.test";

/// A running homeserver. Ended when dropped.
pub struct Homeserver {
    directory: TempDir,
    port: u16,
    process: Child,
}

impl Homeserver {
    /// Why it cannot run here, if it cannot: `cargo xtask test` installs it and says where.
    pub fn missing() -> Option<String> {
        let is_there = |python: &PathBuf| {
            let mut command = Command::new(python);
            command.args(["-c", "import synapse"]).stdin(Stdio::null());
            command.stdout(Stdio::null()).stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        };
        (!python().as_ref().is_some_and(is_there))
            .then(|| "Synapse is not installed (`cargo xtask test` does that)".to_owned())
    }

    /// Starts one and waits until it answers.
    pub fn start() -> Self {
        let directory = tempfile::Builder::new().prefix("cs-matrix-").tempdir().expect("a directory");
        let port = free_port();
        let path = directory.path();
        fs::write(path.join("homeserver.yaml"), settings(path, port)).expect("a file");
        let keys = synapse(path).arg("--generate-keys").status().expect("Synapse runs");
        assert!(keys.success(), "Synapse takes its settings");
        let process = synapse(path).spawn().expect("Synapse runs");
        let mut homeserver = Self { directory, port, process };
        homeserver.answers();
        homeserver
    }

    /// Ends it, and starts it again with what it has.
    pub fn restart(&mut self) {
        self.end();
        self.process = synapse(self.directory.path()).spawn().expect("Synapse runs");
        self.answers();
    }

    fn answers(&mut self) {
        let since = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            let ended = self.process.try_wait().expect("a child can be waited for");
            assert!(ended.is_none() && since.elapsed() < START_MAX, "{}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }

    fn end(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A new account, with an app that is logged in.
    pub async fn person(&self, name: &str) -> Person {
        let mut client = Client::new(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)));
        let body =
            json!({ "username": name, "password": "correct horse", "auth": { "type": "m.login.dummy" } });
        let made = client.post("/_matrix/client/v3/register", &body).await.ok();
        let token = made.text("/access_token");
        Person { user: made.text("/user_id"), client: client.with_key(&token), token }
    }
}

impl Drop for Homeserver {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> =
                log.lines().filter(|l| l.contains("WARNING") || l.contains("ERROR")).collect();
            eprintln!("the homeserver warned:\n{}", lines[lines.len().saturating_sub(10)..].join("\n"));
        }
        self.end();
    }
}

/// Somebody with an account and an app.
pub struct Person {
    /// Who they are.
    pub user: String,
    /// What their app is logged in with.
    pub token: String,
    /// Their app's connection.
    pub client: Client,
}

impl Person {
    /// Opens a room with somebody, as apps do for conversations of two, with more of its first state.
    pub async fn open(&mut self, with: &str, state: Value) -> String {
        let body =
            json!({ "is_direct": true, "preset": "private_chat", "invite": [with], "initial_state": state });
        self.client.post("/_matrix/client/v3/createRoom", &body).await.ok().text("/room_id")
    }

    /// Says something in a room, of any kind; answers with the event's id.
    pub async fn put(&mut self, room: &str, kind: &str, content: &Value) -> String {
        let path = format!("/_matrix/client/v3/rooms/{room}/send/{kind}/{}", unique("t"));
        self.client.put(&path, content).await.ok().text("/event_id")
    }

    /// Writes into a room.
    pub async fn say(&mut self, room: &str, text: &str) -> String {
        self.put(room, "m.room.message", &json!({ "msgtype": "m.text", "body": text })).await
    }

    /// Does something with a room: `invite`, `kick`, `join`, `leave`.
    pub async fn act(&mut self, room: &str, what: &str, user: Option<&str>) {
        let body = user.map_or(json!({}), |user| json!({ "user_id": user }));
        self.client.post(&format!("/_matrix/client/v3/rooms/{room}/{what}"), &body).await.ok();
    }

    /// Reads up to an event.
    pub async fn read(&mut self, room: &str, event: &str) {
        let path = format!("/_matrix/client/v3/rooms/{room}/receipt/m.read/{event}");
        self.client.post(&path, &json!({})).await.ok();
    }

    /// Who writes in a room, as an app hears it that syncs on from `since`.
    pub async fn typing(&mut self, room: &str, since: &mut Option<String>) -> Vec<Value> {
        // Without a place to go on from, the homeserver answers from its memory for two minutes.
        let path = since.as_ref().map_or_else(
            || "/_matrix/client/v3/sync?timeout=0".to_owned(),
            |since| format!("/_matrix/client/v3/sync?timeout=100&since={since}"),
        );
        let found = self.client.get(&path).await.ok();
        *since = found["next_batch"].as_str().map(ToOwned::to_owned);
        let events =
            found["rooms"]["join"][room]["ephemeral"]["events"].as_array().cloned().unwrap_or_default();
        let typing = events.into_iter().find(|event| event["type"] == "m.typing");
        typing.and_then(|event| event["content"]["user_ids"].as_array().cloned()).unwrap_or_default()
    }

    /// What others said in a room, oldest first.
    pub async fn heard(&mut self, room: &str) -> Vec<Value> {
        let path = format!("/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=100");
        let page = self.client.get(&path).await.ok();
        let events = page["chunk"].as_array().cloned().unwrap_or_default();
        let is_said =
            |event: &Value| event["type"] == "m.room.message" && event["sender"] != self.user.as_str();
        events.into_iter().rev().filter(is_said).collect()
    }

    /// Who is in a room.
    pub async fn members(&mut self, room: &str) -> Vec<String> {
        let path = format!("/_matrix/client/v3/rooms/{room}/joined_members");
        let found = self.client.get(&path).await.ok();
        found["joined"].as_object().into_iter().flatten().map(|(user, _)| user.clone()).collect()
    }

    /// Uploads a file; answers with its `mxc://` address.
    pub async fn upload(&mut self, bytes: &[u8]) -> String {
        let body = Some(Bytes::copy_from_slice(bytes));
        let made = self.client.send_raw(Method::POST, "/_matrix/media/v3/upload?filename=x", body, &[]).await;
        made.expect("the homeserver answers").ok().text("/content_uri")
    }

    /// The bytes of a file, by its `mxc://` address.
    pub async fn download(&mut self, place: &str) -> Vec<u8> {
        let place = place.strip_prefix("mxc://").expect("a file's address");
        let path = format!("/_matrix/client/v1/media/download/{place}");
        self.client.get(&path).await.ok().bytes.to_vec()
    }

    /// Logs the app out: its token is good for nothing any more.
    pub async fn log_out(&mut self) {
        self.client.post("/_matrix/client/v3/logout", &json!({})).await.ok();
    }
}

/// The Python that has Synapse: `COUNTERSIGN_SYNAPSE`, or where `cargo xtask test` puts it.
fn python() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("COUNTERSIGN_SYNAPSE") {
        return Some(PathBuf::from(path));
    }
    let here = std::env::current_exe().ok()?;
    here.ancestors().map(|folder| folder.join("synapse/bin/python")).find(|python| python.is_file())
}

fn synapse(path: &Path) -> Command {
    let log = fs::File::options().create(true).append(true).open(path.join("log")).expect("a file");
    let mut command = Command::new(python().expect("Synapse is installed"));
    command.args(["-m", "synapse.app.homeserver", "-c"]).arg(path.join("homeserver.yaml"));
    command.current_dir(path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    command
}

/// Nobody waits for passwords and limits that are for the world outside; that of messages stays, high enough for people.
fn settings(path: &Path, port: u16) -> String {
    let many = "per_second: 1000, burst_count: 1000";
    let at = path.display();
    format!(
        "server_name: {MATRIX_DOMAIN}
listeners:
  - {{ port: {port}, bind_addresses: ['127.0.0.1'], type: http, tls: false, resources: [{{ names: [client] }}] }}
database: {{ name: sqlite3, args: {{ database: {at}/homeserver.db }} }}
media_store_path: {at}/media
signing_key_path: {at}/signing.key
pid_file: {at}/pid
registration_shared_secret: shared
macaroon_secret_key: macaroon
form_secret: form
report_stats: false
suppress_key_server_warning: true
trusted_key_servers: []
federation_domain_whitelist: []
enable_registration: true
enable_registration_without_verification: true
bcrypt_rounds: 4
presence: {{ enabled: false }}
rc_registration: {{ {many} }}
rc_message: {{ per_second: 20, burst_count: 60 }}
rc_joins: {{ local: {{ {many} }}, remote: {{ {many} }} }}
rc_invites: {{ per_room: {{ {many} }}, per_user: {{ {many} }}, per_issuer: {{ {many} }} }}
rc_login: {{ address: {{ {many} }}, account: {{ {many} }}, failed_attempts: {{ {many} }} }}
"
    )
}
