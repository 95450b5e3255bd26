//! Phone numbers of the company: how their calls come, and which flow their callers hear.

use async_recursion::async_recursion as boxed;
use countersign_identity::identifier::normalise_phone;
use countersign_store::{StoreError, Tx, ivr_flow, phone_number as store};
use countersign_types::phone_number::{PhoneAdapter, PhoneNumber, PhoneProvider};
use countersign_types::{Error, FieldError, IvrFlowId, Permission, PhoneNumberId, Result};
use serde_json::{Map, Value, json};

use crate::Service;
use crate::caller::Request;
use crate::text::name;
use crate::work::{Log, is_unique};

/// Numbers at most.
pub const NUMBERS_MAX: i64 = 500;
/// Longest secret of a provider, bytes.
const TOKEN_BYTES_MAX: usize = 512;

/// A number with what stands around it.
#[derive(Debug, Clone)]
pub struct PhoneNumberDetail {
    /// The number.
    pub number: PhoneNumber,
    /// Where its provider posts, where it does.
    pub hook_url: Option<String>,
}

/// A new number.
#[derive(Clone)]
pub struct NewPhoneNumber {
    /// The number, in E.164 or as the workspace's country writes it.
    pub number: String,
    /// Its name.
    pub name: String,
    /// How its calls come.
    pub adapter: PhoneAdapter,
    /// Who provides it.
    pub provider: Option<PhoneProvider>,
    /// The flow that its callers hear.
    pub flow: Option<IvrFlowId>,
    /// The secret with which its provider signs.
    pub auth_token: Option<String>,
    /// The key with which recordings are fetched, where that is another one.
    pub api_key: Option<String>,
    /// Whether recordings are removed at the provider once they are here.
    pub removes_recordings: bool,
}

/// A change to a number.
#[derive(Clone, Default)]
pub struct PhoneNumberPatch {
    /// The number.
    pub number: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// How its calls come.
    pub adapter: Option<PhoneAdapter>,
    /// Who provides it.
    pub provider: Option<Option<PhoneProvider>>,
    /// The flow that its callers hear.
    pub flow: Option<Option<IvrFlowId>>,
    /// The secret with which its provider signs.
    pub auth_token: Option<Option<String>>,
    /// The key with which recordings are fetched.
    pub api_key: Option<Option<String>>,
    /// Whether recordings are removed at the provider once they are here.
    pub removes_recordings: Option<bool>,
}

impl Service {
    /// All numbers, oldest first.
    #[boxed]
    pub async fn list_phone_numbers(&self, request: &Request) -> Result<Vec<PhoneNumberDetail>> {
        self.authorise(request, Permission::PhoneRead).await?;
        let all = self.read(async move |tx: &mut Tx<'_>| Ok(store::list_phone_numbers(tx).await?)).await?;
        Ok(all.into_iter().map(|number| self.number_detail(number)).collect())
    }

    /// A number.
    #[boxed]
    pub async fn read_phone_number(&self, request: &Request, id: PhoneNumberId) -> Result<PhoneNumberDetail> {
        self.authorise(request, Permission::PhoneRead).await?;
        self.find_number(id).await
    }

    async fn find_number(&self, id: PhoneNumberId) -> Result<PhoneNumberDetail> {
        let found =
            self.read(async move |tx: &mut Tx<'_>| Ok(store::find_phone_number(tx, id).await?)).await?;
        Ok(self.number_detail(found.ok_or(Error::NotFound("phone number"))?))
    }

    fn number_detail(&self, number: PhoneNumber) -> PhoneNumberDetail {
        let public = self.config().public_url.trim_end_matches('/');
        let is_posted_to = number.adapter == PhoneAdapter::Twiml;
        let hook_url = is_posted_to.then(|| format!("{public}/hooks/voice/{}", number.id));
        PhoneNumberDetail { number, hook_url }
    }

    /// Adds a number.
    #[boxed]
    pub async fn create_phone_number(
        &self,
        request: &Request,
        new: NewPhoneNumber,
    ) -> Result<PhoneNumberDetail> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let (now, vault) = (self.now(), self.vault().clone());
        let number = PhoneNumber {
            id: self.new_id()?,
            number: self.own_number(&new.number)?,
            name: name("/name", &new.name)?,
            adapter: new.adapter,
            provider: new.provider,
            flow: new.flow,
            has_auth_token: new.auth_token.is_some(),
            has_api_key: new.api_key.is_some(),
            removes_recordings: new.removes_recordings,
            created_at: now,
            updated_at: now,
        };
        check(&number)?;
        let token = new.auth_token.as_deref().map(|text| secret("/auth_token", text)).transpose()?;
        let key = new.api_key.as_deref().map(|text| secret("/api_key", text)).transpose()?;
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<PhoneNumberId> {
                if store::count_phone_numbers(tx).await? >= NUMBERS_MAX {
                    let detail = format!("There are {NUMBERS_MAX} phone numbers, which is the most.");
                    let hint = "Delete one that nobody calls.";
                    return Err(Error::conflict("too-many-phone-numbers", detail, hint));
                }
                if let Some(flow) = number.flow {
                    ivr_flow::lock_ivr_flow(tx, &vault, flow).await?.ok_or_else(no_such_flow)?;
                }
                store::insert_phone_number(tx, &vault, &number, token.as_deref()).await.map_err(number_taken)?;
                if key.is_some() {
                    store::update_phone_number_api_key(tx, &vault, number.id, key.as_deref(), now).await?;
                }
                let PhoneNumber { number: e164, name, adapter, provider, flow, .. } = &number;
                let details = json!({ "number": e164, "name": name, "adapter": adapter, "provider": provider, "flow": flow });
                log.audit("phone_number.create", number.id, details);
                log.live("phone_number.updated", number.id);
                Ok(number.id)
            })
            .await?;
        self.find_number(id).await
    }

