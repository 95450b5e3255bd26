//! Two servers over one PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use countersign_blackbox::{Client, Live, World, message, unique};
use hyper::Method;
use serde_json::json;

/// Long enough for a loaded machine; the design says one second and the bench measures it.
const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_a_message_into_a_shows_live_on_b() {
    let world = World::postgres(2).await;
    let (mut a, mut b) = (world.client(0), world.client(1));
    let first = world.send(&mut a, "somebody", "hello").await.ok();
    let case = first.text("/case/id");
    let mut live = Live::open(&b, None).await;
    let since = Instant::now();
    world.send(&mut a, "somebody", "are you there?").await.ok();
    let event = live.wait_for("case.updated", &case, PATIENCE).await.expect("B's console hears of it");
    eprintln!("live on the other server after {:?}", since.elapsed());
    assert!(!event.id.is_empty(), "the stream can be resumed");
    let view = b.get(&format!("/v1/cases/{case}")).await.ok();
    assert_eq!(view["last_message"]["preview"], "are you there?");

    // A console that was away hears what it missed.
    drop(live);
    world.send(&mut a, "somebody", "hello?").await.ok();
    let mut resumed = Live::open(&b, Some(&event.id)).await;
    assert!(
        resumed.wait_for("case.updated", &case, PATIENCE).await.is_some(),
        "nothing is missed by Last-Event-ID"
    );
    let other = world.send(&mut b, "another", "hi").await.ok();
    let mut on_a = Live::open(&a, None).await;
    world.send(&mut b, "another", "hi again").await.ok();
    assert!(on_a.wait_for("case.updated", &other.text("/case/id"), PATIENCE).await.is_some());
}

/// What a load balancer knows.
struct Balancer {
    ready: Vec<AtomicBool>,
    next: AtomicUsize,
}

impl Balancer {
    /// Asks a server over and over whether it is ready.
    async fn follow(self: Arc<Self>, server: usize, mut client: Client) {
        loop {
            let answer = client.try_call(Method::GET, "/readyz", None, &[]).await;
            let is_ready = answer.is_ok_and(|a| a.status == 200);
            if !is_ready {
                client.close();
            }
            self.ready[server].store(is_ready, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The next server that was ready when it was last asked.
    fn choose(&self) -> usize {
        let count = self.ready.len();
        let from = self.next.fetch_add(1, Ordering::Relaxed);
        (0..count)
            .map(|n| (from + n) % count)
            .find(|n| self.ready[*n].load(Ordering::SeqCst))
            .unwrap_or(from % count)
    }
}

/// Sends messages through the balancer until told to stop; counts successes and writes down failures.
async fn load(
    balancer: Arc<Balancer>,
    clients: Vec<Client>,
    path: String,
    is_over: Arc<AtomicBool>,
) -> (usize, Vec<String>) {
    let (mut clients, mut served, mut failures) = (clients, 0, Vec::new());
    let user = unique("steady");
    while !is_over.load(Ordering::Relaxed) {
        let body = message(&unique("rolling"), &user, "still here");
        loop {
            let server = balancer.choose();
            for (n, client) in clients.iter_mut().enumerate() {
                if !balancer.ready[n].load(Ordering::SeqCst) {
                    client.close();
                }
            }
            match clients[server].try_call(Method::POST, &path, Some(&body), &[]).await {
                Ok(answer) if answer.status == 200 => served += 1,
                Ok(answer) => failures.push(format!("{} {}", answer.status, answer.json)),
                // Nothing was sent: another server may have it.
                Err(e) if e.kind() == std::io::ErrorKind::ConnectionRefused => {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    continue;
                }
                Err(e) => failures.push(e.to_string()),
            }
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    (served, failures)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ft16_rolling_restart_of_two_servers_without_a_failed_request() {
    let mut world = World::postgres(2).await;
    let ready = (0..2).map(|_| AtomicBool::new(true)).collect();
    let balancer = Arc::new(Balancer { ready, next: AtomicUsize::new(0) });
    let followers: Vec<_> =
        (0..2).map(|n| tokio::spawn(balancer.clone().follow(n, world.servers[n].client()))).collect();
    let is_over = Arc::new(AtomicBool::new(false));
    let workers: Vec<_> = (0..8)
        .map(|_| {
            let clients = vec![world.client(0), world.client(1)];
            tokio::spawn(load(balancer.clone(), clients, world.inbound(), is_over.clone()))
        })
        .collect();
    for _ in 0..2 {
        for server in &mut world.servers {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let since = Instant::now();
            server.terminate();
            let status = server.ended(Duration::from_secs(15)).await.expect("it drains and ends");
            assert_eq!(status.code(), Some(0), "an orderly stop ends with 0");
            assert!(since.elapsed() < Duration::from_secs(11), "drained after {:?}", since.elapsed());
            server.start_again().await;
        }
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    is_over.store(true, Ordering::Relaxed);
    let (mut served, mut failed) = (0, Vec::new());
    for worker in workers {
        let (count, failures) = worker.await.unwrap();
        served += count;
        failed.extend(failures);
    }
    followers.iter().for_each(tokio::task::JoinHandle::abort);
    assert!(failed.is_empty(), "{} of {served} failed: {:?}", failed.len(), &failed[..failed.len().min(5)]);
    assert!(served > 100, "only {served} requests were served");
    eprintln!("{served} requests, none failed, over four restarts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ft16_an_open_chat_and_a_waiting_page_are_answered_and_hold_up_no_stop() {
    let mut world = World::sqlite().await;
    let mut api = world.client(0);
    let chat =
        api.post("/v1/channels", &json!({ "kind": "web_chat", "name": "Shop" })).await.ok().text("/id");
    let channels = json!({ "name": "Shop", "origins": ["https://bank.example"], "mode": "plain", "plain_reason": "a test" });
    let widget = api.post("/v1/widgets", &channels).await.ok().text("/id");
    let origin = world.servers[0].launch.origin();
    let mut page = world.client(0).anonymous().with_header("origin", &origin);
    let session = page.post(&format!("/public/web-chats/{chat}/sessions"), &json!({})).await.ok();
    let who = json!({ "profile": { "email": "ann@example.org" } });
    let code = page.post(&format!("/public/widgets/{widget}/codes"), &who).await.ok();
    let waits = [
        (format!("/public/web-chats/{chat}/messages?wait=25"), session.text("/session")),
        (format!("/public/codes/{}?wait=25&seen=live", code.text("/id")), code.text("/status_token")),
    ];
    let polls = waits.map(|(path, token)| {
        let mut page = page.clone().with_key(&token);
        tokio::spawn(async move { page.try_call(hyper::Method::GET, &path, None, &[]).await })
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let since = Instant::now();
    world.servers[0].terminate();
    for poll in polls {
        assert_eq!(poll.await.unwrap().expect("a whole answer, no reset").status, 200);
    }
    let status = world.servers[0].ended(Duration::from_secs(15)).await.expect("it ends");
    assert_eq!(status.code(), Some(0), "an orderly stop ends with 0");
    assert!(since.elapsed() < Duration::from_secs(8), "stopped after {:?}", since.elapsed());
}
