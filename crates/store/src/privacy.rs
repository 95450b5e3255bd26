//! Requests of people about their own data, the files made for them, holds, and what erased people were found by.

pub mod count;

use countersign_types::audit::{Actor, ActorKind};
use countersign_types::privacy::{
    ErasedIdentifier, Hold, PrivacyRequest, RequestFilter, RequestKind, RequestState,
};
use countersign_types::profile::IdentifierKind;
use countersign_types::{
    AccountId, CaseId, Cursor, Page, PageRequest, PrivacyRequestId, ProfileId, Timestamp,
};
use sha2::{Digest, Sha256};

use crate::codec::{id, json, opt_time, time, to_json, word};
use crate::dialect::places;
use crate::subject_key::subject;
use crate::{Arg, Place, Row, StoreError, Tx, Vault, args};

const PIECE: Place = Place("privacy_export_piece.data_sealed");

const SELECT: &str =
    "SELECT id, kind, state, profile_id, number, reason, actor_kind, actor_id, actor_name, received_at,
        due_at, created_at, done_at, answer, expires_at, made_of_hash, size_bytes, pieces, counts
     FROM privacy_request";

/// Profiles that a hold keeps, those that stand before and behind the held one too; `$2` is the moment.
pub(crate) const HELD: &str = "SELECT p.id FROM profile_hold h JOIN profile s ON s.id = h.profile_id
        JOIN profile p ON p.id = COALESCE(s.merged_into, s.id) OR p.merged_into = COALESCE(s.merged_into, s.id)
     WHERE h.until IS NULL OR h.until > $2";

fn request(row: &Row<'_>) -> Result<PrivacyRequest, StoreError> {
    let made_of = row.opt_bytes(15)?.map(<[u8; 32]>::try_from).transpose();
    Ok(PrivacyRequest {
        id: id(row, 0)?,
        kind: word(row, 1, RequestKind::parse)?,
        state: word(row, 2, RequestState::parse)?,
        profile: id(row, 3)?,
        number: row.i64(4)?,
        reason: row.text(5)?,
        actor: Actor { kind: word(row, 6, ActorKind::parse)?, id: row.text(7)?, name: row.text(8)? },
        received_at: time(row, 9)?,
        due_at: time(row, 10)?,
        created_at: time(row, 11)?,
        done_at: opt_time(row, 12)?,
        answer: row.opt_text(13)?,
        expires_at: opt_time(row, 14)?,
        made_of: made_of.map_err(|_| StoreError::corrupt("a hash has 32 bytes"))?,
        size_bytes: row.i64(16)?,
        pieces: row.i64(17)?,
        counts: json(row, 18)?,
    })
}

/// Puts a request on record.
pub async fn insert_request(tx: &mut Tx<'_>, request: &PrivacyRequest) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO privacy_request (id, kind, state, profile_id, number, reason, actor_kind, actor_id, actor_name,
             received_at, due_at, created_at, done_at, answer, expires_at, made_of_hash, size_bytes, pieces, counts)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        args![
            request.id,
            request.kind.as_str(),
            request.state.as_str(),
            request.profile,
            request.number,
            &request.reason,
            request.actor.kind.as_str(),
            &request.actor.id,
            &request.actor.name,
            request.received_at,
            request.due_at,
            request.created_at,
            request.done_at,
            request.answer.as_deref(),
            request.expires_at,
            request.made_of,
            request.size_bytes,
            request.pieces,
            Arg::json(to_json(&request.counts)?),
        ],
    )
    .await?;
    Ok(())
}

