//! Taking a step.

use countersign_identity::evidence::{Evidence, Method, assess};
use countersign_types::pii::Purpose;
use countersign_types::time::{HOUR, MINUTE, SECOND};
use countersign_types::{Assurance, ProfileId, Timestamp};
use sha2::{Digest, Sha256};

use super::event::{Context, Effect, Event, LookedUp, Person, Reply, Standing, Step, StepName, Strong};
use super::{
    About, Asked, Engagement, Outcome, Party, Pass, PassedBy, Refusal, Role, Stage, StopClass, Topic, Verdict,
};
use crate::choose::{Seed, choose};
use crate::compare::{Comparison, How, can_be_asked, check_said, compare};
use crate::mandate::Mandate;
use crate::policy::{self, Judge, MandateRule, Policy, Question};

/// After this long without a step it has expired.
pub const IDLE_SPAN: i64 = 30 * MINUTE;
/// After this long it has expired in any case.
pub const WHOLE_SPAN: i64 = 4 * HOUR;

type Result<T = ()> = std::result::Result<T, Refusal>;

impl Engagement {
    /// Takes a step, or refuses it and leaves everything as it was. `revision` is the one that was seen when the step was
    /// decided on.
    pub fn apply(&self, revision: u32, event: Event, context: &Context<'_>) -> Result<Step> {
        if revision != self.revision {
            return Err(Refusal::Stale);
        }
        if self.outcome.is_some() {
            return Err(Refusal::Concluded);
        }
        let is_expired = self.is_expired(context.now);
        if is_expired != (event == Event::Expire) {
            return Err(if is_expired { Refusal::Expired } else { Refusal::NotExpired });
        }
        // A clock that steps back takes nothing back.
        let now = context.now.max(self.touched_at);
        let mut walk = Walk { state: self.clone(), context, now, effects: Vec::new() };
        walk.take(event)?;
        walk.state.revision = self.revision.saturating_add(1);
        walk.state.touched_at = now;
        Ok(Step { engagement: walk.state, effects: walk.effects })
    }

    /// Whether its time is over.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now.since(self.touched_at) >= IDLE_SPAN || now.since(self.opened_at) >= WHOLE_SPAN
    }
}

/// A step being taken, on a copy.
struct Walk<'a> {
    state: Engagement,
    context: &'a Context<'a>,
    now: Timestamp,
    effects: Vec<Effect>,
}

impl<'a> Walk<'a> {
    fn take(&mut self, event: Event) -> Result {
        match event {
            Event::ChooseTopic(topic) => return self.choose_topic(topic),
            Event::End | Event::Expire => {
                let class = if event == Event::End { StopClass::Ended } else { StopClass::Expired };
                self.stop(class, None);
                return Ok(());
            }
            Event::Back(to) => return self.back(to),
            _ => {}
        }
        let policy = self.policy()?;
        if let Event::ChooseAbout(about) = event {
            return self.choose_about(about, policy);
        }
        self.check_people()?;
        match event {
            Event::Search(at, found) => self.search(at, found, policy),
            Event::Select(profile) => self.select(profile, policy),
            Event::Answer(field, reply) => self.answer(&field, &reply, policy),
            Event::Finish => self.finish(policy),
            Event::Evidence(profile, strong) => self.evidence(profile, strong, policy),
            Event::ChooseMandate(id) => self.choose_mandate(id),
            _ => Err(Refusal::NotNow),
        }
    }

