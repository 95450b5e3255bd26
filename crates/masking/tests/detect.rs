//! What is found in free text, and as what. Numbers are examples of their authorities' own publications or made with
//! their check digits; none is anybody's.
#![allow(clippy::unwrap_used)]

use countersign_masking::FindingKind::*;
use countersign_masking::{
    FindingKind, Known, KnownValue, Nation, Patterns, detect, mask_text, mask_text_with, scrub_cards,
};
use proptest::prelude::*;

fn found(text: &str) -> Vec<(&str, FindingKind)> {
    detect(text, &Known::nothing()).into_iter().map(|f| (&text[f.span], f.kind)).collect()
}

/// Each text holds exactly what stands between its brackets `⟨…⟩`, as this kind.
fn holds(kind: FindingKind, marked: &[&str]) {
    for marked in marked {
        let text = marked.replace(['⟨', '⟩'], "");
        let wanted: Vec<_> = marked.split('⟨').skip(1).filter_map(|part| part.split('⟩').next()).collect();
        let wanted: Vec<_> = wanted.into_iter().map(|value| (value, kind)).collect();
        assert_eq!(found(&text), wanted, "{text}");
    }
}

#[test]
fn e_mail_addresses_are_found_however_they_are_written() {
    holds(
        Email,
        &[
            "write to ⟨ann.lee+x@mail.example.co.uk⟩.",
            "⟨ANN@EXAMPLE.ORG⟩, ⟨bob@example.org⟩;⟨c@d.de⟩",
            "邮箱是⟨ann@example.com⟩请联系",
            "⟨用户@例子.中国⟩",
            "⟨ann＠example．org⟩ please",
            "⟨ann (at) example.org⟩ or ⟨ann[at]example[dot]org⟩",
            "⟨ann at example dot org⟩, thanks",
            "mein Postfach: ⟨ann (ät) beispiel (punkt) de⟩ bitte",
            "⟨ann.lee @ example.org⟩ is mine",
            "@ann is here, @bob too",
            "meet me at noon (at) the gate",
            "look at the dot on the map",
        ],
    );
}

#[test]
fn phone_numbers_are_told_from_other_numbers() {
    holds(
        Phone,
        &[
            "ring ⟨030/901820⟩ or ⟨0170 1234567⟩",
            "⟨+49 (0)30 / 901820⟩",
            "⟨(555) 456-7890⟩",
            "(or ⟨555-456-7890⟩)",
            "⟨0044 20 7946 0958⟩",
            "⟨612 345 678⟩",
            "⟨8 (912) 345-67-89⟩",
            "⟨030 901820⟩ / ⟨0170 1234567⟩",
            "my number is ⟨5550123⟩",
            "⟨٠٥٠١٢٣٤٥٦٧⟩",
        ],
    );
    holds(Number, &["order ⟨2345678⟩", "invoice no. ⟨55512345678⟩", "ticket #⟨10293847⟩"]);
}

#[test]
fn cards_are_found_with_what_stands_beside_them() {
    holds(
        Card,
        &[
            "card ⟨4111 1111 1111 1111⟩!",
            "⟨5555555555554444⟩",
            "⟨3782 822463 10005⟩",
            "⟨６０１１-１１１１-１１１１-１１１７⟩",
            "⟨4111 1111 1111 1111 09/28⟩",
            "mistyped ⟨4111 1111 1111 1112⟩",
        ],
    );
}

#[test]
fn accounts_are_found_by_their_country_and_length() {
    holds(
        Iban,
        &[
            "to ⟨DE89 3704 0044 0532 0130 00⟩ please",
            "⟨GB29NWBK60161331926819⟩",
            "⟨nl91 abna 0417 1643 00⟩",
            "⟨NL 91 ABNA 0417 1643 00⟩",
            "⟨FR14 2004 1010 0505 0001 3M02 606⟩, thanks",
            "mistyped: ⟨DE88370400440532013000⟩.",
        ],
    );
    holds(Number, &["order DE⟨893704004⟩"]);
}

