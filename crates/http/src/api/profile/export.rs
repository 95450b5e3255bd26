//! `/v1/profiles/export`: customers as a file, each cell as the one who asks sees it (M-7).

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use countersign_service::profile::ProfileDetail;
use countersign_service::profile::export::{EXPORT_ROWS_MAX, ProfileExport};
use countersign_service::snapshot::Snapshot;
use countersign_types::Error;
use countersign_types::attribute::AttributeLevel;
use countersign_types::pii::{Class, Pii, Viewer};
use countersign_types::profile::{ProfileFilter, ProfileState};
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::csv;
use crate::extract::{Auth, Params, SameOrigin};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::profile::ProfileView;

/// Columns that every customer has, in their order.
const COLUMNS: &[&str] = &[
    "reference",
    "external_id",
    "name",
    "email",
    "phone",
    "language",
    "kind",
    "state",
    "assurance",
    "created_at",
    "updated_at",
    "last_seen_at",
    "id",
];
/// Those that come if nothing is said; with all attributes they are what an import reads.
const USUAL: &[&str] = &["reference", "external_id", "name", "email", "phone", "language", "kind"];

/// Which customers, and which columns.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportProfileParams {
    /// Columns, with commas between: `reference`, `external_id`, `name`, `email`, `phone`, `language`, `kind`, `state`,
    /// `assurance`, `created_at`, `updated_at`, `last_seen_at`, `id`, `attributes.<key>`. If nothing is said, the first
    /// seven and all attributes.
    columns: Option<String>,
    /// Whether the file begins with a byte order mark, by which Excel knows UTF-8. Yes, if nothing is said.
    bom: Option<bool>,
    /// Exactly this id of the company.
    external_id: Option<String>,
    /// Exactly this e-mail address, where it is proved.
    email: Option<String>,
    /// Exactly this phone, where it is proved.
    phone: Option<String>,
    /// As in the list of customers.
    q: Option<String>,
    /// `active` or `blocked`.
    #[param(value_type = Option<String>, pattern = "^(active|blocked)$")]
    state: Option<ProfileState>,
}

impl ExportProfileParams {
    fn filter(self) -> ProfileFilter {
        ProfileFilter {
            external_id: self.external_id.map(Pii::new),
            email: self.email.map(Pii::new),
            phone: self.phone.map(Pii::new),
            q: self.q.map(Pii::new),
            state: self.state,
            with_anonymous: false,
        }
    }
}

/// What an export would be.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportPreviewView {
    /// Customers in it; at most one more than a file holds.
    rows: i64,
    /// Customers that a file holds at most.
    rows_max: i64,
    /// The columns.
    columns: Vec<ExportColumnView>,
}

/// A column of an export.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportColumnView {
    /// Its name, the first line of the file.
    #[schema(example = "attributes.tariff")]
    name: String,
    /// What people call it, where the company defined it.
    label: Option<String>,
    /// Whether its values are masked for the one who asks.
    masked: bool,
    /// Whether it comes if no columns are named.
    usual: bool,
}

/// What an export would be: how many customers, which columns there are, and which are masked for the one who asks.
#[utoipa::path(get, path = "/v1/profiles/export/preview", tag = "profiles",
    operation_id = "preview_profile_export", security(("api_key" = []), ("session" = [])),
    params(ExportProfileParams), responses((status = 200, body = ExportPreviewView), Refusals))]
pub(super) async fn preview_profile_export(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(query): Params<ExportProfileParams>,
) -> Result<Json<ExportPreviewView>, Failure> {
    let rows = app.service.count_profile_export(&request, query.filter()).await?;
    let columns = every_column(&app.service.snapshot(), app.service.viewer(&request));
    Ok(Json(ExportPreviewView { rows, rows_max: EXPORT_ROWS_MAX, columns }))
}

/// Customers as CSV (RFC 4180), newest first, each cell masked as for the one who asks; itself a row in the audit log. No
/// cell is a formula: what a spreadsheet would take for one has an apostrophe before it, which an import takes off again.
#[utoipa::path(get, path = "/v1/profiles/export", tag = "profiles", operation_id = "export_profiles",
    security(("api_key" = []), ("session" = [])), params(ExportProfileParams),
    responses((status = 200, description = "The file", content((String = "text/csv"))), Refusals))]
