//! Going through the rows of a file: to see what would be, and to write it. By one server, under a lease; where that one
//! is gone, another goes on at the row where it stopped.

use async_recursion::async_recursion as boxed;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_store::identifier::{Keyed, key_hash};
use countersign_store::{Tx, import as store, privacy, profile as profiles};
use countersign_types::audit::ActorKind;
use countersign_types::import::{
    Import, ImportAbout, ImportCounts, ImportError, ImportFailure, ImportLine, ImportPlan, ImportState,
};
use countersign_types::pii::{Class, Kind, Purpose, Viewer};
use countersign_types::privacy::ErasedIdentifier;
use countersign_types::profile::{IdentifierKind, Profile, Source};
use countersign_types::{Error, ImportId, Permission, Result};

use super::{own, row, wrong_state};
use crate::Service;
use crate::caller::{Grant, Request};
use crate::profile::batch::{CHUNK, Prepared, RowKey, RowOutcome, RowProblem, Writer, must_stop, row_key};
use crate::profile::{Checked, ProfileDetail, already_exists, external_key};
use crate::work::Log;

/// The lease of whoever goes through files.
const LEASE: &str = "imports";
/// Chunks between two looks at what is to be done: a preview does not wait for a long import.
const SLICE: usize = 20;
/// Rows that a preview shows, in pieces.
const SHOWN_PIECES: i64 = 2;

/// A row as it would be.
#[derive(Debug, Clone)]
pub struct ImportRow {
    /// Its line in the file.
    pub line: i64,
    /// `created`, `updated`, `unchanged` or `failed`.
    pub outcome: &'static str,
    /// The customer as they are, if there is one.
    pub before: Option<ProfileDetail>,
    /// The fields it names, with what it says; `None` clears.
    pub after: Vec<(String, Option<String>)>,
    /// Which of them would change.
    pub changed: Vec<String>,
    /// What is wrong with it.
    pub errors: Vec<ImportError>,
    /// What of it somebody was found by who was erased: perhaps the file is older than the erasure.
    pub warnings: Vec<ErasedIdentifier>,
}

/// What a row comes to before it is written.
enum Dry {
    Created(String),
    Known { profile: Box<Profile>, changed: Vec<String> },
    Failed(RowProblem),
}

/// Rows of a piece, checked.
type Lines = Arc<[(ImportLine, Prepared)]>;

impl Service {
    /// Goes through what waits, as the job does: for tests whose clock stands still.
    #[doc(hidden)]
    #[boxed]
    pub async fn run_imports_now(&self) -> Result<()> {
        self.import_job().await
    }

