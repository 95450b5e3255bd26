//! What people paste.

use super::words::{about, around};
use crate::testing::Rng;

fn digits(rng: &mut Rng, count: usize) -> String {
    (0..count).map(|_| char::from(b'0' + rng.below(10) as u8)).collect()
}

fn of(rng: &mut Rng, alphabet: &[u8], count: usize) -> String {
    (0..count).map(|_| char::from(alphabet[rng.below(alphabet.len())])).collect()
}

const CAPITALS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ALNUM: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const BASE62: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Fills a pattern: `9` digit, `A` capital, `C` capital or digit, others as they are.
fn fill(rng: &mut Rng, pattern: &str) -> String {
    let mut one = |c| match c {
        '9' => digits(rng, 1),
        'A' => of(rng, CAPITALS, 1),
        'C' => of(rng, ALNUM, 1),
        c => c.to_string(),
    };
    pattern.chars().map(&mut one).collect()
}

fn grouped(text: &str, size: usize, separator: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(size).map(String::from_iter).collect::<Vec<_>>().join(separator)
}

/// The digit that makes a Luhn sum right.
fn luhn(body: &str) -> String {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| (u32::from(b - b'0'), i % 2 == 0))
        .map(|(d, doubled)| if doubled { d * 2 / 10 + d * 2 % 10 } else { d })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// The digit that makes the 3-1 sum of EAN, GTIN and Russian postal items right.
fn ean(body: &str) -> String {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| u32::from(b - b'0') * if i % 2 == 0 { 3 } else { 1 })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

pub(super) fn phone(rng: &mut Rng) -> String {
    const PATTERNS: [&str; 44] = [
        "+1 (999) 999-9999",
        "999-999-9999",
        "(999) 999-9999",
        "1-800-999-9999",
        "+1.999.999.9999",
        "+49 1999 9999999",
        "+49 (0)30 999999",
        "0049 1999 9999999",
        "030/9999999",
        "01999 9999999",
        "+44 7999 999999",
        "020 7999 9999",
        "+33 6 99 99 99 99",
        "06 99 99 99 99",
        "06.99.99.99.99",
        "+34 999 99 99 99",
        "+39 399 999 9999",
        "+48 999 999 999",
        "999 999 999",
        "+420 999 999 999",
        "+7 (999) 999-99-99",
        "8 999 999 99 99",
        "8(999)9999999",
        "+380 99 999 99 99",
        "+90 599 999 99 99",
        "0599 999 99 99",
        "+55 (99) 99999-9999",
        "99 99999-9999",
        "+52 1 55 9999 9999",
        "+86 139 9999 9999",
        "139 9999 9999",
        "13999999999",
        "+81 90-9999-9999",
        "090-9999-9999",
        "+82 10-9999-9999",
        "+91 99999 99999",
        "+966 59 999 9999",
        "+972 59-999-9999",
        "+62 812-9999-9999-9",
        "0812 9999 99999",
        "+43 664 9999999999",
        "00 48 999 999 999",
        "+9999999999999",
        "004917999999999",
    ];
    let pattern = rng.pick(&PATTERNS);
    let number = fill(rng, pattern);
    let text = match rng.below(8) {
        0 => native(rng, &number),
        1 => format!("{number} / {}", digits(rng, 4)),
        2 => format!("tel:{}", number.replace([' ', '-', '(', ')'], "")),
        _ => number,
    };
    around(rng, &text)
}

/// The same digits in another script.
fn native(rng: &mut Rng, text: &str) -> String {
    let zero = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10][rng.below(6)];
    text.chars().map(|c| c.to_digit(10).and_then(|d| char::from_u32(zero + d)).unwrap_or(c)).collect()
}

/// Countries of the IBAN registry with the structure of the national part: n digits, a letters, c either.
const IBANS: &str = "AD8n12c AE19n AL8n16c AT16n AZ4a20c BA16n BE12n BG4a6n8c BH4a14c BI23n BR23n1a1c BY4c4n16c CH5n12c CR18n CY8n16c CZ20n \
    DE18n DJ23n DK14n DO4c20n EE16n EG25n ES20n FI14n FK2a12n FO14n FR10n11c2n GB4a14n GE2a16n GI4a15c GL14n GR7n16c GT4c20c HN4a20n HR17n HU24n \
    IE4a14n IL19n IQ4a15n IS22n IT1a10n12c JO4a4n18c KW4a22c KZ3n13c LB4n20c LC4a24c LI5n12c LT16n LU3n13c LV4a13c LY21n MC10n11c2n MD2c18c ME18n \
    MK3n10c2n MN16n MR23n MT4a5n18c MU4a19n3a NI4a20n NL4a10n NO11n OM3n16c PK4a16c PL24n PS4a21c PT21n QA4a21c RO4a16c RS18n RU14n15c SA2n18c SC4a20n3a \
    SD14n SE20n SI15n SK20n SM1a10n12c SO19n ST21n SV4a20n TL19n TN20n TR6n16c UA6n19c VA18n VG4a16n XK16n YE4a4n18c";

