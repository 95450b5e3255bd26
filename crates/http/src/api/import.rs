//! `/v1/profile-imports`: customers from a file, looked at first and then written.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use countersign_service::Service;
use countersign_service::import::{CLEAR, FAILURES_PAGE, FIELDS, ImportRow};
use countersign_service::snapshot::Snapshot;
use countersign_types::attribute::AttributeLevel;
use countersign_types::import::{Import, ImportAbout, ImportError, ImportFailure};
use countersign_types::pii::Viewer;
use countersign_types::{Error, ImportId};
use futures_util::stream;
use http_body_util::BodyExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::attachment::FileName;
use super::profile::export::cells;
use super::user::PageParams;
use crate::csv;
use crate::cursor::List;
use crate::extract::{Auth, Body, Id, NoParams, Params, SameOrigin};
use crate::json::Json;
use crate::middleware::broken_body;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::case::ActorView;
use crate::view::privacy::ErasedBeforeView;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_imports, upload_import))
        .routes(routes!(get_import))
        .routes(routes!(preview_import))
        .routes(routes!(list_import_rows))
        .routes(routes!(list_import_failures))
        .routes(routes!(export_import_failures))
        .routes(routes!(apply_import))
        .routes(routes!(cancel_import))
}

/// Customers from a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportView {
    /// Its id.
    #[schema(example = "imp_01jd3k6q9we3t8v2c4x5z6b7n8")]
    id: String,
    /// `ready`, `previewing`, `previewed`, `running`, `done`, `cancelled` or `expired`.
    state: &'static str,
    /// Who brought it.
    actor: ActorView,
    /// The file, for whoever brought it, as long as it is here.
    file: Option<ImportFileView>,
    /// Rows, without the first line.
    rows: i64,
    /// Rows that were gone through, in the preview or in the writing.
    progress: i64,
    /// Customers added, or that would be.
    created: i64,
    /// Customers changed, or that would be.
    updated: i64,
    /// Rows that say what is so already.
    unchanged: i64,
    /// Rows of which nothing is written.
    failed: i64,
    /// Rows that bring an address, a number or an id of somebody who was erased.
    warned: i64,
    /// When it was brought.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    updated_at: String,
}

/// What a file is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportFileView {
    /// Its name.
    name: String,
    /// Bytes.
    size_bytes: i64,
    /// `utf-8`, `utf-16` or `windows-1252`.
    encoding: String,
    /// What stands between its cells.
    separator: String,
    /// Its columns.
    columns: Vec<ImportColumnView>,
    /// The fields that a column can be.
    fields: Vec<ImportFieldView>,
    /// Whether rows whose external id nobody has add a customer; `null` until it was said.
    create_missing: Option<bool>,
    /// What a cell says to clear its field. An empty cell leaves it alone.
    clear_word: &'static str,
}

/// A column of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportColumnView {
    /// As the first line calls it.
    name: String,
    /// What stands in the first rows.
    samples: Vec<String>,
    /// The field it is, or most likely is; `null` leaves it out.
    field: Option<String>,
}

/// A field that a column can be.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportFieldView {
    /// `id`, `reference`, `external_id`, `name`, `email`, `phone`, `language`, `kind` or `attributes.<key>`.
    name: String,
    /// What people call it, where the company defined it.
    label: Option<String>,
}

impl ImportView {
    fn of(service: &Service, import: Import) -> Self {
        let snapshot = service.snapshot();
        let file = import.about.map(|about| ImportFileView::of(service, &snapshot, about));
        Self {
            id: import.id.to_string(),
            state: import.state.as_str(),
            actor: ActorView {
                kind: import.actor.kind.as_str().to_owned(),
                id: import.actor.id,
                name: import.actor.name,
            },
            file,
            rows: import.rows,
            progress: import.next_row,
            created: import.counts.created,
            updated: import.counts.updated,
            unchanged: import.counts.unchanged,
            failed: import.counts.failed,
            warned: import.counts.warned,
            created_at: import.created_at.to_string(),
            updated_at: import.changed_at.to_string(),
        }
    }
}

