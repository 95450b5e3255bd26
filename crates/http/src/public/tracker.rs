//! What trackers call: our own (`/t/{write_key}`), and the clients of Segment, RudderStack and PostHog.
//!
//! The write key stands in pages for everybody to read and the origin is what a browser says, so neither proves anything:
//! both only keep strangers' pages out (T-1). Nothing here reads: whoever has a key or a visit's id learns nothing (T-2).

use std::io::Read;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::options;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_service::site::SiteEntry;
use countersign_service::visit::{Call, DeviceCookie, Taken, write_key_of};
use countersign_types::Error;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::PageOrigin;
use crate::extract::{ClientAddress, cookie};
use crate::json::Json;
use crate::middleware::{BODY_BYTES_MAX, broken_body, too_large};
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// Bytes of a batch of the tracker: 50 events of 8 KiB, and what is around them.
const TRACKER_BYTES_MAX: usize = 450 * 1_024;
/// Bytes of a batch of a server's client, unpacked: 500 events of 8 KiB.
const UNPACKED_BYTES_MAX: usize = 4 * BODY_BYTES_MAX;
/// The cookie that a browser is known by where a site keeps it here. Browsers take a name that begins so only over
/// `https:` and with `Secure`, so that nobody on the way in puts another in its place. `__Host-` would say more and needs
/// the path `/`: the browser would show the cookie to the console and the API too.
const DEVICE: &str = "__Secure-cs_device";
/// Its name where there is no `https:`, as on a developer's own computer.
const DEVICE_PLAIN: &str = "cs_device";

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(take_tracker_batch, tracker_settings))
        .routes(routes!(take_segment_batch))
        .routes(routes!(take_segment_track))
        .routes(routes!(take_segment_page))
        .routes(routes!(take_segment_screen))
        .routes(routes!(take_segment_identify))
        .routes(routes!(take_segment_alias))
        .routes(routes!(take_segment_group))
        .routes(routes!(take_segment_b))
        .routes(routes!(take_segment_t))
        .routes(routes!(take_segment_p))
        .routes(routes!(take_segment_s))
        .routes(routes!(take_segment_i))
        .routes(routes!(take_segment_a))
        .routes(routes!(take_segment_g))
        .routes(routes!(take_segment_m))
        .routes(routes!(take_rudder_beacon))
        .routes(routes!(take_posthog_batch))
        .routes(routes!(take_posthog_capture))
        .routes(routes!(take_posthog_event))
}

/// What browsers ask before they send another site's JSON.
pub fn preflights() -> Router<Arc<App>> {
    let mut router = Router::new().route("/t/{write_key}", options(tracker_preflight));
    for path in [
        "/v1/batch",
        "/v1/track",
        "/v1/page",
        "/v1/screen",
        "/v1/identify",
        "/v1/alias",
        "/v1/group",
        "/v1/b",
        "/v1/t",
        "/v1/p",
        "/v1/s",
        "/v1/i",
        "/v1/a",
        "/v1/g",
        "/v1/m",
        "/beacon/v1/batch",
        "/batch/",
        "/capture/",
        "/e/",
    ] {
        router = router.route(path, options(preflight));
    }
    router
}

/// The key is in the address: pages of its site may ask.
async fn tracker_preflight(
    State(app): State<Arc<App>>,
    Path(write_key): Path<String>,
    headers: HeaderMap,
) -> Response {
    may_ask(&headers, is_of_site(&app, Some(&write_key), &headers))
}

/// The key is not known yet: pages of any site may ask, and whether theirs is the key's is decided when they send.
async fn preflight(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    may_ask(&headers, is_of_any_site(&app, &headers))
}

fn may_ask(headers: &HeaderMap, is_known: bool) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    allow(response.headers_mut(), headers, is_known);
    if is_known {
        let set = response.headers_mut();
        set.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
        // The last two are of Segment's and RudderStack's clients for browsers.
        set.insert(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static(
                "authorization, content-type, content-encoding, x-retry-count, anonymousid",
            ),
        );
        set.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
    }
    response
}

