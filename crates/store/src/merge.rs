//! Merges of profiles.
//!
//! The profile merged away is not emptied: its fields, attributes and identifiers stay in its own rows, under its own
//! key, and are served no more while `merged_into` is set. The survivor gets copies under its own key; accounts, links
//! and evidence move. What was changed is kept in a journal, sealed under the survivor's key, so that erasing the
//! survivor takes it along (docs/decisions/0018-unification.md).

mod journal;
mod sheet;

use countersign_types::audit::{Actor, ActorKind};
use countersign_types::merge::{Cell, Held, Journal, Merge, MergeGround};
use countersign_types::profile::{IdentifierKind, ProfileState};
use countersign_types::{
    AccountId, CodeId, Cursor, LinkId, MergeId, Page, PageRequest, ProfileId, Timestamp,
};

pub use sheet::{find_sheet, update_cells};

use crate::codec::{id, json, opt_id, opt_time, time, to_json, word};
use crate::dialect::lock_suffix;
use crate::subject_key::subject;
use crate::{Arg, Place, Row, StoreError, Tx, Vault, args};

const JOURNAL: Place = Place("profile_merge.journal_sealed");

/// What a merge has to know of a profile besides what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footing {
    /// Its id.
    pub id: ProfileId,
    /// Number of its reference.
    pub number: i64,
    /// Active or blocked.
    pub state: ProfileState,
    /// The profile that it stands behind.
    pub merged_into: Option<ProfileId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Profiles that stand behind it, itself included.
    pub sources: usize,
    /// Channel accounts under it.
    pub accounts: usize,
}

/// Locks two profiles with their channel accounts until the operation ends, accounts first, as everybody does. Answers
/// with those that exist, in the order of their ids.
pub async fn lock_pair(tx: &mut Tx<'_>, a: ProfileId, b: ProfileId) -> Result<Vec<Footing>, StoreError> {
    let suffix = lock_suffix(tx.backend());
    let sql = format!("SELECT id FROM channel_account WHERE profile_id IN ($1, $2) ORDER BY id{suffix}");
    tx.fetch_all(&sql, args![a, b], |_| Ok(())).await?;
    let sql = format!("SELECT id FROM profile WHERE id IN ($1, $2) ORDER BY id{suffix}");
    tx.fetch_all(&sql, args![a, b], |_| Ok(())).await?;
    list_footings(tx, a, b).await
}

/// [`lock_pair`] without the locks: for a look at what would be. Each call is an account of its own and says nothing of
/// how many sources a profile has, so calls are not counted.
pub async fn list_footings(tx: &mut Tx<'_>, a: ProfileId, b: ProfileId) -> Result<Vec<Footing>, StoreError> {
    let sql = "SELECT id, number, state, merged_into, created_at,
                      (SELECT COUNT(*) FROM profile behind WHERE behind.merged_into = profile.id),
                      (SELECT COUNT(*) FROM channel_account a JOIN channel c ON c.id = a.channel_id
                        WHERE a.profile_id = profile.id AND c.kind <> 'phone')
               FROM profile WHERE id IN ($1, $2) ORDER BY id";
    tx.fetch_all(sql, args![a, b], |row| {
        Ok(Footing {
            id: id(row, 0)?,
            number: row.i64(1)?,
            state: word(row, 2, ProfileState::parse)?,
            merged_into: opt_id(row, 3)?,
            created_at: time(row, 4)?,
            sources: usize::try_from(row.i64(5)?).unwrap_or(usize::MAX).saturating_add(1),
            accounts: usize::try_from(row.i64(6)?).unwrap_or(usize::MAX),
        })
    })
    .await
}

