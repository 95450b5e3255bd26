//! Durable inserts and point reads per second through the seam, beside the bare drivers, in one run.
//!
//! `cargo run --release -p countersign-store --example seam_bench [seconds per line] [sqlite|postgres]`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use countersign_store::migrate::Migration;
use countersign_store::testing::{Cluster, TestDb};
use countersign_store::{Db, DbOptions, StoreError, args};
use tokio_postgres::NoTls;
use tokio_postgres::types::Type;

const SCHEMA: &[Migration] = &[Migration {
    name: "0001_row",
    sqlite: "CREATE TABLE row (id INTEGER PRIMARY KEY, key BLOB NOT NULL, body TEXT NOT NULL) STRICT;
             CREATE UNIQUE INDEX uq_row__key ON row (key);",
    postgres:
        "CREATE TABLE row (id BIGINT CONSTRAINT pk_row PRIMARY KEY, key BYTEA NOT NULL, body TEXT NOT NULL);
               CREATE UNIQUE INDEX uq_row__key ON row (key);",
}];
const INSERT: &str = "INSERT INTO row (id, key, body) VALUES ($1, $2, $3)";
const READ: &str = "SELECT body FROM row WHERE key = $1";
static ID: AtomicU64 = AtomicU64::new(1);

/// An id and a key that, like a UUIDv7, grows and ends at random.
fn next() -> (i64, [u8; 16]) {
    let id = ID.fetch_add(1, Ordering::Relaxed);
    let noise = id.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (id as i64, ((u128::from(id) << 64) | u128::from(noise)).to_be_bytes())
}

fn key_of(id: u64) -> [u8; 16] {
    ((u128::from(id) << 64) | u128::from(id.wrapping_mul(0x9E37_79B9_7F4A_7C15))).to_be_bytes()
}

fn body() -> String {
    "x".repeat(250)
}

/// Seconds of processor time this process has used.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

struct Line {
    per_second: f64,
}

fn report(what: &str, count: u64, since: Instant, cpu_before: f64, bare: Option<&Line>) -> Line {
    let per_second = count as f64 / since.elapsed().as_secs_f64();
    let per_cpu = count as f64 / (cpu() - cpu_before).max(0.01);
    let ratio = bare.map_or(String::new(), |bare| format!("{:>7.2} x", per_second / bare.per_second));
    println!("{what:<46} {per_second:>9.0}/s {per_cpu:>9.0}/cpu-s {ratio}");
    Line { per_second }
}

/// Runs `operation` over and over in `tasks` tasks for a while and counts.
async fn drive<F: Future<Output = ()> + Send + 'static>(
    tasks: usize,
    time: Duration,
    operation: impl Fn(usize) -> F + Send + Sync + 'static,
) -> u64 {
    let (is_over, operation) = (Arc::new(AtomicBool::new(false)), Arc::new(operation));
    let running: Vec<_> = (0..tasks)
        .map(|task| {
            let (is_over, operation) = (Arc::clone(&is_over), Arc::clone(&operation));
            tokio::spawn(async move {
                let mut count = 0;
                while !is_over.load(Ordering::Relaxed) {
                    operation(task).await;
                    count += 1;
                }
                count
            })
        })
        .collect();
    tokio::time::sleep(time).await;
    is_over.store(true, Ordering::Relaxed);
    let mut total = 0;
    for task in running {
        total += task.await.unwrap();
    }
    total
}

async fn seam_write(db: &Db) {
    let (id, key) = next();
    db.write::<_, StoreError, _>(async move |tx| tx.execute(INSERT, args![id, key, body()]).await)
        .await
        .unwrap();
}

async fn seam_read(db: &Db, newest: u64) {
    let key = key_of(1 + (ID.load(Ordering::Relaxed).wrapping_mul(7_919) + newest / 3) % newest);
    db.read::<_, StoreError, _>(async move |tx| tx.fetch_optional(READ, args![key], |row| row.text(0)).await)
        .await
        .unwrap();
}

fn bare_sqlite(time: Duration, per_commit: usize) -> u64 {
    let directory = tempfile::tempdir().unwrap();
    let db = rusqlite::Connection::open(directory.path().join("bare.db")).unwrap();
    db.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;").unwrap();
    db.execute_batch(SCHEMA[0].sqlite).unwrap();
    let mut insert = db.prepare("INSERT INTO row (id, key, body) VALUES (?1, ?2, ?3)").unwrap();
    let (started, mut count) = (Instant::now(), 0);
    while started.elapsed() < time {
        if per_commit > 1 {
            db.execute_batch("BEGIN IMMEDIATE").unwrap();
        }
        for _ in 0..per_commit {
            let (id, key) = next();
            insert.execute((id, key, body())).unwrap();
            count += 1;
        }
        if per_commit > 1 {
            db.execute_batch("COMMIT").unwrap();
        }
    }
    count
}

fn bare_sqlite_read(path: &str, newest: u64, time: Duration) -> u64 {
    let db = rusqlite::Connection::open(path).unwrap();
    let mut read = db.prepare("SELECT body FROM row WHERE key = ?1").unwrap();
    let (started, mut count) = (Instant::now(), 0u64);
    while started.elapsed() < time {
        for _ in 0..100 {
            let _: String = read.query_row([key_of(1 + count * 7_919 % newest)], |row| row.get(0)).unwrap();
            count += 1;
        }
    }
    count
}

