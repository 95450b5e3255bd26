//! A mask shows its allowed part and nothing else.
#![no_main]

use countersign_masking::{BULLETS, Format, mask, mask_keep, mask_text};
use libfuzzer_sys::fuzz_target;

/// Does `output` hold five characters in a row of `input`, none of them a character of masks?
fn leaks(input: &str, output: &str) -> bool {
    let chars: Vec<char> = input.chars().collect();
    chars.windows(5).any(|w| !w.iter().any(|c| "X-•*".contains(*c)) && output.contains(&String::from_iter(w)))
}

fuzz_target!(|input: (u8, u8, &str)| {
    let (first, last, value) = input;
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
    // No long number of plain digits is left in free text, but for dates.
    let text = mask_text(value);
    let mut digits = 0;
    for c in text.chars() {
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        assert!(digits < 7, "a long number is left");
    }
});
