//! Holds an answer against the served OpenAPI document.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use jsonschema::Validator;
use serde_json::{Value, json};

fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::to_value(countersign_http::router::document()).unwrap())
}

/// The path of the document that a request path belongs to. Literal segments win over parameters.
fn template(path: &str) -> Option<(&'static str, &'static Value)> {
    let path = path.split('?').next().unwrap_or_default();
    let wanted: Vec<&str> = path.split('/').collect();
    let mut found: Vec<(usize, &str, &Value)> = Vec::new();
    for (template, item) in document()["paths"].as_object()? {
        let parts: Vec<&str> = template.split('/').collect();
        let fits = parts.len() == wanted.len()
            && parts.iter().zip(&wanted).all(|(part, w)| part.starts_with('{') || part == w);
        if fits {
            found.push((parts.iter().filter(|p| p.starts_with('{')).count(), template, item));
        }
    }
    found.sort_by_key(|(parameters, ..)| *parameters);
    found.first().map(|(_, template, item)| (*template, *item))
}

/// The validator of a schema of the document. Making one takes tens of milliseconds, and thousands of answers have few
/// schemas.
fn validator(schema: &'static Value) -> Arc<Validator> {
    static MADE: OnceLock<Mutex<HashMap<usize, Arc<Validator>>>> = OnceLock::new();
    // The document stays where it is, so its place names a schema.
    let place = std::ptr::from_ref(schema).addr();
    let made = MADE.get_or_init(Mutex::default);
    if let Some(known) = made.lock().unwrap().get(&place) {
        return known.clone();
    }
    let root = json!({ "components": document()["components"], "allOf": [schema] });
    let new = Arc::new(jsonschema::validator_for(&root).expect("a valid schema"));
    made.lock().unwrap().insert(place, new.clone());
    new
}

/// Panics when an answer that passes is not one that the document promises. The live stream does not end.
pub(crate) async fn hold(request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let (head, body) = next.run(request).await.into_parts();
    if uri.path() == "/v1/live" {
        return Response::from_parts(head, body);
    }
    let body = body.collect().await.unwrap().to_bytes();
    check(&method, path, head.status, &head.headers, &body);
    Response::from_parts(head, body.into())
}

/// Panics when an answer is not one that the document promises.
pub(crate) fn check(method: &Method, path: &str, status: StatusCode, headers: &HeaderMap, body: &[u8]) {
    let Some((template, item)) = template(path) else { return };
    let Some(operation) = item.get(method.as_str().to_lowercase()) else { return };
    let what = format!("{method} {template} → {status}");
    let Some(promised) = operation["responses"].get(status.as_str()) else {
        panic!("{what} is not documented: {}", String::from_utf8_lossy(body));
    };
    let Some(content) = promised.get("content").and_then(Value::as_object) else {
        assert!(body.is_empty(), "{what} promises no body: {}", String::from_utf8_lossy(body));
        return;
    };
    let media = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default();
    let Some(schema) = content.get(media).map(|c| &c["schema"]) else {
        panic!("{what} promises {:?}, came {media}", content.keys().collect::<Vec<_>>());
    };
    if !media.ends_with("json") {
        return;
    }
    let value: Value = serde_json::from_slice(body).expect("a JSON body");
    let validator = validator(schema);
    let problems: Vec<String> =
        validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(problems.is_empty(), "{what} breaks its schema: {problems:?}\n{value}");
}
