//! `kill -9` at any moment: what was acknowledged is there, once.
//!
//! The ledger of acknowledgements is kept here, outside the process that dies. What broke off without an answer is
//! sent again after the restart, under the same id or idempotency key: then each request has happened once, whatever
//! the moment.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign_blackbox::{Answer, Client, Home, World, is_long, random, unique};
use hyper::Method;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::codes::count_audit;

/// Clients that write at once.
const WRITERS: usize = 32;

/// A request that must have one effect, however often it is sent.
#[derive(Debug, Clone)]
struct Wish {
    method: Method,
    path: String,
    body: Value,
    /// Its idempotency key; inbound messages and upserts have their own ids.
    key: Option<String>,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    /// A message with this text on this user's chat.
    Message { user: String, text: String },
    /// A code for this customer.
    Code { customer: String },
    /// A message with a code: the code's id and the sender.
    Redeem { code: String, user: String },
    /// A reply with this text in this case.
    Reply { case: String, text: String },
    /// A customer with this name.
    Profile { external_id: String, name: String },
}

/// What was acknowledged.
#[derive(Default)]
struct Ledger {
    done: Mutex<Vec<(Wish, Answer)>>,
    broken: Mutex<Vec<Wish>>,
}

impl Ledger {
    /// Sends a wish and writes down what came of it. `None` when the server died under it.
    async fn send(&self, client: &mut Client, wish: Wish) -> Option<Answer> {
        let headers: Vec<_> = wish.key.as_deref().map(|key| ("idempotency-key", key)).into_iter().collect();
        match client.try_call(wish.method.clone(), &wish.path, Some(&wish.body), &headers).await {
            Ok(answer) => {
                let answer = answer.ok();
                self.done.lock().unwrap().push((wish, answer.clone()));
                Some(answer)
            }
            Err(_) => {
                self.broken.lock().unwrap().push(wish);
                None
            }
        }
    }
}

fn post(path: String, body: Value, key: Option<String>, kind: Kind) -> Wish {
    Wish { method: Method::POST, path, body, key, kind }
}

fn say(inbound: &str, user: &str, text: &str, kind: Kind) -> Wish {
    post(inbound.to_owned(), countersign_blackbox::message(&unique("kill"), user, text), None, kind)
}

/// Writes one of everything, over and over, until the server is gone.
async fn write(ledger: Arc<Ledger>, mut client: Client, inbound: String, is_over: Arc<AtomicBool>) {
    while !is_over.load(Ordering::Relaxed) {
        if one_of_each(&ledger, &mut client, &inbound).await.is_none() {
            return;
        }
    }
}

async fn one_of_each(ledger: &Ledger, client: &mut Client, inbound: &str) -> Option<()> {
    let user = unique("user");
    let text = unique("text");
    let kind = Kind::Message { user: user.clone(), text: text.clone() };
    let first = ledger.send(client, say(inbound, &user, &text, kind)).await?;
    let case = first.text("/case/id");
    let customer = unique("customer");
    let name = unique("Name");
    let path = format!("/v1/profiles/by-external-id/{customer}");
    let kind = Kind::Profile { external_id: customer.clone(), name: name.clone() };
    let upsert = Wish { method: Method::PUT, path, body: json!({ "name": name }), key: None, kind };
    ledger.send(client, upsert).await?;
    let body = json!({ "profile": { "external_id": customer } });
    let kind = Kind::Code { customer };
    let issue = post("/v1/identification-codes".to_owned(), body, Some(unique("key")), kind);
    let issued = ledger.send(client, issue).await?;
    let kind = Kind::Redeem { code: issued.text("/id"), user: user.clone() };
    let proved = ledger.send(client, say(inbound, &user, &issued.text("/display"), kind)).await?;
    assert_eq!(proved["identification"]["outcome"], "valid", "{}", proved.json);
    let text = unique("reply");
    let kind = Kind::Reply { case: case.clone(), text: text.clone() };
    let body = json!({ "text": text });
    ledger.send(client, post(format!("/v1/cases/{case}/messages"), body, Some(unique("key")), kind)).await?;
    Some(())
}

/// Kills the server in the middle of the writing, starts it again, and finishes what broke off.
async fn cycle(world: &mut World, ledger: &Arc<Ledger>) -> Duration {
    let is_over = Arc::new(AtomicBool::new(false));
    let writers: Vec<JoinHandle<()>> = (0..WRITERS)
        .map(|_| tokio::spawn(write(ledger.clone(), world.client(0), world.inbound(), is_over.clone())))
        .collect();
    // On a busy machine too, something was acknowledged before the server dies.
    let before = ledger.done.lock().unwrap().len();
    for _ in 0..600 {
        if ledger.done.lock().unwrap().len() >= before + WRITERS {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(random(750))).await;
    world.servers[0].kill();
    is_over.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    let took = world.servers[0].start_again().await;
    let broken = std::mem::take(&mut *ledger.broken.lock().unwrap());
    let mut client = world.client(0);
    for wish in broken {
        ledger.send(&mut client, wish).await.expect("the server stays up now");
    }
    took
}

/// All rows of a list.
async fn all(client: &mut Client, path: &str) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let after = cursor.map(|c| format!("&cursor={c}")).unwrap_or_default();
        let mark = if path.contains('?') { '&' } else { '?' };
        let page = client.get(&format!("{path}{mark}limit=200{after}")).await.ok();
        rows.extend(page["data"].as_array().unwrap().iter().cloned());
        cursor = page["next_cursor"].as_str().map(ToOwned::to_owned);
        if cursor.is_none() {
            return rows;
        }
    }
}

