//! One account at its homeserver: *Client-Server API*, API standards. The token goes in a header, so no address is secret.

use std::time::Duration;

use countersign_service::port::{
    ANSWER_BYTES_MAX, Line, OutboundAnswer, OutboundRequest, Provided, ProviderError,
};
use serde_json::{Value, json};

use super::{Config, TOKEN};
use crate::provider::{FILE_BYTES_MAX, given_out};
use crate::text;

/// How long a call may take, milliseconds.
const TIMEOUT_MS: u64 = 15_000;
/// How long entering a room may take; its homeserver goes on with it.
const JOIN_TIMEOUT_MS: u64 = 5_000;
/// How long a file may take: it may lie at another homeserver.
const FILE_TIMEOUT_MS: u64 = 20_000;
/// Events of one room in a look; what is between is read page by page.
const EVENTS_MAX: u32 = 30;
/// Bytes of a look at most: with [`EVENTS_MAX`], and with one event of each room.
const LOOK_BYTES_MAX: usize = 8 * 1_048_576;
const SMALL_LOOK_BYTES_MAX: usize = 32 * 1_048_576;
/// Events of a page, and its bytes at most: an event has 64 KiB.
const PAGE: u32 = 50;
const PAGE_BYTES_MAX: usize = 6 * 1_048_576;
/// Bytes of what a room is like: a conversation of two has little.
const STATE_BYTES_MAX: usize = 1_048_576;

/// An account, and the way to it.
pub(super) struct Homeserver<'a> {
    line: Line<'a>,
    url: &'a str,
    token: &'a str,
}

/// A call without its address.
struct Call {
    method: &'static str,
    content_type: Option<String>,
    body: Vec<u8>,
    timeout_ms: u64,
    answer_bytes_max: usize,
}

impl Call {
    fn get() -> Self {
        Self {
            method: "GET",
            content_type: None,
            body: Vec::new(),
            timeout_ms: TIMEOUT_MS,
            answer_bytes_max: ANSWER_BYTES_MAX,
        }
    }

    fn json(method: &'static str, body: &Value) -> Self {
        let body = body.to_string().into_bytes();
        Self { method, content_type: Some("application/json".to_owned()), body, ..Self::get() }
    }
}

