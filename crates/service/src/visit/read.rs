//! One visit, read: how it stands now, and what its events say of pages and sessions.

use async_recursion::async_recursion as boxed;
use std::collections::HashMap;
use std::sync::Arc;

use countersign_masking::Known as Hidden;
use countersign_store::visit::{self as store, VisitRow};
use countersign_store::visit_event::{self, EventRow};
use countersign_store::{Tx, account, link, profile, visit_decision, visit_identity};
use countersign_types::pii::{ExternalId, Pii, Purpose, Viewer};
use countersign_types::{
    AccountId, Assurance, ChannelId, Error, IdentityId, PageId, Permission, Result, Timestamp, VisitId,
    WebEventId, WebSessionId,
};
use countersign_visits::site::{Strategies, Strategy};
use countersign_visits::{EventType, Fact, History, Key, Reading, Seen, Site, State, assume};

use super::identify::named;
use super::ingest::{fact, standing};
use super::{
    Candidate, Decision, DecisionDetail, EventDetail, IdentityDetail, PageDetail, SessionDetail, VisitDetail,
    VisitWhole, pack, unpack,
};
use crate::Service;
use crate::caller::Request;
use crate::site::site_of;

/// How often a device's history is looked at, for candidates.
const CONTACTS_MAX: i64 = 100;

/// How likely somebody is there of whom a colleague says so.
const CONFIRMED: f64 = 0.95;

/// What several readings of one transaction share.
pub(super) struct Known {
    viewer: Viewer,
    people: HashMap<i64, Option<IdentityDetail>>,
    hidden: HashMap<Vec<IdentityId>, Arc<Hidden>>,
}

impl Known {
    /// For whoever reads.
    pub(super) fn to(viewer: Viewer) -> Self {
        Self { viewer, people: HashMap::new(), hidden: HashMap::new() }
    }
}

