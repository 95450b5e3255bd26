//! Taking events: what came is made ready outside of the transaction, and written with it, once each.
//!
//! A visit's state follows from its events in the order of their own time, whatever the order they come in: what is newer
//! than everything is added to the state, what is late folds the visit anew from what is stored (T-6).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use countersign_store::Tx;
use countersign_store::visit::{self as store, VisitRow};
use countersign_store::visit_event::{self, EventRow, RefusedRow};
use countersign_store::visit_identity::{self, ContactRow};
use countersign_types::{ChannelId, Error, Result, Timestamp, VisitId, time};
use countersign_visits::{Batch, EventType, Fact, Key, Standing, Stream, WebEvent};

use super::identify::{Asked, Identified, Tokens};
use super::row::{agent_json, clean, clean_json};
use crate::Service;
use crate::port::BoxFuture;
use crate::site::{SiteEntry, site_of};
use crate::work::Log;

/// Refused events of one batch that are noted: whoever sends rubbish must not fill the disk with it.
const NOTED_MAX: usize = 10;
/// Events of a visit at most: people make a few hundred. Reading a visit and folding it anew cost as much as it has events.
const EVENTS_MAX: i64 = 2_000;
/// A visit says that it changed so often at most.
const LIVE_SPAN: i64 = time::SECOND;
/// The place of a contact that no sign-in made; that of a colleague's word is 0.
const RECOGNISED: i64 = 1;
/// Visits that are remembered for it.
const LIVE_MAX: usize = 20_000;

/// How a batch arrived.
#[derive(Debug, Clone, Default)]
pub struct Arrival {
    /// The browser's own words about itself.
    pub user_agent: Option<String>,
    /// The browser, as the cookie of this server knows it.
    pub device: Option<Key>,
    /// The country that its address stands in; the address itself is not kept.
    pub country: Option<String>,
}

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// Events that are stored now.
    pub accepted: usize,
    /// Events that were stored before.
    pub duplicates: usize,
    /// Events that are not taken: their place in the batch, and why.
    pub refused: Vec<(usize, &'static str)>,
}

/// What was written of a batch.
#[derive(Debug, Clone, Copy, Default)]
struct Written {
    added: usize,
    /// Events of visits that have as many as one may have.
    full: usize,
}

/// What consoles were told of lately.
#[derive(Debug, Default)]
pub(crate) struct Told(Mutex<HashMap<i64, Timestamp>>);

impl Told {
    /// Whether it is time to tell of a visit or a site.
    fn is_due(&self, visit: i64, now: Timestamp) -> bool {
        let mut told = match self.0.lock() {
            Ok(told) => told,
            Err(poisoned) => poisoned.into_inner(),
        };
        if told.len() >= LIVE_MAX {
            told.retain(|_, at| now.since(*at) < LIVE_SPAN);
        }
        match told.get(&visit) {
            Some(at) if now.since(*at) < LIVE_SPAN && now >= *at => false,
            _ => {
                told.insert(visit, now);
                true
            }
        }
    }
}

/// The events of one visitor, ready to be written.
pub(super) struct Ready {
    /// The keyed hash of the visit's key; none: whatever visit of the device is going on.
    key_hash: Option<[u8; 16]>,
    /// The one to open where none is going on.
    fresh_hash: [u8; 16],
    device_hash: Option<[u8; 16]>,
    /// Whether the browser is none, but made of what a user is called.
    is_of_user: bool,
    /// The number of the browser, and the hash of the visit's key: once they are looked up.
    device: Option<i64>,
    visit_hash: [u8; 16],
    rows: Vec<EventRow>,
    /// Whom the event at this place names.
    asked: BTreeMap<usize, Asked>,
    about: About,
}

/// What the newest events say about the visit.
#[derive(Default, Clone)]
struct About {
    referrer: Option<String>,
    source: Option<String>,
    language: Option<String>,
    agent: Option<String>,
    country: Option<String>,
    offset_ms: i64,
}

