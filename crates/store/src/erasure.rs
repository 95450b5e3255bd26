//! Erasure: the key of a subject is destroyed, and everything that points at them is deleted.
//!
//! What stays are ids, in the audit log, in the record of erasures and in that of requests, and keyed hashes of what the
//! person was found by. After a restore the operator erases again who was erased since the backup, by the list of
//! erasures ([`erase_subject`], docs/operate/backup.md).

use countersign_types::{AccountId, PrivacyRequestId, ProfileId, Timestamp};

use crate::codec::id;
use crate::dialect::lock_suffix;
use crate::subject_key::delete_subject;
use crate::{StoreError, Tx, Vault, args};

/// What an erasure took.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Erased {
    /// The profile, and the strangers' profiles that its accounts would have gone home to.
    pub profiles: Vec<ProfileId>,
    /// The accounts that were linked to it or at home in it.
    pub accounts: Vec<AccountId>,
    /// The requests that ended with it.
    pub requests: Vec<PrivacyRequestId>,
}

/// Erases a profile, those that were merged into it, and the channel accounts that are linked to them or at home in
/// them: their messages, cases, links and codes, what is queued for them, files that were made for them, their blind
/// indexes, and their keys. `None` when there is no such profile, or it was merged into another a moment ago. Whoever
/// calls asks for holds after the rows are locked ([`lock_erasure`]).
pub async fn erase_profile(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
    now: Timestamp,
) -> Result<Option<Erased>, StoreError> {
    let Some(accounts) = lock_erasure(tx, profile).await? else { return Ok(None) };
    for (account, _) in &accounts {
        erase_account(tx, vault, *account, now).await?;
    }
    let mut profiles = vec![profile];
    profiles
        .extend(crate::profile::list_behind(tx, &[profile]).await?.into_iter().map(|(_, behind, _)| behind));
    for (_, home) in &accounts {
        if !profiles.contains(home) && is_deserted(tx, *home).await? {
            profiles.push(*home);
        }
    }
    crate::privacy::note_erased(tx, &profiles, now).await?;
    let requests = crate::privacy::end_requests(tx, &profiles, now).await?;
    for profile in &profiles {
        erase_rows(tx, vault, *profile, now).await?;
    }
    let accounts = accounts.into_iter().map(|(account, _)| account).collect();
    Ok(Some(Erased { profiles, accounts, requests }))
}

/// Locks what an erasure takes until the operation ends: the accounts, with the profiles they are at home in, and the
/// profile. Calls from the customer's number in which nobody was identified are among them. `None` when there is no such profile, or it was merged into another.
pub async fn lock_erasure(
    tx: &mut Tx<'_>,
    profile: ProfileId,
) -> Result<Option<Vec<(AccountId, ProfileId)>>, StoreError> {
    // Accounts before the profile: the order in which everybody locks them.
    let sql = format!(
        "SELECT id, home_profile_id FROM channel_account WHERE profile_id = $1 OR home_profile_id = $1
           OR home_profile_id IN (SELECT id FROM profile WHERE merged_into = $1) OR id IN ({}) ORDER BY id{}",
        crate::call::UNCLAIMED,
        lock_suffix(tx.backend())
    );
    let accounts = tx.fetch_all(&sql, args![profile], |row| Ok((id(row, 0)?, id(row, 1)?))).await?;
    let is_there = crate::profile::lock(tx, profile).await?
        && crate::profile::find_survivor(tx, profile).await? == Some(profile);
    Ok(is_there.then_some(accounts))
}

/// What became of somebody who was erased before, and whom a restored copy may have brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replayed {
    /// Neither a profile nor an account has this id any more.
    Gone,
    /// They were there, and are erased.
    Erased,
    /// In the copy they are part of another customer, of whom nobody knows here whether they were to go.
    Merged,
}

