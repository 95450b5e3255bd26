//! Whatever is handed in is read or refused: no panic, and no room made for what a header only claims.

use countersign_audio::{Recording, SECONDS_MAX};
use proptest::collection::vec;
use proptest::prelude::*;

fn held(file: &[u8]) {
    match Recording::from_wav(file) {
        Ok(recording) => {
            assert!(recording.duration_ms() <= SECONDS_MAX * 1_000);
            // Two samples a byte (ADPCM) is the most that any kind has, and the telephone's rate is the lowest.
            assert!(recording.samples().len() <= file.len() * 2);
            assert_eq!(Recording::from_wav(&recording.to_wav()).as_ref(), Ok(&recording));
        }
        Err(why) => assert!(why.to_string().ends_with('.') && !why.code().is_empty()),
    }
}

/// A file whose header says anything at all, mostly something near to what is possible.
fn any_file() -> impl Strategy<Value = Vec<u8>> {
    let tag = prop_oneof![
        Just(1_u16),
        Just(3),
        Just(6),
        Just(7),
        Just(0x11),
        Just(0x11),
        Just(0xfffe),
        any::<u16>()
    ];
    let channels = prop_oneof![Just(1_u16), Just(2), any::<u16>()];
    let rate = prop_oneof![Just(8_000_u32), Just(44_100), 8_000..=96_000_u32, any::<u32>()];
    let align = prop_oneof![0..64_u16, any::<u16>()];
    let bits = prop_oneof![Just(4_u16), Just(8), Just(16), Just(24), Just(32), Just(64), any::<u16>()];
    let lengths =
        (prop_oneof![Just(16_u32), Just(40), any::<u32>()], prop_oneof![0..4_000_u32, any::<u32>()]);
    let fact = proptest::option::of(any::<u32>());
    let bytes = (vec(any::<u8>(), 0..40), vec(any::<u8>(), 0..3_000));
    (tag, channels, rate, align, bits, lengths, fact, bytes).prop_map(
        |(tag, channels, rate, align, bits, (format_length, data_length), fact, (more, data))| {
            let mut file = b"RIFF\0\0\0\0WAVEfmt ".to_vec();
            file.extend(format_length.to_le_bytes());
            file.extend(tag.to_le_bytes());
            file.extend(channels.to_le_bytes());
            file.extend(rate.to_le_bytes());
            file.extend(0_u32.to_le_bytes());
            file.extend(align.to_le_bytes());
            file.extend(bits.to_le_bytes());
            if format_length > 16 {
                file.extend(more);
            }
            if let Some(fact) = fact {
                file.extend(b"fact\x04\0\0\0");
                file.extend(fact.to_le_bytes());
            }
            file.extend(b"data");
            file.extend(data_length.to_le_bytes());
            file.extend(data);
            file
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_header_is_read_or_refused(file in any_file()) {
        held(&file);
    }

    #[test]
    fn any_bytes_are_read_or_refused(mut bytes in vec(any::<u8>(), 0..2_000), is_riff: bool) {
        if is_riff && bytes.len() >= 12 {
            bytes[..4].copy_from_slice(b"RIFF");
            bytes[8..12].copy_from_slice(b"WAVE");
        }
        held(&bytes);
    }
}
