//! Which recording a caller hears, and where a telephone provider finds it.
//!
//! Providers log in nowhere: they get an address that nobody guesses, a keyed hash of which recording it is. Another
//! recording in its place has another address, so that what was fetched once may be kept.

use async_recursion::async_recursion as boxed;
use countersign_audio::Recording;
use countersign_store::{Tx, prompt as store};
use countersign_types::prompt::{NO_LANGUAGE, PromptRecording};
use countersign_types::{Error, Permission, PromptId, Result, Timestamp};
use subtle::ConstantTimeEq;

use crate::Service;
use crate::caller::Request;

/// Bytes of a tag, of which two characters are written each.
const TAG_BYTES: usize = 16;

impl Service {
    /// A recording as a WAV file: that of the language, or the one that a caller would hear in its place.
    #[boxed]
    pub async fn open_recording(
        &self,
        request: &Request,
        id: PromptId,
        language: Option<&str>,
    ) -> Result<Vec<u8>> {
        self.authorise(request, Permission::PhoneRead).await?;
        let recordings = self.find_prompt(id).await?.recordings;
        let workspace = self.snapshot().workspace.default_language.clone();
        let chosen = choose(&recordings, language, &workspace).ok_or(Error::NotFound("recording"))?;
        let (_, wav) = self.wav(id, chosen.language.clone()).await?.ok_or(Error::NotFound("recording"))?;
        Ok(wav)
    }

    /// The recording at an address that [`Service::prompt_url`] gave.
    #[boxed]
    pub async fn open_media(&self, id: PromptId, language: &str, tag: &str) -> Result<Vec<u8>> {
        let missing = || Error::NotFound("recording");
        // Nothing is read for who guesses: the tag is held against what is in memory, and read anew only where it fits.
        let recordings = self.recordings_of(id, language, tag).await?;
        let known = recordings.iter().find(|recording| recording.language == language);
        let at = known.ok_or_else(missing)?.updated_at;
        if !bool::from(self.media_tag(id, language, at).as_bytes().ct_eq(tag.as_bytes())) {
            return Err(missing());
        }
        let (found_at, wav) = self.wav(id, language.to_owned()).await?.ok_or_else(missing)?;
        if found_at == at { Ok(wav) } else { Err(missing()) }
    }

    async fn recordings_of(&self, id: PromptId, language: &str, tag: &str) -> Result<Vec<PromptRecording>> {
        let is_it = |known: &crate::snapshot::Snapshot| {
            let detail = known.prompts.iter().find(|detail| detail.prompt.id == id);
            detail.is_some_and(|detail| {
                let of = |r: &PromptRecording| {
                    r.language == language && self.media_tag(id, language, r.updated_at) == tag
                };
                detail.recordings.iter().any(of)
            })
        };
        let snapshot = self.snapshot_with(is_it).await?;
        let detail = snapshot.prompts.iter().find(|detail| detail.prompt.id == id);
        Ok(detail.map(|detail| detail.recordings.clone()).unwrap_or_default())
    }

    async fn wav(&self, id: PromptId, language: String) -> Result<Option<(Timestamp, Vec<u8>)>> {
        let found = self
            .read(async move |tx: &mut Tx<'_>| -> Result<_> {
                Ok(store::find_prompt_audio(tx, id, &language).await?)
            })
            .await?;
        Ok(found.map(|(at, pcm)| (at, Recording::from_pcm(&pcm).to_wav())))
    }

    /// Where a telephone provider fetches a prompt, in the language or the one in its place; `None` where there is no
    /// such prompt or it has no recording.
    pub fn prompt_url(&self, prompt: &str, language: Option<&str>) -> Option<String> {
        let id: PromptId = prompt.parse().ok()?;
        let snapshot = self.snapshot();
        let detail = snapshot.prompts.iter().find(|detail| detail.prompt.id == id)?;
        let chosen = choose(&detail.recordings, language, &snapshot.workspace.default_language)?;
        let tag = self.media_tag(id, &chosen.language, chosen.updated_at);
        let origin = &self.config().public_url;
        Some(format!("{origin}/media/prompts/{id}/{}.wav?t={tag}", chosen.language))
    }

    fn media_tag(&self, id: PromptId, language: &str, at: Timestamp) -> String {
        let name = format!("{id}/{language}/{}", at.as_micros());
        hex::encode(&self.vault().token_mac("prompt_audio", name.as_bytes())[..TAG_BYTES])
    }
}

fn base(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}

/// The recording in a language, or in the one it is a kind of, or in another kind of it.
fn in_language<'a>(recordings: &'a [PromptRecording], wanted: &str) -> Option<&'a PromptRecording> {
    let exact = |tag: &str| recordings.iter().find(|r| r.language.eq_ignore_ascii_case(tag));
    let kind = || recordings.iter().find(|r| base(&r.language).eq_ignore_ascii_case(base(wanted)));
    exact(wanted).or_else(|| exact(base(wanted))).or_else(kind)
}

/// The recording that is played: in the language that is wanted, in none in particular, in that of the workspace, any.
fn choose<'a>(
    recordings: &'a [PromptRecording],
    wanted: Option<&str>,
    workspace: &str,
) -> Option<&'a PromptRecording> {
    wanted
        .and_then(|wanted| in_language(recordings, wanted))
        .or_else(|| in_language(recordings, NO_LANGUAGE))
        .or_else(|| in_language(recordings, workspace))
        .or_else(|| recordings.first())
}

#[cfg(test)]
mod tests {
    use countersign_types::prompt::RecordingSource;

    use super::*;

    #[test]
    fn the_language_that_comes_nearest_is_played() {
        let recordings = |languages: &[&str]| -> Vec<PromptRecording> {
            let one = |language: &&str| PromptRecording {
                prompt: PromptId::from_bytes([1; 16]),
                language: (*language).to_owned(),
                source: RecordingSource::Upload,
                spoken: None,
                duration_ms: 1,
                updated_at: Timestamp::from_micros(1),
            };
            languages.iter().map(one).collect()
        };
        let cases: &[(&[&str], Option<&str>, &str)] = &[
            (&["de", "en", "pt-BR", "sv", "und"], Some("sv"), "sv"),
            (&["de", "en", "pt", "pt-BR", "und"], Some("pt-br"), "pt-BR"),
            (&["de", "en", "pt", "und"], Some("pt-PT"), "pt"),
            (&["de", "en", "pt-BR", "und"], Some("pt"), "pt-BR"),
            (&["de", "en", "und"], Some("sv"), "und"),
            (&["de", "en", "und"], None, "und"),
            (&["de", "en"], Some("sv"), "en"),
            (&["de", "en"], None, "en"),
            (&["de", "fr"], Some("sv"), "de"),
        ];
        for (there, wanted, heard) in cases {
            let there = recordings(there);
            let chosen = choose(&there, *wanted, "en").map(|r| r.language.as_str());
            assert_eq!(chosen, Some(*heard), "{wanted:?}");
        }
        assert_eq!(choose(&[], Some("en"), "en"), None);
    }
}
