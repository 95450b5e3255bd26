//! A mask shows its allowed part and nothing else; findings are in order, apart, and on characters.
#![no_main]

use countersign_masking::{
    BULLETS, Format, Known, KnownValue, detect, mask, mask_keep, mask_text, mask_text_with, scrub_cards,
};
use libfuzzer_sys::fuzz_target;

/// Does `output` hold five characters in a row of `input`, none of them a character of masks?
fn leaks(input: &str, output: &str) -> bool {
    let chars: Vec<char> = input.chars().collect();
    chars.windows(5).any(|w| !w.iter().any(|c| "X-•*".contains(*c)) && output.contains(&String::from_iter(w)))
}

/// No long number of plain digits.
fn has_long_number(text: &str) -> bool {
    let mut digits = 0;
    text.chars().any(|c| {
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        digits >= 7
    })
}

fuzz_target!(|input: (u8, u8, &str, &str)| {
    let (first, last, value, name) = input;
    let is_empty = value.trim().is_empty();
    for format in [Format::Phone, Format::Name, Format::Date, Format::Text, Format::EmailWhole, Format::Keep { first, last }] {
        let masked = mask(format, value);
        assert_eq!(masked.is_empty(), is_empty);
        assert!(!leaks(value, &masked), "{format:?}");
    }
    if !is_empty {
        assert_eq!(mask(Format::Text, value), BULLETS);
        let email = mask(Format::Email, value);
        let shown = email.strip_prefix("****").expect("an address mask begins with asterisks");
        assert!(value.trim().ends_with(shown) && shown.matches('@').count() <= 1);
    }
    mask_keep(value, usize::from(first), usize::from(last));
    let known = Known::of([KnownValue::Name(name), KnownValue::Email(name), KnownValue::Text(name)]);
    let mut end = 0;
    for found in detect(value, &known) {
        assert!(found.span.start >= end && found.span.start < found.span.end, "findings are in order and apart");
        assert!(value.get(found.span.clone()).is_some(), "a finding ends between characters");
        end = found.span.end;
    }
    let _ = (mask_text(value), scrub_cards(value));
    // What was scrubbed holds no card any more.
    if let Some(scrubbed) = scrub_cards(value) {
        assert_eq!(scrub_cards(&scrubbed), None);
    }
    // No long number of plain digits is left in free text; a date has no seven in a row.
    assert!(!has_long_number(&mask_text_with(value, &known)), "a long number is left");
    assert!(!has_long_number(&mask_text(value)), "a long number is left");
});
