//! What a rule does.
//!
//! There is no action that links, merges, or raises an assurance level, and [`Settable`] names attributes only: a rule
//! cannot make anybody known, by type. Only evidence does (`countersign_identity::evidence`).
//!
//! ```compile_fail
//! // No rule raises a level …
//! let action = countersign_rules::Action::SetAssurance { level: countersign_types::Assurance::Al3 };
//! ```
//! ```compile_fail
//! // … or merges profiles.
//! let action = countersign_rules::Action::Merge { from: "a".into() };
//! ```
//! ```
//! // And no field leads there either.
//! use countersign_rules::Action;
//! let json = r#"{"kind": "set_attribute", "field": "profile.assurance", "value": "al3"}"#;
//! assert!(serde_json::from_str::<Action>(json).is_err());
//! ```

use std::collections::BTreeMap;
use std::fmt;

use countersign_types::attribute::AttributeLevel;
use countersign_types::case::{CaseStatus, Priority};
use countersign_types::{GroupId, UserId};
use serde::{Deserialize, Serialize};

/// Variants of a message, at most; one is picked by the seed of the occasion.
pub const VARIANTS_MAX: usize = 5;
/// Characters in a text that is sent or noted, at most.
pub const TEXT_MAX: usize = 4_000;
/// Headers of a webhook, at most.
pub const HEADERS_MAX: usize = 20;
/// Labels of one action and people of one notice, at most.
pub const NAMED_MAX: usize = 50;

/// How a webhook asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum HttpMethod {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
    /// DELETE
    Delete,
}

/// An attribute that a rule may set: `profile.attributes.<key>` or `case.attributes.<key>`, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Settable {
    /// On what it stands.
    pub level: AttributeLevel,
    /// Its key.
    pub key: String,
}

impl Settable {
    /// Reads the field's name.
    pub fn parse(text: &str) -> Option<Self> {
        let (level, key) = text
            .strip_prefix("profile.attributes.")
            .map(|key| (AttributeLevel::Profile, key))
            .or_else(|| text.strip_prefix("case.attributes.").map(|key| (AttributeLevel::Case, key)))?;
        (!key.is_empty()).then(|| Self { level, key: key.to_owned() })
    }
}

impl fmt::Display for Settable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.attributes.{}", self.level.as_str(), self.key)
    }
}

impl Serialize for Settable {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Settable {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{text}` cannot be set by a rule; `profile.attributes.<key>` and `case.attributes.<key>` can"
            ))
        })
    }
}

/// One step of what a rule does. Texts may hold variables, see [`crate::variable`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Says something to the customer: one of the texts, picked by the occasion's seed.
    SendMessage {
        /// 1 to [`VARIANTS_MAX`] texts.
        texts: Vec<String>,
    },
    /// Asks the customer for an identification code, and remembers that it was asked.
    AskForCode {
        /// 1 to [`VARIANTS_MAX`] texts.
        texts: Vec<String>,
    },
    /// Ends the live chat and leaves the case in this status.
    EndChat {
        /// The status.
        status: CaseStatus,
    },
    /// Sets the status.
    SetStatus {
        /// The status.
        status: CaseStatus,
    },
    /// Gives the case to somebody.
    AssignAgent {
        /// To whom.
        agent: UserId,
    },
    /// Gives the case to a group, for whoever takes it.
    AssignGroup {
        /// To which.
        group: GroupId,
    },
    /// Gives the case to the member of a group with the fewest open cases.
    AssignRoundRobin {
        /// Of which group.
        group: GroupId,
    },
    /// Takes the assignee away.
    Unassign {},
    /// Sets the priority.
    SetPriority {
        /// The priority.
        priority: Priority,
    },
    /// Adds labels.
    AddLabels {
        /// Which.
        labels: Vec<String>,
    },
    /// Takes labels away.
    RemoveLabels {
        /// Which.
        labels: Vec<String>,
    },
    /// Sets or clears an attribute of the profile or the case.
    SetAttribute {
        /// Which.
        field: Settable,
        /// The value by the attribute's type; `null` clears.
        value: serde_json::Value,
    },
    /// Writes a note for the team.
    Note {
        /// The text.
        text: String,
    },
    /// Tells people of the team.
    Notify {
        /// These people.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        people: Vec<UserId>,
        /// And the members of these groups.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        groups: Vec<GroupId>,
        /// The text.
        text: String,
    },
    /// Writes an e-mail to the customer's address.
    EmailCustomer {
        /// The subject.
        subject: String,
        /// 1 to [`VARIANTS_MAX`] texts.
        texts: Vec<String>,
    },
    /// Calls an address, through the guarded outbound client (I-4, I-5, I-6).
    Webhook {
        /// How.
        method: HttpMethod,
        /// Where; values of variables are percent-encoded, and none may stand in the host.
        url: String,
        /// Headers.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        headers: BTreeMap<String, String>,
        /// The body; values of variables are escaped for JSON strings.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
    },
    /// No further rule is looked at on this occasion.
    Stop {},
}

impl Action {
    /// The word on the wire.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SendMessage { .. } => "send_message",
            Self::AskForCode { .. } => "ask_for_code",
            Self::EndChat { .. } => "end_chat",
            Self::SetStatus { .. } => "set_status",
            Self::AssignAgent { .. } => "assign_agent",
            Self::AssignGroup { .. } => "assign_group",
            Self::AssignRoundRobin { .. } => "assign_round_robin",
            Self::Unassign {} => "unassign",
            Self::SetPriority { .. } => "set_priority",
            Self::AddLabels { .. } => "add_labels",
            Self::RemoveLabels { .. } => "remove_labels",
            Self::SetAttribute { .. } => "set_attribute",
            Self::Note { .. } => "note",
            Self::Notify { .. } => "notify",
            Self::EmailCustomer { .. } => "email_customer",
            Self::Webhook { .. } => "webhook",
            Self::Stop {} => "stop",
        }
    }

    /// Whether it writes to the customer, so that the limits of R-1 apply ([`crate::limits`]).
    pub const fn is_reply(&self) -> bool {
        matches!(self, Self::SendMessage { .. } | Self::AskForCode { .. } | Self::EmailCustomer { .. })
    }

    /// The texts one of which is picked.
    pub fn variants(&self) -> &[String] {
        match self {
            Self::SendMessage { texts } | Self::AskForCode { texts } | Self::EmailCustomer { texts, .. } => {
                texts
            }
            _ => &[],
        }
    }
}