impl ImportFileView {
    fn of(service: &Service, snapshot: &Snapshot, about: ImportAbout) -> Self {
        let fields = match &about.plan {
            Some(plan) => plan.fields.clone(),
            None => service.guess_fields(&about),
        };
        let samples = about.samples;
        let columns = about.columns.into_iter().zip(fields).enumerate();
        let columns = columns.map(|(n, (name, field))| ImportColumnView {
            name,
            samples: samples.iter().filter_map(|row| row.get(n).cloned()).collect(),
            field,
        });
        let own = FIELDS.iter().map(|name| ImportFieldView { name: (*name).to_owned(), label: None });
        let attributes = snapshot.attributes.iter().filter(|a| a.level == AttributeLevel::Profile);
        let attributes = attributes.map(|attribute| ImportFieldView {
            name: format!("attributes.{}", attribute.key),
            label: Some(attribute.label.clone()),
        });
        Self {
            name: about.name,
            size_bytes: about.size_bytes,
            encoding: about.encoding,
            separator: about.separator.to_string(),
            columns: columns.collect(),
            fields: own.chain(attributes).collect(),
            create_missing: about.plan.map(|plan| plan.create_missing),
            clear_word: CLEAR,
        }
    }
}

/// Takes in a file of customers: the body is the file, CSV of at most 20 MiB and 100,000 rows, in UTF-8, UTF-16 or
/// Windows-1252, with commas, semicolons or tabs. Nothing of it is written before it was looked at.
#[utoipa::path(post, path = "/v1/profile-imports", tag = "imports", operation_id = "upload_import",
    security(("api_key" = []), ("session" = [])), request_body(content = String, content_type = "text/csv"),
    responses((status = 201, body = ImportView), Refusals))]
async fn upload_import(
    State(app): State<Arc<App>>,
    Auth(caller): Auth,
    FileName(name): FileName,
    request: Request,
) -> Result<(StatusCode, Json<ImportView>), Failure> {
    let mut upload = app.service.upload_import(&caller, name).await?;
    let mut body = request.into_body();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| broken_body())?;
        if let Some(bytes) = frame.data_ref() {
            upload.push(bytes)?;
        }
    }
    let import = upload.finish().await?;
    Ok((StatusCode::CREATED, Json(ImportView::of(&app.service, import))))
}

/// Imports, newest first. What a file holds only whoever brought it sees.
#[utoipa::path(get, path = "/v1/profile-imports", tag = "imports", operation_id = "list_imports",
    security(("api_key" = []), ("session" = [])), params(PageParams),
    responses((status = 200, body = List<ImportView>), Refusals))]
async fn list_imports(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(page): Params<PageParams>,
) -> Result<Json<List<ImportView>>, Failure> {
    let name = "imports";
    let page = app.service.list_imports(&request, page.request(&app, name)?).await?;
    Ok(Json(List::of(&app.service, name, page, |import| ImportView::of(&app.service, import))))
}

/// An import.
#[utoipa::path(get, path = "/v1/profile-imports/{id}", tag = "imports", operation_id = "get_import",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = ImportView), Refusals))]
async fn get_import(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ImportId>,
    _: NoParams,
) -> Result<Json<ImportView>, Failure> {
    let import = app.service.get_import(&request, id).await?;
    Ok(Json(ImportView::of(&app.service, import)))
}

/// What the columns of a file are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportPlanBody {
    /// The field of each column, in their order; `null` leaves it out. One of them is `id`, `reference` or
    /// `external_id`: by the first of these that a row fills, its customer is found.
    fields: Vec<Option<String>>,
    /// Whether a row whose external id nobody has adds a customer. Otherwise it fails.
    #[serde(default)]
    create_missing: bool,
}

