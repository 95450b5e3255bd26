//! Rules that write an e-mail to the customer, wherever the conversation is.

use countersign_rules::Decision;
use countersign_store::channel::ChannelEntry;
use countersign_store::outbox::{NewOutbox, insert_outbox};
use countersign_store::{Tx, case, identifier, message as message_store, subject_key};
use countersign_types::channel::{ChannelKind, ChannelState};
use countersign_types::message::{Delivery, MessageKind};
use countersign_types::pii::Purpose;
use countersign_types::profile::IdentifierValue;
use countersign_types::{Error, Result};

use super::act::Outcome;
use super::run::Run;
use super::words::{Reader, written};
use crate::Service;
use crate::message::is_unproved_sender;
use crate::port::{OutboundMail, OutboundMessage};
use crate::work::Log;

/// Longest subject, characters.
const SUBJECT_MAX: usize = 200;

impl Service {
    /// The mailbox that rules write from: the conversation's own, else the one that is here longest.
    fn mailbox_for(&self, run: &Run<'_>) -> Option<ChannelEntry> {
        let is_mailbox = |entry: &&ChannelEntry| {
            entry.channel.kind == ChannelKind::Email && entry.channel.state == ChannelState::Active
        };
        let channels = &run.snapshot.channels;
        let own = channels.get(&run.row.case.channel).filter(is_mailbox);
        let oldest = || channels.values().filter(is_mailbox).min_by_key(|entry| entry.channel.created_at);
        own.or_else(oldest).cloned()
    }

    /// Whether there is a mailbox that rules could write from.
    pub(super) fn has_mailbox(&self) -> bool {
        self.snapshot().channels.values().any(|entry| entry.channel.kind == ChannelKind::Email)
    }

    /// The customer's address: the one this conversation comes from, or one that was proved. A claimed one may be
    /// somebody else's.
    async fn proved_address(&self, tx: &mut Tx<'_>, run: &Run<'_>) -> Result<Option<String>> {
        let here = run.snapshot.channels.get(&run.row.case.channel);
        let user = run.row.account.user_id.plain(Purpose::Deliver);
        if here.is_some_and(|entry| entry.channel.kind == ChannelKind::Email) && !is_unproved_sender(user) {
            return Ok(Some(user.to_owned()));
        }
        let known = identifier::list_identifiers(tx, self.vault(), run.row.profile.id).await?;
        Ok(known.iter().filter(|one| one.is_proved).find_map(|one| match &one.value {
            IdentifierValue::Email(address) => Some(address.plain(Purpose::Deliver).to_owned()),
            IdentifierValue::Phone(_) | IdentifierValue::ExternalId(_) => None,
        }))
    }

    /// Writes an e-mail; the team finds it as a note in the conversation.
    pub(super) async fn email_customer(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        run: &mut Run<'_>,
        decision: &Decision<'_>,
    ) -> Result<Outcome> {
        let (Some(text), Some(subject)) = (decision.text, decision.step.subject()) else {
            return Ok(Outcome::Skipped("no_text"));
        };
        let Some(mailbox) = self.mailbox_for(run) else { return Ok(Outcome::Skipped("no_email_channel")) };
        let Some(to) = self.proved_address(tx, run).await? else {
            return Ok(Outcome::Skipped("no_email_address"));
        };
        if let Some(not_now) = self.held(tx, log, run, decision).await? {
            return Ok(not_now);
        }
        let words = written(run, text, Reader::Customer);
        let subject: String = written(run, subject, Reader::Customer).chars().take(SUBJECT_MAX).collect();
        let note = format!("{subject}\n\n{words}");
        let mut message = self.message_of_rule(run, decision, MessageKind::Note, note)?;
        // The note tells what becomes of the mail.
        message.delivery = Some(Delivery::Queued);
        let key = subject_key::subject(tx, self.vault(), run.row.account.id.to_bytes()).await?;
        message_store::insert_message(tx, &key, run.row.case.channel, None, &message).await?;
        case::record_note(tx, run.row.case.id, false, message.received_at).await?;
        run.row.case.message_count += 1;
        let out = OutboundMessage {
            id: message.id.to_string(),
            case: run.row.case.id.to_string(),
            channel: mailbox.channel.id.to_string(),
            to,
            author: None,
            text: words,
            attachments: Vec::new(),
            is_automatic: true,
            customer_wrote_at: None,
            mail: Some(OutboundMail { subject, answers: None }),
            at: message.received_at.to_string(),
        };
        let entry = NewOutbox {
            id: self.new_id()?,
            kind: "message",
            target: mailbox.channel.id.to_bytes(),
            event_id: message.id.to_bytes().into(),
            event_type: "message".to_owned(),
            body: serde_json::to_vec(&out).map_err(Error::internal)?,
        };
        insert_outbox(tx, &key, &entry, run.now).await?;
        self.tell_message(log, run, &message)?;
        Ok(Outcome::Did(message.id.to_string()))
    }
}
