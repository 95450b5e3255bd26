//! Mandates: who may act for whom.
//!
//! The profiles stand in a row as they were named. Reading follows those that were merged, so a mandate is that of the
//! profile that goes on, and taking the merge back puts it where it was, without a journal. Erasing any of its people
//! takes it: half a mandate says nothing that could be relied on.

use countersign_types::audit::{Actor, ActorKind};
use countersign_types::mandate::{
    Mandate, MandateContent, MandateDocument, MandateKind, MandateScope, MandateState,
};
use countersign_types::pii::{Pii, Purpose};
use countersign_types::{Cursor, MandateId, Page, PageRequest, ProfileId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::codec::{from_json, id, json, opt_id, opt_time, time, to_json, word};
use crate::dialect::lock_suffix;
use crate::subject_key::{find_subject, subject};
use crate::{Arg, Place, Row, StoreError, Tx, Vault, args};

const CONTENT: Place = Place("mandate.content_sealed");

const SELECT: &str = "SELECT m.id, m.kind, COALESCE(a.merged_into, a.id), COALESCE(b.merged_into, b.id),
        COALESCE(g.merged_into, g.id), m.scope, m.valid_from, m.valid_until, m.created_at, m.created_by_kind,
        m.created_by_id, m.created_by_name, m.updated_at, m.revoked_at, m.revoked_by_kind, m.revoked_by_id,
        m.revoked_by_name
     FROM mandate m JOIN profile a ON a.id = m.representative_id JOIN profile b ON b.id = m.represented_id
          LEFT JOIN profile g ON g.id = m.granted_by_id";

/// Which mandates are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct MandateFilter {
    /// Whom they are about, with all that were merged into them.
    pub represented: Option<ProfileId>,
    /// Who acts, with all that were merged into them.
    pub representative: Option<ProfileId>,
    /// How they stand, and when.
    pub state: Option<(MandateState, Timestamp)>,
}

fn actor(row: &Row<'_>, at: usize) -> Result<Actor, StoreError> {
    Ok(Actor { kind: word(row, at, ActorKind::parse)?, id: row.text(at + 1)?, name: row.text(at + 2)? })
}

fn mandate(row: &Row<'_>) -> Result<Mandate, StoreError> {
    let scope: MandateScope = json(row, 5)?;
    Ok(Mandate {
        id: id(row, 0)?,
        kind: word(row, 1, MandateKind::parse)?,
        representative: id(row, 2)?,
        represented: id(row, 3)?,
        granted_by: opt_id(row, 4)?,
        scope,
        valid_from: time(row, 6)?,
        valid_until: opt_time(row, 7)?,
        created_at: time(row, 8)?,
        created_by: actor(row, 9)?,
        updated_at: time(row, 12)?,
        revoked_at: opt_time(row, 13)?,
        revoked_by: row.opt_text(14)?.map(|_| actor(row, 14)).transpose()?,
    })
}

/// A mandate's content as it lies in its column, in the clear only inside of this module.
#[derive(Serialize, Deserialize)]
struct Plain {
    documents: Vec<(String, Option<String>)>,
    note: Option<String>,
    revoke_reason: Option<String>,
}

fn sealed_text(content: &MandateContent) -> Result<String, StoreError> {
    let plain = |text: &Pii<_>| text.plain(Purpose::Seal).to_owned();
    to_json(&Plain {
        documents: content
            .documents
            .iter()
            .map(|document| (plain(&document.title), document.reference.as_ref().map(plain)))
            .collect(),
        note: content.note.as_ref().map(plain),
        revoke_reason: content.revoke_reason.as_ref().map(plain),
    })
}

fn content(text: &str) -> Result<MandateContent, StoreError> {
    let plain: Plain = from_json(text)?;
    let document = |(title, reference): (String, Option<String>)| MandateDocument {
        title: Pii::new(title),
        reference: reference.map(Pii::new),
    };
    Ok(MandateContent {
        documents: plain.documents.into_iter().map(document).collect(),
        note: plain.note.map(Pii::new),
        revoke_reason: plain.revoke_reason.map(Pii::new),
    })
}

