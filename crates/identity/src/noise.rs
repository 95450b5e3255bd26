//! Shapes that a code may not have, so that what people and machines write by chance is not one.
//!
//! Keyboard mash, stretched interjections and the numbers of other systems pass a check symbol one
//! time in twenty (or ten). The generator never issues a code of such a shape, and the classifier never
//! takes such a shape for a code: the price is a tenth of a bit for text codes and half a bit for keypad
//! codes (see [`crate::Form::entropy_bits`]), and the most frequent accidents are gone altogether.

/// Rows of consonants as they lie side by side on QWERTY, QWERTZ and AZERTY keyboards.
const ROWS: [&[u8]; 4] = [b"QWRTP", b"QSDFGHJKLM", b"ZXCVBNM", b"WXCVBN"];

/// Which pairs of text symbols lie side by side on a keyboard row or follow each other in the alphabet.
const NEIGHBOURS: [[bool; 20]; 20] = {
    let mut table = [[false; 20]; 20];
    let mut row = 0;
    while row < ROWS.len() {
        let mut i = 0;
        while i + 1 < ROWS[row].len() {
            let (a, b) = (index_of(ROWS[row][i]), index_of(ROWS[row][i + 1]));
            table[a][b] = true;
            table[b][a] = true;
            i += 1;
        }
        row += 1;
    }
    let mut i = 0;
    while i < 20 {
        table[i][i] = true;
        if i + 1 < 20 {
            table[i][i + 1] = true;
        }
        i += 1;
    }
    table
};

/// Where a consonant stands in the alphabet of codes; only for the tables of this module.
const fn index_of(letter: u8) -> usize {
    let mut i = 0;
    while i < 20 {
        if crate::check::ALPHABET[i] == letter {
            return i;
        }
        i += 1;
    }
    0
}

/// For each symbol, the rows where mashing hands rest that have it: one bit for home, one for bottom.
const RESTS: [u8; 20] = {
    let mut table = [0; 20];
    let mut row = 1;
    while row < 3 {
        let mut i = 0;
        while i < ROWS[row].len() {
            table[index_of(ROWS[row][i])] |= row as u8;
            i += 1;
        }
        row += 1;
    }
    table
};

/// How much a symbol speaks for a random code: consonants that are rare where people leave out their vowels.
const RARENESS: [u8; 20] = {
    let mut table = [0; 20];
    let (rarest, rare) = (b"JQX", b"FGVWZ");
    let mut i = 0;
    while i < rarest.len() {
        table[index_of(rarest[i])] = 2;
        i += 1;
    }
    i = 0;
    while i < rare.len() {
        table[index_of(rare[i])] = 1;
        i += 1;
    }
    table
};

/// Do these symbols look drawn by lot, and not like words without vowels (`strc prst skrz`)? Nine in ten codes do;
/// this only decides how sure a doubtful token is, never whether it is looked up.
pub(crate) fn is_text_unnatural(values: &[u8]) -> bool {
    values.iter().map(|v| u32::from(RARENESS[usize::from(v % 20)])).sum::<u32>() >= 4
}

/// Acronyms of four consonants. Two of them in one token are talk about technology, not a code.
const ACRONYMS: [&[u8; 4]; 44] = [
    b"BBLR", b"BDSM", b"BSSD", b"CDFS", b"DHCP", b"DKMS", b"DNSB", b"DVBC", b"DVBS", b"DVBT", b"FMCG",
    b"GMBH", b"GNSS", b"HDCP", b"HDTV", b"HSBC", b"HTML", b"HTTP", b"LGBT", b"LSTM", b"MCSF", b"MKTG",
    b"MQTT", b"MSDN", b"MSFT", b"NNTP", b"NSFW", b"NTFS", b"NVRM", b"PCBS", b"PHPS", b"PPTP", b"RSTP",
    b"RSVP", b"RTFM", b"SFTP", b"SMTP", b"SNCF", b"SNMP", b"SVHS", b"TLDR", b"VRML", b"WMDS", b"XMPP",
];

fn is_acronym(group: &[u8]) -> bool {
    let letters = |acronym: &[u8; 4]| {
        acronym.iter().zip(group).all(|(a, v)| crate::check::ALPHABET[usize::from(v % 20)] == *a)
    };
    group.len() == 4 && ACRONYMS.into_iter().any(letters)
}

fn count_distinct(values: &[u8]) -> u32 {
    values.iter().fold(0u32, |seen, value| seen | 1 << (value & 31)).count_ones()
}