/// Erases again whom this id, a profile's or an account's, stood for. Holds do not count: the erasure came after them.
pub async fn erase_subject(
    tx: &mut Tx<'_>,
    vault: &Vault,
    subject: [u8; 16],
    now: Timestamp,
) -> Result<Replayed, StoreError> {
    let profile = ProfileId::from_bytes(subject);
    if let Some(survivor) = crate::profile::find_survivor(tx, profile).await? {
        if survivor != profile {
            return Ok(Replayed::Merged);
        }
        let erased = erase_profile(tx, vault, profile, now).await?;
        return Ok(if erased.is_some() { Replayed::Erased } else { Replayed::Merged });
    }
    let account = AccountId::from_bytes(subject);
    let sql = "SELECT home_profile_id FROM channel_account WHERE id = $1";
    let home: Option<ProfileId> = tx.fetch_optional(sql, args![account], |row| id(row, 0)).await?;
    let Some(home) = home else { return Ok(Replayed::Gone) };
    erase_account(tx, vault, account, now).await?;
    if is_deserted(tx, home).await? {
        erase_profile(tx, vault, home, now).await?;
    }
    Ok(Replayed::Erased)
}

/// Whom websites named before a moment and nobody knows anything of: at most `limit` profiles, behind a number.
///
/// No visit of theirs is left, nothing links them, no conversation and no evidence speaks of them, nobody put anything on
/// their profile, and it holds nobody else.
pub async fn list_forgotten(
    tx: &mut Tx<'_>,
    before: Timestamp,
    now: Timestamp,
    (after, limit): (i64, i64),
) -> Result<Vec<(i64, ProfileId)>, StoreError> {
    let sql = format!(
        "SELECT i.row_id, a.profile_id FROM visit_identity i JOIN channel_account a ON a.id = i.account_id
         WHERE i.row_id > $3 AND {} ORDER BY i.row_id LIMIT $4",
        forgotten()
    );
    let map = |row: &crate::Row<'_>| Ok((row.i64(0)?, id(row, 1)?));
    tx.fetch_all(&sql, args![before, now, after, limit], map).await
}

fn forgotten() -> String {
    let held = crate::privacy::HELD;
    let none = |what: &str| format!("NOT EXISTS (SELECT 1 FROM {what})");
    [
        "a.created_at < $1 AND a.profile_id = a.home_profile_id".to_owned(),
        format!("a.profile_id NOT IN ({held})"),
        "EXISTS (SELECT 1 FROM profile p WHERE p.id = a.profile_id AND p.is_anonymous AND p.state = 'active'
                   AND p.external_id_hash IS NULL)"
            .to_owned(),
        none("visit_contact c WHERE c.identity_row = i.row_id"),
        none("visit v WHERE v.identity_row = i.row_id"),
        none("link l WHERE l.account_id = a.id OR l.profile_id = a.profile_id"),
        none("evidence e WHERE e.account_id = a.id OR e.profile_id = a.profile_id"),
        none("support_case s WHERE s.account_id = a.id"),
        none("channel_account o WHERE o.id <> a.id AND (o.profile_id = a.profile_id OR o.home_profile_id = a.profile_id)"),
        none("profile m WHERE m.merged_into = a.profile_id"),
        none("mandate d WHERE d.represented_id = a.profile_id OR d.representative_id = a.profile_id"),
        none("identifier f WHERE f.profile_id = a.profile_id"),
        none("profile_attribute t WHERE t.profile_id = a.profile_id"),
    ]
    .join(" AND ")
}

/// Erases one of [`list_forgotten`], unless somebody came to know something of them meanwhile.
pub async fn erase_forgotten(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
    (before, now): (Timestamp, Timestamp),
) -> Result<bool, StoreError> {
    if lock_erasure(tx, profile).await?.is_none() {
        return Ok(false);
    }
    let sql = format!(
        "SELECT 1 FROM visit_identity i JOIN channel_account a ON a.id = i.account_id
         WHERE a.profile_id = $3 AND {}",
        forgotten()
    );
    let is_still = tx.fetch_optional(&sql, args![before, now, profile], |_| Ok(())).await?.is_some();
    Ok(is_still && erase_profile(tx, vault, profile, now).await?.is_some())
}

