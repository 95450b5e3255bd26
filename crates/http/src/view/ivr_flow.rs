//! Views of flows of phone calls. Values of headers are in none.

use countersign_service::ivr_flow::{Finding, FlowDetail, FlowVersion, Severity};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A number whose callers hear a flow.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlowNumberView {
    /// Its id.
    pub id: String,
    /// E.164.
    pub number: String,
    /// Its name.
    pub name: String,
}

/// A flow, without its document.
#[derive(Debug, Serialize, ToSchema)]
pub struct IvrFlowRow {
    /// Its id.
    #[schema(example = "flow_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Its name.
    pub name: String,
    /// Counted up by each change of the draft.
    pub version: i64,
    /// The number of the published version that calls take; `null` before the first.
    pub published: Option<i64>,
    /// Whether the draft says something that is not published.
    pub is_changed: bool,
    /// How many nodes the draft has.
    pub node_count: usize,
    /// The numbers whose callers hear it.
    pub numbers: Vec<FlowNumberView>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When name or draft last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<&FlowDetail> for IvrFlowRow {
    fn from(detail: &FlowDetail) -> Self {
        let flow = &detail.flow;
        let number = |number: &countersign_types::phone_number::PhoneNumber| FlowNumberView {
            id: number.id.to_string(),
            number: number.number.clone(),
            name: number.name.clone(),
        };
        Self {
            id: flow.id.to_string(),
            name: flow.name.clone(),
            version: flow.version,
            published: flow.published,
            is_changed: flow.published_from != Some(flow.version),
            node_count: flow.draft["nodes"].as_object().map_or(0, serde_json::Map::len),
            numbers: detail.numbers.iter().map(number).collect(),
            created_at: flow.created_at.to_string(),
            updated_at: flow.updated_at.to_string(),
        }
    }
}

/// A flow with its draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct IvrFlowView {
    /// The flow.
    #[serde(flatten)]
    pub flow: IvrFlowRow,
    /// `{"start", "on_error"?, "nodes": {id: {"kind", …, "exits"}}}`; in place of the value of a header stands
    /// `"secret": true`, with its last four characters where it has twelve or more.
    #[schema(value_type = Object)]
    pub draft: Value,
}

impl From<FlowDetail> for IvrFlowView {
    fn from(detail: FlowDetail) -> Self {
        Self { flow: IvrFlowRow::from(&detail), draft: detail.flow.draft }
    }
}

/// Something wrong or doubtful about a flow.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlowFindingView {
    /// `problem` (it cannot be published) or `warning`.
    #[schema(value_type = String, pattern = "^(problem|warning)$")]
    pub severity: &'static str,
    /// Where: a JSON pointer into the flow.
    #[schema(example = "/nodes/ask/exits/failed")]
    pub pointer: String,
    /// The node it is about; `null`: the whole flow.
    pub node: Option<String>,
    /// The field of the node, or `exits.` and the exit; empty: the node as a whole.
    pub field: String,
    /// A stable word for programs.
    pub code: &'static str,
    /// What and why.
    pub detail: String,
    /// What to do next.
    pub hint: String,
}

impl From<Finding> for FlowFindingView {
    fn from(finding: Finding) -> Self {
        let severity = match finding.severity {
            Severity::Problem => "problem",
            Severity::Warning => "warning",
        };
        let pointer = finding.pointer();
        let Finding { node, field, code, sentence, hint, .. } = finding;
        Self { severity, pointer, node, field, code, detail: sentence, hint }
    }
}

/// What is wrong or doubtful about a draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlowFindingsView {
    /// Whether it can be published.
    pub is_publishable: bool,
    /// Problems and warnings.
    pub findings: Vec<FlowFindingView>,
}

impl From<Vec<Finding>> for FlowFindingsView {
    fn from(findings: Vec<Finding>) -> Self {
        let is_publishable = findings.iter().all(|finding| finding.severity != Severity::Problem);
        Self { is_publishable, findings: findings.into_iter().map(Into::into).collect() }
    }
}

/// A published version, without its document.
#[derive(Debug, Serialize, ToSchema)]
pub struct IvrFlowVersionRow {
    /// Its number, from 1.
    pub number: i64,
    /// When it was published.
    #[schema(format = DateTime)]
    pub at: String,
    /// Printed id of who published it.
    pub by_id: String,
    /// Their name at that time.
    pub by_name: String,
}

impl From<&FlowVersion> for IvrFlowVersionRow {
    fn from(version: &FlowVersion) -> Self {
        Self {
            number: version.number,
            at: version.at.to_string(),
            by_id: version.by_id.clone(),
            by_name: version.by_name.clone(),
        }
    }
}

/// A published version. It never changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct IvrFlowVersionView {
    /// The version.
    #[serde(flatten)]
    pub version: IvrFlowVersionRow,
    /// What it says, like a draft.
    #[schema(value_type = Object)]
    pub document: Value,
}

impl From<FlowVersion> for IvrFlowVersionView {
    fn from(version: FlowVersion) -> Self {
        Self { version: IvrFlowVersionRow::from(&version), document: version.body }
    }
}
