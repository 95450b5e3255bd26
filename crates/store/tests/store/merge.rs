//! Merges on both databases: what moves, what stays behind, and that it comes back.

use std::collections::BTreeMap;

use countersign_store::identifier::{self, Keyed, list_identifiers};
use countersign_store::merge::{self, find_sheet, update_cells};
use countersign_store::merge_suggestion as suggestion;
use countersign_store::profile::{self, NewProfile};
use countersign_store::testing::{TestDb, both};
use countersign_store::{Arg, StoreError, Tx, account, args};
use countersign_types::audit::Actor;
use countersign_types::link::Account;
use countersign_types::merge::{
    Cell, Change, Held, Journal, Merge, MergeGround, Reason, Suggestion, SuggestionState,
};
use countersign_types::pii::{Pii, Purpose};
use countersign_types::profile::{IdentifierKind, ProfileState, Source};
use countersign_types::{
    AccountId, ChannelId, Cursor, MergeId, PageRequest, ProfileId, SuggestionId, Timestamp,
};

use crate::profile::{NOW, ann, id, insert, vault};

const PAGE: PageRequest = PageRequest { limit: 10, after: None };

fn merge_of(n: u8, into: ProfileId, from: ProfileId) -> Merge {
    Merge {
        id: MergeId::from_bytes([n; 16]),
        into,
        into_number: 0,
        from,
        from_number: 0,
        ground: MergeGround::Hand,
        reason: Some("the same".to_owned()),
        actor: Actor::system(),
        merged_at: NOW.plus(i64::from(n)),
        undone_at: None,
        conflicts: Vec::new(),
    }
}

/// An account at home in a profile, with a link and a live code.
async fn account_of(db: &TestDb, n: u8, home: ProfileId) {
    db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        let sql = "INSERT INTO channel (id, kind, name, state, config, created_at, updated_at)
                   VALUES ($1, 'custom', 'c', 'active', $2, 1, 1) ON CONFLICT (id) DO NOTHING";
        tx.execute(sql, args![[77u8; 16], Arg::json("{}")]).await?;
        let new = Account {
            id: AccountId::from_bytes([n; 16]),
            channel: ChannelId::from_bytes([77; 16]),
            user_id: Pii::new(format!("user{n}")),
            name: None,
            profile: home,
            home_profile: home,
            created_at: NOW,
        };
        account::insert_account(tx, &vault(), &new).await?;
        let link =
            "INSERT INTO link (id, profile_id, account_id, assurance, linked_at) VALUES ($1, $2, $3, 3, 1)";
        tx.execute(link, args![[n; 16], home, new.id]).await?;
        let evidence =
            "INSERT INTO evidence (id, profile_id, account_id, link_id, method, assurance, recorded_at,
                                              by_kind, by_id, by_name)
                        VALUES ($1, $2, $3, $4, 'api_code', 3, 1, 'system', '', '')";
        tx.execute(evidence, args![[n; 16], home, new.id, [n; 16]]).await?;
        let code =
            "INSERT INTO identification_code (id, code_hash, subject_hash, profile_id, form, issuer_kind,
                        issuer_id, channels, issued_at, expires_at, is_superseded)
                    VALUES ($1, $2, $3, $4, 'text', 'api_key', $5, $6, 1, $7, $8)";
        let until = NOW.plus(60_000_000);
        tx.execute(code, args![[n; 16], [n; 32], [n; 32], home, [66u8; 16], Arg::json("[]"), until, false])
            .await?;
        Ok(())
    })
    .await
    .unwrap();
}

/// Whom the account, the link, the evidence and the code of `n` name, and whether the code is live.
async fn places(db: &TestDb, n: u8) -> (Vec<ProfileId>, bool) {
    db.read(async move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
        let mut all = Vec::new();
        for table in ["channel_account", "link", "evidence", "identification_code"] {
            let sql = format!("SELECT profile_id FROM {table} WHERE id = $1");
            all.push(
                tx.fetch_one(&sql, args![[n; 16]], |row| {
                    Ok(ProfileId::from_bytes(row.uuid(0)?.into_bytes()))
                })
                .await?,
            );
        }
        let sql = "SELECT ended_at FROM identification_code WHERE id = $1";
        let ended = tx.fetch_one(sql, args![[n; 16]], |row| row.opt_i64(0)).await?;
        Ok((all, ended.is_none()))
    })
    .await
    .unwrap()
}

