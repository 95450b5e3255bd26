//! People who log in, their sessions and invitations.

use crate::words::words;
use crate::{Role, SessionId, Timestamp, UserId};

words! {
    /// Whether somebody can log in.
    UserState {
        /// Can.
        Active = "active",
        /// Has a link but no password yet.
        Invited = "invited",
        /// Cannot.
        Disabled = "disabled",
    }
}

words! {
    /// Colours of the console.
    Theme {
        /// As the system says.
        System = "system",
        /// Light.
        Light = "light",
        /// Dark.
        Dark = "dark",
    }
}

/// A person who logs in to the console. Their own name and address are not customers' data and are shown to colleagues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Log-in address, lower case.
    pub email: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Whether they can log in.
    pub state: UserState,
    /// Language of the console.
    pub language: String,
    /// Colours.
    pub theme: Theme,
    /// When they were added.
    pub created_at: Timestamp,
    /// When they were last here.
    pub last_seen_at: Option<Timestamp>,
}

/// A log-in session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// Which browser, cut to 200 characters.
    pub user_agent: String,
}