fn asking_origin(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok())
}

/// Whether the page that asks is one of the site with this key.
fn is_of_site(app: &App, write_key: Option<&str>, headers: &HeaderMap) -> bool {
    let snapshot = app.service.snapshot();
    let site = write_key.and_then(|key| snapshot.sites.find(key));
    site.zip(asking_origin(headers))
        .is_some_and(|(site, origin)| site.site.origins.iter().any(|o| o == origin))
}

fn is_of_any_site(app: &App, headers: &HeaderMap) -> bool {
    asking_origin(headers).is_some_and(|origin| app.service.snapshot().sites.has_origin(origin))
}

/// Lets the page that asks read the answer, if it is one that is registered. No other origin is ever repeated.
fn allow(answer: &mut HeaderMap, asked: &HeaderMap, is_known: bool) {
    answer.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = asked.get(header::ORIGIN).filter(|_| is_known) {
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        answer.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    }
}

/// What became of a batch. What is accepted is on the disk.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenView {
    /// Events that are stored now.
    accepted: usize,
    /// Events that were stored before.
    duplicates: usize,
    /// Events that were not taken.
    refused: Vec<RefusedView>,
    /// Always true: clients of others look for it.
    success: bool,
}

/// An event that was not taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedView {
    /// Its place in the batch.
    index: usize,
    /// Why: `too_old`, `too_large`, `no_name`, `bad_id`, `bad_shape`, `schema` …
    reason: &'static str,
}

impl From<Taken> for TakenView {
    fn from(taken: Taken) -> Self {
        Self {
            accepted: taken.accepted,
            duplicates: taken.duplicates,
            refused: taken.refused.into_iter().map(|(index, reason)| RefusedView { index, reason }).collect(),
            success: true,
        }
    }
}

/// The query by which a tracker takes consent back: its browser is forgotten.
const FORGET: &str = "forget";

/// A batch of our tracker: at most 50 events of one visit. JSON, also sent as `text/plain`, so that browsers ask nobody first.
#[utoipa::path(post, path = "/t/{write_key}", tag = "public", operation_id = "take_tracker_batch",
    params(("write_key" = String, Path)),
    request_body(content = String, content_type = "text/plain"),
    responses((status = 200, body = TakenView), (status = 204, description = "With `?forget`: the cookie is taken back."),
        Refusals))]
async fn take_tracker_batch(
    State(app): State<Arc<App>>,
    Path(write_key): Path<String>,
    origin: PageOrigin,
    ClientAddress(address): ClientAddress,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    let answered = async {
        app.service.count_batch(address)?;
        let site = app.service.find_site(&write_key).await?;
        origin.check(&app, &site.site.origins)?;
        if request.uri().query() == Some(FORGET) {
            return Ok((None, Some(String::new())));
        }
        let body = read(request, TRACKER_BYTES_MAX).await?;
        let keeps = site.site.storage == countersign_service::site::Storage::Cookie;
        // A beacon carries cookies whatever the page wants: the tracker says whether this browser may be known at all.
        let may = keeps && may_know(&body);
        let known = cookie(&headers, device_name(&app)).and_then(DeviceCookie::parse).filter(|_| may);
        // What is set now counts once it comes back: a page of another site may never send it.
        let fresh = if may && known.is_none() { Some(app.service.new_device()?.text()) } else { None };
        let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).map(ToOwned::to_owned);
        let taken = app.service.take_body(&site, Call::Tracker, &body, (address, agent, known)).await?;
        Ok::<_, Failure>((Some(TakenView::from(taken)), fresh))
    }
    .await;
    let (mut response, device) = match answered {
        Ok((Some(view), device)) => (Json(view).into_response(), device),
        Ok((None, device)) => (StatusCode::NO_CONTENT.into_response(), device),
        Err(failure) => (failure.into_response(), None),
    };
    allow(response.headers_mut(), &headers, is_of_site(&app, Some(&write_key), &headers));
    if let Some(device) = device
        && let Ok(value) = HeaderValue::from_str(&device_cookie(&app, &device))
    {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

fn device_name(app: &App) -> &'static str {
    if app.origin().starts_with("https:") { DEVICE } else { DEVICE_PLAIN }
}

