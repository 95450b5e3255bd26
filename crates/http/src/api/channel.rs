//! `/v1/channels`: places where messages come from.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::channel::{ChannelPatch, NewChannel};
use countersign_types::ChannelId;
use countersign_types::channel::{ChannelKind, ChannelState};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::List;
use crate::extract::{Auth, Body, Id, NoParams};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::channel::{ChannelMade, ChannelTestView, ChannelView, SecretView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_channels, create_channel))
        .routes(routes!(get_channel, update_channel, delete_channel))
        .routes(routes!(rotate_channel_secret))
        .routes(routes!(test_channel))
}

/// A new channel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewChannelBody {
    /// `custom`, `web_chat`, or what its connector is for: `email`, `telegram`, `whatsapp`, `messenger`, `instagram`, `sms`, `viber`, `line`, `matrix`.
    #[schema(value_type = String, pattern = "^(custom|web_chat|email|telegram|whatsapp|messenger|instagram|sms|viber|line|matrix)$")]
    kind: ChannelKind,
    /// Its name.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// Settings of its kind.
    #[serde(default)]
    #[schema(value_type = Object)]
    config: serde_json::Map<String, serde_json::Value>,
    /// Secrets of its kind, by name: they are kept sealed and never given out.
    #[serde(default)]
    secrets: BTreeMap<String, String>,
}

/// A change to a channel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelPatchBody {
    /// Its name.
    name: Option<String>,
    /// `active` or `paused`.
    #[schema(value_type = Option<String>, pattern = "^(active|paused)$")]
    state: Option<ChannelState>,
    /// Settings of its kind, whole.
    #[schema(value_type = Option<Object>)]
    config: Option<serde_json::Map<String, serde_json::Value>>,
    /// Secrets to put in place of those of the same names.
    #[serde(default)]
    secrets: BTreeMap<String, String>,
}

/// All channels, oldest first.
#[utoipa::path(get, path = "/v1/channels", tag = "channels", operation_id = "list_channels",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = List<ChannelView>), Refusals))]
async fn list_channels(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<List<ChannelView>>, Failure> {
    let rows = app.service.list_channels(&request).await?;
    Ok(Json(List::whole(rows.into_iter().map(ChannelView::from).collect())))
}

/// Adds a channel, once its provider takes the settings. A custom channel's secret is shown in this answer and never
/// again.
#[utoipa::path(post, path = "/v1/channels", tag = "channels", operation_id = "create_channel",
    security(("api_key" = []), ("session" = [])), request_body = NewChannelBody,
    responses((status = 201, body = ChannelMade), Refusals))]
async fn create_channel(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewChannelBody>,
) -> Result<(StatusCode, Json<ChannelMade>), Failure> {
    let new =
        NewChannel { kind: body.kind, name: body.name, config: body.config.into(), secrets: body.secrets };
    let (row, secret) = app.service.create_channel(&request, new).await?;
    Ok((StatusCode::CREATED, Json(ChannelMade { channel: row.into(), secret })))
}

/// A channel.
#[utoipa::path(get, path = "/v1/channels/{id}", tag = "channels", operation_id = "get_channel",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = ChannelView), Refusals))]
async fn get_channel(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ChannelId>,
    _: NoParams,
) -> Result<Json<ChannelView>, Failure> {
    Ok(Json(app.service.get_channel(&request, id).await?.into()))
}

/// Changes a channel. New settings and secrets are saved once its provider takes them.
#[utoipa::path(patch, path = "/v1/channels/{id}", tag = "channels", operation_id = "update_channel",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = ChannelPatchBody,
    responses((status = 200, body = ChannelView), Refusals))]
async fn update_channel(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ChannelId>,
    Body(body): Body<ChannelPatchBody>,
) -> Result<Json<ChannelView>, Failure> {
    let patch = ChannelPatch {
        name: body.name,
        state: body.state,
        config: body.config.map(Into::into),
        secrets: body.secrets,
    };
    Ok(Json(app.service.update_channel(&request, id, patch).await?.into()))
}

/// Takes a channel out of use. Its cases stay readable.
#[utoipa::path(delete, path = "/v1/channels/{id}", tag = "channels", operation_id = "delete_channel",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_channel(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ChannelId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_channel(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a custom channel a new secret, shown in this answer and never again.
#[utoipa::path(post, path = "/v1/channels/{id}/secret", tag = "channels", operation_id = "rotate_channel_secret",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = SecretView), Refusals))]
async fn rotate_channel_secret(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ChannelId>,
) -> Result<Json<SecretView>, Failure> {
    let secret = app.service.rotate_channel_secret(&request, id).await?;
    Ok(Json(SecretView { secret }))
}

/// Looks whether the channel works: a custom one gets a test where its replies go, a messenger's provider is asked.
#[utoipa::path(post, path = "/v1/channels/{id}/test", tag = "channels", operation_id = "test_channel",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = ChannelTestView), Refusals))]
async fn test_channel(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ChannelId>,
) -> Result<Json<ChannelTestView>, Failure> {
    Ok(Json(app.service.test_channel(&request, id).await?.into()))
}
