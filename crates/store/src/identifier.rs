//! Identifiers of profiles: the value sealed under the subject's key, found by a keyed blind index.
//!
//! The id of an identifier is a keyed hash of whose it is, its kind and its key, so that the same identifier said
//! twice is one row.

use countersign_types::pii::{self, Pii};
use countersign_types::profile::{Identifier, IdentifierKind, IdentifierValue, Source};
use countersign_types::{IdentifierId, ProfileId, Timestamp};

use crate::codec::{id, time, word};
use crate::subject_key::subject;
use crate::{Place, StoreError, Subject, Tx, Vault, args};

pub(crate) const VALUE: Place = Place("identifier.value_sealed");

/// Claims of one kind that a profile keeps; older ones are dropped (P-2).
const CLAIMS_MAX: i64 = 10;

/// An identifier as it is shown and as it is found: both personal.
#[derive(Debug)]
pub struct Keyed<K> {
    /// What to show and to write to.
    pub value: Pii<K>,
    /// What the blind index is taken of; equal keys of one kind are the same identifier.
    pub key: Pii<K>,
}

impl<K: pii::Kind> Keyed<K> {
    /// A value with its key.
    pub fn new(value: impl Into<Box<str>>, key: impl Into<Box<str>>) -> Self {
        Self { value: Pii::new(value), key: Pii::new(key) }
    }
}

impl<K> Clone for Keyed<K> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), key: self.key.clone() }
    }
}

impl<K> PartialEq for Keyed<K> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.value == other.value
    }
}

/// An identifier about to be recorded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewIdentifier<'a> {
    pub(crate) profile: ProfileId,
    pub(crate) kind: IdentifierKind,
    pub(crate) value: &'a str,
    pub(crate) key: &'a str,
    pub(crate) source: &'a str,
    pub(crate) is_proved: bool,
}

/// The blind index of an identifier.
pub fn key_hash(vault: &Vault, kind: IdentifierKind, key: &str) -> [u8; 32] {
    vault.blind(kind.as_str(), key)
}

pub(crate) fn row_id(
    vault: &Vault,
    profile: ProfileId,
    kind: IdentifierKind,
    key_hash: &[u8; 32],
) -> [u8; 16] {
    let mut value = profile.to_bytes().to_vec();
    value.extend_from_slice(kind.as_str().as_bytes());
    value.extend_from_slice(key_hash);
    let mut row = [0; 16];
    row.copy_from_slice(&vault.blind_bytes("identifier_id", &value)[..16]);
    row
}

/// Records an identifier of a profile. Said again it stays as it was first said, unless it is proved now.
pub(crate) async fn insert_identifier(
    tx: &mut Tx<'_>,
    vault: &Vault,
    subject: &Subject,
    new: NewIdentifier<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let hash = key_hash(vault, new.kind, new.key);
    let row = row_id(vault, new.profile, new.kind, &hash);
    tx.execute(
        "INSERT INTO identifier (id, profile_id, kind, key_hash, value_sealed, is_proved, source, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (profile_id, kind, key_hash) DO UPDATE
         SET value_sealed = excluded.value_sealed, is_proved = excluded.is_proved, source = excluded.source,
             recorded_at = excluded.recorded_at
         WHERE excluded.is_proved AND NOT identifier.is_proved",
        args![
            row,
            new.profile,
            new.kind.as_str(),
            hash,
            subject.seal(VALUE, row, new.value.as_bytes())?,
            new.is_proved,
            new.source,
            now,
        ],
    )
    .await?;
    if !new.is_proved {
        trim_claims(tx, new.profile, new.kind).await?;
    }
    Ok(())
}

/// Drops the oldest claims beyond [`CLAIMS_MAX`].
async fn trim_claims(tx: &mut Tx<'_>, profile: ProfileId, kind: IdentifierKind) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM identifier WHERE id IN (
             SELECT id FROM (
                 SELECT id, ROW_NUMBER() OVER (ORDER BY recorded_at DESC, id DESC) AS place
                 FROM identifier WHERE profile_id = $1 AND kind = $2 AND NOT is_proved
                   AND source <> 'agent') AS claim
             WHERE place > $3)",
        args![profile, kind.as_str(), CLAIMS_MAX],
    )
    .await?;
    Ok(())
}

/// Forgets the proved identifiers of one kind except the one with this key: the company's latest word counts alone,
/// for a number or an address may be somebody else's by now.
pub(crate) async fn delete_proved_except(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
    kind: IdentifierKind,
    key: Option<&str>,
) -> Result<(), StoreError> {
    let keep = key.map_or([0; 32], |key| key_hash(vault, kind, key));
    tx.execute(
        "DELETE FROM identifier WHERE profile_id = $1 AND kind = $2 AND (is_proved OR source = 'agent')
           AND key_hash <> $3",
        args![profile, kind.as_str(), keep],
    )
    .await?;
    Ok(())
}

