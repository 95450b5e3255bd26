//! Chat text with personal data of which it is known where it stands. Written before the detectors were, like the
//! templates in `held_out.txt`, and not tuned on since.

use countersign_rules::testing::Rng;

const TEMPLATES: &str = include_str!("held_out.txt");

/// What is planted.
#[derive(Debug, Clone)]
pub(crate) struct Planted {
    /// Where it begins and ends, in bytes.
    pub span: (usize, usize),
    /// What it is.
    pub kind: &'static str,
}

/// A message.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub text: String,
    pub planted: Vec<Planted>,
    /// Numbers, dates and codes that are nobody's.
    pub harmless: Vec<(usize, usize)>,
}

/// Kinds of values that are not personal.
const HARMLESS: [&str; 4] = ["order", "date", "version", "tracking"];

/// So many messages, a third of them with personal data.
pub(crate) fn generate(count: usize, seed: u64) -> Vec<Said> {
    let lines = |section: &str| -> Vec<&'static str> {
        let all = TEMPLATES.lines().skip_while(|line| !line.ends_with(section)).skip(1);
        all.take_while(|line| !line.starts_with('#')).collect()
    };
    let (personal, harmless) = (lines("== personal"), lines("== harmless"));
    let mut rng = Rng(seed);
    let mut say = || {
        let template = if rng.one_in(3) { *rng.pick(&personal) } else { *rng.pick(&harmless) };
        fill(&mut rng, template)
    };
    (0..count).map(|_| say()).collect()
}

fn fill(rng: &mut Rng, template: &str) -> Said {
    let mut said = Said { text: String::new(), planted: Vec::new(), harmless: Vec::new() };
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').expect("a template is sound");
        said.text.push_str(before);
        let start = said.text.len();
        let (name, kind) = KINDS.iter().find(|(known, _)| *known == name).copied().expect("a known kind");
        said.text.push_str(&value(rng, name));
        let span = (start, said.text.len());
        if HARMLESS.contains(&name) {
            said.harmless.push(span);
        } else {
            said.planted.push(Planted { span, kind });
        }
        rest = after;
    }
    said.text.push_str(rest);
    said
}

/// The words of templates, and what they are counted as.
const KINDS: [(&str, &str); 25] = [
    ("email", "email"),
    ("email_written", "obfuscated"),
    ("phone", "phone"),
    ("card", "card"),
    ("iban", "iban"),
    ("ssn", "ssn"),
    ("ip", "ip"),
    ("dob", "birth"),
    ("nino", "national"),
    ("nhs", "national"),
    ("sin", "national"),
    ("steuer_id", "national"),
    ("dni", "national"),
    ("nir", "national"),
    ("personnummer", "national"),
    ("pesel", "national"),
    ("codice_fiscale", "national"),
    ("bsn", "national"),
    ("cpf", "national"),
    ("cnpj", "national"),
    ("aadhaar", "national"),
    ("order", ""),
    ("date", ""),
    ("version", ""),
    ("tracking", ""),
];

fn value(rng: &mut Rng, name: &str) -> String {
    match name {
        "email" => email(rng),
        "email_written" => email_written(rng),
        "phone" => phone(rng),
        "card" => card(rng),
        "iban" => iban(rng),
        "ip" => ip(rng),
        "dob" => date(rng, 1938, 2012),
        "date" => date(rng, 2024, 2027),
        "order" => {
            let length = 4 + rng.below(3);
            digits(rng, length)
        }
        "version" => format!("{}.{}.{}", rng.below(20), rng.below(30), rng.below(10)),
        "tracking" => format!("{}{}", rng.pick(&["JD", "RR", "LX", "1Z"]), digits(rng, 6)),
        _ => super::national::value(rng, name),
    }
}

/// So many digits.
pub(crate) fn digits(rng: &mut Rng, count: usize) -> String {
    (0..count).map(|_| char::from(b'0' + rng.below(10) as u8)).collect()
}

