//! Legal holds: while one is in force, nothing of the customer goes, by request or by itself.

use async_recursion::async_recursion as boxed;
use countersign_store::{Tx, privacy as store, profile};
use countersign_types::privacy::{ErasedIdentifier, Hold, PrivacyRequest, RequestFilter};
use countersign_types::{Error, PageRequest, Permission, ProfileId, Result, Timestamp, time};
use serde_json::json;

use super::{UPDATED, needed_reason};
use crate::Service;
use crate::caller::Request;
use crate::work::Log;

/// How far ahead the end of a hold may lie.
const UNTIL_MAX: i64 = 30 * 366 * time::DAY;
/// Holds that are listed.
const HOLDS_MAX: i64 = 500;

/// What stands around a customer's privacy.
#[derive(Debug, Clone)]
pub struct PrivacyOfProfile {
    /// The hold that is in force.
    pub hold: Option<Hold>,
    /// Identifiers that somebody had who was erased: perhaps they came back, perhaps a file brought them.
    pub erased_before: Vec<ErasedIdentifier>,
    /// What was asked for about them, newest first.
    pub requests: Vec<PrivacyRequest>,
}

impl Service {
    /// Puts a customer on hold, or says anew why and until when.
    #[boxed]
    pub async fn put_hold(
        &self,
        request: &Request,
        id: ProfileId,
        reason: &str,
        until: Option<Timestamp>,
    ) -> Result<Hold> {
        let grant = self.authorise(request, Permission::PrivacyManage).await?;
        let (reason, now) = (needed_reason(reason)?, self.now());
        if until.is_some_and(|until| until <= now || until.since(now) > UNTIL_MAX) {
            let detail = "A hold ends later than now and within 30 years, or when somebody lifts it.";
            return Err(Error::invalid("/until", "out-of-range", detail));
        }
        let actor = grant.actor.clone();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Hold> {
            let (id, _) = profile::lock_survivor(tx, id).await?.ok_or(Error::NotFound("profile"))?;
            let hold = Hold { profile: id, reason, until, actor, placed_at: now };
            store::upsert_hold(tx, &hold).await?;
            log.audit("privacy.hold", id, json!({ "reason": hold.reason, "until": hold.until }));
            log.live("profile.updated", id);
            log.live(UPDATED, id);
            Ok(hold)
        })
        .await
    }

    /// Lifts the hold of a customer.
    #[boxed]
    pub async fn lift_hold(&self, request: &Request, id: ProfileId) -> Result<()> {
        let grant = self.authorise(request, Permission::PrivacyManage).await?;
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let (id, _) = profile::lock_survivor(tx, id).await?.ok_or(Error::NotFound("profile"))?;
            if store::delete_holds(tx, id).await? == 0 {
                return Err(Error::NotFound("hold"));
            }
            log.audit("privacy.release", id, json!({}));
            log.live("profile.updated", id);
            log.live(UPDATED, id);
            Ok(())
        })
        .await
    }

    /// Holds in force, newest first, with the numbers of the customers' references.
    #[boxed]
    pub async fn list_holds(&self, request: &Request) -> Result<Vec<(Hold, i64)>> {
        self.authorise(request, Permission::PrivacyManage).await?;
        let now = self.now();
        self.read(async move |tx: &mut Tx<'_>| Ok(store::list_holds(tx, now, HOLDS_MAX).await?)).await
    }

    /// What stands around a customer's privacy.
    #[boxed]
    pub async fn get_privacy(&self, request: &Request, id: ProfileId) -> Result<PrivacyOfProfile> {
        self.authorise(request, Permission::PrivacyManage).await?;
        let now = self.now();
        self.read(async move |tx: &mut Tx<'_>| -> Result<PrivacyOfProfile> {
            let id = profile::find_survivor(tx, id).await?.ok_or(Error::NotFound("profile"))?;
            let filter = RequestFilter { profile: Some(id), ..RequestFilter::default() };
            let page = PageRequest { limit: PageRequest::LIMIT_DEFAULT, after: None };
            Ok(PrivacyOfProfile {
                hold: store::find_hold(tx, id, now).await?,
                erased_before: store::list_erased_of(tx, id).await?,
                requests: store::list_requests(tx, filter, page).await?.items,
            })
        })
        .await
    }
}
