//! `/v1/webhooks`, `/v1/webhook-deliveries`, `/v1/dead-letters`: what the company's servers are told.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::webhook::{NewWebhook, WebhookPatch, event_types};
use countersign_types::webhook::{DeliveryState, WebhookState};
use countersign_types::{DeliveryId, OutboxId, WebhookId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::user::PageParams;
use crate::cursor::{List, narrowed, page_request};
use crate::extract::{Auth, Body, Id, NoParams, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::channel::SecretView;
use crate::view::webhook::{DeadLetterView, EventTypeView, WebhookDeliveryView, WebhookMade, WebhookView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_webhooks, create_webhook))
        .routes(routes!(get_webhook, update_webhook, delete_webhook))
        .routes(routes!(rotate_webhook_secret))
        .routes(routes!(test_webhook))
        .routes(routes!(list_deliveries))
        .routes(routes!(replay_delivery))
        .routes(routes!(list_event_types))
        .routes(routes!(list_dead_letters))
        .routes(routes!(replay_dead_letter))
}

/// Webhooks, oldest first.
#[utoipa::path(get, path = "/v1/webhooks", tag = "webhooks", operation_id = "list_webhooks",
    security(("api_key" = []), ("session" = [])), params(PageParams),
    responses((status = 200, body = List<WebhookView>), Refusals))]
async fn list_webhooks(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(page): Params<PageParams>,
) -> Result<Json<List<WebhookView>>, Failure> {
    // At most 50: they come whole, and there is no second page.
    page.request(&app, "webhooks")?;
    let list = app.service.list_webhooks(&request).await?;
    Ok(Json(List::whole(list.into_iter().map(WebhookView::from).collect())))
}

/// A new webhook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhookBody {
    /// Where: a public https address.
    #[schema(example = "https://hooks.bank.example/countersign", max_length = 2048)]
    url: String,
    /// Event types, or `*`; `/v1/event-types` lists them.
    #[schema(min_items = 1, example = json!(["identification.succeeded"]))]
    events: Vec<String>,
    /// For people.
    #[schema(max_length = 200)]
    description: Option<String>,
    /// Whether bodies carry personal data instead of ids alone.
    with_personal_data: Option<bool>,
}

/// Adds a webhook. Its secret is shown in this answer and never again.
#[utoipa::path(post, path = "/v1/webhooks", tag = "webhooks", operation_id = "create_webhook",
    security(("api_key" = []), ("session" = [])), request_body = NewWebhookBody,
    responses((status = 201, body = WebhookMade), Refusals))]
async fn create_webhook(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewWebhookBody>,
) -> Result<(StatusCode, Json<WebhookMade>), Failure> {
    let new = NewWebhook {
        url: body.url,
        events: body.events,
        description: body.description.unwrap_or_default(),
        with_personal_data: body.with_personal_data.unwrap_or(false),
    };
    Ok((StatusCode::CREATED, Json(app.service.create_webhook(&request, new).await?.into())))
}

/// A webhook.
#[utoipa::path(get, path = "/v1/webhooks/{id}", tag = "webhooks", operation_id = "get_webhook",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = WebhookView), Refusals))]
async fn get_webhook(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<WebhookId>,
    _: NoParams,
) -> Result<Json<WebhookView>, Failure> {
    Ok(Json(app.service.get_webhook(&request, id).await?.into()))
}

/// A change to a webhook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookPatchBody {
    /// Where.
    #[schema(max_length = 2048)]
    url: Option<String>,
    /// Event types, or `*`.
    #[schema(min_items = 1)]
    events: Option<Vec<String>>,
    /// For people.
    #[schema(max_length = 200)]
    description: Option<String>,
    /// Whether bodies carry personal data.
    with_personal_data: Option<bool>,
    /// `active` or `disabled`.
    #[schema(value_type = Option<String>, pattern = "^(active|disabled)$")]
    state: Option<WebhookState>,
}

/// Changes a webhook.
#[utoipa::path(patch, path = "/v1/webhooks/{id}", tag = "webhooks", operation_id = "update_webhook",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = WebhookPatchBody,
    responses((status = 200, body = WebhookView), Refusals))]
