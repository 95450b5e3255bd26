//! Whatever is stored and said is compared without a panic, the same both ways round; whatever is sent as a policy is
//! refused with reasons, or reads back as it was written and can be judged.
#![no_main]

use countersign_verification::compare::{Comparison, How, Locale, can_be_asked, compare};
use countersign_verification::lint::{Known, lint};
use countersign_verification::policy::{self, Answer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &str, &str)| {
    let (choice, stored, said) = input;
    let answer = Answer::ALL[usize::from(choice) % Answer::ALL.len()];
    let locale = Locale::of(["DE", "US", "UA", "EG"][usize::from(choice / 16 % 4)]);
    let how = How { answer, slips: choice / 64 % 3, locale: &locale };
    let outcome = compare(&how, stored, said);
    if answer != Answer::LastFour {
        if !matches!(outcome, Comparison::Unreadable(_)) {
            assert_eq!(compare(&how, said, stored), outcome);
        }
        assert_eq!(compare(&how, stored, stored) == Comparison::Same, can_be_asked(&how, stored));
    }
    match policy::parse(said) {
        Ok(policy) => {
            let again = serde_json::to_string(&policy).expect("a policy can be written");
            assert_eq!(policy::parse(&again).expect("what was written can be read"), policy);
            assert!(lint(&policy, &Known::default()).iter().all(|finding| !finding.hint.is_empty()));
        }
        Err(findings) => assert!(!findings.is_empty()),
    }
});
