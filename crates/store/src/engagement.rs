//! Engagements: where each verification stands, sealed under the workspace's key, and what people wrote of it, sealed
//! under a key of its own that goes when somebody it names is erased.

use std::fmt::Write as _;

use countersign_types::audit::{Actor, ActorKind};
use countersign_types::engagement::{
    AttendeeSource, Engagement, EngagementDirection, EngagementOutcome, EngagementStatus,
};
use countersign_types::pii::{FreeText, Pii, Purpose};
use countersign_types::{
    AccountId, CallId, CaseId, Cursor, EngagementId, Page, PageRequest, ProfileId, Timestamp,
};

use crate::codec::{id, opt_id, opt_time, time, word};
use crate::dialect::lock_suffix;
use crate::privacy::HELD;
use crate::subject_key::{delete_subject, find_subject, insert_subject};
use crate::{Arg, Place, Row, StoreError, Tx, Vault, args};

const STATE: Place = Place("engagement.state_sealed");
const ABOUT: Place = Place("engagement_text.about_sealed");

const SELECT: &str =
    "SELECT e.id, e.channel, e.direction, e.status, e.case_id, e.call_id, e.owner_kind, e.owner_id,
    e.owner_name, e.attendee_id, e.attendee_source, e.customer_id, e.representative_id, e.topic_id, e.outcome,
    e.state_sealed, e.revision, e.idle_at, e.started_at, e.ended_at, e.created_at, e.updated_at,
    (SELECT t.about_sealed FROM engagement_text t WHERE t.engagement_id = e.id)
    FROM engagement e";

/// Which engagements.
#[derive(Debug, Clone, Default)]
pub struct EngagementFilter {
    /// How far they are.
    pub status: Option<EngagementStatus>,
    /// How people talk.
    pub channel: Option<String>,
    /// Who opened them: a printed id.
    pub owner: Option<String>,
    /// That name this customer, or one who became part of them.
    pub profile: Option<ProfileId>,
    /// Of this conversation.
    pub case: Option<CaseId>,
    /// Of this call.
    pub call: Option<CallId>,
    /// That came out so.
    pub outcome: Option<EngagementOutcome>,
    /// Without those that opened by themselves and that nobody took up.
    pub without_waiting: bool,
}

fn opt_word<T>(row: &Row<'_>, index: usize, parse: fn(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
    if row.opt_str(index)?.is_none() { Ok(None) } else { word(row, index, parse).map(Some) }
}

fn read(vault: &Vault, row: &Row<'_>) -> Result<(Engagement, Option<Vec<u8>>), StoreError> {
    let own: EngagementId = id(row, 0)?;
    let state = vault.workspace().open_text(STATE, own.to_bytes(), row.bytes_ref(15)?)?;
    let engagement = Engagement {
        id: own,
        channel: row.text(1)?,
        direction: word(row, 2, EngagementDirection::parse)?,
        status: word(row, 3, EngagementStatus::parse)?,
        case: opt_id(row, 4)?,
        call: opt_id(row, 5)?,
        owner: Actor { kind: word(row, 6, ActorKind::parse)?, id: row.text(7)?, name: row.text(8)? },
        attendee: opt_id(row, 9)?,
        attendee_source: opt_word(row, 10, AttendeeSource::parse)?,
        customer: opt_id(row, 11)?,
        representative: opt_id(row, 12)?,
        topic: opt_id(row, 13)?,
        outcome: opt_word(row, 14, EngagementOutcome::parse)?,
        state: Pii::new(state),
        about: None,
        revision: row.i64(16)?,
        idle_at: opt_time(row, 17)?,
        started_at: time(row, 18)?,
        ended_at: opt_time(row, 19)?,
        created_at: time(row, 20)?,
        updated_at: time(row, 21)?,
    };
    Ok((engagement, row.opt_bytes(22)?))
}

async fn opened(
    tx: &mut Tx<'_>,
    vault: &Vault,
    (mut engagement, about): (Engagement, Option<Vec<u8>>),
) -> Result<Engagement, StoreError> {
    let row = engagement.id.to_bytes();
    if let Some(sealed) = about
        && let Some(key) = find_subject(tx, vault, row).await?
    {
        engagement.about = Some(Pii::new(key.open_text(ABOUT, row, &sealed)?));
    }
    Ok(engagement)
}

