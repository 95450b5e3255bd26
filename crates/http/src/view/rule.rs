//! Views of rules, what they did, and what they would do. Texts of rules are the company's own; what they quote of
//! customers is masked where a message is shown.

use countersign_service::rule::{Block, DryFiring, DryStep, Finding, Held, Installed, RuleDetail, Template};
use countersign_types::notice::Notice;
use countersign_types::rule::{Firing, RuleGroup, RuleSettings, RuleVersion};
use countersign_types::{Timestamp, Viewer};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Field, Lens};

/// One comparison.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConditionView {
    /// What is looked at, such as `case.status` or `profile.attributes.tariff`.
    #[schema(example = "profile.is_identified")]
    pub field: String,
    /// What is asked.
    #[schema(example = "is")]
    pub op: &'static str,
    /// With what it is compared: a value or a list of values, by the field's type; `null` where the question needs none.
    pub value: serde_json::Value,
}

/// Conditions that count together.
#[derive(Debug, Serialize, ToSchema)]
pub struct BlockView {
    /// `all` or `any`.
    #[schema(value_type = String)]
    pub mode: serde_json::Value,
    /// The conditions.
    pub conditions: Vec<ConditionView>,
}

impl From<&Block> for BlockView {
    fn from(block: &Block) -> Self {
        let conditions = block.conditions.iter().map(|c| ConditionView {
            field: c.field.clone(),
            op: c.op.as_str(),
            value: c.value.clone(),
        });
        Self { mode: word(block.mode), conditions: conditions.collect() }
    }
}

fn word(value: impl Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// What is wrong or doubtful about a rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingView {
    /// Where: a JSON pointer into the rule.
    #[schema(example = "/match/0/conditions/1/value")]
    pub pointer: String,
    /// A stable word for programs.
    #[schema(example = "unknown-attribute")]
    pub code: &'static str,
    /// What and why.
    pub detail: String,
    /// What to do next.
    pub hint: String,
}

impl From<Finding> for FindingView {
    fn from(finding: Finding) -> Self {
        let Finding { pointer, code, detail, hint, .. } = finding;
        Self { pointer, code, detail, hint }
    }
}

/// A rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleView {
    /// Its id.
    #[schema(example = "rule_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Its place among the others.
    pub position: i64,
    /// Counted up by each change.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// `new_case`, `updated_case` or `existing_case`.
    #[schema(value_type = String)]
    pub trigger: serde_json::Value,
    /// Seconds after the last message of a person, for existing cases; `null`: each half hour.
    pub delay_secs: Option<u32>,
    /// Whether it is on.
    pub enabled: bool,
    /// The group it is switched with.
    pub group: Option<String>,
    /// Blocks of conditions; none: it always holds.
    pub r#match: Vec<BlockView>,
    /// `and` or `or`.
    #[schema(value_type = String)]
    pub join: serde_json::Value,
    /// What it does, in this order; `kind` names the action, `docs/RULES.md` its members.
    #[schema(value_type = Vec<Object>)]
    pub actions: Vec<serde_json::Value>,
    /// Whether it fires once in a case and never again.
    pub once_per_case: bool,
    /// After firing in a case, it rests there for so many seconds.
    pub cooldown_secs: Option<u32>,
    /// Which template it came from.
    pub origin: Option<String>,
    /// Whether it takes part: it is on, its group is, and nothing is wrong with it.
    pub takes_part: bool,
    /// What is wrong with it.
    pub problems: Vec<FindingView>,
    /// What may not be meant.
    pub warnings: Vec<FindingView>,
    /// How often it fired in the last seven days.
    pub fired_count: i64,
    /// When it last fired in the last seven days.
    #[schema(format = DateTime)]
    pub fired_at: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<RuleDetail> for RuleView {
    fn from(detail: RuleDetail) -> Self {
        let RuleDetail { row, body, takes_part, problems, warnings, fired, fired_at } = detail;
        Self {
            id: row.id.to_string(),
            position: row.position,
            version: row.version,
            trigger: word(body.trigger),
            delay_secs: body.delay_secs,
            enabled: body.enabled,
            group: body.group.map(|group| group.to_string()),
            r#match: body.blocks.iter().map(BlockView::from).collect(),
            join: word(body.join),
            actions: body.actions.iter().map(word).collect(),
            once_per_case: body.once_per_case,
            cooldown_secs: body.cooldown_secs,
            origin: body.origin,
            name: body.name,
            takes_part,
            problems: problems.into_iter().map(Into::into).collect(),
            warnings: warnings.into_iter().map(Into::into).collect(),
            fired_count: fired,
            fired_at: fired_at.map(|at| at.to_string()),
            created_at: row.created_at.to_string(),
            updated_at: row.updated_at.to_string(),
        }
    }
}

