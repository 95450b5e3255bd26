//! The History API under the paths and in the words of the products that Countersign replaces: `/backend/data/…` and
//! `/server/data/…`, by `GET` and by `POST` with the filter as a JSON body. The same readings as under `/v1`, the same
//! permission (`visit.read`), and nothing that `/v1` does not show.
//!
//! `page_size` rows at most; where there are more, `Paging-Next` says what to send as `paging_next`. 204 where a collection
//! is empty, 404 where one thing that is named does not exist.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path, Request as HttpRequest, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use countersign_service::caller::Request;
use countersign_service::visit::{
    EventDetail, EventQuery, IdentityDetail, PageDetail, SessionDetail, VisitDetail, VisitQuery, VisitWhole,
};
use countersign_types::pii::Viewer;
use countersign_types::{Cursor, Error, PageRequest, Result, Timestamp, time};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Map, Value, json};

use crate::cursor::narrowed;
use crate::extract::Auth;
use crate::json::Json;
use crate::middleware::{BODY_BYTES_MAX, broken_body, too_large};
use crate::problem::Failure;
use crate::router::App;
use crate::view::visit::{PageView, WebEventView, WebIdentityView, may_look_for};

/// The header that says how to go on.
const NEXT: HeaderName = HeaderName::from_static("paging-next");

/// The paths of this file. They stand beside the API's document: their words are another product's.
pub fn routes() -> Router<Arc<App>> {
    let mut router = Router::new();
    for root in ["/backend/data/{*path}", "/server/data/{*path}"] {
        router = router.route(root, get(answer).post(answer));
    }
    router
}

/// What was asked.
struct Asked {
    request: Request,
    filter: Filter,
}

/// The filter, from the query or from the body; a name that is none is refused, not passed over.
#[derive(Debug, Default)]
struct Filter(HashMap<String, String>);

/// What a filter may name.
const NAMES: &[&str] = &[
    "age",
    "eventName",
    "eventType",
    "category",
    "url",
    "title",
    "globalVisitID",
    "association",
    "page_size",
    "paging_next",
    "include_visits",
    "include_visits_detail",
    "include_pages",
    "include_pages_detail",
    "include_events",
    "include_events_detail",
    "include_sessions",
    "include_sessions_detail",
    "include_identities",
    "include_identities_detail",
];

impl Filter {
    fn of(pairs: impl Iterator<Item = (String, String)>) -> Result<Self> {
        let mut all = HashMap::new();
        for (name, value) in pairs {
            if !NAMES.contains(&name.as_str()) {
                let detail =
                    format!("There is no filter `{}` here.", name.chars().take(64).collect::<String>());
                return Err(Error::invalid("query", "unknown-query-key", detail));
            }
            all.insert(name, value);
        }
        Ok(Self(all))
    }

    fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).filter(|value| !value.is_empty()).cloned()
    }

    /// Whether something is to be put in, and whether whole: `include_x`, and `include_x_detail` only with it.
    fn include(&self, what: &str) -> (bool, bool) {
        let is_set = |name: String| self.0.get(&name).is_some_and(|value| value == "true" || value == "1");
        let with = is_set(format!("include_{what}"));
        (with, with && is_set(format!("include_{what}_detail")))
    }

    fn number(&self, name: &'static str, range: std::ops::RangeInclusive<i64>) -> Result<Option<i64>> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let (low, high) = (range.start(), range.end());
        let detail = format!("`{name}` is {low} to {high}.");
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| Error::invalid(name, "out-of-range", detail))
    }

    fn events(&self) -> Result<EventQuery> {
        let is_system = match self.text("eventType").map(|word| word.to_lowercase()).as_deref() {
            None => None,
            Some("system") => Some(true),
            Some("business") => Some(false),
            Some(_) => return Err(Error::invalid("eventType", "invalid", "`SYSTEM` or `BUSINESS`.")),
        };
        Ok(EventQuery {
            site: None,
            is_system,
            name: self.text("eventName"),
            url: self.text("url"),
            title: self.text("title"),
            category: self.text("category").filter(|word| word != "all categories"),
            age_secs: self.number("age", 0..=315_360_000)?,
            device: self.device()?,
        })
    }

    fn device<T: std::str::FromStr>(&self) -> Result<Option<T>> {
        let Some(text) = self.text("globalVisitID") else { return Ok(None) };
        let bad = |_| Error::invalid("globalVisitID", "invalid", "`globalVisitID` is no id of a browser.");
        text.parse().map(Some).map_err(bad)
    }

    fn visits(&self) -> Result<VisitQuery> {
        let association = match self.text("association").map(|word| word.to_lowercase()).as_deref() {
            None => None,
            Some("authenticated") => Some("authenticated"),
            Some("recognized" | "recognised") => Some("recognised"),
            Some(_) => {
                return Err(Error::invalid("association", "invalid", "`Authenticated` or `Recognized`."));
            }
        };
        Ok(VisitQuery {
            device: self.device()?,
            association,
            age_secs: self.number("age", 0..=315_360_000)?,
            category: self.text("category").filter(|word| word != "all categories"),
            url: self.text("url"),
            title: self.text("title"),
            ..VisitQuery::default()
        })
    }
}

