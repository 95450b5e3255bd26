//! Opening an engagement, and what people write of it.

use std::collections::BTreeMap;

use async_recursion::async_recursion as boxed;
use countersign_identity::identifier::{normalise_email, normalise_phone};
use countersign_store::engagement::EngagementFilter;
use countersign_store::{Tx, account, call, engagement as store, profile};
use countersign_types::audit::Actor;
use countersign_types::engagement::{AttendeeSource, Engagement, EngagementDirection, EngagementStatus};
use countersign_types::event::EventKind;
use countersign_types::link::Account;
use countersign_types::pii::{Email, FreeText, Name, Phone, Pii, Purpose};
use countersign_types::{
    CallId, CaseId, EngagementId, Error, FieldError, Page, PageRequest, Permission, ProfileId, Result,
    Timestamp, time,
};
use countersign_verification::engagement::{Engagement as Core, IDLE_SPAN, Refusal};
use serde_json::json;

use super::EngagementDetail;
use super::kept::{Kept, Lead, Texts};
use super::take::UPDATED;
use crate::Service;
use crate::caller::{Caller, Grant, Request};
use crate::work::Log;

/// Characters of a word for a channel.
const CHANNEL_CHARS_MAX: usize = 40;
/// Characters of short texts and of notes.
const SHORT_MAX: usize = 200;
const NOTES_MAX: usize = 10_000;
/// Fields of the company's own.
const CUSTOM_MAX: usize = 50;
/// How far ahead of this server's clock a conversation may have begun.
const AHEAD: i64 = 5 * time::MINUTE;

/// Who began the conversation.
#[derive(Debug, Clone)]
pub enum InitiatingAttendee {
    /// A customer.
    Profile(ProfileId),
    /// Whoever has this number.
    Phone(Pii<Phone>),
    /// Somebody new.
    Lead {
        /// Their name.
        name: Option<Pii<Name>>,
        /// Their number.
        phone: Option<Pii<Phone>>,
        /// Their address.
        email: Option<Pii<Email>>,
    },
}

/// An engagement about to be opened.
#[derive(Debug, Clone)]
pub struct NewEngagement {
    /// How people talk.
    pub channel: String,
    /// Who began it.
    pub direction: EngagementDirection,
    /// When; now, if nothing is said.
    pub started_at: Option<Timestamp>,
    /// Of this conversation.
    pub case: Option<CaseId>,
    /// Of this call.
    pub call: Option<CallId>,
    /// Who began it.
    pub attendee: Option<InitiatingAttendee>,
    /// What it is about.
    pub reason: Option<Pii<FreeText>>,
}

/// What is written of an engagement. The outer `Option` says whether to touch it, the inner `None` clears it.
#[derive(Debug, Clone, Default)]
pub struct EngagementPatch {
    /// What it is about.
    pub reason: Option<Option<Pii<FreeText>>>,
    /// How the customer felt.
    pub sentiment: Option<Option<Pii<FreeText>>>,
    /// Notes.
    pub notes: Option<Option<Pii<FreeText>>>,
    /// Fields of the company's own; all of them.
    pub custom: Option<BTreeMap<String, Pii<FreeText>>>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Who began it; not once somebody was verified.
    pub attendee: Option<InitiatingAttendee>,
}

impl Service {
    /// Opens an engagement; answers the one that goes on where its conversation or its call has one. `true`: it is new.
    #[boxed]
    pub async fn open_engagement(
        &self,
        request: &Request,
        new: NewEngagement,
    ) -> Result<(EngagementDetail, bool)> {
        let grant = self.authorise(request, Permission::EngagementWrite).await?;
        check_new(&new, self.now())?;
        if new.case.is_some() {
            self.authorise(request, Permission::CaseRead).await?;
        }
        if new.call.is_some() {
            self.authorise(request, Permission::CallRead).await?;
        }
        let (_, owner) = self.acting(request, false).await?;
        let (id, is_new) = self.open_for(&grant, &request.caller, owner, new).await?;
        Ok((self.engagement_seen(&request.caller, &grant, id).await?, is_new))
    }