    /// Job: goes through files until none waits.
    pub(crate) async fn import_job(&self) -> Result<()> {
        // Customers that earlier rows of a file would add; a preview that is begun elsewhere is begun anew.
        let mut added: BTreeMap<ImportId, BTreeSet<String>> = BTreeMap::new();
        while !*self.stopping().borrow() {
            let vault = self.vault().clone();
            let found = self
                .read(async move |tx: &mut Tx<'_>| Ok(store::find_active_import(tx, &vault).await?))
                .await?;
            let Some(import) = found else { return Ok(()) };
            if !self.has_lease(LEASE).await? {
                return Ok(());
            }
            match import.state {
                ImportState::Previewing if import.next_row == 0 || added.contains_key(&import.id) => {
                    let added = added.entry(import.id).or_default();
                    if import.next_row == 0 {
                        added.clear();
                    }
                    self.preview_slice(&import, added).await?;
                }
                ImportState::Previewing => self.preview_anew(&import).await?,
                _ => self.apply_slice(&import).await?,
            }
        }
        Ok(())
    }

    async fn preview_anew(&self, import: &Import) -> Result<()> {
        let id = import.id;
        self.db()
            .write(async move |tx: &mut Tx<'_>| -> Result<()> { Ok(store::restart(tx, id).await?) })
            .await
    }

    /// The first rows of a file as they would be, for whoever brought it.
    #[boxed]
    pub async fn list_import_rows(&self, request: &Request, id: ImportId) -> Result<Vec<ImportRow>> {
        let grant = self.authorise(request, Permission::ProfileImport).await?;
        let import = own(self.import(id).await?, &grant)?;
        if !import.state.is_open() {
            return Err(wrong_state());
        }
        let plan = import.about.as_ref().and_then(|about| about.plan.clone()).ok_or_else(wrong_state)?;
        let (mut rows, mut added) = (Vec::new(), BTreeSet::new());
        for number in 0..SHOWN_PIECES {
            let lines = self.lines(&import, &plan, number).await?;
            let dry = self.dry_run(lines.clone(), &plan, &mut added).await?;
            let warned = self.warned(lines.clone(), &plan).await?;
            for ((((line, cells), _), dry), warnings) in lines.iter().zip(dry).zip(warned) {
                let shown = self.shown(&import, &plan, *line, cells, dry).await?;
                rows.push(ImportRow { warnings, ..shown });
            }
        }
        Ok(rows)
    }

    async fn shown(
        &self,
        import: &Import,
        plan: &ImportPlan,
        line: i64,
        cells: &[String],
        dry: Dry,
    ) -> Result<ImportRow> {
        let columns = import.about.as_ref().map_or(&[][..], |about| &about.columns);
        let said =
            plan.fields.iter().zip(cells).filter_map(|(field, cell)| Some((field.clone()?, cell.trim())));
        let after = said.filter(|(_, cell)| !cell.is_empty());
        let after: Vec<(String, Option<String>)> =
            after.map(|(field, cell)| (field, (cell != row::CLEAR).then(|| cell.to_owned()))).collect();
        let mut shown = ImportRow {
            line,
            outcome: "failed",
            before: None,
            after,
            changed: Vec::new(),
            errors: Vec::new(),
            warnings: Vec::new(),
        };
        match dry {
            Dry::Created(_) => {
                shown.outcome = "created";
                shown.changed = shown.after.iter().map(|(field, _)| field.clone()).collect();
            }
            Dry::Known { profile, changed } => {
                shown.outcome = if changed.is_empty() { "unchanged" } else { "updated" };
                shown.before = Some(self.profile_detail(profile.id).await?);
                shown.changed = changed;
            }
            Dry::Failed(problem) => shown.errors = row::errors(&problem, plan, columns),
        }
        Ok(shown)
    }

    /// The rows of a piece, checked as they are now.
    async fn lines(&self, import: &Import, plan: &ImportPlan, number: i64) -> Result<Lines> {
        let (vault, id) = (self.vault().clone(), import.id);
        let lines = self
            .read(async move |tx: &mut Tx<'_>| Ok(store::find_piece(tx, &vault, id, number).await?))
            .await?;
        let snapshot = self.snapshot();
        let checked = lines.into_iter().map(|line| {
            let prepared = self.prepare_unmasked(row::row(plan, &line.1, &snapshot));
            (line, prepared)
        });
        Ok(checked.collect())
    }

    /// What rows would come to. `added` are the customers that earlier rows would add.
    async fn dry_run(
        &self,
        lines: Lines,
        plan: &ImportPlan,
        added: &mut BTreeSet<String>,
    ) -> Result<Vec<Dry>> {
        let (service, plan) = (self.clone(), plan.clone());
        let mut dry = self
            .read(async move |tx: &mut Tx<'_>| -> Result<Vec<Dry>> {
                let mut dry = Vec::with_capacity(lines.len());
                for (_, prepared) in lines.iter() {
                    dry.push(service.dry_row(tx, prepared, &plan).await?);
                }
                Ok(dry)
            })
            .await?;
        for row in &mut dry {
            // Another row of the same customer changes who the first one adds.
            if let Dry::Created(key) = row
                && !added.insert(key.clone())
            {
                key.clear();
            }
        }
        Ok(dry)
    }

    /// What of each row somebody was found by who was erased. To whom a class is masked nothing is said about it: they
    /// could find out by guessing who was a customer here (M-2).
    async fn warned(&self, lines: Lines, plan: &ImportPlan) -> Result<Vec<Vec<ErasedIdentifier>>> {
        let (service, viewer) = (self.clone(), plan.viewer());
        self.read(async move |tx: &mut Tx<'_>| -> Result<Vec<Vec<ErasedIdentifier>>> {
            let mut all = Vec::with_capacity(lines.len());
            for (_, prepared) in lines.iter() {
                let mut warned = Vec::new();
                if let Ok((_, checked)) = prepared {
                    let change = &checked.change;
                    let keys = [
                        (IdentifierKind::Email, Class::Email, key_of(change.email.as_ref())),
                        (IdentifierKind::Phone, Class::Phone, key_of(change.phone.as_ref())),
                        (IdentifierKind::ExternalId, Class::ExternalId, key_of(change.external_id.as_ref())),
                    ];
                    for (kind, class, key) in keys {
                        let Some(key) = key.filter(|_| !viewer.is_masked(class)) else { continue };
                        let hash = key_hash(service.vault(), kind, key);
                        warned.extend(privacy::find_erased(tx, kind, hash).await?);
                    }
                }
                all.push(warned);
            }
            Ok(all)
        })
        .await
    }

    async fn dry_row(&self, tx: &mut Tx<'_>, prepared: &Prepared, plan: &ImportPlan) -> Result<Dry> {
        let (key, checked) = match prepared {
            Ok(row) => row,
            Err(problem) => return Ok(Dry::Failed(problem.clone())),
        };
        let Some(known) = self.find_row(tx, key, checked).await? else {
            let makes = plan.create_missing && *key == RowKey::ExternalId;
            let missing = || Dry::Failed(RowProblem::from(&Error::NotFound("profile")));
            return Ok(if makes { Dry::Created(row_key(key, checked)) } else { missing() });
        };
        if *key != RowKey::ExternalId && checked.change.external_id.as_ref().is_some_and(Option::is_some) {
            let has = profiles::find_by_external_id(tx, self.vault(), &external_key(&checked.change)).await?;
            if has.is_some_and(|has| has != known) {
                return Ok(Dry::Failed(RowProblem::from(&already_exists())));
            }
        }
        let profile = profiles::find_profile(tx, self.vault(), known).await?;
        let profile = profile.ok_or(Error::NotFound("profile"))?;
        let changed = self.would_change(&profile, checked, plan.viewer());
        Ok(Dry::Known { profile: Box::new(profile), changed })
    }

    /// The fields of a profile that a row would change. To whom a field is masked, every value of it is another one.
    fn would_change(&self, profile: &Profile, checked: &Checked, viewer: Viewer) -> Vec<String> {
        let masked = viewer.masked();
        let change = &checked.change;
        let mut changed = Vec::new();
        let mut note = |field: &str, differs: bool| {
            if differs {
                changed.push(field.to_owned());
            }
        };
        note("kind", change.kind.is_some_and(|kind| kind != profile.kind));
        note(
            "external_id",
            change
                .external_id
                .as_ref()
                .is_some_and(|v| masked.ids || v.as_ref().map(|k| &k.value) != profile.external_id.as_ref()),
        );
        note("name", change.name.as_ref().is_some_and(|v| masked.name || *v != profile.name));
        note(
            "email",
            change
                .email
                .as_ref()
                .is_some_and(|v| masked.email || v.as_ref().map(|k| &k.value) != profile.email.as_ref()),
        );
        note(
            "phone",
            change
                .phone
                .as_ref()
                .is_some_and(|v| masked.phone || v.as_ref().map(|k| &k.value) != profile.phone.as_ref()),
        );
        note("language", change.language.as_ref().is_some_and(|v| *v != profile.language));
        let snapshot = self.snapshot();
        for (id, value) in &checked.values {
            let Some(attribute) = snapshot.attribute(*id) else { continue };
            let stored = profile.attributes.get(id);
            let is_same = match (value, stored) {
                (None, stored) => stored.is_none(),
                (Some(value), stored) => {
                    // Values are stored as JSON: a text with its quotes.
                    let json = value.to_string();
                    stored.is_some_and(|s| s.is_proved && s.value.plain(Purpose::Match) == json)
                }
            };
            let is_hidden = attribute.is_masked_for(&viewer);
            note(&format!("attributes.{}", attribute.key), is_hidden || !is_same);
        }
        changed
    }

    async fn preview_slice(&self, import: &Import, added: &mut BTreeSet<String>) -> Result<()> {
        let Some((about, plan)) = planned(import) else { return self.give_up(import).await };
        let mut from = import.next_row;
        for _ in 0..SLICE {
            let lines = self.lines(import, &plan, from / chunk()).await?;
            let dry = self.dry_run(lines.clone(), &plan, added).await?;
            let to = from + i64::try_from(lines.len()).unwrap_or(0);
            let (mut counts, mut failures) = (ImportCounts::default(), Vec::new());
            counts.warned = count_warned(&self.warned(lines.clone(), &plan).await?);
            for (((line, cells), _), dry) in lines.iter().zip(dry) {
                match dry {
                    Dry::Created(key) if key.is_empty() => counts.updated += 1,
                    Dry::Created(_) => counts.created += 1,
                    Dry::Known { changed, .. } if changed.is_empty() => counts.unchanged += 1,
                    Dry::Known { .. } => counts.updated += 1,
                    Dry::Failed(problem) => {
                        counts.failed += 1;
                        let errors = row::errors(&problem, &plan, &about.columns);
                        failures.push(ImportFailure { line: *line, errors, cells: cells.clone() });
                    }
                }
            }
            let is_over = to >= import.rows || lines.is_empty();
            let (id, plan, vault, now) = (import.id, plan.clone(), self.vault().clone(), self.now());
            let went_on = self
                .db()
                .write(async move |tx: &mut Tx<'_>| -> Result<bool> {
                    // The columns may have been named anew since this chunk was looked at.
                    let same =
                        store::find_import(tx, &vault, id).await?.and_then(|i| i.about).and_then(|a| a.plan);
                    if same.as_ref() != Some(&plan)
                        || !store::advance(tx, id, ImportState::Previewing, from, to, now).await?
                    {
                        return Ok(false);
                    }
                    store::add_counts(tx, id, counts).await?;
                    for failure in &failures {
                        store::insert_failure(tx, &vault, id, failure).await?;
                    }
                    if is_over {
                        store::update_state(tx, id, ImportState::Previewing, ImportState::Previewed, now)
                            .await?;
                    }
                    tx.notify(&format!("import.updated {id}"))?;
                    Ok(!is_over)
                })
                .await?;
            if !went_on || *self.stopping().borrow() {
                return Ok(());
            }
            from = to;
        }
        Ok(())
    }

