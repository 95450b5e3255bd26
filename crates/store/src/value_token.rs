//! Keyed hashes of attributes' values, for searches by object: an account, a contract, a card.
//!
//! Only attributes by which a published policy searches have them, and none that is sensitive. They stand beside the tokens
//! of names (`search_token`), told from those by their length, and go with the profile. A thief of the database learns
//! which customers have the same value of one attribute; which it is takes the master key.

use countersign_types::{AttributeId, ProfileId};

use crate::codec::{id, opt_id};
use crate::profile::find_attributes;
use crate::search_token::words;
use crate::{Arg, StoreError, Tx, Vault, args};

/// Bytes that say which attribute it is, and bytes that say which value.
const ATTRIBUTE_BYTES: usize = 8;
const VALUE_BYTES: usize = 12;

/// A value as searches by object read it: letters and digits, without case, marks, spaces and hyphens.
pub fn value_key(text: &str) -> String {
    words(text).concat()
}

/// A stored value as it is said: texts without their quotation marks.
fn plain(stored: &str) -> Option<String> {
    match serde_json::from_str::<serde_json::Value>(stored) {
        Ok(serde_json::Value::String(text)) => Some(text),
        Ok(serde_json::Value::Null) => None,
        Ok(other) => Some(other.to_string()),
        Err(_) => Some(stored.to_owned()),
    }
}

fn prefix(vault: &Vault, attribute: AttributeId) -> Vec<u8> {
    vault.blind("searched_attribute", &attribute.to_string()).into_iter().take(ATTRIBUTE_BYTES).collect()
}

/// The token of a value; `None` where there is nothing in it to search by.
fn token(vault: &Vault, attribute: AttributeId, text: &str) -> Option<Vec<u8>> {
    let key = value_key(text);
    if key.is_empty() {
        return None;
    }
    let value = vault.blind("searched_value", &format!("{attribute} {key}"));
    let mut token = prefix(vault, attribute);
    token.extend(value.into_iter().take(VALUE_BYTES));
    Some(token)
}

/// Writes the token of a value in place of the one before, where the attribute is searched by. The profile is locked.
pub(crate) async fn update_value_token(
    tx: &mut Tx<'_>,
    vault: &Vault,
    (profile, attribute): (ProfileId, AttributeId),
    stored: Option<&str>,
) -> Result<(), StoreError> {
    let sql = "SELECT is_searched FROM attribute WHERE id = $1";
    if tx.fetch_optional(sql, args![attribute], |row| row.bool(0)).await? != Some(true) {
        return Ok(());
    }
    let sql = "DELETE FROM search_token
               WHERE profile_id = $1 AND length(token) = 20 AND substr(token, 1, 8) = $2";
    tx.execute(sql, args![profile, prefix(vault, attribute)]).await?;
    if let Some(token) = stored.and_then(plain).and_then(|text| token(vault, attribute, &text)) {
        let sql = "INSERT INTO search_token (profile_id, token) VALUES ($1, $2) ON CONFLICT (token, profile_id) DO NOTHING";
        tx.execute(sql, args![profile, token]).await?;
    }
    Ok(())
}

/// The attribute of this key, if customers are found by its values: all of them stand in the index.
pub async fn find_searched_attribute(tx: &mut Tx<'_>, key: &str) -> Result<Option<AttributeId>, StoreError> {
    let sql = "SELECT id FROM attribute
               WHERE attr_key = $1 AND level = 'profile' AND is_searched AND searched_after IS NULL";
    tx.fetch_optional(sql, args![key], |row| id(row, 0)).await
}

/// Customers with exactly this value of an attribute, but for how it is written; the oldest ids first.
pub async fn find_by_value(
    tx: &mut Tx<'_>,
    vault: &Vault,
    attribute: AttributeId,
    text: &str,
    limit: i64,
) -> Result<Vec<ProfileId>, StoreError> {
    let Some(token) = token(vault, attribute, text) else { return Ok(Vec::new()) };
    let sql = "SELECT t.profile_id FROM search_token t JOIN profile ON profile.id = t.profile_id
               WHERE t.token = $1 AND profile.merged_into IS NULL ORDER BY t.profile_id LIMIT $2";
    tx.fetch_all(sql, args![token, limit], |row| id(row, 0)).await
}

/// Says that customers are searched by an attribute of profiles, unless it is sensitive. Values that there are already are
/// indexed from then on, piece by piece. `false`: nothing changed.
pub async fn mark_searched(tx: &mut Tx<'_>, key: &str) -> Result<bool, StoreError> {
    let sql = "UPDATE attribute SET is_searched = $2, searched_after = $3
               WHERE attr_key = $1 AND level = 'profile' AND pii <> 'sensitive' AND NOT is_searched";
    Ok(tx.execute(sql, args![key, true, [0u8; 16]]).await? == 1)
}

/// Ends searches by an attribute, and forgets its tokens.
pub async fn unmark_searched(
    tx: &mut Tx<'_>,
    vault: &Vault,
    attribute: AttributeId,
) -> Result<(), StoreError> {
    let sql = "UPDATE attribute SET is_searched = $2, searched_after = NULL WHERE id = $1";
    tx.execute(sql, args![attribute, false]).await?;
    let (mut first, mut last) = (prefix(vault, attribute), prefix(vault, attribute));
    first.extend([0u8; VALUE_BYTES]);
    last.extend([0xffu8; VALUE_BYTES]);
    let sql = "DELETE FROM search_token WHERE token BETWEEN $1 AND $2 AND length(token) = 20";
    tx.execute(sql, args![first, last]).await?;
    Ok(())
}

/// Indexes values that were there before their attribute was searched by, of `limit` profiles at most. `false`: none is
/// left.
pub async fn index_values(tx: &mut Tx<'_>, vault: &Vault, limit: i64) -> Result<bool, StoreError> {
    let sql = "SELECT id, searched_after FROM attribute WHERE searched_after IS NOT NULL ORDER BY id LIMIT 1";
    let read = |row: &crate::Row<'_>| Ok((id::<AttributeId>(row, 0)?, opt_id::<ProfileId>(row, 1)?));
    let Some((attribute, Some(after))) = tx.fetch_optional(sql, args![], read).await? else {
        return Ok(false);
    };
    let sql = "SELECT profile_id FROM profile_attribute WHERE attribute_id = $1 AND profile_id > $2
               ORDER BY profile_id LIMIT $3";
    let profiles: Vec<ProfileId> =
        tx.fetch_all(sql, args![attribute, after, limit], |row| id(row, 0)).await?;
    for profile in &profiles {
        // Whoever writes a value holds the profile: what they write is seen here, or sees that it is searched by.
        if crate::profile::lock(tx, *profile).await? {
            let values = match find_attributes(tx, vault, *profile).await {
                Ok(values) => values,
                // Whoever has one that cannot be read is found by nothing; the rest are not kept waiting for them.
                Err(StoreError::Corrupt(_)) => continue,
                Err(error) => return Err(error),
            };
            let stored =
                values.get(&attribute).map(|entry| entry.value.plain(countersign_types::pii::Purpose::Match));
            update_value_token(tx, vault, (*profile, attribute), stored).await?;
        }
    }
    let is_full = i64::try_from(profiles.len()).unwrap_or(i64::MAX) >= limit;
    let next: Arg<'_> = match profiles.last() {
        Some(last) if is_full => (*last).into(),
        _ => Arg::from(None::<ProfileId>),
    };
    let sql = "UPDATE attribute SET searched_after = $2 WHERE id = $1";
    tx.execute(sql, &[attribute.into(), next]).await?;
    Ok(true)
}
