//! Searches of an engagement among as many customers as a large company has, through the real server.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign_blackbox::{Client, Home, World};
use countersign_identity::identifier::{Normalised, normalise_email, normalise_external_id, normalise_phone};
use countersign_store::identifier::Keyed;
use countersign_store::profile::{NewProfile, insert_profile, set_attributes};
use countersign_store::{Db, DbOptions, StoreError, Tx, Vault, args, setting, value_token};
use countersign_types::pii::{Kind, Pii};
use countersign_types::profile::{ProfileKind, Source};
use countersign_types::{AttributeId, ProfileId, Timestamp};
use serde_json::{Value, json};

use super::desk::{Desk, Talk};
use super::people::{FAMILY, Person, mixed};
use crate::Plan;
use crate::load::percentile;
use crate::report::{Line, Report};

/// Customers of a small company, beside whom many are measured.
const FEW: u64 = 1_000;
/// Customers that are made in one transaction.
const CHUNK: u64 = 25_000;
/// Searches under way at once.
const AT_ONCE: usize = 2;
/// Engagements of each of these in which searches are measured, and before that.
const ROUNDS: usize = 60;
const WARMING: usize = 5;
/// The most that a search may take, 99 times of 100.
const GOAL: f64 = 50.0;
/// 2025-01-01, microseconds, and what lies between two customers.
const BEGUN: i64 = 1_735_689_600_000_000;
const APART: i64 = 10_000_000;

/// A way to search.
struct Manner {
    name: &'static str,
    /// Whether whoever is meant must be among those who are found; fifty are, at most.
    is_certain: bool,
    body: fn(&Person, u64) -> Value,
}

/// The first of [`MANNERS`]: how agents search for whoever calls.
const USUAL: usize = 8;
/// Ways to search; those after the usual ones find thousands.
const MANNERS: [Manner; USUAL + 2] = [
    Manner { name: "whole name", is_certain: false, body: |person, _| query(&person.name()) },
    Manner { name: "family name", is_certain: false, body: |person, _| query(&person.family) },
    Manner { name: "phone", is_certain: true, body: |person, _| query(&person.phone) },
    Manner { name: "e-mail", is_certain: true, body: |person, _| query(&person.email) },
    Manner { name: "external id", is_certain: true, body: |person, _| query(&person.external_id) },
    Manner {
        name: "contract",
        is_certain: true,
        body: |person, _| json!({ "search": 1, "fields": { "contract": person.contract } }),
    },
    Manner {
        name: "contract as a keyword",
        is_certain: true,
        body: |person, _| json!({ "search": 1, "query": person.contract }),
    },
    Manner {
        name: "name and phone",
        is_certain: true,
        body: |person, _| json!({ "search": 0, "fields": { "name": person.name(), "phone": person.phone } }),
    },
    Manner {
        name: "one of the commonest family names",
        is_certain: false,
        body: |_, n| query(FAMILY[n as usize % FAMILY.len()]),
    },
    Manner {
        name: "three letters of a family name",
        is_certain: false,
        body: |person, _| query(&person.family.chars().take(3).collect::<String>()),
    },
];

fn query(text: &str) -> Value {
    json!({ "search": 0, "query": text })
}

/// Searches of each kind among few customers, and among many.
pub(super) async fn run(plan: &Plan, report: &mut Report) {
    let directory = tempfile::tempdir().expect("a directory");
    let mut world = World::start_in(Home::Sqlite, 1, directory.path(), |launch| launch).await;
    let desk = Arc::new(Desk::new(&world).await);
    let (mut figures, mut there) = (Vec::new(), 0);
    for people in [FEW, plan.identifiers.max(FEW)] {
        world.servers[0].terminate();
        world.servers[0].ended(Duration::from_secs(20)).await;
        fill(directory.path(), &desk, there..people).await;
        there = people;
        world.servers[0].start_again().await;
        figures.push(measured(&world, &desk, people).await);
    }
    let [few, many] = &figures[..] else { return };
    let (usual, among_few) = (joined(&many[..USUAL]), joined(&few[..USUAL]));
    let mut size = format!(
        "{there} customers, {} searches, {AT_ONCE} at once, SQLite; p50 {:.2} ms; p99 each:",
        usual.len(),
        percentile(&usual, 0.5)
    );
    for (manner, took) in MANNERS[..USUAL].iter().zip(many) {
        let _ = write!(size, " {} {:.1},", manner.name, percentile(took, 0.99));
    }
    let p99 = percentile(&usual, 0.99);
    report.add(
        Line::new("search of a verification, p99", "ms", p99, size.trim_end_matches(','))
            .peer(format!("among {FEW} customers"), Some(percentile(&among_few, 0.99)))
            .goal("≤ 50 ms", p99 <= GOAL),
    );
    for (n, manner) in MANNERS.iter().enumerate().skip(USUAL) {
        let p99 = percentile(&many[n], 0.99);
        let size = format!("{} searches; p50 {:.2} ms", many[n].len(), percentile(&many[n], 0.5));
        report.add(
            Line::new(format!("… by {}, p99", manner.name), "ms", p99, size)
                .peer(format!("among {FEW} customers"), Some(percentile(&few[n], 0.99)))
                .goal("≤ 50 ms", p99 <= GOAL),
        );
    }
}

/// All of these, sorted.
fn joined(took: &[Vec<Duration>]) -> Vec<Duration> {
    let mut all = took.concat();
    all.sort_unstable();
    all
}

