//! Samples of a file, a stretch at a time, as one channel of floating point.

use symphonia_core::audio::{Channels, Position};
use symphonia_core::codecs::audio::well_known::{
    CODEC_ID_ADPCM_IMA_WAV, CODEC_ID_PCM_ALAW, CODEC_ID_PCM_F32LE, CODEC_ID_PCM_F64LE, CODEC_ID_PCM_MULAW,
    CODEC_ID_PCM_S16LE, CODEC_ID_PCM_S24LE, CODEC_ID_PCM_S32LE, CODEC_ID_PCM_U8,
};
use symphonia_core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia_core::packet::Packet;
use symphonia_core::units::{Duration, Timestamp};

use crate::AudioError;
use crate::header::{Coding, Wav};

/// Frames that are read at once, about.
const STRETCH: usize = 4_096;
/// Louder than this no sample is meant (24 dB above the loudest whole number): floating point allows anything.
const LOUDEST: f32 = 16.0;

fn decoder(wav: &Wav<'_>, stretch_frames: usize) -> Result<Box<dyn AudioDecoder>, AudioError> {
    let codec = match wav.coding {
        Coding::U8 => CODEC_ID_PCM_U8,
        Coding::S16 => CODEC_ID_PCM_S16LE,
        Coding::S24 => CODEC_ID_PCM_S24LE,
        Coding::S32 => CODEC_ID_PCM_S32LE,
        Coding::F32 => CODEC_ID_PCM_F32LE,
        Coding::F64 => CODEC_ID_PCM_F64LE,
        Coding::MuLaw => CODEC_ID_PCM_MULAW,
        Coding::ALaw => CODEC_ID_PCM_ALAW,
        Coding::Ima => CODEC_ID_ADPCM_IMA_WAV,
    };
    let both = Position::FRONT_LEFT | Position::FRONT_RIGHT;
    let channels = if wav.channels == 1 { Position::FRONT_LEFT } else { both };
    let mut params = AudioCodecParameters::new();
    params
        .for_codec(codec)
        .with_sample_rate(wav.rate)
        .with_channels(Channels::Positioned(channels))
        .with_max_frames_per_packet(stretch_frames as u64)
        .with_frames_per_block(wav.block_frames as u64);
    let options = AudioDecoderOptions::default();
    let made: symphonia_core::errors::Result<Box<dyn AudioDecoder>> = match wav.coding {
        Coding::Ima => {
            symphonia_codec_adpcm::AdpcmDecoder::try_new(&params, &options).map(|d| Box::new(d) as _)
        }
        _ => symphonia_codec_pcm::PcmDecoder::try_new(&params, &options).map(|d| Box::new(d) as _),
    };
    made.map_err(|_| AudioError::Damaged("its format is not possible"))
}

/// Hands the samples of a file over, a stretch at a time; two channels become one.
pub(crate) fn each(
    wav: &Wav<'_>,
    mut take: impl FnMut(&[f32]) -> Result<(), AudioError>,
) -> Result<(), AudioError> {
    let blocks = (STRETCH / wav.block_frames).max(1);
    let mut decoder = decoder(wav, blocks * wav.block_frames)?;
    let (mut left, mut both, mut one) = (wav.frames, Vec::new(), Vec::new());
    let whole = wav.data.len() / wav.block_bytes * wav.block_bytes;
    for stretch in wav.data[..whole].chunks(blocks * wav.block_bytes) {
        let frames = stretch.len() / wav.block_bytes * wav.block_frames;
        let packet = Packet::new(0, Timestamp::from(0_u32), Duration::from(frames as u64), stretch);
        let read =
            decoder.decode(&packet).map_err(|_| AudioError::Damaged("a block of it cannot be read"))?;
        both.clear();
        read.copy_to_vec_interleaved::<f32>(&mut both);
        one.clear();
        one.extend(both.chunks_exact(wav.channels).take(left).map(|frame| {
            let sum: f32 =
                frame.iter().map(|s| if s.is_finite() { s.clamp(-LOUDEST, LOUDEST) } else { 0.0 }).sum();
            sum / wav.channels as f32
        }));
        left -= one.len();
        if !one.is_empty() {
            take(&one)?;
        }
    }
    Ok(())
}
