//! What is left of somebody who was erased: ids in the list of erasures, and nothing else.

use std::collections::BTreeSet;

use countersign_store::erasure::{self, Erased};
use countersign_store::outbox::{NewOutbox, insert_outbox};
use countersign_store::testing::{TestDb, both, every_value};
use countersign_store::{Arg, StoreError, Subject, Tx, account, args};
use countersign_store::{mail_thread, message_token, profile, subject_key};
use countersign_types::attribute::{Attribute, AttributeLevel, AttributeType, PiiClass};
use countersign_types::audit::Actor;
use countersign_types::case::MailThread;
use countersign_types::event::EventKind;
use countersign_types::link::Account;
use countersign_types::pii::Pii;
use countersign_types::profile::Source;
use countersign_types::{
    AccountId, AttributeId, CaseId, ChannelId, Event, EventId, MessageId, OutboxId, PageRequest, ProfileId,
};
use serde_json::json;

use crate::profile::{NOW, ann, id, insert, vault};

fn account_id(n: u8) -> AccountId {
    AccountId::from_bytes([n + 100; 16])
}

fn event(n: u8, profile: ProfileId, account: Option<AccountId>) -> Event {
    Event {
        id: EventId::from_bytes([n; 16]),
        kind: EventKind::LinkCreated,
        at: NOW.plus(n.into()),
        actor: Actor::system(),
        profile: Some(profile),
        account,
        case: None,
        message: None,
        link: None,
        code: None,
        details: json!({}),
    }
}

pub(crate) async fn channel(db: &TestDb) {
    db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        let sql = "INSERT INTO channel (id, kind, name, state, config, created_at, updated_at)
                   VALUES ($1, 'custom', 'c', 'active', $2, 1, 1)";
        tx.execute(sql, args![[77u8; 16], Arg::json("{}")]).await?;
        Ok(())
    })
    .await
    .unwrap();
}

/// A case is found by the words of message `n`, and by the mail that began it.
async fn found_and_answered(
    tx: &mut Tx<'_>,
    key: &Subject,
    at: (AccountId, CaseId),
    n: u8,
) -> Result<(), StoreError> {
    let text = (MessageId::from_bytes([n; 16]), format!("{n} my secret"));
    message_token::insert_tokens(tx, &vault(), &[text]).await?;
    let subject = Pii::new("My secret");
    mail_thread::begin_thread(tx, &vault(), key, at, &format!("first{n}@shop.example"), Some(&subject))
        .await?;
    let thread = MailThread { id: format!("second{n}@shop.example"), references: Vec::new() };
    mail_thread::update_thread(tx, key, at.1, &thread).await
}

