//! Erasure: looked at before, done in one transaction, refused while somebody is on hold, and done again after a restore.

use async_recursion::async_recursion as boxed;
use countersign_store::privacy::count::{count_entry, taken};
use countersign_store::{Tx, case, erasure, privacy as store, profile};
use countersign_types::audit::Actor;
use countersign_types::event::EventKind;
use countersign_types::privacy::registry::{Entry, Erased, REGISTRY};
use countersign_types::privacy::{Hold, PrivacyRequest, RequestKind, RequestState};
use countersign_types::{Cursor, Error, Permission, PrivacyRequestId, ProfileId, Result, Timestamp};
use serde_json::{Map, Value, json};

pub use countersign_store::erasure::Replayed;

use super::{UPDATED, needed_reason};
use crate::Service;
use crate::caller::{Caller, Grant, Request};
use crate::work::Log;

/// Rows of the list of erasures that are read at once.
pub const ERASURES_PAGE: i64 = 1_000;

/// What an erasure would take, and what would stay.
#[derive(Debug, Clone)]
pub struct ErasurePreview {
    /// The customer.
    pub profile: ProfileId,
    /// The number of their reference.
    pub number: i64,
    /// The hold that forbids it.
    pub hold: Option<Hold>,
    /// What would go, with how much there is of it.
    pub goes: Vec<(&'static Entry, i64)>,
    /// What would stay, and why.
    pub stays: Vec<(&'static Entry, &'static str)>,
    /// Accounts that were linked here once and stand under somebody else now: they stay there.
    pub accounts_elsewhere: i64,
}

impl Service {
    /// Says what an erasure would take, and does nothing.
    #[boxed]
    pub async fn preview_erasure(&self, request: &Request, id: ProfileId) -> Result<ErasurePreview> {
        self.authorise(request, Permission::PrivacyManage).await?;
        let (service, now) = (self.clone(), self.now());
        self.read(async move |tx: &mut Tx<'_>| -> Result<ErasurePreview> {
            let found =
                profile::find_profile(tx, service.vault(), id).await?.ok_or(Error::NotFound("profile"))?;
            let mut goes = Vec::new();
            for entry in taken(REGISTRY) {
                let count = count_entry(tx, entry, found.id).await?;
                if count > 0 {
                    goes.push((entry, count));
                }
            }
            let stays = REGISTRY.iter().filter_map(|entry| match entry.erased {
                Erased::Stays(why) => Some((entry, why)),
                Erased::Deleted | Erased::NotTheirs => None,
            });
            Ok(ErasurePreview {
                profile: found.id,
                number: found.number,
                hold: store::find_hold_against_erasure(tx, found.id, now).await?,
                goes,
                stays: stays.collect(),
                accounts_elsewhere: store::count::count_accounts_elsewhere(tx, found.id).await?,
            })
        })
        .await
    }

