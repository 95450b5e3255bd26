//! The steps of an engagement, each an operation.

use std::collections::BTreeSet;

use async_recursion::async_recursion as boxed;
use countersign_ivr::look_up::LookUpOutcome;
use countersign_ivr::{Class, Variables};
use countersign_store::{Tx, engagement as store, topic};
use countersign_types::pii::{FreeText, Pii, Purpose};
use countersign_types::{EngagementId, Error, LookUpId, MandateId, Permission, ProfileId, Result, TopicId};
use countersign_verification::compare::{How, Locale, check_said};
use countersign_verification::engagement::{
    About, Event, LookedUp, Refusal, Reply, Role, Stage, StepName, Topic as CoreTopic,
};
use countersign_verification::policy::{Party, Policy};

use super::around::{parsed, policy_of, used};
use super::kept::Kept;
use super::take::{Doing, Taken, Taking};
use super::{EngagementDetail, refusal};
use crate::Service;
use crate::caller::Request;
use crate::look_up::Which;
use crate::work::Log;

/// Answers in one request, at most: as many as a policy can ask.
const ANSWERS_MAX: usize = 40;
/// What look-ups know what was said by.
const SAID: &str = "answer";

/// What was answered to one question.
#[derive(Debug, Clone)]
pub struct Given {
    /// The question's field.
    pub field: String,
    /// The answer.
    pub reply: GivenReply,
}

/// An answer, as the agent gives it on.
#[derive(Debug, Clone)]
pub enum GivenReply {
    /// What was said; the server compares, or asks.
    Said(Pii<FreeText>),
    /// The agent judged it.
    Ticked(bool),
    /// There was none.
    Skipped,
}

/// A step.
#[derive(Debug, Clone)]
pub enum Step {
    /// Why they call.
    Topic(TopicId),
    /// Whom it is about.
    About(About),
    /// One of those found is it.
    Select(ProfileId),
    /// By this mandate.
    Mandate(MandateId),
    /// Questions were answered.
    Answers(Vec<Given>),
    /// All was asked.
    Finish,
    /// The conversation's own evidence is taken.
    Evidence,
    /// Back to an earlier step.
    Back(StepName),
    /// It is over.
    End,
}

impl Step {
    /// Its word in records.
    const fn word(&self) -> &'static str {
        match self {
            Self::Topic(_) => "topic",
            Self::About(_) => "about",
            Self::Select(_) => "select",
            Self::Mandate(_) => "mandate",
            Self::Answers(_) => "answers",
            Self::Finish => "finish",
            Self::Evidence => "evidence",
            Self::Back(_) => "back",
            Self::End => "end",
        }
    }
}

