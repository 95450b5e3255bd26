//! Views of engagements: how far a verification is, never what is right. Until somebody was verified their name is hidden
//! from everybody here, whoever looks: what is asked about must not stand beside the question (V-1).

mod found;
mod record;
mod verification;

use std::collections::BTreeMap;

use countersign_masking::{Known, render};
use countersign_service::engagement::{Brief, EngagementDetail, Judge, PassedBy, Question, Role, StopClass};
use countersign_service::snapshot::Snapshot;
use countersign_types::attribute::AttributeLevel;
use countersign_types::engagement::AttendeeSource;
use countersign_types::pii::{Email, FreeText, Name, Phone, Pii, Purpose, Viewer};
use countersign_types::{Assurance, ProfileId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

pub use found::{EngagementSearchResultsView, VerificationLocksView};
pub use record::{EngagementRecordView, page};
pub use verification::EngagementVerificationView;

use super::{Field, Lens};
use verification::verification;

/// A customer, as far as they are shown here.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EngagementPersonView {
    /// The customer.
    pub id: String,
    /// The short stable reference; nothing once they were erased.
    #[schema(example = "C-1042")]
    pub reference: Option<String>,
    /// The name; masked for everybody until they were verified.
    pub name: Option<String>,
}

/// Who opened an engagement.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementOwnerView {
    /// A person or an API key.
    pub id: String,
    /// Their name at that time.
    pub name: String,
}

/// Who began the conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct InitiatingAttendeeView {
    /// The customer, if it is one.
    pub profile: Option<EngagementPersonView>,
    /// How that is known: `by_hand`, `number`, `account`, `lead` or `verified`.
    #[schema(value_type = String, pattern = "^(by_hand|number|account|lead|verified)$")]
    pub source: &'static str,
    /// How sure that is.
    #[schema(value_type = String, pattern = "^al[0-3]$")]
    pub assurance: &'static str,
    /// Of somebody new: their name.
    pub lead_name: Option<String>,
    /// Their number.
    pub lead_phone: Option<String>,
    /// Their address.
    pub lead_email: Option<String>,
}

/// Somebody who takes part.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementAttendeeView {
    /// `self`, or `on_behalf` of somebody else.
    #[schema(value_type = String, pattern = "^(self|on_behalf)$")]
    pub role: &'static str,
    /// Who; nothing while that is not known.
    pub profile: Option<EngagementPersonView>,
    /// Whether a code or a signed session showed it.
    pub is_authenticated: bool,
    /// When.
    #[schema(format = DateTime)]
    pub authenticated_at: Option<String>,
    /// Whether they were verified.
    pub is_verified: bool,
    /// When.
    #[schema(format = DateTime)]
    pub verified_at: Option<String>,
}

/// A topic that was chosen.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementTopicView {
    /// Which.
    pub topic_id: String,
    /// Its name at that time.
    pub name: String,
    /// Whom it is about, once that is known.
    pub related_person: Option<EngagementPersonView>,
    /// What is done in it.
    #[schema(value_type = String, pattern = "^verification$")]
    pub process: &'static str,
    /// `initiated`, `completed`, `failed` or `cancelled`.
    #[schema(value_type = String, pattern = "^(initiated|completed|failed|cancelled)$")]
    pub status: &'static str,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// When it was chosen.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// When it ended.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
}

