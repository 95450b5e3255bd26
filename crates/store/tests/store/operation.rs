//! An operation is all or nothing, whatever happens in it or beside it.

use std::time::Duration;

use countersign_store::migrate::Migration;
use countersign_store::testing::{TestDb, both_with};
use countersign_store::{Backend, Db, StoreError, args};

pub(crate) const SCHEMA: &[Migration] = &[Migration {
    name: "0001_thing",
    sqlite: "CREATE TABLE thing (
            id INTEGER NOT NULL, name TEXT, size INTEGER, is_open INTEGER CHECK (is_open IN (0, 1)), data BLOB,
            key BLOB, doc TEXT,
            CONSTRAINT pk_thing PRIMARY KEY (id), CONSTRAINT ck_thing__size CHECK (size <> 13)
        ) STRICT;
        CREATE UNIQUE INDEX uq_thing__name ON thing (name);
        CREATE UNIQUE INDEX uq_thing__key__size ON thing (key, size) WHERE key IS NOT NULL;
        CREATE TABLE part (
            thing_id INTEGER NOT NULL, n INTEGER NOT NULL, CONSTRAINT pk_part PRIMARY KEY (thing_id, n),
            CONSTRAINT fk_part__thing FOREIGN KEY (thing_id) REFERENCES thing (id)
        ) STRICT;
        CREATE TABLE late (
            thing_id INTEGER CONSTRAINT fk_late__thing REFERENCES thing (id) DEFERRABLE INITIALLY DEFERRED
        ) STRICT;",
    postgres: "CREATE TABLE thing (
            id BIGINT NOT NULL, name TEXT, size BIGINT, is_open BOOLEAN, data BYTEA, key BYTEA, doc JSONB,
            CONSTRAINT pk_thing PRIMARY KEY (id), CONSTRAINT ck_thing__size CHECK (size <> 13)
        );
        CREATE UNIQUE INDEX uq_thing__name ON thing (name);
        CREATE UNIQUE INDEX uq_thing__key__size ON thing (key, size) WHERE key IS NOT NULL;
        CREATE TABLE part (
            thing_id BIGINT NOT NULL, n BIGINT NOT NULL, CONSTRAINT pk_part PRIMARY KEY (thing_id, n),
            CONSTRAINT fk_part__thing FOREIGN KEY (thing_id) REFERENCES thing (id)
        );
        CREATE TABLE late (
            thing_id BIGINT CONSTRAINT fk_late__thing REFERENCES thing (id) DEFERRABLE INITIALLY DEFERRED
        );",
}];

pub(crate) async fn both(test: impl AsyncFn(TestDb)) {
    both_with(SCHEMA, test).await;
}

pub(crate) const INSERT: &str = "INSERT INTO thing (id, name) VALUES ($1, $2)";

pub(crate) async fn insert(db: &Db, id: i64, name: &str) -> Result<u64, StoreError> {
    let name = name.to_owned();
    db.write(async move |tx| tx.execute(INSERT, args![id, &name]).await).await
}

pub(crate) async fn ids(db: &Db) -> Vec<i64> {
    db.read::<_, StoreError, _>(async |tx| {
        tx.fetch_all("SELECT id FROM thing ORDER BY id", args![], |row| row.i64(0)).await
    })
    .await
    .unwrap()
}

#[derive(Debug)]
enum Failed {
    #[allow(dead_code)] // read by Debug
    Store(StoreError),
    OnPurpose,
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn is_bug<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Bug(_)))
}

