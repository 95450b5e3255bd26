//! Merging two profiles, looking at what that would do, and taking it back (P-1…P-6).
//!
//! What wins and what is moved stands in `countersign_identity::unify`; why so in docs/decisions/0018-unification.md.

use async_recursion::async_recursion as boxed;
use std::collections::BTreeMap;

use countersign_identity::unify::decide::{Never, Standing, may_not_meet};
use countersign_identity::unify::journal::{Changes, undo};
use countersign_identity::unify::plan::{Plan, Seniority, moment, plan};
use countersign_store::merge::{self as store, Footing};
use countersign_store::{Tx, case, merge_suggestion, profile};
use countersign_types::analytics::{Fact, Metric};
use countersign_types::audit::{Actor, ActorKind};
use countersign_types::event::EventKind;
use countersign_types::merge::{
    Cell, Change, Held, Journal, Merge, MergeGround, Sheet, Suggestion, SuggestionState,
};
use countersign_types::pii::Purpose;
use countersign_types::profile::{ProfileKind, ProfileState, Source};
use countersign_types::{
    Assurance, Error, MergeId, Page, PageRequest, Permission, ProfileId, Result, Timestamp, time,
};

use crate::Service;
use crate::analytics::count_merge;
use crate::caller::Request;
use crate::engagement::regrouped;
use crate::profile::{ProfileDetail, assurances};
use crate::web_chat::CHAT_UPDATED;
use crate::work::Log;

/// How long a merge can be taken back (P-3).
pub const UNDO_SPAN: i64 = 30 * time::DAY;
/// Merges that one person or program does by hand in a day; the next needs somebody else (P-6).
pub const BY_HAND_MAX: i64 = 20;

/// What a merge would do.
#[derive(Debug, Clone)]
pub struct MergePreview {
    /// The profile that would go on.
    pub into: ProfileDetail,
    /// The profile that would stand behind it.
    pub from: ProfileDetail,
    /// Which values it would get, and where the two differ.
    pub plan: Plan,
    /// Channel accounts that would move, with their conversations.
    pub accounts: usize,
    /// Whether live codes of the other one would be taken back.
    pub ends_codes: bool,
    /// Whether it would be better the other way round: the surer, the known or the older one goes on.
    pub is_better_reversed: bool,
}

/// Two profiles about to become one, locked or looked at.
struct Pair {
    into: Footing,
    from: Footing,
    into_sheet: Sheet,
    from_sheet: Sheet,
    levels: BTreeMap<ProfileId, Assurance>,
}

