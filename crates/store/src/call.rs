//! Calls, and the look-ups they made.

use std::fmt::Write as _;

use countersign_types::call::{Call, CallAbout, CallLookUp, CallOutcome, CallState};
use countersign_types::phone_number::PhoneAdapter;
use countersign_types::pii::{FreeText, Pii, Purpose};
use countersign_types::profile::IdentifierKind;
use countersign_types::{AccountId, CallId, Cursor, Page, PageRequest, ProfileId, Timestamp, UserId};

use crate::codec::{id, json, opt_id, opt_time, time, to_json, word};
use crate::dialect::{lock_suffix, places};
use crate::identifier::key_hash;
use crate::subject_key::subject;
use crate::vault::{Place, Subject, Vault};
use crate::{Arg, Row, StoreError, Tx, args};

const ABOUT: Place = Place("phone_call.about");
const NOTE: Place = Place("phone_call.note");

const SELECT: &str = "SELECT c.id, c.account_id, c.number_id, c.flow_id, c.flow_version, c.adapter, c.provider_id, c.state,
    c.outcome, c.agent_id, c.about_sealed, c.note_sealed, c.transcript, c.started_at, c.answered_at, c.ended_at,
    c.updated_at FROM phone_call c";

/// The same with the wrapped keys of the accounts, so that a page needs no query of its own for each.
fn with_key() -> String {
    let joined = " c JOIN subject_key k ON k.subject_id = c.account_id";
    SELECT.replace(
        "c.updated_at FROM phone_call c",
        &format!("c.updated_at, k.wrapped FROM phone_call{joined}"),
    )
}

/// Which calls.
#[derive(Debug, Clone, Default)]
pub struct CallFilter {
    /// Of this customer: of every account that stands under them.
    pub profile: Option<ProfileId>,
    /// Of this account.
    pub account: Option<AccountId>,
    /// Taken by this agent.
    pub agent: Option<UserId>,
    /// That came to this.
    pub outcome: Option<CallOutcome>,
    /// Those that go on (`true`) or are over.
    pub is_live: Option<bool>,
}

/// A call whose sealed parts are still sealed: opening them takes the key of its account.
struct Sealed {
    call: Call,
    about: Vec<u8>,
    note: Option<Vec<u8>>,
}

fn sealed(row: &Row<'_>) -> Result<Sealed, StoreError> {
    let outcome = match row.opt_str(8)? {
        None => None,
        Some(_) => Some(word(row, 8, CallOutcome::parse)?),
    };
    let call = Call {
        id: id(row, 0)?,
        account: id(row, 1)?,
        number: opt_id(row, 2)?,
        flow: opt_id(row, 3)?,
        flow_version: row.opt_i64(4)?,
        adapter: word(row, 5, PhoneAdapter::parse)?,
        provider_id: row.opt_text(6)?,
        state: word(row, 7, CallState::parse)?,
        outcome,
        agent: opt_id(row, 9)?,
        about: CallAbout { body: Pii::new(String::new()), note: None },
        transcript: json(row, 12)?,
        started_at: time(row, 13)?,
        answered_at: opt_time(row, 14)?,
        ended_at: opt_time(row, 15)?,
        updated_at: time(row, 16)?,
    };
    Ok(Sealed { call, about: row.bytes(10)?, note: row.opt_bytes(11)? })
}

async fn opened(tx: &mut Tx<'_>, vault: &Vault, sealed: Sealed) -> Result<Call, StoreError> {
    let key = subject(tx, vault, sealed.call.account.to_bytes()).await?;
    opened_with(&key, sealed)
}

fn opened_with(key: &Subject, sealed: Sealed) -> Result<Call, StoreError> {
    let Sealed { mut call, about, note } = sealed;
    let row = call.id.to_bytes();
    call.about.body = Pii::new(key.open_text(ABOUT, row, &about)?);
    call.about.note = note.map(|note| key.open_text(NOTE, row, &note)).transpose()?.map(Pii::new);
    Ok(call)
}