/// The cookie; of nothing, the end of it.
fn device_cookie(app: &App, device: &str) -> String {
    let name = device_name(app);
    let secure = if name == DEVICE { "; Secure" } else { "" };
    let age = if device.is_empty() { 0 } else { 31_536_000 };
    format!("{name}={device}; HttpOnly{secure}; SameSite=Lax; Max-Age={age}; Path=/t/")
}

/// Whether a batch comes from a browser that may be known: consent was given, and no signal says otherwise.
fn may_know(body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Head {
        #[serde(default)]
        keep: bool,
    }
    serde_json::from_slice::<Head>(body).is_ok_and(|head| head.keep)
}

/// What the tracker on a site's pages does besides pages.
#[utoipa::path(get, path = "/t/{write_key}", tag = "public", operation_id = "tracker_settings",
    params(("write_key" = String, Path)),
    responses((status = 200, body = Object), Refusals))]
async fn tracker_settings(
    State(app): State<Arc<App>>,
    Path(write_key): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut response = match app.service.find_site(&write_key).await {
        Ok(site) => Json(settings(&site)).into_response(),
        Err(error) => Failure(error).into_response(),
    };
    allow(response.headers_mut(), &headers, is_of_site(&app, Some(&write_key), &headers));
    if response.status().is_success() {
        let cache = HeaderValue::from_static("public, max-age=300");
        response.headers_mut().insert(header::CACHE_CONTROL, cache);
    }
    response
}

fn settings(site: &SiteEntry) -> Value {
    let all = site.site.to_json();
    let part = |name: &str| all.get(name).cloned().unwrap_or_default();
    json!({
        "triggers": part("triggers"), "categories": part("categories"), "query_allow": part("query_allow"),
        "idle_minutes": part("idle_minutes"),
    })
}

/// Reads a body of at most so many bytes, packed or not: what it is, its first bytes say, whatever its header.
async fn read(request: Request, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    let body = match Limited::new(request.into_body(), bytes_max).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Err(Failure(too_large())),
        Err(_) => return Err(Failure(broken_body())),
    };
    if !body.starts_with(&[0x1f, 0x8b]) {
        return Ok(body.to_vec());
    }
    let mut plain = Vec::new();
    let limit = UNPACKED_BYTES_MAX as u64 + 1;
    flate2::read::GzDecoder::new(body.as_ref())
        .take(limit)
        .read_to_end(&mut plain)
        .map_err(|_| Failure(broken_body()))?;
    if plain.len() > UNPACKED_BYTES_MAX { Err(Failure(too_large())) } else { Ok(plain) }
}

/// The write key of `Authorization: Basic …`, as Segment's clients send it: the user's name.
fn basic(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let plain = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    Some(plain.split_once(':').map_or(plain.as_str(), |(name, _)| name).to_owned())
}

/// The write key in an address, as RudderStack's beacons carry it: they have no headers of their own.
fn in_query(request: &Request) -> Option<String> {
    let pairs = request.uri().query()?.split('&').find_map(|pair| pair.strip_prefix("writeKey="));
    pairs.filter(|key| key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')).map(ToOwned::to_owned)
}

/// Takes a batch of another's client. A browser's must come from a page of the site; a server's says no origin.
async fn take(app: Arc<App>, call: Call, request: Request) -> Response {
    let headers = request.headers().clone();
    let mut write_key = basic(&headers).or_else(|| in_query(&request));
    let key = &mut write_key;
    let answered = async {
        let (mut parts, body) = request.into_parts();
        use axum::extract::FromRequestParts as _;
        let ClientAddress(address) = ClientAddress::from_request_parts(&mut parts, &app).await?;
        let origin = PageOrigin::from_request_parts(&mut parts, &app).await?;
        app.service.count_batch(address)?;
        let body = read(Request::from_parts(parts, body), UNPACKED_BYTES_MAX).await?;
        if key.is_none() {
            *key = write_key_of(&body);
        }
        let key = key.as_deref().ok_or(Error::Unauthenticated {
            code: "write-key-needed",
            detail: "This needs the write key of a site: as the user of Basic authentication, or in the body.",
        })?;
        let site = app.service.find_site(key).await?;
        if headers.contains_key(header::ORIGIN) {
            origin.check(&app, &site.site.origins)?;
        }
        let taken = app.service.take_body(&site, call, &body, (address, None, None)).await?;
        Ok::<_, Failure>(TakenView::from(taken))
    }
    .await;
    let mut response = match answered {
        Ok(view) => Json(view).into_response(),
        Err(failure) => failure.into_response(),
    };
    allow(response.headers_mut(), &headers, is_of_site(&app, write_key.as_deref(), &headers));
    response
}

/// What Segment's client for browsers counts about itself: not kept. It asks for no key.
#[utoipa::path(post, path = "/v1/m", tag = "public", operation_id = "take_segment_m",
    request_body(content = String, content_type = "text/plain"),
    responses((status = 200, body = TakenView), Refusals))]
