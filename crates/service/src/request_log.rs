//! The request log: which requests programs made, and how they were answered.
//!
//! A request is not made slower by its line: it goes into a notebook in memory, and a job writes the notebook down once
//! a second. What does not fit is left out and counted, so that a flood of requests neither fills the memory nor keeps
//! the database busy with itself; answers that tell of a problem go first. Where widgets were seen goes the same way.

use async_recursion::async_recursion as boxed;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use countersign_store::request_line::{self as store, INSERT_MAX, LoggedRequest, RequestFilter};
use countersign_store::{Tx, progress};
use countersign_types::request_line::RequestLine;
use countersign_types::{Page, PageRequest, Permission, Result, Timestamp, WidgetId, time};

pub use countersign_store::request_line::{LoggedRequest as Logged, RequestFilter as Filter};

use crate::Service;
use crate::caller::Request;

/// Lines that wait to be written at most.
const WAITING_MAX: usize = 500;
/// Lines of answers that succeeded, at most: room stays for those that tell of a problem.
const WAITING_GOOD_MAX: usize = 400;
/// Lines kept at most.
pub const KEPT_MAX: i64 = 100_000;
/// How long lines are kept.
pub const KEPT_DAYS: i64 = 7;
/// How often it is noted that a widget was seen.
const SEEN_EVERY: i64 = 10 * time::MINUTE;
/// The first status that tells of a problem.
const PROBLEM_FROM: i64 = 400;

#[derive(Debug, Default)]
struct Notes {
    lines: Vec<RequestLine>,
    left_out: u64,
    /// When each widget was last noted, and whether that has yet to be written.
    widgets: HashMap<WidgetId, (Timestamp, bool)>,
}

/// What waits to be written down.
#[derive(Debug, Default)]
pub(crate) struct Notebook(Mutex<Notes>);

impl Notebook {
    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service {
    /// Notes a request of a program. Waits for nothing.
    pub fn note_request(&self, line: RequestLine) {
        let mut notes = self.notebook().notes();
        let max = if line.status < PROBLEM_FROM { WAITING_GOOD_MAX } else { WAITING_MAX };
        if notes.lines.len() < max {
            notes.lines.push(line);
        } else {
            notes.left_out += 1;
        }
    }

    /// Notes that a widget was opened on a page of the company. Waits for nothing.
    pub fn note_widget(&self, widget: WidgetId) {
        let now = self.now();
        let mut notes = self.notebook().notes();
        let is_due = notes.widgets.get(&widget).is_none_or(|(at, _)| now.since(*at) >= SEEN_EVERY);
        if is_due {
            notes.widgets.insert(widget, (now, true));
        }
    }

    /// Job: writes down what was noted.
    #[boxed]
    pub async fn note_job(&self) -> Result<()> {
        let (lines, left_out, widgets) = {
            let mut notes = self.notebook().notes();
            let mut widgets = Vec::new();
            for (id, (at, is_due)) in &mut notes.widgets {
                if std::mem::take(is_due) {
                    widgets.push((*id, *at));
                }
            }
            (std::mem::take(&mut notes.lines), std::mem::take(&mut notes.left_out), widgets)
        };
        if left_out > 0 {
            metrics::counter!("countersign_request_log_left_out_total").increment(left_out);
        }
        if lines.is_empty() && widgets.is_empty() {
            return Ok(());
        }
        let mut numbered = Vec::with_capacity(lines.len());
        for line in lines {
            numbered.push((self.new_id::<[u8; 16]>()?, line));
        }
        self.db()
            .write(async move |tx: &mut Tx<'_>| -> Result<()> {
                for some in numbered.chunks(INSERT_MAX) {
                    store::insert_requests(tx, some).await?;
                }
                for (widget, at) in &widgets {
                    progress::note_sighting(tx, *widget, *at).await?;
                    tx.notify(&format!("widget.updated {widget}"))?;
                }
                Ok(())
            })
            .await
    }

    /// Requests of programs, newest first.
    #[boxed]
    pub async fn list_requests(
        &self,
        request: &Request,
        filter: RequestFilter,
        page: PageRequest,
    ) -> Result<Page<LoggedRequest>> {
        self.authorise(request, Permission::RequestRead).await?;
        self.read(async move |tx: &mut Tx<'_>| Ok(store::list_requests(tx, &filter, page).await?)).await
    }

    /// From when on requests are kept: some days, and not more than [`KEPT_MAX`].
    pub(crate) async fn requests_kept_since(&self, now: Timestamp) -> Result<Timestamp> {
        let beyond = self
            .read(async move |tx: &mut Tx<'_>| Ok(store::find_request_beyond(tx, KEPT_MAX).await?))
            .await?;
        let days = now.plus(-KEPT_DAYS * time::DAY);
        Ok(beyond.map_or(days, |at| at.max(days)))
    }
}