/// Erases those of these accounts that nobody was ever identified by, with the nameless profiles they are at home in:
/// what is left of calls that are kept no longer. How many went.
pub(crate) async fn erase_strangers(
    tx: &mut Tx<'_>,
    vault: &Vault,
    accounts: &[AccountId],
    now: Timestamp,
) -> Result<u64, StoreError> {
    let none = |what: &str| format!("NOT EXISTS (SELECT 1 FROM {what})");
    let sql = [
        "SELECT a.profile_id FROM channel_account a WHERE a.id = $1 AND a.profile_id = a.home_profile_id".to_owned(),
        "EXISTS (SELECT 1 FROM profile p WHERE p.id = a.profile_id AND p.is_anonymous AND p.state = 'active'
                   AND p.external_id_hash IS NULL)"
            .to_owned(),
        none("phone_call c WHERE c.account_id = a.id"),
        none("profile_hold o WHERE o.profile_id = a.profile_id"),
        none("link l WHERE l.account_id = a.id OR l.profile_id = a.profile_id"),
        none("evidence e WHERE e.account_id = a.id OR e.profile_id = a.profile_id"),
        none("support_case s WHERE s.account_id = a.id"),
        none("channel_account o WHERE o.id <> a.id AND (o.profile_id = a.profile_id OR o.home_profile_id = a.profile_id)"),
        none("profile m WHERE m.merged_into = a.profile_id"),
        none("mandate d WHERE d.represented_id = a.profile_id OR d.representative_id = a.profile_id"),
        none("identifier f WHERE f.profile_id = a.profile_id"),
        none("profile_attribute t WHERE t.profile_id = a.profile_id"),
    ]
    .join(" AND ");
    let mut gone = 0;
    for account in accounts {
        let home: Option<ProfileId> = tx.fetch_optional(&sql, args![*account], |row| id(row, 0)).await?;
        let Some(home) = home else { continue };
        gone += u64::from(erase_profile(tx, vault, home, now).await?.is_some());
    }
    Ok(gone)
}

/// Whether a stranger's profile has no account any more.
async fn is_deserted(tx: &mut Tx<'_>, profile: ProfileId) -> Result<bool, StoreError> {
    let found = tx
        .fetch_optional(
            "SELECT 1 FROM profile WHERE id = $1 AND is_anonymous AND NOT EXISTS (
                 SELECT 1 FROM channel_account WHERE profile_id = $1 OR home_profile_id = $1)",
            args![profile],
            |_| Ok(()),
        )
        .await?;
    Ok(found.is_some())
}

/// Deletes an account: its cases, messages, sessions, links and their evidence go with its row.
async fn erase_account(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
    now: Timestamp,
) -> Result<(), StoreError> {
    // A code that nobody stood behind is this sender's own, with what was pushed with it.
    tx.execute(
        "DELETE FROM identification_code
         WHERE profile_id IS NULL AND link_id IN (SELECT id FROM link WHERE account_id = $1)",
        args![account],
    )
    .await?;
    // Codes of other profiles that were used here keep their record but not what no longer exists.
    tx.execute(
        "UPDATE identification_code SET link_id = NULL, used_case_id = NULL
         WHERE link_id IN (SELECT id FROM link WHERE account_id = $1)",
        args![account],
    )
    .await?;
    // Whoever else took part in a visit loses it too: its pages stand next to those of whom is erased.
    for visit in crate::visit_identity::list_visit_rows_of_account(tx, account).await? {
        if crate::visit_identity::is_held_by_another(tx, visit, account, now).await? {
            crate::visit_identity::delete_from_visit(tx, visit, account).await?;
        } else {
            crate::visit::delete_visit(tx, visit).await?;
        }
    }
    tx.execute("DELETE FROM event WHERE account_id = $1", args![account]).await?;
    tx.execute("DELETE FROM outbox WHERE subject_id = $1", args![account]).await?;
    tx.execute("DELETE FROM channel_account WHERE id = $1", args![account]).await?;
    delete_subject(tx, vault, account.to_bytes(), now).await
}

/// Deletes a profile: identifiers, tokens, attributes, links and their evidence go with its row.
async fn erase_rows(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE link SET replaced_link_id = NULL
         WHERE replaced_link_id IN (SELECT id FROM link WHERE profile_id = $1)",
        args![profile],
    )
    .await?;
    crate::engagement::erase_engagement_texts(tx, vault, profile, now).await?;
    tx.execute("DELETE FROM identification_code WHERE profile_id = $1", args![profile]).await?;
    tx.execute("DELETE FROM event WHERE profile_id = $1", args![profile]).await?;
    tx.execute("DELETE FROM outbox WHERE subject_id = $1", args![profile]).await?;
    tx.execute("DELETE FROM profile WHERE id = $1", args![profile]).await?;
    delete_subject(tx, vault, profile.to_bytes(), now).await
}
