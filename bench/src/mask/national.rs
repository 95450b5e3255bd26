//! Numbers that states give to people, with their check digits, as their authorities publish them.

use countersign_rules::testing::Rng;

use super::corpus::{digits, grouped, luhn, shaped};

/// One of them, as people write it.
pub(crate) fn value(rng: &mut Rng, name: &str) -> String {
    match name {
        "ssn" => ssn(rng),
        "nino" => nino(rng),
        "nhs" => nhs(rng),
        "sin" => sin(rng),
        "steuer_id" => steuer_id(rng),
        "dni" => dni(rng),
        "nir" => nir(rng),
        "personnummer" => personnummer(rng),
        "pesel" => pesel(rng),
        "codice_fiscale" => codice_fiscale(rng),
        "bsn" => bsn(rng),
        "cpf" => cpf(rng),
        "cnpj" => cnpj(rng),
        _ => aadhaar(rng),
    }
}

fn weighed(number: &str, weights: &[u32]) -> u32 {
    number.chars().filter_map(|c| c.to_digit(10)).zip(weights).map(|(d, w)| d * w).sum()
}

fn ssn(rng: &mut Rng) -> String {
    let area = loop {
        let area = 1 + rng.below(772);
        if area != 666 {
            break area;
        }
    };
    let (group, serial) = (1 + rng.below(99), 1 + rng.below(9_999));
    match rng.below(4) {
        0 => format!("{area:03}{group:02}{serial:04}"),
        1 => format!("{area:03} {group:02} {serial:04}"),
        _ => format!("{area:03}-{group:02}-{serial:04}"),
    }
}

fn nino(rng: &mut Rng) -> String {
    let prefix = *rng.pick(&["AB", "CE", "JK", "LM", "PX", "SA", "WE", "YZ"]);
    let suffix = *rng.pick(&["A", "B", "C", "D"]);
    let body = digits(rng, 6);
    if rng.one_in(2) {
        format!("{prefix}{body}{suffix}")
    } else {
        format!("{prefix} {} {suffix}", grouped(&body, 2, " "))
    }
}

