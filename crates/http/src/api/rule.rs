//! `/v1/rules`: what happens in conversations without anybody at the keyboard.

mod dry_visit;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::rule::{DryMessage, DryRequest, outcome_of_word};
use countersign_types::{Assurance, CaseId, Error, RuleGroupId, RuleId};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::dry_visit::DryVisitBody;
use crate::cursor::{List, page_request};
use crate::extract::{Auth, Body, Id, NoParams, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::rule::{
    DryStepView, FiringView, InstalledView, NoticeView, RuleGroupView, RuleSettingsView, RuleTemplateView,
    RuleVersionView, RuleView,
};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_rules, create_rule))
        .routes(routes!(get_rule, update_rule, delete_rule))
        .routes(routes!(order_rules))
        .routes(routes!(dry_run_rules))
        .routes(routes!(list_rule_firings))
        .routes(routes!(list_rule_versions))
        .routes(routes!(restore_rule))
        .routes(routes!(list_rule_groups, create_rule_group))
        .routes(routes!(update_rule_group, delete_rule_group))
        .routes(routes!(get_rule_settings, update_rule_settings))
        .routes(routes!(list_rule_templates))
        .routes(routes!(install_rule_template))
        .routes(routes!(list_case_firings))
        .routes(routes!(list_notices))
        .routes(routes!(read_notices))
}

/// One comparison.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its annotations are used: the rule engine reads the body itself")]
pub struct ConditionBody {
    /// What is looked at, such as `case.status` or `profile.attributes.tariff`.
    field: String,
    /// What is asked, such as `is`.
    op: String,
    /// With what it is compared.
    value: Value,
}

/// Conditions that count together.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its annotations are used")]
pub struct BlockBody {
    /// `all` or `any`.
    #[schema(pattern = "^(all|any)$")]
    mode: String,
    /// 1 to 20 conditions.
    conditions: Vec<ConditionBody>,
}

/// What a rule says. `docs/RULES.md` lists fields, questions and actions.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its annotations are used")]
pub struct RuleBodyDoc {
    /// 1 to 120 characters.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// `new_case`, `updated_case` or `existing_case`.
    #[schema(pattern = "^(new_case|updated_case|existing_case)$")]
    trigger: String,
    /// With `existing_case` only: so long after the last message of a person, instead of each half hour.
    #[schema(minimum = 1, maximum = 2_592_000)]
    delay_secs: Option<u32>,
    /// Whether it takes part; yes when nothing is said.
    enabled: Option<bool>,
    /// The group it is switched with.
    group: Option<String>,
    /// Up to five blocks; none: it always holds.
    r#match: Option<Vec<BlockBody>>,
    /// How blocks are joined: `and` when nothing is said, or `or`.
    join: Option<String>,
    /// 1 to 20 actions; `kind` names each.
    #[schema(value_type = Vec<Object>)]
    actions: Vec<Value>,
    /// Fires once in a case and never again.
    once_per_case: Option<bool>,
    /// Rests in a case so long after firing.
    #[schema(minimum = 1, maximum = 2_592_000)]
    cooldown_secs: Option<u32>,
    /// Which template it came from.
    origin: Option<String>,
}

/// Rules in their order, with what is wrong and how often each fired.
#[utoipa::path(get, path = "/v1/rules", tag = "rules", operation_id = "list_rules",
    security(("api_key" = []), ("session" = [])), responses((status = 200, body = List<RuleView>), Refusals))]
async fn list_rules(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<List<RuleView>>, Failure> {
    let all = app.service.list_rules(&request).await?;
    Ok(Json(List::whole(all.into_iter().map(RuleView::from).collect())))
}

/// Adds a rule behind the others.
#[utoipa::path(post, path = "/v1/rules", tag = "rules", operation_id = "create_rule",
    security(("api_key" = []), ("session" = [])), request_body = RuleBodyDoc,
    responses((status = 201, body = RuleView), Refusals))]
