//! Who is compared with whom, and how much a comparison says.

use std::collections::BTreeSet;

use countersign_identity::unify::block::each_key;
use countersign_identity::unify::score::{Prepared, Record, SUGGEST_MIN, score, total};

fn ann() -> Record {
    Record {
        name: Some("Anneliese Löwenstein".into()),
        birth_date: Some("1984-03-17".into()),
        address: Some("12 Rossmarkt".into()),
        post_code: Some("60311".into()),
        town: Some("Frankfurt".into()),
        ..Record::default()
    }
}

fn keys(record: &Record) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    each_key(&Prepared::of(record), |key| {
        keys.insert(key.to_owned());
    });
    keys
}

fn meet(a: &Record, b: &Record) -> bool {
    !keys(a).is_disjoint(&keys(b))
}

#[test]
fn two_records_of_one_person_meet_whatever_one_thing_is_wrong() {
    let one = |change: &dyn Fn(&mut Record)| {
        let mut other = ann();
        change(&mut other);
        other
    };
    for other in [
        one(&|r| r.name = Some("Loewenstein, Anneliese".into())),
        one(&|r| r.name = Some("Anelise Lövenstein".into())),
        one(&|r| r.name = None),
        one(&|r| r.birth_date = Some("1948-03-17".into())),
        one(&|r| r.birth_date = None),
        one(&|r| (r.address, r.post_code, r.town) = (Some("5 Hauptstr.".into()), None, None)),
        one(&|r| (r.name, r.birth_date) = (Some("A. Loewenstein".into()), None)),
    ] {
        assert!(meet(&ann(), &other), "{:?} {:?}", other.name, other.birth_date);
        assert!(score(&ann(), &other).total > SUGGEST_MIN, "{:?} {:?}", other.name, other.birth_date);
    }
}

#[test]
fn x_11_no_key_is_of_one_thing_alone() {
    let alone = [
        Record { name: ann().name.map(|_| "Anneliese".into()), ..Record::default() },
        Record { birth_date: ann().birth_date, ..Record::default() },
        Record { address: ann().address, ..Record::default() },
        Record { post_code: ann().post_code, ..Record::default() },
        Record { town: ann().town, ..Record::default() },
        Record { emails: vec!["ann@example.org".into()], ..Record::default() },
    ];
    for record in &alone {
        assert_eq!(keys(record), BTreeSet::new());
    }
    let stranger = Record {
        name: Some("Bob Meyer".into()),
        birth_date: Some("1971-03-02".into()),
        address: Some("3 Marktgasse".into()),
        post_code: Some("80331".into()),
        town: Some("München".into()),
        ..Record::default()
    };
    assert!(!meet(&ann(), &stranger));
    assert!(keys(&ann()).len() > 10);
}

#[test]
fn a_whole_name_says_more_than_a_word_and_never_enough_alone() {
    let named = |name: &str| Record { name: Some(name.into()), ..Record::default() };
    let of = |a: &str, b: &str| score(&named(a), &named(b)).total;
    let whole = of("Ann Meyer", "MEYER Ann");
    assert!(whole < SUGGEST_MIN && whole > of("Meyer", "Meyer"));
    assert!(of("Meyer", "Meyer") > of("Ann Meyer", "Bob Meyer"));
    assert!(of("Ann Meyer", "Bob Schulz") < 0.0);
}

#[test]
fn another_house_in_the_same_street_says_less_than_a_slip_and_more_than_another_street() {
    let lives = |at: &str| Record { address: Some(at.into()), ..Record::default() };
    let of = |a: &str, b: &str| score(&lives(a), &lives(b)).total;
    let (same, slip) = (of("58 Andrea Place", "58, andrea place"), of("58 Andrea Place", "58 Andrae Place"));
    let (next, other) = (of("58 Andrea Place", "114 Andrea Palce"), of("58 Andrea Place", "58 Hill Road"));
    assert!(same > slip && slip > next && next > 0.0 && other < 0.0, "{same} {slip} {next} {other}");
}

#[test]
fn the_sum_is_the_same_with_reasons_and_without() {
    let other = Record { town: Some("Franfurt".into()), post_code: Some("60313".into()), ..ann() };
    let with_reasons = score(&ann(), &other);
    assert!((with_reasons.total - total(&Prepared::of(&ann()), &Prepared::of(&other))).abs() < 1e-9);
    assert_eq!(with_reasons.reasons.len(), 5);
}
