//! Identification codes at rest: one use, one live code of a subject, held for one.

use countersign_store::code::{self as store, CodeFilter, CodeRow, NewCode};
use countersign_store::testing::{TestDb, both};
use countersign_store::{StoreError, Tx, limit, profile};
use countersign_types::code::{CodeForm, CodeState, IdentificationCode, Issuer};
use countersign_types::profile::ProfileState;
use countersign_types::{ApiKeyId, CodeId, LinkId, PageRequest, Timestamp, time};

use crate::conversation::{account, case_id, channel, customer};
use crate::profile::{NOW, id};

const SUBJECT: [u8; 32] = [40; 32];

fn code_id(n: u8) -> CodeId {
    CodeId::from_bytes([n; 16])
}

fn link_id(n: u8) -> LinkId {
    LinkId::from_bytes([n; 16])
}

fn code(n: u8) -> IdentificationCode {
    IdentificationCode {
        id: code_id(n),
        profile: id(1),
        form: CodeForm::Text,
        issuer: Issuer::ApiKey(ApiKeyId::from_bytes([3; 16])),
        channels: vec![channel().id],
        issued_at: NOW.plus(n.into()),
        expires_at: NOW.plus(i64::from(n) + 5 * time::MINUTE),
        used_at: None,
        ended_at: None,
        is_superseded: false,
        link: None,
    }
}

/// Issues code `n` for the subject.
async fn issue(tx: &mut Tx<'_>, n: u8) -> Result<(), StoreError> {
    let code = code(n);
    let new = NewCode {
        code: &code,
        profile: Some(id(1)),
        code_hash: [n; 32],
        subject_hash: SUBJECT,
        pushed_sealed: Some(vec![1, 2, 3]),
        status_hash: Some([n + 100; 32]),
    };
    store::insert_code(tx, &new).await
}

async fn prepared(db: &TestDb, codes: &'static [u8]) {
    customer(db, 1).await;
    customer(db, 2).await;
    db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        for n in codes {
            issue(tx, *n).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
}

async fn find(tx: &mut Tx<'_>, n: u8) -> Result<CodeRow, StoreError> {
    Ok(store::find_code(tx, code_id(n)).await?.expect("the code is there"))
}

/// Whether account `n` could use the code up for itself.
async fn consume(tx: &mut Tx<'_>, code: u8, holder: Option<u8>, now: Timestamp) -> Result<bool, StoreError> {
    store::consume_code(tx, code_id(code), holder.map(account), link_id(code), Some(case_id(1)), now).await
}

#[tokio::test]
async fn c_8_a_code_is_found_by_its_hash_and_by_what_its_page_holds() {
    both(async |db| {
        prepared(&db, &[1]).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let found = store::find_code_by_hash(tx, [1; 32]).await?.expect("by its hash");
            assert_eq!(found.code, code(1));
            assert!(found.has_profile && found.held.is_none() && found.used_case.is_none());
            assert_eq!(found.pushed_sealed, Some(vec![1, 2, 3]));
            assert!(store::find_code_by_hash(tx, [2; 32]).await?.is_none());
            assert!(store::find_code_by_status(tx, code_id(1), [101; 32]).await?.is_some());
            assert!(store::find_code_by_status(tx, code_id(1), [102; 32]).await?.is_none());
            assert!(store::find_code_by_status(tx, code_id(2), [101; 32]).await?.is_none());
            Ok(())
        })
        .await
        .unwrap();
        let again = db.write(async |tx: &mut Tx<'_>| issue(tx, 1).await).await;
        assert!(again.unwrap_err().unique_constraint().is_some(), "no two codes of one hash");
    })
    .await;
}

