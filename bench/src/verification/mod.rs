//! Guided verification: steps that are each durable before they are answered, and searches among a million customers.

mod desk;
mod people;
mod search;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use countersign_blackbox::{Client, Home, World};
use countersign_store::testing::Cluster;
use serde_json::{Value, json};

use self::desk::{Desk, Talk};
use self::people::Person;
use crate::Plan;
use crate::inbound::messages;
use crate::load::{Counted, closed};
use crate::peer::Peer;
use crate::report::{Line, Report};

/// Engagements that are under way at once.
const AT_ONCE: usize = 64;
/// Customers who are verified in turn.
const CUSTOMERS: u64 = 1_000;
/// How long what looks at new customers has for these.
const SETTLED: Duration = Duration::from_secs(5);

/// Customers with their ids.
type Known = Arc<Vec<(Person, String)>>;

/// Steps on both databases, and searches.
pub(crate) async fn run(plan: &Plan, report: &mut Report) {
    steps(plan, report).await;
    search::run(plan, report).await;
}

/// Whole verifications, each request durable, beside the bare durable insert, on both databases.
async fn steps(plan: &Plan, report: &mut Report) {
    let world = World::sqlite().await;
    let directory = tempfile::tempdir().expect("a directory");
    let url = format!("sqlite:{}", directory.path().join("bare.db").display());
    one(plan, report, "SQLite", &world, &url).await;
    drop(world);
    let (Ok(ours), Ok(bare)) = (Cluster::start(), Cluster::start()) else {
        eprintln!("SKIPPED on PostgreSQL: it is not installed");
        return;
    };
    let world = World::start(Home::Cluster(ours), 1, |launch| launch).await;
    one(plan, report, "PostgreSQL", &world, &bare.url()).await;
}

async fn one(plan: &Plan, report: &mut Report, database: &str, world: &World, bare: &str) {
    let server = &world.servers[0];
    let desk = Arc::new(Desk::new(world).await);
    let known = Arc::new(register(world).await);
    tokio::time::sleep(SETTLED).await;
    // Warm: connections, prepared statements, caches.
    drive(world, &desk, &known, plan.time / 4).await;
    let (before, since) = (server.cpu(), Instant::now());
    let (requests, whole) = drive(world, &desk, &known, plan.time).await;
    let took = since.elapsed().as_secs_f64();
    let ours = requests as f64 / (server.cpu() - before).max(0.01);
    let (per_second, whole_per_second) = (requests as f64 / took, whole as f64 / took);
    let (limit, bare_per_second) = {
        let peer = Peer::start(&["insert", bare]).await;
        closed(&peer, &peer.client(), AT_ONCE, plan.time, messages("/".to_owned())).await
    };
    let size = format!(
        "{AT_ONCE} engagements at once, {CUSTOMERS} customers; {per_second:.0}/s beside {bare_per_second:.0}/s by the clock"
    );
    report.add(
        Line::new(format!("verification steps, durable, {database}"), "/cpu-s", ours, size)
            .limit("bare durable insert over HTTP", limit),
    );
    let each = requests as f64 / whole.max(1) as f64;
    let size = format!(
        "by the clock; {each:.0} requests each: opened, topic, subject, search, select, answers, finish"
    );
    report.add(
        Line::new(format!("whole verifications, durable, {database}"), "/s", whole_per_second, size)
            .limit("as many bare durable inserts each", bare_per_second / each),
    );
}

/// Customers about whom the company knows what is asked.
async fn register(world: &World) -> Vec<(Person, String)> {
    let tasks: Vec<_> = (0..8)
        .map(|part| {
            let mut client = world.client(0);
            tokio::spawn(async move {
                let mut known = Vec::new();
                for n in (part..CUSTOMERS).step_by(8) {
                    // Nobody shares a number with one of these.
                    let person = Person::of(10 * n);
                    let body = json!({
                        "external_id": person.external_id, "name": person.name(),
                        "email": person.email, "phone": person.phone,
                        "attributes": { "birth_date": person.birth_date, "card": person.card, "word": person.word },
                    });
                    let id = client.post("/v1/profiles", &body).await.ok().text("/id");
                    known.push((person, id));
                }
                known
            })
        })
        .collect();
    let mut known = Vec::new();
    for task in tasks {
        known.extend(task.await.expect("customers are made"));
    }
    known
}

/// Verifies one customer after another, so many at once, until the time is over: requests, and verifications that came to
/// their end.
async fn drive(world: &World, desk: &Arc<Desk>, known: &Known, time: Duration) -> (u64, u64) {
    let (is_over, next) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|n| {
            let mut client = desk.client(world, n);
            let (desk, known) = (desk.clone(), known.clone());
            let (is_over, next) = (is_over.clone(), next.clone());
            tokio::spawn(async move {
                let (mut requests, mut whole) = (0_u64, 0_u64);
                while !is_over.load(Ordering::Relaxed) {
                    let (person, id) = &known[next.fetch_add(1, Ordering::Relaxed) % known.len()];
                    requests += verify(&desk, &mut client, person, id).await;
                    whole += 1;
                }
                (requests, whole)
            })
        })
        .collect();
    tokio::time::sleep(time).await;
    is_over.store(true, Ordering::Relaxed);
    let (mut requests, mut whole) = (0_u64, 0_u64);
    for task in tasks {
        let (more, more_whole) = task.await.expect("no request fails");
        (requests, whole) = (requests + more, whole + more_whole);
    }
    (requests, whole)
}

/// A conversation with a customer who knows the answers; how many requests it took.
async fn verify(desk: &Desk, client: &mut Client, person: &Person, id: &str) -> u64 {
    let mut talk = Talk::open(desk, client).await;
    talk.begin().await;
    let found = talk.search(json!({ "search": 0, "query": person.name() })).await;
    assert!(found.iter().any(|one| one == id), "{id} is not among {found:?}");
    talk.step("select", json!({ "profile_id": id })).await;
    let said = |field: &String| json!({ "field": field, "said": person.answer(field) });
    let answers: Vec<Value> = talk.questions().iter().map(said).collect();
    talk.step("answers", json!({ "answers": answers })).await;
    talk.step("finish", json!({})).await;
    assert_eq!(talk.now["verification"]["outcome"]["result"], "proceed", "{}", talk.now);
    talk.requests
}