async fn take_segment_m(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let mut response = Json(TakenView::from(Taken::default())).into_response();
    allow(response.headers_mut(), &headers, is_of_any_site(&app, &headers));
    response
}

macro_rules! foreign {
    ($($(#[$doc:meta])* $name:ident $path:literal $call:expr;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = "public", request_body(content((Object = "application/json"), (String = "text/plain"))),
            responses((status = 200, body = TakenView), Refusals))]
        async fn $name(State(app): State<Arc<App>>, request: Request) -> Response {
            match $call {
                Some(call) => take(app, call, request).await,
                None => Failure(Error::NotFound("call")).into_response(),
            }
        }
    )*};
}

foreign! {
    /// A batch of a Segment or RudderStack client: at most 500 events. The write key is the user of Basic authentication.
    take_segment_batch "/v1/batch" Call::segment("batch");
    /// An event of a Segment or RudderStack client.
    take_segment_track "/v1/track" Call::segment("track");
    /// A page of a Segment or RudderStack client.
    take_segment_page "/v1/page" Call::segment("page");
    /// A screen of a Segment or RudderStack client.
    take_segment_screen "/v1/screen" Call::segment("screen");
    /// Whom a Segment or RudderStack client says it is about: a name, not a proof (AL1).
    take_segment_identify "/v1/identify" Call::segment("identify");
    /// Another name of somebody, by a Segment or RudderStack client: it is taken as an event and merges nobody.
    take_segment_alias "/v1/alias" Call::segment("alias");
    /// A group of somebody, by a Segment or RudderStack client.
    take_segment_group "/v1/group" Call::segment("group");
    /// A batch of Segment's client for browsers: `/v1/batch` by the address that it calls.
    take_segment_b "/v1/b" Call::segment("b");
    /// An event of Segment's client for browsers.
    take_segment_t "/v1/t" Call::segment("t");
    /// A page of Segment's client for browsers.
    take_segment_p "/v1/p" Call::segment("p");
    /// A screen of Segment's client for browsers.
    take_segment_s "/v1/s" Call::segment("s");
    /// Whom Segment's client for browsers says it is about: a name, not a proof (AL1).
    take_segment_i "/v1/i" Call::segment("i");
    /// Another name of somebody, by Segment's client for browsers: it merges nobody.
    take_segment_a "/v1/a" Call::segment("a");
    /// A group of somebody, by Segment's client for browsers.
    take_segment_g "/v1/g" Call::segment("g");
    /// A batch that RudderStack's client for browsers sends by a beacon; the write key is `writeKey` in the address.
    take_rudder_beacon "/beacon/v1/batch" Call::segment("batch");
    /// A batch of a PostHog client. The site's write key is its project key.
    take_posthog_batch "/batch/" Some(Call::PostHog);
    /// What a PostHog client captures.
    take_posthog_capture "/capture/" Some(Call::PostHog);
    /// What PostHog's script captures.
    take_posthog_event "/e/" Some(Call::PostHog);
}