/// The pattern with a digit for each `#`, 2 to 9 for each `%`.
pub(crate) fn shaped(rng: &mut Rng, pattern: &str) -> String {
    let digit = |c| match c {
        '#' => char::from(b'0' + rng.below(10) as u8),
        '%' => char::from(b'2' + rng.below(8) as u8),
        other => other,
    };
    pattern.chars().map(digit).collect()
}

const GIVEN: [&str; 24] = [
    "mia",
    "jonas",
    "o.kowalski",
    "sofia",
    "li.wei",
    "amira",
    "tom",
    "anna-lena",
    "p.garcia",
    "yuki",
    "j_smith",
    "dmytro",
    "claire",
    "r.o'neil",
    "fatma",
    "priya",
    "lars",
    "info",
    "sales.team",
    "mehmet",
    "ines",
    "kofi",
    "bjork",
    "j.p",
];
const HOSTS: [&str; 16] = [
    "gmail.com",
    "web.de",
    "example.org",
    "orange.fr",
    "wp.pl",
    "ukr.net",
    "mail.example.co.uk",
    "outlook.com",
    "qq.com",
    "posteo.net",
    "firma-meier.example",
    "uni-graz.at",
    "proton.me",
    "yahoo.co.jp",
    "bol.com.br",
    "telia.se",
];

fn email(rng: &mut Rng) -> String {
    let name = *rng.pick(&GIVEN);
    let host = *rng.pick(&HOSTS);
    match rng.below(5) {
        0 => format!("{name}+shop@{host}"),
        1 => format!("{name}{}@{host}", digits(rng, 2)),
        2 => format!("{}.{}@{host}", name, rng.pick(&["novak", "berg", "haddad", "costa", "nguyen"])),
        3 => format!("{}@{}", name.to_uppercase(), host.to_uppercase()),
        _ => format!("{name}@{host}"),
    }
}

fn email_written(rng: &mut Rng) -> String {
    let name = *rng.pick(&["mia.novak", "jonas", "claire.costa", "lars82"]);
    let (host, top) = *rng.pick(&[("gmail", "com"), ("posteo", "net"), ("example", "org"), ("telia", "se")]);
    match rng.below(5) {
        0 => format!("{name} (at) {host}.{top}"),
        1 => format!("{name} at {host} dot {top}"),
        2 => format!("{name}[at]{host}[dot]{top}"),
        3 => format!("{name}＠{host}．{top}"),
        _ => format!("{name} @ {host}.{top}"),
    }
}

const PHONES: [&str; 64] = [
    "(212) %%#-####",
    "415-%%#-####",
    "312.%%#.####",
    "+1 617 %%# ####",
    "1-800-%%#-####",
    "646%%#####",
    "+1 (303) %%#-####",
    "020 7### ####",
    "07%## ######",
    "+44 7%## ######",
    "+44 (0)20 7### ####",
    "0161 4## ####",
    "07%########",
    "0170 %######",
    "030 %#####",
    "030/%#######",
    "+49 171 %######",
    "0049 151 %#######",
    "0151-%#######",
    "+4917%########",
    "06 %# ## ## ##",
    "06.%#.##.##.##",
    "+33 6 %# ## ## ##",
    "06%#######",
    "01 4# ## ## ##",
    "+33 (0)1 4# ## ## ##",
    "6%# ### ###",
    "91 %## ## ##",
    "+34 6%# ### ###",
    "6%#######",
    "50# ### ###",
    "+48 60# ### ###",
    "51#-###-###",
    "22 6## ## ##",
    "070-%## ## ##",
    "+46 70 %## ## ##",
    "08-%## ### ##",
    "073%######",
    "067 %## ## ##",
    "+380 67 %## ## ##",
    "(044) 2##-##-##",
    "050%######",
    "050#######",
    "+966 50 ### ####",
    "+971 50 %## ####",
    "347 %## ####",
    "+39 347 %######",
    "02 %### ####",
    "06-%#######",
    "020 %## ####",
    "+31 6 %#######",
    "(11) 9%###-####",
    "+55 11 9%###-####",
    "98### #####",
    "+91 98### #####",
    "090-%###-####",
    "03-%###-####",
    "+81 90 %### ####",
    "138 #### ####",
    "+86 139 #### ####",
    "8 (912) %##-##-##",
    "+7 912 %##-##-##",
    "0532 %## ## ##",
    "0412 %## ###",
];