impl Service {
    /// Says what merging `from` into `into` would do, and does nothing.
    #[boxed]
    pub async fn preview_merge(
        &self,
        request: &Request,
        into: ProfileId,
        from: ProfileId,
    ) -> Result<MergePreview> {
        let grant = self.authorise(request, Permission::ProfileWrite).await?;
        self.count_comparison(&request.caller, &grant).await?;
        let (service, now) = (self.clone(), self.now());
        let (pair, planned) = self
            .read(async move |tx: &mut Tx<'_>| -> Result<(Pair, Plan)> {
                let (into, from) = two(tx, into, from).await?;
                let footings = store::list_footings(tx, into, from).await?;
                let pair = service.pair(tx, footings, (into, from), now).await?;
                let planned = plan(&pair.into_sheet, &pair.from_sheet, now);
                Ok((pair, planned))
            })
            .await?;
        let into = self.profile_detail(pair.into.id).await?;
        let from = self.profile_detail(pair.from.id).await?;
        self.record_view(&request.caller, &grant, into.profile.id).await?;
        self.record_view(&request.caller, &grant, from.profile.id).await?;
        Ok(MergePreview {
            is_better_reversed: pair.seniority(&pair.from) > pair.seniority(&pair.into),
            ends_codes: !pair.keeps_codes(),
            accounts: pair.from.accounts,
            into,
            from,
            plan: planned,
        })
    }

    /// Merges `from` into `into`. Ids, references and codes of `from` stand for `into` from then on.
    #[boxed]
    pub async fn merge_profiles(
        &self,
        request: &Request,
        into: ProfileId,
        from: ProfileId,
        reason: Option<&str>,
    ) -> Result<Merge> {
        let grant = self.authorise(request, Permission::ProfileMerge).await?;
        let reason = crate::text::reason(reason)?
            .ok_or_else(|| Error::invalid("/reason", "missing-field", "Say why the two are one customer."))?;
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<MergeId> {
                let (into, from) = two(tx, into, from).await?;
                service.merge_in(tx, log, &actor, (into, from), MergeGround::Hand, Some(reason), now).await
            })
            .await?;
        self.find_merge(id).await
    }

    /// Merges inside an operation: state, journal, audit, event and live updates together.
    #[allow(clippy::too_many_arguments, reason = "everything that decides is named")]
    pub(crate) async fn merge_in(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        (into, from): (ProfileId, ProfileId),
        ground: MergeGround,
        reason: Option<String>,
        now: Timestamp,
    ) -> Result<MergeId> {
        if actor.kind != ActorKind::System
            && store::count_merges_of(tx, &actor.id, now.plus(-time::DAY)).await? >= BY_HAND_MAX
        {
            return Err(second_person());
        }
        let footings = store::lock_pair(tx, into, from).await?;
        let pair = self.pair(tx, footings, (into, from), now).await?;
        let planned = plan(&pair.into_sheet, &pair.from_sheet, now);
        let mut journal = store::move_rows(tx, into, from, pair.keeps_codes(), now).await?;
        let cells = planned.cells.iter().map(|(cell, change)| (*cell, change.after.clone())).collect();
        store::update_cells(tx, self.vault(), into, &cells).await?;
        journal.cells = planned.cells;
        if is_blocked(journal.cells.get(&Cell::State)) {
            profile::revoke_codes(tx, into, now).await?;
        }
        let merge = Merge {
            id: self.new_id()?,
            into,
            into_number: pair.into.number,
            from,
            from_number: pair.from.number,
            ground,
            reason,
            actor: actor.clone(),
            merged_at: now,
            undone_at: None,
            conflicts: Vec::new(),
        };
        store::insert_merge(tx, self.vault(), &merge, &journal).await?;
        regrouped(tx, log, &[into], now).await?;
        self.tell_merged(tx, log, &merge, &journal, now).await?;
        count_merge(log, ground);
        Ok(merge.id)
    }

    /// Who the two are, and whether they may become one.
    async fn pair(
        &self,
        tx: &mut Tx<'_>,
        footings: Vec<Footing>,
        (into, from): (ProfileId, ProfileId),
        now: Timestamp,
    ) -> Result<Pair> {
        let find = |id: ProfileId| footings.iter().find(|f| f.id == id).cloned();
        let (Some(into), Some(from)) = (find(into), find(from)) else {
            return Err(Error::NotFound("profile"));
        };
        if into.merged_into.is_some() || from.merged_into.is_some() {
            // Somebody else merged one of them while we waited for its row.
            return Err(already_merged());
        }
        let gone = || Error::NotFound("profile");
        let into_sheet = store::find_sheet(tx, self.vault(), into.id).await?.ok_or_else(gone)?;
        let from_sheet = store::find_sheet(tx, self.vault(), from.id).await?.ok_or_else(gone)?;
        let levels = assurances(tx, &[into.id, from.id], now).await?;
        let pair = Pair { into, from, into_sheet, from_sheet, levels };
        match may_not_meet(&pair.standing(&pair.into), &pair.standing(&pair.from)) {
            Some(never) => Err(refusal(never)),
            None => Ok(pair),
        }
    }

    async fn tell_merged(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        merge: &Merge,
        journal: &Journal,
        now: Timestamp,
    ) -> Result<()> {
        let mut event = self.event(EventKind::ProfileMerged, &merge.actor, now)?;
        event.profile = Some(merge.into);
        event.details = serde_json::json!({ "merge": merge.id, "from": merge.from, "ground": merge.ground });
        log.event(event);
        let fields: Vec<String> = journal.cells.keys().map(|cell| self.cell_name(*cell)).collect();
        log.audit(
            "profile.merge",
            merge.into,
            serde_json::json!({
                "merge": merge.id, "from": merge.from, "ground": merge.ground, "reason": merge.reason,
                "fields": named(fields), "accounts": journal.accounts, "links": journal.links,
            }),
        );
        self.tell_moved(tx, log, merge, journal).await
    }

    /// Open screens fetch both profiles and every conversation that changed hands; no chat is dropped by it.
    async fn tell_moved(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        merge: &Merge,
        journal: &Journal,
    ) -> Result<()> {
        log.live("profile.updated", merge.into);
        log.live("profile.updated", merge.from);
        for account in &journal.accounts {
            for case in case::list_case_ids(tx, *account).await? {
                log.live("case.updated", case);
            }
            log.live(CHAT_UPDATED, *account);
        }
        for code in &journal.codes {
            log.live("code.updated", *code);
        }
        Ok(())
    }

    /// A merge.
    #[boxed]
    pub async fn get_merge(&self, request: &Request, id: MergeId) -> Result<Merge> {
        self.authorise(request, Permission::ProfileRead).await?;
        self.find_merge(id).await
    }

    pub(crate) async fn find_merge(&self, id: MergeId) -> Result<Merge> {
        self.read(async move |tx: &mut Tx<'_>| -> Result<Merge> {
            store::find_merge(tx, id).await?.ok_or(Error::NotFound("merge"))
        })
        .await
    }

    /// Merges, newest first; of one profile, if asked.
    #[boxed]
    pub async fn list_merges(
        &self,
        request: &Request,
        profile: Option<ProfileId>,
        page: PageRequest,
    ) -> Result<Page<Merge>> {
        self.authorise(request, Permission::ProfileRead).await?;
        self.read(async move |tx: &mut Tx<'_>| -> Result<Page<Merge>> {
            Ok(store::list_merges(tx, profile, page).await?)
        })
        .await
    }

    /// Takes a merge back: everything as it was, save what was written later, which stays where it is and is named.
    #[boxed]
    pub async fn undo_merge(&self, request: &Request, id: MergeId) -> Result<Merge> {
        let grant = self.authorise(request, Permission::ProfileMerge).await?;
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            service.undo_merge_in(tx, log, &actor, id, now).await
        })
        .await?;
        self.find_merge(id).await
    }

    async fn undo_merge_in(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        id: MergeId,
        now: Timestamp,
    ) -> Result<()> {
        let found = store::find_merge(tx, id).await?.ok_or(Error::NotFound("merge"))?;
        let footings = store::lock_pair(tx, found.into, found.from).await?;
        // Read again under the locks.
        let merge = store::find_merge(tx, id).await?.ok_or(Error::NotFound("merge"))?;
        if merge.undone_at.is_some() {
            return Err(already_undone());
        }
        if footings.iter().any(|f| f.id == merge.into && f.merged_into.is_some()) {
            return Err(merged_further());
        }
        if now.since(merge.merged_at) > UNDO_SPAN {
            return Err(too_old());
        }
        let Some((journal, newer)) = store::list_journals(tx, self.vault(), &merge).await? else {
            return Err(too_old());
        };
        let gone = || Error::NotFound("profile");
        let present = store::find_sheet(tx, self.vault(), merge.into).await?.ok_or_else(gone)?;
        let mut chain: Vec<Changes> = newer.iter().map(|(_, journal)| journal.cells.clone()).collect();
        let mut undone = undo(&present, &journal.cells, &mut chain);
        if chain.is_empty() && !undone.cells.contains_key(&Cell::Updated) {
            undone.cells.insert(Cell::Updated, Some(moment(now)));
        }
        for ((newer, mut journal), cells) in newer.into_iter().zip(chain) {
            if journal.cells != cells {
                journal.cells = cells;
                store::update_journal(tx, self.vault(), merge.into, newer, &journal).await?;
            }
        }
        store::update_cells(tx, self.vault(), merge.into, &undone.cells).await?;
        let from_sheet = store::find_sheet(tx, self.vault(), merge.from).await?.ok_or_else(gone)?;
        let external_id: Option<&Held> = from_sheet.get(&Cell::ExternalId);
        let stays = store::move_back(tx, self.vault(), &merge, &journal, external_id).await?;
        regrouped(tx, log, &[merge.into, merge.from], now).await?;
        let conflicts = undone.conflicts.into_iter().map(|cell| self.cell_name(cell));
        let conflicts = named(conflicts.chain(stays.into_iter().map(ToOwned::to_owned)).collect());
        if !store::end_merge(tx, id, &conflicts, now).await? {
            return Err(already_undone());
        }
        self.keep_apart(tx, &merge, now).await?;
        let mut event = self.event(EventKind::ProfileUnmerged, actor, now)?;
        event.profile = Some(merge.into);
        event.details = serde_json::json!({ "merge": id, "from": merge.from, "conflicts": conflicts });
        log.event(event);
        let details = serde_json::json!({ "merge": id, "from": merge.from, "conflicts": conflicts });
        log.count(Fact::of(Metric::Unmerged));
        log.audit("profile.unmerge", merge.into, details);
        self.tell_moved(tx, log, &merge, &journal).await
    }

    /// Somebody said that the two are not one: nothing joins or suggests them again.
    async fn keep_apart(&self, tx: &mut Tx<'_>, merge: &Merge, now: Timestamp) -> Result<()> {
        let suggestion = Suggestion {
            id: self.new_id()?,
            profile: merge.into,
            other: merge.from,
            score: 0.0,
            reasons: Vec::new(),
            state: SuggestionState::NotTheSame,
            created_at: now,
        };
        merge_suggestion::upsert_suggestion(tx, &suggestion).await?;
        merge_suggestion::refuse_pair(tx, merge.into, merge.from, now).await?;
        Ok(())
    }

    /// Job: forgets what merges changed that are too old to be taken back.
    pub(crate) async fn clean_merges(&self, now: Timestamp) -> Result<()> {
        let before = now.plus(-UNDO_SPAN);
        loop {
            let done = self
                .db()
                .write(async move |tx: &mut Tx<'_>| -> Result<u64> {
                    Ok(store::delete_journals(tx, before, 500).await?)
                })
                .await?;
            if done < 500 || *self.stopping().borrow() {
                return Ok(());
            }
        }
    }

    /// The name of a place, as the API writes it.
    pub fn cell_name(&self, cell: Cell) -> String {
        match cell {
            Cell::Attribute(id) => match self.snapshot().attribute(id) {
                Some(attribute) => format!("attributes.{}", attribute.key),
                None => "attributes".to_owned(),
            },
            cell => cell.as_str().to_owned(),
        }
    }
}

