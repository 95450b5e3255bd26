//! What settings of unification would do to the customers that there are: counted, shown by examples, never done.

use std::collections::{BTreeMap, BTreeSet};

use async_recursion::async_recursion as boxed;
use countersign_identity::unify::CARRIERS_MAX;
use countersign_identity::unify::decide::{Decision, Ground, decide};
use countersign_store::identifier::{self, SharedKey};
use countersign_store::{Tx, merge_suggestion as suggestions};
use countersign_types::merge::{MergeGround, Unification};
use countersign_types::{Permission, ProfileId, Result, Timestamp};

use crate::Service;
use crate::caller::Request;
use crate::merge::{seniority, standing};
use crate::profile::ProfileDetail;

/// Pairs of customers that one simulation weighs; of more it answers that there are more.
pub const PAIRS_MAX: usize = 1_000;
/// Identifiers that one simulation looks up at most, whether customers share them or not any more.
const KEYS_MAX: usize = 5_000;
/// Identifiers that are looked up in one reading.
const STEP: i64 = 50;
/// Merges that are shown.
const EXAMPLES_MAX: usize = 5;

/// What settings would do.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// The settings.
    pub setting: Unification,
    /// Customers that would become part of another.
    pub merges: usize,
    /// Pairs that would be suggested.
    pub suggestions: usize,
    /// Pairs that were weighed.
    pub pairs: usize,
    /// Whether these are all that share an address or a number.
    pub is_complete: bool,
    /// Some of the merges.
    pub examples: Vec<SimulatedMerge>,
}

/// Two customers that would become one.
#[derive(Debug, Clone)]
pub struct SimulatedMerge {
    /// The one that would go on.
    pub into: ProfileDetail,
    /// The one that would stand behind it.
    pub from: ProfileDetail,
    /// What would join them.
    pub ground: MergeGround,
}

/// What would become of a pair.
enum Fate {
    Merge { into: ProfileId, from: ProfileId, ground: MergeGround },
    Suggestion,
    Nothing,
}

/// Which customers would be one by then.
#[derive(Default)]
struct Joined(BTreeMap<ProfileId, ProfileId>);

impl Joined {
    fn root(&self, mut of: ProfileId) -> ProfileId {
        while let Some(next) = self.0.get(&of) {
            of = *next;
        }
        of
    }

    /// Whether they were two until now.
    fn join(&mut self, into: ProfileId, from: ProfileId) -> bool {
        let (into, from) = (self.root(into), self.root(from));
        into != from && self.0.insert(from, into).is_none()
    }
}

impl Service {
    /// Says what settings would do to the customers that there are, and does nothing. On record, for it shows customers.
    #[boxed]
    pub async fn simulate_unification(
        &self,
        request: &Request,
        email: Option<bool>,
        phone: Option<bool>,
    ) -> Result<Simulation> {
        self.authorise(request, Permission::ProfileRead).await?;
        let grant = self.authorise(request, Permission::SettingWrite).await?;
        let now = self.snapshot().unification;
        let setting = Unification { email: email.unwrap_or(now.email), phone: phone.unwrap_or(now.phone) };
        let (mut found, chosen) = self.simulate(setting).await?;
        for (into, from, ground) in chosen {
            let (into, from) = (self.profile_detail(into).await?, self.profile_detail(from).await?);
            found.examples.push(SimulatedMerge { into, from, ground });
        }
        let details = serde_json::json!({
            "setting": setting, "merges": found.merges, "suggestions": found.suggestions,
            "examples": found.examples.iter().map(|e| [e.into.profile.id, e.from.profile.id]).collect::<Vec<_>>(),
        });
        self.write_look(&grant, "unification.simulate", String::new(), details).await?;
        Ok(found)
    }

