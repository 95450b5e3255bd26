//! Links between identifiers of many customers, durable, on the embedded database: two identifiers turn out to be one
//! person's, beside relabelling every row that names the one.
//!
//! Ours is what a merge does to rows (`store::merge::move_rows`): accounts, links and evidence move, the profile points at
//! its survivor, identifiers and events stay. Both find the two by their identifiers first, in the same operation, on
//! copies of one database. What a merge does besides (the sheet, the journal, audit and events) is the same either way
//! and is left out of both.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use countersign_store::{Db, DbOptions, StoreError, Tx, args, identifier, merge};
use countersign_types::profile::IdentifierKind;
use countersign_types::{ProfileId, Timestamp};

use crate::Plan;
use crate::report::{Line, Report};

/// Identifiers of a profile, and events on its timeline; an account each as well.
const IDENTIFIERS: u64 = 2;
const EVENTS: u64 = 6;
/// Profiles that turn out to be one person, by three links: two pairs, then one of both.
const PERSON: u64 = 4;
const LINKS: [(u64, u64); 3] = [(0, 1), (2, 3), (0, 2)];
const WRITERS: usize = 64;
/// Profiles that are made in one transaction.
const CHUNK: u64 = 20_000;
const CHANNEL: [u8; 16] = [7; 16];
const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

/// The figure of both.
pub(crate) async fn run(plan: &Plan, report: &mut Report) {
    let profiles = (plan.identifiers / IDENTIFIERS / PERSON).max(1) * PERSON;
    let directory = tempfile::tempdir().expect("a directory");
    let (first, second) = (directory.path().join("ours.db"), directory.path().join("naive.db"));
    let db = open(&first).await;
    populate(&db, profiles).await;
    db.close().await;
    std::fs::copy(&first, &second).expect("the database is copied");
    assert!(!first.with_extension("db-wal").exists(), "all of it is in the one file");
    let (naive, naive_count) = linked(plan, &second, profiles, false).await;
    let (ours, count) = linked(plan, &first, profiles, true).await;
    let size = format!(
        "{} identifiers of {profiles} profiles, {EVENTS} events each; {count} and {naive_count} links, {WRITERS} writers",
        profiles * IDENTIFIERS,
    );
    report.add(
        Line::new("links between identifiers, SQLite, durable", "/cpu-s", ours, size)
            .peer("relabelling every row", Some(naive))
            .goal("≥ 2.5 x", ours >= 2.5 * naive),
    );
}

async fn open(path: &Path) -> Db {
    let options = DbOptions::new(format!("sqlite:{}", path.display()));
    let db = Db::open(&options).await.expect("the database opens");
    db.migrate(NOW.as_micros()).await.expect("the database migrates");
    db
}

/// The number that stands for `n` in keys: each once, in no order.
const fn scattered(n: u64) -> u64 {
    n.wrapping_mul(2_654_435_761) % (1 << 32)
}

/// The blind index of one of a profile's addresses, as [`populate`] writes it.
fn hash(profile: u64) -> [u8; 32] {
    let digits = format!("{:032}", scattered(profile));
    digits.as_bytes().try_into().expect("32 digits")
}