/// Saves how far a request is; `false` when it is not in the state any more that it is believed to be in.
pub async fn update_request(
    tx: &mut Tx<'_>,
    from: RequestState,
    request: &PrivacyRequest,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE privacy_request SET state = $3, done_at = $4, answer = $5, expires_at = $6, made_of_hash = $7,
                    size_bytes = $8, pieces = $9, counts = $10, profile_id = $11, number = $12
             WHERE id = $1 AND state = $2",
            args![
                request.id,
                from.as_str(),
                request.state.as_str(),
                request.done_at,
                request.answer.as_deref(),
                request.expires_at,
                request.made_of,
                request.size_bytes,
                request.pieces,
                Arg::json(to_json(&request.counts)?),
                request.profile,
                request.number,
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// A request.
pub async fn find_request(
    tx: &mut Tx<'_>,
    request_id: PrivacyRequestId,
) -> Result<Option<PrivacyRequest>, StoreError> {
    tx.fetch_optional(&format!("{SELECT} WHERE id = $1"), args![request_id], request).await
}

/// The oldest request of this kind about a customer with which nobody has begun.
pub async fn find_open_request(
    tx: &mut Tx<'_>,
    kind: RequestKind,
    profile: ProfileId,
) -> Result<Option<PrivacyRequest>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE kind = $2 AND state = 'open'
           AND profile_id IN (SELECT id FROM profile WHERE id = $1 OR merged_into = $1)
         ORDER BY received_at, id LIMIT 1"
    );
    tx.fetch_optional(&sql, args![profile, kind.as_str()], request).await
}

/// The export that the server is to make next.
pub async fn find_export_to_make(tx: &mut Tx<'_>) -> Result<Option<PrivacyRequest>, StoreError> {
    let sql = format!("{SELECT} WHERE state = 'making' ORDER BY created_at, id LIMIT 1");
    tx.fetch_optional(&sql, args![], request).await
}

/// How many exports of a customer are being made.
pub async fn count_exports_in_making(tx: &mut Tx<'_>, profile: ProfileId) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM privacy_request WHERE state = 'making' AND profile_id IN
                   (SELECT id FROM profile WHERE id = $1 OR merged_into = $1)";
    tx.fetch_one(sql, args![profile], |row| row.i64(0)).await
}

/// Requests, newest first.
pub async fn list_requests(
    tx: &mut Tx<'_>,
    filter: RequestFilter,
    page: PageRequest,
) -> Result<Page<PrivacyRequest>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [0xff; 16] });
    let mut sql = format!("{SELECT} WHERE (created_at, id) < ($1, $2)");
    let mut args: Vec<Arg<'_>> = args![after.at, after.id, page.limit + 1].to_vec();
    if let Some(kind) = filter.kind {
        args.push(kind.as_str().into());
        sql.push_str(&format!(" AND kind = ${}", args.len()));
    }
    if let Some(state) = filter.state {
        args.push(state.as_str().into());
        sql.push_str(&format!(" AND state = ${}", args.len()));
    }
    if let Some(profile) = filter.profile {
        args.push(profile.into());
        // Of somebody who was erased the id alone is left, and is looked for as it is.
        let n = args.len();
        sql.push_str(&format!(
            " AND (profile_id = ${n} OR profile_id IN (SELECT other.id FROM profile own JOIN profile other
                ON other.id = COALESCE(own.merged_into, own.id) OR other.merged_into = COALESCE(own.merged_into, own.id)
                WHERE own.id = ${n}))"
        ));
    }
    sql.push_str(" ORDER BY created_at DESC, id DESC LIMIT $3");
    let rows = tx.fetch_all(&sql, &args, request).await?;
    Ok(Page::from_overfetch(rows, page.limit, |r| Cursor {
        at: r.created_at.as_micros(),
        id: r.id.to_bytes(),
    }))
}

/// Adds a piece of a file, under the customer's own key.
pub async fn insert_piece(
    tx: &mut Tx<'_>,
    vault: &Vault,
    of: (PrivacyRequestId, ProfileId),
    number: i64,
    data: &[u8],
) -> Result<(), StoreError> {
    let key = subject(tx, vault, of.1.to_bytes()).await?;
    let sealed = key.seal(PIECE, part(of.0, number), data)?;
    tx.execute(
        "INSERT INTO privacy_export_piece (request_id, number, data_sealed) VALUES ($1, $2, $3)",
        args![of.0, number, sealed],
    )
    .await?;
    Ok(())
}

