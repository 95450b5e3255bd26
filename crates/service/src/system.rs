//! The state of storage, queues and servers.

use async_recursion::async_recursion as boxed;
use countersign_store::audit::list_audit_of;
use countersign_store::outbox::GivenUp;
use countersign_store::outbox::OutboxStats;
use countersign_store::server::{self, SchemaStep, ServerRow};
use countersign_store::{Backend, Tx, code, outbox};
use countersign_types::audit::{Actor, AuditRow};
use countersign_types::{Permission, Result, Timestamp, time};
use serde_json::json;

use crate::Service;
use crate::caller::{Grant, Request};
use crate::work::Log;

/// A server counts as there when it said so within this time.
const THERE: i64 = 35 * time::SECOND;

/// What audit rows about servers are about.
const SERVER: &str = "server";
/// Lines of the history.
const HISTORY_MAX: i64 = 100;
/// Rows given up that are looked at; more of them than this are told by their number.
const GIVEN_UP_MAX: i64 = 500;
/// Rows given up for the same target within this time are one line: an outage, not a hundred.
const OUTAGE: i64 = time::HOUR;

/// Something that happened to this installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: SystemEventKind,
}

/// What happened to this installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SystemEventKind {
    /// A server began.
    Started(ServerName),
    /// A server ended as it should.
    Stopped(ServerName),
    /// A server was gone without a word.
    Lost(ServerName),
    /// The schema was brought to a newer version.
    Migrated {
        /// The version.
        version: i64,
        /// Migrations that ran.
        count: i64,
    },
    /// Deliveries were given up.
    GaveUp {
        /// `webhook` or `message`.
        kind: String,
        /// How many, one after another, of one target.
        count: i64,
    },
}

/// A server in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerName {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
}

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

impl Service {
    /// What happened to this installation, newest first.
    #[boxed]
    pub async fn list_system_history(&self, request: &Request) -> Result<Vec<SystemEvent>> {
        self.authorise(request, Permission::SystemRead).await?;
        let (audited, steps, given_up) = self
            .read(async move |tx: &mut Tx<'_>| -> Result<_> {
                let audited = list_audit_of(tx, SERVER, HISTORY_MAX).await?;
                let steps = server::list_schema_steps(tx, HISTORY_MAX).await?;
                Ok((audited, steps, outbox::list_given_up(tx, GIVEN_UP_MAX).await?))
            })
            .await?;
        Ok(history(audited, steps, given_up))
    }

    /// Puts on record that this server began, and which ended without a word: on SQLite, whoever else is still listed;
    /// elsewhere, whoever has not been heard of.
    pub(crate) async fn note_start(&self) -> Result<()> {
        let now = self.now();
        let there = now.plus(-THERE);
        let is_alone = self.db().kind() == Backend::Sqlite;
        let own = self.server_id();
        self.write(
            &Grant::internal(Actor::system()),
            async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
                for row in server::list_servers(tx, Timestamp::from_micros(0)).await? {
                    if row.id != own && (is_alone || row.seen_at < there) {
                        server::delete_server(tx, row.id).await?;
                        log.audit("server.lose", SERVER, named(row.id, &row.version));
                    }
                }
                log.audit("server.start", SERVER, named(own, env!("CARGO_PKG_VERSION")));
                Ok(())
            },
        )
        .await
    }

    /// Puts on record that this server ends as it should.
    pub(crate) async fn note_stop(&self) -> Result<()> {
        let own = self.server_id();
        self.write(
            &Grant::internal(Actor::system()),
            async move |_: &mut Tx<'_>, log: &mut Log| -> Result<()> {
                log.audit("server.stop", SERVER, named(own, env!("CARGO_PKG_VERSION")));
                Ok(())
            },
        )
        .await
    }
}

/// A server in the details of an audit row.
fn named(id: [u8; 16], version: &str) -> serde_json::Value {
    json!({ "server": id.iter().map(|b| format!("{b:02x}")).collect::<String>(), "version": version })
}

/// One list of what three tables say, newest first.
fn history(audited: Vec<AuditRow>, steps: Vec<SchemaStep>, given_up: Vec<GivenUp>) -> Vec<SystemEvent> {
    let mut events: Vec<_> = audited.iter().filter_map(server_event).collect();
    events.extend(steps.into_iter().map(|step| SystemEvent {
        at: step.at,
        kind: SystemEventKind::Migrated { version: step.version, count: step.count },
    }));
    events.extend(outages(given_up));
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    events.truncate(HISTORY_MAX as usize);
    events
}

fn server_event(row: &AuditRow) -> Option<SystemEvent> {
    let text = |name: &str| row.details.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let server = ServerName { id: text("server"), version: text("version") };
    let kind = match row.action.as_str() {
        "server.start" => SystemEventKind::Started(server),
        "server.stop" => SystemEventKind::Stopped(server),
        "server.lose" => SystemEventKind::Lost(server),
        _ => return None,
    };
    Some(SystemEvent { at: row.at, kind })
}

/// Rows of one target that were given up shortly after one another, as one line.
fn outages(mut given_up: Vec<GivenUp>) -> Vec<SystemEvent> {
    given_up.sort_by_key(|row| (row.target, std::cmp::Reverse(row.at)));
    let mut lines: Vec<([u8; 16], Timestamp, SystemEvent)> = Vec::new();
    for row in given_up {
        match lines.last_mut() {
            Some((target, earliest, SystemEvent { kind: SystemEventKind::GaveUp { count, .. }, .. }))
                if *target == row.target && earliest.since(row.at) <= OUTAGE =>
            {
                *count += 1;
                *earliest = row.at;
            }
            _ => {
                let kind = SystemEventKind::GaveUp { kind: row.kind, count: 1 };
                lines.push((row.target, row.at, SystemEvent { at: row.at, kind }));
            }
        }
    }
    lines.into_iter().map(|(_, _, event)| event).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given_up(target: u8, minutes: i64) -> GivenUp {
        let at = Timestamp::from_micros(0).plus(minutes * time::MINUTE);
        GivenUp { kind: "webhook".to_owned(), target: [target; 16], at }
    }

    fn gave_up(minutes: i64, count: i64) -> SystemEvent {
        let at = Timestamp::from_micros(0).plus(minutes * time::MINUTE);
        SystemEvent { at, kind: SystemEventKind::GaveUp { kind: "webhook".to_owned(), count } }
    }

    #[test]
    fn an_outage_is_one_line_and_the_next_one_another() {
        let rows =
            vec![given_up(1, 100), given_up(2, 90), given_up(1, 70), given_up(1, 30), given_up(1, 900)];
        let steps =
            vec![SchemaStep { at: Timestamp::from_micros(0).plus(time::MINUTE), version: 29, count: 28 }];
        let migrated = SystemEvent {
            at: Timestamp::from_micros(0).plus(time::MINUTE),
            kind: SystemEventKind::Migrated { version: 29, count: 28 },
        };
        assert_eq!(
            history(Vec::new(), steps, rows),
            [gave_up(900, 1), gave_up(100, 3), gave_up(90, 1), migrated]
        );
    }
}
