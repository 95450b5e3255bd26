//! Attributes: typed fields of a profile or a case, defined by the company.

use crate::words::words;
use crate::{AttributeId, Timestamp};

words! {
    /// On what an attribute stands.
    AttributeLevel {
        /// On a profile.
        Profile = "profile",
        /// On a case.
        Case = "case",
    }
}

words! {
    /// The six field types.
    AttributeType {
        /// One line.
        Text = "text",
        /// Several lines.
        TextArea = "text_area",
        /// Yes or no.
        Checkbox = "checkbox",
        /// One of the options.
        Dropdown = "dropdown",
        /// A day, `2026-11-21`.
        Date = "date",
        /// A number.
        Number = "number",
    }
}

words! {
    /// How careful one has to be with an attribute's values.
    PiiClass {
        /// Not about a person's privacy.
        None = "none",
        /// Personal: encrypted under the subject's key and masked by role.
        Personal = "personal",
        /// Sensitive: as personal, and never searchable.
        Sensitive = "sensitive",
    }
}

words! {
    /// A form on which an attribute shows.
    Form {
        /// The customer's page.
        ProfilePage = "profile_page",
        /// The panel beside a conversation.
        ProfileData = "profile_data",
        /// The case panel.
        CasePanel = "case_panel",
    }
}

/// One choice of a dropdown. A retired option keeps its values readable but can no longer be chosen.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeOption {
    /// The stored value.
    pub value: String,
    /// The word that people see.
    pub label: String,
    /// Whether it can no longer be chosen.
    #[serde(default)]
    pub is_retired: bool,
}

/// The definition of an attribute. Key, level and type are fixed once made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its id.
    pub id: AttributeId,
    /// The word in the API: `[a-z][a-z0-9_]*`, at most 50 characters.
    pub key: String,
    /// The word that people see.
    pub label: String,
    /// On what it stands.
    pub level: AttributeLevel,
    /// Its type.
    pub r#type: AttributeType,
    /// The options of a dropdown, in their order.
    pub options: Vec<AttributeOption>,
    /// How careful one has to be.
    pub pii: PiiClass,
    /// Where it shows.
    pub forms: Vec<Form>,
    /// Its place in forms.
    pub position: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