/// A piece of a file.
pub async fn find_piece(
    tx: &mut Tx<'_>,
    vault: &Vault,
    of: (PrivacyRequestId, ProfileId),
    number: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    let sealed = tx
        .fetch_optional(
            "SELECT data_sealed FROM privacy_export_piece WHERE request_id = $1 AND number = $2",
            args![of.0, number],
            |row| row.bytes(0),
        )
        .await?;
    let Some(sealed) = sealed else { return Ok(None) };
    let key = subject(tx, vault, of.1.to_bytes()).await?;
    Ok(Some(key.open(PIECE, part(of.0, number), &sealed)?))
}

/// Removes a file.
pub async fn delete_pieces(tx: &mut Tx<'_>, request: PrivacyRequestId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM privacy_export_piece WHERE request_id = $1", args![request]).await?;
    Ok(())
}

/// Files whose time is over, at most `limit`.
pub async fn list_over(
    tx: &mut Tx<'_>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<PrivacyRequest>, StoreError> {
    let sql = format!("{SELECT} WHERE state = 'ready' AND expires_at <= $1 ORDER BY created_at, id LIMIT $2");
    tx.fetch_all(&sql, args![now, limit], request).await
}

/// The people whom requests are about are gone: files and what was to become one go, and whoever asked to be erased is.
/// Answers with the requests that changed.
pub async fn end_requests(
    tx: &mut Tx<'_>,
    profiles: &[ProfileId],
    now: Timestamp,
) -> Result<Vec<PrivacyRequestId>, StoreError> {
    let mut ended = Vec::new();
    for profile in profiles {
        let sql = "UPDATE privacy_request SET done_at = COALESCE(done_at, $2), expires_at = NULL, made_of_hash = NULL,
                       state = CASE WHEN kind = 'erasure' THEN 'done' ELSE 'destroyed' END
                   WHERE profile_id = $1 AND state IN ('open', 'making', 'ready') RETURNING id";
        ended.extend(tx.fetch_all(sql, args![*profile, now], |row| id::<PrivacyRequestId>(row, 0)).await?);
        // After the requests: whoever writes a piece holds its request, and is waited for there.
        let sql = "DELETE FROM privacy_export_piece WHERE request_id IN
                       (SELECT id FROM privacy_request WHERE profile_id = $1)";
        tx.execute(sql, args![*profile]).await?;
    }
    Ok(ended)
}

/// Where a piece is sealed for: its file and its place in it, so that pieces cannot be put in another order.
fn part(request: PrivacyRequestId, number: i64) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(request.to_bytes());
    hash.update(number.to_be_bytes());
    let mut row = [0; 16];
    row.copy_from_slice(&hash.finalize()[..16]);
    row
}

/// A hash of who a customer is at this moment: the profiles that are one with them, and their accounts.
pub async fn who(tx: &mut Tx<'_>, profile: ProfileId) -> Result<[u8; 32], StoreError> {
    let mut hash = Sha256::new();
    hash.update(profile.to_bytes());
    let sql = "SELECT id FROM profile WHERE merged_into = $1 ORDER BY id";
    for id in tx.fetch_all(sql, args![profile], |row| id::<ProfileId>(row, 0)).await? {
        hash.update(id.to_bytes());
    }
    hash.update([0; 16]);
    for account in list_accounts(tx, profile).await? {
        hash.update(account.to_bytes());
    }
    Ok(hash.finalize().into())
}

/// All accounts that stand under a profile.
pub async fn list_accounts(tx: &mut Tx<'_>, profile: ProfileId) -> Result<Vec<AccountId>, StoreError> {
    let sql = "SELECT id FROM channel_account WHERE profile_id = $1 ORDER BY id";
    tx.fetch_all(sql, args![profile], |row| id(row, 0)).await
}