impl Pair {
    fn standing<'a>(&'a self, footing: &Footing) -> Standing<'a> {
        let sheet = if footing.id == self.into.id { &self.into_sheet } else { &self.from_sheet };
        standing(footing, sheet, self.levels.get(&footing.id).copied().unwrap_or_default())
    }

    fn seniority(&self, footing: &Footing) -> Seniority {
        let sheet = if footing.id == self.into.id { &self.into_sheet } else { &self.from_sheet };
        seniority(footing, sheet, self.levels.get(&footing.id).copied().unwrap_or_default())
    }

    /// Codes go on where the company itself knows their owner: a stranger's token does not become a proof of somebody
    /// else by a merge (P-4).
    fn keeps_codes(&self) -> bool {
        let is_vouched = self.from_sheet.iter().any(|(cell, held)| {
            let is_matching = Source::parse(&held.source).is_some_and(Source::is_matching);
            matches!(cell, Cell::ExternalId | Cell::Identifier(..)) && held.is_proved && is_matching
        });
        let is_blocked = |sheet: &Sheet| {
            let state = sheet.get(&Cell::State).map(|held| held.value.plain(Purpose::Match));
            state == Some(ProfileState::Blocked.as_str())
        };
        let level = self.levels.get(&self.from.id).copied().unwrap_or_default();
        (is_vouched || level == Assurance::Al3)
            && !is_blocked(&self.into_sheet)
            && !is_blocked(&self.from_sheet)
    }
}

