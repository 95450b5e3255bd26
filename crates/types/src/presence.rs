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

/// Somebody who is here, as all their windows together say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Online in one window is online.
    pub state: PresenceState,
    /// The cases they look at, the one they turned to last first.
    pub cases: Vec<CasePresence>,
}

/// A case that somebody looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CasePresence {
    /// Which.
    pub case: CaseId,
    /// Whether they are writing in it at this moment.
    pub is_writing: bool,
}

/// The last sign of life of one window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceSign {
    /// Whose window.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Online or away.
    pub state: PresenceState,
    /// The case on its screen.
    pub case: Option<CaseId>,
    /// When somebody last wrote in that case there.
    pub written_at: Option<Timestamp>,
    /// When the sign came.
    pub seen_at: Timestamp,
}
