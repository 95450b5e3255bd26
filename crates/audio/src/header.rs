//! The header of a WAV file: what its samples are and where they stand. Nothing in it is believed that is not there.

use crate::{AudioError, FILE_BYTES_MAX, SECONDS_MAX};

/// What the tag of an extensible header is followed by in its GUID.
const GUID_TAIL: [u8; 14] =
    [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];

/// How samples are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    U8,
    S16,
    S24,
    S32,
    F32,
    F64,
    MuLaw,
    ALaw,
    Ima,
}

/// A file taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wav<'a> {
    pub(crate) coding: Coding,
    pub(crate) channels: usize,
    pub(crate) rate: u32,
    /// Bytes of one block: of a frame, or of a block of IMA-ADPCM.
    pub(crate) block_bytes: usize,
    /// Frames of one block.
    pub(crate) block_frames: usize,
    /// How many frames there are, of which the last block may have fewer.
    pub(crate) frames: usize,
    pub(crate) data: &'a [u8],
}

struct Format {
    tag: u16,
    channels: u16,
    rate: u32,
    align: u16,
    bits: u16,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

impl Format {
    fn read(chunk: &[u8]) -> Result<Self, AudioError> {
        let format = || {
            let tag = u16_at(chunk, 0)?;
            let (channels, rate) = (u16_at(chunk, 2)?, u32_at(chunk, 4)?);
            Some(Self { tag, channels, rate, align: u16_at(chunk, 12)?, bits: u16_at(chunk, 14)? })
        };
        let mut format = format().ok_or(AudioError::Damaged("its format is cut off"))?;
        if format.tag == 0xfffe {
            let guid = chunk.get(24..40).ok_or(AudioError::Damaged("its format is cut off"))?;
            if guid[2..] != GUID_TAIL {
                return Err(AudioError::Unsupported("its samples are of a kind of their own".to_owned()));
            }
            format.tag = u16::from_le_bytes([guid[0], guid[1]]);
        }
        Ok(format)
    }

    fn coding(&self) -> Result<Coding, AudioError> {
        Ok(match (self.tag, self.bits) {
            (1, 8) => Coding::U8,
            (1, 16) => Coding::S16,
            (1, 24) => Coding::S24,
            (1, 32) => Coding::S32,
            (3, 32) => Coding::F32,
            (3, 64) => Coding::F64,
            // Some writers leave the bits of G.711 out.
            (6, 0 | 8) => Coding::ALaw,
            (7, 0 | 8) => Coding::MuLaw,
            (0x11, 4) => Coding::Ima,
            (1 | 3 | 6 | 7 | 0x11, bits) => {
                return Err(AudioError::Unsupported(format!("{bits} bits a sample")));
            }
            (0x02, _) => return Err(AudioError::Unsupported("Microsoft ADPCM".to_owned())),
            (0x31, _) => return Err(AudioError::Unsupported("GSM 6.10".to_owned())),
            (0x55, _) => return Err(AudioError::Unsupported("MP3 in a WAV file".to_owned())),
            (tag, _) => return Err(AudioError::Unsupported(format!("format {tag}"))),
        })
    }

    fn wav<'a>(&self, data: &'a [u8], fact: Option<u32>) -> Result<Wav<'a>, AudioError> {
        let coding = self.coding()?;
        let channels = usize::from(self.channels);
        if !(1..=2).contains(&channels) {
            return Err(AudioError::Unsupported(format!("{channels} channels")));
        }
        let rate = self.rate;
        if !(8_000..=96_000).contains(&rate) {
            return Err(AudioError::Unsupported(format!("{rate} samples a second")));
        }
        let (block_bytes, block_frames) = match coding {
            Coding::U8 | Coding::MuLaw | Coding::ALaw => (channels, 1),
            Coding::S16 => (2 * channels, 1),
            Coding::S24 => (3 * channels, 1),
            Coding::S32 | Coding::F32 => (4 * channels, 1),
            Coding::F64 => (8 * channels, 1),
            Coding::Ima => {
                // A block: four bytes a channel to begin with, then four bits a sample, eight of a channel in turn.
                let align = usize::from(self.align);
                let nibbles = align.saturating_sub(4 * channels) * 2;
                if nibbles == 0 || nibbles % (8 * channels) != 0 {
                    return Err(AudioError::Damaged("its blocks have no possible length"));
                }
                (align, nibbles / channels + 1)
            }
        };
        let mut frames = data.len() / block_bytes * block_frames;
        if coding == Coding::Ima {
            // The last block is padded; how many frames there are stands beside it.
            frames = fact.map_or(frames, |fact| frames.min(usize::try_from(fact).unwrap_or(usize::MAX)));
        }
        match frames {
            0 => Err(AudioError::Empty),
            _ if frames as u64 > u64::from(rate) * u64::from(SECONDS_MAX) => Err(AudioError::TooLong),
            _ => Ok(Wav { coding, channels, rate, block_bytes, block_frames, frames, data }),
        }
    }
}

/// What a file is that is no WAV, by how it begins.
fn other(file: &[u8]) -> Option<&'static str> {
    let begins = |magic: &[u8]| file.starts_with(magic);
    if begins(b"ID3") || (file.len() > 1 && file[0] == 0xff && file[1] & 0xe0 == 0xe0) {
        Some("an MP3")
    } else if begins(b"OggS") {
        Some("an Ogg file")
    } else if begins(b"fLaC") {
        Some("a FLAC")
    } else if begins(b"FORM") {
        Some("an AIFF")
    } else if begins(&[0x1a, 0x45, 0xdf, 0xa3]) {
        Some("a WebM")
    } else if file.get(4..8) == Some(b"ftyp") {
        Some("an MP4")
    } else if begins(b"RF64") || begins(b"RIFX") {
        Some("a WAV of another kind")
    } else {
        None
    }
}

/// Takes a file apart.
pub(crate) fn read(file: &[u8]) -> Result<Wav<'_>, AudioError> {
    if file.len() > FILE_BYTES_MAX {
        return Err(AudioError::TooBig);
    }
    if !file.starts_with(b"RIFF") || file.get(8..12) != Some(b"WAVE") {
        return Err(AudioError::NotWav(other(file)));
    }
    let (mut rest, mut format, mut fact) = (&file[12..], None, None);
    while let (Some(name), Some(length)) = (rest.get(..4), u32_at(rest, 4)) {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let after = &rest[8..];
        // Who writes while recording leaves the length open; who was cut off claims too much. What is there is heard.
        let chunk = &after[..length.min(after.len())];
        match name {
            b"fmt " => format = Some(Format::read(chunk)?),
            b"fact" => fact = u32_at(chunk, 0),
            b"data" => {
                let format = format.ok_or(AudioError::Damaged("the samples come before their format"))?;
                return format.wav(chunk, fact);
            }
            _ => {}
        }
        rest = after.get(length.saturating_add(length % 2)..).unwrap_or_default();
    }
    Err(AudioError::Damaged("it has no samples"))
}
