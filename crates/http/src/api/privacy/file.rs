//! Files: what is held of a person, and the list of whom to erase again after a restore.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use countersign_service::privacy::erasure::ERASURES_PAGE;
use countersign_types::{Cursor, Error, PrivacyRequestId, Timestamp};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::TableFormat;
use crate::cursor::List;
use crate::extract::{Auth, Id, Params, SameOrigin};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::privacy::html;

/// In which form.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// For programs, with the contents of files (Art. 20).
    #[default]
    Json,
    /// To be read and printed.
    Html,
}

/// In which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FileParams {
    /// `json` or `html`; `json` if nothing is said.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^(json|html)$")]
    format: FileFormat,
}

/// The file of an export, unmasked: as JSON for programs, with the contents of files, or as one page to be read and
/// printed. Each download stands under *Who looked*.
#[utoipa::path(get, path = "/v1/privacy/exports/{id}/file", tag = "privacy", operation_id = "download_privacy_export",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), FileParams),
    responses((status = 200, description = "The file",
        content((serde_json::Value = "application/json"), (String = "text/html"))), Refusals))]
pub(super) async fn download_privacy_export(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: SameOrigin,
    Id(id): Id<PrivacyRequestId>,
    Params(params): Params<FileParams>,
) -> Result<Response, Failure> {
    let (export, bytes) = app.service.open_privacy_export(&request, id).await?;
    let (kind, ending, body) = match params.format {
        FileFormat::Json => ("application/json", "json", bytes),
        FileFormat::Html => {
            let document: serde_json::Value = serde_json::from_slice(&bytes).map_err(Error::internal)?;
            ("text/html; charset=utf-8", "html", html::page(&document).into_bytes())
        }
    };
    let head = [
        (header::CONTENT_TYPE, kind.to_owned()),
        // Saved, not shown: it never runs under the address of the console.
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"C-{}.{ending}\"", export.number)),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox".to_owned(),
        ),
    ];
    Ok((head, body).into_response())
}

/// Whom to erase again.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasureView {
    /// 32 hexadecimal digits: the id of a profile or of an account.
    #[schema(example = "0193a1b2c3d47e5f8091a2b3c4d5e6f7")]
    subject_id: String,
    /// When.
    #[schema(format = DateTime)]
    erased_at: String,
}

impl From<([u8; 16], Timestamp)> for ErasureView {
    fn from((subject, at): ([u8; 16], Timestamp)) -> Self {
        let subject_id = subject.iter().fold(String::with_capacity(32), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        Self { subject_id, erased_at: at.to_string() }
    }
}

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ErasureParams {
    /// `json`, a thousand at once, or `csv`, all of them; `json` if nothing is said.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^(json|csv)$")]
    format: TableFormat,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

const NAME: &str = "erasures";

/// Who was erased, oldest first, by ids alone. Keep the CSV with your backups: after a restore `countersign privacy replay`
/// erases them again.
#[utoipa::path(get, path = "/v1/privacy/erasures", tag = "privacy", operation_id = "list_erasures",
    security(("api_key" = []), ("session" = [])), params(ErasureParams),
    responses((status = 200, description = "The list",
        content((List<ErasureView> = "application/json"), (String = "text/csv"))), Refusals))]
pub(super) async fn list_erasures(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<ErasureParams>,
) -> Result<Response, Failure> {
    let after = params.cursor.as_deref().map(|text| app.service.read_cursor(NAME, text)).transpose()?;
    let first = app.service.list_erasures(&request, after).await?;
    if params.format == TableFormat::Json {
        let next_cursor = next(&first).map(|cursor| app.service.sign_cursor(NAME, cursor));
        let data = first.into_iter().map(ErasureView::from).collect();
        return Ok(Json(List { data, next_cursor }).into_response());
    }
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"erasures.csv\""),
    ];
    let begin = stream::iter([Ok::<_, Error>(Bytes::from_static(b"subject_id,erased_at\r\n"))]);
    let service = app.service.clone();
    let rest = stream::try_unfold(Some(first), move |found| {
        let (service, request) = (service.clone(), request.clone());
        async move {
            let Some(found) = found.filter(|found| !found.is_empty()) else { return Ok(None) };
            let after = next(&found);
            let mut lines = String::with_capacity(found.len() * 64);
            for view in found.into_iter().map(ErasureView::from) {
                let _ = write!(lines, "{},{}\r\n", view.subject_id, view.erased_at);
            }
            let more = match after {
                Some(after) => Some(service.list_erasures(&request, Some(after)).await?),
                None => None,
            };
            Ok::<_, Error>(Some((Bytes::from(lines), more)))
        }
    });
    let file = stream::StreamExt::chain(begin, rest);
    Ok((head, Body::from_stream(file)).into_response())
}

/// Where the next page begins; none after the last.
fn next(found: &[([u8; 16], Timestamp)]) -> Option<Cursor> {
    let is_full = i64::try_from(found.len()).unwrap_or(i64::MAX) >= ERASURES_PAGE;
    found.last().filter(|_| is_full).map(|(id, at)| Cursor { at: at.as_micros(), id: *id })
}
