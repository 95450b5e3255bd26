//! Numbers that states give to people, by their shape and their check digits. Without a check digit, or with a shape
//! that others have too, a word before it decides; then the number is hidden in any case, and only its kind is in doubt.

use super::card::is_luhn;
use super::context::{Hint, Hints};
use super::run::Run;

/// Whose number it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nation {
    /// US social security number.
    UsSsn,
    /// British national insurance number.
    GbNino,
    /// British health service number.
    GbNhs,
    /// Canadian social insurance number.
    CaSin,
    /// German tax number of a person.
    DeTax,
    /// Spanish DNI or NIE.
    EsDni,
    /// French social security number.
    FrNir,
    /// Italian tax code.
    ItTax,
    /// Polish PESEL.
    PlPesel,
    /// Swedish personal number.
    SePersonal,
    /// Dutch citizen service number.
    NlBsn,
    /// Brazilian CPF.
    BrCpf,
    /// Brazilian CNPJ.
    BrCnpj,
    /// Indian Aadhaar.
    InAadhaar,
    /// Turkish identity number.
    TrIdentity,
    /// Swiss AHV number.
    ChAhv,
    /// Belgian national number.
    BeNational,
    /// Chinese resident identity number.
    CnResident,
}

fn weighed(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| u32::from(*d) * w).sum()
}

fn two(digits: &[u8]) -> u32 {
    digits.iter().take(2).fold(0, |n, d| n * 10 + u32::from(*d))
}

fn is_day(month: u32, day: u32) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// What a number is by itself.
pub(super) fn strong(run: &Run) -> Option<Nation> {
    let d = &run.digits[..];
    if d.iter().any(|digit| *digit > 9) {
        return None;
    }
    match d.len() {
        9 if run.is_grouped(&[3, 2, 4]) && is_ssn(d) => Some(Nation::UsSsn),
        9 if run.is_grouped(&[4, 2, 3]) && is_bsn(d) => Some(Nation::NlBsn),
        10 if (run.is_bare() || run.is_grouped(&[6, 4])) && is_personal(d) => Some(Nation::SePersonal),
        11 if (run.is_bare() || run.is_grouped(&[3, 3, 3, 2])) && is_cpf(d) => Some(Nation::BrCpf),
        11 if run.is_grouped(&[2, 2, 2, 3, 2]) && is_belgian(run) => Some(Nation::BeNational),
        11 if run.is_bare() && is_pesel(d) => Some(Nation::PlPesel),
        11 if run.is_bare() && is_turkish(d) => Some(Nation::TrIdentity),
        11 if (run.is_bare() || run.is_grouped(&[2, 3, 3, 3])) && is_german(d) => Some(Nation::DeTax),
        12 if (run.is_bare() || run.is_grouped(&[8, 4])) && is_century(d) && is_personal(&d[2..]) => {
            Some(Nation::SePersonal)
        }
        12 if run.is_grouped(&[4, 4, 4]) && d[0] > 1 && is_verhoeff(d) => Some(Nation::InAadhaar),
        13 if d.starts_with(&[7, 5, 6]) && is_ean(d) => Some(Nation::ChAhv),
        14 if (run.is_bare() || run.is_grouped(&[2, 3, 3, 4, 2])) && is_cnpj(d) => Some(Nation::BrCnpj),
        15 if is_french(run) => Some(Nation::FrNir),
        18 if run.is_bare() && is_chinese(d, d[17]) => Some(Nation::CnResident),
        _ => None,
    }
}

/// What a number is by the words before it.
pub(super) fn hinted(run: &Run, hints: &Hints) -> Option<Nation> {
    let d = &run.digits[..];
    match d.len() {
        9 if hints.has(Hint::Ssn) => Some(Nation::UsSsn),
        9 if hints.has(Hint::Sin) && is_luhn(d) => Some(Nation::CaSin),
        9 if hints.has(Hint::Bsn) && is_bsn(d) => Some(Nation::NlBsn),
        10 if hints.has(Hint::Nhs) && is_nhs(d) => Some(Nation::GbNhs),
        12 if hints.has(Hint::Aadhaar) && is_verhoeff(d) => Some(Nation::InAadhaar),
        _ => None,
    }
}

/// What a number is by letters that stand at its end, and where those end.
pub(super) fn lettered(run: &Run, text: &str) -> Option<(Nation, usize)> {
    let bytes = text.as_bytes();
    let mut at = run.end;
    let is_apart = matches!(bytes.get(at), Some(b' ' | b'-'));
    at += usize::from(is_apart);
    let letter = bytes.get(at)?.to_ascii_uppercase();
    if !letter.is_ascii_uppercase() || bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let d = &run.digits[..];
    let is_dni = d.len() == 8 && (run.is_bare() || run.is_grouped(&[2, 3, 3])) && letter == dni(run.value());
    // A single letter after a space is a word in many languages.
    if is_dni && (bytes[at - 1] != b' ' || bytes[at].is_ascii_uppercase()) {
        return Some((Nation::EsDni, at + 1));
    }
    let is_chinese = d.len() == 17 && run.is_bare() && letter == b'X' && !is_apart && is_chinese(d, 10);
    is_chinese.then_some((Nation::CnResident, at + 1))
}

