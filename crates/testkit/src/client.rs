//! A client that speaks to the router without a socket.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::contract;

/// Somebody who calls the API.
#[derive(Clone)]
pub struct Client {
    router: Router,
    headers: Vec<(&'static str, String)>,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    called: String,
}

impl Client {
    pub fn new(router: Router) -> Self {
        Self { router, headers: Vec::new() }
    }

    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    #[must_use]
    pub fn session(self, cookie: &str, csrf: &str) -> Self {
        self.header("cookie", cookie).header("x-csrf-token", csrf)
    }

    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(n, _)| *n != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body.to_string().into_bytes())).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body.to_string().into_bytes())).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body.to_string().into_bytes())).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Sends anything; the answer is held against the OpenAPI document.
    pub async fn send(&self, method: Method, path: &str, body: Option<Vec<u8>>) -> Answer {
        let mut request = Request::builder().method(method.clone()).uri(path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if body.is_some() && !self.headers.iter().any(|(n, _)| *n == "content-type") {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request = request.body(body.map_or_else(Body::empty, Body::from)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        let called = format!("{method} {path}");
        contract::check(&method, path, parts.status, &parts.headers, &body);
        Answer { status: parts.status, headers: parts.headers, body, called }
    }
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        if self.body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&self.body).expect("a JSON body")
        }
    }

    /// The body, when the status is the expected one; otherwise the test stops and shows what came.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status.as_u16(), status, "{} answered {text}", self.called);
        self.json()
    }

    /// The body as text, when the status is the expected one.
    #[track_caller]
    pub fn expect_text(&self, status: u16) -> String {
        let text = String::from_utf8_lossy(&self.body).into_owned();
        assert_eq!(self.status.as_u16(), status, "{} answered {text}", self.called);
        text
    }

    /// The `code` of a problem, when the status is the expected one.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        self.expect(status)["code"].as_str().expect("a problem's code").to_owned()
    }

    /// The cookie that was set, as `name=value`.
    pub fn cookie(&self) -> Option<String> {
        let value = self.headers.get(header::SET_COOKIE)?.to_str().ok()?;
        value.split(';').next().map(ToOwned::to_owned)
    }
}