pub(super) fn iban(rng: &mut Rng) -> String {
    let all: Vec<&str> = IBANS.split_whitespace().collect();
    let shape = rng.pick(&all);
    let (country, mut rest) = shape.split_at(2);
    let mut text = format!("{country}{}", digits(rng, 2));
    while let Some(at) = rest.find(['n', 'a', 'c']) {
        let count = rest[..at].parse().unwrap_or(0);
        text += &match rest.as_bytes()[at] {
            b'n' => digits(rng, count),
            b'a' => of(rng, CAPITALS, count),
            _ => of(rng, ALNUM, count),
        };
        rest = &rest[at + 1..];
    }
    let text = match rng.below(6) {
        0 | 1 => grouped(&text, 4, " "),
        2 => grouped(&text, 4, "-"),
        3 => text.to_lowercase(),
        4 => format!("IBAN {}", grouped(&text, 4, " ")),
        _ => text,
    };
    around(rng, &text)
}

const ORDER: [&str; 12] = [
    "order",
    "Bestellung",
    "pedido",
    "commande",
    "zamówienie",
    "заказ",
    "objednávka",
    "sipariş",
    "订单",
    "注文",
    "invoice no.",
    "customer number",
];

pub(super) fn order(rng: &mut Rng) -> String {
    const PATTERNS: [&str; 16] = [
        "#99999",
        "ORD-2026-999999",
        "#9999999999",
        "AA-999999",
        "999-9999999-9999999",
        "SO999999",
        "99999999999999",
        "9999-9999-9999",
        "INV/2026/11/9999",
        "W9999999999",
        "PO 9999999",
        "999999999999",
        "R99999-9",
        "CCCCCCCC",
        "№ 9999999",
        "2026112099999999",
    ];
    let pattern = rng.pick(&PATTERNS);
    let number = fill(rng, pattern);
    about(rng, &ORDER, &number)
}

const PARCEL: [&str; 10] = [
    "parcel",
    "tracking number",
    "Sendung",
    "envío",
    "colis",
    "paczka",
    "посылка ТТН",
    "zásilka",
    "运单号",
    "追跡番号",
];

pub(super) fn parcel(rng: &mut Rng) -> String {
    // Fourteen digits stand alone only where the shape itself tells: a leading zero, a taken prefix, the 3-1 sum.
    let (number, is_plain) = match rng.below(19) {
        0 => (fill(rng, "1ZCCCCCC9999999999"), true),
        1 => (fill(rng, "1Z CCC CCC 99 9999 9999"), true),
        2 => (fill(rng, "9999999999"), true),
        3 => (fill(rng, "JJD999999999999999"), true),
        4 => (fill(rng, "00340434999999999999"), true),
        5 => (fill(rng, "999999999999"), true),
        6 => (fill(rng, "9999 9999 9999"), true),
        7 => (fill(rng, "999999999999999"), true),
        8 => (fill(rng, "AA999999999AA"), true),
        9 => (fill(rng, "AA 999 999 999 AA"), true),
        10 => (fill(rng, "99999999999"), true),
        11 => (fill(rng, "09999999999999"), true),
        12 => (fill(rng, "15999999999999"), false),
        13 => (fill(rng, "99999999999999"), false),
        14 => (fill(rng, "20450999999999"), true),
        15 => (format!("59000{}", digits(rng, 9)), true),
        16 => (ean(&fill(rng, "1999999999999")), true),
        17 => (fill(rng, "3SCCCC999999999"), true),
        _ => (fill(rng, "TBA999999999999"), true),
    };
    if is_plain { around(rng, &number) } else { about(rng, &PARCEL, &number) }
}

