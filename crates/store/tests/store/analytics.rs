//! Facts and their sums, on both databases.

use std::collections::BTreeMap;

use countersign_store::analytics::{
    NO_ITEM, claim_first_reply, claim_resolved, count_open_suggestions, find_counted_since, fold_facts,
    has_facts, insert_fact, is_answered_by_rules_alone, list_counted, list_names, list_sums, update_begun,
    update_identified,
};
use countersign_store::habit::{list_labels, list_said};
use countersign_store::testing::{TestDb, both};
use countersign_store::{Arg, StoreError, Tx, args};
use countersign_types::analytics::{Dimension, Fact, Metric, Sum};
use countersign_types::message::Direction;
use countersign_types::{AccountId, Assurance, CaseId, ChannelId, GroupId, Timestamp, UserId};

fn id(n: u64) -> [u8; 16] {
    let mut id = [9; 16];
    id[8..].copy_from_slice(&n.to_be_bytes());
    id
}

/// A small generator, so that a failure can be repeated.
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

fn any_fact(seed: &mut u64) -> Fact {
    let metric = Metric::ALL[next(seed) as usize % Metric::ALL.len()];
    Fact {
        day: Some(20_600 + (next(seed) % 7) as i64),
        word: ["", "al1", "expired"][next(seed) as usize % 3].to_owned(),
        channel: (!next(seed).is_multiple_of(3)).then(|| ChannelId::from_bytes(id(100 + next(seed) % 2))),
        group: (!next(seed).is_multiple_of(2)).then(|| GroupId::from_bytes(id(200))),
        agent: (!next(seed).is_multiple_of(3)).then(|| UserId::from_bytes(id(300 + next(seed) % 3))),
        amount: if next(seed).is_multiple_of(5) { -1 } else { 1 },
        bucket: (next(seed) % 4) as i64 - 1,
        ..Fact::of(metric)
    }
}

async fn sums(db: &TestDb, dimension: Dimension, days: (i64, i64)) -> BTreeMap<String, i64> {
    let listed = db
        .read(async move |tx: &mut Tx<'_>| -> Result<Vec<Sum>, StoreError> {
            list_sums(tx, dimension, Metric::ALL, days).await
        })
        .await
        .unwrap();
    let count = listed.len();
    let by_key: BTreeMap<String, i64> = listed
        .into_iter()
        .map(|s| (format!("{} {:?} {} {} {}", s.day, s.item, s.metric.as_str(), s.word, s.bucket), s.amount))
        .collect();
    assert_eq!(by_key.len(), count, "each key once");
    by_key
}

/// The same by going through the facts, slowly.
fn recount(facts: &[Fact], dimension: Dimension, (from, to): (i64, i64)) -> BTreeMap<String, i64> {
    let mut all = BTreeMap::new();
    for fact in facts {
        let day = fact.day.unwrap();
        if day < from || day >= to || !fact.metric.dimensions().contains(&dimension) {
            continue;
        }
        let item = match dimension {
            Dimension::All => None,
            Dimension::Channel => fact.channel.map(|id| id.to_bytes()),
            Dimension::Group => fact.group.map(|id| id.to_bytes()),
            Dimension::Agent => fact.agent.map(|id| id.to_bytes()),
        };
        let day = if dimension == Dimension::All { day } else { 0 };
        let item = item.unwrap_or(NO_ITEM);
        let key = format!("{day} {item:?} {} {} {}", fact.metric.as_str(), fact.word, fact.bucket);
        *all.entry(key).or_insert(0) += fact.amount;
    }
    all
}

#[tokio::test]
async fn sums_are_those_of_the_facts_before_while_and_after_they_are_folded() {
    both(async |db| {
        let mut seed = 7;
        let mut facts = Vec::new();
        for round in 0..4_u64 {
            let more: Vec<Fact> = (0..90).map(|_| any_fact(&mut seed)).collect();
            let adding = more.clone();
            db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
                for (n, fact) in adding.iter().enumerate() {
                    insert_fact(tx, id(round * 1_000 + n as u64), fact, fact.day.unwrap()).await?;
                }
                Ok(())
            })
            .await
            .unwrap();
            facts.extend(more);
            // A part only: what is read lies in both tables.
            let fold = async |tx: &mut Tx<'_>| -> Result<usize, StoreError> { fold_facts(tx, 60).await };
            assert_eq!(db.write(fold).await.unwrap(), 60);
            for dimension in Dimension::ALL {
                for days in [(20_600, 20_607), (20_602, 20_603), (20_603, 20_607), (20_607, 20_700)] {
                    // Metrics without this dimension are never asked for by it; the store does not count them either.
                    let found = sums(&db, *dimension, days).await;
                    let wanted = recount(&facts, *dimension, days);
                    for (key, amount) in &wanted {
                        assert_eq!(found.get(key), Some(amount), "{dimension:?} {days:?} {key}");
                    }
                    if *dimension == Dimension::All {
                        assert_eq!(found, wanted);
                    }
                }
            }
        }
        let all = async |tx: &mut Tx<'_>| -> Result<(usize, bool, usize), StoreError> {
            let folded = fold_facts(tx, 2_000).await?;
            Ok((folded, has_facts(tx).await?, fold_facts(tx, 2_000).await?))
        };
        assert_eq!(db.write(all).await.unwrap(), (120, false, 0));
        for dimension in Dimension::ALL {
            assert_eq!(sums(&db, *dimension, (0, 99_999)).await, recount(&facts, *dimension, (0, 99_999)));
        }
    })
    .await;
}

