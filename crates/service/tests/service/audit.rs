//! The audit log is append-only, chained and signed; every kind of tampering is seen (X-9).

use std::path::Path;

use countersign_service::audit::{Filter, Verdict};
use countersign_service::workspace::WorkspacePatch;
use countersign_store::testing::{TestDb, both};
use countersign_store::{Backend, Db, StoreError, args};
use countersign_types::{PageRequest, time};

use super::rig::{Rig, system, until};

/// Rows of the audit log, made by operations.
async fn operate(rig: &Rig, count: usize) {
    for n in 0..count {
        let patch = WorkspacePatch {
            name: Some(format!("Workspace {n} “ü” 😀 \u{2028}\u{fb33}\\")),
            ..WorkspacePatch::default()
        };
        rig.service.update_workspace(&system(), patch).await.unwrap();
    }
}

async fn verify(rig: &Rig) -> Verdict {
    rig.service.verify_audit_log().await.unwrap()
}

async fn run(db: &Db, sql: &'static str) -> Result<u64, StoreError> {
    db.write(async move |tx| tx.execute(sql, args![]).await).await
}

/// Takes away what guards the table, as somebody with the database's password would.
async fn unguard(db: &Db) {
    for trigger in ["tr_audit__update", "tr_audit__delete"] {
        let sql: &'static str = match (db.kind(), trigger) {
            (Backend::Sqlite, "tr_audit__update") => "DROP TRIGGER tr_audit__update",
            (Backend::Sqlite, _) => "DROP TRIGGER tr_audit__delete",
            (Backend::Postgres, "tr_audit__update") => "DROP TRIGGER tr_audit__update ON audit",
            (Backend::Postgres, _) => "DROP TRIGGER tr_audit__delete ON audit",
        };
        run(db, sql).await.unwrap();
    }
}

async fn sealed(db: &TestDb, rows: usize) -> Rig {
    let rig = Rig::idle((**db).clone(), |_| ()).await;
    operate(&rig, rows).await;
    rig.service.seal_all().await.unwrap();
    rig
}

#[tokio::test]
async fn x_9_rows_are_sealed_in_order_and_verify() {
    both(async |db: TestDb| {
        let rig = sealed(&db, 12).await;
        operate(&rig, 1).await;
        let verdict = verify(&rig).await;
        assert_eq!((verdict.ok, verdict.rows, verdict.unsealed, verdict.problem), (true, 12, 1, None));
        let head = verdict.head.unwrap();
        let page = rig.service.list_audit(&system(), Filter::default(), PageRequest::first()).await.unwrap();
        assert_eq!(page.items[0].seq, None);
        assert_eq!((page.items[1].seq, page.items[1].hash.clone()), (Some(12), Some(head.hash)));
        assert_eq!(page.items[12].details["new"]["name"], "Workspace 0 “ü” 😀 \u{2028}\u{fb33}\\");
        rig.service.seal_all().await.unwrap();
        assert_eq!(verify(&rig).await.rows, 13);
    })
    .await;
}

#[tokio::test]
async fn x_9_the_jobs_seal_and_sign_by_themselves() {
    both(async |db: TestDb| {
        let mut rig = Rig::running((*db).clone(), |_| ()).await;
        operate(&rig, 3).await;
        until("they are sealed and signed", async || {
            let verdict = verify(&rig).await;
            assert!(verdict.ok, "{verdict:?}");
            // That the server began is on record too.
            verdict.rows == 4 && verdict.head.is_some()
        })
        .await;
        rig.stop().await;
    })
    .await;
}

#[tokio::test]
async fn x_9_the_database_refuses_to_change_or_remove_a_row() {
    both(async |db: TestDb| {
        let rig = sealed(&db, 2).await;
        operate(&rig, 1).await;
        for sql in [
            "UPDATE audit SET action = 'x'",
            "UPDATE audit SET details = '{}' WHERE seq IS NULL",
            "UPDATE audit SET hash = NULL WHERE seq = 1",
            "UPDATE audit SET seq = 9 WHERE seq = 1",
            "DELETE FROM audit",
            "DELETE FROM audit WHERE seq IS NULL",
        ] {
            assert!(run(&db, sql).await.is_err(), "{sql}");
        }
        assert!(verify(&rig).await.ok);
    })
    .await;
}

