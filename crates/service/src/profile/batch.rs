//! Many profiles in one call: each row is what the single operation does, and fails for itself.
//!
//! Rows go in chunks, each in one transaction: state, audit, events and outbox of its rows together, and no writer waits
//! for a whole call. A row that cannot be is known before anything of it is written; where a statement fails all the
//! same (another server was faster), the chunk is undone and its rows are written one by one, so that a bad row never
//! takes good ones along. Why so: `docs/decisions/0015-batch-and-files.md`.

use async_recursion::async_recursion as boxed;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use countersign_store::{Tx, profile as store};
use countersign_types::audit::Actor;
use countersign_types::pii::{Purpose, Viewer};
use countersign_types::profile::{ProfilePatch, Source};
use countersign_types::{Error, Permission, ProfileId, Result, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Checked, already_exists, check, external_key, may_name, source_of};
use crate::Service;
use crate::caller::{Caller, Grant, Idempotency, Request};
use crate::work::Log;

/// Rows in one call at most.
pub const ROWS_MAX: usize = 2_000;
/// Rows in one transaction: some milliseconds of the writer.
pub(crate) const CHUNK: usize = 50;

/// By what a row finds its profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowKey {
    /// By id.
    Id(ProfileId),
    /// By reference, such as `C-1042`.
    Reference(String),
    /// By the company's own id, which stands in the patch.
    ExternalId,
}

/// One row: whom it is about, and what the company says of them.
#[derive(Debug, Clone)]
pub struct BatchRow {
    /// By what the profile is found.
    pub key: RowKey,
    /// What it is given. A field that is left out stays as it is.
    pub patch: ProfilePatch,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOutcome {
    /// The profile is new.
    Created(ProfileId),
    /// Something of it changed.
    Updated(ProfileId),
    /// It is so already.
    Unchanged(ProfileId),
    /// Nothing of this row was written.
    Failed(RowProblem),
}

/// Why nothing of a row was written. Never carries a value of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowProblem {
    /// The stable word for programs.
    pub code: String,
    /// What happened, for a person.
    pub detail: String,
    /// What to do next.
    pub hint: String,
    /// The fields that were refused; pointers begin in the row.
    pub errors: Vec<RowError>,
}

/// A refused field of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// JSON Pointer into the row.
    pub pointer: String,
    /// The stable word for programs.
    pub code: String,
    /// The reason, for a person.
    pub detail: String,
}

impl From<&Error> for RowProblem {
    fn from(error: &Error) -> Self {
        let errors = match error {
            Error::Invalid(fields) => fields
                .iter()
                .map(|f| RowError {
                    pointer: f.pointer.clone(),
                    code: f.code.to_owned(),
                    detail: f.detail.clone(),
                })
                .collect(),
            _ => Vec::new(),
        };
        let hint = match error {
            Error::Invalid(_) => "Correct the fields named in `errors` and send this row again.",
            other => other.hint(),
        };
        Self { code: error.code().to_owned(), detail: error.to_string(), hint: hint.to_owned(), errors }
    }
}

/// Who writes rows, and as what.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    pub(crate) actor: Actor,
    pub(crate) source: Source,
    /// Whether a row whose external id nobody has makes a profile.
    pub(crate) creates: bool,
}

/// A row that was checked, or why it cannot be.
pub(crate) type Prepared = std::result::Result<(RowKey, Checked), RowProblem>;

