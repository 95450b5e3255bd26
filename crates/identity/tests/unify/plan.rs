//! Which value wins, and that claims stay claims.

use countersign_identity::unify::plan::{Seniority, plan};
use countersign_identity::unify::score::{Record, SUGGEST_MIN, score};
use countersign_types::merge::{Cell, Held, Sheet};
use countersign_types::pii::{Pii, Purpose};
use countersign_types::profile::IdentifierKind;
use countersign_types::{Assurance, AttributeId, Timestamp};

const NOW: Timestamp = Timestamp::from_micros(1_000);

pub(crate) fn held(value: &str, source: &str, is_proved: bool, at: i64) -> Held {
    Held { value: Pii::new(value), source: source.to_owned(), is_proved, at: Timestamp::from_micros(at) }
}

fn sheet(cells: &[(Cell, Held)]) -> Sheet {
    cells.iter().cloned().collect()
}

fn after(plan: &countersign_identity::unify::plan::Plan, cell: Cell) -> Option<&str> {
    plan.cells.get(&cell)?.after.as_ref().map(|held| held.value.plain(Purpose::Match))
}

#[test]
fn evidence_wins_then_recency_then_the_survivor_and_every_conflict_is_named() {
    let tariff = Cell::Attribute(AttributeId::from_bytes([1; 16]));
    let town = Cell::Attribute(AttributeId::from_bytes([2; 16]));
    let mine = sheet(&[
        (Cell::Name, held("Ann", "", true, 0)),
        (Cell::Email, held("ann@a.example", "agent", true, 9)),
        (tariff, held("\"vip\"", "api", true, 1)),
        (town, held("\"Bonn\"", "plain_widget", false, 9)),
    ]);
    let theirs = sheet(&[
        (Cell::Name, held("Anna", "", true, 0)),
        (Cell::Email, held("ann@b.example", "api", true, 1)),
        (Cell::Phone, held("+4930901820", "api", true, 1)),
        (tariff, held("\"basic\"", "api", true, 2)),
        (town, held("\"Berlin\"", "api", true, 1)),
    ]);
    let planned = plan(&mine, &theirs, NOW);
    assert_eq!(after(&planned, Cell::Name), None, "nobody recorded who said it: the survivor's stays");
    assert_eq!(after(&planned, Cell::Email), Some("ann@b.example"), "a system's word before a colleague's");
    assert_eq!(after(&planned, Cell::Phone), Some("+4930901820"), "a gap is filled");
    assert_eq!(after(&planned, tariff), Some("\"basic\""), "the later of two equal words");
    assert_eq!(after(&planned, town), Some("\"Berlin\""), "proved before claimed");
    let conflicts: Vec<(Cell, bool)> = planned.conflicts.iter().map(|c| (c.cell, c.survivor_wins)).collect();
    assert_eq!(conflicts, [(Cell::Name, true), (Cell::Email, false), (tariff, false), (town, false)]);
}

#[test]
fn p_4_claims_are_not_promoted_and_a_block_is_not_washed_away() {
    let key = Cell::Identifier(IdentifierKind::Email, [7; 32]);
    let mine = sheet(&[(Cell::State, held("active", "", true, 0))]);
    let theirs = sheet(&[
        (Cell::State, held("blocked", "", true, 0)),
        (Cell::ClaimedEmail, held("x@a.example", "", false, 0)),
        (key, held("x@a.example", "channel", false, 0)),
    ]);
    let planned = plan(&mine, &theirs, NOW);
    assert_eq!(after(&planned, Cell::Email), None);
    assert_eq!(after(&planned, Cell::ClaimedEmail), Some("x@a.example"));
    assert!(!planned.cells[&key].after.as_ref().unwrap().is_proved);
    assert_eq!(after(&planned, Cell::State), Some("blocked"));
}

#[test]
fn p_2_at_most_ten_identifiers_of_a_kind_the_best_first() {
    let many = |n: u8, source: &str, is_proved| -> Sheet {
        (0..n)
            .map(|i| {
                (Cell::Identifier(IdentifierKind::Phone, [i; 32]), held("x", source, is_proved, i.into()))
            })
            .collect()
    };
    let mut theirs = many(14, "channel", false);
    theirs.insert(Cell::Identifier(IdentifierKind::Phone, [99; 32]), held("x", "api", true, 0));
    let planned = plan(&Sheet::new(), &theirs, NOW);
    let taken = planned.cells.keys().filter(|cell| matches!(cell, Cell::Identifier(..))).count();
    assert_eq!((taken, planned.left), (10, 5));
    assert!(planned.cells.contains_key(&Cell::Identifier(IdentifierKind::Phone, [99; 32])));
}

#[test]
fn the_surer_profile_goes_on_then_the_known_then_the_older() {
    let age = |at| std::cmp::Reverse(Timestamp::from_micros(at));
    let old = Seniority { assurance: Assurance::Al0, is_known: false, age: age(1) };
    let young = Seniority { age: age(2), ..old };
    assert!(old > young);
    assert!(Seniority { is_known: true, ..young } > old);
    assert!(Seniority { assurance: Assurance::Al3, ..young } > Seniority { is_known: true, ..old });
}

#[test]
fn a_score_is_the_sum_of_what_it_shows() {
    let ann = Record {
        name: Some("Ann Müller".into()),
        phones: vec!["+5531988888888".into()],
        birth_date: Some("1990-12-31".into()),
        ..Record::default()
    };
    let again = Record { phones: vec!["+553188888888".into()], ..ann.clone() };
    let scored = score(&ann, &again);
    assert!(scored.total > SUGGEST_MIN);
    assert!((scored.total - scored.reasons.iter().map(|r| r.weight).sum::<f64>()).abs() < 1e-9);
    let phone = scored.reasons.iter().find(|r| r.what == "phone").unwrap();
    assert_eq!(phone.level, "variant");
    let namesake = Record { birth_date: Some("1950-01-02".into()), phones: Vec::new(), ..ann.clone() };
    assert!(score(&ann, &namesake).total < SUGGEST_MIN, "a name alone makes nobody the same");
    assert!(score(&Record::default(), &ann).reasons.is_empty());
}
