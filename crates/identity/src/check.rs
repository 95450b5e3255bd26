//! Check symbols: what tells a mistyped code from a wrong one before anything is looked up.
//!
//! Text codes use a weighted sum over the ring GF(4) × GF(5), which has exactly the 20 elements the
//! alphabet needs. The weight of position *i* is `(ωⁱ, 2ⁱ)`, where ω generates GF(4)* and 2 generates
//! GF(5)*. Every weight is a unit, so every single substitution changes the sum; every difference and
//! every sum of neighbouring weights is a unit too, so every transposition of neighbours and every
//! twin error (`aa` → `bb`) changes it as well, as does every swap across one position. No weighted sum
//! modulo 20 can do this: its units are odd, and the difference of two odd numbers is even.
//!
//! Keypad codes use Damm's quasigroup of order ten, which finds all single substitutions and all
//! transpositions of neighbours with one decimal digit.

/// The twenty consonants of a text code: no vowels, so no words; no digit looks like one of them.
pub const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// Random symbols of a text code, before its check symbol.
pub(crate) const TEXT_RANDOM: usize = 11;
/// Random digits of a keypad code, before its check digit.
pub(crate) const KEYPAD_RANDOM: usize = 13;

/// Multiplication by ω in GF(4) = {0, 1, ω, ω+1} written 0, 1, 2, 3; addition is exclusive or.
const TIMES_OMEGA: [u8; 4] = [0, 2, 3, 1];

/// Damm's table: the middle square of a totally anti-symmetric quasigroup.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// Horner's rule from the left: after `n` symbols the sum is Σ value·weightⁿ⁻¹⁻ⁱ, in both fields.
fn text_sum(values: &[u8]) -> (u8, u8) {
    values.iter().fold((0, 0), |(four, five), value| {
        (TIMES_OMEGA[usize::from(four & 3)] ^ (value & 3), (five * 2 + value / 4) % 5)
    })
}

/// The check value (0–19) of eleven values (0–19).
pub(crate) fn text_check(random: &[u8]) -> u8 {
    let (four, five) = text_sum(random);
    // The check symbol has weight one: it must bring both sums to zero.
    let four = TIMES_OMEGA[usize::from(four & 3)];
    let five = (5 - (five * 2) % 5) % 5;
    five * 4 + four
}

/// Is this a whole text code with a right check symbol? Values are 0–19.
pub(crate) fn is_text_valid(values: &[u8]) -> bool {
    values.len() == TEXT_RANDOM + 1 && text_sum(values) == (0, 0)
}

fn damm(digits: &[u8]) -> u8 {
    digits.iter().fold(0, |state, digit| DAMM[usize::from(state % 10)][usize::from(digit % 10)])
}

/// The check digit of thirteen digits (0–9).
pub(crate) fn keypad_check(random: &[u8]) -> u8 {
    damm(random)
}

/// Is this a whole keypad code with a right check digit? Values are 0–9.
pub(crate) fn is_keypad_valid(digits: &[u8]) -> bool {
    digits.len() == KEYPAD_RANDOM + 1 && damm(digits) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum is linear, so errors are undetected or not whatever the other symbols are: trying all
    /// values at all positions on a zero background is a proof for all codes.
    #[test]
    fn every_single_substitution_in_a_text_code_is_found() {
        for position in 0..12 {
            for delta_from in 0..20u8 {
                for delta_to in (0..20u8).filter(|v| *v != delta_from) {
                    let mut a = [0u8; 12];
                    a[position] = delta_from;
                    let mut b = a;
                    b[position] = delta_to;
                    assert_ne!(text_sum(&a), text_sum(&b));
                }
            }
        }
    }

    fn moved(mut values: [u8; 12], i: usize, j: usize) -> [u8; 12] {
        values.swap(i, j);
        values
    }

    #[test]
    fn every_swap_of_neighbours_or_next_but_one_in_a_text_code_is_found() {
        for distance in [1, 2] {
            for i in 0..12 - distance {
                for a in 0..20 {
                    for b in (0..20).filter(|b| *b != a) {
                        let mut code = [0u8; 12];
                        code[i] = a;
                        code[i + distance] = b;
                        assert_ne!(text_sum(&code), text_sum(&moved(code, i, i + distance)));
                    }
                }
            }
        }
    }

    #[test]
    fn every_twin_error_in_a_text_code_is_found() {
        for i in 0..11 {
            for a in 0..20 {
                for b in (0..20).filter(|b| *b != a) {
                    let (mut one, mut two) = ([0u8; 12], [0u8; 12]);
                    one[i] = a;
                    one[i + 1] = a;
                    two[i] = b;
                    two[i + 1] = b;
                    assert_ne!(text_sum(&one), text_sum(&two));
                }
            }
        }
    }

    #[test]
    fn every_eleven_symbols_have_exactly_one_check_symbol() {
        for seed in 0..2000u32 {
            let random: Vec<u8> =
                (0..11u32).map(|i| ((seed * 7919 + i * i * 31 + seed / 7) % 20) as u8).collect();
            let right: Vec<u8> =
                (0..20).filter(|c| is_text_valid(&[random.as_slice(), &[*c]].concat())).collect();
            assert_eq!(right, [text_check(&random)]);
        }
    }

    /// Damm's property, checked on the table itself: it holds at every position for every code.
    #[test]
    fn damms_table_finds_every_substitution_and_every_swap_of_neighbours() {
        for state in 0..10usize {
            for a in 0..10usize {
                for b in (0..10usize).filter(|b| *b != a) {
                    assert_ne!(DAMM[state][a], DAMM[state][b], "rows are permutations");
                    assert_ne!(DAMM[a][state], DAMM[b][state], "columns are permutations");
                    assert_ne!(DAMM[usize::from(DAMM[state][a])][b], DAMM[usize::from(DAMM[state][b])][a]);
                }
            }
        }
    }

    #[test]
    fn a_keypad_code_ends_in_its_check_digit() {
        let mut digits = vec![5, 7, 2, 1, 8, 4, 9, 3, 3, 6, 8, 1, 4];
        digits.push(keypad_check(&digits));
        assert!(is_keypad_valid(&digits));
        digits.swap(3, 4);
        assert!(!is_keypad_valid(&digits));
    }
}