/// A stranger's account with its home profile, linked to `linked`, with a case, a message, a code and a queue entry.
pub(crate) async fn everything_of(db: &TestDb, n: u8, linked: ProfileId) {
    let home = id(n);
    insert(db, profile::NewProfile::stranger(home), NOW).await;
    db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        let vault = vault();
        let new = Account {
            id: account_id(n),
            channel: ChannelId::from_bytes([77; 16]),
            user_id: Pii::new(format!("user{n}")),
            name: Some(Pii::new("Somebody")),
            profile: linked,
            home_profile: home,
            created_at: NOW,
        };
        account::insert_account(tx, &vault, &new).await?;
        let case = CaseId::from_bytes([n; 16]);
        countersign_store::case::insert_case(tx, case, new.channel, new.id, NOW).await?;
        let key = subject_key::subject(tx, &vault, new.id.to_bytes()).await?;
        let sealed = key.seal(countersign_store::Place("message.text_sealed"), [n; 16], b"my secret")?;
        let message =
            "INSERT INTO message (id, case_id, channel_id, provider_id, direction, kind, author_kind,
                                            text_sealed, assurance, received_at)
                       VALUES ($1, $2, $3, $4, 'inbound', 'reply', 'customer', $5, 0, 1)";
        tx.execute(message, args![[n; 16], case, new.channel, format!("m{n}"), sealed]).await?;
        found_and_answered(tx, &key, (new.id, case), n).await?;
        let chat =
            "INSERT INTO web_chat_session (id, channel_id, account_id, token_hash, created_at, last_seen_at)
                    VALUES ($1, $2, $3, $4, 1, 1)";
        tx.execute(chat, args![[n; 16], new.channel, new.id, [n; 32]]).await?;
        let link =
            "INSERT INTO link (id, profile_id, account_id, assurance, linked_at) VALUES ($1, $2, $3, 3, 1)";
        tx.execute(link, args![[n; 16], linked, new.id]).await?;
        let evidence =
            "INSERT INTO evidence (id, profile_id, account_id, link_id, method, assurance, recorded_at,
                                              by_kind, by_id, by_name)
                        VALUES ($1, $2, $3, $4, 'api_code', 3, 1, 'system', '', '')";
        tx.execute(evidence, args![[n; 16], linked, new.id, [n; 16]]).await?;
        let code =
            "INSERT INTO identification_code (id, code_hash, subject_hash, profile_id, form, issuer_kind,
                        issuer_id, channels, issued_at, expires_at, is_superseded, link_id, used_case_id)
                    VALUES ($1, $2, $3, $4, 'text', 'api_key', $5, $6, 1, 2, $7, $8, $9)";
        let hashes = ([n; 32], [n ^ 0x80; 32]);
        let args: &[Arg<'_>] =
            args![[n; 16], hashes.0, hashes.1, linked, [66u8; 16], Arg::json("[]"), false, [n; 16], case];
        tx.execute(code, args).await?;
        for (place, subject) in [(0, key), (0x40, subject_key::subject(tx, &vault, home.to_bytes()).await?)] {
            let entry = NewOutbox {
                id: OutboxId::from_bytes([n ^ place; 16]),
                kind: "message",
                target: [77; 16],
                event_id: EventId::from_bytes([n; 16]),
                event_type: "message".to_owned(),
                body: b"my secret".to_vec(),
            };
            insert_outbox(tx, &subject, &entry, NOW).await?;
        }
        countersign_store::audit::insert_event(tx, &event(n, linked, Some(new.id))).await
    })
    .await
    .unwrap();
}

async fn erase(db: &TestDb, profile: ProfileId) -> Option<Erased> {
    db.write(async move |tx: &mut Tx<'_>| erasure::erase_profile(tx, &vault(), profile, NOW).await)
        .await
        .unwrap()
}

#[tokio::test]
async fn x_10_erasure_destroys_the_keys_and_every_index() {
    both(async |db| {
        channel(&db).await;
        let tariff = Attribute {
            id: AttributeId::from_bytes([55; 16]),
            key: "iban".to_owned(),
            label: "IBAN".to_owned(),
            level: AttributeLevel::Profile,
            r#type: AttributeType::Text,
            options: Vec::new(),
            pii: PiiClass::Sensitive,
            mask: countersign_types::attribute::AttributeMask::default(),
            forms: Vec::new(),
            is_required_to_close: false,
            position: 1,
            created_at: NOW,
            updated_at: NOW,
        };
        db.write(async move |tx: &mut Tx<'_>| {
            countersign_store::attribute::insert_attribute(tx, &tariff).await
        })
        .await
        .unwrap();
        // A bystander with the same e-mail address, and an account of theirs that used to be linked to Ann.
        let bystander = profile::NewProfile { name: None, phone: None, ..ann(20) };
        insert(&db, bystander, NOW).await;
        everything_of(&db, 21, id(20)).await;
        let before = every_value(&db).await;
        insert(&db, ann(1), NOW).await;
        db.write(async |tx: &mut Tx<'_>| {
            let values = [(AttributeId::from_bytes([55; 16]), Some(json!("DE89370400440532013000")))];
            profile::set_attributes(tx, &vault(), id(1), &values, Source::Api, NOW).await
        })
        .await
        .unwrap();
        everything_of(&db, 2, id(1)).await;
        everything_of(&db, 3, id(1)).await;
        let added: BTreeSet<_> = every_value(&db).await.difference(&before).cloned().collect();
        assert!(added.len() > 60, "{}", added.len());

        let erased = erase(&db, id(1)).await.unwrap();
        assert_eq!(erased.profiles, [id(1), id(2), id(3)]);
        assert_eq!(erased.accounts, [account_id(2), account_id(3)]);
        let left: Vec<String> = every_value(&db)
            .await
            .difference(&before)
            .filter(|(place, _)| {
                !["erasure.subject_id", "erased_identifier.key_hash"].contains(&place.as_str())
            })
            .map(|(place, _)| place.clone())
            .collect();
        assert_eq!(left, [""; 0], "nothing that came with them is left");
        assert!(before.is_subset(&every_value(&db).await), "and nothing of anybody else is gone");
        let (known, keys) = db
            .read(async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let known: Vec<[u8; 16]> = tx
                    .fetch_all("SELECT subject_id FROM erasure", args![], |row| Ok(row.uuid(0)?.into_bytes()))
                    .await?;
                let mut keys = 0;
                for subject in &known {
                    keys += usize::from(subject_key::find_subject(tx, &vault(), *subject).await?.is_some());
                }
                Ok((known.len(), keys))
            })
            .await
            .unwrap();
        assert_eq!((known, keys), (5, 0), "three profiles and two accounts");
        assert_eq!(erase(&db, id(1)).await, None);
    })
    .await;
}

