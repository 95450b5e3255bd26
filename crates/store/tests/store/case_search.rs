//! The search over conversations: messages by the index of their words, cases by what stands on them.

use countersign_store::case_search::{
    CaseKey, END, SearchFilter, find_case_by_number, list_cases_by_key, list_named_messages,
};
use countersign_store::message_token::{Wanted, delete_tokens, insert_tokens, list_unread};
use countersign_store::testing::{TestDb, both};
use countersign_store::{StoreError, Tx, args, case, erasure, group, message, subject_key};
use countersign_types::case::{AssigneeFilter, Case, CaseFilter, CaseStatus};
use countersign_types::message::{Message, MessageKind};
use countersign_types::pii::Purpose;
use countersign_types::{Assurance, GroupId, MessageId, UserId, time};

use crate::console::person;
use crate::conversation::{account, case_id, channel, customer, inbound, is_readable, link};
use crate::profile::{NOW, id, vault};

const BEGIN: [u8; 16] = [0; 16];

fn message_id(n: u8) -> MessageId {
    MessageId::from_bytes([n; 16])
}

/// What a message of account `n` brings, written without the index.
async fn write(tx: &mut Tx<'_>, n: u8, new: &Message) -> Result<(), StoreError> {
    let key = subject_key::subject(tx, &vault(), account(n).to_bytes()).await?;
    message::insert_message(tx, &key, channel().id, None, new).await
}

async fn index(tx: &mut Tx<'_>, texts: &[(u8, &str)]) -> Result<(), StoreError> {
    let texts: Vec<_> = texts.iter().map(|(n, text)| (message_id(*n), (*text).to_owned())).collect();
    insert_tokens(tx, &vault(), &texts).await
}

/// The messages that the index names for a search, by the first byte of their ids.
async fn named(tx: &mut Tx<'_>, query: &str, filter: &SearchFilter) -> Result<Vec<u8>, StoreError> {
    let tokens = Wanted::of(query).tokens(&vault());
    let found = list_named_messages(tx, &vault(), &tokens, filter, END, 10, NOW.plus(1)).await?;
    Ok(found.iter().map(|message| message.id.to_bytes()[0]).collect())
}

/// The replies and notes that are not in the index, oldest first.
async fn unread(tx: &mut Tx<'_>) -> Result<Vec<u8>, StoreError> {
    let found = list_unread(tx, &vault(), BEGIN, END, false, 10).await?;
    Ok(found.iter().map(|unread| unread.id.to_bytes()[0]).collect())
}

async fn customers(db: &TestDb) {
    for n in [1, 2, 3] {
        customer(db, n).await;
    }
}

#[tokio::test]
async fn a_message_is_found_by_all_words_of_a_search_and_the_newest_comes_first() {
    both(async |db| {
        customers(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            index(tx, &[(1, "My refund, your invoice"), (2, "Refunds?"), (3, "An invoice")]).await?;
            let all = SearchFilter::default();
            assert_eq!(named(tx, "refund", &all).await?, [2, 1]);
            assert_eq!(named(tx, "invoice refund", &all).await?, [1]);
            assert_eq!(named(tx, "invoice", &all).await?, [3, 1]);
            assert!(named(tx, "parcel", &all).await?.is_empty());
            assert!(named(tx, "refund parcel", &all).await?.is_empty());
            assert!(named(tx, "", &all).await?.is_empty(), "no word finds nothing, not everything");
            let tokens = Wanted::of("refund").tokens(&vault());
            let first = list_named_messages(tx, &vault(), &tokens, &all, END, 1, NOW).await?;
            assert_eq!(first, [inbound(2, 2, 0)], "a message reads back whole");
            let place = first[0].id.to_bytes();
            let rest = list_named_messages(tx, &vault(), &tokens, &all, place, 10, NOW).await?;
            assert_eq!(rest, [inbound(1, 1, 0)], "from the place on, without it");
            Ok(())
        })
        .await
        .unwrap();
        assert!(!is_readable(&db, "efund").await, "the index is of keyed hashes");
    })
    .await;
}

