//! Holds, requests and the registry against a database: what an erasure counts is what it takes.

use countersign_store::engagement::insert_engagement;
use countersign_store::erasure::{self, Replayed, erase_subject};
use countersign_store::privacy::{self as store, count};
use countersign_store::testing::{TestDb, both};
use countersign_store::{Arg, StoreError, Tx, args, retention};
use countersign_types::audit::Actor;
use countersign_types::engagement::Engagement;
use countersign_types::privacy::registry::REGISTRY;
use countersign_types::privacy::{Hold, PrivacyRequest, RequestKind, RequestState};
use countersign_types::profile::IdentifierKind;
use countersign_types::{AccountId, CaseId, Cursor, PrivacyRequestId, ProfileId, Timestamp};

use crate::profile::{NOW, ann, id, insert, vault};

fn request(n: u8, profile: ProfileId, kind: RequestKind, state: RequestState) -> PrivacyRequest {
    PrivacyRequest {
        id: PrivacyRequestId::from_bytes([n; 16]),
        kind,
        state,
        profile,
        number: 1,
        reason: "asked".to_owned(),
        actor: Actor::system(),
        received_at: NOW,
        due_at: NOW,
        created_at: NOW.plus(n.into()),
        done_at: None,
        answer: None,
        expires_at: Some(NOW.plus(10)),
        made_of: Some([n; 32]),
        size_bytes: 3,
        pieces: 1,
        counts: serde_json::Map::new(),
    }
}

pub(crate) fn hold(profile: ProfileId, until: Option<Timestamp>) -> Hold {
    Hold { profile, reason: "court".to_owned(), until, actor: Actor::system(), placed_at: NOW }
}

async fn run<T: Send + 'static>(
    db: &TestDb,
    operation: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    db.write(operation).await.unwrap()
}

/// How much there is of each entry that an erasure takes.
async fn counts(db: &TestDb, profile: ProfileId) -> Vec<(&'static str, i64)> {
    run(db, async move |tx: &mut Tx<'_>| {
        let mut all = Vec::new();
        for entry in count::taken(REGISTRY) {
            all.push((entry.name, count::count_entry(tx, entry, profile).await?));
        }
        Ok(all)
    })
    .await
}

