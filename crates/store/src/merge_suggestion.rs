//! Suggestions that two profiles are one person.

use countersign_types::merge::{Suggestion, SuggestionState};
use countersign_types::{Cursor, Page, PageRequest, ProfileId, SuggestionId, Timestamp};

use crate::codec::{id, json, time, to_json, word};
use crate::{Arg, Row, StoreError, Tx, args};

const SELECT: &str =
    "SELECT id, profile_id, other_id, score, reasons, state, created_at FROM merge_suggestion";

fn suggestion(row: &Row<'_>) -> Result<Suggestion, StoreError> {
    Ok(Suggestion {
        id: id(row, 0)?,
        profile: id(row, 1)?,
        other: id(row, 2)?,
        score: row.i64(3)? as f64 / 1_000.0,
        reasons: json(row, 4)?,
        state: word(row, 5, SuggestionState::parse)?,
        created_at: time(row, 6)?,
    })
}

/// Adds a suggestion, or says anew why while nobody has decided about the pair: answers with its id, or with nothing
/// where somebody has. The order of the two does not matter.
pub async fn upsert_suggestion(
    tx: &mut Tx<'_>,
    new: &Suggestion,
) -> Result<Option<SuggestionId>, StoreError> {
    let (first, second) = (new.profile.min(new.other), new.profile.max(new.other));
    tx.fetch_optional(
            "INSERT INTO merge_suggestion (id, profile_id, other_id, score, reasons, state, created_at)
             VALUES ($1, $2, $3, $4, $5, 'open', $6)
             ON CONFLICT (profile_id, other_id) DO UPDATE SET score = excluded.score, reasons = excluded.reasons
             WHERE merge_suggestion.state = 'open'
             RETURNING id",
            args![
                new.id,
                first,
                second,
                (new.score * 1_000.0).round() as i64,
                Arg::json(to_json(&new.reasons)?),
                new.created_at,
            ],
            |row| id(row, 0),
        )
        .await
}

/// A suggestion.
pub async fn find_suggestion(tx: &mut Tx<'_>, id: SuggestionId) -> Result<Option<Suggestion>, StoreError> {
    tx.fetch_optional(&format!("{SELECT} WHERE id = $1"), args![id], suggestion).await
}

/// Whether somebody said that two profiles are two people.
pub async fn is_refused(tx: &mut Tx<'_>, a: ProfileId, b: ProfileId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM merge_suggestion
               WHERE profile_id = $1 AND other_id = $2 AND state = 'not_the_same'";
    Ok(tx.fetch_optional(sql, args![a.min(b), a.max(b)], |_| Ok(())).await?.is_some())
}

/// Says that two profiles are two people, whatever stood there before. Their suggestion is there.
pub async fn refuse_pair(
    tx: &mut Tx<'_>,
    a: ProfileId,
    b: ProfileId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE merge_suggestion SET state = 'not_the_same', decided_at = $3
               WHERE profile_id = $1 AND other_id = $2";
    tx.execute(sql, args![a.min(b), a.max(b), now]).await?;
    Ok(())
}

/// Suggestions of one state, newest first: between profiles that are served; of those that were accepted, the ones whose
/// merge stands.
pub async fn list_suggestions(
    tx: &mut Tx<'_>,
    state: SuggestionState,
    page: PageRequest,
) -> Result<Page<Suggestion>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [0xff; 16] });
    let counts = match state {
        SuggestionState::Accepted => {
            "EXISTS (SELECT 1 FROM profile_merge WHERE ground = 'suggestion' AND undone_at IS NULL
                     AND from_id IN (merge_suggestion.profile_id, merge_suggestion.other_id))"
        }
        _ => {
            "NOT EXISTS (SELECT 1 FROM profile WHERE merged_into IS NOT NULL
                         AND profile.id IN (merge_suggestion.profile_id, merge_suggestion.other_id))"
        }
    };
    let sql = format!(
        "{SELECT} WHERE state = $1 AND (created_at, id) < ($2, $3) AND {counts}
         ORDER BY created_at DESC, id DESC LIMIT $4"
    );
    let args = args![state.as_str(), after.at, after.id, page.limit + 1];
    let rows = tx.fetch_all(&sql, args, suggestion).await?;
    Ok(Page::from_overfetch(rows, page.limit, |s| Cursor {
        at: s.created_at.as_micros(),
        id: s.id.to_bytes(),
    }))
}

/// Decides about a suggestion; `false` when it was decided before, or is gone.
pub async fn update_suggestion(
    tx: &mut Tx<'_>,
    id: SuggestionId,
    state: SuggestionState,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "UPDATE merge_suggestion SET state = $2, decided_at = $3
               WHERE id = $1 AND state IN ('open', 'later')";
    Ok(tx.execute(sql, args![id, state.as_str(), now]).await? == 1)
}

/// A new identifier, for the job that looks whom it may join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewIdentifier {
    /// Whose.
    pub profile: ProfileId,
    /// Where to go on.
    pub cursor: Cursor,
}

/// Identifiers recorded after a place, oldest first.
pub async fn list_new_identifiers(
    tx: &mut Tx<'_>,
    after: Cursor,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<NewIdentifier>, StoreError> {
    tx.fetch_all(
        "SELECT profile_id, recorded_at, id FROM identifier WHERE (recorded_at, id) > ($1, $2) AND recorded_at <= $3
         ORDER BY recorded_at, id LIMIT $4",
        args![after.at, after.id, until, limit],
        |row| {
            let cursor = Cursor { at: row.i64(1)?, id: row.uuid(2)?.into_bytes() };
            Ok(NewIdentifier { profile: id(row, 0)?, cursor })
        },
    )
    .await
}
