//! The state of storage, queues and servers.

use async_recursion::async_recursion as boxed;
use countersign_store::outbox::OutboxStats;
use countersign_store::server::{self, ServerRow};
use countersign_store::{Backend, Tx, code, outbox};
use countersign_types::{Permission, Result, Timestamp, time};

use crate::Service;
use crate::caller::Request;

/// A server counts as there when it said so within this time.
const THERE: i64 = 35 * time::SECOND;

/// The state of storage, queues and servers.
#[derive(Debug, Clone)]
pub struct System {
    /// This server's version.
    pub version: &'static str,
    /// Since when this server runs.
    pub started_at: Timestamp,
    /// `sqlite` or `postgres`.
    pub database_kind: &'static str,
    /// The database's version.
    pub database_version: String,
    /// Bytes it takes.
    pub database_bytes: i64,
    /// What waits, and what was given up.
    pub outbox: OutboxStats,
    /// Seconds that the oldest waits.
    pub oldest_secs: Option<i64>,
    /// Servers on this database.
    pub servers: Vec<ServerRow>,
    /// This server's id.
    pub server_id: [u8; 16],
    /// Codes alive.
    pub live_codes: i64,
    /// The voice that reads prompts out, where one is installed.
    pub speech: Option<String>,
    /// Now.
    pub now: Timestamp,
}

impl Service {
    /// The state of storage, queues and servers.
    #[boxed]
    pub async fn get_system(&self, request: &Request) -> Result<System> {
        self.authorise(request, Permission::SystemRead).await?;
        let now = self.now();
        let codes_max = self.config().code.live_max;
        let (database_version, database_bytes, outbox, servers, live_codes) = self
            .read(async move |tx: &mut Tx<'_>| -> Result<_> {
                let (version, size) = server::database(tx).await?;
                let stats = outbox::outbox_stats(tx).await?;
                let servers = server::list_servers(tx, now.plus(-THERE)).await?;
                Ok((version, size, stats, servers, code::count_live_codes(tx, now, codes_max).await?))
            })
            .await?;
        Ok(System {
            version: env!("CARGO_PKG_VERSION"),
            started_at: self.started_at(),
            database_kind: match self.db().kind() {
                Backend::Sqlite => "sqlite",
                Backend::Postgres => "postgres",
            },
            database_version,
            database_bytes,
            oldest_secs: outbox.oldest_at.map(|at| now.since(at).max(0) / time::SECOND),
            outbox,
            servers,
            server_id: self.server_id(),
            live_codes,
            speech: self.voice().map(|voice| voice.engine),
            now,
        })
    }
}
