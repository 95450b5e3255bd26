//! Visits as they are stored and read: what durability costs, what a batch saves, and that reading one visit costs the
//! same however many there are.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use countersign_blackbox::{Home, World};
use countersign_store::testing::Cluster;
use countersign_store::visit::{VisitRow, insert_visit, update_visit};
use countersign_store::visit_event::{EventRow, insert_events};
use countersign_store::{Arg, Db, DbOptions, StoreError, Tx, args};
use countersign_types::{ChannelId, SiteId, Timestamp, VisitId};
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::Plan;
use crate::load::{Counted, percentile};
use crate::report::{Line, Report};

/// Batches under way at once.
const WRITERS: usize = 16;
/// Events of a batch.
const BATCH: usize = 100;
/// Events of a visit that is read.
const OF_VISIT: usize = 20;
/// Visits whose events come between each other's, as on a site.
const AT_ONCE: usize = 200;
/// Visitors on the site while the console looks at them.
const VISITORS: usize = 500;
/// 2026-11-22, microseconds.
const NOW: i64 = 1_795_305_600_000_000;

/// Numbers of rows, as servers make them: rising, with room for the server's own.
static NEXT: AtomicI64 = AtomicI64::new(1);

fn row() -> i64 {
    NEXT.fetch_add(1, Ordering::Relaxed) << 10
}

/// Sixteen bytes without an order.
fn key(n: u64) -> [u8; 16] {
    let mixed = u128::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    (mixed ^ (mixed >> 61)).to_le_bytes()
}

fn visit(n: u64, site: ChannelId) -> VisitRow {
    let page = |n: u64| format!("https://shop.example/goods/{}", n % 997);
    VisitRow {
        row: row(),
        id: VisitId::from_bytes(key(n)),
        site,
        key_hash: key(n ^ 0xffff_0000_0000),
        device: None,
        started_at: Timestamp::from_micros(NOW),
        last_at: Timestamp::from_micros(NOW),
        newest: (Timestamp::from_micros(NOW), key(n)),
        state: "anonymous".to_owned(),
        identity: None,
        is_signed: false,
        since: Timestamp::from_micros(NOW),
        session_row: None,
        open_pages: Vec::new(),
        idle_minutes: 30,
        left_at: None,
        pages: 0,
        events: 0,
        page: (Some(page(n)), Some("Kettle No. 4 - Acme Shop".to_owned()), Some(Timestamp::from_micros(NOW))),
        entry: (Some(page(n)), None),
        referrer: None,
        source: None,
        language: Some("en-GB".to_owned()),
        agent: Some(r#"{"browser":"Firefox","system":"Linux","device":"desktop"}"#.to_owned()),
        offset_ms: 0,
        country: None,
    }
}

/// An event of about 300 bytes.
fn event(visit: i64, n: u64, is_page: bool) -> EventRow {
    let at = Timestamp::from_micros(NOW + n as i64);
    EventRow {
        row: row(),
        visit,
        key: key(n),
        kind: if is_page { "PageEntered" } else { "Business" }.to_owned(),
        name: if is_page { "PageEntered" } else { "AddToCart" }.to_owned(),
        at,
        received_at: at,
        page: Some(key(n / 4)),
        identity: None,
        is_signed: false,
        is_leaving: false,
        active_ms: None,
        url: Some(format!("https://shop.example/goods/{}", n % 997)),
        title: Some("Kettle No. 4 - Acme Shop".to_owned()),
        categories: None,
        language: None,
        data: Some(r#"{"name":"Kettle No. 4","price":64,"currency":"EUR","count":2}"#.to_owned()),
        warning: None,
    }
}

/// A site that visits may belong to.
async fn site(db: &Db) -> ChannelId {
    let id = ChannelId::from_bytes([7; 16]);
    db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        let sql = "INSERT INTO channel (id, kind, name, state, config, created_at, updated_at)
                   VALUES ($1, 'website', 'Bench', 'active', $2, $3, $3)";
        tx.execute(sql, args![id.to_bytes(), Arg::json("{}"), NOW]).await.map(drop)
    })
    .await
    .expect("a site");
    id
}

/// Writes batches for a while; gives events a second of this process's processor time and a second.
async fn write(db: &Db, site: ChannelId, time: Duration, batch: usize) -> (f64, f64) {
    static EVENTS: AtomicU64 = AtomicU64::new(0);
    let (since, before) = (Instant::now(), own_cpu());
    let tasks: Vec<_> = (0..WRITERS)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut count = 0_u64;
                while since.elapsed() < time {
                    let first = EVENTS.fetch_add(1_500, Ordering::Relaxed);
                    let mut visit = visit(first, site);
                    for part in 0..(1_500 / batch as u64) {
                        if since.elapsed() >= time {
                            break;
                        }
                        let from = first + part * batch as u64;
                        let rows: Vec<EventRow> =
                            (from..from + batch as u64).map(|n| event(visit.row, n, n % 4 == 0)).collect();
                        visit.events += rows.len() as i64;
                        let (now, is_new) = (visit.clone(), part == 0);
                        count += db
                            .write(async move |tx: &mut Tx<'_>| -> Result<u64, StoreError> {
                                if is_new {
                                    insert_visit(tx, &now).await?;
                                } else {
                                    update_visit(tx, &now, now.indexed()).await?;
                                }
                                Ok(insert_events(tx, &rows).await?.len() as u64)
                            })
                            .await
                            .expect("it is written");
                    }
                }
                count
            })
        })
        .collect();
    let mut total = 0;
    for task in tasks {
        total += task.await.expect("no batch fails");
    }
    (total as f64 / (own_cpu() - before).max(0.01), total as f64 / since.elapsed().as_secs_f64())
}

