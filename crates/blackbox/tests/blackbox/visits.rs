//! Events of websites under `kill -9`: what was acknowledged is there, once, and visits count what they have.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign_blackbox::{Client, Home, World, is_long, random};
use hyper::Method;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

const ORIGIN: &str = "https://shop.example";
/// Browsers that send at once.
const BROWSERS: u64 = 12;
/// Events of a batch.
const EVENTS: u64 = 10;
/// Batches of a visit: fewer events than a visit may have.
const BATCHES: u64 = 150;

/// A browser as the tracker is one: what was not answered is sent again, under the same ids.
async fn browse(
    mut client: Client,
    path: String,
    (number, cycle): (u64, u64),
    acknowledged: Arc<Mutex<Vec<String>>>,
    is_over: Arc<AtomicBool>,
) {
    for batch in 0.. {
        if is_over.load(Ordering::Relaxed) {
            return;
        }
        let visit = format!("{:08x}{number:08x}{cycle:08x}{:08x}", 0xface_u32, batch / BATCHES);
        let keys: Vec<String> =
            (0..EVENTS).map(|n| format!("{number:08x}{cycle:08x}{batch:08x}{n:08x}")).collect();
        let events: Vec<Value> = keys
            .iter()
            .enumerate()
            .map(|(n, key)| {
                let name = ["PageEntered", "AddToCart", "PageExited"][n % 3];
                // Some of each batch are older than what came before: they fold the visit anew.
                let at = 1_000_000 + batch * 100 + (n as u64 * 37) % 300;
                json!({ "id": key, "name": name, "at": at, "page": key, "url": format!("{ORIGIN}/{n}"), "data": { "key": key } })
            })
            .collect();
        let body = json!({ "v": 1, "sent": 1_000_000 + batch * 100 + 400, "visit": visit, "events": events });
        loop {
            match client.try_call(Method::POST, &path, Some(&body), &[("origin", ORIGIN)]).await {
                Ok(answer) if answer.status == 200 => {
                    let taken = |name: &str| answer[name].as_u64().unwrap();
                    assert_eq!(taken("accepted") + taken("duplicates"), EVENTS, "{}", answer.json);
                    acknowledged.lock().unwrap().extend(keys);
                    break;
                }
                Ok(answer) => {
                    assert!([429, 503].contains(&answer.status), "{} {}", answer.status, answer.json)
                }
                Err(_) => {}
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn survives(mut world: World, name: &str) {
    let site = json!({ "name": "Shop", "config": { "origins": [ORIGIN] } });
    let key = world.client(0).post("/v1/sites", &site).await.ok().text("/write_key");
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let cycles = if is_long() { 30 } else { 3 };
    for cycle in 0..cycles {
        let is_over = Arc::new(AtomicBool::new(false));
        let before = acknowledged.lock().unwrap().len();
        let browsers: Vec<JoinHandle<()>> = (0..BROWSERS)
            .map(|number| {
                let client = Client::new(world.client(0).address());
                let (acknowledged, is_over) = (acknowledged.clone(), is_over.clone());
                tokio::spawn(browse(client, format!("/t/{key}"), (number, cycle), acknowledged, is_over))
            })
            .collect();
        for _ in 0..600 {
            if acknowledged.lock().unwrap().len() > before + 200 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(random(500))).await;
        world.servers[0].kill();
        world.servers[0].start_again().await;
        is_over.store(true, Ordering::Relaxed);
        for browser in browsers {
            browser.await.unwrap();
        }
    }
    let acknowledged = std::mem::take(&mut *acknowledged.lock().unwrap());
    let mut client = world.client(0);
    let (mut stored, mut cursor) = (BTreeMap::<String, usize>::new(), String::new());
    loop {
        let page = client.get(&format!("/v1/visits?limit=50{cursor}")).await.ok();
        for visit in page["data"].as_array().unwrap() {
            let events =
                client.get(&format!("/v1/visits/{}/events", visit["id"].as_str().unwrap())).await.ok();
            let events = events["data"].as_array().unwrap().clone();
            assert_eq!(visit["events_count"], events.len(), "a visit counts what it has");
            for event in events {
                *stored.entry(event["data"]["key"].as_str().unwrap().to_owned()).or_default() += 1;
            }
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert!(stored.values().all(|count| *count == 1), "nothing is there twice");
    assert!(acknowledged.iter().all(|key| stored.contains_key(key)), "nothing acknowledged is lost");
    assert_eq!(stored.len(), acknowledged.len(), "nothing is there that nobody sent");
    eprintln!("{name}: {cycles} × kill -9, {} events acknowledged, 0 lost, 0 doubled", acknowledged.len());
}

/// Limits are those of one address; all browsers here have the same.
fn wide(launch: countersign_blackbox::Launch) -> countersign_blackbox::Launch {
    launch.with("COUNTERSIGN_TRACKER_PER_IP_MIN", "10000000")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ft1_kill_9_under_ingestion_loses_and_doubles_no_event_on_sqlite() {
    survives(World::start(Home::Sqlite, 1, wide).await, "SQLite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ft1_kill_9_under_ingestion_loses_and_doubles_no_event_on_postgres() {
    survives(World::start(Home::postgres().await, 1, wide).await, "PostgreSQL").await;
}
