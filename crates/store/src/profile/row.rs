//! The row of a profile: opened, changed, sealed again.

use std::collections::BTreeMap;

use countersign_types::pii::{self, Pii, Purpose};
use countersign_types::profile::{Claims, IdentifierKind, Profile, ProfileKind, ProfileState, Source};
use countersign_types::{ProfileId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Keyed, ProfileChange, external_id_hash, seal};
use crate::codec::{id, opt_time, time, word};
use crate::dialect::lock_suffix;
use crate::identifier::{NewIdentifier, delete_proved_except, insert_identifier};
use crate::search_token::update_tokens;
use crate::{Place, Row, StoreError, Subject, Tx, Vault, args};

pub(crate) const NAME: Place = Place("profile.name_sealed");
pub(super) const EMAIL: Place = Place("profile.email_sealed");
pub(super) const PHONE: Place = Place("profile.phone_sealed");
pub(super) const EXTERNAL_ID: Place = Place("profile.external_id_sealed");
const CLAIMS: Place = Place("profile.claims_sealed");

/// What [`stored`] reads; the join carries the key, so that a page needs no query of its own for each.
pub(crate) const SELECT: &str =
    "SELECT profile.id, profile.number, profile.kind, profile.state, profile.is_anonymous,
        profile.name_sealed, profile.email_sealed, profile.phone_sealed, profile.external_id_sealed,
        profile.claims_sealed, profile.language, profile.created_at, profile.updated_at, profile.last_seen_at,
        subject_key.wrapped
     FROM profile JOIN subject_key ON subject_key.subject_id = profile.id";

/// An opened profile, its attributes not filled in, with the key that opens and seals it.
pub(crate) struct Stored {
    pub(crate) profile: Profile,
    pub(crate) key: Subject,
}

#[derive(Serialize, Deserialize)]
struct ClaimsRow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
}

pub(crate) fn stored(row: &Row<'_>, vault: &Vault) -> Result<Stored, StoreError> {
    let profile_id: ProfileId = id(row, 0)?;
    let at = profile_id.to_bytes();
    let key = match vault.ready(at) {
        Some(key) => key,
        None => vault.unwrap_subject(at, row.bytes_ref(14)?)?,
    };
    let text = |index: usize, place: Place| {
        row.opt_bytes_ref(index)?.map(|sealed| key.open_text(place, at, sealed)).transpose()
    };
    let claims = match row.opt_bytes_ref(9)? {
        Some(sealed) => {
            let claims: ClaimsRow = crate::codec::from_json(&key.open_text(CLAIMS, at, sealed)?)?;
            Claims {
                name: claims.name.map(Pii::new),
                email: claims.email.map(Pii::new),
                phone: claims.phone.map(Pii::new),
            }
        }
        None => Claims::default(),
    };
    let profile = Profile {
        id: profile_id,
        number: row.i64(1)?,
        kind: word(row, 2, ProfileKind::parse)?,
        state: word(row, 3, ProfileState::parse)?,
        is_anonymous: row.bool(4)?,
        name: text(5, NAME)?.map(Pii::new),
        email: text(6, EMAIL)?.map(Pii::new),
        phone: text(7, PHONE)?.map(Pii::new),
        external_id: text(8, EXTERNAL_ID)?.map(Pii::new),
        language: row.opt_text(10)?,
        attributes: BTreeMap::new(),
        claims,
        created_at: time(row, 11)?,
        updated_at: time(row, 12)?,
        last_seen_at: opt_time(row, 13)?,
    };
    Ok(Stored { profile, key })
}

/// A profile, locked until the operation ends.
pub(crate) async fn lock_profile(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
) -> Result<Option<Stored>, StoreError> {
    let sql = format!("{SELECT} WHERE profile.id = $1{}", lock_suffix(tx.backend()));
    tx.fetch_optional(&sql, args![profile], |row| stored(row, vault)).await
}

