//! Views of prompts. Nothing in them is personal: the company's own words, for everybody who calls.

use std::collections::BTreeMap;

use countersign_service::prompt::{NO_LANGUAGE, PromptDetail, PromptRecording, Voice};
use serde::Serialize;
use utoipa::ToSchema;

/// A recording of a prompt.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordingView {
    /// Its language, a tag such as `sv`; `null`: no language in particular (`und` in addresses).
    pub language: Option<String>,
    /// How long it is.
    pub duration_ms: i64,
    /// `upload` (a file), `recording` (a browser's microphone) or `speech` (the server's voice).
    #[schema(value_type = String, pattern = "^(upload|recording|speech)$")]
    pub source: &'static str,
    /// When it was made.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<&PromptRecording> for RecordingView {
    fn from(recording: &PromptRecording) -> Self {
        let language = Some(recording.language.clone()).filter(|language| language != NO_LANGUAGE);
        Self {
            language,
            duration_ms: recording.duration_ms,
            source: recording.source.as_str(),
            updated_at: recording.updated_at.to_string(),
        }
    }
}

/// A prompt: what callers hear as a recording.
#[derive(Debug, Serialize, ToSchema)]
pub struct PromptView {
    /// Its id.
    #[schema(example = "prm_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its recordings, by language.
    pub recordings: Vec<RecordingView>,
    /// What the server's voice said, by language (`und`: no language in particular); only of recordings that it made.
    pub texts: BTreeMap<String, String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When its name or one of its recordings last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<PromptDetail> for PromptView {
    fn from(PromptDetail { prompt, recordings }: PromptDetail) -> Self {
        let spoken = recordings.iter().filter_map(|r| Some((r.language.clone(), r.spoken.clone()?)));
        Self {
            id: prompt.id.to_string(),
            name: prompt.name,
            texts: spoken.collect(),
            recordings: recordings.iter().map(RecordingView::from).collect(),
            created_at: prompt.created_at.to_string(),
            updated_at: prompt.updated_at.to_string(),
        }
    }
}

/// The voice that speaks prompts.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoiceView {
    /// Its name, such as `espeak-ng`; `null`: none is installed.
    pub engine: Option<String>,
    /// The tags of the languages it speaks.
    pub languages: Vec<String>,
}

impl From<Option<Voice>> for VoiceView {
    fn from(voice: Option<Voice>) -> Self {
        match voice {
            Some(Voice { engine, languages }) => Self { engine: Some(engine), languages },
            None => Self { engine: None, languages: Vec::new() },
        }
    }
}
