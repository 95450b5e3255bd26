//! `/v1/invitations`: which visitors of websites are invited to a web chat.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::chat_invitation::{InvitationPatch, When};
use countersign_service::site::channel_of;
use countersign_types::channel::ChannelState;
use countersign_types::{CalendarId, ChannelId, ChatInvitationId, SiteId};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::List;
use crate::extract::{Auth, Body, Id, NoParams};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::chat_invitation::InvitationView;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_invitations, create_invitation)).routes(routes!(
        get_invitation,
        update_invitation,
        delete_invitation
    ))
}

/// What one holds in one's hand.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InvitationDevice)]
pub enum Device {
    /// A computer.
    Desktop,
    /// A telephone.
    Mobile,
    /// A tablet.
    Tablet,
}

/// What is known of who is visiting.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InvitationVisitState)]
pub enum VisitState {
    /// Nothing.
    Anonymous,
    /// The browser is recognised.
    Recognised,
    /// The browser's history suggests somebody.
    Assumed,
    /// Somebody is signed in.
    Authenticated,
}

/// Which visits an invitation is for. What is left out asks for nothing; of a list one is enough.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct InvitationWhenBody {
    /// The address of the page that is looked at has one of these in it.
    #[schema(max_items = 20)]
    url_contains: Vec<String>,
    /// One of the pages of the visit is in one of these categories.
    #[schema(max_items = 20)]
    categories: Vec<String>,
    /// So many pages were entered.
    #[schema(minimum = 0, maximum = 1000)]
    pages_at_least: i64,
    /// The visit has lasted so long.
    #[schema(minimum = 0, maximum = 86400)]
    seconds_at_least: i64,
    /// The visit is in one of these states.
    #[schema(max_items = 4)]
    states: Vec<VisitState>,
    /// It came from one of these campaigns or sites.
    #[schema(max_items = 20)]
    sources: Vec<String>,
    /// The browser has, or has not, been here before.
    returning: Option<bool>,
    /// The browser speaks one of these.
    #[schema(max_items = 20)]
    languages: Vec<String>,
    /// It is one of these devices.
    #[schema(max_items = 3)]
    devices: Vec<Device>,
}

impl From<InvitationWhenBody> for When {
    fn from(body: InvitationWhenBody) -> Self {
        use countersign_service::chat_invitation::{DeviceKind, State};
        let trimmed = |list: Vec<String>| list.into_iter().map(|text| text.trim().to_owned()).collect();
        Self {
            url_contains: trimmed(body.url_contains),
            categories: trimmed(body.categories),
            pages_at_least: body.pages_at_least,
            seconds_at_least: body.seconds_at_least,
            states: body
                .states
                .into_iter()
                .map(|state| match state {
                    VisitState::Anonymous => State::Anonymous,
                    VisitState::Recognised => State::Recognised,
                    VisitState::Assumed => State::Assumed,
                    VisitState::Authenticated => State::Authenticated,
                })
                .collect(),
            sources: trimmed(body.sources),
            returning: body.returning,
            languages: trimmed(body.languages),
            devices: body
                .devices
                .into_iter()
                .map(|device| match device {
                    Device::Desktop => DeviceKind::Desktop,
                    Device::Mobile => DeviceKind::Mobile,
                    Device::Tablet => DeviceKind::Tablet,
                })
                .collect(),
        }
    }
}

fn some<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Option<CalendarId>>, D::Error> {
    Option::deserialize(d).map(Some)
}

/// A new invitation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitationBody {
    /// Its name, for the team.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// `active` if nothing is said, or `paused`.
    #[schema(value_type = Option<String>, pattern = "^(active|paused)$")]
    state: Option<ChannelState>,
    /// The site whose visitors are meant.
    #[schema(value_type = String)]
    site: SiteId,
    /// The web chat.
    #[schema(value_type = String)]
    channel: ChannelId,
    /// Which one is tried first, from 1; the last if nothing is said.
    #[schema(minimum = 1)]
    position: Option<i64>,
    /// Which visits; all if nothing is said.
    #[serde(default)]
    when: InvitationWhenBody,
    /// Its words by language, at most 200 characters each.
    texts: BTreeMap<String, String>,
    /// Only in these business hours.
    #[schema(value_type = Option<String>)]
    calendar: Option<CalendarId>,
    /// Only while somebody of the team is there; yes if nothing is said.
    only_when_online: Option<bool>,
    /// A browser that was invited is left alone for so many days; 7 if nothing is said.
    #[schema(minimum = 0, maximum = 365)]
    per_visitor_days: Option<i64>,
    /// So many may wait for somebody at once; 3 if nothing is said.
    #[schema(minimum = 1, maximum = 100)]
    waiting_max: Option<i64>,
    /// So many in a minute; 10 if nothing is said.
    #[schema(minimum = 1, maximum = 600)]
    per_minute_max: Option<i64>,
}

