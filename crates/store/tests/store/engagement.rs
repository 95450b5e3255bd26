//! Engagements and failed verifications, on both databases.

use countersign_store::engagement::{
    EngagementFilter, delete_engagement, delete_engagements, erase_engagement_texts, find_engagement,
    find_engagement_for_update, find_open_engagement, has_engagement_of_chat, insert_engagement,
    insert_person, list_engagements, list_idle_engagements, list_left_engagements, update_about,
    update_engagement,
};
use countersign_store::testing::both;
use countersign_store::verification::{
    EVERYBODY, Override, find_failures, find_failures_for_update, find_last_override, insert_override,
    list_locked, list_told, lock_tally, upsert_failures, upsert_tally,
};
use countersign_store::{StoreError, Tx, args};
use countersign_types::audit::{Actor, ActorKind};
use countersign_types::engagement::{
    AttendeeSource, Engagement, EngagementDirection, EngagementOutcome, EngagementStatus,
    VerificationFailures,
};
use countersign_types::pii::{Pii, Purpose};
use countersign_types::{CallId, CaseId, Cursor, EngagementId, PageRequest, ProfileId, UserId};
use serde_json::json;

use crate::profile::{NOW, ann, id, insert, vault};

/// An id that no profile of the tests has: each is a subject with a key of its own.
fn own(n: u8) -> EngagementId {
    let mut bytes = [n; 16];
    bytes[15] = 0xee;
    EngagementId::from_bytes(bytes)
}

