//! What rules may name: the workspace as it is now.

use std::collections::BTreeSet;

use countersign_types::attribute::{AttributeLevel, AttributeOption, AttributeType};
use countersign_types::{Assurance, CalendarId, ChannelId, GroupId, RuleGroupId, UserId};

use crate::calendar::{Calendar, Hours};
use crate::finding::Problem;

/// An attribute that conditions, actions and texts may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeDefinition {
    /// On what it stands.
    pub level: AttributeLevel,
    /// Its key.
    pub key: String,
    /// Its type.
    pub r#type: AttributeType,
    /// The options of a dropdown, in their order.
    pub options: Vec<AttributeOption>,
}

/// Rules that are switched together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleGroup {
    /// Its id.
    pub id: RuleGroupId,
    /// Whether its rules take part.
    pub is_enabled: bool,
}

/// From which level a customer counts as identified. There is no way to say AL0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IdentifiedAt {
    /// Authenticated (AL3): a code of a signed session or of the API, or a signed sign-in.
    #[default]
    Authenticated,
    /// Recognised (AL1): for workspaces whose pages cannot sign, where plain mode is on.
    Recognised,
}

impl IdentifiedAt {
    /// The level.
    pub const fn level(self) -> Assurance {
        match self {
            Self::Authenticated => Assurance::Al3,
            Self::Recognised => Assurance::Al1,
        }
    }
}

/// What rules may name. The service makes it from its settings; a rule that names something else is refused.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// Attributes of profiles and cases.
    pub attributes: Vec<AttributeDefinition>,
    /// Channels.
    pub channels: BTreeSet<ChannelId>,
    /// People of the team who may be assigned and notified.
    pub users: BTreeSet<UserId>,
    /// Groups of the team.
    pub groups: BTreeSet<GroupId>,
    /// Calendars of business hours.
    pub calendars: Vec<(CalendarId, Calendar)>,
    /// Groups of rules.
    pub rule_groups: Vec<RuleGroup>,
    /// From which level a customer counts as identified.
    pub identified_at: IdentifiedAt,
    /// The workspace's time zone, for `time.weekday`; a name of the IANA database. Empty: UTC.
    pub time_zone: String,
}

impl Schema {
    /// An attribute by level and key.
    pub fn attribute(&self, level: AttributeLevel, key: &str) -> Option<&AttributeDefinition> {
        self.attributes.iter().find(|a| a.level == level && a.key == key)
    }

    pub(crate) fn no_attribute(&self, level: AttributeLevel, key: &str) -> Problem {
        let keys = self.attributes.iter().filter(|a| a.level == level).map(|a| a.key.clone());
        let hint = match nearest(key, keys) {
            Some(near) => {
                format!("Did you mean `{near}`? Otherwise take it out, or make the attribute again.")
            }
            None => "It may have been deleted. Take it out, or make the attribute again.".to_owned(),
        };
        let what = format!("There is no {} attribute `{key}`.", level.as_str());
        Problem::new("", "unknown-attribute", what, hint)
    }

    pub(crate) fn hours(&self, calendar: CalendarId) -> Option<Result<Hours, Problem>> {
        self.calendars.iter().find(|(id, _)| *id == calendar).map(|(_, calendar)| calendar.compile())
    }

    pub(crate) fn is_group_enabled(&self, group: Option<RuleGroupId>) -> bool {
        group.is_none_or(|id| self.rule_groups.iter().any(|g| g.id == id && g.is_enabled))
    }
}

/// The known word with the fewest slips to this one, if they are few.
pub(crate) fn nearest(word: &str, known: impl Iterator<Item = String>) -> Option<String> {
    if word.len() > 80 {
        return None;
    }
    let best = known.map(|k| (distance(word, &k), k)).min()?;
    (best.0 <= 1 + word.len() / 4).then_some(best.1)
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut before = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let here = before + usize::from(x != *y);
            before = row[j + 1];
            row[j + 1] = here.min(before + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
