//! Customers from a file: read, looked at as they would be, and only then written, row by row, by the server itself.
//!
//! A file belongs to whoever brought it: others see that it was, by whom and what came of it, and may stop it; its
//! contents they do not see. Rows are written by `profile::batch`, in the same chunks.

pub mod read;
pub(crate) mod row;
mod run;

use async_recursion::async_recursion as boxed;
use std::sync::Arc;

use countersign_store::{Tx, import as store};
use countersign_types::import::{Import, ImportAbout, ImportFailure, ImportPlan, ImportState};
use countersign_types::{Error, ImportId, Page, PageRequest, Permission, Result, Timestamp, time};
use tokio::sync::Semaphore;

use crate::Service;
use crate::caller::{Grant, Request};
use crate::profile::batch::CHUNK;
use crate::work::Log;

pub use row::{CLEAR, FIELDS};
pub use run::ImportRow;

/// Bytes of a file at most.
pub const FILE_BYTES_MAX: usize = 20 * 1_048_576;
/// Imports that hold a file which is not applied.
const OPEN_MAX: i64 = 5;
/// Pieces written in one operation.
const PIECES_AT_ONCE: usize = 10;
/// How long a file that nobody touches is kept, and the rows that failed.
const FILE_SPAN: i64 = time::DAY;
/// Rows that failed, on one page.
pub const FAILURES_PAGE: i64 = 200;

/// One file is read at a time: it is whole in memory.
static READING: Semaphore = Semaphore::const_new(1);

/// A file on its way in.
pub struct ImportUpload {
    service: Service,
    grant: Grant,
    name: String,
    bytes: Vec<u8>,
}

impl ImportUpload {
    /// Takes in some bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        if self.bytes.len() + bytes.len() > FILE_BYTES_MAX {
            return Err(Error::Refused {
                code: "file-too-large",
                detail: "The file has more than 20 MiB.",
                hint: "Split it into several files.",
            });
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Reads the file and keeps its rows.
    pub async fn finish(self) -> Result<Import> {
        let (service, grant) = (self.service, self.grant);
        let _turn = READING.acquire().await.map_err(Error::internal)?;
        let (bytes, size) = (self.bytes, 0_usize);
        let size = size.max(bytes.len());
        let read = tokio::task::spawn_blocking(move || read::read(&bytes, CHUNK)).await;
        let sheet = read.map_err(Error::internal)??;
        let about = ImportAbout {
            name: self.name,
            size_bytes: i64::try_from(size).unwrap_or(i64::MAX),
            encoding: sheet.encoding.to_owned(),
            separator: sheet.separator,
            columns: sheet.columns,
            samples: sheet.samples,
            plan: None,
        };
        let id: ImportId = service.new_id()?;
        let (vault, actor, now) = (service.vault().clone(), grant.actor.clone(), service.now());
        service
            .write(&grant, async move |tx: &mut Tx<'_>, _: &mut Log| -> Result<()> {
                if store::count_open_imports(tx).await? >= OPEN_MAX {
                    return Err(Error::conflict(
                        "too-many-imports",
                        format!("{OPEN_MAX} files wait to be applied already."),
                        "Apply or cancel one of them first.",
                    ));
                }
                Ok(store::insert_import(tx, &vault, id, &actor, now).await?)
            })
            .await?;
        let kept = service.keep_pieces(&grant, id, sheet.pieces, about, sheet.rows).await;
        if kept.is_err() {
            let vault = service.vault().clone();
            let undo = service.write(&grant, async move |tx: &mut Tx<'_>, _: &mut Log| -> Result<()> {
                Ok(store::delete_import(tx, &vault, id).await?)
            });
            undo.await?;
        }
        kept?;
        service.import(id).await
    }
}

impl Service {
    /// Begins a file of customers.
    #[boxed]
    pub async fn upload_import(&self, request: &Request, name: String) -> Result<ImportUpload> {
        let grant = self.authorise(request, Permission::ProfileImport).await?;
        let shown: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
        let name = if shown.trim().is_empty() { "customers.csv".to_owned() } else { shown };
        Ok(ImportUpload { service: self.clone(), grant, name, bytes: Vec::new() })
    }