fn sealed_state(vault: &Vault, engagement: &Engagement) -> Result<Vec<u8>, StoreError> {
    let state = engagement.state.plain(Purpose::Seal);
    vault.workspace().seal(STATE, engagement.id.to_bytes(), state.as_bytes())
}

/// Adds an engagement with a key for its texts. `false`: its conversation or its call has one that goes on.
pub async fn insert_engagement(tx: &mut Tx<'_>, vault: &Vault, new: &Engagement) -> Result<bool, StoreError> {
    let count = tx
        .execute(
            "INSERT INTO engagement (id, channel, direction, status, case_id, call_id, owner_kind, owner_id, owner_name,
                                     attendee_id, attendee_source, customer_id, representative_id, topic_id, outcome,
                                     state_sealed, revision, idle_at, started_at, ended_at, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
             ON CONFLICT DO NOTHING",
            args![
                new.id,
                &new.channel,
                new.direction.as_str(),
                new.status.as_str(),
                new.case,
                new.call,
                new.owner.kind.as_str(),
                &new.owner.id,
                &new.owner.name,
                new.attendee,
                new.attendee_source.map(AttendeeSource::as_str),
                new.customer,
                new.representative,
                new.topic,
                new.outcome.map(EngagementOutcome::as_str),
                sealed_state(vault, new)?,
                new.revision,
                new.idle_at,
                new.started_at,
                new.ended_at,
                new.created_at,
                new.updated_at,
            ],
        )
        .await?;
    if count == 1 {
        insert_subject(tx, vault, new.id.to_bytes(), new.created_at).await?;
        name_people(tx, new).await?;
        update_about(tx, vault, new.id, new.about.as_ref()).await?;
    }
    Ok(count == 1)
}

/// Saves where an engagement stands. `false`: there is none.
pub async fn update_engagement(
    tx: &mut Tx<'_>,
    vault: &Vault,
    engagement: &Engagement,
) -> Result<bool, StoreError> {
    let count = tx
        .execute(
            "UPDATE engagement SET status = $2, attendee_id = $3, attendee_source = $4, customer_id = $5,
                    representative_id = $6, topic_id = $7, outcome = $8, state_sealed = $9, revision = $10, idle_at = $11,
                    ended_at = $12, updated_at = $13
             WHERE id = $1",
            args![
                engagement.id,
                engagement.status.as_str(),
                engagement.attendee,
                engagement.attendee_source.map(AttendeeSource::as_str),
                engagement.customer,
                engagement.representative,
                engagement.topic,
                engagement.outcome.map(EngagementOutcome::as_str),
                sealed_state(vault, engagement)?,
                engagement.revision,
                engagement.idle_at,
                engagement.ended_at,
                engagement.updated_at,
            ],
        )
        .await?;
    if count == 1 {
        name_people(tx, engagement).await?;
    }
    Ok(count == 1)
}

/// Keeps whom an engagement names: it is found by each of them, whomever it names later.
async fn name_people(tx: &mut Tx<'_>, engagement: &Engagement) -> Result<(), StoreError> {
    let named = [engagement.attendee, engagement.customer, engagement.representative];
    for profile in named.into_iter().flatten() {
        insert_person(tx, engagement.id, profile).await?;
    }
    Ok(())
}

/// Keeps that an engagement was about somebody, or of whom it was not known yet who they are: what people write of it goes
/// with them.
pub async fn insert_person(
    tx: &mut Tx<'_>,
    engagement: EngagementId,
    profile: ProfileId,
) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO engagement_person (engagement_id, profile_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    tx.execute_later(sql, args![engagement, profile]).await?;
    Ok(())
}

/// Saves what people wrote. `false`: somebody it names was erased, and nothing is written of it any more.
pub async fn update_about(
    tx: &mut Tx<'_>,
    vault: &Vault,
    engagement: EngagementId,
    about: Option<&Pii<FreeText>>,
) -> Result<bool, StoreError> {
    let row = engagement.to_bytes();
    let Some(key) = find_subject(tx, vault, row).await? else { return Ok(false) };
    let Some(about) = about else {
        tx.execute("DELETE FROM engagement_text WHERE engagement_id = $1", args![engagement]).await?;
        return Ok(true);
    };
    tx.execute(
        "INSERT INTO engagement_text (engagement_id, about_sealed) VALUES ($1, $2)
         ON CONFLICT (engagement_id) DO UPDATE SET about_sealed = excluded.about_sealed",
        args![engagement, key.seal(ABOUT, row, about.plain(Purpose::Seal).as_bytes())?],
    )
    .await?;
    Ok(true)
}