/// All conversations of an account, oldest first.
pub async fn list_cases(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<CaseId>, StoreError> {
    let sql = "SELECT id FROM support_case WHERE account_id = $1 ORDER BY created_at, id";
    tx.fetch_all(sql, args![account], |row| id(row, 0)).await
}

/// Visits of an account's web chat: begun, last seen, ended.
pub async fn list_visits(
    tx: &mut Tx<'_>,
    account: AccountId,
) -> Result<Vec<(Timestamp, Timestamp, Option<Timestamp>)>, StoreError> {
    let sql = "SELECT created_at, last_seen_at, ended_at FROM web_chat_session WHERE account_id = $1
               ORDER BY created_at, id";
    tx.fetch_all(sql, args![account], |row| Ok((time(row, 0)?, time(row, 1)?, opt_time(row, 2)?))).await
}

fn hold(row: &Row<'_>) -> Result<Hold, StoreError> {
    Ok(Hold {
        profile: id(row, 0)?,
        reason: row.text(1)?,
        until: opt_time(row, 2)?,
        actor: Actor { kind: word(row, 3, ActorKind::parse)?, id: row.text(4)?, name: row.text(5)? },
        placed_at: time(row, 6)?,
    })
}

const HOLD: &str =
    "SELECT h.profile_id, h.reason, h.until, h.actor_kind, h.actor_id, h.actor_name, h.placed_at
     FROM profile_hold h";

/// Places a hold, or one that says something else in its place.
pub async fn upsert_hold(tx: &mut Tx<'_>, hold: &Hold) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO profile_hold (profile_id, reason, until, actor_kind, actor_id, actor_name, placed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (profile_id) DO UPDATE
         SET reason = excluded.reason, until = excluded.until, actor_kind = excluded.actor_kind,
             actor_id = excluded.actor_id, actor_name = excluded.actor_name, placed_at = excluded.placed_at",
        args![
            hold.profile,
            &hold.reason,
            hold.until,
            hold.actor.kind.as_str(),
            &hold.actor.id,
            &hold.actor.name,
            hold.placed_at,
        ],
    )
    .await?;
    Ok(())
}

/// Lifts the holds of a customer, of those merged into them too; how many there were.
pub async fn delete_holds(tx: &mut Tx<'_>, profile: ProfileId) -> Result<u64, StoreError> {
    let sql = "DELETE FROM profile_hold WHERE profile_id IN (SELECT id FROM profile WHERE id = $1 OR merged_into = $1)";
    tx.execute(sql, args![profile]).await
}

/// The hold that keeps a customer, their own or that of somebody who was merged into them.
pub async fn find_hold(
    tx: &mut Tx<'_>,
    profile: ProfileId,
    now: Timestamp,
) -> Result<Option<Hold>, StoreError> {
    let sql = format!(
        "{HOLD} WHERE h.profile_id IN (SELECT id FROM profile WHERE id = $1 OR merged_into = $1)
           AND (h.until IS NULL OR h.until > $2) ORDER BY h.placed_at, h.profile_id LIMIT 1"
    );
    tx.fetch_optional(&sql, args![profile, now], hold).await
}

/// The hold that forbids erasing a customer: [`find_hold`], or one of somebody whose conversations would go along
/// because an account is at home here and linked there.
pub async fn find_hold_against_erasure(
    tx: &mut Tx<'_>,
    profile: ProfileId,
    now: Timestamp,
) -> Result<Option<Hold>, StoreError> {
    if let Some(hold) = find_hold(tx, profile, now).await? {
        return Ok(Some(hold));
    }
    let sql = format!(
        "{HOLD} WHERE (h.until IS NULL OR h.until > $2) AND h.profile_id IN (
             SELECT s.id FROM channel_account a JOIN profile s
                 ON s.id = a.profile_id OR s.merged_into = a.profile_id OR s.id = a.home_profile_id
             WHERE a.profile_id = $1 OR a.home_profile_id = $1
                OR a.home_profile_id IN (SELECT id FROM profile WHERE merged_into = $1))
         ORDER BY h.placed_at, h.profile_id LIMIT 1"
    );
    tx.fetch_optional(&sql, args![profile, now], hold).await
}

