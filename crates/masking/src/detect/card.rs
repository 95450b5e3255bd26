//! Payment cards: known issuers and the check digit.

use std::ops::Range;

use super::run::{Run, is_digit, measure, read};

/// The fewest digits of a card that is in use.
const DIGITS_MIN: usize = 13;
/// … and the most.
const DIGITS_MAX: usize = 19;
/// More groups are no card's, and would cost time.
const GROUPS_MAX: usize = 12;

/// Whether the sum of these digits is a card's.
pub(super) fn is_luhn(digits: &[u8]) -> bool {
    let sum = digits.iter().rev().enumerate().map(|(i, d)| match (u32::from(*d), i % 2) {
        (d, 0) => d,
        (d, _) if d > 4 => 2 * d - 9,
        (d, _) => 2 * d,
    });
    digits.iter().all(|d| *d < 10) && sum.sum::<u32>() % 10 == 0
}

/// Whether an issuer gives numbers that begin so and are so long.
fn is_issued(digits: &[u8]) -> bool {
    let head = |n: usize| digits[..n].iter().fold(0u32, |n, d| n * 10 + u32::from(*d));
    match (head(4), digits.len()) {
        // Visa; American Express; Mastercard; Mir.
        (4000..=4999, 13 | 16 | 19) | (3400..=3499 | 3700..=3799, 15) => true,
        (5100..=5599 | 2221..=2720 | 2200..=2204, 16) => true,
        // Diners Club; Discover; JCB; UnionPay.
        (3000..=3059 | 3600..=3699 | 3800..=3999, 14..=16) => true,
        (6011 | 6440..=6599 | 3528..=3589 | 6200..=6299 | 8100..=8171, 16..=19) => true,
        // Maestro; RuPay; Troy.
        (5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763, 13..=19) => true,
        (6070..=6089 | 9792, 16) => true,
        _ => false,
    }
}

/// The groups of a number that are a card: all of them, or some where others stand beside (`… 1111 09/28`).
pub(super) fn find(run: &Run) -> Option<Range<usize>> {
    let groups = &run.groups[..run.groups.len().min(GROUPS_MAX)];
    let mut best: Option<(usize, Range<usize>)> = None;
    for (from, first) in groups.iter().enumerate() {
        for (to, last) in groups.iter().enumerate().skip(from) {
            let digits = &run.digits[first.first..last.first + last.len];
            let is_card = (DIGITS_MIN..=DIGITS_MAX).contains(&digits.len())
                && is_issued(digits)
                && (is_luhn(digits) || is_card_grouped(&groups[from..=to]));
            if is_card && best.as_ref().is_none_or(|(len, _)| digits.len() > *len) {
                best = Some((digits.len(), from..to + 1));
            }
        }
    }
    best.map(|(_, groups)| groups)
}

/// As on the card.
fn is_card_grouped(groups: &[super::run::Group]) -> bool {
    let is_sized = |sizes: &[usize]| {
        groups.len() == sizes.len() && groups.iter().zip(sizes).all(|(group, size)| group.len == *size)
    };
    is_sized(&[4, 4, 4, 4])
        || is_sized(&[4, 4, 4, 4, 3])
        || is_sized(&[4, 6, 5])
        || is_sized(&[4, 6, 4])
        || is_sized(&[6, 13])
}

/// Calls with each card that certainly is one: an issuer's, with the right check digit, in one piece or grouped as on
/// a card with the same mark each time. Thirteen digits are an article number as often, and stay.
pub(crate) fn cards(text: &str, mut then: impl FnMut(Range<usize>)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(step) = bytes[at..].iter().position(|b| b.is_ascii_digit() || *b >= 0xc2) {
        at += step;
        let c = text[at..].chars().next().unwrap_or(' ');
        if !is_digit(c) {
            at += c.len_utf8();
            continue;
        }
        let (end, count) = measure(text, at);
        if count > DIGITS_MIN {
            certain(&read(text, at, end), &mut then);
        }
        at = end;
    }
}

fn certain(run: &Run, then: &mut impl FnMut(Range<usize>)) {
    let mut from = 0;
    while from < run.groups.len() {
        let ends = (from..run.groups.len().min(from + 6)).rev();
        let found = ends.map(|to| from..to + 1).find(|groups| is_certain(run, groups.clone()));
        let Some(groups) = found else {
            from += 1;
            continue;
        };
        from = groups.end;
        let (first, last) = (run.groups[groups.start], run.groups[groups.end - 1]);
        then(first.start..last.end);
    }
}

fn is_certain(run: &Run, range: Range<usize>) -> bool {
    let groups = &run.groups[range];
    let (Some(first), Some(last)) = (groups.first(), groups.last()) else { return false };
    let digits = &run.digits[first.first..last.first + last.len];
    let is_even = groups[1..].iter().all(|g| g.marks == 1 && g.mark == groups[1].mark);
    (DIGITS_MIN + 1..=DIGITS_MAX).contains(&digits.len())
        && is_even
        && (groups.len() == 1 || is_card_grouped(groups))
        && is_issued(digits)
        && is_luhn(digits)
}
