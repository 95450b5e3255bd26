//! Links that let somebody in once: the set-up link and invitations. Only the SHA-256 of the token is kept.

use countersign_types::{InvitationId, Timestamp, UserId};

use crate::codec::{id, opt_id, time};
use crate::{StoreError, Tx, args};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Setting up the workspace.
    SetUp,
    /// Accepting an invitation.
    Invite,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SetUp => "setup",
            Self::Invite => "invite",
        }
    }
}

/// A link to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewInvitation {
    /// Its id.
    pub id: InvitationId,
    /// For whom; nobody for the set-up.
    pub user: Option<UserId>,
    /// What for.
    pub purpose: Purpose,
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// Makes a link.
pub async fn insert_invitation(
    tx: &mut Tx<'_>,
    new: &NewInvitation,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO invitation (id, user_id, purpose, token_hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        args![new.id, new.user, new.purpose.as_str(), new.token_hash, now, new.expires_at],
    )
    .await?;
    Ok(())
}

/// Whether a link would work: looked at before the costly hash of a password.
pub async fn has_invitation(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    token_hash: [u8; 32],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let found = tx
        .fetch_optional(
            "SELECT id FROM invitation
             WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3",
            args![token_hash, purpose.as_str(), now],
            |_| Ok(()),
        )
        .await?;
    Ok(found.is_some())
}

/// For whom an invitation is and until when, while it would work.
pub async fn find_invited(
    tx: &mut Tx<'_>,
    token_hash: [u8; 32],
    now: Timestamp,
) -> Result<Option<(UserId, Timestamp)>, StoreError> {
    tx.fetch_optional(
        "SELECT user_id, expires_at FROM invitation
         WHERE token_hash = $1 AND purpose = $2 AND user_id IS NOT NULL AND used_at IS NULL AND expires_at > $3",
        args![token_hash, Purpose::Invite.as_str(), now],
        |row| Ok((id(row, 0)?, time(row, 1)?)),
    )
    .await
}

/// Uses a link up. `None` when it never was, was used, or its time is over; else for whom it was.
pub async fn use_invitation(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    token_hash: [u8; 32],
    now: Timestamp,
) -> Result<Option<Option<UserId>>, StoreError> {
    tx.fetch_optional(
        "UPDATE invitation SET used_at = $3
         WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3
         RETURNING user_id",
        args![token_hash, purpose.as_str(), now],
        |row| opt_id(row, 0),
    )
    .await
}

/// Makes a person's earlier links useless.
pub async fn end_invitations(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute("UPDATE invitation SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL", args![user, now])
        .await
}

/// Removes links that were over before this moment, at most `limit`.
pub async fn delete_invitations(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM invitation WHERE id IN (SELECT id FROM invitation WHERE expires_at < $1 LIMIT $2)",
        args![before, limit],
    )
    .await
}