impl Ready {
    fn belong_to(&mut self, visit: i64) {
        for row in &mut self.rows {
            row.visit = visit;
        }
    }
}

impl Service {
    /// Takes the events of a batch. They are durable when this answers.
    pub fn take_events<'a>(
        &'a self,
        site: &'a Arc<SiteEntry>,
        batch: Batch<'a>,
        arrival: &'a Arrival,
    ) -> BoxFuture<'a, Result<Taken>> {
        Box::pin(self.take_batch(site, batch, arrival))
    }

    async fn take_batch(&self, site: &Arc<SiteEntry>, batch: Batch<'_>, arrival: &Arrival) -> Result<Taken> {
        let now = self.now();
        let agent = arrival.user_agent.as_deref().map(agent_json);
        let mut taken = Taken::default();
        let mut noted: Vec<RefusedRow> = Vec::new();
        for refused in &batch.refused {
            taken.refused.push((refused.index, refused.reason.as_str()));
            if noted.len() < NOTED_MAX {
                let name = clean(refused.name.chars().take(64).collect());
                let reason = match refused.detail.as_str() {
                    "" => refused.reason.as_str().to_owned(),
                    detail => format!("{} {detail}", refused.reason.as_str()),
                };
                noted.push(RefusedRow { row: self.new_row(), at: now, name, reason });
            }
        }
        let mut ready = Vec::with_capacity(batch.streams.len());
        let mut tokens = Tokens::default();
        for stream in batch.streams {
            ready.extend(self.make_ready(site, stream, arrival, agent.as_deref(), &mut tokens, now));
        }
        taken.refused.sort_unstable();
        metrics::counter!("countersign_visit_events_refused_total").increment(taken.refused.len() as u64);
        if ready.is_empty() && noted.is_empty() {
            return Ok(taken);
        }
        let count: usize = ready.iter().map(|r| r.rows.len()).sum();
        self.check_quota(site, count, now).await?;
        let Written { added, full } = self.write_events(site, ready, noted, now).await?;
        metrics::counter!("countersign_visit_events_total").increment(added as u64);
        self.count_taken(site.id, added, now).await?;
        taken.accepted = added;
        taken.duplicates = count.saturating_sub(added + full);
        taken.refused.extend((0..full).map(|index| (index, "visit_full")));
        Ok(taken)
    }

    async fn write_events(
        &self,
        site: &Arc<SiteEntry>,
        mut ready: Vec<Ready>,
        noted: Vec<RefusedRow>,
        now: Timestamp,
    ) -> Result<Written> {
        let grant = Self::public_grant(site_of(site.id), &site.name);
        let (service, site) = (self.clone(), site.clone());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Written> {
            let mut all = Written::default();
            // Browsers, then accounts, then visits, each in one order: batches that name the same ones at the same time
            // never wait for each other in a circle. An erasure locks accounts before visits too.
            service.find_places(tx, &site, &mut ready, now).await?;
            service.identify_all(tx, log, &site, &mut ready, now).await?;
            ready.sort_by_key(|one| one.visit_hash);
            for one in ready {
                let written = service.write_visit(tx, log, &site, one, now).await?;
                all = Written { added: all.added + written.added, full: all.full + written.full };
            }
            if !noted.is_empty() {
                visit_event::insert_refused(tx, site.id, &noted).await?;
                let of_site = i64::from_be_bytes(site.id.to_bytes()[8..].try_into().unwrap_or_default());
                if service.told().is_due(of_site, now) {
                    log.live("site.updated", site_of(site.id));
                }
            }
            Ok(all)
        })
        .await
    }

    /// Makes rows of the events of one visitor.
    fn make_ready(
        &self,
        site: &SiteEntry,
        stream: Stream<'_>,
        arrival: &Arrival,
        agent: Option<&str>,
        tokens: &mut Tokens,
        now: Timestamp,
    ) -> Option<Ready> {
        // A cookie that only now is set counts from the next batch: a page of another site may never send it back.
        let device = arrival.device.or(stream.device);
        let mut rows = Vec::with_capacity(stream.events.len());
        let mut asked = BTreeMap::new();
        let mut about = About {
            agent: agent.map(ToOwned::to_owned),
            country: arrival.country.clone(),
            ..About::default()
        };
        for event in stream.events {
            let warning = event.warnings.first().map(|w| (*w).to_owned());
            about.read(&event);
            if let Some(who) = &event.who {
                asked.insert(rows.len(), self.asked(who, tokens, now));
            }
            rows.push(self.row_of(site, event, warning, now));
        }
        let first = rows.first()?;
        let hash = |what: &'static str, bytes: &[u8; 16]| self.hash_key(what, site.id, bytes);
        // What is made of a user's name is of another kind than what browsers make up: no browser can say the same.
        let (of_device, of_event) = match stream.is_of_user {
            true => ("device_of_user", "visit_of_user"),
            false => ("device", "visit_of_event"),
        };
        let mut fresh = first.key;
        if let Some(Key(device)) = device {
            fresh.iter_mut().zip(device).for_each(|(a, b)| *a ^= b);
        }
        Some(Ready {
            key_hash: stream.visit.map(|Key(key)| hash("visit", &key)),
            fresh_hash: hash(of_event, &fresh),
            device_hash: device.map(|Key(key)| hash(of_device, &key)),
            is_of_user: stream.is_of_user,
            device: None,
            visit_hash: [0; 16],
            rows,
            asked,
            about,
        })
    }

    /// The first bytes of the keyed hash of what a browser made: whoever reads the database cannot write into a visit.
    pub(crate) fn hash_key(&self, what: &'static str, site: ChannelId, key: &[u8; 16]) -> [u8; 16] {
        let mut value = [0; 32];
        value[..16].copy_from_slice(&site.to_bytes());
        value[16..].copy_from_slice(key);
        let whole = self.vault().blind_bytes(what, &value);
        let mut hash = [0; 16];
        hash.copy_from_slice(&whole[..16]);
        hash
    }

    fn row_of(
        &self,
        site: &SiteEntry,
        event: WebEvent<'_>,
        warning: Option<String>,
        now: Timestamp,
    ) -> EventRow {
        let categories = (!event.categories.is_empty()).then(|| clean(event.categories.join(";")));
        let data = (event.data != "{}").then(|| clean_json(event.data.into_owned(), &site.site.query_allow));
        EventRow {
            row: self.new_row(),
            visit: 0,
            key: event.key.0,
            kind: event.kind.as_str().to_owned(),
            name: clean(event.name.into_owned()),
            at: event.at,
            received_at: now,
            page: event.page.map(|Key(key)| key),
            identity: None,
            is_signed: false,
            is_leaving: event.is_leaving,
            active_ms: event.active_ms,
            url: event.url.map(clean),
            title: event.title.map(|title| clean(title.into_owned())),
            categories,
            language: event.language.map(|l| clean(l.into_owned())),
            data,
            warning,
        }
    }

    /// Looks up to which browsers and visits events belong that do not say it themselves.
    async fn find_places(
        &self,
        tx: &mut Tx<'_>,
        site: &SiteEntry,
        ready: &mut [Ready],
        now: Timestamp,
    ) -> Result<()> {
        let idle = site.site.idle_minutes * time::MINUTE;
        ready.sort_by_key(|one| (one.device_hash, one.key_hash, one.fresh_hash));
        // A browser alone is looked up when its visit does not know it: most do.
        let is_alone = ready.len() == 1;
        for one in ready {
            if one.key_hash.is_none() || !is_alone {
                one.device = self.device(tx, site, one.device_hash, now).await?;
            }
            one.visit_hash = match (one.key_hash, one.device) {
                (Some(hash), _) => hash,
                (None, Some(device)) => {
                    let first = one.rows.first().map_or(now, |row| row.at);
                    let going_on =
                        store::find_visit_of_device(tx, device, (first.plus(-idle), first.plus(idle)))
                            .await?;
                    going_on.unwrap_or(one.fresh_hash)
                }
                (None, None) => one.fresh_hash,
            };
        }
        Ok(())
    }

    /// Finds out whom the events name.
    async fn identify_all(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        site: &SiteEntry,
        ready: &mut [Ready],
        now: Timestamp,
    ) -> Result<()> {
        let mut all: Vec<(usize, usize, Asked)> = Vec::new();
        for (n, one) in ready.iter_mut().enumerate() {
            all.extend(std::mem::take(&mut one.asked).into_iter().map(|(at, asked)| (n, at, asked)));
        }
        all.sort_by(|a, b| a.2.order().cmp(&b.2.order()));
        let mut before: Option<(Asked, [u8; 16], Identified)> = None;
        for (n, at, asked) in all {
            let Some(one) = ready.get_mut(n) else { continue };
            let visit = one.visit_hash;
            let known = match &before {
                Some((same, of, known)) if same.is_as(&asked, *of == visit) => *known,
                _ => self.identify(tx, log, site, &asked, (visit, one.is_of_user), now).await?,
            };
            before = Some((asked, visit, known));
            let Some(row) = one.rows.get_mut(at) else { continue };
            match known {
                Identified::As { identity, is_signed } => {
                    (row.identity, row.is_signed) = (Some(identity), is_signed);
                }
                Identified::Refused(why) => row.warning = Some(why.to_owned()),
                Identified::Nobody => {}
            }
        }
        Ok(())
    }

    /// Writes the events of one visitor, and how the visit stands then; answers how many were new.
    async fn write_visit(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        site: &SiteEntry,
        mut ready: Ready,
        now: Timestamp,
    ) -> Result<Written> {
        let (key_hash, mut device) = (ready.visit_hash, ready.device);
        let mut found = store::find_visit_for_update(tx, site.id, key_hash).await?;
        if let Some(found) = &found {
            if found.events >= EVENTS_MAX {
                return Ok(Written { added: 0, full: ready.rows.len() });
            }
            device = found.device.or(device);
        }
        if device.is_none() {
            device = self.device(tx, site, ready.device_hash, now).await?;
        }
        let mut opened = None;
        if found.is_none() {
            ready.belong_to(self.new_row());
            opened = self.open(tx, site, &ready, key_hash, device).await?;
            if opened.is_none() {
                // Another server opened it between our look and now.
                found = store::find_visit_for_update(tx, site.id, key_hash).await?;
            }
        }
        let idle_minutes = found.as_ref().map_or(site.site.idle_minutes, |visit| visit.idle_minutes);
        let (visit, added) = match (opened, found) {
            (Some(visit), _) => (visit, visit_event::insert_events(tx, &ready.rows).await?),
            (None, Some(found)) => {
                ready.belong_to(found.row);
                (found.id, self.go_on(tx, found, &ready, device).await?)
            }
            (None, None) => return Err(Error::internal("a visit is neither there nor to be added")),
        };
        if added.is_empty() {
            return Ok(Written::default());
        }
        for row in ready.rows.iter().filter(|row| added.contains(&row.row)) {
            self.note_contact(tx, row, device).await?;
        }
        self.tell_webhooks(tx, log, site, (visit, idle_minutes), (&ready.rows, &added), now).await?;
        // What people look at is told at once; of what a page does besides, some is enough.
        let is_seen = ready.rows.iter().any(|row| row.kind != EventType::Business.as_str());
        if is_seen || ready.rows.first().is_some_and(|row| self.told().is_due(row.visit, now)) {
            log.live("visit.updated", visit);
        }
        Ok(Written { added: added.len(), full: 0 })
    }

    /// Adds to a visit that is known.
    async fn go_on(
        &self,
        tx: &mut Tx<'_>,
        mut visit: VisitRow,
        ready: &Ready,
        device: Option<i64>,
    ) -> Result<BTreeSet<i64>> {
        let added = visit_event::insert_events(tx, &ready.rows).await?;
        if added.is_empty() {
            return Ok(added);
        }
        let (mut standing, was) = (standing(&visit), visit.indexed());
        let mut new: Vec<&EventRow> = ready.rows.iter().filter(|row| added.contains(&row.row)).collect();
        new.sort_by_key(|row| (row.at, row.key));
        let is_in_order = new.iter().all(|row| standing.take(&fact(row)));
        if is_in_order {
            new.iter().for_each(|row| about_page(&mut visit, row));
        } else {
            let all = visit_event::list_facts(tx, visit.row).await?;
            let mut facts: Vec<Fact> = all.iter().map(fact).collect();
            if let Some(folded) = Standing::of_with(&mut facts, visit.idle_minutes) {
                standing = folded;
            }
            let mut pages: Vec<&EventRow> = all.iter().collect();
            pages.sort_by_key(|row| (row.at, row.key));
            (visit.page, visit.entry) = Default::default();
            pages.iter().for_each(|row| about_page(&mut visit, row));
        }
        put(&mut visit, &standing);
        ready.about.write(&mut visit);
        visit.device = visit.device.or(device);
        store::update_visit(tx, &visit, was).await?;
        Ok(added)
    }

    /// Opens a visit; `None` where somebody else did.
    async fn open(
        &self,
        tx: &mut Tx<'_>,
        site: &SiteEntry,
        ready: &Ready,
        key_hash: [u8; 16],
        device: Option<i64>,
    ) -> Result<Option<VisitId>> {
        let mut facts: Vec<Fact> = ready.rows.iter().map(fact).collect();
        let idle = site.site.idle_minutes;
        let Some(standing) = Standing::of_with(&mut facts, idle) else { return Ok(None) };
        let mut visit = VisitRow {
            row: ready.rows.first().map_or(0, |row| row.visit),
            id: self.new_id()?,
            site: site.id,
            key_hash,
            device,
            started_at: standing.started_at,
            last_at: standing.last_at,
            newest: (standing.newest.0, standing.newest.1.0),
            state: String::new(),
            identity: None,
            is_signed: false,
            since: standing.since,
            session_row: None,
            open_pages: Vec::new(),
            idle_minutes: 0,
            left_at: None,
            pages: 0,
            events: 0,
            page: Default::default(),
            entry: Default::default(),
            referrer: None,
            source: None,
            language: None,
            agent: None,
            offset_ms: 0,
            country: None,
        };
        let mut rows: Vec<&EventRow> = ready.rows.iter().collect();
        rows.sort_by_key(|row| (row.at, row.key));
        rows.iter().for_each(|row| about_page(&mut visit, row));
        put(&mut visit, &standing);
        ready.about.write(&mut visit);
        Ok(store::insert_visit(tx, &visit).await?.then_some(visit.id))
    }

    /// The number of a browser, where it said a key.
    async fn device(
        &self,
        tx: &mut Tx<'_>,
        site: &SiteEntry,
        hash: Option<[u8; 16]>,
        now: Timestamp,
    ) -> Result<Option<i64>> {
        let Some(hash) = hash else { return Ok(None) };
        let new = (self.new_row(), self.new_id()?);
        Ok(Some(store::upsert_device(tx, site.id, hash, new, now).await?))
    }

    async fn note_contact(&self, tx: &mut Tx<'_>, row: &EventRow, device: Option<i64>) -> Result<()> {
        let Some(identity) = row.identity else { return Ok(()) };
        // A sign-in opens a session, which the contact names. Foreign clients say in every event whom they recognise: once
        // for each visit is enough.
        let (association, event) = match row.kind == EventType::SignIn.as_str() {
            true => ("authenticated", row.row),
            false => ("recognised", RECOGNISED),
        };
        let contact = ContactRow {
            visit: row.visit,
            identity,
            event,
            device,
            association: association.to_owned(),
            is_signed: row.is_signed,
            at: row.at,
        };
        Ok(visit_identity::upsert_contact(tx, &contact).await?)
    }
}

