//! Views of attributes. Nothing here is personal.

use countersign_types::attribute::Attribute;
use serde::Serialize;
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
    /// Where it shows.
    pub forms: Vec<&'static str>,
    /// Its place in forms.
    pub position: i64,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
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
            forms: attribute.forms.iter().map(|form| form.as_str()).collect(),
            position: attribute.position,
            created_at: attribute.created_at.to_string(),
            updated_at: attribute.updated_at.to_string(),
        }
    }
}
