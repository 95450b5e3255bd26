//! Rules for existing cases: each half hour (:00 and :30), and so long after the last message of a person.
//!
//! One server runs them, under a lease. At a half hour each case is looked at without a lock first; only where something
//! would fire is the conversation locked and looked at again, in a transaction of its own. A run that is cut off begins again where it
//! stopped: a rule that fired in a case since the half hour began does not fire there again for it.

use async_recursion::async_recursion as boxed;
use countersign_rules::evaluate::ACTIVE_SPAN;
use countersign_rules::snapshot::Happened;
use countersign_store::case::CaseRow;
use countersign_store::{Tx, account, case, message, rule_case, setting};
use countersign_types::audit::Actor;
use countersign_types::message::Message;
use countersign_types::{AccountId, CaseId, Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::run::{Asked, half_hour};
use crate::Service;
use crate::caller::Grant;
use crate::work::Log;

/// Cases that one look takes.
const LOOK_MAX: i64 = 200;
/// The setting that remembers how far the half hour came.
const PROGRESS: &str = "rules.half_hour";

/// How far a half hour came.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Progress {
    /// Which half hour.
    begin: Timestamp,
    /// The last case that was looked at.
    after: CaseId,
    /// Whether all were.
    is_done: bool,
}

impl Service {
    /// Lets rules for existing cases look once, as the job does each second: for tests whose clock stands still.
    #[doc(hidden)]
    #[boxed]
    pub async fn run_rules_now(&self) -> Result<()> {
        self.rules_job().await
    }

    /// Looks at cases whose delay is over, and at all active ones when a half hour begins.
    pub(crate) async fn rules_job(&self) -> Result<()> {
        let snapshot = self.snapshot();
        let rules = &snapshot.rules;
        if !rules.settings.is_enabled || !rules.set.has_half_hour() || !self.has_lease("rules").await? {
            return Ok(());
        }
        self.run_delays().await?;
        self.run_half_hour().await
    }

    async fn run_delays(&self) -> Result<()> {
        loop {
            let now = self.now();
            let due = self
                .read(async move |tx: &mut Tx<'_>| Ok(rule_case::list_rules_due(tx, now, LOOK_MAX).await?))
                .await?;
            let count = due.len();
            for (case, account) in due {
                self.run_existing(case, account, Happened::Delay, now).await?;
            }
            if count < usize::try_from(LOOK_MAX).unwrap_or(usize::MAX) || *self.stopping().borrow() {
                return Ok(());
            }
        }
    }

    async fn run_half_hour(&self) -> Result<()> {
        let now = self.now();
        let begin = half_hour(now);
        let known: Option<Progress> =
            self.read(async |tx: &mut Tx<'_>| Ok(setting::find_setting(tx, PROGRESS).await?)).await?;
        let mut progress = match known {
            Some(known) if known.begin == begin => known,
            // The first start waits for the next half hour: what was said before belongs to nobody's rule yet.
            None => Progress { begin, after: CaseId::from_bytes([0; 16]), is_done: true },
            Some(_) => Progress { begin, after: CaseId::from_bytes([0; 16]), is_done: false },
        };
        if known.is_some_and(|known| known.begin == begin && known.is_done) {
            return Ok(());
        }
        while !progress.is_done && !*self.stopping().borrow() {
            let (after, since) = (progress.after, now.plus(-ACTIVE_SPAN));
            let cases = self
                .read(async move |tx: &mut Tx<'_>| {
                    Ok(rule_case::list_active_cases(tx, since, after, LOOK_MAX).await?)
                })
                .await?;
            progress.is_done = cases.len() < usize::try_from(LOOK_MAX).unwrap_or(usize::MAX);
            for (case, account) in cases {
                self.run_existing(case, account, Happened::HalfHour, now).await?;
                progress.after = case;
            }
            self.save_progress(progress).await?;
            if !self.has_lease("rules").await? {
                return Ok(());
            }
        }
        if known.is_none() {
            self.save_progress(progress).await?;
        }
        Ok(())
    }

    async fn save_progress(&self, progress: Progress) -> Result<()> {
        let now = self.now();
        self.db()
            .write(async move |tx: &mut Tx<'_>| -> Result<()> {
                Ok(setting::update_setting(tx, PROGRESS, &progress, now).await?)
            })
            .await
    }

    /// One case. Fails only when the database does; then the next run begins with it again.
    async fn run_existing(
        &self,
        case_id: CaseId,
        account_id: AccountId,
        happened: Happened,
        now: Timestamp,
    ) -> Result<()> {
        // Most cases wait for nothing at a half hour: they are not locked for it.
        if happened == Happened::HalfHour && !self.would_fire(case_id, happened, now).await? {
            return Ok(());
        }
        let service = self.clone();
        let grant = Grant::internal(Actor::system());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if account::find_account_ref_for_update(tx, account_id).await?.is_none() {
                return Ok(());
            }
            let Some((mut row, message)) = service.read_conversation(tx, case_id, now).await? else {
                return Ok(());
            };
            let said = row.case.last_person_at;
            let asked = Asked { happened, message: message.as_ref(), changes: Vec::new() };
            service.run_rules(tx, log, &mut row, asked, now).await?;
            if happened == Happened::Delay {
                let set = &service.snapshot().rules.set;
                let next = said.and_then(|said| set.next_delay(said, now));
                rule_case::update_rules_due(tx, case_id, next).await?;
            }
            Ok(())
        })
        .await
    }

    async fn would_fire(&self, case_id: CaseId, happened: Happened, now: Timestamp) -> Result<bool> {
        let service = self.clone();
        self.read(async move |tx: &mut Tx<'_>| -> Result<bool> {
            let Some((mut row, message)) = service.read_conversation(tx, case_id, now).await? else {
                return Ok(false);
            };
            service.would_rules_fire(tx, &mut row, message.as_ref(), happened, now).await
        })
        .await
    }

    /// A case with its newest message.
    async fn read_conversation(
        &self,
        tx: &mut Tx<'_>,
        case_id: CaseId,
        now: Timestamp,
    ) -> Result<Option<(CaseRow, Option<Message>)>> {
        let Some(row) = case::find_case(tx, self.vault(), case_id, now).await? else { return Ok(None) };
        let message = match row.case.last_message {
            Some(id) => message::find_message(tx, self.vault(), id).await?,
            None => None,
        };
        Ok(Some((row, message)))
    }
}
