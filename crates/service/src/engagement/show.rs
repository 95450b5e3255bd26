//! What is read beside an engagement to show it.

use std::collections::{BTreeMap, BTreeSet};

use countersign_store::{Tx, account, call, engagement as store, link, mandate, profile, topic};
use countersign_types::engagement::Engagement;
use countersign_types::pii::{Purpose, Viewer};
use countersign_types::{Assurance, CallId, EngagementId, Error, ProfileId, Result, Timestamp};
use countersign_verification::engagement::{About, Role, Strong};
use countersign_verification::mandate::Gap;

use super::around::policy_of;
use super::kept::{Kept, Texts};
use super::{Brief, EngagementDetail, Held, MandateOffer, send};
use crate::Service;
use crate::caller::{Caller, Grant};

impl Service {
    pub(super) async fn engagement_for(&self, viewer: Viewer, id: EngagementId) -> Result<EngagementDetail> {
        let (service, now) = (self.clone(), self.now());
        let found = self.read(async move |tx: &mut Tx<'_>| -> Result<Option<EngagementDetail>> {
            let Some(found) = store::find_engagement(tx, service.vault(), id).await? else { return Ok(None) };
            service.engagement_detail(tx, found, viewer, now).await.map(Some)
        });
        found.await?.ok_or(Error::NotFound("engagement"))
    }

    /// [`Service::engagement_for`] for whoever looks at it: whom it shows is looked at.
    pub(super) async fn engagement_seen(
        &self,
        caller: &Caller,
        grant: &Grant,
        id: EngagementId,
    ) -> Result<EngagementDetail> {
        let found = self.engagement_for(grant.viewer(), id).await?;
        self.record_people(caller, grant, &found).await?;
        Ok(found)
    }

    /// Writes down that whoever asks looks at those whom an engagement shows: who began it, and everybody who was verified in
    /// it, whose names are whole from then on.
    pub(super) async fn record_people(
        &self,
        caller: &Caller,
        grant: &Grant,
        of: &EngagementDetail,
    ) -> Result<()> {
        let verified = [Role::Representative, Role::Customer].into_iter().filter_map(|role| {
            let party = of.kept.core.party(role);
            party.pass().and(party.profile())
        });
        // By what they became part of: one person is looked at once.
        let seen: BTreeSet<ProfileId> = verified
            .chain(of.engagement.attendee)
            .filter_map(|id| of.people.get(&id).map(|brief| brief.id))
            .collect();
        for profile in seen {
            self.record_view(caller, grant, profile).await?;
        }
        Ok(())
    }

    /// What a list shows of one: people by their names, no questions.
    pub(super) async fn engagement_line(
        &self,
        tx: &mut Tx<'_>,
        engagement: Engagement,
        viewer: Viewer,
    ) -> Result<EngagementDetail> {
        let (kept, texts) = (Kept::of(&engagement)?, Texts::of(&engagement)?);
        let named = named(&engagement, &kept);
        let people = self.briefs(tx, named).await?;
        let found = match engagement.topic {
            Some(id) => topic::get_topic(tx, id).await?,
            None => None,
        };
        Ok(EngagementDetail {
            engagement,
            kept,
            texts,
            people,
            candidates: Vec::new(),
            topic: found,
            policy: None,
            mandates: Vec::new(),
            held: None,
            can_send_code: false,
            may_replace: false,
            ways: Vec::new(),
            viewer,
        })
    }

    async fn engagement_detail(
        &self,
        tx: &mut Tx<'_>,
        engagement: Engagement,
        viewer: Viewer,
        now: Timestamp,
    ) -> Result<EngagementDetail> {
        let mut detail = self.engagement_line(tx, engagement, viewer).await?;
        let core = &detail.kept.core;
        if let Some(used) = core.policy() {
            detail.policy = policy_of(tx, used).await?;
        }
        if core.outcome().is_some() {
            return Ok(detail);
        }
        detail.candidates = self.candidates_of(tx, &detail.engagement).await?;
        detail.mandates = self.offers(tx, &detail, now).await?;
        let mut more: BTreeSet<ProfileId> = detail.candidates.iter().copied().collect();
        more.extend(detail.mandates.iter().map(|offer| offer.mandate.represented));
        detail.people.extend(self.briefs(tx, more).await?);
        let selected = core.party(core.role()).profile();
        detail.may_replace = send::may_replace(core, detail.policy.as_ref());
        let after_hours = send::sent_code_after(core, detail.policy.as_ref());
        if let (Some(profile), Some(after_hours)) = (selected, after_hours) {
            detail.ways = self.ways(tx, profile, after_hours, now).await?;
        }
        let account = self.account_spoken_from(tx, &detail.engagement).await?;
        if let (Some(account), Some(profile)) = (account, selected)
            && let Some(found) = account::find_account(tx, self.vault(), account).await?
        {
            let home = found.home_profile;
            let of = account::AccountRef { id: account, profile: found.profile, home_profile: home };
            detail.held = self.strong_evidence(tx, of, profile, now).await?.map(|Strong(evidence)| Held {
                method: evidence.method,
                level: countersign_identity::evidence::max_assurance(evidence.method),
                until: evidence.expires_at.map(Timestamp::from_micros),
            });
        }
        detail.can_send_code = detail.engagement.case.is_some();
        Ok(detail)
    }

    /// The mandates of a representative who was verified, the ones that cover the topic first.
    async fn offers(
        &self,
        tx: &mut Tx<'_>,
        detail: &EngagementDetail,
        now: Timestamp,
    ) -> Result<Vec<MandateOffer>> {
        let core = &detail.kept.core;
        let party = core.party(Role::Representative);
        let (Some(representative), Some(_), Some(about)) = (party.profile(), party.pass(), core.topic())
        else {
            return Ok(Vec::new());
        };
        let mut offers: Vec<MandateOffer> = mandate::list_mandates_of(tx, representative)
            .await?
            .into_iter()
            .map(|mandate| {
                let checked = crate::mandate::core_mandate(&mandate).check(representative, &about.key, now);
                MandateOffer { mandate, gap: checked.err().map(gap_word) }
            })
            .collect();
        offers.sort_by_key(|offer| offer.gap.is_some());
        Ok(offers)
    }

    /// Profiles that the number or the account of whoever is speaking is known for (AL1): shown, and no more than that.
    pub(super) async fn candidates_of(
        &self,
        tx: &mut Tx<'_>,
        engagement: &Engagement,
    ) -> Result<Vec<ProfileId>> {
        let mut found = Vec::new();
        if let Some(account) = self.account_spoken_from(tx, engagement).await?
            && let Some(live) = link::find_live_link(tx, account).await?
            && let Some(known) = profile::find_survivor(tx, live.profile).await?
        {
            found.push(known);
        }
        let number = self.ringing_number(tx, engagement.call).await?;
        let written = Texts::of(engagement)?.lead.phone;
        for number in number.into_iter().chain(written.map(|phone| phone.plain(Purpose::Match).to_owned())) {
            found.extend(self.candidates(tx, &number).await?.into_iter().map(|candidate| candidate.profile));
        }
        found.extend(engagement.attendee);
        let mut seen = BTreeSet::new();
        found.retain(|id| seen.insert(*id));
        Ok(found)
    }

    /// The number that rings, E.164.
    pub(super) async fn ringing_number(
        &self,
        tx: &mut Tx<'_>,
        call: Option<CallId>,
    ) -> Result<Option<String>> {
        let Some(call) = call else { return Ok(None) };
        let Some(found) = call::find_call(tx, self.vault(), call).await? else { return Ok(None) };
        crate::call::caller_number(&found)
    }

    pub(super) async fn briefs(
        &self,
        tx: &mut Tx<'_>,
        ids: BTreeSet<ProfileId>,
    ) -> Result<BTreeMap<ProfileId, Brief>> {
        let mut people = BTreeMap::new();
        for id in ids {
            if let Some(brief) = self.brief(tx, id).await? {
                people.insert(id, brief);
            }
        }
        Ok(people)
    }

    /// What is shown of a customer; `None` once they were erased.
    pub(super) async fn brief(&self, tx: &mut Tx<'_>, id: ProfileId) -> Result<Option<Brief>> {
        let found = profile::find_profile(tx, self.vault(), id).await?;
        Ok(found.map(|found| Brief {
            id: found.id,
            reference: found.reference(),
            name: found.name.or(found.claims.name),
        }))
    }
}

fn named(engagement: &Engagement, kept: &Kept) -> BTreeSet<ProfileId> {
    let parties = [Role::Representative, Role::Customer].map(|role| kept.core.party(role).profile());
    parties.into_iter().chain([engagement.attendee]).flatten().collect()
}

/// Why a mandate does not cover a topic, as the API says it.
fn gap_word(gap: Gap) -> &'static str {
    match gap {
        Gap::OtherRepresentative => "other_representative",
        Gap::Oneself => "oneself",
        Gap::GivenOn => "given_on",
        Gap::OtherTopic => "other_topic",
        Gap::NotYet => "not_yet",
        Gap::Ended => "ended",
        Gap::Revoked => "revoked",
    }
}

impl EngagementDetail {
    /// Whether whoever is speaking was verified, and who they are.
    pub fn speaker(&self) -> Role {
        match self.kept.core.about() {
            Some(About::SomebodyElse) => Role::Representative,
            _ => Role::Customer,
        }
    }

    /// The level of a party so far.
    pub fn level(&self, role: Role) -> Assurance {
        self.kept.core.party(role).pass().map_or(Assurance::Al0, |pass| pass.level)
    }
}