pub(super) fn card(rng: &mut Rng) -> String {
    let (prefix, length, groups): (&str, usize, &[usize]) = match rng.below(6) {
        0 | 1 => ("4", 16, &[4, 4, 4, 4]),
        2 => ("5", 16, &[4, 4, 4, 4]),
        3 => ("37", 15, &[4, 6, 5]),
        4 => ("36", 14, &[4, 6, 4]),
        _ => ("6011", 16, &[4, 4, 4, 4]),
    };
    let number = luhn(&format!("{prefix}{}", digits(rng, length - 1 - prefix.len())));
    let mut at = 0;
    let parts = groups.iter().map(|len| {
        at += len;
        &number[at - len..at]
    });
    let text = match rng.below(3) {
        0 => number.clone(),
        1 => parts.collect::<Vec<_>>().join("-"),
        _ => parts.collect::<Vec<_>>().join(" "),
    };
    let expiry = fill(rng, "09/29 999");
    if rng.below(3) == 0 { around(rng, &format!("{text} {expiry}")) } else { around(rng, &text) }
}

pub(super) fn date(rng: &mut Rng) -> String {
    let (year, month, day) = (1990 + rng.below(40), 1 + rng.below(12), 1 + rng.below(28));
    let (hour, minute, second) = (rng.below(24), rng.below(60), rng.below(60));
    let text = match rng.below(8) {
        0 => format!("{year}-{month:02}-{day:02}"),
        1 => format!("{day:02}.{month:02}.{year} {hour:02}:{minute:02}"),
        2 => format!("{month}/{day}/{year}"),
        3 => format!("{year}{month:02}{day:02}{hour:02}{minute:02}{second:02}"),
        4 => format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"),
        5 => format!("{year}年{month}月{day}日"),
        6 => format!("{day:02}.{month:02}.{year} - {:02}.{month:02}.{year}", 1 + rng.below(28)),
        _ => format!("{hour:02}:{minute:02}-{:02}:{minute:02}", rng.below(24)),
    };
    around(rng, &text)
}

pub(super) fn url(rng: &mut Rng) -> String {
    let length = 6 + rng.below(16);
    let id = of(rng, BASE62, length);
    let host = of(rng, b"bcdfghjklmnpqrstvwxz", 12);
    let solid = of(rng, b"BCDFGHJKLMNPQRSTVWXZ", 12);
    let text = match rng.below(10) {
        0 => format!("https://example.org/{id}"),
        1 => format!("https://{host}.example/path?q={}", digits(rng, 14)),
        2 => format!("www.{host}.com"),
        3 => format!("https://youtu.be/{}", of(rng, BASE62, 11)),
        4 => format!("https://shop.example/p/{}", digits(rng, 14)),
        5 => format!("https://docs.example/d/{}/edit#gid={}", of(rng, BASE62, 44), digits(rng, 9)),
        6 => format!("{}.{}.{}.example", &host[..4], &host[4..8], &host[8..]),
        7 => format!("https://example.org/{solid}?ref={}", grouped(&solid, 4, "-")),
        8 => format!("file_{}.pdf", digits(rng, 14)),
        _ => format!("@{host}"),
    };
    around(rng, &text)
}

pub(super) fn email(rng: &mut Rng) -> String {
    let name = of(rng, b"bcdfghjklmnpqrstvwxz", 12);
    let text = match rng.below(4) {
        0 => format!("{name}@example.org"),
        1 => format!("{}@example.com", grouped(&name, 4, ".")),
        2 => format!("ann@{name}.example"),
        _ => format!("{}+{name}@example.net", digits(rng, 8)),
    };
    around(rng, &text)
}

pub(super) fn coupon(rng: &mut Rng) -> String {
    const PATTERNS: [&str; 12] = [
        "CCCCCCCC",
        "CCCCCCCCCC",
        "CCCC-CCCC-CCCC-CCCC",
        "CCCCC-CCCCC-CCCCC",
        "CCCCCCCCCCCCCCCC",
        "SAVE99",
        "CCCC-CCCCCC-CCCC",
        "CCCCC-CCCCC-CCCCC-CCCCC-CCCCC",
        "AAAA9999",
        "BLACKFRIDAY99",
        "AAAAA",
        "CCCC-CCCC",
    ];
    let pattern = rng.pick(&PATTERNS);
    let text = fill(rng, pattern);
    let text = if rng.below(4) == 0 { text.to_lowercase() } else { text };
    around(rng, &text)
}

pub(super) fn gtin(rng: &mut Rng) -> String {
    let text = match rng.below(5) {
        0 => ean(&format!("978{}", digits(rng, 9))),
        1 => {
            let isbn = ean(&format!("978{}", digits(rng, 9)));
            format!("{}-{}-{}-{}-{}", &isbn[..3], &isbn[3..4], &isbn[4..8], &isbn[8..12], &isbn[12..])
        }
        2 => ean(&digits(rng, 12)),
        3 => ean(&digits(rng, 13)),
        _ => ean(&digits(rng, 7)),
    };
    around(rng, &text)
}

