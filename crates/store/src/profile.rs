//! Profiles: personal values sealed under the subject's key.
//!
//! The fields of a profile (name, e-mail, phone, external id) hold only what the company itself said. What a channel,
//! a page or a customer says without proof goes to the claims, so a claim cannot overwrite by construction (W-2);
//! proof arriving later takes the claim's place.

mod page;
pub(crate) mod row;
pub(crate) mod value;

use countersign_types::pii::{self, Pii, Purpose};
use countersign_types::profile::{Claims, IdentifierKind, Profile, ProfileKind, ProfileState, Source};
use countersign_types::{ProfileId, Timestamp};

pub use crate::identifier::{Keyed, find_by_identifier};
pub use page::{ProfileQuery, count_profiles, find_named, list_behind, list_profiles, list_profiles_by_id};
pub use value::{find_attributes, list_attributes_set, set_attributes};

use crate::codec::{id, word};
use crate::dialect::{lock_suffix, next_number};
use crate::identifier::{NewIdentifier, insert_identifier};
use crate::search_token::update_tokens;
use crate::subject_key::insert_subject;
use crate::{StoreError, Subject, Tx, Vault, args};
pub(crate) use row::NAME;
use row::{EMAIL, EXTERNAL_ID, PHONE};

/// A profile about to be made.
#[derive(Debug, Clone)]
pub struct NewProfile {
    /// Its id.
    pub id: ProfileId,
    /// Person or organisation.
    pub kind: ProfileKind,
    /// Whether nothing but a channel account is known.
    pub is_anonymous: bool,
    /// Name.
    pub name: Option<Pii<pii::Name>>,
    /// E-mail.
    pub email: Option<Keyed<pii::Email>>,
    /// Phone.
    pub phone: Option<Keyed<pii::Phone>>,
    /// The company's id; only the company itself can say it, so it is left out where nothing is proved.
    pub external_id: Option<Keyed<pii::ExternalId>>,
    /// Language tag.
    pub language: Option<String>,
    /// Who says so. Where the company does not, everything personal is kept as claims.
    pub source: Source,
}

impl NewProfile {
    /// A stranger of whom nothing is known yet.
    pub fn stranger(id: ProfileId) -> Self {
        Self {
            id,
            kind: ProfileKind::Person,
            is_anonymous: true,
            name: None,
            email: None,
            phone: None,
            external_id: None,
            language: None,
            source: Source::Channel,
        }
    }
}

/// A change to a profile, normalised. The outer `Option` says whether to touch it, the inner `None` clears it.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    /// Person or organisation.
    pub kind: Option<ProfileKind>,
    /// The company's id.
    pub external_id: Option<Option<Keyed<pii::ExternalId>>>,
    /// Name.
    pub name: Option<Option<Pii<pii::Name>>>,
    /// E-mail.
    pub email: Option<Option<Keyed<pii::Email>>>,
    /// Phone.
    pub phone: Option<Option<Keyed<pii::Phone>>>,
    /// Language tag.
    pub language: Option<Option<String>>,
}

/// Adds a profile with a key of its own; answers with its number. Fails on `uq_profile__external_id_hash` when the
/// external id is taken.
pub async fn insert_profile(
    tx: &mut Tx<'_>,
    vault: &Vault,
    new: &NewProfile,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let number = insert_profile_unless_known(tx, vault, new, now).await?;
    number.ok_or_else(|| StoreError::Unique { constraint: "uq_profile__external_id_hash".to_owned() })
}

/// [`insert_profile`] that does nothing and answers `None` when the external id is taken, by another server a moment
/// ago for instance.
pub async fn insert_profile_unless_known(
    tx: &mut Tx<'_>,
    vault: &Vault,
    new: &NewProfile,
    now: Timestamp,
) -> Result<Option<i64>, StoreError> {
    let row = new.id.to_bytes();
    let sql = next_number(tx.backend(), "profile");
    let number = tx.fetch_one(&sql, args![], |row| row.i64(0)).await?;
    let key = insert_subject(tx, vault, row, now).await?;
    let known = if new.source.is_proved() { Known::of(new) } else { Known::default() };
    let claims = if new.source.is_proved() { Claims::default() } else { claims_of(new) };
    let added = tx
        .execute(
            "INSERT INTO profile (id, number, kind, state, is_anonymous, name_sealed, email_sealed, phone_sealed,
                                  external_id_sealed, external_id_hash, claims_sealed, language, created_at, updated_at)
             VALUES ($1, $2, $3, 'active', $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)
             ON CONFLICT (external_id_hash) DO NOTHING",
            args![
                row,
                number,
                new.kind.as_str(),
                new.is_anonymous,
                seal(&key, NAME, row, known.name)?,
                seal(&key, EMAIL, row, known.email.map(|k| &k.value))?,
                seal(&key, PHONE, row, known.phone.map(|k| &k.value))?,
                seal(&key, EXTERNAL_ID, row, known.external_id.map(|k| &k.value))?,
                known.external_id.map(|k| external_id_hash(vault, k)),
                row::seal_claims(&key, row, &claims)?,
                new.language.as_deref(),
                now,
            ],
        )
        .await?;
    if added == 0 {
        tx.execute("DELETE FROM subject_key WHERE subject_id = $1", args![row]).await?;
        vault.forget(row);
        return Ok(None);
    }
    update_tokens(tx, vault, new.id, known.name.map(|name| name.plain(Purpose::Match))).await?;
    record(tx, vault, &key, new.id, (IdentifierKind::Email, new.email.as_ref()), new, now).await?;
    record(tx, vault, &key, new.id, (IdentifierKind::Phone, new.phone.as_ref()), new, now).await?;
    record(tx, vault, &key, new.id, (IdentifierKind::ExternalId, known.external_id), new, now).await?;
    Ok(Some(number))
}

