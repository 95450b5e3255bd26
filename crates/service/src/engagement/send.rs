//! Codes that are sent to a number which the company itself has on file of whoever was selected, and read back to the agent:
//! proof that whoever speaks holds that number (`call_back`, AL3). It needs neither a conversation nor a sign-in.
//!
//! The code is six digits, kept as a keyed hash with the engagement and readable in the sealed entry of the outbox alone. It is good
//! for ten minutes, for this engagement and for whoever was selected when it was sent. Mail is no way: it lies in boxes that
//! others read, comes back to the company's own, and is no out-of-band authenticator (NIST SP 800-63B-4, 3.1.3.1).

use async_recursion::async_recursion as boxed;
use countersign_identity::evidence::Evidence;
use countersign_identity::identifier::{is_premium_rate, normalise_phone};
use countersign_store::channel::ChannelEntry;
use countersign_store::outbox::{NewOutbox, OutboxRow, insert_outbox};
use countersign_store::{
    Tx, Vault, call, engagement as store, identifier, phone_number, profile, subject_key,
};
use countersign_types::channel::{ChannelKind, ChannelState};
use countersign_types::evidence::{EvidenceBy, Method};
use countersign_types::pii::{FreeText, Phone, Pii, Purpose};
use countersign_types::profile::{IdentifierValue, ProfileState};
use countersign_types::webhook::DeliveryState;
use countersign_types::{
    EngagementId, Error, EventId, LinkId, OutboxId, Permission, ProfileId, Result, Timestamp, time,
};
use countersign_verification::engagement::{About, Engagement as Core, Event, Refusal, Role, Stage, Strong};
use countersign_verification::policy::{LockRule, Party, Policy};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::around::policy_of;
use super::kept::Kept;
use super::lock::Locks;
use super::take::{Doing, Taken, Taking, UPDATED, parties};
use super::{EngagementDetail, lock, refusal};
use crate::Service;
use crate::caller::{Caller, Request};
use crate::link::Proof;
use crate::port::OutboundMessage;
use crate::profile::take_hourly;
use crate::work::Log;

/// What entries of the outbox are called that carry such a code.
pub(crate) const KIND: &str = "sent_code";
/// Digits of a code.
const DIGITS: usize = 6;
/// How long a code is good.
const LIFETIME: i64 = 10 * time::MINUTE;
/// Wrong codes after which the one that was sent is good no more.
const MISSES_MAX: u8 = 3;
/// Codes of one engagement.
const OF_ENGAGEMENT: u8 = 3;
/// Between two codes of an engagement.
const GAP: i64 = 20 * time::SECOND;
/// Codes that somebody is sent in an hour, whoever sends them.
const OF_PROFILE: Limit = Limit("engagement_code_profile", "codes for this customer", 5);
/// Codes that one person has sent in an hour.
const OF_USER: Limit = Limit("engagement_code_user", "codes sent by one person", 60);
/// Codes that one program has sent in an hour, for whomever it acts.
const OF_KEY: Limit = Limit("engagement_code_key", "codes sent by one program", 600);

/// What is counted, what people call it, and how many there are in an hour.
#[derive(Clone, Copy)]
struct Limit(&'static str, &'static str, u32);

/// By what a code is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendBy {
    /// A text message to the number on file.
    TextMessage,
}

impl SendBy {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TextMessage => "text_message",
        }
    }

    /// The word read back.
    pub fn parse(word: &str) -> Option<Self> {
        (word == Self::TextMessage.as_str()).then_some(Self::TextMessage)
    }

    /// The field of a policy that would ask for such an address.
    pub const fn field(self) -> &'static str {
        match self {
            Self::TextMessage => "phone",
        }
    }
}

/// What became of a code that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendState {
    /// It is on its way.
    Queued,
    /// The provider took it.
    Sent,
    /// It was given up.
    Failed,
}

