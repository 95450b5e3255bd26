//! The contract for programs (`/v1/openapi.json`) and for people (`/docs/api`): one document, rendered here, without
//! anybody else's script.

mod operation;
mod page;
mod schema;
mod security_txt;

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::router::{App, document};

static JSON: LazyLock<String> =
    LazyLock::new(|| serde_json::to_string(&document()).unwrap_or_else(|_| "{}".to_owned()));
static PAGE: LazyLock<String> =
    LazyLock::new(|| page::render(&serde_json::from_str(&JSON).unwrap_or_default()));

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types 'none'";

/// The document and its page.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/openapi.json", get(async || with_type("application/json", &JSON)))
        .route("/docs/api", get(async || html(&PAGE)))
        // Where people and programs look first.
        .route("/docs", get(async || Redirect::permanent("/docs/api")))
        .route("/docs/", get(async || Redirect::permanent("/docs/api")))
        .route("/openapi.json", get(async || Redirect::permanent("/v1/openapi.json")))
        .route("/.well-known/security.txt", get(security_txt::security_txt))
        .route("/.well-known/jwks.json", get(jwks))
        .route("/docs/api.css", get(async || with_type("text/css; charset=utf-8", include_str!("page.css"))))
        .route(
            "/docs/api.js",
            get(async || with_type("text/javascript; charset=utf-8", include_str!("page.js"))),
        )
}

/// The keys by which results of verifications are checked (RFC 7517).
async fn jwks(State(app): State<Arc<App>>) -> Response {
    let key = app.service.result_jwk();
    let keys = serde_json::json!({ "keys": [{
        "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": key.kid, "x": key.x,
    }] });
    ([(header::CONTENT_TYPE, "application/json")], keys.to_string()).into_response()
}

fn with_type(media_type: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

fn html(text: &'static str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    (headers, with_type("text/html; charset=utf-8", text)).into_response()
}

/// A text in HTML.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A sentence of the document: escaped, with `code` in backquotes.
fn prose(text: &str) -> String {
    let mut out = String::new();
    for (i, part) in text.split('`').enumerate() {
        let part = escape(part).replace("\n\n", "<br>");
        if i % 2 == 1 {
            out.push_str(&format!("<code>{part}</code>"));
        } else {
            out.push_str(&part);
        }
    }
    out
}

/// Words that are written in capitals.
fn initials(text: &str) -> String {
    let of = |word: &str| match word {
        "api" | "Api" => "API".to_owned(),
        word => word.to_owned(),
    };
    text.split(' ').map(of).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_document_stands_on_the_page() {
        let document: serde_json::Value = serde_json::from_str(&JSON).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let ids: Vec<_> = paths
            .values()
            .flat_map(|p| p.as_object().unwrap().values())
            .filter_map(|o| o["operationId"].as_str())
            .collect();
        assert!(ids.len() > 5);
        for id in ids {
            assert!(PAGE.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }

    #[test]
    fn every_link_within_the_page_leads_somewhere() {
        for link in PAGE.split("href=\"#").skip(1) {
            let target = link.split('"').next().unwrap();
            assert!(PAGE.contains(&format!("id=\"{target}\"")), "{target}");
        }
    }

    #[test]
    fn texts_are_escaped() {
        assert_eq!(prose("a <b> & `c<d>`"), "a &lt;b&gt; &amp; <code>c&lt;d&gt;</code>");
    }

    #[test]
    fn the_page_has_nothing_inline() {
        assert!(!PAGE.contains("style=") && !PAGE.contains("onclick=") && !PAGE.contains("<style"));
        assert_eq!(PAGE.matches("<script").count(), 1);
    }
}
