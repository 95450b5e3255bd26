use super::*;
use crate::g711;

const PCM: u16 = 1;
const FLOAT: u16 = 3;

/// A WAV file with this format.
fn file(tag: u16, channels: u16, rate: u32, bits: u16, data: &[u8]) -> Vec<u8> {
    let align = channels * bits.div_ceil(8);
    file_of_blocks(tag, channels, rate, bits, align, data)
}

fn file_of_blocks(tag: u16, channels: u16, rate: u32, bits: u16, align: u16, data: &[u8]) -> Vec<u8> {
    let mut file = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0".to_vec();
    file.extend(tag.to_le_bytes());
    file.extend(channels.to_le_bytes());
    file.extend(rate.to_le_bytes());
    file.extend((rate * u32::from(align)).to_le_bytes());
    file.extend(align.to_le_bytes());
    file.extend(bits.to_le_bytes());
    // Something of which nothing is known, of odd length.
    file.extend(b"LIST\x03\0\0\0abc\0data");
    file.extend((data.len() as u32).to_le_bytes());
    file.extend(data);
    file
}

/// A tone: its samples between -1 and 1.
fn tone(hertz: f64, rate: u32, secs: f64, size: f64) -> Vec<f64> {
    let count = (f64::from(rate) * secs) as usize;
    (0..count).map(|n| size * (std::f64::consts::TAU * hertz * n as f64 / f64::from(rate)).sin()).collect()
}

fn written(tag: u16, bits: u16, samples: &[f64]) -> Vec<u8> {
    let mut data = Vec::new();
    for sample in samples {
        match (tag, bits) {
            (PCM, 8) => data.push((sample * 127.0).round() as i8 as u8 ^ 0x80),
            (PCM, 16) => data.extend(((sample * 32_767.0).round() as i16).to_le_bytes()),
            (PCM, 24) => data.extend(&((sample * 8_388_607.0).round() as i32).to_le_bytes()[..3]),
            (PCM, 32) => data.extend(((sample * 2_147_483_647.0).round() as i32).to_le_bytes()),
            (FLOAT, 32) => data.extend((*sample as f32).to_le_bytes()),
            (FLOAT, 64) => data.extend(sample.to_le_bytes()),
            (6, _) => data.push(g711::linear_to_alaw((sample * 32_767.0) as i16)),
            (7, _) => data.push(g711::linear_to_mulaw((sample * 32_767.0) as i16)),
            _ => panic!("{tag} {bits}"),
        }
    }
    data
}

/// How strong a tone is in a recording, without its ends, where filters begin, and what there is besides it: 1 is a full
/// tone.
fn heard(recording: &Recording, hertz: f64) -> (f64, f64) {
    let all = recording.samples();
    let middle = &all[all.len() / 8..all.len() * 7 / 8];
    let angle = |n: usize| std::f64::consts::TAU * hertz * n as f64 / f64::from(RATE);
    let (mut sine, mut cosine) = (0.0, 0.0);
    for (n, sample) in middle.iter().enumerate() {
        // A window, so that a tone beside the asked one does not count.
        let window = 1.0 - (std::f64::consts::TAU * n as f64 / middle.len() as f64).cos();
        sine += 2.0 * window * f64::from(*sample) * angle(n).sin() / middle.len() as f64;
        cosine += 2.0 * window * f64::from(*sample) * angle(n).cos() / middle.len() as f64;
    }
    let besides = |(n, sample): (usize, &i16)| {
        (f64::from(*sample) - sine * angle(n).sin() - cosine * angle(n).cos()).powi(2)
    };
    let besides: f64 = middle.iter().enumerate().map(besides).sum();
    (sine.hypot(cosine) / 32_768.0, (besides / middle.len() as f64).sqrt() / 32_768.0)
}

fn strength(recording: &Recording, hertz: f64) -> f64 {
    heard(recording, hertz).0
}

fn root_mean_square(recording: &Recording) -> f64 {
    let all = recording.samples();
    let middle = &all[all.len() / 8..all.len() * 7 / 8];
    let sum: f64 = middle.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    (sum / middle.len() as f64).sqrt() / 32_768.0
}

#[test]
fn a_tone_stays_a_tone_whatever_wrote_it() {
    for (tag, bits, noise) in [
        (PCM, 8, 0.006),
        (PCM, 16, 0.000_2),
        (PCM, 24, 0.000_2),
        (PCM, 32, 0.000_2),
        (FLOAT, 32, 0.000_2),
        (FLOAT, 64, 0.000_2),
        (6, 8, 0.012),
        (7, 8, 0.012),
    ] {
        for rate in [8_000, 11_025, 12_345, 16_000, 22_050, 32_000, 44_100, 44_101, 48_000, 96_000] {
            let one = tone(1_000.0, rate, 0.8, 0.5);
            let both: Vec<f64> = one.iter().flat_map(|sample| [*sample, *sample]).collect();
            for (channels, samples) in [(1, &one), (2, &both)] {
                let what = format!("{tag} with {bits} bits, {channels} × {rate}");
                let read =
                    Recording::from_wav(&file(tag, channels, rate, bits, &written(tag, bits, samples)));
                let read = read.unwrap_or_else(|why| panic!("{what}: {why}"));
                let wanted = (one.len() as f64 * 8_000.0 / f64::from(rate)).ceil() as usize;
                assert_eq!(read.samples().len(), wanted, "{what}");
                let (strength, besides) = heard(&read, 1_000.0);
                assert!((strength - 0.5).abs() < 0.01, "{what}: {strength}");
                assert!(besides < noise, "{what}: {besides}");
            }
        }
    }
}

