//! A small HTTP client: one connection, kept alive, opened anew when the server closed it.

use std::io;
use std::net::SocketAddr;
use std::ops::Index;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, body::Incoming};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// No answer takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection to a server. Clone it for another one.
pub struct Client {
    address: SocketAddr,
    headers: HeaderMap,
    connection: Option<SendRequest<Full<Bytes>>>,
}

impl Clone for Client {
    fn clone(&self) -> Self {
        Self { address: self.address, headers: self.headers.clone(), connection: None }
    }
}

/// What a server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub bytes: Bytes,
    /// The body, `null` when it is not JSON.
    pub json: Value,
}

impl Answer {
    /// Panics unless it is a success.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.json);
        self
    }

    /// Panics unless it is a problem of this status and code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self["code"].as_str()), (status, Some(code)), "{}", self.json);
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(self["status"], status);
        self
    }

    /// A string of the body, by its JSON Pointer.
    #[track_caller]
    pub fn text(&self, pointer: &str) -> String {
        let found = self.json.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("no text at {pointer}: {} {}", self.status, self.json)).to_owned()
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
}

impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, key: &str) -> &Value {
        &self.json[key]
    }
}

impl Client {
    /// A client without credentials.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, headers: HeaderMap::new(), connection: None }
    }

    /// The same with an API key, or another bearer token.
    #[must_use]
    pub fn with_key(self, key: &str) -> Self {
        self.with_header("authorization", &format!("Bearer {key}"))
    }

    /// The same with a header on each request.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        self.headers.insert(name, HeaderValue::from_str(value).expect("a header's value"));
        self
    }

    /// The same without credentials.
    #[must_use]
    pub fn anonymous(mut self) -> Self {
        self.headers.remove(AUTHORIZATION);
        self
    }

    /// The same to another server.
    #[must_use]
    pub fn at(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self.connection = None;
        self
    }

    /// Where it goes.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the connection.
    pub fn close(&mut self) {
        self.connection = None;
    }

    /// Reads.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.expect(Method::GET, path, None).await
    }

    /// Posts JSON.
    pub async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.expect(Method::POST, path, Some(body)).await
    }

    /// Puts JSON.
    pub async fn put(&mut self, path: &str, body: &Value) -> Answer {
        self.expect(Method::PUT, path, Some(body)).await
    }

    /// Changes.
    pub async fn patch(&mut self, path: &str, body: &Value) -> Answer {
        self.expect(Method::PATCH, path, Some(body)).await
    }

    async fn expect(&mut self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let shown = method.clone();
        self.try_call(method, path, body, &[])
            .await
            .unwrap_or_else(|e| panic!("{shown} {path} on {}: {e}", self.address))
    }

    /// Posts under an idempotency key; fails when there was no whole answer.
    pub async fn try_post_once(&mut self, path: &str, body: &Value, key: &str) -> io::Result<Answer> {
        self.try_call(Method::POST, path, Some(body), &[("idempotency-key", key)]).await
    }

    /// Sends a request; fails when there was no whole answer.
    pub async fn try_call(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> io::Result<Answer> {
        let bytes = body.map(|b| Bytes::from(b.to_string()));
        self.send_raw(method, path, bytes, headers).await
    }

    /// Sends a body as it is, as JSON unless a header says otherwise.
    pub async fn send_raw(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Bytes>,
        headers: &[(&str, &str)],
    ) -> io::Result<Answer> {
        let response = tokio::time::timeout(PATIENCE, self.send(method, path, body, headers)).await??;
        let (head, body) = response.into_parts();
        let collected = tokio::time::timeout(PATIENCE, body.collect()).await?;
        let bytes = match collected {
            Ok(collected) => collected.to_bytes(),
            Err(e) => {
                self.connection = None;
                return Err(io::Error::other(e));
            }
        };
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, bytes, json })
    }

    /// Sends a request and gives the answer before its body.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Bytes>,
        headers: &[(&str, &str)],
    ) -> io::Result<Response<Incoming>> {
        let mut request =
            Request::builder().method(method).uri(path).header("host", self.address.to_string());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let is_said = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if body.is_some() && !is_said {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let mut request = request.body(Full::new(body.unwrap_or_default())).map_err(io::Error::other)?;
        for (name, value) in &self.headers {
            request.headers_mut().entry(name).or_insert_with(|| value.clone());
        }
        let mut connection = self.connected().await?;
        let response = connection.send_request(request).await.map_err(io::Error::other)?;
        self.connection = Some(connection);
        Ok(response)
    }

    /// A connection that is ready. Nothing of a request is written before that.
    async fn connected(&mut self) -> io::Result<SendRequest<Full<Bytes>>> {
        if let Some(mut connection) = self.connection.take()
            && connection.ready().await.is_ok()
        {
            return Ok(connection);
        }
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        tokio::spawn(async move { drop(connection.await) });
        sender.ready().await.map_err(io::Error::other)?;
        Ok(sender)
    }
}