    async fn open_for(
        &self,
        grant: &Grant,
        caller: &Caller,
        owner: Actor,
        new: NewEngagement,
    ) -> Result<(EngagementId, bool)> {
        let (service, now, id) = (self.clone(), self.now(), self.new_id::<EngagementId>()?);
        let (actor, caller) = (grant.actor.clone(), caller.clone());
        self.write_once(grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<(EngagementId, bool)> {
            let open = service.open_one(tx, &new).await?;
            let waits = open.as_ref().is_some_and(Engagement::is_waiting);
            if let Some(open) = open.as_ref().filter(|_| !waits) {
                return Ok((open.id, false));
            }
            let mut texts = Texts::default();
            if let Some(reason) = &new.reason {
                let words = service.redacted_words(tx, &actor, reason.plain(Purpose::Match), now).await?;
                texts.reason = (!words.is_empty()).then(|| Pii::new(words));
            }
            if names_somebody(new.attendee.as_ref()) {
                service.take_masked_search(tx, &caller, &actor.id, now).await?;
            }
            if let Some(open) = open {
                service.take_up_with(tx, log, &owner, (open.id, &new, texts), now).await?;
                return Ok((open.id, false));
            }
            let idle_at = Some(now.plus(IDLE_SPAN));
            if !service.begin_engagement(tx, log, (id, &owner), &new, (texts, idle_at), now).await? {
                // Another server opened one a moment ago.
                let open = service.open_one(tx, &new).await?;
                return Ok((open.ok_or_else(in_flight)?.id, false));
            }
            Ok((id, true))
        })
        .await
    }

    /// Takes up the one that opened when the conversation was accepted, with what is said of it now.
    async fn take_up_with(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        (id, new, said): (EngagementId, &NewEngagement, Texts),
        now: Timestamp,
    ) -> Result<()> {
        let found = store::find_engagement_for_update(tx, self.vault(), id).await?;
        // A colleague was faster: it is under way.
        let Some(mut engagement) = found.filter(Engagement::is_waiting) else { return Ok(()) };
        self.take_up(log, &mut engagement, actor, now)?;
        let mut texts = Texts::of(&engagement)?;
        texts.reason = said.reason.or(texts.reason);
        if let Some(attendee) = &new.attendee {
            let (of, source) = self.attendee_by_hand(tx, attendee, &mut texts).await?;
            (engagement.attendee, engagement.attendee_source) = (of, source);
        }
        // Where somebody it names was erased, nothing is written of it; it can be led all the same.
        store::update_about(tx, self.vault(), id, texts.sealed().as_ref()).await?;
        store::update_engagement(tx, self.vault(), &engagement).await?;
        let details =
            json!({ "channel": engagement.channel, "case": new.case, "call": new.call, "waited": true });
        log.audit("engagement.open", id, details);
        Ok(())
    }

    /// Opens an engagement; until `idle_at` if nothing is done in it, and without one it waits to be taken up. `false`: its
    /// conversation or its call has one.
    pub(super) async fn begin_engagement(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        (id, owner): (EngagementId, &Actor),
        new: &NewEngagement,
        (mut texts, idle_at): (Texts, Option<Timestamp>),
        now: Timestamp,
    ) -> Result<bool> {
        let account = self.account_of_new(tx, new).await?;
        let (attendee, source) = self.attendee(tx, new, account.as_ref(), &mut texts).await?;
        let kept = Kept {
            core: Core::open(self.draw_seed(now), now),
            topics: Vec::new(),
            steps: Vec::new(),
            evidence: None,
            sent: None,
            sends: 0,
        };
        let engagement = Engagement {
            id,
            channel: new.channel.clone(),
            direction: new.direction,
            status: EngagementStatus::New,
            case: new.case,
            call: new.call,
            owner: owner.clone(),
            attendee,
            attendee_source: source,
            customer: None,
            representative: None,
            topic: None,
            outcome: None,
            state: kept.sealed()?,
            about: texts.sealed(),
            revision: 0,
            idle_at,
            started_at: new.started_at.unwrap_or(now),
            ended_at: None,
            created_at: now,
            updated_at: now,
        };
        if !store::insert_engagement(tx, self.vault(), &engagement).await? {
            return Ok(false);
        }
        // What is written of a stranger goes with them, also where nobody is named.
        for profile in account.into_iter().flat_map(|account| [account.profile, account.home_profile]) {
            store::insert_person(tx, id, profile).await?;
        }
        let mut details = json!({ "channel": new.channel, "case": new.case, "call": new.call });
        if engagement.is_waiting() {
            details["waits"] = json!(true);
        } else {
            let mut event = self.event(EventKind::EngagementOpened, owner, now)?;
            event.case = new.case;
            event.details = json!({ "engagement": id, "channel": new.channel, "type": new.direction });
            log.event(event);
        }
        log.audit("engagement.open", id, details);
        log.live(UPDATED, id);
        Ok(true)
    }

