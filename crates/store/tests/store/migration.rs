//! The schema grows the same way everywhere, once.

use countersign_store::migrate::Migration;
use countersign_store::testing::TestDb;
use countersign_store::{Backend, Db, StoreError};

use crate::operation::both;

const ONE: Migration = Migration {
    name: "0001_one",
    sqlite: "CREATE TABLE one (id INTEGER NOT NULL) STRICT;",
    postgres: "CREATE TABLE one (id BIGINT NOT NULL);",
};
const TWO: Migration = Migration {
    name: "0002_two",
    sqlite: "CREATE TABLE two (id INTEGER NOT NULL) STRICT; INSERT INTO two VALUES (1);",
    postgres: "CREATE TABLE two (id BIGINT NOT NULL); INSERT INTO two VALUES (1);",
};
const BROKEN: Migration = Migration {
    name: "0002_two",
    sqlite: "CREATE TABLE two (id INTEGER NOT NULL) STRICT; INSERT INTO missing VALUES (1);",
    postgres: "CREATE TABLE two (id BIGINT NOT NULL); INSERT INTO missing VALUES (1);",
};
const EDITED: Migration = Migration { name: "0001_one", sqlite: "SELECT 1;", postgres: "SELECT 1;" };

static FIRST: &[Migration] = &[ONE];
static SECOND: &[Migration] = &[ONE, TWO];
static FAILING: &[Migration] = &[ONE, BROKEN];
static CHANGED: &[Migration] = &[EDITED];

async fn on_both(test: impl AsyncFn(TestDb)) {
    countersign_store::testing::both_with(&[], test).await;
}

fn refusal(result: Result<usize, StoreError>) -> String {
    match result {
        Err(StoreError::Refused(text)) => text,
        other => panic!("expected a refusal, not {other:?}"),
    }
}

#[tokio::test]
async fn each_migration_runs_once() {
    on_both(async |db| {
        assert_eq!(db.schema_version().await.unwrap(), 0);
        assert_eq!(db.migrate_with(FIRST, 1).await.unwrap(), 1);
        assert_eq!(db.migrate_with(SECOND, 2).await.unwrap(), 1);
        assert_eq!(db.migrate_with(SECOND, 3).await.unwrap(), 0);
        assert_eq!(db.schema_version().await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_migration_that_fails_leaves_nothing_of_it() {
    on_both(async |db| {
        assert!(db.migrate_with(FAILING, 1).await.is_err());
        assert_eq!(db.schema_version().await.unwrap(), 1);
        assert_eq!(db.migrate_with(SECOND, 2).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_edited_migration_is_refused() {
    on_both(async |db| {
        db.migrate_with(FIRST, 1).await.unwrap();
        assert!(refusal(db.migrate_with(CHANGED, 2).await).contains("0001_one"));
    })
    .await;
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    on_both(async |db| {
        db.migrate_with(SECOND, 1).await.unwrap();
        assert!(refusal(db.migrate_with(FIRST, 2).await).contains("newer version"));
    })
    .await;
}

#[tokio::test]
async fn two_servers_may_migrate_at_once() {
    on_both(async |db| {
        if db.kind() == Backend::Sqlite {
            return;
        }
        let others: Vec<Db> = [db.another_server().await, db.another_server().await].into();
        let all = others.iter().map(|other| other.migrate_with(SECOND, 1));
        let ran: usize = futures_util::future::try_join_all(all).await.unwrap().into_iter().sum();
        assert_eq!(ran, 2);
    })
    .await;
}

#[tokio::test]
async fn the_migrations_of_the_program_run() {
    countersign_store::testing::both(async |db| {
        let last = countersign_store::migrate::MIGRATIONS.last().map_or(0, Migration::version);
        assert_eq!(db.schema_version().await.unwrap(), last);
    })
    .await;
    both(async |db| assert_eq!(db.schema_version().await.unwrap(), 1)).await;
}
