//! Which visit of a website stands beside a chat: what the page of the chat said. Nothing of who somebody is follows from it.

use countersign_types::{AccountId, ChannelId, Timestamp};

use crate::{Arg, StoreError, Tx, args};

/// Notes the visit that an account's chat belongs to. The newest one takes the place of the one before.
pub async fn set_account_visit(
    tx: &mut Tx<'_>,
    account: AccountId,
    visit: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO account_visit (account_id, visit_row, at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id) DO UPDATE SET visit_row = excluded.visit_row, at = excluded.at",
        args![account, visit, now],
    )
    .await?;
    Ok(())
}

/// The number of the visit that an account's chat belongs to.
pub async fn find_account_visit(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT visit_row FROM account_visit WHERE account_id = $1";
    tx.fetch_optional(sql, args![account], |row| row.i64(0)).await
}

/// The number of the newest visit that goes by one of these keys at its site, with an event since a moment.
pub async fn find_visit_by_keys(
    tx: &mut Tx<'_>,
    keys: &[(ChannelId, [u8; 16])],
    since: Timestamp,
) -> Result<Option<i64>, StoreError> {
    if keys.is_empty() {
        return Ok(None);
    }
    let mut with: Vec<Arg<'_>> = vec![since.into()];
    let mut any = Vec::with_capacity(keys.len());
    for (site, hash) in keys {
        with.extend([Arg::from(*site), Arg::from(*hash)]);
        any.push(format!("(site_id = ${} AND key_hash = ${})", with.len() - 1, with.len()));
    }
    let sql = format!(
        "SELECT row_id FROM visit WHERE last_at >= $1 AND ({}) ORDER BY last_at DESC LIMIT 1",
        any.join(" OR ")
    );
    tx.fetch_optional(&sql, &with, |row| row.i64(0)).await
}