#[test]
fn national_numbers_are_found_by_their_check_digits() {
    use Nation::*;
    let cases: &[(Nation, &[&str])] = &[
        (UsSsn, &["⟨078-05-1120⟩", "my ssn: ⟨219099999⟩"]),
        (GbNino, &["⟨AB123456C⟩", "⟨AB 12 34 56 C⟩ is it"]),
        (GbNhs, &["NHS number ⟨943 476 5919⟩"]),
        (CaSin, &["SIN ⟨046 454 286⟩"]),
        (DeTax, &["⟨86095742719⟩", "Steuer-ID ⟨47 036 892 816⟩"]),
        (EsDni, &["⟨12345678Z⟩", "⟨12.345.678-Z⟩", "NIE ⟨X1234567L⟩"]),
        (FrNir, &["⟨255081416802538⟩", "⟨2 55 08 14 168 025 38⟩"]),
        (ItTax, &["⟨RSSMRA85T10A562S⟩"]),
        (PlPesel, &["⟨44051401359⟩"]),
        (SePersonal, &["⟨811218-9876⟩", "⟨19811218-9876⟩"]),
        (NlBsn, &["BSN ⟨111222333⟩"]),
        (BrCpf, &["⟨111.444.777-35⟩", "⟨11144477735⟩"]),
        (BrCnpj, &["⟨11.222.333/0001-81⟩"]),
        (InAadhaar, &["⟨2341 2341 2346⟩"]),
        (TrIdentity, &["⟨10000000146⟩"]),
        (ChAhv, &["⟨756.9217.0769.85⟩"]),
        (BeNational, &["⟨85.07.30-033.28⟩"]),
        (CnResident, &["⟨11010519491231002X⟩"]),
    ];
    for (nation, texts) in cases {
        holds(National(*nation), texts);
    }
}

#[test]
fn addresses_of_machines_are_found_and_times_and_versions_are_not() {
    holds(
        Ip,
        &[
            "from ⟨192.168.1.10⟩:443",
            "⟨1.2.3.4⟩.",
            "⟨2001:db8::8a2e:370:7334⟩: refused",
            "at 14:30:05, ratio 3:2, version 1.2.3.4, chapter 7.3.1",
            "see ⟨fe80::1ff:fe23:4567:890a⟩",
        ],
    );
}

#[test]
fn a_birthday_is_found_and_a_plain_date_stays() {
    holds(
        Birth,
        &[
            "born on ⟨1984-03-17⟩ in Graz",
            "DOB: ⟨3/17/1984⟩",
            "geboren am ⟨17. März 1984⟩",
            "I was born ⟨17 March 1984⟩.",
            "born ⟨March 17, 1984⟩",
            "nací el ⟨17 de marzo de 1984⟩",
            "née le ⟨17.03.84⟩",
            "народився ⟨17.03.1984⟩",
            "تاريخ الميلاد ⟨17/03/1984⟩",
            "on 20.11.2026 14:30, 2026-11-20, (3.11.2026) and 17 March 2026",
        ],
    );
    let known = Known::of([KnownValue::Text("1984-03-17")]);
    assert_eq!(mask_text_with("it was 17.3.1984, not 18.3.1984", &known), "it was ••••••, not 18.3.1984");
}

#[test]
fn what_is_known_is_found_in_any_case_as_a_word() {
    let known = Known::of([
        KnownValue::Name("José Al Łukasz-Müller"),
        KnownValue::Email("jm82@example.org"),
        KnownValue::Text("12 Mill Lane, Oldtown"),
        KnownValue::Name("王伟"),
    ]);
    let cases = [
        ("jose here, JOSÉ!", "•••••• here, ••••••!"),
        ("also al dente", "also al dente"),
        ("joseph is not me", "joseph is not me"),
        ("I live at 12 mill lane in oldtown", "I live at •••••• in ••••••"),
        ("lukasz-muller", "••••••"),
        ("我叫王伟，你好", "我叫••••••，你好"),
        ("user jm82 cannot log in", "user •••••• cannot log in"),
        ("Jose\u{301} again", "•••••• again"),
        ("J\u{200b}osé", "••••••"),
    ];
    for (text, masked) in cases {
        assert_eq!(mask_text_with(text, &known), masked, "{text}");
    }
    assert!(Known::of([KnownValue::Name("Al"), KnownValue::Text("")]).is_nothing());
}