/// Profiles with identifiers, accounts and events, written as fast as SQLite makes rows.
async fn populate(db: &Db, profiles: u64) {
    let write = async |from: u64, until: u64| {
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            if from == 0 {
                let sql = "INSERT INTO channel (id, kind, name, state, config, created_at, updated_at)
                           VALUES ($1, 'custom', 'c', 'active', '{}', 1, 1)";
                tx.execute(sql, args![CHANNEL]).await?;
            }
            let numbers = "WITH RECURSIVE number (n) AS (SELECT $1 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < $2)";
            let id = |table: u64, column: &str| format!("CAST(printf('%015d{table}', {column}) AS BLOB)");
            let (profile, key) = (id(0, "n"), "CAST(printf('%032d', n * 2654435761 % 4294967296) AS BLOB)");
            let rows = [
                format!(
                    "INSERT INTO profile (id, number, kind, state, is_anonymous, created_at, updated_at)
                     {numbers} SELECT {profile}, n, 'person', 'active', 0, n, n FROM number"
                ),
                format!(
                    "INSERT INTO channel_account (id, channel_id, user_hash, user_sealed, profile_id, home_profile_id,
                                                  created_at, updated_at)
                     {numbers} SELECT {}, X'{}', {key}, zeroblob(40), {profile}, {profile}, n, n FROM number",
                    id(1, "n"),
                    "07".repeat(16),
                ),
            ];
            for sql in rows {
                tx.execute(&sql, args![from as i64, until as i64]).await?;
            }
            for (one, kind) in (0..IDENTIFIERS).zip(["email", "phone"]) {
                let sql = format!(
                    "INSERT INTO identifier (id, profile_id, kind, key_hash, value_sealed, is_proved, source, recorded_at)
                     {numbers} SELECT {}, {profile}, '{kind}', {key}, zeroblob(48), 1, 'api', n FROM number",
                    id(one + 2, "n"),
                );
                tx.execute(&sql, args![from as i64, until as i64]).await?;
            }
            for event in 0..EVENTS {
                let sql = format!(
                    "INSERT INTO event (id, kind, at, actor_kind, actor_id, actor_name, profile_id, details)
                     {numbers} SELECT {}, 'profile.updated', n + {event}, 'system', '', '', {profile}, '{{}}' FROM number",
                    id(0, &format!("n * {EVENTS} + {event}")),
                );
                tx.execute(&sql, args![from as i64, until as i64]).await?;
            }
            Ok(())
        })
        .await
        .expect("the rows are written");
    };
    for from in (0..profiles).step_by(CHUNK as usize) {
        write(from, (from + CHUNK).min(profiles)).await;
    }
}

/// Links until the time is over or all are linked: links a second of this process's time, and how many.
async fn linked(plan: &Plan, path: &Path, profiles: u64, is_ours: bool) -> (f64, u64) {
    let db = Arc::new(open(path).await);
    let (next, done) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let (before, since, time) = (processor_secs(), Instant::now(), plan.time * 2);
    let tasks: Vec<_> = (0..WRITERS)
        .map(|_| {
            let (db, next, done) = (db.clone(), next.clone(), done.clone());
            tokio::spawn(async move {
                while since.elapsed() < time {
                    // Persons in no order, as they come.
                    let person = next.fetch_add(1, Ordering::Relaxed);
                    if person >= profiles / PERSON {
                        return;
                    }
                    let person = person * 7_919 % (profiles / PERSON);
                    for (a, b) in LINKS {
                        let (a, b) = (hash(person * PERSON + a), hash(person * PERSON + b));
                        db.write(async move |tx: &mut Tx<'_>| one(tx, a, b, is_ours).await)
                            .await
                            .expect("the link is durable");
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no writer fails");
    }
    let (count, took) = (done.load(Ordering::Relaxed), processor_secs() - before);
    db.close().await;
    (count as f64 / took, count)
}

/// Makes the two who carry these addresses one.
async fn one(tx: &mut Tx<'_>, a: [u8; 32], b: [u8; 32], is_ours: bool) -> Result<(), StoreError> {
    if is_ours {
        let a = identifier::find_by_hash(tx, IdentifierKind::Email, a, false).await?[0];
        let b = identifier::find_by_hash(tx, IdentifierKind::Email, b, false).await?[0];
        merge::move_rows(tx, a, b, true, NOW).await?;
        return Ok(());
    }
    let (a, b) = (labelled(tx, a).await?, labelled(tx, b).await?);
    for table in ["identifier", "channel_account", "link", "evidence", "event", "identification_code"] {
        let sql = format!("UPDATE {table} SET profile_id = $2 WHERE profile_id = $1");
        tx.execute(&sql, args![b, a]).await?;
    }
    Ok(())
}

async fn labelled(tx: &mut Tx<'_>, hash: [u8; 32]) -> Result<ProfileId, StoreError> {
    let sql = "SELECT profile_id FROM identifier WHERE kind = 'email' AND key_hash = $1";
    tx.fetch_one(sql, args![hash], |row| Ok(ProfileId::from_bytes(row.uuid(0)?.into_bytes()))).await
}

/// Processor time of this process, user and system, all threads.
fn processor_secs() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}