/// What is weighed of a profile.
pub(crate) fn standing<'a>(footing: &Footing, sheet: &'a Sheet, assurance: Assurance) -> Standing<'a> {
    let text = |cell| sheet.get(&cell).map(|held: &Held| held.value.plain(Purpose::Match));
    Standing {
        assurance,
        kind: text(Cell::Kind).and_then(ProfileKind::parse).unwrap_or(ProfileKind::Person),
        state: footing.state,
        external_id: text(Cell::ExternalId),
        sources: footing.sources,
        accounts: footing.accounts,
    }
}

/// Which of two goes on.
pub(crate) fn seniority(footing: &Footing, sheet: &Sheet, assurance: Assurance) -> Seniority {
    let anonymous = sheet.get(&Cell::Anonymous).map(|held| held.value.plain(Purpose::Match));
    Seniority { assurance, is_known: anonymous != Some("true"), age: std::cmp::Reverse(footing.created_at) }
}

/// Each name once, in order.
fn named(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names.dedup();
    names
}

fn is_blocked(change: Option<&Change>) -> bool {
    let after = change.and_then(|change| change.after.as_ref());
    after.is_some_and(|held| held.value.plain(Purpose::Match) == ProfileState::Blocked.as_str())
}

/// The survivors that two ids stand for.
async fn two(tx: &mut Tx<'_>, into: ProfileId, from: ProfileId) -> Result<(ProfileId, ProfileId)> {
    let gone = || Error::NotFound("profile");
    if into == from {
        profile::find_survivor(tx, into).await?.ok_or_else(gone)?;
        return Err(Error::conflict(
            "merge-with-itself",
            "This is one customer already.",
            "Name two different customers.",
        ));
    }
    let into = profile::find_survivor(tx, into).await?.ok_or_else(gone)?;
    let from = profile::find_survivor(tx, from).await?.ok_or_else(gone)?;
    if into == from { Err(already_merged()) } else { Ok((into, from)) }
}

