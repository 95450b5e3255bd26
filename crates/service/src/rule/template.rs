//! Templates: a whole scenario with one press. Installing again adds what is missing and touches nothing that is there.

use async_recursion::async_recursion as boxed;
use std::collections::BTreeSet;

use countersign_rules::scenario::{AttributeDraft, CHAT_IDENTIFICATION, Language, chat_identification};
use countersign_rules::schema::AttributeDefinition;
use countersign_store::{Tx, attribute as attribute_store, rule as store};
use countersign_types::attribute::{Attribute, AttributeMask, PiiClass};
use countersign_types::rule::RuleRow;
use countersign_types::{Error, Permission, Result, RuleId, Timestamp};
use serde_json::json;

use super::{body_of, json_of};
use crate::Service;
use crate::caller::Request;
use crate::work::Log;

/// A template.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its word: `chat-identification`.
    pub key: &'static str,
    /// The languages it is written in.
    pub languages: Vec<&'static str>,
    /// How many rules it makes.
    pub rules: usize,
    /// How many of them are there now.
    pub installed: usize,
}

/// What installing came to.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Installed {
    /// Rules that were made.
    pub added: Vec<RuleId>,
    /// Rules of the template that were there.
    pub kept: Vec<RuleId>,
    /// Whether the dropdown was made.
    pub has_made_attribute: bool,
}

impl Service {
    /// The templates.
    #[boxed]
    pub async fn list_rule_templates(&self, request: &Request) -> Result<Vec<Template>> {
        self.authorise(request, Permission::RuleRead).await?;
        let scenario = chat_identification(Language::En, None);
        let origins: BTreeSet<String> = scenario.rules.iter().filter_map(|r| r.origin.clone()).collect();
        let snapshot = self.snapshot();
        let there = snapshot.rules.rows.iter().filter_map(|row| body_of(row).origin);
        let installed = there.filter(|origin| origins.contains(origin)).collect::<BTreeSet<_>>().len();
        Ok(vec![Template {
            key: CHAT_IDENTIFICATION,
            languages: Language::ALL.iter().map(|l| l.tag()).collect(),
            rules: scenario.rules.len(),
            installed,
        }])
    }

    /// Installs the identification scenario: the dropdown *Tariff* and its ten rules, in a language; `new_only`: for
    /// customers who come from now on.
    #[boxed]
    pub async fn install_rule_template(
        &self,
        request: &Request,
        language: Option<&str>,
        is_for_new_only: bool,
    ) -> Result<Installed> {
        let grant = self.authorise(request, Permission::RuleWrite).await?;
        let snapshot = self.snapshot();
        let tag = language.unwrap_or(&snapshot.workspace.default_language);
        let found = Language::parse(tag);
        let language = match (found, language) {
            (Some(found), _) => found,
            (None, None) => Language::En,
            (None, Some(_)) => {
                let all: Vec<&str> = Language::ALL.iter().map(|l| l.tag()).collect();
                let detail = format!("The template is written in {}.", all.join(", "));
                return Err(Error::invalid("/language", "unknown-language", detail));
            }
        };
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        let scenario = chat_identification(language, is_for_new_only.then_some(now));
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Installed> {
            let tariff = definition(&scenario.attribute);
            let has_made_attribute = service.make_tariff(tx, log, scenario.attribute, now).await?;
            let mut rows = store::list_rules(tx).await?;
            let mut installed = Installed { added: Vec::new(), kept: Vec::new(), has_made_attribute };
            let mut new = Vec::new();
            for body in scenario.rules {
                if let Some(there) = rows.iter().find(|row| body_of(row).origin == body.origin) {
                    installed.kept.push(there.id);
                    continue;
                }
                let row = RuleRow {
                    id: service.new_id()?,
                    position: rows.last().map_or(0, |row| row.position) + 1,
                    body: json_of(&body)?,
                    version: 1,
                    created_at: now,
                    updated_at: now,
                };
                installed.added.push(row.id);
                rows.push(row.clone());
                new.push((row, body));
            }
            let mut schema = service.snapshot().rules.schema.clone();
            schema.attributes.retain(|a| !(a.level == tariff.level && a.key == tariff.key));
            schema.attributes.push(tariff);
            service.check_rules(rows, &installed.added, &schema)?;
            for (row, body) in &new {
                service.insert_rule(tx, log, &actor, row, body).await?;
            }
            let details = json!({ "template": CHAT_IDENTIFICATION, "added": new.len() });
            log.audit("rule_template.install", "", details);
            Ok(installed)
        })
        .await
    }

    /// Makes the dropdown. One that is there gets the options that it lacks; one of another type is somebody else's.
    async fn make_tariff(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        wanted: AttributeDraft,
        now: Timestamp,
    ) -> Result<bool> {
        let all = attribute_store::list_attributes(tx).await?;
        let of_level = all.iter().filter(|a| a.level == wanted.level);
        let Some(there) = of_level.clone().find(|a| a.key == wanted.key) else {
            let attribute = Attribute {
                id: self.new_id()?,
                key: wanted.key,
                label: wanted.label,
                level: wanted.level,
                r#type: wanted.r#type,
                options: wanted.options,
                pii: PiiClass::None,
                mask: AttributeMask::default(),
                forms: wanted.forms,
                is_required_to_close: false,
                position: of_level.map(|a| a.position).max().unwrap_or(0) + 1,
                created_at: now,
                updated_at: now,
            };
            attribute_store::insert_attribute(tx, &attribute).await?;
            log.audit("attribute.create", attribute.id, json!({ "key": attribute.key }));
            log.reload("attribute.updated", attribute.id);
            return Ok(true);
        };
        if there.r#type != wanted.r#type {
            return Err(Error::conflict(
                "attribute-in-the-way",
                "There is an attribute `tariff` that is no dropdown.",
                "Delete it, or give what you need it for another key, and install again.",
            ));
        }
        let mut after = there.clone();
        for option in wanted.options {
            match after.options.iter_mut().find(|known| known.value == option.value) {
                Some(known) => known.is_retired = false,
                None => after.options.push(option),
            }
        }
        if after != *there {
            after.updated_at = now;
            attribute_store::update_attribute(tx, &after).await?;
            log.audit("attribute.update", after.id, json!({ "key": after.key }));
            log.reload("attribute.updated", after.id);
        }
        Ok(false)
    }
}

fn definition(draft: &AttributeDraft) -> AttributeDefinition {
    AttributeDefinition {
        level: draft.level,
        key: draft.key.clone(),
        r#type: draft.r#type,
        options: draft.options.clone(),
    }
}