/// What a rule said before.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleVersionView {
    /// Which version.
    pub version: i64,
    /// When it was saved.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who saved it.
    pub by: VersionBy,
    /// What it said.
    #[schema(value_type = Object)]
    pub rule: serde_json::Value,
}

/// Who saved a version.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionBy {
    /// Their id.
    pub id: String,
    /// Their name at that time.
    pub name: String,
}

impl From<RuleVersion> for RuleVersionView {
    fn from(version: RuleVersion) -> Self {
        Self {
            version: version.version,
            at: version.at.to_string(),
            by: VersionBy { id: version.by_id, name: version.by_name },
            rule: version.body,
        }
    }
}

/// Rules that are switched together.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleGroupView {
    /// Its id.
    #[schema(example = "rgrp_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether its rules take part.
    pub enabled: bool,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<RuleGroup> for RuleGroupView {
    fn from(group: RuleGroup) -> Self {
        Self {
            id: group.id.to_string(),
            name: group.name,
            enabled: group.is_enabled,
            created_at: group.created_at.to_string(),
            updated_at: group.updated_at.to_string(),
        }
    }
}

/// Settings of all rules together.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleSettingsView {
    /// Whether rules run at all.
    pub enabled: bool,
    /// From which level a customer counts as identified: `al3`, or `al1` where pages cannot sign.
    pub identified_at: &'static str,
}

impl From<RuleSettings> for RuleSettingsView {
    fn from(settings: RuleSettings) -> Self {
        Self { enabled: settings.is_enabled, identified_at: settings.identified_at.as_str() }
    }
}

/// A template.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleTemplateView {
    /// Its word.
    #[schema(example = "chat-identification")]
    pub key: &'static str,
    /// The languages it is written in.
    pub languages: Vec<&'static str>,
    /// How many rules it makes.
    pub rules: usize,
    /// How many of them are there now.
    pub installed: usize,
}

impl From<Template> for RuleTemplateView {
    fn from(template: Template) -> Self {
        let Template { key, languages, rules, installed } = template;
        Self { key, languages, rules, installed }
    }
}

/// What installing a template came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct InstalledView {
    /// Ids of rules that were made.
    pub added: Vec<String>,
    /// Ids of rules of the template that were there, and stay as they are.
    pub kept: Vec<String>,
    /// Whether the dropdown was made.
    pub made_attribute: bool,
}

impl From<Installed> for InstalledView {
    fn from(installed: Installed) -> Self {
        let ids = |ids: Vec<countersign_types::RuleId>| ids.iter().map(ToString::to_string).collect();
        Self {
            added: ids(installed.added),
            kept: ids(installed.kept),
            made_attribute: installed.has_made_attribute,
        }
    }
}

/// That a rule fired in a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiringView {
    /// Its id.
    #[schema(example = "fire_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Which rule; it may have been deleted since.
    pub rule: FiredRule,
    /// In which case.
    pub case: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// What made it be asked: `new_case`, `message`, `change`, `half_hour` or `delay`.
    pub happened: &'static str,
    /// How many passes of rules lay before it.
    pub depth: u8,
    /// What it did, action by action.
    pub done: Vec<DoneView>,
}

/// A rule that fired.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiredRule {
    /// Its id.
    pub id: String,
    /// Its name at that time.
    pub name: String,
}

/// What became of an action.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoneView {
    /// The action's kind.
    #[schema(example = "send_message")]
    pub action: String,
    /// `done`, `held` or `skipped`.
    pub outcome: String,
    /// Why it was not done, in a word; or what came of it, by its id.
    pub detail: String,
}

impl From<Firing> for FiringView {
    fn from(firing: Firing) -> Self {
        let done = firing.done.into_iter();
        Self {
            id: firing.id.to_string(),
            rule: FiredRule { id: firing.rule.to_string(), name: firing.rule_name },
            case: firing.case.to_string(),
            at: firing.at.to_string(),
            happened: firing.happened.as_str(),
            depth: firing.depth,
            done: done.map(|d| DoneView { action: d.action, outcome: d.outcome, detail: d.detail }).collect(),
        }
    }
}