pub(super) fn seal_claims(
    key: &Subject,
    row: [u8; 16],
    claims: &Claims,
) -> Result<Option<Vec<u8>>, StoreError> {
    fn plain<K: pii::Kind>(value: Option<&Pii<K>>) -> Option<String> {
        value.map(|value| value.plain(Purpose::Seal).to_owned())
    }
    if claims.is_empty() {
        return Ok(None);
    }
    let text = crate::codec::to_json(&ClaimsRow {
        name: plain(claims.name.as_ref()),
        email: plain(claims.email.as_ref()),
        phone: plain(claims.phone.as_ref()),
    })?;
    key.seal(CLAIMS, row, text.as_bytes()).map(Some)
}

/// Puts the claims that are there in the place of older ones.
pub(super) fn merge_claims(into: &mut Claims, from: &Claims) {
    if from.name.is_some() {
        into.name.clone_from(&from.name);
    }
    if from.email.is_some() {
        into.email.clone_from(&from.email);
    }
    if from.phone.is_some() {
        into.phone.clone_from(&from.phone);
    }
}

/// Puts a value into a field; whether that changed it.
fn put<T: PartialEq>(field: &mut Option<T>, value: Option<T>) -> bool {
    let changed = *field != value;
    *field = value;
    changed
}

/// What was claimed and is now proved is no claim any more.
fn settle<K>(claim: &mut Option<Pii<K>>, proved: Option<&Pii<K>>) {
    if claim.as_ref() == proved {
        *claim = None;
    }
}

/// Writes what the company itself says; see [`super::update_profile`].
pub(super) async fn apply_proved(
    tx: &mut Tx<'_>,
    vault: &Vault,
    stored: Stored,
    change: &ProfileChange,
    source: Source,
    now: Timestamp,
) -> Result<Vec<&'static str>, StoreError> {
    let Stored { mut profile, key } = stored;
    let by = By { vault, key: &key, profile: profile.id, source, now };
    let mut changed = Vec::new();
    let claimed = profile.claims.clone();
    if let Some(kind) = change.kind
        && profile.kind != kind
    {
        profile.kind = kind;
        changed.push("kind");
    }
    if let Some(name) = &change.name {
        if put(&mut profile.name, name.clone()) {
            update_tokens(tx, vault, profile.id, name.as_ref().map(|n| n.plain(Purpose::Match))).await?;
            changed.push("name");
        }
        settle(&mut profile.claims.name, name.as_ref());
    }
    if let Some(email) = &change.email {
        by.proved(tx, IdentifierKind::Email, email.as_ref()).await?;
        let value = email.as_ref().map(|k| k.value.clone());
        settle(&mut profile.claims.email, value.as_ref());
        if put(&mut profile.email, value) {
            changed.push("email");
        }
    }
    if let Some(phone) = &change.phone {
        by.proved(tx, IdentifierKind::Phone, phone.as_ref()).await?;
        let value = phone.as_ref().map(|k| k.value.clone());
        settle(&mut profile.claims.phone, value.as_ref());
        if put(&mut profile.phone, value) {
            changed.push("phone");
        }
    }
    if let Some(external_id) = &change.external_id
        && put(&mut profile.external_id, external_id.as_ref().map(|k| k.value.clone()))
    {
        // The unique column first: a value that another profile has must not stand beside it in the list.
        let hash = external_id.as_ref().map(|k| external_id_hash(vault, k));
        tx.execute("UPDATE profile SET external_id_hash = $2 WHERE id = $1", args![profile.id, hash]).await?;
        by.proved(tx, IdentifierKind::ExternalId, external_id.as_ref()).await?;
        changed.push("external_id");
    }
    if let Some(language) = &change.language
        && put(&mut profile.language, language.clone())
    {
        changed.push("language");
    }
    if !changed.is_empty() || profile.claims != claimed {
        profile.is_anonymous &= profile.name.is_none()
            && profile.email.is_none()
            && profile.phone.is_none()
            && profile.external_id.is_none();
        save(tx, &key, &profile, now).await?;
    }
    Ok(changed)
}

