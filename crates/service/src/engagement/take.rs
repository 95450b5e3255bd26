//! One step: what it rests on, what the core says of it, and everything that follows, in one transaction.

use std::collections::BTreeSet;

use countersign_store::account::{AccountRef, find_account_ref_for_update};
use countersign_store::{Tx, engagement as store};
use countersign_types::audit::Actor;
use countersign_types::engagement::{AttendeeSource, Engagement, EngagementOutcome, EngagementStatus};
use countersign_types::event::EventKind;
use countersign_types::evidence::{EvidenceBy, Method};
use countersign_types::topic::Topic;
use countersign_types::{ApiKeyId, EngagementId, Error, LinkId, ProfileId, Result, Timestamp, UserId};
use countersign_verification::engagement::{
    About, Effect, Event, IDLE_SPAN, Outcome, PassedBy, PolicyUsed, Role, StopClass, WHOLE_SPAN,
};
use countersign_verification::policy::{LockRule, Policy};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::around::{Who, policy_of};
use super::kept::{Kept, TopicStatus, TopicTold};
use super::{lock, refusal};
use crate::Service;
use crate::link::Proof;
use crate::work::Log;

/// The name of the live update of engagements.
pub(super) const UPDATED: &str = "engagement.updated";

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Taken {
    /// It was taken.
    Done,
    /// The engagement's time was over, which is on record now.
    Expired,
}

/// Who takes a step, and when.
pub(super) struct Doing {
    pub who: Who,
    pub actor: Actor,
    pub now: Timestamp,
}

/// An engagement in which a step is being taken; its row is locked.
pub(super) struct Taking {
    pub engagement: Engagement,
    pub kept: Kept,
    pub account: Option<AccountRef>,
    revision: u32,
}

impl Taking {
    /// A topic was chosen: the one before is cancelled.
    pub(super) fn chose(&mut self, topic: Topic, now: Timestamp) {
        self.kept.end_topic(TopicStatus::Cancelled, None, now);
        let outcome = self.kept.core.outcome();
        let is_over = outcome.is_some();
        self.engagement.topic = Some(topic.id);
        self.kept.topics.push(TopicTold {
            topic: topic.id,
            name: topic.name,
            status: if is_over { TopicStatus::Completed } else { TopicStatus::Initiated },
            failure_reason: None,
            started_at: now,
            ended_at: is_over.then_some(now),
        });
    }
}

/// Who led an engagement last: what fails when its time is over counts as theirs.
pub(super) fn led_by(engagement: &Engagement, kept: &Kept) -> UserId {
    let last = kept.steps.iter().rev().find(|step| !step.by.is_empty());
    let printed = last.map_or(engagement.owner.id.as_str(), |step| step.by.as_str());
    match (printed.parse::<UserId>(), printed.parse::<ApiKeyId>()) {
        (Ok(user), _) => user,
        (_, Ok(key)) => UserId::from_bytes(key.to_bytes()),
        _ => UserId::from_bytes([0; 16]),
    }
}

/// Every person who took a step: of several who share the steps of one session, none is another person (V-2).
pub(super) fn parties(kept: &Kept) -> BTreeSet<UserId> {
    kept.steps.iter().filter_map(|step| step.by.parse().ok()).collect()
}

impl Service {
    /// Locks an engagement and what of it a step may change. `None`: its time was over, and it is ended now.
    pub(super) async fn begin_step(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        id: EngagementId,
        revision: u32,
        doing: &Doing,
    ) -> Result<Option<Taking>> {
        let gone = || Error::NotFound("engagement");
        let seen = store::find_engagement(tx, self.vault(), id).await?.ok_or_else(gone)?;
        // Accounts before engagements before profiles: the order in which everybody locks them.
        let account = match self.account_spoken_from(tx, &seen).await? {
            Some(account) => find_account_ref_for_update(tx, account).await?,
            None => None,
        };
        let found = store::find_engagement_for_update(tx, self.vault(), id).await?;
        let mut engagement = found.ok_or_else(gone)?;
        let kept = if engagement.is_waiting() {
            let kept = self.take_up(log, &mut engagement, &doing.actor, doing.now)?;
            // It was told of: whatever comes of this step, it is taken up from now on.
            store::update_engagement(tx, self.vault(), &engagement).await?;
            kept
        } else {
            Kept::of(&engagement)?
        };
        let mut taking = Taking { engagement, kept, account, revision };
        if taking.kept.core.outcome().is_none() && taking.kept.core.is_expired(doing.now) {
            self.expire_in(tx, log, &mut taking, doing).await?;
            self.save_step(tx, log, taking, doing, "expire").await?;
            return Ok(None);
        }
        Ok(Some(taking))
    }