    async fn simulate(
        &self,
        setting: Unification,
    ) -> Result<(Simulation, Vec<(ProfileId, ProfileId, MergeGround)>)> {
        let mut found = Simulation {
            setting,
            merges: 0,
            suggestions: 0,
            pairs: 0,
            is_complete: false,
            examples: Vec::new(),
        };
        let (mut seen, mut joined, mut chosen) = (BTreeSet::new(), Joined::default(), Vec::new());
        let (mut after, mut keys, now) = (None, 0, self.now());
        while keys < KEYS_MAX && found.pairs < PAIRS_MAX {
            let (service, at) = (self.clone(), after);
            let (last, pairs) = self.read(async move |tx: &mut Tx<'_>| service.sharing(tx, at).await).await?;
            let Some(last) = last else {
                found.is_complete = true;
                break;
            };
            (after, keys) = (Some(last), keys + STEP as usize);
            let fresh: Vec<(ProfileId, ProfileId)> =
                pairs.into_iter().filter(|pair| seen.insert(*pair)).collect();
            found.pairs += fresh.len();
            let service = self.clone();
            let fates = self
                .read(async move |tx: &mut Tx<'_>| -> Result<Vec<Fate>> {
                    let mut fates = Vec::with_capacity(fresh.len());
                    for pair in fresh {
                        fates.push(service.fate(tx, pair, setting, now).await?);
                    }
                    Ok(fates)
                })
                .await?;
            for fate in fates {
                match fate {
                    Fate::Merge { into, from, ground } => {
                        found.merges += usize::from(joined.join(into, from));
                        if chosen.len() < EXAMPLES_MAX {
                            chosen.push((into, from, ground));
                        }
                    }
                    Fate::Suggestion => found.suggestions += 1,
                    Fate::Nothing => {}
                }
            }
        }
        Ok((found, chosen))
    }

    /// The next identifiers that stand on several customers: the last of them, and the pairs that share one.
    async fn sharing(
        &self,
        tx: &mut Tx<'_>,
        after: Option<SharedKey>,
    ) -> Result<(Option<SharedKey>, Vec<(ProfileId, ProfileId)>)> {
        let keys = identifier::list_shared(tx, after, STEP).await?;
        let mut pairs = Vec::new();
        for (kind, hash) in &keys {
            let mut carriers = identifier::find_by_hash(tx, *kind, *hash, false).await?;
            if carriers.len() > CARRIERS_MAX {
                continue;
            }
            carriers.sort_unstable();
            for (at, a) in carriers.iter().enumerate() {
                pairs.extend(carriers[at + 1..].iter().map(|b| (*a, *b)));
            }
        }
        Ok((keys.last().copied(), pairs))
    }

    /// What the job would do with a pair, under these settings.
    async fn fate(
        &self,
        tx: &mut Tx<'_>,
        (a, b): (ProfileId, ProfileId),
        setting: Unification,
        now: Timestamp,
    ) -> Result<Fate> {
        if suggestions::is_refused(tx, a, b).await? {
            return Ok(Fate::Nothing);
        }
        let (Some(a), Some(b)) = (self.candidate(tx, a, now).await?, self.candidate(tx, b, now).await?)
        else {
            return Ok(Fate::Nothing);
        };
        let shared = self.shared(tx, &a, &b).await?;
        let sides =
            (standing(&a.footing, &a.sheet, a.assurance), standing(&b.footing, &b.sheet, b.assurance));
        let ground = match decide(&sides.0, &sides.1, &shared, setting) {
            Decision::Automatic(Ground::Proved(_)) => MergeGround::Proved,
            Decision::Automatic(Ground::Attested(_)) => MergeGround::Attested,
            Decision::Suggest => return Ok(Fate::Suggestion),
            Decision::Never(_) => return Ok(Fate::Nothing),
        };
        let [rank_a, rank_b] = [&a, &b].map(|side| seniority(&side.footing, &side.sheet, side.assurance));
        let (into, from) =
            if rank_b > rank_a { (b.footing.id, a.footing.id) } else { (a.footing.id, b.footing.id) };
        Ok(Fate::Merge { into, from, ground })
    }
}
