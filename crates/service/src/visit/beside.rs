//! The visit that stands beside a conversation. The page of a chat says which one is its own; that tells where somebody is,
//! and nothing of who it is: no level, no link and no candidate follows from it.

use async_recursion::async_recursion as boxed;
use countersign_store::case::CaseRow;
use countersign_store::channel::ChannelEntry;
use countersign_store::visit::{self as store, VisitFilter, VisitRow};
use countersign_store::{Tx, account_visit};
use countersign_types::pii::Viewer;
use countersign_types::{
    AccountId, CaseId, ChannelId, IdentityId, Permission, ProfileId, Result, Timestamp, time,
};
use countersign_visits::{Key, State};

use super::read::Known;
use super::{PageDetail, VisitDetail, VisitWhole};
use crate::Service;
use crate::caller::Request;

/// A visit without an event for so long stands beside nothing.
const BESIDE_SPAN: i64 = time::DAY;
/// Visits of a customer that are looked at for one that may be shown.
const LOOKED_MAX: i64 = 5;

/// A visit as it may be shown with a conversation.
#[derive(Debug, Clone)]
pub struct Beside {
    /// The visit, without what may be another person's.
    pub visit: VisitDetail,
    /// Its pages that may be shown, in the order of time, where somebody asked for them.
    pub pages: Option<Vec<PageDetail>>,
}

/// Whose conversation it is.
#[derive(Clone, Copy)]
struct Whose {
    profile: ProfileId,
    /// Only a channel account is known: they may be anybody.
    is_stranger: bool,
}

impl Service {
    /// What a visit may go by whose key a chat's page said: at the sites that share a page with the chat, or at all of
    /// them where the chat does not say on which pages it is. A key of a wrong form goes by nothing.
    pub(crate) fn visit_keys(&self, chat: &ChannelEntry, key: Option<&str>) -> Vec<(ChannelId, [u8; 16])> {
        let key = key.filter(|key| key.len() == 32).and_then(Key::parse);
        let Some(Key(key)) = key else { return Vec::new() };
        let origins = chat.channel.config.get("origins").and_then(|v| v.as_array());
        let origins: Vec<&str> = origins.into_iter().flatten().filter_map(|v| v.as_str()).collect();
        let snapshot = self.snapshot();
        let is_near =
            |site: &[String]| origins.is_empty() || site.iter().any(|o| origins.contains(&o.as_str()));
        let near = snapshot.sites.iter().filter(|entry| is_near(&entry.site.origins));
        near.map(|entry| (entry.id, self.hash_key("visit", entry.id, &key))).collect()
    }

    /// Notes which visit a chat belongs to, where that is another one than before.
    pub(crate) async fn note_visit(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        keys: &[(ChannelId, [u8; 16])],
        now: Timestamp,
    ) -> Result<()> {
        if let Some(visit) = self.new_visit(tx, account, keys, now).await? {
            account_visit::set_account_visit(tx, account, visit, now).await?;
        }
        Ok(())
    }

    /// The visit that keys name, where it is another one than the account's.
    pub(crate) async fn new_visit(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        keys: &[(ChannelId, [u8; 16])],
        now: Timestamp,
    ) -> Result<Option<i64>> {
        if keys.is_empty() {
            return Ok(None);
        }
        let found = account_visit::find_visit_by_keys(tx, keys, now.plus(-BESIDE_SPAN)).await?;
        let Some(found) = found else { return Ok(None) };
        let known = account_visit::find_account_visit(tx, account).await?;
        Ok(Some(found).filter(|found| known != Some(*found)))
    }

