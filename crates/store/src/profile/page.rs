//! Lists of profiles. A page opens its own rows and no others.

use std::collections::BTreeMap;

use countersign_types::profile::{IdentifierKind, Profile, ProfileState};
use countersign_types::{Cursor, Page, PageRequest, ProfileId};

use super::row::{SELECT, Stored, stored};
use super::value::list_attributes_of;
use crate::codec::id;
use crate::dialect::places;
use crate::identifier::key_hash;
use crate::search_token::Token;
use crate::{Arg, StoreError, Tx, Vault, args};

/// Which profiles are listed.
#[derive(Debug, Clone)]
pub enum ProfileQuery {
    /// Those of whom more than a channel account is known.
    Known,
    /// Those of strangers too.
    All,
    /// Those with this identifier.
    Identifier {
        /// What it is.
        kind: IdentifierKind,
        /// Its key.
        key: String,
        /// Not where it is only claimed.
        only_proved: bool,
    },
    /// Those whose name has words that begin with these (`search_token::query_tokens`); none finds none.
    Name(Vec<Token>),
}

/// Profiles, newest first.
pub async fn list_profiles(
    tx: &mut Tx<'_>,
    vault: &Vault,
    query: &ProfileQuery,
    state: Option<ProfileState>,
    page: PageRequest,
) -> Result<Page<Profile>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [0xff; 16] });
    let mut sql = format!("{SELECT} WHERE (profile.created_at, profile.id) < ($1, $2)");
    let mut args: Vec<Arg<'_>> = vec![after.at.into(), after.id.into(), (page.limit + 1).into()];
    if !narrow(vault, query, state, &mut sql, &mut args) {
        return Ok(Page { items: Vec::new(), next: None });
    }
    sql.push_str(" ORDER BY profile.created_at DESC, profile.id DESC LIMIT $3");
    let mut rows = tx.fetch_all(&sql, &args, |row| stored(row, vault)).await?;
    let has_more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > page.limit;
    rows.truncate(usize::try_from(page.limit).unwrap_or(0));
    let items = whole(tx, rows).await?;
    let last = items.last().map(|p| Cursor { at: p.created_at.as_micros(), id: p.id.to_bytes() });
    Ok(Page { items, next: last.filter(|_| has_more) })
}

/// How many profiles a list comes to, counted up to a limit.
pub async fn count_profiles(
    tx: &mut Tx<'_>,
    vault: &Vault,
    query: &ProfileQuery,
    state: Option<ProfileState>,
    limit: i64,
) -> Result<i64, StoreError> {
    let mut sql = "SELECT COUNT(*) FROM (SELECT 1 FROM profile WHERE profile.created_at <= $1".to_owned();
    let mut args: Vec<Arg<'_>> = vec![i64::MAX.into(), limit.into()];
    if !narrow(vault, query, state, &mut sql, &mut args) {
        return Ok(0);
    }
    sql.push_str(" LIMIT $2) AS counted");
    tx.fetch_one(&sql, &args, |row| row.i64(0)).await
}

/// Adds what narrows a list to a statement; `false` when it finds nobody.
fn narrow<'a>(
    vault: &Vault,
    query: &'a ProfileQuery,
    state: Option<ProfileState>,
    sql: &mut String,
    args: &mut Vec<Arg<'a>>,
) -> bool {
    if let Some(state) = state {
        args.push(state.as_str().into());
        sql.push_str(&format!(" AND profile.state = ${}", args.len()));
    }
    sql.push_str(" AND profile.merged_into IS NULL");
    let next = args.len() + 1;
    match query {
        ProfileQuery::All => {}
        ProfileQuery::Known => {
            args.push(false.into());
            sql.push_str(&format!(" AND profile.is_anonymous = ${next}"));
        }
        ProfileQuery::Identifier { kind, key, only_proved } => {
            args.extend([kind.as_str().into(), key_hash(vault, *kind, key).into(), (*only_proved).into()]);
            sql.push_str(&format!(
                " AND profile.id IN (SELECT COALESCE(p.merged_into, p.id) FROM identifier
                   JOIN profile p ON p.id = identifier.profile_id
                   WHERE identifier.kind = ${next} AND key_hash = ${}
                     AND ((is_proved OR source = 'agent') AND p.merged_into IS NULL OR NOT ${}))",
                next + 1,
                next + 2
            ));
        }
        ProfileQuery::Name(tokens) if tokens.is_empty() => return false,
        ProfileQuery::Name(tokens) => {
            for (token, place) in tokens.iter().zip(next..) {
                args.push((*token).into());
                sql.push_str(&format!(
                    " AND profile.id IN (SELECT profile_id FROM search_token WHERE token = ${place})"
                ));
            }
        }
    }
    true
}