#[tokio::test]
async fn c_3_of_all_who_use_a_code_at_once_one_does() {
    both(async |db| {
        prepared(&db, &[1]).await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..32 {
            let db = (*db).clone();
            tasks.spawn(async move {
                db.write(async |tx: &mut Tx<'_>| consume(tx, 1, None, NOW.plus(9)).await).await.unwrap()
            });
        }
        assert_eq!(tasks.join_all().await.into_iter().filter(|done| *done).count(), 1);
        let used = db.read(async |tx: &mut Tx<'_>| find(tx, 1).await).await.unwrap();
        assert_eq!((used.code.used_at, used.code.link), (Some(NOW.plus(9)), Some(link_id(1))));
        assert_eq!(used.used_case, Some(case_id(1)));
        assert_eq!(used.code.state(NOW.plus(9)), CodeState::Used);
    })
    .await;
}

#[tokio::test]
async fn c_2_what_is_over_taken_back_or_replaced_is_used_by_nobody() {
    both(async |db| {
        prepared(&db, &[1, 2, 3]).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let end = code(1).expires_at;
            assert!(!consume(tx, 1, None, end).await?, "its last moment is over");
            assert!(!store::revoke_code(tx, code_id(1), end).await?);
            assert!(store::revoke_code(tx, code_id(2), NOW.plus(9)).await?);
            assert!(!store::revoke_code(tx, code_id(2), NOW.plus(9)).await?, "only once");
            assert!(!consume(tx, 2, None, NOW.plus(9)).await?);
            assert_eq!(store::supersede_codes(tx, [9; 32], NOW.plus(9)).await?, [], "somebody else's");
            let mut ended = store::supersede_codes(tx, SUBJECT, NOW.plus(9)).await?;
            ended.sort_unstable();
            assert_eq!(ended, [code_id(1), code_id(3)], "what is live, and nothing else");
            assert!(!consume(tx, 3, None, NOW.plus(9)).await?);
            assert_eq!(find(tx, 2).await?.code.state(NOW), CodeState::Revoked);
            assert_eq!(find(tx, 3).await?.code.state(NOW), CodeState::Superseded);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_5_a_held_code_is_its_holder_s_alone() {
    both(async |db| {
        prepared(&db, &[1, 2, 3]).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let hold = async |tx: &mut Tx<'_>, code, holder, now| {
                store::hold_code(tx, code_id(code), account(holder), Some(case_id(holder)), now).await
            };
            assert!(hold(tx, 1, 1, NOW.plus(9)).await?);
            assert!(hold(tx, 1, 1, NOW.plus(9)).await?, "the same sender again");
            assert!(!hold(tx, 1, 2, NOW.plus(9)).await?, "somebody else comes too late");
            assert_eq!(find(tx, 1).await?.held, Some((account(1), case_id(1))));
            assert!(!consume(tx, 1, None, NOW.plus(9)).await?, "not without the page's word");
            assert!(!consume(tx, 1, Some(2), NOW.plus(9)).await?);
            assert!(consume(tx, 1, Some(1), NOW.plus(9)).await?);
            assert!(!hold(tx, 1, 1, NOW.plus(9)).await?, "used");
            assert!(!hold(tx, 2, 1, code(2).expires_at).await?, "over");
            assert!(store::revoke_code(tx, code_id(3), NOW.plus(9)).await?);
            assert!(!hold(tx, 3, 1, NOW.plus(9)).await?, "taken back");
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_5_of_all_who_hold_a_code_at_once_one_does() {
    both(async |db| {
        prepared(&db, &[1]).await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..32u8 {
            let db = (*db).clone();
            tasks.spawn(async move {
                let hold = async move |tx: &mut Tx<'_>| {
                    store::hold_code(tx, code_id(1), account(n), Some(case_id(1)), NOW.plus(9)).await
                };
                db.write(hold).await.unwrap()
            });
        }
        assert_eq!(tasks.join_all().await.into_iter().filter(|done| *done).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn c_4_codes_are_counted_by_subject_and_listed_by_what_became_of_them() {
    both(async |db| {
        prepared(&db, &[1, 2, 3, 4]).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            store::lock_codes_of_subject(tx, SUBJECT).await?;
            assert_eq!(store::count_codes_of_subject(tx, SUBJECT, NOW.plus(2)).await?, 2);
            assert_eq!(store::count_codes_of_subject(tx, [9; 32], NOW).await?, 0);
            let now = NOW.plus(9);
            assert_eq!(store::count_live_codes(tx, now, 10).await?, 4);
            assert_eq!(store::count_live_codes(tx, now, 3).await?, 3, "counted up to a limit");
            assert!(consume(tx, 1, None, now).await?);
            store::update_code_link(tx, code_id(1), link_id(77)).await?;
            assert_eq!(find(tx, 1).await?.code.link, Some(link_id(77)));
            assert!(store::revoke_code(tx, code_id(2), now).await?);
            let list = async |tx: &mut Tx<'_>, state, profile, now, page| -> Result<_, StoreError> {
                let listed = store::list_codes(tx, CodeFilter { profile, state }, now, page).await?;
                let ids = listed.items.iter().map(|row| row.code.id.to_bytes()[0]).collect::<Vec<_>>();
                Ok((ids, listed.next))
            };
            let page = |after| PageRequest { after, limit: 3 };
            let (first, next) = list(tx, None, None, now, page(None)).await?;
            assert_eq!(first, [4, 3, 2], "newest first");
            assert_eq!(list(tx, None, None, now, page(next)).await?, (vec![1], None));
            for (state, wanted) in [
                (CodeState::Used, vec![1]),
                (CodeState::Revoked, vec![2]),
                (CodeState::Live, vec![4, 3]),
                (CodeState::Expired, vec![]),
                (CodeState::Superseded, vec![]),
            ] {
                assert_eq!(list(tx, Some(state), Some(id(1)), now, page(None)).await?.0, wanted, "{state:?}");
            }
            let later = now.plus(time::DAY);
            assert_eq!(list(tx, Some(CodeState::Expired), None, later, page(None)).await?.0, [4, 3]);
            assert!(list(tx, None, Some(id(2)), now, page(None)).await?.0.is_empty());
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_codes_of_a_profile_end_together() {
    both(async |db| {
        prepared(&db, &[1, 2, 3]).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            assert_eq!(profile::lock_profile_state(tx, id(1)).await?, Some(ProfileState::Active));
            assert_eq!(profile::lock_profile_state(tx, id(9)).await?, None);
            assert!(consume(tx, 1, None, NOW.plus(9)).await?);
            assert_eq!(profile::revoke_codes(tx, id(1), NOW.plus(9)).await?, 2);
            assert_eq!(profile::revoke_codes(tx, id(1), NOW.plus(9)).await?, 0);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_6_a_counter_is_found_as_it_was_left_and_gone_once_deleted() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            assert_eq!(limit::find_counter(tx, "code_miss", SUBJECT).await?, None);
            let fresh = limit::lock_counter(tx, "code_miss", SUBJECT).await?;
            let counted = limit::Counter { short_count: 3, strikes: 1, locked_until: 77, ..fresh };
            limit::update_counter(tx, "code_miss", SUBJECT, &counted).await?;
            assert_eq!(limit::find_counter(tx, "code_miss", SUBJECT).await?, Some(counted));
            assert_eq!(limit::find_counter(tx, "code_alarm", SUBJECT).await?, None);
            limit::delete_counter(tx, "code_miss", SUBJECT).await?;
            assert_eq!(limit::find_counter(tx, "code_miss", SUBJECT).await?, None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}
