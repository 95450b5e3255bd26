//! `/v1/analytics`: reports and their overview.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use countersign_types::analytics::{By, Report};
use countersign_types::{Error, SiteId};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::csv;
use crate::extract::{Auth, Params, SameOrigin};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::analytics::{OverviewView, ReportView, lines};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(read_overview)).routes(routes!(read_report))
}

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OverviewParams {
    /// The first day, `YYYY-MM-DD`; 30 days before `to`, if nothing is said.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<String>,
    /// The day after the last one, at most 400 days later; tomorrow, if nothing is said.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<String>,
}

/// Which days, and which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportParams {
    /// The first day, `YYYY-MM-DD`; 30 days before `to`, if nothing is said.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<String>,
    /// The day after the last one, at most 400 days later; tomorrow, if nothing is said.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<String>,
    /// What the rows are: `day`, if nothing is said, `week`, `channel`, `group` or `agent`, and for `traffic` `site`,
    /// `source`, `entry`, `device` or `language`. Not every report has all.
    #[param(pattern = "^(day|week|channel|group|agent|site|source|entry|device|language)$")]
    by: Option<String>,
    /// Of one website; only for `traffic`.
    site: Option<String>,
    /// `json`, if nothing is said, or `csv`: a file for spreadsheets.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// The most important figures with those of as many days before, and what happened on each day.
#[utoipa::path(get, path = "/v1/analytics/overview", tag = "analytics", operation_id = "read_overview",
    security(("api_key" = []), ("session" = [])), params(OverviewParams),
    responses((status = 200, body = OverviewView), Refusals))]
async fn read_overview(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(query): Params<OverviewParams>,
) -> Result<Json<OverviewView>, Failure> {
    let days = (query.from.as_deref(), query.to.as_deref());
    Ok(Json(app.service.read_overview(&request, days).await?.into()))
}

/// A report: numbers of conversations, codes, replies and people of the team, never of a single customer.
#[utoipa::path(get, path = "/v1/analytics/{report}", tag = "analytics", operation_id = "read_report",
    security(("api_key" = []), ("session" = [])), params(
        ("report" = String, Path,
            description = "`identification`, `codes`, `cases`, `replies`, `masking`, `merges`, `rules` or `traffic`"),
        ReportParams),
    responses((status = 200, description = "The report", content((ReportView = "application/json"), (String = "text/csv"))),
        Refusals))]
async fn read_report(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: SameOrigin,
    Path(report): Path<String>,
    Params(query): Params<ReportParams>,
) -> Result<Response, Failure> {
    let report = Report::parse(&report).ok_or(Error::NotFound("report"))?;
    let by = match query.by.as_deref() {
        None => By::Day,
        Some(text) => By::parse(text).ok_or_else(|| {
            let detail = "A report is made by `day`, `week`, `channel`, `group`, `agent`, `site`, `source`, `entry`, `device` or `language`.";
            Error::invalid("by", "unknown-by", detail)
        })?,
    };
    let is_csv = match query.format.as_deref() {
        None | Some("json") => false,
        Some("csv") => true,
        Some(_) => {
            return Err(Failure(Error::invalid(
                "format",
                "unknown-format",
                "A report comes as `json` or `csv`.",
            )));
        }
    };
    let days = (query.from.as_deref(), query.to.as_deref());
    let site = query.site.as_deref().map(|text| {
        text.parse::<SiteId>()
            .map_err(|_| Error::invalid("site", "invalid-id", "This is no id of a website."))
    });
    let table = app.service.read_report(&request, report, days, by, site.transpose()?).await?;
    if !is_csv {
        return Ok(Json(ReportView::from(table)).into_response());
    }
    let name = format!("{}-by-{}-{}-to-{}", report.as_str(), by.as_str(), table.period.from, table.period.to);
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
    ];
    let file = [csv::BOM.to_vec(), csv::lines(lines(&table).into_iter())?].concat();
    Ok((head, file).into_response())
}
