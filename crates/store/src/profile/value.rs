//! Values of profiles' attributes.

use std::collections::BTreeMap;

use countersign_types::pii::{Pii, Purpose};
use countersign_types::profile::{AttributeEntry, Source};
use countersign_types::{AttributeId, ProfileId, Timestamp};
use serde_json::Value;

use crate::codec::{id, time};
use crate::dialect::places;
use crate::subject_key::subject;
use crate::value_token::update_value_token;
use crate::{Arg, Place, Row, StoreError, Subject, Tx, Vault, args};

pub(crate) const VALUE: Place = Place("profile_attribute.value_sealed");

/// A row: whose, which, and what.
type Entry = (ProfileId, AttributeId, AttributeEntry);

fn entry(row: &Row<'_>, key: impl Fn(ProfileId) -> Option<Subject>) -> Result<Option<Entry>, StoreError> {
    let (profile, attribute): (ProfileId, AttributeId) = (id(row, 0)?, id(row, 1)?);
    let Some(key) = key(profile) else { return Ok(None) };
    let value = key.open_text(VALUE, attribute.to_bytes(), row.bytes_ref(2)?)?;
    let entry = AttributeEntry {
        value: Pii::new(value),
        is_proved: row.bool(3)?,
        source: row.text(4)?,
        updated_at: time(row, 5)?,
    };
    Ok(Some((profile, attribute, entry)))
}

/// The values of some profiles, whose keys are at hand.
pub(crate) async fn list_attributes_of(
    tx: &mut Tx<'_>,
    keys: &BTreeMap<ProfileId, Subject>,
) -> Result<BTreeMap<ProfileId, BTreeMap<AttributeId, AttributeEntry>>, StoreError> {
    let mut of: BTreeMap<ProfileId, BTreeMap<AttributeId, AttributeEntry>> = BTreeMap::new();
    if keys.is_empty() {
        return Ok(of);
    }
    let sql = format!(
        "SELECT profile_id, attribute_id, value_sealed, is_proved, source, updated_at FROM profile_attribute
         WHERE profile_id IN ({})",
        places(keys.len())
    );
    let args: Vec<Arg<'_>> = keys.keys().map(|id| Arg::from(*id)).collect();
    let rows = tx.fetch_all(&sql, &args, |row| entry(row, |profile| keys.get(&profile).cloned())).await?;
    for (profile, attribute, entry) in rows.into_iter().flatten() {
        of.entry(profile).or_default().insert(attribute, entry);
    }
    Ok(of)
}

/// The values of a profile's attributes.
pub async fn find_attributes(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
) -> Result<BTreeMap<AttributeId, AttributeEntry>, StoreError> {
    let keys = BTreeMap::from([(profile, subject(tx, vault, profile.to_bytes()).await?)]);
    Ok(list_attributes_of(tx, &keys).await?.remove(&profile).unwrap_or_default())
}

/// Which attributes of a profile have a value. Nothing is opened.
pub async fn list_attributes_set(
    tx: &mut Tx<'_>,
    profile: ProfileId,
) -> Result<Vec<AttributeId>, StoreError> {
    tx.fetch_all(
        "SELECT attribute_id FROM profile_attribute WHERE profile_id = $1 ORDER BY attribute_id",
        args![profile],
        |row| id(row, 0),
    )
    .await
}

/// Sets values of a profile's attributes, already checked against their definitions; `None` clears. Answers with the
/// attributes that changed.
///
/// The rule is `countersign_identity::claims::decide_update`: what is not proved fills an empty place or follows
/// another claim, and never touches or clears what is proved. The statement holds it as well, whoever writes beside.
pub async fn set_attributes(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
    values: &[(AttributeId, Option<Value>)],
    source: Source,
    now: Timestamp,
) -> Result<Vec<AttributeId>, StoreError> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let is_proved = source.is_proved();
    let key = subject(tx, vault, profile.to_bytes()).await?;
    let keys = BTreeMap::from([(profile, key.clone())]);
    let stored = list_attributes_of(tx, &keys).await?.remove(&profile).unwrap_or_default();
    let mut changed = Vec::new();
    for (attribute, value) in values {
        let before = stored.get(attribute);
        let done = match value {
            Some(value) => {
                let text = value.to_string();
                let is_same = before.is_some_and(|b| b.value.plain(Purpose::Match) == text);
                if is_same && before.is_some_and(|b| b.is_proved || !is_proved) {
                    continue;
                }
                let sealed = key.seal(VALUE, attribute.to_bytes(), text.as_bytes())?;
                let done = upsert(tx, (profile, *attribute), sealed, source, now).await?;
                if done > 0 {
                    update_value_token(tx, vault, (profile, *attribute), Some(&text)).await?;
                }
                done
            }
            None if is_proved => {
                update_value_token(tx, vault, (profile, *attribute), None).await?;
                tx.execute(
                    "DELETE FROM profile_attribute WHERE profile_id = $1 AND attribute_id = $2",
                    args![profile, *attribute],
                )
                .await?
            }
            None => 0,
        };
        if done > 0 {
            changed.push(*attribute);
        }
    }
    if !changed.is_empty() {
        tx.execute("UPDATE profile SET updated_at = $2 WHERE id = $1", args![profile, now]).await?;
    }
    Ok(changed)
}

async fn upsert(
    tx: &mut Tx<'_>,
    (profile, attribute): (ProfileId, AttributeId),
    sealed: Vec<u8>,
    source: Source,
    now: Timestamp,
) -> Result<u64, StoreError> {
    tx.execute(
        "INSERT INTO profile_attribute (profile_id, attribute_id, value_sealed, is_proved, source, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (profile_id, attribute_id) DO UPDATE
         SET value_sealed = excluded.value_sealed, is_proved = excluded.is_proved, source = excluded.source,
             updated_at = excluded.updated_at
         WHERE excluded.is_proved OR NOT profile_attribute.is_proved",
        args![profile, attribute, sealed, source.is_proved(), source.as_str(), now],
    )
    .await
}