fn phone(rng: &mut Rng) -> String {
    let pattern = *rng.pick(&PHONES);
    let number = shaped(rng, pattern);
    if rng.one_in(40) { in_arabic(&number) } else { number }
}

fn in_arabic(number: &str) -> String {
    let digit = |c: char| c.to_digit(10).and_then(|d| char::from_u32(0x660 + d)).unwrap_or(c);
    number.chars().map(digit).collect()
}

/// The digit that makes the sum of a card right.
pub(crate) fn luhn(body: &str) -> String {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| match (u32::from(b - b'0'), i % 2) {
            (d, 0) if d > 4 => 2 * d - 9,
            (d, 0) => 2 * d,
            (d, _) => d,
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn card(rng: &mut Rng) -> String {
    let (prefix, length) =
        *rng.pick(&[("4", 16), ("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("37", 15), ("6011", 16)]);
    let body = format!("{prefix}{}", digits(rng, length - 1 - prefix.len()));
    let number = luhn(&body);
    match rng.below(4) {
        0 => number,
        1 => grouped(&number, 4, "-"),
        _ if length == 15 => format!("{} {} {}", &number[..4], &number[4..10], &number[10..]),
        _ => grouped(&number, 4, " "),
    }
}

/// In groups of so many.
pub(crate) fn grouped(number: &str, size: usize, mark: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    chars.chunks(size).map(String::from_iter).collect::<Vec<_>>().join(mark)
}

const IBANS: [(&str, &str); 12] = [
    ("DE", "##################"),
    ("FR", "##########00000######01"),
    ("ES", "####################"),
    ("PL", "########################"),
    ("GB", "NWBK##############"),
    ("NL", "ABNA##########"),
    ("SE", "####################"),
    ("SA", "####################"),
    ("UA", "#########################"),
    ("CH", "#################"),
    ("AT", "################"),
    ("BE", "############"),
];

fn iban(rng: &mut Rng) -> String {
    let (country, shape) = *rng.pick(&IBANS);
    let body = shaped(rng, shape);
    let all = format!("{body}{country}00");
    let mut rest = 0u32;
    for c in all.chars() {
        let value = c.to_digit(36).unwrap_or(0);
        rest = if value > 9 { (rest * 100 + value) % 97 } else { (rest * 10 + value) % 97 };
    }
    let number = format!("{country}{:02}{body}", 98 - rest);
    match rng.below(3) {
        0 => number,
        1 => grouped(&number, 4, " ").to_lowercase(),
        _ => grouped(&number, 4, " "),
    }
}

fn ip(rng: &mut Rng) -> String {
    let part = |rng: &mut Rng| rng.below(256);
    match rng.below(5) {
        0 => format!("2001:db8:{:x}::{:x}", 1 + rng.below(65_000), 1 + rng.below(65_000)),
        1 => {
            let parts: Vec<String> = (0..8).map(|_| format!("{:x}", 4_096 + rng.below(61_000))).collect();
            parts.join(":")
        }
        _ => format!("{}.{}.{}.{}", 1 + rng.below(222), part(rng), part(rng), part(rng)),
    }
}

fn date(rng: &mut Rng, from: usize, until: usize) -> String {
    let (year, month, day) = (from + rng.below(until - from), 1 + rng.below(12), 1 + rng.below(28));
    let names = ["January", "March", "May", "July", "September", "November"];
    match rng.below(6) {
        0 => format!("{year}-{month:02}-{day:02}"),
        1 => format!("{day}.{month}.{year}"),
        2 => format!("{day:02}/{month:02}/{year}"),
        3 => format!("{day} {} {year}", rng.pick(&names)),
        4 => format!("{day:02}.{month:02}.{:02}", year % 100),
        _ => format!("{day:02}.{month:02}.{year}"),
    }
}
