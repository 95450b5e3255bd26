//! `/v1/auth`, `/v1/setup`, `/v1/invitations`: how somebody comes in. Nobody is logged in yet, so there is no CSRF
//! token; a browser that says it comes from elsewhere is refused (X-3).

use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_service::session::{Client, LogIn};
use countersign_service::setup::SetUp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Auth, Body, ClientAddress, NoParams, SESSION_COOKIE, cookie, same_origin};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::user::{InviteeView, LogInView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_setup, set_up))
        .routes(routes!(log_in))
        .routes(routes!(log_out))
        .routes(routes!(look_at_invitation))
        .routes(routes!(accept_invitation))
}

/// Somebody who is not known yet.
#[derive(Debug)]
pub struct Stranger {
    /// From where.
    pub client: Client,
    /// The session that the browser had.
    pub previous: Option<String>,
}

impl FromRequestParts<Arc<App>> for Stranger {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        same_origin(parts, app)?;
        let ClientAddress(address) = ClientAddress::from_request_parts(parts, app).await?;
        let agent = parts.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
        Ok(Self {
            client: Client { address, user_agent: agent.to_owned() },
            previous: cookie(&parts.headers, SESSION_COOKIE).map(ToOwned::to_owned),
        })
    }
}

/// Whether the workspace was set up.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupView {
    /// `needed` or `done`.
    state: &'static str,
}

/// Whether the workspace was set up.
#[utoipa::path(get, path = "/v1/setup", tag = "start", operation_id = "get_setup",
    responses((status = 200, body = SetupView), Refusals))]
async fn get_setup(State(app): State<Arc<App>>, _: NoParams) -> Result<Json<SetupView>, Failure> {
    let state = app.service.set_up_state().await?;
    Ok(Json(SetupView { state: state.as_str() }))
}

/// The set-up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUpBody {
    /// The token of the set-up link.
    token: String,
    /// The organisation.
    #[schema(min_length = 1, max_length = 80)]
    workspace_name: String,
    /// The first administrator.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Their address.
    email: String,
    /// Their password.
    #[schema(min_length = 15, max_length = 256)]
    password: String,
}

/// Sets the workspace up with the link printed at the first start. It works once.
#[utoipa::path(post, path = "/v1/setup", tag = "start", operation_id = "set_up", request_body = SetUpBody,
    responses((status = 201, body = LogInView), Refusals))]
async fn set_up(
    State(app): State<Arc<App>>,
    stranger: Stranger,
    Body(body): Body<SetUpBody>,
) -> Result<Response, Failure> {
    let set_up = SetUp {
        token: body.token,
        workspace_name: body.workspace_name,
        name: body.name,
        email: body.email,
        password: body.password,
    };
    Ok(came_in(StatusCode::CREATED, app.service.set_up(&stranger.client, set_up).await?))
}

/// An address and a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogInBody {
    /// The address.
    email: String,
    /// The password.
    password: String,
}

/// Logs somebody in. Every failure answers alike and takes as long.
#[utoipa::path(post, path = "/v1/auth/login", tag = "start", operation_id = "log_in", request_body = LogInBody,
    responses((status = 200, body = LogInView), Refusals))]
async fn log_in(
    State(app): State<Arc<App>>,
    stranger: Stranger,
    Body(body): Body<LogInBody>,
) -> Result<Response, Failure> {
    let previous = stranger.previous.as_deref();
    let log_in = app.service.log_in(&stranger.client, &body.email, &body.password, previous).await?;
    Ok(came_in(StatusCode::OK, log_in))
}

/// Ends the session.
#[utoipa::path(post, path = "/v1/auth/logout", tag = "start", operation_id = "log_out",
    security(("session" = [])), responses((status = 204), Refusals))]
async fn log_out(State(app): State<Arc<App>>, Auth(request): Auth) -> Result<Response, Failure> {
    app.service.log_out(&request).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(header::SET_COOKIE, HeaderValue::from_static(CLEARED));
    headers.insert("clear-site-data", HeaderValue::from_static(r#""cache", "cookies", "storage""#));
    Ok(response)
}

/// A link that somebody was sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationLinkBody {
    /// The token of the invitation link.
    token: String,
}

/// Whom the link invites, and where to. The link stays good.
#[utoipa::path(post, path = "/v1/invitations/look", tag = "start", operation_id = "look_at_invitation",
    request_body = InvitationLinkBody, responses((status = 200, body = InviteeView), Refusals))]
async fn look_at_invitation(
    State(app): State<Arc<App>>,
    stranger: Stranger,
    Body(body): Body<InvitationLinkBody>,
) -> Result<Json<InviteeView>, Failure> {
    Ok(Json(app.service.find_invitee(&stranger.client, &body.token).await?.into()))
}

/// An invitation accepted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptBody {
    /// The token of the invitation link.
    token: String,
    /// One's name, if it differs from the one in the invitation.
    name: Option<String>,
    /// A password.
    #[schema(min_length = 15, max_length = 256)]
    password: String,
}

/// Accepts an invitation with a password of one's own.
#[utoipa::path(post, path = "/v1/invitations/accept", tag = "start", operation_id = "accept_invitation",
    request_body = AcceptBody, responses((status = 200, body = LogInView), Refusals))]
async fn accept_invitation(
    State(app): State<Arc<App>>,
    stranger: Stranger,
    Body(body): Body<AcceptBody>,
) -> Result<Response, Failure> {
    let name = body.name.as_deref();
    let accepted = app.service.accept_invitation(&stranger.client, &body.token, name, &body.password).await?;
    Ok(came_in(StatusCode::OK, accepted))
}

const CLEARED: &str = "__Host-countersign=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0";

/// Answers somebody who came in: the view, and the token in the cookie alone (X-2).
fn came_in(status: StatusCode, log_in: LogIn) -> Response {
    let cookie = format!("{SESSION_COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax", log_in.token);
    let view = LogInView { user: log_in.user.into(), csrf_token: log_in.csrf_token };
    let mut response = (status, Json(view)).into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
