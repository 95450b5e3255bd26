//! `/v1/call-widgets`: the cards that agents see for calls.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::call_widget::{
    Autorun, CallWidgetPatch, Class, Link, PreviewRequest, Row, Rules, Scheme, Template, Widget,
};
use countersign_types::CallWidgetId;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::List;
use crate::extract::{Auth, Body, Id, NoParams, absent_or};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::call_widget::{CallWidgetPreviewView, CallWidgetSettingsView, CallWidgetView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_call_widgets, create_call_widget))
        .routes(routes!(preview_call_widget))
        .routes(routes!(read_call_widget, update_call_widget, delete_call_widget))
        .routes(routes!(get_call_widget_settings, update_call_widget_settings))
}

/// A label and where it leads.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its annotations are used")]
pub struct WidgetLinkBody {
    /// What is written on it, with variables.
    #[schema(min_length = 1, max_length = 200)]
    label: String,
    /// Where it leads. Scheme and host are written out; variables stand in path, query and fragment.
    #[schema(max_length = 2048, example = "https://crm.example/customers/{accountNumber}")]
    url: String,
}

/// A line of the card.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its annotations are used")]
pub struct WidgetRowBody {
    /// What it says, with variables. A row with variables none of which has a value is left out.
    #[schema(min_length = 1, max_length = 200, example = "{customerInfo.customer.name}")]
    title: String,
    /// What that is.
    #[schema(max_length = 200, example = "Name")]
    label: Option<String>,
    /// Where it leads, if it does.
    #[schema(max_length = 2048)]
    url: Option<String>,
}

/// What a widget says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallWidgetBody {
    /// Shown only where this variable has a value.
    #[schema(example = "accountNumber")]
    show_if: Option<String>,
    /// What stands at its head, with variables.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    title: Template,
    /// Where its head leads.
    #[schema(value_type = Option<WidgetLinkBody>)]
    action: Option<Link>,
    /// What opens by itself, once, when the call is answered: `false`, `true` (the action's address) or an address.
    #[serde(default)]
    #[schema(value_type = Option<Value>)]
    autorun: Autorun,
    /// Up to three.
    #[serde(default)]
    #[schema(value_type = Option<Vec<WidgetLinkBody>>)]
    buttons: Vec<Link>,
    /// Up to five.
    #[serde(default)]
    #[schema(value_type = Option<Vec<WidgetRowBody>>)]
    rows: Vec<Row>,
}

impl From<CallWidgetBody> for Widget {
    fn from(body: CallWidgetBody) -> Self {
        let CallWidgetBody { show_if, title, action, autorun, buttons, rows } = body;
        Self { show_if, title, action, autorun, buttons, rows }
    }
}

/// A new call widget.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCallWidgetBody {
    /// Its name, which no other call widget has and no card shows.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// Shown only where this variable has a value.
    #[schema(example = "accountNumber")]
    show_if: Option<String>,
    /// What stands at its head, with variables.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    title: Template,
    /// Where its head leads.
    #[schema(value_type = Option<WidgetLinkBody>)]
    action: Option<Link>,
    /// What opens by itself, once, when the call is answered: `false`, `true` (the action's address) or an address.
    #[serde(default)]
    #[schema(value_type = Option<Value>)]
    autorun: Autorun,
    /// Up to three.
    #[serde(default)]
    #[schema(value_type = Option<Vec<WidgetLinkBody>>)]
    buttons: Vec<Link>,
    /// Up to five.
    #[serde(default)]
    #[schema(value_type = Option<Vec<WidgetRowBody>>)]
    rows: Vec<Row>,
}

/// A change to a call widget; what is given takes the place of what was there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallWidgetPatchBody {
    /// The version that the change was made to; refused with `changed-meanwhile` where it is not the newest any more.
    version: Option<i64>,
    /// Its name.
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    /// The variable without which it is not shown; `null`: it is always shown.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>)]
    show_if: Option<Option<String>>,
    /// Its head.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    title: Option<Template>,
    /// Where its head leads; `null`: nowhere.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<WidgetLinkBody>)]
    action: Option<Option<Link>>,
    /// What opens by itself: `false`, `true` or an address.
    #[schema(value_type = Option<Value>)]
    autorun: Option<Autorun>,
    /// Its buttons, all of them.
    #[schema(value_type = Option<Vec<WidgetLinkBody>>)]
    buttons: Option<Vec<Link>>,
    /// Its rows, all of them.
    #[schema(value_type = Option<Vec<WidgetRowBody>>)]
    rows: Option<Vec<Row>>,
}

/// A call that nobody made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallWidgetPreviewBody {
    /// The widget, without a name.
    widget: CallWidgetBody,
    /// Sample values by the name of their variable.
    #[serde(default)]
    #[schema(value_type = Option<Object>, example = json!({ "accountNumber": "1234567890" }))]
    variables: BTreeMap<String, Value>,
    /// Their classes: `public`, `personal` or `secret`. What is not said is as the flows have it, else personal.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    classes: BTreeMap<String, Class>,
    /// Who calls: `{NUMBER}`, `{caller}`.
    #[schema(max_length = 64, example = "+46706170786")]
    caller: Option<String>,
    /// What was called: `{B-NUMBER}`, `{callee}`.
    #[schema(max_length = 64)]
    callee: Option<String>,
    /// The queue's number, or the one that the call was passed on from: `{C-NUMBER}`, `{from}`.
    #[schema(max_length = 64)]
    from: Option<String>,
    /// The agent's country, whose numbers are written without its code; the workspace's, if nothing is said.
    #[schema(pattern = "^[A-Z]{2}$", example = "SE")]
    country: Option<String>,
}

