//! C-2: the classifier against its oracle, and the rules one by one.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use countersign_identity::testing::Rng;
use countersign_identity::{Code, Form, Verdict, classify, redact, redact_judged, redact_message, reference};
use proptest::prelude::*;

/// Pieces that make messages in which the rules meet: codes whole and in parts, borders, cues, noise.
fn piece(rng: &mut Rng) -> String {
    const GROUPS: [&str; 8] = ["WDJB", "mjht", "KLPX", "strc", "PRST", "Brrr", "ВСНК", "zzzz"];
    const DIGITS: [&str; 10] =
        ["482", "9173", "4056", "283", "12", "056283", "٤٨٢", "48291734056283", "3", "2026"];
    const SEPARATORS: [&str; 26] = [
        " ", "-", ".", "_", "  ", " - ", "–", "\n", "/", "@", "=", "&", "+", "#", ", ", ": ", "*",
        "\u{200b}", "~", "\u{301}", "%", "№", "(", ")", "\u{a0}", "😀",
    ];
    const WORDS: [&str; 18] = [
        "code",
        "my",
        "is",
        "код",
        "start",
        "/start",
        "?start=",
        "hello",
        "HELLO",
        "是",
        "验证码",
        "text=",
        "order",
        "Thanks",
        "a",
        "İ",
        "ﬀ",
        "bot",
    ];
    match rng.below(12) {
        0..3 => rng.pick(&SEPARATORS).to_owned(),
        3 => rng.pick(&GROUPS).to_owned(),
        4 => rng.pick(&DIGITS).to_owned(),
        5 | 6 => rng.pick(&WORDS).to_owned(),
        _ => {
            let form = if rng.below(3) == 0 { Form::Keypad } else { Form::Text };
            dressed(rng, form)
        }
    }
}

/// A right or nearly right code in some grouping and case.
fn dressed(rng: &mut Rng, form: Form) -> String {
    let code = rng.code(form);
    let mut text = code.reveal().to_owned();
    if rng.below(4) == 0 {
        text.replace_range(3..4, if form == Form::Text { "K" } else { "7" });
    }
    text = match rng.below(4) {
        0 => text.to_lowercase(),
        1 => format!("{}{}", &text[..1], text[1..].to_lowercase()),
        _ => text,
    };
    let groups: &[usize] = match (form, rng.below(4)) {
        (_, 0) => return text,
        (Form::Text, _) => &[4, 4, 4],
        (Form::Keypad, 1) => &[3, 4, 4, 3],
        (Form::Keypad, 2) => &[4, 4, 4, 2],
        (Form::Keypad, _) => &[3, 4, 4, 3],
    };
    let separators = ["-", "-", " ", ".", "_", " - ", "–", "\u{a0}", "- "];
    let separator = rng.pick(&separators);
    let mut at = 0;
    let parts = groups.iter().map(|len| {
        at += len;
        text[at - len..at].to_owned()
    });
    parts.collect::<Vec<_>>().join(separator)
}

fn message(seed: u64) -> String {
    let mut rng = Rng(seed);
    let count = 1 + rng.below(9);
    let glue = if rng.below(2) == 0 { " " } else { "" };
    (0..count).map(|_| piece(&mut rng)).collect::<Vec<_>>().join(glue)
}

#[test]
fn c_2_the_fast_classifier_says_what_the_slow_one_says() {
    let (mut candidates, mut malformed) = (0, 0);
    for seed in 0..150_000 {
        let text = message(seed);
        let (fast, slow) = (classify(&text), reference::classify(&text));
        assert_eq!(fast, slow, "seed {seed}: {text:?}");
        match fast.verdict {
            Verdict::Candidates(_) => candidates += 1,
            Verdict::Malformed => malformed += 1,
            Verdict::NotSent => {}
        }
    }
    println!("differential: 150000 messages, {candidates} with candidates, {malformed} malformed");
    assert!(candidates > 30_000 && malformed > 500, "the generator reaches every verdict");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn c_2_the_two_agree_on_any_text(text in "\\PC{0,120}") {
        prop_assert_eq!(classify(&text), reference::classify(&text));
    }

    #[test]
    fn spans_fit_and_redacting_removes_every_candidate(seed in any::<u64>()) {
        let text = message(seed);
        let found = classify(&text);
        let mut at = 0;
        for span in &found.spans {
            prop_assert!(span.start >= at && span.end > span.start && text.get(span.start..span.end).is_some());
            at = span.end;
        }
        let stored = redact(&text, &found.spans);
        for candidate in classify(&stored).candidates() {
            prop_assert!(found.candidates().iter().all(|c| c.code != candidate.code));
        }
        if found.spans.is_empty() {
            prop_assert_eq!(stored, text);
        }
    }
}

fn code(form: Form) -> Code {
    Rng(7).code(form)
}

