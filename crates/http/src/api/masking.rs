//! `/v1/masking`: who sees what masked, and what a mask looks like.

use std::sync::Arc;

use axum::extract::State;
use countersign_masking::{Rendered, render, render_attribute};
use countersign_types::attribute::{Attribute, AttributeType, MaskFormat, PiiClass};
use countersign_types::pii::{self, Kind, Masked, Pii, Purpose, Viewer};
use countersign_types::workspace::{MaskingMatrix, RevealLimits, TextPattern};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::List;
use crate::extract::{Auth, Body, NoParams};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_masking, update_masking))
        .routes(routes!(list_masking_examples))
        .routes(routes!(get_text_patterns, update_text_patterns))
        .routes(routes!(try_text_patterns))
}

/// Who sees what masked.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaskingBody {
    /// By role.
    roles: MaskingRoles,
    /// How many masked values somebody of a role may have shown to them in an hour, each with a reason; 0: none.
    #[serde(default)]
    reveals_per_hour: RevealsPerHour,
}

/// How many masked values may be revealed in an hour.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealsPerHour {
    /// To an administrator.
    #[schema(maximum = 1000)]
    admin: u32,
    /// To a team manager.
    #[schema(maximum = 1000)]
    team_manager: u32,
    /// To an agent.
    #[schema(maximum = 1000)]
    agent: u32,
}

impl Default for RevealsPerHour {
    fn default() -> Self {
        RevealLimits::default().into()
    }
}

impl From<RevealLimits> for RevealsPerHour {
    fn from(limits: RevealLimits) -> Self {
        Self { admin: limits.admin, team_manager: limits.team_manager, agent: limits.agent }
    }
}

/// Each role with what it sees masked.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaskingRoles {
    /// Administrators.
    admin: MaskingClasses,
    /// Team managers.
    team_manager: MaskingClasses,
    /// Agents.
    agent: MaskingClasses,
}

/// `true`: this role sees it masked.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaskingClasses {
    /// Names.
    name: bool,
    /// E-mail addresses.
    email: bool,
    /// Phone numbers.
    phone: bool,
    /// The company's own ids and the ids that people have on channels; as attributes when nothing is said.
    ids: Option<bool>,
    /// Attributes marked personal or sensitive; an attribute may say something else for a role.
    attributes: bool,
    /// Personal data found in what people wrote.
    text: bool,
}

impl From<Masked> for MaskingClasses {
    fn from(m: Masked) -> Self {
        let Masked { name, email, phone, ids, attributes, text } = m;
        Self { name, email, phone, ids: Some(ids), attributes, text }
    }
}

impl From<MaskingClasses> for Masked {
    fn from(m: MaskingClasses) -> Self {
        let MaskingClasses { name, email, phone, ids, attributes, text } = m;
        Self { name, email, phone, ids: ids.unwrap_or(attributes), attributes, text }
    }
}

impl From<MaskingMatrix> for MaskingBody {
    fn from(matrix: MaskingMatrix) -> Self {
        Self {
            roles: MaskingRoles {
                admin: matrix.admin.into(),
                team_manager: matrix.team_manager.into(),
                agent: matrix.agent.into(),
            },
            reveals_per_hour: matrix.reveals_per_hour.into(),
        }
    }
}

/// Who sees what masked.
#[utoipa::path(get, path = "/v1/masking", tag = "settings", operation_id = "get_masking",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = MaskingBody), Refusals))]
async fn get_masking(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<MaskingBody>, Failure> {
    Ok(Json(app.service.get_masking(&request).await?.into()))
}

/// Sets who sees what masked.
#[utoipa::path(put, path = "/v1/masking", tag = "settings", operation_id = "update_masking",
    security(("api_key" = []), ("session" = [])), request_body = MaskingBody,
    responses((status = 200, body = MaskingBody), Refusals))]
async fn update_masking(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<MaskingBody>,
) -> Result<Json<MaskingBody>, Failure> {
    let matrix = MaskingMatrix {
        admin: body.roles.admin.into(),
        team_manager: body.roles.team_manager.into(),
        agent: body.roles.agent.into(),
        reveals_per_hour: RevealLimits {
            admin: body.reveals_per_hour.admin,
            team_manager: body.reveals_per_hour.team_manager,
            agent: body.reveals_per_hour.agent,
        },
    };
    Ok(Json(app.service.update_masking(&request, matrix).await?.into()))
}

/// A made-up value, whole and as whoever sees it masked sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaskingExampleView {
    /// The toggle it stands under: `name`, `email`, `phone`, `ids`, `text`, or `attributes` for one of the company's.
    toggle: &'static str,
    /// Of an attribute: its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    attribute: Option<String>,
    /// The value.
    whole: String,
    /// The mask of it.
    masked: String,
}

