//! Call widgets: the cards that agents see for calls. What one says and how it is shown is decided in `ivr::widget`.

use async_recursion::async_recursion as boxed;
use std::collections::BTreeMap;

use countersign_identity::identifier::{IdentifierKind, Region, normalise, shown_in};
pub use countersign_ivr::widget::{
    Autorun, CUSTOMER_REF, Link, Number, Numbers, Piece, Remark, Rendered, RenderedAddress, RenderedAutorun,
    RenderedLink, RenderedRow, Row, Rules, Scheme, Target, Text, Widget, value_class,
};
use countersign_ivr::widget::{check, render};
pub use countersign_ivr::{Class, Template, Variables};
use countersign_store::{StoreError, Tx, api_key, call_widget as store, ivr_flow, setting};
use countersign_types::call_widget::StoredCallWidget;
use countersign_types::{ApiKeyId, CallWidgetId, Error, FieldError, Permission, Result, Timestamp, Viewer};
use serde_json::Value;

use crate::Service;
use crate::caller::{Caller, Request};
use crate::text::name;
use crate::work::{Log, is_unique};

/// Call widgets at most.
pub const WIDGETS_MAX: i64 = 50;
/// Hosts that may open by themselves, at most.
pub const HOSTS_MAX: usize = 50;
/// Longest number, as it comes.
const NUMBER_CHARS_MAX: usize = 64;
/// The name of the setting.
const SETTING: &str = "call_widgets";

/// A widget with what stands around it.
#[derive(Debug, Clone)]
pub struct CallWidgetDetail {
    /// As it is stored.
    pub stored: StoredCallWidget,
    /// What it says.
    pub widget: Widget,
    /// What may not be meant.
    pub warnings: Vec<Remark>,
    /// Whether this caller may only look at it: an integration made it, whose key is live.
    pub is_read_only: bool,
}

/// A change to a widget; what is given takes the place of what was there.
#[derive(Debug, Clone, Default)]
pub struct CallWidgetPatch {
    /// The version that the change was made to.
    pub version: Option<i64>,
    /// Its name.
    pub name: Option<String>,
    /// The variable without which it is not shown.
    pub show_if: Option<Option<String>>,
    /// Its head.
    pub title: Option<Template>,
    /// Where its head leads.
    pub action: Option<Option<Link>>,
    /// What opens by itself.
    pub autorun: Option<Autorun>,
    /// Its buttons, all of them.
    pub buttons: Option<Vec<Link>>,
    /// Its rows, all of them.
    pub rows: Option<Vec<Row>>,
}

/// A card to be looked at before it is saved.
#[derive(Debug, Clone)]
pub struct PreviewRequest {
    /// The widget.
    pub widget: Widget,
    /// Sample values.
    pub variables: BTreeMap<String, Value>,
    /// Their classes, where no flow says them.
    pub classes: BTreeMap<String, Class>,
    /// Who calls.
    pub caller: Option<String>,
    /// What was called.
    pub callee: Option<String>,
    /// Where the call was passed on from.
    pub from: Option<String>,
    /// Whose national form of numbers is wanted; the workspace's, if nothing is said.
    pub country: Option<String>,
}

/// How it looks, and what is to be said about it.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The card; `None` where it is not shown.
    pub card: Option<Rendered>,
    /// Problems and warnings.
    pub remarks: Vec<Remark>,
    /// For whom it is rendered.
    pub viewer: Viewer,
}

/// What is read beside widgets.
struct Around {
    rules: Rules,
    classes: BTreeMap<String, Class>,
}

impl Around {
    async fn read(tx: &mut Tx<'_>, service: &Service) -> Result<Self> {
        let rules = setting::find_setting(tx, SETTING).await?.unwrap_or_default();
        let flows = ivr_flow::list_ivr_flows(tx, service.vault()).await?;
        Ok(Self { rules, classes: classes_of(flows.iter().map(|entry| &entry.flow.draft)) })
    }

    fn check(&self, widget: &Widget) -> Vec<Remark> {
        check(widget, &self.rules, |name| self.classes.get(name).copied())
    }
}