/// What the workspace allows addresses of call widgets.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallWidgetSettingsBody {
    /// Schemes besides `https`: `tel`, `sip`.
    #[schema(value_type = Vec<String>, example = json!(["tel"]))]
    schemes: Vec<Scheme>,
    /// Hosts that may open by themselves, `host` or `host:port`; agents are asked about others first.
    #[schema(max_items = 50, example = json!(["crm.example"]))]
    autorun_hosts: Vec<String>,
}

/// All call widgets, in the order in which their cards stand.
#[utoipa::path(get, path = "/v1/call-widgets", tag = "phone", operation_id = "list_call_widgets",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = List<CallWidgetView>), Refusals))]
async fn list_call_widgets(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<List<CallWidgetView>>, Failure> {
    let all = app.service.list_call_widgets(&request).await?;
    Ok(Json(List::whole(all.into_iter().map(CallWidgetView::from).collect())))
}

/// Adds a call widget. Made with an API key it is that integration's: people look at it and leave it as it is.
#[utoipa::path(post, path = "/v1/call-widgets", tag = "phone", operation_id = "create_call_widget",
    security(("api_key" = []), ("session" = [])), request_body = NewCallWidgetBody,
    responses((status = 201, body = CallWidgetView), Refusals))]
async fn create_call_widget(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewCallWidgetBody>,
) -> Result<(StatusCode, Json<CallWidgetView>), Failure> {
    let NewCallWidgetBody { name, show_if, title, action, autorun, buttons, rows } = body;
    let widget = Widget { show_if, title, action, autorun, buttons, rows };
    let made = app.service.create_call_widget(&request, name, widget).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// The card of a call that nobody made, masked as you see it, and what is to be said about the widget. Nothing is kept.
#[utoipa::path(post, path = "/v1/call-widgets/preview", tag = "phone", operation_id = "preview_call_widget",
    security(("api_key" = []), ("session" = [])), request_body = CallWidgetPreviewBody,
    responses((status = 200, body = CallWidgetPreviewView), Refusals))]
async fn preview_call_widget(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<CallWidgetPreviewBody>,
) -> Result<Json<CallWidgetPreviewView>, Failure> {
    let CallWidgetPreviewBody { widget, variables, classes, caller, callee, from, country } = body;
    let asked = PreviewRequest { widget: widget.into(), variables, classes, caller, callee, from, country };
    Ok(Json(app.service.preview_call_widget(&request, asked).await?.into()))
}

/// A call widget.
#[utoipa::path(get, path = "/v1/call-widgets/{id}", tag = "phone", operation_id = "read_call_widget",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = CallWidgetView), Refusals))]
async fn read_call_widget(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CallWidgetId>,
    _: NoParams,
) -> Result<Json<CallWidgetView>, Failure> {
    Ok(Json(app.service.read_call_widget(&request, id).await?.into()))
}

/// Changes a call widget.
#[utoipa::path(patch, path = "/v1/call-widgets/{id}", tag = "phone", operation_id = "update_call_widget",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = CallWidgetPatchBody,
    responses((status = 200, body = CallWidgetView), Refusals))]
async fn update_call_widget(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CallWidgetId>,
    Body(body): Body<CallWidgetPatchBody>,
) -> Result<Json<CallWidgetView>, Failure> {
    let CallWidgetPatchBody { version, name, show_if, title, action, autorun, buttons, rows } = body;
    let patch = CallWidgetPatch { version, name, show_if, title, action, autorun, buttons, rows };
    Ok(Json(app.service.update_call_widget(&request, id, patch).await?.into()))
}

/// Deletes a call widget.
#[utoipa::path(delete, path = "/v1/call-widgets/{id}", tag = "phone", operation_id = "delete_call_widget",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_call_widget(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CallWidgetId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_call_widget(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the workspace allows addresses of call widgets.
#[utoipa::path(get, path = "/v1/settings/call-widgets", tag = "settings", operation_id = "get_call_widget_settings",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = CallWidgetSettingsView), Refusals))]
async fn get_call_widget_settings(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<CallWidgetSettingsView>, Failure> {
    Ok(Json(app.service.get_call_widget_settings(&request).await?.into()))
}

/// Says what addresses of call widgets may be, from the next call on.
#[utoipa::path(put, path = "/v1/settings/call-widgets", tag = "settings", operation_id = "update_call_widget_settings",
    security(("api_key" = []), ("session" = [])), request_body = CallWidgetSettingsBody,
    responses((status = 200, body = CallWidgetSettingsView), Refusals))]
async fn update_call_widget_settings(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<CallWidgetSettingsBody>,
) -> Result<Json<CallWidgetSettingsView>, Failure> {
    let rules = Rules { schemes: body.schemes, autorun_hosts: body.autorun_hosts };
    Ok(Json(app.service.update_call_widget_settings(&request, rules).await?.into()))
}
