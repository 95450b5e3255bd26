//! Visits of websites as a viewer sees them. What a site calls somebody, names, titles and what events say are personal.

use countersign_masking::Known;
use countersign_service::visit::{
    ContactDetail, DecisionDetail, EventDetail, IdentityDetail, PageDetail, SessionDetail, VisitDetail,
};
use countersign_types::pii::{Class, FreeText, Pii, Viewer};
use countersign_types::{Assurance, Error, WebEventId, time};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::case::ActorView;
use super::{Field, Lens};

pub(super) const fn type_word(is_system: bool) -> &'static str {
    if is_system { "system" } else { "business" }
}

pub(super) fn text(
    lens: &mut Lens,
    name: &'static str,
    value: Option<String>,
    known: &Known,
) -> Option<String> {
    value.map(|value| lens.show_text(name, &Pii::<FreeText>::new(value), known))
}

/// Whoever sees parts of texts masked does not look for parts of them: hit or miss would say what is hidden (M-2).
pub fn may_look_for(viewer: Viewer, parts: &[Option<String>]) -> Result<(), Error> {
    let is_masked = [Class::Email, Class::Phone, Class::Name, Class::FreeText, Class::ExternalId]
        .into_iter()
        .any(|class| viewer.is_masked(class));
    if is_masked && parts.iter().any(Option::is_some) {
        return Err(Error::Refused {
            code: "masked-field",
            detail: "Parts of what stands in addresses and titles are masked for you, so they cannot be searched.",
            hint: "Look for visits by site, state, customer or time.",
        });
    }
    Ok(())
}

/// What an event says, each text in it as a viewer sees texts.
fn data(lens: &mut Lens, value: Value, known: &Known) -> Value {
    match value {
        Value::String(value) => Value::String(lens.show_text("data", &Pii::<FreeText>::new(value), known)),
        Value::Number(number) => {
            // A number may be a phone's: it is hidden as a text would be.
            let plain = number.to_string();
            let shown = lens.show_text("data", &Pii::<FreeText>::new(plain.clone()), known);
            if shown == plain { Value::Number(number) } else { Value::String(shown) }
        }
        Value::Array(items) => items.into_iter().map(|item| data(lens, item, known)).collect(),
        Value::Object(fields) => {
            let shown = |(key, value): (String, Value)| {
                let key = lens.show_text("data", &Pii::<FreeText>::new(key), known);
                (key, data(lens, value, known))
            };
            fields.into_iter().map(shown).collect::<serde_json::Map<_, _>>().into()
        }
        other => other,
    }
}

/// A site in a few words.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteRef {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
}

/// The customer that an identity stands under.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebProfileRef {
    /// Its id.
    pub id: String,
    /// Their name, where it is known.
    pub name: Option<String>,
}

/// Somebody as a site names them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebIdentityView {
    /// Its id.
    pub id: String,
    /// The site.
    pub site: String,
    /// `authenticated`: a sign-in said so; `recognised`: somebody did; `assumed`: only the browser's history.
    pub scope: &'static str,
    /// Their name, where it is known.
    pub name: Option<String>,
    /// What the site calls them; none: a signed token named them.
    pub value: Option<String>,
    /// The customer.
    pub profile: WebProfileRef,
    /// Whether that customer is nobody's in particular yet.
    pub is_stranger: bool,
    /// `al3` while what a signed token proved counts, `al1`: a page said so.
    pub assurance: &'static str,
    /// When the site first named them.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Names of the fields that you see masked.
    #[schema(value_type = Vec<String>)]
    pub masked: Vec<Field>,
}

