//! Rules: made, changed, ordered, switched; and run in the transaction of what they answer (`run.rs`).

mod act;
mod clock;
mod compiled;
mod dry_run;
mod email;
mod facts;
mod filling;
mod notice;
mod occasion;
mod run;
mod storm;
mod template;
mod visit;
mod words;

use async_recursion::async_recursion as boxed;
pub use countersign_rules::limits::Held;
use countersign_rules::model::RULES_MAX;
use countersign_rules::schema::Schema;
use countersign_rules::{Action, Rule, RuleSet};
pub use countersign_rules::{Block, Finding, RuleBody};
use countersign_store::rule_firing::{count_firings, list_case_firings, list_rule_firings};
use countersign_store::{Tx, case as case_store, rule as store, rule_case, setting};
use countersign_types::attribute::AttributeLevel;
use countersign_types::audit::Actor;
use countersign_types::pii::{Class, Viewer};
use countersign_types::rule::{Firing, FiringCount, RuleGroup, RuleRow, RuleSettings, RuleVersion};
use countersign_types::{
    Assurance, CaseId, Error, FieldError, Page, PageRequest, Permission, Result, RuleGroupId, RuleId,
    Timestamp, time,
};
use serde_json::{Map, Value, json};

use crate::Service;
use crate::caller::Request;
use crate::snapshot::name;
use crate::work::Log;

pub(crate) use self::act::Call;
pub(crate) use self::compiled::Named;
pub use self::compiled::Rules;
pub(crate) use self::compiled::{body_of, json_of};
pub use self::dry_run::{DryFiring, DryMessage, DryRequest, DryStep, outcome_of_word};
pub use self::filling::Filled;
pub(crate) use self::run::{Asked, Changed};
pub(crate) use self::storm::Storm;
pub use self::template::{Installed, Template};
pub use self::visit::SeenVisit;

/// Groups of rules at most.
pub const GROUPS_MAX: usize = 50;
/// How far back firings are counted in the list of rules.
pub const COUNT_SPAN: i64 = 7 * time::DAY;

/// A rule as the console shows it.
#[derive(Debug, Clone)]
pub struct RuleDetail {
    /// As it is stored.
    pub row: RuleRow,
    /// What it says.
    pub body: RuleBody,
    /// Whether it takes part: it is on, its group is, and nothing is wrong with it.
    pub takes_part: bool,
    /// What is wrong with it.
    pub problems: Vec<Finding>,
    /// What may not be meant.
    pub warnings: Vec<Finding>,
    /// How often it fired in [`COUNT_SPAN`].
    pub fired: i64,
    /// When it last did within it.
    pub fired_at: Option<Timestamp>,
}

impl Service {
    /// The rules in their order, with what is wrong and how often each fired.
    #[boxed]
    pub async fn list_rules(&self, request: &Request) -> Result<Vec<RuleDetail>> {
        self.authorise(request, Permission::RuleRead).await?;
        let counts = self.rule_counts().await?;
        let rules = &self.snapshot().rules;
        Ok((0..rules.rows.len()).map(|at| detail(rules, at, &counts)).collect())
    }

    /// A rule.
    #[boxed]
    pub async fn get_rule(&self, request: &Request, id: RuleId) -> Result<RuleDetail> {
        self.authorise(request, Permission::RuleRead).await?;
        self.rule_detail(id).await
    }

    async fn rule_detail(&self, id: RuleId) -> Result<RuleDetail> {
        let counts = self.rule_counts().await?;
        let snapshot = self.snapshot_with(|s| s.rules.find(id).is_some()).await?;
        let (at, _) = snapshot.rules.find(id).ok_or(Error::NotFound("rule"))?;
        Ok(detail(&snapshot.rules, at, &counts))
    }

