//! People who log in.

use countersign_types::user::{Theme, User, UserState};
use countersign_types::{Cursor, Page, PageRequest, Role, Timestamp, UserId};

use crate::codec::{id, opt_time, time, word};
use crate::dialect::lock_suffix;
use crate::{Row, StoreError, Tx, args};

const COLUMNS: &str = "id, email, name, role, state, language, theme, created_at, last_seen_at";

/// A person with the hash of their password, for log-in alone.
#[derive(Debug, Clone)]
pub struct Credential {
    /// Who.
    pub user: User,
    /// PHC text of Argon2id; none before the invitation is accepted.
    pub password_hash: Option<String>,
}

pub(crate) fn user(row: &Row<'_>, from: usize) -> Result<User, StoreError> {
    Ok(User {
        id: id(row, from)?,
        email: row.text(from + 1)?,
        name: row.text(from + 2)?,
        role: word(row, from + 3, Role::parse)?,
        state: word(row, from + 4, UserState::parse)?,
        language: row.text(from + 5)?,
        theme: word(row, from + 6, Theme::parse)?,
        created_at: time(row, from + 7)?,
        last_seen_at: opt_time(row, from + 8)?,
    })
}

/// Adds a person. A second one with the same address is refused by `uq_console_user__email`.
pub async fn insert_user(
    tx: &mut Tx<'_>,
    user: &User,
    password_hash: Option<&str>,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO console_user (id, email, name, role, state, language, theme, password_hash, created_at,
                                   updated_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)",
        args![
            user.id,
            &user.email,
            &user.name,
            user.role.as_str(),
            user.state.as_str(),
            &user.language,
            user.theme.as_str(),
            password_hash,
            user.created_at,
            user.last_seen_at,
        ],
    )
    .await?;
    Ok(())
}

/// A person.
pub async fn find_user(tx: &mut Tx<'_>, user_id: UserId) -> Result<Option<User>, StoreError> {
    tx.fetch_optional(&format!("SELECT {COLUMNS} FROM console_user WHERE id = $1"), args![user_id], |row| {
        user(row, 0)
    })
    .await
}

/// A person about to be changed: held until the end of the operation.
pub async fn lock_user(tx: &mut Tx<'_>, user_id: UserId) -> Result<Option<User>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM console_user WHERE id = $1{}", lock_suffix(tx.backend()));
    tx.fetch_optional(&sql, args![user_id], |row| user(row, 0)).await
}

/// A person and their password by address.
pub async fn find_credential(tx: &mut Tx<'_>, email: &str) -> Result<Option<Credential>, StoreError> {
    tx.fetch_optional(
        &format!("SELECT {COLUMNS}, password_hash FROM console_user WHERE email = $1"),
        args![email],
        |row| Ok(Credential { user: user(row, 0)?, password_hash: row.opt_text(9)? }),
    )
    .await
}

/// People, in the order in which they were added.
pub async fn list_users(tx: &mut Tx<'_>, page: PageRequest) -> Result<Page<User>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MIN, id: [0; 16] });
    let rows = tx
        .fetch_all(
            &format!(
                "SELECT {COLUMNS} FROM console_user WHERE (created_at, id) > ($1, $2)
                 ORDER BY created_at, id LIMIT $3"
            ),
            args![after.at, after.id, page.limit + 1],
            |row| user(row, 0),
        )
        .await?;
    Ok(Page::from_overfetch(rows, page.limit, |u| Cursor {
        at: u.created_at.as_micros(),
        id: u.id.to_bytes(),
    }))
}

/// Holds every active administrator until the end of the operation and answers who they are: two of them cannot
/// demote each other at once.
pub async fn lock_active_admins(tx: &mut Tx<'_>) -> Result<Vec<UserId>, StoreError> {
    let sql = format!(
        "SELECT id FROM console_user WHERE role = 'admin' AND state = 'active' ORDER BY id{}",
        lock_suffix(tx.backend())
    );
    tx.fetch_all(&sql, args![], |row| id(row, 0)).await
}

/// Saves name, role, state, language and colours.
pub async fn update_user(tx: &mut Tx<'_>, user: &User, now: Timestamp) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE console_user SET name = $2, role = $3, state = $4, language = $5, theme = $6, updated_at = $7
             WHERE id = $1",
            args![
                user.id,
                &user.name,
                user.role.as_str(),
                user.state.as_str(),
                &user.language,
                user.theme.as_str(),
                now,
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Gives a person a new password.
pub async fn update_password(
    tx: &mut Tx<'_>,
    user_id: UserId,
    password_hash: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE console_user SET password_hash = $2, updated_at = $3 WHERE id = $1",
            args![user_id, password_hash, now],
        )
        .await?;
    Ok(changed == 1)
}

/// The hash of a person's password.
pub async fn find_password(tx: &mut Tx<'_>, user_id: UserId) -> Result<Option<String>, StoreError> {
    let found = tx
        .fetch_optional("SELECT password_hash FROM console_user WHERE id = $1", args![user_id], |row| {
            row.opt_text(0)
        })
        .await?;
    Ok(found.flatten())
}

/// Whether anybody can log in or was invited.
pub async fn has_users(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let found = tx.fetch_optional("SELECT id FROM console_user LIMIT 1", args![], |_| Ok(())).await?;
    Ok(found.is_some())
}

/// Whether somebody of the team was active since a moment.
pub async fn is_anybody_seen_since(tx: &mut Tx<'_>, since: Timestamp) -> Result<bool, StoreError> {
    let found = tx
        .fetch_optional(
            "SELECT 1 FROM session WHERE last_seen_at >= $1 AND ended_at IS NULL LIMIT 1",
            args![since.as_micros()],
            |_| Ok(()),
        )
        .await?;
    Ok(found.is_some())
}
