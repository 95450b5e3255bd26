//! A visit of the website that somebody types to try rules on.

use countersign_service::rule::SeenVisit;
use countersign_service::visit::{DeviceKind, State as VisitState};
use countersign_types::Error;
use serde::Deserialize;
use utoipa::ToSchema;

/// A typed visit of the website; what is left out is empty.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DryVisitBody {
    /// Whether it goes on; it does when nothing is said.
    is_live: Option<bool>,
    /// `anonymous` when nothing is said.
    #[schema(pattern = "^(anonymous|recognised|assumed|authenticated)$")]
    state: Option<String>,
    /// How likely the person is who is named, percent.
    #[schema(minimum = 0, maximum = 100)]
    confidence: Option<f64>,
    /// Title of the newest page.
    #[schema(max_length = 500)]
    title: Option<String>,
    /// The campaign or the site it came from.
    #[schema(max_length = 500)]
    source: Option<String>,
    /// Where it came from.
    #[schema(max_length = 2000)]
    referrer: Option<String>,
    /// Addresses of its pages, in the order of time: it began on the first one, and the last one is looked at.
    #[schema(max_items = 100)]
    pages: Vec<String>,
    /// Categories of its pages.
    #[schema(max_items = 100)]
    categories: Vec<String>,
    /// `desktop`, `mobile` or `tablet`.
    #[schema(pattern = "^(desktop|mobile|tablet)$")]
    device: Option<String>,
    /// How long it goes on.
    seconds: Option<u32>,
}

impl DryVisitBody {
    /// As rules see it.
    pub(super) fn seen(self) -> Result<SeenVisit, Error> {
        let wrong = |field: &str, known: &str| {
            Error::invalid(
                format!("/visit/{field}"),
                "invalid-value",
                format!("`{field}` is one of {known}."),
            )
        };
        let state = self.state.as_deref().unwrap_or("anonymous");
        let known = "anonymous, recognised, assumed, authenticated";
        let state = VisitState::parse(state).ok_or_else(|| wrong("state", known))?;
        let device = self.device.as_deref().map(|word| DeviceKind::parse(word).ok_or(word));
        let device = device.transpose().map_err(|_| wrong("device", "desktop, mobile, tablet"))?;
        let count = self.pages.len().max(self.categories.len());
        if count > 100 {
            return Err(Error::invalid("/visit/pages", "too-many", "Type 100 pages at most."));
        }
        let mut pages: Vec<&str> = Vec::new();
        for page in self.pages.iter().rev() {
            if !pages.contains(&page.as_str()) {
                pages.push(page);
            }
        }
        Ok(SeenVisit {
            is_live: self.is_live.unwrap_or(true),
            state,
            confidence: self.confidence,
            pages: pages.join("\n"),
            url: self.pages.last().cloned(),
            entry_url: self.pages.first().cloned(),
            pages_seen: u32::try_from(self.pages.len()).unwrap_or(u32::MAX),
            title: self.title,
            source: self.source,
            referrer: self.referrer,
            categories: self.categories,
            device,
            seconds: self.seconds.unwrap_or(0),
        })
    }
}
