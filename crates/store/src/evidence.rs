//! Evidence as the ledger of a profile reads it; [`crate::link::insert_evidence`] writes it.

use countersign_types::evidence::{Evidence, EvidenceBy, Method};
use countersign_types::{Assurance, ProfileId, Timestamp};

use crate::codec::{id, opt_time, time, word};
use crate::dialect::places;
use crate::{Arg, Row, StoreError, Tx, args};

fn evidence(row: &Row<'_>) -> Result<Evidence, StoreError> {
    Ok(Evidence {
        id: id(row, 0)?,
        profile: id(row, 1)?,
        account: id(row, 2)?,
        link: id(row, 3)?,
        method: word(row, 4, Method::parse)?,
        assurance: Assurance::from_i64(row.i64(5)?),
        recorded_at: time(row, 6)?,
        expires_at: opt_time(row, 7)?,
        ended_at: opt_time(row, 8)?,
        by: EvidenceBy { kind: row.text(9)?, id: row.text(10)?, name: row.text(11)? },
    })
}

/// Every reason to believe that was recorded for a profile, newest first, at most 200.
pub async fn list_evidence(tx: &mut Tx<'_>, profile: ProfileId) -> Result<Vec<Evidence>, StoreError> {
    tx.fetch_all(
        "SELECT id, profile_id, account_id, link_id, method, assurance, recorded_at, expires_at, ended_at,
                by_kind, by_id, by_name
         FROM evidence WHERE profile_id = $1 ORDER BY recorded_at DESC, id DESC LIMIT 200",
        args![profile],
        evidence,
    )
    .await
}

/// What a live link rests on, for `countersign_identity::evidence::assess`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveEvidence {
    /// Whose.
    pub profile: ProfileId,
    /// How it was found out; `None` for a word that this version does not know, which is no evidence.
    pub method: Option<Method>,
    /// When.
    pub recorded_at: Timestamp,
    /// Until when.
    pub expires_at: Option<Timestamp>,
}

/// The evidence of the links of these profiles that have not ended and whose time is not over; at most 200 profiles.
pub async fn list_live_evidence(
    tx: &mut Tx<'_>,
    profiles: &[ProfileId],
    now: Timestamp,
) -> Result<Vec<LiveEvidence>, StoreError> {
    if profiles.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT link.profile_id, evidence.method, evidence.recorded_at, evidence.expires_at
         FROM link JOIN evidence ON evidence.link_id = link.id
         WHERE link.profile_id IN ({}) AND link.ended_at IS NULL AND evidence.ended_at IS NULL
           AND (link.expires_at IS NULL OR link.expires_at > ${last})
           AND (evidence.expires_at IS NULL OR evidence.expires_at > ${last})",
        places(profiles.len()),
        last = profiles.len() + 1
    );
    let mut args: Vec<Arg<'_>> = profiles.iter().map(|id| Arg::from(*id)).collect();
    args.push(now.into());
    tx.fetch_all(&sql, &args, |row| {
        Ok(LiveEvidence {
            profile: id(row, 0)?,
            method: Method::parse(row.str(1)?),
            recorded_at: time(row, 2)?,
            expires_at: opt_time(row, 3)?,
        })
    })
    .await
}
