//! Privacy of one person: their data as a file, their erasure, holds, and requests with their deadlines.
//!
//! The file holds every value unmasked. So it is made only for somebody whose role masks nothing, who said why; that and
//! each download stand in the audit log under the customer. Why so: `docs/decisions/0021-privacy-of-one-person.md`.

pub mod erasure;
pub mod export;
mod hold;
mod mandate;
pub mod record;
mod retention;
mod section;

use async_recursion::async_recursion as boxed;
use countersign_store::{Tx, privacy as store, profile};
use countersign_types::audit::Actor;
use countersign_types::privacy::{self, PrivacyRequest, RequestFilter, RequestKind, RequestState};
use countersign_types::{
    Error, Page, PageRequest, Permission, PrivacyRequestId, ProfileId, Result, Timestamp, time,
};
use serde::{Deserialize, Serialize};

use crate::Service;
use crate::caller::{Grant, Request};
use crate::work::Log;

pub use hold::PrivacyOfProfile;
pub use retention::RetentionOf;

/// The action under which an export stands in the audit log, under the customer.
pub(crate) const EXPORT: &str = "privacy.export";
/// The action under which each download of its file does.
pub(crate) const DOWNLOAD: &str = "privacy.download";
/// The live name of requests.
pub(crate) const UPDATED: &str = "privacy.updated";
/// How long before today a request may have been received.
const RECEIVED_SPAN: i64 = 366 * time::DAY;

/// How a request is closed without this server doing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// Refused, for a reason that the person is told.
    Refused,
    /// Done in another way.
    Done,
}

impl Service {
    /// What people asked for about their own data, newest first.
    #[boxed]
    pub async fn list_privacy_requests(
        &self,
        request: &Request,
        filter: RequestFilter,
        page: PageRequest,
    ) -> Result<Page<PrivacyRequest>> {
        self.authorise(request, Permission::PrivacyManage).await?;
        self.read(async move |tx: &mut Tx<'_>| Ok(store::list_requests(tx, filter, page).await?)).await
    }

    /// A request.
    #[boxed]
    pub async fn get_privacy_request(
        &self,
        request: &Request,
        id: PrivacyRequestId,
    ) -> Result<PrivacyRequest> {
        self.authorise(request, Permission::PrivacyManage).await?;
        self.privacy_request(id).await
    }

    pub(crate) async fn privacy_request(&self, id: PrivacyRequestId) -> Result<PrivacyRequest> {
        self.read(async move |tx: &mut Tx<'_>| -> Result<PrivacyRequest> {
            store::find_request(tx, id).await?.ok_or(Error::NotFound("privacy request"))
        })
        .await
    }

