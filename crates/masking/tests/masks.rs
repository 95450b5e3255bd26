//! M-3: a mask shows its allowed part and nothing else.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use countersign_masking::{BULLETS, Format, mask, mask_keep, mask_text};
use proptest::prelude::*;

/// Does `output` hold a run of five or more characters of `input`, none of them one that masks are made of?
fn leaks(input: &str, output: &str) -> bool {
    let chars: Vec<char> = input.chars().collect();
    chars.windows(5).any(|w| !w.iter().any(|c| "X-•*".contains(*c)) && output.contains(&String::from_iter(w)))
}

#[test]
fn the_seed_s_formats() {
    assert_eq!(mask(Format::Phone, "1234567890"), "XXX-XXX-7890");
    assert_eq!(mask(Format::Phone, "+44 20 7946 0958"), "XXX-XXX-0958");
    assert_eq!(mask(Format::Phone, "112"), "XXX-XXX-XXXX");
    assert_eq!(mask(Format::Email, "user@domain.com"), "****@domain.com");
    assert_eq!(mask(Format::Email, "no address"), "****");
    assert_eq!(mask(Format::Email, "a@b@evil.example"), "****@evil.example");
    assert_eq!(mask(Format::Email, "x@+491701234567.de"), "****");
    assert_eq!(mask(Format::EmailWhole, "user@lee.family"), "****");
    assert_eq!(mask(Format::Name, "łukasz"), "Ł••••••");
    assert_eq!(mask(Format::Name, "A"), BULLETS);
    assert_eq!(mask(Format::Name, "+49 170"), BULLETS);
    assert_eq!(mask(Format::Date, "17 March 1984"), BULLETS);
    assert_eq!(mask(Format::Text, ""), "");
}

#[test]
fn free_text_hides_addresses_and_long_numbers() {
    let cases = [
        ("hello there", "hello there"),
        ("ring 030/901820 or 0170 1234567", "ring XXX-XXX-1820 or XXX-XXX-4567"),
        ("mailto:ann.lee+x@mail.example.co.uk.", "mailto:****@mail.example.co.uk."),
        ("@ann is online since 20.11.2026 14:30", "@ann is online since 20.11.2026 14:30"),
        ("(555) 456-7890", "XXX-XXX-7890"),
        ("card 4111 1111 1111 1111!", "card •••• •••• •••• 1111!"),
        ("рабочий: ٠٥٠١٢٣٤٥٦٧", "рабочий: XXX-XXX-٤٥٦٧"),
        ("root@localhost", "****"),
        ("5551234567@vtext.com", "****@vtext.com"),
        ("ann＠example.org", "****@example.org"),
        ("2026-11-20-1234567", "XXX-XXX-4567"),
        ("order 12345, 3 pieces", "order 12345, 3 pieces"),
    ];
    for (text, masked) in cases {
        assert_eq!(mask_text(text), masked, "{text}");
    }
}

#[test]
fn free_text_takes_linear_time() {
    for text in
        ["1 ".repeat(200_000), "a@".repeat(200_000), "@".repeat(200_000), "2026-11-20 ".repeat(40_000)]
    {
        mask_text(&text);
    }
}

proptest! {
    #[test]
    fn m_3_a_text_mask_has_one_length(value in ".{1,80}") {
        prop_assume!(!value.trim().is_empty());
        prop_assert_eq!(mask(Format::Text, &value), BULLETS);
    }

    #[test]
    fn m_3_a_phone_mask_shows_four_digits_at_most(value in "[+()0-9 -]{1,30}") {
        prop_assume!(!value.trim().is_empty());
        let masked = mask(Format::Phone, &value);
        prop_assert_eq!(masked.chars().count(), 12);
        prop_assert!(!leaks(&value, &masked));
    }

    #[test]
    fn m_3_a_name_mask_has_one_length_and_no_name(value in "\\p{L}[\\p{L} ]{4,40}") {
        let masked = mask(Format::Name, &value);
        prop_assert!((6..=9).contains(&masked.chars().count()));
        prop_assert!(!leaks(&value, &masked));
    }

    #[test]
    fn m_3_an_email_mask_shows_nothing_but_the_domain(value in ".{0,40}@.{0,40}") {
        let masked = mask(Format::Email, &value);
        let shown = masked.strip_prefix("****").unwrap();
        prop_assert!(shown.is_empty() || value.ends_with(shown) || value.trim().ends_with(shown));
        prop_assert_eq!(shown.matches('@').count(), usize::from(!shown.is_empty()));
    }

    #[test]
    fn m_3_keeping_ends_never_shows_more_than_a_quarter(value in ".{0,40}", first in 0usize..20, last in 0usize..20) {
        let masked = mask_keep(&value, first, last);
        let shown = masked.chars().count() - 6;
        prop_assert!(shown <= 4 && shown * 4 <= value.chars().count());
    }

    #[test]
    fn free_text_never_panics_and_leaves_no_address(text in "\\PC{0,200}") {
        mask_text(&text);
    }

    #[test]
    fn a_phone_in_any_grouping_is_hidden(
        before in "[a-zа-я ,:]{0,20}", after in "[a-zа-я ,:!]{0,20}",
        digits in prop::collection::vec(0u8..10, 7..15),
        separators in prop::collection::vec(prop::sample::select(vec!["", " ", "-", ".", "/", ") ", " (", "\u{a0}", "\u{2011}"]), 15),
    ) {
        let mut number = String::from("+");
        for (d, s) in digits.iter().zip(&separators) {
            number.push(char::from(b'0' + d));
            number.push_str(s);
        }
        let text = format!("{before}{number}{after}");
        let masked = mask_text(&text);
        let shown = masked.chars().filter(char::is_ascii_digit).count();
        // A number that reads as a calendar date may stay.
        prop_assert!(shown <= 4 || shown == 8 && masked.contains(['-', '.', '/']), "{} -> {}", text, masked);
    }
}
