//! Identification codes: the check in memory, and verify-and-consume over HTTP.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign_blackbox::{World, message, unique};
use countersign_identity::testing::Rng;
use countersign_identity::{Code, CodeKey, Form};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::Plan;
use crate::inbound::messages;
use crate::load::{Counted, Make, closed};
use crate::peer::{Peer, ask, version};
use crate::report::{Line, Report};

/// Live codes in memory.
const LIVE: usize = 10_000;

const PYTHON: &str = r#"
import hmac, hashlib, secrets, time
key = bytes([7]) * 32
texts = [secrets.token_hex(6).upper() for _ in range(10000)]
live = {hmac.digest(key, t.encode(), 'sha256'): i for i, t in enumerate(texts)}
best = 0
for _ in range(5):
    start = time.process_time()
    for _ in range(5):
        for t in texts:
            h = hmac.digest(key, t.encode(), 'sha256')
            assert live.get(h) is not None and hmac.compare_digest(h, h)
    best = max(best, 50000 / (time.process_time() - start))
print(best)
"#;

const NODE: &str = r#"
const { createHmac, randomBytes, timingSafeEqual } = require('node:crypto');
const key = Buffer.alloc(32, 7);
const texts = Array.from({ length: 10000 }, () => randomBytes(6).toString('hex').toUpperCase());
const hash = (t) => createHmac('sha256', key).update(t).digest('base64');
const live = new Map(texts.map((t, i) => [hash(t), i]));
let best = 0;
for (let round = 0; round < 5; round++) {
  const start = process.cpuUsage();
  for (let n = 0; n < 5; n++) for (const t of texts) {
    const h = hash(t);
    if (live.get(h) === undefined || !timingSafeEqual(Buffer.from(h), Buffer.from(h))) throw new Error(t);
  }
  const used = process.cpuUsage(start);
  best = Math.max(best, 50000 / ((used.user + used.system) / 1e6));
}
console.log(best);
"#;

/// Both figures.
pub(crate) async fn run(plan: &Plan, report: &mut Report) {
    in_memory(report);
    over_http(plan, report).await;
}

fn rate(mut round: impl FnMut()) -> f64 {
    let rounds = (0..7).map(|_| {
        let start = Instant::now();
        (0..10).for_each(|_| round());
        (LIVE * 10) as f64 / start.elapsed().as_secs_f64()
    });
    rounds.fold(0.0, f64::max)
}

fn in_memory(report: &mut Report) {
    let mut rng = Rng(3);
    let codes: Vec<Code> = (0..LIVE).map(|_| rng.code(Form::Text)).collect();
    let texts: Vec<String> = codes.iter().map(Code::display).collect();
    let key = CodeKey::new(&[7; 32]);
    let stored: Vec<[u8; 32]> = codes.iter().map(|code| key.hash(code)).collect();
    let live: HashMap<[u8; 32], usize> = stored.iter().enumerate().map(|(i, hash)| (*hash, i)).collect();
    let ours = rate(|| {
        for text in &texts {
            let hash = key.hash(&Code::parse(text).expect("a code"));
            assert!(live.get(&hash).is_some_and(|i| bool::from(stored[black_box(*i)].ct_eq(&hash))));
        }
    });
    let mac = Hmac::<Sha256>::new_from_slice(&[7; 32]).expect("a key of any length");
    let bare = |text: &str| -> [u8; 32] {
        let mut mac = mac.clone();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
    };
    let map: HashMap<[u8; 32], usize> = texts.iter().enumerate().map(|(i, text)| (bare(text), i)).collect();
    let limit = rate(|| texts.iter().for_each(|text| assert!(black_box(map.contains_key(&bare(text))))));
    let line = Line::new("code check in memory, from text", "/s/core", ours, format!("{LIVE} live codes"))
        .peer(format!("Python {} hmac + dict", version("python3")), ask("python3", "codes.py", PYTHON))
        .peer(format!("Node {} crypto + Map", version("node")), ask("node", "codes.js", NODE))
        .limit("HMAC-SHA-256 + map", limit);
    report.add(line.goal("≥ 500,000 /s/core", ours >= 500_000.0));
}

/// Issues codes, one for each of as many customers.
pub(crate) async fn issue(world: &World, count: usize) -> Vec<String> {
    let (mut tasks, run) = (Vec::new(), unique("run"));
    for part in 0..8 {
        let (mut client, run) = (world.client(0), run.clone());
        tasks.push(tokio::spawn(async move {
            let mut codes = Vec::new();
            for n in 0..count.div_ceil(8) {
                let body = json!({ "profile": { "external_id": format!("{run}-{part}-{n}") } });
                codes.push(client.post("/v1/identification-codes", &body).await.ok().text("/display"));
            }
            codes
        }));
    }
    let mut codes = Vec::new();
    for task in tasks {
        codes.extend(task.await.expect("codes are issued"));
    }
    codes
}

/// Messages with a good code, each from a chat of its own: found, used up, linked, durable.
async fn over_http(plan: &Plan, report: &mut Report) {
    let world = World::sqlite().await;
    let server = &world.servers[0];
    let before = server.cpu();
    let codes = Arc::new(issue(&world, 6_000).await);
    let issued = codes.len() as f64 / (server.cpu() - before);
    let (path, run, used) = (world.inbound(), unique("run"), codes.clone());
    // In two steps: first contacts, then their codes, because the goal is about the code.
    let first = {
        let (path, run) = (path.clone(), run.clone());
        move |n: usize| (path.clone(), message(&format!("{run}-first-{n}"), &format!("{run}-{n}"), "hello"))
    };
    all(&world, codes.len(), Arc::new(move |n| first(n as usize))).await;
    let make: Make = Arc::new(move |n| {
        let n = n as usize;
        let text = format!("My code is {}", used[n]);
        (path.clone(), message(&format!("{run}-code-{n}"), &format!("{run}-{n}"), &text))
    });
    let (before, since) = (server.cpu(), Instant::now());
    all(&world, codes.len(), make).await;
    let ours = codes.len() as f64 / (server.cpu() - before).max(0.01);
    let clock = codes.len() as f64 / since.elapsed().as_secs_f64();
    let (limit, _) = {
        let peer = Peer::start(&["echo"]).await;
        let time = plan.time.min(Duration::from_secs(4));
        closed(&peer, &peer.client(), 64, time, messages("/".to_owned())).await
    };
    let size = format!("{} codes, 64 connections, SQLite; {clock:.0}/s by the clock", codes.len());
    report.add(
        Line::new("issue a code over HTTP", "/cpu-s", issued, "8 connections, SQLite")
            .limit("axum + JSON, no-op", limit),
    );
    let line =
        Line::new("verify and consume over HTTP", "/cpu-s", ours, size).limit("axum + JSON, no-op", limit);
    let share = line.share();
    report.add(line.goal("≥ 0.5 x", share >= 0.5));
}

/// Sends `count` requests over 64 connections, each once.
async fn all(world: &World, count: usize, make: Make) {
    let next = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let (mut client, make, next) = (world.client(0), make.clone(), next.clone());
            tokio::spawn(async move {
                loop {
                    let n = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if n >= count {
                        return;
                    }
                    let (path, body) = make(n as u64);
                    let answer = client.post(&path, &body).await.ok();
                    let is_code = body["text"].as_str().is_some_and(|t| t.starts_with("My code"));
                    assert!(!is_code || answer["identification"]["outcome"] == "valid", "{}", answer.json);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no request fails");
    }
}