/// What searches take, of each kind, sorted.
async fn measured(world: &World, desk: &Arc<Desk>, people: u64) -> Vec<Vec<Duration>> {
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|task| {
            let (mut client, desk) = (desk.client(world, task), desk.clone());
            tokio::spawn(async move {
                let mut all: Vec<Vec<Duration>> = vec![Vec::new(); MANNERS.len()];
                for round in 0..WARMING + ROUNDS {
                    let took = searched(&desk, &mut client, people, (round * AT_ONCE + task) as u64).await;
                    if round >= WARMING {
                        all.iter_mut().zip(took).for_each(|(all, took)| all.push(took));
                    }
                }
                all
            })
        })
        .collect();
    let mut all: Vec<Vec<Duration>> = vec![Vec::new(); MANNERS.len()];
    for task in tasks {
        let took = task.await.expect("no search fails");
        all.iter_mut().zip(took).for_each(|(all, took)| all.extend(took));
    }
    all.iter_mut().for_each(|took| took.sort_unstable());
    all
}

/// An engagement in which somebody is searched for in every way; what each search took.
async fn searched(desk: &Desk, client: &mut Client, people: u64, n: u64) -> Vec<Duration> {
    let who = mixed(n) % people;
    let (person, id) = (Person::of(who), profile_id(who).to_string());
    let mut talk = Talk::open(desk, client).await;
    talk.begin().await;
    let mut took = Vec::with_capacity(MANNERS.len());
    for manner in &MANNERS {
        let body = (manner.body)(&person, n);
        let since = Instant::now();
        let found = talk.search(body).await;
        took.push(since.elapsed());
        let is_found = found.contains(&id) || (!manner.is_certain && !found.is_empty());
        // The commonest names may be nobody's in a small company.
        let may_miss = manner.name.starts_with("one of") && people <= FEW;
        assert!(is_found || may_miss, "customer {who} is not found by {}: {found:?}", manner.name);
    }
    took
}

/// When a customer became one.
const fn at(n: u64) -> Timestamp {
    Timestamp::from_micros(BEGUN + APART * n as i64)
}

/// The id of a customer: rising, as the server's.
fn profile_id(n: u64) -> ProfileId {
    let millis = (at(n).as_micros() / 1_000) as u64;
    let mut bytes = [0_u8; 16];
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    bytes[6..14].copy_from_slice(&mixed(n).to_be_bytes());
    (bytes[6], bytes[8]) = (0x70 | (bytes[6] & 0x0f), 0x80 | (bytes[8] & 0x3f));
    ProfileId::from_bytes(bytes)
}

/// Writes customers into the file of a server that is stopped, as the server writes them.
async fn fill(directory: &Path, desk: &Desk, people: Range<u64>) {
    let key = std::fs::read(directory.join("server-0/keys/master.key")).expect("a master key");
    let key: [u8; 32] = key.try_into().expect("32 bytes");
    let vault = Vault::new(&key);
    let path = directory.join("server-0/countersign.db");
    let db = Db::open(&DbOptions::new(format!("sqlite:{}", path.display()))).await.expect("its file");
    let (attributes, of_all) = ((desk.birth_date, desk.contract), vault.clone());
    db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        // What is written again and again stays in memory: keyed hashes have no order.
        tx.execute("PRAGMA cache_size = -1048576", args![]).await?;
        value_token::mark_searched(tx, "contract").await?;
        while value_token::index_values(tx, &of_all, 1_000).await? {}
        Ok(())
    })
    .await
    .expect("contracts are searched by");
    let since = Instant::now();
    for from in (people.start..people.end).step_by(CHUNK as usize) {
        let (until, vault) = ((from + CHUNK).min(people.end), vault.clone());
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            for n in from..until {
                insert(tx, &vault, attributes, n).await?;
            }
            Ok(())
        })
        .await
        .expect("customers are written");
        if (until / CHUNK).is_multiple_of(4) {
            eprintln!("{until} customers after {:.0} s", since.elapsed().as_secs_f64());
        }
    }
    let last = at(people.end);
    db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        // Who of them may be one person is a job's work of hours, which is not measured here.
        let looked = json!({ "at": last.as_micros(), "id": "f".repeat(32) });
        setting::update_setting(tx, "unification_looked", &looked, last).await
    })
    .await
    .expect("the job has nothing to do");
    db.close().await;
}

async fn insert(
    tx: &mut Tx<'_>,
    vault: &Vault,
    (birth_date, contract): (AttributeId, AttributeId),
    n: u64,
) -> Result<(), StoreError> {
    let (person, id, now) = (Person::of(n), profile_id(n), at(n));
    let new = NewProfile {
        id,
        kind: ProfileKind::Person,
        is_anonymous: false,
        name: Some(Pii::new(person.name())),
        email: Some(keyed(normalise_email(&person.email))),
        phone: Some(keyed(normalise_phone(&person.phone, None))),
        external_id: Some(keyed(normalise_external_id(&person.external_id))),
        language: None,
        source: Source::Api,
    };
    insert_profile(tx, vault, &new, now).await?;
    let values =
        [(birth_date, Some(Value::from(person.birth_date))), (contract, Some(Value::from(person.contract)))];
    set_attributes(tx, vault, id, &values, Source::Api, now).await?;
    Ok(())
}

fn keyed<K: Kind, E: std::fmt::Debug>(found: Result<Normalised, E>) -> Keyed<K> {
    let found = found.expect("it is well formed");
    Keyed::new(found.value, found.key)
}
