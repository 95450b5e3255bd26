//! Dates as people write and say them.

use unicode_normalization::UnicodeNormalization;

use super::alphabet::digit;
use super::month::{is_filler, month};
use super::{DateOrder, Unreadable};

/// Years that somebody may have been born in, or a contract may end in.
const YEARS: std::ops::RangeInclusive<u32> = 1850..=2150;

/// A run of digits, or a word.
enum Part {
    Number { value: u32, len: usize },
    Word(String),
}

/// The day as `1990-12-31`.
pub(super) fn read(text: &str, order: DateOrder) -> Result<String, Unreadable> {
    let parts = parts(text)?;
    let mut numbers = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    for part in &parts {
        match part {
            Part::Number { value, len } => numbers.push((*value, *len)),
            Part::Word(word) if is_filler(word) => {}
            Part::Word(word) => words.push(word),
        }
    }
    let (year, month, day) =
        if words.is_empty() { of_numbers(&numbers, order)? } else { of_words(&numbers, &words)? };
    Ok(format!("{year:04}-{month:02}-{day:02}"))
}

fn parts(text: &str) -> Result<Vec<Part>, Unreadable> {
    let mut parts: Vec<Part> = Vec::new();
    let mut is_joined = false;
    for c in text.nfkc().flat_map(char::to_lowercase).nfc() {
        let c = digit(c).unwrap_or(c);
        if let Some(value) = c.to_digit(10) {
            match parts.last_mut() {
                Some(Part::Number { value: number, len }) if is_joined => {
                    (*number, *len) = (number.saturating_mul(10).saturating_add(value), *len + 1);
                }
                _ => parts.push(Part::Number { value, len: 1 }),
            }
            is_joined = true;
        } else if c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c) {
            match parts.last_mut() {
                Some(Part::Word(word)) if is_joined => word.push(c),
                _ => parts.push(Part::Word(c.to_string())),
            }
            is_joined = true;
        } else if matches!(c, '\u{200b}'..='\u{200f}' | '\u{61c}' | '\u{640}' | '\u{feff}' | '\u{ad}') {
            // Marks of direction stand between digits and slashes in Arabic.
        } else {
            is_joined = false;
        }
    }
    if parts.len() > 12 { Err(Unreadable::TooLong) } else { Ok(parts) }
}

fn of_numbers(numbers: &[(u32, usize)], order: DateOrder) -> Result<(u32, u32, u32), Unreadable> {
    let day_and_month = |year, first, second| {
        let (day, month) = match order {
            DateOrder::DayFirst => (first, second),
            DateOrder::MonthFirst => (second, first),
        };
        // What cannot be read in the country's order is read in the other, if that gives a day.
        checked(year, month, day).or_else(|why| checked(year, day, month).map_err(|_| why))
    };
    match *numbers {
        [(whole, 8)] => {
            let by_year = checked(whole / 10_000, whole / 100 % 100, whole % 100);
            by_year.or_else(|_| day_and_month(whole % 10_000, whole / 1_000_000, whole / 10_000 % 100))
        }
        [(year, 4), (month, 1..=2), (day, 1..=2)] => checked(year, month, day),
        [(first, 1..=2), (second, 1..=2), (year, 4)] => day_and_month(year, first, second),
        [(_, 1..=2), (_, 1..=2), (_, 2)] | [(_, 6)] => Err(Unreadable::TwoDigitYear),
        _ => Err(Unreadable::NotADate),
    }
}

fn of_words(numbers: &[(u32, usize)], words: &[&str]) -> Result<(u32, u32, u32), Unreadable> {
    let month = month(&words.join(" ")).ok_or(Unreadable::NotADate)?;
    match *numbers {
        [(day, 1..=2), (year, 4)] | [(year, 4), (day, 1..=2)] => checked(year, month, day),
        [(_, 1..=2), (_, 2)] => Err(Unreadable::TwoDigitYear),
        _ => Err(Unreadable::NotADate),
    }
}

fn checked(year: u32, month: u32, day: u32) -> Result<(u32, u32, u32), Unreadable> {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    let is_day = YEARS.contains(&year) && (1..=days).contains(&day);
    if is_day { Ok((year, month, day)) } else { Err(Unreadable::NotADate) }
}
