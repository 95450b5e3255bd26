//! What a step rests on, read in the transaction that stores what came of it.

use std::collections::{BTreeMap, BTreeSet};

use countersign_identity::identifier::normalise_email;
use countersign_store::account::AccountRef;
use countersign_store::{Tx, identifier, link, mandate, profile, user, verification_policy};
use countersign_types::attribute::AttributeLevel;
use countersign_types::audit::{Actor as AuditActor, ActorKind};
use countersign_types::engagement::Engagement;
use countersign_types::pii::{Attribute, Pii, Purpose};
use countersign_types::profile::{IdentifierKind, Profile, ProfileState};
use countersign_types::user::{User, UserState};
use countersign_types::{
    AccountId, Assurance, Error, MandateId, Permission, ProfileId, Result, Timestamp, UserId,
    VerificationPolicyId,
};
use countersign_verification::compare::Locale;
use countersign_verification::engagement::{
    Actor, Context, Engagement as Core, Event, Person, PolicyUsed, Role, Standing, Strong,
};
use countersign_verification::mandate::Mandate;
use countersign_verification::policy::{self, Policy};

use super::lock::Locks;
use crate::Service;
use crate::caller::{Caller, Request};

/// The attribute whose value is a customer's day of birth.
const BIRTH_DATE: &str = "birth_date";

/// A profile as it is now.
pub(super) struct PersonNow {
    profile: ProfileId,
    standing: Standing,
    is_locked: bool,
    age: Option<u8>,
    values: BTreeMap<String, Pii<Attribute>>,
}

/// Who does something.
#[derive(Debug, Clone)]
pub(super) struct Who {
    /// The user; a program by the bytes of its key.
    pub user: UserId,
    /// The address of a person's log-in.
    pub email: Option<String>,
}

impl Who {
    pub(super) fn of(caller: &Caller) -> Self {
        match caller {
            Caller::User { user, .. } => Self { user: user.id, email: Some(user.email.clone()) },
            Caller::ApiKey(key) => Self { user: UserId::from_bytes(key.id.to_bytes()), email: None },
            Caller::System => Self { user: UserId::from_bytes([0; 16]), email: None },
        }
    }
}

/// What a step rests on.
pub(super) struct Around {
    pub now: Timestamp,
    pub who: Who,
    pub policy: Option<(PolicyUsed, Policy)>,
    pub people: Vec<PersonNow>,
    pub candidates: Vec<ProfileId>,
    pub related: Vec<ProfileId>,
    pub mandate: Option<Mandate>,
    pub locale: Locale,
}

impl Around {
    pub(super) fn context<T>(&self, then: impl FnOnce(&Context<'_>) -> T) -> T {
        let people: Vec<Person<'_>> = self
            .people
            .iter()
            .map(|person| Person {
                profile: person.profile,
                standing: person.standing,
                is_locked: person.is_locked,
                age: person.age,
                values: &person.values,
            })
            .collect();
        then(&Context {
            now: self.now,
            actor: Actor { user: self.who.user, related: &self.related },
            policy: self.policy.as_ref().map(|(used, policy)| (used, policy)),
            people: &people,
            candidates: &self.candidates,
            mandate: self.mandate.as_ref(),
            locale: self.locale,
        })
    }
}

/// What a policy's version is called in records: `vpol_…`, and its number.
pub(super) fn used(policy: VerificationPolicyId, version: u32) -> PolicyUsed {
    PolicyUsed { id: policy.to_string(), version }
}

pub(super) async fn policy_of(tx: &mut Tx<'_>, used: &PolicyUsed) -> Result<Option<Policy>> {
    let Ok(id) = used.id.parse::<VerificationPolicyId>() else { return Ok(None) };
    let Some(body) = verification_policy::get_version(tx, id, used.version).await? else { return Ok(None) };
    parsed(&body).map(Some)
}

pub(super) fn parsed(body: &str) -> Result<Policy> {
    policy::parse(body).map_err(|findings| {
        let codes: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
        Error::internal(format!("a stored policy is none: {}", codes.join(", ")))
    })
}

impl Service {
    /// What a step rests on. `chosen` is the policy that the event's topic brings; the profiles it names are locked, so
    /// that of several sessions about one customer the failures of one are seen by the next.
    pub(super) async fn rested_on(
        &self,
        tx: &mut Tx<'_>,
        engagement: &Engagement,
        core: &Core,
        event: &Event,
        (who, chosen): (Who, Option<(PolicyUsed, Policy)>),
        now: Timestamp,
    ) -> Result<Around> {
        // A topic without a policy in force has none: that of the topic before does not stand in for it.
        let is_anew = matches!(event, Event::ChooseTopic(_));
        let policy = match (chosen, core.policy()) {
            (Some(chosen), _) => Some(chosen),
            (None, Some(used)) if !is_anew => policy_of(tx, used).await?.map(|policy| (used.clone(), policy)),
            (None, _) => None,
        };
        let named = match event {
            Event::ChooseMandate(id) => Some(id.as_str()),
            _ => core.mandate(),
        };
        let mandate = match named.and_then(|id| id.parse::<MandateId>().ok()) {
            Some(id) => mandate::get_mandate(tx, id).await?.map(|found| crate::mandate::core_mandate(&found)),
            None => None,
        };
        let mut ids: BTreeSet<ProfileId> = [Role::Representative, Role::Customer]
            .into_iter()
            .filter_map(|role| core.party(role).profile())
            .collect();
        if let Event::Select(profile) | Event::Evidence(profile, _) = event {
            ids.insert(*profile);
        }
        ids.extend(mandate.as_ref().map(|mandate| mandate.represented));
        let mut people = Vec::with_capacity(ids.len());
        let is_about_somebody =
            matches!(event, Event::Select(_) | Event::Finish | Event::Evidence(..) | Event::ChooseMandate(_));
        for id in ids {
            people.push(self.person(tx, id, now).await?);
            // Nobody is identified as somebody who is blocked, here as elsewhere.
            if is_about_somebody && profile::find_profile_state(tx, id).await? == Some(ProfileState::Blocked)
            {
                return Err(crate::code::blocked());
            }
        }
        let candidates = self.candidates_of(tx, engagement).await?;
        let related = self.related(tx, &who).await?;
        let locale = Locale::of(&self.snapshot().workspace.default_country);
        Ok(Around { now, who, policy, people, candidates, related, mandate, locale })
    }

