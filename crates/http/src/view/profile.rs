//! Views of profiles and of what stands around them.

use std::collections::BTreeMap;

use countersign_service::profile::{Look, ProfileDetail, ProfileIdentifier, TimelineLine};
use countersign_service::snapshot::Snapshot;
use countersign_service::visit::VisitLine;
use countersign_types::ProfileId;
use countersign_types::audit::Actor;
use countersign_types::event::EventKind;
use countersign_types::pii::{Purpose, Viewer};
use countersign_types::profile::{Claims, IdentifierValue, TimelineEntry};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::case::{ActorView, ChannelRef};
use super::visit_line::VisitLineView;
use super::{Field, Lens};

/// One person or organisation as the company knows them.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileView {
    /// Its id.
    #[schema(example = "pro_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Its short stable reference, for people to say to each other.
    #[schema(example = "C-1042")]
    pub reference: String,
    /// `person` or `organisation`.
    pub kind: &'static str,
    /// `active` or `blocked`.
    pub state: &'static str,
    /// Whether only a channel account is known.
    pub anonymous: bool,
    /// Name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone in E.164.
    pub phone: Option<String>,
    /// The company's own id.
    pub external_id: Option<String>,
    /// Language tag.
    pub language: Option<String>,
    /// Attribute values by key.
    #[schema(value_type = Object)]
    pub attributes: BTreeMap<String, Value>,
    /// Where each value came from, by key.
    pub attribute_sources: BTreeMap<String, AttributeSourceView>,
    /// What a channel or a page said without proof. It never overwrites and never merges.
    pub claims: ClaimsView,
    /// The highest level of the links that are live now.
    #[schema(example = "al3")]
    pub assurance: &'static str,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// When the person was last heard of.
    #[schema(format = DateTime)]
    pub last_seen_at: Option<String>,
    /// The customers that were merged into this one. Their ids and references stand for it from then on.
    pub merged: Vec<ProfileRefView>,
    /// Fields that this viewer sees masked; a name counts for the field and for the claim.
    #[schema(value_type = Vec<String>)]
    pub masked: Vec<Field>,
}

/// Where a value came from.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttributeSourceView {
    /// Whether the company itself said so.
    pub proved: bool,
    /// `api`, `agent`, `signed_widget`, `plain_widget` …
    pub source: String,
    /// When.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// What was said without proof.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimsView {
    /// A claimed name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A claimed e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A claimed phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl ClaimsView {
    fn of(lens: &mut Lens, claims: &Claims) -> Self {
        Self {
            name: claims.name.as_ref().map(|name| lens.show_chosen("name", name)),
            email: lens.show_opt("email", claims.email.as_ref()),
            phone: lens.show_opt("phone", claims.phone.as_ref()),
        }
    }
}

impl ProfileView {
    /// Renders a profile for a viewer.
    pub fn of(detail: &ProfileDetail, snapshot: &Snapshot, viewer: Viewer) -> Self {
        let mut lens = Lens::new(viewer);
        let profile = &detail.profile;
        let (mut attributes, mut attribute_sources) = (BTreeMap::new(), BTreeMap::new());
        for (id, entry) in &profile.attributes {
            // An attribute deleted a moment ago has no name any more.
            let Some(definition) = snapshot.attribute(*id) else { continue };
            let value = serde_json::from_str(entry.value.plain(Purpose::Render)).unwrap_or_default();
            attributes.insert(
                definition.key.clone(),
                lens.show_attribute(&definition.key, Some(definition), value),
            );
            let source = AttributeSourceView {
                proved: entry.is_proved,
                source: entry.source.clone(),
                updated_at: entry.updated_at.to_string(),
            };
            attribute_sources.insert(definition.key.clone(), source);
        }
        Self {
            id: profile.id.to_string(),
            reference: profile.reference(),
            kind: profile.kind.as_str(),
            state: profile.state.as_str(),
            anonymous: profile.is_anonymous,
            name: lens.show_opt("name", profile.name.as_ref()),
            email: lens.show_opt("email", profile.email.as_ref()),
            phone: lens.show_opt("phone", profile.phone.as_ref()),
            external_id: lens.show_opt("external_id", profile.external_id.as_ref()),
            language: profile.language.clone(),
            attributes,
            attribute_sources,
            claims: ClaimsView::of(&mut lens, &profile.claims),
            assurance: detail.assurance.as_str(),
            created_at: profile.created_at.to_string(),
            updated_at: profile.updated_at.to_string(),
            last_seen_at: profile.last_seen_at.map(|t| t.to_string()),
            merged: detail.merged.iter().map(|(id, number)| ProfileRefView::of(*id, *number)).collect(),
            masked: lens.masked(),
        }
    }
}