fn seal(key: &Subject, place: Place, call: CallId, text: &Pii<FreeText>) -> Result<Vec<u8>, StoreError> {
    key.seal(place, call.to_bytes(), text.plain(Purpose::Seal).as_bytes())
}

/// Adds a call. `false`: its provider told of it before.
pub async fn insert_call(tx: &mut Tx<'_>, vault: &Vault, call: &Call) -> Result<bool, StoreError> {
    let key = subject(tx, vault, call.account.to_bytes()).await?;
    let note = call.about.note.as_ref().map(|note| seal(&key, NOTE, call.id, note)).transpose()?;
    let count = tx
        .execute(
            "INSERT INTO phone_call (id, account_id, number_id, flow_id, flow_version, adapter, provider_id, state, outcome,
                                     agent_id, about_sealed, note_sealed, transcript, started_at, answered_at, ended_at,
                                     updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
             ON CONFLICT DO NOTHING",
            args![
                call.id,
                call.account,
                call.number,
                call.flow,
                call.flow_version,
                call.adapter.as_str(),
                call.provider_id.as_deref(),
                call.state.as_str(),
                call.outcome.map(CallOutcome::as_str),
                call.agent,
                seal(&key, ABOUT, call.id, &call.about.body)?,
                note,
                Arg::json(to_json(&call.transcript)?),
                call.started_at,
                call.answered_at,
                call.ended_at,
                call.updated_at,
            ],
        )
        .await?;
    Ok(count == 1)
}

/// Makes a call findable by its caller's number, E.164.
pub async fn index_caller(
    tx: &mut Tx<'_>,
    vault: &Vault,
    call: CallId,
    number: &str,
) -> Result<(), StoreError> {
    let hash = key_hash(vault, IdentifierKind::Phone, number);
    tx.execute_later("UPDATE phone_call SET caller_hash = $2 WHERE id = $1", args![call, hash]).await?;
    Ok(())
}

/// The accounts of calls that came from a number proved of `$1`, and in which nobody was identified: nobody else has a
/// better claim to them. Not those from before the number was theirs, as far as is known, nor those that go on, lead
/// anywhere, or are held.
pub(crate) const UNCLAIMED: &str = "SELECT c.account_id FROM phone_call c
        JOIN channel_account u ON u.id = c.account_id AND u.profile_id = u.home_profile_id
        JOIN profile h ON h.id = u.profile_id AND h.is_anonymous
     WHERE c.ended_at IS NOT NULL
       AND EXISTS (SELECT 1 FROM identifier i WHERE i.key_hash = c.caller_hash AND i.profile_id = $1 AND i.kind = 'phone'
                     AND i.is_proved AND i.recorded_at <= c.started_at)
       AND NOT EXISTS (SELECT 1 FROM support_case s WHERE s.account_id = u.id)
       AND NOT EXISTS (SELECT 1 FROM profile_hold o WHERE o.profile_id = h.id)";

/// Calls from a customer's proved numbers in which nobody was identified, the latest 200.
pub async fn list_unclaimed_calls(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
) -> Result<Vec<Call>, StoreError> {
    let sql =
        format!("{SELECT} WHERE c.account_id IN ({UNCLAIMED}) ORDER BY c.started_at DESC, c.id LIMIT 200");
    let rows = tx.fetch_all(&sql, args![profile], sealed).await?;
    let mut calls = Vec::with_capacity(rows.len());
    for row in rows {
        calls.push(opened(tx, vault, row).await?);
    }
    Ok(calls)
}

/// Saves where a call stands. `false`: there is none.
pub async fn update_call(tx: &mut Tx<'_>, vault: &Vault, call: &Call) -> Result<bool, StoreError> {
    let key = subject(tx, vault, call.account.to_bytes()).await?;
    let note = call.about.note.as_ref().map(|note| seal(&key, NOTE, call.id, note)).transpose()?;
    let count = tx
        .execute(
            "UPDATE phone_call SET state = $2, outcome = $3, agent_id = $4, about_sealed = $5, note_sealed = $6,
                    transcript = $7, answered_at = $8, ended_at = $9, updated_at = $10
             WHERE id = $1",
            args![
                call.id,
                call.state.as_str(),
                call.outcome.map(CallOutcome::as_str),
                call.agent,
                seal(&key, ABOUT, call.id, &call.about.body)?,
                note,
                Arg::json(to_json(&call.transcript)?),
                call.answered_at,
                call.ended_at,
                call.updated_at,
            ],
        )
        .await?;
    Ok(count == 1)
}

