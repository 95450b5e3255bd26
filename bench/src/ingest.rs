//! Events of websites: taken, each once, durable, with the state of their visit.

use std::process::Command;
use std::sync::Arc;

use countersign_blackbox::{Client, Home, World, unique};
use countersign_store::testing::Cluster;
use serde_json::{Value, json};

use crate::Plan;
use crate::load::{Make, closed};
use crate::peer::{Peer, script};
use crate::report::{Line, Report};

/// Connections of the load generator.
const CONNECTIONS: usize = 64;
/// Visitors at once: each sends so many batches, then another one comes.
const VISITORS: u64 = 200;
/// Batches of a visitor.
const BATCHES: u64 = 15;

const PEERS: [(&str, &str); 2] = [("fastify", "5.6.2"), ("better-sqlite3", "12.4.6")];

const NODE: &str = r#"
const Database = require('better-sqlite3');
const file = process.argv[2], port = Number(process.argv.at(-1));
const db = new Database(file);
db.pragma('journal_mode = WAL'); db.pragma('synchronous = FULL');
db.exec(`CREATE TABLE IF NOT EXISTS visit (id INTEGER PRIMARY KEY, key TEXT UNIQUE, started INTEGER, last INTEGER, events INTEGER);
CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY, visit INTEGER, key TEXT, name TEXT, at INTEGER, url TEXT, title TEXT, data TEXT);
CREATE UNIQUE INDEX IF NOT EXISTS uq ON event (visit, key);`);
const visit = db.prepare('INSERT INTO visit (key, started, last, events) VALUES (?, ?, ?, 1) ON CONFLICT (key) DO UPDATE SET last = excluded.last, events = events + 1 RETURNING id');
const event = db.prepare('INSERT INTO event (visit, key, name, at, url, title, data) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (visit, key) DO NOTHING');
const take = db.transaction((events) => {
  let n = 0;
  for (const e of events) {
    const at = Date.parse(e.timestamp);
    const { id } = visit.get(e.anonymousId, at, at);
    n += event.run(id, e.messageId, e.event, at, e.context.page.url, e.context.page.title, JSON.stringify(e.properties)).changes;
  }
  return n;
});
const app = require('fastify')({ bodyLimit: 4 << 20 });
app.post('/v1/batch', async (request) => ({ accepted: take(request.body.batch) }));
app.post('/v1/track', async (request) => ({ accepted: take([request.body]) }));
app.listen({ port, host: '127.0.0.1' });
"#;

/// An event of about 300 bytes.
fn event(run: &str, visitor: u64, n: u64) -> Value {
    json!({
        "type": "track", "event": "AddToCart", "messageId": format!("{run}-{n}"),
        "anonymousId": format!("{run}-visitor-{visitor}"), "timestamp": "2026-11-22T12:00:00.000Z",
        "context": { "page": { "url": format!("https://shop.example/goods/{}", n % 997), "title": "Kettle No. 4 - Acme Shop" } },
        "properties": { "name": "Kettle No. 4", "price": 64, "currency": "EUR", "count": n % 3 },
    })
}

/// Requests of one event each, or of a hundred.
fn events(write_key: String, batch: u64) -> Make {
    let run = unique("run");
    Arc::new(move |n| {
        let visitor = n % VISITORS + n / (VISITORS * BATCHES) * VISITORS;
        if batch == 1 {
            let mut body = event(&run, visitor, n);
            body["writeKey"] = json!(write_key);
            body["sentAt"] = body["timestamp"].clone();
            return ("/v1/track".to_owned(), body);
        }
        let all: Vec<Value> = (0..batch).map(|i| event(&run, visitor, n * batch + i)).collect();
        (
            "/v1/batch".to_owned(),
            json!({ "batch": all, "writeKey": write_key, "sentAt": "2026-11-22T12:00:00.000Z" }),
        )
    })
}

/// Events singly and a hundred at a time, beside a server that stores nothing and beside the usual way in Node.
pub(crate) async fn run(plan: &Plan, report: &mut Report) {
    one(plan, report, "SQLite", Home::Sqlite).await;
    match Cluster::start() {
        Ok(cluster) => one(plan, report, "PostgreSQL", Home::Cluster(cluster)).await,
        Err(_) => eprintln!("SKIPPED on PostgreSQL: it is not installed"),
    }
}

async fn one(plan: &Plan, report: &mut Report, database: &str, home: Home) {
    let is_embedded = database == "SQLite";
    let world = World::start(home, 1, |launch| {
        launch
            .with("COUNTERSIGN_TRACKER_PER_IP_MIN", "10000000")
            .with("COUNTERSIGN_TRACKER_NAMES_PER_IP_MIN", "10000000")
    })
    .await;
    let mut api = world.client(0);
    let site = json!({ "name": "Bench", "config": { "origins": ["https://shop.example"] } });
    let key = api.post("/v1/sites", &site).await.ok().text("/write_key");
    let client = Client::new(api.address());
    for (batch, what) in [(1, "singly"), (100, "100 a request")] {
        let connections = if batch == 1 { CONNECTIONS } else { 8 };
        let times = batch as f64;
        let make = || events(key.clone(), batch);
        let (ours, per_second) = closed(&world.servers[0], &client, connections, plan.time, make()).await;
        let limit = {
            let peer = Peer::start(&["events"]).await;
            closed(&peer, &peer.client(), connections, plan.time, make()).await.0
        };
        let size = format!(
            "{connections} connections, {VISITORS} visitors at once, events of 300 B; {:.0} events/s by the clock",
            per_second * times
        );
        let name = format!("events of websites, durable, {what}, {database}");
        let mut line =
            Line::new(name, "/cpu-s", ours * times, size).limit("the same without storing", limit * times);
        let share = line.share();
        if is_embedded {
            let node = node(plan, connections, make()).await.map(|n| n * times);
            if let Some(node) = node {
                line = line.peer("fastify + better-sqlite3", Some(node));
            }
            let ratio = node.map_or(f64::NAN, |node| ours * times / node);
            let (goal, is_reached) = match batch {
                1 => ("≥ 0.6 x, ≥ 5 x", share >= 0.6 && ratio >= 5.0),
                _ => ("≥ 200 k, ≥ 4 x", ours * times >= 200_000.0 && ratio >= 4.0),
            };
            line = line.goal(goal, is_reached);
        }
        report.add(line);
    }
}

/// The usual way: fastify before better-sqlite3, one transaction a request. `None` where npm cannot install them.
async fn node(plan: &Plan, connections: usize, make: Make) -> Option<f64> {
    let path = script("ingest.js", NODE);
    let folder = path.parent()?;
    if PEERS.iter().any(|(name, _)| !folder.join("node_modules").join(name).exists()) {
        let wanted = PEERS.map(|(name, version)| format!("{name}@{version}"));
        let mut npm = Command::new("npm");
        let _ = npm
            .args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"])
            .arg(folder)
            .args(wanted)
            .output();
    }
    if !folder.join("node_modules/better-sqlite3/build").exists() {
        eprintln!("SKIPPED fastify + better-sqlite3: npm cannot install them");
        return None;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let mut command = Command::new("node");
    command.arg(&path).arg(directory.path().join("peer.db"));
    let peer = Peer::spawn(command).await;
    Some(closed(&peer, &peer.client(), connections, plan.time, make).await.0)
}
