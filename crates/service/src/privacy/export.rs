//! The file that a person gets: asked for, made by a job, kept sealed for some hours, given out on record.

use async_recursion::async_recursion as boxed;
use std::sync::Arc;

use countersign_store::{Tx, privacy as store, profile};
use countersign_types::privacy::registry::Section;
use countersign_types::privacy::{PrivacyRequest, RequestKind, RequestState};
use countersign_types::{Error, Permission, PrivacyRequestId, ProfileId, Result, Timestamp, time};
use serde_json::{Map, Value, json};

use super::section::Of;
use super::{DOWNLOAD, EXPORT, UPDATED, needed_reason};
use crate::Service;
use crate::caller::{Grant, Request};
use crate::profile::take_hourly;
use crate::work::Log;

/// The word for the form of the file.
pub const FORMAT: &str = "countersign-export/1";
/// Bytes of a file at most, before it is sealed.
pub const FILE_BYTES_MAX: usize = 64 * 1_048_576;
/// Exports that one person or program asks for in an hour at most.
pub const EXPORTS_PER_HOUR: u32 = 20;

/// The lease of whoever makes files.
const LEASE: &str = "privacy";
/// The counter of exports.
const SCOPE: &str = "privacy_export";
const PIECE_BYTES: usize = 512 * 1_024;
/// Files removed in one operation at most.
const OVER_MAX: i64 = 50;

/// A file as it was made.
struct Made {
    profile: ProfileId,
    made_of: [u8; 32],
    bytes: Arc<[u8]>,
    counts: Map<String, Value>,
}

