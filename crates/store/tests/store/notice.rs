//! Live updates follow commits.

use std::time::Duration;

use countersign_store::{Backend, Db, Notice, Notices, StoreError, args};

use crate::operation::{INSERT, both};

async fn next(notices: &mut Notices) -> Notice {
    tokio::time::timeout(Duration::from_secs(10), notices.recv()).await.expect("a notice in time").unwrap()
}

async fn say(db: &Db, id: i64, messages: &[&str], is_kept: bool) {
    let messages: Vec<String> = messages.iter().map(|&message| message.to_owned()).collect();
    let _: Result<(), StoreError> = db
        .write(async move |tx| {
            tx.execute(INSERT, args![id, id.to_string()]).await?;
            for message in &messages {
                tx.notify(message)?;
            }
            if is_kept { Ok(()) } else { Err(StoreError::Busy(countersign_store::Cause::new("on purpose"))) }
        })
        .await;
}

#[tokio::test]
async fn notices_arrive_after_commit_and_never_for_a_rollback() {
    both(async |db| {
        let mut notices = db.subscribe();
        say(&db, 1, &["undone"], false).await;
        say(&db, 2, &["a", "b", "a"], true).await;
        say(&db, 3, &["undone too"], false).await;
        say(&db, 4, &["c"], true).await;
        for expected in ["a", "b", "c"] {
            assert_eq!(next(&mut notices).await, Notice::Message(expected.into()));
        }
        let more = tokio::time::timeout(Duration::from_millis(100), notices.recv()).await;
        assert!(more.is_err(), "each exactly once, but then came {more:?}");
    })
    .await;
}

#[tokio::test]
async fn a_notice_reaches_every_server_once() {
    both(async |db| {
        if db.kind() == Backend::Sqlite {
            return;
        }
        let other = db.another_server().await;
        let (mut here, mut there) = (db.subscribe(), other.subscribe());
        let long: Vec<String> = (0..50).map(|n| format!("{n:0>600}")).collect();
        say(&db, 1, &long.iter().map(String::as_str).collect::<Vec<_>>(), true).await;
        for notices in [&mut here, &mut there] {
            for message in &long {
                assert_eq!(next(notices).await, Notice::Message(message.as_str().into()));
            }
        }
        say(&other, 2, &["from there"], true).await;
        for notices in [&mut here, &mut there] {
            assert_eq!(next(notices).await, Notice::Message("from there".into()));
        }
    })
    .await;
}

#[tokio::test]
async fn a_slow_receiver_is_told_to_resynchronise_and_slows_nobody() {
    both(async |db| {
        let mut notices = db.subscribe();
        for id in 0..10 {
            let messages: Vec<String> = (0..900).map(|n| format!("{id}-{n}")).collect();
            say(&db, id, &messages.iter().map(String::as_str).collect::<Vec<_>>(), true).await;
        }
        // On PostgreSQL they arrive a little later.
        tokio::time::sleep(Duration::from_millis(500)).await;
        // On PostgreSQL whoever sends may have given up on so many before the receiver did.
        let mut heard = 0;
        while next(&mut notices).await != Notice::Resync {
            heard += 1;
        }
        assert!(heard < 9_000, "something was left out, and it was told so");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_a_short_line_is_not_a_notice() {
    both(async |db| {
        for message in [String::new(), "a\nb".to_owned(), "x".repeat(1_001)] {
            let result: Result<(), StoreError> = db.write(async move |tx| tx.notify(&message)).await;
            assert!(matches!(result, Err(StoreError::Bug(_))), "{result:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_part_of_the_commit_arrives_with_it_and_never_for_a_rollback() {
    both(async |db| {
        let mut notices = db.subscribe();
        let _: Result<(), StoreError> = db
            .write(async |tx| {
                tx.execute(INSERT, args![1, "one"]).await?;
                tx.notify_within("undone")?;
                Err(StoreError::Busy(countersign_store::Cause::new("on purpose")))
            })
            .await;
        db.write::<_, StoreError, _>(async |tx| tx.notify_within("session.ended sess_1")).await.unwrap();
        assert_eq!(next(&mut notices).await, Notice::Message("session.ended sess_1".into()));
        // Both kinds in one operation, and nothing written besides.
        db.write::<_, StoreError, _>(async |tx| {
            tx.notify("later")?;
            tx.notify_within("with it")
        })
        .await
        .unwrap();
        let mut both = [next(&mut notices).await, next(&mut notices).await];
        both.sort_by_key(|notice| format!("{notice:?}"));
        assert_eq!(both, [Notice::Message("later".into()), Notice::Message("with it".into())]);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_starts_tells_all_to_look_again() {
    both(async |db| {
        let mut notices = db.subscribe();
        db.resync();
        assert_eq!(next(&mut notices).await, Notice::Resync);
    })
    .await;
}

#[tokio::test]
async fn what_a_closing_server_has_committed_is_still_told() {
    both(async |db| {
        if db.kind() == Backend::Sqlite {
            return;
        }
        let other = db.another_server().await;
        let mut notices = db.subscribe();
        for id in 0..50 {
            say(&other, id, &[&format!("case.updated case_{id}")], true).await;
        }
        other.close().await;
        for id in 0..50 {
            assert_eq!(next(&mut notices).await, Notice::Message(format!("case.updated case_{id}").into()));
        }
    })
    .await;
}