    /// Changes a number. With another provider its secret goes, unless a new one comes along.
    #[boxed]
    pub async fn update_phone_number(
        &self,
        request: &Request,
        id: PhoneNumberId,
        patch: PhoneNumberPatch,
    ) -> Result<PhoneNumberDetail> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let number = patch.number.as_deref().map(|text| self.own_number(text)).transpose()?;
        let new_name = patch.name.as_deref().map(|text| name("/name", text)).transpose()?;
        let new_token = new_secret("/auth_token", patch.auth_token.as_ref())?;
        let new_key = new_secret("/api_key", patch.api_key.as_ref())?;
        let (now, vault) = (self.now(), self.vault().clone());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let before =
                store::find_phone_number_for_update(tx, id).await?.ok_or(Error::NotFound("phone number"))?;
            let mut after = before.clone();
            after.number = number.unwrap_or(after.number);
            after.name = new_name.unwrap_or(after.name);
            after.adapter = patch.adapter.unwrap_or(after.adapter);
            after.provider = patch.provider.unwrap_or(after.provider);
            after.flow = patch.flow.unwrap_or(after.flow);
            let is_elsewhere = after.provider != before.provider || after.adapter != before.adapter;
            let new_token = new_token.or_else(|| (is_elsewhere && before.has_auth_token).then_some(None));
            after.has_auth_token = new_token.as_ref().map_or(before.has_auth_token, Option::is_some);
            let new_key = new_key.or_else(|| (is_elsewhere && before.has_api_key).then_some(None));
            after.has_api_key = new_key.as_ref().map_or(before.has_api_key, Option::is_some);
            after.removes_recordings = patch.removes_recordings.unwrap_or(after.removes_recordings);
            check(&after)?;
            if after == before && new_token.is_none() && new_key.is_none() {
                return Ok(());
            }
            if let Some(flow) = after.flow.filter(|_| after.flow != before.flow) {
                ivr_flow::lock_ivr_flow(tx, &vault, flow).await?.ok_or_else(no_such_flow)?;
            }
            after.updated_at = now;
            if !store::update_phone_number(tx, &after).await.map_err(number_taken)? {
                return Err(Error::NotFound("phone number"));
            }
            if let Some(token) = &new_token {
                store::update_phone_number_token(tx, &vault, id, token.as_deref(), now).await?;
            }
            if let Some(key) = &new_key {
                store::update_phone_number_api_key(tx, &vault, id, key.as_deref(), now).await?;
            }
            let is_new = (new_token.is_some(), new_key.is_some());
            log.audit("phone_number.update", id, difference(&before, &after, is_new));
            log.live("phone_number.updated", id);
            Ok(())
        })
        .await?;
        self.find_number(id).await
    }

    /// Deletes a number: nobody answers its calls any more.
    #[boxed]
    pub async fn delete_phone_number(&self, request: &Request, id: PhoneNumberId) -> Result<()> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let number = store::find_phone_number(tx, id).await?.ok_or(Error::NotFound("phone number"))?;
            store::delete_phone_number(tx, id).await?;
            let details = json!({ "number": number.number, "name": number.name });
            log.audit("phone_number.delete", id, details);
            log.live("phone_number.updated", id);
            Ok(())
        })
        .await
    }

    /// A number as people write it, in E.164.
    pub(crate) fn own_number(&self, text: &str) -> Result<String> {
        let region = self.snapshot().workspace.default_country.parse().ok();
        let detail = "A number is written as `+46771123456`: country code and all, without zeros before it.";
        normalise_phone(text, region)
            .map(|number| number.value)
            .map_err(|_| Error::invalid("/number", "not-a-phone", detail))
    }
}

