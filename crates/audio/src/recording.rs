//! A recording as a telephone plays it.

use crate::resample::Down;
use crate::{AudioError, header, samples};

/// Samples a second of a telephone.
pub const RATE: u32 = 8_000;
/// Longest recording.
pub const SECONDS_MAX: u32 = 600;

/// One channel, [`RATE`] samples a second, 16 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    samples: Vec<i16>,
}

impl Recording {
    /// Reads a WAV file of any usual kind.
    pub fn from_wav(file: &[u8]) -> Result<Self, AudioError> {
        let wav = header::read(file)?;
        let mut down = Down::new(wav.rate)?;
        samples::each(&wav, |stretch| down.take(stretch))?;
        Ok(Self { samples: whole_numbers(&down.finish()?) })
    }

    /// What [`Recording::to_wav`] wrote, without anything else of a WAV file: samples of 16 bits, the low byte first.
    pub fn from_pcm(bytes: &[u8]) -> Self {
        Self { samples: bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect() }
    }

    /// Its samples, the low byte of each first.
    pub fn to_pcm(&self) -> Vec<u8> {
        self.samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
    }

    /// As a WAV file that everything plays: 16 bits, one channel.
    pub fn to_wav(&self) -> Vec<u8> {
        wav(&self.to_pcm())
    }

    /// Its samples.
    pub fn samples(&self) -> &[i16] {
        &self.samples
    }

    /// How long it is, in milliseconds, rounded up.
    pub fn duration_ms(&self) -> u32 {
        let ms = (self.samples.len() as u64 * 1_000).div_ceil(u64::from(RATE));
        u32::try_from(ms).unwrap_or(u32::MAX)
    }
}

/// A WAV file around samples as [`Recording::to_pcm`] writes them.
fn wav(pcm: &[u8]) -> Vec<u8> {
    let length = u32::try_from(pcm.len()).unwrap_or(u32::MAX);
    let mut file = Vec::with_capacity(44 + pcm.len());
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&length.saturating_add(36).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&RATE.to_le_bytes());
    file.extend_from_slice(&(RATE * 2).to_le_bytes());
    file.extend_from_slice(&2_u16.to_le_bytes());
    file.extend_from_slice(&16_u16.to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&length.to_le_bytes());
    file.extend_from_slice(pcm);
    file
}

/// Samples of 16 bits. What would be louder than the loudest is turned down as a whole, not cut off at the peaks.
fn whole_numbers(samples: &[f32]) -> Vec<i16> {
    let peak = samples.iter().fold(1.0_f32, |peak, sample| peak.max(sample.abs()));
    samples
        .iter()
        .map(|sample| (sample / peak * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16)
        .collect()
}

#[cfg(test)]
mod tests;