/// An engagement.
pub async fn find_engagement(
    tx: &mut Tx<'_>,
    vault: &Vault,
    wanted: EngagementId,
) -> Result<Option<Engagement>, StoreError> {
    one(tx, vault, &format!("{SELECT} WHERE e.id = $1"), args![wanted]).await
}

/// An engagement, locked until the operation ends: of two agents one waits.
pub async fn find_engagement_for_update(
    tx: &mut Tx<'_>,
    vault: &Vault,
    wanted: EngagementId,
) -> Result<Option<Engagement>, StoreError> {
    // The row alone is locked; what stands beside it is read with it.
    let lock = format!("SELECT 1 FROM engagement WHERE id = $1{}", lock_suffix(tx.backend()));
    tx.fetch_optional(&lock, args![wanted], |_| Ok(())).await?;
    find_engagement(tx, vault, wanted).await
}

/// The engagement of a conversation or a call that goes on.
pub async fn find_open_engagement(
    tx: &mut Tx<'_>,
    vault: &Vault,
    case: Option<CaseId>,
    call: Option<CallId>,
) -> Result<Option<Engagement>, StoreError> {
    let sql = format!("{SELECT} WHERE (e.case_id = $1 OR e.call_id = $2) AND e.outcome IS NULL");
    one(tx, vault, &sql, args![case, call]).await
}

/// Whether a conversation that was taken has its engagement: one that goes on, or one of the chat that goes on still. One
/// that is over and from before the chat ended is none of those: whoever answers now begins anew.
pub async fn has_engagement_of_chat(
    tx: &mut Tx<'_>,
    case: CaseId,
    account: AccountId,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM engagement e WHERE e.case_id = $1
                 AND (e.outcome IS NULL OR NOT EXISTS
                      (SELECT 1 FROM event v WHERE v.account_id = $2 AND v.at > e.created_at AND v.kind = 'chat.ended'
                          AND v.case_id = $1))";
    let found = tx.fetch_optional(sql, args![case, account], |_| Ok(())).await?;
    Ok(found.is_some())
}

async fn one(
    tx: &mut Tx<'_>,
    vault: &Vault,
    sql: &str,
    args: &[Arg<'_>],
) -> Result<Option<Engagement>, StoreError> {
    match tx.fetch_optional(sql, args, |row| read(vault, row)).await? {
        Some(found) => Ok(Some(opened(tx, vault, found).await?)),
        None => Ok(None),
    }
}

/// Engagements, newest first.
pub async fn list_engagements(
    tx: &mut Tx<'_>,
    vault: &Vault,
    filter: &EngagementFilter,
    page: PageRequest,
) -> Result<Page<Engagement>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [0xff; 16] });
    let mut args: Vec<Arg<'_>> = args![after.at, after.id, page.limit + 1].to_vec();
    let mut sql = format!("{SELECT} WHERE e.created_at <= $1 AND (e.created_at < $1 OR e.id < $2)");
    let mut and = |sql: &mut String, condition: &str, arg: Arg<'static>| {
        args.push(arg);
        let _ = write!(sql, " AND {}", condition.replace('?', &format!("${}", args.len())));
    };
    if let Some(status) = filter.status {
        and(&mut sql, "e.status = ?", status.as_str().into());
    }
    if let Some(channel) = &filter.channel {
        and(&mut sql, "e.channel = ?", channel.clone().into());
    }
    if let Some(owner) = &filter.owner {
        and(&mut sql, "e.owner_id = ?", owner.clone().into());
    }
    if let Some(case) = filter.case {
        and(&mut sql, "e.case_id = ?", case.into());
    }
    if let Some(call) = filter.call {
        and(&mut sql, "e.call_id = ?", call.into());
    }
    if let Some(outcome) = filter.outcome {
        and(&mut sql, "e.outcome = ?", outcome.as_str().into());
    }
    if filter.without_waiting {
        sql.push_str(" AND (e.outcome IS NOT NULL OR e.idle_at IS NOT NULL)");
    }
    if let Some(profile) = filter.profile {
        let all = "(SELECT id FROM profile WHERE id = ? OR merged_into = ?)";
        let naming =
            format!("(e.attendee_id IN {all} OR e.customer_id IN {all} OR e.representative_id IN {all})");
        and(&mut sql, &naming, profile.into());
    }
    sql.push_str(" ORDER BY e.created_at DESC, e.id DESC LIMIT $3");
    let rows = tx.fetch_all(&sql, &args, |row| read(vault, row)).await?;
    let rows = Page::from_overfetch(rows, page.limit, |(engagement, _)| Cursor {
        at: engagement.created_at.as_micros(),
        id: engagement.id.to_bytes(),
    });
    let mut items = Vec::with_capacity(rows.items.len());
    for row in rows.items {
        items.push(opened(tx, vault, row).await?);
    }
    Ok(Page { items, next: rows.next })
}