/// What each mask looks like, on made-up values: those of the classes, then each personal attribute. Rendered by what
/// renders customers.
#[utoipa::path(get, path = "/v1/masking/examples", tag = "settings", operation_id = "list_masking_examples",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = List<MaskingExampleView>), Refusals))]
async fn list_masking_examples(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<List<MaskingExampleView>>, Failure> {
    app.service.get_masking(&request).await?;
    let mut examples = vec![
        of_class("name", Pii::<pii::Name>::new("Ann Lee")),
        of_class("email", Pii::<pii::Email>::new("ann.lee@domain.com")),
        of_class("phone", Pii::<pii::Phone>::new("+1 555 456 7890")),
        of_class("ids", Pii::<pii::ExternalId>::new("A-4711")),
        of_class("text", Pii::<pii::FreeText>::new("Write to ann.lee@domain.com or call +1 555 456 7890")),
    ];
    let snapshot = app.service.snapshot();
    examples.extend(snapshot.attributes.iter().filter(|a| a.pii != PiiClass::None).map(of_attribute));
    Ok(Json(List::whole(examples)))
}

fn of_class<K: Kind>(toggle: &'static str, value: Pii<K>) -> MaskingExampleView {
    let Rendered { text: masked, .. } = render(&value, &Viewer::nobody());
    MaskingExampleView { toggle, attribute: None, whole: value.plain(Purpose::Render).to_owned(), masked }
}

fn of_attribute(attribute: &Attribute) -> MaskingExampleView {
    let option = || attribute.options.first().map_or("…", |option| option.label.as_str());
    let whole = match (attribute.r#type, attribute.mask.shown) {
        (AttributeType::Date, _) => "1984-03-17",
        (AttributeType::Checkbox, _) => "true",
        (AttributeType::Dropdown, _) => option(),
        (AttributeType::Number, _) => "4711081520",
        (_, MaskFormat::Town) => "Karl-Marx-Allee 3, 10178 Berlin",
        (_, MaskFormat::Name) => "Ann Lee",
        (_, MaskFormat::Email) => "ann.lee@domain.com",
        (_, MaskFormat::Phone) => "+1 555 456 7890",
        (_, MaskFormat::Keep { .. }) => "DE89370400440532013000",
        (_, MaskFormat::Auto | MaskFormat::Hidden | MaskFormat::Year) => "Lorem ipsum",
    };
    let rendered = render_attribute(&Pii::new(whole), Some(attribute), &Viewer::nobody());
    MaskingExampleView {
        toggle: "attributes",
        attribute: Some(attribute.id.to_string()),
        whole: whole.to_owned(),
        masked: rendered.text,
    }
}

/// Something of the company's own that is hidden in texts.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TextPatternBody {
    /// What it finds, for people.
    #[schema(max_length = 60)]
    name: String,
    /// A regular expression, found anywhere in a text; in the syntax of the Rust crate `regex`: no look-around, no
    /// back-references, time linear in the text.
    #[schema(max_length = 200)]
    pattern: String,
}

impl From<TextPattern> for TextPatternBody {
    fn from(TextPattern { name, pattern }: TextPattern) -> Self {
        Self { name, pattern }
    }
}

impl From<TextPatternBody> for TextPattern {
    fn from(TextPatternBody { name, pattern }: TextPatternBody) -> Self {
        Self { name, pattern }
    }
}

/// What of the company's own is hidden in texts.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TextPatternsBody {
    /// All of them.
    #[schema(max_items = 20)]
    patterns: Vec<TextPatternBody>,
}

impl TextPatternsBody {
    fn of(patterns: Vec<TextPattern>) -> Self {
        Self { patterns: patterns.into_iter().map(Into::into).collect() }
    }
}

/// What of the company's own is hidden from whoever sees texts masked.
#[utoipa::path(get, path = "/v1/masking/patterns", tag = "settings", operation_id = "get_text_patterns",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = TextPatternsBody), Refusals))]
async fn get_text_patterns(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<TextPatternsBody>, Failure> {
    Ok(Json(TextPatternsBody::of(app.service.get_text_patterns(&request).await?)))
}

/// Sets what of the company's own is hidden from whoever sees texts masked, in texts of the past too.
#[utoipa::path(put, path = "/v1/masking/patterns", tag = "settings", operation_id = "update_text_patterns",
    security(("api_key" = []), ("session" = [])), request_body = TextPatternsBody,
    responses((status = 200, body = TextPatternsBody), Refusals))]
async fn update_text_patterns(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<TextPatternsBody>,
) -> Result<Json<TextPatternsBody>, Failure> {
    let patterns = body.patterns.into_iter().map(Into::into).collect();
    Ok(Json(TextPatternsBody::of(app.service.update_text_patterns(&request, patterns).await?)))
}

/// Patterns, and a text to try them on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TryPatternsBody {
    /// All of them.
    #[schema(max_items = 20)]
    patterns: Vec<TextPatternBody>,
    /// What somebody might write.
    #[schema(max_length = 2000)]
    text: String,
}

/// A text as whoever sees texts masked would see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TriedView {
    /// The masked text.
    masked: String,
}

/// Tries patterns on a text before they are saved. Nothing of it is kept.
#[utoipa::path(post, path = "/v1/masking/patterns/try", tag = "settings", operation_id = "try_text_patterns",
    security(("api_key" = []), ("session" = [])), request_body = TryPatternsBody,
    responses((status = 200, body = TriedView), Refusals))]
async fn try_text_patterns(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<TryPatternsBody>,
) -> Result<Json<TriedView>, Failure> {
    let patterns = body.patterns.into_iter().map(Into::into).collect();
    Ok(Json(TriedView { masked: app.service.try_text_patterns(&request, patterns, &body.text).await? }))
}
