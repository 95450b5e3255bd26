//! Inbound messages: classified, linked, durable.

use std::sync::Arc;
use std::time::Duration;

use countersign_blackbox::{Client, Home, World, message, unique};
use countersign_identity::testing::corpus::Corpus;
use countersign_store::testing::Cluster;
use serde_json::Value;

use crate::Plan;
use crate::load::{Make, closed, open, percentile};
use crate::peer::Peer;
use crate::report::{Line, Report};

/// Connections of the load generator.
const CONNECTIONS: usize = 64;
/// Customers who write.
const USERS: u64 = 1_000;
/// How often rules are switched off and on again.
const TURNS: usize = 4;
/// The first number of the messages that make them known: a multiple of [`USERS`], so that all of them write.
const WARMING: u64 = 1_000_000_000;

/// Chat messages as people write them.
fn texts() -> Arc<Vec<String>> {
    let talk = Corpus::new(7).filter(|line| line.class == "talk" && line.text.len() <= 160);
    Arc::new(talk.take(5_000).map(|line| line.text).collect())
}

/// Messages of known customers to `path`.
pub(crate) fn messages(path: String) -> Make {
    let (texts, run) = (texts(), unique("run"));
    Arc::new(move |n| {
        let text = &texts[n as usize % texts.len()];
        let user = format!("{run}-user-{}", n.wrapping_mul(7_919) % USERS);
        (path.clone(), message(&format!("{run}-{n}"), &user, text))
    })
}

/// Durable inbound messages beside the bare durable insert, on both databases.
pub(crate) async fn run(plan: &Plan, report: &mut Report) {
    let world = World::sqlite().await;
    let directory = tempfile::tempdir().expect("a directory");
    let url = format!("sqlite:{}", directory.path().join("bare.db").display());
    one(plan, report, "SQLite", &world, &url).await;
    drop(world);
    let (ours, bare) = (Cluster::start(), Cluster::start());
    let (Ok(ours), Ok(bare)) = (ours, bare) else {
        eprintln!("SKIPPED on PostgreSQL: it is not installed");
        return;
    };
    let world = World::start(Home::Cluster(ours), 1, |launch| launch).await;
    one(plan, report, "PostgreSQL", &world, &bare.url()).await;
}

async fn one(plan: &Plan, report: &mut Report, database: &str, world: &World, bare: &str) {
    let server = &world.servers[0];
    let make = messages(world.inbound());
    warm(&world.client(0), make.clone()).await;
    let (ours, per_second) = closed(server, &world.client(0), CONNECTIONS, plan.time, make).await;
    let (limit, bare_per_second) = {
        let peer = Peer::start(&["insert", bare]).await;
        closed(&peer, &peer.client(), CONNECTIONS, plan.time, messages("/".to_owned())).await
    };
    let size = format!(
        "{CONNECTIONS} connections, {USERS} customers, chat lines ≤ 160 B; {per_second:.0}/s beside {bare_per_second:.0}/s by the clock"
    );
    let line = Line::new(format!("inbound messages, durable, {database}"), "/cpu-s", ours, size)
        .limit("bare durable insert over HTTP", limit);
    let share = line.share();
    report.add(line.goal("≥ 0.5 x", share >= 0.5));
    with_rules(plan, report, database, world).await;
}

/// The same with fifty rules of the seed's kind that are asked of every message: a few conditions each on who it is, the
/// tariff, what became of a code and which words stand in the text. None fires: what firing costs is messages of its own.
///
/// Rules are switched off and on in turns, so that a database that grows, and what else the machine does, meet both.
async fn with_rules(plan: &Plan, report: &mut Report, database: &str, world: &World) {
    let mut client = world.client(0);
    let options = ["standard", "vip", "no_account"].map(|v| serde_json::json!({ "value": v, "label": v }));
    let tariff = serde_json::json!({ "key": "tariff", "label": "Tariff", "level": "profile", "type": "dropdown",
        "options": options });
    client.post("/v1/attributes", &tariff).await.ok();
    for n in 0..50 {
        client.post("/v1/rules", &rule(n)).await.ok();
    }
    let make = messages(world.inbound());
    warm(&world.client(0), make.clone()).await;
    let mut sums = [(0.0, 0.0); 2];
    for turn in 0..2 * TURNS {
        let is_on = turn % 2 == 1;
        client.patch("/v1/settings/rules", &serde_json::json!({ "enabled": is_on })).await.ok();
        let time = plan.time / TURNS as u32;
        let (rate, per_second) =
            closed(&world.servers[0], &world.client(0), CONNECTIONS, time, make.clone()).await;
        let sum = &mut sums[usize::from(is_on)];
        *sum = (sum.0 + 1.0 / rate, sum.1 + per_second / TURNS as f64);
    }
    // Each turn counts the same: the mean of what a message takes.
    let [without, with] = sums.map(|(each, _)| TURNS as f64 / each);
    let size = format!(
        "50 rules asked of each message, none fires; {TURNS} turns each; {:.0}/s beside {:.0}/s by the clock",
        sums[1].1, sums[0].1
    );
    let line = Line::new(format!("inbound messages with 50 rules, {database}"), "/cpu-s", with, size)
        .limit("the same without rules", without);
    let share = line.share();
    report.add(line.goal("≥ 0.83 x (within 1.2 x)", share >= 1.0 / 1.2));
}