impl Service {
    /// Begins to make a file of everything that is held of a customer.
    #[boxed]
    pub async fn begin_privacy_export(
        &self,
        request: &Request,
        id: ProfileId,
        reason: &str,
    ) -> Result<PrivacyRequest> {
        let grant = self.authorise(request, Permission::PrivacyManage).await?;
        self.must_see_all(&grant)?;
        let (reason, now) = (needed_reason(reason)?, self.now());
        let subject = self.vault().blind(SCOPE, &grant.actor().id);
        let (service, actor) = (self.clone(), grant.actor.clone());
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<PrivacyRequestId> {
                let of = service.asked_of(tx, id).await?;
                if store::count_exports_in_making(tx, of.0).await? > 0 {
                    return Err(Error::conflict(
                        "export-in-making",
                        "A file of this customer is being made already.",
                        "Wait until it is ready; `GET /v1/privacy/requests?profile=` lists it.",
                    ));
                }
                take_hourly(tx, (SCOPE, "exports"), subject, EXPORTS_PER_HOUR, now).await?;
                let kind = (RequestKind::Export, RequestState::Making);
                let begun = service.begin_request(tx, kind, of, &actor, reason.clone(), now).await?;
                log.audit(EXPORT, of.0, json!({ "request": begun.id, "reason": reason }));
                log.live(UPDATED, begun.id);
                Ok(begun.id)
            })
            .await?;
        self.privacy_request(id).await
    }

    /// An export.
    #[boxed]
    pub async fn get_privacy_export(
        &self,
        request: &Request,
        id: PrivacyRequestId,
    ) -> Result<PrivacyRequest> {
        let found = self.get_privacy_request(request, id).await?;
        if found.kind == RequestKind::Export { Ok(found) } else { Err(Error::NotFound("export")) }
    }

    /// The file, on record before its first byte leaves.
    #[boxed]
    pub async fn open_privacy_export(
        &self,
        request: &Request,
        id: PrivacyRequestId,
    ) -> Result<(PrivacyRequest, Vec<u8>)> {
        let grant = self.authorise(request, Permission::PrivacyManage).await?;
        self.must_see_all(&grant)?;
        let now = self.now();
        let grant = Grant { idempotency: None, ..grant };
        let found = self
            .write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<PrivacyRequest> {
                let found = store::find_request(tx, id).await?.filter(|r| r.kind == RequestKind::Export);
                let found = found.ok_or(Error::NotFound("export"))?;
                given_out(tx, &found, now).await?;
                let of =
                    profile::find_survivor(tx, found.profile).await?.ok_or(Error::NotFound("profile"))?;
                log.audit(DOWNLOAD, of, json!({ "request": id, "reason": found.reason }));
                Ok(found)
            })
            .await?;
        let mut bytes = Vec::with_capacity(usize::try_from(found.size_bytes).unwrap_or(0));
        for number in 0..found.pieces {
            let (vault, of) = (self.vault().clone(), (found.id, found.profile));
            let piece = self
                .read(async move |tx: &mut Tx<'_>| Ok(store::find_piece(tx, &vault, of, number).await?))
                .await?;
            // Erased, or over, between two pieces.
            bytes.extend(piece.ok_or_else(not_here)?);
        }
        Ok((found, bytes))
    }

    /// Makes what waits, as the job does: for tests whose clock stands still.
    #[doc(hidden)]
    #[boxed]
    pub async fn run_exports_now(&self) -> Result<()> {
        self.export_job().await
    }

    /// Job: makes files until none waits.
    pub(crate) async fn export_job(&self) -> Result<()> {
        while !*self.stopping().borrow() {
            let found =
                self.read(async move |tx: &mut Tx<'_>| Ok(store::find_export_to_make(tx).await?)).await?;
            let Some(request) = found else { return Ok(()) };
            if !self.has_lease(LEASE).await? {
                return Ok(());
            }
            let done = match self.make_export(&request).await {
                Ok(Some(made)) => self.keep_export(&request, made).await,
                Ok(None) => self.give_up_export(&request, RequestState::Destroyed, None).await,
                Err(error) => Err(error),
            };
            match done {
                Ok(()) => {}
                Err(error @ (Error::Unavailable(_) | Error::StorageFull)) => return Err(error),
                Err(error) => {
                    tracing::error!(request = %request.id, %error, "an export could not be made");
                    let why = match &error {
                        Error::Refused { detail, .. } => (*detail).to_owned(),
                        _ => "The file could not be made. An operator finds the cause in the log.".to_owned(),
                    };
                    self.give_up_export(&request, RequestState::Failed, Some(why)).await?;
                }
            }
        }
        Ok(())
    }

    /// Reads everything; `None` when the customer is gone.
    async fn make_export(&self, request: &PrivacyRequest) -> Result<Option<Made>> {
        let begun = std::time::Instant::now();
        let Some(of) = self.export_of(request.profile).await? else { return Ok(None) };
        let of = Arc::new(of);
        let (mut counts, mut sections) = (Map::new(), Map::new());
        for section in Section::ALL {
            if !self.has_lease(LEASE).await? {
                return Err(Error::Unavailable("lease of exports"));
            }
            let value = self.export_section(&of, *section).await?;
            if let Value::Array(items) = &value {
                counts.insert(section.as_str().to_owned(), items.len().into());
            }
            sections.insert(section.as_str().to_owned(), value);
        }
        let document = json!({
            "format": FORMAT,
            "made_at": self.now(),
            "controller": self.snapshot().workspace.name,
            "reference": format!("C-{}", request.number),
            "left_out": left_out(),
            "sections": sections,
        });
        let bytes = serde_json::to_vec(&document).map_err(Error::internal)?;
        if bytes.len() > FILE_BYTES_MAX {
            return Err(Error::Refused {
                code: "export-too-large",
                detail: "More than 64 MiB are held of this customer, and a file holds no more.",
                hint: "Read the conversations page by page with the API.",
            });
        }
        let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(request = %request.id, bytes = bytes.len(), millis, "an export was made");
        Ok(Some(Made { profile: of.profile, made_of: of.who, bytes: bytes.into(), counts }))
    }

    /// Keeps a file in pieces. Each is written with the request's row locked: an erasure waits for it, or has made an end
    /// of the request before.
    async fn keep_export(&self, request: &PrivacyRequest, made: Made) -> Result<()> {
        let now = self.now();
        let hours = i64::from(self.snapshot().retention.export_hours);
        let kept = PrivacyRequest {
            profile: made.profile,
            made_of: Some(made.made_of),
            size_bytes: i64::try_from(made.bytes.len()).unwrap_or(i64::MAX),
            pieces: i64::try_from(made.bytes.len().div_ceil(PIECE_BYTES)).unwrap_or(i64::MAX),
            counts: made.counts,
            ..request.clone()
        };
        for number in 0..kept.pieces {
            let (vault, kept, bytes) = (self.vault().clone(), kept.clone(), made.bytes.clone());
            let goes_on = self
                .db()
                .write(async move |tx: &mut Tx<'_>| -> Result<bool> {
                    if !store::update_request(tx, RequestState::Making, &kept).await? {
                        return Ok(false);
                    }
                    if number == 0 {
                        store::delete_pieces(tx, kept.id).await?;
                    }
                    let begin = usize::try_from(number).unwrap_or(0) * PIECE_BYTES;
                    let end = (begin + PIECE_BYTES).min(bytes.len());
                    store::insert_piece(tx, &vault, (kept.id, kept.profile), number, &bytes[begin..end])
                        .await?;
                    Ok(true)
                })
                .await?;
            if !goes_on {
                return Ok(());
            }
        }
        let ready = PrivacyRequest {
            state: RequestState::Ready,
            done_at: Some(now),
            expires_at: Some(now.plus(hours * time::HOUR)),
            ..kept
        };
        self.end_export(RequestState::Making, ready).await
    }

    async fn give_up_export(
        &self,
        request: &PrivacyRequest,
        state: RequestState,
        why: Option<String>,
    ) -> Result<()> {
        let ended = PrivacyRequest { state, done_at: Some(self.now()), answer: why, ..request.clone() };
        self.end_export(RequestState::Making, ended).await
    }

    async fn end_export(&self, from: RequestState, request: PrivacyRequest) -> Result<()> {
        let grant = Grant::internal(countersign_types::audit::Actor::system());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !store::update_request(tx, from, &request).await? {
                return Ok(());
            }
            if request.state != RequestState::Ready {
                store::delete_pieces(tx, request.id).await?;
            }
            let details = json!({ "request": request.id, "state": request.state });
            log.audit("privacy.export_end", request.profile, details);
            log.live(UPDATED, request.id);
            Ok(())
        })
        .await
    }

    /// Clean-up: files whose time is over.
    pub(crate) async fn clean_exports(&self, now: Timestamp) -> Result<()> {
        loop {
            let over = self
                .read(async move |tx: &mut Tx<'_>| Ok(store::list_over(tx, now, OVER_MAX).await?))
                .await?;
            if over.is_empty() || *self.stopping().borrow() {
                return Ok(());
            }
            for request in over {
                let gone = PrivacyRequest { state: RequestState::Expired, ..request };
                self.end_export(RequestState::Ready, gone).await?;
            }
        }
    }
}

