//! What holds for all texts.

use countersign_types::{Timestamp, UserId};
use countersign_verification::compare::{Comparison, How, Locale, Unreadable, can_be_asked, compare};
use countersign_verification::lock::Failures;
use countersign_verification::policy::{self, Answer, LockRule};
use proptest::prelude::*;

fn kinds() -> impl Strategy<Value = Answer> {
    proptest::sample::select(Answer::ALL.to_vec())
}

fn countries() -> impl Strategy<Value = Locale> {
    proptest::sample::select(vec!["DE", "US", "SE", "UA", "EG", "??"]).prop_map(Locale::of)
}

/// Texts like those that people say, and any others.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        "[0-9]{1,2}[./ -][0-9]{1,2}[./ -][0-9]{2,4}",
        "[a-zäöüßåøłčš]{1,9}[ '-][a-zéèñ]{1,9}",
        "[а-яіїєґ]{1,9} [а-я]{1,9}",
        "[α-ωάέ]{1,9}",
        "[ء-ي]{1,8} [ء-ي]{1,8}",
        "[+0-9 ()/-]{3,16}",
        "[-€$0-9., ]{1,12}",
        ".{0,300}",
    ]
}

const HOUR: i64 = 3_600_000_000;

/// What happened to a customer: failures, passes and overrides, an hour or some apart, by a rule of their own.
fn histories() -> impl Strategy<Value = (Failures, i64)> {
    let rule = (1u8..=10, 1u32..=72, 1u32..=72).prop_map(|(failures, within, lock)| LockRule {
        failures,
        within_secs: within * 3_600,
        lock_secs: lock * 3_600,
    });
    (rule, proptest::collection::vec((0i64..30, 0u8..4, 0u8..6), 0..14)).prop_map(|(rule, all)| {
        let mut at = 0;
        let failures = all.into_iter().fold(Failures::default(), |failures, (hours, who, what)| {
            at += hours * HOUR;
            let (now, who) = (Timestamp::from_micros(at), UserId::from_bytes([who; 16]));
            match what {
                0 => failures.passed(now),
                1 => failures.override_by(who, "a good enough reason", now).unwrap_or(failures),
                _ => failures.record(who, now, &rule),
            }
        });
        (failures, at)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn v_2_who_became_one_is_locked_as_either_was_and_whichever_came_first(
        (a, ended_a) in histories(), (b, ended_b) in histories(), hours in 0i64..80,
    ) {
        let now = Timestamp::from_micros(ended_a.max(ended_b) + hours * HOUR);
        let both = a.join(&b);
        prop_assert_eq!(&both, &b.join(&a));
        prop_assert!(both.is_locked(now) || !(a.is_locked(now) || b.is_locked(now)), "joining opens no lock");
        prop_assert_eq!(&a.join(&Failures::default()), &a, "who never failed adds nothing");
        let rule = LockRule::default();
        prop_assert!(both.count(now, &rule) >= a.count(now, &rule).max(b.count(now, &rule)));
    }

    #[test]
    fn v_2_two_who_became_one_have_no_more_tries_than_one_customer(
        all in proptest::collection::vec((0i64..12, any::<bool>()), 0..10),
    ) {
        let (rule, who) = (LockRule::default(), UserId::from_bytes([1; 16]));
        let (mut one, mut a, mut b, mut at) = (Failures::default(), Failures::default(), Failures::default(), 0);
        for (hours, is_a) in all {
            at += hours * HOUR;
            let now = Timestamp::from_micros(at);
            one = one.record(who, now, &rule);
            let of = if is_a { &mut a } else { &mut b };
            *of = of.record(who, now, &rule);
            prop_assert!(a.join(&b).is_locked(now) || !one.is_locked(now));
        }
    }

    #[test]
    fn nothing_makes_it_panic_and_what_can_be_asked_is_the_same_as_itself(
        answer in kinds(), locale in countries(), text in texts(), slips in 0u8..3,
    ) {
        let how = How { answer, slips, locale: &locale };
        let can_be_asked = can_be_asked(&how, &text);
        match compare(&how, &text, &text) {
            Comparison::Same => prop_assert!(can_be_asked),
            Comparison::Different => prop_assert!(false, "{:?} is not itself", text),
            // Of a whole number the last four are asked for, not all of it.
            Comparison::Unreadable(why) => prop_assert!(!can_be_asked || why == Unreadable::NotFour),
        }
    }

    #[test]
    fn it_is_the_same_both_ways_round(
        answer in kinds(), locale in countries(), a in texts(), b in texts(), slips in 0u8..3,
    ) {
        prop_assume!(answer != Answer::LastFour);
        let how = How { answer, slips, locale: &locale };
        let (to, fro) = (compare(&how, &a, &b), compare(&how, &b, &a));
        if !matches!(to, Comparison::Unreadable(_)) {
            prop_assert_eq!(to, fro);
        }
    }

    #[test]
    fn case_spaces_and_composition_change_nothing(
        answer in proptest::sample::select(vec![Answer::Name, Answer::Text, Answer::Choice]),
        a in "[a-zäöüéèñåąęłżźćśàâçа-яєіїґёй]{2,9}", b in "[a-zäöüéèñåąęłżźćśàâçа-яєіїґёй]{2,9}",
    ) {
        use unicode_normalization::UnicodeNormalization;
        let locale = Locale::of("DE");
        let how = How::exact(answer, &locale);
        let plain = format!("{a} {b}");
        let other = format!("  {}   {} ", a.to_uppercase(), b).nfd().collect::<String>();
        prop_assert_eq!(compare(&how, &plain, &other), Comparison::Same);
    }

    #[test]
    fn a_day_is_read_back_in_every_form_and_no_other_day_is_it(
        year in 1850u32..=2150, month in 1u32..=12, day in 1u32..=28, later in 1u32..=27,
    ) {
        let locale = Locale::of("DE");
        let how = How::exact(Answer::Date, &locale);
        let stored = format!("{year:04}-{month:02}-{day:02}");
        let forms = |day: u32| [
            format!("{day}.{month}.{year}"), format!("{day:02}{month:02}{year}"), format!("{year}/{month}/{day}"),
            format!("{year}{month:02}{day:02}"),
        ];
        for form in forms(day) {
            prop_assert_eq!(compare(&how, &stored, &form), Comparison::Same, "{}", form);
        }
        for form in forms((day - 1 + later) % 28 + 1) {
            prop_assert_eq!(compare(&how, &stored, &form), Comparison::Different, "{}", form);
        }
    }

    #[test]
    fn more_slips_never_make_less_of_it_the_same(a in texts(), b in texts()) {
        let locale = Locale::of("DE");
        for answer in [Answer::Name, Answer::Text] {
            let with = |slips| compare(&How { answer, slips, locale: &locale }, &a, &b) == Comparison::Same;
            prop_assert!(with(0) <= with(1) && with(1) <= with(2));
        }
    }

    #[test]
    fn a_policy_is_refused_with_reasons_or_reads_back_as_it_was_written(text in "\\PC{0,200}") {
        match policy::parse(&text) {
            Ok(policy) => {
                let written = serde_json::to_string(&policy).unwrap();
                prop_assert_eq!(policy::parse(&written), Ok(policy));
            }
            Err(findings) => {
                prop_assert!(!findings.is_empty());
                prop_assert!(findings.iter().all(|finding| !finding.detail.is_empty() && !finding.hint.is_empty()));
            }
        }
    }
}

#[test]
fn the_longest_names_of_any_script_are_compared_in_bounded_steps() {
    // Eight words of forty letters with the most spellings: too many ways to write down, one walk to compare.
    let locale = Locale::of("EG");
    let how = How { answer: Answer::Name, slips: 2, locale: &locale };
    for (letters, other) in [("ويعا", "wyao"), ("щ", "shch"), ("ου", "ouou"), ("ü", "ue")] {
        let word = |of: &str| of.repeat(24 / of.chars().count());
        let name =
            |of: &str| [word(of), word(of), word(of), word(of), word(of), word(of), word(of)].join(" ");
        let _ = compare(&how, &name(letters), &name(other));
    }
}
