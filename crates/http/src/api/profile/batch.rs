//! `/v1/profiles/batch`: many customers in one call.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use countersign_service::profile::batch::{BatchRow, RowKey, RowOutcome, RowProblem};
use countersign_types::profile::{ProfileKind, ProfilePatch};
use countersign_types::{Error, ProfileId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::pii;
use crate::extract::{Auth, RowsBody, absent_or, row};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// Many customers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileBatchBody {
    /// Whether a row whose `external_id` nobody has adds a customer. Otherwise it fails.
    #[serde(default)]
    create_missing: bool,
    /// The rows, applied in their order; at most 2,000.
    #[schema(value_type = Vec<ProfileBatchRow>, min_items = 1, max_items = 2000)]
    rows: Vec<serde_json::Value>,
}

/// A row: one of `id`, `reference` or, alone, `external_id` says who it is about; the other fields are what they are
/// given. A field that is left out stays as it is; `null` clears it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileBatchRow {
    /// The customer's id.
    #[serde(default)]
    #[schema(example = "pro_01jd3k6q9we3t8v2c4x5z6b7n8")]
    id: Option<String>,
    /// The customer's reference.
    #[serde(default)]
    #[schema(example = "C-1042")]
    reference: Option<String>,
    /// The company's own id: who it is about or, beside `id` or `reference`, a change of it.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 200)]
    external_id: Option<Option<String>>,
    /// `person` or `organisation`.
    #[schema(value_type = Option<String>, pattern = "^(person|organisation)$")]
    kind: Option<ProfileKind>,
    /// Name.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 200)]
    name: Option<Option<String>>,
    /// E-mail address.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 254)]
    email: Option<Option<String>>,
    /// Phone; one without a country is of the workspace's default country.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 64)]
    phone: Option<Option<String>>,
    /// Language tag.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 35)]
    language: Option<Option<String>>,
    /// Attribute values by key.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    attributes: BTreeMap<String, serde_json::Value>,
}

impl TryFrom<ProfileBatchRow> for BatchRow {
    type Error = Error;

    fn try_from(row: ProfileBatchRow) -> Result<Self, Error> {
        let key = match (row.id, row.reference) {
            (Some(_), Some(_)) => {
                let detail = "Say by `id` or by `reference` who this is about, not by both.";
                return Err(Error::invalid("/reference", "too-many-keys", detail));
            }
            // One that is no id is "not found", like one that does not exist.
            (Some(id), None) => RowKey::Id(id.parse::<ProfileId>().map_err(|_| Error::NotFound("profile"))?),
            (None, Some(reference)) => RowKey::Reference(reference),
            (None, None) if matches!(row.external_id, Some(Some(_))) => RowKey::ExternalId,
            (None, None) => {
                let detail = "Say by `id`, `reference` or `external_id` who this is about.";
                return Err(Error::invalid("", "missing-key", detail));
            }
        };
        let patch = ProfilePatch {
            kind: row.kind,
            external_id: pii(row.external_id),
            name: pii(row.name),
            email: pii(row.email),
            phone: pii(row.phone),
            language: row.language,
            attributes: row.attributes,
        };
        Ok(Self { key, patch })
    }
}

/// What became of each row, in their order.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ProfileBatchView {
    /// Rows that added a customer.
    created: usize,
    /// Rows that changed one.
    updated: usize,
    /// Rows that say what is so already.
    unchanged: usize,
    /// Rows of which nothing was written.
    failed: usize,
    /// Each row.
    data: Vec<ProfileBatchResult>,
}

/// What became of a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileBatchResult {
    /// Its place in `rows`, from 0.
    index: usize,
    /// `created`, `updated`, `unchanged` or `failed`.
    outcome: &'static str,
    /// The customer; `null` where it failed.
    id: Option<String>,
    /// Why it failed.
    problem: Option<RowProblemView>,
}

/// Why nothing of a row was written.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowProblemView {
    /// The stable word for programs.
    #[schema(example = "invalid-request")]
    pub code: String,
    /// What happened, for a person.
    pub detail: String,
    /// What to do next.
    pub hint: String,
    /// The fields that were refused.
    pub errors: Vec<RowErrorView>,
}

/// A refused field of a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowErrorView {
    /// JSON Pointer into the row.
    #[schema(example = "/email")]
    pub pointer: String,
    /// The stable word for programs.
    pub code: String,
    /// The reason, for a person.
    pub detail: String,
}

impl From<RowProblem> for RowProblemView {
    fn from(problem: RowProblem) -> Self {
        let errors = problem.errors.into_iter();
        let errors = errors.map(|e| RowErrorView { pointer: e.pointer, code: e.code, detail: e.detail });
        Self { code: problem.code, detail: problem.detail, hint: problem.hint, errors: errors.collect() }
    }
}

impl From<Vec<RowOutcome>> for ProfileBatchView {
    fn from(outcomes: Vec<RowOutcome>) -> Self {
        let mut view = Self::default();
        for (index, outcome) in outcomes.into_iter().enumerate() {
            let (count, outcome, id, problem) = match outcome {
                RowOutcome::Created(id) => (&mut view.created, "created", Some(id), None),
                RowOutcome::Updated(id) => (&mut view.updated, "updated", Some(id), None),
                RowOutcome::Unchanged(id) => (&mut view.unchanged, "unchanged", Some(id), None),
                RowOutcome::Failed(problem) => (&mut view.failed, "failed", None, Some(problem.into())),
            };
            *count += 1;
            let id = id.map(|id| id.to_string());
            view.data.push(ProfileBatchResult { index, outcome, id, problem });
        }
        view
    }
}

/// Changes many customers, and adds those that are missing if asked to. Each row is what the single operation does and
/// fails for itself: the others are written. With an `Idempotency-Key` a call that was cut off goes on where it stopped.
#[utoipa::path(post, path = "/v1/profiles/batch", tag = "profiles", operation_id = "update_profiles",
    security(("api_key" = []), ("session" = [])), request_body = ProfileBatchBody,
    responses((status = 200, body = ProfileBatchView), Refusals))]
pub(super) async fn update_profiles(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    RowsBody(body): RowsBody<ProfileBatchBody>,
) -> Result<Json<ProfileBatchView>, Failure> {
    let read = |value| row::<ProfileBatchRow>(value).and_then(BatchRow::try_from);
    let rows = body.rows.into_iter().map(read).collect();
    let outcomes = app.service.update_profiles(&request, rows, body.create_missing).await?;
    Ok(Json(outcomes.into()))
}
