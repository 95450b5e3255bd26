//! Topics, verification policies with their versions, and mandates, on both databases.

use countersign_store::mandate::{
    MandateFilter, count_mandates_about, find_content, get_mandate, insert_mandate, list_contents,
    list_linked, list_mandates, list_mandates_of, lock_mandate, update_mandate,
};
use countersign_store::testing::{TestDb, both};
use countersign_store::topic::{
    self, count_topics, get_topic, get_topic_by_key, insert_topic, list_policy_uses, list_topic_keys,
    list_topics, lock_topic, update_topic,
};
use countersign_store::verification_policy::{
    self, count_policies, delete_policy, find_policy, find_policy_version, get_version, has_policies,
    insert_policy, insert_policy_version, list_policies, list_policy_versions, list_versions_in_force,
    lock_policy, published_version, update_policy_draft,
};
use countersign_store::{StoreError, Tx, erasure, merge};
use countersign_types::audit::Actor;
use countersign_types::mandate::{
    Mandate, MandateContent, MandateDocument, MandateKind, MandateScope, MandateState,
};
use countersign_types::merge::{Merge, MergeGround};
use countersign_types::pii::{Pii, Purpose};
use countersign_types::topic::{NextAction, Script, Topic};
use countersign_types::verification_policy::{PolicyVersion, StoredPolicy};
use countersign_types::{
    Assurance, MandateId, MergeId, PageRequest, ProfileId, Timestamp, TopicId, VerificationPolicyId,
};
use serde_json::json;

use crate::conversation::is_readable;
use crate::profile::{NOW, ann, id, insert, vault};

const PAGE: PageRequest = PageRequest { limit: 10, after: None };

async fn run<T: Send + 'static>(
    db: &TestDb,
    operation: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    db.write(operation).await.unwrap()
}

fn policy_id(n: u8) -> VerificationPolicyId {
    VerificationPolicyId::from_bytes([n; 16])
}

fn policy(n: u8, name: &str) -> StoredPolicy {
    StoredPolicy {
        id: policy_id(n),
        name: name.to_owned(),
        draft: json!({ "name": name, "customer": { "searches": [] } }),
        revision: 1,
        published: None,
        published_from: None,
        created_at: NOW.plus(i64::from(n)),
        updated_at: NOW,
    }
}

fn version(n: u8, number: u32) -> PolicyVersion {
    PolicyVersion {
        policy: policy_id(n),
        number,
        body: json!({ "name": format!("v{number}") }),
        acknowledged: vec!["too-weak".to_owned()],
        at: NOW.plus(number.into()),
        by_id: "usr_1".to_owned(),
        by_name: "Ann".to_owned(),
    }
}

fn topic(n: u8, key: &str) -> Topic {
    Topic {
        id: TopicId::from_bytes([n; 16]),
        key: key.to_owned(),
        name: format!("Topic {key}"),
        is_confidential: true,
        minimum_level: Assurance::Al3,
        policy: None,
        script: Script { opening: Some("Hej 👋".to_owned()), ..Script::default() },
        next_action: Some(NextAction { label: "Open".to_owned(), url: Some("https://b.example".to_owned()) }),
        is_active: true,
        created_at: NOW.plus(i64::from(n)),
        updated_at: NOW,
    }
}

