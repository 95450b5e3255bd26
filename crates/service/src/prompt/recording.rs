//! Recordings of a prompt: taken from a file, from a microphone, or spoken by the server's voice.

use async_recursion::async_recursion as boxed;
use countersign_audio::{AudioError, Recording};
use countersign_store::{Tx, prompt as store};
use countersign_types::prompt::{NO_LANGUAGE, PromptRecording, RecordingSource};
use countersign_types::{Error, FieldError, Permission, PromptId, Result, Timestamp};
use serde_json::json;
use tokio::sync::Semaphore;

use super::PromptDetail;
use crate::Service;
use crate::caller::{Grant, Request};
use crate::port::speech::{Speech, SpeechError};
use crate::session::language_tag;
use crate::work::Log;

/// Languages of one prompt at most.
const LANGUAGES_MAX: usize = 20;
/// How long all recordings are together at most: ten hours, 550 MiB.
const ALL_MS_MAX: i64 = 10 * 60 * 60 * 1_000;
/// Longest text that is spoken, in characters.
const TEXT_CHARS_MAX: usize = 2_000;
/// Files that are read at once: each takes a core for a moment, and calls have others to wait for.
static READERS: Semaphore = Semaphore::const_new(2);

/// Which voice there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// Its name.
    pub engine: String,
    /// The tags of the languages it speaks.
    pub languages: Vec<String>,
}

/// A recording about to be made, by somebody who may.
pub struct RecordingUpload {
    service: Service,
    grant: Grant,
    prompt: PromptId,
    language: String,
    source: RecordingSource,
}

/// What is kept of a recording.
struct Made {
    prompt: PromptId,
    language: String,
    source: RecordingSource,
    spoken: Option<String>,
    recording: Recording,
}

impl Service {
    /// Begins to take a recording in, in place of the one in its language.
    #[boxed]
    pub async fn upload_recording(
        &self,
        request: &Request,
        prompt: PromptId,
        language: &str,
        source: RecordingSource,
    ) -> Result<RecordingUpload> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let language = language_of("language", language)?;
        self.find_prompt(prompt).await?;
        Ok(RecordingUpload { service: self.clone(), grant, prompt, language, source })
    }

    /// Deletes the recording in one language.
    #[boxed]
    pub async fn delete_recording(&self, request: &Request, id: PromptId, language: &str) -> Result<()> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let (language, now) = (language_of("language", language)?, self.now());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let prompt = store::lock_prompt(tx, id).await?.ok_or(Error::NotFound("prompt"))?;
            if !store::delete_prompt_recording(tx, id, &language).await? {
                return Err(Error::NotFound("recording"));
            }
            store::update_prompt(tx, id, &prompt.name, later(now, prompt.updated_at)).await?;
            let details = json!({ "name": prompt.name, "language": language });
            log.audit("prompt.delete_recording", id, details);
            log.reload("prompt.updated", id);
            Ok(())
        })
        .await
    }

    /// The voice that the operator installed.
    #[boxed]
    pub async fn read_voice(&self, request: &Request) -> Result<Option<Voice>> {
        self.authorise(request, Permission::PhoneRead).await?;
        Ok(self.voice())
    }

    pub(crate) fn voice(&self) -> Option<Voice> {
        let speech = self.speech()?;
        Some(Voice { engine: speech.engine().to_owned(), languages: speech.languages().to_vec() })
    }

    /// Has the server's voice speak a text, and keeps it as a recording.
    #[boxed]
    pub async fn speak_prompt(
        &self,
        request: &Request,
        id: PromptId,
        language: &str,
        text: &str,
    ) -> Result<PromptDetail> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let language = language_of("/language", language)?;
        let text = speakable(text)?;
        self.find_prompt(id).await?;
        let speech = self.speech().ok_or_else(no_voice)?;
        let spoken_in = spoken_in(speech, &language)?;
        let file = speech.speak(spoken_in, &text).await.map_err(|why| {
            tracing::warn!(engine = speech.engine(), error = %why, "a text was not spoken");
            match why {
                SpeechError::Late => too_long_to_speak(),
                SpeechError::Failed(_) => Error::Unavailable("voice"),
            }
        })?;
        let recording = read(file).await?.map_err(|why| match why {
            AudioError::TooBig | AudioError::TooLong => too_long_to_speak(),
            why => Error::invalid("/text", why.code(), "The voice has no sound for this text."),
        })?;
        let source = RecordingSource::Speech;
        self.keep(&grant, Made { prompt: id, language, source, spoken: Some(text), recording }).await?;
        self.find_prompt(id).await
    }

    async fn keep(&self, grant: &Grant, made: Made) -> Result<()> {
        let now = self.now();
        self.write_once(grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let Made { prompt: id, language, source, spoken, recording } = made;
            let prompt = store::lock_prompt(tx, id).await?.ok_or(Error::NotFound("prompt"))?;
            let before = store::find_prompt_recording(tx, id, &language).await?;
            if before.is_none() && store::list_prompt_languages(tx, id).await?.len() >= LANGUAGES_MAX {
                let detail = format!("A prompt has recordings in at most {LANGUAGES_MAX} languages.");
                return Err(Error::conflict("too-many-recordings", detail, "Delete one that nobody needs."));
            }
            let duration_ms = i64::from(recording.duration_ms());
            let (_, all_ms) = store::count_prompts(tx).await?;
            if all_ms - before.map_or(0, |before| before.duration_ms) + duration_ms > ALL_MS_MAX {
                let detail = "All recordings together would be longer than ten hours, which is the most.";
                return Err(Error::conflict("recordings-full", detail, "Delete one that nobody needs."));
            }
            let updated_at = later(now, prompt.updated_at);
            let kept = PromptRecording { prompt: id, language, source, spoken, duration_ms, updated_at };
            store::put_prompt_recording(tx, &kept, &recording.to_pcm()).await?;
            store::update_prompt(tx, id, &prompt.name, updated_at).await?;
            let details = json!({ "name": prompt.name, "language": kept.language, "source": source.as_str(),
                "duration_ms": duration_ms });
            log.audit("prompt.record", id, details);
            log.reload("prompt.updated", id);
            Ok(())
        })
        .await
    }
}