/// Compares the ledger with what the API says.
async fn compare(world: &World, ledger: &Ledger) -> usize {
    let mut client = world.client(0);
    let done = std::mem::take(&mut *ledger.done.lock().unwrap());
    let mut conversations: HashMap<String, Vec<Value>> = HashMap::new();
    for case in all(&mut client, "/v1/cases").await {
        let id = case["id"].as_str().unwrap();
        let messages = client.get(&format!("/v1/cases/{id}/messages?limit=200")).await.ok();
        let user = case["account"]["user_id"].as_str().unwrap().to_owned();
        let before = conversations.insert(user, messages["data"].as_array().unwrap().clone());
        assert!(before.is_none(), "a user has one case");
    }
    let (mut codes, mut redeemed) = (0, 0);
    for (wish, answer) in &done {
        match &wish.kind {
            Kind::Message { user, text } => {
                let found: Vec<_> =
                    conversations[user].iter().filter(|m| m["text"] == text.as_str()).collect();
                assert_eq!(found.len(), 1, "the message {text} stands once");
                assert_eq!(found[0]["id"], answer["message"]["id"]);
            }
            Kind::Reply { case, text } => {
                let found: Vec<_> =
                    conversations.values().flatten().filter(|m| m["text"] == text.as_str()).collect();
                assert_eq!(found.len(), 1, "the reply {text} in {case} stands once");
                assert_eq!(found[0]["id"], answer["id"]);
            }
            Kind::Profile { external_id, name } => {
                let found = client.get(&format!("/v1/profiles?external_id={external_id}")).await.ok();
                let rows = found["data"].as_array().unwrap();
                assert_eq!(rows.len(), 1, "the customer {external_id} is one");
                assert_eq!((&rows[0]["id"], rows[0]["name"].as_str()), (&answer["id"], Some(name.as_str())));
            }
            Kind::Code { customer } => {
                codes += 1;
                let record = client.get(&format!("/v1/identification-codes/{}", answer.text("/id"))).await;
                assert_eq!(record.status, 200, "the code of {customer} is kept");
            }
            Kind::Redeem { code, user } => {
                redeemed += 1;
                let record = client.get(&format!("/v1/identification-codes/{code}")).await.ok();
                assert_eq!(record["state"], "used");
                assert_eq!(record["link"]["id"], answer["case"]["identity"]["link"]);
                assert_eq!(record["link"]["state"], "live");
                let proofs = conversations[user].iter().filter(|m| m["identification"]["outcome"] == "valid");
                assert_eq!(proofs.count(), 1, "{user} proved themselves once");
                let rows = client.get(&format!("/v1/audit?action=code.redeem&object={code}")).await.ok();
                assert_eq!(rows["data"].as_array().unwrap().len(), 1, "one audit row for {code}");
            }
        }
    }
    let total: usize = conversations.values().map(Vec::len).sum();
    let count = |wanted: fn(&Kind) -> bool| done.iter().filter(|(w, _)| wanted(&w.kind)).count();
    let expected = count(|k| matches!(k, Kind::Message { .. } | Kind::Reply { .. })) + 2 * redeemed;
    assert_eq!(total, expected, "no message is there that nobody sent; each proof has its line");
    assert_eq!(count_audit(world, "code.issue").await, codes, "one audit row for each code");
    assert_eq!(count_audit(world, "code.redeem").await, redeemed);
    assert_eq!(count_audit(world, "link.create").await, redeemed);
    done.len()
}

/// Waits until every row of the audit log is in its chain, so that the check has something to check.
async fn sealed(world: &World) {
    let mut client = world.client(0);
    // The lease of a sealer that was killed lasts half a minute.
    for _ in 0..1_200 {
        let found = client.post("/v1/audit/verify", &json!({})).await.ok();
        assert_eq!(found["ok"], true, "{}", found.json);
        if found["unsealed"] == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the audit log is not sealed after two minutes");
}

async fn survives(mut world: World, name: &str) {
    let ledger = Arc::new(Ledger::default());
    let cycles = if is_long() { 30 } else { 3 };
    let mut slowest = Duration::ZERO;
    for _ in 0..cycles {
        slowest = slowest.max(cycle(&mut world, &ledger).await);
    }
    let count = compare(&world, &ledger).await;
    sealed(&world).await;
    for server in &mut world.servers {
        server.terminate();
        assert!(server.ended(Duration::from_secs(15)).await.is_some_and(|s| s.success()));
    }
    let (is_whole, said) = world.verify_audit();
    assert!(is_whole, "the audit log is whole: {said}");
    let said = said.lines().last().unwrap_or_default();
    eprintln!(
        "{name}: {cycles} × kill -9, {count} acknowledged, 0 lost, 0 doubled; slowest start {slowest:?}; {said}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ft1_kill_9_under_mixed_load_loses_and_doubles_nothing_on_sqlite() {
    survives(World::sqlite().await, "SQLite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ft1_kill_9_under_mixed_load_loses_and_doubles_nothing_on_postgres() {
    survives(World::start(Home::postgres().await, 1, |launch| launch).await, "PostgreSQL").await;
}