async fn answer(State(app): State<Arc<App>>, Path(path): Path<String>, http: HttpRequest) -> Response {
    match asked(&app, http).await {
        Ok(asked) => match route(&app, &asked, &path).await {
            Ok(response) => response,
            Err(error) => Failure(error).into_response(),
        },
        Err(failure) => failure.into_response(),
    }
}

async fn asked(app: &Arc<App>, http: HttpRequest) -> std::result::Result<Asked, Failure> {
    let (mut parts, body) = http.into_parts();
    let Auth(request) = Auth::from_request_parts(&mut parts, app).await?;
    let query: Vec<(String, String)> = serde_urlencoded::from_str(parts.uri.query().unwrap_or_default())
        .map_err(|_| Error::invalid("query", "invalid", "The query cannot be read."))?;
    let mut pairs = query;
    if parts.method == Method::POST {
        let body = match Limited::new(body, BODY_BYTES_MAX).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => return Err(Failure(too_large())),
            Err(_) => return Err(Failure(broken_body())),
        };
        let given: Map<String, Value> = match body.is_empty() {
            true => Map::new(),
            false => serde_json::from_slice(&body).map_err(|_| {
                Error::invalid("", "not-json", "The filter is a JSON object, such as `{\"page_size\": 10}`.")
            })?,
        };
        let given = given.into_iter().filter(|(_, value)| !value.is_null());
        pairs.extend(given.map(|(name, value)| match value {
            Value::String(text) => (name, text),
            other => (name, other.to_string()),
        }));
    }
    Ok(Asked { request, filter: Filter::of(pairs.into_iter())? })
}

async fn route(app: &App, asked: &Asked, path: &str) -> Result<Response> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let viewer = app.service.viewer(&asked.request);
    may_look_for(viewer, &["url", "title", "category"].map(|name| asked.filter.text(name)))?;
    match parts.as_slice() {
        ["visits"] => visits(app, asked, asked.filter.visits()?, "visits").await,
        ["visits", id] => {
            let whole = app.service.get_visit(&asked.request, id_of(id, "visit")?).await?;
            Ok(Json(whole_visit(&whole, &asked.filter, viewer)).into_response())
        }
        ["visits", id, part @ ("pages" | "events" | "sessions" | "identities")] => {
            let whole = app.service.get_visit(&asked.request, id_of(id, "visit")?).await?;
            of_visit(app, asked, whole, part)
        }
        ["identities"] => identities(app, asked).await,
        ["identities", id] => {
            let identity = app.service.get_identity(&asked.request, id_of(id, "identity")?).await?;
            Ok(Json(identity_json(&identity, "Authenticated", viewer)).into_response())
        }
        ["identities", id, "visits"] => {
            let id = id_of(id, "identity")?;
            app.service.get_identity(&asked.request, id).await?;
            let query = VisitQuery { identity: Some(id), ..asked.filter.visits()? };
            visits(app, asked, query, "identity_visits").await
        }
        ["identities", id, part @ ("pages" | "events" | "sessions")] => {
            of_identity(app, asked, id, part).await
        }
        ["sessions", id] => {
            let found = app.service.get_web_session(&asked.request, id_of(id, "session")?).await?;
            Ok(Json(session_json(&found.0, &found.1, &found.2, &asked.filter, viewer)).into_response())
        }
        ["pages", id] => {
            let (page, events) = app.service.get_page(&asked.request, id_of(id, "page")?).await?;
            Ok(Json(page_json(page, &events, viewer)).into_response())
        }
        ["pages", id, "events"] => {
            let (_, events) = app.service.get_page(&asked.request, id_of(id, "page")?).await?;
            let (query, now) = (asked.filter.events()?, app.service.now());
            let rows = events.into_iter().filter(|event| query.has(&event.event, now));
            cut(app, asked, "page_events", rows.map(|event| event_json(event, viewer)).collect())
        }
        ["contacts"] => contacts(app, asked).await,
        ["useridentifications"] => {
            let (name, page) = page(app, asked, "useridentifications")?;
            let found =
                app.service.list_user_identifications(&asked.request, asked.filter.events()?, page).await?;
            let next = found.next.map(|cursor| app.service.sign_cursor(&name, cursor));
            Ok(list(found.items.into_iter().map(|event| event_json(event, viewer)).collect(), next))
        }
        _ => Err(Error::NotFound("collection")),
    }
}