fn already_merged() -> Error {
    Error::conflict(
        "already-merged",
        "One of the two was merged already.",
        "Look at the customers as they are now: both ids lead to the one that goes on.",
    )
}

fn refusal(never: Never) -> Error {
    match never {
        Never::ExternalIds => Error::conflict(
            "different-external-ids",
            "Your company calls these two customers by different external ids.",
            "Where that is wrong, clear one of the two external ids first.",
        ),
        Never::Kinds => Error::conflict(
            "different-kinds",
            "One of the two is a person, the other an organisation.",
            "Where that is wrong, change the kind of one of them first.",
        ),
        Never::TooManySources | Never::States | Never::NothingShared => Error::conflict(
            "too-many-sources",
            "A customer is made of at most 25 others and has at most 25 channel accounts.",
            "So many are seldom one person: take back merges that are wrong, or leave the rest apart.",
        ),
    }
}

fn second_person() -> Error {
    Error::conflict(
        "second-person-needed",
        "You merged 20 customers in a day.",
        "More need a second person: a colleague goes on, or you do tomorrow.",
    )
}

fn already_undone() -> Error {
    Error::conflict(
        "merge-undone",
        "This merge was taken back already.",
        "Look at the two customers as they are now.",
    )
}

fn merged_further() -> Error {
    Error::conflict(
        "merged-further",
        "The customer was merged into another one since then.",
        "Take back the newer merge first; `GET /v1/merges?profile=` lists them.",
    )
}

fn too_old() -> Error {
    Error::conflict(
        "merge-too-old",
        "A merge can be taken back for 30 days.",
        "Unlink the accounts that are not theirs, and correct the values by hand.",
    )
}
