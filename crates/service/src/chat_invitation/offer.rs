//! Who is invited at this moment: a page asks for its visit, and the answer is one offer, or none.
//!
//! Whether a visit fits is looked at first, without a lock. Whether one more may be invited is decided under the lock of the
//! invitation's row, in the operation that makes the offer: two servers on one database make no more than the limits (and
//! one for a visit, by the rule of its table). What is asked for by a visit's key tells nothing of the visit but that it fits.

use async_recursion::async_recursion as boxed;
use countersign_store::chat_invitation as store;
use countersign_store::visit::{self, VisitRow};
use countersign_store::{Tx, account, presence, visit_identity};
use countersign_types::channel::ChannelState;
use countersign_types::chat_invitation::{ChatOffer, OfferState};
use countersign_types::presence::PresenceState;
use countersign_types::{AccountId, CaseId, ChannelId, ChatOfferId, Error, Result, Timestamp, time};
use countersign_visits::invite::{Load, text_for};
use countersign_visits::{Key, State};

use super::{InvitationEntry, invites};
use crate::Service;
use crate::work::Log;

/// How long an offer that nobody answers counts as waiting.
const WAITING_SPAN: i64 = 5 * time::MINUTE;
/// How long a chat that came of one does.
const CHAT_SPAN: i64 = time::DAY;
/// A visit without an event for so long is not looked at: its page is left, or asleep.
const FRESH_SPAN: i64 = 30 * time::MINUTE;

/// An offer to one visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its id.
    pub id: ChatOfferId,
    /// The text, in the language of the visitor where there is one.
    pub text: String,
    /// The organisation's name.
    pub name: String,
}

/// What is the same for all invitations of one look.
#[derive(Clone)]
struct Visitor {
    visit: VisitRow,
    /// Whom the visit stands for.
    account: Option<AccountId>,
}