/// What belongs together: a provider and its secret stand with webhooks only.
fn check(number: &PhoneNumber) -> Result<()> {
    let mut wrong = Vec::new();
    let is_cloud = number.adapter == PhoneAdapter::Twiml;
    if is_cloud && number.provider.is_none() {
        let detail = "Say who provides the number: `twilio`, `signalwire` or `telnyx`.";
        wrong.push(FieldError::new("/provider", "missing-field", detail));
    }
    if !is_cloud && number.provider.is_some() {
        let detail = "Only numbers whose calls come as webhooks (`twiml`) have a provider.";
        wrong.push(FieldError::new("/provider", "not-expected", detail));
    }
    if !is_cloud && number.has_auth_token {
        let detail = "Only numbers whose calls come as webhooks (`twiml`) have the secret of a provider.";
        wrong.push(FieldError::new("/auth_token", "not-expected", detail));
    }
    if !is_cloud && number.has_api_key {
        let detail = "Only numbers whose calls come as webhooks (`twiml`) have the key of a provider.";
        wrong.push(FieldError::new("/api_key", "not-expected", detail));
    }
    if !is_cloud && number.removes_recordings {
        let detail = "Only numbers whose calls come as webhooks (`twiml`) have recordings at a provider.";
        wrong.push(FieldError::new("/removes_recordings", "not-expected", detail));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

/// A new secret, none any more, or the one that is there.
fn new_secret(pointer: &'static str, patch: Option<&Option<String>>) -> Result<Option<Option<String>>> {
    patch.map(|patch| patch.as_deref().map(|text| secret(pointer, text)).transpose()).transpose()
}

fn secret(pointer: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    let is_good =
        !text.is_empty() && text.len() <= TOKEN_BYTES_MAX && text.bytes().all(|b| b.is_ascii_graphic());
    if is_good {
        return Ok(text.to_owned());
    }
    let detail = "A secret is a text without spaces, as the provider shows it.";
    Err(Error::invalid(pointer, "invalid-secret", detail))
}

fn no_such_flow() -> Error {
    Error::invalid("/flow", "unknown-flow", "There is no such phone menu.")
}

/// What changed, for the audit log.
fn difference(before: &PhoneNumber, after: &PhoneNumber, (is_new_token, is_new_key): (bool, bool)) -> Value {
    let mut changes = Map::new();
    let mut note = |field: &str, old: Value, new: Value| {
        if old != new {
            changes.insert(field.to_owned(), json!({ "old": old, "new": new }));
        }
    };
    note("number", json!(before.number), json!(after.number));
    note("name", json!(before.name), json!(after.name));
    note("adapter", json!(before.adapter), json!(after.adapter));
    note("provider", json!(before.provider), json!(after.provider));
    note("flow", json!(before.flow), json!(after.flow));
    note("removes_recordings", json!(before.removes_recordings), json!(after.removes_recordings));
    for (field, is_new, is_there) in
        [("auth_token", is_new_token, after.has_auth_token), ("api_key", is_new_key, after.has_api_key)]
    {
        if is_new {
            changes.insert(field.to_owned(), if is_there { "changed" } else { "removed" }.into());
        }
    }
    changes.into()
}

fn number_taken(error: StoreError) -> Error {
    if !is_unique(&error, store::UNIQUE_NUMBER) {
        return error.into();
    }
    let hint = "Change the one that is there.";
    Error::conflict("number-taken", "This phone number is there already.", hint)
}