/// May these twelve values (0–19) never be issued as a text code?
pub(crate) fn is_text_noise(values: &[u8]) -> bool {
    let stretched = values.windows(3).any(|w| w[0] == w[1] && w[1] == w[2]);
    let poor = count_distinct(values) < 6;
    let rolled =
        values.windows(2).filter(|w| NEIGHBOURS[usize::from(w[0] % 20)][usize::from(w[1] % 20)]).count() >= 7;
    let at_rest = values.iter().fold(3, |rows, v| rows & RESTS[usize::from(v % 20)]) != 0;
    let repeated = values.len() == 12
        && (values[..4] == values[4..8] || values[4..8] == values[8..] || values[..4] == values[8..]);
    let echoed = (0..values.len()).any(|i| {
        values.get(i..i + 3).is_some_and(|three| values[i + 3..].windows(3).any(|later| later == three))
    });
    stretched || poor || rolled || at_rest || repeated || echoed || is_talk_of_acronyms(values)
}

fn is_talk_of_acronyms(values: &[u8]) -> bool {
    values.chunks(4).filter(|group| is_acronym(group)).count() >= 2
}

/// May these fourteen digits never be issued as a keypad code, because other systems' numbers look so?
///
/// A leading zero: trunk and international prefixes, GTIN-14, parcel depots. 19…, 20…: timestamps
/// (`20261120143000`). 20…, 59…: a Ukrainian parcel. Luhn: cards of 14 digits, French SIRET.
/// The 3-1 sum: GTIN-14, SSCC parts, Russian postal items. The 11-sums of a Brazilian CNPJ.
pub(crate) fn is_keypad_lookalike(digits: &[u8]) -> bool {
    let taken_prefix = matches!(digits, [0, ..] | [1, 9, ..] | [2, 0, ..] | [5, 9, ..]);
    let poor = count_distinct(digits) < 4;
    let rolled = digits.windows(2).filter(|w| matches!((w[0] + 10 - w[1]) % 10, 0 | 1 | 9)).count() >= 10;
    taken_prefix || poor || rolled || is_luhn(digits) || is_gtin(digits) || is_cnpj(digits)
}

fn is_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| if i % 2 == 0 { u32::from(*d) } else { u32::from(d * 2 / 10 + d * 2 % 10) })
        .sum();
    sum.is_multiple_of(10)
}

fn is_gtin(digits: &[u8]) -> bool {
    let sum: u32 =
        digits.iter().rev().enumerate().map(|(i, d)| u32::from(*d) * if i % 2 == 0 { 1 } else { 3 }).sum();
    sum.is_multiple_of(10)
}

fn is_cnpj(digits: &[u8]) -> bool {
    const WEIGHTS: [u32; 13] = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
    if digits.len() != 14 {
        return false;
    }
    let check = |body: &[u8]| {
        let weights = &WEIGHTS[WEIGHTS.len() - body.len()..];
        let sum: u32 = body.iter().zip(weights).map(|(d, w)| u32::from(*d) * w).sum();
        if sum % 11 < 2 { 0 } else { 11 - sum % 11 }
    };
    u32::from(digits[12]) == check(&digits[..12]) && u32::from(digits[13]) == check(&digits[..13])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<u8> {
        text.bytes().map(|b| index_of(b) as u8).collect()
    }

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|b| b - b'0').collect()
    }

    #[test]
    fn mash_and_stretched_interjections_are_noise() {
        for text in [
            "SDFGHJKLMNBV",
            "HMMMMMMMMMMM",
            "BRRRHMMMPFFT",
            "JKJKJKJKJKJK",
            "LKJHGFDSFGHJ",
            "DKFJGHSLLDKF",
            "BCDFBCDFWDJK",
            "BCDFGHJKLMNP",
        ] {
            assert!(is_text_noise(&values(text)), "{text}");
        }
        assert!(!is_text_noise(&values("WDJBMJHTKLPX")));
    }

    #[test]
    fn numbers_of_other_systems_are_lookalikes() {
        let known = [
            ("timestamp", "20261120143000"),
            ("international prefix", "00491701234567"),
            ("Diners Club", "30569309025904"),
            ("SIRET", "73282932000074"),
            ("GTIN-14", "10614141000415"),
            ("CNPJ", "11222333000181"),
            ("sequence", "12345678901234"),
            ("repeated", "77777777777777"),
        ];
        for (what, number) in known {
            assert!(is_keypad_lookalike(&digits(number)), "{what}");
        }
    }
}