#[test]
fn a_workspace_s_patterns_are_found_and_bad_ones_are_refused_with_their_place() {
    let patterns = Patterns::new(&[r"\bMC-[0-9]{4}\b", "(?i)kunde [a-z]+"]).unwrap();
    let known = Known::of([KnownValue::Name("Ann Lee")]).with_patterns(patterns.into());
    let text = "Card MC-1234 of KUNDE Lee, lee@example.org";
    assert_eq!(mask_text_with(text, &known), "Card •••••• of ••••••, ****@example.org");
    let long = "a".repeat(201);
    let bad =
        [("a(b", 1), ("a**", 0), ("a{1000}{1000}", 0), ("x*", 0), (&*long, 200), ("[z-a]", 1), ("(?=a)", 0)];
    for (pattern, at) in bad {
        let error = Patterns::new(&["fine", pattern]).unwrap_err();
        assert_eq!((error.index, error.at), (1, at), "{pattern}: {}", error.reason);
    }
    assert!(Patterns::new(&["a"; 21]).is_err());
}

#[test]
fn m_5_only_what_certainly_is_a_card_is_scrubbed() {
    let gone = [
        ("4111111111111111", "•••• •••• •••• 1111"),
        ("my card 4111-1111-1111-1111 09/28, cvc 123", "my card •••• •••• •••• 1111 09/28, cvc 123"),
        ("３７８２ ８２２４６３ １０００５", "•••• •••• •••• 0005"),
        ("two: 5555555555554444 and 4012888888881881", "two: •••• •••• •••• 4444 and •••• •••• •••• 1881"),
        ("4111\u{a0}1111\u{a0}1111\u{a0}1111", "•••• •••• •••• 1111"),
    ];
    for (text, kept) in gone {
        assert_eq!(scrub_cards(text).as_deref(), Some(kept), "{text}");
    }
    let stays = [
        "order 4111111111111112",
        "+49 170 1234567, 0044 20 7946 0958",
        "4006381333931",
        "DE89370400440532013000",
        "41 11 11 11 11 11 11 11",
        "9999 9999 9999 9995",
        "hello",
        "",
    ];
    for text in stays {
        assert_eq!(scrub_cards(text), None, "{text}");
    }
}

#[test]
fn detection_takes_linear_time() {
    let known = Known::of([KnownValue::Name("a a"), KnownValue::Text("aaaa")]);
    let shapes = [
        "1 ",
        "a1",
        "1-",
        "ab12 ",
        "1:",
        "::1",
        "a@",
        "a @ ",
        "(at)",
        " dot ",
        "a at b dot ",
        "born 1.1.11 ",
        "17 March ",
        "4111 1111 1111 1111 ",
        "aaaa ",
        "DE89 ",
        "１ ",
        "1.1.",
        "+",
        "\u{200b}1",
        "é",
        "AB 12 34 56 ",
        "1234567 / ",
        "1.2.3.4 ",
        "(at)b.",
        "(",
    ];
    for shape in shapes {
        mask_text_with(&shape.repeat(5_000), &known);
        scrub_cards(&shape.repeat(20_000));
    }
}

/// Does `output` hold five characters in a row of `value` that are not in what may be shown?
fn leaks(value: &str, allowed: &str, output: &str) -> bool {
    let squeezed =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric() || "@＠*•".contains(*c)).collect::<String>();
    let (value, allowed, output) = (squeezed(value), squeezed(allowed), squeezed(output));
    let chars: Vec<char> = value.chars().collect();
    let part = |w: &[char]| String::from_iter(w);
    chars.windows(5).any(|w| output.contains(&part(w)) && !allowed.contains(&part(w)))
}

