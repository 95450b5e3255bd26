//! Issued identification codes: their keyed hash, their life, and the one statement that uses them up.

use std::fmt::Write as _;

use countersign_types::code::{CodeForm, CodeState, IdentificationCode, Issuer};
use countersign_types::{
    AccountId, CaseId, ChannelId, CodeId, Cursor, LinkId, Page, PageRequest, ProfileId, Timestamp,
};

use crate::codec::{id, json, opt_id, opt_time, time, to_json, word};
use crate::profile::lock_hash;
use crate::{Arg, Row, StoreError, Tx, args};

/// A code about to be issued.
#[derive(Debug)]
pub struct NewCode<'a> {
    /// Its record.
    pub code: &'a IdentificationCode,
    /// Whether a profile stands behind it; codes of plain widgets have none until they are used.
    pub profile: Option<ProfileId>,
    /// Keyed hash of the code (C-8).
    pub code_hash: [u8; 32],
    /// For whom and by whom it was asked: a new code of the same takes this one's place (C-4).
    pub subject_hash: [u8; 32],
    /// Profile data to write when it is used, sealed.
    pub pushed_sealed: Option<Vec<u8>>,
    /// Hash of the token with which the issuing page follows it.
    pub status_hash: Option<[u8; 32]>,
}

/// A code as redemption sees it.
#[derive(Debug, Clone)]
pub struct CodeRow {
    /// Its record; `profile` is meaningless when `has_profile` is not set.
    pub code: IdentificationCode,
    /// Whether a profile stands behind it.
    pub has_profile: bool,
    /// Profile data to write when it is used, sealed.
    pub pushed_sealed: Option<Vec<u8>>,
    /// The case in which it was used.
    pub used_case: Option<CaseId>,
    /// Who sent it, and where, while the page that issued it has not said whether that is its customer (C-5).
    pub held: Option<(AccountId, CaseId)>,
}

const COLUMNS: &str =
    "id, profile_id, form, issuer_kind, issuer_id, channels, issued_at, expires_at, used_at, ended_at,
        is_superseded, link_id, pushed_sealed, used_case_id, held_account_id, held_case_id";

fn code(row: &Row<'_>) -> Result<CodeRow, StoreError> {
    let issuer = match row.str(3)? {
        "api_key" => Issuer::ApiKey(id(row, 4)?),
        "signed_widget" => Issuer::SignedWidget(id(row, 4)?),
        "plain_widget" => Issuer::PlainWidget(id(row, 4)?),
        _ => return Err(StoreError::corrupt("a code has an unknown issuer")),
    };
    let profile: Option<ProfileId> = opt_id(row, 1)?;
    Ok(CodeRow {
        code: IdentificationCode {
            id: id(row, 0)?,
            profile: profile.unwrap_or(ProfileId::from_bytes([0; 16])),
            form: word(row, 2, CodeForm::parse)?,
            issuer,
            channels: json::<Vec<ChannelId>>(row, 5)?,
            issued_at: time(row, 6)?,
            expires_at: time(row, 7)?,
            used_at: opt_time(row, 8)?,
            ended_at: opt_time(row, 9)?,
            is_superseded: row.bool(10)?,
            link: opt_id(row, 11)?,
        },
        has_profile: profile.is_some(),
        pushed_sealed: row.opt_bytes(12)?,
        used_case: opt_id(row, 13)?,
        held: opt_id(row, 14)?.zip(opt_id(row, 15)?),
    })
}

/// Holds everybody else off a subject's codes until the operation ends: codes asked for at once are counted, and end
/// each other, one after another.
pub async fn lock_codes_of_subject(tx: &mut Tx<'_>, subject_hash: [u8; 32]) -> Result<(), StoreError> {
    lock_hash(tx, subject_hash).await
}

