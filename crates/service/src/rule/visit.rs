//! The customer's visit of the website, as conditions of rules look at it.

use countersign_rules::snapshot::VisitFacts;
use countersign_types::{Timestamp, time};
use countersign_visits::{DeviceKind, State};

use crate::visit::Beside;

/// How sure it is who is signed in, in percent, where conditions compare it with what is estimated.
const SIGNED_IN: f64 = 100.0;

/// A visit as rules see it: read once for a run, or typed for a dry run.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenVisit {
    /// Whether it goes on.
    pub is_live: bool,
    /// Its state.
    pub state: State,
    /// How likely the person is who is named, percent.
    pub confidence: Option<f64>,
    /// The page that is looked at.
    pub url: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// The page that it began on.
    pub entry_url: Option<String>,
    /// The campaign or the site it came from.
    pub source: Option<String>,
    /// Where it came from.
    pub referrer: Option<String>,
    /// How many pages were entered.
    pub pages_seen: u32,
    /// Their addresses, each once and on a line, the newest first.
    pub pages: String,
    /// Their categories, each once.
    pub categories: Vec<String>,
    /// What the visitor holds in hand.
    pub device: Option<DeviceKind>,
    /// How long it goes on, or went on.
    pub seconds: u32,
}

impl SeenVisit {
    pub(super) fn of(beside: Beside, now: Timestamp) -> Self {
        let visit = beside.visit;
        let (row, reading) = (visit.row, visit.reading);
        let confidence = match reading.state {
            State::Authenticated => Some(SIGNED_IN),
            _ => reading.confidence.map(|share| (share * 100.0).round()),
        };
        let agent: Option<serde_json::Value> =
            row.agent.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let device = agent.as_ref().and_then(|agent| agent.get("device")?.as_str());
        let until = if reading.is_live { now } else { row.last_at };
        let (mut pages, mut categories): (Vec<&str>, Vec<String>) = (Vec::new(), Vec::new());
        for page in beside.pages.iter().flatten().rev() {
            if let Some(url) = page.event.url.as_deref()
                && !pages.contains(&url)
            {
                pages.push(url);
            }
            let said = page.event.categories.as_deref().unwrap_or_default();
            for category in said.split(';').map(str::trim).filter(|c| !c.is_empty()) {
                if !categories.iter().any(|known| known == category) {
                    categories.push(category.to_owned());
                }
            }
        }
        Self {
            is_live: reading.is_live,
            state: reading.state,
            confidence,
            device: device.and_then(DeviceKind::parse),
            pages: pages.join("\n"),
            categories,
            pages_seen: u32::try_from(row.pages).unwrap_or(u32::MAX),
            seconds: u32::try_from(until.since(row.started_at) / time::SECOND).unwrap_or(0),
            url: row.page.0,
            title: row.page.1,
            entry_url: row.entry.0,
            source: row.source,
            referrer: row.referrer,
        }
    }

    pub(super) fn facts(&self) -> VisitFacts<'_> {
        VisitFacts {
            is_live: self.is_live,
            state: self.state.as_str(),
            confidence: self.confidence,
            url: self.url.as_deref(),
            title: self.title.as_deref(),
            entry_url: self.entry_url.as_deref(),
            source: self.source.as_deref(),
            referrer: self.referrer.as_deref(),
            pages_seen: self.pages_seen,
            pages: &self.pages,
            categories: &self.categories,
            device: self.device.map(DeviceKind::as_str),
            seconds: self.seconds,
        }
    }
}
