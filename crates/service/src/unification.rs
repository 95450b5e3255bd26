//! Who may be one person: settings, what joins by itself, and suggestions for people.
//!
//! A job looks at every identifier once, soon after it was recorded: never in the transaction of a message.

mod candidate;
mod simulate;

use async_recursion::async_recursion as boxed;
use countersign_identity::unify::decide::{Decision, Ground, Never, decide, may_not_meet};
use countersign_identity::unify::score::{SUGGEST_MIN, score};
use countersign_store::{Tx, merge as merges, merge_suggestion as store, profile, search_token, setting};
use countersign_types::analytics::{Fact, Metric};
use countersign_types::audit::Actor;
use countersign_types::merge::{Merge, MergeGround, Reason, Suggestion, SuggestionState, Unification};
use countersign_types::profile::Profile;
use countersign_types::{
    Assurance, Cursor, Error, MergeId, Page, PageRequest, Permission, ProfileId, Result, SuggestionId,
    Timestamp, time,
};

use crate::Service;
use crate::caller::{Grant, Request};
use crate::merge::{seniority, standing};
use crate::profile::ProfileDetail;
use crate::snapshot::name;
use crate::work::Log;

pub use simulate::{PAIRS_MAX, SimulatedMerge, Simulation};

/// How far the job has looked.
const LOOKED: &str = "unification_looked";
/// How long after its moment an identifier is looked at: who wrote earlier may commit later.
const LATE_SPAN: i64 = 3 * time::SECOND;
/// Identifiers that one run looks at.
const RUN_MAX: i64 = 100;

#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Looked {
    at: i64,
    id: String,
}

/// What a look at a profile finds.
struct Look {
    /// Whom it may be one with.
    others: Vec<ProfileId>,
    /// The keys by which it is to be met, where they are not there yet.
    new_keys: Option<Vec<String>>,
}

/// A suggestion with its two profiles.
#[derive(Debug, Clone)]
pub struct SuggestionDetail {
    /// The suggestion.
    pub suggestion: Suggestion,
    /// The one that would go on.
    pub into: ProfileDetail,
    /// The one that would stand behind it; where the suggestion was accepted, as it was before.
    pub from: ProfileDetail,
    /// The merge, where the suggestion was accepted.
    pub merge: Option<Merge>,
}

impl Service {
    /// Which identifiers join what channels know.
    #[boxed]
    pub async fn get_unification(&self, request: &Request) -> Result<Unification> {
        self.authorise(request, Permission::SettingRead).await?;
        Ok(self.snapshot().unification)
    }