/// The letter of a Spanish number.
pub(super) fn dni(number: u64) -> u8 {
    b"TRWAGMYFPDXBNJZSQVHLCKE"[(number % 23) as usize]
}

fn is_ssn(d: &[u8]) -> bool {
    let area = u32::from(d[0]) * 100 + two(&d[1..]);
    area != 0 && area != 666 && area < 900 && two(&d[3..]) != 0 && d[5..].iter().any(|d| *d != 0)
}

fn is_bsn(d: &[u8]) -> bool {
    let sum = weighed(&d[..8], &[9, 8, 7, 6, 5, 4, 3, 2]);
    sum > 0 && sum % 11 == u32::from(d[8])
}

fn is_nhs(d: &[u8]) -> bool {
    let check = 11 - weighed(&d[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    check != 10 && check % 11 == u32::from(d[9])
}

fn is_century(d: &[u8]) -> bool {
    matches!(two(d), 18..=20)
}

/// Year, month, day (60 more for those who are not registered), three digits, a check digit.
fn is_personal(d: &[u8]) -> bool {
    let day = two(&d[4..]);
    is_day(two(&d[2..]), if day > 60 { day - 60 } else { day }) && is_luhn(d)
}

fn is_cpf(d: &[u8]) -> bool {
    let check = |n: usize| match weighed(&d[..n], &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2][10 - n..]) % 11 {
        rest if rest < 2 => 0,
        rest => 11 - rest,
    };
    d.iter().any(|digit| *digit != d[0]) && check(9) == u32::from(d[9]) && check(10) == u32::from(d[10])
}

fn is_cnpj(d: &[u8]) -> bool {
    let check = |n: usize| match weighed(&d[..n], &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2][13 - n..]) % 11 {
        rest if rest < 2 => 0,
        rest => 11 - rest,
    };
    d.iter().any(|digit| *digit != d[0]) && check(12) == u32::from(d[12]) && check(13) == u32::from(d[13])
}

/// The century stands in the month.
fn is_pesel(d: &[u8]) -> bool {
    let sum = weighed(&d[..10], &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10;
    is_day(two(&d[2..]) % 20, two(&d[4..])) && (10 - sum) % 10 == u32::from(d[10])
}

fn is_turkish(d: &[u8]) -> bool {
    let odd: u32 = d[..9].iter().step_by(2).map(|d| u32::from(*d)).sum();
    let even: u32 = d[1..8].iter().step_by(2).map(|d| u32::from(*d)).sum();
    let all: u32 = d[..10].iter().map(|d| u32::from(*d)).sum();
    d[0] != 0 && (odd * 7 + 100 - even) % 10 == u32::from(d[9]) && all % 10 == u32::from(d[10])
}

/// ISO 7064 MOD 11,10; of the first ten digits one stands twice or three times, the others at most once.
fn is_german(d: &[u8]) -> bool {
    let mut counts = [0; 10];
    d[..10].iter().for_each(|d| counts[usize::from(*d)] += 1);
    let is_shaped = counts.iter().filter(|c| **c > 1).count() == 1 && counts.iter().all(|c| *c < 4);
    let product = d[..10].iter().fold(10u32, |product, d| match (u32::from(*d) + product) % 10 {
        0 => 20 % 11,
        sum => sum * 2 % 11,
    });
    d[0] != 0 && is_shaped && (11 - product) % 10 == u32::from(d[10])
}

fn is_ean(d: &[u8]) -> bool {
    let sum = weighed(&d[..12], &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10;
    (10 - sum) % 10 == u32::from(d[12])
}

/// Born before or since 2000.
fn is_belgian(run: &Run) -> bool {
    let (number, check) = (run.value() / 100, run.value() % 100);
    is_day(two(&run.digits[2..]), two(&run.digits[4..]))
        && (97 - number % 97 == check || 97 - (2_000_000_000 + number) % 97 == check)
}

fn is_french(run: &Run) -> bool {
    let d = &run.digits[..];
    let month = two(&d[3..]);
    let is_month = (1..=12).contains(&month) || (20..=42).contains(&month) || (50..=99).contains(&month);
    matches!(d[0], 1 | 2 | 7 | 8) && is_month && 97 - run.value() / 100 % 97 == run.value() % 100
}

fn is_chinese(d: &[u8], check: u8) -> bool {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let is_born = matches!(two(&d[6..]), 18..=20) && is_day(two(&d[10..]), two(&d[12..]));
    is_born && (12 - weighed(&d[..17], &weights) % 11) % 11 == u32::from(check)
}

const VERHOEFF_P: [[u8; 10]; 8] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
    [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
    [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
];

/// The product of two elements of the dihedral group of ten.
const fn dihedral(a: u8, b: u8) -> u8 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - 5 + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

fn is_verhoeff(d: &[u8]) -> bool {
    let sum = d.iter().rev().enumerate();
    sum.fold(0, |sum, (i, d)| dihedral(sum, VERHOEFF_P[i % 8][usize::from(*d) % 10])) == 0
}