/// Which class the drafts of flows make of each variable: the strictest that any of them says.
fn classes_of<'a>(drafts: impl Iterator<Item = &'a Value>) -> BTreeMap<String, Class> {
    let mut classes = BTreeMap::new();
    let nodes = drafts.filter_map(|draft| draft.get("nodes")?.as_object()).flat_map(serde_json::Map::values);
    for node in nodes {
        let Some(name) = node.get("variable").and_then(Value::as_str) else { continue };
        let said = node.get("class").cloned().map(serde_json::from_value).and_then(Result::ok);
        let class: Class = said.unwrap_or_default();
        let known = classes.entry(name.to_owned()).or_insert(class);
        *known = (*known).max(class);
    }
    classes
}

/// The widgets of the workspace, in the order in which their cards stand, and what the workspace allows them.
pub(crate) async fn widgets_of_calls(tx: &mut Tx<'_>) -> Result<(Vec<(StoredCallWidget, Widget)>, Rules)> {
    let rules = setting::find_setting(tx, SETTING).await?.unwrap_or_default();
    let read = |stored: StoredCallWidget| -> Result<_> {
        let widget = said(&stored)?;
        Ok((stored, widget))
    };
    let widgets = store::list_call_widgets(tx).await?.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok((widgets, rules))
}