    async fn apply_slice(&self, import: &Import) -> Result<()> {
        let Some((about, plan)) = planned(import) else { return self.give_up(import).await };
        let source = match import.actor.kind {
            ActorKind::ApiKey => Source::Api,
            _ => Source::Agent,
        };
        let writer = Writer { actor: import.actor.clone(), source, creates: plan.create_missing };
        let columns = about.columns.into();
        let going = Going { id: import.id, writer, plan: Arc::new(plan), columns, warned: 0 };
        let mut from = import.next_row;
        for _ in 0..SLICE {
            if from >= import.rows {
                return self.finish_import(import.id, &going.writer).await;
            }
            let piece = self.lines(import, &going.plan, from / chunk()).await?;
            let skipped = usize::try_from(from % chunk()).unwrap_or(0);
            let lines: Lines = piece.get(skipped..).unwrap_or_default().to_vec().into();
            if lines.is_empty() {
                return self.finish_import(import.id, &going.writer).await;
            }
            let to = from + i64::try_from(lines.len()).unwrap_or(0);
            let warned = count_warned(&self.warned(lines.clone(), &going.plan).await?);
            let going = Going { warned, ..going.clone() };
            let went_on = match self.apply_lines(&going, from, lines.clone(), None).await {
                Err(error) if !must_stop(&error) => {
                    tracing::debug!(%error, "a chunk of an import is written row by row");
                    self.apply_singly(&going, from, &lines).await?
                }
                done => done?,
            };
            if !went_on || *self.stopping().borrow() {
                return Ok(());
            }
            from = to;
        }
        Ok(())
    }