/// Puts everything that is not sealed under the key of `from` under `into`, and says what that was. Live codes of `from`
/// are taken back where `with_codes` is off; of `into` as well, where it is blocked.
pub async fn move_rows(
    tx: &mut Tx<'_>,
    into: ProfileId,
    from: ProfileId,
    with_codes: bool,
    now: Timestamp,
) -> Result<Journal, StoreError> {
    let mut links: Vec<LinkId> = tx
        .fetch_all(
            "UPDATE link SET profile_id = $2 WHERE profile_id = $1 RETURNING id",
            args![from, into],
            |row| id(row, 0),
        )
        .await?;
    tx.execute("UPDATE evidence SET profile_id = $2 WHERE profile_id = $1", args![from, into]).await?;
    let sql = "UPDATE channel_account SET profile_id = $2 WHERE profile_id = $1 RETURNING id";
    let mut accounts: Vec<AccountId> = tx.fetch_all(sql, args![from, into], |row| id(row, 0)).await?;
    let mut codes: Vec<CodeId> = Vec::new();
    if !with_codes {
        let sql = "UPDATE identification_code SET ended_at = $2
                   WHERE profile_id = $1 AND used_at IS NULL AND ended_at IS NULL AND expires_at > $2 RETURNING id";
        codes = tx.fetch_all(sql, args![from, now], |row| id(row, 0)).await?;
    }
    // Two profiles never have one external id: the survivor has it from here on.
    let sql = "UPDATE profile SET merged_into = $2, external_id_hash = CASE WHEN id = $1 THEN NULL
                 ELSE external_id_hash END
               WHERE id = $1 OR merged_into = $1 RETURNING id";
    let mut joined: Vec<ProfileId> = tx.fetch_all(sql, args![from, into], |row| id(row, 0)).await?;
    links.sort_unstable();
    accounts.sort_unstable();
    codes.sort_unstable();
    joined.sort_unstable();
    Ok(Journal { links, accounts, codes, joined, ..Journal::default() })
}

/// Puts back what [`move_rows`] moved, as far as nothing newer stands in its way; answers with the words for what stays.
pub async fn move_back(
    tx: &mut Tx<'_>,
    vault: &Vault,
    merge: &Merge,
    journal: &Journal,
    external_id: Option<&Held>,
) -> Result<Vec<&'static str>, StoreError> {
    let mut stays = Vec::new();
    let (into, from) = (merge.into, merge.from);
    for link in &journal.links {
        back_link(tx, *link, into, from).await?;
    }
    for account in &journal.accounts {
        if !back_account(tx, *account, into, from).await? {
            stays.push("account");
        }
    }
    for profile in &journal.joined {
        let root = (*profile != from).then_some(from);
        let sql = "UPDATE profile SET merged_into = $3 WHERE id = $1 AND merged_into = $2";
        tx.execute(sql, args![*profile, into, root]).await?;
        // What came home meanwhile to a profile that goes, goes with it.
        let sql = "UPDATE channel_account SET profile_id = $3 WHERE home_profile_id = $1 AND profile_id = $2
                     AND NOT EXISTS (SELECT 1 FROM link WHERE link.account_id = channel_account.id
                                     AND link.ended_at IS NULL)";
        tx.execute(sql, args![*profile, into, from]).await?;
    }
    for code in &journal.codes {
        let sql = "UPDATE identification_code SET ended_at = NULL
                   WHERE id = $1 AND ended_at = $2 AND used_at IS NULL AND NOT is_superseded";
        tx.execute(sql, args![*code, merge.merged_at]).await?;
    }
    if let Some(external_id) = external_id {
        let key = external_id.value.plain(countersign_types::pii::Purpose::Match);
        let hash = crate::identifier::key_hash(vault, IdentifierKind::ExternalId, key);
        let sql = "UPDATE profile SET external_id_hash = $2 WHERE id = $1
                     AND NOT EXISTS (SELECT 1 FROM profile other WHERE other.external_id_hash = $2)";
        if tx.execute(sql, args![from, hash]).await? == 0 {
            // Somebody else has the id by now: it does not come back.
            tx.execute("UPDATE profile SET external_id_sealed = NULL WHERE id = $1", args![from]).await?;
            let sql = "DELETE FROM identifier WHERE profile_id = $1 AND kind = 'external_id'";
            tx.execute(sql, args![from]).await?;
            stays.push(Cell::ExternalId.as_str());
        }
    }
    Ok(stays)
}