    /// The engagement of its conversation or its call that goes on.
    async fn open_one(&self, tx: &mut Tx<'_>, new: &NewEngagement) -> Result<Option<Engagement>> {
        if let Some(case) = new.case
            && account::find_account_of_case(tx, self.vault(), case).await?.is_none()
        {
            return Err(Error::NotFound("case"));
        }
        if let Some(wanted) = new.call
            && call::find_call(tx, self.vault(), wanted).await?.is_none()
        {
            return Err(Error::NotFound("call"));
        }
        if new.case.is_none() && new.call.is_none() {
            return Ok(None);
        }
        Ok(store::find_open_engagement(tx, self.vault(), new.case, new.call).await?)
    }

    /// What the draw of questions follows from: a key and the day, so that nobody foresees it and beginning again changes
    /// nothing. The core adds the customer.
    pub(super) fn draw_seed(&self, now: Timestamp) -> [u8; 32] {
        self.vault().blind("verification.draw", &self.day_of(now).to_string())
    }

    /// The account of the conversation or the call.
    async fn account_of_new(&self, tx: &mut Tx<'_>, new: &NewEngagement) -> Result<Option<Account>> {
        let call = match (new.case, new.call) {
            (Some(case), _) => return Ok(account::find_account_of_case(tx, self.vault(), case).await?),
            (None, Some(wanted)) => call::find_call(tx, self.vault(), wanted).await?,
            (None, None) => None,
        };
        Ok(match call {
            Some(call) => account::find_account(tx, self.vault(), call.account).await?,
            None => None,
        })
    }

    /// Who began it, as far as is known at the beginning.
    async fn attendee(
        &self,
        tx: &mut Tx<'_>,
        new: &NewEngagement,
        account: Option<&Account>,
        texts: &mut Texts,
    ) -> Result<(Option<ProfileId>, Option<AttendeeSource>)> {
        if let Some(attendee) = &new.attendee {
            return self.attendee_by_hand(tx, attendee, texts).await;
        }
        if let Some(account) = account
            && let Some(known) = profile::find_profile(tx, self.vault(), account.profile).await?
            && !known.is_anonymous
        {
            return Ok((Some(known.id), Some(AttendeeSource::Account)));
        }
        let number = self.ringing_number(tx, new.call).await?;
        Ok(match number {
            Some(number) => self.only_holder(tx, &number).await?,
            None => (None, None),
        })
    }

    async fn attendee_by_hand(
        &self,
        tx: &mut Tx<'_>,
        attendee: &InitiatingAttendee,
        texts: &mut Texts,
    ) -> Result<(Option<ProfileId>, Option<AttendeeSource>)> {
        match attendee {
            InitiatingAttendee::Profile(wanted) => {
                let found = profile::find_survivor(tx, *wanted).await?.ok_or(Error::NotFound("profile"))?;
                texts.lead = Lead::default();
                Ok((Some(found), Some(AttendeeSource::ByHand)))
            }
            InitiatingAttendee::Phone(number) => {
                let number = self.lead_number(number)?;
                texts.lead = Lead { phone: Some(Pii::new(number.clone())), ..Lead::default() };
                self.only_holder(tx, &number).await
            }
            InitiatingAttendee::Lead { name, phone, email } => {
                if name.as_ref().is_some_and(|name| name.plain(Purpose::Match).chars().count() > SHORT_MAX) {
                    let detail = format!("A name has at most {SHORT_MAX} characters.");
                    return Err(Error::invalid("/initiating_attendee/lead/name", "too-long", detail));
                }
                let phone = phone.as_ref().map(|phone| self.lead_number(phone)).transpose()?;
                let email = email.as_ref().map(|email| {
                    let wrong = |_| {
                        let detail = "This is not an e-mail address.";
                        Error::invalid("/initiating_attendee/lead/email", "invalid-email", detail)
                    };
                    normalise_email(email.plain(Purpose::Match)).map_err(wrong).map(|found| found.value)
                });
                texts.lead = Lead {
                    name: name.as_ref().map(|name| Pii::new(name.plain(Purpose::Seal))),
                    phone: phone.map(Pii::new),
                    email: email.transpose()?.map(Pii::new),
                };
                Ok((None, Some(AttendeeSource::Lead)))
            }
        }
    }

    fn lead_number(&self, text: &Pii<Phone>) -> Result<String> {
        let region = self.snapshot().workspace.default_country.parse().ok();
        let found = normalise_phone(text.plain(Purpose::Match), region).map_err(|_| {
            let detail = "This is not a telephone number. Write it with its country code.";
            Error::invalid("/initiating_attendee/phone", "invalid-phone", detail)
        })?;
        Ok(found.key)
    }

