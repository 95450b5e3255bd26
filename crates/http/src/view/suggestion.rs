//! Views of suggestions that two customers are one.

use countersign_service::snapshot::Snapshot;
use countersign_service::unification::{Simulation, SuggestionDetail};
use countersign_types::merge::Reason;
use countersign_types::pii::Viewer;
use serde::Serialize;
use utoipa::ToSchema;

use super::merge::MergeView;
use super::profile::ProfileView;

/// Two customers that may be one.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestionView {
    /// Its id.
    #[schema(example = "sug_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// The one that would go on.
    pub into: ProfileView,
    /// The one that would stand behind it; where the suggestion was accepted, what it said before.
    pub from: ProfileView,
    /// The merge, where the suggestion was accepted: with it, it can be taken back.
    pub merge: Option<MergeView>,
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
            merge: detail.merge.clone().map(MergeView::from),
            score: suggestion.score,
            reasons: suggestion.reasons.iter().map(ReasonView::from).collect(),
            state: suggestion.state.as_str(),
            created_at: suggestion.created_at.to_string(),
        }
    }
}

/// What settings of unification would do to the customers that there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnificationSimulationView {
    /// Whether e-mail addresses join, in this simulation.
    pub email: bool,
    /// Whether phone numbers do.
    pub phone: bool,
    /// Customers that would become part of another.
    pub merges: usize,
    /// Pairs that share an address or a number and would be suggested to a person.
    pub suggestions: usize,
    /// Pairs that were weighed.
    pub pairs: usize,
    /// `false`: there are more pairs than one simulation weighs, so that the numbers are lower bounds.
    pub complete: bool,
    /// Some of the merges.
    pub examples: Vec<SimulatedMergeView>,
}

/// Two customers that would become one.
#[derive(Debug, Serialize, ToSchema)]
pub struct SimulatedMergeView {
    /// The one that would go on.
    pub into: ProfileView,
    /// The one that would stand behind it.
    pub from: ProfileView,
    /// `proved`: the same identifier is proved on both. `attested`: providers attest it on both.
    pub ground: &'static str,
}

impl UnificationSimulationView {
    /// Renders a simulation for a viewer.
    pub fn of(found: &Simulation, snapshot: &Snapshot, viewer: Viewer) -> Self {
        let examples = found.examples.iter().map(|example| SimulatedMergeView {
            into: ProfileView::of(&example.into, snapshot, viewer),
            from: ProfileView::of(&example.from, snapshot, viewer),
            ground: example.ground.as_str(),
        });
        Self {
            email: found.setting.email,
            phone: found.setting.phone,
            merges: found.merges,
            suggestions: found.suggestions,
            pairs: found.pairs,
            complete: found.is_complete,
            examples: examples.collect(),
        }
    }
}