/// Carriers of a word that are counted to tell which one is the rarest.
const COUNTED_MAX: i64 = 1_000;

/// Profiles whose names have words that begin with all of these, the newest ids first. What is read for it goes by the rarest of
/// the words: the others may be shared by as many as they like. No words find nobody.
pub async fn find_named(tx: &mut Tx<'_>, tokens: &[Token], limit: i64) -> Result<Vec<ProfileId>, StoreError> {
    let Some((first, rest)) = rarest_first(tx, tokens).await? else { return Ok(Vec::new()) };
    let mut args: Vec<Arg<'_>> = vec![first.into(), limit.into()];
    let mut sql = "SELECT t.profile_id FROM search_token t JOIN profile ON profile.id = t.profile_id
                   WHERE t.token = $1 AND profile.merged_into IS NULL"
        .to_owned();
    for (token, place) in rest.into_iter().zip(3..) {
        args.push(token.into());
        sql.push_str(&format!(
            " AND EXISTS (SELECT 1 FROM search_token o WHERE o.token = ${place} AND o.profile_id = t.profile_id)"
        ));
    }
    sql.push_str(" ORDER BY t.profile_id DESC LIMIT $2");
    tx.fetch_all(&sql, &args, |row| id(row, 0)).await
}

async fn rarest_first(tx: &mut Tx<'_>, tokens: &[Token]) -> Result<Option<(Token, Vec<Token>)>, StoreError> {
    let [first, others @ ..] = tokens else { return Ok(None) };
    if others.is_empty() {
        return Ok(Some((*first, Vec::new())));
    }
    let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM search_token WHERE token = $1 LIMIT $2) AS counted";
    let mut counted = Vec::with_capacity(tokens.len());
    for token in tokens {
        counted.push((tx.fetch_one(sql, args![*token, COUNTED_MAX], |row| row.i64(0)).await?, *token));
    }
    counted.sort_by_key(|(carriers, _)| *carriers);
    let mut sorted = counted.into_iter().map(|(_, token)| token);
    Ok(sorted.next().map(|rarest| (rarest, sorted.collect())))
}

/// These profiles, as far as they exist, in this order; at most 200.
pub async fn list_profiles_by_id(
    tx: &mut Tx<'_>,
    vault: &Vault,
    ids: &[ProfileId],
) -> Result<Vec<Profile>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("{SELECT} WHERE profile.id IN ({})", places(ids.len()));
    let args: Vec<Arg<'_>> = ids.iter().map(|id| Arg::from(*id)).collect();
    let rows = tx.fetch_all(&sql, &args, |row| stored(row, vault)).await?;
    let mut found: BTreeMap<ProfileId, Profile> =
        whole(tx, rows).await?.into_iter().map(|profile| (profile.id, profile)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The profile that an id stands for.
pub(super) async fn find_survivor_profile(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
) -> Result<Option<Profile>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE profile.id = (SELECT COALESCE(behind.merged_into, behind.id) FROM profile behind
                                      WHERE behind.id = $1)"
    );
    let rows = tx.fetch_all(&sql, &[Arg::from(profile)], |row| stored(row, vault)).await?;
    Ok(whole(tx, rows).await?.pop())
}

/// The profiles that stand behind these: whose, which, and the number of its reference, oldest first.
pub async fn list_behind(
    tx: &mut Tx<'_>,
    profiles: &[ProfileId],
) -> Result<Vec<(ProfileId, ProfileId, i64)>, StoreError> {
    if profiles.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT merged_into, id, number FROM profile WHERE merged_into IN ({}) ORDER BY created_at, id",
        places(profiles.len())
    );
    let args: Vec<Arg<'_>> = profiles.iter().map(|id| Arg::from(*id)).collect();
    tx.fetch_all(&sql, &args, |row| Ok((id(row, 0)?, id(row, 1)?, row.i64(2)?))).await
}

/// Fills in the attributes.
async fn whole(tx: &mut Tx<'_>, rows: Vec<Stored>) -> Result<Vec<Profile>, StoreError> {
    let keys: BTreeMap<ProfileId, crate::Subject> =
        rows.iter().map(|stored| (stored.profile.id, stored.key.clone())).collect();
    let mut attributes = list_attributes_of(tx, &keys).await?;
    Ok(rows
        .into_iter()
        .map(|stored| {
            let mut profile = stored.profile;
            profile.attributes = attributes.remove(&profile.id).unwrap_or_default();
            profile
        })
        .collect())
}