/// Personal values in many spellings, with what may be shown of each.
fn planted() -> impl Strategy<Value = (String, String)> {
    let local = "[a-z][a-z0-9._+-]{4,20}[a-z0-9]";
    let host = prop::sample::select(vec!["example.org", "mail.example.co.uk", "web.de", "gmail.com"]);
    let sign = prop::sample::select(vec!["@", "＠", " @ ", " (at) ", "[at]"]);
    let email =
        (local, sign, host).prop_map(|(l, sign, host)| (format!("{l}{sign}{host}"), format!("@{host}")));
    let mark = prop::sample::select(vec![
        "",
        " ",
        "-",
        ".",
        "\u{a0}",
        "\u{200b}",
        "\u{2011}",
        "/",
        "_",
        " - ",
        "\u{fe0f}\u{20e3}",
    ]);
    let zero = prop::sample::select(vec!['0', '０', '٠', '०', '\u{1d7ce}']);
    let number = (prop::collection::vec((0u32..10, mark), 7..24), zero).prop_map(|(digits, zero)| {
        let digit = |d: u32| char::from_u32(u32::from(zero) + d).unwrap();
        (digits.iter().map(|(d, mark)| format!("{}{mark}", digit(*d))).collect::<String>(), String::new())
    });
    let iban =
        prop::sample::select(vec!["DE89370400440532013000", "NL91ABNA0417164300", "GB29NWBK60161331926819"]);
    let iban = (iban, 2usize..8).prop_map(|(iban, size)| {
        let chars: Vec<char> = iban.chars().collect();
        (chars.chunks(size).map(String::from_iter).collect::<Vec<_>>().join(" "), String::new())
    });
    prop_oneof![email, number, iban]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn m_3_nothing_planted_survives(
        before in "[a-zа-яé,:;!? ]{0,30}", after in "[a-zа-яé,:;!? ]{0,30}", (value, allowed) in planted(),
    ) {
        let text = format!("{before} {value} {after}");
        let masked = mask_text(&text);
        // A number that reads as a calendar date may stay.
        let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).count();
        let may_be_date = digits(&masked) > 4;
        let reads_as_date = may_be_date && masked.contains(['.', '-', '/']) && masked.contains("19") | masked.contains("20");
        prop_assert!(reads_as_date || !leaks(&value, &allowed, &masked), "{} -> {}", text, masked);
    }

    #[test]
    fn findings_are_in_order_and_apart(text in "[a-d@.+(): /0-9٠１é王-]{0,80}|\\PC{0,120}", name in "\\PC{0,12}") {
        let known = Known::of([KnownValue::Name(&name), KnownValue::Text(&name)]);
        let mut end = 0;
        for finding in detect(&text, &known) {
            prop_assert!(finding.span.start >= end && finding.span.start < finding.span.end);
            prop_assert!(text.get(finding.span.clone()).is_some());
            end = finding.span.end;
        }
        let _ = scrub_cards(&text);
    }

    #[test]
    fn a_known_word_never_survives(name in "[A-Za-zéüßłŁ]{3,12}", before in "[a-z ]{0,12}", after in "[.,!? ][a-z ]{0,12}") {
        let known = Known::of([KnownValue::Name(&name)]);
        for written in [name.clone(), name.to_lowercase(), name.to_uppercase()] {
            let masked = mask_text_with(&format!("{before} {written}{after}"), &known);
            let inside = masked.split(|c: char| !c.is_alphanumeric()).any(|word| word == written);
            prop_assert!(!inside, "{}", masked);
        }
    }

    #[test]
    fn m_5_a_card_is_gone_wherever_it_stands(
        body in prop::collection::vec(0u32..10, 14), before in "[a-z ]{0,12}", mark in prop::sample::select(vec!["", " ", "-"]),
    ) {
        let mut digits = vec![4];
        digits.extend(body);
        let sum: u32 = digits.iter().rev().enumerate().map(|(i, d)| match (*d, i % 2) {
            (d, 1) => d,
            (d, _) if d > 4 => 2 * d - 9,
            (d, _) => 2 * d,
        }).sum();
        digits.push((10 - sum % 10) % 10);
        let text: Vec<String> = digits.chunks(4).map(|g| g.iter().map(u32::to_string).collect()).collect();
        let number = text.join(mark);
        let kept = scrub_cards(&format!("{before} {number}, thanks")).unwrap();
        prop_assert!(!leaks(&number, "", &kept), "{}", kept);
        prop_assert!(kept.contains(&text[3]));
    }
}