    /// Erases a customer because they, or the law, ask for it.
    #[boxed]
    pub async fn erase_for_privacy(
        &self,
        request: &Request,
        id: ProfileId,
        reason: &str,
    ) -> Result<PrivacyRequest> {
        let grant = self.authorise(request, Permission::PrivacyManage).await?;
        let (reason, now) = (needed_reason(reason)?, self.now());
        let (service, actor, caller) = (self.clone(), grant.actor.clone(), request.caller.clone());
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<PrivacyRequestId> {
                let of = service.lock_for_erasure(tx, id).await?;
                let mut counts = Map::new();
                for entry in taken(REGISTRY) {
                    let count = count_entry(tx, entry, of.0).await?;
                    counts.insert(entry.name.to_owned(), count.into());
                }
                let kind = (RequestKind::Erasure, RequestState::Open);
                let begun = service.begin_request(tx, kind, of, &actor, reason.clone(), now).await?;
                service.erase_in(tx, log, &caller, &actor, of.0, Some((begun.id, reason)), now).await?;
                // The erasure ended it; what went is said by it.
                let done = PrivacyRequest { state: RequestState::Done, done_at: Some(now), counts, ..begun };
                store::update_request(tx, RequestState::Done, &done).await?;
                Ok(done.id)
            })
            .await?;
        self.privacy_request(id).await
    }

    /// Whom an id stands for, with the number of the reference: accounts are locked before profiles, as everybody does.
    async fn lock_for_erasure(&self, tx: &mut Tx<'_>, id: ProfileId) -> Result<(ProfileId, i64)> {
        let gone = || Error::NotFound("profile");
        let id = profile::find_survivor(tx, id).await?.ok_or_else(gone)?;
        erasure::lock_erasure(tx, id).await?.ok_or_else(gone)?;
        let found = profile::find_profile(tx, self.vault(), id).await?.ok_or_else(gone)?;
        Ok((id, found.number))
    }

    /// Erases a customer inside an operation, unless they are on hold: whoever may know is told who placed it and why.
    #[allow(clippy::too_many_arguments, reason = "everything that decides is named")]
    pub(crate) async fn erase_in(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        caller: &Caller,
        actor: &Actor,
        id: ProfileId,
        asked: Option<(PrivacyRequestId, String)>,
        now: Timestamp,
    ) -> Result<()> {
        let id = profile::find_survivor(tx, id).await?.ok_or(Error::NotFound("profile"))?;
        let accounts = erasure::lock_erasure(tx, id).await?.ok_or(Error::NotFound("profile"))?;
        if let Some(hold) = store::find_hold_against_erasure(tx, id, now).await? {
            return Err(on_hold(&hold, caller.may(Permission::PrivacyManage)));
        }
        for (account, _) in &accounts {
            for case in case::list_case_ids(tx, *account).await? {
                log.live("case.updated", case);
            }
        }
        let erased = erasure::erase_profile(tx, self.vault(), id, now).await?;
        let erased = erased.ok_or(Error::NotFound("profile"))?;
        let mut event = self.event(EventKind::ProfileDeleted, actor, now)?;
        event.profile = Some(id);
        log.event(event);
        let mut details = json!({ "profiles": erased.profiles, "accounts": erased.accounts });
        if let (Some((request, reason)), Some(map)) = (asked, details.as_object_mut()) {
            map.insert("request".to_owned(), json!(request));
            map.insert("reason".to_owned(), Value::String(reason));
        }
        log.audit("profile.delete", id, details);
        log.live("profile.updated", id);
        for request in erased.requests {
            log.live(UPDATED, request);
        }
        Ok(())
    }

    /// Who was erased, oldest first, after one: ids of profiles and accounts, to be erased again after a restore.
    #[boxed]
    pub async fn list_erasures(
        &self,
        request: &Request,
        after: Option<Cursor>,
    ) -> Result<Vec<([u8; 16], Timestamp)>> {
        self.authorise(request, Permission::PrivacyManage).await?;
        self.read(async move |tx: &mut Tx<'_>| Ok(store::list_erasures(tx, after, ERASURES_PAGE).await?))
            .await
    }

    /// Erases again whom an id stood for, after a restore. For the operator at the command line.
    #[boxed]
    pub async fn replay_erasure(&self, subject: [u8; 16]) -> Result<Replayed> {
        let (service, now) = (self.clone(), self.now());
        let grant = Grant::internal(Actor::system());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Replayed> {
            let replayed = erasure::erase_subject(tx, service.vault(), subject, now).await?;
            if replayed == Replayed::Erased {
                log.audit("privacy.replay", ProfileId::from_bytes(subject), json!({}));
                log.live("profile.updated", ProfileId::from_bytes(subject));
            }
            Ok(replayed)
        })
        .await
    }
}

/// Why a customer cannot be erased: to whom may see it, who placed the hold, when and why.
pub(crate) fn on_hold(hold: &Hold, may_know: bool) -> Error {
    let detail = if may_know {
        let until = hold.until.map_or_else(String::new, |until| format!(" until {until}"));
        format!("{} put this customer on hold on {}{until}: {}", hold.actor.name, hold.placed_at, hold.reason)
    } else {
        "This customer is on hold: nothing of them may go.".to_owned()
    };
    let hint = "Whoever manages privacy lifts the hold first, where its ground is gone.";
    Error::conflict("on-hold", detail, hint)
}