/// The identifiers of a profile, proved ones first, then the latest.
pub async fn list_identifiers(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
) -> Result<Vec<Identifier>, StoreError> {
    let key = subject(tx, vault, profile.to_bytes()).await?;
    tx.fetch_all(
        "SELECT id, kind, value_sealed, is_proved, source, recorded_at FROM identifier
         WHERE profile_id = $1 ORDER BY is_proved DESC, recorded_at DESC, id",
        args![profile],
        |row| {
            let identifier: IdentifierId = id(row, 0)?;
            let kind = word(row, 1, IdentifierKind::parse)?;
            let value = key.open_text(VALUE, identifier.to_bytes(), row.bytes_ref(2)?)?;
            Ok(Identifier {
                id: identifier,
                kind,
                value: match kind {
                    IdentifierKind::Email => IdentifierValue::Email(Pii::new(value)),
                    IdentifierKind::Phone => IdentifierValue::Phone(Pii::new(value)),
                    IdentifierKind::ExternalId => IdentifierValue::ExternalId(Pii::new(value)),
                },
                is_proved: row.bool(3)?,
                source: row.text(4)?,
                recorded_at: time(row, 5)?,
            })
        },
    )
    .await
}

/// Whether an identifier is proved of somebody else as well, or came to its profile by a merge: then whoever holds it is not
/// surely that customer.
pub async fn is_shared_or_merged(tx: &mut Tx<'_>, identifier: IdentifierId) -> Result<bool, StoreError> {
    let sql = "SELECT COUNT(*) FROM identifier own
                 JOIN identifier other ON other.kind = own.kind AND other.key_hash = own.key_hash
                 JOIN profile ON profile.id = other.profile_id
                WHERE own.id = $1 AND other.id <> own.id AND other.is_proved
                  AND (profile.merged_into IS NULL
                       OR (profile.merged_into = own.profile_id AND other.recorded_at = own.recorded_at))";
    Ok(tx.fetch_one(sql, args![identifier], |row| row.i64(0)).await? > 0)
}

/// Profiles that carry an identifier, the oldest first, ten at most; only those where it is proved, if asked. What a
/// merged profile claims finds the survivor; what was proved of it went over to the survivor, or finds nobody.
pub async fn find_by_identifier(
    tx: &mut Tx<'_>,
    vault: &Vault,
    kind: IdentifierKind,
    key: &str,
    only_proved: bool,
) -> Result<Vec<ProfileId>, StoreError> {
    find_by_hash(tx, kind, key_hash(vault, kind, key), only_proved).await
}

/// [`find_by_identifier`] by the blind index itself.
pub async fn find_by_hash(
    tx: &mut Tx<'_>,
    kind: IdentifierKind,
    key_hash: [u8; 32],
    only_proved: bool,
) -> Result<Vec<ProfileId>, StoreError> {
    let mut found: Vec<ProfileId> = tx
        .fetch_all(
            "SELECT COALESCE(profile.merged_into, profile.id) FROM identifier
             JOIN profile ON profile.id = identifier.profile_id
             WHERE identifier.kind = $1 AND key_hash = $2 AND (is_proved AND profile.merged_into IS NULL OR NOT $3)
             ORDER BY is_proved DESC, recorded_at, identifier.id LIMIT 10",
            args![kind.as_str(), key_hash, only_proved],
            |row| id(row, 0),
        )
        .await?;
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|profile| seen.insert(*profile));
    Ok(found)
}

/// An address or a number, by its kind and its blind index.
pub type SharedKey = (IdentifierKind, [u8; 32]);

/// Addresses and numbers that stand in more than one row, after a place: whose rows those are, [`find_by_hash`] says.
pub async fn list_shared(
    tx: &mut Tx<'_>,
    after: Option<SharedKey>,
    limit: i64,
) -> Result<Vec<SharedKey>, StoreError> {
    let (kind, hash) = after.map_or(("", [0; 32]), |(kind, hash)| (kind.as_str(), hash));
    tx.fetch_all(
        "SELECT kind, key_hash FROM identifier WHERE (kind, key_hash) > ($1, $2) AND kind IN ('email', 'phone')
         GROUP BY kind, key_hash HAVING COUNT(*) > 1 ORDER BY kind, key_hash LIMIT $3",
        args![kind, hash, limit],
        |row| {
            let hash = <[u8; 32]>::try_from(row.bytes_ref(1)?);
            let hash = hash.map_err(|_| StoreError::corrupt("a blind index has 32 bytes"))?;
            Ok((word(row, 0, IdentifierKind::parse)?, hash))
        },
    )
    .await
}

/// Puts on record what a channel says of its user, without proof: found by people, never by codes and tokens.
pub async fn record_claim(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
    (kind, value, key): (IdentifierKind, &str, &str),
    source: Source,
    now: Timestamp,
) -> Result<(), StoreError> {
    let subject = subject(tx, vault, profile.to_bytes()).await?;
    let new = NewIdentifier { profile, kind, value, key, source: source.as_str(), is_proved: false };
    insert_identifier(tx, vault, &subject, new, now).await
}

/// The channel accounts that stand under a profile, oldest first, at most 200.
pub async fn list_account_ids(
    tx: &mut Tx<'_>,
    profile: ProfileId,
) -> Result<Vec<countersign_types::AccountId>, StoreError> {
    tx.fetch_all(
        "SELECT id FROM channel_account WHERE profile_id = $1 ORDER BY created_at, id LIMIT 200",
        args![profile],
        |row| id(row, 0),
    )
    .await
}