pub(crate) fn engagement(n: u8) -> Engagement {
    Engagement {
        id: own(n),
        channel: "voice".to_owned(),
        direction: EngagementDirection::Inbound,
        status: EngagementStatus::New,
        case: None,
        call: None,
        owner: Actor { kind: ActorKind::User, id: "usr_1".to_owned(), name: "Eve".to_owned() },
        attendee: None,
        attendee_source: None,
        customer: None,
        representative: None,
        topic: None,
        outcome: None,
        state: Pii::new(r#"{"core":1}"#),
        about: Some(Pii::new(r#"{"notes":"asks for her balance"}"#)),
        revision: 0,
        idle_at: Some(NOW.plus(10)),
        started_at: NOW,
        ended_at: None,
        created_at: NOW.plus(n.into()),
        updated_at: NOW,
    }
}

fn page(limit: i64, after: Option<Cursor>) -> PageRequest {
    PageRequest { limit, after }
}

#[tokio::test]
async fn an_engagement_is_read_back_as_it_was_written_and_sealed() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let mut one = engagement(1);
            assert!(insert_engagement(tx, &vault(), &one).await?);
            assert_eq!(find_engagement(tx, &vault(), one.id).await?, Some(one.clone()));
            one.status = EngagementStatus::Completed;
            (one.attendee, one.attendee_source) = (Some(id(1)), Some(AttendeeSource::Verified));
            (one.customer, one.representative) = (Some(id(1)), Some(id(2)));
            (one.outcome, one.idle_at, one.ended_at) = (Some(EngagementOutcome::Proceed), None, Some(NOW));
            (one.state, one.revision) = (Pii::new(r#"{"core":2}"#), 7);
            assert!(update_engagement(tx, &vault(), &one).await?);
            one.about = Some(Pii::new("{}"));
            assert!(update_about(tx, &vault(), one.id, one.about.as_ref()).await?);
            assert_eq!(find_engagement_for_update(tx, &vault(), one.id).await?, Some(one.clone()));
            assert!(update_about(tx, &vault(), one.id, None).await?);
            assert_eq!(find_engagement(tx, &vault(), one.id).await?.unwrap().about, None);
            let sql = "SELECT state_sealed FROM engagement";
            let sealed = tx.fetch_one(sql, args![], |row| row.bytes(0)).await?;
            let plain = one.state.plain(Purpose::Match).as_bytes();
            assert!(!sealed.windows(plain.len()).any(|window| window == plain));
            assert_eq!(find_engagement(tx, &vault(), own(9)).await?, None);
            assert!(!update_engagement(tx, &vault(), &engagement(9)).await?);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_conversation_and_a_call_have_one_engagement_at_a_time() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let (case, call) = (CaseId::from_bytes([4; 16]), CallId::from_bytes([5; 16]));
            let of_case = |n| Engagement { case: Some(case), ..engagement(n) };
            let of_call = |n| Engagement { call: Some(call), ..engagement(n) };
            assert!(insert_engagement(tx, &vault(), &of_case(1)).await?);
            assert!(!insert_engagement(tx, &vault(), &of_case(2)).await?);
            assert!(insert_engagement(tx, &vault(), &of_call(3)).await?);
            assert!(!insert_engagement(tx, &vault(), &of_call(4)).await?);
            let open = find_open_engagement(tx, &vault(), Some(case), None).await?.unwrap();
            assert_eq!(open.id, of_case(1).id);
            let open = find_open_engagement(tx, &vault(), None, Some(call)).await?.unwrap();
            assert_eq!(open.id, of_call(3).id);
            assert_eq!(find_open_engagement(tx, &vault(), None, None).await?, None);
            // Once it came out, another may begin.
            let done = Engagement { outcome: Some(EngagementOutcome::Stop), ..of_case(1) };
            assert!(update_engagement(tx, &vault(), &done).await?);
            assert_eq!(find_open_engagement(tx, &vault(), Some(case), None).await?, None);
            assert!(insert_engagement(tx, &vault(), &of_case(2)).await?);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn lists_are_narrowed_and_go_on_after_their_cursor() {
    both(async |db| {
        for n in [1, 2] {
            insert(&db, ann(n), NOW).await;
        }
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            tx.execute("UPDATE profile SET merged_into = $2 WHERE id = $1", args![id(2), id(1)]).await?;
            for n in 1..=4 {
                let mut one = engagement(n);
                one.status = if n == 4 { EngagementStatus::Completed } else { EngagementStatus::New };
                one.outcome = (n == 4).then_some(EngagementOutcome::Stop);
                one.customer = (n == 2).then(|| id(2));
                one.case = (n == 3).then(|| CaseId::from_bytes([3; 16]));
                one.call = (n == 1).then(|| CallId::from_bytes([1; 16]));
                one.channel = if n == 1 { "video".to_owned() } else { one.channel };
                one.owner.id = format!("usr_{n}");
                insert_engagement(tx, &vault(), &one).await?;
            }
            let first = list_engagements(tx, &vault(), &EngagementFilter::default(), page(3, None)).await?;
            let ids: Vec<u8> = first.items.iter().map(|one| one.id.to_bytes()[0]).collect();
            assert_eq!(ids, [4, 3, 2], "newest first");
            let rest =
                list_engagements(tx, &vault(), &EngagementFilter::default(), page(3, first.next)).await?;
            assert_eq!((rest.items.len(), rest.next), (1, None));
            let every = EngagementFilter::default();
            for (filter, expected) in [
                (EngagementFilter { status: Some(EngagementStatus::Completed), ..every.clone() }, 4),
                (EngagementFilter { outcome: Some(EngagementOutcome::Stop), ..every.clone() }, 4),
                (EngagementFilter { channel: Some("video".to_owned()), ..every.clone() }, 1),
                (EngagementFilter { owner: Some("usr_3".to_owned()), ..every.clone() }, 3),
                (EngagementFilter { case: Some(CaseId::from_bytes([3; 16])), ..every.clone() }, 3),
                (EngagementFilter { call: Some(CallId::from_bytes([1; 16])), ..every.clone() }, 1),
                // Whoever was merged is found under whom they became part of.
                (EngagementFilter { profile: Some(id(1)), ..every.clone() }, 2),
            ] {
                let found = list_engagements(tx, &vault(), &filter, page(9, None)).await?;
                let ids: Vec<u8> = found.items.iter().map(|one| one.id.to_bytes()[0]).collect();
                assert_eq!(ids, [expected], "{filter:?}");
            }
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_is_idle_is_found_and_what_came_out_is_not() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            for (n, idle) in [(1, Some(20)), (2, Some(10)), (3, None)] {
                let one = Engagement { idle_at: idle.map(|at| NOW.plus(at)), ..engagement(n) };
                insert_engagement(tx, &vault(), &one).await?;
            }
            assert_eq!(list_idle_engagements(tx, NOW.plus(9), 9).await?, []);
            let both = list_idle_engagements(tx, NOW.plus(20), 9).await?;
            assert_eq!(both, [own(2), own(1)]);
            assert_eq!(list_idle_engagements(tx, NOW.plus(20), 1).await?.len(), 1);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn x_10_texts_of_an_erased_customer_go_with_their_key_and_the_record_stays() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            for (n, who) in [(1, Some(id(1))), (2, Some(id(2)))] {
                insert_engagement(tx, &vault(), &Engagement { representative: who, ..engagement(n) }).await?;
            }
            erase_engagement_texts(tx, &vault(), id(1), NOW).await?;
            let gone = find_engagement(tx, &vault(), own(1)).await?.unwrap();
            assert_eq!((gone.about, gone.representative), (None, Some(id(1))));
            let text = Pii::new("{}");
            assert!(
                !update_about(tx, &vault(), gone.id, Some(&text)).await?,
                "nothing is written of it any more"
            );
            let other = find_engagement(tx, &vault(), own(2)).await?.unwrap();
            assert!(other.about.is_some());
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn x_10_who_was_named_earlier_takes_the_texts_along_too() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let mut one = Engagement { customer: Some(id(1)), ..engagement(1) };
            insert_engagement(tx, &vault(), &one).await?;
            // Somebody else was selected afterwards, and nobody in the end.
            one.customer = Some(id(2));
            assert!(update_engagement(tx, &vault(), &one).await?);
            one.customer = None;
            assert!(update_engagement(tx, &vault(), &one).await?);
            let text = |found: Option<Engagement>| found.unwrap().about;
            erase_engagement_texts(tx, &vault(), id(3), NOW).await?;
            assert!(text(find_engagement(tx, &vault(), one.id).await?).is_some(), "it never named them");
            erase_engagement_texts(tx, &vault(), id(1), NOW).await?;
            assert_eq!(text(find_engagement(tx, &vault(), one.id).await?), None);
            // A stranger's account: nobody is named by the row.
            insert_engagement(tx, &vault(), &engagement(2)).await?;
            insert_person(tx, own(2), id(4)).await?;
            insert_person(tx, own(2), id(4)).await?;
            erase_engagement_texts(tx, &vault(), id(4), NOW).await?;
            assert_eq!(text(find_engagement(tx, &vault(), own(2)).await?), None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn engagements_are_kept_as_long_as_is_said_and_longer_for_whoever_is_on_hold() {
    both(async |db| {
        for n in [1, 2] {
            insert(&db, ann(n), NOW).await;
        }
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            for n in 1..=5 {
                let mut one = engagement(n);
                one.outcome = (n != 2).then_some(EngagementOutcome::Stop);
                one.updated_at = if n == 3 { NOW } else { NOW.plus(-10) };
                one.customer = Some(id(if n == 4 { 2 } else { 1 }));
                insert_engagement(tx, &vault(), &one).await?;
            }
            countersign_store::privacy::upsert_hold(tx, &crate::privacy::hold(id(2), None)).await?;
            assert_eq!(delete_engagements(tx, &vault(), NOW, NOW, 1).await?, 1, "in chunks");
            assert_eq!(delete_engagements(tx, &vault(), NOW, NOW, 9).await?, 1);
            assert_eq!(delete_engagements(tx, &vault(), NOW, NOW, 9).await?, 0);
            let left = list_engagements(tx, &vault(), &EngagementFilter::default(), page(9, None)).await?;
            let ids: Vec<u8> = left.items.iter().map(|one| one.id.to_bytes()[0]).collect();
            assert_eq!(ids, [4, 3, 2], "on hold, young, under way");
            let texts =
                tx.fetch_one("SELECT COUNT(*) FROM engagement_text", args![], |row| row.i64(0)).await?;
            assert_eq!(texts, 3);
            let keys = "SELECT COUNT(*) FROM subject_key WHERE subject_id = $1";
            assert_eq!(tx.fetch_one(keys, args![own(1)], |row| row.i64(0)).await?, 0);
            assert_eq!(tx.fetch_one(keys, args![own(3)], |row| row.i64(0)).await?, 1);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn those_that_wait_are_left_out_and_found_once_their_conversation_is_over() {
    both(async |db| {
        crate::erasure::channel(&db).await;
        crate::erasure::everything_of(&db, 1, id(1)).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let call = "INSERT INTO phone_call (id, account_id, adapter, state, about_sealed, transcript, started_at, updated_at)
                        VALUES ($1, $2, 'bench', 'connected', $3, $4, 1, 1)";
            let account = tx
                .fetch_one("SELECT id FROM channel_account LIMIT 1", args![], |row| row.bytes(0))
                .await?;
            let (goes_on, gone) = (CallId::from_bytes([5; 16]), CallId::from_bytes([6; 16]));
            tx.execute(call, args![goes_on, account, vec![1u8], countersign_store::Arg::json("[]")]).await?;
            for (n, call, idle_at) in
                [(1, Some(goes_on), None), (2, Some(gone), None), (3, None, Some(NOW.plus(10)))]
            {
                let one = Engagement { call, idle_at, ..engagement(n) };
                assert!(insert_engagement(tx, &vault(), &one).await?);
            }
            assert_eq!(list_left_engagements(tx, None, 9).await?, [own(2)]);
            tx.execute("UPDATE phone_call SET ended_at = 2", args![]).await?;
            assert_eq!(list_left_engagements(tx, None, 9).await?, [own(1), own(2)]);
            assert_eq!(list_left_engagements(tx, None, 1).await?, [own(1)]);
            assert_eq!(list_left_engagements(tx, Some(own(2)), 1).await?, [own(2)]);
            assert_eq!(list_left_engagements(tx, Some(own(3)), 1).await?, []);
            let shown = EngagementFilter { without_waiting: true, ..EngagementFilter::default() };
            let shown = list_engagements(tx, &vault(), &shown, page(9, None)).await?;
            assert_eq!(shown.items.iter().map(|one| one.id).collect::<Vec<_>>(), [own(3)]);
            delete_engagement(tx, &vault(), own(1)).await?;
            assert_eq!(find_engagement(tx, &vault(), own(1)).await?, None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_chat_that_ended_needs_a_new_engagement_and_one_that_goes_on_none() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let (case, account) = (CaseId::from_bytes([4; 16]), countersign_types::AccountId::from_bytes([8; 16]));
            assert!(!has_engagement_of_chat(tx, case, account).await?);
            let mut one = Engagement { case: Some(case), ..engagement(1) };
            insert_engagement(tx, &vault(), &one).await?;
            assert!(has_engagement_of_chat(tx, case, account).await?);
            one.outcome = Some(EngagementOutcome::Proceed);
            update_engagement(tx, &vault(), &one).await?;
            assert!(has_engagement_of_chat(tx, case, account).await?, "whoever was verified answers on");
            let ended = "INSERT INTO event (id, kind, at, actor_kind, actor_id, actor_name, account_id, case_id, details)
                         VALUES ($1, $2, $3, 'system', '', '', $4, $5, $6)";
            let none = countersign_store::Arg::json("{}");
            let before = one.created_at.plus(-1);
            tx.execute(ended, args![[1u8; 16], "chat.ended", before, account, case, none]).await?;
            let none = countersign_store::Arg::json("{}");
            let after = one.created_at.plus(1);
            tx.execute(ended, args![[2u8; 16], "case.updated", after, account, case, none]).await?;
            assert!(has_engagement_of_chat(tx, case, account).await?, "that is another chat, and another event");
            let none = countersign_store::Arg::json("{}");
            tx.execute(ended, args![[3u8; 16], "chat.ended", after, account, case, none]).await?;
            assert!(!has_engagement_of_chat(tx, case, account).await?);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

fn failures(profile: ProfileId, until: Option<i64>) -> VerificationFailures {
    VerificationFailures {
        profile,
        failures: json!({ "recent": [] }),
        locked_until: until.map(|at| NOW.plus(at)),
    }
}

#[tokio::test]
async fn v_2_failures_are_those_of_all_who_became_one() {
    both(async |db| {
        for n in [1, 2, 3] {
            insert(&db, ann(n), NOW).await;
        }
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            assert_eq!(find_failures_for_update(tx, id(1)).await?, []);
            for (n, until) in [(1, None), (2, Some(10)), (3, Some(30))] {
                upsert_failures(tx, &failures(id(n), until), NOW).await?;
            }
            upsert_failures(tx, &failures(id(3), Some(20)), NOW).await?;
            tx.execute("UPDATE profile SET merged_into = $2 WHERE id = $1", args![id(2), id(1)]).await?;
            let both = find_failures_for_update(tx, id(1)).await?;
            assert_eq!(find_failures(tx, id(1)).await?, both, "whoever only looks sees the same");
            assert_eq!(both, [failures(id(1), None), failures(id(2), Some(10))]);
            assert_eq!(
                list_locked(tx, NOW, 9).await?,
                [failures(id(3), Some(20)), failures(id(2), Some(10))]
            );
            assert_eq!(list_locked(tx, NOW.plus(10), 9).await?, [failures(id(3), Some(20))]);
            assert_eq!(list_locked(tx, NOW, 1).await?.len(), 1);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn v_2_sessions_are_counted_and_who_was_told_of_is_listed() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let (who, tally) = ([7; 16], json!({ "slots": [] }));
            let none = json!({ "none": [] });
            assert_eq!(lock_tally(tx, who, &none, NOW).await?, (none.clone(), None), "the first finds none");
            upsert_tally(tx, EVERYBODY, (&tally, None), NOW).await?;
            upsert_tally(tx, who, (&tally, None), NOW).await?;
            assert_eq!(list_told(tx, NOW.plus(-1), 9).await?, []);
            upsert_tally(tx, who, (&tally, Some(NOW)), NOW).await?;
            assert_eq!(lock_tally(tx, who, &none, NOW).await?, (tally.clone(), Some(NOW)));
            assert_eq!(list_told(tx, NOW.plus(-1), 9).await?, [(UserId::from_bytes(who), tally, NOW)]);
            assert_eq!(list_told(tx, NOW, 9).await?, []);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn v_2_two_sessions_that_are_an_agents_first_at_once_are_both_counted() {
    both(async |db| {
        let (none, who) = (json!({ "count": 0 }), [7; 16]);
        let mut all = Vec::new();
        for _ in 0..16 {
            let (db, none) = (db.clone(), none.clone());
            all.push(tokio::spawn(async move {
                db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
                    let (before, _) = lock_tally(tx, who, &none, NOW).await?;
                    let after = json!({ "count": before["count"].as_i64().unwrap() + 1 });
                    upsert_tally(tx, who, (&after, None), NOW).await
                })
                .await
            }));
        }
        for one in all {
            one.await.unwrap().unwrap();
        }
        let counted = db.write(async move |tx: &mut Tx<'_>| lock_tally(tx, who, &none, NOW).await).await;
        assert_eq!(counted.unwrap().0, json!({ "count": 16 }));
    })
    .await;
}

#[tokio::test]
async fn why_a_lock_was_opened_is_sealed_found_after_a_merge_and_goes_with_the_customer() {
    both(async |db| {
        for n in [1, 2] {
            insert(&db, ann(n), NOW).await;
        }
        let why = "her passport says Müller";
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            assert!(find_last_override(tx, &vault(), id(1)).await?.is_none());
            for (n, reason) in [(1, "an earlier one"), (2, why)] {
                let (reason, user) = (Pii::new(reason), UserId::from_bytes([n; 16]));
                let at = NOW.plus(n.into());
                insert_override(tx, &vault(), &Override { id: [n; 16], profile: id(2), user, reason, at })
                    .await?;
            }
            tx.execute("UPDATE profile SET merged_into = $2 WHERE id = $1", args![id(2), id(1)]).await?;
            let last = find_last_override(tx, &vault(), id(1)).await?.unwrap();
            assert_eq!(
                (last.reason.plain(Purpose::Match), last.user, last.at),
                (why, UserId::from_bytes([2; 16]), NOW.plus(2))
            );
            Ok(())
        })
        .await
        .unwrap();
        let every = countersign_store::testing::every_value(&db).await;
        assert!(every.iter().all(|(_, value)| !value.windows(6).any(|some| some == b"passpo")));
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            tx.execute("DELETE FROM profile WHERE id = $1", args![id(2)]).await?;
            assert!(find_last_override(tx, &vault(), id(1)).await?.is_none());
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}
