//! Calls and their look-ups.

use countersign_store::call::{
    CallFilter, delete_calls, find_call, find_call_by_provider_id, find_call_for_update, index_caller,
    insert_call, insert_call_look_up, list_call_look_ups, list_callers, list_calls, list_idle_calls,
    list_unclaimed_calls, update_call,
};
use countersign_store::testing::both;
use countersign_store::{StoreError, Tx, account, erasure, identifier, privacy, profile};
use countersign_types::call::{Call, CallAbout, CallLookUp, CallOutcome, CallState};
use countersign_types::phone_number::PhoneAdapter;
use countersign_types::pii::Pii;
use countersign_types::privacy::Hold;
use countersign_types::profile::{IdentifierKind, Source};
use countersign_types::{AccountId, CallId, CallLookUpId, PageRequest, UserId};
use serde_json::json;

use crate::profile::{NOW, id, vault};
use crate::visit::people;

pub(crate) fn call(n: u8, account: AccountId) -> Call {
    Call {
        id: CallId::from_bytes([n; 16]),
        account,
        number: None,
        flow: None,
        flow_version: Some(3),
        adapter: PhoneAdapter::Twiml,
        provider_id: Some(format!("CA{n}")),
        state: CallState::InFlow,
        outcome: None,
        agent: None,
        about: CallAbout { body: Pii::new(format!(r#"{{"caller": "+4670617078{n}"}}"#)), note: None },
        transcript: json!([]),
        started_at: NOW.plus(i64::from(n)),
        answered_at: None,
        ended_at: None,
        updated_at: NOW,
    }
}

fn page(limit: i64) -> PageRequest {
    PageRequest { after: None, limit }
}

#[tokio::test]
async fn a_call_reads_back_as_it_was_written_and_its_provider_may_tell_of_it_twice() {
    both(async |db| {
        let (ann, _) = people(&db).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let mut one = call(1, ann);
            assert!(insert_call(tx, &vault(), &one).await?);
            assert_eq!(find_call(tx, &vault(), one.id).await?, Some(one.clone()));
            let again = Call { id: CallId::from_bytes([9; 16]), ..one.clone() };
            assert!(!insert_call(tx, &vault(), &again).await?, "one call, however often it is told of");
            let on_the_bench = Call { adapter: PhoneAdapter::Bench, provider_id: None, ..call(8, ann) };
            assert!(insert_call(tx, &vault(), &on_the_bench).await?);
            one.state = CallState::Ended;
            one.outcome = Some(CallOutcome::Answered);
            one.agent = Some(UserId::from_bytes([7; 16]));
            one.about =
                CallAbout { body: Pii::new("{}".to_owned()), note: Some(Pii::new("rang back".to_owned())) };
            one.transcript = json!([{"at": 1, "what": "entered", "kind": "play"}]);
            (one.answered_at, one.ended_at) = (Some(NOW.plus(5)), Some(NOW.plus(9)));
            one.updated_at = NOW.plus(9);
            assert!(update_call(tx, &vault(), &one).await?);
            assert_eq!(find_call_for_update(tx, &vault(), one.id).await?.as_ref(), Some(&one));
            let told = find_call_by_provider_id(tx, &vault(), PhoneAdapter::Twiml, "CA1").await?;
            assert_eq!(told, Some(one));
            assert_eq!(find_call_by_provider_id(tx, &vault(), PhoneAdapter::Sip, "CA1").await?, None);
            assert!(!update_call(tx, &vault(), &again).await?, "there is none");
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn calls_are_listed_newest_first_and_narrowed() {
    both(async |db| {
        let (ann, ben) = people(&db).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            for n in 1..=5 {
                let mut one = call(n, if n == 2 { ben } else { ann });
                one.agent = (n == 3).then(|| UserId::from_bytes([7; 16]));
                one.outcome = (n == 4).then_some(CallOutcome::Missed);
                one.ended_at = (n <= 4).then(|| NOW.plus(100));
                insert_call(tx, &vault(), &one).await?;
            }
            let mut seen = Vec::new();
            let mut after = None;
            loop {
                let request = PageRequest { after, limit: 2 };
                let found = list_calls(tx, &vault(), &CallFilter::default(), request).await?;
                seen.extend(found.items.iter().map(|call| call.id.to_bytes()[0]));
                after = found.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(seen, [5, 4, 3, 2, 1]);
            for (filter, wanted) in [
                (CallFilter { profile: Some(id(2)), ..CallFilter::default() }, vec![2]),
                (CallFilter { account: Some(ben), ..CallFilter::default() }, vec![2]),
                (CallFilter { agent: Some(UserId::from_bytes([7; 16])), ..CallFilter::default() }, vec![3]),
                (CallFilter { outcome: Some(CallOutcome::Missed), ..CallFilter::default() }, vec![4]),
                (CallFilter { is_live: Some(true), ..CallFilter::default() }, vec![5]),
                (
                    CallFilter { is_live: Some(false), account: Some(ann), ..CallFilter::default() },
                    vec![4, 3, 1],
                ),
            ] {
                let found = list_calls(tx, &vault(), &filter, page(10)).await?;
                let found: Vec<u8> = found.items.iter().map(|call| call.id.to_bytes()[0]).collect();
                assert_eq!(found, wanted, "{filter:?}");
            }
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn look_ups_of_a_call_stand_in_turn_and_go_with_it() {
    both(async |db| {
        let (ann, ben) = people(&db).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let made = |n: u8| CallLookUp {
                id: CallLookUpId::from_bytes([n; 16]),
                call: CallId::from_bytes([1; 16]),
                node: "ask".to_owned(),
                outcome: "unavailable".to_owned(),
                why: Some("timeout".to_owned()),
                status: None,
                latency_ms: 5_000,
                host: "bank.example".to_owned(),
                at: NOW.plus(10 - i64::from(n)),
            };
            let ended = |n: u8, account| Call { ended_at: Some(NOW.plus(20)), ..call(n, account) };
            insert_call(tx, &vault(), &ended(1, ann)).await?;
            insert_call(tx, &vault(), &ended(2, ben)).await?;
            insert_call(tx, &vault(), &call(3, ann)).await?;
            insert_call_look_up(tx, &made(1)).await?;
            insert_call_look_up(tx, &made(2)).await?;
            let listed = list_call_look_ups(tx, &[CallId::from_bytes([1; 16])]).await?;
            assert_eq!(listed, [made(2), made(1)]);
            assert_eq!(list_call_look_ups(tx, &[]).await?, []);
            let mut callers = list_callers(tx, &[ben, ann, AccountId::from_bytes([9; 16])]).await?;
            callers.sort();
            assert_eq!(callers, [(ann, id(1)), (ben, id(2))]);
            assert_eq!(list_callers(tx, &[]).await?, []);
            let hold = Hold {
                profile: id(2),
                reason: "dispute".to_owned(),
                until: None,
                actor: countersign_types::audit::Actor::system(),
                placed_at: NOW,
            };
            privacy::upsert_hold(tx, &hold).await?;
            assert_eq!(delete_calls(tx, &vault(), NOW.plus(1), NOW, 10).await?, 0, "none ended before");
            assert_eq!(
                delete_calls(tx, &vault(), NOW.plus(50), NOW, 10).await?,
                1,
                "not those on hold, not those that go on"
            );
            assert_eq!(list_call_look_ups(tx, &[CallId::from_bytes([1; 16])]).await?, []);
            assert!(find_call(tx, &vault(), CallId::from_bytes([2; 16])).await?.is_some());
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

/// Ann, whose number is proved; a stranger who called from it; and a stranger who called from another.
async fn calls_from_anns_number(tx: &mut Tx<'_>, ben: AccountId, eve: AccountId) -> Result<(), StoreError> {
    let phone = (IdentifierKind::Phone, "+46706170786", "+46706170786");
    identifier::record_claim(tx, &vault(), id(1), phone, Source::Channel, NOW).await?;
    for (n, account, number) in [(2, ben, "+46706170786"), (3, eve, "+46706170787")] {
        insert_call(tx, &vault(), &Call { ended_at: Some(NOW.plus(20)), ..call(n, account) }).await?;
        index_caller(tx, &vault(), CallId::from_bytes([n; 16]), number).await?;
    }
    Ok(())
}

async fn prove_anns_number(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute("UPDATE identifier SET is_proved = $1", &[true.into()]).await?;
    Ok(())
}

#[tokio::test]
async fn x_10_calls_from_a_customers_number_go_with_them_where_nobody_was_identified() {
    both(async |db| {
        let (_, ben) = people(&db).await;
        let eve = crate::visit::account_of(&db, 3).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            calls_from_anns_number(tx, ben, eve).await?;
            assert_eq!(
                list_unclaimed_calls(tx, &vault(), id(1)).await?,
                [],
                "that it is theirs was only said"
            );
            prove_anns_number(tx).await?;
            let found = list_unclaimed_calls(tx, &vault(), id(1)).await?;
            assert_eq!(found.iter().map(|call| call.account).collect::<Vec<_>>(), [ben]);
            let erased = erasure::erase_profile(tx, &vault(), id(1), NOW.plus(30)).await?.unwrap();
            assert!(erased.accounts.contains(&ben) && erased.profiles.contains(&id(2)), "{erased:?}");
            assert_eq!(find_call(tx, &vault(), CallId::from_bytes([2; 16])).await?, None);
            assert!(find_call(tx, &vault(), CallId::from_bytes([3; 16])).await?.is_some(), "another number");
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn x_11_a_call_that_is_kept_no_longer_leaves_no_nameless_profile() {
    both(async |db| {
        let (ann, ben) = people(&db).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            for (n, account) in [(1, ann), (2, ben), (3, ben)] {
                let ended_at = (n != 3).then(|| NOW.plus(20));
                insert_call(tx, &vault(), &Call { ended_at, ..call(n, account) }).await?;
            }
            assert_eq!(delete_calls(tx, &vault(), NOW.plus(50), NOW.plus(60), 10).await?, 2);
            assert_eq!(profile::find_profile_state(tx, id(1)).await?, None);
            assert_eq!(account::find_account(tx, &vault(), ann).await?, None);
            assert!(account::find_account(tx, &vault(), ben).await?.is_some(), "this one still speaks");
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn calls_of_which_nothing_is_heard_are_found_each_by_its_own_time() {
    both(async |db| {
        let (ann, _) = people(&db).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let bench = |n| Call { adapter: PhoneAdapter::Bench, provider_id: None, ..call(n, ann) };
            for one in [
                bench(1),
                Call { updated_at: NOW.plus(50), ..bench(2) },
                Call { ended_at: Some(NOW), ..bench(3) },
                call(4, ann),
                Call { updated_at: NOW.plus(-100), ..call(5, ann) },
            ] {
                assert!(insert_call(tx, &vault(), &one).await?);
            }
            let ids = |of: &[u8]| of.iter().map(|n| CallId::from_bytes([*n; 16])).collect::<Vec<_>>();
            let (bench, others) = (NOW.plus(10), NOW.plus(-10));
            assert_eq!(list_idle_calls(tx, bench, others, 9).await?, ids(&[1, 5]));
            assert_eq!(list_idle_calls(tx, bench, others, 1).await?, ids(&[1]));
            assert_eq!(list_idle_calls(tx, NOW.plus(60), NOW.plus(1), 9).await?, ids(&[1, 2, 4, 5]));
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}
