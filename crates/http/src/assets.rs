//! Files: the console for people here, and what runs on companies' pages. The binary plugs them in.
//!
//! The console is one page for every address that is not a file. The frames of widget and web chat are let into the
//! registered pages of their widget or channel, and into no other (W-3).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, http};
use countersign_types::{ChannelId, Error, WidgetId};
use serde::Deserialize;

use crate::problem::{Failure, no_such_method, no_such_path};
use crate::router::App;

/// A file, ready to be sent.
#[derive(Debug)]
pub struct Asset {
    /// Where it stands; `{id}` stands for one segment.
    pub path: &'static str,
    /// `Content-Type`.
    pub media_type: &'static str,
    /// `Cache-Control`.
    pub cache: &'static str,
    /// The integrity hash that a page may pin it by, where it has one.
    pub integrity: &'static str,
    /// Names its content: changes with it.
    pub tag: &'static str,
    /// As it is.
    pub plain: &'static [u8],
    /// Compressed with Brotli; empty where that is not shorter.
    pub brotli: &'static [u8],
}

/// The files that a binary carries.
#[derive(Debug, Clone, Copy, Default)]
pub struct Assets {
    /// The console, by path.
    pub console: &'static [Asset],
    /// What runs on companies' pages, by path.
    pub site: &'static [Asset],
}

/// The loader of identification widgets.
pub const WIDGET_LOADER: &str = "/widget/1/loader.js";
/// The tracker.
pub const TRACKER: &str = "/tracker/1/tracker.js";
/// What of the tracker is loaded only where a site's settings ask for it.
const TRIGGERS: &str = "/tracker/1/triggers.js";
/// The loader of web chats.
pub const WEB_CHAT_LOADER: &str = "/webchat/1/loader.js";
/// What the web chat's loader loads where visitors are invited.
const WEB_CHAT_INVITE: &str = "/webchat/1/invite.js";
const WIDGET_FRAME: &str = "/widget/frame/{id}";
const WEB_CHAT_FRAME: &str = "/webchat/frame/{id}";
/// The console's previews: sample data, no id, and no company's page may show them.
const WIDGET_PREVIEW: &str = "/widget/frame/preview";
const WEB_CHAT_PREVIEW: &str = "/webchat/frame/preview";

/// The page that the console is.
const INDEX: &str = "/index.html";
/// What the console may do (X-4). Svelte clones its own templates through its policy; data never becomes HTML.
const CONSOLE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; frame-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; \
    object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html";
const FRAME_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; \
    trusted-types 'none'; frame-ancestors";
const NO_CONSOLE: &str = "This server was built without its console.\n\nBuild the console first (npm ci and npm run \
    build in console/), then the server, or use `cargo xtask demo`, which does both. The API works without it.\n";

impl Assets {
    /// The integrity hash of a file on companies' pages.
    pub fn integrity(&self, path: &str) -> Option<&'static str> {
        find(self.site, path).map(|asset| asset.integrity).filter(|hash| !hash.is_empty())
    }
}

fn find(assets: &'static [Asset], path: &str) -> Option<&'static Asset> {
    assets.iter().find(|asset| asset.path == path)
}

/// The paths of files on companies' pages. The console stands in the fallback.
pub fn routes(assets: Assets) -> Router<Arc<App>> {
    let mut router = Router::new();
    for asset in assets.site {
        router = match asset.path {
            WIDGET_FRAME => router.route(asset.path, get(widget_frame)),
            WEB_CHAT_FRAME => router.route(asset.path, get(web_chat_frame)),
            WIDGET_PREVIEW | WEB_CHAT_PREVIEW => {
                router.route(asset.path, get(async move |headers: HeaderMap| preview(asset, &headers)))
            }
            path => router.route(path, get(async move |headers: HeaderMap| on_page(asset, &headers))),
        };
    }
    router
}

/// A file that companies' pages load.
fn on_page(asset: &'static Asset, headers: &HeaderMap) -> Response {
    let mut response = send(asset, headers);
    if matches!(asset.path, WIDGET_LOADER | WEB_CHAT_LOADER | WEB_CHAT_INVITE | TRACKER | TRIGGERS) {
        let headers = response.headers_mut();
        // The snippet loads it with `crossorigin`, so that the browser can check its integrity.
        set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        set(headers, HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
    }
    response
}

async fn widget_frame(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let id: WidgetId = id.parse().map_err(|_| Error::NotFound("widget"))?;
    let snapshot = app.service.snapshot_with(|s| s.widgets.contains_key(&id)).await?;
    let origins = &snapshot.widget(id)?.widget.origins;
    frame(&app, WIDGET_FRAME, origins, &headers)
}

async fn web_chat_frame(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    #[derive(Deserialize)]
    struct Origins {
        origins: Vec<String>,
    }
    let id: ChannelId = id.parse().map_err(|_| Error::NotFound("channel"))?;
    let snapshot = app.service.snapshot_with(|s| s.channels.contains_key(&id)).await?;
    let channel = &snapshot.channel(id)?.channel;
    let Ok(found) = Origins::deserialize(&channel.config) else {
        // A channel of another kind: it has no frame.
        return Err(Failure(Error::NotFound("channel")));
    };
    frame(&app, WEB_CHAT_FRAME, &found.origins, &headers)
}

/// A preview's page, for our own console alone.
fn preview(asset: &'static Asset, headers: &HeaderMap) -> Response {
    let mut response = send(asset, headers);
    set(response.headers_mut(), header::CONTENT_SECURITY_POLICY, &format!("{FRAME_POLICY} 'self'"));
    response
}

/// A frame's page, for the pages of these origins alone.
fn frame(app: &App, path: &str, origins: &[String], headers: &HeaderMap) -> Result<Response, Failure> {
    let asset = find(app.options.assets.site, path).ok_or_else(no_such_path)?;
    let mut policy = FRAME_POLICY.to_owned();
    // Checked when they were saved; what would end the directive is left out all the same.
    let is_clean = |origin: &&String| !origin.contains([';', ',', ' ', '\'', '"', '*']);
    for origin in origins.iter().filter(is_clean) {
        policy.push(' ');
        policy.push_str(origin);
    }
    if policy.ends_with("frame-ancestors") {
        policy.push_str(" 'none'");
    }
    let mut response = send(asset, headers);
    set(response.headers_mut(), header::CONTENT_SECURITY_POLICY, &policy);
    // The policy is not part of the tag: an answer "not modified" would keep an old one.
    response.headers_mut().remove(header::ETAG);
    Ok(response)
}

/// Whatever no operation answers: the console, or a problem.
pub async fn fallback(State(app): State<Arc<App>>, request: Request) -> Response {
    let path = request.uri().path();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let is_console = find(app.options.assets.console, path).is_some();
        return Failure(if is_console { no_such_method() } else { no_such_path() }).into_response();
    }
    if let Some(asset) = find(app.options.assets.console, path) {
        return console(asset, request.headers());
    }
    if !is_page(path, request.headers()) {
        return Failure(no_such_path()).into_response();
    }
    match find(app.options.assets.console, INDEX) {
        Some(index) => console(index, request.headers()),
        None => {
            let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
            (StatusCode::SERVICE_UNAVAILABLE, kind, NO_CONSOLE).into_response()
        }
    }
}

/// Whether a person's browser asks for a page of the console, not a program for a path that does not exist.
fn is_page(path: &str, headers: &HeaderMap) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    if matches!(first, "v1" | "public" | "hooks" | "widget" | "webchat" | "_app" | "docs" | ".well-known") {
        return false;
    }
    let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    !is_file && (accept.contains("text/html") || (path == "/" && matches!(accept, "" | "*/*")))
}