    /// Puts on record that a person asked, so that the deadline is seen; nothing is done yet.
    #[boxed]
    pub async fn record_privacy_request(
        &self,
        request: &Request,
        (kind, profile): (RequestKind, ProfileId),
        reason: &str,
        received_at: Option<Timestamp>,
    ) -> Result<PrivacyRequest> {
        let grant = self.authorise(request, Permission::PrivacyManage).await?;
        let (reason, now) = (needed_reason(reason)?, self.now());
        let received_at = received_at.unwrap_or(now);
        if received_at > now || now.since(received_at) > RECEIVED_SPAN {
            let detail = "A person asked at some moment of the last year, not later than now.";
            return Err(Error::invalid("/received_at", "out-of-range", detail));
        }
        let (service, actor) = (self.clone(), grant.actor.clone());
        let id: PrivacyRequestId = self.new_id()?;
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<PrivacyRequestId> {
                let of = service.asked_of(tx, profile).await?;
                let new = fresh(id, (kind, RequestState::Open), of, &actor, reason, (received_at, now));
                store::insert_request(tx, &new).await?;
                log.audit("privacy.request", of.0, serde_json::json!({ "request": id, "kind": kind }));
                log.live(UPDATED, id);
                Ok(id)
            })
            .await?;
        self.privacy_request(id).await
    }

    /// Closes a request that this server does not carry out, with the reason.
    #[boxed]
    pub async fn close_privacy_request(
        &self,
        request: &Request,
        id: PrivacyRequestId,
        closing: Closing,
        reason: &str,
    ) -> Result<PrivacyRequest> {
        let grant = self.authorise(request, Permission::PrivacyManage).await?;
        let (reason, now) = (needed_reason(reason)?, self.now());
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let found = store::find_request(tx, id).await?.ok_or(Error::NotFound("privacy request"))?;
            let from = found.state;
            if !matches!(from, RequestState::Open | RequestState::Making | RequestState::Failed) {
                return Err(answered());
            }
            let state = match closing {
                Closing::Refused => RequestState::Refused,
                Closing::Done => RequestState::Done,
            };
            let closed = PrivacyRequest { state, done_at: Some(now), answer: Some(reason.clone()), ..found };
            if !store::update_request(tx, from, &closed).await? {
                return Err(answered());
            }
            store::delete_pieces(tx, id).await?;
            let details =
                serde_json::json!({ "request": id, "kind": closed.kind, "state": state, "reason": reason });
            log.audit("privacy.close", closed.profile, details);
            log.live(UPDATED, id);
            Ok(())
        })
        .await?;
        self.privacy_request(id).await
    }

    /// The customer whom an id stands for, locked, with the number of the reference.
    async fn asked_of(&self, tx: &mut Tx<'_>, id: ProfileId) -> Result<(ProfileId, i64)> {
        let (id, _) = profile::lock_survivor(tx, id).await?.ok_or(Error::NotFound("profile"))?;
        let found = profile::find_profile(tx, self.vault(), id).await?.ok_or(Error::NotFound("profile"))?;
        Ok((id, found.number))
    }

    /// A request of this kind to go on with: the oldest with which nobody has begun, or a new one.
    async fn begin_request(
        &self,
        tx: &mut Tx<'_>,
        (kind, state): (RequestKind, RequestState),
        of: (ProfileId, i64),
        actor: &Actor,
        reason: String,
        now: Timestamp,
    ) -> Result<PrivacyRequest> {
        if let Some(open) = store::find_open_request(tx, kind, of.0).await? {
            let begun = PrivacyRequest { state, profile: of.0, number: of.1, ..open };
            if store::update_request(tx, RequestState::Open, &begun).await? {
                return Ok(begun);
            }
        }
        let new = fresh(self.new_id()?, (kind, state), of, actor, reason, (now, now));
        store::insert_request(tx, &new).await?;
        Ok(new)
    }

    /// Refuses whoever sees some values masked: a file of everything would be a way round.
    fn must_see_all(&self, grant: &Grant) -> Result<()> {
        let viewer = grant.viewer();
        let is_masked = viewer.masked() != countersign_types::pii::Masked::NONE
            || self.snapshot().attributes.iter().any(|attribute| attribute.is_masked_for(&viewer));
        if is_masked {
            return Err(Error::Refused {
                code: "sees-masked",
                detail: "The file holds every value of the customer, and you see some of them masked.",
                hint: "Ask an administrator whose role sees all values; a program needs the scope `personal_data.read`.",
            });
        }
        Ok(())
    }
}

fn fresh(
    id: PrivacyRequestId,
    (kind, state): (RequestKind, RequestState),
    (profile, number): (ProfileId, i64),
    actor: &Actor,
    reason: String,
    (received_at, now): (Timestamp, Timestamp),
) -> PrivacyRequest {
    PrivacyRequest {
        id,
        kind,
        state,
        profile,
        number,
        reason,
        actor: actor.clone(),
        received_at,
        due_at: privacy::due(received_at),
        created_at: now,
        done_at: None,
        answer: None,
        expires_at: None,
        made_of: None,
        size_bytes: 0,
        pieces: 0,
        counts: serde_json::Map::new(),
    }
}

fn needed_reason(reason: &str) -> Result<String> {
    crate::text::reason(Some(reason))?.ok_or_else(|| {
        Error::invalid("/reason", "missing-field", "Say why, in a few words: it stays on record.")
    })
}

fn answered() -> Error {
    Error::conflict(
        "already-answered",
        "This request was answered already.",
        "Look at it as it is now; what a person asks again is a request of its own.",
    )
}
