//! Recordings as a telephone plays them: one channel, 8,000 samples a second. Pure: bytes in, samples out.
//!
//! [`Recording::from_wav`] reads what people have (8 to 96 kHz, one or two channels, whole numbers, floating point,
//! mu-law, A-law, IMA-ADPCM). The header is read here and believed nowhere: what a file claims is held against what it
//! has before anything is made room for. The samples are read by Symphonia and resampled by Rubato. [`g711`] is what
//! goes over the line.

mod error;
pub mod g711;
mod header;
mod recording;
mod resample;
mod samples;

pub use error::AudioError;
pub use recording::{RATE, Recording, SECONDS_MAX};

/// Biggest file that is read.
pub const FILE_BYTES_MAX: usize = 10 * 1_024 * 1_024;