    /// Ends an engagement whose time is over.
    async fn expire_in(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        taking: &mut Taking,
        doing: &Doing,
    ) -> Result<()> {
        let user = led_by(&taking.engagement, &taking.kept);
        let led = Doing { who: Who { user, email: None }, actor: Actor::system(), now: doing.now };
        taking.revision = taking.kept.core.revision();
        self.apply_event(tx, log, taking, &led, (Event::Expire, None), "").await
    }

    /// Lets the core take a step, and does what follows from it.
    pub(super) async fn apply_event(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        taking: &mut Taking,
        doing: &Doing,
        (event, chosen): (Event, Option<(PolicyUsed, Policy)>),
        at: &str,
    ) -> Result<()> {
        let core = &taking.kept.core;
        // What was tried so far was tried under the policy so far, whatever is chosen now.
        let rule = match core.policy() {
            Some(used) => policy_of(tx, used).await?.map(|policy| policy.locks),
            None => None,
        };
        let rested = (doing.who.clone(), chosen);
        let around = self.rested_on(tx, &taking.engagement, core, &event, rested, doing.now).await?;
        let applied = around.context(|context| core.apply(taking.revision, event, context));
        let step = applied.map_err(|refused| refusal::error(refused, at))?;
        taking.kept.core = step.engagement;
        taking.revision = taking.kept.core.revision();
        let rule = rule.unwrap_or_default();
        for effect in step.effects {
            self.follow(tx, log, taking, doing, effect, &rule).await?;
        }
        Ok(())
    }

    async fn follow(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        taking: &mut Taking,
        doing: &Doing,
        effect: Effect,
        rule: &LockRule,
    ) -> Result<()> {
        let (by, now) = (doing.who.user, doing.now);
        match effect {
            Effect::Failed(_, profile) => {
                // Whoever left before it was over may have been merged or erased since; nobody is left to lock then.
                if countersign_store::profile::lock(tx, profile).await? {
                    let parties = parties(&taking.kept);
                    lock::failed(tx, log, (profile, by, &parties), rule, now).await?;
                }
                lock::tally(tx, log, by, true, now).await
            }
            Effect::Passed(role, profile) => {
                lock::passed(tx, profile, now).await?;
                self.prove_speaker(tx, log, taking, doing, role, profile).await
            }
            Effect::Concluded => self.conclude(tx, log, taking, doing).await,
        }
    }

    /// Whoever speaks was verified: the engagement knows them from now on, and so does its conversation.
    async fn prove_speaker(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        taking: &mut Taking,
        doing: &Doing,
        role: Role,
        profile: ProfileId,
    ) -> Result<()> {
        let core = &taking.kept.core;
        // A representative's pass is their own evidence, never that of whom they represent.
        let is_speaking = role == Role::Representative || core.about() == Some(About::Oneself);
        if !is_speaking {
            return Ok(());
        }
        let Some(pass) = core.party(role).pass().copied() else { return Ok(()) };
        taking.engagement.attendee = Some(profile);
        taking.engagement.attendee_source = Some(AttendeeSource::Verified);
        let (Some(account), PassedBy::Questions) = (taking.account, pass.by) else { return Ok(()) };
        let by = EvidenceBy {
            kind: doing.actor.kind.as_str().to_owned(),
            id: doing.actor.id.clone(),
            name: doing.actor.name.clone(),
        };
        let proof = Proof { method: Method::Policy, expires_at: Some(pass.until), by };
        let link: LinkId = self.new_id()?;
        self.link_account(tx, log, &doing.actor, account, profile, link, proof, doing.now).await?;
        if let Some(call) = taking.engagement.call {
            log.live("call.updated", call);
        }
        // Later steps of the same request see it where it stands now.
        taking.account = find_account_ref_for_update(tx, account.id).await?;
        Ok(())
    }