/// The fields that the company itself filled in.
#[derive(Default)]
struct Known<'a> {
    name: Option<&'a Pii<pii::Name>>,
    email: Option<&'a Keyed<pii::Email>>,
    phone: Option<&'a Keyed<pii::Phone>>,
    external_id: Option<&'a Keyed<pii::ExternalId>>,
}

impl<'a> Known<'a> {
    fn of(new: &'a NewProfile) -> Self {
        Self {
            name: new.name.as_ref(),
            email: new.email.as_ref(),
            phone: new.phone.as_ref(),
            external_id: new.external_id.as_ref(),
        }
    }
}

fn claims_of(new: &NewProfile) -> Claims {
    Claims {
        name: new.name.clone(),
        email: new.email.as_ref().map(|k| k.value.clone()),
        phone: new.phone.as_ref().map(|k| k.value.clone()),
    }
}

/// Records an identifier of a new profile, if there is one.
async fn record<K: pii::Kind>(
    tx: &mut Tx<'_>,
    vault: &Vault,
    key: &Subject,
    profile: ProfileId,
    (kind, identifier): (IdentifierKind, Option<&Keyed<K>>),
    new: &NewProfile,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(identifier) = identifier else { return Ok(()) };
    let identifier = NewIdentifier {
        profile,
        kind,
        value: identifier.value.plain(Purpose::Seal),
        key: identifier.key.plain(Purpose::Match),
        source: new.source.as_str(),
        is_proved: new.source.is_matching(),
    };
    insert_identifier(tx, vault, key, identifier, now).await
}

fn seal<K: pii::Kind>(
    key: &Subject,
    place: crate::Place,
    row: [u8; 16],
    value: Option<&Pii<K>>,
) -> Result<Option<Vec<u8>>, StoreError> {
    value.map(|value| key.seal(place, row, value.plain(Purpose::Seal).as_bytes())).transpose()
}

fn external_id_hash(vault: &Vault, id: &Keyed<pii::ExternalId>) -> [u8; 32] {
    crate::identifier::key_hash(vault, IdentifierKind::ExternalId, id.key.plain(Purpose::Match))
}

/// A profile with its attributes and claims; the survivor, where it was merged into another.
pub async fn find_profile(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
) -> Result<Option<Profile>, StoreError> {
    page::find_survivor_profile(tx, vault, profile).await
}

/// The profile that an id stands for: itself, or the one that it was merged into.
pub async fn find_survivor(tx: &mut Tx<'_>, profile: ProfileId) -> Result<Option<ProfileId>, StoreError> {
    let sql = "SELECT COALESCE(merged_into, id) FROM profile WHERE id = $1";
    tx.fetch_optional(sql, args![profile], |row| id(row, 0)).await
}

/// Whether a profile, or the one that it was merged into, exists and is served.
pub async fn find_profile_state(
    tx: &mut Tx<'_>,
    profile: ProfileId,
) -> Result<Option<ProfileState>, StoreError> {
    let sql =
        "SELECT state FROM profile WHERE id = (SELECT COALESCE(merged_into, id) FROM profile WHERE id = $1)";
    tx.fetch_optional(sql, args![profile], |row| word(row, 0, ProfileState::parse)).await
}

/// [`find_profile_state`], with the profile locked until the end of the operation.
pub async fn lock_profile_state(
    tx: &mut Tx<'_>,
    profile: ProfileId,
) -> Result<Option<ProfileState>, StoreError> {
    Ok(lock_survivor(tx, profile).await?.map(|(_, state)| state))
}

/// [`find_survivor`] with its state, locked until the end of the operation: nobody merges it away meanwhile.
pub async fn lock_survivor(
    tx: &mut Tx<'_>,
    profile: ProfileId,
) -> Result<Option<(ProfileId, ProfileState)>, StoreError> {
    let sql = format!("SELECT merged_into, state FROM profile WHERE id = $1{}", lock_suffix(tx.backend()));
    let mut at = profile;
    loop {
        let found = tx
            .fetch_optional(&sql, args![at], |row| {
                Ok((crate::codec::opt_id(row, 0)?, word(row, 1, ProfileState::parse)?))
            })
            .await?;
        match found {
            // Each step leads to a survivor, so that this ends: a merge makes everybody behind it point at the end.
            Some((Some(into), _)) => at = into,
            Some((None, state)) => return Ok(Some((at, state))),
            None => return Ok(None),
        }
    }
}

