//! Why a file is no recording: what, why, and what to do.

/// Why a file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AudioError {
    /// More bytes than are read.
    #[error("The file is bigger than 10 MiB.")]
    TooBig,
    /// No WAV; what it looks like instead, where that is known.
    #[error("This is not a WAV file{}.", .0.map(|kind| format!(", but {kind}")).unwrap_or_default())]
    NotWav(Option<&'static str>),
    /// A WAV whose parts do not fit together.
    #[error("This WAV file is damaged: {0}.")]
    Damaged(&'static str),
    /// A WAV of a kind that is not read.
    #[error("This kind of WAV file is not read: {0}.")]
    Unsupported(String),
    /// Longer than a caller will listen.
    #[error("The recording is longer than 10 minutes.")]
    TooLong,
    /// No sound in it.
    #[error("There is no sound in this file.")]
    Empty,
}

impl AudioError {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooBig => "recording-too-big",
            Self::NotWav(_) => "not-a-wav",
            Self::Damaged(_) => "damaged-recording",
            Self::Unsupported(_) => "unsupported-recording",
            Self::TooLong => "recording-too-long",
            Self::Empty => "empty-recording",
        }
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::TooBig => {
                "Save it with one channel and 8,000 or 16,000 samples a second: callers hear no more."
            }
            Self::NotWav(_) => "Save the recording as WAV and choose that file.",
            Self::Damaged(_) => "Save the recording as WAV again.",
            Self::Unsupported(_) => {
                "Save it as WAV with 16 bits, one or two channels and 8,000 to 96,000 samples a second."
            }
            Self::TooLong => "Cut it, or play it in parts.",
            Self::Empty => "Record it again.",
        }
    }
}
