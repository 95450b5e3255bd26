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
    /// Whether whoever accepts a call or a conversation has its engagement opened.
    #[serde(default = "opens_engagements")]
    pub opens_engagements: bool,
    /// For which systems results of verifications are signed; for any, if it names none.
    #[serde(default)]
    pub result_audiences: Vec<String>,
}

const fn chat_end_minutes() -> u32 {
    10
}

const fn opens_engagements() -> bool {
    true
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
            opens_engagements: opens_engagements(),
            result_audiences: Vec::new(),
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
    /// How often somebody may look at a single masked value.
    #[serde(default)]
    pub reveals_per_hour: RevealLimits,
}

/// Something of the company's own that is hidden in texts: its account numbers, its membership cards.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextPattern {
    /// What it finds, for people.
    pub name: String,
    /// A regular expression.
    pub pattern: String,
}

/// How many masked values somebody of a role may look at in an hour, each with a reason (M-6); 0: none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevealLimits {
    /// Administrators.
    pub admin: u32,
    /// Team managers.
    pub team_manager: u32,
    /// Agents.
    pub agent: u32,
}

impl Default for RevealLimits {
    fn default() -> Self {
        Self { admin: 30, team_manager: 30, agent: 30 }
    }
}

impl RevealLimits {
    /// The limit of a role.
    pub const fn of(&self, role: Role) -> u32 {
        match role {
            Role::Admin => self.admin,
            Role::TeamManager => self.team_manager,
            Role::Agent => self.agent,
        }
    }
}

impl Default for MaskingMatrix {
    /// Agents see addresses and numbers masked, until an administrator says otherwise.
    fn default() -> Self {
        let agent = Masked { email: true, phone: true, ..Masked::NONE };
        Self {
            admin: Masked::NONE,
            team_manager: Masked::NONE,
            agent,
            reveals_per_hour: RevealLimits::default(),
        }
    }
}

impl MaskingMatrix {
    /// The viewer that somebody of this role is.
    pub const fn viewer(&self, role: Role) -> Viewer {
        let masked = match role {
            Role::Admin => self.admin,
            Role::TeamManager => self.team_manager,
            Role::Agent => self.agent,
        };
        Viewer::of(role, masked)
    }
}