fn nhs(rng: &mut Rng) -> String {
    loop {
        let body = format!("{}{}", 4 + rng.below(3), digits(rng, 8));
        let check = 11 - weighed(&body, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        if check != 10 {
            let all = format!("{body}{}", check % 11);
            return if rng.one_in(3) { all } else { format!("{} {} {}", &all[..3], &all[3..6], &all[6..]) };
        }
    }
}

fn sin(rng: &mut Rng) -> String {
    let all = luhn(&format!("{}{}", 1 + rng.below(7), digits(rng, 7)));
    grouped(&all, 3, if rng.one_in(2) { " " } else { "-" })
}

fn steuer_id(rng: &mut Rng) -> String {
    // Of the first ten digits one stands twice, one not at all.
    let mut pool: Vec<u8> = (0..10).collect();
    for i in (1..10).rev() {
        pool.swap(i, rng.below(i + 1));
    }
    pool[9] = pool[rng.below(8)];
    if pool[0] == 0 {
        let other = 1 + usize::from(pool[1] == 0);
        pool.swap(0, other);
    }
    let mut product = 10u32;
    for digit in &pool {
        let sum = match (u32::from(*digit) + product) % 10 {
            0 => 10,
            sum => sum,
        };
        product = sum * 2 % 11;
    }
    let check = match 11 - product {
        10 => 0,
        check => check,
    };
    let all: String = pool.iter().map(|d| char::from(b'0' + d)).collect::<String>() + &check.to_string();
    if rng.one_in(2) { all } else { format!("{} {} {} {}", &all[..2], &all[2..5], &all[5..8], &all[8..]) }
}

fn dni(rng: &mut Rng) -> String {
    let letter = |n: u32| char::from(b"TRWAGMYFPDXBNJZSQVHLCKE"[(n % 23) as usize]);
    let number = rng.below(100_000_000) as u32;
    match rng.below(3) {
        0 => format!("{number:08}-{}", letter(number)),
        1 => {
            let (which, rest) = (rng.below(3) as u32, number % 10_000_000);
            format!("{}{rest:07}{}", ["X", "Y", "Z"][which as usize], letter(which * 10_000_000 + rest))
        }
        _ => format!("{number:08}{}", letter(number)),
    }
}

fn nir(rng: &mut Rng) -> String {
    let (year, month) = (rng.below(100), 1 + rng.below(12));
    let rest = digits(rng, 6);
    let body = format!("{}{year:02}{month:02}{:02}{rest}", 1 + rng.below(2), 1 + rng.below(19));
    let key = 97 - body.parse::<u64>().unwrap_or(0) % 97;
    if rng.one_in(2) {
        return format!("{body}{key:02}");
    }
    let b = &body;
    format!("{} {} {} {} {} {} {key:02}", &b[..1], &b[1..3], &b[3..5], &b[5..7], &b[7..10], &b[10..])
}

fn personnummer(rng: &mut Rng) -> String {
    let year = 1_940 + rng.below(70);
    let (month, day) = (1 + rng.below(12), 1 + rng.below(28));
    let body = format!("{:02}{month:02}{day:02}{}", year % 100, digits(rng, 3));
    let all = luhn(&body);
    let (born, serial) = all.split_at(6);
    match rng.below(3) {
        0 => format!("{}{born}-{serial}", year / 100),
        1 => format!("{}{born}{serial}", year / 100),
        _ => format!("{born}-{serial}"),
    }
}

fn pesel(rng: &mut Rng) -> String {
    let (month, day) = (1 + rng.below(12) + 20 * rng.below(2), 1 + rng.below(28));
    let body = format!("{:02}{month:02}{day:02}{}", rng.below(100), digits(rng, 4));
    let sum = weighed(&body, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10;
    format!("{body}{}", (10 - sum) % 10)
}

fn codice_fiscale(rng: &mut Rng) -> String {
    let name = *rng.pick(&["RSSMRA", "BNCGLI", "VRDLCU", "FRRNNA", "CLMPLA"]);
    let month = char::from(b"ABCDEHLMPRST"[rng.below(12)]);
    let town = *rng.pick(&["H501", "F205", "L219", "D612"]);
    let body = format!("{name}{:02}{month}{:02}{town}", rng.below(100), 1 + rng.below(28));
    let odd =
        [1u32, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let value = |c: u8| usize::from(if c.is_ascii_digit() { c - b'0' } else { c - b'A' });
    let sum: u32 =
        body.bytes().enumerate().map(|(i, c)| if i % 2 == 0 { odd[value(c)] } else { value(c) as u32 }).sum();
    format!("{body}{}", char::from(b'A' + (sum % 26) as u8))
}

fn bsn(rng: &mut Rng) -> String {
    loop {
        let body = shaped(rng, "%#######");
        let check = weighed(&body, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        if check < 10 {
            return if rng.one_in(2) {
                format!("{body}{check}")
            } else {
                format!("{}.{}.{}{check}", &body[..4], &body[4..6], &body[6..])
            };
        }
    }
}

fn modulo_11(body: &str, weights: &[u32]) -> u32 {
    match weighed(body, weights) % 11 {
        rest if rest < 2 => 0,
        rest => 11 - rest,
    }
}

fn cpf(rng: &mut Rng) -> String {
    let mut all = digits(rng, 9);
    for weights in [&[10, 9, 8, 7, 6, 5, 4, 3, 2][..], &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]] {
        let check = modulo_11(&all, weights);
        all.push_str(&check.to_string());
    }
    if rng.one_in(3) { all } else { format!("{}.{}.{}-{}", &all[..3], &all[3..6], &all[6..9], &all[9..]) }
}

fn cnpj(rng: &mut Rng) -> String {
    let mut all = format!("{}0001", digits(rng, 8));
    for weights in [&[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2][..], &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]] {
        let check = modulo_11(&all, weights);
        all.push_str(&check.to_string());
    }
    format!("{}.{}.{}/{}-{}", &all[..2], &all[2..5], &all[5..8], &all[8..12], &all[12..])
}

const VERHOEFF_D: [[usize; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];
const VERHOEFF_P: [[usize; 10]; 8] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
    [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
    [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
];

fn aadhaar(rng: &mut Rng) -> String {
    let body = shaped(rng, "%##########");
    let sum = body
        .bytes()
        .rev()
        .enumerate()
        .fold(0, |sum, (i, b)| VERHOEFF_D[sum][VERHOEFF_P[(i + 1) % 8][usize::from(b - b'0')]]);
    let check = (0..10).find(|check| VERHOEFF_D[sum][*check] == 0).unwrap_or(0);
    grouped(&format!("{body}{check}"), 4, " ")
}
