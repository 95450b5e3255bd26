//! Live updates: the SSE stream as a program reads it.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::Method;
use hyper::body::Incoming;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use crate::Client;

/// An open stream.
pub struct Live {
    body: Incoming,
    text: String,
    _client: Client,
}

/// An event of it.
#[derive(Debug, Clone)]
pub struct LiveEvent {
    /// `case.updated`
    pub name: String,
    /// With which the stream is resumed.
    pub id: String,
    /// Its data.
    pub data: Value,
}

impl Live {
    /// Opens the stream, after an earlier event if there was one.
    pub async fn open(client: &Client, last: Option<&str>) -> Self {
        let mut client = client.clone();
        let headers: Vec<_> = last.map(|id| ("last-event-id", id)).into_iter().collect();
        let response = client.send(Method::GET, "/v1/live", None, &headers).await.expect("the stream opens");
        assert_eq!(response.status(), 200);
        let kind = response.headers()["content-type"].to_str().unwrap_or_default().to_owned();
        assert!(kind.starts_with("text/event-stream"), "{kind}");
        Self { body: response.into_body(), text: String::new(), _client: client }
    }

    /// The next event, or `None` when none came in time or the stream ended.
    pub async fn next(&mut self, patience: Duration) -> Option<LiveEvent> {
        let until = Instant::now() + patience;
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let event = parse(block);
                self.text = rest.to_owned();
                if event.is_some() {
                    return event;
                }
            }
            let frame = timeout_at(until, self.body.frame()).await.ok()??.ok()?;
            if let Some(data) = frame.data_ref() {
                self.text.push_str(&String::from_utf8_lossy(data));
            }
        }
    }

    /// The next event of this name about this object.
    pub async fn wait_for(&mut self, name: &str, id: &str, patience: Duration) -> Option<LiveEvent> {
        let until = Instant::now() + patience;
        loop {
            let event = self.next(until.saturating_duration_since(Instant::now())).await?;
            if event.name == name && event.data["id"] == id {
                return Some(event);
            }
        }
    }
}

/// A block of the stream; comments are not events.
fn parse(block: &str) -> Option<LiveEvent> {
    let (mut name, mut id, mut data) = (String::new(), String::new(), String::new());
    for line in block.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => name = value.to_owned(),
            "id" => id = value.to_owned(),
            "data" => data.push_str(value),
            _ => {}
        }
    }
    (!name.is_empty()).then(|| LiveEvent {
        name,
        id,
        data: serde_json::from_str(&data).unwrap_or(Value::Null),
    })
}
