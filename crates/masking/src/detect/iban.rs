//! International bank account numbers.

/// How long they are, by country: the registry's.
const LENGTHS: &[(&[u8; 2], u8)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
];

/// The same by the places of both letters in the alphabet, 0 for what is no country: asked for every `is 3` of a text.
const LENGTH_OF: [u8; 26 * 26] = {
    let mut of = [0; 26 * 26];
    let mut i = 0;
    while i < LENGTHS.len() {
        let ([a, b], length) = LENGTHS[i];
        of[(*a - b'A') as usize * 26 + (*b - b'A') as usize] = length;
        i += 1;
    }
    of
};

fn length_of(country: [u8; 2]) -> Option<usize> {
    let [a, b] = country.map(|letter| letter.wrapping_sub(b'A'));
    let length =
        LENGTH_OF.get(usize::from(a) * 26 + usize::from(b)).filter(|length| b < 26 && **length > 0)?;
    Some(usize::from(*length))
}

/// Where the account number ends that begins here with its country, in any grouping. One that was mistyped is one too
/// where it is as long as its country's are: a mask is lenient. Not so where its country may be a word (`is`, `at`).
pub(super) fn end(text: &str, start: usize, is_lenient: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let country = [bytes.get(start)?.to_ascii_uppercase(), bytes.get(start + 1)?.to_ascii_uppercase()];
    let length = length_of(country)?;
    let (mut at, mut count, mut rest, mut head, mut digits) = (start + 2, 2, 0u32, [0; 2], 0);
    while count < length {
        let byte = *bytes.get(at)?;
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                match count {
                    2 | 3 if !byte.is_ascii_digit() => return None,
                    2 | 3 => head[count - 2] = byte,
                    _ => rest = remainder(rest, byte),
                }
                digits += usize::from(byte.is_ascii_digit());
                (at, count) = (at + 1, count + 1);
            }
            b' ' | b'-' | b'.' if bytes.get(at + 1)?.is_ascii_alphanumeric() => at += 1,
            0xc2 if bytes.get(at + 1) == Some(&0xa0) => at += 2,
            _ => return None,
        }
    }
    let is_end = !bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let sum = country.iter().chain(&head).fold(rest, |rest, byte| remainder(rest, *byte));
    (is_end && (sum == 1 || is_lenient && digits * 3 > length * 2)).then_some(at)
}

/// Modulo 97, letters as two digits.
fn remainder(rest: u32, byte: u8) -> u32 {
    let value = char::from(byte).to_digit(36).unwrap_or(0);
    if value > 9 { (rest * 100 + value) % 97 } else { (rest * 10 + value) % 97 }
}
