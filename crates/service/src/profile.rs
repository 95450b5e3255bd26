//! Profiles: made, changed, blocked, erased; who they are by what is proved, and what is only claimed.
//!
//! The company itself (its server, its agents, a token it signed) fills the fields. Pages, channels and customers
//! fill the claims. Only what is proved finds a profile (P-1, W-2).

pub mod batch;
pub(crate) mod check;
pub mod export;
mod ledger;
mod resolve;
mod search;

use async_recursion::async_recursion as boxed;
use std::collections::BTreeMap;

use countersign_store::profile::{NewProfile as NewRow, ProfileChange};
use countersign_store::{StoreError, Tx, profile as store};
use countersign_types::audit::Actor;
use countersign_types::event::EventKind;
use countersign_types::pii::{ExternalId, Pii, Purpose};
use countersign_types::profile::{Profile, ProfileKind, ProfilePatch, ProfileState, Source};
use countersign_types::{
    Assurance, AttributeId, Error, PageRequest, Permission, ProfileId, Result, Role, Timestamp, time,
};
use serde_json::Value;

pub use check::{NAME_CHARS_MAX, VALUES_MAX};
pub use ledger::{Look, ProfileIdentifier, TimelineLine};
pub use search::MASKED_SEARCHES_PER_HOUR;
pub(crate) use search::{CustomerQuery, take_hourly};

use crate::Service;
use crate::caller::{Caller, Grant, Request};
use crate::work::{Log, is_unique};

/// The action under which a look at a customer stands in the audit log.
pub(crate) const VIEW: &str = "profile.view";
/// How long one look of somebody at a customer, or at the beginning of a list, counts as one.
const VIEW_SPAN: i64 = 5 * time::MINUTE;
/// What the audit log calls the further pages of a list that is drawn again and again.
const LIVE: &str = "live";

/// How much of a list a screen draws again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Drawn {
    /// Its first page: whoever turns to a further one wants to read it.
    FirstPage,
    /// All of it, because it shows what goes on now.
    Whole,
}

/// A profile with how sure the company may be, at this moment, that the linked accounts are theirs.
#[derive(Debug, Clone)]
pub struct ProfileDetail {
    /// The profile.
    pub profile: Profile,
    /// The highest level of its live links.
    pub assurance: Assurance,
    /// The profiles that were merged into it, with the numbers of their references.
    pub merged: Vec<(ProfileId, i64)>,
}

/// What a patch comes to once it is normalised and checked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Checked {
    pub(crate) change: ProfileChange,
    pub(crate) values: Vec<(AttributeId, Option<Value>)>,
}