impl About {
    fn read(&mut self, event: &WebEvent<'_>) {
        let keep = |field: &mut Option<String>, value: Option<&str>| {
            if let Some(value) = value.filter(|_| field.is_none()) {
                *field = Some(clean(value.to_owned()));
            }
        };
        keep(&mut self.referrer, event.referrer.as_deref());
        keep(&mut self.source, event.source.as_deref());
        keep(&mut self.language, event.language.as_deref());
        self.offset_ms = event.offset_ms;
    }

    fn write(&self, visit: &mut VisitRow) {
        fn fill(field: &mut Option<String>, value: &Option<String>) {
            if field.is_none() {
                field.clone_from(value);
            }
        }
        // Where it came from is said by its beginning, how it looks by its end.
        fill(&mut visit.referrer, &self.referrer);
        fill(&mut visit.source, &self.source);
        fill(&mut visit.language, &self.language);
        fill(&mut visit.agent, &self.agent);
        fill(&mut visit.country, &self.country);
        visit.offset_ms = self.offset_ms;
    }
}

/// What a visit's row says of its state.
pub(super) fn standing(visit: &VisitRow) -> Standing {
    let open: Vec<Key> =
        visit.open_pages.chunks_exact(16).filter_map(|key| key.try_into().ok().map(Key)).collect();
    Standing {
        started_at: visit.started_at,
        last_at: visit.last_at,
        newest: (visit.newest.0, Key(visit.newest.1)),
        state: countersign_visits::State::parse(&visit.state).unwrap_or(countersign_visits::State::Anonymous),
        identity: visit.identity,
        is_signed: visit.is_signed,
        since: visit.since,
        session_row: visit.session_row,
        open_page: open.last().copied(),
        open,
        idle_minutes: visit.idle_minutes,
        left_at: visit.left_at,
        pages: visit.pages,
        events: visit.events,
    }
}

