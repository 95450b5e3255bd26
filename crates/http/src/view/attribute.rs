//! Views of attributes. Nothing here is personal.

use countersign_types::attribute::Attribute;
use countersign_types::attribute::{AttributeMask, MaskFormat, RoleMasks};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The definition of an attribute.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttributeView {
    /// Its id.
    #[schema(example = "attr_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// The word in the API.
    #[schema(example = "tariff")]
    pub key: String,
    /// The word that people see.
    pub label: String,
    /// `profile` or `case`.
    pub level: &'static str,
    /// `text`, `text_area`, `checkbox`, `dropdown`, `date` or `number`.
    pub r#type: &'static str,
    /// The options of a dropdown.
    pub options: Vec<OptionView>,
    /// `none`, `personal` or `sensitive`.
    pub pii: &'static str,
    /// How its values look to whoever sees them masked, and which roles differ from their toggle.
    pub mask: MaskBody,
    /// Where it shows.
    pub forms: Vec<&'static str>,
    /// Whether people and programs close no conversation without it.
    pub required_to_close: bool,
    /// Its place in forms.
    pub position: i64,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// How the values of an attribute are masked, and for whom.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaskBody {
    /// `auto` shows the year of a date and nothing else, `hidden` nothing, `keep` the first and last characters,
    /// `name` the initial, `email` the domain, `phone` the last four digits, `year`, `town` that of an address.
    #[serde(default)]
    pub format: MaskWord,
    /// For `keep`: characters shown at the beginning. Four at most in all, and never more than a quarter of a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 4)]
    pub first: Option<u8>,
    /// For `keep`: characters shown at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 4)]
    pub last: Option<u8>,
    /// Roles that differ from their toggle for attributes: `true` sees it masked, `false` does not.
    #[serde(default)]
    pub roles: MaskRolesBody,
}

/// The word of a mask.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MaskWord {
    /// The year of a date, nothing else.
    #[default]
    Auto,
    /// Nothing.
    Hidden,
    /// The first and last characters.
    Keep,
    /// The initial.
    Name,
    /// The domain.
    Email,
    /// The last four digits.
    Phone,
    /// The year.
    Year,
    /// The town of an address.
    Town,
}

/// What an attribute says of single roles. `null`: as the role's toggle.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaskRolesBody {
    /// Administrators.
    #[serde(default)]
    pub admin: Option<bool>,
    /// Team managers.
    #[serde(default)]
    pub team_manager: Option<bool>,
    /// Agents.
    #[serde(default)]
    pub agent: Option<bool>,
}

impl From<AttributeMask> for MaskBody {
    fn from(mask: AttributeMask) -> Self {
        let (mut first, mut last) = (None, None);
        let format = match mask.shown {
            MaskFormat::Auto => MaskWord::Auto,
            MaskFormat::Hidden => MaskWord::Hidden,
            MaskFormat::Keep { first: head, last: tail } => {
                (first, last) = (Some(head), Some(tail));
                MaskWord::Keep
            }
            MaskFormat::Name => MaskWord::Name,
            MaskFormat::Email => MaskWord::Email,
            MaskFormat::Phone => MaskWord::Phone,
            MaskFormat::Year => MaskWord::Year,
            MaskFormat::Town => MaskWord::Town,
        };
        let RoleMasks { admin, team_manager, agent } = mask.roles;
        Self { format, first, last, roles: MaskRolesBody { admin, team_manager, agent } }
    }
}

impl From<MaskBody> for AttributeMask {
    fn from(body: MaskBody) -> Self {
        let shown = match body.format {
            MaskWord::Auto => MaskFormat::Auto,
            MaskWord::Hidden => MaskFormat::Hidden,
            MaskWord::Keep => {
                MaskFormat::Keep { first: body.first.unwrap_or(0), last: body.last.unwrap_or(0) }
            }
            MaskWord::Name => MaskFormat::Name,
            MaskWord::Email => MaskFormat::Email,
            MaskWord::Phone => MaskFormat::Phone,
            MaskWord::Year => MaskFormat::Year,
            MaskWord::Town => MaskFormat::Town,
        };
        let MaskRolesBody { admin, team_manager, agent } = body.roles;
        Self { shown, roles: RoleMasks { admin, team_manager, agent } }
    }
}

/// One choice of a dropdown.
#[derive(Debug, Serialize, ToSchema)]
pub struct OptionView {
    /// The stored value.
    pub value: String,
    /// The word that people see.
    pub label: String,
    /// Whether it can no longer be chosen.
    pub retired: bool,
}

impl From<Attribute> for AttributeView {
    fn from(attribute: Attribute) -> Self {
        let option = |option: countersign_types::attribute::AttributeOption| OptionView {
            value: option.value,
            label: option.label,
            retired: option.is_retired,
        };
        Self {
            id: attribute.id.to_string(),
            key: attribute.key,
            label: attribute.label,
            level: attribute.level.as_str(),
            r#type: attribute.r#type.as_str(),
            options: attribute.options.into_iter().map(option).collect(),
            pii: attribute.pii.as_str(),
            mask: attribute.mask.into(),
            forms: attribute.forms.iter().map(|form| form.as_str()).collect(),
            required_to_close: attribute.is_required_to_close,
            position: attribute.position,
            created_at: attribute.created_at.to_string(),
            updated_at: attribute.updated_at.to_string(),
        }
    }
}