/// A call.
pub async fn find_call(tx: &mut Tx<'_>, vault: &Vault, wanted: CallId) -> Result<Option<Call>, StoreError> {
    one(tx, vault, &format!("{SELECT} WHERE c.id = $1"), args![wanted]).await
}

/// A call, locked until the operation ends.
pub async fn find_call_for_update(
    tx: &mut Tx<'_>,
    vault: &Vault,
    wanted: CallId,
) -> Result<Option<Call>, StoreError> {
    let sql = format!("{SELECT} WHERE c.id = $1{}", lock_suffix(tx.backend()));
    one(tx, vault, &sql, args![wanted]).await
}

/// The call that a provider knows under this id.
pub async fn find_call_by_provider_id(
    tx: &mut Tx<'_>,
    vault: &Vault,
    adapter: PhoneAdapter,
    provider_id: &str,
) -> Result<Option<Call>, StoreError> {
    let sql = format!("{SELECT} WHERE c.adapter = $1 AND c.provider_id = $2");
    one(tx, vault, &sql, args![adapter.as_str(), provider_id]).await
}

async fn one(
    tx: &mut Tx<'_>,
    vault: &Vault,
    sql: &str,
    args: &[Arg<'_>],
) -> Result<Option<Call>, StoreError> {
    match tx.fetch_optional(sql, args, sealed).await? {
        Some(found) => Ok(Some(opened(tx, vault, found).await?)),
        None => Ok(None),
    }
}

/// Calls, newest first.
pub async fn list_calls(
    tx: &mut Tx<'_>,
    vault: &Vault,
    filter: &CallFilter,
    page: PageRequest,
) -> Result<Page<Call>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [0xff; 16] });
    let mut args: Vec<Arg<'_>> = args![after.at, after.id, page.limit + 1].to_vec();
    let mut sql = format!("{} WHERE c.started_at <= $1 AND (c.started_at < $1 OR c.id < $2)", with_key());
    let mut and = |sql: &mut String, condition: &str, arg: Arg<'static>| {
        args.push(arg);
        let _ = write!(sql, " AND {condition} ${}", args.len());
    };
    if let Some(account) = filter.account {
        and(&mut sql, "c.account_id =", account.into());
    }
    if let Some(agent) = filter.agent {
        and(&mut sql, "c.agent_id =", agent.into());
    }
    if let Some(outcome) = filter.outcome {
        and(&mut sql, "c.outcome =", outcome.as_str().into());
    }
    if let Some(profile) = filter.profile {
        and(&mut sql, "c.account_id IN (SELECT id FROM channel_account WHERE profile_id =", profile.into());
        sql.push(')');
    }
    sql.push_str(match filter.is_live {
        None => "",
        Some(true) => " AND c.ended_at IS NULL",
        Some(false) => " AND c.ended_at IS NOT NULL",
    });
    sql.push_str(" ORDER BY c.started_at DESC, c.id DESC LIMIT $3");
    let rows = tx.fetch_all(&sql, &args, |row| Ok((sealed(row)?, row.bytes(17)?))).await?;
    let rows = Page::from_overfetch(rows, page.limit, |(row, _)| Cursor {
        at: row.call.started_at.as_micros(),
        id: row.call.id.to_bytes(),
    });
    let open = |(row, wrapped): (Sealed, Vec<u8>)| {
        let id = row.call.account.to_bytes();
        let key = vault.ready(id).map_or_else(|| vault.unwrap_subject(id, &wrapped), Ok)?;
        opened_with(&key, row)
    };
    let items = rows.items.into_iter().map(open).collect::<Result<_, StoreError>>()?;
    Ok(Page { items, next: rows.next })
}

