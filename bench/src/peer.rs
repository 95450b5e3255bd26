//! What is measured beside: small servers in processes of their own, and scripts in other languages.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use countersign_blackbox::{Client, free_port};
use countersign_store::migrate::Migration;
use countersign_store::{Db, DbOptions, StoreError, args};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::broadcast;

use crate::load::Counted;

const SCHEMA: &[Migration] = &[Migration {
    name: "0001_message",
    sqlite: "CREATE TABLE message (id INTEGER PRIMARY KEY, key TEXT NOT NULL, body TEXT NOT NULL) STRICT;
             CREATE UNIQUE INDEX uq_message__key ON message (key);",
    postgres: "CREATE TABLE message (id BIGINT CONSTRAINT pk_message PRIMARY KEY, key TEXT NOT NULL, body TEXT NOT NULL);
               CREATE UNIQUE INDEX uq_message__key ON message (key);",
}];

/// A process that is measured beside ours. Ended when dropped.
pub(crate) struct Peer {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Counted for Peer {
    fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
        (ticks(11) + ticks(12)) / 100.0
    }
}

impl Peer {
    /// One of the servers of [`run`].
    pub(crate) async fn start(words: &[&str]) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
        command.arg("--peer").args(words);
        Self::spawn(command).await
    }

    /// A command that listens on the port given as its last argument.
    pub(crate) async fn spawn(mut command: Command) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        // Owned at once, so that dropping it ends the process even when it never listens.
        let child = command.arg(address.port().to_string()).stdin(Stdio::null()).spawn();
        let peer = Self { child: child.expect("the peer runs"), address };
        for _ in 0..500 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                return peer;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the peer does not listen");
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.address)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A scratch file below `target/`, with this content.
pub(crate) fn script(name: &str, text: &str) -> PathBuf {
    let here = std::env::current_exe().expect("this program has a path");
    let target = here.ancestors().nth(2).expect("programs stand in a target directory");
    let directory = target.join("bench-peers");
    std::fs::create_dir_all(&directory).expect("a scratch directory");
    let path = directory.join(name);
    std::fs::write(&path, text).expect("the script is written");
    path
}

/// Runs a script and reads the number it prints. `None` when the language is not installed.
pub(crate) fn ask(program: &str, name: &str, text: &str) -> Option<f64> {
    let output = Command::new(program).arg(script(name, text)).output().ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

/// The version of a program.
pub(crate) fn version(program: &str) -> String {
    let output = Command::new(program).arg("--version").output();
    output
        .map_or_else(|_| String::new(), |o| String::from_utf8_lossy(&o.stdout).trim().replace("Python ", ""))
}

/// What the servers take: the body of an inbound message.
#[derive(Deserialize)]
struct Inbound {
    id: String,
    from: From,
    text: String,
}

#[derive(Deserialize)]
struct From {
    id: String,
    name: Option<String>,
}

#[derive(Serialize)]
struct Taken {
    id: String,
    from: String,
    name: Option<String>,
    is_ok: bool,
}

/// An event of a website, as borrowed from its body as a server can.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    #[serde(borrow)]
    message_id: std::borrow::Cow<'a, str>,
    anonymous_id: std::borrow::Cow<'a, str>,
    event: std::borrow::Cow<'a, str>,
    timestamp: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    properties: &'a serde_json::value::RawValue,
}

#[derive(Deserialize)]
struct Events<'a> {
    #[serde(borrow)]
    batch: Vec<Event<'a>>,
}

/// How many events of a body are whole.
fn whole(body: &[u8]) -> usize {
    let is_whole = |event: &Event<'_>| {
        !event.message_id.is_empty()
            && !event.anonymous_id.is_empty()
            && !event.event.is_empty()
            && event.timestamp.len() > 10
            && event.properties.get().starts_with('{')
    };
    match serde_json::from_slice::<Events<'_>>(body) {
        Ok(events) => events.batch.iter().filter(|event| is_whole(event)).count(),
        Err(_) => serde_json::from_slice::<Event<'_>>(body).iter().filter(|event| is_whole(event)).count(),
    }
}

