//! How a chat ends in which nobody answers: so many minutes after a colleague's reply, unless the customer writes or
//! somebody puts the end off.
//!
//! The moment stands on the case, so that it outlives restarts. One server looks each second, under a lease; what is due
//! is looked at again with the conversation locked, so that a customer's message and the end come one after the other:
//! a message before it keeps the chat, one after it opens it again.

use async_recursion::async_recursion as boxed;
use countersign_store::account::find_account_ref_for_update;
use countersign_store::chat_timer::{self as store, ChatTimer};
use countersign_store::{Tx, case, notice, subject_key};
use countersign_types::audit::Actor;
use countersign_types::case::{Case, ChatState};
use countersign_types::event::EventKind;
use countersign_types::notice::{Notice, NoticeKind};
use countersign_types::pii::Pii;
use countersign_types::{AccountId, CaseId, Error, Permission, Result, Timestamp, time};

use crate::Service;
use crate::caller::{Grant, Request};
use crate::case::{CaseRow, Ending};
use crate::work::Log;

/// How long before the end its assignee is told.
const WARNING: i64 = time::MINUTE;
/// By how many minutes an end is put off at once, at most.
pub const EXTEND_MINUTES_MAX: u32 = 60;
/// How far away an end is put, at most.
const FAR: i64 = 4 * time::HOUR;
/// Chats that one look takes.
const LOOK_MAX: i64 = 200;

/// A timer that ends at a moment: told a minute before, or half way where that is less.
fn timer(now: Timestamp, ends_at: Timestamp) -> ChatTimer {
    let span = ends_at.as_micros() - now.as_micros();
    ChatTimer { ends_at, warns_at: ends_at.plus(-WARNING.min(span / 2)) }
}

impl Service {
    /// Puts off the end of a chat that ends by itself.
    #[boxed]
    pub async fn extend_chat(&self, request: &Request, id: CaseId, minutes: u32) -> Result<CaseRow> {
        let grant = self.authorise(request, Permission::CaseWrite).await?;
        if !(1..=EXTEND_MINUTES_MAX).contains(&minutes) {
            let detail = "A chat is put off by 1 to 60 minutes.";
            return Err(Error::invalid("/minutes", "out-of-range", detail));
        }
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            service.lock_for_change(tx, id, now).await?;
            let found = case::find_case(tx, service.vault(), id, now).await?;
            let case = found.ok_or(Error::NotFound("case"))?.case;
            let Some(ends_at) = case.chat_ends_at.filter(|_| case.chat == ChatState::Live) else {
                return Err(Error::conflict(
                    "chat-does-not-end",
                    "This chat does not end by itself: it has ended, or the customer has written.",
                    "Look at the case as it is now.",
                ));
            };
            let before = ends_at;
            let ends_at = ends_at.max(now).plus(i64::from(minutes) * time::MINUTE);
            if ends_at > now.plus(FAR) {
                return Err(Error::conflict(
                    "chat-put-off-enough",
                    "A chat stays open for at most four hours without an answer.",
                    "End it; the customer's next message opens it again.",
                ));
            }
            store::start_chat_timer(tx, id, timer(now, ends_at)).await?;
            let mut event = service.event(EventKind::CaseUpdated, &actor, now)?;
            event.account = Some(case.account);
            event.case = Some(id);
            event.details = serde_json::json!({ "chat_ends_at": [before, ends_at], "minutes": minutes });
            log.event(event);
            log.live("case.updated", id);
            Ok(())
        })
        .await?;
        self.find_case(id).await
    }

    /// Begins the time in which the customer may answer a colleague's reply, on channels where people chat.
    pub(crate) async fn start_chat_timer(
        &self,
        tx: &mut Tx<'_>,
        case: &Case,
        replied_at: Timestamp,
    ) -> Result<()> {
        let snapshot = self.snapshot();
        let minutes = i64::from(snapshot.workspace.chat_end_minutes);
        let is_chat = snapshot.channels.get(&case.channel).is_some_and(|entry| entry.channel.kind.is_chat());
        if minutes > 0 && is_chat {
            let ends_at = replied_at.plus(minutes * time::MINUTE);
            store::start_chat_timer(tx, case.id, timer(replied_at, ends_at)).await?;
        }
        Ok(())
    }

    /// Looks once, as the job does each second: for tests whose clock stands still.
    #[doc(hidden)]
    #[boxed]
    pub async fn run_chat_timers_now(&self) -> Result<()> {
        self.chat_timer_job().await
    }

    /// Ends chats whose time is over, and tells of those that end soon. One that cannot be handled does not keep the
    /// others waiting.
    pub(crate) async fn chat_timer_job(&self) -> Result<()> {
        let now = self.now();
        let due = async move |tx: &mut Tx<'_>| -> Result<_> {
            let over = store::list_chats_to_end(tx, now, LOOK_MAX).await?;
            Ok((over, store::list_chats_to_warn(tx, now, LOOK_MAX).await?))
        };
        let (over, soon) = self.read(due).await?;
        // Only then: a lease is a write, and mostly nothing is due.
        if (over.is_empty() && soon.is_empty()) || !self.has_lease("chats").await? {
            return Ok(());
        }
        for (case, account) in over {
            if let Err(error) = self.end_unanswered(case, account).await {
                tracing::warn!(%case, %error, "a chat that nobody answers was not ended");
            }
        }
        for (case, account) in soon {
            if let Err(error) = self.warn_of_end(case, account).await {
                tracing::warn!(%case, %error, "nobody was told of a chat that ends soon");
            }
        }
        Ok(())
    }

    async fn end_unanswered(&self, id: CaseId, account: AccountId) -> Result<()> {
        let (service, actor, now) = (self.clone(), Actor::system(), self.now());
        let status = Some(self.snapshot().workspace.chat_end_status);
        self.write(
            &Grant::internal(actor.clone()),
            async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
                // In the order in which messages lock: whoever comes second sees what the first one did.
                find_account_ref_for_update(tx, account).await?;
                case::lock_case(tx, id).await?;
                let Some(row) = case::find_case(tx, service.vault(), id, now).await? else {
                    // Its customer was erased: nobody waits there.
                    return Ok(store::clear_chat_timer(tx, id).await?);
                };
                if row.case.chat_ends_at.is_none_or(|ends_at| ends_at > now) {
                    return Ok(());
                }
                let ending = Ending { status, reason: Some("no_answer") };
                service.end_chat_in(tx, log, &actor, id, ending, now).await
            },
        )
        .await
    }

    async fn warn_of_end(&self, id: CaseId, account: AccountId) -> Result<()> {
        let (service, now) = (self.clone(), self.now());
        self.write(
            &Grant::internal(Actor::system()),
            async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
                if !store::take_chat_warning(tx, id, now).await? {
                    return Ok(());
                }
                let Some(row) = case::find_case(tx, service.vault(), id, now).await? else { return Ok(()) };
                let snapshot = service.snapshot();
                let told = row.case.assignee.filter(|user| snapshot.rules.schema.users.contains(user));
                let Some(user) = told else { return Ok(()) };
                let key = subject_key::subject(tx, service.vault(), account.to_bytes()).await?;
                let notice = Notice {
                    id: service.new_id()?,
                    user,
                    case: id,
                    kind: NoticeKind::ChatEnds,
                    rule_name: String::new(),
                    text: Pii::new("This chat ends in a minute unless the customer answers."),
                    created_at: now,
                    read_at: None,
                };
                notice::insert_notice(tx, &key, &notice).await?;
                log.live("notice.created", user);
                Ok(())
            },
        )
        .await
    }
}
