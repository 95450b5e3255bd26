//! Files of conversations: whole or not there, one message's, sealed, gone with their account.

use countersign_store::attachment::{self as store, NewAttachment, Uploads};
use countersign_store::testing::{TestDb, both, every_value};
use countersign_store::{
    Arg, StoreError, Tx, account, args, call, case, erasure, message, profile, subject_key,
};
use countersign_types::link::Account;
use countersign_types::message::{Attachment, Author, AuthorKind, Delivery, Direction, Message, MessageKind};
use countersign_types::pii::Pii;
use countersign_types::{AccountId, Assurance, AttachmentId, CaseId, ChannelId, MessageId, time};

use crate::profile::{NOW, id, insert, vault};

const CHANNEL: ChannelId = ChannelId::from_bytes([77; 16]);

fn account_id(n: u8) -> AccountId {
    AccountId::from_bytes([n + 100; 16])
}

fn file(n: u8) -> AttachmentId {
    AttachmentId::from_bytes([n; 16])
}

fn about(n: u8) -> Attachment {
    Attachment {
        name: "passport.png".to_owned(),
        mime_type: "image/png".to_owned(),
        size_bytes: 10,
        url: None,
        id: Some(file(n)),
    }
}

fn written(n: u8, direction: Direction) -> Message {
    Message {
        id: MessageId::from_bytes([n; 16]),
        case: CaseId::from_bytes([1; 16]),
        direction,
        kind: MessageKind::Reply,
        author: Author { kind: AuthorKind::Customer, id: None, name: None },
        text: Pii::new("see file"),
        attachments: Vec::new(),
        delivery: (direction == Direction::Outbound).then_some(Delivery::Sent),
        delivery_detail: None,
        outcome: None,
        assurance: Assurance::Al0,
        sent_at: None,
        is_automatic: false,
        received_at: NOW.plus(n.into()),
    }
}

/// Two strangers' accounts, a case of the first.
async fn accounts(db: &TestDb) {
    for n in [1, 2] {
        insert(db, profile::NewProfile::stranger(id(n)), NOW).await;
    }
    db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        let sql = "INSERT INTO channel (id, kind, name, state, config, created_at, updated_at)
                   VALUES ($1, 'web_chat', 'c', 'active', $2, 1, 1)";
        tx.execute(sql, args![CHANNEL, Arg::json("{}")]).await?;
        for n in [1, 2] {
            let new = Account {
                id: account_id(n),
                channel: CHANNEL,
                user_id: Pii::new(format!("visitor-{n}")),
                name: None,
                profile: id(n),
                home_profile: id(n),
                created_at: NOW,
            };
            account::insert_account(tx, &vault(), &new).await?;
        }
        case::insert_case(tx, CaseId::from_bytes([1; 16]), CHANNEL, account_id(1), NOW).await?;
        Ok(())
    })
    .await
    .unwrap();
}