pub(super) fn company(rng: &mut Rng) -> String {
    let text = match rng.below(9) {
        0 => luhn(&digits(rng, 13)),
        1 => grouped(&luhn(&digits(rng, 8)), 3, " ") + " " + &digits(rng, 5),
        2 => cnpj(rng),
        3 => fill(rng, "DE999999999"),
        4 => fill(rng, "ATU99999999"),
        5 => fill(rng, "AAAAAA99A99A999A"),
        6 => fill(rng, "9999999999999"),
        7 => fill(rng, "A99999999"),
        _ => fill(rng, "AA9999AA"),
    };
    around(rng, &text)
}

fn cnpj(rng: &mut Rng) -> String {
    let mut text = digits(rng, 8) + "0001";
    for weights in [[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2].as_slice(), &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]]
    {
        let sum: u32 = text.bytes().zip(weights).map(|(b, w)| u32::from(b - b'0') * w).sum();
        text += &(if sum % 11 < 2 { 0 } else { 11 - sum % 11 }).to_string();
    }
    if rng.below(2) == 0 {
        return text;
    }
    format!("{}.{}.{}/{}-{}", &text[..2], &text[2..5], &text[5..8], &text[8..12], &text[12..])
}

pub(super) fn hash(rng: &mut Rng) -> String {
    let hex = |rng: &mut Rng, n| of(rng, b"0123456789abcdef", n);
    let text = match rng.below(9) {
        0 => hex(rng, 40),
        1 => hex(rng, 64),
        2 => format!("{}-{}-{}-{}-{}", hex(rng, 8), hex(rng, 4), hex(rng, 4), hex(rng, 4), hex(rng, 12)),
        3 => of(rng, BASE62, 22),
        4 => format!("{}==", of(rng, BASE62, 30)),
        5 => grouped(&hex(rng, 12), 2, ":"),
        6 => grouped(&hex(rng, 40).to_uppercase(), 4, " "),
        7 => format!("bc1q{}", of(rng, b"qpzry9x8gf2tvdw0s3jn54khce6mua7l", 38)),
        _ => format!("2001:db8:{}:{}::{}", hex(rng, 4), hex(rng, 4), hex(rng, 2)),
    };
    around(rng, &text)
}

pub(super) fn otp(rng: &mut Rng) -> String {
    let text = match rng.below(5) {
        0 => digits(rng, 4),
        1 => digits(rng, 6),
        2 => grouped(&digits(rng, 6), 3, " "),
        3 => format!("G-{}", digits(rng, 6)),
        _ => grouped(&digits(rng, 8), 4, "-"),
    };
    format!(
        "{} {text}",
        rng.pick(&["code", "your code is", "Ihr Code lautet", "код:", "kod", "验证码", "código"])
    )
}

pub(super) fn log(rng: &mut Rng) -> String {
    match rng.below(5) {
        0 => format!(
            "2026-11-20T10:{}:07.{}Z ERROR [pool-3-thread-{}] c.e.s.HttpSvc - GET /v1/x/{} 503",
            digits(rng, 2),
            digits(rng, 6),
            digits(rng, 2),
            digits(rng, 14)
        ),
        1 => format!(
            "{}\t{}\t{}\n{}\t{}\t{}",
            digits(rng, 4),
            digits(rng, 4),
            digits(rng, 4),
            digits(rng, 4),
            digits(rng, 4),
            digits(rng, 6)
        ),
        2 => format!("x = {} * {}; // {}", digits(rng, 8), digits(rng, 9), digits(rng, 14)),
        3 => format!("lat {}.{}, lon -{}.{}", digits(rng, 2), digits(rng, 7), digits(rng, 2), digits(rng, 7)),
        _ => format!(
            "{} {} {} {} {} {}",
            digits(rng, 2),
            digits(rng, 2),
            digits(rng, 2),
            digits(rng, 2),
            digits(rng, 2),
            digits(rng, 2)
        ),
    }
}

pub(super) fn digits_alone(rng: &mut Rng) -> String {
    digits(rng, 14)
}

pub(super) fn parcel_alone(rng: &mut Rng) -> String {
    fill(rng, "15999999999999")
}

pub(super) fn voucher_solid(rng: &mut Rng) -> String {
    let text = fill(rng, "CCCCCCCCCCCC");
    around(rng, &text)
}

pub(super) fn voucher_grouped(rng: &mut Rng) -> String {
    let text = fill(rng, "CCCC-CCCC-CCCC");
    around(rng, &text)
}

pub(super) fn consonants_alone(rng: &mut Rng) -> String {
    of(rng, crate::ALPHABET, 12)
}
