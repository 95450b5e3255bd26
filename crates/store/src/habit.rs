//! What habits of a customer are read from: who said when and where, never what.

use countersign_types::message::Direction;
use countersign_types::{CaseId, ChannelId, ProfileId, Timestamp};

use crate::codec::{id, json, time, word};
use crate::{StoreError, Tx, args};

/// A message, without its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidRow {
    /// In which conversation.
    pub case: CaseId,
    /// On which channel.
    pub channel: ChannelId,
    /// From or to the customer.
    pub direction: Direction,
    /// When.
    pub at: Timestamp,
}

/// The newest messages between a customer and people of the company on all their accounts, since a moment.
pub async fn list_said(
    tx: &mut Tx<'_>,
    profile: ProfileId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<SaidRow>, StoreError> {
    tx.fetch_all(
        "SELECT m.case_id, m.channel_id, m.direction, m.received_at
         FROM channel_account a JOIN support_case c ON c.account_id = a.id JOIN message m ON m.case_id = c.id
         WHERE a.profile_id = $1 AND m.received_at >= $2 AND m.kind = 'reply' AND NOT m.is_automatic
         ORDER BY m.received_at DESC, m.id DESC LIMIT $3",
        args![profile, since, limit],
        |row| {
            Ok(SaidRow {
                case: id(row, 0)?,
                channel: id(row, 1)?,
                direction: word(row, 2, Direction::parse)?,
                at: time(row, 3)?,
            })
        },
    )
    .await
}

/// The labels of each of a customer's conversations since a moment, newest first.
pub async fn list_labels(
    tx: &mut Tx<'_>,
    profile: ProfileId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Vec<String>>, StoreError> {
    tx.fetch_all(
        "SELECT c.labels FROM channel_account a JOIN support_case c ON c.account_id = a.id
         WHERE a.profile_id = $1 AND c.created_at >= $2 ORDER BY c.created_at DESC LIMIT $3",
        args![profile, since, limit],
        |row| json(row, 0),
    )
    .await
}