/// Whether a file may be given out now: it is here, its time is not over, and the customer is who they were then.
async fn given_out(tx: &mut Tx<'_>, request: &PrivacyRequest, now: Timestamp) -> Result<()> {
    let is_here = request.state == RequestState::Ready && request.expires_at.is_some_and(|until| now < until);
    if !is_here {
        return Err(not_here());
    }
    let survivor = profile::find_survivor(tx, request.profile).await?.ok_or_else(not_here)?;
    if request.made_of != Some(store::who(tx, survivor).await?) {
        return Err(Error::conflict(
            "export-outdated",
            "Who this customer is has changed since the file was made: a profile or an account came or went.",
            "Make the file again, so that nobody gets what is somebody else's.",
        ));
    }
    Ok(())
}

fn not_here() -> Error {
    Error::conflict(
        "export-not-here",
        "The file of this export is not here: it is not ready yet, or its time is over.",
        "Look at the export's state; make the file again once it is over.",
    )
}

/// What the registry leaves out, and why, for whoever reads the file.
fn left_out() -> Vec<Value> {
    use countersign_types::privacy::registry::{Exported, REGISTRY, Whose};
    let ours = REGISTRY.iter().filter(|entry| entry.whose == Whose::Customer);
    ours.filter_map(|entry| match entry.exported {
        Exported::No(why) => Some(json!({ "what": entry.what, "why": why })),
        Exported::In(_) => None,
    })
    .collect()
}

impl Service {
    /// Whom a file is about; `None` when they are gone.
    async fn export_of(&self, id: ProfileId) -> Result<Option<Of>> {
        self.read(async move |tx: &mut Tx<'_>| -> Result<Option<Of>> {
            let Some(profile) = profile::find_survivor(tx, id).await? else { return Ok(None) };
            let behind = profile::list_behind(tx, &[profile]).await?;
            Ok(Some(Of {
                profile,
                who: store::who(tx, profile).await?,
                behind: behind.into_iter().map(|(_, id, number)| (id, number)).collect(),
                accounts: store::list_accounts(tx, profile).await?,
            }))
        })
        .await
    }
}