impl SendState {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

/// A code that was sent, sealed with its engagement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCode {
    /// By what.
    pub by: SendBy,
    /// To whom.
    pub profile: ProfileId,
    /// When.
    pub at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// What became of it.
    pub state: SendState,
    /// Wrong ones since.
    misses: u8,
    /// The keyed hash, in hexadecimal digits.
    hash: String,
    /// That of the number.
    address: String,
    /// Its entry of the outbox.
    entry: OutboxId,
}

impl SentCode {
    /// Whether it may still be read back.
    pub fn is_good(&self, now: Timestamp) -> bool {
        now < self.expires_at && self.misses < MISSES_MAX
    }

    /// Wrong ones that are still borne.
    pub const fn tries_left(&self) -> u8 {
        MISSES_MAX.saturating_sub(self.misses)
    }
}

/// A way on which a code reaches somebody.
#[derive(Debug, Clone)]
pub struct Way {
    /// By what.
    pub by: SendBy,
    /// Where to: E.164.
    pub to: Pii<Phone>,
}

/// What became of a code that was typed. It is kept with the idempotency key: a miss is durable, and counted once.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Typed {
    Right,
    Wrong(u8),
    Expired,
}

/// What a code may prove, and for whom.
struct Provable {
    profile: ProfileId,
    role: Role,
    /// How long a number has to be on file.
    after_hours: u16,
    locks: LockRule,
}

/// Whether strong evidence replaces the questions about whoever is verified now: only of whoever speaks, and where the policy
/// says so.
pub(super) fn may_replace(core: &Core, policy: Option<&Policy>) -> bool {
    let is_speaking = core.role() == Role::Representative || core.about() == Some(About::Oneself);
    is_speaking && rules(core, policy).is_some_and(|rules| rules.strong_evidence_replaces)
}

/// How many hours a number has to be on file for a code to be sent to it; `None`: none is sent.
pub(super) fn sent_code_after(core: &Core, policy: Option<&Policy>) -> Option<u16> {
    rules(core, policy).filter(|_| may_replace(core, policy))?.sent_code_after_hours
}

fn rules<'a>(core: &Core, policy: Option<&'a Policy>) -> Option<&'a Party> {
    policy.and_then(|policy| match core.role() {
        Role::Customer => Some(&policy.customer),
        Role::Representative => policy.representative.as_ref(),
    })
}

/// Whether the code of an entry of the outbox is good no more: nobody is sent one that says otherwise.
pub(crate) fn is_over(row: &OutboxRow, now: Timestamp) -> bool {
    row.created_at.plus(LIFETIME) <= now
}

