//! Canned replies, and the moments at which chats end, on both databases.

use countersign_store::canned_reply::{
    UNIQUE_NAME, UNIQUE_OWN_NAME, count_canned_replies, count_canned_replies_of_group, delete_canned_reply,
    find_canned_reply, find_canned_reply_for_update, insert_canned_reply, list_canned_replies, record_use,
    update_canned_reply,
};
use countersign_store::chat_timer::{
    ChatTimer, clear_chat_timer, clear_chat_timers, list_chats_to_end, list_chats_to_warn, start_chat_timer,
    take_chat_warning,
};
use countersign_store::testing::{TestDb, both};
use countersign_store::{StoreError, Tx, case, group};
use countersign_types::canned_reply::{Audience, CannedReply};
use countersign_types::case::{CaseStatus, ChatState};
use countersign_types::{CannedReplyId, CaseId, GroupId, MessageId, Timestamp, UserId, time};

use crate::console::person;
use crate::conversation::{case_id, customer};
use crate::profile::{NOW, vault};

fn reply(n: u8, name: &str, audience: Audience) -> CannedReply {
    CannedReply {
        id: CannedReplyId::from_bytes([n; 16]),
        name: name.to_owned(),
        title: "A title".to_owned(),
        text: "Hello {profile.name|there}".to_owned(),
        language: Some("en".to_owned()),
        audience,
        use_count: 0,
        last_used_at: None,
        created_at: Timestamp::from_micros(5),
        updated_at: Timestamp::from_micros(5),
    }
}