fn held(value: &str) -> Held {
    Held { value: Pii::new(value), source: "api".to_owned(), is_proved: true, at: NOW }
}

#[tokio::test]
async fn p_3_what_a_merge_moves_comes_back_and_the_other_profile_is_never_touched() {
    both(async |db| {
        insert(&db, ann(1), NOW).await;
        let other = NewProfile { external_id: None, name: Some(Pii::new("Ann M.")), ..ann(2) };
        insert(&db, other, NOW).await;
        account_of(&db, 52, id(2)).await;
        account_of(&db, 53, id(2)).await;
        let sheets = async || {
            db.read(async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let one = find_sheet(tx, &vault(), id(1)).await?.unwrap();
                Ok((one, find_sheet(tx, &vault(), id(2)).await?.unwrap()))
            })
            .await
            .unwrap()
        };
        let before = sheets().await;
        assert_eq!(before.0[&Cell::Email].source, "api", "the identifier says who said it");
        let merge = merge_of(9, id(1), id(2));
        let done = merge.clone();
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let both = merge::lock_pair(tx, id(2), id(1)).await?;
            assert_eq!(both, merge::list_footings(tx, id(1), id(2)).await?);
            assert_eq!(both.iter().map(|f| (f.id, f.sources, f.accounts)).collect::<Vec<_>>(), [(id(1), 1, 0), (id(2), 1, 2)]);
            let mut journal = merge::move_rows(tx, id(1), id(2), false, done.merged_at).await?;
            assert_eq!((journal.accounts.len(), journal.links.len(), journal.codes.len()), (2, 2, 2));
            assert_eq!(journal.joined, [id(2)]);
            let cells = BTreeMap::from([(Cell::Name, Some(held("Anna"))), (Cell::Phone, None)]);
            assert!(update_cells(tx, &vault(), id(1), &cells).await?);
            for (cell, after) in cells {
                let before = find_sheet(tx, &vault(), id(2)).await?.unwrap().get(&cell).cloned();
                journal.cells.insert(cell, Change { before, after });
            }
            merge::insert_merge(tx, &vault(), &done, &journal).await
        })
        .await
        .unwrap();
        assert_eq!(places(&db, 52).await, (vec![id(1), id(1), id(1), id(2)], false));
        let (survivor, number) = db
            .read(async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                assert_eq!(profile::find_survivor(tx, id(2)).await?, Some(id(1)));
                assert_eq!(profile::find_survivor(tx, id(8)).await?, None);
                let behind = profile::list_behind(tx, &[id(1), id(5)]).await?;
                assert_eq!(profile::find_by_number(tx, behind[0].2).await?, Some(id(1)));
                let key = "ann@example.org";
                let found = profile::find_by_identifier(tx, &vault(), IdentifierKind::Email, key, true).await?;
                assert_eq!(found, [id(1)], "what was proved of the other one finds nobody");
                Ok((profile::find_profile(tx, &vault(), id(2)).await?.unwrap(), behind.len()))
            })
            .await
            .unwrap();
        assert_eq!((survivor.id, number), (id(1), 1), "the old id leads to the survivor");
        assert_eq!(survivor.name.unwrap().plain(Purpose::Match), "Anna");
        let locked = db.write(async |tx: &mut Tx<'_>| profile::lock_survivor(tx, id(2)).await).await.unwrap();
        assert_eq!(locked, Some((id(1), ProfileState::Active)));
        assert_eq!(sheets().await.1, before.1, "and its own rows are as they were");
        // Somebody proves meanwhile that one of the accounts is the survivor's.
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            tx.execute("UPDATE link SET ended_at = 5 WHERE id = $1", args![[53u8; 16]]).await?;
            let sql = "INSERT INTO link (id, profile_id, account_id, assurance, linked_at) VALUES ($1, $2, $3, 3, 6)";
            tx.execute(sql, args![[30u8; 16], id(1), [53u8; 16]]).await?;
            Ok(())
        })
        .await
        .unwrap();
        let stays = db
            .write(async move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let found = merge::find_merge(tx, merge.id).await?.unwrap();
                let (journal, newer) = merge::list_journals(tx, &vault(), &found).await?.unwrap();
                assert!(newer.is_empty());
                assert_eq!(journal.cells[&Cell::Name].after, Some(held("Anna")));
                merge::update_journal(tx, &vault(), id(1), merge.id, &journal).await?;
                let before = [(Cell::Name, Some(held("Ann Müller"))), (Cell::Phone, Some(held("+4930901820")))];
                update_cells(tx, &vault(), id(1), &before.into()).await?;
                let stays = merge::move_back(tx, &vault(), &found, &journal, None).await?;
                assert!(merge::end_merge(tx, merge.id, &["account".to_owned()], NOW).await?);
                assert!(!merge::end_merge(tx, merge.id, &[], NOW).await?, "once");
                assert_eq!(merge::list_journals(tx, &vault(), &found).await?, None);
                Ok(stays)
            })
            .await
            .unwrap();
        assert_eq!(stays, ["account"]);
        assert_eq!(places(&db, 52).await, (vec![id(2); 4], true));
        assert_eq!(places(&db, 53).await.0, [id(1), id(2), id(2), id(2)], "the newer proof stays");
        let after = sheets().await;
        assert_eq!(after.1, before.1);
        assert_eq!(after.0.get(&Cell::Name).map(|h| &h.value), before.0.get(&Cell::Name).map(|h| &h.value));
    })
    .await;
}

