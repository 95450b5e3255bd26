//! SQLite: group commit, its queue, its file.

use std::path::PathBuf;

use countersign_store::testing::TestDb;
use countersign_store::{Db, DbOptions, StoreError, args};

use crate::operation::{INSERT, SCHEMA, ids, insert};

fn path(db: &TestDb) -> PathBuf {
    PathBuf::from(db.options().url.strip_prefix("sqlite:").unwrap())
}

async fn sqlite(change: impl FnOnce(&mut DbOptions)) -> TestDb {
    TestDb::sqlite_with(SCHEMA, change).await
}

/// The number of commits in the write-ahead log: frames that say how large the database is after them.
fn commits(db: &TestDb) -> usize {
    let wal = std::fs::read(format!("{}-wal", path(db).display())).unwrap();
    let page = u32::from_be_bytes(wal[8..12].try_into().unwrap()) as usize;
    wal[32..].chunks_exact(24 + page).filter(|frame| frame[4..8] != [0; 4]).count()
}

/// Keeps the writer busy until this is dropped, so that operations queue up behind.
struct Held(#[allow(dead_code, reason = "dropped")] std::sync::mpsc::Sender<()>);

async fn hold(db: &Db) -> Held {
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (tell, begun) = tokio::sync::oneshot::channel();
    let db = db.clone();
    tokio::spawn(async move {
        let _: Result<(), StoreError> = db
            .write(async move |_| {
                let _ = tell.send(());
                let _ = released.recv();
                Ok(())
            })
            .await;
    });
    begun.await.unwrap();
    Held(release)
}

/// Until everything that was spawned has done its first step: each is in the writer's queue.
async fn queued(count: usize) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn many_operations_share_one_commit() {
    let db = sqlite(|_| ()).await;
    let before = commits(&db);
    let held = hold(&db).await;
    let operations = (0..200).map(|id| {
        let db = db.clone();
        tokio::spawn(async move { insert(&db, id, &id.to_string()).await })
    });
    let operations: Vec<_> = operations.collect();
    queued(200).await;
    drop(held);
    for operation in operations {
        operation.await.unwrap().unwrap();
    }
    let commits = commits(&db) - before;
    assert!(commits <= 4, "200 operations queued at once took {commits} commits");
    assert_eq!(ids(&db).await.len(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_acknowledged_before_the_commit() {
    let db = sqlite(|_| ()).await;
    let operations = (0..300).map(|id| {
        let (db, path) = (db.clone(), path(&db));
        tokio::spawn(async move {
            insert(&db, id, &id.to_string()).await.unwrap();
            // A connection that knows nothing of the server sees what was acknowledged.
            let own = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY);
            let own = own.unwrap();
            let sql = "SELECT COUNT(*) FROM thing WHERE id = ?1";
            assert_eq!(own.query_row(sql, [id], |row| row.get::<_, i64>(0)).unwrap(), 1);
        })
    });
    for operation in operations.collect::<Vec<_>>() {
        operation.await.unwrap();
    }
}

#[tokio::test]
async fn if_the_commit_of_a_group_fails_all_in_it_are_told() {
    let db = sqlite(|_| ()).await;
    let held = hold(&db).await;
    let mut operations = Vec::new();
    for id in 0..20 {
        let db = db.clone();
        operations.push(tokio::spawn(async move {
            db.write::<u64, StoreError, _>(async move |tx| {
                if id == 10 {
                    tx.execute("INSERT INTO late (thing_id) VALUES ($1)", args![77]).await
                } else {
                    tx.execute(INSERT, args![id, id.to_string()]).await
                }
            })
            .await
        }));
        tokio::task::yield_now().await;
    }
    queued(20).await;
    drop(held);
    let mut failed = Vec::new();
    for (id, operation) in (0i64..).zip(operations) {
        if operation.await.unwrap().is_err() {
            failed.push(id);
        }
    }
    assert!(failed.contains(&10));
    let expected: Vec<i64> = (0..20).filter(|id| !failed.contains(id)).collect();
    assert_eq!(ids(&db).await, expected, "what was acknowledged is there, and nothing else");
}

#[tokio::test]
async fn ft24_a_second_server_on_the_same_file_is_refused() {
    let db = sqlite(|_| ()).await;
    let second = Db::open(db.options()).await.err().expect("a refusal");
    assert!(second.to_string().contains("another Countersign server"), "{second}");
    insert(&db, 1, "a").await.unwrap();
    db.close().await;
    assert!(matches!(insert(&db, 2, "b").await, Err(StoreError::Unavailable(_))));
    let third = Db::open(db.options()).await.unwrap();
    assert_eq!(ids(&third).await, [1]);
}

#[tokio::test]
async fn a_database_that_was_closed_is_one_file() {
    let db = sqlite(|_| ()).await;
    insert(&db, 1, "a").await.unwrap();
    let path = db.options().url.strip_prefix("sqlite:").unwrap().to_owned();
    let log = std::path::PathBuf::from(format!("{path}-wal"));
    assert!(log.exists());
    db.close().await;
    assert!(!log.exists(), "what stood in the write-ahead log was moved into the file");
}

#[tokio::test]
async fn more_work_than_the_queue_holds_is_refused_as_busy() {
    let db = sqlite(|options| options.queue_max = 8).await;
    let held = hold(&db).await;
    let operations = (0..50).map(|id| {
        let db = db.clone();
        tokio::spawn(async move { insert(&db, id, &id.to_string()).await })
    });
    let mut done = 0;
    let operations: Vec<_> = operations.collect();
    queued(50).await;
    drop(held);
    for operation in operations {
        match operation.await.unwrap() {
            Ok(_) => done += 1,
            Err(error) => assert!(matches!(error, StoreError::Busy(_)), "{error:?}"),
        }
    }
    assert_eq!(done, 8);
    assert_eq!(ids(&db).await.len(), 8);
}

#[tokio::test]
async fn when_the_space_is_used_up_reads_go_on_and_writes_come_back_with_it() {
    let db = sqlite(|options| options.size_bytes_max = Some(400_000)).await;
    let fill = async |id: i64| {
        db.write(async move |tx| {
            tx.execute("INSERT INTO thing (id, data) VALUES ($1, $2)", args![id, vec![7u8; 20_000]]).await
        })
        .await
    };
    let mut count = 0;
    let error = loop {
        match fill(count).await {
            Ok(_) => count += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::Full(_)), "{error:?}");
    assert!(count > 5, "only {count} rows fitted");
    assert_eq!(ids(&db).await, (0..count).collect::<Vec<_>>());
    db.write(async |tx| tx.execute("DELETE FROM thing WHERE id < $1", args![3]).await).await.unwrap();
    fill(1_000).await.unwrap();
}

#[tokio::test]
async fn the_log_is_moved_into_the_database_while_it_runs() {
    let db = sqlite(|_| ()).await;
    let wal = format!("{}-wal", path(&db).display());
    for round in 0..40 {
        let rows: Vec<_> = (0..50).map(|n| [(round * 50 + n).into(), vec![3u8; 8_000].into()]).collect();
        let batches = rows.chunks(1).map(<[_]>::to_vec).collect::<Vec<_>>();
        let writes = batches.into_iter().map(|rows| {
            db.write(async move |tx| {
                tx.execute_many("INSERT INTO thing (id, data) VALUES ($1, $2)", &rows).await
            })
        });
        let _: Vec<u64> =
            futures_util::future::try_join_all(writes).await.unwrap_or_else(|e: StoreError| panic!("{e}"));
    }
    // 16 MB were written; the log never needed to hold them all at once.
    let size = std::fs::metadata(wal).unwrap().len();
    assert!(size < 12_000_000, "the log has grown to {size} bytes");
    assert!(std::fs::metadata(path(&db)).unwrap().len() > 8_000_000);
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_readable_by_its_owner_only() {
    use std::os::unix::fs::MetadataExt;
    let db = sqlite(|_| ()).await;
    for end in ["", "-wal", "-shm"] {
        let mode = std::fs::metadata(format!("{}{end}", path(&db).display())).unwrap().mode();
        assert_eq!(mode & 0o777, 0o600, "{end}");
    }
}

#[tokio::test]
async fn a_url_that_is_not_understood_is_refused_without_being_repeated() {
    for url in [
        "mysql://root:secret@host/x",
        "",
        "sqlite::memory:",
        "postgres://u:secret@h:port:x/d",
        "x.db?mode=secret",
    ] {
        let error = Db::open(&DbOptions::new(url)).await.err().expect(url);
        assert!(matches!(error, StoreError::Refused(_)), "{error:?}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
