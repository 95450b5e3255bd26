//! Who took part in visits: identities, which are accounts of the site's channel, and what said so.

use countersign_types::{AccountId, ChannelId, Timestamp};

use crate::codec::{id, time};
use crate::{Row, StoreError, Tx, args};

/// That an identity took part in a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRow {
    /// The number of the visit.
    pub visit: i64,
    /// The number of the identity.
    pub identity: i64,
    /// The number of the event that said so; 0 where a colleague did.
    pub event: i64,
    /// The number of the browser.
    pub device: Option<i64>,
    /// The word of the way: `authenticated`, `recognised`, `confirmed`, `rejected`.
    pub association: String,
    /// Whether a signed token said so.
    pub is_signed: bool,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str =
    "c.visit_row, c.identity_row, c.event_row, c.device_row, c.association, c.is_signed, c.at";

fn contact(row: &Row<'_>) -> Result<ContactRow, StoreError> {
    Ok(ContactRow {
        visit: row.i64(0)?,
        identity: row.i64(1)?,
        event: row.i64(2)?,
        device: row.opt_i64(3)?,
        association: row.text(4)?,
        is_signed: row.bool(5)?,
        at: time(row, 6)?,
    })
}

/// The number of an account as an identity; a new one gets the number that was made for it.
pub async fn upsert_identity(tx: &mut Tx<'_>, account: AccountId, row: i64) -> Result<i64, StoreError> {
    tx.execute_later(
        "INSERT INTO visit_identity (row_id, account_id) VALUES ($1, $2) ON CONFLICT (account_id) DO NOTHING",
        args![row, account],
    )
    .await?;
    let sql = "SELECT row_id FROM visit_identity WHERE account_id = $1";
    tx.fetch_one(sql, args![account], |row| row.i64(0)).await
}

/// The account of an identity.
pub async fn find_identity_account(tx: &mut Tx<'_>, row: i64) -> Result<Option<AccountId>, StoreError> {
    let sql = "SELECT account_id FROM visit_identity WHERE row_id = $1";
    tx.fetch_optional(sql, args![row], |row| id(row, 0)).await
}

/// The number of an account as an identity, where it is one.
pub async fn find_identity_row(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT row_id FROM visit_identity WHERE account_id = $1";
    tx.fetch_optional(sql, args![account], |row| row.i64(0)).await
}

/// Identities of all sites or of one, the newest first, at most `limit`.
pub async fn list_identities(
    tx: &mut Tx<'_>,
    site: Option<ChannelId>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<(i64, AccountId)>, StoreError> {
    let of_site = if site.is_some() { "a.channel_id = $3" } else { "$3" };
    let sql = format!(
        "SELECT i.row_id, i.account_id FROM visit_identity i JOIN channel_account a ON a.id = i.account_id
         WHERE i.row_id < $1 AND {of_site} ORDER BY i.row_id DESC LIMIT $2"
    );
    let before = before.unwrap_or(i64::MAX);
    let map = |row: &Row<'_>| Ok((row.i64(0)?, id(row, 1)?));
    match site {
        Some(site) => tx.fetch_all(&sql, args![before, limit, site], map).await,
        None => tx.fetch_all(&sql, args![before, limit, true], map).await,
    }
}

/// Notes that an identity took part in a visit. The same once more, or decided anew, takes the place of the one before.
pub async fn upsert_contact(tx: &mut Tx<'_>, new: &ContactRow) -> Result<(), StoreError> {
    tx.execute_later(
        "INSERT INTO visit_contact (visit_row, identity_row, event_row, device_row, association, is_signed, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (visit_row, identity_row, event_row)
         DO UPDATE SET association = excluded.association, is_signed = excluded.is_signed, at = excluded.at",
        args![new.visit, new.identity, new.event, new.device, &new.association, new.is_signed, new.at],
    )
    .await?;
    Ok(())
}

/// Who took part in a visit, in the order of time.
pub async fn list_contacts_of_visit(tx: &mut Tx<'_>, visit: i64) -> Result<Vec<ContactRow>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM visit_contact c WHERE c.visit_row = $1 ORDER BY c.at, c.event_row");
    tx.fetch_all(&sql, args![visit], contact).await
}

/// What colleagues said of who is in a visit.
pub async fn list_decisions_of_visit(tx: &mut Tx<'_>, visit: i64) -> Result<Vec<ContactRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM visit_contact c WHERE c.visit_row = $1 AND c.event_row = 0");
    tx.fetch_all(&sql, args![visit], contact).await
}

/// Who took part in the visits of a browser, the newest first, at most `limit`.
pub async fn list_contacts_of_device(
    tx: &mut Tx<'_>,
    device: i64,
    limit: i64,
) -> Result<Vec<ContactRow>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM visit_contact c WHERE c.device_row = $1 ORDER BY c.at DESC LIMIT $2");
    tx.fetch_all(&sql, args![device, limit], contact).await
}

