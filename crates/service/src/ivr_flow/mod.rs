//! Flows of phone calls: drafts, what is wrong with them, published versions. What a flow says is known to `ivr::flow`.

mod secrets;

use async_recursion::async_recursion as boxed;
use countersign_ivr::is_publishable;
pub use countersign_ivr::{Finding, Flow, Known, Problems, Severity};
use countersign_store::ivr_flow::{FlowEntry, FlowVersionEntry};
use countersign_store::{StoreError, Tx, ivr_flow as store, phone_number, prompt, rule};
pub use countersign_types::ivr_flow::{FlowVersion, StoredFlow};
use countersign_types::phone_number::PhoneNumber;
use countersign_types::{Cursor, Error, FieldError, IvrFlowId, Page, PageRequest, Permission, Result};
use serde_json::{Value, json};

use crate::Service;
use crate::call_widget::widgets_of_calls;
use crate::caller::Request;
use crate::text::name;
use crate::work::{Log, is_unique};
use secrets::Secrets;

/// Flows at most.
pub const FLOWS_MAX: i64 = 200;

/// A flow with what stands around it.
#[derive(Debug, Clone)]
pub struct FlowDetail {
    /// The flow.
    pub flow: StoredFlow,
    /// The numbers whose callers hear it.
    pub numbers: Vec<PhoneNumber>,
}

