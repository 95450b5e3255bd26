//! What can go wrong in a database, in the words the service decides by.
//!
//! `Display` is a sentence without its source, and neither ever holds a row's data, an argument or a connection
//! string: of PostgreSQL's answers only the code and the names of table, column and constraint are kept, because
//! its messages and details quote values.

use std::fmt;
use std::sync::Arc;

/// The text behind a [`StoreError`]: for the log, never for a person outside.
#[derive(Clone, PartialEq, Eq)]
pub struct Cause(Arc<str>);

impl Cause {
    /// A cause with this text, which must not hold data.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Arc::from(text.into()))
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Cause {}

/// Why a store operation did not happen. An operation that answers with an error has left nothing behind, with one
/// exception that no database can avoid: after [`StoreError::Unavailable`] on a write, the commit may have
/// happened while its answer was lost. Idempotency keys are for that.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// A row with the same value exists. The name is the same on both databases: `uq_<table>__<column>__<column>`
    /// for a unique constraint or index, `pk_<table>` for a primary key.
    #[error("a row with the same {constraint} exists")]
    Unique {
        /// The constraint's name.
        constraint: String,
    },
    /// A row that is referred to does not exist, or a row still referred to was deleted. SQLite does not say which
    /// constraint, so nobody may depend on it.
    #[error("a row refers to one that does not exist")]
    ForeignKey,
    /// A `CHECK` constraint refused the row.
    #[error("the row was refused by the check {constraint}")]
    Check {
        /// The constraint's name.
        constraint: String,
    },
    /// Too much work at once, a lock not granted in time, or a deadlock. Try again later.
    #[error("the database is busy")]
    Busy(#[source] Cause),
    /// The database cannot be reached. Try again later; the outcome of a write is unknown.
    #[error("the database is unavailable")]
    Unavailable(#[source] Cause),
    /// No space left. Reading goes on; writing works again once there is space.
    #[error("the database has no space left")]
    Full(#[source] Cause),
    /// What is stored is not what was written, or not what this version expects.
    #[error("the database holds something unreadable")]
    Corrupt(#[source] Cause),
    /// The disk failed under the database, and what is durable is no longer known. The program must stop (exit 74)
    /// and recover from the file at the next start. See [`crate::Db::fatal`].
    #[error("the disk under the database failed")]
    Fatal(#[source] Cause),
    /// The database was not opened or not migrated. The sentence is for the operator.
    #[error("{0}")]
    Refused(String),
    /// The calling code breaks a rule of the seam: it awaited something else inside a transaction, panicked, went
    /// on after a failed statement, or passed arguments that do not fit the SQL.
    #[error("a store operation breaks a rule of the store")]
    Bug(#[source] Cause),
    /// Any other refusal by the database.
    #[error("the database refused a statement")]
    Sql(#[source] Cause),
}

impl StoreError {
    /// The name of the violated unique constraint, when that is what happened.
    pub fn unique_constraint(&self) -> Option<&str> {
        match self {
            Self::Unique { constraint } => Some(constraint),
            _ => None,
        }
    }

    pub(crate) fn bug(text: impl Into<String>) -> Self {
        Self::Bug(Cause::new(text))
    }

    pub(crate) fn corrupt(text: impl Into<String>) -> Self {
        Self::Corrupt(Cause::new(text))
    }

    pub(crate) fn unavailable(text: impl Into<String>) -> Self {
        Self::Unavailable(Cause::new(text))
    }

    pub(crate) fn busy(text: impl Into<String>) -> Self {
        Self::Busy(Cause::new(text))
    }
}
