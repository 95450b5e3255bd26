//! A visit of a website as a line of a customer's timeline.

use countersign_service::visit::{EventDetail, VisitLine};
use countersign_types::pii::{FreeText, Pii, Viewer};
use serde::Serialize;
use utoipa::ToSchema;

use super::Lens;
use super::visit::VisitView;

/// A visit in a timeline: what of it is this customer's.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitLineView {
    /// The visit.
    #[serde(flatten)]
    visit: VisitView,
    /// Sign-ins, sign-outs and business events in it, in the order of time; at most 20.
    events: Vec<VisitLineEventView>,
    /// How many more of them there are.
    events_more: usize,
}

/// Something that happened in a visit.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitLineEventView {
    /// Its id.
    id: String,
    /// `system` or `business`.
    r#type: &'static str,
    /// Its name.
    name: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
}

impl VisitLineView {
    /// As a viewer sees it.
    pub fn of(line: VisitLine, viewer: Viewer) -> Self {
        let event = |detail: EventDetail| VisitLineEventView {
            id: detail.id.to_string(),
            r#type: if detail.event.kind == "Business" { "business" } else { "system" },
            name: Lens::new(viewer).show_text(
                "name",
                &Pii::<FreeText>::new(detail.event.name),
                &detail.hidden,
            ),
            at: detail.event.at.to_string(),
        };
        Self {
            visit: VisitView::of(&line.visit, viewer),
            events: line.events.into_iter().map(event).collect(),
            events_more: line.more,
        }
    }
}