/// Adds an issued code.
pub async fn insert_code(tx: &mut Tx<'_>, new: &NewCode<'_>) -> Result<(), StoreError> {
    let (issuer_kind, issuer_id) = match new.code.issuer {
        Issuer::ApiKey(id) => ("api_key", id.to_bytes()),
        Issuer::SignedWidget(id) => ("signed_widget", id.to_bytes()),
        Issuer::PlainWidget(id) => ("plain_widget", id.to_bytes()),
    };
    tx.execute(
        "INSERT INTO identification_code (id, code_hash, subject_hash, profile_id, form, issuer_kind, issuer_id,
                                          channels, pushed_sealed, status_hash, issued_at, expires_at, is_superseded)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        args![
            new.code.id.to_bytes(),
            new.code_hash,
            new.subject_hash,
            new.profile.map(ProfileId::to_bytes),
            new.code.form.as_str(),
            issuer_kind,
            issuer_id,
            Arg::json(to_json(&new.code.channels)?),
            new.pushed_sealed.as_deref(),
            new.status_hash.map(|h| h.to_vec()),
            new.code.issued_at.as_micros(),
            new.code.expires_at.as_micros(),
            false,
        ],
    )
    .await?;
    Ok(())
}

/// Ends the live codes of a subject because a new one is issued; answers with their ids.
pub async fn supersede_codes(
    tx: &mut Tx<'_>,
    subject_hash: [u8; 32],
    now: Timestamp,
) -> Result<Vec<CodeId>, StoreError> {
    tx.fetch_all(
        "UPDATE identification_code SET ended_at = $2, is_superseded = $3
         WHERE subject_hash = $1 AND used_at IS NULL AND ended_at IS NULL AND expires_at > $2 RETURNING id",
        args![subject_hash, now.as_micros(), true],
        |row| id(row, 0),
    )
    .await
}

/// Takes back a live code; `false` when it was not live.
pub async fn revoke_code(tx: &mut Tx<'_>, code: CodeId, now: Timestamp) -> Result<bool, StoreError> {
    let ended = tx
        .execute(
            "UPDATE identification_code SET ended_at = $2
             WHERE id = $1 AND used_at IS NULL AND ended_at IS NULL AND expires_at > $2",
            args![code.to_bytes(), now.as_micros()],
        )
        .await?;
    Ok(ended == 1)
}

/// The record of a code by its keyed hash, live or not.
pub async fn find_code_by_hash(tx: &mut Tx<'_>, code_hash: [u8; 32]) -> Result<Option<CodeRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM identification_code WHERE code_hash = $1");
    tx.fetch_optional(&sql, args![code_hash], code).await
}

/// Uses a code up. Exactly one of all who try gets `true` (C-3): the condition and the change are one statement. One
/// that is held is used up for its holder only.
pub async fn consume_code(
    tx: &mut Tx<'_>,
    code: CodeId,
    holder: Option<AccountId>,
    link: LinkId,
    case: Option<CaseId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let used = tx
        .execute(
            "UPDATE identification_code SET used_at = $2, link_id = $3, used_case_id = $4
             WHERE id = $1 AND used_at IS NULL AND ended_at IS NULL AND expires_at > $2
               AND (held_account_id IS NULL OR held_account_id = $5)",
            args![code.to_bytes(), now.as_micros(), link.to_bytes(), case, holder.map(AccountId::to_bytes)],
        )
        .await?;
    Ok(used == 1)
}

/// Keeps a live code for whoever sent it first, until the page that issued it has its say; `false` when it is not live
/// or somebody else's.
pub async fn hold_code(
    tx: &mut Tx<'_>,
    code: CodeId,
    holder: AccountId,
    case: Option<CaseId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let held = tx
        .execute(
            "UPDATE identification_code SET held_account_id = $3, held_case_id = $4
             WHERE id = $1 AND used_at IS NULL AND ended_at IS NULL AND expires_at > $2
               AND (held_account_id IS NULL OR held_account_id = $3)",
            args![code.to_bytes(), now.as_micros(), holder.to_bytes(), case],
        )
        .await?;
    Ok(held == 1)
}

/// The record of a code.
pub async fn find_code(tx: &mut Tx<'_>, code_id: CodeId) -> Result<Option<CodeRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM identification_code WHERE id = $1");
    tx.fetch_optional(&sql, args![code_id.to_bytes()], code).await
}