/// Seconds of processor time of this process.
fn own_cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

async fn open(directory: &std::path::Path, is_normal: bool) -> (Db, ChannelId) {
    let name = if is_normal { "normal.db" } else { "full.db" };
    let mut options = DbOptions::new(format!("sqlite:{}", directory.join(name).display()));
    options.is_normal = is_normal;
    let db = Db::open(&options).await.expect("a database");
    db.migrate(NOW).await.expect("a schema");
    let site = site(&db).await;
    (db, site)
}

/// What durability costs on SQLite, and what a batch saves on PostgreSQL: the store alone, in this process.
pub(crate) async fn stored(plan: &Plan, report: &mut Report) {
    let directory = tempfile::tempdir().expect("a directory");
    let (full, normal) = (open(directory.path(), false).await, open(directory.path(), true).await);
    let mut rates = [[0.0_f64; 2]; 2];
    // In turns: what else the machine does meets both.
    for _ in 0..3 {
        for (n, (db, site)) in [&full, &normal].into_iter().enumerate() {
            let (of_cpu, of_clock) = write(db, *site, plan.time / 2, BATCH).await;
            rates[n] = [rates[n][0].max(of_cpu), rates[n][1].max(of_clock)];
        }
    }
    let size = format!(
        "{BATCH} events a batch, {WRITERS} at once, best of 3 turns; {:.0}/s beside {:.0}/s by the clock",
        rates[0][1], rates[1][1]
    );
    let line = Line::new("events stored, synchronous=FULL", "/cpu-s", rates[0][0], size)
        .limit("synchronous=NORMAL", rates[1][0]);
    let share = line.share();
    report.add(line.goal("≥ 0.8 x", share >= 0.8));
    let Ok(cluster) = Cluster::start() else {
        eprintln!("SKIPPED on PostgreSQL: it is not installed");
        return;
    };
    let db = Db::open(&DbOptions::new(cluster.url())).await.expect("a database");
    db.migrate(NOW).await.expect("a schema");
    let site = site(&db).await;
    let (_, singly) = write(&db, site, plan.time, 1).await;
    let (_, batched) = write(&db, site, plan.time, BATCH).await;
    let line = Line::new(
        "events stored, PostgreSQL, 100 a batch",
        "/s",
        batched,
        format!("{WRITERS} at once, by the clock"),
    )
    .peer("a transaction for each event", Some(singly));
    report.add(line.goal("≥ 20 x", batched >= 20.0 * singly));
}

/// Fills the file with visits of [`OF_VISIT`] events, two hundred of them at a time in turn; gives the ids of some.
async fn fill(db: &Db, site: ChannelId, events: u64) -> Vec<VisitId> {
    let mut some = Vec::new();
    let groups = (events / (AT_ONCE * OF_VISIT) as u64).max(1);
    for group in 0..groups {
        let visits: Vec<VisitRow> = (0..AT_ONCE as u64)
            .map(|n| {
                let mut visit = visit(NEXT.load(Ordering::Relaxed) as u64 ^ (n << 40), site);
                (visit.pages, visit.events) = (OF_VISIT as i64 / 2, OF_VISIT as i64);
                visit
            })
            .collect();
        if group % (groups / 50).max(1) == 0 {
            some.extend(visits.iter().step_by(20).map(|visit| visit.id));
        }
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            for visit in &visits {
                insert_visit(tx, visit).await?;
            }
            for step in 0..OF_VISIT {
                let rows: Vec<EventRow> = visits
                    .iter()
                    .map(|visit| event(visit.row, NEXT.load(Ordering::Relaxed) as u64, step % 2 == 0))
                    .collect();
                insert_events(tx, &rows).await?;
            }
            Ok(())
        })
        .await
        .expect("it is filled");
    }
    some
}

