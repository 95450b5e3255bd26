//! `/v1/calendars`: business hours.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::calendar::{Calendar, CalendarPatch, Holiday, Span, Weekday};
use countersign_types::CalendarId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::List;
use crate::extract::{Auth, Body, Id};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::calendar::CalendarView;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_calendars, create_calendar)).routes(routes!(
        read_calendar,
        update_calendar,
        delete_calendar
    ))
}

/// From a time of day to another. `to` at or before `from` is on the next day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpanBody {
    /// `HH:MM`.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$", example = "09:00")]
    from: String,
    /// `HH:MM`, up to `24:00`.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$", example = "17:30")]
    to: String,
}

/// Hours by day; a day that is left out is closed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WeekBody {
    /// Monday.
    #[serde(default)]
    #[schema(max_items = 10)]
    mon: Vec<SpanBody>,
    /// Tuesday.
    #[serde(default)]
    #[schema(max_items = 10)]
    tue: Vec<SpanBody>,
    /// Wednesday.
    #[serde(default)]
    #[schema(max_items = 10)]
    wed: Vec<SpanBody>,
    /// Thursday.
    #[serde(default)]
    #[schema(max_items = 10)]
    thu: Vec<SpanBody>,
    /// Friday.
    #[serde(default)]
    #[schema(max_items = 10)]
    fri: Vec<SpanBody>,
    /// Saturday.
    #[serde(default)]
    #[schema(max_items = 10)]
    sat: Vec<SpanBody>,
    /// Sunday.
    #[serde(default)]
    #[schema(max_items = 10)]
    sun: Vec<SpanBody>,
}

/// A day that is not like others.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HolidayBody {
    /// `YYYY-MM-DD`.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", example = "2026-12-25")]
    date: String,
    /// What day it is.
    #[serde(default)]
    #[schema(max_length = 80)]
    name: String,
    /// Hours of that day; none: closed.
    #[serde(default)]
    #[schema(max_items = 10)]
    hours: Vec<SpanBody>,
}

/// New business hours.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCalendarBody {
    /// Its name, which no other calendar has.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// A name of the IANA database.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    /// Hours by day; none: closed.
    #[serde(default)]
    week: WeekBody,
    /// Days that are not like others.
    #[serde(default)]
    #[schema(max_items = 500)]
    holidays: Vec<HolidayBody>,
}

/// A change to business hours.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarPatchBody {
    /// Its name, which no other calendar has.
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    /// A name of the IANA database.
    #[schema(example = "Europe/Berlin")]
    time_zone: Option<String>,
    /// Hours by day, whole.
    week: Option<WeekBody>,
    /// Days that are not like others, whole.
    #[schema(max_items = 500)]
    holidays: Option<Vec<HolidayBody>>,
}

fn spans(spans: Vec<SpanBody>) -> Vec<Span> {
    spans.into_iter().map(|span| Span { from: span.from, to: span.to }).collect()
}

fn week(body: WeekBody) -> BTreeMap<Weekday, Vec<Span>> {
    let days = [body.mon, body.tue, body.wed, body.thu, body.fri, body.sat, body.sun];
    let open = Weekday::ALL.into_iter().zip(days).filter(|(_, day)| !day.is_empty());
    open.map(|(day, hours)| (day, spans(hours))).collect()
}

fn holidays(bodies: Vec<HolidayBody>) -> Vec<Holiday> {
    let holiday = |body: HolidayBody| Holiday {
        date: body.date,
        name: body.name.trim().to_owned(),
        hours: spans(body.hours),
    };
    bodies.into_iter().map(holiday).collect()
}

/// Business hours by name, with whether it is open now.
#[utoipa::path(get, path = "/v1/calendars", tag = "calendars", operation_id = "list_calendars",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = List<CalendarView>), Refusals))]
async fn list_calendars(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
) -> Result<Json<List<CalendarView>>, Failure> {
    let all = app.service.list_calendars(&request).await?;
    Ok(Json(List::whole(all.into_iter().map(CalendarView::from).collect())))
}

/// Adds business hours.
#[utoipa::path(post, path = "/v1/calendars", tag = "calendars", operation_id = "create_calendar",
    security(("api_key" = []), ("session" = [])), request_body = NewCalendarBody,
    responses((status = 201, body = CalendarView), Refusals))]
async fn create_calendar(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewCalendarBody>,
) -> Result<(StatusCode, Json<CalendarView>), Failure> {
    let calendar =
        Calendar { time_zone: body.time_zone, week: week(body.week), holidays: holidays(body.holidays) };
    let made = app.service.create_calendar(&request, body.name, calendar).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Business hours, with whether it is open now and when that changes next.
#[utoipa::path(get, path = "/v1/calendars/{id}", tag = "calendars", operation_id = "read_calendar",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = CalendarView), Refusals))]
async fn read_calendar(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CalendarId>,
) -> Result<Json<CalendarView>, Failure> {
    Ok(Json(app.service.read_calendar(&request, id).await?.into()))
}

/// Changes business hours. Week and holidays are replaced as a whole.
#[utoipa::path(patch, path = "/v1/calendars/{id}", tag = "calendars", operation_id = "update_calendar",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = CalendarPatchBody,
    responses((status = 200, body = CalendarView), Refusals))]
async fn update_calendar(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CalendarId>,
    Body(body): Body<CalendarPatchBody>,
) -> Result<Json<CalendarView>, Failure> {
    let patch = CalendarPatch {
        name: body.name,
        time_zone: body.time_zone,
        week: body.week.map(week),
        holidays: body.holidays.map(holidays),
    };
    Ok(Json(app.service.update_calendar(&request, id, patch).await?.into()))
}

/// Deletes business hours.
#[utoipa::path(delete, path = "/v1/calendars/{id}", tag = "calendars", operation_id = "delete_calendar",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_calendar(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CalendarId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_calendar(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
