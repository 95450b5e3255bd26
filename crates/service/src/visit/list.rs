//! Lists: visits, and pages, sessions, events and contacts across visits. Each list goes through bounded steps: a filter
//! that matches little answers with a short page and a cursor, never with a scan of everything.

use async_recursion::async_recursion as boxed;
use std::collections::BTreeMap;

use countersign_store::visit::{self as store, VisitFilter, VisitRow};
use countersign_store::visit_event::{self, EventFilter, EventRow};
use countersign_store::{Tx, visit_identity};
use countersign_types::pii::Viewer;
use countersign_types::{
    AccountId, Cursor, DeviceId, Error, IdentityId, Page, PageRequest, Permission, ProfileId, Result, SiteId,
    Timestamp, time,
};
use countersign_visits::{EventType, State};

use super::read::Known;
use super::{
    ContactDetail, EventDetail, IdentityDetail, PageDetail, SessionDetail, VisitDetail, VisitWhole, pack,
};
use crate::Service;
use crate::caller::Request;
use crate::profile::Drawn;
use crate::site::channel_of;

/// Visits looked at for one page of a list at most.
const LOOKED_MAX: usize = 2_000;
/// Visits whose pages, sessions or events are read for one page of a list of one identity.
const VISITS_AT_ONCE: i64 = 20;

/// Which visits.
#[derive(Debug, Clone, Default)]
pub struct VisitQuery {
    /// Of this site.
    pub site: Option<SiteId>,
    /// That read so now.
    pub state: Option<State>,
    /// That go on now.
    pub is_live: bool,
    /// In which this customer took part.
    pub profile: Option<ProfileId>,
    /// Of this browser.
    pub device: Option<DeviceId>,
    /// In which this identity took part.
    pub identity: Option<IdentityId>,
    /// In this way: `authenticated` or `recognised`.
    pub association: Option<&'static str>,
    /// With an event in so many seconds.
    pub age_secs: Option<i64>,
    /// With a page of this category, address, title.
    pub category: Option<String>,
    /// Part of an address.
    pub url: Option<String>,
    /// Part of a title.
    pub title: Option<String>,
    /// From this country: two capital letters.
    pub country: Option<String>,
}

/// Which events, pages or sessions.
#[derive(Debug, Clone, Default)]
pub struct EventQuery {
    /// Of this site.
    pub site: Option<SiteId>,
    /// System or business.
    pub is_system: Option<bool>,
    /// Of this name.
    pub name: Option<String>,
    /// Part of an address.
    pub url: Option<String>,
    /// Part of a title.
    pub title: Option<String>,
    /// Of a category.
    pub category: Option<String>,
    /// In so many seconds.
    pub age_secs: Option<i64>,
    /// Of visits of this browser.
    pub device: Option<DeviceId>,
}

/// A line of the inspector: what came from a site, taken or not.
#[derive(Debug, Clone)]
pub struct Inspected {
    /// Its number.
    pub row: i64,
    /// When it came.
    pub at: Timestamp,
    /// Its name.
    pub name: String,
    /// Whether it is one of ours.
    pub is_system: bool,
    /// Its visit, if it was taken.
    pub visit: Option<countersign_types::VisitId>,
    /// `accepted`, `warned` or `refused`.
    pub outcome: &'static str,
    /// Why, in a word.
    pub reason: Option<String>,
    /// The page.
    pub url: Option<String>,
    /// Characters of what it said.
    pub size: usize,
}

const SYSTEM: [&str; 6] = ["VisitStarted", "PageEntered", "PageExited", "SignIn", "SignOut", "UserInfo"];

impl EventQuery {
    /// Whether an event is one of those, beside what its visit is.
    pub fn has(&self, event: &EventRow, now: Timestamp) -> bool {
        let part = |wanted: &Option<String>, text: &Option<String>| {
            wanted.as_ref().is_none_or(|wanted| {
                text.as_ref().is_some_and(|text| text.to_lowercase().contains(&wanted.to_lowercase()))
            })
        };
        let is_system = SYSTEM.contains(&event.kind.as_str());
        self.is_system.is_none_or(|wanted| wanted == is_system)
            && self.name.as_ref().is_none_or(|name| *name == event.name)
            && part(&self.url, &event.url)
            && part(&self.title, &event.title)
            && part(&self.category, &event.categories)
            && self.age_secs.is_none_or(|age| now.since(event.at) <= age.saturating_mul(time::SECOND))
    }
}

