//! Attributes: typed fields of a profile or a case, defined by the company.

use crate::pii::{Class, Viewer};
use crate::words::words;
use crate::{AttributeId, Role, Timestamp};

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

/// How values of an attribute look to whoever sees them masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(tag = "format", rename_all = "snake_case", deny_unknown_fields)]
pub enum MaskFormat {
    /// A date by its year, everything else by nothing.
    #[default]
    Auto,
    /// Nothing.
    Hidden,
    /// The first and last characters: four at most in all, and never more than a quarter of the value.
    Keep {
        /// Characters shown at the beginning.
        first: u8,
        /// Characters shown at the end.
        last: u8,
    },
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

impl MaskFormat {
    /// Whether values of a type can be masked so. What has few values is told by a single character of it.
    pub const fn fits(self, r#type: AttributeType) -> bool {
        use AttributeType as T;
        match self {
            Self::Auto | Self::Hidden => true,
            Self::Keep { first, last } => {
                let shown = first as u16 + last as u16;
                matches!(r#type, T::Text | T::Number) && shown >= 1 && shown <= 4
            }
            Self::Name | Self::Email | Self::Phone => matches!(r#type, T::Text),
            Self::Year => matches!(r#type, T::Date),
            Self::Town => matches!(r#type, T::Text | T::TextArea),
        }
    }
}

/// What an attribute says of single roles: `true` masked, `false` shown, nothing as the role's toggle for attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleMasks {
    /// Administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin: Option<bool>,
    /// Team managers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_manager: Option<bool>,
    /// Agents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<bool>,
}

impl RoleMasks {
    /// What is said of a role.
    pub const fn of(&self, role: Role) -> Option<bool> {
        match role {
            Role::Admin => self.admin,
            Role::TeamManager => self.team_manager,
            Role::Agent => self.agent,
        }
    }
}

/// How an attribute is masked, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeMask {
    /// How a masked value looks.
    #[serde(default)]
    pub shown: MaskFormat,
    /// Roles that differ from their toggle.
    #[serde(default)]
    pub roles: RoleMasks,
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
    /// How it is masked, and for whom.
    pub mask: AttributeMask,
    /// Where it shows.
    pub forms: Vec<Form>,
    /// Whether people and programs close no conversation without it.
    pub is_required_to_close: bool,
    /// Its place in forms.
    pub position: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Attribute {
    /// Whether this viewer sees its values masked. What is not personal is masked for nobody.
    pub fn is_masked_for(&self, viewer: &Viewer) -> bool {
        let by_class = viewer.is_masked(Class::Attribute);
        match self.pii {
            PiiClass::None => false,
            PiiClass::Personal | PiiClass::Sensitive => {
                viewer.role().and_then(|role| self.mask.roles.of(role)).unwrap_or(by_class)
            }
        }
    }
}