/// Who stands behind the accounts of calls: the profile that is found under each now. Those that were erased meanwhile are
/// left out.
pub async fn list_callers(
    tx: &mut Tx<'_>,
    accounts: &[AccountId],
) -> Result<Vec<(AccountId, ProfileId)>, StoreError> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT a.id, COALESCE(p.merged_into, p.id) FROM channel_account a JOIN profile p ON p.id = a.profile_id
         WHERE a.id IN ({})",
        places(accounts.len())
    );
    let args: Vec<Arg<'_>> = accounts.iter().map(|id| Arg::from(*id)).collect();
    tx.fetch_all(&sql, &args, |row| Ok((id(row, 0)?, id(row, 1)?))).await
}

/// Calls that go on and of which nobody heard since a moment: on the bench since `bench`, else since `others`. Those that
/// began first are first.
pub async fn list_idle_calls(
    tx: &mut Tx<'_>,
    bench: Timestamp,
    others: Timestamp,
    limit: i64,
) -> Result<Vec<CallId>, StoreError> {
    let sql = "SELECT id FROM phone_call
               WHERE ended_at IS NULL AND updated_at < CASE WHEN adapter = $1 THEN $2 ELSE $3 END
               ORDER BY started_at, id LIMIT $4";
    tx.fetch_all(sql, args![PhoneAdapter::Bench.as_str(), bench, others, limit], |row| id(row, 0)).await
}

/// Removes calls that ended before a moment, some at a time, but those of customers of whom nothing may go; with each
/// goes its account, where nobody was identified by it. How many calls went.
pub async fn delete_calls(
    tx: &mut Tx<'_>,
    vault: &Vault,
    before: Timestamp,
    now: Timestamp,
    limit: i64,
) -> Result<u64, StoreError> {
    let held = crate::privacy::HELD;
    let sql = format!(
        "DELETE FROM phone_call WHERE id IN (SELECT c.id FROM phone_call c JOIN channel_account a ON a.id = c.account_id
             WHERE c.started_at < $1 AND c.ended_at < $1 AND a.profile_id NOT IN ({held}) ORDER BY c.started_at LIMIT $3)
         RETURNING account_id"
    );
    let gone: Vec<AccountId> = tx.fetch_all(&sql, args![before, now, limit], |row| id(row, 0)).await?;
    crate::erasure::erase_strangers(tx, vault, &gone, now).await?;
    Ok(gone.len() as u64)
}

/// Adds a look-up that a call made.
pub async fn insert_call_look_up(tx: &mut Tx<'_>, made: &CallLookUp) -> Result<(), StoreError> {
    tx.execute_later(
        "INSERT INTO call_look_up (id, call_id, node, outcome, why, status, latency_ms, host, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            made.id,
            made.call,
            &made.node,
            &made.outcome,
            made.why.as_deref(),
            made.status,
            made.latency_ms,
            &made.host,
            made.at,
        ],
    )
    .await?;
    Ok(())
}

/// The look-ups of calls, those of each in turn.
pub async fn list_call_look_ups(tx: &mut Tx<'_>, calls: &[CallId]) -> Result<Vec<CallLookUp>, StoreError> {
    if calls.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id, call_id, node, outcome, why, status, latency_ms, host, at FROM call_look_up
         WHERE call_id IN ({}) ORDER BY at, id",
        places(calls.len())
    );
    let args: Vec<Arg<'_>> = calls.iter().map(|id| Arg::from(*id)).collect();
    tx.fetch_all(&sql, &args, |row: &Row<'_>| {
        Ok(CallLookUp {
            id: id(row, 0)?,
            call: id(row, 1)?,
            node: row.text(2)?,
            outcome: row.text(3)?,
            why: row.opt_text(4)?,
            status: row.opt_i64(5)?,
            latency_ms: row.i64(6)?,
            host: row.text(7)?,
            at: time(row, 8)?,
        })
    })
    .await
}
