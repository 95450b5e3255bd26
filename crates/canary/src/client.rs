//! A caller without a socket.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::Trouble;

/// Somebody who calls the API.
#[derive(Clone)]
pub(crate) struct Client {
    router: Router,
    headers: Vec<(&'static str, String)>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// Head and body, as they were sent.
    pub(crate) text: String,
    body: Vec<u8>,
    cookie: Option<String>,
    called: String,
}

impl Client {
    pub(crate) fn new(router: Router) -> Self {
        Self { router, headers: Vec::new() }
    }

    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    #[must_use]
    pub(crate) fn bearer(self, token: &str) -> Self {
        self.with("authorization", &format!("Bearer {token}"))
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Answer, Trouble> {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Result<Answer, Trouble> {
        self.json(Method::POST, path, &body).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Result<Answer, Trouble> {
        self.json(Method::PUT, path, &body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Result<Answer, Trouble> {
        self.json(Method::PATCH, path, &body).await
    }

    async fn json(&self, method: Method, path: &str, body: &Value) -> Result<Answer, Trouble> {
        self.send(method, path, Some(body.to_string().into_bytes())).await
    }

    fn request(&self, method: &Method, path: &str, body: Option<Vec<u8>>) -> Result<Request<Body>, Trouble> {
        let mut request = Request::builder().method(method.clone()).uri(path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if body.is_some() && !self.headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        request
            .body(body.map_or_else(Body::empty, Body::from))
            .map_err(|e| Trouble::new(format!("{method} {path} is no request: {e}")))
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<Answer, Trouble> {
        let request = self.request(&method, path, body)?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (head, body) = response.into_parts();
        let called = format!("{method} {path}");
        let body = body.collect().await.map_err(|e| Trouble::new(format!("{called} broke off: {e}")))?;
        let body = body.to_bytes().to_vec();
        let heads: String = head.headers.iter().map(|(k, v)| format!("{k}: {v:?}\n")).collect();
        let text = format!("{heads}\n{}", String::from_utf8_lossy(&body));
        let cookie = head.headers.get(header::SET_COOKIE).and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|value| value.split(';').next()).map(ToOwned::to_owned);
        Ok(Answer { status: head.status, text, body, cookie, called })
    }

    /// A stream that stays open.
    pub(crate) async fn open(&self, path: &str) -> Result<axum::body::BodyDataStream, Trouble> {
        let request = self.request(&Method::GET, path, None)?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        if !response.status().is_success() {
            return Err(Trouble::new(format!("GET {path} answered {}", response.status())));
        }
        Ok(response.into_body().into_data_stream())
    }
}

impl Answer {
    /// The body as JSON; `null` where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body, where the status is a success.
    pub(crate) fn ok(&self) -> Result<Value, Trouble> {
        if self.status.is_success() {
            return Ok(self.json());
        }
        let said = String::from_utf8_lossy(&self.body);
        Err(Trouble::new(format!("{} answered {}: {said}", self.called, self.status)))
    }

    pub(crate) fn cookie(&self) -> Option<String> {
        self.cookie.clone()
    }
}