#[test]
fn a_tone_above_the_telephones_does_not_come_back_as_another() {
    for rate in [11_025, 16_000, 22_050, 44_100, 44_101, 48_000, 96_000] {
        for hertz in [4_200.0, 5_000.0, 7_000.0, 9_000.0, 15_000.0, 23_000.0, 40_000.0] {
            if hertz * 2.0 >= f64::from(rate) {
                continue;
            }
            let data = written(FLOAT, 32, &tone(hertz, rate, 0.5, 0.9));
            let read = Recording::from_wav(&file(FLOAT, 1, rate, 32, &data)).unwrap();
            let left = root_mean_square(&read);
            assert!(left < 0.001, "{hertz} Hz at {rate}: {left}");
        }
    }
}

#[test]
fn what_the_telephone_has_already_is_not_touched() {
    let samples: Vec<i16> = (0..8_000).map(|n| (n * 7_919 % 65_536 - 32_768) as i16).collect();
    let data: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let read = Recording::from_wav(&file(PCM, 1, 8_000, 16, &data)).unwrap();
    assert_eq!(read.samples(), samples);
    assert_eq!(read.duration_ms(), 1_000);
    // What is written is read again, and kept in between.
    assert_eq!(Recording::from_wav(&read.to_wav()).unwrap(), read);
    assert_eq!(Recording::from_pcm(&read.to_pcm()), read);
    // G.711, against the other reader of it.
    let all: Vec<u8> = (0..=255).collect();
    let mulaw = Recording::from_wav(&file(7, 1, 8_000, 8, &all)).unwrap();
    assert_eq!(mulaw.samples(), all.iter().map(|byte| g711::mulaw_to_linear(*byte)).collect::<Vec<_>>());
    let alaw = Recording::from_wav(&file(6, 1, 8_000, 0, &all)).unwrap();
    assert_eq!(alaw.samples(), all.iter().map(|byte| g711::alaw_to_linear(*byte)).collect::<Vec<_>>());
}

#[test]
fn two_channels_become_one() {
    let data: Vec<u8> = [(1_000_i16, 3_000_i16), (-500, 500), (32_767, 32_767)]
        .iter()
        .flat_map(|(left, right)| [left.to_le_bytes(), right.to_le_bytes()].concat())
        .collect();
    let read = Recording::from_wav(&file(PCM, 2, 8_000, 16, &data)).unwrap();
    assert_eq!(read.samples(), [2_000, 0, 32_767]);
}

#[test]
fn what_is_too_loud_is_turned_down_as_a_whole() {
    let data = written(FLOAT, 32, &tone(1_000.0, 8_000, 0.5, 4.0));
    let read = Recording::from_wav(&file(FLOAT, 1, 8_000, 32, &data)).unwrap();
    assert!((strength(&read, 1_000.0) - 1.0).abs() < 0.01);
    assert!(
        strength(&read, 3_000.0) < 0.001,
        "cut off at the peaks, it would have a tone three times as high"
    );
    let odd: Vec<u8> = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN_POSITIVE, -0.0]
        .iter()
        .flat_map(|sample| sample.to_le_bytes())
        .collect();
    let read = Recording::from_wav(&file(FLOAT, 1, 8_000, 32, &odd)).unwrap();
    assert_eq!(read.samples(), [0, 0, 0, 32_767, 0, 0]);
}

/// IMA-ADPCM of one channel, as its recommendation writes it down.
fn ima(samples: &[f64], block: usize) -> Vec<u8> {
    const NEXT: [i32; 8] = [-1, -1, -1, -1, 2, 4, 6, 8];
    let steps: Vec<i32> = STEPS.split_whitespace().map(|step| step.parse().unwrap()).collect();
    let (mut out, mut index) = (Vec::new(), 0_i32);
    let frames = (block - 4) * 2 + 1;
    for stretch in samples.chunks(frames) {
        let value = |n: usize| (stretch.get(n).copied().unwrap_or_default() * 32_767.0) as i32;
        let mut heard = value(0);
        out.extend((heard as i16).to_le_bytes());
        out.extend([index as u8, 0]);
        let mut nibbles = Vec::new();
        for n in 1..frames {
            let step = steps[index as usize];
            let off = value(n) - heard;
            let size = ((off.abs() * 4) / step).min(7);
            let moved = ((2 * size + 1) * step) >> 3;
            heard = (heard + if off < 0 { -moved } else { moved }).clamp(-32_768, 32_767);
            index = (index + NEXT[size as usize]).clamp(0, 88);
            nibbles.push(size as u8 | if off < 0 { 8 } else { 0 });
        }
        out.extend(nibbles.chunks(2).map(|pair| pair[0] | pair[1] << 4));
    }
    out
}