impl Service {
    /// Sends a code to an address of whoever was selected. It changes nothing of what was verified.
    #[boxed]
    pub async fn send_engagement_code(
        &self,
        request: &Request,
        id: EngagementId,
        revision: u32,
        by: SendBy,
    ) -> Result<EngagementDetail> {
        let grant = self.authorise(request, Permission::EngagementWrite).await?;
        let (who, actor) = self.acting(request, true).await?;
        let key = matches!(request.caller, Caller::ApiKey(_)).then(|| grant.actor().id.clone());
        let (service, doing) = (self.clone(), Doing { who, actor, now: self.now() });
        let taken = self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Taken> {
            let Some(mut taking) = service.begin_step(tx, log, id, revision, &doing).await? else {
                return Ok(Taken::Expired);
            };
            goes_on(&taking, revision)?;
            let of = service.provable(tx, &taking, &doing).await?;
            if taking.kept.sends >= OF_ENGAGEMENT {
                return Err(used_up());
            }
            if taking.kept.sent.as_ref().is_some_and(|sent| doing.now < sent.at.plus(GAP)) {
                return Err(Error::TooMany { what: OF_PROFILE.1, retry_after_secs: 20 });
            }
            let found = service.ways(tx, of.profile, of.after_hours, doing.now).await?;
            let found = found.into_iter().find(|way| way.by == by);
            let (Some(way), Some(channel)) = (found, service.channel_of_codes()) else {
                return Err(no_way());
            };
            service.count_code(tx, of.profile, key.as_deref(), &doing).await?;
            let sent = service.put_on_its_way(tx, id, of.profile, &way, &channel, doing.now).await?;
            taking.kept.sent = Some(sent);
            taking.kept.sends += 1;
            log.audit("engagement.send_code", id, json!({ "by": by, "channel": channel.channel.id }));
            service.save_aside(tx, log, taking, &doing, "send_code").await?;
            Ok(Taken::Done)
        });
        match taken.await? {
            Taken::Done => self.engagement_seen(&request.caller, &grant, id).await,
            Taken::Expired => Err(refusal::expired()),
        }
    }

    /// Takes the code that whoever speaks reads back. The right one is evidence, and replaces the questions at once; three
    /// wrong ones use it up, and count as a session that failed (V-2).
    #[boxed]
    pub async fn confirm_engagement_code(
        &self,
        request: &Request,
        id: EngagementId,
        revision: u32,
        code: &Pii<FreeText>,
    ) -> Result<EngagementDetail> {
        let grant = self.authorise(request, Permission::EngagementWrite).await?;
        let digits = digits_of(code.plain(Purpose::Match))?;
        let (who, actor) = self.acting(request, true).await?;
        let (service, doing) = (self.clone(), Doing { who, actor, now: self.now() });
        let typed = self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Typed> {
            let Some(mut taking) = service.begin_step(tx, log, id, revision, &doing).await? else {
                return Ok(Typed::Expired);
            };
            goes_on(&taking, revision)?;
            let of = service.provable(tx, &taking, &doing).await?;
            let ways = service.ways(tx, of.profile, of.after_hours, doing.now).await?;
            let sent = taking.kept.sent.as_mut().filter(|sent| sent.profile == of.profile);
            let sent = sent.ok_or_else(not_sent)?;
            let is_on_file = ways.iter().any(|way| address(service.vault(), way) == sent.address);
            if !sent.is_good(doing.now) || !is_on_file {
                return Err(over());
            }
            let is_right = sent.hash == hash(service.vault(), id, &digits);
            log.audit("engagement.confirm_code", id, json!({ "is_right": is_right, "by": sent.by }));
            if !is_right {
                sent.misses += 1;
                let left = sent.tries_left();
                if left == 0 {
                    service.count_failure(tx, log, &taking, &doing, &of).await?;
                }
                service.save_aside(tx, log, taking, &doing, "wrong_code").await?;
                return Ok(Typed::Wrong(left));
            }
            taking.kept.sent = None;
            service.take_confirmed(tx, log, &mut taking, &doing, (of.profile, of.role)).await?;
            service.save_step(tx, log, taking, &doing, "confirm_code").await?;
            Ok(Typed::Right)
        });
        match typed.await? {
            Typed::Right => self.engagement_seen(&request.caller, &grant, id).await,
            Typed::Wrong(left) => Err(wrong(left)),
            Typed::Expired => Err(refusal::expired()),
        }
    }

    /// Three wrong codes are a session that failed: for the customer, for the agent, and for everybody who took part.
    async fn count_failure(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        taking: &Taking,
        doing: &Doing,
        of: &Provable,
    ) -> Result<()> {
        let (by, now) = (doing.who.user, doing.now);
        let mut parties = parties(&taking.kept);
        parties.insert(by);
        lock::failed(tx, log, (of.profile, by, &parties), &of.locks, now).await?;
        lock::tally(tx, log, by, true, now).await
    }

    /// The right code is evidence of whoever speaks: of the engagement, and of a call that goes on. In a chat it proves nothing of
    /// who writes there: nobody wrote it there.
    async fn take_confirmed(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        taking: &mut Taking,
        doing: &Doing,
        (profile, role): (ProfileId, Role),
    ) -> Result<()> {
        let method = Method::CallBack;
        let recorded_at = doing.now.as_micros();
        let strong = Strong(Evidence { method, recorded_at, expires_at: None, ended_at: None });
        self.apply_event(tx, log, taking, doing, (Event::Evidence(profile, strong), None), "").await?;
        taking.kept.evidence = Some((method.as_str().to_owned(), doing.now));
        let pass = taking.kept.core.party(role).pass().copied();
        let (Some(account), Some(pass), Some(of)) = (taking.account, pass, taking.engagement.call) else {
            return Ok(());
        };
        // Who is spoken with after a call is not surely who called.
        let found = call::find_call(tx, self.vault(), of).await?;
        if found.is_none_or(|call| call.ended_at.is_some()) {
            return Ok(());
        }
        log.live("call.updated", of);
        let by = EvidenceBy {
            kind: doing.actor.kind.as_str().to_owned(),
            id: doing.actor.id.clone(),
            name: doing.actor.name.clone(),
        };
        let proof = Proof { method, expires_at: Some(pass.until), by };
        let link: LinkId = self.new_id()?;
        self.link_account(tx, log, &doing.actor, account, profile, link, proof, doing.now).await?;
        Ok(())
    }

    /// Who was selected and in which role, where a code may prove that they speak. What the core refuses later is refused
    /// before anything is sent to anybody.
    async fn provable(&self, tx: &mut Tx<'_>, taking: &Taking, doing: &Doing) -> Result<Provable> {
        let core = &taking.kept.core;
        let role = core.role();
        let refused = |refusal| refusal::error(refusal, "");
        let selected = core.party(role).profile();
        let is_asked = matches!(core.stage(), Stage::Questions | Stage::Evidence);
        let profile = selected.filter(|_| is_asked).ok_or_else(|| refused(Refusal::NotNow))?;
        let policy = match core.policy() {
            Some(used) => policy_of(tx, used).await?,
            None => None,
        };
        let after_hours = sent_code_after(core, policy.as_ref());
        let (Some(after_hours), Some(policy)) = (after_hours, policy) else {
            return Err(refused(Refusal::EvidenceNotTaken));
        };
        match profile::lock_survivor(tx, profile).await? {
            Some((survivor, ProfileState::Active)) if survivor == profile => {}
            Some((survivor, ProfileState::Blocked)) if survivor == profile => {
                return Err(crate::code::blocked());
            }
            _ => return Err(refused(Refusal::ProfileGone(role))),
        }
        if self.related(tx, &doing.who).await?.contains(&profile) {
            return Err(refused(Refusal::OwnProfile));
        }
        if Locks::look(tx, profile).await?.is_locked(doing.now) {
            return Err(refused(Refusal::Locked(role)));
        }
        Ok(Provable { profile, role, after_hours, locks: policy.locks })
    }

    /// The ways on which a code reaches somebody: numbers that the company itself has on file of them alone, for as long as the
    /// policy says, and a channel that leads there. What somebody claims, what a colleague wrote down, and what came with a merge
    /// is no such number.
    pub(super) async fn ways(
        &self,
        tx: &mut Tx<'_>,
        profile: ProfileId,
        after_hours: u16,
        now: Timestamp,
    ) -> Result<Vec<Way>> {
        if self.channel_of_codes().is_none() {
            return Ok(Vec::new());
        }
        let region = self.snapshot().workspace.default_country.parse().ok();
        let since = now.plus(-i64::from(after_hours) * time::HOUR);
        for known in identifier::list_identifiers(tx, self.vault(), profile).await? {
            let IdentifierValue::Phone(number) = &known.value else { continue };
            let Ok(number) = normalise_phone(number.plain(Purpose::Match), region) else { continue };
            let number = number.value;
            let is_old = known.is_proved && known.recorded_at <= since;
            if !is_old || is_premium_rate(&number) || self.is_own_number(tx, &number).await? {
                continue;
            }
            if identifier::is_shared_or_merged(tx, known.id).await? {
                continue;
            }
            return Ok(vec![Way { by: SendBy::TextMessage, to: Pii::new(number) }]);
        }
        Ok(Vec::new())
    }

    /// Whether a number is one of the company: colleagues read what comes there.
    async fn is_own_number(&self, tx: &mut Tx<'_>, number: &str) -> Result<bool> {
        let snapshot = self.snapshot();
        let is_sender = |entry: &ChannelEntry| entry.channel.config["from"].as_str() == Some(number);
        Ok(snapshot.channels.values().any(is_sender)
            || phone_number::find_phone_number_by_number(tx, number).await?.is_some())
    }

    /// The oldest channel of text messages.
    fn channel_of_codes(&self) -> Option<ChannelEntry> {
        let snapshot = self.snapshot();
        let sends = |entry: &&ChannelEntry| {
            entry.channel.kind == ChannelKind::Sms && entry.channel.state == ChannelState::Active
        };
        let all = snapshot.channels.values().filter(sends);
        all.min_by_key(|entry| (entry.channel.created_at, entry.channel.id)).cloned()
    }

    async fn count_code(
        &self,
        tx: &mut Tx<'_>,
        profile: ProfileId,
        key: Option<&str>,
        doing: &Doing,
    ) -> Result<()> {
        let counted = [
            (OF_PROFILE, Some(profile.to_bytes().to_vec())),
            (OF_USER, Some(doing.who.user.to_bytes().to_vec())),
            (OF_KEY, key.map(|key| key.as_bytes().to_vec())),
        ];
        for (Limit(scope, what, per_hour), subject) in counted {
            let Some(subject) = subject else { continue };
            let subject = self.vault().blind_bytes(scope, &subject);
            take_hourly(tx, (scope, what), subject, per_hour, doing.now).await?;
        }
        Ok(())
    }

    /// Stores what is kept aside of the steps: the verification is where it was, and its time runs on.
    async fn save_aside(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        taking: Taking,
        doing: &Doing,
        word: &'static str,
    ) -> Result<()> {
        let Taking { mut engagement, mut kept, .. } = taking;
        kept.step(word, &doing.actor, doing.now);
        engagement.updated_at = doing.now;
        engagement.state = kept.sealed()?;
        store::update_engagement(tx, self.vault(), &engagement).await?;
        log.live(UPDATED, engagement.id);
        Ok(())
    }

    /// Writes a new code into the outbox, sealed under the customer's key, and answers with what is kept of it.
    async fn put_on_its_way(
        &self,
        tx: &mut Tx<'_>,
        id: EngagementId,
        profile: ProfileId,
        way: &Way,
        channel: &ChannelEntry,
        now: Timestamp,
    ) -> Result<SentCode> {
        let number = u64::from_be_bytes(self.random::<8>()?) % 10_u64.pow(6);
        let digits = format!("{number:0width$}", width = DIGITS);
        let found = profile::find_profile(tx, self.vault(), profile).await?;
        let spoken = found.and_then(|profile| profile.language);
        let snapshot = self.snapshot();
        let language = spoken.as_deref().unwrap_or(&snapshot.workspace.default_language);
        let text = super::words::sent_code(language, &snapshot.workspace.name, &digits);
        let entry: OutboxId = self.new_id()?;
        let message = OutboundMessage {
            id: entry.to_string(),
            case: String::new(),
            channel: channel.channel.id.to_string(),
            to: way.to.plain(Purpose::Deliver).to_owned(),
            author: None,
            text,
            attachments: Vec::new(),
            is_automatic: true,
            customer_wrote_at: None,
            mail: None,
            at: now.to_string(),
        };
        let new = NewOutbox {
            id: entry,
            kind: KIND,
            target: channel.channel.id.to_bytes(),
            event_id: EventId::from_bytes(id.to_bytes()),
            event_type: KIND.to_owned(),
            body: serde_json::to_vec(&message).map_err(Error::internal)?,
        };
        let key = subject_key::subject(tx, self.vault(), profile.to_bytes()).await?;
        insert_outbox(tx, &key, &new, now).await?;
        Ok(SentCode {
            by: way.by,
            profile,
            at: now,
            expires_at: now.plus(LIFETIME),
            state: SendState::Queued,
            misses: 0,
            hash: hash(self.vault(), id, &digits),
            address: address(self.vault(), way),
            entry,
        })
    }
}