/// A change to an invitation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationPatchBody {
    /// Its name, for the team.
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    /// `active` or `paused`.
    #[schema(value_type = Option<String>, pattern = "^(active|paused)$")]
    state: Option<ChannelState>,
    /// The site whose visitors are meant.
    #[schema(value_type = Option<String>)]
    site: Option<SiteId>,
    /// The web chat.
    #[schema(value_type = Option<String>)]
    channel: Option<ChannelId>,
    /// Which one is tried first, from 1; the others move.
    #[schema(minimum = 1)]
    position: Option<i64>,
    /// Which visits, whole.
    when: Option<InvitationWhenBody>,
    /// Its words by language, whole.
    texts: Option<BTreeMap<String, String>>,
    /// Only in these business hours; `null`: at any time.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    calendar: Option<Option<CalendarId>>,
    /// Only while somebody of the team is there.
    only_when_online: Option<bool>,
    /// A browser that was invited is left alone for so many days.
    #[schema(minimum = 0, maximum = 365)]
    per_visitor_days: Option<i64>,
    /// So many may wait for somebody at once.
    #[schema(minimum = 1, maximum = 100)]
    waiting_max: Option<i64>,
    /// So many in a minute.
    #[schema(minimum = 1, maximum = 600)]
    per_minute_max: Option<i64>,
}

fn trimmed(texts: BTreeMap<String, String>) -> BTreeMap<String, String> {
    texts.into_iter().map(|(language, text)| (language, text.trim().to_owned())).collect()
}

impl From<InvitationPatchBody> for InvitationPatch {
    fn from(body: InvitationPatchBody) -> Self {
        Self {
            name: body.name,
            is_active: body.state.map(|state| state == ChannelState::Active),
            site: body.site.map(channel_of),
            channel: body.channel,
            position: body.position,
            when: body.when.map(Into::into),
            texts: body.texts.map(trimmed),
            calendar: body.calendar,
            only_when_online: body.only_when_online,
            per_visitor_days: body.per_visitor_days,
            waiting_max: body.waiting_max,
            per_minute_max: body.per_minute_max,
        }
    }
}

/// All invitations in the order in which they are tried, with what became of them.
#[utoipa::path(get, path = "/v1/invitations", tag = "website", operation_id = "list_invitations",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = List<InvitationView>), Refusals))]
async fn list_invitations(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<List<InvitationView>>, Failure> {
    let all = app.service.list_chat_invitations(&request).await?;
    Ok(Json(List::whole(all.into_iter().map(InvitationView::from).collect())))
}

/// Adds an invitation. Visitors get it once the settings of its web chat say `"invitations": true`.
#[utoipa::path(post, path = "/v1/invitations", tag = "website", operation_id = "create_invitation",
    security(("api_key" = []), ("session" = [])), request_body = NewInvitationBody,
    responses((status = 201, body = InvitationView), Refusals))]
async fn create_invitation(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewInvitationBody>,
) -> Result<(StatusCode, Json<InvitationView>), Failure> {
    let new = InvitationPatch {
        name: Some(body.name),
        is_active: body.state.map(|state| state == ChannelState::Active),
        site: Some(channel_of(body.site)),
        channel: Some(body.channel),
        position: body.position,
        when: Some(body.when.into()),
        texts: Some(trimmed(body.texts)),
        calendar: Some(body.calendar),
        only_when_online: body.only_when_online,
        per_visitor_days: body.per_visitor_days,
        waiting_max: body.waiting_max,
        per_minute_max: body.per_minute_max,
    };
    let made = app.service.create_chat_invitation(&request, new).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// An invitation.
#[utoipa::path(get, path = "/v1/invitations/{id}", tag = "website", operation_id = "get_invitation",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = InvitationView), Refusals))]
async fn get_invitation(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ChatInvitationId>,
    _: NoParams,
) -> Result<Json<InvitationView>, Failure> {
    Ok(Json(app.service.get_chat_invitation(&request, id).await?.into()))
}

/// Changes an invitation.
#[utoipa::path(patch, path = "/v1/invitations/{id}", tag = "website", operation_id = "update_invitation",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = InvitationPatchBody,
    responses((status = 200, body = InvitationView), Refusals))]
async fn update_invitation(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ChatInvitationId>,
    Body(body): Body<InvitationPatchBody>,
) -> Result<Json<InvitationView>, Failure> {
    Ok(Json(app.service.update_chat_invitation(&request, id, body.into()).await?.into()))
}

/// Deletes an invitation with its figures.
#[utoipa::path(delete, path = "/v1/invitations/{id}", tag = "website", operation_id = "delete_invitation",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_invitation(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ChatInvitationId>,
    _: NoParams,
) -> Result<StatusCode, Failure> {
    app.service.delete_chat_invitation(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
