//! Events as timelines read them; [`crate::audit::insert_event`] writes them.

use countersign_types::audit::{Actor, ActorKind};
use countersign_types::event::EventKind;
use countersign_types::{Cursor, Event, Page, PageRequest, ProfileId};

use crate::codec::{id, json, opt_id, time, word};
use crate::{Row, StoreError, Tx, args};

fn event(row: &Row<'_>) -> Result<Event, StoreError> {
    Ok(Event {
        id: id(row, 0)?,
        kind: word(row, 1, EventKind::parse)?,
        at: time(row, 2)?,
        actor: Actor { kind: word(row, 3, ActorKind::parse)?, id: row.text(4)?, name: row.text(5)? },
        profile: opt_id(row, 6)?,
        account: opt_id(row, 7)?,
        case: opt_id(row, 8)?,
        message: opt_id(row, 9)?,
        link: opt_id(row, 10)?,
        code: opt_id(row, 11)?,
        details: json(row, 12)?,
    })
}

/// What happened in the workspace, newest first, of one kind or of all. Messages stand in their cases.
pub async fn list_events(
    tx: &mut Tx<'_>,
    kind: Option<EventKind>,
    page: PageRequest,
) -> Result<Page<Event>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [0xff; 16] });
    // One text for each way in, so that each is read along its own index.
    let by_kind = if kind.is_some() { "kind = $3" } else { "$3 = ''" };
    let sql = format!(
        "SELECT id, kind, at, actor_kind, actor_id, actor_name, profile_id, account_id, case_id, message_id,
                link_id, code_id, details
         FROM event WHERE (at, id) < ($1, $2) AND {by_kind} ORDER BY at DESC, id DESC LIMIT $4"
    );
    let kind = kind.map_or("", EventKind::as_str);
    let rows = tx.fetch_all(&sql, args![after.at, after.id, kind, page.limit + 1], event).await?;
    Ok(Page::from_overfetch(rows, page.limit, |e| Cursor { at: e.at.as_micros(), id: e.id.to_bytes() }))
}

/// What happened to a profile, newest first: what names it, and what happened to the accounts that stand under it now
/// while they were nobody else's. What an account did under another profile stays there. What happened to a profile that
/// was merged into it is its own.
pub async fn list_timeline(
    tx: &mut Tx<'_>,
    profile: ProfileId,
    page: PageRequest,
) -> Result<Page<Event>, StoreError> {
    let mut rows = timeline_of(tx, profile, page).await?;
    let behind = crate::profile::list_behind(tx, &[profile]).await?;
    if !behind.is_empty() {
        for (_, source, _) in behind {
            rows.extend(timeline_of(tx, source, page).await?);
        }
        rows.sort_by_key(|event| std::cmp::Reverse((event.at, event.id)));
        rows.dedup_by_key(|event| event.id);
        rows.truncate(usize::try_from(page.limit + 1).unwrap_or(usize::MAX));
    }
    Ok(Page::from_overfetch(rows, page.limit, |e| Cursor { at: e.at.as_micros(), id: e.id.to_bytes() }))
}

async fn timeline_of(
    tx: &mut Tx<'_>,
    profile: ProfileId,
    page: PageRequest,
) -> Result<Vec<Event>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [0xff; 16] });
    tx.fetch_all(
        "SELECT id, kind, at, actor_kind, actor_id, actor_name, profile_id, account_id, case_id, message_id,
                    link_id, code_id, details
             FROM event WHERE id IN (
                 SELECT id FROM (
                     SELECT id FROM event WHERE profile_id = $1 AND (at, id) < ($2, $3)
                     ORDER BY at DESC, id DESC LIMIT $4) AS own
                 UNION ALL
                 SELECT id FROM (
                     SELECT event.id FROM event JOIN channel_account ON channel_account.id = event.account_id
                     WHERE channel_account.profile_id = $1 AND (event.at, event.id) < ($2, $3)
                       AND (event.profile_id IS NULL
                            OR event.profile_id = channel_account.home_profile_id AND event.profile_id <> $1)
                     ORDER BY event.at DESC, event.id DESC LIMIT $4) AS brought)
             ORDER BY at DESC, id DESC LIMIT $4",
        args![profile, after.at, after.id, page.limit + 1],
        event,
    )
    .await
}