async fn create_rule(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<Map<String, Value>>,
) -> Result<(StatusCode, Json<RuleView>), Failure> {
    let made = app.service.create_rule(&request, Value::Object(body)).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// A rule.
#[utoipa::path(get, path = "/v1/rules/{id}", tag = "rules", operation_id = "get_rule",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = RuleView), Refusals))]
async fn get_rule(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<RuleId>,
    _: NoParams,
) -> Result<Json<RuleView>, Failure> {
    Ok(Json(app.service.get_rule(&request, id).await?.into()))
}

/// A change to a rule: members take the place of the rule's, `null` takes one out.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its annotations are used")]
pub struct RulePatchDoc {
    /// The version that the change was made to; refused with `changed-meanwhile` where it is not the newest any more.
    version: Option<i64>,
    /// 1 to 120 characters.
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// `new_case`, `updated_case` or `existing_case`.
    #[schema(pattern = "^(new_case|updated_case|existing_case)$")]
    trigger: Option<String>,
    /// Whether it takes part.
    enabled: Option<bool>,
    /// The group it is switched with.
    group: Option<String>,
    /// Blocks of conditions, all of them.
    r#match: Option<Vec<BlockBody>>,
    /// How blocks are joined.
    join: Option<String>,
    /// Actions, all of them.
    #[schema(value_type = Option<Vec<Object>>)]
    actions: Option<Vec<Value>>,
    /// Fires once in a case and never again.
    once_per_case: Option<bool>,
    /// Rests in a case so long after firing.
    #[schema(minimum = 1, maximum = 2_592_000)]
    cooldown_secs: Option<u32>,
    /// With `existing_case` only: so long after the last message of a person.
    #[schema(minimum = 1, maximum = 2_592_000)]
    delay_secs: Option<u32>,
}

/// Changes a rule.
#[utoipa::path(patch, path = "/v1/rules/{id}", tag = "rules", operation_id = "update_rule",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = RulePatchDoc,
    responses((status = 200, body = RuleView), Refusals))]
async fn update_rule(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<RuleId>,
    Body(mut body): Body<Map<String, Value>>,
) -> Result<Json<RuleView>, Failure> {
    let version = match body.remove("version") {
        None | Some(Value::Null) => None,
        Some(value) => Some(value.as_i64().ok_or_else(|| {
            Error::invalid("/version", "invalid-type", "`version` is the number that the rule has.")
        })?),
    };
    Ok(Json(app.service.update_rule(&request, id, body, version).await?.into()))
}

/// Deletes a rule. What it did stays in the history of cases.
#[utoipa::path(delete, path = "/v1/rules/{id}", tag = "rules", operation_id = "delete_rule",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_rule(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<RuleId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_rule(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An order of rules.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleOrderBody {
    /// The ids of all rules, each once.
    #[schema(value_type = Vec<String>)]
    rules: Vec<RuleId>,
}

/// Puts the rules in an order.
#[utoipa::path(put, path = "/v1/rule-order", tag = "rules", operation_id = "order_rules",
    security(("api_key" = []), ("session" = [])), request_body = RuleOrderBody,
    responses((status = 200, body = List<RuleView>), Refusals))]
async fn order_rules(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<RuleOrderBody>,
) -> Result<Json<List<RuleView>>, Failure> {
    let all = app.service.order_rules(&request, body.rules).await?;
    Ok(Json(List::whole(all.into_iter().map(RuleView::from).collect())))
}

/// What is played.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DryRunBody {
    /// A draft, in the place of the rule `rule`, or behind all of them.
    #[schema(value_type = Option<RuleBodyDoc>)]
    draft: Option<Map<String, Value>>,
    /// The rule that the draft takes the place of.
    #[schema(value_type = Option<String>)]
    rule: Option<RuleId>,
    /// A past conversation: its newest 100 messages.
    #[schema(value_type = Option<String>)]
    case: Option<CaseId>,
    /// Or a typed one, of somebody who writes for the first time.
    messages: Option<Vec<DryMessageBody>>,
    /// The visit of the website that they type in. A past conversation has the one that stands beside it now.
    visit: Option<DryVisitBody>,
}

/// A typed message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DryMessageBody {
    /// What the customer writes.
    #[schema(max_length = 20_000)]
    text: String,
    /// What becomes of a code in it: `not_sent` when nothing is said, `invalid` or `valid`.
    #[schema(pattern = "^(not_sent|invalid|valid)$")]
    outcome: Option<String>,
}

/// Says what rules would do in a conversation, and why not. Nothing is sent.
#[utoipa::path(post, path = "/v1/rules/dry-run", tag = "rules", operation_id = "dry_run_rules",
    security(("api_key" = []), ("session" = [])), request_body = DryRunBody,
    responses((status = 200, body = List<DryStepView>), Refusals))]