/// A mandate.
pub async fn get_mandate(tx: &mut Tx<'_>, mandate_id: MandateId) -> Result<Option<Mandate>, StoreError> {
    tx.fetch_optional(&format!("{SELECT} WHERE m.id = $1"), args![mandate_id], mandate).await
}

/// A mandate as it stands now, locked until the operation ends.
pub async fn lock_mandate(tx: &mut Tx<'_>, mandate_id: MandateId) -> Result<Option<Mandate>, StoreError> {
    // A statement of its own: PostgreSQL locks nothing of an outer join.
    let sql = format!("SELECT id FROM mandate WHERE id = $1{}", lock_suffix(tx.backend()));
    tx.fetch_optional(&sql, args![mandate_id], |_| Ok(())).await?;
    get_mandate(tx, mandate_id).await
}

/// All mandates by which somebody, or whoever was merged into them, may act: the newest first, 200 at most.
pub async fn list_mandates_of(
    tx: &mut Tx<'_>,
    representative: ProfileId,
) -> Result<Vec<Mandate>, StoreError> {
    let filter = MandateFilter { representative: Some(representative), ..MandateFilter::default() };
    let page = PageRequest { limit: PageRequest::LIMIT_MAX, after: None };
    Ok(list_mandates(tx, &filter, page).await?.items)
}

/// Mandates, newest first.
pub async fn list_mandates(
    tx: &mut Tx<'_>,
    filter: &MandateFilter,
    page: PageRequest,
) -> Result<Page<Mandate>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [0xff; 16] });
    let mut args: Vec<Arg<'_>> = args![after.at, after.id, page.limit + 1].to_vec();
    let mut sql = format!("{SELECT} WHERE (m.created_at, m.id) < ($1, $2)");
    for (column, profile) in
        [("representative_id", filter.representative), ("represented_id", filter.represented)]
    {
        if let Some(profile) = profile {
            args.push(profile.into());
            let n = args.len();
            sql.push_str(&format!(
                " AND m.{column} IN (SELECT id FROM profile WHERE id = ${n} OR merged_into = ${n})"
            ));
        }
    }
    if let Some((state, now)) = filter.state {
        args.push(now.into());
        sql.push_str(" AND ");
        sql.push_str(&stands(state).replace("$now", &format!("${}", args.len())));
    }
    sql.push_str(" ORDER BY m.created_at DESC, m.id DESC LIMIT $3");
    let rows = tx.fetch_all(&sql, &args, mandate).await?;
    Ok(Page::from_overfetch(rows, page.limit, |m| Cursor {
        at: m.created_at.as_micros(),
        id: m.id.to_bytes(),
    }))
}

/// [`Mandate::state`] as a condition.
const fn stands(state: MandateState) -> &'static str {
    match state {
        MandateState::Revoked => "m.revoked_at <= $now",
        MandateState::Ended => "COALESCE(m.revoked_at > $now, TRUE) AND m.valid_until <= $now",
        MandateState::Future => {
            "COALESCE(m.revoked_at > $now, TRUE) AND COALESCE(m.valid_until > $now, TRUE) AND m.valid_from > $now"
        }
        MandateState::Active => {
            "COALESCE(m.revoked_at > $now, TRUE) AND COALESCE(m.valid_until > $now, TRUE) AND m.valid_from <= $now"
        }
    }
}

/// How many mandates there are about somebody, with all that were merged into them.
pub async fn count_mandates_about(tx: &mut Tx<'_>, represented: ProfileId) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) FROM mandate WHERE represented_id IN
                 (SELECT id FROM profile WHERE id = $1 OR merged_into = $1)";
    tx.fetch_one(sql, args![represented], |row| row.i64(0)).await
}

/// Everybody with whom somebody, or whoever was merged into them, has or had a mandate, in either part of it.
pub async fn list_linked(tx: &mut Tx<'_>, profile: ProfileId) -> Result<Vec<ProfileId>, StoreError> {
    let sql = "SELECT COALESCE(other.merged_into, other.id) FROM mandate m
                 JOIN profile other ON other.id = m.represented_id
                WHERE m.representative_id IN (SELECT id FROM profile WHERE id = $1 OR merged_into = $1)
               UNION
               SELECT COALESCE(other.merged_into, other.id) FROM mandate m
                 JOIN profile other ON other.id = m.representative_id
                WHERE m.represented_id IN (SELECT id FROM profile WHERE id = $1 OR merged_into = $1)
               ORDER BY 1";
    tx.fetch_all(sql, args![profile], |row| id(row, 0)).await
}