    /// Says which identifiers join what channels know.
    #[boxed]
    pub async fn update_unification(&self, request: &Request, after: Unification) -> Result<Unification> {
        let grant = self.authorise(request, Permission::SettingWrite).await?;
        let now = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let before: Unification = setting::lock_setting(tx, name::UNIFICATION).await?.unwrap_or_default();
            if after != before {
                setting::update_setting(tx, name::UNIFICATION, &after, now).await?;
                log.audit("unification.update", "", serde_json::json!({ "old": before, "new": after }));
                log.reload("settings.updated", "unification");
            }
            Ok(())
        })
        .await?;
        Ok(after)
    }

    /// Suggestions of one state, newest first.
    #[boxed]
    pub async fn list_suggestions(
        &self,
        request: &Request,
        state: SuggestionState,
        page: PageRequest,
    ) -> Result<Page<SuggestionDetail>> {
        let grant = self.authorise(request, Permission::ProfileRead).await?;
        let found = self
            .read(async move |tx: &mut Tx<'_>| -> Result<Page<Suggestion>> {
                Ok(store::list_suggestions(tx, state, page).await?)
            })
            .await?;
        let mut details = Vec::with_capacity(found.items.len());
        for suggestion in found.items {
            let detail = match suggestion.state {
                SuggestionState::Accepted => self.accepted_detail(suggestion).await,
                _ => self.suggestion_detail(suggestion).await,
            };
            match detail {
                // Erased between two reads.
                Err(Error::NotFound(_)) => {}
                detail => details.push(detail?),
            }
        }
        self.record_list(&request.caller, &grant, "suggestion.list", page, details.len()).await?;
        Ok(Page { items: details, next: found.next })
    }

    async fn suggestion_detail(&self, suggestion: Suggestion) -> Result<SuggestionDetail> {
        let into = self.profile_detail(suggestion.profile).await?;
        let from = self.profile_detail(suggestion.other).await?;
        let older = |detail: &ProfileDetail| std::cmp::Reverse(detail.profile.created_at);
        let rank = |d: &ProfileDetail| (d.assurance, !d.profile.is_anonymous, older(d));
        let (into, from) = if rank(&from) > rank(&into) { (from, into) } else { (into, from) };
        Ok(SuggestionDetail { suggestion, into, from, merge: None })
    }

    /// The two of a suggestion that was accepted. What the one that was merged away said stands in its own rows.
    async fn accepted_detail(&self, suggestion: Suggestion) -> Result<SuggestionDetail> {
        let (service, pair) = (self.clone(), [suggestion.profile, suggestion.other]);
        let gone = || Error::NotFound("profile");
        let (merge, from) = self
            .read(async move |tx: &mut Tx<'_>| -> Result<(Merge, Profile)> {
                let mut made = Vec::new();
                for side in pair {
                    let merge = merges::find_merge_of(tx, side).await?;
                    made.extend(merge.filter(|merge| merge.ground == MergeGround::Suggestion));
                }
                // One of the two may stand behind the other since, or behind a third one that took both in.
                made.sort_by_key(|merge| !(pair.contains(&merge.into) && pair.contains(&merge.from)));
                let merge = made.into_iter().next().ok_or_else(gone)?;
                let found = profile::list_profiles_by_id(tx, service.vault(), &[merge.from]).await?.pop();
                Ok((merge, found.ok_or_else(gone)?))
            })
            .await?;
        let into = self.profile_detail(merge.into).await?;
        let from = ProfileDetail { profile: from, assurance: Assurance::default(), merged: Vec::new() };
        Ok(SuggestionDetail { suggestion, into, from, merge: Some(merge) })
    }

    /// A colleague thinks that two customers are one.
    #[boxed]
    pub async fn suggest_merge(
        &self,
        request: &Request,
        profile: ProfileId,
        other: ProfileId,
    ) -> Result<SuggestionDetail> {
        let grant = self.authorise(request, Permission::ProfileWrite).await?;
        let (now, id): (Timestamp, SuggestionId) = (self.now(), self.new_id()?);
        let reason = Reason { what: "colleague".to_owned(), level: "says".to_owned(), weight: 0.0 };
        let made = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<SuggestionId> {
                let gone = || Error::NotFound("profile");
                let profile = profile::find_survivor(tx, profile).await?.ok_or_else(gone)?;
                let other = profile::find_survivor(tx, other).await?.ok_or_else(gone)?;
                if profile == other {
                    return Err(Error::invalid(
                        "/other",
                        "same-customer",
                        "These two are one customer already.",
                    ));
                }
                let state = SuggestionState::Open;
                let reasons = vec![reason];
                let new = Suggestion { id, profile, other, score: 0.0, reasons, state, created_at: now };
                let made = store::upsert_suggestion(tx, &new).await?.ok_or_else(decided)?;
                log.audit("merge_suggestion.create", profile, serde_json::json!({ "other": other }));
                log.live("profile.updated", profile);
                Ok(made)
            })
            .await?;
        let found = self
            .read(async move |tx: &mut Tx<'_>| -> Result<Suggestion> {
                store::find_suggestion(tx, made).await?.ok_or(Error::NotFound("suggestion"))
            })
            .await?;
        self.suggestion_detail(found).await
    }

    /// The two are one: merges them, the surer, known or older one goes on.
    #[boxed]
    pub async fn accept_suggestion(&self, request: &Request, id: SuggestionId) -> Result<Merge> {
        let grant = self.authorise(request, Permission::ProfileMerge).await?;
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        let merge = self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<MergeId> {
            let found = store::find_suggestion(tx, id).await?.ok_or(Error::NotFound("suggestion"))?;
            if !store::update_suggestion(tx, id, SuggestionState::Accepted, now).await? {
                return Err(decided());
            }
            let pair = service.directed(tx, found.profile, found.other, now).await?;
            service.merge_in(tx, log, &actor, pair, MergeGround::Suggestion, None, now).await
        });
        self.find_merge(merge.await?).await
    }

    /// Not now, or never: the two are two people.
    #[boxed]
    pub async fn decide_suggestion(
        &self,
        request: &Request,
        id: SuggestionId,
        state: SuggestionState,
    ) -> Result<()> {
        let grant = self.authorise(request, Permission::ProfileMerge).await?;
        let now = self.now();
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let found = store::find_suggestion(tx, id).await?.ok_or(Error::NotFound("suggestion"))?;
            if !store::update_suggestion(tx, id, state, now).await? {
                return Err(decided());
            }
            let details = serde_json::json!({ "suggestion": id, "other": found.other, "state": state });
            if state == SuggestionState::NotTheSame {
                log.count(Fact::of(Metric::SuggestionRefused));
            }
            log.audit("merge_suggestion.decide", found.profile, details);
            log.live("profile.updated", found.profile);
            Ok(())
        })
        .await
    }

    /// Which of two goes on.
    async fn directed(
        &self,
        tx: &mut Tx<'_>,
        a: ProfileId,
        b: ProfileId,
        now: Timestamp,
    ) -> Result<(ProfileId, ProfileId)> {
        let mut ranks = Vec::new();
        for id in [a, b] {
            let found = self.candidate(tx, id, now).await?.ok_or(Error::NotFound("profile"))?;
            ranks.push(seniority(&found.footing, &found.sheet, found.assurance));
        }
        Ok(if ranks[1] > ranks[0] { (b, a) } else { (a, b) })
    }

    /// Job: looks at new identifiers.
    pub(crate) async fn unify_job(&self) -> Result<()> {
        if self.has_lease("unification").await? {
            while self.unify_until(self.now().plus(-LATE_SPAN)).await? && !*self.stopping().borrow() {}
        }
        Ok(())
    }

    /// Looks at identifiers recorded until a moment, some at a time; whether there are more.
    #[doc(hidden)]
    #[boxed]
    pub async fn unify_until(&self, until: Timestamp) -> Result<bool> {
        let found = self
            .read(async move |tx: &mut Tx<'_>| -> Result<Vec<store::NewIdentifier>> {
                let looked: Looked = setting::find_setting(tx, LOOKED).await?.unwrap_or_default();
                let mut id = [0; 16];
                // What does not read begins anew: looking twice does nothing twice.
                let _ = hex::decode_to_slice(&looked.id, &mut id);
                Ok(store::list_new_identifiers(tx, Cursor { at: looked.at, id }, until, RUN_MAX).await?)
            })
            .await?;
        let Some(last) = found.last().map(|new| new.cursor) else { return Ok(false) };
        let mut profiles: Vec<ProfileId> = found.iter().map(|new| new.profile).collect();
        profiles.sort_unstable();
        profiles.dedup();
        for profile in profiles {
            match self.unify_profile(profile).await {
                // Somebody merged, blocked or erased one of them meanwhile: there will be nothing to join.
                Ok(()) | Err(Error::NotFound(_) | Error::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let now = self.now();
        self.db()
            .write(async move |tx: &mut Tx<'_>| -> Result<()> {
                let looked = Looked { at: last.at, id: hex::encode(last.id) };
                Ok(setting::update_setting(tx, LOOKED, &looked, now).await?)
            })
            .await?;
        Ok(found.len() as i64 == RUN_MAX)
    }

    /// Looks whom a profile may be one with.
    async fn unify_profile(&self, profile: ProfileId) -> Result<()> {
        let (service, now) = (self.clone(), self.now());
        let found = self
            .read(async move |tx: &mut Tx<'_>| -> Result<Option<Look>> {
                let Some(own) = service.candidate(tx, profile, now).await? else { return Ok(None) };
                let keys = service.meeting_keys(&own);
                let others = service.others_of(tx, &own, &keys).await?;
                let (vault, id) = (service.vault(), own.footing.id);
                let is_indexed = search_token::has_meeting_keys(tx, vault, id, &keys).await?;
                Ok(Some(Look { others, new_keys: (!is_indexed).then_some(keys) }))
            })
            .await?;
        let Some(Look { others, new_keys }) = found else { return Ok(()) };
        if let Some(keys) = new_keys {
            let service = self.clone();
            self.db()
                .write(async move |tx: &mut Tx<'_>| -> Result<()> {
                    // Who was erased or merged away meanwhile is met by nobody.
                    if let Some((id, _)) =
                        profile::lock_survivor(tx, profile).await?.filter(|(id, _)| *id == profile)
                    {
                        search_token::update_meeting_keys(tx, service.vault(), id, &keys).await?;
                    }
                    Ok(())
                })
                .await?;
        }
        for other in others {
            let service = self.clone();
            let grant = Grant::internal(Actor::system());
            self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
                service.unify_pair(tx, log, profile, other, now).await
            })
            .await?;
        }
        Ok(())
    }

    /// Joins two profiles, suggests it, or does nothing; decided in the transaction that does it.
    async fn unify_pair(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        a: ProfileId,
        b: ProfileId,
        now: Timestamp,
    ) -> Result<()> {
        if store::is_refused(tx, a, b).await? {
            return Ok(());
        }
        merges::lock_pair(tx, a, b).await?;
        let (Some(a), Some(b)) = (self.candidate(tx, a, now).await?, self.candidate(tx, b, now).await?)
        else {
            return Ok(());
        };
        if a.footing.id == b.footing.id {
            return Ok(());
        }
        let shared = self.shared(tx, &a, &b).await?;
        let sides =
            (standing(&a.footing, &a.sheet, a.assurance), standing(&b.footing, &b.sheet, b.assurance));
        let decided = decide(&sides.0, &sides.1, &shared, self.snapshot().unification);
        let ground = match decided {
            Decision::Automatic(Ground::Proved(_)) => Some(MergeGround::Proved),
            Decision::Automatic(Ground::Attested(_)) => Some(MergeGround::Attested),
            Decision::Suggest | Decision::Never(_) => None,
        };
        if let Some(ground) = ground {
            let pair = self.directed(tx, a.footing.id, b.footing.id, now).await?;
            self.merge_in(tx, log, &Actor::system(), pair, ground, None, now).await?;
            return Ok(());
        }
        let mut record = self.record_of(&a);
        if decided == Decision::Never(Never::NothingShared) {
            // What many people share says nothing about two of them.
            record.emails.clear();
            record.phones.retain(|_| shared.is_empty());
        }
        let scored = score(&record, &self.record_of(&b));
        let is_asked = decided == Decision::Suggest || scored.total >= SUGGEST_MIN;
        if !is_asked || may_not_meet(&sides.0, &sides.1).is_some() {
            return Ok(());
        }
        let suggestion = Suggestion {
            id: self.new_id()?,
            profile: a.footing.id,
            other: b.footing.id,
            score: scored.total,
            reasons: scored.reasons,
            state: SuggestionState::Open,
            created_at: now,
        };
        store::upsert_suggestion(tx, &suggestion).await?;
        Ok(())
    }
}

fn decided() -> Error {
    Error::conflict(
        "suggestion-decided",
        "Somebody has decided about these two already.",
        "Look at the list anew; two customers can still be merged by hand.",
    )
}
