//! Keys that are not in the database, and what is sealed with them.
//!
//! One master key (32 bytes, in a file or a credential beside the server) gives, by HKDF-SHA-256 with a label each:
//! the key that wraps subjects' keys, the workspace's own sealing key, the blind-index key and the code key. Every
//! subject (a profile, a channel account) has a random key of its own, stored wrapped; destroying that row makes
//! everything sealed under it unreadable in the database. A backup holds the wrapped keys of its day, and
//! opens with the master key: docs/operate/backup.md says how erased people stay erased after a restore.
//!
//! A sealed value is `version ‖ nonce ‖ ciphertext ‖ tag`, AES-256-GCM, with `place ‖ 0 ‖ row id` as associated data:
//! a value copied to another column or row does not open.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use lru::LruCache;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{Cause, StoreError};

const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;
/// Subjects whose key is kept ready, about 1 KiB each.
const READY_MAX: usize = 16_384;

/// The column a value is sealed for, part of what is authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(pub &'static str);

/// A subject's sealing key, ready for use.
#[derive(Clone)]
pub struct Subject {
    id: [u8; 16],
    cipher: Arc<Aes256Gcm>,
}

impl Subject {
    fn new(id: [u8; 16], key: &[u8; 32]) -> Self {
        Self { id, cipher: Arc::new(Aes256Gcm::new(key.into())) }
    }

    /// Whose key this is.
    pub fn id(&self) -> [u8; 16] {
        self.id
    }

    /// Seals a value for one column of one row.
    pub fn seal(&self, place: Place, row: [u8; 16], plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        seal(&self.cipher, place, row, plain)
    }

    /// Opens a sealed value; one that was moved, cut or made with another key is [`StoreError::Corrupt`].
    pub fn open(&self, place: Place, row: [u8; 16], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        open(&self.cipher, place, row, sealed)
    }

    /// Opens a sealed text.
    pub fn open_text(&self, place: Place, row: [u8; 16], sealed: &[u8]) -> Result<String, StoreError> {
        String::from_utf8(self.open(place, row, sealed)?).map_err(|_| unreadable(place))
    }
}

struct Keys {
    wrap: Aes256Gcm,
    key_id: [u8; 4],
    workspace: Subject,
    blind: Zeroizing<[u8; 32]>,
    code: Zeroizing<[u8; 32]>,
    token: Zeroizing<[u8; 32]>,
    audit: Zeroizing<[u8; 32]>,
    ready: Mutex<LruCache<[u8; 16], Subject>>,
}

/// The server's keys. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Keys>);

impl Vault {
    /// Derives every key from the master key.
    pub fn new(master: &[u8; 32]) -> Self {
        let derive = |label: &str| {
            let mut key = Zeroizing::new([0u8; 32]);
            // HKDF refuses only lengths above 255 hashes.
            let _ = Hkdf::<Sha256>::new(None, master).expand(label.as_bytes(), key.as_mut());
            key
        };
        let id = derive("countersign/v1/key-id");
        Self(Arc::new(Keys {
            wrap: Aes256Gcm::new((&*derive("countersign/v1/wrap")).into()),
            key_id: [id[0], id[1], id[2], id[3]],
            workspace: Subject::new([0; 16], &derive("countersign/v1/workspace")),
            blind: derive("countersign/v1/blind-index"),
            code: derive("countersign/v1/identification-code"),
            token: derive("countersign/v1/token"),
            audit: derive("countersign/v1/audit-signature"),
            ready: Mutex::new(LruCache::new(NonZeroUsize::new(READY_MAX).unwrap_or(NonZeroUsize::MIN))),
        }))
    }

    /// The key under which identification codes are hashed.
    pub fn code_key(&self) -> &[u8; 32] {
        &self.0.code
    }

    /// HMAC-SHA-256 under the token key, apart for every `label`.
    pub fn token_mac(&self, label: &str, value: &[u8]) -> [u8; 32] {
        mac(&self.0.token, label, value)
    }

    /// The seed of the key that signs the head of the audit chain.
    pub fn audit_seed(&self) -> &[u8; 32] {
        &self.0.audit
    }

    /// Names the master key in use without telling anything of it.
    pub fn key_id(&self) -> String {
        hex::encode(self.0.key_id)
    }

    /// The sealing key of the workspace itself: secrets of channels, webhooks and widgets.
    pub fn workspace(&self) -> &Subject {
        &self.0.workspace
    }

    /// The blind index of a normalised value: HMAC-SHA-256 under the index key, apart for every `label`.
    pub fn blind(&self, label: &str, value: &str) -> [u8; 32] {
        self.blind_bytes(label, value.as_bytes())
    }

    /// The blind index of bytes.
    pub fn blind_bytes(&self, label: &str, value: &[u8]) -> [u8; 32] {
        mac(&self.0.blind, label, value)
    }

    /// A new subject's key and its wrapped form for the database.
    pub fn new_subject(&self, id: [u8; 16]) -> Result<(Subject, Vec<u8>), StoreError> {
        let mut key = Zeroizing::new([0u8; 32]);
        random(key.as_mut())?;
        let mut wrapped = self.0.key_id.to_vec();
        wrapped.extend(seal(&self.0.wrap, Place("subject_key.wrapped"), id, key.as_ref())?);
        let subject = Subject::new(id, &key);
        self.keep(&subject);
        Ok((subject, wrapped))
    }

