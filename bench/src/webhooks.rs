//! Calls by webhooks of a provider: each is signed, decided and durable before it is answered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use countersign_blackbox::{Client, Home, World, unique};
use countersign_store::testing::Cluster;
use countersign_telephony::twiml::signature::sign;
use serde_json::json;

use crate::Plan;
use crate::load::{Ask, paced, percentile};
use crate::report::{Line, Report};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const NUMBER: &str = "+46771123456";
/// Webhooks a second.
const PER_SECOND: u32 = 200;
/// Calls that are under way at once.
const CALLS: u64 = 40;
/// Webhooks of a call: it begins, ten digits, silence, that once more, the end.
const STEPS: u64 = 5;

/// Where each call goes on.
type Places = Arc<Mutex<HashMap<u64, String>>>;

/// 200 webhooks a second, on both databases.
pub(crate) async fn run(plan: &Plan, report: &mut Report) {
    for (database, home) in
        [("SQLite", Some(Home::Sqlite)), ("PostgreSQL", Cluster::start().ok().map(Home::Cluster))]
    {
        let Some(home) = home else {
            eprintln!("SKIPPED on PostgreSQL: it is not installed");
            continue;
        };
        let world = World::start(home, 1, |launch| launch).await;
        let ask = asking(&world).await;
        let time = plan.time.max(Duration::from_secs(10));
        // The first second is that of connections and statements.
        paced(&world.client(0), PER_SECOND, Duration::from_secs(1), ask(1 << 40)).await;
        let took = paced(&world.client(0), PER_SECOND, time, ask(0)).await;
        let ended = world.client(0).get("/v1/calls?live=false&limit=1").await.ok();
        assert!(ended.json["data"][0]["outcome"].is_string(), "calls go to their end");
        let (p50, p99) = (percentile(&took, 0.5), percentile(&took, 0.99));
        let size =
            format!("{} webhooks at {PER_SECOND}/s of {CALLS} calls at once; p50 {p50:.2} ms", took.len());
        let line =
            Line::new(format!("webhook → decided → durable → answered, p99, {database}"), "ms", p99, size);
        report.add(line.goal("≤ 50 ms", p99 <= 50.0));
    }
}

/// A number whose callers key in ten digits and wait; what its provider posts, numbered from a first one.
async fn asking(world: &World) -> impl Fn(u64) -> Ask {
    let mut client = world.client(0);
    let say = |text: &str| json!({ "say": text });
    let flow = json!({ "name": "Bank", "start": "ask", "nodes": {
        "ask": { "kind": "keypad_input", "variable": "accountNumber", "min": 10, "max": 10,
            "prompt": say("Enter your account number, ten digits."), "exits": { "next": "menu", "failed": "bye" } },
        "menu": { "kind": "menu", "prompt": say("Press 1."), "tries": 3, "exits": { "1": "bye", "failed": "bye" } },
        "bye": { "kind": "hang_up", "prompt": say("Goodbye.") } } });
    let flow = client.post("/v1/ivr-flows", &flow).await.ok().text("/id");
    client.post(&format!("/v1/ivr-flows/{flow}/publish"), &json!({})).await.ok();
    let number = json!({ "number": NUMBER, "name": "Support", "adapter": "twiml", "provider": "twilio",
        "flow": flow, "auth_token": TOKEN });
    let hook = client.post("/v1/phone-numbers", &number).await.ok().text("/hook_url");
    let origin = world.servers[0].launch.origin();
    let path = hook.strip_prefix(&origin).expect("an address of the server").to_owned();
    let run = unique("run");
    let places = Places::default();
    move |first| {
        let (origin, path, run, places) = (origin.clone(), path.clone(), run.clone(), places.clone());
        Arc::new(move |client, n| {
            let (block, within) = (n / (CALLS * STEPS), n % (CALLS * STEPS));
            let (call, step) = (first + block * CALLS + within % CALLS, within / CALLS);
            let place = places.lock().expect("no panic").get(&call).cloned();
            let place = place.filter(|_| step < STEPS - 1).unwrap_or_else(|| path.clone());
            let status = if step == STEPS - 1 { "completed" } else { "in-progress" };
            let mut fields = vec![
                ("CallSid".to_owned(), format!("CA{run}{call}")),
                ("From".to_owned(), format!("+4670{:07}", call % 10_000_000)),
                ("To".to_owned(), NUMBER.to_owned()),
                ("CallStatus".to_owned(), status.to_owned()),
            ];
            if step == 1 {
                fields.push(("Digits".to_owned(), "1234567890".to_owned()));
                fields.push(("FinishedOnKey".to_owned(), "#".to_owned()));
            }
            let (origin, places) = (origin.clone(), places.clone());
            Box::pin(async move {
                let (client, next) = post(client, &origin, &place, &fields).await;
                // The third is repeated: what it answered is not gone to.
                if step != 2 {
                    let next = next.map(|next| next.replacen(&origin, "", 1));
                    places.lock().expect("no panic").extend(next.map(|next| (call, next)));
                }
                client
            })
        })
    }
}

/// Posts as a provider does. Where the call goes on.
async fn post(
    mut client: Client,
    origin: &str,
    path: &str,
    fields: &[(String, String)],
) -> (Client, Option<String>) {
    let signature = sign(TOKEN, &format!("{origin}{path}"), fields);
    let coded = |text: &str| text.replace('+', "%2B").replace('#', "%23");
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", coded(value))).collect();
    let headers =
        [("content-type", "application/x-www-form-urlencoded"), ("x-twilio-signature", signature.as_str())];
    let body = Bytes::from(body.join("&"));
    let answer =
        client.send_raw(hyper::Method::POST, path, Some(body), &headers).await.expect("an answer").ok();
    let document = String::from_utf8_lossy(&answer.bytes).into_owned();
    let next = document.split_once(" action=\"").and_then(|(_, rest)| rest.split('"').next());
    let next = next.map(|next| next.replace("&amp;", "&"));
    (client, next)
}