/// A file of the first account, of two pieces.
async fn uploaded(db: &TestDb, n: u8, is_whole: bool) {
    db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        let new = NewAttachment { id: file(n), account: account_id(1), is_inbound: true, created_at: NOW };
        store::insert_attachment(tx, &new).await?;
        let key = subject_key::subject(tx, &vault(), account_id(1).to_bytes()).await?;
        assert!(store::insert_piece(tx, &key, file(n), 0, b"first").await?);
        assert!(store::insert_piece(tx, &key, file(n), 1, b"second").await?);
        assert!(!store::insert_piece(tx, &key, file(n), 1, b"again").await?, "a piece comes once");
        if is_whole {
            assert!(store::complete_attachment(tx, &key, file(n), &about(n), NOW).await?);
            assert!(!store::complete_attachment(tx, &key, file(n), &about(n), NOW).await?);
            assert!(!store::insert_piece(tx, &key, file(n), 2, b"late").await?);
        }
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_file_reads_back_piece_by_piece_once_a_message_has_it() {
    both(async |db| {
        accounts(&db).await;
        uploaded(&db, 1, true).await;
        uploaded(&db, 2, false).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let vault = vault();
            let key = subject_key::subject(tx, &vault, account_id(1).to_bytes()).await?;
            let other = subject_key::subject(tx, &vault, account_id(2).to_bytes()).await?;
            let loose = store::find_loose_attachment(tx, &key, account_id(1), true, file(1)).await?;
            assert_eq!(loose, Some(about(1)));
            for (key, account, is_inbound, wanted) in [
                (&other, account_id(2), true, file(1)),
                (&key, account_id(1), false, file(1)),
                (&key, account_id(1), true, file(2)),
                (&key, account_id(1), true, file(9)),
            ] {
                let found = store::find_loose_attachment(tx, key, account, is_inbound, wanted).await?;
                assert_eq!(found, None, "{wanted}");
            }
            assert!(store::find_attachment(tx, &vault, file(1)).await?.is_none(), "no message has it");
            message::insert_message(tx, &key, CHANNEL, None, &written(1, Direction::Inbound)).await?;
            message::insert_message(tx, &key, CHANNEL, None, &written(2, Direction::Inbound)).await?;
            assert!(store::attach(tx, file(1), MessageId::from_bytes([1; 16])).await?);
            assert!(!store::attach(tx, file(1), MessageId::from_bytes([2; 16])).await?, "one message's");
            assert_eq!(store::find_loose_attachment(tx, &key, account_id(1), true, file(1)).await?, None);
            let found = store::find_attachment(tx, &vault, file(1)).await?.unwrap();
            assert_eq!((found.about, found.account, found.pieces), (about(1), account_id(1), 2));
            let piece =
                async |tx: &mut Tx<'_>, n| store::find_piece(tx, &vault, account_id(1), file(1), n).await;
            assert_eq!(piece(tx, 1).await?.as_deref(), Some(&b"second"[..]));
            assert_eq!(piece(tx, 2).await?, None);
            // Pieces that changed places in the database are not read as if nothing had happened.
            let swap =
                "UPDATE attachment_piece SET number = number + $2 WHERE attachment_id = $1 AND number = $3";
            for (by, from) in [(10_i64, 0_i64), (-1, 1)] {
                tx.execute(swap, args![file(1).to_bytes(), by, from]).await?;
            }
            assert!(piece(tx, 0).await.is_err());
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_was_uploaded_counts_and_what_was_not_sent_is_cleaned_away() {
    both(async |db| {
        accounts(&db).await;
        uploaded(&db, 1, true).await;
        uploaded(&db, 2, false).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let count = async |tx: &mut Tx<'_>, since| store::count_uploads(tx, account_id(1), since).await;
            assert_eq!(count(tx, NOW).await?, Uploads { loose: 2, bytes: 22 });
            assert_eq!(count(tx, NOW.plus(1)).await?, Uploads { loose: 2, bytes: 0 });
            let nothing = store::count_uploads(tx, account_id(2), NOW).await?;
            assert_eq!(nothing, Uploads { loose: 0, bytes: 0 });
            let key = subject_key::subject(tx, &vault(), account_id(1).to_bytes()).await?;
            message::insert_message(tx, &key, CHANNEL, None, &written(1, Direction::Inbound)).await?;
            store::attach(tx, file(1), MessageId::from_bytes([1; 16])).await?;
            store::delete_attachment(tx, file(1)).await?;
            assert!(store::find_attachment(tx, &vault(), file(1)).await?.is_some(), "a sent file stays");
            assert_eq!(store::delete_loose_attachments(tx, NOW, 10).await?, 0);
            assert_eq!(store::delete_loose_attachments(tx, NOW.plus(time::DAY), 10).await?, 1);
            assert_eq!(count(tx, NOW).await?, Uploads { loose: 0, bytes: 11 });
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn x_10_files_go_with_the_account_they_belong_to() {
    both(async |db| {
        accounts(&db).await;
        let before = every_value(&db).await;
        uploaded(&db, 1, true).await;
        let files = |values: std::collections::BTreeSet<(String, Vec<u8>)>| {
            values.into_iter().filter(|(name, _)| name.starts_with("attachment")).count()
        };
        assert!(files(every_value(&db).await) > files(before));
        db.write(async |tx: &mut Tx<'_>| erasure::erase_profile(tx, &vault(), id(1), NOW).await)
            .await
            .unwrap();
        assert_eq!(files(every_value(&db).await), 0);
    })
    .await;
}

#[tokio::test]
async fn a_file_of_a_call_is_the_calls_stays_through_the_clean_up_and_goes_with_it() {
    both(async |db| {
        accounts(&db).await;
        uploaded(&db, 1, true).await;
        uploaded(&db, 2, false).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let vault = vault();
            let (ours, others) = (crate::call::call(1, account_id(1)), crate::call::call(2, account_id(2)));
            for of in [&ours, &others] {
                assert!(call::insert_call(tx, &vault, of).await?);
            }
            assert!(!store::attach_to_call(tx, file(2), ours.id).await?, "it is not complete");
            assert!(!store::attach_to_call(tx, file(1), others.id).await?, "somebody else's call");
            assert!(store::attach_to_call(tx, file(1), ours.id).await?);
            assert!(!store::attach_to_call(tx, file(1), ours.id).await?, "it has its place");
            let key = subject_key::subject(tx, &vault, account_id(1).to_bytes()).await?;
            message::insert_message(tx, &key, CHANNEL, None, &written(1, Direction::Inbound)).await?;
            assert!(!store::attach(tx, file(1), MessageId::from_bytes([1; 16])).await?);
            assert_eq!(store::find_loose_attachment(tx, &key, account_id(1), true, file(1)).await?, None);
            let found = store::list_call_files(tx, &vault, account_id(1)).await?;
            assert_eq!((found.len(), found[0].id, found[0].call, found[0].pieces), (1, file(1), ours.id, 2));
            assert_eq!((&found[0].about, found[0].account), (&about(1), account_id(1)));
            assert!(store::list_call_files(tx, &vault, account_id(2)).await?.is_empty());
            store::delete_attachment(tx, file(1)).await?;
            assert_eq!(
                store::delete_loose_attachments(tx, NOW.plus(time::DAY), 10).await?,
                1,
                "the other one"
            );
            assert_eq!(store::count_uploads(tx, account_id(1), NOW).await?.loose, 0);
            assert_eq!(store::list_call_files(tx, &vault, account_id(1)).await?.len(), 1);
            tx.execute("DELETE FROM phone_call WHERE id = $1", args![ours.id]).await?;
            assert!(store::list_call_files(tx, &vault, account_id(1)).await?.is_empty());
            assert_eq!(store::find_piece(tx, &vault, account_id(1), file(1), 0).await?, None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn ticks_go_forward_up_to_a_message_of_ones_own() {
    both(async |db| {
        accounts(&db).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let vault = vault();
            let key = subject_key::subject(tx, &vault, account_id(1).to_bytes()).await?;
            for (n, direction) in
                [(1, Direction::Inbound), (2, Direction::Outbound), (3, Direction::Outbound)]
            {
                message::insert_message(tx, &key, CHANNEL, None, &written(n, direction)).await?;
                if direction == Direction::Inbound {
                    let case = CaseId::from_bytes([1; 16]);
                    case::record_inbound(tx, case, MessageId::from_bytes([n; 16]), None, false, NOW).await?;
                }
            }
            let read = async |tx: &mut Tx<'_>, account, n: u8, delivery| {
                message::update_replies_until(tx, account, MessageId::from_bytes([n; 16]), delivery).await
            };
            let case = CaseId::from_bytes([1; 16]);
            assert_eq!(read(tx, account_id(1), 2, Delivery::Read).await?, [case]);
            assert_eq!(read(tx, account_id(1), 2, Delivery::Delivered).await?, [], "never backward");
            assert_eq!(read(tx, account_id(2), 3, Delivery::Read).await?, [], "somebody else's");
            let state = async |tx: &mut Tx<'_>, n: u8| {
                let found = message::find_message(tx, &vault, MessageId::from_bytes([n; 16])).await;
                found.map(|m| m.and_then(|m| m.delivery))
            };
            assert_eq!(state(tx, 2).await?, Some(Delivery::Read));
            assert_eq!(state(tx, 3).await?, Some(Delivery::Sent));
            assert_eq!(message::find_last_read(tx, account_id(1)).await?, None);
            case::record_read(tx, case).await?;
            let first = Some(MessageId::from_bytes([1; 16]));
            assert_eq!(message::find_last_read(tx, account_id(1)).await?, first);
            assert_eq!(message::find_last_read(tx, account_id(2)).await?, None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}