fn rule(n: usize) -> Value {
    use serde_json::json;
    let condition = |field: &str, op: &str, value: Value| json!({ "field": field, "op": op, "value": value });
    let tariff = ["standard", "vip", "no_account"][n % 3];
    let conditions = match n % 4 {
        0 => json!([
            condition("profile.is_identified", "is", json!(true)),
            condition("identification_code.outcome", "is", json!("valid")),
            condition("profile.attributes.tariff", "is", json!(tariff)),
        ]),
        1 => json!([
            condition("profile.is_identified", "is", json!(false)),
            condition("identification_code.outcome", "is", json!("invalid")),
            condition("case.labels", "has", json!([format!("label {n}")])),
        ]),
        2 => json!([
            condition("message.author", "is", json!("customer")),
            condition("identification_code.outcome", "is", json!("not_sent")),
            condition(
                "message.text",
                "has_word",
                json!([format!("xyzzy{n}"), format!("plugh{n}"), "no account here"])
            ),
        ]),
        _ => json!([
            condition("profile.attributes.tariff", "is", json!(tariff)),
            condition("message.text", "starts_with", json!([format!("quux{n}")])),
        ]),
    };
    json!({ "name": format!("Rule {n}"), "trigger": "updated_case",
        "match": [{ "mode": "all", "conditions": conditions }],
        "actions": [{ "kind": "send_message", "texts": ["Hello {profile.name|there}"] },
                    { "kind": "set_status", "status": "open" }] })
}

/// Lets every customer write once, so that the figure is that of conversations, not of first contacts.
async fn warm(client: &Client, make: Make) {
    let mut tasks = tokio::task::JoinSet::new();
    for first in 0..CONNECTIONS as u64 {
        let (mut client, make) = (client.clone(), make.clone());
        tasks.spawn(async move {
            for n in (first..USERS).step_by(CONNECTIONS) {
                // Numbers that the measured run does not come to.
                let (path, body) = make(WARMING + n);
                client.post(&path, &body).await.ok();
            }
        });
    }
    tasks.join_all().await;
}

/// From a message to its durable decision, at 200 a second, one in ten with a code.
pub(crate) async fn latency(plan: &Plan, report: &mut Report) {
    for (database, home) in
        [("SQLite", Some(Home::Sqlite)), ("PostgreSQL", Cluster::start().ok().map(Home::Cluster))]
    {
        let Some(home) = home else { continue };
        let world = World::start(home, 1, |launch| launch).await;
        let codes = crate::codes::issue(&world, 200).await;
        let (codes, plain) = (Arc::new(codes), messages(world.inbound()));
        let make: Make = Arc::new(move |n| {
            let (path, mut body) = plain(n);
            if n % 10 == 0
                && let Some(code) = codes.get(n as usize / 10)
            {
                body["from"]["id"] = Value::from(format!("proves-{n}"));
                body["text"] = Value::from(format!("My code is {code}"));
            }
            (path, body)
        });
        let time = plan.time.max(Duration::from_secs(10)).min(Duration::from_secs(10));
        let took = open(&world.client(0), 200, time, make).await;
        let size = format!(
            "{} messages at 200/s, one in ten with a code; p50 {:.2} ms",
            took.len(),
            percentile(&took, 0.5)
        );
        let p99 = percentile(&took, 0.99);
        let line = Line::new(format!("message → decision → durable, p99, {database}"), "ms", p99, size);
        report.add(line.goal("≤ 50 ms", p99 <= 50.0));
    }
}