    async fn person(&self, tx: &mut Tx<'_>, id: ProfileId, now: Timestamp) -> Result<PersonNow> {
        let gone = |standing| PersonNow {
            profile: id,
            standing,
            is_locked: false,
            age: None,
            values: BTreeMap::new(),
        };
        if !profile::lock(tx, id).await? {
            return Ok(gone(Standing::Erased));
        }
        if profile::find_survivor(tx, id).await? != Some(id) {
            return Ok(gone(Standing::Merged));
        }
        let Some(found) = profile::find_profile(tx, self.vault(), id).await? else {
            return Ok(gone(Standing::Erased));
        };
        let values = self.values(&found);
        let born = values.get(BIRTH_DATE).map(|date| date.plain(Purpose::Match));
        let age = born.and_then(|date| self.age(date, now));
        let is_locked = Locks::read(tx, id).await?.is_locked(now);
        Ok(PersonNow { profile: id, standing: Standing::Live, is_locked, age, values })
    }

    /// The stored answers of a customer, by field: what the company itself said, never a claim.
    pub(super) fn values(&self, profile: &Profile) -> BTreeMap<String, Pii<Attribute>> {
        fn plain<K: countersign_types::pii::Kind>(value: Option<&Pii<K>>) -> Option<Pii<Attribute>> {
            value.map(|value| Pii::new(value.plain(Purpose::Match)))
        }
        let fields = [
            ("name", plain(profile.name.as_ref())),
            ("email", plain(profile.email.as_ref())),
            ("phone", plain(profile.phone.as_ref())),
            ("external_id", plain(profile.external_id.as_ref())),
        ];
        let mut values: BTreeMap<String, Pii<Attribute>> =
            fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
        let snapshot = self.snapshot();
        for (id, entry) in &profile.attributes {
            let Some(definition) = snapshot.attribute(*id) else { continue };
            if definition.level != AttributeLevel::Profile || !entry.is_proved {
                continue;
            }
            let text = entry.value.plain(Purpose::Match);
            let text = match serde_json::from_str::<serde_json::Value>(text) {
                Ok(serde_json::Value::String(text)) => text,
                Ok(serde_json::Value::Null) | Err(_) => continue,
                Ok(other) => other.to_string(),
            };
            values.entry(definition.key.clone()).or_insert_with(|| Pii::new(text));
        }
        values
    }

    /// Years since a day, by the calendar of the workspace.
    fn age(&self, born: &str, now: Timestamp) -> Option<u8> {
        let born: jiff::civil::Date = born.parse().ok()?;
        let today = jiff::civil::date(1970, 1, 1)
            .checked_add(jiff::Span::new().try_days(self.day_of(now)).ok()?)
            .ok()?;
        let years =
            today.year() - born.year() - i16::from((today.month(), today.day()) < (born.month(), born.day()));
        u8::try_from(years).ok()
    }