/// What is written about each of these mandates, in their order.
pub async fn list_contents(
    tx: &mut Tx<'_>,
    vault: &Vault,
    mandates: &[MandateId],
) -> Result<Vec<MandateContent>, StoreError> {
    let mut contents = Vec::with_capacity(mandates.len());
    for mandate_id in mandates {
        contents.push(find_content(tx, vault, *mandate_id).await?.unwrap_or_default());
    }
    Ok(contents)
}

/// What is written about a mandate; `None` where there is no such mandate, or whom it is about is being erased.
pub async fn find_content(
    tx: &mut Tx<'_>,
    vault: &Vault,
    mandate_id: MandateId,
) -> Result<Option<MandateContent>, StoreError> {
    let sql = "SELECT represented_id, content_sealed FROM mandate WHERE id = $1";
    let read = |row: &Row<'_>| Ok((id::<ProfileId>(row, 0)?, row.bytes(1)?));
    let Some((about, sealed)) = tx.fetch_optional(sql, args![mandate_id], read).await? else {
        return Ok(None);
    };
    let Some(key) = find_subject(tx, vault, about.to_bytes()).await? else { return Ok(None) };
    content(&key.open_text(CONTENT, mandate_id.to_bytes(), &sealed)?).map(Some)
}

/// Adds a mandate.
pub async fn insert_mandate(
    tx: &mut Tx<'_>,
    vault: &Vault,
    mandate: &Mandate,
    content: &MandateContent,
) -> Result<(), StoreError> {
    let key = subject(tx, vault, mandate.represented.to_bytes()).await?;
    let sealed = key.seal(CONTENT, mandate.id.to_bytes(), sealed_text(content)?.as_bytes())?;
    let by = &mandate.created_by;
    tx.execute(
        "INSERT INTO mandate (id, kind, representative_id, represented_id, granted_by_id, scope, valid_from,
                              valid_until, content_sealed, created_at, created_by_kind, created_by_id,
                              created_by_name, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        args![
            mandate.id,
            mandate.kind.as_str(),
            mandate.representative,
            mandate.represented,
            mandate.granted_by,
            Arg::json(to_json(&mandate.scope)?),
            mandate.valid_from,
            mandate.valid_until,
            sealed,
            mandate.created_at,
            by.kind.as_str(),
            &by.id,
            &by.name,
            mandate.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Saves what of a mandate may change: its end, its revocation and what is written about it.
pub async fn update_mandate(
    tx: &mut Tx<'_>,
    vault: &Vault,
    mandate: &Mandate,
    content: &MandateContent,
) -> Result<bool, StoreError> {
    // Under the key of the profile that the row names: `mandate` may name the one it was merged into.
    let sql = "SELECT represented_id FROM mandate WHERE id = $1";
    let about = tx.fetch_optional(sql, args![mandate.id], |row| id::<ProfileId>(row, 0)).await?;
    let Some(about) = about else { return Ok(false) };
    let key = subject(tx, vault, about.to_bytes()).await?;
    let sealed = key.seal(CONTENT, mandate.id.to_bytes(), sealed_text(content)?.as_bytes())?;
    let by = mandate.revoked_by.as_ref();
    let changed = tx
        .execute(
            "UPDATE mandate SET valid_until = $2, content_sealed = $3, updated_at = $4, revoked_at = $5,
                                revoked_by_kind = $6, revoked_by_id = $7, revoked_by_name = $8
             WHERE id = $1",
            args![
                mandate.id,
                mandate.valid_until,
                sealed,
                mandate.updated_at,
                mandate.revoked_at,
                by.map(|by| by.kind.as_str()),
                by.map(|by| by.id.as_str()),
                by.map(|by| by.name.as_str()),
            ],
        )
        .await?;
    Ok(changed == 1)
}
