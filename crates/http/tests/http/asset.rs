//! Files: the console, the frames, the loaders, the page of the API.

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use countersign_http::assets::{Asset, Assets};
use countersign_http::{Options, app};
use countersign_testkit::{TestApp, on_both};
use serde_json::json;
use tower::ServiceExt;

const fn file(path: &'static str, media_type: &'static str, plain: &'static [u8]) -> Asset {
    Asset { path, media_type, cache: "no-cache", integrity: "sha384-abc", tag: "t", plain, brotli: b"" }
}

static CONSOLE: &[Asset] = &[
    file("/index.html", "text/html; charset=utf-8", b"console"),
    file("/_app/immutable/x.js", "text/javascript", b"x"),
];
static SITE: &[Asset] = &[
    file("/widget/1/loader.js", "text/javascript", b"loader"),
    file("/widget/frame/{id}", "text/html; charset=utf-8", b"frame"),
    file("/webchat/frame/{id}", "text/html; charset=utf-8", b"chat"),
];

async fn fetch(server: &TestApp, path: &str) -> (StatusCode, HeaderMap, String) {
    let options = Options {
        assets: Assets { console: CONSOLE, site: SITE },
        security_contact: "mailto:security@example.org".to_owned(),
        ..Options::default()
    };
    let request = Request::get(path).header("accept", "text/html").body(Body::empty()).unwrap();
    let response = app(server.service.clone(), options).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 22).await.unwrap();
    (parts.status, parts.headers, String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn x_4_the_console_answers_every_address_with_its_policy() {
    on_both(async |server| {
        for path in ["/", "/inbox", "/profiles/pro_1", "/setup"] {
            let (status, headers, body) = fetch(&server, path).await;
            assert_eq!((status, body.as_str()), (StatusCode::OK, "console"), "{path}");
            let policy = headers["content-security-policy"].to_str().unwrap();
            for directive in [
                "default-src 'none'",
                "script-src 'self'",
                "frame-ancestors 'none'",
                "require-trusted-types-for 'script'",
            ] {
                assert!(policy.contains(directive), "{directive}");
            }
            assert!(!policy.contains("unsafe"));
            assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
            assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
            assert_eq!(headers["x-content-type-options"], "nosniff");
            assert_eq!(headers["referrer-policy"], "no-referrer");
        }
        assert_eq!(fetch(&server, "/_app/immutable/x.js").await.2, "x");
        for path in ["/_app/immutable/gone.js", "/v1/gone", "/public/gone", "/favicon.ico"] {
            let (status, headers, _) = fetch(&server, path).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(headers["content-type"], "application/problem+json", "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn w_3_a_frame_stands_only_in_the_registered_pages_of_its_widget() {
    on_both(async |server| {
        let api = server.api();
        let body = json!({ "name": "Bank", "origins": ["https://bank.example", "https://www.bank.example"] });
        let widget = api.post("/v1/widgets", body).await.expect(201);
        let path = format!("/widget/frame/{}", widget["id"].as_str().unwrap());
        let (status, headers, body) = fetch(&server, &path).await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, "frame"));
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.ends_with("frame-ancestors https://bank.example https://www.bank.example"),
            "{policy}"
        );
        assert!(!headers.contains_key("x-frame-options") && !headers.contains_key("set-cookie"));

        let chat =
            json!({ "kind": "web_chat", "name": "Shop", "config": { "origins": ["https://shop.example"] } });
        let chat = api.post("/v1/channels", chat).await.expect(201);
        let path = format!("/webchat/frame/{}", chat["id"].as_str().unwrap());
        let policy = fetch(&server, &path).await.1["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.ends_with("frame-ancestors https://shop.example"), "{policy}");

        let pigeon = server.custom_channel("Pigeon").await;
        for path in ["/widget/frame/nonsense", "/widget/frame/wid_01hzzzzzzzzzzzzzzzzzzzzzzz"]
            .map(ToOwned::to_owned)
            .into_iter()
            .chain([format!("/webchat/frame/{pigeon}")])
        {
            assert_eq!(fetch(&server, &path).await.0, StatusCode::NOT_FOUND, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn w_5_a_loader_can_be_pinned_by_the_pages_that_load_it() {
    on_both(async |server| {
        let (_, headers, body) = fetch(&server, "/widget/1/loader.js").await;
        assert_eq!(body, "loader");
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(headers["cross-origin-resource-policy"], "cross-origin");
    })
    .await;
}

#[tokio::test]
async fn the_api_explains_itself_without_anybody_elses_script() {
    on_both(async |server| {
        let (status, headers, page) = fetch(&server, "/docs/api").await;
        assert_eq!(status, StatusCode::OK);
        assert!(headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
        assert!(page.contains("/v1/identification-codes"));
        for (asked, place) in
            [("/docs", "/docs/api"), ("/docs/", "/docs/api"), ("/openapi.json", "/v1/openapi.json")]
        {
            let (status, headers, _) = fetch(&server, asked).await;
            assert_eq!(status, StatusCode::PERMANENT_REDIRECT, "{asked}");
            assert_eq!(headers["location"], place);
        }
        let (_, _, document) = fetch(&server, "/v1/openapi.json").await;
        let document: serde_json::Value = serde_json::from_str(&document).unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        let (_, _, text) = fetch(&server, "/.well-known/security.txt").await;
        assert!(text.contains("Contact: mailto:security@example.org\nExpires: 2"), "{text}");
    })
    .await;
}
