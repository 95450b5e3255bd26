//! Messages: what a channel hands in, and what the company answers.
//!
//! Order of an inbound message: store → classify → redeem → link and write the pushed data → (rules) → commit → live.
//! The same provider id again answers the same and does nothing, whatever order copies arrive in.

use async_recursion::async_recursion as boxed;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_identity::classify;
use countersign_rules::Happened;
use countersign_store::account::{self, AccountRef, find_account_ref_for_update};
use countersign_store::case::{self, CaseRow};
use countersign_store::channel::ChannelEntry;
use countersign_store::link::LiveLink;
use countersign_store::sender::{KnownSender, find_known_sender_for_update};
use countersign_store::{Tx, message as store, profile, subject_key};
use countersign_types::audit::{Actor, ActorKind};
use countersign_types::case::CaseStatus;
use countersign_types::channel::{Channel, ChannelKind, ChannelState};
use countersign_types::code::{Invalid, Outcome};
use countersign_types::event::EventKind;
use countersign_types::message::{Author, AuthorKind, Delivery, Direction, Message, MessageKind};
use countersign_types::pii::{FreeText, Pii, Purpose};
use countersign_types::{
    Assurance, AttachmentId, CaseId, ChannelId, Error, MessageId, Page, PageRequest, Permission, ProfileId,
    Result, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::Service;
use crate::analytics::count_outcome;
use crate::caller::{Grant, Request};
use crate::code::redact;
use crate::code::redeem::{Place, Redeemed};
use crate::rule::{Asked, Changed};
use crate::web_chat::CHAT_UPDATED;
use crate::work::Log;

use self::inbound::said;
use self::outgoing::{author_of, check_text, unanswered_since};

mod inbound;
mod invited;
mod mail;
mod outgoing;

pub use inbound::{
    ATTACHMENTS_MAX, Inbound, InboundMail, is_unproved_sender, sender_address, unproved_sender,
};

/// Longest text of a message, characters.
pub const TEXT_CHARS_MAX: usize = 20_000;
/// How often an inbound message is tried again when two of the same new sender arrive at once.
const RACES_MAX: usize = 4;

/// What became of an inbound message.
#[derive(Debug, Clone)]
pub struct Received {
    /// The message as stored.
    pub message: Message,
    /// Its case now.
    pub case: CaseRow,
    /// What it was as a proof.
    pub outcome: Outcome,
}

/// What else holds of something that is said.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Manner {
    /// Whether it asks the customer for a code.
    pub is_code_request: bool,
    /// The newest message that the author had before them.
    pub last_seen: Option<MessageId>,
}

/// What a message belongs to.
struct Met {
    account: AccountRef,
    case: CaseId,
    /// What was proved of the account before this message.
    assurance: Assurance,
    /// The time of the message: later than every other one of the account.
    now: Timestamp,
    /// Whether the message begins a conversation.
    is_new_case: bool,
    /// The case before the message, where nothing but the message changes it.
    row: Option<CaseRow>,
}

/// The part of [`Received`] that is decided inside the transaction.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Accepted {
    pub message: MessageId,
    pub case: CaseId,
}

impl Service {
    /// Takes in a message of a custom channel.
    #[boxed]
    pub async fn receive_message(
        &self,
        request: &Request,
        channel: ChannelId,
        inbound: Inbound,
    ) -> Result<Received> {
        let grant = self.authorise(request, Permission::MessageReceive).await?;
        let snapshot = self.snapshot_with(|s| s.channels.contains_key(&channel)).await?;
        let entry = snapshot.channel(channel)?;
        if entry.channel.kind != ChannelKind::Custom {
            return Err(Error::conflict(
                "not-a-custom-channel",
                "Messages of this channel come from its own connector.",
                "Create a channel of kind custom for your own connector.",
            ));
        }
        let made = Arc::default();
        let accepted = self.accept(&grant, entry, inbound, &made).await?;
        // Nothing is read again that was just written. A repetition wrote nothing.
        let made = made.lock().unwrap_or_else(PoisonError::into_inner).take();
        match made {
            Some(received) => Ok(received),
            None => self.received(accepted).await,
        }
    }