fn id_of<T: std::str::FromStr>(text: &str, what: &'static str) -> Result<T> {
    text.parse().map_err(|_| Error::NotFound(what))
}

/// Where the collection `name` goes on; the name that its cursors are signed under.
fn page(app: &App, asked: &Asked, name: &str) -> Result<(String, PageRequest)> {
    let mut rest: Vec<String> = asked
        .filter
        .0
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "page_size" | "paging_next"))
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    rest.sort_unstable();
    let name = narrowed(&format!("history_{name}"), &[Some(&rest.join("&"))]);
    let limit = asked.filter.number("page_size", 1..=PageRequest::LIMIT_MAX)?;
    let after =
        asked.filter.text("paging_next").map(|text| app.service.read_cursor(&name, &text)).transpose()?;
    Ok((name, PageRequest { limit: limit.unwrap_or(PageRequest::LIMIT_DEFAULT), after }))
}

/// A collection: 204 where it is empty.
fn list(rows: Vec<Value>, next: Option<String>) -> Response {
    if rows.is_empty() && next.is_none() {
        return StatusCode::NO_CONTENT.into_response();
    }
    let mut response = Json(rows).into_response();
    if let Some(value) = next.and_then(|text| HeaderValue::from_str(&text).ok()) {
        response.headers_mut().insert(NEXT, value);
    }
    response
}

/// A part of a collection that is at hand whole: cursors count its rows.
fn cut(app: &App, asked: &Asked, name: &str, rows: Vec<Value>) -> Result<Response> {
    let (name, page) = page(app, asked, name)?;
    let start = page.after.map_or(0, |cursor| usize::try_from(cursor.at).unwrap_or(usize::MAX));
    let limit = usize::try_from(page.limit).unwrap_or(0);
    let is_more = rows.len() > start.saturating_add(limit);
    let next = is_more.then(|| {
        let at = i64::try_from(start + limit).unwrap_or(i64::MAX);
        app.service.sign_cursor(&name, Cursor { at, id: [0; 16] })
    });
    Ok(list(rows.into_iter().skip(start).take(limit).collect(), next))
}

async fn visits(app: &App, asked: &Asked, query: VisitQuery, name: &str) -> Result<Response> {
    let (name, page) = page(app, asked, &format!("{name}{:?}", query.identity))?;
    let found = app.service.list_visits(&asked.request, query, page).await?;
    let viewer = app.service.viewer(&asked.request);
    let next = found.next.map(|cursor| app.service.sign_cursor(&name, cursor));
    let (pages, events, sessions) =
        (asked.filter.include("pages"), asked.filter.include("events"), asked.filter.include("sessions"));
    let mut rows = Vec::with_capacity(found.items.len());
    for visit in found.items {
        if pages.0 || events.0 || sessions.0 {
            let whole = app.service.get_visit(&asked.request, visit.row.id).await?;
            rows.push(whole_visit(&whole, &asked.filter, viewer));
        } else {
            rows.push(Value::Object(visit_json(&visit)));
        }
    }
    Ok(list(rows, next))
}

async fn identities(app: &App, asked: &Asked) -> Result<Response> {
    let (name, page) = page(app, asked, "identities")?;
    let found = app.service.list_identities(&asked.request, None, page).await?;
    let viewer = app.service.viewer(&asked.request);
    let next = found.next.map(|cursor| app.service.sign_cursor(&name, cursor));
    let rows = found.items.iter().map(|identity| identity_json(identity, "Authenticated", viewer));
    Ok(list(rows.collect(), next))
}

