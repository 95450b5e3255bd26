//! The rules of the workspace as every server keeps them in memory: as they are stored, and ready to run.

use std::collections::HashMap;

use countersign_rules::schema::{AttributeDefinition, IdentifiedAt, RuleGroup as GroupInSchema, Schema};
use countersign_rules::{Finding, Rule, RuleBody, RuleSet};
use countersign_store::channel::ChannelEntry;
use countersign_store::{Tx, rule as store, setting};
use countersign_types::attribute::Attribute;
use countersign_types::rule::{RuleGroup, RuleRow, RuleSettings};
use countersign_types::workspace::Workspace;
use countersign_types::{Assurance, ChannelId, Error, Result, RuleId, Timestamp};

use crate::calendar::CalendarEntry;
use crate::snapshot::{GroupEntry, name};

/// What rules may name besides people and groups of rules.
pub(crate) struct Named<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) attributes: &'a [Attribute],
    pub(crate) channels: &'a HashMap<ChannelId, ChannelEntry>,
    pub(crate) groups: &'a [GroupEntry],
    pub(crate) calendars: &'a [CalendarEntry],
}

/// The rules of the workspace.
#[derive(Debug)]
pub struct Rules {
    /// As they are stored, in their order.
    pub rows: Vec<RuleRow>,
    /// Groups of rules.
    pub groups: Vec<RuleGroup>,
    /// Settings of all of them together.
    pub settings: RuleSettings,
    /// Ready to run. Its places are those of `rows`.
    pub set: RuleSet,
    /// Why some take no part.
    pub problems: Vec<Finding>,
    /// What may not be meant.
    pub warnings: Vec<Finding>,
    /// What they may name.
    pub schema: Schema,
    /// When rules with a delay last changed: they look at what was said after that only.
    changed: HashMap<RuleId, Timestamp>,
}

impl Default for Rules {
    fn default() -> Self {
        Self::compiled(Vec::new(), Vec::new(), RuleSettings::default(), Schema::default())
    }
}

impl Rules {
    pub(crate) async fn load(tx: &mut Tx<'_>, named: Named<'_>) -> Result<Self> {
        let rows = store::list_rules(tx).await?;
        let groups = store::list_rule_groups(tx).await?;
        let settings: RuleSettings = setting::find_setting(tx, name::RULES).await?.unwrap_or_default();
        let definition = |a: &Attribute| AttributeDefinition {
            level: a.level,
            key: a.key.clone(),
            r#type: a.r#type,
            options: a.options.clone(),
        };
        let schema = Schema {
            attributes: named.attributes.iter().map(definition).collect(),
            channels: named.channels.keys().copied().collect(),
            users: store::list_active_people(tx).await?.into_iter().collect(),
            groups: named.groups.iter().map(|group| group.id).collect(),
            calendars: named.calendars.iter().map(|entry| (entry.id, entry.calendar.clone())).collect(),
            rule_groups: groups.iter().map(group_in_schema).collect(),
            identified_at: identified_at(settings.identified_at),
            time_zone: named.workspace.time_zone.clone(),
        };
        Ok(Self::compiled(rows, groups, settings, schema))
    }

    fn compiled(rows: Vec<RuleRow>, groups: Vec<RuleGroup>, settings: RuleSettings, schema: Schema) -> Self {
        let rules: Vec<Rule> = rows.iter().map(|row| Rule { id: row.id, body: body_of(row) }).collect();
        let done = RuleSet::compile_lenient(&rules, &schema);
        let changed = rows.iter().map(|row| (row.id, row.updated_at)).collect();
        Self {
            rows,
            groups,
            settings,
            set: done.rules,
            problems: done.problems,
            warnings: done.warnings,
            schema,
            changed,
        }
    }

    /// A rule with its place.
    pub fn find(&self, id: RuleId) -> Option<(usize, &RuleRow)> {
        self.rows.iter().enumerate().find(|(_, row)| row.id == id)
    }

    /// Rules that look at nothing said before they were made or changed, by what a case's delay counts from.
    pub(crate) fn too_young(&self, said: Timestamp) -> impl Iterator<Item = RuleId> {
        let delayed = self.set.rules().filter_map(move |rule| {
            let due = said.plus(i64::from(rule.body.delay_secs?) * countersign_types::time::SECOND);
            self.changed.get(&rule.id).is_some_and(|changed| due < *changed).then_some(rule.id)
        });
        delayed.collect::<Vec<_>>().into_iter()
    }
}

/// What a stored rule says. One that this version does not understand (a newer server wrote it) keeps its name and takes
/// no part.
pub(crate) fn body_of(row: &RuleRow) -> RuleBody {
    serde_json::from_value(row.body.clone()).unwrap_or_else(|_| {
        let name = row.body.get("name").and_then(serde_json::Value::as_str).unwrap_or("?").to_owned();
        RuleBody {
            name,
            trigger: countersign_rules::Trigger::UpdatedCase,
            delay_secs: None,
            enabled: false,
            group: None,
            blocks: Vec::new(),
            join: countersign_rules::Join::And,
            actions: Vec::new(),
            once_per_case: false,
            cooldown_secs: None,
            origin: None,
        }
    })
}

pub(crate) fn json_of(body: &RuleBody) -> Result<serde_json::Value> {
    serde_json::to_value(body).map_err(Error::internal)
}

fn group_in_schema(group: &RuleGroup) -> GroupInSchema {
    GroupInSchema { id: group.id, is_enabled: group.is_enabled }
}

/// There is no way to count somebody as identified at AL0 or by an agent's word.
pub(crate) const fn identified_at(level: Assurance) -> IdentifiedAt {
    match level {
        Assurance::Al1 => IdentifiedAt::Recognised,
        _ => IdentifiedAt::Authenticated,
    }
}
