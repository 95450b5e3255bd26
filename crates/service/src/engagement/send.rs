//! Codes that are sent to an address which the company itself has on file of whoever was selected, and read back to the agent:
//! proof that whoever speaks holds that address (`call_back`, AL3). It needs neither a conversation nor a sign-in.
//!
//! The code is six digits, kept as a keyed hash with the engagement and readable in the sealed entry of the outbox alone; nobody
//! of the company sees it. It is good for ten minutes, for this engagement and for whoever was selected when it was sent.

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
use countersign_types::pii::{Email, FreeText, Phone, Pii, Purpose};
use countersign_types::profile::{IdentifierValue, ProfileState};
use countersign_types::webhook::DeliveryState;
use countersign_types::{
    EngagementId, Error, EventId, LinkId, OutboxId, Permission, ProfileId, Result, Timestamp, time,
};
use countersign_verification::engagement::{About, Engagement as Core, Event, Refusal, Role, Stage, Strong};
use countersign_verification::policy::Policy;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::around::policy_of;
use super::kept::Kept;
use super::lock::Locks;
use super::take::{Doing, Taken, Taking, UPDATED};
use super::{EngagementDetail, refusal};
use crate::Service;
use crate::caller::Request;
use crate::link::Proof;
use crate::port::{OutboundMail, OutboundMessage};
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
/// Codes that somebody is sent in an hour, whoever sends them.
const OF_PROFILE: (&str, u32) = ("engagement_code_profile", 5);
/// Codes that go to one address in an hour; several customers may share it.
const OF_ADDRESS: (&str, u32) = ("engagement_code_address", 10);
/// Codes that one person has sent in an hour.
const OF_USER: (&str, u32) = ("engagement_code_user", 60);

/// By what a code is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendBy {
    /// A text message to the number on file.
    TextMessage,
    /// A mail to the address on file.
    Email,
}