impl RecordingUpload {
    /// The file is all there: reads it and keeps it.
    #[boxed]
    pub async fn finish(self, file: Vec<u8>) -> Result<PromptDetail> {
        let Self { service, grant, prompt, language, source } = self;
        let recording = read(file).await?.map_err(refused)?;
        service.keep(&grant, Made { prompt, language, source, spoken: None, recording }).await?;
        service.find_prompt(prompt).await
    }
}

/// Reads a file, apart from what answers requests.
async fn read(file: Vec<u8>) -> Result<std::result::Result<Recording, AudioError>> {
    let turn = READERS.acquire().await.map_err(Error::internal)?;
    let read = tokio::task::spawn_blocking(move || Recording::from_wav(&file)).await;
    drop(turn);
    read.map_err(Error::internal)
}

fn refused(why: AudioError) -> Error {
    let detail = format!("{why} {}", why.hint());
    Error::Invalid(vec![FieldError::new("", why.code(), detail)])
}

/// A moment after what was: another recording has another address, however fast one follows the other.
fn later(now: Timestamp, before: Timestamp) -> Timestamp {
    now.max(before.plus(1))
}

/// A language tag in one spelling, so that `pt-br` and `pt-BR` are one recording.
fn language_of(pointer: &str, text: &str) -> Result<String> {
    let mut parts = text.split('-');
    let mut tag = parts.next().unwrap_or_default().to_ascii_lowercase();
    for part in parts {
        tag.push('-');
        match part.len() {
            2 => tag.push_str(&part.to_ascii_uppercase()),
            4 if part.is_ascii() => {
                tag.push_str(&part[..1].to_ascii_uppercase());
                tag.push_str(&part[1..].to_ascii_lowercase());
            }
            _ => tag.push_str(&part.to_ascii_lowercase()),
        }
    }
    language_tag(pointer, &tag)
}

/// A text as the voice gets it.
fn speakable(text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > TEXT_CHARS_MAX {
        let detail = format!("A text that is spoken has at most {TEXT_CHARS_MAX} characters.");
        return Err(Error::invalid("/text", "too-long", detail));
    }
    if text.is_empty() {
        return Err(Error::invalid("/text", "invalid-text", "There is nothing to say."));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        let detail = "A text that is spoken has no control characters.";
        return Err(Error::invalid("/text", "invalid-text", detail));
    }
    Ok(text.to_owned())
}

/// The voice's own word for a language: that, or the one it is a kind of.
fn spoken_in<'a>(speech: &'a dyn Speech, language: &str) -> Result<&'a str> {
    let base = language.split('-').next().unwrap_or(language);
    let find = |wanted: &str| speech.languages().iter().find(|known| known.eq_ignore_ascii_case(wanted));
    let of_base = || speech.languages().iter().find(|known| known.split('-').next() == Some(base));
    let found = find(language).or_else(|| find(base)).or_else(of_base);
    match found {
        Some(found) if language != NO_LANGUAGE => Ok(found),
        _ => {
            let detail = format!("The voice {} does not speak this language.", speech.engine());
            Err(Error::invalid("/language", "language-not-spoken", detail))
        }
    }
}

fn no_voice() -> Error {
    Error::conflict(
        "no-speech-engine",
        "There is no voice on this server.",
        "Upload or record it, or have the operator install espeak-ng and start the server again.",
    )
}

fn too_long_to_speak() -> Error {
    Error::invalid("/text", "too-long", "Speaking this text takes too long. Make several prompts of it.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_one_spelling() {
        for (written, tag) in [
            ("sv", "sv"),
            ("PT-br", "pt-BR"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("und", "und"),
            ("es-419", "es-419"),
        ] {
            assert_eq!(language_of("", written).unwrap(), tag);
        }
        for bad in ["", "s", "svenska", "sv_SE", "../x", "sv-", "ü", "sv-üüüü"] {
            assert!(language_of("", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_spoken_is_a_text() {
        assert_eq!(speakable(" Hej\nhej ").unwrap(), "Hej\nhej");
        for bad in ["", "  ", "a\u{7}b", "a\tb", "a\0b", &"x".repeat(2_001)] {
            assert!(speakable(bad).is_err(), "{bad}");
        }
        assert!(speakable(&"å".repeat(2_000)).is_ok());
    }
}
