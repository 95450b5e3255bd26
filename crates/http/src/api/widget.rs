//! `/v1/widgets`: identification widgets, their keys, and the snippet for the company's pages.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use countersign_service::widget::{NewWidget, WidgetPatch};
use countersign_types::widget::{WidgetAlgorithm, WidgetMode};
use countersign_types::{ChannelId, Error, WidgetId, WidgetKeyId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::assets::WIDGET_LOADER;
use crate::cursor::List;
use crate::extract::{Auth, Body, Id, NoParams, absent_or};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::widget::{SnippetView, WidgetKeyMade, WidgetView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_widgets, create_widget))
        .routes(routes!(get_widget, update_widget, delete_widget))
        .routes(routes!(create_widget_key))
        .routes(routes!(delete_widget_key))
        .routes(routes!(widget_snippet))
}

/// Phrases that differ from ours: language → key → text.
type Phrases = BTreeMap<String, BTreeMap<String, String>>;

/// Colours and corners.
#[derive(Debug, Deserialize, serde::Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ThemeBody {
    /// Accent colour.
    #[schema(example = "#2f5bd0", pattern = "^#[0-9a-fA-F]{6}$")]
    accent: Option<String>,
    /// Radius of corners in pixels.
    #[schema(minimum = 0, maximum = 24)]
    radius: Option<i64>,
    /// `auto`, `light` or `dark`.
    #[schema(pattern = "^(auto|light|dark)$")]
    scheme: Option<String>,
}

/// A new widget.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWidgetBody {
    /// Its name.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Origins of pages that may carry it.
    #[schema(min_items = 1, max_items = 20, example = json!(["https://bank.example"]))]
    origins: Vec<String>,
    /// `signed` (when nothing is said) or `plain`.
    #[serde(default = "signed")]
    #[schema(value_type = Option<String>, pattern = "^(signed|plain)$")]
    mode: WidgetMode,
    /// Why plain mode is turned on; needed then.
    #[schema(max_length = 500)]
    plain_reason: Option<String>,
    /// Language when the page's is not offered.
    default_language: Option<String>,
    /// Languages offered.
    languages: Option<Vec<String>>,
    /// Channels named as the official ones; none = every active one.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    channels: Vec<ChannelId>,
    /// Phrases that differ from ours: language → key → text.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    phrases: Phrases,
    /// Colours and corners.
    theme: Option<ThemeBody>,
}

const fn signed() -> WidgetMode {
    WidgetMode::Signed
}

/// A change to a widget; what is given replaces the whole of its field.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WidgetPatchBody {
    /// Its name.
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    /// Origins of pages that may carry it.
    #[schema(min_items = 1, max_items = 20)]
    origins: Option<Vec<String>>,
    /// `signed` or `plain`.
    #[schema(value_type = Option<String>, pattern = "^(signed|plain)$")]
    mode: Option<WidgetMode>,
    /// Why plain mode is turned on; needed then.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 500)]
    plain_reason: Option<Option<String>>,
    /// Language when the page's is not offered.
    default_language: Option<String>,
    /// Languages offered.
    languages: Option<Vec<String>>,
    /// Channels named as the official ones; none = every active one.
    #[schema(value_type = Option<Vec<String>>)]
    channels: Option<Vec<ChannelId>>,
    /// Phrases that differ from ours: language → key → text.
    #[schema(value_type = Option<Object>)]
    phrases: Option<Phrases>,
    /// Colours and corners.
    theme: Option<ThemeBody>,
}

fn json<T: serde::Serialize>(value: &T) -> Result<serde_json::Value, Error> {
    serde_json::to_value(value).map_err(Error::internal)
}

/// A new key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKeyBody {
    /// `HS256` (we make the secret), `EdDSA` (Ed25519) or `ES256` (P-256).
    #[schema(value_type = String, pattern = "^(HS256|EdDSA|ES256)$")]
    algorithm: WidgetAlgorithm,
    /// The public key as PEM, for `EdDSA` and `ES256`.
    #[schema(max_length = 4096)]
    public_key: Option<String>,
}

