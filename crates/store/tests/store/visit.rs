//! Visits, their events and who took part, on both databases.

use countersign_store::account_visit::{find_account_visit, find_visit_by_keys, set_account_visit};
use countersign_store::chat_invitation::{insert_chat_invitation, insert_chat_offer};
use countersign_store::testing::{TestDb, both};
use countersign_store::visit::{
    VisitFilter, VisitRow, delete_visit, delete_visits, find_device, find_device_row, find_visit,
    find_visit_by_key, find_visit_by_row, find_visit_for_update, find_visit_of_device, insert_visit,
    list_visits, update_visit, upsert_device,
};
use countersign_store::visit_decision::{DecisionRow, insert_decision};
use countersign_store::visit_event::{
    EventFilter, EventRow, RefusedRow, find_event_by_row, find_newest_at, insert_events, insert_refused,
    list_events, list_events_of_visit, list_facts, list_refused,
};
use countersign_store::visit_identity::{
    ContactRow, delete_from_visit, find_identity_account, find_identity_row, is_held_by_another,
    list_contacts, list_contacts_of_device, list_contacts_of_identity, list_contacts_of_visit,
    list_decisions_of_visit, list_identities, list_visit_rows_of_account, upsert_contact, upsert_identity,
};
use countersign_store::widget::{insert_token_use, is_token_used};
use countersign_store::{StoreError, Tx, account, erasure, privacy, profile};
use countersign_types::audit::{Actor, ActorKind};
use countersign_types::link::Account;
use countersign_types::pii::Pii;
use countersign_types::privacy::Hold;
use countersign_types::{AccountId, ChannelId, DeviceId, ProfileId, VisitId, time};

use crate::erasure::channel;
use crate::profile::{NOW, id, insert, vault};

pub(crate) const SITE: ChannelId = ChannelId::from_bytes([77; 16]);

pub(crate) fn visit(n: u8) -> VisitRow {
    VisitRow {
        row: 1_000 + i64::from(n),
        id: VisitId::from_bytes([n; 16]),
        site: SITE,
        key_hash: [n; 16],
        device: None,
        started_at: NOW,
        last_at: NOW.plus(i64::from(n)),
        newest: (NOW.plus(i64::from(n)), [n; 16]),
        state: "anonymous".to_owned(),
        identity: None,
        is_signed: false,
        since: NOW,
        session_row: None,
        open_pages: vec![1; 32],
        idle_minutes: 30,
        left_at: None,
        pages: 1,
        events: 2,
        page: (Some("https://shop.example/loans".to_owned()), Some("Loans".to_owned()), Some(NOW)),
        entry: (Some("https://shop.example/".to_owned()), None),
        referrer: None,
        source: Some("newsletter".to_owned()),
        language: Some("en".to_owned()),
        agent: Some("{\"browser\":\"Firefox\"}".to_owned()),
        offset_ms: -7,
        country: Some("SE".to_owned()),
    }
}

fn event(visit: i64, n: u8) -> EventRow {
    EventRow {
        row: visit * 100 + i64::from(n),
        visit,
        key: [n; 16],
        kind: if n.is_multiple_of(2) { "PageEntered" } else { "Business" }.to_owned(),
        name: format!("Event{n}"),
        at: NOW.plus(i64::from(n)),
        received_at: NOW.plus(1_000),
        page: n.is_multiple_of(2).then_some([n; 16]),
        identity: None,
        is_signed: false,
        is_leaving: n == 4,
        active_ms: Some(12),
        url: Some(format!("https://shop.example/{n}")),
        title: Some("Ünïcode".to_owned()),
        categories: Some("loans;home".to_owned()),
        language: None,
        data: Some("{\"price\":1}".to_owned()),
        warning: None,
    }
}

pub(crate) async fn people(db: &TestDb) -> (AccountId, AccountId) {
    channel(db).await;
    (account_of(db, 1).await, account_of(db, 2).await)
}

/// Somebody whom the site named, at home in a profile of their own.
pub(crate) async fn account_of(db: &TestDb, n: u8) -> AccountId {
    insert(db, profile::NewProfile::stranger(id(n)), NOW).await;
    let account = AccountId::from_bytes([100 + n; 16]);
    db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        let new = Account {
            id: account,
            channel: SITE,
            user_id: Pii::new(format!("named:{n}")),
            name: None,
            profile: id(n),
            home_profile: id(n),
            created_at: NOW,
        };
        account::insert_account(tx, &vault(), &new).await
    })
    .await
    .unwrap();
    account
}