impl Service {
    /// Adds a profile.
    #[boxed]
    pub async fn create_profile(&self, request: &Request, patch: ProfilePatch) -> Result<ProfileDetail> {
        let grant = self.authorise(request, Permission::ProfileWrite).await?;
        check::refuse_masks(&patch, grant.viewer(), &self.snapshot())?;
        may_name(&request.caller, &patch)?;
        let checked = self.checked(&patch, "")?;
        let change = &checked.change;
        let is_named = change.external_id.as_ref().is_some_and(Option::is_some)
            || change.name.as_ref().is_some_and(Option::is_some)
            || change.email.as_ref().is_some_and(Option::is_some)
            || change.phone.as_ref().is_some_and(Option::is_some);
        if !is_named {
            let detail = "A customer needs an external id, a name, an e-mail address or a phone number.";
            return Err(Error::invalid("", "nothing-to-know-them-by", detail));
        }
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        let source = source_of(&request.caller);
        let id: ProfileId = self.new_id()?;
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<ProfileId> {
                let made = service.insert(tx, log, &actor, id, &checked, source, now).await?;
                if made { Ok(id) } else { Err(already_exists()) }
            })
            .await?;
        self.profile_detail(id).await
    }

    /// Creates or changes the profile with the company's id; `true` when it was made.
    #[boxed]
    pub async fn upsert_profile(
        &self,
        request: &Request,
        external_id: Pii<ExternalId>,
        mut patch: ProfilePatch,
    ) -> Result<(ProfileDetail, bool)> {
        let grant = self.authorise(request, Permission::ProfileWrite).await?;
        patch.external_id = Some(Some(external_id));
        check::refuse_masks(&patch, grant.viewer(), &self.snapshot())?;
        may_name(&request.caller, &patch)?;
        let checked = self.checked(&patch, "")?;
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        let source = source_of(&request.caller);
        let id: ProfileId = self.new_id()?;
        let (id, made) = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<(ProfileId, bool)> {
                let key = external_key(&checked.change);
                if let Some(known) = store::find_by_external_id(tx, service.vault(), &key).await? {
                    service.change_by_hand(tx, log, &actor, known, &checked, source, now).await?;
                    return Ok((known, false));
                }
                if service.insert(tx, log, &actor, id, &checked, source, now).await? {
                    return Ok((id, true));
                }
                // Another server made it between our look and our insert.
                let known = store::find_by_external_id(tx, service.vault(), &key).await?;
                let known = known.ok_or_else(already_exists)?;
                service.change(tx, log, &actor, known, &checked, source, now).await?;
                Ok((known, false))
            })
            .await?;
        Ok((self.profile_detail(id).await?, made))
    }

    /// Changes a profile.
    #[boxed]
    pub async fn update_profile(
        &self,
        request: &Request,
        id: ProfileId,
        patch: ProfilePatch,
    ) -> Result<ProfileDetail> {
        let grant = self.authorise(request, Permission::ProfileWrite).await?;
        check::refuse_masks(&patch, grant.viewer(), &self.snapshot())?;
        may_name(&request.caller, &patch)?;
        let checked = self.checked(&patch, "")?;
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        let source = source_of(&request.caller);
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            service.change_by_hand(tx, log, &actor, id, &checked, source, now).await?;
            Ok(())
        })
        .await?;
        self.profile_detail(id).await
    }

    /// A profile. A look by whoever sees personal values is written to the audit log.
    #[boxed]
    pub async fn get_profile(&self, request: &Request, id: ProfileId) -> Result<ProfileDetail> {
        let grant = self.authorise(request, Permission::ProfileRead).await?;
        let detail = self.profile_detail(id).await?;
        self.record_view(&request.caller, &grant, detail.profile.id).await?;
        Ok(detail)
    }

    /// Blocks a profile: nobody can be identified as them, and their live codes are taken back. Links stay: they are
    /// evidence of who wrote, and unblocking must not need the customer.
    #[boxed]
    pub async fn block_profile(
        &self,
        request: &Request,
        id: ProfileId,
        reason: &str,
    ) -> Result<ProfileDetail> {
        let reason = crate::text::reason(Some(reason))?
            .ok_or_else(|| Error::invalid("/reason", "missing-field", "Say why this customer is blocked."))?;
        self.set_state(request, id, ProfileState::Blocked, Some(reason)).await
    }

    /// Unblocks a profile.
    #[boxed]
    pub async fn unblock_profile(
        &self,
        request: &Request,
        id: ProfileId,
        reason: Option<&str>,
    ) -> Result<ProfileDetail> {
        let reason = crate::text::reason(reason)?;
        self.set_state(request, id, ProfileState::Active, reason).await
    }

    async fn set_state(
        &self,
        request: &Request,
        id: ProfileId,
        state: ProfileState,
        reason: Option<String>,
    ) -> Result<ProfileDetail> {
        let grant = self.authorise(request, Permission::ProfileWrite).await?;
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let (id, _) = store::lock_survivor(tx, id).await?.ok_or(Error::NotFound("profile"))?;
            if !store::update_state(tx, id, state, now).await? {
                return Ok(());
            }
            let (action, kind, revoked) = match state {
                ProfileState::Blocked => {
                    ("profile.block", EventKind::ProfileBlocked, store::revoke_codes(tx, id, now).await?)
                }
                ProfileState::Active => ("profile.unblock", EventKind::ProfileUnblocked, 0),
            };
            let mut event = service.event(kind, &actor, now)?;
            event.profile = Some(id);
            event.details = serde_json::json!({ "codes_revoked": revoked });
            log.event(event);
            log.audit(action, id, serde_json::json!({ "reason": reason, "codes_revoked": revoked }));
            log.live("profile.updated", id);
            Ok(())
        })
        .await?;
        self.profile_detail(id).await
    }

    /// Erases a profile for good: destroys its key and those of its channel accounts, and deletes every row and index
    /// that points at them. The audit log keeps ids. Refused with `on-hold` while nothing of them may go.
    #[boxed]
    pub async fn delete_profile(&self, request: &Request, id: ProfileId) -> Result<()> {
        let grant = self.authorise(request, Permission::ProfileDelete).await?;
        let (service, actor, now) = (self.clone(), grant.actor.clone(), self.now());
        let caller = request.caller.clone();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            service.erase_in(tx, log, &caller, &actor, id, None, now).await
        })
        .await
    }

    /// A profile as it stands now.
    pub(crate) async fn profile_detail(&self, id: ProfileId) -> Result<ProfileDetail> {
        let (service, now) = (self.clone(), self.now());
        self.read(async move |tx: &mut Tx<'_>| -> Result<ProfileDetail> {
            let profile = store::find_profile(tx, service.vault(), id).await?;
            let profile = profile.ok_or(Error::NotFound("profile"))?;
            let id = profile.id;
            let mut levels = assurances(tx, &[id], now).await?;
            let behind = store::list_behind(tx, &[id]).await?;
            let merged = behind.into_iter().map(|(_, profile, number)| (profile, number)).collect();
            Ok(ProfileDetail { profile, assurance: levels.remove(&id).unwrap_or_default(), merged })
        })
        .await
    }

    /// Adds a checked profile inside an operation; `false` when its external id is taken.
    #[allow(clippy::too_many_arguments, reason = "everything that is written is named")]
    pub(crate) async fn insert(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        id: ProfileId,
        checked: &Checked,
        source: Source,
        now: Timestamp,
    ) -> Result<bool> {
        let change = checked.change.clone();
        let new = NewRow {
            id,
            kind: change.kind.unwrap_or(ProfileKind::Person),
            is_anonymous: false,
            name: change.name.flatten(),
            email: change.email.flatten(),
            phone: change.phone.flatten(),
            external_id: change.external_id.flatten(),
            language: change.language.flatten(),
            source,
        };
        if store::insert_profile_unless_known(tx, self.vault(), &new, now).await?.is_none() {
            return Ok(false);
        }
        store::set_attributes(tx, self.vault(), id, &checked.values, source, now).await?;
        let mut event = self.event(EventKind::ProfileCreated, actor, now)?;
        event.profile = Some(id);
        event.details = serde_json::json!({ "source": source });
        log.event(event);
        log.audit("profile.create", id, serde_json::json!({ "source": source }));
        log.live("profile.updated", id);
        Ok(true)
    }

    /// [`Service::change`] by somebody who is no conversation: rules are asked about it in those of the customer.
    #[allow(clippy::too_many_arguments, reason = "everything that is written is named")]
    pub(crate) async fn change_by_hand(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        id: ProfileId,
        checked: &Checked,
        source: Source,
        now: Timestamp,
    ) -> Result<bool> {
        let mut before = None;
        let mut id = id;
        if !checked.values.is_empty() {
            id = store::find_survivor(tx, id).await?.ok_or(Error::NotFound("profile"))?;
            before = self.before_profile_change(tx, id).await?;
        }
        let is_changed = self.change(tx, log, actor, id, checked, source, now).await?;
        self.run_rules_on_profile(tx, log, id, before, now).await?;
        Ok(is_changed)
    }

    /// Changes a profile inside an operation; whether anything changed.
    #[allow(clippy::too_many_arguments, reason = "everything that is written is named")]
    pub(crate) async fn change(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        id: ProfileId,
        checked: &Checked,
        source: Source,
        now: Timestamp,
    ) -> Result<bool> {
        let (id, _) = store::lock_survivor(tx, id).await?.ok_or(Error::NotFound("profile"))?;
        let fields = store::update_profile(tx, self.vault(), id, &checked.change, source, now)
            .await
            .map_err(taken)?
            .ok_or(Error::NotFound("profile"))?;
        let set = store::set_attributes(tx, self.vault(), id, &checked.values, source, now).await?;
        if fields.is_empty() && set.is_empty() {
            return Ok(false);
        }
        let snapshot = self.snapshot();
        let keys =
            set.iter().filter_map(|id| snapshot.attribute(*id)).map(|a| format!("attributes.{}", a.key));
        let fields: Vec<String> = fields.into_iter().map(ToOwned::to_owned).chain(keys).collect();
        let details = serde_json::json!({ "fields": fields, "source": source });
        let mut event = self.event(EventKind::ProfileUpdated, actor, now)?;
        event.profile = Some(id);
        event.details = details.clone();
        log.event(event);
        log.audit("profile.update", id, details);
        log.live("profile.updated", id);
        Ok(true)
    }

    /// Writes a look at a customer (their page, a conversation, a link, a code) to the audit log, once in a while.
    pub(crate) async fn record_view(&self, caller: &Caller, grant: &Grant, id: ProfileId) -> Result<()> {
        if !caller.leaves_trace() || self.has_looked(grant, &id.to_string(), VIEW).await? {
            return Ok(());
        }
        self.write_look(grant, VIEW, id.to_string(), serde_json::json!({})).await
    }

    /// Writes a page of a list of customers, conversations or codes to the audit log: the first one once in a while,
    /// because screens draw it again and again, every further one as it is read.
    pub(crate) async fn record_list(
        &self,
        caller: &Caller,
        grant: &Grant,
        action: &'static str,
        page: PageRequest,
        rows: usize,
    ) -> Result<()> {
        self.record_drawn(caller, grant, (action, Drawn::FirstPage), page, rows).await
    }

    /// [`Self::record_list`] of a list of which screens draw so much again and again.
    pub(crate) async fn record_drawn(
        &self,
        caller: &Caller,
        grant: &Grant,
        (action, drawn): (&'static str, Drawn),
        page: PageRequest,
        rows: usize,
    ) -> Result<()> {
        let is_first = page.after.is_none();
        let is_drawn = is_first || drawn == Drawn::Whole;
        // The first page and the rest are looks of their own: either is written although the other was.
        let object = if is_drawn && !is_first { LIVE } else { "" };
        if !caller.leaves_trace() || rows == 0 || is_drawn && self.has_looked(grant, object, action).await? {
            return Ok(());
        }
        let details = serde_json::json!({ "rows": rows, "is_first_page": is_first });
        self.write_look(grant, action, object.to_owned(), details).await
    }

    async fn has_looked(&self, grant: &Grant, object: &str, action: &'static str) -> Result<bool> {
        let (object, actor) = (object.to_owned(), grant.actor.id.clone());
        let since = self.now().plus(-VIEW_SPAN);
        self.read(async move |tx: &mut Tx<'_>| -> Result<bool> {
            Ok(countersign_store::viewer::has_looked(tx, &object, action, &actor, since).await?)
        })
        .await
    }

    pub(crate) async fn write_look(
        &self,
        grant: &Grant,
        action: &'static str,
        object: String,
        details: serde_json::Value,
    ) -> Result<()> {
        let grant = Grant { idempotency: None, ..grant.clone() };
        let (actor, seen) = (grant.actor.id.clone(), object.clone());
        let written = self.write(&grant, async move |_tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            log.audit(action, object, details);
            Ok(())
        });
        match written.await {
            // A full disk must not blind the people who serve customers: reads go on, and the look stands in the log.
            Err(Error::StorageFull) => {
                tracing::warn!(%actor, action, object = %seen, "a look could not be written to the audit log: no space");
                Ok(())
            }
            done => done,
        }
    }
}