/// An engagement in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementLineView {
    /// Its id.
    #[schema(example = "eng_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// How people talk: `in_person`, `voice`, `video`, `chat`, or a word of your own.
    pub channel: String,
    /// `inbound` or `outbound`.
    #[schema(value_type = String, pattern = "^(inbound|outbound)$")]
    pub r#type: &'static str,
    /// `new`, `in_progress` or `completed`.
    #[schema(value_type = String, pattern = "^(new|in_progress|completed)$")]
    pub status: &'static str,
    /// `proceed`, `stop` or `not_needed`, once it came out.
    #[schema(value_type = Option<String>, pattern = "^(proceed|stop|not_needed)$")]
    pub result: Option<&'static str>,
    /// What it is about, in a colleague's words.
    pub reason: Option<String>,
    /// How the customer felt.
    pub sentiment: Option<String>,
    /// Notes.
    pub notes: Option<String>,
    /// Fields of your own.
    pub custom: BTreeMap<String, String>,
    /// The conversation that it belongs to.
    pub case_id: Option<String>,
    /// The call that it belongs to.
    pub call_id: Option<String>,
    /// Who opened it.
    pub owner: EngagementOwnerView,
    /// When the conversation began.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// When it ended.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// How long it took, seconds.
    pub duration_secs: Option<i64>,
    /// Who began it.
    pub initiating_attendee: Option<InitiatingAttendeeView>,
    /// Who takes part.
    pub attendees: Vec<EngagementAttendeeView>,
    /// What it is about, in turn.
    pub topics: Vec<EngagementTopicView>,
    /// The fields that you see masked.
    #[schema(value_type = Vec<String>)]
    pub masked: Vec<Field>,
}

/// An engagement.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementView {
    /// What stands in lists too.
    #[serde(flatten)]
    pub line: EngagementLineView,
    /// Who may be speaking: holders of the number that rings, whose account it is. That proves nothing.
    pub candidates: Vec<EngagementPersonView>,
    /// The verification.
    pub verification: EngagementVerificationView,
}

pub(super) fn person(
    people: &BTreeMap<ProfileId, Brief>,
    id: ProfileId,
    viewer: &Viewer,
) -> EngagementPersonView {
    match people.get(&id) {
        Some(brief) => brief_view(brief, viewer),
        None => EngagementPersonView { id: id.to_string(), reference: None, name: None },
    }
}

fn brief_view(brief: &Brief, viewer: &Viewer) -> EngagementPersonView {
    EngagementPersonView {
        id: brief.id.to_string(),
        reference: Some(brief.reference.clone()),
        name: brief.name.as_ref().map(|name| render::<Name>(name, viewer).text),
    }
}

pub(super) const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Representative => "representative",
        Role::Customer => "customer",
    }
}

pub(super) const fn class_word(class: StopClass) -> &'static str {
    match class {
        StopClass::NotVerified => "not_verified",
        StopClass::NotAuthorised => "not_authorised",
        StopClass::Locked => "locked",
        StopClass::Expired => "expired",
        StopClass::Ended => "ended",
    }
}

pub(super) fn judge_word(question: &Question) -> &'static str {
    match (&question.look_up, question.judge) {
        (Some(_), _) => "look_up",
        (None, Judge::Agent) => "agent",
        (None, Judge::Server) => "server",
    }
}

/// What people call a field.
pub(super) fn label(field: &str, snapshot: &Snapshot) -> String {
    match snapshot.attribute_by_key(AttributeLevel::Profile, field) {
        Some(attribute) => attribute.label.clone(),
        None => field.to_owned(),
    }
}

/// For whom a party's name is rendered: for nobody, until they were verified.
pub(super) fn viewer_of(detail: &EngagementDetail, role: Role) -> Viewer {
    match detail.kept.core.party(role).pass() {
        Some(_) => detail.viewer,
        None => Viewer::nobody(),
    }
}

fn party_person(detail: &EngagementDetail, role: Role) -> Option<EngagementPersonView> {
    let id = detail.kept.core.party(role).profile()?;
    Some(person(&detail.people, id, &viewer_of(detail, role)))
}

fn initiating(detail: &EngagementDetail) -> Option<InitiatingAttendeeView> {
    let source = detail.engagement.attendee_source?;
    let is_verified = source == AttendeeSource::Verified;
    let viewer = if is_verified { detail.viewer } else { Viewer::nobody() };
    let level = if is_verified { detail.level(detail.speaker()).max(Assurance::Al1) } else { Assurance::Al1 };
    let (lead, seen) = (&detail.texts.lead, detail.viewer);
    let plain = |text: &Pii<FreeText>| text.plain(Purpose::Render).to_owned();
    Some(InitiatingAttendeeView {
        profile: detail.engagement.attendee.map(|id| person(&detail.people, id, &viewer)),
        source: source.as_str(),
        assurance: if source == AttendeeSource::Lead { Assurance::Al0 } else { level }.as_str(),
        lead_name: lead.name.as_ref().map(|text| render(&Pii::<Name>::new(plain(text)), &seen).text),
        lead_phone: lead.phone.as_ref().map(|text| render(&Pii::<Phone>::new(plain(text)), &seen).text),
        lead_email: lead.email.as_ref().map(|text| render(&Pii::<Email>::new(plain(text)), &seen).text),
    })
}