async fn contacts(app: &App, asked: &Asked) -> Result<Response> {
    let (name, page) = page(app, asked, "contacts")?;
    let found = app.service.list_contacts(&asked.request, None, page).await?;
    let next = found.next.map(|cursor| app.service.sign_cursor(&name, cursor));
    let row = |contact: countersign_service::visit::ContactDetail| {
        json!({
            "identityId": contact.identity.id.to_string(), "visitId": contact.visit.to_string(),
            "globalVisitID": contact.device.map(|id| id.to_string()),
            "sessionId": contact.session.map(|id| id.to_string()), "timestamp": millis(contact.at),
        })
    };
    Ok(list(found.items.into_iter().map(row).collect(), next))
}

fn of_visit(app: &App, asked: &Asked, whole: VisitWhole, part: &str) -> Result<Response> {
    let (viewer, now) = (app.service.viewer(&asked.request), app.service.now());
    let query = asked.filter.events()?;
    let name = format!("visit_{part}_{}", whole.visit.row.id);
    let rows = match part {
        "pages" => {
            let events = whole.events;
            let wanted = whole.pages.into_iter().filter(|page| query.has(&page.event, now));
            wanted.map(|page| page_json(page, &events, viewer)).collect()
        }
        "events" => {
            let wanted = whole.events.into_iter().filter(|event| query.has(&event.event, now));
            wanted.map(|event| event_json(event, viewer)).collect()
        }
        "sessions" => whole
            .sessions
            .iter()
            .map(|session| session_json(session, &[], &[], &asked.filter, viewer))
            .collect(),
        _ => whole
            .identities
            .iter()
            .map(|(identity, state)| identity_json(identity, scope(state.as_str()), viewer))
            .collect(),
    };
    cut(app, asked, &name, rows)
}

async fn of_identity(app: &App, asked: &Asked, id: &str, part: &str) -> Result<Response> {
    let id = id_of(id, "identity")?;
    let (name, page) = page(app, asked, &format!("identity_{part}_{id}"))?;
    let (viewer, now, query) =
        (app.service.viewer(&asked.request), app.service.now(), asked.filter.events()?);
    let found = app.service.list_wholes_of_identity(&asked.request, id, page.after).await?;
    let next = found.next.map(|cursor| app.service.sign_cursor(&name, cursor));
    let mut rows = Vec::new();
    for whole in found.items {
        match part {
            "pages" => {
                let events = whole.events;
                let own =
                    whole.pages.into_iter().filter(|p| p.identity == Some(id) && query.has(&p.event, now));
                rows.extend(own.map(|page| page_json(page, &events, viewer)));
            }
            "events" => {
                let own =
                    whole.events.into_iter().filter(|e| e.identity == Some(id) && query.has(&e.event, now));
                rows.extend(own.map(|event| event_json(event, viewer)));
            }
            _ => {
                let own = whole.sessions.iter().filter(|session| session.identity.id == id);
                rows.extend(own.map(|session| session_json(session, &[], &[], &asked.filter, viewer)));
            }
        }
    }
    Ok(list(rows, next))
}

/// Milliseconds, as those products count.
fn millis(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(1_000)
}

/// 0: it goes on.
fn end(at: Option<Timestamp>) -> i64 {
    at.map_or(0, millis)
}

fn scope(state: &str) -> &'static str {
    if state == "authenticated" { "Authenticated" } else { "Recognized" }
}