impl Service {
    /// All flows by name.
    #[boxed]
    pub async fn list_ivr_flows(&self, request: &Request) -> Result<Vec<FlowDetail>> {
        self.authorise(request, Permission::PhoneRead).await?;
        let vault = self.vault().clone();
        self.read(async move |tx: &mut Tx<'_>| {
            let numbers = phone_number::list_phone_numbers(tx).await?;
            let detail = |entry: FlowEntry| FlowDetail {
                numbers: numbers.iter().filter(|n| n.flow == Some(entry.flow.id)).cloned().collect(),
                flow: entry.flow,
            };
            Ok(store::list_ivr_flows(tx, &vault).await?.into_iter().map(detail).collect())
        })
        .await
    }

    /// A flow.
    #[boxed]
    pub async fn read_ivr_flow(&self, request: &Request, id: IvrFlowId) -> Result<FlowDetail> {
        self.authorise(request, Permission::PhoneRead).await?;
        self.find_flow(id).await
    }

    async fn find_flow(&self, id: IvrFlowId) -> Result<FlowDetail> {
        let vault = self.vault().clone();
        self.read(async move |tx: &mut Tx<'_>| {
            let entry = store::find_ivr_flow(tx, &vault, id).await?.ok_or(Error::NotFound("phone menu"))?;
            Ok(FlowDetail {
                flow: entry.flow,
                numbers: phone_number::list_phone_numbers_of_flow(tx, id).await?,
            })
        })
        .await
    }

    /// Adds a flow, whose draft is this document.
    #[boxed]
    pub async fn create_ivr_flow(
        &self,
        request: &Request,
        flow_name: &str,
        document: Value,
    ) -> Result<FlowDetail> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let name = name("/name", flow_name)?;
        let (draft, secrets) = taken(document, (&Value::Null, &Secrets::default()))?;
        let (now, vault) = (self.now(), self.vault().clone());
        let flow = StoredFlow {
            id: self.new_id()?,
            name,
            draft,
            version: 1,
            published: None,
            published_from: None,
            created_at: now,
            updated_at: now,
        };
        let entry = FlowEntry { flow, secrets: secrets.to_stored()? };
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<IvrFlowId> {
                if store::count_ivr_flows(tx).await? >= FLOWS_MAX {
                    let detail = format!("There are {FLOWS_MAX} phone menus, which is the most.");
                    return Err(Error::conflict("too-many-flows", detail, "Delete one that nobody needs."));
                }
                store::insert_ivr_flow(tx, &vault, &entry).await.map_err(name_taken)?;
                let StoredFlow { id, name, draft, .. } = &entry.flow;
                log.audit("ivr_flow.create", id, json!({ "name": name, "nodes": nodes_of(draft) }));
                log.live("ivr_flow.updated", id);
                Ok(*id)
            })
            .await?;
        self.find_flow(id).await
    }

    /// Gives a flow another name.
    #[boxed]
    pub async fn rename_ivr_flow(
        &self,
        request: &Request,
        id: IvrFlowId,
        new_name: &str,
    ) -> Result<FlowDetail> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let new_name = name("/name", new_name)?;
        let (now, vault) = (self.now(), self.vault().clone());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let before =
                store::lock_ivr_flow(tx, &vault, id).await?.ok_or(Error::NotFound("phone menu"))?.flow;
            if before.name != new_name {
                store::update_ivr_flow_name(tx, id, &new_name, now).await.map_err(name_taken)?;
                log.audit("ivr_flow.update", id, json!({ "name": { "old": before.name, "new": new_name } }));
                log.live("ivr_flow.updated", id);
            }
            Ok(())
        })
        .await?;
        self.find_flow(id).await
    }

    /// Deletes a flow with its versions. One that callers of a number hear stays.
    #[boxed]
    pub async fn delete_ivr_flow(&self, request: &Request, id: IvrFlowId) -> Result<()> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let vault = self.vault().clone();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let entry = store::lock_ivr_flow(tx, &vault, id).await?.ok_or(Error::NotFound("phone menu"))?;
            if let Some(number) = phone_number::list_phone_numbers_of_flow(tx, id).await?.first() {
                let detail =
                    format!("Callers of {} (“{}”) hear this phone menu.", number.number, number.name);
                return Err(Error::conflict(
                    "flow-in-use",
                    detail,
                    "Give that number another phone menu first.",
                ));
            }
            store::delete_ivr_flow(tx, id).await?;
            log.audit("ivr_flow.delete", id, json!({ "name": entry.flow.name }));
            log.live("ivr_flow.updated", id);
            Ok(())
        })
        .await
    }

    /// Saves a draft, whole. It may be unfinished; only what is no flow at all is refused. With `version`, only while
    /// that is its newest.
    #[boxed]
    pub async fn save_ivr_flow_draft(
        &self,
        request: &Request,
        id: IvrFlowId,
        version: Option<i64>,
        document: Value,
    ) -> Result<FlowDetail> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let (now, vault) = (self.now(), self.vault().clone());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let mut entry =
                store::lock_ivr_flow(tx, &vault, id).await?.ok_or(Error::NotFound("phone menu"))?;
            if version.is_some_and(|version| version != entry.flow.version) {
                return Err(changed_meanwhile());
            }
            let before = Secrets::parse(entry.secrets.as_deref())?;
            let (draft, secrets) = taken(document, (&entry.flow.draft, &before))?;
            if draft == entry.flow.draft && secrets == before {
                return Ok(());
            }
            entry.flow.draft = draft;
            entry.secrets = secrets.to_stored()?;
            entry.flow.version += 1;
            entry.flow.updated_at = now;
            if !store::update_ivr_flow_draft(tx, &vault, &entry).await? {
                return Err(changed_meanwhile());
            }
            let StoredFlow { name, draft, version, .. } = &entry.flow;
            let details = json!({ "name": name, "nodes": nodes_of(draft), "version": version });
            log.audit("ivr_flow.save_draft", id, details);
            log.live("ivr_flow.updated", id);
            Ok(())
        })
        .await?;
        self.find_flow(id).await
    }

    /// What is wrong or doubtful about the draft of a flow.
    #[boxed]
    pub async fn validate_ivr_flow(&self, request: &Request, id: IvrFlowId) -> Result<Vec<Finding>> {
        self.authorise(request, Permission::PhoneRead).await?;
        let service = self.clone();
        self.read(async move |tx: &mut Tx<'_>| {
            let entry =
                store::find_ivr_flow(tx, service.vault(), id).await?.ok_or(Error::NotFound("phone menu"))?;
            let flow = whole(entry.flow.draft, entry.secrets.as_deref())?;
            Ok(flow.check(&service.known_to_flows(tx).await?))
        })
        .await
    }

    /// Publishes the draft: calls take it from here on, and it never changes. With `version`, only while that is the
    /// draft's newest. What was published already is answered again.
    #[boxed]
    pub async fn publish_ivr_flow(
        &self,
        request: &Request,
        id: IvrFlowId,
        version: Option<i64>,
    ) -> Result<FlowVersion> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        let number = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<i64> {
                let vault = service.vault();
                let entry =
                    store::lock_ivr_flow(tx, vault, id).await?.ok_or(Error::NotFound("phone menu"))?;
                if version.is_some_and(|version| version != entry.flow.version) {
                    return Err(changed_meanwhile());
                }
                if let (Some(number), Some(from)) = (entry.flow.published, entry.flow.published_from)
                    && from == entry.flow.version
                {
                    return Ok(number);
                }
                let flow = whole(entry.flow.draft.clone(), entry.secrets.as_deref())?;
                refuse(&flow.check(&service.known_to_flows(tx).await?))?;
                let number = entry.flow.published.unwrap_or(0) + 1;
                let (by_id, by_name) = (actor.id.clone(), actor.name.clone());
                let new = FlowVersion { flow: id, number, body: entry.flow.draft, at: now, by_id, by_name };
                let new = FlowVersionEntry { version: new, secrets: entry.secrets };
                store::insert_ivr_flow_version(tx, vault, &new, entry.flow.version).await?;
                log.audit("ivr_flow.publish", id, json!({ "name": entry.flow.name, "number": number }));
                log.live("ivr_flow.updated", id);
                Ok(number)
            })
            .await?;
        self.find_flow_version(id, number).await
    }

    /// The published versions of a flow, newest first.
    #[boxed]
    pub async fn list_ivr_flow_versions(
        &self,
        request: &Request,
        id: IvrFlowId,
        page: PageRequest,
    ) -> Result<Page<FlowVersion>> {
        self.authorise(request, Permission::PhoneRead).await?;
        let vault = self.vault().clone();
        self.read(async move |tx: &mut Tx<'_>| {
            store::find_ivr_flow(tx, &vault, id).await?.ok_or(Error::NotFound("phone menu"))?;
            let before = page.after.map(|cursor| cursor.at);
            let found = store::list_ivr_flow_versions(tx, &vault, id, before, page.limit + 1).await?;
            let mut items: Vec<FlowVersion> = found.into_iter().map(|entry| entry.version).collect();
            let is_more = items.len() as i64 > page.limit;
            items.truncate(usize::try_from(page.limit).unwrap_or_default());
            let last = items.last().filter(|_| is_more);
            let next = last.map(|last| Cursor { at: last.number, id: id.to_bytes() });
            Ok(Page { items, next })
        })
        .await
    }

    /// A published version.
    #[boxed]
    pub async fn read_ivr_flow_version(
        &self,
        request: &Request,
        id: IvrFlowId,
        number: i64,
    ) -> Result<FlowVersion> {
        self.authorise(request, Permission::PhoneRead).await?;
        self.find_flow_version(id, number).await
    }

    async fn find_flow_version(&self, id: IvrFlowId, number: i64) -> Result<FlowVersion> {
        let vault = self.vault().clone();
        self.read(async move |tx: &mut Tx<'_>| {
            let found = store::find_ivr_flow_version(tx, &vault, id, number).await?;
            Ok(found.ok_or(Error::NotFound("version"))?.version)
        })
        .await
    }

    /// Puts what was published into the draft, with the values of its headers.
    #[boxed]
    pub async fn restore_ivr_flow_version(
        &self,
        request: &Request,
        id: IvrFlowId,
        number: i64,
    ) -> Result<FlowDetail> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let (now, vault) = (self.now(), self.vault().clone());
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let mut entry =
                store::lock_ivr_flow(tx, &vault, id).await?.ok_or(Error::NotFound("phone menu"))?;
            let found = store::find_ivr_flow_version(tx, &vault, id, number).await?;
            let found = found.ok_or(Error::NotFound("version"))?;
            if found.version.body == entry.flow.draft && found.secrets == entry.secrets {
                return Ok(());
            }
            entry.flow.draft = found.version.body;
            entry.secrets = found.secrets;
            entry.flow.version += 1;
            entry.flow.updated_at = now;
            if !store::update_ivr_flow_draft(tx, &vault, &entry).await? {
                return Err(changed_meanwhile());
            }
            let details = json!({ "name": entry.flow.name, "number": number, "version": entry.flow.version });
            log.audit("ivr_flow.restore", id, details);
            log.live("ivr_flow.updated", id);
            Ok(())
        })
        .await?;
        self.find_flow(id).await
    }

    /// A flow as calls take it, with the values of its headers: a published version, or the newest. `None` where there
    /// is no such version.
    #[boxed]
    pub async fn flow_of_calls(&self, id: IvrFlowId, number: Option<i64>) -> Result<Option<(i64, Flow)>> {
        let service = self.clone();
        self.read(async move |tx: &mut Tx<'_>| service.flow_of_calls_in(tx, id, number).await).await
    }

    /// [`Service::flow_of_calls`] within an operation.
    pub(crate) async fn flow_of_calls_in(
        &self,
        tx: &mut Tx<'_>,
        id: IvrFlowId,
        number: Option<i64>,
    ) -> Result<Option<(i64, Flow)>> {
        let number = match number {
            Some(number) => Some(number),
            None => store::find_ivr_flow(tx, self.vault(), id).await?.and_then(|entry| entry.flow.published),
        };
        let Some(number) = number else { return Ok(None) };
        let found = store::find_ivr_flow_version(tx, self.vault(), id, number).await?;
        found.map(|entry| Ok((number, whole(entry.version.body, entry.secrets.as_deref())?))).transpose()
    }

    /// The draft of a flow as a call on the bench takes it, with the values of its headers.
    pub(crate) async fn draft_of_calls(&self, id: IvrFlowId) -> Result<Option<Flow>> {
        let service = self.clone();
        self.read(async move |tx: &mut Tx<'_>| service.draft_of_calls_in(tx, id).await).await
    }

    /// [`Service::draft_of_calls`] within an operation.
    pub(crate) async fn draft_of_calls_in(&self, tx: &mut Tx<'_>, id: IvrFlowId) -> Result<Option<Flow>> {
        let found = store::find_ivr_flow(tx, self.vault(), id).await?;
        found.map(|entry| whole(entry.flow.draft, entry.secrets.as_deref())).transpose()
    }

    /// What there is besides a flow that it may name.
    async fn known_to_flows(&self, tx: &mut Tx<'_>) -> Result<Known> {
        let snapshot = self.snapshot();
        let (widgets, _) = widgets_of_calls(tx).await?;
        let widgets = widgets
            .into_iter()
            .map(|(stored, widget)| (stored.name, widget.paths().map(ToOwned::to_owned).collect()));
        let prompts = prompt::list_prompts(tx).await?;
        let users = rule::list_active_people(tx).await?;
        Ok(Known {
            prompts: Some(prompts.iter().map(|prompt| prompt.id.to_string()).collect()),
            calendars: Some(snapshot.calendars.iter().map(|calendar| calendar.id.to_string()).collect()),
            groups: Some(snapshot.groups.iter().map(|group| group.id.to_string()).collect()),
            users: Some(users.iter().map(ToString::to_string).collect()),
            look_ups: Some(snapshot.look_ups.iter().map(|entry| entry.stored.id.to_string()).collect()),
            widgets: widgets.collect(),
            ..Known::default()
        })
    }
}

/// A document as it is stored: strict, in one form, without the values of its headers.
fn taken(mut document: Value, before: (&Value, &Secrets)) -> Result<(Value, Secrets)> {
    let secrets = Secrets::take(&mut document, before)?;
    let flow = Flow::parse(&document).map_err(not_a_flow)?;
    Ok((flow.to_json(), secrets))
}

/// A stored document with the values of its headers. One that this version does not read (a newer server wrote it) is a
/// defect of ours.
fn whole(mut document: Value, secrets: Option<&str>) -> Result<Flow> {
    Secrets::parse(secrets)?.put(&mut document);
    Flow::parse(&document).map_err(Error::internal)
}

fn nodes_of(document: &Value) -> usize {
    document["nodes"].as_object().map_or(0, serde_json::Map::len)
}

fn not_a_flow(problems: Problems) -> Error {
    let field = |problem: countersign_ivr::Problem| {
        FieldError::new(problem.pointer, "invalid-value", without_value(&problem.sentence))
    };
    Error::Invalid(problems.0.into_iter().map(field).collect())
}

/// What the parser says, without the refused value that it repeats: answers never do.
fn without_value(sentence: &str) -> String {
    let repeats =
        ["invalid type", "invalid value", "invalid length", "unknown variant", "data did not match"];
    if !repeats.iter().any(|start| sentence.starts_with(start)) {
        return sentence.to_owned();
    }
    let expected = sentence.rsplit_once("expected ").map_or("something else", |(_, expected)| expected);
    format!("This has the wrong form: expected {expected}.")
}

/// Every problem is named; warnings do not hold a flow back.
fn refuse(findings: &[Finding]) -> Result<()> {
    if is_publishable(findings) {
        return Ok(());
    }
    let problems = findings.iter().filter(|finding| finding.severity == Severity::Problem);
    let field = |finding: &Finding| {
        let sentence = format!("{} {}", finding.sentence, finding.hint);
        FieldError::new(finding.pointer(), finding.code, sentence)
    };
    Err(Error::Invalid(problems.map(field).collect()))
}

fn changed_meanwhile() -> Error {
    Error::conflict(
        "changed-meanwhile",
        "Somebody changed this phone menu since it was read.",
        "Read it again and make the change to what it says now.",
    )
}

fn name_taken(error: StoreError) -> Error {
    if !is_unique(&error, store::UNIQUE_NAME) {
        return error.into();
    }
    Error::conflict("name-taken", "There is a phone menu with this name.", "Choose another name.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_parser_refuses_is_not_repeated() {
        let parsed = Flow::parse(
            &json!({ "start": "a", "nodes": { "a": { "kind": "keypad_input", "min": "zqzq" } } }),
        );
        let Error::Invalid(fields) = not_a_flow(parsed.unwrap_err()) else { panic!() };
        assert_eq!(fields[0].pointer, "/nodes/a/min");
        assert!(
            !fields[0].detail.contains("zqzq") && fields[0].detail.contains("expected"),
            "{}",
            fields[0].detail
        );
        assert_eq!(without_value("A phone menu has start."), "A phone menu has start.");
    }
}
