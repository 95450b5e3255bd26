//! Listening: connections, their limits and deadlines, and the orderly stop.

mod deadline;
pub mod health;
pub mod metrics;

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::response::Response;
use countersign_http::wait::Permit;
use countersign_types::network::client_network;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;

use crate::failure::{Exit, Failure, Result};
pub use deadline::Deadlines;
use deadline::{Guarded, Phase, Watched};

/// Bytes of a request's head at most.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// What a listener allows.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections from one address.
    pub per_ip: usize,
    /// Connections.
    pub connections: usize,
    /// Requests worked on at once.
    pub requests: usize,
    /// Addresses that are not counted: behind them stand many clients.
    pub proxies: Vec<IpAddr>,
    /// How long requests under way may take at a stop.
    pub drain: Duration,
    /// How long else things may take.
    pub deadlines: Deadlines,
}

/// Takes an address.
pub async fn bind(address: &str, flag: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let failure = Failure::new(Exit::Unavailable, format!("The address {address} cannot be listened on"));
        let port: Option<u16> = address.rsplit(':').next().and_then(|p| p.parse().ok());
        let hint = match (error.kind(), port) {
            (std::io::ErrorKind::AddrInUse, Some(port)) => format!(
                "something else listens there, perhaps another Countersign; choose another port, such as \
                 `{flag} {}`",
                address.replace(&format!(":{port}"), &format!(":{}", port.wrapping_add(1).max(1024)))
            ),
            (std::io::ErrorKind::PermissionDenied, _) => {
                format!("ports below 1024 need a privilege; choose a higher one with `{flag}`")
            }
            _ => format!("choose an address of this computer with `{flag}`"),
        };
        failure.cause(error).hint(hint)
    })
}

/// Serves until `stop` resolves; then stops accepting, lets requests under way finish, and returns.
pub async fn serve(listener: TcpListener, app: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let gate = Arc::new(Gate::default());
    let requests = Arc::new(Semaphore::new(limits.requests));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, most likely: those in use come back.
                    tracing::warn!(error = %error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let Some(seat) = gate.enter(peer.ip(), &limits) else {
            ::metrics::counter!("countersign_connections_refused_total").increment(1);
            continue;
        };
        let handler = Handler { app: app.clone(), requests: requests.clone(), peer, phase: Phase::default() };
        connection(stream, seat, handler, limits.deadlines, &graceful);
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and are cut off");
    }
}

/// What answers the requests of one connection.
#[derive(Clone)]
struct Handler {
    app: Router,
    requests: Arc<Semaphore>,
    peer: SocketAddr,
    phase: Phase,
}

fn connection(
    stream: TcpStream,
    seat: Seat,
    handler: Handler,
    deadlines: Deadlines,
    graceful: &GracefulShutdown,
) {
    // Answers are small and somebody waits for them.
    let _ = stream.set_nodelay(true);
    let io = TokioIo::new(Watched::new(stream, handler.phase.clone(), deadlines));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        handler.phase.busy();
        let is_file = request.uri().path().ends_with("/attachments");
        handler.clone().answer(request, if is_file { deadlines.file } else { deadlines.body })
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(deadlines.idle).max_buf_size(HEAD_BYTES_MAX);
    let connection = graceful.watch(builder.serve_connection(io, service));
    tokio::spawn(async move {
        // A client that goes away in the middle is nothing to report.
        let _ = connection.await;
        drop(seat);
    });
}

impl Handler {
    async fn answer(
        self,
        request: hyper::Request<Incoming>,
        body_within: Duration,
    ) -> Result<Response, Infallible> {
        let permit = match self.requests.clone().try_acquire_owned() {
            Ok(permit) => Permit::of(permit),
            // Whoever watches over the server asks whether it lives, not whether it is busy.
            Err(_) if health::PATHS.contains(&request.uri().path()) => Permit::default(),
            Err(_) => {
                ::metrics::counter!("countersign_requests_shed_total").increment(1);
                let error = countersign_types::Error::Unavailable("server");
                let id = countersign_http::extract::new_request_id();
                return Ok(countersign_http::problem::render(&error, &id));
            }
        };
        let (mut parts, body) = request.into_parts();
        parts.extensions.insert(permit.clone());
        parts.extensions.insert(ConnectInfo(self.peer));
        let body = axum::body::Body::new(deadline::TimelyBody::new(body, body_within));
        let request = axum::extract::Request::from_parts(parts, body);
        let response = match self.app.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        Ok(response.map(|body| axum::body::Body::new(Guarded::new(body, self.phase))))
    }
}

/// Who is connected.
#[derive(Default)]
struct Gate(Mutex<Seats>);

#[derive(Default)]
struct Seats {
    total: usize,
    by_address: HashMap<IpAddr, usize>,
}

impl Gate {
    /// A seat for a connection, if there is one left for its address.
    fn enter(self: &Arc<Self>, address: IpAddr, limits: &Limits) -> Option<Seat> {
        let address = client_network(address);
        let mut seats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let here = seats.by_address.get(&address).copied().unwrap_or(0);
        let is_many = here >= limits.per_ip && !limits.proxies.iter().any(|p| client_network(*p) == address);
        if is_many || seats.total >= limits.connections {
            return None;
        }
        seats.total += 1;
        seats.by_address.insert(address, here + 1);
        Some(Seat { gate: self.clone(), address })
    }
}

/// A connection's place; given back when dropped.
struct Seat {
    gate: Arc<Gate>,
    address: IpAddr,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.gate.0.lock().unwrap_or_else(PoisonError::into_inner);
        seats.total -= 1;
        if let Some(here) = seats.by_address.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                seats.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests;
