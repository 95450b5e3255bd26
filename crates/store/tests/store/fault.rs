//! FT3 in small: a disk that fails. Needs `strace`, which makes system calls fail; says so and passes without it.

use std::path::Path;
use std::process::Command;

use countersign_store::{Db, DbOptions};

use crate::operation::{SCHEMA, ids, insert};

const PATH: &str = "COUNTERSIGN_TEST_FAULT_PATH";

/// Runs in a process of its own: writes one row after another and exits with 74 when told to.
#[test]
#[ignore = "the child of the test below"]
fn child() {
    let Ok(path) = std::env::var(PATH) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = Db::open(&DbOptions::new(&path)).await.unwrap();
        db.migrate_with(SCHEMA, 1).await.unwrap();
        for id in 0..200 {
            if insert(&db, id, &id.to_string()).await.is_err() {
                db.fatal().await;
                assert!(insert(&db, 1_000, "later").await.is_err(), "never written again");
                std::process::exit(74);
            }
            std::fs::write(format!("{path}.acknowledged"), (id + 1).to_string()).unwrap();
        }
    });
}

fn run_with_fault(path: &Path, when: usize) -> Option<i32> {
    let inject = format!("inject=fdatasync,fsync:error=EIO:when={when}");
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync", "-e", &inject]);
    command.arg(std::env::current_exe().ok()?).args(["--exact", "fault::child", "--ignored"]);
    command.env(PATH, path).output().ok()?.status.code()
}

#[tokio::test]
async fn ft3_a_failed_fsync_is_fatal_and_nothing_is_acknowledged_after_it() {
    let can_trace = Command::new("strace").args(["-o", "/dev/null", "true"]).status();
    if !can_trace.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: strace cannot be used here");
        return;
    }
    for when in [12, 40, 90] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("fault.db");
        assert_eq!(run_with_fault(&path, when), Some(74), "fsync number {when} failed");
        let acknowledged: i64 =
            std::fs::read_to_string(format!("{}.acknowledged", path.display())).unwrap().parse().unwrap();
        let db = Db::open(&DbOptions::new(path.display().to_string())).await.unwrap();
        let found = ids(&db).await;
        let expected: Vec<i64> = (0..acknowledged).collect();
        assert!(found.starts_with(&expected), "{acknowledged} acknowledged, {} found", found.len());
    }
}
