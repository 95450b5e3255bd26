//! The voice of the server: a program that the operator installed, asked once for each prompt that it is to speak.
//!
//! It gets its arguments as a list and the text by its standard input, never through a shell; it may take ten seconds and
//! is ended then; what it writes is read up to the size of a file that people may upload, and believed as little.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use countersign_service::port::{BoxFuture, Speech, SpeechError};
use countersign_service::prompt::FILE_BYTES_MAX;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::sync::Semaphore;

/// How long a text may take.
const TIME: Duration = Duration::from_secs(10);
/// Texts that are spoken at once: each takes a core.
const AT_ONCE: usize = 2;
/// Words a minute: slower than the programs' own, because a telephone takes the high tones away.
const SPEED: &str = "150";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Engine {
    EspeakNg,
    Flite,
}

impl Engine {
    fn name(self) -> &'static str {
        match self {
            Self::EspeakNg => "espeak-ng",
            Self::Flite => "flite",
        }
    }
}

/// A voice that is installed.
pub struct Voice {
    engine: Engine,
    program: PathBuf,
    languages: Vec<String>,
    turns: Semaphore,
}

impl Voice {
    /// The voice that is on the path: `espeak-ng`, else `flite`.
    pub async fn find() -> Option<Self> {
        let path = std::env::var_os("PATH")?;
        let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        for engine in [Engine::EspeakNg, Engine::Flite] {
            let program = folders.iter().map(|folder| folder.join(engine.name())).find(|file| file.is_file());
            let Some(program) = program else { continue };
            match Self::at(engine, program).await {
                Ok(voice) => return Some(voice),
                Err(why) => {
                    tracing::warn!(engine = engine.name(), error = %why, "there is a voice that is mute")
                }
            }
        }
        None
    }

    async fn at(engine: Engine, program: PathBuf) -> Result<Self, SpeechError> {
        let languages = match engine {
            Engine::EspeakNg => {
                let list = run(&program, &["--voices"], "", 1_024 * 1_024).await?;
                espeak_languages(&String::from_utf8_lossy(&list))
            }
            Engine::Flite => vec!["en".to_owned()],
        };
        if languages.is_empty() {
            return Err(SpeechError::Failed("it speaks no language".to_owned()));
        }
        Ok(Self { engine, program, languages, turns: Semaphore::new(AT_ONCE) })
    }
}

impl Speech for Voice {
    fn engine(&self) -> &str {
        self.engine.name()
    }

    fn languages(&self) -> &[String] {
        &self.languages
    }

    fn speak<'a>(&'a self, language: &'a str, text: &'a str) -> BoxFuture<'a, Result<Vec<u8>, SpeechError>> {
        Box::pin(async move {
            // Only what the program itself listed becomes an argument.
            let known = self.languages.iter().find(|known| *known == language);
            let language = known.ok_or_else(|| SpeechError::Failed("it does not speak that".to_owned()))?;
            let turn =
                tokio::time::timeout(TIME, self.turns.acquire()).await.map_err(|_| SpeechError::Late)?;
            let voice = language.to_ascii_lowercase();
            let args: &[&str] = match self.engine {
                Engine::EspeakNg => &["-v", &voice, "-s", SPEED, "-b", "1", "--stdin", "--stdout"],
                Engine::Flite => &["-o", "/dev/stdout"],
            };
            // Two brackets would begin a spelling of sounds.
            let text = text.replace("[[", "[ [");
            let spoken = run(&self.program, args, &text, FILE_BYTES_MAX).await;
            drop(turn);
            spoken
        })
    }
}

/// Runs a program and reads what it writes. It ends with this, however this ends.
async fn run(program: &Path, args: &[&str], text: &str, bytes_max: usize) -> Result<Vec<u8>, SpeechError> {
    run_within(TIME, program, args, text, bytes_max).await
}

async fn run_within(
    time: Duration,
    program: &Path,
    args: &[&str],
    text: &str,
    bytes_max: usize,
) -> Result<Vec<u8>, SpeechError> {
    let failed = |error: std::io::Error| SpeechError::Failed(error.to_string());
    let mut child = Command::new(program)
        .args(args)
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let write = async move {
        // Dropped at the end, which is how the program knows that this was all. One that stopped reading says why by
        // how it ends.
        if let Some(mut stdin) = stdin {
            let _ = stdin.write_all(text.as_bytes()).await;
        }
    };
    let read = async move {
        let mut written = Vec::new();
        if let Some(stdout) = stdout {
            // One byte more than is taken: what is too long is seen to be.
            stdout.take(bytes_max as u64 + 1).read_to_end(&mut written).await?;
        }
        Ok::<_, std::io::Error>(written)
    };
    let all = async {
        let ((), written) = tokio::join!(write, read);
        let written = written?;
        // Who has more to say than is taken is not waited for.
        let is_whole = written.len() <= bytes_max;
        let status = if is_whole { Some(child.wait().await?) } else { None };
        Ok::<_, std::io::Error>((written, status))
    };
    let (written, status) =
        tokio::time::timeout(time, all).await.map_err(|_| SpeechError::Late)?.map_err(failed)?;
    match status {
        Some(status) if !status.success() => Err(SpeechError::Failed(format!("it ended with {status}"))),
        _ => Ok(written),
    }
}

