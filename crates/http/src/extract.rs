//! What handlers take out of a request, strictly: unknown fields and unknown query keys are refused.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Request as HttpRequest};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use countersign_service::caller::{Caller, Idempotency, Request};
use countersign_types::{Error, FieldError};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::forwarded;
use crate::middleware::{BODY_BYTES_MAX, IdempotencyKey, ROWS_BYTES_MAX, broken_body, too_large};
use crate::problem::Failure;
use crate::request_log::SeenKey;
use crate::router::App;

/// The cookie of a person's session.
pub const SESSION_COOKIE: &str = "__Host-countersign";

/// A fresh request id: 16 random bytes would do, the clock is not needed.
pub fn new_request_id() -> String {
    use std::hash::{BuildHasher, Hasher};
    // RandomState is seeded by the system and counts up: unique here, and a request id is no secret.
    let mut hasher = std::hash::RandomState::new().build_hasher();
    hasher.write_u8(1);
    let a = hasher.finish();
    hasher.write_u8(2);
    format!("req_{a:016x}{:08x}", hasher.finish() as u32)
}

/// Somebody who is logged in or holds an API key. On a mutation by cookie the CSRF token was checked.
#[derive(Debug, Clone)]
pub struct Auth(pub Request);

impl FromRequestParts<Arc<App>> for Auth {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        request_of(parts, app, By::Person).await.map(Self)
    }
}

/// [`Auth`] for what a console asks by itself, as long as it is open: it does not keep a session alive.
#[derive(Debug, Clone)]
pub struct QuietAuth(pub Request);

impl FromRequestParts<Arc<App>> for QuietAuth {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        request_of(parts, app, By::Console).await.map(Self)
    }
}

/// Whose wish a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Person,
    Console,
}

async fn request_of(parts: &Parts, app: &Arc<App>, by: By) -> Result<Request, Failure> {
    let address = client_address(parts, app);
    let caller = match bearer(&parts.headers) {
        Some(secret) => app.service.authenticate_key(secret, address).await?,
        None => by_cookie(parts, app, by).await?,
    };
    if let (Caller::ApiKey(key), Some(seen)) = (&caller, parts.extensions.get::<SeenKey>()) {
        let _ = seen.0.set(key.id);
    }
    let mut request = Request::new(caller);
    if let Some(sent) = parts.extensions.get::<IdempotencyKey>() {
        let mut hash = Sha256::new();
        hash.update(request.caller.actor().id);
        hash.update([0]);
        hash.update(sent.key.as_bytes());
        request.idempotency =
            Some(Idempotency { key_hash: hash.finalize().into(), fingerprint: sent.fingerprint });
        request.is_replay = sent.is_replay.clone();
    }
    Ok(request)
}

async fn by_cookie(parts: &Parts, app: &Arc<App>, by: By) -> Result<Caller, Failure> {
    let token = cookie(&parts.headers, SESSION_COOKIE)
        .ok_or(Error::Unauthenticated { code: "not-logged-in", detail: "Nobody is logged in." })?;
    let found = match by {
        By::Person => app.service.authenticate_session(token).await?,
        By::Console => app.service.recognise_session(token).await?,
    };
    let caller =
        found.ok_or(Error::Unauthenticated { code: "session-ended", detail: "This session has ended." })?;
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        same_origin(parts, app)?;
        let sent = parts.headers.get("x-csrf-token").and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !app.service.is_csrf_token(&caller, sent) {
            return Err(Failure(Error::Refused {
                code: "csrf-token",
                detail: "The request does not carry this session's CSRF token.",
                hint: "Read `csrf_token` from /v1/me and send it as X-CSRF-Token.",
            }));
        }
    }
    Ok(caller)
}

/// A browser that says where the request comes from must say: from here.
pub fn same_origin(parts: &Parts, app: &Arc<App>) -> Result<(), Failure> {
    let cross = parts
        .headers
        .get("sec-fetch-site")
        .and_then(|v| v.to_str().ok())
        .is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let foreign = parts
        .headers
        .get(header::ORIGIN)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|origin| origin != app.origin() && !is_own_host(&parts.headers, origin));
    if cross || foreign {
        return Err(Failure(Error::Refused {
            code: "cross-origin",
            detail: "The request comes from another site.",
            hint: "Use an API key for programs; the console works only from its own address.",
        }));
    }
    Ok(())
}

/// A request that no other site made: for what a browser may be sent to by a link.
#[derive(Debug)]
pub struct SameOrigin;

impl FromRequestParts<Arc<App>> for SameOrigin {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        same_origin(parts, app).map(|()| Self)
    }
}