    /// Whoever has a number, if it is one alone: of several, all are shown and nobody is filled in.
    async fn only_holder(
        &self,
        tx: &mut Tx<'_>,
        number: &str,
    ) -> Result<(Option<ProfileId>, Option<AttendeeSource>)> {
        Ok(match self.candidates(tx, number).await?.as_slice() {
            [one] => (Some(one.profile), Some(AttendeeSource::Number)),
            _ => (None, None),
        })
    }

    /// Engagements, newest first.
    #[boxed]
    pub async fn list_engagements(
        &self,
        request: &Request,
        filter: EngagementFilter,
        page: PageRequest,
    ) -> Result<Page<EngagementDetail>> {
        let grant = self.authorise(request, Permission::VerificationRead).await?;
        let (service, viewer) = (self.clone(), grant.viewer());
        // Those that nobody took up are shown to whoever asks for them.
        let is_asked_for = filter.status.is_some() || filter.case.is_some() || filter.call.is_some();
        let filter = EngagementFilter { without_waiting: !is_asked_for, ..filter };
        let found = self.read(async move |tx: &mut Tx<'_>| -> Result<Page<EngagementDetail>> {
            let found = store::list_engagements(tx, service.vault(), &filter, page).await?;
            let mut items = Vec::with_capacity(found.items.len());
            for engagement in found.items {
                items.push(service.engagement_line(tx, engagement, viewer).await?);
            }
            Ok(Page { items, next: found.next })
        });
        let found = found.await?;
        self.record_list(&request.caller, &grant, "engagement.list", page, found.items.len()).await?;
        Ok(found)
    }

    /// An engagement.
    #[boxed]
    pub async fn read_engagement(&self, request: &Request, id: EngagementId) -> Result<EngagementDetail> {
        let grant = self.authorise(request, Permission::VerificationRead).await?;
        self.engagement_seen(&request.caller, &grant, id).await
    }

    /// Writes down what people have to say of an engagement. Its record is not changed by it.
    #[boxed]
    pub async fn update_engagement(
        &self,
        request: &Request,
        id: EngagementId,
        patch: EngagementPatch,
    ) -> Result<EngagementDetail> {
        let grant = self.authorise(request, Permission::EngagementWrite).await?;
        check_patch(&patch)?;
        let mut patch = patch;
        let (service, now, author) = (self.clone(), self.now(), grant.actor.clone());
        let caller = request.caller.clone();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let found = store::find_engagement_for_update(tx, service.vault(), id).await?;
            let mut engagement = found.ok_or(Error::NotFound("engagement"))?;
            let mut texts = Texts::of(&engagement)?;
            let mut fields = Vec::new();
            service.write_texts(tx, &mut texts, &mut fields, &mut patch, (&author, now)).await?;
            if let Some(attendee) = &patch.attendee {
                if engagement.outcome.is_some() {
                    return Err(super::refusal::error(Refusal::Concluded, ""));
                }
                if engagement.attendee_source == Some(AttendeeSource::Verified) {
                    return Err(Error::conflict(
                        "attendee-verified",
                        "Who began this engagement was verified in it.",
                        "Open a new engagement for somebody else.",
                    ));
                }
                if names_somebody(Some(attendee)) {
                    service.take_masked_search(tx, &caller, &author.id, now).await?;
                }
                fields.push("initiating_attendee");
                let (of, source) = service.attendee_by_hand(tx, attendee, &mut texts).await?;
                (engagement.attendee, engagement.attendee_source) = (of, source);
            }
            if let Some(ended_at) = patch.ended_at {
                if ended_at < engagement.started_at || ended_at > now.plus(AHEAD) {
                    let detail = "An engagement ends after it began and not in the future.";
                    return Err(Error::invalid("/ended_at", "out-of-range", detail));
                }
                fields.push("ended_at");
                engagement.ended_at = Some(ended_at);
            }
            if !store::update_about(tx, service.vault(), id, texts.sealed().as_ref()).await? {
                return Err(Error::conflict(
                    "customer-erased",
                    "A customer of this engagement was erased. Nothing is written of it any more.",
                    "Read its record, which stays.",
                ));
            }
            engagement.updated_at = now;
            store::update_engagement(tx, service.vault(), &engagement).await?;
            log.audit("engagement.update", id, json!({ "fields": fields }));
            log.live(UPDATED, id);
            Ok(())
        })
        .await?;
        self.engagement_seen(&request.caller, &grant, id).await
    }

    async fn write_texts(
        &self,
        tx: &mut Tx<'_>,
        texts: &mut Texts,
        fields: &mut Vec<&'static str>,
        patch: &mut EngagementPatch,
        (author, now): (&Actor, Timestamp),
    ) -> Result<()> {
        for (name, into, text) in [
            ("reason", &mut texts.reason, patch.reason.take()),
            ("sentiment", &mut texts.sentiment, patch.sentiment.take()),
            ("notes", &mut texts.notes, patch.notes.take()),
        ] {
            let Some(text) = text else { continue };
            fields.push(name);
            // Live codes and numbers of cards do not stand in notes either (C-8, M-5).
            *into = match text {
                Some(text) => {
                    let words = self.redacted_words(tx, author, text.plain(Purpose::Match), now).await?;
                    (!words.is_empty()).then(|| Pii::new(words))
                }
                None => None,
            };
        }
        if let Some(custom) = patch.custom.take() {
            fields.push("custom");
            texts.custom = BTreeMap::new();
            for (key, text) in custom {
                let words = self.redacted_words(tx, author, text.plain(Purpose::Match), now).await?;
                texts.custom.insert(key, Pii::new(words));
            }
        }
        Ok(())
    }
}

