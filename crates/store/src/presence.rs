//! Who of the team is here: one row for each window of a person, overwritten.

use countersign_types::presence::{PresenceSign, PresenceState};
use countersign_types::user::UserState;
use countersign_types::{CaseId, Timestamp, UserId};

use crate::codec::{id, opt_id, opt_time, time, word};
use crate::{Row, StoreError, Tx, args};

/// Signs listed at most.
const SIGNS_MAX: i64 = 2_000;
/// Windows of one person that are remembered.
pub const TABS_MAX: i64 = 20;

/// Names a window: a keyed hash of what the console calls it.
pub type Tab = [u8; 16];

const SELECT: &str = "SELECT p.user_id, u.name, p.state, p.case_id, p.written_at, p.seen_at
     FROM presence_tab p JOIN console_user u ON u.id = p.user_id";

fn sign(row: &Row<'_>) -> Result<PresenceSign, StoreError> {
    Ok(PresenceSign {
        user: id(row, 0)?,
        name: row.text(1)?,
        state: word(row, 2, PresenceState::parse)?,
        case: opt_id(row, 3)?,
        written_at: opt_time(row, 4)?,
        seen_at: time(row, 5)?,
    })
}

/// The last sign of life of a window, however old.
pub async fn find_sign(tx: &mut Tx<'_>, user: UserId, tab: Tab) -> Result<Option<PresenceSign>, StoreError> {
    tx.fetch_optional(&format!("{SELECT} WHERE p.user_id = $1 AND p.tab = $2"), args![user, tab], sign).await
}

/// Writes down a sign of life of a window over the one before.
pub async fn upsert_sign(
    tx: &mut Tx<'_>,
    user: UserId,
    tab: Tab,
    state: PresenceState,
    case: Option<CaseId>,
    written_at: Option<Timestamp>,
    seen_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO presence_tab (user_id, tab, state, case_id, written_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (user_id, tab) DO UPDATE
         SET state = excluded.state, case_id = excluded.case_id, written_at = excluded.written_at,
             seen_at = excluded.seen_at",
        args![user, tab, state.as_str(), case, written_at, seen_at],
    )
    .await?;
    Ok(())
}

/// Forgets the windows of a person that fell silent before that, and all but the newest twenty.
pub async fn delete_old_signs(tx: &mut Tx<'_>, user: UserId, before: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM presence_tab WHERE user_id = $1 AND (seen_at < $2 OR tab NOT IN (
             SELECT tab FROM presence_tab WHERE user_id = $1 ORDER BY seen_at DESC, tab LIMIT $3))",
        args![user, before, TABS_MAX],
    )
    .await?;
    Ok(())
}

/// The signs since then of those who may still log in: by name, a person's newest first; the first two thousand.
pub async fn list_signs_since(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<PresenceSign>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE p.seen_at >= $1 AND u.state = $2 ORDER BY u.name, p.user_id, p.seen_at DESC, p.tab LIMIT $3"
    );
    tx.fetch_all(&sql, args![since, UserState::Active.as_str(), SIGNS_MAX], sign).await
}
