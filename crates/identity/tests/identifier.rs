//! What two people may share an identifier by, and what they may not.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use countersign_identity::identifier::*;
use proptest::prelude::*;

fn email(text: &str) -> Result<(String, String), IdentifierError> {
    normalise_email(text).map(|n| (n.value, n.key))
}

#[test]
fn e_mail_addresses_are_kept_as_given_and_found_in_lower_case() {
    let cases = [
        ("ann@example.com", "ann@example.com", "ann@example.com"),
        (" Ann.Lee+Shop@EXAMPLE.Com\n", "Ann.Lee+Shop@example.com", "ann.lee+shop@example.com"),
        ("ann@BÜCHER.example", "ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
        ("ann@example.com.", "ann@example.com", "ann@example.com"),
        ("ann@ｅｘａｍｐｌｅ.com", "ann@example.com", "ann@example.com"),
        ("用户@例え.jp", "用户@xn--r8jz45g.jp", "用户@xn--r8jz45g.jp"),
        ("o'brien_!#$%&*/=?^`{|}~-@a.io", "o'brien_!#$%&*/=?^`{|}~-@a.io", "o'brien_!#$%&*/=?^`{|}~-@a.io"),
    ];
    for (text, value, key) in cases {
        assert_eq!(email(text), Ok((value.to_owned(), key.to_owned())), "{text}");
    }
}

#[test]
fn p_1_a_look_alike_domain_is_another_domain() {
    // Cyrillic а in the second.
    assert_ne!(email("ann@paypal.example").unwrap().1, email("ann@pаypal.example").unwrap().1);
    assert!(email("ann@pаypal.example").unwrap().0.contains("xn--"));
    assert_ne!(email("ann+a@example.com").unwrap().1, email("ann@example.com").unwrap().1);
}

#[test]
fn what_is_no_e_mail_address_is_refused() {
    for text in [
        "ann",
        "@example.com",
        "ann@",
        "ann@localhost",
        "a@b@example.com",
        "ann@@example.com",
        "ann @example.com",
        ".ann@example.com",
        "ann.@example.com",
        "a..b@example.com",
        "ann@-example.com",
        "ann@exa_mple.com",
        "ann@example..com",
        "ann@127.0.0.1",
        "ann@[127.0.0.1]",
        "\"a b\"@example.com",
        "Ann <ann@example.com>",
        "ann@example.com, bob@example.com",
        "ann@example.c",
        "mailto:ann@example.com:25",
        "ann@exam ple.com",
        "a(b)@example.com",
    ] {
        assert_eq!(email(text), Err(IdentifierError::NotEmail), "{text}");
    }
    assert_eq!(email(" "), Err(IdentifierError::Empty));
    assert_eq!(email("ann\u{0}@example.com"), Err(IdentifierError::Control));
    assert_eq!(email("ann@example.com\r\nBcc: x@example.com"), Err(IdentifierError::Control));
    assert_eq!(email("an\u{200b}n@example.com"), Err(IdentifierError::Control));
    assert_eq!(email(&format!("{}@example.com", "a".repeat(250))), Err(IdentifierError::TooLong));
    assert_eq!(email(&format!("{}@example.com", "a".repeat(65))), Err(IdentifierError::NotEmail));
}

#[test]
fn phone_numbers_become_e_164() {
    let region = |code: &str| Some(code.parse::<Region>().unwrap());
    let cases = [
        ("+49 (0)30 901820", None, "+4930901820"),
        ("030/901820", region("DE"), "+4930901820"),
        ("(650) 253-0000", region("US"), "+16502530000"),
        ("0049 30 901820", region("DE"), "+4930901820"),
        ("+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧", None, "+966501234567"),
        ("8 (912) 345-67-89", region("RU"), "+79123456789"),
        ("+39 06 698 12345", None, "+390669812345"),
    ];
    for (text, region, key) in cases {
        let phone = normalise_phone(text, region).unwrap();
        assert_eq!((phone.key.as_str(), phone.raw.as_str()), (key, text), "{text}");
    }
}

#[test]
fn what_is_no_phone_number_is_refused() {
    for text in [
        "12345",
        "+1 555",
        "+999 123456789",
        "030 901820",
        "+49",
        "ring me",
        "0000000000",
        "+1234567890123456789",
    ] {
        assert_eq!(normalise_phone(text, None).err(), Some(IdentifierError::NotPhone), "{text}");
    }
    assert!("XX".parse::<Region>().is_err());
}

#[test]
fn p_2_placeholders_are_nobody_s_id() {
    for text in [
        "null",
        "NULL",
        "undefined",
        "0",
        "000000",
        "NaN",
        "true",
        "False",
        "[object Object]",
        "{{user.id}}",
        "${userId}",
        "None",
        "nil",
        "YOUR_USER_ID_HERE",
        "-",
        "xxxx",
        "unknown",
    ] {
        assert_eq!(normalise_external_id(text).err(), Some(IdentifierError::Placeholder), "{text}");
    }
    assert_eq!(normalise_external_id("  ").err(), Some(IdentifierError::Empty));
    assert_eq!(normalise_external_id("a\u{7}b").err(), Some(IdentifierError::Control));
    assert_eq!(normalise_external_id(&"a".repeat(201)).err(), Some(IdentifierError::TooLong));
    assert_ne!(normalise_external_id("A1").unwrap().key, normalise_external_id("a1").unwrap().key);
    assert_eq!(normalise_channel_user("0").unwrap().key, "0");
    assert!(normalise_channel_user("null").is_err());
}

#[test]
fn an_identifier_does_not_print() {
    let shown = format!("{:?}", normalise_email("ann@example.com"));
    assert!(!shown.contains("ann"), "{shown}");
}

fn any_kind() -> impl Strategy<Value = IdentifierKind> {
    prop::sample::select(vec![
        IdentifierKind::Email,
        IdentifierKind::Phone,
        IdentifierKind::ExternalId,
        IdentifierKind::ChannelUser,
    ])
}

fn assert_idempotent(kind: IdentifierKind, text: &str, region: Option<Region>) -> Result<(), TestCaseError> {
    if let Ok(once) = normalise(kind, text, region) {
        for again in [&once.value, &once.key] {
            let twice = normalise(kind, again, region);
            prop_assert_eq!(twice.as_ref().map(|n| &n.key), Ok(&once.key), "{:?} {:?}", text, again);
        }
        let twice = normalise(kind, &once.value, region);
        prop_assert_eq!(twice.map(|n| n.value), Ok(once.value));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn normalising_twice_is_normalising_once(kind in any_kind(), text in "\\PC{0,60}") {
        assert_idempotent(kind, &text, None)?;
    }

    #[test]
    fn normalising_an_address_twice_is_normalising_once(text in "[\\PC&&[^@]]{1,20}@[\\p{L}0-9-]{1,12}\\.[\\p{L}]{2,6}") {
        assert_idempotent(IdentifierKind::Email, &text, None)?;
    }

    #[test]
    fn normalising_a_number_twice_is_normalising_once(text in "\\+?[0-9 ()/.-]{5,20}", region in prop::sample::select(vec!["DE", "US", "RU", "IT", "BR", "AR", "MX", "CN"])) {
        assert_idempotent(IdentifierKind::Phone, &text, region.parse().ok())?;
    }
}
