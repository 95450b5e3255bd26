//! `/v1/me`: one's own name, password and sessions.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::session::MePatch;
use countersign_types::SessionId;
use countersign_types::user::Theme;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::auth::Stranger;
use crate::cursor::List;
use crate::extract::{Auth, Body, Id, NoParams};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::user::{MeView, MeWorkspaceView, SessionView, UserView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_me, update_me))
        .routes(routes!(change_password))
        .routes(routes!(list_sessions))
        .routes(routes!(delete_session))
}

/// Who is logged in, and what they may do.
#[utoipa::path(get, path = "/v1/me", tag = "start", operation_id = "get_me", security(("session" = [])),
    responses((status = 200, body = MeView), Refusals))]
async fn get_me(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<MeView>, Failure> {
    let (user, session) = app.service.me(&request)?;
    let workspace = &app.service.snapshot().workspace;
    Ok(Json(MeView {
        csrf_token: app.service.csrf_token(session),
        reveals_per_hour: request.caller.reveals_per_hour(&app.service.snapshot().masking),
        permissions: user.role.permissions().map(|p| p.as_str()).collect(),
        user: user.into(),
        workspace: MeWorkspaceView {
            name: workspace.name.clone(),
            languages: workspace.languages.clone(),
            default_language: workspace.default_language.clone(),
            version: env!("CARGO_PKG_VERSION"),
        },
    }))
}

/// A change to oneself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MePatchBody {
    /// Name.
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    /// Language of the console.
    language: Option<String>,
    /// `system`, `light` or `dark`.
    #[schema(value_type = Option<String>, pattern = "^(system|light|dark)$")]
    theme: Option<Theme>,
}

/// Changes one's own name, language or colours.
#[utoipa::path(patch, path = "/v1/me", tag = "start", operation_id = "update_me", security(("session" = [])),
    request_body = MePatchBody, responses((status = 200, body = UserView), Refusals))]
async fn update_me(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<MePatchBody>,
) -> Result<Json<UserView>, Failure> {
    let patch = MePatch { name: body.name, language: body.language, theme: body.theme };
    Ok(Json(app.service.update_me(&request, patch).await?.into()))
}

/// A change of one's password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordBody {
    /// The one so far.
    current_password: String,
    /// The one from now on.
    #[schema(min_length = 15, max_length = 256)]
    new_password: String,
}

/// Changes one's own password. All other sessions end.
#[utoipa::path(post, path = "/v1/me/password", tag = "start", operation_id = "change_password",
    security(("session" = [])), request_body = PasswordBody, responses((status = 204), Refusals))]
async fn change_password(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    stranger: Stranger,
    Body(body): Body<PasswordBody>,
) -> Result<StatusCode, Failure> {
    let (current, new) = (&body.current_password, &body.new_password);
    app.service.change_password(&request, &stranger.client, current, new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's own sessions, newest first.
#[utoipa::path(get, path = "/v1/me/sessions", tag = "start", operation_id = "list_sessions",
    security(("session" = [])), responses((status = 200, body = List<SessionView>), Refusals))]
async fn list_sessions(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<List<SessionView>>, Failure> {
    let sessions = app.service.list_own_sessions(&request).await?;
    Ok(Json(List::whole(sessions.into_iter().map(SessionView::from).collect())))
}

/// Ends one of one's own sessions.
#[utoipa::path(delete, path = "/v1/me/sessions/{id}", tag = "start", operation_id = "delete_session",
    security(("session" = [])), params(("id" = String, Path)), responses((status = 204), Refusals))]
async fn delete_session(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<SessionId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_own_session(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
