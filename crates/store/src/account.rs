//! Channel accounts: somebody as one channel knows them.

use countersign_types::link::Account;
use countersign_types::pii::{ExternalId, Name, Pii, Purpose};
use countersign_types::{AccountId, CaseId, ChannelId, ProfileId, Timestamp};

use crate::codec::{id, time};
use crate::dialect::lock_suffix;
use crate::subject_key::{insert_subject, subject};
use crate::{Place, Row, StoreError, Tx, Vault, args};

pub(crate) const USER: Place = Place("channel_account.user_sealed");
pub(crate) const NAME: Place = Place("channel_account.name_sealed");

/// What the hot path needs of an account: ids, nothing sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountRef {
    /// Its id.
    pub id: AccountId,
    /// The profile it stands under.
    pub profile: ProfileId,
    /// The profile it returns to when unlinked.
    pub home_profile: ProfileId,
}

fn account_ref(row: &Row<'_>) -> Result<AccountRef, StoreError> {
    Ok(AccountRef { id: id(row, 0)?, profile: id(row, 1)?, home_profile: id(row, 2)? })
}

/// The blind index of a user id on a channel. Ids of different channels do not meet.
pub fn user_hash(vault: &Vault, channel: ChannelId, user_id: &str) -> [u8; 32] {
    let mut value = channel.to_bytes().to_vec();
    value.extend_from_slice(user_id.as_bytes());
    vault.blind_bytes("channel_user", &value)
}

/// The account of a user on a channel, locked until the operation ends: its messages are handled one after another.
pub async fn find_account_for_update(
    tx: &mut Tx<'_>,
    channel: ChannelId,
    user_hash: [u8; 32],
) -> Result<Option<AccountRef>, StoreError> {
    let sql = match lock_suffix(tx.backend()) {
        "" => FIND_BY_USER.to_owned(),
        suffix => format!("{FIND_BY_USER}{suffix}"),
    };
    tx.fetch_optional(&sql, args![channel.to_bytes(), user_hash], account_ref).await
}

const FIND_BY_USER: &str = "SELECT id, profile_id, home_profile_id FROM channel_account
     WHERE channel_id = $1 AND user_hash = $2";

/// An account by its id, locked until the operation ends.
pub async fn find_account_ref_for_update(
    tx: &mut Tx<'_>,
    account: AccountId,
) -> Result<Option<AccountRef>, StoreError> {
    let sql = format!(
        "SELECT id, profile_id, home_profile_id FROM channel_account WHERE id = $1{}",
        lock_suffix(tx.backend())
    );
    tx.fetch_optional(&sql, args![account.to_bytes()], account_ref).await
}

/// An account with its user id and name.
pub async fn find_account(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
) -> Result<Option<Account>, StoreError> {
    let found = tx
        .fetch_optional(
            "SELECT id, channel_id, profile_id, home_profile_id, created_at, user_sealed, name_sealed
             FROM channel_account WHERE id = $1",
            args![account.to_bytes()],
            |row| {
                let head = (id(row, 1)?, id(row, 2)?, id(row, 3)?, time(row, 4)?);
                Ok((head, row.bytes(5)?, row.opt_bytes(6)?))
            },
        )
        .await?;
    let Some(((channel, profile, home_profile, created_at), user, name)) = found else { return Ok(None) };
    let key = subject(tx, vault, account.to_bytes()).await?;
    let row = account.to_bytes();
    let user_id = Pii::<ExternalId>::new(key.open_text(USER, row, &user)?);
    let name = name.map(|sealed| key.open_text(NAME, row, &sealed)).transpose()?.map(Pii::<Name>::new);
    Ok(Some(Account { id: account, channel, user_id, name, profile, home_profile, created_at }))
}

/// The account of a case, with its user id and name.
pub async fn find_account_of_case(
    tx: &mut Tx<'_>,
    vault: &Vault,
    case: CaseId,
) -> Result<Option<Account>, StoreError> {
    let sql = "SELECT account_id FROM support_case WHERE id = $1";
    match tx.fetch_optional(sql, args![case.to_bytes()], |row| id(row, 0)).await? {
        Some(account) => find_account(tx, vault, account).await,
        None => Ok(None),
    }
}

/// Adds an account with a key of its own.
pub async fn insert_account(tx: &mut Tx<'_>, vault: &Vault, account: &Account) -> Result<(), StoreError> {
    let row = account.id.to_bytes();
    let key = insert_subject(tx, vault, row, account.created_at).await?;
    let user = account.user_id.plain(Purpose::Seal);
    let name =
        account.name.as_ref().map(|n| key.seal(NAME, row, n.plain(Purpose::Seal).as_bytes())).transpose()?;
    tx.execute_later(
        "INSERT INTO channel_account (id, channel_id, user_hash, user_sealed, name_sealed, profile_id,
                                      home_profile_id, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        args![
            row,
            account.channel.to_bytes(),
            user_hash(vault, account.channel, user),
            key.seal(USER, row, user.as_bytes())?,
            name,
            account.profile.to_bytes(),
            account.home_profile.to_bytes(),
            account.created_at.as_micros(),
        ],
    )
    .await?;
    Ok(())
}

/// Puts an account under another profile: its cases follow.
pub async fn update_account_profile(
    tx: &mut Tx<'_>,
    account: AccountId,
    profile: ProfileId,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_later(
        "UPDATE channel_account SET profile_id = $2, updated_at = $3 WHERE id = $1",
        args![account.to_bytes(), profile.to_bytes(), now.as_micros()],
    )
    .await?;
    Ok(())
}

/// Gives an account the id under which its channel knows the user from now on. `false` where nobody was known by the
/// former one.
pub async fn update_account_user(
    tx: &mut Tx<'_>,
    vault: &Vault,
    channel: ChannelId,
    former: &Pii<ExternalId>,
    user_id: &Pii<ExternalId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let former = user_hash(vault, channel, former.plain(Purpose::Match));
    let Some(found) = find_account_for_update(tx, channel, former).await? else { return Ok(false) };
    let row = found.id.to_bytes();
    let key = subject(tx, vault, row).await?;
    let user = user_id.plain(Purpose::Seal);
    let sealed = key.seal(USER, row, user.as_bytes())?;
    let sql = "UPDATE channel_account SET user_hash = $2, user_sealed = $3, updated_at = $4 WHERE id = $1";
    tx.execute(sql, args![row, user_hash(vault, channel, user), sealed, now.as_micros()]).await?;
    Ok(true)
}

/// Saves the name that the channel shows for an account; `false` when it has that name already.
pub async fn update_account_name(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
    name: &Pii<Name>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = account.to_bytes();
    let key = subject(tx, vault, row).await?;
    let sql = "SELECT name_sealed FROM channel_account WHERE id = $1";
    let before = tx.fetch_one(sql, args![row], |row| row.opt_bytes(0)).await?;
    let before = before.map(|sealed| key.open_text(NAME, row, &sealed)).transpose()?;
    if before.as_deref() == Some(name.plain(Purpose::Match)) {
        return Ok(false);
    }
    tx.execute_later(
        "UPDATE channel_account SET name_sealed = $2, updated_at = $3 WHERE id = $1",
        args![row, key.seal(NAME, row, name.plain(Purpose::Seal).as_bytes())?, now.as_micros()],
    )
    .await?;
    Ok(true)
}