/// Tells an engagement what became of its code.
pub(crate) async fn record_sent(
    tx: &mut Tx<'_>,
    vault: &Vault,
    log: &mut Log,
    row: &OutboxRow,
    state: DeliveryState,
) -> Result<()> {
    let state = match state {
        DeliveryState::Delivered => SendState::Sent,
        DeliveryState::Dead => SendState::Failed,
        DeliveryState::Pending => return Ok(()),
    };
    let id = EngagementId::from_bytes(row.event_id.to_bytes());
    let Some(mut engagement) = store::find_engagement_for_update(tx, vault, id).await? else { return Ok(()) };
    let mut kept = Kept::of(&engagement)?;
    // It may have been read back already, or another one sent.
    let Some(sent) = kept.sent.as_mut().filter(|sent| sent.entry == row.id) else { return Ok(()) };
    sent.state = state;
    engagement.state = kept.sealed()?;
    store::update_engagement(tx, vault, &engagement).await?;
    log.live(UPDATED, id);
    Ok(())
}

/// The same digits are another code in every engagement.
fn hash(vault: &Vault, id: EngagementId, digits: &str) -> String {
    hex::encode(vault.blind("engagement_code", &format!("{id} {digits}")))
}

fn address(vault: &Vault, way: &Way) -> String {
    hex::encode(vault.blind("engagement_code_address", way.to.plain(Purpose::Match)))
}