/// Says what the columns are, and begins to find out what the import would do. Nothing is written.
#[utoipa::path(post, path = "/v1/profile-imports/{id}/preview", tag = "imports", operation_id = "preview_import",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = ImportPlanBody,
    responses((status = 202, body = ImportView), Refusals))]
async fn preview_import(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ImportId>,
    Body(body): Body<ImportPlanBody>,
) -> Result<(StatusCode, Json<ImportView>), Failure> {
    let import = app.service.preview_import(&request, id, body.fields, body.create_missing).await?;
    Ok((StatusCode::ACCEPTED, Json(ImportView::of(&app.service, import))))
}

/// A row of a file as it would be.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportRowView {
    /// Its line in the file.
    line: i64,
    /// `created`, `updated`, `unchanged` or `failed`.
    outcome: &'static str,
    /// The customer, if there is one.
    profile: Option<String>,
    /// Their reference.
    reference: Option<String>,
    /// What it says, field by field.
    cells: Vec<ImportCellView>,
    /// What is wrong with it.
    errors: Vec<ImportErrorView>,
    /// What of it somebody was found by who was erased: perhaps the file is older than the erasure. It is written all the
    /// same; whoever does not want that takes the row out.
    warnings: Vec<ErasedBeforeView>,
}

/// A field of a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportCellView {
    /// The field.
    field: String,
    /// What is there now, as the one who asks sees it.
    before: Option<String>,
    /// What the file says; `null` clears.
    after: Option<String>,
    /// Whether it would change. Where the value is masked for the one who asks: yes.
    changed: bool,
}

/// What is wrong with a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportErrorView {
    /// The column, as the file's first line calls it; `null` for the row as a whole.
    column: Option<String>,
    /// The stable word for programs.
    code: String,
    /// The reason, for a person.
    detail: String,
}

impl From<ImportError> for ImportErrorView {
    fn from(error: ImportError) -> Self {
        Self { column: error.column, code: error.code, detail: error.detail }
    }
}

impl ImportRowView {
    fn of(row: ImportRow, snapshot: &Snapshot, viewer: Viewer) -> Self {
        let fields: Vec<String> = row.after.iter().map(|(field, _)| field.clone()).collect();
        let before = row.before.as_ref().map(|detail| cells(detail, &fields, snapshot, viewer));
        let cells = row.after.into_iter().enumerate().map(|(n, (field, after))| {
            let before = before.as_ref().and_then(|b| b.get(n)).filter(|text| !text.is_empty()).cloned();
            let changed = row.changed.contains(&field);
            ImportCellView { field, before, after, changed }
        });
        Self {
            line: row.line,
            outcome: row.outcome,
            profile: row.before.as_ref().map(|detail| detail.profile.id.to_string()),
            reference: row.before.as_ref().map(|detail| detail.profile.reference()),
            cells: cells.collect(),
            errors: row.errors.into_iter().map(Into::into).collect(),
            warnings: row.warnings.into_iter().map(Into::into).collect(),
        }
    }
}

/// The first hundred rows as they would be, each value of a customer masked as for the one who asks.
#[utoipa::path(get, path = "/v1/profile-imports/{id}/rows", tag = "imports", operation_id = "list_import_rows",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = List<ImportRowView>), Refusals))]
async fn list_import_rows(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ImportId>,
    _: NoParams,
) -> Result<Json<List<ImportRowView>>, Failure> {
    let rows = app.service.list_import_rows(&request, id).await?;
    let (snapshot, viewer) = (app.service.snapshot(), app.service.viewer(&request));
    Ok(Json(List::whole(rows.into_iter().map(|row| ImportRowView::of(row, &snapshot, viewer)).collect())))
}

/// A row of which nothing is written.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportFailureView {
    /// Its line in the file.
    line: i64,
    /// What is wrong with it.
    errors: Vec<ImportErrorView>,
}

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FailureParams {
    /// Rows after this line; from the first, if nothing is said. 200 come at once.
    #[param(minimum = 0)]
    after: Option<i64>,
}

