//! `/v1/topics`: what customers may want.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::topic::{NewTopic, NextAction, Script, TopicPatch};
use countersign_types::{Assurance, TopicId, VerificationPolicyId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::{List, page_request};
use crate::extract::{Auth, Body, Id, NoParams, Params, absent_or};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::topic::{TopicNextActionView, TopicScriptView, TopicView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_topics, create_topic)).routes(routes!(get_topic, update_topic))
}

/// A new topic.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTopicBody {
    /// The word that mandates and records name it by: lower-case letters, digits and `_`. It never changes.
    #[schema(min_length = 1, max_length = 60, pattern = "^[a-z][a-z0-9_]*$", example = "balance")]
    key: String,
    /// Its name, which no other topic has.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// Whether anything confidential is touched. If not, nobody is verified.
    is_confidential: bool,
    /// The least level that it may proceed with: `al2` (questions), which is meant if nothing is said, or `al3`.
    #[serde(default = "al2")]
    #[schema(value_type = Option<String>, pattern = "^al[23]$")]
    minimum_level: Assurance,
    /// How customers are verified for it.
    #[schema(value_type = Option<String>)]
    policy_id: Option<VerificationPolicyId>,
    /// What the agent says.
    #[serde(default)]
    #[schema(value_type = Option<TopicScriptView>)]
    script: Option<TopicScriptView>,
    /// What comes after *proceed*.
    next_action: Option<TopicNextActionView>,
    /// Whether it can be chosen; it can, if nothing is said.
    #[serde(default = "yes")]
    #[schema(value_type = Option<bool>)]
    is_active: bool,
}

const fn al2() -> Assurance {
    Assurance::Al2
}

const fn yes() -> bool {
    true
}

/// A change to a topic. Its key is fixed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TopicPatchBody {
    /// Its name, which no other topic has.
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    /// Whether anything confidential is touched.
    is_confidential: Option<bool>,
    /// The least level that it may proceed with: `al2` or `al3`.
    #[schema(value_type = Option<String>, pattern = "^al[23]$")]
    minimum_level: Option<Assurance>,
    /// How customers are verified for it; `null`: not at all.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>)]
    policy_id: Option<Option<VerificationPolicyId>>,
    /// What the agent says, whole.
    script: Option<TopicScriptView>,
    /// What comes after *proceed*; `null`: nothing.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<TopicNextActionView>)]
    next_action: Option<Option<TopicNextActionView>>,
    /// Whether it can be chosen.
    is_active: Option<bool>,
}

fn script(body: TopicScriptView) -> Script {
    Script { opening: body.opening, proceed: body.proceed, stop: body.stop }
}

fn next_action(body: TopicNextActionView) -> NextAction {
    NextAction { label: body.label, url: body.url }
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TopicParams {
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Topics in the order in which they were made.
#[utoipa::path(get, path = "/v1/topics", tag = "verification", operation_id = "list_topics",
    security(("api_key" = []), ("session" = [])), params(TopicParams),
    responses((status = 200, body = List<TopicView>), Refusals))]
async fn list_topics(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<TopicParams>,
) -> Result<Json<List<TopicView>>, Failure> {
    let page = page_request(&app.service, "topics", params.limit, params.cursor.as_deref())?;
    let page = app.service.list_topics(&request, page).await?;
    Ok(Json(List::of(&app.service, "topics", page, TopicView::from)))
}

/// Adds a topic.
#[utoipa::path(post, path = "/v1/topics", tag = "verification", operation_id = "create_topic",
    security(("api_key" = []), ("session" = [])), request_body = NewTopicBody,
    responses((status = 201, body = TopicView), Refusals))]
async fn create_topic(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewTopicBody>,
) -> Result<(StatusCode, Json<TopicView>), Failure> {
    let new = NewTopic {
        key: body.key,
        name: body.name,
        is_confidential: body.is_confidential,
        minimum_level: body.minimum_level,
        policy: body.policy_id,
        script: body.script.map(script).unwrap_or_default(),
        next_action: body.next_action.map(next_action),
        is_active: body.is_active,
    };
    let made = app.service.create_topic(&request, new).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// A topic.
#[utoipa::path(get, path = "/v1/topics/{id}", tag = "verification", operation_id = "get_topic",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = TopicView), Refusals))]
async fn get_topic(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<TopicId>,
    _: NoParams,
) -> Result<Json<TopicView>, Failure> {
    Ok(Json(app.service.read_topic(&request, id).await?.into()))
}

/// Changes a topic. What is left out stays.
#[utoipa::path(patch, path = "/v1/topics/{id}", tag = "verification", operation_id = "update_topic",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = TopicPatchBody,
    responses((status = 200, body = TopicView), Refusals))]
async fn update_topic(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<TopicId>,
    Body(body): Body<TopicPatchBody>,
) -> Result<Json<TopicView>, Failure> {
    let patch = TopicPatch {
        name: body.name,
        is_confidential: body.is_confidential,
        minimum_level: body.minimum_level,
        policy: body.policy_id,
        script: body.script.map(script),
        next_action: body.next_action.map(|next| next.map(next_action)),
        is_active: body.is_active,
    };
    Ok(Json(app.service.update_topic(&request, id, patch).await?.into()))
}
