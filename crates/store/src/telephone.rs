//! The telephones on which colleagues take calls.

use countersign_types::call::CallState;
use countersign_types::phone_number::PhoneAdapter;
use countersign_types::pii::{Pii, Purpose};
use countersign_types::presence::PresenceState;
use countersign_types::telephone::{Reachable, Telephone};
use countersign_types::user::UserState;
use countersign_types::{Role, Timestamp, UserId};

use crate::codec::{id, word};
use crate::dialect::lock_suffix;
use crate::{Row, StoreError, Tx, args};

/// Colleagues listed at most.
const REACHABLE_MAX: i64 = 2_000;

const SELECT: &str = "SELECT number, takes_calls FROM user_telephone WHERE user_id = $1";

fn telephone(row: &Row<'_>) -> Result<Telephone, StoreError> {
    Ok(Telephone { number: Pii::new(row.text(0)?), takes_calls: row.bool(1)? })
}

/// The telephone of a colleague.
pub async fn find_telephone(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Telephone>, StoreError> {
    tx.fetch_optional(SELECT, args![user], telephone).await
}

/// The telephone of a colleague, locked until the operation ends.
pub async fn find_telephone_for_update(
    tx: &mut Tx<'_>,
    user: UserId,
) -> Result<Option<Telephone>, StoreError> {
    let sql = format!("{SELECT}{}", lock_suffix(tx.backend()));
    tx.fetch_optional(&sql, args![user], telephone).await
}

/// Writes a colleague's telephone over the one before.
pub async fn upsert_telephone(
    tx: &mut Tx<'_>,
    user: UserId,
    telephone: &Telephone,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO user_telephone (user_id, number, takes_calls, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE
         SET number = excluded.number, takes_calls = excluded.takes_calls, updated_at = excluded.updated_at",
        args![user, telephone.number.plain(Purpose::Seal), telephone.takes_calls, now],
    )
    .await?;
    Ok(())
}

/// Forgets a colleague's telephone. Whether there was one.
pub async fn delete_telephone(tx: &mut Tx<'_>, user: UserId) -> Result<bool, StoreError> {
    let gone = tx.execute("DELETE FROM user_telephone WHERE user_id = $1", args![user]).await?;
    Ok(gone == 1)
}

/// Colleagues whose telephones may ring: who can log in, has a number and takes calls. Who took a call longest ago is
/// first. They are here if a window of theirs was online since `since`. On the bench nobody's telephone is in use.
pub async fn list_reachable(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<Reachable>, StoreError> {
    let sql = "SELECT t.user_id, t.number, u.role,
                      EXISTS (SELECT 1 FROM presence_tab p
                              WHERE p.user_id = t.user_id AND p.state = $1 AND p.seen_at >= $2),
                      EXISTS (SELECT 1 FROM phone_call c
                              WHERE c.agent_id = t.user_id AND c.ended_at IS NULL AND c.state = $3 AND c.adapter <> $4)
               FROM user_telephone t JOIN console_user u ON u.id = t.user_id
               WHERE t.takes_calls AND u.state = $5
               ORDER BY COALESCE((SELECT MAX(c.started_at) FROM phone_call c WHERE c.agent_id = t.user_id), 0),
                        t.user_id
               LIMIT $6";
    let args = args![
        PresenceState::Online.as_str(),
        since,
        CallState::Connected.as_str(),
        PhoneAdapter::Bench.as_str(),
        UserState::Active.as_str(),
        REACHABLE_MAX,
    ];
    tx.fetch_all(sql, args, |row| {
        Ok(Reachable {
            user: id(row, 0)?,
            number: Pii::new(row.text(1)?),
            role: word(row, 2, Role::parse)?,
            is_here: row.bool(3)?,
            is_talking: row.bool(4)?,
        })
    })
    .await
}