impl Service {
    /// Takes a step. `revision` is the one that was seen: of two who go on with one engagement, one is refused.
    #[boxed]
    pub async fn take_engagement_step(
        &self,
        request: &Request,
        id: EngagementId,
        revision: u32,
        step: Step,
    ) -> Result<EngagementDetail> {
        let grant = self.authorise(request, Permission::EngagementWrite).await?;
        let taken = match self.replayed::<Taken>(&grant).await? {
            Some(taken) => taken,
            None => {
                let (who, actor) = self.acting(request, true).await?;
                let sources = self.ask_sources(id, revision, &step).await?;
                let (service, now) = (self.clone(), self.now());
                self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Taken> {
                    let doing = Doing { who, actor, now };
                    let Some(mut taking) = service.begin_step(tx, log, id, revision, &doing).await? else {
                        return Ok(Taken::Expired);
                    };
                    let word = step.word();
                    service.take_step(tx, log, &mut taking, &doing, step, sources).await?;
                    service.save_step(tx, log, taking, &doing, word).await?;
                    Ok(Taken::Done)
                })
                .await?
            }
        };
        match taken {
            Taken::Done => self.engagement_seen(&request.caller, &grant, id).await,
            Taken::Expired => Err(refusal::expired()),
        }
    }

    /// Asks the customer for a code, in the conversation. Nothing of the engagement changes by it: the code comes as a message,
    /// and is taken as evidence then.
    #[boxed]
    pub async fn ask_for_engagement_code(
        &self,
        request: &Request,
        id: EngagementId,
        revision: u32,
    ) -> Result<EngagementDetail> {
        let grant = self.authorise(request, Permission::EngagementWrite).await?;
        self.acting(request, true).await?;
        let found = self.engagement_for(grant.viewer(), id).await?;
        if found.kept.core.revision() != revision {
            return Err(refusal::error(Refusal::Stale, ""));
        }
        if found.kept.core.outcome().is_some() {
            return Err(refusal::error(Refusal::Concluded, ""));
        }
        let Some(case) = found.engagement.case else {
            return Err(Error::conflict(
                "no-way-to-send",
                "This engagement has no conversation in which a code can be asked for.",
                "Ask the questions of the policy.",
            ));
        };
        self.ask_for_code(request, case, None).await?;
        self.engagement_seen(&request.caller, &grant, id).await
    }

    /// What sources say of answers that they judge. They are asked before anything is locked; what they say counts only if
    /// nobody went on with the engagement meanwhile.
    async fn ask_sources(
        &self,
        id: EngagementId,
        revision: u32,
        step: &Step,
    ) -> Result<Vec<Option<LookedUp>>> {
        let Step::Answers(answers) = step else { return Ok(Vec::new()) };
        if answers.is_empty() || answers.len() > ANSWERS_MAX {
            let detail = format!("1 to {ANSWERS_MAX} answers at a time.");
            return Err(Error::invalid("/answers", "out-of-range", detail));
        }
        let service = self.clone();
        let found = self.read(async move |tx: &mut Tx<'_>| -> Result<Option<(Kept, Option<Policy>)>> {
            let Some(found) = store::find_engagement(tx, service.vault(), id).await? else { return Ok(None) };
            let kept = Kept::of(&found)?;
            let policy = match kept.core.policy() {
                Some(used) => policy_of(tx, used).await?,
                None => None,
            };
            Ok(Some((kept, policy)))
        });
        let (kept, policy) = found.await?.ok_or(Error::NotFound("engagement"))?;
        if kept.core.revision() != revision {
            return Err(refusal::error(Refusal::Stale, ""));
        }
        let role = kept.core.role();
        let rules = policy.as_ref().and_then(|policy| match role {
            Role::Customer => Some(&policy.customer),
            Role::Representative => policy.representative.as_ref(),
        });
        // The step itself says what is wrong then; nobody is asked for it.
        if kept.core.stage() != Stage::Questions || kept.core.is_expired(self.now()) {
            return Ok(vec![None; answers.len()]);
        }
        let asked: BTreeSet<&str> =
            kept.core.party(role).asked().iter().map(|asked| asked.field.as_str()).collect();
        let locale = Locale::of(&self.snapshot().workspace.default_country);
        check_answers(answers, &asked, rules, &locale)?;
        let mut said = Vec::with_capacity(answers.len());
        for given in answers {
            let question = rules.and_then(|rules| rules.question(&given.field));
            let source = question.and_then(|question| question.look_up.as_ref());
            said.push(match (&given.reply, source, kept.core.party(role).profile()) {
                (GivenReply::Said(text), Some(source), Some(profile)) => {
                    Some(self.ask_source(source, profile, text).await?)
                }
                _ => None,
            });
        }
        Ok(said)
    }

    async fn ask_source(&self, source: &str, profile: ProfileId, said: &Pii<FreeText>) -> Result<LookedUp> {
        let Ok(look_up) = source.parse::<LookUpId>() else { return Ok(LookedUp::Unavailable) };
        let entry = match self.look_up_entry(look_up).await {
            Ok(entry) => entry,
            // It was deleted after the policy was published: that is no answer.
            Err(Error::NotFound(_)) => return Ok(LookedUp::Unavailable),
            Err(error) => return Err(error),
        };
        let service = self.clone();
        let found = self
            .read(async move |tx: &mut Tx<'_>| -> Result<Option<countersign_types::profile::Profile>> {
                Ok(countersign_store::profile::find_profile(tx, service.vault(), profile).await?)
            })
            .await?;
        let Some(found) = found else { return Ok(LookedUp::Unavailable) };
        let mut variables = Variables::default();
        // What does not fit into a variable is left out: the look-up then lacks it and cannot be asked.
        for (field, value) in self.values(&found) {
            let _ = variables.set(&field, Class::Personal, value.plain(Purpose::Match));
        }
        let _ = variables.set(SAID, Class::Secret, said.plain(Purpose::Match));
        let run = self.look_up_run(Which::Stored(&entry), &variables, true).await;
        Ok(match run.outcome {
            LookUpOutcome::Found { .. } => LookedUp::Yes,
            LookUpOutcome::NotFound => LookedUp::No,
            LookUpOutcome::Unavailable { .. } => LookedUp::Unavailable,
        })
    }

    async fn take_step(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        taking: &mut Taking,
        doing: &Doing,
        step: Step,
        sources: Vec<Option<LookedUp>>,
    ) -> Result<()> {
        if matches!(step, Step::Topic(_) | Step::About(_) | Step::Back(_)) {
            // A code that was sent for something else is read back for nothing.
            taking.kept.sent = None;
        }
        match step {
            Step::Topic(id) => self.take_topic(tx, log, taking, doing, id).await,
            Step::About(about) => {
                self.apply_event(tx, log, taking, doing, (Event::ChooseAbout(about), None), "/about").await
            }
            Step::Select(profile) => {
                self.apply_event(tx, log, taking, doing, (Event::Select(profile), None), "/profile_id").await
            }
            Step::Mandate(id) => {
                let event = Event::ChooseMandate(id.to_string());
                self.apply_event(tx, log, taking, doing, (event, None), "/mandate_id").await
            }
            Step::Answers(answers) => {
                for (n, (given, source)) in answers.into_iter().zip(sources).enumerate() {
                    let event = Event::Answer(given.field, reply(given.reply, source));
                    self.apply_event(tx, log, taking, doing, (event, None), &format!("/answers/{n}")).await?;
                }
                Ok(())
            }
            Step::Finish => self.apply_event(tx, log, taking, doing, (Event::Finish, None), "").await,
            Step::Evidence => self.take_evidence(tx, log, taking, doing).await,
            Step::Back(to) => self.apply_event(tx, log, taking, doing, (Event::Back(to), None), "/to").await,
            Step::End => self.apply_event(tx, log, taking, doing, (Event::End, None), "").await,
        }
    }

    async fn take_topic(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        taking: &mut Taking,
        doing: &Doing,
        id: TopicId,
    ) -> Result<()> {
        let found = topic::get_topic(tx, id).await?.ok_or(Error::NotFound("topic"))?;
        if !found.is_active {
            return Err(Error::conflict(
                "topic-off",
                "This topic is switched off.",
                "Choose another one, or ask an administrator to switch it on.",
            ));
        }
        let mut chosen = None;
        if let Some(policy) = found.policy.filter(|_| found.is_confidential)
            && let Some((version, body)) =
                countersign_store::verification_policy::published_version(tx, policy).await?
        {
            chosen = Some((used(policy, version), parsed(&body)?));
        }
        let core = CoreTopic {
            key: found.key.clone(),
            is_confidential: found.is_confidential,
            minimum_level: found.minimum_level,
        };
        self.apply_event(tx, log, taking, doing, (Event::ChooseTopic(core), chosen), "/topic_id").await?;
        taking.chose(found, doing.now);
        Ok(())
    }

    async fn take_evidence(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        taking: &mut Taking,
        doing: &Doing,
    ) -> Result<()> {
        let core = &taking.kept.core;
        let selected = core.party(core.role()).profile();
        let too_weak = || refusal::error(Refusal::EvidenceTooWeak, "");
        let (Some(account), Some(profile)) = (taking.account, selected) else { return Err(too_weak()) };
        let strong = self.strong_evidence(tx, account, profile, doing.now).await?.ok_or_else(too_weak)?;
        self.apply_event(tx, log, taking, doing, (Event::Evidence(profile, strong), None), "").await?;
        taking.kept.evidence = Some((strong.0.method.as_str().to_owned(), doing.now));
        Ok(())
    }
}