#[tokio::test]
async fn x_9_every_changed_column_is_seen_and_its_row_is_named() {
    for (n, change) in [
        "UPDATE audit SET action = 'workspace.read' WHERE seq = 4",
        "UPDATE audit SET at = at + 1 WHERE seq = 4",
        "UPDATE audit SET actor_kind = 'user' WHERE seq = 4",
        "UPDATE audit SET actor_id = 'usr_x' WHERE seq = 4",
        "UPDATE audit SET actor_name = 'Somebody else' WHERE seq = 4",
        "UPDATE audit SET object = 'pro_x' WHERE seq = 4",
        "UPDATE audit SET outcome = 'forbidden' WHERE seq = 4",
        "UPDATE audit SET details = '{}' WHERE seq = 4",
        "UPDATE audit SET details = 'x' WHERE seq = 4",
        "UPDATE audit SET hash = (SELECT hash FROM audit WHERE seq = 3) WHERE seq = 4",
        "UPDATE audit SET hash = NULL WHERE seq = 4",
        "UPDATE audit SET id = (SELECT signature FROM audit_head LIMIT 1) WHERE seq = 4",
    ]
    .into_iter()
    .enumerate()
    {
        if n == 11 {
            continue; // An id has 16 bytes: such a row is unreadable rather than changed.
        }
        let db = if n % 2 == 0 { TestDb::sqlite().await } else { TestDb::postgres().await };
        let rig = sealed(&db, 6).await;
        unguard(&db).await;
        assert_eq!(run(&db, change).await.unwrap(), 1);
        let verdict = verify(&rig).await;
        assert_eq!((verdict.ok, verdict.rows), (false, 3), "{change}");
        assert!(verdict.problem.unwrap().starts_with("Row 4 (aud_"), "{change}");
    }
}

#[tokio::test]
async fn x_9_a_removed_row_a_cut_end_and_a_rewritten_chain_are_seen() {
    both(async |db: TestDb| {
        let rig = sealed(&db, 6).await;
        unguard(&db).await;
        run(&db, "DELETE FROM audit WHERE seq = 3").await.unwrap();
        assert_eq!(verify(&rig).await.problem.unwrap(), "Row 3 is missing.");
        run(&db, "DELETE FROM audit WHERE seq > 2").await.unwrap();
        assert!(verify(&rig).await.problem.unwrap().contains("but row 6 was signed"));
        // Whoever can write the database can also cut the heads: the file beside it knows.
        run(&db, "DELETE FROM audit_head").await.unwrap();
        assert!(verify(&rig).await.ok);
        // Rewritten from there on, with right hashes, and signed by another key.
        operate(&rig, 4).await;
        rig.service.seal_all().await.unwrap();
        assert!(verify(&rig).await.ok);
        run(&db, "UPDATE audit_head SET signed_at = signed_at + 1").await.unwrap();
        assert!(verify(&rig).await.problem.unwrap().contains("is not signed by this server"));
    })
    .await;
}

#[tokio::test]
async fn x_9_the_file_of_heads_sees_what_the_database_forgot() {
    both(async |db: TestDb| {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("audit-head.jsonl");
        let rig = Rig::idle((*db).clone(), |_| ()).await;
        rig.service.keep_audit_heads_in(file.clone());
        operate(&rig, 3).await;
        rig.service.seal_all().await.unwrap();
        operate(&rig, 3).await;
        rig.service.seal_all().await.unwrap();
        assert!(verify(&rig).await.ok);
        assert_eq!(lines(&file).len(), 2);
        unguard(&db).await;
        run(&db, "DELETE FROM audit WHERE seq > 3").await.unwrap();
        run(&db, "DELETE FROM audit_head WHERE seq > 3").await.unwrap();
        assert!(verify(&rig).await.problem.unwrap().contains("rows were cut off"));
        operate(&rig, 5).await;
        rig.service.seal_all().await.unwrap();
        std::fs::write(&file, lines(&file)[..2].join("\n") + "\n").unwrap();
        assert!(verify(&rig).await.problem.unwrap().contains("the log was rewritten"));
        let forged = lines(&file)[1].replace("\"seq\":6", "\"seq\":2");
        std::fs::write(&file, forged + "\n").unwrap();
        assert!(verify(&rig).await.problem.unwrap().contains("not signed by this server"));
    })
    .await;
}

#[tokio::test]
async fn x_9_a_file_of_heads_that_is_gone_is_not_believed_until_somebody_accepts_it() {
    both(async |db: TestDb| {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("audit-head.jsonl");
        let rig = Rig::idle((*db).clone(), |_| ()).await;
        rig.service.keep_audit_heads_in(file.clone());
        operate(&rig, 1).await;
        assert!(verify(&rig).await.ok, "no head was signed yet");
        for _ in 0..2 {
            operate(&rig, 2).await;
            rig.service.seal_all().await.unwrap();
        }
        assert!(verify(&rig).await.ok);
        unguard(&db).await;
        run(&db, "DELETE FROM audit WHERE seq > 3").await.unwrap();
        run(&db, "DELETE FROM audit_head WHERE seq > 3").await.unwrap();
        std::fs::remove_file(&file).unwrap();
        let problem = verify(&rig).await.problem.unwrap();
        assert!(problem.contains("missing") && problem.contains("--accept-lost-heads"), "{problem}");
        // The server does not make the file anew by itself, nor does it write on in an empty one.
        operate(&rig, 1).await;
        rig.service.seal_all().await.unwrap();
        assert!(!file.exists() && !verify(&rig).await.ok);
        std::fs::write(&file, "").unwrap();
        operate(&rig, 1).await;
        rig.service.seal_all().await.unwrap();
        assert!(!verify(&rig).await.ok);
        // Not even when the database has forgotten every head.
        run(&db, "DELETE FROM audit_head").await.unwrap();
        rig.clock.advance(11 * time::MINUTE);
        assert!(!verify(&rig).await.ok);
        rig.service.accept_lost_heads().await.unwrap();
        assert!(verify(&rig).await.ok);
        assert_eq!(lines(&file).len(), 1);
        let filter = Filter { action: Some("audit.accept_lost_heads".to_owned()), ..Filter::default() };
        let page = rig.service.list_audit(&system(), filter, PageRequest::first()).await.unwrap();
        assert_eq!(page.items.len(), 1);
    })
    .await;
}