impl Service {
    /// All call widgets, in the order in which their cards stand.
    #[boxed]
    pub async fn list_call_widgets(&self, request: &Request) -> Result<Vec<CallWidgetDetail>> {
        self.authorise(request, Permission::PhoneRead).await?;
        let (service, caller) = (self.clone(), request.caller.clone());
        self.read(async move |tx: &mut Tx<'_>| {
            let around = Around::read(tx, &service).await?;
            let mut details = Vec::new();
            for stored in store::list_call_widgets(tx).await? {
                details.push(service.card_detail(tx, &around, &caller, stored).await?);
            }
            Ok(details)
        })
        .await
    }

    /// A call widget.
    #[boxed]
    pub async fn read_call_widget(&self, request: &Request, id: CallWidgetId) -> Result<CallWidgetDetail> {
        self.authorise(request, Permission::PhoneRead).await?;
        self.find_card(request, id).await
    }

    async fn find_card(&self, request: &Request, id: CallWidgetId) -> Result<CallWidgetDetail> {
        let (service, caller) = (self.clone(), request.caller.clone());
        self.read(async move |tx: &mut Tx<'_>| {
            let around = Around::read(tx, &service).await?;
            let stored = store::find_call_widget(tx, id).await?.ok_or(Error::NotFound("call widget"))?;
            service.card_detail(tx, &around, &caller, stored).await
        })
        .await
    }

    async fn card_detail(
        &self,
        tx: &mut Tx<'_>,
        around: &Around,
        caller: &Caller,
        stored: StoredCallWidget,
    ) -> Result<CallWidgetDetail> {
        let widget = said(&stored)?;
        let is_read_only = is_read_only(tx, caller, stored.made_by, self.now()).await?;
        // What was good under other settings or flows, and is a problem now, is said as well.
        Ok(CallWidgetDetail { warnings: around.check(&widget), widget, stored, is_read_only })
    }

    /// Adds a call widget. One that a program makes is its own: people look at it and leave it as it is.
    #[boxed]
    pub async fn create_call_widget(
        &self,
        request: &Request,
        widget_name: String,
        widget: Widget,
    ) -> Result<CallWidgetDetail> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let name = name("/name", &widget_name)?;
        let made_by = match &request.caller {
            Caller::ApiKey(key) => Some(key.id),
            Caller::User { .. } | Caller::System => None,
        };
        let (service, now) = (self.clone(), self.now());
        let new = StoredCallWidget {
            id: self.new_id()?,
            name,
            made_by,
            body: serde_json::to_value(&widget).map_err(Error::internal)?,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<CallWidgetId> {
                refuse(Around::read(tx, &service).await?.check(&widget))?;
                if store::count_call_widgets(tx).await? >= WIDGETS_MAX {
                    let detail = format!("There are {WIDGETS_MAX} call widgets, which is the most.");
                    let hint = "Delete one that nobody needs.";
                    return Err(Error::conflict("too-many-call-widgets", detail, hint));
                }
                store::insert_call_widget(tx, &new).await.map_err(name_taken)?;
                let details = serde_json::json!({ "name": new.name, "source": new.source() });
                log.audit("call_widget.create", new.id, details);
                log.live("call_widget.updated", new.id);
                Ok(new.id)
            })
            .await?;
        self.find_card(request, id).await
    }

    /// Changes a call widget. With `version`, only while that is its newest.
    #[boxed]
    pub async fn update_call_widget(
        &self,
        request: &Request,
        id: CallWidgetId,
        patch: CallWidgetPatch,
    ) -> Result<CallWidgetDetail> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let (service, caller, now) = (self.clone(), request.caller.clone(), self.now());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let before = store::find_call_widget(tx, id).await?.ok_or(Error::NotFound("call widget"))?;
            if is_read_only(tx, &caller, before.made_by, now).await? {
                return Err(made_by_integration());
            }
            if patch.version.is_some_and(|version| version != before.version) {
                return Err(changed_meanwhile());
            }
            let (after_name, widget) = patched(&before, said(&before)?, patch)?;
            refuse(Around::read(tx, &service).await?.check(&widget))?;
            let body = serde_json::to_value(&widget).map_err(Error::internal)?;
            if after_name == before.name && body == before.body {
                return Ok(());
            }
            let after = StoredCallWidget {
                name: after_name,
                body,
                version: before.version + 1,
                updated_at: now,
                ..before.clone()
            };
            if !store::update_call_widget(tx, &after).await.map_err(name_taken)? {
                return Err(changed_meanwhile());
            }
            log.audit("call_widget.update", id, difference(&before, &after));
            log.live("call_widget.updated", id);
            Ok(())
        })
        .await?;
        self.find_card(request, id).await
    }

    /// Deletes a call widget.
    #[boxed]
    pub async fn delete_call_widget(&self, request: &Request, id: CallWidgetId) -> Result<()> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let (caller, now) = (request.caller.clone(), self.now());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let widget = store::find_call_widget(tx, id).await?.ok_or(Error::NotFound("call widget"))?;
            if is_read_only(tx, &caller, widget.made_by, now).await? {
                return Err(made_by_integration());
            }
            store::delete_call_widget(tx, id).await?;
            log.audit("call_widget.delete", id, serde_json::json!({ "name": widget.name }));
            log.live("call_widget.updated", id);
            Ok(())
        })
        .await
    }

    /// The card of a call that nobody made, and what is to be said about the widget. Nothing is kept.
    #[boxed]
    pub async fn preview_call_widget(&self, request: &Request, asked: PreviewRequest) -> Result<Preview> {
        let grant = self.authorise(request, Permission::PhoneRead).await?;
        let service = self.clone();
        let around = self.read(async move |tx: &mut Tx<'_>| Around::read(tx, &service).await).await?;
        let mut variables = Variables::default();
        // A call always has one.
        variables.set(CUSTOMER_REF, Class::Public, "ref_example").map_err(Error::internal)?;
        for (name, value) in asked.variables {
            let class = asked.classes.get(&name).or_else(|| around.classes.get(&name)).copied();
            let set = variables.set(&name, class.unwrap_or_default(), value);
            set.map_err(|why| {
                let pointer = format!("/variables/{}", name.replace('~', "~0").replace('/', "~1"));
                Error::invalid(pointer, "not-a-variable", format!("{why}."))
            })?;
        }
        let country = asked.country.as_deref().map(|code| {
            let unknown = "A country is two letters of ISO 3166 such as `DE`.";
            code.parse::<Region>().map_err(|_| Error::invalid("/country", "invalid-country", unknown))
        });
        let country = country.transpose()?;
        let number = |pointer, text: Option<String>| self.number_of_call(pointer, text, country);
        let numbers = Numbers {
            caller: number("/caller", asked.caller)?,
            callee: number("/callee", asked.callee)?,
            from: number("/from", asked.from)?,
        };
        Ok(Preview {
            card: render(&asked.widget, &variables, &numbers, &around.rules),
            remarks: around.check(&asked.widget),
            viewer: grant.viewer(),
        })
    }

    fn number_of_call(
        &self,
        pointer: &str,
        text: Option<String>,
        country: Option<Region>,
    ) -> Result<Option<Number>> {
        let Some(text) = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        if text.chars().count() > NUMBER_CHARS_MAX {
            let detail = format!("A number has at most {NUMBER_CHARS_MAX} characters.");
            return Err(Error::invalid(pointer, "too-long", detail));
        }
        Ok(Some(self.number_for(&text, country)))
    }

    /// A number of a call in its two forms, for somebody in `country`; the workspace's, if that is not known.
    pub fn number_for(&self, text: &str, country: Option<Region>) -> Number {
        let region = country.or_else(|| self.snapshot().workspace.default_country.parse().ok());
        let e164 = normalise(IdentifierKind::Phone, text, region)
            .map_or_else(|_| text.to_owned(), |normalised| normalised.value);
        let shown = region.map_or_else(|| e164.clone(), |region| shown_in(&e164, region));
        Number { e164, shown }
    }

    /// What the workspace allows addresses of call widgets.
    #[boxed]
    pub async fn get_call_widget_settings(&self, request: &Request) -> Result<Rules> {
        self.authorise(request, Permission::SettingRead).await?;
        self.read(async move |tx: &mut Tx<'_>| {
            Ok(setting::find_setting(tx, SETTING).await?.unwrap_or_default())
        })
        .await
    }

    /// Says what addresses of call widgets may be.
    #[boxed]
    pub async fn update_call_widget_settings(&self, request: &Request, after: Rules) -> Result<Rules> {
        let grant = self.authorise(request, Permission::SettingWrite).await?;
        let after = allowed(after)?;
        let (now, answer) = (self.now(), after.clone());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let before: Rules = setting::lock_setting(tx, SETTING).await?.unwrap_or_default();
            if after != before {
                setting::update_setting(tx, SETTING, &after, now).await?;
                let details = serde_json::json!({ "old": before, "new": after });
                log.audit("call_widget_settings.update", "", details);
                log.live("settings.updated", "call_widgets");
            }
            Ok(())
        })
        .await?;
        Ok(answer)
    }
}