/// What would happen at one message.
#[derive(Debug, Serialize, ToSchema)]
pub struct DryStepView {
    /// The message, where it is a past one.
    pub message: Option<String>,
    /// When it came.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who wrote it: `customer`, `user`, `rule`, `api` or `system`.
    pub author: &'static str,
    /// What it says.
    pub text: String,
    /// Why no rule is looked at, in a sentence.
    pub refused: Option<String>,
    /// The same in a word: `not_written_by_a_person`, `not_begun_by_the_customer`, `chain_too_long` or `not_active`.
    pub refused_code: Option<String>,
    /// What would become of each rule that waits for this.
    pub rules: Vec<DryFiringView>,
    /// Fields that this viewer sees masked.
    #[schema(value_type = Vec<String>)]
    pub masked: Vec<Field>,
}

/// What would become of a rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct DryFiringView {
    /// Which; `null` for a draft that is not saved.
    pub rule: Option<String>,
    /// Its name.
    pub name: String,
    /// `fired`, `unmet`, `rested`, `stopped`, `off`, `group_off` or `broken`.
    pub verdict: String,
    /// Where it rested, why: `in_chain`, `once`, `cooldown` or `not_due`.
    pub rested: Option<String>,
    /// Why, in a sentence.
    pub sentence: String,
    /// The place of the block that decided.
    pub block: Option<usize>,
    /// The place of the condition in that block; `null` where it took all of them.
    pub condition: Option<usize>,
    /// What it would say to the customer; variables are not filled in.
    pub replies: Vec<DryReply>,
}

/// What a rule would say.
#[derive(Debug, Serialize, ToSchema)]
pub struct DryReply {
    /// The text.
    pub text: String,
    /// Why it would be held back, in a sentence.
    pub held: Option<&'static str>,
    /// The same in a word, as in a case's history: `same_rule`, `too_many` …
    #[schema(value_type = Option<String>)]
    pub held_code: serde_json::Value,
}

impl DryStepView {
    /// Renders a step for a viewer.
    pub fn of(step: DryStep, viewer: Viewer) -> Self {
        let mut lens = Lens::new(viewer);
        Self {
            message: step.message.map(|id| id.to_string()),
            at: step.at.to_string(),
            author: step.author.as_str(),
            text: lens.show("text", &step.text),
            refused_code: step.refused.as_ref().map(|(code, _)| code.clone()),
            refused: step.refused.map(|(_, sentence)| sentence),
            rules: step.rules.into_iter().map(Into::into).collect(),
            masked: lens.masked(),
        }
    }
}

impl From<DryFiring> for DryFiringView {
    fn from(firing: DryFiring) -> Self {
        let replies = firing.replies.into_iter();
        Self {
            rule: firing.rule.map(|id| id.to_string()),
            name: firing.name,
            verdict: firing.verdict,
            rested: firing.rested,
            sentence: firing.sentence,
            block: firing.decided_by.map(|(block, _)| block),
            condition: firing.decided_by.and_then(|(_, condition)| condition),
            replies: replies
                .map(|(text, held)| DryReply { text, held: held.map(Held::sentence), held_code: word(held) })
                .collect(),
        }
    }
}

/// What somebody of the team was told.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeView {
    /// Its id.
    #[schema(example = "ntc_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// About which case.
    pub case: String,
    /// `rule`: a rule says so; `chat_ends`: a chat of theirs ends in a minute unless the customer answers.
    #[schema(example = "rule")]
    pub kind: &'static str,
    /// The name of the rule at that time; empty where none speaks.
    pub rule: String,
    /// What it says, as an agent may see it.
    pub text: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// When it was read.
    #[schema(format = DateTime)]
    pub read_at: Option<String>,
    /// Fields that this viewer sees masked.
    #[schema(value_type = Vec<String>)]
    pub masked: Vec<Field>,
}

impl NoticeView {
    /// Renders a notice for a viewer.
    pub fn of(notice: &Notice, viewer: Viewer) -> Self {
        let mut lens = Lens::new(viewer);
        Self {
            id: notice.id.to_string(),
            case: notice.case.to_string(),
            kind: notice.kind.as_str(),
            rule: notice.rule_name.clone(),
            text: lens.show("text", &notice.text),
            at: notice.created_at.to_string(),
            read_at: notice.read_at.map(|at: Timestamp| at.to_string()),
            masked: lens.masked(),
        }
    }
}