fn visit_json(visit: &VisitDetail) -> Map<String, Value> {
    let fields = json!({
        "visitId": visit.row.id.to_string(), "startDate": millis(visit.row.started_at),
        "endDate": end(visit.reading.ended_at),
        "globalVisitID": visit.device.map(|id| id.to_string()), "userAgentID": visit.row.agent,
        "eventIds": null, "events": null, "pageIds": null, "pages": null, "sessionIds": null, "sessions": null,
        "activeSessionId": null,
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// A visit carries its pages (the seed), and whatever else is asked for.
fn whole_visit(whole: &VisitWhole, filter: &Filter, viewer: Viewer) -> Value {
    let mut visit = visit_json(&whole.visit);
    let mut put = |name: &str, value: Value| {
        visit.insert(name.to_owned(), value);
    };
    put("pageIds", whole.pages.iter().map(|page| page.id.to_string()).collect());
    put("pages", whole.pages.iter().map(|page| page_json(page.clone(), &whole.events, viewer)).collect());
    let (with_events, events_whole) = filter.include("events");
    if with_events {
        put("eventIds", whole.events.iter().map(|event| event.id.to_string()).collect());
    }
    if events_whole {
        put("events", whole.events.iter().map(|event| event_json(event.clone(), viewer)).collect());
    }
    put("sessionIds", whole.sessions.iter().map(|session| session.id.to_string()).collect());
    if filter.include("sessions").1 {
        let rows = whole.sessions.iter().map(|s| session_json(s, &[], &[], filter, viewer));
        put("sessions", rows.collect());
    }
    let active = whole.sessions.iter().find(|session| session.ended_at.is_none());
    put("activeSessionId", active.map_or(Value::Null, |session| json!(session.id.to_string())));
    Value::Object(visit)
}

fn identity_json(identity: &IdentityDetail, scope: &str, viewer: Viewer) -> Value {
    let shown = WebIdentityView::of(identity, "recognised", viewer);
    json!({
        "identityId": shown.id, "name": shown.name.or(shown.value), "location": null, "entityInCS": shown.profile.id,
        "visitScope": scope, "eventIds": null, "events": null, "pageIds": null, "pages": null, "visitIds": null,
        "visits": null,
    })
}

fn session_json(
    session: &SessionDetail,
    pages: &[PageDetail],
    events: &[EventDetail],
    filter: &Filter,
    viewer: Viewer,
) -> Value {
    let duration = session.ended_at.map_or(0, |at| at.since(session.started_at) / time::SECOND);
    let (with_pages, pages_whole) = filter.include("pages");
    let (with_events, events_whole) = filter.include("events");
    let ids = |is: bool, ids: Vec<String>| if is { json!(ids) } else { Value::Null };
    let whole_pages: Vec<Value> =
        pages.iter().filter(|_| pages_whole).map(|page| page_json(page.clone(), events, viewer)).collect();
    let whole_events: Vec<Value> =
        events.iter().filter(|_| events_whole).map(|event| event_json(event.clone(), viewer)).collect();
    json!({
        "sessionID": session.id.to_string(), "identityId": session.identity.id.to_string(),
        "visitId": session.visit.to_string(), "startDate": millis(session.started_at), "endDate": end(session.ended_at),
        "duration": duration,
        "pageIds": ids(with_pages, pages.iter().map(|page| page.id.to_string()).collect()),
        "pages": if pages_whole { json!(whole_pages) } else { Value::Null },
        "eventIds": ids(with_events, events.iter().map(|event| event.id.to_string()).collect()),
        "events": if events_whole { json!(whole_events) } else { Value::Null },
    })
}

fn page_json(page: PageDetail, events: &[EventDetail], viewer: Viewer) -> Value {
    let (id, entered, exited, key) = (page.id, page.event.at, page.exited_at, page.event.page);
    let on: Vec<String> = events.iter().filter(|e| e.page == Some(id)).map(|e| e.id.to_string()).collect();
    let shown = serde_json::to_value(PageView::of(page, viewer)).unwrap_or_default();
    let field = |name: &str| shown.get(name).cloned().unwrap_or_default();
    json!({
        "pageId": id.to_string(), "visitId": field("visit"), "identityId": field("identity"), "sessionId": field("session"),
        "url": field("url"), "title": field("title"), "categories": field("categories"),
        "browserPageID": key.map(hex), "startDate": millis(entered), "endDate": end(exited), "eventIds": on,
    })
}

fn hex(key: [u8; 16]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn event_json(event: EventDetail, viewer: Viewer) -> Value {
    let (at, received, key, page) =
        (event.event.at, event.event.received_at, event.event.key, event.event.page.map(hex));
    let shown = serde_json::to_value(WebEventView::of(event, viewer)).unwrap_or_default();
    let field = |name: &str| shown.get(name).cloned().unwrap_or_default();
    let kind = if field("type") == "system" { "SYSTEM" } else { "BUSINESS" };
    let categories: Vec<String> = serde_json::from_value(field("categories")).unwrap_or_default();
    json!({
        "eventType": kind, "eventName": field("name"), "eventID": hex(key), "id": field("id"), "pageID": field("page"),
        "browserPageID": page, "timestamp": millis(at), "serverTimestamp": millis(received),
        "category": categories.join(";"), "url": field("url"), "languageCode": field("language"),
        "visitID": field("visit"), "sessionID": field("session"), "identityId": field("identity"), "data": field("data"),
    })
}
