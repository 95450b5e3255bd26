//! Views of topics, and of what the linter of verification finds. Nothing in them is about a customer.

use countersign_service::topic::TopicDetail;
use countersign_service::verification_policy::{Finding, Severity};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something wrong or doubtful about a policy or a topic.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationFindingView {
    /// `problem` (it cannot be used) or `warning`.
    #[schema(value_type = String, pattern = "^(problem|warning)$")]
    pub severity: &'static str,
    /// Where: a JSON pointer into the policy or the topic.
    #[schema(example = "/customer/required/0/bits")]
    pub pointer: String,
    /// A stable word for programs.
    #[schema(example = "too-weak")]
    pub code: &'static str,
    /// What and why.
    pub detail: String,
    /// What to do next.
    pub hint: String,
}

impl From<Finding> for VerificationFindingView {
    fn from(finding: Finding) -> Self {
        let severity = match finding.severity {
            Severity::Problem => "problem",
            Severity::Warning => "warning",
        };
        let Finding { pointer, code, detail, hint, .. } = finding;
        Self { severity, pointer, code, detail, hint }
    }
}

/// What the agent says.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TopicScriptView {
    /// To begin with.
    #[schema(max_length = 1000)]
    pub opening: Option<String>,
    /// When it may go on.
    #[schema(max_length = 1000)]
    pub proceed: Option<String>,
    /// When it may not.
    #[schema(max_length = 1000)]
    pub stop: Option<String>,
}

/// What comes after *proceed*.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TopicNextActionView {
    /// What it is called.
    #[schema(min_length = 1, max_length = 80)]
    pub label: String,
    /// The page of the company where it is done.
    #[schema(max_length = 2000, example = "https://bank.example/accounts")]
    pub url: Option<String>,
}

/// What a customer may want, and how sure the company has to be of them for that.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicView {
    /// Its id.
    #[schema(example = "top_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// The word that mandates and records name it by; never changes.
    #[schema(example = "balance")]
    pub key: String,
    /// Its name.
    pub name: String,
    /// Whether anything confidential is touched. If not, nobody is verified.
    pub is_confidential: bool,
    /// The least level that it may proceed with: `al2` or `al3`.
    #[schema(value_type = String, pattern = "^al[23]$", example = "al2")]
    pub minimum_level: &'static str,
    /// How customers are verified for it.
    pub policy_id: Option<String>,
    /// What the agent says.
    pub script: TopicScriptView,
    /// What comes after *proceed*.
    pub next_action: Option<TopicNextActionView>,
    /// Whether it can be chosen. Topics are switched off, never deleted.
    pub is_active: bool,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// What keeps it from working, with the policy that is in force; empty while it is switched off.
    pub problems: Vec<VerificationFindingView>,
}

impl From<TopicDetail> for TopicView {
    fn from(detail: TopicDetail) -> Self {
        let topic = detail.topic;
        Self {
            id: topic.id.to_string(),
            key: topic.key,
            name: topic.name,
            is_confidential: topic.is_confidential,
            minimum_level: topic.minimum_level.as_str(),
            policy_id: topic.policy.map(|id| id.to_string()),
            script: TopicScriptView {
                opening: topic.script.opening,
                proceed: topic.script.proceed,
                stop: topic.script.stop,
            },
            next_action: topic
                .next_action
                .map(|next| TopicNextActionView { label: next.label, url: next.url }),
            is_active: topic.is_active,
            created_at: topic.created_at.to_string(),
            updated_at: topic.updated_at.to_string(),
            problems: detail.problems.into_iter().map(Into::into).collect(),
        }
    }
}