fn console(asset: &'static Asset, headers: &HeaderMap) -> Response {
    let mut response = send(asset, headers);
    let headers = response.headers_mut();
    set(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if asset.media_type.starts_with("text/html") {
        set(headers, header::CONTENT_SECURITY_POLICY, CONSOLE_POLICY);
        set(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
        set(
            headers,
            HeaderName::from_static("permissions-policy"),
            // The microphone records prompts; the browser asks the person first.
            "camera=(), geolocation=(), microphone=(self)",
        );
    }
    response
}

/// A file, compressed where the browser takes it, or word that it has not changed.
fn send(asset: &'static Asset, headers: &HeaderMap) -> Response {
    let tag = format!("W/\"{}\"", asset.tag);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let is_known = known.split(',').any(|t| t.trim() == tag);
    let is_brotli = !asset.brotli.is_empty() && takes_brotli(headers);
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        http::Response::new(Body::from(if is_brotli { asset.brotli } else { asset.plain }))
    };
    let headers = response.headers_mut();
    set(headers, header::ETAG, &tag);
    set(headers, header::CACHE_CONTROL, asset.cache);
    set(headers, header::CONTENT_TYPE, asset.media_type);
    if !asset.brotli.is_empty() {
        set(headers, header::VARY, "Accept-Encoding");
    }
    if is_brotli && !is_known {
        set(headers, header::CONTENT_ENCODING, "br");
    }
    response
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    accept.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let is_refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim().eq_ignore_ascii_case("br") && !is_refused
    })
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    static FILE: Asset = Asset {
        path: "/a.js",
        media_type: "text/javascript",
        cache: "no-cache",
        integrity: "",
        tag: "t1",
        plain: b"plain",
        brotli: b"br",
    };

    #[test]
    fn a_browser_that_takes_brotli_gets_it() {
        let sent = send(&FILE, &headers(header::ACCEPT_ENCODING, "gzip, br;q=0.9"));
        assert_eq!(sent.headers()[header::CONTENT_ENCODING], "br");
        assert_eq!(sent.headers()[header::VARY], "Accept-Encoding");
        for other in ["gzip", "br;q=0", "brotli", ""] {
            let sent = send(&FILE, &headers(header::ACCEPT_ENCODING, other));
            assert!(!sent.headers().contains_key(header::CONTENT_ENCODING), "{other}");
        }
    }

    #[test]
    fn a_file_that_the_browser_has_is_not_sent_again() {
        let sent = send(&FILE, &headers(header::IF_NONE_MATCH, "W/\"t0\", W/\"t1\""));
        assert_eq!(sent.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(send(&FILE, &headers(header::IF_NONE_MATCH, "W/\"t0\"")).status(), StatusCode::OK);
    }

    #[test]
    fn a_page_is_what_a_browser_asks_for_outside_of_the_programs_paths() {
        let html = headers(header::ACCEPT, "text/html,*/*;q=0.8");
        assert!(is_page("/", &HeaderMap::new()));
        assert!(is_page("/inbox/case_1", &html));
        for path in ["/v1/nope", "/public/x", "/_app/immutable/old.js", "/favicon.ico", "/widget/2/x"] {
            assert!(!is_page(path, &html), "{path}");
        }
        assert!(!is_page("/inbox", &headers(header::ACCEPT, "application/json")));
    }
}