/// Six digits, with whatever stands between them as they are said.
fn digits_of(typed: &str) -> Result<String> {
    let is_between = |c: &char| c.is_whitespace() || matches!(c, '-' | '.' | ',');
    let digits: String = typed.chars().take(64).filter(|c| !is_between(c)).collect();
    if digits.len() == DIGITS && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(digits);
    }
    Err(Error::invalid("/code", "invalid-code", format!("The code that was sent has {DIGITS} digits.")))
}

fn goes_on(taking: &Taking, revision: u32) -> Result<()> {
    if taking.kept.core.revision() != revision {
        return Err(refusal::error(Refusal::Stale, ""));
    }
    if taking.kept.core.outcome().is_some() {
        return Err(refusal::error(Refusal::Concluded, ""));
    }
    Ok(())
}

fn no_way() -> Error {
    Error::conflict(
        "no-number-on-file",
        "The company has no number of this customer on file that a code can be sent to.",
        "Ask the questions of the policy. It takes a channel of text messages, and a number that the company itself recorded \
         of nobody else, as long ago as the policy says.",
    )
}

fn used_up() -> Error {
    Error::conflict(
        "codes-used-up",
        format!("{OF_ENGAGEMENT} codes were sent in this engagement, and no more are."),
        "Ask the questions of the policy, or end the engagement.",
    )
}

fn not_sent() -> Error {
    Error::conflict(
        "no-code-sent",
        "No code was sent to whoever is selected now.",
        "Send one, and have it read back.",
    )
}

fn over() -> Error {
    Error::conflict(
        "code-refused",
        "The code that was sent is not good any more: its ten minutes are over, or three wrong ones were typed.",
        "Send another one, or ask the questions of the policy.",
    )
}

fn wrong(left: u8) -> Error {
    let hint = match left {
        0 => "Send another one, or ask the questions of the policy.",
        _ => "Have it read out again, digit by digit.",
    };
    Error::conflict("code-refused", format!("This is not the code that was sent. Tries left: {left}."), hint)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::digits_of;

    #[test]
    fn a_code_is_read_as_it_is_said_and_nothing_else_is_one() {
        for said in ["123456", "123 456", " 12-34-56 ", "1.2.3,4 5 6"] {
            assert_eq!(digits_of(said).unwrap(), "123456", "{said}");
        }
        for said in ["", "12345", "1234567", "12345a", "１２３４５６", "123456 or so", &"1".repeat(10_000)]
        {
            assert!(digits_of(said).is_err(), "{said}");
        }
    }
}