impl SendBy {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TextMessage => "text_message",
            Self::Email => "email",
        }
    }

    /// The word read back.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::TextMessage, Self::Email].into_iter().find(|by| by.as_str() == word)
    }

    /// The field of a policy that would ask for such an address.
    pub const fn field(self) -> &'static str {
        match self {
            Self::TextMessage => "phone",
            Self::Email => "email",
        }
    }

    const fn channel(self) -> ChannelKind {
        match self {
            Self::TextMessage => ChannelKind::Sms,
            Self::Email => ChannelKind::Email,
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

/// An address on file.
#[derive(Debug, Clone)]
pub enum Address {
    /// A number, E.164.
    Phone(Pii<Phone>),
    /// An address.
    Email(Pii<Email>),
}

impl Address {
    fn plain(&self) -> &str {
        match self {
            Self::Phone(number) => number.plain(Purpose::Deliver),
            Self::Email(address) => address.plain(Purpose::Deliver),
        }
    }
}

/// A way on which a code reaches somebody.
#[derive(Debug, Clone)]
pub struct Way {
    /// By what.
    pub by: SendBy,
    /// Where to.
    pub to: Address,
}

/// What became of a code that was typed. It is kept with the idempotency key: a miss is durable, and counted once.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Typed {
    Right,
    Wrong(u8),
    Expired,
}

/// Whether strong evidence replaces the questions about whoever is verified now: only of whoever speaks, and where the policy
/// says so.
pub(super) fn may_replace(core: &Core, policy: Option<&Policy>) -> bool {
    let role = core.role();
    let is_speaking = role == Role::Representative || core.about() == Some(About::Oneself);
    let rules = policy.and_then(|policy| match role {
        Role::Customer => Some(&policy.customer),
        Role::Representative => policy.representative.as_ref(),
    });
    is_speaking && rules.is_some_and(|rules| rules.strong_evidence_replaces)
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
        let (service, doing) = (self.clone(), Doing { who, actor, now: self.now() });
        let taken = self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Taken> {
            let Some(mut taking) = service.begin_step(tx, log, id, revision, &doing).await? else {
                return Ok(Taken::Expired);
            };
            goes_on(&taking, revision)?;
            let (profile, _) = service.provable(tx, &taking, &doing).await?;
            if taking.kept.sends >= OF_ENGAGEMENT {
                return Err(used_up());
            }
            let found = service.ways(tx, profile).await?.into_iter().find(|way| way.by == by);
            let (Some(way), Some(channel)) = (found, service.channel_by(by)) else { return Err(no_way()) };
            service.count_code(tx, profile, &way, &doing).await?;
            let sent = service.put_on_its_way(tx, id, profile, &way, &channel, doing.now).await?;
            taking.kept.sent = Some(sent);
            taking.kept.sends += 1;
            log.audit("engagement.send_code", id, json!({ "by": by, "channel": channel.channel.id }));
            service.save_step(tx, log, taking, &doing, "send_code").await?;
            Ok(Taken::Done)
        });
        match taken.await? {
            Taken::Done => self.engagement_seen(&request.caller, &grant, id).await,
            Taken::Expired => Err(refusal::expired()),
        }
    }

    /// Takes the code that whoever speaks reads back. The right one is evidence, and replaces the questions at once; three
    /// wrong ones use it up.
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
            let (profile, role) = service.provable(tx, &taking, &doing).await?;
            let sent =
                taking.kept.sent.as_mut().filter(|sent| sent.profile == profile).ok_or_else(not_sent)?;
            if !sent.is_good(doing.now) {
                return Err(over());
            }
            let is_right = sent.hash == hash(service.vault(), id, &digits);
            log.audit("engagement.confirm_code", id, json!({ "is_right": is_right, "by": sent.by }));
            if !is_right {
                sent.misses += 1;
                let left = sent.tries_left();
                service.save_step(tx, log, taking, &doing, "wrong_code").await?;
                return Ok(Typed::Wrong(left));
            }
            taking.kept.sent = None;
            service.take_confirmed(tx, log, &mut taking, &doing, (profile, role)).await?;
            service.save_step(tx, log, taking, &doing, "confirm_code").await?;
            Ok(Typed::Right)
        });
        match typed.await? {
            Typed::Right => self.engagement_seen(&request.caller, &grant, id).await,
            Typed::Wrong(left) => Err(wrong(left)),
            Typed::Expired => Err(refusal::expired()),
        }
    }

    /// The right code is evidence of whoever speaks: of the engagement, and of the conversation or the call that goes on.
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
        let (Some(account), Some(pass)) = (taking.account, pass) else { return Ok(()) };
        // Who is called back after a call proves nothing of who called.
        if let Some(of) = taking.engagement.call {
            let found = call::find_call(tx, self.vault(), of).await?;
            if found.is_none_or(|call| call.ended_at.is_some()) {
                return Ok(());
            }
            log.live("call.updated", of);
        }
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
    async fn provable(&self, tx: &mut Tx<'_>, taking: &Taking, doing: &Doing) -> Result<(ProfileId, Role)> {
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
        if !may_replace(core, policy.as_ref()) {
            return Err(refused(Refusal::EvidenceNotTaken));
        }
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
        Ok((profile, role))
    }

    /// The ways on which a code reaches somebody: addresses that the company itself has on file, and a channel that leads there.
    /// What somebody claims, or a colleague wrote down, is no such address.
    pub(super) async fn ways(&self, tx: &mut Tx<'_>, profile: ProfileId) -> Result<Vec<Way>> {
        let region = self.snapshot().workspace.default_country.parse().ok();
        let mut ways: Vec<Way> = Vec::new();
        for known in identifier::list_identifiers(tx, self.vault(), profile).await? {
            let (by, to) = match known.value {
                IdentifierValue::Phone(number) => {
                    let Ok(number) = normalise_phone(number.plain(Purpose::Match), region) else { continue };
                    let is_ours =
                        phone_number::find_phone_number_by_number(tx, &number.value).await?.is_some();
                    if is_ours || is_premium_rate(&number.value) {
                        continue;
                    }
                    (SendBy::TextMessage, Address::Phone(Pii::new(number.value)))
                }
                IdentifierValue::Email(address) => (SendBy::Email, Address::Email(address)),
                IdentifierValue::ExternalId(_) => continue,
            };
            let is_new = ways.iter().all(|way| way.by != by);
            if known.is_proved && is_new && self.channel_by(by).is_some() {
                ways.push(Way { by, to });
            }
        }
        Ok(ways)
    }

    /// The oldest channel that sends by this.
    fn channel_by(&self, by: SendBy) -> Option<ChannelEntry> {
        let snapshot = self.snapshot();
        let sends = |entry: &&ChannelEntry| {
            entry.channel.kind == by.channel() && entry.channel.state == ChannelState::Active
        };
        let all = snapshot.channels.values().filter(sends);
        all.min_by_key(|entry| (entry.channel.created_at, entry.channel.id)).cloned()
    }

    async fn count_code(&self, tx: &mut Tx<'_>, profile: ProfileId, way: &Way, doing: &Doing) -> Result<()> {
        let (vault, now) = (self.vault(), doing.now);
        let counted = [
            (OF_PROFILE, profile.to_bytes().to_vec()),
            (OF_ADDRESS, way.to.plain().as_bytes().to_vec()),
            (OF_USER, doing.who.user.to_bytes().to_vec()),
        ];
        for ((scope, per_hour), subject) in counted {
            let subject = vault.blind_bytes(scope, &subject);
            take_hourly(tx, (scope, "codes for this customer"), subject, per_hour, now).await?;
        }
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
        let words = super::words::sent_code(language, &snapshot.workspace.name, &digits);
        let mail =
            (way.by == SendBy::Email).then_some(OutboundMail { subject: words.subject, answers: None });
        let entry: OutboxId = self.new_id()?;
        let message = OutboundMessage {
            id: entry.to_string(),
            case: String::new(),
            channel: channel.channel.id.to_string(),
            to: way.to.plain().to_owned(),
            author: None,
            text: words.text,
            attachments: Vec::new(),
            is_automatic: true,
            customer_wrote_at: None,
            mail,
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
        "no-address-on-file",
        "The company has no address of this customer on file that a code can be sent to in this way.",
        "Ask the questions of the policy. Text messages need a channel of that kind and a number that the company itself \
         recorded, mails a mailbox and an address.",
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
