//! Views of suggestions that two customers are one.

use countersign_service::snapshot::Snapshot;
use countersign_service::unification::SuggestionDetail;
use countersign_types::merge::Reason;
use countersign_types::pii::Viewer;
use serde::Serialize;
use utoipa::ToSchema;

use super::profile::ProfileView;

/// Two customers that may be one.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestionView {
    /// Its id.
    #[schema(example = "sug_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// The one that would go on.
    pub into: ProfileView,
    /// The one that would stand behind it.
    pub from: ProfileView,
    /// The sum of the reasons' weights: how many times the odds double that the two are one person.
    #[schema(example = 13.9)]
    pub score: f64,
    /// Why, the weightiest first.
    pub reasons: Vec<ReasonView>,
    /// `open`, `later`, `accepted` or `not_the_same`.
    pub state: &'static str,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// One comparison.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonView {
    /// What was compared: `email`, `phone`, `name`, `birth_date`, `address`, `post_code`, `town`, `device`; or
    /// `colleague`, who says so.
    #[schema(example = "email")]
    pub what: String,
    /// How it came out: `same`, `variant`, `close`, `part`, `different`; or `says`.
    #[schema(example = "same")]
    pub level: String,
    /// Its weight.
    #[schema(example = 13.9)]
    pub weight: f64,
}

impl From<&Reason> for ReasonView {
    fn from(reason: &Reason) -> Self {
        Self { what: reason.what.clone(), level: reason.level.clone(), weight: reason.weight }
    }
}

impl SuggestionView {
    /// Renders a suggestion for a viewer.
    pub fn of(detail: &SuggestionDetail, snapshot: &Snapshot, viewer: Viewer) -> Self {
        let suggestion = &detail.suggestion;
        Self {
            id: suggestion.id.to_string(),
            into: ProfileView::of(&detail.into, snapshot, viewer),
            from: ProfileView::of(&detail.from, snapshot, viewer),
            score: suggestion.score,
            reasons: suggestion.reasons.iter().map(ReasonView::from).collect(),
            state: suggestion.state.as_str(),
            created_at: suggestion.created_at.to_string(),
        }
    }
}
