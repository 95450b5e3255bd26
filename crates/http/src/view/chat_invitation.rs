//! Views of invitations to a chat.

use std::collections::BTreeMap;

use countersign_service::chat_invitation::InvitationEntry;
use countersign_service::site::site_of;
use serde::Serialize;
use utoipa::ToSchema;

/// Which visits an invitation is for. What is empty asks for nothing; of a list one is enough.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationWhenView {
    /// The address of the page that is looked at has one of these in it.
    pub url_contains: Vec<String>,
    /// One of the pages of the visit is in one of these categories.
    pub categories: Vec<String>,
    /// So many pages were entered.
    pub pages_at_least: i64,
    /// The visit has lasted so long.
    pub seconds_at_least: i64,
    /// `anonymous`, `recognised`, `assumed`, `authenticated`.
    pub states: Vec<&'static str>,
    /// It came from one of these campaigns or sites.
    pub sources: Vec<String>,
    /// The browser has, or has not, been here before.
    pub returning: Option<bool>,
    /// The browser speaks one of these.
    pub languages: Vec<String>,
    /// `desktop`, `mobile`, `tablet`.
    pub devices: Vec<&'static str>,
}

/// How often an invitation was shown, and what became of that.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationFiguresView {
    /// Shown.
    pub offered: i64,
    /// The chat was opened by it.
    pub opened: i64,
    /// The visitor wrote.
    pub answered: i64,
    /// The visitor closed it.
    pub dismissed: i64,
}

/// An invitation of visitors to a web chat.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    /// Its id.
    #[schema(example = "inv_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Its name, for the team.
    #[schema(example = "Help in the checkout")]
    pub name: String,
    /// `active` or `paused`.
    pub state: &'static str,
    /// The site whose visitors are meant.
    pub site: String,
    /// The web chat.
    pub channel: String,
    /// Which one is tried first, from 1.
    pub position: i64,
    /// Which visits.
    pub when: InvitationWhenView,
    /// Its words by language.
    pub texts: BTreeMap<String, String>,
    /// Only in these business hours.
    pub calendar: Option<String>,
    /// Only while somebody of the team is there.
    pub only_when_online: bool,
    /// A browser that was invited is left alone for so many days.
    pub per_visitor_days: i64,
    /// So many invitations, and the chats that came of them, may wait for somebody at once.
    pub waiting_max: i64,
    /// So many in a minute.
    pub per_minute_max: i64,
    /// What became of it.
    pub figures: InvitationFiguresView,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<InvitationEntry> for InvitationView {
    fn from(entry: InvitationEntry) -> Self {
        let (when, limits, figures) = (entry.plan.when, entry.plan.limits, entry.figures);
        Self {
            id: entry.id.to_string(),
            name: entry.name,
            state: if entry.is_active { "active" } else { "paused" },
            site: site_of(entry.site).to_string(),
            channel: entry.channel.to_string(),
            position: entry.position,
            when: InvitationWhenView {
                url_contains: when.url_contains,
                categories: when.categories,
                pages_at_least: when.pages_at_least,
                seconds_at_least: when.seconds_at_least,
                states: when.states.into_iter().map(|state| state.as_str()).collect(),
                sources: when.sources,
                returning: when.returning,
                languages: when.languages,
                devices: when.devices.into_iter().map(|device| device.as_str()).collect(),
            },
            texts: entry.plan.texts,
            calendar: entry.plan.calendar.map(|id| id.to_string()),
            only_when_online: limits.only_when_online,
            per_visitor_days: limits.per_visitor_days,
            waiting_max: limits.waiting_max,
            per_minute_max: limits.per_minute_max,
            figures: InvitationFiguresView {
                offered: figures.offered,
                opened: figures.opened,
                answered: figures.answered,
                dismissed: figures.dismissed,
            },
            created_at: entry.created_at.to_string(),
            updated_at: entry.updated_at.to_string(),
        }
    }
}
