//! Invitations of a website's visitors to a web chat, and the offers made by them.

use countersign_types::chat_invitation::{ChatOffer, Figures, OfferState, StoredChatInvitation};
use countersign_types::{CaseId, ChatInvitationId, ChatOfferId, ProfileId, Timestamp};

use crate::codec::{id, json, opt_id, time, to_json, word};
use crate::dialect::lock_suffix;
use crate::{Arg, Row, StoreError, Tx, args};

const SELECT: &str = "SELECT id, name, is_active, site_id, channel_id, position, body, offered, opened, answered, \
    dismissed, created_at, updated_at FROM chat_invitation";

fn invitation(row: &Row<'_>) -> Result<StoredChatInvitation, StoreError> {
    Ok(StoredChatInvitation {
        id: id(row, 0)?,
        name: row.text(1)?,
        is_active: row.bool(2)?,
        site: id(row, 3)?,
        channel: id(row, 4)?,
        position: row.i64(5)?,
        body: json(row, 6)?,
        figures: Figures {
            offered: row.i64(7)?,
            opened: row.i64(8)?,
            answered: row.i64(9)?,
            dismissed: row.i64(10)?,
        },
        created_at: time(row, 11)?,
        updated_at: time(row, 12)?,
    })
}

/// All invitations, in the order in which they are tried.
pub async fn list_chat_invitations(tx: &mut Tx<'_>) -> Result<Vec<StoredChatInvitation>, StoreError> {
    tx.fetch_all(&format!("{SELECT} ORDER BY position, id"), args![], invitation).await
}

/// An invitation, locked until the operation ends: its limits are counted under this lock.
pub async fn find_chat_invitation_for_update(
    tx: &mut Tx<'_>,
    wanted: ChatInvitationId,
) -> Result<Option<StoredChatInvitation>, StoreError> {
    let sql = format!("{SELECT} WHERE id = $1{}", lock_suffix(tx.backend()));
    tx.fetch_optional(&sql, args![wanted], invitation).await
}