/// Engagements in which nothing was done for too long, those that expired first first.
pub async fn list_idle_engagements(
    tx: &mut Tx<'_>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<EngagementId>, StoreError> {
    let sql = "SELECT id FROM engagement WHERE idle_at <= $1 ORDER BY idle_at, id LIMIT $2";
    tx.fetch_all(sql, args![now, limit], |row| id(row, 0)).await
}

/// Engagements that opened by themselves, that nobody took up, and whose conversation is over or gone, oldest first; with
/// `only`, that one, if it is one of them.
pub async fn list_left_engagements(
    tx: &mut Tx<'_>,
    only: Option<EngagementId>,
    limit: i64,
) -> Result<Vec<EngagementId>, StoreError> {
    let sql = "SELECT e.id FROM engagement e WHERE e.outcome IS NULL AND e.idle_at IS NULL AND e.id = COALESCE($2, e.id)
                 AND NOT EXISTS (SELECT 1 FROM support_case c
                                 WHERE c.id = e.case_id AND c.status <> 'closed' AND c.chat = 'live')
                 AND NOT EXISTS (SELECT 1 FROM phone_call p WHERE p.id = e.call_id AND p.ended_at IS NULL)
               ORDER BY e.created_at, e.id LIMIT $1";
    tx.fetch_all(sql, args![limit, only], |row| id(row, 0)).await
}

/// Removes an engagement with what people wrote of it, and the key of that.
pub async fn delete_engagement(
    tx: &mut Tx<'_>,
    vault: &Vault,
    engagement: EngagementId,
) -> Result<(), StoreError> {
    let subject = engagement.to_bytes();
    tx.execute("DELETE FROM engagement WHERE id = $1", args![engagement]).await?;
    tx.execute_later("DELETE FROM subject_key WHERE subject_id = $1", args![subject]).await?;
    vault.forget(subject);
    Ok(())
}

/// Removes engagements that came out and did not change since this moment, at most `limit`; how many went. Those that ever
/// named somebody who is on hold stay.
pub async fn delete_engagements(
    tx: &mut Tx<'_>,
    vault: &Vault,
    before: Timestamp,
    now: Timestamp,
    limit: i64,
) -> Result<u64, StoreError> {
    let sql = format!(
        "SELECT e.id FROM engagement e WHERE e.outcome IS NOT NULL AND e.updated_at < $1
            AND NOT EXISTS (SELECT 1 FROM engagement_person n WHERE n.engagement_id = e.id AND n.profile_id IN ({HELD}))
         ORDER BY e.updated_at, e.id LIMIT $3"
    );
    let old: Vec<EngagementId> = tx.fetch_all(&sql, args![before, now, limit], |row| id(row, 0)).await?;
    for engagement in &old {
        delete_engagement(tx, vault, *engagement).await?;
    }
    Ok(old.len() as u64)
}

/// Takes what people wrote of engagements that ever named somebody, and the keys it was sealed under. The records stay: they
/// name customers by id alone. Those that nobody took up say nothing, and go whole.
pub async fn erase_engagement_texts(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "SELECT engagement_id FROM engagement_person WHERE profile_id = $1";
    let named: Vec<EngagementId> = tx.fetch_all(sql, args![profile], |row| id(row, 0)).await?;
    for engagement in named {
        tx.execute("DELETE FROM engagement_text WHERE engagement_id = $1", args![engagement]).await?;
        delete_subject(tx, vault, engagement.to_bytes(), now).await?;
        let waits = "DELETE FROM engagement WHERE id = $1 AND outcome IS NULL AND idle_at IS NULL";
        tx.execute(waits, args![engagement]).await?;
    }
    tx.execute("DELETE FROM engagement_person WHERE profile_id = $1", args![profile]).await?;
    Ok(())
}