impl WebIdentityView {
    /// As a viewer sees it.
    pub fn of(identity: &IdentityDetail, scope: &'static str, viewer: Viewer) -> Self {
        let mut lens = Lens::new(viewer);
        let name = identity.name.as_ref().map(|name| lens.show_chosen("name", name));
        Self {
            id: identity.id.to_string(),
            site: identity.site.to_string(),
            scope,
            name: name.clone(),
            value: identity.value.as_ref().map(|value| lens.show_chosen("value", value)),
            profile: WebProfileRef { id: identity.profile.to_string(), name },
            is_stranger: identity.is_stranger,
            assurance: if scope == "authenticated" {
                identity.assurance.max(Assurance::Al1).as_str()
            } else {
                Assurance::Al1.as_str()
            },
            created_at: identity.created_at.to_string(),
            masked: lens.masked(),
        }
    }
}

/// Somebody who may be there.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateView {
    /// Who.
    identity: WebIdentityView,
    /// How likely, between 0 and 1.
    confidence: f64,
}

/// The address and title of a page.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageRef {
    /// Address, without what is nobody's business.
    url: Option<String>,
    /// Title.
    title: Option<String>,
}

/// The kind of browser.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserAgentView {
    /// The browser's family.
    browser: String,
    /// The system's family.
    system: String,
    /// `desktop`, `mobile`, `tablet`, `bot` or `unknown`.
    device: String,
}

/// A visit.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitView {
    /// Its id.
    id: String,
    /// The site.
    site: SiteRef,
    /// The browser, as long as it keeps its key: the global visit id.
    device: Option<String>,
    /// `anonymous`, `recognised`, `assumed` or `authenticated`, as it reads now.
    state: &'static str,
    /// How likely the person is who is named, where that is uncertain.
    confidence: Option<f64>,
    /// How sure it is: `al3` while a signed session is open, `al1` for what is only said, `al0`.
    assurance: &'static str,
    /// Whom it stands for.
    identity: Option<WebIdentityView>,
    /// Who may be there, where nobody is known; likeliest first.
    candidates: Vec<CandidateView>,
    /// Whether it goes on.
    is_live: bool,
    /// Its first event.
    #[schema(format = DateTime)]
    started_at: String,
    /// Its last event.
    #[schema(format = DateTime)]
    last_at: String,
    /// When it ended.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// Pages entered.
    pages_count: i64,
    /// Events.
    events_count: i64,
    /// The page that was entered last.
    current_page: Option<PageRef>,
    /// The page that it began on.
    entry_page: Option<PageRef>,
    /// Where it came from.
    referrer: Option<String>,
    /// The campaign or the site it came from.
    source: Option<String>,
    /// The browser's language.
    language: Option<String>,
    /// The kind of browser.
    user_agent: Option<UserAgentView>,
    /// Whether more than one person used this browser.
    is_shared_device: bool,
    /// How far the browser's clock is ahead, milliseconds.
    clock_offset_ms: i64,
    /// The country that it came from, two letters; none: unknown, or the server has no database of them.
    #[schema(example = "SE")]
    country: Option<String>,
    /// What a colleague decided last about who is there.
    decision: Option<VisitDecisionView>,
}

/// What a colleague decided about who is in a visit. It proves nothing.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitDecisionView {
    /// Who decided.
    by: ActorView,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// `confirm` or `reject`.
    decision: &'static str,
    /// Of which identity.
    identity: String,
}

impl VisitDecisionView {
    fn of(decision: &DecisionDetail) -> Self {
        Self {
            by: ActorView {
                kind: decision.by.kind.as_str().to_owned(),
                id: decision.by.id.clone(),
                name: decision.by.name.clone(),
            },
            at: decision.at.to_string(),
            decision: decision.decision.as_str(),
            identity: decision.identity.to_string(),
        }
    }
}

