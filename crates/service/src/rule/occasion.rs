//! What rules are asked about besides messages and moments: a change of a case, of the level of a link, of a customer, and
//! a code that its page confirmed. Conversations are locked as messages lock them: the account first, then the case.

use countersign_rules::Trigger;
use countersign_rules::snapshot::Happened;
use countersign_store::case::{self, CaseRow};
use countersign_store::{Tx, message as message_store, profile};
use countersign_types::case::CaseStatus;
use countersign_types::code::Outcome;
use countersign_types::message::Message;
use countersign_types::{AccountId, Assurance, CaseId, ProfileId, Result, Timestamp};

use super::run::{Asked, Changed, Held, held};
use crate::Service;
use crate::work::Log;

/// Cases of a customer that are looked at when something about the customer was changed.
const CASES_MAX: usize = 20;

impl Service {
    /// Asks rules about a change to a case that a person or a program made. Call [`Service::lock_conversation`] first.
    pub(crate) async fn run_rules_on_change(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        case_id: CaseId,
        changes: Vec<Changed>,
        now: Timestamp,
    ) -> Result<()> {
        if changes.is_empty() || !self.has_rules_for_changes() {
            return Ok(());
        }
        let Some(mut row) = case::find_case(tx, self.vault(), case_id, now).await? else { return Ok(()) };
        let newest = newest_message(self, tx, &row).await?;
        let asked = Asked { happened: Happened::Change, message: newest.as_ref(), changes };
        Box::pin(self.run_rules(tx, log, &mut row, asked, now)).await
    }

    /// Whether any rule waits for a change of a case.
    pub(crate) fn has_rules_for_changes(&self) -> bool {
        let snapshot = self.snapshot();
        snapshot.rules.settings.is_enabled && !snapshot.rules.set.is_quiet(Trigger::UpdatedCase)
    }

    /// Locks a conversation as messages do, where rules may follow: its account first, then the case.
    pub(crate) async fn lock_conversation(&self, tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
        if self.has_rules_for_changes() {
            countersign_store::account::find_account_ref_for_update(tx, account).await?;
        }
        Ok(())
    }

    /// Asks rules about a change of the level of an account's link, in its newest conversation that is not closed. The
    /// account must be locked.
    pub(crate) async fn run_rules_on_link(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        account: AccountId,
        before: Assurance,
        now: Timestamp,
    ) -> Result<()> {
        if !self.has_rules_for_changes() {
            return Ok(());
        }
        let live = countersign_store::link::find_live_link(tx, account).await?;
        let live = live.filter(|live| live.expires_at.is_none_or(|end| now < end));
        let after = live.map_or(Assurance::Al0, |live| live.assurance);
        let changes: Vec<Changed> = Changed::assurance(before, after).into_iter().collect();
        match case::find_newest_case(tx, account).await? {
            Some(newest) if newest.status != CaseStatus::Closed => {
                self.run_rules_on_change(tx, log, newest.id, changes, now).await
            }
            _ => Ok(()),
        }
    }

    /// Asks rules about a message whose code its page confirmed only now: for them it came with a valid code. The account
    /// must be locked.
    pub(crate) async fn run_rules_on_confirmation(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        case_id: CaseId,
        now: Timestamp,
    ) -> Result<()> {
        if !self.has_rules_for_changes() {
            return Ok(());
        }
        let Some(mut row) = case::find_case(tx, self.vault(), case_id, now).await? else { return Ok(()) };
        let found = message_store::find_unconfirmed_message(tx, self.vault(), case_id).await?;
        let Some(mut message) = found else { return Ok(()) };
        message.outcome = Some(Outcome::Valid);
        let after = row.link.as_ref().map_or(Assurance::Al0, |(_, evidence)| evidence.assurance);
        let changes = Changed::assurance(message.assurance, after).into_iter().collect();
        let asked = Asked { happened: Happened::Message, message: Some(&message), changes };
        Box::pin(self.run_rules(tx, log, &mut row, asked, now)).await
    }

    /// The attributes of a profile as they are before a change, its conversations locked; `None` where no rule would ask.
    pub(crate) async fn before_profile_change(
        &self,
        tx: &mut Tx<'_>,
        profile_id: ProfileId,
    ) -> Result<Option<BeforeProfile>> {
        if !self.has_rules_for_changes() {
            return Ok(None);
        }
        let mut accounts = countersign_store::identifier::list_account_ids(tx, profile_id).await?;
        accounts.truncate(CASES_MAX);
        accounts.sort_unstable();
        if accounts.is_empty() {
            return Ok(None);
        }
        for account in &accounts {
            countersign_store::account::find_account_ref_for_update(tx, *account).await?;
        }
        let Some(profile) = profile::find_profile(tx, self.vault(), profile_id).await? else {
            return Ok(None);
        };
        Ok(Some(BeforeProfile { accounts, values: held(&self.snapshot(), &profile.attributes) }))
    }

    /// Asks rules about what was changed of a profile, in the newest conversation of each of its accounts that is not
    /// closed.
    pub(crate) async fn run_rules_on_profile(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        profile_id: ProfileId,
        before: Option<BeforeProfile>,
        now: Timestamp,
    ) -> Result<()> {
        let Some(before) = before else { return Ok(()) };
        let Some(profile) = profile::find_profile(tx, self.vault(), profile_id).await? else { return Ok(()) };
        let snapshot = self.snapshot();
        let changes = Changed::of_profile(&snapshot, &before.values, &held(&snapshot, &profile.attributes));
        if changes.is_empty() {
            return Ok(());
        }
        for account in before.accounts {
            if let Some(newest) = case::find_newest_case(tx, account).await?
                && newest.status != CaseStatus::Closed
            {
                self.run_rules_on_change(tx, log, newest.id, changes.clone(), now).await?;
            }
        }
        Ok(())
    }
}

/// A profile before it is changed, for rules.
pub(crate) struct BeforeProfile {
    accounts: Vec<AccountId>,
    values: Vec<Held>,
}

async fn newest_message(service: &Service, tx: &mut Tx<'_>, row: &CaseRow) -> Result<Option<Message>> {
    match row.case.last_message {
        Some(id) => Ok(message_store::find_message(tx, service.vault(), id).await?),
        None => Ok(None),
    }
}
