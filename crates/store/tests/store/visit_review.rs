//! Decisions about visits, countries, quotas, and whom nobody knows any more, on both databases.

use countersign_store::testing::both;
use countersign_store::visit::{VisitFilter, VisitRow, delete_visit, insert_visit, list_visits};
use countersign_store::visit_day::{DayCount, count_day_elsewhere, day_of, delete_days, upsert_day};
use countersign_store::visit_decision::{delete_confirmations, find_decision, insert_decision};
use countersign_store::visit_identity::{
    ContactRow, list_decisions_of_visit, upsert_contact, upsert_identity,
};
use countersign_store::{StoreError, Tx, account, channel as channels, erasure, privacy};
use countersign_types::audit::Actor;
use countersign_types::privacy::Hold;
use countersign_types::{AccountId, ChannelId};

use crate::erasure::channel;
use crate::profile::{NOW, id, vault};
use crate::visit::{SITE, account_of, contact, decision, visit};

#[tokio::test]
async fn every_decision_stays_and_the_newest_counts() {
    both(async |db| {
        channel(&db).await;
        let (ann, ben) = (account_of(&db, 1).await, account_of(&db, 2).await);
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            insert_visit(tx, &visit(1)).await?;
            let (ann, ben) = (upsert_identity(tx, ann, 11).await?, upsert_identity(tx, ben, 12).await?);
            assert_eq!(find_decision(tx, 1_001).await?, None);
            for (n, who, word) in [(1, ann, "confirm"), (3, ben, "confirm"), (2, ann, "reject")] {
                insert_decision(tx, &decision(1_001, who, word, n)).await?;
            }
            assert_eq!(find_decision(tx, 1_001).await?, Some(decision(1_001, ben, "confirm", 3)));
            let said = |identity, association: &str| ContactRow {
                association: association.to_owned(),
                event: 0,
                ..contact(1_001, identity, 0, 1)
            };
            upsert_contact(tx, &said(ann, "confirmed")).await?;
            upsert_contact(tx, &said(ben, "confirmed")).await?;
            assert_eq!(delete_confirmations(tx, 1_001, ben).await?, 1);
            let left = list_decisions_of_visit(tx, 1_001).await?;
            assert_eq!(left.iter().map(|c| c.identity).collect::<Vec<_>>(), [ben]);
            upsert_contact(tx, &said(ann, "rejected")).await?;
            assert_eq!(delete_confirmations(tx, 1_001, ben).await?, 0, "what was ruled out stays so");
            delete_visit(tx, 1_001).await?;
            assert_eq!(find_decision(tx, 1_001).await?, None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn t_5_each_server_counts_the_events_of_a_day_and_sees_what_the_others_count() {
    both(async |db| {
        channel(&db).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let today = (SITE, day_of(NOW));
            let count = |events, refused| DayCount { events, refused };
            assert_eq!(count_day_elsewhere(tx, today, [1; 16]).await?, count(0, 0));
            upsert_day(tx, today, [1; 16], count(5, 0)).await?;
            upsert_day(tx, today, [1; 16], count(9, 1)).await?;
            upsert_day(tx, today, [2; 16], count(100, 2)).await?;
            upsert_day(tx, (SITE, day_of(NOW) + 1), [2; 16], count(7, 7)).await?;
            assert_eq!(count_day_elsewhere(tx, today, [1; 16]).await?, count(100, 2));
            assert_eq!(count_day_elsewhere(tx, today, [3; 16]).await?, count(109, 3));
            assert_eq!(delete_days(tx, day_of(NOW) + 1).await?, 2);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn visits_are_found_by_country_and_recognising_may_count_for_nothing() {
    both(async |db| {
        channel(&db).await;
        let ann = account_of(&db, 1).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let ann = upsert_identity(tx, ann, 11).await?;
            for n in 1..=3 {
                let country = (n > 1).then(|| "DE".to_owned());
                insert_visit(tx, &VisitRow { country, ..visit(n) }).await?;
            }
            let german = VisitFilter { country: Some("DE".to_owned()), ..VisitFilter::default() };
            let rows = |found: Vec<VisitRow>| found.into_iter().map(|v| v.row).collect::<Vec<_>>();
            assert_eq!(rows(list_visits(tx, &german, 9).await?), [1_003, 1_002]);
            let way =
                |visit, word: &str| ContactRow { association: word.to_owned(), ..contact(visit, ann, 1, 1) };
            upsert_contact(tx, &way(1_001, "recognised")).await?;
            upsert_contact(tx, &way(1_002, "authenticated")).await?;
            upsert_contact(tx, &way(1_003, "confirmed")).await?;
            let of =
                |unrecognised| VisitFilter { identity: Some(ann), unrecognised, ..VisitFilter::default() };
            assert_eq!(rows(list_visits(tx, &of(vec![]), 9).await?), [1_003, 1_002, 1_001]);
            assert_eq!(rows(list_visits(tx, &of(vec![SITE]), 9).await?), [1_003, 1_002]);
            let other = ChannelId::from_bytes([9; 16]);
            assert_eq!(rows(list_visits(tx, &of(vec![other]), 9).await?).len(), 3);
            let profile =
                VisitFilter { profile: Some(id(1)), unrecognised: vec![SITE], ..VisitFilter::default() };
            assert_eq!(rows(list_visits(tx, &profile, 9).await?), [1_003, 1_002]);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn t_5_whom_a_page_named_and_nobody_knows_is_forgotten_and_nobody_else() {
    both(async |db| {
        channel(&db).await;
        let all: Vec<AccountId> = {
            let mut all = Vec::new();
            for n in 1..=5 {
                all.push(account_of(&db, n).await);
            }
            all
        };
        let vault = vault();
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            for (n, account) in (11..).zip(&all) {
                upsert_identity(tx, *account, n).await?;
            }
            // 2 took part in a visit, 3 stands as a visit's, 4 has to be kept.
            insert_visit(tx, &visit(1)).await?;
            upsert_contact(tx, &contact(1_001, 12, 1, 1)).await?;
            insert_visit(tx, &VisitRow { identity: Some(13), ..visit(2) }).await?;
            let hold = Hold {
                profile: id(4),
                reason: "a dispute".to_owned(),
                until: None,
                actor: Actor::system(),
                placed_at: NOW,
            };
            privacy::upsert_hold(tx, &hold).await?;
            let later = NOW.plus(9);
            let found = erasure::list_forgotten(tx, later, later, (0, 9)).await?;
            let rows: Vec<i64> = found.iter().map(|(row, _)| *row).collect();
            assert_eq!(rows, [11, 15]);
            assert_eq!(erasure::list_forgotten(tx, NOW, later, (0, 9)).await?, [], "too young");
            let behind: Vec<i64> = erasure::list_forgotten(tx, later, later, (11, 9))
                .await?
                .iter()
                .map(|(row, _)| *row)
                .collect();
            assert_eq!(behind, [15]);
            assert!(erasure::erase_forgotten(tx, &vault, id(1), (later, later)).await?);
            assert!(!erasure::erase_forgotten(tx, &vault, id(2), (later, later)).await?, "known meanwhile");
            assert!(account::find_account(tx, &vault, all[0]).await?.is_none());
            assert!(account::find_account(tx, &vault, all[1]).await?.is_some());
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_channel_is_read_as_it_stands_before_it_is_changed() {
    both(async |db| {
        channel(&db).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let mut found = channels::find_channel_for_update(tx, SITE).await?.unwrap();
            found.name = "Another".to_owned();
            assert!(channels::update_channel(tx, &found).await?);
            assert_eq!(channels::find_channel_for_update(tx, SITE).await?, Some(found));
            assert!(channels::delete_channel(tx, SITE, NOW).await?);
            assert_eq!(channels::find_channel_for_update(tx, SITE).await?, None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}