/// A row in each table that an erasure takes, and everything else of Ann.
async fn plant(db: &TestDb) {
    crate::erasure::everything_of(db, 2, id(1)).await;
    insert(db, ann(9), NOW).await;
    run(db, async |tx: &mut Tx<'_>| {
        let account = [102u8; 16];
        for sql in [
            "INSERT INTO console_user (id, email, name, role, state, language, theme, created_at, updated_at)
             VALUES ($1, 'a@b', 'A', 'agent', 'active', 'en', 'system', 1, 1)",
            "INSERT INTO attribute (id, attr_key, label, level, type, options, pii, forms, position, created_at, updated_at)
             VALUES ($1, 'x', 'X', 'profile', 'text', $2, 'none', $2, 1, 1, 1)",
        ] {
            let all: [Arg<'_>; 2] = [[55u8; 16].into(), Arg::json("[]")];
            tx.execute(sql, if sql.contains("$2") { &all[..] } else { &all[..1] }).await?;
        }
        let value = "INSERT INTO profile_attribute (profile_id, attribute_id, value_sealed, is_proved, source, updated_at)
                     VALUES ($1, $2, $3, $4, 'api', 1)";
        tx.execute(value, args![id(1), [55u8; 16], vec![1u8], true]).await?;
        let file = "INSERT INTO attachment (id, account_id, is_inbound, about_sealed, size_bytes, pieces, created_at)
                    VALUES ($1, $2, $3, $4, 1, 1, 1)";
        tx.execute(file, args![[3u8; 16], account, true, vec![1u8]]).await?;
        let piece = "INSERT INTO attachment_piece (attachment_id, number, data_sealed) VALUES ($1, 0, $2)";
        tx.execute(piece, args![[3u8; 16], vec![1u8]]).await?;
        crate::visit::plant(tx, account).await?;
        let call = "INSERT INTO phone_call (id, account_id, adapter, state, about_sealed, transcript, started_at, updated_at)
                    VALUES ($1, $2, 'bench', 'ended', $3, $4, 1, 1)";
        tx.execute(call, args![[3u8; 16], account, vec![1u8], Arg::json("[]")]).await?;
        let asked = "INSERT INTO call_look_up (id, call_id, node, outcome, latency_ms, host, at)
                     VALUES ($1, $1, 'ask', 'found', 1, 'bank.example', 1)";
        tx.execute(asked, args![[3u8; 16]]).await?;
        let engagement = Engagement { customer: Some(id(1)), ..crate::engagement::engagement(3) };
        insert_engagement(tx, &vault(), &engagement).await?;
        let failed = "INSERT INTO verification_failure (profile_id, failures, updated_at) VALUES ($1, $2, 1)";
        tx.execute(failed, args![id(1), Arg::json("{}")]).await?;
        let allowed = "INSERT INTO verification_override (id, profile_id, user_id, reason_sealed, created_at)
                       VALUES ($1, $2, $1, $3, 1)";
        tx.execute(allowed, args![[3u8; 16], id(1), vec![1u8]]).await?;
        let notice = "INSERT INTO notice (id, user_id, case_id, rule_name, text_sealed, created_at)
                      VALUES ($1, $2, $3, 'r', $4, 1)";
        tx.execute(notice, args![[3u8; 16], [55u8; 16], [2u8; 16], vec![1u8]]).await?;
        let firing = "INSERT INTO rule_firing (id, rule_id, rule_name, case_id, at, happened, depth, seed, done)
                      VALUES ($1, $1, 'r', $2, 1, 'message', 0, 0, $3)";
        tx.execute(firing, args![[3u8; 16], [2u8; 16], Arg::json("[]")]).await?;
        let merge = "INSERT INTO profile_merge (id, into_id, from_id, ground, actor_kind, actor_id, actor_name, merged_at,
                         conflicts, journal_sealed) VALUES ($1, $2, $3, 'hand', 'system', '', '', 1, $4, $5)";
        tx.execute(merge, args![[3u8; 16], id(1), id(9), Arg::json("[]"), vec![1u8]]).await?;
        let suggestion = "INSERT INTO merge_suggestion (id, profile_id, other_id, score, reasons, state, created_at)
                          VALUES ($1, $2, $3, 1, $4, 'open', 1)";
        tx.execute(suggestion, args![[3u8; 16], id(1), id(9), Arg::json("[]")]).await?;
        let mandate = "INSERT INTO mandate (id, kind, representative_id, represented_id, scope, valid_from, content_sealed,
                           created_at, created_by_kind, created_by_id, created_by_name, updated_at)
                       VALUES ($1, 'other', $2, $3, $4, 1, $5, 1, 'system', '', '', 1)";
        tx.execute(mandate, args![[3u8; 16], id(9), id(1), Arg::json("\"all\""), vec![1u8]]).await?;
        store::insert_request(tx, &request(7, id(1), RequestKind::Export, RequestState::Ready)).await?;
        let of = (PrivacyRequestId::from_bytes([7; 16]), id(1));
        store::insert_piece(tx, &vault(), of, 0, b"all").await?;
        store::upsert_hold(tx, &hold(id(1), None)).await
    })
    .await;
}