    async fn apply_singly(&self, going: &Going, from: i64, lines: &Lines) -> Result<bool> {
        // What was counted for the chunk is counted with its first row.
        let mut going = going.clone();
        for (from, line) in (from..).zip(lines.iter()) {
            let going = Going { warned: std::mem::take(&mut going.warned), ..going.clone() };
            let one: Lines = vec![line.clone()].into();
            let went_on = match self.apply_lines(&going, from, one.clone(), None).await {
                Err(error) if must_stop(&error) || matches!(error, Error::Unavailable(_)) => {
                    return Err(error);
                }
                Err(error) => {
                    let problem = self.problem_of(&error);
                    self.apply_lines(&going, from, one, Some(problem)).await?
                }
                Ok(went_on) => went_on,
            };
            if !went_on {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Writes rows with how far the import is, in one transaction; `false` when it was stopped or gone through elsewhere.
    async fn apply_lines(
        &self,
        going: &Going,
        from: i64,
        lines: Lines,
        problem: Option<RowProblem>,
    ) -> Result<bool> {
        let (service, going, now) = (self.clone(), going.clone(), self.now());
        let grant = Grant::internal(going.writer.actor.clone());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<bool> {
            let to = from + i64::try_from(lines.len()).unwrap_or(0);
            if !store::advance(tx, going.id, ImportState::Running, from, to, now).await? {
                return Ok(false);
            }
            let mut counts = ImportCounts { warned: going.warned, ..ImportCounts::default() };
            for ((line, cells), prepared) in lines.iter() {
                let outcome = match &problem {
                    Some(problem) => RowOutcome::Failed(problem.clone()),
                    None => service.apply_row(tx, log, &going.writer, prepared, now).await?,
                };
                match outcome {
                    RowOutcome::Created(_) => counts.created += 1,
                    RowOutcome::Updated(_) => counts.updated += 1,
                    RowOutcome::Unchanged(_) => counts.unchanged += 1,
                    RowOutcome::Failed(problem) => {
                        counts.failed += 1;
                        let errors = row::errors(&problem, &going.plan, &going.columns);
                        let failure = ImportFailure { line: *line, errors, cells: cells.clone() };
                        store::insert_failure(tx, service.vault(), going.id, &failure).await?;
                    }
                }
            }
            store::add_counts(tx, going.id, counts).await?;
            log.live("import.updated", going.id);
            Ok(true)
        })
        .await
    }

    /// Ends an import: its rows go, those that failed stay for a day.
    async fn finish_import(&self, id: ImportId, writer: &Writer) -> Result<()> {
        let (vault, now) = (self.vault().clone(), self.now());
        let grant = Grant::internal(writer.actor.clone());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !store::update_state(tx, id, ImportState::Running, ImportState::Done, now).await? {
                return Ok(());
            }
            store::delete_pieces(tx, id).await?;
            let counts = store::find_import(tx, &vault, id).await?.map(|i| i.counts).unwrap_or_default();
            let details = serde_json::json!({
                "created": counts.created, "updated": counts.updated, "unchanged": counts.unchanged,
                "failed": counts.failed, "warned": counts.warned,
            });
            log.audit("import.finish", id, details);
            log.live("import.updated", id);
            Ok(())
        })
        .await
    }