    async fn received(&self, accepted: Accepted) -> Result<Received> {
        let (vault, now) = (self.vault().clone(), self.now());
        self.read(async move |tx: &mut Tx<'_>| -> Result<Received> {
            let gone = || Error::NotFound("message");
            let message = store::find_message(tx, &vault, accepted.message).await?.ok_or_else(gone)?;
            let case = case::find_case(tx, &vault, accepted.case, now).await?.ok_or_else(gone)?;
            let outcome = message.outcome.unwrap_or(Outcome::NotSent);
            Ok(Received { message, case, outcome })
        })
        .await
    }

    /// Makes an inbound message durable with all that follows from it. `made` is what was written, unless the message had
    /// come before.
    pub(crate) async fn accept(
        &self,
        grant: &Grant,
        entry: &ChannelEntry,
        inbound: Inbound,
        made: &Arc<Mutex<Option<Received>>>,
    ) -> Result<Accepted> {
        if entry.channel.state == ChannelState::Paused {
            return Err(Error::conflict(
                "channel-paused",
                "This channel is paused: it takes nothing in.",
                "Set its state to active.",
            ));
        }
        inbound.check()?;
        // Most messages are new: whether one came before is asked only when its id turns out to be taken, or when it
        // names files, which only its first copy finds loose.
        let mut is_new = inbound.files.is_empty();
        let mut races = 0;
        loop {
            let (service, entry, inbound) = (self.clone(), entry.clone(), inbound.clone());
            let made = made.clone();
            let accepted = self
                .write_once(grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Accepted> {
                    let keep = |received| *made.lock().unwrap_or_else(PoisonError::into_inner) = received;
                    // An attempt that failed only at its commit had made something that was undone.
                    keep(None);
                    if !is_new
                        && let Some((message, case)) =
                            store::find_message_by_provider_id(tx, entry.channel.id, &inbound.provider_id)
                                .await?
                    {
                        return Ok(Accepted { message, case });
                    }
                    let received = service.accept_in(tx, log, &entry.channel, &inbound).await?;
                    let accepted = Accepted { message: received.message.id, case: received.case.case.id };
                    keep(Some(received));
                    Ok(accepted)
                })
                .await;
            match accepted {
                // The same message again, or two first messages of one sender at once: the other one won, and the
                // second look finds what it made.
                Err(Error::Conflict { code: "already-exists", .. }) if races < RACES_MAX => {
                    is_new = false;
                    races += 1;
                }
                other => return other,
            }
        }
    }

    async fn accept_in(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        channel: &Channel,
        inbound: &Inbound,
    ) -> Result<Received> {
        let settled = self.settled(tx, channel.id, inbound).await?;
        let inbound = settled.as_ref().unwrap_or(inbound);
        let met = self.meet(tx, log, channel, inbound).await?;
        let (account, case, now) = (met.account, met.case, met.now);
        let mut attachments = inbound.attachments.clone();
        attachments.extend(self.loose_files(tx, account.id, true, &inbound.files).await?);
        let first_remote = attachments.len();
        attachments.extend(inbound.remote.iter().map(crate::fetch::announced));
        let text = inbound.text.plain(Purpose::Match);
        let found = classify::classify(text);
        let place = Place {
            channel: channel.id,
            channel_name: &channel.name,
            account,
            case: Some(case),
            sender: None,
        };
        let redeemed = self.redeem(tx, log, &place, &found, now).await?;
        let assurance = redeemed.linked.map_or(met.assurance, |linked| linked.assurance);
        let message = Message {
            id: self.new_id()?,
            case,
            direction: Direction::Inbound,
            kind: MessageKind::Reply,
            author: Author { kind: AuthorKind::Customer, id: None, name: None },
            text: Pii::new(redact::redacted(text, &found, redeemed)),
            attachments,
            delivery: None,
            delivery_detail: None,
            outcome: Some(redeemed.outcome),
            assurance,
            sent_at: inbound.sent_at,
            is_automatic: inbound.is_automatic,
            received_at: now,
        };
        let key = subject_key::subject(tx, self.vault(), account.id.to_bytes()).await?;
        store::insert_message(tx, &key, channel.id, Some(&inbound.provider_id), &message).await?;
        self.attach_files(tx, &inbound.files, message.id).await?;
        self.want_files(tx, &key, &place, message.id, first_remote, &inbound.remote).await?;
        if !inbound.said.is_empty() {
            self.note_event(tx, &place, &said(&inbound.said), assurance, now).await?;
        }
        self.note_offer(tx, log, &place, inbound.invited, assurance, now).await?;
        if met.is_new_case {
            self.note_unproved(tx, &place, inbound, now).await?;
        }
        let outcome = (redeemed.outcome != Outcome::NotSent).then_some(redeemed.outcome);
        case::record_inbound(tx, case, message.id, outcome, inbound.is_automatic, now).await?;
        let actor = customer(channel, &account.id.to_string());
        self.tell_inbound(tx, log, &actor, &place, &message, redeemed).await?;
        let mut case = match met.row {
            Some(mut row) if redeemed.linked.is_none() => {
                row.note_inbound(&message);
                row
            }
            _ => case::find_case(tx, self.vault(), case, now).await?.ok_or(Error::NotFound("case"))?,
        };
        let asked = Asked {
            happened: if met.is_new_case { Happened::NewCase } else { Happened::Message },
            message: Some(&message),
            changes: Changed::assurance(met.assurance, assurance).into_iter().collect(),
        };
        Box::pin(self.run_rules(tx, log, &mut case, asked, now)).await?;
        Ok(Received { message, case, outcome: redeemed.outcome })
    }

    /// Finds or makes what a message belongs to, and notes what the channel says of its sender.
    async fn meet(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        channel: &Channel,
        inbound: &Inbound,
    ) -> Result<Met> {
        let now = self.now();
        let hash = account::user_hash(self.vault(), channel.id, inbound.user_id.plain(Purpose::Match));
        let mut known = find_known_sender_for_update(tx, self.vault(), channel.id, hash).await?;
        if known.is_none() && self.rename(tx, channel.id, inbound, now).await? {
            known = find_known_sender_for_update(tx, self.vault(), channel.id, hash).await?;
        }
        let is_same_name = |known: &KnownSender| inbound.name.is_none() || inbound.name == known.name;
        let account = match &known {
            Some(known) if is_same_name(known) => known.account,
            _ => {
                let nobody_yet = customer(channel, "");
                let (user_id, name) = (inbound.user_id.clone(), inbound.name.clone());
                self.account_for(tx, log, &nobody_yet, channel.id, user_id, name, now).await?
            }
        };
        let last = match &known {
            Some(known) => known.last_message_at,
            None => case::last_message_time(tx, account.id).await?,
        };
        let now = case::later_than(last, now);
        if !inbound.claims.is_empty() {
            let home = account.home_profile;
            if profile::update_claims(tx, self.vault(), home, &inbound.claims, now).await? {
                self.record_claims(tx, channel.kind, home, &inbound.claims, now).await?;
            }
        }
        let is_live = |live: LiveLink| live.expires_at.is_none_or(|end| now < end);
        // Whatever changed about the sender, the answer shows it as it is now.
        let row = known.filter(|known| {
            is_same_name(known)
                && inbound.claims.is_empty()
                && inbound.mail.is_none()
                && known.live_link.is_none_or(is_live)
                && known.newest.case.status != CaseStatus::Closed
        });
        Ok(match row {
            Some(KnownSender { live_link, newest, .. }) => Met {
                account,
                case: newest.case.id,
                assurance: live_link.map_or(Assurance::Al0, |live| live.assurance),
                now,
                is_new_case: false,
                row: Some(newest),
            },
            None => {
                let live = self.live_link(tx, log, account, now).await?;
                let profile = live.map_or(account.home_profile, |live| live.profile);
                let account = AccountRef { profile, ..account };
                let actor = customer(channel, &account.id.to_string());
                let (case, is_new_case) = match &inbound.mail {
                    None => self.case_for(tx, log, &actor, channel.id, account, now).await?,
                    Some(mail) => {
                        self.case_for_mail(tx, log, &actor, (channel.id, account), mail, now).await?
                    }
                };
                let assurance = live.map_or(Assurance::Al0, |live| live.assurance);
                if is_new_case && assurance != Assurance::Al0 {
                    self.count_identified(tx, log, account.id, assurance, true, now).await?;
                }
                Met { account, case, assurance, now, is_new_case, row: None }
            }
        })
    }

    /// Who was known under a former id is known under the new one from now on: same person, same conversation.
    async fn rename(
        &self,
        tx: &mut Tx<'_>,
        channel: ChannelId,
        inbound: &Inbound,
        now: Timestamp,
    ) -> Result<bool> {
        if inbound.former_ids.is_empty() {
            return Ok(false);
        }
        let hash = account::user_hash(self.vault(), channel, inbound.user_id.plain(Purpose::Match));
        if account::find_account_for_update(tx, channel, hash).await?.is_some() {
            return Ok(false);
        }
        for former in &inbound.former_ids {
            if account::update_account_user(tx, self.vault(), channel, former, &inbound.user_id, now).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The case that a message of this account belongs to: its newest one, or a new one when that is closed; and whether
    /// it is new.
    async fn case_for(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        channel: ChannelId,
        account: AccountRef,
        now: Timestamp,
    ) -> Result<(CaseId, bool)> {
        if let Some(newest) = case::find_newest_case(tx, account.id).await?
            && newest.status != CaseStatus::Closed
        {
            return Ok((newest.id, false));
        }
        Ok((self.begin_case(tx, log, actor, channel, account, now).await?, true))
    }

    async fn begin_case(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        channel: ChannelId,
        account: AccountRef,
        now: Timestamp,
    ) -> Result<CaseId> {
        let id: CaseId = self.new_id()?;
        case::insert_case(tx, id, channel, account.id, now).await?;
        self.count_begun(tx, log, id, channel, now).await?;
        let mut event = self.event(EventKind::CaseCreated, actor, now)?;
        event.profile = Some(account.profile);
        event.account = Some(account.id);
        event.case = Some(id);
        log.event(event);
        log.live("case.created", id);
        Ok(id)
    }

    async fn tell_inbound(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        place: &Place<'_>,
        message: &Message,
        redeemed: Redeemed,
    ) -> Result<()> {
        let now = message.received_at;
        let mut event = self.event(EventKind::MessageCreated, actor, now)?;
        event.account = Some(place.account.id);
        event.case = Some(message.case);
        event.message = Some(message.id);
        event.details = serde_json::json!({ "direction": "inbound" });
        log.event(event);
        log.live("message.created", message.case);
        log.live("case.updated", message.case);
        log.live(CHAT_UPDATED, place.account.id);
        count_outcome(log, place.channel, redeemed.outcome);
        match redeemed.outcome {
            // What waits for the word of its page has neither failed nor succeeded yet.
            Outcome::NotSent | Outcome::Invalid(Invalid::Unconfirmed) => {}
            Outcome::Invalid(reason) => {
                let mut event = self.event(EventKind::IdentificationFailed, actor, now)?;
                event.account = Some(place.account.id);
                event.case = Some(message.case);
                event.code = redeemed.code;
                event.details = serde_json::json!({ "reason": reason, "channel": place.channel });
                log.event(event);
            }
            Outcome::Valid => {
                let level = redeemed.linked.map_or(Assurance::Al0, |l| l.assurance);
                self.note_identified(tx, place, level, now).await?;
            }
        }
        Ok(())
    }

    /// Adds the line of the record that a code said who it is.
    pub(crate) async fn note_identified(
        &self,
        tx: &mut Tx<'_>,
        place: &Place<'_>,
        level: Assurance,
        now: Timestamp,
    ) -> Result<()> {
        let line = format!("{} by identification code", level.label());
        self.note_event(tx, place, &line, level, now).await
    }

    /// Adds a line of the record to a conversation.
    async fn note_event(
        &self,
        tx: &mut Tx<'_>,
        place: &Place<'_>,
        line: &str,
        assurance: Assurance,
        now: Timestamp,
    ) -> Result<()> {
        // Without a conversation there is nowhere to note it.
        let Some(case) = place.case else { return Ok(()) };
        let key = subject_key::subject(tx, self.vault(), place.account.id.to_bytes()).await?;
        let event = Message {
            id: self.new_id()?,
            case,
            direction: Direction::Outbound,
            kind: MessageKind::Event,
            author: Author { kind: AuthorKind::System, id: None, name: None },
            text: Pii::new(line),
            attachments: Vec::new(),
            delivery: None,
            delivery_detail: None,
            outcome: None,
            assurance,
            sent_at: None,
            is_automatic: true,
            // One microsecond later: it follows the message that caused it.
            received_at: now.plus(1),
        };
        Ok(store::insert_message(tx, &key, place.channel, None, &event).await?)
    }

    /// The messages of a case, newest first.
    #[boxed]
    pub async fn list_messages(
        &self,
        request: &Request,
        case: CaseId,
        page: PageRequest,
    ) -> Result<Page<Message>> {
        let grant = self.authorise(request, Permission::CaseRead).await?;
        let (vault, now) = (self.vault().clone(), self.now());
        let (profile, messages) = self
            .read(async move |tx: &mut Tx<'_>| -> Result<(ProfileId, Page<Message>)> {
                let found = case::find_case(tx, &vault, case, now).await?.ok_or(Error::NotFound("case"))?;
                Ok((found.profile.id, store::list_messages(tx, &vault, case, page).await?))
            })
            .await?;
        self.record_view(&request.caller, &grant, profile).await?;
        Ok(messages)
    }

    /// Answers a customer, or notes something for the team. A reply with `last_seen`, the newest message that its author
    /// had before them, is refused when a colleague answered after that: the author reads it first.
    #[boxed]
    pub async fn post_message(
        &self,
        request: &Request,
        case: CaseId,
        kind: MessageKind,
        text: Pii<FreeText>,
        files: Vec<AttachmentId>,
        last_seen: Option<MessageId>,
    ) -> Result<Message> {
        let grant = self.authorise(request, Permission::CaseWrite).await?;
        if files.is_empty() || !text.plain(Purpose::Match).is_empty() {
            check_text(text.plain(Purpose::Match))?;
        }
        if kind != MessageKind::Reply && !files.is_empty() {
            let detail = "Files go to the customer: a note has none.";
            return Err(Error::invalid("/attachments", "not-for-notes", detail));
        }
        let manner =
            Manner { last_seen: last_seen.filter(|_| kind == MessageKind::Reply), ..Manner::default() };
        self.say(&grant, case, kind, text, files, manner).await
    }

    /// [`Service::post_message`] for somebody already allowed.
    pub(crate) async fn say(
        &self,
        grant: &Grant,
        case_id: CaseId,
        kind: MessageKind,
        text: Pii<FreeText>,
        files: Vec<AttachmentId>,
        manner: Manner,
    ) -> Result<Message> {
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        let id: MessageId = self.new_id()?;
        let id: MessageId = self
            .write_once(grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<MessageId> {
                let found = case::find_case(tx, service.vault(), case_id, now).await?;
                let found = found.ok_or(Error::NotFound("case"))?;
                let gone = || Error::NotFound("case");
                find_account_ref_for_update(tx, found.account.id).await?.ok_or_else(gone)?;
                if let Some(seen) = manner.last_seen {
                    unanswered_since(tx, case_id, seen, &actor).await?;
                }
                let now = case::later_than(case::last_message_time(tx, found.account.id).await?, now);
                let key = subject_key::subject(tx, service.vault(), found.account.id.to_bytes()).await?;
                let attachments = service.loose_files(tx, found.account.id, false, &files).await?;
                let text = service.redacted_words(tx, &actor, text.plain(Purpose::Match), now).await?;
                let message = Message {
                    id,
                    case: case_id,
                    direction: Direction::Outbound,
                    kind,
                    author: author_of(&actor),
                    text: Pii::new(text),
                    attachments,
                    delivery: (kind == MessageKind::Reply).then_some(Delivery::Queued),
                    delivery_detail: None,
                    outcome: None,
                    assurance: found.link.as_ref().map_or(Assurance::Al0, |(_, e)| e.assurance),
                    sent_at: None,
                    is_automatic: false,
                    received_at: now,
                };
                store::insert_message(tx, &key, found.case.channel, None, &message).await?;
                service.attach_files(tx, &files, id).await?;
                if kind == MessageKind::Reply {
                    let is_person = message.author.kind == AuthorKind::User;
                    case::record_reply(tx, case_id, id, manner.is_code_request, is_person, now).await?;
                    if is_person {
                        service.start_chat_timer(tx, &found.case, now).await?;
                        service.case_answered(tx, log, &actor, &found.case, now).await?;
                    }
                    service.dispatch(tx, &key, &found, &message).await?;
                    service.count_reply(tx, log, &found.case, &actor, now).await?;
                    log.live(CHAT_UPDATED, found.account.id);
                } else {
                    let is_person = message.author.kind == AuthorKind::User;
                    case::record_note(tx, case_id, is_person, now).await?;
                }
                let mut event = service.event(EventKind::MessageCreated, &actor, now)?;
                event.account = Some(found.account.id);
                event.case = Some(case_id);
                event.message = Some(id);
                event.details = serde_json::json!({ "direction": "outbound", "kind": kind });
                log.event(event);
                log.live("message.created", case_id);
                log.live("case.updated", case_id);
                if message.author.kind == AuthorKind::User && service.has_rules_for_changes() {
                    // As it is now that the reply stands in it.
                    let row = case::find_case(tx, service.vault(), case_id, now).await?;
                    let mut row = row.ok_or(Error::NotFound("case"))?;
                    let asked =
                        Asked { happened: Happened::Message, message: Some(&message), changes: Vec::new() };
                    Box::pin(service.run_rules(tx, log, &mut row, asked, now)).await?;
                }
                Ok(id)
            })
            .await?;
        self.find_message(id).await
    }
}

fn customer(channel: &Channel, account: &str) -> Actor {
    Actor { kind: ActorKind::Customer, id: account.to_owned(), name: channel.name.clone() }
}