impl Service {
    /// Invites the visitor whose page asks, if one of the web chat's invitations is for them and may be made now.
    ///
    /// # Errors
    /// `NotFound` where nobody is invited to this chat at all: the page asks no more.
    #[boxed]
    pub async fn invite_visitor(&self, channel: ChannelId, visit_key: &str) -> Result<Option<Offer>> {
        let entry = self.find_web_chat(channel).await?;
        let snapshot = self.snapshot();
        let ours: Vec<InvitationEntry> =
            snapshot.invitations.iter().filter(|i| i.is_active && i.channel == channel).cloned().collect();
        if !invites(&entry.channel.config) || entry.channel.state == ChannelState::Paused || ours.is_empty() {
            return Err(Error::NotFound("invitation to this chat"));
        }
        let Some(key) = Key::parse(visit_key) else { return Ok(None) };
        let availability = entry.channel.config.get("availability").and_then(|v| v.as_str());
        let availability = availability.unwrap_or_default().to_owned();
        let (service, now) = (self.clone(), self.now());
        let said = availability.clone();
        let fitting = self.read(async move |tx: &mut Tx<'_>| -> Result<Vec<(Visitor, InvitationEntry)>> {
            let mut found: Option<Visitor> = None;
            let mut fitting = Vec::new();
            for invitation in ours {
                if found.as_ref().is_none_or(|v| v.visit.site != invitation.site) {
                    let hash = service.hash_key("visit", invitation.site, &key.0);
                    let Some(visit) = visit::find_visit_by_key(tx, invitation.site, hash).await? else {
                        continue;
                    };
                    let is_here = now.since(visit.last_at) < FRESH_SPAN && visit.left_at.is_none();
                    if !is_here {
                        continue;
                    }
                    let account = match visit.identity.filter(|_| visit.state != State::Anonymous.as_str()) {
                        Some(identity) => visit_identity::find_identity_account(tx, identity).await?,
                        None => None,
                    };
                    found = Some(Visitor { visit, account });
                }
                let Some(visitor) = found.as_ref() else { continue };
                if service.fits(tx, &visitor.visit, &invitation.plan.when, now).await? {
                    let load = service.load(tx, &invitation, visitor, &said, now).await?;
                    if invitation.plan.limits.allow(&load, now).is_ok() {
                        fitting.push((visitor.clone(), invitation));
                    }
                }
            }
            Ok(fitting)
        });
        for (visitor, invitation) in fitting.await? {
            let made = self.offer(channel, invitation, visitor, availability.clone()).await?;
            if made.is_some() {
                return Ok(made);
            }
        }
        Ok(None)
    }

    /// Makes the offer, if it may still be made.
    async fn offer(
        &self,
        channel: ChannelId,
        invitation: InvitationEntry,
        visitor: Visitor,
        availability: String,
    ) -> Result<Option<Offer>> {
        let entry = self.find_web_chat(channel).await?;
        let grant = Self::public_grant(channel, &entry.channel.name);
        let (service, now, id) = (self.clone(), self.now(), self.new_id()?);
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Option<Offer>> {
            let Some(stored) = store::find_chat_invitation_for_update(tx, invitation.id).await? else {
                return Ok(None);
            };
            // As it is now, under its lock: another server may have changed it, or made the last offer.
            let invitation = InvitationEntry::try_from(stored)?;
            let load = service.load(tx, &invitation, &visitor, &availability, now).await?;
            if !invitation.is_active || invitation.plan.limits.allow(&load, now).is_err() {
                return Ok(None);
            }
            let Some((language, text)) = text_for(&invitation.plan.texts, visitor.visit.language.as_deref())
            else {
                return Ok(None);
            };
            // The visit may have been erased a moment ago.
            if visit::find_visit_by_row(tx, visitor.visit.row).await?.is_none() {
                return Ok(None);
            }
            let offer = ChatOffer {
                id,
                invitation: invitation.id,
                visit: visitor.visit.row,
                device: visitor.visit.device,
                language: language.to_owned(),
                state: OfferState::Offered,
                offered_at: now,
                state_at: now,
                case: None,
            };
            if !store::insert_chat_offer(tx, &offer).await? {
                return Ok(None);
            }
            log.live("invitation.counted", invitation.id);
            let name = service.snapshot().workspace.name.clone();
            Ok(Some(Offer { id, text: text.to_owned(), name }))
        })
        .await
    }

    /// What stands against one more offer.
    async fn load(
        &self,
        tx: &mut Tx<'_>,
        invitation: &InvitationEntry,
        visitor: &Visitor,
        availability: &str,
        now: Timestamp,
    ) -> Result<Load> {
        let since = (now.plus(-WAITING_SPAN), now.plus(-CHAT_SPAN), now.plus(-time::MINUTE));
        let (waiting, last_minute) = store::count_chat_offers(tx, invitation.id, since).await?;
        let (is_invited, invited_at) =
            store::find_offers_to(tx, visitor.visit.row, visitor.visit.device).await?;
        let person = match visitor.account {
            Some(account) => account::find_account(tx, self.vault(), account).await?,
            None => None,
        };
        let is_talking = match person {
            Some(person) => store::has_live_chat(tx, person.profile).await?,
            None => false,
        };
        let is_online = match availability {
            "online" => true,
            "offline" => false,
            _ => {
                let signs = presence::list_signs_since(tx, self.present_since()).await?;
                signs.iter().any(|sign| sign.state == PresenceState::Online)
            }
        };
        Ok(Load {
            waiting,
            last_minute,
            invited_at,
            is_invited,
            is_talking,
            // Who says that nobody is there is believed, whatever the invitation says.
            is_open: availability != "offline" && self.is_open(invitation, now),
            is_online,
        })
    }

    /// Whether the invitation's hours are open; hours that are no more are never open.
    fn is_open(&self, invitation: &InvitationEntry, now: Timestamp) -> bool {
        let Some(wanted) = invitation.plan.calendar else { return true };
        let snapshot = self.snapshot();
        let found = snapshot.calendars.iter().find(|entry| entry.id == wanted);
        found.and_then(|entry| entry.calendar.compile().ok()).is_some_and(|hours| hours.is_open(now))
    }

    /// The visitor opened the chat by an offer, or closed it. Said again, or too late, it changes nothing.
    #[boxed]
    pub async fn record_offer(&self, channel: ChannelId, id: ChatOfferId, is_opened: bool) -> Result<()> {
        let entry = self.find_web_chat(channel).await?;
        let grant = Self::public_grant(channel, &entry.channel.name);
        let now = self.now();
        let invitations = self.snapshot();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let offer = store::find_chat_offer(tx, id).await?.ok_or(Error::NotFound("offer"))?;
            if !invitations.invitations.iter().any(|i| i.id == offer.invitation && i.channel == channel) {
                return Err(Error::NotFound("offer"));
            }
            let state = if is_opened { OfferState::Opened } else { OfferState::Dismissed };
            if store::update_chat_offer(tx, &offer, state, None, now).await? {
                log.live("invitation.counted", offer.invitation);
            }
            Ok(())
        })
        .await
    }

    /// A visitor who was invited writes: the offer is answered. Answers with the line of the record; none where the offer
    /// is not one of this chat, is long ago, or was answered before.
    pub(crate) async fn answer_offer(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        channel: ChannelId,
        (id, case): (ChatOfferId, CaseId),
        now: Timestamp,
    ) -> Result<Option<String>> {
        let Some(offer) = store::find_chat_offer(tx, id).await? else { return Ok(None) };
        let snapshot = self.snapshot();
        let invitation =
            snapshot.invitations.iter().find(|i| i.id == offer.invitation && i.channel == channel);
        let Some(invitation) = invitation.filter(|_| now.since(offer.offered_at) < CHAT_SPAN) else {
            return Ok(None);
        };
        if !store::update_chat_offer(tx, &offer, OfferState::Answered, Some(case), now).await? {
            return Ok(None);
        }
        log.live("invitation.counted", invitation.id);
        let text = invitation.plan.texts.get(&offer.language);
        Ok(Some(match text {
            Some(text) => format!("Invited: {}\n{text}", invitation.name),
            None => format!("Invited: {}", invitation.name),
        }))
    }
}