impl VisitView {
    /// As a viewer sees it.
    pub fn of(visit: &VisitDetail, viewer: Viewer) -> Self {
        let mut lens = Lens::new(viewer);
        let (row, known) = (&visit.row, &*visit.hidden);
        let scope = visit.reading.state.as_str();
        let mut page = |(url, title): (&Option<String>, &Option<String>)| {
            let is_there = url.is_some() || title.is_some();
            is_there.then(|| PageRef {
                url: text(&mut lens, "url", url.clone(), known),
                title: text(&mut lens, "title", title.clone(), known),
            })
        };
        let current_page = page((&row.page.0, &row.page.1));
        let entry_page = page((&row.entry.0, &row.entry.1));
        let agent: Option<Value> = row.agent.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let user_agent = agent.map(|agent| {
            let word = |name: &str| agent.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            UserAgentView { browser: word("browser"), system: word("system"), device: word("device") }
        });
        Self {
            id: row.id.to_string(),
            site: SiteRef {
                id: countersign_service::site::site_of(row.site).to_string(),
                name: visit.site_name.clone(),
            },
            device: visit.device.map(|device| device.to_string()),
            state: scope,
            confidence: visit.reading.confidence.map(|c| (c * 100.0).round() / 100.0),
            assurance: visit.assurance.as_str(),
            identity: visit.identity.as_ref().map(|identity| WebIdentityView::of(identity, scope, viewer)),
            candidates: visit
                .candidates
                .iter()
                .map(|candidate| CandidateView {
                    identity: WebIdentityView::of(&candidate.identity, "assumed", viewer),
                    confidence: (candidate.confidence * 100.0).round() / 100.0,
                })
                .collect(),
            is_live: visit.reading.is_live,
            started_at: row.started_at.to_string(),
            last_at: row.last_at.to_string(),
            ended_at: visit.reading.ended_at.map(|at| at.to_string()),
            pages_count: row.pages,
            events_count: row.events,
            current_page,
            entry_page,
            referrer: text(&mut lens, "referrer", row.referrer.clone(), known),
            source: text(&mut lens, "source", row.source.clone(), known),
            language: row.language.clone(),
            user_agent,
            is_shared_device: visit.is_shared_device,
            clock_offset_ms: row.offset_ms,
            country: row.country.clone(),
            decision: visit.decision.as_ref().map(VisitDecisionView::of),
        }
    }
}

/// One entering of a page.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageView {
    /// Its id.
    id: String,
    /// The visit.
    visit: String,
    /// Address.
    url: Option<String>,
    /// Title.
    title: Option<String>,
    /// Categories of the site's settings and of the page.
    categories: Vec<String>,
    /// When it was entered.
    #[schema(format = DateTime)]
    entered_at: String,
    /// When it was left.
    #[schema(format = DateTime)]
    exited_at: Option<String>,
    /// How long it was looked at, milliseconds.
    active_ms: Option<i64>,
    /// With whom it is shown: whose session was open, or who signed in first after it.
    identity: Option<String>,
    /// In which session.
    session: Option<String>,
}

fn categories(lens: &mut Lens, joined: Option<String>, known: &Known) -> Vec<String> {
    let joined = text(lens, "categories", joined, known);
    joined.map(|text| text.split(';').map(ToOwned::to_owned).collect()).unwrap_or_default()
}

impl PageView {
    /// As a viewer sees it.
    pub fn of(page: PageDetail, viewer: Viewer) -> Self {
        let mut lens = Lens::new(viewer);
        let known = &*page.hidden;
        Self {
            id: page.id.to_string(),
            visit: page.visit.to_string(),
            url: text(&mut lens, "url", page.event.url, known),
            title: text(&mut lens, "title", page.event.title, known),
            categories: categories(&mut lens, page.event.categories, known),
            entered_at: page.event.at.to_string(),
            exited_at: page.exited_at.map(|at| at.to_string()),
            active_ms: page.active_ms,
            identity: page.identity.map(|id| id.to_string()),
            session: page.session.map(|id| id.to_string()),
        }
    }
}

/// The time in which somebody was signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebSessionView {
    /// Its id.
    id: String,
    /// The visit.
    visit: String,
    /// Who.
    identity: WebIdentityView,
    /// Sign-in.
    #[schema(format = DateTime)]
    started_at: String,
    /// Sign-out, or the end of the visit.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// How long, seconds; so far, if it is open.
    duration_seconds: Option<i64>,
    /// Whether a token that your server signed proved it.
    is_signed: bool,
}

