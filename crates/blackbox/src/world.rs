//! A workspace that is set up, on one or more servers over one database.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use countersign_store::testing::{Cluster, TestDb};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Answer, Client, Launch, Server, unique};

/// What holds the database.
pub enum Home {
    /// A file in the data directory.
    Sqlite,
    /// A database on the PostgreSQL that all tests share.
    Postgres(Box<TestDb>),
    /// A PostgreSQL of its own, that syncs and can be killed.
    Cluster(Cluster),
}

impl Home {
    /// A database on the shared PostgreSQL.
    pub async fn postgres() -> Self {
        Self::Postgres(Box::new(TestDb::postgres().await))
    }

    fn url(&self) -> Option<String> {
        match self {
            Self::Sqlite => None,
            Self::Postgres(db) => Some(db.options().url.clone()),
            Self::Cluster(cluster) => Some(cluster.url()),
        }
    }
}

/// A workspace with an API key that may do everything and a custom channel.
pub struct World {
    /// Its servers.
    pub servers: Vec<Server>,
    /// The API key.
    pub key: String,
    /// The administrator's e-mail address and password.
    pub admin: (String, String),
    /// The custom channel.
    pub channel: String,
    /// The database.
    pub home: Home,
    directory: Option<TempDir>,
}

impl World {
    /// One server on SQLite.
    pub async fn sqlite() -> Self {
        Self::start(Home::Sqlite, 1, |launch| launch).await
    }

    /// Servers on PostgreSQL.
    pub async fn postgres(servers: usize) -> Self {
        Self::start(Home::postgres().await, servers, |launch| launch).await
    }

    /// Servers over a database, with settings.
    pub async fn start(home: Home, servers: usize, settings: impl Fn(Launch) -> Launch) -> Self {
        let directory =
            tempfile::Builder::new().prefix("countersign-blackbox-").tempdir().expect("a directory");
        let path = directory.path().to_owned();
        let mut world = Self::start_in(home, servers, &path, settings).await;
        world.directory = Some(directory);
        world
    }

    /// [`World::start`] with data directories in a directory of the caller's.
    pub async fn start_in(
        home: Home,
        servers: usize,
        directory: &Path,
        settings: impl Fn(Launch) -> Launch,
    ) -> Self {
        let mut key = [0; 32];
        getrandom::fill(&mut key).expect("the system gives random bytes");
        let launches: Vec<Launch> =
            (0..servers).map(|n| settings(Launch::new(&data_dir(directory, n, &key), home.url()))).collect();
        let made = launches[0].command(&["setup", "--json"]).output().expect("the server's binary runs");
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "the set-up failed: {said}");
        let made: Value = serde_json::from_slice(&made.stdout).expect("the set-up prints JSON");
        let text =
            |pointer: &str| made.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut running = Vec::new();
        for launch in &launches {
            running.push(Server::start(launch).await);
        }
        let mut world = Self {
            servers: running,
            key: text("/api_key"),
            admin: (text("/admin/email"), text("/admin/password")),
            channel: String::new(),
            home,
            directory: None,
        };
        world.channel = world.new_channel("Messenger").await;
        for server in 1..world.servers.len() {
            world.knows_channel(server).await;
        }
        world
    }

    /// A client of a server, with the API key.
    pub fn client(&self, server: usize) -> Client {
        self.servers[server].client().with_key(&self.key)
    }

    /// Adds a custom channel and gives its id.
    pub async fn new_channel(&self, name: &str) -> String {
        let body = json!({ "kind": "custom", "name": name, "config": {} });
        self.client(0).post("/v1/channels", &body).await.ok().text("/id")
    }

    /// Waits until another server has heard of the channel.
    async fn knows_channel(&self, server: usize) {
        let (mut client, path) = (self.client(server), format!("/v1/channels/{}", self.channel));
        for _ in 0..500 {
            if client.get(&path).await.status == 200 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("server {server} does not hear of the channel that server 0 made");
    }

    /// The path on which the custom channel takes messages.
    pub fn inbound(&self) -> String {
        format!("/v1/channels/{}/messages", self.channel)
    }

    /// A message of a user of the custom channel.
    pub async fn send(&self, client: &mut Client, user: &str, text: &str) -> Answer {
        client.post(&self.inbound(), &message(&unique("m"), user, text)).await
    }

    /// A code for a customer: its id and the code as people read it.
    pub async fn code(&self, client: &mut Client, external_id: &str) -> (String, String) {
        let body = json!({ "profile": { "external_id": external_id } });
        let issued = client.post("/v1/identification-codes", &body).await.ok();
        (issued.text("/id"), issued.text("/display"))
    }

    /// `countersign audit verify` on the database: whether it found the chain whole, and what it said.
    pub fn verify_audit(&self) -> (bool, String) {
        let output = self.servers[0].launch.command(&["audit", "verify", "--json"]).output();
        let output = output.expect("the server's binary runs");
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }
}

/// The body of an inbound message.
pub fn message(id: &str, user: &str, text: &str) -> Value {
    json!({ "id": id, "from": { "id": user, "name": "Somebody" }, "text": text })
}

/// A data directory with the master key that all servers of a database share.
fn data_dir(directory: &Path, server: usize, key: &[u8; 32]) -> PathBuf {
    let path = directory.join(format!("server-{server}"));
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path.join("keys")).expect("a directory");
    let file = path.join("keys/master.key");
    let mut file =
        fs::File::options().create(true).truncate(true).write(true).mode(0o600).open(file).expect("a file");
    std::io::Write::write_all(&mut file, key).expect("the key is written");
    path
}