/// A visit of an account, with a browser and an event.
pub(crate) async fn plant(tx: &mut Tx<'_>, account: [u8; 16]) -> Result<(), StoreError> {
    upsert_identity(tx, AccountId::from_bytes(account), 11).await?;
    upsert_device(tx, SITE, [3; 16], (5, DeviceId::from_bytes([3; 16])), NOW).await?;
    insert_visit(tx, &VisitRow { device: Some(5), identity: Some(11), ..visit(1) }).await?;
    insert_events(tx, &[event(1_001, 1)]).await?;
    insert_chat_invitation(tx, &crate::chat_invitation::invitation(1)).await?;
    insert_chat_offer(tx, &crate::chat_invitation::offer(1, 1_001)).await?;
    insert_decision(tx, &decision(1_001, 11, "confirm", 1)).await?;
    upsert_contact(tx, &contact(1_001, 11, 9, 3)).await?;
    set_account_visit(tx, AccountId::from_bytes(account), 1_001, NOW).await
}

pub(crate) fn decision(visit: i64, identity: i64, word: &str, n: i64) -> DecisionRow {
    let by = Actor { kind: ActorKind::User, id: "user_1".to_owned(), name: "Kim".to_owned() };
    DecisionRow { visit, at: NOW.plus(n), identity, decision: word.to_owned(), by }
}

pub(crate) fn contact(visit: i64, identity: i64, event: i64, n: i64) -> ContactRow {
    ContactRow {
        visit,
        identity,
        event,
        device: Some(5),
        association: "authenticated".to_owned(),
        is_signed: true,
        at: NOW.plus(n),
    }
}