/// The record of a code for the page that issued it.
pub async fn find_code_by_status(
    tx: &mut Tx<'_>,
    code_id: CodeId,
    status_hash: [u8; 32],
) -> Result<Option<CodeRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM identification_code WHERE id = $1 AND status_hash = $2");
    tx.fetch_optional(&sql, args![code_id.to_bytes(), status_hash], code).await
}

/// How many codes of a subject were issued since a moment.
pub async fn count_codes_of_subject(
    tx: &mut Tx<'_>,
    subject_hash: [u8; 32],
    since: Timestamp,
) -> Result<i64, StoreError> {
    tx.fetch_one(
        "SELECT COUNT(*) FROM identification_code WHERE subject_hash = $1 AND issued_at > $2",
        args![subject_hash, since.as_micros()],
        |row| row.i64(0),
    )
    .await
}

/// Says which link a used code led to, where that is not the one its use was to make.
pub async fn update_code_link(tx: &mut Tx<'_>, code: CodeId, link: LinkId) -> Result<(), StoreError> {
    tx.execute_later("UPDATE identification_code SET link_id = $2 WHERE id = $1", args![code, link]).await?;
    Ok(())
}

/// How many codes are live, counted up to `max`.
pub async fn count_live_codes(tx: &mut Tx<'_>, now: Timestamp, max: i64) -> Result<i64, StoreError> {
    tx.fetch_one(
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM identification_code
          WHERE expires_at > $1 AND used_at IS NULL AND ended_at IS NULL LIMIT $2) AS live",
        args![now.as_micros(), max],
        |row| row.i64(0),
    )
    .await
}

/// Which codes a list is about.
#[derive(Debug, Default, Clone, Copy)]
pub struct CodeFilter {
    /// Of this profile.
    pub profile: Option<ProfileId>,
    /// Standing like this now.
    pub state: Option<CodeState>,
}

/// Codes, newest first.
pub async fn list_codes(
    tx: &mut Tx<'_>,
    filter: CodeFilter,
    now: Timestamp,
    page: PageRequest,
) -> Result<Page<CodeRow>, StoreError> {
    let mut sql = format!("SELECT {COLUMNS} FROM identification_code WHERE issued_at <= $1");
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [0xff; 16] });
    let mut args: Vec<Arg<'_>> = args![after.at, after.id, page.limit + 1].to_vec();
    sql.push_str(" AND (issued_at < $1 OR id < $2)");
    if let Some(profile) = filter.profile {
        args.push(profile.to_bytes().into());
        // Codes of profiles that were merged into it are its own.
        let n = args.len();
        let _ =
            write!(sql, " AND profile_id IN (SELECT other.id FROM profile own JOIN profile other
                ON other.id = COALESCE(own.merged_into, own.id) OR other.merged_into = COALESCE(own.merged_into, own.id)
                WHERE own.id = ${n})");
    }
    match filter.state {
        None => {}
        Some(CodeState::Used) => sql.push_str(" AND used_at IS NOT NULL"),
        Some(CodeState::Superseded) => {
            sql.push_str(" AND used_at IS NULL AND ended_at IS NOT NULL AND is_superseded");
        }
        Some(CodeState::Revoked) => {
            sql.push_str(" AND used_at IS NULL AND ended_at IS NOT NULL AND NOT is_superseded");
        }
        Some(state) => {
            args.push(now.as_micros().into());
            let sign = if state == CodeState::Live { ">" } else { "<=" };
            let _ = write!(
                sql,
                " AND used_at IS NULL AND ended_at IS NULL AND expires_at {sign} ${}",
                args.len()
            );
        }
    }
    sql.push_str(" ORDER BY issued_at DESC, id DESC LIMIT $3");
    let rows = tx.fetch_all(&sql, &args, code).await?;
    Ok(Page::from_overfetch(rows, page.limit, |row| Cursor {
        at: row.code.issued_at.as_micros(),
        id: row.code.id.to_bytes(),
    }))
}
