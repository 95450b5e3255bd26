//! Mail: a sender may have several conversations at once, and may be somebody else than the address says.

use countersign_store::account::{self, AccountRef};
use countersign_store::case::CaseRow;
use countersign_store::limit::{lock_counter, update_counter};
use countersign_store::{Subject, Tx, mail_thread, message as store, subject_key};
use countersign_types::audit::Actor;
use countersign_types::case::{CaseStatus, MailThread};
use countersign_types::channel::{Channel, ChannelKind};
use countersign_types::pii::{FreeText, Pii, Purpose};
use countersign_types::{AccountId, CaseId, ChannelId, Result, Timestamp, time};

use super::inbound::{Inbound, InboundMail, is_unproved_sender, sender_address};
use crate::Service;
use crate::code::redact::redacted_line;
use crate::code::redeem::Place;
use crate::port::OutboundMail;
use crate::work::Log;

/// Most mails that the next one names as those before it. What is left out is in the middle: readers put mails in order
/// by the first and the last.
const REFERENCES_MAX: usize = 20;
/// Counts automatic replies to addresses that nobody vouches for.
const ANSWERED: &str = "unproved_answer";
/// Most of them to one address in a day.
const ANSWERS_MAX: i64 = 3;
/// The line of the record under the first mail of a sender whom nobody vouches for.
const UNPROVED_LINE: &str = "The sender's mail server did not vouch for the address.";

impl Service {
    /// A mail with the sender that it turns out to have. Somebody whom nobody vouches for, who answers an answer of ours,
    /// is who that went to: only its receiver knows its id. They never become the one of that address who is vouched for.
    pub(super) async fn settled(
        &self,
        tx: &mut Tx<'_>,
        channel: ChannelId,
        inbound: &Inbound,
    ) -> Result<Option<Inbound>> {
        let Some(mail) = inbound.mail.as_ref().filter(|mail| mail.is_unproved) else { return Ok(None) };
        for answered in &mail.answers {
            let Some((on, case)) = store::find_message_place(tx, *answered).await? else { continue };
            if on != channel {
                continue;
            }
            let Some(found) = account::find_account_of_case(tx, self.vault(), case).await? else { continue };
            let known = found.user_id.plain(Purpose::Match);
            let says = sender_address(inbound.user_id.plain(Purpose::Match));
            if is_unproved_sender(known) && sender_address(known) == says {
                return Ok(Some(Inbound { user_id: found.user_id, ..inbound.clone() }));
            }
        }
        Ok(None)
    }

    /// The conversation that a mail belongs to, and whether it is new: that of the mail it answers, unless that is closed.
    pub(super) async fn case_for_mail(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        at: (ChannelId, AccountRef),
        mail: &InboundMail,
        now: Timestamp,
    ) -> Result<(CaseId, bool)> {
        let (channel, account) = at;
        let key = subject_key::subject(tx, self.vault(), account.id.to_bytes()).await?;
        let root = mail.thread.references.first().unwrap_or(&mail.thread.id);
        let (case, is_new) = match self.open_thread(tx, account.id, mail, root).await? {
            Some(case) => (case, false),
            None => {
                let case = self.begin_case(tx, log, actor, channel, account, now).await?;
                // Links of ours put the code into the subject as well.
                let subject = mail.subject.as_ref().map(|subject| subject.plain(Purpose::Match));
                let subject: Option<Pii<FreeText>> = subject.map(|s| Pii::new(redacted_line(s)));
                let at = (account.id, case);
                mail_thread::begin_thread(tx, self.vault(), &key, at, root, subject.as_ref()).await?;
                (case, true)
            }
        };
        mail_thread::update_thread(tx, &key, case, &next_thread(&mail.thread)).await?;
        Ok((case, is_new))
    }

    async fn open_thread(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        mail: &InboundMail,
        root: &str,
    ) -> Result<Option<CaseId>> {
        // What it answers last says best where it belongs.
        for answered in mail.answers.iter().rev() {
            let Some((_, case)) = store::find_message_place(tx, *answered).await? else { continue };
            match mail_thread::find_status_of(tx, account, case).await? {
                Some(CaseStatus::Closed) | None => {}
                Some(_) => return Ok(Some(case)),
            }
        }
        let found = mail_thread::find_thread_case(tx, self.vault(), account, root).await?;
        Ok(found.filter(|(_, status)| *status != CaseStatus::Closed).map(|(case, _)| case))
    }