/// Whether an origin names the host that the browser addressed.
fn is_own_host(headers: &HeaderMap, origin: &str) -> bool {
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok());
    host.is_some_and(|host| origin.split_once("://").is_some_and(|(_, rest)| rest == host))
}

/// The address of the client, through the proxies that the operator trusts.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<Arc<App>> for ClientAddress {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        Ok(Self(client_address(parts, app)))
    }
}

fn client_address(parts: &Parts, app: &App) -> IpAddr {
    let peer = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip().to_canonical());
    // A line that is not text is a hop that cannot be read.
    let forwarded = parts.headers.get_all("x-forwarded-for").iter();
    let forwarded: Vec<&str> = forwarded.map(|line| line.to_str().unwrap_or_default()).collect();
    forwarded::client(peer, forwarded.into_iter(), |hop| app.options.trusted_proxies.contains(&hop))
}

/// The token of `Authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// A JSON body of at most [`BODY_BYTES_MAX`] bytes, without unknown fields.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: HttpRequest, _app: &Arc<App>) -> Result<Self, Failure> {
        let bytes = read_json(request, BODY_BYTES_MAX).await?;
        refuse_nul(&bytes)?;
        parse(&bytes).map(Self)
    }
}

/// The bytes of a JSON body.
async fn read_json(request: HttpRequest, bytes_max: usize) -> Result<bytes::Bytes, Failure> {
    if !is_json(request.headers()) {
        return Err(Failure(Error::Refused {
            code: "unsupported-media-type",
            detail: "The body has to be JSON.",
            hint: "Send it with `Content-Type: application/json`.",
        }));
    }
    match Limited::new(request.into_body(), bytes_max).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Failure(too_large())),
        Err(_) => Err(Failure(broken_body())),
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|e| body_error(&e))?;
    json.end().map_err(|_| Error::invalid("", "invalid-json", "Something follows the JSON document."))?;
    Ok(value)
}

/// A JSON body of many rows, of at most [`ROWS_BYTES_MAX`] bytes. What a row may hold is asked of each by [`row`], so
/// that a bad one does not take the others along.
#[derive(Debug)]
pub struct RowsBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for RowsBody<T> {
    type Rejection = Failure;

    async fn from_request(request: HttpRequest, _app: &Arc<App>) -> Result<Self, Failure> {
        let bytes = read_json(request, ROWS_BYTES_MAX).await?;
        parse(&bytes).map(Self)
    }
}

/// Reads one row of many, as strictly as a body; pointers begin in the row.
pub fn row<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Error> {
    if let Some(pointer) = nul_in(&value) {
        return Err(Error::invalid(pointer, "invalid-text", NO_NUL));
    }
    serde_path_to_error::deserialize(value).map_err(|error| body_error(&error).0)
}

/// No text here has a NUL: PostgreSQL stores none, and nobody writes one on purpose.
fn refuse_nul(body: &[u8]) -> Result<(), Failure> {
    // In JSON it can only stand as an escape; most bodies have none.
    if !body.windows(6).any(|w| w == b"\\u0000") {
        return Ok(());
    }
    let Ok(document) = serde_json::from_slice::<serde_json::Value>(body) else { return Ok(()) };
    match nul_in(&document) {
        Some(pointer) => Err(Failure(Error::invalid(pointer, "invalid-text", NO_NUL))),
        None => Ok(()),
    }
}

const NO_NUL: &str = "A text has no NUL characters.";