/// A profile, by nothing personal.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileRefView {
    /// Its id.
    #[schema(example = "pro_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Its short stable reference.
    #[schema(example = "C-1042")]
    pub reference: String,
}

impl ProfileRefView {
    /// Names a profile.
    pub fn of(id: ProfileId, number: i64) -> Self {
        Self { id: id.to_string(), reference: format!("C-{number}") }
    }
}

/// Something that points at a profile.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentifierView {
    /// Its id.
    pub id: String,
    /// `email`, `phone`, `external_id` or `channel_account`.
    pub kind: &'static str,
    /// The address, number or id.
    pub value: String,
    /// Whether it is proved; what is only claimed finds nobody.
    pub proved: bool,
    /// Who said so.
    pub source: String,
    /// When.
    #[schema(format = DateTime)]
    pub recorded_at: String,
    /// The channel of a channel account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelRef>,
    /// `value`, when this viewer sees it masked.
    #[schema(value_type = Vec<String>)]
    pub masked: Vec<Field>,
}

impl IdentifierView {
    /// Renders an identifier for a viewer.
    pub fn of(found: &ProfileIdentifier, viewer: Viewer) -> Self {
        let mut lens = Lens::new(viewer);
        match found {
            ProfileIdentifier::Own(own) => {
                let (kind, value) = match &own.value {
                    IdentifierValue::Email(value) => ("email", lens.show("value", value)),
                    IdentifierValue::Phone(value) => ("phone", lens.show("value", value)),
                    IdentifierValue::ExternalId(value) => ("external_id", lens.show("value", value)),
                };
                Self {
                    id: own.id.to_string(),
                    kind,
                    value,
                    proved: own.is_proved,
                    source: own.source.clone(),
                    recorded_at: own.recorded_at.to_string(),
                    channel: None,
                    masked: lens.masked(),
                }
            }
            ProfileIdentifier::Account { account, channel_name, channel_kind, is_proved } => Self {
                id: account.id.to_string(),
                kind: "channel_account",
                value: lens.show_chosen("value", &account.user_id),
                proved: *is_proved,
                source: "channel".to_owned(),
                recorded_at: account.created_at.to_string(),
                channel: Some(ChannelRef {
                    id: account.channel.to_string(),
                    name: channel_name.clone(),
                    kind: channel_kind.as_str(),
                }),
                masked: lens.masked(),
            },
        }
    }
}

/// A line of a profile's timeline.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineView {
    /// Its id.
    pub id: String,
    /// What happened, as in the catalogue of event types; `visit` for a visit of a website.
    #[schema(example = "link.created")]
    pub kind: &'static str,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// What happened, in one sentence.
    pub summary: String,
    /// Who did it.
    pub actor: ActorView,
    /// The case it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// The link it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// More, without personal data.
    #[schema(value_type = Object)]
    pub details: Value,
    /// The visit of a website that the line is, where its kind is `visit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visit: Option<VisitLineView>,
}

impl TimelineView {
    /// Renders a line.
    pub fn of(line: TimelineLine, snapshot: &Snapshot, viewer: Viewer) -> Self {
        match line {
            TimelineLine::Event(entry) => Self::of_event(&entry, snapshot),
            TimelineLine::Visit(line) => Self::of_visit(*line, viewer),
        }
    }

    fn of_visit(line: VisitLine, viewer: Viewer) -> Self {
        let row = &line.visit.row;
        let (site, pages) = (&line.visit.site_name, row.pages);
        Self {
            id: row.id.to_string(),
            kind: "visit",
            at: row.last_at.to_string(),
            summary: format!("Visited {site}: {pages} {}.", if pages == 1 { "page" } else { "pages" }),
            actor: ActorView { kind: "customer".to_owned(), id: String::new(), name: String::new() },
            case: None,
            link: None,
            details: serde_json::json!({}),
            visit: Some(VisitLineView::of(line, viewer)),
        }
    }

    fn of_event(entry: &TimelineEntry, snapshot: &Snapshot) -> Self {
        let event = &entry.event;
        Self {
            id: event.id.to_string(),
            kind: event.kind.as_str(),
            at: event.at.to_string(),
            summary: summary(entry, snapshot),
            actor: actor(&event.actor),
            case: event.case.map(|id| id.to_string()),
            link: event.link.map(|id| id.to_string()),
            details: event.details.clone(),
            visit: None,
        }
    }
}

fn actor(actor: &Actor) -> ActorView {
    ActorView { kind: actor.kind.as_str().to_owned(), id: actor.id.clone(), name: actor.name.clone() }
}

