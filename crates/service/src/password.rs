//! Passwords: which are taken, how they are kept.
//!
//! At least 15 characters, at most 256, and not made of what attackers try first ([`weak`]). Kept as Argon2id with
//! 19 MiB and two passes. Hashing runs on few threads at once, so that a burst of log-ins does not starve the rest.

mod weak;

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use countersign_types::{Error, Result};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// Characters of a password at least.
const PASSWORD_CHARS_MIN: usize = 15;
/// Characters of a password at most.
const PASSWORD_CHARS_MAX: usize = 256;
/// Memory of one hash, KiB.
const MEMORY_KIB: u32 = 19 * 1_024;
/// Passes over the memory.
const PASSES: u32 = 2;
/// How long a log-in waits for its turn.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// Hashes and checks passwords, few at a time.
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    /// A hash that no password has: checked when there is no such user, so that it takes as long.
    nobody: Arc<str>,
}

impl Passwords {
    pub(crate) fn new(salt: [u8; 16], nobody: [u8; 32]) -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let turns = Arc::new(Semaphore::new((cores / 2).clamp(1, 8)));
        Ok(Self { turns, nobody: unmatched(&salt, &nobody).into() })
    }

    /// The hash of a password, to be kept.
    pub(crate) async fn hash(&self, password: &str, salt: [u8; 16]) -> Result<String> {
        let password = normal(password);
        self.run(move || hash(password.as_bytes(), &salt)).await?
    }

    /// Whether a password is the one that was kept. Takes as long when nothing was kept, and says no.
    pub(crate) async fn is_right(&self, password: &str, kept: Option<&str>) -> Result<bool> {
        let is_known = kept.is_some();
        let kept: Arc<str> = kept.map_or_else(|| self.nobody.clone(), Arc::from);
        let password = normal(&password.chars().take(PASSWORD_CHARS_MAX + 1).collect::<String>());
        let is_right = self
            .run(move || argon2().map(|a| a.verify_password(password.as_bytes(), &*kept).is_ok()))
            .await??;
        Ok(is_right && is_known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let turn = tokio::time::timeout(WAIT_MAX, self.turns.clone().acquire_owned());
        let busy = || Error::Unavailable("log-in");
        let turn = turn.await.map_err(|_| busy())?.map_err(|_| busy())?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        })
        .await
        .map_err(Error::internal)
    }
}

/// One spelling of a password whatever keyboard it came from.
fn normal(password: &str) -> String {
    password.nfkc().collect()
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|e| Error::internal(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &[u8], salt: &[u8]) -> Result<String> {
    let hash =
        argon2()?.hash_password_with_salt(password, salt).map_err(|e| Error::internal(e.to_string()))?;
    Ok(hash.to_string())
}

/// A hash in the kept form that was never computed: random bytes that no known password gives.
fn unmatched(salt: &[u8; 16], random: &[u8; 32]) -> String {
    let [salt, random] = [salt.as_slice(), random.as_slice()].map(|bytes| STANDARD_NO_PAD.encode(bytes));
    format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1${salt}${random}")
}

/// Refuses a password that is too short, too long or easy to guess. `known` are words an attacker would start with:
/// the address, the person's name, the workspace's.
pub(crate) fn check(pointer: &str, password: &str, known: &[&str]) -> Result<()> {
    let chars = password.nfkc().count();
    if chars < PASSWORD_CHARS_MIN {
        let detail =
            format!("A password has at least {PASSWORD_CHARS_MIN} characters; this one has {chars}.");
        return Err(Error::invalid(pointer, "password-too-short", detail));
    }
    if chars > PASSWORD_CHARS_MAX {
        let detail = format!("A password has at most {PASSWORD_CHARS_MAX} characters.");
        return Err(Error::invalid(pointer, "password-too-long", detail));
    }
    if weak::is_guessable(&normal(password), known) {
        return Err(Error::invalid(
            pointer,
            "password-guessable",
            "This password is made of words, names, years or keyboard rows that are tried first. \
             Four or five unrelated words make a good one.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn x_1_a_password_has_15_to_256_characters() {
        assert!(check("/password", "vexing-quilt-9", &[]).is_err());
        assert!(check("/password", "vexing-quilt-94", &[]).is_ok());
        assert!(check("/password", &"vexing quilt gizmo ".repeat(14), &[]).is_err());
    }

    #[tokio::test]
    async fn x_1_the_kept_form_is_argon2id_with_19_mib_and_two_passes() {
        let passwords = Passwords::new([1; 16], [2; 32]).unwrap();
        let kept = passwords.hash("vexing quilt gizmo", [3; 16]).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(passwords.is_right("vexing quilt gizmo", Some(&kept)).await.unwrap());
        assert!(!passwords.is_right("vexing quilt gizm0", Some(&kept)).await.unwrap());
        assert!(!passwords.is_right("vexing quilt gizmo", None).await.unwrap());
    }

    #[tokio::test]
    async fn x_1_nobody_s_hash_costs_what_everybody_s_costs() {
        let passwords = Passwords::new([1; 16], [2; 32]).unwrap();
        let kept = passwords.hash("vexing quilt gizmo", [1; 16]).await.unwrap();
        // The same algorithm, costs and salt; only the hash itself differs. So it is read, and computed against.
        let cost =
            |text: &str| text.rsplit_once('$').map(|(cost, hash)| (cost.to_owned(), hash.len())).unwrap();
        assert_eq!(cost(&kept), cost(&passwords.nobody));
    }

    #[tokio::test]
    async fn a_password_typed_in_another_unicode_form_is_the_same() {
        let passwords = Passwords::new([1; 16], [2; 32]).unwrap();
        let kept = passwords.hash("caf\u{e9} vexing quilt", [3; 16]).await.unwrap();
        assert!(passwords.is_right("cafe\u{301} vexing quilt", Some(&kept)).await.unwrap());
    }
}
