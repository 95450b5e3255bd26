//! Throw-away databases of both kinds, for contract tests here and in the crates above.
//!
//! A contract test is a rule that holds on both databases:
//!
//! ```no_run
//! # use countersign_store::{args, StoreError, testing::{both, TestDb}};
//! #[tokio::test]
//! async fn a_setting_is_found_by_its_name() {
//!     both(async |db: TestDb| {
//!         let found = db
//!             .read(async |tx| {
//!                 tx.fetch_optional("SELECT value FROM setting WHERE name = $1", args!["x"], |row| row.text(0)).await
//!             })
//!             .await;
//!         assert_eq!(found.unwrap(), None);
//!     })
//!     .await;
//! }
//! ```
//!
//! PostgreSQL comes from `COUNTERSIGN_TEST_POSTGRES` (a URL, without a query part, of a server where databases may
//! be created), or else from a cluster that is started once per machine, shared by all test processes and stopped
//! two minutes after the last. Without PostgreSQL on the machine contract tests fail, unless
//! `COUNTERSIGN_TEST_SKIP_POSTGRES=1` says that half of the proof is enough.
// A test that cannot get its database must stop at once and say why.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod cluster;
mod scan;

use std::hash::{BuildHasher, RandomState};
use std::ops::Deref;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio_postgres::NoTls;

pub use cluster::Cluster;
pub use scan::every_value;

use crate::migrate::{MIGRATIONS, Migration};
use crate::{Backend, Db, DbOptions};

/// The time at which test databases are migrated, in microseconds: 2026-01-01.
pub const MIGRATED_AT: i64 = 1_767_225_600_000_000;

/// A migrated, empty database of its own. Gone when dropped.
pub struct TestDb {
    db: Db,
    options: DbOptions,
    _home: Home,
}

enum Home {
    Directory { _directory: TempDir },
    Server { _database: Database },
}

