//! `countersign healthcheck`: asks `/readyz`, without a shell or curl in the container.

use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::config::{Config, Flags};
use crate::failure::{Exit, Failure, Result, note};

/// Asks a running server whether it is ready.
pub async fn healthcheck(listen: Option<String>, config: Option<PathBuf>) -> Result<()> {
    let mut flags = Flags { config, ..Flags::default() };
    flags.values.extend(listen.map(|address| ("server.listen", "--listen", address)));
    let settings = Config::load(&flags)?.settings;
    let address = settings.server.listen.replace("0.0.0.0:", "127.0.0.1:").replace("[::]:", "[::1]:");
    let failed = |cause: &dyn std::fmt::Display| {
        Failure::new(Exit::Found, format!("The server at {address} does not answer"))
            .cause(cause)
            .hint("is it running, and does it listen there? Name its address with `--listen`")
    };
    let answer = tokio::time::timeout(Duration::from_secs(8), ask(&address));
    let answer = answer.await.map_err(|_| failed(&"no answer within 8 seconds"))?.map_err(|e| failed(&e))?;
    if answer.starts_with("HTTP/1.1 200") {
        note("ready");
        return Ok(());
    }
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Err(Failure::new(Exit::Found, "The server is not ready").cause(body.trim()))
}

async fn ask(address: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.take(16 * 1024).read_to_string(&mut answer).await?;
    Ok(answer)
}