#[tokio::test]
async fn merges_are_listed_counted_and_forget_what_they_changed() {
    both(async |db| {
        for n in 1..=3 {
            insert(&db, NewProfile::stranger(id(n)), NOW).await;
        }
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            for (n, from) in [(10, id(2)), (11, id(3))] {
                merge::insert_merge(tx, &vault(), &merge_of(n, id(1), from), &Journal::default()).await?;
            }
            let ids = |page: countersign_types::Page<Merge>| {
                page.items.iter().map(|m| m.id.to_bytes()[0]).collect::<Vec<_>>()
            };
            assert_eq!(ids(merge::list_merges(tx, None, PAGE).await?), [11, 10]);
            assert_eq!(ids(merge::list_merges(tx, Some(id(2)), PAGE).await?), [10]);
            let one = PageRequest { limit: 1, after: None };
            assert!(merge::list_merges(tx, Some(id(1)), one).await?.next.is_some());
            assert_eq!(merge::find_merge_of(tx, id(3)).await?.map(|m| m.from), Some(id(3)));
            assert_eq!(merge::find_merge_of(tx, id(1)).await?, None);
            let actor = Actor::system();
            assert_eq!(merge::count_merges_of(tx, &actor.id, NOW).await?, 2);
            assert_eq!(merge::count_merges_of(tx, &actor.id, NOW.plus(10)).await?, 1);
            let first = merge::find_merge(tx, MergeId::from_bytes([10; 16])).await?.unwrap();
            let (_, newer) = merge::list_journals(tx, &vault(), &first).await?.unwrap();
            assert_eq!(newer.len(), 1);
            assert_eq!(merge::delete_journals(tx, NOW.plus(11), 10).await?, 1);
            assert_eq!(merge::list_journals(tx, &vault(), &first).await?, None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_external_id_that_somebody_else_has_by_now_does_not_come_back() {
    both(async |db| {
        insert(&db, NewProfile::stranger(id(1)), NOW).await;
        insert(&db, ann(2), NOW).await;
        let stays = db
            .write(async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let journal = merge::move_rows(tx, id(1), id(2), true, NOW).await?;
                assert_eq!(journal.codes, []);
                let merge = merge_of(9, id(1), id(2));
                merge::insert_merge(tx, &vault(), &merge, &journal).await?;
                profile::insert_profile(tx, &vault(), &NewProfile { id: id(3), ..ann(2) }, NOW).await?;
                merge::move_back(tx, &vault(), &merge, &journal, Some(&held("C2"))).await
            })
            .await
            .unwrap();
        assert_eq!(stays, ["external_id"]);
        let found = db
            .read(async |tx: &mut Tx<'_>| profile::find_by_external_id(tx, &vault(), "C2").await)
            .await
            .unwrap();
        assert_eq!(found, Some(id(3)));
    })
    .await;
}

fn suggested(n: u8, a: ProfileId, b: ProfileId) -> Suggestion {
    let reason = Reason { what: "email".to_owned(), level: "same".to_owned(), weight: 13.5 };
    Suggestion {
        id: SuggestionId::from_bytes([n; 16]),
        profile: a,
        other: b,
        score: 13.5,
        reasons: vec![reason],
        state: SuggestionState::Open,
        created_at: NOW.plus(i64::from(n)),
    }
}

#[tokio::test]
async fn a_pair_is_suggested_once_and_never_again_after_a_no() {
    both(async |db| {
        for n in 1..=3 {
            insert(&db, NewProfile::stranger(id(n)), NOW).await;
        }
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let first = suggestion::upsert_suggestion(tx, &suggested(1, id(2), id(1))).await?;
            assert!(first.is_some());
            let again = suggestion::upsert_suggestion(tx, &suggested(2, id(1), id(2))).await?;
            assert_eq!(again, first, "the same pair");
            assert!(suggestion::upsert_suggestion(tx, &suggested(3, id(1), id(3))).await?.is_some());
            let open = suggestion::list_suggestions(tx, SuggestionState::Open, PAGE).await?.items;
            assert_eq!(open.iter().map(|s| s.id.to_bytes()[0]).collect::<Vec<_>>(), [3, 1]);
            assert_eq!((open[1].score, open[1].reasons[0].weight), (13.5, 13.5));
            assert!(suggestion::update_suggestion(tx, open[1].id, SuggestionState::Later, NOW).await?);
            assert!(suggestion::update_suggestion(tx, open[1].id, SuggestionState::NotTheSame, NOW).await?);
            assert!(!suggestion::update_suggestion(tx, open[1].id, SuggestionState::Later, NOW).await?);
            assert!(suggestion::is_refused(tx, id(2), id(1)).await?);
            assert!(suggestion::upsert_suggestion(tx, &suggested(4, id(1), id(2))).await?.is_none());
            assert!(!suggestion::is_refused(tx, id(1), id(3)).await?);
            suggestion::refuse_pair(tx, id(3), id(1), NOW).await?;
            let found = suggestion::find_suggestion(tx, open[0].id).await?.unwrap();
            assert_eq!(found.state, SuggestionState::NotTheSame);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_accepted_suggestion_is_listed_as_long_as_its_merge_stands() {
    both(async |db| {
        for n in 1..=2 {
            insert(&db, NewProfile::stranger(id(n)), NOW).await;
        }
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let made = suggestion::upsert_suggestion(tx, &suggested(1, id(1), id(2))).await?.unwrap();
            let accepted = async |tx: &mut Tx<'_>| -> Result<usize, StoreError> {
                Ok(suggestion::list_suggestions(tx, SuggestionState::Accepted, PAGE).await?.items.len())
            };
            assert!(suggestion::update_suggestion(tx, made, SuggestionState::Accepted, NOW).await?);
            assert_eq!(accepted(tx).await?, 0, "nobody merged them");
            let merge = Merge { ground: MergeGround::Suggestion, ..merge_of(1, id(1), id(2)) };
            let journal = merge::move_rows(tx, id(1), id(2), true, NOW).await?;
            merge::insert_merge(tx, &vault(), &merge, &journal).await?;
            assert_eq!(accepted(tx).await?, 1);
            merge::end_merge(tx, merge.id, &[], NOW).await?;
            assert_eq!(accepted(tx).await?, 0, "it was taken back");
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_several_customers_share_is_listed_once_in_order() {
    both(async |db| {
        for n in 1..=3 {
            insert(&db, NewProfile::stranger(id(n)), NOW).await;
        }
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let (email, phone) = (IdentifierKind::Email, IdentifierKind::Phone);
            for (profile, kind, value) in [
                (1, phone, "+4930901820"),
                (2, phone, "+4930901820"),
                (3, phone, "+4930901821"),
                (1, email, "ann@a.example"),
                (2, email, "ann@a.example"),
                (3, email, "ann@a.example"),
            ] {
                identifier::record_claim(
                    tx,
                    &vault(),
                    id(profile),
                    (kind, value, value),
                    Source::Attested,
                    NOW,
                )
                .await?;
            }
            let shared = identifier::list_shared(tx, None, 5).await?;
            let keys = [(email, "ann@a.example"), (phone, "+4930901820")];
            assert_eq!(shared, keys.map(|(kind, key)| (kind, identifier::key_hash(&vault(), kind, key))));
            assert_eq!(identifier::list_shared(tx, None, 1).await?, shared[..1]);
            assert_eq!(identifier::list_shared(tx, Some(shared[0]), 5).await?, shared[1..]);
            assert_eq!(identifier::list_shared(tx, Some(shared[1]), 5).await?, []);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_claim_on_record_finds_a_person_and_is_looked_at_once() {
    both(async |db| {
        insert(&db, NewProfile::stranger(id(1)), NOW).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let claim = (IdentifierKind::Phone, "+4930901820", "+4930901820");
            identifier::record_claim(tx, &vault(), id(1), claim, Source::Attested, NOW).await?;
            let hash = identifier::key_hash(&vault(), IdentifierKind::Phone, "+4930901820");
            assert_eq!(identifier::find_by_hash(tx, IdentifierKind::Phone, hash, false).await?, [id(1)]);
            assert_eq!(identifier::find_by_hash(tx, IdentifierKind::Phone, hash, true).await?, []);
            assert_eq!(list_identifiers(tx, &vault(), id(1)).await?[0].source, "attested");
            let start = Cursor { at: 0, id: [0; 16] };
            let new = suggestion::list_new_identifiers(tx, start, NOW, 5).await?;
            assert_eq!(new[0].profile, id(1));
            assert_eq!(suggestion::list_new_identifiers(tx, new[0].cursor, NOW, 5).await?, []);
            let before: Timestamp = NOW.plus(-1);
            assert_eq!(suggestion::list_new_identifiers(tx, start, before, 5).await?, []);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_number_that_others_have_or_that_a_merge_brought_is_told_from_ones_own() {
    both(async |db| {
        let with =
            |n: u8, phone: &str| NewProfile { phone: Some(Keyed::new(phone, phone)), email: None, ..ann(n) };
        for (n, phone) in [(1, "+4930901820"), (2, "+4930901820"), (3, "+4930901821")] {
            insert(&db, with(n, phone), NOW.plus(n.into())).await;
        }
        insert(&db, NewProfile { phone: None, email: None, ..ann(4) }, NOW).await;
        let is_shared = async |n: u8| {
            db.write(async move |tx: &mut Tx<'_>| -> Result<bool, StoreError> {
                let all = identifier::list_identifiers(tx, &vault(), id(n)).await?;
                let phone = all.iter().find(|one| one.kind == IdentifierKind::Phone).unwrap();
                identifier::is_shared_or_merged(tx, phone.id).await
            })
            .await
            .unwrap()
        };
        assert_eq!((is_shared(1).await, is_shared(2).await, is_shared(3).await), (true, true, false));
        let join = async |n: u8, into: u8, from: u8| {
            db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
                let journal = merge::move_rows(tx, id(into), id(from), true, NOW.plus(50)).await?;
                merge::insert_merge(tx, &vault(), &merge_of(n, id(into), id(from)), &journal).await?;
                Ok(())
            })
            .await
            .unwrap();
        };
        // Each had it on their own before they became one.
        join(1, 1, 2).await;
        assert!(!is_shared(1).await);
        join(2, 4, 3).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<bool, StoreError> {
            let theirs = find_sheet(tx, &vault(), id(3)).await?.unwrap();
            let brought = theirs
                .into_iter()
                .filter(|(cell, _)| matches!(cell, Cell::Identifier(IdentifierKind::Phone, _)));
            let cells: BTreeMap<Cell, Option<Held>> =
                brought.map(|(cell, held)| (cell, Some(held))).collect();
            update_cells(tx, &vault(), id(4), &cells).await
        })
        .await
        .unwrap();
        assert!(is_shared(4).await, "it came with a merge");
    })
    .await;
}