impl Service {
    /// Changes many profiles, and makes those that are missing where that is wanted. Rows are applied in their order;
    /// each answers for itself.
    #[boxed]
    pub async fn update_profiles(
        &self,
        request: &Request,
        rows: Vec<Result<BatchRow>>,
        creates: bool,
    ) -> Result<Vec<RowOutcome>> {
        let grant = self.authorise(request, Permission::ProfileWrite).await?;
        if rows.is_empty() {
            return Err(Error::invalid("/rows", "empty", "There are no rows."));
        }
        if rows.len() > ROWS_MAX {
            let detail = format!("One call takes at most {ROWS_MAX} rows. Send the others in another one.");
            return Err(Error::invalid("/rows", "too-many", detail));
        }
        let caller = &request.caller;
        let writer = Writer { actor: grant.actor.clone(), source: source_of(caller), creates };
        let prepared: Vec<Prepared> =
            rows.into_iter().map(|row| self.prepare(row, caller, grant.viewer())).collect();
        let prepared: Arc<[Prepared]> = prepared.into();
        let mut outcomes = Vec::with_capacity(prepared.len());
        let mut is_replay = grant.idempotency.is_some();
        for begin in (0..prepared.len()).step_by(CHUNK) {
            let part = Part { rows: prepared.clone(), begin, end: (begin + CHUNK).min(prepared.len()) };
            let (done, was_replay) = self.write_part(&grant, &writer, part).await?;
            outcomes.extend(done);
            is_replay &= was_replay;
        }
        grant.is_replay.store(is_replay, Ordering::Relaxed);
        Ok(outcomes)
    }

    /// Checks a row of a caller as the single operation would.
    fn prepare(&self, row: Result<BatchRow>, caller: &Caller, viewer: Viewer) -> Prepared {
        let checked = row.and_then(|row| {
            check::refuse_masks(&row.patch, viewer, &self.snapshot())?;
            may_name(caller, &row.patch)?;
            let checked = self.checked(&row.patch, "")?;
            Ok((row.key, checked))
        });
        checked.map_err(|error| RowProblem::from(&error))
    }

    /// Checks a row of a file. What looks like a mask is refused whoever brings it: a masked file may have been taken
    /// along by somebody else.
    pub(crate) fn prepare_unmasked(&self, row: Result<BatchRow>) -> Prepared {
        self.prepare(row, &Caller::System, Viewer::nobody())
    }

