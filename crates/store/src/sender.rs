//! What a message of somebody known meets: account, live link, newest case with what stands around it, in one look.
//!
//! The hot path of the whole product: one statement where each noun's own look would be five.

use countersign_types::pii::{Name, Pii};
use countersign_types::{Assurance, ChannelId, Timestamp};

use crate::account::AccountRef;
use crate::case::{COLUMNS, CaseRow, columns, opened, sealed};
use crate::codec::{opt_id, opt_time};
use crate::dialect::lock_suffix;
use crate::link::LiveLink;
use crate::{Row, StoreError, Tx, Vault, args};

/// A sender who has written before.
#[derive(Debug, Clone)]
pub struct KnownSender {
    /// The account.
    pub account: AccountRef,
    /// The name the channel showed last.
    pub name: Option<Pii<Name>>,
    /// The link that has not ended; it may be past its time.
    pub live_link: Option<LiveLink>,
    /// When the newest message of the account was, in whichever case.
    pub last_message_at: Option<Timestamp>,
    /// The newest case. Without its newest message; with the live link even if that is past its time.
    pub newest: CaseRow,
}

const SELECT: &str = concat!(
    columns!("NULL, NULL, NULL"),
    ", l.profile_id, l.assurance, l.expires_at,
        (SELECT MAX(o.last_message_at) FROM support_case o WHERE o.account_id = a.id)
     FROM channel_account a
     JOIN profile p ON p.id = a.profile_id
     JOIN support_case c ON c.id = (SELECT n.id FROM support_case n WHERE n.account_id = a.id
                                    ORDER BY n.created_at DESC, n.id DESC LIMIT 1)
     LEFT JOIN link l ON l.account_id = a.id AND l.ended_at IS NULL
     LEFT JOIN evidence e ON e.link_id = l.id AND e.ended_at IS NULL
     LEFT JOIN console_user u ON u.id = c.assignee_id
     WHERE a.channel_id = $1 AND a.user_hash = $2"
);

/// The user of a channel, if they have an account and a case, locked until the operation ends: messages of one account
/// are handled one after another. `None` also for an account without a case.
pub async fn find_known_sender_for_update(
    tx: &mut Tx<'_>,
    vault: &Vault,
    channel: ChannelId,
    user_hash: [u8; 32],
) -> Result<Option<KnownSender>, StoreError> {
    let suffix = lock_suffix(tx.backend());
    if !suffix.is_empty() {
        // A statement of its own: what a row is joined with is read as it was when the statement began, not as it is
        // once the lock is given. The two travel together.
        let lock = format!("SELECT id FROM channel_account WHERE channel_id = $1 AND user_hash = $2{suffix}");
        tx.execute_later(&lock, args![channel, user_hash]).await?;
    }
    let found = tx
        .fetch_optional(SELECT, args![channel, user_hash], |row| {
            Ok((sealed(row)?, live_link(row)?, opt_time(row, COLUMNS + 3)?))
        })
        .await?;
    let Some((sealed, live_link, last_message_at)) = found else { return Ok(None) };
    let Some(newest) = opened(tx, vault, sealed).await? else { return Ok(None) };
    let account = AccountRef {
        id: newest.account.id,
        profile: newest.account.profile,
        home_profile: newest.account.home_profile,
    };
    Ok(Some(KnownSender { account, name: newest.account.name.clone(), live_link, last_message_at, newest }))
}

fn live_link(row: &Row<'_>) -> Result<Option<LiveLink>, StoreError> {
    let (Some(id), Some(profile)) = (opt_id(row, 28)?, opt_id(row, COLUMNS)?) else { return Ok(None) };
    let assurance = Assurance::from_i64(row.i64(COLUMNS + 1)?);
    Ok(Some(LiveLink { id, profile, assurance, expires_at: opt_time(row, COLUMNS + 2)? }))
}