/// The level of each of these profiles: that of their best live link.
pub(crate) async fn assurances(
    tx: &mut Tx<'_>,
    ids: &[ProfileId],
    now: Timestamp,
) -> Result<BTreeMap<ProfileId, Assurance>> {
    use countersign_identity::evidence::{Evidence, assess};
    let mut of: BTreeMap<ProfileId, Vec<Evidence>> = BTreeMap::new();
    for found in countersign_store::evidence::list_live_evidence(tx, ids, now).await? {
        if let Some(method) = found.method {
            of.entry(found.profile).or_default().push(Evidence {
                method,
                recorded_at: found.recorded_at.as_micros(),
                expires_at: found.expires_at.map(Timestamp::as_micros),
                ended_at: None,
            });
        }
    }
    Ok(of.into_iter().map(|(id, evidence)| (id, assess(&evidence, now.as_micros()).level)).collect())
}

/// Signed tokens and codes find a customer by the external id alone: whoever moves one moves the customer's proofs. The
/// company's systems set it, and administrators.
pub(crate) fn may_name(caller: &Caller, patch: &ProfilePatch) -> Result<()> {
    match caller {
        Caller::User { user, .. } if user.role != Role::Admin && patch.external_id.is_some() => {
            Err(Error::invalid(
                "/external_id",
                "not-yours-to-set",
                "Your company's systems set this id, by the API, and administrators: sign-ins find the customer by it.",
            ))
        }
        _ => Ok(()),
    }
}

pub(crate) const fn source_of(caller: &Caller) -> Source {
    match caller {
        Caller::User { .. } => Source::Agent,
        Caller::ApiKey(_) => Source::Api,
        Caller::System => Source::System,
    }
}

pub(crate) fn external_key(change: &ProfileChange) -> String {
    let id = change.external_id.as_ref().and_then(Option::as_ref);
    id.map_or_else(String::new, |id| id.key.plain(Purpose::Match).to_owned())
}

fn taken(error: StoreError) -> Error {
    if is_unique(&error, "uq_profile__external_id_hash") { already_exists() } else { error.into() }
}

/// Does not say which field: to a viewer who may not see it, that would answer a question (M-2).
pub(crate) fn already_exists() -> Error {
    Error::conflict(
        "already-exists",
        "There is a customer with this key already.",
        "Change the existing customer, for instance with PUT /v1/profiles/by-external-id/{external_id}.",
    )
}