async fn dry_run_rules(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<DryRunBody>,
) -> Result<Json<List<DryStepView>>, Failure> {
    let mut typed = Vec::new();
    for (at, message) in body.messages.unwrap_or_default().into_iter().enumerate() {
        let word = message.outcome.as_deref().unwrap_or("not_sent");
        let outcome = outcome_of_word(word).ok_or_else(|| {
            let detail = "`outcome` is one of not_sent, invalid, valid.";
            Error::invalid(format!("/messages/{at}/outcome"), "invalid-value", detail)
        })?;
        typed.push(DryMessage { text: message.text, outcome });
    }
    let draft = body.draft.map(|draft| (body.rule, Value::Object(draft)));
    let visit = body.visit.map(DryVisitBody::seen).transpose()?;
    let dry = DryRequest { draft, case: body.case, typed, visit };
    let steps = app.service.dry_run_rules(&request, dry).await?;
    let viewer = app.service.viewer(&request);
    Ok(Json(List::whole(steps.into_iter().map(|step| DryStepView::of(step, viewer)).collect())))
}

/// A page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// How many, 1 to 200; 50 when nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Where a rule fired, newest first.
#[utoipa::path(get, path = "/v1/rules/{id}/firings", tag = "rules", operation_id = "list_rule_firings",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), PageParams),
    responses((status = 200, body = List<FiringView>), Refusals))]
async fn list_rule_firings(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<RuleId>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<FiringView>>, Failure> {
    let name = format!("firings:{id}");
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let page = app.service.list_rule_firings(&request, id, page).await?;
    Ok(Json(List::of(&app.service, &name, page, FiringView::from)))
}

/// What fired in a case, newest first.
#[utoipa::path(get, path = "/v1/cases/{id}/firings", tag = "cases", operation_id = "list_case_firings",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), PageParams),
    responses((status = 200, body = List<FiringView>), Refusals))]
async fn list_case_firings(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CaseId>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<FiringView>>, Failure> {
    let name = format!("firings:{id}");
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let page = app.service.list_case_firings(&request, id, page).await?;
    Ok(Json(List::of(&app.service, &name, page, FiringView::from)))
}

/// What a rule said before, newest first.
#[utoipa::path(get, path = "/v1/rules/{id}/versions", tag = "rules", operation_id = "list_rule_versions",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = List<RuleVersionView>), Refusals))]
async fn list_rule_versions(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<RuleId>,
    _: NoParams,
) -> Result<Json<List<RuleVersionView>>, Failure> {
    let all = app.service.list_rule_versions(&request, id).await?;
    Ok(Json(List::whole(all.into_iter().map(RuleVersionView::from).collect())))
}

/// Which version is put back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreBody {
    /// The version.
    version: i64,
}

/// Puts back what a rule said in one of its versions.
#[utoipa::path(post, path = "/v1/rules/{id}/restore", tag = "rules", operation_id = "restore_rule",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = RestoreBody,
    responses((status = 200, body = RuleView), Refusals))]
async fn restore_rule(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<RuleId>,
    Body(body): Body<RestoreBody>,
) -> Result<Json<RuleView>, Failure> {
    Ok(Json(app.service.restore_rule(&request, id, body.version).await?.into()))
}

/// Groups of rules.
#[utoipa::path(get, path = "/v1/rule-groups", tag = "rules", operation_id = "list_rule_groups",
    security(("api_key" = []), ("session" = [])), responses((status = 200, body = List<RuleGroupView>), Refusals))]
async fn list_rule_groups(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<List<RuleGroupView>>, Failure> {
    let all = app.service.list_rule_groups(&request).await?;
    Ok(Json(List::whole(all.into_iter().map(RuleGroupView::from).collect())))
}

/// A new group of rules.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRuleGroupBody {
    /// Its name.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
}

/// Adds a group of rules.
#[utoipa::path(post, path = "/v1/rule-groups", tag = "rules", operation_id = "create_rule_group",
    security(("api_key" = []), ("session" = [])), request_body = NewRuleGroupBody,
    responses((status = 201, body = RuleGroupView), Refusals))]
async fn create_rule_group(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewRuleGroupBody>,
) -> Result<(StatusCode, Json<RuleGroupView>), Failure> {
    Ok((StatusCode::CREATED, Json(app.service.create_rule_group(&request, &body.name).await?.into())))
}

/// A change to a group of rules.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleGroupPatchBody {
    /// Its name.
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    /// Whether its rules take part.
    enabled: Option<bool>,
}