async fn back_link(
    tx: &mut Tx<'_>,
    link: LinkId,
    into: ProfileId,
    from: ProfileId,
) -> Result<(), StoreError> {
    tx.execute("UPDATE link SET profile_id = $3 WHERE id = $1 AND profile_id = $2", args![link, into, from])
        .await?;
    let sql = "UPDATE evidence SET profile_id = $3 WHERE link_id = $1 AND profile_id = $2";
    tx.execute(sql, args![link, into, from]).await?;
    Ok(())
}

/// An account goes back unless something newer says whose it is.
async fn back_account(
    tx: &mut Tx<'_>,
    account: AccountId,
    into: ProfileId,
    from: ProfileId,
) -> Result<bool, StoreError> {
    let sql = "UPDATE channel_account SET profile_id = $3 WHERE id = $1 AND profile_id = $2
                 AND NOT EXISTS (SELECT 1 FROM link WHERE link.account_id = $1 AND link.ended_at IS NULL
                                 AND link.profile_id <> $3)";
    Ok(tx.execute(sql, args![account, into, from]).await? == 1)
}

/// Adds a merge with its journal.
pub async fn insert_merge(
    tx: &mut Tx<'_>,
    vault: &Vault,
    merge: &Merge,
    journal: &Journal,
) -> Result<(), StoreError> {
    let key = subject(tx, vault, merge.into.to_bytes()).await?;
    let sealed = key.seal(JOURNAL, merge.id.to_bytes(), journal::text(journal)?.as_bytes())?;
    tx.execute(
        "INSERT INTO profile_merge (id, into_id, from_id, ground, reason, actor_kind, actor_id, actor_name,
                                    merged_at, conflicts, journal_sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        args![
            merge.id,
            merge.into,
            merge.from,
            merge.ground.as_str(),
            merge.reason.as_deref(),
            merge.actor.kind.as_str(),
            &merge.actor.id,
            &merge.actor.name,
            merge.merged_at,
            Arg::json("[]"),
            sealed,
        ],
    )
    .await?;
    Ok(())
}

const SELECT: &str =
    "SELECT m.id, m.into_id, a.number, m.from_id, b.number, m.ground, m.reason, m.actor_kind,
        m.actor_id, m.actor_name, m.merged_at, m.undone_at, m.conflicts
     FROM profile_merge m JOIN profile a ON a.id = m.into_id JOIN profile b ON b.id = m.from_id";

fn merge(row: &Row<'_>) -> Result<Merge, StoreError> {
    Ok(Merge {
        id: id(row, 0)?,
        into: id(row, 1)?,
        into_number: row.i64(2)?,
        from: id(row, 3)?,
        from_number: row.i64(4)?,
        ground: word(row, 5, MergeGround::parse)?,
        reason: row.opt_text(6)?,
        actor: Actor { kind: word(row, 7, ActorKind::parse)?, id: row.text(8)?, name: row.text(9)? },
        merged_at: time(row, 10)?,
        undone_at: opt_time(row, 11)?,
        conflicts: json(row, 12)?,
    })
}

/// A merge.
pub async fn find_merge(tx: &mut Tx<'_>, id: MergeId) -> Result<Option<Merge>, StoreError> {
    tx.fetch_optional(&format!("{SELECT} WHERE m.id = $1"), args![id], merge).await
}

/// Merges, newest first; of one profile, if asked.
pub async fn list_merges(
    tx: &mut Tx<'_>,
    profile: Option<ProfileId>,
    page: PageRequest,
) -> Result<Page<Merge>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [0xff; 16] });
    let mut args: Vec<Arg<'_>> = args![after.at, after.id, page.limit + 1].to_vec();
    let mut sql = format!("{SELECT} WHERE (m.merged_at, m.id) < ($1, $2)");
    if let Some(profile) = profile {
        args.push(profile.into());
        sql.push_str(" AND (m.into_id = $4 OR m.from_id = $4)");
    }
    sql.push_str(" ORDER BY m.merged_at DESC, m.id DESC LIMIT $3");
    let rows = tx.fetch_all(&sql, &args, merge).await?;
    Ok(Page::from_overfetch(rows, page.limit, |m| Cursor {
        at: m.merged_at.as_micros(),
        id: m.id.to_bytes(),
    }))
}