    async fn conclude(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        taking: &mut Taking,
        doing: &Doing,
    ) -> Result<()> {
        let core = &taking.kept.core;
        let Some(outcome) = core.outcome().copied() else { return Ok(()) };
        let (word, status, class) = match outcome {
            Outcome::Proceed { .. } => (EngagementOutcome::Proceed, TopicStatus::Completed, None),
            Outcome::NotNeeded { .. } => (EngagementOutcome::NotNeeded, TopicStatus::Completed, None),
            Outcome::Stop { class, .. } => {
                let status = match class {
                    StopClass::Ended => TopicStatus::Cancelled,
                    _ => TopicStatus::Failed,
                };
                (EngagementOutcome::Stop, status, Some(class_word(class)))
            }
        };
        let level = match outcome {
            Outcome::Proceed { level, .. } => level.as_str(),
            _ => "al0",
        };
        let details = json!({
            "outcome": word, "class": class, "level": level, "topic": core.topic().map(|topic| topic.key.as_str()),
            "policy": core.policy().map(|used| format!("{}@{}", used.id, used.version)),
            "for_other": core.about() == Some(About::SomebodyElse), "mandate": core.mandate(),
        });
        let kind = match word {
            EngagementOutcome::Proceed => Some(EventKind::EngagementVerified),
            EngagementOutcome::Stop => Some(EventKind::EngagementStopped),
            EngagementOutcome::NotNeeded => None,
        };
        let customer = core.party(Role::Customer).profile();
        let engagement = &mut taking.engagement;
        if let Some(kind) = kind {
            let mut event = self.event(kind, &doing.actor, doing.now)?;
            // Whom a stopped one was about is nobody's business outside.
            event.profile = customer.filter(|_| word == EngagementOutcome::Proceed);
            event.case = engagement.case;
            event.details = details.clone();
            event.details["engagement"] = json!(engagement.id);
            log.event(event);
        }
        log.audit("engagement.conclude", engagement.id, details);
        engagement.outcome = Some(word);
        engagement.status = EngagementStatus::Completed;
        engagement.ended_at = engagement.ended_at.or(Some(doing.now));
        if word == EngagementOutcome::Proceed {
            lock::tally(tx, log, doing.who.user, false, doing.now).await?;
        }
        taking.kept.end_topic(status, class.map(str::to_owned), doing.now);
        Ok(())
    }

    /// Stores what came of a step.
    pub(super) async fn save_step(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        taking: Taking,
        doing: &Doing,
        word: &'static str,
    ) -> Result<()> {
        let Taking { mut engagement, mut kept, .. } = taking;
        kept.step(word, &doing.actor, doing.now);
        if engagement.status == EngagementStatus::New {
            engagement.status = EngagementStatus::InProgress;
        }
        let core = &kept.core;
        engagement.customer = core.party(Role::Customer).profile();
        engagement.representative = core.party(Role::Representative).profile();
        engagement.revision = core.revision().into();
        let whole = core.opened_at().plus(WHOLE_SPAN);
        engagement.idle_at = engagement.outcome.is_none().then(|| doing.now.plus(IDLE_SPAN).min(whole));
        engagement.updated_at = doing.now;
        engagement.state = kept.sealed()?;
        store::update_engagement(tx, self.vault(), &engagement).await?;
        let details = json!({ "step": word, "revision": engagement.revision, "by": doing.actor.id });
        log.audit("engagement.step", engagement.id, details);
        log.live(UPDATED, engagement.id);
        Ok(())
    }
}

/// Why it stopped, as records and the API say it.
pub(super) const fn class_word(class: StopClass) -> &'static str {
    match class {
        StopClass::NotVerified => "not_verified",
        StopClass::NotAuthorised => "not_authorised",
        StopClass::Locked => "locked",
        StopClass::Expired => "expired",
        StopClass::Ended => "ended",
    }
}