/// Renames or switches a group of rules.
#[utoipa::path(patch, path = "/v1/rule-groups/{id}", tag = "rules", operation_id = "update_rule_group",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = RuleGroupPatchBody,
    responses((status = 200, body = RuleGroupView), Refusals))]
async fn update_rule_group(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<RuleGroupId>,
    Body(body): Body<RuleGroupPatchBody>,
) -> Result<Json<RuleGroupView>, Failure> {
    Ok(Json(app.service.update_rule_group(&request, id, body.name, body.enabled).await?.into()))
}

/// Deletes a group of rules that no rule is in.
#[utoipa::path(delete, path = "/v1/rule-groups/{id}", tag = "rules", operation_id = "delete_rule_group",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_rule_group(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<RuleGroupId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_rule_group(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Settings of all rules together.
#[utoipa::path(get, path = "/v1/settings/rules", tag = "rules", operation_id = "get_rule_settings",
    security(("api_key" = []), ("session" = [])), responses((status = 200, body = RuleSettingsView), Refusals))]
async fn get_rule_settings(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<RuleSettingsView>, Failure> {
    Ok(Json(app.service.get_rule_settings(&request).await?.into()))
}

/// A change to the settings of all rules.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSettingsPatch {
    /// Whether rules run at all.
    enabled: Option<bool>,
    /// From which level a customer counts as identified: `al3`, or `al1` where pages cannot sign.
    #[schema(value_type = Option<String>, pattern = "^(al1|al3)$")]
    identified_at: Option<Assurance>,
}

/// Switches all rules off or on, and says from which level a customer counts as identified.
#[utoipa::path(patch, path = "/v1/settings/rules", tag = "rules", operation_id = "update_rule_settings",
    security(("api_key" = []), ("session" = [])), request_body = RuleSettingsPatch,
    responses((status = 200, body = RuleSettingsView), Refusals))]
async fn update_rule_settings(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<RuleSettingsPatch>,
) -> Result<Json<RuleSettingsView>, Failure> {
    Ok(Json(app.service.update_rule_settings(&request, body.enabled, body.identified_at).await?.into()))
}

/// Templates: whole scenarios.
#[utoipa::path(get, path = "/v1/rule-templates", tag = "rules", operation_id = "list_rule_templates",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = List<RuleTemplateView>), Refusals))]
async fn list_rule_templates(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<List<RuleTemplateView>>, Failure> {
    let all = app.service.list_rule_templates(&request).await?;
    Ok(Json(List::whole(all.into_iter().map(RuleTemplateView::from).collect())))
}

/// How a template is installed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstallBody {
    /// In which language; the workspace's when nothing is said.
    language: Option<String>,
    /// Whether only customers who come from now on are asked for a code.
    #[serde(default)]
    new_customers_only: bool,
}

/// Installs the identification scenario: the dropdown *Tariff* and ten rules. What is there of it stays as it is.
#[utoipa::path(post, path = "/v1/rule-templates/chat-identification/install", tag = "rules",
    operation_id = "install_rule_template",
    security(("api_key" = []), ("session" = [])), request_body = InstallBody,
    responses((status = 200, body = InstalledView), Refusals))]
async fn install_rule_template(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<InstallBody>,
) -> Result<Json<InstalledView>, Failure> {
    let (language, new_only) = (body.language.as_deref(), body.new_customers_only);
    let installed = app.service.install_rule_template(&request, language, new_only).await?;
    Ok(Json(installed.into()))
}

/// What rules told the person who asks, newest first.
#[utoipa::path(get, path = "/v1/me/notices", tag = "start", operation_id = "list_notices",
    security(("session" = [])), params(PageParams),
    responses((status = 200, body = List<NoticeView>), Refusals))]
async fn list_notices(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<PageParams>,
) -> Result<Json<List<NoticeView>>, Failure> {
    let page = page_request(&app.service, "notices", params.limit, params.cursor.as_deref())?;
    let page = app.service.list_notices(&request, page).await?;
    let viewer = app.service.viewer(&request);
    Ok(Json(List::of(&app.service, "notices", page, |notice| NoticeView::of(&notice, viewer))))
}

/// Notes that everything rules told has been read.
#[utoipa::path(post, path = "/v1/me/notices/read", tag = "start", operation_id = "read_notices",
    security(("session" = [])), responses((status = 204), Refusals))]
async fn read_notices(State(app): State<Arc<App>>, Auth(request): Auth) -> Result<StatusCode, Failure> {
    app.service.read_notices(&request).await?;
    Ok(StatusCode::NO_CONTENT)
}