    /// The policy it began with.
    fn policy(&self) -> Result<&'a Policy> {
        if self.state.topic.is_none() {
            return Err(Refusal::NotNow);
        }
        match self.context.policy {
            Some((used, policy)) if Some(used) == self.state.policy.as_ref() => Ok(policy),
            Some(_) => Err(Refusal::OtherPolicy),
            None => Err(Refusal::NoPolicy),
        }
    }

    fn person(&self, role: Role, profile: ProfileId) -> Result<&'a Person<'a>> {
        let person = self.context.people.iter().find(|person| person.profile == profile);
        let person =
            person.filter(|person| person.standing == Standing::Live).ok_or(Refusal::ProfileGone(role))?;
        if self.context.actor.related.contains(&profile) { Err(Refusal::OwnProfile) } else { Ok(person) }
    }

    /// Whoever was selected is still there, and none of the agent's own: another agent may have gone on with it.
    fn check_people(&self) -> Result {
        for role in [Role::Representative, Role::Customer] {
            if let Some(profile) = self.state.party(role).profile {
                self.person(role, profile)?;
            }
        }
        Ok(())
    }

    fn at(&self, stages: &[Stage]) -> Result {
        if stages.contains(&self.state.stage()) { Ok(()) } else { Err(Refusal::NotNow) }
    }

    fn party_mut(&mut self, role: Role) -> &mut Party {
        match role {
            Role::Representative => &mut self.state.representative,
            Role::Customer => &mut self.state.customer,
        }
    }

    /// A party begins anew. What was answered and not decided counts as failed: otherwise answers could be tried and the
    /// session left.
    fn reset(&mut self, role: Role) {
        let party = std::mem::take(self.party_mut(role));
        self.count_undecided(role, &party);
    }

    fn count_undecided(&mut self, role: Role, party: &Party) {
        let is_tried = party
            .asked
            .iter()
            .any(|asked| asked.verdict.is_some_and(|verdict| verdict != Verdict::Unavailable));
        if let (Some(profile), None, true) = (party.profile, party.pass, is_tried) {
            self.effects.push(Effect::Failed(role, profile));
        }
    }

    fn stop(&mut self, class: StopClass, role: Option<Role>) {
        if matches!(class, StopClass::Ended | StopClass::Expired) {
            for role in [Role::Representative, Role::Customer] {
                let party = self.state.party(role).clone();
                self.count_undecided(role, &party);
            }
        }
        self.conclude(Outcome::Stop { class, role, at: self.now });
    }

    fn conclude(&mut self, outcome: Outcome) {
        self.state.outcome = Some(outcome);
        self.effects.push(Effect::Concluded);
    }

    fn choose_topic(&mut self, topic: Topic) -> Result {
        let policy = if topic.is_confidential {
            let (used, _) = self.context.policy.ok_or(Refusal::NoPolicy)?;
            Some(used.clone())
        } else {
            None
        };
        self.clear(StepName::Topic);
        let is_confidential = topic.is_confidential;
        (self.state.topic, self.state.policy) = (Some(topic), policy);
        if !is_confidential {
            self.conclude(Outcome::NotNeeded { at: self.now });
        }
        Ok(())
    }

    fn choose_about(&mut self, about: About, policy: &Policy) -> Result {
        let needs_al3 = self.minimum_level() == Assurance::Al3;
        match about {
            About::Oneself if needs_al3 && !policy.customer.strong_evidence_replaces => {
                return Err(Refusal::LevelImpossible);
            }
            About::SomebodyElse if policy.representative.is_none() => return Err(Refusal::NotForOthers),
            // Whoever is represented is asked questions, which give AL2.
            About::SomebodyElse if needs_al3 => return Err(Refusal::LevelImpossible),
            _ => {}
        }
        self.clear(StepName::About);
        self.state.about = Some(about);
        self.state.needs_mandate = about == About::SomebodyElse && policy.mandate == MandateRule::Required;
        Ok(())
    }

    fn minimum_level(&self) -> Assurance {
        self.state.topic.as_ref().map_or(Assurance::Al3, |topic| topic.minimum_level)
    }

    /// Clears a step and all that rests on it.
    fn clear(&mut self, from: StepName) {
        self.reset(Role::Customer);
        if from == StepName::Customer {
            return;
        }
        self.state.mandate = None;
        if from == StepName::Mandate {
            return;
        }
        self.reset(Role::Representative);
        if from == StepName::Representative {
            return;
        }
        (self.state.about, self.state.needs_mandate) = (None, false);
        if from == StepName::Topic {
            (self.state.topic, self.state.policy) = (None, None);
        }
    }

    fn back(&mut self, to: StepName) -> Result {
        let state = &self.state;
        let is_for_other = state.about == Some(About::SomebodyElse);
        let has_passed = state.representative.pass.is_some();
        let was_there = match to {
            StepName::Topic => state.topic.is_some(),
            StepName::About => state.about.is_some(),
            StepName::Representative => is_for_other,
            StepName::Mandate => is_for_other && has_passed,
            StepName::Customer => state.about == Some(About::Oneself) || is_for_other && has_passed,
        };
        if !was_there {
            return Err(Refusal::NotNow);
        }
        self.clear(to);
        Ok(())
    }

    fn search(&mut self, at: usize, found: Vec<ProfileId>, policy: &Policy) -> Result {
        self.at(&[Stage::Search, Stage::Questions, Stage::Evidence])?;
        let role = self.state.role();
        rules(policy, role)?.searches.get(at).ok_or(Refusal::NoSuchSearch)?;
        let party = self.party_mut(role);
        (party.has_searched, party.found) = (true, found);
        Ok(())
    }

    fn select(&mut self, profile: ProfileId, policy: &Policy) -> Result {
        self.at(&[Stage::Search, Stage::Questions, Stage::Evidence])?;
        let role = self.state.role();
        let Party { has_searched, found, .. } = self.state.party(role).clone();
        let is_candidate =
            self.state.about == Some(About::Oneself) && self.context.candidates.contains(&profile);
        // An id that somebody has from elsewhere is no search: it would come round its limits and its record.
        if !found.contains(&profile) && !is_candidate {
            return Err(Refusal::SearchFirst);
        }
        let person = self.person(role, profile)?;
        if role == Role::Customer {
            self.check_represented(profile)?;
        }
        let rules = rules(policy, role)?;
        if person.is_locked {
            return Err(Refusal::Locked(role));
        }
        if let Some(least) = rules.minimum_age
            && person.age.is_none_or(|age| age < least)
        {
            return Err(Refusal::TooYoung(role));
        }
        let mut party = Party { has_searched, found, profile: Some(profile), ..Party::default() };
        let takes_evidence = self.takes_evidence(role, policy);
        let needs_evidence = self.minimum_level() == Assurance::Al3;
        let seed = self.seed_of(profile);
        match choose(rules, &seed, |question| self.has_answer(person, question)) {
            _ if needs_evidence => {}
            Ok(chosen) => {
                let asked = |is_required| {
                    move |question: &&Question| Asked {
                        field: question.field.clone(),
                        is_required,
                        verdict: None,
                    }
                };
                let required = chosen.required.iter().map(asked(true));
                party.asked = required.chain(chosen.additional.iter().map(asked(false))).collect();
                party.spare = chosen.spare.iter().map(|question| question.field.clone()).collect();
                if party.asked.is_empty() && !takes_evidence {
                    return Err(Refusal::NothingAsked);
                }
            }
            Err(too_little) if takes_evidence => party.missing = too_little.missing,
            Err(too_little) => return Err(Refusal::TooLittleData { missing: too_little.missing }),
        }
        self.reset(role);
        *self.party_mut(role) = party;
        Ok(())
    }

    fn check_represented(&self, profile: ProfileId) -> Result {
        if self.state.representative.profile == Some(profile) {
            return Err(Refusal::RepresentsOneself);
        }
        if self.state.mandate.is_some() && self.mandate()?.represented != profile {
            return Err(Refusal::NotTheRepresented);
        }
        Ok(())
    }

    /// The draw follows from the engagement's seed and the customer, so selecting anew changes nothing.
    fn seed_of(&self, profile: ProfileId) -> Seed {
        Sha256::new().chain_update(self.state.seed).chain_update(profile.to_bytes()).finalize().into()
    }

    fn how(&self, question: &Question) -> How<'a> {
        How { answer: question.answer, slips: question.slips, locale: &self.context.locale }
    }

    fn has_answer(&self, person: &Person<'_>, question: &Question) -> bool {
        let stored = || person.values.get(&question.field).map(|value| value.plain(Purpose::Match));
        match (&question.look_up, question.judge) {
            (Some(_), _) => true,
            (None, Judge::Agent) => stored().is_some_and(|value| !value.trim().is_empty()),
            (None, Judge::Server) => stored().is_some_and(|value| can_be_asked(&self.how(question), value)),
        }
    }

    fn answer(&mut self, field: &str, reply: &Reply, policy: &Policy) -> Result {
        self.at(&[Stage::Questions])?;
        let role = self.state.role();
        let at = self.state.party(role).asked.iter().position(|asked| asked.field == field);
        let at = at.ok_or(Refusal::NotAsked)?;
        let question = rules(policy, role)?.question(field).ok_or(Refusal::NotAsked)?;
        let verdict = self.judge(role, question, reply)?;
        let party = self.party_mut(role);
        // A source that is down: another question of the pool takes the place of an additional one.
        if verdict == Verdict::Unavailable && !party.asked[at].is_required && !party.spare.is_empty() {
            let field = party.spare.remove(0);
            party.asked[at] = Asked { field, is_required: false, verdict: None };
        } else {
            party.asked[at].verdict = Some(verdict);
        }
        Ok(())
    }

    fn judge(&self, role: Role, question: &Question, reply: &Reply) -> Result<Verdict> {
        let of = |is_right: bool| if is_right { Verdict::Right } else { Verdict::Wrong };
        Ok(match (reply, &question.look_up, question.judge) {
            (Reply::Skip, ..) => Verdict::Skipped,
            (Reply::LookedUp(LookedUp::Unavailable), Some(_), _) => Verdict::Unavailable,
            (Reply::LookedUp(said), Some(_), _) => of(*said == LookedUp::Yes),
            (Reply::Ticked(is_right), None, Judge::Agent) => of(*is_right),
            (Reply::Said(said), None, Judge::Server) => {
                let (how, said) = (self.how(question), said.plain(Purpose::Match));
                check_said(&how, said).map_err(Refusal::Unreadable)?;
                let profile = self.state.party(role).profile.ok_or(Refusal::NotNow)?;
                let stored = self.person(role, profile)?.values.get(&question.field);
                // What was there when the question was drawn and is not any more cannot be answered rightly.
                of(stored.is_some_and(|stored| {
                    compare(&how, stored.plain(Purpose::Match), said) == Comparison::Same
                }))
            }
            _ => return Err(Refusal::OtherJudge),
        })
    }

    fn finish(&mut self, policy: &Policy) -> Result {
        self.at(&[Stage::Questions])?;
        let role = self.state.role();
        let party = self.state.party(role);
        let profile = party.profile.ok_or(Refusal::NotNow)?;
        if party.asked.is_empty() {
            return Err(Refusal::NothingAsked);
        }
        // Asked before anything is counted, so that it says nothing about the other answers.
        if party.asked.iter().any(|asked| asked.verdict == Some(Verdict::Unavailable)) {
            return Err(Refusal::SourceUnavailable);
        }
        // Another session may have failed meanwhile; right answers open no lock. What was tried here counts nothing more.
        if self.person(role, profile)?.is_locked {
            self.stop(StopClass::Locked, Some(role));
            return Ok(());
        }
        let rules = rules(policy, role)?;
        let is_right = |asked: &&Asked| asked.verdict == Some(Verdict::Right);
        let is_required_right =
            party.asked.iter().filter(|asked| asked.is_required).all(|asked| is_right(&asked));
        let additional = party.asked.iter().filter(|asked| !asked.is_required).filter(is_right).count();
        if !is_required_right || additional < usize::from(rules.additional_minimum) {
            self.effects.push(Effect::Failed(role, profile));
            self.stop(StopClass::NotVerified, Some(role));
            return Ok(());
        }
        let evidence = self.evidence_of(Method::Policy, policy);
        self.pass(role, profile, PassedBy::Questions, evidence, policy)
    }

    fn evidence_of(&self, method: Method, policy: &Policy) -> Evidence {
        let expires_at = self.now.plus(i64::from(policy.valid_secs) * SECOND).as_micros();
        Evidence { method, recorded_at: self.now.as_micros(), expires_at: Some(expires_at), ended_at: None }
    }

    /// Strong evidence is about whoever is speaking: it never replaces the questions about somebody they represent.
    fn takes_evidence(&self, role: Role, policy: &Policy) -> bool {
        let is_speaking = role == Role::Representative || self.state.about == Some(About::Oneself);
        is_speaking && rules(policy, role).is_ok_and(|rules| rules.strong_evidence_replaces)
    }

    fn evidence(&mut self, profile: ProfileId, Strong(evidence): Strong, policy: &Policy) -> Result {
        self.at(&[Stage::Questions, Stage::Evidence])?;
        let role = self.state.role();
        if !self.takes_evidence(role, policy) {
            return Err(Refusal::EvidenceNotTaken);
        }
        let is_theirs = self.state.party(role).profile == Some(profile);
        if !is_theirs || assess(&[evidence], self.now.as_micros()).level < Assurance::Al3 {
            return Err(Refusal::EvidenceTooWeak);
        }
        // A code does not open a lock that guessing set: whoever holds the account may be the one who guesses.
        if self.person(role, profile)?.is_locked {
            return Err(Refusal::Locked(role));
        }
        self.pass(role, profile, PassedBy::StrongEvidence, evidence, policy)
    }

    /// A party is verified; the last one ends it. The level is what its evidence gives, and no other way leads here.
    fn pass(
        &mut self,
        role: Role,
        profile: ProfileId,
        by: PassedBy,
        evidence: Evidence,
        policy: &Policy,
    ) -> Result {
        let level = assess(&[evidence], self.now.as_micros()).level;
        let longest = self.now.plus(i64::from(policy.valid_secs) * SECOND);
        let until = evidence.expires_at.map_or(longest, |at| longest.min(Timestamp::from_micros(at)));
        let pass = Pass { level, by, at: self.now, until };
        let is_last = role == Role::Customer;
        if is_last {
            return self.proceed(profile, pass);
        }
        self.state.representative.pass = Some(pass);
        self.effects.push(Effect::Passed(role, profile));
        Ok(())
    }

    /// Everything that *proceed* rests on is looked at again, as it is now.
    fn proceed(&mut self, profile: ProfileId, pass: Pass) -> Result {
        let (mut level, mut until) = (pass.level, pass.until);
        if self.state.about == Some(About::SomebodyElse) {
            let first = self.state.representative.pass.ok_or(Refusal::NotNow)?;
            if first.until <= self.now {
                return Err(Refusal::PassExpired);
            }
            self.check_represented(profile)?;
            (level, until) = (level.min(first.level), until.min(first.until));
            if self.state.mandate.is_some() {
                let mandate = self.mandate()?;
                if self.mandate_gap(mandate).is_some() {
                    self.stop(StopClass::NotAuthorised, None);
                    return Ok(());
                }
                until = mandate.ends_at().map_or(until, |ends| until.min(ends));
            } else if self.state.needs_mandate {
                return Err(Refusal::NoSuchMandate);
            }
        }
        if level < self.minimum_level() {
            return Err(Refusal::LevelImpossible);
        }
        self.state.customer.pass = Some(pass);
        self.effects.push(Effect::Passed(Role::Customer, profile));
        self.conclude(Outcome::Proceed { level, at: self.now, until });
        Ok(())
    }

    /// The mandate that was chosen, as it is now.
    fn mandate(&self) -> Result<&'a Mandate> {
        let id = self.state.mandate.as_deref();
        self.context.mandate.filter(|mandate| Some(mandate.id.as_str()) == id).ok_or(Refusal::NoSuchMandate)
    }

    fn mandate_gap(&self, mandate: &Mandate) -> Option<Refusal> {
        let (Some(representative), Some(topic)) = (self.state.representative.profile, &self.state.topic)
        else {
            return Some(Refusal::NotNow);
        };
        mandate.check(representative, &topic.key, self.now).err().map(Refusal::Mandate)
    }

    fn choose_mandate(&mut self, id: String) -> Result {
        // Where none is needed, one may be named all the same, and holds then.
        let is_time = self.state.about == Some(About::SomebodyElse) && self.state.role() == Role::Customer;
        if !is_time {
            return Err(Refusal::NotNow);
        }
        let mandate =
            self.context.mandate.filter(|mandate| mandate.id == id).ok_or(Refusal::NoSuchMandate)?;
        if let Some(gap) = self.mandate_gap(mandate) {
            return Err(gap);
        }
        self.person(Role::Customer, mandate.represented)?;
        self.clear(StepName::Mandate);
        self.state.mandate = Some(id);
        Ok(())
    }
}

fn rules(policy: &Policy, role: Role) -> Result<&policy::Party> {
    match role {
        Role::Customer => Ok(&policy.customer),
        Role::Representative => policy.representative.as_ref().ok_or(Refusal::NotForOthers),
    }
}
