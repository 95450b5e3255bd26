//! Log-in sessions. The token is nowhere, only its SHA-256.

use countersign_types::user::{Session, User};
use countersign_types::{SessionId, Timestamp, UserId};

use crate::codec::{id, time};
use crate::{Row, StoreError, Tx, args};

const COLUMNS: &str = "session.id, session.user_id, session.created_at, session.last_seen_at, session.expires_at, session.user_agent";

fn session(row: &Row<'_>) -> Result<Session, StoreError> {
    Ok(Session {
        id: id(row, 0)?,
        user: id(row, 1)?,
        created_at: time(row, 2)?,
        last_seen_at: time(row, 3)?,
        expires_at: time(row, 4)?,
        user_agent: row.text(5)?,
    })
}

/// Begins a session.
pub async fn insert_session(
    tx: &mut Tx<'_>,
    session: &Session,
    token_hash: [u8; 32],
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO session (id, user_id, token_hash, user_agent, created_at, last_seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            session.id,
            session.user,
            token_hash,
            &session.user_agent,
            session.created_at,
            session.last_seen_at,
            session.expires_at,
        ],
    )
    .await?;
    Ok(())
}

/// The session of a token that was not ended, and whose it is. Whether its time is over is decided by the caller.
pub async fn find_session(
    tx: &mut Tx<'_>,
    token_hash: [u8; 32],
) -> Result<Option<(Session, User)>, StoreError> {
    tx.fetch_optional(
        &format!(
            "SELECT {COLUMNS}, u.id, u.email, u.name, u.role, u.state, u.language, u.theme, u.created_at,
                    u.last_seen_at
             FROM session JOIN console_user u ON u.id = session.user_id
             WHERE session.token_hash = $1 AND session.ended_at IS NULL"
        ),
        args![token_hash],
        |row| Ok((session(row)?, crate::user::user(row, 6)?)),
    )
    .await
}

/// Whether a session was not ended, and whose it is now: for streams that stay open.
pub async fn find_live_session(
    tx: &mut Tx<'_>,
    session_id: SessionId,
) -> Result<Option<(Session, User)>, StoreError> {
    tx.fetch_optional(
        &format!(
            "SELECT {COLUMNS}, u.id, u.email, u.name, u.role, u.state, u.language, u.theme, u.created_at,
                    u.last_seen_at
             FROM session JOIN console_user u ON u.id = session.user_id
             WHERE session.id = $1 AND session.ended_at IS NULL"
        ),
        args![session_id],
        |row| Ok((session(row)?, crate::user::user(row, 6)?)),
    )
    .await
}

/// Sessions of a person that were not ended and whose last moment is still to come, newest first.
pub async fn list_sessions(
    tx: &mut Tx<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<Session>, StoreError> {
    tx.fetch_all(
        &format!(
            "SELECT {COLUMNS} FROM session WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2
             ORDER BY created_at DESC, id DESC LIMIT 200"
        ),
        args![user, now],
        session,
    )
    .await
}

/// Ends one session of a person; `false` when there is none such.
pub async fn end_session(
    tx: &mut Tx<'_>,
    session_id: SessionId,
    user: UserId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let ended = tx
        .execute(
            "UPDATE session SET ended_at = $3 WHERE id = $1 AND user_id = $2 AND ended_at IS NULL",
            args![session_id, user, now],
        )
        .await?;
    Ok(ended == 1)
}

/// Ends all sessions of a person, but for `except`; answers with how many.
pub async fn end_sessions(
    tx: &mut Tx<'_>,
    user: UserId,
    except: Option<SessionId>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let except = except.map_or([0; 16], SessionId::to_bytes);
    tx.execute(
        "UPDATE session SET ended_at = $3 WHERE user_id = $1 AND id <> $2 AND ended_at IS NULL",
        args![user, except, now],
    )
    .await
}

/// Notes that a session was used, and its person seen. Never moves backwards.
pub async fn update_session_seen(
    tx: &mut Tx<'_>,
    session_id: SessionId,
    user: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE session SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2",
        args![session_id, now],
    )
    .await?;
    tx.execute(
        "UPDATE console_user SET last_seen_at = $2 WHERE id = $1 AND (last_seen_at IS NULL OR last_seen_at < $2)",
        args![user, now],
    )
    .await?;
    Ok(())
}

/// Removes records of sessions that were over before this moment.
pub async fn delete_sessions(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE expires_at < $1 LIMIT $2)",
        args![before, limit],
    )
    .await
}
