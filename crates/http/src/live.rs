//! Live updates as server-sent events: names of what changed, to whom they concern, and nothing more.
//!
//! One task hears what all servers change, joins what comes together, and writes it into a frame once; readers share
//! the frame's bytes.
//! The last frames are kept, so that a reader who comes back with `Last-Event-ID` misses nothing; one whose place is
//! not known here (another server's, or too long ago) is told to fetch everything anew. A reader that does not read
//! is closed, and nobody waits for it.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use countersign_service::live::{LiveUpdate, LiveUpdates};
use countersign_service::{Caller, Service};
use countersign_types::{Error, Permission};
use tokio::sync::{broadcast, watch};
use tokio::time::{Interval, MissedTickBehavior};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Auth, NoParams};
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// Updates that are kept for readers who come back.
const KEPT: usize = 4_096;
/// What comes within this time leaves together: one operation says several things, and each write costs every reader.
const TOGETHER: Duration = Duration::from_millis(4);
/// Updates in one frame at most.
const TOGETHER_MAX: usize = 64;
/// Frames that a reader may lag behind; beyond, it is closed.
const LAG_MAX: usize = 256;
/// Frames that are joined to one write.
const JOINED_MAX: usize = 64;
/// How often it is looked whether a session still holds.
const LOOK: Duration = Duration::from_secs(4);
/// After so many quiet looks a comment keeps the connection open: every 12 to 16 seconds.
const QUIET_LOOKS: u32 = 3;

/// Updates that leave together, written once for all.
#[derive(Debug)]
struct Frame {
    /// Everything in it.
    all: Bytes,
    /// Each update by itself, for readers who may not hear of all.
    parts: Vec<Part>,
    /// Whose session or role may have changed: nothing to send, but their readers look.
    looks: Vec<Arc<str>>,
    /// The server stops: every stream ends.
    is_last: bool,
}

#[derive(Debug)]
struct Part {
    seq: u64,
    needs: Option<Permission>,
    bytes: Bytes,
}

#[derive(Debug, Default)]
struct Kept {
    seq: u64,
    count: usize,
    is_over: bool,
    frames: VecDeque<Arc<Frame>>,
}

/// What all readers share.
#[derive(Debug)]
pub struct Hub {
    /// Tells this server's places from another's, and from those before a restart.
    epoch: String,
    kept: Mutex<Kept>,
    sender: broadcast::Sender<Arc<Frame>>,
    looked: Mutex<HashMap<String, (Instant, bool)>>,
}

/// The hub, begun with its first reader.
#[derive(Debug, Default)]
pub struct Live(OnceLock<Arc<Hub>>);

impl Live {
    fn hub(&self, service: &Service) -> Arc<Hub> {
        self.0
            .get_or_init(|| {
                let epoch = crate::extract::new_request_id();
                let hub = Arc::new(Hub {
                    epoch: epoch.trim_start_matches("req_").chars().take(12).collect(),
                    kept: Mutex::default(),
                    sender: broadcast::Sender::new(LAG_MAX),
                    looked: Mutex::default(),
                });
                tokio::spawn(hear(hub.clone(), service.subscribe_live(), service.stopping()));
                hub
            })
            .clone()
    }
}

/// Resolves when the server stops.
async fn over(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|is_over| *is_over).await;
}

/// Writes every update into a frame, once.
async fn hear(hub: Arc<Hub>, mut updates: LiveUpdates, mut stopping: watch::Receiver<bool>) {
    loop {
        let update = tokio::select! {
            update = updates.recv() => update,
            () = over(&mut stopping) => return hub.end(),
        };
        let Some(update) = update else { return hub.end() };
        let mut together = vec![update];
        let _ = tokio::time::timeout(TOGETHER, async {
            while together.len() < TOGETHER_MAX {
                match updates.recv().await {
                    Some(update) if together.contains(&update) => {}
                    Some(update) => together.push(update),
                    None => return,
                }
            }
        })
        .await;
        hub.publish(together);
    }
}

