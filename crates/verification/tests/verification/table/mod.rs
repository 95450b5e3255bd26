//! Pairs of what is stored and what was said, with what comes out.

use countersign_verification::compare::{Comparison, How, Locale, Unreadable, compare};
use countersign_verification::policy::Answer;

struct Pair<'a> {
    answer: Answer,
    country: &'a str,
    stored: &'a str,
    said: &'a str,
    expected: &'a str,
    slips: u8,
}

fn answer(word: &str) -> Answer {
    serde_json::from_value(word.into()).unwrap()
}

fn pairs<'a>(kind: &'a str, table: &'a str) -> impl Iterator<Item = Pair<'a>> {
    table.lines().filter(|line| !line.starts_with('#')).map(move |line| {
        let mut cells = line.split('|');
        let kind = if kind.is_empty() { cells.next().unwrap() } else { kind };
        let mut next = || cells.next().unwrap_or_else(|| panic!("too few cells: {line}"));
        let (country, stored, said, expected) = (next(), next(), next(), next());
        let slips = cells.next().map_or(0, |slips| slips.parse().unwrap());
        Pair { answer: answer(kind), country, stored, said, expected, slips }
    })
}

fn all<'a>() -> Vec<Pair<'a>> {
    [
        ("date", include_str!("date.txt")),
        ("phone", include_str!("phone.txt")),
        ("postcode", include_str!("postcode.txt")),
        ("amount", include_str!("amount.txt")),
        ("name", include_str!("name.txt")),
        ("", include_str!("other.txt")),
    ]
    .into_iter()
    .flat_map(|(kind, table)| pairs(kind, table))
    .collect()
}

fn outcome(pair: &Pair<'_>) -> String {
    let locale = Locale::of(pair.country);
    let how = How { answer: pair.answer, slips: pair.slips, locale: &locale };
    match compare(&how, pair.stored, pair.said) {
        Comparison::Same => "=".to_owned(),
        Comparison::Different => "!".to_owned(),
        Comparison::Unreadable(why) => {
            let word: String = serde_json::from_value(serde_json::to_value(why).unwrap()).unwrap();
            format!("?{}", word.replace('_', "-"))
        }
    }
}

#[test]
fn every_pair_of_the_tables_comes_out_as_it_says() {
    let pairs = all();
    let wrong: Vec<String> = pairs
        .iter()
        .filter_map(|pair| {
            let found = outcome(pair);
            let of = || format!("{:?} {} {}", pair.answer, pair.stored, pair.said);
            (found != pair.expected).then(|| format!("{}: {} is {found}", of(), pair.expected))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), pairs.len(), wrong.join("\n"));
    assert!(pairs.len() >= 300, "{}", pairs.len());
    // Every kind of answer and outcome stands in them.
    for kind in Answer::ALL {
        for outcome in ["=", "!"] {
            assert!(
                pairs.iter().any(|pair| pair.answer == kind && pair.expected == outcome),
                "{kind:?} {outcome}"
            );
        }
    }
}

#[test]
fn a_pair_is_the_same_the_other_way_round() {
    for pair in all().iter().filter(|pair| pair.answer != Answer::LastFour && !pair.expected.starts_with('?'))
    {
        let turned = Pair { stored: pair.said, said: pair.stored, ..*pair };
        assert_eq!(outcome(&turned), pair.expected, "{:?}: {} {}", pair.answer, pair.stored, pair.said);
    }
}

#[test]
fn what_was_said_is_unreadable_whatever_is_stored() {
    for pair in all().iter().filter(|pair| pair.expected.starts_with('?') && pair.expected != "?stored") {
        let locale = Locale::of(pair.country);
        let how = How::exact(pair.answer, &locale);
        let with = |stored| compare(&how, stored, pair.said);
        assert!(matches!(with(""), Comparison::Unreadable(why) if why != Unreadable::Stored));
        assert_eq!(with(""), with(pair.stored));
    }
}
