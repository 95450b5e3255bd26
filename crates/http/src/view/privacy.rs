//! Views of requests, holds, what an erasure would take, and the record of processing.

pub mod html;

use countersign_service::privacy::erasure::ErasurePreview;
use countersign_service::privacy::record::{MEASURES, PrivacyRecord};
use countersign_service::privacy::{PrivacyOfProfile, RetentionOf};
use countersign_types::Timestamp;
use countersign_types::audit::Actor;
use countersign_types::privacy::registry::{Entry, Erased, Exported};
use countersign_types::privacy::{ErasedIdentifier, Hold, PrivacyRequest};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::case::ActorView;
use super::profile::ProfileRefView;

/// What a person asked for about their own data.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrivacyRequestView {
    /// Its id.
    #[schema(example = "prq_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// `export` or `erasure`.
    pub kind: &'static str,
    /// `open`, `making`, `ready`, `done`, `refused`, `expired`, `destroyed` or `failed`.
    pub state: &'static str,
    /// Of whom; stays when they are erased.
    pub profile: ProfileRefView,
    /// Why, in the words of whoever put it on record.
    pub reason: String,
    /// Who put it on record.
    pub actor: ActorView,
    /// When the person asked.
    #[schema(format = DateTime)]
    pub received_at: String,
    /// Until when they have to be answered: one month (Art. 12 (3) GDPR).
    #[schema(format = DateTime)]
    pub due_at: String,
    /// Whether that moment is over and nobody answered.
    pub overdue: bool,
    /// When it was put on record.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was answered.
    #[schema(format = DateTime)]
    pub done_at: Option<String>,
    /// How it was answered, where that has to be said.
    pub answer: Option<String>,
    /// Until when the file is here.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// Bytes of the file.
    pub size_bytes: i64,
    /// How much of what is in the file, or went.
    #[schema(value_type = Object)]
    pub counts: Value,
}

fn actor(actor: Actor) -> ActorView {
    ActorView { kind: actor.kind.as_str().to_owned(), id: actor.id, name: actor.name }
}

impl PrivacyRequestView {
    /// Renders a request at this moment.
    pub fn of(request: PrivacyRequest, now: Timestamp) -> Self {
        Self {
            id: request.id.to_string(),
            kind: request.kind.as_str(),
            state: request.state.as_str(),
            profile: ProfileRefView::of(request.profile, request.number),
            reason: request.reason,
            actor: actor(request.actor),
            received_at: request.received_at.to_string(),
            due_at: request.due_at.to_string(),
            overdue: request.state.is_open() && now > request.due_at,
            created_at: request.created_at.to_string(),
            done_at: request.done_at.map(|t| t.to_string()),
            answer: request.answer,
            expires_at: request.expires_at.map(|t| t.to_string()),
            size_bytes: request.size_bytes,
            counts: Value::Object(request.counts),
        }
    }
}

/// That nothing of a customer may go.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoldView {
    /// Why.
    pub reason: String,
    /// Until when; `null` until somebody lifts it.
    #[schema(format = DateTime)]
    pub until: Option<String>,
    /// Who placed it.
    pub actor: ActorView,
    /// When.
    #[schema(format = DateTime)]
    pub placed_at: String,
}

impl From<Hold> for HoldView {
    fn from(hold: Hold) -> Self {
        Self {
            reason: hold.reason,
            until: hold.until.map(|t| t.to_string()),
            actor: actor(hold.actor),
            placed_at: hold.placed_at.to_string(),
        }
    }
}

/// A customer who is on hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldCustomerView {
    /// Who.
    pub profile: ProfileRefView,
    /// The hold.
    pub hold: HoldView,
}

impl HeldCustomerView {
    /// Renders a hold with whom it keeps.
    pub fn of((hold, number): (Hold, i64)) -> Self {
        Self { profile: ProfileRefView::of(hold.profile, number), hold: hold.into() }
    }
}

/// An identifier that somebody had who was erased.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasedBeforeView {
    /// `email`, `phone` or `external_id`.
    pub kind: &'static str,
    /// When its owner was erased.
    #[schema(format = DateTime)]
    pub erased_at: String,
}

impl From<ErasedIdentifier> for ErasedBeforeView {
    fn from(erased: ErasedIdentifier) -> Self {
        Self { kind: erased.kind.as_str(), erased_at: erased.erased_at.to_string() }
    }
}

/// What stands around a customer's privacy.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfilePrivacyView {
    /// The hold that is in force.
    pub hold: Option<HoldView>,
    /// Identifiers that somebody had who was erased: they came back by themselves, or a file brought them.
    pub erased_before: Vec<ErasedBeforeView>,
    /// What was asked for about them, newest first.
    pub requests: Vec<PrivacyRequestView>,
}

impl ProfilePrivacyView {
    /// Renders it at this moment.
    pub fn of(of: PrivacyOfProfile, now: Timestamp) -> Self {
        Self {
            hold: of.hold.map(Into::into),
            erased_before: of.erased_before.into_iter().map(Into::into).collect(),
            requests: of.requests.into_iter().map(|r| PrivacyRequestView::of(r, now)).collect(),
        }
    }
}

/// What an erasure would take, and what would stay.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasurePreviewView {
    /// The customer.
    pub profile: ProfileRefView,
    /// The hold that forbids it.
    pub hold: Option<HoldView>,
    /// What would go.
    pub goes: Vec<GoesView>,
    /// What would stay.
    pub stays: Vec<StaysView>,
    /// Accounts that were linked here once and stand under somebody else now: they stay there.
    pub accounts_elsewhere: i64,
}

/// Something that would go.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoesView {
    /// Its word in the registry.
    pub name: &'static str,
    /// What it is.
    pub what: &'static str,
    /// How many rows there are of it.
    pub count: i64,
}