#[tokio::test]
async fn an_operation_that_fails_leaves_nothing_and_its_neighbours_commit() {
    both(async |db| {
        let operations = (0..60).map(|id| {
            let db = db.clone();
            tokio::spawn(async move {
                db.write(async move |tx| {
                    tx.execute(INSERT, args![id, format!("n{id}")]).await?;
                    if id % 3 == 0 { Err(Failed::OnPurpose) } else { Ok(()) }
                })
                .await
            })
        });
        for (id, operation) in operations.collect::<Vec<_>>().into_iter().enumerate() {
            let result = operation.await.unwrap();
            match id % 3 {
                0 => assert!(matches!(result, Err(Failed::OnPurpose)), "{result:?}"),
                _ => result.unwrap(),
            }
        }
        assert_eq!(ids(&db).await, (0..60).filter(|id| id % 3 != 0).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn an_operation_that_awaits_anything_else_fails_loudly() {
    both(async |db| {
        let result: Result<(), StoreError> = db
            .write(async |tx| {
                tx.execute(INSERT, args![1, "a"]).await?;
                tokio::task::yield_now().await;
                Ok(())
            })
            .await;
        assert!(is_bug(&result), "{result:?}");
        let (_keep, never) = tokio::sync::oneshot::channel::<()>();
        let result: Result<(), StoreError> = db
            .read(async |_| {
                let _ = never.await;
                Ok(())
            })
            .await;
        assert!(is_bug(&result), "{result:?}");
        insert(&db, 2, "b").await.unwrap();
        assert_eq!(ids(&db).await, [2]);
    })
    .await;
}

#[tokio::test]
async fn a_panic_in_one_operation_leaves_the_writer_alive() {
    both(async |db| {
        let neighbours = (10..20).map(|id| {
            let db = db.clone();
            tokio::spawn(async move { insert(&db, id, &id.to_string()).await })
        });
        let neighbours: Vec<_> = neighbours.collect();
        for id in 0..3 {
            let result: Result<(), StoreError> = db
                .write(async move |tx| {
                    tx.execute(INSERT, args![id, "panics"]).await?;
                    panic!("on purpose");
                })
                .await;
            assert!(is_bug(&result), "{result:?}");
            let result: Result<(), StoreError> = db.read(async |_| panic!("on purpose")).await;
            assert!(is_bug(&result), "{result:?}");
        }
        for neighbour in neighbours {
            neighbour.await.unwrap().unwrap();
        }
        assert_eq!(ids(&db).await, (10..20).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn an_operation_cannot_go_on_after_a_failed_statement() {
    both(async |db| {
        insert(&db, 1, "a").await.unwrap();
        let result: Result<(), StoreError> = db
            .write(async |tx| {
                tx.execute(INSERT, args![2, "b"]).await?;
                assert!(tx.execute(INSERT, args![3, "a"]).await.is_err());
                Ok(())
            })
            .await;
        assert!(is_bug(&result), "{result:?}");
        let result = db
            .write(async |tx| {
                let _ = tx.execute(INSERT, args![3, "a"]).await;
                tx.execute(INSERT, args![4, "d"]).await
            })
            .await;
        assert!(is_bug(&result), "{result:?}");
        assert_eq!(ids(&db).await, [1]);
    })
    .await;
}

#[tokio::test]
async fn a_read_cannot_write_and_sees_one_state() {
    both(async |db| {
        insert(&db, 1, "a").await.unwrap();
        let result = db.read(async |tx| tx.execute(INSERT, args![2, "b"]).await).await;
        assert!(matches!(result, Err(StoreError::Sql(_))), "{result:?}");
        assert_eq!(ids(&db).await, [1]);
    })
    .await;
}

#[tokio::test]
async fn an_operation_sees_its_own_writes_and_none_that_are_not_committed() {
    both(async |db| {
        let seen = db
            .write::<_, StoreError, _>(async |tx| {
                tx.execute(INSERT, args![1, "a"]).await?;
                tx.fetch_one("SELECT COUNT(*) FROM thing", args![], |row| row.i64(0)).await
            })
            .await;
        assert_eq!(seen.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn if_the_commit_fails_nobody_is_acknowledged_and_nothing_is_left() {
    both(async |db| {
        // A deferred foreign key fails at COMMIT; no migration may use one, and here is why.
        let late: Result<u64, StoreError> =
            db.write(async |tx| tx.execute("INSERT INTO late (thing_id) VALUES ($1)", args![77]).await).await;
        assert!(matches!(late, Err(StoreError::ForeignKey)), "{late:?}");
        insert(&db, 1, "a").await.unwrap();
        let count = db
            .read::<_, StoreError, _>(async |tx| {
                tx.fetch_one("SELECT COUNT(*) FROM late", args![], |row| row.i64(0)).await
            })
            .await;
        assert_eq!(count.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn an_operation_whose_caller_went_away_leaves_the_database_usable() {
    both(async |db| {
        for id in 0..20 {
            let db = db.clone();
            let task = tokio::spawn(async move { insert(&db, id, &id.to_string()).await });
            tokio::time::sleep(Duration::from_micros(100 * id as u64)).await;
            task.abort();
        }
        insert(&db, 100, "after").await.unwrap();
        assert!(ids(&db).await.contains(&100));
        // More than the pool holds, each ended in the middle: no connection is lost.
        assert!(matches!(db.kind(), Backend::Sqlite | Backend::Postgres));
    })
    .await;
}

#[tokio::test]
async fn statements_nobody_waits_for_happen_in_their_order_and_are_seen_by_what_follows() {
    both(async |db| {
        let found = db
            .write::<_, StoreError, _>(async |tx| {
                for id in 1..=100 {
                    tx.execute_later(INSERT, args![id, id.to_string()]).await?;
                    tx.execute_later("INSERT INTO part (thing_id, n) VALUES ($1, 1)", args![id]).await?;
                }
                tx.execute_later("UPDATE thing SET name = 'changed' WHERE id = 100", args![]).await?;
                let sql = "SELECT COUNT(*), MAX(name) FROM thing";
                tx.fetch_one(sql, args![], |row| Ok((row.i64(0)?, row.text(1)?))).await
            })
            .await
            .unwrap();
        assert_eq!(found, (100, "changed".to_owned()));
        db.write::<_, StoreError, _>(async |tx| tx.execute_later(INSERT, args![101, "last"]).await)
            .await
            .unwrap();
        assert_eq!(ids(&db).await.len(), 101, "also what nothing follows but the commit");
    })
    .await;
}

#[tokio::test]
async fn a_statement_nobody_waits_for_still_fails_the_operation() {
    both(async |db| {
        insert(&db, 1, "one").await.unwrap();
        let mut notices = db.subscribe();
        // With nothing after it, with another one after it, and with a query after it.
        for follows in 0..3 {
            let failed = db
                .write::<(), StoreError, _>(async move |tx| {
                    tx.execute(INSERT, args![10, "ten"]).await?;
                    tx.notify("case.updated never")?;
                    tx.execute_later(INSERT, args![2, "one"]).await?;
                    if follows == 1 {
                        tx.execute_later(INSERT, args![3, "three"]).await?;
                    }
                    if follows == 2 {
                        tx.fetch_all("SELECT id FROM thing", args![], |row| row.i64(0)).await?;
                    }
                    Ok(())
                })
                .await
                .unwrap_err();
            assert_eq!(failed.unique_constraint(), Some("uq_thing__name"), "{follows}");
            assert_eq!(ids(&db).await, [1], "nothing of it happened");
        }
        insert(&db, 2, "two").await.unwrap();
        let told = tokio::time::timeout(Duration::from_millis(100), notices.recv()).await;
        assert!(told.is_err(), "nobody is told of what did not happen");
    })
    .await;
}