/// The profile with the company's id.
pub async fn find_by_external_id(
    tx: &mut Tx<'_>,
    vault: &Vault,
    key: &str,
) -> Result<Option<ProfileId>, StoreError> {
    let hash = crate::identifier::key_hash(vault, IdentifierKind::ExternalId, key);
    tx.fetch_optional("SELECT id FROM profile WHERE external_id_hash = $1", args![hash], |row| id(row, 0))
        .await
}

/// The profile with the number of a reference such as `C-1042`, or the one that it was merged into.
pub async fn find_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<ProfileId>, StoreError> {
    let sql = "SELECT COALESCE(merged_into, id) FROM profile WHERE number = $1";
    tx.fetch_optional(sql, args![number], |row| id(row, 0)).await
}

/// Changes a profile; answers with the names of the fields that changed, or `None` when there is no such profile.
///
/// What is not proved never touches a field: a name, an e-mail address or a phone beside another one becomes a claim,
/// an external id, a kind and a clearing are ignored, and a language fills only an empty place. An external id that
/// another profile has fails on `uq_profile__external_id_hash`.
pub async fn update_profile(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
    change: &ProfileChange,
    source: Source,
    now: Timestamp,
) -> Result<Option<Vec<&'static str>>, StoreError> {
    let Some(stored) = row::lock_profile(tx, vault, profile).await? else { return Ok(None) };
    let changed = if source.is_proved() {
        row::apply_proved(tx, vault, stored, change, source, now).await?
    } else {
        row::apply_claimed(tx, vault, stored, change, source, now).await?
    };
    Ok(Some(changed))
}

/// Replaces what is claimed of a profile, in each place where something is claimed; other claims stay. Their
/// identifiers are recorded by [`update_profile`].
pub async fn update_claims(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
    claims: &Claims,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(stored) = row::lock_profile(tx, vault, profile).await? else { return Ok(false) };
    let mut all = stored.profile.claims.clone();
    row::merge_claims(&mut all, claims);
    if all == stored.profile.claims {
        return Ok(false);
    }
    tx.execute(
        "UPDATE profile SET claims_sealed = $2, updated_at = $3 WHERE id = $1",
        args![profile, row::seal_claims(&stored.key, profile.to_bytes(), &all)?, now],
    )
    .await?;
    Ok(true)
}

/// Remembers that the person was heard of.
pub async fn touch_seen(tx: &mut Tx<'_>, profile: ProfileId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute_later(
        "UPDATE profile SET last_seen_at = $2 WHERE id = $1 AND (last_seen_at IS NULL OR last_seen_at < $2)",
        args![profile, now],
    )
    .await?;
    Ok(())
}

/// Says whether nothing but a channel account is known of a profile.
pub async fn set_anonymous(
    tx: &mut Tx<'_>,
    profile: ProfileId,
    is_anonymous: bool,
) -> Result<(), StoreError> {
    tx.execute_later("UPDATE profile SET is_anonymous = $2 WHERE id = $1", args![profile, is_anonymous])
        .await?;
    Ok(())
}

/// Blocks or unblocks a profile; `false` when there is none, or it is so already.
pub async fn update_state(
    tx: &mut Tx<'_>,
    profile: ProfileId,
    state: ProfileState,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE profile SET state = $2, updated_at = $3 WHERE id = $1 AND state <> $2",
            args![profile, state.as_str(), now],
        )
        .await?;
    Ok(changed == 1)
}

/// Takes back the live codes of a profile; answers how many.
pub async fn revoke_codes(tx: &mut Tx<'_>, profile: ProfileId, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE identification_code SET ended_at = $2
         WHERE profile_id = $1 AND used_at IS NULL AND ended_at IS NULL AND expires_at > $2",
        args![profile, now],
    )
    .await
}

/// Holds everybody else off an identifier until the operation ends, so that two requests for the same unknown person
/// do not make two profiles.
pub async fn lock_identifier(
    tx: &mut Tx<'_>,
    vault: &Vault,
    kind: IdentifierKind,
    key: &str,
) -> Result<(), StoreError> {
    lock_hash(tx, crate::identifier::key_hash(vault, kind, key)).await
}

/// Holds everybody else off what a hash stands for until the operation ends.
pub(crate) async fn lock_hash(tx: &mut Tx<'_>, hash: [u8; 32]) -> Result<(), StoreError> {
    let Some(sql) = crate::dialect::lock_key(tx.backend()) else { return Ok(()) };
    let mut number = [0; 8];
    number.copy_from_slice(&hash[..8]);
    tx.fetch_all(sql, args![i64::from_be_bytes(number)], |_| Ok(())).await?;
    Ok(())
}

/// Locks a profile's row until the operation ends; `false` when there is none.
pub async fn lock(tx: &mut Tx<'_>, profile: ProfileId) -> Result<bool, StoreError> {
    let sql = format!("SELECT number FROM profile WHERE id = $1{}", lock_suffix(tx.backend()));
    Ok(tx.fetch_optional(&sql, args![profile], |row| row.i64(0)).await?.is_some())
}
