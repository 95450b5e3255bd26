//! Imports: customers that come from a file, looked at first and then written.

use serde::{Deserialize, Serialize};

use crate::audit::Actor;
use crate::pii::{Masked, Viewer};
use crate::words::words;
use crate::{ImportId, Role, Timestamp};

words! {
    /// How far an import is.
    ImportState {
        /// Its rows are being stored.
        Uploading = "uploading",
        /// The file is read; its columns are to be named.
        Ready = "ready",
        /// What it would do is being found out.
        Previewing = "previewing",
        /// What it would do is known; nothing is written yet.
        Previewed = "previewed",
        /// Its rows are being written.
        Running = "running",
        /// All of it was gone through.
        Done = "done",
        /// Somebody stopped it. What was written stays.
        Cancelled = "cancelled",
        /// It was not applied within a day, and the file is gone.
        Expired = "expired",
    }
}

impl ImportState {
    /// Whether the server is at work on it.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Previewing | Self::Running)
    }

    /// Whether its columns can still be named, or named anew.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Ready | Self::Previewing | Self::Previewed)
    }
}

/// What is known of a file, sealed with it. Names of columns and samples may be personal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportAbout {
    /// The file's name.
    pub name: String,
    /// Its bytes.
    pub size_bytes: i64,
    /// `utf-8`, `utf-16` or `windows-1252`.
    pub encoding: String,
    /// What stands between its cells.
    pub separator: char,
    /// Its first line.
    pub columns: Vec<String>,
    /// Its first rows.
    pub samples: Vec<Vec<String>>,
    /// What the columns are, once somebody said so.
    pub plan: Option<ImportPlan>,
}

impl std::fmt::Debug for ImportAbout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ImportAbout(…)")
    }
}

/// What the columns of a file are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPlan {
    /// The field of each column; `None` leaves it out.
    pub fields: Vec<Option<String>>,
    /// Whether a row whose external id nobody has adds a customer.
    pub create_missing: bool,
    /// What whoever asked for the preview sees masked: it does not tell them whether their guess is right (M-2).
    pub masked: Masked,
    /// Their role, of which attributes may say something of their own.
    #[serde(default)]
    pub role: Option<Role>,
}

impl ImportPlan {
    /// Whoever asked for the preview.
    pub fn viewer(&self) -> Viewer {
        self.role.map_or_else(|| Viewer::with(self.masked), |role| Viewer::of(role, self.masked))
    }
}

/// What became of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportCounts {
    /// Customers added.
    pub created: i64,
    /// Customers changed.
    pub updated: i64,
    /// Rows that say what is so already.
    pub unchanged: i64,
    /// Rows of which nothing was written.
    pub failed: i64,
    /// Rows that bring back what somebody was found by who was erased.
    pub warned: i64,
}

/// An import.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// How far it is.
    pub state: ImportState,
    /// Who brought it.
    pub actor: Actor,
    /// What is known of the file; `None` once it is gone.
    pub about: Option<ImportAbout>,
    /// Rows of the file, without its first line.
    pub rows: i64,
    /// Rows that were gone through.
    pub next_row: i64,
    /// What became of them, or would.
    pub counts: ImportCounts,
    /// When it was brought.
    pub created_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
}

/// A row of a file: its line, and its cells.
pub type ImportLine = (i64, Vec<String>);

/// Why nothing of a row was written, sealed with the file: the cells are the file's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFailure {
    /// The line in the file.
    pub line: i64,
    /// What is wrong, with the column where it is about one.
    pub errors: Vec<ImportError>,
    /// The row.
    pub cells: Vec<String>,
}

impl std::fmt::Debug for ImportFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ImportFailure(line {})", self.line)
    }
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportError {
    /// The column as the file's first line calls it; `None` for the row as a whole.
    pub column: Option<String>,
    /// The stable word for programs.
    pub code: String,
    /// The reason, for a person; without a value of the row.
    pub detail: String,
}