/// Where a text of a document has a NUL, as a JSON Pointer.
fn nul_in(value: &serde_json::Value) -> Option<String> {
    use serde_json::Value;
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(n, item)| Some(format!("/{n}{}", nul_in(item)?)))
        }
        Value::Object(members) => members.iter().find_map(|(key, value)| {
            if key.contains('\0') {
                return Some(String::new());
            }
            Some(format!("/{}{}", key.replace('~', "~0").replace('/', "~1"), nul_in(value)?))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// A JSON body that may be left out.
#[derive(Debug)]
pub struct MaybeBody<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequest<Arc<App>> for MaybeBody<T> {
    type Rejection = Failure;

    async fn from_request(request: HttpRequest, app: &Arc<App>) -> Result<Self, Failure> {
        use axum::body::HttpBody;
        let is_empty = request.body().is_end_stream() || request.body().size_hint().exact() == Some(0);
        if is_empty {
            return Ok(Self(T::default()));
        }
        Body::<T>::from_request(request, app).await.map(|Body(value)| Self(value))
    }
}

/// For a field that may be absent, `null` or a value: absent is `None`, `null` is `Some(None)`.
pub fn absent_or<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// Says where and what, never the refused value: it may be personal.
fn body_error(error: &serde_path_to_error::Error<serde_json::Error>) -> Failure {
    let inner = error.inner();
    let mut pointer = String::new();
    for segment in error.path().iter() {
        use serde_path_to_error::Segment;
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1")))
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    let text = inner.to_string();
    let field = |prefix: &str| {
        text.strip_prefix(prefix).and_then(|rest| rest.split('`').next()).map(ToOwned::to_owned)
    };
    let field_error = if !inner.is_data() {
        FieldError::new(
            "",
            "invalid-json",
            format!("The body is not JSON (line {}, column {}).", inner.line(), inner.column()),
        )
    } else if let Some(name) = field("unknown field `") {
        let expected =
            text.split_once(", expected ").map_or("", |(_, e)| e.split(" at line").next().unwrap_or(""));
        let detail = format!("There is no field `{}` here. {}", clip(&name), known_names(expected));
        FieldError::new(pointer, "unknown-field", detail)
    } else if let Some(name) = field("missing field `") {
        FieldError::new(
            format!("{pointer}/{name}"),
            "missing-field",
            format!("The field `{name}` is needed."),
        )
    } else {
        let expected = text.rsplit_once("expected ").map_or("something else", |(_, e)| e);
        let expected = expected.split(" at line").next().unwrap_or(expected);
        FieldError::new(pointer, "invalid-value", format!("This has the wrong form: expected {expected}."))
    };
    Failure(Error::Invalid(vec![field_error]))
}

/// What may stand there, in a sentence; serde names nothing where there is nothing.
fn known_names(names: &str) -> String {
    if names.is_empty() { "None is taken here.".to_owned() } else { format!("Known: {names}.") }
}

fn clip(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

/// The query, without unknown keys.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _app: &Arc<App>) -> Result<Self, Failure> {
        let query = parts.uri.query().unwrap_or_default();
        if query.contains("%00") {
            let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
            if let Some((key, _)) =
                pairs.iter().find(|(key, value)| key.contains('\0') || value.contains('\0'))
            {
                return Err(Failure(Error::invalid(clip(key), "invalid-value", NO_NUL)));
            }
        }
        serde_urlencoded::from_str(query).map(Self).map_err(|error| {
            let text = error.to_string();
            if let Some(rest) = text.strip_prefix("unknown field `") {
                let (name, rest) = rest.split_once('`').unwrap_or((rest, ""));
                let known = rest.strip_prefix(", expected ").unwrap_or_default();
                let detail = format!("There is no query key `{}` here. {}", clip(name), known_names(known));
                return Failure(Error::invalid(clip(name), "unknown-query-key", detail));
            }
            let name =
                text.strip_prefix("duplicate field `").and_then(|r| r.split('`').next()).unwrap_or_default();
            Failure(Error::invalid(
                name,
                "invalid-query",
                "A query key has the wrong form or stands there twice.",
            ))
        })
    }
}

/// An id in the path. One that is not an id of that kind is "not found", like one that does not exist.
#[derive(Debug, Clone, Copy)]
pub struct Id<T>(pub T);

impl<T> FromRequestParts<Arc<App>> for Id<T>
where
    T: std::str::FromStr<Err = countersign_types::id::IdError> + Send,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, app).await.map_err(|_| Error::NotFound("path"))?;
        text.parse().map(Self).map_err(|e: countersign_types::id::IdError| Failure(Error::NotFound(e.what)))
    }
}

/// Two ids in the path, each like [`Id`].
#[derive(Debug, Clone, Copy)]
pub struct Ids<T>(pub T);

impl<A, B> FromRequestParts<Arc<App>> for Ids<(A, B)>
where
    A: std::str::FromStr<Err = countersign_types::id::IdError> + Send,
    B: std::str::FromStr<Err = countersign_types::id::IdError> + Send,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let found = Path::<(String, String)>::from_request_parts(parts, app).await;
        let Path((first, second)) = found.map_err(|_| Error::NotFound("path"))?;
        let unknown = |e: countersign_types::id::IdError| Failure(Error::NotFound(e.what));
        Ok(Self((first.parse().map_err(unknown)?, second.parse().map_err(unknown)?)))
    }
}

/// An operation without query keys: any that is sent is refused.
#[derive(Debug)]
pub struct NoParams;

impl FromRequestParts<Arc<App>> for NoParams {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct None {}
        Params::<None>::from_request_parts(parts, app).await.map(|_| Self)
    }
}