/// Records what somebody says without proof; see [`super::update_profile`].
pub(super) async fn apply_claimed(
    tx: &mut Tx<'_>,
    vault: &Vault,
    stored: Stored,
    change: &ProfileChange,
    source: Source,
    now: Timestamp,
) -> Result<Vec<&'static str>, StoreError> {
    let Stored { mut profile, key } = stored;
    let by = By { vault, key: &key, profile: profile.id, source, now };
    let claimed = profile.claims.clone();
    let mut changed = Vec::new();
    if let Some(Some(name)) = &change.name
        && profile.name.as_ref() != Some(name)
    {
        profile.claims.name = Some(name.clone());
    }
    if let Some(Some(email)) = &change.email
        && profile.email.as_ref() != Some(&email.value)
    {
        by.claimed(tx, IdentifierKind::Email, email).await?;
        profile.claims.email = Some(email.value.clone());
    }
    if let Some(Some(phone)) = &change.phone
        && profile.phone.as_ref() != Some(&phone.value)
    {
        by.claimed(tx, IdentifierKind::Phone, phone).await?;
        profile.claims.phone = Some(phone.value.clone());
    }
    if let (Some(Some(language)), None) = (&change.language, &profile.language) {
        profile.language = Some(language.clone());
        changed.push("language");
    }
    if profile.claims != claimed {
        changed.push("claims");
    }
    if !changed.is_empty() {
        save(tx, &key, &profile, now).await?;
    }
    Ok(changed)
}

/// Who says what, and when.
struct By<'a> {
    vault: &'a Vault,
    key: &'a Subject,
    profile: ProfileId,
    source: Source,
    now: Timestamp,
}

impl By<'_> {
    /// Makes this the one proved identifier of its kind, or none.
    async fn proved<K: pii::Kind>(
        &self,
        tx: &mut Tx<'_>,
        kind: IdentifierKind,
        identifier: Option<&Keyed<K>>,
    ) -> Result<(), StoreError> {
        let key = identifier.map(|k| k.key.plain(Purpose::Match));
        delete_proved_except(tx, self.vault, self.profile, kind, key).await?;
        match identifier {
            Some(identifier) => self.insert(tx, kind, identifier, self.source.is_matching()).await,
            None => Ok(()),
        }
    }

    /// Puts a claimed identifier on record.
    async fn claimed<K: pii::Kind>(
        &self,
        tx: &mut Tx<'_>,
        kind: IdentifierKind,
        identifier: &Keyed<K>,
    ) -> Result<(), StoreError> {
        self.insert(tx, kind, identifier, false).await
    }

    async fn insert<K: pii::Kind>(
        &self,
        tx: &mut Tx<'_>,
        kind: IdentifierKind,
        identifier: &Keyed<K>,
        is_proved: bool,
    ) -> Result<(), StoreError> {
        let new = NewIdentifier {
            profile: self.profile,
            kind,
            value: identifier.value.plain(Purpose::Seal),
            key: identifier.key.plain(Purpose::Match),
            source: self.source.as_str(),
            is_proved,
        };
        insert_identifier(tx, self.vault, self.key, new, self.now).await
    }
}

pub(crate) async fn save(
    tx: &mut Tx<'_>,
    key: &Subject,
    profile: &Profile,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = profile.id.to_bytes();
    tx.execute(
        "UPDATE profile SET kind = $2, is_anonymous = $3, name_sealed = $4, email_sealed = $5, phone_sealed = $6,
                            external_id_sealed = $7, claims_sealed = $8, language = $9, updated_at = $10
         WHERE id = $1",
        args![
            row,
            profile.kind.as_str(),
            profile.is_anonymous,
            seal(key, NAME, row, profile.name.as_ref())?,
            seal(key, EMAIL, row, profile.email.as_ref())?,
            seal(key, PHONE, row, profile.phone.as_ref())?,
            seal(key, EXTERNAL_ID, row, profile.external_id.as_ref())?,
            seal_claims(key, row, &profile.claims)?,
            profile.language.as_deref(),
            now,
        ],
    )
    .await?;
    Ok(())
}