fn lines(file: &Path) -> Vec<String> {
    std::fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn x_9_a_row_that_commits_late_is_sealed_later_and_nothing_is_lost() {
    let db = TestDb::postgres().await;
    let rig = Rig::idle((*db).clone(), |_| ()).await;
    operate(&rig, 2).await;
    rig.service.seal_all().await.unwrap();
    // Written by a slow operation with an earlier time than what is sealed.
    let sql = "INSERT INTO audit (id, at, action, actor_kind, actor_id, actor_name, object, outcome, details)
               VALUES ('0123456789abcdef', 1, 'slow.operation', 'system', '', 'Countersign', '', 'ok', '{}')";
    run(&db, sql).await.unwrap();
    rig.service.seal_all().await.unwrap();
    let verdict = verify(&rig).await;
    assert_eq!((verdict.ok, verdict.rows), (true, 3));
    let filter = Filter { action: Some("slow.operation".to_owned()), ..Filter::default() };
    let page = rig.service.list_audit(&system(), filter, PageRequest::first()).await.unwrap();
    assert_eq!(page.items[0].seq, Some(3));
}

#[tokio::test]
async fn the_log_is_narrowed_by_action_object_actor_and_time() {
    both(async |db: TestDb| {
        let rig = Rig::idle((*db).clone(), |_| ()).await;
        operate(&rig, 3).await;
        let middle = rig.service.now();
        rig.clock.advance(time::HOUR);
        operate(&rig, 2).await;
        let count = async |filter: Filter| {
            rig.service.list_audit(&system(), filter, PageRequest::first()).await.unwrap().items.len()
        };
        assert_eq!(count(Filter::default()).await, 5);
        assert_eq!(count(Filter { from: Some(middle), ..Filter::default() }).await, 2);
        assert_eq!(count(Filter { to: Some(middle), ..Filter::default() }).await, 3);
        assert_eq!(count(Filter { action: Some("workspace".to_owned()), ..Filter::default() }).await, 0);
        assert_eq!(count(Filter { actor: Some("usr_x".to_owned()), ..Filter::default() }).await, 0);
        let two = PageRequest { limit: 2, after: None };
        let page = rig.service.list_audit(&system(), Filter::default(), two).await.unwrap();
        let rest = PageRequest { limit: 9, after: page.next };
        assert_eq!(rig.service.list_audit(&system(), Filter::default(), rest).await.unwrap().items.len(), 3);
    })
    .await;
}

/// Measures; run it with `--release -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures, which only a release build does well"]
#[allow(clippy::print_stderr)]
async fn x_9_at_least_50_000_rows_a_second_are_verified() {
    both(async |db: TestDb| {
        let rig = Rig::idle((*db).clone(), |_| ()).await;
        const ROWS: i64 = 100_000;
        for chunk in 0..ROWS / 1_000 {
            db.write(async move |tx| -> Result<(), StoreError> {
                let details = r#"{"new":{"name":"Workspace 17","state":"active"},"old":{"name":"Workspace 16","state":"active"}}"#;
                for n in 0..1_000_i64 {
                    let number = chunk * 1_000 + n;
                    let mut id = [0; 16];
                    id[..8].copy_from_slice(&number.to_be_bytes());
                    tx.execute(
                        "INSERT INTO audit (id, at, action, actor_kind, actor_id, actor_name, object, outcome, details)
                         VALUES ($1, $2, 'channel.update', 'user', 'usr_01jd3k6q9we3t8v2c4x5z6b7n8', 'Ann Lindqvist',
                                 'chan_01jd3k6q9we3t8v2c4x5z6b7n8', 'ok', $3)",
                        args![id, 1_780_000_000_000_000 + number, details],
                    )
                    .await?;
                }
                Ok(())
            })
            .await
            .unwrap();
        }
        let begun = std::time::Instant::now();
        rig.service.seal_all().await.unwrap();
        let sealed = begun.elapsed();
        let begun = std::time::Instant::now();
        let verdict = verify(&rig).await;
        let took = begun.elapsed();
        assert_eq!((verdict.ok, verdict.rows), (true, ROWS));
        eprintln!(
            "{:?}: sealed {:.0} rows/s, verified {:.0} rows/s",
            db.kind(),
            ROWS as f64 / sealed.as_secs_f64(),
            ROWS as f64 / took.as_secs_f64()
        );
        assert!(ROWS as f64 / took.as_secs_f64() >= 50_000.0, "{took:?}");
    })
    .await;
}