#[test]
fn a_text_code_is_found_where_it_stands() {
    let code = code(Form::Text);
    let (shown, solid) = (code.display(), code.reveal().to_owned());
    let spaced = shown.replace('-', " ");
    let found = [
        format!("{shown}."),
        format!("“{shown}”"),
        format!("Hi, it's {shown}!"),
        format!("/start {solid}"),
        format!("/start {shown}"),
        format!("/start@example_bot {shown}"),
        format!("https://t.me/example_bot?start={solid}"),
        format!("👉{shown}👈"),
        format!("我的验证码是{shown}谢谢"),
        format!("コードは{solid}です"),
        format!("الكود {spaced}"),
        format!("Code: {}", spaced.to_lowercase()),
        format!("kod\n{}", spaced.to_lowercase()),
        format!("hello {solid} bye"),
        format!("hello {} bye", solid.to_lowercase()),
        format!("_{shown}_"),
        format!("`{solid}`"),
        format!("~{spaced}~"),
        format!("Hello {spaced}, thanks"),
        format!("{shown}.Thanks"),
        format!("see {shown}\r\nBye"),
        shown.replace('-', "–"),
        shown.replace('-', "."),
        shown.replace('-', "_"),
        shown.replace('-', " - "),
        shown.replace('-', "\u{a0}"),
        solid.chars().map(|c| format!("{c}\u{200b}")).collect(),
    ];
    for text in found {
        let classified = classify(&text);
        assert_eq!(classified.candidates().first().map(|c| &c.code), Some(&code), "{text:?}");
        assert!(!redact(&text, &classified.spans).contains(&solid[..4]), "{text:?}");
    }
}

#[test]
fn a_text_code_is_not_found_inside_something_else() {
    let code = code(Form::Text);
    let (shown, solid) = (code.display(), code.reveal().to_owned());
    let spaced = shown.replace('-', " ").to_lowercase();
    let other = [
        format!("{shown}-KLPX"),
        format!("KLPX-{shown}"),
        format!("{solid}7"),
        format!("x{shown}"),
        format!("https://{solid}.example"),
        format!("https://example.org/{solid}"),
        format!("{solid}@example.org"),
        format!("@{}", solid.to_lowercase()),
        format!("{}.example.org", shown.replace('-', ".")),
        format!("hello {spaced} bye"),
        format!("HELLO {} BYE", spaced.to_uppercase()),
        format!("{} WDJB", spaced.to_uppercase()),
        solid.replace(&solid[3..4], "A"),
        format!("{}\n{}", &shown[..9], &shown[10..]),
        format!("{solid}\u{301}"),
    ];
    for text in other {
        assert_eq!(classify(&text).verdict, Verdict::NotSent, "{text:?}");
    }
}

#[test]
fn a_keypad_code_needs_its_groups_or_a_frame() {
    let code = code(Form::Keypad);
    let (shown, solid) = (code.display(), code.reveal().to_owned());
    let (spaced, fours) = (
        shown.replace('-', " "),
        format!("{} {} {} {}", &solid[..4], &solid[4..8], &solid[8..12], &solid[12..]),
    );
    let arabic: String = solid.bytes().filter_map(|b| char::from_u32(0x660 + u32::from(b - b'0'))).collect();
    for text in [
        solid.clone(),
        shown.clone(),
        format!("hello {shown} bye"),
        format!("/start {solid}"),
        format!("code {solid}"),
        format!("мой код: {solid}, спасибо"),
        format!("this is the code: {spaced}"),
        fours.clone(),
        arabic.clone(),
        format!("رمز {arabic}"),
    ] {
        assert_eq!(classify(&text).candidates().first().map(|c| &c.code), Some(&code), "{text:?}");
    }
    for text in [
        format!("order {solid}"),
        format!("+{solid}"),
        format!("#{solid}"),
        format!("{solid} 12"),
        format!("PL {solid}"),
        format!("PL{solid}"),
        format!("{solid}€ paid"),
        format!("call {spaced}"),
        format!("the code for my order is {spaced}"),
        format!("4111 {fours}"),
        format!("1-{shown}"),
        format!("{solid}00"),
    ] {
        assert_eq!(classify(&text).verdict, Verdict::NotSent, "{text:?}");
    }
}

#[test]
fn a_number_alone_is_a_candidate_that_is_not_certain() {
    let code = code(Form::Keypad);
    assert!(!classify(code.reveal()).candidates()[0].span.is_certain);
    assert!(classify(&code.display()).candidates()[0].span.is_certain);
    assert!(classify(&format!("code {}", code.reveal())).candidates()[0].span.is_certain);
}

#[test]
fn a_wrong_check_symbol_is_malformed_only_alone() {
    for text in [
        "WDJB-MJHT-KLPQ",
        "wdjbmjhtklpq",
        "*WDJB MJHT KLPQ*!",
        "/start WDJBMJHTKLPQ",
        "482-9173-4056-280",
        "482 9173 4056 280",
    ] {
        assert_eq!(classify(text).verdict, Verdict::Malformed, "{text}");
        assert_eq!(classify(text).spans.len(), 1);
    }
    for text in [
        "is it WDJB-MJHT-KLPQ",
        "48291734056280",
        "HMMMMMMMMMMM",
        "sdfghjklmnbv",
        "ok WDJBMJHTKLPQ",
        "WDJB-MJHT-KLP",
    ] {
        assert_eq!(classify(text).verdict, Verdict::NotSent, "{text}");
    }
}