/// What a stored widget says.
fn said(stored: &StoredCallWidget) -> Result<Widget> {
    serde_json::from_value(stored.body.clone()).map_err(Error::internal)
}

/// Whether this caller leaves it as it is. When the integration's key has ended, nobody else can change its widget, so
/// people may.
async fn is_read_only(
    tx: &mut Tx<'_>,
    caller: &Caller,
    made_by: Option<ApiKeyId>,
    now: Timestamp,
) -> Result<bool> {
    let (Caller::User { .. }, Some(key)) = (caller, made_by) else { return Ok(false) };
    let key = api_key::find_api_key(tx, key).await?;
    Ok(key.is_some_and(|key| key.revoked_at.is_none() && key.expires_at.is_none_or(|end| end > now)))
}

fn patched(
    before: &StoredCallWidget,
    mut widget: Widget,
    patch: CallWidgetPatch,
) -> Result<(String, Widget)> {
    let after_name = match patch.name {
        Some(text) => name("/name", &text)?,
        None => before.name.clone(),
    };
    widget.show_if = patch.show_if.unwrap_or(widget.show_if);
    widget.title = patch.title.unwrap_or(widget.title);
    widget.action = patch.action.unwrap_or(widget.action);
    widget.autorun = patch.autorun.unwrap_or(widget.autorun);
    widget.buttons = patch.buttons.unwrap_or(widget.buttons);
    widget.rows = patch.rows.unwrap_or(widget.rows);
    Ok((after_name, widget))
}