/// Something that would stay.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaysView {
    /// Its word in the registry.
    pub name: &'static str,
    /// What it is.
    pub what: &'static str,
    /// Why.
    pub why: &'static str,
}

impl From<ErasurePreview> for ErasurePreviewView {
    fn from(preview: ErasurePreview) -> Self {
        let goes = preview.goes.into_iter();
        let stays = preview.stays.into_iter();
        Self {
            profile: ProfileRefView::of(preview.profile, preview.number),
            hold: preview.hold.map(Into::into),
            goes: goes.map(|(e, count)| GoesView { name: e.name, what: e.what, count }).collect(),
            stays: stays.map(|(e, why)| StaysView { name: e.name, what: e.what, why }).collect(),
            accounts_elsewhere: preview.accounts_elsewhere,
        }
    }
}

/// The record of processing (Art. 30 GDPR).
#[derive(Debug, Serialize, ToSchema)]
pub struct PrivacyRecordView {
    /// Who decides about the data: the workspace.
    pub controller: String,
    /// When it was made.
    #[schema(format = DateTime)]
    pub made_at: String,
    /// Each place where personal data lies.
    pub entries: Vec<RegistryEntryView>,
    /// Where data goes.
    pub recipients: Vec<RecipientView>,
    /// How it is protected.
    pub measures: Vec<&'static str>,
}

/// A place where personal data lies.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegistryEntryView {
    /// Its word.
    pub name: &'static str,
    /// What it is.
    pub what: &'static str,
    /// `customer` or `team`.
    pub whose: &'static str,
    /// What for.
    pub purpose: &'static str,
    /// Tables and columns.
    pub places: Vec<String>,
    /// For how long.
    pub kept: String,
    /// What erasing the customer does with it.
    pub erased: String,
    /// What exporting the customer does with it.
    pub exported: String,
}

impl RegistryEntryView {
    fn of(entry: &Entry, kept: String) -> Self {
        let columns = |(table, columns): &(&str, &[&str])| {
            columns.iter().map(|column| format!("{table}.{column}")).collect::<Vec<_>>()
        };
        Self {
            name: entry.name,
            what: entry.what,
            whose: entry.whose.as_str(),
            purpose: entry.purpose,
            places: entry.places.iter().flat_map(columns).collect(),
            kept,
            erased: match entry.erased {
                Erased::Deleted => "Deleted, with the key of what is sealed.".to_owned(),
                Erased::Stays(why) => format!("Stays. {why}"),
                Erased::NotTheirs => "Not about customers.".to_owned(),
            },
            exported: match entry.exported {
                Exported::In(section) => format!("In the part `{}`.", section.as_str()),
                Exported::No(why) => format!("Left out. {why}"),
            },
        }
    }
}

/// Somebody to whom personal data goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecipientView {
    /// `channel` or `webhook`.
    pub kind: &'static str,
    /// Its name or description.
    pub name: String,
    /// A channel's kind, or the host of a webhook.
    pub host: String,
    /// What goes there.
    pub what: &'static str,
}

impl From<PrivacyRecord> for PrivacyRecordView {
    fn from(record: PrivacyRecord) -> Self {
        let recipients = record.recipients.into_iter();
        Self {
            controller: record.controller,
            made_at: record.made_at.to_string(),
            entries: record.entries.into_iter().map(|(e, kept)| RegistryEntryView::of(e, kept)).collect(),
            recipients: recipients
                .map(|r| RecipientView { kind: r.kind, name: r.name, host: r.host, what: r.what })
                .collect(),
            measures: MEASURES.to_vec(),
        }
    }
}

impl PrivacyRecordView {
    /// As rows of a table: the places, then the recipients, then the measures.
    pub fn rows(self) -> Vec<Vec<String>> {
        let head = ["part", "name", "what", "whose", "purpose", "places", "kept", "erased", "exported"];
        let line = |cells: [&str; 9]| cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        let mut rows = vec![line(head)];
        rows.push(line(["controller", &self.controller, &self.made_at, "", "", "", "", "", ""]));
        for e in self.entries {
            let places = e.places.join(" ");
            let cells =
                ["place", e.name, e.what, e.whose, e.purpose, &places, &e.kept, &e.erased, &e.exported];
            rows.push(line(cells));
        }
        for r in self.recipients {
            rows.push(line(["recipient", &r.name, r.what, r.kind, "", &r.host, "", "", ""]));
        }
        for measure in self.measures {
            rows.push(line(["measure", "", measure, "", "", "", "", "", ""]));
        }
        rows
    }
}

/// How long things are kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionView {
    /// Conversations that are not open, after the last message, days; 0: for ever.
    pub conversation_days: u32,
    /// Events of timelines, days; 0: for ever.
    pub event_days: u32,
    /// Visits of websites after their last event, days; 0: for ever.
    pub visit_days: u32,
    /// Engagements that came out, after their last change, days; 0: for ever.
    pub engagement_days: u32,
    /// Files of exports, hours.
    pub export_hours: u32,
    /// Hashes of what erased people were found by, days; 0: for ever.
    pub erased_identifier_days: u32,
    /// Records of codes after their time is over, hours; set in the configuration.
    pub code_hours: i64,
    /// Finished deliveries, days; set in the configuration.
    pub delivery_days: i64,
}

impl From<RetentionOf> for RetentionView {
    fn from(of: RetentionOf) -> Self {
        Self {
            conversation_days: of.set.conversation_days,
            event_days: of.set.event_days,
            visit_days: of.set.visit_days,
            engagement_days: of.set.engagement_days,
            export_hours: of.set.export_hours,
            erased_identifier_days: of.set.erased_identifier_days,
            code_hours: of.code_hours,
            delivery_days: of.delivery_days,
        }
    }
}