#[tokio::test]
async fn x_10_an_erasure_takes_all_that_the_registry_says_it_takes() {
    both(async |db| {
        insert(&db, ann(1), NOW).await;
        crate::erasure::channel(&db).await;
        plant(&db).await;
        let before = counts(&db, id(1)).await;
        let empty: Vec<&str> = before.iter().filter(|(_, n)| *n == 0).map(|(name, _)| *name).collect();
        assert_eq!(empty, [""; 0], "each entry is planted, else this proves nothing of it");
        let erased = run(&db, async |tx: &mut Tx<'_>| erasure::erase_profile(tx, &vault(), id(1), NOW).await)
            .await
            .unwrap();
        assert_eq!(erased.requests, [PrivacyRequestId::from_bytes([7; 16])]);
        // The places are asked of the tables themselves: with the profile gone, nobody can be looked for by it.
        let left = run(&db, async |tx: &mut Tx<'_>| {
            let mut left = Vec::new();
            for table in [
                "notice",
                "rule_firing",
                "attachment",
                "attachment_piece",
                "profile_attribute",
                "profile_merge",
                "merge_suggestion",
                "privacy_export_piece",
                "profile_hold",
                "message",
                "message_token",
                "web_chat_session",
                "phone_call",
                "call_look_up",
                "engagement_text",
                "verification_failure",
                "verification_override",
            ] {
                let rows =
                    tx.fetch_one(&format!("SELECT COUNT(*) FROM {table}"), args![], |row| row.i64(0)).await?;
                left.push((table, rows));
            }
            Ok(left)
        })
        .await;
        assert!(left.iter().all(|(_, rows)| *rows == 0), "{left:?}");
        let found = run(&db, async |tx: &mut Tx<'_>| {
            store::find_request(tx, PrivacyRequestId::from_bytes([7; 16])).await
        })
        .await
        .unwrap();
        assert_eq!((found.state, found.made_of), (RequestState::Destroyed, None));
    })
    .await;
}