/// Runs one of the servers: `insert URL PORT`, `echo PORT`, `events PORT`, `sse PORT`.
pub(crate) async fn run(words: &[String]) {
    let port: u16 = words.last().and_then(|p| p.parse().ok()).expect("a port");
    let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("the port is free");
    match words[0].as_str() {
        "insert" => insert(listener, &words[1]).await,
        "echo" => {
            let echo = async |Json(body): Json<Inbound>| {
                Json(Taken {
                    id: body.id,
                    from: body.from.id,
                    name: body.from.name,
                    is_ok: !body.text.is_empty(),
                })
            };
            let _ = axum::serve(listener, Router::new().route("/", post(echo))).await;
        }
        "events" => {
            let take = async |body: bytes::Bytes| Json(serde_json::json!({ "accepted": whole(&body) }));
            let app = Router::new()
                .route("/v1/track", post(take))
                .route("/v1/batch", post(take))
                .layer(axum::extract::DefaultBodyLimit::max(4 << 20));
            let _ = axum::serve(listener, app).await;
        }
        _ => sse(listener).await,
    }
}

struct Store {
    db: Db,
    next: AtomicU64,
}

/// The bare durable insert over HTTP: JSON in, one row through the same seam, JSON out after the commit.
async fn insert(listener: TcpListener, url: &str) {
    let db = Db::open(&DbOptions::new(url)).await.expect("the database opens");
    db.migrate_with(SCHEMA, 1).await.expect("the database migrates");
    let store = Arc::new(Store { db, next: AtomicU64::new(1) });
    let handle = async |State(store): State<Arc<Store>>, Json(body): Json<Inbound>| {
        let id = store.next.fetch_add(1, Ordering::Relaxed);
        let row = i64::try_from(id).unwrap_or(i64::MAX);
        let (key, text) = (body.id.clone(), body.text);
        store
            .db
            .write::<_, StoreError, _>(async move |tx| {
                let sql = "INSERT INTO message (id, key, body) VALUES ($1, $2, $3)";
                tx.execute(sql, args![row, key.as_str(), text.as_str()]).await
            })
            .await
            .expect("the row is durable");
        Ok::<_, Infallible>(Json(Taken {
            id: body.id,
            from: body.from.id,
            name: body.from.name,
            is_ok: true,
        }))
    };
    let app = Router::new().route("/", post(handle)).route("/livez", get(async || "ok")).with_state(store);
    let _ = axum::serve(listener, app).await;
}

/// Raw shared frames: one buffer for all connections, written as it is. `POST` sends an event to everybody.
async fn sse(listener: TcpListener) {
    let (tell, _) = broadcast::channel::<Arc<[u8]>>(1_024);
    loop {
        let Ok((mut stream, _)) = listener.accept().await else { continue };
        let tell = tell.clone();
        tokio::spawn(async move {
            let mut head = [0; 4_096];
            loop {
                let count = stream.read(&mut head).await.unwrap_or(0);
                if count == 0 {
                    return;
                }
                if head.starts_with(b"POST") {
                    let _ = tell.send(Arc::from(frame()));
                    let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
                    continue;
                }
                let mut news = tell.subscribe();
                let begin = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
                if stream.write_all(begin).await.is_err() {
                    return;
                }
                while let Ok(frame) = news.recv().await {
                    if stream.write_all(&frame).await.is_err() {
                        return;
                    }
                }
                return;
            }
        });
    }
}

/// An event as large as ours.
fn frame() -> Vec<u8> {
    b"id: 01j0000000000000000000000000-00000000000000000001\nevent: case.updated\ndata: {\"id\":\"case_01j00000000000000000000000\"}\n\n"
        .to_vec()
}