    async fn keep_pieces(
        &self,
        grant: &Grant,
        id: ImportId,
        pieces: Vec<Vec<u8>>,
        about: ImportAbout,
        rows: usize,
    ) -> Result<()> {
        let pieces: Arc<[Vec<u8>]> = pieces.into();
        for begin in (0..pieces.len()).step_by(PIECES_AT_ONCE) {
            let (pieces, vault) = (pieces.clone(), self.vault().clone());
            self.write(grant, async move |tx: &mut Tx<'_>, _: &mut Log| -> Result<()> {
                let end = (begin + PIECES_AT_ONCE).min(pieces.len());
                for (number, piece) in pieces[begin..end].iter().enumerate() {
                    let number = i64::try_from(begin + number).unwrap_or(i64::MAX);
                    store::insert_piece(tx, &vault, id, number, piece).await?;
                }
                Ok(())
            })
            .await?;
        }
        let (vault, now, rows) = (self.vault().clone(), self.now(), i64::try_from(rows).unwrap_or(i64::MAX));
        self.write(grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            store::update_about(tx, &vault, id, &about, rows).await?;
            if !store::update_state(tx, id, ImportState::Uploading, ImportState::Ready, now).await? {
                return Err(Error::NotFound("import"));
            }
            log.audit(
                "import.upload",
                id,
                serde_json::json!({ "rows": rows, "size_bytes": about.size_bytes }),
            );
            log.live("import.updated", id);
            Ok(())
        })
        .await
    }

    async fn import(&self, id: ImportId) -> Result<Import> {
        let vault = self.vault().clone();
        self.read(async move |tx: &mut Tx<'_>| -> Result<Import> {
            store::find_import(tx, &vault, id).await?.ok_or(Error::NotFound("import"))
        })
        .await
    }

    /// An import. What its file holds only whoever brought it sees.
    #[boxed]
    pub async fn get_import(&self, request: &Request, id: ImportId) -> Result<Import> {
        let grant = self.authorise(request, Permission::ProfileImport).await?;
        Ok(for_viewer(self.import(id).await?, &grant))
    }

    /// Imports, newest first.
    #[boxed]
    pub async fn list_imports(&self, request: &Request, page: PageRequest) -> Result<Page<Import>> {
        let grant = self.authorise(request, Permission::ProfileImport).await?;
        let vault = self.vault().clone();
        let page =
            self.read(async move |tx: &mut Tx<'_>| Ok(store::list_imports(tx, &vault, page).await?)).await?;
        Ok(page.map(|import| for_viewer(import, &grant)))
    }

    /// The field that each column most likely is.
    pub fn guess_fields(&self, about: &ImportAbout) -> Vec<Option<String>> {
        row::guess(&about.columns, &self.snapshot())
    }

    /// Says what the columns are, and begins to find out what the import would do.
    #[boxed]
    pub async fn preview_import(
        &self,
        request: &Request,
        id: ImportId,
        fields: Vec<Option<String>>,
        create_missing: bool,
    ) -> Result<Import> {
        let grant = self.authorise(request, Permission::ProfileImport).await?;
        if self.replayed::<()>(&grant).await?.is_some() {
            return self.get_import(request, id).await;
        }
        let import = own(self.import(id).await?, &grant)?;
        let about = import.about.clone().ok_or_else(gone)?;
        let viewer = grant.viewer();
        let (masked, role) = (viewer.masked(), viewer.role());
        let plan = ImportPlan { fields, create_missing, masked, role };
        row::check_plan(&plan, about.columns.len(), &self.snapshot())?;
        let about = ImportAbout { plan: Some(plan), ..about };
        let (vault, now, rows) = (self.vault().clone(), self.now(), import.rows);
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let from = import.state;
            if !from.is_open() || !store::update_state(tx, id, from, ImportState::Previewing, now).await? {
                return Err(wrong_state());
            }
            store::restart(tx, id).await?;
            store::update_about(tx, &vault, id, &about, rows).await?;
            log.audit("import.preview", id, serde_json::json!({ "rows": rows }));
            log.live("import.updated", id);
            Ok(())
        })
        .await?;
        self.get_import(request, id).await
    }

    /// Begins to write the rows of a file whose preview was seen.
    #[boxed]
    pub async fn apply_import(&self, request: &Request, id: ImportId) -> Result<Import> {
        let grant = self.authorise(request, Permission::ProfileImport).await?;
        if self.replayed::<()>(&grant).await?.is_some() {
            return self.get_import(request, id).await;
        }
        let import = own(self.import(id).await?, &grant)?;
        let (now, rows) = (self.now(), import.rows);
        let plan = import.about.and_then(|about| about.plan).ok_or_else(wrong_state)?;
        let fields: Vec<String> = plan.fields.into_iter().flatten().collect();
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !store::update_state(tx, id, ImportState::Previewed, ImportState::Running, now).await? {
                return Err(wrong_state());
            }
            store::restart(tx, id).await?;
            let details = serde_json::json!({
                "rows": rows, "fields": fields, "create_missing": plan.create_missing,
            });
            log.audit("import.apply", id, details);
            log.live("import.updated", id);
            Ok(())
        })
        .await?;
        self.get_import(request, id).await
    }

    /// Stops an import, whoever brought it, and removes its rows. What was written stays.
    #[boxed]
    pub async fn cancel_import(&self, request: &Request, id: ImportId) -> Result<Import> {
        let grant = self.authorise(request, Permission::ProfileImport).await?;
        if self.replayed::<()>(&grant).await?.is_some() {
            return self.get_import(request, id).await;
        }
        let state = self.import(id).await?.state;
        if !state.is_open() && state != ImportState::Running {
            return Err(wrong_state());
        }
        let (vault, now) = (self.vault().clone(), self.now());
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !store::update_state(tx, id, state, ImportState::Cancelled, now).await? {
                return Err(wrong_state());
            }
            match state {
                // What failed until now can still be taken along.
                ImportState::Running => store::delete_pieces(tx, id).await?,
                _ => {
                    store::restart(tx, id).await?;
                    store::delete_file(tx, &vault, id).await?;
                }
            }
            log.audit("import.cancel", id, serde_json::json!({ "was": state.as_str() }));
            log.live("import.updated", id);
            Ok(())
        })
        .await?;
        self.get_import(request, id).await
    }

    /// Rows that failed, by line, after one; with the names of the file's columns.
    #[boxed]
    pub async fn list_import_failures(
        &self,
        request: &Request,
        id: ImportId,
        after: i64,
    ) -> Result<(Vec<String>, Vec<ImportFailure>)> {
        let grant = self.authorise(request, Permission::ProfileImport).await?;
        let import = own(self.import(id).await?, &grant)?;
        let columns = import.about.ok_or_else(gone)?.columns;
        let vault = self.vault().clone();
        let found = self
            .read(async move |tx: &mut Tx<'_>| {
                Ok(store::list_failures(tx, &vault, id, after, FAILURES_PAGE).await?)
            })
            .await?;
        Ok((columns, found))
    }

    /// Clean-up: files that nobody touched for a day, and rows that failed a day ago.
    pub(crate) async fn clean_imports(&self, now: Timestamp) -> Result<()> {
        let (vault, before) = (self.vault().clone(), now.plus(-FILE_SPAN));
        self.db()
            .write(async move |tx: &mut Tx<'_>| -> Result<()> {
                for (id, state) in store::list_stale_imports(tx, before, OPEN_MAX).await? {
                    if state == ImportState::Uploading {
                        store::delete_import(tx, &vault, id).await?;
                        continue;
                    }
                    if state.is_open() {
                        store::update_state(tx, id, state, ImportState::Expired, now).await?;
                    }
                    store::delete_file(tx, &vault, id).await?;
                    tx.notify(&format!("import.updated {id}"))?;
                }
                Ok(())
            })
            .await
    }
}

/// An import as somebody sees it who may not have brought it.
fn for_viewer(import: Import, grant: &Grant) -> Import {
    let about = import.about.filter(|_| import.actor.id == grant.actor.id);
    Import { about, ..import }
}

/// The contents of a file are for whoever brought it.
fn own(import: Import, grant: &Grant) -> Result<Import> {
    if import.actor.id == grant.actor.id {
        return Ok(import);
    }
    Err(Error::Refused {
        code: "not-your-file",
        detail: "Somebody else brought this file, and only they see what it holds.",
        hint: "Ask them, or bring the file yourself. You can stop theirs.",
    })
}

fn gone() -> Error {
    Error::conflict("file-gone", "The file is not here any more.", "Bring it again.")
}

fn wrong_state() -> Error {
    Error::conflict(
        "import-state",
        "This cannot be done with the import as it is now.",
        "Read it again: its state says what can be done.",
    )
}