/// A database on a test server; dropped with it.
struct Database {
    server: String,
    name: String,
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDb {
    /// A SQLite file in a directory of its own.
    pub async fn sqlite() -> Self {
        Self::sqlite_with(MIGRATIONS, |_| ()).await
    }

    /// A database on the PostgreSQL server of the tests.
    pub async fn postgres() -> Self {
        Self::postgres_with(MIGRATIONS, |_| ()).await
    }

    /// SQLite with other migrations and options.
    pub async fn sqlite_with(list: &'static [Migration], change: impl FnOnce(&mut DbOptions)) -> Self {
        let directory = tempfile::Builder::new().prefix("countersign-test-").tempdir().unwrap();
        let mut options = DbOptions::new(format!("sqlite:{}", directory.path().join("test.db").display()));
        options.readers = 2;
        change(&mut options);
        let db = Db::open(&options).await.expect("SQLite opens");
        db.migrate_with(list, MIGRATED_AT).await.expect("SQLite migrates");
        Self { db, options, _home: Home::Directory { _directory: directory } }
    }

    /// PostgreSQL with other migrations and options.
    pub async fn postgres_with(list: &'static [Migration], change: impl FnOnce(&mut DbOptions)) -> Self {
        let server = server().await;
        let template = template(&server, list).await;
        let name = format!("test_{}_{:016x}", std::process::id(), RandomState::new().hash_one(0));
        admin(&server, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        let database = Database { server, name };
        let mut options = DbOptions::new(format!("{}/{}", database.server, database.name));
        options.pool_size = 8;
        change(&mut options);
        let db = Db::open(&options).await.expect("PostgreSQL opens");
        Self { db, options, _home: Home::Server { _database: database } }
    }

    /// How the database was opened, to open it again.
    pub fn options(&self) -> &DbOptions {
        &self.options
    }

    /// A second handle as another server would have it: a pool of its own. PostgreSQL only; SQLite refuses.
    pub async fn another_server(&self) -> Db {
        Db::open(&self.options).await.expect("a second server opens the database")
    }
}

/// Runs a test on SQLite and on PostgreSQL, each with a fresh migrated database, and says on which it failed.
pub async fn both(test: impl AsyncFn(TestDb)) {
    both_with(MIGRATIONS, test).await;
}

/// [`both`] with other migrations.
pub async fn both_with(list: &'static [Migration], test: impl AsyncFn(TestDb)) {
    let mut failed = Vec::new();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        if backend == Backend::Postgres && std::env::var_os("COUNTERSIGN_TEST_SKIP_POSTGRES").is_some() {
            eprintln!("SKIPPED on PostgreSQL, as COUNTERSIGN_TEST_SKIP_POSTGRES asks");
            continue;
        }
        let run = async {
            let db = match backend {
                Backend::Sqlite => TestDb::sqlite_with(list, |_| ()).await,
                Backend::Postgres => TestDb::postgres_with(list, |_| ()).await,
            };
            test(db).await;
        };
        if AssertUnwindSafe(run).catch_unwind().await.is_err() {
            failed.push(backend);
        }
    }
    assert!(failed.is_empty(), "the rule does not hold on {failed:?}; the panics above say why");
}

/// The URL of the server, without a database.
async fn server() -> String {
    if let Ok(url) = std::env::var("COUNTERSIGN_TEST_POSTGRES") {
        let (scheme, rest) = url.split_once("://").expect("COUNTERSIGN_TEST_POSTGRES is a URL");
        return format!("{scheme}://{}", rest.split('/').next().unwrap_or(rest));
    }
    let started = tokio::task::spawn_blocking(cluster::shared_url).await.expect("the cluster starts");
    started.unwrap_or_else(|why| {
        panic!("no PostgreSQL for this test: {why}. COUNTERSIGN_TEST_SKIP_POSTGRES=1 does without.")
    })
}

/// A database with these migrations that others are copied from; made by whoever needs it first.
async fn template(server: &str, list: &'static [Migration]) -> String {
    let mut hash = Sha256::new();
    for migration in list {
        hash.update(migration.name);
        hash.update(migration.postgres);
    }
    let name = format!("template_{}", &hex::encode(hash.finalize())[..20]);
    let (client, connection) = connect(server).await;
    let exists = "SELECT 1 FROM pg_database WHERE datname = $1";
    if client.query_opt(exists, &[&name]).await.unwrap().is_some() {
        return name;
    }
    client.batch_execute("SELECT pg_advisory_lock(20260101)").await.unwrap();
    if client.query_opt(exists, &[&name]).await.unwrap().is_none() {
        let raw = format!("{name}_raw");
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {raw} WITH (FORCE)")).await.unwrap();
        client.batch_execute(&format!("CREATE DATABASE {raw} TEMPLATE template0")).await.unwrap();
        let db = Db::open(&DbOptions::new(format!("{server}/{raw}"))).await.expect("PostgreSQL opens");
        db.migrate_with(list, MIGRATED_AT).await.expect("PostgreSQL migrates");
        db.close().await;
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ";
        for _ in 0..50 {
            client.batch_execute(&format!("{end}'{raw}'")).await.unwrap();
            if client.batch_execute(&format!("ALTER DATABASE {raw} RENAME TO {name}")).await.is_ok() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
    drop(client);
    connection.abort();
    name
}

async fn connect(server: &str) -> (tokio_postgres::Client, tokio::task::JoinHandle<()>) {
    let (client, connection) =
        tokio_postgres::connect(&format!("{server}/postgres"), NoTls).await.expect("the test server answers");
    (client, tokio::spawn(async { drop(connection.await) }))
}

async fn admin(server: &str, sql: &str) {
    let (client, _connection) = connect(server).await;
    client.batch_execute(sql).await.expect(sql);
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, sql) =
            (self.server.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        // On a thread of its own, because a test's runtime cannot wait in a destructor. Failing leaves a database
        // behind on a throw-away server, no more.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async {
                let (client, connection) =
                    tokio_postgres::connect(&format!("{server}/postgres"), NoTls).await.ok()?;
                let _connection = tokio::spawn(async { drop(connection.await) });
                client.batch_execute(&sql).await.ok()
            })
        });
        let _ = dropped.join();
    }
}
