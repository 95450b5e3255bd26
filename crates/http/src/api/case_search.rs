//! `/v1/cases/search`: finding conversations. By POST, so that nothing of a search stands in an address.

use std::sync::Arc;

use axum::extract::State;
use countersign_service::case_search::SearchFilter;
use countersign_types::case::{CaseFilter, CaseStatus};
use countersign_types::pii::Pii;
use countersign_types::{Assurance, ChannelId, GroupId, Timestamp};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::{narrowed, page_request};
use crate::extract::{Auth, Body};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::case_search::SearchView;

use super::case::{view, word};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(search_cases))
}

/// What is looked for, and where.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchBody {
    /// Words of messages, the number of a case (`#318`), a label, or a customer: an e-mail address, a phone number, a
    /// reference, an external id, the beginning of a name.
    #[schema(max_length = 200)]
    q: String,
    /// `open`, `pending` or `closed`.
    #[schema(pattern = "^(open|pending|closed)$")]
    status: Option<String>,
    /// A channel's id.
    #[schema(value_type = Option<String>)]
    channel: Option<ChannelId>,
    /// A user's id, `me` or `none`.
    assignee: Option<String>,
    /// A group's id.
    #[schema(value_type = Option<String>)]
    group: Option<GroupId>,
    /// `al0` … `al3`: the level of the customer now.
    #[schema(pattern = "^al[0-3]$")]
    assurance: Option<String>,
    /// Cases with this label.
    #[schema(max_length = 100)]
    label: Option<String>,
    /// Messages from this moment on.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// … and before this one.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// 1 to 20.
    #[schema(minimum = 1, maximum = 20)]
    limit: Option<i64>,
    /// From the page before.
    cursor: Option<String>,
}

/// Finds conversations by the words of their messages, their number, their customer or a label. Each word may be a
/// beginning; all have to stand in one message. What masking hides cannot be found by a word. People may search 120
/// times an hour, pages counted.
#[utoipa::path(post, path = "/v1/cases/search", tag = "cases", operation_id = "search_cases",
    security(("api_key" = []), ("session" = [])), request_body = SearchBody,
    responses((status = 200, body = SearchView), Refusals))]
async fn search_cases(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<SearchBody>,
) -> Result<Json<SearchView>, Failure> {
    let assignee = body.assignee.as_deref();
    let case = CaseFilter {
        status: word("/status", body.status.as_deref(), CaseStatus::parse, "open, pending, closed")?,
        channel: body.channel,
        assignee: assignee.map(|text| app.service.assignee_filter(&request, text)).transpose()?,
        group: body.group,
        assurance: word("/assurance", body.assurance.as_deref(), Assurance::parse, "al0, al1, al2, al3")?,
        profile: None,
    };
    let texts = [
        Some(body.q.clone()),
        body.status,
        body.channel.map(|id| id.to_string()),
        body.assignee.clone(),
        body.group.map(|id| id.to_string()),
        body.assurance,
        body.label.clone(),
        body.since.map(|at| at.to_string()),
        body.until.map(|at| at.to_string()),
    ];
    let name = narrowed("case-search", &texts.each_ref().map(Option::as_deref));
    let page = page_request(&app.service, &name, body.limit, body.cursor.as_deref())?;
    let filter = SearchFilter { case, label: body.label, since: body.since, until: body.until };
    let found = app.service.search_cases(&request, &Pii::new(body.q), filter, page).await?;
    let next = found.messages.next.map(|cursor| app.service.sign_cursor(&name, cursor));
    let viewer = app.service.viewer(&request);
    let rows =
        || found.cases.iter().map(|(_, row)| row).chain(found.messages.items.iter().map(|(_, row)| row));
    let known = app.service.known_customers(viewer, rows()).await?;
    Ok(Json(SearchView::of(&found, next, viewer, &known, |row| view(&app, row, viewer, &known))))
}
