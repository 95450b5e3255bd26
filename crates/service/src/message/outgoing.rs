//! Replies on their way: into the outbox, sent again, and how far they have come.

use async_recursion::async_recursion as boxed;
use countersign_store::case::{self, CaseRow};
use countersign_store::outbox::{self, NewOutbox, insert_outbox};
use countersign_store::{Tx, message as store, subject_key};
use countersign_types::audit::{Actor, ActorKind};
use countersign_types::message::{Author, AuthorKind, Delivery, Message, MessageKind};
use countersign_types::pii::Purpose;
use countersign_types::{CaseId, ChannelId, Error, MessageId, Permission, Result, Timestamp};

use super::TEXT_CHARS_MAX;
use crate::Service;
use crate::caller::Request;
use crate::port::OutboundMessage;
use crate::work::Log;

impl Service {
    /// Puts a reply into the outbox of its channel.
    pub(crate) async fn dispatch(
        &self,
        tx: &mut Tx<'_>,
        key: &countersign_store::Subject,
        case: &CaseRow,
        message: &Message,
    ) -> Result<()> {
        let mut attachments = message.attachments.clone();
        for file in &mut attachments {
            let at = self.config().public_url.trim_end_matches('/');
            file.url = file.id.map(|id| format!("{at}/v1/attachments/{id}")).or(file.url.take());
        }
        let mail = self.mail_of_reply(tx, key, case).await?;
        let out = OutboundMessage {
            id: message.id.to_string(),
            case: case.case.id.to_string(),
            channel: case.case.channel.to_string(),
            to: case.account.user_id.plain(Purpose::Deliver).to_owned(),
            author: message.author.public_name().map(ToOwned::to_owned),
            text: message.text.plain(Purpose::Deliver).to_owned(),
            attachments,
            is_automatic: message.is_automatic,
            customer_wrote_at: None,
            mail,
            at: message.received_at.to_string(),
        };
        let entry = NewOutbox {
            id: self.new_id()?,
            kind: "message",
            target: case.case.channel.to_bytes(),
            event_id: message.id.to_bytes().into(),
            event_type: "message".to_owned(),
            body: serde_json::to_vec(&out).map_err(Error::internal)?,
        };
        insert_outbox(tx, key, &entry, self.now()).await?;
        Ok(())
    }

    /// Sends a failed reply, or a failed mail of a rule, again.
    #[boxed]
    pub async fn retry_message(&self, request: &Request, id: MessageId) -> Result<Message> {
        let grant = self.authorise(request, Permission::CaseWrite).await?;
        let (service, now) = (self.clone(), self.now());
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let message = store::find_message(tx, service.vault(), id).await?;
            let message = message.ok_or(Error::NotFound("message"))?;
            if message.kind == MessageKind::Note {
                return resend_mail(tx, log, &message, now).await;
            }
            if store::update_delivery(tx, id, Delivery::Queued, None).await?.is_none() {
                return Err(Error::conflict(
                    "not-failed",
                    "This message did not fail.",
                    "Only a reply whose delivery failed can be sent again.",
                ));
            }
            let found = case::find_case(tx, service.vault(), message.case, now).await?;
            let found = found.ok_or(Error::NotFound("message"))?;
            let key = subject_key::subject(tx, service.vault(), found.account.id.to_bytes()).await?;
            service.dispatch(tx, &key, &found, &message).await?;
            log.audit("message.retry", id, serde_json::json!({}));
            log.live("message.updated", message.case);
            Ok(())
        })
        .await?;
        self.find_message(id).await
    }

    /// A custom channel tells how far a reply has come.
    #[boxed]
    pub async fn record_receipt(
        &self,
        request: &Request,
        channel: ChannelId,
        message: MessageId,
        delivery: Delivery,
        detail: Option<String>,
    ) -> Result<()> {
        let grant = self.authorise(request, Permission::MessageReceive).await?;
        self.snapshot_with(|s| s.channels.contains_key(&channel)).await?.channel(channel)?;
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            match store::find_message_place(tx, message).await? {
                Some((on, _)) if on == channel => {}
                _ => return Err(Error::NotFound("message")),
            }
            if let Some(case) = store::update_delivery(tx, message, delivery, detail.as_deref()).await? {
                log.live("message.updated", case);
            }
            Ok(())
        })
        .await
    }

    pub(crate) async fn find_message(&self, id: MessageId) -> Result<Message> {
        let vault = self.vault().clone();
        self.read(async move |tx: &mut Tx<'_>| -> Result<Message> {
            store::find_message(tx, &vault, id).await?.ok_or(Error::NotFound("message"))
        })
        .await
    }
}

/// Refuses what would cross a colleague's answer. The account is locked: of two replies at once one comes second here.
pub(super) async fn unanswered_since(
    tx: &mut Tx<'_>,
    case: CaseId,
    seen: MessageId,
    actor: &Actor,
) -> Result<()> {
    match store::find_message_place(tx, seen).await? {
        Some((_, of)) if of == case => {}
        _ => {
            let detail = "There is no such message in this conversation.";
            return Err(Error::invalid("/last_seen", "unknown-message", detail));
        }
    }
    match store::find_answer_since(tx, case, seen, &actor.id).await? {
        None => Ok(()),
        Some(name) => Err(Error::conflict(
            "answered-meanwhile",
            format!("{} answered meanwhile.", name.as_deref().unwrap_or("Somebody else")),
            "Read the answer. To send yours all the same, send it without `last_seen`.",
        )),
    }
}

pub(super) fn author_of(actor: &Actor) -> Author {
    let kind = match actor.kind {
        ActorKind::User => AuthorKind::User,
        ActorKind::ApiKey => AuthorKind::Api,
        ActorKind::System | ActorKind::Public | ActorKind::Customer => AuthorKind::System,
    };
    let id = (!actor.id.is_empty()).then(|| actor.id.clone());
    Author { kind, id, name: Some(actor.name.clone()) }
}

pub(super) fn check_text(text: &str) -> Result<()> {
    let detail = if text.trim().is_empty() {
        "Write something first."
    } else if text.chars().count() > TEXT_CHARS_MAX {
        "A text has at most 20,000 characters."
    } else if text.contains('\0') {
        "A text has no NUL characters."
    } else {
        return Ok(());
    };
    Err(Error::invalid("/text", "invalid-text", detail))
}

/// Sends a rule's mail again, which stands as a note in the conversation: the mail itself lies among the dead letters.
/// The note is for the team and never goes the way of replies.
async fn resend_mail(tx: &mut Tx<'_>, log: &mut Log, note: &Message, now: Timestamp) -> Result<()> {
    let not_failed = || {
        let hint = "Only what failed, and is still kept, can be sent again.";
        Error::conflict("not-failed", "No mail of this note waits to be sent again.", hint)
    };
    let dead = outbox::find_dead_of(tx, note.id.to_bytes()).await?.ok_or_else(not_failed)?;
    if store::update_delivery(tx, note.id, Delivery::Queued, None).await?.is_none()
        || !outbox::replay_outbox(tx, dead, now).await?
    {
        return Err(not_failed());
    }
    log.audit("message.retry", note.id, serde_json::json!({}));
    log.live("message.updated", note.case);
    Ok(())
}