#[tokio::test]
async fn a_hold_is_that_of_all_who_became_one_and_ends_at_its_time() {
    both(async |db| {
        for n in [1, 2, 3] {
            insert(&db, ann(n), NOW).await;
        }
        run(&db, async |tx: &mut Tx<'_>| {
            store::upsert_hold(tx, &hold(id(2), Some(NOW.plus(10)))).await?;
            tx.execute("UPDATE profile SET merged_into = $2 WHERE id = $1", args![id(2), id(1)]).await?;
            Ok(())
        })
        .await;
        let found = async |profile: ProfileId, at: Timestamp| {
            run(&db, async move |tx: &mut Tx<'_>| store::find_hold_against_erasure(tx, profile, at).await)
                .await
        };
        assert_eq!(found(id(1), NOW).await, Some(hold(id(2), Some(NOW.plus(10)))));
        assert_eq!((found(id(1), NOW.plus(10)).await, found(id(3), NOW).await), (None, None));
        let lifted = run(&db, async |tx: &mut Tx<'_>| store::delete_holds(tx, id(1)).await).await;
        assert_eq!((lifted, found(id(1), NOW).await), (1, None));
    })
    .await;
}

#[tokio::test]
async fn what_somebody_else_has_too_is_not_remembered_of_an_erased_person() {
    both(async |db| {
        insert(&db, ann(1), NOW).await;
        insert(&db, countersign_store::profile::NewProfile { phone: None, ..ann(2) }, NOW).await;
        run(&db, async |tx: &mut Tx<'_>| erasure::erase_profile(tx, &vault(), id(1), NOW).await).await;
        let erased = async |kind: IdentifierKind, key: &'static str| {
            let hash = countersign_store::identifier::key_hash(&vault(), kind, key);
            run(&db, async move |tx: &mut Tx<'_>| store::find_erased(tx, kind, hash).await).await.is_some()
        };
        assert!(!erased(IdentifierKind::Email, "ann@example.org").await, "the other one has it");
        assert!(erased(IdentifierKind::Phone, "+4930901820").await);
        assert!(erased(IdentifierKind::ExternalId, "C1").await);
        assert!(!erased(IdentifierKind::ExternalId, "C2").await);
    })
    .await;
}

#[tokio::test]
async fn x_10_a_replay_erases_profiles_and_accounts_and_leaves_what_was_merged() {
    both(async |db| {
        crate::erasure::channel(&db).await;
        insert(&db, ann(1), NOW).await;
        insert(&db, ann(5), NOW).await;
        crate::erasure::everything_of(&db, 2, id(1)).await;
        run(&db, async |tx: &mut Tx<'_>| {
            tx.execute("UPDATE profile SET merged_into = $2 WHERE id = $1", args![id(5), id(1)]).await?;
            Ok(())
        })
        .await;
        let replay = async |subject: [u8; 16]| {
            run(&db, async move |tx: &mut Tx<'_>| erase_subject(tx, &vault(), subject, NOW).await).await
        };
        assert_eq!(replay([5; 16]).await, Replayed::Merged);
        assert_eq!(replay([102; 16]).await, Replayed::Erased, "an account, with its stranger");
        assert_eq!((replay([2; 16]).await, replay([102; 16]).await), (Replayed::Gone, Replayed::Gone));
        assert_eq!(replay([1; 16]).await, Replayed::Erased);
        assert_eq!(replay([5; 16]).await, Replayed::Gone, "it went with the survivor");
    })
    .await;
}

#[tokio::test]
async fn a_request_moves_only_from_where_it_is_believed_to_be() {
    both(async |db| {
        insert(&db, ann(1), NOW).await;
        let begun = request(1, id(1), RequestKind::Export, RequestState::Making);
        let moved = run(&db, async move |tx: &mut Tx<'_>| {
            store::insert_request(tx, &begun).await?;
            let ready = PrivacyRequest { state: RequestState::Ready, ..begun.clone() };
            let first = store::update_request(tx, RequestState::Making, &ready).await?;
            let second = store::update_request(tx, RequestState::Making, &ready).await?;
            let found = store::find_request(tx, ready.id).await?;
            Ok((first, second, found == Some(ready)))
        })
        .await;
        assert_eq!(moved, (true, false, true));
    })
    .await;
}

#[tokio::test]
async fn requests_are_found_by_what_is_to_be_done_with_them_and_end_with_their_person() {
    both(async |db| {
        insert(&db, ann(1), NOW).await;
        run(&db, async |tx: &mut Tx<'_>| {
            for (n, kind, state) in [
                (1, RequestKind::Export, RequestState::Making),
                (2, RequestKind::Export, RequestState::Making),
                (3, RequestKind::Export, RequestState::Ready),
                (4, RequestKind::Erasure, RequestState::Open),
                (5, RequestKind::Erasure, RequestState::Refused),
            ] {
                store::insert_request(tx, &request(n, id(1), kind, state)).await?;
            }
            let number = |found: Option<PrivacyRequest>| found.map(|request| request.id.to_bytes()[0]);
            assert_eq!(number(store::find_export_to_make(tx).await?), Some(1));
            assert_eq!(store::count_exports_in_making(tx, id(1)).await?, 2);
            assert_eq!(number(store::find_open_request(tx, RequestKind::Erasure, id(1)).await?), Some(4));
            assert_eq!(number(store::find_open_request(tx, RequestKind::Export, id(1)).await?), None);
            assert_eq!(store::list_over(tx, NOW.plus(9), 5).await?.len(), 0);
            let over = store::list_over(tx, NOW.plus(10), 5).await?;
            assert_eq!(over.iter().map(|request| request.id.to_bytes()[0]).collect::<Vec<_>>(), [3]);
            let ended = store::end_requests(tx, &[id(1)], NOW).await?;
            assert_eq!(ended.len(), 4, "what was answered stays as it is");
            let erasure = store::find_request(tx, PrivacyRequestId::from_bytes([4; 16])).await?.unwrap();
            assert_eq!((erasure.state, erasure.done_at), (RequestState::Done, Some(NOW)));
            let refused = store::find_request(tx, PrivacyRequestId::from_bytes([5; 16])).await?.unwrap();
            assert_eq!(refused.state, RequestState::Refused);
            Ok(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn what_stands_around_a_person_is_listed_and_an_account_that_went_elsewhere_counted() {
    both(async |db| {
        crate::erasure::channel(&db).await;
        insert(&db, ann(1), NOW).await;
        insert(&db, ann(20), NOW).await;
        crate::erasure::everything_of(&db, 2, id(1)).await;
        run(&db, async |tx: &mut Tx<'_>| {
            let account = AccountId::from_bytes([102; 16]);
            assert_eq!(store::list_accounts(tx, id(1)).await?, [account]);
            let visit = (Timestamp::from_micros(1), Timestamp::from_micros(1), None);
            assert_eq!(store::list_visits(tx, account).await?, [visit]);
            assert_eq!(count::count_accounts_elsewhere(tx, id(1)).await?, 0);
            assert_eq!(erasure::lock_erasure(tx, id(1)).await?, Some(vec![(account, id(2))]));
            tx.execute("UPDATE channel_account SET profile_id = $1 WHERE id = $2", args![id(20), account])
                .await?;
            assert_eq!(count::count_accounts_elsewhere(tx, id(1)).await?, 1);
            assert_eq!(erasure::lock_erasure(tx, id(33)).await?, None, "there is nobody");
            store::upsert_hold(tx, &hold(id(1), Some(NOW.plus(10)))).await?;
            assert_eq!(store::find_hold(tx, id(1), NOW).await?, Some(hold(id(1), Some(NOW.plus(10)))));
            assert_eq!(store::list_holds(tx, NOW, 5).await?, [(hold(id(1), Some(NOW.plus(10))), 1_001)]);
            assert_eq!(store::list_holds(tx, NOW.plus(10), 5).await?, []);
            Ok(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn who_was_erased_is_listed_oldest_first_and_known_again_until_that_is_forgotten() {
    both(async |db| {
        insert(&db, ann(1), NOW).await;
        let later = NOW.plus(5);
        run(&db, async move |tx: &mut Tx<'_>| {
            store::note_erased(tx, &[], NOW).await?;
            store::note_erased(tx, &[id(1)], later).await
        })
        .await;
        run(&db, async |tx: &mut Tx<'_>| erasure::erase_profile(tx, &vault(), id(1), NOW).await).await;
        // The same address comes back with somebody.
        insert(&db, ann(3), NOW).await;
        run(&db, async move |tx: &mut Tx<'_>| {
            let again = store::list_erased_of(tx, id(3)).await?;
            assert!(again.iter().any(|one| one.kind == IdentifierKind::Email), "{again:?}");
            assert!(store::list_erased_of(tx, id(1)).await?.is_empty());
            let erased = store::list_erasures(tx, None, 5).await?;
            assert_eq!(erased, [(id(1).to_bytes(), NOW)]);
            let after = Cursor { at: NOW.as_micros(), id: id(1).to_bytes() };
            assert_eq!(store::list_erasures(tx, Some(after), 5).await?, []);
            assert!(retention::delete_erased_identifiers(tx, later.plus(1), 50).await? > 0);
            assert!(store::list_erased_of(tx, id(3)).await?.is_empty());
            Ok(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn what_is_old_goes_but_not_of_whom_is_on_hold() {
    both(async |db| {
        crate::erasure::channel(&db).await;
        insert(&db, ann(1), NOW).await;
        insert(&db, ann(20), NOW).await;
        crate::erasure::everything_of(&db, 2, id(1)).await;
        crate::erasure::everything_of(&db, 3, id(20)).await;
        run(&db, async |tx: &mut Tx<'_>| {
            let (held, gone) = (CaseId::from_bytes([2; 16]), CaseId::from_bytes([3; 16]));
            let old = NOW.plus(1_000);
            assert_eq!(retention::delete_conversations(tx, old, NOW, 9).await?, [], "they are open");
            tx.execute("UPDATE support_case SET status = 'closed'", args![]).await?;
            store::upsert_hold(tx, &hold(id(1), None)).await?;
            assert_eq!(
                retention::delete_conversations(tx, NOW.plus(-1_000), NOW, 9).await?,
                [],
                "they are young"
            );
            assert_eq!(retention::delete_conversations(tx, old, NOW, 9).await?, [gone]);
            assert_eq!(retention::delete_events(tx, old, NOW, 9).await?, 1);
            let left =
                tx.fetch_all("SELECT id FROM support_case", args![], |row| Ok(row.uuid(0)?.into_bytes()));
            assert_eq!(left.await?, [held.to_bytes()]);
            let events = tx.fetch_one("SELECT COUNT(*) FROM event", args![], |row| row.i64(0)).await?;
            assert_eq!(events, 1);
            Ok(())
        })
        .await;
    })
    .await;
}