/// In which visits an identity took part, the newest first, at most `limit`.
pub async fn list_contacts_of_identity(
    tx: &mut Tx<'_>,
    identity: i64,
    before: Option<(Timestamp, i64)>,
    limit: i64,
) -> Result<Vec<ContactRow>, StoreError> {
    let (at, event) = before.unwrap_or((Timestamp::from_micros(i64::MAX), i64::MAX));
    let sql = format!(
        "SELECT {COLUMNS} FROM visit_contact c WHERE c.identity_row = $1 AND (c.at < $2 OR (c.at = $2 AND c.event_row < $3))
         ORDER BY c.at DESC, c.event_row DESC LIMIT $4"
    );
    tx.fetch_all(&sql, args![identity, at, event, limit], contact).await
}

/// All of them, the newest first, at most `limit`.
pub async fn list_contacts(
    tx: &mut Tx<'_>,
    before: Option<(Timestamp, i64)>,
    limit: i64,
) -> Result<Vec<ContactRow>, StoreError> {
    let (at, event) = before.unwrap_or((Timestamp::from_micros(i64::MAX), i64::MAX));
    let sql = format!(
        "SELECT {COLUMNS} FROM visit_contact c WHERE (c.at < $1 OR (c.at = $1 AND c.event_row < $2))
         ORDER BY c.at DESC, c.event_row DESC LIMIT $3"
    );
    tx.fetch_all(&sql, args![at, event, limit], contact).await
}

/// The visits in which an account took part.
pub async fn list_visit_rows_of_account(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<i64>, StoreError> {
    tx.fetch_all(
        "SELECT DISTINCT c.visit_row FROM visit_contact c JOIN visit_identity i ON i.row_id = c.identity_row
         WHERE i.account_id = $1 AND c.association <> 'rejected'",
        args![account],
        |row| row.i64(0),
    )
    .await
}

/// Whether somebody else took part in a visit who is on hold.
pub async fn is_held_by_another(
    tx: &mut Tx<'_>,
    visit: i64,
    account: AccountId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let held = crate::privacy::HELD;
    let sql = format!(
        "SELECT 1 FROM visit_contact c JOIN visit_identity i ON i.row_id = c.identity_row
         JOIN channel_account a ON a.id = i.account_id
         WHERE c.visit_row = $1 AND i.account_id <> $3 AND c.association <> 'rejected' AND a.profile_id IN ({held})
         LIMIT 1"
    );
    Ok(tx.fetch_optional(&sql, args![visit, now, account], |_| Ok(())).await?.is_some())
}

/// Takes out of a visit what names an account; the rest stays for whoever is on hold.
pub async fn delete_from_visit(tx: &mut Tx<'_>, visit: i64, account: AccountId) -> Result<(), StoreError> {
    let identity = "(SELECT row_id FROM visit_identity WHERE account_id = $2)";
    for sql in [
        format!("DELETE FROM visit_event WHERE visit_row = $1 AND identity_row IN {identity}"),
        format!("DELETE FROM visit_contact WHERE visit_row = $1 AND identity_row IN {identity}"),
    ] {
        tx.execute(&sql, args![visit, account]).await?;
    }
    Ok(())
}