async fn insert(db: &TestDb, reply: CannedReply) -> Result<(), StoreError> {
    db.write(async move |tx: &mut Tx<'_>| insert_canned_reply(tx, &reply).await).await
}

#[tokio::test]
async fn a_canned_reply_reads_back_changes_is_used_and_goes() {
    both(async |db: TestDb| {
        let ann = person(&db, 1, 1).await;
        let (shared, own) =
            (reply(1, "Greeting", Audience::Everybody), reply(2, "bye", Audience::Person(ann)));
        for new in [shared.clone(), own.clone()] {
            insert(&db, new).await.unwrap();
        }
        let list = async |user: Option<UserId>| {
            db.read(async move |tx: &mut Tx<'_>| list_canned_replies(tx, user).await).await.unwrap()
        };
        assert_eq!(list(Some(ann)).await, [own.clone(), shared.clone()]);
        assert_eq!(list(None).await, std::slice::from_ref(&shared));
        assert_eq!(list(Some(UserId::from_bytes([9; 16]))).await, std::slice::from_ref(&shared));
        let counts = async |tx: &mut Tx<'_>| {
            Ok::<_, StoreError>((
                count_canned_replies(tx, None).await?,
                count_canned_replies(tx, Some(UserId::from_bytes([9; 16]))).await?,
            ))
        };
        assert_eq!(db.read(counts).await.unwrap(), (1, 0));

        let id = shared.id;
        db.write(async move |tx: &mut Tx<'_>| record_use(tx, id, Timestamp::from_micros(8)).await)
            .await
            .unwrap();
        let changed = CannedReply { text: "Bye".to_owned(), language: None, ..shared };
        let new = changed.clone();
        assert!(db.write(async move |tx: &mut Tx<'_>| update_canned_reply(tx, &new).await).await.unwrap());
        let found = db.read(async move |tx: &mut Tx<'_>| find_canned_reply(tx, id).await).await.unwrap();
        let last_used_at = Some(Timestamp::from_micros(8));
        assert_eq!(found, Some(CannedReply { use_count: 1, last_used_at, ..changed }));
        for is_there in [true, false] {
            let deleted = db.write(async move |tx: &mut Tx<'_>| delete_canned_reply(tx, id).await).await;
            assert_eq!(deleted.unwrap(), is_there);
        }
    })
    .await;
}

#[tokio::test]
async fn a_name_is_given_once_among_those_of_the_team_and_once_to_each_person() {
    both(async |db: TestDb| {
        let (ann, bob) = (person(&db, 1, 1).await, person(&db, 2, 2).await);
        insert(&db, reply(1, "greeting", Audience::Everybody)).await.unwrap();
        insert(&db, reply(2, "greeting", Audience::Person(ann))).await.unwrap();
        insert(&db, reply(3, "greeting", Audience::Person(bob))).await.unwrap();
        let again = insert(&db, reply(4, "GREETING", Audience::Everybody)).await.unwrap_err();
        assert_eq!(again.unique_constraint(), Some(UNIQUE_NAME));
        let again = insert(&db, reply(4, "Greeting", Audience::Person(ann))).await.unwrap_err();
        assert_eq!(again.unique_constraint(), Some(UNIQUE_OWN_NAME));
    })
    .await;
}

#[tokio::test]
async fn two_changes_at_once_do_not_undo_each_other() {
    both(async |db: TestDb| {
        let made = CannedReply { text: String::new(), ..reply(1, "greeting", Audience::Everybody) };
        insert(&db, made.clone()).await.unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..24 {
            let db = (*db).clone();
            tasks.spawn(async move {
                db.write(async move |tx: &mut Tx<'_>| {
                    let id = CannedReplyId::from_bytes([1; 16]);
                    let found = find_canned_reply_for_update(tx, id).await?.expect("it is there");
                    let text = format!("{}+", found.text);
                    update_canned_reply(tx, &CannedReply { text, ..found }).await
                })
                .await
            });
        }
        let done: Vec<Result<bool, StoreError>> = tasks.join_all().await;
        assert!(done.into_iter().all(|done| done.is_ok_and(|is_changed| is_changed)));
        let (found, nobody) = db
            .write(async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let nobody = CannedReplyId::from_bytes([9; 16]);
                let found = find_canned_reply_for_update(tx, CannedReplyId::from_bytes([1; 16])).await?;
                Ok((found, find_canned_reply_for_update(tx, nobody).await?))
            })
            .await
            .unwrap();
        assert_eq!(found, Some(CannedReply { text: "+".repeat(24), ..made }), "all of them are there");
        assert_eq!(nobody, None);
    })
    .await;
}

#[tokio::test]
async fn those_of_a_group_are_counted_without_those_of_anybody_else() {
    both(async |db: TestDb| {
        let ann = person(&db, 1, 1).await;
        let [one, two] = [1, 2].map(|n| GroupId::from_bytes([n; 16]));
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            group::insert_group(tx, one, "One", NOW).await?;
            group::insert_group(tx, two, "Two", NOW).await?;
            for (n, audience) in [
                (1, Audience::Group(one)),
                (2, Audience::Group(one)),
                (3, Audience::Group(two)),
                (4, Audience::Everybody),
                (5, Audience::Person(ann)),
            ] {
                insert_canned_reply(tx, &reply(n, &format!("name {n}"), audience)).await?;
            }
            assert_eq!(count_canned_replies_of_group(tx, one).await?, 2);
            assert_eq!(count_canned_replies_of_group(tx, two).await?, 1);
            assert_eq!(count_canned_replies(tx, None).await?, 4, "those of groups are the team's");
            let given_away = reply(1, "name 1", Audience::Everybody);
            assert!(update_canned_reply(tx, &given_away).await?);
            assert!(delete_canned_reply(tx, CannedReplyId::from_bytes([3; 16])).await?);
            assert_eq!(count_canned_replies_of_group(tx, one).await?, 1);
            assert_eq!(count_canned_replies_of_group(tx, two).await?, 0);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

/// Sets the chat of case `n` to end so many minutes from now, with a warning a minute before.
async fn start(db: &TestDb, n: u8, minutes: i64) {
    let ends_at = NOW.plus(minutes * time::MINUTE);
    let timer = ChatTimer { ends_at, warns_at: ends_at.plus(-time::MINUTE) };
    db.write(async move |tx: &mut Tx<'_>| start_chat_timer(tx, case_id(n), timer).await).await.unwrap();
}

/// Which chats are to end so many minutes from now, and of which it is to be told that they soon will.
async fn due(db: &TestDb, minutes: i64) -> (Vec<CaseId>, Vec<CaseId>) {
    let now = NOW.plus(minutes * time::MINUTE);
    db.read(async move |tx: &mut Tx<'_>| {
        let over = list_chats_to_end(tx, now, 10).await?;
        let soon = list_chats_to_warn(tx, now, 10).await?;
        let ids = |all: Vec<(_, _)>| all.into_iter().map(|(case, _)| case).collect::<Vec<_>>();
        Ok::<_, StoreError>((ids(over), ids(soon)))
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn a_chat_is_due_once_and_not_when_it_is_over() {
    both(async |db: TestDb| {
        for n in [1, 2] {
            customer(&db, n).await;
        }
        start(&db, 1, 10).await;
        start(&db, 2, 5).await;
        assert_eq!(due(&db, 3).await, (vec![], vec![]));
        assert_eq!(due(&db, 4).await, (vec![], vec![case_id(2)]));
        let now = NOW.plus(4 * time::MINUTE);
        for is_first in [true, false] {
            let taken =
                db.write(async move |tx: &mut Tx<'_>| take_chat_warning(tx, case_id(2), now).await).await;
            assert_eq!(taken.unwrap(), is_first);
        }
        assert_eq!(due(&db, 4).await, (vec![], vec![]));
        assert_eq!(due(&db, 10).await, (vec![case_id(2), case_id(1)], vec![]));
        // A message of the customer stops the one, an end by hand the other; nothing begins where it is over.
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let message = MessageId::from_bytes([1; 16]);
            case::record_inbound(tx, case_id(1), message, None, false, NOW.plus(1)).await?;
            let row = case::find_case(tx, &vault(), case_id(2), NOW).await?.unwrap();
            let ended = countersign_types::case::Case {
                chat: ChatState::Ended,
                status: CaseStatus::Pending,
                ..row.case
            };
            case::update_case(tx, &vault(), &ended).await
        })
        .await
        .unwrap();
        start(&db, 2, 5).await;
        assert_eq!(due(&db, 60).await, (vec![], vec![]));
    })
    .await;
}

#[tokio::test]
async fn a_chat_whose_timer_is_cleared_neither_warns_nor_ends_and_can_begin_anew() {
    both(async |db: TestDb| {
        for n in [1, 2, 3] {
            customer(&db, n).await;
            start(&db, n, 5).await;
        }
        db.write(async |tx: &mut Tx<'_>| clear_chat_timer(tx, case_id(1)).await).await.unwrap();
        assert_eq!(due(&db, 4).await, (vec![], vec![case_id(2), case_id(3)]), "the others are still told");
        assert_eq!(due(&db, 60).await, (vec![case_id(2), case_id(3)], vec![]));
        // One was warned already: it does not end either.
        let now = NOW.plus(4 * time::MINUTE);
        let warned =
            db.write(async move |tx: &mut Tx<'_>| take_chat_warning(tx, case_id(2), now).await).await;
        assert!(warned.unwrap());
        db.write(async |tx: &mut Tx<'_>| clear_chat_timers(tx).await).await.unwrap();
        for minutes in [4, 60] {
            assert_eq!(due(&db, minutes).await, (vec![], vec![]), "{minutes}");
        }
        let taken = db.write(async move |tx: &mut Tx<'_>| take_chat_warning(tx, case_id(3), now).await).await;
        assert!(!taken.unwrap(), "there is nothing to be told");
        start(&db, 1, 5).await;
        assert_eq!(due(&db, 60).await, (vec![case_id(1)], vec![]));
    })
    .await;
}