    /// Ends an import whose file cannot be read any more.
    async fn give_up(&self, import: &Import) -> Result<()> {
        let (id, state, vault, now) = (import.id, import.state, self.vault().clone(), self.now());
        self.db()
            .write(async move |tx: &mut Tx<'_>| -> Result<()> {
                if store::update_state(tx, id, state, ImportState::Expired, now).await? {
                    store::delete_file(tx, &vault, id).await?;
                    tx.notify(&format!("import.updated {id}"))?;
                }
                Ok(())
            })
            .await
    }
}

/// What goes along while a file is gone through.
#[derive(Clone)]
struct Going {
    id: ImportId,
    writer: Writer,
    plan: Arc<ImportPlan>,
    columns: Arc<[String]>,
    /// Rows of the chunk at hand that bring back an erased person's identifier.
    warned: i64,
}

/// What an identifier that is set is found by.
fn key_of<K: Kind>(change: Option<&Option<Keyed<K>>>) -> Option<&str> {
    change?.as_ref().map(|keyed| keyed.key.plain(Purpose::Match))
}

fn count_warned(warned: &[Vec<ErasedIdentifier>]) -> i64 {
    i64::try_from(warned.iter().filter(|one| !one.is_empty()).count()).unwrap_or(i64::MAX)
}

fn planned(import: &Import) -> Option<(ImportAbout, ImportPlan)> {
    let about = import.about.clone()?;
    let plan = about.plan.clone()?;
    Some((about, plan))
}

const fn chunk() -> i64 {
    CHUNK as i64
}