/// Facts come while others are folded, on two servers: nothing is lost and nothing counted twice.
#[tokio::test]
async fn two_servers_fold_and_count_at_once() {
    let db = TestDb::postgres().await;
    let other = db.another_server().await;
    let counting = |db: countersign_store::Db, base: u64| async move {
        for n in 0..150_u64 {
            let add = async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
                let channel = ChannelId::from_bytes(id(1));
                insert_fact(tx, id(base + n), &Fact::of(Metric::Begun).on(channel), 20_600 + (n % 2) as i64)
                    .await
            };
            db.write(add).await.unwrap();
            if n % 5 == 0 {
                let fold = async |tx: &mut Tx<'_>| -> Result<usize, StoreError> { fold_facts(tx, 50).await };
                db.write(fold).await.unwrap();
            }
        }
    };
    tokio::join!(counting((*db).clone(), 0), counting(other, 1_000));
    let total: i64 = sums(&db, Dimension::All, (20_600, 20_602)).await.values().sum();
    let by_channel: i64 = sums(&db, Dimension::Channel, (20_600, 20_602)).await.values().sum();
    assert_eq!((total, by_channel), (300, 300));
}

#[tokio::test]
async fn since_when_is_counted_is_when_the_tables_came() {
    both(async |db| {
        let since = async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
            let at =
                tx.fetch_one("SELECT applied_at FROM schema_migration WHERE version = 18", args![], |row| {
                    row.i64(0)
                });
            Ok((at.await?, find_counted_since(tx).await?))
        };
        let (applied, since) = db.read(since).await.unwrap();
        assert_eq!(since.map(|at| at.as_micros()), Some(applied));
    })
    .await;
}

#[tokio::test]
async fn a_conversation_is_counted_once_and_only_where_its_beginning_was() {
    both(async |db| {
        crate::erasure::channel(&db).await;
        crate::profile::insert(&db, crate::profile::ann(1), crate::profile::NOW).await;
        crate::erasure::everything_of(&db, 2, crate::profile::id(1)).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let (case, account) = (CaseId::from_bytes([2; 16]), AccountId::from_bytes([102; 16]));
            let now = crate::profile::NOW.plus(60);
            assert!(list_counted(tx, account).await?.is_empty());
            assert_eq!(claim_first_reply(tx, case, now).await?, None, "it began before anything was counted");
            update_begun(tx, case, 20_600).await?;
            update_identified(tx, case, Assurance::Al3).await?;
            let counted = list_counted(tx, account).await?;
            assert_eq!(
                (counted.len(), counted[0].day, counted[0].level),
                (1, 20_600, Assurance::Al3.as_i64())
            );
            let began = Some(crate::profile::NOW);
            assert_eq!(
                (claim_first_reply(tx, case, now).await?, claim_first_reply(tx, case, now).await?),
                (began, None)
            );
            assert_eq!(
                (claim_resolved(tx, case, now).await?, claim_resolved(tx, case, now).await?),
                (began, None)
            );
            assert_eq!(count_open_suggestions(tx).await?, 0);
            let names = list_names(tx, Dimension::Channel, &[[77; 16], [78; 16]]).await?;
            assert_eq!(names, BTreeMap::from([([77; 16], "c".to_owned())]));
            assert!(list_names(tx, Dimension::All, &[[77; 16]]).await?.is_empty());
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn habits_are_read_from_what_people_said_and_rules_alone_is_nobody_else() {
    both(async |db| {
        crate::erasure::channel(&db).await;
        crate::profile::insert(&db, crate::profile::ann(1), crate::profile::NOW).await;
        crate::erasure::everything_of(&db, 2, crate::profile::id(1)).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let (case, channel, person) = ([2u8; 16], [77u8; 16], crate::profile::id(1));
            let say = "INSERT INTO message (id, case_id, channel_id, provider_id, direction, kind, author_kind, text_sealed,
                                            assurance, received_at, is_automatic)
                       VALUES ($1, $2, $3, NULL, 'outbound', 'reply', $4, $5, 0, $6, $7)";
            assert!(!is_answered_by_rules_alone(tx, CaseId::from_bytes(case)).await?);
            tx.execute(say, args![[50u8; 16], case, channel, "rule", vec![1u8], 5_i64, true]).await?;
            assert!(is_answered_by_rules_alone(tx, CaseId::from_bytes(case)).await?);
            tx.execute(say, args![[51u8; 16], case, channel, "user", vec![1u8], 9_i64, false]).await?;
            assert!(!is_answered_by_rules_alone(tx, CaseId::from_bytes(case)).await?);
            let said = list_said(tx, person, Timestamp::from_micros(0), 9).await?;
            let said: Vec<_> = said.iter().map(|one| (one.at.as_micros(), one.direction)).collect();
            assert_eq!(said, [(9, Direction::Outbound), (1, Direction::Inbound)], "newest first, without what rules said");
            assert_eq!(list_said(tx, person, Timestamp::from_micros(2), 9).await?.len(), 1);
            assert_eq!(list_said(tx, person, Timestamp::from_micros(0), 1).await?.len(), 1);
            tx.execute("UPDATE support_case SET labels = $1", args![Arg::json("[\"card\"]")]).await?;
            let labels = list_labels(tx, person, Timestamp::from_micros(0), 9).await?;
            assert_eq!(labels, [vec!["card".to_owned()]]);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}
