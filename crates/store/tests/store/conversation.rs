//! Accounts, cases and messages, and the one look that meets all of them.

use countersign_store::case::CaseRow;
use countersign_store::link::NewLink;
use countersign_store::testing::{TestDb, both, every_value};
use countersign_store::{StoreError, Tx, account as accounts, args, case, identifier, link, message, sender};
use countersign_store::{profile, subject_key};
use countersign_types::case::{AssigneeFilter, Case, CaseFilter, CaseSort, CaseStatus, ChatState, Priority};
use countersign_types::channel::Channel;
use countersign_types::code::Outcome;
use countersign_types::evidence::{Evidence, EvidenceBy, Method};
use countersign_types::link::Account;
use countersign_types::message::{Author, AuthorKind, Delivery, Direction, Message, MessageKind};
use countersign_types::pii::Pii;
use countersign_types::{
    AccountId, Assurance, CaseId, Cursor, EvidenceId, LinkId, MessageId, PageRequest, Timestamp, time,
};

use crate::profile::{NOW, id, insert, vault};

pub(crate) fn account(n: u8) -> AccountId {
    AccountId::from_bytes([n + 100; 16])
}

pub(crate) fn case_id(n: u8) -> CaseId {
    CaseId::from_bytes([n; 16])
}

pub(crate) fn channel() -> Channel {
    crate::channel::channel(0)
}

fn new_account(n: u8) -> Account {
    Account {
        id: account(n),
        channel: channel().id,
        user_id: Pii::new(format!("user-{n}")),
        name: Some(Pii::new(format!("Name {n}"))),
        profile: id(n),
        home_profile: id(n),
        created_at: NOW,
    }
}

pub(crate) fn inbound(n: u8, case: u8, at: i64) -> Message {
    Message {
        id: MessageId::from_bytes([n; 16]),
        case: case_id(case),
        direction: Direction::Inbound,
        kind: MessageKind::Reply,
        author: Author { kind: AuthorKind::Customer, id: None, name: None },
        text: Pii::new(format!("message number {n}")),
        attachments: Vec::new(),
        delivery: None,
        delivery_detail: None,
        outcome: Some(Outcome::NotSent),
        assurance: Assurance::Al0,
        sent_at: None,
        is_automatic: false,
        received_at: NOW.plus(at),
    }
}

fn reply(n: u8, case: u8, at: i64) -> Message {
    Message {
        direction: Direction::Outbound,
        author: Author { kind: AuthorKind::System, id: None, name: Some("Countersign".to_owned()) },
        delivery: Some(Delivery::Queued),
        outcome: None,
        ..inbound(n, case, at)
    }
}

/// Writes a message of account `n` as the service does.
async fn write(tx: &mut Tx<'_>, n: u8, message: &Message) -> Result<(), StoreError> {
    let key = subject_key::subject(tx, &vault(), account(n).to_bytes()).await?;
    let provider_id = (message.direction == Direction::Inbound).then(|| message.id.to_string());
    message::insert_message(tx, &key, channel().id, provider_id.as_deref(), message).await?;
    match message.direction {
        Direction::Inbound => {
            let outcome = message.outcome.filter(|outcome| *outcome != Outcome::NotSent);
            case::record_inbound(
                tx,
                message.case,
                message.id,
                outcome,
                message.is_automatic,
                message.received_at,
            )
            .await
        }
        Direction::Outbound => {
            case::record_reply(tx, message.case, message.id, false, true, message.received_at).await
        }
    }
}

/// A stranger with an account and an open case with one message, [`inbound`]`(n, n, 0)`; the first one brings the
/// channel.
pub(crate) async fn customer(db: &TestDb, n: u8) {
    if n == 1 {
        crate::channel::insert(db, channel(), None).await;
    }
    insert(db, profile::NewProfile::stranger(id(n)), NOW).await;
    db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        accounts::insert_account(tx, &vault(), &new_account(n)).await?;
        case::insert_case(tx, case_id(n), channel().id, account(n), NOW).await?;
        write(tx, n, &inbound(n, n, 0)).await
    })
    .await
    .unwrap();
}