/// Whether answers can be given on to sources: each to a question that was asked, once, and readable. What cannot be an
/// answer would make a source unavailable, and another question take its place.
fn check_answers(
    answers: &[Given],
    asked: &BTreeSet<&str>,
    rules: Option<&Party>,
    locale: &Locale,
) -> Result<()> {
    let mut seen = BTreeSet::new();
    for (n, given) in answers.iter().enumerate() {
        let at = format!("/answers/{n}");
        if !asked.contains(given.field.as_str()) {
            return Err(refusal::error(Refusal::NotAsked, &at));
        }
        if !seen.insert(&given.field) {
            return Err(Error::invalid(at, "twice", "Each question is answered once."));
        }
        let question = rules.and_then(|rules| rules.question(&given.field));
        let Some(question) = question.filter(|question| question.look_up.is_some()) else { continue };
        let GivenReply::Said(text) = &given.reply else { continue };
        let text = text.plain(Purpose::Match);
        check_said(&How::exact(question.answer, locale), text)
            .map_err(|why| refusal::error(Refusal::Unreadable(why), &at))?;
        if text.chars().any(char::is_control) {
            return Err(Error::invalid(at, "control-characters", "An answer is one line of text."));
        }
    }
    Ok(())
}

fn reply(given: GivenReply, source: Option<LookedUp>) -> Reply {
    match (given, source) {
        (GivenReply::Said(_), Some(said)) => Reply::LookedUp(said),
        (GivenReply::Said(said), None) => Reply::Said(said),
        (GivenReply::Ticked(is_right), _) => Reply::Ticked(is_right),
        (GivenReply::Skipped, _) => Reply::Skip,
    }
}
