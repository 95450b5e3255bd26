//! A call on the real server: the company's system stands in a private network, and a secret is nowhere afterwards.

use std::path::Path;
use std::sync::{Arc, Mutex};

use countersign_blackbox::{Client, Home, World};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The secret that the caller keys in: long enough that it stands nowhere by chance.
const PIN: &str = "918273645018";

/// A server in the private network: the company's system, and the receiver of webhooks. Keeps all that it is sent.
async fn inside() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let all = heard.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, all.clone()));
        }
    });
    (port, heard)
}

async fn answer(mut stream: TcpStream, heard: Arc<Mutex<Vec<String>>>) {
    let (mut request, mut part) = (Vec::new(), [0; 16_384]);
    loop {
        let count = stream.read(&mut part).await.unwrap_or(0);
        request.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let wanted = text
            .to_lowercase()
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.lines().next().and_then(|line| line.trim().parse::<usize>().ok()));
        let body = text.split("\r\n\r\n").nth(1).map_or(0, str::len);
        if count == 0 || (text.contains("\r\n\r\n") && body >= wanted.unwrap_or(0)) {
            break;
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let found = request.contains("1234567890");
    heard.lock().unwrap().push(request);
    let body = json!({ "customer": { "id": "c-17", "name": "Jane Doe" } }).to_string();
    let (status, body) = if found { ("200 OK", body) } else { ("404 Not Found", "{}".to_owned()) };
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n");
    let _ = stream.write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes()).await;
}

async fn look_up(client: &mut Client, port: u16) -> String {
    let content = json!({ "kind": "json", "value": { "number": "{accountNumber}", "pin": "{pin}" } });
    let fields = json!([{ "path": "$.customer.id", "to": "external_id" }, { "path": "$.customer.name", "to": "name" }]);
    let body = json!({ "name": "By PIN", "answer": { "fields": fields, "proves": "pin" },
        "request": { "method": "POST", "url": format!("http://127.0.0.1:{port}/pins"), "body": content } });
    client.post("/v1/look-ups", &body).await.ok().text("/id")
}

async fn call(client: &mut Client, look_up: &str) -> Value {
    let keys = |variable: &str, class: &str, next: &str| {
        json!({ "kind": "keypad_input", "variable": variable, "class": class, "prompt": { "say": variable },
            "exits": { "next": next, "failed": "bye" } })
    };
    let flow = json!({ "name": "Bank", "start": "ask", "nodes": {
        "ask": keys("accountNumber", "personal", "pin"), "pin": keys("pin", "secret", "look"),
        "look": { "kind": "http_request", "look_up": look_up, "variable": "customerInfo",
            "exits": { "found": "bye", "not_found": "bye", "unavailable": "bye" } },
        "bye": { "kind": "hang_up", "prompt": { "say": "Goodbye {customerInfo.customer.name} {pin}." } },
    } });
    let made = client.post("/v1/ivr-flows", &flow).await.ok().text("/id");
    let script = json!([{ "after_ms": 4_000, "press": "1234567890#" }, { "after_ms": 4_000, "press": format!("{PIN}#") }]);
    let body = json!({ "flow": made, "version": "draft", "from": "+46706170786", "script": script });
    client.post("/v1/bench/calls", &body).await.ok().json.clone()
}

/// Every byte below a directory.
fn bytes_of(directory: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(bytes_of(&path));
        } else if path.is_file() {
            all.extend(std::fs::read(&path).unwrap_or_default());
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i_3_a_pin_is_compared_by_a_system_inside_and_stands_nowhere_afterwards() {
    let (port, heard) = inside().await;
    let allowed = format!("127.0.0.1:{port}");
    let world = World::start(Home::Sqlite, 1, |launch| {
        launch.with("COUNTERSIGN_OUTBOUND_ALLOW", &allowed).with("COUNTERSIGN_LOG_LEVEL", "trace")
    })
    .await;
    let mut client = world.client(0);
    let webhook = json!({ "url": format!("http://127.0.0.1:{port}/hook"), "events": ["*"] });
    client.post("/v1/webhooks", &webhook).await.ok();
    let jane = json!({ "external_id": "c-17", "name": "Jane Doe" });
    client.post("/v1/profiles", &jane).await.ok();
    let look_up = look_up(&mut client, port).await;
    let made = call(&mut client, &look_up).await;
    assert_eq!(
        made["look_ups"][0]["outcome"], "found",
        "I-4: an operator let this address be called: {made}"
    );
    assert_eq!(made["identity"]["assurance"], "al2", "{made}");
    // The company's system got it, and the webhooks told of the link.
    let sent = |what: &str| heard.lock().unwrap().iter().filter(|request| request.contains(what)).count();
    assert_eq!(sent(PIN), 1);
    for _ in 0..100 {
        if sent("link.created") > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(sent("link.created") > 0, "the webhook came");
    assert_eq!(sent(PIN), 1, "in no webhook");
    assert!(!made.to_string().contains(PIN), "in no answer");
    for path in ["/v1/audit?limit=100", "/v1/events?limit=100", "/v1/calls", "/v1/requests?limit=100"] {
        let told = client.get(path).await;
        assert!(!told.json.to_string().contains(PIN), "{path}");
    }
    let log = world.servers[0].log_end(usize::MAX);
    assert!(log.contains("connected to"), "there is a log to look into: {log}");
    assert!(!log.contains(PIN), "in no log");
    let kept = bytes_of(&world.servers[0].launch.data_dir);
    assert!(kept.len() > 100_000, "there is a database to look into");
    assert!(!kept.windows(PIN.len()).any(|window| window == PIN.as_bytes()), "in no file");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i_4_a_system_inside_is_not_asked_unless_an_operator_lets_it_be() {
    let (port, heard) = inside().await;
    let world = World::sqlite().await;
    let mut client = world.client(0);
    let body = json!({ "name": "Inside", "request": { "url": format!("http://127.0.0.1:{port}/accounts") } });
    client.post("/v1/look-ups", &body).await.refused(400, "invalid-request");
    let body = json!({ "name": "Inside", "request": { "url": "https://127.0.0.1/accounts" } });
    let refused = client.post("/v1/look-ups", &body).await.refused(400, "invalid-request");
    assert!(refused.json.to_string().contains("outbound.allow"), "it says who can help: {}", refused.json);
    assert!(heard.lock().unwrap().is_empty());
}
