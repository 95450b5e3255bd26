//! Views of reports. Nothing in them is about a single customer, so nothing is masked.

use countersign_service::analytics::{Column, Figure, Line, Overview, Period, Standing, Table, Value};
use serde::Serialize;
use serde_json::{Map, Number, Value as Json};
use utoipa::ToSchema;

/// Which days, and of which place.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodView {
    /// The first day.
    #[schema(format = Date, example = "2026-03-01")]
    from: String,
    /// The day after the last one.
    #[schema(format = Date, example = "2026-04-01")]
    to: String,
    /// The workspace's time zone, in which days begin.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    /// Since when anything is counted; what happened before is in no report.
    #[schema(format = DateTime)]
    counted_since: Option<String>,
}

/// A column of a report.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportColumnView {
    /// Its name in `values`.
    #[schema(example = "identification_rate")]
    key: &'static str,
    /// `count`, `seconds`, `share` from 0 to 1, or `mean`: so many for each.
    kind: &'static str,
}

/// A row of a report.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportRowView {
    /// The day, the Monday of a week, the id of a channel, a group, a person or a website, a word, `none` or `others`.
    key: String,
    /// The name of what has an id.
    name: Option<String>,
    /// A number for each column; `null` where nothing happened of which it could be said.
    #[schema(value_type = std::collections::BTreeMap<String, Option<f64>>)]
    values: Map<String, Json>,
}

/// How something stands at this moment, whatever the days of the report.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingView {
    /// What: `open` and `pending` cases, or `suggestions` to merge.
    key: &'static str,
    /// On which channel.
    channel: Option<String>,
    /// Its name.
    channel_name: Option<String>,
    /// How many.
    count: i64,
}

/// A report.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportView {
    /// Which.
    report: &'static str,
    /// Its days.
    period: PeriodView,
    /// What its rows are.
    by: &'static str,
    /// What its rows can be.
    bys: Vec<&'static str>,
    /// Its columns, in their order.
    columns: Vec<ReportColumnView>,
    /// Its rows.
    rows: Vec<ReportRowView>,
    /// All days together.
    #[schema(value_type = std::collections::BTreeMap<String, Option<f64>>)]
    total: Map<String, Json>,
    /// How things stand now, where the report is about that.
    now: Vec<StandingView>,
}

/// A figure, compared with the time before.
#[derive(Debug, Serialize, ToSchema)]
pub struct FigureView {
    /// Its name.
    #[schema(example = "identification_rate")]
    key: &'static str,
    /// `count`, `seconds`, `share` from 0 to 1, or `mean`: so many for each.
    kind: &'static str,
    /// Its number; `null` where nothing happened of which it could be said.
    #[schema(value_type = Option<f64>)]
    value: Json,
    /// Its number in as many days before; `null` also where not all of those were counted.
    #[schema(value_type = Option<f64>)]
    before: Json,
}

/// The most important figures, and what happened on each day.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverviewView {
    /// Its days.
    period: PeriodView,
    /// The figures.
    figures: Vec<FigureView>,
    /// What is told of each day.
    columns: Vec<ReportColumnView>,
    /// The days.
    days: Vec<ReportRowView>,
    /// Cases that are not closed now.
    now: Vec<StandingView>,
}

fn number(value: Value) -> Json {
    match value {
        Value::Nothing => Json::Null,
        Value::Whole(n) => Json::from(n),
        // Four places are more than any report shows.
        Value::Share(part) => {
            Number::from_f64((part * 10_000.0).round() / 10_000.0).map_or(Json::Null, Json::Number)
        }
    }
}

fn named(columns: &[Column], values: &[Value]) -> Map<String, Json> {
    columns.iter().zip(values).map(|(column, value)| (column.key.to_owned(), number(*value))).collect()
}

fn rows(columns: &[Column], lines: Vec<Line>) -> Vec<ReportRowView> {
    let row =
        |line: Line| ReportRowView { values: named(columns, &line.values), key: line.key, name: line.name };
    lines.into_iter().map(row).collect()
}

fn heads(columns: &[Column]) -> Vec<ReportColumnView> {
    columns.iter().map(|c| ReportColumnView { key: c.key, kind: c.kind().as_str() }).collect()
}

impl From<Period> for PeriodView {
    fn from(period: Period) -> Self {
        Self {
            from: period.from,
            to: period.to,
            time_zone: period.time_zone,
            counted_since: period.counted_since.map(|at| at.to_string()),
        }
    }
}

impl From<Standing> for StandingView {
    fn from(standing: Standing) -> Self {
        let (channel, channel_name) = standing.channel.unzip();
        Self {
            key: standing.key,
            channel: channel.map(|id| id.to_string()),
            channel_name: channel_name.flatten(),
            count: standing.count,
        }
    }
}

impl From<Table> for ReportView {
    fn from(table: Table) -> Self {
        Self {
            report: table.report.as_str(),
            period: table.period.into(),
            by: table.by.as_str(),
            bys: table.report.bys().iter().map(|by| by.as_str()).collect(),
            total: named(&table.columns, &table.total),
            rows: rows(&table.columns, table.rows),
            columns: heads(&table.columns),
            now: table.now.into_iter().map(StandingView::from).collect(),
        }
    }
}

impl From<Overview> for OverviewView {
    fn from(overview: Overview) -> Self {
        let figure = |f: Figure| FigureView {
            key: f.column.key,
            kind: f.column.kind().as_str(),
            value: number(f.value),
            before: number(f.before),
        };
        Self {
            period: overview.period.into(),
            figures: overview.figures.into_iter().map(figure).collect(),
            days: rows(&overview.columns, overview.days),
            columns: heads(&overview.columns),
            now: overview.now.into_iter().map(StandingView::from).collect(),
        }
    }
}

/// The report as lines of cells: names of columns, the rows, and all days together at the end.
pub fn lines(table: &Table) -> Vec<Vec<String>> {
    let cell = |value: &Value| match number(*value) {
        Json::Null => String::new(),
        value => value.to_string(),
    };
    let unit = |column: &Column| match column.kind().as_str() {
        "seconds" => format!("{}_seconds", column.key),
        _ => column.key.to_owned(),
    };
    let line = |key: &str, name: &str, values: &[Value]| {
        let head = [key.to_owned(), name.to_owned()];
        head.into_iter().chain(values.iter().map(cell)).collect::<Vec<_>>()
    };
    let head = [table.by.as_str().to_owned(), "name".to_owned()];
    let mut lines = vec![head.into_iter().chain(table.columns.iter().map(unit)).collect()];
    lines.extend(
        table.rows.iter().map(|row| line(&row.key, row.name.as_deref().unwrap_or_default(), &row.values)),
    );
    lines.push(line("total", "", &table.total));
    lines
}
