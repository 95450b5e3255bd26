//! Websites of the company, and what came from them, taken or not.

use countersign_masking::Known;
use countersign_service::site::SiteDetail;
use countersign_service::visit::Inspected;
use countersign_types::pii::{FreeText, Pii, Viewer};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Lens;
use super::visit::{text, type_word};

/// A website of the company.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteView {
    /// Its id.
    #[schema(example = "site_01k9zq3v5gf6x8t2m4c7b1d0ae")]
    id: String,
    /// Its name.
    name: String,
    /// `active` or `paused`.
    state: &'static str,
    /// What its pages carry. It stands in them for everybody to read, and proves nothing.
    write_key: String,
    /// Settings: origins, consent, storage, allowed query parameters, categories, triggers, event schemas.
    #[schema(value_type = Object)]
    config: Value,
    /// What to put into the pages.
    snippet: SiteSnippetView,
    /// When the newest event happened.
    #[schema(format = DateTime)]
    last_event_at: Option<String>,
    /// What it sent today, by the clock of UTC.
    today: SiteTodayView,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When its settings last changed.
    #[schema(format = DateTime)]
    updated_at: String,
}

/// What a site sent today.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteTodayView {
    /// Events that were taken.
    events: i64,
    /// Events that were refused with 429, because there had been `events_max`.
    refused: i64,
    /// How many are taken on a day: `daily_events_max` of its settings.
    events_max: i64,
}

/// What to put into the pages of a site.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteSnippetView {
    /// The element.
    html: String,
    /// The hash by which browsers check the tracker.
    integrity: Option<&'static str>,
    /// The tracker's address.
    src: String,
}

/// The query parameters that a tracker keeps if its element says nothing.
const USUAL_QUERY: [&str; 5] = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];

/// Whether a name may stand in an attribute as it is.
fn is_plain(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

impl SiteView {
    /// With its snippet; `src` is where this server gives the tracker out.
    pub fn of(site: SiteDetail, src: String, integrity: Option<&'static str>) -> Self {
        let word =
            |name: &str| site.settings.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut html = format!("<script async src=\"{src}\"");
        if let Some(hash) = integrity {
            html.push_str(&format!(" integrity=\"{hash}\" crossorigin"));
        }
        html.push_str(&format!(" data-key=\"{}\"", site.write_key));
        let (consent, storage) = (word("consent"), word("storage"));
        if consent == "required" {
            html.push_str(" data-consent=\"required\"");
        }
        if !storage.is_empty() {
            html.push_str(&format!(" data-storage=\"{storage}\""));
        }
        let allowed = site.settings.get("query_allow").and_then(Value::as_array).cloned().unwrap_or_default();
        let allowed: Vec<&str> = allowed.iter().filter_map(Value::as_str).collect();
        if allowed != USUAL_QUERY && allowed.iter().all(|name| is_plain(name)) {
            html.push_str(&format!(" data-query=\"{}\"", allowed.join(",")));
        }
        if site.settings.get("honour_signals").and_then(Value::as_bool) == Some(false) {
            html.push_str(" data-signals=\"ignore\"");
        }
        html.push_str("></script>");
        Self {
            id: site.id.to_string(),
            name: site.name,
            state: site.state.as_str(),
            write_key: site.write_key,
            config: site.settings,
            snippet: SiteSnippetView { html, integrity, src },
            today: SiteTodayView {
                events: site.today.events,
                refused: site.today.refused,
                events_max: site.daily_events_max,
            },
            last_event_at: site.last_event_at.map(|at| at.to_string()),
            created_at: site.created_at.to_string(),
            updated_at: site.updated_at.to_string(),
        }
    }
}

/// A line of the inspector.
#[derive(Debug, Serialize, ToSchema)]
pub struct InspectedView {
    /// Its number.
    id: String,
    /// When it came.
    #[schema(format = DateTime)]
    at: String,
    /// The event's name.
    name: String,
    /// `system` or `business`.
    r#type: &'static str,
    /// The visit, if it was taken.
    visit: Option<String>,
    /// `accepted`, `warned` or `refused`.
    outcome: &'static str,
    /// Why, in a word: `too_old`, `bad_id`, `token-expired`, `schema /price` …
    reason: Option<String>,
    /// The page.
    url: Option<String>,
    /// Bytes of what it said.
    size_bytes: usize,
}

impl InspectedView {
    /// As a viewer sees it; `known`: what the company looks for in every text.
    pub fn of(line: Inspected, viewer: Viewer, known: &Known) -> Self {
        let mut lens = Lens::new(viewer);
        Self {
            id: line.row.to_string(),
            at: line.at.to_string(),
            name: lens.show_text("name", &Pii::<FreeText>::new(line.name), known),
            r#type: type_word(line.is_system),
            visit: line.visit.map(|id| id.to_string()),
            outcome: line.outcome,
            reason: line.reason,
            url: text(&mut lens, "url", line.url, known),
            size_bytes: line.size,
        }
    }
}