    async fn rule_counts(&self) -> Result<Vec<FiringCount>> {
        let since = self.now().plus(-COUNT_SPAN);
        self.read(async move |tx: &mut Tx<'_>| Ok(count_firings(tx, since).await?)).await
    }

    /// Adds a rule at the end.
    #[boxed]
    pub async fn create_rule(&self, request: &Request, body: Value) -> Result<RuleDetail> {
        let grant = self.authorise(request, Permission::RuleWrite).await?;
        let body = parsed(&body)?;
        self.check_sight(&body, grant.viewer(), "")?;
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        let id: RuleId = self.new_id()?;
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<RuleId> {
                let rows = store::list_rules(tx).await?;
                let row = RuleRow {
                    id,
                    position: rows.last().map_or(0, |row| row.position) + 1,
                    body: json_of(&body)?,
                    version: 1,
                    created_at: now,
                    updated_at: now,
                };
                let rules = rows.into_iter().chain([row.clone()]).collect();
                service.check_rules(rules, &[id], &service.snapshot().rules.schema)?;
                service.insert_rule(tx, log, &actor, &row, &body).await?;
                Ok(id)
            })
            .await?;
        self.rule_detail(id).await
    }

    async fn insert_rule(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        row: &RuleRow,
        body: &RuleBody,
    ) -> Result<()> {
        store::insert_rule(tx, row).await?;
        store::insert_rule_version(tx, row.id, &version_of(row, actor)).await?;
        hasten(tx, body, row.updated_at).await?;
        log.audit("rule.create", row.id, json!({ "name": body.name, "trigger": body.trigger }));
        log.reload("rule.updated", row.id);
        Ok(())
    }