    /// Who does something, and under which name it goes on record: a person; of a program the person for whom it acts, so
    /// that what holds for people holds for whoever uses a program (V-2, V-6).
    pub(super) async fn acting(&self, request: &Request, must_be_named: bool) -> Result<(Who, AuditActor)> {
        let actor = request.caller.actor();
        let who = Who::of(&request.caller);
        let Caller::ApiKey(key) = &request.caller else {
            return match request.on_behalf_of {
                Some(other) if other != who.user => Err(Error::Refused {
                    code: "acts-for-nobody",
                    detail: "A person acts for themself alone.",
                    hint: "Leave `on_behalf_of` out. Programs name the person for whom they act.",
                }),
                _ => Ok((who, actor)),
            };
        };
        let Some(wanted) = request.on_behalf_of else {
            if must_be_named {
                let detail = "A program names the person for whom it acts: nobody verifies themself, and another person \
                              opens a lock.";
                return Err(Error::invalid("/on_behalf_of", "missing-field", detail));
            }
            return Ok((who, actor));
        };
        let found = self.read(async move |tx: &mut Tx<'_>| -> Result<Option<User>> {
            Ok(user::find_user(tx, wanted).await?)
        });
        let may = |user: &User| user.state == UserState::Active && user.role.may(Permission::EngagementWrite);
        let Some(person) = found.await?.filter(may) else {
            let detail = "There is no person of this id here who verifies customers.";
            return Err(Error::invalid("/on_behalf_of", "unknown-user", detail));
        };
        let name = format!("{} ({})", person.name, key.name);
        let actor = AuditActor { kind: ActorKind::User, id: person.id.to_string(), name };
        Ok((Who { user: person.id, email: Some(person.email) }, actor))
    }

    /// The profiles of a colleague as a customer, by the address of their log-in.
    pub(crate) async fn own_profiles(&self, tx: &mut Tx<'_>, email: &str) -> Result<Vec<ProfileId>> {
        let Ok(email) = normalise_email(email) else { return Ok(Vec::new()) };
        let (kind, key) = (IdentifierKind::Email, email.key);
        Ok(identifier::find_by_identifier(tx, self.vault(), kind, &key, false).await?)
    }

    /// The agent's own profiles, and those they represent or are represented by, whatever became of the mandate (V-6).
    pub(super) async fn related(&self, tx: &mut Tx<'_>, who: &Who) -> Result<Vec<ProfileId>> {
        let email = match &who.email {
            Some(email) => Some(email.clone()),
            None => user::find_user(tx, who.user).await?.map(|user| user.email),
        };
        let Some(email) = email else { return Ok(Vec::new()) };
        let mut related: BTreeSet<ProfileId> = self.own_profiles(tx, &email).await?.into_iter().collect();
        for own in related.clone() {
            related.extend(mandate::list_linked(tx, own).await?);
        }
        Ok(related.into_iter().collect())
    }

    /// The account of the conversation or the call.
    pub(super) async fn account_spoken_from(
        &self,
        tx: &mut Tx<'_>,
        engagement: &Engagement,
    ) -> Result<Option<AccountId>> {
        if let Some(case) = engagement.case {
            let found = countersign_store::account::find_account_of_case(tx, self.vault(), case).await?;
            return Ok(found.map(|account| account.id));
        }
        let Some(call) = engagement.call else { return Ok(None) };
        let found = countersign_store::call::find_call(tx, self.vault(), call).await?;
        Ok(found.map(|call| call.account))
    }

    /// The strong evidence that an account holds that it is somebody's: that of its live link.
    pub(super) async fn strong_evidence(
        &self,
        tx: &mut Tx<'_>,
        account: AccountRef,
        profile: ProfileId,
        now: Timestamp,
    ) -> Result<Option<Strong>> {
        let Some(live) = link::find_live_link(tx, account.id).await? else { return Ok(None) };
        let is_theirs = profile::find_survivor(tx, live.profile).await? == Some(profile);
        if !is_theirs || live.assurance < Assurance::Al3 || live.expires_at.is_some_and(|until| until <= now)
        {
            return Ok(None);
        }
        let all = countersign_store::evidence::list_evidence(tx, live.profile).await?;
        let carried = all.into_iter().find(|evidence| evidence.link == live.id);
        Ok(carried.map(|evidence| {
            let until = [evidence.expires_at, live.expires_at].into_iter().flatten().min();
            Strong(countersign_identity::evidence::Evidence {
                method: evidence.method,
                recorded_at: evidence.recorded_at.as_micros(),
                expires_at: until.map(Timestamp::as_micros),
                ended_at: evidence.ended_at.map(Timestamp::as_micros),
            })
        }))
    }
}
