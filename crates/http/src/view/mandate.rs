//! Views of mandates: people by what a viewer may see of them, and what is written without what is known of both.

use countersign_service::mandate::{MandateDetail, MandateDocument, MandateScope};
use countersign_types::audit::Actor;
use countersign_types::pii::Viewer;
use countersign_types::profile::Profile;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::case::ActorView;
use super::{Field, Lens};

/// One of the two people of a mandate.
#[derive(Debug, Serialize, ToSchema)]
pub struct MandatePersonView {
    /// The profile.
    #[schema(example = "pro_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Its short stable reference.
    #[schema(example = "C-1042")]
    pub reference: String,
    /// Its name.
    pub name: Option<String>,
}

/// A paper that a mandate rests on.
#[derive(Debug, Serialize, ToSchema)]
pub struct MandateDocumentView {
    /// What it is.
    pub title: String,
    /// Where it is found: a number of a register or of the company's archive.
    pub reference: Option<String>,
}

/// In which topics a mandate counts: `"all"`, or `{"topics": [key, …]}`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum MandateScopeView {
    /// In all, those included that are made later.
    All(AllTopics),
    /// In those named.
    Topics(NamedTopics),
}

/// In all topics.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AllTopics {
    /// Those included that are made later.
    All,
}

/// In some topics.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedTopics {
    /// Their keys.
    #[schema(min_items = 1, max_items = 50)]
    pub topics: Vec<String>,
}

impl From<MandateScope> for MandateScopeView {
    fn from(scope: MandateScope) -> Self {
        match scope {
            MandateScope::All => Self::All(AllTopics::All),
            MandateScope::Topics(topics) => {
                Self::Topics(NamedTopics { topics: topics.into_iter().collect() })
            }
        }
    }
}

impl From<MandateScopeView> for MandateScope {
    fn from(scope: MandateScopeView) -> Self {
        match scope {
            MandateScopeView::All(AllTopics::All) => Self::All,
            MandateScopeView::Topics(named) => Self::Topics(named.topics.into_iter().collect()),
        }
    }
}

/// A mandate: who may act for whom.
#[derive(Debug, Serialize, ToSchema)]
pub struct MandateView {
    /// Its id.
    #[schema(example = "mnd_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// `power_of_attorney`, `guardian`, `company_officer`, `executor` or `other`.
    #[schema(value_type = String, pattern = "^(power_of_attorney|guardian|company_officer|executor|other)$")]
    pub kind: &'static str,
    /// How it stands now.
    #[schema(value_type = String, pattern = "^(active|future|ended|revoked)$")]
    pub state: &'static str,
    /// Who acts.
    pub representative: MandatePersonView,
    /// For whom.
    pub represented: MandatePersonView,
    /// Which customer gave it; `null`: a court, a register or the law did.
    pub granted_by_id: Option<String>,
    /// In which topics.
    pub scope: MandateScopeView,
    /// From when on.
    #[schema(format = DateTime)]
    pub valid_from: String,
    /// Until when; this moment is outside.
    #[schema(format = DateTime)]
    pub valid_until: Option<String>,
    /// The papers it rests on.
    pub documents: Vec<MandateDocumentView>,
    /// What the team should know.
    pub note: Option<String>,
    /// From when on it is taken back.
    #[schema(format = DateTime)]
    pub revoked_at: Option<String>,
    /// Who took it back.
    pub revoked_by: Option<ActorView>,
    /// Why.
    pub revoke_reason: Option<String>,
    /// When it was entered.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Who entered it.
    pub created_by: ActorView,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// The names of the fields that you see masked.
    #[schema(value_type = Vec<String>)]
    pub masked: Vec<Field>,
}

impl MandateView {
    /// Renders a mandate for a viewer.
    pub fn of(detail: MandateDetail, viewer: Viewer) -> Self {
        let mut lens = Lens::new(viewer);
        let MandateDetail { mandate, state, representative, represented, content, known } = detail;
        let representative = person(&mut lens, "representative.name", &representative);
        let represented = person(&mut lens, "represented.name", &represented);
        let mut text = |name, value: Option<&_>| value.map(|value| lens.show_text(name, value, &known));
        let mut document = |document: &MandateDocument| MandateDocumentView {
            title: text("documents", Some(&document.title)).unwrap_or_default(),
            reference: text("documents", document.reference.as_ref()),
        };
        let documents = content.documents.iter().map(&mut document).collect();
        let note = text("note", content.note.as_ref());
        let revoke_reason = text("revoke_reason", content.revoke_reason.as_ref());
        Self {
            id: mandate.id.to_string(),
            kind: mandate.kind.as_str(),
            state: state.as_str(),
            representative,
            represented,
            granted_by_id: mandate.granted_by.map(|id| id.to_string()),
            scope: mandate.scope.into(),
            valid_from: mandate.valid_from.to_string(),
            valid_until: mandate.valid_until.map(|at| at.to_string()),
            documents,
            note,
            revoked_at: mandate.revoked_at.map(|at| at.to_string()),
            revoked_by: mandate.revoked_by.map(actor),
            revoke_reason,
            created_at: mandate.created_at.to_string(),
            created_by: actor(mandate.created_by),
            updated_at: mandate.updated_at.to_string(),
            masked: lens.masked(),
        }
    }
}

fn person(lens: &mut Lens, field: &'static str, profile: &Profile) -> MandatePersonView {
    MandatePersonView {
        id: profile.id.to_string(),
        reference: profile.reference(),
        name: lens.show_opt(field, profile.name.as_ref()),
    }
}

fn actor(actor: Actor) -> ActorView {
    ActorView { kind: actor.kind.as_str().to_owned(), id: actor.id, name: actor.name }
}
