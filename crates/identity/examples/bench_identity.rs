//! Prints what the hot paths of this crate do in a second on one core, beside their limits.
//!
//! `cargo run --release -p countersign-identity --features testing --example bench_identity`
#![allow(clippy::print_stdout, clippy::disallowed_methods, clippy::unwrap_used)]

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

use countersign_identity::identifier::{is_valid_e164, normalise_phone};
use countersign_identity::testing::Rng;
use countersign_identity::testing::corpus::Corpus;
use countersign_identity::{Code, CodeKey, Form, Outcome, Verdict, classify, judge};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The best of five rounds, in calls per second.
fn rate(count: usize, mut round: impl FnMut()) -> f64 {
    let best = (0..5)
        .map(|_| {
            let start = Instant::now();
            round();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::MAX, f64::min);
    count as f64 / best
}

fn classify_rates() {
    let lines: Vec<String> = Corpus::new(1).take(100_000).map(|line| line.text).collect();
    let talk: Vec<String> = Corpus::new(1)
        .filter(|line| line.class == "talk" && line.text.len() <= 120)
        .take(100_000)
        .map(|line| line.text)
        .collect();
    let english: Vec<&String> = talk.iter().filter(|text| text.is_ascii()).collect();
    let mut rng = Rng(2);
    let codes: Vec<String> =
        (0..100_000).map(|_| format!("Hi, my code is {}", rng.code(Form::Text).display())).collect();
    let bytes = |texts: &mut dyn Iterator<Item = usize>| texts.sum::<usize>();
    let report = |name: &str, count: usize, bytes: usize, rate: f64| {
        let mean = bytes as f64 / count as f64;
        println!(
            "classify, {name}: {:.2} M messages/s ({mean:.0} B each, {:.0} MB/s)",
            rate / 1e6,
            rate * mean / 1e6
        );
    };
    let r = rate(english.len(), || english.iter().for_each(|text| drop(black_box(classify(text)))));
    report("short ASCII talk", english.len(), bytes(&mut english.iter().map(|t| t.len())), r);
    let r = rate(talk.len(), || talk.iter().for_each(|text| drop(black_box(classify(text)))));
    report("short talk, 26 languages", talk.len(), bytes(&mut talk.iter().map(String::len)), r);
    let r = rate(lines.len(), || lines.iter().for_each(|text| drop(black_box(classify(text)))));
    report("whole corpus", lines.len(), bytes(&mut lines.iter().map(String::len)), r);
    let r = rate(codes.len(), || codes.iter().for_each(|text| drop(black_box(classify(text)))));
    report("a code in every message", codes.len(), bytes(&mut codes.iter().map(String::len)), r);
}

/// Hash, look up among 10,000 live codes, compare in constant time.
fn code_rates() {
    const LIVE: usize = 10_000;
    let mut rng = Rng(3);
    let codes: Vec<Code> = (0..LIVE).map(|_| rng.code(Form::Text)).collect();
    let key = CodeKey::new(&[7; 32]);
    let live: HashMap<[u8; 32], usize> =
        codes.iter().enumerate().map(|(i, code)| (key.hash(code), i)).collect();
    let stored: Vec<[u8; 32]> = codes.iter().map(|code| key.hash(code)).collect();
    let texts: Vec<String> = codes.iter().map(Code::display).collect();
    let check = |code: &Code| {
        let hash = key.hash(code);
        live.get(&hash).is_some_and(|i| bool::from(stored[*i].ct_eq(&hash)))
    };
    let ours = rate(LIVE * 10, || {
        (0..10).for_each(|_| codes.iter().for_each(|code| assert!(black_box(check(code)))))
    });
    let parsed = rate(LIVE * 10, || {
        (0..10).for_each(|_| {
            texts.iter().for_each(|text| assert!(black_box(check(&Code::parse(text).unwrap()))))
        });
    });
    let mac = Hmac::<Sha256>::new_from_slice(&[7; 32]).unwrap();
    let bare_hash = |text: &str| -> [u8; 32] {
        let mut mac = mac.clone();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
    };
    let bare: HashMap<[u8; 32], usize> =
        texts.iter().enumerate().map(|(i, text)| (bare_hash(text), i)).collect();
    let limit = rate(LIVE * 10, || {
        (0..10).for_each(|_| {
            texts.iter().for_each(|text| assert!(black_box(bare.contains_key(&bare_hash(text)))))
        });
    });
    println!(
        "code check (hash, map of {LIVE}, constant time): {:.2} M/s; from text {:.2} M/s; limit, bare HMAC + map: {:.2} M/s; ratio {:.2}",
        ours / 1e6,
        parsed / 1e6,
        limit / 1e6,
        ours / limit
    );
    let made = rate(100_000, || (0..100_000).for_each(|_| drop(black_box(rng.code(Form::Text)))));
    println!("code generation: {:.2} M/s", made / 1e6);
}

/// What the first number of a calling code costs.
fn automata() {
    let start = Instant::now();
    let codes: Vec<i32> = rlibphonenumber::PHONE_NUMBER_UTIL.get_supported_calling_codes().collect();
    let mut slowest = (0.0, 0);
    for code in &codes {
        let start = Instant::now();
        black_box(is_valid_e164(&format!("+{code}2345678")));
        let took = start.elapsed().as_secs_f64();
        if took > slowest.0 {
            slowest = (took, *code);
        }
    }
    println!(
        "phone: {} automata built in {:.0} ms, the slowest, +{}, in {:.0} ms",
        codes.len(),
        start.elapsed().as_secs_f64() * 1e3,
        slowest.1,
        slowest.0 * 1e3
    );
}

fn phone_rates() {
    automata();
    let mut numbers: Vec<String> = Vec::new();
    let mut rng = Rng(4);
    while numbers.len() < 20_000 {
        let country = rng.pick(&[
            "+4915", "+4930", "+1650", "+1212", "+447", "+336", "+346", "+393", "+485", "+79", "+8613",
            "+5511",
        ]);
        let mut text = country.to_owned();
        for _ in 0..13 - country.len() {
            text.push(char::from(b'0' + rng.below(10) as u8));
        }
        if let Ok(number) = normalise_phone(&text, None) {
            numbers.push(number.key);
        }
    }
    let ours = rate(numbers.len() * 10, || {
        (0..10).for_each(|_| numbers.iter().for_each(|text| assert!(black_box(is_valid_e164(text)))));
    });
    let util = &rlibphonenumber::PHONE_NUMBER_UTIL;
    let parse = rate(numbers.len(), || {
        numbers.iter().for_each(|text| {
            let number = util.parse(text, None).unwrap();
            assert!(util.is_valid_number(&number));
            black_box(util.format(&number, rlibphonenumber::PhoneNumberFormat::E164));
        });
    });
    let full =
        rate(numbers.len(), || numbers.iter().for_each(|text| drop(black_box(normalise_phone(text, None)))));
    println!(
        "phone: E.164 validity {:.2} M/s; normalise {:.2} M/s; peer, rlibphonenumber parse + validate + format: {:.3} M/s; ratio {:.1}",
        ours / 1e6,
        full / 1e6,
        parse / 1e6,
        ours / parse
    );
}

/// False positives on corpora that the tests do not use.
fn false_positives() {
    for seed in 1..=5 {
        let (mut told, mut silent) = (0, 0);
        for line in Corpus::new(seed).take(1_000_000) {
            let found = classify(&line.text);
            if judge(&found, &[]) != Outcome::NotSent {
                told += 1;
                println!("  {line:?}");
            }
            silent += usize::from(found.verdict != Verdict::NotSent);
        }
        println!(
            "corpus {seed}: 1000000 lines, {told} false positives, {silent} candidates or malformed before the look-up"
        );
    }
}

fn main() {
    classify_rates();
    code_rates();
    phone_rates();
    false_positives();
}
