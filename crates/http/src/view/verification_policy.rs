//! Views of policies of guided verification. Nothing in them is about a customer.

use countersign_service::verification_policy::{PolicyCheck, PolicyDetail, PolicyVersion};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::topic::VerificationFindingView;

/// How hard a policy's questions are to guess in the worst draw, in bits. 20 are needed.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyStrengthView {
    /// The customer's.
    pub customer: u32,
    /// The representative's; `null`: nobody acts for others.
    pub representative: Option<u32>,
}

/// What a look at a policy finds.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyCheckView {
    /// Problems and warnings.
    pub findings: Vec<VerificationFindingView>,
    /// The strength of its questions; `null` where it is no policy.
    pub strength: Option<PolicyStrengthView>,
}

impl From<PolicyCheck> for PolicyCheckView {
    fn from(check: PolicyCheck) -> Self {
        Self {
            findings: check.findings.into_iter().map(Into::into).collect(),
            strength: check.strength.map(|strength| PolicyStrengthView {
                customer: strength.customer,
                representative: strength.representative,
            }),
        }
    }
}

/// A topic that names a policy.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyTopicView {
    /// Its id.
    pub topic_id: String,
    /// Its name.
    pub name: String,
}

/// Who published a version.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublisherView {
    /// Their printed id.
    pub id: String,
    /// Their name at that time.
    pub name: String,
}

/// A policy with its draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationPolicyView {
    /// Its id.
    #[schema(example = "vpol_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Its name, which stands in the draft.
    pub name: String,
    /// What it says, as `docs/VERIFICATION.md` describes it.
    #[schema(value_type = Object)]
    pub draft: Value,
    /// Counted up by each change of the draft.
    pub revision: i64,
    /// The number of the version that engagements take; `null` before the first.
    pub published_version: Option<u32>,
    /// Whether the draft says something that is not published.
    pub is_changed: bool,
    /// When that version was published.
    #[schema(format = DateTime)]
    pub published_at: Option<String>,
    /// Who published it.
    pub published_by: Option<PublisherView>,
    /// What is wrong or doubtful about the draft, and its strength.
    #[serde(flatten)]
    pub check: PolicyCheckView,
    /// The topics that customers are verified for by it.
    pub is_used_by: Vec<PolicyTopicView>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When the draft last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<PolicyDetail> for VerificationPolicyView {
    fn from(detail: PolicyDetail) -> Self {
        let (policy, version) = (detail.policy, detail.version);
        Self {
            id: policy.id.to_string(),
            name: policy.name,
            is_changed: policy.published_from != Some(policy.revision),
            draft: policy.draft,
            revision: policy.revision,
            published_version: policy.published,
            published_at: version.as_ref().map(|version| version.at.to_string()),
            published_by: version.map(|version| PublisherView { id: version.by_id, name: version.by_name }),
            check: detail.check.into(),
            is_used_by: detail
                .is_used_by
                .into_iter()
                .map(|(topic, name)| PolicyTopicView { topic_id: topic.to_string(), name })
                .collect(),
            created_at: policy.created_at.to_string(),
            updated_at: policy.updated_at.to_string(),
        }
    }
}

/// A published version, without what it says.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyVersionRow {
    /// Its number, from 1.
    pub number: u32,
    /// When it was published.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who published it.
    pub by: PublisherView,
    /// Codes of the linter's warnings that they put up with.
    pub acknowledged: Vec<String>,
}

impl From<&PolicyVersion> for PolicyVersionRow {
    fn from(version: &PolicyVersion) -> Self {
        Self {
            number: version.number,
            at: version.at.to_string(),
            by: PublisherView { id: version.by_id.clone(), name: version.by_name.clone() },
            acknowledged: version.acknowledged.clone(),
        }
    }
}

/// A published version. It never changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyVersionView {
    /// The version.
    #[serde(flatten)]
    pub version: PolicyVersionRow,
    /// What it says, like a draft.
    #[schema(value_type = Object)]
    pub policy: Value,
}

impl From<PolicyVersion> for PolicyVersionView {
    fn from(version: PolicyVersion) -> Self {
        Self { version: PolicyVersionRow::from(&version), policy: version.body }
    }
}