async fn sqlite(time: Duration) {
    println!("\nSQLite, WAL, synchronous=FULL, bundled {}", rusqlite::version());
    let (since, before) = (Instant::now(), cpu());
    let bare = report("bare rusqlite, one insert a commit", bare_sqlite(time, 1), since, before, None);
    for size in [8, 64, 512] {
        let (since, before) = (Instant::now(), cpu());
        let what = format!("bare rusqlite, {size} inserts a commit");
        report(&what, bare_sqlite(time, size), since, before, Some(&bare));
    }
    for page in [4_096, 8_192, 16_384] {
        for writers in [1, 8, 64, 512] {
            if page != 4_096 && writers != 64 {
                continue;
            }
            let db = TestDb::sqlite_with(SCHEMA, |options| options.page_size = page).await;
            let handle = Db::clone(&db);
            let (since, before) = (Instant::now(), cpu());
            let count = drive(writers, time, move |_| {
                let db = handle.clone();
                async move { seam_write(&db).await }
            })
            .await;
            report(&format!("seam, {writers} writers, pages of {page}"), count, since, before, Some(&bare));
        }
    }
    ID.store(1, Ordering::Relaxed);
    let db = TestDb::sqlite_with(SCHEMA, |_| ()).await;
    let handle = Db::clone(&db);
    let newest = drive(64, time, move |_| {
        let db = handle.clone();
        async move { seam_write(&db).await }
    })
    .await;
    let path = db.options().url.strip_prefix("sqlite:").unwrap().to_owned();
    let (since, before) = (Instant::now(), cpu());
    let count = tokio::task::spawn_blocking(move || bare_sqlite_read(&path, newest, time)).await.unwrap();
    let bare = report("bare rusqlite, point reads, one thread", count, since, before, None);
    reads(&db, newest, time, &bare).await;
}

async fn reads(db: &Db, newest: u64, time: Duration, bare: &Line) {
    for readers in [1, 8, 64] {
        let handle = db.clone();
        let (since, before) = (Instant::now(), cpu());
        let count = drive(readers, time, move |_| {
            let db = handle.clone();
            async move {
                ID.fetch_add(1, Ordering::Relaxed);
                seam_read(&db, newest).await;
            }
        })
        .await;
        report(&format!("seam, point reads, {readers} readers"), count, since, before, Some(bare));
    }
}

async fn bare_postgres(url: &str, connections: usize, time: Duration, is_explicit: bool) -> u64 {
    let mut clients = Vec::new();
    for _ in 0..connections {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(connection);
        let types = [Type::INT8, Type::BYTEA, Type::TEXT];
        let insert = client.prepare_typed(INSERT, &types).await.unwrap();
        clients.push(Arc::new((client, insert)));
    }
    drive(connections, time, move |task| {
        let client = Arc::clone(&clients[task]);
        async move {
            let (id, key) = next();
            if is_explicit {
                client.0.batch_execute("BEGIN").await.unwrap();
            }
            client.0.execute(&client.1, &[&id, &key.as_slice(), &body()]).await.unwrap();
            if is_explicit {
                client.0.batch_execute("COMMIT").await.unwrap();
            }
        }
    })
    .await
}

async fn postgres(time: Duration) {
    let cluster = Cluster::start().unwrap();
    let mut options = DbOptions::new(cluster.url());
    options.pool_size = 16;
    let db = Db::open(&options).await.unwrap();
    db.migrate_with(SCHEMA, 1).await.unwrap();
    println!("\nPostgreSQL over a Unix socket, synchronous_commit=on, fsync on; cpu-s are this process's");
    for (writers, connections) in [(1, 1), (8, 8), (64, 16)] {
        let mut bare = None;
        for (what, is_explicit) in
            [("an insert is its own transaction", false), ("BEGIN, INSERT, COMMIT", true)]
        {
            let (since, before) = (Instant::now(), cpu());
            let count = bare_postgres(&cluster.url(), connections, time, is_explicit).await;
            let what = format!("bare, {connections} connections, {what}");
            let line = report(&what, count, since, before, bare.as_ref());
            bare = bare.or(Some(line));
        }
        let handle = db.clone();
        let (since, before) = (Instant::now(), cpu());
        let count = drive(writers, time, move |_| {
            let db = handle.clone();
            async move { seam_write(&db).await }
        })
        .await;
        report(&format!("seam, {writers} writers"), count, since, before, bare.as_ref());
    }
    let newest = 1_000;
    db.write::<_, StoreError, _>(async |tx| tx.execute("DELETE FROM row", args![]).await).await.unwrap();
    ID.store(1, Ordering::Relaxed);
    while ID.load(Ordering::Relaxed) <= newest {
        seam_write(&db).await;
    }
    let (client, connection) = tokio_postgres::connect(&cluster.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    let read = client.prepare(READ).await.unwrap();
    let (since, before, mut count) = (Instant::now(), cpu(), 0u64);
    while since.elapsed() < time {
        client.query_one(&read, &[&key_of(1 + count * 7_919 % newest).as_slice()]).await.unwrap();
        count += 1;
    }
    let bare = report("bare, point reads, one connection", count, since, before, None);
    reads(&db, newest, time, &bare).await;
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(2.0);
    let time = Duration::from_secs_f64(seconds);
    let only = std::env::args().nth(2);
    if only.as_deref() != Some("postgres") {
        sqlite(time).await;
    }
    if only.as_deref() != Some("sqlite") {
        postgres(time).await;
    }
}