/// One visit's pages through the real server, at ten thousand events and at ten million.
pub(crate) async fn read(plan: &Plan, report: &mut Report) {
    let directory = tempfile::tempdir().expect("a directory");
    let mut world = World::start_in(Home::Sqlite, 1, directory.path(), |launch| launch).await;
    let body = json!({ "name": "Bench", "config": { "origins": ["https://shop.example"] } });
    let made = world.client(0).post("/v1/sites", &body).await.ok().text("/id");
    let site = ChannelId::from_bytes(made.parse::<SiteId>().expect("an id").to_bytes());
    let mut figures = Vec::new();
    let mut there = 0;
    for events in [10_000, plan.events] {
        world.servers[0].terminate();
        world.servers[0].ended(Duration::from_secs(20)).await;
        let path = directory.path().join("server-0/countersign.db");
        let db = Db::open(&DbOptions::new(format!("sqlite:{}", path.display()))).await.expect("its file");
        let visits = fill(&db, site, events - there).await;
        there = events;
        db.close().await;
        drop(db);
        world.servers[0].start_again().await;
        let mut client = world.client(0);
        let (mut took, since) = (Vec::new(), Instant::now());
        let mut n = 0;
        while since.elapsed() < plan.time {
            let path = format!("/v1/visits/{}/pages", visits[(n * 7_919) % visits.len()]);
            let begin = Instant::now();
            let page = client.get(&path).await.ok();
            took.push(begin.elapsed());
            assert_eq!(page["data"].as_array().map(Vec::len), Some(OF_VISIT / 2));
            n += 1;
        }
        took.sort_unstable();
        figures.push((percentile(&took, 0.99), percentile(&took, 0.5), took.len()));
    }
    let [few, many] = figures[..] else { return };
    let size = format!(
        "{there} events, {} readings of 500 visits; median {:.2} ms beside {:.2} ms",
        many.2, many.1, few.1
    );
    let line = Line::new("one visit's pages, p99", "ms", many.0, size).peer("at 10,000 events", Some(few.0));
    report.add(line.goal("≤ 10 ms, flat", many.0 <= 10.0 && many.1 <= 2.0 * few.1));
}

/// Five hundred visitors who turn a page every ten seconds, before a console that shows them.
pub(crate) async fn live(plan: &Plan, report: &mut Report) {
    let world =
        World::start(Home::Sqlite, 1, |launch| launch.with("COUNTERSIGN_TRACKER_PER_IP_MIN", "1000000"))
            .await;
    let mut client = world.client(0);
    let body = json!({ "name": "Bench", "config": { "origins": ["https://shop.example"] } });
    let key = client.post("/v1/sites", &body).await.ok().text("/write_key");
    let server = &world.servers[0];
    let idle = server.resident_bytes();
    let told = Arc::new(AtomicU64::new(0));
    let mut stream = TcpStream::connect(client.address()).await.expect("the stream opens");
    let head = format!("GET /v1/live HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\n\r\n", world.key);
    stream.write_all(head.as_bytes()).await.expect("the request is sent");
    let counted = told.clone();
    tokio::spawn(async move {
        let mut bytes = vec![0; 16_384];
        while let Ok(read @ 1..) = stream.read(&mut bytes).await {
            let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
            counted.fetch_add(text.matches("visit.updated").count() as u64, Ordering::Relaxed);
        }
    });
    let browser = client.clone().with_header("origin", "https://shop.example");
    let page = |n: usize, turn: usize| {
        json!({ "v": 1, "sent": 1_000_000 + turn * 10_000, "visit": format!("{:032x}", n + 1), "events": [
            { "id": format!("{:016x}{:016x}", n + 1, turn), "name": "PageEntered", "at": 1_000_000 + turn * 10_000 - 5,
              "page": format!("{:016x}{:016x}", n + 1, turn), "url": format!("https://shop.example/goods/{turn}"), "title": "Goods" }] })
    };
    let mut everybody = browser.clone();
    for n in 0..VISITORS {
        everybody.post(&format!("/t/{key}"), &page(n, 0)).await.ok();
    }
    let time = plan.time.max(Duration::from_secs(10));
    let (before, since) = (server.cpu(), Instant::now());
    let mut took = Vec::new();
    let mut pace = tokio::time::interval(Duration::from_secs(10) / VISITORS as u32);
    let mut sent = 0;
    while since.elapsed() < time {
        pace.tick().await;
        everybody.post(&format!("/t/{key}"), &page(sent % VISITORS, 1 + sent / VISITORS)).await.ok();
        sent += 1;
        // The console reads its first page anew once a second.
        if sent % (VISITORS / 10) == 0 {
            let begin = Instant::now();
            let list = client.get("/v1/visits?live=true&limit=100").await.ok();
            took.push(begin.elapsed());
            assert_eq!(list["data"].as_array().map(Vec::len), Some(100));
        }
    }
    let share = 100.0 * (server.cpu() - before) / since.elapsed().as_secs_f64();
    took.sort_unstable();
    let memory = server.resident_bytes() as f64 / 1_048_576.0;
    let size = format!(
        "{sent} pages at {}/s, {} pieces of news, the list of 100 in {:.1} ms (median); memory {memory:.0} MiB, {:.0} more than before",
        VISITORS / 10,
        told.load(Ordering::Relaxed),
        percentile(&took, 0.5),
        memory - idle as f64 / 1_048_576.0,
    );
    report.add(Line::new(format!("{VISITORS} live visitors, processor"), "% of a core", share, size));
}