    /// Tells the team that nobody vouches for the sender of a conversation.
    pub(super) async fn note_unproved(
        &self,
        tx: &mut Tx<'_>,
        place: &Place<'_>,
        inbound: &Inbound,
        now: Timestamp,
    ) -> Result<()> {
        if inbound.mail.as_ref().is_some_and(|mail| mail.is_unproved) {
            let level = countersign_types::Assurance::Al0;
            self.note_event(tx, place, UNPROVED_LINE, level, now).await?;
        }
        Ok(())
    }

    /// Whether a rule may still answer this sender. An address that nobody vouches for may be another person's, whom
    /// somebody would have us write to: it gets little.
    pub(crate) async fn may_answer_by_itself(
        &self,
        tx: &mut Tx<'_>,
        user_id: &str,
        now: Timestamp,
    ) -> Result<bool> {
        if !is_unproved_sender(user_id) {
            return Ok(true);
        }
        let hash = self.vault().blind(ANSWERED, sender_address(user_id));
        let mut counter = lock_counter(tx, ANSWERED, hash).await?;
        let now = now.as_micros();
        if now - counter.long_since >= time::DAY {
            (counter.long_since, counter.long_count) = (now, 0);
        }
        if counter.long_count >= ANSWERS_MAX {
            return Ok(false);
        }
        (counter.long_count, counter.seen_at) = (counter.long_count + 1, now);
        update_counter(tx, ANSWERED, hash, &counter).await?;
        Ok(true)
    }

    /// What a reply has besides its text, where it leaves as a mail.
    pub(super) async fn mail_of_reply(
        &self,
        tx: &mut Tx<'_>,
        key: &Subject,
        row: &CaseRow,
    ) -> Result<Option<OutboundMail>> {
        let is_mail = |channel: &Channel| channel.kind == ChannelKind::Email;
        let snapshot = self.snapshot();
        if !snapshot.channel(row.case.channel).is_ok_and(|entry| is_mail(&entry.channel)) {
            return Ok(None);
        }
        let answers = mail_thread::find_thread(tx, key, row.case.id).await?;
        let subject = row.case.subject.as_ref().map_or("", |subject| subject.plain(Purpose::Deliver));
        Ok(Some(OutboundMail { subject: answer_subject(subject), answers }))
    }
}

/// `Re:` before a subject that does not have it yet.
fn answer_subject(subject: &str) -> String {
    let begins = |prefix: &str| subject.get(..prefix.len()).is_some_and(|s| s.eq_ignore_ascii_case(prefix));
    match subject.trim() {
        "" => "Re:".to_owned(),
        kept if begins("re:") => kept.to_owned(),
        bare => format!("Re: {bare}"),
    }
}

/// What is kept of a mail for the one that answers it.
fn next_thread(thread: &MailThread) -> MailThread {
    let mut references = thread.references.clone();
    if references.len() > REFERENCES_MAX {
        references.drain(1..references.len() - REFERENCES_MAX + 1);
    }
    MailThread { id: thread.id.clone(), references }
}

#[cfg(test)]
mod tests {
    use super::super::inbound::unproved_sender;
    use super::*;

    #[test]
    fn an_answer_says_re_once() {
        assert_eq!(answer_subject("Invoice"), "Re: Invoice");
        assert_eq!(answer_subject("RE: Invoice"), "RE: Invoice");
        assert_eq!(answer_subject("  "), "Re:");
        assert_eq!(answer_subject("é"), "Re: é");
    }

    #[test]
    fn the_first_and_the_last_references_are_kept() {
        let thread = |n: usize| MailThread {
            id: "last@x".to_owned(),
            references: (0..n).map(|i| format!("{i}@x")).collect(),
        };
        let kept = next_thread(&thread(50)).references;
        assert_eq!(kept.len(), REFERENCES_MAX);
        assert_eq!(
            (kept.first().map(String::as_str), kept.last().map(String::as_str)),
            (Some("0@x"), Some("49@x"))
        );
        assert_eq!(next_thread(&thread(3)), thread(3));
    }

    #[test]
    fn an_address_is_found_again_in_the_id_of_an_unproved_sender() {
        let id = unproved_sender("mia#1@example.org", "abc");
        assert!(is_unproved_sender(&id));
        assert_eq!(sender_address(&id), "mia#1@example.org");
        assert_eq!(sender_address("mia@example.org"), "mia@example.org");
        assert!(!is_unproved_sender("mia@example.org"));
    }
}