impl WebSessionView {
    /// As a viewer sees it.
    pub fn of(session: SessionDetail, viewer: Viewer) -> Self {
        Self {
            id: session.id.to_string(),
            visit: session.visit.to_string(),
            identity: WebIdentityView::of(&session.identity, "authenticated", viewer),
            started_at: session.started_at.to_string(),
            ended_at: session.ended_at.map(|at| at.to_string()),
            duration_seconds: session.ended_at.map(|at| at.since(session.started_at) / time::SECOND),
            is_signed: session.is_signed,
        }
    }
}

/// An event.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebEventView {
    /// Its id.
    id: String,
    /// `system` or `business`.
    r#type: &'static str,
    /// Its name.
    name: String,
    /// When it happened.
    #[schema(format = DateTime)]
    at: String,
    /// When it came.
    #[schema(format = DateTime)]
    received_at: String,
    /// The visit.
    visit: String,
    /// The page.
    page: Option<String>,
    /// In which session.
    session: Option<String>,
    /// With whom it is shown.
    identity: Option<String>,
    /// The page's address.
    url: Option<String>,
    /// The page's title.
    title: Option<String>,
    /// The page's categories.
    categories: Vec<String>,
    /// The page's language.
    language: Option<String>,
    /// What it says.
    #[schema(value_type = Object)]
    data: Value,
    /// What was wrong with it though it was taken.
    warning: Option<String>,
}

impl WebEventView {
    /// As a viewer sees it.
    pub fn of(detail: EventDetail, viewer: Viewer) -> Self {
        let mut lens = Lens::new(viewer);
        let (event, known) = (detail.event, &*detail.hidden);
        let said: Value = event
            .data
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        let id: WebEventId = detail.id;
        Self {
            id: id.to_string(),
            r#type: type_word(event.kind != "Business"),
            name: lens.show_text("name", &Pii::<FreeText>::new(event.name), known),
            at: event.at.to_string(),
            received_at: event.received_at.to_string(),
            visit: detail.visit.to_string(),
            page: detail.page.map(|id| id.to_string()),
            session: detail.session.map(|id| id.to_string()),
            identity: detail.identity.map(|id| id.to_string()),
            url: text(&mut lens, "url", event.url, known),
            title: text(&mut lens, "title", event.title, known),
            categories: categories(&mut lens, event.categories, known),
            language: event.language,
            data: data(&mut lens, said, known),
            warning: event.warning,
        }
    }
}

/// That an identity took part in a visit.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactView {
    /// Who.
    identity: WebIdentityView,
    /// The visit.
    visit: String,
    /// The browser: the global visit id.
    device: Option<String>,
    /// The session, where it was a sign-in.
    session: Option<String>,
    /// `authenticated`, `recognised`, `confirmed` or `rejected`.
    association: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
}

impl ContactView {
    /// As a viewer sees it.
    pub fn of(contact: ContactDetail, viewer: Viewer) -> Self {
        let scope = if contact.association == "authenticated" { "authenticated" } else { "recognised" };
        Self {
            identity: WebIdentityView::of(&contact.identity, scope, viewer),
            visit: contact.visit.to_string(),
            device: contact.device.map(|id| id.to_string()),
            session: contact.session.map(|id| id.to_string()),
            association: contact.association,
            at: contact.at.to_string(),
        }
    }
}

/// A visit with everything in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitWholeView {
    /// The visit.
    #[serde(flatten)]
    pub visit: VisitView,
    /// Its pages, in the order of time.
    pub pages: Vec<PageView>,
    /// Its sessions.
    pub sessions: Vec<WebSessionView>,
    /// Everybody who took part.
    pub identities: Vec<WebIdentityView>,
    /// Its events, if `include=events` asked for them.
    pub events: Option<Vec<WebEventView>>,
}
