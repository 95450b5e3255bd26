//! PostgreSQL: servers that go away and come back, and limits.

use std::time::{Duration, Instant};

use countersign_store::testing::{Cluster, TestDb};
use countersign_store::{Db, DbOptions, Notice, StoreError, args};

use crate::operation::{SCHEMA, ids, insert};

fn is_skipped() -> bool {
    std::env::var_os("COUNTERSIGN_TEST_SKIP_POSTGRES").is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ft5_postgres_restart_recovers() {
    if is_skipped() {
        return;
    }
    let cluster = Cluster::start().unwrap();
    let db = Db::open(&DbOptions::new(cluster.url())).await.unwrap();
    db.migrate_with(SCHEMA, 1).await.unwrap();
    let mut notices = db.subscribe();
    insert(&db, 1, "before").await.unwrap();
    cluster.kill().unwrap();
    let asked = Instant::now();
    let error = insert(&db, 2, "during").await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert!(asked.elapsed() < Duration::from_secs(10), "it took {:?} to say so", asked.elapsed());
    cluster.start_again().unwrap();
    let back = Instant::now();
    while insert(&db, 3, "after").await.is_err() {
        assert!(back.elapsed() < Duration::from_secs(10), "the pool did not come back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(ids(&db).await, [1, 3]);
    let resync = async { while notices.recv().await.unwrap() != Notice::Resync {} };
    tokio::time::timeout(Duration::from_secs(10), resync).await.expect("receivers learn of the gap");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable_at_once() {
    let asked = Instant::now();
    let error = Db::open(&DbOptions::new("postgres://u:secret@127.0.0.1:1/none")).await.err().unwrap();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert!(!format!("{error:?}").contains("secret"));
    assert!(asked.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn tls_is_refused_rather_than_left_out() {
    let error = Db::open(&DbOptions::new("postgres://u@h/d?sslmode=require")).await.err().unwrap();
    assert!(matches!(&error, StoreError::Refused(text) if text.contains("TLS")), "{error:?}");
}

#[tokio::test]
async fn a_statement_that_takes_too_long_or_a_pool_that_is_used_up_is_busy() {
    if is_skipped() {
        return;
    }
    let db = TestDb::postgres_with(SCHEMA, |options| {
        options.statement_timeout = Duration::from_millis(300);
        options.acquire_timeout = Duration::from_millis(50);
        options.pool_size = 1;
    })
    .await;
    let slow = db.read(async |tx| tx.execute("SELECT pg_sleep(5)", args![]).await);
    let starved = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        insert(&db, 1, "a").await
    };
    let (slow, starved) = tokio::join!(slow, starved);
    assert!(matches!(slow, Err(StoreError::Busy(_))), "{slow:?}");
    assert!(matches!(starved, Err(StoreError::Busy(_))), "{starved:?}");
    insert(&db, 2, "b").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_is_claimed_once_by_two_servers() {
    if is_skipped() {
        return;
    }
    let db = TestDb::postgres_with(SCHEMA, |_| ()).await;
    for id in 0..100 {
        insert(&db, id, &id.to_string()).await.unwrap();
    }
    let servers = [db.another_server().await, db.another_server().await];
    let claims = servers.iter().flat_map(|server| {
        (0..20).map(|_| {
            server.write::<Vec<i64>, StoreError, _>(async |tx| {
                let sql = format!(
                    "UPDATE thing SET size = 1 WHERE id IN
                     (SELECT id FROM thing WHERE size IS NULL ORDER BY id LIMIT 5{}) RETURNING id",
                    countersign_store::dialect::claim_suffix(tx.backend())
                );
                tx.fetch_all(&sql, args![], |row| row.i64(0)).await
            })
        })
    });
    let mut claimed: Vec<i64> = futures_util::future::try_join_all(claims).await.unwrap().concat();
    claimed.sort_unstable();
    assert_eq!(claimed, (0..100).collect::<Vec<_>>());
}