/// Whether somebody typed a number, for which candidates are shown, or named a customer, who is one: that is a search, and
/// counts as one (M-2).
const fn names_somebody(attendee: Option<&InitiatingAttendee>) -> bool {
    matches!(
        attendee,
        Some(
            InitiatingAttendee::Profile(_)
                | InitiatingAttendee::Phone(_)
                | InitiatingAttendee::Lead { phone: Some(_), .. }
        )
    )
}

fn in_flight() -> Error {
    Error::conflict(
        "idempotency-in-flight",
        "The same request is being handled at this moment.",
        "Send it again in a second; it will answer what the first one did.",
    )
}

fn check_new(new: &NewEngagement, now: Timestamp) -> Result<()> {
    let mut wrong = Vec::new();
    let is_word = |c: char| c.is_ascii_lowercase() || c == '_';
    let channel = &new.channel;
    if channel.is_empty() || channel.len() > CHANNEL_CHARS_MAX || !channel.chars().all(is_word) {
        let detail = "A channel is a word of 1 to 40 of the characters a-z and _, such as `in_person`.";
        wrong.push(FieldError::new("/channel", "invalid-channel", detail));
    }
    if new.case.is_some() && new.call.is_some() {
        let detail = "An engagement belongs to a conversation or to a call, not to both.";
        wrong.push(FieldError::new("/call_id", "two-places", detail));
    }
    if new.started_at.is_some_and(|at| at > now.plus(AHEAD)) {
        wrong.push(FieldError::new("/started_at", "out-of-range", "An engagement has begun already."));
    }
    text(&mut wrong, "/reason", new.reason.as_ref(), SHORT_MAX);
    if let Some(InitiatingAttendee::Lead { name, phone, email }) = &new.attendee
        && name.is_none()
        && phone.is_none()
        && email.is_none()
    {
        let detail = "Write down a name, a number or an address of who is new.";
        wrong.push(FieldError::new("/initiating_attendee/lead", "empty", detail));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

fn check_patch(patch: &EngagementPatch) -> Result<()> {
    let mut wrong = Vec::new();
    text(&mut wrong, "/reason", patch.reason.as_ref().and_then(Option::as_ref), SHORT_MAX);
    text(&mut wrong, "/sentiment", patch.sentiment.as_ref().and_then(Option::as_ref), SHORT_MAX);
    text(&mut wrong, "/notes", patch.notes.as_ref().and_then(Option::as_ref), NOTES_MAX);
    if let Some(custom) = &patch.custom {
        if custom.len() > CUSTOM_MAX {
            let detail = format!("There are {CUSTOM_MAX} fields of your own at most.");
            wrong.push(FieldError::new("/custom", "too-many", detail));
        }
        for (key, value) in custom {
            let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if key.is_empty() || key.len() > CHANNEL_CHARS_MAX || !key.chars().all(is_key) {
                let detail = "The name of a field has 1 to 40 of the characters a-z, 0-9 and _.";
                wrong.push(FieldError::new("/custom", "invalid-name", detail));
            }
            text(&mut wrong, "/custom", Some(value), SHORT_MAX);
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

fn text(wrong: &mut Vec<FieldError>, pointer: &str, text: Option<&Pii<FreeText>>, chars_max: usize) {
    if text.is_some_and(|text| text.plain(Purpose::Match).chars().count() > chars_max) {
        wrong.push(FieldError::new(pointer, "too-long", format!("This has at most {chars_max} characters.")));
    }
}
