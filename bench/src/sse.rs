//! Live updates to many consoles.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use countersign_blackbox::{Client, World};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Plan;
use crate::load::Counted;
use crate::peer::{Peer, script};
use crate::report::{Line, Report};

/// Open consoles.
const CONSOLES: usize = 400;
/// Events a second.
const PACE: u32 = 50;

const NODE: &str = r#"
const http = require('node:http');
const open = new Set();
http.createServer((request, response) => {
  if (request.method === 'POST') {
    const data = JSON.stringify({ id: 'case_01j00000000000000000000000' });
    for (const r of open) r.write(`id: 01j0000000000000000000000000-00000000000000000001\nevent: case.updated\ndata: ${data}\n\n`);
    request.resume();
    response.writeHead(204).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  open.add(response);
  request.on('close', () => open.delete(response));
}).listen(Number(process.argv.at(-1)), '127.0.0.1');
"#;

/// Opens streams that count what they get. Each `\n\n` ends an event.
async fn listen(client: &Client, head: &str) -> Arc<AtomicU64> {
    let count = Arc::new(AtomicU64::new(0));
    let request = format!("GET /v1/live HTTP/1.1\r\nhost: bench\r\n{head}\r\n");
    for _ in 0..CONSOLES {
        let mut stream = TcpStream::connect(client.address()).await.expect("the stream opens");
        stream.write_all(request.as_bytes()).await.expect("the request is sent");
        let count = count.clone();
        tokio::spawn(async move {
            let mut bytes = vec![0; 16_384];
            let mut last = 0;
            while let Ok(read @ 1..) = stream.read(&mut bytes).await {
                let mut events = 0;
                for byte in &bytes[..read] {
                    events += u64::from(*byte == b'\n' && last == b'\n');
                    last = *byte;
                }
                count.fetch_add(events, Ordering::Relaxed);
            }
        });
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    count
}

/// Makes something happen at a pace; gives deliveries in a second of the server's processor time.
async fn paced(
    server: &impl Counted,
    mut client: Client,
    count: &AtomicU64,
    time: Duration,
    path: &str,
    is_ours: bool,
) -> f64 {
    let ticks = (time.as_secs_f64() * f64::from(PACE)) as u32;
    let mut pace = tokio::time::interval(Duration::from_secs(1) / PACE);
    let (before, at_first) = (server.cpu(), count.load(Ordering::Relaxed));
    for n in 0..ticks {
        pace.tick().await;
        let body = if is_ours {
            countersign_blackbox::message(
                &format!("live-{n}"),
                &format!("user-{}", n % 50),
                "is anybody there?",
            )
        } else {
            json!({})
        };
        client.post(path, &body).await.ok();
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    (count.load(Ordering::Relaxed) - at_first) as f64 / (server.cpu() - before).max(0.01)
}

/// Ours beside Node's http and beside shared frames without HTTP.
pub(crate) async fn run(plan: &Plan, report: &mut Report) {
    let time = plan.time.max(Duration::from_secs(4));
    let world = World::sqlite().await;
    let server = &world.servers[0];
    let head = format!("authorization: Bearer {}\r\n", world.key);
    let memory = server.resident_bytes();
    let count = listen(&world.client(0), &head).await;
    let each = server.resident_bytes().saturating_sub(memory) as f64 / CONSOLES as f64 / 1024.0;
    let ours = paced(server, world.client(0), &count, time, &world.inbound(), true).await;
    drop(world);
    let node = {
        let mut command = Command::new("node");
        command.arg(script("sse.js", NODE));
        let peer = Peer::spawn(command).await;
        let count = listen(&peer.client(), "").await;
        paced(&peer, peer.client(), &count, time, "/", false).await
    };
    let raw = {
        let peer = Peer::start(&["sse"]).await;
        let count = listen(&peer.client(), "").await;
        paced(&peer, peer.client(), &count, time, "/", false).await
    };
    let size = format!(
        "{CONSOLES} consoles, {PACE} messages/s; ours takes the messages in too; {each:.1} KiB a console"
    );
    let line = Line::new("SSE fan-out", "/cpu-s", ours, size)
        .peer("Node http", Some(node))
        .limit("raw shared frames", raw);
    report.add(line.goal("≥ 2 x Node", ours >= 2.0 * node));
}
