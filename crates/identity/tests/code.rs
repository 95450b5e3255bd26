//! C-1: codes are random, unbiased and hard to guess; and they stay secret.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use countersign_identity::testing::Rng;
use countersign_identity::{ALPHABET, Binding, Code, CodeError, CodeKey, Form, check_entropy};
use proptest::prelude::*;

/// Chi-square of counts against a uniform expectation.
fn chi_square(counts: &[u64]) -> f64 {
    let expected = counts.iter().sum::<u64>() as f64 / counts.len() as f64;
    counts.iter().map(|c| (*c as f64 - expected).powi(2) / expected).sum()
}

/// Every symbol is equally likely at every random position, as far as a million codes can tell. The shapes that are
/// never issued tilt the counts by less than one part in a thousand, and no further.
#[test]
fn c_1_a_million_codes_are_uniform_at_every_position() {
    for (form, radix, chi_square_max) in [(Form::Text, 20, 63.0), (Form::Keypad, 10, 45.0)] {
        let mut rng = Rng(2026);
        let mut counts = vec![vec![0u64; radix]; form.len()];
        for _ in 0..1_000_000 {
            for (i, symbol) in rng.code(form).reveal().bytes().enumerate() {
                let value = match form {
                    Form::Text => ALPHABET.iter().position(|b| *b == symbol).unwrap(),
                    Form::Keypad => usize::from(symbol - b'0'),
                };
                counts[i][value] += 1;
            }
        }
        for (i, position) in counts.iter().enumerate() {
            // The first digits of a keypad code are not uniform by design: some beginnings belong to others.
            if form == Form::Keypad && i < 2 {
                continue;
            }
            let chi = chi_square(position);
            println!("{} position {i}: chi-square {chi:.1} with {} degrees", form.as_str(), radix - 1);
            assert!(chi < chi_square_max, "position {i}: {chi}");
        }
        let leading = &counts[0];
        assert!(form == Form::Text || leading[0] == 0, "no keypad code begins with a zero");
    }
}

/// What the shapes that are never issued cost, measured on random symbols.
#[test]
fn c_1_the_stated_bits_are_what_is_left() {
    let mut rng = Rng(5);
    for (form, radix, random) in [(Form::Text, 20usize, 11), (Form::Keypad, 10, 13)] {
        let (mut drawn, mut issued) = (0u32, 0u32);
        while drawn < 400_000 {
            let symbols: Vec<u8> = (0..random).map(|_| rng.below(radix) as u8).collect();
            // Whichever check symbol is right, at most one of these parses.
            let mut text: String = symbols
                .iter()
                .map(|v| match form {
                    Form::Text => char::from(ALPHABET[usize::from(*v)]),
                    Form::Keypad => char::from(b'0' + v),
                })
                .collect();
            drawn += 1;
            issued += u32::from((0..radix).any(|v| {
                text.push(if form == Form::Text {
                    char::from(ALPHABET[v])
                } else {
                    char::from(b'0' + v as u8)
                });
                let is_code = Code::parse(&text).is_ok();
                text.pop();
                is_code
            }));
        }
        let share = f64::from(issued) / f64::from(drawn);
        let bits = random as f64 * (radix as f64).log2() + share.log2();
        println!("{}: {:.2} % of codes are issued, {bits:.2} bits", form.as_str(), share * 100.0);
        assert!(bits >= form.entropy_bits() && bits < form.entropy_bits() + 0.15, "{bits}");
        assert!(bits >= Binding::Unbound.bits_min());
    }
}

#[test]
fn c_1_a_configuration_below_the_floor_is_refused() {
    assert!(check_entropy(10, 6, Binding::Conversation).is_err());
    assert!(check_entropy(10, 8, Binding::Unbound).is_err());
    assert!(check_entropy(10, 13, Binding::Unbound).is_ok());
    assert!(check_entropy(20, 7, Binding::Conversation).is_err());
    assert!(check_entropy(0, 11, Binding::Conversation).is_err());
    assert!(check_entropy(1, u32::MAX, Binding::Conversation).is_err());
    assert!(matches!(check_entropy(20, 9, Binding::Unbound), Err(CodeError::TooWeak { .. })));
}

#[test]
fn c_1_a_broken_source_of_randomness_is_an_error() {
    for byte in 0..=255u8 {
        assert_eq!(
            Code::generate(Form::Text, &mut |b: &mut [u8]| b.fill(byte)).err(),
            Some(CodeError::Entropy)
        );
        assert_eq!(
            Code::generate(Form::Keypad, &mut |b: &mut [u8]| b.fill(byte)).err(),
            Some(CodeError::Entropy)
        );
    }
}

#[test]
fn c_8_a_code_does_not_print() {
    for form in [Form::Text, Form::Keypad] {
        let code = Rng(11).code(form);
        let shown = format!("{code:?} {:?} {:?}", Some(&code), CodeKey::new(&[1; 32]));
        assert!(!shown.contains(&code.reveal()[..4]));
        let redacted = code.redacted();
        assert_eq!(redacted.chars().filter(|c| *c == '•').count(), form.len() - 2);
        assert!(redacted.ends_with(&code.reveal()[form.len() - 1..]));
        assert_eq!(redacted.chars().count(), code.display().chars().count());
    }
}

#[test]
fn the_two_forms_are_hashed_apart_and_by_key() {
    let (text, keypad) = (Rng(1).code(Form::Text), Rng(1).code(Form::Keypad));
    let key = CodeKey::new(&[3; 32]);
    assert_eq!(key.hash(&text), text.keyed_hash(&[3; 32]));
    assert_ne!(key.hash(&text), key.hash(&keypad));
    assert_ne!(key.hash(&text), CodeKey::new(&[4; 32]).hash(&text));
}

proptest! {
    #[test]
    fn every_code_reads_back_however_it_is_grouped(seed in any::<u64>(), is_text in any::<bool>()) {
        let form = if is_text { Form::Text } else { Form::Keypad };
        let code = Rng(seed).code(form);
        prop_assert_eq!(&Code::parse(&code.display()).unwrap(), &code);
        prop_assert_eq!(&Code::parse(&code.reveal().to_lowercase()).unwrap(), &code);
        prop_assert_eq!(Form::parse(form.as_str()), Some(form));
    }

    #[test]
    fn a_mistyped_code_is_not_a_code(seed in any::<u64>(), at in 0usize..12, by in 1usize..20) {
        let code = Rng(seed).code(Form::Text);
        let mut symbols = code.reveal().as_bytes().to_vec();
        let value = ALPHABET.iter().position(|b| *b == symbols[at]).unwrap();
        symbols[at] = ALPHABET[(value + by) % 20];
        prop_assert!(Code::parse(std::str::from_utf8(&symbols).unwrap()).is_err());
    }

    #[test]
    fn parsing_never_panics(text in "\\PC{0,40}") {
        let _ = Code::parse(&text);
    }
}
