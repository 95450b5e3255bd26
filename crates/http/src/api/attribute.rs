//! `/v1/attributes`: typed fields that the company defines.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::attribute::{AttributePatch, NewAttribute};
use countersign_types::AttributeId;
use countersign_types::attribute::{AttributeLevel, AttributeOption, AttributeType, Form, PiiClass};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::List;
use crate::extract::{Auth, Body, Id, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::attribute::{AttributeView, MaskBody};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_attributes, create_attribute))
        .routes(routes!(update_attribute, delete_attribute))
}

/// One choice of a dropdown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionBody {
    /// The stored value.
    #[schema(min_length = 1, max_length = 80)]
    value: String,
    /// The word that people see.
    #[schema(min_length = 1, max_length = 80)]
    label: String,
    /// Whether it can no longer be chosen.
    #[serde(default)]
    retired: bool,
}

impl From<OptionBody> for AttributeOption {
    fn from(body: OptionBody) -> Self {
        Self { value: body.value, label: body.label, is_retired: body.retired }
    }
}

/// A new attribute.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAttributeBody {
    /// The word in the API; it cannot be changed.
    #[schema(pattern = "^[a-z][a-z0-9_]*$", max_length = 50)]
    key: String,
    /// The word that people see.
    #[schema(min_length = 1, max_length = 80)]
    label: String,
    /// On what it stands; it cannot be changed.
    #[schema(value_type = String, pattern = "^(profile|case)$")]
    level: AttributeLevel,
    /// Its type; it cannot be changed.
    #[schema(value_type = String, pattern = "^(text|text_area|checkbox|dropdown|date|number)$")]
    r#type: AttributeType,
    /// The options of a dropdown.
    #[serde(default)]
    options: Vec<OptionBody>,
    /// How careful one has to be with its values; `none` when nothing is said.
    #[serde(default = "none")]
    #[schema(value_type = Option<String>, pattern = "^(none|personal|sensitive)$")]
    pii: PiiClass,
    /// How it is masked, and for whom; as roles' toggles say when nothing is said.
    mask: Option<MaskBody>,
    /// Where it shows.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    forms: Vec<Form>,
    /// Whether people and programs close no conversation without it; rules and timers do.
    #[serde(default)]
    required_to_close: bool,
}

const fn none() -> PiiClass {
    PiiClass::None
}

/// A change to an attribute.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributePatchBody {
    /// The word that people see.
    #[schema(min_length = 1, max_length = 80)]
    label: Option<String>,
    /// The options, whole. One that is left out is retired while it may be in use.
    options: Option<Vec<OptionBody>>,
    /// How careful one has to be with its values.
    #[schema(value_type = Option<String>, pattern = "^(none|personal|sensitive)$")]
    pii: Option<PiiClass>,
    /// How it is masked, and for whom; whole.
    mask: Option<MaskBody>,
    /// Where it shows.
    #[schema(value_type = Option<Vec<String>>)]
    forms: Option<Vec<Form>>,
    /// Whether people and programs close no conversation without it; rules and timers do.
    required_to_close: Option<bool>,
    /// Its place in forms.
    #[schema(minimum = 0)]
    position: Option<i64>,
}

/// What a list of attributes is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AttributeParams {
    /// `profile` or `case`.
    #[param(value_type = Option<String>, pattern = "^(profile|case)$")]
    level: Option<AttributeLevel>,
}

/// Attributes, in the order of the forms.
#[utoipa::path(get, path = "/v1/attributes", tag = "attributes", operation_id = "list_attributes",
    security(("api_key" = []), ("session" = [])), params(AttributeParams),
    responses((status = 200, body = List<AttributeView>), Refusals))]
async fn list_attributes(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<AttributeParams>,
) -> Result<Json<List<AttributeView>>, Failure> {
    let all = app.service.list_attributes(&request, params.level).await?;
    Ok(Json(List::whole(all.into_iter().map(AttributeView::from).collect())))
}

/// Adds an attribute.
#[utoipa::path(post, path = "/v1/attributes", tag = "attributes", operation_id = "create_attribute",
    security(("api_key" = []), ("session" = [])), request_body = NewAttributeBody,
    responses((status = 201, body = AttributeView), Refusals))]
async fn create_attribute(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewAttributeBody>,
) -> Result<(StatusCode, Json<AttributeView>), Failure> {
    let new = NewAttribute {
        key: body.key,
        label: body.label,
        level: body.level,
        r#type: body.r#type,
        options: body.options.into_iter().map(Into::into).collect(),
        pii: body.pii,
        mask: body.mask.map(Into::into).unwrap_or_default(),
        forms: body.forms,
        is_required_to_close: body.required_to_close,
    };
    Ok((StatusCode::CREATED, Json(app.service.create_attribute(&request, new).await?.into())))
}

/// Changes an attribute. Key, level and type are fixed.
#[utoipa::path(patch, path = "/v1/attributes/{id}", tag = "attributes", operation_id = "update_attribute",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = AttributePatchBody,
    responses((status = 200, body = AttributeView), Refusals))]
async fn update_attribute(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<AttributeId>,
    Body(body): Body<AttributePatchBody>,
) -> Result<Json<AttributeView>, Failure> {
    let patch = AttributePatch {
        label: body.label,
        options: body.options.map(|options| options.into_iter().map(Into::into).collect()),
        pii: body.pii,
        mask: body.mask.map(Into::into),
        forms: body.forms,
        is_required_to_close: body.required_to_close,
        position: body.position,
    };
    Ok(Json(app.service.update_attribute(&request, id, patch).await?.into()))
}

/// Deletes an attribute with all its values.
#[utoipa::path(delete, path = "/v1/attributes/{id}", tag = "attributes", operation_id = "delete_attribute",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_attribute(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<AttributeId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_attribute(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