/// Whether a word stands anywhere in the database as it is.
pub(crate) async fn is_readable(db: &TestDb, word: &str) -> bool {
    let values = every_value(db).await;
    values.iter().any(|(_, value)| value.windows(word.len()).any(|part| part == word.as_bytes()))
}

async fn find_case(db: &TestDb, n: u8) -> CaseRow {
    let found =
        db.read(async move |tx: &mut Tx<'_>| case::find_case(tx, &vault(), case_id(n), NOW.plus(1)).await);
    found.await.unwrap().expect("the case is there")
}

/// A link of account `n` to profile `to` by a code, until `expires_at`.
pub(crate) async fn link(
    tx: &mut Tx<'_>,
    n: u8,
    to: u8,
    expires_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let (link_id, profile) = (LinkId::from_bytes([n + 50; 16]), id(to));
    let new = NewLink {
        id: link_id,
        profile,
        account: account(n),
        assurance: Assurance::Al3,
        replaced: None,
        linked_at: NOW,
        expires_at,
    };
    link::insert_link(tx, &new).await?;
    let evidence = Evidence {
        id: EvidenceId::from_bytes([n + 60; 16]),
        profile,
        account: account(n),
        link: link_id,
        method: Method::ApiCode,
        assurance: Assurance::Al3,
        recorded_at: NOW,
        expires_at,
        ended_at: None,
        by: EvidenceBy { kind: "api_key".to_owned(), id: "key_1".to_owned(), name: "Shop".to_owned() },
    };
    link::insert_evidence(tx, &evidence).await?;
    accounts::update_account_profile(tx, account(n), profile, NOW).await
}

#[tokio::test]
async fn an_account_is_found_by_its_user_on_its_channel_and_its_words_are_sealed() {
    both(async |db| {
        customer(&db, 1).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let vault = vault();
            let hash = |user| accounts::user_hash(&vault, channel().id, user);
            let found = accounts::find_account_for_update(tx, channel().id, hash("user-1")).await?;
            assert_eq!(found.map(|found| found.id), Some(account(1)));
            assert_eq!(accounts::find_account_ref_for_update(tx, account(1)).await?, found);
            assert_eq!(accounts::find_account_for_update(tx, channel().id, hash("user-2")).await?, None);
            let elsewhere = accounts::user_hash(&vault, crate::channel::channel(9).id, "user-1");
            assert_ne!(elsewhere, hash("user-1"), "ids of different channels do not meet");
            assert_eq!(accounts::find_account(tx, &vault, account(1)).await?, Some(new_account(1)));
            assert_eq!(accounts::find_account(tx, &vault, account(2)).await?, None);
            let renamed = Pii::new("Ann");
            assert!(accounts::update_account_name(tx, &vault, account(1), &renamed, NOW).await?);
            assert!(!accounts::update_account_name(tx, &vault, account(1), &renamed, NOW).await?);
            let found = accounts::find_account(tx, &vault, account(1)).await?.unwrap();
            assert_eq!(found.name, Some(renamed));
            assert_eq!(identifier::list_account_ids(tx, id(1)).await?, [account(1)]);
            Ok(())
        })
        .await
        .unwrap();
        for word in ["user-1", "Name 1", "Ann", "message number 1"] {
            assert!(!is_readable(&db, word).await, "{word}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_account_of_a_case_is_the_one_that_wrote_whoever_it_is_linked_to() {
    both(async |db| {
        customer(&db, 1).await;
        customer(&db, 2).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let found = accounts::find_account_of_case(tx, &vault(), case_id(1)).await?;
            assert_eq!(found, Some(new_account(1)), "with user id and name");
            link(tx, 1, 2, None).await?;
            let found = accounts::find_account_of_case(tx, &vault(), case_id(1)).await?;
            assert_eq!(found, Some(Account { profile: id(2), ..new_account(1) }));
            let found = accounts::find_account_of_case(tx, &vault(), case_id(2)).await?;
            assert_eq!(found, Some(new_account(2)));
            assert_eq!(accounts::find_account_of_case(tx, &vault(), case_id(9)).await?, None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn who_answered_since_is_another_person_in_this_case_and_the_newest_of_them() {
    both(async |db| {
        customer(&db, 1).await;
        customer(&db, 2).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let by = |n: u8, case: u8, at: i64, who: Option<&str>| Message {
                author: Author {
                    kind: AuthorKind::User,
                    id: who.map(|who| format!("usr_{who}")),
                    name: who.map(str::to_owned),
                },
                ..reply(n, case, at)
            };
            let seen = inbound(10, 1, 10);
            write(tx, 1, &seen).await?;
            let note = by(23, 1, 20, Some("Bob"));
            for nothing_new in [
                by(20, 1, 20, Some("Ann")),
                by(21, 1, 5, Some("Bob")),
                Message { is_automatic: true, ..by(22, 1, 20, Some("Bob")) },
                Message { kind: MessageKind::Note, delivery: None, ..note },
                inbound(24, 1, 20),
                // At the same moment the id decides.
                by(9, 1, 10, Some("Bob")),
            ] {
                write(tx, 1, &nothing_new).await?;
                let found = message::find_answer_since(tx, case_id(1), seen.id, "usr_Ann").await?;
                assert_eq!(found, None, "{:?}", nothing_new.id);
            }
            write(tx, 2, &by(25, 2, 20, Some("Bob"))).await?;
            let found = message::find_answer_since(tx, case_id(1), seen.id, "usr_Ann").await?;
            assert_eq!(found, None, "in another case");
            for (n, at, who) in [(11, 10, Some("Bob")), (31, 30, Some("Cy")), (32, 31, None)] {
                write(tx, 1, &by(n, 1, at, who)).await?;
                let found = message::find_answer_since(tx, case_id(1), seen.id, "usr_Ann").await?;
                assert_eq!(found, Some(who.map(str::to_owned)));
            }
            let last = by(32, 1, 31, None).id;
            assert_eq!(message::find_answer_since(tx, case_id(1), last, "usr_Ann").await?, None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_is_made_of_a_case_in_memory_is_what_reads_back() {
    both(async |db| {
        customer(&db, 1).await;
        for (n, outcome) in [(2, Outcome::NotSent), (3, Outcome::Valid), (4, Outcome::NotSent)] {
            let mut row = find_case(&db, 1).await;
            let message = Message { outcome: Some(outcome), ..inbound(n, 1, n.into()) };
            row.note_inbound(&message);
            db.write(async move |tx: &mut Tx<'_>| write(tx, 1, &message).await).await.unwrap();
            let read = find_case(&db, 1).await;
            assert_eq!(format!("{row:?}"), format!("{read:?}"));
            // What is not printed of a row.
            let words = |row: CaseRow| (row.last_message.map(|last| last.text), row.account, row.case);
            assert_eq!(words(row), words(read));
        }
    })
    .await;
}

#[tokio::test]
async fn a_known_sender_is_met_with_link_newest_case_and_time_in_one_look() {
    both(async |db| {
        let find = async |db: &TestDb, user: &'static str| {
            db.write(async move |tx: &mut Tx<'_>| {
                let hash = accounts::user_hash(&vault(), channel().id, user);
                sender::find_known_sender_for_update(tx, &vault(), channel().id, hash).await
            })
            .await
            .unwrap()
        };
        assert!(find(&db, "user-1").await.is_none(), "nobody is known yet");
        customer(&db, 1).await;
        customer(&db, 2).await;
        let met = find(&db, "user-1").await.expect("known");
        assert_eq!((met.account.id, met.account.profile, met.live_link), (account(1), id(1), None));
        assert_eq!((met.last_message_at, met.name), (Some(NOW), Some(Pii::new("Name 1"))));
        let read = find_case(&db, 1).await;
        assert_eq!(met.newest.case, read.case);
        assert_eq!(met.newest.account, read.account);

        // An older case may hold the newest message; the newest case is the one that counts.
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            case::insert_case(tx, case_id(9), channel().id, account(1), NOW.plus(5)).await?;
            write(tx, 1, &reply(8, 1, 70)).await?;
            link(tx, 1, 2, Some(NOW.plus(10))).await
        })
        .await
        .unwrap();
        let met = find(&db, "user-1").await.expect("known");
        assert_eq!((met.newest.case.id, met.last_message_at), (case_id(9), Some(NOW.plus(70))));
        let live = met.live_link.expect("a link, even past its time");
        let until = Some(NOW.plus(10));
        assert_eq!((live.profile, live.assurance, live.expires_at), (id(2), Assurance::Al3, until));
        assert_eq!((met.account.profile, met.account.home_profile), (id(2), id(1)));
        assert_eq!(met.newest.link.map(|(link, _)| link), Some(live.id));
        let other = find(&db, "user-2").await.expect("known");
        assert_eq!((other.account.id, other.live_link), (account(2), None));

        // Whoever has an account and no case is nobody yet.
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            tx.execute("DELETE FROM support_case WHERE account_id = $1", args![account(2)]).await.map(drop)
        })
        .await
        .unwrap();
        assert!(find(&db, "user-2").await.is_none());
    })
    .await;
}

#[tokio::test]
async fn messages_of_one_sender_at_once_are_met_one_after_another() {
    both(async |db| {
        customer(&db, 1).await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 10..42 {
            let db = (*db).clone();
            tasks.spawn(async move {
                db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
                    let hash = accounts::user_hash(&vault(), channel().id, "user-1");
                    let met = sender::find_known_sender_for_update(tx, &vault(), channel().id, hash).await?;
                    // Every clock says the same.
                    let now = case::later_than(met.expect("known").last_message_at, NOW);
                    write(tx, 1, &Message { received_at: now, ..inbound(n, 1, 0) }).await
                })
                .await
            });
        }
        assert!(tasks.join_all().await.into_iter().all(|done| done.is_ok()));
        let page = PageRequest { after: None, limit: 50 };
        let listed = db
            .read(async move |tx: &mut Tx<'_>| message::list_messages(tx, &vault(), case_id(1), page).await)
            .await
            .unwrap();
        let mut times: Vec<_> = listed.items.iter().map(|message| message.received_at).collect();
        times.dedup();
        assert_eq!(times.len(), 33, "each has a time of its own");
        assert_eq!(find_case(&db, 1).await.case.unread_count, 33);
    })
    .await;
}

#[tokio::test]
async fn a_message_of_a_channel_comes_once() {
    both(async |db| {
        customer(&db, 1).await;
        let again = db
            .write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
                let key = subject_key::subject(tx, &vault(), account(1).to_bytes()).await?;
                let copy = inbound(7, 1, 9);
                let first = inbound(1, 1, 0).id.to_string();
                message::insert_message(tx, &key, channel().id, Some(&first), &copy).await
            })
            .await;
        let constraint = again.unwrap_err().unique_constraint().map(str::to_owned);
        assert_eq!(constraint.as_deref(), Some("uq_message__channel_id__provider_id"));
        let found = db
            .read(async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let first = inbound(1, 1, 0).id;
                let by_id =
                    message::find_message_by_provider_id(tx, channel().id, &first.to_string()).await?;
                let other = crate::channel::channel(9).id;
                let elsewhere = message::find_message_by_provider_id(tx, other, &first.to_string()).await?;
                let copy = message::find_message(tx, &vault(), inbound(7, 1, 9).id).await?;
                Ok((by_id, elsewhere, copy.is_none(), message::find_message_place(tx, first).await?))
            })
            .await
            .unwrap();
        let first = (inbound(1, 1, 0).id, case_id(1));
        assert_eq!(found, (Some(first), None, true, Some((channel().id, case_id(1)))));
    })
    .await;
}

#[tokio::test]
async fn messages_are_listed_newest_first_and_replies_for_the_chat_oldest_first() {
    both(async |db| {
        customer(&db, 1).await;
        let listed = db
            .write(async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let vault = vault();
                write(tx, 1, &reply(2, 1, 10)).await?;
                write(tx, 1, &inbound(3, 1, 20)).await?;
                let note = Message { kind: MessageKind::Note, delivery: None, ..reply(4, 1, 30) };
                let key = subject_key::subject(tx, &vault, account(1).to_bytes()).await?;
                message::insert_message(tx, &key, channel().id, None, &note).await?;
                let ids = |messages: Vec<Message>| -> Vec<u8> {
                    messages.iter().map(|message| message.id.to_bytes()[0]).collect()
                };
                let page = PageRequest { after: None, limit: 3 };
                let first = message::list_messages(tx, &vault, case_id(1), page).await?;
                let page = PageRequest { after: first.next, limit: 3 };
                let second = message::list_messages(tx, &vault, case_id(1), page).await?;
                assert_eq!((ids(first.items), ids(second.items)), (vec![4, 3, 2], vec![1]));
                assert_eq!(second.next, None);
                let newest = message::list_newest_replies(tx, &vault, account(1), 2).await?;
                assert_eq!(newest[1], inbound(3, 1, 20), "a message reads back whole");
                let after = Cursor { at: NOW.as_micros(), id: [1; 16] };
                let since = message::list_replies_since(tx, &vault, account(1), after, 9).await?;
                Ok((ids(newest), ids(since)))
            })
            .await
            .unwrap();
        assert_eq!(listed, (vec![2, 3], vec![2, 3]), "a note is not the customer's");
    })
    .await;
}

#[tokio::test]
async fn delivery_moves_forward_whatever_order_the_news_arrive_in() {
    both(async |db| {
        customer(&db, 1).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let sent = reply(2, 1, 10);
            write(tx, 1, &sent).await?;
            for (news, moves) in [
                (Delivery::Sent, true),
                // A mail comes back after a server took it.
                (Delivery::Failed, true),
                (Delivery::Sent, false),
                (Delivery::Delivered, true),
                (Delivery::Sent, false),
                (Delivery::Failed, false),
                (Delivery::Queued, false),
                (Delivery::Read, true),
                (Delivery::Delivered, false),
            ] {
                let moved = message::update_delivery(tx, sent.id, news, Some("why")).await?;
                assert_eq!(moved, moves.then_some(case_id(1)), "{news:?}");
            }
            assert_eq!(message::update_delivery(tx, inbound(1, 1, 0).id, Delivery::Read, None).await?, None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_case_keeps_what_the_team_sets_and_who_waits_longest_comes_first() {
    both(async |db| {
        for n in [1, 2, 3] {
            customer(&db, n).await;
        }
        let changed = db
            .write(async |tx: &mut Tx<'_>| -> Result<Case, StoreError> {
                let vault = vault();
                assert!(case::lock_case(tx, case_id(1)).await?);
                assert!(!case::lock_case(tx, case_id(9)).await?);
                assert!(case::has_case(tx, case_id(1)).await? && !case::has_case(tx, case_id(9)).await?);
                let found = case::find_case(tx, &vault, case_id(1), NOW).await?.expect("the case");
                let mut case = found.case;
                case.status = CaseStatus::Pending;
                case.chat = ChatState::Ended;
                case.labels = vec!["late".to_owned(), "vip".to_owned()];
                case.priority = Priority::High;
                case.attributes.insert("order".to_owned(), "A-17".into());
                case.waiting_since = Some(NOW.plus(-5));
                case.updated_at = NOW.plus(3);
                case::update_case(tx, &vault, &case).await?;
                // 3 was answered: nobody waits there.
                write(tx, 3, &reply(33, 3, 40)).await?;
                let newest = case::find_newest_case(tx, account(1)).await?.expect("a case");
                assert_eq!((newest.id, newest.status, newest.chat), (case.id, case.status, case.chat));
                assert_eq!(case::list_case_ids(tx, account(1)).await?, [case_id(1)]);
                assert_eq!(case::last_message_time(tx, account(3)).await?, Some(NOW.plus(40)));
                assert_eq!(case::last_message_time(tx, account(9)).await?, None);
                Ok(case)
            })
            .await
            .unwrap();
        assert_eq!(find_case(&db, 1).await.case, changed);
        assert!(!is_readable(&db, "A-17").await, "attributes are sealed");

        let list = async |filter: CaseFilter, sort, after| {
            let page = PageRequest { after, limit: 2 };
            let listed = db
                .read(async move |tx: &mut Tx<'_>| {
                    case::list_cases(tx, &vault(), &filter, sort, page, NOW.plus(1)).await
                })
                .await
                .unwrap();
            let ids = listed.items.iter().map(|row| row.case.id.to_bytes()[0]).collect::<Vec<_>>();
            (ids, listed.next)
        };
        let all = CaseFilter::default;
        let (first, next) = list(all(), CaseSort::Waiting, None).await;
        assert_eq!((first, list(all(), CaseSort::Waiting, next).await), (vec![1, 2], (vec![3], None)));
        assert_eq!(list(all(), CaseSort::Newest, None).await.0, [3, 2]);
        let of = |filter| list(filter, CaseSort::Newest, None);
        let counted = async |filter: CaseFilter, limit| {
            db.read(async move |tx: &mut Tx<'_>| case::count_cases(tx, &filter, limit, NOW.plus(1)).await)
                .await
                .unwrap()
        };
        assert_eq!((counted(all(), 100).await, counted(all(), 2).await), (3, 2), "no further than the limit");
        assert_eq!(counted(CaseFilter { status: Some(CaseStatus::Pending), ..all() }, 100).await, 1);
        assert_eq!(of(CaseFilter { status: Some(CaseStatus::Pending), ..all() }).await.0, [1]);
        assert_eq!(of(CaseFilter { profile: Some(id(2)), ..all() }).await.0, [2]);
        let elsewhere = Some(crate::channel::channel(9).id);
        assert!(of(CaseFilter { channel: elsewhere, ..all() }).await.0.is_empty());
        assert_eq!(of(CaseFilter { assignee: Some(AssigneeFilter::Nobody), ..all() }).await.0, [3, 2]);
        assert!(
            of(CaseFilter { group: Some(countersign_types::GroupId::from_bytes([9; 16])), ..all() })
                .await
                .0
                .is_empty()
        );
        assert!(of(CaseFilter { assurance: Some(Assurance::Al3), ..all() }).await.0.is_empty());
        db.write(async |tx: &mut Tx<'_>| link(tx, 2, 3, Some(NOW.plus(time::DAY))).await).await.unwrap();
        assert_eq!(of(CaseFilter { assurance: Some(Assurance::Al3), ..all() }).await.0, [2]);
    })
    .await;
}

#[tokio::test]
async fn a_destroyed_key_takes_everything_sealed_under_it() {
    both(async |db| {
        customer(&db, 1).await;
        let after = db
            .write(async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let vault = vault();
                let stranger = [200; 16];
                let made = subject_key::insert_subject(tx, &vault, stranger, NOW).await?;
                assert_eq!(made.id(), stranger);
                vault.forget(stranger);
                assert!(subject_key::find_subject(tx, &vault, stranger).await?.is_some(), "wrapped and kept");
                subject_key::delete_subject(tx, &vault, account(1).to_bytes(), NOW).await?;
                let key = subject_key::find_subject(tx, &vault, account(1).to_bytes()).await?;
                Ok((key.is_none(), case::find_case(tx, &vault, case_id(1), NOW).await?.is_none()))
            })
            .await
            .unwrap();
        assert_eq!(after, (true, true));
    })
    .await;
}
