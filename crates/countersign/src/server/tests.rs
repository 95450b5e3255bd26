use std::time::Instant;

use axum::Extension;
use axum::routing::{get, post};
use countersign_http::wait::Permit;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;

use super::*;

fn limits() -> Limits {
    Limits {
        per_ip: 8,
        connections: 64,
        requests: 4,
        proxies: Vec::new(),
        drain: Duration::from_secs(5),
        deadlines: Deadlines::default(),
    }
}

/// Requests under way: each says that it has begun, and ends when it is let go.
#[derive(Clone)]
struct Slow {
    begun: Arc<Semaphore>,
    go: Arc<Semaphore>,
}

impl Slow {
    fn new() -> Self {
        Self { begun: Arc::new(Semaphore::new(0)), go: Arc::new(Semaphore::new(0)) }
    }

    async fn work(&self) -> &'static str {
        self.begun.add_permits(1);
        let _ = self.go.acquire().await;
        "done"
    }

    /// Until so many are under way.
    async fn are_under_way(&self, count: u32) {
        self.begun.acquire_many(count).await.unwrap().forget();
    }

    fn let_go(&self) {
        self.go.close();
    }
}

async fn start(limits: Limits) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    start_with(limits, Slow::new()).await
}

async fn start_with(
    limits: Limits,
    slow: Slow,
) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let waits = slow.clone();
    let app = Router::new()
        .route("/", get(async || "hello"))
        .route("/livez", get(async || "alive"))
        .route("/echo", post(async |body: String| body))
        .route("/slow", get(async move || slow.work().await))
        .route(
            "/wait",
            get(async move |Extension(permit): Extension<Permit>| {
                permit.give_back();
                waits.work().await
            }),
        );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(serve(listener, app, limits, async move {
        let _ = stopped.await;
    }));
    (address, stop, task)
}

async fn ask(stream: &mut TcpStream, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut buffer = vec![0; 4096];
    let n = stream.read(&mut buffer).await.unwrap();
    String::from_utf8_lossy(&buffer[..n]).into_owned()
}

#[tokio::test]
async fn a_connection_serves_several_requests() {
    let (address, _stop, _task) = start(limits()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    for _ in 0..3 {
        assert!(ask(&mut stream, "/").await.ends_with("hello"));
    }
}

#[tokio::test]
async fn x_15_a_head_has_its_time_from_its_first_byte() {
    let head = Duration::from_millis(400);
    let deadlines = Deadlines { head, ..Deadlines::default() };
    let (address, _stop, _task) = start(Limits { deadlines, ..limits() }).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A connection that has been of use, so that idling is allowed: the head's time is what is measured.
    assert!(ask(&mut stream, "/").await.ends_with("hello"));
    tokio::time::sleep(head * 2).await;
    let begun = Instant::now();
    let mut buffer = [0; 64];
    // One byte now and then never ends the head, and does not keep it open either.
    for byte in b"GET / HTTP/1.1\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" {
        if stream.write_all(&[*byte]).await.is_err() {
            break;
        }
        if tokio::time::timeout(Duration::from_millis(20), stream.read(&mut buffer)).await.is_ok() {
            break;
        }
    }
    let took = begun.elapsed();
    // Not before its time, and not with the last byte, after more than a second, or never.
    assert!(took >= head - Duration::from_millis(50) && took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn x_15_a_connection_that_says_nothing_is_closed() {
    let deadlines = Deadlines { head: Duration::from_millis(200), ..Deadlines::default() };
    let (address, _stop, _task) = start(Limits { deadlines, ..limits() }).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut buffer = [0; 64];
    let read = tokio::time::timeout(Duration::from_secs(2), stream.read(&mut buffer)).await.unwrap();
    assert!(!matches!(read, Ok(n) if n > 0));
}

#[tokio::test]
async fn x_15_a_body_has_its_time() {
    let deadlines = Deadlines { body: Duration::from_millis(200), ..Deadlines::default() };
    let (address, _stop, _task) = start(Limits { deadlines, ..limits() }).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut buffer = [0; 64];
    let read = tokio::time::timeout(Duration::from_secs(2), stream.read(&mut buffer)).await.unwrap().unwrap();
    assert!(buffer[..read].starts_with(b"HTTP/1.1 400"));
}

#[tokio::test]
async fn x_15_one_address_has_so_many_connections() {
    let (address, _stop, _task) = start(limits()).await;
    let mut open = Vec::new();
    for _ in 0..8 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        assert!(ask(&mut stream, "/").await.ends_with("hello"));
        open.push(stream);
    }
    let mut refused = TcpStream::connect(address).await.unwrap();
    let mut buffer = [0; 64];
    assert!(!matches!(refused.read(&mut buffer).await, Ok(n) if n > 0));
    // A place that is given back can be taken again.
    open.pop();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    assert!(ask(&mut stream, "/").await.ends_with("hello"));
}

#[tokio::test]
async fn x_15_too_many_requests_at_once_are_shed_with_503_and_retry_after() {
    let under_way = Slow::new();
    let (address, _stop, _task) = start_with(limits(), under_way.clone()).await;
    let slow = asked(address, "/slow");
    under_way.are_under_way(4).await;
    let answer = ask(&mut TcpStream::connect(address).await.unwrap(), "/").await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("retry-after: 1"), "{answer}");
    // Whoever watches over the server is told that it lives.
    assert!(ask(&mut TcpStream::connect(address).await.unwrap(), "/livez").await.ends_with("alive"));
    under_way.let_go();
    for task in slow {
        assert!(task.await.unwrap().ends_with("done"));
    }
}

#[tokio::test]
async fn x_15_those_who_wait_keep_nobody_from_being_served() {
    let under_way = Slow::new();
    let (address, _stop, _task) = start_with(limits(), under_way.clone()).await;
    let waiting = asked(address, "/wait");
    under_way.are_under_way(4).await;
    assert!(ask(&mut TcpStream::connect(address).await.unwrap(), "/").await.ends_with("hello"));
    under_way.let_go();
    for task in waiting {
        assert!(task.await.unwrap().ends_with("done"));
    }
}

/// Four requests at once, as many as there are places.
fn asked(address: SocketAddr, path: &'static str) -> Vec<tokio::task::JoinHandle<String>> {
    let asked = || async move { ask(&mut TcpStream::connect(address).await.unwrap(), path).await };
    (0..4).map(|_| tokio::spawn(asked())).collect()
}

#[tokio::test]
async fn ft16_a_request_under_way_at_a_stop_is_answered() {
    let under_way = Slow::new();
    let (address, stop, task) = start_with(limits(), under_way.clone()).await;
    let slow =
        tokio::spawn(async move { ask(&mut TcpStream::connect(address).await.unwrap(), "/slow").await });
    // An idle connection does not hold up the stop.
    let mut idle = TcpStream::connect(address).await.unwrap();
    assert!(ask(&mut idle, "/").await.ends_with("hello"));
    under_way.are_under_way(1).await;
    stop.send(()).unwrap();
    // Nobody is let in any more, and the one inside is waited for.
    while TcpStream::connect(address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!task.is_finished());
    under_way.let_go();
    tokio::time::timeout(Duration::from_secs(4), task).await.unwrap().unwrap();
    assert!(slow.await.unwrap().ends_with("done"));
}