#[tokio::test]
async fn a_visit_reads_back_as_it_was_written_and_is_opened_once() {
    both(async |db| {
        channel(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let mut one = visit(1);
            assert!(insert_visit(tx, &one).await?);
            assert!(
                !insert_visit(tx, &VisitRow { row: 9, id: VisitId::from_bytes([9; 16]), ..visit(1) }).await?
            );
            assert_eq!(find_visit_for_update(tx, SITE, [1; 16]).await?.as_ref(), Some(&one));
            assert_eq!(find_visit_for_update(tx, SITE, [2; 16]).await?, None);
            assert_eq!(find_visit_by_key(tx, SITE, [1; 16]).await?.as_ref(), Some(&one));
            assert_eq!(find_visit_by_key(tx, SITE, [2; 16]).await?, None);
            one.state = "authenticated".to_owned();
            one.left_at = Some(NOW.plus(3));
            one.events = 17;
            one.open_pages = Vec::new();
            one.page = (None, None, None);
            let was = visit(1).indexed();
            update_visit(tx, &one, was).await?;
            assert_eq!(find_visit(tx, one.id).await?.as_ref(), Some(&one));
            // What lists go by follows, whichever of it changed.
            (one.device, one.last_at) = (Some(5), NOW.plus(90 * time::SECOND));
            update_visit(tx, &one, was).await?;
            let since = |at| VisitFilter { since: Some(at), device: Some(5), ..VisitFilter::default() };
            let found = list_visits(tx, &since(one.last_at), 9).await?;
            assert_eq!(found, [one.clone()]);
            assert!(list_visits(tx, &since(one.last_at.plus(1)), 9).await?.is_empty());
            assert_eq!(find_visit_by_row(tx, one.row).await?, Some(one));
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_browser_is_one_row_of_its_site_and_its_newest_visit_goes_on() {
    both(async |db| {
        channel(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let device = DeviceId::from_bytes([3; 16]);
            assert_eq!(upsert_device(tx, SITE, [3; 16], (5, device), NOW).await?, 5);
            assert_eq!(upsert_device(tx, SITE, [3; 16], (6, DeviceId::from_bytes([4; 16])), NOW).await?, 5);
            assert_eq!(find_device(tx, 5).await?, Some(device));
            assert_eq!(find_device_row(tx, device).await?, Some(5));
            assert_eq!(find_device(tx, 6).await?, None);
            for n in [1, 2] {
                insert_visit(tx, &VisitRow { device: Some(5), ..visit(n) }).await?;
            }
            assert_eq!(find_visit_of_device(tx, 5, (NOW, NOW)).await?, Some([2; 16]));
            assert_eq!(find_visit_of_device(tx, 5, (NOW.plus(3), NOW.plus(9))).await?, None);
            // What had not begun by then is another visit than that of an event from before it.
            assert_eq!(find_visit_of_device(tx, 5, (NOW.plus(-9), NOW.plus(-1))).await?, None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn t_6_an_event_is_stored_once_in_its_visit_whatever_the_size_of_the_batch() {
    both(async |db| {
        channel(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            insert_visit(tx, &visit(1)).await?;
            insert_visit(tx, &visit(2)).await?;
            let all: Vec<EventRow> = (0..77).map(|n| event(1_001, n)).collect();
            assert_eq!(insert_events(tx, &all).await?.len(), 77);
            // The same under other numbers, with one that is new.
            let mut again: Vec<EventRow> =
                all.iter().map(|e| EventRow { row: e.row + 1_000_000, ..e.clone() }).collect();
            again.push(event(1_001, 99));
            let added = insert_events(tx, &again).await?;
            assert_eq!(added.into_iter().collect::<Vec<_>>(), [event(1_001, 99).row]);
            // The same key in another visit is another event.
            assert_eq!(insert_events(tx, &[event(1_002, 1)]).await?.len(), 1);
            let mut read = list_events_of_visit(tx, 1_001).await?;
            read.sort_by_key(|e| e.key);
            assert_eq!(read[..77], all[..]);
            assert_eq!(find_event_by_row(tx, all[4].row).await?.as_ref(), Some(&all[4]));
            let mut facts = list_facts(tx, 1_001).await?;
            facts.sort_by_key(|e| e.key);
            assert_eq!(facts.len(), 78);
            assert_eq!((facts[4].at, facts[4].page, facts[4].is_leaving), (all[4].at, Some([4; 16]), true));
            assert_eq!(find_newest_at(tx, SITE).await?, Some(NOW.plus(2)));
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn events_are_listed_by_what_is_asked_for_newest_first() {
    both(async |db| {
        channel(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            insert_visit(tx, &VisitRow { device: Some(5), ..visit(1) }).await?;
            insert_events(tx, &(0..6).map(|n| event(1_001, n)).collect::<Vec<_>>()).await?;
            async fn names(tx: &mut Tx<'_>, filter: EventFilter) -> Result<Vec<String>, StoreError> {
                Ok(list_events(tx, &filter, 3).await?.into_iter().map(|e| e.name).collect())
            }
            assert_eq!(names(tx, EventFilter::default()).await?, ["Event5", "Event4", "Event3"]);
            let before = Some(event(1_001, 3).row);
            assert_eq!(
                names(tx, EventFilter { before, ..Default::default() }).await?,
                ["Event2", "Event1", "Event0"]
            );
            let kinds = vec!["PageEntered"];
            assert_eq!(
                names(tx, EventFilter { kinds, ..Default::default() }).await?,
                ["Event4", "Event2", "Event0"]
            );
            let filter = EventFilter {
                site: Some(SITE),
                name: Some("Event2".to_owned()),
                url: Some("SHOP.example/2".to_owned()),
                title: Some("code".to_owned()),
                category: Some("home".to_owned()),
                since: Some(NOW.plus(2)),
                device: Some(5),
                ..Default::default()
            };
            assert_eq!(names(tx, filter.clone()).await?, ["Event2"]);
            for other in [
                EventFilter { device: Some(6), ..filter.clone() },
                EventFilter { since: Some(NOW.plus(3)), ..filter.clone() },
                EventFilter { url: Some("%".to_owned()), ..filter.clone() },
                EventFilter { site: Some(ChannelId::from_bytes([1; 16])), ..filter },
            ] {
                assert!(names(tx, other).await?.is_empty());
            }
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn of_refused_events_the_newest_are_kept() {
    both(async |db| {
        channel(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let row =
                |n: i64| RefusedRow { row: n, at: NOW, name: format!("N{n}"), reason: "too_old".to_owned() };
            let all: Vec<RefusedRow> = (1..=1_003).map(row).collect();
            insert_refused(tx, SITE, &all).await?;
            let newest = list_refused(tx, SITE, None, 2).await?;
            assert_eq!(newest, [row(1_003), row(1_002)]);
            assert_eq!(list_refused(tx, SITE, Some(1_002), 2_000).await?.len(), 998);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_account_is_one_identity_and_contacts_say_where_it_was() {
    both(async |db| {
        let (ann, ben) = people(&db).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            assert_eq!(upsert_identity(tx, ann, 11).await?, 11);
            assert_eq!(upsert_identity(tx, ann, 12).await?, 11);
            assert_eq!(upsert_identity(tx, ben, 13).await?, 13);
            assert_eq!(find_identity_account(tx, 13).await?, Some(ben));
            assert_eq!(find_identity_row(tx, ben).await?, Some(13));
            assert_eq!(find_identity_account(tx, 12).await?, None);
            assert_eq!(list_identities(tx, None, None, 9).await?, [(13, ben), (11, ann)]);
            assert_eq!(list_identities(tx, Some(SITE), Some(13), 9).await?, [(11, ann)]);
            assert!(list_identities(tx, Some(ChannelId::from_bytes([1; 16])), None, 9).await?.is_empty());
            for n in [1, 2] {
                insert_visit(tx, &visit(n)).await?;
            }
            upsert_contact(tx, &contact(1_001, 11, 7, 1)).await?;
            upsert_contact(tx, &contact(1_001, 13, 8, 2)).await?;
            upsert_contact(tx, &contact(1_002, 11, 9, 3)).await?;
            upsert_contact(
                tx,
                &ContactRow { association: "rejected".to_owned(), ..contact(1_002, 11, 9, 3) },
            )
            .await?;
            let rows = |all: Vec<ContactRow>| all.into_iter().map(|c| c.event).collect::<Vec<_>>();
            assert_eq!(rows(list_contacts_of_visit(tx, 1_001).await?), [7, 8]);
            assert_eq!(rows(list_contacts_of_device(tx, 5, 2).await?), [9, 8]);
            assert_eq!(rows(list_contacts_of_identity(tx, 11, None, 9).await?), [9, 7]);
            assert_eq!(rows(list_contacts_of_identity(tx, 11, Some((NOW.plus(3), 9)), 9).await?), [7]);
            assert_eq!(rows(list_contacts(tx, None, 2).await?), [9, 8]);
            assert_eq!(rows(list_contacts(tx, Some((NOW.plus(2), 8)), 9).await?), [7]);
            assert_eq!(list_contacts(tx, None, 1).await?[0].association, "rejected");
            assert_eq!(list_visit_rows_of_account(tx, ben).await?, [1_001]);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn visits_are_listed_by_what_is_asked_for_newest_first() {
    both(async |db| {
        let (ann, _) = people(&db).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            upsert_identity(tx, ann, 11).await?;
            for n in 1..=4 {
                insert_visit(tx, &VisitRow { device: Some(5), ..visit(n) }).await?;
            }
            insert_events(tx, &[event(1_002, 2)]).await?;
            upsert_contact(tx, &contact(1_002, 11, 9, 3)).await?;
            async fn rows(tx: &mut Tx<'_>, filter: VisitFilter) -> Result<Vec<i64>, StoreError> {
                Ok(list_visits(tx, &filter, 3).await?.into_iter().map(|v| v.row).collect())
            }
            assert_eq!(rows(tx, VisitFilter::default()).await?, [1_004, 1_003, 1_002]);
            let before = Some((NOW.plus(2), 1_002));
            assert_eq!(rows(tx, VisitFilter { before, ..Default::default() }).await?, [1_001]);
            let filter = VisitFilter {
                site: Some(SITE),
                since: Some(NOW.plus(2)),
                device: Some(5),
                identity: Some(11),
                association: Some("authenticated"),
                profile: Some(id(1)),
                states: vec!["anonymous"],
                url: Some("example/2".to_owned()),
                title: Some("code".to_owned()),
                category: Some("LOANS".to_owned()),
                ..Default::default()
            };
            assert_eq!(rows(tx, filter.clone()).await?, [1_002]);
            for other in [
                VisitFilter { association: Some("recognised"), ..filter.clone() },
                VisitFilter { profile: Some(id(2)), ..filter.clone() },
                VisitFilter { states: vec!["assumed"], ..filter.clone() },
                VisitFilter { url: Some("_".to_owned()), ..filter },
            ] {
                assert!(rows(tx, other).await?.is_empty());
            }
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn old_visits_go_with_their_events_but_not_those_of_whom_is_on_hold() {
    both(async |db| {
        let (ann, ben) = people(&db).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let hold = Hold {
                profile: id(2),
                reason: "a dispute".to_owned(),
                until: None,
                actor: Actor::system(),
                placed_at: NOW,
            };
            privacy::upsert_hold(tx, &hold).await?;
            upsert_identity(tx, ann, 11).await?;
            upsert_identity(tx, ben, 13).await?;
            upsert_device(tx, SITE, [3; 16], (5, DeviceId::from_bytes([3; 16])), NOW).await?;
            for n in 1..=4 {
                insert_visit(tx, &VisitRow { device: Some(5), ..visit(n) }).await?;
                insert_events(tx, &[event(1_000 + i64::from(n), 1)]).await?;
            }
            upsert_contact(tx, &contact(1_001, 11, 9, 3)).await?;
            upsert_contact(tx, &contact(1_002, 13, 9, 3)).await?;
            let now = NOW.plus(100);
            assert_eq!(delete_visits(tx, NOW.plus(4), now, 1).await?, 1);
            assert_eq!(delete_visits(tx, NOW.plus(4), now, 9).await?, 1);
            assert_eq!(delete_visits(tx, NOW.plus(4), now, 9).await?, 0);
            assert!(list_events_of_visit(tx, 1_001).await?.is_empty());
            let left = list_visits(tx, &VisitFilter::default(), 9).await?;
            assert_eq!(left.iter().map(|v| v.row).collect::<Vec<_>>(), [1_004, 1_002]);
            assert_eq!(list_contacts(tx, None, 9).await?.len(), 1);
            // The browser of visits that are there stays.
            assert!(find_device(tx, 5).await?.is_some());
            delete_visit(tx, 1_002).await?;
            delete_visit(tx, 1_004).await?;
            assert!(find_device(tx, 5).await?.is_none());
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn x_10_who_is_erased_takes_the_visits_along() {
    both(async |db| {
        let (ann, ben) = people(&db).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            for (n, account, identity) in [(1, ann, 11), (2, ben, 13)] {
                upsert_identity(tx, account, identity).await?;
                insert_visit(tx, &VisitRow { identity: Some(identity), ..visit(n) }).await?;
                insert_events(tx, &[EventRow { identity: Some(identity), ..event(1_000 + i64::from(n), 1) }])
                    .await?;
                upsert_contact(tx, &contact(1_000 + i64::from(n), identity, 9, 3)).await?;
            }
            let one: ProfileId = id(1);
            assert!(erasure::erase_profile(tx, &vault(), one, NOW).await?.is_some());
            assert!(list_events_of_visit(tx, 1_001).await?.is_empty());
            assert_eq!(find_visit_by_row(tx, 1_001).await?, None);
            assert_eq!(find_identity_account(tx, 11).await?, None);
            assert_eq!(list_events_of_visit(tx, 1_002).await?.len(), 1);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn x_10_a_visit_of_whom_is_on_hold_stays_without_whom_is_erased() {
    both(async |db| {
        let (ann, ben) = people(&db).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            insert_visit(tx, &visit(1)).await?;
            for (n, account, identity) in [(1, ann, 11), (2, ben, 13)] {
                upsert_identity(tx, account, identity).await?;
                insert_events(tx, &[EventRow { identity: Some(identity), ..event(1_001, n) }]).await?;
                upsert_contact(tx, &contact(1_001, identity, 9, 3)).await?;
            }
            assert!(!is_held_by_another(tx, 1_001, ann, NOW).await?);
            let hold = Hold {
                profile: id(2),
                reason: "a dispute".to_owned(),
                until: None,
                actor: Actor::system(),
                placed_at: NOW,
            };
            privacy::upsert_hold(tx, &hold).await?;
            assert!(is_held_by_another(tx, 1_001, ann, NOW).await?);
            assert!(!is_held_by_another(tx, 1_001, ben, NOW).await?);
            assert!(erasure::erase_profile(tx, &vault(), id(1), NOW).await?.is_some());
            let left = list_events_of_visit(tx, 1_001).await?;
            assert_eq!(left.iter().map(|e| e.identity).collect::<Vec<_>>(), [Some(13)]);
            delete_from_visit(tx, 1_001, ben).await?;
            assert!(list_events_of_visit(tx, 1_001).await?.is_empty());
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn who_was_rejected_took_no_part() {
    both(async |db| {
        let (ann, _) = people(&db).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            upsert_identity(tx, ann, 11).await?;
            insert_visit(tx, &visit(1)).await?;
            let said = ContactRow { association: "rejected".to_owned(), ..contact(1_001, 11, 0, 3) };
            upsert_contact(tx, &said).await?;
            let of_profile = VisitFilter { profile: Some(id(1)), ..Default::default() };
            let of_identity = VisitFilter { identity: Some(11), ..Default::default() };
            for filter in [of_profile, of_identity] {
                assert!(list_visits(tx, &filter, 9).await?.is_empty());
            }
            assert!(list_visit_rows_of_account(tx, ann).await?.is_empty());
            upsert_contact(tx, &contact(1_001, 11, 9, 3)).await?;
            assert_eq!(list_decisions_of_visit(tx, 1_001).await?, [said]);
            erasure::lock_erasure(tx, id(1)).await?;
            delete_from_visit(tx, 1_001, ann).await?;
            erasure::erase_profile(tx, &vault(), id(1), NOW).await?;
            assert!(find_visit_by_row(tx, 1_001).await?.is_some());
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_use_of_a_token_is_remembered() {
    both(async |db| {
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            assert!(!is_token_used(tx, [1; 32]).await?);
            insert_token_use(tx, [1; 32], NOW).await?;
            assert!(is_token_used(tx, [1; 32]).await?);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_visit_beside_a_chat_is_the_newest_one_and_goes_with_either_of_them() {
    both(async |db| {
        let (ann, ben) = people(&db).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            for n in [1, 2, 3] {
                insert_visit(tx, &visit(n)).await?;
            }
            assert_eq!(find_account_visit(tx, ann).await?, None);
            set_account_visit(tx, ann, 1_001, NOW).await?;
            set_account_visit(tx, ben, 1_001, NOW).await?;
            set_account_visit(tx, ann, 1_002, NOW.plus(1)).await?;
            assert_eq!(find_account_visit(tx, ann).await?, Some(1_002));
            delete_visit(tx, 1_002).await?;
            assert_eq!(
                (find_account_visit(tx, ann).await?, find_account_visit(tx, ben).await?),
                (None, Some(1_001))
            );
            set_account_visit(tx, ann, 1_003, NOW).await?;
            erasure::erase_profile(tx, &vault(), id(1), NOW).await?;
            assert_eq!(
                (find_account_visit(tx, ann).await?, find_account_visit(tx, ben).await?),
                (None, Some(1_001))
            );
            // Nobody was named in the visit: it is nobody's, and stays.
            assert!(find_visit_by_row(tx, 1_003).await?.is_some());
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_visit_is_found_by_its_key_at_its_own_site_as_long_as_it_is_new() {
    both(async |db| {
        channel(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            for n in [1, 2] {
                insert_visit(tx, &visit(n)).await?;
            }
            let other = ChannelId::from_bytes([78; 16]);
            assert_eq!(find_visit_by_keys(tx, &[], NOW).await?, None);
            assert_eq!(find_visit_by_keys(tx, &[(other, [1; 16]), (SITE, [9; 16])], NOW).await?, None);
            assert_eq!(find_visit_by_keys(tx, &[(other, [1; 16]), (SITE, [1; 16])], NOW).await?, Some(1_001));
            assert_eq!(find_visit_by_keys(tx, &[(SITE, [1; 16]), (SITE, [2; 16])], NOW).await?, Some(1_002));
            assert_eq!(find_visit_by_keys(tx, &[(SITE, [2; 16])], NOW.plus(3)).await?, None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}