#[tokio::test]
async fn erasing_a_home_takes_the_account_but_not_the_customer_it_is_linked_to() {
    both(async |db| {
        channel(&db).await;
        insert(&db, ann(1), NOW).await;
        everything_of(&db, 2, id(1)).await;
        let erased = erase(&db, id(2)).await.unwrap();
        assert_eq!((erased.profiles, erased.accounts), (vec![id(2)], vec![account_id(2)]));
        let (ann, used) = db
            .read(async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let ann = profile::find_profile(tx, &vault(), id(1)).await?;
                let used =
                    countersign_store::code::find_code(tx, countersign_types::CodeId::from_bytes([2; 16]));
                Ok((ann, used.await?.unwrap()))
            })
            .await
            .unwrap();
        assert!(ann.is_some());
        assert_eq!((used.code.link, used.used_case), (None, None));
    })
    .await;
}

#[tokio::test]
async fn a_timeline_holds_what_an_account_did_at_home_and_nothing_of_another_customer() {
    both(async |db| {
        channel(&db).await;
        insert(&db, ann(1), NOW).await;
        insert(&db, ann(20), NOW).await;
        everything_of(&db, 2, id(1)).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            for event in [
                event(30, id(2), Some(account_id(2))),
                event(31, id(20), Some(account_id(2))),
                Event { profile: None, ..event(32, id(1), Some(account_id(2))) },
                event(33, id(20), None),
            ] {
                countersign_store::audit::insert_event(tx, &event).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let page = async |limit, after| {
            db.read(async move |tx: &mut Tx<'_>| {
                countersign_store::event::list_timeline(tx, id(1), PageRequest { limit, after }).await
            })
            .await
            .unwrap()
        };
        let ids = |items: &[Event]| items.iter().map(|e| e.id.to_bytes()[0]).collect::<Vec<_>>();
        let all = page(10, None).await;
        assert_eq!(ids(&all.items), [32, 30, 2]);
        let first = page(2, None).await;
        assert_eq!(ids(&page(2, first.next).await.items), [2]);
        assert_eq!(all.items[1], event(30, id(2), Some(account_id(2))));
    })
    .await;
}

#[tokio::test]
async fn the_ledger_lists_evidence_and_only_live_links_count() {
    both(async |db| {
        channel(&db).await;
        insert(&db, ann(1), NOW).await;
        everything_of(&db, 2, id(1)).await;
        everything_of(&db, 3, id(1)).await;
        let (all, live) = db
            .write(async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                tx.execute("UPDATE link SET ended_at = 5 WHERE id = $1", args![[3u8; 16]]).await?;
                let all = countersign_store::evidence::list_evidence(tx, id(1)).await?;
                let ids = [id(1), id(2)];
                Ok((all, countersign_store::evidence::list_live_evidence(tx, &ids, NOW).await?))
            })
            .await
            .unwrap();
        assert_eq!((all.len(), live.len(), live[0].profile), (2, 1, id(1)));
    })
    .await;
}