pub(super) async fn export_profiles(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: SameOrigin,
    Params(query): Params<ExportProfileParams>,
) -> Result<Response, Failure> {
    let (snapshot, viewer) = (app.service.snapshot(), app.service.viewer(&request));
    let columns = chosen(query.columns.as_deref(), &every_column(&snapshot, viewer))?;
    let has_bom = query.bom.unwrap_or(true);
    let export = app.service.begin_profile_export(&request, query.filter(), columns.clone()).await?;
    let day = app.service.now().to_string();
    let disposition = format!("attachment; filename=\"customers-{}.csv\"", day.get(..10).unwrap_or_default());
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    let file = file(export, columns, has_bom, snapshot, viewer);
    Ok((head, axum::body::Body::from_stream(file)).into_response())
}

fn every_column(snapshot: &Snapshot, viewer: Viewer) -> Vec<ExportColumnView> {
    let own = COLUMNS.iter().map(|name| {
        let class = match *name {
            "name" => Some(Class::Name),
            "email" => Some(Class::Email),
            "phone" => Some(Class::Phone),
            "external_id" => Some(Class::ExternalId),
            _ => None,
        };
        let masked = class.is_some_and(|class| viewer.is_masked(class));
        ExportColumnView { name: (*name).to_owned(), label: None, masked, usual: USUAL.contains(name) }
    });
    let attributes = snapshot.attributes.iter().filter(|a| a.level == AttributeLevel::Profile);
    let attributes = attributes.map(|attribute| ExportColumnView {
        name: format!("attributes.{}", attribute.key),
        label: Some(attribute.label.clone()),
        masked: attribute.is_masked_for(&viewer),
        usual: true,
    });
    own.chain(attributes).collect()
}

/// The columns that were asked for, each known and named once.
fn chosen(wanted: Option<&str>, all: &[ExportColumnView]) -> Result<Vec<String>, Error> {
    let Some(wanted) = wanted else {
        return Ok(all.iter().filter(|column| column.usual).map(|column| column.name.clone()).collect());
    };
    let mut columns: Vec<String> = Vec::new();
    for name in wanted.split(',').map(str::trim) {
        if !all.iter().any(|column| column.name == name) {
            let detail = "One of these columns does not exist; `/v1/profiles/export/preview` lists them.";
            return Err(Error::invalid("columns", "unknown-column", detail));
        }
        if columns.iter().any(|known| known == name) {
            return Err(Error::invalid("columns", "duplicate", "A column is named twice."));
        }
        columns.push(name.to_owned());
    }
    Ok(columns)
}

/// The file in pieces. When reading fails midway the connection ends, so that nobody takes a part for the whole.
fn file(
    export: ProfileExport,
    columns: Vec<String>,
    has_bom: bool,
    snapshot: Arc<Snapshot>,
    viewer: Viewer,
) -> impl Stream<Item = Result<Bytes, Error>> + Send + 'static {
    stream::try_unfold((export, true), move |(mut export, is_first)| {
        let (columns, snapshot) = (columns.clone(), snapshot.clone());
        async move {
            if is_first {
                let mut out = if has_bom { csv::BOM.to_vec() } else { Vec::new() };
                out.extend(csv::lines(std::iter::once(columns))?);
                return Ok(Some((Bytes::from(out), (export, false))));
            }
            let found = export.next().await?;
            if found.is_empty() {
                return Ok(None);
            }
            let rows = found.iter().map(|detail| cells(detail, &columns, &snapshot, viewer));
            Ok(Some((Bytes::from(csv::lines(rows)?), (export, false))))
        }
    })
}

pub(in crate::api) fn cells(
    detail: &ProfileDetail,
    columns: &[String],
    snapshot: &Snapshot,
    viewer: Viewer,
) -> Vec<String> {
    let view = ProfileView::of(detail, snapshot, viewer);
    let cell = |column: &String| match column.as_str() {
        "reference" => view.reference.clone(),
        "external_id" => view.external_id.clone().unwrap_or_default(),
        "name" => view.name.clone().unwrap_or_default(),
        "email" => view.email.clone().unwrap_or_default(),
        "phone" => view.phone.clone().unwrap_or_default(),
        "language" => view.language.clone().unwrap_or_default(),
        "kind" => view.kind.to_owned(),
        "state" => view.state.to_owned(),
        "assurance" => view.assurance.to_owned(),
        "created_at" => view.created_at.clone(),
        "updated_at" => view.updated_at.clone(),
        "last_seen_at" => view.last_seen_at.clone().unwrap_or_default(),
        "id" => view.id.clone(),
        attribute => {
            let key = attribute.strip_prefix("attributes.").unwrap_or_default();
            match view.attributes.get(key) {
                None | Some(Value::Null) => String::new(),
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            }
        }
    };
    columns.iter().map(cell).collect()
}