impl Hub {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, updates: Vec<LiveUpdate>) {
        let mut kept = self.kept();
        let (mut parts, mut looks) = (Vec::with_capacity(updates.len()), Vec::new());
        for update in updates {
            let (needs, event) = match update {
                LiveUpdate::Changed { name, id, needs } => {
                    let id = serde_json::Value::from(&*id);
                    (needs, format!("event: {name}\ndata: {{\"id\":{id}}}\n\n"))
                }
                LiveUpdate::Resync => (None, "event: resync\ndata: {}\n\n".to_owned()),
                LiveUpdate::Ended { id } => {
                    looks.push(id);
                    continue;
                }
            };
            kept.seq += 1;
            let bytes = Bytes::from(format!("id: {}-{}\n{event}", self.epoch, kept.seq));
            parts.push(Part { seq: kept.seq, needs, bytes });
        }
        if !looks.is_empty() {
            self.looked().clear();
        }
        let all = match parts.as_slice() {
            [one] => one.bytes.clone(),
            many => joined(many.iter()).unwrap_or_default(),
        };
        let frame = Arc::new(Frame { all, parts, looks, is_last: false });
        // Without anything to send there is nothing to come back for.
        if !frame.parts.is_empty() {
            kept.count += frame.parts.len();
            kept.frames.push_back(frame.clone());
        }
        while kept.count > KEPT {
            let gone = kept.frames.pop_front().map_or(0, |frame| frame.parts.len());
            kept.count -= gone;
        }
        // Under the lock, so that a new reader gets each frame once: from what is kept or from here.
        let _ = self.sender.send(frame);
    }

    /// Ends every stream, also those that are about to be opened.
    fn end(&self) {
        let mut kept = self.kept();
        kept.is_over = true;
        let last = Frame { all: Bytes::new(), parts: Vec::new(), looks: Vec::new(), is_last: true };
        let _ = self.sender.send(Arc::new(last));
    }

    /// A new reader, and what it missed since its last event. Nobody comes in any more once the server stops.
    fn join(&self, caller: &Caller, last: Option<&str>) -> Option<(broadcast::Receiver<Arc<Frame>>, Bytes)> {
        let kept = self.kept();
        if kept.is_over {
            return None;
        }
        let receiver = self.sender.subscribe();
        let mut missed = BytesMut::from("retry: 1000\n\n");
        let read = |id: &str| id.strip_prefix(&*self.epoch)?.strip_prefix('-')?.parse::<u64>().ok();
        match last.map(read) {
            None => {}
            Some(Some(seq)) if is_known(&kept, seq) => {
                let parts = kept.frames.iter().flat_map(|frame| &frame.parts);
                for part in parts.filter(|part| part.seq > seq && concerns(caller, part)) {
                    missed.extend_from_slice(&part.bytes);
                }
            }
            Some(_) => {
                let text = format!("id: {}-{}\nevent: resync\ndata: {{}}\n\n", self.epoch, kept.seq);
                missed.extend_from_slice(text.as_bytes());
            }
        }
        Some((receiver, missed.freeze()))
    }

    fn looked(&self) -> MutexGuard<'_, HashMap<String, (Instant, bool)>> {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a caller's session or key still holds with the same rights. One look serves all their readers.
    async fn still_holds(&self, service: &Service, caller: &Caller, key: &str) -> bool {
        if let Some((since, holds)) = self.looked().get(key)
            && since.elapsed() < LOOK
        {
            return *holds;
        }
        // A database that does not answer ends nothing: the next look decides.
        let holds = service.still_holds(caller).await.unwrap_or(true);
        let mut looked = self.looked();
        if looked.len() > 10_000 {
            looked.clear();
        }
        looked.insert(key.to_owned(), (Instant::now(), holds));
        holds
    }
}

/// Whether everything after a place is still kept.
fn is_known(kept: &Kept, seq: u64) -> bool {
    let first =
        kept.frames.iter().find_map(|frame| frame.parts.first()).map_or(kept.seq + 1, |part| part.seq);
    seq <= kept.seq && seq + 1 >= first
}

fn concerns(caller: &Caller, part: &Part) -> bool {
    part.needs.is_none_or(|permission| caller.may(permission))
}

/// What a caller may hear of a frame; the frame's own bytes if that is all of it.
fn heard(caller: &Caller, frame: &Frame) -> Option<Bytes> {
    if frame.parts.iter().all(|part| concerns(caller, part)) {
        return (!frame.parts.is_empty()).then(|| frame.all.clone());
    }
    joined(frame.parts.iter().filter(|part| concerns(caller, part)))
}

fn joined<'a>(parts: impl Iterator<Item = &'a Part>) -> Option<Bytes> {
    let mut bytes = BytesMut::new();
    for part in parts {
        bytes.extend_from_slice(&part.bytes);
    }
    (!bytes.is_empty()).then(|| bytes.freeze())
}

/// One open stream.
struct Reader {
    hub: Arc<Hub>,
    service: Service,
    caller: Caller,
    /// Names the session or key and its rights.
    key: String,
    /// Whose change concerns this reader.
    ids: Vec<String>,
    receiver: broadcast::Receiver<Arc<Frame>>,
    looks: Interval,
    quiet: u32,
    first: Option<Bytes>,
}

