//! Prompts: what callers hear as recordings, in one or several languages.

use crate::words::words;
use crate::{PromptId, Timestamp};

/// What stands for a recording in no language in particular (BCP 47, "undetermined").
pub const NO_LANGUAGE: &str = "und";

words! {
    /// How a recording came about.
    RecordingSource {
        /// From a file.
        Upload = "upload",
        /// With the microphone of a browser.
        Recording = "recording",
        /// Spoken by the server's voice.
        Speech = "speech",
    }
}

/// A prompt, without its recordings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// Its id.
    pub id: PromptId,
    /// Its name; no other prompt has it, however it is written in small and capital letters.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its name or one of its recordings last changed.
    pub updated_at: Timestamp,
}

/// A recording of a prompt in one language, without its sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptRecording {
    /// Of which prompt.
    pub prompt: PromptId,
    /// A language tag, or [`NO_LANGUAGE`].
    pub language: String,
    /// How it came about.
    pub source: RecordingSource,
    /// What the server's voice said, where it did.
    pub spoken: Option<String>,
    /// How long it is.
    pub duration_ms: i64,
    /// When it was made: another recording in its place has another time, and so another address.
    pub updated_at: Timestamp,
}
