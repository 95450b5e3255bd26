//! The workspace: one organisation's settings.

use crate::case::CaseStatus;
use crate::pii::Masked;
use crate::{Role, Viewer};

/// Settings of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Workspace {
    /// Its name.
    pub name: String,
    /// Languages of widgets and templates.
    pub languages: Vec<String>,
    /// The one used when a person's is not offered.
    pub default_language: String,
    /// Region of phone numbers given without country, ISO 3166 such as `DE`.
    pub default_country: String,
    /// IANA time zone.
    pub time_zone: String,
    /// After so many minutes without an answer to a colleague's reply a chat ends by itself; 0: never.
    #[serde(default = "chat_end_minutes")]
    pub chat_end_minutes: u32,
    /// The status in which such a case stays.
    #[serde(default = "chat_end_status")]
    pub chat_end_status: CaseStatus,
}

const fn chat_end_minutes() -> u32 {
    10
}

const fn chat_end_status() -> CaseStatus {
    CaseStatus::Pending
}

impl Default for Workspace {
    fn default() -> Self {
        Self {
            name: "Countersign".to_owned(),
            languages: vec!["en".to_owned()],
            default_language: "en".to_owned(),
            default_country: "US".to_owned(),
            time_zone: "UTC".to_owned(),
            chat_end_minutes: chat_end_minutes(),
            chat_end_status: chat_end_status(),
        }
    }
}

/// Role × class: which role sees what masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskingMatrix {
    /// Administrators.
    pub admin: Masked,
    /// Team managers.
    pub team_manager: Masked,
    /// Agents.
    pub agent: Masked,
}

impl Default for MaskingMatrix {
    /// Agents see addresses and numbers masked, until an administrator says otherwise.
    fn default() -> Self {
        let agent = Masked { name: false, email: true, phone: true, attributes: false, text: false };
        Self { admin: Masked::NONE, team_manager: Masked::NONE, agent }
    }
}

impl MaskingMatrix {
    /// The viewer that somebody of this role is.
    pub const fn viewer(&self, role: Role) -> Viewer {
        Viewer::with(match role {
            Role::Admin => self.admin,
            Role::TeamManager => self.team_manager,
            Role::Agent => self.agent,
        })
    }
}
