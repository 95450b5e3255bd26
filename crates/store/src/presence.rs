//! Who of the team is here: one row for each person, overwritten.

use countersign_types::presence::{Presence, PresenceState};
use countersign_types::user::UserState;
use countersign_types::{CaseId, Timestamp, UserId};

use crate::codec::{id, opt_id, time, word};
use crate::{Row, StoreError, Tx, args};

/// People listed at most.
const PRESENT_MAX: i64 = 1_000;

const SELECT: &str = "SELECT p.user_id, u.name, p.state, p.case_id, p.seen_at
     FROM presence p JOIN console_user u ON u.id = p.user_id";

fn presence(row: &Row<'_>) -> Result<Presence, StoreError> {
    Ok(Presence {
        user: id(row, 0)?,
        name: row.text(1)?,
        state: word(row, 2, PresenceState::parse)?,
        case: opt_id(row, 3)?,
        seen_at: time(row, 4)?,
    })
}

/// A person's last sign of life, however old.
pub async fn find_presence(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Presence>, StoreError> {
    tx.fetch_optional(&format!("{SELECT} WHERE p.user_id = $1"), args![user], presence).await
}

/// Writes down a sign of life over the one before.
pub async fn upsert_presence(
    tx: &mut Tx<'_>,
    user: UserId,
    state: PresenceState,
    case: Option<CaseId>,
    seen_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO presence (user_id, state, case_id, seen_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE
         SET state = excluded.state, case_id = excluded.case_id, seen_at = excluded.seen_at",
        args![user, state.as_str(), case, seen_at],
    )
    .await?;
    Ok(())
}

/// Who was seen since then and may still log in, by name; the first thousand.
pub async fn list_presence_since(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<Presence>, StoreError> {
    let sql = format!("{SELECT} WHERE p.seen_at >= $1 AND u.state = $2 ORDER BY u.name, p.user_id LIMIT $3");
    tx.fetch_all(&sql, args![since, UserState::Active.as_str(), PRESENT_MAX], presence).await
}