fn put(visit: &mut VisitRow, standing: &Standing) {
    visit.started_at = standing.started_at;
    visit.last_at = standing.last_at;
    visit.newest = (standing.newest.0, standing.newest.1.0);
    visit.state = standing.state.as_str().to_owned();
    visit.identity = standing.identity;
    visit.is_signed = standing.is_signed;
    visit.since = standing.since;
    visit.session_row = standing.session_row;
    visit.open_pages = standing.open.iter().flat_map(|Key(key)| *key).collect();
    visit.idle_minutes = standing.idle_minutes;
    visit.left_at = standing.left_at;
    visit.pages = standing.pages;
    visit.events = standing.events;
}

/// What the state of a visit follows from.
pub(super) fn fact(row: &EventRow) -> Fact {
    Fact {
        at: row.at,
        key: Key(row.key),
        kind: EventType::parse(&row.kind).unwrap_or(EventType::Business),
        page: row.page.map(Key),
        identity: row.identity,
        is_signed: row.is_signed,
        is_leaving: row.is_leaving,
        active_ms: row.active_ms,
        row: row.row,
    }
}

/// The page that is looked at, and the first one. Called in the order of events.
fn about_page(visit: &mut VisitRow, row: &EventRow) {
    if row.kind != EventType::PageEntered.as_str() {
        return;
    }
    if visit.entry.0.is_none() {
        visit.entry = (row.url.clone(), row.title.clone());
    }
    visit.page = (row.url.clone(), row.title.clone(), Some(row.at));
}