/// Adds an invitation.
pub async fn insert_chat_invitation(tx: &mut Tx<'_>, new: &StoredChatInvitation) -> Result<(), StoreError> {
    let Figures { offered, opened, answered, dismissed } = new.figures;
    tx.execute(
        "INSERT INTO chat_invitation (id, name, is_active, site_id, channel_id, position, body, offered, opened,
                                      answered, dismissed, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        args![
            new.id,
            &new.name,
            new.is_active,
            new.site,
            new.channel,
            new.position,
            Arg::json(to_json(&new.body)?),
            offered,
            opened,
            answered,
            dismissed,
            new.created_at,
            new.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Saves what people change of an invitation; not its place and not what became of it.
pub async fn update_chat_invitation(
    tx: &mut Tx<'_>,
    changed: &StoredChatInvitation,
) -> Result<bool, StoreError> {
    let count = tx
        .execute(
            "UPDATE chat_invitation SET name = $2, is_active = $3, site_id = $4, channel_id = $5, body = $6,
                    updated_at = $7
             WHERE id = $1",
            args![
                changed.id,
                &changed.name,
                changed.is_active,
                changed.site,
                changed.channel,
                Arg::json(to_json(&changed.body)?),
                changed.updated_at,
            ],
        )
        .await?;
    Ok(count == 1)
}

/// Gives an invitation its place.
pub async fn move_chat_invitation(
    tx: &mut Tx<'_>,
    moved: ChatInvitationId,
    position: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE chat_invitation SET position = $2 WHERE id = $1 AND position <> $2";
    tx.execute(sql, args![moved, position]).await?;
    Ok(())
}

/// Deletes an invitation and what was offered by it.
pub async fn delete_chat_invitation(tx: &mut Tx<'_>, gone: ChatInvitationId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM chat_invitation WHERE id = $1", args![gone]).await? == 1)
}

/// Counts something that became of an invitation.
async fn count(tx: &mut Tx<'_>, of: ChatInvitationId, state: OfferState) -> Result<(), StoreError> {
    let sql = match state {
        OfferState::Offered => "UPDATE chat_invitation SET offered = offered + 1 WHERE id = $1",
        OfferState::Opened => "UPDATE chat_invitation SET opened = opened + 1 WHERE id = $1",
        OfferState::Answered => "UPDATE chat_invitation SET answered = answered + 1 WHERE id = $1",
        OfferState::Dismissed => "UPDATE chat_invitation SET dismissed = dismissed + 1 WHERE id = $1",
    };
    tx.execute(sql, args![of]).await?;
    Ok(())
}

/// Makes and counts an offer; `false` where somebody was invited in its visit before.
pub async fn insert_chat_offer(tx: &mut Tx<'_>, new: &ChatOffer) -> Result<bool, StoreError> {
    let added = tx
        .execute(
            "INSERT INTO chat_offer (id, invitation_id, visit_row, device_row, language, state, offered_at, state_at,
                                     case_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (visit_row) DO NOTHING",
            args![
                new.id,
                new.invitation,
                new.visit,
                new.device,
                &new.language,
                new.state.as_str(),
                new.offered_at,
                new.state_at,
                new.case,
            ],
        )
        .await?
        == 1;
    if added {
        count(tx, new.invitation, OfferState::Offered).await?;
    }
    Ok(added)
}

/// An offer.
pub async fn find_chat_offer(tx: &mut Tx<'_>, wanted: ChatOfferId) -> Result<Option<ChatOffer>, StoreError> {
    tx.fetch_optional(
        "SELECT id, invitation_id, visit_row, device_row, language, state, offered_at, state_at, case_id
         FROM chat_offer WHERE id = $1",
        args![wanted],
        |row| {
            Ok(ChatOffer {
                id: id(row, 0)?,
                invitation: id(row, 1)?,
                visit: row.i64(2)?,
                device: row.opt_i64(3)?,
                language: row.text(4)?,
                state: word(row, 5, OfferState::parse)?,
                offered_at: time(row, 6)?,
                state_at: time(row, 7)?,
                case: opt_id(row, 8)?,
            })
        },
    )
    .await
}

/// Says and counts what became of an offer; `false` where that was said before, or cannot follow. Who wrote has answered,
/// whatever was said in between.
pub async fn update_chat_offer(
    tx: &mut Tx<'_>,
    offer: &ChatOffer,
    state: OfferState,
    case: Option<CaseId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE chat_offer SET state = $2, state_at = $3, case_id = $4
             WHERE id = $1 AND (state = 'offered' OR ($2 = 'answered' AND state <> 'answered'))",
            args![offer.id, state.as_str(), now, case],
        )
        .await?
        == 1;
    if changed {
        // Nobody writes without having opened.
        if state == OfferState::Answered && offer.state != OfferState::Opened {
            count(tx, offer.invitation, OfferState::Opened).await?;
        }
        count(tx, offer.invitation, state).await?;
    }
    Ok(changed)
}

/// How many offers of an invitation wait, those shown or opened since a moment and the chats in which nobody has answered,
/// and how many were made since another one.
pub async fn count_chat_offers(
    tx: &mut Tx<'_>,
    of: ChatInvitationId,
    (waiting_since, chats_since, made_since): (Timestamp, Timestamp, Timestamp),
) -> Result<(i64, i64), StoreError> {
    let waiting = tx
        .fetch_one(
            "SELECT count(*) FROM chat_offer o LEFT JOIN support_case c ON c.id = o.case_id
             WHERE o.invitation_id = $1 AND o.offered_at >= $3
               AND ((o.state IN ('offered', 'opened') AND o.state_at >= $2)
                 OR (o.state = 'answered' AND c.chat = 'live' AND c.status <> 'closed' AND c.waiting_since IS NOT NULL))",
            args![of, waiting_since, chats_since],
            |row| row.i64(0),
        )
        .await?;
    let made = tx
        .fetch_one(
            "SELECT count(*) FROM chat_offer WHERE invitation_id = $1 AND offered_at > $2",
            args![of, made_since],
            |row| row.i64(0),
        )
        .await?;
    Ok((waiting, made))
}

/// Whether somebody was invited in a visit, and when its browser was last.
pub async fn find_offers_to(
    tx: &mut Tx<'_>,
    visit: i64,
    device: Option<i64>,
) -> Result<(bool, Option<Timestamp>), StoreError> {
    let sql = "SELECT id FROM chat_offer WHERE visit_row = $1";
    let here = tx.fetch_optional(sql, args![visit], |_| Ok(())).await?;
    let Some(device) = device else { return Ok((here.is_some(), None)) };
    let sql = "SELECT offered_at FROM chat_offer WHERE device_row = $1 ORDER BY offered_at DESC LIMIT 1";
    let last = tx.fetch_optional(sql, args![device], |row| time(row, 0)).await?;
    Ok((here.is_some(), last))
}

/// Whether a customer is in a conversation that goes on.
pub async fn has_live_chat(tx: &mut Tx<'_>, profile: ProfileId) -> Result<bool, StoreError> {
    let found = tx
        .fetch_optional(
            "SELECT 1 FROM support_case c JOIN channel_account a ON a.id = c.account_id
             WHERE a.profile_id = $1 AND c.chat = 'live' AND c.status <> 'closed' LIMIT 1",
            args![profile],
            |_| Ok(()),
        )
        .await?;
    Ok(found.is_some())
}

/// Whether a browser was here before a visit.
pub async fn has_earlier_visit(tx: &mut Tx<'_>, device: i64, visit: i64) -> Result<bool, StoreError> {
    let found = tx
        .fetch_optional(
            "SELECT 1 FROM visit b JOIN visit v ON v.row_id = $2
             WHERE b.device_row = $1 AND b.row_id <> v.row_id AND b.started_at < v.started_at LIMIT 1",
            args![device, visit],
            |_| Ok(()),
        )
        .await?;
    Ok(found.is_some())
}
