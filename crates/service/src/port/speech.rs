//! A voice that reads sentences out, where the operator installed one.

use super::BoxFuture;

/// Why a sentence was not spoken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpeechError {
    /// It took longer than it may.
    #[error("the voice did not finish in time")]
    Late,
    /// The program ended otherwise than well.
    #[error("the voice failed: {0}")]
    Failed(String),
}

/// A voice.
pub trait Speech: Send + Sync + 'static {
    /// Its name, such as `espeak-ng`.
    fn engine(&self) -> &str;

    /// The tags of the languages it speaks, in order.
    fn languages(&self) -> &[String];

    /// A sentence as a WAV file. `language` is one of its own.
    fn speak<'a>(&'a self, language: &'a str, text: &'a str) -> BoxFuture<'a, Result<Vec<u8>, SpeechError>>;
}