/// The merge by which a profile came to stand behind another, if that stands.
pub async fn find_merge_of(tx: &mut Tx<'_>, from: ProfileId) -> Result<Option<Merge>, StoreError> {
    let sql =
        format!("{SELECT} WHERE m.from_id = $1 AND m.undone_at IS NULL ORDER BY m.merged_at DESC LIMIT 1");
    tx.fetch_optional(&sql, args![from], merge).await
}

/// How many merges somebody did since then: taking back does not lower it.
pub async fn count_merges_of(tx: &mut Tx<'_>, actor: &str, since: Timestamp) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM profile_merge WHERE actor_id = $1 AND merged_at > $2";
    tx.fetch_one(sql, args![actor, since], |row| row.i64(0)).await
}

/// What a merge changed, and what later ones that stand changed in the same profile, oldest first. `None` where it can no
/// longer be taken back.
pub async fn list_journals(
    tx: &mut Tx<'_>,
    vault: &Vault,
    merge: &Merge,
) -> Result<Option<(Journal, Vec<(MergeId, Journal)>)>, StoreError> {
    let key = subject(tx, vault, merge.into.to_bytes()).await?;
    let mut found: Vec<(MergeId, Journal)> = tx
        .fetch_all(
            "SELECT id, journal_sealed FROM profile_merge
             WHERE into_id = $1 AND (merged_at, id) >= ($2, $3) AND undone_at IS NULL AND journal_sealed IS NOT NULL
             ORDER BY merged_at, id",
            args![merge.into, merge.merged_at, merge.id],
            |row| {
                let merge: MergeId = id(row, 0)?;
                let text = key.open_text(JOURNAL, merge.to_bytes(), row.bytes_ref(1)?)?;
                Ok((merge, journal::parse(&text)?))
            },
        )
        .await?;
    if found.first().is_none_or(|(first, _)| *first != merge.id) {
        return Ok(None);
    }
    let (_, own) = found.remove(0);
    Ok(Some((own, found)))
}

/// Writes the journal of a merge anew.
pub async fn update_journal(
    tx: &mut Tx<'_>,
    vault: &Vault,
    into: ProfileId,
    merge: MergeId,
    journal: &Journal,
) -> Result<(), StoreError> {
    let key = subject(tx, vault, into.to_bytes()).await?;
    let sealed = key.seal(JOURNAL, merge.to_bytes(), journal::text(journal)?.as_bytes())?;
    tx.execute("UPDATE profile_merge SET journal_sealed = $2 WHERE id = $1", args![merge, sealed]).await?;
    Ok(())
}

/// Says that a merge was taken back. Its journal goes: what it holds of the one is no longer the other's.
pub async fn end_merge(
    tx: &mut Tx<'_>,
    merge: MergeId,
    conflicts: &[String],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let ended = tx
        .execute(
            "UPDATE profile_merge SET undone_at = $2, conflicts = $3, journal_sealed = NULL
             WHERE id = $1 AND undone_at IS NULL",
            args![merge, now, Arg::json(to_json(conflicts)?)],
        )
        .await?;
    Ok(ended == 1)
}

/// Removes the journals of merges that are too old to be taken back, at most `limit`.
pub async fn delete_journals(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
    let sql = "UPDATE profile_merge SET journal_sealed = NULL WHERE id IN (
                   SELECT id FROM profile_merge WHERE merged_at < $1 AND journal_sealed IS NOT NULL LIMIT $2)";
    tx.execute(sql, args![before, limit]).await
}