impl Service {
    /// A visit with everything in it.
    #[boxed]
    pub async fn get_visit(&self, request: &Request, id: VisitId) -> Result<VisitWhole> {
        let grant = self.authorise(request, Permission::VisitRead).await?;
        let (service, now, viewer) = (self.clone(), self.now(), grant.viewer());
        let whole = self.read(async move |tx: &mut Tx<'_>| -> Result<VisitWhole> {
            let row = store::find_visit(tx, id).await?.ok_or(Error::NotFound("visit"))?;
            service.visit_whole(tx, &mut Known::to(viewer), row, now).await
        });
        let whole = whole.await?;
        for (identity, _) in &whole.identities {
            self.record_view(&request.caller, &grant, identity.profile).await?;
        }
        Ok(whole)
    }

    /// The visit and the number of the event that an id of something in it names.
    pub(super) async fn visit_of(
        &self,
        viewer: Viewer,
        id: [u8; 16],
        what: &'static str,
        kind: Option<EventType>,
    ) -> Result<(VisitWhole, i64)> {
        let (visit, event) = unpack(id, what)?;
        let (service, now) = (self.clone(), self.now());
        self.read(async move |tx: &mut Tx<'_>| -> Result<(VisitWhole, i64)> {
            let found = visit_event::find_event_by_row(tx, event).await?;
            let is_it = |e: &EventRow| e.visit == visit && kind.is_none_or(|kind| e.kind == kind.as_str());
            found.filter(is_it).ok_or(Error::NotFound(what))?;
            let row = store::find_visit_by_row(tx, visit).await?.ok_or(Error::NotFound(what))?;
            Ok((service.visit_whole(tx, &mut Known::to(viewer), row, now).await?, event))
        })
        .await
    }

    /// A page, with the events on it.
    #[boxed]
    pub async fn get_page(&self, request: &Request, id: PageId) -> Result<(PageDetail, Vec<EventDetail>)> {
        let grant = self.authorise(request, Permission::VisitRead).await?;
        let (whole, row) =
            self.visit_of(grant.viewer(), id.to_bytes(), "page", Some(EventType::PageEntered)).await?;
        let page = whole.pages.into_iter().find(|page| page.event.row == row);
        let page = page.ok_or(Error::NotFound("page"))?;
        let events = whole.events.into_iter().filter(|e| e.page == Some(id)).collect();
        Ok((page, events))
    }

    /// A session, with its pages and events.
    #[boxed]
    pub async fn get_web_session(
        &self,
        request: &Request,
        id: WebSessionId,
    ) -> Result<(SessionDetail, Vec<PageDetail>, Vec<EventDetail>)> {
        let grant = self.authorise(request, Permission::VisitRead).await?;
        let (whole, _) =
            self.visit_of(grant.viewer(), id.to_bytes(), "session", Some(EventType::SignIn)).await?;
        let session = whole.sessions.into_iter().find(|session| session.id == id);
        let session = session.ok_or(Error::NotFound("session"))?;
        let pages = whole.pages.into_iter().filter(|page| page.session == Some(id)).collect();
        let events = whole.events.into_iter().filter(|event| event.session == Some(id)).collect();
        Ok((session, pages, events))
    }

    /// An event.
    #[boxed]
    pub async fn get_web_event(&self, request: &Request, id: WebEventId) -> Result<EventDetail> {
        let grant = self.authorise(request, Permission::VisitRead).await?;
        let (whole, row) = self.visit_of(grant.viewer(), id.to_bytes(), "event", None).await?;
        let found = whole.events.into_iter().find(|event| event.event.row == row);
        found.ok_or(Error::NotFound("event"))
    }

    /// Everything in a visit.
    pub(super) async fn visit_whole(
        &self,
        tx: &mut Tx<'_>,
        known: &mut Known,
        row: VisitRow,
        now: Timestamp,
    ) -> Result<VisitWhole> {
        let mut events = visit_event::list_events_of_visit(tx, row.row).await?;
        events.sort_by_key(|event| (event.at, event.key));
        let mut visit = self.visit_detail(tx, known, row, now).await?;
        let (visit_row, visit_id) = (visit.row.row, visit.row.id);
        let mut facts: Vec<Fact> = events.iter().map(fact).collect();
        let mut history = History::of_with(&mut facts, visit.reading.ended_at, visit.row.idle_minutes);
        if self.strategies(visit.row.site).recognised == Strategy::Anonymous {
            history.forget_recognised();
        }
        let mut identities = Vec::new();
        for span in &history.spans {
            let detail = self.identity_detail(tx, known, span.identity).await?;
            if let Some(detail) = detail
                && !identities
                    .iter()
                    .any(|(d, kind): &(IdentityDetail, State)| d.id == detail.id && *kind == span.kind)
            {
                identities.push((detail, span.kind));
            }
        }
        let mut sessions = Vec::with_capacity(history.sessions.len());
        for session in &history.sessions {
            let Some(identity) = self.identity_detail(tx, known, session.identity).await? else { continue };
            sessions.push(SessionDetail {
                id: pack(visit_row, session.row).into(),
                visit: visit_id,
                identity,
                started_at: session.started_at,
                ended_at: session.ended_at,
                is_signed: session.is_signed,
            });
        }
        let mut about: Vec<IdentityDetail> =
            identities.iter().map(|(identity, _)| identity.clone()).collect();
        about.extend(people_of(&visit));
        let hidden = self.hidden_from(tx, known, about).await?;
        visit.hidden = hidden.clone();
        let by_row: HashMap<i64, &EventRow> = events.iter().map(|event| (event.row, event)).collect();
        let mut pages = Vec::with_capacity(history.pages.len());
        for page in &history.pages {
            let Some(event) = by_row.get(&page.row) else { continue };
            let identity = match page.identity {
                Some(row) => self.identity_detail(tx, known, row).await?.map(|i| i.id),
                None => None,
            };
            pages.push(PageDetail {
                id: pack(visit_row, page.row).into(),
                visit: visit_id,
                event: (*event).clone(),
                exited_at: page.exited_at,
                active_ms: page.active_ms,
                identity,
                session: page.session_row.map(|row| pack(visit_row, row).into()),
                hidden: hidden.clone(),
            });
        }
        let of_key: HashMap<[u8; 16], PageId> =
            pages.iter().filter_map(|page| Some((page.event.page?, page.id))).collect();
        let begun: Vec<((Timestamp, [u8; 16]), &countersign_visits::Session)> = history
            .sessions
            .iter()
            .filter_map(|session| by_row.get(&session.row).map(|event| ((event.at, event.key), session)))
            .collect();
        let mut details = Vec::with_capacity(events.len());
        for event in events {
            let identity = match history.owner(event.at, Key(event.key)) {
                Some(row) => self.identity_detail(tx, known, row).await?.map(|i| i.id),
                None => None,
            };
            // The last one that had begun by then, unless it was over: its SignOut is still its own.
            let is_out = event.kind == EventType::SignOut.as_str();
            let session =
                begun.iter().rev().find(|(place, _)| *place <= (event.at, event.key)).map(|(_, s)| *s);
            let session = session.filter(|s| {
                s.ended_at
                    .is_none_or(|end| event.at < end || (is_out && event.at == end) || event.row == s.row)
            });
            details.push(EventDetail {
                id: pack(visit_row, event.row).into(),
                visit: visit_id,
                page: event.page.and_then(|key| of_key.get(&key).copied()),
                session: session.map(|s| pack(visit_row, s.row).into()),
                identity,
                event,
                hidden: hidden.clone(),
            });
        }
        Ok(VisitWhole { visit, pages, sessions, identities, events: details })
    }

    /// How a visit reads now.
    pub(super) async fn visit_detail(
        &self,
        tx: &mut Tx<'_>,
        known: &mut Known,
        row: VisitRow,
        now: Timestamp,
    ) -> Result<VisitDetail> {
        let mut reading = standing(&row).reading(now, row.idle_minutes);
        let strategies = self.strategies(row.site);
        let site_name = self.snapshot().channels.get(&row.site).map(|e| e.channel.name.clone());
        let contacts = match row.device {
            Some(device) => visit_identity::list_contacts_of_device(tx, device, CONTACTS_MAX).await?,
            None => visit_identity::list_contacts_of_visit(tx, row.row).await?,
        };
        // What a colleague said counts for what nobody signed.
        let said = visit_identity::list_decisions_of_visit(tx, row.row).await?;
        let is_rejected =
            |identity: i64| said.iter().any(|c| c.identity == identity && c.association == "rejected");
        let is_open = reading.state == State::Authenticated && row.is_signed && reading.is_live;
        let who = who_is_there(&row, &mut reading, &said, is_open, strategies.recognised);
        let mut people: Vec<i64> = Vec::new();
        for contact in contacts.iter().filter(|c| c.event != 0) {
            if !people.contains(&contact.identity) {
                people.push(contact.identity);
            }
        }
        let mut identity = match who {
            Some(identity) => self.identity_detail(tx, known, identity).await?,
            None => None,
        };
        let mut assurance = match &identity {
            Some(identity) if is_open => identity.assurance,
            Some(_) => Assurance::Al1,
            None => Assurance::Al0,
        };
        let mut candidates = Vec::new();
        if who.is_none() && strategies.assumed != Strategy::Anonymous {
            // Whom the site only recognised suggests nobody either, where that counts for nothing.
            let is_counted = |c: &visit_identity::ContactRow| {
                c.association != "recognised" || strategies.recognised != Strategy::Anonymous
            };
            let counted: Vec<_> = contacts.iter().filter(|c| is_counted(c)).cloned().collect();
            let seen: Vec<Seen> = people.iter().map(|identity| seen(&counted, *identity)).collect();
            for (identity, confidence) in assume(&seen, now) {
                if !is_rejected(identity)
                    && let Some(identity) = self.identity_detail(tx, known, identity).await?
                {
                    candidates.push(Candidate { identity, confidence });
                }
            }
            if let Some(first) = candidates.first() {
                (reading.state, reading.confidence) = (State::Assumed, Some(first.confidence));
            }
            if strategies.assumed == Strategy::Identified {
                // The likeliest one is shown as whoever is there; it still proves nothing.
                identity = candidates.drain(..).next().map(|first| first.identity);
                assurance = Assurance::Al0;
            }
        }
        let device = match row.device {
            Some(device) => store::find_device(tx, device).await?,
            None => None,
        };
        let decision = match visit_decision::find_decision(tx, row.row).await? {
            Some(found) => self.identity_detail(tx, known, found.identity).await?.map(|who| DecisionDetail {
                by: found.by,
                at: found.at,
                decision: if found.decision == "confirm" { Decision::Confirm } else { Decision::Reject },
                identity: who.id,
            }),
            None => None,
        };
        let mut detail = VisitDetail {
            site_name: site_name.unwrap_or_default(),
            device,
            reading,
            identity,
            candidates,
            is_shared_device: people.len() > 1,
            assurance,
            row,
            decision,
            hidden: Arc::default(),
        };
        detail.hidden = self.hidden_from(tx, known, people_of(&detail)).await?;
        Ok(detail)
    }

    /// What a site does with visitors who are not certain; of a site that is gone, what is usual.
    pub(super) fn strategies(&self, site: ChannelId) -> Strategies {
        let snapshot = self.snapshot();
        snapshot.sites.of(site).map_or_else(|| Site::default().strategies, |entry| entry.site.strategies)
    }

    /// What is hidden from the viewer in texts that may be about these people.
    async fn hidden_from(
        &self,
        tx: &mut Tx<'_>,
        known: &mut Known,
        mut people: Vec<IdentityDetail>,
    ) -> Result<Arc<Hidden>> {
        people.sort_by_key(|person| person.id);
        people.dedup_by_key(|person| person.id);
        let ids: Vec<IdentityId> = people.iter().map(|person| person.id).collect();
        if let Some(found) = known.hidden.get(&ids) {
            return Ok(found.clone());
        }
        let hidden = Arc::new(self.known_of_people(tx, known.viewer, &people).await?);
        known.hidden.insert(ids, hidden.clone());
        Ok(hidden)
    }

    /// Who an identity is.
    pub(super) async fn identity_detail(
        &self,
        tx: &mut Tx<'_>,
        known: &mut Known,
        row: i64,
    ) -> Result<Option<IdentityDetail>> {
        if let Some(found) = known.people.get(&row) {
            return Ok(found.clone());
        }
        let found = match visit_identity::find_identity_account(tx, row).await? {
            Some(account) => self.identity_of(tx, account).await?,
            None => None,
        };
        known.people.insert(row, found.clone());
        Ok(found)
    }

    pub(super) async fn identity_of(&self, tx: &mut Tx<'_>, id: AccountId) -> Result<Option<IdentityDetail>> {
        let Some(account) = account::find_account(tx, self.vault(), id).await? else { return Ok(None) };
        let now = self.now();
        let live = link::find_live_link(tx, id).await?;
        let live = live.filter(|live| live.expires_at.is_none_or(|end| now < end));
        let person = profile::find_profile(tx, self.vault(), account.profile).await?;
        let name = person.as_ref().and_then(|p| p.name.clone()).or(account.name);
        let value =
            named(account.user_id.plain(Purpose::Match)).map(|text| Pii::<ExternalId>::new(text.to_owned()));
        Ok(Some(IdentityDetail {
            id: IdentityId::from_bytes(id.to_bytes()),
            site: site_of(account.channel),
            value,
            name,
            profile: account.profile,
            is_stranger: account.profile == account.home_profile,
            assurance: live.map_or(Assurance::Al0, |live| live.assurance),
            created_at: account.created_at,
        }))
    }
}