    /// Changes a rule: members of the patch take the place of the rule's, `null` takes one out. With `version`, only
    /// while that is the rule's newest.
    #[boxed]
    pub async fn update_rule(
        &self,
        request: &Request,
        id: RuleId,
        patch: Map<String, Value>,
        version: Option<i64>,
    ) -> Result<RuleDetail> {
        let grant = self.authorise(request, Permission::RuleWrite).await?;
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        let viewer = grant.viewer();
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let mut rows = store::list_rules(tx).await?;
            let row = rows.iter_mut().find(|row| row.id == id).ok_or(Error::NotFound("rule"))?;
            if version.is_some_and(|version| version != row.version) {
                return Err(changed_meanwhile());
            }
            let merged = merged(&row.body, &patch);
            let body = parsed(&merged)?;
            if patch.contains_key("match") {
                service.check_sight(&body, viewer, "")?;
            }
            let after = json_of(&body)?;
            if after == row.body {
                return Ok(());
            }
            (row.body, row.version, row.updated_at) = (after, row.version + 1, now);
            let row = row.clone();
            service.check_rules(rows, &[id], &service.snapshot().rules.schema)?;
            if !store::update_rule(tx, &row).await? {
                return Err(changed_meanwhile());
            }
            store::insert_rule_version(tx, id, &version_of(&row, &actor)).await?;
            hasten(tx, &body, now).await?;
            let fields: Vec<&String> = patch.keys().collect();
            log.audit(
                "rule.update",
                id,
                json!({ "name": body.name, "fields": fields, "version": row.version }),
            );
            log.reload("rule.updated", id);
            Ok(())
        })
        .await?;
        self.rule_detail(id).await
    }

    /// Puts back what a rule said in one of its versions, as a new version.
    #[boxed]
    pub async fn restore_rule(&self, request: &Request, id: RuleId, version: i64) -> Result<RuleDetail> {
        let versions = self.list_rule_versions(request, id).await?;
        let found = versions.into_iter().find(|v| v.version == version).ok_or(Error::NotFound("version"))?;
        let row = self.rule_detail(id).await?.row;
        let mut patch = found.body.as_object().cloned().unwrap_or_default();
        // What is not in the old version goes, so that it is that version again.
        for key in row.body.as_object().into_iter().flat_map(Map::keys) {
            patch.entry(key.clone()).or_insert(Value::Null);
        }
        self.update_rule(request, id, patch, None).await
    }

    /// What a rule said before, newest first.
    #[boxed]
    pub async fn list_rule_versions(&self, request: &Request, id: RuleId) -> Result<Vec<RuleVersion>> {
        self.authorise(request, Permission::RuleRead).await?;
        let found =
            self.read(async move |tx: &mut Tx<'_>| Ok(store::list_rule_versions(tx, id).await?)).await?;
        if found.is_empty() { Err(Error::NotFound("rule")) } else { Ok(found) }
    }

    /// Deletes a rule. What it did stays in the history of cases.
    #[boxed]
    pub async fn delete_rule(&self, request: &Request, id: RuleId) -> Result<()> {
        let grant = self.authorise(request, Permission::RuleWrite).await?;
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let rows = store::list_rules(tx).await?;
            let row = rows.iter().find(|row| row.id == id).ok_or(Error::NotFound("rule"))?;
            store::delete_rule(tx, id).await?;
            log.audit("rule.delete", id, json!({ "name": body_of(row).name }));
            log.reload("rule.updated", id);
            Ok(())
        })
        .await
    }

    /// Puts the rules in an order: all of them, each once.
    #[boxed]
    pub async fn order_rules(&self, request: &Request, order: Vec<RuleId>) -> Result<Vec<RuleDetail>> {
        let grant = self.authorise(request, Permission::RuleWrite).await?;
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let mut known: Vec<RuleId> = store::list_rules(tx).await?.iter().map(|row| row.id).collect();
            let mut named = order.clone();
            known.sort_unstable();
            named.sort_unstable();
            if known != named {
                let detail =
                    "Name every rule once. A rule was added or deleted since the list was read, perhaps.";
                return Err(Error::invalid("/rules", "not-an-order", detail));
            }
            store::update_rule_positions(tx, &order).await?;
            log.audit("rule.order", "", json!({ "rules": order }));
            log.reload("rule.updated", "order");
            Ok(())
        })
        .await?;
        self.list_rules(request).await
    }

    /// What fired in a case, newest first.
    #[boxed]
    pub async fn list_case_firings(
        &self,
        request: &Request,
        case: CaseId,
        page: PageRequest,
    ) -> Result<Page<Firing>> {
        self.authorise(request, Permission::CaseRead).await?;
        self.read(async move |tx: &mut Tx<'_>| -> Result<Page<Firing>> {
            if !case_store::has_case(tx, case).await? {
                return Err(Error::NotFound("case"));
            }
            Ok(list_case_firings(tx, case, page).await?)
        })
        .await
    }

    /// Where a rule fired, newest first.
    #[boxed]
    pub async fn list_rule_firings(
        &self,
        request: &Request,
        rule: RuleId,
        page: PageRequest,
    ) -> Result<Page<Firing>> {
        self.authorise(request, Permission::RuleRead).await?;
        self.read(async move |tx: &mut Tx<'_>| Ok(list_rule_firings(tx, rule, page).await?)).await
    }

    /// The groups of rules.
    #[boxed]
    pub async fn list_rule_groups(&self, request: &Request) -> Result<Vec<RuleGroup>> {
        self.authorise(request, Permission::RuleRead).await?;
        Ok(self.snapshot().rules.groups.clone())
    }

    /// Adds a group of rules.
    #[boxed]
    pub async fn create_rule_group(&self, request: &Request, name: &str) -> Result<RuleGroup> {
        let grant = self.authorise(request, Permission::RuleWrite).await?;
        let now = self.now();
        let group = RuleGroup {
            id: self.new_id()?,
            name: group_name(name)?,
            is_enabled: true,
            created_at: now,
            updated_at: now,
        };
        if self.snapshot().rules.groups.len() >= GROUPS_MAX {
            let detail = format!("There are {GROUPS_MAX} groups of rules, which is the most.");
            return Err(Error::conflict("too-many-groups", detail, "Delete one that nobody needs."));
        }
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<RuleGroupId> {
                store::insert_rule_group(tx, &group).await?;
                log.audit("rule_group.create", group.id, json!({ "name": group.name }));
                log.reload("rule.updated", group.id);
                Ok(group.id)
            })
            .await?;
        self.find_rule_group(id)
    }

    /// Renames or switches a group of rules.
    #[boxed]
    pub async fn update_rule_group(
        &self,
        request: &Request,
        id: RuleGroupId,
        name: Option<String>,
        is_enabled: Option<bool>,
    ) -> Result<RuleGroup> {
        let grant = self.authorise(request, Permission::RuleWrite).await?;
        let mut group = self.find_rule_group(id)?;
        if let Some(name) = name {
            group.name = group_name(&name)?;
        }
        group.is_enabled = is_enabled.unwrap_or(group.is_enabled);
        group.updated_at = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !store::update_rule_group(tx, &group).await? {
                return Err(Error::NotFound("group of rules"));
            }
            log.audit("rule_group.update", id, json!({ "name": group.name, "enabled": group.is_enabled }));
            log.reload("rule.updated", id);
            Ok(())
        })
        .await?;
        self.find_rule_group(id)
    }

    /// Deletes a group of rules that no rule is in.
    #[boxed]
    pub async fn delete_rule_group(&self, request: &Request, id: RuleGroupId) -> Result<()> {
        let grant = self.authorise(request, Permission::RuleWrite).await?;
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let rows = store::list_rules(tx).await?;
            if rows.iter().any(|row| body_of(row).group == Some(id)) {
                return Err(Error::conflict(
                    "group-in-use",
                    "There are rules in this group.",
                    "Take them out of it, or delete them.",
                ));
            }
            if !store::delete_rule_group(tx, id).await? {
                return Err(Error::NotFound("group of rules"));
            }
            log.audit("rule_group.delete", id, json!({}));
            log.reload("rule.updated", id);
            Ok(())
        })
        .await
    }

    fn find_rule_group(&self, id: RuleGroupId) -> Result<RuleGroup> {
        let snapshot = self.snapshot();
        snapshot.rules.groups.iter().find(|g| g.id == id).cloned().ok_or(Error::NotFound("group of rules"))
    }

    /// Settings of all rules together.
    #[boxed]
    pub async fn get_rule_settings(&self, request: &Request) -> Result<RuleSettings> {
        self.authorise(request, Permission::RuleRead).await?;
        Ok(self.snapshot().rules.settings)
    }

    /// Switches all rules off or on, and says from which level somebody counts as identified.
    #[boxed]
    pub async fn update_rule_settings(
        &self,
        request: &Request,
        is_enabled: Option<bool>,
        identified_at: Option<Assurance>,
    ) -> Result<RuleSettings> {
        let grant = self.authorise(request, Permission::RuleWrite).await?;
        if identified_at.is_some_and(|level| !matches!(level, Assurance::Al1 | Assurance::Al3)) {
            let detail = "Somebody counts as identified at `al3`, or at `al1` where pages cannot sign.";
            return Err(Error::invalid("/identified_at", "invalid-value", detail));
        }
        let now = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<RuleSettings> {
            let before: RuleSettings = setting::lock_setting(tx, name::RULES).await?.unwrap_or_default();
            let after = RuleSettings {
                is_enabled: is_enabled.unwrap_or(before.is_enabled),
                identified_at: identified_at.unwrap_or(before.identified_at),
            };
            if after != before {
                setting::update_setting(tx, name::RULES, &after, now).await?;
                log.audit("rule_settings.update", "", json!({ "old": before, "new": after }));
                log.reload("rule.updated", "settings");
            }
            Ok(after)
        })
        .await
    }

    /// Refuses what is wrong with these of the rules; what is wrong with others was so before.
    fn check_rules(&self, rows: Vec<RuleRow>, of: &[RuleId], schema: &Schema) -> Result<()> {
        if rows.len() > RULES_MAX {
            let detail = format!("There are {RULES_MAX} rules, which is the most.");
            let hint = "Delete rules that are off, or join some with `any` blocks.";
            return Err(Error::conflict("too-many-rules", detail, hint));
        }
        let rules: Vec<Rule> = rows.iter().map(|row| Rule { id: row.id, body: body_of(row) }).collect();
        let done = RuleSet::compile_lenient(&rules, schema);
        let mut errors: Vec<FieldError> = done
            .problems
            .iter()
            .filter(|p| p.rule.is_none_or(|id| of.contains(&id)))
            .map(|p| FieldError::new(p.pointer.clone(), p.code, format!("{} {}", p.detail, p.hint)))
            .collect();
        for rule in rules.iter().filter(|rule| of.contains(&rule.id)) {
            self.check_reach(&rule.body, &mut errors);
        }
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
    }

    /// Refuses questions about what their author sees masked: what a rule does would answer them (M-2).
    pub(super) fn check_sight(&self, body: &RuleBody, viewer: Viewer, base: &str) -> Result<()> {
        let snapshot = self.snapshot();
        let mut errors = Vec::new();
        for (at, block) in body.blocks.iter().enumerate() {
            for (place, condition) in block.conditions.iter().enumerate() {
                let of_attribute = |level, key: &str| {
                    let attribute = snapshot.attribute_by_key(level, key);
                    attribute.is_some_and(|attribute| attribute.is_masked_for(&viewer))
                };
                let field = condition.field.as_str();
                let is_masked = match field {
                    "profile.name" => viewer.is_masked(Class::Name),
                    "profile.email" => viewer.is_masked(Class::Email),
                    "profile.phone" => viewer.is_masked(Class::Phone),
                    "profile.external_id" => viewer.is_masked(Class::ExternalId),
                    "message.text" => viewer.is_masked(Class::FreeText),
                    "visit.url" | "visit.title" | "visit.entry_url" | "visit.source" | "visit.referrer"
                    | "visit.pages" | "visit.categories" => viewer.is_masked(Class::FreeText),
                    _ => match field.split_once(".attributes.") {
                        Some(("profile", key)) => of_attribute(AttributeLevel::Profile, key),
                        Some(("case", key)) => of_attribute(AttributeLevel::Case, key),
                        _ => false,
                    },
                };
                if is_masked {
                    let detail = format!(
                        "You see `{field}` masked, and what this rule does would tell what it is. Somebody who sees it can make the rule."
                    );
                    let pointer = format!("{base}/match/{at}/conditions/{place}/field");
                    errors.push(FieldError::new(pointer, "masked-field", detail));
                }
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
    }

    /// What this server cannot do, or must not call.
    fn check_reach(&self, body: &RuleBody, errors: &mut Vec<FieldError>) {
        for (at, action) in body.actions.iter().enumerate() {
            match action {
                Action::EmailCustomer { .. } if !self.has_mailbox() => {
                    let detail =
                        "This workspace has no mailbox to write from. Connect one, or take the action out.";
                    errors.push(FieldError::new(format!("/actions/{at}"), "no-email-channel", detail));
                }
                Action::Webhook { url, .. } => {
                    // Variables stand behind the host only, so what is before the first one tells where it goes.
                    let fixed = url.split('{').next().unwrap_or(url);
                    if let Err(error) = self.outbound().check_url(fixed) {
                        let detail = format!("{error}.");
                        errors.push(FieldError::new(format!("/actions/{at}/url"), "refused-address", detail));
                    }
                }
                _ => {}
            }
        }
    }
}

fn detail(rules: &Rules, at: usize, counts: &[FiringCount]) -> RuleDetail {
    let row = rules.rows[at].clone();
    let of = |all: &[Finding]| all.iter().filter(|f| f.rule == Some(row.id)).cloned().collect();
    let count = counts.iter().find(|count| count.rule == row.id);
    RuleDetail {
        body: body_of(&row),
        takes_part: rules.set.takes_part(at),
        problems: of(&rules.problems),
        warnings: of(&rules.warnings),
        fired: count.map_or(0, |count| count.count),
        fired_at: count.map(|count| count.last_at),
        row,
    }
}

/// Cases that wait for a rule's delay are looked at when it is over.
async fn hasten(tx: &mut Tx<'_>, body: &RuleBody, now: Timestamp) -> Result<()> {
    if let Some(secs) = body.delay_secs {
        rule_case::hasten_rules_due(tx, i64::from(secs) * time::SECOND, now).await?;
    }
    Ok(())
}

fn version_of(row: &RuleRow, actor: &Actor) -> RuleVersion {
    RuleVersion {
        version: row.version,
        body: row.body.clone(),
        at: row.updated_at,
        by_id: actor.id.clone(),
        by_name: actor.name.clone(),
    }
}

fn merged(body: &Value, patch: &Map<String, Value>) -> Value {
    let mut body = body.as_object().cloned().unwrap_or_default();
    for (key, value) in patch {
        match value {
            Value::Null => body.remove(key),
            value => body.insert(key.clone(), value.clone()),
        };
    }
    Value::Object(body)
}

/// Reads what a rule says.
fn parsed(body: &Value) -> Result<RuleBody> {
    countersign_rules::parse(&body.to_string()).map_err(|problem| {
        Error::invalid(problem.pointer.clone(), problem.code, format!("{} {}", problem.detail, problem.hint))
    })
}

fn group_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 80 || name.chars().any(char::is_control) {
        return Err(Error::invalid("/name", "invalid-name", "A name has 1 to 80 characters on one line."));
    }
    Ok(name.to_owned())
}

fn changed_meanwhile() -> Error {
    Error::conflict(
        "changed-meanwhile",
        "Somebody changed this rule since it was read.",
        "Read it again and make the change to what it says now.",
    )
}