#[test]
fn three_different_codes_are_attempts_and_all_are_redacted() {
    let mut rng = Rng(3);
    let codes: Vec<Code> = (0..5).map(|_| rng.code(Form::Text)).collect();
    let mut text: String = codes.iter().map(|c| c.display() + ", ").collect();
    text += &codes[0].display();
    let found = classify(&text);
    assert_eq!(found.candidates().iter().map(|c| c.code.clone()).collect::<Vec<_>>(), codes[..3]);
    assert_eq!(found.spans.len(), 6);
    assert_eq!(classify(&redact(&text, &found.spans)).verdict, Verdict::NotSent);
}

#[test]
fn only_the_first_4096_characters_are_read_but_all_are_redacted() {
    let code = code(Form::Text);
    let near = format!("{}{}", "é, ".repeat(1360), code.display());
    let far = format!("{}{}", "é, ".repeat(1365), code.display());
    assert_eq!(classify(&near).candidates().len(), 1);
    assert_eq!(classify(&far).verdict, Verdict::NotSent);
    assert!(redact_message(&far).ends_with(&code.redacted()));
}

#[test]
fn long_hostile_text_takes_linear_time() {
    for unit in [
        "BCDF-",
        "BCDF ",
        "1234 ",
        "b",
        "WDJB-MJHT-KLPX ",
        "code code\n",
        "482-9173-4056-283 ",
        "/start@a ",
        "\u{301}b",
    ] {
        let text = unit.repeat(1_000_000 / unit.len());
        classify(&text);
        redact_message(&text);
    }
}

/// A code with one symbol exchanged.
fn mistyped(form: Form, at: usize) -> String {
    let mut symbols: Vec<char> = code(form).display().chars().collect();
    let at = (at..).find(|at| symbols[*at] != '-').unwrap();
    symbols[at] = match symbols[at] {
        'B' | 'b' => 'C',
        '0'..='8' => char::from_u32(symbols[at] as u32 + 1).unwrap(),
        '9' => '0',
        _ => 'B',
    };
    symbols.into_iter().collect()
}

#[test]
fn c_8_a_mistyped_code_in_a_sentence_is_redacted_and_still_not_sent() {
    for at in 0..14 {
        let typo = mistyped(Form::Text, at);
        let (solid, small) = (typo.replace('-', ""), typo.to_lowercase());
        for text in [
            format!("hello, is it {typo} that you want?"),
            format!("hello, is it {small} that you want?"),
            format!("hello, is it {solid} that you want?"),
            format!("hello, is it {} that you want?", solid.to_lowercase()),
            format!("{}{typo} is far down", "well, ".repeat(2_000)),
        ] {
            let stored = redact_message(&text);
            assert!(
                stored.contains("••••-••••-••") && !stored.to_uppercase().contains(&solid[2..10]),
                "{stored}"
            );
            assert_eq!(classify(&text).verdict, Verdict::NotSent, "{text}");
        }
    }
    for at in 0..16 {
        let typo = mistyped(Form::Keypad, at);
        let text = format!("hello, is it {typo} that you want?");
        assert!(redact_message(&text).contains("•••-••••-••••-•"), "{typo}");
        assert_eq!(classify(&text).verdict, Verdict::NotSent);
    }
}

#[test]
fn c_8_numbers_of_everyday_life_and_words_are_not_redacted() {
    for text in [
        "call +49 30 901820 or 004930901820, (030) 90 18 20 from Germany",
        "my IBAN is DE89 3704 0044 0532 0130 00",
        "order 48291734056281 came without 48291734056282, parcel 00340434161094015902",
        "parcel 4829 1734 0562 81, invoice 482-9173405-6281734",
        "card 4111 1111 1111 1111, GTIN 10614141000415, CNPJ 11.222.333/0001-81",
        "we use SMTP HTTP HTML NTFS, and strc prst skrz krk is Czech",
        "key XKCD7-QW3RT-BMN4V, licence A1B2-C3D4-E5F6, hmmmmmmmmmmm",
        "db-mysql-prod.BCDF-GHJK-LMNP.example.com /WDJB-MJHT-KLPQ/x",
    ] {
        assert_eq!(redact_message(text), text);
    }
}

#[test]
fn c_8_what_was_looked_up_and_is_no_code_stays_and_what_was_found_goes() {
    let (one, two) = (code(Form::Keypad), code(Form::Text));
    let text = format!("{} and {}", one.display(), two.display());
    let found = classify(&text).spans;
    assert_eq!(redact_judged(&text, &found, &found), text);
    assert_eq!(
        redact_judged(&text, &found, &found[..1]),
        format!("{} and {}", one.display(), two.redacted())
    );
    assert_eq!(redact_judged(&text, &[], &[]), redact_message(&text));
    // Found when only the beginning was read, and framed no more in the whole: redacted all the same.
    let bare = one.reveal();
    let whole = format!("{bare} {}stands before other words", ", ".repeat(2_100));
    let found = classify(&whole).spans;
    assert_eq!(found.len(), 1);
    assert_eq!(redact_message(&whole), whole);
    assert!(!redact_judged(&whole, &found, &[]).contains(bare));
}