fn attendees(detail: &EngagementDetail) -> Vec<EngagementAttendeeView> {
    let (core, role) = (&detail.kept.core, detail.speaker());
    let pass = core.party(role).pass();
    let passed_by = |by: PassedBy| pass.filter(|pass| pass.by == by).map(|pass| pass.at.to_string());
    let profile = party_person(detail, role).or_else(|| {
        let attendee = detail.engagement.attendee?;
        Some(person(&detail.people, attendee, &Viewer::nobody()))
    });
    let authenticated_at = passed_by(PassedBy::StrongEvidence);
    vec![EngagementAttendeeView {
        role: if role == Role::Representative { "on_behalf" } else { "self" },
        profile,
        is_authenticated: authenticated_at.is_some(),
        authenticated_at,
        is_verified: pass.is_some(),
        verified_at: pass.map(|pass| pass.at.to_string()),
    }]
}

impl EngagementLineView {
    /// What a list shows of one.
    pub fn of(detail: &EngagementDetail) -> Self {
        let (engagement, texts) = (&detail.engagement, &detail.texts);
        let mut lens = Lens::new(detail.viewer);
        let known = Known::default();
        let mut text = |name: &'static str, text: Option<&Pii<FreeText>>| {
            text.map(|text| lens.show_text(name, text, &known))
        };
        let (reason, sentiment) =
            (text("reason", texts.reason.as_ref()), text("sentiment", texts.sentiment.as_ref()));
        let notes = text("notes", texts.notes.as_ref());
        let custom = texts
            .custom
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), text("custom", Some(value))?)))
            .collect();
        let topics = detail.kept.topics.iter().enumerate().map(|(n, told)| EngagementTopicView {
            topic_id: told.topic.to_string(),
            name: told.name.clone(),
            related_person: if n + 1 == detail.kept.topics.len() {
                party_person(detail, Role::Customer)
            } else {
                None
            },
            process: "verification",
            status: told.status.as_str(),
            failure_reason: told.failure_reason.clone(),
            started_at: told.started_at.to_string(),
            ended_at: told.ended_at.map(|at| at.to_string()),
        });
        let secs = |ended: Timestamp| ended.since(engagement.started_at).max(0) / 1_000_000;
        Self {
            id: engagement.id.to_string(),
            channel: engagement.channel.clone(),
            r#type: engagement.direction.as_str(),
            status: engagement.status.as_str(),
            result: engagement.outcome.map(|outcome| outcome.as_str()),
            reason,
            sentiment,
            notes,
            custom,
            case_id: engagement.case.map(|id| id.to_string()),
            call_id: engagement.call.map(|id| id.to_string()),
            owner: EngagementOwnerView {
                id: engagement.owner.id.clone(),
                name: engagement.owner.name.clone(),
            },
            started_at: engagement.started_at.to_string(),
            ended_at: engagement.ended_at.map(|at| at.to_string()),
            duration_secs: engagement.ended_at.map(secs),
            initiating_attendee: initiating(detail),
            attendees: attendees(detail),
            topics: topics.collect(),
            masked: lens.masked(),
        }
    }
}

impl EngagementView {
    /// An engagement as its viewer may see it.
    pub fn of(detail: &EngagementDetail, snapshot: &Snapshot) -> Self {
        let candidates = detail.candidates.iter();
        Self {
            line: EngagementLineView::of(detail),
            candidates: candidates.map(|id| person(&detail.people, *id, &Viewer::nobody())).collect(),
            verification: verification(detail, snapshot),
        }
    }
}
