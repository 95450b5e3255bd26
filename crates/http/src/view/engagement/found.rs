//! Who was found, who is locked.

use std::collections::BTreeMap;

use countersign_masking::render;
use countersign_service::engagement::{Found, Lock, LockList, SearchResults, Told};
use countersign_service::snapshot::Snapshot;
use countersign_types::attribute::AttributeLevel;
use countersign_types::pii::{Email, ExternalId, Name, Phone, Pii, Purpose, Viewer};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{EngagementPersonView, EngagementView, brief_view};
use crate::view::Lens;

/// One who was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementFoundView {
    /// Who.
    pub profile: EngagementPersonView,
    /// What the search shows of them. What is asked about is not shown: `•••` says that there is something.
    #[schema(value_type = std::collections::HashMap<String, Option<String>>)]
    pub fields: BTreeMap<String, Option<String>>,
    /// Whether the number or the account of whoever is speaking is theirs.
    pub is_candidate: bool,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementSearchResultsView {
    /// The engagement.
    pub engagement: EngagementView,
    /// Who was found, 50 at most.
    pub results: Vec<EngagementFoundView>,
    /// Whether there are more.
    pub is_truncated: bool,
}

/// What stands for a value that is asked about.
const HIDDEN: &str = "•••";

impl EngagementSearchResultsView {
    /// What was found, as its viewer may see it.
    pub fn of(found: &SearchResults, snapshot: &Snapshot) -> Self {
        let viewer = found.viewer;
        Self {
            engagement: EngagementView::of(&found.engagement, snapshot),
            results: found.results.iter().map(|one| found_view(one, &viewer, snapshot)).collect(),
            is_truncated: found.is_truncated,
        }
    }
}

fn found_view(found: &Found, viewer: &Viewer, snapshot: &Snapshot) -> EngagementFoundView {
    let mut lens = Lens::new(*viewer);
    let mut fields: BTreeMap<String, Option<String>> = BTreeMap::new();
    for (field, value) in &found.fields {
        let shown = value.as_ref().map(|value| {
            let plain = value.plain(Purpose::Render).to_owned();
            match field.as_str() {
                // A name is what everybody is hidden by until they were verified.
                "name" => render(&Pii::<Name>::new(plain), &Viewer::nobody()).text,
                "email" => lens.show("email", &Pii::<Email>::new(plain)),
                "phone" => lens.show("phone", &Pii::<Phone>::new(plain)),
                "external_id" => lens.show("external_id", &Pii::<ExternalId>::new(plain)),
                key => {
                    let definition = snapshot.attribute_by_key(AttributeLevel::Profile, key);
                    match lens.show_attribute(key, definition, Value::String(plain)) {
                        Value::String(text) => text,
                        other => other.to_string(),
                    }
                }
            }
        });
        fields.insert(field.clone(), shown);
    }
    fields.extend(found.hidden.iter().map(|field| (field.clone(), Some(HIDDEN.to_owned()))));
    EngagementFoundView {
        profile: brief_view(&found.profile, &Viewer::nobody()),
        fields,
        is_candidate: found.is_candidate,
    }
}

/// A customer who is locked.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationLockView {
    /// The customer.
    pub profile: EngagementPersonView,
    /// Until when.
    #[schema(format = DateTime)]
    pub locked_until: String,
    /// Failed sessions of the last day.
    pub failures: usize,
    /// Whether one more session is allowed at this moment.
    pub is_open: bool,
    /// Whether you may allow one: not who took a step in one of those that failed.
    pub may_override: bool,
    /// Why one was last allowed; details that are personal are left out of it.
    pub reason: Option<String>,
}

/// An agent whose sessions fail out of the ordinary.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationAlertView {
    /// Who.
    pub user_id: String,
    /// Their name, while they work here.
    pub name: Option<String>,
    /// Sessions of the last hour.
    pub sessions: u32,
    /// Those that failed.
    pub failed: u32,
    /// When it was noticed.
    #[schema(format = DateTime)]
    pub at: String,
}

/// Locks and alerts.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationLocksView {
    /// Customers who are locked.
    pub data: Vec<VerificationLockView>,
    /// Agents whose sessions fail out of the ordinary, of the last day.
    pub alerts: Vec<VerificationAlertView>,
}

impl VerificationLocksView {
    /// Locks as their viewer may see them.
    pub fn of(list: &LockList) -> Self {
        let lock = |lock: &Lock| VerificationLockView {
            profile: brief_view(&lock.profile, &list.viewer),
            locked_until: lock.until.to_string(),
            failures: lock.failures,
            is_open: lock.is_open,
            may_override: lock.may_override,
            reason: lock.reason.clone(),
        };
        let alert = |told: &Told| VerificationAlertView {
            user_id: told.user.to_string(),
            name: told.name.clone(),
            sessions: told.sessions,
            failed: told.failed,
            at: told.at.to_string(),
        };
        Self { data: list.locks.iter().map(lock).collect(), alerts: list.told.iter().map(alert).collect() }
    }
}