#[tokio::test]
async fn messages_that_are_found_are_narrowed_by_their_case_and_their_time() {
    both(async |db| {
        customers(&db).await;
        let (who, of) = (person(&db, 1, 1).await, GroupId::from_bytes([4; 16]));
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            index(tx, &[(1, "refund"), (2, "refund"), (3, "refund")]).await?;
            group::insert_group(tx, of, "Support", NOW).await?;
            let row = case::find_case(tx, &vault(), case_id(1), NOW).await?.expect("the case");
            let labels = vec!["late".to_owned(), "vip".to_owned()];
            let (status, assignee, group) = (CaseStatus::Pending, Some(who), Some(of));
            case::update_case(tx, &vault(), &Case { labels, status, assignee, group, ..row.case }).await?;
            link(tx, 2, 3, Some(NOW.plus(time::DAY))).await?;
            write(tx, 3, &inbound(9, 3, 60)).await?;
            index(tx, &[(9, "refund")]).await?;
            let case = CaseFilter::default;
            let nobody = UserId::from_bytes([9; 16]);
            let other = crate::channel::channel(9).id;
            for (case, found) in [
                (case(), vec![9, 3, 2, 1]),
                (CaseFilter { status: Some(CaseStatus::Pending), ..case() }, vec![1]),
                (CaseFilter { status: Some(CaseStatus::Open), ..case() }, vec![9, 3, 2]),
                (CaseFilter { assignee: Some(AssigneeFilter::User(who)), ..case() }, vec![1]),
                (CaseFilter { assignee: Some(AssigneeFilter::User(nobody)), ..case() }, vec![]),
                (CaseFilter { assignee: Some(AssigneeFilter::Nobody), ..case() }, vec![9, 3, 2]),
                (CaseFilter { group: Some(of), ..case() }, vec![1]),
                (CaseFilter { channel: Some(channel().id), ..case() }, vec![9, 3, 2, 1]),
                (CaseFilter { channel: Some(other), ..case() }, vec![]),
                (CaseFilter { profile: Some(id(3)), ..case() }, vec![9, 3, 2]),
                (CaseFilter { assurance: Some(Assurance::Al3), ..case() }, vec![2]),
                (CaseFilter { assurance: Some(Assurance::Al0), ..case() }, vec![9, 3, 1]),
            ] {
                let said = format!("{case:?}");
                let filter = SearchFilter { case, ..SearchFilter::default() };
                assert_eq!(named(tx, "refund", &filter).await?, found, "{said}");
            }
            let all = SearchFilter::default;
            for (filter, found) in [
                (SearchFilter { label: Some("vip".to_owned()), ..all() }, vec![1]),
                (SearchFilter { label: Some("vi".to_owned()), ..all() }, vec![]),
                (SearchFilter { since: Some(NOW.plus(60)), ..all() }, vec![9]),
                (SearchFilter { until: Some(NOW.plus(60)), ..all() }, vec![3, 2, 1]),
                (SearchFilter { since: Some(NOW), until: Some(NOW), ..all() }, vec![]),
            ] {
                assert_eq!(named(tx, "refund", &filter).await?, found, "{filter:?}");
            }
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn cases_are_found_by_customer_or_label_and_the_last_sign_of_them_comes_first() {
    both(async |db| {
        customers(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let label = |label: &str| CaseKey::Label(label.to_owned());
            let of = |profiles: &[u8]| CaseKey::Profiles(profiles.iter().map(|n| id(*n)).collect());
            let find = async |tx: &mut Tx<'_>, key: CaseKey, filter: SearchFilter| {
                let found = list_cases_by_key(tx, &key, &filter, 10, NOW.plus(1)).await?;
                Ok::<_, StoreError>(found.iter().map(|case| case.to_bytes()[0]).collect::<Vec<_>>())
            };
            let all = SearchFilter::default;
            // A case without a message stands where it began.
            case::insert_case(tx, case_id(9), channel().id, account(1), NOW.plus(50)).await?;
            case::record_inbound(tx, case_id(2), message_id(2), None, false, NOW.plus(70)).await?;
            for n in [1, 2] {
                let row = case::find_case(tx, &vault(), case_id(n), NOW).await?.expect("the case");
                let labels = vec!["vip".to_owned(), format!("only {n}")];
                case::update_case(tx, &vault(), &Case { labels, ..row.case }).await?;
            }
            assert_eq!(find(tx, of(&[1, 2]), all()).await?, [2, 9, 1]);
            assert_eq!(find(tx, of(&[3, 77]), all()).await?, [3]);
            assert!(find(tx, of(&[]), all()).await?.is_empty(), "nobody has no cases");
            assert_eq!(find(tx, label("vip"), all()).await?, [2, 1]);
            assert_eq!(find(tx, label("only 1"), all()).await?, [1]);
            assert!(find(tx, label("vi"), all()).await?.is_empty());
            let since = SearchFilter { since: Some(NOW.plus(50)), ..all() };
            assert_eq!(find(tx, of(&[1, 2]), since).await?, [2, 9]);
            let until = SearchFilter { until: Some(NOW.plus(50)), ..all() };
            assert_eq!(find(tx, of(&[1, 2]), until).await?, [1]);
            let labelled = SearchFilter { label: Some("only 2".to_owned()), ..all() };
            assert_eq!(find(tx, of(&[1, 2]), labelled).await?, [2]);
            assert_eq!(list_cases_by_key(tx, &of(&[1, 2]), &all(), 1, NOW).await?, [case_id(2)]);
            // An account's cases are those of the customer it is linked to.
            link(tx, 1, 3, None).await?;
            assert_eq!(find(tx, of(&[3]), all()).await?, [9, 3, 1]);
            assert!(find(tx, of(&[1]), all()).await?.is_empty());
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_case_is_found_by_its_own_number() {
    both(async |db| {
        customer(&db, 1).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let number = case::insert_case(tx, case_id(9), channel().id, account(1), NOW).await?;
            assert_eq!(find_case_by_number(tx, number).await?, Some(case_id(9)));
            assert_eq!(find_case_by_number(tx, number - 1).await?, Some(case_id(1)));
            for none in [number + 1, 0, -1, i64::MAX] {
                assert_eq!(find_case_by_number(tx, none).await?, None, "{none}");
            }
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_is_said_is_read_into_the_index_once_and_between_two_places() {
    both(async |db| {
        customers(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let note = Message { kind: MessageKind::Note, ..inbound(4, 1, 1) };
            let event = Message { kind: MessageKind::Event, ..inbound(5, 1, 2) };
            for new in [note, event] {
                write(tx, 1, &new).await?;
            }
            assert_eq!(unread(tx).await?, [1, 2, 3, 4], "replies and notes, not lines of the record");
            let page = async |tx: &mut Tx<'_>, after: u8, before: u8, is_newest_first, limit| {
                let (after, before) = ([after; 16], [before; 16]);
                let found = list_unread(tx, &vault(), after, before, is_newest_first, limit).await?;
                Ok::<_, StoreError>(found.iter().map(|unread| unread.id.to_bytes()[0]).collect::<Vec<_>>())
            };
            assert_eq!(page(tx, 1, 4, false, 9).await?, [2, 3], "without the places themselves");
            assert_eq!(page(tx, 0, 9, true, 2).await?, [4, 3]);
            assert_eq!(page(tx, 0, 9, false, 2).await?, [1, 2]);
            // A message without words was read too, and one that is read twice stands there once.
            index(tx, &[(1, "refund"), (2, "…")]).await?;
            index(tx, &[(1, "refund"), (2, "…")]).await?;
            assert_eq!(unread(tx).await?, [3, 4]);
            assert_eq!(named(tx, "refund", &SearchFilter::default()).await?, [1]);
            let text = list_unread(tx, &vault(), BEGIN, END, false, 1).await?.remove(0).text;
            assert_eq!(text.plain(Purpose::Match), "message number 3");
            // What does not open any more is empty; it does not hold up those behind it.
            subject_key::delete_subject(tx, &vault(), account(3).to_bytes(), NOW).await?;
            let left = list_unread(tx, &vault(), BEGIN, END, false, 9).await?;
            let texts: Vec<&str> = left.iter().map(|unread| unread.text.plain(Purpose::Match)).collect();
            assert_eq!(texts, ["", "message number 4"]);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn messages_go_out_of_the_index_whole_and_can_be_read_anew() {
    both(async |db| {
        customers(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            index(tx, &[(1, "refund of my invoice"), (2, "refund"), (3, "refund")]).await?;
            let rows = async |tx: &mut Tx<'_>| {
                tx.fetch_one("SELECT COUNT(*) FROM message_token", args![], |row| row.i64(0)).await
            };
            let all = rows(tx).await?;
            assert!(all > 6, "{all}");
            let mut gone = 0;
            loop {
                let deleted = i64::try_from(delete_tokens(tx, 1).await?).unwrap();
                gone += deleted;
                assert_eq!(rows(tx).await?, all - gone, "it says how many went");
                let (unread, named) =
                    (unread(tx).await?, named(tx, "refund", &SearchFilter::default()).await?);
                assert_eq!(unread.len() + named.len(), 3, "in the index whole, or not at all");
                if deleted == 0 {
                    break;
                }
                assert!(deleted > 1);
            }
            assert_eq!((gone, unread(tx).await?), (all, vec![1, 2, 3]));
            index(tx, &[(1, "parcel")]).await?;
            assert_eq!(named(tx, "parcel", &SearchFilter::default()).await?, [1]);
            assert!(named(tx, "refund", &SearchFilter::default()).await?.is_empty());
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn erasing_a_customer_takes_their_words_out_of_the_index() {
    both(async |db| {
        customers(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            index(tx, &[(1, "refund"), (2, "refund")]).await?;
            erasure::erase_profile(tx, &vault(), id(1), NOW).await?.expect("a profile");
            assert_eq!(named(tx, "refund", &SearchFilter::default()).await?, [2]);
            let sql = "SELECT COUNT(*) FROM message_token WHERE message_id = $1";
            assert_eq!(tx.fetch_one(sql, args![message_id(1)], |row| row.i64(0)).await?, 0);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}
