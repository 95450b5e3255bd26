//! From the rate of a file to that of the telephone. What is above half of it is filtered out first, so that it does
//! not come back as a tone that was never there.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Async, FixedAsync, Resampler, SincInterpolationParameters, SincInterpolationType, WindowFunction,
};

use crate::{AudioError, RATE};

/// Frames that are resampled at once.
const CHUNK: usize = 2_048;
/// Length of the filter, in samples of the telephone.
const FILTER: usize = 256;
/// Places between two samples for which the filter is known exactly, at most.
const PLACES_MAX: u32 = 640;

/// Resamples what it is given in stretches.
pub(crate) struct Down {
    /// None: the rate is that of the telephone already.
    inner: Option<Async<f32>>,
    rate: u32,
    pending: Vec<f32>,
    taken: u64,
    skip: usize,
    out: Vec<f32>,
}

fn greatest_common(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common(b, a % b) }
}

impl Down {
    /// From this rate, which is at least that of the telephone.
    pub(crate) fn new(rate: u32) -> Result<Self, AudioError> {
        let mut new = Self { inner: None, rate, pending: Vec::new(), taken: 0, skip: 0, out: Vec::new() };
        if rate == RATE {
            return Ok(new);
        }
        let places = RATE / greatest_common(RATE, rate);
        let (oversampling_factor, interpolation) = if places <= PLACES_MAX {
            (places as usize, SincInterpolationType::Nearest)
        } else {
            (128, SincInterpolationType::Cubic)
        };
        let parameters = SincInterpolationParameters {
            sinc_len: FILTER * rate as usize / RATE as usize,
            f_cutoff: None,
            oversampling_factor,
            interpolation,
            window: WindowFunction::BlackmanHarris2,
        };
        let ratio = f64::from(RATE) / f64::from(rate);
        let inner = Async::new_sinc(ratio, 1.0, &parameters, CHUNK, 1, FixedAsync::Input)
            .map_err(|_| AudioError::Unsupported(format!("{rate} samples a second")))?;
        new.skip = inner.output_delay();
        new.inner = Some(inner);
        Ok(new)
    }

    /// Takes a stretch.
    pub(crate) fn take(&mut self, stretch: &[f32]) -> Result<(), AudioError> {
        self.taken += stretch.len() as u64;
        if self.inner.is_none() {
            self.out.extend_from_slice(stretch);
            return Ok(());
        }
        self.pending.extend_from_slice(stretch);
        let whole = self.pending.len() / CHUNK * CHUNK;
        let pending = std::mem::take(&mut self.pending);
        for chunk in pending[..whole].chunks_exact(CHUNK) {
            self.chunk(chunk)?;
        }
        self.pending = pending[whole..].to_vec();
        Ok(())
    }

    fn chunk(&mut self, chunk: &[f32]) -> Result<(), AudioError> {
        let Some(inner) = &mut self.inner else { return Ok(()) };
        let failed = |_| AudioError::Damaged("it cannot be resampled");
        let input =
            InterleavedSlice::new(chunk, 1, CHUNK).map_err(|_| AudioError::Damaged("it is cut off"))?;
        let made = inner.process(&input, None).map_err(failed)?.take_data();
        let skipped = self.skip.min(made.len());
        self.skip -= skipped;
        self.out.extend_from_slice(&made[skipped..]);
        Ok(())
    }

    /// All of it, as long as it was.
    pub(crate) fn finish(mut self) -> Result<Vec<f32>, AudioError> {
        if self.inner.is_none() {
            return Ok(self.out);
        }
        let length = (self.taken * u64::from(RATE)).div_ceil(u64::from(self.rate));
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let mut last = std::mem::take(&mut self.pending);
        // The filter looks ahead: silence behind the end brings the end out. Ten filters of it are never needed.
        for _ in 0..(10 * FILTER * self.rate as usize / RATE as usize).div_ceil(CHUNK) + 1 {
            last.resize(CHUNK, 0.0);
            self.chunk(&last)?;
            last.clear();
            if self.out.len() >= length {
                break;
            }
        }
        self.out.resize(length, 0.0);
        Ok(self.out)
    }
}
