//! Links and the evidence that carries them.

use countersign_types::channel::ChannelKind;
use countersign_types::evidence::{Evidence, EvidenceBy, Method};
use countersign_types::link::{Link, LinkEnd};
use countersign_types::{AccountId, Assurance, LinkId, ProfileId, Timestamp};

use crate::codec::{id, opt_id, opt_time, time, word};
use crate::dialect::places;
use crate::{Arg, Row, StoreError, Tx, Vault, account, args};

/// A link about to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewLink {
    /// Its id.
    pub id: LinkId,
    /// Whose.
    pub profile: ProfileId,
    /// Which account.
    pub account: AccountId,
    /// The level that its evidence gives.
    pub assurance: Assurance,
    /// The link it takes the place of.
    pub replaced: Option<LinkId>,
    /// When.
    pub linked_at: Timestamp,
    /// Until when.
    pub expires_at: Option<Timestamp>,
}

/// What the hot path needs of a live link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveLink {
    /// Its id.
    pub id: LinkId,
    /// Whose.
    pub profile: ProfileId,
    /// Its level.
    pub assurance: Assurance,
    /// Until when.
    pub expires_at: Option<Timestamp>,
}

/// Adds a link. Fails on `uq_link__account_id` while another one of the account has not ended.
pub async fn insert_link(tx: &mut Tx<'_>, link: &NewLink) -> Result<(), StoreError> {
    tx.execute_later(
        "INSERT INTO link (id, profile_id, account_id, assurance, replaced_link_id, linked_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            link.id.to_bytes(),
            link.profile.to_bytes(),
            link.account.to_bytes(),
            link.assurance.as_i64(),
            link.replaced.map(LinkId::to_bytes),
            link.linked_at.as_micros(),
            link.expires_at.map(Timestamp::as_micros),
        ],
    )
    .await?;
    Ok(())
}

/// Adds the evidence of a link.
pub async fn insert_evidence(tx: &mut Tx<'_>, evidence: &Evidence) -> Result<(), StoreError> {
    tx.execute_later(
        "INSERT INTO evidence (id, profile_id, account_id, link_id, method, assurance, recorded_at, expires_at,
                               ended_at, by_kind, by_id, by_name)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        args![
            evidence.id.to_bytes(),
            evidence.profile.to_bytes(),
            evidence.account.to_bytes(),
            evidence.link.to_bytes(),
            evidence.method.as_str(),
            evidence.assurance.as_i64(),
            evidence.recorded_at.as_micros(),
            evidence.expires_at.map(Timestamp::as_micros),
            evidence.ended_at.map(Timestamp::as_micros),
            &evidence.by.kind,
            &evidence.by.id,
            &evidence.by.name,
        ],
    )
    .await?;
    Ok(())
}