/// Whom a visit stands for, by what it says of itself, what colleagues said, and what the site does with those whom it
/// only recognises.
fn who_is_there(
    row: &VisitRow,
    reading: &mut Reading,
    said: &[visit_identity::ContactRow],
    is_open: bool,
    recognised: Strategy,
) -> Option<i64> {
    let mut who = if reading.state == State::Anonymous { None } else { row.identity };
    let is_rejected =
        |identity: i64| said.iter().any(|c| c.identity == identity && c.association == "rejected");
    let is_nobody = who.is_some_and(is_rejected) && !is_open
        || reading.state == State::Recognised && recognised == Strategy::Anonymous;
    if is_nobody {
        (who, reading.state, reading.confidence) = (None, State::Anonymous, None);
    }
    // Until somebody else is named after it.
    let confirmed = said
        .iter()
        .find(|c| c.association == "confirmed")
        .filter(|c| row.identity.is_none_or(|named| named == c.identity || row.since < c.at));
    if who.is_none()
        && let Some(confirmed) = confirmed
    {
        (who, reading.state, reading.confidence) =
            (Some(confirmed.identity), State::Recognised, Some(CONFIRMED));
    }
    who
}

/// Everybody whom a visit may be about.
fn people_of(visit: &VisitDetail) -> Vec<IdentityDetail> {
    visit
        .identity
        .iter()
        .chain(visit.candidates.iter().map(|candidate| &candidate.identity))
        .cloned()
        .collect()
}

/// What the history of a device says of one identity.
fn seen(contacts: &[visit_identity::ContactRow], identity: i64) -> Seen {
    let of = || contacts.iter().filter(|c| c.identity == identity && c.event != 0);
    Seen {
        identity,
        is_signed: of().any(|c| c.is_signed),
        sessions: of().count() as i64,
        last_at: of().map(|c| c.at).max().unwrap_or(Timestamp::from_micros(0)),
    }
}