    /// The visit beside a conversation, as it may be shown there; `None` where there is none. Its key is not needed to read
    /// it: the permission is that of visits.
    #[boxed]
    pub async fn get_case_visit(&self, request: &Request, id: CaseId) -> Result<Option<VisitDetail>> {
        let grant = self.authorise(request, Permission::CaseRead).await?;
        self.authorise(request, Permission::VisitRead).await?;
        let row = self.find_case(id).await?;
        let (service, now, profile, viewer) = (self.clone(), self.now(), row.profile.id, grant.viewer());
        let found = self
            .read(async move |tx: &mut Tx<'_>| service.visit_beside(tx, viewer, &row, false, now).await)
            .await?
            .map(|beside| beside.visit);
        self.record_view(&request.caller, &grant, profile).await?;
        // Whom the site named may be another customer than the one who writes.
        if let Some(named) = found.as_ref().and_then(|visit| visit.identity.as_ref())
            && named.profile != profile
        {
            self.record_view(&request.caller, &grant, named.profile).await?;
        }
        Ok(found)
    }

    /// The visit beside a conversation: the one that its chat said, if it had an event in the last day, else the newest one
    /// in which the customer took part. Nothing of another person who uses the browser comes with it (T-3).
    pub(crate) async fn visit_beside(
        &self,
        tx: &mut Tx<'_>,
        viewer: Viewer,
        row: &CaseRow,
        wants_pages: bool,
        now: Timestamp,
    ) -> Result<Option<Beside>> {
        let whose = Whose { profile: row.profile.id, is_stranger: row.profile.is_anonymous };
        let since = now.plus(-BESIDE_SPAN);
        let mut known = Known::to(viewer);
        let said = match account_visit::find_account_visit(tx, row.account.id).await? {
            Some(visit) => store::find_visit_by_row(tx, visit).await?.filter(|visit| visit.last_at >= since),
            None => None,
        };
        if let Some(visit) = said {
            return Ok(Some(self.beside(tx, &mut known, visit, whose, wants_pages, now).await?));
        }
        let filter = VisitFilter {
            since: Some(since),
            profile: Some(whose.profile),
            unrecognised: self.snapshot().sites.unrecognised(),
            ..VisitFilter::default()
        };
        for visit in store::list_visits(tx, &filter, LOOKED_MAX).await? {
            let found = self.beside(tx, &mut known, visit, whose, wants_pages, now).await?;
            let is_theirs = found.visit.identity.as_ref().is_some_and(|i| i.profile == whose.profile);
            if is_theirs || !found.visit.is_shared_device {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn beside(
        &self,
        tx: &mut Tx<'_>,
        known: &mut Known,
        row: VisitRow,
        whose: Whose,
        wants_pages: bool,
        now: Timestamp,
    ) -> Result<Beside> {
        let detail = self.visit_detail(tx, known, row, now).await?;
        let is_mixed = is_mixed(&detail, whose);
        if !is_mixed && !wants_pages {
            return Ok(Beside { visit: detail, pages: None });
        }
        let mut whole = self.visit_whole(tx, known, detail.row, now).await?;
        if is_mixed {
            keep_theirs(&mut whole, whose.profile);
        }
        Ok(Beside { visit: whole.visit, pages: wants_pages.then_some(whole.pages) })
    }

    /// A visit as it is shown with a customer who took part in it.
    pub(super) async fn theirs(
        &self,
        tx: &mut Tx<'_>,
        known: &mut Known,
        row: VisitRow,
        profile: ProfileId,
        now: Timestamp,
    ) -> Result<VisitWhole> {
        let mut whole = self.visit_whole(tx, known, row, now).await?;
        if is_mixed(&whole.visit, Whose { profile, is_stranger: false }) {
            keep_theirs(&mut whole, profile);
        }
        Ok(whole)
    }
}

/// Whether several people use the browser: its history says so, or it knows somebody else than a customer who is known.
fn is_mixed(visit: &VisitDetail, whose: Whose) -> bool {
    let is_other = |profile: ProfileId| !whose.is_stranger && profile != whose.profile;
    visit.is_shared_device
        || visit.identity.as_ref().is_some_and(|i| is_other(i.profile))
        || visit.candidates.iter().any(|c| is_other(c.identity.profile))
}

/// Leaves of a visit on a shared browser what is one customer's. Where nobody was named in it, its pages are those of
/// whoever writes from it.
fn keep_theirs(whole: &mut VisitWhole, profile: ProfileId) {
    let visit = &mut whole.visit;
    visit.is_shared_device = true;
    visit.decision = None;
    visit.candidates.retain(|candidate| candidate.identity.profile == profile);
    let theirs: Vec<IdentityId> =
        whole.identities.iter().filter(|(i, _)| i.profile == profile).map(|(i, _)| i.id).collect();
    let is_named = !whole.identities.is_empty() || visit.identity.is_some();
    let is_kept = |owner: Option<IdentityId>| !is_named || owner.is_some_and(|owner| theirs.contains(&owner));
    if !whole.pages.first().is_some_and(|page| is_kept(page.identity)) {
        (visit.row.entry, visit.row.referrer, visit.row.source) = Default::default();
    }
    if !whole.pages.last().is_some_and(|page| is_kept(page.identity)) {
        visit.row.page = Default::default();
    }
    whole.pages.retain(|page| is_kept(page.identity));
    whole.events.retain(|event| is_kept(event.identity));
    whole.sessions.retain(|session| session.identity.profile == profile);
    whole.identities.retain(|(identity, _)| identity.profile == profile);
    (visit.row.pages, visit.row.events) = (whole.pages.len() as i64, whole.events.len() as i64);
    if visit.identity.as_ref().is_some_and(|identity| identity.profile != profile) {
        visit.identity = None;
        (visit.reading.state, visit.reading.confidence) = (State::Anonymous, None);
        visit.assurance = countersign_types::Assurance::Al0;
    }
    if visit.reading.state == State::Assumed && visit.candidates.is_empty() {
        (visit.reading.state, visit.reading.confidence) = (State::Anonymous, None);
    } else if visit.reading.state == State::Assumed {
        visit.reading.confidence = visit.candidates.first().map(|candidate| candidate.confidence);
    }
}