async fn update_webhook(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<WebhookId>,
    Body(body): Body<WebhookPatchBody>,
) -> Result<Json<WebhookView>, Failure> {
    let patch = WebhookPatch {
        url: body.url,
        events: body.events,
        description: body.description,
        with_personal_data: body.with_personal_data,
        state: body.state,
    };
    Ok(Json(app.service.update_webhook(&request, id, patch).await?.into()))
}

/// Takes a webhook out of use.
#[utoipa::path(delete, path = "/v1/webhooks/{id}", tag = "webhooks", operation_id = "delete_webhook",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_webhook(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<WebhookId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_webhook(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a webhook a new secret, shown in this answer and never again. The one before signs too for 24 hours.
#[utoipa::path(post, path = "/v1/webhooks/{id}/secret", tag = "webhooks", operation_id = "rotate_webhook_secret",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = SecretView), Refusals))]
async fn rotate_webhook_secret(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<WebhookId>,
) -> Result<Json<SecretView>, Failure> {
    let secret = app.service.rotate_webhook_secret(&request, id).await?;
    Ok(Json(SecretView { secret }))
}

/// Sends a `webhook.test` event, by the same way as every other; its delivery tells what came of it.
#[utoipa::path(post, path = "/v1/webhooks/{id}/test", tag = "webhooks", operation_id = "test_webhook",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 201, body = WebhookDeliveryView), Refusals))]
async fn test_webhook(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<WebhookId>,
) -> Result<(StatusCode, Json<WebhookDeliveryView>), Failure> {
    Ok((StatusCode::CREATED, Json(app.service.test_webhook(&request, id).await?.into())))
}

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveryParams {
    /// `pending`, `delivered` or `dead`.
    #[param(value_type = Option<String>)]
    state: Option<DeliveryState>,
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What went to a webhook, newest first.
#[utoipa::path(get, path = "/v1/webhooks/{id}/deliveries", tag = "webhooks", operation_id = "list_deliveries",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), DeliveryParams),
    responses((status = 200, body = List<WebhookDeliveryView>), Refusals))]
async fn list_deliveries(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<WebhookId>,
    Params(query): Params<DeliveryParams>,
) -> Result<Json<List<WebhookDeliveryView>>, Failure> {
    let name = narrowed(&format!("deliveries/{id}"), &[query.state.map(DeliveryState::as_str)]);
    let page = page_request(&app.service, &name, query.limit, query.cursor.as_deref())?;
    let page = app.service.list_deliveries(&request, id, query.state, page).await?;
    Ok(Json(List::of(&app.service, &name, page, WebhookDeliveryView::from)))
}

/// Sends an event to a webhook again, delivered or given up.
#[utoipa::path(post, path = "/v1/webhook-deliveries/{id}/replay", tag = "webhooks", operation_id = "replay_delivery",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = WebhookDeliveryView), Refusals))]
async fn replay_delivery(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<DeliveryId>,
) -> Result<Json<WebhookDeliveryView>, Failure> {
    Ok(Json(app.service.replay_delivery(&request, id).await?.into()))
}

/// The types of events that a webhook can want, each with a sentence.
#[utoipa::path(get, path = "/v1/event-types", tag = "webhooks", operation_id = "list_event_types",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = List<EventTypeView>), Refusals))]
async fn list_event_types(_auth: Auth, _: NoParams) -> Result<Json<List<EventTypeView>>, Failure> {
    let views = event_types().into_iter().map(|(name, description)| EventTypeView { name, description });
    Ok(Json(List::whole(views.collect())))
}

/// Everything that left the outbox without success, newest first.
#[utoipa::path(get, path = "/v1/dead-letters", tag = "webhooks", operation_id = "list_dead_letters",
    security(("api_key" = []), ("session" = [])), params(PageParams),
    responses((status = 200, body = List<DeadLetterView>), Refusals))]
async fn list_dead_letters(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(page): Params<PageParams>,
) -> Result<Json<List<DeadLetterView>>, Failure> {
    let page = app.service.list_dead_letters(&request, page.request(&app, "dead-letters")?).await?;
    Ok(Json(List::of(&app.service, "dead-letters", page, DeadLetterView::from)))
}

/// Sends a dead letter again.
#[utoipa::path(post, path = "/v1/dead-letters/{id}/replay", tag = "webhooks", operation_id = "replay_dead_letter",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn replay_dead_letter(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<OutboxId>,
) -> Result<StatusCode, Failure> {
    app.service.replay_dead_letter(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
