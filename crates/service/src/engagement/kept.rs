//! What is kept of an engagement beside its row: where the core stands, what was done, and what people wrote.

use std::collections::BTreeMap;

use countersign_types::audit::Actor;
use countersign_types::engagement::Engagement;
use countersign_types::pii::{FreeText, Pii, Purpose};
use countersign_types::{Error, Result, Timestamp, TopicId};
use countersign_verification::engagement::Engagement as Core;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::send::SentCode;

/// Steps that are kept at most; what one engagement can come to is bounded by its four hours, not by this.
const STEPS_MAX: usize = 500;

/// How a topic of an engagement came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TopicStatus {
    /// Under way.
    Initiated,
    /// The request may be processed.
    Completed,
    /// It may not.
    Failed,
    /// Another one was chosen.
    Cancelled,
}

impl TopicStatus {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initiated => "initiated",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A topic that was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicTold {
    /// Which.
    pub topic: TopicId,
    /// Its name at that time.
    pub name: String,
    /// How it came out.
    pub status: TopicStatus,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// When it was chosen.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTold {
    /// When.
    pub at: Timestamp,
    /// Who: a printed id; empty for the server.
    pub by: String,
    /// Their name at that time.
    pub by_name: String,
    /// What: `topic`, `about`, `search`, …
    pub step: String,
}

/// What is kept in the sealed state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The verification.
    pub core: Core,
    /// The topics, in turn.
    #[serde(default)]
    pub topics: Vec<TopicTold>,
    /// The steps, in turn.
    #[serde(default)]
    pub steps: Vec<StepTold>,
    /// By which evidence somebody was authenticated, and when: `code`, `session`, …
    #[serde(default)]
    pub evidence: Option<(String, Timestamp)>,
    /// The code that was sent last, while it is not read back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<SentCode>,
    /// How many were sent.
    #[serde(default, skip_serializing_if = "is_none")]
    pub sends: u8,
}

/// Older servers read what needs no field of theirs.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_none(count: &u8) -> bool {
    *count == 0
}

impl Kept {
    pub(super) fn of(engagement: &Engagement) -> Result<Self> {
        serde_json::from_str(engagement.state.plain(Purpose::Match)).map_err(Error::internal)
    }

    pub(super) fn sealed(&self) -> Result<Pii<FreeText>> {
        Ok(Pii::new(serde_json::to_string(self).map_err(Error::internal)?))
    }

    pub(super) fn step(&mut self, step: &str, by: &Actor, at: Timestamp) {
        if self.steps.len() < STEPS_MAX {
            let (by, by_name) = (by.id.clone(), by.name.clone());
            self.steps.push(StepTold { at, by, by_name, step: step.to_owned() });
        }
    }

    /// Ends the topic under way.
    pub(super) fn end_topic(&mut self, status: TopicStatus, why: Option<String>, at: Timestamp) {
        if let Some(last) = self.topics.last_mut().filter(|last| last.status == TopicStatus::Initiated) {
            (last.status, last.failure_reason, last.ended_at) = (status, why, Some(at));
        }
    }
}

/// Somebody new, as a colleague wrote them down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lead {
    /// Their name.
    pub name: Option<Pii<FreeText>>,
    /// Their number.
    pub phone: Option<Pii<FreeText>>,
    /// Their address.
    pub email: Option<Pii<FreeText>>,
}

/// What people wrote of an engagement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    /// What it is about, in a colleague's words.
    pub reason: Option<Pii<FreeText>>,
    /// How the customer felt.
    pub sentiment: Option<Pii<FreeText>>,
    /// Notes.
    pub notes: Option<Pii<FreeText>>,
    /// Fields of the company's own.
    pub custom: BTreeMap<String, Pii<FreeText>>,
    /// Who began it, where they are new.
    pub lead: Lead,
}

impl Texts {
    pub(super) fn of(engagement: &Engagement) -> Result<Self> {
        let Some(about) = &engagement.about else { return Ok(Self::default()) };
        let all: Map<String, Value> =
            serde_json::from_str(about.plain(Purpose::Match)).map_err(Error::internal)?;
        let text = |key: &str| all.get(key).and_then(Value::as_str).map(Pii::new);
        let custom = all.get("custom").and_then(Value::as_object).into_iter().flatten();
        Ok(Self {
            reason: text("reason"),
            sentiment: text("sentiment"),
            notes: text("notes"),
            custom: custom
                .filter_map(|(key, value)| Some((key.clone(), Pii::new(value.as_str()?))))
                .collect(),
            lead: Lead { name: text("lead_name"), phone: text("lead_phone"), email: text("lead_email") },
        })
    }

    pub(super) fn sealed(&self) -> Option<Pii<FreeText>> {
        let mut all = Map::new();
        let texts = [
            ("reason", &self.reason),
            ("sentiment", &self.sentiment),
            ("notes", &self.notes),
            ("lead_name", &self.lead.name),
            ("lead_phone", &self.lead.phone),
            ("lead_email", &self.lead.email),
        ];
        for (key, text) in texts {
            if let Some(text) = text {
                all.insert(key.to_owned(), text.plain(Purpose::Seal).into());
            }
        }
        if !self.custom.is_empty() {
            let custom =
                self.custom.iter().map(|(key, text)| (key.clone(), text.plain(Purpose::Seal).into()));
            all.insert("custom".to_owned(), Value::Object(custom.collect()));
        }
        (!all.is_empty()).then(|| Pii::new(Value::Object(all).to_string()))
    }
}