/// Rows of which nothing is written, by line, in the preview and in what was applied.
#[utoipa::path(get, path = "/v1/profile-imports/{id}/failures", tag = "imports",
    operation_id = "list_import_failures", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path), FailureParams), responses((status = 200, body = List<ImportFailureView>), Refusals))]
async fn list_import_failures(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ImportId>,
    Params(query): Params<FailureParams>,
) -> Result<Json<List<ImportFailureView>>, Failure> {
    let (_, found) = app.service.list_import_failures(&request, id, query.after.unwrap_or(0)).await?;
    let view = |failure: ImportFailure| ImportFailureView {
        line: failure.line,
        errors: failure.errors.into_iter().map(Into::into).collect(),
    };
    Ok(Json(List::whole(found.into_iter().map(view).collect())))
}

/// The rows of which nothing was written as CSV, with the reason in a column at the end: mend them there and bring the
/// file again.
#[utoipa::path(get, path = "/v1/profile-imports/{id}/failures.csv", tag = "imports",
    operation_id = "export_import_failures", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)),
    responses((status = 200, description = "The file", content((String = "text/csv"))), Refusals))]
async fn export_import_failures(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: SameOrigin,
    Id(id): Id<ImportId>,
    _: NoParams,
) -> Result<Response, Failure> {
    let (columns, first) = app.service.list_import_failures(&request, id, 0).await?;
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"failed-rows.csv\"".to_owned()),
    ];
    let mut begin = csv::BOM.to_vec();
    let width = columns.len();
    begin.extend(csv::lines(std::iter::once(
        columns.into_iter().chain(["line", "reason"].map(str::to_owned)).collect(),
    ))?);
    let service = app.service.clone();
    let rest =
        stream::try_unfold((service, request, Some(first)), move |(service, request, found)| async move {
            let Some(found) = found.filter(|found| !found.is_empty()) else { return Ok(None) };
            let last = found.last().map_or(0, |failure| failure.line);
            let is_over = found.len() < usize::try_from(FAILURES_PAGE).unwrap_or(0);
            let lines = csv::lines(found.into_iter().map(|failure| failed_row(failure, width)))?;
            let next = match is_over {
                true => None,
                false => Some(service.list_import_failures(&request, id, last).await?.1),
            };
            Ok::<_, Error>(Some((Bytes::from(lines), (service, request, next))))
        });
    let file = stream::StreamExt::chain(stream::iter([Ok(Bytes::from(begin))]), rest);
    Ok((head, axum::body::Body::from_stream(file)).into_response())
}

fn failed_row(failure: ImportFailure, width: usize) -> Vec<String> {
    let reasons = failure.errors.iter().map(|error| match &error.column {
        Some(column) => format!("{column}: {}", error.detail),
        None => error.detail.clone(),
    });
    let reason = reasons.collect::<Vec<_>>().join(" ");
    let mut cells = failure.cells;
    cells.resize(cells.len().max(width), String::new());
    cells.extend([failure.line.to_string(), reason]);
    cells
}

/// Begins to write the rows of a file whose preview was seen. What is written stays written: each customer keeps the
/// history of their changes, and no import takes them back.
#[utoipa::path(post, path = "/v1/profile-imports/{id}/apply", tag = "imports", operation_id = "apply_import",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 202, body = ImportView), Refusals))]
async fn apply_import(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ImportId>,
) -> Result<(StatusCode, Json<ImportView>), Failure> {
    let import = app.service.apply_import(&request, id).await?;
    Ok((StatusCode::ACCEPTED, Json(ImportView::of(&app.service, import))))
}

/// Stops an import and removes its file. What was written stays.
#[utoipa::path(post, path = "/v1/profile-imports/{id}/cancel", tag = "imports", operation_id = "cancel_import",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = ImportView), Refusals))]
async fn cancel_import(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ImportId>,
) -> Result<Json<ImportView>, Failure> {
    let import = app.service.cancel_import(&request, id).await?;
    Ok(Json(ImportView::of(&app.service, import)))
}
