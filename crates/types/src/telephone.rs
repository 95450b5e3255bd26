//! The telephones on which colleagues take calls.

use crate::pii::{Phone, Pii};
use crate::{Role, UserId};

/// The telephone of a colleague. Its number is theirs: it is shown to them and to whoever administers people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telephone {
    /// E.164.
    pub number: Pii<Phone>,
    /// Whether it rings.
    pub takes_calls: bool,
}

/// A colleague whose telephone may ring: who can log in, has a number and takes calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reachable {
    /// Who.
    pub user: UserId,
    /// E.164.
    pub number: Pii<Phone>,
    /// What they may do.
    pub role: Role,
    /// Whether they are here: a window of theirs is online.
    pub is_here: bool,
    /// Whether they are with a caller at this moment.
    pub is_talking: bool,
}