/// The link of an account that has not ended; it may be past its time.
pub async fn find_live_link(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<LiveLink>, StoreError> {
    tx.fetch_optional(
        "SELECT id, profile_id, assurance, expires_at FROM link WHERE account_id = $1 AND ended_at IS NULL",
        args![account.to_bytes()],
        |row| {
            Ok(LiveLink {
                id: id(row, 0)?,
                profile: id(row, 1)?,
                assurance: Assurance::from_i64(row.i64(2)?),
                expires_at: opt_time(row, 3)?,
            })
        },
    )
    .await
}

/// Ends a link and its evidence; `false` when it had ended already.
pub async fn end_link(
    tx: &mut Tx<'_>,
    link: LinkId,
    reason: LinkEnd,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let ended = tx
        .execute(
            "UPDATE link SET ended_at = $2, ended_reason = $3 WHERE id = $1 AND ended_at IS NULL",
            args![link.to_bytes(), now.as_micros(), reason.as_str()],
        )
        .await?;
    tx.execute_later(
        "UPDATE evidence SET ended_at = $2 WHERE link_id = $1 AND ended_at IS NULL",
        args![link.to_bytes(), now.as_micros()],
    )
    .await?;
    Ok(ended == 1)
}

/// Links whose time is over and that have not been ended yet, with their accounts, at most `limit`.
pub async fn list_expired_links(
    tx: &mut Tx<'_>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(LinkId, AccountId)>, StoreError> {
    tx.fetch_all(
        "SELECT id, account_id FROM link WHERE ended_at IS NULL AND expires_at <= $1 ORDER BY expires_at LIMIT $2",
        args![now.as_micros(), limit],
        |row| Ok((id(row, 0)?, id(row, 1)?)),
    )
    .await
}

const SELECT: &str =
    "SELECT link.id, link.profile_id, link.account_id, link.assurance, link.replaced_link_id,
        link.linked_at, link.expires_at, link.ended_at, link.ended_reason, channel.name, channel.kind,
        evidence.id, evidence.method, evidence.assurance, evidence.recorded_at, evidence.expires_at,
        evidence.ended_at, evidence.by_kind, evidence.by_id, evidence.by_name
     FROM link
     JOIN channel_account ON channel_account.id = link.account_id
     JOIN channel ON channel.id = channel_account.channel_id
     JOIN evidence ON evidence.link_id = link.id";

/// A link whose account is not filled in yet.
type Half = (AccountId, Box<dyn FnOnce(countersign_types::link::Account) -> Link + Send>);

fn half(row: &Row<'_>) -> Result<Half, StoreError> {
    let (link_id, profile, account): (LinkId, ProfileId, AccountId) = (id(row, 0)?, id(row, 1)?, id(row, 2)?);
    let assurance = Assurance::from_i64(row.i64(3)?);
    let replaced = opt_id(row, 4)?;
    let (linked_at, expires_at, ended_at) = (time(row, 5)?, opt_time(row, 6)?, opt_time(row, 7)?);
    let ended_reason = row.opt_str(8)?.and_then(LinkEnd::parse);
    let channel_name = row.text(9)?;
    let channel_kind = word(row, 10, ChannelKind::parse)?;
    let evidence = evidence_at(row, 11, (profile, account, link_id))?;
    let make = move |account| Link {
        id: link_id,
        profile,
        account,
        channel_name,
        channel_kind,
        assurance,
        evidence,
        replaced,
        linked_at,
        expires_at,
        ended_at,
        ended_reason,
    };
    Ok((account, Box::new(make)))
}

/// Evidence whose columns begin at `from`.
fn evidence_at(
    row: &Row<'_>,
    from: usize,
    (profile, account, link): (ProfileId, AccountId, LinkId),
) -> Result<Evidence, StoreError> {
    Ok(Evidence {
        id: id(row, from)?,
        profile,
        account,
        link,
        method: word(row, from + 1, Method::parse)?,
        assurance: Assurance::from_i64(row.i64(from + 2)?),
        recorded_at: time(row, from + 3)?,
        expires_at: opt_time(row, from + 4)?,
        ended_at: opt_time(row, from + 5)?,
        by: EvidenceBy { kind: row.text(from + 6)?, id: row.text(from + 7)?, name: row.text(from + 8)? },
    })
}

/// The evidence of the links of accounts that have not ended; it may be past its time.
pub async fn list_live_evidence(
    tx: &mut Tx<'_>,
    accounts: &[AccountId],
) -> Result<Vec<Evidence>, StoreError> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT link.id, link.profile_id, link.account_id, evidence.id, evidence.method, evidence.assurance,
                evidence.recorded_at, evidence.expires_at, evidence.ended_at, evidence.by_kind, evidence.by_id,
                evidence.by_name
         FROM link JOIN evidence ON evidence.link_id = link.id
         WHERE link.ended_at IS NULL AND link.account_id IN ({})",
        places(accounts.len())
    );
    let args: Vec<Arg<'_>> = accounts.iter().map(|id| Arg::from(*id)).collect();
    tx.fetch_all(&sql, &args, |row| evidence_at(row, 3, (id(row, 1)?, id(row, 2)?, id(row, 0)?))).await
}

async fn whole(tx: &mut Tx<'_>, vault: &Vault, halves: Vec<Half>) -> Result<Vec<Link>, StoreError> {
    let mut links = Vec::with_capacity(halves.len());
    for (account_id, make) in halves {
        // An account erased between two statements of a reader takes its links with it.
        if let Some(account) = account::find_account(tx, vault, account_id).await? {
            links.push(make(account));
        }
    }
    Ok(links)
}

/// A link with its evidence and its two ends.
pub async fn find_link(tx: &mut Tx<'_>, vault: &Vault, link: LinkId) -> Result<Option<Link>, StoreError> {
    let sql = format!("{SELECT} WHERE link.id = $1");
    let halves = tx.fetch_all(&sql, args![link.to_bytes()], half).await?;
    Ok(whole(tx, vault, halves).await?.pop())
}

/// The links of a profile, newest first, ended ones too, at most 200.
pub async fn list_links(tx: &mut Tx<'_>, vault: &Vault, profile: ProfileId) -> Result<Vec<Link>, StoreError> {
    let sql =
        format!("{SELECT} WHERE link.profile_id = $1 ORDER BY link.linked_at DESC, link.id DESC LIMIT 200");
    let halves = tx.fetch_all(&sql, args![profile.to_bytes()], half).await?;
    whole(tx, vault, halves).await
}

/// Puts a superseded link back with its evidence; `false` when it was ended for another reason or its time is over.
pub async fn reopen_link(tx: &mut Tx<'_>, link: LinkId, now: Timestamp) -> Result<bool, StoreError> {
    let reopened = tx
        .execute(
            "UPDATE link SET ended_at = NULL, ended_reason = NULL
             WHERE id = $1 AND ended_reason = 'superseded' AND (expires_at IS NULL OR expires_at > $2)",
            args![link.to_bytes(), now.as_micros()],
        )
        .await?;
    if reopened == 1 {
        tx.execute_later("UPDATE evidence SET ended_at = NULL WHERE link_id = $1", args![link.to_bytes()])
            .await?;
    }
    Ok(reopened == 1)
}

/// Makes a superseded link one that was ended for good: nothing puts it back.
pub async fn close_superseded_link(
    tx: &mut Tx<'_>,
    link: LinkId,
    reason: LinkEnd,
) -> Result<bool, StoreError> {
    let closed = tx
        .execute(
            "UPDATE link SET ended_reason = $2 WHERE id = $1 AND ended_reason = 'superseded'",
            args![link.to_bytes(), reason.as_str()],
        )
        .await?;
    Ok(closed == 1)
}