fn since(age_secs: Option<i64>, now: Timestamp) -> Option<Timestamp> {
    age_secs.map(|age| now.plus(-age.saturating_mul(time::SECOND)))
}

fn place(row: &VisitRow) -> Cursor {
    let mut id = [0; 16];
    id[8..].copy_from_slice(&row.row.to_be_bytes());
    Cursor { at: row.last_at.as_micros(), id }
}

fn number(cursor: Cursor) -> i64 {
    let mut half = [0; 8];
    half.copy_from_slice(&cursor.id[8..]);
    i64::from_be_bytes(half)
}

fn at_number(row: i64) -> Cursor {
    Cursor { at: row, id: [0; 16] }
}

impl Service {
    /// Visits, those with the newest event first.
    #[boxed]
    pub async fn list_visits(
        &self,
        request: &Request,
        query: VisitQuery,
        page: PageRequest,
    ) -> Result<Page<VisitDetail>> {
        let grant = self.authorise(request, Permission::VisitRead).await?;
        let is_live = query.is_live;
        let found = self.visits_for(grant.viewer(), query, page).await?;
        // Who is on the site now is drawn again and again, all pages of it.
        let drawn = if is_live { Drawn::Whole } else { Drawn::FirstPage };
        self.record_drawn(&request.caller, &grant, ("visit.list", drawn), page, found.items.len()).await?;
        Ok(found)
    }