#[tokio::test]
async fn a_topic_reads_back_changes_and_keeps_its_key() {
    both(async |db| {
        run(&db, async |tx: &mut Tx<'_>| {
            insert_policy(tx, &policy(1, "Accounts")).await?;
            for one in [topic(1, "balance"), topic(2, "address")] {
                insert_topic(tx, &one).await?;
            }
            assert_eq!(get_topic(tx, topic(1, "").id).await?, Some(topic(1, "balance")));
            assert_eq!(get_topic_by_key(tx, "address").await?, Some(topic(2, "address")));
            assert_eq!(get_topic_by_key(tx, "ADDRESS").await?, None);
            assert_eq!(list_topic_keys(tx).await?, ["address", "balance"]);
            assert_eq!(count_topics(tx).await?, 2);
            assert_eq!(list_policy_uses(tx).await?, []);
            let changed = Topic {
                key: "another".to_owned(),
                name: "Payees".to_owned(),
                is_confidential: false,
                minimum_level: Assurance::Al2,
                policy: Some(policy_id(1)),
                script: Script::default(),
                next_action: None,
                is_active: false,
                updated_at: NOW.plus(5),
                ..topic(1, "balance")
            };
            assert!(update_topic(tx, &changed).await?);
            let kept = Topic { key: "balance".to_owned(), ..changed };
            assert_eq!(lock_topic(tx, kept.id).await?, Some(kept.clone()), "all but its key");
            let uses = list_policy_uses(tx).await?;
            assert_eq!(uses, [(policy_id(1), kept.id, "Payees".to_owned())]);
            assert!(!update_topic(tx, &topic(9, "x")).await?);
            assert_eq!(
                (get_topic(tx, topic(9, "").id).await?, lock_topic(tx, topic(9, "").id).await?),
                (None, None)
            );
            let first = list_topics(tx, PageRequest { limit: 1, after: None }).await?;
            let second = list_topics(tx, PageRequest { limit: 1, after: first.next }).await?;
            assert_eq!((&first.items[0].key[..], &second.items[0].key[..]), ("balance", "address"));
            assert_eq!(second.next, None);
            Ok(())
        })
        .await;
        let key = db.write(async |tx: &mut Tx<'_>| insert_topic(tx, &topic(3, "balance")).await).await;
        assert_eq!(key.unwrap_err().unique_constraint(), Some(topic::UNIQUE_KEY));
        let same = Topic { name: "PAYEES".to_owned(), ..topic(3, "new") };
        let name = db.write(async move |tx: &mut Tx<'_>| insert_topic(tx, &same).await).await;
        assert_eq!(name.unwrap_err().unique_constraint(), Some(topic::UNIQUE_NAME));
    })
    .await;
}

#[tokio::test]
async fn of_two_who_save_a_policy_at_once_one_comes_too_late() {
    both(async |db| {
        let none = run(&db, async |tx: &mut Tx<'_>| has_policies(tx).await).await;
        assert!(!none);
        run(&db, async |tx: &mut Tx<'_>| {
            insert_policy(tx, &policy(1, "Accounts")).await?;
            assert_eq!(find_policy(tx, policy_id(1)).await?, Some(policy(1, "Accounts")));
            let draft = json!({ "name": "Cards" });
            let next = StoredPolicy { name: "Cards".to_owned(), draft, revision: 2, ..policy(1, "Accounts") };
            assert!(update_policy_draft(tx, &next).await?);
            assert!(!update_policy_draft(tx, &next).await?, "revision 1 is not the newest any more");
            assert_eq!(lock_policy(tx, policy_id(1)).await?, Some(next));
            assert_eq!(lock_policy(tx, policy_id(9)).await?, None);
            insert_policy(tx, &policy(2, "Loans")).await?;
            let first = list_policies(tx, PageRequest { limit: 1, after: None }).await?;
            let second = list_policies(tx, PageRequest { limit: 1, after: first.next }).await?;
            assert_eq!((&first.items[0].name[..], &second.items[0].name[..]), ("Cards", "Loans"));
            assert_eq!((second.next, count_policies(tx).await?), (None, 2));
            Ok(())
        })
        .await;
        let taken = db.write(async |tx: &mut Tx<'_>| insert_policy(tx, &policy(3, "CARDS")).await).await;
        assert_eq!(taken.unwrap_err().unique_constraint(), Some(verification_policy::UNIQUE_NAME));
    })
    .await;
}

async fn numbers(tx: &mut Tx<'_>, before: Option<i64>, limit: i64) -> Result<Vec<u32>, StoreError> {
    let found = list_policy_versions(tx, policy_id(1), before, limit).await?;
    Ok(found.into_iter().map(|version| version.number).collect())
}

#[tokio::test]
async fn published_versions_outlive_their_policy_and_a_draft_does_not() {
    both(async |db| {
        run(&db, async |tx: &mut Tx<'_>| {
            insert_policy(tx, &policy(1, "Accounts")).await?;
            insert_policy(tx, &policy(2, "Never published")).await?;
            assert_eq!(published_version(tx, policy_id(1)).await?, None);
            for number in 1..=3 {
                insert_policy_version(tx, &version(1, number), i64::from(number) * 10).await?;
            }
            let after = find_policy(tx, policy_id(1)).await?.unwrap();
            assert_eq!((after.published, after.published_from), (Some(3), Some(30)));
            let (number, text) = published_version(tx, policy_id(1)).await?.unwrap();
            let said: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!((number, said), (3, version(1, 3).body));
            assert_eq!(list_versions_in_force(tx).await?, [version(1, 3)]);
            assert_eq!(numbers(tx, None, 2).await?, [3, 2]);
            assert_eq!(numbers(tx, Some(2), 2).await?, [1]);
            assert_eq!(find_policy_version(tx, policy_id(1), 2).await?, Some(version(1, 2)));

            assert!(
                delete_policy(tx, policy_id(1), NOW).await? && delete_policy(tx, policy_id(2), NOW).await?
            );
            assert!(!delete_policy(tx, policy_id(1), NOW).await?, "it is deleted once");
            assert_eq!((find_policy(tx, policy_id(1)).await?, count_policies(tx).await?), (None, 0));
            assert_eq!(list_policies(tx, PAGE).await?.items, []);
            assert_eq!(published_version(tx, policy_id(1)).await?, None, "nobody is verified by it any more");
            assert_eq!(list_versions_in_force(tx).await?, []);
            assert!(get_version(tx, policy_id(1), 2).await?.is_some(), "records name it");
            assert_eq!(get_version(tx, policy_id(1), 4).await?, None);
            assert!(has_policies(tx).await?, "there were some");
            // Its name is free again.
            insert_policy(tx, &policy(3, "Accounts")).await
        })
        .await;
        let again =
            db.write(async |tx: &mut Tx<'_>| insert_policy_version(tx, &version(1, 3), 1).await).await;
        assert!(again.is_err(), "a number is given once");
    })
    .await;
}

fn mandate(n: u8, representative: ProfileId, represented: ProfileId) -> Mandate {
    Mandate {
        id: MandateId::from_bytes([n; 16]),
        kind: MandateKind::PowerOfAttorney,
        representative,
        represented,
        granted_by: Some(represented),
        scope: MandateScope::Topics(["balance".to_owned()].into()),
        valid_from: NOW,
        valid_until: Some(NOW.plus(100)),
        created_at: NOW.plus(i64::from(n)),
        created_by: Actor::system(),
        updated_at: NOW,
        revoked_at: None,
        revoked_by: None,
    }
}

fn content(note: &str) -> MandateContent {
    MandateContent {
        documents: vec![MandateDocument { title: Pii::new("Deed"), reference: Some(Pii::new("UR 12/7")) }],
        note: Some(Pii::new(note)),
        revoke_reason: None,
    }
}

fn note(content: Option<MandateContent>) -> Option<String> {
    content?.note.map(|note| note.plain(Purpose::Match).to_owned())
}

#[tokio::test]
async fn a_mandate_reads_back_and_what_is_written_about_it_is_sealed() {
    both(async |db| {
        for n in [1, 2] {
            insert(&db, ann(n), NOW).await;
        }
        run(&db, async |tx: &mut Tx<'_>| {
            let new = mandate(1, id(2), id(1));
            insert_mandate(tx, &vault(), &new, &content("calls on Mondays")).await?;
            assert_eq!(get_mandate(tx, new.id).await?, Some(new.clone()));
            let found = find_content(tx, &vault(), new.id).await?.unwrap();
            assert_eq!(found.documents[0].reference.as_ref().unwrap().plain(Purpose::Match), "UR 12/7");
            assert_eq!(note(Some(found)).as_deref(), Some("calls on Mondays"));
            let changed = Mandate {
                valid_until: Some(NOW.plus(50)),
                revoked_at: Some(NOW.plus(40)),
                revoked_by: Some(Actor::system()),
                updated_at: NOW.plus(7),
                ..new
            };
            assert!(update_mandate(tx, &vault(), &changed, &content("calls no more")).await?);
            assert_eq!(lock_mandate(tx, changed.id).await?, Some(changed.clone()));
            let contents = list_contents(tx, &vault(), &[changed.id, MandateId::from_bytes([9; 16])]).await?;
            assert_eq!(
                contents.into_iter().map(|c| note(Some(c))).collect::<Vec<_>>(),
                [Some("calls no more".to_owned()), None]
            );
            let unknown = mandate(9, id(2), id(1));
            assert!(!update_mandate(tx, &vault(), &unknown, &content("")).await?);
            assert_eq!(
                (get_mandate(tx, unknown.id).await?, lock_mandate(tx, unknown.id).await?),
                (None, None)
            );
            Ok(())
        })
        .await;
        assert!(!is_readable(&db, "calls no more").await && !is_readable(&db, "UR 12/7").await);
    })
    .await;
}

#[tokio::test]
async fn mandates_are_listed_by_person_and_by_how_they_stand() {
    both(async |db| {
        for n in [1, 2, 3] {
            insert(&db, ann(n), NOW).await;
        }
        run(&db, async |tx: &mut Tx<'_>| {
            let all = [
                mandate(1, id(2), id(1)),
                Mandate { valid_until: Some(NOW.plus(5)), ..mandate(2, id(2), id(3)) },
                Mandate { valid_from: NOW.plus(20), valid_until: None, ..mandate(3, id(3), id(1)) },
                mandate(4, id(2), id(1)),
                Mandate {
                    scope: MandateScope::All,
                    granted_by: None,
                    valid_until: None,
                    ..mandate(5, id(2), id(1))
                },
            ];
            for one in &all {
                insert_mandate(tx, &vault(), one, &content("")).await?;
            }
            let by = Some(Actor::system());
            let revoked = Mandate { revoked_at: Some(NOW.plus(10)), revoked_by: by, ..all[3].clone() };
            update_mandate(tx, &vault(), &revoked, &content("")).await?;
            let all = [all[0].clone(), all[1].clone(), all[2].clone(), revoked, all[4].clone()];
            for at in [NOW, NOW.plus(5), NOW.plus(10), NOW.plus(20), NOW.plus(100)] {
                for state in MandateState::ALL {
                    let filter = MandateFilter { state: Some((*state, at)), ..MandateFilter::default() };
                    let found = list_mandates(tx, &filter, PAGE).await?.items;
                    let wanted: Vec<Mandate> =
                        all.iter().rev().filter(|mandate| mandate.state(at) == *state).cloned().collect();
                    assert_eq!(found, wanted, "{state:?} at {at}");
                }
            }
            let of = |represented: Option<u8>, representative: Option<u8>| MandateFilter {
                represented: represented.map(id),
                representative: representative.map(id),
                state: None,
            };
            let about = list_mandates(tx, &of(Some(1), Some(2)), PAGE).await?.items;
            assert_eq!(about, [all[4].clone(), all[3].clone(), all[0].clone()], "newest first");
            assert_eq!(list_mandates_of(tx, id(3)).await?, [all[2].clone()]);
            assert_eq!(
                (count_mandates_about(tx, id(1)).await?, count_mandates_about(tx, id(2)).await?),
                (4, 0)
            );
            let filter = of(Some(1), None);
            let first = list_mandates(tx, &filter, PageRequest { limit: 3, after: None }).await?;
            let rest = list_mandates(tx, &filter, PageRequest { limit: 3, after: first.next }).await?;
            assert_eq!((first.items.len(), rest.items, rest.next), (3, vec![all[0].clone()], None));
            Ok(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn mandates_follow_a_merge_and_come_back_exactly() {
    both(async |db| {
        for n in [1, 2, 3] {
            insert(&db, ann(n), NOW).await;
        }
        run(&db, async |tx: &mut Tx<'_>| {
            // 2 becomes part of 1: once it is represented, once it acts.
            let before = [mandate(1, id(3), id(2)), mandate(2, id(2), id(3))];
            for one in &before {
                insert_mandate(tx, &vault(), one, &content("as it was")).await?;
            }
            assert_eq!(list_linked(tx, id(3)).await?, [id(2)], "in either part, once");
            let journal = merge::move_rows(tx, id(1), id(2), true, NOW).await?;
            let done = Merge {
                id: MergeId::from_bytes([9; 16]),
                into: id(1),
                into_number: 0,
                from: id(2),
                from_number: 0,
                ground: MergeGround::Hand,
                reason: None,
                actor: Actor::system(),
                merged_at: NOW,
                undone_at: None,
                conflicts: Vec::new(),
            };
            merge::insert_merge(tx, &vault(), &done, &journal).await?;
            assert_eq!(list_linked(tx, id(3)).await?, [id(1)]);
            assert_eq!(list_linked(tx, id(1)).await?, [id(3)]);
            let merged = get_mandate(tx, before[0].id).await?.unwrap();
            assert_eq!((merged.represented, merged.granted_by), (id(1), Some(id(1))));
            assert_eq!(list_mandates_of(tx, id(1)).await?[0].id, before[1].id, "the survivor acts");
            assert_eq!(count_mandates_about(tx, id(1)).await?, 1);
            // It is changed under the key that it was sealed with.
            assert!(update_mandate(tx, &vault(), &merged, &content("changed since")).await?);
            assert_eq!(note(find_content(tx, &vault(), merged.id).await?).as_deref(), Some("changed since"));
            merge::move_back(tx, &vault(), &done, &journal, None).await?;
            for one in before {
                assert_eq!(get_mandate(tx, one.id).await?, Some(one));
            }
            assert_eq!(note(find_content(tx, &vault(), merged.id).await?).as_deref(), Some("changed since"));
            Ok(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn x_10_a_mandate_goes_with_any_of_its_people() {
    both(async |db| {
        for n in [1, 2, 3] {
            insert(&db, ann(n), NOW).await;
        }
        run(&db, async |tx: &mut Tx<'_>| {
            for one in [mandate(1, id(2), id(1)), mandate(2, id(1), id(3)), mandate(3, id(2), id(3))] {
                insert_mandate(tx, &vault(), &one, &content("")).await?;
            }
            Ok(())
        })
        .await;
        run(&db, async |tx: &mut Tx<'_>| {
            erasure::erase_profile(tx, &vault(), id(1), Timestamp::from_micros(2)).await
        })
        .await
        .unwrap();
        let left =
            run(&db, async |tx: &mut Tx<'_>| list_mandates(tx, &MandateFilter::default(), PAGE).await).await;
        assert_eq!(left.items, [mandate(3, id(2), id(3))]);
    })
    .await;
}