impl<'a> Homeserver<'a> {
    pub(super) fn of(line: Line<'a>, config: &'a Config) -> Provided<Self> {
        let token = line.secrets.get(TOKEN).unwrap_or_default();
        if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(ProviderError::settings(None, "the access token is not one"));
        }
        Ok(Self { line, url: &config.homeserver_url, token })
    }

    async fn call(&self, path: &str, call: Call) -> Provided<OutboundAnswer> {
        let mut headers = vec![("authorization".to_owned(), format!("Bearer {}", self.token))];
        headers.extend(call.content_type.map(|it| ("content-type".to_owned(), it)));
        let request = OutboundRequest {
            method: call.method,
            url: format!("{}{path}", self.url),
            headers,
            body: call.body,
            timeout_ms: call.timeout_ms,
            answer_bytes_max: call.answer_bytes_max,
        };
        Ok(self.line.outbound.call(request).await?)
    }

    async fn ask(&self, path: &str, call: Call) -> Provided<Value> {
        result(&self.call(path, call).await?)
    }

    /// *GET account/whoami*: whose token it is.
    pub(super) async fn me(&self) -> Provided<String> {
        let answer = self.ask("/_matrix/client/v3/account/whoami", Call::get()).await?;
        let user = answer["user_id"].as_str().filter(|user| is_user(user));
        let user = user.ok_or_else(|| ProviderError::settings(200, "what answers there is no homeserver"))?;
        Ok(user.to_owned())
    }

    /// *POST keys/query*: whether the account was used with an app that encrypts.
    pub(super) async fn has_keys(&self, me: &str) -> Provided<bool> {
        let call = Call::json("POST", &json!({ "device_keys": { me: [] } }));
        let answer = self.ask("/_matrix/client/v3/keys/query", call).await?;
        Ok(answer["device_keys"][me].as_object().is_some_and(|keys| !keys.is_empty()))
    }

    /// *GET sync*: what happened since, waiting `wait` where nothing has. Where that is too much at once,
    /// with one event of each room: what is missing is read room by room.
    pub(super) async fn sync(&self, since: Option<&str>, wait: Duration) -> Provided<Value> {
        let events = if since.is_some() { EVENTS_MAX } else { 1 };
        if let Some(found) = self.sync_within(since, wait, events, LOOK_BYTES_MAX).await? {
            return Ok(found);
        }
        let found = self.sync_within(since, Duration::ZERO, 1, SMALL_LOOK_BYTES_MAX).await?;
        found.ok_or_else(|| {
            ProviderError::settings(200, "this account is in too many rooms: use one of its own")
        })
    }

    async fn sync_within(
        &self,
        since: Option<&str>,
        wait: Duration,
        events: u32,
        bytes_max: usize,
    ) -> Provided<Option<Value>> {
        // *Filtering*. Our own events stay in: without them nothing tells where a page ends.
        let nothing = json!({ "not_types": ["*"] });
        let filter = json!({
            "room": {
                "timeline": { "limit": events, "lazy_load_members": true },
                "state": { "not_types": ["*"], "lazy_load_members": true },
                "ephemeral": { "types": ["m.receipt"] },
                "account_data": nothing,
            },
            "presence": nothing, "account_data": nothing,
        });
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(0);
        let mut path =
            format!("/_matrix/client/v3/sync?timeout={wait_ms}&filter={}", segment(&filter.to_string()));
        if let Some(since) = since {
            path = format!("{path}&since={}", segment(since));
        }
        let call = Call { timeout_ms: wait_ms + TIMEOUT_MS, answer_bytes_max: bytes_max, ..Call::get() };
        let answer = self.call(&path, call).await?;
        if answer.status == 200 && answer.body.len() >= bytes_max {
            return Ok(None);
        }
        result(&answer).map(Some)
    }

    /// *GET rooms/{roomId}/messages*: a page of what was said before `from`, newest first, not before `to`. A page that
    /// is too long to be read is none.
    pub(super) async fn before(&self, room: &str, from: &str, to: Option<&str>) -> Provided<Value> {
        let mut path = format!(
            "/_matrix/client/v3/rooms/{}/messages?dir=b&limit={PAGE}&from={}",
            segment(room),
            segment(from)
        );
        if let Some(to) = to {
            path = format!("{path}&to={}", segment(to));
        }
        let call = Call { answer_bytes_max: PAGE_BYTES_MAX, ..Call::get() };
        let answer = self.call(&path, call).await?;
        if answer.status == 200 && answer.body.len() >= PAGE_BYTES_MAX {
            return Ok(Value::Null);
        }
        result(&answer)
    }

    /// *GET rooms/{roomId}/state*: what a room is like now. Nothing where that is too much for a conversation of two.
    pub(super) async fn state(&self, room: &str) -> Provided<Value> {
        let call = Call { answer_bytes_max: STATE_BYTES_MAX, ..Call::get() };
        let answer = self.call(&format!("/_matrix/client/v3/rooms/{}/state", segment(room)), call).await?;
        if answer.status == 200 && answer.body.len() >= STATE_BYTES_MAX {
            return Ok(Value::Null);
        }
        result(&answer)
    }

    /// *POST rooms/{roomId}/join*.
    pub(super) async fn join(&self, room: &str) -> Provided<()> {
        let path = format!("/_matrix/client/v3/rooms/{}/join", segment(room));
        let call = Call { timeout_ms: JOIN_TIMEOUT_MS, ..Call::json("POST", &json!({})) };
        self.ask(&path, call).await.map(|_| ())
    }

    /// *POST rooms/{roomId}/leave*, which also declines an invitation.
    pub(super) async fn leave(&self, room: &str) -> Provided<()> {
        let path = format!("/_matrix/client/v3/rooms/{}/leave", segment(room));
        self.ask(&path, Call::json("POST", &json!({}))).await.map(|_| ())
    }

    /// *PUT rooms/{roomId}/send/{eventType}/{txnId}*: the same `transaction` again does nothing.
    pub(super) async fn send(&self, room: &str, transaction: &str, content: &Value) -> Provided<()> {
        let path = format!(
            "/_matrix/client/v3/rooms/{}/send/m.room.message/{}",
            segment(room),
            segment(transaction)
        );
        self.ask(&path, Call::json("PUT", content)).await.map(|_| ())
    }

    /// *PUT rooms/{roomId}/typing/{userId}*: for some seconds.
    pub(super) async fn type_in(&self, room: &str, me: &str) -> Provided<()> {
        let path = format!("/_matrix/client/v3/rooms/{}/typing/{}", segment(room), segment(me));
        self.ask(&path, Call::json("PUT", &json!({ "typing": true, "timeout": 6_000 }))).await.map(|_| ())
    }

    /// *GET account_data*: what this account keeps under a name, for itself or for one room.
    pub(super) async fn find_note(
        &self,
        me: &str,
        room: Option<&str>,
        name: &str,
    ) -> Provided<Option<Value>> {
        match self.ask(&note_path(me, room, name), Call::get()).await {
            Ok(note) => Ok(Some(note)),
            Err(ProviderError::Refused { status: Some(404), .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// *PUT account_data*.
    pub(super) async fn keep_note(
        &self,
        me: &str,
        room: Option<&str>,
        name: &str,
        note: &Value,
    ) -> Provided<()> {
        self.ask(&note_path(me, room, name), Call::json("PUT", note)).await.map(|_| ())
    }

    /// *POST upload*: answers with the file's `mxc://` address.
    pub(super) async fn upload(&self, name: &str, mime_type: &str, bytes: Vec<u8>) -> Provided<String> {
        let path = format!("/_matrix/media/v3/upload?filename={}", segment(name));
        let call = Call {
            method: "POST",
            content_type: Some(mime_type.to_owned()),
            body: bytes,
            timeout_ms: FILE_TIMEOUT_MS,
            answer_bytes_max: ANSWER_BYTES_MAX,
        };
        let answer = self.ask(&path, call).await?;
        let file = answer["content_uri"].as_str().filter(|uri| file_of(uri).is_some());
        let file = file.ok_or_else(|| ProviderError::unavailable(200, "the homeserver took no file"))?;
        Ok(file.to_owned())
    }

    /// *GET download*, with the token; servers before 1.11 of the specification know only the place without.
    pub(super) async fn file(&self, reference: &str) -> Provided<Vec<u8>> {
        let gone = || ProviderError::refused(None, "the homeserver does not give out this file");
        let uri = format!("mxc://{reference}");
        let (server, id) = file_of(&uri).ok_or_else(gone)?;
        let place = format!("{}/{}?timeout_ms=10000", segment(server), segment(id));
        let call =
            || Call { timeout_ms: FILE_TIMEOUT_MS, answer_bytes_max: FILE_BYTES_MAX + 1, ..Call::get() };
        let mut answer = self.call(&format!("/_matrix/client/v1/media/download/{place}"), call()).await?;
        if answer.status == 404 && errcode(&answer) == "M_UNRECOGNIZED" {
            answer = self.call(&format!("/_matrix/media/v3/download/{place}"), call()).await?;
        }
        if (300..400).contains(&answer.status) {
            let detail = "the homeserver keeps its files somewhere else, which is not followed";
            return Err(ProviderError::refused(answer.status, detail));
        }
        if matches!(answer.status, 401 | 429) {
            return result(&answer).and_then(|_| Err(gone()));
        }
        given_out(answer, "the homeserver")
    }
}

fn note_path(me: &str, room: Option<&str>, name: &str) -> String {
    let room = room.map(|room| format!("/rooms/{}", segment(room))).unwrap_or_default();
    format!("/_matrix/client/v3/user/{}{room}/account_data/{}", segment(me), segment(name))
}

/// Where the homeserver of an address is: there, or where *Well-known URIs* of it lead.
pub(super) async fn discover(line: Line<'_>, url: &str) -> Provided<String> {
    let found = ask_openly(line, format!("{url}/_matrix/client/versions")).await;
    if found.as_ref().is_ok_and(|body| body["versions"].is_array()) {
        return Ok(url.to_owned());
    }
    let no_homeserver = || ProviderError::settings(None, "no homeserver answers at this address");
    let known = match ask_openly(line, format!("{url}/.well-known/matrix/client")).await {
        Ok(known) => known,
        // Why the first one failed says more.
        Err(_) => return Err(found.err().unwrap_or_else(no_homeserver)),
    };
    let base = known["m.homeserver"]["base_url"].as_str().unwrap_or_default().trim_end_matches('/');
    line.outbound.check_url(base).map_err(|_| no_homeserver())?;
    let body = ask_openly(line, format!("{base}/_matrix/client/versions")).await?;
    if body["versions"].is_array() { Ok(base.to_owned()) } else { Err(no_homeserver()) }
}

/// Asks without the token: whose server it is, is not known yet.
async fn ask_openly(line: Line<'_>, url: String) -> Provided<Value> {
    let request = OutboundRequest {
        method: "GET",
        url,
        headers: Vec::new(),
        body: Vec::new(),
        timeout_ms: TIMEOUT_MS,
        answer_bytes_max: ANSWER_BYTES_MAX,
    };
    let answer = line.outbound.call(request).await?;
    Ok(serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
}

fn errcode(answer: &OutboundAnswer) -> String {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    text::cut(body["errcode"].as_str().unwrap_or_default(), 60)
}

/// *Standard error response*: `errcode`, `error`, `retry_after_ms`. Its words are not repeated: they name people and rooms.
fn result(answer: &OutboundAnswer) -> Provided<Value> {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let status = answer.status;
    if status == 200 && !body.is_null() {
        return Ok(body);
    }
    let code = text::cut(body["errcode"].as_str().unwrap_or("no reason"), 60);
    Err(match (status, code.as_str()) {
        (_, "M_UNKNOWN_TOKEN" | "M_MISSING_TOKEN") | (401, _) => ProviderError::settings(
            status,
            "the homeserver does not know this access token any more: log the account in again and enter the new one",
        ),
        (_, "M_USER_DEACTIVATED" | "M_USER_LOCKED" | "M_USER_SUSPENDED") => {
            ProviderError::settings(status, "the homeserver has closed or locked this account")
        }
        (429, _) => {
            let wish = body["retry_after_ms"].as_u64().map(|ms| ms.div_ceil(1_000));
            ProviderError::Unavailable {
                status: Some(status),
                detail: "the homeserver asks to slow down".to_owned(),
                retry_after_secs: wish.or(answer.retry_after_secs),
            }
        }
        (200, _) => ProviderError::settings(status, "what answers there is no homeserver"),
        (413, _) | (_, "M_TOO_LARGE") => {
            ProviderError::refused(status, "it is larger than the homeserver takes")
        }
        (400..=499, _) => ProviderError::refused(status, format!("the homeserver refused it ({code})")),
        _ => ProviderError::unavailable(status, format!("the homeserver answered {status}")),
    })
}

/// *Identifier grammar*: `@name:server`.
pub(super) fn is_user(text: &str) -> bool {
    text.starts_with('@') && text.contains(':') && is_identifier(text)
}

/// *Identifier grammar*: `!…`, since version 12 of rooms without a server.
pub(super) fn is_room(text: &str) -> bool {
    text.starts_with('!') && is_identifier(text)
}

fn is_identifier(text: &str) -> bool {
    (2..=255).contains(&text.len()) && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// The server and the id in a file's `mxc://` address.
pub(super) fn file_of(uri: &str) -> Option<(&str, &str)> {
    let (server, id) = uri.strip_prefix("mxc://")?.split_once('/')?;
    let is_server = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b':' | b'-' | b'[' | b']');
    let is_id = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let is_fine = server.bytes().all(is_server) && server.bytes().any(|b| b.is_ascii_alphanumeric());
    (is_fine && !id.is_empty() && id.bytes().all(is_id) && uri.len() <= 500).then_some((server, id))
}

/// A part of an address.
fn segment(text: &str) -> String {
    let form: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    form.replace('+', "%20")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_is_one_of_a_server_and_leads_nowhere_else() {
        assert_eq!(file_of("mxc://a.test:8448/AbC_-1"), Some(("a.test:8448", "AbC_-1")));
        for odd in [
            "",
            "mxc://",
            "mxc://a.test",
            "mxc://a.test/",
            "mxc://a.test/../x",
            "mxc://../x",
            "https://a.test/x",
        ] {
            assert_eq!(file_of(odd), None, "{odd}");
        }
        assert_eq!(segment("!a+b/..?c:d"), "%21a%2Bb%2F..%3Fc%3Ad");
    }

    #[test]
    fn what_a_homeserver_refuses_is_told_apart_and_its_words_are_not_repeated() {
        let answer = |status: u16, body: Value| OutboundAnswer {
            status,
            retry_after_secs: None,
            location: None,
            body: body.to_string().into_bytes(),
            latency_ms: 1,
        };
        let of = |status: u16, code: &str| {
            let body =
                json!({ "errcode": code, "error": "@mia:a.test is not here", "retry_after_ms": 1_200 });
            result(&answer(status, body)).unwrap_err()
        };
        assert!(matches!(of(401, "M_UNKNOWN_TOKEN"), ProviderError::Settings { .. }));
        assert!(matches!(of(403, "M_USER_DEACTIVATED"), ProviderError::Settings { .. }));
        assert!(matches!(of(403, "M_FORBIDDEN"), ProviderError::Refused { .. }));
        assert!(matches!(of(502, "M_UNKNOWN"), ProviderError::Unavailable { .. }));
        let slow = of(429, "M_LIMIT_EXCEEDED");
        assert!(matches!(slow, ProviderError::Unavailable { retry_after_secs: Some(2), .. }), "{slow:?}");
        for status in [400, 403, 404, 429, 500] {
            assert!(!of(status, "M_UNKNOWN").to_string().contains("mia"), "{status}");
        }
    }
}