    async fn visits_for(
        &self,
        viewer: Viewer,
        query: VisitQuery,
        page: PageRequest,
    ) -> Result<Page<VisitDetail>> {
        let (service, now) = (self.clone(), self.now());
        self.read(async move |tx: &mut Tx<'_>| -> Result<Page<VisitDetail>> {
            service.visits(tx, &mut Known::to(viewer), &query, page, now).await
        })
        .await
    }

    async fn visits(
        &self,
        tx: &mut Tx<'_>,
        known: &mut Known,
        query: &VisitQuery,
        page: PageRequest,
        now: Timestamp,
    ) -> Result<Page<VisitDetail>> {
        let empty = || Page { items: Vec::new(), next: None };
        let mut filter = VisitFilter {
            site: query.site.map(channel_of),
            since: since(query.age_secs, now),
            before: page.after.map(|cursor| (Timestamp::from_micros(cursor.at), number(cursor))),
            profile: query.profile,
            association: query.association,
            url: query.url.clone(),
            title: query.title.clone(),
            category: query.category.clone(),
            country: query.country.clone(),
            unrecognised: self.snapshot().sites.unrecognised(),
            ..VisitFilter::default()
        };
        if query.is_live {
            let idle = self.snapshot().sites.idle_minutes_max();
            let live = now.plus(-idle * time::MINUTE);
            filter.since = Some(filter.since.map_or(live, |since| since.max(live)));
        }
        if let Some(device) = query.device {
            let Some(row) = store::find_device_row(tx, device).await? else { return Ok(empty()) };
            filter.device = Some(row);
        }
        if let Some(identity) = query.identity {
            let account = AccountId::from_bytes(identity.to_bytes());
            let row = visit_identity::find_identity_row(tx, account).await?;
            let Some(row) = row else { return Ok(empty()) };
            filter.identity = Some(row);
        }
        let wanted = usize::try_from(page.limit).unwrap_or(0);
        let (mut items, mut looked) = (Vec::new(), 0);
        loop {
            let rows = store::list_visits(tx, &filter, page.limit.max(50)).await?;
            let is_last = rows.len() < usize::try_from(page.limit.max(50)).unwrap_or(0);
            for row in rows {
                let cursor = place(&row);
                filter.before = Some((row.last_at, row.row));
                looked += 1;
                let detail = self.visit_detail(tx, known, row, now).await?;
                let is_wanted = (!query.is_live || detail.reading.is_live)
                    && query.state.is_none_or(|state| state == detail.reading.state);
                if is_wanted {
                    items.push(detail);
                }
                if items.len() == wanted || looked == LOOKED_MAX {
                    return Ok(Page { items, next: Some(cursor) });
                }
            }
            if is_last {
                return Ok(Page { items, next: None });
            }
        }
    }

    /// The visits of a customer, as everybody sees them who may see the customer.
    #[boxed]
    pub async fn list_profile_visits(
        &self,
        request: &Request,
        profile: ProfileId,
        page: PageRequest,
    ) -> Result<Page<VisitDetail>> {
        self.authorise(request, Permission::VisitRead).await?;
        let grant = self.authorise(request, Permission::ProfileRead).await?;
        let query = VisitQuery { profile: Some(profile), ..VisitQuery::default() };
        let mut found = self.visits_for(grant.viewer(), query, page).await?;
        for visit in &mut found.items {
            visit.hide_others(|identity| identity.profile == profile);
        }
        self.record_view(&request.caller, &grant, profile).await?;
        Ok(found)
    }

    /// The visits of an identity, as they are shown with it.
    #[boxed]
    pub async fn list_identity_visits(
        &self,
        request: &Request,
        id: IdentityId,
        page: PageRequest,
    ) -> Result<Page<VisitDetail>> {
        let grant = self.authorise(request, Permission::VisitRead).await?;
        self.get_identity(request, id).await?;
        let query = VisitQuery { identity: Some(id), ..VisitQuery::default() };
        let mut found = self.visits_for(grant.viewer(), query, page).await?;
        for visit in &mut found.items {
            visit.hide_others(|identity| identity.id == id);
        }
        Ok(found)
    }

    /// Identities, those first that were named last for the first time.
    #[boxed]
    pub async fn list_identities(
        &self,
        request: &Request,
        site: Option<SiteId>,
        page: PageRequest,
    ) -> Result<Page<IdentityDetail>> {
        let grant = self.authorise(request, Permission::VisitRead).await?;
        let service = self.clone();
        let found = self.read(async move |tx: &mut Tx<'_>| -> Result<Page<IdentityDetail>> {
            let before = page.after.map(|cursor| cursor.at);
            let rows =
                visit_identity::list_identities(tx, site.map(channel_of), before, page.limit + 1).await?;
            let rows = Page::from_overfetch(rows, page.limit, |(row, _)| at_number(*row));
            let mut items = Vec::with_capacity(rows.items.len());
            for (_, account) in rows.items {
                items.extend(service.identity_of(tx, account).await?);
            }
            Ok(Page { items, next: rows.next })
        });
        let found = found.await?;
        self.record_list(&request.caller, &grant, "identity.list", page, found.items.len()).await?;
        Ok(found)
    }

    /// An identity.
    #[boxed]
    pub async fn get_identity(&self, request: &Request, id: IdentityId) -> Result<IdentityDetail> {
        let grant = self.authorise(request, Permission::VisitRead).await?;
        let service = self.clone();
        let found = self.read(async move |tx: &mut Tx<'_>| -> Result<IdentityDetail> {
            let account = AccountId::from_bytes(id.to_bytes());
            visit_identity::find_identity_row(tx, account).await?.ok_or(Error::NotFound("identity"))?;
            service.identity_of(tx, account).await?.ok_or(Error::NotFound("identity"))
        });
        let found = found.await?;
        self.record_view(&request.caller, &grant, found.profile).await?;
        Ok(found)
    }

    /// The visits of an identity with everything in them, some at a time: what of it is theirs, the caller takes.
    #[boxed]
    pub async fn list_wholes_of_identity(
        &self,
        request: &Request,
        id: IdentityId,
        after: Option<Cursor>,
    ) -> Result<Page<VisitWhole>> {
        let grant = self.authorise(request, Permission::VisitRead).await?;
        self.get_identity(request, id).await?;
        self.wholes_of_account(grant.viewer(), AccountId::from_bytes(id.to_bytes()), after).await
    }

    /// The visits in which an account took part, with everything in them, some at a time.
    pub(crate) async fn wholes_of_account(
        &self,
        viewer: Viewer,
        account: AccountId,
        after: Option<Cursor>,
    ) -> Result<Page<VisitWhole>> {
        let (service, now) = (self.clone(), self.now());
        self.read(async move |tx: &mut Tx<'_>| -> Result<Page<VisitWhole>> {
            let mut known = Known::to(viewer);
            let identity = Some(IdentityId::from_bytes(account.to_bytes()));
            let query = VisitQuery { identity, ..VisitQuery::default() };
            let page = PageRequest { limit: VISITS_AT_ONCE, after };
            let visits = service.visits(tx, &mut known, &query, page, now).await?;
            let mut items = Vec::with_capacity(visits.items.len());
            for visit in visits.items {
                items.push(service.visit_whole(tx, &mut known, visit.row, now).await?);
            }
            Ok(Page { items, next: visits.next })
        })
        .await
    }

    /// Events of all visits, those first that came last.
    #[boxed]
    pub async fn list_web_events(
        &self,
        request: &Request,
        query: EventQuery,
        page: PageRequest,
    ) -> Result<Page<EventDetail>> {
        let kinds = match query.is_system {
            Some(true) => SYSTEM.to_vec(),
            Some(false) => vec![EventType::Business.as_str()],
            None => Vec::new(),
        };
        self.events(request, query, kinds, page, event_of).await
    }

    /// Pages of all visits.
    #[boxed]
    pub async fn list_pages(
        &self,
        request: &Request,
        query: EventQuery,
        page: PageRequest,
    ) -> Result<Page<PageDetail>> {
        let pick = |whole: &VisitWhole, row| whole.pages.iter().find(|p| p.event.row == row).cloned();
        self.events(request, query, vec![EventType::PageEntered.as_str()], page, pick).await
    }

    /// Sessions of all visits.
    #[boxed]
    pub async fn list_web_sessions(
        &self,
        request: &Request,
        query: EventQuery,
        page: PageRequest,
    ) -> Result<Page<SessionDetail>> {
        let pick = |whole: &VisitWhole, row| {
            let id = pack(whole.visit.row.row, row);
            whole.sessions.iter().find(|s| s.id.to_bytes() == id).cloned()
        };
        self.events(request, query, vec![EventType::SignIn.as_str()], page, pick).await
    }

    /// The stored SignIn, SignOut and UserInfo events.
    #[boxed]
    pub async fn list_user_identifications(
        &self,
        request: &Request,
        query: EventQuery,
        page: PageRequest,
    ) -> Result<Page<EventDetail>> {
        let kinds = vec!["SignIn", "SignOut", "UserInfo"];
        self.events(request, query, kinds, page, event_of).await
    }

    /// Something of each event's visit. A visit is read once, and only what is picked is kept of it.
    async fn events<T: Send + 'static>(
        &self,
        request: &Request,
        query: EventQuery,
        kinds: Vec<&'static str>,
        page: PageRequest,
        pick: impl Fn(&VisitWhole, i64) -> Option<T> + Send + 'static,
    ) -> Result<Page<T>> {
        let grant = self.authorise(request, Permission::VisitRead).await?;
        let (service, now, viewer) = (self.clone(), self.now(), grant.viewer());
        let found = self.read(async move |tx: &mut Tx<'_>| -> Result<Page<T>> {
            let device = match query.device {
                Some(device) => match store::find_device_row(tx, device).await? {
                    Some(row) => Some(row),
                    None => return Ok(Page { items: Vec::new(), next: None }),
                },
                None => None,
            };
            let filter = EventFilter {
                site: query.site.map(channel_of),
                kinds,
                name: query.name.clone(),
                url: query.url.clone(),
                title: query.title.clone(),
                category: query.category.clone(),
                since: since(query.age_secs, now),
                device,
                before: page.after.map(|cursor| cursor.at),
            };
            let rows = visit_event::list_events(tx, &filter, page.limit + 1).await?;
            let rows = Page::from_overfetch(rows, page.limit, |event| at_number(event.row));
            let mut known = Known::to(viewer);
            let mut items: Vec<Option<T>> = Vec::new();
            items.resize_with(rows.items.len(), || None);
            let mut of_visit: BTreeMap<i64, Vec<(usize, i64)>> = BTreeMap::new();
            for (at, event) in rows.items.iter().enumerate() {
                of_visit.entry(event.visit).or_default().push((at, event.row));
            }
            for (visit, wanted) in of_visit {
                let Some(row) = store::find_visit_by_row(tx, visit).await? else { continue };
                let whole = service.visit_whole(tx, &mut known, row, now).await?;
                for (at, event) in wanted {
                    if let Some(slot) = items.get_mut(at) {
                        *slot = pick(&whole, event);
                    }
                }
            }
            Ok(Page { items: items.into_iter().flatten().collect(), next: rows.next })
        });
        let found = found.await?;
        self.record_list(&request.caller, &grant, "web_event.list", page, found.items.len()).await?;
        Ok(found)
    }

    /// Who took part in which visit, newest first.
    #[boxed]
    pub async fn list_contacts(
        &self,
        request: &Request,
        identity: Option<IdentityId>,
        page: PageRequest,
    ) -> Result<Page<ContactDetail>> {
        let grant = self.authorise(request, Permission::VisitRead).await?;
        let (service, viewer) = (self.clone(), grant.viewer());
        let found = self.read(async move |tx: &mut Tx<'_>| -> Result<Page<ContactDetail>> {
            let before = page.after.map(|cursor| (Timestamp::from_micros(cursor.at), number(cursor)));
            let limit = page.limit + 1;
            let rows = match identity {
                Some(id) => {
                    let account = AccountId::from_bytes(id.to_bytes());
                    let row = visit_identity::find_identity_row(tx, account).await?;
                    let row = row.ok_or(Error::NotFound("identity"))?;
                    visit_identity::list_contacts_of_identity(tx, row, before, limit).await?
                }
                None => visit_identity::list_contacts(tx, before, limit).await?,
            };
            let rows = Page::from_overfetch(rows, page.limit, |contact| {
                let mut id = [0; 16];
                id[8..].copy_from_slice(&contact.event.to_be_bytes());
                Cursor { at: contact.at.as_micros(), id }
            });
            let (mut known, mut items) = (Known::to(viewer), Vec::with_capacity(rows.items.len()));
            for row in rows.items {
                let identity = service.identity_detail(tx, &mut known, row.identity).await?;
                let visit = store::find_visit_by_row(tx, row.visit).await?;
                let (Some(identity), Some(visit)) = (identity, visit) else { continue };
                let device = match row.device {
                    Some(device) => store::find_device(tx, device).await?,
                    None => None,
                };
                let is_session = row.association == "authenticated";
                items.push(ContactDetail {
                    identity,
                    visit: visit.id,
                    device,
                    session: is_session.then(|| pack(row.visit, row.event).into()),
                    association: row.association,
                    at: row.at,
                });
            }
            Ok(Page { items, next: rows.next })
        });
        let found = found.await?;
        self.record_list(&request.caller, &grant, "contact.list", page, found.items.len()).await?;
        Ok(found)
    }

    /// What came from a site, taken or not, newest first.
    #[boxed]
    pub async fn inspect_site(
        &self,
        request: &Request,
        id: SiteId,
        page: PageRequest,
    ) -> Result<Page<Inspected>> {
        self.get_site(request, id).await?;
        let site = channel_of(id);
        self.read(async move |tx: &mut Tx<'_>| -> Result<Page<Inspected>> {
            let before = page.after.map(|cursor| cursor.at);
            let limit = page.limit + 1;
            let filter = EventFilter { site: Some(site), before, ..EventFilter::default() };
            let mut lines = Vec::new();
            for event in visit_event::list_events(tx, &filter, limit).await? {
                let visit = store::find_visit_by_row(tx, event.visit).await?;
                lines.push(Inspected {
                    row: event.row,
                    at: event.received_at,
                    is_system: SYSTEM.contains(&event.kind.as_str()),
                    visit: visit.map(|visit| visit.id),
                    outcome: if event.warning.is_some() { "warned" } else { "accepted" },
                    reason: event.warning,
                    size: event.data.as_ref().map_or(0, String::len),
                    url: event.url,
                    name: event.name,
                });
            }
            for refused in visit_event::list_refused(tx, site, before, limit).await? {
                lines.push(Inspected {
                    row: refused.row,
                    at: refused.at,
                    is_system: SYSTEM.contains(&refused.name.as_str()),
                    name: refused.name,
                    visit: None,
                    outcome: "refused",
                    reason: Some(refused.reason),
                    url: None,
                    size: 0,
                });
            }
            lines.sort_by_key(|line| std::cmp::Reverse(line.row));
            Ok(Page::from_overfetch(lines, page.limit, |line| at_number(line.row)))
        })
        .await
    }
}

fn event_of(whole: &VisitWhole, row: i64) -> Option<EventDetail> {
    whole.events.iter().find(|event| event.event.row == row).cloned()
}