/// All widgets, oldest first.
#[utoipa::path(get, path = "/v1/widgets", tag = "widgets", operation_id = "list_widgets",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = List<WidgetView>), Refusals))]
async fn list_widgets(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<List<WidgetView>>, Failure> {
    let all = app.service.list_widgets(&request).await?;
    Ok(Json(List::whole(all.into_iter().map(WidgetView::from).collect())))
}

/// Adds a widget. It issues codes once it has a key, or at once in plain mode.
#[utoipa::path(post, path = "/v1/widgets", tag = "widgets", operation_id = "create_widget",
    security(("api_key" = []), ("session" = [])), request_body = NewWidgetBody,
    responses((status = 201, body = WidgetView), Refusals))]
async fn create_widget(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewWidgetBody>,
) -> Result<(StatusCode, Json<WidgetView>), Failure> {
    let new = NewWidget {
        name: body.name,
        origins: body.origins,
        mode: body.mode,
        plain_reason: body.plain_reason,
        default_language: body.default_language,
        languages: body.languages,
        channels: body.channels,
        phrases: json(&body.phrases)?,
        theme: json(&body.theme)?,
    };
    Ok((StatusCode::CREATED, Json(app.service.create_widget(&request, new).await?.into())))
}

/// A widget.
#[utoipa::path(get, path = "/v1/widgets/{id}", tag = "widgets", operation_id = "get_widget",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = WidgetView), Refusals))]
async fn get_widget(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<WidgetId>,
    _: NoParams,
) -> Result<Json<WidgetView>, Failure> {
    Ok(Json(app.service.get_widget(&request, id).await?.into()))
}

/// Changes a widget.
#[utoipa::path(patch, path = "/v1/widgets/{id}", tag = "widgets", operation_id = "update_widget",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = WidgetPatchBody,
    responses((status = 200, body = WidgetView), Refusals))]
async fn update_widget(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<WidgetId>,
    Body(body): Body<WidgetPatchBody>,
) -> Result<Json<WidgetView>, Failure> {
    let patch = WidgetPatch {
        name: body.name,
        origins: body.origins,
        mode: body.mode,
        plain_reason: body.plain_reason,
        default_language: body.default_language,
        languages: body.languages,
        channels: body.channels,
        phrases: body.phrases.as_ref().map(json).transpose()?,
        theme: body.theme.as_ref().map(json).transpose()?,
    };
    Ok(Json(app.service.update_widget(&request, id, patch).await?.into()))
}

/// Takes a widget out of use with all its keys. Links that were made through it stay.
#[utoipa::path(delete, path = "/v1/widgets/{id}", tag = "widgets", operation_id = "delete_widget",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_widget(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<WidgetId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_widget(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adds a key, two live ones at most. The secret of an HS256 key is shown in this answer and never again; sign with
/// the text as it is.
#[utoipa::path(post, path = "/v1/widgets/{id}/keys", tag = "widgets", operation_id = "create_widget_key",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = NewKeyBody,
    responses((status = 201, body = WidgetKeyMade), Refusals))]
async fn create_widget_key(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<WidgetId>,
    Body(body): Body<NewKeyBody>,
) -> Result<(StatusCode, Json<WidgetKeyMade>), Failure> {
    let public_key = body.public_key.as_deref();
    let key = app.service.create_widget_key(&request, id, body.algorithm, public_key).await?;
    Ok((StatusCode::CREATED, Json(key.into())))
}

/// Ends a key: tokens signed with it are refused at once.
#[utoipa::path(delete, path = "/v1/widgets/{id}/keys/{kid}", tag = "widgets", operation_id = "delete_widget_key",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), ("kid" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_widget_key(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Path((id, kid)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let id: WidgetId = id.parse().map_err(|_| Error::NotFound("widget"))?;
    let kid: WidgetKeyId = kid.parse().map_err(|_| Error::NotFound("widget key"))?;
    app.service.delete_widget_key(&request, id, kid).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What goes into the company's page.
#[utoipa::path(get, path = "/v1/widgets/{id}/snippet", tag = "widgets", operation_id = "widget_snippet",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = SnippetView), Refusals))]
async fn widget_snippet(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<WidgetId>,
    _: NoParams,
) -> Result<Json<SnippetView>, Failure> {
    Ok(Json(
        app.service.widget_snippet(&request, id, app.options.assets.integrity(WIDGET_LOADER)).await?.into(),
    ))
}