/// The languages in a list of voices: the second column, with regions in capital letters.
fn espeak_languages(list: &str) -> Vec<String> {
    let tag = |line: &str| {
        let written = line.split_whitespace().nth(1)?;
        let mut parts = written.split('-');
        let mut tag = parts.next()?.to_owned();
        for part in parts {
            tag.push('-');
            let is_region = part.len() == 2;
            tag.push_str(&if is_region { part.to_ascii_uppercase() } else { part.to_owned() });
        }
        let is_tag = (2..=35).contains(&tag.len())
            && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && tag.bytes().take_while(|b| *b != b'-').all(|b| b.is_ascii_lowercase());
        is_tag.then_some(tag)
    };
    let mut languages: Vec<String> = list.lines().skip(1).filter_map(tag).collect();
    // Of a language without a region the program knows which one is meant; the first by the alphabet seldom is.
    let plain: Vec<String> =
        languages.iter().filter_map(|tag| Some(tag.split_once('-')?.0.to_owned())).collect();
    languages.extend(plain);
    languages.sort();
    languages.dedup();
    languages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_read_from_the_list_of_voices() {
        let list = "Pty Language       Age/Gender VoiceName          File                 Other Languages\n \
             5  af              --/M      Afrikaans          gmw/af               \n \
             5  pt-br           --/M      Portuguese_(Brazil) roa/pt-BR            (pt 6)\n \
             5  en-us           --/M      English_(America)  gmw/en-US            (en 3)\n \
             5  es-419          --/M      Spanish            roa/es-419           (es 6)\n \
             5  en-us           --/M      Another            gmw/en-US            \n\n";
        assert_eq!(espeak_languages(list), ["af", "en", "en-US", "es", "es-419", "pt", "pt-BR"]);
        assert_eq!(espeak_languages(""), [""; 0]);
    }

    #[tokio::test]
    async fn a_program_gets_text_and_arguments_as_they_are() {
        let evil = "-h $(touch x) `id` ; rm -rf '\"\n";
        let echoed = run(Path::new("/bin/cat"), &["-"], evil, 1_000).await.unwrap();
        assert_eq!(echoed, evil.as_bytes());
        let echoed = run(Path::new("/bin/echo"), &["-n", "$HOME", "; id"], "", 1_000).await.unwrap();
        assert_eq!(echoed, b"$HOME ; id");
        let environment = run(Path::new("/usr/bin/env"), &[], "", 1_000).await.unwrap();
        assert_eq!(environment, b"LC_ALL=C.UTF-8\n");
    }

    #[tokio::test]
    async fn a_program_that_goes_wrong_is_one_that_failed() {
        let failed = |written: Result<Vec<u8>, SpeechError>| matches!(written, Err(SpeechError::Failed(_)));
        assert!(failed(run(Path::new("/nowhere/voice"), &[], "x", 10).await));
        assert!(failed(run(Path::new("/bin/false"), &[], &"x".repeat(1_000_000), 10).await));
        let endless = run(Path::new("/usr/bin/yes"), &[], "", 1_000).await.unwrap();
        assert_eq!(endless.len(), 1_001, "more than is taken is not read");
    }

    #[tokio::test]
    async fn a_program_that_takes_too_long_is_ended() {
        let late = run_within(Duration::from_millis(50), Path::new("/bin/sleep"), &["600"], "", 10).await;
        assert_eq!(late, Err(SpeechError::Late));
    }

    /// For real: `cargo xtask test` installs it.
    #[tokio::test]
    async fn espeak_ng_speaks() {
        let voice = Voice::find().await.expect("espeak-ng is installed");
        assert_eq!(voice.engine(), "espeak-ng");
        for language in ["sv", "en", "en-US", "de", "ar", "uk", "pl", "fr", "es"] {
            assert!(voice.languages().iter().any(|known| known == language), "{language}");
            assert!(voice.speak(language, "1").await.unwrap().len() > 1_000, "{language}");
        }
        let short = voice.speak("sv", "Hej.").await.unwrap();
        let long =
            voice.speak("sv", "Hej. Välkommen till banken, vad kan vi hjälpa till med?").await.unwrap();
        assert!(short.starts_with(b"RIFF") && long.len() > 2 * short.len());
        assert!(voice.speak("tlh-XX", "x").await.is_err(), "only what it listed is asked for");
    }
}
