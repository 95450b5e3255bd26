//! G.711: eight bits a sample, as telephone lines carry it. mu-law in North America and Japan, A-law elsewhere.

/// What is added before a sample is told by its highest bit, so that the smallest step is told too.
const BIAS: i32 = 0x84;
/// The loudest sample that mu-law knows.
const CLIP: i32 = 32_635;

/// A sample of mu-law.
pub fn mulaw_to_linear(byte: u8) -> i16 {
    let byte = !byte;
    let exponent = u32::from(byte >> 4) & 7;
    let size = (((i32::from(byte & 0x0f) << 3) + BIAS) << exponent) - BIAS;
    (if byte & 0x80 == 0 { size } else { -size }) as i16
}

/// The nearest sample of mu-law.
pub fn linear_to_mulaw(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let size = i32::from(sample).abs().min(CLIP) + BIAS;
    // `size` has its highest bit between 7 and 14.
    let exponent = (31 - size.leading_zeros()) - 7;
    let mantissa = (size >> (exponent + 3)) & 0x0f;
    !(sign | (exponent << 4) as u8 | mantissa as u8)
}

/// A sample of A-law.
pub fn alaw_to_linear(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let exponent = u32::from(byte >> 4) & 7;
    let mantissa = i32::from(byte & 0x0f) << 4;
    let size = if exponent == 0 { mantissa + 8 } else { (mantissa + 0x108) << (exponent - 1) };
    (if byte & 0x80 == 0 { -size } else { size }) as i16
}

/// The nearest sample of A-law.
pub fn linear_to_alaw(sample: i16) -> u8 {
    let sign = if sample < 0 { 0 } else { 0x80 };
    // 13 bits: zero is a positive step, and -1 the first negative one.
    let size = if sample < 0 { !i32::from(sample) } else { i32::from(sample) };
    let exponent = if size < 0x100 { 0 } else { (31 - size.leading_zeros()) - 7 };
    let mantissa = (size >> if exponent == 0 { 4 } else { exponent + 3 }) & 0x0f;
    (sign | (exponent << 4) as u8 | mantissa as u8) ^ 0x55
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_those_of_the_recommendation() {
        // G.711 tables 1a, 1b (A-law, characters before every second bit is inverted) and 2a, 2b (mu-law), in steps of
        // the 13 and 14 bits that they count with: the decoder's output value at each end of a segment.
        let alaw: [(u8, i32); 16] = [
            (0x80, 1),
            (0x8f, 31),
            (0x90, 33),
            (0x9f, 63),
            (0xa0, 66),
            (0xaf, 126),
            (0xb0, 132),
            (0xbf, 252),
            (0xc0, 264),
            (0xcf, 504),
            (0xd0, 528),
            (0xdf, 1_008),
            (0xe0, 1_056),
            (0xef, 2_016),
            (0xf0, 2_112),
            (0xff, 4_032),
        ];
        for (byte, value) in alaw {
            assert_eq!(i32::from(alaw_to_linear(byte ^ 0x55)), value * 8, "{byte:02x}");
            assert_eq!(i32::from(alaw_to_linear(byte ^ 0x80 ^ 0x55)), -value * 8, "{byte:02x}");
        }
        let mulaw: [(u8, i32); 16] = [
            (0xff, 0),
            (0xf0, 30),
            (0xef, 33),
            (0xe0, 93),
            (0xdf, 99),
            (0xd0, 219),
            (0xcf, 231),
            (0xc0, 471),
            (0xbf, 495),
            (0xb0, 975),
            (0xaf, 1_023),
            (0xa0, 1_983),
            (0x9f, 2_079),
            (0x90, 3_999),
            (0x8f, 4_191),
            (0x80, 8_031),
        ];
        for (byte, value) in mulaw {
            assert_eq!(i32::from(mulaw_to_linear(byte)), value * 4, "{byte:02x}");
            assert_eq!(i32::from(mulaw_to_linear(byte & 0x7f)), -value * 4, "{byte:02x}");
        }
    }

    #[test]
    fn every_sample_is_told_within_half_a_step() {
        for sample in i16::MIN..=i16::MAX {
            let size = i32::from(sample).abs();
            let off = |told: i16| (i32::from(told) - i32::from(sample)).abs();
            // Sixteen steps to a segment, each segment twice as wide as the one before it.
            let step = (1 << (size.max(256).ilog2() - 4)).max(16);
            let told = off(alaw_to_linear(linear_to_alaw(sample)));
            assert!(told <= step / 2, "A-law, {sample}: {told}");
            // mu-law does not know the loudest.
            let biased = (size + BIAS).min(32_767);
            let step = 1 << (biased.ilog2() - 4);
            let told = off(mulaw_to_linear(linear_to_mulaw(sample)));
            assert!(told <= step / 2 + (size - CLIP).max(0), "mu-law, {sample}: {told}");
        }
    }

    #[test]
    fn what_was_told_once_is_told_the_same_again() {
        for byte in 0..=255 {
            assert_eq!(alaw_to_linear(linear_to_alaw(alaw_to_linear(byte))), alaw_to_linear(byte));
            assert_eq!(mulaw_to_linear(linear_to_mulaw(mulaw_to_linear(byte))), mulaw_to_linear(byte));
        }
    }
}
