//! What webhooks are told of visits: business events, and that somebody was named. Websites send many events, so nothing is
//! read or written for this unless an active webhook names one of these kinds.

use std::collections::BTreeSet;

use countersign_store::visit_event::{self, EventRow};
use countersign_store::{Tx, account, visit_identity};
use countersign_types::audit::{Actor, ActorKind};
use countersign_types::event::EventKind;
use countersign_types::webhook::WebhookState;
use countersign_types::{Event, Result, Timestamp, VisitId, WebEventId};
use countersign_visits::site::Strategy;
use countersign_visits::{EventType, Fact, History, Key};
use serde_json::{Value, json};

use super::ingest::fact;
use super::{pack, unpack};
use crate::Service;
use crate::outbox::is_asked;
use crate::site::{SiteEntry, site_of};
use crate::work::Log;

/// Of what an event of a visit tells.
const fn kind_of(row: &EventRow, kind: EventType) -> Option<EventKind> {
    match kind {
        EventType::Business => Some(EventKind::VisitEvent),
        EventType::SignIn | EventType::UserInfo if row.identity.is_some() => Some(EventKind::VisitIdentified),
        _ => None,
    }
}

impl Service {
    /// Tells webhooks of events that are new, each once: they were added in this transaction.
    pub(super) async fn tell_webhooks(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        site: &SiteEntry,
        (visit, idle_minutes): (VisitId, i64),
        (rows, added): (&[EventRow], &BTreeSet<i64>),
        now: Timestamp,
    ) -> Result<()> {
        let snapshot = self.snapshot();
        let active =
            || snapshot.webhooks.iter().map(|e| &e.webhook).filter(|w| w.state == WebhookState::Active);
        let words: Vec<&str> = active()
            .flat_map(|webhook| &webhook.events)
            .map(String::as_str)
            .filter(|word| word.starts_with("visit."))
            .collect();
        if words.is_empty() {
            return Ok(());
        }
        let mut history: Option<History> = None;
        let actor =
            Actor { kind: ActorKind::Public, id: site_of(site.id).to_string(), name: site.name.clone() };
        for row in rows.iter().filter(|row| added.contains(&row.row)) {
            let Some(kind) = EventType::parse(&row.kind).and_then(|kind| kind_of(row, kind)) else {
                continue;
            };
            if !words.iter().any(|word| is_asked(word, kind, Some(&row.name))) {
                continue;
            }
            // Where whoever is only recognised counts as anybody, what a page says of them names nobody.
            let is_doubtful = row.kind == EventType::UserInfo.as_str()
                && site.site.strategies.recognised == Strategy::Anonymous;
            let who = match kind {
                EventKind::VisitIdentified if !is_doubtful => row.identity,
                _ => {
                    if history.is_none() {
                        let all = visit_event::list_facts(tx, row.visit).await?;
                        let mut facts: Vec<Fact> = all.iter().map(fact).collect();
                        let mut whole = History::of_with(&mut facts, None, idle_minutes);
                        if site.site.strategies.recognised == Strategy::Anonymous {
                            whole.forget_recognised();
                        }
                        history = Some(whole);
                    }
                    history.as_ref().and_then(|history| history.owner(row.at, Key(row.key)))
                }
            };
            if is_doubtful && who.is_none() {
                continue;
            }
            let id: WebEventId = pack(row.visit, row.row).into();
            let mut event = self.event(kind, &actor, now)?;
            event.at = row.at;
            event.details = json!({
                "name": row.name, "event": id, "visit": visit, "site": site_of(site.id),
            });
            if kind == EventKind::VisitIdentified
                && let Some(details) = event.details.as_object_mut()
            {
                details.insert("is_signed".to_owned(), row.is_signed.into());
            }
            if let Some(who) = who
                && let Some(id) = visit_identity::find_identity_account(tx, who).await?
            {
                event.account = Some(id);
                event.profile = account::find_account(tx, self.vault(), id).await?.map(|a| a.profile);
            }
            log.event(event);
        }
        Ok(())
    }

    /// What an event of a website said, for webhooks that carry personal data.
    pub(crate) async fn web_data(&self, tx: &mut Tx<'_>, event: &Event) -> Result<Option<Value>> {
        if event.kind != EventKind::VisitEvent {
            return Ok(None);
        }
        let id = event.details.get("event").and_then(Value::as_str);
        let Some(id) = id.and_then(|id| id.parse::<WebEventId>().ok()) else { return Ok(None) };
        let (_, row) = unpack(id.to_bytes(), "event")?;
        let found = visit_event::find_event_by_row(tx, row).await?;
        Ok(found.map(|row| {
            let data: Option<Value> = row.data.as_deref().and_then(|text| serde_json::from_str(text).ok());
            json!({ "url": row.url, "title": row.title, "data": data.unwrap_or_else(|| json!({})) })
        }))
    }
}