/// Holds that are in force, newest first, at most `limit`.
pub async fn list_holds(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<(Hold, i64)>, StoreError> {
    let sql = "SELECT h.profile_id, h.reason, h.until, h.actor_kind, h.actor_id, h.actor_name, h.placed_at, p.number
         FROM profile_hold h JOIN profile p ON p.id = h.profile_id
         WHERE h.until IS NULL OR h.until > $1 ORDER BY h.placed_at DESC, h.profile_id LIMIT $2";
    tx.fetch_all(sql, args![now, limit], |row| Ok((hold(row)?, row.i64(7)?))).await
}

/// Remembers what people who are about to be erased were found by, as keyed hashes. What somebody else is found by as
/// well says nothing about them, and is left out.
pub async fn note_erased(tx: &mut Tx<'_>, profiles: &[ProfileId], now: Timestamp) -> Result<(), StoreError> {
    if profiles.is_empty() {
        return Ok(());
    }
    let list = places(profiles.len());
    let sql = format!(
        "INSERT INTO erased_identifier (kind, key_hash, erased_at)
         SELECT DISTINCT gone.kind, gone.key_hash, CAST(${} AS BIGINT) FROM identifier gone
         WHERE gone.profile_id IN ({list}) AND NOT EXISTS (
             SELECT 1 FROM identifier other WHERE other.kind = gone.kind AND other.key_hash = gone.key_hash
               AND other.profile_id NOT IN ({list}))
         ON CONFLICT (kind, key_hash) DO UPDATE SET erased_at = excluded.erased_at",
        profiles.len() + 1
    );
    let mut args: Vec<Arg<'_>> = profiles.iter().map(|id| Arg::from(*id)).collect();
    args.push(now.into());
    tx.execute(&sql, &args).await?;
    Ok(())
}

/// Whether somebody who was erased had an identifier, and when that was.
pub async fn find_erased(
    tx: &mut Tx<'_>,
    kind: IdentifierKind,
    key_hash: [u8; 32],
) -> Result<Option<ErasedIdentifier>, StoreError> {
    tx.fetch_optional(
        "SELECT erased_at FROM erased_identifier WHERE kind = $1 AND key_hash = $2",
        args![kind.as_str(), key_hash],
        |row| Ok(ErasedIdentifier { kind, erased_at: time(row, 0)? }),
    )
    .await
}

/// Which identifiers of a customer somebody had who was erased.
pub async fn list_erased_of(
    tx: &mut Tx<'_>,
    profile: ProfileId,
) -> Result<Vec<ErasedIdentifier>, StoreError> {
    tx.fetch_all(
        "SELECT e.kind, MAX(e.erased_at) FROM identifier i
         JOIN erased_identifier e ON e.kind = i.kind AND e.key_hash = i.key_hash
         WHERE i.profile_id IN (SELECT id FROM profile WHERE id = $1 OR merged_into = $1)
         GROUP BY e.kind ORDER BY e.kind",
        args![profile],
        |row| Ok(ErasedIdentifier { kind: word(row, 0, IdentifierKind::parse)?, erased_at: time(row, 1)? }),
    )
    .await
}

/// Who was erased, oldest first: 16 bytes of a profile's or an account's id, and when.
pub async fn list_erasures(
    tx: &mut Tx<'_>,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<([u8; 16], Timestamp)>, StoreError> {
    let after = after.unwrap_or(Cursor { at: i64::MIN, id: [0; 16] });
    tx.fetch_all(
        "SELECT subject_id, erased_at FROM erasure WHERE (erased_at, subject_id) > ($1, $2)
         ORDER BY erased_at, subject_id LIMIT $3",
        args![after.at, after.id, limit],
        |row| Ok((row.uuid(0)?.into_bytes(), time(row, 1)?)),
    )
    .await
}
