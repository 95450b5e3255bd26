//! Whether a visit is one that an invitation is for.

use countersign_store::visit::VisitRow;
use countersign_store::{Tx, chat_invitation, visit_event};
use countersign_types::pii::Viewer;
use countersign_types::{Result, Timestamp, time};
use countersign_visits::invite::{Looking, When};
use countersign_visits::{DeviceKind, Fact, History, State, UserAgent};

use super::ingest::{fact, standing};
use super::read::Known;
use crate::Service;

impl Service {
    /// Whether a visit fits, with what costs least asked first: pages asks this every few seconds, and most do not fit.
    pub(crate) async fn fits(
        &self,
        tx: &mut Tx<'_>,
        visit: &VisitRow,
        when: &When,
        now: Timestamp,
    ) -> Result<bool> {
        let agent: Option<UserAgent> =
            visit.agent.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let mut looking = Looking {
            url: visit.page.0.as_deref().unwrap_or_default(),
            pages: visit.pages,
            seconds: now.since(visit.started_at).max(0) / time::SECOND,
            source: visit.source.as_deref(),
            language: visit.language.as_deref(),
            device: agent.map_or(Some(DeviceKind::Desktop), |agent| Some(agent.device)),
            ..Looking::default()
        };
        let cheap = When { categories: Vec::new(), states: Vec::new(), returning: None, ..when.clone() };
        if !cheap.matches(&looking) {
            return Ok(false);
        }
        if when.returning.is_some() {
            looking.is_returning = match visit.device {
                Some(device) => chat_invitation::has_earlier_visit(tx, device, visit.row).await?,
                None => false,
            };
        }
        if !when.states.is_empty() {
            let detail = self.visit_detail(tx, &mut Known::to(Viewer::nobody()), visit.clone(), now).await?;
            looking.state = Some(detail.reading.state);
        }
        let events = if when.categories.is_empty() && when.pages_at_least <= 1 {
            Vec::new()
        } else {
            visit_event::list_events_of_visit(tx, visit.row).await?
        };
        if !events.is_empty() {
            // Only what is shown with whoever is there now: nobody is asked about another person's pages (T-3).
            let mut facts: Vec<Fact> = events.iter().map(fact).collect();
            let reading = standing(visit).reading(now, visit.idle_minutes);
            let who = if reading.state == State::Anonymous { None } else { visit.identity };
            let history = History::of_with(&mut facts, reading.ended_at, visit.idle_minutes);
            let own: Vec<i64> =
                history.pages.iter().filter(|page| page.identity == who).map(|page| page.row).collect();
            looking.pages = own.len() as i64;
            looking.categories = events
                .iter()
                .filter(|event| own.contains(&event.row))
                .flat_map(|event| event.categories.as_deref().unwrap_or_default().split(';'))
                .filter(|category| !category.is_empty())
                .collect();
        }
        Ok(when.matches(&looking))
    }
}
