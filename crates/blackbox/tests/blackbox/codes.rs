//! One-time codes under attack: many senders of one code, and many guesses.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_blackbox::{Home, World, is_long, unique};
use countersign_identity::Form;
use countersign_identity::testing::Rng;
use tokio::sync::Barrier;

/// Chats that send one code at once, on each server.
const CHATS: usize = 64;

/// Sends each of `codes` codes from 64 chats on each server at once, and counts what came of it.
async fn race(world: &World, codes: usize) {
    let mut admin = world.client(0);
    let mut clients: Vec<_> =
        (0..world.servers.len() * CHATS).map(|n| world.client(n % world.servers.len())).collect();
    for round in 0..codes {
        let customer = unique("customer");
        let (id, code) = world.code(&mut admin, &customer).await;
        let barrier = Arc::new(Barrier::new(clients.len()));
        let chats: Vec<_> = clients
            .drain(..)
            .enumerate()
            .map(|(n, mut client)| {
                let (barrier, path, code) = (barrier.clone(), world.inbound(), code.clone());
                tokio::spawn(async move {
                    // A connection that is open already, so that all start together.
                    let _ = client.get("/livez").await;
                    let user = format!("chat-{round}-{n}");
                    let body =
                        countersign_blackbox::message(&unique("race"), &user, &format!("My code is {code}"));
                    barrier.wait().await;
                    let answer = client.post(&path, &body).await.ok();
                    (client, answer)
                })
            })
            .collect();
        let mut winners = Vec::new();
        for chat in chats {
            let (client, answer) = chat.await.unwrap();
            clients.push(client);
            let (outcome, level) =
                (answer.text("/identification/outcome"), answer.text("/case/identity/assurance"));
            assert!(!answer.text("/message/text").contains(&code), "C-8: the code is not stored");
            if outcome == "valid" {
                assert_eq!(level, "al3");
                winners.push(answer.text("/case/identity/link"));
            } else {
                assert_eq!((answer.text("/identification/reason").as_str(), level.as_str()), ("used", "al0"));
            }
        }
        assert_eq!(winners.len(), 1, "exactly one chat is linked by code {round}");
        let record = admin.get(&format!("/v1/identification-codes/{id}")).await.ok();
        assert_eq!(record["state"], "used");
        assert_eq!(record.text("/link/id"), winners[0]);
        let links = admin.get(&format!("/v1/profiles/{}/links", record.text("/link/profile"))).await.ok();
        assert_eq!(links["data"].as_array().unwrap().len(), 1, "no other link was ever made");
    }
    eprintln!("{codes} codes × {} chats on {} servers: one link each", clients.len(), world.servers.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ft11_c3_one_code_sent_by_64_chats_at_once_on_two_servers_links_exactly_one() {
    race(&World::postgres(2).await, if is_long() { 500 } else { 25 }).await;
    race(&World::sqlite().await, if is_long() { 500 } else { 25 }).await;
}

/// Guesses from many senders; gives how many were told something else than "unknown", "locked" or nothing.
async fn guess(world: &World, guesses: usize) -> usize {
    let (surprises, next) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let guessers: Vec<_> = (0..32)
        .map(|n| {
            let (surprises, next) = (surprises.clone(), next.clone());
            let (mut client, path) = (world.client(0), world.inbound());
            tokio::spawn(async move {
                let mut rng = Rng(0xC5 + n);
                loop {
                    let guess = next.fetch_add(1, Ordering::Relaxed);
                    if guess >= guesses {
                        return;
                    }
                    let form = if guess % 5 == 0 { Form::Keypad } else { Form::Text };
                    let text = format!("my code is {}", rng.code(form).display());
                    // Some chats guess on and on, most give up after a few.
                    let user = if guess % 4 == 0 {
                        format!("stubborn-{n}")
                    } else {
                        format!("guesser-{}", guess / 5)
                    };
                    let body = countersign_blackbox::message(&unique("guess"), &user, &text);
                    let answer = client.post(&path, &body).await.ok();
                    let reason = answer["identification"]["reason"].as_str().unwrap_or("none").to_owned();
                    if !matches!(reason.as_str(), "unknown" | "locked")
                        || answer.text("/case/identity/assurance") != "al0"
                    {
                        surprises.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    for guesser in guessers {
        guesser.await.unwrap();
    }
    surprises.load(Ordering::Relaxed)
}

/// An honest customer of the company's server gets a code and sends it from a chat never seen before.
async fn honest(world: &World, count: usize) {
    let mut client = world.client(0);
    for _ in 0..count {
        let name = unique("honest");
        let (_, code) = world.code(&mut client, &name).await;
        let answer = world.send(&mut client, &name, &code).await.ok();
        assert_eq!(answer["identification"]["outcome"], "valid", "{}", answer.json);
        assert_eq!(answer["case"]["identity"]["assurance"], "al3");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c5_ten_thousand_guesses_link_nobody_and_the_honest_customer_is_still_served() {
    let mut world = World::start(Home::Sqlite, 1, |launch| launch).await;
    let mut client = world.client(0);
    for n in 0..200 {
        world.code(&mut client, &format!("bait-{n}")).await;
    }
    let (surprises, ()) = tokio::join!(guess(&world, 10_000), honest(&world, 40));
    assert_eq!(surprises, 0, "a guess was told more than that it is none");
    honest(&world, 10).await;
    let status = client.get("/v1/identification/status").await.ok();
    assert_eq!(status["mode"], "elevated", "{}", status.json);
    let linked = count_audit(&world, "code.redeem").await;
    assert_eq!(linked, 50, "only honest customers were linked");

    // FT23: the counters are in the database.
    world.servers[0].kill();
    world.servers[0].start_again().await;
    let mut client = world.client(0);
    assert_eq!(client.get("/v1/identification/status").await.ok()["mode"], "elevated");
    let mut rng = Rng(23);
    let text = rng.code(Form::Text).display();
    let answer = world.send(&mut client, "stubborn-1", &text).await.ok();
    assert_eq!(answer["identification"]["reason"], "locked", "{}", answer.json);
    honest(&world, 1).await;
}

/// Rows of the audit log with an action.
pub(crate) async fn count_audit(world: &World, action: &str) -> usize {
    let (mut client, mut count, mut cursor) = (world.client(0), 0, None::<String>);
    loop {
        let after = cursor.map(|c| format!("&cursor={c}")).unwrap_or_default();
        let page = client.get(&format!("/v1/audit?action={action}&limit=200{after}")).await.ok();
        count += page["data"].as_array().unwrap().len();
        cursor = page["next_cursor"].as_str().map(ToOwned::to_owned);
        if cursor.is_none() {
            return count;
        }
    }
}
