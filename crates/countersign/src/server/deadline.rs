//! Deadlines of a connection: a head within ten seconds of its first byte, a body within thirty (a file within
//! five minutes), and a client that takes what it is sent. Idle between two requests a connection may be for longer.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::HttpBody;
use hyper::body::{Bytes, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines {
    /// A head, from its first byte, or from the beginning of the connection.
    pub head: Duration,
    /// A body.
    pub body: Duration,
    /// A file: 25 MiB over a phone take their time.
    pub file: Duration,
    /// The time between two requests.
    pub idle: Duration,
    /// The time in which a client takes nothing of what waits for it.
    pub stall: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            file: Duration::from_secs(300),
            idle: Duration::from_secs(75),
            stall: Duration::from_secs(60),
        }
    }
}

const IN_HEAD: u8 = 0;
const BUSY: u8 = 1;
const IDLE: u8 = 2;

/// Where a connection stands, shared by its stream and its requests.
#[derive(Debug, Clone, Default)]
pub(super) struct Phase(Arc<AtomicU8>);

impl Phase {
    /// A request has come whole but for its body.
    pub(super) fn busy(&self) {
        self.0.store(BUSY, Ordering::Relaxed);
    }

    fn is(&self, phase: u8) -> bool {
        self.0.load(Ordering::Relaxed) == phase
    }
}

/// A stream with deadlines. A new connection has to begin with a head at once.
pub(super) struct Watched<S> {
    stream: S,
    phase: Phase,
    head: Option<Pin<Box<Sleep>>>,
    stall: Option<Pin<Box<Sleep>>>,
    deadlines: Deadlines,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, phase: Phase, deadlines: Deadlines) -> Self {
        Self { stream, phase, head: None, stall: None, deadlines }
    }

    fn written<T>(
        &mut self,
        context: &mut Context<'_>,
        poll: Poll<std::io::Result<T>>,
    ) -> Poll<std::io::Result<T>> {
        if poll.is_ready() {
            self.stall = None;
            return poll;
        }
        overdue(&mut self.stall, self.deadlines.stall, context)
    }
}

/// Fails once `deadline`, begun now unless it runs, is over.
fn overdue<T>(
    deadline: &mut Option<Pin<Box<Sleep>>>,
    after: Duration,
    context: &mut Context<'_>,
) -> Poll<std::io::Result<T>> {
    let sleep = deadline.get_or_insert_with(|| Box::pin(sleep(after)));
    match sleep.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(Err(std::io::ErrorKind::TimedOut.into())),
        Poll::Pending => Poll::Pending,
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        if buffer.filled().len() > before && this.phase.is(IDLE) {
            this.phase.0.store(IN_HEAD, Ordering::Relaxed);
        }
        if !this.phase.is(IN_HEAD) {
            this.head = None;
            return read;
        }
        // Also after a byte: one byte a second is how a head is kept from ending.
        match overdue(&mut this.head, this.deadlines.head, context) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) | Poll::Pending => read,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(context, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_flush(context);
        self.written(context, poll)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_shutdown(context);
        self.written(context, poll)
    }
}

/// A request's body that has to come in time.
pub(super) struct TimelyBody<B> {
    body: B,
    within: Duration,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl<B> TimelyBody<B> {
    pub(super) fn new(body: B, within: Duration) -> Self {
        Self { body, within, deadline: None }
    }
}

impl<B> HttpBody for TimelyBody<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: Into<axum::BoxError>,
{
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let within = self.within;
        match overdue::<()>(&mut self.deadline, within, context) {
            Poll::Ready(Err(error)) => Poll::Ready(Some(Err(error.into()))),
            _ => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer's body. When it is through, the connection waits for the next request.
pub(super) struct Guarded<B> {
    body: B,
    phase: Phase,
}

impl<B> Guarded<B> {
    pub(super) fn new(body: B, phase: Phase) -> Self {
        Self { body, phase }
    }
}

impl<B> Drop for Guarded<B> {
    fn drop(&mut self) {
        self.phase.0.store(IDLE, Ordering::Relaxed);
    }
}

impl<B: HttpBody + Unpin> HttpBody for Guarded<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
