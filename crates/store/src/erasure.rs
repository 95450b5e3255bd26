//! Erasure: the key of a subject is destroyed, and everything that points at them is deleted.
//!
//! What stays are ids: in the audit log, and in the record of erasures. Nothing replays that record by itself: after a
//! restore the operator erases again who was erased since the backup (docs/operate/backup.md).

use countersign_types::{AccountId, ProfileId, Timestamp};

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
}

/// Erases a profile, those that were merged into it, and the channel accounts that are linked to them or at home in
/// them: their messages, cases, links and codes, what is queued for them, their blind indexes, and their keys. `None`
/// when there is no such profile, or it was merged into another a moment ago.
pub async fn erase_profile(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
    now: Timestamp,
) -> Result<Option<Erased>, StoreError> {
    // Accounts before the profile: the order in which everybody locks them.
    let sql = format!(
        "SELECT id, home_profile_id FROM channel_account WHERE profile_id = $1 OR home_profile_id = $1
           OR home_profile_id IN (SELECT id FROM profile WHERE merged_into = $1){}",
        lock_suffix(tx.backend())
    );
    let accounts: Vec<(AccountId, ProfileId)> =
        tx.fetch_all(&sql, args![profile], |row| Ok((id(row, 0)?, id(row, 1)?))).await?;
    if !crate::profile::lock(tx, profile).await?
        || crate::profile::find_survivor(tx, profile).await? != Some(profile)
    {
        return Ok(None);
    }
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
    for profile in &profiles {
        erase_rows(tx, vault, *profile, now).await?;
    }
    Ok(Some(Erased { profiles, accounts: accounts.into_iter().map(|(account, _)| account).collect() }))
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
    tx.execute("DELETE FROM identification_code WHERE profile_id = $1", args![profile]).await?;
    tx.execute("DELETE FROM event WHERE profile_id = $1", args![profile]).await?;
    tx.execute("DELETE FROM outbox WHERE subject_id = $1", args![profile]).await?;
    tx.execute("DELETE FROM profile WHERE id = $1", args![profile]).await?;
    delete_subject(tx, vault, profile.to_bytes(), now).await
}