impl Reader {
    /// What is written next; `None` closes the stream.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            tokio::select! {
                biased;
                frame = self.receiver.recv() => {
                    // Lagged: too far behind. Closed: the server stops. It comes back and is told what it missed.
                    let frame = frame.ok()?;
                    if let Some(bytes) = self.take(frame).await? {
                        self.quiet = 0;
                        return Some(bytes);
                    }
                }
                _ = self.looks.tick() => {
                    if !self.hub.still_holds(&self.service, &self.caller, &self.key).await {
                        return None;
                    }
                    self.quiet += 1;
                    if self.quiet >= QUIET_LOOKS {
                        self.quiet = 0;
                        return Some(Bytes::from_static(b":\n\n"));
                    }
                }
            }
        }
    }

    /// The frame and those that wait behind it, as one write. The outer `None` closes the stream.
    async fn take(&mut self, first: Arc<Frame>) -> Option<Option<Bytes>> {
        let mut alone: Option<Bytes> = None;
        let mut together: Option<BytesMut> = None;
        let mut frame = first;
        for _ in 0..JOINED_MAX {
            if frame.is_last {
                return None;
            }
            let is_mine = |id: &Arc<str>| self.ids.iter().any(|mine| **mine == **id);
            if frame.looks.iter().any(is_mine)
                && !self.hub.still_holds(&self.service, &self.caller, &self.key).await
            {
                return None;
            }
            if let Some(bytes) = heard(&self.caller, &frame) {
                match (&alone, &mut together) {
                    (None, _) => alone = Some(bytes),
                    (Some(_), Some(together)) => together.extend_from_slice(&bytes),
                    (Some(before), None) => {
                        let mut both = BytesMut::with_capacity(4 * before.len());
                        both.extend_from_slice(before);
                        both.extend_from_slice(&bytes);
                        together = Some(both);
                    }
                }
            }
            match self.receiver.try_recv() {
                Ok(next) => frame = next,
                Err(broadcast::error::TryRecvError::Empty | broadcast::error::TryRecvError::Closed) => break,
                Err(broadcast::error::TryRecvError::Lagged(_)) => return None,
            }
        }
        Some(together.map(BytesMut::freeze).or(alone))
    }
}

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(live))
}

/// Live updates as server-sent events: `event: case.updated`, `data: {"id": "case_…"}`. Names only, of what the caller
/// may read; fetch what changed by the ordinary ways. `Last-Event-ID` resumes; `event: resync` means: fetch anew.
#[utoipa::path(get, path = "/v1/live", tag = "system", operation_id = "live",
    security(("api_key" = []), ("session" = [])),
    params(("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was read")),
    responses((status = 200, description = "The stream", content_type = "text/event-stream", body = String), Refusals))]
async fn live(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let service = app.service.clone();
    let hub = app.live.hub(&service);
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok());
    let caller = request.caller;
    let (receiver, first) = hub.join(&caller, last).ok_or(Error::Unavailable("server"))?;
    let (key, ids) = match &caller {
        Caller::User { user, session } => {
            (format!("{session}/{}", user.role.as_str()), vec![user.id.to_string(), session.to_string()])
        }
        Caller::ApiKey(key) => (key.id.to_string(), vec![key.id.to_string()]),
        Caller::System => (String::new(), Vec::new()),
    };
    let mut looks = tokio::time::interval_at(tokio::time::Instant::now() + LOOK, LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let reader = Reader { hub, service, caller, key, ids, receiver, looks, quiet: 0, first: Some(first) };
    let stream = futures_util::stream::unfold(reader, async |mut reader| {
        let bytes = reader.next().await?;
        Some((Ok::<_, Infallible>(bytes), reader))
    });
    let mut response = Body::from_stream(stream).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x_15_what_nobody_is_sent_is_not_kept() {
        let hub = Hub {
            epoch: "test".to_owned(),
            kept: Mutex::default(),
            sender: broadcast::Sender::new(LAG_MAX),
            looked: Mutex::default(),
        };
        for n in 0..3 * KEPT {
            hub.publish(vec![LiveUpdate::Ended { id: format!("sess_{n}").into() }]);
        }
        assert!(hub.kept().frames.is_empty());
        for _ in 0..2 * KEPT {
            hub.publish(vec![LiveUpdate::Resync]);
        }
        let kept = hub.kept();
        assert_eq!((kept.frames.len(), kept.count), (KEPT, KEPT));
    }
}