    /// Writes a part in one transaction; row by row where that does not go.
    async fn write_part(
        &self,
        grant: &Grant,
        writer: &Writer,
        part: Part,
    ) -> Result<(Vec<RowOutcome>, bool)> {
        let whole = self.write_rows(&grant.part("chunk", part.begin), writer, part.clone()).await;
        match whole {
            Err(error) if !must_stop(&error) => {
                tracing::debug!(%error, "a chunk of a batch is written row by row");
            }
            done => return done,
        }
        let mut outcomes = Vec::with_capacity(part.end - part.begin);
        for at in part.begin..part.end {
            let one = Part { begin: at, end: at + 1, ..part.clone() };
            match self.write_rows(&grant.part("row", at), writer, one).await {
                Ok((done, _)) => outcomes.extend(done),
                Err(error) if must_stop(&error) || matches!(error, Error::Unavailable(_)) => {
                    return Err(error);
                }
                Err(error) => outcomes.push(RowOutcome::Failed(self.problem_of(&error))),
            }
        }
        // Under the chunk's key too, so that a repeated call finds all of it at once.
        let found = outcomes.clone();
        let grant = grant.part("chunk", part.begin);
        let kept = self.write_once(&grant, async move |_: &mut Tx<'_>, _: &mut Log| Ok(found)).await?;
        Ok((kept, false))
    }

    /// Writes rows in one transaction, once for the grant's key; whether that had been done before.
    async fn write_rows(
        &self,
        grant: &Grant,
        writer: &Writer,
        part: Part,
    ) -> Result<(Vec<RowOutcome>, bool)> {
        let (service, writer, now) = (self.clone(), writer.clone(), self.now());
        let outcomes = self
            .write_once(grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Vec<RowOutcome>> {
                let mut outcomes = Vec::with_capacity(part.end - part.begin);
                for prepared in &part.rows[part.begin..part.end] {
                    outcomes.push(service.apply_row(tx, log, &writer, prepared, now).await?);
                }
                Ok(outcomes)
            })
            .await?;
        Ok((outcomes, grant.is_replay.load(Ordering::Relaxed)))
    }

    /// What a caller is told of a row that could not be written; a defect of ours goes to the log.
    pub(crate) fn problem_of(&self, error: &Error) -> RowProblem {
        if let Error::Internal(source) = error {
            tracing::error!(error = %source, "a row of a batch failed");
        }
        RowProblem::from(error)
    }

    /// Writes one row inside an operation. What the row itself lacks is an outcome, known before anything is written; an
    /// error undoes the operation.
    pub(crate) async fn apply_row(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        writer: &Writer,
        prepared: &Prepared,
        now: Timestamp,
    ) -> Result<RowOutcome> {
        let (key, checked) = match prepared {
            Ok((key, checked)) => (key, checked),
            Err(problem) => return Ok(RowOutcome::Failed(problem.clone())),
        };
        let failed = |error: Error| Ok(RowOutcome::Failed(RowProblem::from(&error)));
        let (actor, source) = (&writer.actor, writer.source);
        let known = match self.find_row(tx, key, checked).await? {
            Some(known) => known,
            None if !writer.creates || *key != RowKey::ExternalId => {
                return failed(Error::NotFound("profile"));
            }
            None => {
                let id: ProfileId = self.new_id()?;
                if self.insert(tx, log, actor, id, checked, source, now).await? {
                    return Ok(RowOutcome::Created(id));
                }
                // Another server made it between our look and our insert.
                self.find_row(tx, key, checked).await?.ok_or_else(already_exists)?
            }
        };
        // A statement that fails ends the operation: what the unique column would refuse is asked first.
        if *key != RowKey::ExternalId && checked.change.external_id.as_ref().is_some_and(Option::is_some) {
            let wanted = external_key(&checked.change);
            let has = store::find_by_external_id(tx, self.vault(), &wanted).await?;
            if has.is_some_and(|has| has != known) {
                return failed(already_exists());
            }
        }
        Ok(match self.change_by_hand(tx, log, actor, known, checked, source, now).await? {
            true => RowOutcome::Updated(known),
            false => RowOutcome::Unchanged(known),
        })
    }

    /// The profile that a row is about, if it exists.
    pub(crate) async fn find_row(
        &self,
        tx: &mut Tx<'_>,
        key: &RowKey,
        checked: &Checked,
    ) -> Result<Option<ProfileId>> {
        Ok(match key {
            RowKey::Id(id) => store::find_survivor(tx, *id).await?,
            RowKey::Reference(text) => match super::search::reference(text) {
                Some(number) => store::find_by_number(tx, number).await?,
                None => None,
            },
            RowKey::ExternalId => {
                store::find_by_external_id(tx, self.vault(), &external_key(&checked.change)).await?
            }
        })
    }
}

/// The key of a row as the store keeps it, to see which rows of a file are about the same customer.
pub(crate) fn row_key(key: &RowKey, checked: &Checked) -> String {
    match key {
        RowKey::Id(id) => id.to_string(),
        RowKey::Reference(text) => text.trim().to_uppercase(),
        RowKey::ExternalId => {
            let id = checked.change.external_id.as_ref().and_then(Option::as_ref);
            id.map_or_else(String::new, |id| id.key.plain(Purpose::Match).to_owned())
        }
    }
}

/// Rows of a call that are written together.
#[derive(Clone)]
struct Part {
    rows: Arc<[Prepared]>,
    begin: usize,
    end: usize,
}

/// Whether it is no use to try the rows one by one.
pub(crate) fn must_stop(error: &Error) -> bool {
    matches!(error, Error::StorageFull)
        || matches!(error.code(), "idempotency-mismatch" | "idempotency-in-flight")
}

impl Grant {
    /// This grant for a part of its request: the same key, apart for each part.
    fn part(&self, what: &str, number: usize) -> Self {
        let idempotency = self.idempotency.map(|whole| {
            let mut hash = Sha256::new();
            hash.update(whole.key_hash);
            hash.update(what);
            hash.update((number as u64).to_be_bytes());
            Idempotency { key_hash: hash.finalize().into(), ..whole }
        });
        Self { idempotency, is_replay: Arc::new(AtomicBool::new(false)), ..self.clone() }
    }
}