/// Every problem is named; warnings stand in the answer.
fn refuse(remarks: Vec<Remark>) -> Result<()> {
    let field = |remark: Remark| {
        FieldError::new(remark.pointer, remark.code, format!("{} {}", remark.detail, remark.hint))
    };
    let wrong: Vec<FieldError> = remarks.into_iter().filter(|remark| remark.is_problem).map(field).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

/// What changed, for the audit log: which fields, and the names, which are the company's own words.
fn difference(before: &StoredCallWidget, after: &StoredCallWidget) -> Value {
    let fields = ["show_if", "title", "action", "autorun", "buttons", "rows"];
    let changed: Vec<&str> =
        fields.into_iter().filter(|key| before.body.get(key) != after.body.get(key)).collect();
    let mut details = serde_json::json!({ "name": after.name, "fields": changed, "version": after.version });
    if before.name != after.name {
        details["old_name"] = before.name.clone().into();
    }
    details
}

/// Hosts in one form, each once.
fn allowed(rules: Rules) -> Result<Rules> {
    if rules.autorun_hosts.len() > HOSTS_MAX {
        let detail = format!("At most {HOSTS_MAX} hosts may open by themselves.");
        return Err(Error::invalid("/autorun_hosts", "too-many", detail));
    }
    let mut hosts: Vec<String> = Vec::new();
    let mut wrong = Vec::new();
    for (at, text) in rules.autorun_hosts.iter().enumerate() {
        match host(text) {
            Some(host) if hosts.contains(&host) => {}
            Some(host) => hosts.push(host),
            None => {
                let detail = "A host is written as `crm.example` or `crm.example:8443`.";
                wrong.push(FieldError::new(format!("/autorun_hosts/{at}"), "invalid-host", detail));
            }
        }
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let mut schemes: Vec<Scheme> = Vec::new();
    for scheme in rules.schemes {
        // `https` is always allowed.
        if scheme != Scheme::Https && !schemes.contains(&scheme) {
            schemes.push(scheme);
        }
    }
    Ok(Rules { schemes, autorun_hosts: hosts })
}

/// A host, or host and port, as addresses name it.
fn host(text: &str) -> Option<String> {
    let text = text.trim();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    if text.is_empty() || !text.chars().all(is_plain) {
        return None;
    }
    let url = url::Url::parse(&format!("https://{text}/")).ok()?;
    let host = url.host_str().filter(|host| !host.is_empty())?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

fn made_by_integration() -> Error {
    Error::conflict(
        "made-by-integration",
        "An integration made this widget, and keeps it as it is.",
        "Change it where the integration is set up, or revoke its API key first.",
    )
}

fn changed_meanwhile() -> Error {
    Error::conflict(
        "changed-meanwhile",
        "Somebody changed this widget since it was read.",
        "Read it again and make the change to what it says now.",
    )
}

fn name_taken(error: StoreError) -> Error {
    if !is_unique(&error, store::UNIQUE_NAME) {
        return error.into();
    }
    Error::conflict("name-taken", "There is a call widget with this name.", "Choose another name.")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn i_3_the_strictest_class_that_a_flow_says_is_the_class() {
        let flow = |class: &str| json!({ "nodes": { "a": { "variable": "x", "class": class }, "b": { "variable": "y" } } });
        let (one, two) = (flow("secret"), flow("public"));
        for drafts in [[&one, &two], [&two, &one]] {
            let classes = classes_of(drafts.into_iter());
            assert_eq!(classes.get("x"), Some(&Class::Secret));
            assert_eq!(classes.get("y"), Some(&Class::Personal));
        }
        assert!(classes_of([&json!({}), &json!({ "nodes": [] }), &json!(null)].into_iter()).is_empty());
    }

    #[test]
    fn hosts_are_kept_in_one_form() {
        for (text, kept) in [
            ("CRM.example", Some("crm.example")),
            (" crm.example:443 ", Some("crm.example")),
            ("crm.example:8443", Some("crm.example:8443")),
            ("bücher.example", Some("xn--bcher-kva.example")),
            ("[2001:db8::1]", Some("[2001:db8::1]")),
            ("https://crm.example", None),
            ("crm.example/path", None),
            ("*.example", None),
            ("user@crm.example", None),
            ("", None),
        ] {
            assert_eq!(host(text).as_deref(), kept, "{text}");
        }
    }
}
