//! The task that listens on PostgreSQL, on a connection of its own, and comes back after a loss.

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio_postgres::{AsyncMessage, Config, NoTls};

use crate::StoreError;
use crate::notify::{CHANNEL, Notice, Sender};
use crate::postgres::from_postgres;

const BACKOFF_FIRST: Duration = Duration::from_millis(100);
const BACKOFF_MAX: Duration = Duration::from_secs(5);

/// Starts to listen; answers once the server has confirmed it.
pub(crate) async fn start(config: Config, notices: Sender) -> Result<AbortHandle, StoreError> {
    let (ready, is_ready) = oneshot::channel();
    let task = tokio::spawn(keep(config, notices, ready)).abort_handle();
    match is_ready.await {
        Ok(Ok(())) => Ok(task),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(StoreError::unavailable("the listening task ended")),
    }
}

/// Listens for as long as the database is open. A failure of the first attempt is the caller's.
async fn keep(config: Config, notices: Sender, ready: oneshot::Sender<Result<(), StoreError>>) {
    let mut ready = Some(ready);
    let mut backoff = BACKOFF_FIRST;
    loop {
        let lost = session(&config, &notices, || {
            backoff = BACKOFF_FIRST;
            match ready.take() {
                Some(ready) => drop(ready.send(Ok(()))),
                // What was sent while nobody listened is lost.
                None => notices.send(Notice::Resync),
            }
        })
        .await;
        if let Some(ready) = ready.take() {
            let _ = ready.send(Err(lost));
            return;
        }
        tracing::warn!(error = %lost.with_cause(), "live updates are interrupted: the database connection is lost");
        tokio::time::sleep(backoff).await;
        backoff = (backoff * 2).min(BACKOFF_MAX);
    }
}

/// One connection from its `LISTEN` to its loss.
async fn session(config: &Config, notices: &Sender, on_listening: impl FnOnce()) -> StoreError {
    let (client, mut connection) = match config.connect(NoTls).await {
        Ok(connected) => connected,
        Err(error) => return from_postgres(error),
    };
    let mut messages = futures_util::stream::poll_fn(move |context| connection.poll_message(context));
    let mut on_listening = Some(on_listening);
    let listen = format!("LISTEN {CHANNEL}");
    let mut listening = pin!(client.batch_execute(&listen));
    loop {
        tokio::select! {
            listened = &mut listening, if on_listening.is_some() => match listened {
                Ok(()) => if let Some(call) = on_listening.take() { call() },
                Err(error) => return from_postgres(error),
            },
            message = messages.next() => match message {
                Some(Ok(AsyncMessage::Notification(notification))) => {
                    notices.deliver_payload(notification.payload());
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return from_postgres(error),
                None => return StoreError::unavailable("the listening connection was closed"),
            },
        }
    }
}
