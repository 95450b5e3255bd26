//! Who of the team is here.

use crate::words::words;
use crate::{CaseId, Timestamp, UserId};

words! {
    /// Whether somebody can be spoken to.
    PresenceState {
        /// Here.
        Online = "online",
        /// Logged in, but not at the screen, or not to be disturbed.
        Away = "away",
    }
}

/// The last sign of life of a person's console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Online or away.
    pub state: PresenceState,
    /// The case they look at.
    pub case: Option<CaseId>,
    /// When the sign came.
    pub seen_at: Timestamp,
}
