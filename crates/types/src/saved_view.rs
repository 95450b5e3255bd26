//! Views of lists that people saved: a name for a set of filters.

use crate::canned_reply::Audience;
use crate::{SavedViewId, Timestamp, UserId};

/// A saved view. It belongs to one person, who may share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Its id.
    pub id: SavedViewId,
    /// Whose.
    pub user: UserId,
    /// Of which page, such as `inbox`.
    pub page: String,
    /// Its name.
    pub name: String,
    /// The filters as they stand in the page's address. Words and ids only, never personal data.
    pub query: String,
    /// Who has it.
    pub audience: Audience,
    /// When it was saved.
    pub created_at: Timestamp,
}
