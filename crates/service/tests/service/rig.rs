//! A service with jobs, and a server that is called.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign_connectors::outbound::Guarded;
use countersign_service::caller::Request;
use countersign_service::config::Config;
use countersign_service::port::{
    BoxFuture, Clock, Outbound, OutboundAnswer, OutboundError, OutboundRequest, SystemClock, SystemEntropy,
};
use countersign_service::webhook::{MadeWebhook, NewWebhook};
use countersign_service::{Caller, Parts, Service};
use countersign_store::{Db, Vault};
use countersign_types::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A clock that runs, and that tests move besides.
#[derive(Default)]
pub(super) struct MovedClock(SystemClock, AtomicI64);

impl MovedClock {
    pub(super) fn advance(&self, micros: i64) {
        self.1.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        self.0.now().plus(self.1.load(Ordering::SeqCst))
    }
}

/// The guarded client, but for addresses that make it panic.
struct Perilous(Guarded);

impl Outbound for Perilous {
    fn check_url(&self, url: &str) -> Result<(), OutboundError> {
        self.0.check_url(url)
    }

    fn call(&self, request: OutboundRequest) -> BoxFuture<'_, Result<OutboundAnswer, OutboundError>> {
        assert!(!request.url.ends_with("/panic"), "as the test wants");
        self.0.call(request)
    }
}

/// A server with its jobs.
pub(super) struct Rig {
    pub(super) service: Service,
    pub(super) clock: Arc<MovedClock>,
    stop: watch::Sender<bool>,
    jobs: Option<JoinHandle<()>>,
}

impl Rig {
    /// Without jobs.
    pub(super) async fn idle(db: Db, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::default();
        change(&mut config);
        let clock = Arc::new(MovedClock::default());
        let parts = Parts {
            db,
            vault: Vault::new(&[7; 32]),
            clock: clock.clone(),
            entropy: Arc::new(SystemEntropy),
            outbound: Arc::new(Perilous(Guarded::new(&["127.0.0.1".to_owned()]).unwrap())),
            connectors: countersign_connectors::all(),
            countries: None,
            speech: None,
            config,
        };
        Self {
            service: Service::start(parts).await.unwrap(),
            clock,
            stop: watch::Sender::new(false),
            jobs: None,
        }
    }

    /// With jobs.
    pub(super) async fn running(db: Db, change: impl FnOnce(&mut Config)) -> Self {
        let mut rig = Self::idle(db, change).await;
        rig.start();
        rig
    }

    pub(super) fn start(&mut self) {
        let (service, stop) = (self.service.clone(), self.stop.subscribe());
        self.jobs = Some(tokio::spawn(async move { service.run_jobs(stop).await }));
    }

    /// Stops the jobs, in order.
    pub(super) async fn stop(&mut self) {
        self.stop.send_replace(true);
        if let Some(jobs) = self.jobs.take() {
            jobs.await.unwrap();
        }
    }

    pub(super) async fn webhook(&self, url: &str) -> MadeWebhook {
        let new = NewWebhook {
            url: url.to_owned(),
            events: vec!["*".to_owned()],
            description: String::new(),
            with_personal_data: false,
        };
        self.service.create_webhook(&system(), new).await.unwrap()
    }
}

pub(super) fn system() -> Request {
    Request::new(Caller::System)
}

/// Waits until something is so, for ten seconds at most.
pub(super) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..500 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}

/// A request that came in.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) path: String,
    pub(super) headers: HashMap<String, String>,
    pub(super) body: String,
    pub(super) at: std::time::Instant,
}

/// A server whose answer depends on the path: `/ok`, `/fail`, `/gone`, `/redirect`, `/hang`, `/flaky/N` (fails N times).
#[derive(Clone)]
pub(super) struct Sink {
    pub(super) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    fixed: Arc<Mutex<bool>>,
}

impl Sink {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let sink = Self { url, seen: Arc::default(), fixed: Arc::default() };
        let serving = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sink = serving.clone();
                tokio::spawn(async move { sink.serve(stream).await });
            }
        });
        sink
    }

    /// From now on everything is answered with 200.
    pub(super) fn fix(&self) {
        *self.fixed.lock().unwrap() = true;
    }

    pub(super) fn seen(&self, path: &str) -> Vec<Seen> {
        self.seen.lock().unwrap().iter().filter(|seen| seen.path == path).cloned().collect()
    }

    async fn serve(&self, mut stream: TcpStream) -> Option<()> {
        loop {
            let seen = read(&mut stream).await?;
            let path = seen.path.clone();
            self.seen.lock().unwrap().push(seen);
            let (_, last) = path.rsplit_once('/').unwrap_or_default();
            let count = self.seen(&path).len();
            let status = match path.split('/').nth(1).unwrap_or_default() {
                _ if *self.fixed.lock().unwrap() => "200 OK",
                "ok" => "204 No Content",
                "gone" => "410 Gone",
                "redirect" => "302 Found\r\nlocation: /ok",
                "busy" if count == 1 => "429 Too Many\r\nretry-after: 3600",
                "flaky" if count > last.parse().unwrap_or(0) => "200 OK",
                "hang" => {
                    tokio::time::sleep(Duration::from_secs(60)).await;
                    return None;
                }
                _ => "500 Broken",
            };
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.ok()?;
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: HashMap<_, _> =
        lines.filter_map(|l| l.split_once(": ")).map(|(k, v)| (k.to_lowercase(), v.to_owned())).collect();
    let length: usize = headers.get("content-length").and_then(|v| v.parse().ok()).unwrap_or(0);
    while bytes.len() < end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8_lossy(&bytes[end + 4..end + 4 + length]).into_owned();
    Some(Seen { path, headers, body, at: std::time::Instant::now() })
}