    /// A subject's key from its wrapped form.
    pub fn unwrap_subject(&self, id: [u8; 16], wrapped: &[u8]) -> Result<Subject, StoreError> {
        let Some((key_id, sealed)) = wrapped.split_at_checked(4) else {
            return Err(unreadable(Place("subject_key.wrapped")));
        };
        if key_id != self.0.key_id {
            return Err(StoreError::Corrupt(Cause::new(format!(
                "a subject's key is wrapped with master key {}, this server has {}",
                hex::encode(key_id),
                self.key_id()
            ))));
        }
        let plain = Zeroizing::new(open(&self.0.wrap, Place("subject_key.wrapped"), id, sealed)?);
        let key: &[u8; 32] =
            plain.as_slice().try_into().map_err(|_| unreadable(Place("subject_key.wrapped")))?;
        let subject = Subject::new(id, key);
        self.keep(&subject);
        Ok(subject)
    }

    /// A subject's key if it is kept ready.
    pub fn ready(&self, id: [u8; 16]) -> Option<Subject> {
        self.0.ready.lock().ok()?.get(&id).cloned()
    }

    /// Forgets a subject's key: it was destroyed, or the operation that made it was undone.
    pub fn forget(&self, id: [u8; 16]) {
        if let Ok(mut ready) = self.0.ready.lock() {
            ready.pop(&id);
        }
    }

    fn keep(&self, subject: &Subject) {
        if let Ok(mut ready) = self.0.ready.lock() {
            ready.put(subject.id, subject.clone());
        }
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({})", self.key_id())
    }
}

/// HMAC-SHA-256 of `value`, apart for every `label`.
pub(crate) fn mac(key: &[u8; 32], label: &str, value: &[u8]) -> [u8; 32] {
    let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) else {
        // HMAC takes keys of any length.
        return [0; 32];
    };
    mac.update(label.as_bytes());
    mac.update(&[0]);
    mac.update(value);
    mac.finalize().into_bytes().into()
}

fn random(out: &mut [u8]) -> Result<(), StoreError> {
    getrandom::fill(out).map_err(|_| StoreError::Unavailable(Cause::new("the system gives no randomness")))
}

fn associated(place: Place, row: [u8; 16]) -> Vec<u8> {
    let mut data = Vec::with_capacity(place.0.len() + 17);
    data.extend_from_slice(place.0.as_bytes());
    data.push(0);
    data.extend_from_slice(&row);
    data
}

fn seal(cipher: &Aes256Gcm, place: Place, row: [u8; 16], plain: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut nonce = [0u8; NONCE_BYTES];
    random(&mut nonce)?;
    let aad = associated(place, row);
    let sealed = cipher
        .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: &aad })
        .map_err(|_| StoreError::Bug(Cause::new("a value is too large to be sealed")))?;
    let mut out = Vec::with_capacity(1 + NONCE_BYTES + sealed.len());
    out.push(VERSION);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&sealed);
    Ok(out)
}

fn open(cipher: &Aes256Gcm, place: Place, row: [u8; 16], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let (head, body) = sealed.split_at_checked(1 + NONCE_BYTES).ok_or_else(|| unreadable(place))?;
    let nonce: [u8; NONCE_BYTES] = head[1..].try_into().map_err(|_| unreadable(place))?;
    if head[0] != VERSION {
        return Err(unreadable(place));
    }
    let aad = associated(place, row);
    cipher.decrypt(&Nonce::from(nonce), Payload { msg: body, aad: &aad }).map_err(|_| unreadable(place))
}

fn unreadable(place: Place) -> StoreError {
    StoreError::Corrupt(Cause::new(format!("{} does not open with its key", place.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    const NAME: Place = Place("profile.name_sealed");

    #[test]
    fn a_sealed_value_opens_only_in_its_place_row_and_subject() {
        let vault = Vault::new(&[7; 32]);
        let (ann, wrapped) = vault.new_subject([1; 16]).unwrap();
        let (bob, _) = vault.new_subject([2; 16]).unwrap();
        let sealed = ann.seal(NAME, [9; 16], b"Ann").unwrap();
        assert_eq!(ann.open(NAME, [9; 16], &sealed).unwrap(), b"Ann");
        assert!(ann.open(Place("profile.email_sealed"), [9; 16], &sealed).is_err());
        assert!(ann.open(NAME, [8; 16], &sealed).is_err());
        assert!(bob.open(NAME, [9; 16], &sealed).is_err());
        vault.forget([1; 16]);
        let again = vault.unwrap_subject([1; 16], &wrapped).unwrap();
        assert_eq!(again.open(NAME, [9; 16], &sealed).unwrap(), b"Ann");
    }

    #[test]
    fn another_master_key_opens_nothing_and_says_so() {
        let (_, wrapped) = Vault::new(&[7; 32]).new_subject([1; 16]).unwrap();
        let other = Vault::new(&[8; 32]);
        assert!(matches!(other.unwrap_subject([1; 16], &wrapped), Err(StoreError::Corrupt(_))));
    }

    #[test]
    fn every_flipped_bit_is_seen() {
        let vault = Vault::new(&[7; 32]);
        let sealed = vault.workspace().seal(NAME, [9; 16], b"secret").unwrap();
        for i in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[i] ^= 1;
            assert!(vault.workspace().open(NAME, [9; 16], &bent).is_err(), "byte {i}");
        }
    }

    #[test]
    fn a_blind_index_differs_by_label_and_key() {
        let vault = Vault::new(&[7; 32]);
        assert_ne!(vault.blind("email", "a"), vault.blind("phone", "a"));
        assert_ne!(vault.blind("email", "a"), Vault::new(&[8; 32]).blind("email", "a"));
    }
}