const STEPS: &str = "7 8 9 10 11 12 13 14 16 17 19 21 23 25 28 31 34 37 41 45 50 55 60 66 73 80 88 97 107 118 130 143 157
    173 190 209 230 253 279 307 337 371 408 449 494 544 598 658 724 796 876 963 1060 1166 1282 1411 1552 1707 1878 2066
    2272 2499 2749 3024 3327 3660 4026 4428 4871 5358 5894 6484 7132 7845 8630 9493 10442 11487 12635 13899 15289 16818
    18500 20350 22385 24623 27086 29794 32767";

#[test]
fn ima_adpcm_is_read() {
    for rate in [8_000, 16_000, 22_050] {
        let samples = tone(500.0, rate, 0.8, 0.5);
        let data = ima(&samples, 256);
        let read = Recording::from_wav(&file_of_blocks(0x11, 1, rate, 4, 256, &data)).unwrap();
        assert!((strength(&read, 500.0) - 0.5).abs() < 0.02, "{rate}: {}", strength(&read, 500.0));
        // How many frames the last block has, stands in a chunk of its own.
        let mut fact = b"fact\x04\0\0\0".to_vec();
        fact.extend((samples.len() as u32).to_le_bytes());
        let mut told = file_of_blocks(0x11, 1, rate, 4, 256, &data);
        told.splice(36..36, fact);
        let read = Recording::from_wav(&told).unwrap();
        assert_eq!(read.samples().len(), (samples.len() as f64 * 8_000.0 / f64::from(rate)).ceil() as usize);
    }
}

#[test]
fn an_extensible_header_says_the_same() {
    let data = written(PCM, 24, &tone(1_000.0, 48_000, 0.2, 0.5));
    let mut wav = b"RIFF\xff\xff\xff\xffWAVEfmt \x28\0\0\0\xfe\xff\x01\0".to_vec();
    wav.extend(48_000_u32.to_le_bytes());
    wav.extend(144_000_u32.to_le_bytes());
    wav.extend(b"\x03\0\x18\0\x16\0\x18\0\x04\0\0\0\x01\0\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71");
    // Written while it was recorded: how long it would be was not known.
    wav.extend(b"data\xff\xff\xff\xff");
    wav.extend(data);
    assert!((strength(&Recording::from_wav(&wav).unwrap(), 1_000.0) - 0.5).abs() < 0.01);
    wav[44] = 0x13;
    assert_eq!(Recording::from_wav(&wav).unwrap_err().code(), "unsupported-recording");
}

#[test]
fn what_is_refused_is_named() {
    let sound = [0_u8; 64];
    let cases: [(Vec<u8>, AudioError); 12] = [
        (b"".to_vec(), AudioError::NotWav(None)),
        (b"ID3\x04\0\0\0\0\0\0".to_vec(), AudioError::NotWav(Some("an MP3"))),
        (b"\x1a\x45\xdf\xa3\0\0\0\0\0\0\0\0".to_vec(), AudioError::NotWav(Some("a WebM"))),
        (b"\0\0\0\x20ftypM4A ".to_vec(), AudioError::NotWav(Some("an MP4"))),
        (file(PCM, 6, 48_000, 16, &sound), AudioError::Unsupported("6 channels".to_owned())),
        (file(PCM, 1, 6_000, 16, &sound), AudioError::Unsupported("6000 samples a second".to_owned())),
        (file(PCM, 1, 8_000, 12, &sound), AudioError::Unsupported("12 bits a sample".to_owned())),
        (file(0x55, 1, 8_000, 0, &sound), AudioError::Unsupported("MP3 in a WAV file".to_owned())),
        (file(PCM, 1, 8_000, 16, &[]), AudioError::Empty),
        (file(7, 1, 8_000, 8, &vec![0; 8_000 * 601]), AudioError::TooLong),
        (vec![0; FILE_BYTES_MAX + 1], AudioError::TooBig),
        (
            b"RIFF\0\0\0\0WAVEdata\x04\0\0\0abcd".to_vec(),
            AudioError::Damaged("the samples come before their format"),
        ),
    ];
    for (bytes, wanted) in cases {
        let why = Recording::from_wav(&bytes).unwrap_err();
        assert_eq!(why, wanted);
        assert!(why.to_string().ends_with('.') && why.hint().ends_with('.'), "{why}");
    }
}

#[test]
fn the_longest_is_still_read() {
    let read = Recording::from_wav(&file(7, 1, 8_000, 8, &vec![0xff; 8_000 * 600])).unwrap();
    assert_eq!(read.duration_ms(), 600_000);
}

use crate::FILE_BYTES_MAX;
