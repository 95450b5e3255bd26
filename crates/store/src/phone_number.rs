//! Phone numbers of the company, each with the secret of its provider.

use countersign_types::phone_number::{PhoneAdapter, PhoneNumber, PhoneProvider};
use countersign_types::{IvrFlowId, PhoneNumberId, Timestamp};

use crate::codec::{id, opt_id, time, word};
use crate::dialect::lock_suffix;
use crate::{Place, Row, StoreError, Tx, Vault, args};

/// The rule that a number is there once.
pub const UNIQUE_NUMBER: &str = "uq_phone_number__number";

const TOKEN: Place = Place("phone_number.auth_token_sealed");
const API_KEY: Place = Place("phone_number.api_key_sealed");

const SELECT: &str =
    "SELECT id, number, name, adapter, provider, flow_id, auth_token_sealed, created_at, updated_at,
                             api_key_sealed, removes_recordings
                      FROM phone_number";

fn number(row: &Row<'_>) -> Result<PhoneNumber, StoreError> {
    let provider = row.opt_text(4)?;
    let provider = provider.map(|_| word(row, 4, PhoneProvider::parse)).transpose()?;
    Ok(PhoneNumber {
        id: id(row, 0)?,
        number: row.text(1)?,
        name: row.text(2)?,
        adapter: word(row, 3, PhoneAdapter::parse)?,
        provider,
        flow: opt_id(row, 5)?,
        has_auth_token: row.opt_bytes_ref(6)?.is_some(),
        created_at: time(row, 7)?,
        updated_at: time(row, 8)?,
        has_api_key: row.opt_bytes_ref(9)?.is_some(),
        removes_recordings: row.bool(10)?,
    })
}

fn seal(
    vault: &Vault,
    place: Place,
    of: PhoneNumberId,
    secret: Option<&str>,
) -> Result<Option<Vec<u8>>, StoreError> {
    secret.map(|secret| vault.workspace().seal(place, of.to_bytes(), secret.as_bytes())).transpose()
}

/// All numbers, oldest first.
pub async fn list_phone_numbers(tx: &mut Tx<'_>) -> Result<Vec<PhoneNumber>, StoreError> {
    tx.fetch_all(&format!("{SELECT} ORDER BY created_at, id"), args![], number).await
}

/// A number by its id.
pub async fn find_phone_number(
    tx: &mut Tx<'_>,
    number_id: PhoneNumberId,
) -> Result<Option<PhoneNumber>, StoreError> {
    tx.fetch_optional(&format!("{SELECT} WHERE id = $1"), args![number_id], number).await
}

/// A number by its id, locked until the operation ends.
pub async fn find_phone_number_for_update(
    tx: &mut Tx<'_>,
    number_id: PhoneNumberId,
) -> Result<Option<PhoneNumber>, StoreError> {
    let sql = format!("{SELECT} WHERE id = $1{}", lock_suffix(tx.backend()));
    tx.fetch_optional(&sql, args![number_id], number).await
}

/// A number as it is dialled, in E.164.
pub async fn find_phone_number_by_number(
    tx: &mut Tx<'_>,
    e164: &str,
) -> Result<Option<PhoneNumber>, StoreError> {
    tx.fetch_optional(&format!("{SELECT} WHERE number = $1"), args![e164], number).await
}

/// The secret with which the provider of a number signs.
pub async fn find_phone_number_token(
    tx: &mut Tx<'_>,
    vault: &Vault,
    number_id: PhoneNumberId,
) -> Result<Option<String>, StoreError> {
    let found = tx
        .fetch_optional("SELECT auth_token_sealed FROM phone_number WHERE id = $1", args![number_id], |row| {
            let sealed = row.opt_bytes_ref(0)?;
            sealed.map(|sealed| vault.workspace().open_text(TOKEN, number_id.to_bytes(), sealed)).transpose()
        })
        .await?;
    Ok(found.flatten())
}

/// The numbers whose callers hear a flow, oldest first.
pub async fn list_phone_numbers_of_flow(
    tx: &mut Tx<'_>,
    flow: IvrFlowId,
) -> Result<Vec<PhoneNumber>, StoreError> {
    let sql = format!("{SELECT} WHERE flow_id = $1 ORDER BY created_at, id");
    tx.fetch_all(&sql, args![flow], number).await
}

/// How many numbers there are.
pub async fn count_phone_numbers(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.fetch_one("SELECT count(*) FROM phone_number", args![], |row| row.i64(0)).await
}

/// Adds a number. One that is there is refused by [`UNIQUE_NUMBER`].
pub async fn insert_phone_number(
    tx: &mut Tx<'_>,
    vault: &Vault,
    new: &PhoneNumber,
    token: Option<&str>,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO phone_number (id, number, name, adapter, provider, flow_id, auth_token_sealed, created_at,
                                   updated_at, removes_recordings)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        args![
            new.id,
            &new.number,
            &new.name,
            new.adapter.as_str(),
            new.provider.map(PhoneProvider::as_str),
            new.flow,
            seal(vault, TOKEN, new.id, token)?,
            new.created_at,
            new.updated_at,
            new.removes_recordings,
        ],
    )
    .await?;
    Ok(())
}

/// Saves everything of a number but its secrets.
pub async fn update_phone_number(tx: &mut Tx<'_>, after: &PhoneNumber) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE phone_number SET number = $2, name = $3, adapter = $4, provider = $5, flow_id = $6, updated_at = $7,
                    removes_recordings = $8
             WHERE id = $1",
            args![
                after.id,
                &after.number,
                &after.name,
                after.adapter.as_str(),
                after.provider.map(PhoneProvider::as_str),
                after.flow,
                after.updated_at,
                after.removes_recordings,
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Gives a number another secret, or none.
pub async fn update_phone_number_token(
    tx: &mut Tx<'_>,
    vault: &Vault,
    number_id: PhoneNumberId,
    token: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE phone_number SET auth_token_sealed = $2, updated_at = $3 WHERE id = $1",
            args![number_id, seal(vault, TOKEN, number_id, token)?, now],
        )
        .await?;
    Ok(changed == 1)
}

/// The key with which recordings of a number are fetched.
pub async fn find_phone_number_api_key(
    tx: &mut Tx<'_>,
    vault: &Vault,
    number_id: PhoneNumberId,
) -> Result<Option<String>, StoreError> {
    let found = tx
        .fetch_optional("SELECT api_key_sealed FROM phone_number WHERE id = $1", args![number_id], |row| {
            let sealed = row.opt_bytes_ref(0)?;
            sealed
                .map(|sealed| vault.workspace().open_text(API_KEY, number_id.to_bytes(), sealed))
                .transpose()
        })
        .await?;
    Ok(found.flatten())
}

/// Gives a number another key, or none.
pub async fn update_phone_number_api_key(
    tx: &mut Tx<'_>,
    vault: &Vault,
    number_id: PhoneNumberId,
    key: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE phone_number SET api_key_sealed = $2, updated_at = $3 WHERE id = $1",
            args![number_id, seal(vault, API_KEY, number_id, key)?, now],
        )
        .await?;
    Ok(changed == 1)
}

/// Deletes a number.
pub async fn delete_phone_number(tx: &mut Tx<'_>, number_id: PhoneNumberId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM phone_number WHERE id = $1", args![number_id]).await? == 1)
}