/// What happened, in one sentence without personal data.
fn summary(entry: &TimelineEntry, snapshot: &Snapshot) -> String {
    let details = &entry.event.details;
    let text = |key: &str| details.get(key).and_then(Value::as_str);
    let channel = text("channel")
        .and_then(|id| id.parse().ok())
        .and_then(|id| snapshot.channels.get(&id))
        .map(|entry| format!(" on {}", entry.channel.name))
        .unwrap_or_default();
    let level = entry.assurance.map(|level| format!(": {}", level.label())).unwrap_or_default();
    match entry.event.kind {
        EventKind::IdentificationSucceeded => format!("Identified{channel}{level}."),
        EventKind::IdentificationFailed => format!("Sent a code{channel} that was not accepted."),
        EventKind::CodeReuse => format!("A used code was sent again{channel}."),
        EventKind::CodeIssued => "An identification code was issued.".to_owned(),
        EventKind::CodeRevoked => "An identification code was taken back.".to_owned(),
        EventKind::LinkCreated => match text("method") {
            Some("agent_confirmed") => format!("An agent linked a channel account{level}."),
            _ => format!("A channel account was linked{level}."),
        },
        EventKind::LinkEnded => match text("reason") {
            Some("unlinked") => "A channel account was unlinked.".to_owned(),
            Some("undone") => "A link was taken back; what was before it stands again.".to_owned(),
            Some("superseded") => "A link ended: a newer proof took its place.".to_owned(),
            Some("expired") => "A link ended: its time was over.".to_owned(),
            _ => "A link ended.".to_owned(),
        },
        EventKind::ProfileCreated if entry.event.account.is_some() => "Wrote for the first time.".to_owned(),
        EventKind::ProfileCreated => "The customer was added.".to_owned(),
        EventKind::ProfileUpdated => match details.get("fields").and_then(Value::as_array) {
            Some(fields) => format!("Changed: {}.", names(fields, snapshot)),
            None => "The customer was changed.".to_owned(),
        },
        EventKind::ProfileDeleted => "The customer was deleted.".to_owned(),
        EventKind::ProfileBlocked => "The customer was blocked.".to_owned(),
        EventKind::ProfileUnblocked => "The customer was unblocked.".to_owned(),
        EventKind::ProfileMerged => "Another customer was merged into this one.".to_owned(),
        EventKind::EngagementOpened => "A guided conversation was opened.".to_owned(),
        EventKind::EngagementVerified => "Verified in a guided conversation.".to_owned(),
        EventKind::EngagementStopped => "A guided verification stopped.".to_owned(),
        EventKind::ProfileUnmerged => "A merge was taken back.".to_owned(),
        EventKind::MandateCreated => "A mandate was entered: somebody may act for them.".to_owned(),
        EventKind::MandateRevoked => "A mandate to act for them was revoked.".to_owned(),
        EventKind::CaseCreated => format!("A conversation began{channel}."),
        EventKind::CaseUpdated => "A conversation changed.".to_owned(),
        EventKind::ChatEnded => "The chat was ended.".to_owned(),
        EventKind::MessageCreated => "A message came.".to_owned(),
        EventKind::VisitIdentified => "A website said who it is.".to_owned(),
        EventKind::VisitEvent => "Something happened on a website.".to_owned(),
        EventKind::WebhookTest => "A webhook was tested.".to_owned(),
    }
}

/// The names of fields, as people say them.
fn names(fields: &[Value], snapshot: &Snapshot) -> String {
    let name = |field: &str| match field.strip_prefix("attributes.") {
        Some(key) => {
            let known = snapshot.attributes.iter().find(|attribute| attribute.key == key);
            known.map_or_else(|| key.to_owned(), |attribute| attribute.label.clone())
        }
        None => match field {
            "email" => "e-mail address".to_owned(),
            "external_id" => "external id".to_owned(),
            "claims" => "what is claimed".to_owned(),
            other => other.to_owned(),
        },
    };
    fields.iter().filter_map(Value::as_str).map(name).collect::<Vec<_>>().join(", ")
}

/// Somebody who looked at a profile.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookView {
    /// Who.
    pub actor: ActorView,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// At what.
    pub what: &'static str,
    /// The field of a masked value that was revealed to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Why they needed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl From<Look> for LookView {
    fn from(look: Look) -> Self {
        let text = |key: &str| look.details.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
        let field = text("field");
        let what = match (look.action.as_str(), &field) {
            ("privacy.export", _) => "Everything, made into a file",
            ("privacy.download", _) => "Everything, taken along as a file",
            (_, Some(_)) => "A masked value",
            (_, None) => "The customer's page or conversations",
        };
        Self { actor: actor(&look.actor), at: look.at.to_string(), what, field, reason: text("reason") }
    }
}
